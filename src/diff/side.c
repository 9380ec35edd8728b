/* side.c: from explanations to one side of a comparison.
 *
 * The explanations have a site for each copy of a piece of code. Here they become places in the source: of
 * the sites with one position and kind the one in the function that is written there speaks for all. A copy
 * of code that is not analysed itself stays with the function that it is copied into, and remembers through
 * which calls it came.
 *
 * The compiler numbers function literals (F.func1) and init functions in the order of the source. A new one
 * would rename those behind it, so numbers are no part of what identifies a site; sites that become equal by
 * that are told apart by their order. */
#include "diff/diff.h"
#include "base/unicode.h"
#include "explain/text.h"
#include "load/load_int.h"

DiffSide *diff_side_new(const char *name) {
    DiffSide *s = xcalloc(1, sizeof *s);
    arena_init(&s->arena);
    s->name = diff_str(s, name, strlen(name));
    s->go = s->platform = s->dir = "";
    return s;
}

void diff_side_release(DiffSide *s) {
    if (!s) return;
    Arena a = s->arena;
    free_heap(s);
    arena_release(&a);
}

const char *diff_str(DiffSide *s, const char *text, size_t n) {
    StrBuf sb = STRBUF_INIT;
    while (n) {
        uint32_t r;
        int len = utf8_decode(text, n, &r);
        if (r == RUNE_ERROR && len == 1) sb_adds(&sb, "\xef\xbf\xbd");
        else sb_add(&sb, text, (size_t)len);
        text += len;
        n -= (size_t)len;
    }
    return sb_arena(&sb, &s->arena);
}

static const char *str(DiffSide *s, const char *text) { return diff_str(s, text, strlen(text)); }

/* ---- names of functions ---- */

/* Digits that the compiler counted, behind one of its words. */
static size_t counted(const char *p) {
    static const char *const words[] = {"func", "gowrap", "deferwrap", "-range", ".autotmp_", "init."};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t n = strlen(words[i]), d = has_prefix(p, words[i]) ? strspn(p + n, "0123456789") : 0;
        if (d) return n + d;
    }
    return 0;
}

/* Text without the compiler's counts: "F.func2.1" is "F.func.", ".autotmp_7" is ".autotmp_". */
static void add_uncounted(StrBuf *sb, const char *s) {
    bool start = true; /* of a word, behind a dot */
    for (const char *p = s; *p;) {
        size_t n = start || *p == '-' || *p == '.' ? counted(p) : 0, digits = strspn(p, "0123456789");
        bool ends = n && !(p[n] >= 'a' && p[n] <= 'z') && !(p[n] >= 'A' && p[n] <= 'Z') && p[n] != '_';
        if (ends) {
            for (size_t i = 0; i < n; i++)
                if (p[i] < '0' || p[i] > '9') sb_addc(sb, p[i]);
            p += n;
            start = false;
        } else if (start && p > s && digits && (p[digits] == '.' || !p[digits])) {
            p += digits; /* a literal within a literal */
        } else {
            start = *p == '.';
            sb_addc(sb, *p++);
        }
    }
}

static const char *uncounted(DiffSide *s, const char *text) {
    StrBuf sb = STRBUF_INIT;
    add_uncounted(&sb, text);
    return sb_arena(&sb, &s->arena);
}

/* The symbol behind the package: "(*T).M.func1". Commands are "main" to the compiler. */
static const char *in_package(const char *symbol, const char *pkg) {
    size_t n = strlen(pkg);
    if (!strncmp(symbol, pkg, n) && symbol[n] == '.') return symbol + n + 1;
    if (has_prefix(symbol, "main.")) return symbol + 5;
    return symbol;
}

/* ---- sites ---- */

typedef struct Fill {
    DiffSide *s;
    const char *cwd;
    ExView view;
    StrBuf text;   /* view's */
    Map pkgs;      /* interned import path → 1 + index */
    Map sites;     /* interned place → 1 + index */
    VEC(bool) own; /* by site: it is the code itself rather than a copy */
} Fill;

