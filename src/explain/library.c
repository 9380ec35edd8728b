/* library.c: see library.h. */
#include "explain/library.h"
#include "explain/explain_int.h"

static bool is_user(const LoadedPkg *p) {
    return p->named || p->command_line || (p->module && p->module->main);
}

void library_init(ExLibrary *l, Session *s) {
    *l = (ExLibrary){.session = s, .cwd = s->env.cwd, .goroot = s->env.goroot};
    arena_init(&l->arena);
    l->by_pkg.arena = l->funcs.arena = &l->arena;
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        ExEntry *e = NEW(&l->arena, ExEntry);
        *e = (ExEntry){.path = p->import_path,
                       .dir = p->dir ? p->dir : "",
                       .user = is_user(p),
                       .has_files = p->nfiles && !p->implicit,
                       .pkg = p};
        vec_push(&l->arena, &l->entries, e);
        map_put(&l->by_pkg, PKEY(p), e);
    }
}

void library_release(ExLibrary *l) {
    for (uint32_t i = 0; i < l->entries.n; i++) {
        explain_release(l->entries.v[i]->whole);
        explain_release(l->entries.v[i]->names);
        explain_release(l->entries.v[i]->code);
    }
    arena_release(&l->arena);
}

ExEntry *library_find(ExLibrary *l, const char *path) {
    const LoadedPkg *p = session_find(l->session, path);
    if (!p && !strcmp(path, "main")) /* a program's functions are main's in its symbols */
        for (uint32_t i = 0; i < l->session->nroots && !p; i++)
            if (!strcmp(l->session->roots[i]->pkg_path, "main")) p = l->session->roots[i];
    return p ? map_get(&l->by_pkg, PKEY(p)) : NULL;
}

const ExPackage *library_explain(ExLibrary *l, ExEntry *e) {
    if (!e->tried && !e->pkg->failed) e->whole = explain_build(l->session, e->pkg);
    e->tried = true;
    return e->whole;
}

/* ---- functions ---- */

static uint64_t key_of(const char *name) { return hash_bytes(name, strlen(name), 11) | 1; }

static ExPackage *functions_of(const ExEntry *e, bool bodies) {
    ExPackage *x = xcalloc(1, sizeof *x);
    arena_init(&x->arena);
    explain_code(x, e->pkg->ir, bodies);
    return x;
}

static void index_package(ExLibrary *l, ExEntry *e) {
    if (!e->pkg->ir || e->pkg->failed) return;
    const ExPackage *x = e->names = functions_of(e, false);
    for (uint32_t i = 0; i < x->code.n; i++) {
        uint64_t key = key_of(x->code.v[i].name);
        if (map_has(&l->funcs, key)) continue;
        ExFound *f = NEW(&l->arena, ExFound);
        *f = (ExFound){.entry = e, .code = &x->code.v[i]};
        map_put(&l->funcs, key, f);
    }
}

const ExFound *library_func(ExLibrary *l, const char *name) {
    if (!l->indexed)
        for (uint32_t i = 0; i < l->entries.n; i++) index_package(l, l->entries.v[i]);
    l->indexed = true;
    return map_get(&l->funcs, key_of(name));
}

const ExCode *library_code(const ExFound *f, const ExPackage **in) {
    ExEntry *e = f->entry;
    if (!e->whole && !e->code) e->code = functions_of(e, true);
    *in = e->whole ? e->whole : e->code;
    return &(*in)->code.v[f->code - e->names->code.v];
}
