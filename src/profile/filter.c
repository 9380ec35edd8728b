/* What is left of a profile: samples chosen by names and labels, frames hidden or cut off, detail given up.
 *
 * A name is matched once for each function and mapping, not once for each frame. The order of steps is
 * pprof's where the result depends on it; a location is matched before lines of it are hidden, for
 * example. */
#include "base/number.h"
#include "base/unicode.h"
#include "profile/measure.h"
#include "profile/profile.h"
#include <stdlib.h>

/* ---- names ---- */

/* Which functions and mappings an expression matches. */
typedef struct NameMatch {
    Regex *re;
    uint8_t *function, *mapping; /* 0: not asked yet, 1: no, 2: yes */
} NameMatch;

static void names_init(NameMatch *m, const Profile *p, Regex *re) {
    m->re = re;
    m->function = m->mapping = NULL;
    if (!re) return;
    m->function = xcalloc((size_t)p->functions.n + 1, 1);
    m->mapping = xcalloc((size_t)p->mappings.n + 1, 1);
}

static void names_release(NameMatch *m) {
    free_heap(m->function);
    free_heap(m->mapping);
}

static bool function_matches(NameMatch *m, const Profile *p, uint32_t f) {
    if (!m->function[f]) {
        const ProfFunction *fn = &p->functions.v[f];
        bool yes =
            regex_match(m->re, profile_str(p, fn->name)) || regex_match(m->re, profile_str(p, fn->file));
        m->function[f] = yes ? 2 : 1;
    }
    return m->function[f] == 2;
}

static bool mapping_matches(NameMatch *m, const Profile *p, uint32_t i) {
    if (i == NO_INDEX) return false;
    if (!m->mapping[i]) m->mapping[i] = regex_match(m->re, profile_str(p, p->mappings.v[i].file)) ? 2 : 1;
    return m->mapping[i] == 2;
}

static bool location_matches(NameMatch *m, const Profile *p, const ProfLocation *l) {
    for (uint32_t i = 0; i < l->nline; i++)
        if (function_matches(m, p, p->lines.v[l->line + i].function)) return true;
    return mapping_matches(m, p, l->mapping);
}

/* Keeps the lines that match, or those that don't. A mapping that matches stands for all its lines. */
static void keep_lines(NameMatch *m, Profile *p, ProfLocation *l, bool matching) {
    uint32_t n = 0;
    if (mapping_matches(m, p, l->mapping)) {
        if (!matching) l->nline = 0;
        return;
    }
    for (uint32_t i = 0; i < l->nline; i++) {
        ProfLine ln = p->lines.v[l->line + i];
        if (function_matches(m, p, ln.function) == matching) p->lines.v[l->line + n++] = ln;
    }
    l->nline = n;
}

void profile_keep_samples(Profile *p, const bool *keep) {
    uint32_t n = 0, row = p->sample_types.n;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        if (!keep[i]) continue;
        if (n != i) {
            p->samples.v[n] = p->samples.v[i];
            memcpy(sample_values(p, n), sample_values(p, i), row * sizeof(int64_t));
        }
        n++;
    }
    p->samples.n = n;
    p->values.n = n * row;
}

