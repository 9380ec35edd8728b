/* A work pool: threads with deep stacks that run tasks in order of priority.
 *
 * Tasks may add tasks. Each task is told which worker runs it, so that callers can keep memory per worker.
 * Results must not depend on the order in which tasks run; the pool promises only that a task with a lower
 * priority number is started before a waiting one with a higher number. With one worker the tasks run on that
 * worker, in that order. */
#ifndef GOESC_POOL_H
#define GOESC_POOL_H
#include "base/base.h"

typedef struct Pool Pool;
typedef void (*PoolFn)(void *arg, int worker);

Pool *pool_new(int nworkers, size_t stack_bytes);                /* nworkers >= 1 */
void pool_add(Pool *p, uint32_t priority, PoolFn fn, void *arg); /* from any thread */
void pool_wait(Pool *p); /* until no task is waiting or running; not from a task */
void pool_free(Pool *p); /* waits */
int cpu_count(void);     /* processors this process may use, at least 1 */

#endif
