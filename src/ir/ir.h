/* The intermediate representation: functions, completely typed and desugared.
 *
 * A function body is a tree of IrNodes. Node kinds, their fields and the order in which their children are
 * visited are those of the Go compiler's IR (cmd/compile/internal/ir), since inline costs count nodes, escape
 * flows follow them and messages print them. Every struct of this header begins with an IrNode; `op` says
 * which struct it is (op.def), and IR(Struct, node) casts.
 *
 * Some things differ from the compiler. Types are the checker's Type; compare them with ir_type_identical,
 * not by pointer (only the types of names within one body may be compared so). A field is its Object. A
 * method selection holds the IrName of the method's function. The symbol of a name is an interned Name and
 * the Package that it belongs to. Nodes live in the arena of the package being compiled.
 *
 * Positions are IrPos: a source position and, for nodes that came by inlining, the innermost call of the
 * package's inline tree (0: not inlined). Messages print the outermost position (ir_outermost_pos).
 *
 * After a package is complete, its IrFuncs are read-only; what other packages need of them is fn->inl (a
 * pristine copy of the body, taken before anything was inlined into it) and fn->esc_tags. */
#ifndef GOESC_IR_H
#define GOESC_IR_H
#include "base/base.h"
#include "base/diag.h"
#include "base/pos.h"
#include "syntax/ast.h"

typedef struct Package Package;

typedef enum IrOp {
#define OP(name, class, text, prec) O##name,
#include "ir/op.def"
#undef OP
} IrOp;

/* Which struct a node is. */
typedef enum IrClassId {
    IC_None,
    IC_Name,
    IC_Ident,
    IC_TypeNode,
    IC_BasicLit,
    IC_NilExpr,
    IC_BinaryExpr,
    IC_AddStringExpr,
    IC_AddrExpr,
    IC_LogicalExpr,
    IC_CallExpr,
    IC_ConvExpr,
    IC_AssignStmt,
    IC_AssignListStmt,
    IC_AssignOpStmt,
    IC_UnaryExpr,
    IC_ClosureExpr,
    IC_CompLitExpr,
    IC_Decl,
    IC_Func,
    IC_SelectorExpr,
    IC_TypeAssertExpr,
    IC_StarExpr,
    IC_IndexExpr,
    IC_KeyExpr,
    IC_StructKeyExpr,
    IC_MakeExpr,
    IC_ParenExpr,
    IC_SendStmt,
    IC_SliceExpr,
    IC_SliceHeaderExpr,
    IC_StringHeaderExpr,
    IC_BlockStmt,
    IC_BranchStmt,
    IC_CaseClause,
    IC_GoDeferStmt,
    IC_ForStmt,
    IC_IfStmt,
    IC_LabelStmt,
    IC_RangeStmt,
    IC_ReturnStmt,
    IC_SelectStmt,
    IC_SwitchStmt,
    IC_TypeSwitchGuard,
    IC_InlinedCallExpr,
    IC_ResultExpr,
    IC_InlineMarkStmt,
    IC_LinksymOffsetExpr,
    IC_MoveToHeapExpr,
    IC_DynamicTypeAssertExpr,
    IC_DynamicType,
    IC_TailCallStmt,
    IC_COUNT
} IrClassId;

typedef struct IrOpInfo {
    const char *name; /* "ADD" */
    const char *text; /* "+", or NULL */
    int16_t prec;
    uint8_t class_id; /* IrClassId */
} IrOpInfo;
extern const IrOpInfo ir_op_info[];
/* Operations that switches treat alike, as one label: `case OPS_COMPARISON:`. */
/* clang-format off */
#define OPS_ARITHMETIC OADD: case OSUB: case OMUL: case ODIV: case OMOD: case OAND: case OOR: case OXOR: case OANDNOT
#define OPS_COMPARISON OEQ: case ONE: case OLT: case OLE: case OGT: case OGE
#define OPS_ASSIGN_LIST OAS2: case OAS2FUNC: case OAS2MAPR: case OAS2DOTTYPE: case OAS2RECV
/* clang-format on */

const char *ir_op_text(IrOp op); /* as %v prints an Op: its text, else its name */

/* ---- positions ---- */

typedef struct IrPos {
    Pos p;
    uint32_t inl; /* 0: not inlined; else 1 + index into the package's inline tree */
} IrPos;
static inline IrPos ir_pos(Pos p) { return (IrPos){p, 0}; }
static inline bool ir_pos_known(IrPos p) { return p.p != NO_POS; }
static inline bool ir_pos_eq(IrPos a, IrPos b) { return a.p == b.p && a.inl == b.inl; }

