/* Reading profile.proto.
 *
 * The input streams through a window: a file, perhaps inflated on the way, is never in memory as a whole. The
 * top level of the message is a sequence of fields; each sample, location, function or string is decoded
 * where it lies in the window (which grows to the longest field, and only as bytes really arrive) and goes
 * straight into the columns. References are numbers that may point forward, since writers put the string
 * table last; when the input ends they are turned into indices and checked. A profile that passes has no
 * reference out of range, no duplicate or zero id, and the same number of values in every sample; nothing
 * later needs to check again.
 *
 * The messages are the ones pprof gives. Where pprof would try the text formats of old, this reader says that
 * it does not. */
#include "profile/profile.h"
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* ---- strings ---- */

void strtab_init(StrTab *t) {
    memset(t, 0, sizeof *t);
    arena_init(&t->arena);
    strtab_add(t, "", 0);
}

void strtab_release(StrTab *t) {
    vec_free(&t->strs);
    free_heap(t->slots);
    arena_release(&t->arena);
}

static uint32_t *strtab_slot(const StrTab *t, const char *p, size_t n) {
    uint32_t mask = t->nslots - 1;
    for (uint32_t i = (uint32_t)hash_bytes(p, n, 0) & mask;; i = (i + 1) & mask) {
        uint32_t id = t->slots[i];
        if (!id || (t->strs.v[id - 1].n == n && memcmp(t->strs.v[id - 1].p, p, n) == 0)) return &t->slots[i];
    }
}

StrId strtab_add(StrTab *t, const char *p, size_t n) {
    if (t->strs.n * 2 >= t->nslots) {
        t->nslots = t->nslots ? t->nslots * 2 : 1024;
        free_heap(t->slots);
        t->slots = xcalloc(t->nslots, sizeof *t->slots);
        for (uint32_t i = 0; i < t->strs.n; i++) *strtab_slot(t, t->strs.v[i].p, t->strs.v[i].n) = i + 1;
    }
    uint32_t *slot = strtab_slot(t, p, n);
    if (!*slot) {
        vec_push(NULL, &t->strs, ((Str){arena_strndup(&t->arena, n ? p : "", n), n}));
        *slot = t->strs.n;
    }
    return *slot - 1;
}

