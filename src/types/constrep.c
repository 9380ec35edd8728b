/* Constants and types: representability (spec, "Representability"), overflow of constant expressions, and
 * giving an untyped operand a type. */
#include "types/check_int.h"
#include <math.h>

/* The operation that may have overflowed, in words; "" when x is none. */
static const char *op_name(const Expr *x) {
    if (!x || KIND(x) != N_OPERATION) return "";
    if (!AS(Operation, x)->y) return x->n.aux == OP_XOR ? "bitwise complement " : "";
    switch (x->n.aux) {
    case OP_ADD: return "addition ";
    case OP_SUB: return "subtraction ";
    case OP_XOR: return "bitwise XOR ";
    case OP_MUL: return "multiplication ";
    case OP_SHL: return "shift ";
    default: return "";
    }
}

static Pos op_pos(const Expr *x) {
    if (!x) return NO_POS;
    return KIND(x) == N_OPERATION ? x->n.pos : node_start(x);
}

void check_overflow(Checker *c, Operand *x) {
    ASSERT(x->mode == MODE_CONST);
    if (x->val->rep == CONST_REP_UNKNOWN) {
        check_errorf(c, op_pos(x->expr), "constant result is not representable");
        return;
    }
    if (type_is_typed(x->typ)) {
        check_representable(c, x, type_under(x->typ));
        return;
    }
    if (x->val->rep == CONST_REP_BIG && const_bit_len(x->val) > CONST_PREC) {
        check_errorf(c, op_pos(x->expr), "constant %soverflow", op_name(x->expr));
        x->val = const_unknown();
    }
}

static bool fits_float(const Const *v, bool single) {
    return single ? !isinf(const_float32_val(v, NULL)) : !isinf(const_float64_val(v, NULL));
}

/* v rounded to a float32 or float64; NULL when it overflows. */
static const Const *round_float(Arena *a, const Const *v, bool single) {
    double d = single ? (double)const_float32_val(v, NULL) : const_float64_val(v, NULL);
    return isinf(d) ? NULL : const_float64(a, d);
}

static bool int_in_range(int64_t i, BasicKind bk, int word_bits) {
    switch (bk) {
    case BK_INT: return word_bits == 64 || i == (int32_t)i;
    case BK_INT8: return i == (int8_t)i;
    case BK_INT16: return i == (int16_t)i;
    case BK_INT32: return i == (int32_t)i;
    case BK_INT64:
    case BK_UNTYPED_INT:
    case BK_UNTYPED_RUNE: return true;
    case BK_UINT:
    case BK_UINTPTR: return word_bits == 64 ? i >= 0 : i == (uint32_t)i;
    case BK_UINT8: return i == (uint8_t)i;
    case BK_UINT16: return i == (uint16_t)i;
    case BK_UINT32: return i == (uint32_t)i;
    case BK_UINT64: return i >= 0;
    default: BUG("basic kind %d is no integer", bk);
    }
}

bool representable_const(const Const *v, Checker *c, Type *typ, const Const **rounded) {
    if (v->rep == CONST_REP_UNKNOWN) return true; /* reported before */
    Basic *b = as_basic(typ->kind == TK_BASIC ? typ : type_under(typ));
    if (!b) return false;
    Arena *a = c ? c->arena : types_arena();
    if (b->info & IS_INTEGER) {
        v = const_to_int(a, v);
        if (const_kind(v) != CONST_INT) return false;
        if (rounded) *rounded = v;
        int word_bits = c ? (int)c->conf->store->arch->sizes.ptr_size * 8 : 64;
        if (v->rep == CONST_REP_INT64) return int_in_range(v->u.i, b->bk, word_bits);
        switch (b->bk) {
        case BK_UINT:
        case BK_UINTPTR: return const_sign(v) >= 0 && const_bit_len(v) <= word_bits;
        case BK_UINT64: return const_sign(v) >= 0 && const_bit_len(v) <= 64;
        case BK_UNTYPED_INT: return true;
        default: return false;
        }
    }
    if (b->info & IS_FLOAT) {
        v = const_to_float(a, v);
        if (const_kind(v) != CONST_FLOAT) return false;
        if (b->bk == BK_UNTYPED_FLOAT) return true;
        bool single = b->bk == BK_FLOAT32;
        if (!rounded) return fits_float(v, single);
        const Const *r = round_float(a, v, single);
        if (r) *rounded = r;
        return r != NULL;
    }
    if (b->info & IS_COMPLEX) {
        v = const_to_complex(a, v);
        if (const_kind(v) != CONST_COMPLEX) return false;
        if (b->bk == BK_UNTYPED_COMPLEX) return true;
        bool single = b->bk == BK_COMPLEX64;
        const Const *re = const_real(a, v), *im = const_imag_part(a, v);
        if (!rounded) return fits_float(re, single) && fits_float(im, single);
        re = round_float(a, re, single);
        im = round_float(a, im, single);
        if (!re || !im) return false;
        *rounded = const_binary(a, re, OP_ADD, const_imag(a, im), false);
        return true;
    }
    if (b->info & IS_STRING) return v->rep == CONST_REP_STRING;
    if (b->info & IS_BOOLEAN) return v->rep == CONST_REP_BOOL;
    return false;
}

const Const *check_representation(Checker *c, Operand *x, Type *typ, ConvCode *code) {
    ASSERT(x->mode == MODE_CONST);
    const Const *v = x->val;
    *code = CONV_OK;
    if (representable_const(x->val, c, typ, &v)) return v;
    if (is_numeric(x->typ) && is_numeric(typ)) {
        *code = !is_integer(x->typ) && is_integer(typ) ? CONV_TRUNCATED : CONV_OVERFLOW;
    } else {
        *code = CONV_INVALID;
    }
    return NULL;
}

void check_representable(Checker *c, Operand *x, Type *typ) {
    ConvCode code;
    const Const *v = check_representation(c, x, typ, &code);
    if (code != CONV_OK) {
        check_invalid_conversion(c, code, x, typ);
        x->mode = MODE_INVALID;
        return;
    }
    x->val = v;
}

void check_invalid_conversion(Checker *c, ConvCode code, Operand *x, Type *target) {
    const char *fmt = code == CONV_TRUNCATED  ? "%x truncated to %t"
                      : code == CONV_OVERFLOW ? "%x overflows %t"
                                              : "cannot convert %x to type %t";
    check_errorf(c, AT_OPERAND(x), fmt, x, target);
}

void check_take_type_and_value(Checker *c, Operand *x, Type *t, const Const *val) {
    if (val) {
        x->val = val;
        check_update_expr_val(c, x->expr, val);
    }
    if (t != x->typ) {
        x->typ = t;
        check_update_expr_type(c, x->expr, t, false);
    }
}

void check_convert_untyped(Checker *c, Operand *x, Type *target) {
    const Const *val;
    ConvCode code;
    Type *new_type = check_implicit_type_and_value(c, x, target, &val, &code);
    if (code != CONV_OK) {
        Type *t = type_is_type_param(target) ? target : safe_underlying(target);
        check_invalid_conversion(c, code, x, t);
        x->mode = MODE_INVALID;
        return;
    }
    check_take_type_and_value(c, x, new_type, val);
}
