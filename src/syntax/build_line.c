/* The Go version that a //go:build line implies for its file.
 *
 * A constraint implies version N when it cannot hold without a tag go1.M, M >= N, whatever the other tags
 * are. Each subexpression has two versions: the one that it implies when it holds, and the one that it
 * implies when it does not. "And" takes the greater version of its two sides, "or" the smaller; "not" swaps
 * the two. A tag that must be absent implies nothing. So the expression is evaluated while it is read,
 * without a tree. */
#include "syntax/syntax_int.h"
#include <stdlib.h>

typedef struct Version {
    int64_t held, negated; /* -1: implies none */
} Version;

enum { END, OPEN, CLOSE, NOT, AND, OR, TAG };

typedef struct Reader {
    Str s;
    size_t i;
    int tok;
    Str tag;
    int size; /* operands read */
    bool bad;
} Reader;

static void lex(Reader *r) {
    while (r->i < r->s.n && (r->s.p[r->i] == ' ' || r->s.p[r->i] == '\t')) r->i++;
    r->tok = END;
    if (r->i >= r->s.n) return;
    const char *p = r->s.p + r->i;
    size_t left = r->s.n - r->i;
    switch (*p) {
    case '(': r->tok = OPEN, r->i++; return;
    case ')': r->tok = CLOSE, r->i++; return;
    case '!': r->tok = NOT, r->i++; return;
    case '&':
    case '|':
        if (left < 2 || p[1] != p[0]) r->bad = true;
        r->tok = *p == '&' ? AND : OR;
        r->i = MIN(r->i + 2, r->s.n);
        return;
    }
    size_t n = 0;
    while (n < left) {
        uint32_t c;
        int len = utf8_decode(p + n, left - n, &c);
        if (!unicode_is_letter(c) && !unicode_is_digit(c) && c != '_' && c != '.') break;
        n += (size_t)len;
    }
    if (n == 0) {
        r->bad = true;
        r->i = r->s.n;
        return;
    }
    r->tok = TAG;
    r->tag = (Str){p, n};
    r->i += n;
}

/* N of a tag go1.N; 0 for go1. */
static Version tag_version(Str tag) {
    Version none = {-1, -1};
    if (str_is(tag, "go1")) return (Version){0, -1};
    const char *at = memmem(tag.p, tag.n, "go1.", 4);
    if (!at) return none;
    const char *end = tag.p + tag.n, *d = at + 4;
    int64_t n = 0;
    if (d == end) return none;
    for (; d < end; d++) {
        if ((unsigned)(*d - '0') > 9 || n > (INT64_MAX - 9) / 10) return none;
        n = n * 10 + (*d - '0');
    }
    return (Version){n, -1};
}

static Version read_or(Reader *r);

static Version atom(Reader *r) {
    if (r->tok == OPEN) {
        Version v = read_or(r);
        if (r->tok != CLOSE) r->bad = true;
        lex(r);
        return v;
    }
    if (r->tok != TAG) r->bad = true;
    if (r->bad) return (Version){-1, -1};
    Version v = tag_version(r->tag);
    lex(r);
    return v;
}

static Version read_not(Reader *r) {
    if (++r->size > 1000) r->bad = true; /* as much as go/build/constraint reads */
    if (r->bad) return (Version){-1, -1};
    lex(r);
    if (r->tok != NOT) return atom(r);
    lex(r);
    if (r->tok == NOT) r->bad = true;
    Version v = atom(r);
    return (Version){v.negated, v.held};
}

static Version read_and(Reader *r) {
    Version x = read_not(r);
    while (r->tok == AND && !r->bad) {
        Version y = read_not(r);
        x = (Version){MAX(x.held, y.held), MIN(x.negated, y.negated)};
    }
    return x;
}

static Version read_or(Reader *r) {
    Version x = read_and(r);
    while (r->tok == OR && !r->bad) {
        Version y = read_and(r);
        x = (Version){MIN(x.held, y.held), MAX(x.negated, y.negated)};
    }
    return x;
}

Str text_trim(Str s) {
    while (s.n) {
        uint32_t c;
        int len = utf8_decode(s.p, s.n, &c);
        if (!unicode_is_space(c)) break;
        s.p += len, s.n -= (size_t)len;
    }
    while (s.n) {
        size_t start = s.n - 1;
        while (start > 0 && s.n - start < 4 && ((unsigned char)s.p[start] & 0xc0) == 0x80) start--;
        uint32_t c;
        int len = utf8_decode(s.p + start, s.n - start, &c);
        if (start + (size_t)len != s.n || !unicode_is_space(c)) break;
        s.n = start;
    }
    return s;
}

const char *build_line_version(Arena *arena, Str line, bool *is_constraint) {
    static const char prefix[] = "//go:build";
    *is_constraint = false;
    if (line.n && line.p[line.n - 1] == '\n') line.n--;
    if (memchr(line.p, '\n', line.n) || line.n < sizeof prefix - 1 ||
        memcmp(line.p, prefix, sizeof prefix - 1) != 0)
        return NULL;
    line = text_trim(line);
    line.p += sizeof prefix - 1, line.n -= sizeof prefix - 1;
    Str text = text_trim(line);
    if (text.n == line.n && line.n) return NULL; /* //go:buildsomething */
    Reader r = {.s = text};
    Version v = read_or(&r);
    if (r.tok != END) r.bad = true;
    if (r.bad) return NULL;
    *is_constraint = true;
    if (v.held < 0) return NULL;
    if (v.held == 0) return "go1";
    return arena_printf(arena, "go1.%lld", (long long)v.held);
}
