/* reach.c: what is mentioned, what is mentioned together, and what of it matters.
 *
 * References count as calls, as they do in scc.c. First all functions are met that can be come to from the
 * roots, and put into groups that mention each other, by Tarjan's algorithm. The groups of the escape
 * analysis are parts of these, since here an edge stays that inlining has taken away. Then it is decided
 * which functions are wanted: from one that is, those that it mentions, unless they belong to another group
 * and take no pointers. Where its own values live does not depend on those, and neither on what they call in
 * turn. */
#include "ir/reach.h"
#include "ir/visit.h"
#include "types/types.h"

typedef struct Met {
    IrFunc *fn;
    IrFuncs refs;   /* of fn */
    uint32_t low;   /* smallest number of a function that can be come to and is on the stack */
    uint32_t next;  /* of refs, the one to be looked at */
    uint32_t group; /* 0: still on the stack */
} Met;

typedef struct Reach {
    Arena arena;
    Map number; /* IrFunc → 1 + index in met */
    VEC(Met) met;
    VEC(uint32_t) path, stack;
    uint32_t ngroups;
    VEC(IrFunc *) todo;
} Reach;

void reach_note_func(IrFunc *fn, IrFunc *m) {
    if (fn->refs.n && fn->refs.v[fn->refs.n - 1] == m) return;
    ir_append_func(fn->pkg, &fn->refs, m);
}

void reach_note(IrFunc *fn, IrNode *n) {
    IrFunc *m = ir_mentioned_func(n);
    if (m) reach_note_func(fn, m);
}

/* ---- groups ---- */

typedef struct Look {
    Reach *r;
    IrFuncs found;
} Look;

static void look(IrNode *n, void *ctx) {
    Look *l = ctx;
    IrFunc *m = ir_mentioned_func(n);
    IrFuncs *f = &l->found;
    if (m && !(f->n && f->v[f->n - 1] == m)) vec_push(&l->r->arena, f, m);
}

static IrFuncs refs_of(Reach *r, IrFunc *fn) {
    if (fn->refs_noted) return fn->refs;
    Look l = {.r = r};
    ir_visit_list(fn->body, look, &l);
    return l.found;
}

static uint32_t number_of(const Reach *r, const IrFunc *fn) {
    return (uint32_t)(uintptr_t)map_get(&r->number, PKEY(fn));
}

static void enter(Reach *r, IrFunc *fn) {
    uint32_t i = r->met.n;
    map_put(&r->number, PKEY(fn), (void *)(uintptr_t)(i + 1));
    vec_push(&r->arena, &r->met, ((Met){.fn = fn, .refs = refs_of(r, fn), .low = i}));
    vec_push(&r->arena, &r->path, i);
    vec_push(&r->arena, &r->stack, i);
}

/* All of fn's references have been followed. */
static void leave(Reach *r) {
    uint32_t i = vec_pop(&r->path);
    if (r->met.v[i].low == i) {
        uint32_t k;
        r->ngroups++;
        do {
            k = vec_pop(&r->stack);
            r->met.v[k].group = r->ngroups;
        } while (k != i);
    }
    if (!r->path.n) return;
    Met *from = &r->met.v[vec_last(&r->path)];
    from->low = MIN(from->low, r->met.v[i].low);
}

static void find_groups(Reach *r, IrFunc *root) {
    if (number_of(r, root)) return;
    enter(r, root);
    while (r->path.n) {
        Met *at = &r->met.v[vec_last(&r->path)];
        if (at->next == at->refs.n) {
            leave(r);
            continue;
        }
        IrFunc *m = at->refs.v[at->next++];
        uint32_t k = number_of(r, m);
        if (!k) enter(r, m);
        else if (!r->met.v[k - 1].group) at->low = MIN(at->low, k - 1);
    }
}

/* ---- what matters ---- */

static void want(Reach *r, IrFunc *fn) {
    if (fn->wanted) return;
    fn->wanted = true;
    vec_push(&r->arena, &r->todo, fn);
}

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

void reach_mark(IrPackage *const *roots, uint32_t n) {
    Reach r = {0};
    r.number.arena = &r.arena;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < roots[i]->funcs.n; k++) {
            find_groups(&r, roots[i]->funcs.v[k]);
            want(&r, roots[i]->funcs.v[k]);
        }
    }
    while (r.todo.n) {
        IrFunc *fn = vec_pop(&r.todo);
        const Met *at = &r.met.v[number_of(&r, fn) - 1];
        for (uint32_t i = 0; i < at->refs.n; i++) {
            IrFunc *m = at->refs.v[i];
            if (r.met.v[number_of(&r, m) - 1].group != at->group && !reach_matters(m)) continue;
            if (m->pkg != fn->pkg) map_put(&fn->pkg->uses, PKEY(m->pkg), m->pkg);
            want(&r, m);
        }
    }
    arena_release(&r.arena);
}
