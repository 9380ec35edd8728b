/* Calls, built-ins, conversions written as calls, and composite literals. */
#include "ir/generics.h"
#include "ir/lower_int.h"
#include "ir/source.h"
#include "load/load.h"

typedef struct ParamCtx {
    Signature *sig;
    bool dots;
} ParamCtx;

static Type *param_type(void *p, uint32_t i) {
    ParamCtx *c = p;
    Signature *s = c->sig;
    uint32_t n = s->params ? s->params->n : 0;
    if (s->variadic && !c->dots && i + 1 >= n) {
        Type *t = s->params->vars[n - 1]->typ;
        return as_slice(type_under(t))->elem;
    }
    return s->params->vars[i]->typ;
}

static Type *no_type(void *p, uint32_t i) {
    (void)p;
    (void)i;
    return NULL;
}

static Type *first_arg_type(CallExpr *e) {
    Type *t = e->args.v[0]->type;
    return t->kind == TK_TUPLE ? ((Tuple *)t)->vars[0]->typ : t;
}

/* ---- built-ins ---- */

static IrNode *lower_make(Lower *l, CallExpr *e) {
    IrPackage *pkg = l->c.pkg;
    IrPos pos = at(NPOS(e));
    IrNode *tn = lower_expr_type(l, NULL, e->args.v[0]);
    Type *t = tn->type;
    IrNode *arg[2] = {NULL, NULL};
    for (uint32_t i = 1; i < e->args.n && i < 3; i++) arg[i - 1] = lower_expr(l, e->args.v[i]);
    lower_type(l, type_default(e->e.type));
    IrOp op = ir_is_slice(t) ? OMAKESLICE : ir_is_map(t) ? OMAKEMAP : OMAKECHAN;
    IrMakeExpr *n = IR_NEW(pkg, pos, op, t, MakeExpr);
    n->len = arg[0]             ? tc_default_lit(&l->c, arg[0], Typ(INT))
             : op == OMAKESLICE ? NULL
                                : ir_int(pkg, l->c.pos, NULL, 0);
    n->capx = arg[1] ? tc_default_lit(&l->c, arg[1], Typ(INT)) : NULL;
    Slice *slice = as_slice(type_core(e->e.type));
    n->rtype = gen_derived_rtype(l, pos, slice ? slice->elem : e->e.type);
    return IRN(n);
}

static IrNode *lower_new(Lower *l, CallExpr *e) {
    IrPackage *pkg = l->c.pkg;
    IrPos pos = at(NPOS(e));
    Expr *arg = e->args.v[0];
    if (EI_MODE(arg) == MODE_TYPE) {
        IrNode *t = lower_expr_type(l, NULL, arg);
        gen_note_pointer(pkg, t->type);
        return ir_unary(pkg, pos, ONEW, ir_ptr_to(t->type), t);
    }
    IrNode *x = tc_default_lit(&l->c, lower_expr(l, arg), NULL);
    IrNodes init = {0};
    IrName *tmp = lower_temp_copy(l, pos, x, &init);
    IrNode *addr = ir_addr(pkg, pos, IRN(tmp));
    ir_set_init(pkg, addr, init);
    return addr;
}

static IrNode *lower_offsetof(Lower *l, CallExpr *e) {
    SelectorExpr *s = AS(SelectorExpr, expr_unparen(e->args.v[0]));
    Type *t = type_unalias(s->x->type);
    if (t->kind == TK_POINTER) t = as_pointer(t)->base;
    t = lower_type(l, t);
    int64_t off = 0;
    for (uint32_t i = 0; i < s->selection->nindex; i++) {
        int ix = s->selection->index[i];
        off += ir_field_offset(t, (uint32_t)ix);
        t = type_unalias(ir_field(t, (uint32_t)ix)->typ);
    }
    return ir_int(l->c.pkg, at(NPOS(e)), Typ(UINTPTR), off);
}

