/* What the Go compiler refuses although the language's rules allow it, and its directives' rules.
 *
 * The compiler makes these checks between type checking and its own work, in stages: a stage with errors is
 * the last.
 *   1. An anonymous interface must not mention itself.
 *   2. Types that live outside the heap (those holding the runtime's nih) are no type arguments,
 *   3. and no map keys, map elements or channel elements of declared types.
 *   4. Directives stand where they mean something: //go:embed, //go:linkname, the //go: pragmas of functions.
 * One walk over the trees collects the nodes that matter, where the parser saw any; the stages then go
 * through them in source order. */
#include "types/check_int.h"
#include "syntax/pragma.h"
#include <stdlib.h>

typedef struct DeclSite {
    Decl *d;
    bool within_func;
} DeclSite;

typedef struct Restrictions {
    Package *pkg;
    const CompilerRules *rules;
    uint32_t before;                 /* errors in the sink at the beginning of the stage */
    VEC(InterfaceType *) interfaces; /* with elements, not inside one another */
    VEC(TypeDecl *) type_decls;      /* of maps and channels */
    bool in_interface, within_func;
    VEC(DeclSite) decls; /* with directives, of the file at hand */
    Map cyclic;          /* Interface* → 1: on the path or part of a cycle, 2: not */
    Map linknames;       /* Object* with a //go:linkname */
} Restrictions;

/* ---- collecting ---- */

static bool collect(void *node, void *ctx) {
    Restrictions *r = ctx;
    switch (KIND(node)) {
    case N_INTERFACE_TYPE: {
        InterfaceType *it = node;
        if (r->in_interface || !it->methods.n) return true;
        vec_push(NULL, &r->interfaces, it);
        r->in_interface = true;
        for (uint32_t i = 0; i < it->methods.n; i++) node_walk(it->methods.v[i], collect, r);
        r->in_interface = false;
        return false;
    }
    case N_BLOCK_STMT: {
        if (r->within_func) return true;
        BlockStmt *b = node;
        r->within_func = true;
        for (uint32_t i = 0; i < b->list.n; i++) node_walk(b->list.v[i], collect, r);
        r->within_func = false;
        return false;
    }
    case N_TYPE_DECL: {
        NodeKind k = KIND(AS(TypeDecl, node)->type_expr);
        if (k == N_MAP_TYPE || k == N_CHAN_TYPE) vec_push(NULL, &r->type_decls, AS(TypeDecl, node));
    } /* fall through */
    case N_IMPORT_DECL:
    case N_CONST_DECL:
    case N_VAR_DECL:
    case N_FUNC_DECL:
        if (AS(Decl, node)->pragma) vec_push(NULL, &r->decls, ((DeclSite){node, r->within_func}));
        if (KIND(node) == N_VAR_DECL) return AS(Node, node)->flags & NF_DECLARES;
        if (KIND(node) != N_FUNC_DECL || AS(Node, node)->flags & NF_DECLARES) return true;
        node_walk(AS(FuncDecl, node)->recv, collect, r);
        for (uint32_t i = 0; i < AS(FuncDecl, node)->tparams.n; i++)
            node_walk(AS(FuncDecl, node)->tparams.v[i], collect, r);
        node_walk(AS(FuncDecl, node)->type_expr, collect, r);
        return false; /* nothing in the body */
    default: return true;
    }
}

/* ---- 1: anonymous interfaces ---- */

static bool visit_type(Restrictions *r, Type *t);

static bool visit_tuple(Restrictions *r, const Tuple *t) {
    for (uint32_t i = 0; t && i < t->n; i++)
        if (visit_type(r, t->vars[i]->typ)) return true;
    return false;
}

static bool interface_has_cycle(Restrictions *r, Interface *t) {
    TypeSet *s = interface_type_set(t);
    for (uint32_t i = 0; i < s->nmethods; i++)
        if (visit_type(r, s->methods[i]->typ)) return true;
    return false;
}

