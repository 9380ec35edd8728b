/* goesc explain: why values are where they are. Names a place (FILE:LINE[:COL]) or a function (pkg.Func),
 * finds the package, has it and what it imports analysed with reasons kept, and tells. */
#include "cmd/cmd.h"
#include "cmd/explain_run.h"
#include "explain/text.h"
#include "load/load_int.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Question {
    const char *text;
    const char *file;   /* absolute; NULL: a function or a whole package */
    uint32_t line, col; /* 0: all of the file, or of the line */
    const char *func;   /* normalised, "T.Method"; "" all of the package */
    const char *pattern;
    const char *source_path; /* where else files may be that are shown */
    bool foreign;            /* the file is none of Go */
    bool full, check;
} Question;

/* ---- what was asked ---- */

static bool number(const char *s, size_t n, uint32_t *out) {
    uint64_t v = 0;
    if (!n || n > 9) return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') return false;
        v = v * 10 + (uint64_t)(s[i] - '0');
    }
    *out = (uint32_t)v;
    return v > 0;
}

/* FILE:LINE[:COL], where FILE is none of Go but one that //line directives may name. */
static bool parse_foreign(Arena *a, const char *cwd, const char *text, Question *q) {
    for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':')) {
        const char *file = arena_strndup(a, text, (size_t)(colon - text)), *col = strchr(colon + 1, ':');
        struct stat st;
        if (stat(file, &st) != 0 || !S_ISREG(st.st_mode)) continue;
        if (!number(colon + 1, strcspn(colon + 1, ":"), &q->line)) continue;
        if (col && !number(col + 1, strlen(col + 1), &q->col)) continue;
        q->file = path_abs(a, cwd, file);
        q->foreign = true;
        return true;
    }
    return false;
}

/* FILE.go[:LINE[:COL]]. False: not that, or malformed (*bad). */
static bool parse_place(Arena *a, const char *cwd, const char *text, Question *q, bool *bad) {
    const char *go = strstr(text, ".go:"), *next;
    *bad = false;
    while (go && (next = strstr(go + 1, ".go:"))) go = next;
    if (!go) {
        if (!has_suffix(text, ".go") || access(text, R_OK) != 0) return parse_foreign(a, cwd, text, q);
        q->file = path_abs(a, cwd, text);
        return true;
    }
    const char *p = go + 4, *colon = strchr(p, ':');
    if (colon && !colon[1]) colon = NULL; /* "x.go:5:" */
    size_t n = strcspn(p, ":");
    *bad = !number(p, n, &q->line) || (colon && !number(colon + 1, strcspn(colon + 1, ":"), &q->col));
    if (*bad) return false;
    const char *file = arena_strndup(a, text, (size_t)(go + 3 - text));
    q->file = path_abs(a, cwd, file);
    return true;
}

/* "(*T).M", "T[int].M" and "T.M" are one; so are pkg-relative symbols. */
static const char *normalise(Arena *a, const char *s) {
    StrBuf sb = STRBUF_INIT;
    int depth = 0;
    for (; *s; s++) {
        if (*s == '[') depth++;
        else if (*s == ']') depth--;
        else if (depth == 0 && *s != '(' && *s != ')' && *s != '*') sb_addc(&sb, *s);
    }
    return sb_arena(&sb, a);
}

/* Whether the symbol (path.name) is that function or something inside it. */
static bool in_func(Arena *a, const ExPackage *x, const char *symbol, const char *want) {
    size_t n = strlen(x->path);
    const char *s = strncmp(symbol, x->path, n) == 0 && symbol[n] == '.' ? symbol + n + 1 : NULL;
    if (!s && !strncmp(symbol, "main.", 5)) s = symbol + 5;
    if (!s) { /* methods promoted, instances of another package's generic function */
        const char *slash = strrchr(symbol, '/');
        s = strchr(slash ? slash : symbol, '.');
        if (!s) return false;
        s++;
    }
    s = normalise(a, s);
    n = strlen(want);
    return !strncmp(s, want, n) && (!s[n] || s[n] == '.' || s[n] == '-');
}

