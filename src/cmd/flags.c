/* The flags of the go command's build verbs ("go help build"). Flags that only matter to code generation or
 * linking are accepted; those that ask for something we do not do are refused in one line. */
#include "cmd/cmd.h"
#include "load/env.h"
#include "load/load_int.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum Kind {
    K_BOOL,
    K_STR,
    K_INT,
    K_LIST,
    K_TAGS,
    K_IGNORE_BOOL,
    K_IGNORE_STR,
    K_REFUSE_BOOL,
    K_REFUSE_STR,
    K_BOUND /* bounds.c; not in GOFLAGS */
} Kind;

#define OFF(f) offsetof(CmdLine, f)
static const struct {
    const char *name;
    Kind kind;
    size_t off;
    bool list_only;
} known[] = {
    {"C", K_STR, OFF(build.chdir), false},
    {"a", K_BOOL, OFF(build.a), false},
    {"n", K_BOOL, OFF(build.n), false},
    {"p", K_INT, OFF(build.p), false},
    {"race", K_BOOL, OFF(build.race), false},
    {"msan", K_BOOL, OFF(build.msan), false},
    {"asan", K_BOOL, OFF(build.asan), false},
    {"v", K_BOOL, OFF(build.v), false},
    {"work", K_BOOL, OFF(build.work), false},
    {"x", K_BOOL, OFF(build.x), false},
    {"i", K_IGNORE_BOOL, 0, false},
    {"d", K_STR, OFF(build.dump), false},
    {"o", K_STR, OFF(build.o), false},
    {"gcflags", K_LIST, OFF(build.gcflags), false},
    {"tags", K_TAGS, OFF(build.tags), false},
    {"mod", K_STR, OFF(build.mod), false},
    {"modfile", K_STR, OFF(build.modfile), false},
    {"trimpath", K_BOOL, OFF(build.trimpath), false},
    {"buildmode", K_STR, OFF(build.buildmode), false},
    {"compiler", K_STR, OFF(build.compiler), false},
    {"pgo", K_STR, OFF(build.pgo), false},
    {"asmflags", K_IGNORE_STR, 0, false},
    {"ldflags", K_IGNORE_STR, 0, false},
    {"gccgoflags", K_IGNORE_STR, 0, false},
    {"buildvcs", K_IGNORE_BOOL, 0, false},
    {"installsuffix", K_IGNORE_STR, 0, false},
    {"linkshared", K_IGNORE_BOOL, 0, false},
    {"modcacherw", K_IGNORE_BOOL, 0, false},
    {"pkgdir", K_IGNORE_STR, 0, false},
    {"debug-actiongraph", K_IGNORE_STR, 0, false},
    {"debug-trace", K_IGNORE_STR, 0, false},
    {"overlay", K_REFUSE_STR, 0, false},
    {"toolexec", K_REFUSE_STR, 0, false},
    {"cover", K_REFUSE_BOOL, 0, false},
    {"covermode", K_REFUSE_STR, 0, false},
    {"coverpkg", K_REFUSE_STR, 0, false},
    {"timeout", K_BOUND, 0, false},
    {"max-memory", K_BOUND, 0, false},
    {"cgo", K_BOUND, 0, false},
    {"json", K_BOOL, OFF(json), false},
    {"deps", K_BOOL, OFF(deps), true},
    {"e", K_BOOL, OFF(build.e), true},
    {"f", K_STR, OFF(format), true},
    {"find", K_BOOL, OFF(find), true},
    {"m", K_BOOL, OFF(m), true},
    {"test", K_BOOL, OFF(test), true},
};

static bool truth(const char *s, bool *out) {
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        if (!strcmp(s, yes[i])) return *out = true, true;
        if (!strcmp(s, no[i])) return *out = false, true;
    }
    return false;
}

static int find(const char *name, bool list) {
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (!strcmp(known[i].name, name) && (list || !known[i].list_only)) return (int)i;
    return -1;
}

