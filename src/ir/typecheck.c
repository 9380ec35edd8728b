/* Typed nodes built step by step: what the compiler's typecheck package adds to a tree that is known to be
 * correct.
 *
 * Untyped operands (comparisons, some literals) get their types; assignments, arguments and results get
 * implicit conversions; generic forms become specific ones (OAS2 with a map index is OAS2MAPR); variadic
 * arguments are packed; go and defer statements are normalised to a call without arguments and results,
 * wrapping the call in a function literal when needed. Every node made here counts in inline costs, so
 * nothing may be added or left out. */
#include "ir/typecheck.h"
#include "ir/types.h"
#include "types/const.h"

static IrPos enter_pos(IrCtx *c, const IrNode *n) {
    IrPos old = c->pos;
    if (n && ir_has_unique_pos(n)) c->pos = ir_npos(n);
    return old;
}

static IrPos pos_or(IrPos p, IrPos other) { return ir_pos_known(p) ? p : other; }

/* ---- which conversion ---- */

static bool has_name(Type *t) { return ir_has_sym(t); }

/* The op of an implicit conversion from src to dst; OXXX when there is none. */
static IrOp tc_assign_op(IrCtx *c, Type *src, Type *dst) {
    (void)c;
    if (src == dst) return OCONVNOP;
    if (!src || !dst) return OXXX;
    if (ir_type_identical(src, dst)) return OCONVNOP;
    IrKind sk = ir_kind(src), dk = ir_kind(dst);
    if (ir_type_identical(type_under(src), type_under(dst))) {
        if (ir_is_empty_interface(src)) return OCONVNOP;
        if ((!has_name(src) || !has_name(dst)) && sk != TINTER) return OCONVNOP;
        if (ir_is_shape(src) || ir_is_shape(dst)) return OCONVNOP;
    }
    if (dk == TINTER && sk != TNIL) {
        if (type_has_shape(src)) return OCONVIFACE;
        if (ir_is_empty_interface(dst)) return OCONVIFACE;
        if (type_missing_method(src, as_interface(type_under(dst)), true, NULL) == NULL) return OCONVIFACE;
        return OXXX;
    }
    if (sk == TINTER) return OXXX;
    if (sk == TCHAN && dk == TCHAN && ir_chan_dir(src) == CHAN_BOTH &&
        ir_type_identical(ir_elem(src), ir_elem(dst)) && (!has_name(src) || !has_name(dst)))
        return OCONVNOP;
    if (sk == TNIL) {
        switch (dk) {
        case TPTR:
        case TFUNC:
        case TMAP:
        case TCHAN:
        case TINTER:
        case TSLICE: return OCONVNOP;
        default: break;
        }
    }
    return OXXX;
}

/* SimType: int and uint as their sized kinds. */
static IrKind sim_kind(IrKind k) {
    bool w8 = ir_sizes()->ptr_size == 8;
    switch (k) {
    case TINT: return w8 ? TINT64 : TINT32;
    case TUINT:
    case TUINTPTR: return w8 ? TUINT64 : TUINT32;
    default: return k;
    }
}

static bool is_byte_kind(Type *t) { return ir_kind(t) == TUINT8; }
static bool is_rune_kind(Type *t) { return ir_kind(t) == TINT32; }

/* As tc_assign_op, for an explicit conversion. */
static IrOp tc_convert_op(IrCtx *c, bool src_const, Type *src, Type *dst) {
    if (src == dst) return OCONVNOP;
    if (!src || !dst) return OXXX;
    IrOp op = tc_assign_op(c, src, dst);
    if (op != OXXX) return op;
    IrKind sk = ir_kind(src), dk = ir_kind(dst);
    if (sk == TINTER || dk == TINTER) return OXXX;
    if (type_identical_ignore_tags(type_under(src), type_under(dst))) return OCONVNOP;
    if (sk == TPTR && dk == TPTR && !has_name(src) && !has_name(dst) &&
        type_identical_ignore_tags(type_under(ir_elem(src)), type_under(ir_elem(dst))))
        return OCONVNOP;
    bool si = ir_is_integer(src), di = ir_is_integer(dst), sf = ir_is_float(src), df = ir_is_float(dst);
    bool sc = ir_is_complex(src), dc = ir_is_complex(dst);
    if ((si || sf) && (di || df)) return sim_kind(sk) == sim_kind(dk) ? OCONVNOP : OCONV;
    if (sc && dc) return sim_kind(sk) == sim_kind(dk) ? OCONVNOP : OCONV;
    if (src_const && (si || sf || sc) && (di || df || dc)) return OCONV;
    if (si && dk == TSTRING) return ORUNESTR;
    if (sk == TSLICE && dk == TSTRING) {
        if (is_byte_kind(ir_elem(src))) return OBYTES2STR;
        if (is_rune_kind(ir_elem(src))) return ORUNES2STR;
    }
    if (sk == TSTRING && dk == TSLICE) {
        if (is_byte_kind(ir_elem(dst))) return OSTR2BYTES;
        if (is_rune_kind(ir_elem(dst))) return OSTR2RUNES;
    }
    if ((sk == TPTR || sk == TUINTPTR) && dk == TUNSAFEPTR) return OCONVNOP;
    if (sk == TUNSAFEPTR && (dk == TPTR || dk == TUINTPTR)) return OCONVNOP;
    if (sk == TSLICE) {
        if (dk == TARRAY && ir_type_identical(ir_elem(src), ir_elem(dst))) return OSLICE2ARR;
        if (dk == TPTR && ir_is_array(ir_elem(dst)) && ir_type_identical(ir_elem(src), ir_elem(ir_elem(dst))))
            return OSLICE2ARRPTR;
    }
    return OXXX;
}

/* ---- untyped operands ---- */

static Type *default_type(Type *t) {
    Basic *b = as_basic(t);
    if (!b) return t;
    switch (b->bk) {
    case BK_UNTYPED_BOOL: return Typ(BOOL);
    case BK_UNTYPED_STRING: return Typ(STRING);
    case BK_UNTYPED_INT: return Typ(INT);
    case BK_UNTYPED_RUNE: return universe.rune_type;
    case BK_UNTYPED_FLOAT: return Typ(FLOAT64);
    case BK_UNTYPED_COMPLEX: return Typ(COMPLEX128);
    default: return t;
    }
}

static const Const *round_float(Arena *a, const Const *v, IrKind k) {
    bool exact;
    if (k == TFLOAT32) return const_float64(a, (double)const_float32_val(v, &exact));
    return const_float64(a, const_float64_val(v, &exact));
}

