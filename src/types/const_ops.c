/* Arithmetic on constants (spec, "Constant expressions").
 *
 * Two int64 operands are the rule and are computed in machine words, going to GMP only on overflow. Otherwise
 * both operands are brought to the higher representation of the two and GMP or MPFR computes; MPFR rounds to
 * nearest even in 512 bits. Complex arithmetic is the school formulas over those. */
#include "types/const_int.h"

static const Const *neg_overflow(Arena *a, int64_t i) { /* -MinInt64 */
    return const_uint64(a, -(uint64_t)i);
}

const Const *const_unary(Arena *a, Operator op, const Const *y, unsigned prec) {
    if (y->rep == CONST_REP_UNKNOWN) return y;
    switch (op) {
    case OP_ADD:
        if (y->rep >= CONST_REP_INT64) return y;
        break;
    case OP_SUB:
        switch ((ConstRep)y->rep) {
        case CONST_REP_INT64: return y->u.i == INT64_MIN ? neg_overflow(a, y->u.i) : const_int64(a, -y->u.i);
        case CONST_REP_BIG: {
            ZView v;
            mpz_t z;
            const_z_view(&v, y);
            mpz_init(z);
            mpz_neg(z, v.z);
            const Const *c = const_take_z(a, z);
            mpz_clear(z);
            return c;
        }
        case CONST_REP_RAT: {
            Const *c = NEW(a, Const);
            *c = *y;
            c->u.z.num_size = -y->u.z.num_size;
            return c;
        }
        case CONST_REP_FLOAT: {
            if (y->u.f.kind == MPFR_ZERO_KIND) return y;
            Const *c = NEW(a, Const);
            *c = *y;
            c->u.f.kind = -y->u.f.kind;
            return c;
        }
        case CONST_REP_COMPLEX:
            return const_complex(a, const_unary(a, OP_SUB, y->u.c.re, 0),
                                 const_unary(a, OP_SUB, y->u.c.im, 0));
        default: break;
        }
        break;
    case OP_XOR:
        if (y->rep == CONST_REP_INT64 && prec == 0) return const_int64(a, ~y->u.i);
        if (y->rep == CONST_REP_INT64 && prec <= 64) {
            uint64_t u = ~(uint64_t)y->u.i;
            return const_uint64(a, prec == 64 ? u : u & (((uint64_t)1 << prec) - 1));
        }
        if (y->rep == CONST_REP_INT64 || y->rep == CONST_REP_BIG) {
            ZView v;
            mpz_t z;
            const_z_view(&v, y);
            mpz_init(z);
            mpz_com(z, v.z);
            if (prec > 0) mpz_fdiv_r_2exp(z, z, prec); /* the low bits in two's complement */
            const Const *c = const_take_z(a, z);
            mpz_clear(z);
            return c;
        }
        break;
    case OP_NOT:
        if (y->rep == CONST_REP_BOOL) return const_bool(!y->u.b);
        break;
    default: break;
    }
    BUG("invalid unary constant operation %d on representation %d", op, y->rep);
}

/* Brings x and y to one representation; both become the offending one when there is none. */
static void match(Arena *a, const Const **x, const Const **y) {
    uint8_t rx = (*x)->rep, ry = (*y)->rep;
    if (rx == ry) return;
    const Const **low = rx < ry ? x : y;
    uint8_t rl = MIN(rx, ry), rh = MAX(rx, ry);
    if (rl < CONST_REP_INT64) { /* unknown, or operands of different kinds */
        *x = *y = *low;
        return;
    }
    switch ((ConstRep)rh) {
    case CONST_REP_BIG: break; /* z views take both */
    case CONST_REP_RAT: break; /* q views too */
    case CONST_REP_FLOAT: break;
    case CONST_REP_COMPLEX: *low = const_complex(a, *low, const_int64(a, 0)); break;
    default: BUG("constants of representations %d and %d", rx, ry);
    }
}

static const Const *z_op(Arena *a, const Const *x, Operator op, const Const *y, bool int_div) {
    ZView vx, vy;
    const_z_view(&vx, x);
    const_z_view(&vy, y);
    const Const *c;
    if (op == OP_DIV && !int_div) {
        mpq_t q;
        mpq_init(q);
        mpz_set(mpq_numref(q), vx.z);
        mpz_set(mpq_denref(q), vy.z);
        mpq_canonicalize(q);
        c = const_take_q(a, q);
        mpq_clear(q);
        return c;
    }
    mpz_t z;
    mpz_init(z);
    switch (op) {
    case OP_ADD: mpz_add(z, vx.z, vy.z); break;
    case OP_SUB: mpz_sub(z, vx.z, vy.z); break;
    case OP_MUL: mpz_mul(z, vx.z, vy.z); break;
    case OP_DIV: mpz_tdiv_q(z, vx.z, vy.z); break;
    case OP_REM: mpz_tdiv_r(z, vx.z, vy.z); break;
    case OP_AND: mpz_and(z, vx.z, vy.z); break;
    case OP_OR: mpz_ior(z, vx.z, vy.z); break;
    case OP_XOR: mpz_xor(z, vx.z, vy.z); break;
    case OP_ANDNOT:
        mpz_com(z, vy.z);
        mpz_and(z, vx.z, z);
        break;
    default: BUG("invalid integer constant operation %d", op);
    }
    c = const_take_z(a, z);
    mpz_clear(z);
    return c;
}

