/* A session from its flags to its packages: the entry points of load.h. */
#include "base/pool.h"
#include "load/cgo.h"
#include "load/env.h"
#include "load/load_int.h"
#include <stdlib.h>

bool session_init(Session *s, const BuildFlags *flags) {
    *s = (Session){.flags = *flags};
    arena_init(&s->arena);
    const char *err = env_init(&s->arena, &s->env, flags);
    if (err) {
        sb_printf(&s->err, "goesc: %s\n", err);
        s->status = 2;
        return false;
    }
    if (s->env.cgo_enabled && !flags->n && !cgo_available(&s->env)) { /* -n does not run it */
        s->env.cgo_enabled = false;
        s->no_cgo_tool = true;
    }
    if (!gcflags_check(s)) {
        s->status = 2;
        return false;
    }
    if (s->flags.p <= 0) s->flags.p = cpu_count();
    Loader *l = NEW(&s->arena, Loader);
    s->loader = l;
    l->s = s;
    l->a = &s->arena;
    pthread_mutex_init(&l->lock, NULL);
    l->worker_arenas = NEW_ARRAY(&s->arena, Arena, s->flags.p);
    l->nworkers = s->flags.p;
    for (int i = 0; i < l->nworkers; i++) arena_init(&l->worker_arenas[i]);
    return true;
}

enum { KEPT_MIB = 64 }; /* for the next session; in a process that ends it makes no difference */

void session_release(Session *s) {
    Loader *l = s->loader;
    if (l) {
        for (uint32_t i = 0; i < l->order.n; i++) {
            arena_release(&l->order.v[i]->bodies);
            arena_release(&l->order.v[i]->arena);
            sb_release(&l->order.v[i]->out);
        }
        for (int i = 0; i < l->nworkers; i++) arena_release(&l->worker_arenas[i]);
        pthread_mutex_destroy(&l->lock);
    }
    sb_release(&s->err);
    arena_release(&s->arena);
    arena_store_trim((size_t)KEPT_MIB << 20);
    *s = (Session){0};
}

LoadedPkg *load_import(const LoadedPkg *pkg, const char *path, size_t n) {
    uint32_t lo = 0, hi = pkg->nimports;
    for (; lo < hi; lo++) {
        const char *have = pkg->imports[lo].path;
        if (strncmp(have, path, n) == 0 && have[n] == 0) return pkg->imports[lo].pkg;
    }
    return NULL;
}

LoadedPkg *session_find(const Session *s, const char *import_path) {
    return smap_get(&s->by_path, name_of(import_path));
}

/* Dependencies first, each package once, in the order in which the go command lists them. */
static void post_order(Session *s, LoadedPkg *p, Map *seen, uint32_t *cap) {
    if (map_has(seen, PKEY(p))) return;
    map_put(seen, PKEY(p), p);
    for (uint32_t i = 0; i < p->deps.n; i++) post_order(s, p->deps.v[i], seen, cap);
    if (s->npkgs == *cap) vec_grow(&s->arena, (void **)&s->pkgs, cap, s->npkgs + 1, sizeof *s->pkgs);
    p->index = s->npkgs;
    s->pkgs[s->npkgs++] = p;
}

/* A package that a pattern could not be turned into. */
static LoadedPkg *failed_match(Loader *l, const PatternMatch *m) {
    LoadedPkg *p = NEW(l->a, LoadedPkg);
    arena_init(&p->arena);
    p->import_path = p->pkg_path = m->pattern;
    p->path_name = name_of(m->pattern);
    p->named = p->incomplete = true;
    const char *err = m->errs.v[0];
    p->error = load_error_new(
        l, pattern_is_literal(m->pattern) ? err : arena_printf(l->a, "pattern %s: %s", m->pattern, err));
    vec_push(l->a, &l->order, p);
    return p;
}

