/* Modules: which version of which module provides an import path.
 *
 * The main module (or the modules of a go.work file) is found from the current directory upwards. Its
 * requirements form the roots; an import path is looked for in the roots first, by ever shorter prefixes, and
 * only when that finds nothing the whole requirement graph is read: from the go.mod files in the module
 * cache, following the pruning rules of https://go.dev/ref/mod#graph-pruning, the selected version of each
 * module being the highest one that anything requires. With a vendor directory everything comes from there.
 * Nothing is ever downloaded: what the module cache lacks is an error that names the command which gets it.
 */
#include "load/env.h"
#include "base/unicode.h"
#include "load/load_int.h"
#include <ctype.h>
#include <stdlib.h>

static const Name *key2(Loader *l, const char *path, const char *version) {
    const char *k = arena_printf(l->a, "%s@%s", path, version);
    return name_of(k);
}

bool module_is_main(const Loader *l, const char *path) {
    for (uint32_t i = 0; i < l->mains.n; i++)
        if (strcmp(l->mains.v[i]->mf.module, path) == 0) return true;
    return false;
}

static MainModule *main_named(const Loader *l, const char *path) {
    for (uint32_t i = 0; i < l->mains.n; i++)
        if (strcmp(l->mains.v[i]->mf.module, path) == 0) return l->mains.v[i];
    return NULL;
}

/* What replaces m, or NULL; *rel_to is the directory to which a local path is relative. */
static const ModVer *replacement(Loader *l, ModVer m, const char **rel_to) {
    if (l->workspace) {
        const ModReplace *any = NULL;
        for (uint32_t i = 0; i < l->work.replace.n; i++) {
            ModReplace *r = &l->work.replace.v[i];
            if (strcmp(r->old.path, m.path) != 0) continue;
            *rel_to = l->work_dir;
            if (!strcmp(r->old.version, m.version)) return &r->new;
            if (!*r->old.version) any = r;
        }
        if (any) return &any->new;
    }
    for (uint32_t k = 0; k < l->mains.n; k++) {
        MainModule *mm = l->mains.v[k];
        const ModReplace *any = NULL;
        for (uint32_t i = 0; i < mm->mf.replace.n; i++) {
            ModReplace *r = &mm->mf.replace.v[i];
            if (strcmp(r->old.path, m.path) != 0) continue;
            *rel_to = mm->root;
            if (*r->old.version && !strcmp(r->old.version, m.version)) return &r->new;
            if (!*r->old.version) any = r;
        }
        if (any) return &any->new;
    }
    return NULL;
}

static bool excluded(const Loader *l, ModVer m) {
    for (uint32_t k = 0; k < l->mains.n; k++) {
        const ModFile *mf = &l->mains.v[k]->mf;
        for (uint32_t i = 0; i < mf->exclude.n; i++)
            if (!strcmp(mf->exclude.v[i].path, m.path) && !strcmp(mf->exclude.v[i].version, m.version))
                return true;
    }
    return false;
}

/* ---- names ---- */

/* What would be a device on Windows, whatever its extension. */
static bool windows_device(const char *elem, size_t n) {
    static const char *const names[] = {"con", "prn", "aux", "nul"};
    const char *dot = memchr(elem, '.', n);
    if (dot) n = (size_t)(dot - elem);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (n == 3 && strncasecmp(elem, names[i], 3) == 0) return true;
    return n == 4 && (strncasecmp(elem, "com", 3) == 0 || strncasecmp(elem, "lpt", 3) == 0) &&
           elem[3] >= '1' && elem[3] <= '9';
}

bool file_elem_ok(const char *elem) {
    size_t n = strlen(elem);
    if (!n || elem[n - 1] == '.' || windows_device(elem, n)) return false; /* "." and ".." too */
    for (size_t i = 0; i < n;) {
        uint32_t r;
        int k = utf8_decode(elem + i, n - i, &r);
        if (r == RUNE_ERROR && k <= 1) return false;
        if (r < 0x80 ? !isalnum((int)r) && (!r || !strchr("!#$%&()+,-.=@[]^_{}~ ", (int)r))
                     : !unicode_is_letter(r))
            return false;
        i += (size_t)k;
    }
    return true;
}

/* A character as %q prints it. */
static const char *quoted_char(Arena *a, const char *s) {
    uint32_t r;
    int k = utf8_decode(s, strlen(s), &r);
    if (r == '\\' || r == '\'') return arena_printf(a, "'\\%c'", (int)r);
    if (r < ' ' || r == 0x7f) {
        const char *from = "\a\b\f\n\r\t\v", *to = "abfnrtv", *at = strchr(from, (int)r);
        return at && r ? arena_printf(a, "'\\%c'", to[at - from]) : arena_printf(a, "'\\x%02x'", r);
    }
    if (r == RUNE_ERROR || !unicode_is_print(r))
        return arena_printf(a, r > 0xffff ? "'\\U%08x'" : "'\\u%04x'", r);
    return arena_printf(a, "'%.*s'", k, s);
}

static const char *quoted_path(Arena *a, const char *s) {
    StrBuf sb = STRBUF_INIT;
    sb_addc(&sb, '"');
    for (size_t n = strlen(s), i = 0; i < n;) {
        uint32_t r;
        int k = utf8_decode(s + i, n - i, &r);
        const char *q = quoted_char(a, s + i);
        if (r == '"') sb_adds(&sb, "\\\"");
        else if (r == '\'') sb_addc(&sb, '\'');
        else sb_add(&sb, q + 1, strlen(q) - 2);
        i += (size_t)MAX(k, 1);
    }
    sb_addc(&sb, '"');
    return sb_arena(&sb, a);
}

