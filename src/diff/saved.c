/* saved.c: a side in a file (docs/diff.md), written and read again.
 *
 * A saved file may come from anywhere: it is read as data that must fit, nothing in it is believed. What is
 * not there counts as empty; what has another type, nests too deep or is no JSON is an error. */
#include "diff/diff.h"
#include "base/unicode.h"
#include "diff/words.h"
#include <stdlib.h>

#define SCHEMA "goesc-heap"

/* ---- writing ---- */

static void string_list(StrBuf *sb, const char *name, const StrVec *v) {
    sb_printf(sb, ",\"%s\":[", name);
    for (uint32_t i = 0; i < v->n; i++) {
        if (i) sb_addc(sb, ',');
        words_json(sb, v->v[i]);
    }
    sb_addc(sb, ']');
}

static void save_site(StrBuf *sb, const DiffSite *d) {
    sb_addc(sb, '{');
    words_number(sb, "package", d->pkg);
#define TEXT(member, field) words_member(sb, member, d->field);
#define NUMBER(member, field) words_number(sb, member, d->field);
#include "diff/saved.def"
#undef TEXT
#undef NUMBER
    sb_addc(sb, '}');
}

void diff_save(const DiffSide *s, StrBuf *out) {
    sb_adds(out, "{\"schema\":\"" SCHEMA "\",\"version\":1");
    words_member(out, "go", s->go);
    words_member(out, "platform", s->platform);
    words_member(out, "directory", s->dir);
    string_list(out, "leftOut", &s->left_out);
    sb_adds(out, ",\"packages\":[");
    for (uint32_t i = 0; i < s->pkgs.n; i++) {
        sb_adds(out, i ? ",\n{" : "\n{");
        words_member(out, "path", s->pkgs.v[i].path);
        string_list(out, "functions", &s->pkgs.v[i].funcs);
        sb_addc(out, '}');
    }
    sb_adds(out, "],\"sites\":[");
    for (uint32_t i = 0; i < s->sites.n; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        save_site(out, &s->sites.v[i]);
    }
    sb_adds(out, "]}\n");
}

/* ---- JSON ---- */

typedef enum JsonKind { J_NULL, J_BOOL, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT } JsonKind;

typedef struct Json {
    JsonKind kind;
    const char *name; /* member of an object */
    double number;
    const char *string; /* without NUL bytes */
    struct Json *first, *next;
} Json;

typedef struct Reader {
    Arena *a;
    const char *p, *end;
    int depth;
    const char *err;
} Reader;

static void *bad(Reader *r, const char *why) {
    if (!r->err) r->err = why;
    return NULL;
}

static void blanks(Reader *r) {
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r')) r->p++;
}

static bool eat(Reader *r, char c) {
    blanks(r);
    if (r->p >= r->end || *r->p != c) return false;
    r->p++;
    return true;
}

static bool hex4(Reader *r, uint32_t *v) {
    *v = 0;
    if (r->end - r->p < 4) return false;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, *r->p | 0x20);
        if (!*r->p || !d || !*d) return false;
        *v = *v << 4 | (uint32_t)(d - digits);
        r->p++;
    }
    return true;
}

static bool escape(Reader *r, StrBuf *sb) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p++ : 0;
    const char *at = c ? strchr(from, c) : NULL;
    if (at) return sb_addc(sb, to[at - from]), true;
    uint32_t v, low;
    if (c != 'u' || !hex4(r, &v)) return false;
    if (v >= 0xd800 && v < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
        r->p += 2;
        if (!hex4(r, &low)) return false;
        v = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00) : RUNE_ERROR;
    }
    sb_add_rune(sb, v && (v < 0xd800 || v >= 0xe000) ? v : RUNE_ERROR);
    return true;
}

/* Behind the opening quote. */
static const char *string(Reader *r) {
    StrBuf sb = STRBUF_INIT;
    while (r->p < r->end && *r->p != '"' && !r->err) {
        uint32_t rune;
        int len = utf8_decode(r->p, (size_t)(r->end - r->p), &rune);
        if (*r->p == '\\') {
            r->p++;
            if (!escape(r, &sb)) bad(r, "a string has a wrong escape");
            continue;
        }
        if ((unsigned char)*r->p < 0x20) bad(r, "a string has a control character");
        if (rune == RUNE_ERROR && len == 1) bad(r, "a string is not UTF-8");
        sb_add(&sb, r->p, (size_t)len);
        r->p += len;
    }
    if (!r->err && r->p++ >= r->end) bad(r, "a string does not end");
    return sb_arena(&sb, r->a);
}

static Json *value(Reader *r, const char *name);

/* Behind the opening bracket. */
static Json *list(Reader *r, Json *j, char close) {
    Json **tail = &j->first;
    if (++r->depth > 16) return bad(r, "it nests too deep");
    while (!r->err && !eat(r, close)) {
        const char *name = NULL;
        if (j->first && !eat(r, ',')) return bad(r, "a comma is missing");
        if (close == '}') {
            if (!eat(r, '"')) return bad(r, "a name is missing");
            name = string(r);
            if (!eat(r, ':')) return bad(r, "a colon is missing");
        }
        if (!(*tail = value(r, name))) return NULL;
        tail = &(*tail)->next;
    }
    r->depth--;
    return r->err ? NULL : j;
}

