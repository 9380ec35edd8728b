/* The checker's expressions: operands, untyped values, calls, built-ins, assignments, range clauses, and what
 * is recorded in the tree.
 *
 * Every function that checks an expression leaves the result in an Operand of the caller; mode MODE_INVALID
 * says that an error was reported. Contexts ("argument to f") are text for messages and are only put together
 * when shown.
 *
 * Recording: an expression's final type, value and mode go into its node at once. While its type is untyped
 * and may still change, the node holds the untyped type and carries EI_UNTYPED (the Go compiler's "untyped"
 * map), and EI_LHS when it is the left operand of a shift whose type is still open. */
#ifndef GOESC_CHECK_EXPR_H
#define GOESC_CHECK_EXPR_H
#include "types/check_int.h"
#include "types/const.h"

/* ---- operands (operand.c) ---- */

/* A short list of operands that lives on the stack of the caller and spills into the arena. */
enum { OPERANDS_INLINE = 6 };
typedef struct OperandVec {
    Operand **v;
    uint32_t n;
    Operand *ptrs[OPERANDS_INLINE];
    Operand ops[OPERANDS_INLINE];
} OperandVec;
void operands_init(Checker *c, OperandVec *l, uint32_t n); /* n zeroed operands */

void operand_write(StrBuf *sb, const Operand *x, const Qualifier *qf); /* as messages describe x */
void operand_set_const(Checker *c, Operand *x, LitKind kind, Str lit);
static inline bool operand_is_nil(const Operand *x) { return x->mode == MODE_NILVALUE; }
/* Whether x may be assigned to a T; if not, *cause (when wanted) may say why. c may be NULL for finished
 * types. */
bool operand_assignable_to(Operand *x, Checker *c, Type *T, const char **cause);
bool operand_convertible_to(Operand *x, Checker *c, Type *T, const char **cause);

bool is_pointer(Type *t);
bool is_uintptr(Type *t);
bool is_unsafe_pointer(Type *t);
bool is_bytes_or_runes(Type *t);
Type *array_ptr_deref(Type *t); /* A for *A with A an array; otherwise t */
/* Whether f holds for the underlying types of all types in typ's type set (u NULL: no specific types). */
bool under_is(Type *typ, bool (*f)(Type *u, void *ctx), void *ctx);

/* ---- constants (constrep.c) ---- */

/* Reports when the constant x does not fit its type, or grows beyond all bounds. */
void check_overflow(Checker *c, Operand *x);
/* Whether v is representable as a typ (a basic type); *rounded (may be NULL) becomes the value that typ
 * holds. */
bool representable_const(const Const *v, Checker *c, Type *typ, const Const **rounded);
void check_representable(Checker *c, Operand *x, Type *typ);
typedef enum ConvCode { CONV_OK, CONV_TRUNCATED, CONV_OVERFLOW, CONV_INVALID } ConvCode;
const Const *check_representation(Checker *c, Operand *x, Type *typ, ConvCode *code);
void check_invalid_conversion(Checker *c, ConvCode code, Operand *x, Type *target);
void check_convert_untyped(Checker *c, Operand *x, Type *target);
void check_conversion(Checker *c, Operand *x, Type *T); /* conversions.c */

/* ---- expressions (expr.c, index.c, literals.c) ---- */

/* What a generic function is assigned to: its type tells the missing type arguments. */
typedef struct Target {
    Signature *sig;
    const char *desc;
} Target;
Target *new_target(Target *t, Type *typ,
                   const char *desc); /* t, filled in; NULL when typ is no function type */

ExprKind check_raw_expr(Checker *c, Target *T, Operand *x, Expr *e, Type *hint, bool allow_generic);
void check_expr(Checker *c, Target *T, Operand *x, Expr *e);
void check_expr_with_hint(Checker *c, Operand *x, Expr *e, Type *hint);
void check_expr_or_type(Checker *c, Operand *x, Expr *e, bool allow_generic);
/* The value or values of e; with allow_comma_ok also v, ok forms (returns true for one). */
bool check_multi_expr(Checker *c, OperandVec *list, Expr *e, bool allow_comma_ok);
void check_expr_list(Checker *c, OperandVec *list, ExprList elist);
void check_exclude(Checker *c, Operand *x, unsigned modeset);
void check_single_value(Checker *c, Operand *x);
void check_non_generic(Checker *c, Target *T, Operand *x);
void check_binary(Checker *c, Operand *x, Expr *e, Expr *lhs, Expr *rhs, Operator op);
void check_comparison(Checker *c, Operand *x, Operand *y, Operator op, bool switch_case);
void check_match_types(Checker *c, Operand *x, Operand *y);
void check_type_assertion(Checker *c, Expr *e, Operand *x, Type *T, bool type_switch);
Type *check_chan_elem(Checker *c, Pos pos, Operand *x, bool recv);
void check_update_expr_type(Checker *c, Expr *x, Type *typ, bool final);
void check_update_expr_val(Checker *c, Expr *x, const Const *val);
/* The type x takes where a target is expected (NULL: none, see *code), and its value then, if constant. */
Type *check_implicit_type_and_value(Checker *c, Operand *x, Type *target, const Const **val, ConvCode *code);
/* x becomes of type t, as check_implicit_type_and_value found, and its expression with it; val NULL: not
 * constant. */
