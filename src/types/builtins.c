/* Calls of built-in functions (spec, "Built-in functions", "Package unsafe"). The functions that take types
 * or do not evaluate an argument (make, new, Offsetof) look at their arguments themselves; the others get
 * operands. */
#include "types/check_int.h"

/* A signature for the record: untyped arguments have their default types; res may be NULL. */
static Signature *make_sig(Type *res, Type **args, uint32_t n) {
    Var **list = n ? NEW_ARRAY(types_arena(), Var *, n) : NULL;
    for (uint32_t i = 0; i < n; i++) list[i] = new_param(NO_POS, NULL, NULL, type_default(args[i]));
    Tuple *results = res ? new_tuple_of(1, new_var(VAR_RESULT, NO_POS, NULL, NULL, res)) : NULL;
    return new_signature(NULL, NULL, NULL, new_tuple(list, n), results, false);
}

static void record_sig(Checker *c, CallExpr *call, Type *res, Type *a0, Type *a1) {
    Type *args[2] = {a0, a1};
    check_record_builtin_type(c, call->fun, make_sig(res, args, a1 ? 2 : a0 ? 1 : 0));
}

/* ---- helpers ---- */

/* The element type of a slice operand, or of all the slices in its type set; NULL with *err set. */
static Type *slice_elem(Operand *x, TypeError **err) {
    Type *E = NULL;
    TypesetSeq s;
    typeset_seq(&s, x->typ);
    for (uint32_t i = 0; i < s.n; i++) {
        Slice *sl = as_slice(s.v[i].u);
        if (!sl) {
            *err = operand_is_nil(x)
                       ? type_errorf("argument must be a slice; have untyped nil", NULL, NULL, NULL, NULL)
                       : type_errorf("argument must be a slice; have %x", x, NULL, NULL, NULL);
            return NULL;
        }
        if (!E) {
            E = sl->elem;
        } else if (!type_identical(E, sl->elem)) {
            *err = type_errorf("mismatched slice element types %t and %t in %x", E, sl->elem, x, NULL);
            return NULL;
        }
    }
    return E;
}

/* t's type set holds nothing but strings and byte slices; *has_string: at least one string. */
static bool bytes_or_string(Type *t, bool *has_string) {
    TypesetSeq s;
    *has_string = false;
    typeset_seq(&s, t);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *u = s.v[i].u;
        Slice *sl = as_slice(u);
        if (sl && type_identical(sl->elem, universe.byte_type)) continue;
        if (!u || !is_string(u)) return false;
        *has_string = true;
    }
    return true;
}

/* Named types on the way down, to stop at cycles, and what was found for those seen. */
typedef struct VarSizeSeen {
    Named *named;
    bool var;
    struct VarSizeSeen *next;
} VarSizeSeen;

static bool var_size(Type *t, VarSizeSeen **seen) {
    Named *named = type_as_named(t);
    VarSizeSeen *entry = NULL;
    if (named) {
        for (VarSizeSeen *s = *seen; s; s = s->next) {
            if (s->named == named) return s->var;
        }
        entry = NEW(types_arena(), VarSizeSeen);
        *entry = (VarSizeSeen){named, true, *seen};
        *seen = entry;
    }
    bool var = false;
    Type *u = type_under(t);
    switch ((TypeKind)u->kind) {
    case TK_ARRAY: var = var_size(as_array(u)->elem, seen); break;
    case TK_STRUCT: {
        Struct *st = as_struct(u);
        for (uint32_t i = 0; i < st->nfields && !var; i++) var = var_size(st->fields[i]->typ, seen);
        break;
    }
    case TK_INTERFACE: var = type_is_type_param(t); break;
    default: break;
    }
    if (entry) entry->var = var;
    return var;
}

static bool has_var_size(Type *t) {
    if (type_under(t)->kind == TK_BASIC) return false;
    VarSizeSeen *seen = NULL;
    return var_size(t, &seen);
}

