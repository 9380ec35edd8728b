/* From import paths to packages: the import graph, followed depth first as the go command follows it, because
 * the order in which packages are met decides which error is reported on which package and with which import
 * stack. The slow part, reading directories, has been done before by package_preload on all processors. */
#include "base/unicode.h"
#include "load/cgoflags.h"
#include "load/load_int.h"
#include "base/fault.h"
#include "base/pool.h"
#include <ctype.h>
#include <stdlib.h>

/* ---- reading ahead ---- */

typedef struct Ahead {
    Loader *l;
    const char *path, *parent;
    bool parent_std, dir_only;
} Ahead;

static void ahead_task(void *arg, int worker);

static void ahead(Loader *l, const char *path, const char *parent, bool parent_std) {
    Ahead x = {l, path, parent, parent_std, false};
    pool_add(l->pool, 0, ahead_task, &x, sizeof x);
}

static void ahead_task(void *arg, int worker) {
    Ahead x = *(Ahead *)arg;
    Loader *l = x.l;
    const char *dir = x.path;
    bool std = false;
    const char *path = x.path;
    Held held;
    lock_take(&held, &l->lock);
    if (!x.dir_only) {
        Resolved *r = resolve_import(l, x.path, x.parent, x.parent_std);
        dir = r->dir;
        std = r->standard;
        path = r->path;
    }
    const Name *k = dir ? name_of(dir) : NULL;
    static DirInfo busy; /* marks a directory that somebody is reading */
    if (!k || smap_get(&l->dirs, k)) {
        lock_give(&held);
        return;
    }
    smap_put(&l->dirs, k, &busy);
    lock_give(&held);
    DirInfo *d = dir_scan(&l->worker_arenas[worker], &l->s->env, k->s, NULL);
    lock_take(&held, &l->lock);
    smap_put(&l->dirs, k, d);
    VEC(const char *) next = {0};
    if (!x.dir_only) {
        for (uint32_t i = 0; i < d->imports.n; i++) {
            const char *p = d->imports.v[i].path;
            if (!strcmp(p, "C")) continue;
            const char *real = std ? std_vendor(l, path, p) : p;
            if (!smap_get(&l->resolved, name_of(real))) vec_push(NULL, &next, p);
        }
    }
    lock_give(&held);
    for (uint32_t i = 0; i < next.n; i++) ahead(l, next.v[i], path, std);
    vec_free(&next);
}

void package_preload(Loader *l, const StrVec *paths) {
    for (uint32_t i = 0; i < paths->n; i++) ahead(l, paths->v[i], "", false);
    pool_wait(l->pool);
}

void load_dirs(Loader *l, const StrVec *dirs) {
    for (uint32_t i = 0; i < dirs->n; i++) {
        Ahead x = {l, dirs->v[i], "", false, true};
        pool_add(l->pool, 0, ahead_task, &x, sizeof x);
    }
    pool_wait(l->pool);
}

/* ---- errors ---- */

LoadError *load_error_new(Loader *l, const char *msg) {
    LoadError *e = NEW(l->a, LoadError);
    e->msg = msg;
    e->nstack = l->stack.n;
    e->stack = NEW_ARRAY(l->a, const char *, l->stack.n + 1);
    e->stack_from = NEW_ARRAY(l->a, const char *, l->stack.n + 1);
    for (uint32_t i = 0; i < l->stack.n; i++) {
        e->stack[i] = l->stack.v[i].path;
        e->stack_from[i] = l->stack.v[i].pos ? path_base(l->stack.v[i].pos->file) : NULL;
    }
    return e;
}

void load_error_format(StrBuf *sb, const LoadError *e) {
    if (e->where && (!e->nstack || !e->always_stack)) {
        sb_printf(sb, "%s: %s", e->where, e->msg);
        return;
    }
    if (!e->nstack) {
        sb_adds(sb, e->msg);
        return;
    }
    sb_adds(sb, "package ");
    for (uint32_t i = 0; i < e->nstack; i++) {
        if (i) sb_adds(sb, "\n\timports ");
        sb_adds(sb, e->stack[i]);
        if (e->is_cycle && e->stack_from[i]) sb_printf(sb, " from %s", e->stack_from[i]);
    }
    if (e->where) sb_printf(sb, "\n\t%s", e->where);
    sb_printf(sb, ": %s", e->msg);
}