FilterMatches profile_filter_names(Profile *p, Regex *focus, Regex *ignore, Regex *hide, Regex *show) {
    FilterMatches r = {0};
    if (!focus && !ignore && !hide && !show) {
        r.focus = true;
        return r;
    }
    NameMatch mf, mi, mh, ms;
    names_init(&mf, p, focus);
    names_init(&mi, p, ignore);
    names_init(&mh, p, hide);
    names_init(&ms, p, show);
    enum { FOCUSED = 1, IGNORED = 2, HIDDEN = 4 };
    uint8_t *state = xcalloc((size_t)p->locations.n + 1, 1);
    bool any_hidden = false;
    for (uint32_t i = 0; i < p->locations.n; i++) {
        ProfLocation *l = &p->locations.v[i];
        if (ignore && location_matches(&mi, p, l)) r.ignore = true, state[i] |= IGNORED;
        else if (!focus || location_matches(&mf, p, l)) r.focus = true, state[i] |= FOCUSED;
        if (hide && location_matches(&mh, p, l)) {
            r.hide = true;
            keep_lines(&mh, p, l, false);
            if (l->nline == 0) state[i] |= HIDDEN;
        }
        if (show) {
            keep_lines(&ms, p, l, true);
            if (l->nline == 0) state[i] |= HIDDEN;
            else r.show = true;
        }
        any_hidden |= (state[i] & HIDDEN) != 0;
    }
    bool *keep = xcalloc((size_t)p->samples.n + 1, 1);
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        uint32_t *frames = s->nframe ? p->frames.v + s->frame : NULL, n = 0;
        for (uint32_t k = 0; k < s->nframe; k++) {
            keep[i] |= (state[frames[k]] & FOCUSED) != 0;
            if (!(state[frames[k]] & IGNORED)) continue;
            keep[i] = false;
            break;
        }
        if (!keep[i] || !any_hidden) continue;
        for (uint32_t k = 0; k < s->nframe; k++)
            if (!(state[frames[k]] & HIDDEN)) frames[n++] = frames[k];
        s->nframe = n;
        keep[i] = n > 0;
    }
    profile_keep_samples(p, keep);
    free_heap(keep);
    free_heap(state);
    names_release(&mf);
    names_release(&mi);
    names_release(&mh);
    names_release(&ms);
    return r;
}

bool profile_show_from(Profile *p, Regex *from) {
    if (!from) return false;
    NameMatch m;
    bool any = false;
    names_init(&m, p, from);
    bool *cut = xcalloc((size_t)p->locations.n + 1, 1), *keep = xcalloc((size_t)p->samples.n + 1, 1);
    for (uint32_t i = 0; i < p->locations.n; i++) {
        ProfLocation *l = &p->locations.v[i];
        if (mapping_matches(&m, p, l->mapping)) {
            cut[i] = true;
        } else {
            for (uint32_t k = l->nline; k-- > 0;) {
                if (!function_matches(&m, p, p->lines.v[l->line + k].function)) continue;
                l->nline = k + 1;
                cut[i] = true;
                break;
            }
        }
        any |= cut[i];
    }
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        for (uint32_t k = s->nframe; k-- > 0;) {
            if (!cut[p->frames.v[s->frame + k]]) continue;
            s->nframe = k + 1;
            keep[i] = true;
            break;
        }
    }
    profile_keep_samples(p, keep);
    free_heap(cut);
    free_heap(keep);
    names_release(&m);
    return any;
}

/* ---- pruning ---- */

/* A name up to its argument list; C++'s "(anonymous namespace)" and "operator()" are part of it. */
static Str simple_name(Str f) {
    if (f.n && f.p[0] == '.') f.p++, f.n--;
    for (size_t i = 0; i < f.n; i++) {
        static const char anonymous[] = "(anonymous namespace)", op[] = "operator()";
        if (f.p[i] == 'o' && f.n - i >= sizeof op - 1 && !memcmp(f.p + i, op, sizeof op - 1)) {
            i += sizeof op - 2;
            continue;
        }
        if (f.p[i] != '(') continue;
        if (f.n - i >= sizeof anonymous - 1 && !memcmp(f.p + i, anonymous, sizeof anonymous - 1)) {
            i += sizeof anonymous - 2;
            continue;
        }
        f.n = i;
        break;
    }
    return f;
}

/* For each function whether frames of it are to be dropped. */
static bool *matching_functions(const Profile *p, Regex *drop, Regex *keep) {
    bool *match = xcalloc((size_t)p->functions.n + 1, 1);
    for (uint32_t i = 0; i < p->functions.n; i++) {
        Str name = profile_str(p, p->functions.v[i].name);
        if (name.n == 0) continue;
        name = simple_name(name);
        match[i] = regex_match(drop, name) && !(keep && regex_match(keep, name));
    }
    return match;
}

