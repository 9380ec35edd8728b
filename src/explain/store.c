/* store.c: an ExPackage as bytes, and back.
 *
 * The arrays are written as they are in memory, with texts as offsets into one block of text behind them. The
 * cache has checked that the bytes are those that were written; whoever wrote them, every offset and index is
 * checked once more when they are read, so that nothing outside of the arrays is ever touched. */
#include "explain/store.h"

enum { FORMAT = 8 };

typedef struct Table {
    uint32_t elem, nstrings;
    const uint16_t *strings; /* where the texts are in an element */
} Table;

#define AT(T, f) (uint16_t) offsetof(T, f)
static const uint16_t file_strings[] = {AT(ExFile, path), AT(ExFile, shown), AT(ExFile, pkg)};
static const uint16_t site_strings[] = {AT(ExSite, pos),      AT(ExSite, what),      AT(ExSite, name),
                                        AT(ExSite, type),     AT(ExSite, func),      AT(ExSite, title),
                                        AT(ExSite, instance), AT(ExSite, cause_func)};
static const uint16_t story_strings[] = {AT(ExStory, subject), AT(ExStory, func)};
static const uint16_t step_strings[] = {AT(ExStep, label), AT(ExStep, code), AT(ExStep, func),
                                        AT(ExStep, dst), AT(ExStep, src)};
static const uint16_t frame_strings[] = {AT(ExFrame, func), AT(ExFrame, pkg)};
static const uint16_t param_strings[] = {AT(ExParam, func), AT(ExParam, name)};
static const uint16_t func_strings[] = {AT(ExFunc, name)};
static const uint16_t root_strings[] = {AT(ExRoot, dir)};
static const uint16_t code_strings[] = {AT(ExCode, name), AT(ExCode, at.file)};
static const uint16_t work_strings[] = {AT(ExWork, at.file), AT(ExWork, callee)};
static const uint16_t call_strings[] = {AT(ExCall, at.file), AT(ExCall, callee)};
#define TABLE(T, s)                                                                                          \
    { sizeof(T), COUNT_OF(s), s }
static const Table tables[] = {
    TABLE(ExFile, file_strings), TABLE(ExSite, site_strings),   TABLE(ExStory, story_strings),
    TABLE(ExStep, step_strings), TABLE(ExFrame, frame_strings), TABLE(ExParam, param_strings),
    TABLE(ExFunc, func_strings), TABLE(ExCode, code_strings),   TABLE(ExWork, work_strings),
    TABLE(ExCall, call_strings), {sizeof(ExLoop), 0, NULL},     TABLE(ExRoot, root_strings)};
enum { NTABLES = COUNT_OF(tables) };

typedef struct AnyVec {
    char *v;
    uint32_t n, cap;
} AnyVec;

static void vectors(const ExPackage *x, AnyVec *out) {
    memcpy(&out[0], &x->files, sizeof *out);
    memcpy(&out[1], &x->sites, sizeof *out);
    memcpy(&out[2], &x->stories, sizeof *out);
    memcpy(&out[3], &x->steps, sizeof *out);
    memcpy(&out[4], &x->frames, sizeof *out);
    memcpy(&out[5], &x->params, sizeof *out);
    memcpy(&out[6], &x->funcs, sizeof *out);
    memcpy(&out[7], &x->code, sizeof *out);
    memcpy(&out[8], &x->work, sizeof *out);
    memcpy(&out[9], &x->calls, sizeof *out);
    memcpy(&out[10], &x->loops, sizeof *out);
    memcpy(&out[11], &x->roots, sizeof *out);
}

typedef struct Head {
    uint32_t format, elems[NTABLES], counts[NTABLES], reasons, kinds, flows;
    uint32_t path, dir; /* offsets of texts */
    uint64_t text;      /* bytes of text */
} Head;

static uint64_t text_offset(StrBuf *text, Map *seen, const char *s) {
    void *got = map_get(seen, PKEY(s));
    if (got) return (uint64_t)(uintptr_t)got - 1;
    uint64_t off = text->n;
    sb_add(text, s, strlen(s) + 1);
    map_put(seen, PKEY(s), (void *)(uintptr_t)(off + 1));
    return off;
}