static bool has_file(const ExPackage *x, const char *path) {
    for (uint32_t i = 0; i < x->files.n; i++)
        if (!strcmp(x->files.v[i].path, path)) return true;
    return false;
}

/* ---- telling ---- */

/* How well a site answers to the place: 0 not at all, 1 it is around there, 2 it begins there. */
static int at_place(const ExSite *s, const ExPackage *x, const Question *q) {
    if (q->foreign) { /* -m's position has it */
        size_t n = strlen(x->dir);
        const char *file = q->file;
        if (s->pos[0] != '/' && !strncmp(file, x->dir, n) && file[n] == '/') file += n + 1;
        n = strlen(file);
        if (strncmp(s->pos, file, n) != 0 || s->pos[n] != ':') return 0;
        char *colon;
        if (strtoul(s->pos + n + 1, &colon, 10) != q->line) return 0;
        return !q->col || (*colon == ':' && strtoul(colon + 1, NULL, 10) == q->col) ? 2 : 1;
    }
    const ExSpan *spans[] = {&s->at, &s->shown};
    int best = 0;
    for (int i = 0; i < 2; i++) {
        const ExSpan *sp = spans[i];
        if (!sp->line || strcmp(x->files.v[sp->file].path, q->file) != 0) continue;
        if (!q->line) return 2;
        if (sp->line != q->line) continue;
        const char *colon = strrchr(s->pos, ':');
        if (!q->col || sp->col == q->col || (colon && (uint32_t)atoi(colon + 1) == q->col)) return 2;
        if (sp->col <= q->col && (sp->end_line > sp->line || q->col < sp->end_col)) best = 1;
    }
    return best;
}

/* Code that is inlined, or instantiated for several types, has a site in each place; people ask about the
 * code. Whether b, at the same code as a, has nothing to add. */
static bool same_code(const ExSite *a, const ExSite *b) {
    bool var = (a->kind == EX_VAR || a->kind == EX_PARAM) && (b->kind == EX_VAR || b->kind == EX_PARAM);
    return a->at.file == b->at.file && a->at.line == b->at.line && a->at.col == b->at.col &&
           (var || a->kind == b->kind) && a->place == b->place && a->reason == b->reason;
}

/* Whether the function asked about is in the package. */
static bool known(const Question *q, const ExPackage *x) {
    bool ok = !*q->func;
    for (uint32_t i = 0; i < x->funcs.n && !ok; i++) ok = !strcmp(x->funcs.v[i].name, q->func);
    Arena a;
    arena_init(&a);
    for (uint32_t i = 0; i < x->sites.n && !ok; i++)
        ok = in_func(&a, x, x->sites.v[i].func, q->func); /* F.func1 */
    arena_release(&a);
    return ok;
}

/* Whose lines may be shown: what the package was made from and what the user named. */
static void allow_sources(Roots *r, const Question *q, const ExPackage *x, const char *cwd) {
    roots_init(r);
    for (uint32_t i = 0; i < x->roots.n; i++) roots_add(r, x->roots.v[i].dir);
    if (q->file) roots_add(r, q->file);
    if (q->source_path) roots_add_list(r, cwd, q->source_path);
}

/* Says what is wrong with a question about nothing. */
static bool exists(const Question *q, const ExPackage *x, const char *cwd) {
    bool ok = q->foreign || (!q->file && known(q, x));
    if (!q->file && !ok) fprintf(stderr, "goesc explain: package %s has no function %s\n", x->path, q->func);
    for (uint32_t i = 0; q->file && i < x->files.n && !ok; i++) {
        if (strcmp(x->files.v[i].path, q->file) != 0) continue;
        ExView v;
        StrBuf none = STRBUF_INIT;
        Roots roots;
        allow_sources(&roots, q, x, cwd);
        exview_init(&v, cwd, &roots, &none);
        uint32_t n = ex_lines(&v, x, i);
        exview_release(&v);
        roots_release(&roots);
        ok = q->line <= n;
        if (!ok) fprintf(stderr, "goesc explain: %s has %u lines\n", q->file, n);
        break;
    }
    return ok;
}

