/* The page is three sources that browsers understand (page.html, page.css, page.js), made one C string each
 * by the Makefile, and data: JSON inside a <script> element that is not run. Whatever comes from a profile or
 * from source may hold anything, so every string is made valid UTF-8 here, and <, > and & are written as
 * escapes: no text can end the element or open another. The script puts texts on the page as texts, never as
 * markup, and the page's own policy forbids it to load anything.
 *
 * The data (described in docs/html.md): "reasons", by which blocks are coloured; "sites" with their stories,
 * each once however many rows refer to it; "rows", the table; "tree", the flame graph in columns, parents
 * before children. A block with less than a thousandth of the bytes and of the objects goes into a block
 * "other" beside its siblings, one for each reason, so that what is filtered by reason still adds up. */
#include "report/html.h"
#include "explain/text.h"

static const char page_html[] =
#include "report/page.html.inc"
    ;
static const char page_css[] =
#include "report/page.css.inc"
    ;
static const char page_js[] =
#include "report/page.js.inc"
    ;

enum {
    MAX_ROWS = 3000,    /* of the table; what follows is only counted */
    MAX_STORIES = 2000, /* sites beyond that are told without their stories */
    MAX_DEPTH = 512,    /* of the tree; what is deeper is counted in its ancestor */
    LINE_MAX_BYTES = 400,
};
static const double sliver = 0.001;

/* ---- JSON inside HTML ---- */

/* The length of the UTF-8 sequence at s, which has n bytes; 0 when it is none. */
static size_t utf8_len(const char *s, size_t n) {
    unsigned char c = (unsigned char)s[0];
    size_t len = c < 0x80                ? 1
                 : c >= 0xc2 && c < 0xe0 ? 2
                 : c >= 0xe0 && c < 0xf0 ? 3
                 : c >= 0xf0 && c < 0xf5 ? 4
                                         : 0;
    if (!len || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)s[i] & 0xc0) != 0x80) return 0;
    unsigned char d = len > 1 ? (unsigned char)s[1] : 0;
    if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) ||
        (c == 0xf4 && d > 0x8f))
        return 0;
    return len;
}

static void quoted_n(StrBuf *out, const char *s, size_t n) {
    sb_addc(out, '"');
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        size_t len = utf8_len(s + i, n - i);
        if (!len) {
            sb_adds(out, "\\ufffd");
            i++;
            continue;
        }
        if (c == '"' || c == '\\') sb_printf(out, "\\%c", c);
        else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f) sb_printf(out, "\\u%04x", c);
        else sb_add(out, s + i, len);
        i += len;
    }
    sb_addc(out, '"');
}

static void quoted(StrBuf *out, const char *s) { quoted_n(out, s, strlen(s)); }

static void key(StrBuf *out, const char *name) {
    char last = out->n ? out->buf[out->n - 1] : 0;
    if (last != '{' && last != '[') sb_addc(out, ',');
    sb_printf(out, "\"%s\":", name);
}

static void text(StrBuf *out, const char *name, const char *v) {
    if (!v || !*v) return;
    key(out, name);
    quoted(out, v);
}

static void number(StrBuf *out, const char *name, int64_t v) {
    key(out, name);
    sb_printf(out, "%lld", (long long)v);
}

static void real(StrBuf *out, const char *name, double v) {
    key(out, name);
    sb_printf(out, "%.6g", v >= -1e300 && v <= 1e300 ? v : 0); /* JSON has no infinity */
}

static void flag(StrBuf *out, const char *name, bool v) {
    if (!v) return;
    key(out, name);
    sb_adds(out, "true");
}

/* ---- what is collected while writing ---- */

typedef struct Page {
    Join *j;
    Arena arena;
    Map reason_index; /* interned key → 1 + index */
    VEC(const char *) reasons, because;
    Map site_index; /* ExSite → 1 + index */
    VEC(const JoinSite *) sites;
    Map name_index; /* interned → 1 + index */
    VEC(const char *) names;
    uint32_t *row_reason; /* by row, from 0 */
    uint32_t *row_shown;  /* by row: 1 + its index on the page; 0: only counted */
    ExView view;          /* of the package of the last site: its sources */
    const ExPackage *viewed;
} Page;

