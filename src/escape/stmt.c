/* stmt.c: statements as flows (spec, "Statements").
 *
 * The only thing a statement contributes besides its expressions is the loop depth: a variable declared
 * inside a loop must not be pointed to by one declared outside, since its storage is used again in the next
 * iteration. Loops are for and range statements and labels with a goto back to them. */
#include "base/fault.h"
#include "escape/escape_int.h"

static void statement(Escape *e, IrNode *n);
static void block(Escape *e, IrNodes l);

static LabelInfo *find_label(Escape *e, const void *label) {
    for (uint32_t i = 0; i < e->labels.n; i++) {
        if (e->labels.v[i].label == label) return &e->labels.v[i];
    }
    return NULL;
}

/* A goto that comes after its label makes the label the head of a loop. */
static void note_label(IrNode *n, void *ctx) {
    Escape *e = ctx;
    if (n->op == OLABEL) {
        const Name *label = IR(LabelStmt, n)->label;
        if (!label || name_is(label, "_")) return;
        LabelInfo *l = find_label(e, label);
        if (l) {
            l->looping = false;
        } else {
            vec_push(NULL, &e->labels, ((LabelInfo){label, false}));
        }
    } else if (n->op == OGOTO) {
        LabelInfo *l = find_label(e, IR(BranchStmt, n)->label);
        if (l) l->looping = true;
    }
}

void esc_walk_func(Batch *b, IrFunc *fn) {
    Escape e = {.b = b, .fn = fn, .loop_depth = 1};
    fn->esc_tags = (void *)(uintptr_t)esc_started;
    ir_visit_list(fn->body, note_label, &e);
    block(&e, fn->body);
    if (e.labels.n) BUG("escape: labels left over in %s", ir_func_name(fn));
    vec_free(&e.labels);
}

void esc_stmts(Escape *e, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) statement(e, l.v[i]);
}

/* A block: the loop depth is what it was when it ends. */
static void block(Escape *e, IrNodes l) {
    int32_t old = e->loop_depth;
    esc_stmts(e, l);
    e->loop_depth = old;
}

static Hole declare(Escape *e, IrName *n) {
    if (n->curfn != e->fn || n->is_closure_var) BUG("escape: bad declaration of %s", n->sym->s);
    LocId id = esc_old_loc(n);
    e->b->locs.v[id].loop_depth = e->loop_depth;
    return hole_of(id);
}

static void trace(Escape *e, IrNode *n) {
    Batch *b = e->b;
    StrBuf *sb = &b->log->text;
    ir_format_pos(sb, b->pkg, b->cur);
    sb_printf(sb, ":[%d] ", e->loop_depth);
    ir_print_sym(sb, b->pkg, e->fn->nname);
    sb_adds(sb, " stmt: ");
    ir_print(sb, b->pkg, n);
    sb_addc(sb, '\n');
}

static void label_stmt(Escape *e, IrLabelStmt *n) {
    if (!n->label || name_is(n->label, "_")) return;
    LabelInfo *l = find_label(e, n->label);
    if (!l) BUG("escape: unknown label %s", n->label->s);
    if (e->b->level > 2) {
        StrBuf *sb = &e->b->log->text;
        ir_format_pos(sb, e->b->pkg, e->b->cur);
        sb_addc(sb, ':');
        if (l->looping) sb_addc(sb, ' ');
        ir_print(sb, e->b->pkg, &n->n);
        sb_adds(sb, l->looping ? " looping label\n" : " non-looping label\n");
    }
    if (l->looping) e->loop_depth++;
    *l = vec_last(&e->labels);
    e->labels.n--;
}

static void range_stmt(Escape *e, IrRangeStmt *n) {
    Batch *b = e->b;
    ASSERT(!n->distinct_vars);
    /* X is evaluated before the loop and is there until it ends. */
    LocId tmp = esc_new_loc(e, NULL, true);
    esc_expr(e, hole_of(tmp), n->x);
    e->loop_depth++;
    Hole ks[2];
    ks[0] = esc_addr(e, n->key);
    ks[1] = esc_addr(e, n->value);
    if (kind_of(n->x->type) == TK_ARRAY) {
        esc_flow(b, hole_note(b, ks[1], &n->n, FLOW_RANGE), tmp);
    } else {
        esc_flow(b, hole_deref(b, ks[1], &n->n, FLOW_RANGE_ELEM), tmp);
    }
    esc_reassigned(e, ks, 2, &n->n);
    block(e, n->body);
    e->loop_depth--;
}

static void switch_stmt(Escape *e, IrSwitchStmt *n) {
    if (n->tag && n->tag->op == OTYPESW) {
        IrTypeSwitchGuard *guard = IR(TypeSwitchGuard, n->tag);
        VEC(Hole) ks = {0};
        if (guard->tag) {
            for (uint32_t i = 0; i < n->cases.n; i++) {
                IrCaseClause *cas = IR(CaseClause, n->cases.v[i]);
                Hole k = declare(e, cas->var); /* these variables have no ODCL */
                if (has_pointers(cas->var->n.type)) {
                    vec_push(NULL, &ks, hole_dot_type(e->b, k, cas->var->n.type, &cas->n, FLOW_SWITCH_CASE));
                }
            }
        }
        esc_expr(e, esc_tee_hole(e, ks.v, ks.n), guard->x);
        vec_free(&ks);
    } else {
        esc_discard(e, n->tag);
    }
    for (uint32_t i = 0; i < n->cases.n; i++) {
        IrCaseClause *cas = IR(CaseClause, n->cases.v[i]);
        esc_discards(e, cas->list);
        block(e, cas->body);
    }
}