static uint32_t pkg_index(const Fill *f, const char *path) {
    return (uint32_t)(uintptr_t)smap_get(&f->pkgs, name_of(path));
}

static const char *shown_path(Fill *f, const ExPackage *x, uint32_t file) {
    const ExFile *ef = &x->files.v[file];
    if (ef->path[0] != '/') return str(f->s, ef->path);
    return str(f->s, ef->user ? path_rel(&f->s->arena, f->cwd, ef->path)
                              : path_short(&f->s->arena, f->cwd, ef->path));
}

/* Columns in characters: what people, and SARIF, count. */
static uint32_t column(Str line, uint32_t bytes) {
    uint32_t n = 1, r;
    for (size_t i = 0; i + 1 < bytes && i < line.n; n++) i += (size_t)utf8_decode(line.p + i, line.n - i, &r);
    return n;
}

static void place(Fill *f, const ExPackage *x, const ExSpan *at, DiffSite *d) {
    d->file = d->source = "";
    if (!at->line) return;
    d->file = shown_path(f, x, at->file);
    d->line = at->line, d->end_line = MAX(at->end_line, at->line);
    Str l = ex_source_line(&f->view, x, at->file, at->line);
    d->col = column(l, at->col);
    d->end_col = column(ex_source_line(&f->view, x, at->file, d->end_line), at->end_col);
    while (l.n && (*l.p == ' ' || *l.p == '\t')) l.p++, l.n--;
    while (l.n && strchr(" \t\r", l.p[l.n - 1])) l.n--;
    d->source = diff_str(f->s, l.p, MIN(l.n, (size_t)400));
}

/* The source between the ends of a span of one line. */
static Str source_of(Fill *f, const ExPackage *x, const ExSpan *at) {
    Str l =
        at->line && at->line == at->end_line ? ex_source_line(&f->view, x, at->file, at->line) : (Str){"", 0};
    if (at->end_col <= at->col || at->end_col - 1 > l.n) return (Str){"", 0};
    return (Str){l.p + at->col - 1, at->end_col - at->col};
}

/* What holds the value, when something on the heap does. */
static const char *holder_of(Fill *f, const ExPackage *x, const ExSite *e) {
    uint32_t n;
    ExTold *told = ex_told(x, e, &n);
    const char *holder = "";
    for (uint32_t i = 0; i < n && !*holder; i++)
        if (!told[i].step && told[i].heading) holder = told[i].heading;
    free_heap(told);
    return uncounted(f->s, str(f->s, holder));
}

static const char *story_of(Fill *f, const ExPackage *x, const ExSite *e) {
    f->text.n = 0;
    ex_tell_site(&f->view, x, e);
    while (f->text.n && f->text.buf[f->text.n - 1] == '\n') f->text.n--;
    return diff_str(f->s, sb_str(&f->text), f->text.n);
}

static const char *via_of(Fill *f, const ExPackage *x, const ExSite *e) {
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = e->nframes; i-- > 0;) {
        if (sb.n) sb_adds(&sb, " > ");
        sb_adds(&sb, x->frames.v[e->frame + i].func);
    }
    const char *via = uncounted(f->s, diff_str(f->s, sb_str(&sb), sb.n));
    sb_release(&sb);
    return via;
}

static const char *key_of(Fill *f, const ExPackage *x, const ExSite *e, bool analysed) {
    ExKind kind = e->kind == EX_PARAM ? EX_VAR : e->kind;
    const ExSpan *sp[] = {&e->at, &e->shown};
    StrBuf sb = STRBUF_INIT;
    sb_printf(&sb, "%u", (unsigned)kind);
    for (int i = 0; i < (analysed ? 1 : 2); i++)
        sb_printf(&sb, "|%s:%u:%u", sp[i]->line ? x->files.v[sp[i]->file].path : "", sp[i]->line, sp[i]->col);
    if (!e->at.line || e->kind == EX_OTHER) sb_printf(&sb, "|%s|%s", e->func, e->what);
    return sb_arena(&sb, &f->s->arena);
}

