/* Expressions (spec, "Expressions", "Operators"). The order of evaluation plays no part in checking.
 *
 * An expression is checked top down by check_raw_expr, which dispatches on its kind and records the result.
 * Untyped results stay open: when the context supplies a type, check_update_expr_type walks down the tree
 * again and gives it to every operand that takes part, checking that constants fit. In the same way the left
 * operand of a shift gets "the type it would have if the shift were replaced by its left operand alone". Of a
 * constant expression only the root gets the type: the operands below it are never computed by the
 * program. */
#include "types/check_int.h"

/* ---- operators ---- */

static bool unary_op_defined(Operator op, Type *t, bool *known) {
    switch (op) {
    case OP_ADD:
    case OP_SUB: return all_numeric(t);
    case OP_XOR: return all_integer(t);
    case OP_NOT: return all_boolean(t);
    default: *known = false; return false;
    }
}

static bool binary_op_defined(Operator op, Type *t, bool *known) {
    switch (op) {
    case OP_ADD: return all_numeric_or_string(t);
    case OP_SUB:
    case OP_MUL:
    case OP_DIV: return all_numeric(t);
    case OP_REM:
    case OP_AND:
    case OP_OR:
    case OP_XOR:
    case OP_ANDNOT: return all_integer(t);
    case OP_ANDAND:
    case OP_OROR: return all_boolean(t);
    default: *known = false; return false;
    }
}

static bool check_op(Checker *c, bool (*defined)(Operator, Type *, bool *), Operand *x, Operator op) {
    bool known = true;
    if (defined(op, x->typ, &known)) return true;
    if (known) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "operator %k not defined on %x", (int)op, x);
    } else {
        check_invalid_ast(c, AT_OPERAND(x), "unknown operator %k", (int)op);
    }
    return false;
}

static bool is_shift(Operator op) { return op == OP_SHL || op == OP_SHR; }
static bool is_comparison(Operator op) { return op >= OP_EQL && op <= OP_GEQ; }

static void check_unary(Checker *c, Operand *x, Operation *e) {
    check_expr(c, NULL, x, e->x);
    if (x->mode == MODE_INVALID) return;

    Operator op = (Operator)e->e.n.aux;
    switch (op) {
    case OP_AND:
        if (x->mode != MODE_VARIABLE && KIND(expr_unparen(e->x)) != N_COMPOSITE_LIT) {
            check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot take address of %x", x);
            x->mode = MODE_INVALID;
            return;
        }
        x->mode = MODE_VALUE;
        x->typ = TYPE(new_pointer(x->typ));
        return;
    case OP_RECV: {
        Type *elem = check_chan_elem(c, AT_OPERAND(x), x, true);
        if (!elem) {
            x->mode = MODE_INVALID;
            return;
        }
        x->mode = MODE_COMMAOK;
        x->typ = elem;
        c->env.has_call_or_recv = true;
        return;
    }
    case OP_TILDE:
        if (!all_integer(x->typ)) {
            check_errorf(c, AT(e), "cannot use ~ outside of interface or type constraint");
            x->mode = MODE_INVALID;
            return;
        }
        check_errorf(c, AT(e),
                     "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)");
        op = OP_XOR;
        break;
    default: break;
    }

    if (!check_op(c, unary_op_defined, x, op)) {
        x->mode = MODE_INVALID;
        return;
    }
    if (x->mode == MODE_CONST) {
        if (x->val->rep == CONST_REP_UNKNOWN) return;
        unsigned prec = 0;
        if (is_unsigned(x->typ)) prec = (unsigned)check_sizeof(c, x->typ) * 8;
        x->val = const_unary(c->arena, op, x->val, prec);
        x->expr = &e->e;
        check_overflow(c, x);
        return;
    }
    x->mode = MODE_VALUE;
}

static TypeError *recv_cond(Type *t, Type *u, void *ctx) {
    if (!u) return type_errorf("no specific channel type", NULL, NULL, NULL, NULL);
    Chan *ch = as_chan(u);
    if (!ch) return type_errorf("non-channel %t", t, NULL, NULL, NULL);
    bool recv = *(bool *)ctx;
    if (recv && ch->dir == CHAN_SEND) return type_errorf("send-only channel %t", t, NULL, NULL, NULL);
    if (!recv && ch->dir == CHAN_RECV) return type_errorf("receive-only channel %t", t, NULL, NULL, NULL);
    return NULL;
}

