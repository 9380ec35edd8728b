/* The call graph of a profile: built from the samples, trimmed, sorted.
 *
 * Each line of a location becomes an info: what tells nodes apart at the chosen granularity. Infos are
 * numbered once. A graph has one node for each info that samples reach; a call tree has one for each path.
 * A node's cumulative value counts each sample once, however often the stack goes through the node; so does
 * an edge's weight. Node and edge note the sample that they counted last, so this needs a comparison and no
 * set. When trimming has removed the frames between two nodes, their edge is called residual.
 *
 * Trimming follows pprof step by step, since each step decides by what the one before left. Nodes below a
 * share of the total are removed, and the graph is built anew. Then it is sorted, the first N nodes are
 * kept, and it is built again. Light edges and tags are removed last. Sorting for pictures is by a score
 * that favours nodes with many ways in and out. */
#include "profile/measure.h"
#include "profile/report.h"
#include <math.h>
#include <stdlib.h>

/* ---- paths ---- */

Str srcpath_clean(Arena *a, Str path) {
    if (path.n == 0) return STR_LIT(".");
    bool rooted = path.p[0] == '/';
    char *out = arena_alloc(a, path.n + 2);
    size_t n = 0, floor = 0;
    if (rooted) out[n++] = '/', floor = 1;
    for (size_t i = 0; i < path.n;) {
        if (path.p[i] == '/') {
            i++;
            continue;
        }
        size_t e = i;
        while (e < path.n && path.p[e] != '/') e++;
        Str part = {path.p + i, e - i};
        i = e;
        if (str_is(part, ".")) continue;
        if (str_is(part, "..")) {
            if (n > floor) {
                while (n > floor && out[n - 1] != '/') n--;
                if (n > floor) n--;
                continue;
            }
            if (rooted) continue;
            if (n) out[n++] = '/';
            out[n++] = '.';
            out[n++] = '.';
            floor = n;
            continue;
        }
        if (n > (rooted ? 1u : 0u)) out[n++] = '/';
        memcpy(out + n, part.p, part.n);
        n += part.n;
    }
    if (n == 0) return STR_LIT(".");
    return (Str){out, n};
}

Str srcpath_base(Arena *a, Str path) {
    (void)a;
    if (path.n == 0) return STR_LIT(".");
    while (path.n && path.p[path.n - 1] == '/') path.n--;
    if (path.n == 0) return STR_LIT("/");
    size_t i = path.n;
    while (i > 0 && path.p[i - 1] != '/') i--;
    return (Str){path.p + i, path.n - i};
}

Str srcpath_dir(Arena *a, Str path) {
    size_t i = path.n;
    while (i > 0 && path.p[i - 1] != '/') i--;
    return srcpath_clean(a, (Str){path.p, i});
}

Str srcpath_join(Arena *a, Str dir, Str rest) {
    if (dir.n == 0) return rest.n ? srcpath_clean(a, rest) : (Str){"", 0};
    return srcpath_clean(a, str_of(arena_printf(a, "%.*s/%.*s", (int)dir.n, dir.p, (int)rest.n, rest.p)));
}

/* The first element of a list separated by colons, and the list behind it. */
static Str list_next(Str *list) {
    const char *colon = memchr(list->p, ':', list->n);
    Str first = {list->p, colon ? (size_t)(colon - list->p) : list->n};
    *list = colon ? (Str){colon + 1, list->n - first.n - 1} : (Str){"", 0};
    return first;
}

Str srcpath_trim(Arena *a, Str path, Str trim, Str search) {
    if (trim.n == 0) {
        for (bool more = search.n > 0; more;) {
            bool last = !memchr(search.p, ':', search.n);
            Str base = srcpath_base(a, list_next(&search));
            Str want = str_of(arena_printf(a, "/%.*s/", (int)base.n, base.p));
            const char *at = path.n ? memmem(path.p, path.n, want.p, want.n) : NULL;
            if (at) return (Str){at + want.n, path.n - (size_t)(at - path.p) - want.n};
            more = !last;
        }
    }
    const char *usual[] = {"/proc/self/cwd/./", "/proc/self/cwd/"};
    for (bool more = trim.n > 0; more;) {
        bool last = !memchr(trim.p, ':', trim.n);
        Str t = list_next(&trim);
        if (t.n == 0 || t.p[t.n - 1] != '/') t = str_of(arena_printf(a, "%.*s/", (int)t.n, t.p));
        if (path.n >= t.n && !memcmp(path.p, t.p, t.n)) return (Str){path.p + t.n, path.n - t.n};
        more = !last;
    }
    for (size_t i = 0; i < COUNT_OF(usual); i++) {
        size_t n = strlen(usual[i]);
        if (path.n >= n && !memcmp(path.p, usual[i], n)) return (Str){path.p + n, path.n - n};
    }
    return path;
}

