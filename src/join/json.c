/* The joined report as JSON (docs/json.md), and the tree of calls for the picture. */
#include "base/json.h"
#include "explain/text.h"
#include "join/join.h"

static void place(Join *j, Json *out, const char *name, const ExPackage *x, ExSpan at) {
    if (!at.line || at.file >= x->files.n) return;
    json_key_open(out, name, '{');
    json_key_str(out, "file", x->files.v[at.file].path);
    json_key_str(out, "package", x->files.v[at.file].pkg);
    json_key_int(out, "line", at.line);
    json_key_int(out, "col", at.col);
    json_key_str(out, "text", join_place(j, x, at));
    json_close(out, '}');
}

static void frame(Join *j, Json *out, const JoinFrame *f) {
    json_open(out, '{');
    json_key_str(out, "func", f->func);
    json_key_str(out, "file", f->file);
    json_key_int(out, "line", f->line);
    json_key_str(out, "text", join_frame_place(j, f));
    json_key_bool(out, "user", f->user);
    json_close(out, '}');
}

static const char *const places[] = {"stack", "heap", "stack while small", "static"};

static void site(Join *j, Json *out, const JoinSite *js) {
    const ExSite *s = js->site;
    json_open(out, '{');
    place(j, out, "at", js->pkg, s->mark);
    json_key_open(out, "expression", '{');
    json_key_int(out, "line", s->at.line);
    json_key_int(out, "col", s->at.col);
    json_key_int(out, "end_line", s->at.end_line);
    json_key_int(out, "end_col", s->at.end_col);
    json_close(out, '}');
    json_key_str(out, "kind", ex_kind_json[s->kind]);
    json_key_str(out, "what", s->name);
    json_key_str(out, "type", s->type);
    json_key_int(out, "size", s->size);
    json_key_str(out, "place", places[s->place]);
    json_key_str(out, "reason", s->escapes ? ex_reason_json[s->reason] : "");
    json_key_str(out, "because", s->escapes ? ex_reason_because[s->reason] : "");
    json_key_str(out, "advice", s->escapes ? ex_advice(s) : "");
    if (s->escapes) {
        place(j, out, "cause", js->pkg, s->cause);
        json_key_str(out, "cause_func", s->cause_func);
        json_key_bool(out, "cause_is_user", s->cause_is_user);
        place(j, out, "leaves_user_at", js->pkg, s->user);
    }
    StrBuf story = STRBUF_INIT;
    ExView v;
    exview_init(&v, j->library->cwd, &j->shown, &story);
    ex_tell_site(&v, js->pkg, s);
    exview_release(&v);
    json_key_str(out, "story", sb_str(&story));
    sb_release(&story);
    json_close(out, '}');
}