static const char *because_of(const JoinRow *r) {
    if (r->state == JOIN_RUNTIME && r->helper) return "the run-time system needs it to do what the code asks";
    if (r->state != JOIN_REASON || !r->sites.n) return join_state_words[r->state];
    const ExSite *s = r->sites.v[0].site;
    for (uint32_t i = 1; i < r->sites.n; i++)
        if (r->sites.v[i].site->reason != s->reason)
            return "several values stand on the line, for different reasons";
    if (s->reason == EX_WHY_NONE || s->reason == EX_WHY_ALWAYS)
        return "the run-time system always puts it on the heap";
    return ex_reason_because[s->reason];
}

static uint32_t reason_of(Page *p, const JoinRow *r) {
    const char *k = join_reason_key(r);
    const Name *nm = name_of(k);
    uintptr_t at = (uintptr_t)smap_get(&p->reason_index, nm);
    if (!at) {
        vec_push(&p->arena, &p->reasons, k);
        vec_push(&p->arena, &p->because, because_of(r));
        at = p->reasons.n;
        smap_put(&p->reason_index, nm, (void *)at);
    }
    return (uint32_t)at - 1;
}

static uint32_t site_of(Page *p, const JoinSite *s) {
    uintptr_t at = (uintptr_t)map_get(&p->site_index, PKEY(s->site));
    if (!at) {
        vec_push(&p->arena, &p->sites, s);
        at = p->sites.n;
        map_put(&p->site_index, PKEY(s->site), (void *)at);
    }
    return (uint32_t)at - 1;
}

static uint32_t name_index(Page *p, const char *s) {
    const Name *nm = name_of(s);
    uintptr_t at = (uintptr_t)smap_get(&p->name_index, nm);
    if (!at) {
        vec_push(&p->arena, &p->names, nm->s);
        at = p->names.n;
        smap_put(&p->name_index, nm, (void *)at);
    }
    return (uint32_t)at - 1;
}

/* ---- stories ---- */

/* A line of source in three pieces: what stands before the span, the span, what comes after it. */
static void quote_line(Page *p, StrBuf *out, const ExPackage *x, const ExSpan *at) {
    Str l = ex_source_line(&p->view, x, at->file, at->line);
    const char *no = ex_not_shown(&p->view, x, at->file);
    if (no) {
        key(out, "code");
        sb_addc(out, '[');
        quoted(out, no);
        sb_adds(out, ",\"\",\"\"]");
        return;
    }
    size_t n = MIN(l.n, (size_t)LINE_MAX_BYTES);
    while (n && n < l.n && ((unsigned char)l.p[n] & 0xc0) == 0x80) n--;
    size_t from = at->col ? MIN((size_t)at->col - 1, n) : 0;
    size_t to = at->end_line == at->line && at->end_col ? MIN(MAX((size_t)at->end_col - 1, from), n) : n;
    key(out, "code");
    sb_addc(out, '[');
    quoted_n(out, l.p, from);
    sb_addc(out, ',');
    quoted_n(out, l.p + from, to - from);
    sb_addc(out, ',');
    quoted_n(out, l.p + to, n - to);
    sb_addc(out, ']');
}

static void step(Page *p, StrBuf *out, const ExPackage *x, const ExSpan *at, const char *func,
                 const char *label, bool decisive, uint32_t frame, uint32_t nframes) {
    sb_addc(out, '{');
    text(out, "at", join_place(p->j, x, *at));
    number(out, "line", at->line);
    text(out, "func", func);
    text(out, "label", label);
    flag(out, "decisive", decisive);
    quote_line(p, out, x, at);
    if (nframes) {
        key(out, "inlined");
        sb_addc(out, '[');
        for (uint32_t i = 0; i < nframes && i < 4; i++) {
            if (i) sb_addc(out, ',');
            const ExSpan *call = &x->frames.v[frame + i].call;
            quoted(out, call->line ? join_place(p->j, x, *call) : "?");
        }
        sb_addc(out, ']');
    }
    sb_addc(out, '}');
}

static void story(Page *p, StrBuf *out, const ExPackage *x, const ExSite *s) {
    uint32_t n;
    ExTold *told = ex_told(x, s, &n);
    key(out, "story");
    sb_addc(out, '[');
    const char *here = s->kind == EX_VAR || s->kind == EX_PARAM ? "declared here" : ex_kind_words[s->kind];
    if (s->at.line)
        step(p, out, x, &s->at, s->nframes ? x->frames.v[s->frame].func : s->title, here, false, s->frame,
             s->nframes);
    for (uint32_t i = 0; i < n; i++) {
        if (i || s->at.line) sb_addc(out, ',');
        if (told[i].step) {
            const ExStep *t = told[i].step;
            step(p, out, x, &t->at, t->func, t->label, told[i].decisive, t->frame, t->nframes);
        } else {
            sb_addc(out, '{');
            text(out, "heading", told[i].heading);
            sb_addc(out, '}');
        }
    }
    sb_addc(out, ']');
    free_heap(told);
}