static bool usage(const char *verb) {
    fprintf(stderr, "usage: goesc %s %s\nRun 'goesc help %s' for details.\n", verb,
            !strcmp(verb, "top")    ? "[packages] -profile mem.out [flags]"
            : !strcmp(verb, "list") ? "[-deps] [-e] [-json] [-f format] [build flags] [packages]"
                                    : "[-o /dev/null] [build flags] [packages]",
            verb);
    return false;
}

/* One flag with its value (NULL: a boolean without one). quiet: from GOFLAGS, where unknown flags are
 * skipped. */
static bool set(CmdLine *c, const char *verb, const char *name, const char *val) {
    int k = find(name, !strcmp(verb, "list"));
    if (k < 0) {
        fprintf(stderr, "flag provided but not defined: -%s\n", name);
        return usage(verb);
    }
    void *to = (char *)c + known[k].off;
    bool b = true;
    switch (known[k].kind) {
    case K_BOOL:
    case K_IGNORE_BOOL:
    case K_REFUSE_BOOL:
        if (val && !truth(val, &b) && strcmp(name, "buildvcs") != 0) {
            fprintf(stderr, "invalid boolean value \"%s\" for -%s: parse error\n", val, name);
            return usage(verb);
        }
        if (known[k].kind == K_BOOL) *(bool *)to = b;
        if (known[k].kind == K_REFUSE_BOOL && b) {
            fprintf(stderr, "goesc: -%s is not supported\n", name);
            return false;
        }
        break;
    case K_STR: *(const char **)to = val; break;
    case K_REFUSE_STR: fprintf(stderr, "goesc: -%s is not supported\n", name); return false;
    case K_IGNORE_STR: break;
    case K_BOUND: {
        const char *why = bounds_set(name, val);
        if (!why) break;
        fprintf(stderr, "invalid value \"%s\" for flag -%s: %s\n", val, name, why);
        return usage(verb);
    }
    case K_INT: {
        char *end;
        errno = 0;
        long v = strtol(val, &end, 0);
        if (end == val || *end || errno) {
            fprintf(stderr, "invalid value \"%s\" for flag -%s: parse error\n", val, name);
            return usage(verb);
        }
        if (v <= 0 || v > 4096) {
            fprintf(stderr, "go: -p must be a positive integer: %s\n", val);
            c->status = 1;
            return false;
        }
        *(int *)to = (int)v;
        break;
    }
    case K_LIST: vec_push(&c->arena, (StrVec *)to, val); break;
    case K_TAGS: {
        StrVec *v = to;
        v->n = 0;
        /* commas; blanks are the old form */
        for (const char *s = val; *s;) {
            size_t n = strcspn(s, strchr(val, ',') ? "," : ", ");
            if (n) vec_push(&c->arena, v, arena_strndup(&c->arena, s, n));
            s += n;
            if (*s) s++;
        }
        break;
    }
    }
    return true;
}

static bool takes_value(int k) {
    Kind kind = known[k].kind;
    return kind != K_BOOL && kind != K_IGNORE_BOOL && kind != K_REFUSE_BOOL;
}

static bool from_goflags(CmdLine *c, const char *verb) {
    const char *text = env_get(&c->arena, "GOFLAGS");
    StrVec v = {0};
    quoted_split(&c->arena, text, &v);
    for (uint32_t i = 0; i < v.n; i++) {
        const char *f = v.v[i];
        if (f[0] != '-' || !f[1] || !strcmp(f, "--") || f[1] == '=') {
            fprintf(stderr, "go: parsing $GOFLAGS: non-flag \"%s\"\n", f);
            return false;
        }
        const char *name = f + 1;
        if (*name == '-') name++;
        const char *eq = strchr(name, '='), *val = NULL;
        if (eq) {
            val = eq + 1;
            name = arena_strndup(&c->arena, name, (size_t)(eq - name));
        }
        int k = find(name, !strcmp(verb, "list"));
        if (k < 0 || known[k].kind == K_BOUND) continue;
        if (takes_value(k) && !val) {
            fprintf(stderr, "go: flag needs an argument: -%s (in $GOFLAGS)\n", name);
            return false;
        }
        if (!set(c, verb, name, val)) return false;
    }
    return true;
}

