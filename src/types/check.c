/* The checker's driver: the phases over the files of one package.
 *
 * All objects are collected first; then types, aliases and everything else are declared in this order;
 * function bodies and other work that needs complete declarations wait in a queue of actions. What remains is
 * the order of initialisation, unused imports and the search for endless instantiation. Errors never stop a
 * phase: the tree of a package with errors is annotated as far as it makes sense. */
#include "types/check_int.h"

/* ---- delayed actions ---- */

void check_later(Checker *c, ActionFn fn, void *data) {
    vec_push(NULL, &c->delayed, ((Action){.version = c->env.version, .fn = fn, .data = data}));
}

void check_process_delayed(Checker *c, uint32_t top) {
    GoVersion saved = c->env.version;
    /* An action may delay others; they follow. */
    for (uint32_t i = top; i < c->delayed.n; i++) {
        fault_poll();
        Action a = c->delayed.v[i];
        c->env.version = a.version;
        a.fn(c, a.data);
    }
    c->delayed.n = top;
    c->env.version = saved;
}

/* ---- the object path ---- */

/* An object of this package knows its place; one of another package may be on the paths of several threads
 * and is searched for. */
void check_push(Checker *c, Object *obj) {
    vec_push(NULL, &c->obj_path, obj);
    if (obj->pkg == c->pkg) obj->path_idx = c->obj_path.n;
}

void check_pop(Checker *c) {
    Object *obj = vec_pop(&c->obj_path);
    if (obj->pkg == c->pkg) obj->path_idx = 0;
}

int check_obj_path_index(Checker *c, const Object *obj) {
    if (obj->pkg == c->pkg) return (int)obj->path_idx - 1;
    for (uint32_t i = c->obj_path.n; i > 0; i--)
        if (c->obj_path.v[i - 1] == obj) return (int)i - 1;
    return -1;
}

void check_needs_cleanup(Checker *c, Type *t) { vec_push(NULL, &c->cleaners, t); }

void check_add_decl_dep(Checker *c, Object *to) {
    if (c->env.decl && check_obj_info(c, to)) decl_info_add_dep(c->env.decl, to);
}

/* ---- lookup ---- */

/* assert and trace, which only the checker's own tests have. */
static Object *test_builtin(const Name *name, Scope **scope) {
    bool trace = name_is(name, "trace");
    if (!trace && !name_is(name, "assert")) return NULL;
    Object *obj = new_object(OBJ_BUILTIN, NO_POS, NULL, name, Typ(INVALID));
    obj->builtin = trace ? BI_TRACE : BI_ASSERT;
    if (scope) *scope = Universe;
    return obj;
}

Object *check_lookup_scope(Checker *c, const Name *name, Scope **scope) {
    for (Scope *s = c->env.scope; s; s = s->parent) {
        Object *obj = scope_lookup(s, name);
        if (!obj) continue;
        if (scope) *scope = s;
        return obj;
    }
    if (scope) *scope = NULL;
    return c->conf->test_builtins ? test_builtin(name, scope) : NULL;
}

Object *check_lookup(Checker *c, const Name *name) { return check_lookup_scope(c, name, NULL); }

/* ---- phases ---- */

static void init_files(Checker *c, File **files, uint32_t nfiles) {
    Package *pkg = c->pkg;
    c->files = NEW_ARRAY(c->arena, File *, nfiles + 1);
    for (uint32_t i = 0; i < nfiles; i++) {
        File *f = files[i];
        const Name *name = f->pkg_name->name;
        if (!pkg->name) {
            if (name_is(name, "_")) check_errorf(c, AT(f->pkg_name), "invalid package name _");
            else pkg->name = name;
        } else if (name != pkg->name) {
            check_errorf(c, AT(f), "package %n; expected package %n", name, pkg->name);
            continue;
        }
        c->files[c->nfiles++] = f;
    }
    if (!pkg->name) pkg->name = name_of("");
    GoVersion version = go_version_parse(c->conf->go_version);
    if (nfiles > 0 && version > GO_CURRENT)
        check_errorf(c, AT(files[0]), "package requires newer Go version %g (application built with %g)",
                     version, (GoVersion)GO_CURRENT);
    c->brief = nfiles && files[0]->bodies ? files[0]->bodies : c->arena;
    c->versions.arena = pkg->file_versions.arena = c->arena;
    for (uint32_t i = 0; i < c->nfiles; i++) {
        File *f = c->files[i];
        GoVersion v = version, own = go_version_parse(f->go_version);
        if (own) {
            /* A file may ask for an older version, but not for one before go1.21, which brought this in. */
            v = MAX(own, GO1_21);
            if (own > GO_CURRENT) check_errorf(c, AT(f->pkg_name), "file requires newer Go version %g", own);
            map_put(&pkg->file_versions, f->base, (void *)(intptr_t)v);
        }
        map_put(&c->versions, (uint64_t)f->base + 1, (void *)(intptr_t)v);
    }
    pkg->files = c->files;
    pkg->nfiles = c->nfiles;
}

static void cleanup(Checker *c) {
    for (uint32_t i = 0; i < c->cleaners.n; i++) { /* may add more */
        fault_poll();
        type_cleanup(c->cleaners.v[i]);
    }
    c->cleaners.n = 0;
}

static void check_files(Checker *c, File **files, uint32_t nfiles) {
    init_files(c, files, nfiles);
    check_collect_objects(c);
    check_direct_cycles(c);
    check_package_objects(c);
    check_process_delayed(c, 0); /* function bodies among them */
    cleanup(c);
    check_init_order(c);
    if (!c->conf->disable_unused_import_check) check_unused_imports(c);
    check_record_untyped(c);
    if (!c->have_first_err) check_monomorph(c);
}

Package *types_check_package(Arena *arena, const char *path, File **files, uint32_t nfiles,
                             const TypesConfig *conf) {
    types_init();
    TypesScope scope;
    types_enter(&scope, conf->store, arena);
    Checker *c = NEW(arena, Checker); /* stays: objects are told apart by the checker of their declaration */
    c->conf = conf;
    c->arena = arena;
    c->pkg = new_package(arena, name_of(path), NULL);
    c->pkg->store = conf->store;
    check_files(c, files, nfiles);
    Package *pkg = c->pkg;
    pkg->go_version = conf->go_version;
    pkg->complete = true;
    for (uint32_t i = 0; i < c->obj_list.n; i++) vec_push(arena, &pkg->objects, c->obj_list.v[i]);
    vec_free(&c->delayed);
    vec_free(&c->obj_path);
    vec_free(&c->cleaners);
    c->ctxt = NULL;
    c->conf = NULL;
    types_leave(&scope);
    return pkg;
}
