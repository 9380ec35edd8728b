/* The reports in text: their headings, and top, tree, peek, traces, tags, raw and comments. */
#include "profile/report.h"
#include "profile/measure.h"
#include <stdlib.h>
#include <time.h>

/* ---- values ---- */

int64_t report_sample_value(const ProfReport *r, uint32_t sample) {
    return sample_values(r->p, sample)[r->o.sample_index];
}
int64_t report_sample_divisor(const ProfReport *r, uint32_t sample) {
    return r->o.mean ? sample_values(r->p, sample)[0] : 0;
}

static void add_value(ProfReport *r, StrBuf *out, int64_t v) {
    if (r->o.ratio > 0 && r->o.ratio != 1) v = int_of_float((double)v * r->o.ratio);
    measure_label(out, v, r->o.sample_unit, r->o.output_unit);
}

size_t report_limit(const ProfReport *r) {
    enum { FREE = 64 << 20, A_BYTE = 128 };
    return FREE + A_BYTE * r->p->size;
}

bool report_overflows(ProfReport *r) {
    if (r->out->n <= report_limit(r)) return false;
    r->error = "the report is too large for a profile of this size";
    return true;
}

static Str take(ProfReport *r, StrBuf *sb) {
    Str s = {NULL, sb->n};
    s.p = sb_arena(sb, &r->arena);
    return s;
}

Str report_value(ProfReport *r, int64_t v) {
    StrBuf sb = STRBUF_INIT;
    add_value(r, &sb, v);
    return take(r, &sb);
}

Str report_percentage(ProfReport *r, int64_t v, int64_t total) {
    StrBuf sb = STRBUF_INIT;
    measure_percentage(&sb, v, total);
    return take(r, &sb);
}

/* A value in a column of so many runes. */
static void column_value(ProfReport *r, StrBuf *out, int64_t v, int width) {
    StrBuf sb = STRBUF_INIT;
    add_value(r, &sb, v);
    sb_pad_left(out, (Str){sb_str(&sb), sb.n}, width);
    sb_release(&sb);
}

static void add_str(StrBuf *out, Str s) { sb_add(out, s.p, s.n); }
static Str trim_space(Str s) {
    while (s.n && s.p[0] == ' ') s.p++, s.n--;
    while (s.n && s.p[s.n - 1] == ' ') s.n--;
    return s;
}

/* The sum of all values' sizes. With samples of a base to compare with, theirs alone. */
static int64_t compute_total(const ProfReport *r) {
    const Profile *p = r->p;
    int64_t total = 0, div = 0, base_total = 0, base_div = 0;
    StrId key = strtab_add(p->strs, "pprof::base", 11), yes = strtab_add(p->strs, "true", 4);
    for (uint32_t i = 0; i < p->samples.n; i++) {
        const ProfSample *s = &p->samples.v[i];
        int64_t v = abs64(report_sample_value(r, i)), d = report_sample_divisor(r, i);
        total = add64(total, v);
        div = add64(div, d);
        for (uint32_t k = 0; k < s->nlabel; k++) {
            const ProfLabel *l = &p->labels.v[s->label + k];
            if (l->is_num || l->key != key || l->str != yes) continue;
            base_total = add64(base_total, v);
            base_div = add64(base_div, d);
            break;
        }
    }
    if (base_total > 0) total = base_total, div = base_div;
    return div ? div64(total, div) : total;
}

void report_init(ProfReport *r, Profile *p, const ReportOptions *o, StrBuf *out) {
    memset(r, 0, sizeof *r);
    arena_init(&r->arena);
    r->p = p;
    r->o = *o;
    r->out = out;
    r->total = compute_total(r);
}

void report_release(ProfReport *r) {
    vec_free(&r->infos);
    vec_free(&r->names);
    map_release(&r->escaped);
    map_release(&r->short_names);
    free_heap(r->info_slots);
    free_heap(r->line_info);
    free_heap(r->location_info);
    arena_release(&r->arena);
}

/* ---- headings ---- */