bool cmdline_parse(CmdLine *c, const char *verb, int argc, char **argv) {
    *c = (CmdLine){.status = 2};
    arena_init(&c->arena);
    /* -C comes first, and counts for everything that is looked up */
    if (argc > 1) {
        const char *a = argv[1];
        if (a[0] == '-' && a[1] == '-') a++;
        const char *dir = NULL;
        if (!strcmp(a, "-C") && argc > 2) dir = argv[2];
        else if (has_prefix(a, "-C=")) dir = a + 3;
        if (dir) {
            if (chdir(dir) != 0) {
                fprintf(stderr, "go: chdir %s: %s\n", dir, errno_text(errno));
                c->status = 1;
                return false;
            }
            unsetenv("PWD");
        }
    }
    if (!from_goflags(c, verb)) return false;
    uint32_t gcflags_before = c->build.gcflags.n;
    int i = 1;
    for (; i < argc; i++) {
        const char *a = argv[i];
        if (a[0] != '-' || !a[1]) break;
        if (!strcmp(a, "--")) {
            i++;
            break;
        }
        const char *name = a + 1;
        if (*name == '-') name++;
        if (!*name || *name == '-' || *name == '=') {
            fprintf(stderr, "bad flag syntax: %s\n", a);
            return usage(verb);
        }
        if (!strcmp(name, "h") || !strcmp(name, "help")) return usage(verb);
        const char *eq = strchr(name, '='), *val = NULL;
        if (eq) {
            val = eq + 1;
            name = arena_strndup(&c->arena, name, (size_t)(eq - name));
        }
        int k = find(name, !strcmp(verb, "list"));
        if (k >= 0 && takes_value(k) && !val) {
            if (i + 1 >= argc) {
                fprintf(stderr, "flag needs an argument: -%s\n", name);
                return usage(verb);
            }
            val = argv[++i];
        }
        if (!strcmp(name, "C") && i > 2) {
            fprintf(stderr, "go: -C flag must be first flag on command line\n");
            return false;
        }
        if (!set(c, verb, name, val)) return false;
    }
    (void)gcflags_before;
    c->args = (const char **)(void *)(argv + i);
    c->nargs = (uint32_t)(argc - i);
    if (c->build.compiler && strcmp(c->build.compiler, "gc") != 0) {
        fprintf(stderr, "goesc: -compiler=%s is not supported; only gc\n", c->build.compiler);
        return false;
    }
    if (c->build.race + c->build.msan + c->build.asan > 1) {
        fprintf(stderr, "go: may not use %s and %s simultaneously\n", c->build.race ? "-race" : "-msan",
                c->build.asan ? "-asan" : "-msan");
        return false;
    }
    if (c->build.buildmode && strcmp(c->build.buildmode, "default") && strcmp(c->build.buildmode, "exe") &&
        strcmp(c->build.buildmode, "archive") && strcmp(c->build.buildmode, "pie")) {
        fprintf(stderr, "goesc: -buildmode=%s is not supported\n", c->build.buildmode);
        return false;
    }
    if (c->build.dump && strcmp(c->build.dump, "parse") && strcmp(c->build.dump, "types") &&
        strcmp(c->build.dump, "ir") && strcmp(c->build.dump, "inline")) {
        fprintf(stderr, "goesc: -d=%s: not one of parse, types, ir, inline\n", c->build.dump);
        return false;
    }
    if (c->build.pgo && strcmp(c->build.pgo, "off") && strcmp(c->build.pgo, "auto")) {
        fprintf(stderr, "goesc: -pgo=%s is not supported: goesc analyses without profiles\n", c->build.pgo);
        return false;
    }
    return true;
}

void cmdline_release(CmdLine *c) { arena_release(&c->arena); }
