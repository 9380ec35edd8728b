/* abi: wrappers between the two calling conventions.
 *
 * Assembly passes arguments on the stack (ABI0), Go in registers (ABIInternal). A function that is written in
 * one and called in the other has a wrapper, a function of the package with the same name. Only -m=2 tells of
 * their parameters' flows, so they are made only then. */
#ifndef GOESC_IR_ABI_H
#define GOESC_IR_ABI_H
#include "ir/ir.h"

struct LoadedPkg;

/* After inlining, before escape analysis; lp's assembly files say what they define and call. */
void abi_wrappers(IrPackage *pkg, const struct LoadedPkg *lp);

#endif
