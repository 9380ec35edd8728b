/* text.c: a site and its story, told as good compilers tell errors: the lines of the source, what matters
 * underlined, a phrase beside it. Stories in other stories are laid out one behind the other; where the
 * function changes, a line says so. Long ones lose their middle unless everything is asked for. */
#include "explain/text.h"
#include "load/load_int.h"

enum { HEAD = 7, TAIL = 7 }; /* steps shown of a long story */

void exview_init(ExView *v, const char *cwd, const Roots *roots, StrBuf *out) {
    *v = (ExView){.cwd = cwd, .roots = roots, .out = out};
    arena_init(&v->arena);
}

void exview_release(ExView *v) {
    map_release(&v->sources);
    arena_release(&v->arena);
}

static void paint(ExView *v, TermStyle style, const char *text) { term_add(v->out, v->styles, style, text); }

static bool is_written_by_cgo(const ExPackage *x, const ExSpan *at) {
    return x->files.v[at->file].path[0] != '/';
}

void ex_span_words(ExView *v, const ExPackage *x, StrBuf *sb, const ExSpan *at) {
    if (!at->line) {
        sb_adds(sb, "(made by the compiler)");
        return;
    }
    const char *path = x->files.v[at->file].path;
    if (is_written_by_cgo(x, at)) sb_printf(sb, "%s:%u:%u (written by cgo)", path, at->line, at->col);
    else sb_printf(sb, "%s:%u:%u", path_short(&v->arena, v->cwd, path), at->line, at->col);
}

void ex_size_words(StrBuf *sb, const ExSite *s) {
    if (s->size == 1) sb_adds(sb, "1 byte");
    else if (s->size >= 0) sb_printf(sb, "%lld bytes", (long long)s->size);
    else if (s->elem_size >= 0)
        sb_printf(sb, "%lld byte%s an element", (long long)s->elem_size, s->elem_size == 1 ? "" : "s");
}

/* ---- source ---- */

typedef Str Line;

typedef struct Source {
    Str text;       /* "" when it can't be read */
    const char *no; /* why it may not be shown, or NULL */
} Source;

/* A //line directive can name any file; only those below the roots are opened. */
static const Source *source(ExView *v, const ExPackage *x, uint32_t file) {
    Source *src = map_get(&v->sources, file + 1);
    if (!src) {
        const char *err, *path = x->files.v[file].path;
        src = NEW(&v->arena, Source);
        bool there = path[0] == '/';
        if (!there || !roots_read(v->roots, &v->arena, path, &src->text, &err)) {
            src->text = (Str){"", 0};
            if (there && !err)
                src->no = arena_printf(&v->arena, "(not shown: %s is outside the module)", path);
        }
        map_put(&v->sources, file + 1, src);
    }
    return src;
}

const char *ex_not_shown(ExView *v, const ExPackage *x, uint32_t file) { return source(v, x, file)->no; }

uint32_t ex_lines(ExView *v, const ExPackage *x, uint32_t file) {
    const Str *src = &source(v, x, file)->text;
    uint32_t n = 1;
    for (size_t i = 0; i + 1 < src->n; i++) n += src->p[i] == '\n';
    return n;
}

Str ex_source_line(ExView *v, const ExPackage *x, uint32_t file, uint32_t line) {
    const Str *src = &source(v, x, file)->text;
    const char *p = src->p, *end = p + src->n;
    for (uint32_t i = 1; i < line; i++) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl) return (Line){"", 0};
        p = nl + 1;
    }
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    size_t n = nl ? (size_t)(nl - p) : (size_t)(end - p);
    if (n && p[n - 1] == '\r') n--;
    return (Line){p, n};
}

enum { TAB = 4, WIDE = 110 };

/* One character of a line, at column w. In a file each character counts as one column, and a control
 * character becomes a question mark; a terminal shows some in two columns or none, and what it would obey is
 * written out. */
