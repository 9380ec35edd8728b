/* The parser: one Go source file to its tree.
 *
 * It accepts exactly what the Go compiler's parser accepts, gives nodes the compiler's positions and reports
 * errors in the compiler's words, at its positions and in its order. Misuse of labels, break, continue, goto
 * and fallthrough is reported here too (and BranchStmt.target set). Errors go to the sink; Diag.syntax marks
 * those that begin with "syntax error". The parser recovers and returns what it could make of the file. */
#ifndef GOESC_PARSE_H
#define GOESC_PARSE_H
#include "base/diag.h"
#include "syntax/ast.h"

/* What the meaning of directives depends on. NULL stands for an ordinary package on linux/amd64. */
typedef struct ParseOptions {
    bool std;         /* compiling the standard library (-std) */
    bool old_library; /* the library is older than our rules: directives that no longer exist are no errors */
    bool compiling_runtime; /* -+: the runtime and what it is made of */
    bool wasm;              /* GOARCH=wasm */
    bool aix;               /* GOOS=aix */
    bool field_track;       /* GOEXPERIMENT=fieldtrack */
    const char *pkg_path;   /* import path, for the default target of //go:linkname */
    bool no_branch_checks;  /* leave labels and jumps to the type checker (its tests do) */
    bool no_pragmas;        /* directives mean nothing */
    Arena *bodies;          /* where the trees of bodies and initial values go; NULL: with everything else */
} ParseOptions;

/* Parses src, the contents of the file whose base is pos_base. src.p[src.n] must be readable and 0, and src
 * must live as long as the tree. The tree lives in arena, with one exception: bodies of functions that are
 * not generic, and initial values of package variables, go to opts->bodies when that is set, since nobody
 * needs them once the package is lowered. NULL: there was no correct package clause, which diags says. path
 * is kept in File.path as it is given. */
File *parse_file(Arena *arena, uint32_t pos_base, const char *path, Str src, DiagSink *diags);
File *parse_file_opts(Arena *arena, uint32_t pos_base, const char *path, Str src, DiagSink *diags,
                      const ParseOptions *opts);

/* The text that a string, rune or raw literal stands for (bytes; a rune is encoded), appended to out; false
 * when lit is malformed. As strconv.Unquote. */
bool literal_unquote(StrBuf *out, Str lit);

#endif
