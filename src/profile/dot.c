/* The graph for other programs: Graphviz's language, and callgrind's format. */
#include "profile/measure.h"
#include "profile/report.h"
#include <math.h>
#include <stdlib.h>

enum { MAX_TAGS = 4 }; /* boxes of tags beside a node */

/* ---- names ---- */

/* A function's name without the folders of its package, and the like for other languages. */
static Str short_name(ProfReport *r, Str f) {
    static const char *const patterns[] = {
        "^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$", /* a module's major version */
        "^(?:[\\w\\-\\.]+\\/)+([^.]+\\..+)",      /* Go */
        "^(?:[a-z]\\w*\\.)*([A-Z][\\w\\$]*\\.(?:<init>|[a-z][\\w\\$]*(?:\\$\\d+)?))(?:(?:\\()|$)", /* Java */
        "^(?:[_a-zA-Z]\\w*::)+(_*[A-Z]\\w*::~?[_a-zA-Z]\\w*(?:<.*>)?)",                            /* C++ */
    };
    static const char anonymous[] = "(anonymous namespace)::";
    int at[8];
    for (size_t i = 0; i < COUNT_OF(patterns) && !r->shorten[i]; i++) {
        const char *error;
        r->shorten[i] = regex_compile(&r->arena, str_of(patterns[i]), &error);
    }
    if (f.n >= sizeof anonymous - 1 && !memcmp(f.p, anonymous, sizeof anonymous - 1))
        f.p += sizeof anonymous - 1, f.n -= sizeof anonymous - 1;
    if (regex_find(r->shorten[0], f, at, 3))
        f = str_of(
            arena_printf(&r->arena, "%.*s%.*s", at[3] - at[2], f.p + at[2], at[5] - at[4], f.p + at[4]));
    for (size_t i = 1; i < COUNT_OF(patterns); i++)
        if (regex_find(r->shorten[i], f, at, 2)) return (Str){f.p + at[2], (size_t)(at[3] - at[2])};
    return f;
}

static Str replace_all(ProfReport *r, Str s, const char *what, const char *by) {
    StrBuf sb = STRBUF_INIT;
    size_t n = strlen(what);
    for (size_t i = 0; i < s.n;) {
        if (s.n - i >= n && !memcmp(s.p + i, what, n)) sb_adds(&sb, by), i += n;
        else sb_addc(&sb, s.p[i++]);
    }
    Str out = {NULL, sb.n};
    out.p = sb_arena(&sb, &r->arena);
    return out;
}

static Str escape_dot(ProfReport *r, Str s) {
    return replace_all(r, replace_all(r, replace_all(r, s, "\\", "\\\\"), "\"", "\\\""), "\n", "\\l");
}

static Str escaped_info(ProfReport *r, uint32_t info) {
    Str *s = map_get(&r->escaped, (uint64_t)info + 1);
    if (!s) {
        s = NEW(&r->arena, Str);
        *s = escape_dot(r, info_printable(r, info));
        map_put(&r->escaped, (uint64_t)info + 1, s);
    }
    return *s;
}

/* A function's name as its box shows it: short, and over several lines. */
static Str box_name(ProfReport *r, StrId id) {
    Str *s = map_get(&r->short_names, (uint64_t)id + 1);
    if (!s) {
        s = NEW(&r->arena, Str);
        *s = escape_dot(r, short_name(r, profile_str(r->p, id)));
        *s = replace_all(r, *s, "::", "\\n");
        *s = replace_all(r, *s, "[...]", "[\xe2\x80\xa6]");
        *s = replace_all(r, *s, ".", "\\n");
        map_put(&r->short_names, (uint64_t)id + 1, s);
    }
    return *s;
}

