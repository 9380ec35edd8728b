/* Profiles combined: brought to common sample types and units, then merged sample by sample.
 *
 * Two things are one in the result when their keys are equal: functions by name, file and line; mappings by
 * size (in pages), offset and build id or file, so that a program loaded at another address is still the
 * same; locations by address within the mapping and lines; samples by their merged locations and labels.
 * Things are numbered in the order in which samples need them. So what no sample uses is dropped. Samples
 * that add up to zero are dropped, too. */
#include "profile/measure.h"
#include "profile/profile.h"
#include <math.h>
#include <stdlib.h>

void profile_scale(Profile *p, const double *ratios) {
    uint32_t n = p->sample_types.n, kept = 0;
    bool all_one = true;
    for (uint32_t i = 0; i < n; i++) all_one &= ratios[i] == 1;
    if (all_one) return;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        int64_t *v = sample_values(p, i), *to = sample_values(p, kept);
        bool keep = false;
        for (uint32_t k = 0; k < n; k++) {
            to[k] = v[k];
            if (ratios[k] == 1) continue;
            to[k] = int_of_float(round((double)to[k] * ratios[k]));
            keep |= to[k] != 0;
        }
        if (keep) p->samples.v[kept++] = p->samples.v[i];
    }
    p->samples.n = kept;
    p->values.n = kept * n;
}

void profile_set_label(Profile *p, const char *key, const char *value) {
    StrId k = strtab_add(p->strs, key, strlen(key)), v = strtab_add(p->strs, value, strlen(value));
    Str name = profile_str(p, k);
    VEC(ProfLabel) out = {0};
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        uint32_t from = out.n;
        bool placed = false;
        for (uint32_t j = 0; j < s->nlabel; j++) {
            ProfLabel l = p->labels.v[s->label + j];
            if (!l.is_num && l.key == k) continue;
            if (!placed && (l.is_num || str_cmp(profile_str(p, l.key), name) > 0)) {
                placed = true;
                vec_push(NULL, &out, ((ProfLabel){.key = k, .str = v}));
            }
            vec_push(NULL, &out, l);
        }
        if (!placed) vec_push(NULL, &out, ((ProfLabel){.key = k, .str = v}));
        s->label = from;
        s->nlabel = out.n - from;
    }
    vec_free(&p->labels);
    p->labels.v = out.v, p->labels.n = out.n, p->labels.cap = out.cap;
}

/* ---- common sample types and units ---- */

static void keep_types(Profile *p, const StrId *types, uint32_t n) {
    StrId dflt = types[0];
    bool change = n != p->sample_types.n;
    uint32_t *from = xmalloc(n * sizeof *from), old = p->sample_types.n;
    Map first = {0}; /* by type: where it is, plus one */
    for (uint32_t i = old; i-- > 0;)
        map_put(&first, (uint64_t)p->sample_types.v[i].type + 1, (void *)(uintptr_t)(i + 1u));
    for (uint32_t i = 0; i < n; i++) {
        if (types[i] == p->default_sample_type) dflt = types[i];
        from[i] = (uint32_t)(uintptr_t)map_get(&first, (uint64_t)types[i] + 1) - 1;
        change |= from[i] != i;
    }
    map_release(&first);
    if (change) {
        p->default_sample_type = dflt;
        ProfType *t = xmalloc(n * sizeof *t);
        int64_t *row = xmalloc(n * sizeof *row);
        for (uint32_t i = 0; i < n; i++) t[i] = p->sample_types.v[from[i]];
        for (uint32_t s = 0; s < p->samples.n; s++) {
            for (uint32_t i = 0; i < n; i++) row[i] = p->values.v[(size_t)s * old + from[i]];
            memcpy(p->values.v + (size_t)s * n, row, n * sizeof *row);
        }
        memcpy(p->sample_types.v, t, n * sizeof *t);
        p->sample_types.n = n;
        p->values.n = p->samples.n * n;
        free_heap(t);
        free_heap(row);
    }
    free_heap(from);
}

