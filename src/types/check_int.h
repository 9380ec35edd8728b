/* types, inside: the checker's state and what its files share.
 *
 * The checker follows cmd/compile/internal/types2 closely, because the order in which declarations are
 * resolved decides which errors appear and in which order, and because messages must be identical.
 * Conventions of this port:
 *
 *  - A method `(check *Checker) funcName` is check_func_name(Checker *c, …).
 *  - A nil Checker is NULL: the function is used on finished types, outside a check.
 *  - `check.later(func() {…})` is check_later(c, fn, data): data is a struct in types_arena() with what the
 *    closure would have captured; fn(c, data) runs later, in the same order.
 *  - Positions of errors: types2's `at poser` is a Pos here. AT(node) is the node's first byte, AT_OPERAND(x)
 *    that of its expression, an object's is o->pos. Formats: types/errors.h.
 *  - Maps keyed by objects are fields of the object (info, used, path_idx); maps keyed by expressions are in
 *    the AST.
 *  - Causes (`cause *string`) are `const char **cause`, text in types_arena(); NULL pointer: not wanted. */
#ifndef GOESC_CHECK_INT_H
#define GOESC_CHECK_INT_H
#include "types/types.h"
#include "types/errors.h"

/* ---- operands ---- */

struct Operand {
    ExprMode mode;
    Expr *expr;
    Type *typ;
    const Const *val; /* MODE_CONST */
    BuiltinId id;     /* MODE_BUILTIN */
};

typedef enum ExprKind { EK_CONVERSION, EK_EXPRESSION, EK_STATEMENT } ExprKind;
typedef struct PredeclaredFunc {
    const char *name;
    int nargs;
    bool variadic;
    ExprKind kind;
} PredeclaredFunc;
extern const PredeclaredFunc predeclared_funcs[BI_COUNT];

/* ---- declarations ---- */

struct DeclInfo {
    Checker *check; /* whose package-level object it is */
    Scope *file;
    GoVersion version;
    Var **lhs; /* n:1 variable declarations, or NULL */
    uint32_t nlhs;
    Expr *vtyp;     /* const and var: type or NULL */
    Expr *init;     /* const and var: initial expression or NULL */
    bool inherited; /* init comes from an earlier constant of the group */
    TypeDecl *tdecl;
    FuncDecl *fdecl;
    VEC(Object *) deps; /* without duplicates */
    Map deps_set;
    bool emitted; /* init order */
};

typedef struct Environment {
    DeclInfo *decl;
    Scope *scope;
    GoVersion version;
    const Const *iota;
    Pos errpos; /* NO_POS: none; position of a constant with inherited initialiser */
    bool in_tparam_list;
    Signature *sig;
    Map is_panic; /* CallExpr* set; an empty Map when none */
    bool has_label, has_call_or_recv;
} Environment;

typedef void (*ActionFn)(Checker *c, void *data);
typedef struct Action {
    GoVersion version;
    ActionFn fn;
    void *data;
} Action;

/* Graph of instantiation: mono.c. */
typedef struct MonoVertex {
    int weight, pre, len;
    TypeName *obj;
} MonoVertex;
typedef struct MonoEdge {
    int dst, src, weight;
    Pos pos;
    Type *typ;
} MonoEdge;
typedef struct MonoGraph {
    VEC(MonoVertex) vertices;
    VEC(MonoEdge) edges;
    Map canon;    /* TypeParam* → TypeParam* */
    Map name_idx; /* TypeName* → index + 1 */
} MonoGraph;

struct Checker {
    const TypesConfig *conf;
    Arena *arena;
    Arena *brief; /* for what nobody asks for once the package is lowered: scopes, dependencies */
    Context *ctxt;
    Package *pkg;
    uint64_t next_id;
    VEC(Object *) obj_list; /* package-level objects and methods, source order */
    Map imp_map;            /* path Name* → Package* */
    Map pkg_path_map;       /* name → Map* of paths (allocated with the first qualified message) */
    Map seen_pkg_map;
    bool have_pkg_path_map;

    File **files;
    uint32_t nfiles;
    Map versions; /* file base + 1 → (void *)(intptr_t)GoVersion */
    VEC(PkgName *) imports;
    Map dot_import_map;  /* hash of (scope, name) → PkgName*; see resolver */
    Map union_type_sets; /* Union* → TypeSet* */
    MonoGraph mono;

    bool have_first_err;
    Map methods; /* TypeName* → VEC(Func*)* of methods not yet collected */
    VEC(Action) delayed;
    VEC(Object *) obj_path;
    VEC(Type *) cleaners;

