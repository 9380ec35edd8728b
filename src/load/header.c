/* The head of a Go file: package clause and imports, no more.
 *
 * Two steps, as the go command takes them, because its errors come from both. First a byte reader finds where
 * the imports end without understanding much: what it stops at is not looked at. Then a small parser of
 * exactly that stretch reports syntax errors in go/parser's words. If the byte reader meets something odd,
 * the whole file is parsed instead, until the first error. //go:embed lines are looked for in the rest of a
 * file that imports "embed". */
#include "load/load_int.h"
#include "base/unicode.h"
#include <ctype.h>

/* ---- step one: where do the imports end? ---- */

typedef struct Reader {
    const char *s;
    size_t n, i; /* i: bytes read */
    int peek;    /* -1: none */
    bool eof, syntax, nul;
} Reader;

static int rd_byte(Reader *r) {
    if (r->i >= r->n) {
        r->eof = true;
        return 0;
    }
    int c = (unsigned char)r->s[r->i++];
    if (c == 0) r->nul = true;
    return c;
}
static bool rd_bad(const Reader *r) { return r->syntax || r->nul; }

static int rd_peek(Reader *r, bool skip_space) {
    if (rd_bad(r)) return 0;
    int c = r->peek > 0 ? r->peek : rd_byte(r);
    while (!rd_bad(r) && !r->eof) {
        if (!skip_space) break;
        if (c == ' ' || c == '\f' || c == '\t' || c == '\r' || c == '\n' || c == ';') {
            c = rd_byte(r);
            continue;
        }
        if (c == '/') {
            c = rd_byte(r);
            if (c == '/') {
                while (c != '\n' && !rd_bad(r) && !r->eof) c = rd_byte(r);
            } else if (c == '*') {
                int c1 = 0;
                while ((c != '*' || c1 != '/') && !rd_bad(r)) {
                    if (r->eof) r->syntax = true;
                    c = c1;
                    c1 = rd_byte(r);
                }
            } else {
                r->syntax = true;
            }
            c = rd_byte(r);
            continue;
        }
        break;
    }
    r->peek = c;
    return c;
}
static int rd_next(Reader *r, bool skip_space) {
    int c = rd_peek(r, skip_space);
    r->peek = -1;
    return c;
}
static bool ident_byte(int c) { return isalnum(c) || c == '_' || c >= 0x80; }

static void rd_keyword(Reader *r, const char *kw) {
    rd_peek(r, true);
    for (; *kw; kw++) {
        if (rd_next(r, false) != *kw) {
            r->syntax = true;
            return;
        }
    }
    if (ident_byte(rd_peek(r, false))) r->syntax = true;
}
static void rd_ident(Reader *r) {
    if (!ident_byte(rd_peek(r, true))) {
        r->syntax = true;
        return;
    }
    while (ident_byte(rd_peek(r, false))) r->peek = -1;
}
static void rd_string(Reader *r) {
    int q = rd_next(r, true);
    if (q == '`') {
        while (!rd_bad(r)) {
            if (rd_next(r, false) == '`') break;
            if (r->eof) r->syntax = true;
        }
    } else if (q == '"') {
        while (!rd_bad(r)) {
            int c = rd_next(r, false);
            if (c == '"') break;
            if (r->eof || c == '\n') r->syntax = true;
            if (c == '\\') rd_next(r, false);
        }
    } else {
        r->syntax = true;
    }
}
static void rd_import(Reader *r) {
    int c = rd_peek(r, true);
    if (c == '.') r->peek = -1;
    else if (ident_byte(c)) rd_ident(r);
    rd_string(r);
}

/* ---- step two: go/parser's view ---- */

enum { T_EOF, T_IDENT, T_STRING, T_LIT, T_OP, T_SEMI, T_KEYWORD };

typedef struct Scan {
    Arena *a;
    const char *s;
    size_t n, i;
    uint32_t line;
    size_t line_start;
    bool insert_semi;
    /* current token */
    int tok;
    size_t tok_at, tok_end;
    uint32_t tok_line, tok_col;
    bool newline_semi;
    /* comment group that ends right above the token */
    size_t doc_at, doc_end;
    bool doc;
    /* first error */
    const char *err;
    uint32_t err_line, err_col;
} Scan;