Type *check_chan_elem(Checker *c, Pos pos, Operand *x, bool recv) {
    TypeError *err = NULL;
    Type *u = common_under(x->typ, recv_cond, &recv, &err);
    if (u) return as_chan(u)->elem;
    const char *cause = type_error_format(err, c);
    bool tparam = type_is_type_param(x->typ);
    if (recv && tparam) {
        check_errorf(c, pos, INVALID_OP "cannot receive from %x: %s", x, cause);
    } else if (recv) {
        check_errorf(c, pos, INVALID_OP "cannot receive from %s %x", cause, x);
    } else if (tparam) {
        check_errorf(c, pos, INVALID_OP "cannot send to %x: %s", x, cause);
    } else {
        check_errorf(c, pos, INVALID_OP "cannot send to %s %x", cause, x);
    }
    return NULL;
}

/* ---- untyped expressions ---- */

void check_update_expr_type(Checker *c, Expr *x, Type *typ, bool final) {
    if (!(x->n.info_flags & EI_UNTYPED)) return;
    Type *old_typ = x->type;
    const Const *old_val = x->val;
    ExprMode old_mode = EI_MODE(x);

    switch (KIND(x)) {
    case N_CALL: /* an untyped constant, such as a call of complex; its arguments have been dealt with */
    case N_NAME:
    case N_BASIC_LIT:
    case N_SELECTOR: break;
    case N_PAREN: check_update_expr_type(c, AS(ParenExpr, x)->x, typ, final); break;
    case N_OPERATION: {
        Operation *o = AS(Operation, x);
        Operator op = (Operator)x->n.aux;
        if (!o->y) {
            if (op == OP_MUL) return;
            if (!old_val) check_update_expr_type(c, o->x, typ, final);
            break;
        }
        if (old_val || is_comparison(op)) break; /* operands are constant, or have final types already */
        check_update_expr_type(c, o->x, typ, final);
        if (!is_shift(op)) check_update_expr_type(c, o->y, typ, final);
        break;
    }
    default: return; /* never untyped */
    }

    if (!final && type_is_untyped(typ)) {
        x->type = type_under(typ);
        return;
    }

    bool is_lhs = (x->n.info_flags & EI_LHS) != 0;
    x->n.info_flags &= ~(uint32_t)(EI_UNTYPED | EI_LHS);
    if (is_lhs && !all_integer(typ)) {
        check_errorf(c, AT(x), INVALID_OP "shifted operand %e (type %t) must be integer", x, typ);
        return;
    }
    if (old_val) {
        Operand o = {.mode = old_mode, .expr = x, .typ = old_typ, .val = old_val};
        check_convert_untyped(c, &o, typ);
        if (o.mode == MODE_INVALID) return;
    }
    check_record_type_and_value(c, x, old_mode, typ, old_val);
}

void check_update_expr_val(Checker *c, Expr *x, const Const *val) {
    (void)c;
    if (x->n.info_flags & EI_UNTYPED) x->val = val;
}

Type *check_implicit_type_and_value(Checker *c, Operand *x, Type *target, const Const **val, ConvCode *code) {
    *val = NULL;
    *code = CONV_OK;
    if (x->mode == MODE_INVALID || type_is_typed(x->typ) || !type_is_valid(target)) return x->typ;

    if (type_is_untyped(target)) {
        Type *m = type_max(x->typ, target);
        if (!m) *code = CONV_INVALID;
        return m;
    }
    if (operand_is_nil(x)) {
        if (type_has_nil(target)) return target;
        *code = CONV_INVALID;
        return NULL;
    }
    Type *u = type_under(target);
    switch ((TypeKind)u->kind) {
    case TK_BASIC:
        if (x->mode == MODE_CONST) {
            const Const *v = check_representation(c, x, u, code);
            if (*code != CONV_OK) return NULL;
            *val = v;
            return target;
        }
        /* comparisons, shifts not yet typed, nil */
        switch (as_basic(type_unalias(x->typ))->bk) {
        case BK_UNTYPED_BOOL:
            if (is_boolean(target)) return target;
            break;
        case BK_UNTYPED_INT:
        case BK_UNTYPED_RUNE:
        case BK_UNTYPED_FLOAT:
        case BK_UNTYPED_COMPLEX:
            if (is_numeric(target)) return target;
            break;
        case BK_UNTYPED_STRING:
            if (is_string(target)) return target;
            break;
        default: break;
        }
        break;
    case TK_INTERFACE:
        if (type_is_type_param(target)) {
            TypesetSeq s;
            typeset_seq(&s, target);
            const Const *v;
            ConvCode cc;
            for (uint32_t i = 0; i < s.n; i++) {
                if (!s.v[i].u || !check_implicit_type_and_value(c, x, s.v[i].u, &v, &cc)) {
                    *code = CONV_INVALID;
                    return NULL;
                }
            }
            return target;
        }
        if (interface_empty(as_interface(u))) return type_default(x->typ); /* dynamic types are concrete */
        break;
    default: break;
    }
    *code = CONV_INVALID;
    return NULL;
}

