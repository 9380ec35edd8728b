/* Types as the IR sees them: the compiler's kinds and facts over the checker's types, and how types are
 * printed.
 *
 * The types passed here are ground (no type parameters), except that shapes (go.shape.…) are ordinary defined
 * types of the package "go.shape". Aliases are looked through everywhere. Sizes are those of the architecture
 * of the store that the thread has entered (types_enter). */
#ifndef GOESC_IR_TYPES_H
#define GOESC_IR_TYPES_H
#include "ir/ir.h"
#include "types/types.h"

typedef enum IrKind {
    TXXX,
    TINT8,
    TUINT8,
    TINT16,
    TUINT16,
    TINT32,
    TUINT32,
    TINT64,
    TUINT64,
    TINT,
    TUINT,
    TUINTPTR,
    TCOMPLEX64,
    TCOMPLEX128,
    TFLOAT32,
    TFLOAT64,
    TBOOL,
    TPTR,
    TFUNC,
    TSLICE,
    TARRAY,
    TSTRUCT,
    TCHAN,
    TMAP,
    TINTER,
    TSTRING,
    TUNSAFEPTR,
    TIDEAL,
    TNIL,
    TTUPLE,
} IrKind;

IrKind
ir_kind(Type *t); /* of the underlying type; untyped bool and string are TBOOL and TSTRING; TXXX: NULL */
Type *ir_elem(Type *t);       /* pointer, slice, array, channel, map */
Type *ir_slice_elem(Type *t); /* of a slice, or of all slices in a type set; NULL: it is none */
Type *ir_key(Type *t);        /* map */
int64_t ir_array_len(Type *t);
ChanDir ir_chan_dir(Type *t);
static inline bool ir_is_ptr(Type *t) { return ir_kind(t) == TPTR; }
static inline bool ir_is_slice(Type *t) { return ir_kind(t) == TSLICE; }
static inline bool ir_is_array(Type *t) { return ir_kind(t) == TARRAY; }
static inline bool ir_is_struct(Type *t) { return ir_kind(t) == TSTRUCT; }
static inline bool ir_is_map(Type *t) { return ir_kind(t) == TMAP; }
static inline bool ir_is_chan(Type *t) { return ir_kind(t) == TCHAN; }
static inline bool ir_is_func(Type *t) { return ir_kind(t) == TFUNC; }
static inline bool ir_is_string(Type *t) { return ir_kind(t) == TSTRING; }
static inline bool ir_is_boolean(Type *t) { return ir_kind(t) == TBOOL; }
static inline bool ir_is_interface(Type *t) { return ir_kind(t) == TINTER; }
static inline bool ir_is_uintptr(Type *t) { return ir_kind(t) == TUINTPTR; }
static inline bool ir_is_unsafe_ptr(Type *t) { return ir_kind(t) == TUNSAFEPTR; }
bool ir_is_empty_interface(Type *t);
bool ir_is_integer(Type *t); /* untyped int and rune included */
bool ir_is_float(Type *t);
bool ir_is_complex(Type *t);
bool ir_is_untyped(Type *t);      /* untyped nil included */
bool ir_is_direct_iface(Type *t); /* stored in an interface word itself */
bool ir_has_nil(Type *t);
bool ir_has_sym(Type *t);  /* predeclared or defined: t.Sym() != nil */
bool ir_is_shape(Type *t); /* go.shape.X itself */
bool ir_not_in_heap(Type *t);
bool ir_is_tuple(Type *t); /* result of a call with several results */

/* struct fields, in order */
uint32_t ir_num_fields(Type *t);
Var *ir_field(Type *t, uint32_t i);
int64_t ir_field_offset(Type *t, uint32_t i);
int64_t ir_dot_offset(IrSelectorExpr *n); /* of the field of an ODOT or ODOTPTR; kept in n->offset */

/* tuples and signatures. Signature params exclude the receiver. */
uint32_t ir_tuple_len(Type *t);
Type *ir_tuple_at(Type *t, uint32_t i);
Signature *ir_sig(Type *t); /* through underlying; NULL: not a function */
uint32_t ir_num_params(Type *t);
uint32_t ir_num_results(Type *t);
Type *ir_param_type(Type *t, uint32_t i);
Type *ir_result_type(Type *t, uint32_t i);
bool ir_is_variadic(Type *t);
/* NewMethodType: sig's parameters with recv (unless NULL) in front, names dropped. */
Type *ir_method_type(Type *sig, Type *recv);

/* layout */
const Sizes *ir_sizes(void);               /* those of the store that the thread has entered */
int64_t ir_closure_size(const IrFunc *fn); /* of what a literal captures, with the pointer to its code */
int64_t ir_size(Type *t);
int64_t ir_alignment(Type *t);

/* well-known types */
Type *ir_ptr_to(Type *t);
Type *ir_slice_of(Type *t);

/* Identity as the compiler's types.Identical: types that mention shapes compare by structure. And
 * IdenticalStrict. Both provided by the generics files, as is type_has_shape. */
bool ir_type_identical(const Type *a, const Type *b);
bool ir_type_identical_strict(const Type *a, const Type *b);
bool type_has_shape(const Type *t);

/* ---- printing ---- */

typedef enum IrTypeFmt { IR_FMT_GO, IR_FMT_TYPE_ID, IR_FMT_TYPE_ID_NAME } IrTypeFmt;
/* tconv: verb is 'v', 'S', 'L' or 0. local: the package being compiled (may be NULL: every package is
 * qualified). */
void ir_type_write(StrBuf *sb, Type *t, int verb, IrTypeFmt mode, const Package *local);
const Name *ir_link_string(Type *t); /* LinkString: unique per type */
/* Name of the method symbol (MethodSym): "T.m", "(*T).m", with the package of an unexported name when it
 * differs. */
const Name *ir_method_sym_name(Type *recv, const Package *mpkg, const Name *name);
/* Number of a type declared inside a function (1, 2, … in the package), 0: package-level (dict.c). */
uint32_t ir_typegen(const Object *type_name);
/* objabi.PathToPrefix */
void ir_path_to_prefix(StrBuf *sb, const char *path);

#endif
