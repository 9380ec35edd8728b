/* goesc explain -check: every explanation of the packages held against what it explains.
 *
 * The analysis keeps its whole graph for this (Session.keep_edges). Each step of each event must be an edge
 * of it, the steps must meet, and together they must carry an address to the place that outlives it. Each
 * value that escapes must have a story with a cause and a reason. And the values must be those for which -m
 * has a line, no more and no fewer. What does not hold is printed, with sums at the end. */
#include "cmd/cmd.h"
#include "cmd/explain_run.h"
#include "escape/escape.h"
#include "load/load_int.h"
#include <stdlib.h>

enum { LONG_TEXT = 160, LONG_LINE = 150 }; /* bytes; longer ones are cut, and not compared */

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static uint64_t edge_key(const IrNode *dst, const IrNode *src, uint8_t de, uint8_t se, int32_t derefs) {
    uint64_t v[4] = {PKEY(dst), PKEY(src), (uint64_t)de << 8 | se, (uint64_t)(int64_t)derefs};
    return hash_bytes(v, sizeof v, 7) | 1;
}

typedef struct Tally {
    uint32_t heap, stack, steps, stories, orphans, no_edge, no_cause, bad_path, lines_missing, lines_extra;
    uint32_t reasons[EX_NREASONS];
} Tally;

static void complain(const LoadedPkg *p, const char *what, const char *pos, const char *text) {
    printf("%s: %s: %s %s\n", p->import_path, what, pos, text);
}

static void check_flows(const LoadedPkg *p, Tally *t) {
    const EscFacts *f = p->facts;
    Map edges = {0};
    for (uint32_t i = 0; i < f->edges.n; i++) {
        const EscEdge *e = &f->edges.v[i];
        map_put(&edges, edge_key(e->dst, e->src, e->dst_end, e->src_end, e->derefs), &edges);
    }
    for (uint32_t i = 0; i < f->events.n; i++) {
        const EscEvent *ev = &f->events.v[i];
        int derefs = 0;
        for (uint32_t k = ev->nsteps; k-- > 0;) {
            const EscStep *s = &f->steps.v[ev->step + k];
            t->steps++;
            if (!map_has(&edges, edge_key(s->dst, s->src, s->dst_end, s->src_end, s->derefs))) t->no_edge++;
            if (k + 1 < ev->nsteps && s->dst != s[1].src) t->bad_path++;
            derefs = MAX(derefs, 0) + s->derefs;
        }
        const EscStep *first = &f->steps.v[ev->step], *last = &f->steps.v[ev->step + ev->nsteps - 1];
        if (ev->truncated) continue;
        if (first->src != ev->n || last->dst != ev->root) t->bad_path++;
        if (!ev->leak && derefs != -1) t->bad_path++; /* its address must arrive */
    }
    map_release(&edges);
}

typedef VEC(const char *) Lines;

/* The site as -m has it. */
static void add_own_line(Arena *a, Lines *have, const ExSite *s) {
    if (!s->in_m || strlen(s->what) >= LONG_TEXT) return;
    const char *fmt = !s->escapes                                ? "%s: %s does not escape"
                      : s->kind == EX_VAR || s->kind == EX_PARAM ? "%s: moved to heap: %s"
                                                                 : "%s: %s escapes to heap";
    vec_push(a, have, *s->pos ? arena_printf(a, fmt, s->pos, s->what) : arena_printf(a, fmt + 4, s->what));
}

/* Whether the site's story ends in a decisive step. */
static bool has_cause(const ExPackage *x, const ExSite *s) {
    bool cause = false;
    uint32_t guard = 0;
    for (uint32_t id = s->story; id && guard++ < 10000; id = x->stories.v[id - 1].on) {
        const ExStory *st = &x->stories.v[id - 1];
        for (uint32_t k = 0; k < st->nsteps; k++)
            cause = cause || (!st->on && x->steps.v[st->step + k].decisive);
    }
    return cause;
}

static void check_story(const LoadedPkg *p, const ExPackage *x, const ExSite *s, Tally *t) {
    if (!s->story) {
        t->orphans++;
        complain(p, "no story", s->pos, s->what);
        return;
    }
    bool cause = has_cause(x, s);
    if (cause && s->reason != EX_WHY_NONE && s->reason != EX_WHY_OTHER) return;
    t->no_cause++;
    complain(p, cause ? "cause without a reason" : "no cause", s->pos, s->what);
}