void explain_save(const ExPackage *x, StrBuf *out) {
    StrBuf text = STRBUF_INIT;
    Map seen = {0};
    AnyVec v[NTABLES];
    vectors(x, v);
    Head h = {.format = FORMAT, .reasons = EX_NREASONS, .kinds = EX_NKINDS, .flows = NFLOWS};
    h.path = (uint32_t)text_offset(&text, &seen, x->path);
    h.dir = (uint32_t)text_offset(&text, &seen, x->dir);
    for (int t = 0; t < NTABLES; t++) h.elems[t] = tables[t].elem, h.counts[t] = v[t].n;
    size_t head = out->n;
    sb_add(out, (const char *)&h, sizeof h);
    for (int t = 0; t < NTABLES; t++) {
        size_t at = out->n;
        if (v[t].n) sb_add(out, v[t].v, (size_t)v[t].n * tables[t].elem);
        for (uint32_t i = 0; i < v[t].n; i++) {
            for (uint32_t k = 0; k < tables[t].nstrings; k++) {
                char *p = out->buf + at + (size_t)i * tables[t].elem + tables[t].strings[k];
                const char *s;
                memcpy(&s, p, sizeof s);
                uint64_t off = text_offset(&text, &seen, s);
                memcpy(p, &off, sizeof off);
            }
        }
    }
    sb_add(out, text.buf, text.n);
    h.text = text.n;
    memcpy(out->buf + head, &h, sizeof h);
    sb_release(&text);
    map_release(&seen);
}

/* ---- reading ---- */

static bool good_span(const ExPackage *x, const ExSpan *s) {
    return !s->line || (s->file < x->files.n && s->col && s->end_col);
}
static bool good_range(uint32_t first, uint32_t n, uint32_t limit) {
    return first <= limit && n <= limit - first;
}

static bool good(const ExPackage *x) {
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        if (!good_span(x, &s->at) || !good_span(x, &s->shown) || !good_span(x, &s->cause) ||
            !good_span(x, &s->user))
            return false;
        if (s->kind >= EX_NKINDS || s->place > EX_STATIC || s->reason >= EX_NREASONS ||
            s->first_reason >= EX_NREASONS)
            return false;
        if (!good_range(s->frame, s->nframes, x->frames.n) || s->story > x->stories.n) return false;
    }
    for (uint32_t i = 0; i < x->stories.n; i++) {
        const ExStory *s = &x->stories.v[i];
        if (!good_span(x, &s->at) || !good_range(s->step, s->nsteps, x->steps.n) || s->reason >= EX_NREASONS)
            return false;
        if (s->on > i) return false; /* what a story goes on in was told before it */
    }
    for (uint32_t i = 0; i < x->steps.n; i++) {
        const ExStep *s = &x->steps.v[i];
        if (!good_span(x, &s->at) || !good_range(s->frame, s->nframes, x->frames.n) ||
            s->story > x->stories.n)
            return false;
        if (s->into > EX_INTO_HOLDER || s->flow >= NFLOWS) return false;
    }
    for (uint32_t i = 0; i < x->frames.n; i++)
        if (!good_span(x, &x->frames.v[i].call)) return false;
    for (uint32_t i = 0; i < x->funcs.n; i++)
        if (!good_span(x, &x->funcs.v[i].at)) return false;
    for (uint32_t i = 0; i < x->code.n; i++) {
        const ExCode *c = &x->code.v[i];
        if (!good_range(c->loop, c->nloops, x->loops.n) || !good_range(c->work, c->nwork, x->work.n) ||
            !good_range(c->call, c->ncalls, x->calls.n))
            return false;
    }
    for (uint32_t i = 0; i < x->work.n; i++)
        if (x->work.v[i].id >= EX_NWORKS) return false;
    for (uint32_t i = 0; i < x->params.n; i++)
        if (!good_span(x, &x->params.v[i].at) || x->params.v[i].story > x->stories.n) return false;
    return true;
}