/* Rules for import paths in general (https://go.dev/ref/mod#go-mod-file-ident); NULL or the reason. */
static const char *check_path(Arena *a, const char *path) {
    if (!*path) return "empty string";
    if (path[0] == '-') return "leading dash";
    if (strstr(path, "//")) return "double slash";
    if (path[strlen(path) - 1] == '/') return "trailing slash";
    const char *elem = path;
    while (*elem) {
        size_t n = strcspn(elem, "/");
        bool dots = true;
        for (size_t i = 0; i < n; i++) dots = dots && elem[i] == '.';
        if (!n) return "empty path element";
        if (dots) return arena_printf(a, "invalid path element \"%.*s\"", (int)n, elem);
        if (elem[n - 1] == '.') return "trailing dot in path element";
        for (size_t i = 0; i < n; i++) {
            unsigned char c = (unsigned char)elem[i];
            if (c >= 0x80 || (!isalnum(c) && !strchr("-._~+", c)))
                return arena_printf(a, "invalid char %s", quoted_char(a, elem + i));
        }
        size_t first = MIN(n, strcspn(elem, ".")), tilde = first;
        if (windows_device(elem, n))
            return arena_printf(a, "\"%.*s\" disallowed as path element component on Windows", (int)first,
                                elem);
        while (tilde && elem[tilde - 1] >= '0' && elem[tilde - 1] <= '9') tilde--;
        if (tilde < first && tilde && elem[tilde - 1] == '~')
            return "trailing tilde and digits in path element";
        elem += n;
        if (*elem) elem++;
    }
    return NULL;
}

/* Why a module's version names nothing in the module cache, whose folders are made from the two; or NULL. */
static const char *bad_module(Arena *a, ModVer m) {
    const char *why = check_path(a, m.path);
    if (why) return arena_printf(a, "malformed module path %s: %s", quoted_path(a, m.path), why);
    if (!semver_valid(m.version) || strpbrk(m.version, "/\\!"))
        return arena_printf(a, "%s@%s: invalid version", m.path, m.version);
    return NULL;
}

/* The directory that a go.mod or go.work in rel_to names. One that leads out of where it may lead
 * (Session.within) is a directory that is not there. A $GOWORK of the user's own stands elsewhere. */
static const char *named_dir(Loader *l, const char *rel_to, const char *path) {
    if (path_is_abs(path)) return path_clean(l->a, path);
    const char *dir = path_join(l->a, rel_to, path), *within = l->s->within;
    if (!within || !path_has_prefix(rel_to, within) || path_has_prefix(dir, within)) return dir;
    return path_join(l->a, "/dev/null", path_base(dir));
}

const char *module_fetch(Loader *l, ModVer m, bool *is_local, const char **err) {
    *err = NULL;
    *is_local = false;
    if (!*m.version) {
        MainModule *mm = main_named(l, m.path);
        if (mm) {
            *is_local = true;
            return mm->root;
        }
    }
    const char *rel_to = NULL;
    const ModVer *r = replacement(l, m, &rel_to);
    ModVer from = m;
    if (r && !*r->version) {
        const char *dir = named_dir(l, rel_to, r->path);
        *is_local = true;
        if (!is_dir(dir)) {
            *err = arena_printf(l->a, "%s@%s: replacement directory %s does not exist", m.path, m.version,
                                r->path);
            return NULL;
        }
        return dir;
    }
    if (r) from = *r;
    if ((*err = bad_module(l->a, from))) return NULL;
    const char *dir = path_join(
        l->a, l->s->env.gomodcache,
        arena_printf(l->a, "%s@%s", module_escape(l->a, from.path), module_escape(l->a, from.version)));
    if (!is_dir(dir)) {
        *err = arena_printf(l->a, "module %s@%s is not in the module cache; to get it:\n\tgo mod download %s",
                            from.path, from.version, m.path);
        return NULL;
    }
    return dir;
}

/* The go.mod of a module version (its replacement's, if it has one). NULL: *err. */
static ModFile *summary(Loader *l, ModVer m, const char **err) {
    const Name *k = key2(l, m.path, m.version);
    ModFile *mf = smap_get(&l->summaries, k);
    *err = NULL;
    if (mf) return mf;
    MainModule *mm = main_named(l, m.path);
    if (mm && !*m.version) return &mm->mf;
    const char *rel_to = NULL;
    const ModVer *r = replacement(l, m, &rel_to);
    const char *file;
    ModVer from = r ? *r : m;
    if (r && !*r->version) {
        const char *dir = named_dir(l, rel_to, r->path);
        file = path_join(l->a, dir, "go.mod");
    } else {
        if ((*err = bad_module(l->a, from))) return NULL;
        file = arena_printf(l->a, "%s/cache/download/%s/@v/%s.mod", l->s->env.gomodcache,
                            module_escape(l->a, from.path), module_escape(l->a, from.version));
    }
    Str text;
    const char *why;
    if (!read_file(l->a, file, &text, &why)) {
        if (r && !*r->version)
            *err = arena_printf(l->a, "%s@%s (replaced by %s): reading %s: open %s: %s", m.path, m.version,
                                r->path, path_short(l->a, l->s->env.cwd, file), file, why);
        else
            *err = arena_printf(l->a,
                                "%s@%s: go.mod is not in the module cache; to get it:\n\tgo mod download %s",
                                from.path, from.version, m.path);
        return NULL;
    }
    mf = NEW(l->a, ModFile);
    why = modfile_parse(l->a, mf, file, file, text, false, false);
    if (why) {
        *err = arena_printf(l->a, "%s@%s: parsing go.mod: %s", m.path, m.version, why);
        return NULL;
    }
    smap_put(&l->summaries, k, mf);
    return mf;
}

static bool prunes(const char *go_version) { return go_version && gover_compare(go_version, "1.17") >= 0; }

static void select_max(Loader *l, ModVer m) {
    if (!strcmp(m.path, "go") || !strcmp(m.path, "toolchain")) return;
    Selected *s = smap_get(&l->selected, name_of(m.path));
    if (!s) {
        s = NEW(l->a, Selected);
        *s = (Selected){.path = m.path, .version = m.version};
        smap_put(&l->selected, name_of(m.path), s);
        vec_push(l->a, &l->build_list, s);
    } else if (module_compare(m.path, m.version, s->version) > 0) {
        s->version = m.version;
    }
}

typedef struct GraphWork {
    ModVer m;
    bool pruned; /* how far its requirements count */
} GraphWork;

static int selected_cmp(const void *a, const void *b) {
    return strcmp((*(Selected *const *)a)->path, (*(Selected *const *)b)->path);
}

static const char needs_update[] = "go: updates to go.mod needed; to update it:\n\tgo mod tidy";

