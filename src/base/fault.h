/* The barrier between one request and our own mistakes: BUG() in a pass unwinds to the innermost barrier of
 * its thread, where the caller reports it and goes on with other requests. Memory of the request is freed by
 * releasing its arenas. Without a barrier a fault prints and aborts. */
#ifndef GOESC_FAULT_H
#define GOESC_FAULT_H
#include "base/base.h"
#include <pthread.h>
#include <setjmp.h>

typedef struct Fault {
    jmp_buf env;
    struct Fault *outer;
    struct Guard *guards; /* those that stood when it was entered */
    char msg[512];        /* what went wrong, once unwound */
} Fault;

/* Usage: Fault f; FAULT_ENTER(&f); if (setjmp(f.env) == 0) { work } else { report f.msg } fault_leave(&f); */
void fault_enter(Fault *f);
#define FAULT_ENTER(f) fault_enter(f)
void fault_leave(Fault *f);

/* What is to be undone when a fault unwinds past it: a lock that is held, a state that is entered. A guard
 * lives on the stack of the function that put it up; guards of a thread are taken down in reverse order. What
 * a fault unwinds past is undone on its way to the barrier, innermost first, while the stack still stands. */
typedef struct Guard {
    struct Guard *outer;
    void (*undo)(struct Guard *g);
} Guard;
void guard_up(Guard *g, void (*undo)(Guard *g));
void guard_down(Guard *g); /* without undoing it: the caller has */

/* A mutex for as long as it is held; no fault leaves it locked. */
typedef struct Held {
    Guard guard; /* first */
    pthread_mutex_t *mutex;
} Held;
void lock_take(Held *h, pthread_mutex_t *m);
void lock_give(Held *h);

#endif
