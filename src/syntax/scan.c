/* The scanner (spec, "Lexical elements").
 *
 * One pass over the buffer with one character of lookahead. Ordinary characters are skipped with tables of
 * bytes. NUL, invalid UTF-8 and byte order marks may not stand in Go source: they are reported when they
 * become the character ahead and then skipped, so that no other code meets them. A line comment ends before
 * its newline, which may still become a semicolon. Comments that may be directives go to the parser.
 *
 * The position of a character is its line and its distance from the line's start, so nothing is counted on
 * the way. */
#include "syntax/syntax_int.h"

/* ---- characters ---- */

enum { C_IDENT = 1, C_TEXT = 2, C_COMMENT = 4, C_RAW = 8 };
/* What may be skipped without a look: within identifiers, "strings", line comments, raw strings. */
static const uint8_t class_of[256] = {
#define PLAIN (C_TEXT | C_COMMENT | C_RAW)
    [1 ... 9] = PLAIN,
    [11 ... 33] = PLAIN,
    ['"'] = C_COMMENT | C_RAW,
    [35 ... '/'] = PLAIN,
    ['0' ... '9'] = PLAIN | C_IDENT,
    [':' ... '@'] = PLAIN,
    ['A' ... 'Z'] = PLAIN | C_IDENT,
    ['['] = PLAIN,
    ['\\'] = C_COMMENT | C_RAW,
    [']' ... '^'] = PLAIN,
    ['_'] = PLAIN | C_IDENT,
    ['`'] = C_TEXT | C_COMMENT,
    ['a' ... 'z'] = PLAIN | C_IDENT,
    ['{' ... 127] = PLAIN,
};

static inline Pos here(const Parser *s) {
    return pos_make(s->base, s->ch_line, (uint32_t)(s->p - s->line_start) + 1);
}
static inline uint32_t here_col(const Parser *s) { return (uint32_t)(s->p - s->line_start) + 1; }

/* The character ahead is not plain ASCII. */
static __attribute__((noinline)) void load_slow(Parser *s) {
    for (;;) {
        unsigned char c = (unsigned char)*s->p;
        if (c == 0) {
            if (s->p >= s->end) {
                s->ch = -1;
                s->chw = 0;
                return;
            }
            parse_error_at(s, here(s), "invalid NUL character");
            s->p++;
            continue;
        }
        if (c < 0x80) {
            s->ch = c;
            s->chw = 1;
            return;
        }
        uint32_t r;
        int n = utf8_decode(s->p, (size_t)(s->end - s->p), &r);
        if (r == RUNE_ERROR && n == 1) {
            parse_error_at(s, here(s), "invalid UTF-8 encoding");
        } else if (r == 0xfeff) {
            if (s->ch_line > 1 || s->p > s->line_start)
                parse_error_at(s, here(s), "invalid BOM in the middle of the file");
        } else {
            s->ch = (int32_t)r;
            s->chw = n;
            return;
        }
        s->p += n;
    }
}

/* Makes the character at p the one ahead. */
static inline void load(Parser *s) {
    unsigned char c = (unsigned char)*s->p;
    if (c - 1u < 0x7f) {
        s->ch = c;
        s->chw = 1;
    } else {
        load_slow(s);
    }
}

static inline void next_char(Parser *s) {
    s->p += s->chw;
    if (s->ch == '\n') {
        s->ch_line++;
        s->line_start = s->p;
    }
    load(s);
}

/* Passes over characters of a class that has no newline. */
static inline void skip_class(Parser *s, int class) {
    const char *q = s->p;
    if (!(class_of[(unsigned char)*q] & class)) return;
    do q++;
    while (class_of[(unsigned char)*q] & class);
    s->p = q;
    load(s);
}

void scan_init(Parser *s, Str src) {
    s->p = s->line_start = src.p;
    s->end = src.p + src.n;
    s->ch_line = 1;
    ASSERT(*s->end == 0);
    if (src.n && !*s->p) { /* a NUL that comes first is an ordinary wrong character to the compiler */
        s->ch = 0;
        s->chw = 1;
    } else {
        load(s);
    }
}

void scan_stop(Parser *s) {
    s->p = s->end;
    s->ch = -1;
    s->chw = 0;
    s->nlsemi = false;
    s->tok = T_EOF;
}