static IrNode *lower_builtin(Lower *l, CallExpr *e, BuiltinId id) {
    static const uint8_t ops[BI_COUNT] = {
        [BI_APPEND] = OAPPEND,
        [BI_CAP] = OCAP,
        [BI_CLEAR] = OCLEAR,
        [BI_CLOSE] = OCLOSE,
        [BI_COMPLEX] = OCOMPLEX,
        [BI_COPY] = OCOPY,
        [BI_DELETE] = ODELETE,
        [BI_IMAG] = OIMAG,
        [BI_LEN] = OLEN,
        [BI_MAX] = OMAX,
        [BI_MIN] = OMIN,
        [BI_PANIC] = OPANIC,
        [BI_PRINT] = OPRINT,
        [BI_PRINTLN] = OPRINTLN,
        [BI_REAL] = OREAL,
        [BI_RECOVER] = ORECOVER,
        [BI_ADD] = OUNSAFEADD,
        [BI_SLICE] = OUNSAFESLICE,
        [BI_SLICEDATA] = OUNSAFESLICEDATA,
        [BI_STRING] = OUNSAFESTRING,
        [BI_STRINGDATA] = OUNSAFESTRINGDATA,
    };
    IrPackage *pkg = l->c.pkg;
    IrPos pos = at(NPOS(e));
    switch (id) {
    case BI_MAKE: return lower_make(l, e);
    case BI_NEW: return lower_new(l, e);
    case BI_SIZEOF: return ir_int(pkg, pos, Typ(UINTPTR), ir_size(lower_type_of(l, e->args.v[0])));
    case BI_ALIGNOF: return ir_int(pkg, pos, Typ(UINTPTR), ir_alignment(lower_type_of(l, e->args.v[0])));
    case BI_OFFSETOF: return lower_offsetof(l, e);
    default: break;
    }
    IrOp op = (IrOp)ops[id];
    if (!op) BUG("built-in %d", id);
    bool dots = e->e.n.flags & NF_HAS_DOTS;
    Type *ft = e->fun->type ? type_core(e->fun->type) : NULL;
    ParamCtx pc = {ft ? as_signature(ft) : NULL, dots};
    IrNodes args = lower_multi_expr(l, NPOS(e), pc.sig ? param_type : no_type, &pc, e->args.v, e->args.n);
    Type *rtype = NULL;
    switch (id) {
    case BI_APPEND: rtype = ir_slice_elem(e->e.type); break;
    case BI_COPY: rtype = ir_slice_elem(first_arg_type(e)); break;
    case BI_DELETE: rtype = first_arg_type(e); break;
    case BI_SLICE: rtype = ir_slice_elem(e->e.type); break;
    default: break;
    }
    /* initialisation of a multi-valued argument moves to the operation, as typecheckargs would leave it */
    IrNode *n = tc_builtin(&l->c, pos, op, args, dots);
    if (op == OAPPEND && dots) {
        IrNode *x = IR(CallExpr, n)->args.v[1];
        if (x->op == OCONVNOP && ir_implicit(x)) IR(CallExpr, n)->args.v[1] = IR(ConvExpr, x)->x;
    }
    if (rtype) {
        lower_type(l, type_default(rtype));
        if (l->env && lower_type_derived(l, rtype)) {
            IrNode *r = gen_rtype(l, pos, rtype);
            if (op == OCOPY || op == OUNSAFESLICE) IR(BinaryExpr, n)->rtype = r;
            else IR(CallExpr, n)->rtype = r;
        }
    }
    return n;
}

/* ---- calls ---- */

