/* Type unification (spec, "Type unification"): finding types for type parameters that make two types equal.
 *
 * Each bound type parameter has a handle, a cell for its inferred type; parameters that were joined share
 * one. Modes: ASSIGN at the top level of an assignment (channel directions and defined types match loosely),
 * EXACT where types must be identical; neither: inexact. */
#include "types/check_int.h"
#include "types/unify.h"

enum { DEPTH_LIMIT = 50 };

typedef struct UnifyPair {
    Interface *x, *y;
    struct UnifyPair *prev;
} UnifyPair;

struct Unifier {
    TypeParam **params;
    Type ***handles;
    uint32_t n;
    int depth;
    bool interface_inference;
};

Unifier *new_unifier(const TypeParamList *tparams, const TypeList *targs, bool enable_interface_inference) {
    Arena *a = types_arena();
    Unifier *u = NEW(a, Unifier);
    u->n = tplist_len(tparams);
    ASSERT(u->n >= tlist_len(targs));
    u->params = NEW_ARRAY(a, TypeParam *, u->n + 1);
    u->handles = NEW_ARRAY(a, Type **, u->n + 1);
    Type **cells = NEW_ARRAY(a, Type *, u->n + 1);
    for (uint32_t i = 0; i < u->n; i++) {
        u->params[i] = tparams->v[i];
        u->handles[i] = &cells[i];
        if (i < tlist_len(targs)) cells[i] = targs->v[i];
    }
    u->interface_inference = enable_interface_inference;
    return u;
}

static int find(const Unifier *u, const TypeParam *p) {
    for (uint32_t i = 0; i < u->n; i++)
        if (u->params[i] == p) return (int)i;
    return -1;
}

static int bound_param(const Unifier *u, Type *x) {
    TypeParam *p = as_type_param(type_unalias(x));
    return p ? find(u, p) : -1;
}

static void set_handle(Unifier *u, int x, Type **h) {
    Type **hx = u->handles[x];
    for (uint32_t i = 0; i < u->n; i++)
        if (u->handles[i] == hx) u->handles[i] = h;
}

/* Lets x and y share a handle; false when both already have types. */
static bool join(Unifier *u, int x, int y) {
    Type **hx = u->handles[x], **hy = u->handles[y];
    if (hx == hy) return true;
    if (*hx && *hy) return false;
    if (*hx) set_handle(u, y, hx);
    else set_handle(u, x, hy);
    return true;
}

Type *unifier_at(Unifier *u, TypeParam *p) {
    int i = find(u, p);
    return i < 0 ? NULL : *u->handles[i];
}

void unifier_set(Unifier *u, TypeParam *p, Type *t) {
    int i = find(u, p);
    ASSERT(i >= 0 && t);
    *u->handles[i] = t;
}

uint32_t unifier_unknowns(const Unifier *u) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < u->n; i++) n += *u->handles[i] == NULL;
    return n;
}

static Interface *as_plain_interface(Type *x) {
    return as_type_param(type_unalias(x)) ? NULL : as_interface(type_under(x));
}

static bool same_type(Type *x, Type *y) { return x == y || type_unalias(x) == type_unalias(y); }

static bool nify(Unifier *u, Type *x, Type *y, int mode, UnifyPair *p);

static bool nify_tuples(Unifier *u, Tuple *x, Tuple *y, int mode, UnifyPair *p) {
    if (x == y) return true;
    if ((x ? x->n : 0) != (y ? y->n : 0)) return false;
    for (uint32_t i = 0; x && i < x->n; i++)
        if (!nify(u, x->vars[i]->typ, y->vars[i]->typ, mode, p)) return false;
    return true;
}

static bool sets_match(TypeSet *xs, TypeSet *ys) {
    return xs->comparable == ys->comparable && termlist_equal(xs->terms, ys->terms);
}

static bool pair_seen(const UnifyPair *p, const Interface *x, const Interface *y) {
    for (; p; p = p->prev)
        if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
    return false;
}