static void add_time(StrBuf *out, int64_t nanos, bool raw) {
    time_t secs = (time_t)(nanos / 1000000000 - (nanos % 1000000000 < 0));
    int64_t frac = nanos - (int64_t)secs * 1000000000;
    struct tm tm;
    char text[64];
    localtime_r(&secs, &tm);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    sb_adds(out, text);
    if (raw && frac) {
        char digits[16];
        int n = snprintf(digits, sizeof digits, ".%09lld", (long long)frac);
        while (digits[n - 1] == '0') digits[--n] = 0;
        sb_adds(out, digits);
    }
    strftime(text, sizeof text, raw ? " %z %Z" : " %Z", &tm);
    sb_adds(out, text);
}

void report_profile_labels(ProfReport *r, StrBuf *out) {
    const Profile *p = r->p;
    size_t from = out->n;
#define NEXT_LABEL() (out->n > from ? sb_addc(out, '\n') : (void)0)
    if (p->mappings.n) {
        const ProfMapping *m = &p->mappings.v[0];
        if (m->file) {
            Str base = srcpath_base(&r->arena, profile_str(p, m->file));
            sb_printf(out, "File: %.*s", (int)base.n, base.p);
        }
        if (m->build_id) {
            Str id = profile_str(p, m->build_id);
            NEXT_LABEL();
            sb_printf(out, "Build ID: %.*s", (int)id.n, id.p);
        }
    }
    for (uint32_t i = 0; i < p->comments.n; i++) {
        Str c = profile_str(p, p->comments.v[i]);
        if (c.n && c.p[0] == '#') continue;
        NEXT_LABEL();
        add_str(out, c);
    }
    if (r->o.sample_type.n) {
        NEXT_LABEL();
        sb_printf(out, "Type: %.*s", (int)r->o.sample_type.n, r->o.sample_type.p);
    }
    if (p->doc_url) {
        Str url = profile_str(p, p->doc_url);
        NEXT_LABEL();
        sb_printf(out, "Doc: %.*s", (int)url.n, url.p);
    }
    if (p->time_nanos) {
        NEXT_LABEL();
        sb_adds(out, "Time: ");
        add_time(out, p->time_nanos, false);
    }
    if (p->duration_nanos) {
        Str unit;
        double nanos = measure_scale(r->total, r->o.sample_unit, STR_LIT("nanoseconds"), &unit);
        NEXT_LABEL();
        sb_adds(out, "Duration: ");
        measure_label(out, p->duration_nanos, STR_LIT("nanoseconds"), STR_LIT("auto"));
        sb_adds(out, ", Total samples = ");
        add_value(r, out, r->total);
        sb_addc(out, ' ');
        if (str_is(unit, "ns") && nanos != 0) {
            sb_addc(out, '(');
            measure_percentage(out, int_of_float(nanos), p->duration_nanos);
            sb_addc(out, ')');
        }
    }
}

static void dropped_label(ProfReport *r, StrBuf *out, uint32_t n, const char *what, const char *by,
                          double fraction) {
    sb_printf(out, "\nDropped %u %s%s (%s <= ", n, what, n > 1 ? "s" : "", by);
    add_value(r, out, abs64(int_of_float((double)r->total * fraction)));
    sb_addc(out, ')');
}

void report_graph_labels(ProfReport *r, const Graph *g, bool full, StrBuf *out) {
    size_t from = out->n;
    if (full || !r->o.compact_labels) report_profile_labels(r, out);
    if (r->o.nfilters) {
        NEXT_LABEL();
        sb_adds(out, "Active filters:");
        for (uint32_t i = 0; i < r->o.nfilters; i++) {
            const char *f = r->o.filters[i];
            bool cut = strlen(f) > 80;
            sb_printf(out, "\n   %.*s%s", cut ? 80 : (int)strlen(f), f, cut ? "\xe2\x80\xa6" : "");
        }
    }
    int64_t shown = 0;
    for (uint32_t i = 0; i < g->order.n; i++) shown = add64(shown, node_flat(&g->nodes.v[g->order.v[i]]));
    Str share = trim_space(report_percentage(r, shown, r->total));
    NEXT_LABEL();
    sb_adds(out, "Showing nodes accounting for ");
    add_value(r, out, shown);
    sb_printf(out, ", %.*s of ", (int)share.n, share.p);
    add_value(r, out, r->total);
    sb_adds(out, " total");
    if (r->total) {
        if (r->nodes_dropped) dropped_label(r, out, r->nodes_dropped, "node", "cum", r->o.node_fraction);
        if (full && r->edges_dropped)
            dropped_label(r, out, r->edges_dropped, "edge", "freq", r->o.edge_fraction);
        if (g->order.n && g->order.n < r->nodes_origin)
            sb_printf(out, "\nShowing top %u nodes out of %u", g->order.n, r->nodes_origin);
    }
    if (full) sb_adds(out, "\n\nSee https://git.io/JfYMW for how to read the graph");
#undef NEXT_LABEL
}