static Type *complex_of_float(Type *t) {
    Basic *b = as_basic(type_under(t));
    switch (b ? b->bk : BK_INVALID) {
    case BK_FLOAT32: return Typ(COMPLEX64);
    case BK_FLOAT64: return Typ(COMPLEX128);
    case BK_UNTYPED_FLOAT: return Typ(UNTYPED_COMPLEX);
    default: return NULL;
    }
}

static Type *float_of_complex(Type *t) {
    Basic *b = as_basic(type_under(t));
    switch (b ? b->bk : BK_INVALID) {
    case BK_COMPLEX64: return Typ(FLOAT32);
    case BK_COMPLEX128: return Typ(FLOAT64);
    case BK_UNTYPED_COMPLEX: return Typ(UNTYPED_FLOAT);
    default: return NULL;
    }
}

/* f(x's type); for a type parameter a new type parameter constrained by f of each of its terms. NULL: not
 * possible. */
static Type *apply_type_func(Checker *c, Type *(*f)(Type *), Operand *x, BuiltinId id) {
    TypeParam *tp = as_type_param(type_unalias(x->typ));
    if (!tp) return f(x->typ);
    TermSeq s;
    tparam_term_seq(&s, tp);
    Term **terms = NEW_ARRAY(c->arena, Term *, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *r = s.v[i] ? f(s.v[i]->typ) : NULL;
        if (!r) return NULL;
        terms[i] = new_term(s.v[i]->tilde, r);
    }
    check_soft_errorf(c, AT_OPERAND(x),
                      "%x not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)", x,
                      predeclared_funcs[id].name);
    TypeName *tn = new_type_name(NO_POS, c->pkg, tp->obj->name, NULL);
    Type **embedded = NEW_ARRAY(c->arena, Type *, 1);
    embedded[0] = TYPE(new_union(terms, s.n));
    TypeParam *res = check_new_type_param(c, tn, TYPE(new_interface_type(NULL, 0, embedded, 1)));
    res->index = tp->index;
    return TYPE(res);
}

/* ---- the built-ins; each returns false after an error ---- */

static bool builtin_append(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    TypeError *err = NULL;
    Type *E = slice_elem(x, &err);
    if (!E) {
        check_errorf(c, AT_OPERAND(x), "invalid append: %s", type_error_format(err, c));
        return false;
    }
    Signature *sig = NULL;
    Type *S = x->typ;
    bool has_string;
    /* append(bytes, s...) with a string s */
    if (args->n == 2 && call->e.n.flags & NF_HAS_DOTS &&
        (args->v[1]->typ->kind != TK_SLICE || type_is_type_param(args->v[1]->typ)) &&
        operand_assignable_to(x, c, TYPE(new_slice(universe.byte_type)), NULL) &&
        bytes_or_string(args->v[1]->typ, &has_string) && has_string) {
        Type *types[2] = {S, args->v[1]->typ};
        sig = make_sig(S, types, 2);
        sig->variadic = true;
    }
    if (!sig) {
        Type *types[2] = {S, TYPE(new_slice(E))};
        sig = make_sig(S, types, 2);
        sig->variadic = true;
        check_arguments(c, call, sig, NULL, (ExprList){NULL, 0}, args, NULL);
    }
    check_record_builtin_type(c, call->fun, sig);
    x->mode = MODE_VALUE;
    x->typ = S;
    return true;
}

static bool has_length(Type *u, void *ctx) {
    bool is_len = *(bool *)ctx;
    if (!u) return false;
    u = array_ptr_deref(u);
    switch ((TypeKind)u->kind) {
    case TK_BASIC: return is_len && is_string(u);
    case TK_ARRAY:
    case TK_SLICE:
    case TK_CHAN: return true;
    case TK_MAP: return is_len;
    default: return false;
    }
}