static void statement(Escape *e, IrNode *n) {
    fault_poll();
    if (!n) return;
    IrPos old = e->b->cur;
    if (e->b->level > 2) {
        if (ir_has_unique_pos(n)) e->b->cur = ir_npos(n);
        trace(e, n);
    }
    esc_stmts(e, ir_init(n));

    switch (n->op) {
    case OFALL:
    case OINLMARK:
    case OBREAK:
    case OCONTINUE:
    case OGOTO: break;
    case OBLOCK: esc_stmts(e, IR(BlockStmt, n)->list); break;
    case ODCL:
        if (!ir_is_blank(IRN(IR(Decl, n)->x))) declare(e, IR(Decl, n)->x);
        break;
    case OLABEL: label_stmt(e, IR(LabelStmt, n)); break;
    case OIF:
        esc_discard(e, IR(IfStmt, n)->cond);
        block(e, IR(IfStmt, n)->body);
        block(e, IR(IfStmt, n)->els);
        break;
    case OCHECKNIL: esc_discard(e, IR(UnaryExpr, n)->x); break;
    case OFOR: {
        IrForStmt *f = IR(ForStmt, n);
        ASSERT(!f->distinct_vars);
        e->loop_depth++;
        esc_discard(e, f->cond);
        statement(e, f->post);
        block(e, f->body);
        e->loop_depth--;
        break;
    }
    case ORANGE: range_stmt(e, IR(RangeStmt, n)); break;
    case OSWITCH: switch_stmt(e, IR(SwitchStmt, n)); break;
    case OSELECT: {
        IrNodes cases = IR(SelectStmt, n)->cases;
        for (uint32_t i = 0; i < cases.n; i++) {
            IrCaseClause *cas = IR(CaseClause, cases.v[i]);
            statement(e, cas->comm);
            block(e, cas->body);
        }
        break;
    }
    case ORECV: esc_expr_skip_init(e, DISCARD_HOLE, n); break;
    case OSEND:
        esc_discard(e, IR(SendStmt, n)->chan);
        esc_assign_heap(e, IR(SendStmt, n)->value, FLOW_SEND, n);
        break;
    case OAS: esc_assign_list(e, &IR(AssignStmt, n)->x, 1, &IR(AssignStmt, n)->y, 1, FLOW_ASSIGN, n); break;
    case OASOP:
        esc_assign_list(e, &IR(AssignOpStmt, n)->x, 1, &IR(AssignOpStmt, n)->y, 1, FLOW_ASSIGN, n);
        break;
    case OAS2:
    case OAS2DOTTYPE:
    case OAS2MAPR:
    case OAS2RECV:
    case OSELRECV2: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        FlowId flow = n->op == OAS2          ? FLOW_ASSIGN_PAIR
                      : n->op == OAS2DOTTYPE ? FLOW_ASSIGN_DOT_TYPE
                      : n->op == OAS2MAPR    ? FLOW_ASSIGN_MAP_READ
                                             : FLOW_ASSIGN_RECEIVE;
        esc_assign_list(e, as->lhs.v, as->lhs.n, as->rhs.v, as->rhs.n, flow, n);
        break;
    }
    case OAS2FUNC: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        esc_stmts(e, ir_init(as->rhs.v[0]));
        Hole few[8], *ks = as->lhs.n <= COUNT_OF(few) ? few : xmalloc(as->lhs.n * sizeof *ks);
        for (uint32_t i = 0; i < as->lhs.n; i++) ks[i] = esc_addr(e, as->lhs.v[i]);
        esc_call(e, ks, as->lhs.n, as->rhs.v[0]);
        esc_reassigned(e, ks, as->lhs.n, n);
        if (ks != few) free_heap(ks);
        break;
    }
    case ORETURN: {
        IrNodes *results = &IR(ReturnStmt, n)->results;
        if (!e->fn->nresults) break;
        esc_assign_list(e, (IrNode **)(e->fn->dcl.v + func_nparams(e->fn)), e->fn->nresults, results->v,
                        results->n, FLOW_RETURN, n);
        break;
    }
    case OCALLFUNC:
    case OCALLMETH:
    case OCALLINTER:
    case OINLCALL:
    case OCLEAR:
    case OCLOSE:
    case OCOPY:
    case ODELETE:
    case OPANIC:
    case OPRINT:
    case OPRINTLN:
    case ORECOVER: esc_call(e, NULL, 0, n); break;
    case OGO:
    case ODEFER: esc_go_defer(e, n); break;
    case OTAILCALL: esc_call(e, NULL, 0, IRN(IR(TailCallStmt, n)->call)); break;
    default: BUG("escape: unexpected statement O%s", ir_op_info[n->op].name);
    }
    e->b->cur = old;
}
