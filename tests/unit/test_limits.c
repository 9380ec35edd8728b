/* Limits and the ways out: each in a process of its own, whose status, last line and folder are looked at. */
#define GOESC_STARTS_PROGRAMS /* banned.h: processes of ours that end in each way */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/heap.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/spawn.h"
#include "base/tempdir.h"

static void durations(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {{"0", 0},
                {"30s", 30000000000},
                {"1m30s", 90000000000},
                {"500ms", 500000000},
                {"1.5h", 5400000000000},
                {"+2us", 2000},
                {"3\xc2\xb5s", 3000},
                {"-1ns", -1},
                {".5s", 500000000}};
    static const char *const bad[] = {"", "30", "s", "1x", "-", ".s", "1s2", "1 s", "100000000000h"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t ns = 7;
        assert_true(limits_parse_duration(good[i].text, &ns));
        assert_int_equal(ns, good[i].ns);
    }
    int64_t ns;
    for (size_t i = 0; i < COUNT_OF(bad); i++) assert_false(limits_parse_duration(bad[i], &ns));
}

static void sizes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"0", 0},           {"4096", 4096},         {"1B", 1},
                {"2KB", 2000},      {"512MiB", 512u << 20}, {"1.5GiB", 3ull << 29},
                {"2GB", 2000000000}};
    static const char *const bad[] = {"", "MiB", "1Mi", "1M", "1mb", "-1", "1GiBs", "99999999999TB"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        uint64_t bytes = 7;
        assert_true(limits_parse_size(good[i].text, &bytes));
        assert_int_equal(bytes, good[i].bytes);
    }
    uint64_t bytes;
    for (size_t i = 0; i < COUNT_OF(bad); i++) assert_false(limits_parse_size(bad[i], &bytes));
}

static void folders(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const char *err = NULL, *dir = tempdir_make(&a, NULL, "goesc-unit", false, &err);
    struct stat st;
    assert_non_null(dir);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    const char *other = tempdir_make(&a, dir, "inner", true, &err),
               *kept = arena_printf(&a, "%s/kept", other);
    assert_non_null(other);
    assert_int_equal(close(open(kept, O_CREAT | O_WRONLY, 0600)), 0);
    /* a link to a folder, and a folder without rights */
    const char *away = tempdir_make(&a, NULL, "goesc-unit", false, &err),
               *locked = arena_printf(&a, "%s/locked", away);
    assert_int_equal(symlink(other, arena_printf(&a, "%s/link", away)), 0);
    assert_int_equal(mkdir(locked, 0700), 0);
    assert_int_equal(mkdir(arena_printf(&a, "%s/x", locked), 0), 0);
    assert_int_equal(chmod(locked, 0), 0);
    tempdir_remove(away);
    assert_int_equal(access(away, F_OK), -1);
    assert_int_equal(access(kept, F_OK), 0);
    /* where everybody may replace it */
    assert_int_equal(chmod(other, 0777), 0);
    assert_null(tempdir_make(&a, other, "x", false, &err));
    assert_non_null(strstr(err, "everybody may replace"));
    assert_int_equal(chmod(other, 01777), 0);
    assert_non_null(tempdir_make(&a, other, "x", false, &err));
    tempdir_remove(dir);
    assert_int_equal(access(dir, F_OK), -1);
    arena_release(&a);
}

/* ---- ways out ---- */

static volatile int zero;
static int dig(int n) {
    volatile char room[256];
    room[0] = (char)n;
    return n < 0 ? room[0] : dig(n + 1) + room[zero];
}
static void dig_task(void *arg, int worker) {
    (void)arg;
    limits_doing("example.com/deep");
    dig(worker);
}
static void exhaust_stack(void) {
    Pool *p = pool_new(1, 256 << 10);
    pool_add(p, 0, dig_task, NULL, 0);
    pool_wait(p);
}
static void exhaust_blocks(void) {
    limits_memory(64 << 20, "64MiB", "-max-memory");
    limits_doing("example.com/fat");
    Arena a;
    arena_init(&a);
    for (;;) memset(arena_alloc(&a, 1000), 1, 1000);
}
static void exhaust_piece(void) {
    limits_memory(64 << 20, "64MiB", "-max-memory");
    memset(xmalloc(1u << 30), 1, 1u << 30);
}
static void exhaust_all(void) { xmalloc(SIZE_MAX / 4); }
static void take_time(void) {
    limits_timeout(50000000, "50ms", "-timeout");
    for (;;) zero = 0;
}
static void mistake(void) { BUG("planned"); }
static void told_to_end(void) {
    kill(getpid(), SIGTERM);
    for (;;) pause();
}
static void follow_null(void) { *(volatile int *)(uintptr_t)zero = 1; }

/* fn after a folder was made and a program started: the status, and the last line of standard error in line.
 * Neither folder nor program may be left. */
