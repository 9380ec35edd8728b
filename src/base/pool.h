/* A work pool: threads with deep stacks that run tasks in order of priority.
 *
 * A task that faults ends the pool's work: tasks that wait are dropped, those that run are asked to stop, and
 * the fault is met again by who waits for the pool. A request to stop that the pool's maker has entered does
 * the same. Tasks work in the heap of the pool's maker.
 *
 * Tasks may add tasks. Each task is told which worker runs it, so that callers can keep memory per worker.
 * Results must not depend on the order in which tasks run. The pool promises only this: of the waiting tasks
 * the one with the lowest priority number starts first. A single worker runs all tasks in that order. */
#ifndef GOESC_POOL_H
#define GOESC_POOL_H
#include "base/base.h"

typedef struct Pool Pool;
typedef void (*PoolFn)(void *arg, int worker);

enum { POOL_ARG = 48 }; /* what a task's argument may take */

/* nworkers >= 1. Pools that one thread makes are freed in reverse order; a fault that unwinds past the making
 * of one stops and frees it. */
Pool *pool_new(int nworkers, size_t stack_bytes);
/* From any thread. The task is given a copy of the n bytes at arg. */
void pool_add(Pool *p, uint32_t priority, PoolFn fn, const void *arg, size_t n);
void pool_wait(Pool *p); /* until no task is waiting or running; not from a task; meets the fault of a task */
void pool_free(Pool *p); /* waits, and then meets the fault of a task; NULL is allowed */
void pool_at_thread_end(void (*fn)(void)); /* each worker calls it last; one fn for the process */
int cpu_count(void);                       /* processors this process may use, at least 1 */

#endif
