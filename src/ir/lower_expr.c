/* Expressions.
 *
 * Parentheses go, constants become literals of their final type, names become IrNames, implicit steps of
 * selectors become implicit nodes. Operands of binary operations and values that are assigned are converted
 * where the checker's types say so; the conversion's form is chosen by tc_conv from the ground types.
 *
 * In shaped code a node may come out with a type that is identical but not the same as the one the checker
 * recorded (a value of type List[go.shape.int] where List[T] is meant); it is then given the recorded one. */
#include "ir/generics.h"
#include "ir/lower_int.h"
#include "ir/alg.h"
#include "ir/source.h"
#include "types/check_expr.h"

Object *lower_lookup_obj(Expr *e, TypeList **targs) {
    if (targs) *targs = NULL;
    if (KIND(e) == N_INDEX) {
        IndexExpr *ix = AS(IndexExpr, e);
        ExprList args = lower_unpack(&ix->index);
        if (args.n == 1 && EI_MODE(args.v[0]) != MODE_TYPE) return NULL;
        e = expr_unparen(ix->x);
        if (e != ix->x) return NULL;
    }
    if (KIND(e) == N_SELECTOR) {
        SelectorExpr *s = AS(SelectorExpr, e);
        if (KIND(s->x) != N_NAME) return NULL;
        Object *q = AS(NameExpr, s->x)->use;
        if (!q || q->kind != OBJ_PKGNAME) return NULL;
        e = &s->sel->e;
    }
    if (KIND(e) != N_NAME) return NULL;
    NameExpr *nm = AS(NameExpr, e);
    if (targs && nm->inst) *targs = nm->inst->targs;
    return nm->use;
}

static bool is_global(const Object *o) {
    if (!o->pkg) return true;
    return o->parent == o->pkg->scope;
}

IrOp lower_binop(Operator op) {
    static const uint8_t ops[] = {
        [OP_OROR] = OOROR, [OP_ANDAND] = OANDAND, [OP_EQL] = OEQ,  [OP_NEQ] = ONE,  [OP_LSS] = OLT,
        [OP_LEQ] = OLE,    [OP_GTR] = OGT,        [OP_GEQ] = OGE,  [OP_ADD] = OADD, [OP_SUB] = OSUB,
        [OP_OR] = OOR,     [OP_XOR] = OXOR,       [OP_MUL] = OMUL, [OP_DIV] = ODIV, [OP_REM] = OMOD,
        [OP_AND] = OAND,   [OP_ANDNOT] = OANDNOT, [OP_SHL] = OLSH, [OP_SHR] = ORSH,
    };
    if ((size_t)op >= COUNT_OF(ops) || !ops[op]) BUG("operator %d", op);
    return (IrOp)ops[op];
}

static IrOp unary_op(Operator op) {
    switch (op) {
    case OP_RECV: return ORECV;
    case OP_MUL: return ODEREF;
    case OP_AND: return OADDR;
    case OP_NOT: return ONOT;
    case OP_XOR: return OBITNOT;
    case OP_ADD: return OPLUS;
    case OP_SUB: return ONEG;
    default: BUG("unary operator %d", op);
    }
}

bool lower_assignable(Type *from, Type *to) {
    if (from == to || type_identical(from, to)) return true;
    Operand x = {.mode = MODE_VALUE, .typ = from};
    if (from->kind == TK_BASIC && as_basic(from)->bk == BK_UNTYPED_NIL) x.mode = MODE_NILVALUE;
    return operand_assignable_to(&x, NULL, to, NULL);
}

static bool type_is_plain_untyped(Type *t) { return t->kind == TK_BASIC && (as_basic(t)->info & IS_UNTYPED); }

/* The concrete type of a constant that the checker left untyped (idealType). */
static Type *ideal_type(Type *t, const Const *v, Arena *a) {
    t = type_unalias(t);
    if (!type_is_plain_untyped(t)) return t;
    switch (as_basic(t)->bk) {
    case BK_UNTYPED_INT:
    case BK_UNTYPED_FLOAT:
    case BK_UNTYPED_COMPLEX: return const_sign(const_to_int(a, v)) < 0 ? Typ(INT) : Typ(UINT);
    case BK_UNTYPED_BOOL: return Typ(BOOL);
    case BK_UNTYPED_STRING: return Typ(STRING);
    case BK_UNTYPED_RUNE: return Typ(INT32);
    default: return t;
    }
}

