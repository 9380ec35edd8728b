/* The #cgo lines of the comment above import "C":
 *
 *     #cgo [condition ...] CFLAGS: -DX=1 -I${SRCDIR}/include
 *
 * They are read as go/build reads them: the comment's text without its marks, a line at a time; what stands
 * before the colon split at white space, what stands behind it with quotes and backslashes. A line whose
 * conditions all fail counts for nothing, whatever is wrong behind them.
 *
 * Messages name the file as the go command does. It keeps an index of directories that have not changed for a
 * while: of what it finds there it says a.go, of a directory that it has just read it says the whole path. */
#include "base/unicode.h"
#include "load/load_int.h"

typedef struct Lines {
    Arena *a;
    const BuildEnv *e;
    DirInfo *d;
    const char *path;
    bool from_index;
} Lines;

/* ---- the text of a comment ---- */

static bool starts(Str s, const char *with) {
    size_t n = strlen(with);
    return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* Without carriage returns, but for those between '*' and '/', which would end the comment. */
static void add_comment(StrBuf *out, Str c, bool block) {
    char last = 0;
    for (size_t i = 0; i < c.n; i++) {
        if (c.p[i] == '\r') {
            size_t k = i;
            while (k < c.n && c.p[k] == '\r') k++;
            if (!block || last != '*' || k == c.n || c.p[k] != '/') continue;
        }
        sb_addc(out, c.p[i]);
        if (c.p[i] != '\r') last = c.p[i];
    }
    sb_addc(out, '\n');
}

/* Of a group of comments, as it stands in the source, what they say. */
static char *comment_text(Arena *a, Str group) {
    StrBuf out = STRBUF_INIT;
    for (size_t i = 0; i + 1 < group.n;) {
        Str rest = {group.p + i, group.n - i};
        if (starts(rest, "//")) {
            const char *nl = memchr(rest.p, '\n', rest.n);
            size_t n = nl ? (size_t)(nl - rest.p) : rest.n;
            size_t mark = n > 2 && rest.p[2] == ' ' ? 3 : 2;
            add_comment(&out, (Str){rest.p + mark, n - mark}, false);
            i += n;
        } else if (starts(rest, "/*")) {
            const char *end = memmem(rest.p + 2, rest.n - 2, "*/", 2);
            size_t n = end ? (size_t)(end - rest.p) : rest.n;
            add_comment(&out, (Str){rest.p + 2, n - 2}, true);
            i += n + 2;
        } else {
            i++; /* white space between comments */
        }
    }
    return sb_arena(&out, a);
}

/* ---- words ---- */

/* The fields of s between white space. */
static void split_fields(Arena *a, Str s, StrVec *out) {
    size_t start = 0;
    for (size_t i = 0; i <= s.n;) {
        size_t k = i < s.n ? unicode_space((Str){s.p + i, s.n - i}) : 1;
        if (k && i > start) vec_push(a, out, arena_strndup(a, s.p + start, i - start));
        i += k ? k : 1;
        if (k) start = i;
    }
}

/* Fields, where quotes keep white space and a backslash keeps the character behind it. False: a quote is not
 * closed, or nothing follows a backslash. */
static bool split_quoted(Arena *a, Str s, StrVec *out) {
    StrBuf arg = STRBUF_INIT;
    bool escaped = false, quoted = false;
    char quote = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        size_t space = quote || escaped ? 0 : unicode_space((Str){s.p + i, s.n - i});
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
            continue;
        } else if (quote) {
            if (c == quote) {
                quote = 0;
                continue;
            }
        } else if (c == '"' || c == '\'') {
            quoted = true;
            quote = c;
            continue;
        } else if (space) {
            if (quoted || arg.n) vec_push(a, out, arena_strndup(a, sb_str(&arg), arg.n));
            quoted = false;
            sb_release(&arg);
            i += space - 1;
            continue;
        }
        sb_addc(&arg, c);
    }
    if (quoted || arg.n) vec_push(a, out, arena_strndup(a, sb_str(&arg), arg.n));
    sb_release(&arg);
    return !quote && !escaped;
}

/* Only characters that need no quoting anywhere, as far as they are ASCII. */
static bool is_safe(Str s) {
    static const char safe[] =
        "+-.,/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz:$@%! ~^";
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x80 && (!s.p[i] || !strchr(safe, s.p[i]))) return false;
    return true;
}

