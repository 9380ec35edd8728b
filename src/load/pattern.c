/* Package patterns ("go help packages"): what std, cmd, all, ./... , net/... and the like stand for. */
#include "load/load_int.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

bool pattern_is_meta(const char *p) {
    return !strcmp(p, "std") || !strcmp(p, "cmd") || !strcmp(p, "tool") || !strcmp(p, "work") ||
           !strcmp(p, "all");
}
bool pattern_is_local(const char *p) { return is_local_import(p) || path_is_abs(p); }
bool pattern_is_literal(const char *p) { return !strstr(p, "...") && !pattern_is_meta(p); }

/* ---- matching with "..." ---- */

/* Glob with "..." as the only special: any string, but no vendor mark (byte 1). tail: name may stop here. */
static bool glob(const char *p, const char *s) {
    for (;;) {
        if (strcmp(p, "/...") == 0 && (*s == 0 || *s == '/')) {
            if (*s == 0) return true;
            s++;
            while (*s && *s != 1) s++;
            return *s == 0;
        }
        if (strncmp(p, "...", 3) == 0) {
            p += 3;
            for (;; s++) {
                if (glob(p, s)) return true;
                if (!*s || *s == 1) return false;
            }
        }
        if (*p != *s) return false;
        if (!*p) return true;
        p++;
        s++;
    }
}

/* Path elements "vendor" which are not the last one become byte 1. */
static char *mark_vendor(const char *s, char *buf, size_t cap) {
    size_t w = 0;
    for (size_t i = 0; s[i] && w + 1 < cap;) {
        size_t n = strcspn(s + i, "/");
        if (n == 6 && memcmp(s + i, "vendor", 6) == 0 && s[i + n] == '/') {
            buf[w++] = 1;
        } else {
            for (size_t k = 0; k < n && w + 1 < cap; k++) buf[w++] = s[i + k];
        }
        i += n;
        if (s[i] == '/' && w + 1 < cap) {
            buf[w++] = '/';
            i++;
        }
    }
    buf[w] = 0;
    return buf;
}

bool pattern_match(const char *pattern, const char *name) {
    if (!strstr(pattern, "...")) return strcmp(pattern, name) == 0;
    if (strcmp(pattern, "vendor/...") == 0) return false; /* so it is in the go command */
    size_t pn = strlen(pattern) + 2, nn = strlen(name) + 2;
    char *pb = xmalloc(pn), *nb = xmalloc(nn);
    mark_vendor(pattern, pb, pn);
    mark_vendor(name, nb, nn);
    bool ok = glob(pb, nb);
    if (!ok) { /* x/vendor/... matches the package x/vendor itself */
        size_t n = strlen(pb);
        if (n >= 5 && strcmp(pb + n - 5, "\1/...") == 0 && (n == 5 || pb[n - 6] == '/')) {
            pb[n - 5] = 0;
            size_t keep = strlen(pb);
            ok = strncmp(nb, pb, keep) == 0 && strcmp(nb + keep, "vendor") == 0;
        }
    }
    free_heap(pb);
    free_heap(nb);
    return ok;
}

bool pattern_tree_can_match(const char *pattern, const char *name) {
    const char *dots = strstr(pattern, "...");
    size_t pn = dots ? (size_t)(dots - pattern) : strlen(pattern), nn = strlen(name);
    if (nn <= pn && strncmp(pattern, name, nn) == 0 &&
        (nn == pn || pattern[nn] == '/' || (nn && name[nn - 1] == '/')))
        return true;
    return dots && strncmp(name, pattern, pn) == 0;
}

const char *pattern_clean(Arena *a, const char *p) {
    if (path_is_abs(p)) return path_clean(a, p);
    char *q = arena_strndup(a, p, strlen(p));
    for (char *c = q; *c; c++)
        if (*c == '\\') *c = '/';
    char *at = strchr(q, '@');
    const char *version = "";
    if (at && !is_local_import(q)) {
        version = arena_strndup(a, at, strlen(at));
        *at = 0;
    }
    if (has_prefix(q, "./")) {
        const char *c = path_clean(a, q);
        return strcmp(c, ".") == 0 ? "." : arena_printf(a, "./%s%s", c, version);
    }
    return arena_printf(a, "%s%s", path_clean(a, q), version);
}