static bool builtin_len_cap(Checker *c, Operand *x, CallExpr *call, BuiltinId id) {
    bool is_len = id == BI_LEN;
    ExprMode mode = MODE_INVALID;
    const Const *val = NULL;
    Type *u = array_ptr_deref(type_under(x->typ));
    switch ((TypeKind)u->kind) {
    case TK_BASIC:
        if (!is_len || !is_string(u)) break;
        mode = MODE_VALUE;
        if (x->mode == MODE_CONST) {
            mode = MODE_CONST;
            val = const_int64(c->arena, (int64_t)const_string_len(x->val));
        }
        break;
    case TK_ARRAY:
        mode = MODE_VALUE;
        if (!c->env.has_call_or_recv) { /* constant: x is not evaluated */
            mode = MODE_CONST;
            val = as_array(u)->len >= 0 ? const_int64(c->arena, as_array(u)->len) : const_unknown();
        }
        break;
    case TK_SLICE:
    case TK_CHAN: mode = MODE_VALUE; break;
    case TK_MAP:
        if (is_len) mode = MODE_VALUE;
        break;
    case TK_INTERFACE:
        if (type_is_type_param(x->typ) && under_is(x->typ, has_length, &is_len)) mode = MODE_VALUE;
        break;
    default: break;
    }
    if (mode == MODE_INVALID) {
        if (type_is_valid(type_under(x->typ))) {
            check_errorf(c, AT_OPERAND(x), INVALID_ARG "%x for built-in %s", x, predeclared_funcs[id].name);
        }
        return false;
    }
    if (mode != MODE_CONST) record_sig(c, call, Typ(INT), x->typ, NULL);
    x->mode = mode;
    x->typ = Typ(INT);
    x->val = val;
    return true;
}

static bool builtin_clear(Checker *c, Operand *x, CallExpr *call) {
    check_verify_versionf(c, AT(call->fun), GO1_21, "clear");
    TypesetSeq s;
    typeset_seq(&s, x->typ);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *u = s.v[i].u;
        if (u && (u->kind == TK_MAP || u->kind == TK_SLICE)) continue;
        check_errorf(c, AT_OPERAND(x),
                     INVALID_ARG "cannot clear %x: argument must be (or constrained by) map or slice", x);
        return false;
    }
    x->mode = MODE_NOVALUE;
    record_sig(c, call, NULL, x->typ, NULL);
    return true;
}

static bool builtin_close(Checker *c, Operand *x, CallExpr *call) {
    TypesetSeq s;
    typeset_seq(&s, x->typ);
    for (uint32_t i = 0; i < s.n; i++) {
        Chan *ch = as_chan(s.v[i].u);
        if (!ch) {
            check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot close non-channel %x", x);
            return false;
        }
        if (ch->dir == CHAN_RECV) {
            check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot close receive-only channel %x", x);
            return false;
        }
    }
    x->mode = MODE_NOVALUE;
    record_sig(c, call, NULL, x->typ, NULL);
    return true;
}

static void to_untyped_float(Checker *c, Operand *x) {
    if (is_numeric(x->typ) && const_sign(const_imag_part(c->arena, x->val)) == 0) x->typ = Typ(UNTYPED_FLOAT);
}

static bool builtin_complex(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    Operand *y = args->v[1];
    bool ux = type_is_untyped(x->typ), uy = type_is_untyped(y->typ);
    if (ux && !uy) {
        check_convert_untyped(c, x, y->typ);
    } else if (uy && !ux) {
        check_convert_untyped(c, y, x->typ);
    } else if (ux && uy) {
        if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
            to_untyped_float(c, x);
            to_untyped_float(c, y);
        } else { /* an untyped shift: refused as one of a float */
            check_convert_untyped(c, x, Typ(FLOAT64));
            check_convert_untyped(c, y, Typ(FLOAT64));
        }
    }
    if (x->mode == MODE_INVALID || y->mode == MODE_INVALID) return false;
    if (!type_identical(x->typ, y->typ)) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "%e (mismatched types %t and %t)", call, x->typ, y->typ);
        return false;
    }
    Type *res = apply_type_func(c, complex_of_float, x, BI_COMPLEX);
    if (!res) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "arguments have type %t, expected floating-point", x->typ);
        return false;
    }
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        x->val = const_binary(c->arena, const_to_float(c->arena, x->val), OP_ADD,
                              const_imag(c->arena, const_to_float(c->arena, y->val)), false);
    } else {
        x->mode = MODE_VALUE;
        record_sig(c, call, res, x->typ, x->typ);
    }
    x->typ = res;
    return true;
}

