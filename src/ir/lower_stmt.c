/* Statements.
 *
 * Blocks leave no trace: their statements are spliced into the list around them. Code behind a statement that
 * terminates is dropped up to the last label; an if with a constant condition becomes the branch taken; a
 * switch on a constant its one clause. Each finished statement passes through tc_stmt, which inserts
 * conversions. */
#include "base/fault.h"
#include "ir/generics.h"
#include "ir/lower_int.h"
#include "ir/source.h"

ExprList lower_unpack(Expr **e) {
    if (!*e) return (ExprList){NULL, 0};
    if (KIND(*e) == N_LIST) return AS(ListExpr, *e)->elems;
    return (ExprList){e, 1};
}

/* ---- assignments ---- */

/* An assignee; a variable declared here goes to *names. */
static IrNode *lower_assignee(Lower *l, Expr *e, IrNames *names) {
    e = expr_unparen(e);
    if (KIND(e) == N_NAME) {
        NameExpr *nm = AS(NameExpr, e);
        if (name_is(nm->name, "_")) return IRN(ir_blank(l->c.pkg));
        if (nm->def) {
            Var *obj = nm->def;
            IrName *n = ir_new_local(l->c.pkg, l->c.fn, at(obj->pos), obj->name, lower_type(l, obj->typ));
            n->obj = obj;
            if (obj->pkg) n->pkg = obj->pkg;
            map_put(&l->locals, PKEY(obj), n);
            if (l->env && lower_type_derived(l, obj->typ)) n->dict_index = 1;
            ir_append_name(l->c.pkg, names, n);
            return IRN(n);
        }
    }
    return lower_expr(l, e);
}

static bool init_defn(Lower *l, IrNode *defn, IrNames names) {
    if (!names.n) return false;
    IrNodes init = {0};
    for (uint32_t i = 0; i < names.n; i++) {
        names.v[i]->defn = defn;
        ir_append(l->c.pkg, &init, ir_dcl(l->c.pkg, ir_npos(names.v[i]), names.v[i]));
    }
    ir_set_init(l->c.pkg, defn, init);
    return true;
}

static Type *lhs_type(void *ctx, uint32_t i) {
    Expr *dst = expr_unparen(((Expr **)ctx)[i]);
    if (KIND(dst) == N_NAME) {
        NameExpr *nm = AS(NameExpr, dst);
        if (name_is(nm->name, "_")) return NULL;
        if (nm->def) return nm->def->typ;
        if (nm->use) return nm->use->typ;
        BUG("no type for assignee %s", nm->name->s);
    }
    return dst->type;
}

static IrNode *lower_assign(Lower *l, Pos pos, ExprList lhs, ExprList rhs, IrNodes *out) {
    IrPackage *pkg = l->c.pkg;
    IrNames names = {0};
    IrNodes left = ir_nodes_for(pkg, lhs.n);
    for (uint32_t i = 0; i < lhs.n; i++) ir_append(pkg, &left, lower_assignee(l, lhs.v[i], &names));
    IrNodes right = lower_multi_expr(l, pos, lhs_type, lhs.v, rhs.v, rhs.n);
    if (!right.n) {
        for (uint32_t i = 0; i < names.n; i++) {
            IrNode *as = ir_as(pkg, at(pos), IRN(names.v[i]), NULL);
            ir_append(pkg, ir_inits(pkg, as), ir_dcl(pkg, at(pos), names.v[i]));
            ir_append(pkg, out, tc_stmt(&l->c, as));
        }
        return NULL;
    }
    if (left.n == 1 && right.n == 1) {
        IrNode *n = ir_as(pkg, at(pos), left.v[0], right.v[0]);
        IR(AssignStmt, n)->def = init_defn(l, n, names);
        return n;
    }
    IrAssignListStmt *n = ir_as2(pkg, at(pos), OAS2, left, right);
    n->def = init_defn(l, IRN(n), names);
    return IRN(n);
}

static IrNode *one_of(Lower *l, IrPos pos, Type *t) {
    const Const *one = const_int64(l->c.pkg->arena, 1);
    if (ir_is_float(t)) one = const_to_float(l->c.pkg->arena, one);
    else if (ir_is_complex(t)) one = const_to_complex(l->c.pkg->arena, one);
    return ir_basic_lit(l->c.pkg, pos, t, one);
}

