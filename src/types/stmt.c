/* Statements and function bodies (spec, "Statements").
 *
 * check_func_body runs one body in an environment of its own; it is called for a delayed action, so that
 * every package-level declaration is known by then. check_stmt goes through the statements in source order.
 * Each statement is also the boundary for the actions delayed within it (the bodies of its function
 * literals): they run before the next statement. What a nested statement may do (break, continue,
 * fallthrough) is handed down as a set of bits. */
#include "types/check_int.h"
#include "types/const.h"
#include <stdlib.h>

static void stmt_inner(Checker *c, unsigned ctxt, Stmt *s);

void check_func_body(Checker *c, DeclInfo *decl, const char *name, Signature *sig, BlockStmt *body,
                     const Const *iota) {
    (void)name;
    Environment saved = c->env;
    c->env =
        (Environment){.decl = decl, .scope = sig->scope, .version = saved.version, .iota = iota, .sig = sig};
    check_stmt_list(c, 0, body->list);
    if (c->env.has_label && !c->conf->ignore_branch_errors) check_labels(c, body);
    if (sig->results && sig->results->n > 0 && !check_is_terminating(c, &body->s, NULL))
        check_errorf(c, body->rbrace, "missing return");
    check_usage(c, sig->scope);
    map_release(&c->env.is_panic);
    c->env = saved;
}

static int var_by_pos(const void *a, const void *b) {
    return pos_compare((*(Object *const *)a)->pos, (*(Object *const *)b)->pos);
}

void check_usage(Checker *c, Scope *scope) {
    VEC(Object *) unused = {0};
    for (uint32_t i = 0; i < scope->objs.n; i++) {
        Object *obj = scope->objs.v[i];
        if (obj->kind == OBJ_VAR && obj->var_kind == VAR_LOCAL && !obj->used) vec_push(NULL, &unused, obj);
    }
    if (unused.n > 1) qsort(unused.v, unused.n, sizeof *unused.v, var_by_pos);
    for (uint32_t i = 0; i < unused.n; i++)
        check_soft_errorf(c, unused.v[i]->pos, "declared and not used: %n", unused.v[i]->name);
    vec_free(&unused);
    /* Function literals have been through check_func_body themselves. */
    for (uint32_t i = 0; i < scope->children.n; i++)
        if (!scope->children.v[i]->is_func) check_usage(c, scope->children.v[i]);
}

void check_open_scope(Checker *c, void *node) {
    c->env.scope = new_scope(c->brief, c->env.scope, NPOS(node), node_end(node));
}

void check_close_scope(Checker *c) { c->env.scope = c->env.scope->parent; }

static void simple_stmt(Checker *c, Stmt *s) {
    if (s) check_stmt(c, 0, s);
}

void check_stmt_list(Checker *c, unsigned ctxt, StmtList list) {
    /* Empty statements at the end do not count for fallthrough. */
    while (list.n > 0 && KIND(list.v[list.n - 1]) == N_EMPTY_STMT) list.n--;
    unsigned inner = ctxt & ~(unsigned)FALLTHROUGH_OK;
    for (uint32_t i = 0; i < list.n; i++) check_stmt(c, i + 1 == list.n ? ctxt : inner, list.v[i]);
}

static void suspended_call(Checker *c, const char *keyword, Expr *call) {
    if (KIND(call) != N_CALL) {
        check_errorf(c, AT(call), "expression in %s must be function call", keyword);
        check_use(c, &call, 1);
        return;
    }
    Operand x = {0};
    const char *msg = NULL;
    switch (check_raw_expr(c, NULL, &x, call, NULL, false)) {
    case EK_CONVERSION: msg = "requires function call, not conversion"; break;
    case EK_EXPRESSION: msg = "discards result of"; break;
    case EK_STATEMENT: return;
    }
    check_errorf(c, AT_OPERAND(&x), "%s %s %x", keyword, msg, &x);
}

/* ---- switch ---- */

/* The values seen in the cases of a switch; equal values of different types are no duplicates (the tag may be
 * an interface). */
typedef struct SeenValue {
    ConstKey key;
    Pos pos;
    Type *type;
    struct SeenValue *next; /* with the same hash */
} SeenValue;

