/* types: what a checked Go program is made of — types, objects, scopes, packages — and the way in.
 *
 * Types (spec, "Types") are immutable once their package is complete, with one exception: an instance of a
 * generic type (Named with inst) gets its underlying type and its methods when somebody asks. That work, and
 * every other change of a finished type, happens under types_lock(), so finished packages are shared freely
 * between threads.
 *
 * Types are compared with type_identical, never by pointer (two instances List[int] may be two Named);
 * type_hash agrees with it. A Type is a header; the structs that begin with it say which kind they are, and
 * the as_… functions are the checked downcasts: NULL when the type is of another kind (or NULL), with aliases
 * NOT resolved — call type_unalias or type_under first.
 *
 * All objects are one struct with an arm for each kind; Var, Func, TypeName … are names for it that say which
 * arm is meant. Memory: a type or object lives in the arena of the package that was being checked when it was
 * made, or in the process-wide shared arena when made later; types_arena() is the one to use. */
#ifndef GOESC_TYPES_H
#define GOESC_TYPES_H
#include "base/base.h"
#include "base/diag.h"
#include "base/pos.h"
#include "syntax/ast.h"
#include <stdatomic.h>

typedef struct Checker Checker;
typedef struct Package Package;
typedef struct Scope Scope;
typedef struct DeclInfo DeclInfo;
typedef struct Context Context;

/* ---- arenas and the session lock ---- */

/* Prepares the universe; idempotent and thread-safe. Called by types_check_package; call it before anything
 * else. */
void types_init(void);
/* The arena new types and objects of this thread go to. Set for the time one works on a package; returns the
 * old. */
Arena *types_set_arena(Arena *a);
Arena *types_arena(void); /* the shared one while the lock is held for lazy expansion, else the one set */
/* Recursive lock around changes of finished types. While it is held by types_lock_shared, types_arena() is
 * the shared arena, so what is made then lives as long as the process. */
void types_lock_shared(void);
void types_unlock_shared(void);
void types_forget_shared(
    void); /* gives up what was made in the shared arena: when no package lives any more */
void types_unlock_after_fault(void); /* at a barrier: gives up what this thread still holds */

/* ---- types ---- */

typedef enum TypeKind {
    TK_NONE,
    TK_BASIC,
    TK_NAMED,
    TK_TYPE_PARAM,
    TK_ALIAS,
    TK_SIGNATURE,
    TK_INTERFACE,
    TK_STRUCT,
    TK_TUPLE,
    TK_UNION,
    TK_MAP,
    TK_CHAN,
    TK_POINTER,
    TK_SLICE,
    TK_ARRAY,
} TypeKind;

struct Type {
    uint8_t kind;  /* TypeKind */
    uint8_t flags; /* TF_… */
    uint32_t id;   /* TypeParam: its number (subscripts in messages); else 0 */
    void *ir;      /* the IR's own annotation (its synchronisation is the IR's) */
};

typedef struct Object Object;
typedef Object PkgName, ConstObj, TypeName, Var, Func, Label, Builtin, NilObj;

struct TypeList {
    Type **v;
    uint32_t n;
};
typedef struct TypeParam TypeParam;
typedef struct TypeParamList {
    TypeParam **v;
    uint32_t n;
} TypeParamList;

/* Lists are passed as pointers, NULL meaning empty. */
static inline uint32_t tlist_len(const TypeList *l) { return l ? l->n : 0; }
static inline uint32_t tplist_len(const TypeParamList *l) { return l ? l->n : 0; }

