/* words.c: see words.h. Everything that comes from the source, from a file's name, a revision or a saved file
 * passes through one of these on its way out. */
#include "diff/words.h"
#include "base/unicode.h"

static void written_out(StrBuf *sb, uint32_t r, int len, unsigned char byte) {
    if (r == RUNE_ERROR && len == 1) sb_printf(sb, "\\x%02x", byte);
    else if (r == '\n') sb_adds(sb, "\\n");
    else if (r == '\t') sb_adds(sb, "\\t");
    else if (r < 0x80) sb_printf(sb, "\\x%02x", r);
    else if (r < 0x10000) sb_printf(sb, "\\u%04x", r);
    else sb_printf(sb, "\\U%08x", r);
}

void words_plain(StrBuf *sb, const char *s, bool lines) {
    for (size_t n = strlen(s); n;) {
        uint32_t r;
        int len = utf8_decode(s, n, &r);
        bool bad = r == RUNE_ERROR && len == 1;
        if (!bad && (unicode_is_print(r) || (lines && (r == '\n' || r == '\t')))) sb_add(sb, s, (size_t)len);
        else written_out(sb, r, len, (unsigned char)*s);
        s += len;
        n -= (size_t)len;
    }
}

static size_t longest_run(const char *s, char c) {
    size_t best = 0;
    for (size_t n = 0; *s; s++) {
        n = *s == c ? n + 1 : 0;
        best = MAX(best, n);
    }
    return best;
}

static void repeat(StrBuf *sb, char c, size_t n) {
    while (n--) sb_addc(sb, c);
}

void words_code(StrBuf *sb, const char *s) {
    StrBuf plain = STRBUF_INIT;
    words_plain(&plain, s, false);
    const char *p = sb_str(&plain);
    size_t fence = longest_run(p, '`') + 1;
    /* a blank at each end is taken away again; it keeps backticks apart, and blanks that belong to the text
     */
    bool pad = *p == '`' || *p == ' ' || (plain.n && (p[plain.n - 1] == '`' || p[plain.n - 1] == ' '));
    if (plain.n) {
        repeat(sb, '`', fence);
        if (pad) sb_addc(sb, ' ');
        sb_adds(sb, p);
        if (pad) sb_addc(sb, ' ');
        repeat(sb, '`', fence);
    }
    sb_release(&plain);
}

void words_fenced(StrBuf *sb, const char *s) {
    StrBuf plain = STRBUF_INIT;
    words_plain(&plain, s, true);
    while (plain.n && plain.buf[plain.n - 1] == '\n') plain.n--;
    const char *p = sb_str(&plain);
    size_t fence = MAX(longest_run(p, '`') + 1, (size_t)3);
    repeat(sb, '`', fence);
    sb_adds(sb, "text\n");
    sb_add(sb, p, plain.n);
    sb_addc(sb, '\n');
    repeat(sb, '`', fence);
    sb_addc(sb, '\n');
    sb_release(&plain);
}

void words_uri(StrBuf *sb, const char *path) {
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._~/", c));
        if (plain) sb_addc(sb, (char)c);
        else sb_printf(sb, "%%%02X", c);
    }
}
