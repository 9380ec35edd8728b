/* base: what every module stands on.
 *
 * Memory has three lifetimes, each an Arena: the session (the package graph), the package (syntax, types, IR,
 * results) and scratch (one function or one question). An arena owns what is allocated from it and frees it
 * all at once; nothing allocated from an arena is freed alone. A vector or map grows in the arena it is
 * handed. Names live as long as the process. Types that are made late and position bases belong to the run
 * (TypeStore in types/types.h).
 *
 * Allocation failure and our own mistakes end in oom() or bug_at(), which unwind to the barrier of the
 * request (base/fault.h); errors of the user's program go to a DiagSink (base/diag.h) and never unwind. */
#ifndef GOESC_BASE_H
#define GOESC_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "base/banned.h"

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* ---- faults ---- */

/* Our own mistake: says so with the place in our source, and unwinds to the barrier of the request. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
NORETURN PRINTF_LIKE(3, 4) void bug_at(const char *file, int line, const char *fmt, ...);
#define ASSERT(c) ((c) ? (void)0 : bug_at(__FILE__, __LINE__, "assertion failed: %s", #c))

/* ---- arenas ---- */

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    ArenaBlock *head;
    char *p, *end;
    size_t total; /* bytes obtained from the system */
} Arena;

void arena_init(Arena *a);
void arena_release(Arena *a);                      /* frees everything; a is as after arena_init */
void arena_join(Arena *a, Arena *b);               /* what b owns is a's; b is as after arena_init */
void arena_store_size(size_t *cut, size_t *spare); /* bytes that all arenas share, and those that none has */
void arena_store_trim(size_t keep); /* the kernel gets back what no arena has, but for keep bytes */
void *arena_alloc_slow(Arena *a, size_t n, size_t align); /* zeroed */

/* Zeroed memory of n bytes, aligned for any object. */
static inline void *arena_alloc(Arena *a, size_t n) {
    char *p = (char *)(((uintptr_t)a->p + 7) & ~(uintptr_t)7);
    if (a->p && n <= (size_t)(a->end - p) && p <= a->end) {
        a->p = p + n;
        return p; /* blocks are zeroed when obtained */
    }
    return arena_alloc_slow(a, n, 8);
}
#define NEW(arena, T) ((T *)arena_alloc((arena), sizeof(T)))
#define NEW_ARRAY(arena, T, n) ((T *)arena_alloc((arena), sizeof(T) * (size_t)(n)))

char *arena_strndup(Arena *a, const char *s, size_t n); /* NUL-terminated copy */
PRINTF_LIKE(2, 3) char *arena_printf(Arena *a, const char *fmt, ...);

/* malloc family that never returns NULL: when memory is exhausted, oom unwinds to the barrier. In the hostile
 * build the allocation number GOESC_FAIL_ALLOC (from 1) fails. */
NORETURN void oom(size_t n);
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
void free_heap(void *p); /* what these gave, and the containers below */
void libc_free(void *p); /* what functions of the C library gave: getline, realpath, strdup */

const char *errno_text(int e); /* as Go's syscall.Errno prints it */

/* ---- strings ---- */

/* A piece of text: not NUL-terminated in general, not owned. */
typedef struct Str {
    const char *p;
    size_t n;
} Str;
#define STR_LIT(s) ((Str){"" s, sizeof(s) - 1})
static inline Str str_of(const char *s) { return (Str){s, strlen(s)}; }
static inline bool str_eq(Str a, Str b) { return a.n == b.n && (!a.n || memcmp(a.p, b.p, a.n) == 0); }
static inline bool str_is(Str a, const char *s) {
    return a.n == strlen(s) && (!a.n || memcmp(a.p, s, a.n) == 0);
}

/* A growing string on the heap; buf is NUL-terminated whenever n > 0 or after sb_str. */
typedef struct StrBuf {
    char *buf;
    size_t n, cap;
} StrBuf;
#define STRBUF_INIT                                                                                          \
    { NULL, 0, 0 }
