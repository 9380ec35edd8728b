/* The checker's driver, declarations and statements: what the expression and type parts call.
 *
 * check.c runs the phases over the files of a package; resolver.c collects the objects; decl.c finds the type of each
 * declared object on demand, coloured white, grey or black to see cycles; stmt.c, labels.c and return.c check bodies,
 * which wait as delayed actions until all declarations are known; initorder.c orders package variables. */
#ifndef GOESC_CHECK_DECL_H
#define GOESC_CHECK_DECL_H
#include "types/check_int.h"
#include "types/errors.h"

/* ---- check.c ---- */

/* Runs fn(c, ctx) at the end of the current statement, or of the package's declarations; under the version that is
 * current now. ctx must outlive the package check (allocate it in the package's arena). */
void check_later(Checker *c, void (*fn)(Checker *c, void *ctx), void *ctx);
void check_process_delayed(Checker *c, uint32_t top);
/* The object path: the grey objects. */
void check_push(Checker *c, Object *obj);
void check_pop(Checker *c);
/* Index of obj in the object path, or -1. */
int check_obj_path_index(Checker *c, const Object *obj);
/* t's cleanup runs once checking is over. */
void check_needs_cleanup(Checker *c, Type *t);
/* The declaration being checked depends on `to` for its initialization. */
void check_add_decl_dep(Checker *c, Object *to);
/* Looks name up from the current scope outwards; *scope (may be NULL) is where it was found. */
Object *check_lookup_scope(Checker *c, const Name *name, Scope **scope);
Object *check_lookup(Checker *c, const Name *name);

/* ---- resolver.c ---- */

bool check_arity(Checker *c, Pos pos, NameList names, ExprList inits, bool const_decl, bool inherited);
/* Splits a receiver type: *T[A, B] is ptr, T and [A, B]. tparams may be NULL: not wanted. */
bool check_unpack_recv(Checker *c, Expr *rtyp, Expr **base, NameList *tparams);

/* ---- decl.c ---- */

void check_declare(Checker *c, Scope *scope, NameExpr *id, Object *obj, Pos scope_pos);
void check_obj_decl(Checker *c, Object *obj);
bool check_valid_cycle(Checker *c, Object *obj);
void check_cycle_error(Checker *c, Object **cycle, int n, int start);
int first_in_src(Object **path, int n);
void check_collect_type_params(Checker *c, TypeParamList **dst, FieldList list);
Type *check_bound(Checker *c, Expr *x);
Type *check_declare_type_param(Checker *c, NameExpr *name, Pos scope_pos);
void check_decl_stmt(Checker *c, Decl **list, uint32_t n);

/* ---- stmt.c ---- */

/* Which control-flow statements are allowed here, and where we are. */
typedef enum StmtContext {
    BREAK_OK = 1, CONTINUE_OK = 2, FALLTHROUGH_OK = 4, FINAL_SWITCH_CASE = 8, IN_TYPE_SWITCH = 16,
} StmtContext;
/* decl may be NULL (function literals). */
void check_func_body(Checker *c, DeclInfo *decl, const char *name, Type *sig, BlockStmt *body, const Const *iota);
void check_open_scope(Checker *c, void *node);
void check_close_scope(Checker *c);
void check_stmt(Checker *c, unsigned ctxt, Stmt *s);
void check_stmt_list(Checker *c, unsigned ctxt, StmtList list);
/* Reports unused variables of scope and the scopes in it. */
void check_usage(Checker *c, Scope *scope);

#endif
