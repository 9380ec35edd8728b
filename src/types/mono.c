/* Endless instantiation: func F[T any]() { F[*T]() } would need infinitely many functions.
 *
 * Type parameters, and defined types declared in generic functions, are the vertices of a graph. An edge says
 * that values of src's type flow into dst: with weight 0 as they are, with weight 1 inside of a larger type.
 * A cycle of positive weight means endless growth; it is found as in Bellman and Ford's algorithm. */
#include "types/check_int.h"

static const char *relative_to(const Package *pkg, void *own) { return pkg == own ? NULL : pkg->path->s; }

static void report_loop(Checker *c, int v) {
    MonoGraph *g = &c->mono;
    VEC(int) stack = {0};
    bool *seen = NEW_ARRAY(types_arena(), bool, g->vertices.n);
    while (!seen[v]) {
        vec_push(NULL, &stack, v);
        seen[v] = true;
        v = g->edges.v[g->vertices.v[v].pre].src;
    }
    uint32_t first = 0;
    while (stack.v[first] != v) first++; /* drop the way into the cycle */

    ErrorMsg err = {.c = c};
    error_addf(&err, g->vertices.v[v].obj->pos, "instantiation cycle:");
    for (uint32_t i = first; i < stack.n; i++) {
        MonoEdge *e = &g->edges.v[g->vertices.v[stack.v[i]].pre];
        TypeName *obj = g->vertices.v[e->dst].obj;
        /* names of our own package unqualified, others by path */
        Qualifier qf = {relative_to, c->pkg};
        const char *text = type_string(e->typ, &qf);
        error_addf(&err, e->pos,
                   obj->typ->kind == TK_NAMED ? "%n implicitly parameterized by %s" : "%n instantiated as %s",
                   obj->name, text);
    }
    vec_free(&stack);
    error_report(&err);
}

void check_monomorph(Checker *c) {
    MonoGraph *g = &c->mono;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < g->edges.n; i++) {
            MonoEdge *e = &g->edges.v[i];
            MonoVertex *src = &g->vertices.v[e->src], *dst = &g->vertices.v[e->dst];
            int w = src->weight + e->weight;
            if (w <= dst->weight) continue;
            dst->pre = (int)i;
            dst->len = src->len + 1;
            if (dst->len == (int)g->vertices.n) {
                report_loop(c, e->dst);
                return;
            }
            dst->weight = w;
            again = true;
        }
    }
}

void mono_record_canon(Checker *c, TypeParam *mpar, TypeParam *tpar) {
    if (!c->mono.canon.arena) c->mono.canon.arena = c->arena;
    map_put(&c->mono.canon, PKEY(mpar), tpar);
}

static int new_vertex(Checker *c, TypeName *obj) {
    MonoGraph *g = &c->mono;
    if (!g->name_idx.arena) g->name_idx.arena = c->arena;
    int i = (int)g->vertices.n;
    vec_push(c->arena, &g->vertices, ((MonoVertex){.obj = obj}));
    map_put(&g->name_idx, PKEY(obj), (void *)(intptr_t)(i + 1));
    return i;
}

static int tparam_vertex(Checker *c, TypeParam *tp) {
    TypeParam *canon = map_get(&c->mono.canon, PKEY(tp));
    if (canon) tp = canon;
    intptr_t i = (intptr_t)map_get(&c->mono.name_idx, PKEY(tp->obj));
    return i > 0 ? (int)i - 1 : new_vertex(c, tp->obj);
}

static void add_edge(Checker *c, int dst, int src, int weight, Pos pos, Type *typ) {
    vec_push(c->arena, &c->mono.edges, ((MonoEdge){dst, src, weight, pos, typ}));
}

