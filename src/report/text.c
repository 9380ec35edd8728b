/* The go command's view of compiler output (see text.h). Replacements are applied directory by directory,
 * from the package's own up to the root, each over the whole text. To do several at once would be faster,
 * but the result would not be the same. */
#include "report/text.h"
#include <stdlib.h>
#include <sys/stat.h>

/* The way up from a directory: "..", "../..", … */
static void clean_join_dots(StrBuf *sb, size_t ups) {
    for (size_t i = 0; i < ups; i++) sb_adds(sb, i ? "/.." : "..");
}

/* Relative path from base to target, both absolute and clean. */
static void relative(StrBuf *sb, const char *base, const char *target) {
    size_t bl = strlen(base), tl = strlen(target), i = 0, last = 0;
    if (bl == tl && memcmp(base, target, bl) == 0) {
        sb_addc(sb, '.');
        return;
    }
    while (i < bl && i < tl && base[i] == target[i]) {
        if (base[i] == '/') last = i + 1;
        i++;
    }
    if (i == bl && (target[i] == '/' || (bl && base[bl - 1] == '/')))
        last = base[bl - 1] == '/' ? bl : bl + 1;
    else if (i == tl && (base[i] == '/' || (tl && target[tl - 1] == '/')))
        last = target[tl - 1] == '/' ? tl : tl + 1;
    size_t ups = 0;
    if (last <= bl && base[MIN(last, bl)] != 0) {
        ups = 1;
        for (size_t k = last; k < bl; k++) ups += base[k] == '/';
    }
    clean_join_dots(sb, ups);
    if (last < tl) {
        if (ups) sb_addc(sb, '/');
        sb_adds(sb, target + last);
    }
}

static bool same_file(const char *a, const char *b) {
    struct stat s1, s2;
    int e1 = stat(a, &s1), e2 = stat(b, &s2);
    if (e1 || e2) return e1 && e2;
    return s1.st_dev == s2.st_dev && s1.st_ino == s2.st_ino;
}

void text_short_path(StrBuf *out, const char *cwd, const char *path) {
    StrBuf rel = STRBUF_INIT, full = STRBUF_INIT;
    relative(&rel, cwd, path);
    sb_printf(&full, "%s/%s", cwd, sb_str(&rel));
    bool use = rel.n < strlen(path) && same_file(sb_str(&full), path);
    sb_adds(out, use ? sb_str(&rel) : path);
    sb_release(&rel);
    sb_release(&full);
}

/* s with every old that begins a line, or follows a blank or a line's first tab, replaced. */
static void replace_prefix(StrBuf *s, const char *old, const char *new_) {
    size_t on = strlen(old);
    if (!s->n || !memmem(s->buf, s->n, old, on)) return;
    StrBuf out = STRBUF_INIT;
    const char *p = s->buf, *end = s->buf + s->n, *copied = p;
    bool first = true;
    while (p < end) {
        const char *hit = memmem(p, (size_t)(end - p), old, on);
        if (!hit) break;
        size_t at = (size_t)(hit - s->buf);
        bool ok = at == 0
                      ? first
                      : hit[-1] == ' ' || hit[-1] == '\n' || (hit[-1] == '\t' && at >= 2 && hit[-2] == '\n');
        if (ok) {
            sb_add(&out, copied, (size_t)(hit - copied));
            sb_adds(&out, new_);
            copied = hit + on;
            p = copied;
        } else {
            p = hit + 1;
        }
        first = false;
    }
    sb_add(&out, copied, (size_t)(end - copied));
    sb_release(s);
    *s = out;
}

/* Length of a cgo line mark "[…x.cgo1.go:12:3]" at p, or 0. */
static size_t cgo_mark(const char *p) {
    if (*p != '[') return 0;
    const char *q = p + 1;
    while (*q && *q != '[' && *q != ']' && *q != '\n') q++;
    if (*q != ']') return 0;
    const char *m = NULL;
    for (const char *c = p + 1; c < q; c++)
        if (strncmp(c, ".cgo1.go:", 9) == 0) m = c + 9;
    if (!m || m - 9 == p + 1) return 0;
    const char *d = m;
    while (*d >= '0' && *d <= '9') d++;
    if (d == m) return 0;
    if (*d == ':') {
        const char *e = d + 1;
        while (*e >= '0' && *e <= '9') e++;
        if (e == d + 1) return 0;
        d = e;
    }
    return d == q ? (size_t)(q + 1 - p) : 0;
}