/* ---- compound statements ---- */

static void lower_one(Lower *l, Stmt *s, IrNodes *out);

/* A statement as a single node: NULL when it is none, a block when it is several. */
static IrNode *lower_single(Lower *l, Stmt *s) {
    fault_poll();
    IrNodes out = {0};
    if (s) lower_stmts(l, (StmtList){&s, 1}, &out);
    if (!out.n) return NULL;
    return out.n == 1 ? out.v[0] : ir_block(l->c.pkg, ir_npos(out.v[0]), out);
}

static IrNode *block_of(Lower *l, IrNodes list) {
    if (!list.n) return NULL;
    return list.n == 1 ? list.v[0] : ir_block(l->c.pkg, ir_npos(list.v[0]), list);
}

/* The types of key and value when ranging over a t (types2.RangeKeyVal, for forms other than functions). */
static void range_types(Type *t, Type **key, Type **value) {
    *key = *value = NULL;
    Type *u = type_core(t);
    if (!u) { /* a type set of strings and byte slices has no core type */
        *key = Typ(INT);
        return;
    }
    if (u->kind == TK_POINTER) u = type_under(as_pointer(u)->base);
    switch ((TypeKind)u->kind) {
    case TK_BASIC:
        if (as_basic(u)->info & IS_STRING) {
            *key = Typ(INT);
            *value = universe.rune_type;
        } else *key = t;
        break;
    case TK_ARRAY: *key = Typ(INT), *value = as_array(u)->elem; break;
    case TK_SLICE: *key = Typ(INT), *value = as_slice(u)->elem; break;
    case TK_MAP: *key = as_map(u)->key, *value = as_map(u)->elem; break;
    case TK_CHAN: *key = as_chan(u)->elem; break;
    default: break;
    }
}

static IrNode *lower_range(Lower *l, ForStmt *s, const Name *label) {
    IrPackage *pkg = l->c.pkg;
    RangeClause *rc = AS(RangeClause, s->init);
    IrRangeStmt *n = IR(RangeStmt, ir_new(pkg, at(NPOS(rc)), ORANGE, NULL));
    n->label = label;
    IrNames names = {0};
    ExprList lhs = lower_unpack(&rc->lhs);
    if (lhs.n >= 1) n->key = lower_assignee(l, lhs.v[0], &names);
    if (lhs.n >= 2) n->value = lower_assignee(l, lhs.v[1], &names);
    n->def = init_defn(l, IRN(n), names);
    n->x = lower_expr(l, rc->x);
    Type *key, *value;
    if (ir_is_map(n->x->type)) {
        lower_type(l, type_default(rc->x->type));
        n->rtype = gen_derived_rtype(l, ir_npos(n), rc->x->type);
    }
    range_types(rc->x->type, &key, &value);
    if (n->key && !ir_is_blank(n->key)) {
        lower_conv_rtti(l, key, lhs_type(lhs.v, 0));
        gen_conv_rtti(l, ir_npos(n), key, lhs_type(lhs.v, 0), &n->key_type_word, &n->key_src_rtype);
    }
    if (n->value && !ir_is_blank(n->value)) {
        lower_conv_rtti(l, value, lhs_type(lhs.v, 1));
        gen_conv_rtti(l, ir_npos(n), value, lhs_type(lhs.v, 1), &n->value_type_word, &n->value_src_rtype);
    }
    lower_stmts(l, s->body->list, &n->body);
    n->distinct_vars = l->distinct_vars;
    l->c.fn->loop_vars |= l->distinct_vars;
    return IRN(n);
}