static void add_site(Fill *f, const ExPackage *x, const ExSite *e) {
    DiffSide *s = f->s;
    const char *pkg = e->at.line ? x->files.v[e->at.file].pkg : "", *func = e->func;
    bool analysed = e->at.line && pkg_index(f, pkg), own = !analysed || !e->nframes;
    if (!analysed) pkg = x->path;
    else if (e->nframes) func = x->frames.v[e->frame].func;
    const char *key = key_of(f, x, e, analysed);
    uint32_t had = (uint32_t)(uintptr_t)smap_get(&f->sites, name_of(key));
    if (had && (f->own.v[had - 1] || !own)) return;
    DiffSite d = {.pkg = pkg_index(f, pkg) - 1,
                  .kind = ex_kind_json[e->kind],
                  .name = str(s, e->name),
                  .type = str(s, e->type),
                  .size = e->size,
                  .elem_size = e->elem_size,
                  .reason = ex_reason_json[e->reason],
                  .first_reason = ex_reason_json[e->first_reason],
                  .because = ex_reason_because[e->reason],
                  .advice = ex_advice(e),
                  .title = str(s, func),
                  .via = analysed ? "" : via_of(f, x, e)};
    place(f, x, analysed || !e->shown.line ? &e->at : &e->shown, &d);
    d.func = uncounted(s, in_package(d.title, pkg));
    Str code = *e->instance ? source_of(f, x, &e->at) : (Str){"", 0}; /* without type arguments */
    d.what = uncounted(s, code.n ? diff_str(s, code.p, code.n) : str(s, e->what));
    d.cause_func = uncounted(s, str(s, e->cause_func));
    if (!strcmp(e->cause_func, func)) d.cause_func = "";
    d.holder = holder_of(f, x, e);
    d.story = story_of(f, x, e);
    if (had) {
        s->sites.v[had - 1] = d;
        f->own.v[had - 1] = own;
        return;
    }
    vec_push(&s->arena, &s->sites, d);
    vec_push(NULL, &f->own, own);
    smap_put(&f->sites, name_of(key), (void *)(uintptr_t)s->sites.n);
}

static int by_place(const void *a, const void *b) {
    const DiffSite *x = a, *y = b;
    int c = x->pkg != y->pkg ? (x->pkg < y->pkg ? -1 : 1) : strcmp(x->file, y->file);
    if (!c && x->line != y->line) c = x->line < y->line ? -1 : 1;
    if (!c && x->col != y->col) c = x->col < y->col ? -1 : 1;
    if (!c) c = strcmp(x->kind, y->kind);
    return c ? c : strcmp(x->what, y->what);
}

static int by_path(const void *a, const void *b) {
    return strcmp((*(ExPackage *const *)a)->path, (*(ExPackage *const *)b)->path);
}

void diff_fill(DiffSide *s, ExPackage **xs, uint32_t n, const char *cwd, const Roots *shown) {
    Fill f = {.s = s, .cwd = cwd, .text = STRBUF_INIT};
    if (n) qsort(xs, n, sizeof *xs, by_path);
    for (uint32_t i = 0; i < n; i++) {
        DiffPkg p = {.path = str(s, xs[i]->path)};
        for (uint32_t k = 0; k < xs[i]->funcs.n; k++)
            vec_push(&s->arena, &p.funcs, str(s, xs[i]->funcs.v[k].name));
        vec_push(&s->arena, &s->pkgs, p);
        smap_put(&f.pkgs, name_of(xs[i]->path), (void *)(uintptr_t)s->pkgs.n);
    }
    for (uint32_t i = 0; i < n; i++) {
        exview_init(&f.view, cwd, shown, &f.text);
        for (uint32_t k = 0; k < xs[i]->sites.n; k++)
            if (xs[i]->sites.v[k].place == EX_HEAP) add_site(&f, xs[i], &xs[i]->sites.v[k]);
        exview_release(&f.view);
    }
    if (s->sites.n) qsort(s->sites.v, s->sites.n, sizeof *s->sites.v, by_place);
    sb_release(&f.text);
    vec_free(&f.own);
    map_release(&f.pkgs);
    map_release(&f.sites);
}
