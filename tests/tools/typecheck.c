/* typecheck: the type checker alone, for its tests. Reads jobs from standard input, a line each, fields
 * separated by tabs:
 *
 *     pkg   PATH  LANG         a package that later ones may import; checked when its lines end
 *     test  NAME  LANG  FLAGS  a package that is checked in a process of its own (it may crash, or never end)
 *     comp  NAME  LANG  FLAGS  the same as the compiler does it, reported as `go tool compile -e` prints
 *     file  PATH               a file of the package begun last
 *     imap  FROM  TO           its import "FROM" means the package TO
 *
 * LANG is go1.N or "-"; FLAGS are letters: c: import "C" is a fake package.
 * Errors are printed as "NAME<tab>FILE<tab>LINE<tab>COLUMN<tab>MESSAGE" with \n and \\ escaped; for a test
 * the line "NAME<tab>end<tab>STATUS" follows (the wait status). With -v each package's time is printed, with
 * -jN packages (not tests) are checked by N threads, each as soon as what it imports is there. With -D what
 * the checker found is printed for comparison with go/types:
 *
 *     P PATH / I VARIABLE / F FILE     package, its variables in order of initialization, file
 *     LINE:COL D|U OBJECT [inst TARGS] [=MODE TYPE VALUE]
 *     LINE:COL KIND =MODE TYPE [VALUE] [selKIND PATH INDIRECT] */
#define GOESC_STARTS_PROGRAMS /* banned.h: a test that hangs is ended with its process */
#include "base/diag.h"
#include "base/fault.h"
#include "syntax/parse.h"
#include "types/const.h"
#include "types/types.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct Job {
    const char *name, *lang, *flags;
    bool finished;
    bool test, compile; /* compile implies test */
    VEC(const char *) files;
    Map imports; /* Name* → Name* */
} Job;

/* What the threads share. */
typedef struct Tool {
    TypeStore *store; /* of all packages */
    pthread_mutex_t lock;
    pthread_cond_t done; /* a package is complete */
    Map packages;        /* Name* of the path → Package*; absent: not complete */
    VEC(Job *) jobs;
    uint32_t next;
    bool verbose, dump;
} Tool;

/* One job in progress. */
typedef struct Work {
    Tool *tool;
    Job *job;
} Work;

/* ---- -D: what the checker left in the tree ---- */

static const char *kind_name(const Node *n) {
    switch (n->kind) {
    case N_NAME: return "name";
    case N_BASIC_LIT: return "lit";
    case N_COMPOSITE_LIT: return "complit";
    case N_FUNC_LIT: return "funclit";
    case N_PAREN: return "paren";
    case N_SELECTOR: return "selector";
    case N_INDEX: return "index";
    case N_SLICE: return "slice";
    case N_ASSERT: return "assert";
    case N_CALL: return "call";
    case N_OPERATION: return "op";
    case N_ARRAY_TYPE:
    case N_SLICE_TYPE: return "arraytype";
    case N_STRUCT_TYPE: return "structtype";
    case N_FUNC_TYPE: return "functype";
    case N_INTERFACE_TYPE: return "interfacetype";
    case N_MAP_TYPE: return "maptype";
    case N_CHAN_TYPE: return "chantype";
    case N_DOTS_TYPE: return "dots";
    default: return NULL;
    }
}

static const char *mode_name(const Expr *e) {
    switch (EI_MODE(e)) {
    case MODE_NOVALUE: return "void";
    case MODE_TYPE: return "type";
    case MODE_BUILTIN: return "builtin";
    case MODE_CONST: return "const";
    case MODE_VARIABLE: return "variable";
    case MODE_MAPINDEX: return "mapindex";
    case MODE_COMMAOK: return "commaok";
    case MODE_INVALID: return "invalid";
    default: return "value";
    }
}

static void put_object(StrBuf *sb, const Object *o) {
    static const char *const kinds[] = {
        [OBJ_CONST] = "const", [OBJ_VAR] = "var", [OBJ_TYPENAME] = "type", [OBJ_FUNC] = "func"};
    switch (o->kind) {
    case OBJ_PKGNAME: sb_printf(sb, "pkg %s", o->name->s); break;
    case OBJ_LABEL: sb_adds(sb, "label"); break;
    case OBJ_BUILTIN: sb_printf(sb, "builtin %s", o->name->s); break;
    case OBJ_NIL: sb_adds(sb, "nil"); break;
    default: sb_printf(sb, "%s %s %s", kinds[o->kind], o->name->s, type_string(o->typ, NULL)); break;
    }
}

