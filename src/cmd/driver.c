/* The driver: packages in dependency order on a work pool, each through the passes listed below.
 *
 * A package goes through them in steps, each a task on one thread. It is checked when all packages that it
 * imports have been checked. It is lowered and inlined into when it has been checked, and all that it imports
 * have been lowered and inlined into. So while one package is lowered, those that import it may be checked
 * already. Each of the last two steps begins when all packages have finished the step before. Of the tasks
 * that are ready, the one whose package comes first in the go command's order starts first.
 *
 * What a package prints is kept with it and written in that same order, so the output does not depend on the
 * number of threads. A package with errors makes those that import it fail silently, as the go command
 * does. */
#include "base/fault.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/tempdir.h"
#include "cmd/cmd.h"
#include "escape/escape.h"
#include "inline/inline.h"
#include "ir/abi.h"
#include "ir/ir.h"
#include "ir/reach.h"
#include "ir/staticinit.h"
#include "ir/wrappers.h"
#include "load/cgo.h"
#include "load/env.h"
#include "load/load_int.h"
#include "report/mlog.h"
#include "report/text.h"
#include "syntax/parse.h"
#include "types/types.h"
#include <stdlib.h>
#include <unistd.h>

/* After INLINE it is known which functions are wanted; REST inlines into those that could wait. In BACK
 * nobody inlines any more, so bodies may change that other packages took copies of. */
typedef enum Step { CHECK, INLINE, REST, BACK, NSTEPS } Step;
enum { WORKER_STACK_MIB = 512, CGO_STACK_KIB = 256 };

typedef struct Progress { /* of one package */
    struct {
        uint32_t waiting; /* what must be done before the step begins */
        bool dep_failed;  /* of that something has failed */
        bool dep_skipped; /* of that something is not analysed (LoadedPkg.cgo_skipped) */
    } steps[NSTEPS];
    VEC(LoadedPkg *) users; /* who waits for it */
    bool done;              /* with its last step */
} Progress;

typedef struct Driver {
    Guard guard; /* first */
    Session *s;
    Pool *pool, *cgo_pool; /* the second waits for cgo's C compilers; NULL: no package needs cgo */
    pthread_mutex_t lock;  /* progress, the order of output, status */
    Progress *progress;    /* by package index */
    FILE *out;
    TextContext text;
    const char *work_dir;
    pthread_mutex_t work_lock;
    uint32_t next; /* first package whose output has not been written */
    int status;
} Driver;

typedef struct Task {
    Driver *d;
    LoadedPkg *p;
    Step step;
} Task;

static Progress *progress_of(const Driver *d, const LoadedPkg *p) { return &d->progress[p->index]; }

/* ---- one package ---- */

static Package *import_package(void *ctx, const char *path, const char **err) {
    const LoadedPkg *p = ctx;
    if (!strcmp(path, "unsafe")) return Unsafe;
    LoadedPkg *q = load_import(p, path, strlen(path));
    if (q && q->types) return q->types;
    *err = "open : no such file or directory";
    return NULL;
}

/* The temporary directory of this run, for what cgo writes; made once. NULL: none can be made, *err says why.
 */
static const char *work_dir(Driver *d, const char **err) {
    Held held;
    lock_take(&held, &d->work_lock);
    if (!d->work_dir) {
        Arena *a = &d->s->arena;
        d->work_dir = tempdir_make(a, env_get(a, "GOTMPDIR"), "goesc-build", d->s->flags.work, err);
        if (d->s->flags.work && d->work_dir) fprintf(stderr, "WORK=%s\n", d->work_dir);
    }
    const char *w = d->work_dir;
    lock_give(&held);
    return w;
}

/* -trimpath: file names begin with the import path, or module@version and what follows, instead of the
 * directory. */
static void trim_paths(LoadedPkg *p) {
    const char *dir = p->import_path;
    Module *m = p->module;
    if (m && m->version && path_has_prefix(p->import_path, m->path))
        dir = arena_printf(&p->arena, "%s@%s%s", m->path, m->version, p->import_path + strlen(m->path));
    for (uint32_t i = 0; i < p->nfiles; i++) {
        SourceFile *f = &p->files[i];
        if (f->shown == f->path) f->shown = arena_printf(&p->arena, "%s/%s", dir, f->name);
    }
}

static bool has_diags(const LoadedPkg *p) { return p->diags.diags.n > 0; }