void profile_prune(Profile *p, Regex *drop, Regex *keep) {
    bool *match = matching_functions(p, drop, keep);
    enum { WHOLE = 1, BENEATH = 2 };
    uint8_t *state = xcalloc((size_t)p->locations.n + 1, 1);
    for (uint32_t i = 0; i < p->locations.n; i++) {
        ProfLocation *l = &p->locations.v[i];
        for (uint32_t k = l->nline; k-- > 0;) {
            if (!match[p->lines.v[l->line + k].function]) continue;
            state[i] |= BENEATH;
            if (k + 1 == l->nline) {
                state[i] |= WHOLE;
            } else {
                l->line += k + 1;
                l->nline -= k + 1;
            }
            break;
        }
    }
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        bool found_user =
            false; /* frames before the first one of the user's stay: else nothing might be left */
        for (uint32_t k = s->nframe; k-- > 0;) {
            uint8_t st = state[p->frames.v[s->frame + k]];
            if (!st) {
                found_user = true;
                continue;
            }
            if (!found_user) continue;
            uint32_t cut = st & WHOLE ? k + 1 : k;
            s->frame += cut;
            s->nframe -= cut;
            break;
        }
    }
    free_heap(match);
    free_heap(state);
}

void profile_prune_from(Profile *p, Regex *from) {
    bool *match = matching_functions(p, from, NULL), *beneath = xcalloc((size_t)p->locations.n + 1, 1);
    for (uint32_t i = 0; i < p->locations.n; i++) {
        ProfLocation *l = &p->locations.v[i];
        for (uint32_t k = 0; k < l->nline; k++) {
            if (!match[p->lines.v[l->line + k].function]) continue;
            beneath[i] = true;
            l->line += k;
            l->nline -= k;
            break;
        }
    }
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        for (uint32_t k = 0; k < s->nframe; k++) {
            if (!beneath[p->frames.v[s->frame + k]]) continue;
            s->frame += k;
            s->nframe -= k;
            break;
        }
    }
    free_heap(match);
    free_heap(beneath);
}

/* ---- labels ---- */

void profile_filter_tag_names(Profile *p, Regex *show, Regex *hide, bool *shown, bool *hidden) {
    *shown = *hidden = false;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        uint32_t n = 0;
        for (uint32_t k = 0; k < s->nlabel; k++) {
            ProfLabel l = p->labels.v[s->label + k];
            Str key = profile_str(p, l.key);
            bool showing = !show || regex_match(show, key), hiding = hide && regex_match(hide, key);
            *shown |= showing;
            *hidden |= hiding;
            if (showing && !hiding) p->labels.v[s->label + n++] = l;
        }
        s->nlabel = n;
    }
}

static int unit_index(const LabelUnits *u, StrId key) {
    return (int)(uintptr_t)map_get(&u->index, (uint64_t)key + 1) - 1;
}

void label_units_release(LabelUnits *u) {
    vec_free(&u->keys);
    vec_free(&u->units);
    map_release(&u->index);
}

static int by_text(const void *a, const void *b, void *p) {
    return str_cmp(profile_str(p, *(const StrId *)a), profile_str(p, *(const StrId *)b));
}