void sb_release(StrBuf *sb);
void sb_add(StrBuf *sb, const char *p, size_t n);
void sb_adds(StrBuf *sb, const char *s);
void sb_addc(StrBuf *sb, char c);
PRINTF_LIKE(2, 3) void sb_printf(StrBuf *sb, const char *fmt, ...);
PRINTF_LIKE(2, 0) void sb_vprintf(StrBuf *sb, const char *fmt, va_list ap);
const char *sb_str(StrBuf *sb);       /* NUL-terminated view, "" when empty */
char *sb_arena(StrBuf *sb, Arena *a); /* copies the text into a and releases sb */

/* ---- interned names ---- */

/* An interned string: two names are equal exactly when their pointers are. Lives as long as the process. */
typedef struct Name {
    uint32_t hash;
    uint32_t n;
    bool exported; /* begins with an upper-case letter (Unicode Lu) */
    char s[];      /* NUL-terminated */
} Name;
const Name *name_intern(const char *p, size_t n); /* thread-safe */
/* For programs that take one input after another on one thread (the fuzzers): names_rewind forgets the names
 * interned since names_mark, which stays in force. Nothing may hold on to them. */
void names_mark(void);
void names_rewind(void);
static inline const Name *name_of(const char *s) { return name_intern(s, strlen(s)); }
static inline bool name_is(const Name *nm, const char *s) {
    size_t n = strlen(s);
    return nm->n == n && memcmp(nm->s, s, n) == 0;
}

/* ---- vectors ---- */

/* VEC(T) v = {0}; vec_push(arena, &v, x). A NULL arena means the heap (release with vec_free). */
#define VEC(T)                                                                                               \
    struct {                                                                                                 \
        T *v;                                                                                                \
        uint32_t n, cap;                                                                                     \
    }
void vec_grow(Arena *a, void **v, uint32_t *cap, uint32_t want, size_t elem);
#define vec_push(arena, vp, x)                                                                               \
    (*(((vp)->n == (vp)->cap                                                                                 \
            ? vec_grow((arena), (void **)&(vp)->v, &(vp)->cap, (vp)->n + 1, sizeof *(vp)->v)                 \
            : (void)0),                                                                                      \
       &(vp)->v[(vp)->n++]) = (x))
#define vec_free(vp) (free_heap((vp)->v), (vp)->v = NULL, (vp)->n = (vp)->cap = 0)
#define vec_last(vp) ((vp)->v[(vp)->n - 1])
#define vec_pop(vp) ((vp)->v[--(vp)->n])

typedef VEC(const char *) StrVec;

/* ---- maps ---- */

/* Open-addressing map from a nonzero 64-bit key (often a pointer) to a pointer. Grows in `arena` or, when
 * that is NULL, on the heap (map_release). Iteration goes over slots with key != 0; its order is not
 * deterministic. */
typedef struct MapSlot {
    uint64_t key;
    void *val;
} MapSlot;
typedef struct Map {
    MapSlot *slots;
    uint32_t n, cap;
    Arena *arena;
} Map;
static inline MapSlot *map_find(const Map *m, uint64_t key) {
    if (!m->cap) return NULL;
    for (uint32_t i = (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 32);; i++) {
        MapSlot *s = &m->slots[i & (m->cap - 1)];
        if (s->key == key) return s;
        if (!s->key) return NULL;
    }
}
static inline void *map_get(const Map *m, uint64_t key) { /* NULL when absent */
    MapSlot *s = map_find(m, key);
    return s ? s->val : NULL;
}
static inline bool map_has(const Map *m, uint64_t key) { return map_find(m, key) != NULL; }
void map_put(Map *m, uint64_t key, void *val); /* replaces */
void map_release(Map *m);
#define PKEY(p) ((uint64_t)(uintptr_t)(p))

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);

/* Map from text to a pointer; keys are interned names underneath. */
#define smap_get(m, nm) map_get((m), PKEY(nm))
#define smap_put(m, nm, v) map_put((m), PKEY(nm), (v))

#include "base/term.h" /* stdout and stderr are its streams */

#endif