/* ---- walking ---- */

typedef struct Walk Walk;
struct Walk {
    Loader *l;
    PatternMatch *m;
    const char *root;   /* where the walk began */
    const char *prefix; /* import path of root, or how the pattern writes it */
    bool prune_mod, prune_vendor, std_only, cmd, local;
    Map *have;
    const StrVec *ignores; /* of the module */
    const char *mod_root;
    StrVec cand_dirs, cand_names;
};

typedef struct Dent {
    const char *name;
    unsigned char type;
} Dent;

static int dent_cmp(const void *a, const void *b) {
    return strcmp(((const Dent *)a)->name, ((const Dent *)b)->name);
}

/* go.mod's ignore lines: "./x" only at the module root, "x" anywhere. rel is relative to the module root. */
static bool ignored(const StrVec *pats, const char *rel) {
    if (!pats || !*rel || !strcmp(rel, ".")) return false;
    bool hit = false;
    StrBuf norm = STRBUF_INIT, q = STRBUF_INIT;
    sb_printf(&norm, "/%s/", rel);
    for (uint32_t i = 0; i < pats->n && !hit; i++) {
        const char *p = pats->v[i];
        bool at_root = has_prefix(p, "./");
        if (at_root) p += 2;
        while (*p == '/') p++;
        q.n = 0;
        sb_printf(&q, "/%s%s", p, has_suffix(p, "/") ? "" : "/");
        hit = at_root ? has_prefix(norm.buf, q.buf) : strstr(norm.buf, q.buf) != NULL;
    }
    sb_release(&norm);
    sb_release(&q);
    return hit;
}

/* rel: path below w->root with '/' between elements, "" for the root itself. */
static void walk(Walk *w, const char *dir, const char *rel, int depth) {
    Loader *l = w->l;
    Arena *a = l->a;
    const char *elem = path_base(rel);
    const char *name =
        *rel ? (*w->prefix ? arena_printf(a, "%s%s%s", w->prefix, has_suffix(w->prefix, "/") ? "" : "/", rel)
                           : rel)
             : w->prefix;
    bool top = !*rel;
    if (!top) {
        if (elem[0] == '.' || elem[0] == '_' || !strcmp(elem, "testdata")) return;
        if (w->ignores && w->mod_root) {
            const char *below = path_in_dir(a, dir, w->mod_root);
            if (below && ignored(w->ignores, below)) return;
        }
        if ((w->prune_mod || w->local) && is_file(path_join(a, dir, "go.mod"))) return;
    }
    if (w->std_only && !top && (!is_standard_import_path(name) || !strcmp(name, "cmd"))) return;
    bool nameless = top && !*w->prefix;
    if (!nameless && !pattern_is_meta(w->m->pattern) && !w->local &&
        !pattern_tree_can_match(w->m->pattern, name))
        return;
    if (!nameless || w->local) {
        const Name *k = name_of(name);
        if (!smap_get(w->have, k)) {
            smap_put(w->have, k, (void *)1);
            if (pattern_is_meta(w->m->pattern) || pattern_match(w->m->pattern, name)) {
                vec_push(a, &w->cand_dirs, name_of(dir)->s);
                vec_push(a, &w->cand_names, k->s);
            }
        }
    }
    if (!top && w->prune_vendor && !strcmp(elem, "vendor")) return;
    if (depth > 400) return;
    DIR *d = opendir(dir);
    if (!d) {
        vec_push(a, &w->m->errs, arena_printf(a, "open %s: %s", dir, errno_text(errno)));
        return;
    }
    VEC(Dent) ents = {0};
    struct dirent *e;
    while ((e = readdir(d))) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        unsigned char t = e->d_type;
        if (t == DT_UNKNOWN) {
            struct stat st;
            if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
                t = S_ISDIR(st.st_mode) ? DT_DIR : S_ISLNK(st.st_mode) ? DT_LNK : DT_REG;
        }
        if (t == DT_DIR || t == DT_LNK)
            vec_push(a, &ents, ((Dent){arena_strndup(a, e->d_name, strlen(e->d_name)), t}));
    }
    closedir(d);
    if (ents.n > 1) qsort(ents.v, ents.n, sizeof *ents.v, dent_cmp);
    for (uint32_t i = 0; i < ents.n; i++) {
        const char *sub = *rel ? arena_printf(a, "%s/%s", rel, ents.v[i].name) : ents.v[i].name;
        const char *full = path_join(a, dir, ents.v[i].name);
        if (ents.v[i].type == DT_LNK) {
            if (!w->local && strstr(w->m->pattern, "...") && ents.v[i].name[0] != '.' &&
                ents.v[i].name[0] != '_' && strcmp(ents.v[i].name, "testdata") != 0 && is_dir(full) &&
                pattern_tree_can_match(w->m->pattern,
                                       *w->prefix ? arena_printf(a, "%s/%s", w->prefix, sub) : sub))
                sb_printf(&l->s->err, "warning: ignoring symlink %s\n", full);
            continue;
        }
        walk(w, full, sub, depth + 1);
    }
}