static bool builtin_copy(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    Operand *y = args->v[1];
    bool has_string;
    bool special = operand_assignable_to(x, c, TYPE(new_slice(universe.byte_type)), NULL) &&
                   bytes_or_string(y->typ, &has_string);
    if (!special) {
        TypeError *err = NULL;
        Type *dst = slice_elem(x, &err);
        if (!dst) {
            check_errorf(c, AT_OPERAND(x), "invalid copy: %s", type_error_format(err, c));
            return false;
        }
        Type *src = slice_elem(y, &err);
        if (!src) {
            if (!all_string(y->typ)) {
                check_errorf(c, AT_OPERAND(y), "invalid copy: %s", type_error_format(err, c));
                return false;
            }
            src = universe.byte_type;
        }
        if (!type_identical(dst, src)) {
            check_errorf(c, AT_OPERAND(x),
                         "invalid copy: arguments %x and %x have different element types %t and %t", x, y,
                         dst, src);
            return false;
        }
    }
    record_sig(c, call, Typ(INT), x->typ, y->typ);
    x->mode = MODE_VALUE;
    x->typ = Typ(INT);
    return true;
}

static bool builtin_delete(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    Type *map_type = x->typ, *key = NULL;
    TypesetSeq s;
    typeset_seq(&s, map_type);
    for (uint32_t i = 0; i < s.n; i++) {
        MapT *m = as_map(s.v[i].u);
        if (!m) {
            check_errorf(c, AT_OPERAND(x), INVALID_ARG "%x is not a map", x);
            return false;
        }
        if (key && !type_identical(m->key, key)) {
            check_errorf(c, AT_OPERAND(x), INVALID_ARG "maps of %x must have identical key types", x);
            return false;
        }
        key = m->key;
    }
    *x = *args->v[1];
    check_assignment(c, x, key, "argument to delete");
    if (x->mode == MODE_INVALID) return false;
    x->mode = MODE_NOVALUE;
    record_sig(c, call, NULL, map_type, key);
    return true;
}

static bool builtin_real_imag(Checker *c, Operand *x, CallExpr *call, BuiltinId id) {
    if (type_is_untyped(x->typ)) {
        if (x->mode == MODE_CONST) {
            if (is_numeric(x->typ)) x->typ = Typ(UNTYPED_COMPLEX);
        } else { /* an untyped shift: refused as one of a complex number */
            check_convert_untyped(c, x, Typ(COMPLEX128));
            if (x->mode == MODE_INVALID) return false;
        }
    }
    Type *res = apply_type_func(c, float_of_complex, x, id);
    if (!res) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "argument has type %t, expected complex type", x->typ);
        return false;
    }
    if (x->mode == MODE_CONST) {
        x->val = id == BI_REAL ? const_real(c->arena, x->val) : const_imag_part(c->arena, x->val);
    } else {
        x->mode = MODE_VALUE;
        record_sig(c, call, res, x->typ, NULL);
    }
    x->typ = res;
    return true;
}

static TypeError *makeable_cond(Type *t, Type *u, void *ctx) {
    (void)t;
    (void)ctx;
    if (!u) return type_errorf("no specific type", NULL, NULL, NULL, NULL);
    if (u->kind == TK_SLICE || u->kind == TK_MAP || u->kind == TK_CHAN) return NULL;
    return type_errorf("type must be slice, map, or channel", NULL, NULL, NULL, NULL);
}

