/* The checker's driver, declarations and statements: what the expression and type parts call.
 *
 * check.c runs the phases over the files of a package; resolver.c collects the objects; decl.c finds the type
 * of each declared object on demand, coloured white, grey or black to see cycles; stmt.c, labels.c and
 * return.c check bodies, which wait as delayed actions until all declarations are known; initorder.c orders
 * package variables; compiler.c holds the checks that the compiler makes beside the type checker. */
#ifndef GOESC_CHECK_DECL_H
#define GOESC_CHECK_DECL_H
#include "types/check_int.h"

/* ---- check.c ---- */

/* Runs fn(c, data) at the end of the current statement, or of the package's declarations; under the version
 * that is current now. data must outlive the package check (allocate it in the package's arena). */
void check_later(Checker *c, ActionFn fn, void *data);
/* Runs the actions delayed since there were top of them, and those they delay. */
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

void check_collect_objects(Checker *c);
void check_package_objects(Checker *c);
void check_unused_imports(Checker *c);
/* Names and values of a declaration must match in number. */
void check_arity(Checker *c, Pos pos, NameList names, ExprList inits, bool const_decl, bool inherited);
/* Splits a receiver type: *T[A, B] gives true (pointer), T and [A, B]. tparams may be NULL: not wanted. */
bool check_unpack_recv(Checker *c, Expr *rtyp, Expr **base, NameList *tparams);
/* The import through which the dot-imported object called name came into the file scope, or NULL. */
PkgName *check_dot_import(Checker *c, Scope *file_scope, const Name *name);

/* ---- decl.c ---- */

/* id may be NULL: nothing to record. */
void check_declare(Checker *c, Scope *scope, NameExpr *id, Object *obj, Pos scope_pos);
void check_obj_decl(Checker *c, Object *obj);
bool check_valid_cycle(Checker *c, Object *obj);
void check_cycle_error(Checker *c, Object **cycle, int n, int start);
int first_in_src(Object **path, int n);
void check_collect_type_params(Checker *c, TypeParamList **dst, FieldList list);
TypeParam *check_declare_type_param(Checker *c, NameExpr *name, Pos scope_pos);
void check_collect_methods(Checker *c, TypeName *obj);
void check_decl_stmt(Checker *c, Decl **list, uint32_t n);

/* ---- stmt.c ---- */

/* Which control-flow statements are allowed here, and where we are. */
typedef enum StmtContext {
    BREAK_OK = 1,
    CONTINUE_OK = 2,
    FALLTHROUGH_OK = 4,
    FINAL_SWITCH_CASE = 8,
    IN_TYPE_SWITCH = 16,
} StmtContext;
/* decl may be NULL (function literals). */
void check_func_body(Checker *c, DeclInfo *decl, const char *name, Signature *sig, BlockStmt *body,
                     const Const *iota);
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

/* ---- visible.c ---- */

/* Whether the compiler finds the object of a finished package when another one names it. */
bool check_visible_to_importers(const Object *o);

#endif