/* Candidates that are packages: they have Go files that some build may use. */
static void keep_packages(Walk *w, StrVec *out, bool cmd_vendor_mains) {
    Loader *l = w->l;
    load_dirs(l, &w->cand_dirs);
    for (uint32_t i = 0; i < w->cand_dirs.n; i++) {
        DirInfo *d = load_dir(l, w->cand_dirs.v[i]);
        if (d->err == DIR_NO_GO) continue;
        if (cmd_vendor_mains && has_prefix(w->cand_names.v[i], "cmd/vendor") && d->name &&
            !strcmp(d->name, "main"))
            continue;
        vec_push(l->a, out, w->cand_names.v[i]);
    }
    w->cand_dirs.n = w->cand_names.n = 0;
}

static void walk_modules(Loader *l, PatternMatch *m, bool with_std, bool mains_only) {
    Arena *a = l->a;
    Map have = {.arena = a};
    smap_put(&have, name_of("builtin"), (void *)1);
    if (!l->s->env.cgo_enabled) smap_put(&have, name_of("runtime/cgo"), (void *)1);
    const char *src = path_join(a, l->s->env.goroot, "src");
    if (with_std) {
        Walk w = {.l = l, .m = m, .root = src, .prefix = "", .prune_mod = true, .have = &have};
        walk(&w, src, "", 0);
        keep_packages(&w, &m->pkgs, false);
        if (pattern_is_meta(m->pattern) || pattern_tree_can_match(m->pattern, "cmd")) {
            Walk c = {.l = l, .m = m, .root = src, .prefix = "cmd", .prune_mod = true, .have = &have};
            walk(&c, path_join(a, src, "cmd"), "", 0);
            keep_packages(&c, &m->pkgs, false);
        }
    }
    bool vendor = !strcmp(l->mod_mode, "vendor");
    for (uint32_t i = 0; i < l->mains.n; i++) {
        MainModule *mm = l->mains.v[i];
        if (!pattern_is_meta(m->pattern) && !pattern_tree_can_match(m->pattern, mm->prefix)) continue;
        Walk w = {.l = l,
                  .m = m,
                  .root = mm->root,
                  .prefix = mm->prefix,
                  .prune_mod = true,
                  .prune_vendor = true,
                  .have = &have,
                  .ignores = &mm->mf.ignores,
                  .mod_root = mm->root};
        walk(&w, mm->root, "", 0);
        keep_packages(&w, &m->pkgs, false);
    }
    if (!mains_only && vendor && l->mains.n) {
        Walk w = {.l = l, .m = m, .root = l->vendor_dir, .prefix = "", .prune_vendor = true, .have = &have};
        walk(&w, l->vendor_dir, "", 0);
        keep_packages(&w, &m->pkgs, false);
    } else if (!mains_only && l->mains.n) {
        if (!module_graph(l)) vec_push(a, &m->errs, l->graph_err);
        for (uint32_t i = 0; i < l->build_list.n; i++) {
            Selected *s = l->build_list.v[i];
            if (module_is_main(l, s->path)) continue;
            if (!pattern_is_meta(m->pattern) && !pattern_tree_can_match(m->pattern, s->path)) continue;
            bool local;
            const char *err;
            const char *root = module_fetch(l, (ModVer){s->path, s->version}, &local, &err);
            if (!root) {
                vec_push(a, &m->errs, err);
                continue;
            }
            Walk w = {.l = l,
                      .m = m,
                      .root = root,
                      .prefix = s->path,
                      .prune_mod = local,
                      .prune_vendor = true,
                      .have = &have};
            walk(&w, root, "", 0);
            keep_packages(&w, &m->pkgs, false);
        }
    }
    strvec_sort(&m->pkgs);
}

