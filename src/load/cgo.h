/* cgo: packages that import "C" are translated by `go tool cgo`, as the go command does it. */
#ifndef GOESC_CGO_H
#define GOESC_CGO_H
#include "load/load.h"

/* Whether packages that import "C" can be translated here. */
bool cgo_available(const BuildEnv *e);
/* Whether the user's own flags, in $CGO_CFLAGS and the like, can be split into words. NULL or an error. */
const char *cgo_check_env(Arena *a);
/* Checks the flags that pkg's files ask for, as the go command does before it runs anything (cgoflags.h).
 * Then runs the tool and replaces pkg->files by what the compiler gets: Go files, then the generated ones,
 * under work_dir, an existing directory. With -n nothing is run: pkg->cgo_skipped, and no work_dir is needed.
 * False: *err says why (several lines, as the tool wrote them), pkg->cgo_refused and pkg->cgo_command who
 * says so. */
bool cgo_translate(Session *s, LoadedPkg *pkg, const char *work_dir, const char **err);

#endif