int str_cmp(Str a, Str b) {
    size_t n = MIN(a.n, b.n);
    int c = n && a.p != b.p ? memcmp(a.p, b.p, n) : 0;
    return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* ---- life ---- */

void profile_init(Profile *p, StrTab *strs) {
    memset(p, 0, sizeof *p);
    p->strs = strs;
}

void profile_release(Profile *p) {
    vec_free(&p->sample_types);
    vec_free(&p->samples);
    vec_free(&p->values);
    vec_free(&p->frames);
    vec_free(&p->labels);
    vec_free(&p->mappings);
    vec_free(&p->locations);
    vec_free(&p->lines);
    vec_free(&p->functions);
    vec_free(&p->comments);
}

#define COPY_VEC(to, from)                                                                                   \
    ((to)->v = (from)->n ? memcpy(xmalloc((from)->n * sizeof *(from)->v), (from)->v,                         \
                                  (from)->n * sizeof *(from)->v)                                             \
                         : NULL,                                                                             \
     (to)->n = (to)->cap = (from)->n)

void profile_copy(Profile *to, const Profile *from) {
    *to = *from;
    COPY_VEC(&to->sample_types, &from->sample_types);
    COPY_VEC(&to->samples, &from->samples);
    COPY_VEC(&to->values, &from->values);
    COPY_VEC(&to->frames, &from->frames);
    COPY_VEC(&to->labels, &from->labels);
    COPY_VEC(&to->mappings, &from->mappings);
    COPY_VEC(&to->locations, &from->locations);
    COPY_VEC(&to->lines, &from->lines);
    COPY_VEC(&to->functions, &from->functions);
    COPY_VEC(&to->comments, &from->comments);
}

/* ---- the window ---- */

enum { CHUNK = 64 << 10 };

typedef struct Input {
    int fd;             /* -1: from memory */
    const uint8_t *mem; /* what is left there */
    size_t nmem;
    bool zipped, in_member;
    z_stream z;
    uint8_t *raw; /* for inflate to read from */
    uint8_t *buf; /* the window: start..end */
    size_t start, end, cap;
    uint64_t total;
    bool eof;
    const char *error;
} Input;

static size_t raw_read(Input *in, uint8_t *to, size_t n) {
    if (in->fd < 0) {
        n = MIN(n, in->nmem);
        if (n) memcpy(to, in->mem, n);
        in->mem += n;
        in->nmem -= n;
        return n;
    }
    for (;;) {
        ssize_t k = read(in->fd, to, n);
        if (k >= 0) return (size_t)k;
        if (errno == EINTR) continue;
        in->error = errno_text(errno);
        return 0;
    }
}

/* Inflates into the window's free end; members may follow one another. */
static size_t inflate_some(Input *in, uint8_t *to, size_t n) {
    in->z.next_out = to;
    in->z.avail_out = (uInt)n;
    while (in->z.avail_out == n) {
        if (in->z.avail_in == 0) {
            in->z.next_in = in->raw;
            in->z.avail_in = (uInt)raw_read(in, in->raw, CHUNK);
            if (in->z.avail_in == 0) {
                if (in->in_member && !in->error) in->error = "decompressing profile: unexpected EOF";
                return 0;
            }
        }
        int r = inflate(&in->z, Z_NO_FLUSH);
        if (r == Z_STREAM_END) {
            in->in_member = false;
            inflateReset(&in->z);
            continue;
        }
        if (r != Z_OK && r != Z_BUF_ERROR) {
            const char *why = in->z.msg ? in->z.msg : "";
            bool check = !strcmp(why, "incorrect data check") || !strcmp(why, "incorrect length check");
            in->error = check           ? "decompressing profile: gzip: invalid checksum"
                        : in->in_member ? "decompressing profile: flate: corrupt input"
                                        : "decompressing profile: gzip: invalid header";
            return 0;
        }
        if (in->z.avail_out < n || in->z.total_out || in->z.total_in > 10) in->in_member = true;
    }
    return n - in->z.avail_out;
}

/* Makes at least n bytes available at start, unless the input ends before. */
static bool fill(Input *in, uint64_t n) {
    while (in->end - in->start < n) {
        if (in->eof || in->error) return false;
        if (in->start > 0) {
            memmove(in->buf, in->buf + in->start, in->end - in->start);
            in->end -= in->start;
            in->start = 0;
        }
        if (in->cap - in->end < CHUNK) {
            in->cap = in->cap * 2 + 2 * CHUNK;
            in->buf = xrealloc(in->buf, in->cap);
        }
        size_t room = MIN(in->cap - in->end, (size_t)1 << 24);
        size_t got =
            in->zipped ? inflate_some(in, in->buf + in->end, room) : raw_read(in, in->buf + in->end, room);
        if (got == 0) in->eof = true;
        in->end += got;
        in->total += got;
        if (in->total > (uint64_t)3 << 30) in->error = "parsing profile: profile too large (over 3 GiB)";
    }
    return !in->error;
}

static void input_begin(Input *in) {
    uint8_t head[2];
    in->cap = 2 * CHUNK;
    in->buf = xmalloc(in->cap);
    size_t n = raw_read(in, head, 1);
    n += n ? raw_read(in, head + 1, 1) : 0;
    in->zipped = n == 2 && head[0] == 0x1f && head[1] == 0x8b;
    if (!in->zipped) {
        memcpy(in->buf, head, n);
        in->end = n;
        in->total = n;
        return;
    }
    in->raw = xmalloc(CHUNK);
    memcpy(in->raw, head, 2);
    if (inflateInit2(&in->z, 15 + 16) != Z_OK) in->error = "decompressing profile: out of memory";
    in->z.next_in = in->raw;
    in->z.avail_in = 2;
    in->in_member = true;
}

static void input_end(Input *in) {
    if (in->zipped) inflateEnd(&in->z);
    free_heap(in->raw);
    free_heap(in->buf);
}

/* ---- the wire ---- */

typedef struct Bytes {
    const uint8_t *p, *end;
} Bytes;

static inline bool get_varint(Bytes *b, uint64_t *v) {
    const uint8_t *p = b->p;
    if (p < b->end && *p < 0x80) {
        *v = *p;
        b->p = p + 1;
        return true;
    }
    uint64_t u = 0;
    for (int shift = 0; shift < 70 && p < b->end; shift += 7, p++) {
        u |= (uint64_t)(*p & 0x7F) << shift;
        if (*p < 0x80) {
            *v = u;
            b->p = p + 1;
            return true;
        }
    }
    return false;
}

typedef struct Field {
    uint32_t number, type;
    uint64_t v;
    Bytes data; /* type 2 */
} Field;

/* The next field of a message in memory; false at a malformed one. Only with b->p < b->end. */
static bool get_field(Bytes *b, Field *f) {
    uint64_t tag, n;
    if (!get_varint(b, &tag)) return false;
    f->number = tag >> 3 > 1000 ? 1000 : (uint32_t)(tag >> 3);
    f->type = tag & 7;
    switch (f->type) {
    case 0: return get_varint(b, &f->v);
    case 1:
    case 5:
        n = f->type == 1 ? 8 : 4;
        if ((uint64_t)(b->end - b->p) < n) return false;
        b->p += n;
        return true;
    case 2:
        if (!get_varint(b, &n) || n > (uint64_t)(b->end - b->p)) return false;
        f->data = (Bytes){b->p, b->p + n};
        b->p += n;
        return true;
    default: return false;
    }
}

/* ---- decoding ---- */

/* vec_push for the long columns: what is not yet used is not touched, so that it takes no memory. */
static void grow(void **v, uint32_t *cap, size_t elem) {
    *cap = *cap ? *cap * 2 : 64;
    *v = xrealloc(*v, *cap * elem);
}
#define PUSH(vp, x)                                                                                          \
    (*(((vp)->n == (vp)->cap ? grow((void **)&(vp)->v, &(vp)->cap, sizeof *(vp)->v) : (void)0),              \
       &(vp)->v[(vp)->n++]) = (x))

/* A reference before it is resolved: a string's index, or an id. Ids that take more than 31 bits are kept
 * aside. */
enum { BIG_ID = 0x80000000u, BAD_STRING = 0xFFFFFFFFu };

typedef struct Reader {
    Profile *p;
    Input in;
    VEC(StrId) strings; /* of this profile, by index */
    VEC(uint64_t) big_ids;
    Map big_index;
    VEC(uint64_t) mapping_ids;  /* by location */
    uint32_t nvalues;           /* of the first sample */
    uint32_t odd_sample, odd_n; /* the first sample with another number, and that number */
    bool bad, concatenated;
} Reader;

static uint32_t string_ref(uint64_t v) { return v < BAD_STRING ? (uint32_t)v : BAD_STRING; }

static uint32_t id_ref(Reader *r, uint64_t id) {
    if (id < BIG_ID) return (uint32_t)id;
    void *known = map_get(&r->big_index, id);
    if (!known) {
        vec_push(NULL, &r->big_ids, id);
        known = (void *)(uintptr_t)r->big_ids.n;
        map_put(&r->big_index, id, known);
    }
    return BIG_ID | (uint32_t)((uintptr_t)known - 1);
}

static uint64_t id_of_ref(const Reader *r, uint32_t ref) {
    return ref & BIG_ID ? r->big_ids.v[ref & ~BIG_ID] : ref;
}

static bool value_type(Bytes b, ProfType *t) {
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number != 1 && f.number != 2) continue;
        if (f.type != 0) return false;
        *(f.number == 1 ? &t->type : &t->unit) = string_ref(f.v);
    }
    return true;
}