/* ---- infos ---- */

static uint32_t info_add(ProfReport *r, const NodeInfo *info) {
    if (r->infos.n * 2 >= r->ninfo_slots) {
        r->ninfo_slots = r->ninfo_slots ? r->ninfo_slots * 2 : 1024;
        free_heap(r->info_slots);
        r->info_slots = xcalloc(r->ninfo_slots, sizeof *r->info_slots);
        for (uint32_t i = 0; i < r->infos.n; i++) {
            uint32_t at = (uint32_t)hash_bytes(&r->infos.v[i], sizeof *info, 3) & (r->ninfo_slots - 1);
            while (r->info_slots[at]) at = (at + 1) & (r->ninfo_slots - 1);
            r->info_slots[at] = i + 1;
        }
    }
    uint32_t mask = r->ninfo_slots - 1, at = (uint32_t)hash_bytes(info, sizeof *info, 3) & mask;
    for (; r->info_slots[at]; at = (at + 1) & mask)
        if (!memcmp(&r->infos.v[r->info_slots[at] - 1], info, sizeof *info)) return r->info_slots[at] - 1;
    vec_push(NULL, &r->infos, *info);
    vec_push(NULL, &r->names, ((Str){NULL, 0}));
    r->info_slots[at] = r->infos.n;
    return r->infos.n - 1;
}

void report_index_infos(ProfReport *r, bool objects) {
    Profile *p = r->p;
    StrId *clean = xmalloc(((size_t)p->functions.n + 1) * sizeof *clean);
    for (uint32_t i = 0; i < p->functions.n; i++) {
        clean[i] = p->functions.v[i].file;
        if (!clean[i]) continue;
        Str c = srcpath_clean(&r->arena, profile_str(p, clean[i]));
        clean[i] = strtab_add(p->strs, c.p, c.n);
    }
    free_heap(r->line_info);
    free_heap(r->location_info);
    r->line_info = xmalloc(((size_t)p->lines.n + 1) * sizeof *r->line_info);
    r->location_info = xmalloc(((size_t)p->locations.n + 1) * sizeof *r->location_info);
    for (uint32_t i = 0; i < p->locations.n; i++) {
        const ProfLocation *l = &p->locations.v[i];
        StrId object = l->mapping == NO_INDEX ? 0 : p->mappings.v[l->mapping].file;
        r->location_info[i] = NO_INDEX;
        if (l->nline == 0) {
            NodeInfo info = {.address = l->address, .object = object};
            r->location_info[i] = info_add(r, &info);
        }
        for (uint32_t k = 0; k < l->nline; k++) {
            const ProfLine *ln = &p->lines.v[l->line + k];
            const ProfFunction *f = &p->functions.v[ln->function];
            NodeInfo info = {.name = f->name,
                             .file = clean[ln->function],
                             .address = l->address,
                             .line = ln->line,
                             .column = ln->column};
            if (objects || f->name == 0) info.object = object, info.start_line = f->start_line;
            r->line_info[l->line + k] = info_add(r, &info);
        }
    }
    free_heap(clean);
}

Str info_printable(ProfReport *r, uint32_t i) {
    if (r->names.v[i].p) return r->names.v[i];
    const NodeInfo *in = &r->infos.v[i];
    Str name = profile_str(r->p, in->name), file = profile_str(r->p, in->file),
        object = profile_str(r->p, in->object);
    StrBuf sb = STRBUF_INIT;
    if (in->address) sb_printf(&sb, "%016llx", (unsigned long long)in->address);
    if (name.n) {
        if (sb.n) sb_addc(&sb, ' ');
        sb_add(&sb, name.p, name.n);
    }
    bool more = in->line || file.n || !name.n;
    if (more && sb.n) sb_addc(&sb, ' ');
    if (in->line) {
        sb_add(&sb, file.p, file.n);
        sb_printf(&sb, ":%lld", (long long)in->line);
        if (in->column) sb_printf(&sb, ":%lld", (long long)in->column);
    } else if (file.n) {
        sb_add(&sb, file.p, file.n);
    } else if (name.n) {
        ;
    } else if (object.n) {
        Str base = srcpath_base(&r->arena, object);
        sb_printf(&sb, "[%.*s]", (int)base.n, base.p);
    } else {
        sb_adds(&sb, "<unknown>");
    }
    Str s = {NULL, sb.n};
    s.p = sb_arena(&sb, &r->arena);
    return r->names.v[i] = s;
}

