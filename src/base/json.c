/* The writer of JSON (json.h). A comma goes before each value but the first of its object or array, so that
 * the writer needs to know of what is open only whether something stands in it: what was open around
 * something that has been closed holds at least that. */
#include "base/json.h"
#include "base/unicode.h"
#include <math.h>

Json json_begin(StrBuf *out, JsonForm form) { return (Json){.out = out, .form = form, .first = true}; }

static void break_line(Json *j) {
    sb_addc(j->out, '\n');
    for (uint32_t i = 0; j->form == JSON_GO && i < j->depth; i++) sb_addc(j->out, '\t');
}

/* What stands before a value or a key. */
static void next(Json *j) {
    if (j->keyed) {
        j->keyed = false;
        return;
    }
    if (!j->first) sb_addc(j->out, ',');
    if (j->line || (j->form == JSON_GO && j->depth)) break_line(j);
    j->first = j->line = false;
}

void json_open(Json *j, char bracket) {
    next(j);
    sb_addc(j->out, bracket);
    j->depth++;
    j->first = true;
}

void json_close(Json *j, char bracket) {
    ASSERT(j->depth && !j->keyed);
    j->depth--;
    if (j->form == JSON_GO && !j->first) break_line(j);
    sb_addc(j->out, bracket);
    j->first = j->line = false;
}

void json_key(Json *j, const char *name) {
    next(j);
    sb_printf(j->out, j->form == JSON_GO ? "\"%s\": " : "\"%s\":", name);
    j->keyed = true;
}

void json_line(Json *j) { j->line = true; }

static void add_unit(StrBuf *out, uint32_t unit) { sb_printf(out, "\\u%04x", unit); }

/* Adds the character c, which is written with an escape; one beyond U+FFFF takes two. */
static void add_escape(StrBuf *out, uint32_t c) {
    static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    const char *l = c && c < 0x80 ? strchr(letters, (int)c) : NULL; /* no letter gets an escape itself */
    if (l) {
        sb_addc(out, '\\');
        sb_addc(out, l[1]);
    } else if (c > 0xffff) {
        add_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        add_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
        add_unit(out, c);
    }
}

static bool needs_escape(const Json *j, uint32_t c, Str bytes) {
    if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') return true;
    if (c < 0x7f) return false;
    if (c == 0x2028 || c == 0x2029) return true;
    return j->form == JSON_OURS && !term_is_clean(bytes);
}

void json_text(Json *j, Str s) {
    next(j);
    sb_addc(j->out, '"');
    size_t plain = 0; /* from here on nothing needed an escape */
    for (size_t i = 0, n; i < s.n; i += n) {
        uint32_t c;
        n = (size_t)utf8_decode(s.p + i, s.n - i, &c);
        bool invalid = c == RUNE_ERROR && n == 1;
        if (!invalid && !needs_escape(j, c, (Str){s.p + i, n})) continue;
        sb_add(j->out, s.p + plain, i - plain);
        add_escape(j->out, c);
        plain = i + n;
    }
    sb_add(j->out, s.p + plain, s.n - plain);
    sb_addc(j->out, '"');
}

void json_str(Json *j, const char *s) { json_text(j, str_of(s)); }

void json_int(Json *j, int64_t v) {
    next(j);
    sb_printf(j->out, "%lld", (long long)v);
}

void json_double(Json *j, double v) {
    next(j);
    sb_printf(j->out, "%.6g", isfinite(v) ? v : 0);
}

void json_bool(Json *j, bool v) {
    next(j);
    sb_adds(j->out, v ? "true" : "false");
}

void json_key_str(Json *j, const char *name, const char *v) {
    json_key(j, name);
    json_str(j, v);
}

void json_key_int(Json *j, const char *name, int64_t v) {
    json_key(j, name);
    json_int(j, v);
}

void json_key_double(Json *j, const char *name, double v) {
    json_key(j, name);
    json_double(j, v);
}

void json_key_bool(Json *j, const char *name, bool v) {
    json_key(j, name);
    json_bool(j, v);
}

void json_key_open(Json *j, const char *name, char bracket) {
    json_key(j, name);
    json_open(j, bracket);
}
