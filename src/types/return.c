/* Terminating statements (spec, "Terminating statements"): whether control can reach the end of a function
 * body.
 *
 * The answer is syntactic, apart from calls of the predeclared panic, which the checker has marked. A loop,
 * switch or select terminates only when no break refers to it. has_break looks for such a break: one with the
 * statement's label, or, outside of other statements that a break can leave, one without a label
 * ("implicit"). */
#include "types/check_int.h"

static bool has_break(const Stmt *s, const Name *label, bool implicit);

static bool has_break_list(StmtList list, const Name *label, bool implicit) {
    for (uint32_t i = 0; i < list.n; i++)
        if (has_break(list.v[i], label, implicit)) return true;
    return false;
}

static bool has_break(const Stmt *s, const Name *label, bool implicit) {
    switch (KIND(s)) {
    case N_LABELED_STMT: return has_break(AS(LabeledStmt, s)->stmt, label, implicit);
    case N_BRANCH_STMT: {
        const BranchStmt *b = AS(BranchStmt, s);
        if (b->s.n.aux != BRANCH_BREAK) return false;
        return b->label ? b->label->name == label : implicit;
    }
    case N_BLOCK_STMT: return has_break_list(AS(BlockStmt, s)->list, label, implicit);
    case N_IF_STMT: {
        const IfStmt *i = AS(IfStmt, s);
        return has_break(&i->then->s, label, implicit) || (i->els && has_break(i->els, label, implicit));
    }
    case N_SWITCH_STMT: {
        const SwitchStmt *sw = AS(SwitchStmt, s);
        for (uint32_t i = 0; label && i < sw->nclauses; i++)
            if (has_break_list(sw->clauses[i]->body, label, false)) return true;
        return false;
    }
    case N_SELECT_STMT: {
        const SelectStmt *sel = AS(SelectStmt, s);
        for (uint32_t i = 0; label && i < sel->nclauses; i++)
            if (has_break_list(sel->clauses[i]->body, label, false)) return true;
        return false;
    }
    case N_FOR_STMT: return label && has_break(&AS(ForStmt, s)->body->s, label, false);
    default: return false;
    }
}

static bool is_terminating_list(Checker *c, StmtList list) {
    for (uint32_t i = list.n; i > 0; i--)
        if (KIND(list.v[i - 1]) != N_EMPTY_STMT) return check_is_terminating(c, list.v[i - 1], NULL);
    return false;
}

bool check_is_terminating(Checker *c, const Stmt *s, const Name *label) {
    switch (KIND(s)) {
    case N_LABELED_STMT:
        return check_is_terminating(c, AS(LabeledStmt, s)->stmt, AS(LabeledStmt, s)->label->name);
    case N_EXPR_STMT: {
        const Expr *x = expr_unparen(AS(ExprStmt, s)->x);
        return KIND(x) == N_CALL && map_has(&c->env.is_panic, PKEY(x));
    }
    case N_RETURN_STMT: return true;
    case N_BRANCH_STMT: return s->n.aux == BRANCH_GOTO || s->n.aux == BRANCH_FALLTHROUGH;
    case N_BLOCK_STMT: return is_terminating_list(c, AS(BlockStmt, s)->list);
    case N_IF_STMT: {
        const IfStmt *i = AS(IfStmt, s);
        return i->els && check_is_terminating(c, &i->then->s, NULL) && check_is_terminating(c, i->els, NULL);
    }
    case N_SWITCH_STMT: {
        const SwitchStmt *sw = AS(SwitchStmt, s);
        bool has_default = false;
        for (uint32_t i = 0; i < sw->nclauses; i++) {
            const CaseClause *cc = sw->clauses[i];
            if (!cc->cases) has_default = true;
            if (!is_terminating_list(c, cc->body) || has_break_list(cc->body, label, true)) return false;
        }
        return has_default;
    }
    case N_SELECT_STMT: {
        const SelectStmt *sel = AS(SelectStmt, s);
        for (uint32_t i = 0; i < sel->nclauses; i++) {
            const CommClause *cc = sel->clauses[i];
            if (!is_terminating_list(c, cc->body) || has_break_list(cc->body, label, true)) return false;
        }
        return true;
    }
    case N_FOR_STMT: {
        const ForStmt *f = AS(ForStmt, s);
        if (f->init && KIND(f->init) == N_RANGE_CLAUSE) return false; /* may end when its range is used up */
        return !f->cond && !has_break(&f->body->s, label, true);
    }
    default: return false;
    }
}