static void site(Page *p, StrBuf *out, const JoinSite *js, bool with_story) {
    const ExSite *s = js->site;
    const ExPackage *x = js->pkg;
    if (p->viewed != x) { /* files are numbered by package */
        if (p->viewed) exview_release(&p->view);
        exview_init(&p->view, p->j->cwd, &p->j->shown, NULL);
        p->viewed = x;
    }
    StrBuf words = STRBUF_INIT;
    sb_addc(out, '{');
    text(out, "what", s->name);
    text(out, "kind", ex_kind_words[s->kind]);
    join_kind_words(s, &words);
    text(out, "words", sb_str(&words));
    text(out, "type", s->type);
    words.n = 0;
    ex_size_words(&words, s);
    text(out, "size", sb_str(&words));
    text(out, "func", s->title);
    text(out, "at", join_place(p->j, x, s->mark.line ? s->mark : s->shown));
    if (s->at.line && s->at.file < x->files.n)
        text(out, "ask",
             arena_printf(&p->arena, "%s:%u:%u", x->files.v[s->at.file].path, s->at.line, s->at.col));
    words.n = 0;
    join_reason_words(p->j, js, &words);
    text(out, "why", sb_str(&words));
    if (s->escapes) {
        text(out, "cause", join_place(p->j, x, s->cause));
        text(out, "causeFunc", s->cause_func);
        flag(out, "causeIsUser", s->cause_is_user);
        text(out, "user", join_place(p->j, x, s->user));
        if (s->reason != EX_WHY_ALWAYS) text(out, "advice", ex_advice(s));
    }
    if (with_story) story(p, out, x, s);
    sb_addc(out, '}');
    sb_release(&words);
}

/* ---- rows ---- */

static void row(Page *p, StrBuf *out, const JoinRow *r) {
    Join *j = p->j;
    const JoinFrame *leaf = &r->frames[0];
    sb_addc(out, '{');
    number(out, "bytes", r->bytes);
    number(out, "objects", r->objects);
    real(out, "low", r->low);
    real(out, "high", r->high);
    real(out, "seen", r->seen);
    if (r->per_op >= 0) real(out, "perOp", r->per_op);
    if (r->objects_per_op >= 0) real(out, "objectsPerOp", r->objects_per_op);
    number(out, "blockMin", r->block_min);
    number(out, "blockMax", r->block_max);
    number(out, "reason", p->row_reason[r->number - 1]);
    text(out, "state", join_state_json[r->state]);
    if (r->state != JOIN_REASON) text(out, "stateWords", join_state_words[r->state]);
    bool one = r->sites.n == 1 && r->sites.v[0].site->at.line;
    text(out, "at",
         one ? join_place(j, r->sites.v[0].pkg, r->sites.v[0].site->mark) : join_frame_place(j, leaf));
    text(out, "func", leaf->func);
    flag(out, "isUser", r->is_user);
    flag(out, "byLine", r->by_line);
    if (r->helper) {
        text(out, "helper", r->helper->what);
        text(out, "helperWhy", r->helper->why);
        flag(out, "callers", r->in_runtime);
    }
    if (!r->is_user && *r->nearest.func) {
        text(out, "nearest", join_frame_place(j, &r->nearest));
        text(out, "nearestFunc", r->nearest.func);
    }
    if (r->nframes > 1) {
        key(out, "frames");
        sb_addc(out, '[');
        for (uint32_t i = 1; i < r->nframes; i++) {
            if (i > 1) sb_addc(out, ',');
            sb_addc(out, '[');
            quoted(out, r->frames[i].func);
            sb_addc(out, ',');
            quoted(out, join_frame_place(j, &r->frames[i]));
            sb_addc(out, ']');
        }
        sb_addc(out, ']');
    }
    if (r->sites.n) {
        key(out, "sites");
        sb_addc(out, '[');
        for (uint32_t i = 0; i < r->sites.n; i++)
            sb_printf(out, i ? ",%u" : "%u", site_of(p, &r->sites.v[i]));
        sb_addc(out, ']');
    }
    sb_addc(out, '}');
}

