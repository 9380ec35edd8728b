/* go.mod and go.work files (https://go.dev/ref/mod#go-mod-file): a line is a verb and its arguments, or a
 * verb and a parenthesised block of lines. A dependency's go.mod is read leniently: verbs which only matter
 * in a main module, and verbs of later Go versions, are skipped there. */
#include "base/unicode.h"
#include "load/load_int.h"
#include <ctype.h>

typedef struct Parse {
    Arena *a;
    ModFile *mf;
    Str s;
    size_t i;
    uint32_t line;
    bool strict, work;
    StrBuf errs;
    bool indirect;          /* the line's comment begins with "indirect" */
    const char *bad_string; /* what is wrong with a quoted word of the line, or NULL */
} Parse;

PRINTF_LIKE(3, 4) static void fail(Parse *p, uint32_t line, const char *fmt, ...) {
    sb_printf(&p->errs, "%s%s:%u: ", p->errs.n ? "\n" : "", p->mf->file, line);
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(&p->errs, fmt, ap);
    va_end(ap);
}

/* One line's tokens; "(" at the end opens a block. False at the end of the file. */
static bool read_line(Parse *p, StrVec *toks, uint32_t *line) {
    toks->n = 0;
    p->indirect = false;
    p->bad_string = NULL;
    if (p->i >= p->s.n) return false;
    p->line++;
    *line = p->line;
    const char *s = p->s.p;
    size_t n = p->s.n;
    while (p->i < n && s[p->i] != '\n') {
        char c = s[p->i];
        if (c == ' ' || c == '\t' || c == '\r') {
            p->i++;
        } else if (c == '/' && p->i + 1 < n && s[p->i + 1] == '/') {
            size_t at = p->i + 2;
            while (p->i < n && s[p->i] != '\n') p->i++;
            while (at < p->i && isspace((unsigned char)s[at])) at++;
            size_t end = p->i;
            while (end > at && isspace((unsigned char)s[end - 1])) end--;
            p->indirect =
                end - at >= 8 && memcmp(s + at, "indirect", 8) == 0 && (end - at == 8 || s[at + 8] == ';');
        } else if (c == '"' || c == '`') {
            size_t at = p->i++;
            while (p->i < n && s[p->i] != c && (c == '`' || s[p->i] != '\n')) {
                if (s[p->i] == '\n') p->line++;
                p->i += s[p->i] == '\\' && c == '"' && p->i + 1 < n ? 2 : 1;
            }
            if (p->i >= n || s[p->i] != c) {
                fail(p, *line, "unexpected newline in string");
                continue;
            }
            p->i++;
            /* module files hold no escapes worth decoding but \" and \\ */
            if (c == '`') p->bad_string = "unquoted string cannot contain quote";
            StrBuf sb = STRBUF_INIT;
            sb_adds(&sb, "");
            for (size_t k = at + 1; k + 1 < p->i; k++) {
                bool escape = c == '"' && s[k] == '\\' && k + 2 < p->i;
                if (escape) k++;
                if (!s[k] || (escape && s[k] != '"' && s[k] != '\\')) p->bad_string = "invalid syntax";
                sb_addc(&sb, s[k]);
            }
            vec_push(p->a, toks, sb_arena(&sb, p->a));
        } else if (c == '(' || c == ')' || c == ',' || c == '[' || c == ']') {
            vec_push(p->a, toks, arena_strndup(p->a, &c, 1));
            p->i++;
        } else {
            size_t at = p->i;
            while (p->i < n && !strchr(" \t\r\n()[],\"`", s[p->i])) {
                if (s[p->i] == '/' && p->i + 1 < n && s[p->i + 1] == '/') break;
                if (s[p->i] == 0) break;
                p->i++;
            }
            if (p->i == at) {
                size_t col = 1; /* in characters */
                for (size_t k = at; k > 0 && s[k - 1] != '\n'; k--)
                    col += ((unsigned char)s[k - 1] & 0xc0) != 0x80;
                StrBuf what = STRBUF_INIT;
                sb_add_quoted_rune(&what, (unsigned char)s[at]);
                p->errs.n = 0; /* the lines are looked at when all of them have been read */
                sb_printf(&p->errs, col > 1 ? "%s:%u:%zu" : "%s:%u", p->mf->file, *line, col);
                sb_printf(&p->errs, ": unexpected input character %s", sb_str(&what));
                sb_release(&what);
                p->i = n;
                return false;
            }
            vec_push(p->a, toks, arena_strndup(p->a, s + at, p->i - at));
        }
    }
    if (p->i < n) p->i++; /* the newline */
    return true;
}

static bool is_fs_path(const char *s) {
    return has_prefix(s, "./") || has_prefix(s, "../") || has_prefix(s, "/") || !strcmp(s, ".") ||
           !strcmp(s, "..") || has_prefix(s, ".\\") || has_prefix(s, "..\\") ||
           (isalpha((unsigned char)s[0]) && s[1] == ':');
}

