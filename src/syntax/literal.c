/* The values of string and rune literals (spec, "String literals", "Rune literals"). */
#include "syntax/syntax_int.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape behind a backslash at *p; false: malformed. \x41 and \101 append a byte, others UTF-8. */
static bool unescape(StrBuf *out, const char **pp, const char *end, char quote) {
    const char *p = *pp;
    if (p == end) return false;
    char c = *p++;
    int n = 0, base = 16;
    switch (c) {
    case 'a': sb_addc(out, '\a'); break;
    case 'b': sb_addc(out, '\b'); break;
    case 'f': sb_addc(out, '\f'); break;
    case 'n': sb_addc(out, '\n'); break;
    case 'r': sb_addc(out, '\r'); break;
    case 't': sb_addc(out, '\t'); break;
    case 'v': sb_addc(out, '\v'); break;
    case '\\': sb_addc(out, '\\'); break;
    case '\'':
    case '"':
        if (c != quote) return false;
        sb_addc(out, c);
        break;
    case 'x': n = 2; break;
    case 'u': n = 4; break;
    case 'U': n = 8; break;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
        n = 3, base = 8;
        p--;
        break;
    default: return false;
    }
    if (n) {
        uint32_t v = 0;
        for (int i = 0; i < n; i++) {
            int d = p < end ? hex_digit(*p++) : -1;
            if (d < 0 || d >= base) return false;
            v = v * (uint32_t)base + (uint32_t)d;
        }
        if (c == 'u' || c == 'U') {
            if (v > RUNE_MAX || (v >= 0xd800 && v < 0xe000)) return false;
            sb_add_rune(out, v);
        } else {
            if (v > 255) return false;
            /* in a rune literal it is a code point, not a byte */
            if (quote == '\'') sb_add_rune(out, v);
            else sb_addc(out, (char)v);
        }
    }
    *pp = p;
    return true;
}

bool literal_unquote(StrBuf *out, Str lit) {
    if (lit.n < 2 || lit.p[0] != lit.p[lit.n - 1]) return false;
    char quote = lit.p[0];
    const char *p = lit.p + 1, *end = lit.p + lit.n - 1;
    if (quote == '`') {
        for (; p < end; p++) {
            if (*p == '`') return false;
            if (*p != '\r') sb_addc(out, *p);
        }
        return true;
    }
    if (quote != '"' && quote != '\'') return false;
    int runes = 0;
    for (; p < end; runes++) {
        if (*p == quote || *p == '\n') return false;
        if (*p == '\\') {
            p++;
            if (!unescape(out, &p, end, quote)) return false;
            continue;
        }
        const char *q = p;
        if (quote == '\'') {
            uint32_t r;
            q += utf8_decode(p, (size_t)(end - p), &r);
        } else {
            while (q < end && *q != quote && *q != '\\' && *q != '\n') q++;
        }
        sb_add(out, p, (size_t)(q - p));
        p = q;
    }
    return quote == '"' || runes == 1;
}
