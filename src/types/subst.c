/* Substitution of type arguments for type parameters (spec, "Instantiations").
 *
 * A type in which nothing is replaced is returned as it is, so that pointers stay equal where they can.
 * Defined types are not entered: List[P] becomes the instance List[int], expanded when needed. Outside of a
 * check (c NULL) new interfaces get their type sets at once, because they may be seen by several threads. */
#include "types/check_int.h"

SubstMap make_subst_map(const TypeParamList *tparams, const TypeList *targs) {
    ASSERT(tplist_len(tparams) == tlist_len(targs));
    return (SubstMap){tparams ? tparams->v : NULL, targs ? targs->v : NULL, tplist_len(tparams)};
}

/* tp itself when absent */
static Type *subst_map_lookup(const SubstMap *m, TypeParam *tp) {
    for (uint32_t i = 0; i < m->n; i++)
        if (m->from[i] == tp && m->to[i]) return m->to[i];
    return &tp->t;
}

typedef struct Subster {
    Checker *c;
    Pos pos;
    SubstMap smap;
    Named *expanding;
    Context *ctxt;
} Subster;

Var *clone_var(Var *v, Type *typ) {
    Var *w = NEW(types_arena(), Var);
    *w = *v;
    w->typ = typ;
    w->origin = object_origin(v);
    w->ir = w->ir_aux = NULL;
    w->info = NULL;
    w->path_idx = 0;
    return w;
}

Func *clone_func(Func *f, Type *typ) { return clone_var(f, typ); }

static Type *subst(Subster *s, Type *t);

static Type *subst_or_invalid(Subster *s, Type *t) { return t ? subst(s, t) : Typ(INVALID); }

/* The types after substitution, or NULL when none changed. */
static Type **subst_types(Subster *s, Type *const *v, uint32_t n) {
    Type **out = NULL;
    for (uint32_t i = 0; i < n; i++) {
        Type *u = subst(s, v[i]);
        if (u == v[i]) continue;
        if (!out) {
            out = NEW_ARRAY(types_arena(), Type *, n);
            memcpy(out, v, n * sizeof *out);
        }
        out[i] = u;
    }
    return out;
}

/* The same for variables and functions. */
static Object **subst_objects(Subster *s, Object *const *v, uint32_t n) {
    Object **out = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (!v[i]) continue;
        Type *u = subst(s, v[i]->typ);
        if (u == v[i]->typ) continue;
        if (!out) {
            out = NEW_ARRAY(types_arena(), Object *, n);
            memcpy(out, v, n * sizeof *out);
        }
        out[i] = clone_var(v[i], u);
    }
    return out;
}

static Tuple *subst_tuple(Subster *s, Tuple *t) {
    if (!t) return NULL;
    Var **vars = subst_objects(s, t->vars, t->n);
    return vars ? new_tuple(vars, t->n) : t;
}

static Type *subst_interface(Subster *s, Interface *t) {
    Func **methods = subst_objects(s, t->methods, t->nmethods);
    Type **embeddeds = subst_types(s, t->embeddeds, t->nembeddeds);
    if (!methods && !embeddeds) return &t->t;
    ASSERT(t->complete);
    Interface *it = check_new_interface(s->c);
    it->embeddeds = embeddeds ? embeddeds : t->embeddeds;
    it->nembeddeds = t->nembeddeds;
    it->embed_pos = t->embed_pos;
    it->implicit = t->implicit;
    it->complete = true;
    if (!methods) methods = t->methods;
    Func **replaced = replace_recv_type(methods, t->nmethods, &t->t, &it->t);
    it->methods = replaced ? replaced : methods;
    it->nmethods = t->nmethods;
    if (!s->c) interface_type_set(it);
    return &it->t;
}

static Type *subst(Subster *s, Type *t) {
    switch ((TypeKind)t->kind) {
    case TK_BASIC: return t;
    case TK_ALIAS: {
        Alias *a = (Alias *)t;
        uint32_t n = tplist_len(a->orig->tparams);
        if (n == 0) return t; /* not parameterised: a type of the outer world */
        if (tlist_len(a->targs) != n) return Typ(INVALID);
        Type **v = subst_types(s, a->targs->v, n);
        return v ? check_new_alias_instance(s->c, s->pos, a->orig, new_type_list(v, n), s->expanding, s->ctxt)
                 : t;
    }
    case TK_ARRAY: {
        Array *a = (Array *)t;
        Type *e = subst_or_invalid(s, a->elem);
        return e != a->elem ? &new_array(e, a->len)->t : t;
    }
    case TK_SLICE: {
        Slice *a = (Slice *)t;
        Type *e = subst_or_invalid(s, a->elem);
        return e != a->elem ? &new_slice(e)->t : t;
    }
    case TK_STRUCT: {
        Struct *st = (Struct *)t;
        Var **f = subst_objects(s, st->fields, st->nfields);
        return f ? &new_struct(f, st->nfields, st->tags)->t : t;
    }
    case TK_POINTER: {
        Pointer *p = (Pointer *)t;
        Type *b = subst(s, p->base);
        return b != p->base ? &new_pointer(b)->t : t;
    }
    case TK_TUPLE: return TYPE(subst_tuple(s, (Tuple *)t));
    case TK_SIGNATURE: {
        Signature *g = (Signature *)t;
        Tuple *params = subst_tuple(s, g->params), *results = subst_tuple(s, g->results);
        if (params == g->params && results == g->results) return t;
        /* the receiver is the caller's business; the function scope is not kept */
        return &new_signature(g->recv, g->rparams, g->tparams, params, results, g->variadic)->t;
    }
    case TK_UNION: {
        Union *u = (Union *)t;
        Term **terms = NULL;
        for (uint32_t i = 0; i < u->nterms; i++) {
            Type *tt = subst(s, u->terms[i]->typ);
            if (tt == u->terms[i]->typ) continue;
            if (!terms) {
                terms = NEW_ARRAY(types_arena(), Term *, u->nterms);
                memcpy(terms, u->terms, u->nterms * sizeof *terms);
            }
            terms[i] = new_term(u->terms[i]->tilde, tt);
        }
        return terms ? &new_union(terms, u->nterms)->t : t;
    }
    case TK_INTERFACE: return subst_interface(s, (Interface *)t);
    case TK_MAP: {
        MapT *m = (MapT *)t;
        Type *k = subst(s, m->key), *e = subst(s, m->elem);
        return k != m->key || e != m->elem ? &new_map(k, e)->t : t;
    }
    case TK_CHAN: {
        Chan *c = (Chan *)t;
        Type *e = subst(s, c->elem);
        return e != c->elem ? &new_chan(c->dir, e)->t : t;
    }
    case TK_NAMED: {
        Named *nm = (Named *)t;
        Named *orig = named_origin(nm);
        uint32_t n = tplist_len(named_type_params(orig));
        if (n == 0) return t;
        if (tlist_len(named_type_args(nm)) != n) return Typ(INVALID);
        Type **v = subst_types(s, nm->inst->targs->v, n);
        return v ? check_instance(s->c, s->pos, &orig->t, new_type_list(v, n), s->expanding, s->ctxt) : t;
    }
    case TK_TYPE_PARAM: return subst_map_lookup(&s->smap, (TypeParam *)t);
    default: BUG("subst: kind %d", t->kind);
    }
}

Type *check_subst(Checker *c, Pos pos, Type *t, SubstMap smap, Named *expanding, Context *ctxt) {
    ASSERT(expanding || ctxt);
    if (smap.n == 0 || !t) return t;
    Subster s = {c, pos, smap, expanding, ctxt};
    return subst(&s, t);
}
