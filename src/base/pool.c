/* The work pool: one lock, one heap of waiting tasks, one condition for workers and one for the waiter. Tasks
 * are a package or a directory each, so the lock is never contended enough to matter. */
#include "base/pool.h"
#include "base/heap.h"
#include "base/limits.h"
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Task {
    uint32_t priority;
    uint32_t seq; /* ties: first come, first served */
    PoolFn fn;
    _Alignas(16) char arg[POOL_ARG];
} Task;

struct Pool {
    Guard guard; /* first */
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    Task *heap;
    uint32_t n, cap, seq;
    int running, nworkers;
    bool over;
    pthread_t *threads;
    Stop *stop; /* the maker's, or own */
    Stop own;
    Heap *memory;
    Fault fault; /* the first of a task */
};

typedef struct Start {
    Pool *pool;
    int worker;
} Start;

static void (*_Atomic at_thread_end)(void);

void pool_at_thread_end(void (*fn)(void)) { at_thread_end = fn; }

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

/* What is queued is done no more. The lock is held. */
static void give_up(Pool *p, const Fault *f) {
    if (p->fault.kind == FAULT_NONE || (p->fault.kind == FAULT_STOPPED && f->kind != FAULT_STOPPED)) {
        p->fault.kind = f->kind;
        memcpy(p->fault.msg, f->msg, sizeof f->msg);
    }
    p->n = 0;
    uint8_t no = 0;
    atomic_compare_exchange_strong(&p->stop->now, &no, STOP);
}

static void run_task(Pool *p, Task *t, int worker) {
    Fault f;
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) {
        fault_poll();
        t->fn(t->arg, worker);
    }
    fault_leave(&f);
    pthread_mutex_lock(&p->lock);
    if (f.kind != FAULT_NONE) give_up(p, &f);
    p->running--;
    if (!p->running && !p->n) pthread_cond_broadcast(&p->idle);
}

static void *worker_main(void *arg) {
    Start s = *(Start *)arg;
    limits_enter_thread();
    Pool *p = s.pool;
    HeapScope memory;
    StopScope stop;
    free_heap(arg);
    heap_enter(&memory, p->memory);
    stop_enter(&stop, p->stop);
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->n && !p->over) pthread_cond_wait(&p->work, &p->lock);
        if (!p->n) break;
        Task t = pop(p);
        p->running++;
        pthread_mutex_unlock(&p->lock);
        run_task(p, &t, s.worker);
    }
    pthread_mutex_unlock(&p->lock);
    stop_leave(&stop);
    heap_leave(&memory);
    void (*hook)(void) = at_thread_end;
    if (hook) hook();
    limits_leave_thread();
    return NULL;
}

static void wait_idle(Pool *p) {
    pthread_mutex_lock(&p->lock);
    while (p->n || p->running) pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

static void end(Pool *p) {
    wait_idle(p);
    pthread_mutex_lock(&p->lock);
    p->over = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->nworkers; i++) pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->idle);
    free_heap(p->threads);
    free_heap(p->heap);
    free_heap(p);
}

/* Its maker faults: nobody wants what the tasks do. */
static void abandon(Guard *g) {
    Pool *p = (Pool *)g;
    pthread_mutex_lock(&p->lock);
    give_up(p, &(Fault){.kind = FAULT_STOPPED});
    pthread_mutex_unlock(&p->lock);
    end(p);
}

Pool *pool_new(int nworkers, size_t stack_bytes) {
    if (nworkers < 1) nworkers = 1;
    Pool *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->idle, NULL);
    p->stop = stop_entered ? stop_entered : &p->own;
    p->memory = heap_entered();
    guard_up(&p->guard, abandon);
    p->threads = xcalloc((size_t)nworkers, sizeof *p->threads);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    if (stack_bytes) pthread_attr_setstacksize(&attr, stack_bytes);
    for (int i = 0; i < nworkers; i++) {
        Start *s = xmalloc(sizeof *s);
        *s = (Start){p, i};
        if (pthread_create(&p->threads[i], &attr, worker_main, s) != 0) {
            free_heap(s);
            if (i > 0) break; /* fewer workers do as well */
            oom(stack_bytes);
        }
        p->nworkers = i + 1;
    }
    pthread_attr_destroy(&attr);
    return p;
}

void pool_add(Pool *p, uint32_t priority, PoolFn fn, const void *arg, size_t n) {
    ASSERT(n <= POOL_ARG);
    Held held;
    lock_take(&held, &p->lock);
    if (p->fault.kind == FAULT_NONE) {
        if (p->n == p->cap) {
            uint32_t cap = p->cap ? p->cap * 2 : 64;
            p->heap = xrealloc(p->heap, cap * sizeof *p->heap);
            p->cap = cap;
        }
        Task *t = &p->heap[p->n];
        *t = (Task){.priority = priority, .seq = p->seq++, .fn = fn};
        if (n) memcpy(t->arg, arg, n);
        sift_up(p, p->n++);
        pthread_cond_signal(&p->work);
    }
    lock_give(&held);
}

static void meet_fault(const Fault *f) {
    if (f->kind != FAULT_NONE) fault_rethrow(f);
}

void pool_wait(Pool *p) {
    wait_idle(p);
    meet_fault(&p->fault);
}

void pool_free(Pool *p) {
    if (!p) return;
    wait_idle(p);
    Fault f = {.kind = p->fault.kind};
    memcpy(f.msg, p->fault.msg, sizeof f.msg);
    guard_down(&p->guard);
    end(p);
    meet_fault(&f);
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
