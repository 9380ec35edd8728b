/* Arenas: memory obtained in blocks that double up to 2 MiB, handed out by moving a pointer, freed together.
 * Blocks come zeroed from the system, so an allocation costs an addition and a comparison. The largest are
 * mapped on their own, aligned so that the kernel can back each by one huge page: a fault for 2 MiB instead
 * of 512. */
#include "base/base.h"
#include <stdlib.h>
#include <sys/mman.h>

struct ArenaBlock {
    ArenaBlock *next;
    size_t size;
    bool mapped;
};

#ifdef GOESC_HOSTILE /* an object a block, so that the sanitizer knows the bounds of each */
enum { FIRST_BLOCK = 1, LARGEST_BLOCK = 1 };
#else
enum { FIRST_BLOCK = 8 << 10, LARGEST_BLOCK = 2 << 20 };
#endif
#if defined(GOESC_HOSTILE) || defined(__SANITIZE_ADDRESS__)
enum { MAPPED_BLOCK = 0 }; /* every block from malloc, where the sanitizer sees it */
#else
enum { MAPPED_BLOCK = LARGEST_BLOCK };
#endif

/* A block of MAPPED_BLOCK bytes, aligned to its size; NULL: no address space. */
static void *map_block(void) {
    size_t size = MAPPED_BLOCK;
    char *p =
        mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return NULL;
    size_t before = -(uintptr_t)p & (size - 1);
    if (before) munmap(p, before);
    if (size - before) munmap(p + before + size, size - before);
    p += before;
    madvise(p, size, MADV_HUGEPAGE); /* advice: nothing depends on it */
    return p;
}

/* Zeroed memory for a block; b->mapped tells block_free how it was obtained. */
static ArenaBlock *block_new(size_t size) {
    ArenaBlock *b = NULL;
    if (MAPPED_BLOCK && size == (size_t)MAPPED_BLOCK && (b = map_block())) {
        b->mapped = true;
        return b;
    }
    return xcalloc(1, size);
}

static void block_free(ArenaBlock *b) {
    if (b->mapped) munmap(b, MAPPED_BLOCK);
    else free(b);
}

void arena_init(Arena *a) { *a = (Arena){0}; }

void arena_release(Arena *a) {
    for (ArenaBlock *b = a->head; b;) {
        ArenaBlock *next = b->next;
        block_free(b);
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
    ArenaBlock *b = block_new(size);
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
