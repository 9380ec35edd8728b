/* roots: where files may be that are shown to people.
 *
 * Names of files stand in what strangers write: a //line directive, a profile. Such a name is no permission:
 * a file is opened to be shown only if it really is below a directory that the user's request is about,
 * whatever symbolic links say. What names those directories is the user (the command line, where he stands)
 * or the go command (the module, GOROOT, the module cache). */
#ifndef GOESC_LOAD_ROOTS_H
#define GOESC_LOAD_ROOTS_H
#include "load/load.h"

typedef struct Roots {
    Arena arena;
    StrVec dirs; /* real paths */
} Roots;

/* A zeroed Roots allows nothing. */
void roots_init(Roots *r);
void roots_release(Roots *r);
/* Allows what is below a directory, or one file. What is not there is left out. */
void roots_add(Roots *r, const char *path);
/* Each of the directories, separated by colons; relative ones are below cwd. */
void roots_add_list(Roots *r, const char *cwd, const char *list);
/* The directories of a session: GOROOT, the module cache, the main modules with their vendor directory, and
 * the packages that stand elsewhere (replaced modules, files named on the command line). Absolute paths in a.
 */
void session_roots(const Session *s, Arena *a, StrVec *dirs);
/* The same without packages, for the module around the current directory. Errors leave out what they hide. */
void roots_add_here(Roots *r);

/* Whether the file is there, and below one of them. */
bool roots_allow(const Roots *r, const char *path);
/* Opens a regular file for reading. -1: *err is why, NULL when it is outside. */
int roots_open(const Roots *r, const char *path, const char **err);
/* The whole file into a, as read_file. */
bool roots_read(const Roots *r, Arena *a, const char *path, Str *out, const char **err);

#endif
