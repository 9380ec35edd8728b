/* Programs are spawned, not forked: to copy the page tables of a large process takes longer than cgo takes to
 * run, and between fork and exec in a process with threads hardly anything is safe.
 *
 * What runs is kept in a list, from the moment it starts until somebody has waited for it, so that the ways
 * out of the process (a signal, a deadline) can end it. The list's lock is held while a program starts:
 * nothing can start unseen behind spawn_kill_all. A process that has been waited for is out of the list under
 * the same lock, before its number can be given to another: the wait looks first (WNOWAIT), then takes the
 * lock, then reaps. */
#define GOESC_STARTS_PROGRAMS /* banned.h lets this file, and no other */
#include "base/spawn.h"
#include "base/heap.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/unicode.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- finding ---- */

/* As os/exec.findExecutable: 0, or the error. */
static int executable(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) return errno;
    if (S_ISDIR(st.st_mode)) return EISDIR;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static const char *absolute(Arena *a, const char *path) {
    if (path[0] == '/') return path;
    char *cwd = getcwd(NULL, 0);
    const char *full = cwd ? arena_printf(a, "%s/%s", cwd, path) : NULL;
    libc_free(cwd);
    return full;
}

/* The words of os/exec, in which the name is quoted. */
static const char *cannot(Arena *a, const char *name, const char *why) {
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "exec: ");
    sb_add_quoted(&sb, name, strlen(name));
    sb_printf(&sb, ": %s", why);
    return sb_arena(&sb, a);
}

const char *spawn_find(Arena *a, const char *name, const char **err) {
    if (strchr(name, '/')) {
        int e = executable(name);
        const char *full = e ? NULL : absolute(a, name);
        if (full) return full;
        if (!e) e = errno;
        bool stat = e == ENOENT || e == ENOTDIR;
        *err = cannot(a, name, stat ? arena_printf(a, "stat %s: %s", name, errno_text(e)) : errno_text(e));
        return NULL;
    }
    const char *p = getenv("PATH");
    bool more = p && *p && *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    while (more) { /* an empty element, also behind a last colon, is the current directory */
        size_t n = strcspn(p, ":");
        const char *file = arena_printf(a, "%.*s%s%s", (int)n, p, n && p[n - 1] != '/' ? "/" : "", name);
        if (executable(file) == 0) {
            if (file[0] == '/') return file;
            *err = cannot(a, name, "cannot run executable found relative to current directory");
            return NULL;
        }
        more = p[n] == ':';
        p += n + more;
    }
    *err = cannot(a, name, "executable file not found in $PATH");
    return NULL;
}

/* ---- environment ---- */

static bool same_name(const char *x, const char *y) {
    size_t n = strcspn(x, "=");
    return strncmp(x, y, n + 1) == 0;
}

/* PATH=… with the absolute elements only. */
static char *safe_path(Arena *a, const char *var) {
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "PATH=");
    const char *sep = "";
    for (const char *p = var + strlen("PATH="); *p;) {
        size_t n = strcspn(p, ":");
        if (*p == '/') {
            sb_adds(&sb, sep);
            sb_add(&sb, p, n);
            sep = ":";
        }
        p += n + (p[n] == ':');
    }
    return sb_arena(&sb, a);
}

static char **environment(Arena *a, const Spawn *s) {
    const StrVec *changes = s->env;
    uint32_t n = 0, m = changes ? changes->n : 0, w = 0;
    while (environ[n]) n++;
    char **ev = NEW_ARRAY(a, char *, n + m + 1);
    for (uint32_t i = 0; i < n; i++) {
        bool replaced = false;
        for (uint32_t k = 0; k < m && !replaced; k++) replaced = same_name(changes->v[k], environ[i]);
        if (replaced) continue;
        ev[w++] = same_name("PATH=", environ[i]) && !s->as_user ? safe_path(a, environ[i]) : environ[i];
    }
    for (uint32_t k = 0; k < m; k++) ev[w++] = arena_strndup(a, changes->v[k], strlen(changes->v[k]));
    return ev;
}

static char **words(Arena *a, const StrVec *args) {
    char **v = NEW_ARRAY(a, char *, args->n + 1);
    for (uint32_t i = 0; i < args->n; i++) v[i] = arena_strndup(a, args->v[i], strlen(args->v[i]));
    return v;
}

/* ---- what runs ---- */

typedef struct Child {
    struct Child *next;
    pid_t pid;
    bool as_user; /* in our process group; else it leads one of its own */
} Child;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Child *children;
static uint64_t memory_limit;

void spawn_limit_memory(uint64_t bytes) { memory_limit = bytes; }

static int open_at(posix_spawn_file_actions_t *fa, int fd, int as) {
    if (fd >= 0) return posix_spawn_file_actions_adddup2(fa, fd, as);
    return posix_spawn_file_actions_addopen(fa, as, "/dev/null", as ? O_WRONLY : O_RDONLY, 0);
}

/* It belongs to no run: the list is the process's. */
static Child *new_child(void) {
    Child *c = xcalloc(1, sizeof *c);
    heap_keep(c);
    return c;
}