typedef enum BasicKind {
    BK_INVALID,
    BK_BOOL,
    BK_INT,
    BK_INT8,
    BK_INT16,
    BK_INT32,
    BK_INT64,
    BK_UINT,
    BK_UINT8,
    BK_UINT16,
    BK_UINT32,
    BK_UINT64,
    BK_UINTPTR,
    BK_FLOAT32,
    BK_FLOAT64,
    BK_COMPLEX64,
    BK_COMPLEX128,
    BK_STRING,
    BK_UNSAFE_POINTER,
    BK_UNTYPED_BOOL,
    BK_UNTYPED_INT,
    BK_UNTYPED_RUNE,
    BK_UNTYPED_FLOAT,
    BK_UNTYPED_COMPLEX,
    BK_UNTYPED_STRING,
    BK_UNTYPED_NIL,
    BK_COUNT,
} BasicKind;
enum {
    IS_BOOLEAN = 1,
    IS_INTEGER = 2,
    IS_UNSIGNED = 4,
    IS_FLOAT = 8,
    IS_COMPLEX = 16,
    IS_STRING = 32,
    IS_UNTYPED = 64,
    IS_ORDERED = IS_INTEGER | IS_FLOAT | IS_STRING,
    IS_NUMERIC = IS_INTEGER | IS_FLOAT | IS_COMPLEX,
    IS_CONST_TYPE = IS_BOOLEAN | IS_NUMERIC | IS_STRING,
};
typedef struct Basic {
    Type t;
    BasicKind bk;
    int info; /* IS_… */
    const Name *name;
} Basic;

typedef struct Array {
    Type t;
    int64_t len;
    Type *elem;
} Array; /* len < 0: unknown ([...] before its literal) */
typedef struct Slice {
    Type t;
    Type *elem;
} Slice;
typedef struct Pointer {
    Type t;
    Type *base;
} Pointer;
typedef struct MapT {
    Type t;
    Type *key, *elem;
} MapT;
typedef struct Chan {
    Type t;
    ChanDir dir;
    Type *elem;
} Chan;

typedef struct Struct {
    Type t;
    Var **fields;
    uint32_t nfields;
    Str *tags; /* NULL: no field has a tag; else nfields entries (unquoted) */
} Struct;

typedef struct Tuple {
    Type t;
    Var **vars;
    uint32_t n;
} Tuple; /* the empty tuple is NULL, as a rule */

typedef struct Signature {
    Type t;
    TypeParamList *rparams;  /* receiver type parameters, left to right, or NULL */
    TypeParamList *tparams;  /* type parameters, or NULL */
    Scope *scope;            /* function scope for package-local and non-instantiated signatures; else NULL */
    Var *recv;               /* NULL: not a method */
    Tuple *params, *results; /* NULL: none */
    bool variadic;           /* the last parameter's type is a slice ([]T or, for append, string) */
} Signature;

/* One term of a union or type set: T or ~T. In term lists a NULL Term* is the empty set, typ NULL the
 * universe. */
typedef struct Term {
    bool tilde;
    Type *typ;
} Term;
typedef struct TermList {
    Term **v;
    uint32_t n;
} TermList;

typedef struct Union {
    Type t;
    Term **terms;
    uint32_t nterms;
} Union; /* as written */

/* The meaning of an interface (spec, "Interface types"): its methods and the types that may implement it. */
typedef struct TypeSet {
    Func **methods; /* all of them, sorted by name (and package when not exported) */
    uint32_t nmethods;
    TermList terms;
    bool comparable; /* implies that terms is everything */
} TypeSet;

typedef struct Interface {
    Type t;
    Checker *check; /* while its package is being checked */
    Func **methods; /* explicitly declared, sorted */
    uint32_t nmethods;
    Type **embeddeds; /* embedded elements in source order */
    uint32_t nembeddeds;
    Pos *embed_pos; /* their positions, or NULL */
    bool implicit;  /* wraps a non-interface constraint literal */
    bool complete;  /* all fields but tset are set up */
    TypeSet *tset;  /* computed lazily: use interface_type_set */
    _Atomic(bool) tset_done;
} Interface;

struct TypeParam { /* t.id numbers it within its package's check */
    Type t;
    Checker *check;
    TypeName *obj;
    int index;   /* in its list; -1 while unbound */
    Type *bound; /* constraint as written; its underlying type becomes an Interface */
};

typedef struct Alias {
    Type t;
    TypeName *obj;
    struct Alias *orig; /* generic alias this one instantiates, or itself */
    TypeParamList *tparams;
    TypeList *targs;
    Type *from_rhs;         /* may be an alias */
    _Atomic(Type *) actual; /* never an alias; NULL until type_unalias has looked */
} Alias;

