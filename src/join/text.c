/* The joined report for people: a table of sites, and under each what is allocated, why it is on the heap and
 * where the user comes in. */
#include "explain/text.h"
#include "join/join.h"
#include "load/load_int.h"
#include "profile/measure.h"
#include <math.h>

static const char *bytes_text(Join *j, double v) {
    StrBuf sb = STRBUF_INIT;
    measure_label(&sb, (int64_t)llround(v), STR_LIT("bytes"), STR_LIT("auto"));
    return sb_arena(&sb, &j->arena);
}

static const char *op_text(Join *j, double v) {
    if (v < 0) return "";
    return arena_printf(&j->arena, v < 9.95 && v > 0.005 ? "%.2f" : "%.0f", v);
}

static double share(int64_t part, int64_t all) { return all ? 100.0 * (double)part / (double)all : 0; }

/* Wide enough to matter: a tenth either way. */
static bool uncertain(const JoinRow *r) {
    return r->bytes > 0 && (r->high - r->low) / 2 > 0.1 * (double)r->bytes;
}

static void blocks(Join *j, const JoinRow *r, StrBuf *out) {
    if (r->block_max <= 0) return;
    if (r->block_min == r->block_max) sb_printf(out, ", blocks of %s", bytes_text(j, (double)r->block_min));
    else
        sb_printf(out, ", blocks of %s to %s", bytes_text(j, (double)r->block_min),
                  bytes_text(j, (double)r->block_max));
}

void join_kind_words(const ExSite *s, StrBuf *out) {
    sb_printf(out, "%s", s->name);
    if (s->kind == EX_VAR || s->kind == EX_PARAM)
        sb_printf(out, ": %s%s%s moved to the heap", ex_kind_words[s->kind], *s->type ? " of type " : "",
                  s->type);
    else if (s->kind == EX_IFACE)
        sb_printf(out, ": %s%s%s", *s->type ? s->type : "value", " converted to an interface", "");
    else if (!strstr(s->name, ex_kind_words[s->kind])) sb_printf(out, ": %s", ex_kind_words[s->kind]);
}

void join_reason_words(Join *j, const JoinSite *js, StrBuf *out) {
    const ExSite *s = js->site;
    if (!s->escapes && s->place == EX_STACK_SMALL) {
        if (s->kind == EX_MAKEMAP || s->kind == EX_MAPLIT)
            sb_adds(out, "it grows beyond the 8 entries for which the stack has room");
        else
            sb_printf(out, "it is larger than the %lld bytes that the stack has for it (it does not escape)",
                      (long long)s->limit);
        return;
    }
    if (s->reason == EX_WHY_ALWAYS || !s->reason) {
        sb_adds(out, s->kind == EX_MAPASSIGN ? "the entries of a map are on the heap"
                     : s->kind == EX_APPEND  ? "what append needs beyond the capacity is on the heap"
                     : s->kind == EX_CONCAT  ? "+= makes a new string on the heap each time"
                     : s->kind == EX_GO      ? "a goroutine, its stack and its arguments are on the heap"
                                             : "the run-time system always puts it on the heap");
        return;
    }
    sb_adds(out, ex_reason_because[s->reason]);
    if (s->cause.line) {
        sb_printf(out, ", at %s", join_place(j, js->pkg, s->cause));
        if (*s->cause_func && strcmp(s->cause_func, s->func) != 0) sb_printf(out, " in %s", s->cause_func);
        sb_adds(out, s->cause_is_user ? "" : " (dependency)");
    }
    if (s->first_reason == EX_WHY_CALL && s->user.line && !s->cause_is_user)
        sb_printf(out, ", where it comes from %s", join_place(j, js->pkg, s->user));
}

/* Below several benchmarks: what was counted below each, where it is known. */
static void operations(Join *j, const JoinRow *r, const char *pad, StrBuf *out) {
    uint32_t shown = 0;
    for (uint32_t i = 0; i < r->shares.n; i++) {
        const JoinShare *s = &r->shares.v[i];
        if (s->per_op < 0.005) continue;
        if (++shown > 4) break;
        if (shown == 1) sb_printf(out, "%sB/op: ", pad);
        else sb_adds(out, ", ");
        sb_printf(out, "%s in %s", op_text(j, s->per_op), j->roots.v[s->root].func);
    }
    if (shown) sb_adds(out, shown > 4 ? " and others\n" : "\n");
}

