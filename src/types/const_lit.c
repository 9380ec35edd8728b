/* Constant values of literals (spec, "Integer literals" to "String literals").
 *
 * A number is read into an exact integer mantissa and powers of two and five. From there a float of 512 bits
 * is made by one multiplication or division with 5^n computed in 576 bits (the precision and the order of
 * these roundings are the Go compiler's), which tells the magnitude; if a fraction of reasonable size
 * results, the exact fraction is taken instead. Integers that fit 64 bits never leave the machine word. */
#include "base/unicode.h"
#include "syntax/parse.h"
#include "types/const_int.h"
#include <stdlib.h>

static int digit_value(char ch) {
    if (ch >= '0' && ch <= '9') return ch - '0';
    if (ch >= 'a' && ch <= 'f') return ch - 'a' + 10;
    if (ch >= 'A' && ch <= 'F') return ch - 'A' + 10;
    return 16;
}

/* The base that a prefix announces; the prefix has *skip bytes. A mere 0 is an octal prefix only for
 * integers. */
static int literal_base(Str lit, bool integer, size_t *skip) {
    *skip = 0;
    if (lit.n < 2 || lit.p[0] != '0') return 10;
    switch (lit.p[1] | 0x20) {
    case 'x': *skip = 2; return 16;
    case 'b': *skip = 2; return 2;
    case 'o': *skip = 2; return 8;
    }
    if (!integer) return 10;
    *skip = 1;
    return 8;
}

static void set_digits(mpz_t z, const char *p, size_t n, int base) {
    char small[64], *s = n < sizeof small ? small : xmalloc(n + 1);
    memcpy(s, p, n);
    s[n] = 0;
    if (n == 0 || mpz_set_str(z, s, base) != 0) mpz_set_ui(z, 0);
    if (s != small) free_heap(s);
}

static const Const *int_literal(Arena *a, Str lit) {
    size_t i;
    int base = literal_base(lit, true, &i);
    uint64_t v = 0;
    bool big = false;
    if (lit.n == 0) return const_unknown();
    for (size_t j = i; j < lit.n; j++) {
        if (lit.p[j] == '_') continue;
        int d = digit_value(lit.p[j]);
        if (d >= base) return const_unknown();
        if (!big &&
            (__builtin_mul_overflow(v, (uint64_t)base, &v) || __builtin_add_overflow(v, (uint64_t)d, &v))) {
            big = true;
        }
    }
    if (!big) return const_uint64(a, v);
    char *digits = xmalloc(lit.n);
    size_t n = 0;
    for (; i < lit.n; i++) {
        if (lit.p[i] != '_') digits[n++] = lit.p[i];
    }
    mpz_t z;
    mpz_init(z);
    set_digits(z, digits, n, base);
    const Const *c = const_take_z(a, z);
    mpz_clear(z);
    free_heap(digits);
    return c;
}

/* mantissa * 2^exp2 * 5^exp5 */
typedef struct Scanned {
    mpz_t mant;
    int64_t exp2, exp5;
} Scanned;

static bool scan_float(Scanned *s, Str lit) {
    size_t i;
    int base = literal_base(lit, false, &i);
    char small[128], *digits = lit.n < sizeof small ? small : xmalloc(lit.n + 1);
    size_t n = 0;
    int64_t frac = 0;
    bool dot = false, ok = true;
    for (; i < lit.n; i++) {
        char ch = lit.p[i];
        if (ch == '_') continue;
        if (ch == '.' && !dot) {
            dot = true;
            continue;
        }
        if (digit_value(ch) >= base) break;
        digits[n++] = ch;
        if (dot) frac++;
    }
    if (n == 0) ok = false;
    int64_t exp = 0;
    int ebase = 10;
    if (ok && i < lit.n) {
        char ch = (char)(lit.p[i] | 0x20);
        if (ch == 'p') {
            ebase = 2;
        } else if (ch != 'e') {
            ok = false;
        }
        i++;
        bool neg = false, any = false;
        if (i < lit.n && (lit.p[i] == '+' || lit.p[i] == '-')) neg = lit.p[i++] == '-';
        for (; ok && i < lit.n; i++) {
            if (lit.p[i] == '_') continue;
            int d = digit_value(lit.p[i]);
            if (d >= 10 || __builtin_mul_overflow(exp, (int64_t)10, &exp) ||
                __builtin_add_overflow(exp, (int64_t)d, &exp)) {
                ok = false;
            }
            any = true;
        }
        if (!any) ok = false;
        if (neg) exp = -exp;
    }
    mpz_init(s->mant);
    if (ok) set_digits(s->mant, digits, n, base);
    if (digits != small) free_heap(digits);
    s->exp2 = s->exp5 = 0;
    if (base == 10) {
        s->exp2 = s->exp5 = -frac;
    } else {
        s->exp2 = -frac * (base == 16 ? 4 : base == 8 ? 3 : 1);
    }
    if (__builtin_add_overflow(s->exp2, exp, &s->exp2)) ok = false;
    if (ebase == 10 && __builtin_add_overflow(s->exp5, exp, &s->exp5)) ok = false;
    if (!ok) mpz_clear(s->mant);
    return ok;
}

/* p = 5^n in the precision of p, multiplied up from the largest power in 64 bits. */
static void power_of_5(mpfr_t p, uint64_t n) {
    uint64_t q = 1;
    for (uint64_t i = 0; i < MIN(n, 27); i++) q *= 5;
    mpfr_set_uj(p, q, MPFR_RNDN);
    if (n <= 27) return;
    n -= 27;
    mpfr_t f;
    mpfr_init2(f, mpfr_get_prec(p) + 64);
    mpfr_set_ui(f, 5, MPFR_RNDN);
    while (n > 0) {
        if (n & 1) mpfr_mul(p, p, f, MPFR_RNDN);
        mpfr_mul(f, f, f, MPFR_RNDN);
        n >>= 1;
    }
    mpfr_clear(f);
}

