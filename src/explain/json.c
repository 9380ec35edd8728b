/* json.c: explanations as a graph: nodes, edges between them, positions (docs/explain.md). */
#include "explain/text.h"

static void quoted(StrBuf *sb, const char *s) {
    sb_addc(sb, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') sb_printf(sb, "\\%c", c);
        else if (c < 0x20) sb_printf(sb, "\\u%04x", c);
        else sb_addc(sb, (char)c);
    }
    sb_addc(sb, '"');
}

static void field(StrBuf *sb, const char *name, const char *s) {
    sb_printf(sb, ",\"%s\":", name);
    quoted(sb, s);
}

static void span(StrBuf *sb, const ExPackage *x, const char *name, const ExSpan *at) {
    if (!at->line) return;
    sb_printf(sb, ",\"%s\":{\"file\":", name);
    quoted(sb, x->files.v[at->file].path);
    sb_printf(sb, ",\"line\":%u,\"column\":%u,\"endLine\":%u,\"endColumn\":%u", at->line, at->col,
              at->end_line, at->end_col);
    sb_printf(sb, ",\"user\":%s}", x->files.v[at->file].user ? "true" : "false");
}

static void frames(StrBuf *sb, const ExPackage *x, uint32_t first, uint32_t n) {
    if (!n) return;
    sb_adds(sb, ",\"inlined\":[");
    for (uint32_t i = 0; i < n; i++) {
        const ExFrame *f = &x->frames.v[first + i];
        if (i) sb_addc(sb, ',');
        sb_adds(sb, "{\"function\":");
        quoted(sb, f->func);
        span(sb, x, "call", &f->call);
        sb_addc(sb, '}');
    }
    sb_addc(sb, ']');
}

typedef struct Writer {
    StrBuf *sb;
    const ExPackage *x;
    VEC(uint32_t) todo; /* stories to write */
    Map seen;
} Writer;

static void want(Writer *w, uint32_t story) {
    if (!story || map_has(&w->seen, story)) return;
    map_put(&w->seen, story, w);
    vec_push(NULL, &w->todo, story);
}

static const char *const places[] = {"stack", "heap", "stack if small", "none"};

static void site(Writer *w, const ExSite *s) {
    StrBuf *sb = w->sb;
    sb_printf(sb, "{\"kind\":");
    quoted(sb, ex_kind_json[s->kind]);
    field(sb, "what", s->name);
    field(sb, "compiler", s->what);
    field(sb, "type", s->type);
    field(sb, "place", places[s->place]);
    sb_printf(sb, ",\"escapes\":%s", s->escapes ? "true" : "false");
    if (s->size >= 0) sb_printf(sb, ",\"size\":%lld", (long long)s->size);
    if (s->elem_size >= 0) sb_printf(sb, ",\"elementSize\":%lld", (long long)s->elem_size);
    if (s->place == EX_STACK_SMALL && s->limit >= 0)
        sb_printf(sb, ",\"stackLimit\":%lld", (long long)s->limit);
    field(sb, "function", s->func);
    field(sb, "title", s->title);
    span(sb, w->x, "at", &s->at);
    field(sb, "shown", s->pos);
    frames(sb, w->x, s->frame, s->nframes);
    if (s->escapes) {
        field(sb, "reason", ex_reason_json[s->reason]);
        if (s->first_reason && s->first_reason != s->reason)
            field(sb, "firstReason", ex_reason_json[s->first_reason]);
        field(sb, "because", ex_reason_because[s->reason]);
        field(sb, "advice", ex_advice(s));
        span(sb, w->x, "cause", &s->cause);
        field(sb, "causeFunction", s->cause_func);
        span(sb, w->x, "userLine", &s->user);
        if (s->story) sb_printf(sb, ",\"story\":%u", s->story);
    }
    sb_addc(sb, '}');
    want(w, s->story);
}