static bool visit_type(Restrictions *r, Type *t) {
    for (;;) {
        t = type_unalias(t);
        switch (t->kind) {
        case TK_POINTER: t = as_pointer(t)->base; break;
        case TK_ARRAY: t = as_array(t)->elem; break;
        case TK_CHAN: t = as_chan(t)->elem; break;
        case TK_SLICE: t = as_slice(t)->elem; break;
        case TK_MAP:
            if (visit_type(r, as_map(t)->key)) return true;
            t = as_map(t)->elem;
            break;
        case TK_STRUCT:
            for (uint32_t i = 0; i < as_struct(t)->nfields; i++)
                if (visit_type(r, as_struct(t)->fields[i]->typ)) return true;
            return false;
        case TK_INTERFACE: {
            Interface *it = as_interface(t);
            if (it->nmethods == 0 && it->nembeddeds == 0) return false;
            uintptr_t known = (uintptr_t)map_get(&r->cyclic, PKEY(it));
            if (known) return known == 1;
            map_put(&r->cyclic, PKEY(it), (void *)1);
            if (interface_has_cycle(r, it)) return true;
            map_put(&r->cyclic, PKEY(it), (void *)2);
            return false;
        }
        case TK_SIGNATURE:
            return visit_tuple(r, as_signature(t)->params) || visit_tuple(r, as_signature(t)->results);
        case TK_TUPLE: return visit_tuple(r, as_tuple(t));
        default: return false; /* named types are no part of an anonymous cycle */
        }
    }
}

static void check_interfaces(Restrictions *r) {
    for (uint32_t i = 0; i < r->interfaces.n; i++) {
        InterfaceType *n = r->interfaces.v[i];
        Interface *it = n->e.type ? as_interface(type_unalias(n->e.type)) : NULL;
        if (!it || !interface_has_cycle(r, it)) continue;
        diag_error(
            r->rules->diags, NPOS(n),
            "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)");
        for (uint32_t j = 0; j < r->cyclic.cap; j++) /* reported once */
            if (r->cyclic.slots[j].key) r->cyclic.slots[j].val = (void *)2;
    }
}

/* ---- 2, 3: types outside the heap ---- */

static bool is_not_in_heap(Type *t) {
    t = type_unalias(t);
    if (t->kind == TK_NAMED) {
        const TypeName *o = named_obj(type_as_named(t));
        if (o->pkg && name_is(o->name, "nih") && name_is(o->pkg->path, "internal/runtime/sys")) return true;
        t = type_under(t);
    }
    if (t->kind == TK_ARRAY) return is_not_in_heap(as_array(t)->elem);
    if (t->kind != TK_STRUCT) return false;
    for (uint32_t i = 0; i < as_struct(t)->nfields; i++)
        if (is_not_in_heap(as_struct(t)->fields[i]->typ)) return true;
    return false;
}

static bool report_type_arguments(void *node, void *ctx) {
    Restrictions *r = ctx;
    if (KIND(node) != N_NAME || !AS(NameExpr, node)->inst) return true;
    const TypeList *l = AS(NameExpr, node)->inst->targs;
    for (uint32_t j = 0; j < tlist_len(l); j++)
        if (is_not_in_heap(l->v[j]))
            diag_error(r->rules->diags, NPOS(node),
                       "cannot use incomplete (or unallocatable) type as a type argument: %s",
                       type_string(l->v[j], NULL));
    return true;
}

static void check_type_arguments(Restrictions *r) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < r->pkg->instances.n; i++) {
        const TypeList *l = r->pkg->instances.v[i]->inst->targs;
        for (uint32_t j = 0; j < tlist_len(l); j++) ok = ok && !is_not_in_heap(l->v[j]);
    }
    for (uint32_t i = 0; !ok && i < r->pkg->nfiles; i++)
        node_walk(r->pkg->files[i], report_type_arguments, r);
}