/* The vertex of a defined type that depends on type parameters around it; -1 when it does not. */
static int local_named_vertex(Checker *c, Named *n) {
    TypeName *obj = named_obj(n);
    Scope *root = c->pkg->scope;
    if (obj->pkg != c->pkg || obj->parent == root) return -1;
    intptr_t known = (intptr_t)map_get(&c->mono.name_idx, PKEY(obj));
    if (known) return known > 0 ? (int)known - 1 : -1;
    int idx = -1;
    for (Scope *s = obj->parent; s && s != root; s = s->parent) {
        for (uint32_t i = 0; i < s->objs.n; i++) {
            Object *o = s->objs.v[i];
            if (o->kind != OBJ_TYPENAME || typename_is_alias(o) || pos_compare(o->pos, obj->pos) >= 0)
                continue;
            TypeParam *tp = as_type_param(o->typ);
            if (!tp) continue;
            if (idx < 0) idx = new_vertex(c, obj);
            int src = tparam_vertex(c, tp);
            add_edge(c, idx, src, 1, obj->pos, &tp->t);
        }
    }
    if (idx < 0) {
        if (!c->mono.name_idx.arena) c->mono.name_idx.arena = c->arena;
        map_put(&c->mono.name_idx, PKEY(obj), (void *)(intptr_t)-1);
    }
    return idx;
}

typedef struct Flow {
    Checker *c;
    Pos pos;
    TypeParam *dst;
    Type *targ;
} Flow;

static void flow(Flow *f, int src, Type *typ) {
    int dst = tparam_vertex(f->c, f->dst);
    add_edge(f->c, dst, src, typ == f->targ ? 0 : 1, f->pos, f->targ);
}

static void flow_from(Flow *f, Type *t) {
    t = type_unalias(t);
    if (!t) return;
    switch ((TypeKind)t->kind) {
    case TK_TYPE_PARAM: flow(f, tparam_vertex(f->c, (TypeParam *)t), t); break;
    case TK_NAMED: {
        Named *n = (Named *)t;
        int src = local_named_vertex(f->c, named_origin(n));
        if (src >= 0) flow(f, src, t);
        TypeList *l = named_type_args(n);
        for (uint32_t i = 0; i < tlist_len(l); i++) flow_from(f, l->v[i]);
        break;
    }
    case TK_ARRAY: flow_from(f, ((Array *)t)->elem); break;
    case TK_SLICE: flow_from(f, ((Slice *)t)->elem); break;
    case TK_POINTER: flow_from(f, ((Pointer *)t)->base); break;
    case TK_CHAN: flow_from(f, ((Chan *)t)->elem); break;
    case TK_MAP:
        flow_from(f, ((MapT *)t)->key);
        flow_from(f, ((MapT *)t)->elem);
        break;
    case TK_INTERFACE: {
        TypeSet *ts = interface_type_set((Interface *)t);
        for (uint32_t i = 0; i < ts->nmethods; i++) flow_from(f, ts->methods[i]->typ);
        break;
    }
    case TK_SIGNATURE: {
        Signature *s = (Signature *)t;
        for (uint32_t i = 0; s->params && i < s->params->n; i++) flow_from(f, s->params->vars[i]->typ);
        for (uint32_t i = 0; s->results && i < s->results->n; i++) flow_from(f, s->results->vars[i]->typ);
        break;
    }
    case TK_STRUCT: {
        Struct *s = (Struct *)t;
        for (uint32_t i = 0; i < s->nfields; i++) flow_from(f, s->fields[i]->typ);
        break;
    }
    default: break;
    }
}

void mono_record_instance(Checker *c, Pos pos, TypeParamList *tparams, TypeList *targs, Expr *const *xlist,
                          uint32_t nx) {
    for (uint32_t i = 0; i < tplist_len(tparams); i++) {
        TypeParam *tp = tparams->v[i];
        if (tp->obj->pkg != c->pkg) continue; /* others cannot be part of a cycle through us */
        Flow f = {c, i < nx ? AT(xlist[i]) : pos, tp, targs->v[i]};
        flow_from(&f, targs->v[i]);
    }
}
