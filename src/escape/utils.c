/* utils.c: questions the analysis asks about nodes. */
#include "escape/escape_int.h"

/* The compiler's limits on what the stack takes, in bytes. */
#define MAX_STACK_VAR (128 * 1024)         /* declared variables */
#define MAX_IMPLICIT_STACK_VAR (64 * 1024) /* new(T), &T{}, make, closures */

static IrNode *pointer_operand(IrNode *n) {
    if (n->op == ODEREF) return IR(StarExpr, n)->x;
    if (n->op == ODOTPTR) return IR(SelectorExpr, n)->x;
    return NULL;
}

/* b.buf = b.buf[n:m] stores no pointer that was not there. */
static bool is_slice_self_assign(IrNode *dst, IrNode *src) {
    IrNode *dx = pointer_operand(dst);
    if (!dx || dx->op != ONAME) return false;
    switch (src->op) {
    case OSLICE:
    case OSLICE3:
    case OSLICESTR: break;
    case OSLICEARR:
    case OSLICE3ARR:
        /* Slicing an array that is part of b makes a pointer into b; it has an implicit address operation. */
        if (IR(SliceExpr, src)->x->op == OADDR) return false;
        break;
    default: return false;
    }
    IrNode *sx = pointer_operand(IR(SliceExpr, src)->x);
    return sx && sx->op == ONAME && sx == dx;
}

/* Whether evaluating n may change or allocate memory. */
static bool may_affect_memory(IrNode *n) {
    switch (n->op) {
    case ONAME:
    case OLITERAL:
    case ONIL: return false;
    case OPS_ARITHMETIC:
    case OLSH:
    case ORSH: return may_affect_memory(IR(BinaryExpr, n)->x) || may_affect_memory(IR(BinaryExpr, n)->y);
    case OINDEX: return may_affect_memory(IR(IndexExpr, n)->x) || may_affect_memory(IR(IndexExpr, n)->index);
    case OCONVNOP:
    case OCONV: return may_affect_memory(IR(ConvExpr, n)->x);
    case OLEN:
    case OCAP:
    case ONOT:
    case OBITNOT:
    case OPLUS:
    case ONEG: return may_affect_memory(IR(UnaryExpr, n)->x);
    case ODOT:
    case ODOTPTR: return may_affect_memory(IR(SelectorExpr, n)->x);
    case ODEREF: return may_affect_memory(IR(StarExpr, n)->x);
    default: return true;
    }
}

/* Whether dst = src moves something within one object, so that nothing lives longer for it: val.x = val.y,
 * val.x[i] = val.y[j] and the like. */
bool esc_is_self_assign(IrNode *dst, IrNode *src) {
    if (is_slice_self_assign(dst, src)) return true;
    if (dst->op != src->op) return false;
    switch (dst->op) {
    case ODOT:
    case ODOTPTR: return ir_same_safe_expr(IR(SelectorExpr, dst)->x, IR(SelectorExpr, src)->x);
    case OINDEX:
        if (may_affect_memory(IR(IndexExpr, dst)->index) || may_affect_memory(IR(IndexExpr, src)->index)) {
            return false;
        }
        return ir_same_safe_expr(IR(IndexExpr, dst)->x, IR(IndexExpr, src)->x);
    default: return false;
    }
}

FlowId esc_heap_alloc_reason(const Batch *b, IrNode *n) {
    if (!n || !n->type) return FLOW_NONE;
    if (n->op == ONAME) {
        IrClass c = (IrClass)IR(Name, n)->name_class;
        if (c == PPARAM || c == PPARAMOUT) return FLOW_NONE; /* passed on the stack */
    }
    const Sizes *s = &b->sizes;
    Type *t = n->type;
    if (t->kind != TK_POINTER && t->kind != TK_SLICE) {
        int64_t size = sizes_sizeof(s, t);
        if (size > MAX_STACK_VAR || size < 0) return FLOW_TOO_LARGE;
        if (sizes_alignof(s, t) > s->ptr_size) return FLOW_TOO_ALIGNED;
    }
    if (n->op == ONEW || n->op == OPTRLIT) {
        Pointer *p = as_pointer(type_under(t));
        int64_t size = sizes_sizeof(s, p->base);
        if (size > MAX_IMPLICIT_STACK_VAR || size < 0) return FLOW_TOO_LARGE;
        if (sizes_alignof(s, p->base) > s->ptr_size) return FLOW_TOO_ALIGNED;
    }
    if (n->op == OCLOSURE && ir_closure_size(IR(ClosureExpr, n)->func) > MAX_IMPLICIT_STACK_VAR) {
        return FLOW_TOO_LARGE;
    }
    if (n->op == OMETHVALUE &&
        s->ptr_size + sizes_sizeof(s, IR(SelectorExpr, n)->x->type) > MAX_IMPLICIT_STACK_VAR) {
        return FLOW_TOO_LARGE;
    }
    if (n->op == OMAKESLICE) {
        IrMakeExpr *m = IR(MakeExpr, n);
        IrNode *r = m->capx ? m->capx : m->len;
        int64_t size = sizes_sizeof(s, ir_slice_elem(t)), len;
        if (size == 0) return FLOW_NO_SIZE;
        /* A length known only when running: the stack has a small buffer for it, used when it suffices. */
        if (!ir_is_small_int_const(r)) return FLOW_NONE;
        ir_const_int64(r, &len);
        if (size < 0 || len > MAX_IMPLICIT_STACK_VAR / size) return FLOW_TOO_LARGE;
    }
    return FLOW_NONE;
}