static void multiline_name(ProfReport *r, StrBuf *out, const NodeInfo *in) {
    Str name = box_name(r, in->name);
    Str file = profile_str(r->p, in->file), object = profile_str(r->p, in->object);
    if (file.n) file = srcpath_base(&r->arena, file);
    if (in->address) sb_printf(out, "%016llx\\n", (unsigned long long)in->address);
    if (name.n) sb_printf(out, "%.*s\\n", (int)name.n, name.p);
    if (in->line) {
        sb_printf(out, "%.*s:%lld", (int)file.n, file.p, (long long)in->line);
        if (in->column) sb_printf(out, ":%lld", (long long)in->column);
        sb_adds(out, "\\n");
    } else if (file.n) {
        sb_printf(out, "%.*s\\n", (int)file.n, file.p);
    } else if (!name.n && object.n) {
        Str base = srcpath_base(&r->arena, object);
        sb_printf(out, "[%.*s]\\n", (int)base.n, base.p);
    } else if (!name.n) {
        sb_adds(out, "<unknown>\\n");
    }
}

/* ---- boxes ---- */

/* From green at -1 over grey to red at 1; pale for backgrounds. */
static void add_color(StrBuf *out, double score, bool background) {
    double saturation = background ? 0.1 : 1.0, value = background ? 0.93 : 0.7, red, green, blue;
    score = fmax(-1.0, fmin(1.0, score));
    if (fabs(score) < 0.2) saturation *= fabs(score) / 0.2;
    if (score > 0) score = pow(score, 1.0 - 0.7);
    if (score < 0) score = -pow(-score, 1.0 - 0.7);
    if (score < 0) {
        green = value;
        red = value * (1 + saturation * score);
    } else {
        red = value;
        green = value * (1 - saturation * score);
    }
    blue = value * (1 - saturation);
    sb_printf(out, "#%02x%02x%02x", (unsigned)(red * 255.0), (unsigned)(green * 255.0),
              (unsigned)(blue * 255.0));
}

static Str bare_percentage(ProfReport *r, int64_t v) {
    Str s = report_percentage(r, v, r->total);
    while (s.n && s.p[0] == ' ') s.p++, s.n--;
    return s;
}

static double share(const ProfReport *r, int64_t v) {
    double d = (double)v / (double)abs64(r->total);
    return isnan(d) ? 0 : d;
}

static void print_node(ProfReport *r, const Graph *g, uint32_t node, int id, double max_flat) {
    const GraphNode *n = &g->nodes.v[node];
    int64_t flat = node_flat(n), cum = node_cum(n);
    StrBuf *out = r->out;
    Str value = report_value(r, flat);
    sb_printf(out, "N%d [label=\"", id);
    multiline_name(r, out, &r->infos.v[n->info]);
    if (flat) {
        Str pct = bare_percentage(r, flat);
        sb_printf(out, "%.*s (%.*s)", (int)value.n, value.p, (int)pct.n, pct.p);
    } else {
        sb_addc(out, '0');
    }
    if (cum != flat) {
        Str pct = bare_percentage(r, cum);
        value = report_value(r, cum);
        sb_printf(out, "%sof %.*s (%.*s)", flat ? "\\n" : " ", (int)value.n, value.p, (int)pct.n, pct.p);
    }
    int size = 8;
    if (max_flat != 0 && flat != 0 && (double)abs64(flat) <= max_flat)
        size += (int)ceil(16.0 * sqrt((double)abs64(flat) / max_flat));
    Str name = escaped_info(r, n->info);
    sb_printf(out, "\" id=\"node%d\" fontsize=%d shape=box tooltip=\"%.*s (%.*s)\" color=\"", id, size,
              (int)name.n, name.p, (int)value.n, value.p);
    add_color(out, share(r, cum), false);
    sb_adds(out, "\" fillcolor=\"");
    add_color(out, share(r, cum), true);
    sb_adds(out, "\"]\n");
}

static int64_t tag_flat(const GraphTag *t) { return t->flat_div ? div64(t->flat, t->flat_div) : t->flat; }
static int64_t tag_cum(const GraphTag *t) { return t->cum_div ? div64(t->cum, t->cum_div) : t->cum; }

static double tag_distance(ProfReport *r, const GraphTag *t, const GraphTag *u) {
    Str unit;
    double v = measure_scale(u->value, profile_str(r->p, u->unit), profile_str(r->p, t->unit), &unit);
    return v < (double)t->value ? (double)t->value - v : v - (double)t->value;
}