Str node_name(ProfReport *r, const Graph *g, uint32_t node) {
    return info_printable(r, g->nodes.v[node].info);
}

int info_compare_text(ProfReport *r, uint32_t a, uint32_t b) {
    StrBuf s[2] = {STRBUF_INIT, STRBUF_INIT};
    for (int k = 0; k < 2; k++) {
        const NodeInfo *in = &r->infos.v[k ? b : a];
        Str name = profile_str(r->p, in->name), file = profile_str(r->p, in->file),
            object = profile_str(r->p, in->object);
        sb_printf(&s[k], "{%.*s  %llu %.*s %lld %lld %lld %.*s}", (int)name.n, name.p,
                  (unsigned long long)in->address, (int)file.n, file.p, (long long)in->start_line,
                  (long long)in->line, (long long)in->column, (int)object.n, object.p);
    }
    int d = str_cmp((Str){sb_str(&s[0]), s[0].n}, (Str){sb_str(&s[1]), s[1].n});
    sb_release(&s[0]);
    sb_release(&s[1]);
    return d;
}

/* ---- building ---- */

int64_t node_flat(const GraphNode *n) { return n->flat_div ? div64(n->flat, n->flat_div) : n->flat; }
int64_t node_cum(const GraphNode *n) { return n->cum_div ? div64(n->cum, n->cum_div) : n->cum; }
int64_t edge_value(const GraphEdge *e) { return e->weight_div ? div64(e->weight, e->weight_div) : e->weight; }

void graph_release(Graph *g) {
    vec_free(&g->nodes);
    vec_free(&g->edges);
    vec_free(&g->tags);
    vec_free(&g->order);
    free_heap(g->edge_keys);
    free_heap(g->edge_vals);
    map_release(&g->tag_index);
    memset(g, 0, sizeof *g);
}

static inline uint64_t mix(uint64_t k) {
    k *= 0x9E3779B97F4A7C15u;
    return k ^ k >> 29;
}

static uint32_t graph_edge(Graph *g, uint32_t src, uint32_t dest) {
    if (g->edges.n * 2 >= g->nslots) {
        uint32_t old = g->nslots;
        uint64_t *keys = g->edge_keys;
        uint32_t *vals = g->edge_vals;
        g->nslots = old ? old * 2 : 1024;
        g->edge_keys = xcalloc(g->nslots, sizeof *g->edge_keys);
        g->edge_vals = xmalloc(g->nslots * sizeof *g->edge_vals);
        for (uint32_t i = 0; i < old; i++) {
            if (!keys[i]) continue;
            uint32_t at = (uint32_t)mix(keys[i]) & (g->nslots - 1);
            while (g->edge_keys[at]) at = (at + 1) & (g->nslots - 1);
            g->edge_keys[at] = keys[i];
            g->edge_vals[at] = vals[i];
        }
        free_heap(keys);
        free_heap(vals);
    }
    uint64_t key = ((uint64_t)src << 32 | dest) + 1;
    uint32_t mask = g->nslots - 1, at = (uint32_t)mix(key) & mask;
    for (; g->edge_keys[at]; at = (at + 1) & mask)
        if (g->edge_keys[at] == key) return g->edge_vals[at];
    GraphEdge e = {.src = src,
                   .dest = dest,
                   .next_in = g->nodes.v[dest].in,
                   .next_out = g->nodes.v[src].out,
                   .inlined = true};
    g->edge_keys[at] = key;
    g->edge_vals[at] = g->edges.n;
    g->nodes.v[dest].in = g->nodes.v[src].out = g->edges.n;
    vec_push(NULL, &g->edges, e);
    return g->edges.n - 1;
}

static void add_to_edge(Graph *g, uint32_t src, uint32_t dest, int64_t dw, int64_t w, bool residual,
                        bool inlined, uint32_t sample) {
    uint32_t at = graph_edge(g, src, dest);
    GraphEdge *e = &g->edges.v[at];
    if (sample && e->seen == sample) return;
    e->seen = sample;
    e->weight_div = add64(e->weight_div, dw);
    e->weight = add64(e->weight, w);
    e->residual |= residual;
    e->inlined &= inlined;
}

static uint32_t add_node(ProfReport *r, Graph *g, uint32_t info) {
    (void)r;
    vec_push(
        NULL, &g->nodes,
        ((GraphNode){.info = info, .in = NO_INDEX, .out = NO_INDEX, .tags = NO_INDEX, .function = NO_INDEX}));
    return g->nodes.n - 1;
}

/* The tags of a sample, ready to be added to each of its nodes. Only pictures show tags. */
typedef struct SampleTags {
    VEC(GraphTag) v;
    VEC(StrId) ids; /* of the same tags: what tells them apart, as text */
    StrId group;
} SampleTags;