typedef struct IrNode IrNode;
typedef struct IrName IrName;
typedef struct IrFunc IrFunc;
typedef struct IrPackage IrPackage;
typedef struct IrSources IrSources;

/* One inlined call. Index i of IrPackage.inl_tree is named by inl == i+1. */
typedef struct IrInlCall {
    IrPos pos;        /* of the call, itself perhaps inlined (pos.inl is the parent) */
    IrFunc *func;     /* the callee */
    const char *name; /* its name, as closure names show it */
} IrInlCall;

/* ---- nodes ---- */

typedef struct IrNodes { /* grows by ir_append */
    IrNode **v;
    uint32_t n, cap;
} IrNodes;
typedef struct IrNames {
    IrName **v;
    uint32_t n, cap;
} IrNames;
typedef struct IrFuncs {
    IrFunc **v;
    uint32_t n, cap;
} IrFuncs;

enum { /* IrNode.flags */
       IRF_NONNIL = 1,
       IRF_TRANSIENT = 2,
       IRF_BOUNDED = 4,
       IRF_IMPLICIT = 8,
       IRF_CHECKPTR = 16,
       IRF_COMM = 32,   /* OCASE of a select: comm holds the communication */
       IRF_WALKED = 64, /* free for a pass, which clears it again */
};

enum { /* IrNode.esc */
       ESC_UNKNOWN,
       ESC_NONE,
       ESC_HEAP,
       ESC_NEVER,
};

struct IrNode {
    uint8_t op; /* IrOp */
    uint8_t flags;
    uint8_t esc;
    uint8_t typecheck; /* 1 once typed; the compiler's own passes test it in two places */
    uint32_t inl;      /* position, second half */
    Pos p;             /* position */
    Type *type;        /* NULL: statement, or expression without value */
    IrNodes *inits;    /* statements to run before this one: ir_init, ir_inits; NULL: none */
};
#define IR(T, n) ((Ir##T *)(n))
#define IRN(x) ((IrNode *)(x))
#define OPOF(x) ((IrOp)((const IrNode *)(x))->op)
static inline IrPos ir_npos(const void *n) {
    return (IrPos){((const IrNode *)n)->p, ((const IrNode *)n)->inl};
}
static inline void ir_set_pos(void *n, IrPos p) { ((IrNode *)n)->p = p.p, ((IrNode *)n)->inl = p.inl; }
static inline bool ir_implicit(const void *n) { return (((const IrNode *)n)->flags & IRF_IMPLICIT) != 0; }

/* What runs before n, as it is; and to be added to. */
static inline IrNodes ir_init(const void *n) {
    const IrNodes *l = ((const IrNode *)n)->inits;
    return l ? *l : (IrNodes){0};
}
IrNodes *ir_inits(IrPackage *pkg, void *n);
void ir_set_init(IrPackage *pkg, void *n, IrNodes init);

typedef enum IrClass { PXXX, PEXTERN, PAUTO, PAUTOHEAP, PPARAM, PPARAMOUT, PTYPEPARAM, PFUNC } IrClass;

struct IrName { /* ONAME; OTYPE and OLITERAL are other structs here */
    IrNode n;
    uint8_t name_class; /* IrClass */
    uint8_t builtin_op; /* IrOp, for names of builtin functions */
    bool byval : 1;     /* set on the canonical variable only: read with ir_byval */
    bool autotemp : 1;
    bool used : 1;
    bool is_closure_var : 1;
    bool addrtaken : 1;
    bool inl_formal : 1; /* made by the inliner from a parameter or result */
    bool inl_local : 1;  /* made by the inliner from a local */
    bool readonly : 1;
    uint16_t dict_index; /* 1 + index of the dictionary entry for its type */
    const Name *sym;     /* "x", "~r0", ".autotmp_3", "(*T).M", "f.func1" */
    Package *pkg;        /* of the symbol; NULL: the universe or a compiler-made package (see sym_pkg) */
    const char *sym_pkg; /* "go" for method symbols of unnamed types, "go.shape"…; NULL: pkg */
    IrFunc *func;        /* PFUNC: the function, once known */
    Object *obj;         /* the checker's object, when there is one */
    /* PAUTO, PEXTERN: the initialising assignment (OAS, OAS2…); range and select variables: ORANGE,
     * OSELRECV2; variables of a type switch's clauses: the OTYPESW; closure variable: the outermost captured
     * IrName; function: its IrFunc. */
    IrNode *defn;
    IrFunc *curfn;             /* where it is declared; NULL: package level */
    IrName *outer;             /* closure variable: the enclosing function's copy */
    struct LowerEnv *dict_env; /* of a static dictionary: the instance it belongs to */
    void *opt;                 /* free for a pass: the location in escape analysis */
};