static void error_at(Scan *sc, uint32_t line, uint32_t col, const char *msg) {
    if (sc->err && (sc->err_line < line || (sc->err_line == line && sc->err_col <= col))) return;
    sc->err = msg;
    sc->err_line = line;
    sc->err_col = col;
}

static const char *const keywords[] = {
    "break", "case",   "chan",   "const",  "continue", "default", "defer",     "else", "fallthrough",
    "for",   "func",   "go",     "goto",   "if",       "import",  "interface", "map",  "package",
    "range", "return", "select", "struct", "switch",   "type",    "var",
};

/* Longest operators first, so that the token text in messages is Go's. */
static const char *const operators[] = {
    "<<=", ">>=", "&^=", "...", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=", "^=", "<<", ">>", "&^", "+",  "-",  "*",  "/",  "%",  "&",  "|",
    "^",   "<",   ">",   "=",   "!",  "(",  "[",  "{",  ",",  ".",  ")",  "]",  "}",  ":",  "~",
};

static void new_line(Scan *sc) {
    sc->line++;
    sc->line_start = sc->i;
}

static void set_token(Scan *sc, int tok, size_t at) {
    sc->tok = tok;
    sc->tok_at = at;
}

/* Errors of the encoding inside a comment; the scanner is at its beginning. */
static void check_encoding(Scan *sc, size_t from, size_t to) {
    uint32_t line = sc->line;
    size_t start = sc->line_start;
    for (size_t i = from; i < to;) {
        uint32_t r;
        int k = utf8_decode(sc->s + i, sc->n - i, &r);
        uint32_t col = (uint32_t)(i - start) + 1;
        if (r == '\n') line++, start = i + 1;
        else if (r == 0) error_at(sc, line, col, "illegal character NUL");
        else if (r == RUNE_ERROR && k == 1) error_at(sc, line, col, "illegal UTF-8 encoding");
        else if (r == 0xFEFF) error_at(sc, line, col, "illegal byte order mark");
        i += (size_t)k;
    }
}

/* The next token. Comments before it form groups: those on neighbouring lines, and what stands behind the
 * token before on its line is a group of its own, which documents nothing. */
