/* git: the files of a revision, read without trusting the repository.
 *
 * A repository can come from anybody, and git does what its configuration, its hooks and its attributes say.
 * So of git only three commands are used, which read objects and nothing else (rev-parse, ls-tree, cat-file
 * --batch), and each is started so that it could not start another program if it wanted to. What comes back
 * is checked here and written here: no checkout, no index, no filters. Nothing is fetched, and nothing in the
 * repository or the working tree changes. */
#ifndef GOESC_GIT_H
#define GOESC_GIT_H
#include "base/base.h"

typedef struct Git {
    Arena *a;
    const char *program; /* path of git */
    const char *dir;     /* from where it looks for the repository: absolute */
    const char *prefix;  /* dir below the top of the working tree: "" or "sub/dir/" */
} Git;

/* Finds git, and the repository that dir is in. False: *err says why, in git's words where git said it. All
 * strings live in a. */
bool git_open(Git *g, Arena *a, const char *dir, const char **err);
/* The id of the commit that rev names. */
bool git_commit(const Git *g, const char *rev, const char **id, const char **err);
/* Writes what goesc reads of the commit's tree to the empty directory `to`: Go files, module files, C and
 * assembly sources; other files as far as cgo may want them; those that could be embedded as empty files, for
 * only their names count. Lines about what was left out go to notes. False: *err says why; what has been
 * written by then is the caller's to remove. */
bool git_write_tree(const Git *g, const char *commit, const char *to, StrBuf *notes, const char **err);

#endif
