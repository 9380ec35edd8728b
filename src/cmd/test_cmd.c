/* goesc test: go test as it is, and then why the benchmarks allocate.
 *
 * The go command does the testing: its output passes through and its exit status is ours. Where benchmarks
 * run and no memory profile is asked for, each test program is told to write one: go test's flag -exec names
 * us as the program that runs test programs, and cmd_test_exec becomes the test program, with one flag more.
 * So nothing else of what go test does changes, several packages can be profiled (which go test -memprofile
 * refuses), and nothing stays behind but in a temporary directory, which we remove. A profile that is asked
 * for serves as well. */
#include "base/limits.h"
#include "base/machine.h"
#include "base/spawn.h"
#include "base/tempdir.h"
#include "cmd/joined.h"
#include "load/env.h"
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct TestLine { /* what go test was told */
    bool bench, benchmem, compile_only, json, list, help, fuzz, keep /* -work */;
    const char *memprofile, *outputdir, *chdir, *benchtime, *exec;
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
        else if (!strcmp(bare, "work")) t->keep = on;
        else if (!strcmp(bare, "list")) t->list = val && *val;
        else if (!strcmp(bare, "h") || !strcmp(bare, "help") || !strcmp(bare, "n")) t->help = true;
        else if (!strcmp(bare, "memprofile")) t->memprofile = val;
        else if (!strcmp(bare, "benchtime")) t->benchtime = val;
        else if (!strcmp(bare, "exec")) t->exec = val;
        else if (!strcmp(bare, "fuzz")) t->fuzz = val && *val;
        else if (!strcmp(bare, "outputdir")) t->outputdir = val;
        else if (!strcmp(bare, "C")) t->chdir = val;
    }
}

static const char *find_go(Arena *a) {
    const char *why, *go = spawn_find(a, "go", &why);
    if (go) return go;
    const char *root = env_get(a, "GOROOT");
    const char *const places[] = {root && *root ? arena_printf(a, "%s/bin/go", root) : "",
                                  "/usr/local/go/bin/go", "/usr/lib/go/bin/go"};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (*places[i] && access(places[i], X_OK) == 0) return places[i];
    return NULL;
}

/* ---- running ---- */

typedef struct Output { /* what is read of go test's output while it passes through */
    Arena *a;
    JoinedFlags *f;
    bool json;
    const char *pkg; /* of the benchmarks that follow */
    StrBuf line;
    Map partial; /* -json: package → the start of a line whose rest is still to come */
} Output;

static void take_line(Output *o, const char *pkg, const char *line) {
    if (has_prefix(line, "pkg: ")) o->pkg = arena_strndup(o->a, line + 5, strcspn(line + 5, "\r\n"));
    if (has_prefix(line, "Benchmark"))
        vec_push(o->a, &o->f->bench_lines, ((BenchLine){pkg ? pkg : o->pkg, arena_printf(o->a, "%s", line)}));
}

/* A string of a JSON object on one line, as test2json writes it; NULL: it is not there. */
static char *json_string(Arena *a, const char *line, const char *name) {
    const char *p = strstr(line, arena_printf(a, "\"%s\":\"", name));
    if (!p) return NULL;
    p += strlen(name) + 4;
    StrBuf sb = STRBUF_INIT;
    for (; *p && *p != '"'; p++) {
        if (*p != '\\' || !p[1]) sb_addc(&sb, *p);
        else if (*++p == 'n') sb_addc(&sb, '\n');
        else if (*p == 't') sb_addc(&sb, '\t');
        else if (*p == 'u' && strlen(p) > 4)
            sb_addc(&sb, (char)strtol(arena_strndup(a, p + 1, 4), NULL, 16)), p += 4;
        else sb_addc(&sb, *p);
    }
    char *s = sb_arena(&sb, a);
    return s;
}

