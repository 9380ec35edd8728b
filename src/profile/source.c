/* The list report: functions that match, each with its source lines and what each line costs.
 *
 * A file is looked for at the path that the profile has; a relative one (or one whose known prefix is cut
 * off) in each folder of the search path and its parents. A profile comes from anywhere: what it names is
 * opened only below the roots that the user's request is about. */
#include "profile/measure.h"
#include "profile/report.h"
#include "load/load_int.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Source {
    Str name;
    VEC(Str) lines; /* from line 1 */
    const char *error;
} Source;

typedef struct Lister {
    ProfReport *r;
    Graph g;
    Str search;
    VEC(Source) files;
} Lister;

static FILE *open_allowed(Lister *x, const char *name, const char **why) {
    int fd = roots_open(x->r->o.roots, name, why);
    FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (fd >= 0 && !f) close(fd);
    if (!f && !*why) *why = "not below the module, GOROOT, the module cache or -source_path";
    return f;
}

static FILE *open_source(Lister *x, Str path, const char **error) {
    Arena *a = &x->r->arena;
    Str search = x->search;
    path = srcpath_trim(a, path, x->r->o.trim_path, search);
    const char *name = arena_strndup(a, path.p, path.n), *why, *barred = NULL;
    if (path.n && path.p[0] == '/') {
        FILE *f = open_allowed(x, name, &why);
        if (!f) *error = arena_printf(a, "open %s: %s", name, why);
        return f;
    }
    for (bool more = search.n > 0; more;) {
        const char *colon = memchr(search.p, ':', search.n);
        Str dir = {search.p, colon ? (size_t)(colon - search.p) : search.n};
        more = colon != NULL;
        if (colon) search = (Str){colon + 1, search.n - dir.n - 1};
        for (;;) {
            Str full = srcpath_join(a, dir, path);
            const char *at = arena_strndup(a, full.p, full.n);
            FILE *f = open_allowed(x, at, &why);
            if (f) return f;
            if (!barred && is_file(at)) barred = arena_printf(a, "open %s: %s", at, why);
            Str parent = srcpath_dir(a, dir);
            if (str_eq(parent, dir)) break;
            dir = parent;
        }
    }
    *error =
        barred ? barred
               : arena_printf(a, "could not find file %s on path %.*s", name, (int)x->search.n, x->search.p);
    return NULL;
}

/* The lines of a file, read once. Reading stops at a line of 64 KiB, as Go's scanner does. */
static Source *source_file(Lister *x, Str name) {
    for (uint32_t i = 0; i < x->files.n; i++)
        if (str_eq(x->files.v[i].name, name)) return &x->files.v[i];
    Arena *a = &x->r->arena;
    vec_push(a, &x->files, ((Source){.name = name}));
    Source *s = &vec_last(&x->files);
    FILE *f = open_source(x, name, &s->error);
    if (!f) return s;
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    while ((n = getline(&line, &cap, f)) >= 0) {
        if (n && line[n - 1] == '\n') n--;
        if (n >= 64 << 10) break;
        if (n && line[n - 1] == '\r') n--;
        vec_push(a, &s->lines, ((Str){arena_strndup(a, line, (size_t)n), (size_t)n}));
    }
    libc_free(line);
    fclose(f);
    return s;
}

static const NodeInfo *info_of(const Lister *x, uint32_t node) {
    return &x->r->infos.v[x->g.nodes.v[node].info];
}

static int by_name(const void *a, const void *b, void *ctx) {
    const Lister *x = ctx;
    const NodeInfo *i = info_of(x, *(const uint32_t *)a), *j = info_of(x, *(const uint32_t *)b);
    int d = str_cmp(profile_str(x->r->p, i->name), profile_str(x->r->p, j->name));
    if (!d) d = str_cmp(profile_str(x->r->p, i->file), profile_str(x->r->p, j->file));
    if (!d) d = i->start_line < j->start_line ? -1 : i->start_line > j->start_line;
    return d ? d : i->line < j->line ? -1 : i->line > j->line;
}

static int by_line(const void *a, const void *b, void *ctx) {
    int64_t i = info_of(ctx, *(const uint32_t *)a)->line, j = info_of(ctx, *(const uint32_t *)b)->line;
    return i < j ? -1 : i > j;
}

static void value_or_dot(ProfReport *r, int64_t v) {
    if (v) sb_pad_left(r->out, report_value(r, v), 10);
    else sb_adds(r->out, "         .");
}