IrNode *lower_opt_expr(Lower *l, Expr *e) { return e ? lower_expr(l, e) : NULL; }

void lower_conv_rtti(Lower *l, Type *src, Type *dst) {
    Type *s = src ? lower_type(l, type_default(src)) : NULL;
    Type *d = dst ? lower_type(l, type_default(dst)) : NULL;
    if (s && d && !(l->env && (lower_type_derived(l, src) || lower_type_derived(l, dst))))
        alg_itab(l->c.pkg, s, d);
}

/* ---- conversions ---- */

IrNode *lower_convert(Lower *l, Type *dst, Expr *e, bool implicit) {
    Type *src = e->type;
    bool identical = !dst || src == dst || type_identical(src, dst);
    if (implicit && identical) return lower_expr(l, e);
    IrPos pos = at(NPOS(e));
    Type *t = lower_type(l, dst);
    lower_conv_rtti(l, src, dst);
    IrNode *type_word, *src_rtype;
    gen_conv_rtti(l, pos, src, dst, &type_word, &src_rtype);
    IrNode *x = lower_expr(l, e);
    x = tc_default_lit(&l->c, x, t);
    IrNode *n = tc_conv(&l->c, pos, t, x);
    bool is_conv = ir_op_info[n->op].class_id == IC_ConvExpr;
    if (is_conv && type_word) IR(ConvExpr, n)->type_word = type_word;
    if (is_conv && src_rtype) IR(ConvExpr, n)->src_rtype = src_rtype;
    if (implicit && is_conv) n->flags |= IRF_IMPLICIT;
    if (!identical && n->op == OCONVNOP && ir_is_interface(n->type) && !ir_is_empty_interface(n->type) &&
        (type_has_shape(n->type) || type_has_shape(IR(ConvExpr, n)->x->type)))
        n->op = OCONVIFACE;
    if (n->op == OLITERAL && type_is_type_param(type_unalias(dst))) {
        n = ir_conv(l->c.pkg, pos, OCONVNOP, n->type, n);
        n->flags |= IRF_IMPLICIT;
    }
    if (implicit && n != x) ir_source_note(l->c.pkg, n, e);
    return n;
}

IrNode *lower_implicit_conv(Lower *l, Type *dst, Expr *e) { return lower_convert(l, dst, e, true); }

IrNodes lower_multi_expr(Lower *l, Pos p, DstTypeFn dst, void *ctx, Expr *const *exprs, uint32_t n) {
    IrPackage *pkg = l->c.pkg;
    IrNodes out = {0};
    if (n == 1 && exprs[0]->type && exprs[0]->type->kind == TK_TUPLE) {
        Tuple *tuple = (Tuple *)exprs[0]->type;
        IrPos pos = at(p);
        IrNode *expr = lower_expr(l, exprs[0]);
        IrAssignListStmt *as = ir_as2(pkg, pos, OAS2, (IrNodes){0}, ir_nodes1(pkg, expr));
        as->def = true;
        for (uint32_t i = 0; i < tuple->n; i++) {
            Type *src = tuple->vars[i]->typ, *d = dst(ctx, i);
            IrName *tmp = ir_temp_at(pkg, l->c.fn, pos, lower_type(l, type_default(src)));
            tmp->defn = IRN(as);
            ir_append(pkg, ir_inits(pkg, as), ir_dcl(pkg, pos, tmp));
            ir_append(pkg, &as->lhs, tmp);
            IrNode *res = IRN(tmp);
            if (d && !type_identical(src, d)) {
                Type *t = lower_type(l, d);
                lower_conv_rtti(l, src, d);
                IrNode *type_word, *src_rtype;
                gen_conv_rtti(l, pos, src, d, &type_word, &src_rtype);
                res = tc_conv(&l->c, pos, t, res);
                res->flags |= IRF_IMPLICIT;
                if (type_word && ir_op_info[res->op].class_id == IC_ConvExpr)
                    IR(ConvExpr, res)->type_word = type_word;
                if (src_rtype && ir_op_info[res->op].class_id == IC_ConvExpr)
                    IR(ConvExpr, res)->src_rtype = src_rtype;
            }
            ir_append(pkg, &out, res);
        }
        out.v[0] = ir_init_expr(pkg, ir_nodes1(pkg, tc_stmt(&l->c, IRN(as))), out.v[0]);
        return out;
    }
    out = ir_nodes_for(pkg, n);
    for (uint32_t i = 0; i < n; i++) ir_append(pkg, &out, lower_implicit_conv(l, dst(ctx, i), exprs[i]));
    return out;
}

