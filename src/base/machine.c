/* Linux tells in /proc, by lines of text that are read into buffers on the stack; folders are read with the
 * system call itself, since readdir allocates. Other systems: what POSIX has. */
#include "base/machine.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#ifdef __APPLE__
#include <mach/mach.h>
#endif

#ifdef __linux__
/* The start of a file; the number of bytes, or -1. */
static ssize_t read_start(const char *path, char *buf, size_t n) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t k;
    while ((k = read(fd, buf, n - 1)) < 0 && errno == EINTR) continue;
    close(fd);
    if (k >= 0) buf[k] = 0;
    return k;
}
#endif

size_t machine_resident(void) {
#if defined(__linux__)
    char buf[128];
    if (read_start("/proc/self/statm", buf, sizeof buf) <= 0) return 0;
    const char *second = strchr(buf, ' '); /* size, resident, …: in pages */
    return second ? (size_t)strtoull(second, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
#elif defined(__APPLE__)
    mach_task_basic_info_data_t info;
    mach_msg_type_number_t n = MACH_TASK_BASIC_INFO_COUNT;
    if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&info, &n) != KERN_SUCCESS) return 0;
    return info.resident_size;
#else
    struct rusage ru; /* the most that it was, in KiB */
    return getrusage(RUSAGE_SELF, &ru) == 0 ? (size_t)ru.ru_maxrss << 10 : 0;
#endif
}

bool machine_stack(char **low, char **high) {
#if defined(__linux__)
    pthread_attr_t attr;
    void *p;
    size_t n;
    if (pthread_getattr_np(pthread_self(), &attr) != 0) return false;
    bool ok = pthread_attr_getstack(&attr, &p, &n) == 0;
    pthread_attr_destroy(&attr);
    if (!ok) return false;
    *low = p;
    *high = *low + n;
    return true;
#elif defined(__APPLE__)
    *high = pthread_get_stackaddr_np(pthread_self());
    *low = *high - pthread_get_stacksize_np(pthread_self());
    return true;
#else
    (void)low, (void)high;
    return false;
#endif
}

void machine_adopt_orphans(void) {
#ifdef PR_SET_CHILD_SUBREAPER
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

void machine_limit_memory(pid_t pid, uint64_t bytes) {
#ifdef __linux__
    /* What it writes to, not what it reserves: programs in Go reserve far more than they use. */
    struct rlimit r = {bytes, bytes};
    prlimit(pid, RLIMIT_DATA, &r, NULL);
#else
    (void)pid, (void)bytes;
#endif
}

/* ---- folders ---- */

static bool is_dots(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

bool machine_each_entry(int fd, void (*fn)(int fd, const char *name, int depth), int depth) {
#ifdef __linux__
    struct Entry { /* as the kernel writes it */
        uint64_t inode;
        int64_t off;
        uint16_t size;
        uint8_t type;
        char name[];
    };
    _Alignas(8) char buf[4096];
    for (;;) {
        long n = syscall(SYS_getdents64, fd, buf, sizeof buf);
        if (n <= 0) return n == 0;
        for (long at = 0; at < n;) {
            struct Entry *e = (struct Entry *)(void *)(buf + at);
            at += e->size;
            if (!is_dots(e->name)) fn(fd, e->name, depth);
        }
    }
#else
    int own = dup(fd);
    DIR *d = own < 0 ? NULL : fdopendir(own);
    if (!d) {
        if (own >= 0) close(own);
        return false;
    }
    for (struct dirent *e; (e = readdir(d));)
        if (!is_dots(e->d_name)) fn(fd, e->d_name, depth);
    closedir(d);
    return true;
#endif
}

/* ---- processes ---- */

#ifdef __linux__
/* The parent of a process, and whether it still runs; 0: there is no such process. */
static pid_t parent_of(const char *pid, bool *runs) {
    char path[64], buf[512];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    if (read_start(path, buf, sizeof buf) <= 0) return 0;
    const char *p = strrchr(buf, ')'); /* behind the name: state, parent */
    if (!p || !p[1] || !p[2]) return 0;
    *runs = p[2] != 'Z' && p[2] != 'X';
    return (pid_t)strtol(p + 3, NULL, 10);
}

static bool descends(pid_t pid, pid_t from) {
    for (int guard = 0; pid > 1 && guard < 1000; guard++) {
        if (pid == from) return true;
        char name[24];
        bool runs;
        snprintf(name, sizeof name, "%ld", (long)pid);
        pid = parent_of(name, &runs);
    }
    return false;
}

static struct { /* what is looked for: one caller at a time */
    pthread_mutex_t lock;
    pid_t from;
    int sig;
    uint32_t found;
} search = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void signal_one(int fd, const char *name, int depth) {
    (void)fd, (void)depth;
    bool runs = false;
    if (name[0] < '1' || name[0] > '9' || !parent_of(name, &runs) || !runs) return;
    pid_t pid = (pid_t)strtol(name, NULL, 10);
    if (pid == getpid() || pid == search.from || !descends(pid, search.from)) return;
    search.found++;
    kill(pid, search.sig);
}

static uint32_t signal_descendants(pid_t from, int sig) {
    int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return 0;
    pthread_mutex_lock(&search.lock);
    search.from = from;
    search.sig = sig;
    search.found = 0;
    machine_each_entry(fd, signal_one, 0);
    uint32_t n = search.found;
    pthread_mutex_unlock(&search.lock);
    close(fd);
    return n;
}
#endif

void machine_signal_tree(pid_t pid, int sig) {
#ifdef __linux__
    signal_descendants(pid, sig);
#endif
    kill(pid, sig);
}

void machine_kill_orphans(void) {
#ifdef __linux__
    for (int i = 0; i < 200 && signal_descendants(getpid(), SIGKILL); i++) {
        siginfo_t info;
        while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid) info.si_pid = 0;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
#endif
}
