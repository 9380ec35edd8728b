/* The syntax tree of a Go file, as the parser leaves it and the type checker completes it.
 *
 * Every node begins with a Node header: kind and position. The position is the one the Go compiler gives the
 * node, which is not always its first byte: a binary expression stands at its operator, a call at its opening
 * parenthesis, a selector at its dot. The comment at each struct says where; node_start gives the first byte.
 * Nodes live in the package's arena, those of bodies perhaps in one that ends earlier (parse.h). Lists are
 * counted arrays (never NULL-terminated).
 *
 * Expressions carry what the checker found about them (ExprInfo), names the object they declare or use,
 * selectors their selection: looked up so often that a side table would cost more than the fields. Nothing
 * else is written into the tree after parsing, but for BranchStmt.target and the rewriting of range-over-func
 * loops.
 *
 * Spec: https://go.dev/ref/spec (sections named at each group). */
#ifndef GOESC_AST_H
#define GOESC_AST_H
#include "base/base.h"
#include "base/pos.h"

typedef struct Type Type;
typedef struct Object Object;
typedef struct Const Const;
typedef struct Selection Selection;
typedef struct TypeList TypeList;

typedef enum NodeKind {
    N_NONE,
    /* expressions */
    N_BAD_EXPR,
    N_NAME,
    N_BASIC_LIT,
    N_COMPOSITE_LIT,
    N_KEY_VALUE,
    N_FUNC_LIT,
    N_PAREN,
    N_SELECTOR,
    N_INDEX,
    N_SLICE,
    N_ASSERT,
    N_TYPE_SWITCH_GUARD,
    N_OPERATION,
    N_CALL,
    N_LIST,
    N_ARRAY_TYPE,
    N_SLICE_TYPE,
    N_DOTS_TYPE,
    N_STRUCT_TYPE,
    N_INTERFACE_TYPE,
    N_FUNC_TYPE,
    N_MAP_TYPE,
    N_CHAN_TYPE,
    N_FIELD,
    /* statements */
    N_EMPTY_STMT,
    N_LABELED_STMT,
    N_BLOCK_STMT,
    N_EXPR_STMT,
    N_SEND_STMT,
    N_DECL_STMT,
    N_ASSIGN_STMT,
    N_BRANCH_STMT,
    N_CALL_STMT,
    N_RETURN_STMT,
    N_IF_STMT,
    N_FOR_STMT,
    N_SWITCH_STMT,
    N_SELECT_STMT,
    N_RANGE_CLAUSE,
    N_CASE_CLAUSE,
    N_COMM_CLAUSE,
    /* declarations */
    N_IMPORT_DECL,
    N_CONST_DECL,
    N_TYPE_DECL,
    N_VAR_DECL,
    N_FUNC_DECL,
    N_FILE,
} NodeKind;

/* Operators, in the order and naming of the spec's grammar; OP_NONE is 0. */
typedef enum Operator {
    OP_NONE,
    OP_DEF,   /* := (AssignStmt only) */
    OP_NOT,   /* ! */
    OP_RECV,  /* <- */
    OP_TILDE, /* ~ */
    OP_OROR,
    OP_ANDAND,
    OP_EQL,
    OP_NEQ,
    OP_LSS,
    OP_LEQ,
    OP_GTR,
    OP_GEQ,
    OP_ADD,
    OP_SUB,
    OP_OR,
    OP_XOR,
    OP_MUL,
    OP_DIV,
    OP_REM,
    OP_AND,
    OP_ANDNOT,
    OP_SHL,
    OP_SHR,
} Operator;
extern const char *const operator_text[]; /* "+", "<<", … indexed by Operator */

typedef struct Node {
    uint8_t kind;        /* NodeKind */
    uint8_t aux;         /* an Operator, LitKind, ChanDir or BranchTok where the struct says so */
    uint16_t flags;      /* NF_… */
    uint32_t info_flags; /* the checker's: EI_… below (expressions only) */
    Pos pos;
} Node;