/* ---- comparisons ---- */

/* "": none */
static const char *check_incomparable_cause(Checker *c, Type *typ) {
    switch ((TypeKind)type_under(typ)->kind) {
    case TK_SLICE:
    case TK_SIGNATURE:
    case TK_MAP: return check_sprintf(c, "%s can only be compared to nil", type_composite_kind(typ));
    default: break;
    }
    TypeError *err = comparable_type(typ, true);
    return err ? type_error_format(err, c) : "";
}

/* What is wrong with comparing x and y: NULL nothing, else the offending operand with *cause ("" when
 * generic). */
static Operand *comparison_fault(Checker *c, Operand *x, Operand *y, Operator op, const char **cause) {
    *cause = "";
    if (!operand_assignable_to(x, c, y->typ, NULL) && !operand_assignable_to(y, c, x->typ, NULL)) {
        *cause = check_sprintf(c, "mismatched types %t and %t", x->typ, y->typ);
        return y;
    }
    if (op == OP_EQL || op == OP_NEQ) {
        if (operand_is_nil(x) || operand_is_nil(y)) {
            return type_has_nil(operand_is_nil(x) ? y->typ : x->typ) ? NULL : y;
        }
        Operand *bad = !type_comparable(x->typ) ? x : !type_comparable(y->typ) ? y : NULL;
        if (bad) *cause = check_incomparable_cause(c, bad->typ);
        return bad;
    }
    return !all_ordered(x->typ) ? x : !all_ordered(y->typ) ? y : NULL;
}

void check_comparison(Checker *c, Operand *x, Operand *y, Operator op, bool switch_case) {
    if (!type_is_valid(x->typ) || !type_is_valid(y->typ)) {
        x->mode = MODE_INVALID;
        return;
    }
    if (switch_case) op = OP_EQL;
    const char *cause;
    Operand *bad = comparison_fault(c, x, y, op, &cause);
    if (!bad) {
        if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
            x->val = const_bool(const_compare(c->arena, x->val, op, y->val));
        } else {
            x->mode = MODE_VALUE;
            /* these are the types that exist at run time */
            check_update_expr_type(c, x->expr, type_default(x->typ), true);
            check_update_expr_type(c, y->expr, type_default(y->typ), true);
        }
        x->typ = Typ(UNTYPED_BOOL);
        return;
    }
    if (!*cause) {
        if (type_is_type_param(x->typ) || type_is_type_param(y->typ)) {
            if (!type_is_type_param(x->typ)) bad = y;
            cause = check_sprintf(c, "type parameter %t cannot use operator %k", bad->typ, (int)op);
        } else {
            const char *what = type_composite_kind(bad->typ);
            if (!*what) what = check_sprintf(c, "%t", bad->typ);
            cause = check_sprintf(c, "operator %k not defined on %s", (int)op, what);
        }
    }
    if (switch_case) {
        check_errorf(c, AT_OPERAND(x), "invalid case %e in switch on %e (%s)", x->expr, y->expr, cause);
    } else {
        check_errorf(c, AT_OPERAND(bad), INVALID_OP "%e %k %e (%s)", x->expr, (int)op, y->expr, cause);
    }
    x->mode = MODE_INVALID;
}

/* ---- shifts ---- */

