/* Calls through interfaces whose dynamic type is known become calls of the method itself.
 *
 * To find the concrete type of an interface expression we follow conversions, type assertions and inlined
 * calls to a variable, and then look at everything that is assigned to that variable. When all of it has
 * one concrete type T (nil aside), `x.M()` is `x.(T).M()`. The assignments of a function are collected the
 * first time that one of its variables is asked about. Inlining a call afterwards adds to them: what a call
 * returns is unknown until its body has taken its place; then the assignments to the body's result variable
 * tell. */
#include "inline/inline_int.h"
#include "ir/types.h"
#include "ir/generics.h"
#include "ir/typecheck.h"

typedef enum AssignKind { ASSIGN_UNKNOWN, ASSIGN_TYPE, ASSIGN_NODE } AssignKind;

typedef struct Assign {
    AssignKind kind;
    union {
        Type *type;   /* ASSIGN_TYPE: a concrete one */
        IrNode *node; /* ASSIGN_NODE */
    };
} Assign;
typedef struct Assigns {
    VEC(Assign) list;
} Assigns;

typedef struct CallRef {
    IrName *name;
    uint32_t assign; /* in its Assigns */
    uint32_t result; /* of the call */
} CallRef;
typedef struct CallRefs {
    VEC(CallRef) list;
} CallRefs;

void devirt_init(DevirtState *s, Inliner *in) {
    *s = (DevirtState){.in = in};
    s->assigns.arena = s->call_refs.arena = s->analyzed.arena = &s->scratch;
}

void devirt_release(DevirtState *s) {
    arena_release(&s->scratch);
    *s = (DevirtState){0};
}

static bool is_iface(Type *t) { return t && type_under(t)->kind == TK_INTERFACE; }

static IrNode *strip_parens(IrNode *n) {
    while (n->op == OPAREN) n = IR(ParenExpr, n)->x;
    return n;
}

/* Notes `lhs = a`; returns the variable when it is one to follow, with the assignment's index in *at. */
static IrName *note(DevirtState *s, IrNode *lhs, Assign a, uint32_t *at) {
    if (!lhs || lhs->op != ONAME || ir_is_blank(lhs)) return NULL;
    IrNode *outer = ir_outer_value(lhs);
    if (outer->op != ONAME) return NULL;
    IrName *n = IR(Name, outer);
    if (!n->curfn || !is_iface(n->n.type)) return NULL;
    n = ir_canonical(n);
    if (n->name_class != PAUTO) return NULL;
    if (a.kind == ASSIGN_TYPE && is_iface(a.type)) a = (Assign){0};
    if (a.kind == ASSIGN_NODE && ir_is_nil(a.node)) return NULL;
    Assigns *list = map_get(&s->assigns, PKEY(n));
    if (!list) {
        list = NEW(&s->scratch, Assigns);
        map_put(&s->assigns, PKEY(n), list);
    }
    *at = list->list.n;
    vec_push(&s->scratch, &list->list, a);
    return n;
}

static void note_unknown(DevirtState *s, IrNode *lhs) {
    uint32_t at;
    note(s, lhs, (Assign){0}, &at);
}

static void note_type(DevirtState *s, IrNode *lhs, Type *t) {
    uint32_t at;
    note(s, lhs, (Assign){.kind = ASSIGN_TYPE, .type = t}, &at);
}

static void note_node(DevirtState *s, IrNode *lhs, IrNode *n) {
    uint32_t at;
    note(s, lhs, (Assign){.kind = ASSIGN_NODE, .node = n}, &at);
}

/* lhs = result number i of the call at n. The call is known by that node's address, which is its own or that
 * of its parentheses: when they come later, they take the call's place. */
static void note_call(DevirtState *s, IrNode *lhs, IrNode *n, uint32_t i) {
    const Signature *sig = as_signature(type_under(IR(CallExpr, strip_parens(n))->fun->type));
    Type *result = sig->results->vars[i]->typ;
    uint32_t at;
    IrName *name = note(s, lhs, (Assign){.kind = ASSIGN_TYPE, .type = result}, &at);
    if (!name || !is_iface(result)) return;
    CallRefs *refs = map_get(&s->call_refs, PKEY(n));
    if (!refs) {
        refs = NEW(&s->scratch, CallRefs);
        map_put(&s->call_refs, PKEY(n), refs);
    }
    vec_push(&s->scratch, &refs->list, ((CallRef){name, at, i}));
}