static inline bool is_decimal(int32_t c) { return (uint32_t)c - '0' < 10; }
static inline int32_t lower(int32_t c) { return c | 0x20; }
static inline bool is_hex(int32_t c) { return is_decimal(c) || (uint32_t)lower(c) - 'a' < 6; }
static inline Str segment(const Parser *s) { return (Str){s->tok_start, (size_t)(s->p - s->tok_start)}; }

/* An error at a byte of the current token. */
#define TOKEN_ERROR(s, offset, ...)                                                                          \
    parse_error_at((s), pos_make((s)->base, (s)->line, (s)->col + (uint32_t)(offset)), __VA_ARGS__)

/* An error about the character ahead; the format has one %s for it. */
static void char_error(Parser *s, const char *fmt, int32_t c, void (*add)(StrBuf *, uint32_t)) {
    StrBuf sb = STRBUF_INIT;
    add(&sb, (uint32_t)c);
    const char *text = sb_arena(&sb, s->arena);
    const char *hole = strstr(fmt, "%s");
    parse_error_at(s, here(s), "%.*s%s%s", (int)(hole - fmt), fmt, text, hole + 2);
}

/* ---- names and keywords ---- */

#define KEYWORD_HASH(a, b, n) (((a) + 4u * (b) + 6u * (n)) & 63)
/* Perfect for the keywords: found by trying factors. */
static const uint8_t keywords[64] = {
    [8] = T_BREAK,      [63] = T_CASE,   [27] = T_CHAN,    [61] = T_CONST,       [15] = T_CONTINUE,
    [34] = T_DEFAULT,   [22] = T_DEFER,  [45] = T_ELSE,    [44] = T_FALLTHROUGH, [52] = T_FOR,
    [18] = T_FUNC,      [47] = T_GO,     [59] = T_GOTO,    [13] = T_IF,          [1] = T_IMPORT,
    [23] = T_INTERFACE, [3] = T_MAP,     [30] = T_PACKAGE, [20] = T_RANGE,       [42] = T_RETURN,
    [43] = T_SELECT,    [39] = T_STRUCT, [51] = T_SWITCH,  [48] = T_TYPE,        [12] = T_VAR,
};

#define TOKEN(id, text) [T_##id] = text,
const char *const token_text[T_COUNT] = {
#include "syntax/token.def"
};
#define TOKEN(id, text) [T_##id] = sizeof(text) - 1,
static const uint8_t token_length[T_COUNT] = {
#include "syntax/token.def"
};

const char *const operator_text[] = {
    [OP_NONE] = "",   [OP_DEF] = ":",     [OP_NOT] = "!",  [OP_RECV] = "<-", [OP_TILDE] = "~",
    [OP_OROR] = "||", [OP_ANDAND] = "&&", [OP_EQL] = "==", [OP_NEQ] = "!=",  [OP_LSS] = "<",
    [OP_LEQ] = "<=",  [OP_GTR] = ">",     [OP_GEQ] = ">=", [OP_ADD] = "+",   [OP_SUB] = "-",
    [OP_OR] = "|",    [OP_XOR] = "^",     [OP_MUL] = "*",  [OP_DIV] = "/",   [OP_REM] = "%",
    [OP_AND] = "&",   [OP_ANDNOT] = "&^", [OP_SHL] = "<<", [OP_SHR] = ">>",
};

/* Interning takes a lock, so each parser remembers the names it met. */
static const Name *intern(Parser *s, const char *text, size_t n) {
    uint32_t h = (uint32_t)n;
    for (size_t i = 0; i < n; i++) h = h * 31 + (unsigned char)text[i];
    const Name **slot = &s->cache[(h ^ h >> 9) % NAME_CACHE];
    if (*slot && (*slot)->n == n && memcmp((*slot)->s, text, n) == 0) return *slot;
    return *slot = name_intern(text, n);
}

/* Whether the character ahead belongs to an identifier, as a wrong character outside ASCII does too. */
static bool at_ident_char(Parser *s, bool first) {
    int32_t c = s->ch;
    if (c < 0) return false;
    if (unicode_is_letter((uint32_t)c) || c == '_') return true;
    if (unicode_is_digit((uint32_t)c)) {
        if (first) char_error(s, "identifier cannot begin with digit %s", c, sb_add_unicode);
        return true;
    }
    if (c < 0x80) return false;
    char_error(s, "invalid character %s in identifier", c, sb_add_unicode);
    return true;
}