void check_take_type_and_value(Checker *c, Operand *x, Type *t, const Const *val);
bool check_index_expr(Checker *c, Operand *x,
                      IndexExpr *e); /* true: a function instantiation, left to the caller */
void check_slice_expr(Checker *c, Operand *x, SliceExpr *e);
Type *check_index(Checker *c, Expr *index, int64_t max, int64_t *val);
bool check_is_valid_index(Checker *c, Operand *x, const char *what, bool allow_negative);
void check_basic_lit(Checker *c, Operand *x, BasicLit *e);
void check_func_lit(Checker *c, Operand *x, FuncLit *e);
void check_composite_lit(Checker *c, Operand *x, CompositeLit *e, Type *hint);

/* ---- calls (call.c, selector.c, builtins.c) ---- */

ExprKind check_call_expr(Checker *c, Operand *x, CallExpr *call);
/* Instantiates the generic function x; see the function for infer. The partial type arguments when x was left
 * alone. */
TypeList *check_func_inst(Checker *c, Target *T, Pos pos, Operand *x, IndexExpr *inst, bool infer);
Signature *check_arguments(Checker *c, CallExpr *call, Signature *sig, TypeList *targs, ExprList xlist,
                           OperandVec *args, TypeList **atargs);
void check_selector(Checker *c, Operand *x, SelectorExpr *e, bool want_type);
/* Evaluates for the sake of errors and uses only; true when all were without error. Elements may be NULL. */
bool check_use(Checker *c, Expr *const *v, uint32_t n);
bool check_use_lhs(Checker *c, Expr *const *v, uint32_t n);
static inline bool check_use1(Checker *c, Expr *e) { return check_use(c, &e, 1); }
bool check_builtin(Checker *c, Operand *x, CallExpr *call, BuiltinId id);
/* The expressions of a list (or the single one, or none when *slot is NULL). */
static inline ExprList unpack_list_expr(Expr **slot) {
    if (!*slot) return (ExprList){NULL, 0};
    if (KIND(*slot) == N_LIST) return AS(ListExpr, *slot)->elems;
    return (ExprList){slot, 1};
}

/* ---- assignments (assignments.c, range.c) ---- */

void check_assignment(Checker *c, Operand *x, Type *T,
                      const char *context); /* T NULL: the blank identifier */
/* The same with the context "argument to <fun>", put together only when shown. */
void check_argument(Checker *c, Operand *x, Type *T, Expr *fun);
void check_init_const(Checker *c, ConstObj *lhs, Operand *x);
void check_init_var(Checker *c, Var *lhs, Operand *x, const char *context);
/* lhs = rhs when x is NULL, else lhs = x. */
void check_assign_var(Checker *c, Expr *lhs, Expr *rhs, Operand *x, const char *context);
void check_init_vars(Checker *c, Var **lhs, uint32_t nlhs, ExprList rhs, Stmt *return_stmt);
void check_assign_vars(Checker *c, ExprList lhs, ExprList rhs);
void check_short_var_decl(Checker *c, Pos pos, ExprList lhs, ExprList rhs);
const char *check_types_summary(Checker *c, Type **list, uint32_t n, bool variadic, bool has_dots);
void check_range_stmt(Checker *c, unsigned inner, ForStmt *s, Pos no_new_var_pos, Expr *key, Expr *value,
                      Expr *extra, Expr *range_var, bool is_def);
/* Key and value types of ranging over orig; false when it may not be ranged over (*cause may say why). check
 * may be NULL: any language version, no cause. */
bool range_key_val(Checker *c, Type *orig, Type **key, Type **val, const char **cause);

/* ---- recording (recording.c) ---- */

void check_record(Checker *c, Operand *x);
void check_record_untyped(Checker *c); /* nothing is left to do: kept for the driver's list of phases */
void check_record_type_and_value(Checker *c, Expr *x, ExprMode mode, Type *typ, const Const *val);
void check_record_builtin_type(Checker *c, Expr *f, Signature *sig);
void check_record_comma_ok_types(Checker *c, Expr *x, OperandVec *a);
void check_record_instance(Checker *c, Expr *expr, TypeList *targs, Type *typ);
void check_record_def(Checker *c, NameExpr *id, Object *obj);
void check_record_use(Checker *c, NameExpr *id, Object *obj);
void check_record_implicit(Checker *c, void *node,
                           Object *obj); /* ImportDecl, CaseClause; others are ignored */
void check_record_selection(Checker *c, SelectorExpr *x, SelectionKind kind, Type *recv, Object *obj,
                            int *index, uint32_t nindex, bool indirect);
void check_record_scope(Checker *c, void *node, Scope *scope);

#endif
