/* Go's regular expressions: a parser to a tree, the tree to a program of a few instructions, and the program
 * run as a set of threads over the text (Thompson's construction, as Pike and Cox describe it).
 *
 * A thread is a place in the program; at each rune the set of threads steps together, so an expression never
 * runs backwards. Threads are kept in order of preference, which gives the leftmost match that a backtracking
 * matcher would find first. Where only "does it match" is asked no group is recorded, and an expression
 * without operators is a plain search. The limits are Go's: repetition at most 1000 times, also when nested;
 * the program's size is bounded. */
#include "base/regex.h"
#include "base/unicode.h"
#include <stdlib.h>

typedef enum Op {
    OP_EMPTY,
    OP_RUNE,
    OP_CLASS,
    OP_ANY,
    OP_ANY_NOT_NL,
    OP_BEGIN_TEXT,
    OP_END_TEXT,
    OP_BEGIN_LINE,
    OP_END_LINE,
    OP_WORD,
    OP_NOT_WORD,
    OP_CAT,
    OP_ALT,
    OP_STAR,
    OP_PLUS,
    OP_QUEST,
    OP_REPEAT,
    OP_GROUP
} Op;

typedef struct Range {
    uint32_t lo, hi;
} Range;
typedef VEC(Range) Ranges;

typedef struct Node {
    Op op;
    bool greedy;
    uint32_t rune;
    int min, max;  /* REPEAT; max -1: no bound */
    int group;     /* GROUP: number from 1, 0 for one that records nothing */
    Ranges ranges; /* CLASS, sorted */
    struct Node **kid;
    uint32_t nkid;
} Node;

enum { FOLD = 1, MULTI_LINE = 2, DOT_NL = 4, UNGREEDY = 8 };
enum { UNICODE_CLASSES = 13 };
enum { MAX_REPEAT = 1000, MAX_DEPTH = 1000, MAX_PROGRAM = 100000 };

typedef struct Parser {
    Arena *arena;
    Str s;
    size_t i;
    int flags, ngroup, depth;
    const char *error;
    Ranges known[UNICODE_CLASSES]; /* the runes of those that were asked for */
} Parser;

static Node *parse_alt(Parser *p);

static Node *node_new(Parser *p, Op op) {
    Node *n = NEW(p->arena, Node);
    n->op = op;
    n->greedy = true;
    return n;
}

static void fail_at(Parser *p, const char *what, size_t from, size_t to) {
    if (!p->error)
        p->error =
            arena_printf(p->arena, "error parsing regexp: %s: `%.*s`", what, (int)(to - from), p->s.p + from);
}

static bool more(const Parser *p) { return !p->error && p->i < p->s.n; }
static char cur(const Parser *p) { return p->s.p[p->i]; }
static char ahead(const Parser *p, size_t k) { return p->i + k < p->s.n ? p->s.p[p->i + k] : 0; }

/* Whether the text is UTF-8; the error says from where on it is not. */
static bool check_utf8(Parser *p, size_t from, size_t to) {
    uint32_t r;
    for (size_t i = from, n; i < to; i += n) {
        n = (size_t)utf8_decode(p->s.p + i, to - i, &r);
        if (n > 1 || r != RUNE_ERROR) continue;
        fail_at(p, "invalid UTF-8", i, to);
        return false;
    }
    return true;
}

static uint32_t next_rune(Parser *p) {
    uint32_t r = 0;
    if (p->error || p->i >= p->s.n) return 0;
    int n = utf8_decode(p->s.p + p->i, p->s.n - p->i, &r);
    if (n == 1 && r == RUNE_ERROR) fail_at(p, "invalid UTF-8", p->i, p->s.n);
    p->i += (size_t)n;
    return r;
}

/* ---- classes ---- */

static void add_range(Parser *p, Ranges *rs, uint32_t lo, uint32_t hi) {
    vec_push(p->arena, rs, ((Range){lo, hi}));
}

static int by_lo(const void *a, const void *b) {
    const Range *x = a, *y = b;
    if (x->lo != y->lo) return x->lo < y->lo ? -1 : 1;
    return x->hi > y->hi ? -1 : x->hi < y->hi;
}

static void tidy(Ranges *rs) {
    if (rs->n < 2) return;
    qsort(rs->v, rs->n, sizeof *rs->v, by_lo);
    uint32_t n = 1;
    for (uint32_t i = 1; i < rs->n; i++) {
        Range r = rs->v[i];
        if (r.lo <= rs->v[n - 1].hi + 1) {
            if (r.hi > rs->v[n - 1].hi) rs->v[n - 1].hi = r.hi;
        } else {
            rs->v[n++] = r;
        }
    }
    rs->n = n;
}

static void negate(Parser *p, Ranges *rs) {
    Ranges out = {0};
    uint32_t next = 0;
    tidy(rs);
    for (uint32_t i = 0; i < rs->n; i++) {
        if (rs->v[i].lo > next) add_range(p, &out, next, rs->v[i].lo - 1);
        next = rs->v[i].hi + 1;
    }
    if (next <= RUNE_MAX) add_range(p, &out, next, RUNE_MAX);
    *rs = out;
}