static void scan_ident(Parser *s) {
    do skip_class(s, C_IDENT);
    while (s->ch > 0 && s->ch < 0x80 && class_of[s->ch] & C_IDENT); /* something invalid was passed over */
    if (s->ch >= 0x80)
        while (at_ident_char(s, false)) next_char(s);

    const char *t = s->tok_start;
    size_t n = (size_t)(s->p - t);
    if (n >= 2) {
        Token k = keywords[KEYWORD_HASH((unsigned char)t[0], (unsigned char)t[1], (unsigned)n)];
        if (k && token_length[k] == n && memcmp(token_text[k], t, n) == 0) {
            s->nlsemi = k == T_BREAK || k == T_CONTINUE || k == T_FALLTHROUGH || k == T_RETURN;
            s->tok = k;
            return;
        }
    }
    s->nlsemi = true;
    s->name = intern(s, t, n);
    s->tok = T_NAME;
}

/* ---- literals ---- */

static void set_literal(Parser *s, LitKind kind, bool ok) {
    s->nlsemi = true;
    s->tok = T_LITERAL;
    s->lit = segment(s);
    s->bad = !ok;
    s->kind = kind;
}

static const char *base_name(int base) {
    switch (base) {
    case 2: return "binary";
    case 8: return "octal";
    case 10: return "decimal";
    default: return "hexadecimal";
    }
}

enum { HAS_DIGIT = 1, HAS_SEP = 2 };

/* Reads digits and '_' and says which there were. Up to base 10 every decimal digit is taken; the offset of
 * the first that is too large goes to *invalid unless one is there already. */
static int digits(Parser *s, int base, int *invalid) {
    int found = 0;
    for (;;) {
        if (s->ch == '_') {
            found |= HAS_SEP;
        } else if (is_decimal(s->ch)) {
            if (base < 10 && s->ch >= '0' + base && *invalid < 0) *invalid = (int)(here_col(s) - s->col);
            found |= HAS_DIGIT;
        } else if (base == 16 && is_hex(s->ch)) {
            found |= HAS_DIGIT;
        } else {
            return found;
        }
        next_char(s);
    }
}

/* Offset of the first '_' that doesn't stand between digits, or -1. */
static int invalid_separator(Str x) {
    int32_t prefix = ' ', d = '.'; /* d: '_', '0' for a digit, '.' for anything else */
    size_t i = 0;
    if (x.n >= 2 && x.p[0] == '0') {
        prefix = lower((unsigned char)x.p[1]);
        if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
            d = '0'; /* the prefix counts as a digit */
            i = 2;
        }
    }
    for (; i < x.n; i++) {
        int32_t before = d;
        d = (unsigned char)x.p[i];
        if (d == '_') {
            if (before != '0') return (int)i;
        } else if (is_decimal(d) || (prefix == 'x' && is_hex(d))) {
            d = '0';
        } else {
            if (before == '_') return (int)i - 1;
            d = '.';
        }
    }
    return d == '_' ? (int)x.n - 1 : -1;
}

