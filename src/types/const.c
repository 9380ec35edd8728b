/* Constant values: making them, taking them apart, converting, comparing, printing. Arithmetic is in
 * const_ops.c, literals are in const_lit.c.
 *
 * Numbers move up a ladder of representations, int64 to GMP integer to fraction to 512-bit float to complex,
 * and an operation first brings both operands to the higher of their two. Only the step from fraction to
 * float loses anything; it is taken when numerator or denominator reach 4096 bits. All of this is visible to
 * programs (what overflows, what is exact, what messages print), so the steps are taken exactly where the Go
 * compiler takes them.
 *
 * GMP and MPFR allocate with malloc; a value under construction is therefore a local mpz_t, mpq_t or mpfr_t
 * that is copied into the arena when done and cleared, and a finished Const is read through views that own
 * nothing. */
#include "types/const_int.h"
#include "base/number.h"
#include "base/unicode.h"
#include <math.h>
#include <stdlib.h>

/* ---- views: read-only GMP and MPFR numbers over a Const's limbs ---- */

void const_z_view(ZView *v, const Const *x) {
    if (x->rep == CONST_REP_INT64) {
        int64_t i = x->u.i;
        v->limb = i < 0 ? -(mp_limb_t)i : (mp_limb_t)i;
        mpz_roinit_n(v->z, &v->limb, i < 0 ? -1 : i > 0);
    } else {
        mpz_roinit_n(v->z, (const mp_limb_t *)x->u.z.num, x->u.z.num_size);
    }
}

void const_q_view(QView *v, const Const *x) {
    v->one = 1;
    if (x->rep == CONST_REP_RAT) {
        mpz_roinit_n(mpq_numref(v->q), (const mp_limb_t *)x->u.z.num, x->u.z.num_size);
        mpz_roinit_n(mpq_denref(v->q), (const mp_limb_t *)x->u.z.den, x->u.z.den_size);
        return;
    }
    ZView n;
    const_z_view(&n, x);
    if (x->rep == CONST_REP_INT64) {
        v->limb = n.limb;
        mpz_roinit_n(mpq_numref(v->q), &v->limb, x->u.i < 0 ? -1 : x->u.i > 0);
    } else {
        mpq_numref(v->q)[0] = n.z[0];
    }
    mpz_roinit_n(mpq_denref(v->q), &v->one, 1);
}

void const_float_range(void) {
    mpfr_set_emin(INT32_MIN);
    mpfr_set_emax(INT32_MAX);
}

void const_f_init(mpfr_t f, const Const *x) {
    const_float_range();
    mpfr_init2(f, CONST_PREC);
    switch ((ConstRep)x->rep) {
    case CONST_REP_INT64: mpfr_set_sj(f, x->u.i, MPFR_RNDN); return;
    case CONST_REP_BIG: {
        ZView v;
        const_z_view(&v, x);
        mpfr_set_z(f, v.z, MPFR_RNDN);
        return;
    }
    case CONST_REP_RAT: {
        QView v;
        const_q_view(&v, x);
        mpfr_set_q(f, v.q, MPFR_RNDN);
        return;
    }
    case CONST_REP_FLOAT: {
        mpfr_t v;
        mpfr_custom_init_set(v, x->u.f.kind, (mpfr_exp_t)x->u.f.exp, CONST_PREC, x->u.f.mant);
        mpfr_set(f, v, MPFR_RNDN);
        return;
    }
    default: BUG("constant of representation %d is no real number", x->rep);
    }
}

/* ---- making values ---- */

static const Const unknown_value = {.rep = CONST_REP_UNKNOWN};
static const Const bool_values[2] = {{.rep = CONST_REP_BOOL, .u.b = false},
                                     {.rep = CONST_REP_BOOL, .u.b = true}};

#define INT1(n)                                                                                              \
    { .rep = CONST_REP_INT64, .u.i = (n)-SMALL_BIAS }