/* The right operand of a shift; false when it was reported. *yval: its integer value when constant. */
static bool check_shift_count(Checker *c, Operand *y, const Const **yval) {
    *yval = NULL;
    if (y->mode == MODE_CONST) {
        *yval = const_to_int(c->arena, y->val);
        if (const_kind(*yval) == CONST_INT && const_sign(*yval) < 0) {
            check_errorf(c, AT_OPERAND(y), INVALID_OP "negative shift count %x", y);
            return false;
        }
        if (type_is_untyped(y->typ)) {
            check_representable(c, y, Typ(UINT));
            return y->mode != MODE_INVALID;
        }
        return true;
    }
    if (all_integer(y->typ)) {
        return all_unsigned(y->typ) ||
               check_verify_versionf(c, AT_OPERAND(y), GO1_13, INVALID_OP "signed shift count %x", y);
    }
    if (type_is_untyped(y->typ)) {
        check_convert_untyped(c, y, Typ(UINT));
        return y->mode != MODE_INVALID;
    }
    check_errorf(c, AT_OPERAND(y), INVALID_OP "shift count %x must be integer", y);
    return false;
}

/* e: the shift expression; may be NULL for non-constant shifts (x <<= y). */
static void check_shift(Checker *c, Operand *x, Operand *y, Expr *e, Operator op) {
    const Const *xval = x->mode == MODE_CONST ? const_to_int(c->arena, x->val) : NULL, *yval;
    if (!all_integer(x->typ) && !(type_is_untyped(x->typ) && xval && const_kind(xval) == CONST_INT)) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "shifted operand %x must be integer", x);
        x->mode = MODE_INVALID;
        return;
    }
    if (!check_shift_count(c, y, &yval)) {
        x->mode = MODE_INVALID;
        return;
    }
    if (x->mode == MODE_CONST) {
        if (y->mode == MODE_CONST) {
            if (x->val->rep == CONST_REP_UNKNOWN || y->val->rep == CONST_REP_UNKNOWN) {
                x->val = const_unknown();
                if (!is_integer(x->typ)) x->typ = Typ(UNTYPED_INT);
                return;
            }
            enum { SHIFT_BOUND = 1023 - 1 + 52 }; /* the smallest float64 can be written */
            bool exact = false;
            uint64_t s = const_kind(yval) == CONST_INT ? const_uint64_val(yval, &exact) : 0;
            if (!exact || s > SHIFT_BOUND) {
                check_errorf(c, AT_OPERAND(y), INVALID_OP "invalid shift count %x", y);
                x->mode = MODE_INVALID;
                return;
            }
            if (!is_integer(x->typ)) x->typ = Typ(UNTYPED_INT); /* such as 2.0 */
            x->val = const_shift(c->arena, xval, op, (unsigned)s);
            x->expr = e;
            check_overflow(c, x);
            return;
        }
        if (type_is_untyped(x->typ)) { /* wait for the type that the context gives */
            if (x->expr->n.info_flags & EI_UNTYPED) x->expr->n.info_flags |= EI_LHS;
            x->mode = MODE_VALUE;
            return;
        }
    }
    if (!all_integer(x->typ)) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "shifted operand %x must be integer", x);
        x->mode = MODE_INVALID;
        return;
    }
    x->mode = MODE_VALUE;
}

/* ---- binary expressions ---- */

/* Whether it is worth trying to convert the untyped one of x and y to the type of the other. If not, the
 * types mismatch. */
static bool may_convert(Operand *x, Operand *y) {
    if (type_is_typed(x->typ) && type_is_typed(y->typ)) return false;
    if (all_numeric(x->typ) != all_numeric(y->typ)) return false;
    if (type_is_non_tparam_interface(x->typ) || type_is_non_tparam_interface(y->typ)) return true;
    if (all_boolean(x->typ) != all_boolean(y->typ)) return false;
    if (all_string(x->typ) != all_string(y->typ)) return false;
    if (operand_is_nil(x)) return type_has_nil(y->typ);
    if (operand_is_nil(y)) return type_has_nil(x->typ);
    return !is_pointer(x->typ) && !is_pointer(y->typ);
}

void check_match_types(Checker *c, Operand *x, Operand *y) {
    if (!may_convert(x, y)) return;
    check_convert_untyped(c, x, y->typ);
    if (x->mode == MODE_INVALID) return;
    check_convert_untyped(c, y, x->typ);
    if (y->mode == MODE_INVALID) x->mode = MODE_INVALID;
}

static bool division_by_zero(Checker *c, Operand *x, Operand *y) {
    if (y->mode != MODE_CONST) return false;
    if ((x->mode == MODE_CONST || all_integer(x->typ)) && const_sign(y->val) == 0) return true;
    if (x->mode == MODE_CONST && is_complex(x->typ)) { /* the divisor's square may underflow */
        const Const *re = const_real(c->arena, y->val), *im = const_imag_part(c->arena, y->val);
        return const_sign(const_binary(c->arena, re, OP_MUL, re, false)) == 0 &&
               const_sign(const_binary(c->arena, im, OP_MUL, im, false)) == 0;
    }
    return false;
}

