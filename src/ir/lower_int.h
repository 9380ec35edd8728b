/* Lowering, inside: what the lower_*.c files share. */
#ifndef GOESC_LOWER_INT_H
#define GOESC_LOWER_INT_H
#include "ir/lower.h"
#include "ir/typecheck.h"
#include "ir/types.h"
#include "types/const.h"

static inline IrPos at(Pos p) { return ir_pos(p); }

/* The object an expression names, if it is an identifier, a qualified one or an instantiation of one
 * (lookupObj). */
Object *lower_lookup_obj(Expr *e, TypeList **targs);
IrName *lower_use_local(Lower *l, Pos pos, Object *obj);
static inline Type *lower_type_of(Lower *l, Expr *e) { return lower_type(l, e->type); }
IrOp lower_binop(Operator op);

/* multiExpr: the values of exprs, converted to dst(i); a single multi-valued expression goes through
 * temporaries. */
typedef Type *(*DstTypeFn)(void *ctx, uint32_t i);
IrNodes lower_multi_expr(Lower *l, Pos pos, DstTypeFn dst, void *ctx, Expr *const *exprs, uint32_t n);
IrNode *lower_convert(Lower *l, Type *dst, Expr *e, bool implicit);
IrNode *lower_opt_expr(Lower *l, Expr *e);
/* An explicit type in an assertion, a case or make: OTYPE, or ODYNAMICTYPE when only the dictionary knows it.
 * iface: the interface asserted from, not substituted; NULL: none. */
IrNode *lower_expr_type(Lower *l, Type *iface, Expr *te);
IrNode *lower_call(Lower *l, CallExpr *e);
IrNode *lower_complit(Lower *l, CompositeLit *e);
IrNode *lower_func_lit(Lower *l, FuncLit *e);
/* recvExpr: sel.X with implicit field selections, address or dereference; *recv: its checked type then. */
IrNode *lower_recv(Lower *l, SelectorExpr *e, Type **recv);
void lower_conv_rtti(Lower *l, Type *src, Type *dst); /* sees the types, in order */

/* Whether a value of type `from` may be assigned to a `to` (spec, "Assignability"); checked types. */
bool lower_assignable(Type *from, Type *to);
/* e's elements if it is a list, else e alone; none for NULL. */
ExprList lower_unpack(Expr **e);

#endif