static void check_maps_and_channels(Restrictions *r) {
    for (uint32_t i = 0; i < r->type_decls.n; i++) {
        Expr *n = r->type_decls.v[i]->type_expr;
        Type *t = n->type ? type_under(n->type) : NULL;
        if (!t) continue;
        if (t->kind == TK_MAP) {
            if (is_not_in_heap(as_map(t)->key))
                diag_error(r->rules->diags, NPOS(n), "incomplete (or unallocatable) map key not allowed");
            if (is_not_in_heap(as_map(t)->elem))
                diag_error(r->rules->diags, NPOS(n), "incomplete (or unallocatable) map value not allowed");
        } else if (t->kind == TK_CHAN && is_not_in_heap(as_chan(t)->elem)) {
            diag_error(r->rules->diags, NPOS(n), "chan of incomplete (or unallocatable) type not allowed");
        }
    }
}

/* ---- 4: directives ---- */

static bool imports_package(const File *f, const char *path) {
    for (uint32_t i = 0; i < f->ndecls; i++) {
        if (f->decls[i]->n.kind != N_IMPORT_DECL) continue;
        const ImportDecl *s = AS(ImportDecl, f->decls[i]);
        const Object *o = s->local ? s->local->def : s->implicit;
        if (o && o->kind == OBJ_PKGNAME && name_is(o->imported->path, path)) return true;
    }
    return false;
}