static void statement(Parse *p, uint32_t line, const char *verb, const StrVec *args) {
    ModFile *mf = p->mf;
    Arena *a = p->a;
    if (!p->strict && strcmp(verb, "module") && strcmp(verb, "go") && strcmp(verb, "require") &&
        strcmp(verb, "retract") && strcmp(verb, "ignore"))
        return;
    if (p->bad_string && strcmp(verb, "retract") != 0) {
        fail(p, line, "invalid quoted string: %s", p->bad_string);
        return;
    }
    if (!strcmp(verb, "go")) {
        if (mf->go_version) {
            fail(p, line, "repeated go statement");
        } else if (args->n != 1) {
            fail(p, line, "go directive expects exactly one argument");
        } else if (!gover_valid(args->v[0])) {
            if (p->strict) fail(p, line, "invalid go version '%s': must match format 1.23.0", args->v[0]);
        } else {
            mf->go_version = args->v[0];
        }
    } else if (!strcmp(verb, "toolchain")) {
        if (mf->toolchain) fail(p, line, "repeated toolchain statement");
        else if (args->n != 1) fail(p, line, "toolchain directive expects exactly one argument");
        else if (strcmp(args->v[0], "default") != 0 && !has_prefix(args->v[0], "go1"))
            fail(p, line, "invalid toolchain version '%s': must match format go1.23.0 or default",
                 args->v[0]);
        else mf->toolchain = args->v[0];
    } else if (!p->work && !strcmp(verb, "module")) {
        if (mf->module) fail(p, line, "repeated module statement");
        else if (args->n != 1) fail(p, line, "usage: module module/path");
        else mf->module = name_of(args->v[0])->s;
    } else if (!p->work && (!strcmp(verb, "require") || !strcmp(verb, "exclude"))) {
        if (args->n != 2) {
            fail(p, line, "usage: %s module/path v1.2.3", verb);
            return;
        }
        if (!semver_valid(args->v[1])) {
            fail(p, line, "%s %s: version \"%s\" invalid: must be of the form v1.2.3", verb, args->v[0],
                 args->v[1]);
            return;
        }
        ModVer m = {name_of(args->v[0])->s, name_of(args->v[1])->s};
        if (*verb == 'r') vec_push(a, &mf->require, ((ModReq){m, p->indirect, line}));
        else vec_push(a, &mf->exclude, m);
    } else if (!strcmp(verb, "replace")) {
        uint32_t arrow = args->n >= 2 && !strcmp(args->v[1], "=>") ? 1 : 2;
        if (args->n < arrow + 2 || args->n > arrow + 3 || strcmp(args->v[arrow], "=>") != 0) {
            fail(p, line,
                 "usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path "
                 "[v1.2.3] => ../local/directory");
            return;
        }
        ModReplace r = {.old = {name_of(args->v[0])->s, ""}, .new = {args->v[arrow + 1], ""}, .line = line};
        if (arrow == 2) r.old.version = name_of(args->v[1])->s;
        if (args->n == arrow + 2) {
            if (is_fs_path(r.new.path) && strchr(r.new.path, '\\')) {
                fail(p, line, "replacement directory appears to be Windows path (on a non-windows system)");
                return;
            }
            if (!is_fs_path(r.new.path) && strchr(r.new.path, '@')) {
                fail(p, line, "replacement module must match format 'path version', not 'path@version'");
                return;
            }
            if (!is_fs_path(r.new.path)) {
                fail(p, line,
                     "replacement module without version must be directory path (rooted or starting with . "
                     "or ..)");
                return;
            }
        } else {
            r.new.version = name_of(args->v[arrow + 2])->s;
            r.new.path = name_of(r.new.path)->s;
            if (is_fs_path(r.new.path)) {
                fail(p, line, "replacement module directory path \"%s\" cannot have version", r.new.path);
                return;
            }
            if (!semver_valid(r.new.version)) {
                fail(p, line, "replace %s: version \"%s\" invalid: must be of the form v1.2.3", r.new.path,
                     r.new.version);
                return;
            }
        }
        vec_push(a, &mf->replace, r);
    } else if (!p->work && !strcmp(verb, "tool")) {
        if (args->n != 1) fail(p, line, "tool directive expects exactly one argument");
        else vec_push(a, &mf->tools, args->v[0]);
    } else if (!p->work && !strcmp(verb, "ignore")) {
        if (args->n != 1) {
            if (p->strict) fail(p, line, "ignore directive expects exactly one argument");
        } else {
            vec_push(a, &mf->ignores, args->v[0]);
        }
    } else if (p->work && !strcmp(verb, "use")) {
        if (args->n != 1) fail(p, line, "usage: use local/dir");
        else vec_push(a, &mf->uses, args->v[0]);
    } else if (!strcmp(verb, "godebug") || (!p->work && !strcmp(verb, "retract"))) {
        /* neither changes what is loaded */
    } else {
        fail(p, line, "unknown directive: %s", verb);
    }
}

const char *modfile_parse(Arena *a, ModFile *mf, const char *file, const char *full, Str text, bool strict,
                          bool is_work) {
    *mf = (ModFile){.file = file};
    Parse p = {.a = a, .mf = mf, .s = text, .strict = strict, .work = is_work};
    if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) p.i = 3;
    StrVec toks = {0};
    uint32_t line;
    while (read_line(&p, &toks, &line)) {
        if (!toks.n) continue;
        const char *verb = toks.v[0];
        if (toks.n == 2 && !strcmp(toks.v[1], "(")) {
            bool closed = false;
            uint32_t began = line;
            while (!closed && read_line(&p, &toks, &line)) {
                if (!toks.n) continue;
                if (!strcmp(toks.v[0], ")")) closed = true;
                else statement(&p, line, verb, &toks);
            }
            if (!closed)
                fail(&p, p.line + (p.s.n && p.s.p[p.s.n - 1] == '\n'),
                     "syntax error (unterminated block started at %s:%u:1)", full, began);
            continue;
        }
        StrVec args = {.v = toks.v + 1, .n = toks.n - 1, .cap = toks.n - 1};
        statement(&p, line, verb, &args);
    }
    if (p.errs.n) return sb_arena(&p.errs, a);
    return NULL;
}
