/* Quantities in words: units of memory, time and compute, scaled and printed as pprof prints them. */
#ifndef GOESC_PROFILE_MEASURE_H
#define GOESC_PROFILE_MEASURE_H
#include "base/base.h"

/* value (in unit from) in unit to; "minimum" and "auto" choose the largest unit in which it is at least 1.
 * *unit is the unit of the result: a literal, or to, or "" where naming it says nothing. */
double measure_scale(int64_t value, Str from, Str to, Str *unit);
/* The same as text: two decimals unless they are zeros, and the unit. */
void measure_label(StrBuf *out, int64_t value, Str from, Str to);
/* The share of total, six characters or more: "12.35%", "  100%", "    0%". */
void measure_percentage(StrBuf *out, int64_t value, int64_t total);
bool measure_same_kind(Str unit1, Str unit2); /* both of memory, or both of time … */

/* Go's arithmetic: overflow wraps, a float out of range becomes the smallest integer. */
int64_t int_of_float(double v);
static inline int64_t add64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t neg64(int64_t a) { return (int64_t)(0 - (uint64_t)a); }
static inline int64_t abs64(int64_t a) { return a < 0 ? neg64(a) : a; }
static inline int64_t mul64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }
static inline int64_t div64(int64_t a, int64_t b) { return b == -1 ? neg64(a) : a / b; }

/* Text padded with spaces on the left to a width counted in runes. */
void sb_pad_left(StrBuf *out, Str s, int width);
int rune_count(Str s);

#endif
