/* Build constraints ("go help buildconstraint"): tags, file-name suffixes, //go:build expressions and, where
 * a file has none, // +build lines. Expressions are evaluated while they are parsed; both sides of an
 * operator are always parsed, so that a syntax error is found wherever it stands. */
#include "load/load_int.h"
#include "base/unicode.h"
#include <ctype.h>

static const char *const known_oses[] = {
    "aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios",     "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "wasip1",  "windows", "zos",
};
static const char *const unix_oses[] = {
    "aix",     "android", "darwin", "dragonfly", "freebsd", "hurd",
    "illumos", "ios",     "linux",  "netbsd",    "openbsd", "solaris",
};
static const char *const known_archs[] = {
    "386",     "amd64",  "amd64p32", "arm",      "armbe",     "arm64",       "arm64be", "loong64",
    "mips",    "mipsle", "mips64",   "mips64le", "mips64p32", "mips64p32le", "ppc",     "ppc64",
    "ppc64le", "riscv",  "riscv64",  "s390",     "s390x",     "sparc",       "sparc64", "wasm",
};

static bool among(const char *const *list, size_t len, const char *s, size_t n) {
    for (size_t i = 0; i < len; i++)
        if (strlen(list[i]) == n && memcmp(list[i], s, n) == 0) return true;
    return false;
}
bool known_os(const char *s, size_t n) { return among(known_oses, COUNT_OF(known_oses), s, n); }
bool known_arch(const char *s, size_t n) { return among(known_archs, COUNT_OF(known_archs), s, n); }

static bool is(const char *tag, size_t n, const char *want) {
    return strlen(want) == n && memcmp(tag, want, n) == 0;
}

static bool in_vec(const StrVec *v, const char *tag, size_t n) {
    for (uint32_t i = 0; i < v->n; i++)
        if (is(tag, n, v->v[i])) return true;
    return false;
}

bool tag_match(const BuildEnv *e, const char *tag, size_t n) {
    if (is(tag, n, "cgo")) return e->cgo_enabled || in_vec(&e->tags, tag, n);
    if (is(tag, n, e->goos) || is(tag, n, e->goarch) || is(tag, n, "gc")) return true;
    if (is(tag, n, "linux") && strcmp(e->goos, "android") == 0) return true;
    if (is(tag, n, "solaris") && strcmp(e->goos, "illumos") == 0) return true;
    if (is(tag, n, "darwin") && strcmp(e->goos, "ios") == 0) return true;
    if (is(tag, n, "unix") && among(unix_oses, COUNT_OF(unix_oses), e->goos, strlen(e->goos))) return true;
    if (is(tag, n, "boringcrypto")) {
        tag = "goexperiment.boringcrypto";
        n = strlen(tag);
    }
    if (n > 4 && memcmp(tag, "go1.", 4) ==
                     0) { /* release tags go1.1 … go1.N: our own language at least, see local_version */
        int minor = 0;
        size_t i = 4;
        for (; i < n && i < 8 && isdigit((unsigned char)tag[i]); i++) minor = minor * 10 + (tag[i] - '0');
        if (i == n && tag[4] != '0' && minor <= MAX(e->go_minor, 26)) return true;
    }
    return in_vec(&e->tags, tag, n) || in_vec(&e->tool_tags, tag, n);
}

bool os_arch_file_ok(const BuildEnv *e, const char *name) {
    size_t n = strcspn(name, ".");
    const char *us = memchr(name, '_', n);
    if (!us) return true;
    /* the elements after the first underscore, the last two of them */
    const char *end = name + n;
    const char *last = end;
    while (last > us && last[-1] != '_') last--;
    if ((size_t)(end - last) == 4 && memcmp(last, "test", 4) == 0) {
        if (last - 1 <= us) return true; /* only _test */
        end = last - 1;
        last = end;
        while (last > us && last[-1] != '_') last--;
    }
    if (last <= us) return true;
    size_t ln = (size_t)(end - last);
    if (last - 1 > us) {
        const char *pe = last - 1, *prev = pe;
        while (prev > us && prev[-1] != '_') prev--;
        size_t pn = (size_t)(pe - prev);
        if (known_os(prev, pn) && known_arch(last, ln))
            return tag_match(e, last, ln) && tag_match(e, prev, pn);
    }
    if (known_os(last, ln) || known_arch(last, ln)) return tag_match(e, last, ln);
    return true;
}

/* ---- //go:build expressions ---- */