/* One function in one file: its nodes, sorted by start and line. */
static void print_file(Lister *x, const uint32_t *nodes, uint32_t n) {
    enum { MARGIN = 5 };
    ProfReport *r = x->r;
    const NodeInfo *first = info_of(x, nodes[0]);
    Str name = profile_str(r->p, first->name), file = profile_str(r->p, first->file);
    int64_t flat = 0, cum = 0, start = 0, end = 0;
    for (uint32_t i = 0; i < n; i++) {
        const NodeInfo *in = info_of(x, nodes[i]);
        int64_t from = in->start_line ? in->start_line : add64(in->line, -MARGIN),
                to = add64(in->line, MARGIN);
        flat = add64(flat, x->g.nodes.v[nodes[i]].flat);
        cum = add64(cum, x->g.nodes.v[nodes[i]].cum);
        if (i == 0 || from < start) start = from;
        if (i == 0 || to > end) end = to;
    }
    start = MAX(start, 1);
    Source *s = source_file(x, file);
    sb_printf(r->out, "ROUTINE ======================== %.*s in %.*s\n", (int)name.n, name.p, (int)file.n,
              file.p);
    sb_pad_left(r->out, report_value(r, flat), 10);
    sb_addc(r->out, ' ');
    sb_pad_left(r->out, report_value(r, cum), 10);
    sb_adds(r->out, " (flat, cum) ");
    measure_percentage(r->out, cum, r->total);
    sb_adds(r->out, " of Total\n");
    if (s->error) {
        sb_printf(r->out, " Error: %s\n", s->error);
        return;
    }
    uint32_t *by = arena_alloc(&r->arena, n * sizeof *by), next = 0;
    memcpy(by, nodes, n * sizeof *by);
    qsort_r(by, n, sizeof *by, by_line, x);
    for (int64_t line = start; line <= end && line <= (int64_t)s->lines.n; line++) {
        flat = cum = 0;
        while (next < n && info_of(x, by[next])->line < line) next++;
        for (uint32_t i = next; i < n && info_of(x, by[i])->line == line; i++) {
            flat = add64(flat, x->g.nodes.v[by[i]].flat);
            cum = add64(cum, x->g.nodes.v[by[i]].cum);
        }
        value_or_dot(r, flat);
        sb_addc(r->out, ' ');
        value_or_dot(r, cum);
        sb_printf(r->out, " %6lld:", (long long)line);
        sb_add(r->out, s->lines.v[line - 1].p, s->lines.v[line - 1].n);
        sb_addc(r->out, '\n');
    }
}

void report_source(ProfReport *r) {
    Lister x = {.r = r, .search = r->o.source_path};
    VEC(uint32_t) nodes = {0};
    graph_build(r, &x.g, NULL);
    for (uint32_t i = 0; i < x.g.order.n; i++) {
        uint32_t n = x.g.order.v[i];
        if (regex_match(r->o.symbol, profile_str(r->p, info_of(&x, n)->name))) vec_push(&r->arena, &nodes, n);
    }
    if (nodes.n == 0) {
        Str s = regex_source(r->o.symbol);
        r->error = arena_printf(&r->arena, "no matches found for regexp: %.*s", (int)s.n, s.p);
        graph_release(&x.g);
        return;
    }
    if (x.search.n == 0) {
        char *wd = getcwd(NULL, 0);
        if (wd) x.search = str_of(arena_strndup(&r->arena, wd, strlen(wd)));
        libc_free(wd);
    }
    qsort_r(nodes.v, nodes.n, sizeof *nodes.v, by_name, &x);
    Str total = report_value(r, r->total);
    sb_printf(r->out, "Total: %.*s\n", (int)total.n, total.p);
    for (uint32_t i = 0, end; i < nodes.n; i = end) {
        StrId name = info_of(&x, nodes.v[i])->name;
        bool any = false;
        for (end = i; end < nodes.n && info_of(&x, nodes.v[end])->name == name; end++)
            any |= info_of(&x, nodes.v[end])->file != 0;
        if (!any) {
            Str s = profile_str(r->p, name);
            sb_printf(r->out, "No source information for %.*s\n", (int)s.n, s.p);
            continue;
        }
        for (uint32_t k = i, stop; k < end; k = stop) {
            StrId file = info_of(&x, nodes.v[k])->file;
            for (stop = k; stop < end && info_of(&x, nodes.v[stop])->file == file; stop++) continue;
            if (file) print_file(&x, nodes.v + k, stop - k);
        }
    }
    graph_release(&x.g);
}