static void add_tag(ProfReport *r, SampleTags *t, GraphTag tag) {
    char text[40];
    int n = snprintf(text, sizeof text, "%d %u %u", tag.numeric, tag.group, tag.name);
    vec_push(&r->arena, &t->v, tag);
    vec_push(&r->arena, &t->ids, strtab_add(r->p->strs, text, (size_t)n));
}

static int by_bytes(const void *a, const void *b) { return str_cmp(*(const Str *)a, *(const Str *)b); }

static void sample_tags(ProfReport *r, uint32_t sample, SampleTags *t) {
    const Profile *p = r->p;
    const ProfSample *s = &p->samples.v[sample];
    VEC(Str) texts = {0};
    t->v.n = t->ids.n = 0;
    t->group = 0;
    for (uint32_t i = 0; i < s->nlabel; i++) {
        const ProfLabel *l = &p->labels.v[s->label + i];
        Str key = profile_str(p, l->key), str = profile_str(p, l->str);
        if (l->is_num || str_is(key, "pprof::base")) continue;
        vec_push(&r->arena, &texts,
                 str_of(arena_printf(&r->arena, "%.*s:%.*s", (int)key.n, key.p, (int)str.n, str.p)));
    }
    if (texts.n) {
        StrBuf sb = STRBUF_INIT;
        qsort(texts.v, texts.n, sizeof *texts.v, by_bytes);
        for (uint32_t i = 0; i < texts.n; i++) {
            if (i) sb_adds(&sb, "\\n");
            sb_add(&sb, texts.v[i].p, texts.v[i].n);
        }
        t->group = strtab_add(p->strs, sb_str(&sb), sb.n);
        sb_release(&sb);
        add_tag(r, t, (GraphTag){.name = t->group});
    }
    for (uint32_t i = 0; i < s->nlabel; i++) {
        const ProfLabel *l = &p->labels.v[s->label + i];
        if (!l->is_num || !str_is(profile_str(p, l->key), "bytes")) continue;
        Str unit = label_unit(p, r->o.label_units, l->key);
        StrBuf sb = STRBUF_INIT;
        measure_label(&sb, l->num, unit, r->o.output_unit);
        GraphTag tag = {.numeric = true,
                        .group = t->group,
                        .name = strtab_add(p->strs, sb_str(&sb), sb.n),
                        .value = l->num};
        tag.unit = strtab_add(p->strs, unit.p, unit.n);
        sb_release(&sb);
        add_tag(r, t, tag);
    }
}

static void add_tags(Graph *g, uint32_t node, const SampleTags *t, int64_t dw, int64_t w, bool flat) {
    for (uint32_t i = 0; i < t->v.n; i++) {
        const GraphTag *x = &t->v.v[i];
        uint64_t key = ((uint64_t)node << 32 | t->ids.v[i]) + 1;
        void *known = map_get(&g->tag_index, key);
        if (!known) {
            GraphTag fresh = *x;
            fresh.next = g->nodes.v[node].tags;
            g->nodes.v[node].tags = g->tags.n;
            vec_push(NULL, &g->tags, fresh);
            known = (void *)(uintptr_t)g->tags.n;
            map_put(&g->tag_index, key, known);
        }
        GraphTag *tag = &g->tags.v[(uintptr_t)known - 1];
        if (flat) tag->flat_div = add64(tag->flat_div, dw), tag->flat = add64(tag->flat, w);
        else tag->cum_div = add64(tag->cum_div, dw), tag->cum = add64(tag->cum, w);
    }
}

static void add_cum(GraphNode *n, int64_t dw, int64_t w) {
    n->cum_div = add64(n->cum_div, dw);
    n->cum = add64(n->cum, w);
}

static void add_flat(GraphNode *n, int64_t dw, int64_t w) {
    n->flat_div = add64(n->flat_div, dw);
    n->flat = add64(n->flat, w);
}

static bool is_visual(const ProfReport *r) { return r->o.format == REPORT_DOT; }
static bool is_tree(const ProfReport *r) {
    return r->o.call_tree && (is_visual(r) || r->o.format == REPORT_CALLGRIND);
}