static IrNode *lower_for(Lower *l, ForStmt *s, const Name *label) {
    if (s->init && KIND(s->init) == N_RANGE_CLAUSE) return lower_range(l, s, label);
    IrPackage *pkg = l->c.pkg;
    Expr *cond_expr = s->cond;
    bool never = cond_expr && lower_static_bool(pkg->arena, &cond_expr) < 0;
    IrNode *init = lower_single(l, s->init);
    IrNode *cond = lower_opt_expr(l, cond_expr);
    IrNode *post = never ? NULL : lower_single(l, s->post);
    IrNodes body = {0};
    if (!never) lower_stmts(l, s->body->list, &body);
    bool v;
    if (ir_const_bool(cond, &v) && !v) return init;
    IrForStmt *n = IR(ForStmt, ir_new(pkg, at(NPOS(s)), OFOR, NULL));
    if (init) ir_append(pkg, ir_inits(pkg, n), init);
    n->cond = cond;
    n->post = post;
    n->body = body;
    n->distinct_vars = l->distinct_vars;
    l->c.fn->loop_vars |= l->distinct_vars;
    n->label = label;
    return IRN(n);
}

static IrNode *lower_if(Lower *l, IfStmt *s) {
    IrPackage *pkg = l->c.pkg;
    Expr *cond_expr = s->cond;
    int known = lower_static_bool(pkg->arena, &cond_expr);
    IrNodes init = {0}, then = {0}, els = {0};
    if (s->init) lower_stmts(l, (StmtList){&s->init, 1}, &init);
    IrNode *cond = lower_expr(l, cond_expr);
    if (known >= 0) lower_stmts(l, s->then->list, &then);
    if (known <= 0 && s->els) lower_stmts(l, (StmtList){&s->els, 1}, &els);
    if (known != 0) {
        if (cond->op != OLITERAL)
            ir_append(pkg, &init, tc_stmt(&l->c, ir_as(pkg, at(NPOS(s)), IRN(ir_blank(pkg)), cond)));
        ir_append_list(pkg, &init, then);
        ir_append_list(pkg, &init, els);
        return block_of(l, init);
    }
    IrNode *n = ir_if(pkg, at(NPOS(s)), cond, then, els);
    ir_set_init(pkg, n, init);
    return n;
}

static IrNode *lower_select(Lower *l, SelectStmt *s, const Name *label) {
    IrPackage *pkg = l->c.pkg;
    IrSelectStmt *n = IR(SelectStmt, ir_new(pkg, at(NPOS(s)), OSELECT, NULL));
    n->label = label;
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CommClause *cc = s->clauses[i];
        IrPos pos = at(cc->n.pos);
        IrNode *comm = lower_single(l, cc->comm);
        IrNodes body = {0};
        lower_stmts(l, cc->body, &body);
        /* case i = <-c with an interface conversion: receive into a temporary, convert in the body */
        if (comm && comm->op == OAS && !IR(AssignStmt, comm)->def) {
            IrNode *y = IR(AssignStmt, comm)->y;
            if (y && y->op == OCONVIFACE && IR(ConvExpr, y)->x->op == ORECV) {
                IrNode *recv = IR(ConvExpr, y)->x;
                IrName *tmp = ir_temp_at(pkg, l->c.fn, pos, recv->type);
                IrNode *as = ir_as(pkg, pos, IRN(tmp), recv);
                IR(AssignStmt, as)->def = true;
                ir_append(pkg, ir_inits(pkg, as), ir_dcl(pkg, pos, tmp));
                IR(ConvExpr, y)->x = IRN(tmp);
                ir_prepend_list(pkg, &body, ir_nodes1(pkg, comm));
                comm = as;
            }
        }
        /* comma-ok: the receive has become a statement of its own in front of the assignment */
        if (comm && comm->op == OAS2) {
            IrNodes init = ir_take_init(IR(AssignListStmt, comm)->rhs.v[0]);
            if (init.n != 1 || init.v[0]->op != OAS2RECV) BUG("select case of an unexpected form");
            ir_prepend_list(pkg, &body, ir_nodes1(pkg, comm));
            comm = init.v[0];
        }
        IrCaseClause *k = IR(CaseClause, ir_new(pkg, pos, OCASE, NULL));
        k->n.flags |= IRF_COMM;
        k->comm = comm;
        k->body = body;
        ir_append(pkg, &n->cases, k);
    }
    return IRN(n);
}

/* ---- switch ---- */

