/* Faults (fault.h) and the allocation functions that never return NULL. */
#include "base/fault.h"
#include "base/limits.h"
#include <signal.h>
#include <stdlib.h>

static _Thread_local Fault *innermost;
static _Thread_local Guard *guards; /* innermost first */

void guard_up(Guard *g, void (*undo)(Guard *g)) {
    g->undo = undo;
    g->outer = guards;
    guards = g;
}

void guard_down(Guard *g) { guards = g->outer; }

static void give_back(Guard *g) { pthread_mutex_unlock(((Held *)g)->mutex); }

void lock_take(Held *h, pthread_mutex_t *m) {
    pthread_mutex_lock(m);
    h->mutex = m;
    guard_up(&h->guard, give_back);
}

void lock_give(Held *h) {
    guard_down(&h->guard);
    pthread_mutex_unlock(h->mutex);
}

void fault_enter(Fault *f) {
    f->msg[0] = 0;
    f->guards = guards;
    f->outer = innermost;
    innermost = f;
}

void fault_leave(Fault *f) { innermost = f->outer; }

NORETURN static void unwind(Fault *f) {
    while (guards != f->guards) {
        Guard *g = guards;
        guards = g->outer;
        g->undo(g);
    }
    innermost = f->outer;
    longjmp(f->env, 1);
}

void bug_at(const char *file, int line, const char *fmt, ...) {
    char msg[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    Fault *f = innermost;
    if (f) {
        snprintf(f->msg, sizeof f->msg, "internal error: %s (%s:%d)", msg, file, line);
        unwind(f);
    }
    fprintf(stderr, "goesc: internal error: %s (%s:%d)\n", msg, file, line);
    limits_die(SIGABRT);
}

#ifdef GOESC_HOSTILE
/* Whether this allocation is the one that GOESC_FAIL_ALLOC wants to fail. */
static bool must_fail(void) {
    static uint64_t count, want; /* want: 0 before the first look, UINT64_MAX none */
    uint64_t w = __atomic_load_n(&want, __ATOMIC_RELAXED);
    if (!w) {
        const char *s = getenv("GOESC_FAIL_ALLOC");
        w = s && *s ? strtoull(s, NULL, 10) : UINT64_MAX;
        __atomic_store_n(&want, w, __ATOMIC_RELAXED);
    }
    return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) == w;
}
#else
static inline bool must_fail(void) { return false; }
#endif

void oom(size_t n) {
    fprintf(stderr, "goesc: out of memory (%zu bytes wanted)\n", n);
    limits_exit(1);
}

enum { LARGE = 64 << 10 }; /* pieces that are counted against -max-memory one by one */

void *xmalloc(size_t n) {
    if (n >= LARGE) limits_obtained(n);
    void *p = must_fail() ? NULL : malloc(n ? n : 1);
    if (!p) oom(n);
    return p;
}

void *xcalloc(size_t n, size_t size) {
    if (n * size >= LARGE) limits_obtained(n * size);
    void *p = must_fail() ? NULL : calloc(n ? n : 1, size ? size : 1);
    if (!p) oom(n * size);
    return p;
}

void *xrealloc(void *p, size_t n) {
    if (n >= LARGE) limits_obtained(n);
    p = must_fail() ? NULL : realloc(p, n ? n : 1);
    if (!p) oom(n);
    return p;
}

void free_heap(void *p) { free(p); }
