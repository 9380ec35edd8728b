/* Arenas: memory obtained in blocks that double up to 64 KiB, handed out by moving a pointer, freed
 * together. Blocks are zeroed, so an allocation costs an addition and a comparison.
 *
 * All but the smallest blocks come from one store that the arenas of the process share. It cuts them one
 * behind the other from large regions, has the kernel map the pages of a block at once instead of one fault
 * each, and takes blocks back for the next arena. Huge pages are not asked for: where they are at hand they
 * save a tenth, but a virtual machine that has given its free memory back waits for each of them. */
#define GOESC_MAY_FREE
#include "base/heap.h"
#include "base/limits.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

struct ArenaBlock {
    HeapLink link; /* first */
    ArenaBlock *next;
    size_t size;
    bool stored; /* from the store */
    bool clean;  /* of the store: zero behind its first page, whose pages the kernel has back */
};

#ifdef GOESC_HOSTILE /* an object a block, so that the sanitizer knows the bounds of each */
enum { FIRST_BLOCK = 1, LARGEST_BLOCK = 1 };
#else
enum { FIRST_BLOCK = 8 << 10, LARGEST_BLOCK = 64 << 10 };
#endif
#if defined(GOESC_HOSTILE) || defined(__SANITIZE_ADDRESS__)
enum { USE_STORE = 0 }; /* every block from malloc, where the sanitizer sees it */
#else
enum { USE_STORE = 1 };
#endif

/* ---- the store ---- */

enum { REGION = 16 << 20, SMALLEST_STORED = 32 << 10, LARGEST_STORED = 2 << 20, PAGE = 4096 };
enum { BINS = 22 * 4 }; /* a bin for each size of block: four of them between one power of two and the next */

static struct {
    pthread_mutex_t lock;
    char *p, *end;     /* what is left of the newest region */
    size_t cut, spare; /* bytes that were cut from regions, and those of them that no arena has */
    ArenaBlock *bins[BINS];
} store = {.lock = PTHREAD_MUTEX_INITIALIZER};

static unsigned log2_floor(size_t n) { return 63 - (unsigned)__builtin_clzll(n); }

/* Zeroed memory; false: no address space. */
static bool map_region(void) {
    char *p = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    store.p = p;
    store.end = p + REGION;
    return true;
}

static void populate(ArenaBlock *b, size_t size) {
    limits_obtained(size);
#ifdef MADV_POPULATE_WRITE
    madvise(b, size, MADV_POPULATE_WRITE); /* advice: older kernels map page by page */
#else
    (void)b, (void)size;
#endif
}

/* The bin for blocks that have room for size, and how large those are. */
static unsigned bin_of(size_t size, size_t *rounded) {
    unsigned k = log2_floor(size);
    size_t step = (size_t)1 << (k - 2);
    size = (size + step - 1) & ~(step - 1);
    k = log2_floor(size);
    *rounded = size;
    return k * 4 + (unsigned)(size >> (k - 2) & 3);
}

/* A block of at least size bytes, zeroed behind its header; NULL: no address space. */
static ArenaBlock *store_take(size_t size) {
    unsigned k = bin_of(size, &size);
    pthread_mutex_lock(&store.lock);
    ArenaBlock *b = store.bins[k];
    for (int larger = 0; !b && larger < 4 && k + 1 < BINS; larger++) b = store.bins[++k];
    if (b) {
        store.bins[k] = b->next;
        store.spare -= b->size;
        pthread_mutex_unlock(&store.lock);
        memset(b + 1, 0, (b->clean ? PAGE : b->size) - sizeof *b);
        if (b->clean) populate(b, b->size);
        b->clean = false;
        return b;
    }
    if ((size_t)(store.end - store.p) >= size || map_region()) {
        b = (ArenaBlock *)store.p;
        store.p += size;
        store.cut += size;
    }
    pthread_mutex_unlock(&store.lock);
    if (!b) return NULL;
    populate(b, size);
    b->size = size;
    b->stored = true;
    return b;
}

static void store_give(ArenaBlock *b) {
    size_t same;
    unsigned k = bin_of(b->size, &same);
    pthread_mutex_lock(&store.lock);
    store.spare += b->size;
    b->next = store.bins[k];
    store.bins[k] = b;
    pthread_mutex_unlock(&store.lock);
}