static bool read_label(Reader *r, Bytes b) {
    ProfLabel l = {0};
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number < 1 || f.number > 4) continue;
        if (f.type != 0) return false;
        switch (f.number) {
        case 1: l.key = string_ref(f.v); break;
        case 2: l.str = string_ref(f.v); break;
        case 3: l.num = (int64_t)f.v; break;
        default: l.unit = string_ref(f.v); break;
        }
    }
    l.is_num = l.str == 0;
    PUSH(&r->p->labels, l);
    return true;
}

static bool read_sample(Reader *r, Bytes b) {
    Profile *p = r->p;
    ProfSample s = {.frame = p->frames.n, .label = p->labels.n};
    uint32_t values = p->values.n;
    Field f;
    uint64_t v;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        switch (f.number) {
        case 1:
        case 2:
            if (f.type == 0) {
                if (f.number == 1) PUSH(&p->frames, id_ref(r, f.v));
                else PUSH(&p->values, (int64_t)f.v);
                break;
            }
            if (f.type != 2) return false;
            while (f.data.p < f.data.end) {
                if (!get_varint(&f.data, &v)) return false;
                if (f.number == 1) PUSH(&p->frames, id_ref(r, v));
                else PUSH(&p->values, (int64_t)v);
            }
            break;
        case 3:
            if (f.type != 2 || !read_label(r, f.data)) return false;
            break;
        default: break;
        }
    }
    s.nframe = p->frames.n - s.frame;
    s.nlabel = p->labels.n - s.label;
    uint32_t n = p->values.n - values;
    if (p->samples.n == 0) r->nvalues = n;
    if (n != r->nvalues) { /* refused at the end: keep the rows aligned until then */
        if (r->odd_sample == NO_INDEX) r->odd_sample = p->samples.n, r->odd_n = n;
        p->values.n = values;
        if (r->nvalues <= 64)
            for (uint32_t i = 0; i < r->nvalues; i++) PUSH(&p->values, 0);
    }
    PUSH(&p->samples, s);
    return true;
}

