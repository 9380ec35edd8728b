/* Index and slice expressions (spec, "Index expressions", "Slice expressions"). */
#include "types/check_int.h"

/* The single index of e; NULL when it is missing. Several are reported, the first is taken. */
static Expr *single_index(Checker *c, IndexExpr *e) {
    Expr *index = e->index;
    if (!index) {
        check_invalid_ast(c, AT(e), "missing index for %e", e->x);
        return NULL;
    }
    if (KIND(index) == N_LIST) {
        ExprList l = AS(ListExpr, index)->elems;
        if (l.n <= 1) {
            check_invalid_ast(c, AT(e), "invalid use of ListExpr for index expression %e with %d indices", e,
                              (int)l.n);
            return NULL;
        }
        check_errorf(c, AT(l.v[1]), INVALID_OP "more than one index");
        index = l.v[0];
    }
    return index;
}

static void check_map_index(Checker *c, Operand *x, IndexExpr *e, Type *key_type, Type *elem) {
    Expr *index = single_index(c, e);
    if (!index) {
        x->mode = MODE_INVALID;
        return;
    }
    Operand key = {0};
    check_expr(c, NULL, &key, index);
    check_assignment(c, &key, key_type, "map index");
    x->mode = MODE_MAPINDEX; /* even when the index is bad: the type is known */
    x->typ = elem;
    x->expr = &e->e;
}

/* Indexing a value of type parameter type: every type of the set must be indexable, with identical element
 * types and, for maps, key types (maps do not mix with others). */
typedef struct GenericIndex {
    Type *key, *elem;
    int64_t length; /* smallest array; -1: none */
    ExprMode mode;
} GenericIndex;

static bool generic_index(Operand *x, GenericIndex *g) {
    TypesetSeq s;
    typeset_seq(&s, x->typ);
    *g = (GenericIndex){.length = -1, .mode = MODE_VARIABLE};
    for (uint32_t i = 0; i < s.n; i++) {
        int64_t l = -1;
        Type *k = NULL, *e = NULL, *u = s.v[i].u;
        if (!u) return false;
        switch ((TypeKind)u->kind) {
        case TK_BASIC:
            if (is_string(u)) {
                e = universe.byte_type;
                g->mode = MODE_VALUE;
            }
            break;
        case TK_ARRAY:
            l = as_array(u)->len;
            e = as_array(u)->elem;
            if (x->mode != MODE_VARIABLE) g->mode = MODE_VALUE;
            break;
        case TK_POINTER: {
            Array *a = as_array(type_under(as_pointer(u)->base));
            if (a) {
                l = a->len;
                e = a->elem;
            }
            break;
        }
        case TK_SLICE: e = as_slice(u)->elem; break;
        case TK_MAP:
            k = as_map(u)->key;
            e = as_map(u)->elem;
            break;
        default: break;
        }
        if (!e) return false;
        if (!g->elem) {
            g->length = l;
            g->key = k;
            g->elem = e;
            continue;
        }
        if ((g->key == NULL) != (k == NULL) || (k && !type_identical(g->key, k))) return false;
        if (!type_identical(g->elem, e)) return false;
        if (l >= 0 && l < g->length) g->length = l;
    }
    return true;
}

bool check_index_expr(Checker *c, Operand *x, IndexExpr *e) {
    check_expr_or_type(c, x, e->x, true);
    switch (x->mode) {
    case MODE_INVALID: {
        ExprList l = unpack_list_expr(&e->index);
        check_use(c, l.v, l.n);
        return false;
    }
    case MODE_TYPE: /* instantiation */
        x->mode = MODE_INVALID;
        x->typ = check_var_type(c, &e->e);
        if (type_is_valid(x->typ)) x->mode = MODE_TYPE;
        return false;
    case MODE_VALUE: {
        Signature *sig = as_signature(type_under(x->typ));
        if (sig && tplist_len(sig->tparams) > 0) return true;
        break;
    }
    default: break;
    }
    check_non_generic(c, NULL, x);
    if (x->mode == MODE_INVALID) return false;

    bool valid = false;
    int64_t length = -1;
    Type *u = type_under(x->typ);
    switch ((TypeKind)u->kind) {
    case TK_BASIC:
        if (is_string(u)) {
            valid = true;
            if (x->mode == MODE_CONST) length = (int64_t)const_string_len(x->val);
            x->mode = MODE_VALUE; /* never constant */
            x->typ = universe.byte_type;
        }
        break;
    case TK_ARRAY:
        valid = true;
        length = as_array(u)->len;
        if (x->mode != MODE_VARIABLE) x->mode = MODE_VALUE;
        x->typ = as_array(u)->elem;
        break;
    case TK_POINTER: {
        Array *a = as_array(type_under(as_pointer(u)->base));
        if (a) {
            valid = true;
            length = a->len;
            x->mode = MODE_VARIABLE;
            x->typ = a->elem;
        }
        break;
    }
    case TK_SLICE:
        valid = true;
        x->mode = MODE_VARIABLE;
        x->typ = as_slice(u)->elem;
        break;
    case TK_MAP: check_map_index(c, x, e, as_map(u)->key, as_map(u)->elem); return false;
    case TK_INTERFACE: {
        GenericIndex g;
        if (!type_is_type_param(x->typ) || !generic_index(x, &g)) break;
        if (g.key) {
            check_map_index(c, x, e, g.key, g.elem);
            return false;
        }
        valid = true;
        length = g.length;
        x->mode = g.mode;
        x->typ = g.elem;
        break;
    }
    default: break;
    }
    if (!valid) {
        check_errorf(c, e->e.n.pos, "cannot index %x", x);
        check_use1(c, e->index);
        x->mode = MODE_INVALID;
        return false;
    }
    Expr *index = single_index(c, e);
    if (!index) {
        x->mode = MODE_INVALID;
        return false;
    }
    if (!x->typ)
        x->typ = Typ(INVALID); /* the element type of an invalid recursive type may not be there yet */
    check_index(c, index, length, NULL);
    return false;
}

