/* Which values of the analysis a leaf of the profile can be.
 *
 * First those whose outermost function, line and chain of inlined calls are all the same; when there are
 * none, those at the same line of the same innermost function, however it was inlined (a closure's name can
 * differ). Then blocks that a value of that size can't be in are put aside, and what lives on the stack gives
 * way to what does not. */
#include "ir/ir.h"
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
     "its size is not known when compiling"},
    {"maps.clone", "clone of a map", "the entries of a map are on the heap"},
    {"time.newTimer", "timer", "the run-time system holds running timers"},
    {"strings.Clone", "copy of a string", "its size is not known when compiling"},
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

const JoinHelper *join_helper(const JoinFrame *f) {
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        if (!strcmp(helpers[i].func, f->func)) return &helpers[i];
    return in_runtime(f) ? &other_helper : NULL;
}

static const JoinHelper moved = {"", "slice that append has grown on the stack so far",
                                 "it leaves the function here, and its elements move to the heap"};

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

/* Values of run-time functions that are inlined: the profile leaves those frames out, and the caller's is the
 * leaf. */
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

/* How near the site is to the leaf: 0 not at all, larger is better. */
static int nearness(const ExPackage *x, const ExSite *s, const JoinRow *r) {
    const JoinFrame *leaf = &r->frames[0];
    if (s->nframes && matches_caller(x, s, r)) return 6;
    if (!on_line(&s->at, leaf->line) || !same_file(x, s->at.file, leaf->file)) return 0;
    int exact_line = s->at.line == leaf->line;
    if (matches_exactly(x, s, r)) return 6 + exact_line;
    bool outer = same_func(s->func, r->frames[r->nframes - 1].func);
    if (outer && same_func(innermost(x, s), leaf->func)) return 4 + exact_line;
    if (same_func(innermost(x, s), leaf->func)) return 2 + exact_line;
    return outer ? 1 : 0;
}

static void collect(JoinRow *r, Arena *a, const ExPackage *x, int *best) {
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        int n = nearness(x, s, r);
        if (!n || n < *best) continue;
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
    case EX_MAPASSIGN:
    case EX_GO: return true;
    case EX_MAKECHAN: return true; /* its head, its buffer, or both in one */
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
    if (make->site->kind != EX_MAKESLICE || append->site->kind != EX_APPEND || make->pkg != append->pkg)
        return false;
    if (m->file != a->file || m->line != a->line || m->end_line != m->line || m->col <= a->col) return false;
    Arena scratch;
    arena_init(&scratch);
    Str src;
    const char *err;
    bool yes = false;
    if (read_file(&scratch, make->pkg->files.v[m->file].path, &src, &err)) {
        const char *p = src.p, *end = src.p + src.n;
        for (uint32_t line = 1; p && line < m->line; line++) {
            p = memchr(p, '\n', (size_t)(end - p));
            if (p) p++;
        }
        yes = p && end - p >= (ptrdiff_t)m->end_col + 2 && !memcmp(p + m->end_col - 1, "...", 3);
    }
    arena_release(&scratch);
    return yes;
}

static void drop_spread(JoinRow *r) {
    for (uint32_t i = 0; i < r->sites.n; i++) {
        for (uint32_t k = 0; k < r->sites.n; k++) {
            if (!spread_into_append(&r->sites.v[i], &r->sites.v[k])) continue;
            memmove(r->sites.v + i, r->sites.v + i + 1, (r->sites.n - i - 1) * sizeof *r->sites.v);
            r->sites.n--;
            i--;
            break;
        }
    }
}

static bool keep_fitting(const ExSite *s, int64_t block) { return block_fits(s, block); }

static bool moves_here(IrNode *n, void *line) {
    return n->op == OMOVE2HEAP && pos_line(ir_innermost_pos(ir_npos(n))) == *(const int64_t *)line;
}

/* A statement in front of which a slice moves from the stack to the heap (see escape/slice.c). */
static bool moves_slice(const LoadedPkg *p, const JoinFrame *leaf) {
    bool found = false;
    for (uint32_t i = 0; i < p->ir->funcs.n && !found; i++) {
        const IrFunc *fn = p->ir->funcs.v[i];
        StrBuf name = STRBUF_INIT;
        ir_print_pkg_func_name(&name, fn);
        int64_t line = leaf->line;
        found = same_func(sb_str(&name), leaf->func) && ir_any_list(fn->body, moves_here, &line);
        sb_release(&name);
    }
    return found;
}

void join_match(Join *j, JoinRow *r, int64_t block) {
    Arena *a = &j->arena;
    const JoinFrame *leaf = &r->frames[0];
    r->helper = join_helper(leaf);
    if (r->helper) {
        r->state = JOIN_RUNTIME;
        return;
    }
    /* an inlined function's values are in the package of the function that it was inlined into */
    const char *outer_pkg = r->frames[r->nframes - 1].pkg;
    LoadedPkg *p = join_package(j, outer_pkg);
    const ExPackage *x = smap_get(&j->by_path, name_of(outer_pkg));
    if (!p || !x) {
        r->state = !p ? JOIN_NO_SOURCE : JOIN_FAILED;
        return;
    }
    int best = 0;
    collect(r, a, x, &best);
    if (!r->sites.n) collect_params(r, a, x);
    r->by_line = best < 6;
    if (!r->sites.n && r->nframes == 1 && moves_slice(p, leaf)) {
        r->helper = &moved;
        r->state = JOIN_RUNTIME;
        return;
    }
    if (!r->sites.n) {
        r->state = JOIN_NO_SITE;
        return;
    }
    drop_spread(r);
    prefer(r, keep_heap, 0);
    prefer(r, keep_fitting, block);
    bool any = false, fits = false;
    for (uint32_t i = 0; i < r->sites.n; i++) {
        any = any || keep_heap(r->sites.v[i].site, 0);
        fits = fits || block_fits(r->sites.v[i].site, block);
    }
    r->state = !any ? JOIN_DISAGREE : fits ? JOIN_REASON : JOIN_NO_SITE;
}