static void next(Scan *sc) {
    sc->doc = false;
    uint32_t comment_end_line = 0, token_line = sc->tok_line;
    bool beside = false; /* the group stands behind the token before */
    for (;;) {
        while (sc->i < sc->n) {
            char c = sc->s[sc->i];
            if (c == '\n') {
                if (sc->insert_semi) break;
                sc->i++;
                new_line(sc);
            } else if (c == ' ' || c == '\t' || c == '\r') {
                sc->i++;
            } else {
                break;
            }
        }
        size_t at = sc->i;
        sc->tok_line = sc->line;
        sc->tok_col = (uint32_t)(at - sc->line_start) + 1;
        sc->newline_semi = false;
        if (at >= sc->n) {
            set_token(sc, sc->insert_semi ? T_SEMI : T_EOF, at);
            sc->newline_semi = sc->insert_semi;
            sc->insert_semi = false;
            sc->tok_end = at;
            break;
        }
        char c = sc->s[at];
        if (c == '\n') { /* insert_semi is set */
            sc->i++;
            new_line(sc);
            sc->insert_semi = false;
            sc->newline_semi = true;
            set_token(sc, T_SEMI, at);
            sc->tok_end = at;
            break;
        }
        if (c == '/' && at + 1 < sc->n && (sc->s[at + 1] == '/' || sc->s[at + 1] == '*')) {
            bool block = sc->s[at + 1] == '*';
            size_t j = at + 2;
            bool has_newline = false, closed = !block;
            if (!block) {
                while (j < sc->n && sc->s[j] != '\n') j++;
            } else {
                while (j < sc->n) {
                    if (sc->s[j] == '*' && j + 1 < sc->n && sc->s[j + 1] == '/') {
                        closed = true;
                        j += 2;
                        break;
                    }
                    if (sc->s[j] == '\n') has_newline = true;
                    j++;
                }
                if (!closed) error_at(sc, sc->tok_line, sc->tok_col, "comment not terminated");
            }
            if (sc->insert_semi && (!block || has_newline || j >= sc->n)) {
                /* the semicolon stands before the comment */
                sc->insert_semi = false;
                sc->newline_semi = true;
                set_token(sc, T_SEMI, at);
                sc->tok_end = at;
                break;
            }
            if (!sc->doc || sc->line > comment_end_line + !beside) {
                beside = !sc->doc && sc->line == token_line;
                sc->doc_at = at;
            }
            sc->doc = true;
            check_encoding(sc, at, j);
            for (size_t k = at; k < j; k++) {
                if (sc->s[k] == '\n') {
                    sc->line++;
                    sc->line_start = k + 1;
                }
            }
            sc->i = j;
            sc->doc_end = j;
            comment_end_line = sc->line;
            continue;
        }
        uint32_t r;
        int k = utf8_decode(sc->s + at, sc->n - at, &r);
        if (r == '_' || unicode_is_letter(r)) {
            size_t j = at;
            while (j < sc->n) {
                k = utf8_decode(sc->s + j, sc->n - j, &r);
                if (r != '_' && !unicode_is_letter(r) && !unicode_is_digit(r)) break;
                j += (size_t)k;
            }
            sc->i = sc->tok_end = j;
            set_token(sc, T_IDENT, at);
            for (size_t q = 0; q < COUNT_OF(keywords); q++)
                if (strlen(keywords[q]) == j - at && memcmp(keywords[q], sc->s + at, j - at) == 0)
                    sc->tok = T_KEYWORD;
            sc->insert_semi = sc->tok == T_IDENT;
            if (sc->tok == T_KEYWORD) {
                size_t len = j - at;
                const char *w = sc->s + at;
                sc->insert_semi =
                    (len == 5 && !memcmp(w, "break", 5)) || (len == 8 && !memcmp(w, "continue", 8)) ||
                    (len == 11 && !memcmp(w, "fallthrough", 11)) || (len == 6 && !memcmp(w, "return", 6));
            }
            break;
        }
        if (isdigit((unsigned char)c)) {
            size_t j = at;
            while (j < sc->n && (isalnum((unsigned char)sc->s[j]) || sc->s[j] == '_' || sc->s[j] == '.')) j++;
            sc->i = sc->tok_end = j;
            set_token(sc, T_LIT, at);
            sc->insert_semi = true;
            break;
        }
        if (c == '"' || c == '`' || c == '\'') {
            size_t j = at + 1;
            bool closed = false;
            while (j < sc->n) {
                if (sc->s[j] == c) {
                    closed = true;
                    j++;
                    break;
                }
                if (sc->s[j] == '\n' && c != '`') break;
                if (sc->s[j] == '\\' && c != '`' && j + 1 < sc->n) j++;
                if (sc->s[j] == '\n') {
                    if (c != '`') break;
                    sc->line++;
                    sc->line_start = j + 1;
                }
                j++;
            }
            if (!closed)
                error_at(sc, sc->tok_line, sc->tok_col,
                         c == '"'   ? "string literal not terminated"
                         : c == '`' ? "raw string literal not terminated"
                                    : "rune literal not terminated");
            sc->i = sc->tok_end = j;
            set_token(sc, c == '\'' ? T_LIT : T_STRING, at);
            sc->insert_semi = true;
            break;
        }
        if (c == ';') {
            sc->i = sc->tok_end = at + 1;
            set_token(sc, T_SEMI, at);
            sc->insert_semi = false;
            break;
        }
        bool op = false;
        for (size_t q = 0; q < COUNT_OF(operators) && !op; q++) {
            size_t len = strlen(operators[q]);
            if (len <= sc->n - at && memcmp(operators[q], sc->s + at, len) == 0) {
                sc->i = sc->tok_end = at + len;
                op = true;
            }
        }
        if (!op) {
            if (r == 0xFEFF) {
                if (at > 0) error_at(sc, sc->tok_line, sc->tok_col, "illegal byte order mark");
                sc->i += (size_t)k;
                if (at == 0) {
                    sc->line_start = 0;
                    continue;
                }
            } else if (r == RUNE_ERROR && k == 1) {
                error_at(sc, sc->tok_line, sc->tok_col, "illegal UTF-8 encoding");
            } else if (r == 0) {
                error_at(sc, sc->tok_line, sc->tok_col, "illegal character NUL");
            } else {
                error_at(sc, sc->tok_line, sc->tok_col,
                         arena_printf(sc->a,
                                      r < 0x10000 ? "illegal character U+%04X '%.*s'"
                                                  : "illegal character U+%X '%.*s'",
                                      r, k, sc->s + at));
            }
            sc->i = sc->tok_end = at + (size_t)k;
        }
        set_token(sc, T_OP, at);
        sc->insert_semi =
            op && (c == ')' || c == ']' || c == '}' ||
                   (sc->tok_end - at == 2 && (!memcmp(sc->s + at, "++", 2) || !memcmp(sc->s + at, "--", 2))));
        break;
    }
    /* a doc comment ends on the line above the token */
    if (beside || comment_end_line + 1 != sc->tok_line) sc->doc = false;
}

