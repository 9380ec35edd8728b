/* outfile: files that are written whole or not at all.
 *
 * What replaces a file is written under another name in the same folder, one that nobody else has, and
 * renamed when all of it is there: whoever reads finds the old file or the new one, and a full disk changes
 * nothing. */
#ifndef GOESC_OUTFILE_H
#define GOESC_OUTFILE_H
#include "base/base.h"
#include <sys/types.h>

/* Replaces name in the folder that dir is open on (or AT_FDCWD) by the parts one behind the other. mode: of
 * the new file, cut by the umask. 0, or an errno. *writing: whether the file could be made; may be NULL. */
int outfile_replace(int dir, const char *name, mode_t mode, const Str *parts, uint32_t n, bool *writing);

/* Writes a file that the user named. A symbolic link stays, and what it leads to is replaced; an existing
 * file keeps its mode, and must be one that may be written. What is no regular file (a pipe, a device), or
 * has other names that are to see the change, is written in place. 0, or an errno; *writing as above. */
int outfile_write(const char *path, Str text, bool *writing);
/* The same for a name that must be new: EEXIST when it is not. */
int outfile_write_new(const char *path, Str text, bool *writing);

#endif