/* From Go 1.21 on the main module's go line is at least that of every module it requires. */
static void check_go_lines(Loader *l) {
    MainModule *mm = l->mains.v[0];
    const char *own = mm->mf.go_version ? mm->mf.go_version : "1.16";
    for (uint32_t i = 0; i < mm->mf.require.n; i++) {
        const char *err;
        ModVer m = mm->mf.require.v[i].m;
        if (excluded(l, m)) continue;
        const ModFile *mf = summary(l, m, &err);
        const char *v = mf ? mf->go_version : NULL;
        if (v && gover_compare(v, "1.21") >= 0 && gover_compare(v, own) > 0) l->fatal = needs_update;
    }
}

bool module_graph(Loader *l) {
    if (l->graph_loaded) return !l->graph_err;
    l->graph_loaded = true;
    l->selected = (Map){.arena = l->a};
    VEC(GraphWork) queue = {0};
    Map seen = {.arena = l->a}; /* key -> (void *)(1 pruned | 2 unpruned) */
    for (uint32_t i = 0; i < l->mains.n; i++) {
        MainModule *mm = l->mains.v[i];
        select_max(l, (ModVer){mm->mf.module, ""});
        for (uint32_t k = 0; k < mm->mf.require.n; k++) {
            ModVer m = mm->mf.require.v[k].m;
            if (excluded(l, m)) continue;
            select_max(l, m);
            vec_push(l->a, &queue, ((GraphWork){m, prunes(mm->mf.go_version)}));
        }
    }
    for (uint32_t i = 0; i < queue.n; i++) {
        GraphWork w = queue.v[i];
        if (module_is_main(l, w.m.path)) continue;
        const Name *k = key2(l, w.m.path, w.m.version);
        uintptr_t done = (uintptr_t)smap_get(&seen, k);
        uintptr_t bit = w.pruned ? 1 : 2;
        if (done >= bit) continue;
        smap_put(&seen, k, (void *)bit);
        const char *err;
        ModFile *mf = summary(l, w.m, &err);
        if (!mf) {
            if (!l->graph_err) l->graph_err = err;
            continue;
        }
        bool deep = !w.pruned || !prunes(mf->go_version);
        for (uint32_t r = 0; r < mf->require.n; r++) {
            ModVer m = mf->require.v[r].m;
            if (excluded(l, m)) continue;
            select_max(l, m);
            if (deep) vec_push(l->a, &queue, ((GraphWork){m, w.pruned && prunes(mf->go_version)}));
        }
    }
    if (!l->workspace && l->mains.n &&
        strcmp(l->mod_mode, "mod") != 0) { /* go.mod must name what is selected */
        for (uint32_t i = 0; i < l->build_list.n; i++) {
            Selected *s = l->build_list.v[i], *root = smap_get(&l->roots, name_of(s->path));
            if (root && strcmp(root->version, s->version) != 0 && !l->fatal) l->fatal = needs_update;
        }
    }
    qsort(l->build_list.v, l->build_list.n, sizeof *l->build_list.v, selected_cmp);
    return !l->graph_err;
}

/* ---- the Module that packages point at ---- */

static VendorModule *vendor_meta(Loader *l, ModVer m) {
    for (uint32_t i = 0; i < l->vendor_mods.n; i++) {
        VendorModule *v = l->vendor_mods.v[i];
        if (!strcmp(v->mod.path, m.path) && !strcmp(v->mod.version, m.version)) return v;
    }
    return NULL;
}

static Module *module_for(Loader *l, ModVer m) {
    const Name *k = key2(l, m.path, m.version);
    Module *mod = smap_get(&l->modules, k);
    if (mod) return mod;
    mod = NEW(l->a, Module);
    mod->path = m.path;
    mod->version = *m.version ? m.version : NULL;
    smap_put(&l->modules, k, mod);
    const char *err;
    bool local;
    if (!strcmp(l->mod_mode, "vendor")) {
        VendorModule *v = vendor_meta(l, m);
        if (v) mod->go_version = v->go_version;
        return mod;
    }
    mod->dir = module_fetch(l, m, &local, &err);
    ModFile *mf = summary(l, m, &err);
    if (mf) {
        mod->go_version = mf->go_version;
        mod->gomod = mf->file;
    }
    const char *rel_to = NULL;
    const ModVer *r = replacement(l, m, &rel_to);
    if (r) {
        mod->replace = NEW(l->a, Module);
        mod->replace->path = r->path;
        mod->replace->version = *r->version ? r->version : NULL;
        mod->replace->dir = mod->dir;
    }
    return mod;
}

/* ---- vendor/modules.txt ---- */

static void fields_of(Arena *a, const char *s, size_t n, StrVec *out) {
    out->n = 0;
    for (size_t i = 0; i < n;) {
        while (i < n && isspace((unsigned char)s[i])) i++;
        size_t at = i;
        while (i < n && !isspace((unsigned char)s[i])) i++;
        if (i > at) vec_push(a, out, arena_strndup(a, s + at, i - at));
    }
}

static VendorModule *vendor_entry(Loader *l, const char *path, const char *version) {
    VendorModule *v = vendor_meta(l, (ModVer){path, version});
    if (v) return v;
    v = NEW(l->a, VendorModule);
    v->mod = (ModVer){path, version};
    vec_push(l->a, &l->vendor_mods, v);
    return v;
}

