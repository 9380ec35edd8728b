/* call.c: calls, of functions and of builtins (spec, "Calls", "Built-in functions").
 *
 * A call of a known function of the same batch is an assignment to its parameters and from its results, as if
 * its body stood here once. A call of a function analysed before follows its tags. Of any other call nothing
 * is known: arguments go to the heap, and what the callee's closure returns is not followed. */
#include "escape/escape_int.h"

typedef struct CallArgs {
    IrCallExpr *call;
    const Hole *ks;
    uint32_t nks;
    IrName *fn;
    enum { ARGS_BY_TAG, ARGS_DISCARD, ARGS_HEAP } how;
} CallArgs;

static void argument(Escape *e, Hole k, IrNode *arg, IrNode *call) {
    esc_expr(e, hole_note(e->b, k, call, FLOW_CALL_PARAM), arg);
}

/* A new variable of the function holding expr, declared and assigned in front of what init belongs to. */
static IrName *copy_expr(Escape *e, IrPos pos, IrNode *expr, IrNodes *init) {
    IrPackage *pkg = e->b->pkg;
    if (ir_has_unique_pos(expr)) pos = ir_npos(expr);
    IrName *tmp = ir_temp_at(pkg, e->fn, pos, expr->type);
    IrNodes stmts = ir_nodes2(pkg, ir_dcl(pkg, pos, tmp), ir_as(pkg, pos, &tmp->n, expr));
    ir_append_list(pkg, init, stmts);
    esc_new_loc(e, &tmp->n, true);
    esc_stmts(e, stmts);
    return tmp;
}

/* For functions that take pointers as uintptr: the pointer converted in arg lives, or escapes, with the call.
 */
static void unsafe_uintptr(Escape *e, IrNode *arg, IrCallExpr *call, uint16_t pragma) {
    Batch *b = e->b;
    if (arg->op != OCONVNOP) return;
    IrConvExpr *conv = IR(ConvExpr, arg);
    if (!is_unsafe_pointer(conv->x->type) || !is_uintptr(arg->type)) return;
    IrName *tmp = copy_expr(e, ir_npos(conv), conv->x, ir_inits(e->b->pkg, call));
    conv->x = &tmp->n;
    Hole k = MUTATOR_HOLE;
    if (pragma & IRP_UINTPTR_ESCAPES) k = hole_note(b, HEAP_HOLE, &conv->n, FLOW_UINTPTR);
    esc_flow(b, k, esc_old_loc(tmp));
    if (pragma & IRP_UINTPTR_KEEP_ALIVE) {
        tmp->addrtaken = true;
        ir_append_name(b->pkg, &call->keep_alive, tmp);
    }
}

static void rewrite_argument(Escape *e, IrNode *arg, IrCallExpr *call, IrName *fn) {
    if (!fn || !fn->func) return;
    uint16_t pragma = fn->func->pragma;
    if (!(pragma & (IRP_UINTPTR_KEEP_ALIVE | IRP_UINTPTR_ESCAPES))) return;
    if (arg->op == OSLICELIT) { /* f(a, b) of a variadic f is f([]T{a, b}...) by now */
        IrNodes list = IR(CompLitExpr, arg)->list;
        for (uint32_t i = 0; i < list.n; i++) {
            IrNode *el = list.v[i];
            if (el->op == OKEY) el = IR(KeyExpr, el)->value;
            unsafe_uintptr(e, el, call, pragma);
        }
    } else {
        unsafe_uintptr(e, arg, call, pragma);
    }
}

/* Where an argument for parameter number `param` (receiver first) of fn flows. */
Hole esc_tag_hole(Escape *e, const Hole *ks, uint32_t nks, IrName *fn, uint32_t param) {
    if (!fn) return HEAP_HOLE;
    if (esc_in_mutual_batch(e->b, fn)) return esc_addr(e, &func_param(fn->func, param)->n);
    Leaks l = fn->func ? escape_tag(fn->func, param) : LEAKS_UNKNOWN;
    Hole to[LEAK_SINKS];
    uint32_t n = 0;
    int x;
    if ((x = leaks_get(l, LEAK_HEAP)) >= 0) to[n++] = hole_shift(HEAP_HOLE, x);
    if ((x = leaks_get(l, LEAK_MUTATOR)) >= 0) to[n++] = hole_shift(MUTATOR_HOLE, x);
    if ((x = leaks_get(l, LEAK_CALLEE)) >= 0) to[n++] = hole_shift(CALLEE_HOLE, x);
    if (ks) {
        for (uint32_t i = 0; i < LEAK_RESULTS; i++) {
            if ((x = leaks_get(l, LEAK_RESULT0 + (int)i)) < 0) continue;
            ASSERT(i < nks);
            to[n++] = hole_shift(ks[i], x);
        }
    }
    return esc_tee_hole(e, to, n);
}