static void set_pos(Loader *l, LoadError *e, const DirImport *pos) {
    if (pos)
        e->where =
            arena_printf(l->a, "%s:%u:%u", path_short(l->a, l->s->env.cwd, pos->file), pos->line, pos->col);
}

static void push(Loader *l, const char *path, const DirImport *pos) {
    vec_push(l->a, &l->stack, ((StackEntry){path, pos}));
}
static void pop(Loader *l) { l->stack.n--; }

static bool top_differs(const Loader *l, const char *path) {
    return l->stack.n && strcmp(vec_last(&l->stack).path, path) != 0;
}

/* The package's own first error; the place is the import's while the package is not yet on the stack. */
static void set_error(Loader *l, LoadedPkg *p, const char *path, const DirImport *pos, const char *msg) {
    p->incomplete = true;
    if (p->error) return;
    p->error = load_error_new(l, msg);
    if (top_differs(l, path)) set_pos(l, p->error, pos);
}

/* An error from looking for the package or reading its directory. */
static void set_data_error(Loader *l, LoadedPkg *p, const char *path, const DirImport *pos, DirInfo *d,
                           const char *msg) {
    bool push_it = d && (d->err == DIR_NO_GO || d->err == DIR_SCAN);
    const char *where = NULL;
    if (d && d->err == DIR_NO_GO) {
        if (d->ignored_go_files.n)
            msg = arena_printf(l->a, "build constraints exclude all Go files in %s", p->dir);
        else if (d->test_go_files.n + d->xtest_go_files.n)
            msg = arena_printf(l->a, "no non-test Go files in %s", p->dir);
        else msg = arena_printf(l->a, "no Go files in %s", p->dir);
    } else if (d && d->err == DIR_SCAN) {
        where = arena_printf(l->a, "%s:%u:%u", path_short(l->a, l->s->env.cwd, d->err_file), d->err_line,
                             d->err_col);
    }
    if (push_it) push(l, path, pos);
    p->error = load_error_new(l, msg);
    p->error->where = where;
    p->incomplete = true;
    if (top_differs(l, path)) set_pos(l, p->error, pos);
    if (push_it) pop(l);
}

/* ---- rules about who may import what ---- */

/* Index of the last path element "internal", or -1. */
static long find_internal(const char *path) {
    size_t n = strlen(path);
    if (has_suffix(path, "/internal")) return (long)(n - strlen("internal"));
    const char *last = NULL;
    for (const char *q = path; (q = strstr(q, "/internal/")); q++) last = q;
    if (last) return (long)(last - path) + 1;
    if (!strcmp(path, "internal") || has_prefix(path, "internal/")) return 0;
    return -1;
}

static LoadError *disallow_internal(Loader *l, LoadedPkg *parent, LoadedPkg *p) {
    if (p->error || !parent) return NULL;
    const char *importer = parent->import_path;
    long i = find_internal(p->import_path);
    if (i < 0) return NULL;
    if (i > 0) i--;
    if (path_has_prefix(importer, "crypto") && path_has_prefix(p->import_path, "crypto/internal/fips140"))
        return NULL;
    if (path_has_prefix(importer, "crypto/internal/fips140") && l->s->env.go_minor >= 24) {
        if (path_has_prefix(p->import_path, "crypto/internal")) return NULL;
    } else if (!p->module) {
        size_t cut = strlen(p->dir) - strlen(p->import_path) + (size_t)i;
        const char *tree = path_clean(l->a, arena_strndup(l->a, p->dir, cut));
        if (path_has_prefix(parent->dir, tree)) return NULL;
        if (path_has_prefix(path_real(l->a, parent->dir), path_real(l->a, tree))) return NULL;
    } else {
        if (parent->command_line) {
            importer = ".";
            for (uint32_t k = 0; k < l->mains.n; k++) {
                MainModule *mm = l->mains.v[k];
                if (path_has_prefix(parent->dir, mm->root)) {
                    const char *sub = parent->dir + strlen(mm->root);
                    importer = path_join(l->a, mm->prefix, *sub == '/' ? sub + 1 : sub);
                }
            }
        }
        if (path_has_prefix(importer, arena_strndup(l->a, p->import_path, (size_t)i))) return NULL;
    }
    LoadError *e =
        load_error_new(l, arena_printf(l->a, "use of internal package %s not allowed", p->import_path));
    e->always_stack = true;
    return e;
}

