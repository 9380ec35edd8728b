/* machine: what each operating system says in its own way about memory, stacks and processes. No other file
 * asks for these. Where a system has no answer, a function says so, and its caller does without. Nothing here
 * allocates, so all of it may be called when memory is exhausted. */
#ifndef GOESC_MACHINE_H
#define GOESC_MACHINE_H
#include "base/base.h"
#include <sys/types.h>

size_t machine_resident(void); /* bytes of memory that this process occupies now; 0: unknown */
/* The stack of this thread; false: unknown. */
bool machine_stack(char **low, char **high);
/* From now on the orphans of our children become our own children, so that we can wait for them. */
void machine_adopt_orphans(void);
/* Sends sig to every process that descends from pid, and to pid itself. Where that can't be found out, to pid
 * alone. */
void machine_signal_tree(pid_t pid, int sig);
/* Kills every descendant of this process that is no child which somebody waits for, and reaps those that have
 * become our children. */
void machine_kill_orphans(void);
/* No more than this many bytes of data for another process. */
void machine_limit_memory(pid_t pid, uint64_t bytes);
/* Calls fn with each entry of the open folder but "." and ".."; false: it can't be read. */
bool machine_each_entry(int fd, void (*fn)(int fd, const char *name, int depth), int depth);

#endif
