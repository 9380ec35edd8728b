/* The page is three sources that browsers understand (page.html, page.css, page.js), made one C string each
 * by the Makefile, and data: JSON inside a <script> element that is not run. Whatever comes from a profile or
 * from source may hold anything; base/json.h makes valid UTF-8 of it and writes <, > and & as escapes: no
 * text can end the element or open another. The script puts texts on the page as texts, never as markup, and
 * the page's own policy forbids it to load anything.
 *
 * The data (described in docs/html.md): "reasons", by which blocks are coloured; "sites" with their stories,
 * each once however many rows refer to it; "rows", the table; "tree", the flame graph in columns, parents
 * before children. A block with less than a thousandth of the bytes and of the objects goes into a block
 * "other" beside its siblings, one for each reason, so that what is filtered by reason still adds up. */
#include "report/html.h"
#include "base/json.h"
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

/* What is empty or false is left out. */
static void text(Json *out, const char *name, const char *v) {
    if (v && *v) json_key_str(out, name, v);
}

static void flag(Json *out, const char *name, bool v) {
    if (v) json_key_bool(out, name, true);
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
static void quote_line(Page *p, Json *out, const ExPackage *x, const ExSpan *at) {
    Str l = ex_source_line(&p->view, x, at->file, at->line);
    const char *no = ex_not_shown(&p->view, x, at->file);
    if (no) {
        json_key_open(out, "code", '[');
        json_str(out, no);
        json_str(out, "");
        json_str(out, "");
        json_close(out, ']');
        return;
    }
    size_t n = MIN(l.n, (size_t)LINE_MAX_BYTES);
    while (n && n < l.n && ((unsigned char)l.p[n] & 0xc0) == 0x80) n--;
    size_t from = at->col ? MIN((size_t)at->col - 1, n) : 0;
    size_t to = at->end_line == at->line && at->end_col ? MIN(MAX((size_t)at->end_col - 1, from), n) : n;
    json_key_open(out, "code", '[');
    json_text(out, (Str){l.p, from});
    json_text(out, (Str){l.p + from, to - from});
    json_text(out, (Str){l.p + to, n - to});
    json_close(out, ']');
}

static void step(Page *p, Json *out, const ExPackage *x, const ExSpan *at, const char *func,
                 const char *label, bool decisive, uint32_t frame, uint32_t nframes) {
    json_open(out, '{');
    text(out, "at", join_place(p->j, x, *at));
    json_key_int(out, "line", at->line);
    text(out, "func", func);
    text(out, "label", label);
    flag(out, "decisive", decisive);
    quote_line(p, out, x, at);
    if (nframes) {
        json_key_open(out, "inlined", '[');
        for (uint32_t i = 0; i < nframes && i < 4; i++) {
            const ExSpan *call = &x->frames.v[frame + i].call;
            json_str(out, call->line ? join_place(p->j, x, *call) : "?");
        }
        json_close(out, ']');
    }
    json_close(out, '}');
}

static void story(Page *p, Json *out, const ExPackage *x, const ExSite *s) {
    uint32_t n;
    ExTold *told = ex_told(x, s, &n);
    json_key_open(out, "story", '[');
    const char *here = s->kind == EX_VAR || s->kind == EX_PARAM ? "declared here" : ex_kind_words[s->kind];
    if (s->at.line)
        step(p, out, x, &s->at, s->nframes ? x->frames.v[s->frame].func : s->title, here, false, s->frame,
             s->nframes);
    for (uint32_t i = 0; i < n; i++) {
        if (told[i].step) {
            const ExStep *t = told[i].step;
            step(p, out, x, &t->at, t->func, t->label, told[i].decisive, t->frame, t->nframes);
        } else {
            json_open(out, '{');
            text(out, "heading", told[i].heading);
            json_close(out, '}');
        }
    }
    json_close(out, ']');
    free_heap(told);
}

static void site(Page *p, Json *out, const JoinSite *js, bool with_story) {
    const ExSite *s = js->site;
    const ExPackage *x = js->pkg;
    if (p->viewed != x) { /* files are numbered by package */
        if (p->viewed) exview_release(&p->view);
        exview_init(&p->view, p->j->library->cwd, &p->j->shown, NULL);
        p->viewed = x;
    }
    StrBuf words = STRBUF_INIT;
    json_open(out, '{');
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
    json_close(out, '}');
    sb_release(&words);
}

/* ---- rows ---- */

static void row(Page *p, Json *out, const JoinRow *r) {
    Join *j = p->j;
    const JoinFrame *leaf = &r->frames[0];
    json_open(out, '{');
    json_key_int(out, "bytes", r->bytes);
    json_key_int(out, "objects", r->objects);
    json_key_double(out, "low", r->low);
    json_key_double(out, "high", r->high);
    json_key_double(out, "seen", r->seen);
    if (r->per_op >= 0) json_key_double(out, "perOp", r->per_op);
    if (r->objects_per_op >= 0) json_key_double(out, "objectsPerOp", r->objects_per_op);
    json_key_int(out, "blockMin", r->block_min);
    json_key_int(out, "blockMax", r->block_max);
    json_key_int(out, "reason", p->row_reason[r->number - 1]);
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
        json_key_open(out, "frames", '[');
        for (uint32_t i = 1; i < r->nframes; i++) {
            json_open(out, '[');
            json_str(out, r->frames[i].func);
            json_str(out, join_frame_place(j, &r->frames[i]));
            json_close(out, ']');
        }
        json_close(out, ']');
    }
    if (r->sites.n) {
        json_key_open(out, "sites", '[');
        for (uint32_t i = 0; i < r->sites.n; i++) json_int(out, site_of(p, &r->sites.v[i]));
        json_close(out, ']');
    }
    json_close(out, '}');
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

static void tree(Page *p, Json *out) {
    Tree t = {0};
    walk(p, &t);
    json_key_open(out, "tree", '{');
#define COLUMN(field)                                                                                        \
    json_key_open(out, #field, '[');                                                                         \
    for (uint32_t i = 0; i < t.blocks.n; i++) json_int(out, t.blocks.v[i].field);                            \
    json_close(out, ']')
    COLUMN(name);
    COLUMN(parent);
    COLUMN(row);
    COLUMN(reason);
    COLUMN(count);
    COLUMN(bytes);
    COLUMN(objects);
#undef COLUMN
    json_close(out, '}');
    json_key_open(out, "names", '[');
    for (uint32_t i = 0; i < p->names.n; i++) json_str(out, p->names.v[i]);
    json_close(out, ']');
    vec_free(&t.blocks);
    vec_free(&t.other);
}

/* ---- the page ---- */

/* The rows that are not on the page, added up by reason; and all that is explained. */
static void folded(Page *p, Json *out) {
    const Join *j = p->j;
    json_key_open(out, "folded", '[');
    for (uint32_t k = 0; k < p->reasons.n; k++) {
        int64_t rows = 0, bytes = 0, objects = 0;
        for (uint32_t i = 0; i < j->rows.n; i++) {
            if (p->row_shown[i] || p->row_reason[i] != k) continue;
            rows++;
            bytes += j->rows.v[i]->bytes;
            objects += j->rows.v[i]->objects;
        }
        if (!rows) continue;
        json_open(out, '{');
        json_key_int(out, "reason", k);
        json_key_int(out, "rows", rows);
        json_key_int(out, "bytes", bytes);
        json_key_int(out, "objects", objects);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key_int(out, "known", j->state_bytes[JOIN_REASON] + j->state_bytes[JOIN_RUNTIME]);
}

static void data(Join *j, StrBuf *page) {
    Json json = json_begin(page, JSON_OURS), *out = &json;
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
    json_open(out, '{');
    json_key_int(out, "version", 1);
    text(out, "profile", j->profile_path);
    text(out, "metric", j->metric);
    flag(out, "byObjects", j->by_objects);
    json_key_int(out, "timeNanos", j->profile->time_nanos);
    json_key_int(out, "rate", j->rate);
    text(out, "binary", j->binary);
    text(out, "stale", j->stale);
    flag(out, "staleSure", j->stale_sure);
    json_key_int(out, "bytes", j->bytes);
    json_key_int(out, "objects", j->objects);
    json_key_open(out, "reasons", '[');
    for (uint32_t i = 0; i < p.reasons.n; i++) {
        json_open(out, '{');
        text(out, "key", p.reasons.v[i]);
        text(out, "because", p.because.v[i]);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key_open(out, "benchmarks", '[');
    for (uint32_t i = 0; i < j->benches.n; i++) {
        const JoinBench *b = &j->benches.v[i];
        json_open(out, '{');
        text(out, "name", b->name);
        json_key_int(out, "n", b->n);
        if (b->ns >= 0) json_key_double(out, "ns", b->ns);
        if (b->bytes >= 0) json_key_double(out, "bytes", b->bytes);
        if (b->allocs >= 0) json_key_double(out, "allocs", b->allocs);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key_open(out, "rows", '[');
    for (uint32_t i = 0; i < j->rows.n; i++) {
        if (!p.row_shown[i]) continue;
        json_line(out);
        row(&p, out, j->rows.v[i]);
    }
    json_close(out, ']');
    folded(&p, out);
    json_key_open(out, "sites", '[');
    for (uint32_t i = 0; i < p.sites.n; i++) {
        json_line(out);
        site(&p, out, p.sites.v[i], i < MAX_STORIES);
    }
    json_close(out, ']');
    tree(&p, out);
    json_close(out, '}');
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
