/* The rules of cgo_flags.def, applied.
 *
 * A flag passes when a row lets it pass from its first character to its last. Two quirks of the go command
 * are kept. An empty word, which pkg-config may write in quotes, equals the empty match of any rule: it
 * passes for a compiler, and for the linker it is taken for a forbidden flag. And of a file that is linked,
 * x.obj is refused though it was meant to pass, since the rule is content with its first two letters, "x.o".
 */
#include "load/cgoflags.h"
#include "base/regex.h"
#include "base/unicode.h"
#include "load/env.h"
#include "load/load_int.h"

/* ---- rests ---- */

typedef enum Rest {
#define REST(name, first, others, empty) REST_##name,
#include "load/cgo_flags.def"
    REST_DEFINITION, /* from here on rests have functions */
    REST_PART_DEFINITION,
    REST_ASSIGNMENT,
    REST_MAPPING,
    REST_RELEASE,
    REST_SECTION,
    REST_SECURITY
} Rest;

static const struct RestClass {
    const char *first, *others;
    bool empty;
} rest_classes[] = {
#define REST(name, first, others, empty) {first, others, empty},
#include "load/cgo_flags.def"
};

static bool in_set(char c, const char *set) {
    bool listed = false, except = *set == '^';
    for (const char *s = set + except; *s && !listed; s++) {
        if (s[1] == '-' && s[2]) {
            listed = c >= s[0] && c <= s[2];
            s += 2;
        } else {
            listed = c == *s;
        }
    }
    return listed != except;
}

/* How many characters from the first on are in the set. */
static size_t span(const char *s, const char *set) {
    size_t n = 0;
    while (s[n] && in_set(s[n], set)) n++;
    return n;
}

static size_t name_length(const char *s) { return in_set(*s, "0-9") ? 0 : span(s, "A-Za-z0-9_"); }

static bool is_class(const char *s, Rest rest) {
    const struct RestClass *c = &rest_classes[rest];
    if (!*s) return c->empty;
    return in_set(*s, c->first) && !s[1 + span(s + 1, c->others)];
}

/* A name, and behind '=' a value whose characters are all in the set. */
static bool is_definition(const char *s, const char *value, bool optional) {
    size_t n = name_length(s);
    if (!n) return false;
    if (!s[n]) return optional;
    return s[n] == '=' && !s[n + 1 + span(s + n + 1, value)];
}

/* Something, '=', something. */
static bool is_mapping(const char *s) {
    const char *eq = *s ? strchr(s + 1, '=') : NULL;
    return eq && eq[1] && !strchr(s, '@');
}

static bool is_release(const char *s) {
    for (int i = 0; i < 3; i++) {
        if (i && *s++ != '.') return false;
        size_t n = span(s, "0-9");
        if (!n) return false;
        s += n;
    }
    return !*s;
}

static bool is_section(const char *s) {
    for (int i = 0; i < 3; i++) {
        if (i && *s++ != ',') return false;
        if (!*s || !in_set(*s, "^,@-")) return false;
        s += span(s, "^,");
    }
    return !*s;
}

static bool is_security(const char *s) {
    static const char *const words[] = {",-z,relro", ",-z,now", ",-z,execstack", ",-z,noexecstack"};
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(words);) {
        if (!has_prefix(s, words[i])) {
            i++;
            continue;
        }
        s += strlen(words[i]);
        any = true;
        i = 0;
    }
    return any && !*s;
}

static bool is_rest(const char *s, Rest rest) {
    switch (rest) {
    case REST_DEFINITION: return is_definition(s, "^@-", true);
    case REST_PART_DEFINITION: return is_definition(s, "^@,-", true);
    case REST_ASSIGNMENT: return is_definition(s, "^@-", false);
    case REST_MAPPING: return is_mapping(s);
    case REST_RELEASE: return is_release(s);
    case REST_SECTION: return is_section(s);
    case REST_SECURITY: return is_security(s);
    default: return is_class(s, rest);
    }
}

/* ---- flags ---- */

typedef enum No { NEVER, MAYBE, ALWAYS } No;
enum { C = CGO_COMPILER, L = CGO_LINKER, P = CGO_PKG_CONFIG };

