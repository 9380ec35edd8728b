/* Building typed nodes as the compiler's typecheck package does: conversions are inserted, forms are made
 * specific (OAS2 becomes OAS2FUNC …), temporaries are declared. Operands are complete; nothing here reports
 * user errors. c->pos is the position given to nodes the compiler places at base.Pos. */
#ifndef GOESC_IR_TYPECHECK_H
#define GOESC_IR_TYPECHECK_H
#include "ir/lower.h"

/* FixValue: v as a constant of type t, rounded as t holds it. */
const Const *ir_fix_value(Arena *a, Type *t, const Const *v);

IrNode *tc_default_lit(IrCtx *c, IrNode *n, Type *t);     /* DefaultLit; t NULL: the default type */
IrNode *tc_conv(IrCtx *c, IrPos pos, Type *t, IrNode *x); /* Expr(NewConvExpr(pos, OCONV, t, x)) */
IrNode *tc_convnop(IrCtx *c, IrPos pos, Type *t, IrNode *x);
IrNode *tc_binary(IrCtx *c, IrPos pos, IrOp op, IrNode *x, IrNode *y);
IrNode *tc_unary(IrCtx *c, IrPos pos, IrOp op, IrNode *x);
IrNode *tc_deref(IrCtx *c, IrPos pos, IrNode *x);
IrNode *tc_addr(IrCtx *c, IrPos pos, IrNode *x);
IrNode *tc_index(IrCtx *c, IrPos pos, IrNode *x, IrNode *index);
IrNode *tc_slice(IrCtx *c, IrPos pos, IrNode *x, IrNode *low, IrNode *high, IrNode *max);
IrNode *tc_dot_field(IrCtx *c, IrPos pos, IrNode *x, int index); /* DotField */
/* x.m: ODOTINTER or ODOTMETH when callee, else OMETHVALUE. */
IrNode *tc_xdot_method(IrCtx *c, IrPos pos, IrNode *x, const Name *sel, Package *selpkg, bool callee);
/* typecheck.Call: fun is any function value, or the name of a builtin; args may be one multi-value call. */
IrNode *tc_call(IrCtx *c, IrPos pos, IrNode *fun, IrNodes args, bool dots);
IrNode *tc_builtin(IrCtx *c, IrPos pos, IrOp op, IrNodes args, bool dots);
IrNode *tc_complit(IrCtx *c, IrPos pos, Type *t, IrNodes elems); /* elements: OSTRUCTKEY, OKEY or values */

/* typecheck.Stmt of statements whose operands are already complete: OAS, OAS2, OASOP, ORETURN, OGO, ODEFER,
 * OSEND, OFOR, OIF, ORANGE, OSELECT, OSWITCH, ODCL …; idempotent. */
IrNode *tc_stmt(IrCtx *c, IrNode *n);

#endif