static bool compatible_types(const Profile *p, ProfType a, ProfType b) {
    Str ta = profile_str(p, a.type), tb = profile_str(p, b.type);
    if (ta.n && ta.p[ta.n - 1] == 's') ta.n--;
    if (tb.n && tb.p[tb.n - 1] == 's') tb.n--;
    if (!str_eq(ta, tb)) return false;
    return a.unit == b.unit || measure_same_kind(profile_str(p, a.unit), profile_str(p, b.unit));
}

static double unit_ratio(const Profile *p, StrId from, StrId to) {
    Str unit;
    return measure_scale(1, profile_str(p, from), profile_str(p, to), &unit);
}

static void type_text(StrBuf *sb, const Profile *p, ProfType t) {
    Str a = profile_str(p, t.type), b = profile_str(p, t.unit);
    sb_printf(sb, "%.*s/%.*s", (int)a.n, a.p, (int)b.n, b.p);
}

/* The finest of two compatible types in *least; false and the error when they are not compatible. */
static bool finer(const Profile *p, ProfType *least, ProfType t, const char *what, Arena *a,
                  const char **error) {
    if (!compatible_types(p, *least, t)) {
        StrBuf sb = STRBUF_INIT;
        sb_printf(&sb, "%s: incompatible types: ", what);
        type_text(&sb, p, *least);
        sb_addc(&sb, ' ');
        type_text(&sb, p, t);
        *error = sb_arena(&sb, a);
        return false;
    }
    if (unit_ratio(p, t.unit, least->unit) < 1) *least = t;
    return true;
}

static bool common_types(Profile *ps, uint32_t n, Arena *a, const char **error) {
    VEC(StrId) types = {0};
    Map times = {0};
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t j = 0; j < ps[k].sample_types.n; j++) {
            uint64_t key = (uint64_t)ps[k].sample_types.v[j].type + 1;
            map_put(&times, key, (void *)((uintptr_t)map_get(&times, key) + 1));
        }
    for (uint32_t i = 0; i < ps[0].sample_types.n; i++) {
        StrId t = ps[0].sample_types.v[i].type;
        if ((uintptr_t)map_get(&times, (uint64_t)t + 1) == n) vec_push(a, &types, t);
    }
    map_release(&times);
    if (types.n == 0) {
        *error = "profiles have empty common sample type list";
        return false;
    }
    for (uint32_t k = 0; k < n; k++) keep_types(&ps[k], types.v, types.n);
    return true;
}

static bool common_units(Profile *ps, uint32_t n, Arena *a, const char **error) {
    if (n <= 1) return true;
    uint32_t types = ps[0].sample_types.n;
    ProfType period = ps[0].period_type;
    ProfType *finest = NEW_ARRAY(a, ProfType, types);
    for (uint32_t k = 1; k < n; k++)
        if (!finer(&ps[0], &period, ps[k].period_type, "period type", a, error)) return false;
    for (uint32_t i = 0; i < types; i++) {
        finest[i] = ps[0].sample_types.v[i];
        for (uint32_t k = 1; k < n; k++)
            if (!finer(&ps[0], &finest[i], ps[k].sample_types.v[i], "sample types", a, error)) return false;
    }
    double *ratios = NEW_ARRAY(a, double, types);
    for (uint32_t k = 0; k < n; k++) {
        Profile *p = &ps[k];
        Str unit;
        p->period = int_of_float(measure_scale(p->period, profile_str(p, p->period_type.unit),
                                               profile_str(p, period.unit), &unit));
        p->period_type.unit = period.unit;
        for (uint32_t i = 0; i < types; i++) {
            ratios[i] = unit_ratio(p, p->sample_types.v[i].unit, finest[i].unit);
            p->sample_types.v[i].unit = finest[i].unit;
        }
        profile_scale(p, ratios);
    }
    return true;
}

