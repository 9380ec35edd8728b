/* spawn: the one place where other programs are started. What may be started is listed in programs.def;
 * banned.h keeps every other way (fork, exec, popen, system) out of the rest of the code.
 *
 * The rules, which hold for each of them:
 *  - A program is found as the go command finds it (os/exec.LookPath): in $PATH, never in the current
 * directory or another relative one, even where $PATH names one. A name with a slash is taken as it is, from
 * our own working directory.
 *  - Arguments are a list of words. No shell reads them.
 *  - The environment is our own, which is the user's, with the changes that the caller lists. Nothing of it
 * comes from the files that are analysed. PATH loses its relative elements: what a program starts in its turn
 * must not be found in the tree either.
 *  - Of the files that we have open it gets the three that are named (all others are O_CLOEXEC). Signals have
 * their default actions.
 *  - Each has a process group of its own, so that it and all that it started can be ended together.
 *  - Where a limit on memory is set (spawn_limit_memory), it holds for each program, too.
 * The last two, and what happens to PATH, do not concern what the user asks us to run for him (as_user): go
 * test and the tests themselves run as they would without us. */
#ifndef GOESC_SPAWN_H
#define GOESC_SPAWN_H
#include "base/base.h"
#include <sys/types.h>

typedef enum ProgramId {
#define PROGRAM(id, name, what) PROGRAM_##id,
#include "base/programs.def"
#undef PROGRAM
} ProgramId;

/* The absolute path of the program that name stands for. NULL: *err says why, in the words of os/exec. Both
 * live in a. */
const char *spawn_find(Arena *a, const char *name, const char **err);

typedef struct Spawn {
    ProgramId program;
    const char *path;   /* from spawn_find, or another absolute path */
    const StrVec *args; /* argv: the first word is the name that the program is told */
    const char *dir;    /* working directory, absolute; NULL: ours */
    const StrVec *env;  /* NAME=value, each in the place of the variable of this name; NULL: none */
    int in, out, err;   /* descriptors for the program's 0, 1 and 2; -1: /dev/null */
    bool as_user;       /* as the user's shell would start it; keys pressed on the terminal reach it */
} Spawn;

/* Starts it. The process must be handed to spawn_wait. -1: errno says why. Thread-safe. */
pid_t spawn_start(const Spawn *s);
/* Waits for its end: the exit status, or 128 and the number of the signal that ended it. */
int spawn_wait(pid_t pid);
/* Runs it with no input; what it writes to 1 and 2 is *output, in a. The exit status as spawn_wait has it;
 * -1: it could not be started, errno says why. When the run is to stop (fault.h), it and all that it started
 * are killed, and the fault unwinds from here. */
int spawn_output(Arena *a, const Spawn *s, const char **output);
/* This process becomes the program. It returns when that failed; errno says why. */
void spawn_become(const Spawn *s);

/* The end of the process (base/limits.h): kills every program with all that it started, and waits until they
 * are gone. Nothing can be started afterwards. Allocates nothing. */
void spawn_kill_all(void);
/* From now on no program may use more than this many bytes of memory; 0: no limit. */
void spawn_limit_memory(uint64_t bytes);

#endif