IrNode *lower_call(Lower *l, CallExpr *e) {
    IrPackage *pkg = l->c.pkg;
    Expr *fe = expr_unparen(e->fun);
    if (EI_MODE(e->fun) == MODE_TYPE || EI_MODE(fe) == MODE_TYPE)
        return lower_convert(l, fe->type, e->args.v[0], false);
    TypeList *targs = NULL;
    Object *obj = lower_lookup_obj(fe, &targs);
    if (obj && obj->kind == OBJ_BUILTIN) return lower_builtin(l, e, obj->builtin);
    Signature *sig = as_signature(type_core(e->fun->type));
    if (!sig) BUG("call of a %s", type_string(e->fun->type, NULL));
    IrNodes args = {0};
    IrNode *fun, *wrapper, *dict = NULL;
    if (KIND(fe) == N_SELECTOR && AS(SelectorExpr, fe)->selection &&
        AS(SelectorExpr, fe)->selection->kind == SEL_METHOD_VAL) {
        SelectorExpr *s = AS(SelectorExpr, fe);
        Type *rt;
        IrNode *recv = lower_recv(l, s, &rt), *method;
        IrPos spos = at(NPOS(s));
        gen_method_expr(l, spos, rt, s->selection->obj, &wrapper, &method, &dict);
        if (ir_is_interface(recv->type) && method->op == OMETHEXPR) {
            IrPos old = l->c.pos;
            l->c.pos = spos;
            fun = tc_xdot_method(&l->c, ir_npos(method), recv, IR(SelectorExpr, method)->sel,
                                 s->selection->obj->pkg, true);
            l->c.pos = old;
        } else {
            if (ir_is_interface(recv->type) && pkg->flags && ((CompilerFlags *)pkg->flags)->m) {
                ir_format_pos(&pkg->remarks, pkg, ir_npos(method));
                sb_adds(&pkg->remarks, ": imprecise interface call\n");
            }
            fun = method;
            ir_append(pkg, &args, recv);
        }
        if (dict) ir_append(pkg, &args, dict);
    } else if (obj && tlist_len(targs)) {
        gen_func_inst(l, at(NPOS(fe)), obj, targs, &wrapper, &fun, &dict);
        if (dict) ir_append(pkg, &args, dict);
        ir_source_note_at(pkg, ONAME, fe);
    } else fun = lower_expr(l, fe);
    bool dots = e->e.n.flags & NF_HAS_DOTS;
    ParamCtx pc = {sig, dots};
    IrNodes more = lower_multi_expr(l, NPOS(e), param_type, &pc, e->args.v, e->args.n);
    if (args.n) ir_append_list(pkg, &args, more);
    else args = more;
    return tc_call(&l->c, at(NPOS(e)), fun, args, dots);
}

/* ---- composite literals ---- */

static uint32_t field_index_of(Struct *s, NameExpr *key) {
    for (uint32_t i = 0; i < s->nfields; i++)
        if (s->fields[i] == key->use) return i;
    for (uint32_t i = 0; i < s->nfields; i++)
        if (s->fields[i]->name == key->name) return i;
    BUG("%s is not a field", key->name->s);
}

IrNode *lower_complit(Lower *l, CompositeLit *e) {
    IrPackage *pkg = l->c.pkg;
    IrPos pos = at(NPOS(e));
    Type *checked = e->e.type, *typ0 = lower_type(l, checked), *typ = typ0;
    Type *core = type_core(checked);
    if (core->kind == TK_POINTER) {
        checked = as_pointer(core)->base;
        core = type_core(checked);
    }
    if (ir_is_ptr(typ)) typ = ir_elem(typ);
    Type *key_type = NULL, *elem_type = NULL;
    Struct *st = NULL;
    switch ((TypeKind)core->kind) {
    case TK_ARRAY: elem_type = as_array(core)->elem; break;
    case TK_SLICE: elem_type = as_slice(core)->elem; break;
    case TK_MAP:
        lower_type(l, checked);
        key_type = as_map(core)->key;
        elem_type = as_map(core)->elem;
        break;
    case TK_STRUCT: st = as_struct(core); break;
    default: BUG("composite literal of %s", type_string(checked, NULL));
    }
    IrNodes elems = ir_nodes_for(pkg, e->elems.n);
    for (uint32_t i = 0; i < e->elems.n; i++) {
        Expr *el = e->elems.v[i];
        KeyValueExpr *kv = KIND(el) == N_KEY_VALUE ? AS(KeyValueExpr, el) : NULL;
        if (st) {
            uint32_t fi = kv ? field_index_of(st, AS(NameExpr, kv->key)) : i;
            IrStructKeyExpr *sk =
                IR(StructKeyExpr, ir_new(pkg, at(NPOS(kv ? kv->key : el)), OSTRUCTKEY, NULL));
            sk->field = ir_field(typ, fi);
            sk->value = lower_implicit_conv(l, st->fields[fi]->typ, kv ? kv->value : el);
            ir_append(pkg, &elems, sk);
        } else if (kv) {
            IrKeyExpr *k = IR(KeyExpr, ir_new(pkg, at(NPOS(kv->key)), OKEY, NULL));
            k->key = lower_implicit_conv(l, key_type, kv->key);
            k->value = lower_implicit_conv(l, elem_type, kv->value);
            ir_append(pkg, &elems, k);
        } else ir_append(pkg, &elems, lower_implicit_conv(l, elem_type, el));
    }
    IrNode *lit = tc_complit(&l->c, pos, typ, elems);
    if (typ != typ0) {
        lit = ir_addr(pkg, pos, lit);
        lit->type = typ0;
    }
    return lit;
}
