/* Flags that bound what a run may use, for services that read other people's code: how long it runs, how much
 * memory it has, and whether cgo may start programs. The first two have defaults in the environment.
 *
 * -cgo is CGO_ENABLED by another name: it sets that variable for this process and for what it starts, so that
 * nothing can differ between the two. GOFLAGS does not carry these flags: its -timeout is that of go test. */
#include "base/spawn.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include <stdlib.h>

static const char *set_timeout(const char *val, const char *origin) {
    int64_t ns;
    if (!limits_parse_duration(val, &ns) || ns < 0) return "not a duration such as 30s, 1m30s or 500ms";
    limits_timeout(ns, val, origin);
    return NULL;
}

static const char *set_memory(const char *val, const char *origin) {
    uint64_t bytes;
    if (!limits_parse_size(val, &bytes)) return "not a size such as 512MiB, 2GB or a number of bytes";
    limits_memory(bytes, val, origin);
    spawn_limit_memory(bytes);
    return NULL;
}

static bool from_env(const char *name, const char *(*set)(const char *val, const char *origin)) {
    const char *val = getenv(name), *why = val && *val ? set(val, name) : NULL;
    if (why) fprintf(stderr, "goesc: %s=%s: %s\n", name, val, why);
    return !why;
}

bool bounds_time_from_env(void) { return from_env("GOESC_TIMEOUT", set_timeout); }
bool bounds_memory_from_env(void) { return from_env("GOESC_MAX_MEMORY", set_memory); }

bool bounds_is_flag(const char *name) {
    return !strcmp(name, "timeout") || !strcmp(name, "max-memory") || !strcmp(name, "cgo");
}

const char *bounds_set(const char *name, const char *val) {
    if (!strcmp(name, "timeout")) return set_timeout(val, "-timeout");
    if (!strcmp(name, "max-memory")) return set_memory(val, "-max-memory");
    bool off = !strcmp(val, "off") || !strcmp(val, "0") || !strcmp(val, "false");
    bool on = !strcmp(val, "on") || !strcmp(val, "1") || !strcmp(val, "true");
    if (!off && !on) return "neither on nor off";
    setenv("CGO_ENABLED", on ? "1" : "0", 1);
    return NULL;
}

int bounds_take(const char *verb, int argc, char **argv, const char *const *names) {
    int n = MIN(argc, 1);
    for (int i = 1; i < argc; i++) {
        char *arg = argv[i];
        const char *name = arg[0] == '-' ? arg + (arg[1] == '-' ? 2 : 1) : "";
        if (!strcmp(arg, "-args") || !strcmp(arg, "--args") || !strcmp(arg, "--")) {
            while (i < argc) argv[n++] = argv[i++];
            break;
        }
        size_t k = strcspn(name, "=");
        const char *const *at = names;
        while (*at && (strlen(*at) != k || strncmp(*at, name, k) != 0)) at++;
        if (!*at) {
            argv[n++] = arg;
            continue;
        }
        const char *val = name[k] ? name + k + 1 : i + 1 < argc ? argv[++i] : NULL;
        const char *why = val ? bounds_set(*at, val) : "flag needs an argument";
        if (!why) continue;
        fprintf(stderr, "goesc %s: -%s%s%s: %s\n", verb, *at, val ? "=" : "", val ? val : "", why);
        return -1;
    }
    return n;
}
