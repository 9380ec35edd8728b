/* Questions about types: classes of basic types, identity, hashing, comparability (spec, "Type identity",
 * "Comparison operators").
 *
 * type_hash follows type_identical: what identity ignores (names of parameters, unknown array lengths, struct
 * tags, how an interface was written down) does not enter the hash. */
#include "types/check_int.h"

bool type_is_valid(Type *t) { return type_unalias(t) != Typ(INVALID); }

bool type_is_basic(Type *t, int info) {
    Basic *b = as_basic(type_under(t));
    return b && (b->info & info);
}

bool type_all_basic(Type *t, int info) {
    TypeParam *p = as_type_param(type_unalias(t));
    if (!p) return type_is_basic(t, info);
    TermSeq s;
    tparam_term_seq(&s, p);
    for (uint32_t i = 0; i < s.n; i++)
        if (!s.v[i] || !type_is_basic(s.v[i]->typ, info)) return false;
    return true;
}

bool type_has_name(Type *t) {
    t = type_unalias(t);
    return t && (t->kind == TK_BASIC || t->kind == TK_NAMED || t->kind == TK_TYPE_PARAM);
}

bool type_is_type_lit(Type *t) {
    t = type_unalias(t);
    return !(t && (t->kind == TK_NAMED || t->kind == TK_TYPE_PARAM));
}

bool type_is_typed(Type *t) {
    Basic *b = as_basic(t);
    return !b || !(b->info & IS_UNTYPED);
}

bool type_is_untyped(Type *t) { return !type_is_typed(t); }

static bool type_is_untyped_numeric(Type *t) {
    Basic *b = as_basic(t);
    return b && (b->info & IS_UNTYPED) && (b->info & IS_NUMERIC);
}

bool type_is_interface(Type *t) { return as_interface(type_under(t)) != NULL; }
bool type_is_type_param(Type *t) { return as_type_param(type_unalias(t)) != NULL; }
bool type_is_non_tparam_interface(Type *t) { return !type_is_type_param(t) && type_is_interface(t); }

bool type_has_empty_typeset(Type *t) {
    TypeParam *p = as_type_param(type_unalias(t));
    if (!p || !p->bound) return false;
    Interface *i = as_interface(safe_underlying(p->bound));
    return i && i->tset && type_set_is_empty(i->tset);
}

bool type_is_generic(Type *t) {
    Alias *a = as_alias(t);
    if (a && a->tparams && !a->targs) return true;
    Named *n = type_as_named(t);
    return n && n->obj && !n->inst && tplist_len(named_type_params(n)) > 0;
}

bool type_has_nil(Type *t) {
    Type *u = type_under(t);
    if (!u) return false;
    switch (u->kind) {
    case TK_BASIC: return ((Basic *)u)->bk == BK_UNSAFE_POINTER;
    case TK_SLICE:
    case TK_POINTER:
    case TK_SIGNATURE:
    case TK_MAP:
    case TK_CHAN: return true;
    case TK_INTERFACE: {
        if (!type_is_type_param(t)) return true;
        TypesetSeq s;
        typeset_seq(&s, t);
        for (uint32_t i = 0; i < s.n; i++)
            if (!s.v[i].u || !type_has_nil(s.v[i].u)) return false;
        return true;
    }
    default: return false;
    }
}

/* ---- comparability ---- */

typedef struct SeenTypes {
    VEC(Type *) v;
} SeenTypes;

static bool seen_has(const SeenTypes *s, Type *t) {
    for (uint32_t i = 0; i < s->v.n; i++)
        if (s->v.v[i] == t) return true;
    return false;
}

static TypeError incomparable = {.fmt = ""};
static TypeError empty_set_error = {.fmt = "empty type set"};
static TypeError incomparable_set_error = {.fmt = "incomparable types in type set"};

static TypeError *comparable_seen(Type *T, bool dynamic, SeenTypes *seen);

static bool set_is_comparable(TypeSet *ts, SeenTypes *seen) {
    if (termlist_is_all(ts->terms)) return ts->comparable;
    TermSeq s;
    type_set_term_seq(&s, ts);
    for (uint32_t i = 0; i < s.n; i++)
        if (!s.v[i] || comparable_seen(s.v[i]->typ, false, seen)) return false;
    return true;
}