static int64_t in_unit_of(ProfReport *r, const GraphTag *t, const GraphTag *of) {
    Str unit;
    return int_of_float(
        measure_scale(t->value, profile_str(r->p, t->unit), profile_str(r->p, of->unit), &unit));
}

/* Many numbers as few ranges: each goes to the nearest of the heaviest four. The ranges are new tags of the
 * graph. */
static uint32_t collapse_tags(ProfReport *r, Graph *g, uint32_t *tags, uint32_t n, bool flat) {
    graph_sort_tags(r, g, tags, n, flat);
    if (n <= MAX_TAGS) return n;
    uint32_t *group = NEW_ARRAY(&r->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        group[i] = i;
        if (i < MAX_TAGS) continue;
        double best = tag_distance(r, &g->tags.v[tags[i]], &g->tags.v[tags[0]]);
        group[i] = 0;
        for (uint32_t k = 1; k < MAX_TAGS; k++) {
            double d = tag_distance(r, &g->tags.v[tags[i]], &g->tags.v[tags[k]]);
            if (d < best) best = d, group[i] = k;
        }
    }
    uint32_t fresh[MAX_TAGS];
    for (uint32_t k = 0; k < MAX_TAGS; k++) {
        const GraphTag *min = &g->tags.v[tags[k]], *max = min;
        GraphTag sum = *min;
        uint32_t members = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (group[i] != k) continue;
            members++;
            if (i == k) continue;
            const GraphTag *t = &g->tags.v[tags[i]];
            if (in_unit_of(r, t, min) < min->value) min = t;
            if (in_unit_of(r, t, max) > max->value) max = t;
            sum.flat = add64(sum.flat, t->flat), sum.flat_div = add64(sum.flat_div, t->flat_div);
            sum.cum = add64(sum.cum, t->cum), sum.cum_div = add64(sum.cum_div, t->cum_div);
        }
        StrBuf sb = STRBUF_INIT;
        measure_label(&sb, min->value, profile_str(r->p, min->unit), STR_LIT("auto"));
        if (members > 1) {
            sb_adds(&sb, "..");
            measure_label(&sb, max->value, profile_str(r->p, max->unit), STR_LIT("auto"));
        }
        GraphTag t = {.name = strtab_add(r->p->strs, sb_str(&sb), sb.n),
                      .flat = tag_flat(&sum),
                      .cum = tag_cum(&sum),
                      .next = NO_INDEX};
        sb_release(&sb);
        fresh[k] = g->tags.n;
        vec_push(NULL, &g->tags, t);
    }
    memcpy(tags, fresh, sizeof fresh);
    graph_sort_tags(r, g, tags, MAX_TAGS, flat);
    return MAX_TAGS;
}

/* The boxes of numbers in a group of labels, below the box `source`. */
static bool print_numbers(ProfReport *r, Graph *g, uint32_t node, StrId group, bool flat,
                          const char *source) {
    VEC(uint32_t) v = {0};
    bool any = false;
    for (uint32_t t = g->nodes.v[node].tags; t != NO_INDEX; t = g->tags.v[t].next)
        if (g->tags.v[t].numeric && g->tags.v[t].group == group && !g->tags.v[t].dropped)
            vec_push(&r->arena, &v, t);
    if (v.n == 0) return false;
    uint32_t n = collapse_tags(r, g, v.v, v.n, flat);
    for (uint32_t j = 0; j < n; j++) {
        const GraphTag *t = &g->tags.v[v.v[j]];
        bool solid = flat || tag_flat(t) == tag_cum(t);
        int64_t w = solid ? tag_flat(t) : tag_cum(t);
        if (w == 0) continue;
        Str name = profile_str(r->p, t->name), weight = report_value(r, w);
        sb_printf(r->out, "N%s_%u [label = \"%.*s\" id=\"N%s_%u\" fontsize=8 shape=box3d tooltip=\"%.*s\"]\n",
                  source, j, (int)name.n, name.p, source, j, (int)weight.n, weight.p);
        sb_printf(r->out,
                  "%s -> N%s_%u [label=\" %.*s\" weight=100 tooltip=\"%.*s\" labeltooltip=\"%.*s\"%s]\n",
                  source, source, j, (int)weight.n, weight.p, (int)weight.n, weight.p, (int)weight.n,
                  weight.p, solid ? "" : " style=\"dotted\"");
        any = true;
    }
    return any;
}

