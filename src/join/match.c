/* Which values of the analysis a leaf of the profile can be.
 *
 * First those whose outermost function, line and chain of inlined calls are all the same; when there are
 * none, those at the same line of the same innermost function, however it was inlined (a closure's name can
 * differ). Then blocks that a value of that size can't be in are put aside, and what lives on the stack gives
 * way to what does not. What is then left without a value is the run-time system's own work, where the line
 * asks for any. */
#include "join/join.h"
#include "load/load_int.h"
#include <stdlib.h>

/* Functions of the run-time system which other packages declare without a body and call as their own. */
static const JoinHelper helpers[] = {
    {"reflect.unsafe_New", "value of a type known only at run time",
     "reflection makes it, and can't know how long it is used"},
    {"reflect.unsafe_NewArray", "slice of a type known only at run time",
     "reflection makes it, and can't know how long it is used"},
    {"reflect.growslice", "growth of a slice by reflection",
     "reflection grows it, and can't know how long it is used"},
    {"reflect.makemap", "map made by reflection", "reflection makes it, and can't know how long it is used"},
    {"reflect.makechan", "channel made by reflection",
     "reflection makes it, and can't know how long it is used"},
    {"reflect.mapassign0", "growth of a map by reflection", "the entries of a map are on the heap"},
    {"reflect.mapassign_faststr0", "growth of a map by reflection", "the entries of a map are on the heap"},
    {"reflect.mapiterinit", "iterator over a map", "reflection makes it"},
    {"internal/reflectlite.unsafe_New", "value of a type known only at run time",
     "reflection makes it, and can't know how long it is used"},
    {"internal/bytealg.MakeNoZero", "make of a []byte that is not cleared",
     "this asks the allocator itself, and what that gives is always on the heap"},
    {"maps.clone", "clone of a map", "the entries of a map are on the heap"},
    {"time.newTimer", "timer", "the run-time system holds running timers"},
    {"os.runtime_args", "program arguments", "they live as long as the program"},
    {"syscall.runtime_envs", "environment", "it lives as long as the program"},
    {"internal/poll.runtime_pollOpen", "descriptor of the network poller", "the poller holds it"},
};
static const JoinHelper other_helper = {"", "inside the run-time system",
                                        "the run-time system needs it for what the caller asked"};

/* A frame of the run-time system's source, whatever it is called. */
static bool in_runtime(const JoinFrame *f) {
    const char *p = strstr(f->file, "/src/runtime/");
    if (p && !strchr(p + strlen("/src/runtime/"), '/')) return true;
    if (!strchr(f->file, '/')) return false;
    return has_prefix(f->file, "runtime/") || has_prefix(f->func, "runtime.") ||
           has_prefix(f->func, "internal/runtime/");
}

static const JoinHelper *helper_of(const JoinFrame *f) {
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        if (!strcmp(helpers[i].func, f->func)) return &helpers[i];
    return in_runtime(f) ? &other_helper : NULL;
}

static const char *base_name(const char *path) {
    const char *p = strrchr(path, '/');
    return p ? p + 1 : path;
}

/* Names of functions: those of instances differ only in what stands between brackets. */
static bool same_func(const char *a, const char *b) {
    while (*a && *b) {
        if (*a == '[' && *b == '[') {
            int depth = 0;
            for (; *a; a++) {
                depth += *a == '[' ? 1 : *a == ']' ? -1 : 0;
                if (!depth) break;
            }
            for (; *b; b++) {
                depth += *b == '[' ? 1 : *b == ']' ? -1 : 0;
                if (!depth) break;
            }
            if (!*a || !*b) return *a == *b;
        } else if (*a != *b) {
            return false;
        }
        a++;
        b++;
    }
    return *a == *b;
}

static bool same_file(const ExPackage *x, uint32_t file, const char *name) {
    return file < x->files.n && !strcmp(base_name(x->files.v[file].path), base_name(name));
}

static bool on_line(const ExSpan *at, int64_t line) {
    uint32_t end = at->end_line > at->line ? at->end_line : at->line;
    return line >= at->line && line <= end;
}