/* Inexact unification of an interface with another one or with a type that has its methods. */
static bool nify_interfaces(Unifier *u, Interface *xi, Interface *yi, UnifyPair *p) {
    TypeSet *xs = interface_type_set(xi), *ys = interface_type_set(yi);
    if (!sets_match(xs, ys)) return false;
    if (pair_seen(p, xi, yi)) return true;
    /* The methods of the smaller one must be in the other. The list of pairs is not handed on, as in the
     * compiler. */
    if (xs->nmethods > ys->nmethods) {
        TypeSet *t = xs;
        xs = ys;
        ys = t;
    }
    for (uint32_t i = 0; i < xs->nmethods; i++) {
        Func *xm = xs->methods[i], *ym = NULL;
        for (uint32_t k = 0; k < ys->nmethods && !ym; k++)
            if (object_same_id(ys->methods[k], xm->pkg, xm->name, false)) ym = ys->methods[k];
        if (!ym || !nify(u, xm->typ, ym->typ, UNIFY_EXACT, NULL)) return false;
    }
    return true;
}

static Str tag_of(const Struct *s, uint32_t i) { return s->tags ? s->tags[i] : (Str){"", 0}; }

static bool nify_structure(Unifier *u, Type *xorig, Type *yorig, int mode, UnifyPair *p) {
    /* an assignment's looseness does not reach below the top */
    int emode = mode & UNIFY_ASSIGN ? mode | UNIFY_EXACT : mode;
    Type *x = type_unalias(xorig), *y = type_unalias(yorig);
    if (!x) return false;
    bool same_kind = y && x->kind == y->kind;
    switch ((TypeKind)x->kind) {
    case TK_BASIC: return same_kind && ((Basic *)x)->bk == ((Basic *)y)->bk;
    case TK_ARRAY: {
        if (!same_kind) return false;
        Array *a = (Array *)x, *b = (Array *)y;
        return (a->len < 0 || b->len < 0 || a->len == b->len) && nify(u, a->elem, b->elem, emode, p);
    }
    case TK_SLICE: return same_kind && nify(u, ((Slice *)x)->elem, ((Slice *)y)->elem, emode, p);
    case TK_STRUCT: {
        if (!same_kind) return false;
        Struct *a = (Struct *)x, *b = (Struct *)y;
        if (a->nfields != b->nfields) return false;
        for (uint32_t i = 0; i < a->nfields; i++) {
            Var *f = a->fields[i], *g = b->fields[i];
            if (f->embedded != g->embedded || !str_eq(tag_of(a, i), tag_of(b, i)) ||
                !object_same_id(f, g->pkg, g->name, false) || !nify(u, f->typ, g->typ, emode, p))
                return false;
        }
        return true;
    }
    case TK_POINTER: return same_kind && nify(u, ((Pointer *)x)->base, ((Pointer *)y)->base, emode, p);
    case TK_TUPLE: return same_kind && nify_tuples(u, (Tuple *)x, (Tuple *)y, mode, p);
    case TK_SIGNATURE: {
        if (!same_kind) return false;
        Signature *a = (Signature *)x, *b = (Signature *)y;
        return a->variadic == b->variadic && nify_tuples(u, a->params, b->params, emode, p) &&
               nify_tuples(u, a->results, b->results, emode, p);
    }
    case TK_INTERFACE: {
        if (!same_kind) return false;
        Interface *a = (Interface *)x, *b = (Interface *)y;
        TypeSet *xs = interface_type_set(a), *ys = interface_type_set(b);
        if (!sets_match(xs, ys) || xs->nmethods != ys->nmethods) return false;
        if (pair_seen(p, a, b)) return true;
        UnifyPair q = {a, b, p};
        for (uint32_t i = 0; i < xs->nmethods; i++) {
            Func *f = xs->methods[i], *g = ys->methods[i];
            if (!object_same_id(f, g->pkg, g->name, false) || !nify(u, f->typ, g->typ, UNIFY_EXACT, &q))
                return false;
        }
        return true;
    }
    case TK_MAP:
        return same_kind && nify(u, ((MapT *)x)->key, ((MapT *)y)->key, emode, p) &&
               nify(u, ((MapT *)x)->elem, ((MapT *)y)->elem, emode, p);
    case TK_CHAN: {
        if (!same_kind) return false;
        Chan *a = (Chan *)x, *b = (Chan *)y;
        return (!(mode & UNIFY_EXACT) || a->dir == b->dir) && nify(u, a->elem, b->elem, emode, p);
    }
    case TK_NAMED: {
        if (!same_kind) return false;
        Named *a = (Named *)x, *b = (Named *)y;
        TypeList *xa = named_type_args(a), *ya = named_type_args(b);
        if (tlist_len(xa) != tlist_len(ya)) return false;
        for (uint32_t i = 0; i < tlist_len(xa); i++)
            if (!nify(u, xa->v[i], ya->v[i], mode, p)) return false;
        return identical_origin(a, b);
    }
    case TK_TYPE_PARAM: {
        /* a type parameter that is not being inferred stands for its core type */
        Type *cx = type_core(x);
        return cx && nify(u, cx, yorig, UNIFY_ASSIGN, p);
    }
    default: return false;
    }
}