static void row(Join *j, Json *out, const JoinRow *r) {
    json_open(out, '{');
    json_key_int(out, "bytes", r->bytes);
    json_key_int(out, "objects", r->objects);
    json_key_double(out, "bytes_low", r->low);
    json_key_double(out, "bytes_high", r->high);
    json_key_double(out, "samples", r->seen);
    if (r->per_op >= 0) json_key_double(out, "bytes_per_op", r->per_op);
    if (r->objects_per_op >= 0) json_key_double(out, "objects_per_op", r->objects_per_op);
    json_key_int(out, "block_min", r->block_min);
    json_key_int(out, "block_max", r->block_max);
    json_key_str(out, "state", join_state_json[r->state]);
    json_key_str(out, "reason", join_reason_key(r));
    json_key_str(out, "match",
                 r->state == JOIN_REASON || r->state == JOIN_DISAGREE ? (r->by_line ? "line" : "exact") : "");
    const JoinFrame *leaf = &r->frames[0];
    bool one = r->sites.n == 1 && r->sites.v[0].site->at.line;
    json_key_str(out, "site",
                 one ? join_place(j, r->sites.v[0].pkg, r->sites.v[0].site->mark)
                     : join_frame_place(j, leaf));
    json_key_str(out, "func", leaf->func);
    json_key_bool(out, "user", r->is_user);
    json_key_open(out, "frames", '[');
    for (uint32_t i = 0; i < r->nframes; i++) frame(j, out, &r->frames[i]);
    json_close(out, ']');
    if (*r->nearest.func) {
        json_key(out, "nearest_user");
        frame(j, out, &r->nearest);
    }
    if (r->shares.n) {
        json_key_open(out, "benchmarks", '[');
        for (uint32_t i = 0; i < r->shares.n; i++) {
            const JoinShare *sh = &r->shares.v[i];
            json_open(out, '{');
            json_key_str(out, "name", j->roots.v[sh->root].func);
            json_key_int(out, "bytes", sh->bytes);
            json_key_int(out, "objects", sh->objects);
            if (sh->per_op >= 0) json_key_double(out, "bytes_per_op", sh->per_op);
            if (sh->objects_per_op >= 0) json_key_double(out, "objects_per_op", sh->objects_per_op);
            json_close(out, '}');
        }
        json_close(out, ']');
    }
    if (r->outside) json_key_int(out, "outside_loop_bytes", r->outside);
    if (r->moved) json_key_bool(out, "moved", true);
    if (r->helper) {
        json_key_open(out, "runtime", '{');
        json_key_str(out, "what", r->helper->what);
        json_key_str(out, "why", r->helper->why);
        json_close(out, '}');
    }
    json_key_open(out, "sites", '[');
    for (uint32_t i = 0; i < r->sites.n; i++) site(j, out, &r->sites.v[i]);
    json_close(out, ']');
    json_close(out, '}');
}

void join_json(Join *j, StrBuf *text) {
    Json json = json_begin(text, JSON_OURS), *out = &json;
    json_open(out, '{');
    json_key_int(out, "version", 1);
    json_key_str(out, "profile", j->profile_path);
    json_key_str(out, "metric", j->metric);
    json_key_int(out, "time_nanos", j->profile->time_nanos);
    json_key_int(out, "rate", j->rate);
    json_key_str(out, "binary", j->binary);
    json_key_str(out, "build_id", j->build_id);
    json_key_str(out, "stale", j->stale ? j->stale : "");
    json_key_bool(out, "stale_certain", j->stale_sure);
    json_key_int(out, "bytes", j->bytes);
    json_key_int(out, "objects", j->objects);
    json_key_open(out, "states", '{');
    for (int i = 0; i < JOIN_NSTATES; i++) json_key_int(out, join_state_json[i], j->state_bytes[i]);
    json_close(out, '}');
    json_key_open(out, "benchmarks", '[');
    for (uint32_t i = 0; i < j->benches.n; i++) {
        const JoinBench *b = &j->benches.v[i];
        json_open(out, '{');
        json_key_str(out, "name", b->name);
        json_key_int(out, "n", b->n);
        if (b->ns >= 0) json_key_double(out, "ns_per_op", b->ns);
        if (b->bytes >= 0) json_key_double(out, "bytes_per_op", b->bytes);
        if (b->allocs >= 0) json_key_double(out, "allocs_per_op", b->allocs);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key_open(out, "benchmark_functions", '[');
    for (uint32_t i = 0; i < j->roots.n; i++) {
        const JoinRoot *r = &j->roots.v[i];
        json_open(out, '{');
        json_key_str(out, "name", r->func);
        json_key_int(out, "bytes", r->bytes);
        json_key_int(out, "objects", r->objects);
        json_key_str(out, "per_op",
                     r->how == OPS_COUNTED  ? "counted"
                     : r->how == OPS_SHARED ? "shared"
                                            : "unknown");
        if (r->how == OPS_COUNTED) json_key_double(out, "operations", r->ops);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_key_open(out, "rows", '[');
    for (uint32_t i = 0; i < j->rows.n; i++) {
        json_line(out);
        row(j, out, j->rows.v[i]);
    }
    json_close(out, ']');
    json_close(out, '}');
    sb_addc(text, '\n');
}