static bool matches_exactly(const ExPackage *x, const ExSite *s, const JoinRow *r) {
    if (s->nframes + 1 != r->nframes || !same_func(s->func, r->frames[r->nframes - 1].func)) return false;
    for (uint32_t i = 0; i < s->nframes; i++) {
        const ExFrame *f = &x->frames.v[s->frame + i];
        if (!on_line(&f->call, r->frames[i + 1].line) || !same_func(f->func, r->frames[i].func)) return false;
    }
    return true;
}

/* Values of run-time functions that are inlined: mostly the profile leaves out those frames alone, and the
 * caller's is the leaf (else see collect_lost). */
static bool matches_caller(const ExPackage *x, const ExSite *s, const JoinRow *r) {
    if (s->nframes + 1 <= r->nframes || !same_func(s->func, r->frames[r->nframes - 1].func)) return false;
    uint32_t hidden = s->nframes + 1 - r->nframes;
    const ExFrame *frames = &x->frames.v[s->frame];
    for (uint32_t i = 0; i < hidden; i++)
        if (!has_prefix(frames[i].func, "runtime.") && !has_prefix(frames[i].func, "internal/runtime/"))
            return false;
    for (uint32_t i = hidden - 1; i < s->nframes; i++) {
        const JoinFrame *f = &r->frames[i - (hidden - 1)];
        if (!on_line(&frames[i].call, f->line) ||
            (i >= hidden && !same_func(frames[i].func, r->frames[i - hidden].func)))
            return false;
    }
    return same_file(x, frames[hidden - 1].call.file, r->frames[0].file);
}

static const char *innermost(const ExPackage *x, const ExSite *s) {
    return s->nframes ? x->frames.v[s->frame].func : s->func;
}

/* How near the site is to the leaf: 0 not at all, larger is better, up to 7. */
static int nearness(const ExPackage *x, const ExSite *s, const JoinRow *r) {
    const JoinFrame *leaf = &r->frames[0];
    if (s->nframes && matches_caller(x, s, r)) return 7;
    if (!on_line(&s->at, leaf->line) || !same_file(x, s->at.file, leaf->file)) return 0;
    int exact_line = s->at.line == leaf->line;
    if (matches_exactly(x, s, r)) return 6 + exact_line;
    bool outer = same_func(s->func, r->frames[r->nframes - 1].func);
    if (outer && same_func(innermost(x, s), leaf->func)) return 4 + exact_line;
    if (same_func(innermost(x, s), leaf->func)) return 2 + exact_line;
    return outer ? 1 : 0;
}

/* Whether a function's name in a profile has these type arguments. */
static bool same_instance(const char *instance, const char *func) {
    const char *open = strchr(func, '[');
    size_t n = strlen(instance);
    return open && n && !strncmp(open + 1, instance, n) && open[n + 1] == ']';
}

static void collect(JoinRow *r, Arena *a, const ExPackage *x, int *best) {
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        int n = 2 * nearness(x, s, r);
        if (!n) continue;
        n += same_instance(s->instance, r->frames[r->nframes - 1].func);
        if (n < *best) continue;
        if (n > *best) r->sites.n = 0;
        *best = n;
        vec_push(a, &r->sites, ((JoinSite){x, s}));
    }
}

/* A parameter that moves to the heap is copied where its function begins. */
static void collect_params(JoinRow *r, Arena *a, const ExPackage *x) {
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        if (s->kind != EX_PARAM || !s->escapes || s->nframes || r->nframes != 1) continue;
        if (!same_func(s->func, r->frames[0].func) || r->frames[0].line < s->at.line ||
            r->frames[0].line > s->at.line + 8)
            continue;
        vec_push(a, &r->sites, ((JoinSite){x, s}));
    }
}

static bool allocates(const ExSite *s) {
    return s->place == EX_HEAP || s->place == EX_STACK_SMALL || s->escapes;
}

