/* Very many analyses in one process, two at a time: contents and architecture change from run to run, every
 * tenth is stopped by another thread somewhere on its way, every hundredth meets a fault: an allocation that
 * fails, or a mistake of ours. Nothing may be left behind: not a position, not a piece of memory, and the
 * process may not grow.
 *
 * test_many_runs [RUNS [std]]: 300 without an argument; std: packages of the installed Go are imported, too.
 * With "stop" instead, std is analysed and stopped again and again, and the time that this takes is printed.
 */
#include "runs.h"
#include <time.h>

static char root[] = "/tmp/goesc-many-XXXXXX";
static int runs = 300;
static bool with_std;

enum { THREADS = 2, WARM = 100 };

typedef struct Worker {
    int number;
    long pages; /* of the process after the first hundred runs, of all threads */
    int stopped, faults, bad;
} Worker;

static _Atomic(int) begun;
static _Atomic(long) pages_then;

static long pages(void) {
    long all, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    char line[200] = "";
    char *end = fgets(line, sizeof line, f);
    all = end ? strtol(line, &end, 10) : 0;
    if (all) resident = strtol(end, NULL, 10);
    fclose(f);
    return resident;
}

typedef struct Stopper {
    Stop *stop;
    long microseconds;
} Stopper;

static void *stopper_main(void *arg) {
    const Stopper *s = arg;
    nanosleep(&(struct timespec){.tv_nsec = s->microseconds * 1000}, NULL);
    atomic_store(&s->stop->now, STOP);
    return NULL;
}

static void write_program(const char *dir, int run) {
    Arena a;
    arena_init(&a);
    int k = run % 17;
    const char *more = with_std ? "import (\n\t\"errors\"\n\t\"strconv\"\n\t\"strings\"\n)\n\n"
                                  "var W = strings.Repeat(strconv.Itoa(3), 2)\nvar E = errors.New(W)\n"
                                : "";
    write_text(dir, "q/q.go",
               arena_printf(&a,
                            "package q\n\n%s\ntype N%d [%d]int\n\n"
                            "func New() *N%d { return &N%d{} }\n",
                            more, k, k + 1, k, k));
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb,
            "package p\n\nimport (\n\t\"fmt\"\n\t\"m/list\"\n\t\"m/q\"\n)\n\ntype T struct{ a, b int }\n\n"
            "func (t T) String() string { return \"t\" }\n\nfunc Box[V any](v V) any { return v }\n\n");
    for (int i = 0; i < 3 + run % 20; i++)
        sb_printf(
            &sb,
            "func F%d(l *list.List[T]) any {\n\tx := make([]int, %d)\n\tx[0] = "
            "len(fmt.Sprint(list.Join(l.All)))\n"
            "\tdefer func() { x[0]++ }()\n\tm := map[string]any{\"a\": Box(T{x[0], 2}), \"b\": q.New()}\n"
            "\tfor v := range l.All {\n\t\tm[v.String()] = func() any { return Box(v) }\n\t}\n"
            "\treturn m%s\n}\n",
            i, 1000 * (run % 30), run % 7 == 6 ? "[0]" : "");
    write_text(dir, "p.go", sb_str(&sb));
    sb_release(&sb);
    arena_release(&a);
}

static void one_run(Worker *w, const char *dir, int run) {
    static const char *const archs[] = {"amd64", "386", "arm64", "wasm", "mips"};
    Analysis r = {0};
    pthread_t thread;
    Stopper s = {&r.stop, (run * 7919L) % 3000};
    bool stops = run % 10 == 9, faults = run % 100 == 50, bug = run % 200 == 50;
    write_program(dir, run);
    if (stops && pthread_create(&thread, NULL, stopper_main, &s) != 0) stops = false;
    if (faults && !bug) fault_plan(&r.stop, 1 + (uint32_t)(run * 104729L % 2000));
    if (faults && bug) r.stop.now = STOP_AS_BUG;
    analysis_begin(&r, dir, archs[run % COUNT_OF(archs)], "./...", run % 3 == 0);
    if (stops) pthread_join(thread, NULL);
    if (r.fault == FAULT_STOPPED) w->stopped++;
    if (r.fault == FAULT_BUG || r.fault == FAULT_MEMORY) w->faults++;
    bool whole = r.fault == FAULT_NONE && !faults;
    if (whole &&
        (r.status != (run % 7 == 6) || !strstr(r.text, run % 7 == 6 ? "cannot use" : "escapes to heap"))) {
        w->bad++;
        fprintf(stderr, "run %d: status %d\n%s\n", run, r.status, r.text);
    }
    if (!stops && !faults && r.fault != FAULT_NONE) {
        w->bad++;
        fprintf(stderr, "run %d: fault %d: %s\n", run, r.fault, r.msg);
    }
    analysis_end(&r);
    if (whole && r.left) {
        w->bad++;
        fprintf(stderr, "run %d: %zu pieces of memory left\n", run, r.left);
    }
}