static TermChar char_at(const ExView *v, Line l, size_t i, uint32_t w) {
    unsigned char c = (unsigned char)l.p[i];
    if (c == '\t') return (TermChar){.bytes = 1, .columns = (uint8_t)(TAB - w % TAB)}; /* as blanks */
    if (v->screen) return term_char(l.p + i, l.n - i);
    TermChar ch = {.bytes = 1, .columns = 1, .len = 1, .text = {c < 0x20 || c == 0x7f ? '?' : (char)c}};
    if ((c & 0xc0) == 0x80) ch.columns = 0; /* it belongs to nothing */
    if (c >= 0xc0)                          /* with what belongs to it */
        while (i + ch.bytes < l.n && ch.bytes < 4 && ((unsigned char)l.p[i + ch.bytes] & 0xc0) == 0x80) {
            ch.text[ch.len++] = l.p[i + ch.bytes++];
        }
    return ch;
}

/* Columns of the first k bytes of the line. */
static uint32_t width(const ExView *v, Line l, size_t k) {
    uint32_t w = 0;
    for (size_t i = 0; i < k && i < l.n;) {
        TermChar c = char_at(v, l, i, w);
        w += c.columns;
        i += c.bytes;
    }
    return w;
}

/* Part of a line that is shown: WIDE columns from `from` on. */
typedef struct Window {
    uint32_t from;
    bool cut; /* there is more behind */
} Window;

/* The window in which the stretch of source is seen. */
static Window window_for(const ExView *v, Line l, const ExSpan *at) {
    uint32_t all = width(v, l, l.n), from = width(v, l, at->col ? at->col - 1 : 0);
    uint32_t to = at->end_line == at->line ? width(v, l, at->end_col - 1) : all;
    if (all <= WIDE || to <= WIDE) return (Window){0, all > WIDE};
    from = MIN(from > 16 ? from - 16 : 0, all - WIDE);
    return (Window){from, all > from + WIDE};
}

static bool in_window(const ExView *v, Window w, Line l, const ExSpan *at) {
    uint32_t from = width(v, l, at->col ? at->col - 1 : 0);
    return from >= w.from && from < w.from + WIDE;
}

static void quote(ExView *v, Line l, uint32_t number, Window win) {
    StrBuf *sb = v->out;
    char gutter[32];
    snprintf(gutter, sizeof gutter, "%6u | ", number);
    paint(v, TERM_BLUE, gutter);
    if (win.from) sb_adds(sb, "...");
    uint32_t w = 0, from = win.from ? win.from + 3 : 0, end = win.from + WIDE - (win.cut ? 3 : 0);
    for (size_t i = 0; i < l.n && w < end;) {
        TermChar c = char_at(v, l, i, w);
        uint32_t next = w + c.columns;
        i += c.bytes;
        if (w >= from + !c.columns && c.len && next <= end) sb_add(sb, c.text, c.len);
        else /* a tab, or what the window cuts through */
            for (uint32_t k = MAX(w, from); k < next; k++) sb_addc(sb, ' ');
        w = next;
    }
    sb_adds(sb, win.cut ? "...\n" : "\n");
}

static void underline(ExView *v, Line l, const ExSpan *at, const char *label, bool decisive, Window win) {
    const char *end = decisive ? "  <== this puts it on the heap" : "";
    uint32_t from = width(v, l, at->col ? at->col - 1 : 0);
    uint32_t to = at->end_line == at->line ? width(v, l, at->end_col - 1) : width(v, l, l.n);
    from = MIN(MAX(from, win.from) - win.from, (uint32_t)WIDE - 1);
    to = MIN(MAX(to, win.from + from + 1) - win.from, (uint32_t)WIDE);
    uint32_t words = v->screen ? width(v, str_of(label), strlen(label)) : (uint32_t)strlen(label);
    words += (uint32_t)strlen(end);
    bool beside = to + 1 + words <= WIDE; /* else below */
    paint(v, TERM_BLUE, "       | ");
    StrBuf marks = STRBUF_INIT;
    for (uint32_t i = 0; i < from; i++) sb_addc(v->out, ' ');
    for (uint32_t i = from; i < to; i++) sb_addc(&marks, '^');
    if (beside) sb_printf(&marks, " %s", label);
    paint(v, decisive ? TERM_RED : TERM_YELLOW, sb_str(&marks));
    sb_release(&marks);
    if (!beside) {
        sb_addc(v->out, '\n');
        paint(v, TERM_BLUE, "       | ");
        for (uint32_t i = 0; i < from && i + words < WIDE; i++) sb_addc(v->out, ' ');
        paint(v, decisive ? TERM_RED : TERM_YELLOW, label);
    }
    paint(v, TERM_RED, end);
    sb_addc(v->out, '\n');
}

