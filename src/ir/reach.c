/* reach.c: a worklist over functions. References count as calls, as they do in scc.c. */
#include "ir/reach.h"
#include "ir/visit.h"

typedef struct Reach {
    VEC(IrFunc *) todo;
    IrPackage *from; /* whose function is looked at */
} Reach;

void reach_note_func(IrFunc *fn, IrFunc *m) {
    if (fn->refs.n && fn->refs.v[fn->refs.n - 1] == m) return;
    ir_append_func(fn->pkg, &fn->refs, m);
}

void reach_note(IrFunc *fn, IrNode *n) {
    IrFunc *m = ir_mentioned_func(n);
    if (m) reach_note_func(fn, m);
}

static void want(Reach *r, IrFunc *fn) {
    if (r->from && fn->pkg != r->from) map_put(&r->from->uses, PKEY(fn->pkg), fn->pkg);
    if (fn->wanted) return;
    fn->wanted = true;
    vec_push(NULL, &r->todo, fn);
}

static void look(IrNode *n, void *ctx) {
    IrFunc *m = ir_mentioned_func(n);
    if (m) want(ctx, m);
}

void reach_mark(IrPackage *const *roots, uint32_t n) {
    Reach r = {0};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < roots[i]->funcs.n; k++) want(&r, roots[i]->funcs.v[k]);
    while (r.todo.n) {
        IrFunc *fn = vec_pop(&r.todo);
        r.from = fn->pkg;
        for (uint32_t i = 0; i < fn->refs.n; i++) want(&r, fn->refs.v[i]);
        if (!fn->refs_noted) ir_visit_list(fn->body, look, &r);
    }
    vec_free(&r.todo);
}
