/* json.c: explanations as a graph: nodes, edges between them, positions (docs/explain.md). */
#include "explain/text.h"
#include "base/json.h"

static void span(Json *j, const ExPackage *x, const char *name, const ExSpan *at) {
    if (!at->line) return;
    json_key_open(j, name, '{');
    json_key_str(j, "file", x->files.v[at->file].path);
    json_key_int(j, "line", at->line);
    json_key_int(j, "column", at->col);
    json_key_int(j, "endLine", at->end_line);
    json_key_int(j, "endColumn", at->end_col);
    json_key_bool(j, "user", x->files.v[at->file].user);
    json_close(j, '}');
}

static void frames(Json *j, const ExPackage *x, uint32_t first, uint32_t n) {
    if (!n) return;
    json_key_open(j, "inlined", '[');
    for (uint32_t i = 0; i < n; i++) {
        const ExFrame *f = &x->frames.v[first + i];
        json_open(j, '{');
        json_key_str(j, "function", f->func);
        span(j, x, "call", &f->call);
        json_close(j, '}');
    }
    json_close(j, ']');
}

typedef struct Writer {
    Json *j;
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
    Json *j = w->j;
    json_open(j, '{');
    json_key_str(j, "kind", ex_kind_json[s->kind]);
    json_key_str(j, "what", s->name);
    json_key_str(j, "compiler", s->what);
    json_key_str(j, "type", s->type);
    json_key_str(j, "place", places[s->place]);
    json_key_bool(j, "escapes", s->escapes);
    if (s->size >= 0) json_key_int(j, "size", s->size);
    if (s->elem_size >= 0) json_key_int(j, "elementSize", s->elem_size);
    if (s->place == EX_STACK_SMALL && s->limit >= 0) json_key_int(j, "stackLimit", s->limit);
    json_key_str(j, "function", s->func);
    json_key_str(j, "title", s->title);
    span(j, w->x, "at", &s->at);
    json_key_str(j, "shown", s->pos);
    frames(j, w->x, s->frame, s->nframes);
    if (s->escapes) {
        json_key_str(j, "reason", ex_reason_json[s->reason]);
        if (s->first_reason && s->first_reason != s->reason)
            json_key_str(j, "firstReason", ex_reason_json[s->first_reason]);
        json_key_str(j, "because", ex_reason_because[s->reason]);
        json_key_str(j, "advice", ex_advice(s));
        span(j, w->x, "cause", &s->cause);
        json_key_str(j, "causeFunction", s->cause_func);
        span(j, w->x, "userLine", &s->user);
        if (s->story) json_key_int(j, "story", s->story);
    }
    json_close(j, '}');
    want(w, s->story);
}

static void node(Json *j, uint32_t id, const char *name) {
    json_open(j, '{');
    json_key_int(j, "id", id);
    json_key_str(j, "name", name);
    json_close(j, '}');
}

static void step(Writer *w, const ExStep *p) {
    Json *j = w->j;
    json_open(j, '{');
    json_key_str(j, "why", flow_text[p->flow]);
    json_key_str(j, "label", p->label);
    json_key_str(j, "code", p->code);
    json_key_str(j, "function", p->func);
    span(j, w->x, "at", &p->at);
    frames(j, w->x, p->frame, p->nframes);
    if (p->decisive) json_key_bool(j, "decisive", true);
    if (p->into == EX_INTO_CALLEE && p->story) {
        json_key_int(j, "callee", p->story);
        want(w, p->story);
    }
    json_close(j, '}');
}

static void story(Writer *w, uint32_t id) {
    Json *j = w->j;
    const ExStory *st = &w->x->stories.v[id - 1];
    json_open(j, '{');
    json_key_int(j, "id", id);
    json_key_str(j, "subject", st->subject);
    json_key_str(j, "function", st->func);
    span(j, w->x, "at", &st->at);
    json_key_str(j, "reason", ex_reason_json[st->reason]);
    if (st->on) json_key_int(j, "goesOn", st->on);
    if (st->truncated) json_key_bool(j, "truncated", true);
    /* nodes: the ends of the edges, in order */
    json_key_open(j, "nodes", '[');
    const ExStep *steps = &w->x->steps.v[st->step];
    uint32_t nodes = 0;
    for (uint32_t i = 0; i < st->nsteps; i++) {
        if (steps[i].into == EX_INTO_HOLDER || (i && steps[i].edge == steps[i - 1].edge)) continue;
        if (!nodes) node(j, nodes++, steps[i].src);
        node(j, nodes++, steps[i].dst);
    }
    json_close(j, ']');
    json_key_open(j, "edges", '[');
    uint32_t edge = 0;
    for (uint32_t i = 0; i < st->nsteps;) {
        if (steps[i].into == EX_INTO_HOLDER) {
            i++;
            continue;
        }
        json_open(j, '{');
        json_key_int(j, "from", edge);
        json_key_int(j, "to", edge + 1);
        json_key_int(j, "dereferences", steps[i].derefs);
        json_key_open(j, "steps", '[');
        edge++;
        uint32_t e = steps[i].edge;
        for (; i < st->nsteps && steps[i].edge == e && steps[i].into != EX_INTO_HOLDER; i++)
            if (steps[i].flow != FLOW_NONE || *steps[i].label) step(w, &steps[i]);
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
    for (uint32_t i = 0; i < st->nsteps; i++) {
        if (steps[i].into != EX_INTO_HOLDER || !steps[i].story) continue;
        json_key_int(j, "holder", steps[i].story);
        want(w, steps[i].story);
    }
    json_close(j, '}');
}

static void param(Writer *w, const ExParam *p) {
    Json *j = w->j;
    json_open(j, '{');
    json_key_str(j, "name", p->name);
    json_key_str(j, "function", p->func);
    span(j, w->x, "at", &p->at);
    if (p->heap >= 0) json_key_int(j, "heap", p->heap);
    json_key_open(j, "results", '[');
    for (int i = 0; i < 5; i++) {
        if (p->results[i] < 0) continue;
        json_open(j, '{');
        json_key_int(j, "result", i);
        json_key_int(j, "dereferences", p->results[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
    if (p->story) json_key_int(j, "story", p->story);
    json_close(j, '}');
    want(w, p->story);
}

void ex_json(StrBuf *out, const ExPackage *x, const char *question, const ExSite **sites, uint32_t nsites,
             const ExParam **params, uint32_t nparams) {
    Json j = json_begin(out, JSON_OURS);
    Writer w = {.j = &j, .x = x};
    json_open(&j, '{');
    json_key_str(&j, "schema", "goesc-explain");
    json_key_int(&j, "version", 1);
    json_key_str(&j, "question", question);
    json_key_str(&j, "package", x->path);
    json_key_open(&j, "values", '[');
    for (uint32_t i = 0; i < nsites; i++) {
        json_line(&j);
        site(&w, sites[i]);
    }
    json_close(&j, ']');
    json_line(&j);
    json_key_open(&j, "parameters", '[');
    for (uint32_t i = 0; i < nparams; i++) {
        json_line(&j);
        param(&w, params[i]);
    }
    json_close(&j, ']');
    json_line(&j);
    json_key_open(&j, "stories", '[');
    for (uint32_t i = 0; i < w.todo.n; i++) {
        json_line(&j);
        story(&w, w.todo.v[i]);
    }
    json_close(&j, ']');
    json_close(&j, '}');
    sb_addc(out, '\n');
    vec_free(&w.todo);
    map_release(&w.seen);
}
