/* The watcher, and the handlers that talk to it.
 *
 * A fault of the processor (SIGSEGV and its like) is told to the watcher too, by a handler that runs on a
 * stack of its own and then sleeps: the thread may hold any lock, and the way out must not need one that it
 * has. When the address lies just below the thread's stack, the stack is exhausted: the input nests too
 * deeply for us. Anything else is a mistake of ours; the process then dies by that signal, as it would have
 * without us, but with its folders removed. With a sanitizer these handlers are its own. */
#include "base/limits.h"
#include "base/machine.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    SAMPLE_MS = 10,
    HANDLER_STACK = 64 << 10,
    STACK_SLACK = 1 << 20,
    MAX_HOOKS = 8,
    WATCHER_STACK = 256 << 10
};

typedef enum NoteKind { NOTE_SIGNAL, NOTE_LOOK, NOTE_FAULT, NOTE_STACK, NOTE_MEMORY } NoteKind;
typedef struct Note { /* what is written into the pipe: at once, since it is short */
    NoteKind kind;
    int sig;
    bool from_kernel;
    const char *doing;
} Note;

static struct {
    bool started;
    int pipe[2];
    pthread_t thread;
    void (*hooks[MAX_HOOKS])(void);
    int nhooks;
    atomic_flag ending;
    atomic_int taken;                /* who wants the signals, or -1 */
    _Atomic int64_t start, deadline; /* nanoseconds of the monotonic clock; deadline 0: none */
    int64_t timeout;
    const char *timeout_text, *timeout_origin, *memory_text, *memory_origin;
    _Atomic uint64_t sampled, since; /* resident at the last sample; obtained since */
} w = {.pipe = {-1, -1}, .ending = ATOMIC_FLAG_INIT, .taken = -1};

uint64_t limits_memory_max;

static _Thread_local const char *doing;
static _Thread_local char *handler_stack;
#if !defined(__SANITIZE_ADDRESS__)
static _Thread_local char *stack_low, *stack_high;
#endif

void limits_doing(const char *what) { doing = what; }

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the way out ---- */

NORETURN static void sleep_forever(void) {
    for (;;) pause();
}

static void claim_end(void) {
    if (atomic_flag_test_and_set(&w.ending)) sleep_forever();
}

static void run_hooks(void) {
    for (int i = 0; i < w.nhooks; i++) w.hooks[i]();
}

void limits_on_exit(void (*fn)(void)) {
    ASSERT(w.nhooks < MAX_HOOKS);
    w.hooks[w.nhooks++] = fn;
}

void limits_finish(void) {
    claim_end();
    run_hooks();
}

void limits_exit(int status) {
    claim_end();
    run_hooks();
    _Exit(status);
}

NORETURN static void die(int sig) {
    run_hooks();
    /* a core file is for our mistakes, and none is left in a folder because somebody pressed a key */
    if (sig == SIGQUIT) setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(sig, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, sig);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), sig);
    raise(sig);
    _Exit(128 + sig);
}

void limits_die(int sig) {
    claim_end();
    die(sig);
}

/* One line to standard error, by no stream: another thread may be writing to it. */
PRINTF_LIKE(1, 2) static void say(const char *fmt, ...) {
    char buf[1024]; /* what does not fit ends in a newline all the same */
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    if (n < 0) return;
    if ((size_t)n >= sizeof buf) {
        n = sizeof buf - 1;
        buf[n - 1] = '\n';
    }
    for (ssize_t at = 0, k; at < n; at += k)
        if ((k = write(2, buf + at, (size_t)(n - at))) <= 0) return;
}

NORETURN static void end_for_memory(const char *what) {
    claim_end();
    say("goesc: %s%smemory limit of %s reached (%s)\n", what ? what : "", what ? ": " : "", w.memory_text,
        w.memory_origin);
    run_hooks();
    _Exit(1);
}

NORETURN static void end_for_time(void) {
    claim_end();
    say("goesc: stopped after %s (%s)\n", w.timeout_text, w.timeout_origin);
    run_hooks();
    _Exit(1);
}

/* ---- the watcher ---- */

static void tell(Note n) {
    while (write(w.pipe[1], &n, sizeof n) < 0 && errno == EINTR) continue;
}

