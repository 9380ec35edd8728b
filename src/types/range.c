/* Range clauses (spec, "For statements with range clause"). */
#include "types/check_int.h"

static TypeError *receivable_cond(Type *t, Type *u, void *ctx) {
    (void)ctx;
    Chan *ch = as_chan(u);
    if (ch && ch->dir == CHAN_SEND) {
        return type_errorf("receive from send-only channel %t", t, NULL, NULL, NULL);
    }
    return NULL;
}

/* Ranging over a function: its one parameter must be a func(...) bool of at most two parameters. */
static bool range_func(Checker *c, Signature *sig, Type **key, Type **val, const char **cause) {
#define BAD(msg) return *cause = "func must be func(yield func(...) bool): " msg, false
    if (c && !check_allow_version(c, GO1_23)) {
        *cause = "requires go1.23 or later";
        return false;
    }
    if (!sig->params || sig->params->n != 1) BAD("wrong argument count");
    if (sig->results) BAD("unexpected results");
    TypeError *err = NULL;
    Type *u = common_under(sig->params->vars[0]->typ, NULL, NULL, &err);
    Signature *cb = as_signature(u);
    if (!cb) {
        if (!err || u) BAD("argument is not func");
        *cause = c ? check_sprintf(c, "func must be func(yield func(...) bool): in yield type, %s",
                                   type_error_format(err, c))
                   : "";
        return false;
    }
    uint32_t n = cb->params ? cb->params->n : 0;
    if (n > 2) BAD("yield func has too many parameters");
    if (!cb->results || cb->results->n != 1) BAD("yield func does not return bool");
    Type *res = cb->results->vars[0]->typ;
    if (!type_identical(res, universe.bool_type)) {
        if (is_boolean(res)) BAD("yield func returns user-defined boolean, not bool");
        BAD("yield func does not return bool");
    }
    *key = n >= 1 ? cb->params->vars[0]->typ : NULL;
    *val = n >= 2 ? cb->params->vars[1]->typ : NULL;
    return true;
#undef BAD
}

bool range_key_val(Checker *c, Type *orig, Type **key, Type **val, const char **cause) {
    const char *ignored;
    if (!cause) cause = &ignored;
    *cause = "";
    *key = *val = NULL;
    bool ok = false;
    TypeError *err = NULL;
    Type *rtyp = common_under(orig, receivable_cond, NULL, &err);
    if (!rtyp) {
        *cause = c ? type_error_format(err, c) : "";
        *key = *val = Typ(INVALID);
        return false;
    }
    Type *t = array_ptr_deref(rtyp);
    switch ((TypeKind)t->kind) {
    case TK_BASIC:
        if (is_string(t)) {
            *key = Typ(INT);
            *val = universe.rune_type;
            return true;
        }
        if (!is_integer(t)) return false;
        if (!c || check_allow_version(c, GO1_22)) {
            *key = orig;
            return true;
        }
        *cause = "requires go1.22 or later";
        break;
    case TK_ARRAY:
        *key = Typ(INT);
        *val = as_array(t)->elem;
        return true;
    case TK_SLICE:
        *key = Typ(INT);
        *val = as_slice(t)->elem;
        return true;
    case TK_MAP:
        *key = as_map(t)->key;
        *val = as_map(t)->elem;
        return true;
    case TK_CHAN: *key = as_chan(t)->elem; return true;
    case TK_SIGNATURE:
        if (c) c->pkg->ranges_over_funcs = true;
        ok = range_func(c, as_signature(t), key, val, cause);
        break;
    default: return false;
    }
    if (!ok) *key = *val = Typ(INVALID);
    return ok;
}

/* Declares or assigns one iteration variable of type typ (NULL or invalid: none). x: the integer ranged over,
 * if so. */
