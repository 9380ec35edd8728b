/* Heaps (heap.h), and the allocation functions that never return NULL.
 *
 * A heap is a few rings of pieces, each with a lock of its own; a thread links what it allocates to one of
 * them, so threads rarely wait for each other. Who frees a piece may be another thread. */
#define GOESC_MAY_FREE
#include "base/heap.h"
#include "base/limits.h"
#include <stdatomic.h>

enum { SHARDS = 8 };

typedef struct HeapShard {
    pthread_mutex_t lock;
    HeapLink ring;
} HeapShard;

struct Heap {
    HeapShard shards[SHARDS];
};

static _Thread_local Heap *entered;
static _Thread_local unsigned my_shard; /* and one */
static _Atomic(unsigned) last_shard;

void heap_link(HeapLink *l, void (*give_up)(HeapLink *l)) {
    l->shard = NULL;
    l->give_up = give_up;
    if (!entered) return;
    if (!my_shard) my_shard = 1 + last_shard++ % SHARDS;
    HeapShard *s = &entered->shards[my_shard - 1];
    l->shard = s;
    pthread_mutex_lock(&s->lock);
    l->prev = &s->ring;
    l->next = s->ring.next;
    l->next->prev = s->ring.next = l;
    pthread_mutex_unlock(&s->lock);
}

void heap_unlink(HeapLink *l) {
    HeapShard *s = l->shard;
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    l->prev->next = l->next;
    l->next->prev = l->prev;
    pthread_mutex_unlock(&s->lock);
    l->shard = NULL;
}

Heap *heap_new(void) {
    Heap *h = calloc(1, sizeof *h);
    if (!h) oom(sizeof *h);
    for (HeapShard *s = h->shards; s < h->shards + SHARDS; s++) {
        pthread_mutex_init(&s->lock, NULL);
        s->ring.prev = s->ring.next = &s->ring;
    }
    return h;
}

void heap_release(Heap *h) {
    if (!h) return;
    ASSERT(entered != h);
    for (HeapShard *s = h->shards; s < h->shards + SHARDS; s++) {
        while (s->ring.next != &s->ring) {
            HeapLink *l = s->ring.next;
            heap_unlink(l);
            l->give_up(l);
        }
        pthread_mutex_destroy(&s->lock);
    }
    free(h);
}

size_t heap_left(Heap *h) {
    size_t n = 0;
    for (HeapShard *s = h->shards; s < h->shards + SHARDS; s++) {
        pthread_mutex_lock(&s->lock);
        for (const HeapLink *l = s->ring.next; l != &s->ring; l = l->next) n++;
        pthread_mutex_unlock(&s->lock);
    }
    return n;
}

Heap *heap_entered(void) { return entered; }

static void restore(Guard *g) { entered = ((HeapScope *)g)->outer; }

void heap_enter(HeapScope *scope, Heap *h) {
    scope->outer = entered;
    entered = h;
    guard_up(&scope->guard, restore);
}

void heap_leave(HeapScope *scope) {
    guard_down(&scope->guard);
    entered = scope->outer;
}

/* ---- allocation ---- */

/* What stands in front of each object. */
typedef struct Header {
    _Alignas(16) HeapLink link;
} Header;

static void give_up(HeapLink *l) { free(l); }

static void *ready(Header *h) {
    heap_link(&h->link, give_up);
    return h + 1;
}

enum { LARGE = 64 << 10 }; /* pieces that are counted against -max-memory one by one */

static void obtain(size_t n) {
    if (n >= LARGE) limits_obtained(n);
}

void *xmalloc(size_t n) {
    obtain(n);
    Header *h = alloc_fails() || n > SIZE_MAX - sizeof *h ? NULL : malloc(sizeof *h + n);
    if (!h) oom(n);
    return ready(h);
}

void *xcalloc(size_t n, size_t size) {
    size_t bytes;
    bool huge = __builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - sizeof(Header);
    if (!huge) obtain(bytes);
    Header *h = alloc_fails() || huge ? NULL : calloc(1, sizeof *h + bytes);
    if (!h) oom(bytes);
    return ready(h);
}

void *xrealloc(void *p, size_t n) {
    if (!p) return xmalloc(n);
    obtain(n);
    Header *old = (Header *)p - 1;
    HeapShard *s = old->link.shard;
    heap_unlink(&old->link);
    Header *h = alloc_fails() || n > SIZE_MAX - sizeof *h ? NULL : realloc(old, sizeof *h + n);
    if (!h && s) ready(old); /* in this thread's ring, if not in that one */
    if (!h) oom(n);
    return ready(h);
}

void free_heap(void *p) {
    if (!p) return;
    Header *h = (Header *)p - 1;
    heap_unlink(&h->link);
    free(h);
}

void heap_keep(void *p) {
    if (p) heap_unlink(&((Header *)p - 1)->link);
}

void libc_free(void *p) { free(p); }