/* ConvertVal: v as a t; Unknown when it has no such value. */
static const Const *convert_val(Arena *a, const Const *v, Type *t, bool explicit) {
    switch (const_kind(v)) {
    case CONST_BOOL: return ir_is_boolean(t) ? v : const_unknown();
    case CONST_STRING: return ir_is_string(t) ? v : const_unknown();
    case CONST_INT:
        if (explicit && ir_is_string(t)) return v; /* kept as a rune conversion */
        /* fallthrough */
    case CONST_FLOAT:
    case CONST_COMPLEX: {
        if (ir_is_integer(t)) {
            if (const_kind(v) == CONST_COMPLEX) v = const_real(a, v);
            return const_to_int(a, v);
        }
        if (ir_is_float(t)) {
            if (const_kind(v) == CONST_COMPLEX) v = const_real(a, v);
            v = const_to_float(a, v);
            return ir_is_untyped(t) ? v : round_float(a, v, ir_kind(t));
        }
        if (ir_is_complex(t)) {
            v = const_to_complex(a, v);
            if (ir_is_untyped(t)) return v;
            IrKind k = ir_kind(t) == TCOMPLEX64 ? TFLOAT32 : TFLOAT64;
            const Const *re = round_float(a, const_real(a, v), k),
                        *im = round_float(a, const_imag_part(a, v), k);
            return const_binary(a, const_to_float(a, re), OP_ADD, const_imag(a, const_to_float(a, im)),
                                false);
        }
        return const_unknown();
    }
    default: return const_unknown();
    }
}

const Const *ir_fix_value(Arena *a, Type *t, const Const *v) {
    if (ir_is_integer(t)) v = const_to_int(a, v);
    else if (ir_is_float(t)) v = const_to_float(a, v);
    else if (ir_is_complex(t)) v = const_to_complex(a, v);
    if (!ir_is_untyped(t)) v = convert_val(a, v, t, false);
    return v;
}

static bool ok_for_const(Type *t) {
    IrKind k = ir_kind(t);
    return (k >= TINT8 && k <= TFLOAT64) || k == TBOOL || k == TSTRING || k == TIDEAL;
}

/* convlit1: gives the untyped n the type t, or its default type when t is NULL or no type for constants. */
static IrNode *convlit(IrCtx *c, IrNode *n, Type *t, bool explicit) {
    if (!n || !n->type || !ir_is_untyped(n->type)) return n;
    if (ir_kind(n->type) == TNIL) {
        if (!t) BUG("use of untyped nil");
        if (!ir_has_nil(t)) return n;
        n = ir_copy(c->pkg, n);
        n->type = t;
        return n;
    }
    if (!t || !ok_for_const(t)) t = default_type(n->type);
    switch (OPOF(n)) {
    case OLITERAL: {
        const Const *v = convert_val(c->pkg->arena, IR(BasicLit, n)->val, t, explicit);
        if (const_kind(v) == CONST_UNKNOWN) BUG("constant has no value of type %s", type_string(t, NULL));
        return ir_basic_lit(c->pkg, ir_npos(n), t, v);
    }
    case OPLUS:
    case ONEG:
    case OBITNOT:
    case ONOT:
    case OREAL:
    case OIMAG:
        IR(UnaryExpr, n)->x = convlit(c, IR(UnaryExpr, n)->x, t, false);
        n->type = t;
        return n;
    case OPS_ARITHMETIC:
    case OCOMPLEX:
        IR(BinaryExpr, n)->x = convlit(c, IR(BinaryExpr, n)->x, t, false);
        IR(BinaryExpr, n)->y = convlit(c, IR(BinaryExpr, n)->y, t, false);
        n->type = t;
        return n;
    case OANDAND:
    case OOROR:
        IR(LogicalExpr, n)->x = convlit(c, IR(LogicalExpr, n)->x, t, false);
        IR(LogicalExpr, n)->y = convlit(c, IR(LogicalExpr, n)->y, t, false);
        n->type = t;
        return n;
    case OPS_COMPARISON:
        if (!ir_is_boolean(t)) BUG("comparison as %s", type_string(t, NULL));
        n->type = t;
        return n;
    case OLSH:
    case ORSH:
        IR(BinaryExpr, n)->x = convlit(c, IR(BinaryExpr, n)->x, t, explicit);
        n->type = IR(BinaryExpr, n)->x->type;
        return n;
    default: BUG("untyped %s", ir_op_info[n->op].name);
    }
}

IrNode *tc_default_lit(IrCtx *c, IrNode *n, Type *t) { return convlit(c, n, t, false); }

static void default_lit2(IrCtx *c, IrNode **l, IrNode **r, bool force) {
    Type *lt = (*l)->type, *rt = (*r)->type;
    if (!lt || !rt) return;
    if (!ir_is_interface(lt) && !ir_is_interface(rt)) {
        if (ir_is_boolean(lt) != ir_is_boolean(rt)) return;
        if (ir_is_string(lt) != ir_is_string(rt)) return;
    }
    if (!ir_is_untyped(lt)) {
        *r = convlit(c, *r, lt, false);
        return;
    }
    if (!ir_is_untyped(rt)) {
        *l = convlit(c, *l, rt, false);
        return;
    }
    if (!force || ir_is_nil(*l) || ir_is_nil(*r)) return;
    Type *t = type_max(lt, rt);
    t = default_type(t ? t : lt);
    *l = convlit(c, *l, t, false);
    *r = convlit(c, *r, t, false);
}

/* t NULL is the type of the blank name. */
static IrNode *tc_assign_conv(IrCtx *c, IrNode *n, Type *t) {
    if (!n || !n->type) return n;
    n = convlit(c, n, t, false);
    if (!t || ir_type_identical(n->type, t)) return n;
    IrOp op = tc_assign_op(c, n->type, t);
    if (op == OXXX) {
        StrBuf sb = STRBUF_INIT;
        ir_print_long(&sb, c->pkg, n);
        sb_adds(&sb, " as ");
        ir_print_type(&sb, c->pkg, t);
        BUG("cannot use %s in %s", sb_str(&sb), ir_func_name(c->fn));
    }
    IrNode *r = ir_conv(c->pkg, c->pos, op, t, n);
    r->flags |= IRF_IMPLICIT;
    return r;
}

/* ---- expressions ---- */