static bool same_types(const Profile *x, const Profile *y, Arena *a, const char **error) {
    bool period = x->period_type.type == y->period_type.type && x->period_type.unit == y->period_type.unit;
    bool types = x->sample_types.n == y->sample_types.n;
    for (uint32_t i = 0; types && i < x->sample_types.n; i++)
        types = x->sample_types.v[i].type == y->sample_types.v[i].type &&
                x->sample_types.v[i].unit == y->sample_types.v[i].unit;
    if (period && types) return true;
    StrBuf sb = STRBUF_INIT;
    if (!period) {
        Str xt = profile_str(x, x->period_type.type), xu = profile_str(x, x->period_type.unit),
            yt = profile_str(y, y->period_type.type), yu = profile_str(y, y->period_type.unit);
        sb_printf(&sb, "incompatible period types &{%.*s %.*s 0 0} and &{%.*s %.*s 0 0}", (int)xt.n, xt.p,
                  (int)xu.n, xu.p, (int)yt.n, yt.p, (int)yu.n, yu.p);
    } else {
        sb_adds(&sb, "incompatible sample types");
    }
    *error = sb_arena(&sb, a);
    return false;
}

bool profile_normalize(Profile *p, const Profile *base, Arena *a, const char **error) {
    if (!same_types(p, base, a, error)) return false;
    uint32_t n = p->sample_types.n;
    double *ratios = NEW_ARRAY(a, double, n);
    for (uint32_t k = 0; k < n; k++) {
        int64_t sum[2] = {0, 0};
        for (uint32_t i = 0; i < base->samples.n; i++) sum[0] = add64(sum[0], sample_values(base, i)[k]);
        for (uint32_t i = 0; i < p->samples.n; i++) sum[1] = add64(sum[1], sample_values(p, i)[k]);
        ratios[k] = sum[1] ? (double)sum[0] / (double)sum[1] : 0;
    }
    profile_scale(p, ratios);
    return true;
}

/* ---- merging ---- */

/* A set of keys of bytes, each with the index of what it stands for: the keys lie one after another in one
 * buffer. */
typedef struct KeySet {
    StrBuf bytes;
    VEC(size_t) ends;
    uint32_t *slots, nslots;
} KeySet;

static uint32_t *key_slot(const KeySet *s, const char *p, size_t n) {
    uint32_t mask = s->nslots - 1;
    for (uint32_t i = (uint32_t)hash_bytes(p, n, 7) & mask;; i = (i + 1) & mask) {
        uint32_t k = s->slots[i];
        if (!k) return &s->slots[i];
        size_t from = k > 1 ? s->ends.v[k - 2] : 0;
        if (s->ends.v[k - 1] - from == n && memcmp(s->bytes.buf + from, p, n) == 0) return &s->slots[i];
    }
}

/* The number of the key (from 0, in the order of arrival); *added when it is new. */
static uint32_t key_add(KeySet *s, const void *key, size_t n, bool *added) {
    if (s->ends.n * 2 >= s->nslots) {
        s->nslots = s->nslots ? s->nslots * 2 : 256;
        free_heap(s->slots);
        s->slots = xcalloc(s->nslots, sizeof *s->slots);
        for (uint32_t i = 0; i < s->ends.n; i++) {
            size_t from = i ? s->ends.v[i - 1] : 0;
            *key_slot(s, s->bytes.buf + from, s->ends.v[i] - from) = i + 1;
        }
    }
    uint32_t *slot = key_slot(s, key, n);
    *added = !*slot;
    if (*added) {
        sb_add(&s->bytes, key, n);
        vec_push(NULL, &s->ends, s->bytes.n);
        *slot = s->ends.n;
    }
    return *slot - 1;
}

static void key_release(KeySet *s) {
    sb_release(&s->bytes);
    vec_free(&s->ends);
    free_heap(s->slots);
}

typedef struct Merger {
    Profile *to;
    const Profile *from;
    KeySet functions, mappings, locations, samples;
    uint32_t *function_of, *mapping_of, *location_of; /* of the source being merged; NO_INDEX: not yet */
    int64_t *mapping_shift;
    StrBuf key;
} Merger;

static void put(StrBuf *sb, const void *p, size_t n) { sb_add(sb, p, n); }
#define PUT(sb, x) put((sb), &(x), sizeof(x))