/* ---- top ---- */

static void flat_and_cum(ProfReport *r, int64_t flat, int64_t sum, int64_t cum) {
    StrBuf *out = r->out;
    column_value(r, out, flat, 10);
    sb_addc(out, ' ');
    measure_percentage(out, flat, r->total);
    sb_addc(out, ' ');
    measure_percentage(out, sum, r->total);
    sb_addc(out, ' ');
    column_value(r, out, cum, 10);
    sb_addc(out, ' ');
    measure_percentage(out, cum, r->total);
}

static void print_text(ProfReport *r) {
    Graph g;
    int64_t sum = 0;
    graph_trimmed(r, &g);
    graph_select_unit(r, &g);
    report_graph_labels(r, &g, false, r->out);
    sb_adds(r->out, "\n      flat  flat%   sum%        cum   cum%\n");
    for (uint32_t i = 0; i < g.order.n; i++) {
        const GraphNode *n = &g.nodes.v[g.order.v[i]];
        int64_t flat = node_flat(n);
        bool inlined = false, called = false;
        for (uint32_t e = n->in; e != NO_INDEX; e = g.edges.v[e].next_in) {
            if (g.edges.v[e].dead) continue;
            if (g.edges.v[e].inlined) inlined = true;
            else called = true;
        }
        sum = add64(sum, flat);
        flat_and_cum(r, flat, sum, node_cum(n));
        sb_adds(r->out, "  ");
        add_str(r->out, info_printable(r, n->info));
        if (inlined) sb_adds(r->out, called ? " (partial-inline)" : " (inline)");
        sb_addc(r->out, '\n');
    }
    graph_release(&g);
}

/* ---- tree and peek ---- */

static void print_edges(ProfReport *r, const Graph *g, uint32_t node, bool in, int64_t cum) {
    uint32_t n, *edges = graph_edges_of(r, g, node, in, &n);
    for (uint32_t i = 0; i < n; i++) {
        const GraphEdge *e = &g->edges.v[edges[i]];
        if (report_overflows(r)) return;
        column_value(r, r->out, e->weight, 50);
        sb_addc(r->out, ' ');
        measure_percentage(r->out, e->weight, cum);
        sb_adds(r->out, " |   ");
        add_str(r->out, node_name(r, g, in ? e->src : e->dest));
        sb_adds(r->out, e->inlined ? " (inline)\n" : "\n");
    }
}

static void print_tree(ProfReport *r) {
    static const char separator[] =
        "----------------------------------------------------------+-------------\n";
    Graph g;
    int64_t sum = 0;
    bool matched = false;
    graph_trimmed(r, &g);
    graph_select_unit(r, &g);
    report_graph_labels(r, &g, false, r->out);
    sb_printf(r->out, "\n%s      flat  flat%%   sum%%        cum   cum%%   calls calls%% + context \t \t \n",
              separator);
    for (uint32_t i = 0; i < g.order.n; i++) {
        const GraphNode *n = &g.nodes.v[g.order.v[i]];
        Str name = info_printable(r, n->info);
        int64_t flat = node_flat(n), cum = node_cum(n);
        if (r->o.symbol && !regex_match(r->o.symbol, name)) continue;
        matched = true;
        sb_adds(r->out, separator);
        print_edges(r, &g, g.order.v[i], true, cum);
        sum = add64(sum, flat);
        flat_and_cum(r, flat, sum, cum);
        sb_adds(r->out, "                | ");
        add_str(r->out, name);
        sb_addc(r->out, '\n');
        print_edges(r, &g, g.order.v[i], false, cum);
        if (r->error) break;
    }
    if (g.order.n) sb_adds(r->out, separator);
    if (r->o.symbol && !matched) {
        Str s = regex_source(r->o.symbol);
        r->error = arena_printf(&r->arena, "no matches found for regexp: %.*s", (int)s.n, s.p);
    }
    graph_release(&g);
}

