/* visit: the functions of a package in groups, callees before callers.
 *
 * A group is a strongly connected component of the static call graph: one function with its closures, or
 * several that call each other. Every function of a group calls only functions of the group or of groups seen
 * before, so a pass that needs a summary of its callees finds it. References count as calls. A literal that
 * captures variables is never a group of its own: it belongs to the function around it. The order of groups
 * and of the functions in them is the compiler's, since what passes print follows it. */
#ifndef GOESC_VISIT_H
#define GOESC_VISIT_H
#include "ir/ir.h"

/* `recursive`: the functions call each other (or the single one itself). `fns` is valid only during the
 * call. */
typedef void (*AnalyzeGroup)(void *ctx, IrFunc **fns, uint32_t n, bool recursive);

/* Visits what is reachable from `list` and compiled as part of pkg. */
void visit_funcs_bottom_up(IrPackage *pkg, IrFunc **list, uint32_t n, AnalyzeGroup analyze, void *ctx);
/* Visits the functions of pkg that are wanted (reach.h), and no others. */
void visit_wanted_bottom_up(IrPackage *pkg, AnalyzeGroup analyze, void *ctx);

/* Walks a body once and keeps what the visits and the inliner ask of it. fn->calls: the functions compiled
 * with pkg that it mentions, in order, none twice in a row. fn->weight: the number of its nodes.
 * (Multi-value assignments give back what their temporaries add, so the count goes up and down; the largest
 * counts.) Does nothing while fn->noted is set: who changes a body clears that. In a package that nobody
 * asked about, the first walk also notes fn->refs and fn->iface_calls. */
void ir_note_body(IrPackage *pkg, IrFunc *fn);

/* What an OAS2 with temporaries in its init list gives back to a count of nodes. */
int32_t ir_multi_assign_credit(const IrNode *n);

/* The function, of any package, that the node by itself mentions: by name, as a method or as a literal; or
 * NULL. */
IrFunc *ir_mentioned_func(IrNode *n);

/* Whether the function that name stands for is compiled with pkg; its IrFunc, or NULL. */
IrFunc *ir_local_func(const IrPackage *pkg, const IrName *name);

#endif