typedef struct IrIdent {
    IrNode n;
    const Name *sym;
} IrIdent; /* ONONAME: tag of a type switch */
typedef struct IrTypeNode {
    IrNode n;
} IrTypeNode; /* OTYPE: n.type */
typedef struct IrBasicLit {
    IrNode n;
    const Const *val;
    const Name *sym;
} IrBasicLit; /* OLITERAL; sym: named constant */
typedef struct IrNilExpr {
    IrNode n;
} IrNilExpr;
typedef struct IrBinaryExpr {
    IrNode n;
    IrNode *x, *y, *rtype;
} IrBinaryExpr;
typedef struct IrAddStringExpr {
    IrNode n;
    IrNodes list;
} IrAddStringExpr;
typedef struct IrAddrExpr {
    IrNode n;
    IrNode *x;
} IrAddrExpr;
typedef struct IrLogicalExpr {
    IrNode n;
    IrNode *x, *y;
} IrLogicalExpr;
typedef struct IrCallExpr {
    IrNode n;
    IrNode *fun; /* callee; NULL for builtins */
    IrNodes args;
    IrNode *defer_at;
    IrNode *rtype;
    IrNames keep_alive;
    bool is_ddd, go_defer, no_inline, use_buf, is_compiler_var_live;
} IrCallExpr;
typedef struct IrConvExpr {
    IrNode n;
    IrNode *x, *type_word, *src_rtype;
} IrConvExpr;
typedef struct IrAssignStmt {
    IrNode n;
    IrNode *x, *y;
    bool def;
} IrAssignStmt;
typedef struct IrAssignListStmt {
    IrNode n;
    IrNodes lhs, rhs;
    bool def;
} IrAssignListStmt;
typedef struct IrAssignOpStmt {
    IrNode n;
    IrNode *x, *y;
    uint8_t as_op;
    bool inc_dec;
} IrAssignOpStmt;
typedef struct IrUnaryExpr {
    IrNode n;
    IrNode *x;
} IrUnaryExpr;
typedef struct IrClosureExpr {
    IrNode n;
    IrFunc *func;
    bool is_go_wrap;
} IrClosureExpr;
typedef struct IrCompLitExpr {
    IrNode n;
    IrNodes list;
    IrNode *rtype;
    int64_t len;
} IrCompLitExpr;
typedef struct IrDecl {
    IrNode n;
    IrName *x;
} IrDecl;
typedef struct IrSelectorExpr {
    IrNode n;
    IrNode *x;
    const Name *sel;
    Object *field;  /* ODOT, ODOTPTR: the field; methods: the method's object (interface: of the interface) */
    IrName *method; /* ODOTMETH, OMETHEXPR, OMETHVALUE on concrete types: the method's function name */
    int64_t offset; /* ODOT, ODOTPTR: 0 for a field at offset 0, else -1 (ir_field_offset computes it) */
} IrSelectorExpr;
typedef struct IrTypeAssertExpr {
    IrNode n;
    IrNode *x, *itab;
    bool use_nil_panic;
} IrTypeAssertExpr;
typedef struct IrStarExpr {
    IrNode n;
    IrNode *x;
} IrStarExpr;
typedef struct IrIndexExpr {
    IrNode n;
    IrNode *x, *index, *rtype;
    bool assigned;
} IrIndexExpr;
typedef struct IrKeyExpr {
    IrNode n;
    IrNode *key, *value;
} IrKeyExpr;
typedef struct IrStructKeyExpr {
    IrNode n;
    Object *field;
    IrNode *value;
    int64_t offset;
} IrStructKeyExpr;
typedef struct IrMakeExpr {
    IrNode n;
    IrNode *rtype, *len, *capx;
} IrMakeExpr;
typedef struct IrParenExpr {
    IrNode n;
    IrNode *x;
} IrParenExpr;
typedef struct IrSendStmt {
    IrNode n;
    IrNode *chan, *value;
} IrSendStmt;
typedef struct IrSliceExpr {
    IrNode n;
    IrNode *x, *low, *high, *max;
} IrSliceExpr;
typedef struct IrSliceHeaderExpr {
    IrNode n;
    IrNode *ptr, *len, *capx;
} IrSliceHeaderExpr;
typedef struct IrStringHeaderExpr {
    IrNode n;
    IrNode *ptr, *len;
} IrStringHeaderExpr;
typedef struct IrBlockStmt {
    IrNode n;
    IrNodes list;
} IrBlockStmt;
typedef struct IrBranchStmt {
    IrNode n;
    const Name *label;
} IrBranchStmt; /* NULL: none */
typedef struct IrCaseClause {
    IrNode n;
    IrName *var;
    IrNodes list, rtypes;
    IrNode *comm;
    IrNodes body;
} IrCaseClause;
typedef struct IrGoDeferStmt {
    IrNode n;
    IrNode *call, *defer_at;
} IrGoDeferStmt;
typedef struct IrForStmt {
    IrNode n;
    const Name *label;
    IrNode *cond, *post;
    IrNodes body;
    bool distinct_vars;
} IrForStmt;
typedef struct IrIfStmt {
    IrNode n;
    IrNode *cond;
    IrNodes body, els;
} IrIfStmt;
typedef struct IrLabelStmt {
    IrNode n;
    const Name *label;
} IrLabelStmt;
typedef struct IrRangeStmt {
    IrNode n;
    const Name *label;
    IrNode *x, *rtype, *key, *value;
    IrNodes body;
    IrNode *key_type_word, *key_src_rtype, *value_type_word, *value_src_rtype;
    bool def, distinct_vars;
} IrRangeStmt;
typedef struct IrReturnStmt {
    IrNode n;
    IrNodes results;
} IrReturnStmt;
typedef struct IrSelectStmt {
    IrNode n;
    const Name *label;
    IrNodes cases;
} IrSelectStmt; /* IrCaseClause, IRF_COMM */
typedef struct IrSwitchStmt {
    IrNode n;
    const Name *label;
    IrNode *tag;
    IrNodes cases;
} IrSwitchStmt;
typedef struct IrTypeSwitchGuard {
    IrNode n;
    IrIdent *tag;
    IrNode *x;
    bool used;
} IrTypeSwitchGuard;
typedef struct IrInlinedCallExpr {
    IrNode n;
    IrNodes body, return_vars;
} IrInlinedCallExpr;
typedef struct IrResultExpr {
    IrNode n;
    int64_t index;
} IrResultExpr;
typedef struct IrInlineMarkStmt {
    IrNode n;
    int64_t index;
} IrInlineMarkStmt;
typedef struct IrLinksymOffsetExpr {
    IrNode n;
    const char *linksym;
    int64_t offset;
} IrLinksymOffsetExpr;
typedef struct IrMoveToHeapExpr {
    IrNode n;
    IrNode *slice, *rtype;
    bool preserve_capacity;
} IrMoveToHeapExpr;
typedef struct IrDynamicTypeAssertExpr {
    IrNode n;
    IrNode *x, *src_rtype, *rtype, *itab;
} IrDynamicTypeAssertExpr;
typedef struct IrDynamicType {
    IrNode n;
    IrNode *rtype, *itab;
} IrDynamicType;
typedef struct IrTailCallStmt {
    IrNode n;
    IrCallExpr *call;
} IrTailCallStmt;