/* Why there is nothing to tell. */
static void nothing_words(StrBuf *out, const Question *q, const ExPackage *x) {
    const ExFunc *f = NULL;
    for (uint32_t i = 0; i < x->funcs.n && !f; i++) {
        const ExFunc *g = &x->funcs.v[i];
        if (!g->at.line) continue;
        if (q->file ? !strcmp(x->files.v[g->at.file].path, q->file) && q->line >= g->at.line &&
                          q->line <= MAX(g->at.line, g->end_line)
                    : !strcmp(g->name, q->func))
            f = g;
    }
    bool used = false; /* instances in the package itself */
    for (uint32_t i = 0; f && i < x->sites.n && !used; i++)
        used = x->sites.v[i].at.file == f->at.file && x->sites.v[i].at.line >= f->at.line &&
               x->sites.v[i].at.line <= f->end_line;
    if (f && f->generic && !used)
        sb_printf(out,
                  "%s: %s is generic: it is analysed where it is used with its types. Ask about a place that "
                  "calls it.\n",
                  q->text, f->name);
    else if (f && !f->end_line) sb_printf(out, "%s: %s has no body in Go.\n", q->text, f->name);
    else sb_printf(out, "%s: no value there is allocated or could be.\n", q->text);
}

/* The order of telling: what is on the heap first, and of that the code itself before copies of it. */
static int turn_of(const ExSite *s) { return s->place != EX_HEAP ? 2 : s->nframes ? 1 : 0; }

enum { STORIES = 4 }; /* told in full, unless all are asked for */

static int answer(const Question *q, const ExPackage *x, const char *cwd, bool json) {
    if (!exists(q, x, cwd)) return 1;
    bool place = q->file && q->line; /* rather than a function, a file or a package */
    Arena a;
    arena_init(&a);
    VEC(const ExSite *) sites = {0};
    VEC(const ExParam *) params = {0};
    int need = 1;
    for (uint32_t i = 0; q->file && i < x->sites.n; i++) need = MAX(need, at_place(&x->sites.v[i], x, q));
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        if (q->file ? at_place(s, x, q) < need : *q->func && !in_func(&a, x, s->func, q->func)) continue;
        uint32_t k = 0;
        while (k < sites.n && !same_code(sites.v[k], s)) k++;
        if (k == sites.n) vec_push(NULL, &sites, s);
        else if (s->nframes < sites.v[k]->nframes)
            sites.v[k] = s; /* the code itself, rather than a copy of it */
    }
    for (uint32_t i = 0; i < x->params.n; i++) {
        const ExParam *p = &x->params.v[i];
        if (q->file) {
            if (!p->at.line || (q->line && p->at.line != q->line) ||
                strcmp(x->files.v[p->at.file].path, q->file) != 0)
                continue;
            if (q->col && (q->col < p->at.col || q->col >= p->at.end_col)) continue;
        } else if (*q->func && !in_func(&a, x, p->func, q->func)) {
            continue;
        }
        bool dup = p->heap < 0;
        for (int k = 0; k < 5; k++) dup = dup && p->results[k] < 0;
        for (uint32_t k = 0; k < params.n && !dup; k++)
            dup = params.v[k]->at.line == p->at.line && params.v[k]->at.col == p->at.col &&
                  params.v[k]->at.file == p->at.file;
        if (!dup) vec_push(NULL, &params, p);
    }
    StrBuf out = STRBUF_INIT;
    TermSpans styles = {0};
    if (json) {
        ex_json(&out, x, q->text, sites.v, sites.n, params.v, params.n);
    } else {
        ExView v;
        Roots roots;
        allow_sources(&roots, q, x, cwd);
        exview_init(&v, cwd, &roots, &out);
        v.screen = term_is_screen(stdout);
        v.styles = term_color(stdout) ? &styles : NULL;
        v.full = q->full;
        uint32_t heap = 0, shown = 0;
        for (uint32_t i = 0; i < sites.n; i++) heap += sites.v[i]->place == EX_HEAP;
        bool brief = !q->full && !place && heap > 3;
        for (int turn = 0; turn < 3; turn++) {
            for (uint32_t i = 0; i < sites.n; i++) {
                const ExSite *s = sites.v[i];
                if (turn_of(s) != turn) continue;
                bool late = s->place == EX_HEAP ? shown >= STORIES : !place || heap || sites.n > 3;
                if (brief || (late && !q->full)) ex_tell_brief(&v, x, s);
                else ex_tell_site(&v, x, s);
                shown++;
            }
        }
        bool tell_params = q->col || (sites.n == 0 && (place || (!q->file && *q->func)));
        if (!place && !sites.n) nothing_words(&out, q, x);
        for (uint32_t i = 0; i < params.n; i++) {
            if (tell_params || q->full) {
                ex_tell_param(&v, x, params.v[i]);
                shown++;
            }
        }
        if (!place && sites.n)
            sb_printf(&out, "%u on the heap, %u not%s.\n", heap, sites.n - heap,
                      brief ? "; goesc explain FILE:LINE tells the story of one" : "");
        if (place && heap > STORIES && !q->full)
            sb_adds(&out, "FILE:LINE:COL tells the story of one, -full all of them.\n");
        if (place && !shown) nothing_words(&out, q, x);
        exview_release(&v);
        roots_release(&roots);
    }
    fflush(stderr);
    term_print(stdout, &out, &styles);
    sb_release(&out);
    vec_free(&styles);
    vec_free(&sites);
    vec_free(&params);
    arena_release(&a);
    return 0;
}

