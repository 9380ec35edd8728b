/* bounds.c: "index bounds check elided".
 *
 * After escape analysis the compiler brings each function into the order of evaluation and lowers it (its
 * packages walk and order); on the way it remarks on array elements whose index cannot be out of range by its
 * type or form, as in table[b&15]. The remarks come in the order in which expressions are lowered, which is
 * not that of the text: calls, slicing, short-circuit operators and the like are taken out of an expression
 * first. We follow that order without rewriting anything. ready() does what order does to an expression: what
 * would be moved to a temporary in front of the statement is lowered right there and marked, so that lower(),
 * which goes over the rest, skips it. */
#include "base/fault.h"
#include "escape/escape_int.h"

typedef struct Remarks {
    IrPackage *pkg;
    MLog *log;
    Sizes sizes;
    VEC(IrNode *) marked;   /* nodes with IRF_WALKED, to be cleared after the function */
    VEC(IrFunc *) closures; /* met in the function at hand */
    VEC(IrFunc *) todo;
    bool has_defer;
} Remarks;

static void stmt(Remarks *r, IrNode *n);
static void ready(Remarks *r, IrNode *n, IrNode *lhs);
static void lower(Remarks *r, IrNode *n);

static void mark(Remarks *r, IrNode *n) {
    if (n->flags & IRF_WALKED) return;
    n->flags |= IRF_WALKED;
    vec_push(NULL, &r->marked, n);
}

static void stmts(Remarks *r, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) stmt(r, l.v[i]);
}

/* ---- lower: walkExpr ---- */

static bool is_signed(Type *t) { return !is_unsigned(type_under(t)); }

/* Whether integer expression n is in [0, max) whatever its operands are. */
static bool bounded(Remarks *r, IrNode *n, int64_t max) {
    Type *t = n->type;
    if (!t || !is_integer(t)) return false;
    bool sign = is_signed(t);
    int bits = (int)(8 * sizes_sizeof(&r->sizes, t));
    int64_t v = 0;
    if (ir_is_small_int_const(n)) return ir_const_int64(n, &v) && 0 <= v && v < max;
    IrBinaryExpr *b = IR(BinaryExpr, n);
    if (!(n->flags & IRF_WALKED)) {
        switch (n->op) {
        case OAND:
        case OANDNOT:
            v = -1;
            if (ir_is_small_int_const(b->x)) {
                ir_const_int64(b->x, &v);
            } else if (ir_is_small_int_const(b->y)) {
                ir_const_int64(b->y, &v);
                if (n->op == OANDNOT) {
                    v = ~v;
                    if (!sign) v &= bits < 64 ? ((int64_t)1 << bits) - 1 : -1;
                }
            }
            if (0 <= v && v < max) return true;
            break;
        case OMOD:
            if (!sign && ir_is_small_int_const(b->y) && ir_const_int64(b->y, &v) && 0 <= v && v <= max)
                return true;
            break;
        case ODIV:
            if (!sign && ir_is_small_int_const(b->y) && ir_const_int64(b->y, &v)) {
                for (; bits > 0 && v >= 2; v >>= 1) bits--;
            }
            break;
        case ORSH:
            if (!sign && ir_is_small_int_const(b->y) && ir_const_int64(b->y, &v)) {
                if (v > bits) return true;
                bits -= (int)v;
            }
            break;
        default: break;
        }
    }
    return !sign && bits <= 62 && ((int64_t)1 << bits) <= max;
}

static void index_expr(Remarks *r, IrIndexExpr *n) {
    lower(r, n->x);
    lower(r, n->index);
    Type *t = type_under(n->x->type);
    if (t->kind == TK_POINTER) t = type_under(((Pointer *)t)->base);
    Str s;
    bool ok = false;
    if (t->kind == TK_ARRAY) {
        ok = bounded(r, n->index, ((Array *)t)->len);
    } else if (ir_const_string(n->x, &s)) {
        ok = bounded(r, n->index, (int64_t)s.n);
    }
    int64_t v;
    if (!ok || (n->index->op == OLITERAL && ir_const_int64(n->index, &v))) return;
    ir_format_pos(&r->log->text, r->pkg, ir_npos(n));
    sb_adds(&r->log->text, ": index bounds check elided\n");
}

