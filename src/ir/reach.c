/* reach.c: from the functions of the asked packages to those that they depend on. See reach.h.
 *
 * References count as calls, as they do in scc.c. The functions of each package are put into groups that
 * mention each other, by Tarjan's algorithm. The groups of the escape analysis are parts of these, since here
 * an edge stays that inlining has taken away. In the end it is decided which functions are wanted: from one
 * that is, those that it mentions, unless they belong to another group and take no pointers. Where its own
 * values live does not depend on those, and neither on what they call in turn. */
#include "base/fault.h"
#include "ir/reach.h"
#include "ir/visit.h"
#include "types/types.h"

void reach_note_func(IrFunc *fn, IrFunc *m) {
    if (fn->refs.n && fn->refs.v[fn->refs.n - 1] == m) return;
    ir_append_func(fn->pkg, &fn->refs, m);
}

void reach_note(IrFunc *fn, IrNode *n) {
    IrFunc *m = ir_mentioned_func(n);
    if (m) reach_note_func(fn, m);
}

static void look(IrNode *n, void *ctx) { reach_note(ctx, n); }

static void need_refs(IrFunc *fn) {
    if (fn->refs_noted) return;
    ir_visit_list(fn->body, look, fn);
    fn->refs_noted = true;
}

/* ---- groups ---- */

typedef struct Met {
    IrFunc *fn;
    uint32_t low;  /* smallest number of a function that can be come to and is on the stack */
    uint32_t next; /* of fn's references, the one to be looked at */
} Met;

typedef struct Grouping {
    const IrPackage *pkg;
    Arena arena;
    VEC(Met) met;
    VEC(uint32_t) path, stack;
} Grouping;

/* While a function is on the stack its group is ON_STACK and its number in the order of meeting. */
enum { ON_STACK = 1u << 31 };

static void enter(Grouping *g, IrFunc *fn) {
    uint32_t i = g->met.n;
    need_refs(fn);
    fn->group = ON_STACK | i;
    vec_push(&g->arena, &g->met, ((Met){.fn = fn, .low = i}));
    vec_push(&g->arena, &g->path, i);
    vec_push(&g->arena, &g->stack, i);
}

/* All references of the function at the end of the path have been followed. A group gets the number of the
 * first that was met, + 1. */
static void leave(Grouping *g) {
    uint32_t i = vec_pop(&g->path), low = g->met.v[i].low;
    if (low == i) {
        uint32_t k;
        do {
            k = vec_pop(&g->stack);
            g->met.v[k].fn->group = i + 1;
        } while (k != i);
    }
    if (!g->path.n) return;
    Met *from = &g->met.v[vec_last(&g->path)];
    from->low = MIN(from->low, low);
}

void reach_find_groups(IrPackage *pkg) {
    Grouping g = {.pkg = pkg};
    for (uint32_t i = 0; i < pkg->funcs.n; i++) {
        fault_poll();
        if (pkg->funcs.v[i]->group) continue;
        enter(&g, pkg->funcs.v[i]);
        while (g.path.n) {
            Met *at = &g.met.v[vec_last(&g.path)];
            if (at->next == at->fn->refs.n) {
                leave(&g);
                continue;
            }
            IrFunc *m = at->fn->refs.v[at->next++];
            if (m->pkg != pkg) continue;
            if (!m->group) enter(&g, m);
            else if (m->group & ON_STACK) at->low = MIN(at->low, m->group & ~ON_STACK);
        }
    }
    arena_release(&g.arena);
}

/* ---- what matters ---- */

bool reach_matters(const IrFunc *fn) {
    enum { UINTPTRS = IRP_UINTPTR_KEEP_ALIVE | IRP_UINTPTR_ESCAPES | IRP_CGO_UNSAFE_ARGS };
    uint32_t n = fn->nrecv + fn->nparams;
    /* A literal has captured variables; a body that is copied brings in what it mentions; without a body, and
     * with some directives, a uintptr may be a pointer. */
    if (fn->closure_parent || fn->closure_vars.n || fn->inl || !fn->body.n) return true;
    if (fn->pragma & UINTPTRS || fn->dcl.n < n) return true;
    for (uint32_t i = 0; i < n; i++)
        if (type_has_pointers(fn->dcl.v[i]->n.type)) return true;
    return false;
}

typedef VEC(IrFunc *) Todo;

static void want(Todo *todo, IrFunc *fn) {
    if (fn->wanted) return;
    fn->wanted = true;
    vec_push(NULL, todo, fn);
}

void reach_mark(IrPackage *const *roots, uint32_t n) {
    Todo todo = {0};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < roots[i]->funcs.n; k++) want(&todo, roots[i]->funcs.v[k]);
    while (todo.n) {
        IrFunc *fn = vec_pop(&todo);
        need_refs(fn);
        for (uint32_t i = 0; i < fn->refs.n; i++) {
            IrFunc *m = fn->refs.v[i];
            bool together = m->pkg == fn->pkg && m->group == fn->group;
            if (!m->wanted && !together && !reach_matters(m)) continue;
            if (m->pkg != fn->pkg) map_put(&fn->pkg->uses, PKEY(m->pkg), m->pkg);
            want(&todo, m);
        }
    }
    vec_free(&todo);
}