static void scan_number(Parser *s, bool seen_point) {
    bool ok = true;
    LitKind kind = LIT_INT;
    int base = 10, found = 0, invalid = -1;
    char prefix = 0; /* 0, '0' (old octal), 'x', 'o' or 'b' */

    if (!seen_point) {
        if (s->ch == '0') {
            next_char(s);
            switch (lower(s->ch)) {
            case 'x':
                next_char(s);
                base = 16, prefix = 'x';
                break;
            case 'o':
                next_char(s);
                base = 8, prefix = 'o';
                break;
            case 'b':
                next_char(s);
                base = 2, prefix = 'b';
                break;
            default: base = 8, prefix = '0', found = HAS_DIGIT;
            }
        }
        found |= digits(s, base, &invalid);
        if (s->ch == '.') {
            if (prefix == 'o' || prefix == 'b') {
                parse_error_at(s, here(s), "invalid radix point in %s literal", base_name(base));
                ok = false;
            }
            next_char(s);
            seen_point = true;
        }
    }
    if (seen_point) {
        kind = LIT_FLOAT;
        found |= digits(s, base, &invalid);
    }
    if (!(found & HAS_DIGIT) && ok) {
        parse_error_at(s, here(s), "%s literal has no digits", base_name(base));
        ok = false;
    }

    int32_t e = lower(s->ch);
    if (s->ch > 0 && (e == 'e' || e == 'p')) {
        if (ok && e == 'e' && prefix != 0 && prefix != '0') {
            parse_error_at(s, here(s), "'%c' exponent requires decimal mantissa", (char)s->ch);
            ok = false;
        } else if (ok && e == 'p' && prefix != 'x') {
            parse_error_at(s, here(s), "'%c' exponent requires hexadecimal mantissa", (char)s->ch);
            ok = false;
        }
        next_char(s);
        kind = LIT_FLOAT;
        if (s->ch == '+' || s->ch == '-') next_char(s);
        found = digits(s, 10, NULL) | (found & HAS_SEP);
        if (!(found & HAS_DIGIT) && ok) {
            parse_error_at(s, here(s), "exponent has no digits");
            ok = false;
        }
    } else if (prefix == 'x' && kind == LIT_FLOAT && ok) {
        parse_error_at(s, here(s), "hexadecimal mantissa requires a 'p' exponent");
        ok = false;
    }
    if (s->ch == 'i') {
        kind = LIT_IMAG;
        next_char(s);
    }
    set_literal(s, kind, ok);

    if (kind == LIT_INT && invalid >= 0 && ok) {
        TOKEN_ERROR(s, invalid, "invalid digit '%c' in %s literal", s->lit.p[invalid], base_name(base));
        ok = false;
    }
    if (found & HAS_SEP && ok) {
        int i = invalid_separator(s->lit);
        if (i >= 0) {
            TOKEN_ERROR(s, i, "'_' must separate successive digits");
            ok = false;
        }
    }
    s->bad = !ok;
}

/* What follows a backslash. False: malformed, reported. The end of the source is left to the caller's
 * complaint. */
static bool escape(Parser *s, int32_t quote) {
    int n;
    uint32_t base, max;
    if (s->ch == quote) {
        next_char(s);
        return true;
    }
    switch (s->ch) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\': next_char(s); return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7': n = 3, base = 8, max = 255; break;
    case 'x':
        next_char(s);
        n = 2, base = 16, max = 255;
        break;
    case 'u':
        next_char(s);
        n = 4, base = 16, max = RUNE_MAX;
        break;
    case 'U':
        next_char(s);
        n = 8, base = 16, max = RUNE_MAX;
        break;
    default:
        if (s->ch < 0) return true;
        parse_error_at(s, here(s), "unknown escape");
        return false;
    }
    uint32_t x = 0;
    for (; n > 0; n--) {
        if (s->ch < 0) return true;
        uint32_t d = base;
        if (is_decimal(s->ch)) d = (uint32_t)s->ch - '0';
        else if (is_hex(s->ch)) d = (uint32_t)lower(s->ch) - 'a' + 10;
        if (d >= base) {
            char_error(s,
                       base == 8 ? "invalid character %s in octal escape"
                                 : "invalid character %s in hexadecimal escape",
                       s->ch, sb_add_quoted_rune);
            return false;
        }
        x = x * base + d;
        next_char(s);
    }
    if (x > max && base == 8) {
        parse_error_at(s, here(s), "octal escape value %u > 255", x);
        return false;
    }
    if (x > max || (x >= 0xd800 && x < 0xe000 && max > 255)) {
        char_error(s, "escape is invalid Unicode code point %s", (int32_t)x, sb_add_unicode);
        return false;
    }
    return true;
}

/* A string "…" or a rune '…'. */
static void scan_quoted(Parser *s, int32_t quote) {
    bool rune = quote == '\'', ok = true;
    next_char(s);
    for (int n = 0;; n++) {
        if (!rune) skip_class(s, C_TEXT);
        if (s->ch == quote) {
            if (rune && ok && n != 1) {
                if (n == 0) parse_error_at(s, here(s), "empty rune literal or unescaped '");
                else TOKEN_ERROR(s, 0, "more than one character in rune literal");
                ok = false;
            }
            next_char(s);
            break;
        }
        if (s->ch == '\\') {
            next_char(s);
            if (!escape(s, quote)) ok = false;
            continue;
        }
        if (s->ch == '\n' || s->ch < 0) {
            bool end = s->ch < 0;
            if (rune && !ok) break; /* said enough about this one */
            ok = false;
            if (end) TOKEN_ERROR(s, 0, rune ? "rune literal not terminated" : "string not terminated");
            else parse_error_at(s, here(s), rune ? "newline in rune literal" : "newline in string");
            break;
        }
        next_char(s);
    }
    set_literal(s, rune ? LIT_RUNE : LIT_STRING, ok);
}

