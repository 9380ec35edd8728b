/* Assignments and initialisations (spec, "Assignment statements", "Variable declarations", "Short variable
 * declarations", "Constant declarations"). */
#include "types/check_int.h"

/* context, or "argument to <fun>" */
static const char *context_text(Checker *c, const char *context, Expr *fun) {
    return fun ? check_sprintf(c, "argument to %e", fun) : context;
}

static void assign(Checker *c, Operand *x, Type *T, const char *context, Expr *fun) {
    check_single_value(c, x);
    switch (x->mode) {
    case MODE_INVALID: return;
    case MODE_NILVALUE:
    case MODE_CONST:
    case MODE_VARIABLE:
    case MODE_MAPINDEX:
    case MODE_VALUE:
    case MODE_COMMAOK:
    case MODE_COMMAERR: break;
    default:
        check_errorf(c, AT_OPERAND(x), "cannot assign %x to %t in %s", x, T, context_text(c, context, fun));
        x->mode = MODE_INVALID;
        return;
    }

    if (type_is_untyped(x->typ)) {
        Type *target = T;
        if (operand_is_nil(x)) {
            if (!T) {
                check_errorf(c, AT_OPERAND(x), "use of untyped nil in %s", context_text(c, context, fun));
                x->mode = MODE_INVALID;
                return;
            }
        } else if (!T || type_is_non_tparam_interface(T)) {
            target = type_default(x->typ);
        }
        const Const *val;
        ConvCode code;
        Type *new_type = check_implicit_type_and_value(c, x, target, &val, &code);
        if (code != CONV_OK) {
            check_errorf(c, AT_OPERAND(x), "cannot use %x as %t value in %s%s", x, target,
                         context_text(c, context, fun),
                         code == CONV_TRUNCATED  ? " (truncated)"
                         : code == CONV_OVERFLOW ? " (overflows)"
                                                 : "");
            x->mode = MODE_INVALID;
            return;
        }
        check_take_type_and_value(c, x, new_type, val);
    }

    Signature *sig = as_signature(type_under(x->typ));
    if (sig && tplist_len(sig->tparams) > 0) {
        check_errorf(c, AT_OPERAND(x), "cannot use generic function %x without instantiation in %s", x,
                     context_text(c, context, fun));
        x->mode = MODE_INVALID;
        return;
    }
    if (!T || x->typ == T) return;

    const char *cause = "";
    if (!operand_assignable_to(x, c, T, &cause)) {
        if (cause && *cause) {
            check_errorf(c, AT_OPERAND(x), "cannot use %x as %t value in %s: %s", x, T,
                         context_text(c, context, fun), cause);
        } else {
            check_errorf(c, AT_OPERAND(x), "cannot use %x as %t value in %s", x, T,
                         context_text(c, context, fun));
        }
        x->mode = MODE_INVALID;
    }
}

void check_assignment(Checker *c, Operand *x, Type *T, const char *context) {
    assign(c, x, T, context, NULL);
}

void check_argument(Checker *c, Operand *x, Type *T, Expr *fun) { assign(c, x, T, NULL, fun); }

void check_init_const(Checker *c, ConstObj *lhs, Operand *x) {
    if (x->mode == MODE_INVALID || !type_is_valid(x->typ) || (lhs->typ && !type_is_valid(lhs->typ))) {
        if (!lhs->typ) lhs->typ = Typ(INVALID);
        return;
    }
    if (x->mode != MODE_CONST) {
        check_errorf(c, AT_OPERAND(x), "%x is not constant", x);
        if (!lhs->typ) lhs->typ = Typ(INVALID);
        return;
    }
    if (!lhs->typ) lhs->typ = x->typ;
    check_assignment(c, x, lhs->typ, "constant declaration");
    if (x->mode == MODE_INVALID) return;
    const_freeze(x->val);
    lhs->val = x->val;
}