/* The 512-bit float nearest to s; false when the exponent is out of any range. */
static bool scanned_float(mpfr_t f, const Scanned *s) {
    const_float_range();
    mpfr_init2(f, CONST_PREC);
    if (mpz_sgn(s->mant) == 0) {
        mpfr_set_zero(f, 1);
        return true;
    }
    size_t bits = mpz_sizeinbase(s->mant, 2);
    int64_t e = s->exp2 + (int64_t)bits;
    if (e < INT32_MIN || e > INT32_MAX) {
        mpfr_clear(f);
        return false;
    }
    mpfr_t m; /* the whole mantissa, unrounded */
    mpfr_init2(m, (mpfr_prec_t)MAX(bits, 64));
    mpfr_set_z(m, s->mant, MPFR_RNDN);
    mpfr_mul_2si(m, m, (long)s->exp2, MPFR_RNDN);
    if (s->exp5 == 0) {
        mpfr_set(f, m, MPFR_RNDN);
    } else {
        mpfr_t p;
        mpfr_init2(p, CONST_PREC + 64);
        power_of_5(p, s->exp5 < 0 ? -(uint64_t)s->exp5 : (uint64_t)s->exp5);
        if (s->exp5 < 0) {
            mpfr_div(f, m, p, MPFR_RNDN);
        } else {
            mpfr_mul(f, m, p, MPFR_RNDN);
        }
        mpfr_clear(p);
    }
    mpfr_clear(m);
    return true;
}

/* The exact fraction; false when it would be excessively large. */
static bool scanned_fraction(mpq_t q, const Scanned *s) {
    mpq_init(q);
    if (mpz_sgn(s->mant) == 0) return true;
    if (s->exp5 > 1000000 || s->exp5 < -1000000 || s->exp2 < -10000000 || s->exp2 > 10000000) {
        mpq_clear(q);
        return false;
    }
    mpz_set(mpq_numref(q), s->mant);
    if (s->exp5 != 0) {
        mpz_t p;
        mpz_init(p);
        mpz_ui_pow_ui(p, 5, (unsigned long)llabs(s->exp5));
        if (s->exp5 > 0) {
            mpz_mul(mpq_numref(q), mpq_numref(q), p);
        } else {
            mpz_set(mpq_denref(q), p);
        }
        mpz_clear(p);
    }
    if (s->exp2 > 0) {
        mpz_mul_2exp(mpq_numref(q), mpq_numref(q), (mp_bitcnt_t)s->exp2);
    } else if (s->exp2 < 0) {
        mpz_mul_2exp(mpq_denref(q), mpq_denref(q), (mp_bitcnt_t)-s->exp2);
    }
    mpq_canonicalize(q);
    return true;
}

/* NULL when lit is malformed or its exponent absurd. */
static const Const *float_literal(Arena *a, Str lit) {
    Scanned s;
    if (!scan_float(&s, lit)) return NULL;
    const Const *c = NULL;
    mpfr_t f;
    if (scanned_float(f, &s)) {
        mpq_t q;
        if (mpfr_zero_p(f)) { /* also what underflowed */
            mpq_init(q);
            c = const_take_q_unchecked(a, q);
            mpq_clear(q);
        } else if (const_small_float(f) && scanned_fraction(q, &s)) {
            c = const_take_q_unchecked(a, q);
            mpq_clear(q);
        } else {
            c = const_take_f(a, f);
        }
        mpfr_clear(f);
    }
    mpz_clear(s.mant);
    return c;
}

static const Const *string_literal(Arena *a, Str lit) {
    if (lit.n < 2 || (lit.p[0] != '`' && lit.p[0] != '"')) return const_unknown();
    Str inside = {lit.p + 1, lit.n - 2};
    if (lit.p[lit.n - 1] == lit.p[0] && !memchr(inside.p, lit.p[0] == '`' ? '\r' : '\\', inside.n))
        return const_string(a, inside);
    StrBuf sb = STRBUF_INIT;
    const Const *c = const_unknown();
    if (literal_unquote(&sb, lit)) {
        size_t n = sb.n;
        c = const_string(a, (Str){sb_arena(&sb, a), n});
    } else {
        sb_release(&sb);
    }
    return c;
}

static const Const *rune_literal(Arena *a, Str lit) {
    StrBuf sb = STRBUF_INIT;
    const Const *c = NULL;
    uint32_t r;
    if (literal_unquote(&sb, lit) && utf8_decode(sb.buf, sb.n, &r)) c = const_int64(a, (int64_t)r);
    sb_release(&sb);
    return c;
}

const Const *const_from_literal(Arena *a, Str lit, LitKind kind) {
    const Const *c = NULL;
    switch (kind) {
    case LIT_INT: c = int_literal(a, lit); break;
    case LIT_FLOAT: c = float_literal(a, lit); break;
    case LIT_IMAG:
        if (lit.n > 0 && lit.p[lit.n - 1] == 'i') {
            c = float_literal(a, (Str){lit.p, lit.n - 1});
            if (c) c = const_complex(a, const_int64(a, 0), c);
        }
        break;
    case LIT_RUNE: c = rune_literal(a, lit); break;
    case LIT_STRING: c = string_literal(a, lit); break;
    }
    return c ? c : const_unknown();
}
