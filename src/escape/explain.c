/* explain.c: why something escapes, kept as data.
 *
 * An event is a decision with the path that forced it: steps from the thing itself towards the place that
 * outlives it, each with the notes of its edge (which expression, which kind of flow). Events are made when
 * they happen, because later walks overwrite the paths in the locations. Under -m=2 an event is printed at
 * once (escape_format_event); when facts are wanted it stays, for the explainer. */
#include "escape/escape_int.h"

const char *const flow_text[] = {
#define F(id, text) text,
#include "escape/flows.def"
#undef F
};

void escape_facts_release(EscFacts *f) {
    vec_free(&f->edges);
    vec_free(&f->places);
    vec_free(&f->params);
    vec_free(&f->events);
    vec_free(&f->steps);
    vec_free(&f->notes);
}

/* ---- text ---- */

static void put_end(StrBuf *sb, const IrPackage *pkg, uint8_t end, const IrNode *n) {
    switch ((EscEnd)end) {
    case ESC_END_HEAP: sb_adds(sb, "{heap}"); break;
    case ESC_END_TEMP: sb_adds(sb, "{temp}"); break;
    case ESC_END_NODE:
        if (n->op == ONAME) {
            ir_print(sb, pkg, n);
        } else {
            sb_adds(sb, "{storage for ");
            ir_print(sb, pkg, n);
            sb_addc(sb, '}');
        }
        break;
    }
}

/* The lines of -m=2 for one event, with every position in front. */
static void escape_format_event(StrBuf *sb, const IrPackage *pkg, const EscFacts *f, const EscEvent *e) {
    /* Every line begins with the position of the thing that escapes. */
    StrBuf at = STRBUF_INIT;
    ir_format_pos(&at, pkg, ir_npos(e->n));
    sb_add(sb, at.buf, at.n);
    if (e->leak) {
        sb_adds(sb, ": parameter ");
        ir_print(sb, pkg, e->n);
        sb_adds(sb, " leaks to ");
        put_end(sb, pkg, e->root_end, e->root);
        sb_printf(sb, " for %s with derefs=%d:\n", ir_func_name(e->fn), e->derefs);
    } else {
        sb_adds(sb, ": ");
        ir_print(sb, pkg, e->n);
        sb_printf(sb, " escapes to heap in %s:\n", ir_func_name(e->fn));
    }
    for (uint32_t i = 0; i < e->nsteps; i++) {
        const EscStep *s = &f->steps.v[e->step + i];
        sb_add(sb, at.buf, at.n);
        sb_adds(sb, ":   flow: ");
        put_end(sb, pkg, s->dst_end, s->dst);
        sb_adds(sb, " \xe2\x86\x90 ");
        if (s->derefs < 0) sb_addc(sb, '&');
        for (int d = 0; d < s->derefs; d++) sb_addc(sb, '*');
        put_end(sb, pkg, s->src_end, s->src);
        sb_adds(sb, ":\n");
        for (uint32_t j = 0; j < s->nnotes; j++) {
            const EscNote *nt = &f->notes.v[s->note + j];
            sb_add(sb, at.buf, at.n);
            sb_adds(sb, ":     from ");
            ir_print(sb, pkg, nt->where);
            sb_printf(sb, " (%s) at ", flow_text[nt->flow]);
            ir_format_pos(sb, pkg, ir_npos(nt->where));
            sb_addc(sb, '\n');
        }
    }
    if (e->truncated) {
        sb_add(sb, at.buf, at.n);
        sb_adds(sb,
                ":   warning: truncated explanation due to assignment cycle; see golang.org/issue/35518\n");
    }
    sb_release(&at);
}

StrBuf *esc_line(Batch *b, const void *node) {
    StrBuf *sb = &b->log->text;
    if (ir_pos_known(ir_npos(node))) {
        ir_format_pos(sb, b->pkg, ir_npos(node));
        sb_adds(sb, ": ");
    }
    return sb;
}

/* ---- data ---- */

static EscFacts *facts_of(Batch *b) {
    if (b->facts) return b->facts;
    b->scratch.events.n = b->scratch.steps.n = b->scratch.notes.n = 0;
    return &b->scratch;
}