void check_init_var(Checker *c, Var *lhs, Operand *x, const char *context) {
    if (x->mode == MODE_INVALID || !type_is_valid(x->typ) || (lhs->typ && !type_is_valid(lhs->typ))) {
        if (!lhs->typ) lhs->typ = Typ(INVALID);
        x->mode = MODE_INVALID;
        return;
    }
    if (!lhs->typ) {
        Type *typ = x->typ;
        if (type_is_untyped(typ)) {
            if (typ == Typ(UNTYPED_NIL)) {
                check_errorf(c, AT_OPERAND(x), "use of untyped nil in %s", context);
                lhs->typ = Typ(INVALID);
                x->mode = MODE_INVALID;
                return;
            }
            typ = type_default(typ);
        }
        lhs->typ = typ;
    }
    check_assignment(c, x, lhs->typ, context);
}

/* NULL: blank */
static Type *check_lhs_var(Checker *c, Expr *lhs) {
    Expr *un = expr_unparen(lhs);
    NameExpr *ident = KIND(un) == N_NAME ? AS(NameExpr, un) : NULL;
    if (ident && name_is(ident->name, "_")) {
        check_record_def(c, ident, NULL);
        return NULL;
    }
    /* assigning to a variable does not use it */
    Var *v = NULL;
    if (ident) {
        Object *o = check_lookup(c, ident->name);
        if (o && o->kind == OBJ_VAR && o->pkg == c->pkg) v = o;
    }
    bool used = v && v->used;
    Operand x = {0};
    check_expr(c, NULL, &x, lhs);
    if (v) v->used = used;
    if (x.mode == MODE_INVALID || !type_is_valid(x.typ)) return Typ(INVALID);
    if (x.mode == MODE_VARIABLE || x.mode == MODE_MAPINDEX) return x.typ;

    if (KIND(x.expr) == N_SELECTOR) {
        Operand op = {0};
        check_expr(c, NULL, &op, AS(SelectorExpr, x.expr)->x);
        if (op.mode == MODE_MAPINDEX) {
            check_errorf(c, AT_OPERAND(&x), "cannot assign to struct field %e in map", x.expr);
            return Typ(INVALID);
        }
    }
    check_errorf(c, AT_OPERAND(&x), "cannot assign to %e (neither addressable nor a map index expression)",
                 x.expr);
    return Typ(INVALID);
}

void check_assign_var(Checker *c, Expr *lhs, Expr *rhs, Operand *x, const char *context) {
    Type *T = check_lhs_var(c, lhs);
    if (T && !type_is_valid(T)) {
        if (x) {
            x->mode = MODE_INVALID;
        } else {
            check_use1(c, rhs);
        }
        return;
    }
    Operand own = {0};
    if (!x) {
        Target t, *target = NULL;
        if (T && as_signature(type_under(T))) target = new_target(&t, T, check_sprintf(c, "%e", lhs));
        x = &own;
        check_expr(c, target, x, rhs);
    }
    if (!T && strcmp(context, "assignment") == 0) context = "assignment to _ identifier";
    check_assignment(c, x, T, context);
}

/* "(T1, T2, ...)" in friendly words: variadic shows the last, a slice, as ...E; has_dots the last as T.... */
const char *check_types_summary(Checker *c, Type **list, uint32_t n, bool variadic, bool has_dots) {
    StrBuf sb = STRBUF_INIT;
    sb_addc(&sb, '(');
    for (uint32_t i = 0; i < n; i++) {
        Type *t = list[i];
        bool last = i + 1 == n;
        if (i > 0) sb_adds(&sb, ", ");
        if (last && variadic) sb_adds(&sb, "...");
        if (last && variadic && t && as_slice(t)) {
            check_format(c, &sb, "%t", as_slice(t)->elem);
        } else if (!t || !type_is_valid(t)) {
            sb_adds(&sb, "unknown type");
        } else if (type_is_untyped(t)) {
            const char *name = as_basic(type_unalias(t))->name->s;
            if (is_numeric(t)) {
                sb_adds(&sb, "number");
            } else {
                sb_adds(&sb, strncmp(name, "untyped ", 8) == 0 ? name + 8 : name);
            }
        } else {
            check_format(c, &sb, "%t", t);
        }
        if (last && has_dots) sb_adds(&sb, "...");
    }
    sb_addc(&sb, ')');
    return sb_arena(&sb, c->arena);
}