static void story(Writer *w, uint32_t id) {
    StrBuf *sb = w->sb;
    const ExStory *st = &w->x->stories.v[id - 1];
    sb_printf(sb, "{\"id\":%u", id);
    field(sb, "subject", st->subject);
    field(sb, "function", st->func);
    span(sb, w->x, "at", &st->at);
    field(sb, "reason", ex_reason_json[st->reason]);
    if (st->on) sb_printf(sb, ",\"goesOn\":%u", st->on);
    if (st->truncated) sb_adds(sb, ",\"truncated\":true");
    /* nodes: the ends of the edges, in order */
    sb_adds(sb, ",\"nodes\":[");
    const ExStep *steps = &w->x->steps.v[st->step];
    uint32_t nodes = 0;
    for (uint32_t i = 0; i < st->nsteps; i++) {
        if (steps[i].into == EX_INTO_HOLDER || (i && steps[i].edge == steps[i - 1].edge)) continue;
        if (nodes) sb_addc(sb, ',');
        if (!nodes) {
            sb_adds(sb, "{\"id\":0,\"name\":");
            quoted(sb, steps[i].src);
            sb_adds(sb, "},");
            nodes = 1;
        }
        sb_printf(sb, "{\"id\":%u,\"name\":", nodes++);
        quoted(sb, steps[i].dst);
        sb_addc(sb, '}');
    }
    sb_adds(sb, "],\"edges\":[");
    uint32_t edge = 0;
    bool first = true;
    for (uint32_t i = 0; i < st->nsteps;) {
        if (steps[i].into == EX_INTO_HOLDER) {
            i++;
            continue;
        }
        if (!first) sb_addc(sb, ',');
        first = false;
        sb_printf(sb, "{\"from\":%u,\"to\":%u,\"dereferences\":%d,\"steps\":[", edge, edge + 1,
                  steps[i].derefs);
        edge++;
        uint32_t e = steps[i].edge;
        bool any = false;
        for (; i < st->nsteps && steps[i].edge == e && steps[i].into != EX_INTO_HOLDER; i++) {
            const ExStep *p = &steps[i];
            if (!*p->why && !*p->label) continue;
            if (any) sb_addc(sb, ',');
            any = true;
            sb_adds(sb, "{\"why\":");
            quoted(sb, p->why);
            field(sb, "label", p->label);
            field(sb, "code", p->code);
            field(sb, "function", p->func);
            span(sb, w->x, "at", &p->at);
            frames(sb, w->x, p->frame, p->nframes);
            if (p->decisive) sb_adds(sb, ",\"decisive\":true");
            if (p->into == EX_INTO_CALLEE && p->story) {
                sb_printf(sb, ",\"callee\":%u", p->story);
                want(w, p->story);
            }
            sb_addc(sb, '}');
        }
        sb_adds(sb, "]}");
    }
    sb_addc(sb, ']');
    for (uint32_t i = 0; i < st->nsteps; i++) {
        if (steps[i].into != EX_INTO_HOLDER || !steps[i].story) continue;
        sb_printf(sb, ",\"holder\":%u", steps[i].story);
        want(w, steps[i].story);
    }
    sb_addc(sb, '}');
}

static void param(Writer *w, const ExParam *p) {
    StrBuf *sb = w->sb;
    sb_adds(sb, "{\"name\":");
    quoted(sb, p->name);
    field(sb, "function", p->func);
    span(sb, w->x, "at", &p->at);
    if (p->heap >= 0) sb_printf(sb, ",\"heap\":%d", p->heap);
    sb_adds(sb, ",\"results\":[");
    for (int i = 0, n = 0; i < 5; i++) {
        if (p->results[i] < 0) continue;
        sb_printf(sb, "%s{\"result\":%d,\"dereferences\":%d}", n++ ? "," : "", i, p->results[i]);
    }
    sb_addc(sb, ']');
    if (p->story) sb_printf(sb, ",\"story\":%u", p->story);
    sb_addc(sb, '}');
    want(w, p->story);
}

void ex_json(StrBuf *out, const ExPackage *x, const char *question, const ExSite **sites, uint32_t nsites,
             const ExParam **params, uint32_t nparams) {
    Writer w = {.sb = out, .x = x};
    sb_adds(out, "{\"schema\":\"goesc-explain\",\"version\":1");
    field(out, "question", question);
    field(out, "package", x->path);
    sb_adds(out, ",\"values\":[");
    for (uint32_t i = 0; i < nsites; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        site(&w, sites[i]);
    }
    sb_adds(out, "],\n\"parameters\":[");
    for (uint32_t i = 0; i < nparams; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        param(&w, params[i]);
    }
    sb_adds(out, "],\n\"stories\":[");
    for (uint32_t i = 0; i < w.todo.n; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        story(&w, w.todo.v[i]);
    }
    sb_adds(out, "]}\n");
    vec_free(&w.todo);
    map_release(&w.seen);
}
