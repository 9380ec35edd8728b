/* //go:embed patterns to files (https://pkg.go.dev/embed): each pattern is a glob relative to the package's
 * directory; directories contribute their files, without hidden ones unless the pattern begins with all:, and
 * never across a module boundary or through a symbolic link. */
#include "load/load_int.h"
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool bad_name(const char *n) {
    return !strcmp(n, ".bzr") || !strcmp(n, ".hg") || !strcmp(n, ".git") || !strcmp(n, ".svn") ||
           !file_elem_ok(n);
}

static bool valid_pattern(const char *p) {
    if (!*p || !strcmp(p, ".") || path_is_abs(p)) return false;
    while (*p) {
        size_t n = strcspn(p, "/");
        if (!n || (n == 1 && p[0] == '.') || (n == 2 && !strncmp(p, "..", 2))) return false;
        p += n;
        if (*p == '/' && !*++p) return false;
    }
    return true;
}

/* Brackets closed, no trailing backslash. */
static bool glob_syntax_ok(const char *p) {
    for (; *p; p++) {
        if (*p == '\\' && !*++p) return false;
        if (*p == '[') {
            p++;
            if (*p == '^') p++;
            if (*p == ']') return false;
            while (*p && *p != ']') {
                if (*p == '\\' && !*++p) return false;
                p++;
            }
            if (!*p) return false;
        }
    }
    return true;
}

static const char *gather(Arena *a, const char *dir, const char *rel, bool all, StrVec *list,
                          uint32_t *count) {
    DIR *d = opendir(dir);
    if (!d) return NULL;
    struct dirent *e;
    const char *err = NULL;
    while (!err && (e = readdir(d))) {
        const char *n = e->d_name;
        if (!strcmp(n, ".") || !strcmp(n, "..")) continue;
        const char *full = path_join(a, dir, n), *sub = arena_printf(a, "%s/%s", rel, n);
        struct stat st;
        if (lstat(full, &st) != 0) continue;
        bool hidden = (n[0] == '.' || n[0] == '_') && !all;
        if (bad_name(n) || hidden) {
            if (!S_ISDIR(st.st_mode) && n[0] != '.' && n[0] != '_')
                err = arena_printf(a, "cannot embed file %s: invalid name %s", sub, n);
            continue;
        }
        if (S_ISDIR(st.st_mode)) {
            if (!is_file(path_join(a, full, "go.mod"))) err = gather(a, full, sub, all, list, count);
        } else if (S_ISREG(st.st_mode)) {
            ++*count;
            vec_push(a, list, sub);
        }
    }
    closedir(d);
    return err;
}

static const char *one_pattern(Arena *a, const char *dir, const char *pattern, StrVec *files) {
    bool all = has_prefix(pattern, "all:");
    if (all) pattern += 4;
    if (!glob_syntax_ok(pattern) || !valid_pattern(pattern)) return "invalid pattern syntax";
    StrBuf sb = STRBUF_INIT;
    for (const char *c = dir; *c; c++) {
        if (strchr("*?[\\", *c)) sb_addc(&sb, '\\');
        sb_addc(&sb, *c);
    }
    sb_addc(&sb, '/');
    for (const char *c = pattern; *c; c++) sb_addc(&sb, *c == '^' && c > pattern && c[-1] == '[' ? '!' : *c);
    glob_t g;
    int rc = glob(sb_str(&sb), GLOB_PERIOD, NULL, &g);
    sb_release(&sb);
    if (rc == GLOB_NOMATCH) return "no matching files found";
    if (rc != 0) return "cannot read directory";
    const char *err = NULL;
    uint32_t before = files->n;
    size_t dn = strlen(dir);
    for (size_t i = 0; i < g.gl_pathc && !err; i++) {
        const char *file = arena_strndup(a, g.gl_pathv[i], strlen(g.gl_pathv[i]));
        const char *base = path_base(file);
        if (!strcmp(base, ".") || !strcmp(base, "..")) continue;
        const char *rel = file + dn + 1;
        struct stat st;
        if (lstat(file, &st) != 0) continue;
        const char *what = S_ISDIR(st.st_mode) ? "directory" : "file";
        for (const char *d = file; strlen(d) > dn + 1 && !err; d = path_dir(a, d)) {
            struct stat ds;
            if (is_file(path_join(a, d, "go.mod"))) {
                err = arena_printf(a, "cannot embed %s %s: in different module", what, rel);
            } else if (d != file && lstat(d, &ds) == 0 && !S_ISDIR(ds.st_mode)) {
                err = arena_printf(a, "cannot embed %s %s: in non-directory %s", what, rel, d + dn + 1);
            } else if (bad_name(path_base(d))) {
                err = d == file
                          ? arena_printf(a, "cannot embed %s %s: invalid name %s", what, rel, path_base(d))
                          : arena_printf(a, "cannot embed %s %s: in invalid directory %s", what, rel,
                                         path_base(d));
            }
        }
        if (err) break;
        if (S_ISREG(st.st_mode)) {
            vec_push(a, files, rel);
        } else if (S_ISDIR(st.st_mode)) {
            uint32_t count = 0;
            err = gather(a, file, rel, all, files, &count);
            if (!err && !count)
                err = arena_printf(a, "cannot embed directory %s: contains no embeddable files", rel);
        } else {
            err = arena_printf(a, "cannot embed irregular file %s", rel);
        }
    }
    globfree(&g);
    if (!err && files->n == before) err = "no matching files found";
    return err;
}

const char *embed_resolve(Arena *a, const char *dir, const DirImports *patterns, StrVec *files,
                          const DirImport **bad) {
    for (uint32_t i = 0; i < patterns->n; i++) {
        const char *err = one_pattern(a, dir, patterns->v[i].path, files);
        if (err) {
            *bad = &patterns->v[i];
            files->n = 0;
            return arena_printf(a, "pattern %s: %s", patterns->v[i].path, err);
        }
    }
    strvec_sort_unique(files);
    return NULL;
}
