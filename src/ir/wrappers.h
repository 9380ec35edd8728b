/* Method wrappers of a package, made after inlining and before escape analysis. */
#ifndef GOESC_WRAPPERS_H
#define GOESC_WRAPPERS_H
#include "ir/ir.h"

/* Devirtualizes and inlines into one wrapper, with the usual messages. */
typedef void (*WrapperInlineFn)(void *ctx, IrFunc *fn);

/* Appends the wrappers that the package needs to pkg->funcs, calling inline_fn on each. */
void ir_make_wrappers(IrPackage *pkg, WrapperInlineFn inline_fn, void *ctx);

#endif