/* Where the compiler thinks a type expression ends: the position of a clause's variable. */
static Pos type_expr_end(Expr *e) {
    for (;;) {
        Expr *next = NULL;
        switch (KIND(e)) {
        case N_NAME: return NPOS(e);
        case N_SELECTOR: return NPOS(AS(SelectorExpr, e)->x);
        case N_PAREN: next = AS(ParenExpr, e)->x; break;
        case N_OPERATION: next = AS(Operation, e)->x; break;
        case N_ARRAY_TYPE: next = AS(ArrayType, e)->elem; break;
        case N_CHAN_TYPE: next = AS(ChanType, e)->elem; break;
        case N_DOTS_TYPE: next = AS(DotsType, e)->elem; break;
        case N_MAP_TYPE: next = AS(MapType, e)->value; break;
        case N_SLICE_TYPE: next = AS(SliceType, e)->elem; break;
        case N_INTERFACE_TYPE: {
            FieldList m = AS(InterfaceType, e)->methods;
            if (m.n) next = m.v[m.n - 1]->type_expr;
            break;
        }
        case N_FUNC_TYPE: {
            FuncType *f = AS(FuncType, e);
            if (f->results.n) next = f->results.v[f->results.n - 1]->type_expr;
            else if (f->params.n) next = f->params.v[f->params.n - 1]->type_expr;
            break;
        }
        case N_INDEX: {
            ExprList targs = lower_unpack(&AS(IndexExpr, e)->index);
            next = targs.v[targs.n - 1];
            break;
        }
        default: break;
        }
        if (!next) return NPOS(e);
        e = next;
    }
}

static bool assignable(Type *from, Type *to) {
    if (from == to || type_identical(from, to)) return true;
    return lower_assignable(from, to);
}

static IrNode *lower_switch(Lower *l, SwitchStmt *s, const Name *label) {
    IrPackage *pkg = l->c.pkg;
    CaseClause **clauses = s->clauses;
    uint32_t nclauses = s->nclauses;
    CaseClause *only = NULL, stripped;
    IrNode *init = lower_single(l, s->init);
    IrNode *tag = NULL;
    IrIdent *ident = NULL;
    Type *iface = NULL, *tag_type = NULL;
    bool tag_is_chan = false;
    if (s->tag && KIND(s->tag) == N_TYPE_SWITCH_GUARD) {
        TypeSwitchGuard *g = AS(TypeSwitchGuard, s->tag);
        iface = g->x->type;
        if (g->lhs) {
            ident = IR(Ident, ir_new(pkg, at(NPOS(g->lhs)), ONONAME, NULL));
            ident->sym = g->lhs->name;
        }
        IrNode *x = lower_expr(l, g->x);
        IrTypeSwitchGuard *ts = IR(TypeSwitchGuard, ir_new(pkg, at(NPOS(g)), OTYPESW, NULL));
        ts->tag = ident;
        ts->x = x;
        tag = IRN(ts);
    } else {
        Expr *te = s->tag;
        const Const *tag_val = te ? te->val : const_bool(true);
        tag_type = te ? te->type : Typ(BOOL);
        if (te) tag_is_chan = type_under(tag_type)->kind == TK_CHAN;
        if (tag_val) { /* constant: find the clause taken, unless something is not constant */
            CaseClause *target;
            if (lower_static_clause(pkg->arena, s, tag_val, &target)) {
                if (target) {
                    stripped = *target;
                    stripped.cases = NULL;
                    only = &stripped;
                    clauses = &only;
                    nclauses = 1;
                } else nclauses = 0;
                te = NULL;
                tag_type = Typ(BOOL);
            }
        }
        for (uint32_t i = 0; i < nclauses && !tag_is_chan; i++) {
            ExprList cs = lower_unpack(&clauses[i]->cases);
            for (uint32_t j = 0; j < cs.n; j++) {
                Type *ct = cs.v[j]->type;
                if (!assignable(ct, tag_type) && (type_is_interface(ct) || type_is_interface(tag_type))) {
                    tag_type = TYPE(types_empty_interface());
                    i = nclauses;
                    break;
                }
            }
        }
        if (te) tag = lower_implicit_conv(l, tag_type, te);
    }
    IrSwitchStmt *n = IR(SwitchStmt, ir_new(pkg, at(NPOS(s)), OSWITCH, NULL));
    n->tag = tag;
    n->label = label;
    if (init) ir_append(pkg, ir_inits(pkg, n), init);
    for (uint32_t i = 0; i < nclauses; i++) {
        CaseClause *cc = clauses[i];
        ir_source_note_at(pkg, OCASE, cc);
        IrCaseClause *k = IR(CaseClause, ir_new(pkg, at(cc->n.pos), OCASE, NULL));
        ExprList cs = lower_unpack(&cc->cases);
        for (uint32_t j = 0; j < cs.n; j++) {
            if (!iface) {
                ir_append(pkg, &k->list, lower_implicit_conv(l, tag_is_chan ? NULL : tag_type, cs.v[j]));
                continue;
            }
            Type *ct = cs.v[j]->type;
            bool is_nil = EI_MODE(cs.v[j]) == MODE_NILVALUE ||
                          (ct && ct->kind == TK_BASIC && as_basic(ct)->bk == BK_UNTYPED_NIL);
            ir_append(pkg, &k->list,
                      is_nil ? ir_nil(pkg, ir_pos(NO_POS), Typ(UNTYPED_NIL))
                             : lower_expr_type(l, iface, cs.v[j]));
        }
        if (!iface && !tag) {
            for (uint32_t j = 0; j < k->list.n; j++) {
                if (!ir_is_empty_interface(k->list.v[j]->type)) continue;
                while (k->rtypes.n < j) ir_append(pkg, &k->rtypes, NULL);
                ir_append(pkg, &k->rtypes, gen_rtype(l, ir_npos(k->list.v[j]), Typ(BOOL)));
            }
        }
        if (cc->implicit) {
            Var *obj = cc->implicit;
            Pos p = cs.n ? type_expr_end(cs.v[cs.n - 1]) : cc->n.pos;
            IrName *v = ir_new_local(pkg, l->c.fn, at(p), obj->name, lower_type(l, obj->typ));
            v->obj = obj;
            v->pkg = l->src_pkg;
            map_put(&l->locals, PKEY(obj), v);
            if (l->env && lower_type_derived(l, obj->typ)) v->dict_index = 1;
            v->defn = tag;
            k->var = v;
        }
        lower_stmts(l, cc->body, &k->body);
        ir_append(pkg, &n->cases, k);
    }
    return IRN(n);
}