static void detail(Join *j, const JoinRow *r, StrBuf *out) {
    const char *pad = "                 ";
    switch ((JoinState)r->state) {
    case JOIN_REASON: {
        if (r->sites.n > 1)
            sb_printf(out, "%sone of %u values on this line%s:\n", pad, r->sites.n,
                      r->by_line ? "" : " that the profile can't tell apart");
        const char *why = NULL;
        for (uint32_t i = 0; i < r->sites.n && i < 4; i++) {
            const JoinSite *js = &r->sites.v[i];
            StrBuf sb = STRBUF_INIT;
            join_reason_words(j, js, &sb);
            const char *mine = sb_arena(&sb, &j->arena);
            if (why && strcmp(why, mine) != 0)
                sb_printf(out, "%s  because %s\n", pad, why); /* once for equal neighbours */
            why = mine;
            sb_adds(out, pad);
            join_kind_words(js->site, out);
            if (!i) blocks(j, r, out);
            sb_addc(out, '\n');
        }
        if (why) sb_printf(out, "%s  because %s\n", pad, why);
        if (r->sites.n > 4) sb_printf(out, "%sand %u more\n", pad, r->sites.n - 4);
        break;
    }
    case JOIN_RUNTIME:
        sb_printf(out, "%s%s", pad, r->helper->what);
        blocks(j, r, out);
        sb_printf(out, "\n%s  because %s\n", pad, r->helper->why);
        break;
    case JOIN_DISAGREE:
        sb_printf(out, "%sthe analysis keeps ", pad);
        for (uint32_t i = 0; i < r->sites.n && i < 4; i++)
            sb_printf(out, "%s%s", i ? " and " : "", r->sites.v[i].site->name);
        sb_adds(out, " on the stack");
        blocks(j, r, out);
        sb_printf(out, "\n%s  %s\n", pad,
                  r->moved        ? "this function has changed since the profile was made"
                  : j->stale_sure ? "perhaps since the source has changed"
                  : j->stale      ? "the source may have changed since (see above); else a mistake of goesc's"
                             : "nothing says that the source has changed (file times, function lines, build "
                               "ids): other build flags, or a mistake of goesc's");
        break;
    case JOIN_NO_SITE:
    case JOIN_NO_SOURCE:
    case JOIN_FAILED:
    case JOIN_NSTATES:
        sb_printf(out, "%sno reason: %s", pad, join_state_words[r->state]);
        blocks(j, r, out);
        sb_addc(out, '\n');
        break;
    }
    if (r->moved && r->state != JOIN_DISAGREE)
        sb_printf(out, "%sthis function has changed since the profile was made: perhaps another value\n",
                  pad);
    if (r->outside > 0 && !r->shares.n) sb_printf(out, "%soutside of the benchmark's loop\n", pad);
    if (j->ops <= 0 && r->shares.n > 1) operations(j, r, pad, out);
    if (uncertain(r))
        sb_printf(out, "%s95 %% interval: %s to %s, from %.0f block%s seen\n", pad, bytes_text(j, r->low),
                  bytes_text(j, r->high), r->seen, llround(r->seen) == 1 ? "" : "s");
    if (!r->is_user && *r->nearest.func)
        sb_printf(out, "%syour line: %s, in %s\n", pad, join_frame_place(j, &r->nearest), r->nearest.func);
}

static void head(Join *j, StrBuf *out) {
    double seen = 0;
    for (uint32_t i = 0; i < j->rows.n; i++) seen += j->rows.v[i]->seen;
    sb_printf(out, "%s: %s in %lld objects %s, ", j->profile_path, bytes_text(j, (double)j->bytes),
              (long long)j->objects, !strcmp(j->metric, "inuse") ? "in use" : "allocated");
    if (j->rate <= 1) sb_adds(out, "every one counted\n");
    else sb_printf(out, "scaled from %.0f sampled, one every %s\n", seen, bytes_text(j, (double)j->rate));
    if (j->stale) sb_printf(out, "%s: %s.\n", j->stale_sure ? "Careful" : "Note", j->stale);
    sb_printf(out, "Why they are on the heap is known for %.1f%% of the bytes",
              share(j->state_bytes[JOIN_REASON] + j->state_bytes[JOIN_RUNTIME], j->bytes));
    for (int i = JOIN_DISAGREE; i < JOIN_NSTATES; i++)
        if (j->state_bytes[i])
            sb_printf(out, "; %s: %.1f%%", join_state_json[i], share(j->state_bytes[i], j->bytes));
    sb_adds(out, ".\n\n");
}