static const struct Row {
    int lists;
    const char *begin, *words;
    No no;
    Rest rest;
} rows[] = {
#define FLAG(lists, begin, no, words, rest) {lists, begin, words, no, REST_##rest},
#include "load/cgo_flags.def"
};

static const struct ApartRow {
    int lists;
    const char *flag;
} apart_rows[] = {
#define APART(lists, flag) {lists, flag},
#include "load/cgo_flags.def"
};

static bool one_of_words(const char *s, const char *words, Rest rest) {
    for (;;) {
        size_t n = strcspn(words, "|");
        if (strncmp(s, words, n) == 0 && is_rest(s + n, rest)) return true;
        if (!words[n]) return false;
        words += n + 1;
    }
}

static bool row_matches(const struct Row *r, const char *flag) {
    if (!has_prefix(flag, r->begin)) return false;
    flag += strlen(r->begin);
    if (r->no != ALWAYS && one_of_words(flag, r->words, r->rest)) return true;
    return r->no != NEVER && has_prefix(flag, "no-") && one_of_words(flag + 3, r->words, r->rest);
}

/* A file to be linked: x.o, /usr/lib/libx.so, ./x.a. */
static bool is_linker_input(const char *s) {
    static const char *const kinds[] = {"a", "o", "dll", "dylib", "so", "tbd"};
    const char *dot = strrchr(s, '.');
    if (strchr(s, '\n') || !dot) return false;
    const char *rest = has_prefix(s, "./") ? s + 2 : in_set(*s, "a-zA-Z0-9_/") ? s + 1 : NULL;
    if (!rest || dot < rest) return false;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (!strcmp(dot + 1, kinds[i])) return true;
    return false;
}

static bool is_allowed(CgoList list, const char *flag) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if ((rows[i].lists & (int)list) && row_matches(&rows[i], flag)) return true;
    return list == CGO_LINKER && is_linker_input(flag);
}

static bool takes_argument(CgoList list, const char *flag) {
    for (size_t i = 0; i < COUNT_OF(apart_rows); i++)
        if ((apart_rows[i].lists & (int)list) && !strcmp(flag, apart_rows[i].flag)) return true;
    return false;
}

bool cgo_safe_argument(const char *s) { return in_set(*s, "0-9A-Za-z._/") || (unsigned char)*s >= 0x80; }

/* Whether the linker may see the commands of -Wl,--push-state,…: each could stand alone. */
static bool push_state_allowed(Arena *a, CgoList list, const char *flag) {
    for (const char *part = strchr(flag, ','); part;) {
        const char *end = strchr(++part, ',');
        size_t n = end ? (size_t)(end - part) : strlen(part);
        if (!is_allowed(list, arena_printf(a, "-Wl,%.*s", (int)n, part))) return false;
        part = end;
    }
    return true;
}

/* Whether flag, which takes an argument, may have this one. */
static bool argument_allowed(const char *flag, const char *arg) {
    if (cgo_safe_argument(arg)) return true;
    if (has_prefix(flag, "-Wl,") && has_prefix(arg, "-Wl,") && cgo_safe_argument(arg + 4) &&
        !strchr(arg + 4, ','))
        return true; /* -Wl,-framework -Wl,name */
    return !strcmp(flag, "-I") && (*arg == '=' || has_prefix(arg, "$SYSROOT")) && cgo_safe_argument(arg + 1);
}

/* ---- the user's exceptions ---- */

/* $CGO_name_suffix as an expression, NULL when it is not set. False: *err. */
static bool exception(Arena *a, const char *name, const char *suffix, Regex **re, const char **err) {
    const char *var = arena_printf(a, "CGO_%s_%s", name, suffix);
    const char *value = env_get(a, var), *why;
    *re = NULL;
    if (!*value) return true;
    *re = regex_compile(a, str_of(value), &why);
    if (!*re) *err = arena_printf(a, "parsing $%s: %s", var, why);
    return *re != NULL;
}

static bool is_exception(Regex *re, const char *flag) {
    return re && (!*flag || regex_match_at_start(re, str_of(flag)) == (long)strlen(flag));
}

/* ---- the check ---- */

