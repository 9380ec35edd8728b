/* saved.c: a side in a file (docs/diff.md), written and read again.
 *
 * A saved file may come from anywhere: jansson reads it, and it is taken as data that must fit; nothing in it is believed. What is
 * not there, or has another type, counts as empty; what is no JSON, or was not written by diff_save, is an
 * error. */
#include "diff/diff.h"
#include "base/json.h"
#include <jansson.h>

#define SCHEMA "goesc-heap"

/* ---- writing ---- */

static void string_list(Json *j, const char *name, const StrVec *v) {
    json_key_open(j, name, '[');
    for (uint32_t i = 0; i < v->n; i++) json_str(j, v->v[i]);
    json_close(j, ']');
}

static void save_site(Json *j, const DiffSite *d) {
    json_line(j);
    json_open(j, '{');
    json_key_int(j, "package", d->pkg);
#define TEXT(member, field) json_key_str(j, member, d->field);
#define NUMBER(member, field) json_key_int(j, member, d->field);
#include "diff/saved.def"
#undef TEXT
#undef NUMBER
    json_close(j, '}');
}

void diff_save(const DiffSide *s, StrBuf *out) {
    Json j = json_begin(out, JSON_OURS);
    json_open(&j, '{');
    json_key_str(&j, "schema", SCHEMA);
    json_key_int(&j, "version", 1);
    json_key_str(&j, "go", s->go);
    json_key_str(&j, "platform", s->platform);
    json_key_str(&j, "directory", s->dir);
    string_list(&j, "leftOut", &s->left_out);
    json_key_open(&j, "packages", '[');
    for (uint32_t i = 0; i < s->pkgs.n; i++) {
        json_line(&j);
        json_open(&j, '{');
        json_key_str(&j, "path", s->pkgs.v[i].path);
        string_list(&j, "functions", &s->pkgs.v[i].funcs);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_key_open(&j, "sites", '[');
    for (uint32_t i = 0; i < s->sites.n; i++) save_site(&j, &s->sites.v[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    sb_addc(out, '\n');
}

/* ---- reading ---- */

static const char *text_of(DiffSide *s, const json_t *j, const char *name) {
    const char *text = json_string_value(json_object_get(j, name));
    return text ? diff_str(s, text, strlen(text)) : "";
}

/* A number outside of its range counts as none. */
static int64_t number_of(const json_t *j, const char *name, int64_t none, int64_t most) {
    const json_t *m = json_object_get(j, name);
    json_int_t v = json_integer_value(m);
    return json_is_integer(m) && v >= none && v <= most ? v : none;
}

static void strings_of(DiffSide *s, const json_t *j, const char *name, StrVec *out) {
    const json_t *list = json_object_get(j, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text) vec_push(&s->arena, out, diff_str(s, text, strlen(text)));
    }
}

static bool read_site(DiffSide *s, const json_t *j) {
    int64_t pkg = number_of(j, "package", -1, UINT32_MAX);
    if (pkg < 0 || pkg >= s->pkgs.n) return false;
    DiffSite d = {.pkg = (uint32_t)pkg};
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

static const char *read_side(DiffSide *s, const json_t *j) {
    s->go = text_of(s, j, "go");
    s->platform = text_of(s, j, "platform");
    s->dir = text_of(s, j, "directory");
    strings_of(s, j, "leftOut", &s->left_out);
    const json_t *list = json_object_get(j, "packages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *m = json_array_get(list, i);
        DiffPkg p = {.path = text_of(s, m, "path")};
        strings_of(s, m, "functions", &p.funcs);
        vec_push(&s->arena, &s->pkgs, p);
    }
    list = json_object_get(j, "sites");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_site(s, json_array_get(list, i))) return "a site has no package";
    return NULL;
}

DiffSide *diff_read(Arena *a, const char *name, Str text, const char **err) {
    json_error_t why;
    json_t *j = json_loadb(text.p, text.n, 0, &why);
    const char *schema = json_string_value(json_object_get(j, "schema"));
    DiffSide *s = NULL;
    if (!j) {
        *err = arena_printf(a, "line %d: %s", why.line, why.text);
    } else if (!schema || strcmp(schema, SCHEMA) != 0) {
        *err = "it was not written by goesc diff -save";
    } else if (number_of(j, "version", 0, 1000) != 1) {
        *err = "another version of goesc has written it";
    } else {
        s = diff_side_new(name);
        if ((*err = read_side(s, j))) {
            diff_side_release(s);
            s = NULL;
        }
    }
    json_decref(j);
    return s;
}