enum {
    NF_BAD = 1,        /* BasicLit: the literal has errors, already reported */
    NF_HAS_DOTS = 2,   /* CallExpr: last argument followed by ... */
    NF_FULL = 4,       /* SliceExpr: three-index form */
    NF_DEF = 8,        /* RangeClause: := */
    NF_ALIAS = 16,     /* TypeDecl: type A = B */
    NF_GO = 32,        /* CallStmt: go (otherwise defer) */
    NF_IMPLICIT = 64,  /* made by us, not in the source */
    NF_APART = 256,    /* FuncDecl: what its body holds is in File.bodies */
    NF_DECLARES = 128, /* FuncDecl, of its body; VarDecl: it holds type declarations, interface types with
                          elements or declarations with directives */
};

/* How an expression may be used (spec, "Expressions"); kept by the checker in Expr.mode. */
typedef enum ExprMode {
    MODE_INVALID,
    MODE_NOVALUE,
    MODE_BUILTIN,
    MODE_TYPE,
    MODE_CONST,
    MODE_VARIABLE,
    MODE_MAPINDEX,
    MODE_VALUE,
    MODE_NILVALUE,
    MODE_COMMAOK,
    MODE_COMMAERR,
    MODE_CGOFUNC,
} ExprMode;
/* info_flags of a checked expression, with ExprMode in the low byte */
#define EI_MODE(e) ((ExprMode)((e)->n.info_flags & 0xff))
enum {
    EI_RECORDED = 1u << 8,
    EI_IS_RUNTIME_HELPER = 1u << 9,
    EI_COMMAOK_TUPLE = 1u << 10,
    EI_UNTYPED = 1u << 11, /* while checking: the type is untyped and may still change */
    EI_LHS = 1u << 12,     /* while checking: left operand of a non-constant shift, must become an integer */
};

/* Common beginning of every expression. type is NULL until checked. */
typedef struct Expr {
    Node n;
    Type *type;
    const Const *val; /* non-NULL: constant value */
} Expr;

typedef struct Stmt {
    Node n;
} Stmt;
typedef struct Decl Decl;

typedef struct ExprList {
    Expr **v;
    uint32_t n;
} ExprList;
typedef struct StmtList {
    Stmt **v;
    uint32_t n;
} StmtList;

/* ---- expressions ---- */

typedef struct BadExpr {
    Expr e;
} BadExpr; /* at the token that could not be parsed */

typedef struct Instance { /* of a generic function or type, at the name that is instantiated */
    TypeList *targs;
    Type *type;
} Instance;

typedef struct NameExpr { /* identifier; at its first byte */
    Expr e;
    const Name *name;
    Object *def;    /* object declared here, or NULL */
    Object *use;    /* object referred to here, or NULL */
    Instance *inst; /* when this name denotes an instantiated generic */
} NameExpr;

typedef enum LitKind { LIT_INT, LIT_FLOAT, LIT_IMAG, LIT_RUNE, LIT_STRING } LitKind;
typedef struct BasicLit { /* n.aux: LitKind; at its first byte */
    Expr e;
    Str text; /* the literal as written, in the file's source buffer, which lives as long as the package */
} BasicLit;

typedef struct CompositeLit { /* at its { */
    Expr e;
    Expr *type_expr; /* NULL: elided */
    ExprList elems;
    uint32_t nkeys; /* elements that are KeyValueExpr */
    Pos rbrace;
} CompositeLit;

typedef struct KeyValueExpr {
    Expr e;
    Expr *key, *value;
} KeyValueExpr; /* at : */

typedef struct FuncType FuncType;
typedef struct BlockStmt BlockStmt;
typedef struct FuncLit { /* at func */
    Expr e;
    FuncType *type_expr;
    BlockStmt *body;
} FuncLit;

/* At (. Kept only in statement position, before { and in go/defer: elsewhere parentheses leave no trace. */
typedef struct ParenExpr {
    Expr e;
    Expr *x;
} ParenExpr;

typedef struct SelectorExpr { /* at . */
    Expr e;
    Expr *x;
    NameExpr *sel;
    Selection *selection; /* set by the checker, except for qualified identifiers */
} SelectorExpr;

typedef struct IndexExpr { /* X[Index], at [; several indices (type arguments): a ListExpr */
    Expr e;
    Expr *x, *index;
    Pos rbrack; /* of a type in a declaration: unknown */
} IndexExpr;

typedef struct SliceExpr {
    Expr e;
    Expr *x;
    Expr *index[3];
    Pos rbrack;
} SliceExpr; /* at [; index NULL: left out */

