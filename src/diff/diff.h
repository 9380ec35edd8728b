/* diff: what two analyses of one program say about its heap, side by side.
 *
 * A DiffSide is what is compared: the packages that were analysed, and their heap sites, each with what
 * identifies it and what is told about it. It is made from explanations (diff_add_package) or read from a
 * file that an earlier run saved (diff_read). diff_compare pairs the sites of two sides.
 *
 * A site is a place in the source, and counts once: code that the compiler copies (inlines) into several
 * functions, or instantiates for several types, is one piece of code. Only code of packages that are not
 * analysed themselves, the standard library's for one, counts where it is copied to. What identifies a site
 * is the function that it stands in, what is allocated and why it is on the heap, never a line number.
 * match.c says how sites are paired.
 *
 * All strings of a side live in its arena, are UTF-8, and never NULL. They come from the source, from names
 * of files, or from a saved file: each writer (text, Markdown, JSON, SARIF) makes them harmless in its own
 * way, in words.c. */
#ifndef GOESC_DIFF_H
#define GOESC_DIFF_H
#include "base/base.h"
#include "explain/explain.h"
#include "load/roots.h"

typedef struct DiffSite {
    uint32_t pkg;      /* DiffSide.pkgs */
    const char *func;  /* identity: as in title, without the package, numbers of function literals dropped */
    const char *title; /* "example.com/m.(*T).M.func1" */
    const char *kind;  /* explain/kinds.def, the name in JSON */
    const char *what;  /* identity: the expression as the compiler prints it, or a variable's name */
    const char *name;  /* the same for people */
    const char *type;
    int64_t size, elem_size;           /* bytes, -1: not constant */
    const char *reason, *first_reason; /* explain/reasons.def, the name in JSON */
    const char *because, *advice;
    const char *cause_func, *holder;       /* where the decision falls; what holds it, "" */
    const char *via;                       /* "errors.New": calls of which this is an inlined copy; "" */
    const char *file;                      /* relative to where goesc was run */
    uint32_t line, col, end_line, end_col; /* columns in characters, from 1 */
    const char *source;                    /* the line, without the blanks around it */
    const char *story;                     /* as goesc explain tells it; "" */
} DiffSite;

typedef struct DiffPkg {
    const char *path;
    StrVec funcs; /* declared functions: "F", "T.M" */
} DiffPkg;

typedef struct DiffSide {
    Arena arena;
    const char *name;          /* the revision, "the working tree", the file */
    const char *go, *platform; /* "go1.26.8"; "linux/amd64" */
    const char *dir;           /* where goesc was run, below the top of the repository: "" or "sub/dir/" */
    VEC(DiffPkg) pkgs;
    VEC(DiffSite) sites; /* by package, file, line, column */
    StrVec left_out;     /* import paths of packages that could not be analysed */
} DiffSide;

/* The name is copied. Release with diff_side_release. */
DiffSide *diff_side_new(const char *name);
void diff_side_release(DiffSide *s);
const char *diff_str(DiffSide *s, const char *text, size_t n); /* into the arena, as UTF-8 */

/* Fills s from the explanations of all packages that were analysed together, with the stories told from cwd.
 * shown: whose files they may quote. */
void diff_fill(DiffSide *s, ExPackage **xs, uint32_t n, const char *cwd, const Roots *shown);

/* ---- saved ---- */

void diff_save(const DiffSide *s, StrBuf *out);
/* NULL: *err says why text was not written by diff_save; it lives in a. */
DiffSide *diff_read(Arena *a, const char *name, Str text, const char **err);

/* ---- comparing ---- */

typedef enum DiffState { DIFF_NEW, DIFF_GONE, DIFF_MOVED, DIFF_CHANGED, DIFF_SAME, DIFF_NSTATES } DiffState;

typedef struct DiffPair {
    DiffState state;
    const DiffSite *old, *new; /* NULL where it is new, or gone */
} DiffPair;

typedef struct Diff {
    Arena arena;
    const DiffSide *old, *new;
    VEC(DiffPair) pairs; /* in the order of the new side; then those that are gone */
    uint32_t count[DIFF_NSTATES];
    uint32_t packages; /* compared */
    StrVec left_out;   /* import paths, sorted: one of the sides does not have them */
} Diff;

/* Both sides must outlive d. */
void diff_compare(Diff *d, const DiffSide *old, const DiffSide *new);
void diff_release(Diff *d);

/* ---- telling ---- */

void diff_text(StrBuf *out, const Diff *d, bool full);
void diff_markdown(StrBuf *out, const Diff *d);
void diff_json(StrBuf *out, const Diff *d);
void diff_sarif(StrBuf *out, const Diff *d, const char *version);
/* "3 new, 1 gone, 214 unchanged heap sites in 12 packages" */
void diff_summary(StrBuf *out, const Diff *d);

#endif