/* ---- types as operands ---- */

static bool is_iface_nonempty(Type *t) {
    if (!t) return false;
    Interface *i = as_interface(type_under(t));
    return i && !interface_empty(i);
}

IrNode *lower_expr_type(Lower *l, Type *iface, Expr *te) {
    IrPos pos = at(NPOS(te));
    Type *t = te->type, *typ = lower_type(l, t);
    IrNode *rtype = NULL, *itab = NULL;
    if (is_iface_nonempty(iface)) {
        Type *it = lower_type(l, iface);
        bool derived = l->env && lower_type_derived(l, t);
        if (!ir_is_interface(typ)) {
            if (derived || (l->env && lower_type_derived(l, iface))) itab = gen_itab(l, pos, t, iface);
            else alg_itab(l->c.pkg, typ, it);
        } else if (derived) rtype = gen_rtype(l, pos, t);
    } else if (l->env && lower_type_derived(l, t)) rtype = gen_rtype(l, pos, t);
    if (!rtype && !itab) return ir_type_node(l->c.pkg, typ);
    IrDynamicType *d = IR_NEW(l->c.pkg, pos, ODYNAMICTYPE, typ, DynamicType);
    d->rtype = rtype;
    d->itab = itab;
    return IRN(d);
}

/* ---- selectors ---- */

static Type *deref2(Type *t) {
    t = type_unalias(t);
    return t->kind == TK_POINTER ? as_pointer(t)->base : t;
}

static bool is_ptr_to(Type *from, Type *to) {
    from = type_unalias(from);
    return from->kind == TK_POINTER && type_identical(as_pointer(from)->base, to);
}

static Type *field_type(Type *t, int ix) { return as_struct(type_under(deref2(t)))->fields[ix]->typ; }

static Type *method_recv(Object *m) { return func_signature(m)->recv->typ; }

IrNode *lower_recv(Lower *l, SelectorExpr *e, Type **recv) {
    Selection *sel = e->selection;
    IrNode *x = lower_expr(l, e->x);
    IrPos pos = at(NPOS(e));
    Type *t = e->x->type;
    for (uint32_t i = 0; i + 1 < sel->nindex; i++) {
        x = lower_implicit_field(l, pos, x, sel->index[i]);
        t = field_type(t, sel->index[i]);
    }
    Type *want = method_recv(sel->obj);
    if (is_ptr_to(t, want)) {
        x = tc_deref(&l->c, pos, x);
        x->flags |= IRF_IMPLICIT;
        t = want;
    } else if (is_ptr_to(want, t)) {
        x = tc_addr(&l->c, pos, x);
        x->flags |= IRF_IMPLICIT;
        t = want;
    }
    ir_source_note_at(l->c.pkg, ODOTMETH, e);
    *recv = t;
    return x;
}

static IrNode *method_value(Lower *l, SelectorExpr *e) {
    IrPackage *pkg = l->c.pkg;
    Type *rt;
    IrNode *recv = lower_recv(l, e, &rt);
    IrPos pos = at(NPOS(e));
    IrNode *wrapper, *base, *dict;
    gen_method_expr(l, pos, rt, e->selection->obj, &wrapper, &base, &dict);
    if (!wrapper || wrapper->op != OMETHEXPR) return gen_curry(l, pos, true, base, recv, dict);
    if (type_has_shape(recv->type))
        recv = ir_conv(pkg, ir_npos(recv), OCONVNOP, ir_param_type(wrapper->type, 0), recv);
    IrPos old = l->c.pos;
    l->c.pos = pos;
    IrNode *n =
        tc_xdot_method(&l->c, pos, recv, IR(SelectorExpr, wrapper)->sel, e->selection->obj->pkg, false);
    l->c.pos = old;
    gen_need_method_value_wrapper(l, IR(SelectorExpr, n));
    return n;
}