/* walk's safeExpr: what stands in n beside names becomes temporaries, of which only the type is known. */
static void safe(Remarks *r, IrNode *n) {
    if (!n || (n->flags & IRF_WALKED)) return;
    switch (n->op) {
    case ONAME:
    case OLITERAL:
    case ONIL: return;
    case OLEN:
    case OCAP: safe(r, IR(UnaryExpr, n)->x); return;
    case ODOT:
    case ODOTPTR: safe(r, IR(SelectorExpr, n)->x); return;
    case ODEREF: safe(r, IR(StarExpr, n)->x); return;
    case OINDEX:
    case OINDEXMAP:
        safe(r, IR(IndexExpr, n)->x);
        safe(r, IR(IndexExpr, n)->index);
        return;
    default: lower(r, n); mark(r, n);
    }
}

static void append_args(Remarks *r, IrCallExpr *n) {
    for (uint32_t i = 0; i < n->args.n; i++) {
        safe(r, n->args.v[i]);
        lower(r, n->args.v[i]);
    }
}

static bool lower_child(IrNode *n, void *ctx) {
    lower(ctx, n);
    return false;
}

static void lower(Remarks *r, IrNode *n) {
    if (!n || (n->flags & IRF_WALKED)) return;
    switch (n->op) {
    case OINDEX: index_expr(r, IR(IndexExpr, n)); return;
    case OCLOSURE: {
        IrFunc *fn = IR(ClosureExpr, n)->func;
        if (ir_is_closure(fn)) vec_push(NULL, &r->closures, fn);
        mark(r, n);
        return;
    }
    case OAPPEND: append_args(r, IR(CallExpr, n)); return;
    case OINLCALL: /* its body has been taken out; what remains are the results' names */
    case ONAME:
    case OLITERAL:
    case OTYPE: return;
    default:
        /* Statements in front of it are marked by now. */
        ir_do_children(n, lower_child, r);
        return;
    }
}

/* ---- ready: order's expr ---- */

/* n becomes a temporary in front of the statement. */
static void take_out(Remarks *r, IrNode *n) {
    lower(r, n);
    mark(r, n);
}

static void init_of(Remarks *r, IrNode *n) {
    for (uint32_t i = 0; i < ir_init(n).n; i++) {
        if (ir_init(n).v[i]->flags & IRF_WALKED) continue;
        stmt(r, ir_init(n).v[i]);
        mark(r, ir_init(n).v[i]);
    }
}

static void ready_list(Remarks *r, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) ready(r, l.v[i], NULL);
}

static void cheap(Remarks *r, IrNode *n) {
    if (!n || n->op == ONAME || n->op == OLITERAL || n->op == ONIL) return;
    if (n->op == OLEN || n->op == OCAP) {
        cheap(r, IR(UnaryExpr, n)->x);
        return;
    }
    take_out(r, n);
}

static bool ready_child(IrNode *n, void *ctx) {
    ready(ctx, n, NULL);
    return false;
}

/* A value whose address is passed to the run-time system. */
static void addr_temp(Remarks *r, IrNode *n) {
    if (n->op == ONIL || n->op == OLITERAL || n->op == OSTRUCTLIT || n->op == OARRAYLIT) return;
    if (ir_is_addressable(n)) {
        IrNode *outer = ir_outer_value(n);
        if (outer->op != ONAME || IR(Name, outer)->name_class != PAUTO || IR(Name, outer)->addrtaken) return;
        if (sizes_sizeof(&r->sizes, outer->type) > 4 * r->sizes.ptr_size) return; /* not kept in registers */
    }
    take_out(r, n);
}

static bool conv_needs_addr(Remarks *r, Type *t) {
    if (type_is_interface(t)) return false;
    int64_t size = sizes_sizeof(&r->sizes, t), align = sizes_alignof(&r->sizes, t);
    if (size == 2 && align == 2) return false;
    if (!has_pointers(t) && ((size == 4 && align == 4) || (size == 8 && align == 8))) return false;
    Type *u = type_under(t);
    return !(u->kind == TK_SLICE || is_string(u));
}

static void call_parts(Remarks *r, IrNode *n) {
    switch (ir_op_info[n->op].class_id) {
    case IC_UnaryExpr: ready(r, IR(UnaryExpr, n)->x, NULL); break;
    case IC_ConvExpr: ready(r, IR(ConvExpr, n)->x, NULL); break;
    case IC_BinaryExpr:
        ready(r, IR(BinaryExpr, n)->x, NULL);
        ready(r, IR(BinaryExpr, n)->y, NULL);
        break;
    case IC_MakeExpr:
        ready(r, IR(MakeExpr, n)->len, NULL);
        ready(r, IR(MakeExpr, n)->capx, NULL);
        break;
    default:
        ready(r, IR(CallExpr, n)->fun, NULL);
        ready_list(r, IR(CallExpr, n)->args);
        break;
    }
}

