/* expr.c: expressions as flows into a hole (spec, "Expressions").
 *
 * Every operand is visited, whatever becomes of its value, because its side effects are flows too. An
 * expression that allocates gets a location, whose address flows to the hole, and a hole for what is stored
 * in it. */
#include "escape/escape_int.h"

void esc_discard(Escape *e, IrNode *n) { esc_expr(e, DISCARD_HOLE, n); }

void esc_discards(Escape *e, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) esc_discard(e, l.v[i]);
}

/* A location for what n allocates: its address goes to k; the result receives what is stored in it. */
Hole esc_spill(Escape *e, Hole k, IrNode *n) {
    LocId loc = esc_new_loc(e, n, false);
    esc_flow(e->b, hole_addr(e->b, k, n, FLOW_SPILL), loc);
    return hole_of(loc);
}

void esc_expr(Escape *e, Hole k, IrNode *n) {
    if (!n) return;
    esc_stmts(e, ir_init(n));
    esc_expr_skip_init(e, k, n);
}

/* A literal's captured variables, and its body. */
static void closure_expr(Escape *e, Hole k, IrClosureExpr *n) {
    Batch *b = e->b;
    k = esc_spill(e, k, &n->n);
    vec_push(NULL, &b->closures, ((ClosureUse){k, &n->n}));
    IrFunc *fn = n->func;
    if (!ir_is_closure(fn)) return;
    for (uint32_t i = 0; i < fn->closure_vars.n; i++) {
        Loc *l = &b->locs.v[esc_old_loc(fn->closure_vars.v[i])];
        if (l->captured) continue;
        l->captured = true;
        /* Assignments in straight-line code before the first capture do not count. */
        if (l->loop_depth == e->loop_depth) l->reassigned = false;
    }
    Escape inner = {.b = b, .fn = fn, .loop_depth = 1};
    for (uint32_t i = 0; i < fn->dcl.n; i++) {
        if (!esc_has_loc(fn->dcl.v[i])) esc_new_loc(&inner, &fn->dcl.v[i]->n, true);
    }
    esc_walk_func(b, fn);
}

static void method_value(Escape *e, Hole k, IrSelectorExpr *n) {
    /* The receiver flows into the closure and to the method's receiver parameter. Nobody knows how the value
     * will be called, so its results go to the heap. */
    Hole closure = esc_spill(e, k, &n->n);
    Signature *sig = as_signature(type_under(n->n.type));
    uint32_t nres = sig && sig->results ? sig->results->n : 0;
    Hole few[8], *ks = nres <= COUNT_OF(few) ? few : xmalloc(nres * sizeof *ks);
    for (uint32_t i = 0; i < nres; i++) ks[i] = HEAP_HOLE;
    Hole both[2];
    both[0] = esc_tag_hole(e, nres ? ks : NULL, nres, n->method, 0);
    both[1] = closure;
    esc_expr(e, esc_tee_hole(e, both, 2), n->x);
    if (ks != few) free_heap(ks);
}

static IrNode *element_value(IrNode *elt) { return elt->op == OKEY ? IR(KeyExpr, elt)->value : elt; }

static void composite(Escape *e, Hole k, IrCompLitExpr *n) {
    Batch *b = e->b;
    switch (n->n.op) {
    case OARRAYLIT:
        for (uint32_t i = 0; i < n->list.n; i++) {
            esc_expr(e, hole_note(b, k, &n->n, FLOW_ARRAY_ELEM), element_value(n->list.v[i]));
        }
        break;
    case OSLICELIT:
        k = esc_spill(e, k, &n->n);
        for (uint32_t i = 0; i < n->list.n; i++) {
            esc_expr(e, hole_note(b, k, &n->n, FLOW_SLICE_ELEM), element_value(n->list.v[i]));
        }
        break;
    case OSTRUCTLIT:
        for (uint32_t i = 0; i < n->list.n; i++) {
            esc_expr(e, hole_note(b, k, &n->n, FLOW_STRUCT_FIELD), IR(StructKeyExpr, n->list.v[i])->value);
        }
        break;
    default: /* OMAPLIT: keys and values are stored in the heap */
        esc_spill(e, k, &n->n);
        for (uint32_t i = 0; i < n->list.n; i++) {
            IrKeyExpr *elt = IR(KeyExpr, n->list.v[i]);
            esc_assign_heap(e, elt->key, FLOW_MAP_LIT_KEY, &n->n);
            esc_assign_heap(e, elt->value, FLOW_MAP_LIT_VALUE, &n->n);
        }
        break;
    }
}