/* ---- the tree ---- */

typedef struct Block { /* as written */
    uint32_t name, parent, row, reason,
        count; /* row: 0 none; reason: 1 + index; count: of "other", blocks left out */
    int64_t bytes, objects;
} Block;

typedef struct Tree {
    VEC(Block) blocks;
    VEC(Block) other; /* by reason, of the node at hand */
} Tree;

static bool is_large(const Join *j, int64_t bytes, int64_t objects) {
    return (double)bytes >= sliver * (double)j->bytes || (double)objects >= sliver * (double)j->objects;
}

static bool is_sliver(const Join *j, const JoinNode *n) { return !is_large(j, n->bytes, n->objects); }

/* Adds the leaves of a cut branch to the sums by reason; without recursion, since depth is not bounded. */
static void sum_branch(Page *p, Tree *t, uint32_t from) {
    const Join *j = p->j;
    VEC(uint32_t) todo = {0};
    vec_push(NULL, &todo, from);
    while (todo.n) {
        const JoinNode *n = &j->nodes.v[vec_pop(&todo)];
        if (n->row) {
            Block *b = &t->other.v[p->row_reason[n->row - 1]];
            b->bytes += n->bytes;
            b->objects += n->objects;
            b->count++;
        }
        for (uint32_t k = n->child; k; k = j->nodes.v[k].next) vec_push(NULL, &todo, k);
    }
    vec_free(&todo);
}

static void walk(Page *p, Tree *t) {
    const Join *j = p->j;
    typedef struct Todo {
        uint32_t node, parent, depth;
    } Todo;
    VEC(Todo) todo = {0};
    for (uint32_t i = 0; i < p->reasons.n; i++) vec_push(NULL, &t->other, ((Block){0}));
    if (j->nodes.n) vec_push(NULL, &todo, ((Todo){0, 0, 0}));
    while (todo.n) {
        Todo at = vec_pop(&todo);
        const JoinNode *n = &j->nodes.v[at.node];
        Block b = {.name = name_index(p, n->name),
                   .parent = at.parent,
                   .row = n->row ? p->row_shown[n->row - 1] : 0,
                   .bytes = n->bytes,
                   .objects = n->objects};
        if (n->row) b.reason = p->row_reason[n->row - 1] + 1;
        vec_push(NULL, &t->blocks, b);
        uint32_t self = t->blocks.n - 1;
        bool cut = false;
        for (uint32_t k = n->child; k; k = j->nodes.v[k].next) {
            if (is_sliver(j, &j->nodes.v[k]) || at.depth >= MAX_DEPTH) {
                sum_branch(p, t, k);
                cut = true;
            } else {
                vec_push(NULL, &todo, ((Todo){k, self, at.depth + 1}));
            }
        }
        for (uint32_t i = 0; cut && i < t->other.n; i++) {
            Block *o = &t->other.v[i];
            if (!o->count) continue;
            o->name = name_index(p, "");
            o->parent = self;
            o->reason = i + 1;
            vec_push(NULL, &t->blocks, *o);
            *o = (Block){0};
        }
    }
    vec_free(&todo);
}

static void tree(Page *p, StrBuf *out) {
    Tree t = {0};
    walk(p, &t);
    key(out, "tree");
    sb_addc(out, '{');
#define COLUMN(field, format, cast)                                                                          \
    key(out, #field);                                                                                        \
    sb_addc(out, '[');                                                                                       \
    for (uint32_t i = 0; i < t.blocks.n; i++)                                                                \
        sb_printf(out, i ? "," format : format, (cast)t.blocks.v[i].field);                                  \
    sb_addc(out, ']')
    COLUMN(name, "%u", unsigned);
    COLUMN(parent, "%u", unsigned);
    COLUMN(row, "%u", unsigned);
    COLUMN(reason, "%u", unsigned);
    COLUMN(count, "%u", unsigned);
    COLUMN(bytes, "%lld", long long);
    COLUMN(objects, "%lld", long long);
#undef COLUMN
    sb_addc(out, '}');
    key(out, "names");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < p->names.n; i++) {
        if (i) sb_addc(out, ',');
        quoted(out, p->names.v[i]);
    }
    sb_addc(out, ']');
    vec_free(&t.blocks);
    vec_free(&t.other);
}