    Environment env; /* types2 embeds it: check.scope is c->env.scope */
};

/* The DeclInfo of an object of this check, or NULL (objMap lookup). */
static inline DeclInfo *check_obj_info(const Checker *c, const Object *o) {
    return o && o->info && o->info->check == c ? o->info : NULL;
}
bool decl_info_has_initializer(const DeclInfo *d);
void decl_info_add_dep(DeclInfo *d, Object *to);

/* A Qualifier that writes packages as messages of c do; with c NULL: full paths. */
Qualifier check_qf(Checker *c);
/* Why x.sel does not exist, with what may have been meant (obj; may be NULL). */
const char *check_lookup_error(Checker *c, Type *typ, const Name *sel, Object *obj, bool struct_lit);

/* ---- type errors: a format with up to four pointer arguments, written only when shown ---- */
typedef struct TypeError {
    const char *fmt;
    const void *args[4];
} TypeError;
TypeError *type_errorf(const char *fmt, const void *a, const void *b, const void *c, const void *d);
const char *type_error_format(const TypeError *e, Checker *c);
typedef TypeError *(*UnderCond)(Type *t, Type *u, void *ctx);
/* The common underlying type of t's type set, or NULL with *err (when wanted) set. */
Type *common_under(Type *t, UnderCond cond, void *ctx, TypeError **err);
TypeError *comparable_type(Type *T,
                           bool dynamic); /* NULL: comparable; dynamic: interfaces count as comparable */

/* ---- named types, aliases, type parameters ---- */
Named *check_new_named(Checker *c, TypeName *obj, Type *from_rhs);
Named *check_new_named_instance(Checker *c, Pos pos, Named *orig, TypeList *targs, Named *expanding);
void named_unpack(Named *n);
void named_set_underlying(Named *n, Type *u);
void named_add_method(Named *n, Func *m);
Type *named_rhs(Named *n);
void type_cleanup(Type *t); /* end of the check: Named, Interface, TypeParam, Alias */
Type *safe_underlying(Type *t);
Alias *check_new_alias(Checker *c, TypeName *obj, Type *rhs);
Type *check_new_alias_instance(Checker *c, Pos pos, Alias *orig, TypeList *targs, Named *expanding,
                               Context *ctxt);
TypeParam *check_new_type_param(Checker *c, TypeName *obj, Type *constraint);
Interface *check_new_interface(Checker *c);
Context *check_context(Checker *c);
TypeSet *compute_interface_type_set(Checker *c, Pos pos, Interface *ityp);
Func *type_set_lookup_method(TypeSet *s, const Package *pkg, const Name *name, bool fold_case, int *index);
void sort_methods(Func **list, uint32_t n);
TypeParamList *type_params_of(Type *t); /* of a Named, Alias or Signature ("genericType"); NULL: none */

/* terms */
extern const TermList all_termlist;
bool termlist_is_empty(TermList xl);
bool termlist_is_all(TermList xl);
TermList termlist_union(TermList xl, TermList yl);
TermList termlist_intersect(TermList xl, TermList yl);
bool termlist_subset_of(TermList xl, TermList yl);
bool termlist_equal(TermList xl, TermList yl);
const char *termlist_string(TermList xl);
const char *term_string(const Term *x);
bool term_includes(const Term *x, Type *t);
bool term_disjoint(const Term *x, const Term *y);
Term *new_term(bool tilde, Type *typ);

/* ---- identity, lookup, satisfaction ---- */
typedef bool (*TypeEquiv)(Type *x, Type *y, void *ctx);
bool equiv_identical(Type *x, Type *y, void *ctx);
bool identical_instance(Type *xorig, TypeList *xargs, Type *yorig, TypeList *yargs);
bool identical_origin(Named *x, Named *y);
LookupResult lookup_field_or_method_fold(Type *T, bool addressable, const Package *pkg, const Name *name,
                                         bool fold);
bool check_has_all_methods(Checker *c, Type *V, Type *T, bool static_, TypeEquiv equiv, void *ctx,
                           const char **cause);
bool is_interface_ptr(Type *T);
const char *check_interface_ptr_error(Checker *c, Type *T);
bool check_assertable_to(Checker *c, Type *V, Type *T, const char **cause);
bool check_implements(Checker *c, Type *V, Type *T, bool constraint, const char **cause);
Type *deref_struct_ptr(Type *t);
int field_index(Var *const *fields, uint32_t n, const Package *pkg, const Name *name, bool fold_case);
typedef struct ObjSet {
    Map m;
} ObjSet; /* objects by name (and package when not exported) */
Object *objset_insert(ObjSet *s, Object *obj);