static void *worker_main(void *arg) {
    Worker *w = arg;
    char dir[64];
    snprintf(dir, sizeof dir, "%s/m%d", root, w->number);
    write_text(dir, "go.mod", "module m\n\ngo 1.26\n");
    write_text(
        dir, "list/list.go",
        "package list\n\nimport \"iter\"\n\ntype List[T any] struct {\n\tnext *List[T]\n\tv    T\n}\n\n"
        "func (l *List[T]) All(yield func(T) bool) {\n\tfor ; l != nil && yield(l.v); l = l.next "
        "{\n\t}\n}\n\n"
        "func Join[T interface{ String() string }](seq iter.Seq[T]) (s string) {\n"
        "\tfor x := range seq {\n\t\ts += x.String()\n\t}\n\treturn\n}\n");
    for (int run; (run = begun++) < runs;) {
        one_run(w, dir, run);
        if (run == WARM) pages_then = pages();
    }
    return NULL;
}

static void nothing_is_left(void **state) {
    (void)state;
    Worker w[THREADS] = {{0}};
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++) {
        w[i].number = i;
        assert_int_equal(pthread_create(&t[i], NULL, worker_main, &w[i]), 0);
    }
    int stopped = 0, faults = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(w[i].bad, 0);
        stopped += w[i].stopped;
        faults += w[i].faults;
    }
    assert_int_equal(posbase_taken(), 0);
    long now = pages(), page = sysconf(_SC_PAGESIZE) >> 10;
    print_message("%d runs, %d stopped, %d faults; %ld KiB resident after %d runs, %ld at the end\n", runs,
                  stopped, faults, pages_then * page, WARM, now * page);
    assert_true(faults > 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(now <= pages_then + pages_then / 20);
#endif
}

static double now_ms(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

typedef struct TimedStop {
    Stop *stop;
    long ms;
    double at;
} TimedStop;

static void *timed_stop_main(void *arg) {
    TimedStop *s = arg;
    nanosleep(&(struct timespec){.tv_sec = s->ms / 1000, .tv_nsec = s->ms % 1000 * 1000000}, NULL);
    s->at = now_ms();
    atomic_store(&s->stop->now, STOP);
    return NULL;
}

/* How long std takes to stop; nothing is asserted of time. */
static int time_stops(void) {
    double worst = 0;
    for (int i = 0; i < 40; i++) {
        Analysis r = {0};
        pthread_t t;
        TimedStop s = {&r.stop, 20 + i * 150, 0};
        if (pthread_create(&t, NULL, timed_stop_main, &s) != 0) return 1;
        analysis_begin(&r, root, NULL, "std", true);
        double end = now_ms();
        pthread_join(t, NULL);
        if (r.fault == FAULT_STOPPED) {
            worst = end - s.at > worst ? end - s.at : worst;
            printf("stopped after %ld ms: %.1f ms later it was over\n", s.ms, end - s.at);
        }
        analysis_end(&r);
    }
    printf("at most %.1f ms\n", worst);
    return 0;
}

int main(int argc, char **argv) {
    if (!mkdtemp(root)) return 1;
    if (argc > 1 && !strcmp(argv[1], "stop")) return time_stops();
    if (argc > 1) runs = atoi(argv[1]);
    with_std = argc > 2 && !strcmp(argv[2], "std");
    if (with_std) {
        setenv("GOFLAGS", "", 1);
        setenv("GOWORK", "off", 1);
        setenv("CGO_ENABLED", "0", 1);
    } else {
        char goroot[64];
        snprintf(goroot, sizeof goroot, "%s/go", root);
        write_goroot(goroot);
        use_goroot(goroot);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder(root);
    return failed;
}