static IrNode *string_to_runes_lit(IrCtx *c, Type *t, IrNode *x) {
    Str s = const_string_val(IR(BasicLit, x)->val);
    IrNodes l = {0};
    int64_t i = 0;
    for (size_t p = 0; p < s.n;) {
        unsigned char b = (unsigned char)s.p[p];
        uint32_t r = b;
        size_t k = 1;
        if (b >= 0x80) {
            size_t want = b >= 0xf0 && b < 0xf8   ? 4
                          : b >= 0xe0 && b < 0xf0 ? 3
                          : b >= 0xc2 && b < 0xe0 ? 2
                                                  : 0;
            r = 0xfffd;
            if (want && p + want <= s.n) {
                uint32_t v = b & (0xff >> (want + 1));
                bool ok = true;
                for (size_t j = 1; j < want; j++) {
                    unsigned char d = (unsigned char)s.p[p + j];
                    ok = ok && (d & 0xc0) == 0x80;
                    v = v << 6 | (d & 0x3f);
                }
                static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
                if (ok && v >= least[want] && v <= 0x10ffff && !(v >= 0xd800 && v < 0xe000)) r = v, k = want;
            }
        }
        IrKeyExpr *kv = IR(KeyExpr, ir_new(c->pkg, c->pos, OKEY, NULL));
        kv->key = ir_int(c->pkg, c->pos, NULL, i++);
        kv->value = ir_int(c->pkg, c->pos, NULL, r);
        ir_append(c->pkg, &l, kv);
        p += k;
    }
    return tc_complit(c, c->pos, t, l);
}

IrNode *tc_conv(IrCtx *c, IrPos pos, Type *t, IrNode *x) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    x = convlit(c, x, t, true);
    Type *src = x->type;
    IrOp op = tc_convert_op(c, x->op == OLITERAL, src, t);
    if (op == OXXX) {
        StrBuf sb = STRBUF_INIT;
        ir_print_long(&sb, c->pkg, x);
        sb_adds(&sb, " to ");
        ir_print_type(&sb, c->pkg, t);
        BUG("cannot convert %s in %s", sb_str(&sb), ir_func_name(c->fn));
    }
    IrNode *n = ir_conv(c->pkg, pos, op, t, x);
    switch (op) {
    case OCONVNOP: {
        IrKind k = ir_kind(src);
        if (k == ir_kind(t) && (k == TFLOAT32 || k == TFLOAT64 || k == TCOMPLEX64 || k == TCOMPLEX128))
            n->op = OCONV;
        break;
    }
    case OSTR2RUNES:
        if (x->op == OLITERAL) n = string_to_runes_lit(c, t, x);
        break;
    case OBYTES2STR: {
        Type *e = ir_elem(src);
        if (e != universe.byte_type && e != Typ(UINT8))
            IR(ConvExpr, n)->x = ir_conv(c->pkg, ir_npos(x), OCONVNOP, ir_slice_of(universe.byte_type), x);
        break;
    }
    case ORUNES2STR: {
        Type *e = ir_elem(src);
        if (e != universe.rune_type && e != Typ(INT32))
            IR(ConvExpr, n)->x = ir_conv(c->pkg, ir_npos(x), OCONVNOP, ir_slice_of(universe.rune_type), x);
        break;
    }
    default: break;
    }
    c->pos = old;
    return n;
}

IrNode *tc_convnop(IrCtx *c, IrPos pos, Type *t, IrNode *x) { return ir_conv(c->pkg, pos, OCONVNOP, t, x); }

/* tcArith: makes the operands agree; the type of an arithmetic result. cmp: conversions for mixed
 * comparisons. */
static Type *arith(IrCtx *c, bool cmp, IrNode **l, IrNode **r) {
    default_lit2(c, l, r, false);
    Type *lt = (*l)->type, *rt = (*r)->type, *t = lt;
    if (ir_kind(t) == TIDEAL) t = rt;
    if (cmp && ir_kind(t) != TIDEAL && !ir_type_identical(lt, rt)) {
        bool li = ir_is_interface(lt), ri = ir_is_interface(rt), converted = false;
        IrOp aop = tc_assign_op(c, lt, rt);
        if (aop != OXXX) {
            if (ri == li || ir_size(lt) >= 1 << 16) *l = ir_conv(c->pkg, c->pos, aop, rt, *l);
            t = rt;
            converted = true;
        }
        if (!converted) {
            aop = tc_assign_op(c, rt, lt);
            if (aop != OXXX) {
                if (ri == li || ir_size(rt) >= 1 << 16) *r = ir_conv(c->pkg, c->pos, aop, lt, *r);
                t = lt;
            }
        }
    }
    if (ir_kind(t) != TIDEAL && !ir_type_identical((*l)->type, (*r)->type)) default_lit2(c, l, r, true);
    return t;
}

IrNode *tc_binary(IrCtx *c, IrPos pos, IrOp op, IrNode *x, IrNode *y) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    IrNode *n;
    switch (op) {
    case OANDAND:
    case OOROR: {
        Type *t = arith(c, false, &x, &y);
        n = ir_logical(c->pkg, pos, op, t, x, y);
        break;
    }
    case OLSH:
    case ORSH:
        y = convlit(c, y, Typ(UINT), false);
        n = ir_binary(c->pkg, pos, op, x->type, x, y);
        break;
    case OPS_COMPARISON:
        arith(c, true, &x, &y);
        default_lit2(c, &x, &y, true);
        n = ir_binary(c->pkg, pos, op, Typ(UNTYPED_BOOL), x, y);
        break;
    default: {
        Type *t = arith(c, false, &x, &y);
        if (op == OADD && ir_is_string(t)) {
            IrAddStringExpr *add;
            if (x->op == OADDSTR) {
                add = IR(AddStringExpr, x);
                ir_set_pos(add, pos);
            } else {
                add = IR_NEW(c->pkg, pos, OADDSTR, t, AddStringExpr);
                ir_append(c->pkg, &add->list, x);
            }
            if (y->op == OADDSTR) ir_append_list(c->pkg, &add->list, IR(AddStringExpr, y)->list);
            else ir_append(c->pkg, &add->list, y);
            add->n.type = t;
            n = IRN(add);
        } else n = ir_binary(c->pkg, pos, op, t, x, y);
    }
    }
    c->pos = old;
    return n;
}