static long find_vendor(const char *path) {
    const char *last = NULL;
    for (const char *q = path; (q = strstr(q, "/vendor/")); q++) last = q;
    if (last) return (long)(last - path) + 1;
    return has_prefix(path, "vendor/") ? 0 : -1;
}

static LoadError *disallow_vendor(Loader *l, LoadedPkg *parent, const char *path, LoadedPkg *p) {
    if (!parent) return NULL;
    long i = find_vendor(p->import_path);
    if (i >= 0 && p->dir) {
        if (i > 0) i--;
        long cut = i + (long)strlen(p->dir) - (long)strlen(p->import_path);
        if (cut >= 0 && cut <= (long)strlen(p->dir)) {
            const char *tree = path_clean(l->a, arena_strndup(l->a, p->dir, (size_t)cut));
            if (!path_has_prefix(parent->dir, tree) &&
                !path_has_prefix(path_real(l->a, parent->dir), path_real(l->a, tree)))
                return load_error_new(l, "use of vendored package not allowed");
        }
    }
    i = find_vendor(path);
    if (i >= 0)
        return load_error_new(
            l, arena_printf(l->a, "%s must be imported as %s", path, path + i + strlen("vendor/")));
    return NULL;
}

/* ---- packages ---- */

static LoadedPkg *package_new(Loader *l, const char *import_path) {
    LoadedPkg *p = NEW(l->a, LoadedPkg);
    p->import_path = import_path;
    p->pkg_path = import_path;
    arena_init(&p->arena);
    diag_init(&p->diags, &p->arena);
    return p;
}

static void copy_dir(LoadedPkg *p, const DirInfo *d) {
    p->name = d->name;
    p->go_files = d->go_files;
    p->cgo_files = d->cgo_files;
    p->ignored_go_files = d->ignored_go_files;
    p->ignored_other_files = d->ignored_other_files;
    p->c_files = d->c_files;
    p->cxx_files = d->cxx_files;
    p->m_files = d->m_files;
    p->h_files = d->h_files;
    p->f_files = d->f_files;
    p->s_files = d->s_files;
    p->swig_files = d->swig_files;
    p->swigcxx_files = d->swigcxx_files;
    p->syso_files = d->syso_files;
    p->test_go_files = d->test_go_files;
    p->xtest_go_files = d->xtest_go_files;
    p->cgo_cflags = d->cgo_cflags;
    p->cgo_cppflags = d->cgo_cppflags;
    p->cgo_cxxflags = d->cgo_cxxflags;
    p->cgo_fflags = d->cgo_fflags;
    p->cgo_ldflags = d->cgo_ldflags;
    p->cgo_pkgconfig = d->cgo_pkgconfig;
    p->uses_cgo = d->cgo_files.n > 0;
    p->fake_cgo = d->cgo_ignored;
}

/* Every file that a build may name, in the go command's order. */
static void all_files(Loader *l, const LoadedPkg *p, StrVec *all) {
    const StrVec *lists[] = {&p->go_files,   &p->cgo_files,     &p->ignored_go_files, &p->ignored_other_files,
                             &p->c_files,    &p->cxx_files,     &p->m_files,          &p->h_files,
                             &p->f_files,    &p->s_files,       &p->swig_files,       &p->swigcxx_files,
                             &p->syso_files, &p->test_go_files, &p->xtest_go_files};
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        for (uint32_t k = 0; k < lists[i]->n; k++) vec_push(l->a, all, lists[i]->v[k]);
    uint32_t n = all->n;
    for (uint32_t i = 0; i < p->embed_files.n; i++) {
        const char *f = p->embed_files.v[i];
        bool have = false;
        for (uint32_t k = 0; k < n && !have && !strchr(f, '/'); k++) have = !strcmp(all->v[k], f);
        if (!have) vec_push(l->a, all, f);
    }
}

