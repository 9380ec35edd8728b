/* Writing profile.proto, field by field in the order in which pprof writes: what it reads back is what was
 * written, and the bytes are the same as pprof's. Strings are numbered in the order of their first use; a
 * message inside another is written where it belongs and moved aside by the size of its length. */
#include "profile/profile.h"
#include <stdlib.h>

typedef struct Writer {
    const Profile *p;
    StrBuf *out;
    uint32_t *number; /* by StrId: its number + 1 */
    uint32_t nnumber;
    VEC(StrId) strings;
} Writer;

static uint64_t string_number(Writer *w, StrId s) {
    if (s >= w->nnumber) { /* the shared table has grown meanwhile */
        uint32_t n = MAX(w->p->strs->strs.n, s + 1);
        w->number = xrealloc(w->number, n * sizeof *w->number);
        memset(w->number + w->nnumber, 0, (n - w->nnumber) * sizeof *w->number);
        w->nnumber = n;
    }
    if (!w->number[s]) {
        vec_push(NULL, &w->strings, s);
        w->number[s] = w->strings.n;
    }
    return w->number[s] - 1;
}

static int varint(char buf[10], uint64_t v) {
    int n = 0;
    for (; v >= 0x80; v >>= 7) buf[n++] = (char)(v | 0x80);
    buf[n++] = (char)v;
    return n;
}

static void put_varint(StrBuf *out, uint64_t v) {
    char buf[10];
    sb_add(out, buf, (size_t)varint(buf, v));
}

static void put_number(StrBuf *out, uint32_t field, uint64_t v) {
    put_varint(out, (uint64_t)field << 3);
    put_varint(out, v);
}

static void put_optional(StrBuf *out, uint32_t field, uint64_t v) {
    if (v) put_number(out, field, v);
}

/* Turns what was added since `from` into a field with a length. */
static void close_message(StrBuf *out, uint32_t field, size_t from) {
    char head[20];
    size_t len = out->n - from;
    int n = varint(head, (uint64_t)field << 3 | 2);
    n += varint(head + n, len);
    sb_add(out, head, (size_t)n); /* makes room */
    memmove(out->buf + from + n, out->buf + from, len);
    memcpy(out->buf + from, head, (size_t)n);
}

static void put_value_type(Writer *w, uint32_t field, ProfType t) {
    size_t from = w->out->n;
    put_optional(w->out, 1, string_number(w, t.type));
    put_optional(w->out, 2, string_number(w, t.unit));
    close_message(w->out, field, from);
}

static void put_sample(Writer *w, uint32_t i) {
    const Profile *p = w->p;
    const ProfSample *s = &p->samples.v[i];
    StrBuf *out = w->out;
    size_t from = out->n;
    for (uint32_t k = 0; k < s->nframe; k++) {
        uint64_t id = p->locations.v[p->frames.v[s->frame + k]].id;
        if (s->nframe > 2) put_varint(out, id);
        else put_number(out, 1, id);
    }
    if (s->nframe > 2) close_message(out, 1, from);
    size_t values = out->n;
    for (uint32_t k = 0; k < p->sample_types.n; k++) {
        uint64_t v = (uint64_t)sample_values(p, i)[k];
        if (p->sample_types.n > 2) put_varint(out, v);
        else put_number(out, 2, v);
    }
    if (p->sample_types.n > 2) close_message(out, 2, values);
    for (uint32_t k = 0; k < s->nlabel; k++) {
        const ProfLabel *l = &p->labels.v[s->label + k];
        size_t at = out->n;
        put_optional(out, 1, string_number(w, l->key));
        if (!l->is_num) {
            put_optional(out, 2, string_number(w, l->str));
        } else {
            bool units = l->unit != 0; /* of any of the key's values */
            for (uint32_t j = 0; j < s->nlabel && !units; j++)
                units = p->labels.v[s->label + j].key == l->key && p->labels.v[s->label + j].unit;
            put_optional(out, 3, (uint64_t)l->num);
            put_optional(out, 4, units ? string_number(w, l->unit) : 0);
        }
        close_message(out, 3, at);
    }
    close_message(out, 2, from);
}

