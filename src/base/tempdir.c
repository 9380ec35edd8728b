/* The list is made of nodes that are allocated before the lock is taken: whoever runs out of memory holds no
 * lock that the end of the process needs. A folder enters the list under the same lock under which it is
 * made, so none can appear behind tempdir_remove_all, which never gives the lock back. The nodes belong to no
 * run's heap: a run that is cut short may leave its folder to the end of the process. */
#include "base/tempdir.h"
#include "base/heap.h"
#include "base/machine.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct Temp {
    struct Temp *next;
    char *text; /* own */
    int dir;    /* where text is, of a file */
    bool file;
} Temp;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Temp *temps;

/* ---- the list ---- */

/* A node with a text of its own, in no list yet. */
static Temp *node_for(const char *text) {
    Temp *t = xcalloc(1, sizeof *t);
    size_t n = strlen(text) + 1;
    t->text = memcpy(xmalloc(n), text, n);
    heap_keep(t->text);
    heap_keep(t);
    return t;
}

static void node_free(Temp *t) {
    free_heap(t->text);
    free_heap(t);
}

/* Takes one out of the list. The lock is held. */
static void forget(bool file, int dir, const char *text) {
    for (Temp **at = &temps; *at; at = &(*at)->next) {
        Temp *t = *at;
        if (t->file != file || t->dir != dir || strcmp(t->text, text) != 0) continue;
        *at = t->next;
        node_free(t);
        return;
    }
}

/* ---- removing ---- */

enum { DEEPEST = 200, TRIES = 50 };

static void remove_entry(int at, const char *name, int depth) {
    if (unlinkat(at, name, 0) == 0) return;
    struct stat st;
    if (depth >= DEEPEST || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode)) return;
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0) /* a folder that may not be read */
        fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700) fchmod(fd, 0700);
    machine_each_entry(fd, remove_entry, depth + 1);
    close(fd);
    unlinkat(at, name, AT_REMOVEDIR);
}

/* Again while somebody, on the way to his end, still puts something in. */
static void remove_tree(const char *path) {
    struct stat st;
    for (int i = 0; i < TRIES; i++) {
        remove_entry(AT_FDCWD, path, 0);
        if (lstat(path, &st) != 0) return;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    static const char sorry[] = "goesc: cannot remove ";
    if (write(2, sorry, sizeof sorry - 1) > 0 && write(2, path, strlen(path)) > 0 && write(2, "\n", 1) > 0)
        return;
}

void tempdir_remove(const char *path) {
    pthread_mutex_lock(&lock);
    remove_tree(path);
    forget(false, AT_FDCWD, path);
    pthread_mutex_unlock(&lock);
}

void tempdir_remove_all(void) {
    for (int i = 0; i < 1000 && pthread_mutex_trylock(&lock) != 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    for (; temps; temps = temps->next) {
        if (temps->file) unlinkat(temps->dir, temps->text, 0);
        else remove_tree(temps->text);
    }
}

/* ---- making ---- */

static bool others_may_replace(const char *dir) {
    struct stat st;
    return stat(dir, &st) == 0 && (st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX);
}

const char *tempdir_make(Arena *a, const char *parent, const char *prefix, bool keep, const char **err) {
    if (!parent || !*parent) parent = getenv("TMPDIR");
    if (!parent || !*parent) parent = "/tmp";
    if (parent[0] != '/') {
        char *cwd = getcwd(NULL, 0);
        parent = arena_printf(a, "%s/%s", cwd ? cwd : "", parent);
        libc_free(cwd);
    }
    if (others_may_replace(parent)) {
        *err = arena_printf(
            a,
            "cannot make a temporary directory in %s: everybody may replace what is in it (it is "
            "world-writable and not sticky)",
            parent);
        return NULL;
    }
    size_t n = strlen(parent);
    while (n > 1 && parent[n - 1] == '/') n--;
    char *path = arena_printf(a, "%.*s/%s-XXXXXX", (int)n, parent, prefix);
    Temp *t = node_for(path);
    pthread_mutex_lock(&lock);
    bool ok = mkdtemp(path) != NULL;
    int e = errno;
    if (ok && !keep) {
        memcpy(t->text, path, strlen(path));
        t->dir = AT_FDCWD;
        t->next = temps;
        temps = t;
    }
    pthread_mutex_unlock(&lock);
    if (!ok || keep) node_free(t);
    if (ok) return path;
    *err = arena_printf(a, "cannot make a temporary directory in %s: %s", parent, strerror(e));
    return NULL;
}

int tempfile_make(int dir, const char *name, mode_t mode) {
    Temp *t = node_for(name);
    pthread_mutex_lock(&lock);
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode), e = errno;
    if (fd >= 0) {
        t->file = true;
        t->dir = dir;
        t->next = temps;
        temps = t;
    }
    pthread_mutex_unlock(&lock);
    if (fd < 0) node_free(t);
    errno = e;
    return fd;
}

void tempfile_done(int dir, const char *name) {
    pthread_mutex_lock(&lock);
    forget(true, dir, name);
    pthread_mutex_unlock(&lock);
}