/* A message about a name that it quotes. */
static const char *invalid(Loader *l, const char *what, const char *name) {
    StrBuf sb = STRBUF_INIT;
    sb_printf(&sb, "invalid %s ", what);
    sb_add_quoted(&sb, name, strlen(name));
    return sb_arena(&sb, l->a);
}

/* Names that a file system without upper case, or a command line, would take for something else. NULL, or
 * what is wrong. */
static const char *check_names(Loader *l, const LoadedPkg *p) {
    StrVec all = {0};
    all_files(l, p, &all);
    Map folded = {.arena = l->a};
    for (uint32_t k = 0; k < all.n; k++) {
        char *low = arena_strndup(l->a, all.v[k], strlen(all.v[k]));
        for (char *c = low; *c; c++) *c = (char)tolower((unsigned char)*c);
        const char *a = all.v[k], *b = smap_get(&folded, name_of(low));
        if (b && strcmp(a, b) != 0)
            return arena_printf(l->a, "case-insensitive file name collision: \"%s\" and \"%s\"",
                                strcmp(a, b) < 0 ? a : b, strcmp(a, b) < 0 ? b : a);
        smap_put(&folded, name_of(low), (void *)(uintptr_t)a);
    }
    for (uint32_t k = 0; k < all.n; k++)
        if (!cgo_safe_argument(all.v[k]) || has_prefix(all.v[k], "_cgo_"))
            return invalid(l, "input file name", all.v[k]);
    if (!cgo_safe_argument(path_base(p->import_path)))
        return invalid(l, "input directory name", path_base(p->import_path));
    if (p->dir && strpbrk(p->dir, "\r\n")) return invalid(l, "package directory", p->dir);
    return NULL;
}

static void add_implicit(Loader *l, StrVec *paths, const char *path) {
    if (!strvec_has(paths, path)) vec_push(l->a, paths, path);
}

static const char *joined(Loader *l, const StrVec *v) {
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < v->n; i++) sb_printf(&sb, "%s%s", i ? " " : "", v->v[i]);
    return sb_arena(&sb, l->a);
}

/* Adds files of the package's directory to what the compiler is given. */
static void add_files(Loader *l, LoadedPkg *p, const StrVec *names) {
    SourceFile *all = NEW_ARRAY(l->a, SourceFile, p->nfiles + names->n + 1);
    if (p->nfiles) memcpy(all, p->files, p->nfiles * sizeof *all);
    for (uint32_t i = 0; i < names->n; i++) {
        const char *full = path_join(l->a, p->dir, names->v[i]);
        all[p->nfiles++] = (SourceFile){.name = names->v[i], .path = full, .shown = full};
    }
    p->files = all;
}