void check_binary(Checker *c, Operand *x, Expr *e, Expr *lhs, Expr *rhs, Operator op) {
    Operand y = {0};
    check_expr(c, NULL, x, lhs);
    check_expr(c, NULL, &y, rhs);
    if (x->mode == MODE_INVALID) return;
    if (y.mode == MODE_INVALID) {
        x->mode = MODE_INVALID;
        x->expr = y.expr;
        return;
    }
    if (is_shift(op)) {
        check_shift(c, x, &y, e, op);
        return;
    }
    check_match_types(c, x, &y);
    if (x->mode == MODE_INVALID) return;
    if (is_comparison(op)) {
        check_comparison(c, x, &y, op, false);
        return;
    }
    if (!type_identical(x->typ, y.typ)) {
        if (type_is_valid(x->typ) && type_is_valid(y.typ)) {
            if (e) {
                check_errorf(c, AT_OPERAND(x), INVALID_OP "%e (mismatched types %t and %t)", e, x->typ,
                             y.typ);
            } else {
                check_errorf(c, AT_OPERAND(x), INVALID_OP "%e %k= %e (mismatched types %t and %t)", lhs,
                             (int)op, rhs, x->typ, y.typ);
            }
        }
        x->mode = MODE_INVALID;
        return;
    }
    if (!check_op(c, binary_op_defined, x, op)) {
        x->mode = MODE_INVALID;
        return;
    }
    if ((op == OP_DIV || op == OP_REM) && division_by_zero(c, x, &y)) {
        check_errorf(c, AT_OPERAND(&y), INVALID_OP "division by zero");
        x->mode = MODE_INVALID;
        return;
    }
    if (x->mode == MODE_CONST && y.mode == MODE_CONST) {
        if (x->val->rep == CONST_REP_UNKNOWN || y.val->rep == CONST_REP_UNKNOWN) {
            x->val = const_unknown();
            return;
        }
        x->val = const_binary(c->arena, x->val, op, y.val, op == OP_DIV && is_integer(x->typ));
        x->expr = e;
        check_overflow(c, x);
        return;
    }
    x->mode = MODE_VALUE;
}

/* ---- the dispatcher ---- */

Target *new_target(Target *t, Type *typ, const char *desc) {
    if (!typ) return NULL;
    Signature *sig = as_signature(type_under(typ));
    if (!sig) return NULL;
    t->sig = sig;
    t->desc = desc;
    return t;
}

void check_non_generic(Checker *c, Target *T, Operand *x) {
    if (x->mode == MODE_INVALID || x->mode == MODE_NOVALUE || !x->typ) return;
    const char *what = NULL;
    switch ((TypeKind)x->typ->kind) {
    case TK_ALIAS:
    case TK_NAMED:
        if (type_is_generic(x->typ)) what = "type";
        break;
    case TK_SIGNATURE:
        if (((Signature *)x->typ)->tparams) {
            if (T) {
                check_func_inst(c, T, x->expr->n.pos, x, NULL, true);
                return;
            }
            what = "function";
        }
        break;
    default: return;
    }
    if (what) {
        check_errorf(c, AT(x->expr), "cannot use generic %s %e without instantiation", what, x->expr);
        x->mode = MODE_INVALID;
        x->typ = Typ(INVALID);
    }
}

/* The base type of the pointers in x's type set; NULL when reported. */
static Type *pointer_base(Checker *c, Operand *x) {
    TypesetSeq s;
    Type *base = NULL;
    typeset_seq(&s, x->typ);
    for (uint32_t i = 0; i < s.n; i++) {
        Pointer *p = as_pointer(s.v[i].u);
        if (!p) {
            check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot indirect %x", x);
            return NULL;
        }
        if (base && !type_identical(p->base, base)) {
            check_errorf(c, AT_OPERAND(x), INVALID_OP "pointers of %x must have identical base types", x);
            return NULL;
        }
        base = p->base;
    }
    return base;
}