static bool builtin_make(Checker *c, Operand *x, CallExpr *call) {
    Expr **args = call->args.v;
    uint32_t n = call->args.n;
    Type *T = check_var_type(c, args[0]);
    if (!type_is_valid(T)) return false;
    TypeError *err = NULL;
    Type *u = common_under(T, makeable_cond, NULL, &err);
    if (!u) {
        check_errorf(c, AT(args[0]), INVALID_ARG "cannot make %e: %s", args[0], type_error_format(err, c));
        return false;
    }
    uint32_t min = u->kind == TK_SLICE ? 2 : 1;
    if (n < min || min + 1 < n) {
        check_errorf(c, AT(call), INVALID_OP "%e expects %d or %d arguments; found %d", call, (int)min,
                     (int)min + 1, (int)n);
        return false;
    }
    Type *types[3] = {T, NULL, NULL};
    int64_t sizes[2];
    uint32_t nsizes = 0;
    for (uint32_t i = 1; i < n; i++) {
        int64_t size;
        types[i] = check_index(c, args[i], -1, &size);
        if (size >= 0) sizes[nsizes++] = size;
    }
    if (nsizes == 2 && sizes[0] > sizes[1]) {
        check_errorf(c, AT(args[1]), INVALID_ARG "length and capacity swapped");
    }
    x->mode = MODE_VALUE;
    x->typ = T;
    check_record_builtin_type(c, call->fun, make_sig(T, types, n));
    return true;
}

static bool builtin_min_max(Checker *c, Operand *x, CallExpr *call, OperandVec *args, BuiltinId id) {
    const char *name = predeclared_funcs[id].name;
    check_verify_versionf(c, AT(call->fun), GO1_21, "built-in %s", name);
    Operator op = id == BI_MAX ? OP_GTR : OP_LSS;
    for (uint32_t i = 0; i < args->n; i++) {
        Operand *a = args->v[i];
        if (a->mode == MODE_INVALID) return false;
        if (!all_ordered(a->typ)) {
            check_errorf(c, AT_OPERAND(a), INVALID_ARG "%x cannot be ordered", a);
            return false;
        }
        if (i == 0) continue; /* it is in x */
        check_match_types(c, x, a);
        if (x->mode == MODE_INVALID) return false;
        if (!type_identical(x->typ, a->typ)) {
            check_errorf(c, AT_OPERAND(a),
                         INVALID_ARG "mismatched types %t (previous argument) and %t (type of %e)", x->typ,
                         a->typ, a->expr);
            return false;
        }
        if (x->mode == MODE_CONST && a->mode == MODE_CONST) {
            if (const_compare(c->arena, a->val, op, x->val)) *x = *a;
        } else {
            x->mode = MODE_VALUE;
        }
    }
    if (x->mode != MODE_CONST) {
        x->mode = MODE_VALUE;
        check_assignment(c, x, TYPE(types_empty_interface()),
                         check_sprintf(c, "argument to built-in %s", name));
        if (x->mode == MODE_INVALID) return false;
    }
    for (uint32_t i = 0; i < args->n; i++) check_update_expr_type(c, args->v[i]->expr, x->typ, true);
    if (x->mode != MODE_CONST) {
        Type **types = NEW_ARRAY(c->arena, Type *, args->n);
        for (uint32_t i = 0; i < args->n; i++) types[i] = x->typ;
        check_record_builtin_type(c, call->fun, make_sig(x->typ, types, args->n));
    }
    return true;
}

static bool builtin_new(Checker *c, Operand *x, CallExpr *call) {
    Expr *arg = call->args.v[0];
    check_expr_or_type(c, x, arg, false);
    check_exclude(c, x, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN);
    if (x->mode == MODE_INVALID) return false;
    if (x->mode == MODE_TYPE) {
        check_valid_var_type(c, arg, x->typ);
    } else {
        if (type_is_untyped(x->typ)) {
            check_assignment(c, x, NULL, "argument to new");
            if (x->mode == MODE_INVALID) return false;
        }
        check_verify_versionf(c, AT(call->fun), GO1_26, "new(%e)", arg);
    }
    Type *T = x->typ;
    x->mode = MODE_VALUE;
    x->typ = TYPE(new_pointer(T));
    record_sig(c, call, x->typ, T, NULL);
    return true;
}