static bool load_roots(Session *s, const char **patterns, uint32_t n) {
    Loader *l = s->loader;
    Arena *a = &s->arena;
    VEC(LoadedPkg *) roots = {0};
    for (uint32_t i = 0; i < n; i++) {
        if (!has_suffix(patterns[i], ".go") || !is_file(path_abs(a, s->env.cwd, patterns[i]))) continue;
        LoadedPkg *p = package_from_files(l, patterns, n);
        if (l->fatal) return false;
        vec_push(a, &roots, p);
        s->roots = roots.v;
        s->nroots = roots.n;
        return true;
    }
    const char *dot = ".";
    if (!n) {
        patterns = &dot;
        n = 1;
    }
    PatternMatch *ms = NEW_ARRAY(a, PatternMatch, n);
    StrVec all = {0};
    for (uint32_t i = 0; i < n; i++) {
        ms[i].pattern = pattern_clean(a, patterns[i]);
        pattern_expand(l, &ms[i]);
        if (l->fatal) return false;
        for (uint32_t k = 0; k < ms[i].pkgs.n; k++) vec_push(a, &all, ms[i].pkgs.v[k]);
    }
    package_preload(l, &all);
    if (l->fatal) return false;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < ms[i].pkgs.n; k++) {
            LoadError *perr;
            LoadedPkg *p = package_load(l, ms[i].pkgs.v[k], NULL, NULL, &perr);
            LoadedPkg *tests = p->under_test && !p->match.n ? package_load_xtest(l, p) : NULL;
            if (tests) vec_push(a, &roots, tests);
            vec_push(a, &p->match, ms[i].pattern);
            if (pattern_is_literal(ms[i].pattern)) p->literal = true;
            bool seen = false;
            for (uint32_t q = 0; q < roots.n && !seen; q++) seen = roots.v[q] == p && p->match.n > 1;
            if (!seen) vec_push(a, &roots, p);
        }
        if (ms[i].errs.n) vec_push(a, &roots, failed_match(l, &ms[i]));
        if (!ms[i].pkgs.n && !ms[i].errs.n)
            sb_printf(&s->err, "go: warning: \"%s\" matched no packages\n", ms[i].pattern);
    }
    s->roots = roots.v;
    s->nroots = roots.n;
    return true;
}

/* Which packages the compiler would have to see: those named, and what they import. */
static void mark_needed(LoadedPkg *p, Map *seen) {
    if (map_has(seen, PKEY(p))) return;
    map_put(seen, PKEY(p), p);
    p->implicit =
        p->standard && !strcmp(p->import_path, "unsafe"); /* known to the compiler, never compiled */
    for (uint32_t i = 0; i < p->nimports; i++)
        if (p->imports[i].pkg) mark_needed(p->imports[i].pkg, seen);
}

bool load_packages(Session *s, const char **patterns, uint32_t n, bool keep_errors) {
    Loader *l = s->loader;
    Arena *a = &s->arena;
    const char *bad = env_check_compilers(a);
    if (bad) {
        sb_printf(&s->err, "go: %s\n", bad);
        s->status = 1;
        return false;
    }
    bool ok = modules_init(l);
    if (ok) {
        l->pool = pool_new(l->nworkers, 1 << 20);
        ok = load_roots(s, patterns, n);
        pool_free(l->pool);
        l->pool = NULL;
    }
    if (!ok) {
        sb_printf(&s->err, "%s\n", l->fatal);
        s->status = 1;
        return false;
    }
    Map seen = {.arena = a};
    uint32_t cap = 0;
    for (uint32_t i = 0; i < s->nroots; i++) post_order(s, s->roots[i], &seen, &cap);
    s->by_path = (Map){.arena = a};
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        smap_put(&s->by_path, name_of(p->import_path), p);
        p->dep_only = !p->named;
        p->implicit = true;
        gcflags_apply(s, p);
    }
    Map needed = {.arena = a};
    for (uint32_t i = 0; i < s->npkgs; i++)
        if (s->pkgs[i]->named || s->pkgs[i]->flags.m) mark_needed(s->pkgs[i], &needed);
    if (keep_errors) return true;
    bool foreign = false;
    for (uint32_t i = 0; i < s->npkgs; i++) {
        const LoadedPkg *p = s->pkgs[i];
        foreign = foreign || (!p->implicit && p->uses_cgo + p->swig_files.n + p->swigcxx_files.n > 0);
    }
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadError *e = s->pkgs[i]->error;
        if (!e) continue;
        load_error_format(&s->err, e);
        if (s->err.n && s->err.buf[s->err.n - 1] != '\n') sb_addc(&s->err, '\n');
        s->status = 1;
    }
    if (s->status == 0 && foreign && (bad = cgo_check_env(a))) {
        sb_printf(&s->err, "goesc: %s\n", bad);
        s->status = 2;
    }
    return s->status == 0;
}