void esc_expr_skip_init(Escape *e, Hole k, IrNode *n) {
    if (!n) return;
    Batch *b = e->b;
    IrPos old = b->cur;
    if (b->level > 2 && ir_has_unique_pos(n)) b->cur = ir_npos(n);

    if (k.derefs >= 0 && n->type && !is_untyped(n->type) && !has_pointers(n->type)) k.dst = LOC_BLANK;

    switch (n->op) {
    case OLITERAL:
    case ONIL:
    case OGETG:
    case OGETCALLERSP:
    case OTYPE:
    case OMETHEXPR:
    case OLINKSYMOFFSET:
    case ODYNAMICTYPE: /* points to type descriptors, which are static data */ break;
    case ONAME:
        if (IR(Name, n)->name_class != PFUNC && IR(Name, n)->name_class != PEXTERN) {
            esc_flow(b, k, esc_old_loc(IR(Name, n)));
        }
        break;
    case OPLUS:
    case ONEG:
    case OBITNOT:
    case ONOT:
    case ORECV: esc_discard(e, IR(UnaryExpr, n)->x); break;
    case OPS_ARITHMETIC:
    case OLSH:
    case ORSH:
    case OPS_COMPARISON:
        esc_discard(e, IR(BinaryExpr, n)->x);
        esc_discard(e, IR(BinaryExpr, n)->y);
        break;
    case OANDAND:
    case OOROR:
        esc_discard(e, IR(LogicalExpr, n)->x);
        esc_discard(e, IR(LogicalExpr, n)->y);
        break;
    case OADDR: esc_expr(e, hole_addr(b, k, n, FLOW_ADDRESS), IR(AddrExpr, n)->x); break;
    case ODEREF: esc_expr(e, hole_deref(b, k, n, FLOW_INDIRECTION), IR(StarExpr, n)->x); break;
    case ODOT:
    case ODOTMETH:
    case ODOTINTER: esc_expr(e, hole_note(b, k, n, FLOW_DOT), IR(SelectorExpr, n)->x); break;
    case ODOTPTR: esc_expr(e, hole_deref(b, k, n, FLOW_DOT_POINTER), IR(SelectorExpr, n)->x); break;
    case ODOTTYPE:
    case ODOTTYPE2:
        esc_expr(e, hole_dot_type(b, k, n->type, n, FLOW_ASSERTION), IR(TypeAssertExpr, n)->x);
        break;
    case ODYNAMICDOTTYPE:
    case ODYNAMICDOTTYPE2:
        esc_expr(e, hole_dot_type(b, k, n->type, n, FLOW_ASSERTION), IR(DynamicTypeAssertExpr, n)->x);
        break;
    case OINDEX: {
        IrIndexExpr *x = IR(IndexExpr, n);
        if (kind_of(x->x->type) == TK_ARRAY) {
            esc_expr(e, hole_note(b, k, n, FLOW_ARRAY_INDEX), x->x);
        } else {
            esc_expr(e, hole_deref(b, k, n, FLOW_SLICE_INDEX), x->x);
        }
        esc_discard(e, x->index);
        break;
    }
    case OINDEXMAP:
        esc_discard(e, IR(IndexExpr, n)->x);
        esc_discard(e, IR(IndexExpr, n)->index);
        break;
    case OSLICE:
    case OSLICEARR:
    case OSLICE3:
    case OSLICE3ARR:
    case OSLICESTR: {
        IrSliceExpr *x = IR(SliceExpr, n);
        esc_expr(e, hole_note(b, k, n, FLOW_SLICE), x->x);
        esc_discard(e, x->low);
        esc_discard(e, x->high);
        esc_discard(e, x->max);
        break;
    }
    case OCONV:
    case OCONVNOP: {
        IrConvExpr *x = IR(ConvExpr, n);
        if (n->type && is_unsafe_pointer(n->type) && is_uintptr(x->x->type)) {
            esc_unsafe_value(e, k, x->x);
        } else {
            esc_expr(e, k, x->x);
        }
        break;
    }
    case OCONVIFACE: {
        IrConvExpr *x = IR(ConvExpr, n);
        if (!type_is_interface(x->x->type) && !ir_is_direct_iface(x->x->type)) k = esc_spill(e, k, n);
        esc_expr(e, hole_note(b, k, n, FLOW_CONVERTED), x->x);
        break;
    }
    case OMAKEFACE: /* the first operand is a type or an itab */ esc_expr(e, k, IR(BinaryExpr, n)->y); break;
    case OITAB:
    case OIDATA:
    case OSPTR: esc_expr(e, k, IR(UnaryExpr, n)->x); break;
    case OSLICE2ARR: esc_expr(e, hole_deref(b, k, n, FLOW_SLICE_TO_ARRAY), IR(ConvExpr, n)->x); break;
    case OSLICE2ARRPTR: esc_expr(e, k, IR(ConvExpr, n)->x); break;
    case OCALLMETH:
    case OCALLFUNC:
    case OCALLINTER:
    case OINLCALL:
    case OLEN:
    case OCAP:
    case OMIN:
    case OMAX:
    case OCOMPLEX:
    case OREAL:
    case OIMAG:
    case OAPPEND:
    case OCOPY:
    case ORECOVER:
    case OUNSAFEADD:
    case OUNSAFESLICE:
    case OUNSAFESTRING:
    case OUNSAFESTRINGDATA:
    case OUNSAFESLICEDATA: esc_call(e, &k, 1, n); break;
    case ONEW: esc_spill(e, k, n); break;
    case OMAKESLICE:
        esc_spill(e, k, n);
        esc_discard(e, IR(MakeExpr, n)->len);
        esc_discard(e, IR(MakeExpr, n)->capx);
        break;
    case OMAKECHAN: esc_discard(e, IR(MakeExpr, n)->len); break;
    case OMAKEMAP:
        esc_spill(e, k, n);
        esc_discard(e, IR(MakeExpr, n)->len);
        break;
    case OMETHVALUE: method_value(e, k, IR(SelectorExpr, n)); break;
    case OPTRLIT: esc_expr(e, esc_spill(e, k, n), IR(AddrExpr, n)->x); break;
    case OARRAYLIT:
    case OSLICELIT:
    case OSTRUCTLIT:
    case OMAPLIT: composite(e, k, IR(CompLitExpr, n)); break;
    case OCLOSURE: closure_expr(e, k, IR(ClosureExpr, n)); break;
    case ORUNES2STR:
    case OBYTES2STR:
    case OSTR2RUNES:
    case OSTR2BYTES:
    case ORUNESTR:
        esc_spill(e, k, n);
        esc_discard(e, IR(ConvExpr, n)->x);
        break;
    case OADDSTR: /* the run-time routine keeps no operand */
        esc_spill(e, k, n);
        esc_discards(e, IR(AddStringExpr, n)->list);
        break;
    default: BUG("escape: unexpected expression O%s", ir_op_info[n->op].name);
    }
    b->cur = old;
}

