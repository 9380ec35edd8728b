/* Hash maps with linear probing, and hashing of bytes. */
#include "base/base.h"

static inline uint32_t slot_of(uint64_t key, uint32_t cap) {
    return (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 32) & (cap - 1);
}

static void map_resize(Map *m) {
    uint32_t cap = m->cap ? m->cap * 2 : 8;
    MapSlot *old = m->slots;
    uint32_t old_cap = m->cap;
    m->slots = m->arena ? NEW_ARRAY(m->arena, MapSlot, cap) : xcalloc(cap, sizeof(MapSlot));
    m->cap = cap;
    for (uint32_t i = 0; i < old_cap; i++) {
        if (!old[i].key) continue;
        uint32_t j = slot_of(old[i].key, cap);
        while (m->slots[j].key) j = (j + 1) & (cap - 1);
        m->slots[j] = old[i];
    }
    if (!m->arena) free_heap(old);
}

void map_put(Map *m, uint64_t key, void *val) {
    ASSERT(key != 0);
    MapSlot *s = map_find(m, key);
    if (s) {
        s->val = val;
        return;
    }
    if ((m->n + 1) * 4 > m->cap * 3) map_resize(m);
    uint32_t i = slot_of(key, m->cap);
    while (m->slots[i].key) i = (i + 1) & (m->cap - 1);
    m->slots[i] = (MapSlot){key, val};
    m->n++;
}

void map_release(Map *m) {
    if (!m->arena) free_heap(m->slots);
    *m = (Map){.arena = m->arena};
}

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed) {
    const unsigned char *s = p;
    uint64_t h = seed ^ 0xcbf29ce484222325ull ^ n;
    while (n >= 8) {
        uint64_t w;
        memcpy(&w, s, 8);
        h = (h ^ w) * 0x9fb21c651e98df25ull;
        h ^= h >> 29;
        s += 8, n -= 8;
    }
    for (; n; n--) h = (h ^ *s++) * 0x100000001b3ull;
    h ^= h >> 32;
    h *= 0x9fb21c651e98df25ull;
    return h ^ h >> 28;
}
