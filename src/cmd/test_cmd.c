/* goesc test: go test as it is, and then why the benchmarks allocate.
 *
 * The go command does the testing: its output passes through and its exit status is ours. Where benchmarks
 * run and no memory profile is asked for, we ask for one of our own in a temporary directory; a profile that
 * is asked for serves as well. The go command profiles one package at a time; with several, it is run as it
 * was asked for, and we say so. */
#include "cmd/joined.h"
#include "load/env.h"
#include "load/load_int.h"
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct TestLine { /* what go test was told */
    bool bench, benchmem, compile_only, json, list, help;
    const char *memprofile, *memprofilerate, *output, *outputdir, *chdir, *cpu;
    VEC(char *) build; /* flags that the analysis needs too */
    StrVec packages;
} TestLine;

static bool one_of(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

/* Reads what concerns us; words that go test itself will refuse are its business. */
static void read_line(Arena *a, TestLine *t, int argc, char **argv) {
    static const char *const build_values[] = {"p",       "gcflags",   "tags",     "mod",
                                               "modfile", "buildmode", "compiler", "pgo"};
    static const char *const other_values[] = {"o",
                                               "asmflags",
                                               "ldflags",
                                               "gccgoflags",
                                               "overlay",
                                               "pkgdir",
                                               "installsuffix",
                                               "toolexec",
                                               "exec",
                                               "vet",
                                               "coverpkg",
                                               "covermode",
                                               "bench",
                                               "benchtime",
                                               "blockprofile",
                                               "blockprofilerate",
                                               "count",
                                               "coverprofile",
                                               "cpu",
                                               "cpuprofile",
                                               "fuzz",
                                               "fuzztime",
                                               "fuzzminimizetime",
                                               "list",
                                               "memprofile",
                                               "memprofilerate",
                                               "mutexprofile",
                                               "mutexprofilefraction",
                                               "outputdir",
                                               "parallel",
                                               "run",
                                               "skip",
                                               "shuffle",
                                               "timeout",
                                               "trace",
                                               "C"};
    static const char *const build_bools[] = {"race", "msan", "asan", "trimpath"};
    bool packages = true;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (arg[0] != '-' || !arg[1]) {
            if (packages) vec_push(a, &t->packages, arg);
            continue;
        }
        if (!strcmp(arg, "-args") || !strcmp(arg, "--args")) break;
        if (t->packages.n)
            packages = false; /* go test takes one run of packages; later words are the test's */
        const char *name = arg + (arg[1] == '-' ? 2 : 1);
        if (!strncmp(name, "test.", 5)) name += 5;
        const char *eq = strchr(name, '='), *val = eq ? eq + 1 : NULL;
        const char *bare = eq ? arena_strndup(a, name, (size_t)(eq - name)) : name;
        bool for_build = one_of(bare, build_values, COUNT_OF(build_values));
        if ((for_build || one_of(bare, other_values, COUNT_OF(other_values))) && !val && i + 1 < argc)
            val = argv[++i];
        if (for_build && val) vec_push(a, &t->build, arena_printf(a, "-%s=%s", bare, val));
        if (one_of(bare, build_bools, COUNT_OF(build_bools)))
            vec_push(a, &t->build, arena_printf(a, "%s", arg));
        bool on = !eq || (strcmp(val, "false") && strcmp(val, "0"));
        if (!strcmp(bare, "bench")) t->bench = val && *val;
        else if (!strcmp(bare, "benchmem")) t->benchmem = on;
        else if (!strcmp(bare, "c")) t->compile_only = on;
        else if (!strcmp(bare, "json")) t->json = on;
        else if (!strcmp(bare, "list")) t->list = val && *val;
        else if (!strcmp(bare, "h") || !strcmp(bare, "help") || !strcmp(bare, "n")) t->help = true;
        else if (!strcmp(bare, "memprofile")) t->memprofile = val;
        else if (!strcmp(bare, "memprofilerate")) t->memprofilerate = val;
        else if (!strcmp(bare, "o")) t->output = val;
        else if (!strcmp(bare, "outputdir")) t->outputdir = val;
        else if (!strcmp(bare, "C")) t->chdir = val;
    }
}