IrNode *tc_unary(IrCtx *c, IrPos pos, IrOp op, IrNode *x) {
    Type *t = x->type;
    switch (op) {
    case OLEN:
    case OCAP:
        x = convlit(c, x, NULL, false);
        t = Typ(INT);
        break;
    case ORECV: t = ir_elem(t); break;
    case OREAL:
    case OIMAG:
        t = ir_kind(t) == TCOMPLEX64    ? Typ(FLOAT32)
            : ir_kind(t) == TCOMPLEX128 ? Typ(FLOAT64)
                                        : Typ(UNTYPED_FLOAT);
        break;
    case OUNSAFESLICEDATA: t = ir_ptr_to(ir_elem(t)); break;
    case OUNSAFESTRINGDATA: t = ir_ptr_to(universe.byte_type); break;
    case OPANIC: {
        IrPos old = c->pos;
        c->pos = pos_or(pos, old);
        x = tc_assign_conv(c, x, TYPE(types_empty_interface()));
        c->pos = old;
        t = NULL;
        break;
    }
    case OCLEAR:
    case OCLOSE:
    case OCHECKNIL: t = NULL; break;
    case OITAB: t = ir_ptr_to(Typ(UINTPTR)); break;
    case OCFUNC: t = Typ(UINTPTR); break;
    case OSPTR: t = ir_ptr_to(ir_is_string(t) ? Typ(UINT8) : ir_elem(t)); break;
    default: break;
    }
    IrNode *n = ir_unary(c->pkg, pos, op, t, x);
    n->typecheck = 1;
    return n;
}

IrNode *tc_deref(IrCtx *c, IrPos pos, IrNode *x) { return ir_star(c->pkg, pos, ir_elem(x->type), x); }
IrNode *tc_addr(IrCtx *c, IrPos pos, IrNode *x) { return ir_addr(c->pkg, pos, x); }

static IrNode *implicit_star(IrCtx *c, IrPos pos, IrNode *n) {
    if (!ir_is_ptr(n->type) || !ir_is_array(ir_elem(n->type))) return n;
    IrNode *s = ir_star(c->pkg, pos, ir_elem(n->type), n);
    s->flags |= IRF_IMPLICIT;
    return s;
}

static IrNode *index_lit(IrCtx *c, IrNode *n) {
    return n && n->type && ir_kind(n->type) == TIDEAL ? convlit(c, n, Typ(INT), false) : n;
}

IrNode *tc_index(IrCtx *c, IrPos pos, IrNode *x, IrNode *index) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    x = convlit(c, x, NULL, false);
    x = implicit_star(c, c->pos, x);
    Type *t = x->type;
    IrNode *n;
    if (ir_is_map(t)) {
        index = tc_assign_conv(c, index, ir_key(t));
        n = ir_index(c->pkg, pos, OINDEXMAP, ir_elem(t), x, index);
    } else {
        n = ir_index(c->pkg, pos, OINDEX, ir_is_string(t) ? universe.byte_type : ir_elem(t), x,
                     index_lit(c, index));
    }
    c->pos = old;
    return n;
}

IrNode *tc_slice(IrCtx *c, IrPos pos, IrNode *x, IrNode *low, IrNode *high, IrNode *max) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    x = convlit(c, x, NULL, false);
    if (ir_is_array(x->type)) {
        x = ir_addr(c->pkg, c->pos, x);
        x->flags |= IRF_IMPLICIT;
    }
    Type *t = x->type;
    IrOp op = max ? OSLICE3 : OSLICE;
    if (ir_is_string(t)) op = OSLICESTR;
    else if (ir_is_ptr(t) && ir_is_array(ir_elem(t))) {
        t = ir_slice_of(ir_elem(ir_elem(t)));
        op = max ? OSLICE3ARR : OSLICEARR;
    }
    IrSliceExpr *n = IR_NEW(c->pkg, pos, op, t, SliceExpr);
    n->x = x;
    n->low = index_lit(c, low);
    n->high = index_lit(c, high);
    n->max = index_lit(c, max);
    c->pos = old;
    return IRN(n);
}

IrNode *tc_dot_field(IrCtx *c, IrPos pos, IrNode *x, int index) {
    Type *t = x->type;
    IrOp op = ODOT;
    if (ir_is_ptr(t)) {
        op = ODOTPTR;
        t = ir_elem(t);
    }
    Var *f = ir_field(t, (uint32_t)index);
    IrNode *n = ir_selector(c->pkg, pos, op, type_unalias(f->typ), x, f->name);
    IR(SelectorExpr, n)->field = f;
    /* Offset 0 matters to inline costs; others are left to be computed by who needs them. */
    int i = 0;
    while (i < index && ir_size(ir_field(t, (uint32_t)i)->typ) == 0) i++;
    if (i == index) IR(SelectorExpr, n)->offset = 0;
    return n;
}

/* Follows the embedded fields of path (all but its last step), marked implicit. */
static IrNode *implicit_path(IrCtx *c, IrPos pos, IrNode *x, const int *index, uint32_t n) {
    for (uint32_t i = 0; i + 1 < n; i++) {
        x = tc_dot_field(c, pos, x, index[i]);
        x->flags |= IRF_IMPLICIT;
    }
    return x;
}

IrNode *tc_xdot_method(IrCtx *c, IrPos pos, IrNode *x, const Name *sel, Package *selpkg, bool callee) {
    LookupResult r = lookup_field_or_method(x->type, true, selpkg, sel);
    if (!r.obj || r.obj->kind != OBJ_FUNC) BUG("%s has no method %s", type_string(x->type, NULL), sel->s);
    x = implicit_path(c, pos, x, r.index, r.nindex);
    Type *t = x->type;
    IrSelectorExpr *n;
    if (ir_is_interface(t) || (ir_is_ptr(t) && ir_is_interface(ir_elem(t)))) {
        if (ir_is_ptr(t)) {
            x = ir_star(c->pkg, pos, ir_elem(t), x);
            x->flags |= IRF_IMPLICIT;
        }
        n = IR(SelectorExpr, ir_selector(c->pkg, pos, ODOTINTER, TYPE(func_signature(r.obj)), x, sel));
        n->field = r.obj;
    } else {
        bool is_ptr = ir_is_ptr(t), want_ptr = func_has_ptr_recv(object_origin(r.obj));
        if (want_ptr && !is_ptr) {
            x = ir_addr(c->pkg, c->pos, x);
            x->flags |= IRF_IMPLICIT;
        } else if (!want_ptr && is_ptr && !type_as_named(t)) {
            x = ir_star(c->pkg, c->pos, ir_elem(t), x);
            x->flags |= IRF_IMPLICIT;
        }
        IrSelectorExpr *me = gen_new_method_expr(c, pos, x->type, sel, selpkg);
        Type *sig =
            me->method ? me->method->n.type : TYPE(func_signature(r.obj)); /* shaped: with its dictionary */
        n = IR(SelectorExpr, ir_selector(c->pkg, pos, ODOTMETH, sig, x, sel));
        n->field = r.obj;
        n->method = me->method;
        if (me->method && type_has_shape(x->type))
            n->n.type = me->method->n.type; /* a dictionary comes first */
    }
    if (!callee) {
        n->n.op = OMETHVALUE;
        n->n.type = ir_method_type(n->n.type, NULL);
    }
    return IRN(n);
}