#define INT4(n) INT1(n), INT1((n) + 1), INT1((n) + 2), INT1((n) + 3)
#define INT16(n) INT4(n), INT4((n) + 4), INT4((n) + 8), INT4((n) + 12)
#define INT64(n) INT16(n), INT16((n) + 16), INT16((n) + 32), INT16((n) + 48)
enum { SMALL_BIAS = 16 };
static const Const small_ints[] = {INT64(0), INT64(64), INT64(128), INT64(192), INT16(256)}; /* -16 … 255 */

const Const *const_unknown(void) { return &unknown_value; }
const Const *const_bool(bool b) { return &bool_values[b]; }

const Const *const_int64(Arena *a, int64_t i) {
    if (i >= -SMALL_BIAS && i < (int64_t)COUNT_OF(small_ints) - SMALL_BIAS)
        return &small_ints[i + SMALL_BIAS];
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_INT64;
    c->u.i = i;
    return c;
}

static uint64_t *copy_limbs(Arena *a, const mp_limb_t *p, size_t n) {
    uint64_t *q = NEW_ARRAY(a, uint64_t, n ? n : 1);
    if (n) memcpy(q, p, n * sizeof *q);
    return q;
}

const Const *const_take_z(Arena *a, mpz_srcptr z) {
    if (mpz_fits_slong_p(z)) return const_int64(a, mpz_get_si(z));
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_BIG;
    size_t n = mpz_size(z);
    c->u.z.num_size = mpz_sgn(z) < 0 ? -(int32_t)n : (int32_t)n;
    c->u.z.num = copy_limbs(a, mpz_limbs_read(z), n);
    return c;
}

const Const *const_take_q_unchecked(Arena *a, mpq_srcptr q) {
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_RAT;
    mpz_srcptr num = mpq_numref(q), den = mpq_denref(q);
    size_t n = mpz_size(num), d = mpz_size(den);
    c->u.z.num_size = mpz_sgn(num) < 0 ? -(int32_t)n : (int32_t)n;
    c->u.z.den_size = (int32_t)d;
    c->u.z.num = copy_limbs(a, mpz_limbs_read(num), n);
    c->u.z.den = copy_limbs(a, mpz_limbs_read(den), d);
    return c;
}

static size_t bit_len(mpz_srcptr z) { return mpz_sgn(z) == 0 ? 0 : mpz_sizeinbase(z, 2); }

const Const *const_take_q(Arena *a, mpq_srcptr q) {
    if (bit_len(mpq_numref(q)) < CONST_MAX_EXP && bit_len(mpq_denref(q)) < CONST_MAX_EXP) {
        return const_take_q_unchecked(a, q);
    }
    mpfr_t f;
    const_float_range();
    mpfr_init2(f, CONST_PREC);
    mpfr_set_q(f, q, MPFR_RNDN);
    const Const *c = const_take_f_raw(a, f);
    mpfr_clear(f);
    return c;
}

const Const *const_take_f_raw(Arena *a, mpfr_srcptr f) {
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_FLOAT;
    c->u.f.mant = copy_limbs(a, (const mp_limb_t *)mpfr_custom_get_significand(f), CONST_PREC / 64);
    if (mpfr_zero_p(f)) {
        c->u.f.kind = MPFR_ZERO_KIND;
    } else {
        c->u.f.kind = mpfr_sgn(f) < 0 ? -MPFR_REGULAR_KIND : MPFR_REGULAR_KIND;
        c->u.f.exp = mpfr_get_exp(f);
    }
    return c;
}

const Const *const_take_f(Arena *a, mpfr_srcptr f) {
    if (!mpfr_number_p(f)) return const_unknown();
    return const_take_f_raw(a, f);
}

const Const *const_uint64(Arena *a, uint64_t u) {
    if (u <= INT64_MAX) return const_int64(a, (int64_t)u);
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_BIG;
    c->u.z.num_size = 1;
    c->u.z.num = NEW_ARRAY(a, uint64_t, 1);
    c->u.z.num[0] = u;
    return c;
}

const Const *const_string(Arena *a, Str s) {
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_STRING;
    c->u.s.text = s;
    return c;
}