static const Const *int64_op(Arena *a, const Const *cx, Operator op, const Const *cy, bool int_div) {
    int64_t x = cx->u.i, y = cy->u.i, z;
    switch (op) {
    case OP_ADD:
        if (!__builtin_add_overflow(x, y, &z)) return const_int64(a, z);
        break;
    case OP_SUB:
        if (!__builtin_sub_overflow(x, y, &z)) return const_int64(a, z);
        break;
    case OP_MUL:
        if (!__builtin_mul_overflow(x, y, &z)) return const_int64(a, z);
        break;
    case OP_DIV:
        if (!int_div) break;
        /* MinInt64 / -1 wraps around here: the compiler divides machine words, and so must we */
        return const_int64(a, y == -1 ? (int64_t)(-(uint64_t)x) : x / y);
    case OP_REM: return const_int64(a, y == -1 ? 0 : x % y);
    case OP_AND: return const_int64(a, x & y);
    case OP_OR: return const_int64(a, x | y);
    case OP_XOR: return const_int64(a, x ^ y);
    case OP_ANDNOT: return const_int64(a, x & ~y);
    default: break;
    }
    return z_op(a, cx, op, cy, int_div);
}

static const Const *q_op(Arena *a, const Const *x, Operator op, const Const *y) {
    QView vx, vy;
    const_q_view(&vx, x);
    const_q_view(&vy, y);
    mpq_t q;
    mpq_init(q);
    switch (op) {
    case OP_ADD: mpq_add(q, vx.q, vy.q); break;
    case OP_SUB: mpq_sub(q, vx.q, vy.q); break;
    case OP_MUL: mpq_mul(q, vx.q, vy.q); break;
    case OP_DIV: mpq_div(q, vx.q, vy.q); break;
    default: BUG("invalid constant operation %d on fractions", op);
    }
    const Const *c = const_take_q(a, q);
    mpq_clear(q);
    return c;
}

static const Const *f_op(Arena *a, const Const *x, Operator op, const Const *y) {
    mpfr_t fx, fy;
    const_f_init(fx, x);
    const_f_init(fy, y);
    switch (op) {
    case OP_ADD: mpfr_add(fx, fx, fy, MPFR_RNDN); break;
    case OP_SUB: mpfr_sub(fx, fx, fy, MPFR_RNDN); break;
    case OP_MUL: mpfr_mul(fx, fx, fy, MPFR_RNDN); break;
    case OP_DIV: mpfr_div(fx, fx, fy, MPFR_RNDN); break;
    default: BUG("invalid constant operation %d on floats", op);
    }
    const Const *c = const_take_f(a, fx);
    mpfr_clear(fx);
    mpfr_clear(fy);
    return c;
}

static const Const *complex_op(Arena *ar, const Const *x, Operator op, const Const *y) {
    const Const *a = x->u.c.re, *b = x->u.c.im, *c = y->u.c.re, *d = y->u.c.im, *re, *im;
#define BIN(x1, o, y1) const_binary(ar, (x1), (o), (y1), false)
    switch (op) {
    case OP_ADD:
    case OP_SUB:
        re = BIN(a, op, c);
        im = BIN(b, op, d);
        break;
    case OP_MUL: /* (ac-bd) + (bc+ad)i */
        re = BIN(BIN(a, OP_MUL, c), OP_SUB, BIN(b, OP_MUL, d));
        im = BIN(BIN(b, OP_MUL, c), OP_ADD, BIN(a, OP_MUL, d));
        break;
    case OP_DIV: { /* (ac+bd)/s + (bc-ad)/s i with s = cc+dd */
        const Const *s = BIN(BIN(c, OP_MUL, c), OP_ADD, BIN(d, OP_MUL, d));
        re = BIN(BIN(BIN(a, OP_MUL, c), OP_ADD, BIN(b, OP_MUL, d)), OP_DIV, s);
        im = BIN(BIN(BIN(b, OP_MUL, c), OP_SUB, BIN(a, OP_MUL, d)), OP_DIV, s);
        break;
    }
    default: BUG("invalid constant operation %d on complex numbers", op);
    }
#undef BIN
    return const_complex(ar, re, im);
}

