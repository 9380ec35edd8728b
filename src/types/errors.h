/* Errors of the type checker, and the formatting of what they talk about.
 *
 * A message is made with a printf-like format of our own, because the pieces are types, objects, operands and
 * expressions which print relative to the package being checked (its own names unqualified):
 *
 *     %s  const char *        %d  int                 %u  unsigned         %D  int64_t
 *     %n  const Name *        %q  const char *, quoted                     %c  int, one byte
 *     %t  Type * (NULL: nil)  %T  TypeList *: [A, B]  %o  Object *         %p  Pos: file:line:col
 *     %e  Expr * / any node   %E  ExprList *: [a, b]  %x  Operand *        %v  const Const *
 *     %S  Str                 %k  Operator (int)      %g  GoVersion        %%
 *
 * Where a message stands: the compiler reports at the first byte of a node (AT), at an operand's expression
 * (AT_OPERAND) or at an object's name. An error with several parts is an ErrorMsg: the first part gives the
 * position and each further one is a line of its own, indented by a tab, beginning with its position. */
#ifndef GOESC_TYPES_ERRORS_H
#define GOESC_TYPES_ERRORS_H
#include "base/base.h"
#include "base/pos.h"
#include "syntax/ast.h"

typedef struct Checker Checker;
typedef struct Operand Operand;
typedef struct Package Package;

/* A Go language version as its minor number (go1.21 is 21); 0: none given, everything is allowed. */
typedef int GoVersion;
enum {
    GO1_9 = 9,
    GO1_13 = 13,
    GO1_14 = 14,
    GO1_17 = 17,
    GO1_18 = 18,
    GO1_20 = 20,
    GO1_21 = 21,
    GO1_22 = 22,
    GO1_23 = 23,
    GO1_26 = 26,
    GO_CURRENT = 26,
};

/* The version that a string such as go1.21, go1.21.3 or go1.22rc1 means; 0 when it is none. */
GoVersion go_version_parse(const char *s);
/* Whether the file being checked may use a feature of version want. */
bool check_allow_version(Checker *c, GoVersion want);
/* The same, reporting "<fmt> requires go1.N or later" when not. */
bool check_verify_versionf(Checker *c, Pos at, GoVersion want, const char *fmt, ...);
void check_version_errorf(Checker *c, Pos at, GoVersion want, const char *fmt, ...);

/* Position of a node (its first byte) and of an operand, as errors use it. */
#define AT(node) node_start(node)
Pos at_operand(const Operand *x);
#define AT_OPERAND(x) at_operand(x)

/* Reports one error. Follow-on errors (those that mention "invalid type" or "invalid operand" past their
 * beginning, after a first error) are dropped. A soft error does not spoil the package. */
void check_errorf(Checker *c, Pos at, const char *fmt, ...);
void check_soft_errorf(Checker *c, Pos at, const char *fmt, ...);
/* The syntax tree holds what the parser should have refused. */
void check_invalid_ast(Checker *c, Pos at, const char *fmt, ...);

#define INVALID_ARG "invalid argument: "
#define INVALID_OP "invalid operation: "

/* An error in parts. ErrorMsg err = {.c = c}; error_addf(&err, pos, …); …; error_report(&err); */
typedef struct ErrorPart {
    Pos pos;
    char *text; /* heap */
} ErrorPart;
typedef struct ErrorMsg {
    Checker *c;
    bool soft;
    VEC(ErrorPart) parts;
} ErrorMsg;
void error_addf(ErrorMsg *err, Pos at, const char *fmt, ...);
/* "other declaration of x", when obj has a position. */
void error_add_alt_decl(ErrorMsg *err, const Object *obj);
void error_report(ErrorMsg *err); /* reports and frees */
void error_discard(ErrorMsg *err);

/* Appends formatted text. c gives the qualification and may be NULL (full package paths). */
void check_format(Checker *c, StrBuf *sb, const char *fmt, ...);
/* The same as text in the arena of the package. */
char *check_sprintf(Checker *c, const char *fmt, ...);

/* How c writes the package in front of a name: "" for its own, the name, or the quoted path when two packages
 * share the name. The result lives as long as the package. */
const char *check_qualifier(Checker *c, const Package *pkg);
void check_mark_imports(Checker *c, const Package *pkg);

#endif
