/* The list is made of nodes that are allocated before the lock is taken: whoever runs out of memory holds no
 * lock that the end of the process needs. A folder enters the list under the same lock under which it is
 * made, so none can appear behind tempdir_remove_all, which never gives the lock back. */
#include "base/tempdir.h"
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
    char *text; /* stays valid: callers hold it */
    int dir;    /* where text is, of a file */
    bool there, file;
} Temp;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Temp *temps;

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
    for (Temp *t = temps; t; t = t->next)
        if (!strcmp(t->text, path)) t->there = false;
    pthread_mutex_unlock(&lock);
}

void tempdir_remove_all(void) {
    for (int i = 0; i < 1000 && pthread_mutex_trylock(&lock) != 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    for (Temp *t = temps; t; t = t->next) {
        if (!t->there) continue;
        if (t->file) unlinkat(t->dir, t->text, 0);
        else remove_tree(t->text);
        t->there = false;
    }
}

void tempdir_forked(void) {
    pthread_mutex_init(&lock, NULL);
    temps = NULL;
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
        free_heap(cwd);
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
    const char *text = arena_printf(a, "%.*s/%s-XXXXXX", (int)n, parent, prefix);
    Temp *t = xcalloc(1, sizeof *t);
    char *path = xmalloc(strlen(text) + 1);
    memcpy(path, text, strlen(text) + 1);
    pthread_mutex_lock(&lock);
    bool ok = mkdtemp(path) != NULL;
    int e = errno;
    if (ok) {
        *t = (Temp){.next = temps, .text = path, .there = !keep};
        temps = t;
    }
    pthread_mutex_unlock(&lock);
    if (ok) return path;
    free_heap(t);
    free_heap(path);
    *err = arena_printf(a, "cannot make a temporary directory in %s: %s", parent, strerror(e));
    return NULL;
}

int tempfile_make(int dir, const char *name, mode_t mode) {
    Temp *t = xcalloc(1, sizeof *t);
    size_t n = strlen(name) + 1;
    char *text = memcpy(xmalloc(n), name, n);
    pthread_mutex_lock(&lock);
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode), e = errno;
    if (fd >= 0) {
        *t = (Temp){.next = temps, .text = text, .dir = dir, .there = true, .file = true};
        temps = t;
    }
    pthread_mutex_unlock(&lock);
    if (fd < 0) {
        free_heap(t);
        free_heap(text);
    }
    errno = e;
    return fd;
}

void tempfile_done(int dir, const char *name) {
    pthread_mutex_lock(&lock);
    for (Temp **at = &temps; *at; at = &(*at)->next) {
        Temp *t = *at;
        if (!t->file || t->dir != dir || strcmp(t->text, name) != 0) continue;
        *at = t->next;
        free_heap(t->text);
        free_heap(t);
        break;
    }
    pthread_mutex_unlock(&lock);
}