const Const *const_binary(Arena *a, const Const *x, Operator op, const Const *y, bool int_div) {
    if (x->rep == CONST_REP_INT64 && y->rep == CONST_REP_INT64) return int64_op(a, x, op, y, int_div);
    match(a, &x, &y);
    switch ((ConstRep)MAX(x->rep, y->rep)) {
    case CONST_REP_UNKNOWN: return x;
    case CONST_REP_BOOL:
        if (op == OP_ANDAND) return const_bool(x->u.b && y->u.b);
        if (op == OP_OROR) return const_bool(x->u.b || y->u.b);
        break;
    case CONST_REP_STRING:
        if (op == OP_ADD) return const_concat(a, x, y);
        break;
    case CONST_REP_INT64: return int64_op(a, x, op, y, int_div);
    case CONST_REP_BIG: return z_op(a, x, op, y, int_div);
    case CONST_REP_RAT: return q_op(a, x, op, y);
    case CONST_REP_FLOAT: return f_op(a, x, op, y);
    case CONST_REP_COMPLEX: return complex_op(a, x, op, y);
    }
    BUG("invalid constant operation %d on representation %d", op, x->rep);
}

const Const *const_shift(Arena *a, const Const *x, Operator op, unsigned s) {
    if (x->rep == CONST_REP_UNKNOWN || s == 0) return x;
    ASSERT(op == OP_SHL || op == OP_SHR);
    if (x->rep == CONST_REP_INT64) {
        int64_t i = x->u.i;
        if (op == OP_SHR) return const_int64(a, s > 63 ? (i < 0 ? -1 : 0) : i >> s);
        if (i == 0) return x;
        if (s < 63) {
            int64_t z;
            if (!__builtin_mul_overflow(i, (int64_t)1 << s, &z)) return const_int64(a, z);
        }
    }
    ZView v;
    mpz_t z;
    const_z_view(&v, x);
    mpz_init(z);
    if (op == OP_SHL) {
        mpz_mul_2exp(z, v.z, s);
    } else {
        mpz_fdiv_q_2exp(z, v.z, s);
    }
    const Const *c = const_take_z(a, z);
    mpz_clear(z);
    return c;
}

static bool cmp_result(int cmp, Operator op) {
    switch (op) {
    case OP_EQL: return cmp == 0;
    case OP_NEQ: return cmp != 0;
    case OP_LSS: return cmp < 0;
    case OP_LEQ: return cmp <= 0;
    case OP_GTR: return cmp > 0;
    case OP_GEQ: return cmp >= 0;
    default: BUG("operator %d is no comparison", op);
    }
}

bool const_compare(Arena *a, const Const *x, Operator op, const Const *y) {
    match(a, &x, &y);
    int cmp;
    switch ((ConstRep)MAX(x->rep, y->rep)) {
    case CONST_REP_UNKNOWN: return false;
    case CONST_REP_BOOL: cmp = x->u.b != y->u.b; break;
    case CONST_REP_STRING: {
        Str s = const_string_val(x), t = const_string_val(y);
        size_t n = MIN(s.n, t.n);
        cmp = n ? memcmp(s.p, t.p, n) : 0;
        if (cmp == 0) cmp = s.n < t.n ? -1 : s.n > t.n;
        break;
    }
    case CONST_REP_INT64: cmp = x->u.i < y->u.i ? -1 : x->u.i > y->u.i; break;
    case CONST_REP_BIG: {
        ZView vx, vy;
        const_z_view(&vx, x);
        const_z_view(&vy, y);
        cmp = mpz_cmp(vx.z, vy.z);
        break;
    }
    case CONST_REP_RAT: {
        QView vx, vy;
        const_q_view(&vx, x);
        const_q_view(&vy, y);
        cmp = mpq_cmp(vx.q, vy.q);
        break;
    }
    case CONST_REP_FLOAT: {
        mpfr_t fx, fy;
        const_f_init(fx, x);
        const_f_init(fy, y);
        cmp = mpfr_cmp(fx, fy);
        mpfr_clear(fx);
        mpfr_clear(fy);
        break;
    }
    case CONST_REP_COMPLEX:
        cmp = !(const_compare(a, x->u.c.re, OP_EQL, y->u.c.re) &&
                const_compare(a, x->u.c.im, OP_EQL, y->u.c.im));
        break;
    default: BUG("invalid comparison of constants");
    }
    return cmp_result(cmp, op);
}