static void ready(Remarks *r, IrNode *n, IrNode *lhs) {
    if (!n || (n->flags & IRF_WALKED)) return;
    if (n->op == ONAME || n->op == OLITERAL || n->op == OTYPE) return;
    init_of(r, n);
    bool to_name = lhs && lhs->op == ONAME;
    switch (n->op) {
    case OINDEXMAP: {
        IrIndexExpr *x = IR(IndexExpr, n);
        ready(r, x->x, NULL);
        ready(r, x->index, NULL);
        break;
    }
    case OCONVIFACE: {
        IrNode *x = IR(ConvExpr, n)->x;
        ready(r, x, NULL);
        if (conv_needs_addr(r, x->type)) addr_temp(r, x);
        break;
    }
    case OANDAND:
    case OOROR: {
        IrLogicalExpr *x = IR(LogicalExpr, n);
        ready(r, x->x, NULL);
        lower(r, x->x);
        ready(r, x->y, NULL);
        lower(r, x->y);
        mark(r, n);
        break;
    }
    case OCALLFUNC:
    case OCALLINTER:
    case OCAP:
    case OCOMPLEX:
    case OCOPY:
    case OIMAG:
    case OLEN:
    case OMAKECHAN:
    case OMAKEMAP:
    case OMAKESLICE:
    case OMAKESLICECOPY:
    case OMAX:
    case OMIN:
    case ONEW:
    case OREAL:
    case ORECOVER:
    case OSTR2BYTES:
    case OSTR2BYTESTMP:
    case OSTR2RUNES:
        call_parts(r, n);
        if (!to_name) take_out(r, n);
        break;
    case OINLCALL: {
        IrInlinedCallExpr *x = IR(InlinedCallExpr, n);
        stmts(r, x->body);
        mark(r, n);
        break;
    }
    case OAPPEND: {
        IrCallExpr *x = IR(CallExpr, n);
        ready_list(r, x->args);
        if (!lhs || (!to_name && !ir_same_safe_expr(lhs, x->args.v[0]))) take_out(r, n);
        break;
    }
    case OSLICE:
    case OSLICEARR:
    case OSLICESTR:
    case OSLICE3:
    case OSLICE3ARR: {
        IrSliceExpr *x = IR(SliceExpr, n);
        ready(r, x->x, NULL);
        ready(r, x->low, NULL);
        cheap(r, x->low);
        ready(r, x->high, NULL);
        cheap(r, x->high);
        ready(r, x->max, NULL);
        cheap(r, x->max);
        if (!lhs || (!to_name && !ir_same_safe_expr(lhs, x->x))) take_out(r, n);
        break;
    }
    case OCLOSURE: break;
    case OMETHVALUE: ready(r, IR(SelectorExpr, n)->x, NULL); break;
    case ODOTTYPE:
    case ODOTTYPE2:
        ready(r, IR(TypeAssertExpr, n)->x, NULL);
        if (!ir_is_direct_iface(n->type)) take_out(r, n);
        break;
    case ORECV:
        ready(r, IR(UnaryExpr, n)->x, NULL);
        take_out(r, n);
        break;
    case OPS_COMPARISON: {
        IrBinaryExpr *x = IR(BinaryExpr, n);
        ready(r, x->x, NULL);
        ready(r, x->y, NULL);
        TypeKind k = kind_of(x->x->type);
        if (k == TK_STRUCT || k == TK_ARRAY) {
            addr_temp(r, x->x);
            addr_temp(r, x->y);
        }
        break;
    }
    case OMAPLIT: {
        IrCompLitExpr *x = IR(CompLitExpr, n);
        for (uint32_t i = 0; i < x->list.n; i++) {
            IrKeyExpr *kv = IR(KeyExpr, x->list.v[i]);
            ready(r, kv->key, NULL);
            ready(r, kv->value, NULL);
            lower(r, kv->value);
            lower(r, kv->key);
        }
        mark(r, n);
        break;
    }
    default: ir_do_children(n, ready_child, r); break;
    }
}

/* ---- assignments ---- */

typedef struct Parallel { /* what assignments made so far may have changed */
    Remarks *r;
    VEC(IrName *) assigned;
    bool mem_write, defer_result_write;
} Parallel;