const Const *const_concat(Arena *a, const Const *l, const Const *r) {
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_STRING;
    c->u.s.text.n = l->u.s.text.n + r->u.s.text.n;
    c->u.s.l = l;
    c->u.s.r = r;
    c->u.s.arena = a;
    return c;
}

const Const *const_float64(Arena *a, double d) {
    if (!isfinite(d)) return const_unknown();
    mpq_t q;
    mpq_init(q);
    mpq_set_d(q, d);
    const Const *c = const_take_q_unchecked(a, q); /* exponents of a double are always small enough */
    mpq_clear(q);
    return c;
}

const Const *const_complex(Arena *a, const Const *re, const Const *im) {
    if (re->rep == CONST_REP_UNKNOWN || im->rep == CONST_REP_UNKNOWN) return const_unknown();
    Const *c = NEW(a, Const);
    c->rep = CONST_REP_COMPLEX;
    c->u.c.re = re;
    c->u.c.im = im;
    return c;
}

const Const *const_imag(Arena *a, const Const *x) {
    if (x->rep == CONST_REP_UNKNOWN) return x;
    return const_complex(a, const_int64(a, 0), x);
}

/* ---- taking them apart ---- */

ConstKind const_kind(const Const *x) {
    static const uint8_t kind[] = {CONST_UNKNOWN, CONST_BOOL,  CONST_STRING, CONST_INT,
                                   CONST_INT,     CONST_FLOAT, CONST_FLOAT,  CONST_COMPLEX};
    return (ConstKind)kind[x->rep];
}

bool const_bool_val(const Const *x) {
    if (x->rep == CONST_REP_UNKNOWN) return false;
    ASSERT(x->rep == CONST_REP_BOOL);
    return x->u.b;
}

size_t const_string_len(const Const *x) {
    if (x->rep == CONST_REP_UNKNOWN) return 0;
    ASSERT(x->rep == CONST_REP_STRING);
    return x->u.s.text.n;
}

/* Writes x's text so that it ends at `end`. Sums lean to the left, so recurse to the right and loop to the
 * left. */
static void join(const Const *x, char *end) {
    while (x->u.s.l) {
        join(x->u.s.r, end);
        end -= x->u.s.r->u.s.text.n;
        x = x->u.s.l;
    }
    if (x->u.s.text.n) memcpy(end - x->u.s.text.n, x->u.s.text.p, x->u.s.text.n);
}

Str const_string_val(const Const *x) {
    if (x->rep == CONST_REP_UNKNOWN) return (Str){"", 0};
    ASSERT(x->rep == CONST_REP_STRING);
    if (x->u.s.l) {
        char *p = arena_alloc(x->u.s.arena, x->u.s.text.n + 1);
        join(x, p + x->u.s.text.n);
        Const *w = (Const *)(uintptr_t)x; /* the one late write; see const_freeze */
        w->u.s.text.p = p;
        w->u.s.l = w->u.s.r = NULL;
    }
    return x->u.s.text;
}

void const_freeze(const Const *x) {
    if (x && x->rep == CONST_REP_STRING) const_string_val(x);
}

int64_t const_int64_val(const Const *x, bool *exact) {
    ASSERT(x->rep == CONST_REP_INT64 || x->rep == CONST_REP_BIG || x->rep == CONST_REP_UNKNOWN);
    if (exact) *exact = x->rep == CONST_REP_INT64;
    return x->rep == CONST_REP_INT64 ? x->u.i : x->rep == CONST_REP_BIG ? (int64_t)x->u.z.num[0] : 0;
}

uint64_t const_uint64_val(const Const *x, bool *exact) {
    bool ok = false;
    uint64_t u = 0;
    switch ((ConstRep)x->rep) {
    case CONST_REP_INT64:
        u = (uint64_t)x->u.i;
        ok = x->u.i >= 0;
        break;
    case CONST_REP_BIG:
        u = x->u.z.num[0];
        ok = x->u.z.num_size == 1;
        break;
    case CONST_REP_UNKNOWN: break;
    default: BUG("constant is no integer");
    }
    if (exact) *exact = ok;
    return u;
}

