/* text.h: explanations for people, and the same as JSON. */
#ifndef GOESC_EXPLAIN_TEXT_H
#define GOESC_EXPLAIN_TEXT_H
#include "explain/explain.h"
#include "load/roots.h"

typedef struct ExView {
    const char *cwd; /* file names are shown relative to it where that is shorter */
    bool full;       /* leave nothing out of long stories */
    bool screen;     /* the text goes to a terminal: columns are those of the screen */
    StrBuf *out;
    const Roots *roots; /* whose files may be shown; not the view's own */
    TermSpans *styles;  /* of out; NULL: without */
    Map sources;        /* file index + 1 → text, read when first quoted */
    Arena arena;
} ExView;

typedef struct ExTold { /* one thing that is told of a story */
    const ExStep *step; /* NULL: a heading, before the story of what holds the value */
    const char *heading;
    bool decisive; /* this puts it on the heap */
} ExTold;

void exview_init(ExView *v, const char *cwd, const Roots *roots, StrBuf *out);
void exview_release(ExView *v);

/* One site with its whole story. */
void ex_tell_site(ExView *v, const ExPackage *x, const ExSite *s);
/* What ex_tell_site tells between the site's own line and the reason; the caller releases it with free_heap.
 */
ExTold *ex_told(const ExPackage *x, const ExSite *s, uint32_t *n);
/* A line of one of x's files without its end, "" when it can't be read; lives as long as v. */
Str ex_source_line(ExView *v, const ExPackage *x, uint32_t file, uint32_t line);
/* Why no line of the file is shown, in brackets; NULL: it may be. */
const char *ex_not_shown(ExView *v, const ExPackage *x, uint32_t file);
/* The site in one line. */
void ex_tell_brief(ExView *v, const ExPackage *x, const ExSite *s);
void ex_tell_param(ExView *v, const ExPackage *x, const ExParam *p);
/* The graph of some sites and parameters (docs/explain.md). question: what was asked. */
void ex_json(StrBuf *out, const ExPackage *x, const char *question, const ExSite **sites, uint32_t nsites,
             const ExParam **params, uint32_t nparams);
/* What would keep s, which escapes, off the heap; "": nothing simple. */
const char *ex_advice(const ExSite *s);
/* How many lines a file has. */
uint32_t ex_lines(ExView *v, const ExPackage *x, uint32_t file);
/* "1234 bytes", "16 bytes a element" and the like; "" when unknown. */
void ex_size_words(StrBuf *sb, const ExSite *s);
/* file:line:col of a span, the file as v shows it. */
void ex_span_words(ExView *v, const ExPackage *x, StrBuf *sb, const ExSpan *at);

#endif