/* ---- traces ---- */

static int by_bytes(const void *a, const void *b) { return str_cmp(*(const Str *)a, *(const Str *)b); }

/* A sample's labels of one kind, a text for each key, sorted; format adds the text of labels i..end of one
 * key. */
typedef void (*LabelFormat)(ProfReport *r, StrBuf *out, const ProfLabel *l, uint32_t n);

static void labels_by_key(ProfReport *r, const ProfSample *s, bool nums, LabelFormat format,
                          const char *separator) {
    const Profile *p = r->p;
    VEC(Str) texts = {0};
    for (uint32_t i = 0; i < s->nlabel;) {
        const ProfLabel *l = &p->labels.v[s->label + i];
        uint32_t n = 1;
        while (i + n < s->nlabel && l[n].key == l->key && l[n].is_num == l->is_num) n++;
        i += n;
        if (l->is_num != nums) continue;
        StrBuf sb = STRBUF_INIT;
        format(r, &sb, l, n);
        Str t = take(r, &sb);
        vec_push(&r->arena, &texts, t);
    }
    if (texts.n > 1) qsort(texts.v, texts.n, sizeof *texts.v, by_bytes);
    for (uint32_t i = 0; i < texts.n; i++) {
        if (i) sb_adds(r->out, separator);
        add_str(r->out, texts.v[i]);
    }
}

static void trace_label(ProfReport *r, StrBuf *out, const ProfLabel *l, uint32_t n) {
    const Profile *p = r->p;
    sb_pad_left(out, profile_str(p, l->key), 10);
    sb_adds(out, ": ");
    for (uint32_t i = 0; i < n; i++) {
        sb_addc(out, ' ');
        if (l->is_num) measure_label(out, l[i].num, label_unit(p, r->o.label_units, l->key), STR_LIT("auto"));
        else add_str(out, profile_str(p, l[i].str));
    }
    sb_addc(out, '\n');
}

static void print_traces(ProfReport *r) {
    static const char separator[] = "-----------+-------------------------------------------------------\n";
    const Profile *p = r->p;
    report_profile_labels(r, r->out);
    sb_addc(r->out, '\n');
    report_index_infos(r, false);
    for (uint32_t i = 0; i < p->samples.n && !r->error; i++) {
        const ProfSample *s = &p->samples.v[i];
        int64_t v = report_sample_value(r, i), d = report_sample_divisor(r, i);
        if (s->nframe == 0) continue;
        if (d) v = div64(v, d);
        sb_adds(r->out, separator);
        labels_by_key(r, s, false, trace_label, "");
        labels_by_key(r, s, true, trace_label, "");
        for (uint32_t k = 0; k < s->nframe && !r->error; k++) {
            uint32_t loc = p->frames.v[s->frame + k];
            const ProfLocation *l = &p->locations.v[loc];
            uint32_t nline = MAX(l->nline, 1u);
            for (uint32_t j = 0; j < nline && !report_overflows(r); j++) {
                if (k == 0 && j == 0) column_value(r, r->out, v, 10);
                else sb_adds(r->out, "          ");
                sb_adds(r->out, "   ");
                add_str(r->out,
                        info_printable(r, l->nline ? r->line_info[l->line + j] : r->location_info[loc]));
                sb_adds(r->out, j != nline - 1 ? " (inline)\n" : "\n");
            }
        }
    }
    sb_adds(r->out, separator);
}

/* ---- tags ---- */

typedef struct TagValue {
    Str name;
    int64_t value;
} TagValue;

typedef struct TagKey {
    Str name;
    StrId key;
    int64_t total;
    VEC(TagValue) values;
    Map index; /* by the value's StrId + 1 */
} TagKey;

