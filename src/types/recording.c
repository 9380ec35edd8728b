/* Recording what was found in the syntax tree.
 *
 * A node's type and value are written as soon as they are known. An untyped result is written too, marked
 * EI_UNTYPED: it stands as the final answer if nothing gives the expression a type later. */
#include "types/check_int.h"

void check_record(Checker *c, Operand *x) {
    Type *typ = x->typ;
    const Const *val = NULL;
    switch (x->mode) {
    case MODE_INVALID: typ = Typ(INVALID); break;
    case MODE_NOVALUE: typ = NULL; break; /* the empty tuple */
    case MODE_CONST: val = x->val; break;
    default: break;
    }
    if (typ && typ->kind == TK_BASIC && ((Basic *)typ)->info & IS_UNTYPED) {
        Expr *e = x->expr;
        e->type = typ;
        e->val = val;
        e->n.info_flags = (uint32_t)x->mode | EI_RECORDED | EI_UNTYPED;
        return;
    }
    check_record_type_and_value(c, x->expr, x->mode, typ, val);
}

void check_record_untyped(Checker *c) { (void)c; }

void check_record_type_and_value(Checker *c, Expr *x, ExprMode mode, Type *typ, const Const *val) {
    (void)c;
    if (mode == MODE_INVALID) return;
    x->type = typ;
    x->val = val;
    x->n.info_flags = (uint32_t)mode | EI_RECORDED;
}

void check_record_builtin_type(Checker *c, Expr *f, Signature *sig) {
    for (;;) {
        check_record_type_and_value(c, f, MODE_BUILTIN, TYPE(sig), NULL);
        if (KIND(f) != N_PAREN) return;
        f = AS(ParenExpr, f)->x;
    }
}

void check_record_comma_ok_types(Checker *c, Expr *x, OperandVec *a) {
    if (a->v[0]->mode == MODE_INVALID) return;
    for (;;) {
        Pos pos = x->n.pos;
        x->type = TYPE(new_tuple_of(2, new_param(pos, c->pkg, NULL, a->v[0]->typ),
                                    new_param(pos, c->pkg, NULL, a->v[1]->typ)));
        x->n.info_flags |= EI_COMMAOK_TUPLE;
        if (KIND(x) != N_PAREN) return;
        x = AS(ParenExpr, x)->x;
    }
}

/* The name instantiated in expr, which is a name or selector, perhaps indexed. */
static NameExpr *instantiated_ident(Expr *e) {
    if (KIND(e) == N_INDEX) e = AS(IndexExpr, e)->x;
    if (KIND(e) == N_NAME) return AS(NameExpr, e);
    if (KIND(e) == N_SELECTOR) return AS(SelectorExpr, e)->sel;
    BUG("no instantiated name in node kind %d", KIND(e));
}

void check_record_instance(Checker *c, Expr *expr, TypeList *targs, Type *typ) {
    NameExpr *id = instantiated_ident(expr);
    if (!id->inst) {
        id->inst = NEW(c->arena, Instance);
        vec_push(c->arena, &c->pkg->instances, id);
    }
    id->inst->targs = targs;
    id->inst->type = typ;
}

void check_record_def(Checker *c, NameExpr *id, Object *obj) {
    (void)c;
    id->def = obj;
}

void check_record_use(Checker *c, NameExpr *id, Object *obj) {
    (void)c;
    id->use = obj;
}

void check_record_implicit(Checker *c, void *node, Object *obj) {
    (void)c;
    if (KIND(node) == N_IMPORT_DECL) AS(ImportDecl, node)->implicit = obj;
    if (KIND(node) == N_CASE_CLAUSE) AS(CaseClause, node)->implicit = obj;
}

void check_record_selection(Checker *c, SelectorExpr *x, SelectionKind kind, Type *recv, Object *obj,
                            int *index, uint32_t nindex, bool indirect) {
    check_record_use(c, x->sel, obj);
    Selection *s = NEW(c->arena, Selection);
    s->kind = kind;
    s->recv = recv;
    s->obj = obj;
    s->index = index;
    s->nindex = nindex;
    s->indirect = indirect;
    x->selection = s;
}

void check_record_scope(Checker *c, void *node, Scope *scope) {
    (void)c;
    (void)node;
    (void)scope;
}
