/* text: what the compiler wrote about a package, as the go command shows it.
 *
 * The compiler names files by absolute paths. The go command makes a path below the package's directory, or
 * below a directory above that, relative to the current directory where that is shorter. It does so by
 * replacing text at the beginning of lines and after blanks, even where that is no path; so do we. */
#ifndef GOESC_TEXT_H
#define GOESC_TEXT_H
#include "base/base.h"

typedef struct TextContext {
    const char *cwd;      /* absolute */
    const char *work_dir; /* shown as $WORK; NULL: none */
} TextContext;

/* "# import_path\n" and the text, paths shortened, appended to out; nothing when text is empty. */
void text_package(StrBuf *out, const TextContext *c, const char *import_path, const char *dir,
                  const char *text, size_t n);
/* "file:line:col: " at the beginning of lines becomes "file:line: "; continuation lines keep theirs. */
void text_drop_columns(StrBuf *text);
/* Path shortened on its own, as in load errors. */
void text_short_path(StrBuf *out, const char *cwd, const char *path);

#endif