static void expected(Scan *sc, const char *what) {
    const char *found;
    if (sc->tok == T_SEMI && sc->newline_semi) found = "newline";
    else if (sc->tok == T_EOF) found = "'EOF'";
    else if (sc->tok == T_SEMI) found = "';'";
    else if (sc->tok == T_OP || sc->tok == T_KEYWORD)
        found = arena_printf(sc->a, "'%.*s'", (int)(sc->tok_end - sc->tok_at), sc->s + sc->tok_at);
    else found = arena_printf(sc->a, "%.*s", (int)(sc->tok_end - sc->tok_at), sc->s + sc->tok_at);
    error_at(sc, sc->tok_line, sc->tok_col, arena_printf(sc->a, "expected %s, found %s", what, found));
}

static bool tok_is(const Scan *sc, const char *t) {
    size_t n = strlen(t);
    return (sc->tok == T_OP || sc->tok == T_KEYWORD) && sc->tok_end - sc->tok_at == n &&
           memcmp(sc->s + sc->tok_at, t, n) == 0;
}

/* False: an error was reported. */
static bool semi(Scan *sc) {
    if (tok_is(sc, ")") || tok_is(sc, "}")) return true;
    if (sc->tok == T_SEMI) {
        next(sc);
        return true;
    }
    expected(sc, "';'");
    return false;
}

/* The value of a string literal, or NULL when it is not valid. */
static const char *unquote(Arena *a, const char *s, size_t n) {
    if (n < 2) return NULL;
    char q = s[0];
    if (s[n - 1] != q) return NULL;
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "");
    for (size_t i = 1; i + 1 < n; i++) {
        char c = s[i];
        if (q == '`') {
            if (c != '\r') sb_addc(&sb, c);
            continue;
        }
        if (c != '\\') {
            sb_addc(&sb, c);
            continue;
        }
        c = s[++i];
        const char *from = "abfnrtv\\\"", *to = "\a\b\f\n\r\t\v\\\"";
        const char *p = strchr(from, c);
        int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (c && p) {
            sb_addc(&sb, to[p - from]);
        } else if (digits) {
            uint32_t v = 0;
            for (int k = 0; k < digits; k++) {
                char h = i + 1 < n ? s[++i] : 0;
                if (!isxdigit((unsigned char)h)) goto bad;
                v = v * 16 +
                    (uint32_t)(isdigit((unsigned char)h) ? h - '0' : tolower((unsigned char)h) - 'a' + 10);
            }
            if (digits == 2) {
                sb_addc(&sb, (char)v);
            } else {
                char out[4];
                sb_add(&sb, out, (size_t)utf8_encode(out, v));
            }
        } else if (c >= '0' && c <= '7') {
            uint32_t v = (uint32_t)(c - '0');
            for (int k = 0; k < 2; k++) {
                char h = i + 1 < n ? s[++i] : 0;
                if (h < '0' || h > '7') goto bad;
                v = v * 8 + (uint32_t)(h - '0');
            }
            sb_addc(&sb, (char)v);
        } else {
            goto bad;
        }
    }
    if (sb.n && memchr(sb.buf, 0, sb.n)) goto bad; /* nothing that we look for has such a name */
    return sb_arena(&sb, a);
