/* Shapes, and the identity of types that may contain them.
 *
 * The shape of a type argument is its underlying type, as a defined type of the pseudo-package go.shape whose
 * name is the underlying type's text; where the type parameter's constraint has methods only, all pointers
 * share the shape *uint8, since generated code cannot look behind them. Shapes are canonical within the
 * process: one Named each.
 *
 * Two types with shapes in them are identical when their structure is, names aside: a value of a shape type
 * is a value of any type with that shape. */
#include "ir/generics.h"
#include <pthread.h>
#include <sha2.h>

/* Longer names are hashed. */
enum { MAX_SHAPE_NAME = 500 };

/* ---- flags ---- */

static bool type_is_shape(const Type *t) { return t && t->flags & TF_IS_SHAPE; }

static bool tuple_has_shape(const Tuple *t) {
    for (uint32_t i = 0; t && i < t->n; i++)
        if (type_has_shape(t->vars[i]->typ)) return true;
    return false;
}

bool type_has_shape(const Type *t) {
    if (!t) return false;
    if (t->flags & TF_HAS_SHAPE) return true;
    switch ((TypeKind)t->kind) {
    case TK_ALIAS: return type_has_shape(type_unalias((Type *)(uintptr_t)t));
    case TK_NAMED: {
        const TypeList *l = named_type_args(as_named_exact(t));
        for (uint32_t i = 0; i < tlist_len(l); i++)
            if (type_has_shape(l->v[i])) return true;
        return false;
    }
    case TK_SIGNATURE: {
        const Signature *s = as_signature(t);
        return tuple_has_shape(s->params) || tuple_has_shape(s->results);
    }
    case TK_INTERFACE: {
        const Interface *it = as_interface(t);
        for (uint32_t i = 0; i < it->nmethods; i++)
            if (type_has_shape(it->methods[i]->typ)) return true;
        for (uint32_t i = 0; i < it->nembeddeds; i++)
            if (type_has_shape(it->embeddeds[i])) return true;
        return false;
    }
    case TK_STRUCT: {
        const Struct *s = as_struct(t);
        for (uint32_t i = 0; i < s->nfields; i++)
            if (type_has_shape(s->fields[i]->typ)) return true;
        return false;
    }
    case TK_TUPLE: return tuple_has_shape(as_tuple(t));
    case TK_MAP: return type_has_shape(as_map(t)->key) || type_has_shape(as_map(t)->elem);
    case TK_CHAN: return type_has_shape(as_chan(t)->elem);
    case TK_POINTER: return type_has_shape(as_pointer(t)->base);
    case TK_SLICE: return type_has_shape(as_slice(t)->elem);
    case TK_ARRAY: return type_has_shape(as_array(t)->elem);
    case TK_NONE:
    case TK_BASIC:
    case TK_TYPE_PARAM:
    case TK_UNION: return false;
    }
    return false;
}

/* ---- identity ---- */

typedef struct Pair {
    const Type *x, *y;
    struct Pair *up;
} Pair;

static bool lenient(Type *x, Type *y, Pair *up);

static bool lenient_tuples(const Tuple *x, const Tuple *y, Pair *up) {
    uint32_t nx = x ? x->n : 0, ny = y ? y->n : 0;
    if (nx != ny) return false;
    for (uint32_t i = 0; i < nx; i++)
        if (!lenient(x->vars[i]->typ, y->vars[i]->typ, up)) return false;
    return true;
}

static bool same_field_name(const Var *x, const Var *y) {
    return x->name == y->name &&
           (x->name->exported || x->pkg == y->pkg || (x->pkg && y->pkg && pkg_same(x->pkg, y->pkg)));
}