static void case_values(Checker *c, Operand *x, ExprList values, Map *seen) {
    for (uint32_t i = 0; i < values.n; i++) {
        Operand v = {0};
        check_expr(c, NULL, &v, values.v[i]);
        if (x->mode == MODE_INVALID || v.mode == MODE_INVALID) continue;
        check_convert_untyped(c, &v, x->typ);
        if (v.mode == MODE_INVALID) continue;
        /* The case value is the left operand, so that errors stand there. */
        Operand res = v;
        check_comparison(c, &res, x, OP_EQL, true);
        if (res.mode == MODE_INVALID || v.mode != MODE_CONST) continue;
        ConstKind kind = const_kind(v.val);
        if (kind != CONST_INT && kind != CONST_FLOAT && kind != CONST_STRING) continue; /* as gc does */
        SeenValue *sv = NEW(c->arena, SeenValue), *dup;
        *sv = (SeenValue){const_key(c->arena, v.val), NPOS(v.expr), v.typ, NULL};
        if (sv->key.kind == CKEY_OTHER) continue;
        uint64_t h = const_key_hash(&sv->key) | 1;
        SeenValue *first = map_get(seen, h);
        for (dup = first; dup; dup = dup->next)
            if (const_key_eq(&dup->key, &sv->key) && type_identical(v.typ, dup->type)) break;
        if (dup) {
            ErrorMsg *err = &(ErrorMsg){.c = c};
            error_addf(err, AT_OPERAND(&v), "duplicate case %x in expression switch", &v);
            error_addf(err, dup->pos, "previous case");
            error_report(err);
            continue;
        }
        if (first) {
            SeenValue *last = first;
            while (last->next) last = last->next;
            last->next = sv;
        } else {
            map_put(seen, h, sv);
        }
    }
}

/* Whether e is written as the predeclared nil. */
static bool is_nil_expr(Checker *c, Expr *e) {
    e = expr_unparen(e);
    if (KIND(e) != N_NAME) return false;
    Object *obj = check_lookup(c, AS(NameExpr, e)->name);
    return obj && obj->kind == OBJ_NIL;
}

typedef struct SeenType {
    Type *type; /* NULL: nil */
    Expr *expr;
} SeenType;
typedef struct SeenTypes {
    VEC(SeenType) list;
} SeenTypes;

/* Checks the types of one clause of a type switch on x (NULL: invalid) and returns the type of the clause's
 * variable: the type listed when it is exactly one, otherwise x's. */
static Type *case_types(Checker *c, Operand *x, ExprList types, SeenTypes *seen) {
    Type *t = NULL;
    for (uint32_t i = 0; i < types.n; i++) {
        Expr *e = types.v[i];
        if (is_nil_expr(c, e)) {
            Operand dummy = {0};
            t = NULL;
            check_expr(c, NULL, &dummy, e);
        } else {
            t = check_var_type(c, e);
            if (!type_is_valid(t)) continue;
        }
        Expr *other = NULL;
        for (uint32_t j = 0; j < seen->list.n && !other; j++) {
            Type *s = seen->list.v[j].type;
            if (t == s || (t && s && type_identical(t, s))) other = seen->list.v[j].expr;
        }
        if (other) {
            ErrorMsg *err = &(ErrorMsg){.c = c};
            if (t) error_addf(err, AT(e), "duplicate case %t in type switch", t);
            else error_addf(err, AT(e), "duplicate case nil in type switch");
            error_addf(err, AT(other), "previous case");
            error_report(err);
            continue;
        }
        vec_push(NULL, &seen->list, ((SeenType){t, e}));
        if (x && t) check_type_assertion(c, e, x, t, true);
    }
    if (types.n != 1 || !t) t = x ? x->typ : Typ(INVALID);
    return t;
}

static void multiple_switch_defaults(Checker *c, const SwitchStmt *s) {
    const CaseClause *first = NULL;
    for (uint32_t i = 0; i < s->nclauses; i++) {
        if (s->clauses[i]->cases) continue;
        if (first) check_errorf(c, AT(s->clauses[i]), "multiple defaults (first at %p)", NPOS(first));
        else first = s->clauses[i];
    }
}

