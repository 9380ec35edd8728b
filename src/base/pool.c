/* The work pool: one lock, one heap of waiting tasks, one condition for workers and one for the waiter. Tasks
 * are a package or a directory each, so the lock is never contended enough to matter. */
#include "base/pool.h"
#include "base/limits.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Task {
    uint32_t priority;
    uint32_t seq; /* ties: first come, first served */
    PoolFn fn;
    void *arg;
} Task;

struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    Task *heap;
    uint32_t n, cap, seq;
    int running, nworkers;
    bool stop;
    pthread_t *threads;
};

typedef struct Start {
    Pool *pool;
    int worker;
} Start;

static bool before(const Task *a, const Task *b) {
    return a->priority != b->priority ? a->priority < b->priority : a->seq < b->seq;
}

static void sift_up(Pool *p, uint32_t i) {
    while (i && before(&p->heap[i], &p->heap[(i - 1) / 2])) {
        Task t = p->heap[i];
        p->heap[i] = p->heap[(i - 1) / 2];
        p->heap[(i - 1) / 2] = t;
        i = (i - 1) / 2;
    }
}

static Task pop(Pool *p) {
    Task top = p->heap[0];
    p->heap[0] = p->heap[--p->n];
    for (uint32_t i = 0;;) {
        uint32_t l = 2 * i + 1, m = i;
        if (l < p->n && before(&p->heap[l], &p->heap[m])) m = l;
        if (l + 1 < p->n && before(&p->heap[l + 1], &p->heap[m])) m = l + 1;
        if (m == i) return top;
        Task t = p->heap[i];
        p->heap[i] = p->heap[m];
        p->heap[m] = t;
        i = m;
    }
}

static void *worker_main(void *arg) {
    Start s = *(Start *)arg;
    free(arg);
    limits_enter_thread();
    Pool *p = s.pool;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->n && !p->stop) pthread_cond_wait(&p->work, &p->lock);
        if (!p->n) break;
        Task t = pop(p);
        p->running++;
        pthread_mutex_unlock(&p->lock);
        t.fn(t.arg, s.worker);
        pthread_mutex_lock(&p->lock);
        p->running--;
        if (!p->running && !p->n) pthread_cond_broadcast(&p->idle);
    }
    pthread_mutex_unlock(&p->lock);
    limits_leave_thread();
    return NULL;
}

Pool *pool_new(int nworkers, size_t stack_bytes) {
    if (nworkers < 1) nworkers = 1;
    Pool *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->idle, NULL);
    p->threads = xcalloc((size_t)nworkers, sizeof *p->threads);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    if (stack_bytes) pthread_attr_setstacksize(&attr, stack_bytes);
    for (int i = 0; i < nworkers; i++) {
        Start *s = xmalloc(sizeof *s);
        *s = (Start){p, i};
        if (pthread_create(&p->threads[i], &attr, worker_main, s) != 0) {
            free(s);
            if (i > 0) break; /* fewer workers do as well */
            oom(stack_bytes);
        }
        p->nworkers = i + 1;
    }
    pthread_attr_destroy(&attr);
    return p;
}

void pool_add(Pool *p, uint32_t priority, PoolFn fn, void *arg) {
    pthread_mutex_lock(&p->lock);
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 64;
        p->heap = xrealloc(p->heap, p->cap * sizeof *p->heap);
    }
    p->heap[p->n] = (Task){priority, p->seq++, fn, arg};
    sift_up(p, p->n++);
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

void pool_wait(Pool *p) {
    pthread_mutex_lock(&p->lock);
    while (p->n || p->running) pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

void pool_free(Pool *p) {
    if (!p) return;
    pool_wait(p);
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->nworkers; i++) pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->idle);
    free(p->threads);
    free(p->heap);
    free(p);
}

int cpu_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int n = CPU_COUNT(&set);
        if (n > 0) return n;
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}