static void argument_param(Escape *e, const CallArgs *c, uint32_t param, IrNode *arg) {
    Hole k;
    switch (c->how) {
    case ARGS_DISCARD: k = DISCARD_HOLE; break;
    case ARGS_HEAP: k = HEAP_HOLE; break;
    default:
        rewrite_argument(e, arg, c->call, c->fn);
        k = esc_tag_hole(e, c->ks, c->nks, c->fn, param);
        break;
    }
    k = hole_note(e->b, k, &c->call->n, FLOW_CALL_PARAM);
    if (e->b->notes_on) {
        vec_last(&e->b->notes).param = (int32_t)param;
        vec_last(&e->b->notes).callee = c->how == ARGS_HEAP ? NULL : c->fn;
    }
    esc_expr(e, k, arg);
}

/* Whether a t holds a pointer other than a string's. */
static bool has_non_string_pointers(Type *t) {
    if (!has_pointers(t)) return false;
    Type *u = type_under(t);
    switch (u->kind) {
    case TK_BASIC: return ((Basic *)u)->bk != BK_STRING;
    case TK_STRUCT: {
        Struct *s = (Struct *)u;
        for (uint32_t i = 0; i < s->nfields; i++) {
            if (has_non_string_pointers(s->fields[i]->typ)) return true;
        }
        return false;
    }
    case TK_ARRAY: return has_non_string_pointers(((Array *)u)->elem);
    default: return true;
    }
}

static void function_call(Escape *e, const Hole *ks, uint32_t nks, IrCallExpr *call) {
    Batch *b = e->b;
    CallArgs c = {.call = call, .ks = ks, .nks = nks};
    if (call->n.op == OCALLFUNC) c.fn = ir_static_callee_name(ir_static_value(b->pkg, call->fun));
    IrName *fn = c.fn;
    if (call->is_compiler_var_live) c.how = ARGS_DISCARD; /* keeps a variable alive, nothing more */

    if (ks && fn && esc_in_mutual_batch(b, fn)) {
        IrFunc *f = fn->func;
        for (uint32_t i = 0; i < f->nresults; i++) {
            ASSERT(i < nks);
            esc_expr(e, ks[i], &func_result(f, i)->n);
        }
    }

    uint32_t param = 0;
    IrNode *recv = NULL;
    if (call->n.op == OCALLFUNC) {
        Hole callee = DISCARD_HOLE;
        if (!fn) {
            for (uint32_t i = 0; i < nks; i++) {
                if (ks[i].dst != LOC_BLANK) { /* the results go somewhere, and nobody knows whose they are */
                    callee = hole_note(b, CALLEE_HOLE, &call->n, FLOW_CALLEE);
                    break;
                }
            }
        }
        esc_expr(e, callee, call->fun);
    } else {
        recv = IR(SelectorExpr, call->fun)->x;
    }

    /* internal/abi.EscapeNonString[shape](dict, x): x goes to the heap unless all its pointers are strings'.
     */
    if (ir_is_escape_non_string(fn) && call->args.n == 2) {
        c.how = has_non_string_pointers(call->args.v[1]->type) ? ARGS_HEAP : ARGS_DISCARD;
    }

    if (recv) argument_param(e, &c, param++, recv);
    for (uint32_t i = 0; i < call->args.n; i++) argument_param(e, &c, param++, call->args.v[i]);
}

static void append_call(Escape *e, const Hole *ks, IrCallExpr *call) {
    Batch *b = e->b;
    IrNode **args = call->args.v;
    /* The slice flows to the result when it has room. When not, its elements are copied to a new one, which
     * might be on the heap. */
    Hole two[2] = {ks[0], MUTATOR_HOLE};
    Hole appendee = esc_tee_hole(e, two, 2);
    Type *elem = ir_slice_elem(args[0]->type);
    if (elem && has_pointers(elem)) {
        two[0] = appendee;
        two[1] = hole_deref(b, HEAP_HOLE, &call->n, FLOW_APPENDEE);
        appendee = esc_tee_hole(e, two, 2);
    }
    argument(e, appendee, args[0], &call->n);
    if (call->is_ddd) {
        Hole appended = DISCARD_HOLE;
        elem = ir_slice_elem(args[1]->type);
        if (elem && has_pointers(elem)) appended = hole_deref(b, HEAP_HOLE, &call->n, FLOW_APPENDED);
        argument(e, appended, args[1], &call->n);
    } else {
        for (uint32_t i = 1; i < call->args.n; i++) argument(e, HEAP_HOLE, args[i], &call->n);
    }
    esc_discard(e, call->rtype);
    /* The new buffer. A flag says at run time whether the stack's is taken, so loops do not matter to it. */
    Hole store = esc_spill(e, ks[0], &call->n);
    b->locs.v[store.dst].loop_depth = 0;
}