static uint32_t map_function(Merger *m, uint32_t index) {
    if (m->function_of[index] != NO_INDEX) return m->function_of[index];
    ProfFunction f = m->from->functions.v[index];
    struct {
        int64_t start_line;
        StrId name, system_name, file, pad;
    } key = {f.start_line, f.name, f.system_name, f.file, 0};
    bool added;
    uint32_t k = key_add(&m->functions, &key, sizeof key, &added);
    if (added) {
        f.id = (uint64_t)k + 1;
        vec_push(NULL, &m->to->functions, f);
    }
    return m->function_of[index] = k;
}

static uint32_t map_mapping(Merger *m, uint32_t index) {
    if (index == NO_INDEX || m->mapping_of[index] != NO_INDEX)
        return index == NO_INDEX ? index : m->mapping_of[index];
    ProfMapping x = m->from->mappings.v[index];
    uint64_t size = x.limit - x.start + 0xFFF;
    struct {
        uint64_t size, offset, file;
    } key = {size - size % 0x1000, x.offset, x.build_id ? x.build_id : x.file};
    bool added;
    uint32_t k = key_add(&m->mappings, &key, sizeof key, &added);
    m->mapping_shift[index] = 0;
    if (added) {
        x.id = (uint64_t)k + 1;
        vec_push(NULL, &m->to->mappings, x);
    } else {
        m->mapping_shift[index] = (int64_t)(m->to->mappings.v[k].start - x.start);
    }
    return m->mapping_of[index] = k;
}

static uint32_t map_location(Merger *m, uint32_t index) {
    if (m->location_of[index] != NO_INDEX) return m->location_of[index];
    ProfLocation l = m->from->locations.v[index];
    uint32_t mapping = map_mapping(m, l.mapping), from = m->to->lines.n, lines = l.line;
    if (l.mapping != NO_INDEX) l.address += (uint64_t)m->mapping_shift[l.mapping];
    uint64_t address = mapping == NO_INDEX ? l.address : l.address - m->to->mappings.v[mapping].start;
    m->key.n = 0;
    PUT(&m->key, address);
    PUT(&m->key, mapping);
    PUT(&m->key, l.folded);
    for (uint32_t i = 0; i < l.nline; i++) {
        ProfLine ln = m->from->lines.v[lines + i];
        ln.function = map_function(m, ln.function);
        vec_push(NULL, &m->to->lines, ln);
        PUT(&m->key, ln.function);
        PUT(&m->key, ln.line);
        if (i + 1 == l.nline) PUT(&m->key, ln.column); /* only the outermost column counts */
    }
    bool added;
    uint32_t k = key_add(&m->locations, m->key.buf, m->key.n, &added);
    if (added) {
        l.id = (uint64_t)k + 1;
        l.mapping = mapping;
        l.line = from;
        vec_push(NULL, &m->to->locations, l);
    } else {
        m->to->lines.n = from;
    }
    return m->location_of[index] = k;
}

static bool all_zero(const int64_t *v, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (v[i]) return false;
    return true;
}

static void map_sample(Merger *m, uint32_t index) {
    const Profile *from = m->from;
    Profile *to = m->to;
    ProfSample s = from->samples.v[index];
    uint32_t frame = to->frames.n, n = to->sample_types.n;
    const int64_t *v = sample_values(from, index);
    for (uint32_t i = 0; i < s.nframe; i++) {
        uint32_t l = map_location(m, from->frames.v[s.frame + i]);
        vec_push(NULL, &to->frames, l);
    }
    m->key.n = 0;
    PUT(&m->key, s.nframe);
    if (s.nframe) put(&m->key, to->frames.v + frame, s.nframe * sizeof *to->frames.v);
    for (uint32_t i = 0; i < s.nlabel; i++) {
        const ProfLabel *l = &from->labels.v[s.label + i];
        PUT(&m->key, l->key);
        PUT(&m->key, l->is_num);
        PUT(&m->key, l->str);
        PUT(&m->key, l->unit);
        PUT(&m->key, l->num);
    }
    bool added;
    uint32_t k = key_add(&m->samples, m->key.buf, m->key.n, &added);
    if (!added) {
        int64_t *sum = sample_values(to, k);
        for (uint32_t i = 0; i < n; i++) sum[i] = add64(sum[i], v[i]);
        to->frames.n = frame;
        return;
    }
    uint32_t label = to->labels.n;
    for (uint32_t i = 0; i < s.nlabel; i++) vec_push(NULL, &to->labels, from->labels.v[s.label + i]);
    vec_push(NULL, &to->samples, ((ProfSample){frame, s.nframe, label, s.nlabel}));
    for (uint32_t i = 0; i < n; i++) vec_push(NULL, &to->values, v[i]);
}