static bool stops_after(const Session *s, const char *pass) {
    return s->flags.dump && !strcmp(s->flags.dump, pass);
}

/* Whether something is to be said about the package. A package that nobody asked about is analysed only as
 * far as an asked package depends on it. */
static bool is_asked(const Session *s, const LoadedPkg *p) {
    return s->whole || p->named || p->flags.m || s->flags.dump;
}

/* Builds for testing look at the IR between passes. */
static void verify(const IrPackage *ir) {
#if defined(__SANITIZE_ADDRESS__) || defined(GOESC_HOSTILE)
    ir_verify_package(ir);
#else
    (void)ir;
#endif
}

/* The pass list, step by step: what happens to a package, in order, one call a line. False: stop, errors were
 * found. */
static bool check_passes(Session *s, LoadedPkg *p) {
    CompilerFlags *flags = &p->flags;
    ParseOptions po = {.std = flags->std,
                       .old_library = s->env.go_minor < 26,
                       .compiling_runtime = flags->compiling_runtime,
                       .pkg_path = p->pkg_path,
                       .wasm = !strcmp(s->env.goarch, "wasm"),
                       .aix = !strcmp(s->env.goos, "aix"),
                       .field_track = env_experiment(&s->env, "fieldtrack"),
                       .bodies = s->want_facts ? NULL : &p->bodies};
    p->syntax = NEW_ARRAY(&p->arena, File *, p->nfiles + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->nfiles; i++) {
        Str src;
        const char *err;
        if (p->files[i].text) {
            src = str_of(p->files[i].text);
        } else if (!read_file(&p->arena, p->files[i].path, &src, &err)) {
            diag_error(&p->diags, NO_POS, "open %s: %s", p->files[i].path, err);
            continue;
        }
        uint32_t base = posbase_new_file(&s->types->positions, p->files[i].shown);
        File *f = parse_file_opts(&p->arena, base, p->files[i].path, src, &p->diags, &po);
        if (f) p->syntax[n++] = f;
    }
    if (n < p->nfiles) return false;
    for (uint32_t i = 0; i < p->diags.diags.n; i++)
        if (p->diags.diags.v[i].syntax)
            return false; /* other errors of the parser are joined by the checker's */
    if (stops_after(s, "parse")) return !has_diags(p);

    TypesConfig conf = {.go_version = flags->lang,
                        .store = s->types,
                        .ignore_branch_errors = true,
                        .compiler = true,
                        .diags = &p->diags,
                        .import = import_package,
                        .import_ctx = p,
                        .goroot = s->env.goroot};
    p->types = types_check_package(&p->arena, p->pkg_path, p->syntax, n, &conf);
    if (has_diags(p)) return false;
    CompilerRules rules = {.diags = &p->diags, .go_version = flags->lang, .complete = flags->complete};
    return types_check_compiler(p->types, &rules) && !has_diags(p);
}

static bool inline_passes(Session *s, LoadedPkg *p, MLog *log) {
    if (stops_after(s, "parse") || stops_after(s, "types")) return true;
    p->ir = ir_build_package(&p->arena, p->types, p->syntax, p->nfiles, &p->flags, s->want_facts);
    if (stops_after(s, "ir")) {
        if (p->named) ir_dump_package(&p->out, p->ir);
        return true;
    }
    p->ir->on_demand = !is_asked(s, p);
    sb_add(&log->text, sb_str(&p->ir->remarks), p->ir->remarks.n);
    sb_release(&p->ir->remarks);
    verify(p->ir);
    inline_bloop(p->ir, log);
    inline_package(p->ir, log);
    ir_make_wrappers(p->ir, log, inline_func);
    if (stops_after(s, "inline") && p->named) ir_dump_package(&p->out, p->ir);
    if (p->ir->on_demand) reach_find_groups(p->ir);
    return !has_diags(p);
}

/* The passes that change bodies and look at no other package. */
static void prepare_passes(LoadedPkg *p) {
    p->prepared = true;
    inline_loopvar(p->ir);
    verify(p->ir);
    if (!p->ir->on_demand) static_init_package(p->ir);
    abi_wrappers(p->ir, p);
    deadlocals_package(p->ir);
}

/* imported: other packages may be taking copies of bodies. */
static void rest_passes(Session *s, LoadedPkg *p, bool imported, MLog *log) {
    if (stops_after(s, "ir")) return;
    inline_deferred(p->ir, log);
    if (!imported) prepare_passes(p);
}