static void take_event(Output *o, const char *line) {
    if (!strstr(line, "\"Action\":\"output\"")) return;
    const char *pkg = json_string(o->a, line, "Package"), *text = json_string(o->a, line, "Output");
    if (!pkg || !text) return;
    const Name *nm = name_of(pkg);
    const char *before = smap_get(&o->partial, nm);
    text = arena_printf(o->a, "%s%s", before ? before : "", text);
    for (const char *nl; (nl = strchr(text, '\n')); text = nl + 1)
        take_line(o, pkg, arena_strndup(o->a, text, (size_t)(nl - text)));
    smap_put(&o->partial, nm, (void *)(uintptr_t)text);
}

static void take_output(Output *o, const char *buf, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (buf[i] != '\n') {
            if (o->line.n < 65536) sb_addc(&o->line, buf[i]);
            continue;
        }
        if (o->json) take_event(o, sb_str(&o->line));
        else take_line(o, NULL, sb_str(&o->line));
        o->line.n = 0;
    }
}

/* A signal to us: the terminal sends its own to the go command and what it runs too, others we hand on. over:
 * those that end the go command at once. */
static void pass_signal(int fd, pid_t pid, bool *interrupted, int *over) {
    LimitSignal s;
    if (read(fd, &s, sizeof s) != sizeof s) return;
    *interrupted = true;
    if (s.sig == SIGTERM || s.sig == SIGHUP) *over = s.sig;
    if (!s.from_kernel) machine_signal_tree(pid, s.sig);
}

/* Hands on what can be read; closes it at its end, or when nobody reads us. */
static void pass_on(struct pollfd *from, FILE *to, Output *o) {
    char buf[8192];
    ssize_t n = read(from->fd, buf, sizeof buf);
    if (n < 0 && errno == EINTR) return;
    if (n > 0) {
        if (o) take_output(o, buf, (size_t)n);
        if (fwrite(buf, 1, (size_t)n, to) == (size_t)n && fflush(to) == 0) return;
    }
    close(from->fd);
    from->fd = -1;
}

/* Runs the go command; its standard output passes through us, for the benchmarks in it; so does its standard
 * error if that is a terminal, for what it says names files. -1: it could not be started. Signals are its
 * business meanwhile, but those that would leave its programs running end us, too. */
static int run_go(const char *go, const StrVec *words, Output *o, bool *interrupted) {
    int out[2], err[2] = {-1, -1};
    if (pipe2(out, O_CLOEXEC) != 0) return -1;
    if (term_is_screen(stderr) && pipe2(err, O_CLOEXEC) != 0) {
        int e = errno;
        close(out[0]);
        close(out[1]);
        errno = e;
        return -1;
    }
    machine_adopt_orphans();
    int sig = limits_take_signals(), over = 0;
    Spawn test = {.program = PROGRAM_GO_TEST,
                  .path = go,
                  .args = words,
                  .in = 0,
                  .out = out[1],
                  .err = err[1] >= 0 ? err[1] : 2,
                  .as_user = true};
    pid_t pid = sig < 0 ? -1 : spawn_start(&test);
    int rc = pid < 0 ? errno : 0;
    close(out[1]);
    if (err[1] >= 0) close(err[1]);
    if (rc == 0) {
        struct pollfd fds[] = {{.fd = out[0], .events = POLLIN},
                               {.fd = sig, .events = POLLIN},
                               {.fd = err[0], .events = POLLIN}}; /* poll leaves out what is negative */
        while (fds[0].fd >= 0 || fds[2].fd >= 0) {
            if (poll(fds, COUNT_OF(fds), -1) < 0) {
                if (errno == EINTR) continue;
                break;
            }
            if (fds[1].revents) pass_signal(sig, pid, interrupted, &over);
            if (over) break;
            if (fds[2].revents) pass_on(&fds[2], stderr, NULL);
            if (fds[0].revents) pass_on(&fds[0], stdout, o);
        }
        out[0] = fds[0].fd;
        err[0] = fds[2].fd;
    }
    if (out[0] >= 0) close(out[0]);
    if (err[0] >= 0) close(err[0]);
    if (over) limits_die(over); /* with all that runs */
    int status = rc == 0 ? spawn_wait(pid) : -1;
    if (*interrupted) machine_kill_orphans(); /* test programs that go did not wait for */
    limits_give_signals(sig);
    if (*interrupted && status > 128) limits_die(status - 128); /* as it did */
    errno = rc;
    return status;
}