typedef struct Named Named;
typedef struct NamedInst {
    Named *orig;
    TypeList *targs;
    uint32_t expanded_methods;
    Context *ctxt; /* until fully expanded */
} NamedInst;
struct Named {
    Type t;
    Checker *check; /* while its package is being checked */
    TypeName *obj;  /* for an instance a placeholder at the instantiation: use named_obj */
    bool allow_nil_underlying;
    bool finite;
    NamedInst *inst;         /* NULL: declared */
    _Atomic(uint32_t) state; /* NS_… */
    Type *from_rhs;          /* use the accessors below for all that follows */
    TypeParamList *tparams;
    Type *underlying;
    VEC(Func *) methods;
};
enum { NS_LAZY_LOADED = 1, NS_UNPACKED = 2, NS_HAS_METHODS = 4, NS_HAS_UNDER = 8, NS_HAS_FINITE = 16 };

/* checked downcasts: NULL when t is NULL or of another kind */
#define TYPES_AS(T, fn, k)                                                                                   \
    static inline T *fn(const Type *t) { return t && t->kind == (k) ? (T *)(uintptr_t)t : NULL; }
TYPES_AS(Basic, as_basic, TK_BASIC)
TYPES_AS(TypeParam, as_type_param, TK_TYPE_PARAM)
TYPES_AS(Alias, as_alias, TK_ALIAS)
TYPES_AS(Signature, as_signature, TK_SIGNATURE)
TYPES_AS(Interface, as_interface, TK_INTERFACE)
TYPES_AS(Struct, as_struct, TK_STRUCT)
TYPES_AS(Tuple, as_tuple, TK_TUPLE)
TYPES_AS(Union, as_union, TK_UNION)
TYPES_AS(MapT, as_map, TK_MAP)
TYPES_AS(Chan, as_chan, TK_CHAN)
TYPES_AS(Pointer, as_pointer, TK_POINTER)
TYPES_AS(Slice, as_slice, TK_SLICE)
TYPES_AS(Array, as_array, TK_ARRAY)
TYPES_AS(Named, as_named_exact, TK_NAMED) /* no alias resolved; see type_as_named */
#undef TYPES_AS
#define TYPE(x) ((Type *)(x)) /* upcast; NULL stays NULL since the header comes first */

/* constructors; all allocate from types_arena(); lists are kept, not copied */
Array *new_array(Type *elem, int64_t len);
Slice *new_slice(Type *elem);
Pointer *new_pointer(Type *base);
MapT *new_map(Type *key, Type *elem);
Chan *new_chan(ChanDir dir, Type *elem);
Tuple *new_tuple(Var **vars, uint32_t n); /* n == 0: NULL */
Tuple *new_tuple_of(uint32_t n, ...);     /* of Var* */
Struct *new_struct(Var **fields, uint32_t n, Str *tags);
Union *new_union(Term **terms, uint32_t n);
Interface *new_interface_type(Func **methods, uint32_t nm, Type **embeddeds, uint32_t ne); /* complete */
Signature *new_signature(Var *recv, TypeParamList *rparams, TypeParamList *tparams, Tuple *params,
                         Tuple *results, bool variadic); /* type parameters are bound already, or NULL */
TypeList *new_type_list(Type **v, uint32_t n);           /* n == 0: NULL */
TypeParamList *bind_tparams(TypeParam **v, uint32_t n);  /* numbers them; n == 0: NULL */
Named *new_named(TypeName *obj, Type *underlying);       /* outside a check (shapes, the IR's own types) */
TypeParam *new_type_param(TypeName *obj, Type *constraint);

