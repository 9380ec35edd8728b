/* goesc diff: which values on the heap are new, gone or moved between two states of a module. A state is a
 * revision, the working tree, or a file that was saved.
 *
 * Each state becomes a DiffSide. Of a revision the sources are written to a private folder, which is analysed
 * as a module of its own, seen from the directory in which goesc was started; then the folder goes. A
 * relative path in its go.mod or go.work that leads out of the folder leads nowhere, and a go.work counts only
 * if the revision has it. */
#include "cmd/cmd.h"
#include "base/outfile.h"
#include "base/tempdir.h"
#include "base/unicode.h"
#include "diff/diff.h"
#include "diff/words.h"
#include "escape/escape.h"
#include "load/env.h"
#include "load/git.h"
#include "load/load_int.h"
#include "load/roots.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2 };

typedef enum Output { OUT_TEXT, OUT_JSON, OUT_MARKDOWN, OUT_SARIF } Output;

typedef struct Ask {
    CmdLine c;
    const char *cwd;
    Output output;
    uint32_t noutputs;
    const char *save; /* -save FILE, or NULL */
    bool full;
    const char **patterns;
    uint32_t npatterns;
    Git git;
    bool git_open;
    bool trouble; /* errors were printed */
} Ask;

static int usage_error(const char *msg, const char *arg) {
    StrBuf sb = STRBUF_INIT;
    if (*arg) sb_add_quoted(&sb, arg, strlen(arg));
    fprintf(stderr, "goesc diff: %s%s\nRun 'goesc help diff' for usage.\n", msg, sb_str(&sb));
    sb_release(&sb);
    return TROUBLE;
}

/* Prints text, which the side is to blame for, behind its name. */
static void complain(Ask *q, const char *side, const char *text) {
    q->trouble = true;
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "goesc diff: ");
    words_plain(&sb, side, false);
    sb_adds(&sb, strchr(text, '\n') ? ":\n" : ": ");
    words_plain(&sb, text, true);
    if (sb.buf[sb.n - 1] != '\n') sb_addc(&sb, '\n');
    fputs(sb_str(&sb), stderr);
    sb_release(&sb);
}

/* ---- analysing ---- */

/* Packages that cannot be built are told and left out; the others are still compared. */
static void load_errors(Session *s, StrBuf *errors) {
    sb_add(errors, sb_str(&s->err), s->err.n);
    for (uint32_t i = 0; i < s->npkgs; i++) {
        LoadedPkg *p = s->pkgs[i];
        if (!p->error) continue;
        load_error_format(errors, p->error);
        if (errors->n && errors->buf[errors->n - 1] != '\n') sb_addc(errors, '\n');
        p->failed = p->cgo_done = true;
    }
}

static void run(Session *s, StrBuf *errors) {
    for (uint32_t i = 0; i < s->npkgs; i++) s->pkgs[i]->flags.m = 0;
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) oom(0);
    driver_run(s, out);
    fclose(out);
    sb_add(errors, text, n);
    libc_free(text);
}

static void explain_roots(Session *s, DiffSide *side) {
    VEC(ExPackage *) xs = {0};
    for (uint32_t i = 0; i < s->nroots; i++) {
        LoadedPkg *p = s->roots[i];
        bool again = false;
        for (uint32_t k = 0; k < i; k++) again = again || s->roots[k] == p;
        if (again || (!p->nfiles && !p->error)) continue;
        ExPackage *x = p->failed ? NULL : explain_build(s, p);
        if (x) vec_push(NULL, &xs, x);
        else vec_push(&side->arena, &side->left_out, diff_str(side, p->import_path, strlen(p->import_path)));
    }
    Roots roots;
    StrVec dirs = {0};
    roots_init(&roots);
    session_roots(s, &side->arena, &dirs);
    for (uint32_t i = 0; i < dirs.n; i++) roots_add(&roots, dirs.v[i]);
    diff_fill(side, xs.v, xs.n, s->env.cwd, &roots);
    roots_release(&roots);
    for (uint32_t i = 0; i < xs.n; i++) explain_release(xs.v[i]);
    vec_free(&xs);
}

/* Analyses the patterns' packages, seen from dir; work is $GOWORK there, or NULL: as it is; within: see
 * Session. NULL: there is nothing to compare; the reason was printed. */