static Json *number(Reader *r, Json *j) {
    size_t n = 0;
    while (r->p + n < r->end && r->p[n] && strchr("+-.eE0123456789", r->p[n])) n++;
    char *end;
    const char *text = arena_strndup(r->a, r->p, n);
    j->kind = J_NUMBER;
    j->number = strtod(text, &end);
    r->p += n;
    return n && !*end && n < 40 ? j : bad(r, "it is no JSON");
}

static Json *word(Reader *r, Json *j, const char *w, JsonKind kind) {
    size_t n = strlen(w);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0) return bad(r, "it is no JSON");
    r->p += n;
    j->kind = kind;
    return j;
}

static Json *value(Reader *r, const char *name) {
    Json *j = NEW(r->a, Json);
    j->name = name;
    blanks(r);
    if (r->p >= r->end) return bad(r, "it ends too early");
    switch (*r->p) {
    case '{':
        r->p++;
        j->kind = J_OBJECT;
        return list(r, j, '}');
    case '[':
        r->p++;
        j->kind = J_ARRAY;
        return list(r, j, ']');
    case '"':
        r->p++;
        j->kind = J_STRING;
        j->string = string(r);
        return r->err ? NULL : j;
    case 't': return word(r, j, "true", J_BOOL);
    case 'f': return word(r, j, "false", J_BOOL);
    case 'n': return word(r, j, "null", J_NULL);
    default: return number(r, j);
    }
}

/* ---- reading ---- */

static const Json *member(const Json *j, const char *name) {
    for (const Json *m = j->kind == J_OBJECT ? j->first : NULL; m; m = m->next)
        if (!strcmp(m->name, name)) return m;
    return NULL;
}

static const char *text_of(DiffSide *s, const Json *j, const char *name) {
    const Json *m = member(j, name);
    return m && m->kind == J_STRING ? diff_str(s, m->string, strlen(m->string)) : "";
}

static int64_t number_of(const Json *j, const char *name, int64_t from, int64_t to) {
    const Json *m = member(j, name);
    double v = m && m->kind == J_NUMBER ? m->number : 0;
    return v >= (double)from && v <= (double)to ? (int64_t)v : from;
}

static void strings_of(DiffSide *s, const Json *j, const char *name, StrVec *out) {
    const Json *m = member(j, name);
    for (m = m && m->kind == J_ARRAY ? m->first : NULL; m; m = m->next)
        if (m->kind == J_STRING) vec_push(&s->arena, out, diff_str(s, m->string, strlen(m->string)));
}

static bool read_site(DiffSide *s, const Json *j) {
    const Json *pkg = member(j, "package");
    if (!pkg || pkg->kind != J_NUMBER || !(pkg->number >= 0 && pkg->number < s->pkgs.n)) return false;
    DiffSite d = {.pkg = (uint32_t)pkg->number};
#define TEXT(name, field) d.field = text_of(s, j, name);
#define NUMBER(name, field)                                                                                  \
    d.field = number_of(j, name,                                                                             \
                        _Generic(d.field, int64_t                                                            \
                                 : -1, uint32_t : 0),                                                        \
                        _Generic(d.field, int64_t                                                            \
                                 : (int64_t)1 << 52, uint32_t                                                \
                                 : UINT32_MAX));
#include "diff/saved.def"
#undef TEXT
#undef NUMBER
    vec_push(&s->arena, &s->sites, d);
    return true;
}

DiffSide *diff_read(Arena *a, const char *name, Str text, const char **err) {
    Arena tree; /* the JSON: the side has copies */
    arena_init(&tree);
    Reader r = {.a = &tree, .p = text.p, .end = text.p + text.n};
    Json *j = value(&r, NULL);
    blanks(&r);
    if (j && r.p < r.end) bad(&r, "something stands behind its end");
    const Json *schema = j ? member(j, "schema") : NULL;
    if (j && (!schema || schema->kind != J_STRING || strcmp(schema->string, SCHEMA) != 0))
        bad(&r, "it was not written by goesc diff -save");
    else if (j && number_of(j, "version", 0, 1000) != 1) bad(&r, "another version of goesc has written it");
    DiffSide *s = NULL;
    if (!r.err) {
        s = diff_side_new(name);
        s->go = text_of(s, j, "go");
        s->platform = text_of(s, j, "platform");
        s->dir = text_of(s, j, "directory");
        strings_of(s, j, "leftOut", &s->left_out);
        const Json *list = member(j, "packages");
        for (const Json *m = list && list->kind == J_ARRAY ? list->first : NULL; m; m = m->next) {
            DiffPkg p = {.path = text_of(s, m, "path")};
            strings_of(s, m, "functions", &p.funcs);
            vec_push(&s->arena, &s->pkgs, p);
        }
        list = member(j, "sites");
        for (const Json *m = list && list->kind == J_ARRAY ? list->first : NULL; m && !r.err; m = m->next)
            if (!read_site(s, m)) bad(&r, "a site has no package");
    }
    if (r.err) {
        *err = arena_printf(a, "%s", r.err);
        diff_side_release(s);
        s = NULL;
    }
    arena_release(&tree);
    return s;
}