static bool on_stack(const IrName *n) {
    IrClass c = (IrClass)n->name_class;
    return (c == PPARAM || c == PPARAMOUT || c == PAUTO) && n->n.esc != ESC_HEAP;
}

static bool reads_memory(const IrNode *n) {
    switch (n->op) {
    case ONAME: return IR(Name, n)->name_class != PFUNC && (IR(Name, n)->addrtaken || !on_stack(IR(Name, n)));
    case OPS_ARITHMETIC:
    case OANDAND:
    case OBITNOT:
    case OCONV:
    case OCONVIFACE:
    case OCONVNOP:
    case ODOT:
    case ODOTTYPE:
    case OLITERAL:
    case OLSH:
    case ONEG:
    case ONIL:
    case OOROR:
    case OPAREN:
    case OPLUS:
    case ORSH: return false;
    default: return true;
    }
}

static bool affected_node(IrNode *n, void *ctx) {
    Parallel *p = ctx;
    if (n->flags & IRF_WALKED) return false;
    if (n->op == ONAME) {
        for (uint32_t i = 0; i < p->assigned.n; i++) {
            if (p->assigned.v[i] == IR(Name, n)) return true;
        }
    }
    if (p->mem_write && reads_memory(n)) return true;
    return ir_do_children(n, affected_node, p);
}

/* n is copied first when an earlier assignment of the statement may change it. */
static void save(Parallel *p, IrNode *n) {
    if (!n || (n->flags & IRF_WALKED)) return;
    if (p->defer_result_write || affected_node(n, p)) take_out(p->r, n);
}

static void assign_parallel(Remarks *r, bool returns, IrNode **lhs, IrNode **rhs, uint32_t n) {
    Parallel p = {.r = r};
    for (uint32_t i = 0; i < n; i++) {
        IrNode *l = lhs[i], *y = rhs[i];
        if (returns && ir_same_safe_expr(l, y)) continue;
        for (;;) {
            if (l->op == OINDEX && kind_of(IR(IndexExpr, l)->x->type) == TK_ARRAY) {
                save(&p, IR(IndexExpr, l)->index);
                l = IR(IndexExpr, l)->x;
            } else if (l->op == ODOT) {
                l = IR(SelectorExpr, l)->x;
            } else {
                break;
            }
        }
        IrName *name = l->op == ONAME ? IR(Name, l) : NULL;
        if (l->op == OINDEX || l->op == OINDEXMAP) {
            save(&p, IR(IndexExpr, l)->x);
            save(&p, IR(IndexExpr, l)->index);
        } else if (l->op == ODEREF) {
            save(&p, IR(StarExpr, l)->x);
        } else if (l->op == ODOTPTR) {
            save(&p, IR(SelectorExpr, l)->x);
        }
        save(&p, y);
        lower(r, lhs[i]);
        lower(r, y);
        if (!name) {
            p.mem_write = true;
        } else if (name->name_class == PPARAMOUT && r->has_defer) {
            p.defer_result_write = true;
        } else if (ir_is_blank(&name->n)) {
            continue;
        } else if (name->addrtaken || !on_stack(name)) {
            p.mem_write = true;
        } else {
            vec_push(NULL, &p.assigned, name);
        }
    }
    vec_free(&p.assigned);
}

static void safe_map_rhs(Remarks *r, IrNode *y) {
    if (y && y->op == OAPPEND && !(y->flags & IRF_WALKED)) {
        IrNodes args = IR(CallExpr, y)->args;
        for (uint32_t i = 1; i < args.n; i++) cheap(r, args.v[i]);
        return;
    }
    cheap(r, y);
}

static void assign_list(Remarks *r, IrAssignListStmt *n) {
    IrNode *rhs = n->rhs.n ? n->rhs.v[0] : NULL; /* none: an inlined call without parameters */
    ready_list(r, n->lhs);
    switch (n->n.op) {
    case OAS2:
        ready_list(r, n->rhs);
        assign_parallel(r, false, n->lhs.v, n->rhs.v, n->lhs.n);
        return;
    case OAS2FUNC:
        init_of(r, rhs);
        if (rhs->op == OINLCALL) {
            IrInlinedCallExpr *x = IR(InlinedCallExpr, rhs);
            stmts(r, x->body);
            ready_list(r, x->return_vars);
            assign_parallel(r, false, n->lhs.v, x->return_vars.v, n->lhs.n);
            return;
        }
        call_parts(r, rhs);
        break;
    default: /* v, ok = ... */
        init_of(r, rhs);
        if (rhs->op == OINDEXMAP) {
            ready(r, IR(IndexExpr, rhs)->x, NULL);
            ready(r, IR(IndexExpr, rhs)->index, NULL);
        } else if (rhs->op == ODOTTYPE2) {
            ready(r, IR(TypeAssertExpr, rhs)->x, NULL);
        } else if (rhs->op == ODYNAMICDOTTYPE2) {
            ready(r, IR(DynamicTypeAssertExpr, rhs)->x, NULL);
        } else if (rhs->op == ORECV) {
            ready(r, IR(UnaryExpr, rhs)->x, NULL);
        }
        break;
    }
    lower(r, rhs);
    for (uint32_t i = 0; i < n->lhs.n; i++) lower(r, n->lhs.v[i]);
}