static bool back_passes(Session *s, LoadedPkg *p, MLog *log) {
    if (stops_after(s, "parse") || stops_after(s, "types") || stops_after(s, "ir")) return true;
    if (!p->prepared) prepare_passes(p);
    if (s->want_facts) {
        p->facts = NEW(&p->arena, EscFacts);
        p->facts->keep_edges = s->keep_edges && p->named;
    }
    escape_package(p->ir, log, p->facts);
    if (!s->want_facts || p->named) slice_package(p->ir); /* concerns only the package itself */
    if (!s->want_facts) bounds_package(p->ir, log);
    return !has_diags(p);
}

static bool passes(Driver *d, LoadedPkg *p, Step step, MLog *log) {
    Session *s = d->s;
    switch (step) {
    case CHECK: return check_passes(s, p);
    case INLINE: return inline_passes(s, p, log);
    case REST: rest_passes(s, p, progress_of(d, p)->users.n, log); return true;
    default: return back_passes(s, p, log);
    }
}

static void compile_package(Driver *d, LoadedPkg *p, Step step) {
    Session *s = d->s;
    if (p->cgo_error) {
        if (p->cgo_refused) sb_printf(&p->out, "%s: ", p->import_path);
        sb_printf(&p->out, "%s%s", p->cgo_error, has_suffix(p->cgo_error, "\n") ? "" : "\n");
        p->failed = true;
        return;
    }
    if (s->flags.trimpath && step == CHECK) trim_paths(p);
    limits_doing(p->import_path);
    MLog log;
    mlog_init(&log, p->flags.m);
    TypesScope scope;
    types_enter(&scope, s->types, &p->arena);
    Fault f;
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) {
        p->failed = !passes(d, p, step, &log);
        sb_add(&p->out, sb_str(&log.text), log.text.n);
        if (p->failed) diag_format(&p->diags, &p->out, p->flags.e_flag ? 0 : 10);
    } else {
        p->failed = true;
    }
    fault_leave(&f);
    types_leave(&scope);
    if (f.kind == FAULT_BUG) { /* of this package alone */
        char line[sizeof f.msg + 80];
        fault_line(&f, line, sizeof line);
        sb_add(&p->out, sb_str(&log.text), log.text.n);
        sb_adds(&p->out, line);
    }
    mlog_release(&log);
    if (f.kind != FAULT_NONE && f.kind != FAULT_BUG) fault_rethrow(&f);
}

/* ---- the pool ---- */

static void package_task(void *arg, int worker);

static void add_task(Driver *d, Pool *pool, PoolFn fn, LoadedPkg *p, Step step) {
    pool_add(pool, p->index, fn, &(Task){d, p, step}, sizeof(Task));
}

/* Something that a step of p waited for is done. The lock is held. */
static void one_less(Driver *d, LoadedPkg *p, Step step) {
    if (--progress_of(d, p)->steps[step].waiting == 0) add_task(d, d->pool, package_task, p, step);
}

/* Runs cgo, which needs nothing of other packages. It takes longer than to compile most of them, so it begins
 * before all. */
static void cgo_task(void *arg, int worker) {
    Task t = *(Task *)arg;
    (void)worker;
    limits_doing(t.p->import_path);
    const char *w = t.d->s->flags.n ? "" : work_dir(t.d, &t.p->cgo_error);
    if (w && !cgo_translate(t.d->s, t.p, w, &t.p->cgo_error) && !t.p->cgo_error)
        t.p->cgo_error = "cgo failed";
    Held held;
    lock_take(&held, &t.d->lock);
    one_less(t.d, t.p, CHECK);
    lock_give(&held);
}

/* What stands above what was written about p: its path, and the command, if it was none of those that always
 * run. */
static const char *heading(LoadedPkg *p) {
    if (!p->cgo_command) return p->import_path;
    return arena_printf(&p->arena, "%s\n# [%s]", p->import_path, p->cgo_command);
}