static void check_star(Checker *c, Operand *x, Operation *e) {
    check_expr_or_type(c, x, e->x, false);
    switch (x->mode) {
    case MODE_INVALID: return;
    case MODE_TYPE:
        check_valid_var_type(c, e->x, x->typ);
        x->typ = TYPE(new_pointer(x->typ));
        return;
    default: {
        Type *base = pointer_base(c, x);
        if (!base) {
            x->mode = MODE_INVALID;
            return;
        }
        x->mode = MODE_VARIABLE;
        x->typ = base;
    }
    }
}

static void check_assert_expr(Checker *c, Operand *x, AssertExpr *e) {
    check_expr(c, NULL, x, e->x);
    if (x->mode == MODE_INVALID) return;
    if (!e->type_expr) {
        check_invalid_ast(c, AT(e), "invalid use of AssertExpr");
    } else if (type_is_type_param(x->typ)) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot use type assertion on type parameter value %x", x);
    } else if (!as_interface(type_under(x->typ))) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "%x is not an interface", x);
    } else {
        Type *T = check_var_type(c, e->type_expr);
        if (type_is_valid(T)) {
            check_type_assertion(c, &e->e, x, T, false);
            x->mode = MODE_COMMAOK;
            x->typ = T;
            return;
        }
    }
    x->mode = MODE_INVALID;
}

static ExprKind check_expr_internal(Checker *c, Target *T, Operand *x, Expr *e, Type *hint) {
    x->mode = MODE_INVALID;
    x->typ = Typ(INVALID);
    x->val = NULL;
    bool error = false; /* otherwise: mode says */
    switch (KIND(e)) {
    case N_BAD_EXPR: error = true; break;
    case N_NAME:
        check_ident(c, x, AS(NameExpr, e), false);
        x->expr = e;
        return EK_EXPRESSION;
    case N_DOTS_TYPE:
        check_invalid_ast(c, AT(e), "invalid use of ...");
        error = true;
        break;
    case N_BASIC_LIT:
        if (e->n.flags & NF_BAD) {
            error = true;
        } else {
            check_basic_lit(c, x, AS(BasicLit, e));
        }
        break;
    case N_FUNC_LIT: check_func_lit(c, x, AS(FuncLit, e)); break;
    case N_COMPOSITE_LIT: check_composite_lit(c, x, AS(CompositeLit, e), hint); break;
    case N_PAREN: {
        ExprKind kind = check_raw_expr(c, NULL, x, AS(ParenExpr, e)->x, NULL, false);
        x->expr = e;
        return kind;
    }
    case N_SELECTOR:
        check_selector(c, x, AS(SelectorExpr, e), false);
        x->expr = e;
        return EK_EXPRESSION;
    case N_INDEX:
        if (check_index_expr(c, x, AS(IndexExpr, e)))
            check_func_inst(c, T, e->n.pos, x, AS(IndexExpr, e), true);
        break;
    case N_SLICE: check_slice_expr(c, x, AS(SliceExpr, e)); break;
    case N_ASSERT: check_assert_expr(c, x, AS(AssertExpr, e)); break;
    case N_TYPE_SWITCH_GUARD:
        check_invalid_ast(c, AT(e), "use of .(type) outside type switch");
        check_use1(c, AS(TypeSwitchGuard, e)->x);
        error = true;
        break;
    case N_CALL: return check_call_expr(c, x, AS(CallExpr, e));
    case N_LIST:
        check_invalid_ast(c, AT(e), "unexpected list of expressions");
        error = true;
        break;
    case N_OPERATION: {
        Operation *o = AS(Operation, e);
        if (o->y) {
            check_binary(c, x, e, o->x, o->y, (Operator)e->n.aux);
        } else if (e->n.aux == OP_MUL) {
            check_star(c, x, o);
        } else {
            check_unary(c, x, o);
            if (x->mode != MODE_INVALID && e->n.aux == OP_RECV) {
                x->expr = e;
                return EK_STATEMENT;
            }
        }
        break;
    }
    case N_KEY_VALUE:
        check_invalid_ast(c, AT(e), "no key:value expected");
        error = true;
        break;
    case N_ARRAY_TYPE:
    case N_SLICE_TYPE:
    case N_STRUCT_TYPE:
    case N_FUNC_TYPE:
    case N_INTERFACE_TYPE:
    case N_MAP_TYPE:
    case N_CHAN_TYPE:
        x->mode = MODE_TYPE;
        x->typ = check_typ(c, e);
        break;
    default: BUG("expression of node kind %d", KIND(e));
    }
    x->expr = e;
    if (error || x->mode == MODE_INVALID) {
        x->mode = MODE_INVALID;
        return EK_STATEMENT; /* no follow-up errors */
    }
    return EK_EXPRESSION;
}