void profile_label_units(const Profile *p, LabelUnits *out, StrBuf *err) {
    VEC(ProfLabel) odd = {0}; /* key and another unit */
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < p->samples.n; i++) {
        const ProfSample *s = &p->samples.v[i];
        for (uint32_t k = 0; k < s->nlabel; k++) {
            const ProfLabel *l = &p->labels.v[s->label + k];
            if (!l->is_num) continue;
            int at = unit_index(out, l->key);
            if (at < 0) {
                vec_push(NULL, &out->keys, l->key);
                vec_push(NULL, &out->units, l->unit);
                map_put(&out->index, (uint64_t)l->key + 1, (void *)(uintptr_t)out->keys.n);
            } else if (!out->units.v[at]) {
                out->units.v[at] = l->unit;
            } else if (l->unit && l->unit != out->units.v[at]) {
                bool known = false;
                for (uint32_t j = 0; j < odd.n && !known; j++)
                    known = odd.v[j].key == l->key && odd.v[j].unit == l->unit;
                if (!known && odd.n < 1000) vec_push(NULL, &odd, *l);
            }
        }
    }
    for (uint32_t i = 0; i < out->keys.n; i++) {
        StrId key = out->keys.v[i];
        VEC(StrId) others = {0};
        Str name = profile_str(p, key);
        if (!out->units.v[i]) {
            bool bytes = str_is(name, "alignment") || str_is(name, "request");
            out->units.v[i] = bytes ? strtab_add(p->strs, "bytes", 5) : key;
        }
        for (uint32_t j = 0; j < odd.n; j++)
            if (odd.v[j].key == key) vec_push(NULL, &others, odd.v[j].unit);
        if (!others.n) continue;
        qsort_r(others.v, others.n, sizeof *others.v, by_text, (void *)(uintptr_t)p);
        Str unit = profile_str(p, out->units.v[i]);
        sb_printf(err, "For tag %.*s used unit %.*s, also encountered unit(s) ", (int)name.n, name.p,
                  (int)unit.n, unit.p);
        for (uint32_t j = 0; j < others.n; j++) {
            Str o = profile_str(p, others.v[j]);
            if (j) sb_adds(err, ", ");
            sb_add(err, o.p, o.n);
        }
        sb_addc(err, '\n');
        vec_free(&others);
    }
    vec_free(&odd);
}

Str label_unit(const Profile *p, const LabelUnits *u, StrId key) {
    int i = unit_index(u, key);
    return i < 0 ? (Str){"", 0} : profile_str(p, u->units.v[i]);
}

/* ---- detail ---- */

void profile_aggregate(Profile *p, bool inlines, bool function, bool file, bool line, bool column,
                       bool address) {
    for (uint32_t i = 0; i < p->mappings.n; i++) {
        ProfMapping *m = &p->mappings.v[i];
        m->has_inline_frames &= inlines;
        m->has_functions &= function;
        m->has_filenames &= file;
        m->has_line_numbers &= line;
    }
    for (uint32_t i = 0; i < p->functions.n; i++) {
        ProfFunction *f = &p->functions.v[i];
        if (!function) f->name = f->system_name = 0;
        if (!file) f->file = 0;
    }
    for (uint32_t i = 0; i < p->locations.n; i++) {
        ProfLocation *l = &p->locations.v[i];
        if (!inlines && l->nline > 1) {
            l->line += l->nline - 1;
            l->nline = 1;
        }
        for (uint32_t k = 0; k < l->nline; k++) {
            ProfLine *ln = &p->lines.v[l->line + k];
            if (!line) ln->line = 0;
            if (!line || !column) ln->column = 0;
        }
        if (!address) l->address = 0;
    }
}

/* ---- frames of labels ---- */

typedef struct LabelFrames {
    Profile *p;
    Str unit;
    uint64_t next_location, next_function;
    Map known; /* name and file to a location's index + 1 */
    bool matched;
} LabelFrames;

/* The location that stands for a sample's values of a label, "" when it has none. */
static uint32_t label_location(LabelFrames *f, const ProfSample *s, StrId key) {
    Profile *p = f->p;
    StrBuf name = STRBUF_INIT;
    bool has_units = false, any = false;
    for (uint32_t i = 0; i < s->nlabel; i++)
        has_units |= p->labels.v[s->label + i].key == key && p->labels.v[s->label + i].unit;
    for (uint32_t i = 0; i < s->nlabel; i++) {
        const ProfLabel *l = &p->labels.v[s->label + i];
        if (l->key != key) continue;
        if (any) sb_addc(&name, ',');
        any = true;
        Str text = profile_str(p, l->str);
        if (!l->is_num) sb_add(&name, text.p, text.n);
        else if (has_units) measure_label(&name, l->num, profile_str(p, l->unit), f->unit);
        else measure_label(&name, l->num, (Str){"", 0}, (Str){"", 0});
    }
    f->matched |= any;
    StrId id = strtab_add(p->strs, sb_str(&name), name.n);
    sb_release(&name);
    uint64_t k = ((uint64_t)id << 32 | key) + 1;
    void *known = map_get(&f->known, k);
    if (known) return (uint32_t)((uintptr_t)known - 1);
    uint32_t at = p->locations.n;
    vec_push(NULL, &p->functions, ((ProfFunction){.id = f->next_function++, .name = id, .file = key}));
    vec_push(NULL, &p->lines, ((ProfLine){.function = p->functions.n - 1}));
    vec_push(
        NULL, &p->locations,
        ((ProfLocation){.id = f->next_location++, .mapping = NO_INDEX, .line = p->lines.n - 1, .nline = 1}));
    map_put(&f->known, k, (void *)((uintptr_t)at + 1));
    return at;
}