static void put_type_and_value(StrBuf *sb, const Expr *e) {
    sb_printf(sb, " =%s", mode_name(e));
    if (EI_MODE(e) == MODE_NOVALUE) return;
    sb_printf(sb, " %s", type_string(e->type, NULL));
    if (!e->val) return;
    StrBuf v = STRBUF_INIT;
    const_format_exact(&v, e->val);
    sb_printf(sb, " %.200s", sb_str(&v));
    sb_release(&v);
}

static bool dump_node(void *node, void *ctx) {
    StrBuf *sb = ctx;
    const char *kind = kind_name(node);
    if (!kind) return true;
    const Expr *e = node;
    if (e->n.flags & NF_IMPLICIT) return true;
    Pos pos = node_start(node);
    if (e->n.kind == N_NAME) {
        const NameExpr *name = node;
        Object *o = name->def ? name->def : name->use;
        if (o) {
            sb_printf(sb, "%u:%u %c ", pos_line(pos), pos_col(pos), name->def ? 'D' : 'U');
            put_object(sb, o);
            if (!name->def && name->inst) {
                sb_adds(sb, " inst");
                for (uint32_t i = 0; i < tlist_len(name->inst->targs); i++)
                    sb_printf(sb, " %s", type_string(name->inst->targs->v[i], NULL));
            }
            if (!name->def && (e->n.info_flags & EI_RECORDED)) put_type_and_value(sb, e);
            sb_addc(sb, '\n');
            return true;
        }
    }
    if (!(e->n.info_flags & EI_RECORDED)) return true;
    sb_printf(sb, "%u:%u %s", pos_line(pos), pos_col(pos), kind);
    put_type_and_value(sb, e);
    if (e->n.kind == N_SELECTOR && AS(SelectorExpr, node)->selection) {
        const Selection *sel = AS(SelectorExpr, node)->selection;
        sb_printf(sb, " sel%d [", (int)sel->kind);
        for (uint32_t i = 0; i < sel->nindex; i++) sb_printf(sb, i ? " %d" : "%d", sel->index[i]);
        sb_printf(sb, "] %s", sel->indirect ? "true" : "false");
    }
    sb_addc(sb, '\n');
    return true;
}

static void dump_package(StrBuf *sb, const Package *pkg) {
    sb_printf(sb, "P %s\n", pkg->path->s);
    for (uint32_t i = 0; i < pkg->init_order.n; i++)
        sb_printf(sb, "I %s\n", pkg->init_order.v[i]->lhs[0]->name->s);
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        sb_printf(sb, "F %s\n", pkg->files[i]->path);
        node_walk(pkg->files[i], dump_node, sb);
    }
}

/* ---- jobs ---- */

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

/* The package named by path; waits for one that another thread is checking. */
static Package *import(void *ctx, const char *path, const char **err) {
    Work *w = ctx;
    Tool *t = w->tool;
    const Name *name = name_of(path), *to = map_get(&w->job->imports, PKEY(name));
    if (!to) to = name;
    pthread_mutex_lock(&t->lock);
    Package *p;
    for (;;) {
        p = map_get(&t->packages, PKEY(to));
        bool pending = false;
        for (uint32_t i = 0; i < t->jobs.n && !p && !pending; i++)
            pending = !t->jobs.v[i]->test && !t->jobs.v[i]->finished && t->jobs.v[i] != w->job &&
                      strcmp(t->jobs.v[i]->name, to->s) == 0;
        if (!pending) break;
        pthread_cond_wait(&t->done, &t->lock);
    }
    pthread_mutex_unlock(&t->lock);
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
    printf("%s\t%s\t%u\t%u\t", j->name, posbase_get(pos_base(d->pos))->filename, pos_line(d->pos),
           pos_col(d->pos));
    print_escaped(d->msg);
}

static Package *check(Work *w, Arena *arena) {
    Job *j = w->job;
    DiagSink diags;
    diag_init(&diags, arena);
    File **files = NEW_ARRAY(arena, File *, j->files.n + 1);
    uint32_t n = 0;
    ParseOptions opts = {.std = !j->test, .compiling_runtime = !j->test, .pkg_path = j->name};
    opts.no_branch_checks = opts.no_pragmas = j->test && !j->compile;
    for (uint32_t i = 0; i < j->files.n; i++) {
        const char *path = j->files.v[i];
        File *f = parse_file_opts(arena, posbase_new_file(&w->tool->store->positions, path), path, read_file(arena, path), &diags, &opts);
        if (f) files[n++] = f;
    }
    TypesConfig conf = {
        .go_version = strcmp(j->lang, "-") == 0 ? NULL : j->lang,
        .store = w->tool->store,
        .ignore_branch_errors = !j->test || j->compile,
        .fake_import_c = strchr(j->flags, 'c') != NULL,
        .test_builtins = j->test && !j->compile,
        .compiler = !j->test || j->compile,
        .goroot = getenv("GOROOT"),
        .diags = &diags,
        .import = import,
        .import_ctx = w,
    };
    const char *path = j->name;
    bool syntax = n < j->files.n;
    for (uint32_t i = 0; i < diags.diags.n; i++) syntax |= diags.diags.v[i].syntax;
    if (j->compile) path = "p";
    else if (j->test) path = n > 0 ? files[0]->pkg_name->name->s : "p";
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
    if (w->tool->dump && pkg && !j->test) {
        StrBuf sb = STRBUF_INIT;
        TypesScope scope;
        types_enter(&scope, w->tool->store, arena);
        dump_package(&sb, pkg);
        types_leave(&scope);
        fputs(sb_str(&sb), stdout);
        sb_release(&sb);
    }
    fflush(stdout);
    return pkg;
}