/* ---- literals instead of what is known to be one ---- */

static IrReassignOracle *oracle_of(Batch *b, IrFunc *fn) {
    IrReassignOracle *ro = map_get(&b->oracles, PKEY(fn));
    if (ro) return ro;
    IrFunc *outer = fn;
    while (outer->closure_parent && !outer->closure_parent->is_package_init) outer = outer->closure_parent;
    if (outer != fn) ro = map_get(&b->oracles, PKEY(outer));
    if (!ro) {
        ro = xcalloc(1, sizeof *ro);
        ir_oracle_init(ro, b->pkg, outer);
        map_put(&b->oracles, PKEY(outer), ro);
    }
    if (outer != fn) map_put(&b->oracles, PKEY(fn), ro);
    return ro;
}

/* Keeps the effects of n, which is about to be replaced: tmp = n in front of `of`. */
static void assign_temp(Batch *b, IrFunc *fn, IrPos pos, IrNode *n, IrNode *of) {
    IrName *tmp = ir_temp_at(b->pkg, fn, pos, n->type);
    ir_append(b->pkg, ir_inits(b->pkg, of), ir_dcl(b->pkg, pos, tmp));
    ir_append(b->pkg, ir_inits(b->pkg, of), ir_as(b->pkg, pos, &tmp->n, n));
}

static bool valid_type_for_const(Type *t, const Const *val) {
    switch (const_kind(val)) {
    case CONST_BOOL: return is_boolean(t);
    case CONST_STRING: return is_string(t);
    case CONST_INT: return is_integer(t);
    case CONST_FLOAT: return is_float(t);
    case CONST_COMPLEX: return is_complex(t);
    default: return false;
    }
}

/* make([]T, n) with an n that is always the same number, and interface conversions of variables that are
 * always the same constant, are made with the literal: such values need no heap. */
void esc_rewrite_with_literals(Batch *b, IrNode *n, IrFunc *fn) {
    if (!n || !fn) return;
    if (n->op == OMAKESLICE) {
        IrMakeExpr *m = IR(MakeExpr, n);
        IrNode **r = m->capx ? &m->capx : &m->len;
        if ((*r)->op == OLITERAL) return;
        IrReassignOracle *ro = oracle_of(b, fn);
        IrNode *s = ir_oracle_static_value(ro, *r);
        if (s->op == OLITERAL) {
            const Const *val = IR(BasicLit, s)->val;
            if (const_sign(val) < 0) return;
            assign_temp(b, fn, ir_npos(n), *r, n);
            *r = ir_basic_lit(b->pkg, ir_npos(n), (*r)->type, val);
        } else if (s->op == OLEN) {
            IrNode *x = ir_oracle_static_value(ro, IR(UnaryExpr, s)->x);
            if (x->op != OSLICELIT) return;
            assign_temp(b, fn, ir_npos(n), *r, n);
            *r = ir_int(b->pkg, ir_npos(n), Typ(INT), IR(CompLitExpr, x)->len);
        }
    } else if (n->op == OCONVIFACE) {
        IrConvExpr *c = IR(ConvExpr, n);
        if (c->x->op == OLITERAL || type_is_interface(c->x->type)) return;
        IrNode *v = ir_oracle_static_value(oracle_of(b, fn), c->x);
        if (!v || v->op != OLITERAL || !valid_type_for_const(c->x->type, IR(BasicLit, v)->val)) return;
        assign_temp(b, fn, ir_npos(n), c->x, n);
        c->x = ir_basic_lit(b->pkg, ir_npos(n), c->x->type, IR(BasicLit, v)->val);
    }
}