static void read_vendor_list(Loader *l) {
    if (l->vendor_read) return;
    l->vendor_read = true;
    Str text;
    const char *err;
    if (!read_file(l->a, path_join(l->a, l->vendor_dir, "modules.txt"), &text, &err)) return;
    VendorModule *mod = NULL;
    StrVec f = {0};
    for (size_t i = 0; i < text.n;) {
        const char *nl = memchr(text.p + i, '\n', text.n - i);
        size_t stop = nl ? (size_t)(nl - text.p) : text.n;
        const char *line = text.p + i;
        size_t n = stop - i;
        i = stop + 1;
        if (memchr(line, 0, n)) { /* no module has such a name */
            if (line[0] == '#') mod = NULL;
            continue;
        }
        fields_of(l->a, line, n, &f);
        if (n >= 2 && line[0] == '#' && line[1] == ' ') {
            if (f.n < 3) continue;
            uint32_t rest;
            if (semver_valid(f.v[2])) {
                mod = vendor_entry(l, f.v[1], f.v[2]);
                rest = 3;
            } else if (!strcmp(f.v[2], "=>")) {
                mod = vendor_entry(l, f.v[1], "");
                rest = 2;
            } else {
                mod = NULL;
                continue;
            }
            if (f.n >= rest + 2 && !strcmp(f.v[rest], "=>")) { mod->has_replacement = true; }
        } else if (!mod) {
            continue;
        } else if (n >= 3 && memcmp(line, "## ", 3) == 0) {
            const char *ann = arena_strndup(l->a, line + 3, n - 3);
            while (*ann) {
                size_t k = strcspn(ann, ";");
                StrVec w = {0};
                fields_of(l->a, ann, k, &w);
                if (w.n == 1 && !strcmp(w.v[0], "explicit")) mod->explicit_ = true;
                if (w.n == 2 && !strcmp(w.v[0], "go")) mod->go_version = w.v[1];
                ann += k;
                if (*ann) ann++;
            }
        } else if (f.n == 1 && !check_path(l->a, f.v[0])) {
            mod->has_package = true;
            smap_put(&l->vendor_pkgs, name_of(f.v[0]), mod);
        }
    }
}

/* go.mod and modules.txt must tell the same story. */
static bool check_vendor(Loader *l) {
    read_vendor_list(l);
    Arena *a = l->a;
    StrBuf errs = STRBUF_INIT;
    bool pre114 =
        !l->workspace &&
        gover_compare(l->mains.v[0]->mf.go_version ? l->mains.v[0]->mf.go_version : "1.16", "1.14") < 0;
    for (uint32_t k = 0; k < l->mains.n && !pre114; k++) {
        ModFile *mf = &l->mains.v[k]->mf;
        for (uint32_t i = 0; i < mf->require.n; i++) {
            ModVer m = mf->require.v[i].m;
            VendorModule *v = vendor_meta(l, m);
            if ((!v || !v->explicit_) && !module_is_main(l, m.path))
                sb_printf(&errs,
                          "\n\t%s@%s: is explicitly required in go.mod, but not marked as explicit in "
                          "vendor/modules.txt",
                          m.path, m.version);
        }
        for (uint32_t i = 0; i < mf->replace.n; i++) {
            ModReplace *r = &mf->replace.v[i];
            VendorModule *v = vendor_meta(l, r->old);
            const char *at =
                *r->old.version ? arena_printf(a, "%s@%s", r->old.path, r->old.version) : r->old.path;
            if (!v || !v->has_replacement)
                sb_printf(&errs,
                          "\n\t%s: is replaced in go.mod, but not marked as replaced in vendor/modules.txt",
                          at);
        }
    }
    for (uint32_t i = 0; i < l->vendor_mods.n; i++) {
        VendorModule *v = l->vendor_mods.v[i];
        const char *at =
            *v->mod.version ? arena_printf(a, "%s@%s", v->mod.path, v->mod.version) : v->mod.path;
        if (v->explicit_ && v->has_package) {
            bool found = false;
            for (uint32_t k = 0; k < l->mains.n; k++)
                for (uint32_t q = 0; q < l->mains.v[k]->mf.require.n; q++) {
                    ModVer m = l->mains.v[k]->mf.require.v[q].m;
                    found = found || (!strcmp(m.path, v->mod.path) && !strcmp(m.version, v->mod.version));
                }
            if (!found)
                sb_printf(&errs,
                          "\n\t%s: is marked as explicit in vendor/modules.txt, but not explicitly required "
                          "in %sgo.mod",
                          at, l->workspace ? "a " : "");
        }
        const char *rel;
        if (v->has_replacement && !replacement(l, v->mod, &rel))
            sb_printf(&errs, "\n\t%s: is marked as replaced in vendor/modules.txt, but not replaced in %s",
                      at, l->workspace ? "the workspace" : "go.mod");
    }
    if (!errs.n) return true;
    l->fatal = arena_printf(a,
                            "go: inconsistent vendoring in %s:%s\n\n\tTo ignore the vendor directory, use "
                            "-mod=readonly or -mod=mod.\n"
                            "\tTo sync the vendor directory, run:\n\t\tgo %s vendor",
                            path_dir(a, l->vendor_dir), sb_str(&errs), l->workspace ? "work" : "mod");
    sb_release(&errs);
    return false;
}

/* ---- finding the main module ---- */

static const char *find_up(Arena *a, const char *dir, const char *name) {
    for (;;) {
        const char *f = path_join(a, dir, name);
        if (is_file(f)) return f;
        const char *up = path_dir(a, dir);
        if (!strcmp(up, dir)) return NULL;
        dir = up;
    }
}

