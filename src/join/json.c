/* The joined report as JSON (docs/json.md), and the tree of calls for the picture. */
#include "explain/text.h"
#include "join/join.h"
#include <math.h>

static void jstr(StrBuf *out, const char *s) {
    sb_addc(out, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') sb_printf(out, "\\%c", c);
        else if (c == '\n') sb_adds(out, "\\n");
        else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f)
            sb_printf(out, "\\u%04x", c); /* safe inside HTML */
        else sb_addc(out, (char)c);
    }
    sb_addc(out, '"');
}

static void key(StrBuf *out, const char *name) {
    char last = out->n ? out->buf[out->n - 1] : 0;
    if (last != '{' && last != '[') sb_addc(out, ',');
    sb_printf(out, "\"%s\":", name);
}
static void put(StrBuf *out, const char *name, const char *v) {
    key(out, name);
    jstr(out, v);
}
static void put_n(StrBuf *out, const char *name, int64_t v) {
    key(out, name);
    sb_printf(out, "%lld", (long long)v);
}
static void put_b(StrBuf *out, const char *name, bool v) {
    key(out, name);
    sb_adds(out, v ? "true" : "false");
}
static void put_f(StrBuf *out, const char *name, double v) {
    key(out, name);
    sb_printf(out, "%.6g", v);
}

static void place(Join *j, StrBuf *out, const char *name, const ExPackage *x, ExSpan at) {
    if (!at.line || at.file >= x->files.n) return;
    key(out, name);
    sb_addc(out, '{');
    put(out, "file", x->files.v[at.file].path);
    put(out, "package", x->files.v[at.file].pkg);
    put_n(out, "line", at.line);
    put_n(out, "col", at.col);
    put(out, "text", join_place(j, x, at));
    sb_addc(out, '}');
}

static void frame(Join *j, StrBuf *out, const JoinFrame *f) {
    sb_addc(out, '{');
    put(out, "func", f->func);
    put(out, "file", f->file);
    put_n(out, "line", f->line);
    put(out, "text", join_frame_place(j, f));
    put_b(out, "user", f->user);
    sb_addc(out, '}');
}

static const char *const places[] = {"stack", "heap", "stack while small", "static"};

static void site(Join *j, StrBuf *out, const JoinSite *js) {
    const ExSite *s = js->site;
    sb_addc(out, '{');
    place(j, out, "at", js->pkg, s->mark);
    key(out, "expression");
    sb_printf(out, "{\"line\":%u,\"col\":%u,\"end_line\":%u,\"end_col\":%u}", s->at.line, s->at.col,
              s->at.end_line, s->at.end_col);
    put(out, "kind", ex_kind_json[s->kind]);
    put(out, "what", s->name);
    put(out, "type", s->type);
    put_n(out, "size", s->size);
    put(out, "place", places[s->place]);
    put(out, "reason", s->escapes ? ex_reason_json[s->reason] : "");
    put(out, "because", s->escapes ? ex_reason_because[s->reason] : "");
    put(out, "advice", s->escapes ? ex_advice(s) : "");
    if (s->escapes) {
        place(j, out, "cause", js->pkg, s->cause);
        put(out, "cause_func", s->cause_func);
        put_b(out, "cause_is_user", s->cause_is_user);
        place(j, out, "leaves_user_at", js->pkg, s->user);
    }
    StrBuf story = STRBUF_INIT;
    ExView v;
    exview_init(&v, j->cwd, &j->shown, &story);
    ex_tell_site(&v, js->pkg, s);
    exview_release(&v);
    put(out, "story", sb_str(&story));
    sb_release(&story);
    sb_addc(out, '}');
}