static TypeError *comparable_seen(Type *T, bool dynamic, SeenTypes *seen) {
    if (T->kind == TK_BASIC) return ((Basic *)T)->bk == BK_UNTYPED_NIL ? &incomparable : NULL;
    if (seen_has(seen, T)) return NULL;
    vec_push(NULL, &seen->v, T);
    Type *u = type_under(T);
    switch (u ? (TypeKind)u->kind : TK_NONE) {
    case TK_BASIC: return ((Basic *)u)->bk == BK_UNTYPED_NIL ? &incomparable : NULL;
    case TK_POINTER:
    case TK_CHAN: return NULL;
    case TK_STRUCT: {
        Struct *s = (Struct *)u;
        for (uint32_t i = 0; i < s->nfields; i++)
            if (comparable_seen(s->fields[i]->typ, dynamic, seen))
                return type_errorf("struct containing %t cannot be compared", s->fields[i]->typ, NULL, NULL,
                                   NULL);
        return NULL;
    }
    case TK_ARRAY:
        if (comparable_seen(((Array *)u)->elem, dynamic, seen))
            return type_errorf("%t cannot be compared", T, NULL, NULL, NULL);
        return NULL;
    case TK_INTERFACE: {
        TypeSet *ts;
        if (dynamic && !type_is_type_param(T)) return NULL;
        ts = interface_type_set((Interface *)u);
        if (set_is_comparable(ts, seen)) return NULL;
        return type_set_is_empty(ts) ? &empty_set_error : &incomparable_set_error;
    }
    default: return &incomparable;
    }
}

TypeError *comparable_type(Type *T, bool dynamic) {
    SeenTypes seen = {0};
    TypeError *e = comparable_seen(T, dynamic, &seen);
    vec_free(&seen.v);
    return e;
}

bool type_comparable(Type *t) { return comparable_type(t, true) == NULL; }

bool interface_is_comparable(Interface *t) {
    SeenTypes seen = {0};
    bool r = set_is_comparable(interface_type_set(t), &seen);
    vec_free(&seen.v);
    return r;
}

/* ---- identity ---- */

/* Pairs of interfaces being compared: meeting one again means that nothing so far tells them apart. */
typedef struct IfacePair {
    Interface *x, *y;
    struct IfacePair *prev;
} IfacePair;

static bool identical(Type *x, Type *y, bool ignore_tags, IfacePair *p);

static bool identical_tuples(Tuple *x, Tuple *y, bool ignore_tags, IfacePair *p) {
    if (x == y) return true;
    if ((x ? x->n : 0) != (y ? y->n : 0)) return false;
    for (uint32_t i = 0; x && i < x->n; i++)
        if (!identical(x->vars[i]->typ, y->vars[i]->typ, ignore_tags, p)) return false;
    return true;
}

static bool identical_signatures(Signature *x, Signature *y, bool ignore_tags, IfacePair *p) {
    uint32_t n = tplist_len(x->tparams);
    if (n != tplist_len(y->tparams)) return false;
    Tuple *yparams = y->params, *yresults = y->results;
    if (n > 0) {
        /* identical when renaming y's type parameters makes them so */
        TypeList to = {(Type **)(void *)x->tparams->v, n};
        SubstMap smap = make_subst_map(y->tparams, &to);
        Context *ctxt = new_context();
        for (uint32_t i = 0; i < n; i++) {
            Type *ybound = check_subst(NULL, NO_POS, y->tparams->v[i]->bound, smap, NULL, ctxt);
            if (!identical(x->tparams->v[i]->bound, ybound, ignore_tags, p)) return false;
        }
        if (yparams) yparams = as_tuple(check_subst(NULL, NO_POS, &yparams->t, smap, NULL, ctxt));
        if (yresults) yresults = as_tuple(check_subst(NULL, NO_POS, &yresults->t, smap, NULL, ctxt));
    }
    return x->variadic == y->variadic && identical_tuples(x->params, yparams, ignore_tags, p) &&
           identical_tuples(x->results, yresults, ignore_tags, p);
}

static Str struct_tag(const Struct *s, uint32_t i) { return s->tags ? s->tags[i] : (Str){"", 0}; }