ExprKind check_raw_expr(Checker *c, Target *T, Operand *x, Expr *e, Type *hint, bool allow_generic) {
    fault_poll();
    ExprKind kind = check_expr_internal(c, T, x, e, hint);
    if (!allow_generic) check_non_generic(c, T, x);
    if (x->mode != MODE_INVALID && x->mode != MODE_NOVALUE && !check_finite_size(c, x->typ)) {
        x->mode = MODE_INVALID;
        x->typ = Typ(INVALID);
    }
    check_record(c, x);
    return kind;
}

void check_type_assertion(Checker *c, Expr *e, Operand *x, Type *T, bool type_switch) {
    const char *cause = "";
    if (check_assertable_to(c, x->typ, T, &cause)) return;
    if (type_switch) {
        check_errorf(c, AT(e), "impossible type switch case: %e\n\t%x cannot have dynamic type %t %s", e, x,
                     T, cause);
    } else {
        check_errorf(c, AT(e), "impossible type assertion: %e\n\t%t does not implement %t %s", e, T, x->typ,
                     cause);
    }
}

#define NO_VALUES (1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE)

void check_expr(Checker *c, Target *T, Operand *x, Expr *e) {
    check_raw_expr(c, T, x, e, NULL, false);
    check_exclude(c, x, NO_VALUES);
    check_single_value(c, x);
}

void check_expr_with_hint(Checker *c, Operand *x, Expr *e, Type *hint) {
    check_raw_expr(c, NULL, x, e, hint, false);
    check_exclude(c, x, NO_VALUES);
    check_single_value(c, x);
}

void check_expr_or_type(Checker *c, Operand *x, Expr *e, bool allow_generic) {
    check_raw_expr(c, NULL, x, e, NULL, allow_generic);
    check_exclude(c, x, 1u << MODE_NOVALUE);
    check_single_value(c, x);
}

bool check_multi_expr(Checker *c, OperandVec *list, Expr *e, bool allow_comma_ok) {
    Operand x = {0};
    check_raw_expr(c, NULL, &x, e, NULL, false);
    check_exclude(c, &x, NO_VALUES);
    Tuple *t = x.mode != MODE_INVALID ? as_tuple(x.typ) : NULL;
    if (t) {
        operands_init(c, list, t->n);
        for (uint32_t i = 0; i < t->n; i++)
            *list->v[i] = (Operand){.mode = MODE_VALUE, .expr = e, .typ = t->vars[i]->typ};
        return false;
    }
    if (allow_comma_ok && (x.mode == MODE_MAPINDEX || x.mode == MODE_COMMAOK || x.mode == MODE_COMMAERR)) {
        operands_init(c, list, 2);
        *list->v[0] = x;
        *list->v[1] = (Operand){.mode = MODE_VALUE,
                                .expr = e,
                                .typ = x.mode == MODE_COMMAERR ? universe.error_type : Typ(UNTYPED_BOOL)};
        return true;
    }
    operands_init(c, list, 1);
    *list->v[0] = x;
    return false;
}

void check_expr_list(Checker *c, OperandVec *list, ExprList elist) {
    if (elist.n == 1) {
        check_multi_expr(c, list, elist.v[0], false);
        return;
    }
    operands_init(c, list, elist.n);
    for (uint32_t i = 0; i < elist.n; i++) check_expr(c, NULL, list->v[i], elist.v[i]);
}

void check_exclude(Checker *c, Operand *x, unsigned modeset) {
    if (!(modeset & 1u << x->mode)) return;
    const char *fmt;
    switch (x->mode) {
    case MODE_NOVALUE:
        fmt = modeset & 1u << MODE_TYPE ? "%x used as value" : "%x used as value or type";
        break;
    case MODE_BUILTIN: fmt = "%x must be called"; break;
    case MODE_TYPE: fmt = "%x is not an expression"; break;
    default: BUG("mode %d excluded", x->mode);
    }
    check_errorf(c, AT_OPERAND(x), fmt, x);
    x->mode = MODE_INVALID;
}

void check_single_value(Checker *c, Operand *x) {
    if (x->mode == MODE_VALUE && x->typ->kind == TK_TUPLE) {
        check_errorf(c, AT_OPERAND(x), "multiple-value %x in single-value context", x);
        x->mode = MODE_INVALID;
    }
}
