/* term: what is written to a terminal can't command it.
 *
 * stdout and stderr are, in all of goesc, streams of this module. Where such a stream ends in a terminal,
 * each character that a terminal would obey or that nobody would see is written out: "\x1b", "\u202e". Where
 * it ends in a file or a pipe, it is C's own stream, and every byte goes through as it is. Included by
 * base.h; term.c tells why.
 *
 * Colours are no bytes of the text: a writer notes which stretches have which style (TermSpans), and
 * term_print, which knows whether the text ends on a terminal, adds them. */
#ifndef GOESC_TERM_H
#define GOESC_TERM_H
#include "base/base.h"

/* Once, before anything is written and before there are threads. */
void term_init(void);
FILE *term_stdout(void);
FILE *term_stderr(void);
#undef stdout
#undef stderr
#undef putchar
#define stdout term_stdout()
#define stderr term_stderr()
#define printf(...) fprintf(stdout, __VA_ARGS__)
#define putchar(c) fputc((c), stdout)

/* Whether f, which is stdout or stderr, ends on a terminal; and whether it may have colours there ($NO_COLOR
 * and TERM=dumb forbid them). */
bool term_is_screen(FILE *f);
bool term_color(FILE *f);

/* ---- styles ---- */

typedef enum TermStyle { TERM_BOLD, TERM_RED, TERM_GREEN, TERM_YELLOW, TERM_BLUE, TERM_ERROR } TermStyle;
typedef struct TermSpan { /* text[from:to] */
    size_t from, to;
    TermStyle style;
} TermSpan;
typedef VEC(TermSpan) TermSpans; /* in order, without overlap; on the heap */

/* Appends s to out; notes its style where spans is not NULL. */
void term_add(StrBuf *out, TermSpans *spans, TermStyle style, const char *s);
/* Writes text with its styles and flushes f; spans may be NULL. Where f is no terminal the styles are left
 * out. false: not all was written; errno says why. */
bool term_print(FILE *f, const StrBuf *text, const TermSpans *spans);

/* ---- single characters, for those who count columns ---- */

enum { TERM_CHAR = 12 };
typedef struct TermChar {
    char text[TERM_CHAR]; /* what a terminal is sent for it, len bytes */
    uint8_t len, bytes;   /* bytes: of the source that it stands for */
    uint8_t columns;      /* that it takes on the screen */
} TermChar;
/* The character that the n > 0 bytes at p begin with. Line ends and tabs are sent as they are, and count as
 * one. */
TermChar term_char(const char *p, size_t n);
/* Whether a terminal is sent s as it is. */
bool term_is_clean(Str s);

/* ---- the filter, for tests ---- */

/* What a stream has seen of a character that is not complete. */
typedef struct TermFilter {
    char held[4];
    uint8_t n;
} TermFilter;
/* Filters n bytes into out, which has room for 4 * (n + 3), and returns how many it wrote. A character that
 * is not complete waits for the next call. */
size_t term_filter(TermFilter *t, const char *p, size_t n, char *out);
/* At the end of the stream: what waits, at most 12 bytes. */
size_t term_filter_end(TermFilter *t, char *out);

#endif