/* ---- the verb ---- */

static int usage_error(const char *msg, const char *arg) {
    fprintf(stderr, "goesc explain: %s%s\nRun 'goesc help explain' for usage.\n", msg, arg);
    return 2;
}

/* Takes our own flags out of argv. Negative: the error was printed. */
static int own_flags(int argc, char **argv, Question *q) {
    int n = 0;
    for (int i = 0; i < argc; i++) {
        const char *f = argv[i];
        if (i && f[0] == '-') {
            if (f[1] == '-') f++;
            if (!strcmp(f, "-full")) {
                q->full = true;
                continue;
            }
            if (!strcmp(f, "-check")) {
                q->check = true;
                continue;
            }
            if (has_prefix(f, "-source_path=")) {
                q->source_path = strchr(f, '=') + 1;
                continue;
            }
            if (!strcmp(f, "-source_path")) {
                if (i + 1 >= argc) return -usage_error("flag needs an argument: ", f);
                q->source_path = argv[++i];
                continue;
            }
        }
        argv[n++] = argv[i];
    }
    return n;
}

/* Whether build constraints leave the file out; says so. Programs behind //go:build ignore are read alone. */
static bool left_out(CmdLine *c, const char *file) {
    Session s;
    Str text;
    const char *err;
    bool out = false;
    if (session_init(&s, &c->build) && read_file(&c->arena, file, &text, &err)) {
        FileHeader h = {0};
        header_parse(&c->arena, &h, text.p, text.n, true);
        out = (!os_arch_file_ok(&s.env, path_base(file)) ||
               !should_build(&c->arena, &s.env, text.p, text.n, &err)) &&
              !(h.pkg && !strcmp(h.pkg, "main"));
        if (out)
            fprintf(stderr,
                    "goesc explain: build constraints leave %s out of a build for %s/%s; "
                    "GOOS, GOARCH or -tags can ask for another\n",
                    file, s.env.goos, s.env.goarch);
    }
    session_release(&s);
    return out;
}

static bool in_module_cache(CmdLine *c, const char *file) {
    Session s;
    const char *cache = session_init(&s, &c->build) ? s.env.gomodcache : NULL;
    size_t n = cache ? strlen(cache) : 0;
    bool in = n && !strncmp(file, cache, n) && file[n] == '/';
    session_release(&s);
    return in;
}