static uint8_t end_of(const Batch *b, LocId id) {
    if (id == LOC_HEAP) return ESC_END_HEAP;
    return b->locs.v[id].n ? ESC_END_NODE : ESC_END_TEMP;
}

/* Why the root outlives src: the cases of solve.c's outlives. */
static uint8_t outlived_by(const Batch *b, LocId root, LocId src) {
    const Loc *l = &b->locs.v[root], *s = &b->locs.v[src];
    if (root == LOC_HEAP) return ESC_BY_HEAP;
    if (l->attrs & ATTR_ESCAPES) return ESC_BY_HOLDER;
    if (l->param_out) return ESC_BY_RESULT;
    if (l->curfn == s->curfn) return ESC_BY_LOOP;
    return ESC_BY_OUTER;
}

void esc_explain_edge(Batch *b, LocId dst, LocId src, int derefs) {
    vec_push(NULL, &b->facts->edges,
             ((EscEdge){.dst = b->locs.v[dst].n,
                        .src = b->locs.v[src].n,
                        .dst_end = end_of(b, dst),
                        .src_end = end_of(b, src),
                        .derefs = derefs}));
}

static void add_step(Batch *b, EscFacts *f, LocId dst, LocId src, int derefs, uint32_t notes) {
    EscStep s = {.dst = b->locs.v[dst].n,
                 .src = b->locs.v[src].n,
                 .dst_end = end_of(b, dst),
                 .src_end = end_of(b, src),
                 .derefs = derefs,
                 .note = f->notes.n};
    for (uint32_t i = notes; i; i = b->notes.v[i].next) {
        const Note *n = &b->notes.v[i];
        vec_push(NULL, &f->notes, ((EscNote){n->where, n->callee, n->param, n->flow}));
        s.nnotes++;
    }
    vec_push(NULL, &f->steps, s);
}

static void finish_event(Batch *b, EscFacts *f, EscEvent e, LocId src) {
    vec_push(NULL, &f->events, e);
    if (b->facts && !e.leak) {
        while (b->event_of.n < b->locs.n) vec_push(NULL, &b->event_of, 0);
        if (!b->event_of.v[src]) b->event_of.v[src] = f->events.n;
    }
    if (b->level >= 2) escape_format_event(&b->log->text, b->pkg, f, &vec_last(&f->events));
}

void esc_explain_direct(Batch *b, LocId dst, LocId src, int derefs, uint32_t notes) {
    EscFacts *f = facts_of(b);
    Loc *s = &b->locs.v[src];
    EscEvent e = {.n = s->n,
                  .fn = s->curfn,
                  .root = b->locs.v[dst].n,
                  .root_end = end_of(b, dst),
                  .by = outlived_by(b, dst, src),
                  .step = f->steps.n,
                  .nsteps = 1};
    add_step(b, f, dst, src, derefs, notes);
    finish_event(b, f, e, src);
}

void esc_explain_walk(Batch *b, LocId root, LocId src, bool leak, int derefs) {
    EscFacts *f = facts_of(b);
    Loc *s = &b->locs.v[src];
    EscEvent e = {.n = s->n,
                  .fn = s->curfn,
                  .root = b->locs.v[root].n,
                  .root_end = end_of(b, root),
                  .by = outlived_by(b, root, src),
                  .leak = leak,
                  .derefs = derefs,
                  .step = f->steps.n};
    uint32_t words = (b->locs.n + 63) / 64;
    while (b->seen.n < words) vec_push(NULL, &b->seen, 0);
    LocId id = src;
    for (;;) {
        if (b->seen.v[id / 64] >> (id % 64) & 1) {
            e.truncated = true;
            break;
        }
        b->seen.v[id / 64] |= (uint64_t)1 << (id % 64);
        LocId dst = b->locs.v[id].dst;
        Edge *edge = &b->packed.v[b->locs.v[id].dst_edge];
        ASSERT(edge->src == id);
        add_step(b, f, dst, id, edge->derefs, edge->note);
        e.nsteps++;
        if (dst == root) break;
        id = dst;
    }
    id = src;
    for (uint32_t i = 0; i < e.nsteps; i++, id = b->locs.v[id].dst) {
        b->seen.v[id / 64] &= ~((uint64_t)1 << (id % 64));
    }
    finish_event(b, f, e, src);
}