/* ---- composite literals ---- */

static int64_t array_lit(IrCtx *c, Type *elem, IrNodes l) {
    int64_t key = 0, length = 0;
    for (uint32_t i = 0; i < l.n; i++) {
        IrPos old = enter_pos(c, l.v[i]);
        if (l.v[i]->op == OKEY) {
            IrKeyExpr *kv = IR(KeyExpr, l.v[i]);
            const Const *v = const_to_int(c->pkg->arena, IR(BasicLit, kv->key)->val);
            bool exact;
            key = const_int64_val(v, &exact);
            kv->value = tc_assign_conv(c, kv->value, elem);
        } else l.v[i] = tc_assign_conv(c, l.v[i], elem);
        key++;
        if (key > length) length = key;
        (void)old; /* the compiler leaves its position at the last element until the literal is done */
    }
    return length;
}

IrNode *tc_complit(IrCtx *c, IrPos pos, Type *t, IrNodes elems) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    IrCompLitExpr *n = ir_complit(c->pkg, pos, OSTRUCTLIT, t, elems);
    switch (ir_kind(t)) {
    case TARRAY:
        array_lit(c, ir_elem(t), elems);
        n->n.op = OARRAYLIT;
        break;
    case TSLICE:
        n->len = array_lit(c, ir_elem(t), elems);
        n->n.op = OSLICELIT;
        break;
    case TMAP:
        for (uint32_t i = 0; i < elems.n; i++) {
            IrKeyExpr *kv = IR(KeyExpr, elems.v[i]);
            enter_pos(c, elems.v[i]);
            kv->key = tc_assign_conv(c, kv->key, ir_key(t));
            kv->value = tc_assign_conv(c, kv->value, ir_elem(t));
        }
        n->n.op = OMAPLIT;
        break;
    case TSTRUCT:
        for (uint32_t i = 0; i < elems.n; i++) {
            IrStructKeyExpr *sk = IR(StructKeyExpr, elems.v[i]);
            enter_pos(c, elems.v[i]);
            sk->value = tc_assign_conv(c, sk->value, type_unalias(sk->field->typ));
        }
        break;
    default: BUG("composite literal of type %s", type_string(t, NULL));
    }
    c->pos = old;
    return IRN(n);
}

/* ---- calls ---- */

/* MakeDotArgs */
static IrNode *tc_dot_args(IrCtx *c, IrPos pos, Type *slice, IrNode **args, uint32_t n) {
    if (!n) return ir_nil(c->pkg, pos, slice);
    IrNodes l = {NEW_ARRAY(c->pkg->arena, IrNode *, n), n, n};
    memcpy(l.v, args, n * sizeof *args);
    IrNode *lit = tc_complit(c, pos, slice, l);
    lit->flags |= IRF_IMPLICIT;
    return lit;
}

/* Whether n may run code or wait, as RewriteNonNameCall asks (new does not count). */
static bool call_or_chan(IrNode *n, void *p) {
    (void)p;
    switch (OPOF(n)) {
    case OAPPEND:
    case OCALL:
    case OCALLFUNC:
    case OCALLINTER:
    case OCALLMETH:
    case OCAP:
    case OCLEAR:
    case OCLOSE:
    case OCOMPLEX:
    case OCOPY:
    case ODELETE:
    case OIMAG:
    case OLEN:
    case OMAKE:
    case OMAX:
    case OMIN:
    case OPANIC:
    case OPRINT:
    case OPRINTLN:
    case OREAL:
    case ORECOVER:
    case ORECV:
    case OUNSAFEADD:
    case OUNSAFESLICE:
    case OUNSAFESLICEDATA:
    case OUNSAFESTRING:
    case OUNSAFESTRINGDATA: return true;
    default: return false;
    }
}

/* A callee that itself runs code is computed into a temporary first. */
static void rewrite_non_name_call(IrCtx *c, IrCallExpr *n) {
    IrNode **np = &n->fun;
    if (n->fun->op == ODOTMETH || n->fun->op == ODOTINTER || n->fun->op == OMETHVALUE)
        np = &IR(SelectorExpr, n->fun)->x;
    if (!ir_any(*np, call_or_chan, NULL)) return;
    IrName *tmp = ir_temp_at(c->pkg, c->fn, c->pos, (*np)->type);
    IrNode *as = ir_as(c->pkg, c->pos, IRN(tmp), *np);
    ir_append(c->pkg, ir_inits(c->pkg, as), ir_dcl(c->pkg, ir_npos(n), tmp));
    *np = IRN(tmp);
    ir_append(c->pkg, ir_inits(c->pkg, n), tc_stmt(c, as));
}

/* RewriteMultiValueCall: f(g()) and return g() where g has several results. n's list becomes temporaries. */
static IrNodes rewrite_multi_value(IrCtx *c, IrNode *n, IrNodes list) {
    if (list.n != 1 || !ir_is_tuple(list.v[0]->type)) return list;
    Type *tuple = list.v[0]->type;
    IrAssignListStmt *as = ir_as2(c->pkg, c->pos, OAS2, (IrNodes){0}, ir_nodes1(c->pkg, list.v[0]));
    IrNodes out = {0};
    for (uint32_t i = 0; i < ir_tuple_len(tuple); i++) {
        IrName *tmp = ir_temp_at(c->pkg, c->fn, c->pos, ir_tuple_at(tuple, i));
        ir_append(c->pkg, ir_inits(c->pkg, as), ir_dcl(c->pkg, c->pos, tmp));
        ir_append(c->pkg, &as->lhs, tmp);
        ir_append(c->pkg, &out, tmp);
    }
    ir_append(c->pkg, ir_inits(c->pkg, n), tc_stmt(c, IRN(as)));
    return out;
}