static void heed(const Note *n) {
    int to;
    switch (n->kind) {
    case NOTE_LOOK: return;
    case NOTE_SIGNAL:
        to = atomic_load(&w.taken);
        if (to >= 0) {
            LimitSignal s = {n->sig, n->from_kernel};
            if (write(to, &s, sizeof s) == sizeof s) return;
        }
        limits_die(n->sig);
    case NOTE_MEMORY: end_for_memory(n->doing);
    case NOTE_STACK:
        claim_end();
        say("goesc: %s%sthe input nests too deeply (stack exhausted)\n", n->doing ? n->doing : "",
            n->doing ? ": " : "");
        run_hooks();
        _Exit(1);
    case NOTE_FAULT:
        claim_end();
        say("goesc: internal error: signal %d%s%s\n", n->sig, n->doing ? " in " : "",
            n->doing ? n->doing : "");
        die(n->sig);
    }
}

static uint64_t sample(void) {
    uint64_t n = machine_resident();
    atomic_store(&w.since, 0);
    atomic_store(&w.sampled, n);
    return n;
}

static void *watch(void *arg) {
    (void)arg;
    for (;;) {
        int ms = -1;
        int64_t deadline = atomic_load(&w.deadline);
        if (deadline) ms = (int)MIN(MAX((deadline - now() + 999999) / 1000000, 0), 1 << 30);
        if (limits_memory_max) ms = ms < 0 ? SAMPLE_MS : MIN(ms, SAMPLE_MS);
        struct pollfd fd = {.fd = w.pipe[0], .events = POLLIN};
        if (poll(&fd, 1, ms) > 0) {
            Note n;
            ssize_t k = read(w.pipe[0], &n, sizeof n);
            if (k == 0) return NULL;
            if (k == sizeof n) heed(&n);
        }
        deadline = atomic_load(&w.deadline);
        if (deadline && now() >= deadline) end_for_time();
        if (limits_memory_max && sample() > limits_memory_max) end_for_memory(NULL);
    }
}

static void start_watcher(void) {
    if (pipe(w.pipe) != 0) return;
    for (int i = 0; i < 2; i++) fcntl(w.pipe[i], F_SETFD, FD_CLOEXEC);
    fcntl(w.pipe[1], F_SETFL, O_NONBLOCK);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, WATCHER_STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    w.started = pthread_create(&w.thread, &attr, watch, NULL) == 0;
    pthread_attr_destroy(&attr);
}

/* ---- signals ---- */

static void on_signal(int sig, siginfo_t *info, void *context) {
    (void)context;
    int e = errno;
    tell((Note){.kind = NOTE_SIGNAL, .sig = sig, .from_kernel = info->si_code > 0});
    errno = e;
}

#if !defined(__SANITIZE_ADDRESS__)
static void on_fault(int sig, siginfo_t *info, void *context) {
    (void)context;
    char *at = info->si_addr;
    bool by_kernel = info->si_code > 0; /* not sent by somebody */
    bool stack = (sig == SIGSEGV || sig == SIGBUS) && by_kernel && stack_low &&
                 at < stack_low + STACK_SLACK / 16 && at >= stack_low - STACK_SLACK;
    if (pthread_equal(pthread_self(), w.thread)) {
        signal(sig, SIG_DFL);
        return; /* to the same instruction again */
    }
    tell((Note){.kind = stack ? NOTE_STACK : NOTE_FAULT, .sig = sig, .doing = doing});
    sleep_forever();
}
#endif

void limits_enter_thread(void) {
#if !defined(__SANITIZE_ADDRESS__)
    if (!machine_stack(&stack_low, &stack_high)) stack_low = NULL;
    void *p = mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return;
    stack_t s = {.ss_sp = p, .ss_size = HANDLER_STACK};
    if (sigaltstack(&s, NULL) == 0) handler_stack = p;
    else munmap(p, HANDLER_STACK);
#endif
}

void limits_leave_thread(void) {
    if (!handler_stack) return;
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(handler_stack, HANDLER_STACK);
    handler_stack = NULL;
}

static void handle(int sig, void (*fn)(int, siginfo_t *, void *), int flags) {
    struct sigaction sa = {.sa_sigaction = fn, .sa_flags = SA_SIGINFO | flags}, before;
    sigemptyset(&sa.sa_mask);
    if (sigaction(sig, NULL, &before) == 0 && !(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_IGN)
        return;
    sigaction(sig, &sa, NULL);
}

void limits_start(void) {
    atomic_store(&w.start, now());
    start_watcher();
    if (!w.started) return; /* then signals end us at once, as they do by default */
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < COUNT_OF(ends); i++) handle(ends[i], on_signal, SA_RESTART);
    limits_enter_thread();
#if !defined(__SANITIZE_ADDRESS__)
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    for (size_t i = 0; i < COUNT_OF(faults); i++) handle(faults[i], on_fault, SA_ONSTACK | SA_NODEFER);
#endif
}