/* ---- stories ---- */

typedef struct Telling {
    ExView *v;
    const ExPackage *x;
    VEC(ExTold) items;
    VEC(uint32_t) seen;
} Telling;

static bool shows(const Telling *t, const ExStory *st, uint32_t i) {
    const ExStep *s = &t->x->steps.v[st->step + i];
    if (!*s->label || (!s->at.line && !s->decisive)) return false;
    if (s->into || s->decisive) return true;
    /* the last step of its edge speaks for it */
    for (uint32_t k = i + 1; k < st->nsteps; k++) {
        const ExStep *n = &t->x->steps.v[st->step + k];
        if (n->edge != s->edge) break;
        if (*n->label && n->at.line) return n->at.line != s->at.line && s->flow != FLOW_ADDRESS;
    }
    return true;
}

static void lay_out(Telling *t, uint32_t id, bool aside) {
    for (uint32_t i = 0; i < t->seen.n; i++)
        if (t->seen.v[i] == id) return;
    if (t->seen.n > 200) return;
    vec_push(NULL, &t->seen, id);
    const ExStory *st = &t->x->stories.v[id - 1];
    for (uint32_t i = 0; i < st->nsteps; i++) {
        const ExStep *s = &t->x->steps.v[st->step + i];
        if (s->into == EX_INTO_HOLDER && s->story) {
            vec_push(NULL, &t->items, ((ExTold){NULL, s->label, false}));
            lay_out(t, s->story, aside);
            continue;
        }
        if (shows(t, st, i)) vec_push(NULL, &t->items, ((ExTold){s, NULL, s->decisive && !aside}));
        if (s->into != EX_INTO_CALLEE || !s->story) continue;
        bool end = s->story == st->on;
        if (end || (!aside && t->seen.n < 4)) lay_out(t, s->story, aside || !end);
    }
}

ExTold *ex_told(const ExPackage *x, const ExSite *s, uint32_t *n) {
    Telling t = {.x = x};
    if (s->escapes && s->place != EX_STATIC && s->story) lay_out(&t, s->story, false);
    vec_free(&t.seen);
    *n = t.items.n;
    return t.items.v;
}

static void heading(ExView *v, const ExPackage *x, const ExStep *s) {
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, "     --> ");
    ex_span_words(v, x, &sb, &s->at);
    if (*s->func) sb_printf(&sb, ", in %s", s->func);
    for (uint32_t i = 0; i < s->nframes && i < 4; i++) {
        const ExFrame *f = &x->frames.v[s->frame + i];
        sb_adds(&sb, i ? ", " : ", inlined at ");
        ex_span_words(v, x, &sb, &f->call);
    }
    sb_addc(&sb, '\n');
    paint(v, TERM_BLUE, sb_str(&sb));
    sb_release(&sb);
}

/* Whether the two stand in one function, under the same inlined calls. */
static bool same_frames(const ExPackage *x, const ExStep *a, const ExStep *b) {
    if (a->at.file != b->at.file || a->nframes != b->nframes || strcmp(a->func, b->func) != 0) return false;
    for (uint32_t i = 0; i < a->nframes; i++) {
        const ExSpan *p = &x->frames.v[a->frame + i].call, *q = &x->frames.v[b->frame + i].call;
        if (p->file != q->file || p->line != q->line || p->col != q->col) return false;
    }
    return true;
}

static void quote_no(ExView *v, const char *why) {
    sb_adds(v->out, "       ");
    paint(v, TERM_BLUE, why);
    sb_addc(v->out, '\n');
}