static IrNode *method_expr(Lower *l, SelectorExpr *e) {
    Selection *sel = e->selection;
    Type *t = e->x->type, *recv = lower_type(l, t);
    int small[16], *implicits = sel->nindex <= 16 ? small : NEW_ARRAY(l->c.pkg->arena, int, sel->nindex);
    uint32_t n = sel->nindex - 1;
    for (uint32_t i = 0; i < n; i++) {
        implicits[i] = sel->index[i];
        t = field_type(t, sel->index[i]);
    }
    Type *want = method_recv(sel->obj);
    bool deref = false, addr = false;
    if (is_ptr_to(t, want)) deref = true, t = want;
    else if (is_ptr_to(want, t)) addr = true, t = want;
    IrPos pos = at(NPOS(e));
    IrNode *wrapper, *base, *dict;
    gen_method_expr(l, pos, t, sel->obj, &wrapper, &base, &dict);
    if (wrapper && n == 0 && !deref && !addr) return wrapper;
    if (wrapper && wrapper->op == OMETHEXPR && !type_has_shape(recv))
        return IRN(gen_new_method_expr(&l->c, pos, recv, IR(SelectorExpr, wrapper)->sel, sel->obj->pkg));
    return gen_method_expr_wrap(l, pos, recv, implicits, (int)n, deref, addr, base, dict);
}

static IrNode *lower_selector(Lower *l, SelectorExpr *e) {
    Selection *sel = e->selection;
    if (!sel) BUG("selector %s without selection", e->sel->name->s);
    switch (sel->kind) {
    case SEL_FIELD_VAL: {
        IrNode *x = lower_expr(l, e->x);
        IrPos pos = at(NPOS(e));
        for (uint32_t i = 0; i + 1 < sel->nindex; i++) x = lower_implicit_field(l, pos, x, sel->index[i]);
        return tc_dot_field(&l->c, pos, x, sel->index[sel->nindex - 1]);
    }
    case SEL_METHOD_VAL: return method_value(l, e);
    case SEL_METHOD_EXPR: return method_expr(l, e);
    }
    BUG("selection of kind %d", sel->kind);
}

/* ---- the other forms ---- */

static IrNode *lower_index(Lower *l, IndexExpr *e) {
    Type *core = type_core(e->x->type);
    MapT *m = core ? as_map(core) : NULL;
    IrNode *x = lower_expr(l, e->x);
    IrNode *index = lower_implicit_conv(l, m ? m->key : NULL, e->index);
    if (m) lower_type(l, type_default(e->x->type));
    IrNode *rtype = m ? gen_derived_rtype(l, at(NPOS(e)), e->x->type) : NULL;
    IrNode *n = tc_index(&l->c, at(NPOS(e)), x, index);
    if (rtype && n->op == OINDEXMAP) IR(IndexExpr, n)->rtype = rtype;
    return n;
}

static IrNode *lower_assert(Lower *l, AssertExpr *e) {
    IrPackage *pkg = l->c.pkg;
    Type *iface = e->x->type;
    IrNode *x = lower_expr(l, e->x);
    IrPos pos = at(NPOS(e));
    IrNode *t = lower_expr_type(l, iface, e->type_expr);
    if (t->op == ODYNAMICTYPE) {
        IrDynamicTypeAssertExpr *n = IR_NEW(pkg, pos, ODYNAMICDOTTYPE, t->type, DynamicTypeAssertExpr);
        n->x = x;
        n->rtype = IR(DynamicType, t)->rtype;
        n->itab = IR(DynamicType, t)->itab;
        n->src_rtype = gen_rtype(l, pos, iface);
        return IRN(n);
    }
    lower_type(l, iface);
    IrTypeAssertExpr *n = IR_NEW(pkg, pos, ODOTTYPE, t->type, TypeAssertExpr);
    n->x = x;
    return IRN(n);
}

static IrNode *lower_operation(Lower *l, Operation *e) {
    Operator op = (Operator)e->e.n.aux;
    IrPos pos = at(NPOS(e));
    if (!e->y) {
        IrNode *x = lower_expr(l, e->x);
        IrOp o = unary_op(op);
        if (o == OADDR) return tc_addr(&l->c, pos, x);
        if (o == ODEREF) return tc_deref(&l->c, pos, x);
        return tc_unary(&l->c, pos, o, x);
    }
    Type *common = NULL;
    if (op != OP_SHL && op != OP_SHR) {
        Type *xt = e->x->type, *yt = e->y->type;
        if (xt == yt || type_identical(xt, yt)) common = yt;
        else if (lower_assignable(xt, yt)) common = yt;
        else if (lower_assignable(yt, xt)) common = xt;
        else BUG("no common type of %s and %s", type_string(xt, NULL), type_string(yt, NULL));
    }
    IrNode *x = lower_implicit_conv(l, common, e->x);
    IrNode *y = lower_implicit_conv(l, common, e->y);
    return tc_binary(&l->c, pos, lower_binop(op), x, y);
}