/* ---- functions ---- */

enum { /* IrFunc.pragma, the compiler's PragmaFlag */
       IRP_NOINTERFACE = 1 << 0,
       IRP_NOESCAPE = 1 << 1,
       IRP_NORACE = 1 << 2,
       IRP_NOSPLIT = 1 << 3,
       IRP_NOINLINE = 1 << 4,
       IRP_NOCHECKPTR = 1 << 5,
       IRP_CGO_UNSAFE_ARGS = 1 << 6,
       IRP_UINTPTR_KEEP_ALIVE = 1 << 7,
       IRP_UINTPTR_ESCAPES = 1 << 8,
       IRP_SYSTEMSTACK = 1 << 9,
       IRP_NOWRITEBARRIER = 1 << 10,
       IRP_NOWRITEBARRIERREC = 1 << 11,
       IRP_YESWRITEBARRIERREC = 1 << 12,
       IRP_GO_BUILD = 1 << 13,
       IRP_REGISTER_PARAMS = 1 << 14,
};

/* What inlining a function needs: its body as lowered, before anything was inlined into it, nested closures
 * included. Made by ir_make_inline (when the inliner accepts the function), read-only afterwards. */
typedef struct IrInline {
    int32_t cost;
    bool can_delay_results;
    IrNames dcl;          /* parameters, results, locals of the copy */
    IrNames closure_vars; /* of the copy */
    IrNodes body;
} IrInline;

