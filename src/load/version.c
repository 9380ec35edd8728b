/* Versions: semantic versions as modules use them (https://semver.org, with Go's leading v), Go's own
 * versions
 * ("1.21rc1"), and the escaping of module paths in the module cache. */
#include "load/load_int.h"
#include <ctype.h>

/* A parsed version points into its text; every part is a run without its separator. */
typedef struct Semver {
    Str major, minor, patch, pre;
    bool ok;
} Semver;

static bool number(const char **p, Str *out) {
    const char *s = *p;
    if (!isdigit((unsigned char)*s)) return false;
    const char *e = s;
    while (isdigit((unsigned char)*e)) e++;
    if (*s == '0' && e - s > 1) return false;
    *out = (Str){s, (size_t)(e - s)};
    *p = e;
    return true;
}

static bool ident_run(const char **p, bool no_leading_zero) {
    const char *s = *p;
    for (;;) {
        const char *start = s;
        bool digits = true;
        while (isalnum((unsigned char)*s) || *s == '-') {
            if (!isdigit((unsigned char)*s)) digits = false;
            s++;
        }
        if (s == start) return false;
        if (no_leading_zero && digits && s - start > 1 && *start == '0') return false;
        if (*s != '.') break;
        s++;
    }
    *p = s;
    return true;
}

static Semver parse(const char *v) {
    Semver r = {.minor = STR_LIT("0"), .patch = STR_LIT("0")};
    if (!v || *v++ != 'v') return r;
    if (!number(&v, &r.major)) return r;
    if (*v == 0) return r.ok = true, r;
    if (*v++ != '.' || !number(&v, &r.minor)) return r;
    if (*v == 0) return r.ok = true, r;
    if (*v++ != '.' || !number(&v, &r.patch)) return r;
    if (*v == '-') {
        const char *s = v++;
        if (!ident_run(&v, true)) return r;
        r.pre = (Str){s + 1, (size_t)(v - s - 1)};
    }
    if (*v == '+') {
        v++;
        if (!ident_run(&v, false)) return r;
    }
    r.ok = *v == 0;
    return r;
}

static int cmp_num(Str a, Str b) {
    if (a.n != b.n) return a.n < b.n ? -1 : 1;
    int c = memcmp(a.p, b.p, a.n);
    return c < 0 ? -1 : c > 0;
}

static bool all_digits(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!isdigit((unsigned char)s.p[i])) return false;
    return true;
}

static Str next_part(Str *s) {
    size_t i = 0;
    while (i < s->n && s->p[i] != '.') i++;
    Str part = {s->p, i};
    if (i < s->n) i++;
    s->p += i;
    s->n -= i;
    return part;
}

static int cmp_pre(Str a, Str b) {
    if (str_eq(a, b)) return 0;
    if (!a.n) return 1;
    if (!b.n) return -1;
    while (a.n && b.n) {
        Str x = next_part(&a), y = next_part(&b);
        if (str_eq(x, y)) continue;
        bool dx = all_digits(x), dy = all_digits(y);
        if (dx != dy) return dx ? -1 : 1;
        if (dx) return cmp_num(x, y);
        int c = memcmp(x.p, y.p, MIN(x.n, y.n));
        if (c) return c < 0 ? -1 : 1;
        return x.n < y.n ? -1 : 1;
    }
    return a.n ? 1 : b.n ? -1 : 0;
}

bool semver_valid(const char *v) { return parse(v).ok; }

/* Invalid versions are below valid ones and equal among themselves. */
int semver_compare(const char *v, const char *w) {
    Semver a = parse(v), b = parse(w);
    if (!a.ok || !b.ok) return a.ok ? 1 : b.ok ? -1 : 0;
    int c = cmp_num(a.major, b.major);
    if (!c) c = cmp_num(a.minor, b.minor);
    if (!c) c = cmp_num(a.patch, b.patch);
    return c ? c : cmp_pre(a.pre, b.pre);
}

typedef struct Gover {
    Str major, minor, patch, kind, pre;
    bool ok;
} Gover;

/* "1", "1.21", "1.21.3", "1.21rc2"; before 1.21 a version without patch means patch 0. */
static Gover go_parse(const char *x) {
    Gover v = {.minor = STR_LIT("0"), .patch = STR_LIT("0"), .kind = STR_LIT(""), .pre = STR_LIT("")};
    if (!x || !number(&x, &v.major)) return v;
    if (*x == 0) return v.ok = true, v;
    if (*x++ != '.' || !number(&x, &v.minor)) return v;
    if (*x == 0) {
        Str limit = STR_LIT("21");
        if (cmp_num(v.minor, limit) >= 0) v.patch = (Str){"", 0};
        v.ok = true;
        return v;
    }
    if (*x == '.') {
        x++;
        v.ok = number(&x, &v.patch) && *x == 0;
        return v;
    }
    const char *k = x;
    while (*x && !isdigit((unsigned char)*x)) {
        if (!islower((unsigned char)*x)) return v;
        x++;
    }
    if (x == k) return v;
    v.kind = (Str){k, (size_t)(x - k)};
    v.patch = (Str){"", 0};
    v.ok = number(&x, &v.pre) && *x == 0;
    return v;
}

static int cmp_str(Str a, Str b) {
    int c = memcmp(a.p, b.p, MIN(a.n, b.n));
    if (c) return c < 0 ? -1 : 1;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool gover_valid(const char *x) { return go_parse(x).ok; }

int gover_compare(const char *x, const char *y) {
    Gover a = go_parse(x), b = go_parse(y);
    if (!a.ok || !b.ok) return a.ok ? 1 : b.ok ? -1 : 0;
    int c = cmp_num(a.major, b.major);
    if (!c) c = cmp_num(a.minor, b.minor);
    if (!c) c = cmp_num(a.patch, b.patch);
    if (!c) c = cmp_str(a.kind, b.kind);
    return c ? c : cmp_num(a.pre, b.pre);
}

char *gover_lang(Arena *a, const char *x) {
    Gover v = go_parse(x);
    if (!v.ok) return arena_strndup(a, "", 0);
    if (!strchr(x, '.')) return arena_printf(a, "%.*s", (int)v.major.n, v.major.p);
    return arena_printf(a, "%.*s.%.*s", (int)v.major.n, v.major.p, (int)v.minor.n, v.minor.p);
}

char *module_escape(Arena *a, const char *s) {
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "");
    for (; *s; s++) {
        if (isupper((unsigned char)*s)) {
            sb_addc(&sb, '!');
            sb_addc(&sb, (char)tolower((unsigned char)*s));
        } else {
            sb_addc(&sb, *s);
        }
    }
    return sb_arena(&sb, a);
}

int module_compare(const char *path, const char *v, const char *w) {
    if (strcmp(v, w) == 0) return 0;
    if (!*v) return 1; /* the main module beats every version of itself */
    if (!*w) return -1;
    if (strcmp(path, "go") == 0 || strcmp(path, "toolchain") == 0) return gover_compare(v, w);
    return semver_compare(v, w);
}
