/* Constant values: exact booleans, strings, integers, rationals, 512-bit floats and complex numbers.
 *
 * A Const is immutable and lives in the arena it was made in, limbs included, so nothing is ever freed alone.
 * Integers that fit int64 are held as such and never touch GMP; larger ones are GMP limbs. A Float is a
 * fraction as long as numerator and denominator stay below 4096 bits and a 512-bit MPFR number afterwards
 * (and forever: there is no way back, so that no exactness is pretended). These switch-over rules are the Go
 * compiler's; with them overflow, precision and printed values come out the same.
 *
 * A string sum is kept as a tree and joined when its text is first asked for. Joining writes to the Const;
 * call const_freeze before a value becomes visible to other threads (the checker does so for declared
 * constants).
 *
 * Spec: "Constants", "Constant expressions". */
#ifndef GOESC_TYPES_CONST_H
#define GOESC_TYPES_CONST_H
#include "base/base.h"
#include "syntax/ast.h"

typedef enum ConstKind {
    CONST_UNKNOWN,
    CONST_BOOL,
    CONST_STRING,
    CONST_INT,
    CONST_FLOAT,
    CONST_COMPLEX
} ConstKind;

/* How the value is held; ordered by complexity within the numbers. */
typedef enum ConstRep {
    CONST_REP_UNKNOWN,
    CONST_REP_BOOL,
    CONST_REP_STRING,
    CONST_REP_INT64, /* Int in int64 range: always this one */
    CONST_REP_BIG,   /* Int out of int64 range */
    CONST_REP_RAT,   /* Float as a fraction in lowest terms */
    CONST_REP_FLOAT, /* Float as a 512-bit binary number; finite */
    CONST_REP_COMPLEX,
} ConstRep;

struct Const {
    uint8_t rep; /* ConstRep */
    union {
        bool b;    /* BOOL */
        int64_t i; /* INT64 */
        struct {   /* STRING: text valid when l is NULL */
            Str text;
            const Const *l, *r;
            Arena *arena;
        } s;
        struct {                        /* BIG: num; RAT: num/den */
            int32_t num_size, den_size; /* in limbs; num_size negative for negative values */
            uint64_t *num, *den;
        } z;
        struct {      /* FLOAT */
            int kind; /* as mpfr's custom interface has it */
            int64_t exp;
            uint64_t *mant;
        } f;
        struct { /* COMPLEX */
            const Const *re, *im;
        } c;
    } u;
};

#define CONST_PREC 512 /* bits of a FLOAT's mantissa; also the widest untyped integer */

ConstKind const_kind(const Const *x);

/* ---- making values ---- */
const Const *const_unknown(void);
const Const *const_bool(bool b);
const Const *const_string(Arena *a, Str s); /* keeps s.p: it must live as long as a */
const Const *const_int64(Arena *a, int64_t i);
const Const *const_uint64(Arena *a, uint64_t u);
const Const *const_float64(Arena *a, double d);    /* Unknown when not finite; -0 becomes 0 */
const Const *const_imag(Arena *a, const Const *x); /* x*i */
/* Of a literal as written (n.aux's kind); Unknown when it is malformed. */
const Const *const_from_literal(Arena *a, Str lit, LitKind kind);

/* ---- taking them apart ---- */
bool const_bool_val(const Const *x);                    /* Bool, or Unknown (false) */
Str const_string_val(const Const *x);                   /* String, or Unknown ("") */
size_t const_string_len(const Const *x);                /* its length, without joining it */
int64_t const_int64_val(const Const *x, bool *exact);   /* Int or Unknown; value undefined when not exact */
uint64_t const_uint64_val(const Const *x, bool *exact); /* likewise */
float const_float32_val(const Const *x, bool *exact);   /* nearest; Int, Float or Unknown; may be infinite */
double const_float64_val(const Const *x, bool *exact);
int const_bit_len(const Const *x); /* of |x|; Int or Unknown (0) */
int const_sign(const Const *x);    /* -1, 0, 1; Complex: 0 iff zero; Unknown: 1 */
const Const *const_real(Arena *a, const Const *x);
const Const *const_imag_part(Arena *a, const Const *x);

/* ---- converting: Unknown when x has no such value ---- */
const Const *const_to_int(Arena *a, const Const *x);
const Const *const_to_float(Arena *a, const Const *x);
const Const *const_to_complex(Arena *a, const Const *x);

/* ---- computing: operands must be of kinds the operation is defined on ---- */
/* OP_ADD, OP_SUB, OP_XOR (prec > 0: result cut to prec bits, for unsigned types), OP_NOT. */
const Const *const_unary(Arena *a, Operator op, const Const *y, unsigned prec);
/* int_div: OP_DIV of two Ints truncates, otherwise it gives a Float. The divisor must not be zero. */
const Const *const_binary(Arena *a, const Const *x, Operator op, const Const *y, bool int_div);
const Const *const_shift(Arena *a, const Const *x, Operator op, unsigned s);
bool const_compare(Arena *a, const Const *x, Operator op, const Const *y);

/* ---- text ---- */
void const_format(StrBuf *sb, const Const *x);       /* for people: floats rounded, long strings cut */
void const_format_exact(StrBuf *sb, const Const *x); /* complete */

/* Joins what is still a tree; x may be NULL. Afterwards x is never written again. */
void const_freeze(const Const *x);

/* A key for switch cases and map literals: constants that are equal as run-time values have equal keys. a and
 * b hold the integer, the bits of the float64 or of both parts of a complex128; s the string. OTHER: the
 * value itself. */
typedef enum ConstKeyKind {
    CKEY_OTHER,
    CKEY_INT,
    CKEY_UINT,
    CKEY_FLOAT,
    CKEY_COMPLEX,
    CKEY_STRING,
    CKEY_BOOL
} ConstKeyKind;
typedef struct ConstKey {
    ConstKeyKind kind;
    uint64_t a, b;
    Str s;
} ConstKey;
ConstKey const_key(Arena *a, const Const *x);
bool const_key_eq(const ConstKey *x, const ConstKey *y);
uint64_t const_key_hash(const ConstKey *x);

#endif
