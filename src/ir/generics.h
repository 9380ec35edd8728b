/* Generic code: what is instantiated in a package, how, and in which order.
 *
 * The compiler does not copy a generic function for each list of type arguments. It makes one body for each
 * list of *shapes* (underlying types; all pointers are one shape where only methods matter), which takes a
 * dictionary as a hidden first parameter: the run-time types, interface tables, methods and further
 * dictionaries that the body needs. Each use passes a static dictionary, or an entry of its own. An instance
 * with the real type arguments exists too, as a small function that calls the shaped one with the right
 * dictionary: for function values and methods.
 *
 * Each package has its own instances of everything it uses. Which ones, and in which order they are compiled,
 * follows from the order in which types and objects are met; this module keeps that order (struct Gen).
 *
 * Types here are the checker's. A shape is a defined type of the package go.shape. */
#ifndef GOESC_GENERICS_H
#define GOESC_GENERICS_H
#include "ir/lower.h"
#include "ir/types.h"

/* ---- shape.c: shapes and identity of types ---- */

enum { /* Type.flags, set when the type is made */
       TF_IS_SHAPE = 1,
       TF_HAS_SHAPE = 2,
       TF_VARGEN =
           4, /* an instance of a type declared in a generic function: Named.obj->ir is its LocalType */
};

/* The shape of targ; basic: its type parameter's constraint is made of methods only. */
Type *shapify(Type *targ, bool basic);

/* Package go.shape. */
Package *shape_package(void);
static inline bool is_shape_package(const Package *p) { return p && p == shape_package(); }

/* ---- dict.c: what the declarations of a package ask of dictionaries ---- */

typedef struct DictItab {
    Type *typ, *iface;
} DictItab;
typedef struct DictSub {
    Object *obj;
    Type **targs;
    uint32_t n;
} DictSub; /* obj: generic function or type */
typedef struct DictMethod {
    int tparam;
    const Name *sel;
    Package *pkg;
} DictMethod;

/* The dictionary of one generic object (function, or defined type with its methods). Types are as checked. */
typedef struct DictInfo {
    Object *obj;
    TypeParam **implicits; /* type parameters of the functions around a local type */
    uint32_t nimplicits, nexplicits;
    bool *basic; /* for each type parameter: constraint is a basic interface */
    VEC(DictMethod) methods;
    VEC(DictSub) subs;
    VEC(Type *) rtypes;
    VEC(DictItab) itabs;
} DictInfo;

/* What is known of a defined type's declaration. */
typedef struct TypeDeclInfo {
    uint32_t gen; /* nonzero: declared in a function, the package's gen-th such type */
    TypeParam **implicits;
    uint32_t nimplicits;
} TypeDeclInfo;

typedef VEC(Object *) ObjRefs;
/* decl_refs: the package-level objects and defined types that o's declaration mentions; if it is generic,
 * with its bodies. body_refs: those that the body of a function mentions that is not generic. They are
 * known once dict_note_body has read the body, which fn's own package does for bodies that it exports.
 * NULL: none are known. */
const ObjRefs *decl_refs(Object *o);
const ObjRefs *body_refs(Object *fn);
void dict_note_body(Object *fn, Arena *arena);

/* Reads all declarations of the package: numbers local types, finds implicit type parameters, lays out
 * dictionaries. */
void dict_collect(IrPackage *pkg);
/* NULL: not generic. obj may belong to any package built before. */
const DictInfo *dict_info(Object *obj);
const TypeDeclInfo *
type_decl_info(Object *type_name); /* NULL: declared at package level in no generic code */

/* The number of t among d's type parameters, implicit ones first. */
int dict_tparam_index(const DictInfo *d, const TypeParam *t);
/* Says that type_name, made for an instance of a local type, has this number. */
void dict_note_instance(Object *type_name, uint32_t gen, Arena *arena);
int dict_method_index(const DictInfo *d, int tparam, Object *method);
int dict_sub_index(const DictInfo *d, Object *obj, Type **targs, uint32_t n);
int dict_rtype_index(const DictInfo *d, Type *t);
int dict_itab_index(const DictInfo *d, Type *typ, Type *iface);
uint32_t dict_words(const DictInfo *d);

/* t with aliases local to functions (which leave no trace) removed. */
Type *strip_local_alias(Type *t);
/* t depends on type parameters, or is a type declared in generic code. */
bool type_is_derived(Type *t);

/* ---- instantiate.c ---- */

/* How type parameters are bound (the compiler's readerDict). */
struct LowerEnv {
    bool shaped;
    Object *obj; /* the generic function or type */
    const DictInfo *info;
    Type **targs; /* implicit ones first */
    uint32_t ntargs, nimplicits;
    const Name *base_name;     /* mangled symbol of obj */
    struct GenObj *shaped_obj; /* not shaped: the shaped object */
    IrName *dict_name;         /* not shaped: the static dictionary, once used */
    Map types;                 /* Type → Type under this binding */
};

/* Until inlining begins the compiler makes one pointer type *T for each defined type T that it meets. For a T
 * that it meets later it makes a new *T each time; where it compares types by address, these differ. */
void gen_note_pointer(IrPackage *pkg, Type *elem);
void gen_begin_inlining(IrPackage *pkg);
bool gen_pointer_is_unique(IrPackage *pkg, Type *elem);

/* The function of a method of a defined type of any package; m may belong to an instance of a generic
 * type. */
IrName *gen_method_name(IrPackage *pkg, Func *m);

/* Lowers all bodies that wait. During inlining, instances met for the first time do not become functions of
 * the package but go to pkg->fresh_instances: the inliner computes their costs silently and drops the
 * bodies. */
void gen_read_bodies(IrPackage *pkg, bool during_inlining);

/* ---- export.c: which bodies other packages see ---- */

/* After all inlining in pkg. */
void export_bodies(IrPackage *pkg);
/* For hidden operands: the dictionary's word for t, NULL when t does not depend on type parameters; and those
 * of a conversion (ConvExpr's type_word and src_rtype), NULL when neither type does. */
IrNode *gen_derived_rtype(Lower *l, IrPos pos, Type *t);
void gen_conv_rtti(Lower *l, IrPos pos, Type *src, Type *dst, IrNode **type_word, IrNode **src_rtype);

/* typecheck.Implements: concrete type t has iface's methods, by shape where either has shapes. A shaped
 * type's own methods take dictionaries and so implement nothing. */
bool gen_implements(IrPackage *pkg, Type *t, Type *iface);

/* For bodies copied from another package's function: t is met there. (gen_import_name: lower.h.) */
void gen_import_type(IrPackage *pkg, Type *t);
IrName *gen_import_name(IrPackage *pkg, const IrName *n);

#endif