/* ---- statements ---- */

static void comm_body(Remarks *r, IrCaseClause *cas) {
    if (cas->comm && cas->comm->op == OSELRECV2) {
        IrNodes lhs = IR(AssignListStmt, cas->comm)->lhs;
        ready_list(r, lhs);
        for (uint32_t i = 0; i < lhs.n; i++) lower(r, lhs.v[i]);
    }
    stmts(r, cas->body);
}

static void select_stmt(Remarks *r, IrSelectStmt *n) {
    IrNodes cases = n->cases;
    IrCaseClause *dflt = NULL;
    for (uint32_t i = 0; i < cases.n; i++) {
        IrCaseClause *cas = IR(CaseClause, cases.v[i]);
        IrNode *c = cas->comm;
        if (!c) {
            dflt = cas;
        } else if (c->op == OSEND) {
            ready(r, IR(SendStmt, c)->chan, NULL);
            lower(r, IR(SendStmt, c)->chan);
            ready(r, IR(SendStmt, c)->value, NULL);
            lower(r, IR(SendStmt, c)->value);
        } else if (c->op == OSELRECV2) {
            IrNode *recv = IR(AssignListStmt, c)->rhs.v[0];
            init_of(r, recv);
            ready(r, IR(UnaryExpr, recv)->x, NULL);
            lower(r, IR(UnaryExpr, recv)->x);
        }
    }
    if (cases.n == 1) {
        comm_body(r, IR(CaseClause, cases.v[0]));
        return;
    }
    if (cases.n == 2 && dflt) {
        comm_body(r, IR(CaseClause, cases.v[cases.v[0] == &dflt->n ? 1 : 0]));
        comm_body(r, dflt);
        return;
    }
    /* The general form tests the default first, then sends, then receives from the last to the first. */
    if (dflt) comm_body(r, dflt);
    for (uint32_t i = 0; i < cases.n; i++) {
        IrCaseClause *cas = IR(CaseClause, cases.v[i]);
        if (cas->comm && cas->comm->op == OSEND) comm_body(r, cas);
    }
    for (uint32_t i = cases.n; i-- > 0;) {
        IrCaseClause *cas = IR(CaseClause, cases.v[i]);
        if (cas->comm && cas->comm->op != OSEND) comm_body(r, cas);
    }
}