/* ---- the rest ---- */

static Type *result_type(void *ctx, uint32_t i) {
    Signature *sig = as_signature(type_under(ctx));
    return sig->results->vars[i]->typ;
}

static IrNode *lower_node(Lower *l, Stmt *s, IrNodes *out) {
    IrPackage *pkg = l->c.pkg;
    const Name *label = NULL;
    if (out->n && out->v[out->n - 1]->op == OLABEL) label = IR(LabelStmt, out->v[out->n - 1])->label;
    IrPos pos = at(s->n.pos);
    switch (KIND(s)) {
    case N_EMPTY_STMT: return NULL;
    case N_ASSIGN_STMT: {
        AssignStmt *a = AS(AssignStmt, s);
        Operator op = (Operator)s->n.aux;
        if (!a->rhs) {
            IrNode *lhs = lower_expr(l, a->lhs);
            IrNode *n = ir_asop(pkg, pos, lower_binop(op), lhs, one_of(l, pos, lhs->type));
            IR(AssignOpStmt, n)->inc_dec = true;
            return n;
        }
        if (op != OP_NONE && op != OP_DEF) {
            IrNode *lhs = lower_expr(l, a->lhs);
            Type *t = op == OP_SHL || op == OP_SHR ? NULL : a->lhs->type;
            IrNode *rhs = lower_implicit_conv(l, t, a->rhs);
            return ir_asop(pkg, pos, lower_binop(op), lhs, rhs);
        }
        return lower_assign(l, NPOS(a), lower_unpack(&a->lhs), lower_unpack(&a->rhs), out);
    }
    case N_BLOCK_STMT: lower_stmts(l, AS(BlockStmt, s)->list, out); return NULL;
    case N_BRANCH_STMT: {
        static const IrOp ops[] = {OBREAK, OCONTINUE, OFALL, OGOTO};
        NameExpr *lab = AS(BranchStmt, s)->label;
        return ir_branch(pkg, pos, ops[s->n.aux], lab ? lab->name : NULL);
    }
    case N_CALL_STMT: {
        CallStmt *c = AS(CallStmt, s);
        bool go = s->n.flags & NF_GO;
        IrGoDeferStmt *n = IR(GoDeferStmt, ir_new(pkg, pos, go ? OGO : ODEFER, NULL));
        n->call = lower_expr(l, c->call);
        if (!go) n->defer_at = lower_opt_expr(l, c->defer_at);
        return IRN(n);
    }
    case N_DECL_STMT: {
        DeclStmt *d = AS(DeclStmt, s);
        for (uint32_t i = 0; i < d->ndecls; i++) {
            if (KIND(d->decls[i]) != N_VAR_DECL) continue;
            VarDecl *v = (VarDecl *)d->decls[i];
            ExprList lhs = {(Expr **)v->names.v, v->names.n};
            ir_source_note_at(pkg, OAS, v);
            IrNode *n = lower_assign(l, v->d.n.pos, lhs, lower_unpack(&v->values), out);
            if (n) ir_append(pkg, out, tc_stmt(&l->c, n));
        }
        return NULL;
    }
    case N_EXPR_STMT: return lower_expr(l, AS(ExprStmt, s)->x);
    case N_FOR_STMT: return lower_for(l, AS(ForStmt, s), label);
    case N_IF_STMT: return lower_if(l, AS(IfStmt, s));
    case N_LABELED_STMT: {
        LabeledStmt *ls = AS(LabeledStmt, s);
        ir_append(pkg, out, tc_stmt(&l->c, ir_label(pkg, pos, ls->label->name)));
        lower_one(l, ls->stmt, out);
        return NULL;
    }
    case N_RETURN_STMT: {
        ReturnStmt *r = AS(ReturnStmt, s);
        ExprList res = lower_unpack(&r->results);
        return ir_return(pkg, pos, lower_multi_expr(l, NPOS(r), result_type, l->sig, res.v, res.n));
    }
    case N_SELECT_STMT: return lower_select(l, AS(SelectStmt, s), label);
    case N_SEND_STMT: {
        SendStmt *d = AS(SendStmt, s);
        Type *elem = as_chan(type_core(d->chan->type))->elem;
        IrSendStmt *n = IR(SendStmt, ir_new(pkg, pos, OSEND, NULL));
        n->chan = lower_expr(l, d->chan);
        n->value = lower_implicit_conv(l, elem, d->value);
        return IRN(n);
    }
    case N_SWITCH_STMT: return lower_switch(l, AS(SwitchStmt, s), label);
    default: BUG("statement of kind %d", KIND(s));
    }
}

