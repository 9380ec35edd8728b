/* cgo: packages that import "C" are translated by `go tool cgo`, as the go command does it. */
#ifndef GOESC_CGO_H
#define GOESC_CGO_H
#include "load/load.h"

/* Whether packages that import "C" can be translated here. */
bool cgo_available(const BuildEnv *e);
/* Runs the tool and replaces pkg->files by what the compiler gets: Go files, then the generated ones, under
 * work_dir, an existing directory. False: *err says why (several lines, as the tool wrote them). */
bool cgo_translate(Session *s, LoadedPkg *pkg, const char *work_dir, const char **err);

#endif
