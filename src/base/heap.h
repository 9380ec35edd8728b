/* Heaps: what a run leaves behind on the heap, found and freed.
 *
 * Whoever allocates frees again, and in a run that ends by itself nothing is left. A run that a fault or a
 * request to stop cuts short leaves what the functions were working with that were unwound. So a thread that
 * works for a run enters its Heap: whatever it allocates from then on (xmalloc and its like, vectors, maps,
 * strings, the blocks of arenas) is linked to the heap until it is freed, and what is still linked when the
 * run is over heap_release frees. Threads of a pool enter the heap of the thread that made the pool. Without
 * a heap nothing is linked.
 *
 * What is made during a run and outlives it is either made with no heap entered (names, tables that are made
 * once) or taken out of its heap with heap_keep and arena_keep. */
#ifndef GOESC_HEAP_H
#define GOESC_HEAP_H
#include "base/fault.h"

typedef struct Heap Heap;
Heap *heap_new(void);
void heap_release(Heap *h); /* frees what is left in it; no thread may have entered it. NULL is allowed */
size_t heap_left(Heap *h);  /* how many pieces are in it */
Heap *heap_entered(void);   /* the heap of this thread, or NULL */

typedef struct HeapScope {
    Guard guard; /* first */
    Heap *outer;
} HeapScope;
void heap_enter(HeapScope *scope, Heap *h); /* h NULL: nothing is linked until heap_leave */
void heap_leave(HeapScope *scope);

void heap_keep(void *p); /* from now on p, of xmalloc or a container, belongs to no heap */
void arena_keep(Arena *a);

/* For arena.c: a piece that is linked to the heap that its thread has entered, and how it is given up. */
typedef struct HeapLink {
    struct HeapLink *prev, *next;
    struct HeapShard *shard; /* NULL: linked to none */
    void (*give_up)(struct HeapLink *l);
} HeapLink;
void heap_link(HeapLink *l, void (*give_up)(HeapLink *l));
void heap_unlink(HeapLink *l);

#endif
