/* reach: which functions the placement of a package's values depends on.
 *
 * Where a value lives depends on the functions that its function calls, directly or not, and on nothing else.
 * Which they are is known for certain when all packages have been inlined into and no call can change any
 * more. A question about one package then needs the escape analysis of that package and of what it reaches in
 * the packages below, which is about half of them. */
#ifndef GOESC_REACH_H
#define GOESC_REACH_H
#include "ir/ir.h"

/* Sets IrFunc.wanted for all functions of these packages and for all that they reach, closures included. */
void reach_mark(IrPackage *const *roots, uint32_t n);

#endif
