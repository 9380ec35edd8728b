/* Nodes: making them, walking them, copying them, and simple questions.
 *
 * Which fields of a node are its children, and in which order they are visited, is one table per struct
 * (child slots as offsets); walking, editing, copying and cloning all read it. The order is the compiler's:
 * init first, then the fields as declared there. */
#include "ir/ir.h"
#include "ir/generics.h"
#include "ir/types.h"
#include "types/const.h"
#include <stddef.h>

const IrOpInfo ir_op_info[] = {
#define OP(name, class, text, prec) {#name, text, prec, IC_##class},
#include "ir/op.def"
#undef OP
};

const char *ir_op_text(IrOp op) { return ir_op_info[op].text ? ir_op_info[op].text : ir_op_info[op].name; }

/* ---- the table of children ---- */

typedef enum SlotKind { SLOT_END, SLOT_NODE, SLOT_LIST, SLOT_HIDDEN, SLOT_HIDDEN_LIST } SlotKind;
typedef struct Slot {
    uint8_t kind; /* SlotKind */
    uint16_t off;
} Slot;
typedef struct ClassInfo {
    uint16_t size;
    Slot slots[12]; /* ended by SLOT_END */
} ClassInfo;

#define S1(T, f)                                                                                             \
    { SLOT_NODE, offsetof(Ir##T, f) }
#define SL(T, f)                                                                                             \
    { SLOT_LIST, offsetof(Ir##T, f) }
#define SH(T, f)                                                                                             \
    { SLOT_HIDDEN, offsetof(Ir##T, f) }
#define CLASS(T, ...) [IC_##T] = {sizeof(Ir##T), {__VA_ARGS__}}
static const ClassInfo class_info[IC_COUNT] = {
    [IC_None] = {sizeof(IrNode), {{0, 0}}},
    CLASS(Name, {0, 0}),
    CLASS(Ident, {0, 0}),
    CLASS(TypeNode, {0, 0}),
    CLASS(BasicLit, {0, 0}),
    CLASS(NilExpr, {0, 0}),
    CLASS(BinaryExpr, S1(BinaryExpr, x), S1(BinaryExpr, y), SH(BinaryExpr, rtype)),
    CLASS(AddStringExpr, SL(AddStringExpr, list)),
    CLASS(AddrExpr, S1(AddrExpr, x)),
    CLASS(LogicalExpr, S1(LogicalExpr, x), S1(LogicalExpr, y)),
    CLASS(CallExpr, S1(CallExpr, fun), SL(CallExpr, args), S1(CallExpr, defer_at), SH(CallExpr, rtype),
          SL(CallExpr, keep_alive)),
    CLASS(ConvExpr, S1(ConvExpr, x), SH(ConvExpr, type_word), SH(ConvExpr, src_rtype)),
    CLASS(AssignStmt, S1(AssignStmt, x), S1(AssignStmt, y)),
    CLASS(AssignListStmt, SL(AssignListStmt, lhs), SL(AssignListStmt, rhs)),
    CLASS(AssignOpStmt, S1(AssignOpStmt, x), S1(AssignOpStmt, y)),
    CLASS(UnaryExpr, S1(UnaryExpr, x)),
    CLASS(ClosureExpr, {0, 0}),
    CLASS(CompLitExpr, SL(CompLitExpr, list), SH(CompLitExpr, rtype)),
    CLASS(Decl, S1(Decl, x)),
    CLASS(Func, SL(Func, body)),
    CLASS(SelectorExpr, S1(SelectorExpr, x)),
    CLASS(TypeAssertExpr, S1(TypeAssertExpr, x), SH(TypeAssertExpr, itab)),
    CLASS(StarExpr, S1(StarExpr, x)),
    CLASS(IndexExpr, S1(IndexExpr, x), S1(IndexExpr, index), SH(IndexExpr, rtype)),
    CLASS(KeyExpr, S1(KeyExpr, key), S1(KeyExpr, value)),
    CLASS(StructKeyExpr, S1(StructKeyExpr, value)),
    CLASS(MakeExpr, SH(MakeExpr, rtype), S1(MakeExpr, len), S1(MakeExpr, capx)),
    CLASS(ParenExpr, S1(ParenExpr, x)),
    CLASS(SendStmt, S1(SendStmt, chan), S1(SendStmt, value)),
    CLASS(SliceExpr, S1(SliceExpr, x), S1(SliceExpr, low), S1(SliceExpr, high), S1(SliceExpr, max)),
    CLASS(SliceHeaderExpr, S1(SliceHeaderExpr, ptr), S1(SliceHeaderExpr, len), S1(SliceHeaderExpr, capx)),
    CLASS(StringHeaderExpr, S1(StringHeaderExpr, ptr), S1(StringHeaderExpr, len)),
    CLASS(BlockStmt, SL(BlockStmt, list)),
    CLASS(BranchStmt, {0, 0}),
    CLASS(CaseClause, S1(CaseClause, var), SL(CaseClause, list), SL(CaseClause, rtypes), S1(CaseClause, comm),
          SL(CaseClause, body)),
    CLASS(GoDeferStmt, S1(GoDeferStmt, call), S1(GoDeferStmt, defer_at)),
    CLASS(ForStmt, S1(ForStmt, cond), S1(ForStmt, post), SL(ForStmt, body)),
    CLASS(IfStmt, S1(IfStmt, cond), SL(IfStmt, body), SL(IfStmt, els)),
    CLASS(LabelStmt, {0, 0}),
    CLASS(RangeStmt, S1(RangeStmt, x), SH(RangeStmt, rtype), S1(RangeStmt, key), S1(RangeStmt, value),
          SL(RangeStmt, body), SH(RangeStmt, key_type_word), SH(RangeStmt, key_src_rtype),
          SH(RangeStmt, value_type_word), SH(RangeStmt, value_src_rtype)),
    CLASS(ReturnStmt, SL(ReturnStmt, results)),
    CLASS(SelectStmt, SL(SelectStmt, cases)),
    CLASS(SwitchStmt, S1(SwitchStmt, tag), SL(SwitchStmt, cases)),
    CLASS(TypeSwitchGuard, S1(TypeSwitchGuard, tag), S1(TypeSwitchGuard, x)),
    CLASS(InlinedCallExpr, SL(InlinedCallExpr, body), SL(InlinedCallExpr, return_vars)),
    CLASS(ResultExpr, {0, 0}),
    CLASS(InlineMarkStmt, {0, 0}),
    CLASS(LinksymOffsetExpr, {0, 0}),
    CLASS(MoveToHeapExpr, S1(MoveToHeapExpr, slice), S1(MoveToHeapExpr, rtype)),
    CLASS(DynamicTypeAssertExpr, S1(DynamicTypeAssertExpr, x), S1(DynamicTypeAssertExpr, src_rtype),
          S1(DynamicTypeAssertExpr, rtype), S1(DynamicTypeAssertExpr, itab)),
    CLASS(DynamicType, S1(DynamicType, rtype), S1(DynamicType, itab)),
    CLASS(TailCallStmt, S1(TailCallStmt, call)),
};

static const ClassInfo *const op_class[] = {
#define OP(name, class, text, prec) &class_info[IC_##class],
#include "ir/op.def"
#undef OP
};

static inline const ClassInfo *info_of(const IrNode *n) { return op_class[n->op]; }
#define SLOT_AT(n, s) ((IrNode **)((char *)(n) + (s)->off))
#define LIST_AT(n, s) ((IrNodes *)((char *)(n) + (s)->off))

/* ---- lists ---- */

#define NODES_GROW(pkg, l, want) vec_grow((pkg)->arena, (void **)&(l)->v, &(l)->cap, (want), sizeof *(l)->v)

void ir_append(IrPackage *pkg, IrNodes *l, void *node) {
    if (l->n == l->cap) NODES_GROW(pkg, l, l->n + 1);
    l->v[l->n++] = node;
}
void ir_append_name(IrPackage *pkg, IrNames *l, IrName *name) {
    if (l->n == l->cap) NODES_GROW(pkg, l, l->n + 1);
    l->v[l->n++] = name;
}
void ir_append_func(IrPackage *pkg, IrFuncs *l, IrFunc *fn) {
    if (l->n == l->cap) NODES_GROW(pkg, l, l->n + 1);
    l->v[l->n++] = fn;
}
void ir_append_list(IrPackage *pkg, IrNodes *l, IrNodes more) {
    if (!more.n) return;
    if (l->n + more.n > l->cap) NODES_GROW(pkg, l, l->n + more.n);
    memmove(l->v + l->n, more.v, more.n * sizeof *l->v);
    l->n += more.n;
}
void ir_prepend_list(IrPackage *pkg, IrNodes *l, IrNodes first) {
    if (!first.n) return;
    IrNodes r = {NEW_ARRAY(pkg->arena, IrNode *, first.n + l->n), first.n + l->n, first.n + l->n};
    memcpy(r.v, first.v, first.n * sizeof *r.v);
    if (l->n) memcpy(r.v + first.n, l->v, l->n * sizeof *r.v);
    *l = r;
}
IrNodes ir_nodes_for(IrPackage *pkg, uint32_t n) {
    return (IrNodes){n ? NEW_ARRAY(pkg->arena, IrNode *, n) : NULL, 0, n};
}
IrNames ir_names_for(IrPackage *pkg, uint32_t n) {
    return (IrNames){n ? NEW_ARRAY(pkg->arena, IrName *, n) : NULL, 0, n};
}
IrNodes *ir_inits(IrPackage *pkg, void *node) {
    IrNode *n = node;
    if (!n->inits) n->inits = NEW(pkg->arena, IrNodes);
    return n->inits;
}
void ir_set_init(IrPackage *pkg, void *node, IrNodes init) {
    IrNode *n = node;
    n->inits = NULL;
    if (init.n) *ir_inits(pkg, n) = init;
}
IrNodes ir_nodes1(IrPackage *pkg, void *a) {
    IrNodes r = {NEW_ARRAY(pkg->arena, IrNode *, 1), 1, 1};
    r.v[0] = a;
    return r;
}
IrNodes ir_nodes2(IrPackage *pkg, void *a, void *b) {
    IrNodes r = {NEW_ARRAY(pkg->arena, IrNode *, 2), 2, 2};
    r.v[0] = a;
    r.v[1] = b;
    return r;
}

/* ---- construction ---- */

IrNode *ir_new(IrPackage *pkg, IrPos pos, IrOp op, Type *type) {
    IrNode *n = arena_alloc(pkg->arena, class_info[ir_op_info[op].class_id].size);
    n->op = (uint8_t)op;
    n->p = pos.p;
    n->inl = pos.inl;
    n->type = type;
    n->typecheck = type != NULL;
    return n;
}

IrName *ir_new_name(IrPackage *pkg, IrPos pos, const Name *sym, Package *sympkg, Type *type) {
    ASSERT(sym);
    IrName *n = IR_NEW(pkg, pos, ONAME, type, Name);
    n->sym = sym;
    n->pkg = sympkg;
    return n;
}

IrName *ir_blank(IrPackage *pkg) {
    if (!pkg->blank) pkg->blank = ir_new_name(pkg, ir_pos(NO_POS), name_of("_"), NULL, NULL);
    return pkg->blank;
}

IrName *ir_runtime_name(IrPackage *pkg, const char *name) {
    const Name *sym = name_of(name);
    IrName *n = map_get(&pkg->extra, PKEY(sym));
    if (n) return n;
    if (!pkg->extra.arena) pkg->extra.arena = pkg->arena;
    n = ir_new_name(pkg, ir_pos(NO_POS), sym, NULL, NULL);
    n->name_class = PFUNC;
    n->sym_pkg = "go.runtime";
    if (strcmp(name, "panicwrap") == 0) n->n.type = TYPE(new_signature(NULL, NULL, NULL, NULL, NULL, false));
    if (strcmp(name, "KeepAlive") == 0) {
        Var *x = new_param(NO_POS, NULL, NULL, TYPE(types_empty_interface()));
        n->n.type = TYPE(new_signature(NULL, NULL, NULL, new_tuple_of(1, x), NULL, false));
    }
    map_put(&pkg->extra, PKEY(sym), n);
    return n;
}

IrName *ir_new_local(IrPackage *pkg, IrFunc *fn, IrPos pos, const Name *sym, Type *type) {
    IrName *n = ir_new_name(pkg, pos, sym, pkg->types, type);
    n->name_class = PAUTO;
    n->curfn = fn;
    ir_append_name(pkg, &fn->dcl, n);
    return n;
}

IrName *ir_temp_at(IrPackage *pkg, IrFunc *fn, IrPos pos, Type *type) {
    if (!fn) BUG("temporary outside a function");
    if (!type) BUG("temporary without a type in %s", ir_func_name(fn));
    char buf[32];
    int k = snprintf(buf, sizeof buf, ".autotmp_%u", fn->dcl.n);
    IrName *n = ir_new_local(pkg, fn, pos, name_intern(buf, (size_t)k), type);
    n->n.esc = ESC_NEVER;
    n->used = true;
    n->autotemp = true;
    return n;
}

IrName *ir_new_closure_var(IrPackage *pkg, IrFunc *fn, IrPos pos, IrName *outer) {
    if (outer->name_class != PAUTO && outer->name_class != PPARAM && outer->name_class != PPARAMOUT &&
        outer->name_class != PAUTOHEAP)
        BUG("captured variable %s is not local", outer->sym->s);
    IrName *c = ir_new_name(pkg, pos, outer->sym, outer->pkg, outer->n.type);
    c->curfn = fn;
    c->name_class = PAUTOHEAP;
    c->is_closure_var = true;
    c->defn = IRN(ir_canonical(outer));
    c->outer = outer;
    c->obj = outer->obj;
    ir_append_name(pkg, &fn->closure_vars, c);
    return c;
}

IrName *ir_new_hidden_param(IrPackage *pkg, IrFunc *fn, IrPos pos, const Name *sym, Type *type) {
    ASSERT(!fn->oclosure);
    fn->needctxt = true;
    IrName *fake = ir_new_name(pkg, pos, sym, pkg->types, type);
    fake->name_class = PPARAM;
    fake->byval = true;
    return ir_new_closure_var(pkg, fn, pos, fake);
}

IrFunc *ir_new_func(IrPackage *pkg, IrPos fpos, IrPos npos, const Name *sym, Package *sympkg, Type *type) {
    IrName *name = ir_new_name(pkg, npos, sym, sympkg, type);
    name->name_class = PFUNC;
    IrFunc *fn = IR_NEW(pkg, fpos, ODCLFUNC, NULL, Func);
    fn->nname = name;
    fn->n.typecheck = 1;
    fn->pkg = pkg;
    name->func = fn;
    return fn;
}

/* closureName: outer's name, what kind of literal, and a number; names of inlined functions in between. */
static const Name *closure_name(IrPackage *pkg, IrFunc *outer, IrPos pos, IrOp why, Package **sympkg) {
    if (outer->oclosure && outer->oclosure->func->range_parent) outer = outer->oclosure->func->range_parent;
    *sympkg = pkg->types;
    const char *outer_name = "glob.", *suffix = ".";
    switch (why) {
    case OCLOSURE:
        if (!outer->oclosure) suffix = ".func";
        break;
    case ORANGE: suffix = "-range"; break;
    case OGO: suffix = ".gowrap"; break;
    case ODEFER: suffix = ".deferwrap"; break;
    default: BUG("closure for %s", ir_op_info[why].name);
    }
    int32_t *gen = &pkg->glob_closgen;
    if (!ir_is_blank(IRN(outer->nname))) {
        *sympkg = outer->nname->pkg;
        outer_name = outer->nname->sym->s;
        gen = why == OCLOSURE ? &outer->func_lit_gen
              : why == ORANGE ? &outer->range_lit_gen
                              : &outer->go_defer_gen;
    }
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, outer_name);
    if (pos.inl) {
        VEC(uint32_t) chain = {0};
        for (uint32_t i = pos.inl; i; i = pkg->inl_tree.v[i - 1].pos.inl) vec_push(NULL, &chain, i);
        while (chain.n) {
            sb_addc(&sb, '.');
            sb_adds(&sb, pkg->inl_tree.v[vec_pop(&chain) - 1].name);
        }
        vec_free(&chain);
    }
    sb_printf(&sb, "%s%d", suffix, ++*gen);
    const Name *r = name_intern(sb_str(&sb), sb.n);
    sb_release(&sb);
    return r;
}

IrFunc *ir_new_closure_func(IrPackage *pkg, IrPos fpos, IrPos cpos, IrOp why, Type *type, IrFunc *outer) {
    Package *sympkg;
    const Name *sym = closure_name(pkg, outer, cpos, why, &sympkg);
    IrFunc *fn = ir_new_func(pkg, fpos, fpos, sym, sympkg, type);
    fn->dupok = outer->dupok;
    IrClosureExpr *clo = IR_NEW(pkg, cpos, OCLOSURE, type, ClosureExpr);
    clo->func = fn;
    if (why == ORANGE) {
        fn->range_parent = outer;
        if (outer->oclosure && outer->oclosure->func->range_parent)
            fn->range_parent = outer->oclosure->func->range_parent;
    }
    fn->oclosure = clo;
    fn->lit_why = (uint8_t)why;
    fn->nname->defn = IRN(fn);
    fn->has_body = true;
    ir_append_func(pkg, &pkg->funcs, fn);
    fn->closure_parent = outer;
    return fn;
}

static void declare_one(IrPackage *pkg, IrFunc *fn, Var *v, IrClass c, const char *prefix, uint32_t i) {
    const Name *sym = v->name;
    bool unnamed = !sym || sym->n == 0 || name_is(sym, "_");
    if (unnamed) {
        char buf[24];
        int k = snprintf(buf, sizeof buf, "%s%u", prefix, i);
        sym = name_intern(buf, (size_t)k);
    }
    IrName *n = ir_new_name(pkg, ir_pos(v->pos), sym, v->pkg && !unnamed ? v->pkg : fn->nname->pkg,
                            type_unalias(v->typ));
    if (unnamed)
        n->sym_pkg = fn->nname->sym_pkg; /* names that we give are in the package of the function's symbol */
    n->name_class = (uint8_t)c;
    n->curfn = fn;
    n->obj = v;
    ir_append_name(pkg, &fn->dcl, n);
}

void ir_declare_params(IrPackage *pkg, IrFunc *fn) {
    if (fn->dcl.n) BUG("%s already has its parameters", ir_func_name(fn));
    Signature *s = ir_sig(fn->nname->n.type);
    uint32_t i = 0;
    fn->nrecv = s->recv ? 1 : 0;
    fn->nparams = s->params ? s->params->n : 0;
    fn->nresults = s->results ? s->results->n : 0;
    if (s->recv) declare_one(pkg, fn, s->recv, PPARAM, "~p", i++);
    for (uint32_t k = 0; k < fn->nparams; k++) declare_one(pkg, fn, s->params->vars[k], PPARAM, "~p", i++);
    for (uint32_t k = 0; k < fn->nresults; k++) declare_one(pkg, fn, s->results->vars[k], PPARAMOUT, "~r", k);
}

IrNode *ir_addr(IrPackage *pkg, IrPos pos, IrNode *x) {
    IrOp op = OADDR;
    switch (OPOF(x)) {
    case OARRAYLIT:
    case OMAPLIT:
    case OSLICELIT:
    case OSTRUCTLIT: op = OPTRLIT; break;
    default: {
        IrNode *o = ir_outer_value(x);
        if (o->op == ONAME) {
            IrName *r = IR(Name, o);
            r->addrtaken = true;
            if (r->is_closure_var && !ir_byval(r)) ir_canonical(r)->addrtaken = true;
        }
    }
    }
    gen_note_pointer(pkg, x->type);
    IrAddrExpr *n = IR_NEW(pkg, pos, op, ir_ptr_to(x->type), AddrExpr);
    n->x = x;
    return IRN(n);
}

IrNode *ir_binary(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *y) {
    IrBinaryExpr *n = IR_NEW(pkg, pos, op, t, BinaryExpr);
    n->x = x;
    n->y = y;
    return IRN(n);
}
IrNode *ir_logical(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *y) {
    IrLogicalExpr *n = IR_NEW(pkg, pos, op, t, LogicalExpr);
    n->x = x;
    n->y = y;
    return IRN(n);
}
IrNode *ir_unary(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x) {
    IrUnaryExpr *n = IR_NEW(pkg, pos, op, t, UnaryExpr);
    n->x = x;
    return IRN(n);
}
IrNode *ir_conv(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x) {
    IrConvExpr *n = IR_NEW(pkg, pos, op, t, ConvExpr);
    n->x = x;
    return IRN(n);
}
IrNode *ir_star(IrPackage *pkg, IrPos pos, Type *t, IrNode *x) {
    IrStarExpr *n = IR_NEW(pkg, pos, ODEREF, t, StarExpr);
    n->x = x;
    return IRN(n);
}
IrNode *ir_nil(IrPackage *pkg, IrPos pos, Type *t) { return ir_new(pkg, pos, ONIL, t); }
IrNode *ir_basic_lit(IrPackage *pkg, IrPos pos, Type *t, const Const *val) {
    const_freeze(val); /* several threads may print it */
    IrBasicLit *n = IR_NEW(pkg, pos, OLITERAL, t, BasicLit);
    n->val = val;
    return IRN(n);
}
IrNode *ir_bool(IrPackage *pkg, IrPos pos, Type *t, bool v) {
    return ir_basic_lit(pkg, pos, t ? t : Typ(UNTYPED_BOOL), const_bool(v));
}
IrNode *ir_int(IrPackage *pkg, IrPos pos, Type *t, int64_t v) {
    return ir_basic_lit(pkg, pos, t ? t : Typ(UNTYPED_INT), const_int64(pkg->arena, v));
}
IrNode *ir_string(IrPackage *pkg, IrPos pos, Type *t, Str v) {
    return ir_basic_lit(pkg, pos, t ? t : Typ(UNTYPED_STRING), const_string(pkg->arena, v));
}

IrNode *ir_zero(IrPackage *pkg, IrPos pos, Type *t) {
    if (ir_has_nil(t)) return ir_nil(pkg, pos, t);
    const Const *zero = const_int64(pkg->arena, 0);
    if (ir_is_integer(t)) return ir_basic_lit(pkg, pos, t, zero);
    if (ir_is_float(t)) return ir_basic_lit(pkg, pos, t, const_to_float(pkg->arena, zero));
    if (ir_is_complex(t)) return ir_basic_lit(pkg, pos, t, const_to_complex(pkg->arena, zero));
    if (ir_is_boolean(t)) return ir_bool(pkg, pos, t, false);
    if (ir_is_string(t)) return ir_string(pkg, pos, t, STR_LIT(""));
    IrNodes none = {0};
    if (ir_is_array(t)) return IRN(ir_complit(pkg, pos, OARRAYLIT, t, none));
    if (ir_is_struct(t)) return IRN(ir_complit(pkg, pos, OSTRUCTLIT, t, none));
    BUG("zero value of %s", type_string(t, NULL));
}

IrCallExpr *ir_call(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *fun, IrNodes args) {
    IrCallExpr *n = IR_NEW(pkg, pos, op, t, CallExpr);
    n->fun = fun;
    n->args = args;
    n->n.typecheck = 1;
    return n;
}
IrCompLitExpr *ir_complit(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNodes list) {
    IrCompLitExpr *n = IR_NEW(pkg, pos, op, t, CompLitExpr);
    n->list = list;
    return n;
}
IrNode *ir_index(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *index) {
    IrIndexExpr *n = IR_NEW(pkg, pos, op, t, IndexExpr);
    n->x = x;
    n->index = index;
    return IRN(n);
}
IrNode *ir_selector(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, const Name *sel) {
    IrSelectorExpr *n = IR_NEW(pkg, pos, op, t, SelectorExpr);
    n->x = x;
    n->sel = sel;
    n->offset = -1;
    return IRN(n);
}
IrNode *ir_type_node(IrPackage *pkg, Type *t) { return ir_new(pkg, ir_pos(NO_POS), OTYPE, t); }

static IrNode *new_stmt(IrPackage *pkg, IrPos pos, IrOp op) { return ir_new(pkg, pos, op, NULL); }

IrNode *ir_dcl(IrPackage *pkg, IrPos pos, IrName *x) {
    IrDecl *n = IR(Decl, new_stmt(pkg, pos, ODCL));
    n->x = x;
    n->n.typecheck = 1;
    return IRN(n);
}
IrNode *ir_as(IrPackage *pkg, IrPos pos, IrNode *x, IrNode *y) {
    IrAssignStmt *n = IR(AssignStmt, new_stmt(pkg, pos, OAS));
    n->x = x;
    n->y = y;
    return IRN(n);
}
IrAssignListStmt *ir_as2(IrPackage *pkg, IrPos pos, IrOp op, IrNodes lhs, IrNodes rhs) {
    IrAssignListStmt *n = IR(AssignListStmt, new_stmt(pkg, pos, op));
    n->lhs = lhs;
    n->rhs = rhs;
    return n;
}
IrNode *ir_asop(IrPackage *pkg, IrPos pos, IrOp op, IrNode *x, IrNode *y) {
    IrAssignOpStmt *n = IR(AssignOpStmt, new_stmt(pkg, pos, OASOP));
    n->as_op = (uint8_t)op;
    n->x = x;
    n->y = y;
    return IRN(n);
}
IrNode *ir_block(IrPackage *pkg, IrPos pos, IrNodes list) {
    if (!ir_pos_known(pos) && list.n) pos = ir_npos(list.v[0]);
    IrBlockStmt *n = IR(BlockStmt, new_stmt(pkg, pos, OBLOCK));
    n->list = list;
    return IRN(n);
}
IrNode *ir_branch(IrPackage *pkg, IrPos pos, IrOp op, const Name *label) {
    IrBranchStmt *n = IR(BranchStmt, new_stmt(pkg, pos, op));
    n->label = label;
    return IRN(n);
}
IrNode *ir_if(IrPackage *pkg, IrPos pos, IrNode *cond, IrNodes body, IrNodes els) {
    IrIfStmt *n = IR(IfStmt, new_stmt(pkg, pos, OIF));
    n->cond = cond;
    n->body = body;
    n->els = els;
    return IRN(n);
}
IrNode *ir_return(IrPackage *pkg, IrPos pos, IrNodes results) {
    IrReturnStmt *n = IR(ReturnStmt, new_stmt(pkg, pos, ORETURN));
    n->results = results;
    return IRN(n);
}
IrNode *ir_label(IrPackage *pkg, IrPos pos, const Name *label) {
    IrLabelStmt *n = IR(LabelStmt, new_stmt(pkg, pos, OLABEL));
    n->label = label;
    return IRN(n);
}
IrInlinedCallExpr *ir_inlined_call(IrPackage *pkg, IrPos pos, Type *t, IrNodes body, IrNodes retvars) {
    IrInlinedCallExpr *n = IR_NEW(pkg, pos, OINLCALL, t, InlinedCallExpr);
    n->body = body;
    n->return_vars = retvars;
    n->n.typecheck = 1;
    return n;
}
IrNode *ir_inl_mark(IrPackage *pkg, IrPos pos, int64_t index) {
    IrInlineMarkStmt *n = IR(InlineMarkStmt, new_stmt(pkg, pos, OINLMARK));
    n->index = index;
    n->n.typecheck = 1;
    return IRN(n);
}

IrNode *ir_single_result(IrPackage *pkg, IrInlinedCallExpr *n) {
    if (n->return_vars.n != 1) BUG("inlined call has %u results, expected 1", n->return_vars.n);
    IrNode *r = n->return_vars.v[0];
    if (n->n.type && !type_has_shape(n->n.type) && type_has_shape(r->type))
        return ir_conv(pkg, ir_npos(n), OCONVNOP, n->n.type, r);
    return r;
}

IrNode *ir_init_expr(IrPackage *pkg, IrNodes init, IrNode *expr) {
    if (!init.n) return expr;
    if (ir_may_be_shared(expr)) {
        Type *t = expr->type;
        expr = ir_conv(pkg, ir_npos(expr), OCONVNOP, t, expr);
    }
    ir_prepend_list(pkg, ir_inits(pkg, expr), init);
    return expr;
}

IrNodes ir_take_init(IrNode *n) {
    IrNodes r = ir_init(n);
    n->inits = NULL;
    return r;
}

/* ---- positions ---- */

uint32_t ir_add_inl_call(IrPackage *pkg, IrPos callpos, IrFunc *callee, const char *name) {
    IrInlCall c = {callpos, callee, name};
    vec_push(pkg->arena, &pkg->inl_tree, c);
    return pkg->inl_tree.n;
}
Pos ir_outermost_pos(const IrPackage *pkg, IrPos p) {
    while (p.inl) p = pkg->inl_tree.v[p.inl - 1].pos;
    return p.p;
}
Pos ir_innermost_pos(IrPos p) { return p.p; }
void ir_format_pos(StrBuf *sb, const IrPackage *pkg, IrPos p) { pos_format(sb, ir_outermost_pos(pkg, p)); }

/* ---- walking ---- */

/* Most nodes are leaves, and walks spend most of their time between nodes: so the common cases are open here,
 * and each walk has its own copy, which calls its function directly. */
static inline __attribute__((always_inline)) bool do_slots(IrNode *n, IrDoFn fn, void *ctx, bool hidden) {
    const Slot *s = info_of(n)->slots;
    if (n->inits)
        for (uint32_t i = 0; i < n->inits->n; i++)
            if (n->inits->v[i] && fn(n->inits->v[i], ctx)) return true;
    for (; s->kind; s++) {
        if (s->kind == SLOT_LIST) {
            IrNodes *l = LIST_AT(n, s);
            for (uint32_t i = 0; i < l->n; i++)
                if (l->v[i] && fn(l->v[i], ctx)) return true;
        } else if (s->kind == SLOT_NODE || hidden) {
            IrNode *c = *SLOT_AT(n, s);
            if (c && fn(c, ctx)) return true;
        }
    }
    return false;
}
static inline bool is_leaf(const IrNode *n) { return !n->inits && !info_of(n)->slots->kind; }

static bool do_all(IrNode *n, IrDoFn fn, void *ctx) { return do_slots(n, fn, ctx, false); }
bool ir_do_children(IrNode *n, IrDoFn fn, void *ctx) { return n && !is_leaf(n) && do_all(n, fn, ctx); }
bool ir_do_children_hidden(IrNode *n, IrDoFn fn, void *ctx) { return n && do_slots(n, fn, ctx, true); }

typedef struct AnyCtx {
    IrDoFn cond;
    void *ctx;
} AnyCtx;
static bool any_below(IrNode *n, AnyCtx *a);
static bool any_do(IrNode *n, void *p) {
    AnyCtx *a = p;
    return a->cond(n, a->ctx) || (!is_leaf(n) && any_below(n, a));
}
static bool any_below(IrNode *n, AnyCtx *a) { return do_slots(n, any_do, a, false); }
bool ir_any(IrNode *n, IrDoFn cond, void *ctx) {
    AnyCtx a = {cond, ctx};
    return n && any_do(n, &a);
}
bool ir_any_list(IrNodes list, IrDoFn cond, void *ctx) {
    for (uint32_t i = 0; i < list.n; i++)
        if (ir_any(list.v[i], cond, ctx)) return true;
    return false;
}

typedef struct VisitCtx {
    IrVisitFn fn;
    void *ctx;
} VisitCtx;
static bool visit_below(IrNode *n, VisitCtx *v);
static bool visit_do(IrNode *n, void *p) {
    VisitCtx *v = p;
    v->fn(n, v->ctx);
    return !is_leaf(n) && visit_below(n, v);
}
static bool visit_below(IrNode *n, VisitCtx *v) { return do_slots(n, visit_do, v, false); }
void ir_visit(IrNode *n, IrVisitFn fn, void *ctx) {
    VisitCtx v = {fn, ctx};
    if (n) visit_do(n, &v);
}
void ir_visit_list(IrNodes list, IrVisitFn fn, void *ctx) {
    for (uint32_t i = 0; i < list.n; i++) ir_visit(list.v[i], fn, ctx);
}

static void visit_closures(IrNode *n, void *p) {
    VisitCtx *v = p;
    v->fn(n, v->ctx);
    if (n->op == OCLOSURE) ir_visit_func_and_closures(IR(ClosureExpr, n)->func, v->fn, v->ctx);
}
void ir_visit_func_and_closures(IrFunc *fn, IrVisitFn visit, void *ctx) {
    VisitCtx v = {visit, ctx};
    ir_visit_list(fn->body, visit_closures, &v);
}

static void edit_slots(IrNode *n, IrEditFn fn, void *ctx, bool hidden) {
    for (uint32_t i = 0; n->inits && i < n->inits->n; i++)
        if (n->inits->v[i]) n->inits->v[i] = fn(n->inits->v[i], ctx);
    for (const Slot *s = info_of(n)->slots; s->kind; s++) {
        if (s->kind == SLOT_LIST) {
            IrNodes *l = LIST_AT(n, s);
            for (uint32_t i = 0; i < l->n; i++)
                if (l->v[i]) l->v[i] = fn(l->v[i], ctx);
        } else if (s->kind == SLOT_NODE || hidden) {
            IrNode **c = SLOT_AT(n, s);
            if (*c) *c = fn(*c, ctx);
        }
    }
}
void ir_edit_children(IrNode *n, IrEditFn fn, void *ctx) {
    if (n) edit_slots(n, fn, ctx, false);
}
void ir_edit_children_hidden(IrNode *n, IrEditFn fn, void *ctx) {
    if (n) edit_slots(n, fn, ctx, true);
}

/* ---- copying ---- */

static void copy_list(IrPackage *pkg, IrNodes *l) {
    if (!l->n) {
        *l = (IrNodes){0};
        return;
    }
    IrNode **v = NEW_ARRAY(pkg->arena, IrNode *, l->n);
    memcpy(v, l->v, l->n * sizeof *v);
    *l = (IrNodes){v, l->n, l->n};
}

IrNode *ir_copy(IrPackage *pkg, const IrNode *n) {
    const ClassInfo *ci = info_of(n);
    IrNode *c = arena_alloc(pkg->arena, ci->size);
    memcpy(c, n, ci->size);
    if (c->inits) {
        IrNodes init = *c->inits;
        copy_list(pkg, &init);
        ir_set_init(pkg, c, init);
    }
    for (const Slot *s = ci->slots; s->kind; s++)
        if (s->kind == SLOT_LIST) copy_list(pkg, LIST_AT(c, s));
    return c;
}

typedef struct DeepCtx {
    IrPackage *pkg;
    IrPos pos;
} DeepCtx;
static IrNode *deep_edit(IrNode *x, void *p) {
    DeepCtx *d = p;
    switch (OPOF(x)) {
    case ONAME:
    case ONONAME:
    case OLITERAL:
    case ONIL:
    case OTYPE: return x;
    default: break;
    }
    x = ir_copy(d->pkg, x);
    if (ir_pos_known(d->pos)) ir_set_pos(x, d->pos);
    edit_slots(x, deep_edit, d, false);
    return x;
}
IrNode *ir_deep_copy(IrPackage *pkg, IrPos pos, IrNode *n) {
    DeepCtx d = {pkg, pos};
    return deep_edit(n, &d);
}

/* ---- questions ---- */

bool ir_is_autotmp(const IrNode *n) { return n && n->op == ONAME && ((const IrName *)n)->autotemp; }
bool ir_may_be_shared(const IrNode *n) {
    return n->op == ONAME || n->op == OLITERAL || n->op == ONIL || n->op == OTYPE;
}
bool ir_has_unique_pos(const IrNode *n) {
    if (n->op == ONAME) return false;
    if (n->op == OLITERAL && ((const IrBasicLit *)n)->sym) return false;
    if (n->op == OTYPE) return false;
    return n->p != NO_POS;
}

IrNode *ir_outer_value(IrNode *n) {
    for (;;) {
        switch (OPOF(n)) {
        case OXDOT: BUG("OXDOT in ir_outer_value");
        case ODOT: n = IR(SelectorExpr, n)->x; continue;
        case OPAREN: n = IR(ParenExpr, n)->x; continue;
        case OCONVNOP: n = IR(ConvExpr, n)->x; continue;
        case OINDEX:
            if (ir_is_array(IR(IndexExpr, n)->x->type)) {
                n = IR(IndexExpr, n)->x;
                continue;
            }
            return n;
        default: return n;
        }
    }
}

bool ir_is_addressable(IrNode *n) {
    switch (OPOF(n)) {
    case OINDEX: {
        IrNode *x = IR(IndexExpr, n)->x;
        if (ir_is_array(x->type)) return ir_is_addressable(x);
        return !ir_is_string(x->type);
    }
    case ODEREF:
    case ODOTPTR: return true;
    case ODOT: return ir_is_addressable(IR(SelectorExpr, n)->x);
    case ONAME: return IR(Name, n)->name_class != PFUNC;
    case OLINKSYMOFFSET: return true;
    default: return false;
    }
}

bool ir_is_zero(IrNode *n) {
    switch (OPOF(n)) {
    case ONIL: return true;
    case OLITERAL: {
        const Const *v = IR(BasicLit, n)->val;
        switch (const_kind(v)) {
        case CONST_STRING: return const_string_len(v) == 0;
        case CONST_BOOL: return !const_bool_val(v);
        default: return const_sign(v) == 0;
        }
    }
    case OARRAYLIT: {
        IrNodes l = IR(CompLitExpr, n)->list;
        for (uint32_t i = 0; i < l.n; i++) {
            IrNode *e = l.v[i]->op == OKEY ? IR(KeyExpr, l.v[i])->value : l.v[i];
            if (!ir_is_zero(e)) return false;
        }
        return true;
    }
    case OSTRUCTLIT: {
        IrNodes l = IR(CompLitExpr, n)->list;
        for (uint32_t i = 0; i < l.n; i++)
            if (!ir_is_zero(IR(StructKeyExpr, l.v[i])->value)) return false;
        return true;
    }
    default: return false;
    }
}

bool ir_is_closure(const IrFunc *fn) { return fn->oclosure && fn->closure_vars.n > 0; }
bool ir_contains_closure(const IrFunc *f, const IrFunc *c) {
    if (f == c || !c->oclosure) return false;
    for (const IrFunc *p = c->closure_parent; p; p = p->closure_parent)
        if (p == f) return true;
    return false;
}

static bool is_simple_kind(IrKind k) { return (k >= TINT8 && k <= TFLOAT64) || k == TBOOL; }

bool ir_same_safe_expr(IrNode *l, IrNode *r) {
    while (l->op == OCONVNOP) l = IR(ConvExpr, l)->x;
    while (r->op == OCONVNOP) r = IR(ConvExpr, r)->x;
    if (l->op != r->op || !ir_type_identical(l->type, r->type)) return false;
    switch (OPOF(l)) {
    case ONAME: return l == r;
    case ODOT:
    case ODOTPTR:
        return IR(SelectorExpr, l)->sel == IR(SelectorExpr, r)->sel &&
               ir_same_safe_expr(IR(SelectorExpr, l)->x, IR(SelectorExpr, r)->x);
    case ODEREF: return ir_same_safe_expr(IR(StarExpr, l)->x, IR(StarExpr, r)->x);
    case ONOT:
    case OBITNOT:
    case OPLUS:
    case ONEG: return ir_same_safe_expr(IR(UnaryExpr, l)->x, IR(UnaryExpr, r)->x);
    case OCONV:
        return is_simple_kind(ir_kind(l->type)) && ir_same_safe_expr(IR(ConvExpr, l)->x, IR(ConvExpr, r)->x);
    case OINDEX:
    case OINDEXMAP:
        return ir_same_safe_expr(IR(IndexExpr, l)->x, IR(IndexExpr, r)->x) &&
               ir_same_safe_expr(IR(IndexExpr, l)->index, IR(IndexExpr, r)->index);
    case OPS_ARITHMETIC:
    case OLSH:
    case ORSH:
        return ir_same_safe_expr(IR(BinaryExpr, l)->x, IR(BinaryExpr, r)->x) &&
               ir_same_safe_expr(IR(BinaryExpr, l)->y, IR(BinaryExpr, r)->y);
    case OLITERAL: {
        Arena scratch;
        arena_init(&scratch);
        const Const *a = IR(BasicLit, l)->val, *b = IR(BasicLit, r)->val;
        bool eq = const_kind(a) == const_kind(b) && const_compare(&scratch, a, OP_EQL, b);
        arena_release(&scratch);
        return eq;
    }
    case ONIL: return true;
    default: return false;
    }
}

IrName *ir_method_expr_name(IrNode *n) {
    switch (OPOF(n)) {
    case ODOTMETH:
    case OMETHEXPR:
    case OMETHVALUE: return IR(SelectorExpr, n)->method;
    default: BUG("method of a %s", ir_op_info[n->op].name);
    }
}

const char *ir_name_path(const IrName *n) {
    if (n->sym_pkg) return n->sym_pkg;
    return n->pkg && n->pkg->path ? n->pkg->path->s : "";
}

bool ir_is_escape_non_string(const IrName *fn) {
    static const char prefix[] = "EscapeNonString[";
    return fn && !strncmp(fn->sym->s, prefix, sizeof prefix - 1) && !strcmp(ir_name_path(fn), "internal/abi");
}

IrName *ir_static_callee_name(IrNode *n) {
    switch (OPOF(n)) {
    case OMETHEXPR: return ir_method_expr_name(n);
    case ONAME: return IR(Name, n)->name_class == PFUNC ? IR(Name, n) : NULL;
    case OCLOSURE: return IR(ClosureExpr, n)->func->nname;
    default: return NULL;
    }
}

bool ir_const_int64(const IrNode *n, int64_t *v) {
    if (!n || n->op != OLITERAL) return false;
    const Const *c = ((const IrBasicLit *)n)->val;
    if (const_kind(c) != CONST_INT) return false;
    bool exact;
    *v = const_int64_val(c, &exact);
    return exact;
}
bool ir_const_string(const IrNode *n, Str *v) {
    if (!n || n->op != OLITERAL) return false;
    const Const *c = ((const IrBasicLit *)n)->val;
    if (const_kind(c) != CONST_STRING) return false;
    *v = const_string_val(c);
    return true;
}
bool ir_const_bool(const IrNode *n, bool *v) {
    if (!n || n->op != OLITERAL) return false;
    const Const *c = ((const IrBasicLit *)n)->val;
    if (const_kind(c) != CONST_BOOL) return false;
    *v = const_bool_val(c);
    return true;
}
bool ir_is_small_int_const(const IrNode *n) {
    int64_t v;
    return ir_const_int64(n, &v) && v >= INT32_MIN && v <= INT32_MAX;
}

bool ir_is_reflect_header_data_field(IrNode *l) {
    if (!l->type || type_unalias(l->type) != Typ(UINTPTR)) return false;
    Type *t;
    if (l->op == ODOT) t = IR(SelectorExpr, l)->x->type;
    else if (l->op == ODOTPTR) t = ir_elem(IR(SelectorExpr, l)->x->type);
    else return false;
    Named *n = type_as_named(t);
    if (!n || !name_is(IR(SelectorExpr, l)->sel, "Data")) return false;
    TypeName *o = named_obj(n);
    return o->pkg && name_is(o->pkg->path, "reflect") &&
           (name_is(o->name, "SliceHeader") || name_is(o->name, "StringHeader"));
}

bool ir_is_funcpc_intrinsic(const IrCallExpr *n) {
    if (n->n.op != OCALLFUNC || n->fun->op != ONAME) return false;
    const IrName *f = (const IrName *)n->fun;
    return f->pkg && name_is(f->pkg->path, "internal/abi") &&
           (name_is(f->sym, "FuncPCABI0") || name_is(f->sym, "FuncPCABIInternal"));
}

bool ir_is_slice3(IrOp op) { return op == OSLICE3 || op == OSLICE3ARR; }

const char *ir_func_name(const IrFunc *fn) { return fn && fn->nname ? fn->nname->sym->s : "<nil>"; }