int limits_take_signals(void) {
    int fds[2];
    if (!w.started || pipe2(fds, O_CLOEXEC) != 0) return -1;
    atomic_store(&w.taken, fds[1]);
    return fds[0];
}

void limits_give_signals(int fd) {
    int other = atomic_exchange(&w.taken, -1);
    if (other >= 0) close(other);
    if (fd >= 0) close(fd);
}

/* ---- limits ---- */

static void set_deadline(void) {
    int64_t deadline = w.timeout ? atomic_load(&w.start) + w.timeout : 0;
    if (deadline && now() >= deadline) end_for_time(); /* over before the watcher looks */
    atomic_store(&w.deadline, deadline);
    if (w.started) tell((Note){.kind = NOTE_LOOK});
}

void limits_timeout(int64_t nanoseconds, const char *text, const char *origin) {
    w.timeout_text = text;
    w.timeout_origin = origin;
    w.timeout = nanoseconds > 0 ? nanoseconds : 0;
    set_deadline();
}

void limits_restart_clock(void) {
    atomic_store(&w.start, now());
    set_deadline();
}

void limits_memory(uint64_t bytes, const char *text, const char *origin) {
    w.memory_text = text;
    w.memory_origin = origin;
    limits_memory_max = bytes;
    if (bytes) sample();
    if (w.started) tell((Note){.kind = NOTE_LOOK});
}

void limits_obtained_slow(size_t n) {
    uint64_t since = atomic_fetch_add(&w.since, n) + n;
    if (atomic_load(&w.sampled) + since <= limits_memory_max) return;
    if (sample() + n <= limits_memory_max) { /* much was given back, or is not touched yet */
        atomic_fetch_add(&w.since, n);
        return;
    }
    if (!w.started) end_for_memory(doing);
    tell((Note){.kind = NOTE_MEMORY, .doing = doing});
    sleep_forever();
}

/* ---- how they are written ---- */

bool limits_parse_duration(const char *s, int64_t *nanoseconds) {
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1},   {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"\xce\xbcs", 1e3},
                 {"ms", 1e6}, {"s", 1e9},  {"m", 60e9},        {"h", 3600e9}};
    bool minus = *s == '-';
    double sum = 0;
    if (*s == '-' || *s == '+') s++;
    if (!*s) return false;
    if (!strcmp(s, "0")) return *nanoseconds = 0, true;
    while (*s) {
        double v = 0, scale = 1;
        bool digits = false;
        for (; *s >= '0' && *s <= '9'; s++, digits = true) v = v * 10 + (*s - '0');
        if (*s == '.')
            for (s++; *s >= '0' && *s <= '9'; s++, digits = true) v += (*s - '0') * (scale /= 10);
        size_t n = strcspn(s, "0123456789."), k = 0;
        while (k < COUNT_OF(units) && (strlen(units[k].name) != n || strncmp(units[k].name, s, n) != 0)) k++;
        if (!digits || k == COUNT_OF(units)) return false;
        sum += v * units[k].ns;
        s += n;
    }
    if (sum > 9223372036854774784.0) return false;
    *nanoseconds = minus ? -(int64_t)sum : (int64_t)sum;
    return true;
}

bool limits_parse_size(const char *s, uint64_t *bytes) {
    static const char letters[] = "KMGT";
    double v = 0, scale = 1;
    bool digits = false;
    for (; *s >= '0' && *s <= '9'; s++, digits = true) v = v * 10 + (*s - '0');
    if (*s == '.')
        for (s++; *s >= '0' && *s <= '9'; s++, digits = true) v += (*s - '0') * (scale /= 10);
    if (!digits) return false;
    const char *letter = *s ? strchr(letters, *s) : NULL;
    if (letter) {
        double base = s[1] == 'i' ? 1024 : 1000;
        for (const char *p = letters; p <= letter; p++) v *= base;
        s += s[1] == 'i' ? 2 : 1;
        if (*s != 'B') return false;
    }
    if (*s == 'B') s++;
    if (*s || v > 9e18) return false;
    *bytes = (uint64_t)v;
    return true;
}