static bool read_mapping(Reader *r, Bytes b) {
    ProfMapping m = {0};
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number < 1 || f.number > 10) continue;
        if (f.type != 0) return false;
        switch (f.number) {
        case 1: m.id = f.v; break;
        case 2: m.start = f.v; break;
        case 3: m.limit = f.v; break;
        case 4: m.offset = f.v; break;
        case 5: m.file = string_ref(f.v); break;
        case 6: m.build_id = string_ref(f.v); break;
        case 7: m.has_functions = f.v != 0; break;
        case 8: m.has_filenames = f.v != 0; break;
        case 9: m.has_line_numbers = f.v != 0; break;
        default: m.has_inline_frames = f.v != 0; break;
        }
    }
    vec_push(NULL, &r->p->mappings, m);
    return true;
}

static bool read_line(Reader *r, Bytes b) {
    ProfLine l = {0};
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number < 1 || f.number > 3) continue;
        if (f.type != 0) return false;
        if (f.number == 1) l.function = id_ref(r, f.v);
        else *(f.number == 2 ? &l.line : &l.column) = (int64_t)f.v;
    }
    PUSH(&r->p->lines, l);
    return true;
}

static bool read_location(Reader *r, Bytes b) {
    ProfLocation l = {.line = r->p->lines.n};
    uint64_t mapping = 0;
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number < 1 || f.number > 5) continue;
        if (f.type != (f.number == 4 ? 2 : 0)) return false;
        switch (f.number) {
        case 1: l.id = f.v; break;
        case 2: mapping = f.v; break;
        case 3: l.address = f.v; break;
        case 4:
            if (!read_line(r, f.data)) return false;
            break;
        default: l.folded = f.v != 0; break;
        }
    }
    l.nline = r->p->lines.n - l.line;
    PUSH(&r->p->locations, l);
    PUSH(&r->mapping_ids, mapping);
    return true;
}

static bool read_function(Reader *r, Bytes b) {
    ProfFunction fn = {0};
    Field f;
    while (b.p < b.end) {
        if (!get_field(&b, &f)) return false;
        if (f.number < 1 || f.number > 5) continue;
        if (f.type != 0) return false;
        switch (f.number) {
        case 1: fn.id = f.v; break;
        case 2: fn.name = string_ref(f.v); break;
        case 3: fn.system_name = string_ref(f.v); break;
        case 4: fn.file = string_ref(f.v); break;
        default: fn.start_line = (int64_t)f.v; break;
        }
    }
    PUSH(&r->p->functions, fn);
    return true;
}