static void build_graph(ProfReport *r, Graph *g, const bool *kept) {
    const Profile *p = r->p;
    uint32_t *node_of = xmalloc(((size_t)r->infos.n + 1) * sizeof *node_of);
    memset(node_of, 0xFF, ((size_t)r->infos.n + 1) * sizeof *node_of);
    SampleTags tags = {0};
    bool visual = is_visual(r);
    for (uint32_t i = 0; i < p->samples.n; i++) {
        const ProfSample *s = &p->samples.v[i];
        int64_t w = report_sample_value(r, i), dw = report_sample_divisor(r, i);
        if (w == 0 && dw == 0) continue;
        uint32_t parent = NO_INDEX;
        bool residual = false;
        if (visual) sample_tags(r, i, &tags);
        for (uint32_t k = s->nframe; k-- > 0;) {
            uint32_t loc = p->frames.v[s->frame + k];
            const ProfLocation *l = &p->locations.v[loc];
            uint32_t nline = MAX(l->nline, 1u);
            for (uint32_t j = nline; j-- > 0;) {
                uint32_t info = l->nline ? r->line_info[l->line + j] : r->location_info[loc];
                if (kept && !kept[info]) {
                    residual = true;
                    continue;
                }
                uint32_t n = node_of[info];
                if (n == NO_INDEX) n = node_of[info] = add_node(r, g, info);
                GraphNode *node = &g->nodes.v[n];
                if (node->seen != i + 1) {
                    node->seen = i + 1;
                    add_cum(node, dw, w);
                    if (visual) add_tags(g, n, &tags, dw, w, false);
                }
                if (parent != NO_INDEX && parent != n)
                    add_to_edge(g, parent, n, dw, w, residual, j != nline - 1, i + 1);
                parent = n;
                residual = false;
            }
        }
        if (parent != NO_INDEX && !residual) {
            add_flat(&g->nodes.v[parent], dw, w);
            if (visual) add_tags(g, parent, &tags, dw, w, true);
        }
    }
    free_heap(node_of);
}

/* A call tree: the children of a node are found by its number and their info. */
static void build_tree(ProfReport *r, Graph *g) {
    const Profile *p = r->p;
    Map children = {0};
    SampleTags tags = {0};
    bool visual = is_visual(r);
    for (uint32_t i = 0; i < p->samples.n; i++) {
        const ProfSample *s = &p->samples.v[i];
        int64_t w = report_sample_value(r, i), dw = report_sample_divisor(r, i);
        if (w == 0 && dw == 0) continue;
        uint32_t parent = NO_INDEX;
        if (visual) sample_tags(r, i, &tags);
        for (uint32_t k = s->nframe; k-- > 0;) {
            uint32_t loc = p->frames.v[s->frame + k];
            const ProfLocation *l = &p->locations.v[loc];
            uint32_t nline = MAX(l->nline, 1u);
            for (uint32_t j = nline; j-- > 0;) {
                uint32_t info = l->nline ? r->line_info[l->line + j] : r->location_info[loc];
                uint64_t key = ((uint64_t)(parent + 1) << 32 | info) + 1;
                void *known = map_get(&children, key);
                if (!known) {
                    known = (void *)((uintptr_t)add_node(r, g, info) + 1);
                    map_put(&children, key, known);
                }
                uint32_t n = (uint32_t)((uintptr_t)known - 1);
                g->nodes.v[n].function = parent;
                add_cum(&g->nodes.v[n], dw, w);
                if (visual) add_tags(g, n, &tags, dw, w, false);
                if (parent != NO_INDEX) add_to_edge(g, parent, n, dw, w, false, j != nline - 1, 0);
                parent = n;
            }
        }
        if (parent != NO_INDEX) {
            add_flat(&g->nodes.v[parent], dw, w);
            if (visual) add_tags(g, parent, &tags, dw, w, true);
        }
    }
    map_release(&children);
}

void graph_build(ProfReport *r, Graph *g, const bool *kept) {
    Profile *p = r->p;
    bool changed = !r->line_info;
    for (uint32_t i = 0; i < p->functions.n;
         i++) { /* each time anew, as pprof does: what is cut may be cut again */
        ProfFunction *f = &p->functions.v[i];
        Str was = profile_str(p, f->file),
            is = srcpath_trim(&r->arena, was, r->o.trim_path, r->o.source_path);
        if (was.n == is.n) continue;
        f->file = strtab_add(p->strs, is.p, is.n);
        changed = true;
    }
    if (changed) {
        uint32_t before = r->infos.n;
        report_index_infos(r, r->o.format == REPORT_RAW || r->o.format == REPORT_LIST ||
                                  r->o.format == REPORT_CALLGRIND);
        if (kept && r->infos.n > before) { /* infos that are new are not kept */
            bool *wider = arena_alloc(&r->arena, r->infos.n);
            memcpy(wider, kept, before);
            kept = wider;
        }
    }
    graph_release(g);
    if (is_tree(r)) build_tree(r, g);
    else build_graph(r, g, kept);
    for (uint32_t i = 0; i < g->nodes.n; i++) {
        GraphNode *n = &g->nodes.v[i];
        if (n->cum == 0 && n->flat == 0) continue;
        if (r->o.drop_negative && (n->flat < 0 || (n->flat == 0 && n->cum < 0))) continue;
        vec_push(NULL, &g->order, i);
    }
}