void arena_store_size(size_t *cut, size_t *spare) {
    pthread_mutex_lock(&store.lock);
    *cut = store.cut;
    *spare = store.spare;
    pthread_mutex_unlock(&store.lock);
}

void arena_store_trim(size_t keep) {
    pthread_mutex_lock(&store.lock);
    size_t kept = 0;
    for (unsigned k = 0; k < BINS && store.spare > keep; k++) {
        for (ArenaBlock *b = store.bins[k]; b; b = b->next) {
            if (b->clean) continue;
            if (kept + b->size <= keep) {
                kept += b->size;
            } else if (madvise((char *)b + PAGE, b->size - PAGE, MADV_DONTNEED) == 0) {
                b->clean = true;
            }
        }
    }
    pthread_mutex_unlock(&store.lock);
}

static ArenaBlock *block_new(size_t size) {
    if (alloc_fails()) oom(size);
    ArenaBlock *b = NULL;
    if (USE_STORE && size >= SMALLEST_STORED && size <= LARGEST_STORED) b = store_take(size);
    if (b) return b;
    b = calloc(1, size);
    if (!b) oom(size);
    b->size = size;
    return b;
}

static void block_give_up(HeapLink *l) {
    ArenaBlock *b = (ArenaBlock *)l;
    if (b->stored) store_give(b);
    else free(b);
}

static void block_free(ArenaBlock *b) {
    heap_unlink(&b->link);
    block_give_up(&b->link);
}

/* ---- arenas ---- */

void arena_init(Arena *a) { *a = (Arena){0}; }

void arena_release(Arena *a) {
    for (ArenaBlock *b = a->head; b;) {
        ArenaBlock *next = b->next;
        block_free(b);
        b = next;
    }
    *a = (Arena){0};
}

void arena_keep(Arena *a) {
    for (ArenaBlock *b = a->head; b; b = b->next) heap_unlink(&b->link);
}

void arena_join(Arena *a, Arena *b) {
    if (!a->head) {
        *a = *b;
    } else if (b->head) { /* behind the block that is being filled */
        ArenaBlock *last = b->head;
        while (last->next) last = last->next;
        last->next = a->head->next;
        a->head->next = b->head;
        a->total += b->total;
    }
    *b = (Arena){0};
}

void *arena_alloc_slow(Arena *a, size_t n, size_t align) {
    size_t want = a->head ? MIN(a->head->size * 2, (size_t)LARGEST_BLOCK) : (size_t)FIRST_BLOCK;
    size_t header = (sizeof(ArenaBlock) + 15) & ~(size_t)15;
    if (n > SIZE_MAX / 2) BUG("allocation of %zu bytes", n);
    size_t slack = align > 16 ? align : 0; /* blocks and their headers are multiples of 16 */
    bool own = n + header + slack > want; /* a large object gets a block of its own, behind the current one */
    size_t size = own ? n + header + slack : want;
    ArenaBlock *b = block_new(size);
    heap_link(&b->link, block_give_up);
    a->total += b->size;
    char *p = (char *)b + header;
    p = (char *)(((uintptr_t)p + align - 1) & ~(uintptr_t)(align - 1));
    if (own && a->head) {
        b->next = a->head->next;
        a->head->next = b;
        return p;
    }
    b->next = a->head;
    a->head = b;
    a->p = p + n;
    a->end = (char *)b + b->size;
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
    uint32_t n = *cap ? *cap * 2 : a ? 2 : 4;
    if (n < want) n = want;
    if (a) {
        char *end = *cap ? (char *)*v + *cap * elem : NULL; /* nothing may be added to a null pointer */
        if (*cap && end == a->p &&
            (n - *cap) * elem <= (size_t)(a->end - end)) { /* the arena's last object */
            a->p = (char *)*v + n * elem;
            *cap = n;
            return;
        }
        void *p = arena_alloc(a, n * elem);
        if (*cap) memcpy(p, *v, *cap * elem);
        *v = p;
    } else {
        *v = xrealloc(*v, n * elem);
        memset((char *)*v + *cap * elem, 0, (n - *cap) * elem);
    }
    *cap = n;
}
