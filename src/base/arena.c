/* Arenas: memory obtained in blocks that double up to 1 MiB, handed out by moving a pointer, freed together.
 * Blocks come zeroed from the system, so an allocation costs an addition and a comparison. */
#include "base/base.h"
#include <stdlib.h>

struct ArenaBlock {
    ArenaBlock *next;
    size_t size;
};

#ifdef GOESC_HOSTILE /* an object a block, so that the sanitizer knows the bounds of each */
enum { FIRST_BLOCK = 1, LARGEST_BLOCK = 1 };
#else
enum { FIRST_BLOCK = 8 << 10, LARGEST_BLOCK = 1 << 20 };
#endif

void arena_init(Arena *a) { *a = (Arena){0}; }

void arena_release(Arena *a) {
    for (ArenaBlock *b = a->head; b;) {
        ArenaBlock *next = b->next;
        free(b);
        b = next;
    }
    *a = (Arena){0};
}

void *arena_alloc_slow(Arena *a, size_t n, size_t align) {
    size_t want = a->head ? MIN(a->head->size * 2, (size_t)LARGEST_BLOCK) : (size_t)FIRST_BLOCK;
    size_t header = (sizeof(ArenaBlock) + 15) & ~(size_t)15;
    if (n > SIZE_MAX / 2) BUG("allocation of %zu bytes", n);
    size_t slack = align > 16 ? align : 0; /* blocks and their headers are multiples of 16 */
    bool own = n + header + slack > want; /* a large object gets a block of its own, behind the current one */
    size_t size = own ? n + header + slack : want;
    ArenaBlock *b = xcalloc(1, size);
    a->total += size;
    char *p = (char *)b + header;
    p = (char *)(((uintptr_t)p + align - 1) & ~(uintptr_t)(align - 1));
    if (own && a->head) {
        b->size = size;
        b->next = a->head->next;
        a->head->next = b;
        return p;
    }
    b->size = MIN(size, (size_t)LARGEST_BLOCK);
    b->next = a->head;
    a->head = b;
    a->p = p + n;
    a->end = (char *)b + size;
    return p;
}

char *arena_strndup(Arena *a, const char *s, size_t n) {
    char *p = arena_alloc(a, n + 1);
    if (n) memcpy(p, s, n);
    return p;
}

char *arena_printf(Arena *a, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    ASSERT(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

void vec_grow(Arena *a, void **v, uint32_t *cap, uint32_t want, size_t elem) {
    uint32_t n = *cap ? *cap * 2 : 4;
    if (n < want) n = want;
    if (a) {
        void *p = arena_alloc(a, n * elem);
        if (*cap) memcpy(p, *v, *cap * elem);
        *v = p;
    } else {
        *v = xrealloc(*v, n * elem);
        memset((char *)*v + *cap * elem, 0, (n - *cap) * elem);
    }
    *cap = n;
}