/* Follows the imports and applies the checks that concern the package itself. */
static void load_into(Loader *l, LoadedPkg *p, const char *path, const DirImport *pos, DirInfo *d,
                      const char *data_err) {
    Arena *a = l->a;
    p->loading = true;
    if (d) copy_dir(p, d);
    if (data_err || (d && d->err != DIR_OK))
        set_data_error(l, p, path, pos, data_err ? NULL : d, data_err ? data_err : d->err_msg);
    p->under_test = l->s->flags.tested && !strcmp(p->import_path, l->s->flags.tested);
    if (p->name && !strcmp(p->name, "main") && !p->under_test) p->pkg_path = "main";
    p->path_name = name_of(p->pkg_path);
    const char *extra_import = NULL;
    const SourceFile *extra =
        p->standard && d ? generated_file(a, &l->s->env, p->import_path, d, &extra_import) : NULL;

    StrVec paths = {0};
    uint32_t explicit_n = d ? d->imports.n : 0;
    for (uint32_t i = 0; i < explicit_n; i++) vec_push(a, &paths, d->imports.v[i].path);
    if (p->cgo_files.n) {
        add_implicit(l, &paths, "unsafe");
        if (!p->standard || strcmp(p->import_path, "runtime/cgo")) add_implicit(l, &paths, "runtime/cgo");
        if (!p->standard ||
            (strcmp(p->import_path, "runtime/cgo") && strcmp(p->import_path, "runtime/race") &&
             strcmp(p->import_path, "runtime/msan") && strcmp(p->import_path, "runtime/asan")))
            add_implicit(l, &paths, "syscall");
    }
    if (p->swig_files.n + p->swigcxx_files.n) {
        add_implicit(l, &paths, "unsafe");
        add_implicit(l, &paths, "runtime/cgo");
        add_implicit(l, &paths, "syscall");
        add_implicit(l, &paths, "sync");
    }
    if (extra_import) add_implicit(l, &paths, extra_import);
    for (uint32_t i = 0; p->under_test && d && i < d->test_imports.n; i++)
        add_implicit(l, &paths, d->test_imports.v[i].path);
    uint32_t compiled_n = paths.n;
    if (p->name && !strcmp(p->name, "main") && *l->s->env.goroot) {
        add_implicit(l, &paths, "runtime");
        if (!strcmp(l->s->env.goarch, "arm")) add_implicit(l, &paths, "math");
        if (l->s->flags.race) add_implicit(l, &paths, "runtime/race");
        if (l->s->flags.msan) add_implicit(l, &paths, "runtime/msan");
        if (l->s->flags.asan) add_implicit(l, &paths, "runtime/asan");
    }

    char *folded = arena_strndup(a, p->import_path, strlen(p->import_path));
    for (char *c = folded; *c; c++) *c = (char)tolower((unsigned char)*c);
    const char *other = smap_get(&l->fold, name_of(folded));
    if (!other) {
        smap_put(&l->fold, name_of(folded), (void *)(uintptr_t)p->import_path);
    } else if (strcmp(other, p->import_path) != 0) {
        set_error(
            l, p, path, pos,
            arena_printf(a, "case-insensitive import collision: \"%s\" and \"%s\"", p->import_path, other));
        return;
    }
    if (!cgo_safe_argument(p->import_path)) {
        set_error(l, p, path, pos, invalid(l, "import path", p->import_path));
        return;
    }

    push(l, path, pos);
    if (d && d->embeds.n) {
        for (uint32_t i = 0; i < d->embeds.n; i++) vec_push(a, &p->embed_patterns, d->embeds.v[i].path);
        const DirImport *bad = NULL;
        const char *err = embed_resolve(a, p->dir, &d->embeds, &p->embed_files, &bad);
        if (err) {
            bool first = !p->error;
            set_error(l, p, path, NULL, err);
            if (first) set_pos(l, p->error, bad);
        }
    }
    const char *bad_name = check_names(l, p);
    if (bad_name) {
        set_error(l, p, path, NULL, bad_name);
        p->loading = false;
        pop(l);
        return;
    }

    VEC(LoadedImport) imports = {0};
    for (uint32_t i = 0; i < paths.n; i++) {
        const char *src = paths.v[i];
        if (!strcmp(src, "C")) {
            vec_push(a, &imports, ((LoadedImport){"C", NULL}));
            vec_push(a, &p->imports_src, "C");
            continue;
        }
        LoadError *perr = NULL;
        LoadedPkg *q = package_load(l, src, p, i < explicit_n ? &d->imports.v[i] : NULL, &perr);
        if (perr && !p->error) {
            p->error = perr;
            p->incomplete = true;
        }
        if (i < explicit_n) vec_push(a, &p->imports_src, q->import_path);
        vec_push(a, &p->deps, q);
        if (q->incomplete) p->incomplete = true;
        if (i < compiled_n)
            vec_push(a, &imports, ((LoadedImport){src, strcmp(q->import_path, "unsafe") ? q : NULL}));
    }
    p->imports = imports.v;
    p->nimports = imports.n;
    p->loading = false;
    pop(l);

    if (!l->s->env.cgo_enabled) {
        p->c_files.n = p->cxx_files.n = p->m_files.n = p->swig_files.n = p->swigcxx_files.n = 0;
    }
    bool foreign = p->cgo_files.n || p->swig_files.n || p->swigcxx_files.n;
    static const char *const langs[] = {"C", "C++", "Objective-C", "Fortran"};
    const StrVec *fl[] = {&p->c_files, &p->cxx_files, &p->m_files, &p->f_files};
    push(l, path, pos);
    for (int i = 0; i < 4 && !foreign; i++) {
        if (fl[i]->n) {
            set_error(l, p, path, pos,
                      arena_printf(a, "%s source files not allowed when not using cgo or SWIG: %s", langs[i],
                                   joined(l, fl[i])));
            break;
        }
    }
    pop(l);

    add_files(l, p, &p->go_files);
    if (extra) p->files[p->nfiles++] = *extra; /* add_files has left room */
    if (p->under_test) add_files(l, p, &p->test_go_files);
    add_files(l, p, &p->cgo_files); /* last, as the compiler gets what cgo makes of them */
}