static int by_name(const void *a, const void *b) {
    return str_cmp(((const TagKey *)a)->name, ((const TagKey *)b)->name);
}

static int by_value(const void *pa, const void *pb) {
    const TagValue *a = pa, *b = pb;
    int64_t x = abs64(a->value), y = abs64(b->value);
    if (a->value != b->value && x != y) return x > y ? -1 : 1;
    return str_cmp(a->name, b->name);
}

static void print_tags(ProfReport *r) {
    Profile *p = r->p;
    VEC(TagKey) keys = {0};
    Map key_index = {0};
    for (uint32_t i = 0; i < p->samples.n; i++) {
        const ProfSample *s = &p->samples.v[i];
        int64_t v = report_sample_value(r, i);
        for (uint32_t k = 0; k < s->nlabel; k++) {
            const ProfLabel *l = &p->labels.v[s->label + k];
            StrId text = l->str;
            if (l->is_num) {
                StrBuf sb = STRBUF_INIT;
                measure_label(&sb, l->num, label_unit(p, r->o.label_units, l->key), r->o.output_unit);
                text = strtab_add(p->strs, sb_str(&sb), sb.n);
                sb_release(&sb);
            }
            void *at = map_get(&key_index, (uint64_t)l->key + 1);
            if (!at) {
                vec_push(NULL, &keys, ((TagKey){.name = profile_str(p, l->key), .key = l->key}));
                at = (void *)(uintptr_t)keys.n;
                map_put(&key_index, (uint64_t)l->key + 1, at);
            }
            TagKey *key = &keys.v[(uintptr_t)at - 1];
            at = map_get(&key->index, (uint64_t)text + 1);
            if (!at) {
                vec_push(NULL, &key->values, ((TagValue){.name = profile_str(p, text)}));
                at = (void *)(uintptr_t)key->values.n;
                map_put(&key->index, (uint64_t)text + 1, at);
            }
            TagValue *value = &key->values.v[(uintptr_t)at - 1];
            value->value = add64(value->value, v);
            key->total = add64(key->total, v);
        }
    }
    if (keys.n > 1) qsort(keys.v, keys.n, sizeof *keys.v, by_name);
    for (uint32_t i = 0; i < keys.n; i++) {
        TagKey *key = &keys.v[i];
        int first = rune_count(key->name) + 1, second = 0;
        Str *cells = NEW_ARRAY(&r->arena, Str, key->values.n);
        if (key->values.n > 1) qsort(key->values.v, key->values.n, sizeof *key->values.v, by_value);
        for (uint32_t k = 0; k < key->values.n; k++) {
            StrBuf sb = STRBUF_INIT;
            add_value(r, &sb, key->values.v[k].value);
            if (r->total > 0) {
                sb_adds(&sb, " (");
                measure_percentage(&sb, key->values.v[k].value, r->total);
                sb_addc(&sb, ')');
            }
            sb_addc(&sb, ':');
            cells[k] = take(r, &sb);
            second = MAX(second, rune_count(cells[k]));
        }
        sb_addc(r->out, ' ');
        add_str(r->out, key->name);
        sb_adds(r->out, ": Total ");
        add_value(r, r->out, key->total);
        sb_adds(r->out, " of ");
        add_value(r, r->out, r->total);
        if (r->total > 0) {
            sb_adds(r->out, " (");
            measure_percentage(r->out, key->total, r->total);
            sb_addc(r->out, ')');
        }
        sb_addc(r->out, '\n');
        for (uint32_t k = 0; k < key->values.n; k++) {
            sb_pad_left(r->out, STR_LIT(" "), first + 1);
            sb_pad_left(r->out, cells[k], second + 1);
            sb_addc(r->out, ' ');
            add_str(r->out, key->values.v[k].name);
            sb_addc(r->out, '\n');
        }
        sb_addc(r->out, '\n');
        vec_free(&key->values);
        map_release(&key->index);
    }
    vec_free(&keys);
    map_release(&key_index);
}

/* ---- raw ---- */