/* The other runes that equal r when case is ignored; at most two. */
static int fold_others(uint32_t r, uint32_t out[2]) {
    static const struct {
        uint32_t lo, hi, d; /* lower-case letters lo..hi have their capitals d before them */
    } steps[] = {{0xE0, 0xF6, 32},   {0xF8, 0xFE, 32},   {0x3B1, 0x3C1, 32}, {0x3C3, 0x3CB, 32},
                 {0x430, 0x44F, 32}, {0x450, 0x45F, 80}, {0x561, 0x586, 48}};
    int n = 0;
    if (r < 128) {
        if ((r | 32) >= 'a' && (r | 32) <= 'z') out[n++] = r ^ 32;
        if (r == 'k' || r == 'K') out[n++] = 0x212A;
        if (r == 's' || r == 'S') out[n++] = 0x17F;
        return n;
    }
    if (r == 0x212A || r == 0x17F) {
        out[0] = r == 0x17F ? 's' : 'k';
        out[1] = r == 0x17F ? 'S' : 'K';
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        if (r >= steps[i].lo && r <= steps[i].hi) return out[0] = r - steps[i].d, 1;
        if (r + steps[i].d >= steps[i].lo && r + steps[i].d <= steps[i].hi) return out[0] = r + steps[i].d, 1;
    }
    if ((r >= 0x100 && r <= 0x12F) || (r >= 0x132 && r <= 0x137) || (r >= 0x14A && r <= 0x177) ||
        (r >= 0x460 && r <= 0x481))
        return out[0] = r ^ 1, 1;
    return 0;
}

static void fold_ranges(Parser *p, Ranges *rs) {
    uint32_t n = rs->n;
    for (uint32_t i = 0; i < n; i++) {
        Range g = rs->v[i];
        for (uint32_t r = g.lo; r <= g.hi && r < 0x2200; r++) {
            uint32_t o[2];
            int k = fold_others(r, o);
            for (int j = 0; j < k; j++) add_range(p, rs, o[j], o[j]);
        }
    }
}

/* Adds the class rs to out, case and negation applied. */
static void add_class(Parser *p, Ranges *out, Ranges *rs, bool neg) {
    if (p->flags & FOLD) fold_ranges(p, rs);
    if (neg) negate(p, rs);
    for (uint32_t i = 0; i < rs->n; i++) vec_push(p->arena, out, rs->v[i]);
}

static bool rune_lower(uint32_t r) {
    uint32_t o[2];
    if (r < 128) return r >= 'a' && r <= 'z';
    return unicode_is_letter(r) && !unicode_is_upper(r) && fold_others(r, o) == 1 && unicode_is_upper(o[0]);
}
static bool rune_greek(uint32_t r) {
    return unicode_is_letter(r) && ((r >= 0x370 && r <= 0x3FF) || (r >= 0x1F00 && r <= 0x1FFF));
}
static bool rune_cyrillic(uint32_t r) { return unicode_is_letter(r) && r >= 0x400 && r <= 0x52F; }
static bool rune_latin(uint32_t r) {
    return unicode_is_letter(r) && (r < 0x250 || (r >= 0x1E00 && r <= 0x1EFF));
}
static bool rune_han(uint32_t r) {
    return (r >= 0x3400 && r <= 0x4DBF) || (r >= 0x4E00 && r <= 0x9FFF) || (r >= 0x20000 && r <= 0x323AF);
}
static bool rune_zs(uint32_t r) {
    return r == ' ' || r == 0xA0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x202F ||
           r == 0x205F || r == 0x3000;
}
static bool rune_z(uint32_t r) { return rune_zs(r) || r == 0x2028 || r == 0x2029; }
static bool rune_cc(uint32_t r) { return r < 0x20 || (r >= 0x7F && r < 0xA0); }
static bool rune_any(uint32_t r) { return r <= RUNE_MAX; }

static const struct {
    const char *name;
    bool (*is)(uint32_t);
} unicode_classes[UNICODE_CLASSES] = {{"L", unicode_is_letter},
                                      {"Lu", unicode_is_upper},
                                      {"Ll", rune_lower},
                                      {"N", unicode_is_digit},
                                      {"Nd", unicode_is_digit},
                                      {"Greek", rune_greek},
                                      {"Cyrillic", rune_cyrillic},
                                      {"Latin", rune_latin},
                                      {"Han", rune_han},
                                      {"Z", rune_z},
                                      {"Zs", rune_zs},
                                      {"Cc", rune_cc},
                                      {"Any", rune_any}};

/* All runes of class k, found once an expression: that takes a while. */
static const Ranges *class_ranges(Parser *p, size_t k) {
    Ranges *rs = &p->known[k];
    uint32_t start = 0;
    bool in = false;
    if (rs->n) return rs;
    for (uint32_t r = 0; r <= RUNE_MAX + 1; r++) {
        bool is = r <= RUNE_MAX && unicode_classes[k].is(r);
        if (is && !in) start = r;
        if (!is && in) add_range(p, rs, start, r - 1);
        in = is;
    }
    return rs;
}

