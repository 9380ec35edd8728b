/* words.h: texts of the input in the languages that the writers speak. */
#ifndef GOESC_DIFF_WORDS_H
#define GOESC_DIFF_WORDS_H
#include "base/base.h"

/* What people can see: characters that cannot be printed, or that only change how others are shown, are
 * written out ("\x1b", "\u202e"). lines: tabs and line ends stay. */
void words_plain(StrBuf *sb, const char *s, bool lines);
/* Markdown: a code span, which ends where we end it; nothing for "". */
void words_code(StrBuf *sb, const char *s);
/* Markdown: a fenced block of lines. */
void words_fenced(StrBuf *sb, const char *s);
/* A relative URI. */
void words_uri(StrBuf *sb, const char *path);

#endif