/* A duration as Go prints it, cut off after four characters. */
static void raw_duration(StrBuf *out, int64_t d) {
    char text[80];
    uint64_t u = d < 0 ? (uint64_t)neg64(d) : (uint64_t)d;
    const char *sign = d < 0 ? "-" : "";
    if (u < 1000) {
        snprintf(text, sizeof text, "%s%lluns", sign, (unsigned long long)u);
    } else if (u < 1000000000) {
        bool ms = u >= 1000000;
        uint64_t unit = ms ? 1000000 : 1000;
        int n = snprintf(text, sizeof text - 8, "%s%llu.%0*llu", sign, (unsigned long long)(u / unit),
                         ms ? 6 : 3, (unsigned long long)(u % unit));
        while (text[n - 1] == '0') n--;
        if (text[n - 1] == '.') n--;
        snprintf(text + n, sizeof text - (size_t)n, "%s", ms ? "ms" : "\xc2\xb5s");
    } else {
        uint64_t s = u / 1000000000, h = s / 3600, m = s / 60 % 60;
        int n = snprintf(text, sizeof text - 8, "%s", sign);
        if (h) n += snprintf(text + n, sizeof text - 8 - (size_t)n, "%lluh", (unsigned long long)h);
        if (s >= 60) n += snprintf(text + n, sizeof text - 8 - (size_t)n, "%llum", (unsigned long long)m);
        n += snprintf(text + n, sizeof text - 8 - (size_t)n, "%llu.%09llu", (unsigned long long)(s % 60),
                      (unsigned long long)(u % 1000000000));
        while (text[n - 1] == '0') n--;
        if (text[n - 1] == '.') n--;
        snprintf(text + n, sizeof text - (size_t)n, "s");
    }
    const char *p = text;
    for (int k = 0; k < 4 && *p; k++, p++)
        while ((p[1] & 0xC0) == 0x80) p++;
    sb_add(out, text, (size_t)(p - text));
}

static void raw_text_label(ProfReport *r, StrBuf *out, const ProfLabel *l, uint32_t n) {
    add_str(out, profile_str(r->p, l->key));
    sb_adds(out, ":[");
    for (uint32_t i = 0; i < n; i++) {
        if (i) sb_addc(out, ' ');
        add_str(out, profile_str(r->p, l[i].str));
    }
    sb_addc(out, ']');
}

static void raw_num_label(ProfReport *r, StrBuf *out, const ProfLabel *l, uint32_t n) {
    bool units = false;
    for (uint32_t i = 0; i < n; i++) units |= l[i].unit != 0;
    add_str(out, profile_str(r->p, l->key));
    sb_adds(out, ":[");
    for (uint32_t i = 0; i < n; i++) {
        if (i) sb_addc(out, ' ');
        sb_printf(out, "%lld", (long long)l[i].num);
        if (!units) continue;
        sb_addc(out, ' ');
        add_str(out, profile_str(r->p, l[i].unit));
    }
    sb_addc(out, ']');
}

/* %#x as Go prints it: zero has the prefix too. */
static void add_hex(StrBuf *out, uint64_t v) { sb_printf(out, "0x%llx", (unsigned long long)v); }

static void raw_sample(ProfReport *r, uint32_t i) {
    const Profile *p = r->p;
    const ProfSample *s = &p->samples.v[i];
    StrBuf *out = r->out;
    bool text = false, nums = false;
    for (uint32_t k = 0; k < p->sample_types.n; k++)
        sb_printf(out, " %10lld", (long long)sample_values(p, i)[k]);
    sb_adds(out, ": ");
    for (uint32_t k = 0; k < s->nframe; k++)
        sb_printf(out, "%llu ", (unsigned long long)p->locations.v[p->frames.v[s->frame + k]].id);
    sb_addc(out, '\n');
    for (uint32_t k = 0; k < s->nlabel; k++) {
        if (p->labels.v[s->label + k].is_num) nums = true;
        else text = true;
    }
    if (text) {
        sb_adds(out, "                ");
        labels_by_key(r, s, false, raw_text_label, " ");
        sb_addc(out, '\n');
    }
    if (nums) {
        sb_adds(out, "                ");
        labels_by_key(r, s, true, raw_num_label, " ");
        sb_addc(out, '\n');
    }
}

