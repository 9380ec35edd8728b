/* reach: the functions that decide where a package's values live.
 *
 * Where a value lives depends on the functions that it is passed to, directly or not, and on nothing else.
 * Which functions these are is certain once all packages have been inlined into, since no call can change
 * after that. So a question about one package needs the escape analysis of that package, and of the functions
 * that it reaches in the packages below. A function that takes no pointers decides nothing for its callers:
 * it is needed only by the functions of its own group, which call each other. What remains is a third of all
 * functions or less.
 *
 * When a body is first walked, the functions that it mentions are noted (ir_note_body). The inliner notes
 * those that come in with inlined bodies and devirtualised calls. Bodies of copied literals are walked
 * again. A function that was mentioned and then inlined still counts. */
#ifndef GOESC_REACH_H
#define GOESC_REACH_H
#include "ir/ir.h"

/* Notes in fn->refs the function that the node mentions, if it does; or that function. */
void reach_note(IrFunc *fn, IrNode *n);
void reach_note_func(IrFunc *fn, IrFunc *mentioned);

/* Puts the functions of a package that nobody asked about into groups (IrFunc.group). To be called when all
 * inlining is done that does not wait. */
void reach_find_groups(IrPackage *pkg);

/* Sets IrFunc.wanted for all functions of these packages and for all that they depend on, closures included;
 * and IrPackage.uses of each package that has such functions. */
void reach_mark(IrPackage *const *roots, uint32_t n);

/* Whether it matters to callers outside of its group what fn does: it takes pointers, or its body may stand
 * in theirs. */
bool reach_matters(const IrFunc *fn);

#endif
