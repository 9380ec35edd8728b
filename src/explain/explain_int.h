/* explain, inside: what building one package's explanations needs. */
#ifndef GOESC_EXPLAIN_INT_H
#define GOESC_EXPLAIN_INT_H
#include "escape/escape.h"
#include "explain/explain.h"
#include "ir/types.h"
#include "syntax/ast.h"

/* ---- spans.c: from positions to stretches of source ---- */

typedef struct SpanFile {
    File *file;
    LoadedPkg *pkg;
    uint32_t index;      /* into ExPackage.files, + 1; 0: not used yet */
    VEC(uint32_t) lines; /* where they begin in the text, once somebody has asked */
} SpanFile;

typedef struct Spans {
    Map files; /* 1 + position base of the file → SpanFile */
    VEC(SpanFile *) all;
    Arena arena;
} Spans;

void spans_init(Spans *s, Session *session);
void spans_release(Spans *s);
/* NULL: the position is in no file that was read (made by the compiler). */
SpanFile *spans_file(const Spans *s, Pos pos);
/* The length of the name at pos; 0: there is none. */
uint32_t spans_name(Spans *s, Pos pos);
/* The node of the tree from which n of ir, standing at pos, was made; NULL: unknown, or a name. */
const void *spans_node(const Spans *s, const IrPackage *ir, Pos pos, const IrNode *n);
/* One past the last byte of a node: exact, unlike node_end. */
Pos spans_end(const void *node);
/* The function declaration around pos, or NULL. */
FuncDecl *spans_func(const Spans *s, Pos pos);

/* ---- build.c ---- */

typedef struct PkgFacts { /* indexes over one package's facts, made when first needed */
    LoadedPkg *pkg;
    bool ready;
    Map escapes;    /* IrNode → 1 + first event that made it escape */
    Map leaks;      /* IrNode of a parameter → 1 + its first leak event */
    uint32_t *next; /* event → 1 + next leak event of the same parameter */
} PkgFacts;

typedef struct Explainer {
    Session *s;
    LoadedPkg *pkg;
    ExPackage *x;
    Spans spans;
    Map by_ir;   /* IrPackage → PkgFacts */
    Map strings; /* hash → text */
    Map stories; /* event key → 1 + story; being told: TELLING */
    Map makes;   /* IrNode of a make that has a site → 1 + its index */
    Map shapes;  /* IrFunc (outermost) → ShapeNames */
} Explainer;

const char *ex_intern(Explainer *e, const char *p, size_t n);
const char *ex_internf(Explainer *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
enum { EX_LONG = 160 }; /* bytes of an expression or type */
/* The text of sb on one line of at most max bytes; releases sb. */
const char *ex_shorten(Explainer *e, StrBuf *sb, size_t max);
/* Where n of ir stands, all of it; n NULL: the byte at pos. */
ExSpan ex_span(Explainer *e, const IrPackage *ir, Pos pos, const IrNode *n);
/* Fills frames for a position; returns their number. */
uint32_t ex_frames(Explainer *e, const IrPackage *ir, IrPos pos, uint32_t *first);
PkgFacts *ex_facts(Explainer *e, const IrPackage *ir);
/* n as -m prints it, shortened. */
const char *ex_text(Explainer *e, const IrPackage *ir, const IrNode *n);
/* The same with shapes under the names of the type arguments of fn's instance. */
const char *ex_nice(Explainer *e, const IrFunc *fn, const char *text);
const char *ex_type_text(Explainer *e, const IrPackage *ir, Type *t);
const char *ex_func_title(Explainer *e, const IrFunc *fn); /* for people */

/* Moves a list that has grown on the heap to x's arena, at its final size. */
void *ex_settle(Arena *a, void *v, size_t bytes);
#define EX_SETTLE(x, list)                                                                                   \
    ((x)->list.v = ex_settle(&(x)->arena, (x)->list.v, (x)->list.n * sizeof *(x)->list.v),                   \
     (x)->list.cap = (x)->list.n)

/* ---- code.c ---- */

/* Fills x->code and, for bodies, what is in them: loops, work and calls. */
void explain_code(ExPackage *x, const IrPackage *ir, bool bodies);

/* ---- merge.c ---- */

/* Adds what `from` has found to `to`, which works on the same package, and leaves it without anything. */
void ex_merge(Explainer *to, Explainer *from);

/* ---- story.c ---- */

/* n as the source has it, when it is there. */
const char *ex_source_text(Explainer *e, const IrPackage *ir, const IrNode *n);
/* 1 + index of the story of an event. */
uint32_t ex_story(Explainer *e, PkgFacts *pf, uint32_t event);
/* What fn does with its parameter i so that it goes to the sink (LEAK_HEAP, LEAK_RESULT0 + k); 0: nothing is
 * known. */
uint32_t ex_param_story(Explainer *e, const IrFunc *fn, uint32_t i, int sink);

#endif
