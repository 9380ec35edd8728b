/* assign.c: where assignments go (spec, "Assignment statements"). */
#include "escape/escape_int.h"

/* Evaluates n for the effects of storing through it. */
static void mutate(Escape *e, IrNode *n) { esc_expr(e, MUTATOR_HOLE, n); }

/* The hole that stands for storing into the addressable (or map index) expression n; NULL and _ take
 * anything. */
Hole esc_addr(Escape *e, IrNode *n) {
    if (!n || ir_is_blank(n)) return DISCARD_HOLE;
    Hole k = HEAP_HOLE;
    switch (n->op) {
    case ONAME:
        if (IR(Name, n)->name_class != PEXTERN) k = hole_of(esc_old_loc(IR(Name, n)));
        break;
    case OLINKSYMOFFSET: break;
    case ODOT: k = esc_addr(e, IR(SelectorExpr, n)->x); break;
    case OINDEX: {
        IrIndexExpr *x = IR(IndexExpr, n);
        esc_discard(e, x->index);
        if (kind_of(x->x->type) == TK_ARRAY) {
            k = esc_addr(e, x->x);
        } else {
            mutate(e, x->x);
        }
        break;
    }
    case ODEREF: mutate(e, IR(StarExpr, n)->x); break;
    case ODOTPTR: mutate(e, IR(SelectorExpr, n)->x); break;
    case OINDEXMAP: {
        IrIndexExpr *x = IR(IndexExpr, n);
        esc_discard(e, x->x);
        esc_assign_heap(e, x->index, FLOW_MAP_PUT_KEY, n);
        break;
    }
    default: BUG("escape: store into O%s", ir_op_info[n->op].name);
    }
    return k;
}

void esc_assign_heap(Escape *e, IrNode *src, FlowId flow, IrNode *where) {
    esc_expr(e, hole_note(e->b, HEAP_HOLE, where, flow), src);
}

/* dsts... = srcs...; missing sources are zero values. */
void esc_assign_list(Escape *e, IrNode **dsts, uint32_t ndsts, IrNode **srcs, uint32_t nsrcs, FlowId flow,
                     IrNode *where) {
    Batch *b = e->b;
    Hole few[8] = {{0}}, *ks = ndsts <= COUNT_OF(few) ? few : xmalloc(ndsts * sizeof *ks);
    for (uint32_t i = 0; i < ndsts; i++) ks[i] = esc_addr(e, dsts[i]);
    for (uint32_t i = 0; i < ndsts; i++) {
        Hole k = ks[i];
        IrNode *dst = dsts[i], *src = i < nsrcs ? srcs[i] : NULL;
        if (dst) {
            /* Storing a uintptr into the Data field of a reflect header stores a pointer. */
            if (dst->op == ODOTPTR && ir_is_reflect_header_data_field(dst)) {
                esc_unsafe_value(e, hole_note(b, HEAP_HOLE, where, flow), src);
                continue;
            }
            if (src && esc_is_self_assign(dst, src)) {
                if (b->level >= 1) {
                    StrBuf *sb = esc_line(b, where);
                    ir_print_sym(sb, b->pkg, e->fn->nname);
                    sb_adds(sb, " ignoring self-assignment in ");
                    ir_print(sb, b->pkg, where);
                    mlog_end(b->log);
                }
                k = DISCARD_HOLE;
            }
        }
        esc_expr(e, hole_note(b, k, where, flow), src);
    }
    esc_reassigned(e, ks, ndsts, where);
    if (ks != few) free_heap(ks);
}

/* Marks what the holes stand for as reassigned, unless it is a variable that is declared and given its only
 * value by `where`. */
void esc_reassigned(Escape *e, const Hole *ks, uint32_t nks, IrNode *where) {
    if (where->op == OAS && !IR(AssignStmt, where)->y) {
        IrNode *dst = IR(AssignStmt, where)->x;
        if (dst && dst->op == ONAME && !IR(Name, dst)->defn) return; /* var x T: its first value */
    }
    for (uint32_t i = 0; i < nks; i++) {
        Loc *l = &e->b->locs.v[ks[i].dst];
        /* Variables of a range statement are assigned in each iteration. */
        if (l->n && l->n->op == ONAME && IR(Name, l->n)->defn == where && where->op != ORANGE) continue;
        l->reassigned = true;
    }
}