IrNode *tc_call(IrCtx *c, IrPos pos, IrNode *fun, IrNodes args, bool dots) {
    if (fun->op == ONAME && IR(Name, fun)->builtin_op)
        return tc_builtin(c, pos, (IrOp)IR(Name, fun)->builtin_op, args, dots);
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    IrCallExpr *n = ir_call(c->pkg, pos, OCALLFUNC, NULL, fun, args);
    n->is_ddd = dots;
    IrNode *l = fun;
    rewrite_non_name_call(c, n);
    if (!dots) n->args = rewrite_multi_value(c, IRN(n), n->args);
    Type *t = l->type;
    bool meth = false;
    if (l->op == ODOTINTER) n->n.op = OCALLINTER;
    else if (l->op == ODOTMETH) meth = true;
    Signature *sig = ir_sig(t);
    if (!sig) BUG("call of %s in %s", type_string(t, NULL), ir_func_name(c->fn));
    uint32_t np = sig->params ? sig->params->n : 0;
    if (n->args.n < np - (sig->variadic && !dots ? 1 : 0) || (!sig->variadic && n->args.n > np)) {
        StrBuf sb = STRBUF_INIT;
        ir_print(&sb, c->pkg, IRN(n));
        BUG("wrong number of arguments in %s: %u for %u in %s", sb_str(&sb), n->args.n, np,
            ir_func_name(c->fn));
    }
    for (uint32_t i = 0; i < n->args.n; i++) {
        Type *pt;
        if (sig->variadic && i + 1 >= np) {
            pt = type_unalias(sig->params->vars[np - 1]->typ);
            if (!dots) pt = ir_elem(pt);
        } else pt = type_unalias(sig->params->vars[i]->typ);
        IrPos o2 = c->pos;
        enter_pos(c, n->args.v[i]);
        n->args.v[i] = tc_assign_conv(c, n->args.v[i], pt);
        (void)o2; /* as the compiler: the position of the last argument that has one stays */
    }
    c->pos = pos_or(pos, old);
    if (sig->variadic && !dots) {
        IrNode *slice = tc_dot_args(c, pos, type_unalias(sig->params->vars[np - 1]->typ),
                                    n->args.v + (np - 1), n->args.n - (np - 1));
        IrNodes a = {NEW_ARRAY(c->pkg->arena, IrNode *, np), np, np};
        if (np > 1) memcpy(a.v, n->args.v, (np - 1) * sizeof *a.v);
        a.v[np - 1] = slice;
        n->args = a;
        n->is_ddd = true;
    }
    if (meth) {
        IrSelectorExpr *dot = IR(SelectorExpr, n->fun);
        IrSelectorExpr *me = gen_new_method_expr(c, ir_npos(dot), dot->x->type, dot->sel, dot->field->pkg);
        IrNodes a = ir_nodes1(c->pkg, dot->x);
        ir_append_list(c->pkg, &a, n->args);
        n->args = a;
        n->fun = IRN(me);
    }
    uint32_t nr = sig->results ? sig->results->n : 0;
    if (nr == 1) {
        n->n.type = type_unalias(sig->results->vars[0]->typ);
        if (n->n.op == OCALLFUNC && n->fun->op == ONAME) {
            IrName *f = IR(Name, n->fun);
            if (name_is(f->sym, "getg") && f->pkg && name_is(f->pkg->path, "runtime")) n->n.op = OGETG;
        }
    } else if (nr > 1) n->n.type = TYPE(sig->results);
    c->pos = old;
    return IRN(n);
}

IrNode *tc_builtin(IrCtx *c, IrPos pos, IrOp op, IrNodes args, bool dots) {
    IrPos old = c->pos;
    c->pos = pos_or(pos, old);
    IrNode *n;
    switch (op) {
    case OCAP:
    case OCLEAR:
    case OCLOSE:
    case OIMAG:
    case OLEN:
    case OPANIC:
    case OREAL:
    case OUNSAFESTRINGDATA:
    case OUNSAFESLICEDATA: n = tc_unary(c, pos, op, args.v[0]); break;
    case OCOMPLEX: {
        IrNode *x = args.v[0], *y = args.v[1];
        default_lit2(c, &x, &y, false);
        Type *t = ir_kind(x->type) == TFLOAT32 ? Typ(COMPLEX64) : Typ(COMPLEX128);
        n = ir_binary(c->pkg, pos, op, t, x, y);
        break;
    }
    case OCOPY:
        n = ir_binary(c->pkg, pos, op, Typ(INT), convlit(c, args.v[0], NULL, false),
                      convlit(c, args.v[1], NULL, false));
        break;
    case OUNSAFEADD: {
        IrNode *x = tc_assign_conv(c, args.v[0], Typ(UNSAFE_POINTER));
        n = ir_binary(c->pkg, pos, op, x->type, x, convlit(c, args.v[1], Typ(INT), false));
        break;
    }
    case OUNSAFESLICE:
        n = ir_binary(c->pkg, pos, op, ir_slice_of(ir_elem(args.v[0]->type)), args.v[0],
                      convlit(c, args.v[1], Typ(INT), false));
        break;
    case OUNSAFESTRING:
        n = ir_binary(c->pkg, pos, op, Typ(STRING), args.v[0], convlit(c, args.v[1], Typ(INT), false));
        break;
    default: {
        IrCallExpr *call = ir_call(c->pkg, pos, op, NULL, NULL, args);
        call->is_ddd = dots;
        n = IRN(call);
        switch (op) {
        case OAPPEND:
            n->type = args.v[0]->type;
            for (uint32_t i = 1; i < args.n && !dots; i++)
                args.v[i] = tc_assign_conv(c, args.v[i], ir_elem(n->type));
            break;
        case ODELETE: args.v[1] = tc_assign_conv(c, args.v[1], ir_key(args.v[0]->type)); break;
        case OMIN:
        case OMAX: n->type = args.v[0]->type; break;
        case OPRINT:
        case OPRINTLN:
            for (uint32_t i = 0; i < args.n; i++) {
                bool is_int =
                    args.v[i]->op == OLITERAL && const_kind(IR(BasicLit, args.v[i])->val) == CONST_INT;
                args.v[i] = convlit(c, args.v[i], is_int ? Typ(INT64) : NULL, false);
            }
            break;
        case ORECOVER: n->type = TYPE(types_empty_interface()); break;
        default: BUG("builtin %s", ir_op_info[op].name);
        }
        call->args = args;
    }
    }
    c->pos = old;
    return n;
}

/* ---- statements ---- */

static void mark_assigned(IrNode *x) {
    if (x->op == OINDEXMAP) IR(IndexExpr, x)->assigned = true;
}

