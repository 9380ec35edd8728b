/* scc.c: strongly connected components of the call graph, bottom up. See visit.h.
 *
 * Tarjan's algorithm in Sedgewick's form, with two changes that are the compiler's. A literal that captures
 * variables is never the root of a component. And each function takes two numbers: n for itself, and n+1 for
 * the search that starts from it. If the search meets n, the function is reached from itself, so the
 * component is recursive; if the smallest number that it meets is n+1, the function stands alone. */
#include "ir/reach.h"
#include "ir/visit.h"

/* ---- what a body mentions ---- */

typedef struct Notes {
    IrPackage *pkg;
    IrFunc *fn;
    int32_t weight;
    bool refs; /* are wanted, too */
} Notes;

IrFunc *ir_local_func(const IrPackage *pkg, const IrName *name) {
    if (!name || name->name_class != PFUNC || !name->func) return NULL;
    return name->func->pkg == pkg ? name->func : NULL;
}

IrFunc *ir_mentioned_func(IrNode *n) {
    const IrName *name = NULL;
    switch (n->op) {
    case ONAME: name = IR(Name, n); break;
    case ODOTMETH:
    case OMETHVALUE:
    case OMETHEXPR: name = ir_method_expr_name(n); break;
    case OCLOSURE: return IR(ClosureExpr, n)->func;
    default: break;
    }
    return name && name->name_class == PFUNC ? name->func : NULL;
}

/* `a, b = f()` is kept as `tmp1, tmp2 = f()` in the init list of `a, b = tmp1, tmp2`: what that adds is given
 * back. */
int32_t ir_multi_assign_credit(const IrNode *n) {
    const IrAssignListStmt *as = (const IrAssignListStmt *)n;
    if (as->rhs.n == 0) return 0;
    IrNodes init = ir_init(as->rhs.v[0]);
    if (init.n != 1 || ir_op_info[init.v[0]->op].class_id != IC_AssignListStmt) return 0;
    return 4 * (int32_t)as->lhs.n + 1;
}

static void note(IrNode *n, void *ctx) {
    Notes *s = ctx;
    IrFunc *f = ir_mentioned_func(n);
    IrFuncs *l = &s->fn->calls;
    if (f && f->pkg == s->pkg && !(l->n && l->v[l->n - 1] == f)) ir_append_func(s->pkg, l, f);
    if (f && s->refs) reach_note_func(s->fn, f);
    if (n->op == OCALLINTER) s->fn->iface_calls = true;
    if (n->op == OAS2) s->weight -= ir_multi_assign_credit(n);
    IrClassId c = ir_op_info[n->op].class_id;
    if (c == IC_CallExpr || c == IC_ClosureExpr || c == IC_TailCallStmt) s->fn->plain = false;
    if (++s->weight > (int32_t)s->fn->weight) s->fn->weight = (uint32_t)s->weight;
}

void ir_note_body(IrPackage *pkg, IrFunc *fn) {
    if (fn->noted) return;
    Notes s = {.pkg = pkg, .fn = fn, .refs = pkg->on_demand && !fn->refs_noted};
    fn->calls.n = 0;
    fn->weight = 0;
    fn->plain = true;
    ir_visit_list(fn->body, note, &s);
    fn->noted = true;
    if (s.refs) fn->refs_noted = true;
}

/* ---- the components ---- */

typedef struct Visitor {
    IrPackage *pkg;
    AnalyzeGroup analyze;
    void *ctx;
    bool wanted_only;
    uint32_t gen;
    Map id; /* IrFunc → its number */
    VEC(IrFunc *) stack;
} Visitor;

#define DONE UINT32_MAX

static uint32_t visit(Visitor *v, IrFunc *fn) {
    uint32_t id = (uint32_t)(uintptr_t)map_get(&v->id, PKEY(fn));
    if (id) return id;
    id = ++v->gen;
    uint32_t min = ++v->gen;
    map_put(&v->id, PKEY(fn), (void *)(uintptr_t)id);
    vec_push(NULL, &v->stack, fn);

    ir_note_body(v->pkg, fn);
    for (uint32_t i = 0; i < fn->calls.n; i++) {
        if (v->wanted_only && !fn->calls.v[i]->wanted) continue;
        uint32_t m = visit(v, fn->calls.v[i]);
        min = MIN(min, m);
    }

    if ((min == id || min == id + 1) && !ir_is_closure(fn)) {
        bool recursive = min == id;
        uint32_t i = v->stack.n;
        do map_put(&v->id, PKEY(v->stack.v[--i]), (void *)(uintptr_t)DONE);
        while (v->stack.v[i] != fn);
        /* Visits may not nest in analyze, so the group can stay where it is. */
        uint32_t n = v->stack.n - i;
        v->stack.n = i;
        v->analyze(v->ctx, v->stack.v + i, n, recursive);
    }
    return min;
}

static void visit_all(Visitor *v, IrFunc **list, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (!ir_is_closure(list[i]) && (list[i]->wanted || !v->wanted_only)) visit(v, list[i]);
    map_release(&v->id);
    vec_free(&v->stack);
}

void visit_funcs_bottom_up(IrPackage *pkg, IrFunc **list, uint32_t n, AnalyzeGroup analyze, void *ctx) {
    Visitor v = {.pkg = pkg, .analyze = analyze, .ctx = ctx};
    visit_all(&v, list, n);
}

void visit_wanted_bottom_up(IrPackage *pkg, AnalyzeGroup analyze, void *ctx) {
    Visitor v = {.pkg = pkg, .analyze = analyze, .ctx = ctx, .wanted_only = true};
    visit_all(&v, pkg->funcs.v, pkg->funcs.n);
}