static IrNode *lower_form(Lower *l, Expr *e) {
    switch (KIND(e)) {
    case N_COMPOSITE_LIT: return lower_complit(l, AS(CompositeLit, e));
    case N_FUNC_LIT: return lower_func_lit(l, AS(FuncLit, e));
    case N_SELECTOR: return lower_selector(l, AS(SelectorExpr, e));
    case N_INDEX: return lower_index(l, AS(IndexExpr, e));
    case N_SLICE: {
        SliceExpr *s = AS(SliceExpr, e);
        IrNode *x = lower_expr(l, s->x), *ix[3];
        for (int i = 0; i < 3; i++) ix[i] = lower_opt_expr(l, s->index[i]);
        return tc_slice(&l->c, at(NPOS(e)), x, ix[0], ix[1], ix[2]);
    }
    case N_ASSERT: return lower_assert(l, AS(AssertExpr, e));
    case N_OPERATION: return lower_operation(l, AS(Operation, e));
    case N_CALL: return lower_call(l, AS(CallExpr, e));
    default: {
        StrBuf sb = STRBUF_INIT, ps = STRBUF_INIT;
        expr_format(&sb, e);
        pos_format(&ps, NPOS(e));
        BUG("%s: %s of kind %d does not denote a value", sb_str(&ps), sb_str(&sb), KIND(e));
    }
    }
}

/* Gives x the type that the checker recorded where shapes make them differ. */
static IrNode *reshape(IrNode *x, Type *t) {
    if (!x->type || x->type == t || ir_type_identical_strict(x->type, t)) return x;
    if (type_unalias(x->type) == Typ(UNTYPED_BOOL) && ir_is_boolean(t)) return x;
    if (!ir_has_unique_pos(x)) return x;
    x->type = t;
    return x;
}

IrNode *lower_expr(Lower *l, Expr *e) {
    IrPackage *pkg = l->c.pkg;
    e = expr_unparen(e);
    TypeList *targs = NULL;
    Object *obj = lower_lookup_obj(e, &targs);
    Type *recorded = NULL;
    IrPos pos = at(NPOS(e));
    if (e->type) {
        ExprMode mode = EI_MODE(e);
        if ((e->n.info_flags & EI_IS_RUNTIME_HELPER) && KIND(e) == N_NAME &&
            (!obj || (obj->pkg && name_is(obj->pkg->name, "runtime")))) {
            IrName *n = ir_runtime_name(pkg, AS(NameExpr, e)->name->s);
            if (!n->n.type) n->n.type = e->type, n->n.typecheck = 1;
            return IRN(n);
        }
        if (e->val) {
            Type *t = lower_type(l, ideal_type(e->type, e->val, pkg->arena));
            IrNode *lit = ir_basic_lit(pkg, pos, t, ir_fix_value(pkg->arena, t, e->val));
            ir_source_note(pkg, lit, e);
            return lit;
        }
        if (obj && obj->kind == OBJ_NIL) return ir_zero(pkg, pos, lower_type(l, e->type));
        if (mode != MODE_BUILTIN && e->type->kind != TK_TUPLE && !type_is_plain_untyped(e->type))
            recorded = lower_type(l, e->type);
    }
    IrNode *n;
    if (obj && tlist_len(targs)) {
        IrNode *wrapper, *base, *dict;
        gen_func_inst(l, pos, obj, targs, &wrapper, &base, &dict);
        n = wrapper ? wrapper : gen_curry(l, pos, false, base, dict, NULL);
        ir_source_note(pkg, n, e);
    } else if (obj && is_global(obj)) {
        n = IRN(gen_object_name(l, obj));
    } else if (obj) {
        n = IRN(lower_use_local(l, NPOS(e), obj));
    } else {
        n = lower_form(l, e);
        ir_source_note(pkg, n, e);
    }
    if (recorded && n->type && n->type != recorded && (l->env || type_has_shape(n->type)))
        return reshape(n, recorded);
    return n;
}