static bool builtin_panic(Checker *c, Operand *x, CallExpr *call) {
    if (c->env.sig && c->env.sig->results) { /* it may end a function that must return something */
        if (!c->env.is_panic.slots) c->env.is_panic.arena = c->arena;
        map_put(&c->env.is_panic, PKEY(call), call);
    }
    Type *any = TYPE(types_empty_interface());
    check_assignment(c, x, any, "argument to panic");
    if (x->mode == MODE_INVALID) return false;
    x->mode = MODE_NOVALUE;
    record_sig(c, call, NULL, any, NULL);
    return true;
}

static bool builtin_print(Checker *c, Operand *x, CallExpr *call, OperandVec *args, BuiltinId id) {
    Type **params = NEW_ARRAY(c->arena, Type *, args->n + 1);
    const char *context = id == BI_PRINT ? "argument to built-in print" : "argument to built-in println";
    for (uint32_t i = 0; i < args->n; i++) {
        check_assignment(c, args->v[i], NULL, context);
        if (args->v[i]->mode == MODE_INVALID) return false;
        params[i] = args->v[i]->typ;
    }
    x->mode = MODE_NOVALUE;
    check_record_builtin_type(c, call->fun, make_sig(NULL, params, args->n));
    return true;
}

/* ---- unsafe ---- */

static bool builtin_add(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    check_verify_versionf(c, AT(call->fun), GO1_17, "unsafe.Add");
    check_assignment(c, x, Typ(UNSAFE_POINTER), "argument to unsafe.Add");
    if (x->mode == MODE_INVALID) return false;
    Operand *y = args->v[1];
    if (!check_is_valid_index(c, y, "length", true)) return false;
    x->mode = MODE_VALUE;
    x->typ = Typ(UNSAFE_POINTER);
    record_sig(c, call, x->typ, x->typ, y->typ);
    return true;
}

/* Sizeof and Alignof. */
static bool builtin_size(Checker *c, Operand *x, CallExpr *call, BuiltinId id) {
    check_assignment(c, x, NULL,
                     id == BI_SIZEOF ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
    if (x->mode == MODE_INVALID) return false;
    if (has_var_size(x->typ)) {
        x->mode = MODE_VALUE;
        record_sig(c, call, Typ(UINTPTR), x->typ, NULL);
    } else {
        int64_t size = id == BI_SIZEOF ? check_sizeof(c, x->typ) : check_alignof(c, x->typ);
        if (size < 0) {
            check_errorf(c, AT_OPERAND(x), "%x is too large", x);
            return false;
        }
        x->mode = MODE_CONST;
        x->val = const_int64(c->arena, size);
    }
    x->typ = Typ(UINTPTR);
    return true;
}

static bool builtin_offsetof(Checker *c, Operand *x, CallExpr *call) {
    Expr *arg = call->args.v[0], *un = expr_unparen(arg);
    if (KIND(un) != N_SELECTOR) {
        check_errorf(c, AT(arg), INVALID_ARG "%e is not a selector expression", arg);
        check_use1(c, arg);
        return false;
    }
    SelectorExpr *selx = AS(SelectorExpr, un);
    check_expr(c, NULL, x, selx->x);
    if (x->mode == MODE_INVALID) return false;
    Type *base = deref_struct_ptr(x->typ);
    const Name *sel = selx->sel->name;
    LookupResult r = lookup_field_or_method_fold(base, false, c->pkg, sel, false);
    if (!r.obj) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "%t has no single field %n", base, sel);
        return false;
    }
    if (r.obj->kind == OBJ_FUNC) {
        check_errorf(c, AT(arg), INVALID_ARG "%e is a method value", arg);
        return false;
    }
    if (r.indirect) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "field %n is embedded via a pointer in %t", sel, base);
        return false;
    }
    check_record_selection(c, selx, SEL_FIELD_VAL, base, r.obj, r.index, r.nindex, false);
    Operand field = {
        .mode = x->mode == MODE_VARIABLE ? MODE_VARIABLE : MODE_VALUE, .expr = un, .typ = r.obj->typ};
    check_record(c, &field);
    if (has_var_size(base)) {
        x->mode = MODE_VALUE;
        record_sig(c, call, Typ(UINTPTR), r.obj->typ, NULL);
    } else {
        int64_t offs = check_offsetof(c, base, r.index, r.nindex);
        if (offs < 0) {
            check_errorf(c, AT_OPERAND(x), "%x is too large", x);
            return false;
        }
        x->mode = MODE_CONST;
        x->val = const_int64(c->arena, offs);
    }
    x->typ = Typ(UINTPTR);
    return true;
}