static bool read_message_field(Reader *r, uint32_t number, Bytes data) {
    Profile *p = r->p;
    switch (number) {
    case 1: {
        ProfType t = {0};
        if (!value_type(data, &t)) return false;
        vec_push(NULL, &p->sample_types, t);
        return true;
    }
    case 2: return read_sample(r, data);
    case 3: return read_mapping(r, data);
    case 4: return read_location(r, data);
    case 5: return read_function(r, data);
    case 6:
        if (r->strings.n == 0 && data.p != data.end) return false; /* the first string must be empty */
        vec_push(NULL, &r->strings, strtab_add(p->strs, (const char *)data.p, (size_t)(data.end - data.p)));
        return true;
    case 11: {
        ProfType t = {0};
        if (!value_type(data, &t)) return false;
        p->period_type = t;
        return true;
    }
    case 13:
        while (data.p < data.end) {
            uint64_t v;
            if (!get_varint(&data, &v)) return false;
            vec_push(NULL, &p->comments, string_ref(v));
        }
        return true;
    default: return number > 15 || number == 0; /* a number was expected */
    }
}

static bool read_number_field(Reader *r, uint32_t number, uint64_t v) {
    Profile *p = r->p;
    switch (number) {
    case 7: p->drop_frames = string_ref(v); return true;
    case 8: p->keep_frames = string_ref(v); return true;
    case 9:
        if (p->time_nanos) r->concatenated = true;
        p->time_nanos = (int64_t)v;
        return !r->concatenated;
    case 10: p->duration_nanos = (int64_t)v; return true;
    case 12: p->period = (int64_t)v; return true;
    case 13: vec_push(NULL, &p->comments, string_ref(v)); return true;
    case 14: p->default_sample_type = string_ref(v); return true;
    case 15: p->doc_url = string_ref(v); return true;
    default: return number > 15 || number == 0;
    }
}

/* The top level: false when the bytes are no profile. */
static bool decode(Reader *r) {
    Input *in = &r->in;
    while (fill(in, 1)) {
        fill(in, 20); /* a tag and a length, or what there is */
        Bytes b = {in->buf + in->start, in->buf + in->end};
        uint64_t tag, v;
        if (!get_varint(&b, &tag)) return false;
        uint32_t number = tag >> 3 > 1000 ? 1000 : (uint32_t)(tag >> 3);
        switch (tag & 7) {
        case 0:
            if (!get_varint(&b, &v) || !read_number_field(r, number, v)) return false;
            in->start = (size_t)(b.p - in->buf);
            break;
        case 1:
        case 5:
            v = (tag & 7) == 1 ? 8 : 4;
            if (number && number <= 15) return false;
            in->start = (size_t)(b.p - in->buf);
            if (!fill(in, v)) return false;
            in->start += v;
            break;
        case 2:
            if (!get_varint(&b, &v)) return false;
            in->start = (size_t)(b.p - in->buf);
            if (number == 0 || number > 15) { /* not ours: let it pass through the window */
                while (v) {
                    if (!fill(in, 1)) return false;
                    size_t k = (size_t)MIN(v, (uint64_t)(in->end - in->start));
                    in->start += k;
                    v -= k;
                }
                break;
            }
            if (v > (uint64_t)3 << 30 || !fill(in, v)) return false;
            b = (Bytes){in->buf + in->start, in->buf + in->start + v};
            if (!read_message_field(r, number, b)) return false;
            in->start += v;
            break;
        default: return false;
        }
    }
    return !in->error;
}

/* ---- resolving ---- */

static StrId resolve_string(Reader *r, StrId ref) {
    if (ref < r->strings.n) return r->strings.v[ref];
    r->bad = true;
    return 0;
}

/* Ids to indices; dense ids, which all writers use, need no search. */
typedef struct IdIndex {
    uint32_t *dense;
    uint64_t ndense;
    Map sparse; /* index + 1 */
} IdIndex;