void profile_add_label_frames(Profile *p, const StrId *root, uint32_t nroot, const StrId *leaf,
                              uint32_t nleaf, Str unit, bool *root_matched, bool *leaf_matched) {
    LabelFrames f = {.p = p, .unit = unit};
    *root_matched = *leaf_matched = false;
    if (nroot + nleaf == 0) return;
    for (uint32_t i = 0; i < p->locations.n; i++)
        f.next_location = MAX(f.next_location, p->locations.v[i].id);
    for (uint32_t i = 0; i < p->functions.n; i++)
        f.next_function = MAX(f.next_function, p->functions.v[i].id);
    f.next_location++;
    f.next_function++;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample s = p->samples.v[i], old = s;
        uint32_t *roots = xmalloc((nroot + 1) * sizeof *roots);
        f.matched = false;
        for (uint32_t k = 0; k < nroot; k++) roots[k] = label_location(&f, &s, root[nroot - 1 - k]);
        *root_matched |= f.matched;
        f.matched = false;
        s.frame = p->frames.n;
        for (uint32_t k = 0; k < nleaf; k++) {
            uint32_t l = label_location(&f, &s, leaf[nleaf - 1 - k]);
            vec_push(NULL, &p->frames, l);
        }
        *leaf_matched |= f.matched;
        for (uint32_t k = 0; k < old.nframe; k++) {
            uint32_t l = p->frames.v[old.frame + k];
            vec_push(NULL, &p->frames, l);
        }
        for (uint32_t k = 0; k < nroot; k++) vec_push(NULL, &p->frames, roots[k]);
        s.nframe = p->frames.n - s.frame;
        p->samples.v[i] = s;
        free_heap(roots);
    }
    map_release(&f.known);
}

/* ---- which value ---- */

int profile_sample_index(const Profile *p, Str name, Arena *a, const char **error) {
    uint32_t n = p->sample_types.n;
    if (name.n == 0) {
        if (p->default_sample_type)
            for (uint32_t i = 0; i < n; i++)
                if (p->sample_types.v[i].type == p->default_sample_type) return (int)i;
        return (int)n - 1;
    }
    const char *text = arena_strndup(a, name.p, name.n);
    int64_t v;
    if (!number_int(text, 10, 64, &v)) {
        if (v >= 0 && v < (int64_t)n) return (int)v;
        *error = arena_printf(a, "sample_index %s is outside the range [0..%d]", text, (int)n - 1);
        return -1;
    }
    Str bare = name;
    if (bare.n > 6 && !memcmp(bare.p, "inuse_", 6)) bare.p += 6, bare.n -= 6;
    for (uint32_t i = 0; i < n; i++) {
        Str t = profile_str(p, p->sample_types.v[i].type);
        if (str_eq(t, name) || str_eq(t, bare)) return (int)i;
    }
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "sample_index ");
    sb_add_quoted(&sb, name.p, name.n);
    sb_adds(&sb, " must be one of: [");
    for (uint32_t i = 0; i < n; i++) {
        Str t = profile_str(p, p->sample_types.v[i].type);
        sb_printf(&sb, "%s%.*s", i ? " " : "", (int)t.n, t.p);
    }
    sb_addc(&sb, ']');
    *error = sb_arena(&sb, a);
    return -1;
}