static bool print_tags(ProfReport *r, Graph *g, uint32_t node, int id, bool flat) {
    VEC(uint32_t) v = {0};
    bool any = false;
    char source[48];
    for (uint32_t t = g->nodes.v[node].tags; t != NO_INDEX; t = g->tags.v[t].next)
        if (!g->tags.v[t].numeric && !g->tags.v[t].dropped) vec_push(&r->arena, &v, t);
    graph_sort_tags(r, g, v.v, v.n, flat);
    for (uint32_t i = 0; i < MIN(v.n, (uint32_t)MAX_TAGS); i++) {
        const GraphTag *t = &g->tags.v[v.v[i]];
        StrId group = t->name;
        int64_t w = flat ? tag_flat(t) : tag_cum(t);
        if (w == 0) continue;
        Str name = profile_str(r->p, t->name), weight = report_value(r, w);
        sb_printf(r->out, "N%d_%u [label = \"%.*s\" id=\"N%d_%u\" fontsize=8 shape=box3d tooltip=\"%.*s\"]\n",
                  id, i, (int)name.n, name.p, id, i, (int)weight.n, weight.p);
        sb_printf(r->out,
                  "N%d -> N%d_%u [label=\" %.*s\" weight=100 tooltip=\"%.*s\" labeltooltip=\"%.*s\"]\n", id,
                  id, i, (int)weight.n, weight.p, (int)weight.n, weight.p, (int)weight.n, weight.p);
        snprintf(source, sizeof source, "N%d_%u", id, i);
        print_numbers(r, g, node, group, flat, source);
        any = true;
    }
    snprintf(source, sizeof source, "N%d", id);
    return print_numbers(r, g, node, 0, flat, source) || any;
}

static void print_edge(ProfReport *r, const Graph *g, const GraphEdge *e, const int *ids, bool tagged) {
    Str w = report_value(r, edge_value(e));
    StrBuf *out = r->out;
    sb_printf(out, "N%d -> N%d [label=\" %.*s%s\"", ids[e->src], ids[e->dest], (int)w.n, w.p,
              e->inlined ? "\\n (inline)" : "");
    if (r->total) {
        int64_t weight = 1 + MIN(abs64(div64(mul64(edge_value(e), 100), r->total)), 100);
        int64_t width = 1 + MIN(abs64(div64(mul64(edge_value(e), 5), r->total)), 5);
        if (weight > 1) sb_printf(out, " weight=%lld", (long long)weight);
        if (width > 1) sb_printf(out, " penwidth=%lld", (long long)width);
        sb_adds(out, " color=\"");
        add_color(out, share(r, edge_value(e)), false);
        sb_addc(out, '"');
    }
    Str from = escaped_info(r, g->nodes.v[e->src].info), to = escaped_info(r, g->nodes.v[e->dest].info);
    const char *tip = arena_printf(&r->arena, "\"%.*s %s %.*s (%.*s)\"", (int)from.n, from.p,
                                   e->residual ? "..." : "->", (int)to.n, to.p, (int)w.n, w.p);
    sb_printf(out, " tooltip=%s labeltooltip=%s%s%s]\n", tip, tip, e->residual ? " style=\"dotted\"" : "",
              tagged ? " minlen=2" : "");
}