static void assign_list(IrCtx *c, IrAssignListStmt *s) {
    if (s->lhs.n == 2 && s->rhs.n == 1) {
        IrNode *r = s->rhs.v[0];
        IrOp op = OXXX;
        switch (OPOF(r)) {
        case OINDEXMAP: op = OAS2MAPR; break;
        case ORECV: op = OAS2RECV; break;
        case ODOTTYPE: op = OAS2DOTTYPE, r->op = ODOTTYPE2; break;
        case ODYNAMICDOTTYPE: op = OAS2DOTTYPE, r->op = ODYNAMICDOTTYPE2; break;
        case ODOTTYPE2:
        case ODYNAMICDOTTYPE2: op = OAS2DOTTYPE; break;
        default: break;
        }
        if (op != OXXX) {
            s->n.op = (uint8_t)op;
            mark_assigned(s->lhs.v[0]);
            mark_assigned(s->lhs.v[1]);
            return;
        }
    }
    if (s->rhs.n == 1 && ir_is_tuple(s->rhs.v[0]->type)) {
        s->n.op = OAS2FUNC;
        Type *tuple = s->rhs.v[0]->type;
        bool mismatched = false;
        for (uint32_t i = 0; i < s->lhs.n; i++) {
            IrNode *l = s->lhs.v[i];
            mark_assigned(l);
            if (l->type && !ir_type_identical(l->type, ir_tuple_at(tuple, i))) mismatched = true;
        }
        if (!mismatched) return;
        IrAssignListStmt *as = ir_as2(c->pkg, c->pos, OAS2FUNC, (IrNodes){0}, s->rhs);
        as->n.typecheck = 1;
        IrNodes rhs = {0};
        for (uint32_t i = 0; i < s->lhs.n; i++) {
            IrName *tmp = ir_temp_at(c->pkg, c->fn, c->pos, ir_tuple_at(tuple, i));
            ir_append(c->pkg, ir_inits(c->pkg, as), ir_dcl(c->pkg, c->pos, tmp));
            ir_append(c->pkg, &as->lhs, tmp);
            ir_append(c->pkg, &rhs, tmp);
        }
        ir_append(c->pkg, ir_inits(c->pkg, s), as);
        s->n.op = OAS2;
        for (uint32_t i = 0; i < rhs.n; i++) rhs.v[i] = tc_assign_conv(c, rhs.v[i], s->lhs.v[i]->type);
        s->rhs = rhs;
        return;
    }
    if (s->lhs.n != s->rhs.n) BUG("assignment of %u to %u in %s", s->rhs.n, s->lhs.n, ir_func_name(c->fn));
    for (uint32_t i = 0; i < s->lhs.n; i++) {
        mark_assigned(s->lhs.v[i]);
        s->rhs.v[i] = tc_assign_conv(c, s->rhs.v[i], s->lhs.v[i]->type);
    }
}

/* normalizeGoDeferCall: the arguments are evaluated now, the call moves into a literal without parameters. */
typedef struct GoDefer {
    IrCtx *c;
    VEC(IrNode **) argps;
} GoDefer;

static void gd_visit(GoDefer *g, IrNode **argp) {
    IrNode *arg = *argp;
    if (!arg) return;
    switch (OPOF(arg)) {
    case OLITERAL:
    case ONIL:
    case OMETHEXPR:
    case ONEW: return;
    case ONAME:
        if (IR(Name, arg)->name_class == PFUNC) return;
        break;
    case OADDR:
        if (IR(AddrExpr, arg)->x->op == OLINKSYMOFFSET) return;
        break;
    case OCONVNOP:
        if (ir_is_uintptr(arg->type) && ir_is_unsafe_ptr(IR(ConvExpr, arg)->x->type)) {
            gd_visit(g, &IR(ConvExpr, arg)->x);
            return;
        }
        break;
    case OARRAYLIT:
    case OSLICELIT:
    case OSTRUCTLIT: {
        IrNodes l = IR(CompLitExpr, arg)->list;
        for (uint32_t i = 0; i < l.n; i++) {
            if (l.v[i]->op == OKEY) gd_visit(g, &IR(KeyExpr, l.v[i])->value);
            else if (l.v[i]->op == OSTRUCTKEY) gd_visit(g, &IR(StructKeyExpr, l.v[i])->value);
            else gd_visit(g, &l.v[i]);
        }
        return;
    }
    default: break;
    }
    vec_push(g->c->pkg->arena, &g->argps, argp);
}

static void gd_visit_list(GoDefer *g, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) gd_visit(g, &l.v[i]);
}

static IrCallExpr *normalize_go_defer(IrCtx *c, IrPos pos, IrOp op, IrNode *call, IrNodes *init) {
    ir_append_list(c->pkg, init, ir_take_init(call));
    if (call->op == OCALLFUNC) {
        Type *t = IR(CallExpr, call)->fun->type;
        if (ir_num_params(t) + ir_num_results(t) == 0) return IR(CallExpr, call);
    }
    Type *sig = TYPE(new_signature(NULL, NULL, NULL, NULL, NULL, false));
    IrFunc *w = ir_new_closure_func(c->pkg, pos, pos, op, sig, c->fn);
    w->wrapper = true;
    w->body_done = true;
    GoDefer g = {.c = c};
    switch (OPOF(call)) {
    case OCALLFUNC: {
        IrCallExpr *k = IR(CallExpr, call);
        gd_visit(&g, &k->fun);
        gd_visit_list(&g, k->args);
        break;
    }
    case OCALLINTER: {
        IrCallExpr *k = IR(CallExpr, call);
        vec_push(c->pkg->arena, &g.argps, &IR(SelectorExpr, k->fun)->x);
        gd_visit_list(&g, k->args);
        break;
    }
    case OAPPEND:
    case ODELETE:
    case OPRINT:
    case OPRINTLN:
    case ORECOVER:
        gd_visit_list(&g, IR(CallExpr, call)->args);
        gd_visit(&g, &IR(CallExpr, call)->rtype);
        break;
    case OCOPY:
        gd_visit(&g, &IR(BinaryExpr, call)->x);
        gd_visit(&g, &IR(BinaryExpr, call)->y);
        gd_visit(&g, &IR(BinaryExpr, call)->rtype);
        break;
    case OCLEAR:
    case OCLOSE:
    case OPANIC: gd_visit(&g, &IR(UnaryExpr, call)->x); break;
    default: BUG("go or defer of %s", ir_op_info[call->op].name);
    }
    if (g.argps.n) {
        IrPos spos = c->pos;
        IrAssignListStmt *as = ir_as2(c->pkg, spos, OAS2, (IrNodes){0}, (IrNodes){0});
        for (uint32_t i = 0; i < g.argps.n; i++) {
            IrNode *arg = *g.argps.v[i];
            IrPos ap = ir_has_unique_pos(arg) ? ir_npos(arg) : spos;
            IrName *tmp = ir_temp_at(c->pkg, c->fn, ap, arg->type);
            ir_append(c->pkg, init, ir_dcl(c->pkg, ap, tmp));
            tmp->defn = IRN(as);
            ir_append(c->pkg, &as->lhs, tmp);
            ir_append(c->pkg, &as->rhs, arg);
            *g.argps.v[i] = IRN(ir_new_closure_var(c->pkg, w, ap, tmp));
        }
        ir_append(c->pkg, init, tc_stmt(c, IRN(as)));
        if (call->op == OCALLINTER) {
            IrNode *iface = as->lhs.v[0];
            IrNode *tab = tc_unary(c, ir_npos(iface), OITAB, iface);
            ir_append(c->pkg, init, tc_unary(c, spos, OCHECKNIL, tab));
        }
    }
    ir_append(c->pkg, &w->body, call);
    return IR(CallExpr, tc_call(c, ir_npos(call), IRN(w->oclosure), (IrNodes){0}, false));
}