static void raw_location(ProfReport *r, const ProfLocation *l) {
    const Profile *p = r->p;
    StrBuf *out = r->out;
    sb_printf(out, "%6llu: ", (unsigned long long)l->id);
    add_hex(out, l->address);
    sb_addc(out, ' ');
    if (l->mapping != NO_INDEX) sb_printf(out, "M=%llu ", (unsigned long long)p->mappings.v[l->mapping].id);
    if (l->folded) sb_adds(out, "[F] ");
    for (uint32_t i = 0; i < l->nline; i++) {
        const ProfLine *ln = &p->lines.v[l->line + i];
        const ProfFunction *f = &p->functions.v[ln->function];
        Str name = profile_str(p, f->name), file = profile_str(p, f->file),
            system = profile_str(p, f->system_name);
        if (i) sb_adds(out, "\n             ");
        sb_printf(out, "%.*s %.*s:%lld:%lld s=%lld", (int)name.n, name.p, (int)file.n, file.p,
                  (long long)ln->line, (long long)ln->column, (long long)f->start_line);
        if (f->name != f->system_name) sb_printf(out, "(%.*s)", (int)system.n, system.p);
    }
    sb_addc(out, '\n');
}

static void print_raw(ProfReport *r) {
    const Profile *p = r->p;
    StrBuf *out = r->out;
    for (uint32_t i = 0; i < p->comments.n; i++) {
        sb_adds(out, "Comment: ");
        add_str(out, profile_str(p, p->comments.v[i]));
        sb_addc(out, '\n');
    }
    if (p->doc_url) {
        sb_adds(out, "Doc: ");
        add_str(out, profile_str(p, p->doc_url));
        sb_addc(out, '\n');
    }
    sb_adds(out, "PeriodType: ");
    add_str(out, profile_str(p, p->period_type.type));
    sb_addc(out, ' ');
    add_str(out, profile_str(p, p->period_type.unit));
    sb_printf(out, "\nPeriod: %lld\n", (long long)p->period);
    if (p->time_nanos) {
        sb_adds(out, "Time: ");
        add_time(out, p->time_nanos, true);
        sb_addc(out, '\n');
    }
    if (p->duration_nanos) {
        sb_adds(out, "Duration: ");
        raw_duration(out, p->duration_nanos);
        sb_addc(out, '\n');
    }
    sb_adds(out, "Samples:\n");
    StrBuf types = STRBUF_INIT;
    for (uint32_t i = 0; i < p->sample_types.n; i++) {
        ProfType t = p->sample_types.v[i];
        Str type = profile_str(p, t.type), unit = profile_str(p, t.unit);
        sb_printf(&types, "%.*s/%.*s%s ", (int)type.n, type.p, (int)unit.n, unit.p,
                  t.type == p->default_sample_type ? "[dflt]" : "");
    }
    add_str(out, trim_space((Str){sb_str(&types), types.n}));
    sb_release(&types);
    sb_addc(out, '\n');
    for (uint32_t i = 0; i < p->samples.n; i++) raw_sample(r, i);
    sb_adds(out, "Locations\n");
    for (uint32_t i = 0; i < p->locations.n; i++) raw_location(r, &p->locations.v[i]);
    sb_adds(out, "Mappings\n");
    for (uint32_t i = 0; i < p->mappings.n; i++) {
        const ProfMapping *m = &p->mappings.v[i];
        Str file = profile_str(p, m->file), id = profile_str(p, m->build_id);
        sb_printf(out, "%llu: ", (unsigned long long)m->id);
        add_hex(out, m->start);
        sb_addc(out, '/');
        add_hex(out, m->limit);
        sb_addc(out, '/');
        add_hex(out, m->offset);
        sb_printf(out, " %.*s %.*s %s%s%s%s\n", (int)file.n, file.p, (int)id.n, id.p,
                  m->has_functions ? "[FN]" : "", m->has_filenames ? "[FL]" : "",
                  m->has_line_numbers ? "[LN]" : "", m->has_inline_frames ? "[IN]" : "");
    }
}

