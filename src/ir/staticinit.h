/* Which package variables are initialized without running code. */
#ifndef GOESC_STATICINIT_H
#define GOESC_STATICINIT_H
#include "ir/ir.h"

/* Evaluating n could be observed: it may panic, block, call or assign. */
bool any_side_effects(IrNode *n);

/* After inlining, before escape analysis: takes the statements of the package initialization function that
 * the linker can do out of its body. */
void static_init_package(IrPackage *pkg);

#endif