struct IrFunc { /* ODCLFUNC */
    IrNode n;   /* position: the func keyword */
    IrNodes body;
    IrName *nname; /* its type is the signature (receiver included for methods: see ir_func_params) */
    IrClosureExpr *oclosure; /* function literal: the closure expression */
    IrNames dcl;             /* parameters, results, then locals; unnamed ones are ~p0, ~r0 */
    IrNames closure_vars;
    IrFunc *closure_parent;
    IrFunc *range_parent;
    IrPackage *pkg;  /* the package in whose compilation it was made */
    IrInline *inl;   /* NULL: cannot be inlined */
    void *esc_tags;  /* escape's: per parameter; NULL: not analysed (yet) */
    IrFuncs calls;   /* visit.h: the package's functions that the body mentions */
    uint32_t weight; /* visit.h: nodes of the body */
    int32_t func_lit_gen, range_lit_gen, go_defer_gen, label_gen;
    IrPos endlineno;
    uint16_t pragma;
    bool dupok : 1, wrapper : 1, abi_wrapper : 1, needctxt : 1, has_defer : 1, inlinability_checked : 1;
    bool closure_results_lost : 1, is_package_init : 1;
    bool has_body : 1;    /* false: declared only (assembly, linkname) */
    bool body_done : 1;   /* body has been lowered */
    bool is_instance : 1; /* of a generic, shaped */
    bool refs_noted : 1;  /* refs is complete */
    bool iface_calls : 1; /* when refs_noted: the body has calls through interfaces */
    bool noted : 1;       /* calls, weight and plain are those of the body as it is */
    bool plain : 1;       /* the body has no calls and no literals, so the inliner leaves it as it is */
    bool loop_vars : 1; /* there may be a loop that gives each iteration variables of its own (distinct_vars)
                         */
    bool wanted;    /* a question depends on it (reach.h); by itself, since other packages' threads read it */
    Object *obj;    /* the checker's function object; NULL for closures and wrappers */
    FuncDecl *decl; /* syntax: one of these two, or neither for what we make ourselves */
    FuncLit *lit;
    uint8_t lit_why; /* literals: OCLOSURE, ORANGE, OGO or ODEFER */
    uint32_t nrecv, nparams,
        nresults;         /* dcl[0..nrecv) receiver, then parameters (a dictionary first), then results */
    struct LowerEnv *env; /* how it was instantiated: generics.h */
    uint32_t group;       /* functions of a package that mention each other have the same one (reach.h) */
    IrFuncs refs;         /* functions that the body mentions or did, when refs_noted (reach.h) */
};

/* The package being compiled: typecheck.Target and what the compiler keeps in globals. */
struct IrPackage {
    Arena *arena;
    Package *types;
    struct TypeStore *store; /* that of types */
    const char *path;        /* as symbols show it */
    File **files;
    uint32_t nfiles;
    IrFuncs funcs;           /* all functions with bodies, in the compiler's order */
    VEC(IrFuncs) deferred;   /* groups that are inlined into only if they are wanted (inline/defer.c) */
    IrFuncs fresh_instances; /* generic functions instantiated while inlining, whose costs are wanted next */
    IrFuncs inits;
    IrNames externs;
    VEC(IrInlCall) inl_tree;
    int32_t glob_closgen;
    int32_t label_gen;      /* AutoLabel */
    IrName *blank;          /* use ir_blank */
    Map extra;              /* symbol → IrName: functions of the runtime */
    struct Gen *gen;        /* instances and the order of things: gen_int.h */
    bool compiling_runtime; /* -+ : runtime and what it is made of */
    Map uses;               /* other packages whose functions its wanted ones mention (reach.h) */
    bool on_demand;         /* nobody asked about it: analysed as far as asked packages depend on it */
    const char *lang;       /* "go1.26" */
    void *flags;            /* CompilerFlags (load/load.h), for debug switches */
    void *alg;              /* alg.c's */
    StrBuf remarks;         /* lines of -m found while lowering; the driver prints and releases them */
    IrSources *sources;     /* source.h; NULL: nobody will ask */
    DiagSink *diags;
};

/* ---- construction: positions are given, types are set, nothing else is done unless said ---- */

