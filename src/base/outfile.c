/* outfile.c: temporary names, and what to do about files that are there already. */
#include "base/outfile.h"
#include "base/tempdir.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100, LINKS = 40 };

static int write_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return put < 0 ? errno : EIO;
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

/* A file of a new name beside `name`; the name is in tmp. -1: errno. */
static int make_temporary(Arena *a, int dir, const char *name, mode_t mode, const char **tmp) {
    const char *slash = strrchr(name, '/');
    int folder = slash ? (int)(slash - name) + 1 : 0;
    for (int i = 0; i < TRIES; i++) {
        uint64_t r;
        if (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r) return -1;
        *tmp = arena_printf(a, "%.*s.goesc-%016llx", folder, name, (unsigned long long)r);
        int fd = tempfile_make(dir, *tmp, mode);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

/* keep: a mode to set whatever the umask is, or (mode_t)-1. */
static int replace(int dir, const char *name, mode_t mode, mode_t keep, const Str *parts, uint32_t n,
                   bool *writing) {
    Arena a;
    arena_init(&a);
    const char *tmp;
    int fd = make_temporary(&a, dir, name, mode, &tmp), e = fd < 0 ? errno : 0;
    *writing = fd >= 0;
    if (fd >= 0) {
        if (keep != (mode_t)-1 && fchmod(fd, keep) != 0) e = errno;
        for (uint32_t i = 0; i < n && !e; i++) e = write_all(fd, parts[i].p, parts[i].n);
        if (close(fd) != 0 && !e) e = errno;
        if (!e && renameat(dir, tmp, dir, name) != 0) e = errno;
        if (e) unlinkat(dir, tmp, 0);
        tempfile_done(dir, tmp);
    }
    arena_release(&a);
    return e;
}

int outfile_replace(int dir, const char *name, mode_t mode, const Str *parts, uint32_t n, bool *writing) {
    bool ignored;
    return replace(dir, name, mode, (mode_t)-1, parts, n, writing ? writing : &ignored);
}

static int write_in_place(const char *path, int flags, Str text, bool *writing) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0666), e = fd < 0 ? errno : 0;
    *writing = fd >= 0;
    if (fd < 0) return e;
    if (isatty(fd)) { /* /dev/stdout, /dev/tty */
        StrBuf shown = STRBUF_INIT;
        sb_add(&shown, text.p, text.n);
        FILE *f = fdopen(fd, "w");
        if (!f || !term_print(f, &shown, NULL)) e = errno;
        sb_release(&shown);
        if (f) fclose(f);
        else close(fd);
        return e;
    }
    e = write_all(fd, text.p, text.n);
    if (close(fd) != 0 && !e) e = errno;
    if (e && flags & O_EXCL) unlink(path);
    return e;
}

/* The file that a chain of symbolic links leads to, whether it is there or not; NULL: errno. */
static const char *behind_links(Arena *a, const char *path) {
    for (int i = 0; i < LINKS; i++) {
        struct stat st;
        if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode)) return path;
        size_t cap = (size_t)st.st_size + 256;
        char *to = arena_alloc(a, cap);
        ssize_t n = readlink(path, to, cap - 1);
        if (n < 0) return path;
        to[n] = 0;
        const char *slash = strrchr(path, '/');
        path = to[0] == '/' || !slash ? to : arena_printf(a, "%.*s/%s", (int)(slash - path), path, to);
    }
    errno = ELOOP;
    return NULL;
}

int outfile_write(const char *path, Str text, bool *writing) {
    Arena a;
    arena_init(&a);
    struct stat st;
    int e;
    *writing = false;
    if (stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_nlink != 1 || st.st_uid != geteuid())) {
        e = write_in_place(path, O_TRUNC, text, writing);
    } else {
        const char *to = behind_links(&a, path);
        bool there = to && stat(to, &st) == 0;
        if (!to || !*to) e = to ? ENOENT : errno;
        else if (there && access(to, W_OK) != 0) e = errno;
        else e = replace(AT_FDCWD, to, 0666, there ? st.st_mode & 07777 : (mode_t)-1, &text, 1, writing);
        /* the folder takes no new names, the file may be written */
        if (there && !*writing && (e == EACCES || e == EPERM || e == EROFS))
            e = write_in_place(path, O_TRUNC, text, writing);
    }
    arena_release(&a);
    return e;
}

int outfile_write_new(const char *path, Str text, bool *writing) {
    return write_in_place(path, O_CREAT | O_EXCL, text, writing);
}