/* ---- sorting ---- */

typedef struct SortContext {
    ProfReport *r;
    const Graph *g;
    bool by_score; /* else by flat value */
    bool flat;     /* of tags */
} SortContext;

/* By printable name; *equal when the infos are the same. */
static int compare_names(SortContext *c, uint32_t a, uint32_t b, bool *equal) {
    *equal = a == b;
    if (a == b) return 0;
    uint64_t x = c->r->infos.v[a].address, y = c->r->infos.v[b].address;
    if (x && y && x != y) return x < y ? -1 : 1;
    return str_cmp(info_printable(c->r, a), info_printable(c->r, b));
}

static int descending(int64_t a, int64_t b) {
    int64_t x = abs64(a), y = abs64(b);
    return x > y ? -1 : x < y;
}

static int compare_nodes(const void *pa, const void *pb, void *ctx) {
    SortContext *c = ctx;
    const GraphNode *a = &c->g->nodes.v[*(const uint32_t *)pa], *b = &c->g->nodes.v[*(const uint32_t *)pb];
    bool equal;
    int d = c->by_score ? descending(a->score, b->score) : descending(a->flat, b->flat);
    if (!d) d = compare_names(c, a->info, b->info, &equal);
    if (!d) d = c->by_score ? descending(a->flat, b->flat) : descending(a->cum, b->cum);
    if (!d && a->info != b->info) d = info_compare_text(c->r, a->info, b->info);
    return d ? d : *(const uint32_t *)pa < *(const uint32_t *)pb ? -1 : 1;
}

/* How many bits the distribution over a node's edges (and itself) carries. */
static double entropy(const Graph *g, uint32_t list, bool in, int64_t self) {
    double score = 0;
    int64_t total = self;
    for (uint32_t e = list; e != NO_INDEX; e = in ? g->edges.v[e].next_in : g->edges.v[e].next_out)
        if (!g->edges.v[e].dead && g->edges.v[e].weight > 0) total = add64(total, g->edges.v[e].weight);
    if (total == 0) return 0;
    for (uint32_t e = list; e != NO_INDEX; e = in ? g->edges.v[e].next_in : g->edges.v[e].next_out) {
        if (g->edges.v[e].dead) continue;
        double frac = (double)abs64(g->edges.v[e].weight) / (double)total;
        score += -frac * log2(frac);
    }
    if (self > 0) {
        double frac = (double)self / (double)total;
        score += -frac * log2(frac);
    }
    return score;
}

static bool has_edges(const Graph *g, uint32_t e, bool in) {
    for (; e != NO_INDEX; e = in ? g->edges.v[e].next_in : g->edges.v[e].next_out)
        if (!g->edges.v[e].dead) return true;
    return false;
}

static void sort_nodes(ProfReport *r, Graph *g) {
    SortContext c = {r, g, r->o.cum_sort || is_visual(r), false};
    for (uint32_t i = 0; i < g->order.n; i++) {
        GraphNode *n = &g->nodes.v[g->order.v[i]];
        n->score = n->cum;
        if (!is_visual(r)) continue;
        double score = has_edges(g, n->in, true) ? entropy(g, n->in, true, 0) : 1;
        score += has_edges(g, n->out, false) ? entropy(g, n->out, false, n->flat) : 1;
        n->score = add64(int_of_float(score * (double)n->cum), n->flat);
    }
    if (g->order.n > 1) qsort_r(g->order.v, g->order.n, sizeof *g->order.v, compare_nodes, &c);
}

static int compare_edges(const void *pa, const void *pb, void *ctx) {
    SortContext *c = ctx;
    const GraphEdge *a = &c->g->edges.v[*(const uint32_t *)pa], *b = &c->g->edges.v[*(const uint32_t *)pb];
    int d = descending(a->weight, b->weight);
    if (!d) d = str_cmp(node_name(c->r, c->g, a->src), node_name(c->r, c->g, b->src));
    if (!d) d = str_cmp(node_name(c->r, c->g, a->dest), node_name(c->r, c->g, b->dest));
    return d ? d : *(const uint32_t *)pa < *(const uint32_t *)pb ? -1 : 1;
}

void graph_sort_edges(ProfReport *r, const Graph *g, uint32_t *edges, uint32_t n) {
    SortContext c = {r, g, false, false};
    if (n > 1) qsort_r(edges, n, sizeof *edges, compare_edges, &c);
}