static bool identical(Type *x, Type *y, bool ignore_tags, IfacePair *p) {
    x = type_unalias(x);
    y = type_unalias(y);
    if (x == y) return true;
    if (!x || !y || x->kind != y->kind) return false;
    switch ((TypeKind)x->kind) {
    case TK_BASIC: return ((Basic *)x)->bk == ((Basic *)y)->bk;
    case TK_ARRAY: {
        Array *a = (Array *)x, *b = (Array *)y;
        return (a->len < 0 || b->len < 0 || a->len == b->len) && identical(a->elem, b->elem, ignore_tags, p);
    }
    case TK_SLICE: return identical(((Slice *)x)->elem, ((Slice *)y)->elem, ignore_tags, p);
    case TK_STRUCT: {
        Struct *a = (Struct *)x, *b = (Struct *)y;
        if (a->nfields != b->nfields) return false;
        for (uint32_t i = 0; i < a->nfields; i++) {
            Var *f = a->fields[i], *g = b->fields[i];
            if (f->embedded != g->embedded || (!ignore_tags && !str_eq(struct_tag(a, i), struct_tag(b, i))) ||
                !object_same_id(f, g->pkg, g->name, false) || !identical(f->typ, g->typ, ignore_tags, p))
                return false;
        }
        return true;
    }
    case TK_POINTER: return identical(((Pointer *)x)->base, ((Pointer *)y)->base, ignore_tags, p);
    case TK_TUPLE: return identical_tuples((Tuple *)x, (Tuple *)y, ignore_tags, p);
    case TK_SIGNATURE: return identical_signatures((Signature *)x, (Signature *)y, ignore_tags, p);
    case TK_UNION: return termlist_equal(union_terms((Union *)x), union_terms((Union *)y));
    case TK_INTERFACE: {
        Interface *a = (Interface *)x, *b = (Interface *)y;
        TypeSet *xs = interface_type_set(a), *ys = interface_type_set(b);
        if (xs->comparable != ys->comparable || !termlist_equal(xs->terms, ys->terms)) return false;
        if (xs->nmethods != ys->nmethods) return false;
        IfacePair q = {a, b, p};
        for (; p; p = p->prev)
            if ((p->x == a && p->y == b) || (p->x == b && p->y == a)) return true;
        for (uint32_t i = 0; i < xs->nmethods; i++) {
            Func *f = xs->methods[i], *g = ys->methods[i];
            if (!object_same_id(f, g->pkg, g->name, false) || !identical(f->typ, g->typ, ignore_tags, &q))
                return false;
        }
        return true;
    }
    case TK_MAP:
        return identical(((MapT *)x)->key, ((MapT *)y)->key, ignore_tags, p) &&
               identical(((MapT *)x)->elem, ((MapT *)y)->elem, ignore_tags, p);
    case TK_CHAN:
        return ((Chan *)x)->dir == ((Chan *)y)->dir &&
               identical(((Chan *)x)->elem, ((Chan *)y)->elem, ignore_tags, p);
    case TK_NAMED: {
        Named *a = (Named *)x, *b = (Named *)y;
        if (!identical_origin(a, b)) return false;
        TypeList *xa = named_type_args(a), *ya = named_type_args(b);
        if (tlist_len(xa) != tlist_len(ya)) return false;
        for (uint32_t i = 0; i < tlist_len(xa); i++)
            if (!type_identical(xa->v[i], ya->v[i])) return false;
        return true;
    }
    default: return false;
    }
}

bool type_identical(Type *x, Type *y) { return x == y || identical(x, y, false, NULL); }
bool type_identical_ignore_tags(Type *x, Type *y) { return x == y || identical(x, y, true, NULL); }
bool equiv_identical(Type *x, Type *y, void *ctx) {
    (void)ctx;
    return type_identical(x, y);
}

bool identical_origin(Named *x, Named *y) { return named_origin(x)->obj == named_origin(y)->obj; }

bool identical_instance(Type *xorig, TypeList *xargs, Type *yorig, TypeList *yargs) {
    if (tlist_len(xargs) != tlist_len(yargs)) return false;
    for (uint32_t i = 0; i < tlist_len(xargs); i++)
        if (!type_identical(xargs->v[i], yargs->v[i])) return false;
    return type_identical(xorig, yorig);
}

/* ---- hashing ---- */

static inline uint64_t mix(uint64_t h, uint64_t x) {
    h ^= x + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
    h *= 0xff51afd7ed558ccdull;
    return h ^ (h >> 32);
}

static uint64_t hash_type(Type *t, const TypeParamList *local, uint64_t h);