bad:
    sb_release(&sb);
    return NULL;
}

static bool valid_import(const char *s) {
    if (!*s) return false;
    for (size_t i = 0, n = strlen(s); i < n;) {
        uint32_t r;
        int k = utf8_decode(s + i, n - i, &r);
        if (r <= ' ' || r == 0x7f || r == RUNE_ERROR || !unicode_is_print(r)) return false;
        if (r < 0x80 && strchr("!\"#$%&'()*,:;<=>?[\\]^{|}`", (int)r)) return false;
        i += (size_t)k;
    }
    return true;
}

/* One import spec, alone or between parentheses; decl_doc: the comment above "import", or empty. False after
 * an error. */
static bool spec(Scan *sc, FileHeader *h, bool alone, Str decl_doc) {
    uint32_t line = sc->tok_line, col = sc->tok_col;
    Str doc = {0};
    if (alone) doc = decl_doc;
    else if (sc->doc) doc = (Str){sc->s + sc->doc_at, sc->doc_end - sc->doc_at};
    if (sc->tok == T_IDENT || tok_is(sc, ".")) next(sc);
    if (sc->tok != T_STRING) {
        error_at(sc, sc->tok_line, sc->tok_col,
                 sc->tok == T_LIT ? "import path must be a string"
                                  : "missing import path; require quoted string");
        return false;
    }
    const char *path = unquote(sc->a, sc->s + sc->tok_at, sc->tok_end - sc->tok_at);
    if (!path || !valid_import(path)) {
        h->bad_path = !sc->err;
        if (!sc->err)
            error_at(sc, line, col,
                     arena_printf(sc->a, "invalid import path: %s",
                                  path ? path
                                       : arena_strndup(sc->a, sc->s + sc->tok_at, sc->tok_end - sc->tok_at)));
        return false;
    }
    HeaderImport imp = {.path = name_of(path)->s, .line = line, .col = col};
    if (strcmp(path, "C") == 0) imp.doc = (Str){arena_strndup(sc->a, doc.p ? doc.p : "", doc.n), doc.n};
    vec_push(sc->a, &h->imports, imp);
    next(sc);
    return semi(sc);
}

static void parse_head(Arena *a, FileHeader *h, const char *s, size_t n) {
    Scan sc = {.a = a, .s = s, .n = n, .line = 1};
    next(&sc);
    if (!tok_is(&sc, "package")) {
        expected(&sc, "'package'");
        goto done;
    }
    next(&sc);
    if (sc.tok != T_IDENT) {
        expected(&sc, "'IDENT'");
        goto done;
    }
    const char *pkg = arena_strndup(a, s + sc.tok_at, sc.tok_end - sc.tok_at);
    next(&sc);
    if (!semi(&sc)) goto done;
    h->pkg = pkg;
    while (tok_is(&sc, "import")) {
        Str text = {s + sc.doc_at, sc.doc ? sc.doc_end - sc.doc_at : 0};
        next(&sc);
        if (tok_is(&sc, "(")) {
            next(&sc);
            uint32_t first = h->imports.n;
            while (!tok_is(&sc, ")") && sc.tok != T_EOF)
                if (!spec(&sc, h, false, text)) goto done;
            if (h->imports.n == first + 1 && !h->imports.v[first].doc.n &&
                strcmp(h->imports.v[first].path, "C") == 0)
                h->imports.v[first].doc = (Str){arena_strndup(a, text.p, text.n), text.n};
            if (!tok_is(&sc, ")")) {
                expected(&sc, "')'");
                goto done;
            }
            next(&sc);
            if (!semi(&sc)) goto done;
        } else if (!spec(&sc, h, true, text)) {
            goto done;
        }
    }
done:
    if (sc.err) {
        h->parse_err = sc.err;
        h->err_line = sc.err_line;
        h->err_col = sc.err_col;
        h->imports.n = 0;
    }
}

/* Patterns of one //go:embed line, whose text after the directive is s; badly formed ones are the compiler's
 * to report. */