static MainModule *add_main(Loader *l, const char *gomod, const char *root) {
    Arena *a = l->a;
    Str text;
    const char *err;
    if (!read_file(a, gomod, &text, &err)) {
        l->fatal =
            arena_printf(a, "go: cannot load module %slisted in go.work file: open %s: %s",
                         l->workspace ? arena_printf(a, "%s ", path_short(a, l->s->env.cwd, root)) : "",
                         path_short(a, l->s->env.cwd, gomod), err);
        if (!l->workspace) l->fatal = arena_printf(a, "go: open %s: %s", gomod, err);
        return NULL;
    }
    MainModule *mm = NEW(a, MainModule);
    const char *shown = path_short(a, l->s->env.cwd, gomod);
    err = modfile_parse(a, &mm->mf, shown, gomod, text, true, false);
    if (err) {
        l->fatal = arena_printf(a, "go: errors parsing %s:\n%s", shown, err);
        return NULL;
    }
    mm->mf.file = gomod;
    if (!mm->mf.module) {
        l->fatal = arena_printf(a,
                                "go: error reading %s: missing module declaration. To specify the module "
                                "path:\n\tgo mod edit -module=example.com/mod",
                                shown);
        return NULL;
    }
    const char *local = l->s->env.local_version;
    if (mm->mf.go_version && gover_compare(mm->mf.go_version, local) > 0) {
        const char *what = l->workspace ? arena_printf(a, "module %s listed in go.work file",
                                                       path_short(a, l->s->env.cwd, root))
                                        : NULL;
        l->fatal =
            what ? arena_printf(
                       a, "go: %s requires go >= %s, but go.work lists go %s; to update it:\n\tgo work use",
                       what, mm->mf.go_version, l->work.go_version ? l->work.go_version : "1.18")
                 : arena_printf(a, "go: %s requires go >= %s (running go %s; GOTOOLCHAIN=local)", shown,
                                mm->mf.go_version, local);
        return NULL;
    }
    const char *bad = check_path(a, mm->mf.module);
    if (bad) {
        l->fatal = arena_printf(a, "go: malformed module path %s: %s", quoted_path(a, mm->mf.module), bad);
        return NULL;
    }
    mm->root = root;
    mm->prefix = mm->mf.module;
    const char *src = path_join(a, l->s->env.goroot, "src");
    const char *rel = path_in_dir(a, root, src);
    if (rel && (!strcmp(mm->mf.module, "std") || !strcmp(mm->mf.module, "cmd"))) {
        mm->in_goroot_src = true;
        if (!strcmp(mm->mf.module, "std") && !strcmp(rel, ".")) mm->prefix = "";
    }
    Module *mod = NEW(a, Module);
    mod->path = mm->mf.module;
    mod->dir = root;
    mod->gomod = gomod;
    mod->go_version = mm->mf.go_version;
    mod->main = true;
    mm->mod = mod;
    smap_put(&l->modules, key2(l, mod->path, ""), mod);
    vec_push(a, &l->mains, mm);
    return mm;
}

static void add_root(Loader *l, ModVer m) {
    Selected *s = smap_get(&l->roots, name_of(m.path));
    if (!s) {
        s = NEW(l->a, Selected);
        *s = (Selected){.path = m.path, .version = m.version};
        smap_put(&l->roots, name_of(m.path), s);
    } else if (module_compare(m.path, m.version, s->version) > 0) {
        s->version = m.version;
    }
}

/* vendor, readonly or mod, when -mod does not say (go help modules, "-mod"). */
static bool default_mode(Loader *l) {
    Arena *a = l->a;
    BuildFlags *f = &l->s->flags;
    l->mod_mode = "readonly";
    if (f->mod && *f->mod) {
        l->mod_mode = f->mod;
        l->mod_explicit = true;
        if (strcmp(f->mod, "readonly") && strcmp(f->mod, "vendor") && strcmp(f->mod, "mod")) {
            l->fatal =
                arena_printf(a, "-mod=%s not supported (can be '', 'mod', 'readonly', or 'vendor')", f->mod);
            return false;
        }
        if (l->workspace && !strcmp(f->mod, "mod")) {
            l->fatal = "go: -mod may only be set to readonly or vendor when in workspace mode, but it is set "
                       "to \"mod\"\n\tRemove the -mod flag to use the default readonly value, \n\tor set "
                       "GOWORK=off to disable workspace mode.";
            return false;
        }
    }
    if (!l->mains.n) return true;
    const char *base = l->workspace ? l->work_dir : l->mains.v[0]->root;
    l->vendor_dir = path_join(a, base, "vendor");
    if (l->mod_explicit || !is_dir(l->vendor_dir)) return true;
    const char *src = l->workspace ? "go.work" : "go.mod";
    const char *v = l->workspace ? l->work.go_version : l->mains.v[0]->mf.go_version;
    if (!v) {
        l->mod_reason =
            arena_printf(a, "Go version in %s is unspecified, so vendor directory was not used.", src);
        return true;
    }
    if (gover_compare(v, "1.14") < 0) {
        l->mod_reason = arena_printf(a, "Go version in %s is %s, so vendor directory was not used.", src, v);
        return true;
    }
    Str text;
    const char *err;
    bool for_work = read_file(a, path_join(a, l->vendor_dir, "modules.txt"), &text, &err) && text.n >= 12 &&
                    memcmp(text.p, "## workspace", 12) == 0;
    if (for_work != l->workspace) {
        l->mod_reason = for_work ? "Outside workspace mode, but vendor directory is for a workspace."
                                 : "In workspace mode, but vendor directory is not for a workspace";
        return true;
    }
    l->mod_mode = "vendor";
    l->mod_reason = arena_printf(a, "Go version in %s is at least 1.14 and vendor directory exists.", src);
    return true;
}

