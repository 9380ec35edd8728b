/* Units: three families (memory, time, Google compute units), each with a unit that values fall back to. A
 * unit is recognised by its usual names, in any case, with or without a plural s. */
#include "profile/measure.h"
#include "base/unicode.h"
#include <math.h>

typedef struct Unit {
    const char *name, *aliases; /* aliases: separated by spaces */
    double factor;
} Unit;

typedef struct Family {
    Unit units[10];
    const char *fallback;
    double fallback_factor;
} Family;

static const Family families[] = {
    {{{"B", "b byte", 1},
      {"kB", "kb kbyte kilobyte", 1024.0},
      {"MB", "mb mbyte megabyte", 1048576.0},
      {"GB", "gb gbyte gigabyte", 1073741824.0},
      {"TB", "tb tbyte terabyte", 1099511627776.0},
      {"PB", "pb pbyte petabyte", 1125899906842624.0}},
     "B",
     1},
    {{{"ns", "ns nanosecond", 1},
      {"us", "\xce\xbcs us microsecond", 1e3},
      {"ms", "ms millisecond", 1e6},
      {"s", "s sec second", 1e9},
      {"hrs", "hour hr", 3600e9}},
     "s",
     1e9},
    {{{"n*GCU", "nanogcu", 1e-9},
      {"u*GCU", "microgcu", 1e-6},
      {"m*GCU", "milligcu", 1e-3},
      {"GCU", "gcu", 1},
      {"k*GCU", "kilogcu", 1e3},
      {"M*GCU", "megagcu", 1e6},
      {"G*GCU", "gigagcu", 1e9},
      {"T*GCU", "teragcu", 1e12},
      {"P*GCU", "petagcu", 1e15}},
     "GCU",
     1},
};

static bool is_alias(const char *aliases, const char *s, size_t n) {
    for (const char *a = aliases; *a;) {
        size_t len = strcspn(a, " ");
        if (len == n && memcmp(a, s, n) == 0) return true;
        a += len + (a[len] == ' ');
    }
    return false;
}

static const Unit *find_unit(const Family *f, Str name) {
    char low[24];
    if (name.n == 0 || name.n >= sizeof low) return NULL;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        low[i] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    }
    size_t n = name.n;
    if (n > 2 && low[n - 1] == 's') n--;
    for (size_t i = 0; i < COUNT_OF(f->units) && f->units[i].name; i++)
        if (is_alias(f->units[i].aliases, low, n)) return &f->units[i];
    return NULL;
}

bool measure_same_kind(Str unit1, Str unit2) {
    for (size_t i = 0; i < COUNT_OF(families); i++)
        if (find_unit(&families[i], unit1) && find_unit(&families[i], unit2)) return true;
    return false;
}

double measure_scale(int64_t value, Str from, Str to, Str *unit) {
    if (value < 0 && neg64(value) > 0) return -measure_scale(-value, from, to, unit);
    bool automatic = str_is(to, "minimum") || str_is(to, "auto");
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        const Family *f = &families[i];
        const Unit *u = find_unit(f, from);
        if (!u) continue;
        double v = (double)value * u->factor, best = 0;
        const char *name = NULL;
        if (automatic) {
            for (size_t k = 0; k < COUNT_OF(f->units) && f->units[k].name; k++) {
                if (f->units[k].factor < best || v / f->units[k].factor < 1) continue;
                best = f->units[k].factor;
                name = f->units[k].name;
            }
        } else if ((u = find_unit(f, to))) {
            best = u->factor;
            name = u->name;
        }
        if (!name) {
            best = f->fallback_factor;
            name = f->fallback;
        }
        *unit = str_of(name);
        return v / best;
    }
    bool plain = automatic || str_is(to, "count") || str_is(to, "sample") || str_is(to, "unit");
    *unit = plain ? (Str){"", 0} : to;
    return (double)value;
}

void measure_label(StrBuf *out, int64_t value, Str from, Str to) {
    Str unit;
    char num[400];
    double v = measure_scale(value, from, to, &unit);
    int n = snprintf(num, sizeof num, "%.2f", v);
    if (n > 3 && !strcmp(num + n - 3, ".00")) num[n -= 3] = 0;
    if (!strcmp(num, "0") || !strcmp(num, "-0")) {
        sb_addc(out, '0');
        return;
    }
    sb_add(out, num, (size_t)n);
    sb_add(out, unit.p, unit.n);
}

void measure_percentage(StrBuf *out, int64_t value, int64_t total) {
    double ratio = total ? fabs((double)value / (double)total) * 100 : 0;
    if (ratio >= 99.95 && ratio <= 100.05) sb_adds(out, "  100%");
    else if (ratio >= 1.0) sb_printf(out, "%5.2f%%", ratio);
    else sb_printf(out, "%5.2g%%", ratio);
}

int64_t int_of_float(double v) {
    if (v >= -9223372036854775808.0 && v < 9223372036854775808.0) return (int64_t)v;
    return INT64_MIN;
}

int rune_count(Str s) {
    int n = 0;
    uint32_t r;
    for (size_t i = 0; i < s.n; n++) i += (size_t)utf8_decode(s.p + i, s.n - i, &r);
    return n;
}

void sb_pad_left(StrBuf *out, Str s, int width) {
    for (int n = rune_count(s); n < width; n++) sb_addc(out, ' ');
    sb_add(out, s.p, s.n);
}