static bool word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* With a cgo mark in the text, the marks go and _Ctype_x is shown as C.x. */
static void unmangle_cgo(StrBuf *s) {
    bool any = false;
    for (size_t i = 0; i < s->n && !any; i++) any = cgo_mark(s->buf + i) > 0;
    if (!any) return;
    StrBuf out = STRBUF_INIT;
    static const char *const pre[] = {"_Ctype_",  "_Cfunc_",  "_Cvar_",  "_Cmacro_",
                                      "_C2type_", "_C2func_", "_C2var_", "_C2macro_"};
    for (size_t i = 0; i < s->n;) {
        size_t k = cgo_mark(s->buf + i);
        if (k) {
            i += k;
            continue;
        }
        if (s->buf[i] == '_' && (i == 0 || !word(s->buf[i - 1]))) {
            for (size_t q = 0; q < COUNT_OF(pre) && !k; q++)
                if (strncmp(s->buf + i, pre[q], strlen(pre[q])) == 0 && word(s->buf[i + strlen(pre[q])]))
                    k = strlen(pre[q]);
            if (k) {
                sb_adds(&out, "C.");
                i += k;
                continue;
            }
        }
        sb_addc(&out, s->buf[i++]);
    }
    sb_release(s);
    *s = out;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

void text_drop_columns(StrBuf *text) {
    StrBuf out = STRBUF_INIT;
    for (size_t i = 0; i < text->n;) {
        const char *nl = memchr(text->buf + i, '\n', text->n - i);
        size_t end = nl ? (size_t)(nl - text->buf) : text->n;
        for (size_t k = i; k < end && text->buf[i] != '\t'; k++) { /* the first ":digits:digits: " */
            if (text->buf[k] != ':' || !digit(text->buf[k + 1])) continue;
            size_t q = k + 1;
            while (q < end && digit(text->buf[q])) q++;
            if (q >= end || text->buf[q] != ':' || !digit(text->buf[q + 1])) continue;
            size_t r = q + 1;
            while (r < end && digit(text->buf[r])) r++;
            if (r < end && text->buf[r] == ':') {
                sb_add(&out, text->buf + i, q - i);
                i = r;
            }
            break;
        }
        sb_add(&out, text->buf + i, end - i);
        i = end;
        if (nl) {
            sb_addc(&out, '\n');
            i++;
        }
    }
    sb_release(text);
    *text = out;
}

void text_package(StrBuf *out, const TextContext *c, const char *import_path, const char *dir,
                  const char *text, size_t n) {
    if (!n) return;
    StrBuf s = STRBUF_INIT;
    sb_add(&s, text, n);
    if (s.buf[s.n - 1] != '\n') sb_addc(&s, '\n');
    if (c->work_dir) replace_prefix(&s, c->work_dir, "$WORK");
    size_t dir_len = strlen(dir);
    char *d = xmalloc(dir_len + 1);
    memcpy(d, dir, dir_len + 1);
    while (*d) {
        StrBuf rel = STRBUF_INIT;
        text_short_path(&rel, c->cwd, d);
        if (strcmp(sb_str(&rel), d) != 0) replace_prefix(&s, d, sb_str(&rel));
        sb_release(&rel);
        if (strcmp(d, "/") == 0) break;
        char *slash = strrchr(d, '/');
        if (!slash) break;
        if (slash == d) slash[1] = 0;
        else *slash = 0;
    }
    free_heap(d);
    unmangle_cgo(&s);
    sb_printf(out, "# %s\n", import_path);
    sb_add(out, s.buf, s.n);
    sb_release(&s);
}