/* prev: what has been quoted before, or NULL. */
static void tell_items(Telling *t, const ExStep *prev, Window win) {
    ExView *v = t->v;
    bool cut = !v->full && t->items.n > HEAD + TAIL + 2;
    for (uint32_t i = 0; i < t->items.n; i++) {
        if (cut && i == HEAD) {
            sb_printf(v->out, "       ... %u more steps (-full shows them)\n", t->items.n - HEAD - TAIL);
            i = t->items.n - TAIL;
            prev = NULL;
        }
        const ExTold *it = &t->items.v[i];
        if (!it->step) {
            sb_printf(v->out, "       %s, because:\n", it->heading);
            continue;
        }
        const ExStep *s = it->step;
        if (!s->at.line || is_written_by_cgo(t->x, &s->at)) { /* there is nothing to quote */
            if (s->at.line) heading(v, t->x, s);
            sb_printf(v->out, "       %s%s%s\n",
                      s->at.line ? "" : "in a function made by the compiler: ", s->label,
                      it->decisive ? "  <== this puts it on the heap" : "");
            prev = NULL;
            continue;
        }
        Line l = ex_source_line(v, t->x, s->at.file, s->at.line);
        bool here = prev && same_frames(t->x, prev, s);
        if (!here) heading(v, t->x, s);
        const char *no = ex_not_shown(v, t->x, s->at.file);
        if (no) {
            if (!here) quote_no(v, no);
            sb_printf(v->out, "       line %u: %s%s\n", s->at.line, s->label,
                      it->decisive ? "  <== this puts it on the heap" : "");
            prev = s;
            continue;
        }
        if (!here || prev->at.line != s->at.line || !in_window(v, win, l, &s->at)) {
            win = window_for(v, l, &s->at);
            quote(v, l, s->at.line, win);
        }
        underline(v, l, &s->at, s->label, it->decisive, win);
        prev = s;
    }
}

static void sentence(ExView *v, const char *head, const char *text) {
    if (!*text) return;
    paint(v, TERM_BOLD, head);
    sb_printf(v->out, " %s.\n", text);
}

/* Advice that fits what the value is: the table's speaks of pointers. */
static const char *kind_advice(const ExSite *s) {
    bool returned = s->reason == EX_WHY_RETURNED;
    switch (s->kind) {
    case EX_IFACE:
        return s->first_reason == EX_WHY_RETURNED ? "return the concrete type instead of an interface"
                                                  : "keep it under its own type instead of an interface";
    case EX_MAKESLICE:
    case EX_SLICELIT:
    case EX_VARIADIC:
    case EX_STR2BYTES:
    case EX_STR2RUNES:
        return returned ? "let the caller pass in a slice to fill or to append to"
                        : "use the memory of an earlier slice again";
    case EX_APPEND:
        return "make the slice with enough capacity before, or use the memory of an earlier one again";
    case EX_CONCAT:
    case EX_BYTES2STR:
    case EX_RUNES2STR:
    case EX_RUNE2STR:
        return returned ? "let the caller pass in a []byte to append to, instead of returning a string" : "";
    case EX_MAKEMAP:
    case EX_MAPLIT:
        return returned ? "let the caller pass in the map" : "clear an earlier map and use it again";
    case EX_CLOSURE:
    case EX_METHVALUE:
        return returned ? "let the caller call a function or method with what it needs as arguments" : "";
    default: return NULL;
    }
}

/* Whether s is made by the initialisation of a package: by "pkg.init", or "pkg.init.0". */
static bool made_once(const ExSite *s) {
    const char *slash = strrchr(s->func, '/'), *dot = strchr(slash ? slash : s->func, '.');
    if (!dot || strncmp(dot, ".init", 5) != 0) return false;
    dot += 5;
    if (*dot == '.') dot += 1 + strspn(dot + 1, "0123456789");
    return !*dot;
}

const char *ex_advice(const ExSite *s) {
    if (made_once(s)) return "nothing, it is made once, when the program starts";
    if (s->kind == EX_IFACE && s->first_reason == EX_WHY_CALL) return ex_reason_advice[EX_WHY_CONVERTED];
    const char *kind = NULL;
    switch (s->reason) {
    case EX_WHY_RETURNED:
    case EX_WHY_STORED:
    case EX_WHY_GLOBAL:
    case EX_WHY_MAP:
    case EX_WHY_SENT:
    case EX_WHY_APPENDED: kind = kind_advice(s); break;
    default: break;
    }
    return kind ? kind : ex_reason_advice[s->reason];
}

static const char *place_words(const ExSite *s) {
    switch ((ExPlace)s->place) {
    case EX_HEAP: return s->kind == EX_VAR || s->kind == EX_PARAM ? "moved to the heap" : "on the heap";
    case EX_STACK: return "on the stack";
    case EX_STACK_SMALL: return "on the stack while it is small";
    case EX_STATIC: return "not allocated when running";
    }
    return "";
}