static void switch_stmt(Checker *c, unsigned inner, SwitchStmt *s) {
    Operand x = {0};
    if (s->tag) {
        check_expr(c, NULL, &x, s->tag);
        check_assignment(c, &x, NULL, "switch expression"); /* as to an invisible variable */
        if (x.mode != MODE_INVALID && !type_comparable(x.typ) && !type_has_nil(x.typ)) {
            check_errorf(c, AT_OPERAND(&x), "cannot switch on %x (%t is not comparable)", &x, x.typ);
            x.mode = MODE_INVALID;
        }
    } else {
        /* A missing tag is the value true. */
        NameExpr *name = NEW(c->arena, NameExpr);
        name->e.n.kind = N_NAME;
        name->e.n.flags = NF_IMPLICIT;
        name->e.n.pos = s->nclauses > 0 ? NPOS(s->clauses[0]) : s->rbrace;
        name->name = name_of("true");
        x.mode = MODE_CONST;
        x.typ = Typ(BOOL);
        x.val = const_bool(true);
        x.expr = &name->e;
    }
    multiple_switch_defaults(c, s);
    Map seen = {0};
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CaseClause *clause = s->clauses[i];
        case_values(c, &x, unpack_list_expr(&clause->cases), &seen);
        check_open_scope(c, clause);
        check_stmt_list(c, inner | (i + 1 < s->nclauses ? FALLTHROUGH_OK : FINAL_SWITCH_CASE), clause->body);
        check_close_scope(c);
    }
    map_release(&seen);
}

static void type_switch_stmt(Checker *c, unsigned inner, SwitchStmt *s, TypeSwitchGuard *guard) {
    NameExpr *lhs = guard->lhs;
    if (lhs) {
        if (name_is(lhs->name, "_")) {
            check_soft_errorf(c, AT(lhs), "no new variable on left side of :=");
            lhs = NULL;
        } else {
            check_record_def(c, lhs, NULL); /* each clause declares its own variable */
        }
    }
    Operand x = {0}, *sx = NULL;
    check_expr(c, NULL, &x, guard->x);
    if (x.mode != MODE_INVALID) {
        if (type_is_type_param(x.typ))
            check_errorf(c, AT_OPERAND(&x), "cannot use type switch on type parameter value %x", &x);
        else if (type_is_interface(x.typ)) sx = &x;
        else check_errorf(c, AT_OPERAND(&x), "%x is not an interface", &x);
    }
    multiple_switch_defaults(c, s);
    SeenTypes seen = {0};
    VEC(Object *) vars = {0};
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CaseClause *clause = s->clauses[i];
        Type *t = case_types(c, sx, unpack_list_expr(&clause->cases), &seen);
        check_open_scope(c, clause);
        if (lhs) {
            Object *obj = new_var(VAR_LOCAL, NPOS(lhs), c->pkg, lhs->name, t);
            check_declare(c, c->env.scope, NULL, obj, clause->colon);
            check_record_implicit(c, clause, obj);
            vec_push(NULL, &vars, obj);
        }
        check_stmt_list(c, inner, clause->body);
        check_close_scope(c);
    }
    /* The variables of all clauses count as one: used when one of them is. */
    if (lhs) {
        bool used = false;
        for (uint32_t i = 0; i < vars.n; i++) {
            used |= vars.v[i]->used;
            vars.v[i]->used = true;
        }
        if (!used) check_soft_errorf(c, AT(lhs), "%n declared and not used", lhs->name);
    }
    vec_free(&seen.list);
    vec_free(&vars);
}

static void select_stmt(Checker *c, unsigned inner, SelectStmt *s) {
    const CommClause *first = NULL;
    for (uint32_t i = 0; i < s->nclauses; i++) {
        if (s->clauses[i]->comm) continue;
        if (first) check_errorf(c, AT(s->clauses[i]), "multiple defaults (first at %p)", NPOS(first));
        else first = s->clauses[i];
    }
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CommClause *clause = s->clauses[i];
        Stmt *comm = clause->comm;
        bool valid = !comm || KIND(comm) == N_SEND_STMT;
        Expr *rhs = NULL; /* of a receive statement */
        if (comm && KIND(comm) == N_ASSIGN_STMT) {
            rhs = AS(AssignStmt, comm)->rhs;
            if (rhs && KIND(rhs) == N_LIST) rhs = NULL;
        } else if (comm && KIND(comm) == N_EXPR_STMT) {
            rhs = AS(ExprStmt, comm)->x;
        }
        if (rhs) {
            Expr *r = expr_unparen(rhs);
            if (KIND(r) == N_OPERATION && !AS(Operation, r)->y && r->n.aux == OP_RECV) valid = true;
        }
        if (!valid) {
            check_errorf(c, AT(comm), "select case must be send or receive (possibly with assignment)");
            continue;
        }
        check_open_scope(c, clause);
        if (comm) check_stmt(c, inner, comm);
        check_stmt_list(c, inner, clause->body);
        check_close_scope(c);
    }
}

