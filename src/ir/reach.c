/* reach.c: a worklist over function bodies. References count as calls, as they do in scc.c. */
#include "ir/reach.h"

typedef struct Reach {
    VEC(IrFunc *) todo;
} Reach;

static void want(Reach *r, IrFunc *fn) {
    if (!fn || fn->wanted) return;
    fn->wanted = true;
    vec_push(NULL, &r->todo, fn);
}

static void want_name(Reach *r, const IrName *n) {
    if (n && n->name_class == PFUNC) want(r, n->func);
}

static void look(IrNode *n, void *ctx) {
    switch (n->op) {
    case ONAME: want_name(ctx, IR(Name, n)); break;
    case ODOTMETH:
    case OMETHVALUE:
    case OMETHEXPR: want_name(ctx, ir_method_expr_name(n)); break;
    case OCLOSURE: want(ctx, IR(ClosureExpr, n)->func); break;
    default: break;
    }
}

void reach_mark(IrPackage *const *roots, uint32_t n) {
    Reach r = {0};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < roots[i]->funcs.n; k++) want(&r, roots[i]->funcs.v[k]);
    while (r.todo.n) ir_visit_list(vec_pop(&r.todo)->body, look, &r);
    vec_free(&r.todo);
}