static void site_line(ExView *v, const ExPackage *x, const ExSite *s) {
    StrBuf sb = STRBUF_INIT;
    ex_span_words(v, x, &sb, s->at.line ? &s->at : &s->shown);
    sb_adds(&sb, ": ");
    paint(v, TERM_BOLD, sb_str(&sb));
    sb.n = 0;
    if (s->kind == EX_MAPASSIGN) {
        sb_printf(v->out, "%s can make the map grow, ", s->name);
        paint(v, TERM_RED, "on the heap");
        sb_printf(v->out, ", in %s\n", s->title);
        sb_release(&sb);
        return;
    }
    sb_adds(v->out, s->name);
    if (s->kind == EX_IFACE) sb_adds(v->out, " (converted to an interface)");
    else if (s->kind == EX_VARIADIC) sb_adds(v->out, " (the slice of variadic arguments)");
    sb_adds(v->out, " is ");
    paint(v, s->place == EX_HEAP ? TERM_RED : TERM_GREEN, place_words(s));
    ex_size_words(&sb, s);
    if (s->place != EX_STATIC && sb.n) sb_printf(v->out, ", %s", sb_str(&sb));
    if (*s->type && s->kind != EX_CLOSURE && s->kind != EX_GO) sb_printf(v->out, " (%s)", s->type);
    sb_release(&sb);
    if (*s->title) sb_printf(v->out, ", in %s", s->title);
    sb_addc(v->out, '\n');
}

static void static_words(ExView *v, const ExSite *s) {
    switch (s->kind) {
    case EX_CLOSURE: sb_adds(v->out, "It captures no variable, so one read-only copy serves all.\n"); break;
    case EX_IFACE:
        sb_adds(v->out,
                "Its value is constant, empty or a single byte: the interface points to read-only data.\n");
        break;
    default: sb_adds(v->out, "It has no size, so nothing is allocated.\n"); break;
    }
}

static void small_words(ExView *v, const ExSite *s) {
    if (s->kind == EX_MAKEMAP || s->kind == EX_MAPLIT)
        sb_adds(v->out,
                "The stack has room for the map and its first 8 entries; more are put on the heap.\n");
    else
        sb_printf(v->out, "The stack has a buffer of %lld bytes for it; what is larger is put on the heap.\n",
                  (long long)s->limit);
}

/* -m says that it does not escape, and yet. */
static void no_room_words(ExView *v, const ExSite *s) {
    sb_adds(v->out, "It does not escape; ");
    switch (s->kind) {
    case EX_IFACE:
        sb_adds(v->out, "but a value in an interface is on the stack only up to 1024 bytes.\n");
        break;
    case EX_APPEND:
        sb_adds(v->out,
                "but the buffer on the stack for what is appended holds 32 bytes, less than one element.\n");
        break;
    default:
        sb_adds(v->out, "but its size is not known when compiling, and the buffer on the stack for such "
                        "slices holds 32 bytes, "
                        "less than one element.\n");
        break;
    }
    sentence(
        v, "To keep it off the heap:", s->kind == EX_MAKESLICE ? ex_reason_advice[EX_WHY_NONCONST_SIZE] : "");
}