/* ---- other statements ---- */

static void expr_stmt(Checker *c, ExprStmt *s) {
    Operand x = {0};
    ExprKind kind = check_raw_expr(c, NULL, &x, s->x, NULL, false);
    const char *msg;
    switch (x.mode) {
    case MODE_BUILTIN: msg = "must be called"; break;
    case MODE_TYPE: msg = "is not an expression"; break;
    default:
        if (kind == EK_STATEMENT) return;
        msg = "is not used";
        break;
    }
    check_errorf(c, AT_OPERAND(&x), "%x %s", &x, msg);
}

static void assign_stmt(Checker *c, AssignStmt *s) {
    Operator op = s->s.n.aux;
    Operand x = {0};
    if (!s->rhs) { /* x++, x-- */
        check_expr(c, NULL, &x, s->lhs);
        if (x.mode == MODE_INVALID) return;
        if (!all_numeric(x.typ)) {
            check_errorf(c, AT(s->lhs), INVALID_OP "%e%k%k (non-numeric type %t)", s->lhs, op, op, x.typ);
            return;
        }
        check_assign_var(c, s->lhs, NULL, &x, "assignment");
        return;
    }
    ExprList lhs = unpack_list_expr(&s->lhs), rhs = unpack_list_expr(&s->rhs);
    if (op == OP_NONE) {
        check_assign_vars(c, lhs, rhs);
        return;
    }
    if (op == OP_DEF) {
        check_short_var_decl(c, NPOS(s), lhs, rhs);
        return;
    }
    if (lhs.n != 1 || rhs.n != 1) {
        check_errorf(c, AT(s), "assignment operation %k requires single-valued expressions", op);
        return;
    }
    check_binary(c, &x, NULL, lhs.v[0], rhs.v[0], op);
    check_assign_var(c, lhs.v[0], NULL, &x, "assignment");
}

static void return_stmt(Checker *c, ReturnStmt *s) {
    Tuple *res = c->env.sig->results;
    uint32_t nres = res ? res->n : 0;
    ExprList results = unpack_list_expr(&s->results);
    if (results.n > 0 || nres == 0 || res->vars[0]->name->n == 0) {
        check_init_vars(c, nres ? res->vars : NULL, nres, results, &s->s);
        return;
    }
    /* Named results are returned; none of them may be hidden here. */
    for (uint32_t i = 0; i < nres; i++) {
        Object *obj = res->vars[i], *alt = check_lookup(c, obj->name);
        if (!alt || alt == obj) continue;
        ErrorMsg *err = &(ErrorMsg){.c = c};
        error_addf(err, AT(s), "result parameter %n not in scope at return", obj->name);
        error_addf(err, alt->pos, "inner declaration of %o", obj);
        error_report(err);
    }
}

static void branch_stmt(Checker *c, unsigned ctxt, BranchStmt *s) {
    if (s->label) {
        c->env.has_label = true; /* check_labels looks at it */
        return;
    }
    if (c->conf->ignore_branch_errors) return;
    switch (s->s.n.aux) {
    case BRANCH_BREAK:
        if (!(ctxt & BREAK_OK)) check_errorf(c, AT(s), "break not in for, switch, or select statement");
        break;
    case BRANCH_CONTINUE:
        if (!(ctxt & CONTINUE_OK)) check_errorf(c, AT(s), "continue not in for statement");
        break;
    case BRANCH_FALLTHROUGH:
        if (!(ctxt & FALLTHROUGH_OK))
            check_errorf(c, AT(s), "%s",
                         ctxt & FINAL_SWITCH_CASE ? "cannot fallthrough final case in switch"
                         : ctxt & IN_TYPE_SWITCH  ? "cannot fallthrough in type switch"
                                                  : "fallthrough statement out of place");
        break;
    default: check_invalid_ast(c, AT(s), "branch statement: goto"); break;
    }
}

static void condition(Checker *c, Expr *cond, const char *where) {
    if (!cond) return; /* missing: reported by the parser */
    Operand x = {0};
    check_expr(c, NULL, &x, cond);
    if (x.mode != MODE_INVALID && !all_boolean(x.typ))
        check_errorf(c, AT(cond), "non-boolean condition in %s statement", where);
}