/* Arithmetic on uintptr: looks for what was converted from an unsafe.Pointer. */
void esc_unsafe_value(Escape *e, Hole k, IrNode *n) {
    Batch *b = e->b;
    if (!n) return;
    ASSERT(!k.addrtaken);
    esc_stmts(e, ir_init(n));
    switch (n->op) {
    case OCONV:
    case OCONVNOP:
        if (is_unsafe_pointer(IR(ConvExpr, n)->x->type)) {
            esc_expr(e, k, IR(ConvExpr, n)->x);
        } else {
            esc_discard(e, IR(ConvExpr, n)->x);
        }
        break;
    case ODOTPTR:
        if (ir_is_reflect_header_data_field(n)) {
            esc_expr(e, hole_deref(b, k, n, FLOW_HEADER_DATA), IR(SelectorExpr, n)->x);
        } else {
            esc_discard(e, IR(SelectorExpr, n)->x);
        }
        break;
    case OPLUS:
    case ONEG:
    case OBITNOT: esc_unsafe_value(e, k, IR(UnaryExpr, n)->x); break;
    case OPS_ARITHMETIC:
        esc_unsafe_value(e, k, IR(BinaryExpr, n)->x);
        esc_unsafe_value(e, k, IR(BinaryExpr, n)->y);
        break;
    case OLSH:
    case ORSH: /* a shift count is no pointer */
        esc_unsafe_value(e, k, IR(BinaryExpr, n)->x);
        esc_discard(e, IR(BinaryExpr, n)->y);
        break;
    default: esc_expr_skip_init(e, DISCARD_HOLE, n); break;
    }
}
