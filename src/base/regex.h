/* Regular expressions in Go's syntax (RE2): the same expressions are accepted, refused in the same words, and
 * match the same texts. No expression takes more than time proportional to its size times the text's. */
#ifndef GOESC_BASE_REGEX_H
#define GOESC_BASE_REGEX_H
#include "base/base.h"

typedef struct Regex Regex;

/* Compiles into the arena. NULL: *error says why, as Go's regexp.Compile does. */
Regex *regex_compile(Arena *a, Str expr, const char **error);
Str regex_source(const Regex *r);
bool regex_match(Regex *r, Str text); /* anywhere in text; not for two threads at once */
/* The length of the match that begins with the text, the one that Go's FindString takes; -1: there is none.
 */
long regex_match_at_start(Regex *r, Str text);
/* The leftmost match as Go's FindStringSubmatchIndex gives it: offsets in pairs, -1 for a group that took no
 * part. */
bool regex_find(Regex *r, Str text, int *groups, int ngroups);

#endif