uint32_t *graph_edges_of(ProfReport *r, const Graph *g, uint32_t node, bool in, uint32_t *n) {
    VEC(uint32_t) v = {0};
    const GraphNode *x = &g->nodes.v[node];
    for (uint32_t e = in ? x->in : x->out; e != NO_INDEX;
         e = in ? g->edges.v[e].next_in : g->edges.v[e].next_out)
        if (!g->edges.v[e].dead) vec_push(&r->arena, &v, e);
    graph_sort_edges(r, g, v.v, v.n);
    *n = v.n;
    return v.v;
}

static int compare_tags(const void *pa, const void *pb, void *ctx) {
    SortContext *c = ctx;
    const GraphTag *a = &c->g->tags.v[*(const uint32_t *)pa], *b = &c->g->tags.v[*(const uint32_t *)pb];
    int d = c->flat ? 0 : descending(a->cum, b->cum);
    if (!d) d = descending(a->flat, b->flat);
    if (!d) d = str_cmp(profile_str(c->r->p, a->name), profile_str(c->r->p, b->name));
    return d;
}

void graph_sort_tags(ProfReport *r, const Graph *g, uint32_t *tags, uint32_t n, bool flat) {
    SortContext c = {r, g, false, flat};
    if (n > 1) qsort_r(tags, n, sizeof *tags, compare_tags, &c);
}

/* ---- trimming ---- */

static void trim_tags(Graph *g, int64_t cutoff) {
    for (uint32_t i = 0; i < g->tags.n; i++) {
        GraphTag *t = &g->tags.v[i];
        t->dropped |= abs64(t->flat) < cutoff && abs64(t->cum) < cutoff;
    }
}

static uint32_t trim_edges(Graph *g, int64_t cutoff) {
    uint32_t dropped = 0;
    for (uint32_t i = 0; i < g->order.n; i++)
        for (uint32_t e = g->nodes.v[g->order.v[i]].in; e != NO_INDEX; e = g->edges.v[e].next_in) {
            GraphEdge *x = &g->edges.v[e];
            if (x->dead || abs64(x->weight) >= cutoff) continue;
            x->dead = true;
            dropped++;
        }
    return dropped;
}

/* Whether the edge's destination is reached from its source in another way. */
static bool is_redundant(Graph *g, uint32_t edge, uint32_t *seen, uint32_t stamp, uint32_t *queue) {
    const GraphEdge *x = &g->edges.v[edge];
    uint32_t head = 0, tail = 0;
    seen[x->dest] = stamp;
    queue[tail++] = x->dest;
    while (head < tail) {
        uint32_t n = queue[head++];
        for (uint32_t e = g->nodes.v[n].in; e != NO_INDEX; e = g->edges.v[e].next_in) {
            const GraphEdge *y = &g->edges.v[e];
            if (y->dead || e == edge || seen[y->src] == stamp) continue;
            if (y->src == x->src) return true;
            seen[y->src] = stamp;
            queue[tail++] = y->src;
        }
    }
    return false;
}

static void remove_redundant_edges(ProfReport *r, Graph *g) {
    uint32_t *seen = xcalloc((size_t)g->nodes.n + 1, sizeof *seen),
             *queue = xmalloc(((size_t)g->nodes.n + 1) * sizeof *queue), stamp = 0;
    for (uint32_t i = g->order.n; i-- > 0;) {
        uint32_t n, *in = graph_edges_of(r, g, g->order.v[i], true, &n);
        for (uint32_t j = n; j-- > 0;) {
            if (!g->edges.v[in[j]].residual) break; /* only edges lighter than every real one */
            if (is_redundant(g, in[j], seen, ++stamp, queue)) g->edges.v[in[j]].dead = true;
        }
    }
    free_heap(seen);
    free_heap(queue);
}

/* Takes out of a call tree the nodes that are not kept; their children go to the parent. */
static void trim_tree(ProfReport *r, Graph *g) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->order.n; i++) {
        uint32_t cur = g->order.v[i], up = NO_INDEX;
        GraphNode *node = &g->nodes.v[cur];
        if (node->kept) {
            g->order.v[n++] = cur;
            continue;
        }
        for (uint32_t e = node->in; e != NO_INDEX; e = g->edges.v[e].next_in)
            if (!g->edges.v[e].dead) up = e;
        for (uint32_t e = node->out, next; e != NO_INDEX; e = next) {
            GraphEdge *x = &g->edges.v[e];
            next = x->next_out;
            if (x->dead) continue;
            if (up == NO_INDEX) {
                x->dead = true;
                continue;
            }
            GraphEdge *u = &g->edges.v[up];
            x->src = u->src;
            x->residual = true;
            x->inlined &= u->inlined;
            x->next_out = g->nodes.v[u->src].out;
            g->nodes.v[u->src].out = e;
        }
        node->out = NO_INDEX;
        if (up != NO_INDEX) g->edges.v[up].dead = true;
    }
    g->order.n = n;
    remove_redundant_edges(r, g);
}