static void for_stmt(Checker *c, unsigned inner, ForStmt *s) {
    if (s->init && KIND(s->init) == N_RANGE_CLAUSE) {
        RangeClause *rc = AS(RangeClause, s->init);
        Expr *key = rc->lhs, *value = NULL, *extra = NULL;
        if (key && KIND(key) == N_LIST) {
            ExprList l = AS(ListExpr, key)->elems;
            if (l.n < 2) {
                check_invalid_ast(c, AT(s), "invalid lhs in range clause");
                return;
            }
            key = l.v[0];
            value = l.v[1];
            if (l.n > 2) extra = l.v[2];
        }
        check_range_stmt(c, inner, s, AT(s), key, value, extra, rc->x, (rc->s.n.flags & NF_DEF) != 0);
        return;
    }
    check_open_scope(c, s);
    simple_stmt(c, s->init);
    if (s->cond) condition(c, s->cond, "for");
    simple_stmt(c, s->post);
    if (s->post && KIND(s->post) == N_ASSIGN_STMT && s->post->n.aux == OP_DEF)
        check_use1(c, AS(AssignStmt, s->post)->lhs); /* refused by the parser */
    check_stmt(c, inner, &s->body->s);
    check_close_scope(c);
}

void check_stmt(Checker *c, unsigned ctxt, Stmt *s) {
    fault_poll();
    uint32_t top = c->delayed.n;
    stmt_inner(c, ctxt, s);
    if (c->delayed.n > top) check_process_delayed(c, top);
}

static void stmt_inner(Checker *c, unsigned ctxt, Stmt *s) {
    unsigned inner = ctxt & ~(unsigned)(FALLTHROUGH_OK | FINAL_SWITCH_CASE | IN_TYPE_SWITCH);
    switch (KIND(s)) {
    case N_EMPTY_STMT: break;
    case N_DECL_STMT: check_decl_stmt(c, AS(DeclStmt, s)->decls, AS(DeclStmt, s)->ndecls); break;
    case N_LABELED_STMT:
        c->env.has_label = true;
        check_stmt(c, ctxt, AS(LabeledStmt, s)->stmt);
        break;
    case N_EXPR_STMT: expr_stmt(c, AS(ExprStmt, s)); break;
    case N_SEND_STMT: {
        SendStmt *send = AS(SendStmt, s);
        Operand ch = {0}, val = {0};
        check_expr(c, NULL, &ch, send->chan);
        check_expr(c, NULL, &val, send->value);
        if (ch.mode == MODE_INVALID || val.mode == MODE_INVALID) break;
        Type *elem = check_chan_elem(c, AT(s), &ch, false);
        if (elem) check_assignment(c, &val, elem, "send");
        break;
    }
    case N_ASSIGN_STMT: assign_stmt(c, AS(AssignStmt, s)); break;
    case N_CALL_STMT: suspended_call(c, s->n.flags & NF_GO ? "go" : "defer", AS(CallStmt, s)->call); break;
    case N_RETURN_STMT: return_stmt(c, AS(ReturnStmt, s)); break;
    case N_BRANCH_STMT: branch_stmt(c, ctxt, AS(BranchStmt, s)); break;
    case N_BLOCK_STMT:
        check_open_scope(c, s);
        check_stmt_list(c, inner, AS(BlockStmt, s)->list);
        check_close_scope(c);
        break;
    case N_IF_STMT: {
        IfStmt *i = AS(IfStmt, s);
        check_open_scope(c, s);
        simple_stmt(c, i->init);
        condition(c, i->cond, "if");
        check_stmt(c, inner, &i->then->s);
        if (i->els) check_stmt(c, inner, i->els);
        check_close_scope(c);
        break;
    }
    case N_SWITCH_STMT: {
        SwitchStmt *sw = AS(SwitchStmt, s);
        check_open_scope(c, s);
        simple_stmt(c, sw->init);
        if (sw->tag && KIND(sw->tag) == N_TYPE_SWITCH_GUARD)
            type_switch_stmt(c, inner | BREAK_OK | IN_TYPE_SWITCH, sw, AS(TypeSwitchGuard, sw->tag));
        else switch_stmt(c, inner | BREAK_OK, sw);
        check_close_scope(c);
        break;
    }
    case N_SELECT_STMT: select_stmt(c, inner | BREAK_OK, AS(SelectStmt, s)); break;
    case N_FOR_STMT: for_stmt(c, inner | BREAK_OK | CONTINUE_OK, AS(ForStmt, s)); break;
    default: check_invalid_ast(c, AT(s), "invalid statement"); break;
    }
}