/* ---- the page ---- */

/* The rows that are not on the page, added up by reason; and all that is explained. */
static void folded(Page *p, StrBuf *out) {
    const Join *j = p->j;
    key(out, "folded");
    sb_addc(out, '[');
    bool first = true;
    for (uint32_t k = 0; k < p->reasons.n; k++) {
        int64_t rows = 0, bytes = 0, objects = 0;
        for (uint32_t i = 0; i < j->rows.n; i++) {
            if (p->row_shown[i] || p->row_reason[i] != k) continue;
            rows++;
            bytes += j->rows.v[i]->bytes;
            objects += j->rows.v[i]->objects;
        }
        if (!rows) continue;
        sb_adds(out, first ? "{" : ",{");
        first = false;
        number(out, "reason", k);
        number(out, "rows", rows);
        number(out, "bytes", bytes);
        number(out, "objects", objects);
        sb_addc(out, '}');
    }
    sb_addc(out, ']');
    number(out, "known", j->state_bytes[JOIN_REASON] + j->state_bytes[JOIN_RUNTIME]);
}

static void data(Join *j, StrBuf *out) {
    Page p = {.j = j};
    arena_init(&p.arena);
    p.reason_index.arena = p.site_index.arena = p.name_index.arena = &p.arena;
    p.row_reason = NEW_ARRAY(&p.arena, uint32_t, j->rows.n + 1);
    p.row_shown = NEW_ARRAY(&p.arena, uint32_t, j->rows.n + 1);
    for (uint32_t i = 0, n = 0; i < j->rows.n; i++) {
        const JoinRow *r = j->rows.v[i];
        p.row_reason[i] = reason_of(&p, r);
        if (i < MAX_ROWS || is_large(j, r->bytes, r->objects)) p.row_shown[i] = ++n;
    }
    sb_addc(out, '{');
    number(out, "version", 1);
    text(out, "profile", j->profile_path);
    text(out, "metric", j->metric);
    flag(out, "byObjects", j->by_objects);
    number(out, "timeNanos", j->profile->time_nanos);
    number(out, "rate", j->rate);
    text(out, "binary", j->binary);
    text(out, "stale", j->stale);
    flag(out, "staleSure", j->stale_sure);
    number(out, "bytes", j->bytes);
    number(out, "objects", j->objects);
    key(out, "reasons");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < p.reasons.n; i++) {
        sb_adds(out, i ? ",{" : "{");
        text(out, "key", p.reasons.v[i]);
        text(out, "because", p.because.v[i]);
        sb_addc(out, '}');
    }
    sb_addc(out, ']');
    key(out, "benchmarks");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < j->benches.n; i++) {
        const JoinBench *b = &j->benches.v[i];
        sb_adds(out, i ? ",{" : "{");
        text(out, "name", b->name);
        number(out, "n", b->n);
        if (b->ns >= 0) real(out, "ns", b->ns);
        if (b->bytes >= 0) real(out, "bytes", b->bytes);
        if (b->allocs >= 0) real(out, "allocs", b->allocs);
        sb_addc(out, '}');
    }
    sb_addc(out, ']');
    key(out, "rows");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < j->rows.n; i++) {
        if (!p.row_shown[i]) continue;
        sb_adds(out, p.row_shown[i] > 1 ? ",\n" : "\n");
        row(&p, out, j->rows.v[i]);
    }
    sb_addc(out, ']');
    folded(&p, out);
    key(out, "sites");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < p.sites.n; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        site(&p, out, p.sites.v[i], i < MAX_STORIES);
    }
    sb_addc(out, ']');
    tree(&p, out);
    sb_addc(out, '}');
    if (p.viewed) exview_release(&p.view);
    arena_release(&p.arena);
}

void join_html(Join *j, StrBuf *out) {
    /* page.html has a line of its own for each of these */
    for (const char *s = page_html, *end; *s; s = end) {
        end = strchr(s, '\n');
        end = end ? end + 1 : s + strlen(s);
        Str line = {s, (size_t)(end - s)};
        if (str_is(line, "@CSS@\n")) sb_adds(out, page_css);
        else if (str_is(line, "@JS@\n")) sb_adds(out, page_js);
        else if (str_is(line, "@DATA@\n")) data(j, out);
        else sb_add(out, line.p, line.n);
    }
}
