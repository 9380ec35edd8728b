/* What a directory offers as a package: its files sorted into kinds, their imports, and the first error, as
 * the go command's go/build does it. File bodies are not looked at; a file is read only as far as its
 * imports. */
#include "base/fault.h"
#include "load/load_int.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_READ = 4 << 10, FIRST_READ_OTHER = 16 << 10 }; /* of Go files; of others */

static StrVec *list_for_ext(DirInfo *d, const char *ext) {
    static const struct {
        const char *ext;
        size_t off;
    } kinds[] = {
        {".c", offsetof(DirInfo, c_files)},       {".cc", offsetof(DirInfo, cxx_files)},
        {".cpp", offsetof(DirInfo, cxx_files)},   {".cxx", offsetof(DirInfo, cxx_files)},
        {".m", offsetof(DirInfo, m_files)},       {".h", offsetof(DirInfo, h_files)},
        {".hh", offsetof(DirInfo, h_files)},      {".hpp", offsetof(DirInfo, h_files)},
        {".hxx", offsetof(DirInfo, h_files)},     {".f", offsetof(DirInfo, f_files)},
        {".F", offsetof(DirInfo, f_files)},       {".for", offsetof(DirInfo, f_files)},
        {".f90", offsetof(DirInfo, f_files)},     {".s", offsetof(DirInfo, s_files)},
        {".S", offsetof(DirInfo, s_files)},       {".sx", offsetof(DirInfo, s_files)},
        {".swig", offsetof(DirInfo, swig_files)}, {".swigcxx", offsetof(DirInfo, swigcxx_files)},
        {".syso", offsetof(DirInfo, syso_files)},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].ext, ext) == 0) return (StrVec *)(void *)((char *)d + kinds[i].off);
    return NULL;
}

/* The directory's names, sorted; each followed by whether it is a directory. False: errno. */
typedef struct Entry {
    const char *name;
    unsigned char type;
} Entry;
typedef VEC(Entry) Entries;

static int entry_cmp(const void *a, const void *b) {
    return strcmp(((const Entry *)a)->name, ((const Entry *)b)->name);
}

static bool read_entries(Arena *a, const char *dir, Entries *out) {
    DIR *d = opendir(dir);
    if (!d) return false;
    struct dirent *e;
    while (errno = 0, (e = readdir(d))) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        Entry x = {arena_strndup(a, e->d_name, strlen(e->d_name)), e->d_type};
        if (x.type == DT_UNKNOWN) {
            struct stat st;
            if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
                x.type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISLNK(st.st_mode) ? DT_LNK : DT_REG;
        }
        vec_push(a, out, x);
    }
    int saved = errno;
    closedir(d);
    errno = saved;
    if (saved) return false;
    if (out->n > 1) qsort(out->v, out->n, sizeof *out->v, entry_cmp);
    return true;
}

bool dir_has_go_files(const char *dir) {
    DIR *d = opendir(dir);
    if (!d) return errno == EACCES; /* reading it will say so */
    struct dirent *e;
    bool found = false;
    while (!found && (e = readdir(d))) {
        if (!has_suffix(e->d_name, ".go")) continue;
        if (e->d_type == DT_REG) {
            found = true;
        } else if (e->d_type == DT_LNK || e->d_type == DT_UNKNOWN) {
            struct stat st;
            found = fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode);
        }
    }
    closedir(d);
    return found;
}

/* Reads up to cap bytes (all of the file when cap is 0) into a heap buffer which the caller frees. NULL: *err
 * says why, and *n is SIZE_MAX when the file could not even be opened. */
static char *slurp(const char *path, size_t cap, size_t *n, bool *complete, const char **err) {
    *n = 0;
    *complete = false;
    int fd = open_file(path, err);
    if (fd < 0) {
        *n = SIZE_MAX;
        return NULL;
    }
    size_t room = cap ? cap : 64 << 10;
    char *buf = xmalloc(room);
    for (;;) {
        if (*n == room) {
            if (cap) break;
            room *= 2;
            buf = xrealloc(buf, room);
        }
        ssize_t k = read(fd, buf + *n, room - *n);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) {
            *err = errno_text(errno);
            free_heap(buf);
            close(fd);
            return NULL;
        }
        if (k == 0) {
            *complete = true;
            break;
        }
        *n += (size_t)k;
    }
    close(fd);
    return buf;
}

typedef struct Scanner {
    Arena *a;
    const BuildEnv *e;
    DirInfo *d;
    const char *first_file;
    bool use_all;
    StrVec big_s;                                            /* .S and .sx files, which count only with cgo */
    DirImports imports, test_imports, xtest_imports, embeds; /* in file order */
} Scanner;