/* \pL, \p{Greek}, \P{Lu}, \p{^Lu}: the categories and scripts of letters and digits. p->i is behind the p. */
static bool unicode_class(Parser *p, Ranges *out, size_t from) {
    bool neg = p->s.p[p->i - 1] == 'P';
    const char *end = NULL;
    Str name = {p->s.p + p->i, 0};
    if (p->i < p->s.n && cur(p) == '{') {
        end = memchr(name.p, '}', p->s.n - p->i);
        if (!check_utf8(p, end ? p->i : from, end ? (size_t)(end - p->s.p) : p->s.n)) return false;
        if (!end) {
            fail_at(p, "invalid character class range", from, p->s.n);
            return false;
        }
        name = (Str){name.p + 1, (size_t)(end - name.p) - 1};
        p->i = (size_t)(end - p->s.p) + 1;
        if (name.n && name.p[0] == '^') neg = !neg, name.p++, name.n--;
    } else {
        size_t at = p->i;
        next_rune(p);
        if (p->error) return false;
        name.n = p->i - at;
    }
    for (size_t k = 0; k < UNICODE_CLASSES; k++) {
        if (!str_is(name, unicode_classes[k].name)) continue;
        Ranges rs = {0};
        const Ranges *all = class_ranges(p, k);
        for (uint32_t i = 0; i < all->n; i++) vec_push(p->arena, &rs, all->v[i]);
        add_class(p, out, &rs, neg);
        return true;
    }
    fail_at(p, "invalid character class range", from, p->i);
    return false;
}

/* \d \w \s and their opposites; false when c is none of them. */
static bool perl_class(Parser *p, Ranges *out, char c) {
    Ranges rs = {0};
    switch (c | 32) {
    case 'd': add_range(p, &rs, '0', '9'); break;
    case 's':
        add_range(p, &rs, '\t', '\n');
        add_range(p, &rs, '\f', '\r');
        add_range(p, &rs, ' ', ' ');
        break;
    case 'w':
        add_range(p, &rs, '0', '9');
        add_range(p, &rs, 'A', 'Z');
        add_range(p, &rs, '_', '_');
        add_range(p, &rs, 'a', 'z');
        break;
    default: return false;
    }
    add_class(p, out, &rs, !(c & 32));
    return true;
}