/* properties */
Type *type_under_slow(Type *t);
Type *type_unalias_slow(Type *t);
/* Underlying type; a type parameter's is its constraint interface; never NULL but for NULL. */
static inline Type *type_under(Type *t) {
    if (!t || (t->kind != TK_ALIAS && t->kind != TK_NAMED && t->kind != TK_TYPE_PARAM)) return t;
    return type_under_slow(t);
}
static inline Type *type_unalias(Type *t) { return t && t->kind == TK_ALIAS ? type_unalias_slow(t) : t; }
Named *type_as_named(Type *t);       /* through aliases; NULL: not a defined type or instance */
TypeName *named_obj(const Named *n); /* of an instance: the generic type's object */
Named *named_origin(Named *n);
TypeParamList *named_type_params(Named *n);
static inline TypeList *named_type_args(const Named *n) { return n->inst ? n->inst->targs : NULL; }
uint32_t named_num_methods(Named *n);     /* declared methods, in source order */
Func *named_method(Named *n, uint32_t i); /* of an instance: expanded on demand */
Func *named_lookup_method(Named *n, const Package *pkg, const Name *name, bool fold_case, int *index);
TypeSet *interface_type_set(Interface *t);
Interface *tparam_iface(TypeParam *t);
bool type_set_is_empty(const TypeSet *s);
bool type_set_is_all(const TypeSet *s);
bool type_set_is_method_set(const TypeSet *s);
bool type_set_has_terms(const TypeSet *s);
bool interface_empty(Interface *t);
bool interface_is_comparable(Interface *t);

/* The specific types of t's type set with their underlying types: for a type parameter its terms, or the
 * single pair (NULL, NULL) when it has none; for any other type just (t, under(t)).
 *
 *     TypesetSeq s;
 *     typeset_seq(&s, t);
 *     for (uint32_t i = 0; i < s.n; i++) { Type *ti = s.v[i].t, *ui = s.v[i].u; … } */
typedef struct TypesetPair {
    Type *t, *u;
} TypesetPair;
typedef struct TypesetSeq {
    TypesetPair *v;
    uint32_t n;
    TypesetPair buf[4];
} TypesetSeq;
void typeset_seq(TypesetSeq *s, Type *t);
/* The terms of a type parameter or type set; one NULL when there are no specific types. */
typedef struct TermSeq {
    Term **v;
    uint32_t n;
    Term *none[1];
} TermSeq;
void tparam_term_seq(TermSeq *s, TypeParam *tp);
void type_set_term_seq(TermSeq *s, TypeSet *ts);
Type *
type_core(Type *t); /* the single underlying type of t's type set (channel directions combined), or NULL */

/* predicates; is… look at the type itself (false for type parameters), all… at every type of its type set */
bool type_is_valid(Type *t);
bool type_is_basic(Type *t, int info);
bool type_all_basic(Type *t, int info);
static inline bool is_boolean(Type *t) { return type_is_basic(t, IS_BOOLEAN); }
static inline bool is_integer(Type *t) { return type_is_basic(t, IS_INTEGER); }
static inline bool is_unsigned(Type *t) { return type_is_basic(t, IS_UNSIGNED); }
static inline bool is_float(Type *t) { return type_is_basic(t, IS_FLOAT); }
static inline bool is_complex(Type *t) { return type_is_basic(t, IS_COMPLEX); }
static inline bool is_numeric(Type *t) { return type_is_basic(t, IS_NUMERIC); }
static inline bool is_string(Type *t) { return type_is_basic(t, IS_STRING); }
static inline bool is_integer_or_float(Type *t) { return type_is_basic(t, IS_INTEGER | IS_FLOAT); }
static inline bool is_const_type(Type *t) { return type_is_basic(t, IS_CONST_TYPE); }
static inline bool all_boolean(Type *t) { return type_all_basic(t, IS_BOOLEAN); }
static inline bool all_integer(Type *t) { return type_all_basic(t, IS_INTEGER); }
static inline bool all_unsigned(Type *t) { return type_all_basic(t, IS_UNSIGNED); }
static inline bool all_numeric(Type *t) { return type_all_basic(t, IS_NUMERIC); }
static inline bool all_string(Type *t) { return type_all_basic(t, IS_STRING); }
static inline bool all_ordered(Type *t) { return type_all_basic(t, IS_ORDERED); }
static inline bool all_numeric_or_string(Type *t) { return type_all_basic(t, IS_NUMERIC | IS_STRING); }
bool type_has_name(Type *t); /* predeclared, defined or type parameter */
bool type_is_type_lit(Type *t);
bool type_is_typed(Type *t);
bool type_is_untyped(Type *t);
bool type_is_interface(Type *t); /* also true of type parameters */
bool type_is_non_tparam_interface(Type *t);
bool type_is_type_param(Type *t);
bool type_has_empty_typeset(Type *t);
bool type_is_generic(Type *t); /* not instantiated */
bool type_has_nil(Type *t);
bool type_comparable(Type *t);           /* spec comparability */
Type *type_default(Type *t);             /* of an untyped constant type; else t */
Type *type_max(Type *x, Type *y);        /* the larger untyped numeric kind, or NULL */
Type *type_deref(Type *t, bool *is_ptr); /* *T gives T and true */
bool type_identical(Type *x, Type *y);
bool type_identical_ignore_tags(Type *x, Type *y);
uint64_t type_hash(Type *t); /* equal for identical types */
bool pkg_same(const Package *a, const Package *b);