/* Imports stand before everything else, so that what a file imports may be asked at once. */
static void check_embed(Restrictions *r, const File *f, const VarDecl *d, bool within_func) {
    const Pragma *p = d->d.pragma;
    if (p->embeds.n == 0) return;
    DiagSink *diags = r->rules->diags;
    Pos pos = p->embeds.v[0].pos;
    GoVersion v = go_version_parse(r->rules->go_version);
    if (!imports_package(f, "embed"))
        diag_error(diags, pos,
                   "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
    else if (d->names.n > 1) diag_error(diags, pos, "go:embed cannot apply to multiple vars");
    else if (d->values) diag_error(diags, pos, "go:embed cannot apply to var with initializer");
    else if (!d->type_expr) diag_error(diags, pos, "go:embed cannot apply to var without type");
    else if (within_func) diag_error(diags, pos, "go:embed cannot apply to var inside func");
    else if (v != 0 && v < 16)
        diag_error(diags, pos, "go:embed requires go1.16 or later (-lang was set to %s; check go.mod)",
                   r->rules->go_version);
}

static void check_linknames(Restrictions *r, const File *f) {
    bool has_unsafe = f->nlinknames > 0 && imports_package(f, "unsafe");
    GoVersion v = go_version_parse(r->rules->go_version);
    DiagSink *diags = r->rules->diags;
    for (uint32_t i = 0; i < f->nlinknames; i++) {
        const Linkname *l = &f->linknames[i];
        if (!has_unsafe) {
            diag_error(diags, l->pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
            continue;
        }
        if (memchr(l->remote.p, '[', l->remote.n) && memchr(l->remote.p, ']', l->remote.n)) {
            diag_error(diags, l->pos, "//go:linkname reference of an instantiation is not allowed");
            continue;
        }
        Object *o = scope_lookup(r->pkg->scope, l->local);
        if (o && (o->kind == OBJ_FUNC || o->kind == OBJ_VAR)) {
            if (map_has(&r->linknames, PKEY(o)))
                diag_error(diags, l->pos, "duplicate //go:linkname for %s", l->local->s);
            else map_put(&r->linknames, PKEY(o), o);
        } else if (v == 0 || v >= GO1_18) {
            diag_error(diags, l->pos, "//go:linkname must refer to declared function or variable");
        }
    }
}

static void check_file_directives(Restrictions *r, const File *f) {
    DiagSink *diags = r->rules->diags;
    pragma_check(f->pragma, PRAGMA_GO_BUILD, false, diags);
    for (uint32_t i = 0; i < r->decls.n; i++) {
        const Decl *d = r->decls.v[i].d;
        switch (d->n.kind) {
        case N_FUNC_DECL: pragma_check(d->pragma, PRAGMA_FUNC, false, diags); break;
        case N_VAR_DECL:
            pragma_check(d->pragma, 0, true, diags);
            check_embed(r, f, AS(VarDecl, d), r->decls.v[i].within_func);
            break;
        default: pragma_check(d->pragma, 0, false, diags); break;
        }
    }
    check_linknames(r, f);
}

static void check_func_directives(Restrictions *r, const FuncDecl *f) {
    if (name_is(f->name->name, "_")) return;
    DiagSink *diags = r->rules->diags;
    const Pragma *p = f->d.pragma;
    uint32_t flags = pragma_flags(p);
    if ((flags & PRAGMA_SYSTEMSTACK) && (flags & PRAGMA_NOSPLIT))
        diag_error(diags, NPOS(f), "go:nosplit and go:systemstack cannot be combined");
    bool wasm_import = p && p->wasm_import_pos;
    if (f->body) {
        if (flags & PRAGMA_NOESCAPE)
            diag_error(diags, NPOS(f), "can only use //go:noescape with external func implementations");
        if (wasm_import)
            diag_error(diags, NPOS(f), "can only use //go:wasmimport with external func implementations");
        if ((flags & PRAGMA_UINTPTR_KEEPALIVE) && !(flags & PRAGMA_UINTPTR_ESCAPES) &&
            !(flags & PRAGMA_NOSPLIT))
            diag_error(diags, NPOS(f), "go:uintptrkeepalive requires go:nosplit");
    } else if (r->rules->complete || name_is(f->name->name, "init")) {
        if (!map_has(&r->linknames, PKEY(f->name->def)) && !wasm_import)
            diag_error(diags, NPOS(f), "missing function body");
    }
}

/* ---- the stages ---- */

static bool stage_failed(Restrictions *r) { return r->rules->diags->diags.n > r->before; }

static bool run_stages(Restrictions *r) {
    check_interfaces(r);
    if (stage_failed(r)) return false;
    check_type_arguments(r);
    if (stage_failed(r)) return false;
    check_maps_and_channels(r);
    return !stage_failed(r);
}

bool types_check_compiler(Package *pkg, const CompilerRules *rules) {
    TypesScope scope;
    types_enter(&scope, pkg->store, pkg->arena);
    Restrictions r = {.pkg = pkg, .rules = rules, .before = rules->diags->diags.n};
    uint32_t *ends = NEW_ARRAY(pkg->arena, uint32_t, pkg->nfiles + 1); /* where each file's directives end */
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        node_walk(pkg->files[i], collect, &r);
        ends[i] = r.decls.n;
    }
    bool ok = run_stages(&r);
    if (ok) {
        DeclSite *all = r.decls.v;
        uint32_t total = r.decls.n;
        for (uint32_t i = 0, from = 0; i < pkg->nfiles; from = ends[i++]) {
            r.decls.v = all ? all + from : NULL;
            r.decls.n = ends[i] - from;
            check_file_directives(&r, pkg->files[i]);
        }
        r.decls.v = all;
        r.decls.n = total;
        for (uint32_t i = 0; i < pkg->nfiles; i++)
            for (uint32_t j = 0; j < pkg->files[i]->ndecls; j++)
                if (pkg->files[i]->decls[j]->n.kind == N_FUNC_DECL)
                    check_func_directives(&r, AS(FuncDecl, pkg->files[i]->decls[j]));
        ok = !stage_failed(&r);
    }
    if (!ok) pkg->had_errors = true;
    vec_free(&r.interfaces);
    vec_free(&r.type_decls);
    vec_free(&r.decls);
    map_release(&r.cyclic);
    map_release(&r.linknames);
    types_leave(&scope);
    return ok;
}