static void note_range(DevirtState *s, IrRangeStmt *r) {
    Type *t = type_under(r->x->type);
    if (t->kind == TK_POINTER) t = type_under(as_pointer(t)->base);
    switch ((TypeKind)t->kind) {
    case TK_ARRAY:
    case TK_SLICE:
        note_unknown(s, r->key);
        note_type(s, r->value, t->kind == TK_ARRAY ? as_array(t)->elem : as_slice(t)->elem);
        break;
    case TK_CHAN: note_type(s, r->key, as_chan(t)->elem); break;
    case TK_MAP:
        note_type(s, r->key, as_map(t)->key);
        note_type(s, r->value, as_map(t)->elem);
        break;
    default: /* integers and strings: nothing with methods */
        note_unknown(s, r->key);
        note_unknown(s, r->value);
    }
}

static void analyze(IrNode *n, void *ctx) {
    DevirtState *s = ctx;
    switch (OPOF(n)) {
    case OAS: {
        IrAssignStmt *as = IR(AssignStmt, n);
        if (!as->y) break;
        IrNode *rhs = strip_parens(as->y);
        if (ir_op_info[rhs->op].class_id == IC_CallExpr && IR(CallExpr, rhs)->fun)
            note_call(s, as->x, as->y, 0);
        else note_node(s, as->x, rhs);
        break;
    }
    case OAS2: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        for (uint32_t i = 0; i < as->lhs.n && i < as->rhs.n; i++)
            if (as->rhs.v[i]) note_node(s, as->lhs.v[i], as->rhs.v[i]);
        break;
    }
    case OAS2DOTTYPE: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        note_node(s, as->lhs.v[0], as->rhs.v[0]);
        note_unknown(s, as->lhs.v[1]);
        break;
    }
    case OAS2MAPR:
    case OAS2RECV:
    case OSELRECV2: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        note_type(s, as->lhs.v[0], as->rhs.v[0]->type);
        note_unknown(s, as->lhs.v[1]);
        break;
    }
    case OAS2FUNC: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        IrNode *rhs = strip_parens(as->rhs.v[0]);
        for (uint32_t i = 0; i < as->lhs.n; i++) {
            if (rhs->op == OINLCALL) note_node(s, as->lhs.v[i], IR(InlinedCallExpr, rhs)->return_vars.v[i]);
            else note_call(s, as->lhs.v[i], as->rhs.v[0], i);
        }
        break;
    }
    case ORANGE: note_range(s, IR(RangeStmt, n)); break;
    case OSWITCH: {
        IrSwitchStmt *sw = IR(SwitchStmt, n);
        if (!sw->tag || sw->tag->op != OTYPESW) break;
        for (uint32_t i = 0; i < sw->cases.n; i++) {
            IrCaseClause *cc = IR(CaseClause, sw->cases.v[i]);
            if (cc->var) note_node(s, IRN(cc->var), IR(TypeSwitchGuard, sw->tag)->x);
        }
        break;
    }
    case OCLOSURE: {
        IrFunc *fn = IR(ClosureExpr, n)->func;
        if (map_has(&s->analyzed, PKEY(fn))) break;
        map_put(&s->analyzed, PKEY(fn), fn);
        ir_visit(IRN(fn), analyze, s);
        break;
    }
    default: break;
    }
}

static const Assigns *assignments(DevirtState *s, IrName *n) {
    if (!map_has(&s->analyzed, PKEY(n->curfn))) {
        map_put(&s->analyzed, PKEY(n->curfn), n->curfn);
        ir_visit_list(ir_init(n->curfn), analyze, s);
        ir_visit_list(n->curfn->body, analyze, s);
    }
    return map_get(&s->assigns, PKEY(n));
}

/* Whether two concrete types are one to the compiler, which compares them by pointer here: named types are
 * unique there, most pointers to them are, and each type literal of the source is a type of its own. */
static bool same_type(IrPackage *pkg, Type *a, Type *b) {
    a = type_unalias(a);
    b = type_unalias(b);
    if (a == b) return true;
    if (a->kind != b->kind) return false;
    if (a->kind == TK_POINTER) {
        Type *p = as_pointer(a)->base, *q = as_pointer(b)->base;
        return same_type(pkg, p, q) && gen_pointer_is_unique(pkg, p);
    }
    return a->kind == TK_NAMED && type_identical(a, b);
}

static Type no_type; /* &no_type: nothing but nil, or a variable met before */

