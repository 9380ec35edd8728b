/* What of a body is left out because a condition is constant, or because nothing gets there.
 *
 * Two passes over the syntax must agree on it to the letter: the lowering, and the reading of generic
 * declarations, which lists what their dictionaries need (dict.c). */
#include "ir/lower_int.h"

static Operation *copy_op(Arena *a, Operation *e) {
    Operation *c = NEW(a, Operation);
    *c = *e;
    return c;
}

int lower_static_bool(Arena *a, Expr **ep) {
    Expr *e = *ep;
    if (e->val) return const_bool_val(e->val) ? 1 : -1;
    if (KIND(e) != N_OPERATION) return 0;
    Operation *op = AS(Operation, e);
    Expr *x = op->x, *y = op->y;
    switch ((Operator)op->e.n.aux) {
    case OP_NOT: {
        int v = lower_static_bool(a, &x);
        if (x != op->x) {
            op = copy_op(a, op);
            op->x = x;
            *ep = &op->e;
        }
        return v;
    }
    case OP_ANDAND:
    case OP_OROR: {
        bool and = op->e.n.aux == OP_ANDAND;
        int vx = lower_static_bool(a, &x);
        if (and? vx < 0 : vx > 0) {
            *ep = x;
            return vx;
        }
        int vy = lower_static_bool(a, &y);
        if (x != op->x || y != op->y) {
            op = copy_op(a, op);
            op->x = x;
            op->y = y;
            *ep = &op->e;
        }
        if (and? (vx > 0 || vy < 0) : (vx < 0 || vy > 0)) {
            if (x->val) *ep = y;
            return vy;
        }
        return 0;
    }
    default: return 0;
    }
}

static Stmt *last_non_empty(StmtList list) {
    for (uint32_t i = list.n; i-- > 0;)
        if (KIND(list.v[i]) != N_EMPTY_STMT) return list.v[i];
    return NULL;
}

static bool has_fallthrough(StmtList list) {
    Stmt *s = last_non_empty(list);
    while (s && KIND(s) == N_LABELED_STMT) s = AS(LabeledStmt, s)->stmt;
    return s && KIND(s) == N_BRANCH_STMT && s->n.aux == BRANCH_FALLTHROUGH;
}

bool lower_terminates(Arena *a, Stmt *s) {
    if (!s) return false;
    switch (KIND(s)) {
    case N_BRANCH_STMT: return s->n.aux == BRANCH_GOTO;
    case N_RETURN_STMT: return true;
    case N_EXPR_STMT: {
        Expr *x = expr_unparen(AS(ExprStmt, s)->x);
        if (KIND(x) != N_CALL) return false;
        Expr *f = expr_unparen(AS(CallExpr, x)->fun);
        return KIND(f) == N_NAME && name_is(AS(NameExpr, f)->name, "panic") && EI_MODE(f) == MODE_BUILTIN;
    }
    case N_IF_STMT: {
        IfStmt *i = AS(IfStmt, s);
        Expr *cond = i->cond;
        int v = lower_static_bool(a, &cond);
        return (v < 0 || lower_terminates(a, (Stmt *)i->then)) && (v > 0 || lower_terminates(a, i->els));
    }
    case N_BLOCK_STMT: return lower_terminates(a, last_non_empty(AS(BlockStmt, s)->list));
    default: return false;
    }
}

bool lower_static_clause(Arena *a, SwitchStmt *s, const Const *tag, CaseClause **target) {
    *target = NULL;
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CaseClause *c = s->clauses[i];
        if (!c->cases) *target = c;
        ExprList cases = lower_unpack(&c->cases);
        for (uint32_t j = 0; j < cases.n; j++) {
            if (!cases.v[j]->val) return false;
            if (!const_compare(a, tag, OP_EQL, cases.v[j]->val)) continue;
            *target = c;
            return !has_fallthrough(c->body);
        }
    }
    return !*target || !has_fallthrough((*target)->body);
}