static void local_dirs(Loader *l, PatternMatch *m) {
    Arena *a = l->a;
    const char *cwd = l->s->env.cwd;
    if (pattern_is_literal(m->pattern)) {
        vec_push(a, &m->dirs, m->pattern);
        return;
    }
    const char *dots = strstr(m->pattern, "...");
    const char *head =
        path_dir(a, path_clean(a, arena_strndup(a, m->pattern, (size_t)(dots - m->pattern) + 3)));
    const char *abs = path_abs(a, cwd, head);
    const char *src = path_join(a, l->s->env.goroot, "src");
    MainModule *in = NULL;
    for (uint32_t i = 0; i < l->mains.n; i++)
        if (path_has_prefix(abs, l->mains.v[i]->root) &&
            (!in || strlen(l->mains.v[i]->root) > strlen(in->root)))
            in = l->mains.v[i];
    bool in_own = in != NULL;
    for (const char *d = abs; in_own && strcmp(d, in->root) != 0 && strlen(d) > strlen(in->root);
         d = path_dir(a, d))
        if (is_file(path_join(a, d, "go.mod"))) in_own = false; /* another module */
    if (!in_own && !path_in_dir(a, abs, src)) {
        bool cached = false;
        if (l->mains.n && module_graph(l)) {
            for (uint32_t i = 0; i < l->build_list.n && !cached; i++) {
                bool local;
                const char *err;
                if (module_is_main(l, l->build_list.v[i]->path)) continue;
                const char *root = module_fetch(
                    l, (ModVer){l->build_list.v[i]->path, l->build_list.v[i]->version}, &local, &err);
                cached = root && path_in_dir(a, abs, root);
            }
        }
        if (!cached) {
            vec_push(a, &m->errs,
                     arena_printf(a, "directory prefix %s does not contain %s", path_short(a, cwd, abs),
                                  l->workspace ? "modules listed in go.work or their selected dependencies"
                                               : "main module or its selected dependencies"));
            return;
        }
    }
    const char *clean = path_clean(a, m->pattern);
    bool dot = has_prefix(m->pattern, "./") && strcmp(clean, ".") != 0;
    if (dot) clean = arena_printf(a, "./%s", clean);
    PatternMatch pm = {.pattern = clean};
    const char *d2 = strstr(clean, "...");
    const char *slash = d2;
    while (slash > clean && slash[-1] != '/') slash--;
    const char *start = path_clean(a, arena_strndup(a, clean, (size_t)(slash - clean)));
    if (slash == clean) start = ".";
    const char *prefix = dot && strcmp(start, ".") != 0 ? arena_printf(a, "./%s", start) : start;
    if (!in && l->mains.n) {
        StrBuf roots = STRBUF_INIT;
        for (uint32_t i = 0; i < l->mains.n; i++)
            sb_printf(&roots, "%s%s", i ? ", " : "", l->mains.v[i]->root);
        vec_push(a, &m->errs,
                 arena_printf(a, "directory %s is outside module root%s (%s)", path_abs(a, cwd, start),
                              l->mains.n > 1 ? "s" : "", sb_str(&roots)));
        sb_release(&roots);
    }
    if (!is_dir(path_abs(a, cwd, start))) {
        vec_push(a, &m->errs,
                 arena_printf(a, "lstat %.*s: no such file or directory", (int)(slash - clean), clean));
        return;
    }
    Map have = {.arena = a};
    Walk w = {.l = l,
              .m = &pm,
              .root = path_abs(a, cwd, start),
              .prefix = prefix,
              .local = true,
              .have = &have,
              .ignores = in ? &in->mf.ignores : NULL,
              .mod_root = in ? in->root : NULL};
    walk(&w, w.root, "", 0);
    for (uint32_t i = 0; i < pm.errs.n; i++) vec_push(a, &m->errs, pm.errs.v[i]);
    keep_packages(&w, &m->dirs, false);
}