/* [:alpha:] and the like at p->i; false when it is none. */
static bool posix_class(Parser *p, Ranges *out) {
    static const struct {
        const char *name;
        uint8_t r[8];
    } known[] = {{"alnum", {'0', '9', 'A', 'Z', 'a', 'z'}},
                 {"alpha", {'A', 'Z', 'a', 'z'}},
                 {"ascii", {0, 127}},
                 {"blank", {'\t', '\t', ' ', ' '}},
                 {"cntrl", {0, 31, 127, 127}},
                 {"digit", {'0', '9'}},
                 {"graph", {'!', '~'}},
                 {"lower", {'a', 'z'}},
                 {"print", {' ', '~'}},
                 {"punct", {'!', '/', ':', '@', '[', '`', '{', '~'}},
                 {"space", {'\t', '\r', ' ', ' '}},
                 {"upper", {'A', 'Z'}},
                 {"word", {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}},
                 {"xdigit", {'0', '9', 'A', 'F', 'a', 'f'}}};
    if (cur(p) != '[' || ahead(p, 1) != ':') return false;
    size_t i = p->i + 2;
    while (i + 1 < p->s.n && !(p->s.p[i] == ':' && p->s.p[i + 1] == ']')) i++;
    if (i + 1 >= p->s.n) return false; /* "[:" is no class then: two ordinary characters */
    Str name = {p->s.p + p->i + 2, i - p->i - 2};
    bool neg = name.n && name.p[0] == '^';
    if (neg) name.p++, name.n--;
    for (size_t k = 0; k < COUNT_OF(known); k++) {
        if (!str_is(name, known[k].name)) continue;
        Ranges rs = {0};
        for (int j = 0; j < 8 && (j == 0 || known[k].r[j]); j += 2)
            add_range(p, &rs, known[k].r[j], known[k].r[j + 1]);
        add_class(p, out, &rs, neg);
        p->i = i + 2;
        return true;
    }
    fail_at(p, "invalid character class range", p->i, i + 2);
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_escape(Parser *p, uint32_t *v) {
    *v = 0;
    if (p->i >= p->s.n) return false;
    uint32_t c = next_rune(p);
    if (c != '{') {
        int x = c < 128 ? hex_digit((char)c) : -1;
        c = next_rune(p);
        int y = c < 128 ? hex_digit((char)c) : -1;
        if (x < 0 || y < 0) return false;
        *v = (uint32_t)(x * 16 + y);
        return true;
    }
    for (size_t digits = 0; p->i < p->s.n && !p->error; digits++) {
        c = next_rune(p);
        if (c == '}') return digits > 0;
        int h = c < 128 ? hex_digit((char)c) : -1;
        if (h < 0 || (*v = *v * 16 + (uint32_t)h) > RUNE_MAX) return false;
    }
    return false;
}

/* An escape that stands for one rune; p->i is behind the backslash. */
static uint32_t escape(Parser *p) {
    size_t from = p->i - 1;
    if (p->i >= p->s.n) {
        fail_at(p, "trailing backslash at end of expression", p->s.n, p->s.n);
        return 0;
    }
    uint32_t c = next_rune(p), v = c - '0';
    if (c < 128 && v > 9 && !((c | 32) >= 'a' && (c | 32) <= 'z')) return c;
    if (v <= 7 && (v == 0 || (ahead(p, 0) >= '0' && ahead(p, 0) <= '7'))) {
        for (int k = 1; k < 3 && ahead(p, 0) >= '0' && ahead(p, 0) <= '7'; k++)
            v = v * 8 + (uint32_t)(cur(p) - '0'), p->i++;
        return v;
    }
    switch (c) {
    case 'x':
        if (hex_escape(p, &v)) return v;
        break;
    case 'a': return 7;
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: break;
    }
    fail_at(p, "invalid escape sequence", from, p->i);
    return 0;
}

static uint32_t class_rune(Parser *p) {
    if (cur(p) != '\\') return next_rune(p);
    p->i++;
    return escape(p);
}

static Node *parse_class(Parser *p) {
    size_t from = p->i++;
    Node *n = node_new(p, OP_CLASS);
    Ranges *rs = &n->ranges;
    bool neg = ahead(p, 0) == '^', first = true;
    if (neg) p->i++;
    for (; !p->error; first = false) {
        if (p->i >= p->s.n) {
            fail_at(p, "missing closing ]", from, p->s.n);
            break;
        }
        size_t at = p->i;
        if (cur(p) == ']' && !first) {
            p->i++;
            break;
        }
        if (posix_class(p, rs)) continue;
        if (cur(p) == '\\' && (ahead(p, 1) | 32) == 'p') {
            p->i += 2;
            unicode_class(p, rs, at);
            continue;
        }
        if (cur(p) == '\\' && perl_class(p, rs, ahead(p, 1))) {
            p->i += 2;
            continue;
        }
        uint32_t lo = class_rune(p), hi = lo;
        if (p->i + 1 < p->s.n && cur(p) == '-' && ahead(p, 1) != ']') {
            p->i++;
            hi = class_rune(p);
            if (hi < lo) fail_at(p, "invalid character class range", at, p->i);
        }
        Ranges one = {0};
        add_range(p, &one, lo, hi);
        add_class(p, rs, &one, false);
    }
    tidy(rs);
    if (neg) negate(p, rs);
    return n;
}

/* ---- expressions ---- */

static Node *rune_node(Parser *p, uint32_t r) {
    Node *n = node_new(p, OP_RUNE);
    uint32_t o[2];
    n->rune = r;
    if ((p->flags & FOLD) && fold_others(r, o)) {
        n->op = OP_CLASS;
        add_range(p, &n->ranges, r, r);
        fold_ranges(p, &n->ranges);
        tidy(&n->ranges);
    }
    return n;
}

static Node *list_node(Parser *p, Op op, Node **v, uint32_t n) {
    if (n == 0) return node_new(p, OP_EMPTY);
    if (n == 1) return v[0];
    Node *x = node_new(p, op);
    x->kid = v;
    x->nkid = n;
    return x;
}

static Node *wrap(Parser *p, Op op, Node *body) {
    Node *x = node_new(p, op);
    x->kid = NEW(p->arena, Node *);
    x->kid[0] = body;
    x->nkid = 1;
    return x;
}

/* (?P<name> or (?<name>: p->i at the name's angle bracket. */
static void capture_name(Parser *p, size_t from) {
    const char *start = p->s.p + p->i + 1, *end = memchr(start, '>', p->s.n - p->i - 1);
    if (!end) {
        if (check_utf8(p, from, p->s.n)) fail_at(p, "invalid named capture", from, p->s.n);
        return;
    }
    Str name = {start, (size_t)(end - start)};
    bool good = name.n > 0;
    if (!check_utf8(p, p->i + 1, p->i + 1 + name.n)) return;
    for (size_t k = 0; k < name.n; k++) {
        char c = name.p[k];
        good &= c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    }
    p->i = (size_t)(end - p->s.p) + 1;
    if (!good) fail_at(p, "invalid named capture", from, p->i);
}

/* The letters behind (?; true when a group's body follows, false for flags alone. */
static bool group_flags(Parser *p, size_t from) {
    int flags = p->flags;
    bool off = false, any = false;
    while (more(p)) {
        uint32_t c = next_rune(p);
        int bit = c == 'i' ? FOLD : c == 'm' ? MULTI_LINE : c == 's' ? DOT_NL : c == 'U' ? UNGREEDY : 0;
        if (bit) {
            flags = off ? flags & ~bit : flags | bit;
            any = true;
        } else if (c == '-' && !off) {
            off = true;
            any = false;
        } else if ((c == ':' || c == ')') && (!off || any)) {
            p->flags = flags;
            return c == ':';
        } else {
            break;
        }
    }
    fail_at(p, "invalid or unsupported Perl syntax", from, p->i);
    return false;
}

/* NULL for (?flags), which holds up to the end of the group around it. */
static Node *parse_group(Parser *p) {
    size_t from = p->i++;
    int saved = p->flags, group = 0;
    if (ahead(p, 0) != '?') {
        group = ++p->ngroup;
    } else if ((ahead(p, 1) == 'P' && ahead(p, 2) == '<' && p->i + 3 < p->s.n) ||
               (ahead(p, 1) == '<' && p->i + 2 < p->s.n)) {
        p->i += ahead(p, 1) == 'P' ? 2 : 1;
        capture_name(p, from);
        group = ++p->ngroup;
    } else {
        p->i++;
        if (!group_flags(p, from)) return NULL;
    }
    if (++p->depth > MAX_DEPTH) fail_at(p, "expression nests too deeply", 0, p->s.n);
    if (p->error) return NULL;
    Node *body = parse_alt(p);
    p->depth--;
    if (!p->error && ahead(p, 0) != ')') fail_at(p, "missing closing )", 0, p->s.n);
    if (p->error) return NULL;
    p->i++;
    p->flags = saved;
    Node *n = wrap(p, OP_GROUP, body);
    n->group = group;
    return n;
}

/* One number of a repetition: -1 for none, -2 for one that is written wrongly. */
static int repeat_number(Parser *p, size_t *i) {
    size_t at = *i;
    int x = 0;
    for (; *i < p->s.n && p->s.p[*i] >= '0' && p->s.p[*i] <= '9'; ++*i)
        if (x < 100000) x = x * 10 + (p->s.p[*i] - '0');
    if (*i == at) return -1;
    return *i - at > 1 && p->s.p[at] == '0' ? -2 : x;
}

/* {n}, {n,} or {n,m} at p->i; false when it is none, and then the brace is an ordinary character. */
static bool parse_repeat(Parser *p, int *min, int *max) {
    size_t i = p->i + 1;
    *min = *max = repeat_number(p, &i);
    if (*min < 0) return false;
    if (i < p->s.n && p->s.p[i] == ',') {
        i++;
        *max = repeat_number(p, &i);
        if (*max < -1) return false;
    }
    if (i >= p->s.n || p->s.p[i] != '}') return false;
    i++;
    if (*min > MAX_REPEAT || *max > MAX_REPEAT || (*max >= 0 && *min > *max))
        fail_at(p, "invalid repeat count", p->i, i);
    p->i = i;
    return true;
}

/* How often the innermost part of a tree of repetitions may be asked for. */
static int64_t repeat_weight(const Node *n) {
    int64_t most = 1;
    for (uint32_t i = 0; i < n->nkid; i++) most = MAX(most, repeat_weight(n->kid[i]));
    if (n->op == OP_REPEAT) most *= MAX(1, n->max >= 0 ? n->max : n->min);
    return MIN(most, MAX_REPEAT + 1);
}

/* What a backslash begins: an assertion, a class or a rune. */
static Node *parse_backslash(Parser *p) {
    size_t from = p->i;
    char c = ahead(p, 1);
    Ranges rs = {0};
    Op op = c == 'A'   ? OP_BEGIN_TEXT
            : c == 'z' ? OP_END_TEXT
            : c == 'b' ? OP_WORD
            : c == 'B' ? OP_NOT_WORD
                       : OP_EMPTY;
    if (op != OP_EMPTY) {
        p->i += 2;
        return node_new(p, op);
    }
    if ((c | 32) == 'p') {
        p->i += 2;
        unicode_class(p, &rs, from);
    } else if (perl_class(p, &rs, c)) {
        p->i += 2;
    } else {
        p->i++;
        return rune_node(p, escape(p));
    }
    Node *n = node_new(p, OP_CLASS);
    tidy(&rs);
    n->ranges = rs;
    return n;
}

static Node *parse_atom(Parser *p) {
    switch (cur(p)) {
    case '(': return parse_group(p);
    case '[': return parse_class(p);
    case '.': return p->i++, node_new(p, p->flags & DOT_NL ? OP_ANY : OP_ANY_NOT_NL);
    case '^': return p->i++, node_new(p, p->flags & MULTI_LINE ? OP_BEGIN_LINE : OP_BEGIN_TEXT);
    case '$': return p->i++, node_new(p, p->flags & MULTI_LINE ? OP_END_LINE : OP_END_TEXT);
    case '\\': return parse_backslash(p);
    default: return rune_node(p, next_rune(p));
    }
}

static Node *parse_cat(Parser *p) {
    VEC(Node *) v = {0};
    size_t op_from = 0;
    bool after_op = false;
    while (more(p) && cur(p) != '|' && cur(p) != ')') {
        size_t from = p->i;
        char c = cur(p);
        int min = 0, max = -1;
        bool op = c == '*' || c == '+' || c == '?';
        if (op) p->i++;
        if (c == '{') op = parse_repeat(p, &min, &max);
        if (p->error) break;
        if (op) {
            bool greedy = !(p->flags & UNGREEDY);
            if (ahead(p, 0) == '?') p->i++, greedy = !greedy;
            if (v.n == 0) {
                fail_at(p, "missing argument to repetition operator", from, p->i);
                break;
            }
            if (after_op) {
                fail_at(p, "invalid nested repetition operator", op_from, p->i);
                break;
            }
            Node *r = wrap(p,
                           c == '*'   ? OP_STAR
                           : c == '+' ? OP_PLUS
                           : c == '?' ? OP_QUEST
                                      : OP_REPEAT,
                           vec_last(&v));
            r->greedy = greedy;
            r->min = min, r->max = max;
            if (repeat_weight(r) > MAX_REPEAT) fail_at(p, "invalid repeat count", from, p->i);
            vec_last(&v) = r;
            after_op = true;
            op_from = from;
            continue;
        }
        after_op = false;
        if (c == '\\' && ahead(p, 1) == 'Q') {
            for (p->i += 2; more(p);) {
                if (cur(p) == '\\' && ahead(p, 1) == 'E') {
                    p->i += 2;
                    break;
                }
                vec_push(p->arena, &v, rune_node(p, next_rune(p)));
            }
            continue;
        }
        Node *n = parse_atom(p);
        if (n) vec_push(p->arena, &v, n);
    }
    return list_node(p, OP_CAT, v.v, v.n);
}

static Node *parse_alt(Parser *p) {
    VEC(Node *) v = {0};
    for (;;) {
        Node *n = parse_cat(p);
        vec_push(p->arena, &v, n);
        if (!more(p) || cur(p) != '|') break;
        p->i++;
    }
    return list_node(p, OP_ALT, v.v, v.n);
}

/* ---- the program ---- */

typedef enum InstOp {
    I_RUNE,
    I_CLASS,
    I_ANY,
    I_ANY_NOT_NL,
    I_ASSERT,
    I_SPLIT,
    I_JUMP,
    I_SAVE,
    I_MATCH
} InstOp;

typedef struct Inst {
    InstOp op;
    uint32_t x, y; /* SPLIT: first and second choice; JUMP: where to; RUNE, ASSERT, SAVE: what */
    const Ranges *ranges;
} Inst;

typedef struct Thread {
    uint32_t pc;
    int *groups;
} Thread;

typedef struct ThreadList {
    uint32_t *sparse; /* by pc: its place in v */
    Thread *v;
    uint32_t n;
} ThreadList;

struct Regex {
    Str source, literal;
    Arena *arena;
    VEC(Inst) prog;
    bool too_large, is_literal, anchored;
    ThreadList list[2];
    uint32_t *stack; /* for following jumps */
};

static uint32_t emit(Regex *r, InstOp op, uint32_t x) {
    if (r->prog.n >= MAX_PROGRAM) {
        r->too_large = true;
        return r->prog.n - 1;
    }
    vec_push(r->arena, &r->prog, ((Inst){.op = op, .x = x}));
    return r->prog.n - 1;
}

static void choices(Regex *r, uint32_t split, bool greedy, uint32_t in, uint32_t out) {
    r->prog.v[split].x = greedy ? in : out;
    r->prog.v[split].y = greedy ? out : in;
}

static void generate(Regex *r, const Node *n);

/* Whether a part can match nothing. */
static bool nullable(const Node *n) {
    bool any = false, all = true;
    switch (n->op) {
    case OP_RUNE:
    case OP_CLASS:
    case OP_ANY:
    case OP_ANY_NOT_NL: return false;
    case OP_PLUS:
    case OP_GROUP: return nullable(n->kid[0]);
    case OP_REPEAT: return n->min == 0 || nullable(n->kid[0]);
    case OP_CAT:
    case OP_ALT:
        for (uint32_t i = 0; i < n->nkid; i++) {
            bool one = nullable(n->kid[i]);
            any = any || one;
            all = all && one;
        }
        return n->op == OP_CAT ? all : any;
    default: return true;
    }
}

static void generate_plus(Regex *r, const Node *n, bool greedy) {
    uint32_t at = r->prog.n;
    generate(r, n);
    uint32_t split = emit(r, I_SPLIT, 0);
    choices(r, split, greedy, at, r->prog.n);
}

static void generate_star(Regex *r, const Node *n, bool greedy) {
    uint32_t split = emit(r, I_SPLIT, 0);
    if (nullable(
            n)) { /* as (n+)?: else a thread would meet the split again before the better ones behind it */
        generate_plus(r, n, greedy);
    } else {
        generate(r, n);
        emit(r, I_JUMP, split);
    }
    choices(r, split, greedy, split + 1, r->prog.n);
}

/* n at most so many times. */
static void generate_quest(Regex *r, const Node *n, bool greedy, int times) {
    if (times == 0 || r->too_large) return;
    uint32_t split = emit(r, I_SPLIT, 0);
    generate(r, n);
    generate_quest(r, n, greedy, times - 1);
    choices(r, split, greedy, split + 1, r->prog.n);
}

static void generate_alt(Regex *r, const Node *n) {
    VEC(uint32_t) jumps = {0};
    for (uint32_t i = 0; i + 1 < n->nkid; i++) {
        uint32_t split = emit(r, I_SPLIT, 0);
        generate(r, n->kid[i]);
        uint32_t jump = emit(r, I_JUMP, 0);
        vec_push(r->arena, &jumps, jump);
        choices(r, split, true, split + 1, r->prog.n);
    }
    generate(r, n->kid[n->nkid - 1]);
    for (uint32_t i = 0; i < jumps.n; i++) r->prog.v[jumps.v[i]].x = r->prog.n;
}

static void generate(Regex *r, const Node *n) {
    uint32_t at = r->prog.n;
    if (r->too_large) return;
    switch (n->op) {
    case OP_EMPTY: break;
    case OP_RUNE: emit(r, I_RUNE, n->rune); break;
    case OP_CLASS:
        at = emit(r, I_CLASS, 0);
        r->prog.v[at].ranges = &n->ranges;
        break;
    case OP_ANY: emit(r, I_ANY, 0); break;
    case OP_ANY_NOT_NL: emit(r, I_ANY_NOT_NL, 0); break;
    case OP_BEGIN_TEXT:
    case OP_END_TEXT:
    case OP_BEGIN_LINE:
    case OP_END_LINE:
    case OP_WORD:
    case OP_NOT_WORD: emit(r, I_ASSERT, (uint32_t)n->op); break;
    case OP_CAT:
        for (uint32_t i = 0; i < n->nkid; i++) generate(r, n->kid[i]);
        break;
    case OP_ALT: generate_alt(r, n); break;
    case OP_STAR: generate_star(r, n->kid[0], n->greedy); break;
    case OP_PLUS: generate_plus(r, n->kid[0], n->greedy); break;
    case OP_QUEST: generate_quest(r, n->kid[0], n->greedy, 1); break;
    case OP_REPEAT:
        for (int i = n->max < 0; i < n->min && !r->too_large; i++) generate(r, n->kid[0]);
        if (n->max < 0 && n->min > 0) generate_plus(r, n->kid[0], n->greedy);
        else if (n->max < 0) generate_star(r, n->kid[0], n->greedy);
        else generate_quest(r, n->kid[0], n->greedy, n->max - n->min);
        break;
    case OP_GROUP:
        if (n->group) emit(r, I_SAVE, (uint32_t)n->group * 2);
        generate(r, n->kid[0]);
        if (n->group) emit(r, I_SAVE, (uint32_t)n->group * 2 + 1);
        break;
    }
}

static bool literal_of(const Node *n, StrBuf *out) {
    if (n->op == OP_RUNE) sb_add_rune(out, n->rune);
    if (n->op == OP_RUNE || n->op == OP_EMPTY) return true;
    if (n->op != OP_CAT) return false;
    for (uint32_t i = 0; i < n->nkid; i++)
        if (n->kid[i]->op != OP_RUNE || !literal_of(n->kid[i], out)) return false;
    return true;
}

Regex *regex_compile(Arena *a, Str expr, const char **error) {
    Parser p = {.arena = a, .s = {arena_strndup(a, expr.n ? expr.p : "", expr.n), expr.n}};
    Node *tree = parse_alt(&p);
    if (!p.error && p.i < p.s.n) fail_at(&p, "unexpected )", 0, p.s.n);
    Regex *r = NEW(a, Regex);
    r->arena = a;
    r->source = p.s;
    if (!p.error) {
        StrBuf lit = STRBUF_INIT;
        r->is_literal = literal_of(tree, &lit);
        r->literal = (Str){arena_strndup(a, sb_str(&lit), lit.n), lit.n};
        sb_release(&lit);
        generate(r, tree);
        emit(r, I_MATCH, 0);
        if (r->too_large) fail_at(&p, "expression too large", 0, p.s.n);
    }
    if (p.error) {
        *error = p.error;
        return NULL;
    }
    r->anchored = r->prog.v[0].op == I_ASSERT && r->prog.v[0].x == OP_BEGIN_TEXT;
    for (int k = 0; k < 2; k++) {
        r->list[k].sparse = NEW_ARRAY(a, uint32_t, r->prog.n);
        r->list[k].v = NEW_ARRAY(a, Thread, r->prog.n);
    }
    r->stack = NEW_ARRAY(a, uint32_t, 2 * (size_t)r->prog.n + 2);
    return r;
}

Str regex_source(const Regex *r) { return r->source; }

/* ---- running ---- */

#define NO_RUNE UINT32_MAX /* beyond either end of the text */

static bool is_word(uint32_t r) {
    return r == '_' || (r >= '0' && r <= '9') || (r < 128 && (r | 32) >= 'a' && (r | 32) <= 'z');
}

static bool assertion(Op op, uint32_t before, uint32_t after) {
    bool edge = is_word(before) != is_word(after);
    switch (op) {
    case OP_BEGIN_TEXT: return before == NO_RUNE;
    case OP_END_TEXT: return after == NO_RUNE;
    case OP_BEGIN_LINE: return before == NO_RUNE || before == '\n';
    case OP_END_LINE: return after == NO_RUNE || after == '\n';
    case OP_WORD: return edge;
    default: return !edge;
    }
}

static bool in_ranges(const Ranges *rs, uint32_t c) {
    uint32_t lo = 0, hi = rs->n;
    while (lo < hi) {
        uint32_t m = (lo + hi) / 2;
        if (c > rs->v[m].hi) lo = m + 1;
        else if (c < rs->v[m].lo) hi = m;
        else return true;
    }
    return false;
}

typedef struct Place {
    Regex *re;
    Arena *arena; /* of group offsets */
    int ngroups;  /* offsets recorded; 0: none */
    int at;
    uint32_t before, after;
} Place;

static bool enter(ThreadList *l, uint32_t pc, int *groups) {
    if (l->sparse[pc] < l->n && l->v[l->sparse[pc]].pc == pc) return false;
    l->sparse[pc] = l->n;
    l->v[l->n++] = (Thread){pc, groups};
    return true;
}

/* Adds pc and all that it leads to without reading a rune, in order of preference. */
static void add_thread(const Place *m, ThreadList *l, uint32_t pc) {
    uint32_t top = 0, *stack = m->re->stack;
    stack[top++] = pc;
    while (top) {
        pc = stack[--top];
        if (!enter(l, pc, NULL)) continue;
        const Inst *in = &m->re->prog.v[pc];
        switch (in->op) {
        case I_JUMP: stack[top++] = in->x; break;
        case I_SPLIT:
            stack[top++] = in->y;
            stack[top++] = in->x;
            break;
        case I_SAVE: stack[top++] = pc + 1; break;
        case I_ASSERT:
            if (assertion((Op)in->x, m->before, m->after)) stack[top++] = pc + 1;
            break;
        default: break;
        }
    }
}

/* As add_thread, and keeps the groups' offsets. Only our own small expressions come here. */
static void add_with_groups(const Place *m, ThreadList *l, uint32_t pc, int *groups) {
    if (!enter(l, pc, groups)) return;
    const Inst *in = &m->re->prog.v[pc];
    switch (in->op) {
    case I_JUMP: add_with_groups(m, l, in->x, groups); break;
    case I_SPLIT:
        add_with_groups(m, l, in->x, groups);
        add_with_groups(m, l, in->y, groups);
        break;
    case I_SAVE:
        if ((int)in->x < m->ngroups) {
            int *copy = NEW_ARRAY(m->arena, int, m->ngroups);
            memcpy(copy, groups, sizeof *copy * (size_t)m->ngroups);
            copy[in->x] = m->at;
            groups = copy;
        }
        add_with_groups(m, l, pc + 1, groups);
        break;
    case I_ASSERT:
        if (assertion((Op)in->x, m->before, m->after)) add_with_groups(m, l, pc + 1, groups);
        break;
    default: break;
    }
}

static uint32_t rune_at(Str text, size_t i, int *len) {
    uint32_t c = NO_RUNE;
    *len = i < text.n ? utf8_decode(text.p + i, text.n - i, &c) : 0;
    return c;
}

static bool steps(const Inst *in, uint32_t c) {
    if (c == NO_RUNE) return false;
    switch (in->op) {
    case I_RUNE: return c == in->x;
    case I_CLASS: return in_ranges(in->ranges, c);
    case I_ANY: return true;
    case I_ANY_NOT_NL: return c != '\n';
    default: return false;
    }
}

static bool run(Regex *re, Str text, int *groups, int ngroups, Arena *scratch) {
    ThreadList *now = &re->list[0], *next = &re->list[1];
    Place here = {.re = re, .arena = scratch, .ngroups = ngroups, .before = NO_RUNE};
    bool matched = false;
    int len, len_next;
    here.after = rune_at(text, 0, &len);
    now->n = 0;
    for (size_t i = 0;; i += (size_t)len, len = len_next) {
        here.at = (int)i;
        if (!matched && (i == 0 || !re->anchored)) {
            if (ngroups) {
                int *g = NEW_ARRAY(scratch, int, ngroups);
                memset(g, -1, sizeof *g * (size_t)ngroups);
                g[0] = (int)i;
                add_with_groups(&here, now, 0, g);
            } else {
                add_thread(&here, now, 0);
            }
        }
        if (now->n == 0) return matched;
        Place then = here;
        then.at = (int)i + len;
        then.before = here.after;
        then.after = rune_at(text, i + (size_t)len, &len_next);
        next->n = 0;
        for (uint32_t t = 0; t < now->n; t++) {
            const Thread *th = &now->v[t];
            const Inst *in = &re->prog.v[th->pc];
            if (in->op == I_MATCH) {
                matched = true;
                if (!ngroups) return true;
                memcpy(groups, th->groups, sizeof *groups * (size_t)ngroups);
                groups[1] = (int)i;
                break; /* what comes behind is worse */
            }
            if (!steps(in, here.after)) continue;
            if (ngroups) add_with_groups(&then, next, th->pc + 1, th->groups);
            else add_thread(&then, next, th->pc + 1);
        }
        if (len == 0) return matched;
        here = then;
        ThreadList *swap = now;
        now = next, next = swap;
    }
}

bool regex_match(Regex *re, Str text) {
    if (re->is_literal)
        return re->literal.n == 0 ||
               (text.n >= re->literal.n && memmem(text.p, text.n, re->literal.p, re->literal.n));
    return run(re, text, NULL, 0, NULL);
}

bool regex_find(Regex *re, Str text, int *groups, int ngroups) {
    Arena scratch;
    arena_init(&scratch);
    bool found = run(re, text, groups, ngroups * 2, &scratch);
    arena_release(&scratch);
    return found;
}

long regex_match_at_start(Regex *re, Str text) {
    ThreadList *now = &re->list[0], *next = &re->list[1];
    Place here = {.re = re, .before = NO_RUNE};
    long end = -1;
    size_t i = 0;
    int len;
    here.after = rune_at(text, 0, &len);
    now->n = 0;
    add_thread(&here, now, 0);
    for (;;) {
        int len_next;
        Place then = {.re = re, .before = here.after};
        then.after = rune_at(text, i + (size_t)len, &len_next);
        next->n = 0;
        for (uint32_t t = 0; t < now->n; t++) {
            const Inst *in = &re->prog.v[now->v[t].pc];
            if (in->op == I_MATCH) {
                end = (long)i;
                break; /* what comes behind is worse */
            }
            if (steps(in, here.after)) add_thread(&then, next, now->v[t].pc + 1);
        }
        if (!next->n) return end;
        i += (size_t)len;
        len = len_next;
        here = then;
        ThreadList *swap = now;
        now = next, next = swap;
    }
}
