/* scc.c: strongly connected components of the call graph, bottom up. See visit.h.
 *
 * Tarjan's algorithm in Sedgewick's form, with two turns of the compiler's: a capturing literal is never the
 * root of a component, and each function takes two numbers, n for itself and n+1 for the search that starts
 * from it. When the search comes back to n the function is reached from itself, so the component is
 * recursive; when the smallest number met is n+1 it is a lone function. */
#include "ir/visit.h"

typedef struct Visitor {
    IrPackage *pkg;
    AnalyzeGroup analyze;
    void *ctx;
    uint32_t gen;
    Map id; /* IrFunc → its number */
    VEC(IrFunc *) stack;
} Visitor;

typedef struct Search {
    Visitor *v;
    uint32_t min;
} Search;

#define DONE UINT32_MAX

static uint32_t visit(Visitor *v, IrFunc *fn);

IrFunc *ir_local_func(const IrPackage *pkg, const IrName *name) {
    if (!name || name->name_class != PFUNC || !name->func) return NULL;
    return name->func->pkg == pkg ? name->func : NULL;
}

static void meet(Search *s, IrFunc *fn) {
    if (!fn) return;
    uint32_t m = visit(s->v, fn);
    if (m < s->min) s->min = m;
}

static void look(IrNode *n, void *ctx) {
    Search *s = ctx;
    switch (n->op) {
    case ONAME: meet(s, ir_local_func(s->v->pkg, IR(Name, n))); break;
    case ODOTMETH:
    case OMETHVALUE:
    case OMETHEXPR: meet(s, ir_local_func(s->v->pkg, ir_method_expr_name(n))); break;
    case OCLOSURE: meet(s, IR(ClosureExpr, n)->func); break;
    default: break;
    }
}

static uint32_t visit(Visitor *v, IrFunc *fn) {
    uint32_t id = (uint32_t)(uintptr_t)map_get(&v->id, PKEY(fn));
    if (id) return id;
    id = ++v->gen;
    map_put(&v->id, PKEY(fn), (void *)(uintptr_t)id);
    Search s = {v, ++v->gen};
    vec_push(NULL, &v->stack, fn);

    ir_visit_list(fn->body, look, &s);

    if ((s.min == id || s.min == id + 1) && !ir_is_closure(fn)) {
        bool recursive = s.min == id;
        uint32_t i = v->stack.n;
        do {
            i--;
            map_put(&v->id, PKEY(v->stack.v[i]), (void *)(uintptr_t)DONE);
        } while (v->stack.v[i] != fn);
        /* Visits may not nest in analyze, so the group can stay where it is. */
        uint32_t n = v->stack.n - i;
        v->stack.n = i;
        v->analyze(v->ctx, v->stack.v + i, n, recursive);
    }
    return s.min;
}

void visit_funcs_bottom_up(IrPackage *pkg, IrFunc **list, uint32_t n, AnalyzeGroup analyze, void *ctx) {
    Visitor v = {.pkg = pkg, .analyze = analyze, .ctx = ctx};
    for (uint32_t i = 0; i < n; i++) {
        if (!ir_is_closure(list[i])) visit(&v, list[i]);
    }
    map_release(&v.id);
    vec_free(&v.stack);
}