/* arg with the directory in the place of each ${SRCDIR}; *ok: all of it is safe and there is something. */
static const char *expand_srcdir(Arena *a, const char *arg, const char *dir, bool *ok) {
    static const char var[] = "${SRCDIR}";
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "");
    *ok = true;
    for (;;) {
        const char *p = strstr(arg, var);
        Str part = {arg, p ? (size_t)(p - arg) : strlen(arg)};
        *ok = *ok && is_safe(part);
        sb_add(&sb, part.p, part.n);
        if (!p) break;
        *ok = *ok && is_safe(str_of(dir));
        sb_adds(&sb, dir);
        arg = p + sizeof var - 1;
    }
    *ok = *ok && sb.n > 0;
    return sb_arena(&sb, a);
}

/* -I and -L with relative paths are relative to the package. */
static void make_absolute(Arena *a, StrVec *args, const char *dir) {
    bool next_path = false;
    for (uint32_t i = 0; i < args->n; i++) {
        const char *arg = args->v[i];
        if (next_path) {
            if (!path_is_abs(arg)) args->v[i] = path_join(a, dir, arg);
            next_path = false;
        } else if (has_prefix(arg, "-I") || has_prefix(arg, "-L")) {
            if (!arg[2]) next_path = true;
            else if (!path_is_abs(arg + 2))
                args->v[i] = arena_printf(a, "%.2s%s", arg, path_join(a, dir, arg + 2));
        }
    }
}

/* ---- lines ---- */

static StrVec *list_of(DirInfo *d, const char *verb) {
    return !strcmp(verb, "CFLAGS")       ? &d->cgo_cflags
           : !strcmp(verb, "CPPFLAGS")   ? &d->cgo_cppflags
           : !strcmp(verb, "CXXFLAGS")   ? &d->cgo_cxxflags
           : !strcmp(verb, "FFLAGS")     ? &d->cgo_fflags
           : !strcmp(verb, "LDFLAGS")    ? &d->cgo_ldflags
           : !strcmp(verb, "pkg-config") ? &d->cgo_pkgconfig
                                         : NULL;
}

static const char *complaint(const Lines *l, const char *what, Str text) {
    return arena_printf(l->a, "%s: %s: %.*s", l->from_index ? path_base(l->path) : l->path, what, (int)text.n,
                        text.p);
}

/* One line that begins with #cgo. NULL, or what is wrong. */
static const char *read_line(const Lines *l, Str whole, Str line) {
    Arena *a = l->a;
    StrVec fields = {0}, words = {0}, args = {0};
    split_fields(a, line, &fields);
    if (fields.n == 3 && (!strcmp(fields.v[1], "nocallback") || !strcmp(fields.v[1], "noescape")))
        return NULL;
    const char *colon = memchr(line.p, ':', line.n);
    if (colon) split_fields(a, (Str){line.p + 4, (size_t)(colon - line.p) - 4}, &words);
    if (!words.n) return complaint(l, "invalid #cgo line", whole);
    bool wanted = words.n == 1;
    for (uint32_t k = 0; k + 1 < words.n && !wanted; k++) wanted = match_auto(a, l->e, words.v[k]);
    if (!wanted) return NULL;
    if (!split_quoted(a, (Str){colon + 1, line.n - (size_t)(colon + 1 - line.p)}, &args))
        return complaint(l, "invalid #cgo line", whole);
    for (uint32_t k = 0; k < args.n; k++) {
        bool ok;
        args.v[k] = expand_srcdir(a, args.v[k], l->d->dir, &ok);
        if (!ok) return complaint(l, "malformed #cgo argument", str_of(args.v[k]));
    }
    StrVec *list = list_of(l->d, vec_last(&words));
    if (!list) return complaint(l, "invalid #cgo verb", whole);
    if (list != &l->d->cgo_pkgconfig) make_absolute(a, &args, l->d->dir);
    for (uint32_t k = 0; k < args.n; k++) vec_push(a, list, args.v[k]);
    return NULL;
}

const char *cgo_lines_read(Arena *a, const BuildEnv *e, DirInfo *d, const char *path, bool from_index,
                           Str doc) {
    Lines l = {.a = a, .e = e, .d = d, .path = path, .from_index = from_index};
    Str text = str_of(comment_text(a, doc));
    for (size_t i = 0; i < text.n;) {
        const char *nl = memchr(text.p + i, '\n', text.n - i);
        Str whole = {text.p + i, (nl ? (size_t)(nl - text.p) : text.n) - i};
        i += whole.n + 1;
        while (whole.n && strchr(" \t\r", whole.p[whole.n - 1])) whole.n--;
        Str line = unicode_trim(whole);
        if (line.n < 5 || !starts(line, "#cgo") || (line.p[4] != ' ' && line.p[4] != '\t')) continue;
        const char *err = read_line(&l, from_index ? line : whole, line);
        if (err) return err;
    }
    return NULL;
}