/* The fraction x rounded to odd in 256 bits: rounding that again to a float or double gives the nearest. */
static void q_round_odd(mpfr_t f, const Const *x) {
    QView v;
    const_q_view(&v, x);
    const_float_range();
    mpfr_init2(f, 256);
    if (mpfr_set_q(f, v.q, MPFR_RNDZ) != 0) f->_mpfr_d[0] |= 1;
}

/* Numerator and denominator when both are below 2^bits; then one division rounds correctly. */
static bool small_fraction(const Const *x, int bits, double *num, double *den) {
    int32_t n = x->u.z.num_size;
    if (n < -1 || n > 1 || x->u.z.den_size != 1) return false;
    uint64_t nu = n ? x->u.z.num[0] : 0, de = x->u.z.den[0];
    if (nu >> bits || de >> bits) return false;
    *num = n < 0 ? -(double)nu : (double)nu;
    *den = (double)de;
    return true;
}

double const_float64_val(const Const *x, bool *exact) {
    bool ok = false;
    double d = 0, num, den;
    mpfr_t f;
    switch ((ConstRep)x->rep) {
    case CONST_REP_UNKNOWN: break;
    case CONST_REP_INT64:
        d = (double)x->u.i;
        ok = d < 9223372036854775808.0 && (int64_t)d == x->u.i;
        break;
    case CONST_REP_RAT:
        if (small_fraction(x, 53, &num, &den)) {
            d = num / den;
            ok = (x->u.z.den[0] & (x->u.z.den[0] - 1)) == 0; /* a power of two; in lowest terms */
            break;
        }
        q_round_odd(f, x);
        d = mpfr_get_d(f, MPFR_RNDN);
        ok = isfinite(d) && mpfr_cmp_d(f, d) == 0;
        mpfr_clear(f);
        break;
    case CONST_REP_BIG:
    case CONST_REP_FLOAT:
        const_f_init(f, x);
        d = mpfr_get_d(f, MPFR_RNDN);
        ok = isfinite(d) && mpfr_cmp_d(f, d) == 0;
        mpfr_clear(f);
        break;
    default: BUG("constant is no real number");
    }
    if (exact) *exact = ok;
    return d;
}

float const_float32_val(const Const *x, bool *exact) {
    bool ok = false;
    float d = 0;
    double num, den;
    mpfr_t f;
    switch ((ConstRep)x->rep) {
    case CONST_REP_UNKNOWN: break;
    case CONST_REP_INT64:
        d = (float)x->u.i;
        ok = d < 9223372036854775808.0f && (int64_t)d == x->u.i;
        break;
    case CONST_REP_RAT:
        if (small_fraction(x, 24, &num, &den)) {
            d = (float)num / (float)den;
            ok = (x->u.z.den[0] & (x->u.z.den[0] - 1)) == 0;
            break;
        }
        q_round_odd(f, x);
        d = mpfr_get_flt(f, MPFR_RNDN);
        ok = isfinite(d) && mpfr_cmp_d(f, (double)d) == 0;
        mpfr_clear(f);
        break;
    case CONST_REP_BIG:
    case CONST_REP_FLOAT:
        const_f_init(f, x);
        d = mpfr_get_flt(f, MPFR_RNDN);
        ok = isfinite(d) && mpfr_cmp_d(f, (double)d) == 0;
        mpfr_clear(f);
        break;
    default: BUG("constant is no real number");
    }
    if (exact) *exact = ok;
    return d;
}

int const_bit_len(const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_UNKNOWN: return 0;
    case CONST_REP_INT64: {
        uint64_t u = x->u.i < 0 ? -(uint64_t)x->u.i : (uint64_t)x->u.i;
        return u ? 64 - __builtin_clzll(u) : 0;
    }
    case CONST_REP_BIG: {
        ZView v;
        const_z_view(&v, x);
        return (int)bit_len(v.z);
    }
    default: BUG("constant is no integer");
    }
}