static bool nify1(Unifier *u, Type *x, Type *y, int mode, UnifyPair *p) {
    if (same_type(x, y)) return true;
    if (u->depth > DEPTH_LIMIT) return false;

    /* a defined type or bound type parameter, if any, comes as y resp. x */
    if (type_as_named(x) || bound_param(u, y) >= 0) {
        Type *t = x;
        x = y;
        y = t;
    }
    /* a defined type matches a type literal through its underlying type */
    Named *ny = type_as_named(y);
    if (!(mode & UNIFY_EXACT) && ny && type_is_type_lit(x) &&
        !(u->interface_inference && type_is_interface(x))) {
        y = type_under(&ny->t);
        if (same_type(x, y)) return true;
    }

    int px = bound_param(u, x), py = bound_param(u, y);
    if (px >= 0 && py >= 0) {
        if (join(u, px, py)) return true;
        return nify(u, *u->handles[px], *u->handles[py], mode, p);
    }
    if (px >= 0) {
        Type *xt = *u->handles[px];
        if (!xt) {
            *u->handles[px] = y;
            return true;
        }
        if (!nify(u, xt, y, mode, p)) return false;
        /* Both match; which one is kept? Two interfaces must agree in methods; of a defined type and a
         * literal the defined one; of channels the directed one. */
        Interface *xi = as_plain_interface(xt), *yi = as_plain_interface(y);
        bool xn = type_as_named(xt) != NULL, yn = type_as_named(y) != NULL;
        if (xi && yi) {
            if (xn && yn) return type_identical(xt, y);
            if (interface_type_set(xi)->nmethods != interface_type_set(yi)->nmethods) return false;
        } else if (xi || yi) {
            return false;
        }
        if (!(mode & UNIFY_EXACT) && !xn) {
            Chan *yc;
            if (yn) *u->handles[px] = y;
            else if ((yc = as_chan(type_under(y))) && yc->dir != CHAN_BOTH) *u->handles[px] = y;
        }
        return true;
    }

    if (u->interface_inference && !(mode & UNIFY_EXACT)) {
        Interface *xi = as_plain_interface(x), *yi = as_plain_interface(y);
        if (xi && yi) return nify_interfaces(u, xi, yi, p);
        if (yi) {
            xi = yi;
            y = x;
        }
        if (xi) {
            TypeSet *xs = interface_type_set(xi);
            for (uint32_t i = 0; i < xs->nmethods; i++) {
                Func *xm = xs->methods[i];
                Func *ym = obj_is(lookup_field_or_method(y, false, xm->pkg, xm->name).obj, OBJ_FUNC);
                if (!ym || !nify(u, xm->typ, ym->typ, UNIFY_EXACT, p)) return false;
            }
            return true;
        }
    }
    if (type_is_type_param(y)) {
        Type *t = x;
        x = y;
        y = t;
    }
    return nify_structure(u, x, y, mode, p);
}

static bool nify(Unifier *u, Type *x, Type *y, int mode, UnifyPair *p) {
    u->depth++;
    bool r = nify1(u, x, y, mode, p);
    u->depth--;
    return r;
}

bool unifier_unify(Unifier *u, Type *x, Type *y, int mode) { return nify(u, x, y, mode, NULL); }