static void row(Join *j, StrBuf *out, const JoinRow *r) {
    sb_addc(out, '{');
    put_n(out, "bytes", r->bytes);
    put_n(out, "objects", r->objects);
    put_f(out, "bytes_low", r->low);
    put_f(out, "bytes_high", r->high);
    put_f(out, "samples", r->seen);
    if (r->per_op >= 0) put_f(out, "bytes_per_op", r->per_op);
    if (r->objects_per_op >= 0) put_f(out, "objects_per_op", r->objects_per_op);
    put_n(out, "block_min", r->block_min);
    put_n(out, "block_max", r->block_max);
    put(out, "state", join_state_json[r->state]);
    put(out, "reason", join_reason_key(r));
    put(out, "match",
        r->state == JOIN_REASON || r->state == JOIN_DISAGREE ? (r->by_line ? "line" : "exact") : "");
    const JoinFrame *leaf = &r->frames[0];
    bool one = r->sites.n == 1 && r->sites.v[0].site->at.line;
    put(out, "site",
        one ? join_place(j, r->sites.v[0].pkg, r->sites.v[0].site->mark) : join_frame_place(j, leaf));
    put(out, "func", leaf->func);
    put_b(out, "user", r->is_user);
    key(out, "frames");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < r->nframes; i++) {
        if (i) sb_addc(out, ',');
        frame(j, out, &r->frames[i]);
    }
    sb_addc(out, ']');
    if (*r->nearest.func) {
        key(out, "nearest_user");
        frame(j, out, &r->nearest);
    }
    if (r->shares.n) {
        key(out, "benchmarks");
        sb_addc(out, '[');
        for (uint32_t i = 0; i < r->shares.n; i++) {
            const JoinShare *sh = &r->shares.v[i];
            sb_adds(out, i ? ",{" : "{");
            put(out, "name", j->roots.v[sh->root].func);
            put_n(out, "bytes", sh->bytes);
            put_n(out, "objects", sh->objects);
            if (sh->per_op >= 0) put_f(out, "bytes_per_op", sh->per_op);
            if (sh->objects_per_op >= 0) put_f(out, "objects_per_op", sh->objects_per_op);
            sb_addc(out, '}');
        }
        sb_addc(out, ']');
    }
    if (r->outside) put_n(out, "outside_loop_bytes", r->outside);
    if (r->moved) put_b(out, "moved", true);
    if (r->helper) {
        key(out, "runtime");
        sb_addc(out, '{');
        put(out, "what", r->helper->what);
        put(out, "why", r->helper->why);
        sb_addc(out, '}');
    }
    key(out, "sites");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < r->sites.n; i++) {
        if (i) sb_addc(out, ',');
        site(j, out, &r->sites.v[i]);
    }
    sb_adds(out, "]}");
}

void join_json(Join *j, StrBuf *out) {
    sb_addc(out, '{');
    put_n(out, "version", 1);
    put(out, "profile", j->profile_path);
    put(out, "metric", j->metric);
    put_n(out, "time_nanos", j->profile->time_nanos);
    put_n(out, "rate", j->rate);
    put(out, "binary", j->binary);
    put(out, "build_id", j->build_id);
    put(out, "stale", j->stale ? j->stale : "");
    put_b(out, "stale_certain", j->stale_sure);
    put_n(out, "bytes", j->bytes);
    put_n(out, "objects", j->objects);
    key(out, "states");
    sb_addc(out, '{');
    for (int i = 0; i < JOIN_NSTATES; i++) put_n(out, join_state_json[i], j->state_bytes[i]);
    sb_addc(out, '}');
    key(out, "benchmarks");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < j->benches.n; i++) {
        const JoinBench *b = &j->benches.v[i];
        sb_adds(out, i ? ",{" : "{");
        put(out, "name", b->name);
        put_n(out, "n", b->n);
        if (b->ns >= 0) put_f(out, "ns_per_op", b->ns);
        if (b->bytes >= 0) put_f(out, "bytes_per_op", b->bytes);
        if (b->allocs >= 0) put_f(out, "allocs_per_op", b->allocs);
        sb_addc(out, '}');
    }
    sb_addc(out, ']');
    key(out, "benchmark_functions");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < j->roots.n; i++) {
        const JoinRoot *r = &j->roots.v[i];
        sb_adds(out, i ? ",{" : "{");
        put(out, "name", r->func);
        put_n(out, "bytes", r->bytes);
        put_n(out, "objects", r->objects);
        put(out, "per_op", r->how == OPS_COUNTED ? "counted" : r->how == OPS_SHARED ? "shared" : "unknown");
        if (r->how == OPS_COUNTED) put_f(out, "operations", r->ops);
        sb_addc(out, '}');
    }
    sb_addc(out, ']');
    key(out, "rows");
    sb_addc(out, '[');
    for (uint32_t i = 0; i < j->rows.n; i++) {
        sb_adds(out, i ? ",\n" : "\n");
        row(j, out, j->rows.v[i]);
    }
    sb_addc(out, ']');
    sb_adds(out, "}\n");
}