/* Marks what is kept, and cuts the graph down to it; false when that is all of it. */
static bool keep_only(ProfReport *r, Graph *g, uint32_t first, int64_t cutoff) {
    uint32_t kept = 0;
    bool *infos = xcalloc((size_t)r->infos.n + 1, 1);
    for (uint32_t i = 0; i < g->order.n; i++) {
        GraphNode *n = &g->nodes.v[g->order.v[i]];
        n->kept = i < first && abs64(n->cum) >= cutoff;
        kept += n->kept;
        infos[n->info] |= n->kept;
    }
    bool all = kept == g->order.n;
    if (!all && is_tree(r)) trim_tree(r, g);
    else if (!all) graph_build(r, g, infos);
    free_heap(infos);
    return !all;
}

static uint32_t count_tags(const Graph *g, const GraphNode *n) {
    uint32_t count = 0;
    for (uint32_t t = n->tags; t != NO_INDEX; t = g->tags.v[t].next)
        count += !g->tags.v[t].dropped && g->tags.v[t].flat != 0;
    return count;
}

static uint32_t top_nodes(ProfReport *r, const Graph *g) {
    int64_t most = r->o.node_count;
    if (is_visual(r)) { /* tags are drawn as nodes and count as such */
        int64_t count = 0;
        for (uint32_t i = 0; i < g->order.n; i++) {
            count += MIN(count_tags(g, &g->nodes.v[g->order.v[i]]), 4u) + 1;
            if (count < most) continue;
            most = i + 1;
            break;
        }
    }
    return (uint32_t)MIN(most, (int64_t)g->order.n);
}

void graph_trimmed(ProfReport *r, Graph *g) {
    memset(g, 0, sizeof *g);
    graph_build(r, g, NULL);
    int64_t total = 0;
    for (uint32_t i = 0; i < g->order.n; i++) total = add64(total, g->nodes.v[g->order.v[i]].flat);
    int64_t node_cutoff = abs64(int_of_float((double)total * r->o.node_fraction));
    int64_t edge_cutoff = abs64(int_of_float((double)total * r->o.edge_fraction));
    r->nodes_dropped = 0;
    if (node_cutoff > 0) {
        uint32_t before = g->order.n, kept = 0;
        for (uint32_t i = 0; i < before; i++) kept += abs64(g->nodes.v[g->order.v[i]].cum) >= node_cutoff;
        if (keep_only(r, g, before, node_cutoff)) r->nodes_dropped = before - kept;
    }
    r->nodes_origin = g->order.n;
    sort_nodes(r, g);
    if (r->o.node_count > 0) {
        trim_tags(g, node_cutoff);
        trim_edges(g, edge_cutoff);
        if (keep_only(r, g, top_nodes(r, g), 0)) sort_nodes(r, g);
    }
    trim_tags(g, node_cutoff);
    r->edges_dropped = trim_edges(g, edge_cutoff);
    if (is_visual(r)) remove_redundant_edges(r, g);
}

void graph_select_unit(ProfReport *r, const Graph *g) {
    if (!str_is(r->o.output_unit, "minimum") || g->order.n == 0) return;
    int64_t least = 0, most = r->total;
    for (uint32_t i = 0; i < g->order.n; i++) {
        const GraphNode *n = &g->nodes.v[g->order.v[i]];
        int64_t v = abs64(node_flat(n));
        if (v == 0) v = abs64(node_cum(n));
        if (v > 0 && (least == 0 || v < least)) least = v;
    }
    if (least == 0) least = most;
    if (r->o.ratio > 0 && r->o.ratio != 1) {
        least = int_of_float((double)least * r->o.ratio);
        most = int_of_float((double)most * r->o.ratio);
    }
    Str lu, mu, unit, minimum = STR_LIT("minimum");
    measure_scale(least, r->o.sample_unit, minimum, &lu);
    measure_scale(most, r->o.sample_unit, minimum, &mu);
    unit = lu;
    if (!str_eq(lu, mu) && mul64(least, 100) < most && r->o.format != REPORT_CALLGRIND)
        measure_scale(mul64(100, least), r->o.sample_unit, minimum, &unit);
    r->o.output_unit = unit.n ? unit : r->o.sample_unit;
}