static void ids_init(IdIndex *x, uint32_t n) {
    memset(x, 0, sizeof *x);
    x->ndense = (uint64_t)n + 1;
    x->dense = xmalloc(x->ndense * sizeof *x->dense);
    memset(x->dense, 0xFF, x->ndense * sizeof *x->dense);
}

static void ids_release(IdIndex *x) {
    free_heap(x->dense);
    map_release(&x->sparse);
}

static uint32_t ids_get(const IdIndex *x, uint64_t id) {
    if (id < x->ndense) return x->dense[id];
    return (uint32_t)(uintptr_t)map_get(&x->sparse, id) - 1;
}

/* False when the id is taken. */
static bool ids_put(IdIndex *x, uint64_t id, uint32_t index) {
    if (ids_get(x, id) != NO_INDEX) return false;
    if (id < x->ndense) x->dense[id] = index;
    else map_put(&x->sparse, id, (void *)((uintptr_t)index + 1));
    return true;
}

/* Stable, by kind and key. */
static void sort_labels(const Profile *p, ProfLabel *v, uint32_t n, ProfLabel *tmp) {
    if (n < 2) return;
    uint32_t m = n / 2;
    sort_labels(p, v, m, tmp);
    sort_labels(p, v + m, n - m, tmp);
    for (uint32_t i = 0, j = m, k = 0; k < n; k++) {
        bool left = j >= n;
        if (!left && i < m) {
            int c = (int)v[i].is_num - (int)v[j].is_num;
            if (!c && v[i].key != v[j].key) c = str_cmp(profile_str(p, v[i].key), profile_str(p, v[j].key));
            left = c <= 0;
        }
        tmp[k] = left ? v[i++] : v[j++];
    }
    memcpy(v, tmp, n * sizeof *v);
}

static void resolve_strings(Reader *r) {
    Profile *p = r->p;
    for (uint32_t i = 0; i < p->mappings.n; i++) {
        ProfMapping *m = &p->mappings.v[i];
        m->file = resolve_string(r, m->file);
        m->build_id = resolve_string(r, m->build_id);
    }
    for (uint32_t i = 0; i < p->functions.n; i++) {
        ProfFunction *f = &p->functions.v[i];
        f->name = resolve_string(r, f->name);
        f->system_name = resolve_string(r, f->system_name);
        f->file = resolve_string(r, f->file);
    }
    for (uint32_t i = 0; i < p->sample_types.n; i++) {
        ProfType *t = &p->sample_types.v[i];
        t->type = resolve_string(r, t->type);
        t->unit = resolve_string(r, t->unit);
    }
    for (uint32_t i = 0; i < p->comments.n; i++) p->comments.v[i] = resolve_string(r, p->comments.v[i]);
    p->drop_frames = resolve_string(r, p->drop_frames);
    p->keep_frames = resolve_string(r, p->keep_frames);
    p->period_type.type = resolve_string(r, p->period_type.type);
    p->period_type.unit = resolve_string(r, p->period_type.unit);
    p->default_sample_type = resolve_string(r, p->default_sample_type);
    p->doc_url = resolve_string(r, p->doc_url);
    uint32_t kept = 0, most = 0;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        ProfSample *s = &p->samples.v[i];
        uint32_t from = kept;
        for (uint32_t k = 0; k < s->nlabel; k++) {
            ProfLabel l = p->labels.v[s->label + k];
            bool empty = l.is_num && !l.num && !l.unit; /* such a label says nothing and goes */
            l.key = resolve_string(r, l.key);
            if (!l.is_num) l.str = resolve_string(r, l.str), l.num = 0, l.unit = 0;
            else l.unit = l.unit ? resolve_string(r, l.unit) : 0;
            if (!empty) p->labels.v[kept++] = l;
        }
        s->label = from;
        s->nlabel = kept - from;
        most = MAX(most, s->nlabel);
    }
    p->labels.n = kept;
    if (most > 1 && !r->bad) {
        ProfLabel *tmp = xmalloc(most * sizeof *tmp);
        for (uint32_t i = 0; i < p->samples.n; i++)
            if (p->samples.v[i].nlabel)
                sort_labels(p, p->labels.v + p->samples.v[i].label, p->samples.v[i].nlabel, tmp);
        free_heap(tmp);
    }
}