static const char *refused(Arena *a, const char *source, const char *what) {
    return arena_printf(a, "invalid flag in %s: %s (see https://go.dev/s/invalidflag)", source, what);
}

const char *cgo_check_flags(Arena *a, CgoList list, const char *name, const char *source,
                            const StrVec *flags) {
    Regex *allow = NULL, *disallow = NULL;
    const char *err = NULL;
    if (name &&
        (!exception(a, name, "ALLOW", &allow, &err) || !exception(a, name, "DISALLOW", &disallow, &err)))
        return err;
    for (uint32_t i = 0; i < flags->n; i++) {
        const char *flag = flags->v[i];
        if (is_exception(disallow, flag)) return refused(a, source, flag);
        if (is_exception(allow, flag)) continue;
        if (list == CGO_LINKER && (!*flag || !strcmp(flag, "-lto_library")))
            return refused(a, source, flag); /* the linker would run its next argument */
        if (!*flag || is_allowed(list, flag)) continue;
        if (has_prefix(flag, "-Wl,--push-state,") && push_state_allowed(a, list, flag)) continue;
        if (!takes_argument(list, flag)) return refused(a, source, flag);
        const char *arg = i + 1 < flags->n ? flags->v[i + 1] : NULL;
        if (!arg) return refused(a, source, arena_printf(a, "%s without argument", flag));
        if (!argument_allowed(flag, arg)) return refused(a, source, arena_printf(a, "%s %s", flag, arg));
        i++;
    }
    return NULL;
}

/* ---- what pkg-config wrote ---- */

const char *cgo_split_output(Arena *a, Str text, StrVec *out) {
    StrBuf word = STRBUF_INIT;
    bool quoted = false, escaped = false; /* the word had quotes; the last character was a backslash */
    char quote = 0;                       /* inside these */
    const char *err = NULL;
    for (size_t i = 0; i < text.n && !err; i++) {
        char c = text.p[i];
        if (escaped) {
            escaped = false;
            if (quote == '"' && (!c || !strchr("$`\"\\\n", c))) sb_addc(&word, '\\'); /* it escapes nothing */
            if (c != '\n') sb_addc(&word, c); /* else the line goes on */
        } else if (quote && c == quote) {
            quote = 0;
        } else if (quote == '\'' || (quote == '"' && c != '`' && c != '$' && c != '\\')) {
            sb_addc(&word, c);
        } else if (c == '\\') {
            escaped = true;
        } else if (c && strchr("|&;<>()$`", c)) {
            err = arena_printf(a, "unexpected shell character '%c' in pkgconf output", c);
        } else if (c == '"' || c == '\'') {
            quote = c;
            quoted = true;
        } else if (c == ' ' || c == '\t' || c == '\n') {
            if (word.n || quoted) vec_push(a, out, arena_strndup(a, sb_str(&word), word.n));
            sb_release(&word);
            quoted = false;
        } else {
            sb_addc(&word, c);
        }
    }
    if (!err && quote) err = "unterminated quoted string in pkgconf output";
    if (!err && escaped) err = "broken character escaping in pkgconf output";
    if (!err && (word.n || quoted)) vec_push(a, out, arena_strndup(a, sb_str(&word), word.n));
    sb_release(&word);
    return err;
}

void cgo_ldflags_of(Arena *a, Str source, StrVec *flags) {
    static const char mark[] = "//go:cgo_ldflag";
    const size_t mark_len = sizeof mark - 1;
    for (size_t i = 0; i < source.n;) {
        const char *nl = memchr(source.p + i, '\n', source.n - i);
        Str line = {source.p + i, (nl ? (size_t)(nl - source.p) : source.n) - i};
        i += line.n + 1;
        const char *comment = memmem(line.p, line.n, "//", 2);
        if (!comment) continue;
        Str text = {comment, line.n - (size_t)(comment - line.p)};
        if (text.n < mark_len || memcmp(text.p, mark, mark_len) != 0) continue;
        text = unicode_trim((Str){text.p + mark_len, text.n - mark_len});
        while (text.n && text.p[0] == '"') text.p++, text.n--;
        while (text.n && text.p[text.n - 1] == '"') text.n--;
        vec_push(a, flags, arena_strndup(a, text.p, text.n));
    }
}