void report_dot(ProfReport *r) {
    Graph g;
    StrBuf labels = STRBUF_INIT;
    StrBuf *out = r->out;
    graph_trimmed(r, &g);
    graph_select_unit(r, &g);
    report_graph_labels(r, &g, true, &labels);
    Str title = r->o.title.n ? r->o.title : STR_LIT("unnamed");
    sb_printf(out, "digraph \"%.*s\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n", (int)title.n, title.p);
    Str all = {sb_str(&labels), labels.n}, first = all, legend;
    const char *nl = memchr(all.p, '\n', all.n);
    if (nl) first.n = (size_t)(nl - all.p);
    first = escape_dot(r, first);
    legend = escape_dot(r, all);
    sb_printf(out, "subgraph cluster_L { \"%.*s\" [shape=box fontsize=16 label=\"%.*s\\l\"", (int)first.n,
              first.p, (int)legend.n, legend.p);
    if (r->o.title.n) sb_printf(out, " tooltip=\"%.*s\"", (int)r->o.title.n, r->o.title.p);
    sb_adds(out, "] }\n");
    int *ids = xcalloc((size_t)g.nodes.n + 1, sizeof *ids);
    bool *tagged = xcalloc((size_t)g.nodes.n + 1, sizeof *tagged);
    double max_flat = 0;
    for (uint32_t i = 0; i < g.order.n; i++) {
        ids[g.order.v[i]] = (int)i + 1;
        max_flat = fmax(max_flat, (double)abs64(node_flat(&g.nodes.v[g.order.v[i]])));
    }
    VEC(uint32_t) edges = {0};
    for (uint32_t i = 0; i < g.order.n; i++) {
        uint32_t node = g.order.v[i];
        size_t before = edges.n;
        for (uint32_t e = g.nodes.v[node].out; e != NO_INDEX; e = g.edges.v[e].next_out)
            if (!g.edges.v[e].dead) vec_push(&r->arena, &edges, e);
        if (report_overflows(r)) break;
        print_node(r, &g, node, (int)i + 1, max_flat);
        tagged[node] = print_tags(r, &g, node, (int)i + 1, edges.n > before);
    }
    graph_sort_edges(r, &g, edges.v, edges.n);
    for (uint32_t i = 0; i < edges.n; i++) {
        const GraphEdge *e = &g.edges.v[edges.v[i]];
        if (report_overflows(r)) break;
        print_edge(r, &g, e, ids, tagged[e->src]);
    }
    sb_adds(out, "}\n");
    free_heap(ids);
    free_heap(tagged);
    sb_release(&labels);
    graph_release(&g);
}

/* ---- callgrind ---- */

typedef struct Names {
    Map number; /* by StrId */
    uint32_t n;
} Names;

/* Names are written once and then by number. */
static void grind_name(ProfReport *r, const char *tag, Names *known, StrId name) {
    sb_adds(r->out, tag);
    if (name) {
        void *number = map_get(&known->number, name);
        if (number) {
            sb_printf(r->out, "(%u)", (unsigned)(uintptr_t)number);
        } else {
            Str text = profile_str(r->p, name);
            map_put(&known->number, name, (void *)(uintptr_t)++known->n);
            sb_printf(r->out, "(%u) %.*s", known->n, (int)text.n, text.p);
        }
    }
    sb_addc(r->out, '\n');
}

/* What nodes are called as callees: functions that share their name and file are numbered in the order of the
 * report. In a call tree each caller has functions of its own. A node outside of the report has no name. */