typedef struct AssertExpr {
    Expr e;
    Expr *x, *type_expr;
    Pos rparen;
} AssertExpr; /* X.(Type), at . */

typedef struct TypeSwitchGuard { /* [Lhs :=] X.(type), at . */
    Expr e;
    NameExpr *lhs; /* NULL: none */
    Expr *x;
} TypeSwitchGuard;

typedef struct Operation { /* n.aux: Operator, where it stands; unary when y is NULL (OP_MUL: dereference,
                              OP_AND: address) */
    Expr e;
    Expr *x, *y;
} Operation;

typedef struct CallExpr { /* at ( */
    Expr e;
    Expr *fun;
    ExprList args;
    Pos rparen;
} CallExpr;

typedef struct ListExpr {
    Expr e;
    ExprList elems;
} ListExpr; /* at its first element's position */

typedef struct ArrayType {
    Expr e;
    Expr *len;
    Expr *elem;
} ArrayType; /* at [; len NULL: [...] */
typedef struct SliceType {
    Expr e;
    Expr *elem;
} SliceType; /* at [ */
typedef struct DotsType {
    Expr e;
    Expr *elem;
} DotsType; /* at ... */

/* Struct field, parameter, interface element: at its name, or at its first byte when it has none. Fields
 * declared in one list share type_expr. */
typedef struct Field {
    Node n;
    NameExpr *name; /* NULL: embedded or anonymous */
    Expr *type_expr;
} Field;
typedef struct FieldList {
    Field **v;
    uint32_t n;
} FieldList;

typedef struct StructType { /* at struct */
    Expr e;
    FieldList fields;
    BasicLit **tags; /* NULL when no field has one, else one entry (or NULL) a field */
} StructType;

typedef struct InterfaceType {
    Expr e;
    FieldList methods;
} InterfaceType; /* at interface; name NULL: embedded element */

struct FuncType {
    Expr e;
    FieldList params, results;
}; /* at ( (or at [ of type parameters) */

typedef struct MapType {
    Expr e;
    Expr *key, *value;
} MapType; /* at map */
typedef enum ChanDir { CHAN_BOTH, CHAN_SEND, CHAN_RECV } ChanDir;
typedef struct ChanType {
    Expr e;
    Expr *elem;
} ChanType; /* n.aux: ChanDir; at chan, or at <- of <-chan in a type */

/* ---- statements ---- */

typedef struct EmptyStmt {
    Stmt s;
} EmptyStmt; /* at its ; or the } that follows a label */
typedef struct LabeledStmt {
    Stmt s;
    NameExpr *label;
    Stmt *stmt;
} LabeledStmt; /* at : */
struct BlockStmt {
    Stmt s;
    StmtList list;
    Pos rbrace;
}; /* at { */
typedef struct ExprStmt {
    Stmt s;
    Expr *x;
} ExprStmt; /* at x's position */
typedef struct SendStmt {
    Stmt s;
    Expr *chan, *value;
} SendStmt; /* at <- */
typedef struct DeclStmt {
    Stmt s;
    Decl **decls;
    uint32_t ndecls;
} DeclStmt;                 /* at const, type or var */
typedef struct AssignStmt { /* at its operator; n.aux: Operator (OP_NONE: =, OP_DEF: :=, else op=); rhs NULL:
                               ++, -- */
    Stmt s;
    Expr *lhs, *rhs;
} AssignStmt;
typedef enum BranchTok { BRANCH_BREAK, BRANCH_CONTINUE, BRANCH_FALLTHROUGH, BRANCH_GOTO } BranchTok;
typedef struct BranchStmt { /* n.aux: BranchTok */
    Stmt s;
    NameExpr *label; /* NULL: none */
    Stmt
        *target; /* break/continue: the enclosing statement; goto: the LabeledStmt; set by the branch check */
} BranchStmt;
typedef struct CallStmt { /* go or defer (NF_GO) */
    Stmt s;
    Expr *call;
    Expr *defer_at; /* set by the range-over-func rewrite */
} CallStmt;
typedef struct ReturnStmt {
    Stmt s;
    Expr *results;
} ReturnStmt;
typedef struct IfStmt {
    Stmt s;
    Stmt *init;
    Expr *cond;
    BlockStmt *then;
    Stmt *els;
} IfStmt;
typedef struct ForStmt {
    Stmt s;
    Stmt *init;
    Expr *cond;
    Stmt *post;
    BlockStmt *body;
} ForStmt;                  /* init may be RangeClause */
typedef struct CaseClause { /* cases NULL: default */
    Node n;
    Expr *cases;
    StmtList body;
    Pos colon;
    Object *implicit; /* type switch with a symbol: this clause's variable */
} CaseClause;
typedef struct SwitchStmt { /* tag may be a TypeSwitchGuard */
    Stmt s;
    Stmt *init;
    Expr *tag;
    CaseClause **clauses;
    uint32_t nclauses;
    Pos rbrace;
} SwitchStmt;
typedef struct CommClause {
    Node n;
    Stmt *comm;
    StmtList body;
    Pos colon;
} CommClause; /* comm NULL: default */
typedef struct SelectStmt {
    Stmt s;
    CommClause **clauses;
    uint32_t nclauses;
    Pos rbrace;
} SelectStmt;
typedef struct RangeClause {
    Stmt s;
    Expr *lhs;
    Expr *x;
} RangeClause; /* at range; NF_DEF; lhs NULL: for range x */

