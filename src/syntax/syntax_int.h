/* What the scanner and the files of the parser share. One Parser parses one file.
 *
 * The parser looks one token ahead (tok and what belongs to it), the scanner one character ahead (ch, at p).
 * The character ahead is always read already, so errors of the encoding come before the errors of the token
 * before it, as the compiler has them. */
#ifndef GOESC_SYNTAX_INT_H
#define GOESC_SYNTAX_INT_H
#include "base/unicode.h"
#include "syntax/parse.h"
#include "syntax/pragma.h"

/* Tokens; sets of them are 64-bit masks. */
typedef enum Token {
    T_NONE,
#define TOKEN(id, text) T_##id,
#include "syntax/token.def"
    T_COUNT
} Token;
_Static_assert(T_COUNT <= 64, "token sets are 64-bit masks");
#define SET(t) ((uint64_t)1 << (t))
#define HAS(set, t) ((set) >> (t)&1)
#define IS_KEYWORD(t) ((t) >= T_BREAK && (t) <= T_VAR)
extern const char *const token_text[T_COUNT];

/* Binary precedences. */
enum { PREC_OROR = 1, PREC_ANDAND, PREC_CMP, PREC_ADD, PREC_MUL };

enum { NAME_CACHE = 512 };

typedef struct Parser {
    /* source */
    const char *p;          /* the character ahead */
    const char *end;        /* one past the last byte; *end is 0 */
    const char *line_start; /* first byte of the line of ch */
    uint32_t ch_line;       /* line of ch, from 1 */
    int32_t ch;             /* the character ahead, or -1 at the end */
    int chw;                /* its width in bytes */
    bool nlsemi;            /* a newline or the end here makes a semicolon */

    /* the current token */
    Token tok;
    uint32_t line, col;
    bool blank;            /* nothing but white space stands before it on its line */
    bool bad;              /* T_LITERAL: malformed, reported */
    LitKind kind;          /* T_LITERAL */
    Operator op;           /* T_OPERATOR, T_STAR, T_ASSIGN_OP, T_INC_OP */
    int prec;              /* same; 0 for the operators that are unary only */
    const char *tok_start; /* first byte */
    Str lit;               /* T_LITERAL: its text */
    const Name *name;      /* T_NAME */
    const char *semi;      /* T_SEMI: "semicolon", "newline" or "EOF" */

    /* parser */
    Arena *arena;
    DiagSink *diags;
    const ParseOptions *opts;
    uint32_t file_base;     /* position base of the file */
    uint32_t base;          /* current one: changes with //line */
    uint32_t errors;        /* reported in this file, without those about branches */
    Arena *nodes;           /* where nodes go at present: arena or opts->bodies */
    Pragma *pragma;         /* directives read and not yet taken */
    const char *go_version; /* from //go:build above the package clause */
    bool top;               /* above the package clause */
    int fnest;              /* function nesting: inside functions, recovery stops at statements */
    int xnest;       /* expression nesting; < 0 in the header of if, for and switch, where { begins a block */
    int depth;       /* nesting of everything, against overflow of the stack */
    uint32_t groups; /* parenthesised declarations seen */
    uint32_t declares; /* what NF_DECLARES tells of: how many seen */
    const Name *underscore;
    VEC(Linkname) linknames;
    VEC(void *) stack; /* elements of lists that are being read */
    const Name *cache[NAME_CACHE];
} Parser;

/* ---- scan.c ---- */
void scan_init(Parser *p, Str src);
void scan_next(Parser *p);
void scan_stop(Parser *p); /* the rest of the source is dropped: the next token is the end */

/* ---- errors and tokens: parse_file.c ---- */
PRINTF_LIKE(3, 4) void parse_error_at(Parser *p, Pos pos, const char *fmt, ...);
PRINTF_LIKE(3, 4) void parse_report(Parser *p, Pos pos, const char *fmt, ...); /* without counting it */
/* A syntax error; a message beginning with "in ", "at ", "after " or "expected " names the unexpected token
 * first. */
PRINTF_LIKE(3, 4) void syntax_error_at(Parser *p, Pos pos, const char *fmt, ...);
#define syntax_error(p, ...) syntax_error_at((p), parse_pos(p), __VA_ARGS__)
const char *token_describe(Token t); /* as error messages name it, without the "keyword " */
void parse_comment(Parser *p,
                   Str text); /* the scanner met a comment that may be a directive, at line and col */