static bool builtin_slice(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    check_verify_versionf(c, AT(call->fun), GO1_17, "unsafe.Slice");
    Pointer *ptr = as_pointer(common_under(x->typ, NULL, NULL, NULL));
    if (!ptr) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "%x is not a pointer", x);
        return false;
    }
    Operand *y = args->v[1];
    if (!check_is_valid_index(c, y, "length", false)) return false;
    x->mode = MODE_VALUE;
    x->typ = TYPE(new_slice(ptr->base));
    record_sig(c, call, x->typ, TYPE(ptr), y->typ);
    return true;
}

static bool builtin_slice_data(Checker *c, Operand *x, CallExpr *call) {
    check_verify_versionf(c, AT(call->fun), GO1_20, "unsafe.SliceData");
    Slice *slice = as_slice(common_under(x->typ, NULL, NULL, NULL));
    if (!slice) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "%x is not a slice", x);
        return false;
    }
    x->mode = MODE_VALUE;
    x->typ = TYPE(new_pointer(slice->elem));
    record_sig(c, call, x->typ, TYPE(slice), NULL);
    return true;
}

static bool builtin_string(Checker *c, Operand *x, CallExpr *call, OperandVec *args) {
    check_verify_versionf(c, AT(call->fun), GO1_20, "unsafe.String");
    Type *byte_ptr = TYPE(new_pointer(universe.byte_type));
    check_assignment(c, x, byte_ptr, "argument to unsafe.String");
    if (x->mode == MODE_INVALID) return false;
    Operand *y = args->v[1];
    if (!check_is_valid_index(c, y, "length", false)) return false;
    x->mode = MODE_VALUE;
    x->typ = Typ(STRING);
    record_sig(c, call, x->typ, byte_ptr, y->typ);
    return true;
}

static bool builtin_string_data(Checker *c, Operand *x, CallExpr *call) {
    check_verify_versionf(c, AT(call->fun), GO1_20, "unsafe.StringData");
    check_assignment(c, x, Typ(STRING), "argument to unsafe.StringData");
    if (x->mode == MODE_INVALID) return false;
    x->mode = MODE_VALUE;
    x->typ = TYPE(new_pointer(universe.byte_type));
    record_sig(c, call, x->typ, Typ(STRING), NULL);
    return true;
}

/* ---- self-test: assert(pred), trace(x, ...) ---- */

static bool builtin_assert(Checker *c, Operand *x, CallExpr *call) {
    if (x->mode != MODE_CONST || !is_boolean(x->typ)) {
        check_errorf(c, AT_OPERAND(x), INVALID_ARG "%x is not a boolean constant", x);
        return false;
    }
    if (x->val->rep != CONST_REP_BOOL) {
        check_errorf(c, AT_OPERAND(x), "internal error: value of %x should be a boolean constant", x);
        return false;
    }
    if (!const_bool_val(x->val)) check_errorf(c, AT(call), "%e failed", call);
    return true;
}

static bool builtin_trace(Checker *c, Operand *x, CallExpr *call) {
    if (call->args.n == 0) {
        x->mode = MODE_NOVALUE;
        return true;
    }
    Operand rest;
    for (uint32_t i = 0; i < call->args.n; i++) {
        rest = (Operand){0};
        check_raw_expr(c, NULL, i == 0 ? x : &rest, call->args.v[i], NULL, false);
    }
    return x->mode != MODE_INVALID;
}

