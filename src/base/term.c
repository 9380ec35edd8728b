/* What goesc prints holds text that others wrote: names of files and directories, source lines, names in
 * profiles, what a C compiler says. A terminal obeys some of it: ESC ] changes the title, and on some
 * machines more than that; U+009B does what ESC [ does; U+202E turns the text that follows around, so that a
 * name reads like another; and U+200B or U+3164 make two names look the same. To quote each piece where it is
 * printed would be forgotten somewhere, so the filter sits at the only place that all text passes: under the
 * stream. Only what goes to a terminal is changed. A file or a pipe gets what the go command writes, byte for
 * byte, and a reader who sends that on to a terminal (less -R) decides so.
 *
 * How nothing gets around it: term.h makes stdout and stderr words for our streams, wherever base.h is
 * included, which is everywhere. (glibc would let us assign to stdout, musl does not.) banned.h forbids what
 * writes to C's own stdout or to a descriptor without naming either. Programs that we start write into pipes
 * while there is a terminal. libedit keeps its own stream, so the prompt hands it clean names only
 * (cmd/pprof_shell.c).
 *
 * What is written out: all control characters but the line end and the tab (also the carriage return, with
 * which a line can write over itself); bytes that are no UTF-8, for terminals with another encoding obey
 * 0x9b; line and paragraph separators; and all that Unicode calls Default_Ignorable_Code_Point, characters
 * that take no room and draw nothing: directions of text, zero-width spaces, fillers, variation selectors,
 * tags. Among them are the joiners U+200C and U+200D, which some scripts and emoji need. They too make two
 * names look alike, no Go identifier can hold them, and this is text about programs: here it is better to see
 * them. A name that really has the four letters \x1b looks the same as one with ESC; it does no harm.
 *
 * Our own colours: text that others wrote shall not be able to make one, not even a harmless one, so a colour
 * can't be a sequence of bytes in the text that the filter knows and lets through. It is kept beside the
 * text, as a stretch from here to there (TermSpans), until term_print sends both.
 *
 * A stream has a C stream on top (fopencookie), which buffers as C's own does: stdout by lines, stderr not at
 * all. Nothing here allocates while it writes, so that out-of-memory can be reported. */
#include "base/term.h"
#include "base/unicode.h"
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

#undef stdout
#undef stderr

/* ---- characters ---- */

static const uint32_t unseen[][2] = {
    /* controls */
    {0x00, 0x08},
    {0x0b, 0x1f},
    {0x7f, 0x9f},
    /* Default_Ignorable_Code_Point, Unicode 16 */
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e}, /* with the separators of lines and paragraphs */
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, /* with the marks of annotations */
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

static bool is_unseen(uint32_t rune) {
    for (size_t i = 0; i < COUNT_OF(unseen) && rune >= unseen[i][0]; i++)
        if (rune <= unseen[i][1]) return true;
    return false;
}

TermChar term_char(const char *p, size_t n) {
    uint32_t rune;
    TermChar c = {.bytes = (uint8_t)utf8_decode(p, n, &rune)};
    bool invalid = rune == RUNE_ERROR && c.bytes == 1;
    if (invalid) rune = (unsigned char)*p;
    if (invalid || is_unseen(rune)) {
        const char *form = invalid || rune < 0x80 ? "\\x%02x" : rune < 0x10000 ? "\\u%04x" : "\\U%08x";
        c.len = c.columns = (uint8_t)snprintf(c.text, sizeof c.text, form, (unsigned)rune);
        return c;
    }
    memcpy(c.text, p, c.bytes);
    c.len = c.bytes;
    int w = rune < 0x80 ? 1 : wcwidth((wchar_t)rune); /* -1: this C library does not know it */
    c.columns = (uint8_t)(w < 0 ? 1 : w);
    return c;
}

bool term_is_clean(Str s) {
    for (size_t i = 0; i < s.n;) {
        TermChar c = term_char(s.p + i, s.n - i);
        if (c.len != c.bytes || memcmp(c.text, s.p + i, c.len) != 0) return false;
        i += c.bytes;
    }
    return true;
}

/* ---- the filter ---- */

/* Whether the n bytes at p begin a character that more bytes can complete. */
static bool is_begun(const char *p, size_t n) {
    char whole[4];
    uint32_t rune;
    if (n >= sizeof whole || !((unsigned char)*p & 0x80)) return false;
    for (int fill = 0x80; fill <= 0xbf;
         fill += 0x3f) { /* which second bytes may follow depends on the first */
        memset(whole, fill, sizeof whole);
        memcpy(whole, p, n);
        if ((size_t)utf8_decode(whole, sizeof whole, &rune) > n) return true;
    }
    return false;
}

static size_t put_char(TermChar c, char *out) {
    memcpy(out, c.text, c.len);
    return c.len;
}