void ir_append(IrPackage *pkg, IrNodes *list, void *node);
void ir_append_name(IrPackage *pkg, IrNames *list, IrName *name);
IrNodes ir_nodes_for(IrPackage *pkg, uint32_t n); /* empty, with room for n */
IrNames ir_names_for(IrPackage *pkg, uint32_t n);
void ir_append_func(IrPackage *pkg, IrFuncs *list, IrFunc *fn);
void ir_append_list(IrPackage *pkg, IrNodes *list, IrNodes more);
void ir_prepend_list(IrPackage *pkg, IrNodes *list, IrNodes first);
IrNodes ir_nodes1(IrPackage *pkg, void *a);
IrNodes ir_nodes2(IrPackage *pkg, void *a, void *b);

/* A zeroed node of op's struct. */
IrNode *ir_new(IrPackage *pkg, IrPos pos, IrOp op, Type *type);
#define IR_NEW(pkg, pos, op, type, T) IR(T, ir_new((pkg), (pos), (op), (type)))

IrName *ir_new_name(IrPackage *pkg, IrPos pos, const Name *sym, Package *sympkg, Type *type);
/* The name _ as assignee; it has no type. */
IrName *ir_blank(IrPackage *pkg);
/* typecheck.LookupRuntime: a function of the runtime, as a name of the package "go.runtime". type may be
 * NULL. */
IrName *ir_runtime_name(IrPackage *pkg, const char *name);
IrName *ir_new_local(IrPackage *pkg, IrFunc *fn, IrPos pos, const Name *sym,
                     Type *type); /* PAUTO, into fn->dcl */
IrName *ir_temp_at(IrPackage *pkg, IrFunc *fn, IrPos pos,
                   Type *type); /* typecheck.TempAt: an autotemp ".autotmp_N" */
IrName *ir_new_closure_var(IrPackage *pkg, IrFunc *fn, IrPos pos, IrName *outer);
IrName *ir_new_hidden_param(IrPackage *pkg, IrFunc *fn, IrPos pos, const Name *sym, Type *type);
IrFunc *ir_new_func(IrPackage *pkg, IrPos fpos, IrPos npos, const Name *sym, Package *sympkg, Type *type);
/* ir.NewClosureFunc: why is OCLOSURE, ORANGE, OGO or ODEFER; appends to pkg->funcs. */
IrFunc *ir_new_closure_func(IrPackage *pkg, IrPos fpos, IrPos cpos, IrOp why, Type *type, IrFunc *outer);
void ir_declare_params(IrPackage *pkg, IrFunc *fn); /* fn->dcl from the signature */

IrNode *ir_addr(IrPackage *pkg, IrPos pos, IrNode *x); /* OADDR or OPTRLIT; marks the outer name addrtaken */
IrNode *ir_binary(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *y);
IrNode *ir_logical(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *y);
IrNode *ir_unary(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x);
IrNode *ir_conv(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x);
IrNode *ir_star(IrPackage *pkg, IrPos pos, Type *t, IrNode *x);
IrNode *ir_nil(IrPackage *pkg, IrPos pos, Type *t);
IrNode *ir_basic_lit(IrPackage *pkg, IrPos pos, Type *t, const Const *val);
IrNode *ir_bool(IrPackage *pkg, IrPos pos, Type *t, bool v); /* t NULL: untyped */
IrNode *ir_int(IrPackage *pkg, IrPos pos, Type *t, int64_t v);
IrNode *ir_string(IrPackage *pkg, IrPos pos, Type *t, Str v);
IrNode *ir_zero(IrPackage *pkg, IrPos pos, Type *t);
IrCallExpr *ir_call(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *fun, IrNodes args);
IrCompLitExpr *ir_complit(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNodes list);
IrNode *ir_index(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, IrNode *index);
IrNode *ir_selector(IrPackage *pkg, IrPos pos, IrOp op, Type *t, IrNode *x, const Name *sel);
IrNode *ir_type_node(IrPackage *pkg, Type *t);
IrNode *ir_dcl(IrPackage *pkg, IrPos pos, IrName *x);
IrNode *ir_as(IrPackage *pkg, IrPos pos, IrNode *x, IrNode *y);
IrAssignListStmt *ir_as2(IrPackage *pkg, IrPos pos, IrOp op, IrNodes lhs, IrNodes rhs);
IrNode *ir_asop(IrPackage *pkg, IrPos pos, IrOp op, IrNode *x, IrNode *y);
IrNode *ir_block(IrPackage *pkg, IrPos pos, IrNodes list);
IrNode *ir_branch(IrPackage *pkg, IrPos pos, IrOp op, const Name *label);
IrNode *ir_if(IrPackage *pkg, IrPos pos, IrNode *cond, IrNodes body, IrNodes els);
IrNode *ir_return(IrPackage *pkg, IrPos pos, IrNodes results);
IrNode *ir_label(IrPackage *pkg, IrPos pos, const Name *label);
IrInlinedCallExpr *ir_inlined_call(IrPackage *pkg, IrPos pos, Type *t, IrNodes body, IrNodes retvars);
IrNode *ir_inl_mark(IrPackage *pkg, IrPos pos, int64_t index);
IrNode *ir_single_result(IrPackage *pkg, IrInlinedCallExpr *n);   /* InlinedCallExpr.SingleResult */
IrNode *ir_init_expr(IrPackage *pkg, IrNodes init, IrNode *expr); /* InitExpr: use the result */
IrNodes ir_take_init(IrNode *n);

