/* Range-over-func loops become calls (spec, "For statements with range clause"). */
#ifndef GOESC_RANGEFUNC_H
#define GOESC_RANGEFUNC_H
#include "syntax/ast.h"

typedef struct Package Package;

/* n.flags of the FuncLit that a loop body has become. */
enum { NF_RANGE_BODY = 128 };

/* Rewrites every range-over-func loop in the checked files of pkg, in place. New nodes live in arena, which
 * must live as long as the tree. Run it once, after checking and before a function of the package is
 * lowered. */
void rangefunc_rewrite(Arena *arena, Package *pkg, File **files, uint32_t nfiles);

#endif