static void embed_line(Arena *a, FileHeader *h, const char *s, size_t n, uint32_t line, uint32_t col) {
    uint32_t first = h->embeds.n;
    size_t i = 0;
    for (;;) {
        while (i < n && isspace((unsigned char)s[i])) i++;
        if (i >= n) return;
        size_t at = i;
        const char *pat;
        if (s[i] == '"' || s[i] == '`') {
            char q = s[i++];
            while (i < n && s[i] != q) i += s[i] == '\\' && q == '"' && i + 1 < n ? 2 : 1;
            if (i >= n) goto bad;
            i++;
            pat = unquote(a, s + at, i - at);
            if (!pat || (i < n && !isspace((unsigned char)s[i]))) goto bad;
        } else {
            while (i < n && !isspace((unsigned char)s[i])) i++;
            pat = arena_strndup(a, s + at, i - at);
        }
        vec_push(a, &h->embeds, ((HeaderEmbed){pat, line, col + (uint32_t)at}));
    }
bad:
    h->embeds.n = first;
}

/* Looks for //go:embed comments, skipping strings and other comments. */
static void find_embeds(Arena *a, FileHeader *h, const char *s, size_t n) {
    uint32_t line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < n;) {
        char c = s[i];
        if (c == '\n') {
            i++;
            line++;
            line_start = i;
        } else if (c == '/' && i + 1 < n && s[i + 1] == '/') {
            const char *nl = memchr(s + i, '\n', n - i);
            size_t end = nl ? (size_t)(nl - s) : n;
            size_t stop = end;
            if (stop > i && s[stop - 1] == '\r') stop--;
            const char *mark = "//go:embed";
            size_t m = strlen(mark);
            if (stop - i > m && memcmp(s + i, mark, m) == 0 && (s[i + m] == ' ' || s[i + m] == '\t'))
                embed_line(a, h, s + i + m, stop - i - m, line, (uint32_t)(i - line_start + m) + 1);
            i = end;
        } else if (c == '/' && i + 1 < n && s[i + 1] == '*') {
            i += 2;
            while (i < n && !(s[i] == '*' && i + 1 < n && s[i + 1] == '/')) {
                if (s[i] == '\n') line++, line_start = i + 1;
                i++;
            }
            i += 2;
        } else if (c == '"' || c == '\'') {
            i++;
            while (i < n && s[i] != c && s[i] != '\n') i += s[i] == '\\' ? 2 : 1;
            if (i < n && s[i] == c) i++;
        } else if (c == '`') {
            i++;
            while (i < n && s[i] != '`') {
                if (s[i] == '\n') line++, line_start = i + 1;
                i++;
            }
            i++;
        } else {
            i++;
        }
    }
}

void header_parse(Arena *a, FileHeader *h, const char *src, size_t n, bool complete) {
    *h = (FileHeader){0};
    size_t bom = n >= 3 && memcmp(src, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    Reader r = {.s = src + bom, .n = n - bom, .peek = -1};
    rd_keyword(&r, "package");
    rd_ident(&r);
    while (!rd_bad(&r) && rd_peek(&r, true) == 'i') {
        rd_keyword(&r, "import");
        if (rd_peek(&r, true) == '(') {
            rd_next(&r, false);
            while (!rd_bad(&r) && !r.eof && rd_peek(&r, true) != ')' && !rd_bad(&r)) rd_import(&r);
            rd_next(&r, false);
        } else {
            rd_import(&r);
        }
    }
    size_t end = r.i;
    if (!rd_bad(&r) && !r.eof) end--;
    if (!complete && (r.eof || r.syntax)) {
        h->need_more = true;
        return;
    }
    if (r.syntax && !r.nul) {
        end = r.n;
        if (memchr(r.s, 0, r.n)) r.nul = true;
    }
    if (r.nul) {
        h->read_err = "unexpected NUL in input";
        return;
    }
    h->header_end = (uint32_t)(end + bom);
    parse_head(a, h, r.s, end);
    if (h->parse_err) return;
    for (uint32_t i = 0; i < h->imports.n; i++) {
        if (strcmp(h->imports.v[i].path, "embed") == 0) {
            if (!complete) h->need_more = true;
            else find_embeds(a, h, src, n);
            return;
        }
    }
}
