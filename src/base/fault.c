/* Faults, guards and requests to stop (fault.h). Nothing here allocates: words go to the barrier's own
 * memory. */
#include "base/fault.h"
#include "base/limits.h"
#include <signal.h>

static _Thread_local Fault *innermost;
static _Thread_local Guard *guards; /* innermost first */
_Thread_local Stop *stop_entered;

void guard_up(Guard *g, void (*undo)(Guard *g)) {
    g->undo = undo;
    g->outer = guards;
    guards = g;
}

void guard_down(Guard *g) { guards = g->outer; }

static void give_back(Guard *g) { pthread_mutex_unlock(((Held *)g)->mutex); }

void lock_take(Held *h, pthread_mutex_t *m) {
    pthread_mutex_lock(m);
    h->mutex = m;
    guard_up(&h->guard, give_back);
}

void lock_give(Held *h) {
    guard_down(&h->guard);
    pthread_mutex_unlock(h->mutex);
}

static void stop_restore(Guard *g) { stop_entered = ((StopScope *)g)->outer; }

void stop_enter(StopScope *scope, Stop *stop) {
    scope->outer = stop_entered;
    stop_entered = stop;
    guard_up(&scope->guard, stop_restore);
}

void stop_leave(StopScope *scope) {
    guard_down(&scope->guard);
    stop_entered = scope->outer;
}

void fault_enter(Fault *f) {
    f->msg[0] = 0;
    f->kind = FAULT_NONE;
    f->guards = guards;
    f->outer = innermost;
    innermost = f;
}

void fault_leave(Fault *f) { innermost = f->outer; }

NORETURN static void unwind(Fault *f) {
    while (guards != f->guards) {
        Guard *g = guards;
        guards = g->outer;
        g->undo(g);
    }
    innermost = f->outer;
    longjmp(f->env, 1);
}

/* msg may be the barrier's own. */
NORETURN static void raise_fault(FaultKind kind, const char *msg) {
    Fault alone, *f = innermost ? innermost : &alone;
    f->kind = kind;
    if (msg != f->msg) snprintf(f->msg, sizeof f->msg, "%s", msg);
    if (innermost) unwind(f);
    char line[600];
    fault_line(f, line, sizeof line);
    fputs(line, stderr);
    if (kind == FAULT_BUG) limits_die(SIGABRT);
    limits_exit(1);
}

void fault_rethrow(const Fault *f) {
    char msg[sizeof f->msg]; /* f can be on a stack that is unwound */
    snprintf(msg, sizeof msg, "%s", f->msg);
    raise_fault(f->kind, msg);
}

void fault_line(const Fault *f, char *buf, size_t n) {
    const char *what = f->kind == FAULT_BUG ? "internal error: " : "";
    if (f->kind == FAULT_BUG || f->kind == FAULT_MEMORY) snprintf(buf, n, "goesc: %s%s\n", what, f->msg);
    else *buf = 0;
}

void fault_stopped(void) {
    if (stop_entered->now == STOP_AS_BUG) BUG("a test asked for this");
    raise_fault(FAULT_STOPPED, "");
}

void bug_at(const char *file, int line, const char *fmt, ...) {
    char words[400], msg[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    snprintf(msg, sizeof msg, "%s (%s:%d)", words, file, line);
    raise_fault(FAULT_BUG, msg);
}

void oom(size_t n) {
    char msg[80];
    snprintf(msg, sizeof msg, "out of memory (%zu bytes wanted)", n);
    raise_fault(FAULT_MEMORY, msg);
}

void fault_plan(Stop *stop, uint32_t n) { stop->fail_in = n; }

static bool is_planned(void) {
    if (!stop_entered || !atomic_load_explicit(&stop_entered->fail_in, memory_order_relaxed)) return false;
    return --stop_entered->fail_in == 0;
}

#ifdef GOESC_HOSTILE
/* Whether this allocation is the one that GOESC_FAIL_ALLOC wants to fail. */
bool alloc_fails(void) {
    static uint64_t count, want; /* want: 0 before the first look, UINT64_MAX none */
    uint64_t w = __atomic_load_n(&want, __ATOMIC_RELAXED);
    if (!w) {
        const char *s = getenv("GOESC_FAIL_ALLOC");
        w = s && *s ? strtoull(s, NULL, 10) : UINT64_MAX;
        __atomic_store_n(&want, w, __ATOMIC_RELAXED);
    }
    return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) == w || is_planned();
}
#else
bool alloc_fails(void) { return is_planned(); }
#endif