static const char *resolve_ids(Reader *r, Arena *a) {
    Profile *p = r->p;
    IdIndex mappings, functions, locations;
    const char *error = NULL;
    if (p->sample_types.n == 0 && p->samples.n) error = "missing sample type information";
    if (!error && p->samples.n && r->nvalues != p->sample_types.n)
        error = arena_printf(a, "mismatch: sample has %u values vs. %u types", r->nvalues, p->sample_types.n);
    if (!error && r->odd_sample != NO_INDEX)
        error = arena_printf(a, "mismatch: sample has %u values vs. %u types", r->odd_n, p->sample_types.n);
    ids_init(&mappings, p->mappings.n);
    ids_init(&functions, p->functions.n);
    ids_init(&locations, p->locations.n);
    for (uint32_t i = 0; i < p->locations.n; i++) {
        uint64_t id = p->locations.v[i].id;
        if (!ids_put(&locations, id, i) && !error)
            error = arena_printf(a, "multiple locations with same id: %llu", (unsigned long long)id);
        if (id == 0 && !error) error = "found location with reserved id=0";
    }
    for (uint32_t i = 0; i < p->frames.n && !error; i++) {
        uint32_t l = ids_get(&locations, id_of_ref(r, p->frames.v[i]));
        if (l == NO_INDEX) error = "sample has nil location";
        p->frames.v[i] = l;
    }
    for (uint32_t i = 0; i < p->mappings.n && !error; i++) {
        uint64_t id = p->mappings.v[i].id;
        if (id == 0) error = "found mapping with reserved ID=0";
        else if (!ids_put(&mappings, id, i))
            error = arena_printf(a, "multiple mappings with same id: %llu", (unsigned long long)id);
    }
    for (uint32_t i = 0; i < p->functions.n && !error; i++) {
        uint64_t id = p->functions.v[i].id;
        if (id == 0) error = "found function with reserved ID=0";
        else if (!ids_put(&functions, id, i))
            error = arena_printf(a, "multiple functions with same id: %llu", (unsigned long long)id);
    }
    for (uint32_t i = 0; i < p->locations.n && !error; i++) {
        ProfLocation *l = &p->locations.v[i];
        l->mapping = ids_get(&mappings, r->mapping_ids.v[i]);
        for (uint32_t k = 0; k < l->nline && !error; k++) {
            ProfLine *ln = &p->lines.v[l->line + k];
            ln->function = ids_get(&functions, id_of_ref(r, ln->function));
            if (ln->function == NO_INDEX)
                error = arena_printf(a, "location id: %llu has a line with nil function",
                                     (unsigned long long)l->id);
        }
    }
    ids_release(&mappings);
    ids_release(&functions);
    ids_release(&locations);
    return error ? arena_printf(a, "malformed profile: %s", error) : NULL;
}

/* A few bytes may refer to much: a thousand frames to one location of a thousand lines, a hundred thousand
 * lines to one function with an endless name. What a profile unfolds to is bounded by its size, far beyond
 * what programs write, so that a small file can not take all memory or an hour. */
