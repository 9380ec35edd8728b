/* graph.c: locations and the flows between them.
 *
 * Every variable, every expression that allocates and a few temporaries of the analysis are locations. Every
 * assignment is an edge, with the number of dereferences minus the number of times an address is taken on the
 * way:
 *
 *     p = &q    -1
 *     p = q      0
 *     p = *q     1
 *
 * An address cannot be taken of an address, so a weight is never below -1. Nothing else is kept: all fields
 * of a struct and all elements of an array are one, and order and branches do not matter. Two invariants must
 * hold for stack allocation and are what solve.c checks: no pointer to a stack object is stored in the heap,
 * and none lives longer than the object (its function has returned, or the loop has come round and its
 * storage is used again).
 *
 * Four locations are special: the heap; the "mutator", which receives every pointer that is stored through;
 * the "callee", which receives every function value called without following its results; and a blank one. */
#include "escape/escape_int.h"

void esc_batch_begin(Batch *b) {
    b->locs.n = b->edges.n = b->packed.n = b->notes.n = b->closures.n = 0;
    if (b->event_of.n) memset(b->event_of.v, 0, b->event_of.n * sizeof *b->event_of.v);
    for (LocId i = 0; i < LOC_FIRST; i++) {
        vec_push(NULL, &b->locs, ((Loc){.edge_head = NO_EDGE, .edge_tail = NO_EDGE}));
    }
    b->locs.v[LOC_HEAP].attrs = ATTR_ALL;
    b->locs.v[LOC_MUTATOR].attrs = ATTR_MUTATES;
    b->locs.v[LOC_CALLEE].attrs = ATTR_CALLS;
    vec_push(NULL, &b->notes, ((Note){0}));
}

void esc_batch_release(Batch *b) {
    vec_free(&b->locs);
    vec_free(&b->edges);
    vec_free(&b->packed);
    vec_free(&b->notes);
    vec_free(&b->closures);
    vec_free(&b->seen);
    vec_free(&b->event_of);
    free_heap(b->todo.v);
    free_heap(b->inner.v);
    escape_facts_release(&b->scratch);
}

/* ---- holes ---- */

Hole hole_note(Batch *b, Hole k, IrNode *where, FlowId flow) {
    if (b->notes_on) {
        vec_push(NULL, &b->notes,
                 ((Note){.where = where, .next = k.note, .param = -1, .flow = (uint8_t)flow}));
        k.note = b->notes.n - 1;
    }
    return k;
}

Hole hole_shift(Hole k, int delta) {
    k.derefs += delta;
    ASSERT(k.derefs >= -1);
    k.addrtaken = delta < 0;
    return k;
}

Hole hole_deref(Batch *b, Hole k, IrNode *where, FlowId flow) {
    return hole_note(b, hole_shift(k, 1), where, flow);
}

Hole hole_addr(Batch *b, Hole k, IrNode *where, FlowId flow) {
    return hole_note(b, hole_shift(k, -1), where, flow);
}

/* k receives the result of asserting an interface value to be a t: what the data word points to, as a rule.
 */
Hole hole_dot_type(Batch *b, Hole k, Type *t, IrNode *where, FlowId flow) {
    if (!type_is_interface(t) && !ir_is_direct_iface(t)) k = hole_shift(k, 1);
    return hole_note(b, k, where, flow);
}

/* ---- locations ---- */

LocId esc_new_loc(Escape *e, IrNode *n, bool persists) {
    Batch *b = e->b;
    Loc l = {.n = n,
             .curfn = e->fn,
             .loop_depth = e->loop_depth,
             .edge_head = NO_EDGE,
             .edge_tail = NO_EDGE,
             .attrs = persists ? ATTR_PERSISTS : 0};
    LocId id = b->locs.n;
    if (n && n->type && ir_not_in_heap(n->type) && b->pkg->diags) {
        StrBuf sb = STRBUF_INIT;
        ir_print_type(&sb, b->pkg, n->type);
        diag_error(b->pkg->diags, ir_outermost_pos(b->pkg, ir_npos(n)),
                   "%s is incomplete (or unallocatable); stack allocation disallowed", sb_str(&sb));
        sb_release(&sb);
    }
    if (n && n->op == ONAME) {
        IrName *name = IR(Name, n);
        ASSERT(ir_canonical(name) == name);
        if (!(name->name_class == PPARAM && !name->curfn) && name->curfn != e->fn) {
            BUG("escape: %s is declared in another function than %s", name->sym->s, ir_func_name(e->fn));
        }
        if (name->opt) BUG("escape: %s already has a location", name->sym->s);
        l.param = name->name_class == PPARAM;
        l.param_out = name->name_class == PPARAMOUT;
        name->opt = (void *)(uintptr_t)id;
    }
    vec_push(NULL, &b->locs, l);
    return id;
}

LocId esc_old_loc(IrName *name) {
    name = ir_canonical(name);
    if (!name->opt) {
        BUG("escape: %s has no location (class %d, in %s)", name->sym->s, name->name_class,
            name->curfn ? ir_func_name(name->curfn) : "no function");
    }
    return (LocId)(uintptr_t)name->opt;
}

void esc_flow(Batch *b, Hole k, LocId src) {
    Loc *s = &b->locs.v[src], *d = &b->locs.v[k.dst];
    if (k.addrtaken) s->addrtaken = true;
    if (k.dst == LOC_BLANK) return;
    if (k.dst == src && k.derefs >= 0) return;
    if ((d->attrs & ATTR_ESCAPES) && k.derefs < 0) {
        if (b->notes_on) esc_explain_direct(b, k.dst, src, k.derefs, k.note);
        if (b->facts && b->facts->keep_edges) esc_explain_edge(b, k.dst, src, k.derefs);
        b->locs.v[src].attrs |= ATTR_ALL;
        return;
    }
    uint32_t id = b->edges.n;
    vec_push(NULL, &b->edges, ((Edge){src, k.derefs, NO_EDGE, k.note}));
    if (d->edge_head == NO_EDGE) {
        d->edge_head = id;
    } else {
        b->edges.v[d->edge_tail].next = id;
    }
    d->edge_tail = id;
}

/* A hole that flows into each of ks. None of them takes the address: "p = &q" and "p = &tmp; tmp = q" differ.
 */
Hole esc_tee_hole(Escape *e, const Hole *ks, uint32_t n) {
    if (n == 0) return DISCARD_HOLE;
    if (n == 1) return ks[0];
    LocId loc = esc_new_loc(e, NULL, false);
    for (uint32_t i = 0; i < n; i++) {
        ASSERT(ks[i].derefs >= 0);
        esc_flow(e->b, ks[i], loc);
    }
    return hole_of(loc);
}

/* A hole that flows into k some time after the statement, so that temporaries are not reused before. */
Hole esc_later(Escape *e, Hole k) {
    LocId loc = esc_new_loc(e, NULL, true);
    esc_flow(e->b, k, loc);
    return hole_of(loc);
}