/* ---- generics ---- */
/* A context remembers instances, so that equal ones are made once. h is context_hash(orig, targs). */
uint64_t context_hash(Type *orig, TypeList *targs);
Type *context_update(Context *ctxt, uint64_t h, Type *orig, TypeList *targs, Type *inst);
Func **replace_recv_type(Func **in, uint32_t n, Type *old, Type *new_);
TermList union_terms(Union *u);
typedef struct SubstMap {
    TypeParam *const *from;
    Type *const *to;
    uint32_t n;
} SubstMap;
SubstMap make_subst_map(const TypeParamList *tparams, const TypeList *targs);
Type *check_subst(Checker *c, Pos pos, Type *t, SubstMap smap, Named *expanding, Context *ctxt);
Type *check_instance(Checker *c, Pos pos, Type *orig, TypeList *targs, Named *expanding, Context *ctxt);
bool check_validate_targ_len(Checker *c, Pos pos, const char *name, int want, int got);
/* -1: all type arguments satisfy their constraints; else the index of the first that does not, with *cause
 * set. */
int check_verify(Checker *c, Pos pos, const TypeParamList *tparams, const TypeList *targs, Context *ctxt,
                 const char **cause);
TypeList *check_infer(Checker *c, Pos pos, TypeParamList *tparams, TypeList *targs /* entries may be NULL */,
                      Tuple *params, Operand **args, uint32_t nargs, bool reverse, ErrorMsg *err);
Type *check_rename_tparams(Checker *c, Pos pos, TypeParamList *tparams, Type *typ, TypeParamList **renamed);
bool is_parameterized(const TypeParamList *tparams, Type *typ);
typedef struct Unifier Unifier;
enum { UNIFY_ASSIGN = 1, UNIFY_EXACT = 2 };
Unifier *new_unifier(const TypeParamList *tparams, const TypeList *targs, bool enable_interface_inference);
bool unifier_unify(Unifier *u, Type *x, Type *y, int mode);
Var *clone_var(Var *v, Type *typ);
Func *clone_func(Func *f, Type *typ);
void mono_record_canon(Checker *c, TypeParam *mpar, TypeParam *tpar);
void mono_record_instance(Checker *c, Pos pos, TypeParamList *tparams, TypeList *targs, Expr *const *xlist,
                          uint32_t nx);
void check_monomorph(Checker *c);

/* ---- type expressions and declarations of types (typexpr.c, interface.c, struct.c, signature.c)
 * ---- */
void check_ident(Checker *c, Operand *x, NameExpr *e, bool want_type);
Type *check_typ(Checker *c, Expr *e);
Type *check_var_type(Checker *c, Expr *e);
void check_valid_var_type(Checker *c, Expr *e, Type *typ);
Type *check_declared_type(Checker *c, Expr *e, TypeName *def);
Type *check_generic_type(Checker *c, Expr *e, const char **cause);
Type *check_instantiated_type(Checker *c, Expr *x, Expr **xlist, uint32_t nx);
int64_t check_array_length(Checker *c, Expr *e);
TypeList *check_type_list(Checker *c, Expr **list, uint32_t n); /* NULL when one is invalid */
void check_interface_type(Checker *c, Interface *ityp, InterfaceType *e, TypeName *def);
void check_struct_type(Checker *c, Struct *styp, StructType *e);
void check_func_type(Checker *c, Signature *sig, Field *recv, FieldList tparams, FuncType *ftyp);
void check_collect_params(Checker *c, VarKind kind, FieldList list, NameExpr ***names, Var ***params,
                          uint32_t *n, bool *variadic);
void check_declare_params(Checker *c, NameExpr **names, Var **params, uint32_t n, Pos scope_pos);
Type *check_parse_union(Checker *c, Expr *e);
void check_valid_type(Checker *c, Named *typ);
void check_direct_cycles(Checker *c);
bool check_finite_size(Checker *c, Type *t);
int64_t check_sizeof(Checker *c, Type *t);
int64_t check_alignof(Checker *c, Type *t);
int64_t check_offsetof(Checker *c, Type *t, const int *index, uint32_t n); /* negative: too large */
TypeParamList *check_collect_recv(Checker *c, Field *rparam, Pos scope_pos, Var **recv);

#if __has_include("types/check_expr.h")
#include "types/check_expr.h"
#endif
#include "types/check_decl.h"
/* The context of instances made after their package was complete; in the shared arena. */

#endif
