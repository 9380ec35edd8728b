/* solve.c: which locations must be on the heap.
 *
 * From each location as root the graph is walked backwards along its edges, computing for every location that
 * flows to the root the smallest number of dereferences on the way. The weights can be -1 (an address is
 * taken), so this is Bellman and Ford's algorithm with a queue; there are no endless negative cycles because
 * a path's count never continues below 0. When a location arrives with -1, its address reaches the root, and
 * if the root outlives it, it must be allocated on the heap. When a parameter arrives, the flow is noted in
 * its tag.
 *
 * A location whose attributes grow is walked again as a root, since what flows to it may change too; each
 * attribute is gained once, so this ends. The order of both queues is observable (which explanation is found
 * first, which tags are seen before a location becomes a heap one), so it is the compiler's order exactly. */
#include "base/fault.h"
#include "escape/escape_int.h"

static void deque_clear(Deque *q, uint32_t want) {
    uint32_t cap = 16;
    while (cap < want) cap *= 2;
    if (cap > q->cap) {
        q->v = xrealloc(q->v, cap * sizeof *q->v);
        q->cap = cap;
    }
    q->head = q->n = 0;
}

static void deque_grow(Deque *q) {
    LocId *v = xmalloc(2 * (size_t)q->cap * sizeof *v);
    for (uint32_t i = 0; i < q->n; i++) v[i] = q->v[(q->head + i) & (q->cap - 1)];
    free_heap(q->v);
    q->v = v;
    q->cap *= 2;
    q->head = 0;
}

static inline void push_front(Deque *q, LocId l) {
    if (q->n == q->cap) deque_grow(q);
    q->head = (q->head - 1) & (q->cap - 1);
    q->v[q->head] = l;
    q->n++;
}

static inline void push_back(Deque *q, LocId l) {
    if (q->n == q->cap) deque_grow(q);
    q->v[(q->head + q->n) & (q->cap - 1)] = l;
    q->n++;
}

static inline LocId pop_front(Deque *q) {
    LocId l = q->v[q->head];
    q->head = (q->head + 1) & (q->cap - 1);
    q->n--;
    return l;
}

static void enqueue(Batch *b, LocId id) {
    Loc *l = &b->locs.v[id];
    if (l->queued_all) return;
    l->queued_all = true;
    if (l->attrs & ATTR_ESCAPES) {
        push_front(&b->todo, id); /* heap locations first: what they hold is decided sooner */
    } else {
        push_back(&b->todo, id);
    }
}

/* Whether what is stored in l may be in use when other's stack storage is gone. */
static bool outlives(Batch *b, LocId lid, LocId oid) {
    Loc *l = &b->locs.v[lid], *other = &b->locs.v[oid];
    if (l->attrs & ATTR_ESCAPES) return true;
    if (lid == LOC_MUTATOR || lid == LOC_CALLEE) return false;
    if (l->param_out) {
        /* A result of a closure whose calls are all known may hold what lives in the functions around it. */
        if (ir_contains_closure(other->curfn, l->curfn) && !l->curfn->closure_results_lost) return false;
        return true;
    }
    if (l->curfn == other->curfn && l->loop_depth < other->loop_depth) return true;
    return ir_contains_closure(l->curfn, other->curfn);
}

static void leak_to(Batch *b, Loc *l, LocId sink, int derefs) {
    Loc *s = &b->locs.v[sink];
    if (!(s->attrs & ATTR_ESCAPES) && s->param_out && s->curfn == l->curfn &&
        s->result_index - 1 < LEAK_RESULTS) {
        leaks_add(&l->leaks, LEAK_RESULT0 + (int)s->result_index - 1, derefs);
        return;
    }
    leaks_add(&l->leaks, LEAK_HEAP, derefs);
}

/* ---- the walks ---- */