void esc_call(Escape *e, const Hole *ks, uint32_t nks, IrNode *call) {
    Batch *b = e->b;
    switch (call->op) {
    case OCALLFUNC:
    case OCALLINTER: function_call(e, ks, nks, IR(CallExpr, call)); break;
    case OINLCALL: {
        IrInlinedCallExpr *n = IR(InlinedCallExpr, call);
        esc_stmts(e, n->body);
        for (uint32_t i = 0; i < n->return_vars.n; i++) {
            if (ks) ASSERT(i < nks);
            esc_expr(e, ks ? ks[i] : DISCARD_HOLE, n->return_vars.v[i]);
        }
        break;
    }
    case OAPPEND: append_call(e, ks, IR(CallExpr, call)); break;
    case OCOPY: {
        IrBinaryExpr *n = IR(BinaryExpr, call);
        argument(e, MUTATOR_HOLE, n->x, call);
        Hole copied = DISCARD_HOLE;
        Type *elem = ir_slice_elem(n->y->type);
        if (elem && has_pointers(elem)) copied = hole_deref(b, HEAP_HOLE, call, FLOW_COPIED);
        argument(e, copied, n->y, call);
        esc_discard(e, n->rtype);
        break;
    }
    case OPANIC: argument(e, HEAP_HOLE, IR(UnaryExpr, call)->x, call); break;
    case OCOMPLEX:
        esc_discard(e, IR(BinaryExpr, call)->x);
        esc_discard(e, IR(BinaryExpr, call)->y);
        break;
    case ODELETE:
    case OPRINT:
    case OPRINTLN:
    case ORECOVER:
        esc_discards(e, IR(CallExpr, call)->args);
        esc_discard(e, IR(CallExpr, call)->rtype);
        break;
    case OMIN:
    case OMAX: {
        IrCallExpr *n = IR(CallExpr, call);
        for (uint32_t i = 0; i < n->args.n; i++) argument(e, ks[0], n->args.v[i], call);
        esc_discard(e, n->rtype);
        break;
    }
    case OLEN:
    case OCAP:
    case OREAL:
    case OIMAG:
    case OCLOSE: esc_discard(e, IR(UnaryExpr, call)->x); break;
    case OCLEAR: argument(e, MUTATOR_HOLE, IR(UnaryExpr, call)->x, call); break;
    case OUNSAFESTRINGDATA:
    case OUNSAFESLICEDATA: argument(e, ks[0], IR(UnaryExpr, call)->x, call); break;
    case OUNSAFEADD:
    case OUNSAFESLICE:
    case OUNSAFESTRING:
        argument(e, ks[0], IR(BinaryExpr, call)->x, call);
        esc_discard(e, IR(BinaryExpr, call)->y);
        esc_discard(e, IR(BinaryExpr, call)->rtype);
        break;
    default: BUG("escape: unexpected call O%s", ir_op_info[call->op].name);
    }
}

/* go and defer: the call is by now one of a function without parameters and results, mostly a literal made
 * for it. */
void esc_go_defer(Escape *e, IrNode *n) {
    IrGoDeferStmt *g = IR(GoDeferStmt, n);
    Hole k = HEAP_HOLE;
    if (n->op == ODEFER && e->loop_depth == 1 && !g->defer_at) {
        /* Run once at most, before the function returns. */
        k = esc_later(e, DISCARD_HOLE);
        n->esc = ESC_NEVER;
    }
    if (!g->call || g->call->op != OCALLFUNC) BUG("escape: go or defer of O%s", ir_op_info[g->call->op].name);
    IrCallExpr *call = IR(CallExpr, g->call);
    if (call->fun->op == OCLOSURE && n->op == OGO) IR(ClosureExpr, call->fun)->is_go_wrap = true;
    esc_expr(e, k, call->fun);
}