static double now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void run_test(Work *w) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(20);
        Arena arena;
        arena_init(&arena);
        check(w, &arena);
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    printf("%s\tend\t%d\n", w->job->name, status);
}

static void run_package(Work *w) {
    Tool *t = w->tool;
    double start = now();
    Arena *arena = xcalloc(1, sizeof *arena);
    arena_init(arena);
    Package *p = NULL;
    Fault f;
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) p = check(w, arena);
    else printf("%s\tbug\t0\t0\t%s\n", w->job->name, f.msg);
    fault_leave(&f);
    pthread_mutex_lock(&t->lock);
    if (p) map_put(&t->packages, PKEY(name_of(w->job->name)), p);
    w->job->finished = true;
    pthread_cond_broadcast(&t->done);
    pthread_mutex_unlock(&t->lock);
    if (t->verbose) printf("%s\ttime\t%.1f\t%zu\n", w->job->name, (now() - start) * 1000, arena->total);
}

/* Takes package after package; they come in an order in which imports stand first. */
static void *work(void *ctx) {
    Tool *t = ctx;
    for (;;) {
        pthread_mutex_lock(&t->lock);
        Job *j = t->next < t->jobs.n ? t->jobs.v[t->next++] : NULL;
        pthread_mutex_unlock(&t->lock);
        if (!j) return NULL;
        if (!j->test) run_package(&(Work){t, j});
    }
}

static void *run_tests(void *ctx) {
    Tool *t = ctx;
    for (uint32_t i = 0; i < t->jobs.n; i++)
        if (t->jobs.v[i]->test) run_test(&(Work){t, t->jobs.v[i]});
    return NULL;
}

static void read_jobs(Tool *t) {
    char *line = NULL;
    size_t cap = 0;
    Job *j = NULL;
    while (getline(&line, &cap, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *field[4] = {NULL}, *rest = line;
        for (int i = 0; i < 4 && rest; i++) field[i] = strsep(&rest, "\t");
        bool compile = strcmp(field[0], "comp") == 0, test = compile || strcmp(field[0], "test") == 0;
        if (strcmp(field[0], "pkg") == 0 || test) {
            j = xcalloc(1, sizeof *j);
            *j = (Job){
                .name = name_of(field[1])->s, .lang = name_of(field[2])->s, .test = test, .compile = compile};
            j->flags = field[3] ? name_of(field[3])->s : "";
            vec_push(NULL, &t->jobs, j);
        } else if (strcmp(field[0], "file") == 0) {
            vec_push(NULL, &j->files, name_of(field[1])->s);
        } else if (strcmp(field[0], "imap") == 0) {
            map_put(&j->imports, PKEY(name_of(field[1])), (void *)(uintptr_t)name_of(field[2]));
        }
    }
    libc_free(line);
}

/* All that this tool makes lives until it ends, so there is nothing to look for; the checker's own memory is
 * looked after in goesc itself. */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void) { return "detect_leaks=0"; }

int main(int argc, char **argv) {
    Tool t = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    int threads = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0) t.verbose = true;
        else if (strcmp(argv[i], "-D") == 0) t.dump = true;
        else if (strncmp(argv[i], "-j", 2) == 0) threads = MIN(atoi(argv[i] + 2), 64);
    }
    double start = now();
    t.store = types_store_new("amd64");
    read_jobs(&t);
    pthread_attr_t attr;
    pthread_t thread[64];
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)512 << 20);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], &attr, work, &t) != 0) return 2;
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    if (pthread_create(&thread[0], &attr, run_tests, &t) != 0) return 2;
    pthread_join(thread[0], NULL);
    if (t.verbose) {
        struct rusage ru;
        getrusage(RUSAGE_SELF, &ru);
        printf("total\ttime\t%.1f\t%ld KB\n", (now() - start) * 1000, ru.ru_maxrss);
    }
    map_release(&t.packages);
    types_store_free(t.store);
    return 0;
}