static void averages(Join *j, StrBuf *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < j->roots.n; i++) {
        const JoinRoot *r = &j->roots.v[i];
        if (r->how != OPS_COUNTED || r->names < 2) continue;
        sb_printf(out, "%s%s", n++ ? ", " : "B/op is the average of all sub-benchmarks in ", r->func);
    }
    if (n) sb_adds(out, ".\n");
}

/* Benchmarks of which the number of operations is not known, and what makes it known. */
static void unknown_operations(Join *j, StrBuf *out) {
    const JoinRoot *one = NULL;
    uint32_t n = 0;
    bool several = false;
    for (uint32_t i = 0; i < j->roots.n; i++) {
        const JoinRoot *r = &j->roots.v[i];
        if (r->how != OPS_UNKNOWN || !r->lines) continue;
        several = several || r->names > 1;
        if (!n++) one = r;
    }
    if (!n) return;
    sb_printf(out, "Bytes an operation are not known for %s", one->func);
    if (n > 1) sb_printf(out, " and %u more", n - 1);
    sb_printf(out, ": it goes by b.N%s. A fixed number (-benchtime 1000x)%s makes them known.\n",
              several ? " and has several sub-benchmarks, which the profile does not tell apart" : "",
              several ? " or b.Loop" : ", b.Loop or -benchmem");
}

void join_text(Join *j, const JoinOptions *o, StrBuf *out) {
    if (!j->rows.n) {
        sb_printf(out, "%s: no allocation was sampled%s.\n", j->profile_path,
                  j->rate > 1 ? "; -memprofilerate=1 counts each" : "");
        return;
    }
    head(j, out);
    bool ops = false;
    for (uint32_t i = 0; i < j->rows.n; i++) ops = ops || j->rows.v[i]->per_op >= 0;
    sb_printf(out, "%10s %6s %6s %11s%s  %s\n", "bytes", "share", "sum", "objects",
              ops ? "     B/op  allocs/op" : "", "site");
    int64_t sum = 0, all = j->by_objects ? j->objects : j->bytes;
    bool rough = false;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < j->rows.n && i < o->rows; i++, shown++) {
        const JoinRow *r = j->rows.v[i];
        int64_t v = j->by_objects ? r->objects : r->bytes;
        if (!o->slivers && share(v, all) < 0.1 && shown) break;
        sum += v;
        rough =
            rough || (uncertain(r) && (r->high - r->low) / 2 > 0.25 * (double)r->bytes && share(v, all) > 1);
        sb_printf(out, "%10s %5.1f%% %5.1f%% %11lld", bytes_text(j, (double)r->bytes), share(v, all),
                  share(sum, all), (long long)r->objects);
        if (ops) sb_printf(out, "%9s  %9s", op_text(j, r->per_op), op_text(j, r->objects_per_op));
        const JoinFrame *leaf = &r->frames[0];
        const char *place = join_frame_place(j, leaf);
        if (r->sites.n == 1 && r->sites.v[0].site->at.line)
            place = join_place(j, r->sites.v[0].pkg, r->sites.v[0].site->mark);
        sb_adds(out, "  ");
        term_add(out, o->styles, TERM_BOLD, place);
        sb_printf(out, "  %s\n", leaf->func);
        const ExSpan *at = r->sites.n == 1 ? &r->sites.v[0].site->at : NULL;
        if (at && r->state == JOIN_REASON &&
            (leaf->line < at->line || leaf->line > MAX(at->line, at->end_line)) &&
            r->sites.v[0].site->kind != EX_PARAM) /* the profile has no frame for it */
            sb_printf(out, "                 %s %s, %s\n", r->by_line ? "called by" : "inlined in",
                      leaf->func, join_frame_place(j, leaf));
        for (uint32_t k = 1; k < r->nframes; k++)
            sb_printf(out, "                 %s %s, %s\n", r->in_runtime ? "called by" : "inlined in",
                      r->frames[k].func, join_frame_place(j, &r->frames[k]));
        detail(j, r, out);
    }
    if (j->rows.n > shown)
        sb_printf(out, "%u more site%s, %.1f%% together; -rows %u shows all.\n", j->rows.n - shown,
                  j->rows.n - shown == 1 ? "" : "s", 100 - share(sum, all), j->rows.n);
    if (rough)
        sb_adds(out,
                "Some numbers stand on few samples: go test -memprofilerate=1 counts every allocation.\n");
    if (j->ops <= 0) averages(j, out);
    if (j->ops <= 0) unknown_operations(j, out);
}