void ex_tell_site(ExView *v, const ExPackage *x, const ExSite *s) {
    site_line(v, x, s);
    for (uint32_t i = 0; i < s->nframes; i++) {
        const ExFrame *f = &x->frames.v[s->frame + i];
        StrBuf sb = STRBUF_INIT;
        if (f->call.line) ex_span_words(v, x, &sb, &f->call);
        sb_printf(v->out, "       %s is inlined %s%s\n", f->func,
                  f->call.line ? "at " : "in a method made by the compiler", sb_str(&sb));
        sb_release(&sb);
    }
    Telling t = {.v = v, .x = x};
    bool told = s->escapes && s->place != EX_STATIC;
    if (told && s->story) lay_out(&t, s->story, false);
    ExStep here = {.at = s->at, .func = "", .frame = s->frame, .nframes = s->nframes};
    Window win = {0};
    if (s->at.line) {
        /* a literal's own function goes by the name of the declaration around it, as the steps have it */
        const char *func = s->nframes ? x->frames.v[s->frame].func : s->title;
        const ExStep *first = NULL;
        for (uint32_t i = 0; i < t.items.n && !first; i++) first = t.items.v[i].step;
        if (first && !strncmp(func, first->func, strlen(first->func))) here.func = first->func;
        const char *label = s->kind == EX_VAR || s->kind == EX_PARAM ? "declared here"
                            : s->kind == EX_CLOSURE && !s->in_m      ? "made for this statement"
                                                                     : ex_kind_words[s->kind];
        Line l = ex_source_line(v, x, s->at.file, s->at.line);
        const char *no = ex_not_shown(v, x, s->at.file);
        win = window_for(v, l, &s->at);
        if (no) {
            quote_no(v, no);
        } else {
            quote(v, l, s->at.line, win);
            underline(v, l, &s->at, label, false, win);
        }
    }
    if (!told) {
        if (s->place == EX_HEAP) no_room_words(v, s);
        else if (s->place == EX_STATIC) static_words(v, s);
        else if (s->place == EX_STACK_SMALL) small_words(v, s);
        sb_addc(v->out, '\n');
        return;
    }
    tell_items(&t, here.at.line ? &here : NULL, win);
    if (s->reason == EX_WHY_ALWAYS) {
        sb_adds(v->out, s->kind == EX_MAPASSIGN
                            ? "A map that has to grow gets its new memory from the heap.\n"
                            : "The run-time system always puts it on the heap.\n");
    } else {
        sentence(v, "Because", ex_reason_because[s->reason]);
        sentence(v, "To keep it off the heap:", ex_advice(s));
    }
    sb_addc(v->out, '\n');
    vec_free(&t.items);
    vec_free(&t.seen);
}

void ex_tell_brief(ExView *v, const ExPackage *x, const ExSite *s) {
    StrBuf sb = STRBUF_INIT;
    ex_span_words(v, x, &sb, s->at.line ? &s->at : &s->shown);
    sb_printf(v->out, "%s: ", sb_str(&sb));
    sb.n = 0;
    paint(v, s->place == EX_HEAP ? TERM_RED : TERM_GREEN,
          s->place == EX_HEAP          ? "heap "
          : s->place == EX_STATIC      ? "none "
          : s->place == EX_STACK_SMALL ? "stack*"
                                       : "stack");
    sb_printf(v->out, " %s", s->name);
    ex_size_words(&sb, s);
    if (sb.n && s->place != EX_STATIC) sb_printf(v->out, ", %s", sb_str(&sb));
    sb.n = 0;
    if (s->place == EX_HEAP) {
        sb_printf(v->out, ": %s", ex_reason_json[s->reason]);
        if (s->cause.line && s->reason != EX_WHY_ALWAYS &&
            (s->cause.file != s->at.file || s->cause.line != s->at.line)) {
            ex_span_words(v, x, &sb, &s->cause);
            sb_printf(v->out, ", %s", sb_str(&sb));
        }
    }
    if (s->nframes) {
        const ExFrame *f = &x->frames.v[s->frame + s->nframes - 1];
        sb.n = 0;
        ex_span_words(v, x, &sb, &f->call);
        sb_printf(v->out, " (inlined into %s, %s)", s->title, sb_str(&sb));
    }
    sb_addc(v->out, '\n');
    sb_release(&sb);
}

void ex_tell_param(ExView *v, const ExPackage *x, const ExParam *p) {
    StrBuf sb = STRBUF_INIT;
    ex_span_words(v, x, &sb, &p->at);
    sb_adds(&sb, ": ");
    paint(v, TERM_BOLD, sb_str(&sb));
    sb_release(&sb);
    sb_printf(v->out, "parameter %s of %s ", p->name, p->func);
    if (p->heap >= 0) {
        sb_adds(v->out, p->heap == 0 ? "goes to the heap\n" : "lets what it points to go to the heap\n");
    } else {
        for (int i = 0; i < 5; i++) {
            if (p->results[i] < 0) continue;
            sb_printf(v->out,
                      p->results[i] ? "points to what is returned as result %d\n"
                                    : "is returned as result %d\n",
                      i + 1);
            break;
        }
    }
    if (!p->story) return;
    Telling t = {.v = v, .x = x};
    lay_out(&t, p->story, false);
    tell_items(&t, NULL, (Window){0});
    sentence(v, "Because", ex_reason_because[x->stories.v[p->story - 1].reason]);
    sb_addc(v->out, '\n');
    vec_free(&t.items);
    vec_free(&t.seen);
}