bool modules_init(Loader *l) {
    Arena *a = l->a;
    BuildEnv *e = &l->s->env;
    l->modules = l->summaries = l->resolved = l->dirs = l->dir_has_go = l->gomod_here = l->vendor_pkgs =
        l->pkgs = l->fold = l->roots = (Map){.arena = a};
    const char *mode = env_get(a, "GO111MODULE");
    if (!strcmp(mode, "off")) {
        l->fatal = "goesc: GO111MODULE=off (GOPATH mode) is not supported";
        return false;
    }
    const char *w = e->gowork;
    if (!strcmp(w, "off")) l->work_file = NULL;
    else if (*w && strcmp(w, "auto") != 0) {
        if (!path_is_abs(w)) {
            l->fatal = "go: invalid GOWORK: not an absolute path";
            return false;
        }
        l->work_file = w;
    } else {
        l->work_file = find_up(a, e->cwd, "go.work");
    }
    if (l->s->flags.modfile && l->work_file) {
        l->fatal = "go: -modfile cannot be used in workspace mode";
        return false;
    }
    if (l->work_file) {
        Str text;
        const char *err;
        e->gowork = l->work_file;
        if (!read_file(a, l->work_file, &text, &err)) {
            l->fatal = arena_printf(a, "go: reading go.work: open %s: %s", l->work_file, err);
            return false;
        }
        const char *shown = path_short(a, e->cwd, l->work_file);
        err = modfile_parse(a, &l->work, shown, l->work_file, text, true, true);
        if (err) {
            l->fatal = arena_printf(a, "go: errors parsing %s:\n%s", shown, err);
            return false;
        }
        if (l->work.go_version && gover_compare(l->work.go_version, e->local_version) > 0) {
            l->fatal = arena_printf(a, "go: %s requires go >= %s (running go %s; GOTOOLCHAIN=local)", shown,
                                    l->work.go_version, e->local_version);
            return false;
        }
        l->workspace = true;
        l->work_dir = path_dir(a, l->work_file);
        for (uint32_t i = 0; i < l->work.uses.n; i++) {
            const char *u = l->work.uses.v[i];
            const char *dir = named_dir(l, l->work_dir, u);
            if (!add_main(l, path_join(a, dir, "go.mod"), dir)) return false;
        }
        const char *here = find_up(a, e->cwd, "go.mod");
        e->gomod = here ? here : "/dev/null";
    } else {
        const char *gomod = find_up(a, e->cwd, "go.mod");
        const char *tmp = getenv("TMPDIR");
        if (gomod && !strcmp(path_dir(a, gomod), tmp && *tmp ? path_clean(a, tmp) : "/tmp")) {
            sb_printf(&l->s->err, "go: warning: ignoring go.mod in system temp root %s\n",
                      path_dir(a, gomod));
            gomod = NULL;
        }
        e->gomod = gomod ? gomod : "/dev/null";
        if (gomod) {
            const char *root = path_dir(a, gomod), *file = gomod;
            if (l->s->flags.modfile) {
                if (!has_suffix(l->s->flags.modfile, ".mod")) {
                    l->fatal = arena_printf(a, "go: -modfile=%s: file does not have .mod extension",
                                            l->s->flags.modfile);
                    return false;
                }
                file = path_abs(a, e->cwd, l->s->flags.modfile);
            }
            if (!add_main(l, file, root)) return false;
        } else if (l->s->flags.modfile) {
            l->fatal = "go: cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set "
                       "the module root directory.";
            return false;
        }
    }
    if (!default_mode(l)) return false;
    l->pruned = l->workspace || !l->mains.n || prunes(l->mains.v[0]->mf.go_version);
    for (uint32_t i = 0; i < l->mains.n; i++) add_root(l, (ModVer){l->mains.v[i]->mf.module, ""});
    if (!l->workspace && l->mains.n) {
        ModFile *mf = &l->mains.v[0]->mf;
        for (uint32_t i = 0; i < mf->require.n; i++)
            if (!excluded(l, mf->require.v[i].m)) add_root(l, mf->require.v[i].m);
    }
    if (!strcmp(l->mod_mode, "vendor") && l->mains.n) return check_vendor(l);
    if (!l->workspace && l->mains.n && !l->mains.v[0]->in_goroot_src && !strcmp(l->mod_mode, "readonly"))
        check_go_lines(l);
    return !l->fatal;
}

/* ---- from import path to directory ---- */

static bool cached(Loader *l, Map *m, const char *key, bool (*test)(const char *)) {
    const Name *k = name_of(key);
    uintptr_t v = (uintptr_t)smap_get(m, k);
    if (!v) {
        v = test(key) ? 2 : 1;
        smap_put(m, k, (void *)v);
    }
    (void)l;
    return v == 2;
}

/* The directory of path in the module mpath at mdir, if it has Go files; NULL otherwise. */
static const char *dir_in_module(Loader *l, const char *path, const char *mpath, const char *mdir,
                                 bool is_local) {
    size_t n = strlen(mpath);
    const char *dir;
    if (!strcmp(path, mpath)) dir = mdir;
    else if (!n) dir = path_join(l->a, mdir, path);
    else if (has_prefix(path, mpath) && path[n] == '/') dir = path_join(l->a, mdir, path + n + 1);
    else return NULL;
    if (is_local) { /* a nested module hides what is below it */
        for (const char *d = dir; strcmp(d, mdir) != 0 && strlen(d) > strlen(mdir);) {
            if (cached(l, &l->gomod_here, path_join(l->a, d, "go.mod"), is_file)) return NULL;
            const char *up = path_dir(l->a, d);
            if (!strcmp(up, d)) break;
            d = up;
        }
    }
    return cached(l, &l->dir_has_go, dir, dir_has_go_files) ? dir : NULL;
}

static bool is_std_pkg(Loader *l, const char *path) {
    return cached(l, &l->dir_has_go, path_join(l->a, path_join(l->a, l->s->env.goroot, "src"), path),
                  dir_has_go_files);
}

/* Imports of GOROOT's packages resolve to its vendored copies. */
const char *std_vendor(Loader *l, const char *parent, const char *path) {
    if (is_standard_import_path(path)) return path;
    const char *v = path_has_prefix(parent, "cmd") ? path_join(l->a, "cmd/vendor", path)
                                                   : path_join(l->a, "vendor", path);
    if (is_dir(path_join(l->a, path_join(l->a, l->s->env.goroot, "src"), v))) return name_of(v)->s;
    return path;
}

static const char *missing_message(Loader *l, const char *path, bool is_std) {
    Arena *a = l->a;
    if (is_std)
        return arena_printf(a, "package %s is not in std (%s)", path,
                            path_join(a, path_join(a, l->s->env.goroot, "src"), path));
    if (!l->mains.n) {
        if (l->workspace)
            return arena_printf(a,
                                "no required module provides package %s: no modules were found in the "
                                "current workspace; see 'go help work'",
                                path);
        return arena_printf(a,
                            "no required module provides package %s: go.mod file not found in current "
                            "directory or any parent directory; see 'go help modules'",
                            path);
    }
    if (!strcmp(l->mod_mode, "mod"))
        return arena_printf(a, "cannot find module providing package %s; to add it:\n\tgo get %s", path,
                            path);
    if (l->mod_explicit)
        return arena_printf(a, "cannot find module providing package %s: import lookup disabled by -mod=%s",
                            path, l->mod_mode);
    if (l->mod_reason)
        return arena_printf(
            a, "cannot find module providing package %s: import lookup disabled by -mod=%s\n\t(%s)", path,
            l->mod_mode, l->mod_reason);
    for (uint32_t k = 0; k < l->mains.n; k++) {
        const ModFile *mf = &l->mains.v[k]->mf;
        for (uint32_t i = 0; i < mf->replace.n; i++) {
            const ModReplace *r = &mf->replace.v[i];
            if (!path_has_prefix(path, r->old.path) || smap_get(&l->selected, name_of(r->old.path))) continue;
            bool local;
            const char *err;
            const char *root =
                module_fetch(l,
                             (ModVer){r->old.path, *r->old.version ? r->old.version
                                                                   : "v0.0.0-00010101000000-000000000000"},
                             &local, &err);
            if (!root || !dir_in_module(l, path, r->old.path, root, local)) continue;
            return arena_printf(
                a,
                "module %s provides package %s and is replaced but not required; to add it:\n\tgo get %s%s%s",
                r->old.path, path, r->old.path, *r->old.version ? "@" : "", r->old.version);
        }
    }
    return arena_printf(a, "no required module provides package %s; to add it:\n\tgo get %s", path, path);
}

