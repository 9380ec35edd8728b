/* Interned names: one table for the process, split into shards so that parallel scanners rarely wait. A name
 * that is there already, as nearly all are, is found without the lock: names and the tables of slots never
 * change once they can be seen, and a table that was outgrown stays readable. */
#include "base/heap.h"
#include "base/unicode.h"
#include <pthread.h>
#include <stdatomic.h>

enum { SHARDS = 64 };

typedef _Atomic(const Name *) Slot;

/* Slots behind their number, which is a power of two. */
typedef struct Table {
    uint32_t cap;
    Slot slots[];
} Table;

typedef struct Shard {
    pthread_mutex_t lock;
    Arena arena;
    _Atomic(Table *) table;
    uint32_t n;
    Table *base, *marked; /* after names_mark: the table then, and a copy of it with marked_n names */
    uint32_t marked_n;
    Arena young; /* after names_mark: where names go, instead of the arena */
} Shard;

static Shard shards[SHARDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static Table *table_new(Arena *a, uint32_t cap) {
    Table *t = arena_alloc(a, sizeof *t + cap * sizeof *t->slots);
    t->cap = cap;
    return t;
}

static void init_shards(void) {
    HeapScope none;
    heap_enter(&none, NULL);
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&shards[i].lock, NULL);
        shards[i].table = table_new(&shards[i].arena, 256);
    }
    heap_leave(&none);
}

/* The lock is held. Readers may still look at the old table, which stays in the arena. */
static Table *table_grow(Shard *s, Table *old) {
    Table *t = table_new(s->marked ? &s->young : &s->arena, old->cap * 2);
    for (uint32_t i = 0; i < old->cap; i++) {
        const Name *nm = old->slots[i];
        if (!nm) continue;
        uint32_t j = nm->hash & (t->cap - 1);
        while (t->slots[j]) j = (j + 1) & (t->cap - 1);
        t->slots[j] = nm;
    }
    atomic_store_explicit(&s->table, t, memory_order_release);
    return t;
}

/* The name, or NULL and in *at the slot where it belongs. */
static const Name *find(Table *t, uint32_t hash, const char *p, size_t n, uint32_t *at) {
    uint32_t i = hash & (t->cap - 1);
    for (;; i = (i + 1) & (t->cap - 1)) {
        const Name *nm = atomic_load_explicit(&t->slots[i], memory_order_acquire);
        *at = i;
        if (!nm || (nm->hash == hash && nm->n == n && memcmp(nm->s, p, n) == 0)) return nm;
    }
}

const Name *name_intern(const char *p, size_t n) {
    pthread_once(&once, init_shards);
    uint64_t h = hash_bytes(p, n, 0);
    Shard *s = &shards[h >> 58];
    uint32_t hash = (uint32_t)h, i;
    const Name *found = find(atomic_load_explicit(&s->table, memory_order_acquire), hash, p, n, &i);
    if (found) return found;
    HeapScope none; /* names are of no run */
    heap_enter(&none, NULL);
    Held held;
    lock_take(&held, &s->lock);
    Table *t = s->table;
    if (s->n * 2 >= t->cap) t = table_grow(s, t);
    found = find(t, hash, p, n, &i);
    if (!found) {
        Name *nm = arena_alloc(s->marked ? &s->young : &s->arena, sizeof(Name) + n + 1);
        nm->hash = hash;
        nm->n = (uint32_t)n;
        if (n) memcpy(nm->s, p, n);
        uint32_t rune;
        nm->exported = n && utf8_decode(p, n, &rune) > 0 && unicode_is_upper(rune);
        atomic_store_explicit(&t->slots[i], nm, memory_order_release);
        s->n++;
        found = nm;
    }
    lock_give(&held);
    heap_leave(&none);
    return found;
}

/* For one thread at a time: nobody reads meanwhile. */
void names_mark(void) {
    pthread_once(&once, init_shards);
    for (Shard *s = shards; s < shards + SHARDS; s++) {
        ASSERT(!s->marked);
        Table *t = s->table;
        s->base = t;
        s->marked = table_new(&s->arena, t->cap);
        memcpy((void *)s->marked, (void *)t, sizeof *t + t->cap * sizeof *t->slots);
        s->marked_n = s->n;
    }
}

void names_rewind(void) {
    for (Shard *s = shards; s < shards + SHARDS; s++) {
        ASSERT(s->marked);
        if (s->n == s->marked_n) continue;
        memcpy((void *)s->base, (void *)s->marked, sizeof *s->base + s->base->cap * sizeof *s->base->slots);
        s->table = s->base;
        s->n = s->marked_n;
        arena_release(&s->young);
    }
}