size_t term_filter(TermFilter *t, const char *p, size_t n, char *out) {
    size_t at = 0, i = 0;
    while (t->n && i < n) { /* with the bytes that have waited, one by one */
        t->held[t->n++] = p[i++];
        while (t->n && !is_begun(t->held, t->n)) {
            TermChar c = term_char(t->held, t->n);
            at += put_char(c, out + at);
            t->n = (uint8_t)(t->n - c.bytes);
            memmove(t->held, t->held + c.bytes, t->n);
        }
    }
    while (i < n) {
        unsigned char b = (unsigned char)p[i];
        if (b >= 0x20 && b < 0x7f) {
            out[at++] = p[i++];
        } else if (is_begun(p + i, n - i)) {
            t->n = (uint8_t)(n - i);
            memcpy(t->held, p + i, t->n);
            break;
        } else {
            TermChar c = term_char(p + i, n - i);
            at += put_char(c, out + at);
            i += c.bytes;
        }
    }
    return at;
}

size_t term_filter_end(TermFilter *t, char *out) {
    size_t at = 0;
    for (size_t i = 0; i < t->n; i++) at += put_char(term_char(t->held + i, 1), out + at);
    t->n = 0;
    return at;
}

/* ---- streams ---- */

typedef struct Screen {
    FILE *f; /* NULL: C's own stream serves */
    int fd;
    TermFilter filter;
} Screen;
static Screen screens[] = {{.fd = 1},
                           {.fd = 2}}; /* as stdout and stderr themselves, there is one in a process */

FILE *term_stdout(void) { return screens[0].f ? screens[0].f : stdout; }
FILE *term_stderr(void) { return screens[1].f ? screens[1].f : stderr; }

static Screen *screen_of(FILE *f) {
    for (size_t i = 0; i < COUNT_OF(screens); i++)
        if (screens[i].f == f) return &screens[i];
    return NULL;
}

static bool send_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno != EINTR) return false;
        if (w > 0) p += w, n -= (size_t)w;
    }
    return true;
}

static bool send_filtered(Screen *s, const char *p, size_t n) {
    enum { PIECE = 2048 };
    char out[4 * (PIECE + 3)];
    for (size_t i = 0, m; i < n; i += m) {
        m = MIN(n - i, (size_t)PIECE);
        if (!send_all(s->fd, out, term_filter(&s->filter, p + i, m, out))) return false;
    }
    return true;
}

static ssize_t write_cookie(void *cookie, const char *p, size_t n) {
    return send_filtered(cookie, p, n) ? (ssize_t)n : 0; /* 0 stands for an error */
}

static void end_screens(void) {
    for (size_t i = 0; i < COUNT_OF(screens); i++) {
        char out[TERM_CHAR];
        if (!screens[i].f) continue;
        fflush(screens[i].f);
        send_all(screens[i].fd, out, term_filter_end(&screens[i].filter, out));
    }
}

void term_init(void) {
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(screens); i++) {
        Screen *s = &screens[i];
        if (!isatty(s->fd)) continue;
        FILE *f = fopencookie(s, "w", (cookie_io_functions_t){.write = write_cookie});
        if (!f) oom(BUFSIZ); /* better than to go on without the filter */
        setvbuf(f, NULL, s->fd == 2 ? _IONBF : _IOLBF, BUFSIZ);
        s->f = f;
        any = true;
    }
    if (!any) return;
    setlocale(LC_CTYPE, "C.UTF-8"); /* for wcwidth */
    atexit(end_screens);
}

bool term_is_screen(FILE *f) { return screen_of(f) != NULL; }

bool term_color(FILE *f) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return term_is_screen(f) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

/* ---- styles ---- */

static const char *const sequences[] = {
    [TERM_BOLD] = "\033[1m",    [TERM_RED] = "\033[1;31m", [TERM_GREEN] = "\033[32m",
    [TERM_YELLOW] = "\033[33m", [TERM_BLUE] = "\033[34m",  [TERM_ERROR] = "\033[0;31m"};

void term_add(StrBuf *out, TermSpans *spans, TermStyle style, const char *s) {
    size_t from = out->n;
    sb_adds(out, s);
    if (spans && *s) vec_push(NULL, spans, ((TermSpan){from, out->n, style}));
}

/* text[*at:to]. */
static bool send_upto(Screen *s, const StrBuf *text, size_t *at, size_t to) {
    size_t from = *at;
    *at = to;
    return from == to || send_filtered(s, text->buf + from, to - from);
}

static bool send_sequence(Screen *s, const char *seq) { return send_all(s->fd, seq, strlen(seq)); }

bool term_print(FILE *f, const StrBuf *text, const TermSpans *spans) {
    Screen *s = screen_of(f), named = {.fd = s ? -1 : fileno(f)};
    if (!s && isatty(named.fd)) s = &named; /* a file that is called /dev/tty */
    if (!s) return fwrite(text->n ? text->buf : "", 1, text->n, f) == text->n && fflush(f) == 0;
    size_t at = 0;
    bool good = fflush(f) == 0;
    for (uint32_t i = 0; spans && i < spans->n && good; i++) {
        const TermSpan *p = &spans->v[i];
        good = send_upto(s, text, &at, p->from) && send_sequence(s, sequences[p->style]) &&
               send_upto(s, text, &at, p->to) && send_sequence(s, "\033[0m");
    }
    return good && send_upto(s, text, &at, text->n);
}
