/* Interned names: one table for the process, split into shards so that parallel scanners rarely wait. */
#include "base/base.h"
#include "base/unicode.h"
#include <pthread.h>

enum { SHARDS = 64 };

typedef struct Shard {
    pthread_mutex_t lock;
    Arena arena;
    const Name **slots;
    uint32_t n, cap;
    const Name *
        *marked; /* after names_mark: a copy of the slots as they were, marked_cap of them, marked_n used */
    uint32_t marked_n, marked_cap;
    Arena young; /* after names_mark: where names go, instead of the arena */
} Shard;

static Shard shards[SHARDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_shards(void) {
    for (int i = 0; i < SHARDS; i++) pthread_mutex_init(&shards[i].lock, NULL);
}

static void shard_grow(Shard *s) {
    uint32_t cap = s->cap ? s->cap * 2 : 256;
    const Name **slots = xcalloc(cap, sizeof *slots);
    for (uint32_t i = 0; i < s->cap; i++) {
        if (!s->slots[i]) continue;
        uint32_t j = s->slots[i]->hash & (cap - 1);
        while (slots[j]) j = (j + 1) & (cap - 1);
        slots[j] = s->slots[i];
    }
    free_heap(s->slots);
    s->slots = slots;
    s->cap = cap;
}

const Name *name_intern(const char *p, size_t n) {
    pthread_once(&once, init_shards);
    uint64_t h = hash_bytes(p, n, 0);
    Shard *s = &shards[h >> 58];
    uint32_t hash = (uint32_t)h;
    pthread_mutex_lock(&s->lock);
    if (s->n * 2 >= s->cap) shard_grow(s);
    uint32_t i = hash & (s->cap - 1);
    while (s->slots[i] &&
           !(s->slots[i]->hash == hash && s->slots[i]->n == n && memcmp(s->slots[i]->s, p, n) == 0))
        i = (i + 1) & (s->cap - 1);
    if (!s->slots[i]) {
        Name *nm = arena_alloc(s->marked ? &s->young : &s->arena, sizeof(Name) + n + 1);
        nm->hash = hash;
        nm->n = (uint32_t)n;
        if (n) memcpy(nm->s, p, n);
        uint32_t rune;
        nm->exported = n && utf8_decode(p, n, &rune) > 0 && unicode_is_upper(rune);
        s->slots[i] = nm;
        s->n++;
    }
    const Name *nm = s->slots[i];
    pthread_mutex_unlock(&s->lock);
    return nm;
}

void names_mark(void) {
    pthread_once(&once, init_shards);
    for (Shard *s = shards; s < shards + SHARDS; s++) {
        ASSERT(!s->marked);
        if (!s->cap) shard_grow(s);
        s->marked = xcalloc(s->cap, sizeof *s->marked);
        memcpy(s->marked, s->slots, s->cap * sizeof *s->slots);
        s->marked_n = s->n, s->marked_cap = s->cap;
    }
}

void names_rewind(void) {
    for (Shard *s = shards; s < shards + SHARDS; s++) {
        ASSERT(s->marked);
        if (s->n == s->marked_n) continue;
        if (s->cap != s->marked_cap) {
            s->slots = xrealloc(s->slots, s->marked_cap * sizeof *s->slots);
            s->cap = s->marked_cap;
        }
        memcpy(s->slots, s->marked, s->cap * sizeof *s->slots);
        s->n = s->marked_n;
        arena_release(&s->young);
    }
}