typedef struct Found {
    ModVer mod;
    const char *dir;
} Found;

static void ambiguous(Loader *l, Resolved *r, const char *path, const Found *f, uint32_t n,
                      bool with_modules) {
    StrBuf sb = STRBUF_INIT;
    sb_printf(&sb, "ambiguous import: found package %s in multiple %s:", path,
              with_modules ? "modules" : "directories");
    for (uint32_t i = n; i > 0; i--) {
        const Found *x = &f[with_modules ? i - 1 : n - i];
        if (with_modules)
            sb_printf(&sb, "\n\t%s%s%s (%s)", x->mod.path, *x->mod.version ? " " : "", x->mod.version,
                      x->dir);
        else sb_printf(&sb, "\n\t%s", x->dir);
    }
    r->err = sb_arena(&sb, l->a);
    r->err_path = path;
}

static void resolve_new(Loader *l, Resolved *r, const char *path) {
    Arena *a = l->a;
    r->path = path;
    if (strchr(path, '@')) {
        r->err = "can only use path@version syntax with 'go get' and 'go install' in module-aware mode";
        return;
    }
    if (is_local_import(path)) {
        r->err = arena_printf(
            a, "\"%s\" is relative, but relative import paths are not supported in module mode", path);
        r->err_path = path;
        return;
    }
    if (path_is_abs(path)) {
        r->err = arena_printf(a, "\"%s\" is not a package path; see 'go help packages'", path);
        r->err_path = path;
        return;
    }
    if (pattern_is_meta(path)) {
        r->err = arena_printf(a, "\"%s\" is not an importable package; see 'go help packages'", path);
        r->err_path = path;
        return;
    }
    const char *bad = check_path(a, path);
    if (bad) {
        r->err = arena_printf(a, "malformed import path %s: %s", quoted_path(a, path), bad);
        r->err_path = path;
        return;
    }
    bool std = is_standard_import_path(path);
    if (std && !*l->s->env.goroot) {
        r->err = arena_printf(a,
                              "package %s: cannot find Go's sources: set GOROOT, or install them (on Debian: "
                              "apt-get install golang-src)",
                              path);
        r->err_path = path;
        return;
    }
    VEC(Found) found = {0};
    if (std && is_std_pkg(l, path)) {
        for (uint32_t i = 0; i < l->mains.n; i++) {
            MainModule *mm = l->mains.v[i];
            if (!mm->in_goroot_src) continue;
            const char *dir = dir_in_module(l, path, mm->prefix, mm->root, true);
            if (dir) {
                r->dir = dir;
                r->standard = r->main = true;
                return;
            }
        }
        vec_push(a, &found, ((Found){{"", ""}, path_join(a, path_join(a, l->s->env.goroot, "src"), path)}));
    }
    if (!strcmp(l->mod_mode, "vendor") && l->mains.n) {
        for (uint32_t i = 0; i < l->mains.n; i++) {
            MainModule *mm = l->mains.v[i];
            const char *dir = dir_in_module(l, path, mm->prefix, mm->root, true);
            if (dir) vec_push(a, &found, ((Found){{mm->mf.module, ""}, dir}));
        }
        const char *dir = dir_in_module(l, path, "", l->vendor_dir, false);
        if (dir) {
            read_vendor_list(l);
            VendorModule *v = smap_get(&l->vendor_pkgs, name_of(path));
            const char *gv = l->workspace ? l->work.go_version : l->mains.v[0]->mf.go_version;
            if (v) {
                vec_push(a, &found, ((Found){v->mod, dir}));
            } else if (gover_compare(gv ? gv : "1.16", "1.23") < 0) {
                vec_push(a, &found, ((Found){{"", ""}, dir}));
            } else {
                sb_printf(&l->s->err,
                          "go: ignoring package %s which exists in the vendor directory but is missing from "
                          "vendor/modules.txt. To sync the vendor directory run go %s vendor.\n",
                          path, l->workspace ? "work" : "mod");
            }
        }
        if (found.n > 1) {
            ambiguous(l, r, path, found.v, found.n, false);
            return;
        }
        if (!found.n) {
            r->err = missing_message(l, path, std);
            r->err_path = path;
            return;
        }
        r->dir = found.v[0].dir;
        r->standard = !*found.v[0].mod.path && std;
        if (*found.v[0].mod.path) r->module = module_for(l, found.v[0].mod);
        return;
    }
    bool whole = !l->pruned;
    for (;;) {
        if (whole && !module_graph(l)) {
            r->err = l->graph_err;
            return;
        }
        Map *sel = whole ? &l->selected : &l->roots;
        for (const char *prefix = path; strcmp(prefix, ".") != 0; prefix = path_dir(a, prefix)) {
            Selected *s = smap_get(sel, name_of(prefix));
            if (!s || !strcmp(prefix, "go") || !strcmp(prefix, "toolchain")) continue;
            MainModule *mm = main_named(l, prefix);
            if (mm && mm->in_goroot_src) continue; /* found above */
            bool local;
            const char *err;
            const char *root = module_fetch(l, (ModVer){s->path, s->version}, &local, &err);
            if (!root) {
                r->err = err;
                return;
            }
            const char *dir = dir_in_module(l, path, prefix, root, local);
            if (dir) vec_push(a, &found, ((Found){{s->path, s->version}, dir}));
        }
        if (found.n > 1) {
            /* the standard library comes first in the list, the longest module path last */
            Found std_first = found.v[0];
            if (!*std_first.mod.path) {
                for (uint32_t i = 0; i + 1 < found.n; i++) found.v[i] = found.v[i + 1];
                found.v[found.n - 1] = std_first;
            }
            ambiguous(l, r, path, found.v, found.n, true);
            return;
        }
        if (found.n == 1) {
            r->dir = found.v[0].dir;
            r->standard = !*found.v[0].mod.path;
            if (!r->standard) r->module = module_for(l, found.v[0].mod);
            return;
        }
        if (whole) break;
        whole = true;
    }
    r->err = missing_message(l, path, std);
    r->err_path = path;
}