/* "all": the main module's packages and tests, and everything that they import. */
static void expand_all(Loader *l, PatternMatch *m) {
    Arena *a = l->a;
    walk_modules(l, m, false, true);
    for (uint32_t i = 0; i < l->mains.n; i++)
        for (uint32_t k = 0; k < l->mains.v[i]->mf.tools.n; k++)
            vec_push(a, &m->pkgs, l->mains.v[i]->mf.tools.v[k]);
    package_preload(l, &m->pkgs);
    Map seen = {.arena = a};
    StrVec queue = {0}, out = {0};
    for (uint32_t i = 0; i < m->pkgs.n; i++) vec_push(a, &queue, m->pkgs.v[i]);
    for (uint32_t i = 0; i < queue.n; i++) {
        const Name *k = name_of(queue.v[i]);
        if (smap_get(&seen, k)) continue;
        smap_put(&seen, k, (void *)1);
        Resolved *r = resolve_import(l, k->s, "", false);
        vec_push(a, &out, k->s);
        if (!r->dir) continue;
        DirInfo *d = load_dir(l, r->dir);
        const DirImports *lists[3] = {&d->imports, &d->test_imports, &d->xtest_imports};
        int n = r->main || (r->module && r->module->main) ? 3 : 1;
        for (int q = 0; q < n; q++) {
            for (uint32_t x = 0; x < lists[q]->n; x++) {
                const char *p = lists[q]->v[x].path;
                if (!strcmp(p, "C")) continue;
                if (r->standard) p = std_vendor(l, k->s, p);
                vec_push(a, &queue, p);
            }
        }
    }
    strvec_sort_unique(&out);
    m->pkgs = out;
}

void pattern_expand(Loader *l, PatternMatch *m) {
    Arena *a = l->a;
    if (pattern_is_local(m->pattern)) {
        local_dirs(l, m);
        for (uint32_t i = 0; i < m->dirs.n && !l->fatal; i++) {
            const char *err;
            const char *p =
                resolve_local_dir(l, path_abs(a, l->s->env.cwd, m->dirs.v[i]), m->dirs.v[i], &err);
            if (p) {
                vec_push(a, &m->pkgs, p);
            } else if (err) {
                bool quiet = !pattern_is_literal(m->pattern) && (has_prefix(err, "\"builtin\" is a pseudo") ||
                                                                 has_prefix(err, "GOROOT/src is not"));
                if (!quiet) vec_push(a, &m->errs, err);
            }
        }
    } else if (pattern_is_literal(m->pattern)) {
        vec_push(a, &m->pkgs, m->pattern);
    } else if (!strcmp(m->pattern, "std") || !strcmp(m->pattern, "cmd")) {
        bool cmd = m->pattern[0] == 'c';
        Map have = {.arena = a};
        smap_put(&have, name_of("builtin"), (void *)1);
        if (!l->s->env.cgo_enabled) smap_put(&have, name_of("runtime/cgo"), (void *)1);
        const char *src = path_join(a, l->s->env.goroot, "src");
        Walk w = {.l = l, .m = m, .root = src, .prefix = cmd ? "cmd" : "", .std_only = !cmd, .have = &have};
        w.root = cmd ? path_join(a, src, "cmd") : src;
        walk(&w, w.root, "", 0);
        keep_packages(&w, &m->pkgs, cmd);
    } else if (!strcmp(m->pattern, "all")) {
        expand_all(l, m);
    } else if (!strcmp(m->pattern, "work")) {
        walk_modules(l, m, false, true);
    } else if (!strcmp(m->pattern, "tool")) {
        for (uint32_t i = 0; i < l->mains.n; i++)
            for (uint32_t k = 0; k < l->mains.v[i]->mf.tools.n; k++)
                vec_push(a, &m->pkgs, l->mains.v[i]->mf.tools.v[k]);
    } else {
        walk_modules(l, m, true, false);
    }
}