/* Whether a block of this size can be (part of) the value. */
static bool block_fits(const ExSite *s, int64_t block) {
    switch (s->kind) {
    case EX_MAKEMAP:
    case EX_MAPLIT:
    case EX_MAPASSIGN: return true;
    case EX_GO: return block >= 384; /* what describes a goroutine; its arguments are in a function literal */
    case EX_MAKECHAN: return true;   /* its head, its buffer, or both in one */
    case EX_CONCAT:
    case EX_STR2BYTES:
    case EX_BYTES2STR:
    case EX_STR2RUNES:
    case EX_RUNES2STR:
    case EX_RUNE2STR: return true;
    case EX_APPEND: return s->elem_size <= 0 || block >= s->elem_size;
    case EX_MAKESLICE:
        if (s->size < 0) return s->elem_size <= 0 || block >= s->elem_size;
        break;
    default: break;
    }
    return s->size < 0 || size_fits(s->size, block);
}

/* Keeps the sites for which keep says so, unless that leaves none. */
static void prefer(JoinRow *r, bool (*keep)(const ExSite *, int64_t), int64_t arg) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->sites.n; i++) n += keep(r->sites.v[i].site, arg);
    if (!n || n == r->sites.n) return;
    n = 0;
    for (uint32_t i = 0; i < r->sites.n; i++)
        if (keep(r->sites.v[i].site, arg)) r->sites.v[n++] = r->sites.v[i];
    r->sites.n = n;
}

static bool keep_heap(const ExSite *s, int64_t unused) {
    (void)unused;
    return allocates(s) && s->place != EX_STATIC;
}

/* append(x, make([]T, n)...) allocates once: the make of it is never made. */
static bool spread_into_append(const JoinSite *make, const JoinSite *append) {
    const ExSpan *m = &make->site->at, *a = &append->site->at;
    return make->site->kind == EX_MAKESLICE && make->site->has_dots && append->site->kind == EX_APPEND &&
           make->pkg == append->pkg && m->file == a->file && m->line == a->line && m->end_line == m->line &&
           m->col > a->col;
}

/* x += a + b allocates once: all three are put together. */
static bool part_of_sum(const JoinSite *part, const JoinSite *sum) {
    const ExSpan *p = &part->site->at, *s = &sum->site->at;
    return part->pkg == sum->pkg && part->site->kind == EX_CONCAT && sum->site->kind == EX_CONCAT &&
           sum->site->reason == EX_WHY_ALWAYS && p->file == s->file && p->end_line == s->end_line &&
           p->end_col == s->end_col && (p->line > s->line || (p->line == s->line && p->col > s->col));
}

static void drop_parts(JoinRow *r) {
    for (uint32_t i = 0; i < r->sites.n; i++) {
        for (uint32_t k = 0; k < r->sites.n; k++) {
            if (!spread_into_append(&r->sites.v[i], &r->sites.v[k]) &&
                !part_of_sum(&r->sites.v[i], &r->sites.v[k]))
                continue;
            memmove(r->sites.v + i, r->sites.v + i + 1, (r->sites.n - i - 1) * sizeof *r->sites.v);
            r->sites.n--;
            i--;
            break;
        }
    }
}

static bool keep_fitting(const ExSite *s, int64_t block) { return block_fits(s, block); }

/* ---- what stands on the line besides values ---- */

static bool at_leaf(const ExLine *at, const JoinFrame *leaf) {
    return at->line == leaf->line && !strcmp(at->file, base_name(leaf->file));
}

/* The values of a function that can be blocks which a profile shows where it is called. */
static void collect_inlined_runtime(JoinRow *r, Arena *a, const ExPackage *x, const char *func,
                                    int64_t block) {
    for (uint32_t k = 0; k < x->sites.n; k++) {
        const ExSite *s = &x->sites.v[k];
        if (!s->nframes || !has_prefix(x->frames.v[s->frame].func, "runtime.") || !keep_heap(s, 0) ||
            !block_fits(s, block) || !same_func(s->func, func))
            continue;
        vec_push(a, &r->sites, ((JoinSite){x, s}));
    }
}

/* Where a function of the run-time system was inlined into F, profiles leave out F's frame as well, and the
 * leaf is the line that calls F. */