LoadedPkg *package_load_xtest(Loader *l, LoadedPkg *of) {
    if (!of->xtest_go_files.n || !of->dir) return NULL;
    Arena *a = l->a;
    DirInfo *d = load_dir(l, of->dir);
    LoadedPkg *p = package_new(l, arena_printf(a, "%s_test", of->import_path));
    vec_push(a, &l->order, p);
    p->path_name = name_of(p->pkg_path);
    p->name = of->name ? arena_printf(a, "%s_test", of->name) : "_test";
    p->dir = of->dir;
    p->root = of->root;
    p->standard = of->standard;
    p->module = of->module;
    p->named = p->under_test = true;
    VEC(LoadedImport) imports = {0};
    push(l, p->import_path, NULL);
    for (uint32_t i = 0; i < d->xtest_imports.n; i++) {
        const char *src = d->xtest_imports.v[i].path;
        LoadError *perr = NULL;
        LoadedPkg *q = package_load(l, src, of, &d->xtest_imports.v[i], &perr);
        if (perr && !p->error) p->error = perr;
        if (perr || q->incomplete) p->incomplete = true;
        vec_push(a, &p->deps, q);
        vec_push(a, &imports, ((LoadedImport){src, strcmp(q->import_path, "unsafe") ? q : NULL}));
    }
    pop(l);
    p->imports = imports.v;
    p->nimports = imports.n;
    add_files(l, p, &of->xtest_go_files);
    return p;
}

/* p is met again; an import of a package whose imports are still being followed is a cycle. */
static void reuse(Loader *l, LoadedPkg *p) {
    if (p->loading) {
        if (!p->error) {
            p->error = load_error_new(l, "import cycle not allowed");
            p->error->is_cycle = true;
        } else if (!p->error->is_cycle) {
            p->error->is_cycle = true;
        }
        p->incomplete = true;
    }
    LoadError *e = p->error;
    if (!e || !e->nstack || e->is_cycle) return;
    bool shorter = l->stack.n < e->nstack;
    if (l->stack.n == e->nstack) {
        for (uint32_t i = 0; i < e->nstack; i++) {
            int c = strcmp(l->stack.v[i].path, e->stack[i]);
            if (c) {
                shorter = c < 0;
                break;
            }
        }
    }
    if (!shorter) return;
    LoadError *fresh = load_error_new(l, e->msg);
    e->stack = fresh->stack;
    e->stack_from = fresh->stack_from;
    e->nstack = fresh->nstack;
}