static void scan_raw_string(Parser *s) {
    bool ok = true;
    next_char(s);
    for (;;) {
        skip_class(s, C_RAW);
        if (s->ch == '`') {
            next_char(s);
            break;
        }
        if (s->ch < 0) {
            TOKEN_ERROR(s, 0, "string not terminated");
            ok = false;
            break;
        }
        next_char(s);
    }
    set_literal(s, LIT_STRING, ok);
}

/* ---- comments ---- */

static void skip_line(Parser *s) {
    for (;;) {
        skip_class(s, C_COMMENT);
        if (s->ch < 0 || s->ch == '\n') return;
        next_char(s);
    }
}

/* Whether prefix comes next; reads as much of it as there is. */
static bool read_prefix(Parser *s, const char *prefix) {
    for (; *prefix; prefix++) {
        if (s->ch != *prefix) return false;
        next_char(s);
    }
    return true;
}

/* Behind "//". Only a comment that may be a directive is looked at. */
static void scan_line_comment(Parser *s) {
    bool directive = (s->ch == 'g' && read_prefix(s, "go:")) || (s->ch == 'l' && read_prefix(s, "line "));
    skip_line(s);
    if (directive) parse_comment(s, segment(s));
}

static bool skip_comment(Parser *s) {
    while (s->ch >= 0) {
        while (s->ch == '*') {
            next_char(s);
            if (s->ch == '/') {
                next_char(s);
                return true;
            }
        }
        next_char(s);
    }
    TOKEN_ERROR(s, 0, "comment not terminated");
    return false;
}

/* Behind the opening of a general comment. */
static void scan_full_comment(Parser *s) {
    bool directive = s->ch == 'l' && read_prefix(s, "line ");
    if (skip_comment(s) && directive) parse_comment(s, segment(s));
}

/* A token of one character. */
static void take(Parser *s, Token tok) {
    next_char(s);
    s->tok = tok;
}

/* ---- tokens ---- */

/* Reads c if it comes next. */
static bool follows(Parser *s, int32_t c) {
    if (s->ch != c) return false;
    next_char(s);
    return true;
}

static void operator(Parser *s, Operator op, int prec) {
    s->op = op;
    s->prec = prec;
    s->tok = T_OPERATOR;
}

/* An operator that can stand before "=". */
static void assignable(Parser *s, Operator op, int prec) {
    operator(s, op, prec);
    if (follows(s, '=')) s->tok = T_ASSIGN_OP;
}