static DiffSide *analyse(Ask *q, const char *name, const char *dir, const char *work, const char *within,
                         const char **patterns) {
    BuildFlags flags = q->c.build;
    flags.cwd = path_real(&q->c.arena, dir);
    flags.gowork = work;
    Session s;
    DiffSide *side = NULL;
    StrBuf errors = STRBUF_INIT;
    bool ok = session_init(&s, &flags);
    s.want_facts = true;
    s.within = within;
    if (!ok || !load_packages(&s, patterns, q->npatterns, true)) {
        sb_add(&errors, sb_str(&s.err), s.err.n);
    } else {
        side = diff_side_new(name);
        const BuildEnv *e = &s.env;
        side->go = diff_str(side, e->goversion, strlen(e->goversion));
        side->platform = arena_printf(&side->arena, "%s/%s", e->goos, e->goarch);
        load_errors(&s, &errors);
        run(&s, &errors);
        explain_roots(&s, side);
        driver_release(&s);
    }
    if (side && side->left_out.n) q->trouble = true;
    if (errors.n) complain(q, name, sb_str(&errors));
    sb_release(&errors);
    session_release(&s);
    return side;
}

/* ---- folders ---- */

/* Deep enough for what "../.." may be in a #include. */
#define DEPTH "/a/a/a/a/a/a/a/a"

/* A new private folder, for tempdir_remove; *tree is the directory in it to write to. NULL: *err says why. */
static const char *folder_make(Arena *a, const char **tree, const char **err) {
    const char *tmp = getenv("TMPDIR");
    const char *dir =
        tempdir_make(a, path_real(a, tmp && *tmp == '/' ? tmp : "/tmp"), "goesc-diff", false, err);
    for (const char *p = DEPTH; dir && *p; p += 2) {
        *tree = arena_printf(a, "%s%.*s", dir, (int)(p - DEPTH) + 2, DEPTH);
        if (mkdir(*tree, 0700) == 0) continue;
        *err = arena_printf(a, "%s: %s", *tree, errno_text(errno));
        tempdir_remove(dir);
        return NULL;
    }
    return dir;
}

/* ---- revisions ---- */

static bool want_git(Ask *q, const char *name) {
    const char *err;
    if (!q->git_open && !git_open(&q->git, &q->c.arena, q->cwd, &err)) {
        complain(q, name, err);
        return false;
    }
    return q->git_open = true;
}

/* The top of the working tree, or NULL. */
static const char *top_of(Ask *q) {
    size_t n = strlen(q->cwd), m = strlen(q->git.prefix);
    if (!m) return q->cwd;
    if (n < m || strncmp(q->cwd + n - m + 1, q->git.prefix, m - 1) != 0 || q->cwd[n - m] != '/') return NULL;
    return n == m ? "/" : arena_strndup(&q->c.arena, q->cwd, n - m);
}

/* The same path in the folder, for one below the top of the working tree; others stay. */
static const char *in_folder(Ask *q, const char *path, const char *tree) {
    const char *top = top_of(q), *clean = path_clean(&q->c.arena, path);
    if (!top || !path_has_prefix(clean, top)) return path;
    return path_join(&q->c.arena, tree, clean + strlen(top));
}

/* Directories and files among the patterns stay within the tree. */
static const char **patterns_in(Ask *q, const char *tree, const char **bad) {
    Arena *a = &q->c.arena;
    const char **out = NEW_ARRAY(a, const char *, q->npatterns + 1);
    for (uint32_t i = 0; i < q->npatterns; i++) {
        const char *p = q->patterns[i];
        out[i] = path_is_abs(p) ? in_folder(q, p, tree) : p;
        if (path_is_abs(p) || (!has_prefix(p, "./") && !has_prefix(p, "../") && strcmp(p, "..") != 0))
            continue;
        const char *full = path_clean(a, arena_printf(a, "/top/%s%s", q->git.prefix, p));
        if (!path_has_prefix(full, "/top")) *bad = p;
    }
    return out;
}

/* A file of this name in dir or above it, up to the tree's top. */
static bool found_above(Arena *a, const char *tree, const char *dir, const char *name) {
    for (; path_has_prefix(dir, tree); dir = path_dir(a, dir))
        if (is_file(path_join(a, dir, name))) return true;
    return false;
}

