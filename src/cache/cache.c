/* cache.c: entries and stamps. */
#include "cache/cache.h"
#include "base/outfile.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

CacheKey cache_hash(const void *p, size_t n) {
    XXH128_hash_t h = XXH3_128bits(p, n);
    return (CacheKey){h.low64, h.high64};
}

/* ---- entries ---- */

typedef struct Header {
    char magic[8];
    CacheKey key, sum;
    uint64_t n;
} Header;
static const char magic[8] = "goesc\x02\r\n";
enum { MAX_ENTRY = 1 << 30 };

/* Whoever may write an entry decides what we say. So the directory and the entries must belong to the user,
 * and nobody else may write them; a link that somebody else put there does not count as the directory. */
static bool is_ours(const struct stat *st) { return st->st_uid == geteuid() && !(st->st_mode & 022); }

static bool link_is_ours(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0 && (!S_ISLNK(st.st_mode) || st.st_uid == geteuid() || st.st_uid == 0);
}

static void say_once(const char *fmt, const char *dir) {
    static atomic_flag said = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&said)) fprintf(stderr, fmt, dir);
}

/* Where the cache is; NULL: nowhere. */
static const char *place(Arena *a) {
    const char *d = getenv("GOESC_CACHE");
    if (d && !strcmp(d, "off")) return NULL;
    if (d && *d) {
        if (d[0] == '/') return d;
        say_once("goesc: cache %s is not used: GOESC_CACHE is not an absolute path\n", d);
        return NULL;
    }
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (xdg && xdg[0] == '/') return arena_printf(a, "%s/goesc", xdg);
    return home && home[0] == '/' ? arena_printf(a, "%s/.cache/goesc", home) : NULL;
}

/* Makes the directory and those above it. */
static void make_all(Arena *a, const char *d) {
    char *p = arena_strndup(a, d, strlen(d));
    for (char *s = p + 1;; s++) {
        if (*s && *s != '/') continue;
        char c = *s;
        *s = 0;
        if ((mkdir(p, 0700) != 0 && errno != EEXIST) || !c) return;
        *s = c;
    }
}

/* The open directory, made when it is not there and `make`; -1: no cache. */
static int directory(Arena *a, bool make) {
    const char *d = place(a);
    if (!d) return -1;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, fd = open(d, flags);
    if (fd < 0 && errno == ENOENT && make) {
        make_all(a, d);
        fd = open(d, flags);
    }
    if (fd < 0) return -1;
    struct stat st;
    if (fstat(fd, &st) == 0 && is_ours(&st) && link_is_ours(d)) return fd;
    say_once("goesc: cache %s is not used: others may write it\n", d);
    close(fd);
    return -1;
}

static const char *entry_name(Arena *a, CacheKey key) {
    return arena_printf(a, "%016llx%016llx", (unsigned long long)key.hi, (unsigned long long)key.lo);
}

