/* Diagnostics: errors found in the user's program are values in a sink. Nothing exits, nothing unwinds.
 * A sink belongs to one package and one thread at a time. */
#ifndef GOESC_DIAG_H
#define GOESC_DIAG_H
#include "base/pos.h"

typedef struct Diag {
    Pos pos;
    const char *msg; /* in the sink's arena; may hold newlines (continued lines are indented by a tab) */
    bool soft;       /* does not make the package unusable (unused imports and the like) */
    bool syntax;
} Diag;

typedef struct DiagSink {
    Arena *arena;
    VEC(Diag) diags; /* in order of discovery */
} DiagSink;

void diag_init(DiagSink *d, Arena *arena);
PRINTF_LIKE(3, 4) void diag_error(DiagSink *d, Pos pos, const char *fmt, ...);
void diag_add(DiagSink *d, Diag diag);

/* The compiler's report: sorted by position, equal neighbours dropped, one syntax error a line, ten errors at
 * most and then "too many errors" (limit 0: no limit). Appends "file:line:col: msg\n" lines. */
void diag_format(const DiagSink *d, StrBuf *out, int limit);

#endif