static void tc_stmts(IrCtx *c, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) l.v[i] = tc_stmt(c, l.v[i]);
}

static void select_case(IrCtx *c, IrCaseClause *k) {
    if (k->comm) {
        IrNode *n = k->comm = tc_stmt(c, k->comm);
        IrNode *dst = NULL, *recv = NULL;
        bool def = false;
        switch (OPOF(n)) {
        case OAS: {
            IrAssignStmt *as = IR(AssignStmt, n);
            if ((as->y->op == OCONVNOP || as->y->op == OCONVIFACE) && ir_implicit(as->y))
                as->y = IR(ConvExpr, as->y)->x;
            dst = as->x;
            recv = as->y;
            def = as->def;
            break;
        }
        case OAS2RECV: n->op = OSELRECV2; break;
        case ORECV:
            dst = IRN(ir_blank(c->pkg));
            recv = n;
            break;
        case OSEND:
        case OSELRECV2: break;
        default: BUG("select case %s", ir_op_info[n->op].name);
        }
        if (recv) {
            IrAssignListStmt *s = ir_as2(c->pkg, ir_npos(n), OSELRECV2,
                                         ir_nodes2(c->pkg, dst, ir_blank(c->pkg)), ir_nodes1(c->pkg, recv));
            s->def = def;
            s->n.typecheck = 1;
            s->n.inits = n->inits;
            k->comm = IRN(s);
        }
    }
    tc_stmts(c, k->body);
}

IrNode *tc_stmt(IrCtx *c, IrNode *n) {
    if (!n || n->typecheck == 1) return n;
    IrPos old = enter_pos(c, n);
    n->typecheck = 1;
    switch (OPOF(n)) {
    case OAS: {
        IrAssignStmt *s = IR(AssignStmt, n);
        if (s->y) {
            mark_assigned(s->x);
            s->y = tc_assign_conv(c, s->y, s->x->type);
        }
        if (ir_is_autotmp(s->x)) IR(Name, s->x)->defn = n;
        break;
    }
    case OAS2: assign_list(c, IR(AssignListStmt, n)); break;
    case OASOP: {
        IrAssignOpStmt *s = IR(AssignOpStmt, n);
        mark_assigned(s->x);
        if (s->as_op == OLSH || s->as_op == ORSH) s->y = convlit(c, s->y, Typ(UINT), false);
        else arith(c, false, &s->x, &s->y);
        break;
    }
    case OBLOCK: tc_stmts(c, IR(BlockStmt, n)->list); break;
    case OLABEL:
        if (name_is(IR(LabelStmt, n)->label, "_")) {
            n = ir_block(c->pkg, ir_npos(n), (IrNodes){0});
            n->typecheck = 1;
        }
        break;
    case ODEFER:
    case OGO: {
        IrGoDeferStmt *s = IR(GoDeferStmt, n);
        IrCallExpr *call = normalize_go_defer(c, ir_npos(n), OPOF(n), s->call, ir_inits(c->pkg, n));
        call->go_defer = true;
        s->call = IRN(call);
        break;
    }
    case OFOR: {
        IrForStmt *s = IR(ForStmt, n);
        tc_stmts(c, ir_init(n));
        s->cond = convlit(c, s->cond, NULL, false);
        s->post = tc_stmt(c, s->post);
        tc_stmts(c, s->body);
        break;
    }
    case OIF: {
        IrIfStmt *s = IR(IfStmt, n);
        tc_stmts(c, ir_init(n));
        s->cond = convlit(c, s->cond, NULL, false);
        tc_stmts(c, s->body);
        tc_stmts(c, s->els);
        break;
    }
    case ORANGE: {
        IrRangeStmt *s = IR(RangeStmt, n);
        if (s->key) mark_assigned(s->key);
        if (s->value) mark_assigned(s->value);
        tc_stmts(c, s->body);
        break;
    }
    case ORETURN: {
        IrNodes r = IR(ReturnStmt, n)->results = rewrite_multi_value(c, n, IR(ReturnStmt, n)->results);
        for (uint32_t i = 0; i < r.n; i++) {
            enter_pos(c, r.v[i]);
            r.v[i] = tc_assign_conv(c, r.v[i], ir_result_type(c->fn->nname->n.type, i));
        }
        break;
    }
    case OSELECT: {
        tc_stmts(c, ir_init(n));
        IrNodes k = IR(SelectStmt, n)->cases;
        for (uint32_t i = 0; i < k.n; i++) {
            k.v[i]->typecheck = 1;
            select_case(c, IR(CaseClause, k.v[i]));
        }
        break;
    }
    case OSEND: {
        IrSendStmt *s = IR(SendStmt, n);
        s->value = tc_assign_conv(c, s->value, ir_elem(s->chan->type));
        break;
    }
    case OSWITCH: {
        IrSwitchStmt *s = IR(SwitchStmt, n);
        tc_stmts(c, ir_init(n));
        bool is_type = s->tag && s->tag->op == OTYPESW;
        Type *t = Typ(BOOL);
        if (s->tag && !is_type) {
            s->tag = convlit(c, s->tag, NULL, false);
            t = s->tag->type;
        }
        for (uint32_t i = 0; i < s->cases.n; i++) {
            IrCaseClause *k = IR(CaseClause, s->cases.v[i]);
            k->n.typecheck = 1;
            if (!is_type)
                for (uint32_t j = 0; j < k->list.n; j++) k->list.v[j] = convlit(c, k->list.v[j], t, false);
            else if (k->var) {
                Type *vt = IR(TypeSwitchGuard, s->tag)->x->type;
                if (k->list.n == 1 && (k->list.v[0]->op == OTYPE || k->list.v[0]->op == ODYNAMICTYPE))
                    vt = k->list.v[0]->type;
                k->var->n.type = vt;
            }
            tc_stmts(c, k->body);
        }
        if (is_type) s->tag->typecheck = 1;
        break;
    }
    default: break;
    }
    c->pos = old;
    return n;
}