/* Whether V implements interface T, for finished types. */
bool type_implements(Type *V, Interface *T);
Func *type_missing_method(Type *V, Interface *T, bool static_, bool *wrong_type);

/* Instances of finished generic types; they de-duplicate through ctxt, or through the shared context when
 * ctxt is NULL. */
Type *type_instantiate(Context *ctxt, Type *orig,
                       TypeList *targs); /* Named, Alias or Signature; not verified */
Context *new_context(void);

/* ---- selections and lookup ---- */

typedef struct LookupResult {
    Object *obj; /* NULL: not found (see index, indirect), else a field (Var) or method (Func) */
    int *index;  /* path; with obj NULL: non-NULL says the selector is ambiguous */
    uint32_t nindex;
    bool indirect; /* a pointer was followed; with obj NULL and no index: the method needs a pointer receiver
                    */
} LookupResult;
LookupResult lookup_field_or_method(Type *T, bool addressable, const Package *pkg, const Name *name);

typedef enum SelectionKind { SEL_FIELD_VAL, SEL_METHOD_VAL, SEL_METHOD_EXPR } SelectionKind;
struct Selection {
    SelectionKind kind;
    Type *recv;
    Object *obj;
    int *index;
    uint32_t nindex;
    bool indirect;
};

/* The method set of t (spec, "Method sets"), promoted methods included, sorted by name (then package path);
 * of an interface its methods. Arrays live in types_arena(). */
typedef struct MethodSet {
    Selection **v;
    uint32_t n;
} MethodSet;
MethodSet type_method_set(Type *t);

/* ---- objects ---- */

typedef enum ObjKind {
    OBJ_NONE,
    OBJ_PKGNAME,
    OBJ_CONST,
    OBJ_TYPENAME,
    OBJ_VAR,
    OBJ_FUNC,
    OBJ_LABEL,
    OBJ_BUILTIN,
    OBJ_NIL,
} ObjKind;
typedef enum VarKind { VAR_NONE, VAR_PACKAGE, VAR_LOCAL, VAR_RECV, VAR_PARAM, VAR_RESULT, VAR_FIELD } VarKind;

typedef enum BuiltinId {
    BI_APPEND,
    BI_CAP,
    BI_CLEAR,
    BI_CLOSE,
    BI_COMPLEX,
    BI_COPY,
    BI_DELETE,
    BI_IMAG,
    BI_LEN,
    BI_MAKE,
    BI_MAX,
    BI_MIN,
    BI_NEW,
    BI_PANIC,
    BI_PRINT,
    BI_PRINTLN,
    BI_REAL,
    BI_RECOVER,
    BI_ADD,
    BI_ALIGNOF,
    BI_OFFSETOF,
    BI_SIZEOF,
    BI_SLICE,
    BI_SLICEDATA,
    BI_STRING,
    BI_STRINGDATA, /* unsafe */
    BI_ASSERT,
    BI_TRACE, /* the checker's own tests only */
    BI_COUNT,
} BuiltinId;

