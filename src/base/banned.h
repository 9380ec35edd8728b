/* Functions that overrun, share hidden state or hide errors: naming one does not compile. Included by base.h,
 * after the headers that declare them; the replacement stands beside each. */
#ifndef GOESC_BANNED_H
#define GOESC_BANNED_H

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BANNED(f) goesc_does_not_use_##f

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#define strcpy(d, s) BANNED(strcpy) /* memcpy, StrBuf, arena_strndup */
#define strcat(d, s) BANNED(strcat) /* StrBuf */
#define strncpy(d, s, n) BANNED(strncpy)
#define strncat(d, s, n) BANNED(strncat)
#define stpcpy(d, s) BANNED(stpcpy)

#undef sprintf
#undef vsprintf
#define sprintf(...) BANNED(sprintf) /* sb_printf, arena_printf, snprintf */
#define vsprintf(...) BANNED(vsprintf)

#undef gets
#undef scanf
#undef fscanf
#undef sscanf
#define gets(s) BANNED(gets)     /* getline */
#define scanf(...) BANNED(scanf) /* strtol and its like, which say where they stopped */
#define fscanf(...) BANNED(fscanf)
#define sscanf(...) BANNED(sscanf)

#undef puts
#undef vprintf
#undef perror
#undef dprintf
#undef vdprintf
#undef psignal
#define puts(s) BANNED(puts)         /* printf, fputs to stdout: these go by base/term.h */
#define vprintf(...) BANNED(vprintf) /* vfprintf */
#define perror(s) BANNED(perror)     /* fprintf to stderr, errno_text */
#define dprintf(...) BANNED(dprintf) /* fprintf */
#define vdprintf(...) BANNED(vdprintf)
#define psignal(s, m) BANNED(psignal)

#undef strtok
#undef asctime
#undef ctime
#undef gmtime
#undef localtime
#undef rand
#define strtok(s, d) BANNED(strtok) /* strsep, strtok_r: more than one thread may be here */
#define asctime(t) BANNED(asctime)  /* strftime */
#define ctime(t) BANNED(ctime)
#define gmtime(t) BANNED(gmtime)       /* gmtime_r */
#define localtime(t) BANNED(localtime) /* localtime_r */
#define rand() BANNED(rand)

#undef system
#undef mktemp
#undef tmpnam
#undef tempnam
#define system(s) BANNED(system) /* spawn.h: no shell reads file names */
#define mktemp(s) BANNED(mktemp) /* mkstemp, mkdtemp */
#define tmpnam(s) BANNED(tmpnam)
#define tempnam(d, p) BANNED(tempnam)

/* Other programs are started in base/spawn.c alone. */
#ifndef GOESC_STARTS_PROGRAMS
#define popen(...) BANNED(popen) /* spawn.h */
#define posix_spawn(...) BANNED(posix_spawn)
#define posix_spawnp(...) BANNED(posix_spawnp)
#define execv(...) BANNED(execv)
#define execve(...) BANNED(execve)
#define execvp(...) BANNED(execvp)
#define execvpe(...) BANNED(execvpe)
#define execl(...) BANNED(execl)
#define execlp(...) BANNED(execlp)
#define execle(...) BANNED(execle)
#define fexecve(...) BANNED(fexecve)
#define fork() BANNED(fork)
#define vfork() BANNED(vfork)
#endif

#if !defined(GOESC_MAY_FREE)
#undef free
#define free(p) BANNED(free) /* free_heap: of xmalloc and containers; libc_free: of the C library */
#endif

#undef alloca
#define alloca(n) BANNED(alloca) /* an arena */

#endif