void scan_next(Parser *s) {
    bool nlsemi = s->nlsemi;
    s->nlsemi = false;

redo:;
    uint32_t start_line = s->ch_line, start_col = here_col(s);
    while (s->ch == ' ' || s->ch == '\t' || (s->ch == '\n' && !nlsemi) || s->ch == '\r') {
        if (s->ch == '\t' || s->ch == ' ') { /* indentation */
            const char *q = s->p + 1;
            while (*q == '\t' || *q == ' ') q++;
            s->p = q;
            load(s);
        } else {
            next_char(s);
        }
    }
    s->line = s->ch_line;
    s->col = here_col(s);
    s->blank = s->line > start_line || start_col == 1;
    s->tok_start = s->p;
    int32_t c = s->ch;
    if ((uint32_t)lower(c) - 'a' < 26 || c == '_') {
        scan_ident(s);
        return;
    }
    if (c >= 0x80 && at_ident_char(s, true)) {
        next_char(s);
        scan_ident(s);
        return;
    }
    switch (c) {
    case -1:
        s->tok = nlsemi ? T_SEMI : T_EOF;
        s->semi = "EOF";
        return;
    case '\n':
        next_char(s);
        s->semi = "newline";
        s->tok = T_SEMI;
        return;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': scan_number(s, false); return;
    case '"':
    case '\'': scan_quoted(s, c); return;
    case '`': scan_raw_string(s); return;
    case '(': take(s, T_LPAREN); return;
    case '[': take(s, T_LBRACK); return;
    case '{': take(s, T_LBRACE); return;
    case ',': take(s, T_COMMA); return;
    case ';':
        next_char(s);
        s->semi = "semicolon";
        s->tok = T_SEMI;
        return;
    case ')': take(s, T_RPAREN), s->nlsemi = true; return;
    case ']': take(s, T_RBRACK), s->nlsemi = true; return;
    case '}': take(s, T_RBRACE), s->nlsemi = true; return;
    case ':':
        next_char(s);
        s->tok = follows(s, '=') ? T_DEFINE : T_COLON;
        return;
    case '.':
        next_char(s);
        if (is_decimal(s->ch)) {
            scan_number(s, true);
            return;
        }
        s->tok = T_DOT;
        if (s->ch == '.') {
            next_char(s);
            if (s->ch == '.') {
                next_char(s);
                s->tok = T_DOTDOTDOT;
                return;
            }
            /* Two dots: go back behind the first. A newline behind them is counted here and again when it is
             * read: the compiler's lines are one too high from here on, and so are ours. */
            if (s->ch == '\n') {
                s->ch_line++;
                s->line_start = s->tok_start;
            }
            s->p = s->tok_start;
            load(s);
            next_char(s);
        }
        return;
    case '+':
    case '-':
        next_char(s);
        assignable(s, c == '+' ? OP_ADD : OP_SUB, PREC_ADD);
        if (s->tok == T_OPERATOR && follows(s, c)) {
            s->nlsemi = true;
            s->tok = T_INC_OP;
        }
        return;
    case '*':
        next_char(s);
        assignable(s, OP_MUL, PREC_MUL);
        if (s->tok == T_OPERATOR) s->tok = T_STAR;
        return;
    case '/':
        next_char(s);
        if (follows(s, '/')) {
            scan_line_comment(s);
            goto redo;
        }
        if (follows(s, '*')) {
            scan_full_comment(s);
            if (s->ch_line > s->line && nlsemi) { /* acts like a newline */
                s->semi = "newline";
                s->tok = T_SEMI;
                return;
            }
            goto redo;
        }
        assignable(s, OP_DIV, PREC_MUL);
        return;
    case '%':
        next_char(s);
        assignable(s, OP_REM, PREC_MUL);
        return;
    case '&':
        next_char(s);
        if (follows(s, '&')) operator(s, OP_ANDAND, PREC_ANDAND);
        else assignable(s, follows(s, '^') ? OP_ANDNOT : OP_AND, PREC_MUL);
        return;
    case '|':
        next_char(s);
        if (follows(s, '|')) operator(s, OP_OROR, PREC_OROR);
        else assignable(s, OP_OR, PREC_ADD);
        return;
    case '^':
        next_char(s);
        assignable(s, OP_XOR, PREC_ADD);
        return;
    case '<':
        next_char(s);
        if (follows(s, '=')) operator(s, OP_LEQ, PREC_CMP);
        else if (follows(s, '<')) assignable(s, OP_SHL, PREC_MUL);
        else if (follows(s, '-')) s->tok = T_ARROW;
        else operator(s, OP_LSS, PREC_CMP);
        return;
    case '>':
        next_char(s);
        if (follows(s, '=')) operator(s, OP_GEQ, PREC_CMP);
        else if (follows(s, '>')) assignable(s, OP_SHR, PREC_MUL);
        else operator(s, OP_GTR, PREC_CMP);
        return;
    case '=':
        next_char(s);
        if (follows(s, '=')) operator(s, OP_EQL, PREC_CMP);
        else s->tok = T_ASSIGN;
        return;
    case '!':
        next_char(s);
        if (follows(s, '=')) operator(s, OP_NEQ, PREC_CMP);
        else operator(s, OP_NOT, 0);
        return;
    case '~':
        next_char(s);
        operator(s, OP_TILDE, 0);
        return;
    default:
        char_error(s, "invalid character %s", c, sb_add_unicode);
        next_char(s);
        goto redo;
    }
}