static uint64_t hash_tuple(Tuple *t, const TypeParamList *local, uint64_t h) {
    h = mix(h, t ? t->n : 0);
    for (uint32_t i = 0; t && i < t->n; i++) h = hash_type(t->vars[i]->typ, local, h);
    return h;
}

static uint64_t hash_type(Type *t, const TypeParamList *local, uint64_t h) {
    t = type_unalias(t);
    if (!t) return mix(h, 99);
    h = mix(h, t->kind);
    switch ((TypeKind)t->kind) {
    case TK_BASIC: return mix(h, ((Basic *)t)->bk);
    case TK_ARRAY: return hash_type(((Array *)t)->elem, local, h); /* unknown lengths equal all */
    case TK_SLICE: return hash_type(((Slice *)t)->elem, local, h);
    case TK_POINTER: return hash_type(((Pointer *)t)->base, local, h);
    case TK_CHAN: return hash_type(((Chan *)t)->elem, local, mix(h, ((Chan *)t)->dir));
    case TK_MAP: return hash_type(((MapT *)t)->elem, local, hash_type(((MapT *)t)->key, local, h));
    case TK_STRUCT: {
        Struct *s = (Struct *)t;
        h = mix(h, s->nfields);
        for (uint32_t i = 0; i < s->nfields; i++)
            h = hash_type(s->fields[i]->typ, local, mix(h, s->fields[i]->name->hash));
        return h;
    }
    case TK_TUPLE: return hash_tuple((Tuple *)t, local, h);
    case TK_SIGNATURE: {
        Signature *s = (Signature *)t;
        if (s->tparams) local = s->tparams;
        h = mix(h, (uint64_t)tplist_len(s->tparams) << 1 | s->variadic);
        return hash_tuple(s->results, local, hash_tuple(s->params, local, h));
    }
    case TK_INTERFACE: {
        TypeSet *ts = interface_type_set((Interface *)t);
        h = mix(h, ts->nmethods);
        for (uint32_t i = 0; i < ts->nmethods; i++) h = mix(h, ts->methods[i]->name->hash);
        return h;
    }
    case TK_NAMED: {
        Named *n = (Named *)t;
        h = mix(h, PKEY(named_origin(n)->obj));
        TypeList *l = named_type_args(n);
        for (uint32_t i = 0; i < tlist_len(l); i++) h = hash_type(l->v[i], local, h);
        return h;
    }
    case TK_TYPE_PARAM:
        for (uint32_t i = 0; i < tplist_len(local); i++)
            if (&local->v[i]->t == t) return mix(h, i);
        return mix(h, PKEY(t));
    default: return h; /* unions: by their kind */
    }
}

uint64_t type_hash(Type *t) { return hash_type(t, NULL, 0x51ed270b); }

/* ---- untyped types ---- */

Type *type_default(Type *t) {
    Basic *b = as_basic(t);
    if (!b) return t;
    switch (b->bk) {
    case BK_UNTYPED_BOOL: return Typ(BOOL);
    case BK_UNTYPED_INT: return Typ(INT);
    case BK_UNTYPED_RUNE: return universe.rune_type;
    case BK_UNTYPED_FLOAT: return Typ(FLOAT64);
    case BK_UNTYPED_COMPLEX: return Typ(COMPLEX128);
    case BK_UNTYPED_STRING: return Typ(STRING);
    default: return t;
    }
}

Type *type_max(Type *x, Type *y) {
    if (x == y) return x;
    if (type_is_untyped_numeric(x) && type_is_untyped_numeric(y))
        return ((Basic *)x)->bk > ((Basic *)y)->bk ? x : y;
    return NULL;
}

const char *type_composite_kind(Type *t) {
    Type *u = type_under(t);
    switch (u ? (TypeKind)u->kind : TK_NONE) {
    case TK_BASIC: return "";
    case TK_ARRAY: return "array";
    case TK_SLICE: return "slice";
    case TK_STRUCT: return "struct";
    case TK_POINTER: return "pointer";
    case TK_SIGNATURE: return "func";
    case TK_INTERFACE: return "interface";
    case TK_MAP: return "map";
    case TK_CHAN: return "chan";
    case TK_TUPLE: return "tuple";
    case TK_UNION: return "union";
    default: BUG("type_composite_kind: no underlying type");
    }
}