int const_sign(const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_UNKNOWN: return 1; /* no error about dividing by zero on top */
    case CONST_REP_INT64: return x->u.i < 0 ? -1 : x->u.i > 0;
    case CONST_REP_BIG:
    case CONST_REP_RAT: return x->u.z.num_size < 0 ? -1 : x->u.z.num_size > 0;
    case CONST_REP_FLOAT: return x->u.f.kind == MPFR_ZERO_KIND ? 0 : x->u.f.kind < 0 ? -1 : 1;
    case CONST_REP_COMPLEX: return const_sign(x->u.c.re) | const_sign(x->u.c.im);
    default: BUG("constant is no number");
    }
}

const Const *const_real(Arena *a, const Const *x) {
    (void)a;
    if (x->rep == CONST_REP_COMPLEX) return x->u.c.re;
    ASSERT(x->rep == CONST_REP_UNKNOWN || x->rep >= CONST_REP_INT64);
    return x;
}

const Const *const_imag_part(Arena *a, const Const *x) {
    if (x->rep == CONST_REP_COMPLEX) return x->u.c.im;
    if (x->rep == CONST_REP_UNKNOWN) return x;
    ASSERT(x->rep >= CONST_REP_INT64);
    return const_int64(a, 0);
}

/* ---- converting ---- */

bool const_small_float(mpfr_srcptr f) {
    if (mpfr_inf_p(f)) return false;
    if (mpfr_zero_p(f)) return true;
    mpfr_exp_t e = mpfr_get_exp(f);
    return -CONST_MAX_EXP < e && e < CONST_MAX_EXP;
}

static const Const *f_to_z(Arena *a, mpfr_srcptr f) {
    mpz_t z;
    mpz_init(z);
    mpfr_get_z(z, f, MPFR_RNDZ);
    const Const *c = const_take_z(a, z);
    mpz_clear(z);
    return c;
}

const Const *const_to_int(Arena *a, const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_INT64:
    case CONST_REP_BIG: return x;
    case CONST_REP_RAT:
        if (x->u.z.den_size == 1 && x->u.z.den[0] == 1) {
            mpz_t z;
            return const_take_z(a, mpz_roinit_n(z, (const mp_limb_t *)x->u.z.num, x->u.z.num_size));
        }
        return const_unknown();
    case CONST_REP_FLOAT: {
        const Const *res = const_unknown();
        mpfr_t f, t;
        const_f_init(f, x);
        if (const_small_float(f)) {
            if (mpfr_integer_p(f)) {
                res = f_to_z(a, f);
            } else { /* perhaps rounding is all that keeps it from being an integer */
                mpfr_init2(t, CONST_PREC - 4);
                mpfr_set(t, f, MPFR_RNDZ);
                if (!mpfr_integer_p(t)) mpfr_set(t, f, MPFR_RNDA);
                if (mpfr_integer_p(t)) res = f_to_z(a, t);
                mpfr_clear(t);
            }
        }
        mpfr_clear(f);
        return res;
    }
    case CONST_REP_COMPLEX: {
        const Const *re = const_to_float(a, x);
        return const_kind(re) == CONST_FLOAT ? const_to_int(a, re) : const_unknown();
    }
    default: return const_unknown();
    }
}

/* INT64, BIG, RAT */
static const Const *const_to_rat(Arena *a, const Const *x) {
    QView v;
    const_q_view(&v, x);
    return const_take_q_unchecked(a, v.q);
}

/* any real number */
static const Const *const_to_fl(Arena *a, const Const *x) {
    mpfr_t f;
    const_f_init(f, x);
    const Const *c = const_take_f_raw(a, f);
    mpfr_clear(f);
    return c;
}

const Const *const_to_float(Arena *a, const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_INT64: return const_to_rat(a, x);
    case CONST_REP_BIG: return const_bit_len(x) < CONST_MAX_EXP ? const_to_rat(a, x) : const_to_fl(a, x);
    case CONST_REP_RAT:
    case CONST_REP_FLOAT: return x;
    case CONST_REP_COMPLEX:
        return const_sign(x->u.c.im) == 0 ? const_to_float(a, x->u.c.re) : const_unknown();
    default: return const_unknown();
    }
}