typedef struct Expr1 {
    Arena *a;
    const BuildEnv *e;
    const char *s;
    size_t i, n;
    size_t tok, tok_end; /* current token; tok == n: end */
    const char *err;
    int depth, size;
} Expr1;

static bool tag_char(uint32_t r) {
    return r == '_' || r == '.' || unicode_is_letter(r) || unicode_is_digit(r);
}

static void lex(Expr1 *x) {
    while (x->i < x->n && (x->s[x->i] == ' ' || x->s[x->i] == '\t')) x->i++;
    x->tok = x->i;
    x->tok_end = x->i;
    if (x->i >= x->n) return;
    char c = x->s[x->i];
    if (c == '(' || c == ')' || c == '!') {
        x->tok_end = ++x->i;
        return;
    }
    if (c == '&' || c == '|') {
        if (x->i + 1 >= x->n || x->s[x->i + 1] != c) {
            if (!x->err) x->err = arena_printf(x->a, "invalid syntax at %c", c);
            x->i = x->n;
            x->tok = x->tok_end = x->n;
            return;
        }
        x->i += 2;
        x->tok_end = x->i;
        return;
    }
    while (x->i < x->n) {
        uint32_t r;
        int k = utf8_decode(x->s + x->i, x->n - x->i, &r);
        if (!tag_char(r)) break;
        x->i += (size_t)k;
    }
    if (x->i == x->tok) {
        uint32_t r;
        int k = utf8_decode(x->s + x->i, x->n - x->i, &r);
        if (!x->err) x->err = arena_printf(x->a, "invalid syntax at %.*s", k, x->s + x->i);
        x->i = x->n;
        x->tok = x->tok_end = x->n;
        return;
    }
    x->tok_end = x->i;
}

static bool at(const Expr1 *x, const char *t) { return is(x->s + x->tok, x->tok_end - x->tok, t); }
static bool parse_or(Expr1 *x);

static void fail(Expr1 *x, const char *msg) {
    if (!x->err) x->err = msg;
    x->i = x->n;
    x->tok = x->tok_end = x->n;
}

static bool parse_not(Expr1 *x) {
    if (++x->size > 1000 || x->depth > 500) {
        fail(x, "build expression too large");
        return false;
    }
    if (at(x, "!")) {
        lex(x);
        if (at(x, "!")) {
            fail(x, "double negation not allowed");
            return false;
        }
        x->depth++;
        bool v = parse_not(x);
        x->depth--;
        return !v;
    }
    if (at(x, "(")) {
        lex(x);
        x->depth++;
        bool v = parse_or(x);
        x->depth--;
        if (!at(x, ")")) {
            fail(x, "missing close paren");
            return false;
        }
        lex(x);
        return v;
    }
    if (x->tok == x->n) {
        fail(x, "unexpected end of expression");
        return false;
    }
    if (at(x, ")") || at(x, "&&") || at(x, "||")) {
        fail(x, arena_printf(x->a, "unexpected token %.*s", (int)(x->tok_end - x->tok), x->s + x->tok));
        return false;
    }
    bool v = tag_match(x->e, x->s + x->tok, x->tok_end - x->tok);
    lex(x);
    return v;
}

static bool parse_and(Expr1 *x) {
    bool v = parse_not(x);
    while (!x->err && at(x, "&&")) {
        lex(x);
        bool w = parse_not(x);
        v = v && w;
    }
    return v;
}

static bool parse_or(Expr1 *x) {
    bool v = parse_and(x);
    while (!x->err && at(x, "||")) {
        lex(x);
        bool w = parse_and(x);
        v = v || w;
    }
    return v;
}

static bool eval_go_build(Arena *a, const BuildEnv *e, const char *s, size_t n, const char **err) {
    Expr1 x = {.a = a, .e = e, .s = s, .n = n};
    lex(&x);
    bool v = parse_or(&x);
    if (!x.err && x.tok != x.n)
        fail(&x, arena_printf(a, "unexpected token %.*s", (int)(x.tok_end - x.tok), x.s + x.tok));
    *err = x.err;
    return v;
}

/* ---- // +build lines ---- */

static bool valid_tag(const char *s, size_t n) {
    if (!n) return false;
    for (size_t i = 0; i < n;) {
        uint32_t r;
        int k = utf8_decode(s + i, n - i, &r);
        if (!tag_char(r)) return false;
        i += (size_t)k;
    }
    return true;
}

