/* Paths and files, with the behaviour of Go's path/filepath and os on Unix: the go command's messages quote
 * what these functions compute, so they follow it to the letter (filepath.Clean's rules, Rel, and "shorter of
 * absolute and relative" for messages). */
#include "load/load_int.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool has_prefix(const char *s, const char *prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }
bool has_suffix(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

char *path_clean(Arena *a, const char *p) {
    size_t n = strlen(p);
    if (!n) return arena_strndup(a, ".", 1);
    char *out = arena_alloc(a, n + 2);
    size_t w = 0, r = 0, dotdot = 0;
    bool rooted = p[0] == '/';
    if (rooted) {
        out[w++] = '/';
        r = 1;
        dotdot = 1;
    }
    while (r < n) {
        if (p[r] == '/') {
            r++;
        } else if (p[r] == '.' && (r + 1 == n || p[r + 1] == '/')) {
            r++;
        } else if (p[r] == '.' && p[r + 1] == '.' && (r + 2 == n || p[r + 2] == '/')) {
            r += 2;
            if (w > dotdot) {
                w--;
                while (w > dotdot && out[w] != '/') w--;
            } else if (!rooted) {
                if (w > 0) out[w++] = '/';
                out[w++] = '.';
                out[w++] = '.';
                dotdot = w;
            }
        } else {
            if ((rooted && w != 1) || (!rooted && w != 0)) out[w++] = '/';
            while (r < n && p[r] != '/') out[w++] = p[r++];
        }
    }
    if (!w) out[w++] = '.';
    out[w] = 0;
    return out;
}

char *path_join(Arena *a, const char *x, const char *y) {
    if (!*x) return *y ? path_clean(a, y) : arena_strndup(a, "", 0);
    if (!*y) return path_clean(a, x);
    return path_clean(a, arena_printf(a, "%s/%s", x, y));
}

char *path_dir(Arena *a, const char *p) {
    const char *slash = strrchr(p, '/');
    if (!slash) return arena_strndup(a, ".", 1);
    return path_clean(a, arena_strndup(a, p, (size_t)(slash - p) + 1));
}

const char *path_base(const char *p) {
    const char *slash = strrchr(p, '/');
    return slash ? slash + 1 : p;
}

bool path_is_abs(const char *p) { return p[0] == '/'; }

char *path_abs(Arena *a, const char *cwd, const char *p) {
    return path_is_abs(p) ? path_clean(a, p) : path_join(a, cwd, p);
}

char *path_rel(Arena *a, const char *base, const char *target) {
    base = path_clean(a, base);
    target = path_clean(a, target);
    if (strcmp(base, target) == 0) return arena_strndup(a, ".", 1);
    size_t bl = strlen(base), tl = strlen(target), b0 = 0, bi = 0, t0 = 0, ti = 0;
    while (bi < bl && ti < tl) {
        while (bi < bl && base[bi] != '/') bi++;
        while (ti < tl && target[ti] != '/') ti++;
        if (ti - t0 != bi - b0 || memcmp(target + t0, base + b0, ti - t0) != 0) break;
        if (bi < bl) bi++;
        if (ti < tl) ti++;
        b0 = bi;
        t0 = ti;
    }
    if (b0 == bl) return arena_strndup(a, target + t0, tl - t0);
    StrBuf sb = STRBUF_INIT;
    if (strcmp(base, "/") != 0 || b0 < bl) {
        sb_adds(&sb, "..");
        for (size_t i = b0; i < bl; i++)
            if (base[i] == '/') sb_adds(&sb, "/..");
    }
    if (t0 != tl) {
        sb_addc(&sb, '/');
        sb_add(&sb, target + t0, tl - t0);
    }
    return sb_arena(&sb, a);
}

bool path_has_prefix(const char *p, const char *prefix) {
    size_t n = strlen(prefix);
    if (!n) return true;
    if (strncmp(p, prefix, n) != 0) return false;
    return p[n] == 0 || p[n] == '/' || prefix[n - 1] == '/';
}

bool is_dir(const char *p) {
    struct stat st;
    return stat(p, &st) == 0 && S_ISDIR(st.st_mode);
}
bool is_file(const char *p) {
    struct stat st;
    return stat(p, &st) == 0 && !S_ISDIR(st.st_mode);
}

const char *path_short(Arena *a, const char *cwd, const char *p) {
    if (!path_is_abs(p)) return p;
    const char *rel = path_rel(a, cwd, p);
    if (strlen(rel) >= strlen(p)) return p;
    struct stat s1, s2;
    const char *full = path_join(a, cwd, rel);
    int e1 = stat(full, &s1), e2 = stat(p, &s2);
    if (e1 != 0 || e2 != 0) return e1 != 0 && e2 != 0 ? rel : p;
    return s1.st_dev == s2.st_dev && s1.st_ino == s2.st_ino ? rel : p;
}

const char *path_real(Arena *a, const char *p) {
    char *r = realpath(p, NULL);
    if (!r) return p;
    char *out = arena_strndup(a, r, strlen(r));
    libc_free(r);
    return out;
}

static const char *in_dir_lexically(Arena *a, const char *p, const char *root) {
    if (!*root) return p;
    if (!path_has_prefix(p, root)) return NULL;
    size_t n = strlen(root);
    if (p[n] == 0) return ".";
    if (p[n] == '/') n++;
    return arena_strndup(a, p + n, strlen(p + n));
}

const char *path_in_dir(Arena *a, const char *p, const char *root) {
    const char *rel = in_dir_lexically(a, p, root);
    if (rel) return rel;
    const char *xp = path_real(a, p), *xr = path_real(a, root);
    if (strcmp(xp, p) != 0 && (rel = in_dir_lexically(a, xp, root))) return rel;
    if (strcmp(xr, root) != 0) {
        if ((rel = in_dir_lexically(a, p, xr))) return rel;
        if (strcmp(xp, p) != 0 && (rel = in_dir_lexically(a, xp, xr))) return rel;
    }
    return NULL;
}

int open_file(const char *path, const char **err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st = {0};
    if (fd < 0) {
        *err = errno_text(errno);
    } else if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) &&
               strncmp(path, "/dev/", 5) != 0) {
        *err = "not a regular file";
        close(fd);
        fd = -1;
    } else if (!S_ISREG(st.st_mode)) { /* regular files never block */
        fcntl(fd, F_SETFL, O_RDONLY);
    }
    return fd;
}

