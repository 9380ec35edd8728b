/* limits: how long and with how much memory we may run, and the ways out of the process.
 *
 * One thread, the watcher, waits for signals, for the deadline and for memory; it alone ends the process when
 * one of them says so. Handlers of signals do nothing but write into a pipe that it reads. At the end it
 * calls what limits_on_exit was given, in that order, and then exits with status 1, or dies by the signal
 * with which we were told to end, so that a shell sees which. Whoever else leaves early (out of memory, our
 * own mistakes) comes by limits_exit or limits_die. Who comes second sleeps until the first has ended the
 * process.
 *
 * Programs that we start need no care: their handlers are the default ones, and no signal is blocked.
 *
 * Memory counts as what is resident, sampled by the watcher every few milliseconds, and what was obtained
 * since the last sample (limits_obtained, called by the allocators for large pieces), so that a burst cannot
 * get far between two samples. */
#ifndef GOESC_LIMITS_H
#define GOESC_LIMITS_H
#include "base/base.h"

/* ---- starting and ending ---- */

/* At the start of main, before there is another thread. Signals that are ignored stay ignored. */
void limits_start(void);
/* At the start of each other thread: what happens when its stack is exhausted. And at its end. */
void limits_enter_thread(void);
void limits_leave_thread(void);
/* What this thread is busy with, for messages: a package or a file, or NULL. Not copied. */
void limits_doing(const char *what);
/* What is done on every way out. Called in the order given; must not allocate. */
void limits_on_exit(void (*fn)(void));
/* The ordinary end of main, which is to exit with status at once: does what is done on every way out. */
void limits_finish(void);
NORETURN void limits_exit(int status); /* at once, with nothing but that done; stdio is not flushed */
NORETURN void limits_die(int sig);     /* likewise, by this signal */

/* From now on signals that tell us to end do not: each is written to the pipe whose other end is returned, as
 * a LimitSignal. -1: not possible. limits_give_signals gives the descriptor back. */
typedef struct LimitSignal {
    int sig;
    bool from_kernel; /* a key on the terminal: other processes in front of it got it too */
} LimitSignal;
int limits_take_signals(void);
void limits_give_signals(int fd);

/* ---- limits ---- */

/* "1m30s" as Go's time.ParseDuration reads it; false: it is none. */
bool limits_parse_duration(const char *s, int64_t *nanoseconds);
/* Bytes, or a number with KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (of 1024). */
bool limits_parse_size(const char *s, uint64_t *bytes);

/* The process ends when it is nanoseconds old; 0: never. text and origin are for the message: "stopped after
 * text (origin)". They must stay valid. */
void limits_timeout(int64_t nanoseconds, const char *text, const char *origin);
void limits_memory(uint64_t bytes, const char *text, const char *origin); /* 0: no limit */
/* The time until now does not count. */
void limits_restart_clock(void);

extern uint64_t limits_memory_max; /* 0: no limit. For limits_obtained alone */
void limits_obtained_slow(size_t n);
/* n bytes are about to be obtained from the system. Does not return when that is too much. */
static inline void limits_obtained(size_t n) {
    if (__builtin_expect(limits_memory_max != 0, 0)) limits_obtained_slow(n);
}

#endif