static int way_out(void (*fn)(void), char *line, size_t n) {
    int fds[2], status = 0;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 2);
        limits_start();
        limits_on_exit(spawn_kill_all);
        limits_on_exit(tempdir_remove_all);
        Arena a;
        arena_init(&a);
        const char *err, *dir = tempdir_make(&a, NULL, "goesc-unit", false, &err);
        /* a shell that has started another: both hold the pipe open */
        StrVec words = {0};
        vec_push(&a, &words, "sh");
        vec_push(&a, &words, "-c");
        vec_push(&a, &words, "sleep 1000 & wait");
        Spawn s = {.path = "/bin/sh", .args = &words, .in = -1, .out = 2, .err = 2};
        if (spawn_start(&s) < 0) _exit(98);
        fprintf(stderr, "%s\n", dir);
        fn();
        _exit(99);
    }
    close(fds[1]);
    FILE *f = fdopen(fds[0], "r");
    char *dir = NULL;
    size_t cap = 0;
    ssize_t k = getline(&dir, &cap, f);
    assert_true(k > 1);
    dir[k - 1] = 0;
    line[0] = 0;
    while (fgets(line, (int)n, f)) continue; /* to the end: nobody has the pipe any more */
    fclose(f);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(access(dir, F_OK), -1);
    libc_free(dir);
    return status;
}

typedef struct Stopper {
    Stop stop;
    int fd; /* a byte comes when the program runs */
} Stopper;

static void *stop_when_it_runs(void *arg) {
    Stopper *s = arg;
    char c;
    if (read(s->fd, &c, 1) == 1) atomic_store(&s->stop.now, STOP);
    return NULL;
}

/* How a run ends that starts the script and is stopped when that says so. */
static FaultKind run_until_stopped(const char *script, Stop *stop) {
    HeapScope heap;
    StopScope scope;
    Fault f;
    Heap *h = heap_new();
    heap_enter(&heap, h);
    stop_enter(&scope, stop);
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) {
        Arena a;
        arena_init(&a);
        StrVec words = {0};
        vec_push(&a, &words, "sh");
        vec_push(&a, &words, "-c");
        vec_push(&a, &words, script);
        const char *output;
        spawn_output(&a, &(Spawn){.path = "/bin/sh", .args = &words}, &output);
    }
    fault_leave(&f);
    stop_leave(&scope);
    heap_leave(&heap);
    heap_release(h);
    return f.kind;
}

/* A run that is to stop does not wait for what it has started: that ends, with what it has started in turn. */
static void stopped_program(void **state) {
    (void)state;
    for (int closes = 0; closes < 2; closes++) { /* what it writes to */
        int fds[2];
        assert_int_equal(pipe(fds), 0); /* the programs hold it */
        Stopper s = {.fd = fds[0]};
        char script[100], c;
        snprintf(script, sizeof script, "%ssleep 1000 & echo >&%d; wait",
                 closes ? "exec >/dev/null 2>&1; " : "", fds[1]);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, stop_when_it_runs, &s), 0);
        assert_int_equal(run_until_stopped(script, &s.stop), FAULT_STOPPED);
        pthread_join(thread, NULL);
        close(fds[1]);
        struct pollfd end = {.fd = fds[0], .events = POLLIN};
        assert_int_equal(poll(&end, 1, 10000), 1);
        assert_int_equal(read(fds[0], &c, 1), 0); /* nobody has it any more */
        close(fds[0]);
    }
}

static void ways_out(void **state) {
    (void)state;
    static const struct {
        void (*fn)(void);
        int status, sig;
        const char *line;
        bool not_asan; /* the sanitizer deals with it first, or wants memory of its own */
    } cases[] = {
        {take_time, 1, 0, "goesc: stopped after 50ms (-timeout)\n", false},
        {told_to_end, 0, SIGTERM, "", false},
        {mistake, 0, SIGABRT, "goesc: internal error: planned", false},
        {exhaust_piece, 1, 0, "goesc: memory limit of 64MiB reached (-max-memory)\n", true},
        /* with the package in hand, when it is the allocator that notices, and not the watcher */
        {exhaust_blocks, 1, 0, "memory limit of 64MiB reached (-max-memory)\n", true},
        {exhaust_all, 1, 0, "goesc: out of memory", true},
        {exhaust_stack, 1, 0, "goesc: example.com/deep: the input nests too deeply (stack exhausted)\n",
         true},
        {follow_null, 0, SIGSEGV, "goesc: internal error: signal 11\n", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
#ifdef __SANITIZE_ADDRESS__
        if (cases[i].not_asan) continue;
#endif
        char line[512];
        int status = way_out(cases[i].fn, line, sizeof line);
        assert_non_null(strstr(line, cases[i].line));
        if (cases[i].sig) assert_true(WIFSIGNALED(status) && WTERMSIG(status) == cases[i].sig);
        else assert_true(WIFEXITED(status) && WEXITSTATUS(status) == cases[i].status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(durations), cmocka_unit_test(sizes),
                                       cmocka_unit_test(folders), cmocka_unit_test(ways_out),
                                       cmocka_unit_test(stopped_program)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