LoadedPkg *package_load(Loader *l, const char *path, LoadedPkg *parent, const DirImport *pos,
                        LoadError **perr) {
    fault_poll();
    Arena *a = l->a;
    *perr = NULL;
    if (has_prefix(path, "mod/") || strchr(path, '@')) {
        LoadedPkg *p = package_new(l, path);
        push(l, path, pos);
        set_data_error(
            l, p, path, NULL, NULL,
            strchr(path, '@')
                ? "can only use path@version syntax with 'go get' and 'go install' in module-aware mode"
                : arena_printf(a, "disallowed import path \"%s\"", path));
        pop(l);
        return p;
    }
    Resolved *r = resolve_import(l, path, parent ? parent->import_path : "", parent && parent->standard);
    const Name *k = name_of(r->path);
    LoadedPkg *p = smap_get(&l->pkgs, k);
    if (p) {
        push(l, path, pos);
        reuse(l, p);
        pop(l);
        if (!parent) p->named = true;
    } else {
        p = package_new(l, k->s);
        p->named = !parent;
        smap_put(&l->pkgs, k, p);
        vec_push(a, &l->order, p);
        p->dir = r->dir;
        p->standard = r->standard;
        p->module = r->module;
        p->root = r->standard ? l->s->env.goroot : r->module ? r->module->dir : NULL;
        load_into(l, p, path, pos, r->dir ? load_dir(l, r->dir) : NULL, r->dir ? NULL : r->err);
    }
    if (l->s->compile_flags) return p; /* the compiler itself knows no such rules */
    LoadError *e = disallow_internal(l, parent, p);
    if (!e && parent) e = disallow_vendor(l, parent, path, p);
    if (!e && parent && p->name && !strcmp(p->name, "main") && p->dir && strcmp(parent->dir, p->dir) != 0)
        e = load_error_new(l, arena_printf(a, "import \"%s\" is a program, not an importable package", path));
    if (!e && parent && is_local_import(path) && !parent->command_line)
        e = load_error_new(l, !strcmp(path, ".")
                                  ? ".: cannot import current directory"
                                  : arena_printf(a, "local import \"%s\" in non-local package", path));
    if (e) {
        set_pos(l, e, pos);
        *perr = e;
    }
    return p;
}

LoadedPkg *package_from_files(Loader *l, const char **files, uint32_t n) {
    Arena *a = l->a;
    LoadedPkg *p = package_new(l, "command-line-arguments");
    p->command_line = p->named = true;
    StrVec names = {0};
    const char *dir = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (has_suffix(files[i], ".go")) continue;
        p->error = load_error_new(l, arena_printf(a, "named files must be .go files: %s", files[i]));
        p->incomplete = true;
        p->path_name = name_of(p->pkg_path);
        return p;
    }
    for (uint32_t i = 0; i < n; i++) {
        const char *full = path_abs(l->a, l->s->env.cwd, files[i]);
        if (!is_dir(full) && !is_file(full)) {
            l->fatal = arena_printf(a, "stat %s: no such file or directory", files[i]);
            return NULL;
        }
        if (is_dir(full)) {
            l->fatal = arena_printf(a, "%s is a directory, should be a Go file", files[i]);
            return NULL;
        }
        const char *d = path_dir(a, files[i]);
        if (dir && strcmp(dir, d) != 0) {
            l->fatal = arena_printf(a, "named files must all be in one directory; have %s and %s", dir, d);
            return NULL;
        }
        dir = d;
        vec_push(a, &names, path_base(files[i]));
    }
    p->dir = path_abs(a, l->s->env.cwd, dir);
    DirInfo *d = dir_scan(a, &l->s->env, p->dir, &names);
    StrVec ahead_paths = {0};
    for (uint32_t i = 0; i < d->imports.n; i++)
        if (strcmp(d->imports.v[i].path, "C")) vec_push(a, &ahead_paths, d->imports.v[i].path);
    if (d->name && !strcmp(d->name, "main")) vec_push(a, &ahead_paths, "runtime");
    package_preload(l, &ahead_paths);
    load_into(l, p, "command-line-arguments", NULL, d, NULL);
    vec_push(a, &l->order, p);
    return p;
}