static uint32_t *unmapped(uint32_t n) {
    uint32_t *v = xmalloc(((size_t)n + 1) * sizeof *v);
    memset(v, 0xFF, ((size_t)n + 1) * sizeof *v);
    return v;
}

static void merge_headers(Profile *to, const Profile *from, uint32_t n) {
    Map comments = {0};
    to->drop_frames = from[0].drop_frames;
    to->keep_frames = from[0].keep_frames;
    to->period_type = from[0].period_type;
    for (uint32_t i = 0; i < from[0].sample_types.n; i++)
        vec_push(NULL, &to->sample_types, from[0].sample_types.v[i]);
    for (uint32_t k = 0; k < n; k++) {
        const Profile *p = &from[k];
        to->size += p->size;
        if (to->time_nanos == 0 || p->time_nanos < to->time_nanos) to->time_nanos = p->time_nanos;
        to->duration_nanos = add64(to->duration_nanos, p->duration_nanos);
        if (to->period == 0 || to->period < p->period) to->period = p->period;
        for (uint32_t i = 0; i < p->comments.n; i++) {
            if (map_has(&comments, (uint64_t)p->comments.v[i] + 1)) continue;
            map_put(&comments, (uint64_t)p->comments.v[i] + 1, to);
            vec_push(NULL, &to->comments, p->comments.v[i]);
        }
        if (!to->default_sample_type) to->default_sample_type = p->default_sample_type;
        if (!to->doc_url) to->doc_url = p->doc_url;
    }
    map_release(&comments);
}

static void merge(Profile *to, Profile *from, uint32_t n) {
    Merger m = {.to = to};
    profile_init(to, from[0].strs);
    merge_headers(to, from, n);
    for (uint32_t k = 0; k < n; k++) {
        const Profile *p = m.from = &from[k];
        m.function_of = unmapped(p->functions.n);
        m.mapping_of = unmapped(p->mappings.n);
        m.location_of = unmapped(p->locations.n);
        m.mapping_shift = xcalloc((size_t)p->mappings.n + 1, sizeof *m.mapping_shift);
        if (to->mappings.n == 0 && p->mappings.n) map_mapping(&m, 0); /* the first is the program itself */
        for (uint32_t i = 0; i < p->samples.n; i++)
            if (!all_zero(sample_values(p, i), p->sample_types.n)) map_sample(&m, i);
        free_heap(m.function_of);
        free_heap(m.mapping_of);
        free_heap(m.location_of);
        free_heap(m.mapping_shift);
        profile_release(&from[k]);
    }
    key_release(&m.functions);
    key_release(&m.mappings);
    key_release(&m.locations);
    key_release(&m.samples);
    sb_release(&m.key);
    for (uint32_t i = 0; i < to->samples.n; i++) {
        if (!all_zero(sample_values(to, i), to->sample_types.n)) continue;
        Profile whole = *to; /* something came to zero: what only it used goes too */
        merge(to, &whole, 1);
        return;
    }
}

bool profile_combine(Profile *to, Profile *from, uint32_t n, Arena *a, const char **error) {
    bool good = common_types(from, n, a, error) && common_units(from, n, a, error);
    for (uint32_t k = 1; good && k < n; k++) good = same_types(&from[0], &from[k], a, error);
    if (!good) {
        for (uint32_t k = 0; k < n; k++) profile_release(&from[k]);
        return false;
    }
    if (n == 1) *to = from[0];
    else merge(to, from, n);
    return true;
}
