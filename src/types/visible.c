/* What the compiler sees of another package's unexported names.
 *
 * It reads packages in their exported form. That holds the exported objects and what these need: the types
 * that their types are made of, and what the bodies of inlinable functions mention. A name of such an
 * object gives "name x not exported"; a name of nothing gives "undefined: p.x". This is asked only for an
 * error message, so it may walk the whole package. Only the inliner knows which functions are inlinable;
 * here we take those whose bodies have one or two statements. */
#include "types/check_int.h"

typedef struct Reach {
    const Package *pkg;
    const Object *wanted;
    Map seen; /* Type*, Object* */
    bool found;
} Reach;

static void reach_object(Reach *r, Object *o);

static void reach_vars(Reach *r, Type *t);

static void reach_type(Reach *r, Type *t) {
    if (!t || r->found || map_has(&r->seen, PKEY(t))) return;
    map_put(&r->seen, PKEY(t), t);
    switch ((TypeKind)t->kind) {
    case TK_NAMED: {
        Named *n = as_named_exact(t);
        for (uint32_t i = 0; i < tlist_len(named_type_args(n)); i++) reach_type(r, named_type_args(n)->v[i]);
        reach_object(r, named_obj(n));
        break;
    }
    case TK_ALIAS: reach_object(r, as_alias(t)->obj); break;
    case TK_POINTER: reach_type(r, as_pointer(t)->base); break;
    case TK_SLICE: reach_type(r, as_slice(t)->elem); break;
    case TK_ARRAY: reach_type(r, as_array(t)->elem); break;
    case TK_CHAN: reach_type(r, as_chan(t)->elem); break;
    case TK_MAP:
        reach_type(r, as_map(t)->key);
        reach_type(r, as_map(t)->elem);
        break;
    default: reach_vars(r, t); break;
    }
}

/* Types that consist of variables, methods or terms. */
static void reach_vars(Reach *r, Type *t) {
    const Struct *s = as_struct(t);
    for (uint32_t i = 0; s && i < s->nfields; i++) reach_type(r, s->fields[i]->typ);
    const Tuple *tuple = as_tuple(t);
    for (uint32_t i = 0; tuple && i < tuple->n; i++) reach_type(r, tuple->vars[i]->typ);
    const Signature *sig = as_signature(t);
    if (sig) {
        for (uint32_t i = 0; i < tplist_len(sig->tparams); i++) reach_type(r, sig->tparams->v[i]->bound);
        reach_type(r, TYPE(sig->params));
        reach_type(r, TYPE(sig->results));
    }
    const Interface *it = as_interface(t);
    for (uint32_t i = 0; it && i < it->nmethods; i++) reach_type(r, it->methods[i]->typ);
    for (uint32_t i = 0; it && i < it->nembeddeds; i++) reach_type(r, it->embeddeds[i]);
    const Union *u = as_union(t);
    for (uint32_t i = 0; u && i < u->nterms; i++) reach_type(r, u->terms[i]->typ);
}

static bool reach_node(void *node, void *ctx) {
    Reach *r = ctx;
    if (KIND(node) == N_NAME && AS(NameExpr, node)->use) reach_object(r, AS(NameExpr, node)->use);
    return !r->found;
}

static bool is_short(const FuncDecl *f) { return f->body->list.n <= 2; }

static void reach_object(Reach *r, Object *o) {
    if (r->found || o->pkg != r->pkg || o->kind == OBJ_PKGNAME || map_has(&r->seen, PKEY(o))) return;
    map_put(&r->seen, PKEY(o), o);
    if (o == r->wanted) {
        r->found = true;
        return;
    }
    reach_type(r, o->typ);
    if (o->kind == OBJ_TYPENAME) {
        Named *n = as_named_exact(o->typ);
        if (n) reach_type(r, type_under(TYPE(n)));
        else if (as_alias(o->typ)) reach_type(r, type_unalias(o->typ));
        for (uint32_t i = 0; n && i < named_num_methods(n); i++) reach_object(r, named_method(n, i));
    } else if (o->kind == OBJ_FUNC && o->decl && o->info) {
        FuncDecl *f = o->info->fdecl;
        for (uint32_t i = 0; f && i < f->nmentions; i++) reach_object(r, f->mentions[i]);
        if (f && f->body && is_short(f)) node_walk(f->body, reach_node, r);
    }
}

typedef struct Mentions {
    Package *pkg;
    VEC(Object *) list; /* of the package */
} Mentions;

static bool collect(void *node, void *ctx) {
    Mentions *m = ctx;
    Object *o = KIND(node) == N_NAME ? AS(NameExpr, node)->use : NULL;
    if (o && o->pkg == m->pkg) vec_push(m->pkg->arena, &m->list, o);
    return true;
}

void types_release_bodies(Package *pkg) {
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        if (!f->bodies) continue;
        for (uint32_t k = 0; k < f->ndecls; k++) {
            FuncDecl *d = AS(FuncDecl, f->decls[k]);
            if (KIND(d) != N_FUNC_DECL || !(d->d.n.flags & NF_APART) || !is_short(d)) continue;
            Mentions m = {.pkg = pkg};
            node_walk(d->body, collect, &m);
            d->mentions = m.list.v;
            d->nmentions = m.list.n;
            d->body->list.n = 0;
        }
    }
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        if (f->bodies) arena_release(f->bodies);
        f->bodies = NULL;
    }
}

bool check_visible_to_importers(const Object *o) {
    if (o->name->exported) return true;
    Reach r = {.pkg = o->pkg, .wanted = o};
    const Scope *s = o->pkg->scope;
    for (uint32_t i = 0; i < s->objs.n && !r.found; i++)
        if (s->objs.v[i]->name->exported) reach_object(&r, s->objs.v[i]);
    map_release(&r.seen);
    return r.found;
}