static void bad_file(Scanner *sc, const char *name, DirErr kind, const char *msg) {
    if (sc->d->err == DIR_OK) {
        sc->d->err = kind;
        sc->d->err_msg = msg;
    }
    if (!strvec_has(&sc->d->invalid_go_files, name)) vec_push(sc->a, &sc->d->invalid_go_files, name);
}

/* Whether the go command reads the directory from its index, where files have no directory: nothing but plain
 * files, none of them changed within the last two seconds. */
static bool is_indexed(const Scanner *sc) {
    if (sc->use_all) return false;
    DIR *dir = opendir(sc->d->dir);
    if (!dir) return false;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    bool ok = true;
    struct dirent *e;
    while (ok && (e = readdir(dir))) {
        struct stat st;
        if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(st.st_mode)) continue;
        time_t age = now.tv_sec - st.st_mtim.tv_sec;
        ok = S_ISREG(st.st_mode) && (age > 2 || (age == 2 && now.tv_nsec >= st.st_mtim.tv_nsec));
    }
    closedir(dir);
    return ok;
}

static void scan_file(Scanner *sc, const char *dirname, const char *name) {
    fault_poll();
    DirInfo *d = sc->d;
    Arena *a = sc->a;
    if (name[0] == '_' || name[0] == '.') return;
    const char *ext = strrchr(name, '.');
    if (!ext) return;
    bool is_go = strcmp(ext, ".go") == 0;
    StrVec *list = is_go ? NULL : list_for_ext(d, ext);
    if (!is_go && !list) return;
    if (!sc->use_all && !os_arch_file_ok(sc->e, name)) {
        vec_push(a, is_go ? &d->ignored_go_files : &d->ignored_other_files, name);
        return;
    }
    bool big_s = !strcmp(ext, ".S") || !strcmp(ext, ".sx");
    if (strcmp(ext, ".syso") == 0) {
        vec_push(a, list, name);
        return;
    }
    const char *path = path_join(a, dirname, name);
    size_t n = 0;
    bool complete = false;
    const char *err = NULL;
    char *buf = NULL;
    buf = slurp(path, is_go ? FIRST_READ : FIRST_READ_OTHER, &n, &complete, &err);
    if (!buf) {
        err = arena_printf(a, "%s %s: %s", n == SIZE_MAX ? "open" : "read", path, err);
        if (is_go) bad_file(sc, name, DIR_OTHER, err);
        return;
    }
    FileHeader h = {0};
    if (is_go) {
        header_parse(a, &h, buf, n, complete);
        if (h.need_more) {
            free_heap(buf);
            buf = slurp(path, 0, &n, &complete, &err);
            if (!buf) {
                bad_file(sc, name, DIR_OTHER, arena_printf(a, "read %s: %s", path, err));
                return;
            }
            header_parse(a, &h, buf, n, true);
        }
        if (h.read_err) {
            bad_file(sc, name, DIR_OTHER, arena_printf(a, "read %s: %s", path, h.read_err));
            free_heap(buf);
            return;
        }
    }
    const char *text = buf;
    size_t tn = is_go ? h.header_end : n;
    if (tn >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3, tn -= 3;
    bool ok = should_build(a, sc->e, text, tn, &err);
    if (!ok && !err && !sc->e->cgo_enabled) { /* would cgo have let it in? */
        for (uint32_t i = 0; i < h.imports.n; i++) {
            if (strcmp(h.imports.v[i].path, "C") != 0) continue;
            BuildEnv with = *sc->e;
            const char *ignore;
            with.cgo_enabled = true;
            if (should_build(a, &with, text, tn, &ignore)) d->cgo_ignored = true;
        }
    }
    free_heap(buf);
    if (err) {
        if (is_go) bad_file(sc, name, DIR_OTHER, arena_printf(a, "%s: %s", name, err));
        return;
    }
    if (!ok && !sc->use_all) {
        vec_push(a, is_go ? &d->ignored_go_files : &d->ignored_other_files, name);
        return;
    }
    if (!is_go) {
        if (big_s) vec_push(a, &sc->big_s, name);
        else vec_push(a, list, name);
        return;
    }
    if (h.parse_err) {
        if (d->err == DIR_OK) {
            d->err_file = path;
            d->err_line = h.err_line;
            d->err_col = h.err_col;
        }
        if (h.bad_path)
            bad_file(sc, name, DIR_OTHER,
                     arena_printf(a, "%s:%u:%u: %s", path, h.err_line, h.err_col, h.parse_err));
        else bad_file(sc, name, DIR_SCAN, h.parse_err);
    }
    const char *pkg = h.pkg ? h.pkg : "";
    if (strcmp(pkg, "documentation") == 0) {
        vec_push(a, &d->ignored_go_files, name);
        return;
    }
    bool test = has_suffix(name, "_test.go"), xtest = false;
    if (test && has_suffix(pkg, "_test") && (!d->name || strcmp(d->name, pkg) != 0)) {
        xtest = true;
        pkg = arena_strndup(a, pkg, strlen(pkg) - 5);
    }
    if (!d->name || !*d->name) {
        d->name = pkg;
        sc->first_file = name;
    } else if (strcmp(pkg, d->name) != 0) {
        bad_file(sc, name, DIR_OTHER,
                 arena_printf(a, "found packages %s (%s) and %s (%s) in %s", d->name, sc->first_file, pkg,
                              name, d->dir));
    }
    bool cgo = false;
    for (uint32_t i = 0; i < h.imports.n; i++) {
        HeaderImport *imp = &h.imports.v[i];
        if (strcmp(imp->path, "C") != 0) continue;
        if (test) {
            bad_file(sc, name, DIR_OTHER,
                     arena_printf(a, "use of cgo in test %s not supported", is_indexed(sc) ? name : path));
            continue;
        }
        cgo = true;
        const char *bad = imp->doc.n ? cgo_lines_read(a, sc->e, d, path, is_indexed(sc), imp->doc) : NULL;
        if (bad) bad_file(sc, name, DIR_OTHER, bad);
    }
    DirImports *to = &sc->imports;
    DirImports *embeds = &sc->embeds;
    StrVec *files = &d->go_files;
    if (cgo) {
        if (sc->e->cgo_enabled) {
            files = &d->cgo_files;
        } else {
            files = &d->ignored_go_files;
            d->cgo_ignored = true;
            to = embeds = NULL;
        }
    } else if (xtest) {
        files = &d->xtest_go_files;
        to = &sc->xtest_imports;
        embeds = NULL;
    } else if (test) {
        files = &d->test_go_files;
        to = &sc->test_imports;
        embeds = NULL;
    }
    vec_push(a, files, name);
    for (uint32_t i = 0; to && i < h.imports.n; i++)
        vec_push(a, to, ((DirImport){h.imports.v[i].path, path, h.imports.v[i].line, h.imports.v[i].col}));
    for (uint32_t i = 0; embeds && i < h.embeds.n; i++)
        vec_push(a, embeds,
                 ((DirImport){h.embeds.v[i].pattern, path, h.embeds.v[i].line, h.embeds.v[i].col}));
}

typedef struct Numbered {
    DirImport imp;
    uint32_t seq;
} Numbered;

static int numbered_cmp(const void *x, const void *y) {
    const Numbered *a = x, *b = y;
    int c = strcmp(a->imp.path, b->imp.path);
    return c ? c : a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Sorted by path; the first place of each path is kept. */
static DirImports tidy(Arena *a, const DirImports *in) {
    DirImports out = {0};
    if (!in->n) return out;
    Numbered *v = xcalloc(in->n, sizeof *v);
    for (uint32_t i = 0; i < in->n; i++) v[i] = (Numbered){in->v[i], i};
    qsort(v, in->n, sizeof *v, numbered_cmp);
    for (uint32_t i = 0; i < in->n; i++)
        if (!out.n || strcmp(vec_last(&out).path, v[i].imp.path) != 0) vec_push(a, &out, v[i].imp);
    free_heap(v);
    return out;
}

DirInfo *dir_scan(Arena *a, const BuildEnv *e, const char *dir, const StrVec *names) {
    DirInfo *d = NEW(a, DirInfo);
    d->dir = dir;
    Scanner sc = {.a = a, .e = e, .d = d, .use_all = names != NULL};
    if (names) {
        for (uint32_t i = 0; i < names->n; i++) scan_file(&sc, dir, names->v[i]);
    } else {
        Entries entries = {0};
        if (!read_entries(a, dir, &entries)) {
            d->err = DIR_OTHER;
            d->err_msg = arena_printf(a, "open %s: %s", dir, errno_text(errno));
            return d;
        }
        for (uint32_t i = 0; i < entries.n; i++) {
            Entry *x = &entries.v[i];
            if (x->type == DT_DIR) continue;
            if (x->type == DT_LNK && is_dir(path_join(a, dir, x->name))) continue;
            scan_file(&sc, dir, x->name);
        }
    }
    d->imports = tidy(a, &sc.imports);
    d->test_imports = tidy(a, &sc.test_imports);
    d->xtest_imports = tidy(a, &sc.xtest_imports);
    d->embeds = tidy(a, &sc.embeds);
    StrVec *to = d->cgo_files.n ? &d->s_files : &d->ignored_other_files;
    for (uint32_t i = 0; i < sc.big_s.n; i++) vec_push(a, to, sc.big_s.v[i]);
    if (sc.big_s.n) strvec_sort(to);
    if (d->err == DIR_OK && !d->go_files.n && !d->cgo_files.n && !d->test_go_files.n && !d->xtest_go_files.n)
        d->err = DIR_NO_GO;
    return d;
}