/* Writes what can be written now. The lock is held. */
static void flush_output(Driver *d) {
    Session *s = d->s;
    while (d->next < s->npkgs) {
        LoadedPkg *p = s->pkgs[d->next];
        if (!p->implicit && !progress_of(d, p)->done) break;
        d->next++;
        if (p->implicit) continue;
        if (!p->nfiles) {
            if (p->failed) fputs(sb_str(&p->out), d->out);
            continue;
        }
        if (s->flags.v) fprintf(d->out, "%s\n", p->import_path);
        if (!p->out.n || (s->keep_edges && !p->failed)) continue;
        StrBuf shown = STRBUF_INIT;
        d->text.work_dir = d->work_dir;
        if (p->flags.no_columns) text_drop_columns(&p->out);
        if (s->compile_flags || p->cgo_refused) sb_add(&shown, p->out.buf, p->out.n);
        else text_package(&shown, &d->text, heading(p), p->dir, p->out.buf, p->out.n);
        fwrite(sb_str(&shown), 1, shown.n, d->out);
        sb_release(&shown);
        sb_release(&p->out);
    }
    fflush(d->out);
}

static void package_task(void *arg, int worker) {
    Task t = *(Task *)arg;
    (void)worker;
    Driver *d = t.d;
    LoadedPkg *p = t.p;
    Progress *pr = progress_of(d, p);
    if (pr->steps[t.step].dep_failed) {
        p->failed = true;
        p->cgo_skipped = false;
        p->out.n = 0; /* whatever its own errors are */
    } else if (p->failed) {
        /* in an earlier step, which said why */
    } else if ((pr->steps[t.step].dep_skipped || p->cgo_skipped) && !p->cgo_error) {
        p->failed = p->cgo_skipped = true; /* nobody can use it, but nothing is wrong */
    } else if (p->nfiles) {
        compile_package(d, p, t.step);
    } else if (t.step == CHECK) { /* only tests: an error when it was asked for by name */
        p->failed = p->literal;
        if (p->failed) sb_printf(&p->out, "%s: no non-test Go files in %s\n", p->import_path, p->dir);
    }

    Held held;
    lock_take(&held, &d->lock);
    bool skipped = p->cgo_skipped, failed = p->failed && !skipped; /* its next step may change that */
    if (failed) d->status = 1;
    if (t.step == CHECK) one_less(d, p, INLINE);
    for (uint32_t i = 0; t.step != REST && i < pr->users.n; i++) {
        progress_of(d, pr->users.v[i])->steps[t.step].dep_failed |= failed;
        progress_of(d, pr->users.v[i])->steps[t.step].dep_skipped |= skipped;
        one_less(d, pr->users.v[i], t.step);
    }
    if (t.step == BACK) {
        pr->done = true;
        flush_output(d);
    }
    lock_give(&held);
}

/* p's steps `from` to `to` wait for the same steps of q. */
static void waits_for(Driver *d, LoadedPkg *p, const LoadedPkg *q, Step from, Step to) {
    for (int step = from; step <= (int)to; step++) progress_of(d, p)->steps[step].waiting++;
    vec_push(NULL, &progress_of(d, q)->users, p);
}

static void wait_for_imports(Driver *d, LoadedPkg *p, Step from, Step to) {
    for (uint32_t k = 0; k < p->nimports; k++)
        if (p->imports[k].pkg) waits_for(d, p, p->imports[k].pkg, from, to);
}

/* Starts what waits for nothing else, and waits for the end of it all. */
static void start(Driver *d, Step first) {
    Session *s = d->s;
    Held held;
    lock_take(&held, &d->lock);
    for (uint32_t i = 0; i < s->npkgs; i++)
        if (!s->pkgs[i]->implicit) one_less(d, s->pkgs[i], first);
    lock_give(&held);
    if (d->cgo_pool) pool_wait(d->cgo_pool); /* first: what it ends starts tasks */
    pool_wait(d->pool);
}

/* SWIG's files are looked at by who looks at cgo's. */
static bool needs_cgo(const LoadedPkg *p) {
    bool swig = p->swig_files.n + p->swigcxx_files.n > 0;
    return !p->implicit && (p->uses_cgo || swig) && !p->cgo_done;
}

static void run_front(Driver *d) {
    Session *s = d->s;
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        if (p->implicit) continue;
        progress_of(d, p)->steps[CHECK].waiting++;  /* for start */
        progress_of(d, p)->steps[INLINE].waiting++; /* for its CHECK */
        wait_for_imports(d, p, CHECK, INLINE);
    }
    bool cgo = false;
    for (uint32_t i = 0; i < s->npkgs; i++) cgo = cgo || needs_cgo(s->pkgs[i]);
    if (cgo) d->cgo_pool = pool_new(s->flags.p, CGO_STACK_KIB << 10);
    Held held;
    lock_take(&held, &d->lock);
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        if (!needs_cgo(p)) continue;
        progress_of(d, p)->steps[CHECK].waiting++;
        add_task(d, d->cgo_pool, cgo_task, p, CHECK);
    }
    lock_give(&held);
    start(d, CHECK);
}