/* ---- proto ---- */

static void print_proto(ProfReport *r) {
    StrBuf plain = STRBUF_INIT;
    if (r->o.ratio > 0 && r->o.ratio != 1)
        for (uint32_t i = 0; i < r->p->values.n; i++)
            r->p->values.v[i] = int_of_float((double)r->p->values.v[i] * r->o.ratio);
    profile_write(r->p, &plain);
    gzip_compress(r->out, plain.buf, plain.n);
    sb_release(&plain);
}

/* The nodes of a top report as a profile. */
static void print_topproto(ProfReport *r) {
    Graph g;
    Profile out;
    Map functions = {0};
    StrBuf plain = STRBUF_INIT;
    const Profile *p = r->p;
    graph_trimmed(r, &g);
    graph_select_unit(r, &g);
    profile_init(&out, p->strs);
    StrId unit = strtab_add(p->strs, r->o.output_unit.p, r->o.output_unit.n);
    vec_push(NULL, &out.sample_types, ((ProfType){strtab_add(p->strs, "cum", 3), unit}));
    vec_push(NULL, &out.sample_types, ((ProfType){strtab_add(p->strs, "flat", 4), unit}));
    out.time_nanos = p->time_nanos;
    out.duration_nanos = p->duration_nanos;
    out.period_type = p->period_type;
    out.period = p->period;
    for (uint32_t i = 0; i < g.order.n; i++) {
        const GraphNode *n = &g.nodes.v[g.order.v[i]];
        const NodeInfo *in = &r->infos.v[n->info];
        Str u;
        char key[64];
        int len = snprintf(key, sizeof key, "%u %u %lld", in->name, in->file, (long long)in->start_line);
        StrId id = strtab_add(p->strs, key, (size_t)len);
        uint32_t f = (uint32_t)(uintptr_t)map_get(&functions, id);
        if (!f) map_put(&functions, id, (void *)(uintptr_t)(out.functions.n + 1u));
        f = f ? f - 1 : out.functions.n;
        if (f == out.functions.n)
            vec_push(NULL, &out.functions,
                     ((ProfFunction){.id = (uint64_t)f + 1,
                                     .name = in->name,
                                     .file = in->file,
                                     .start_line = in->start_line}));
        vec_push(NULL, &out.lines, ((ProfLine){f, in->line, in->column}));
        vec_push(
            NULL, &out.locations,
            ((ProfLocation){
                .id = (uint64_t)i + 1, .address = in->address, .mapping = NO_INDEX, .line = i, .nline = 1}));
        vec_push(NULL, &out.frames, i);
        vec_push(NULL, &out.samples, ((ProfSample){.frame = i, .nframe = 1}));
        vec_push(NULL, &out.values,
                 int_of_float(measure_scale(node_cum(n), r->o.sample_unit, r->o.output_unit, &u)));
        vec_push(NULL, &out.values,
                 int_of_float(measure_scale(node_flat(n), r->o.sample_unit, r->o.output_unit, &u)));
    }
    profile_write(&out, &plain);
    gzip_compress(r->out, plain.buf, plain.n);
    sb_release(&plain);
    map_release(&functions);
    profile_release(&out);
    graph_release(&g);
}

bool report_print(ProfReport *r) {
    switch (r->o.format) {
    case REPORT_COMMENTS:
        for (uint32_t i = 0; i < r->p->comments.n; i++) {
            add_str(r->out, profile_str(r->p, r->p->comments.v[i]));
            sb_addc(r->out, '\n');
        }
        break;
    case REPORT_DOT: report_dot(r); break;
    case REPORT_LIST: report_source(r); break;
    case REPORT_PROTO: print_proto(r); break;
    case REPORT_RAW: print_raw(r); break;
    case REPORT_TAGS: print_tags(r); break;
    case REPORT_TEXT: print_text(r); break;
    case REPORT_TRACES: print_traces(r); break;
    case REPORT_TREE: print_tree(r); break;
    case REPORT_CALLGRIND: report_callgrind(r); break;
    case REPORT_TOPPROTO: print_topproto(r); break;
    }
    return !r->error;
}
