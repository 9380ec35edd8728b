/* tempdir: folders for what other programs write, private while they are there and gone when we are.
 *
 * A folder belongs to the user alone (mode 0700). All that were made and not removed yet are in one list for
 * the process; the ways out of it (base/limits.h) call tempdir_remove_all. Removing follows no symbolic link.
 */
#ifndef GOESC_TEMPDIR_H
#define GOESC_TEMPDIR_H
#include "base/base.h"
#include <sys/types.h>

/* Makes a folder in `parent`, or, where that is NULL or "", in $TMPDIR or /tmp: prefix and some letters.
 * Returns its absolute path, in a. keep: it is not removed at the end.
 * NULL: *err says why, in a. Others may not be able to replace the folder: a parent that everybody may write
 * to and that is not sticky is refused. Thread-safe. */
const char *tempdir_make(Arena *a, const char *parent, const char *prefix, bool keep, const char **err);
/* Removes it with all that is in it. */
void tempdir_remove(const char *path);
/* Makes a new file of that name in the folder that dir is open on (or AT_FDCWD), for writing. It is removed at the end of the
 * process, unless tempfile_done comes before: it was renamed or removed. dir stays open until then. -1: errno. */
int tempfile_make(int dir, const char *name, mode_t mode);
void tempfile_done(int dir, const char *name);

/* The end of the process: removes what is in the list, and lets nobody make more. Allocates nothing. */
void tempdir_remove_all(void);

#endif
