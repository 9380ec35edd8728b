/* The barrier between one request and what makes it end early: BUG() in a pass, memory that is exhausted, a
 * request to stop. Each unwinds to the innermost barrier of its thread, where the caller reports it and goes
 * on with other requests. Memory of the request is freed by releasing its arenas and its heap (heap.h). A
 * task of a pool that faults ends the work of its pool; the thread that waits for the pool then meets the
 * fault. Without a barrier a fault prints and ends the process. */
#ifndef GOESC_FAULT_H
#define GOESC_FAULT_H
#include "base/base.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>

typedef enum FaultKind {
    FAULT_NONE,   /* nothing yet */
    FAULT_BUG,    /* our own mistake; msg: what and where in our source */
    FAULT_MEMORY, /* msg: how much was wanted */
    FAULT_STOPPED /* the request is to stop; no message */
} FaultKind;

typedef struct Fault {
    jmp_buf env;
    struct Fault *outer;
    struct Guard *guards; /* those that stood when it was entered */
    FaultKind kind;
    char msg[512]; /* what went wrong, once unwound */
} Fault;

/* Usage: Fault f; FAULT_ENTER(&f); if (setjmp(f.env) == 0) { work } else { report f } fault_leave(&f); */
void fault_enter(Fault *f);
#define FAULT_ENTER(f) fault_enter(f)
void fault_leave(Fault *f);
/* Meets f again at the next barrier further out; f has been left, or is a copy of one. */
NORETURN void fault_rethrow(const Fault *f);
/* The line for stderr, with its newline: "goesc: internal error: …", "goesc: out of memory …", "" for a stop.
 */
void fault_line(const Fault *f, char *buf, size_t n);

/* A request to stop, set by any thread, which those notice that have entered it: long work asks now and then
 * with fault_poll, and unwinds. Threads of a pool have entered what the thread that made the pool had. */
enum { STOP = 1, STOP_AS_BUG = 2 };
typedef struct Stop {
    _Atomic(uint8_t) now;      /* not 0: stop; STOP_AS_BUG is for tests: fault_poll finds a mistake of ours */
    _Atomic(uint32_t) fail_in; /* fault_plan */
} Stop;
extern _Thread_local Stop *stop_entered; /* or NULL; set by stop_enter */
NORETURN void fault_stopped(void);
static inline bool stop_wanted(void) {
    return stop_entered && atomic_load_explicit(&stop_entered->now, memory_order_relaxed);
}
static inline void fault_poll(void) {
    if (stop_wanted()) fault_stopped();
}

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

typedef struct StopScope {
    Guard guard; /* first */
    Stop *outer;
} StopScope;
void stop_enter(StopScope *scope, Stop *stop);
void stop_leave(StopScope *scope);

/* For tests: allocation number n from now on, by whatever thread that has entered stop, fails; 0: none does.
 */
void fault_plan(Stop *stop, uint32_t n);
bool alloc_fails(void); /* the next allocation is the one that the hostile build, or a test, wants to fail */

#endif