ExPackage *explain_restore(Str in) {
    Head h;
    if (in.n < sizeof h) return NULL;
    memcpy(&h, in.p, sizeof h);
    if (h.format != FORMAT || h.reasons != EX_NREASONS || h.kinds != EX_NKINDS || h.flows != NFLOWS)
        return NULL;
    const char *p = in.p + sizeof h;
    size_t left = in.n - sizeof h;
    for (int t = 0; t < NTABLES; t++) {
        if (h.elems[t] != tables[t].elem || (uint64_t)h.counts[t] * tables[t].elem > left) return NULL;
        left -= (size_t)h.counts[t] * tables[t].elem;
    }
    if (left != h.text || !left || p[in.n - sizeof h - 1] != 0 || h.path >= left || h.dir >= left)
        return NULL;

    ExPackage *x = xcalloc(1, sizeof *x);
    arena_init(&x->arena);
    char *copy = arena_alloc(&x->arena, in.n);
    memcpy(copy, p, in.n - sizeof h);
    char *text = copy + (in.n - sizeof h - left);
    AnyVec v[NTABLES];
    bool ok = true;
    for (int t = 0; t < NTABLES; t++) {
        v[t] = (AnyVec){copy, h.counts[t], h.counts[t]};
        for (uint32_t i = 0; i < v[t].n; i++) {
            for (uint32_t k = 0; k < tables[t].nstrings; k++) {
                char *f = copy + (size_t)i * tables[t].elem + tables[t].strings[k];
                uint64_t off;
                memcpy(&off, f, sizeof off);
                if (off >= left) ok = false, off = 0;
                const char *s = text + off;
                memcpy(f, &s, sizeof s);
            }
        }
        copy += (size_t)v[t].n * tables[t].elem;
    }
    memcpy(&x->files, &v[0], sizeof *v);
    memcpy(&x->sites, &v[1], sizeof *v);
    memcpy(&x->stories, &v[2], sizeof *v);
    memcpy(&x->steps, &v[3], sizeof *v);
    memcpy(&x->frames, &v[4], sizeof *v);
    memcpy(&x->params, &v[5], sizeof *v);
    memcpy(&x->funcs, &v[6], sizeof *v);
    memcpy(&x->code, &v[7], sizeof *v);
    memcpy(&x->work, &v[8], sizeof *v);
    memcpy(&x->calls, &v[9], sizeof *v);
    memcpy(&x->loops, &v[10], sizeof *v);
    memcpy(&x->roots, &v[11], sizeof *v);
    x->path = text + h.path;
    x->dir = text + h.dir;
    if (ok && good(x)) return x;
    explain_release(x);
    return NULL;
}

/* ---- stamps of a session ---- */

static void stamp_package(StrBuf *sb, const LoadedPkg *p) {
    Str none = {NULL, 0};
    if (p->dir && *p->dir) stamp_add(sb, p->dir, none);
    for (uint32_t i = 0; i < p->nfiles; i++) {
        const SourceFile *f = &p->files[i];
        size_t n = strlen(p->dir);
        if (strncmp(f->path, p->dir, n) != 0 || f->path[n] != '/') continue; /* written by cgo */
        Str text = none;
        for (uint32_t k = 0; p->syntax && p->syntax[k]; k++)
            if (p->syntax[k]->path == f->path || !strcmp(p->syntax[k]->path, f->path))
                text = p->syntax[k]->src;
        stamp_add(sb, f->path, text);
    }
    Arena a;
    arena_init(&a);
    for (uint32_t i = 0; i < p->cgo_files.n; i++)
        stamp_add(sb, arena_printf(&a, "%s/%s", p->dir, p->cgo_files.v[i]), none);
    for (uint32_t i = 0; i < p->h_files.n; i++)
        stamp_add(sb, arena_printf(&a, "%s/%s", p->dir, p->h_files.v[i]), none);
    arena_release(&a);
}

void explain_stamps(const Session *s, StrBuf *sb) {
    Str none = {NULL, 0};
    const BuildEnv *e = &s->env;
    Map seen = {0};
    Arena a;
    arena_init(&a);
    if (e->gomod && e->gomod[0] == '/' && strcmp(e->gomod, "/dev/null") != 0) stamp_add(sb, e->gomod, none);
    if (e->gowork && e->gowork[0] == '/') stamp_add(sb, e->gowork, none);
    if (e->goroot && *e->goroot) stamp_add(sb, arena_printf(&a, "%s/VERSION", e->goroot), none);
    for (uint32_t i = 0; i < s->npkgs; i++) {
        const LoadedPkg *p = s->pkgs[i];
        const Module *m = p->module ? (p->module->replace ? p->module->replace : p->module) : NULL;
        if (m && m->gomod && !map_has(&seen, PKEY(m))) {
            map_put(&seen, PKEY(m), (void *)(uintptr_t)m);
            stamp_add(sb, m->gomod, none);
            if (m->main && m->dir) stamp_add(sb, arena_printf(&a, "%s/vendor/modules.txt", m->dir), none);
        }
        if (!p->implicit) stamp_package(sb, p);
    }
    stamp_end(sb);
    arena_release(&a);
    map_release(&seen);
}