static const char *find_go(Arena *a) {
    const char *path = env_get(a, "PATH");
    for (const char *p = path; p && *p;) {
        size_t n = strcspn(p, ":");
        const char *file = arena_printf(a, "%.*s/go", (int)n, p);
        if (n && is_file(file) && access(file, X_OK) == 0) return file;
        p += n + (p[n] == ':');
    }
    const char *root = env_get(a, "GOROOT");
    const char *const places[] = {root && *root ? arena_printf(a, "%s/bin/go", root) : "",
                                  "/usr/local/go/bin/go", "/usr/lib/go/bin/go"};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (*places[i] && access(places[i], X_OK) == 0) return places[i];
    return NULL;
}

/* Runs the go command; its standard output passes through us, for the benchmarks in it. -1: it could not be
 * started. */
static int run_go(Arena *a, const char *go, char **words, StrVec *bench_lines) {
    int out[2];
    if (pipe(out) != 0) return -1;
    posix_spawn_file_actions_t fa;
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_adddup2(&fa, out[1], 1);
    posix_spawn_file_actions_addclose(&fa, out[0]);
    posix_spawn_file_actions_addclose(&fa, out[1]);
    pid_t pid;
    int rc = posix_spawn(&pid, go, &fa, NULL, words, environ);
    posix_spawn_file_actions_destroy(&fa);
    close(out[1]);
    if (rc != 0) {
        close(out[0]);
        errno = rc;
        return -1;
    }
    StrBuf line = STRBUF_INIT;
    char buf[8192];
    for (ssize_t n; (n = read(out[0], buf, sizeof buf)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        fwrite(buf, 1, (size_t)n, stdout);
        fflush(stdout);
        for (ssize_t i = 0; i < n; i++) {
            if (buf[i] != '\n') {
                if (line.n < 65536) sb_addc(&line, buf[i]);
                continue;
            }
            if (has_prefix(sb_str(&line), "Benchmark"))
                vec_push(a, bench_lines, arena_strndup(a, line.buf, line.n));
            line.n = 0;
        }
    }
    sb_release(&line);
    close(out[0]);
    int st = 0;
    while (waitpid(pid, &st, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
}

/* How many packages the go command would test: 1 when it is not known. */
static uint32_t count_packages(Arena *a, const TestLine *t) {
    char **words = NEW_ARRAY(a, char *, t->build.n + 2);
    int n = 0;
    words[n++] = arena_printf(a, "test");
    for (uint32_t i = 0; i < t->build.n; i++) words[n++] = t->build.v[i];
    bool meta = t->packages.n > 1;
    for (uint32_t i = 0; i < t->packages.n; i++) {
        if (has_suffix(t->packages.v[i], ".go")) return 1;
        meta = meta || pattern_is_meta(t->packages.v[i]);
    }
    if (!meta) return 1;
    CmdLine c;
    uint32_t roots = 1;
    if (cmdline_parse(&c, "test", n, words)) {
        Session s;
        if (session_init(&s, &c.build)) {
            StrVec v = t->packages;
            load_packages(&s, v.v, v.n, true);
            roots = s.nroots;
        }
        session_release(&s);
    }
    cmdline_release(&c);
    return roots;
}

static int report(Arena *a, TestLine *t, JoinedFlags *f) {
    struct stat st;
    if (stat(f->profile, &st) != 0 || !st.st_size) return 0; /* nothing was run */
    char **words = NEW_ARRAY(a, char *, t->build.n + 2 + t->packages.n);
    int n = 0;
    words[n++] = arena_printf(a, "test");
    for (uint32_t i = 0; i < t->build.n; i++) words[n++] = t->build.v[i];
    for (uint32_t i = 0; i < t->packages.n; i++) words[n++] = arena_printf(a, "%s", t->packages.v[i]);
    CmdLine c;
    int status = 2;
    if (cmdline_parse(&c, "test", n, words)) {
        putchar('\n');
        status = joined_report("test", &c, f);
    }
    cmdline_release(&c);
    return status;
}

int cmd_test(int argc, char **argv) {
    Arena a;
    arena_init(&a);
    JoinedFlags f = {0};
    TestLine t = {0};
    int status = 2;
    argc = joined_own_flags(&a, "test", argc, argv, true, &f);
    if (argc < 0) {
        arena_release(&a);
        return 2;
    }
    read_line(&a, &t, argc, argv);
    const char *go = find_go(&a);
    if (!go) {
        fprintf(stderr,
                "goesc test: there is no go command in $PATH or $GOROOT/bin; it is what runs the tests\n");
        arena_release(&a);
        return 1;
    }
    if (t.chdir) { /* the report looks from there too */
        if (chdir(t.chdir) != 0) {
            fprintf(stderr, "go: chdir %s: %s\n", t.chdir, errno_text(errno));
            arena_release(&a);
            return 1;
        }
        unsetenv("PWD");
    }
    bool joins = (t.bench || t.benchmem || t.memprofile) && !t.compile_only && !t.list && !t.help;
    char *dir = NULL;
    if (joins && !t.memprofile) {
        uint32_t n = count_packages(&a, &t);
        if (n > 1) {
            fprintf(stderr,
                    "goesc test: %u packages, and go test profiles one at a time: name one for the report of "
                    "why it allocates\n",
                    n);
            joins = false;
        } else {
            const char *tmp = env_get(&a, "TMPDIR");
            dir = arena_printf(&a, "%s/goesc-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
            if (!mkdtemp(dir)) {
                fprintf(stderr, "goesc test: cannot make a directory in %s: %s\n", tmp && *tmp ? tmp : "/tmp",
                        errno_text(errno));
                dir = NULL;
                joins = false;
            }
        }
    }
    VEC(char *) words = {0};
    vec_push(&a, &words, arena_printf(&a, "go"));
    vec_push(&a, &words, arena_printf(&a, "test"));
    if (dir) {
        vec_push(&a, &words, arena_printf(&a, "-memprofile=%s/mem.out", dir));
        if (!t.output)
            vec_push(&a, &words, arena_printf(&a, "-o=%s/test.exe", dir)); /* else it would stay here */
    }
    for (int i = 1; i < argc; i++) {
        if (t.chdir && (!strcmp(argv[i], "-C") || !strcmp(argv[i], "--C"))) {
            i++;
            continue;
        }
        if (t.chdir && (has_prefix(argv[i], "-C=") || has_prefix(argv[i], "--C="))) continue;
        vec_push(&a, &words, argv[i]);
    }
    vec_push(&a, &words, NULL);
    fflush(stdout);
    status = run_go(&a, go, words.v, &f.bench_lines);
    if (status < 0) {
        fprintf(stderr, "goesc test: cannot start %s: %s\n", go, errno_text(errno));
        status = 1;
        joins = false;
    }
    if (joins) {
        f.title = dir ? "memory profile" : NULL;
        f.profile = dir ? arena_printf(&a, "%s/mem.out", dir) : t.memprofile;
        if (!dir && t.outputdir && f.profile[0] != '/')
            f.profile = arena_printf(&a, "%s/%s", t.outputdir, f.profile);
        if (status == 0) {
            int r = report(&a, &t, &f);
            if (r) fprintf(stderr, "goesc test: no report\n");
        }
    }
    if (dir) {
        unlink(arena_printf(&a, "%s/mem.out", dir));
        unlink(arena_printf(&a, "%s/test.exe", dir));
        rmdir(dir);
    }
    arena_release(&a);
    return status;
}