/* No package waits for another: what REST reads of other packages, their pristine bodies, does not change. */
static void run_rest(Driver *d) {
    Session *s = d->s;
    Held held;
    lock_take(&held, &d->lock);
    for (uint32_t i = 0; i < s->npkgs; i++)
        if (!s->pkgs[i]->failed && s->pkgs[i]->ir) add_task(d, d->pool, package_task, s->pkgs[i], REST);
    lock_give(&held);
    pool_wait(d->pool);
}

/* For a question (by_use) a package waits only for the packages whose functions it reaches, so most need not
 * wait for the run-time system. In a build it waits for all its imports, since it fails when one of them
 * fails. */
static void run_back(Driver *d, bool by_use) {
    Session *s = d->s;
    Map by_ir = {0};
    for (uint32_t i = 0; i < s->npkgs; i++) {
        progress_of(d, s->pkgs[i])->users.n = 0;
        if (s->pkgs[i]->ir) map_put(&by_ir, PKEY(s->pkgs[i]->ir), s->pkgs[i]);
    }
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        if (p->implicit) continue;
        progress_of(d, p)->steps[BACK].waiting++; /* for start */
        if (!by_use) wait_for_imports(d, p, BACK, BACK);
        for (uint32_t k = 0; by_use && p->ir && k < p->ir->uses.cap; k++)
            if (p->ir->uses.slots[k].key)
                waits_for(d, p, map_get(&by_ir, p->ir->uses.slots[k].key), BACK, BACK);
    }
    map_release(&by_ir);
    start(d, BACK);
}

/* Marks the functions that the asked packages depend on. False: all packages are asked, so nothing is
 * marked. */
static bool mark_wanted(const Session *s) {
    VEC(IrPackage *) roots = {0};
    bool all = true;
    for (uint32_t i = 0; i < s->npkgs; i++) all = all && (s->pkgs[i]->implicit || is_asked(s, s->pkgs[i]));
    if (all) return false;
    for (uint32_t i = 0; i < s->npkgs; i++) {
        const LoadedPkg *p = s->pkgs[i];
        if (is_asked(s, p) && !p->failed && p->ir) vec_push(NULL, &roots, p->ir);
    }
    reach_mark(roots.v, roots.n);
    vec_free(&roots);
    return true;
}

static void finish(Guard *g) {
    Driver *d = (Driver *)g;
    for (uint32_t i = 0; d->progress && i < d->s->npkgs; i++) vec_free(&d->progress[i].users);
    free_heap(d->progress);
    if (d->work_dir && !d->s->flags.work) tempdir_remove(d->work_dir);
    pthread_mutex_destroy(&d->lock);
    pthread_mutex_destroy(&d->work_lock);
}

int driver_run(Session *s, FILE *out) {
    Driver d = {.s = s, .out = out, .text = {.cwd = s->env.cwd}};
    pthread_mutex_init(&d.lock, NULL);
    pthread_mutex_init(&d.work_lock, NULL);
    guard_up(&d.guard, finish);
    s->types = types_store_new(s->env.goarch);
    d.progress = xcalloc(s->npkgs + 1, sizeof *d.progress);
    d.pool = pool_new(s->flags.p, (size_t)WORKER_STACK_MIB << 20);
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        if (p->implicit) continue;
        if (p->fake_cgo && s->no_cgo_tool)
            fprintf(stderr, "goesc: %s is read as with CGO_ENABLED=0: there is no go tool cgo\n",
                    p->import_path);
    }
    run_front(&d);
    bool marked = mark_wanted(s);
    run_rest(&d);
    run_back(&d, marked && s->want_facts && !s->whole);
    pool_free(d.cgo_pool);
    pool_free(d.pool);
    flush_output(&d);
    guard_down(&d.guard);
    finish(&d.guard);
    return d.status;
}

void driver_release(Session *s) {
    for (uint32_t i = 0; i < s->npkgs; i++)
        if (s->pkgs[i]->facts) escape_facts_release(s->pkgs[i]->facts);
    types_store_free(s->types);
    s->types = NULL;
}
