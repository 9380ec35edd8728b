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

/* An error on its way out. The compiler numbers position bases as errors first mention them, and sorts by
 * that number before it sorts by line and column: so files come in the order in which their first errors were
 * found. */
typedef struct Kept {
    const Diag *d;
    uint32_t rank; /* of its base */
} Kept;

static int by_position(const void *a, const void *b) {
    const Kept *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->d->pos != y->d->pos) return x->d->pos < y->d->pos ? -1 : 1;
    return x->d < y->d ? -1 : x->d > y->d; /* stable: the pointers are in order of discovery */
}

static bool same_line(Pos a, Pos b) { return pos_base(a) == pos_base(b) && pos_line(a) == pos_line(b); }

void diag_format(const DiagSink *d, StrBuf *out, int limit) {
    /* The compiler counts in order of discovery: one syntax error a line, no equal neighbour on a line. */
    Kept *kept = xcalloc(d->diags.n + 1, sizeof *kept);
    Map ranks = {0}; /* base + 1 → rank */
    int n = 0;
    bool too_many = false;
    const Diag *last_syntax = NULL, *last_other = NULL;
    for (uint32_t i = 0; i < d->diags.n && !too_many; i++) {
        const Diag *e = &d->diags.v[i];
        uint64_t base = (uint64_t)pos_base(e->pos) + 1;
        if (!map_has(&ranks, base)) map_put(&ranks, base, (void *)(uintptr_t)(ranks.n + 1));
        if (e->syntax) {
            if (last_syntax && same_line(last_syntax->pos, e->pos)) continue;
            last_syntax = e;
        } else {
            if (last_other && same_line(last_other->pos, e->pos) && strcmp(last_other->msg, e->msg) == 0)
                continue;
            last_other = e;
        }
        kept[n++] = (Kept){e, (uint32_t)(uintptr_t)map_get(&ranks, base)};
        too_many = limit && n >= limit;
    }
    const Diag *final = n ? kept[n - 1].d : NULL;
    map_release(&ranks);
    qsort(kept, (size_t)n, sizeof *kept, by_position);
    for (int i = 0; i < n; i++) {
        const Diag *e = kept[i].d, *prev = i > 0 ? kept[i - 1].d : NULL;
        if (prev && prev->pos == e->pos && strcmp(prev->msg, e->msg) == 0) continue;
        if (e->pos) {
            pos_format(out, e->pos);
            sb_adds(out, ": ");
        }
        sb_printf(out, "%s\n", e->msg);
    }
    if (too_many) {
        pos_format(out, final->pos);
        sb_adds(out, ": too many errors\n");
    }
    free_heap(kept);
}
