/* goesc tool compile: one package from files, as `go tool compile` takes them. Imports come from GOROOT and,
 * inside a module, from the module; messages go to stdout with absolute file names, and errors give status 2.
 */
#include "cmd/cmd.h"
#include "load/load_int.h"

static int usage(void) {
    fprintf(stderr,
            "usage: goesc tool compile [flags] file.go...\nRun 'goesc help gcflags' for the flags.\n");
    return 2;
}

/* Flags before the files: what compiler_flags_parse accepts, and those that only say where things lie. */
static bool takes_value(const char *name) {
    static const char *const names[] = {"o",        "importcfg", "embedcfg",  "symabis", "I",
                                        "D",        "p",         "lang",      "d",       "c",
                                        "trimpath", "buildid",   "goversion", "spectre", "json"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

static bool only_places(const char *name) {
    static const char *const names[] = {"o", "importcfg", "embedcfg",       "symabis",
                                        "I", "D",         "nolocalimports", "pack"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

static int compile(int argc, char **argv) {
    Arena a;
    arena_init(&a);
    StrVec flags = {0};
    int i = 1, status = 2;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *name = argv[i] + 1;
        if (!strcmp(name, "-")) {
            i++;
            break;
        }
        if (*name == '-') name++;
        const char *eq = strchr(name, '=');
        const char *bare = eq ? arena_strndup(&a, name, (size_t)(eq - name)) : name;
        const char *val = NULL;
        if (!eq && takes_value(bare)) {
            if (i + 1 >= argc) {
                fprintf(stderr, "flag needs an argument: -%s\n", bare);
                arena_release(&a);
                return usage();
            }
            val = argv[++i];
        }
        if (only_places(bare)) continue;
        vec_push(&a, &flags, val ? arena_printf(&a, "-%s=%s", bare, val) : argv[i]);
    }
    CompilerFlags check;
    const char *err;
    if (i >= argc) {
        arena_release(&a);
        return usage();
    }
    if (!compiler_flags_parse(&a, &check, &flags, &err)) {
        fprintf(stderr, "%s\n", err);
        arena_release(&a);
        return 2;
    }
    BuildFlags none = {0};
    Session s;
    if (!session_init(&s, &none)) {
        fputs(sb_str(&s.err), stderr);
    } else {
        s.compile_flags = &flags;
        if (!load_packages(&s, (const char **)(void *)(argv + i), (uint32_t)(argc - i), false)) {
            fputs(sb_str(&s.err), stdout);
        } else {
            status = driver_run(&s, stdout);
            if (status == 1) status = 2; /* the compiler's own status for errors */
        }
    }
    driver_release(&s);
    session_release(&s);
    arena_release(&a);
    return status;
}

int cmd_tool(int argc, char **argv) {
    if (argc < 2) {
        printf("compile\npprof\n");
        return 0;
    }
    if (!strcmp(argv[1], "compile")) {
        static const char *const bounds[] = {"timeout", "max-memory", "cgo", NULL};
        argc = bounds_take("tool compile", argc - 1, argv + 1, bounds);
        return argc < 0 ? 2 : compile(argc, argv + 1);
    }
    if (!strcmp(argv[1], "pprof")) return cmd_pprof(argc - 1, argv + 1);
    fprintf(stderr, "goesc: no such tool \"%s\"\n", argv[1]);
    return 2;
}
