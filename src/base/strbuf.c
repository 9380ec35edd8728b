/* Growing strings (see StrBuf in base.h). */
#include "base/base.h"

void sb_release(StrBuf *sb) {
    free_heap(sb->buf);
    *sb = (StrBuf)STRBUF_INIT;
}

static void sb_reserve(StrBuf *sb, size_t more) {
    if (sb->cap - sb->n > more && sb->buf) return;
    size_t cap = sb->cap ? sb->cap * 2 : 64;
    while (cap - sb->n <= more) cap *= 2;
    sb->buf = xrealloc(sb->buf, cap);
    sb->cap = cap;
}

void sb_add(StrBuf *sb, const char *p, size_t n) {
    sb_reserve(sb, n);
    if (n) memcpy(sb->buf + sb->n, p, n);
    sb->n += n;
    sb->buf[sb->n] = 0;
}

void sb_adds(StrBuf *sb, const char *s) { sb_add(sb, s, strlen(s)); }
void sb_addc(StrBuf *sb, char c) { sb_add(sb, &c, 1); }

void sb_vprintf(StrBuf *sb, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    ASSERT(n >= 0);
    sb_reserve(sb, (size_t)n);
    vsnprintf(sb->buf + sb->n, (size_t)n + 1, fmt, again);
    va_end(again);
    sb->n += (size_t)n;
}

void sb_printf(StrBuf *sb, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(sb, fmt, ap);
    va_end(ap);
}

const char *sb_str(StrBuf *sb) { return sb->buf ? sb->buf : ""; }

char *sb_arena(StrBuf *sb, Arena *a) {
    char *p = arena_strndup(a, sb_str(sb), sb->n);
    sb_release(sb);
    return p;
}
