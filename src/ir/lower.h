/* Lowering: from checked syntax to IR. What the lowering files, the generics files and later passes share.
 *
 * A Lower is the lowering of one function body (the compiler's reader of one body): the function, how its
 * type parameters are bound (LowerEnv), and what its local objects became. Function literals nest: each has
 * its own Lower, chained by `outer`; a use of an outer function's variable makes a closure variable on the
 * way in, in order of first use.
 *
 * lower_*.c lower statements and expressions; conversions and the like are built by tc_* functions
 * (typecheck.h), which work on IR alone and are used by wrappers and the inliner too. What depends on type
 * arguments or on which object is seen first (lower_type, object names, instances, dictionaries, method
 * expressions, wrappers, the order of functions) is behind generics.h.
 *
 * The order in which types and objects are first seen decides the order of instances and wrappers, so the
 * lowering calls lower_type and gen_* in the order in which the compiler reads them. */
#ifndef GOESC_LOWER_H
#define GOESC_LOWER_H
#include "ir/ir.h"

/* How the type parameters in scope are bound while a body is lowered (generics.h). NULL: there are none. */
typedef struct LowerEnv LowerEnv;

/* What building typed nodes needs: the package, the function being built, and the compiler's base.Pos. */
typedef struct IrCtx {
    IrPackage *pkg;
    IrFunc *fn; /* temporaries go into its dcl; NULL only for expressions without temporaries */
    IrPos pos;
} IrCtx;

typedef struct Lower {
    IrCtx c;
    LowerEnv *env;
    struct Lower *outer; /* function literals: the enclosing function's lowering */
    Type *sig;           /* checked signature (not substituted) whose results `return` converts to */
    IrName *dict_param;  /* the dictionary, in shaped bodies; in literals: their closure variable for it */
    Map locals;          /* Object → IrName, this function's own and its closure variables; heap */
    Package *src_pkg;    /* whose source this is (an instance's: the generic function's package) */
    bool distinct_vars;  /* each iteration has its own variables: the file's version is at least go1.22 */
} Lower;

/* ---- provided by lower_func.c ---- */

/* Lowers fn's body (fn->decl's or fn->lit's) under env: declares parameters, fills fn->body, closure_vars,
 * endlineno. Nested literals are lowered on the way and appended to pkg->funcs when met. No body: nothing but
 * parameters. */
void lower_func_body(IrPackage *pkg, IrFunc *fn, LowerEnv *env);

/* For bodies we make ourselves (package initialisation, wrappers): a Lower around fn, to be ended. */
void lower_begin(Lower *l, IrPackage *pkg, IrFunc *fn, LowerEnv *env);
void lower_end(Lower *l);

IrNode *lower_expr(Lower *l, Expr *e);
/* e converted implicitly to dst (checked type, not substituted; NULL: as it is). */
IrNode *lower_implicit_conv(Lower *l, Type *dst, Expr *e);
void lower_stmts(Lower *l, StmtList list, IrNodes *out);

/* Implicit(DotField(...)): selects field number ix of x (or of what x points to); marked implicit. */
IrNode *lower_implicit_field(Lower *l, IrPos pos, IrNode *x, int ix);

/* The word idx of the dictionary: dict[idx], a uintptr. */
IrNode *lower_dict_word(Lower *l, IrPos pos, int idx);
/* reader.temp and tempCopy */
IrName *lower_temp_copy(Lower *l, IrPos pos, IrNode *expr, IrNodes *init);

/* ---- provided by lower_dead.c ---- */

/* Whether a condition is always true (1) or always false (-1); else 0. *ep may become a simpler condition,
 * never changed in place: the tree is shared. */
int lower_static_bool(Arena *a, Expr **ep);
/* Whether nothing behind s is reached. */
bool lower_terminates(Arena *a, Stmt *s);
/* The clause that a switch on the constant tag always takes, NULL: none of them; false: not known. */
bool lower_static_clause(Arena *a, SwitchStmt *s, const Const *tag, CaseClause **target);

/* ---- provided by the generics files ---- */

/* t as it is under l->env: type parameters replaced, aliases gone; registers named types as seen (methods,
 * wrappers). Idempotent and cheap for what was seen before. */
Type *lower_type(Lower *l, Type *t);
/* t mentions a type parameter in scope (a derived type). */
bool lower_type_derived(Lower *l, Type *t);

/* This package's name for a package-level variable or non-generic function, of any package. Registers it as
 * seen. */
IrName *gen_object_name(Lower *l, Object *obj);

/* reader.funcInst: a reference to fn instantiated with targs (checked types, not yet substituted). *wrapper
 * may come back NULL; *dict is what to pass first to *base. */
void gen_func_inst(Lower *l, IrPos pos, Object *fn, TypeList *targs, IrNode **wrapper, IrNode **base,
                   IrNode **dict);
/* reader.methodExpr: recv is the checked type after implicit steps, not substituted; method the method's
 * object; dict comes back NULL when none is needed. */
void gen_method_expr(Lower *l, IrPos pos, Type *recv, Object *method, IrNode **wrapper, IrNode **base,
                     IrNode **dict);
/* reader.curry: a literal calling fun with arg0 (and arg1 unless NULL) and its own arguments. */
IrNode *gen_curry(Lower *l, IrPos pos, bool iface_hack, IrNode *fun, IrNode *arg0, IrNode *arg1);
/* reader.methodExprWrap; recv is substituted. */
IrNode *gen_method_expr_wrap(Lower *l, IrPos pos, Type *recv, const int *implicits, int n, bool deref,
                             bool addr, IrNode *method, IrNode *dict);
/* A method value recv.sel needs its wrapper (needMethodValueWrappers); n is the OMETHVALUE. */
void gen_need_method_value_wrapper(Lower *l, IrSelectorExpr *n);

/* This package's name for a function or global named in a body that another package compiled. */
IrName *gen_import_name(IrPackage *pkg, const IrName *n);

/* Expressions of type *runtime._type, *runtime.itab: only those that count as children are ever asked for.
 * Not derived: the address of a link symbol; derived: a converted dictionary word. Types not substituted. */
IrNode *gen_rtype(Lower *l, IrPos pos, Type *t);
IrNode *gen_itab(Lower *l, IrPos pos, Type *t, Type *iface); /* NULL when no itab is needed */

/* typecheck.NewMethodExpr: recv.sel as a function (OMETHEXPR); recv is substituted; method may come by
 * embedding. */
IrSelectorExpr *gen_new_method_expr(IrCtx *c, IrPos pos, Type *recv, const Name *sel, Package *selpkg);

#endif