/* ---- positions of the package ---- */

uint32_t ir_add_inl_call(IrPackage *pkg, IrPos callpos, IrFunc *callee,
                         const char *name); /* returns the new inl */
Pos ir_outermost_pos(const IrPackage *pkg, IrPos p);
Pos ir_innermost_pos(IrPos p);
/* "file:line:col" of the outermost position. */
void ir_format_pos(StrBuf *sb, const IrPackage *pkg, IrPos p);

/* ---- walking ---- */

/* do_children calls fn on each child that is there, init lists first, in the compiler's order; stops and
 * returns true as soon as fn does. `hidden` variants also visit the rtype-like children. Closure bodies are
 * not children. */
typedef bool (*IrDoFn)(IrNode *n, void *ctx);
bool ir_do_children(IrNode *n, IrDoFn fn, void *ctx);
bool ir_do_children_hidden(IrNode *n, IrDoFn fn, void *ctx);
bool ir_any(IrNode *n, IrDoFn cond, void *ctx); /* preorder, n first */
bool ir_any_list(IrNodes list, IrDoFn cond, void *ctx);
typedef void (*IrVisitFn)(IrNode *n, void *ctx);
void ir_visit(IrNode *n, IrVisitFn fn, void *ctx);
void ir_visit_list(IrNodes list, IrVisitFn fn, void *ctx);
void ir_visit_func_and_closures(IrFunc *fn, IrVisitFn visit, void *ctx);
typedef IrNode *(*IrEditFn)(IrNode *n, void *ctx);
void ir_edit_children(IrNode *n, IrEditFn fn, void *ctx);
void ir_edit_children_hidden(IrNode *n, IrEditFn fn, void *ctx);

IrNode *ir_copy(IrPackage *pkg, const IrNode *n); /* shallow; lists are copied */
IrNode *ir_deep_copy(IrPackage *pkg, IrPos pos,
                     IrNode *n); /* names, literals, types shared; pos unknown: kept */

/* ---- bodies for inlining ---- */

/* Takes the pristine copy of fn's body into fn->inl (cost 0, to be filled in). Before anything is inlined
 * into fn. */
IrInline *ir_make_inline(IrPackage *pkg, IrFunc *fn);

/* A fresh copy of callee->inl's body for a call inside `caller` (what the compiler's unifiedInlineCall
 * reads). Names declared in it are new ones of caller's (inl_formal, inl_local); positions get the
 * inline-tree index `inl`; literals in it become new functions of pkg, named after the caller and appended
 * to pkg->funcs. The callee's closure variables become `captured`, in the order of closure_vars. Returns
 * are still ORETURN nodes, for the inliner to replace. In the answer params[i] is the new name of parameter
 * i (dictionary and receiver first); results likewise. */
typedef struct IrInlinedBody {
    IrNames params, results;
    IrNodes body;
} IrInlinedBody;
IrInlinedBody ir_inline_body(IrPackage *pkg, IrFunc *caller, IrFunc *callee, IrNames captured, uint32_t inl);

/* ---- questions ---- */