void parse_advance(Parser *p, uint64_t follow);
void parse_want(Parser *p, Token t);
bool parse_got_assign(Parser *p);
bool parse_enter(
    Parser *p); /* one level deeper; false when that is too deep: reported, and the source ends here */
#define parse_leave(p) ((void)(p)->depth--)
enum { MAX_NESTING = 10000, MAX_CHAIN = 100000 };
bool parse_chain(Parser *p, int *length); /* one operator or suffix more on a chain; false as parse_enter */

static inline Pos parse_pos_at(const Parser *p, uint32_t line, uint32_t col) {
    return pos_make(p->base, line, col);
}
static inline Pos parse_pos(const Parser *p) { return pos_make(p->base, p->line, p->col); }
static inline bool parse_got(Parser *p, Token t) {
    if (p->tok != t) return false;
    scan_next(p);
    return true;
}

void *parse_node_size(Parser *p, size_t size, NodeKind kind, Pos pos);
#define NODE(p, T, kind, pos) ((T *)parse_node_size((p), sizeof(T), (kind), (pos)))
/* Copies the n-th and later elements of the list stack to the arena and drops them there. */
void **parse_take(Parser *p, uint32_t mark, uint32_t *n);
/* { element sep } close, where sep is optional before close; element returns true to end the list. Returns
 * the position of close. */
Pos parse_list(Parser *p, const char *context, Token sep, Token close, bool (*element)(Parser *, void *),
               void *arg);
typedef Decl *DeclParser(Parser *p, uint32_t group);
void parse_group(Parser *p, DeclParser *f); /* pushes declarations to the list stack */
void parse_clear_pragma(Parser *p);
Pragma *parse_take_pragma(Parser *p);

/* ---- pragma.c ---- */
Pragma *pragma_directive(Parser *p, Pos pos, bool blank, Str text, Pragma *pragma);
void pragma_unused(Parser *p, Pragma *pragma);

/* ---- build_line.c ---- */
/* The least Go version that a "//go:build …" line implies, as "go1.N" in arena, NULL when it implies none;
 * *is_constraint says whether line is a well-formed build constraint. */
const char *build_line_version(Arena *arena, Str line, bool *is_constraint);
Str text_trim(Str s); /* without white space around it */

/* ---- parse_decl.c ---- */
DeclParser parse_import_decl, parse_const_decl, parse_type_decl, parse_var_decl;
FuncDecl *parse_func_decl(Parser *p); /* NULL: nothing to keep */
BlockStmt *parse_func_body(Parser *p);

/* ---- parse_expr.c ---- */
Expr *parse_expr(Parser *p);
Expr *parse_binary(Parser *p, Expr *x, int prec); /* x: the first operand when it is parsed already */
Expr *parse_primary(Parser *p, Expr *x, bool keep_parens);
Expr *parse_expr_list(Parser *p);
Expr *parse_bad_expr(Parser *p);
NameExpr *parse_name(Parser *p);
NameExpr *parse_new_name(Parser *p, Pos pos, const Name *name);
void parse_name_list(Parser *p, NameExpr *first, NameList *out);
BasicLit *parse_literal(Parser *p); /* NULL: none here */
/* Types, or when !strict also expressions, separated by commas: a ListExpr when there are several. */
Expr *parse_type_list(Parser *p, bool strict, bool *comma);

/* ---- parse_type.c ---- */
Expr *parse_type(Parser *p);
Expr *parse_type_or_nil(Parser *p);
Expr *parse_array_type(Parser *p, Pos pos, Expr *len);
Expr *parse_slice_type(Parser *p, Pos pos);
/* The type behind func; type parameters go to *tparams and are wrong when context != NULL. */
FuncType *parse_func_type(Parser *p, const char *context, FieldList *tparams);
FieldList parse_param_list(Parser *p, NameExpr *name, Expr *type, Token close, bool require_names,
                           bool dots_ok);

/* ---- parse_stmt.c ---- */
BlockStmt *parse_block(Parser *p, const char *context);

/* ---- branches.c ---- */
void check_branches(Parser *p, BlockStmt *body);

/* ---- print.c ---- */
char *node_string(Arena *a, const void *node);

#endif