static StrId *grind_names(ProfReport *r, const Graph *g) {
    StrId *names = NEW_ARRAY(&r->arena, StrId, g->nodes.n + 1u),
          *same = xcalloc(g->order.n + 1u, sizeof *same);
    uint32_t *index = xcalloc(g->order.n + 1u, sizeof *index);
    Map counts = {0}, functions = {0};
    uint64_t total = 0;
    for (uint32_t i = 0; i < g->order.n; i++) {
        const GraphNode *n = &g->nodes.v[g->order.v[i]];
        const NodeInfo *in = &r->infos.v[n->info];
        char text[96];
        int len = snprintf(text, sizeof text, "%u %u", in->name, in->file);
        same[i] = strtab_add(r->p->strs, text, (size_t)len);
        len = snprintf(text, sizeof text, "%u %u %lld %u", n->function, in->object, (long long)in->start_line,
                       same[i]);
        StrId function = strtab_add(r->p->strs, text, (size_t)len);
        uintptr_t count = (uintptr_t)map_get(&counts, same[i]), at = (uintptr_t)map_get(&functions, function);
        if (!at) {
            at = ++count;
            map_put(&counts, same[i], (void *)count);
            map_put(&functions, function, (void *)at);
        }
        index[i] = (uint32_t)at;
    }
    for (uint32_t i = 0; i < g->order.n; i++) {
        StrId *name = &names[g->order.v[i]];
        unsigned count = (unsigned)(uintptr_t)map_get(&counts, same[i]);
        *name = r->infos.v[g->nodes.v[g->order.v[i]].info].name;
        if (count < 2) continue;
        Str s = profile_str(r->p, *name);
        if ((total += s.n) > report_limit(r)) { /* the report itself will say so */
            r->error = "the report is too large for a profile of this size";
            break;
        }
        const char *text = arena_printf(&r->arena, "%.*s [%u/%u]", (int)s.n, s.p, index[i], count);
        *name = strtab_add(r->p->strs, text, strlen(text));
    }
    map_release(&counts);
    map_release(&functions);
    free_heap(same);
    free_heap(index);
    return names;
}

static void grind_address(StrBuf *out, const NodeInfo *prev, uint64_t addr) {
    char abs[32], rel[32];
    snprintf(abs, sizeof abs, "0x%llx", (unsigned long long)addr);
    if (prev && prev->address == addr) {
        sb_addc(out, '*');
        return;
    }
    if (prev) {
        snprintf(rel, sizeof rel, "%+lld", (long long)(addr - prev->address));
        if (strlen(rel) < strlen(abs)) {
            sb_adds(out, rel);
            return;
        }
    }
    sb_adds(out, abs);
}

void report_callgrind(ProfReport *r) {
    Graph g;
    Str unit;
    Names objects = {{0}, 0}, files = {{0}, 0}, names = {{0}, 0};
    const NodeInfo *prev = NULL;
    r->o.node_fraction = r->o.edge_fraction = 0;
    r->o.node_count = 0;
    graph_trimmed(r, &g);
    graph_select_unit(r, &g);
    StrId *callees = grind_names(r, &g);
    sb_printf(r->out, "positions: instr line\nevents: %.*s(%.*s)\n", (int)r->o.sample_type.n,
              r->o.sample_type.p, (int)r->o.output_unit.n, r->o.output_unit.p);
    for (uint32_t i = 0; i < g.order.n && !report_overflows(r); i++) {
        const GraphNode *n = &g.nodes.v[g.order.v[i]];
        const NodeInfo *in = &r->infos.v[n->info];
        if (!prev || in->object != prev->object || in->file != prev->file || in->name != prev->name) {
            sb_addc(r->out, '\n');
            grind_name(r, "ob=", &objects, in->object);
            grind_name(r, "fl=", &files, in->file);
            grind_name(r, "fn=", &names, in->name);
        }
        grind_address(r->out, prev, in->address);
        sb_printf(
            r->out, " %lld %lld\n", (long long)in->line,
            (long long)int_of_float(measure_scale(node_flat(n), r->o.sample_unit, r->o.output_unit, &unit)));
        uint32_t ne, *edges = graph_edges_of(r, &g, g.order.v[i], false, &ne);
        for (uint32_t k = 0; k < ne; k++) {
            const GraphEdge *e = &g.edges.v[edges[k]];
            const NodeInfo *callee = &r->infos.v[g.nodes.v[e->dest].info];
            grind_name(r, "cfl=", &files, callee->file);
            grind_name(r, "cfn=", &names, callees[e->dest]);
            sb_adds(r->out, "calls=0 ");
            grind_address(r->out, prev, callee->address);
            sb_printf(
                r->out, " %lld\n* * %lld\n", (long long)callee->line,
                (long long)int_of_float(measure_scale(e->weight, r->o.sample_unit, r->o.output_unit, &unit)));
        }
        prev = in;
    }
    map_release(&objects.number);
    map_release(&files.number);
    map_release(&names.number);
    graph_release(&g);
}