/* $GOWORK as it must be for the folder. */
static const char *work_file(Ask *q, const char *tree, const char *dir) {
    const char *v = env_get(&q->c.arena, "GOWORK");
    if (!strcmp(v, "off")) return v;
    if (*v) return in_folder(q, v, tree);
    return found_above(&q->c.arena, tree, dir, "go.work") ? "" : "off";
}

static DiffSide *analyse_folder(Ask *q, const char *name, const char *tree) {
    Arena *a = &q->c.arena;
    const char *dir = path_join(a, tree, q->git.prefix), *bad = NULL, **patterns = patterns_in(q, tree, &bad);
    if (bad) {
        complain(q, name, arena_printf(a, "%s leads out of the repository", bad));
        return NULL;
    }
    if (!is_dir(dir)) {
        complain(q, name, arena_printf(a, "it has no Go sources in %s", q->git.prefix));
        return NULL;
    }
    const char *work = work_file(q, tree, dir);
    if (!found_above(a, tree, dir, "go.mod") && !*env_get(a, "GOWORK") && !strcmp(work, "off")) {
        complain(q, name, "it has no go.mod here");
        return NULL;
    }
    DiffSide *side = analyse(q, name, dir, work, tree, patterns);
    if (side) side->dir = diff_str(side, q->git.prefix, strlen(q->git.prefix));
    return side;
}

static DiffSide *side_of_revision(Ask *q, const char *rev) {
    const char *id, *err, *tree = NULL, *folder;
    if (!want_git(q, rev)) return NULL;
    if (!git_commit(&q->git, rev, &id, &err) || !(folder = folder_make(&q->c.arena, &tree, &err))) {
        complain(q, rev, err);
        return NULL;
    }
    DiffSide *side = NULL;
    StrBuf notes = STRBUF_INIT;
    bool ok = git_write_tree(&q->git, id, tree, &notes, &err);
    bool trouble = q->trouble;
    if (notes.n) complain(q, rev, sb_str(&notes));
    q->trouble = trouble; /* that matters if something is missed */
    if (ok) side = analyse_folder(q, rev, tree);
    else complain(q, rev, err);
    sb_release(&notes);
    tempdir_remove(folder);
    return side;
}

static DiffSide *side_of_tree(Ask *q) {
    DiffSide *side = analyse(q, "the working tree", q->cwd, NULL, NULL, q->patterns);
    const char *err;
    if (!side) return NULL;
    if (q->git_open || (q->output == OUT_SARIF && git_open(&q->git, &q->c.arena, q->cwd, &err)))
        side->dir = diff_str(side, q->git.prefix, strlen(q->git.prefix));
    return side;
}

static DiffSide *side_of_file(Ask *q, const char *file) {
    Str text;
    const char *err;
    DiffSide *side = NULL;
    Arena a;
    arena_init(&a);
    if (!read_file(&a, file, &text, &err) || !(side = diff_read(&a, file, text, &err)))
        complain(q, file, err);
    if (side && side->left_out.n) q->trouble = true;
    arena_release(&a);
    return side;
}

/* NULL: the working tree. */
static DiffSide *side_of(Ask *q, const char *what) {
    if (!what) return side_of_tree(q);
    if (has_suffix(what, ".json") && is_file(what)) return side_of_file(q, what);
    return side_of_revision(q, what);
}

/* ---- the verb ---- */

static void write_all(Ask *q, const char *file, const StrBuf *sb) {
    bool writing, to_file = file && strcmp(file, "-") != 0;
    int e = to_file                        ? outfile_write(file, (Str){sb->buf, sb->n}, &writing)
            : term_print(stdout, sb, NULL) ? 0
                                           : errno;
    if (e) complain(q, to_file ? file : "stdout", errno_text(e));
}

static int save(Ask *q, const char *rev) {
    DiffSide *side = side_of(q, rev);
    StrBuf sb = STRBUF_INIT;
    if (side) {
        diff_save(side, &sb);
        write_all(q, q->save, &sb);
    }
    sb_release(&sb);
    diff_side_release(side);
    return q->trouble ? TROUBLE : SAME;
}

