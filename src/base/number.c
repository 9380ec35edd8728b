/* Go's number syntax over the C library's conversions: the text is checked and its underscores taken out, and
 * then strtod, which rounds correctly too, reads it. */
#include "base/number.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

/* Underscores stand between digits, or between a prefix such as 0x and a digit. */
static bool underscores_good(const char *s) {
    char last = '^'; /* ^: the beginning, 0: a digit or a prefix, _: an underscore, !: anything else */
    bool hex = false;
    if (*s == '+' || *s == '-') s++;
    if (*s == '0' && s[1] && strchr("bBoOxX", s[1])) {
        hex = (s[1] | 32) == 'x';
        last = '0';
        s += 2;
    }
    for (; *s; s++) {
        if (digit_of(*s) < 10 || (hex && digit_of(*s) < 16)) {
            last = '0';
        } else if (*s == '_') {
            if (last != '0') return false;
            last = '_';
        } else {
            if (last == '_') return false;
            last = '!';
        }
    }
    return last != '_';
}

NumberError number_int(const char *s, int base, int bits, int64_t *v) {
    const char *p = s + (*s == '+' || *s == '-');
    uint64_t all = bits == 32 ? UINT32_MAX : UINT64_MAX,
             most = (bits == 32 ? (uint64_t)INT32_MAX : (uint64_t)INT64_MAX) + (*s == '-'), x = 0;
    bool any = false, underscores = false, prefixes = base == 0;
    if (prefixes) {
        base = 10;
        if (*p == '0') {
            char c = p[1] ? (char)(p[1] | 32) : 0;
            base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
            if (p[2] && (c == 'x' || c == 'b' || c == 'o')) p += 2;
            else any = true, base = 8, p++; /* 0, 017, and 0x alone, which then has a wrong digit */
        }
    }
    for (; *p; p++) {
        if (*p == '_' && prefixes) {
            underscores = true;
            continue;
        }
        int d = digit_of(*p);
        if (d >= base) return NUMBER_SYNTAX;
        any = true;
        if (x > (all - (uint64_t)d) / (uint64_t)base) return NUMBER_RANGE; /* whatever follows */
        x = x * (uint64_t)base + (uint64_t)d;
    }
    if (!any || (underscores && !underscores_good(s))) return NUMBER_SYNTAX;
    if (x > most) return NUMBER_RANGE;
    *v = (int64_t)(*s == '-' ? 0 - x : x);
    return NUMBER_OK;
}

NumberError number_float(const char *s, double *v) {
    const char *p = s + (*s == '+' || *s == '-');
    bool negative = *s == '-', hex = false, digits = false, dot = false, exponent = false;
    if (!strcasecmp(p, "inf") || !strcasecmp(p, "infinity"))
        return *v = negative ? -INFINITY : INFINITY, NUMBER_OK;
    if (!strcasecmp(s, "nan")) return *v = NAN, NUMBER_OK;
    StrBuf text = STRBUF_INIT;
    sb_add(&text, s, (size_t)(p - s));
    if (*p == '0' && (p[1] | 32) == 'x') {
        hex = true;
        sb_add(&text, p, 2);
        p += 2;
    }
    for (; *p; p++) {
        int d = digit_of(*p);
        if (*p == '_') continue;
        sb_addc(&text, *p);
        if (!exponent && d < (hex ? 16 : 10)) {
            digits = true;
        } else if (!exponent && !dot && *p == '.') {
            dot = true;
        } else if (!exponent && digits && (*p | 32) == (hex ? 'p' : 'e')) {
            exponent = true;
            if (p[1] == '+' || p[1] == '-') sb_addc(&text, *++p);
            if (digit_of(p[1]) > 9) digits = false;
        } else if (!exponent || d > 9) {
            digits = false;
            break;
        }
    }
    bool good = digits && !*p && (exponent || !hex) && (!strchr(s, '_') || underscores_good(s));
    if (good) *v = strtod(sb_str(&text), NULL);
    sb_release(&text);
    return !good ? NUMBER_SYNTAX : isinf(*v) ? NUMBER_RANGE : NUMBER_OK;
}

void number_format(StrBuf *sb, double d) {
    char buf[64];
    if (isnan(d) || isinf(d)) {
        sb_adds(sb, isnan(d) ? "NaN" : d < 0 ? "-Inf" : "+Inf");
        return;
    }
    for (int prec = 1; prec <= 17; prec++) {
        snprintf(buf, sizeof buf, "%.*e", prec - 1, d);
        if (strtod(buf, NULL) == d || prec == 17) break;
    }
    char *e = strchr(buf, 'e');
    int exp = atoi(e + 1), prec = 0;
    for (char *p = buf; p < e; p++) prec += *p >= '0' && *p <= '9';
    if (exp < -4 || exp >= 6) {
        sb_add(sb, buf, (size_t)(e - buf));
        sb_printf(sb, "e%c%02d", exp < 0 ? '-' : '+', abs(exp));
    } else {
        sb_printf(sb, "%.*f", MAX(prec - 1 - exp, 0), d);
    }
}