bool read_file(Arena *a, const char *path, Str *out, const char **err) {
    int fd = open_file(path, err);
    return fd >= 0 && read_fd(a, fd, out, err);
}

bool read_fd(Arena *a, int fd, Str *out, const char **err) {
    struct stat st;
    if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
        *err = errno_text(S_ISDIR(st.st_mode) ? EISDIR : errno);
        close(fd);
        return false;
    }
    if (S_ISREG(st.st_mode) &&
        st.st_size > INT32_MAX) { /* 2 GiB: columns and the sizes of lists end before */
        *err = errno_text(EFBIG);
        close(fd);
        return false;
    }
    size_t cap = S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, n = 0;
    if (cap < 4096) cap = 4096;
    char *buf = arena_alloc(a, cap + 1);
    for (;;) {
        ssize_t k = read(fd, buf + n, cap - n);
        if (k < 0) {
            if (errno == EINTR) continue;
            *err = errno_text(errno);
            close(fd);
            return false;
        }
        if (k == 0) break;
        n += (size_t)k;
        if (n == cap) {
            char one;
            ssize_t m = read(fd, &one, 1);
            if (m <= 0) break;
            char *big = arena_alloc(a, cap * 2 + 1);
            memcpy(big, buf, n);
            big[n++] = one;
            buf = big;
            cap *= 2;
        }
    }
    close(fd);
    buf[n] = 0;
    *out = (Str){buf, n};
    return true;
}

int strvec_cmp(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void strvec_sort(StrVec *v) {
    if (v->n > 1) qsort(v->v, v->n, sizeof *v->v, strvec_cmp);
}

void strvec_sort_unique(StrVec *v) {
    strvec_sort(v);
    uint32_t w = 0;
    for (uint32_t i = 0; i < v->n; i++)
        if (i == 0 || strcmp(v->v[i], v->v[w - 1]) != 0) v->v[w++] = v->v[i];
    v->n = w;
}

bool strvec_has(const StrVec *v, const char *s) {
    for (uint32_t i = 0; i < v->n; i++)
        if (strcmp(v->v[i], s) == 0) return true;
    return false;
}

const char *quoted_split(Arena *a, const char *s, StrVec *out) {
    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r') s++;
        if (!*s) return NULL;
        if (*s == '"' || *s == '\'') {
            char q = *s++;
            const char *end = strchr(s, q);
            if (!end) return arena_printf(a, "unterminated %c string", q);
            vec_push(a, out, arena_strndup(a, s, (size_t)(end - s)));
            s = end + 1;
            continue;
        }
        const char *start = s;
        while (*s && *s != ' ' && *s != '\t' && *s != '\n' && *s != '\r') s++;
        vec_push(a, out, arena_strndup(a, start, (size_t)(s - start)));
    }
}

bool is_standard_import_path(const char *path) {
    for (; *path && *path != '/'; path++)
        if (*path == '.') return false;
    return true;
}

bool is_local_import(const char *path) {
    return strcmp(path, ".") == 0 || strcmp(path, "..") == 0 || has_prefix(path, "./") ||
           has_prefix(path, "../");
}