struct Object {
    uint8_t kind;      /* ObjKind */
    uint8_t var_kind;  /* Var: VarKind */
    bool embedded;     /* Var: embedded field */
    bool has_ptr_recv; /* Func: valid while it has no type; use func_has_ptr_recv */
    bool used;         /* Var, PkgName, Label: while checking */
    uint32_t order;    /* nonzero: package-level order of appearance */
    uint32_t path_idx; /* index + 1 on the checker's object path; 0: not on it */
    Pos pos;           /* of the identifier in its declaration */
    Pos scope_pos;     /* where its scope begins; NO_POS: whole scope */
    const Name *name;
    Type *typ;
    Package *pkg;   /* NULL: universe (and labels' is set) */
    Scope *parent;  /* NULL: methods, fields */
    void *decl;     /* AST: FuncDecl, TypeDecl, ConstDecl, VarDecl, Field, or NULL */
    DeclInfo *info; /* package-level objects and methods: the checker's */
    void *ir;       /* the IR's own annotation */
    union {
        Package *imported; /* PkgName */
        const Const *val;  /* Const */
        Object *origin;    /* Var, Func: the one this was instantiated from, or NULL */
        BuiltinId builtin; /* Builtin */
    };
    void *ir_aux; /* a second slot of the IR (Func: inline body; TypeName: method functions …) */
};

Object *new_object(ObjKind kind, Pos pos, Package *pkg, const Name *name, Type *typ);
PkgName *new_pkg_name(Pos pos, Package *pkg, const Name *name, Package *imported);
ConstObj *new_const_obj(Pos pos, Package *pkg, const Name *name, Type *typ, const Const *val);
TypeName *new_type_name(Pos pos, Package *pkg, const Name *name, Type *typ);
Var *new_var(VarKind kind, Pos pos, Package *pkg, const Name *name, Type *typ); /* name may be NULL: "" */
Var *new_param(Pos pos, Package *pkg, const Name *name, Type *typ);
Var *new_field(Pos pos, Package *pkg, const Name *name, Type *typ, bool embedded);
Func *new_func(Pos pos, Package *pkg, const Name *name, Signature *sig);

static inline Object *obj_is(Object *o, ObjKind k) { return o && o->kind == k ? o : NULL; }
bool object_exported(const Object *o);
bool object_same_id(const Object *o, const Package *pkg, const Name *name, bool fold_case);
int object_compare(const Object *a, const Object *b); /* exported first, then name, then package path */
bool typename_is_alias(const TypeName *o);
static inline bool var_is_field(const Var *v) { return v->var_kind == VAR_FIELD; }
Object *object_origin(Object *o);         /* of a Var or Func */
Signature *func_signature(const Func *f); /* never NULL */
bool func_has_ptr_recv(const Func *f);
bool name_equal_fold(const Name *a, const Name *b); /* strings.EqualFold */
extern const Name *const *types_empty_name;         /* the name "" */
#define NAME_EMPTY (*types_empty_name)

/* ---- scopes ---- */

struct Scope {
    Scope *parent;
    VEC(Scope *) children;   /* not of the universe */
    uint32_t number;         /* 1 + index in parent->children; 0: no parent */
    VEC(Object *) objs;      /* in order of insertion */
    VEC(const Name *) names; /* the name each was inserted under */
    Map index;               /* Name* → Object*, once there are many */
    Pos pos, end;
    bool is_func;
    Arena *arena;
};
Scope *new_scope(Arena *a, Scope *parent, Pos pos, Pos end);
Object *scope_lookup(const Scope *s, const Name *name); /* this scope only */
Object *scope_insert(Scope *s, Object *obj); /* returns the object already there, or NULL when inserted */
void scope_insert_as(Scope *s, const Name *name, Object *obj);
Object **scope_lookup_ignoring_case(const Scope *s, const Name *name, bool exported, uint32_t *n);

/* ---- packages ---- */

typedef struct Initializer {
    Var **lhs;
    uint32_t nlhs;
    Expr *rhs;
    void *decl;
} Initializer;

struct Package {
    const Name *path, *name;
    Scope *scope;
    VEC(Package *) imports;
    bool complete, fake, cgo;
    const char *go_version; /* "go1.N" of its module, or NULL */
    Arena *arena;
    File **files; /* as checked (those of another package name left out) */
    uint32_t nfiles;
    /* what the checker found, for the passes behind it */
    VEC(Initializer *) init_order;
    VEC(Object *) objects; /* package-level objects and methods in source order */
    Map file_versions;     /* file base → version as (void *)(intptr_t)GoVersion; absent: module's */
    bool had_errors;
    bool ranges_over_funcs;    /* some range clause does */
    VEC(NameExpr *) instances; /* names with inst, in no order */
    void *ir;                  /* the IR's own */
};
/* Frees the syntax that is needed no more once a package is lowered (File.bodies), and keeps what importers
 * may ask of it. */
