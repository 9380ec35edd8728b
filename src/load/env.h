/* The environment of the go command: variables, the file that `go env -w` writes, and where Go is installed.
 */
#ifndef GOESC_ENV_H
#define GOESC_ENV_H
#include "load/load.h"

/* A variable's value: the process environment if set and not empty, else the GOENV file, else GOROOT/go.env,
 * else "". The result lives in a. */
const char *env_get(Arena *a, const char *key);
/* Names and values as `go env` lists them. */
typedef struct EnvVar {
    const char *name, *value;
} EnvVar;
typedef VEC(EnvVar) EnvVars;
void env_list(Session *s, EnvVars *out);
/* Fills e; flags give -tags, -race and the like. NULL or an error message. */
const char *env_init(Arena *a, BuildEnv *e, const BuildFlags *flags);
/* Whether $CC, $CXX and $FC name programs that a package cannot bring along. NULL or an error message. */
const char *env_check_compilers(Arena *a);

#endif
