/* typecheck: the type checker alone, for its tests. Reads jobs from standard input, a line each, fields separated by
 * tabs:
 *
 *     pkg   PATH  LANG         a package that later ones may import; checked when its lines end
 *     test  NAME  LANG  FLAGS  a package that is checked in a process of its own (it may crash, or never end)
 *     comp  NAME  LANG  FLAGS  the same as the compiler does it, reported as `go tool compile -e` prints
 *     file  PATH               a file of the package begun last
 *     imap  FROM  TO           its import "FROM" means the package TO
 *
 * LANG is go1.N or "-"; FLAGS are letters: c: import "C" is a fake package.
 * Errors are printed as "NAME<tab>FILE<tab>LINE<tab>COLUMN<tab>MESSAGE" with \n and \\ escaped; for a test the line
 * "NAME<tab>end<tab>STATUS" follows (the wait status). With -v each package's time is printed. */
#include "base/diag.h"
#include "base/fault.h"
#include "syntax/parse.h"
#include "types/types.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct Job {
    const char *name, *lang, *flags;
    bool test, compile; /* compile implies test */
    VEC(const char *) files;
    Map imports; /* Name* → Name* */
} Job;

typedef struct Tool {
    Map packages; /* Name* of the path → Package* */
    Job job;
    bool open, verbose, compiler;
} Tool;

static Str read_file(Arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) BUG("cannot read %s", path);
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    char *buf = arena_alloc(a, n + 1);
    if (fread(buf, 1, n, f) != n) BUG("cannot read %s", path);
    fclose(f);
    return (Str){buf, n};
}

static Package *import(void *ctx, const char *path, const char **err) {
    Tool *t = ctx;
    const Name *name = name_of(path), *to = map_get(&t->job.imports, PKEY(name));
    Package *p = map_get(&t->packages, PKEY(to ? to : name));
    if (!p) *err = "open : no such file or directory";
    return p;
}

static void print_escaped(const char *p) {
    for (; *p; p++) {
        if (*p == '\n') fputs("\\n", stdout);
        else if (*p == '\\') fputs("\\\\", stdout);
        else putchar(*p);
    }
    putchar('\n');
}

static void print_error(const Job *j, const Diag *d) {
    printf("%s\t%s\t%u\t%u\t", j->name, posbase_get(pos_base(d->pos))->filename, pos_line(d->pos), pos_col(d->pos));
    print_escaped(d->msg);
}

static Package *check(Tool *t, Arena *arena) {
    Job *j = &t->job;
    DiagSink diags;
    diag_init(&diags, arena);
    File **files = NEW_ARRAY(arena, File *, j->files.n + 1);
    uint32_t n = 0;
    ParseOptions opts = {.std = !j->test, .compiling_runtime = !j->test, .pkg_path = j->name};
    opts.no_branch_checks = opts.no_pragmas = j->test && !j->compile;
    for (uint32_t i = 0; i < j->files.n; i++) {
        const char *path = j->files.v[i];
        File *f = parse_file_opts(arena, posbase_new_file(path), path, read_file(arena, path), &diags, &opts);
        if (f) files[n++] = f;
    }
    TypesConfig conf = {
        .go_version = strcmp(j->lang, "-") == 0 ? NULL : j->lang,
        .sizes = sizes_for_arch("amd64"),
        .ignore_branch_errors = !j->test || j->compile,
        .fake_import_c = strchr(j->flags, 'c') != NULL,
        .test_builtins = j->test && !j->compile,
        .compiler = !j->test || j->compile,
        .goroot = getenv("GOROOT"),
        .diags = &diags,
        .import = import,
        .import_ctx = t,
    };
    const char *path = j->name;
    bool syntax = n < j->files.n;
    for (uint32_t i = 0; i < diags.diags.n; i++) syntax |= diags.diags.v[i].syntax;
    if (j->test) path = n > 0 ? files[0]->pkg_name->name->s : "p";
    Package *pkg = NULL;
    if (n > 0 && !(j->compile && syntax)) pkg = types_check_package(arena, path, files, n, &conf);
    if (pkg && (!j->test || j->compile) && diags.diags.n == 0)
        types_check_compiler(pkg, &(CompilerRules){.diags = &diags, .go_version = conf.go_version});
    if (j->compile) {
        StrBuf sb = STRBUF_INIT;
        diag_format(&diags, &sb, 0);
        printf("%s\tout\t", j->name);
        print_escaped(sb_str(&sb));
        sb_release(&sb);
        fflush(stdout);
        return pkg;
    }
    for (uint32_t i = 0; i < diags.diags.n; i++) print_error(j, &diags.diags.v[i]);
    fflush(stdout);
    return pkg;
}

static double now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void run_test(Tool *t) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(20);
        Arena arena;
        arena_init(&arena);
        check(t, &arena);
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    printf("%s\tend\t%d\n", t->job.name, status);
}

static void run_job(Tool *t) {
    if (!t->open) return;
    t->open = false;
    if (t->job.test) {
        run_test(t);
    } else {
        double start = now();
        Arena *arena = xcalloc(1, sizeof *arena);
        arena_init(arena);
        Fault f;
        FAULT_ENTER(&f);
        if (setjmp(f.env) == 0) {
            Package *p = check(t, arena);
            map_put(&t->packages, PKEY(name_of(t->job.name)), p);
        } else {
            printf("%s\tbug\t0\t0\t%s\n", t->job.name, f.msg);
        }
        fault_leave(&f);
        if (t->verbose) printf("%s\ttime\t%.1f\t%zu\n", t->job.name, (now() - start) * 1000, arena->total);
    }
    vec_free(&t->job.files);
    map_release(&t->job.imports);
}

static void *work(void *ctx) {
    Tool *t = ctx;
    char *line = NULL;
    size_t cap = 0;
    double start = now();
    types_init();
    while (getline(&line, &cap, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *field[4] = {NULL};
        char *rest = line;
        for (int i = 0; i < 4 && rest; i++) field[i] = strsep(&rest, "\t");
        bool compile = strcmp(field[0], "comp") == 0, test = compile || strcmp(field[0], "test") == 0;
        if (strcmp(field[0], "pkg") == 0 || test) {
            run_job(t);
            t->open = true;
            t->job = (Job){.name = name_of(field[1])->s, .lang = name_of(field[2])->s, .test = test, .compile = compile};
            t->job.flags = field[3] ? name_of(field[3])->s : "";
        } else if (strcmp(field[0], "file") == 0) {
            vec_push(NULL, &t->job.files, name_of(field[1])->s);
        } else if (strcmp(field[0], "imap") == 0) {
            map_put(&t->job.imports, PKEY(name_of(field[1])), (void *)(uintptr_t)name_of(field[2]));
        }
    }
    run_job(t);
    if (t->verbose) {
        struct rusage ru;
        getrusage(RUSAGE_SELF, &ru);
        printf("total\ttime\t%.1f\t%ld KB\n", (now() - start) * 1000, ru.ru_maxrss);
    }
    free(line);
    return NULL;
}

int main(int argc, char **argv) {
    Tool t = {.verbose = argc > 1 && strcmp(argv[1], "-v") == 0};
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)512 << 20);
    if (pthread_create(&thread, &attr, work, &t) != 0) return 2;
    pthread_join(thread, NULL);
    map_release(&t.packages);
    return 0;
}