void types_release_bodies(Package *pkg);
Package *new_package(Arena *arena, const Name *path, const Name *name);
extern Scope *const *types_universe;
extern Package *const *types_unsafe;
#define Universe (*types_universe)
#define Unsafe (*types_unsafe)

/* ---- universe ---- */

extern Basic basic_types[BK_COUNT];
#define Typ(K) (&basic_types[BK_##K].t) /* Typ(INT), Typ(UNTYPED_NIL), Typ(INVALID) … */
typedef struct UniverseObjs {
    Object *iota, *comparable, *any; /* any: the alias */
    Type *bool_type, *byte_type, *rune_type, *error_type, *any_type;
} UniverseObjs;
extern UniverseObjs universe; /* constant after types_init */
Interface *types_empty_interface(void);

/* ---- text ---- */

/* How a package is written in front of a name: gives NULL or "" for nothing. With no qualifier: the import
 * path. */
typedef struct Qualifier {
    const char *(*fn)(const Package *pkg, void *ctx);
    void *ctx;
} Qualifier;
void type_write(StrBuf *sb, Type *t, const Qualifier *qf);             /* qf may be NULL */
void signature_write(StrBuf *sb, Signature *sig, const Qualifier *qf); /* without "func" */
void object_write(StrBuf *sb, Object *o, const Qualifier *qf);
const char *type_string(Type *t, const Qualifier *qf); /* in types_arena() */
const char *object_kind_string(const Object *o);
const char *type_composite_kind(Type *t); /* "array", "func" …; "" for basic types */

/* ---- layout: the gc compiler's sizes ---- */

typedef struct Sizes {
    int64_t ptr_size, max_align;
} Sizes;
const Sizes *sizes_for_arch(const char *goarch); /* NULL: unknown architecture */
int64_t sizes_alignof(const Sizes *s, Type *t);
int64_t sizes_sizeof(const Sizes *s, Type *t); /* negative: too large */
void sizes_offsetsof(const Sizes *s, Var *const *fields, uint32_t n, int64_t *offsets);
bool type_has_pointers(Type *t);
int64_t sizes_ptrdata(const Sizes *s, Type *t); /* bytes of the prefix that may hold pointers */

/* ---- checking a package ---- */

typedef struct TypesConfig {
    const char *go_version; /* "go1.N" or NULL: newest */
    const Sizes *sizes;
    bool ignore_func_bodies;
    bool ignore_branch_errors; /* the compiler sets it: syntax checks branches */
    bool fake_import_c, go115_uses_cgo;
    bool disable_unused_import_check;
    bool test_builtins; /* predeclare assert and trace */
    bool compiler; /* messages as the compiler has them: where a version came from, $GOROOT in paths … */
    const char *goroot; /* for that; may be NULL */
    DiagSink *diags;
    /* the package an import path names, or NULL with *err set (text after "could not import X (…)") */
    Package *(*import)(void *ctx, const char *path, const char **err);
    void *import_ctx;
} TypesConfig;

/* Checks the files as one package, annotating their syntax trees. The package is complete (usable by
 * importers) even when there were errors; pkg->had_errors says so. arena: the package's; everything made
 * lives there. */
Package *types_check_package(Arena *arena, const char *path, File **files, uint32_t nfiles,
                             const TypesConfig *conf);

/* What the compiler itself refuses after a package has been checked without errors: anonymous interface
 * cycles, types outside the heap where they can't be, misplaced directives, missing bodies. False: there were
 * errors. */
typedef struct CompilerRules {
    DiagSink *diags;
    const char *go_version; /* "go1.N" or NULL */
    bool complete;          /* -complete: every function has its body in Go */
} CompilerRules;
bool types_check_compiler(Package *pkg, const CompilerRules *rules);

#endif