Resolved *resolve_import(Loader *l, const char *path, const char *parent_path, bool parent_std) {
    if (parent_std) path = std_vendor(l, parent_path, path);
    const Name *k = name_of(path);
    Resolved *r = smap_get(&l->resolved, k);
    if (r) return r;
    r = NEW(l->a, Resolved);
    resolve_new(l, r, k->s);
    smap_put(&l->resolved, k, r);
    return r;
}

DirInfo *load_dir(Loader *l, const char *dir) {
    const Name *k = name_of(dir);
    DirInfo *d = smap_get(&l->dirs, k);
    if (!d) {
        d = dir_scan(l->a, &l->s->env, k->s, NULL);
        smap_put(&l->dirs, k, d);
    }
    return d;
}

/* ---- from a directory to its import path ---- */

static const char *in_module_cache(Loader *l, const char *dir, Map *sel) {
    for (uint32_t i = 0; i < sel->cap; i++) {
        if (!sel->slots[i].key) continue;
        Selected *s = sel->slots[i].val;
        if (module_is_main(l, s->path)) continue;
        bool local;
        const char *err;
        const char *root = module_fetch(l, (ModVer){s->path, s->version}, &local, &err);
        if (!root) continue;
        const char *sub = path_in_dir(l->a, dir, root);
        if (!sub || strstr(sub, "/vendor/") || has_prefix(sub, "vendor/") || strchr(sub, '@')) continue;
        return name_of(path_join(l->a, s->path, sub))->s;
    }
    return NULL;
}

/* The import path of a directory named on the command line. NULL: *err (may be NULL for "builtin" in a
 * wildcard). */
const char *resolve_local_dir(Loader *l, const char *abs, const char *shown, const char **err) {
    Arena *a = l->a;
    (void)shown;
    *err = NULL;
    DirInfo *d = load_dir(l, abs);
    if (d->err != DIR_OK && !d->ignored_go_files.n) {
        if (!is_dir(abs)) {
            *err = is_file(abs) ? NULL : arena_printf(a, "stat %s: directory not found", abs);
            if (*err) return NULL;
        }
        if (d->err == DIR_NO_GO) {
            *err = arena_printf(a, "no Go files in %s", abs);
            return NULL;
        }
    }
    const char *src = path_join(a, l->s->env.goroot, "src");
    for (uint32_t i = 0; i < l->mains.n; i++) {
        MainModule *mm = l->mains.v[i];
        if (strcmp(abs, mm->root) != 0) continue;
        if (!strcmp(abs, src)) {
            *err = "GOROOT/src is not an importable package";
            return NULL;
        }
        return mm->prefix;
    }
    const char *not_found = NULL;
    size_t longest = 0;
    for (uint32_t i = 0; i < l->mains.n; i++) {
        MainModule *mm = l->mains.v[i];
        if (!path_has_prefix(abs, mm->root) || strchr(abs + strlen(mm->root), '@')) continue;
        const char *suffix = abs + strlen(mm->root);
        while (*suffix == '/') suffix++;
        if (has_prefix(suffix, "vendor/")) {
            if (strcmp(l->mod_mode, "vendor") != 0) {
                *err = arena_printf(a, "without -mod=vendor, directory %s has no package path", abs);
                return NULL;
            }
            read_vendor_list(l);
            const char *pkg = suffix + 7;
            if (!smap_get(&l->vendor_pkgs, name_of(pkg))) {
                *err = arena_printf(a, "directory %s is not a package listed in vendor/modules.txt", abs);
                return NULL;
            }
            return pkg;
        }
        if (!*mm->prefix) {
            if (!strcmp(suffix, "builtin")) {
                *err = "\"builtin\" is a pseudo-package, not an importable package";
                return NULL;
            }
            return name_of(suffix)->s;
        }
        const char *pkg = path_join(a, mm->prefix, suffix);
        if (!dir_in_module(l, pkg, mm->prefix, mm->root, true)) {
            if (strlen(mm->prefix) > longest) {
                longest = strlen(mm->prefix);
                not_found =
                    arena_printf(a, "main module (%s) does not contain package %s", mm->mf.module, pkg);
            }
            continue;
        }
        return name_of(pkg)->s;
    }
    if (not_found) {
        *err = not_found;
        return NULL;
    }
    const char *sub = path_in_dir(a, abs, src);
    if (sub && strcmp(sub, ".") != 0 && !strchr(sub, '@')) {
        if (!strcmp(sub, "builtin")) {
            *err = "\"builtin\" is a pseudo-package, not an importable package";
            return NULL;
        }
        return name_of(sub)->s;
    }
    const char *pkg = l->pruned ? in_module_cache(l, abs, &l->roots) : NULL;
    if (!pkg && l->mains.n && module_graph(l)) pkg = in_module_cache(l, abs, &l->selected);
    if (pkg) return pkg;
    const char *what = path_short(a, l->s->env.cwd, abs);
    what = !strcmp(what, ".") ? "current directory" : arena_printf(a, "directory %s", what);
    if (l->workspace) {
        const char *mr = find_up(a, abs, "go.mod");
        if (mr)
            *err =
                arena_printf(a,
                             "%s is contained in a module that is not one of the workspace modules listed in "
                             "go.work. You can add the module to the workspace using:\n\tgo work use %s",
                             what, path_short(a, l->s->env.cwd, path_dir(a, mr)));
        else
            *err =
                arena_printf(a, "%s outside modules listed in go.work or their selected dependencies", what);
    } else if (!l->mains.n) {
        l->fatal =
            "go: go.mod file not found in current directory or any parent directory; see 'go help modules'";
        *err = l->fatal;
    } else {
        *err = arena_printf(a, "%s outside main module or its selected dependencies", what);
    }
    return NULL;
}