static const char *measure(Checker *c, int n, const char *unit) {
    return check_sprintf(c, "%d %s%s", n, unit, n == 1 ? "" : "s");
}

static void check_assign_error(Checker *c, ExprList rhs, int l, int r) {
    const char *vars = measure(c, l, "variable"), *vals = measure(c, r, "value");
    if (rhs.n == 1) {
        Expr *call = expr_unparen(rhs.v[0]);
        if (KIND(call) == N_CALL) {
            check_errorf(c, AT(rhs.v[0]), "assignment mismatch: %s but %e returns %s", vars,
                         AS(CallExpr, call)->fun, vals);
            return;
        }
    }
    check_errorf(c, AT(rhs.v[0]), "assignment mismatch: %s but %s", vars, vals);
}

static void check_return_error(Checker *c, Pos at, Var **lhs, uint32_t nlhs, OperandVec *rhs) {
    const char *qualifier = "not enough";
    if (rhs->n > nlhs) {
        at = AT_OPERAND(rhs->v[nlhs]);
        qualifier = "too many";
    } else if (rhs->n > 0) {
        at = AT_OPERAND(rhs->v[rhs->n - 1]);
    }
    Type **have = NEW_ARRAY(c->arena, Type *, rhs->n + 1), **want = NEW_ARRAY(c->arena, Type *, nlhs + 1);
    for (uint32_t i = 0; i < rhs->n; i++) have[i] = rhs->v[i]->typ;
    for (uint32_t i = 0; i < nlhs; i++) want[i] = lhs[i]->typ;
    ErrorMsg err = {.c = c};
    error_addf(&err, at, "%s return values", qualifier);
    error_addf(&err, NO_POS, "have %s", check_types_summary(c, have, rhs->n, false, false));
    error_addf(&err, NO_POS, "want %s", check_types_summary(c, want, nlhs, false, false));
    error_report(&err);
}

static bool is_single_call(ExprList rhs) { return rhs.n == 1 && KIND(expr_unparen(rhs.v[0])) == N_CALL; }

static void invalidate_untyped_vars(Var **lhs, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (!lhs[i]->typ) lhs[i]->typ = Typ(INVALID);
    }
}

void check_init_vars(Checker *c, Var **lhs, uint32_t nlhs, ExprList orig, Stmt *return_stmt) {
    const char *context = return_stmt ? "return statement" : "assignment";

    if (nlhs == orig.n && !is_single_call(orig)) {
        Operand x;
        for (uint32_t i = 0; i < nlhs; i++) {
            Target t;
            const char *desc = lhs[i]->name ? lhs[i]->name->s : "";
            if (return_stmt && !*desc) desc = "result variable";
            x = (Operand){0};
            check_expr(c, new_target(&t, lhs[i]->typ, desc), &x, orig.v[i]);
            check_init_var(c, lhs[i], &x, context);
        }
        return;
    }
    if (orig.n != 1) {
        /* a mismatch matters only when nothing else is wrong */
        if (check_use(c, orig.v, orig.n)) {
            if (return_stmt) {
                OperandVec rhs;
                check_expr_list(c, &rhs, orig);
                check_return_error(c, AT(return_stmt), lhs, nlhs, &rhs);
            } else {
                check_assign_error(c, orig, (int)nlhs, (int)orig.n);
            }
        }
        invalidate_untyped_vars(lhs, nlhs);
        return;
    }
    OperandVec rhs;
    bool comma_ok = check_multi_expr(c, &rhs, orig.v[0], nlhs == 2 && !return_stmt);
    if (nlhs == rhs.n) {
        for (uint32_t i = 0; i < nlhs; i++) check_init_var(c, lhs[i], rhs.v[i], context);
        if (comma_ok && rhs.v[0]->mode != MODE_INVALID && rhs.v[1]->mode != MODE_INVALID) {
            check_record_comma_ok_types(c, orig.v[0], &rhs);
        }
        return;
    }
    if (rhs.v[0]->mode != MODE_INVALID) {
        if (return_stmt) {
            check_return_error(c, AT(return_stmt), lhs, nlhs, &rhs);
        } else {
            check_assign_error(c, orig, (int)nlhs, (int)rhs.n);
        }
    }
    invalidate_untyped_vars(lhs, nlhs);
}