static void stmt(Remarks *r, IrNode *n) {
    fault_poll();
    if (!n || (n->flags & IRF_WALKED)) return;
    if (n->op == ONAME) return;
    init_of(r, n);
    switch (n->op) {
    case OAS: {
        IrAssignStmt *as = IR(AssignStmt, n);
        ready(r, as->x, NULL);
        ready(r, as->y, as->x);
        if (as->x->op == OINDEXMAP) safe_map_rhs(r, as->y);
        lower(r, as->x);
        lower(r, as->y);
        break;
    }
    case OASOP: {
        IrAssignOpStmt *as = IR(AssignOpStmt, n);
        ready(r, as->x, NULL);
        ready(r, as->y, NULL);
        if (as->x->op == OINDEXMAP) safe_map_rhs(r, as->y);
        lower(r, as->x);
        lower(r, as->y);
        break;
    }
    case OPS_ASSIGN_LIST: assign_list(r, IR(AssignListStmt, n)); break;
    case OBLOCK: stmts(r, IR(BlockStmt, n)->list); break;
    case OBREAK:
    case OCONTINUE:
    case ODCL:
    case OFALL:
    case OGOTO:
    case OLABEL:
    case OINLMARK: break;
    case OTAILCALL: lower(r, IR(TailCallStmt, n)->call->fun); break;
    case OCALLFUNC:
    case OCALLINTER:
    case OCOPY:
    case OPRINT:
    case OPRINTLN:
    case ORECOVER:
    case OCLEAR:
    case OCLOSE:
    case OPANIC:
    case ORECV:
    case ODELETE:
        call_parts(r, n);
        lower(r, n);
        break;
    case OCHECKNIL: ready(r, IR(UnaryExpr, n)->x, NULL); break;
    case OINLCALL: stmts(r, IR(InlinedCallExpr, n)->body); break;
    case ODEFER:
        r->has_defer = true;
        /* fall through */
    case OGO: {
        IrNode *call = IR(GoDeferStmt, n)->call;
        init_of(r, call);
        call_parts(r, call);
        lower(r, IR(CallExpr, call)->fun);
        break;
    }
    case OFOR: {
        IrForStmt *f = IR(ForStmt, n);
        ready(r, f->cond, NULL);
        lower(r, f->cond);
        stmt(r, f->post);
        stmts(r, f->body);
        break;
    }
    case OIF: {
        IrIfStmt *f = IR(IfStmt, n);
        ready(r, f->cond, NULL);
        lower(r, f->cond);
        stmts(r, f->body);
        stmts(r, f->els);
        break;
    }
    case ORANGE: {
        IrRangeStmt *f = IR(RangeStmt, n);
        ready(r, f->x, NULL);
        lower(r, f->x);
        ready(r, f->key, NULL);
        lower(r, f->key);
        ready(r, f->value, NULL);
        lower(r, f->value);
        stmts(r, f->body);
        break;
    }
    case ORETURN: {
        IrReturnStmt *ret = IR(ReturnStmt, n);
        ready_list(r, ret->results);
        IrFunc *fn = vec_last(&r->todo);
        if (ret->results.n == fn->nresults && ret->results.n) {
            assign_parallel(r, true, (IrNode **)(fn->dcl.v + func_nparams(fn)), ret->results.v,
                            ret->results.n);
        }
        break;
    }
    case OSELECT: select_stmt(r, IR(SelectStmt, n)); break;
    case OSEND:
        ready(r, IR(SendStmt, n)->chan, NULL);
        ready(r, IR(SendStmt, n)->value, NULL);
        addr_temp(r, IR(SendStmt, n)->value);
        lower(r, IR(SendStmt, n)->value);
        lower(r, IR(SendStmt, n)->chan);
        break;
    case OSWITCH: {
        IrSwitchStmt *sw = IR(SwitchStmt, n);
        IrNode *tag = sw->tag && sw->tag->op == OTYPESW ? IR(TypeSwitchGuard, sw->tag)->x : sw->tag;
        ready(r, tag, NULL);
        lower(r, tag);
        for (uint32_t i = 0; i < sw->cases.n; i++) {
            IrNodes list = IR(CaseClause, sw->cases.v[i])->list;
            for (uint32_t j = 0; j < list.n; j++) {
                ready(r, list.v[j], NULL);
                lower(r, list.v[j]);
            }
        }
        for (uint32_t i = 0; i < sw->cases.n; i++) stmts(r, IR(CaseClause, sw->cases.v[i])->body);
        break;
    }
    default: BUG("bounds: unexpected statement O%s", ir_op_info[n->op].name);
    }
}

/* A function, then its literals, the last one met first. */
static void function(Remarks *r, IrFunc *fn) {
    vec_push(NULL, &r->todo, fn);
    r->has_defer = false;
    uint32_t first = r->closures.n, first_marked = r->marked.n;
    stmts(r, fn->body);
    for (uint32_t i = first_marked; i < r->marked.n; i++) r->marked.v[i]->flags &= (uint8_t)~IRF_WALKED;
    r->marked.n = first_marked;
    (void)vec_pop(&r->todo);
    while (r->closures.n > first) {
        IrFunc *c = vec_pop(&r->closures);
        function(r, c);
    }
}

void bounds_package(IrPackage *pkg, MLog *log) {
    if (!mlog_on(log, 1)) return;
    Remarks r = {.pkg = pkg, .log = log, .sizes = *ir_sizes()};
    for (uint32_t i = 0; i < pkg->funcs.n; i++) {
        fault_poll();
        IrFunc *fn = pkg->funcs.v[i];
        if (ir_is_closure(fn) || name_is(fn->nname->sym, "_")) continue;
        function(&r, fn);
    }
    vec_free(&r.marked);
    vec_free(&r.closures);
    vec_free(&r.todo);
}