static bool collect_lost(Join *j, JoinRow *r, int64_t block) {
    const ExFound *caller = library_func(j->library, r->frames[r->nframes - 1].func);
    const ExPackage *in = NULL;
    const ExCode *code = caller ? library_code(caller, &in) : NULL;
    uint32_t had = r->sites.n;
    for (uint32_t i = 0; code && i < code->ncalls; i++) {
        const ExCall *call = &in->calls.v[code->call + i];
        if (!at_leaf(&call->at, &r->frames[0])) continue;
        const ExFound *callee =
            library_func(j->library, ex_unescape(arena_printf(&j->arena, "%s", call->callee)));
        const ExPackage *x = callee ? join_explain(j, callee->entry) : NULL;
        if (x) collect_inlined_runtime(r, &j->arena, x, call->callee, block);
    }
    if (r->sites.n == had) return false;
    memmove(r->sites.v, r->sites.v + had, (r->sites.n - had) * sizeof *r->sites.v);
    r->sites.n -= had;
    r->by_line = true;
    r->state = JOIN_REASON;
    return true;
}

/* What the run-time system does for the leaf's line, when it is something that can allocate; or NULL. */
static const JoinHelper *line_work(Join *j, const JoinRow *r) {
    const ExFound *f = library_func(j->library, r->frames[r->nframes - 1].func);
    const ExPackage *in = NULL;
    const ExCode *code = f ? library_code(f, &in) : NULL;
    const ExWork *best = NULL;
    for (uint32_t i = 0; code && i < code->nwork; i++) {
        const ExWork *w = &in->work.v[code->work + i];
        if (at_leaf(&w->at, &r->frames[0]) && (!best || ex_work_rank[w->id] > ex_work_rank[best->id]))
            best = w;
    }
    if (!best) return NULL;
    JoinHelper *h = NEW(&j->arena, JoinHelper);
    const char *what = best->id == EX_WORK_CALLED
                           ? arena_printf(&j->arena, "inside %s, which is called here", best->callee)
                           : ex_work_what[best->id];
    *h = (JoinHelper){"", what, ex_work_why[best->id]};
    return h;
}

void join_match(Join *j, JoinRow *r, int64_t block) {
    Arena *a = &j->arena;
    const JoinFrame *leaf = &r->frames[0];
    r->helper = helper_of(leaf);
    if (r->helper) {
        r->state = JOIN_RUNTIME;
        r->in_runtime = true;
        return;
    }
    /* an inlined function's values are in the package of the function that it was inlined into */
    const char *outer_pkg = r->frames[r->nframes - 1].pkg;
    ExEntry *e = library_find(j->library, outer_pkg);
    if (e && !e->has_files) e = NULL;
    const ExPackage *x = e ? join_explain(j, e) : NULL;
    if (!x) {
        r->state = !e ? JOIN_NO_SOURCE : JOIN_FAILED;
        return;
    }
    int best = 0;
    collect(r, a, x, &best);
    if (!r->sites.n) collect_params(r, a, x);
    if (strchr(r->frames[r->nframes - 1].func, '[') && best % 2 == 0) { /* compiled where it is used */
        const ExFound *f = library_func(j->library, r->frames[r->nframes - 1].func);
        const ExPackage *other = f && f->entry != e ? join_explain(j, f->entry) : NULL;
        if (other) collect(r, a, other, &best);
    }
    r->by_line = best / 2 < 6;
    drop_parts(r);
    prefer(r, keep_heap, 0);
    prefer(r, keep_fitting, block);
    bool any = false, fits = false;
    for (uint32_t i = 0; i < r->sites.n; i++) {
        any = any || keep_heap(r->sites.v[i].site, 0);
        fits = fits || block_fits(r->sites.v[i].site, block);
    }
    if (any && fits) {
        r->state = JOIN_REASON;
        return;
    }
    if (collect_lost(j, r, block)) return;
    /* no value there that can be this block: then it is the run-time system's, if it does anything there */
    r->helper = line_work(j, r);
    r->state = r->helper ? JOIN_RUNTIME : any || !r->sites.n ? JOIN_NO_SITE : JOIN_DISAGREE;
    if (r->helper) r->sites.n = 0;
}