/* The text of a line of -m behind its position. */
static const char *behind_pos(const char *line) {
    const char *text = strstr(line, ": ");
    return text ? text : line;
}

/* The lines of -m about values. Cuts p->out into lines. */
static void add_printed_lines(Arena *a, Lines *want, LoadedPkg *p) {
    for (char *line = p->out.n ? (char *)(uintptr_t)sb_str(&p->out) : NULL, *next; line && *line;
         line = next) {
        char *nl = strchr(line, '\n');
        next = nl ? nl + 1 : NULL;
        if (nl) *nl = 0;
        if (!has_suffix(line, " escapes to heap") && !strstr(line, "moved to heap: ") &&
            !has_suffix(line, " does not escape"))
            continue;
        if (strlen(behind_pos(line)) < LONG_LINE) vec_push(a, want, line);
    }
}

/* Parameters that stay are no sites. */
static bool may_be_parameter(const char *line) {
    return has_suffix(line, " does not escape") && !strchr(behind_pos(line), '(');
}

/* Both are sorted. Long texts are cut in one of the two. */
static void compare_lines(const LoadedPkg *p, const Lines *have, const Lines *want, Tally *t) {
    uint32_t i = 0, k = 0;
    while (i < have->n || k < want->n) {
        int c = i == have->n ? 1 : k == want->n ? -1 : strcmp(have->v[i], want->v[k]);
        if (c == 0) {
            i++, k++;
        } else if (c < 0) {
            if (strlen(have->v[i]) < LONG_LINE) t->lines_extra++, complain(p, "not in -m", have->v[i], "");
            i++;
        } else {
            if (!may_be_parameter(want->v[k])) t->lines_missing++, complain(p, "only in -m", want->v[k], "");
            k++;
        }
    }
}

static void check_sites(LoadedPkg *p, const ExPackage *x, Tally *t) {
    Arena a;
    arena_init(&a);
    Lines have = {0}, want = {0};
    for (uint32_t i = 0; i < x->sites.n; i++) {
        const ExSite *s = &x->sites.v[i];
        t->heap += s->escapes;
        t->stack += !s->escapes;
        if (s->escapes) t->reasons[s->reason]++;
        add_own_line(&a, &have, s);
        if (s->escapes && s->reason != EX_WHY_ALWAYS) check_story(p, x, s, t);
    }
    t->stories += x->stories.n;
    add_printed_lines(&a, &want, p);
    if (have.n) qsort(have.v, have.n, sizeof *have.v, by_text);
    if (want.n) qsort(want.v, want.n, sizeof *want.v, by_text);
    compare_lines(p, &have, &want, t);
    arena_release(&a);
}

static void print_tally(const Tally *t, uint32_t packages) {
    printf("packages %u, values that escape %u, others %u, stories %u, steps replayed %u\n", packages,
           t->heap, t->stack, t->stories, t->steps);
    printf("without story %u, without cause %u, steps that are no edge %u, broken paths %u, only here %u, "
           "only in -m %u\n",
           t->orphans, t->no_cause, t->no_edge, t->bad_path, t->lines_extra, t->lines_missing);
    for (int i = 0; i < EX_NREASONS; i++)
        if (t->reasons[i]) printf("%8u %s\n", t->reasons[i], ex_reason_json[i]);
}

int explain_check(CmdLine *c) {
    Session s;
    int status = 1;
    if (!session_init(&s, &c->build) || !load_packages(&s, c->args, c->nargs, false)) {
        fputs(sb_str(&s.err), stderr);
        session_release(&s);
        return 1;
    }
    s.want_facts = s.keep_edges = true;
    for (uint32_t i = 0; i < s.npkgs; i++) s.pkgs[i]->flags.m = s.pkgs[i]->named ? 1 : 0;
    status = driver_run(&s, stderr);
    Tally t = {0};
    for (uint32_t i = 0; i < s.nroots; i++) {
        LoadedPkg *p = s.roots[i];
        ExPackage *x = explain_build(&s, p);
        if (!x) continue;
        check_flows(p, &t);
        check_sites(p, x, &t);
        explain_release(x);
    }
    print_tally(&t, s.nroots);
    if (t.orphans || t.no_cause || t.no_edge || t.bad_path || t.lines_extra || t.lines_missing) status = 1;
    driver_release(&s);
    session_release(&s);
    return status;
}