const Const *const_to_complex(Arena *a, const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_INT64:
    case CONST_REP_BIG:
    case CONST_REP_RAT:
    case CONST_REP_FLOAT: return const_complex(a, x, const_int64(a, 0));
    case CONST_REP_COMPLEX: return x;
    default: return const_unknown();
    }
}

/* ---- text ---- */

static void format_float(StrBuf *sb, mpfr_srcptr f) {
    if (mpfr_inf_p(f)) {
        sb_adds(sb, mpfr_sgn(f) < 0 ? "-Inf" : "+Inf");
        return;
    }
    double d = mpfr_get_d(f, MPFR_RNDN);
    if ((mpfr_zero_p(f) != 0) == (d == 0) && !isinf(d)) {
        char buf[64];
        snprintf(buf, sizeof buf, "%.6g", d);
        if (!mpfr_integer_p(f) && !strchr(buf, '.')) {
            number_format(sb, d);
        } else {
            sb_adds(sb, buf);
        }
        return;
    }
    /* Out of double's range: an approximation from mantissa and exponent, in doubles. */
    long exp;
    double m = mpfr_get_d_2exp(&exp, f, MPFR_RNDN);
    double dd = (double)exp * 0.30102999566398119521;
    int64_t e = (int64_t)dd;
    m *= pow(10, dd - (double)e);
    double am = fabs(m);
    if (am < 1 - 0.5e-6) {
        m *= 10;
        e--;
    } else if (am >= 10) {
        m /= 10;
        e++;
    }
    sb_printf(sb, "%.6ge%+lld", m, (long long)e);
}

static void format_z(StrBuf *sb, mpz_srcptr z) {
    char *s = mpz_get_str(NULL, 10, z);
    sb_adds(sb, s);
    void (*free_fn)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &free_fn);
    free_fn(s, strlen(s) + 1);
}

static void format_string_short(StrBuf *sb, Str s) {
    enum { MAX_LEN = 72 };
    StrBuf q = STRBUF_INIT;
    sb_add_quoted(&q, s.p, MIN(s.n, 1000)); /* the beginning decides */
    size_t n = 0, cut = 0;
    for (size_t i = 0; i < q.n; n++) {
        if (n == MAX_LEN - 3) cut = i;
        uint32_t r;
        i += (size_t)utf8_decode(q.buf + i, q.n - i, &r);
    }
    if (n > MAX_LEN) {
        sb_add(sb, q.buf, cut);
        sb_adds(sb, "...");
    } else {
        sb_add(sb, q.buf, q.n);
    }
    sb_release(&q);
}

void const_format(StrBuf *sb, const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_UNKNOWN: sb_adds(sb, "unknown"); return;
    case CONST_REP_BOOL: sb_adds(sb, x->u.b ? "true" : "false"); return;
    case CONST_REP_STRING: format_string_short(sb, const_string_val(x)); return;
    case CONST_REP_INT64: sb_printf(sb, "%lld", (long long)x->u.i); return;
    case CONST_REP_BIG: {
        ZView v;
        const_z_view(&v, x);
        format_z(sb, v.z);
        return;
    }
    case CONST_REP_RAT:
    case CONST_REP_FLOAT: {
        mpfr_t f;
        const_f_init(f, x);
        format_float(sb, f);
        mpfr_clear(f);
        return;
    }
    case CONST_REP_COMPLEX:
        sb_addc(sb, '(');
        const_format(sb, x->u.c.re);
        sb_adds(sb, " + ");
        const_format(sb, x->u.c.im);
        sb_adds(sb, "i)");
        return;
    }
}

