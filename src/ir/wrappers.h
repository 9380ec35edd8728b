/* Method wrappers of a package, made after inlining and before escape analysis. */
#ifndef GOESC_WRAPPERS_H
#define GOESC_WRAPPERS_H
#include "ir/ir.h"

typedef struct MLog MLog;

/* Appends the wrappers that the package needs to pkg->funcs. inline_fn devirtualizes and inlines into one of
 * them. */
void ir_make_wrappers(IrPackage *pkg, MLog *log, void (*inline_fn)(IrPackage *pkg, MLog *log, IrFunc *fn));

#endif