static inline bool ir_is_name(const IrNode *n) { return n->op == ONAME; }
static inline IrName *ir_canonical(IrName *n) { return n->is_closure_var && n->defn ? IR(Name, n->defn) : n; }
static inline bool ir_byval(IrName *n) { return ir_canonical(n)->byval; }
static inline bool ir_is_blank(const IrNode *n) { /* NULL: no */
    return n && n->op == ONAME && name_is(((const IrName *)n)->sym, "_");
}
static inline bool ir_is_nil(const IrNode *n) { return n && n->op == ONIL; }
bool ir_is_autotmp(const IrNode *n);
bool ir_may_be_shared(const IrNode *n);
bool ir_has_unique_pos(const IrNode *n);
IrNode *ir_outer_value(IrNode *n);
bool ir_is_addressable(IrNode *n);
bool ir_is_zero(IrNode *n);
bool ir_is_closure(const IrFunc *fn); /* a literal capturing at least one variable */
bool ir_contains_closure(const IrFunc *f, const IrFunc *c);
bool ir_same_safe_expr(IrNode *l, IrNode *r);
IrNode *ir_static_value(IrPackage *pkg, IrNode *n);
IrName *ir_static_callee_name(IrNode *n);
const char *ir_name_path(const IrName *n); /* import path of the symbol's package; "": it has none */
bool ir_is_escape_non_string(
    const IrName *fn); /* an instance of internal/abi.EscapeNonString; fn may be NULL */
IrName *ir_method_expr_name(IrNode *n);
bool ir_const_int64(const IrNode *n, int64_t *v); /* OLITERAL integer that fits */
bool ir_const_string(const IrNode *n, Str *v);
bool ir_const_bool(const IrNode *n, bool *v);
bool ir_is_small_int_const(const IrNode *n);
bool ir_is_intrinsic_call(const IrCallExpr *n); /* the back end's intrinsics (amd64) */
bool ir_is_reflect_header_data_field(IrNode *n);
bool ir_is_funcpc_intrinsic(const IrCallExpr *n);
static inline bool ir_is_cmp(IrOp op) { return op >= OEQ && op <= OGT; }
bool ir_is_slice3(IrOp op);

/* ir.ReassignOracle: one walk of the function, then cheap questions. */
typedef struct IrReassignOracle {
    IrFunc *fn;
    IrPackage *pkg;
    Map single_def; /* IrName → defining node; heap */
} IrReassignOracle;
void ir_oracle_init(IrReassignOracle *ro, IrPackage *pkg, IrFunc *fn);
void ir_oracle_release(IrReassignOracle *ro);
IrNode *ir_oracle_static_value(IrReassignOracle *ro, IrNode *n);

/* ---- printing, exactly as the compiler's %v; pkg is the package being compiled (its names are not
 * qualified) ---- */

void ir_print(StrBuf *sb, const IrPackage *pkg, const IrNode *n);
void ir_print_long(StrBuf *sb, const IrPackage *pkg, const IrNode *n); /* %L: "x (type T)" */
void ir_print_nodes(StrBuf *sb, const IrPackage *pkg, IrNodes list, const char *sep);
void ir_print_type(StrBuf *sb, const IrPackage *pkg, Type *t);        /* %v of a type */
void ir_print_sym(StrBuf *sb, const IrPackage *pkg, const IrName *n); /* %v of a name's symbol */
const char *ir_func_name(const IrFunc *fn);                           /* FuncName: without the package */
void ir_print_pkg_func_name(StrBuf *sb, const IrFunc *fn);            /* PkgFuncName: path.name */
void ir_dump(StrBuf *sb, const IrPackage *pkg, const IrNode *n, int depth);
void ir_dump_func(StrBuf *sb, const IrPackage *pkg, const IrFunc *fn); /* -d=ir */
void ir_dump_package(StrBuf *sb, const IrPackage *pkg);
/* For a debugger to call: they write to stderr. fn: whose body n stands in; NULL: all names are qualified. */
void ir_show(const IrFunc *fn);
void ir_show_node(const IrNode *n, const IrFunc *fn);

/* Checks a function's invariants; BUG on violation. */
void ir_verify(const IrPackage *pkg, const IrFunc *fn);
void ir_verify_package(const IrPackage *pkg);

/* ---- the way in: lower a checked package completely (package.c) ---- */

/* `types` is complete and without errors. The result and all it refers to live in arena. sources: source.h's
 * notes are wanted; the syntax must then live as long as arena. */
IrPackage *ir_build_package(Arena *arena, Package *types, File **files, uint32_t nfiles, void *flags,
                            bool sources);

/* Whether pkg has fn's body at hand to inline it: fn may be inlined, and is pkg's own, or one of the packages
 * that pkg imports directly exports the body (export.c). */
bool ir_have_inline_body(IrPackage *pkg, const IrFunc *fn);

#endif