pid_t spawn_start(const Spawn *s) {
    Arena a;
    arena_init(&a);
    ASSERT(s->path[0] == '/');
    char **av = words(&a, s->args), **ev = environment(&a, s); /* before there is what a fault would leave */
    Child *c = new_child();
    posix_spawn_file_actions_t fa;
    posix_spawn_file_actions_init(&fa);
    posix_spawnattr_t attr;
    posix_spawnattr_init(&attr);
    int e = s->dir ? posix_spawn_file_actions_addchdir_np(&fa, s->dir) : 0;
    if (!e) e = open_at(&fa, s->in, 0);
    if (!e) e = open_at(&fa, s->out, 1);
    if (!e) e = open_at(&fa, s->err, 2);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (!s->as_user) flags |= POSIX_SPAWN_SETPGROUP; /* group 0: its own */
    posix_spawnattr_setflags(&attr, flags);
    pid_t pid = -1;
    pthread_mutex_lock(&lock);
    if (!e) e = posix_spawn(&pid, s->path, &fa, &attr, av, ev);
    if (!e) {
        if (memory_limit && !s->as_user) machine_limit_memory(pid, memory_limit);
        *c = (Child){children, pid, s->as_user};
        children = c;
    }
    pthread_mutex_unlock(&lock);
    if (e) free_heap(c);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&fa);
    arena_release(&a);
    errno = e;
    return e ? -1 : pid;
}

static Child *taken_out(pid_t pid) {
    for (Child **at = &children; *at; at = &(*at)->next) {
        Child *c = *at;
        if (c->pid != pid) continue;
        *at = c->next;
        return c;
    }
    return NULL;
}

int spawn_wait(pid_t pid) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) continue;
    int status = 0;
    pthread_mutex_lock(&lock);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    Child *c = taken_out(pid);
    pthread_mutex_unlock(&lock);
    free_heap(c);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- ending ---- */

static void pause_ms(int ms) { nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL); }

static bool has_ended(pid_t pid) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

void spawn_kill_all(void) {
    for (int i = 0; i < 1000 && pthread_mutex_trylock(&lock) != 0; i++) pause_ms(1);
    if (!children) return;
    machine_adopt_orphans();
    for (const Child *c = children; c; c = c->next) kill(c->as_user ? c->pid : -c->pid, SIGKILL);
    for (const Child *c = children; c; c = c->next) {
        for (int i = 0; i < 2000 && !has_ended(c->pid); i++) pause_ms(i < 20 ? 1 : 5);
        if (!has_ended(c->pid)) kill(c->pid, SIGKILL);
    }
    machine_kill_orphans();
}

/* ---- running ---- */

typedef struct Running { /* what spawn_output waits for */
    Guard guard;         /* first */
    pid_t pid;
    bool as_user;
    int fds[2]; /* -1: closed */
} Running;

static void close_one(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* Nobody wants any more what it writes. */
static void end_running(Guard *g) {
    Running *r = (Running *)g;
    if (r->pid > 0) {
        kill(r->as_user ? r->pid : -r->pid, SIGKILL);
        spawn_wait(r->pid);
    }
    for (int i = 0; i < 2; i++) close_one(&r->fds[i]);
}

/* As read, but for interruptions; unwinds as soon as the run is to stop. */
static ssize_t read_on(int fd, char *buf, size_t n) {
    for (;;) {
        struct pollfd there = {.fd = fd, .events = POLLIN};
        fault_poll();
        if (stop_entered && poll(&there, 1, 10) == 0) continue;
        ssize_t k = read(fd, buf, n);
        if (k >= 0 || errno != EINTR) return k;
    }
}

int spawn_output(Arena *a, const Spawn *s, const char **output) {
    int fds[2];
    *output = "";
    if (pipe2(fds, O_CLOEXEC) != 0) return -1;
    Spawn with = *s;
    with.in = -1;
    with.out = with.err = fds[1];
    Running r = {.as_user = s->as_user, .fds = {fds[0], fds[1]}};
    guard_up(&r.guard, end_running);
    r.pid = spawn_start(&with);
    int e = errno;
    close_one(&r.fds[1]);
    StrBuf sb = STRBUF_INIT;
    char buf[4096];
    for (ssize_t k; r.pid > 0 && (k = read_on(fds[0], buf, sizeof buf)) > 0;) sb_add(&sb, buf, (size_t)k);
    close_one(&r.fds[0]);
    while (r.pid > 0 && stop_entered && !has_ended(r.pid)) { /* it may have closed its output long before */
        fault_poll();
        pause_ms(1);
    }
    guard_down(&r.guard);
    int status = r.pid > 0 ? spawn_wait(r.pid) : -1;
    *output = sb_arena(&sb, a);
    errno = e;
    return status;
}

void spawn_become(const Spawn *s) {
    Arena a;
    arena_init(&a);
    char **av = words(&a, s->args), **ev = environment(&a, s);
    signal(SIGPIPE, SIG_DFL);
    execve(s->path, av, ev);
    int e = errno;
    arena_release(&a);
    errno = e;
}