/* Alternatives separated by spaces, each a conjunction separated by commas. */
static bool eval_plus_build(const BuildEnv *e, const char *s, size_t n) {
    size_t i = 0;
    bool any = false, result = false;
    while (i < n) {
        while (i < n && isspace((unsigned char)s[i])) i++;
        if (i >= n) break;
        any = true;
        bool all = true;
        while (i < n && !isspace((unsigned char)s[i])) {
            size_t start = i;
            while (i < n && s[i] != ',' && !isspace((unsigned char)s[i])) i++;
            const char *t = s + start;
            size_t tn = i - start;
            bool v;
            if (tn == 0 || (tn == 1 && *t == '!') || (tn >= 2 && t[0] == '!' && t[1] == '!')) {
                v = tag_match(e, "ignore", 6);
            } else {
                bool neg = *t == '!';
                if (neg) t++, tn--;
                v = valid_tag(t, tn) ? tag_match(e, t, tn) : tag_match(e, "ignore", 6);
                if (neg) v = !v;
            }
            all = all && v;
            if (i < n && s[i] == ',') i++;
        }
        result = result || all;
    }
    return any ? result : tag_match(e, "ignore", 6);
}

bool match_auto(Arena *a, const BuildEnv *e, const char *text) {
    if (strpbrk(text, "&|()")) {
        const char *err;
        bool v = eval_go_build(a, e, text, strlen(text), &err);
        return !err && v;
    }
    return eval_plus_build(e, text, strlen(text));
}

/* ---- the header of a file ---- */

static Str trim(Str s) {
    while (s.n && isspace((unsigned char)s.p[0])) s.p++, s.n--;
    while (s.n && isspace((unsigned char)s.p[s.n - 1])) s.n--;
    return s;
}
static bool starts(Str s, const char *p) { return s.n >= strlen(p) && memcmp(s.p, p, strlen(p)) == 0; }

static bool go_build_comment(Str line) {
    const char *mark = "//go:build";
    if (!starts(line, mark)) return false;
    size_t m = strlen(mark);
    return line.n == m || line.p[m] == ' ' || line.p[m] == '\t';
}

static bool plus_build(Str line, Str *rest) {
    if (!starts(line, "//")) return false;
    line.p += 2;
    line.n -= 2;
    line = trim(line);
    if (!starts(line, "+build")) return false;
    line.p += 6;
    line.n -= 6;
    if (line.n && line.p[0] != ' ' && line.p[0] != '\t') return false;
    *rest = line;
    return true;
}

/* Constraints stand in the leading run of // comments and blank lines; +build lines only before a blank line.
 */
bool should_build(Arena *a, const BuildEnv *e, const char *text, size_t n, const char **err) {
    *err = NULL;
    size_t end = 0, i = 0;
    bool ended = false, in_block = false, have = false;
    Str go_build = {0};
    while (i < n) {
        const char *nl = memchr(text + i, '\n', n - i);
        size_t stop = nl ? (size_t)(nl - text) : n;
        Str line = trim((Str){text + i, stop - i});
        i = nl ? stop + 1 : n;
        if (!line.n && !ended) {
            end = i;
            continue;
        }
        if (!starts(line, "//")) ended = true;
        if (!in_block && go_build_comment(line)) {
            if (have) {
                *err = "multiple //go:build comments";
                return false;
            }
            have = true;
            go_build = line;
        }
        bool text_seen = false;
        while (line.n) {
            if (in_block) {
                const char *close = memmem(line.p, line.n, "*/", 2);
                if (!close) break;
                in_block = false;
                size_t skip = (size_t)(close - line.p) + 2;
                line = trim((Str){line.p + skip, line.n - skip});
                continue;
            }
            if (starts(line, "//")) break;
            if (starts(line, "/*")) {
                in_block = true;
                line = trim((Str){line.p + 2, line.n - 2});
                continue;
            }
            text_seen = true;
            break;
        }
        if (text_seen) break;
    }
    if (have) {
        Str x = trim((Str){go_build.p + 10, go_build.n - 10});
        const char *bad;
        bool v = eval_go_build(a, e, x.p, x.n, &bad);
        if (bad) *err = arena_printf(a, "parsing //go:build line: %s", bad);
        return v && !bad;
    }
    bool ok = true;
    for (i = 0; i < end;) {
        const char *nl = memchr(text + i, '\n', end - i);
        size_t stop = nl ? (size_t)(nl - text) : end;
        Str line = trim((Str){text + i, stop - i}), rest;
        i = stop + 1;
        if (plus_build(line, &rest) && !eval_plus_build(e, rest.p, rest.n)) ok = false;
    }
    return ok;
}