/* ---- dispatch ---- */

static bool builtin_call(Checker *c, Operand *x, CallExpr *call, BuiltinId id) {
    const PredeclaredFunc *bin = &predeclared_funcs[id];
    OperandVec args;
    args.n = 0;
    uint32_t nargs;
    switch (id) {
    case BI_MAKE:
    case BI_NEW:
    case BI_OFFSETOF:
    case BI_TRACE: nargs = call->args.n; break;
    default:
        check_expr_list(c, &args, call->args);
        nargs = args.n;
        for (uint32_t i = 0; i < nargs; i++) {
            if (args.v[i]->mode == MODE_INVALID) return false;
        }
        if (nargs > 0) *x = *args.v[0];
    }
    const char *count = nargs < (uint32_t)bin->nargs                     ? "not enough"
                        : !bin->variadic && nargs > (uint32_t)bin->nargs ? "too many"
                                                                         : NULL;
    if (count) {
        check_errorf(c, AT(call), INVALID_OP "%s arguments for %e (expected %d, found %d)", count, call,
                     bin->nargs, (int)nargs);
        return false;
    }

    switch (id) {
    case BI_APPEND: return builtin_append(c, x, call, &args);
    case BI_CAP:
    case BI_LEN: return builtin_len_cap(c, x, call, id);
    case BI_CLEAR: return builtin_clear(c, x, call);
    case BI_CLOSE: return builtin_close(c, x, call);
    case BI_COMPLEX: return builtin_complex(c, x, call, &args);
    case BI_COPY: return builtin_copy(c, x, call, &args);
    case BI_DELETE: return builtin_delete(c, x, call, &args);
    case BI_IMAG:
    case BI_REAL: return builtin_real_imag(c, x, call, id);
    case BI_MAKE: return builtin_make(c, x, call);
    case BI_MAX:
    case BI_MIN: return builtin_min_max(c, x, call, &args, id);
    case BI_NEW: return builtin_new(c, x, call);
    case BI_PANIC: return builtin_panic(c, x, call);
    case BI_PRINT:
    case BI_PRINTLN: return builtin_print(c, x, call, &args, id);
    case BI_RECOVER:
        x->mode = MODE_VALUE;
        x->typ = TYPE(types_empty_interface());
        record_sig(c, call, x->typ, NULL, NULL);
        return true;
    case BI_ADD: return builtin_add(c, x, call, &args);
    case BI_ALIGNOF:
    case BI_SIZEOF: return builtin_size(c, x, call, id);
    case BI_OFFSETOF: return builtin_offsetof(c, x, call);
    case BI_SLICE: return builtin_slice(c, x, call, &args);
    case BI_SLICEDATA: return builtin_slice_data(c, x, call);
    case BI_STRING: return builtin_string(c, x, call, &args);
    case BI_STRINGDATA: return builtin_string_data(c, x, call);
    case BI_ASSERT: return builtin_assert(c, x, call);
    case BI_TRACE: return builtin_trace(c, x, call);
    case BI_COUNT: break;
    }
    BUG("built-in %d", id);
}

bool check_builtin(Checker *c, Operand *x, CallExpr *call, BuiltinId id) {
    if (call->e.n.flags & NF_HAS_DOTS && id != BI_APPEND) {
        check_errorf(c, AT(call), INVALID_OP "invalid use of ... with built-in %s",
                     predeclared_funcs[id].name);
        check_use(c, call->args.v, call->args.n);
        return false;
    }
    /* len and cap must know whether their argument alone has calls or receives */
    bool saved = c->env.has_call_or_recv;
    if (id == BI_LEN || id == BI_CAP) c->env.has_call_or_recv = false;
    bool ok = builtin_call(c, x, call, id);
    if (id == BI_LEN || id == BI_CAP) c->env.has_call_or_recv = saved;
    return ok;
}
