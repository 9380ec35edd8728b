/* reach: which functions the placement of a package's values depends on.
 *
 * Where a value lives depends on the functions that it is passed to, directly or not, and on nothing else.
 * Which they are is known for certain when all packages have been inlined into and no call can change any
 * more. A question about one package then needs the escape analysis of that package and of what it reaches in
 * the packages below, where functions without pointers among their parameters matter only to those that they
 * call each other with: a third or less of all.
 *
 * What a function mentions is noted when its body is first walked (ir_note_body), and what comes in with
 * inlined bodies and devirtualised calls by the inliner; other bodies (copied literals) are walked. What was
 * mentioned and then inlined counts too. */
#ifndef GOESC_REACH_H
#define GOESC_REACH_H
#include "ir/ir.h"

/* Notes in fn->refs the function that the node mentions, if it does; or that function. */
void reach_note(IrFunc *fn, IrNode *n);
void reach_note_func(IrFunc *fn, IrFunc *mentioned);

/* Puts the functions of a package that nobody asked about into groups (IrFunc.group), after all inlining that
 * does not wait. */
void reach_find_groups(IrPackage *pkg);

/* Sets IrFunc.wanted for all functions of these packages and for all that they depend on, closures included;
 * and IrPackage.uses of each package that has such functions. */
void reach_mark(IrPackage *const *roots, uint32_t n);

/* Whether it matters to callers outside of its group what fn does: it takes pointers, or its body may stand
 * in theirs. */
bool reach_matters(const IrFunc *fn);

#endif