void check_assign_vars(Checker *c, ExprList lhs, ExprList orig) {
    if (lhs.n == orig.n && !is_single_call(orig)) {
        for (uint32_t i = 0; i < lhs.n; i++) check_assign_var(c, lhs.v[i], orig.v[i], NULL, "assignment");
        return;
    }
    if (orig.n != 1) {
        bool ok_lhs = check_use_lhs(c, lhs.v, lhs.n);
        bool ok_rhs = check_use(c, orig.v, orig.n);
        if (ok_lhs && ok_rhs) check_assign_error(c, orig, (int)lhs.n, (int)orig.n);
        return;
    }
    OperandVec rhs;
    bool comma_ok = check_multi_expr(c, &rhs, orig.v[0], lhs.n == 2);
    if (lhs.n == rhs.n) {
        for (uint32_t i = 0; i < lhs.n; i++) check_assign_var(c, lhs.v[i], NULL, rhs.v[i], "assignment");
        if (comma_ok && rhs.v[0]->mode != MODE_INVALID && rhs.v[1]->mode != MODE_INVALID) {
            check_record_comma_ok_types(c, orig.v[0], &rhs);
        }
        return;
    }
    if (rhs.v[0]->mode != MODE_INVALID) check_assign_error(c, orig, (int)lhs.n, (int)rhs.n);
    check_use_lhs(c, lhs.v, lhs.n);
}

void check_short_var_decl(Checker *c, Pos pos, ExprList lhs, ExprList rhs) {
    uint32_t top = c->delayed.n;
    Scope *scope = c->env.scope;
    Var *small[16], **vars = lhs.n <= COUNT_OF(small) ? small : NEW_ARRAY(c->arena, Var *, lhs.n);
    Var *small_new[16], **new_vars = lhs.n <= COUNT_OF(small) ? small_new : NEW_ARRAY(c->arena, Var *, lhs.n);
    uint32_t nnew = 0;
    bool has_err = false;

    for (uint32_t i = 0; i < lhs.n; i++) {
        Expr *e = lhs.v[i];
        vars[i] = NULL;
        if (KIND(e) != N_NAME) {
            check_use_lhs(c, &e, 1);
            check_errorf(c, AT(e), "non-name %e on left side of :=", e);
            has_err = true;
            continue;
        }
        NameExpr *ident = AS(NameExpr, e);
        bool blank = name_is(ident->name, "_"), seen = false;
        for (uint32_t j = 0; j < i && !blank && !seen; j++) {
            seen = KIND(lhs.v[j]) == N_NAME && AS(NameExpr, lhs.v[j])->name == ident->name;
        }
        if (seen) {
            check_errorf(c, AT(e), "%e repeated on left side of :=", e);
            has_err = true;
            continue;
        }
        Object *alt = scope_lookup(scope, ident->name);
        if (alt) {
            check_record_use(c, ident, alt);
            if (alt->kind == OBJ_VAR) {
                vars[i] = alt;
            } else {
                check_errorf(c, AT(e), "cannot assign to %e", e);
                has_err = true;
            }
            continue;
        }
        Var *obj = new_var(VAR_LOCAL, ident->e.n.pos, c->pkg, ident->name, NULL);
        vars[i] = obj;
        if (!blank) new_vars[nnew++] = obj;
        check_record_def(c, ident, obj);
    }
    for (uint32_t i = 0; i < lhs.n; i++) {
        if (!vars[i]) vars[i] = new_var(VAR_LOCAL, lhs.v[i]->n.pos, c->pkg, name_of("_"), NULL);
    }

    check_init_vars(c, vars, lhs.n, rhs, NULL);
    check_process_delayed(c, top); /* function literals on the right: before the scope changes */

    if (nnew == 0 && !has_err) {
        check_soft_errorf(c, pos, "no new variables on left side of :=");
        return;
    }
    Pos scope_pos = rhs.n ? node_end(rhs.v[rhs.n - 1]) : pos;
    for (uint32_t i = 0; i < nnew; i++) check_declare(c, scope, NULL, new_vars[i], scope_pos);
}