/* ---- declarations ---- */

/* Directives written above a declaration or in the file (//go:…), parsed; NULL when none. See
 * syntax/pragma.h. */
typedef struct Pragma Pragma;
typedef struct Linkname Linkname;

struct Decl { /* at the name or path that is first in it (behind the keyword; a function: behind func) */
    Node n;
    Pragma *pragma;
    uint32_t group; /* nonzero: number of the parenthesised group within the file */
};
typedef struct ImportDecl {
    Decl d;
    NameExpr *local;  /* NULL: none */
    BasicLit *path;   /* NULL: missing, already reported */
    Object *implicit; /* the PkgName when there is no local name */
} ImportDecl;
typedef struct NameList {
    NameExpr **v;
    uint32_t n;
} NameList;
typedef struct ConstDecl {
    Decl d;
    NameList names;
    Expr *type_expr;
    Expr *values;
} ConstDecl;
typedef struct TypeDecl {
    Decl d;
    NameExpr *name;
    FieldList tparams;
    Expr *type_expr;
} TypeDecl; /* NF_ALIAS */
typedef struct VarDecl {
    Decl d;
    NameList names;
    Expr *type_expr;
    Expr *values;
} VarDecl;
typedef struct FuncDecl {
    Decl d;
    Field *recv; /* NULL: function */
    NameExpr *name;
    FieldList tparams;
    FuncType *type_expr;
    BlockStmt *body;   /* NULL: declared elsewhere (assembly, linkname) */
    Object **mentions; /* set where bodies are released: what a body of one or two statements mentions */
    uint32_t nmentions;
} FuncDecl;

typedef struct File { /* at package */
    Node n;
    uint32_t base; /* PosBase of the file */
    Pragma *pragma;
    Linkname *linknames; /* //go:linkname directives in source order */
    uint32_t nlinknames;
    NameExpr *pkg_name;
    Decl **decls;
    uint32_t ndecls;
    Pos eof;
    const char *go_version; /* from //go:build go1.N, as "go1.N", or NULL */
    const char *path;       /* absolute path read */
    Str src;
    Arena *bodies; /* what FuncDecl.body and VarDecl.values hold, shared by the package; NULL: none, or
                      released */
} File;

/* Checked downcasts: AS(CallExpr, e). */
#define AS(T, node) ((T *)(node))
#define KIND(x) ((NodeKind)((const Node *)(x))->kind)
#define NPOS(x) (((const Node *)(x))->pos)

Pos node_start(const void *node); /* first byte of the node */
Pos node_end(const void *node);   /* approximately one past the last byte, as the compiler computes it */
Expr *expr_unparen(Expr *e);
/* The expression as Go source on one line, function bodies shortened to "{…}", as error messages quote it. */
void expr_format(StrBuf *sb, const Expr *e);
/* Preorder walk over every node; fn returns false to skip the children. */
void node_walk(void *node, bool (*fn)(void *node, void *ctx), void *ctx);

#endif
