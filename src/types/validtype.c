/* Invalid recursive types: types that would contain themselves (spec, "Type declarations": a type may not
 * refer to itself through arrays and structs alone), including through type arguments of generic types. */
#include "types/check_int.h"

/* nest: the types we are inside of; path: the same but with those reached through type arguments. */
typedef struct NamedStack {
    Named **v;
    uint32_t n, cap;
} NamedStack;

static void stack_push(NamedStack *s, Named *n) {
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 16;
        Named **v = NEW_ARRAY(types_arena(), Named *, cap);
        if (s->n) memcpy(v, s->v, s->n * sizeof *v);
        s->v = v, s->cap = cap;
    }
    s->v[s->n++] = n;
}

static bool valid(Checker *c, Type *t, NamedStack *nest, NamedStack *path) {
    t = type_unalias(t);
    if (!t) return true;
    switch ((TypeKind)t->kind) {
    case TK_ARRAY: return valid(c, ((Array *)t)->elem, nest, path);
    case TK_STRUCT: {
        Struct *s = (Struct *)t;
        for (uint32_t i = 0; i < s->nfields; i++)
            if (!valid(c, s->fields[i]->typ, nest, path)) return false;
        return true;
    }
    case TK_UNION: {
        Union *u = (Union *)t;
        for (uint32_t i = 0; i < u->nterms; i++)
            if (!valid(c, u->terms[i]->typ, nest, path)) return false;
        return true;
    }
    case TK_INTERFACE: {
        Interface *it = (Interface *)t;
        for (uint32_t i = 0; i < it->nembeddeds; i++)
            if (!valid(c, it->embeddeds[i], nest, path)) return false;
        return true;
    }
    case TK_NAMED: {
        Named *n = (Named *)t;
        /* types of finished packages are finite; only type arguments of ours can make them infinite */
        if (!n->inst && n->obj->pkg != c->pkg) return true;
        for (uint32_t i = 0; i < nest->n; i++) {
            if (!type_identical(&nest->v[i]->t, t)) continue;
            named_origin(n)->from_rhs = Typ(INVALID);
            for (uint32_t k = 0; k < path->n; k++) {
                if (!type_identical(&path->v[k]->t, t)) continue;
                uint32_t len = path->n - k;
                Object **cycle = NEW_ARRAY(types_arena(), Object *, len);
                for (uint32_t j = 0; j < len; j++) cycle[j] = path->v[k + j]->obj;
                check_cycle_error(c, cycle, (int)len, 0);
                return false;
            }
            BUG("valid type: cycle start not found");
        }
        Named *orig = named_origin(n);
        named_unpack(orig);
        stack_push(nest, n);
        stack_push(path, n);
        bool ok = valid(c, named_rhs(orig), nest, path);
        nest->n--;
        path->n--;
        return ok;
    }
    case TK_TYPE_PARAM: {
        /* stands for the argument of the innermost instance, seen from outside of that */
        if (nest->n == 0) return true;
        Named *inst = nest->v[nest->n - 1];
        TypeParamList *tps = named_type_params(inst);
        TypeList *targs = named_type_args(inst);
        for (uint32_t i = 0; i < tplist_len(tps) && i < tlist_len(targs); i++) {
            if (&tps->v[i]->t != t) continue;
            nest->n--;
            bool ok = valid(c, targs->v[i], nest, path);
            nest->v[nest->n++] = inst;
            return ok;
        }
        return true;
    }
    default: return true;
    }
}

void check_valid_type(Checker *c, Named *typ) {
    NamedStack nest = {0}, path = {0};
    valid(c, &typ->t, &nest, &path);
}

/* ---- direct cycles: type A B; type B A ---- */

static void direct_cycle(Checker *c, TypeName *tname, Map *idx) {
    VEC(TypeName *) path = {0};
    /* idx: 0 not seen, 1 done, otherwise 2 + index on the path */
    for (;;) {
        uintptr_t start = (uintptr_t)map_get(idx, PKEY(tname));
        if (start == 1) break;
        if (start >= 2) {
            tname->typ = Typ(INVALID);
            uint32_t k = (uint32_t)start - 2, n = path.n - k;
            Object **cycle = NEW_ARRAY(types_arena(), Object *, n);
            memcpy(cycle, path.v + k, n * sizeof *cycle);
            check_cycle_error(c, cycle, (int)n, first_in_src(cycle, (int)n));
            break;
        }
        map_put(idx, PKEY(tname), (void *)(uintptr_t)(path.n + 2));
        vec_push(NULL, &path, tname);
        Expr *rhs = check_obj_info(c, tname)->tdecl->type_expr;
        if (KIND(rhs) != N_NAME) break;
        TypeName *next = obj_is(scope_lookup(c->pkg->scope, AS(NameExpr, rhs)->name), OBJ_TYPENAME);
        if (!next) break;
        tname = next;
    }
    for (uint32_t i = 0; i < path.n; i++) map_put(idx, PKEY(path.v[i]), (void *)1);
    vec_free(&path);
}

void check_direct_cycles(Checker *c) {
    Map idx = {.arena = c->arena};
    for (uint32_t i = 0; i < c->obj_list.n; i++)
        if (c->obj_list.v[i]->kind == OBJ_TYPENAME) direct_cycle(c, c->obj_list.v[i], &idx);
}

bool check_finite_size(Checker *c, Type *t) {
    t = type_unalias(t);
    if (!t) return true;
    switch ((TypeKind)t->kind) {
    case TK_NAMED: {
        Named *n = (Named *)t;
        if (atomic_load(&n->state) & NS_HAS_FINITE) return n->finite;
        int i = check_obj_path_index(c, n->obj);
        if (i >= 0) {
            int len = (int)c->obj_path.n - i;
            Object **cycle = NEW_ARRAY(types_arena(), Object *, len);
            memcpy(cycle, c->obj_path.v + i, (size_t)len * sizeof *cycle);
            check_cycle_error(c, cycle, len, first_in_src(cycle, len));
            return false;
        }
        check_push(c, n->obj);
        bool finite = check_finite_size(c, n->from_rhs);
        check_pop(c);
        if (n->check == c) {
            n->finite = finite;
            atomic_fetch_or(&n->state, NS_HAS_FINITE);
        }
        return finite;
    }
    case TK_ARRAY: return check_finite_size(c, ((Array *)t)->elem);
    case TK_STRUCT: {
        Struct *s = (Struct *)t;
        for (uint32_t i = 0; i < s->nfields; i++)
            if (!check_finite_size(c, s->fields[i]->typ)) return false;
        return true;
    }
    default: return true;
    }
}
