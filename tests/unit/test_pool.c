/* base/pool.c: order, tasks that add tasks, waiting; no test depends on how fast a task is. */
#include "base/pool.h"
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <cmocka.h>

enum { STACK = 1 << 20 };

/* ---- order ---- */

typedef struct Order {
    Pool *pool;
    sem_t begin;
    int seen[64], n;
} Order;

typedef struct Step {
    Order *o;
    int number;
} Step;

/* The pool copies its argument: these tasks are handed a pointer. */
static void add(Pool *p, uint32_t priority, PoolFn fn, const void *what) {
    pool_add(p, priority, fn, &what, sizeof what);
}

static void hold(void *arg, int worker) {
    (void)worker;
    sem_wait(&(*(Order **)arg)->begin);
}

static void note(void *arg, int worker) {
    Step *s = *(Step **)arg;
    if (worker != 0) abort(); /* an assertion is for the main thread */
    s->o->seen[s->o->n++] = s->number;
}

/* One worker, held until all tasks are there: they run by priority, and in the order of adding where that is the same. */
static void test_order(void **state) {
    (void)state;
    static const uint32_t priority[] = {5, 1, 3, 1, 0, UINT32_MAX, 3, 5, 0, 2, 2, 1, 4};
    static const int want[] = {4, 8, 1, 3, 11, 9, 10, 2, 6, 12, 0, 7, 5};
    Order o = {.pool = pool_new(1, STACK)};
    sem_init(&o.begin, 0, 0);
    Step steps[COUNT_OF(priority)];
    add(o.pool, 0, hold, &o);
    for (size_t i = 0; i < COUNT_OF(priority); i++) {
        steps[i] = (Step){&o, (int)i};
        add(o.pool, priority[i], note, &steps[i]);
    }
    sem_post(&o.begin);
    pool_wait(o.pool);
    assert_int_equal(o.n, COUNT_OF(priority));
    assert_memory_equal(o.seen, want, sizeof want);
    pool_free(o.pool);
    sem_destroy(&o.begin);
}

static void add_more(void *arg, int worker) {
    Step *s = *(Step **)arg;
    note(arg, worker);
    add(s->o->pool, 1, note, &s[1]); /* goes before those that wait with 2 */
    add(s->o->pool, 3, note, &s[2]); /* and this after them */
}

static void test_order_of_added(void **state) {
    (void)state;
    static const int want[] = {0, 1, 3, 4, 2};
    Order o = {.pool = pool_new(1, STACK)};
    sem_init(&o.begin, 0, 0);
    Step steps[5];
    for (int i = 0; i < 5; i++) steps[i] = (Step){&o, i};
    add(o.pool, 0, hold, &o);
    add(o.pool, 2, note, &steps[3]);
    add(o.pool, 2, note, &steps[4]);
    add(o.pool, 0, add_more, &steps[0]);
    sem_post(&o.begin);
    pool_wait(o.pool);
    assert_int_equal(o.n, 5);
    assert_memory_equal(o.seen, want, sizeof want);
    pool_free(o.pool);
    sem_destroy(&o.begin);
}

/* ---- many ---- */

enum { WORKERS = 5, MANY = 200000 };

typedef struct Many {
    unsigned char ran[MANY]; /* each task has one of its own */
    long by_worker[WORKERS]; /* not atomic: a worker runs one task at a time */
} Many;

static Many many;

static void count(void *arg, int worker) {
    if (worker < 0 || worker >= WORKERS) abort();
    ++**(unsigned char **)arg;
    many.by_worker[worker]++;
}

static void ran_once(void) {
    long sum = 0;
    for (int i = 0; i < MANY; i++)
        if (many.ran[i] != 1) fail_msg("task %d ran %d times", i, many.ran[i]);
    for (int i = 0; i < WORKERS; i++) sum += many.by_worker[i];
    assert_int_equal(sum, MANY);
}

static void test_many(void **state) {
    (void)state;
    memset(&many, 0, sizeof many);
    Pool *p = pool_new(WORKERS, STACK);
    for (int i = 0; i < MANY; i++) add(p, (uint32_t)(i * 7919 % 1000), count, &many.ran[i]);
    pool_wait(p);
    ran_once();
    pool_free(p);
}

typedef struct Adder {
    Pool *pool;
    int from, to;
} Adder;

static void *add_range(void *arg) {
    Adder *a = arg;
    for (int i = a->from; i < a->to; i++) add(a->pool, (uint32_t)(i % 3), count, &many.ran[i]);
    return NULL;
}

/* Four threads add while the workers run. */
static void test_adders(void **state) {
    (void)state;
    memset(&many, 0, sizeof many);
    Pool *p = pool_new(WORKERS, STACK);
    pthread_t threads[4];
    Adder adders[4];
    for (int i = 0; i < 4; i++) {
        adders[i] = (Adder){p, MANY / 4 * i, MANY / 4 * (i + 1)};
        assert_int_equal(pthread_create(&threads[i], NULL, add_range, &adders[i]), 0);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    pool_wait(p);
    ran_once();
    pool_free(p);
}

/* ---- tasks that add tasks ---- */

typedef struct Tree {
    Pool *pool;
    atomic_int ran;
} Tree;

typedef struct Branch {
    Tree *tree;
    int depth;
} Branch;

static void grow(void *arg, int worker) {
    (void)worker;
    Branch *b = arg;
    for (int i = 0; b->depth && i < 3; i++) {
        Branch kid = {b->tree, b->depth - 1};
        pool_add(b->tree->pool, (uint32_t)b->depth, grow, &kid, sizeof kid);
    }
    atomic_fetch_add(&b->tree->ran, 1);
}

/* Waiting is over when the last task that was added by a task has ended; then the pool takes more. */
static void test_tree(void **state) {
    (void)state;
    for (int workers = 1; workers <= 4; workers++) {
        Tree t = {.pool = pool_new(workers, STACK)};
        pool_wait(t.pool); /* nothing to wait for */
        for (int times = 1; times <= 3; times++) {
            Branch root = {&t, 8};
            pool_add(t.pool, 0, grow, &root, sizeof root);
            pool_wait(t.pool);
            assert_int_equal(atomic_load(&t.ran), times * 9841); /* 1 + 3 + 9 + … + 6561 */
        }
        pool_free(t.pool);
    }
}

/* pool_free waits, too. */
static void test_end(void **state) {
    (void)state;
    Tree t = {.pool = pool_new(3, STACK)};
    Branch root = {&t, 6};
    pool_add(t.pool, 0, grow, &root, sizeof root);
    pool_free(t.pool);
    assert_int_equal(atomic_load(&t.ran), 1093);
    pool_free(NULL);
    pool_free(pool_new(2, STACK));
}

static void is_first(void *arg, int worker) {
    (void)arg;
    if (worker != 0) abort();
}

static void deep(void *arg, int worker) {
    (void)worker;
    volatile char room[48 << 20]; /* more than an ordinary thread has */
    for (size_t i = 0; i < sizeof room; i += 4096) room[i] = 1;
    **(int **)arg = room[4096];
}

static void test_sizes(void **state) {
    (void)state;
    Pool *p = pool_new(1, STACK);
    add(p, 0, is_first, NULL);
    pool_free(p);
    int touched = 0;
    p = pool_new(1, 64 << 20);
    add(p, 0, deep, &touched);
    pool_free(p);
    assert_int_equal(touched, 1);
    assert_true(cpu_count() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_order_of_added),
                                       cmocka_unit_test(test_many),  cmocka_unit_test(test_adders),
                                       cmocka_unit_test(test_tree),  cmocka_unit_test(test_end),
                                       cmocka_unit_test(test_sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