static void put_location(Writer *w, const ProfLocation *l) {
    StrBuf *out = w->out;
    size_t from = out->n;
    put_optional(out, 1, l->id);
    put_optional(out, 2, l->mapping == NO_INDEX ? 0 : w->p->mappings.v[l->mapping].id);
    put_optional(out, 3, l->address);
    for (uint32_t i = 0; i < l->nline; i++) {
        const ProfLine *ln = &w->p->lines.v[l->line + i];
        size_t at = out->n;
        put_optional(out, 1, w->p->functions.v[ln->function].id);
        put_optional(out, 2, (uint64_t)ln->line);
        put_optional(out, 3, (uint64_t)ln->column);
        close_message(out, 4, at);
    }
    put_optional(out, 5, l->folded);
    close_message(out, 4, from);
}

static void put_mapping(Writer *w, const ProfMapping *m) {
    StrBuf *out = w->out;
    size_t from = out->n;
    put_optional(out, 1, m->id);
    put_optional(out, 2, m->start);
    put_optional(out, 3, m->limit);
    put_optional(out, 4, m->offset);
    put_optional(out, 5, string_number(w, m->file));
    put_optional(out, 6, string_number(w, m->build_id));
    put_optional(out, 7, m->has_functions);
    put_optional(out, 8, m->has_filenames);
    put_optional(out, 9, m->has_line_numbers);
    put_optional(out, 10, m->has_inline_frames);
    close_message(out, 3, from);
}

static void put_function(Writer *w, const ProfFunction *f) {
    StrBuf *out = w->out;
    size_t from = out->n;
    put_optional(out, 1, f->id);
    put_optional(out, 2, string_number(w, f->name));
    put_optional(out, 3, string_number(w, f->system_name));
    put_optional(out, 4, string_number(w, f->file));
    put_optional(out, 5, (uint64_t)f->start_line);
    close_message(out, 5, from);
}

void profile_write(const Profile *p, StrBuf *out) {
    Writer w = {.p = p, .out = out};
    string_number(&w, 0);
    for (uint32_t i = 0; i < p->sample_types.n; i++) put_value_type(&w, 1, p->sample_types.v[i]);
    for (uint32_t i = 0; i < p->samples.n; i++) put_sample(&w, i);
    for (uint32_t i = 0; i < p->mappings.n; i++) put_mapping(&w, &p->mappings.v[i]);
    for (uint32_t i = 0; i < p->locations.n; i++) put_location(&w, &p->locations.v[i]);
    for (uint32_t i = 0; i < p->functions.n; i++) put_function(&w, &p->functions.v[i]);
    uint64_t drop = string_number(&w, p->drop_frames), keep = string_number(&w, p->keep_frames);
    uint64_t type = string_number(&w, p->period_type.type), unit = string_number(&w, p->period_type.unit);
    for (uint32_t i = 0; i < p->comments.n; i++) string_number(&w, p->comments.v[i]);
    uint64_t dflt = string_number(&w, p->default_sample_type), doc = string_number(&w, p->doc_url);
    for (uint32_t i = 0; i < w.strings.n; i++) {
        Str s = profile_str(p, w.strings.v[i]);
        size_t from = out->n;
        sb_add(out, s.p, s.n);
        close_message(out, 6, from);
    }
    put_optional(out, 7, drop);
    put_optional(out, 8, keep);
    put_optional(out, 9, (uint64_t)p->time_nanos);
    put_optional(out, 10, (uint64_t)p->duration_nanos);
    if (type || unit) put_value_type(&w, 11, p->period_type);
    put_optional(out, 12, (uint64_t)p->period);
    size_t from = out->n;
    for (uint32_t i = 0; i < p->comments.n; i++) {
        uint64_t c = string_number(&w, p->comments.v[i]);
        if (p->comments.n > 2) put_varint(out, c);
        else put_number(out, 13, c);
    }
    if (p->comments.n > 2) close_message(out, 13, from);
    put_number(out, 14, dflt);
    put_optional(out, 15, doc);
    free_heap(w.number);
    vec_free(&w.strings);
}