static void walk_one(Batch *b, LocId root, uint32_t gen) {
    Loc *locs = b->locs.v;
    Loc *r = &locs[root];
    bool talk = b->notes_on;
    r->walkgen = gen;
    r->derefs = 0;
    r->dst = LOC_BLANK;

    if ((r->attrs & ATTR_CALLS) && r->n && r->n->op == OCLOSURE) {
        IrFunc *fn = IR(ClosureExpr, r->n)->func;
        if (esc_in_mutual_batch(b, fn->nname) && !fn->closure_results_lost) {
            fn->closure_results_lost = true;
            for (uint32_t i = 0; i < fn->nresults; i++) enqueue(b, esc_old_loc(func_result(fn, i)));
        }
    }

    Deque *todo = &b->inner;
    deque_clear(todo, 16);
    push_front(todo, root);
    while (todo->n) {
        fault_poll();
        LocId lid = pop_front(todo);
        Loc *l = &locs[lid];
        l->queued_one = 0;
        int derefs = l->derefs;
        uint8_t gained = 0;

        if (derefs < 0) {
            derefs = 0; /* for "root = &l; l = x" only l's address flows to the root */
            if (outlives(b, root, lid)) {
                if (talk && !(l->attrs & ATTR_ESCAPES)) esc_explain_walk(b, root, lid, false, derefs);
                gained |= ATTR_ALL;
            } else if (r->attrs & ATTR_PERSISTS) {
                gained |= ATTR_PERSISTS;
            }
        }
        if (derefs == 0) gained |= r->attrs & (ATTR_MUTATES | ATTR_CALLS);

        if (l->param) {
            if (outlives(b, root, lid)) {
                if (talk && !(l->attrs & ATTR_ESCAPES)) esc_explain_walk(b, root, lid, true, derefs);
                leak_to(b, l, root, derefs);
            }
            if (r->attrs & ATTR_MUTATES) leaks_add(&l->leaks, LEAK_MUTATOR, derefs);
            if (r->attrs & ATTR_CALLS) leaks_add(&l->leaks, LEAK_CALLEE, derefs);
        }

        if (gained & ~l->attrs) {
            l->attrs |= gained;
            enqueue(b, lid);
            if (l->attrs & ATTR_ESCAPES) continue;
        }

        for (uint32_t i = l->edge_head; i < l->edge_tail; i++) {
            Edge *edge = &b->packed.v[i];
            Loc *s = &locs[edge->src];
            if (s->attrs & ATTR_ESCAPES) continue;
            int d = derefs + edge->derefs;
            if (s->walkgen != gen || s->derefs > d) {
                s->walkgen = gen;
                s->derefs = d;
                s->dst = lid;
                s->dst_edge = i;
                if (s->queued_one != gen) {
                    s->queued_one = gen;
                    push_back(todo, edge->src);
                }
            }
        }
    }
}

/* Lays the edges out so that those entering one location stand side by side, in order of creation. */
static void pack_edges(Batch *b) {
    if (b->packed.cap < b->edges.n) {
        vec_grow(NULL, (void **)&b->packed.v, &b->packed.cap, b->edges.n, sizeof *b->packed.v);
    }
    uint32_t out = 0;
    for (uint32_t i = 0; i < b->locs.n; i++) {
        Loc *l = &b->locs.v[i];
        uint32_t first = out;
        for (uint32_t e = l->edge_head; e != NO_EDGE; e = b->edges.v[e].next)
            b->packed.v[out++] = b->edges.v[e];
        l->edge_head = first;
        l->edge_tail = out;
    }
    b->packed.n = out;
}

void esc_solve(Batch *b) {
    pack_edges(b);
    if (b->facts && b->facts->keep_edges) {
        for (LocId i = 0; i < b->locs.n; i++) {
            for (uint32_t e = b->locs.v[i].edge_head; e < b->locs.v[i].edge_tail; e++) {
                esc_explain_edge(b, i, b->packed.v[e].src, b->packed.v[e].derefs);
            }
        }
    }
    deque_clear(&b->todo, b->locs.n + 3);
    for (LocId i = LOC_FIRST; i < b->locs.n; i++) {
        push_front(&b->todo, i);
        b->locs.v[i].queued_all = true;
    }
    static const LocId first[] = {LOC_MUTATOR, LOC_CALLEE, LOC_HEAP};
    for (unsigned i = 0; i < COUNT_OF(first); i++) {
        push_front(&b->todo, first[i]);
        b->locs.v[first[i]].queued_all = true;
    }
    uint32_t gen = 0;
    while (b->todo.n) {
        fault_poll();
        LocId root = pop_front(&b->todo);
        b->locs.v[root].queued_all = false;
        walk_one(b, root, ++gen);
    }
}