/* A range statement is made from its clause. */
static const void *source_of(const Stmt *s) {
    const Stmt *init = KIND(s) == N_FOR_STMT ? AS(ForStmt, s)->init : NULL;
    return init && KIND(init) == N_RANGE_CLAUSE ? init : s;
}

static void lower_one(Lower *l, Stmt *s, IrNodes *out) {
    IrNode *n = lower_node(l, s, out);
    if (!n) return;
    n = tc_stmt(&l->c, n);
    const void *source = source_of(s);
    if (KIND(s) != N_EXPR_STMT && n->p == NPOS(source)) ir_source_note(l->c.pkg, n, source);
    ir_append(l->c.pkg, out, n);
}

void lower_stmts(Lower *l, StmtList list, IrNodes *out) {
    /* a list of its own: labels of the list around do not apply to what follows in it */
    IrNodes mine = {0};
    bool dead = false;
    int64_t last_label = -1;
    for (uint32_t i = 0; i < list.n; i++)
        if (KIND(list.v[i]) == N_LABELED_STMT) last_label = i;
    for (uint32_t i = 0; i < list.n; i++) {
        Stmt *s = list.v[i];
        if (dead && (int64_t)i > last_label && KIND(s) != N_LABELED_STMT) continue;
        lower_one(l, s, &mine);
        dead = lower_terminates(l->c.pkg->arena, s);
    }
    if (!out->n) *out = mine;
    else ir_append_list(l->c.pkg, out, mine);
}
