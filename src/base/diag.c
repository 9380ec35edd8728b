/* The sink for errors in the user's program, and its report in the compiler's form. */
#include "base/diag.h"
#include <stdlib.h>

void diag_init(DiagSink *d, Arena *arena) { *d = (DiagSink){.arena = arena}; }

void diag_add(DiagSink *d, Diag diag) { vec_push(d->arena, &d->diags, diag); }

void diag_error(DiagSink *d, Pos pos, const char *fmt, ...) {
    StrBuf sb = STRBUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    char stack[512];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(stack, sizeof stack, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof stack) {
        sb_add(&sb, stack, (size_t)n);
    } else {
        char *big = xmalloc((size_t)n + 1);
        vsnprintf(big, (size_t)n + 1, fmt, again);
        sb_add(&sb, big, (size_t)n);
        free_heap(big);
    }
    va_end(again);
    diag_add(d, (Diag){.pos = pos, .msg = sb_arena(&sb, d->arena)});
}

static int by_position(const void *a, const void *b) {
    const Diag *const *x = a, *const *y = b;
    int c = pos_compare((*x)->pos, (*y)->pos);
    return c ? c : *x < *y ? -1 : *x > *y; /* stable: the pointers are in order of discovery */
}

static bool same_line(Pos a, Pos b) { return pos_base(a) == pos_base(b) && pos_line(a) == pos_line(b); }

void diag_format(const DiagSink *d, StrBuf *out, int limit) {
    /* As the compiler counts: in order of discovery, one syntax error a line, no equal neighbour on a line. */
    const Diag **kept = xcalloc(d->diags.n + 1, sizeof *kept);
    int n = 0;
    bool too_many = false;
    const Diag *last_syntax = NULL, *last_other = NULL;
    for (uint32_t i = 0; i < d->diags.n && !too_many; i++) {
        const Diag *e = &d->diags.v[i];
        if (e->syntax) {
            if (last_syntax && same_line(last_syntax->pos, e->pos)) continue;
            last_syntax = e;
        } else {
            if (last_other && same_line(last_other->pos, e->pos) && strcmp(last_other->msg, e->msg) == 0) continue;
            last_other = e;
        }
        kept[n++] = e;
        too_many = limit && n >= limit;
    }
    const Diag *final = n ? kept[n - 1] : NULL;
    qsort(kept, (size_t)n, sizeof *kept, by_position);
    for (int i = 0; i < n; i++) {
        if (i > 0 && kept[i]->pos == kept[i - 1]->pos && strcmp(kept[i]->msg, kept[i - 1]->msg) == 0) continue;
        if (kept[i]->pos) {
            pos_format(out, kept[i]->pos);
            sb_adds(out, ": ");
        }
        sb_printf(out, "%s\n", kept[i]->msg);
    }
    if (too_many) {
        pos_format(out, final->pos);
        sb_adds(out, ": too many errors\n");
    }
    free_heap(kept);
}