static bool lenient_structure(Type *x, Type *y, Pair *up) {
    switch ((TypeKind)x->kind) {
    case TK_BASIC: return x == y || as_basic(x)->bk == as_basic(y)->bk;
    case TK_POINTER: return lenient(as_pointer(x)->base, as_pointer(y)->base, up);
    case TK_SLICE: return lenient(as_slice(x)->elem, as_slice(y)->elem, up);
    case TK_ARRAY:
        return as_array(x)->len == as_array(y)->len && lenient(as_array(x)->elem, as_array(y)->elem, up);
    case TK_MAP:
        return lenient(as_map(x)->key, as_map(y)->key, up) && lenient(as_map(x)->elem, as_map(y)->elem, up);
    case TK_CHAN:
        return as_chan(x)->dir == as_chan(y)->dir && lenient(as_chan(x)->elem, as_chan(y)->elem, up);
    case TK_SIGNATURE: {
        Signature *a = as_signature(x), *b = as_signature(y);
        return a->variadic == b->variadic && lenient_tuples(a->params, b->params, up) &&
               lenient_tuples(a->results, b->results, up);
    }
    case TK_STRUCT: {
        Struct *a = as_struct(x), *b = as_struct(y);
        if (a->nfields != b->nfields) return false;
        for (uint32_t i = 0; i < a->nfields; i++) {
            Var *f = a->fields[i], *g = b->fields[i];
            if (!same_field_name(f, g) || f->embedded != g->embedded || !lenient(f->typ, g->typ, up))
                return false;
            Str ft = a->tags ? a->tags[i] : (Str){0}, gt = b->tags ? b->tags[i] : (Str){0};
            if (!str_eq(ft, gt)) return false;
        }
        return true;
    }
    case TK_INTERFACE: {
        TypeSet *a = interface_type_set(as_interface(x)), *b = interface_type_set(as_interface(y));
        if (a->nmethods != b->nmethods) return false;
        for (uint32_t i = 0; i < a->nmethods; i++)
            if (!same_field_name(a->methods[i], b->methods[i]) ||
                !lenient(a->methods[i]->typ, b->methods[i]->typ, up))
                return false;
        return true;
    }
    case TK_TUPLE: return lenient_tuples(as_tuple(x), as_tuple(y), up);
    default: return type_identical(x, y);
    }
}

static bool lenient(Type *x, Type *y, Pair *up) {
    x = type_unalias(x);
    y = type_unalias(y);
    if (x == y) return true;
    if (!x || !y) return false;
    bool named = x->kind == TK_NAMED || y->kind == TK_NAMED;
    if (named) {
        if (!type_has_shape(x) && !type_has_shape(y)) return type_identical(x, y);
        x = type_under(x);
        y = type_under(y);
        if (x->kind != y->kind) return false;
        if (x->kind == TK_POINTER) return true;
    }
    if (x->kind != y->kind) return false;
    for (Pair *p = up; p; p = p->up)
        if (p->x == x && p->y == y) return true;
    Pair here = {x, y, up};
    return lenient_structure(x, y, &here);
}

bool ir_type_identical(const Type *x, const Type *y) {
    if (x == y) return true;
    if (!x || !y) return false;
    return lenient((Type *)(uintptr_t)x, (Type *)(uintptr_t)y, NULL);
}

bool ir_type_identical_strict(const Type *x, const Type *y) {
    if (x == y) return true;
    return x && y && type_identical((Type *)(uintptr_t)x, (Type *)(uintptr_t)y);
}

/* ---- shapes ---- */

Package *shape_package(void) {
    TypeStore *s = types_store();
    Package *p = s->shape_package;
    if (p) return p;
    TypesLock lock;
    types_lock(&lock);
    p = s->shape_package;
    if (!p) {
        p = new_package(&s->arena, name_of("go.shape"), name_of("go.shape"));
        p->store = s;
        s->shape_package = p;
    }
    types_unlock(&lock);
    return p;
}

Type *shapify(Type *targ, bool basic) {
    targ = type_unalias(targ);
    if (targ->kind == TK_NAMED && type_under(targ)->kind == TK_INTERFACE &&
        named_type_args(as_named_exact(targ)) && type_has_shape(targ))
        return targ;
    Type *under = type_under(targ);
    if (basic && under->kind == TK_POINTER) {
        Type *elem = type_unalias(as_pointer(under)->base);
        if (!type_is_shape(elem) && type_has_shape(elem)) return targ;
    }
    Package *pkg = shape_package();
    Map *shapes = &types_store()->shapes;
    TypesLock lock;
    types_lock(&lock);
    if (basic && under->kind == TK_POINTER) under = TYPE(new_pointer(Typ(UINT8)));
    const Name *name = ir_link_string(under);
    if (name->n > MAX_SHAPE_NAME) {
        uint8_t h[SHA256_DIGEST_LENGTH];
        char hex[SHA256_DIGEST_STRING_LENGTH];
        SHA2_CTX ctx;
        SHA256Init(&ctx);
        SHA256Update(&ctx, (const uint8_t *)name->s, name->n);
        SHA256Final(h, &ctx);
        h[0] ^= 0xff; /* the toolchain's variant */
        for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) snprintf(hex + 2 * i, 3, "%02x", h[i]);
        name = name_of(hex);
    }
    Named *n = smap_get(shapes, name);
    if (!n) {
        TypeName *o = new_type_name(NO_POS, pkg, name, NULL);
        n = new_named(o, under);
        o->typ = TYPE(n);
        n->t.flags |= TF_IS_SHAPE | TF_HAS_SHAPE;
        smap_put(shapes, name, n);
    }
    types_unlock(&lock);
    return TYPE(n);
}
