/* inline: which functions may be inlined, which calls are, and what happens to calls on the way.
 *
 * Passes over one package, in the driver's order:
 *     inline_bloop     keeps results alive inside `for b.Loop()` (testing)
 *     inline_package   devirtualises and inlines, callees before callers, until nothing changes
 *     inline_deferred  in a package that nobody asked about: does what waited, in the functions that are
 *                      wanted (ir/reach.h)
 *     inline_func      the same for one function made later (method wrappers)
 *     inline_loopvar   gives loops whose variables are captured a variable an iteration
 *
 * "can inline" and "inlining call to" lines go to the log as they are decided, as the compiler prints them.
 * Costs, budgets and special cases are the compiler's (Go 1.26). A function accepted for inlining gets
 * fn->inl, the pristine copy of its body that other packages inline too. */
#ifndef GOESC_INLINE_H
#define GOESC_INLINE_H
#include "ir/ir.h"
#include "report/mlog.h"

void inline_bloop(IrPackage *pkg, MLog *log);
void inline_package(IrPackage *pkg, MLog *log);
void inline_deferred(IrPackage *pkg, MLog *log); /* before any package changes its bodies otherwise */
void inline_func(IrPackage *pkg, MLog *log, IrFunc *fn);
void inline_loopvar(IrPackage *pkg);

#endif