/* The common underlying type of the operand of a slice expression; NULL when reported. */
static Type *sliced_under(Checker *c, Operand *x) {
    Type *ct = NULL, *cu = NULL;
    bool has_string = false;
    TypesetSeq s;
    typeset_seq(&s, x->typ);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *t = s.v[i].t, *u = s.v[i].u;
        if (!u) {
            check_errorf(c, AT_OPERAND(x), "cannot slice %x: no specific type in %t", x, x->typ);
            cu = NULL;
            break;
        }
        if (is_string(u)) {
            u = s.n > 1 ? TYPE(new_slice(universe.byte_type)) : u;
            has_string = true;
        }
        if (!cu) {
            ct = t;
            cu = u;
            continue;
        }
        if (!type_identical(cu, u)) {
            check_errorf(c, AT_OPERAND(x), "cannot slice %x: %t and %t have different underlying types", x,
                         ct, t);
            cu = NULL;
            break;
        }
    }
    if (has_string) {
        cu = Typ(STRING);
        if (!type_is_type_param(x->typ)) cu = type_under(x->typ);
    }
    return cu;
}

/* Checks the operand of the slice expression e and gives x the type of the result. *length: of a string or an
 * array. */
static bool sliced_operand(Checker *c, Operand *x, SliceExpr *e, Type *cu, int64_t *length) {
    Array *a = NULL;
    switch ((TypeKind)cu->kind) {
    case TK_BASIC:
        if (!is_string(cu)) break;
        if (e->e.n.flags & NF_FULL) {
            check_errorf(c, e->index[2] ? AT(e->index[2]) : AT(e), INVALID_OP "3-index slice of string");
            return false;
        }
        if (x->mode == MODE_CONST) *length = (int64_t)const_string_len(x->val);
        if (type_is_untyped(x->typ)) x->typ = Typ(STRING);
        return true;
    case TK_ARRAY:
        a = as_array(cu);
        *length = a->len;
        if (x->mode != MODE_VARIABLE) {
            check_errorf(c, AT_OPERAND(x), "cannot slice unaddressable value %x", x);
            return false;
        }
        x->typ = TYPE(new_slice(a->elem));
        return true;
    case TK_POINTER:
        a = as_array(type_under(as_pointer(cu)->base));
        if (!a) break;
        *length = a->len;
        x->typ = TYPE(new_slice(a->elem));
        return true;
    case TK_SLICE: return true;
    default: break;
    }
    check_errorf(c, AT_OPERAND(x), "cannot slice %x", x);
    return false;
}

void check_slice_expr(Checker *c, Operand *x, SliceExpr *e) {
    check_expr(c, NULL, x, e->x);
    if (x->mode == MODE_INVALID) {
        check_use(c, e->index, 3);
        return;
    }
    int64_t length = -1;
    Type *cu = sliced_under(c, x);
    if (!cu || !sliced_operand(c, x, e, cu, &length)) {
        x->mode = MODE_INVALID;
        return;
    }
    x->mode = MODE_VALUE;
    if (e->e.n.flags & NF_FULL && (!e->index[1] || !e->index[2])) {
        check_invalid_ast(c, AT(e), "2nd and 3rd index required in 3-index slice");
        x->mode = MODE_INVALID;
        return;
    }

    int64_t ind[3];
    for (int i = 0; i < 3; i++) {
        ind[i] = -1;
        if (e->index[i]) {
            int64_t v;
            check_index(c, e->index[i], length >= 0 ? length + 1 : -1, &v);
            if (v >= 0) ind[i] = v;
        } else if (i == 0) {
            ind[i] = 0;
        } else if (length >= 0) {
            ind[i] = length;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (ind[i] <= 0) continue;
        for (int j = i + 1; j < 3; j++) {
            if (ind[j] >= 0 && ind[j] < ind[i]) {
                check_errorf(c, AT(e->index[j]), "invalid slice indices: %D < %D", ind[j], ind[i]);
                return;
            }
        }
    }
}

Type *check_index(Checker *c, Expr *index, int64_t max, int64_t *val) {
    if (val) *val = -1;
    Operand x = {0};
    check_expr(c, NULL, &x, index);
    if (!check_is_valid_index(c, &x, "index", false)) return Typ(INVALID);
    if (x.mode != MODE_CONST) return x.typ;
    if (x.val->rep == CONST_REP_UNKNOWN) return Typ(INVALID);
    int64_t v = const_int64_val(x.val, NULL);
    if (max >= 0 && v >= max) {
        check_errorf(c, AT_OPERAND(&x), INVALID_ARG "index %v out of bounds [0:%D]", x.val, max);
        return Typ(INVALID);
    }
    if (val) *val = v;
    return x.typ;
}

bool check_is_valid_index(Checker *c, Operand *x, const char *what, bool allow_negative) {
    if (x->mode == MODE_INVALID) return false;
    check_convert_untyped(c, x, Typ(INT));
    if (x->mode == MODE_INVALID) return false;
    if (!all_integer(x->typ)) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "%s %x must be integer", what, x);
        return false;
    }
    if (x->mode == MODE_CONST) {
        if (!allow_negative && const_sign(x->val) < 0) {
            check_errorf(c, AT_OPERAND(x), INVALID_ARG "%s %x must not be negative", what, x);
            return false;
        }
        if (!representable_const(x->val, c, Typ(INT), &x->val)) {
            check_errorf(c, AT_OPERAND(x), INVALID_ARG "%s %x overflows int", what, x);
            return false;
        }
    }
    return true;
}