static const char *check_proportions(const Profile *p, Arena *a) {
    enum { FRAMES_FREE = 1 << 20, FRAMES_A_BYTE = 8, TEXT_FREE = 32 << 20, TEXT_A_BYTE = 64 };
    uint64_t frames = 0, text = 0;
#define LENGTH(id) profile_str(p, (id)).n
    for (uint32_t i = 0; i < p->frames.n; i++) frames += p->locations.v[p->frames.v[i]].nline;
    for (uint32_t i = 0; i < p->functions.n; i++)
        text += LENGTH(p->functions.v[i].name) + LENGTH(p->functions.v[i].file) +
                LENGTH(p->functions.v[i].system_name);
    for (uint32_t i = 0; i < p->lines.n; i++) {
        const ProfFunction *f = &p->functions.v[p->lines.v[i].function];
        text += LENGTH(f->name) + LENGTH(f->file);
    }
    for (uint32_t i = 0; i < p->labels.n; i++)
        text += LENGTH(p->labels.v[i].key) + LENGTH(p->labels.v[i].str) + LENGTH(p->labels.v[i].unit);
    for (uint32_t i = 0; i < p->locations.n; i++)
        if (p->locations.v[i].mapping != NO_INDEX)
            text += LENGTH(p->mappings.v[p->locations.v[i].mapping].file);
    for (uint32_t i = 0; i < p->comments.n; i++) text += LENGTH(p->comments.v[i]);
#undef LENGTH
    if (frames > FRAMES_FREE + FRAMES_A_BYTE * p->size)
        return arena_printf(a, "malformed profile: %llu bytes unfold to %llu frames",
                            (unsigned long long)p->size, (unsigned long long)frames);
    if (text > TEXT_FREE + TEXT_A_BYTE * p->size)
        return arena_printf(a, "malformed profile: %llu bytes unfold to %llu bytes of names and labels",
                            (unsigned long long)p->size, (unsigned long long)text);
    return NULL;
}

/* Whether the first bytes are those of a text format that older programs wrote, or gperftools' words. */
static bool looks_legacy(const uint8_t *p, size_t n) {
    static const char *const marks[] = {"heap profile: ", " profile: total ", "--- threadz ",
                                        "--- contention", "--- mutex:",       "--- heapz ",
                                        "--- Memory map:"};
    size_t line = 0;
    while (line < n && p[line] != '\n') line++;
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (memmem(p, line, marks[i], strlen(marks[i]))) return true;
    static const uint8_t cpu64[24] = {0, 0, 0, 0, 0, 0, 0, 0, 3};
    return n >= 24 && memcmp(p, cpu64, 24) == 0;
}

static bool read_all(Reader *r, Arena *a, const char **error) {
    Profile *p = r->p;
    Input *in = &r->in;
    uint8_t head[128];
    r->odd_sample = NO_INDEX;
    input_begin(in);
    fill(in, sizeof head);
    size_t nhead = MIN(sizeof head, in->end - in->start);
    memcpy(head, in->buf + in->start, nhead);
    *error = NULL;
    bool good = decode(r);
    if (in->error) {
        *error = in->error;
    } else if (in->total == 0) {
        *error = "parsing profile: empty input file";
    } else if (r->concatenated) {
        *error = "parsing profile: concatenated profiles detected";
    } else {
        p->size = in->total;
        if (good) {
            input_end(in);
            memset(in, 0, sizeof *in);
            in->fd = -1;
            resolve_strings(r);
        }
        if (!good || r->bad)
            *error = looks_legacy(head, nhead) ? "parsing profile: the legacy text and binary formats are "
                                                 "not read: write profile.proto (debug=0)"
                                               : "parsing profile: unrecognized profile format";
    }
    if (!*error) *error = resolve_ids(r, a);
    if (!*error) *error = check_proportions(p, a);
    input_end(in);
    vec_free(&r->strings);
    vec_free(&r->big_ids);
    map_release(&r->big_index);
    vec_free(&r->mapping_ids);
    if (*error) profile_release(p);
    return !*error;
}

bool profile_read_bytes(Profile *p, StrTab *strs, const void *data, size_t n, Arena *a, const char **error) {
    Reader r = {.p = p, .in = {.fd = -1, .mem = data, .nmem = n}};
    profile_init(p, strs);
    return read_all(&r, a, error);
}

bool profile_read_file(Profile *p, StrTab *strs, const char *path, Arena *a, const char **error) {
    struct stat st;
    profile_init(p, strs);
    if (stat(path, &st) != 0) {
        *error = arena_printf(a, "stat %s: %s", path, errno_text(errno));
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *error = arena_printf(a, "open %s: %s", path, errno_text(errno));
        return false;
    }
    if (S_ISDIR(st.st_mode)) {
        close(fd);
        *error = arena_printf(a, "read %s: is a directory", path);
        return false;
    }
    Reader r = {.p = p, .in = {.fd = fd}};
    bool good = read_all(&r, a, error);
    close(fd);
    return good;
}
