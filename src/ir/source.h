/* source: which syntax the IR at a position was made from.
 *
 * The IR keeps positions only, as the compiler does. Where people are to see the source of a node, the
 * package keeps its syntax and a table beside the IR, which the lowering fills: this syntax became a node
 * with that operation at that position. Copies of a node, made by inlining or for an instance, have its
 * position, so the table serves them too. What later passes make themselves stands at the position of what
 * they made it for. A table is complete when its package is lowered and inlined into; it lives in the
 * package's arena. */
#ifndef GOESC_SOURCE_H
#define GOESC_SOURCE_H
#include "ir/ir.h"

/* From now on the package notes its sources. */
void ir_sources_keep(IrPackage *pkg);
/* The node n was made from syntax, which stays as long as pkg. Nothing happens unless sources are kept. */
void ir_source_note(IrPackage *pkg, const IrNode *n, const void *syntax);
/* The same for what has gone into something else: it is there for whatever has its position. */
void ir_source_note_at(IrPackage *pkg, IrOp op, const void *syntax);
/* What a node with this operation and position was made from; without such a note, the syntax at that
 * position. NULL: unknown. */
const void *ir_source_find(const IrPackage *pkg, Pos at, IrOp op);

#endif
