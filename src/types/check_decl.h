/* The checker's driver, declarations and statements: what the expression and type parts call.
 *
 * check.c runs the phases over the files of a package; resolver.c collects the objects; decl.c finds the type of each
 * declared object on demand, coloured white, grey or black to see cycles; stmt.c, labels.c and return.c check bodies,
 * which wait as delayed actions until all declarations are known; initorder.c orders package variables; compiler.c
 * holds the checks that the compiler makes beside the type checker. */
#ifndef GOESC_CHECK_DECL_H
#define GOESC_CHECK_DECL_H
#include "types/check_int.h"

/* ---- check.c ---- */

/* Runs the actions delayed since there were top of them, and those they delay. */
void check_process_delayed(Checker *c, uint32_t top);
/* The version that a string such as go1.21, go1.21.3 or go1.22rc1 means; 0 when it is none. */
GoVersion go_version_parse(const char *s);

/* ---- resolver.c ---- */

void check_collect_objects(Checker *c);
void check_package_objects(Checker *c);
void check_unused_imports(Checker *c);
void check_mark_imports(Checker *c, const Package *pkg);
/* Names and values of a declaration must match in number. */
void check_arity(Checker *c, Pos pos, NameList names, ExprList inits, bool const_decl, bool inherited);
typedef struct RecvParts { bool ptr; Expr *base; NameList tparams; } RecvParts;
/* Splits a receiver type: *T[A, B] is ptr, T and, when unpack_params, [A, B]. */
RecvParts check_unpack_recv(Checker *c, Expr *rtyp, bool unpack_params);
/* Marks the import used through which the dot-imported object named name came into the file scope. */
void check_use_dot_import(Checker *c, Scope *scope, const Name *name);

/* ---- decl.c ---- */

/* id may be NULL: nothing to record. */
void check_declare(Checker *c, Scope *scope, NameExpr *id, Object *obj, Pos scope_pos);
void check_obj_decl(Checker *c, Object *obj);
bool check_valid_cycle(Checker *c, Object *obj);
void check_cycle_error(Checker *c, Object **cycle, uint32_t n, uint32_t start);
uint32_t first_in_src(Object **path, uint32_t n);
void check_collect_type_params(Checker *c, TypeParamList **dst, FieldList list);
Type *check_bound(Checker *c, Expr *x);
TypeParam *check_declare_type_param(Checker *c, NameExpr *name, Pos scope_pos);
void check_collect_methods(Checker *c, TypeName *obj);
void check_decl_stmt(Checker *c, Decl **list, uint32_t n);
/* The expressions of *field: none when NULL, the elements of a ListExpr, otherwise the one. */
ExprList expr_unpack(Expr **field);

/* ---- stmt.c ---- */

/* Which control-flow statements are allowed here, and where we are. */
typedef enum StmtContext {
    BREAK_OK = 1, CONTINUE_OK = 2, FALLTHROUGH_OK = 4, FINAL_SWITCH_CASE = 8, IN_TYPE_SWITCH = 16,
} StmtContext;
/* decl may be NULL (function literals). */
void check_func_body(Checker *c, DeclInfo *decl, const char *name, Signature *sig, BlockStmt *body, const Const *iota);
void check_open_scope(Checker *c, void *node);
void check_close_scope(Checker *c);
void check_stmt(Checker *c, unsigned ctxt, Stmt *s);
void check_stmt_list(Checker *c, unsigned ctxt, StmtList list);
/* Reports unused variables of scope and the scopes in it. */
void check_usage(Checker *c, Scope *scope);

/* ---- labels.c, return.c, initorder.c ---- */

void check_labels(Checker *c, const BlockStmt *body);
/* label: of the statement, or NULL. */
bool check_is_terminating(Checker *c, const Stmt *s, const Name *label);
void check_init_order(Checker *c);

#endif
