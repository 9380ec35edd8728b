/* What the files of the constant arithmetic share: views of a Const as a number of GMP or MPFR, and back. */
#ifndef GOESC_TYPES_CONST_INT_H
#define GOESC_TYPES_CONST_INT_H
#include "types/const.h"
#include <gmp.h>
#include <mpfr.h>

_Static_assert(sizeof(mp_limb_t) == 8, "limbs are held as uint64_t");

enum { CONST_MAX_EXP = 4 << 10 }; /* a fraction's parts stay below this many bits */

/* Read-only numbers over the limbs of a Const; never cleared, and used where they stand (they point into
 * themselves). */
typedef struct ZView {
    mpz_t z;
    mp_limb_t limb;
} ZView;
typedef struct QView {
    mpq_t q;
    mp_limb_t limb, one;
} QView;
void const_z_view(ZView *v, const Const *x); /* INT64, BIG */
void const_q_view(QView *v, const Const *x); /* INT64, BIG, RAT */
/* Sets MPFR's exponent range (a thread's own state) to Go's; before any computation with floats. */
void const_float_range(void);
void const_f_init(mpfr_t f, const Const *x); /* an own copy, to be cleared; any real number */

/* Copies of a number in the arena, in the representation that fits. */
const Const *const_take_z(Arena *a, mpz_srcptr z);
const Const *const_take_q(Arena *a, mpq_srcptr q);           /* FLOAT when too large for a fraction */
const Const *const_take_q_unchecked(Arena *a, mpq_srcptr q); /* always RAT */
const Const *const_take_f(Arena *a, mpfr_srcptr f);          /* Unknown when infinite */
const Const *const_take_f_raw(Arena *a, mpfr_srcptr f);      /* f is finite */
const Const *const_complex(Arena *a, const Const *re, const Const *im);
const Const *const_concat(Arena *a, const Const *l, const Const *r);
bool const_small_float(mpfr_srcptr f); /* its fraction would be of reasonable size */

#endif