static int ask_place(CmdLine *c, Question *q, const char *cwd) {
    int status;
    if (access(q->file, R_OK) != 0) {
        fprintf(stderr, "goesc explain: %s: no such file\n", q->file);
        return 1;
    }
    /* of a dependency the version that is used here; else the file's own module counts */
    const char *dir = path_dir(&c->arena, q->file);
    ExPackage *dep = in_module_cache(c, q->file) ? explain_get(&c->build, dir, true, &status) : NULL;
    if (dep && has_file(dep, q->file)) {
        status = answer(q, dep, cwd, c->json);
        explain_release(dep);
        return status;
    }
    explain_release(dep);
    if (chdir(dir) != 0) return usage_error("cannot enter ", dir);
    unsetenv("PWD");
    if (has_suffix(q->file, "_test.go")) {
        ExPackage *tests = explain_get_test(&c->build, q->file, &status);
        if (tests && !has_file(tests, q->file)) {
            fprintf(stderr, "goesc explain: the build leaves %s out\n", q->file);
            status = 1;
        } else if (tests) {
            status = answer(q, tests, cwd, c->json);
        }
        explain_release(tests);
        return status;
    }
    ExPackage *x = explain_get(&c->build, ".", true, &status);
    if (x && q->foreign) {
        status = answer(q, x, cwd, c->json);
        explain_release(x);
        return status;
    }
    if (!x || !has_file(x, q->file)) { /* no package, or it leaves the file out: the file alone */
        explain_release(x);
        if (left_out(c, q->file)) return 1;
        x = explain_get(&c->build, q->file, false, &status);
    }
    if (x) status = answer(q, x, cwd, c->json);
    explain_release(x);
    return status;
}

/* "net/http.(*Server).Serve": the package is what comes before a dot behind the last slash that loads. */
static int ask_func(CmdLine *c, Question *q, const char *cwd) {
    const char *text = q->text, *slash = strrchr(text, '/');
    const char *from = slash ? slash + 1 : text;
    while (*from == '.') from++; /* "./x", "." and ".." */
    int status = 1;
    ExPackage *x = NULL;
    bool here = !slash && from == text;
    for (const char *dot = strchr(from, '.');; dot = strchr(dot + 1, '.')) {
        size_t n = dot ? (size_t)(dot - text) : strlen(text);
        const char *pattern = arena_strndup(&c->arena, text, n);
        q->func = dot ? normalise(&c->arena, dot + 1) : "";
        x = explain_get(&c->build, pattern, dot || here, &status);
        if (x || !dot) break;
    }
    if (!x && here) { /* a function of the package here */
        q->func = normalise(&c->arena, text);
        bool dotted = strchr(text, '.') != NULL;
        x = explain_get(&c->build, ".", dotted, &status);
        if (dotted && (!x || !known(q, x))) {
            fprintf(
                stderr,
                "goesc explain: %s: no such package, and no such function in the package here; a package is "
                "named by its import path, as in encoding/json.Marshal\n",
                text);
            explain_release(x);
            return 1;
        }
    }
    if (x) status = answer(q, x, cwd, c->json);
    explain_release(x);
    return status;
}

int cmd_explain(int argc, char **argv) {
    CmdLine c;
    Question q = {0};
    argc = own_flags(argc, argv, &q);
    if (argc < 0) return -argc;
    int status;
    if (!cmdline_parse(&c, "explain", argc, argv)) {
        status = c.status;
        cmdline_release(&c);
        return status;
    }
    if (q.check) {
        status = explain_check(&c);
        cmdline_release(&c);
        return status;
    }
    if (c.nargs != 1) {
        cmdline_release(&c);
        return usage_error("one place or function is asked about at a time", "");
    }
    char *wd = getcwd(NULL, 0);
    const char *cwd = arena_printf(&c.arena, "%s", wd ? wd : "/");
    libc_free(wd);
    q.text = c.args[0];
    bool bad;
    if (parse_place(&c.arena, cwd, q.text, &q, &bad)) status = ask_place(&c, &q, cwd);
    else if (bad) status = usage_error("a place is FILE:LINE or FILE:LINE:COL, both from 1: ", q.text);
    else status = ask_func(&c, &q, cwd);
    cmdline_release(&c);
    return status;
}
