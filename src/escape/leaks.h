/* leaks.h: what a function does with what a parameter reaches, in eight bytes.
 *
 * One byte for each sink: the heap, the pointer operand of a store ("mutator"), the callee of an untracked
 * call, and the first five results. A byte is the smallest number of dereferences of any flow from the
 * parameter to that sink, plus one; 0 says that there is no such flow. These are the "tags" that callers, in
 * this package and in those that import it, use instead of the body. */
#ifndef GOESC_LEAKS_H
#define GOESC_LEAKS_H
#include "base/base.h"

enum { LEAK_HEAP, LEAK_MUTATOR, LEAK_CALLEE, LEAK_RESULT0, LEAK_SINKS = 8 };
#define LEAK_RESULTS (LEAK_SINKS - LEAK_RESULT0)

typedef struct Leaks {
    uint8_t v[LEAK_SINKS];
} Leaks;

static inline int leaks_get(Leaks l, int sink) { return (int)l.v[sink] - 1; }

static inline void leaks_set(Leaks *l, int sink, int derefs) {
    int v = derefs + 1;
    ASSERT(v >= 0);
    l->v[sink] = (uint8_t)(v > 255 ? 255 : v);
}

static inline void leaks_add(Leaks *l, int sink, int derefs) {
    int old = leaks_get(*l, sink);
    if (old < 0 || derefs < old) leaks_set(l, sink, derefs);
}

/* Drops flows to results that are no shorter than the shortest one to the heap. */
static inline void leaks_optimize(Leaks *l) {
    int x = leaks_get(*l, LEAK_HEAP);
    if (x < 0) return;
    for (int i = 1; i < LEAK_SINKS; i++) {
        if (leaks_get(*l, i) >= x) leaks_set(l, i, -1);
    }
}

/* A tag as stored with a function: the eight bytes as a number. A parameter that nothing is known about leaks
 * to the heap, and one that does so is not followed anywhere else. */
#define LEAKS_UNKNOWN ((Leaks){{1}})
static inline uint64_t leaks_encode(Leaks l) {
    if (leaks_get(l, LEAK_HEAP) == 0) l = LEAKS_UNKNOWN;
    uint64_t tag;
    memcpy(&tag, l.v, sizeof tag);
    return tag;
}
static inline Leaks leaks_decode(uint64_t tag) {
    Leaks l;
    memcpy(l.v, &tag, sizeof tag);
    return l;
}

/* Whether the value goes anywhere at all. */
static inline bool leaks_any(Leaks l) {
    Leaks none = {{0}};
    return memcmp(&l, &none, sizeof l) != 0;
}

#endif
