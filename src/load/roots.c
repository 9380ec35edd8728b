/* roots.c: files are opened first and looked at then.
 *
 * A path can be changed between a check and the opening of it. So the real path is checked, that is opened
 * (without following a link in its last element, and so that nothing blocks), and then the kernel is asked
 * where the open file is. Only then a byte is read. Where /proc is missing, the path is resolved once more,
 * and must lead to the same file. */
#include "load/roots.h"
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void roots_init(Roots *r) {
    *r = (Roots){0};
    arena_init(&r->arena);
}

void roots_release(Roots *r) { arena_release(&r->arena); }

void roots_add(Roots *r, const char *path) {
    char *real = *path ? realpath(path, NULL) : NULL;
    if (real && !strvec_has(&r->dirs, real))
        vec_push(&r->arena, &r->dirs, arena_strndup(&r->arena, real, strlen(real)));
    libc_free(real);
}

void roots_add_list(Roots *r, const char *cwd, const char *list) {
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ":");
        if (n) roots_add(r, path_abs(&r->arena, cwd, arena_strndup(&r->arena, p, n)));
        p += n + (p[n] == ':');
    }
}

static bool below(const Roots *r, const char *real) {
    for (uint32_t i = 0; i < r->dirs.n; i++)
        if (path_has_prefix(real, r->dirs.v[i])) return true;
    return false;
}

bool roots_allow(const Roots *r, const char *path) {
    char *real = realpath(path, NULL);
    bool ok = real && below(r, real);
    libc_free(real);
    return ok;
}

/* Whether the open file is below a root now. */
static bool really_below(const Roots *r, int fd, const char *real) {
    char link[64], at[PATH_MAX + 1];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, at, sizeof at - 1);
    if (n > 0 && at[0] == '/') {
        at[n] = 0;
        return below(r, at);
    }
    struct stat open_one, there;
    char *again = realpath(real, NULL);
    bool same = again && below(r, again) && fstat(fd, &open_one) == 0 && lstat(again, &there) == 0 &&
                open_one.st_dev == there.st_dev && open_one.st_ino == there.st_ino;
    libc_free(again);
    return same;
}

int roots_open(const Roots *r, const char *path, const char **err) {
    char *real = realpath(path, NULL);
    *err = NULL;
    if (!real) {
        *err = errno_text(errno);
        return -1;
    }
    int fd = -1;
    struct stat st;
    if (below(r, real)) {
        fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
        if (fd < 0) {
            *err = errno_text(errno);
        } else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
            *err = S_ISDIR(st.st_mode) ? errno_text(EISDIR) : "not a regular file";
        } else if (!really_below(r, fd, real)) {
            close(fd);
            fd = -1;
        }
        if (fd >= 0 && *err) {
            close(fd);
            fd = -1;
        }
    }
    libc_free(real);
    return fd;
}

bool roots_read(const Roots *r, Arena *a, const char *path, Str *out, const char **err) {
    int fd = roots_open(r, path, err);
    return fd >= 0 && read_fd(a, fd, out, err);
}

static void add_dir(Arena *a, StrVec *dirs, const char *dir) {
    if (!dir || !path_is_abs(dir)) return;
    for (uint32_t i = 0; i < dirs->n; i++)
        if (path_has_prefix(dir, dirs->v[i])) return;
    vec_push(a, dirs, arena_strndup(a, dir, strlen(dir)));
}

void session_roots(const Session *s, Arena *a, StrVec *dirs) {
    const Loader *l = s->loader;
    add_dir(a, dirs, s->env.goroot);
    add_dir(a, dirs, s->env.gomodcache);
    for (uint32_t i = 0; l && i < l->mains.n; i++) add_dir(a, dirs, l->mains.v[i]->root);
    if (l && l->vendor_dir && l->mod_mode && !strcmp(l->mod_mode, "vendor")) add_dir(a, dirs, l->vendor_dir);
    for (uint32_t i = 0; i < s->npkgs; i++) add_dir(a, dirs, s->pkgs[i]->dir);
}

void roots_add_here(Roots *r) {
    Session s;
    BuildFlags none = {0};
    StrVec dirs = {0};
    if (session_init(&s, &none)) {
        modules_init(s.loader);
        session_roots(&s, &r->arena, &dirs);
    }
    for (uint32_t i = 0; i < dirs.n; i++) roots_add(r, dirs.v[i]);
    session_release(&s);
}