static bool read_all(int fd, void *p, size_t n) {
    char *c = p;
    while (n) {
        ssize_t got = read(fd, c, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        c += got;
        n -= (size_t)got;
    }
    return true;
}

bool cache_load(Arena *a, CacheKey key, Str *content) {
    int dir = directory(a, false);
    if (dir < 0) return false;
    int fd = openat(dir, entry_name(a, key), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    close(dir);
    if (fd < 0) return false;
    struct stat st;
    Header h;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_ours(&st) && read_all(fd, &h, sizeof h) &&
              !memcmp(h.magic, magic, sizeof magic) && h.key.lo == key.lo && h.key.hi == key.hi &&
              h.n < MAX_ENTRY && (uint64_t)st.st_size == h.n + sizeof h;
    if (ok) {
        char *p = arena_alloc(a, h.n + 1);
        ok = read_all(fd, p, h.n);
        p[ok ? h.n : 0] = 0;
        CacheKey sum = ok ? cache_hash(p, h.n) : key;
        ok = ok && sum.lo == h.sum.lo && sum.hi == h.sum.hi;
        *content = (Str){p, h.n};
    }
    close(fd);
    return ok;
}

void cache_store(CacheKey key, Str content) {
    Arena a;
    arena_init(&a);
    int dir = content.n < MAX_ENTRY ? directory(&a, true) : -1;
    if (dir >= 0) {
        Header h = {.key = key, .sum = cache_hash(content.p, content.n), .n = content.n};
        memcpy(h.magic, magic, sizeof magic);
        const Str parts[] = {{(const char *)&h, sizeof h}, content};
        outfile_replace(dir, entry_name(&a, key), 0600, parts, COUNT_OF(parts), NULL);
        close(dir);
    }
    arena_release(&a);
}

/* ---- stamps ---- */

/* The time of a file proves nothing: who unpacks an archive or copies with it sets it. The time of the last
 * change of the inode cannot be set. Where that, the inode and the other time are what they were, the content is
 * not read again, unless the file was so young when it was stamped that another change may have the same time. */
typedef struct Stamp {
    uint64_t size, inode, device;
    int64_t sec, nsec, changed_sec, changed_nsec;
    CacheKey sum;
    uint32_t path; /* its length; the path follows, padded to 8 bytes */
    uint32_t kind;
} Stamp;
enum { STAMP_END, STAMP_FILE, STAMP_DIR, STAMP_NONE };
enum { YOUNG = 2 }; /* seconds; there are file systems that count no finer */

static bool is_young(const struct stat *st) {
    struct timespec now;
    return clock_gettime(CLOCK_REALTIME, &now) != 0 || st->st_ctim.tv_sec + YOUNG >= now.tv_sec ||
           st->st_mtim.tv_sec + YOUNG >= now.tv_sec;
}

static bool is_untouched(const Stamp *s, const struct stat *st) {
    return s->inode && st->st_ino == s->inode && st->st_dev == s->device && st->st_mtim.tv_sec == s->sec &&
           st->st_mtim.tv_nsec == s->nsec && st->st_ctim.tv_sec == s->changed_sec &&
           st->st_ctim.tv_nsec == s->changed_nsec;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The names in a directory, in order. */
static bool sum_names(const char *path, CacheKey *sum) {
    DIR *d = opendir(path);
    if (!d) return false;
    VEC(char *) names = {0};
    for (struct dirent *e; (e = readdir(d));) vec_push(NULL, &names, strdup(e->d_name));
    closedir(d);
    if (names.n) qsort(names.v, names.n, sizeof *names.v, by_name);
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < names.n; i++) {
        sb_add(&sb, names.v[i], strlen(names.v[i]) + 1);
        libc_free(names.v[i]);
    }
    vec_free(&names);
    *sum = cache_hash(sb.buf ? sb.buf : "", sb.n);
    sb_release(&sb);
    return true;
}

static bool sum_file(const char *path, uint64_t size, CacheKey *sum) {
    if (size >= MAX_ENTRY) return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    char *p = xmalloc(size + 1);
    bool ok = read_all(fd, p, size);
    close(fd);
    if (ok) *sum = cache_hash(p, size);
    free_heap(p);
    return ok;
}

void stamp_add(StrBuf *sb, const char *path, Str text) {
    struct stat st;
    Stamp s = {.path = (uint32_t)strlen(path), .kind = STAMP_NONE};
    if (stat(path, &st) == 0) {
        s.size = S_ISDIR(st.st_mode) ? 0 : (uint64_t)st.st_size;
        s.sec = st.st_mtim.tv_sec, s.nsec = st.st_mtim.tv_nsec;
        s.changed_sec = st.st_ctim.tv_sec, s.changed_nsec = st.st_ctim.tv_nsec;
        s.device = st.st_dev;
        if (!is_young(&st)) s.inode = st.st_ino; /* 0: the content is looked at each time */
        s.kind = S_ISDIR(st.st_mode) ? STAMP_DIR : STAMP_FILE;
        bool ok = true;
        if (s.kind == STAMP_DIR) ok = sum_names(path, &s.sum);
        else if (text.p && text.n == s.size) s.sum = cache_hash(text.p, text.n);
        else ok = sum_file(path, s.size, &s.sum);
        if (!ok) s.nsec = -1; /* never holds */
    }
    sb_add(sb, (const char *)&s, sizeof s);
    sb_add(sb, path, s.path);
    static const char zeros[8];
    sb_add(sb, zeros, 8 - s.path % 8);
}

void stamp_end(StrBuf *sb) {
    Stamp s = {.kind = STAMP_END};
    sb_add(sb, (const char *)&s, sizeof s);
}

bool stamps_hold(Str *in) {
    for (;;) {
        Stamp s;
        if (in->n < sizeof s) return false;
        memcpy(&s, in->p, sizeof s);
        in->p += sizeof s;
        in->n -= sizeof s;
        if (s.kind == STAMP_END) return true;
        size_t n = (size_t)s.path + 8 - s.path % 8;
        if (n > in->n) return false;
        const char *path = in->p;
        if (path[s.path] != 0 || strlen(path) != s.path) return false;
        in->p += n;
        in->n -= n;
        struct stat st;
        if (stat(path, &st) != 0) {
            if (s.kind != STAMP_NONE) return false;
            continue;
        }
        if (s.kind == STAMP_NONE || s.nsec < 0 || S_ISDIR(st.st_mode) != (s.kind == STAMP_DIR)) return false;
        if (s.kind == STAMP_FILE && (uint64_t)st.st_size != s.size) return false;
        if (is_untouched(&s, &st)) continue;
        CacheKey sum;
        if (!(s.kind == STAMP_DIR ? sum_names(path, &sum) : sum_file(path, s.size, &sum))) return false;
        if (sum.lo != s.sum.lo || sum.hi != s.sum.hi) return false;
    }
}