/* ---- the test programs ---- */

/* goesc test-exec DIR [COMMAND...] PROGRAM FLAGS...: what go test runs in the place of a test program.
 * Becomes the program, which writes its memory profile into DIR; beside it stands the package's directory. */
int cmd_test_exec(int argc, char **argv) {
    if (argc < 3) return 2;
    Arena a;
    arena_init(&a);
    const char *dir = argv[1], *profile = "";
    int fd = -1;
    for (int n = 1; n < 100000 && fd < 0; n++) {
        profile = arena_printf(&a, "%s/%05d", dir, n);
        fd = open(profile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST) break;
    }
    char *cwd = getcwd(NULL, 0);
    if (fd >= 0 && cwd && write(fd, cwd, strlen(cwd)) < 0) profile = "";
    libc_free(cwd);
    if (fd >= 0) close(fd);
    StrVec words = {0};
    bool added = fd < 0; /* then without a profile */
    for (int i = 2; i < argc; i++) {
        if (!added &&
            has_prefix(argv[i],
                       "-test.")) { /* go test's own flag is the first, after any -exec of the user's */
            vec_push(&a, &words, arena_printf(&a, "-test.memprofile=%s.mem", profile));
            added = true;
        }
        vec_push(&a, &words, argv[i]);
    }
    const char *why, *path = spawn_find(&a, argv[2], &why);
    if (!path) {
        fprintf(stderr, "%s\n", why);
        arena_release(&a);
        return 1;
    }
    Spawn test = {.program = PROGRAM_TEST, .path = path, .args = &words, .as_user = true};
    for (int tries = 0; tries < 100; tries++) { /* a program just linked can still be open for writing */
        spawn_become(&test);
        if (errno != ETXTBSY) break;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fprintf(stderr, "fork/exec %s: %s\n", path, errno_text(errno));
    arena_release(&a);
    return 1;
}

/* A word for -exec, whose words are split at blanks outside of quotes; there is no escape. NULL: not
 * possible. */
static const char *exec_word(Arena *a, const char *s) {
    if (!strpbrk(s, " \t\r\n'\"")) return s;
    if (!strchr(s, '\'')) return arena_printf(a, "'%s'", s);
    return strchr(s, '"') ? NULL : arena_printf(a, "\"%s\"", s);
}

/* What the go command runs programs for another machine with. */
static const char *foreign_exec(Arena *a) {
    const char *os = env_get(a, "GOOS"), *arch = env_get(a, "GOARCH");
    if (!*os && !*arch) return "";
    const char *name = arena_printf(a, "go_%s_%s_exec", *os ? os : "linux", *arch ? arch : "amd64");
    for (const char *p = env_get(a, "PATH"); *p;) {
        size_t n = strcspn(p, ":");
        const char *file = arena_printf(a, "%.*s/%s", (int)n, p, name);
        if (n && access(file, X_OK) == 0) return exec_word(a, file);
        p += n + (p[n] == ':');
    }
    return "";
}

/* The value of -exec that makes each test program write a profile into dir; NULL: it can't be said. */
static const char *our_exec(Arena *a, const TestLine *t, const char *dir) {
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return NULL;
    self[n] = 0;
    const char *me = exec_word(a, self), *to = exec_word(a, dir),
               *theirs = t->exec ? t->exec : foreign_exec(a);
    if (!me || !to || !theirs) return NULL;
    return arena_printf(a, "-exec=%s test-exec %s %s", me, to, theirs);
}

/* ---- reports ---- */

/* One file a package: enc.html, and for several packages enc-example.com_m_enc.html. */
static const char *file_for(Arena *a, const char *file, const char *pkg) {
    if (!file || !strcmp(file, "-")) return file;
    const char *dot = strrchr(file, '.'), *slash = strrchr(file, '/');
    size_t n = dot && (!slash || dot > slash) ? (size_t)(dot - file) : strlen(file);
    char *out = arena_printf(a, "%.*s-%s%s", (int)n, file, pkg, file + n);
    for (char *p = out + n; *p && p < out + n + 1 + strlen(pkg); p++)
        if (*p == '/') *p = '_';
    return out;
}

/* The flags for the analysis; with packages, those that were named, too. */
static bool analysis_line(Arena *a, const TestLine *t, bool packages, CmdLine *c) {
    char **words = NEW_ARRAY(a, char *, t->build.n + 2 + t->packages.n);
    int n = 0;
    words[n++] = arena_printf(a, "test");
    for (uint32_t i = 0; i < t->build.n; i++) words[n++] = t->build.v[i];
    for (uint32_t i = 0; packages && i < t->packages.n; i++)
        words[n++] = arena_printf(a, "%s", t->packages.v[i]);
    return cmdline_parse(c, "test", n, words);
}

/* The package in that directory. */
static const char *package_in(Arena *a, const TestLine *t, const char *dir) {
    CmdLine c;
    const char *pkg = analysis_line(a, t, false, &c) ? joined_package(&c, dir) : NULL;
    if (pkg) pkg = arena_printf(a, "%s", pkg);
    cmdline_release(&c);
    return pkg;
}

static bool report(Arena *a, const TestLine *t, JoinedFlags *f, const char *dir) {
    f->dir = dir;
    f->is_test = true;
    CmdLine c;
    bool good = false;
    if (analysis_line(a, t, !dir, &c)) {
        fputc('\n', f->to_stderr ? stderr : stdout);
        good = joined_report("test", &c, f) == 0;
    }
    cmdline_release(&c);
    return good;
}

static bool has_profile(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && st.st_size > 0;
}

/* The reports of the profiles in dir. */
static void report_all(Arena *a, const TestLine *t, JoinedFlags *f, const char *dir, bool failed) {
    VEC(const char *) profiles = {0};
    for (int n = 1;; n++) {
        const char *name = arena_printf(a, "%s/%05d", dir, n), *mem = arena_printf(a, "%s.mem", name);
        if (access(name, F_OK) != 0) break;
        if (has_profile(mem)) vec_push(a, &profiles, name);
    }
    if ((t->bench || failed) && !f->bench_lines.n) {
        if (!failed) fputs("goesc test: no benchmark was run, so there is no report\n", stderr);
        return;
    }
    const char *html = f->html, *json = f->json_file;
    for (uint32_t i = 0; i < profiles.n; i++) {
        const char *mem = arena_printf(a, "%s.mem", profiles.v[i]), *err;
        Str where;
        if (!read_file(a, profiles.v[i], &where, &err)) continue;
        const char *pkg = joined_tested(a, mem), *in = arena_strndup(a, where.p, where.n);
        if (!pkg && profiles.n > 1) pkg = package_in(a, t, in);
        bool any = profiles.n == 1 || !f->bench_lines.n;
        for (uint32_t k = 0; pkg && k < f->bench_lines.n && !any; k++)
            any = f->bench_lines.v[k].pkg && !strcmp(f->bench_lines.v[k].pkg, pkg);
        if (!any) continue; /* it has no benchmarks */
        bool several = profiles.n > 1;
        f->profiles.n = 0;
        vec_push(a, &f->profiles, mem);
        f->title = several && pkg ? arena_printf(a, "memory profile of %s", pkg) : "memory profile";
        f->html = several ? file_for(a, html, pkg ? pkg : "package") : html;
        f->json_file = several ? file_for(a, json, pkg ? pkg : "package") : json;
        JoinedFlags one = *f;
        if (!report(a, t, &one, several ? in : NULL)) fputs("goesc test: no report\n", stderr);
    }
}

/* The flags of go test in a row: ours taken out, -exec ours, -C done. */
static StrVec *go_words(Arena *a, const TestLine *t, int argc, char **argv, const char *exec) {
    StrVec *words = NEW(a, StrVec);
    vec_push(a, words, "go");
    vec_push(a, words, "test");
    if (exec) vec_push(a, words, exec);
    bool args = false;
    for (int i = 1; i < argc; i++) {
        const char *w = argv[i] + (argv[i][0] == '-' && argv[i][1] == '-');
        args = args || !strcmp(w, "-args");
        bool drop_c = !args && t->chdir && (!strcmp(w, "-C") || has_prefix(w, "-C="));
        bool drop_exec = !args && exec && t->exec && (!strcmp(w, "-exec") || has_prefix(w, "-exec="));
        if (drop_c || drop_exec) i += !strchr(w, '=');
        else vec_push(a, words, argv[i]);
    }
    return words;
}

static int run_and_report(Arena *a, const char *go, TestLine *t, JoinedFlags *f, int argc, char **argv) {
    bool joins =
        (t->bench || t->benchmem || t->memprofile) && !t->compile_only && !t->list && !t->help && !t->fuzz;
    /* go makes its own folders in ours: however it ends, they are gone with it */
    const char *why, *dir = tempdir_make(a, env_get(a, "GOTMPDIR"), "goesc-test", false, &why), *exec = NULL;
    if (!dir) fprintf(stderr, "goesc test: %s\n", why);
    else if (!t->keep) setenv("GOTMPDIR", dir, 1);
    bool profiles = joins && !t->memprofile && dir;
    if (profiles) {
        exec = our_exec(a, t, dir);
        if (!exec) fprintf(stderr, "goesc test: cannot be named to go test -exec, so there is no report\n");
    }
    Output o = {.a = a, .f = f, .json = t->json, .line = STRBUF_INIT, .partial = {.arena = a}};
    bool interrupted = false;
    fflush(stdout);
    int status = run_go(go, go_words(a, t, argc, argv, exec), &o, &interrupted);
    sb_release(&o.line);
    if (status < 0) {
        fprintf(stderr, "goesc test: cannot start %s: %s\n", go, errno_text(errno));
        status = 1;
        joins = false;
    }
    limits_restart_clock(); /* the time of the tests is their own: go test has its -timeout */
    if (joins && !bounds_time_from_env()) joins = false;
    f->to_stderr = t->json; /* what reads go's JSON must find nothing else */
    char *end;
    int64_t times = t->benchtime ? strtoll(t->benchtime, &end, 10) : 0;
    f->benchtime = times > 0 && !strcmp(end, "x") ? times : 0;
    if (joins && !interrupted && profiles && exec) {
        report_all(a, t, f, dir, status != 0);
    } else if (joins && !interrupted && t->memprofile && status == 0) {
        const char *path = t->memprofile;
        if (t->outputdir && path[0] != '/') path = arena_printf(a, "%s/%s", t->outputdir, path);
        vec_push(a, &f->profiles, path);
        if (has_profile(path) && !report(a, t, f, NULL)) fputs("goesc test: no report\n", stderr);
    }
    if (dir) tempdir_remove(dir);
    return status;
}

int cmd_test(int argc, char **argv) {
    Arena a;
    arena_init(&a);
    JoinedFlags f = {0};
    TestLine t = {0};
    int status = 2;
    static const char *const bounds[] = {"max-memory", "cgo", NULL}; /* -timeout is go test's */
    if (!bounds_memory_from_env() || (argc = bounds_take("test", argc, argv, bounds)) < 0) return 2;
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
        status = 1;
    } else if (t.chdir && chdir(t.chdir) != 0) { /* the report looks from there too */
        fprintf(stderr, "go: chdir %s: %s\n", t.chdir, errno_text(errno));
        status = 1;
    } else {
        if (t.chdir) unsetenv("PWD");
        status = run_and_report(&a, go, &t, &f, argc, argv);
    }
    arena_release(&a);
    return status;
}