static int compare(Ask *q, const char *base, const char *head) {
    StrBuf sb = STRBUF_INIT;
    DiffSide *old = side_of(q, base), *new = old ? side_of(q, head) : NULL;
    int status = TROUBLE;
    if (old && new) {
        Diff d;
        diff_compare(&d, old, new);
        if (strcmp(old->go, new->go) != 0 || strcmp(old->platform, new->platform) != 0) {
            sb_printf(&sb, "it is about %s on %s, and ", old->go, old->platform);
            sb_printf(&sb, "the other about %s on %s", new->go, new->platform);
            bool trouble = q->trouble;
            complain(q, old->name, sb_str(&sb));
            q->trouble = trouble;
            sb.n = 0;
        }
        switch (q->output) {
        case OUT_TEXT: diff_text(&sb, &d, q->full); break;
        case OUT_JSON: diff_json(&sb, &d); break;
        case OUT_MARKDOWN: diff_markdown(&sb, &d); break;
        case OUT_SARIF: diff_sarif(&sb, &d, GOESC_VERSION); break;
        }
        write_all(q, NULL, &sb);
        status = q->trouble ? TROUBLE : d.count[DIFF_NEW] ? DIFFERENT : SAME;
        diff_release(&d);
    }
    sb_release(&sb);
    diff_side_release(old);
    diff_side_release(new);
    return status;
}

/* Takes our own flags out of argv, which ends before "--" and the packages. */
static int own_flags(Ask *q, int argc, char **argv) {
    int n = 0;
    for (int i = 0; i < argc; i++) {
        const char *f = argv[i];
        if (f[0] == '-' && f[1] == '-') f++;
        bool mine = i > 0;
        if (mine && !strcmp(f, "-markdown")) q->output = OUT_MARKDOWN, q->noutputs++;
        else if (mine && !strcmp(f, "-sarif")) q->output = OUT_SARIF, q->noutputs++;
        else if (mine && !strcmp(f, "-full")) q->full = true;
        else if (mine && has_prefix(f, "-save=")) q->save = f + 6;
        else if (mine && !strcmp(f, "-save") && i + 1 < argc) q->save = argv[++i];
        else argv[n++] = argv[i];
    }
    return n;
}

static bool is_revision(const char *s) { return *s && *s != '-'; }

static int answer(Ask *q, int dashes, int argc, char **argv) {
    CmdLine *c = &q->c;
    static const char *all[] = {"./..."};
    q->patterns = dashes < argc ? (const char **)(void *)(argv + dashes + 1) : all;
    q->npatterns = dashes < argc ? (uint32_t)(argc - dashes - 1) : 0;
    if (c->json) q->output = OUT_JSON, q->noutputs++;
    if (q->noutputs > 1) return usage_error("-json, -markdown and -sarif exclude one another", "");
    if (q->save && (q->noutputs || q->full)) return usage_error("-save writes a file, and nothing else", "");
    if (q->save && !*q->save) return usage_error("-save needs a file", "");
    if (!q->npatterns) q->patterns = all, q->npatterns = 1;
    for (uint32_t i = 0; i < c->nargs; i++)
        if (!is_revision(c->args[i]))
            return usage_error("flags come before revisions, and no revision begins with a dash: ",
                               c->args[i]);
        else if (has_prefix(c->args[i], "./") && !is_file(c->args[i]))
            return usage_error("packages stand behind \"--\": ", c->args[i]);
    c->build.v = false;
    c->build.dump = NULL;
    char *wd = getcwd(NULL, 0);
    q->cwd = wd ? arena_printf(&c->arena, "%s", wd) : NULL;
    libc_free(wd);
    if (!q->cwd) return usage_error("cannot find the current directory", "");
    if (q->save) {
        if (c->nargs > 1) return usage_error("-save takes one revision: ", c->args[1]);
        return save(q, c->nargs ? c->args[0] : NULL);
    }
    if (c->nargs < 1) return usage_error("what is compared with? A revision, or a saved file", "");
    if (c->nargs > 2)
        return usage_error("two states are compared; packages stand behind \"--\": ", c->args[2]);
    return compare(q, c->args[0], c->nargs > 1 ? c->args[1] : NULL);
}

int cmd_diff(int argc, char **argv) {
    Ask q = {0};
    int dashes = 1;
    while (dashes < argc && strcmp(argv[dashes], "--") != 0) dashes++;
    int n = own_flags(&q, dashes, argv);
    int status = cmdline_parse(&q.c, "diff", n, argv) ? answer(&q, dashes, argc, argv) : TROUBLE;
    cmdline_release(&q.c);
    return status;
}