/* The concrete type of n; NULL: not known. */
static Type *concrete_type(DevirtState *s, IrNode *n, Map *seen) {
    for (;;) {
        if (!is_iface(n->type)) return n->type;
        IrNode *x = NULL;
        switch (OPOF(n)) {
        case OCONVNOP:
        case OCONVIFACE: x = IR(ConvExpr, n)->x; break;
        case OINLCALL: x = ir_single_result(s->in->pkg, IR(InlinedCallExpr, n)); break;
        case OPAREN: x = IR(ParenExpr, n)->x; break;
        case ODOTTYPE:
        case ODOTTYPE2: x = IR(TypeAssertExpr, n)->x; break;
        default: break;
        }
        if (!x) break;
        n = x;
    }
    if (n->op != ONAME) return NULL;
    IrName *name = ir_canonical(IR(Name, n));
    if (name->name_class != PAUTO || name->addrtaken) return NULL;
    if (map_has(seen, PKEY(name))) return &no_type;
    map_put(seen, PKEY(name), name);
    const Assigns *as = assignments(s, name);
    Type *typ = NULL;
    for (uint32_t i = 0; as && i < as->list.n; i++) {
        Assign a = as->list.v[i];
        Type *t = a.kind == ASSIGN_TYPE ? a.type : NULL;
        if (a.kind == ASSIGN_NODE) {
            t = concrete_type(s, a.node, seen);
            if (t == &no_type) continue;
        }
        if (!t || (typ && !same_type(s->in->pkg, typ, t))) return NULL;
        typ = t;
    }
    return typ ? typ : &no_type;
}

void devirtualize_static_call(DevirtState *s, IrFunc *fn, IrCallExpr *call) {
    if (call->go_defer || call->n.op != OCALLINTER) return;
    Inliner *in = s->in;
    IrSelectorExpr *sel = IR(SelectorExpr, call->fun);
    Map seen = {0};
    Type *typ = concrete_type(s, sel->x, &seen);
    map_release(&seen);
    if (!typ || typ == &no_type) return;
    Interface *iface = as_interface(type_under(sel->x->type));
    if (!iface || !gen_implements(in->pkg, typ, sel->x->type)) return; /* would panic */
    if (ir_is_shape(typ)) return;
    if (type_has_shape(typ) || type_has_shape(sel->x->type)) {
        if (!mlog_on(in->log, 1)) return;
        bool receiver = type_has_shape(typ);
        StrBuf sb = STRBUF_INIT, tb = STRBUF_INIT;
        ir_print(&sb, in->pkg, IRN(call));
        ir_print_type(&tb, in->pkg, receiver ? typ : sel->x->type);
        say(in, ir_npos(call), "cannot devirtualize %s: shaped %s %s", sb_str(&sb),
            receiver ? "receiver" : "interface", sb_str(&tb));
        sb_release(&sb);
        sb_release(&tb);
        return;
    }

    IrTypeAssertExpr *dt = IR_NEW(in->pkg, ir_npos(call), ODOTTYPE, typ, TypeAssertExpr);
    dt->x = sel->x;
    dt->use_nil_panic = true;
    dt->n.typecheck = 1;
    IrCtx c = {.pkg = in->pkg, .fn = fn, .pos = ir_npos(sel)};
    IrSelectorExpr *x = IR(SelectorExpr, tc_xdot_method(&c, ir_npos(sel), IRN(dt), sel->sel,
                                                        sel->field ? sel->field->pkg : NULL, true));
    if (mlog_on(in->log, 1)) {
        StrBuf sb = STRBUF_INIT, tb = STRBUF_INIT;
        ir_print(&sb, in->pkg, IRN(sel));
        ir_print_type(&tb, in->pkg, typ);
        say(in, ir_npos(call), "%sdevirtualizing %s to %s", x->n.op == ODOTINTER ? "partially " : "",
            sb_str(&sb), sb_str(&tb));
        sb_release(&sb);
        sb_release(&tb);
    }
    fn->noted = false;
    call->fun = IRN(x);
    const Signature *sig = as_signature(type_under(x->n.type));
    if (sig->results && sig->results->n == 1) call->n.type = sig->results->vars[0]->typ;
    else if (sig->results) call->n.type = TYPE(sig->results);
    if (x->n.op != ODOTMETH) return;
    /* the method as a function, its receiver as the first argument */
    IrNodes args = ir_nodes1(in->pkg, x->x);
    ir_append_list(in->pkg, &args, call->args);
    call->n.op = OCALLFUNC;
    call->fun = IRN(gen_new_method_expr(&c, ir_npos(x), x->x->type, x->sel, x->field ? x->field->pkg : NULL));
    call->args = args;
}

void devirt_inlined_call(DevirtState *s, IrFunc *fn, IrParenExpr *place, IrInlinedCallExpr *inlined) {
    if (!map_has(&s->analyzed, PKEY(fn))) return;
    ir_visit_list(ir_init(inlined), analyze, s);
    ir_visit_list(inlined->body, analyze, s);
    CallRefs *refs = map_get(&s->call_refs, PKEY(place));
    for (uint32_t i = 0; refs && i < refs->list.n; i++) {
        CallRef r = refs->list.v[i];
        Assigns *as = map_get(&s->assigns, PKEY(r.name));
        as->list.v[r.assign] = (Assign){.kind = ASSIGN_NODE, .node = inlined->return_vars.v[r.result]};
    }
    if (refs) refs->list.n = 0;
}
