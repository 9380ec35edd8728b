/* Faults (fault.h) and the allocation functions that never return NULL. */
#include "base/fault.h"
#include <stdlib.h>

static _Thread_local Fault *innermost;

void fault_enter(Fault *f) {
    f->msg[0] = 0;
    f->outer = innermost;
    innermost = f;
}

void fault_leave(Fault *f) { innermost = f->outer; }

void bug_at(const char *file, int line, const char *fmt, ...) {
    char msg[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    Fault *f = innermost;
    if (f) {
        innermost = f->outer;
        snprintf(f->msg, sizeof f->msg, "internal error: %s (%s:%d)", msg, file, line);
        longjmp(f->env, 1);
    }
    fprintf(stderr, "goesc: internal error: %s (%s:%d)\n", msg, file, line);
    abort();
}

static NORETURN void out_of_memory(size_t n) {
    fprintf(stderr, "goesc: out of memory (%zu bytes wanted)\n", n);
    _Exit(1);
}

void *xmalloc(size_t n) {
    void *p = malloc(n ? n : 1);
    if (!p) out_of_memory(n);
    return p;
}

void *xcalloc(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p) out_of_memory(n * size);
    return p;
}

void *xrealloc(void *p, size_t n) {
    p = realloc(p, n ? n : 1);
    if (!p) out_of_memory(n);
    return p;
}

void free_heap(void *p) { free(p); }