/* 0x.MANTISSAp±EXP, the mantissa's trailing zeros dropped. */
static void format_float_p(StrBuf *sb, const Const *x) {
    if (x->u.f.kind == MPFR_ZERO_KIND) {
        sb_addc(sb, '0');
        return;
    }
    if (x->u.f.kind < 0) sb_addc(sb, '-');
    sb_adds(sb, "0x.");
    char buf[CONST_PREC / 4 + 1];
    for (int i = 0; i < CONST_PREC / 64; i++) {
        snprintf(buf + 16 * i, 17, "%016llx", (unsigned long long)x->u.f.mant[CONST_PREC / 64 - 1 - i]);
    }
    int n = CONST_PREC / 4;
    while (n > 0 && buf[n - 1] == '0') n--;
    sb_add(sb, buf, (size_t)n);
    sb_printf(sb, "p%+lld", (long long)x->u.f.exp);
}

void const_format_exact(StrBuf *sb, const Const *x) {
    switch ((ConstRep)x->rep) {
    case CONST_REP_STRING: {
        Str s = const_string_val(x);
        sb_add_quoted(sb, s.p, s.n);
        return;
    }
    case CONST_REP_RAT: {
        QView v;
        const_q_view(&v, x);
        format_z(sb, mpq_numref(v.q));
        if (mpz_cmp_ui(mpq_denref(v.q), 1) != 0) {
            sb_addc(sb, '/');
            format_z(sb, mpq_denref(v.q));
        }
        return;
    }
    case CONST_REP_FLOAT: format_float_p(sb, x); return;
    case CONST_REP_COMPLEX:
        sb_addc(sb, '(');
        const_format_exact(sb, x->u.c.re);
        sb_adds(sb, " + ");
        const_format_exact(sb, x->u.c.im);
        sb_adds(sb, "i)");
        return;
    default: const_format(sb, x); return;
    }
}

/* ---- keys ---- */

static uint64_t double_key(double d) {
    uint64_t u;
    if (d == 0) d = 0; /* -0 equals 0 */
    memcpy(&u, &d, sizeof u);
    return u;
}

ConstKey const_key(Arena *a, const Const *x) {
    ConstKey k = {.kind = CKEY_OTHER, .a = x->rep == CONST_REP_UNKNOWN ? 0 : PKEY(x)};
    bool ok;
    switch (const_kind(x)) {
    case CONST_COMPLEX: {
        const Const *f = const_to_float(a, x);
        if (const_kind(f) != CONST_FLOAT) {
            k.kind = CKEY_COMPLEX;
            k.a = double_key(const_float64_val(x->u.c.re, NULL));
            k.b = double_key(const_float64_val(x->u.c.im, NULL));
            return k;
        }
        x = f;
    } /* fallthrough */
    case CONST_FLOAT: {
        const Const *i = const_to_int(a, x);
        if (const_kind(i) != CONST_INT) {
            k.kind = CKEY_FLOAT;
            k.a = double_key(const_float64_val(x, NULL));
            return k;
        }
        x = i;
    } /* fallthrough */
    case CONST_INT: {
        int64_t i = const_int64_val(x, &ok);
        if (ok) {
            k.kind = CKEY_INT;
            k.a = (uint64_t)i;
            return k;
        }
        uint64_t u = const_uint64_val(x, &ok);
        if (ok) {
            k.kind = CKEY_UINT;
            k.a = u;
        }
        return k;
    }
    case CONST_STRING:
        k.kind = CKEY_STRING;
        k.a = 0;
        k.s = const_string_val(x);
        return k;
    case CONST_BOOL:
        k.kind = CKEY_BOOL;
        k.a = x->u.b;
        return k;
    case CONST_UNKNOWN: break;
    }
    return k;
}

bool const_key_eq(const ConstKey *x, const ConstKey *y) {
    return x->kind == y->kind && x->a == y->a && x->b == y->b && x->s.n == y->s.n &&
           (x->s.n == 0 || memcmp(x->s.p, y->s.p, x->s.n) == 0);
}

uint64_t const_key_hash(const ConstKey *x) {
    uint64_t h = (x->a + 0x9e3779b97f4a7c15u * (uint64_t)x->kind) ^ x->b << 1;
    if (x->kind == CKEY_STRING) h = hash_bytes(x->s.p, x->s.n, h);
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    return h ? h : 1;
}