static Var *declare_iter_var(Checker *c, Expr *lhs, Type *typ, Operand *x, bool over_int) {
    Var *obj;
    bool blank = true;
    if (KIND(lhs) == N_NAME) {
        NameExpr *ident = AS(NameExpr, lhs);
        obj = new_var(VAR_LOCAL, ident->e.n.pos, c->pkg, ident->name, NULL);
        check_record_def(c, ident, obj);
        blank = name_is(ident->name, "_");
    } else {
        check_invalid_ast(c, AT(lhs), "cannot declare %e", lhs);
        obj = new_var(VAR_LOCAL, lhs->n.pos, c->pkg, name_of("_"), NULL);
    }
    if (!typ || typ == Typ(INVALID)) {
        obj->typ = Typ(INVALID);
        obj->used = true;
    } else if (over_int) {
        check_init_var(c, obj, x, "range clause");
    } else {
        Operand y = {.mode = MODE_VALUE, .expr = lhs, .typ = typ};
        check_init_var(c, obj, &y, "assignment");
    }
    return blank ? NULL : obj;
}

static void assign_iter_var(Checker *c, Expr *lhs, Type *typ, Operand *x, bool over_int) {
    if (!typ || typ == Typ(INVALID)) return;
    if (over_int) {
        check_assign_var(c, lhs, NULL, x, "range clause");
        if (x->mode != MODE_INVALID && !is_integer(x->typ)) {
            check_soft_errorf(c, AT(lhs), "cannot use iteration variable of type %t", x->typ);
        }
        return;
    }
    Operand y = {.mode = MODE_VALUE, .expr = lhs, .typ = typ};
    check_assign_var(c, lhs, NULL, &y, "assignment");
}

void check_range_stmt(Checker *c, unsigned inner, ForStmt *s, Pos no_new_var_pos, Expr *skey, Expr *svalue,
                      Expr *extra, Expr *range_var, bool is_def) {
    Operand x = {0};
    /* With at most one variable, an array is not evaluated when its length is constant. */
    c->env.has_call_or_recv = false;
    check_expr(c, NULL, &x, range_var);
    if (x.mode != MODE_INVALID && !svalue && !c->env.has_call_or_recv) {
        Array *a = as_array(array_ptr_deref(type_under(x.typ)));
        if (a) {
            while (KIND(range_var) == N_PAREN) range_var = AS(ParenExpr, range_var)->x;
            Operand len = {.mode = MODE_CONST,
                           .expr = range_var,
                           .typ = Typ(INT),
                           .val = const_int64(c->arena, a->len),
                           .id = x.id};
            check_record(c, &len);
        }
    }

    Type *key = NULL, *val = NULL;
    if (x.mode != MODE_INVALID) {
        const char *cause;
        bool ok = range_key_val(c, x.typ, &key, &val, &cause);
        if (!ok && *cause) {
            check_soft_errorf(c, AT_OPERAND(&x), "cannot range over %x: %s", &x, cause);
        } else if (!ok) {
            check_soft_errorf(c, AT_OPERAND(&x), "cannot range over %x", &x);
        } else if (!key && skey) {
            check_soft_errorf(c, AT(skey), "range over %x permits no iteration variables", &x);
        } else if (!val && svalue) {
            check_soft_errorf(c, AT(svalue), "range over %x permits only one iteration variable", &x);
        } else if (extra) {
            check_soft_errorf(c, AT(extra), "range clause permits at most two iteration variables");
        }
    }

    check_open_scope(c, s);
    bool over_int = x.typ && is_integer(x.typ);
    if (is_def) {
        Var *k = skey ? declare_iter_var(c, skey, key, &x, over_int) : NULL;
        Var *v = svalue ? declare_iter_var(c, svalue, val, &x, over_int) : NULL;
        if (k || v) {
            Pos scope_pos = NPOS(s->body);
            if (k) check_declare(c, c->env.scope, NULL, k, scope_pos);
            if (v) check_declare(c, c->env.scope, NULL, v, scope_pos);
        } else {
            check_errorf(c, no_new_var_pos, "no new variables on left side of :=");
        }
    } else if (skey) {
        assign_iter_var(c, skey, key, &x, over_int);
        if (svalue) assign_iter_var(c, svalue, val, &x, over_int);
    } else if (over_int) {
        check_assignment(c, &x, NULL, "range clause"); /* gives an untyped x its default type */
    }
    check_stmt(c, inner, AS(Stmt, s->body));
    check_close_scope(c);
}
