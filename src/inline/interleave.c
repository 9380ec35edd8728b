/* Devirtualisation and inlining, taken in turns until nothing changes.
 *
 * First every function's cost is known (cost.c). Then every call is wrapped in a parenthesis of its own, so
 * that what replaces the call can be put in place whatever happens around it; a list of these per function is
 * the work to do. Functions are visited callees first. A call that is replaced brings new calls with it,
 * which join the list; all new calls are resolved before the next is inlined, so that a literal called from
 * two places is not taken for one that is called once. At the end the parentheses go. */
#include "base/fault.h"
#include "inline/inline_int.h"
#include "ir/generics.h"
#include "ir/reach.h"
#include "ir/visit.h"

typedef struct FuncState {
    Inliner *in;
    IrFunc *fn;
    bool big_caller;
    Arena *scratch;
    VEC(IrParenExpr *) parens;
    VEC(IrFunc *) resolved; /* for each call its callee, NULL while unknown */
    Map *use_counts;        /* IrFunc → number of calls, shared by all functions of the package */
    bool refs_wanted;       /* to be noted: see ir/reach.h */
} FuncState;

typedef struct Interleave {
    Inliner in;
    DevirtState devirt;
    Map states; /* IrFunc → FuncState */
    Map use_counts;
    Deferral deferral;
    Arena scratch;
} Interleave;
typedef VEC(FuncState *) FuncStates;

static bool is_call(IrNode *n) {
    IrClassId class_id = ir_op_info[n->op].class_id;
    if (class_id == IC_TailCallStmt) IR(TailCallStmt, n)->call->no_inline = true;
    return class_id == IC_CallExpr;
}

/* Puts each call below n in parentheses, where it has none yet: the call moves, and the parentheses take its
 * place, which is large enough for either and for what may replace the call. */
static bool mark(IrNode *n, void *ctx) {
    FuncState *s = ctx;
    if (n->op == OPAREN) return false;
    bool call = is_call(n);
    if (s->refs_wanted) reach_note(s->fn, n);
    ir_do_children(n->op == OTAILCALL ? IRN(IR(TailCallStmt, n)->call) : n, mark, s);
    if (!call) return false;
    IrCallExpr *moved = NEW(s->scratch, IrCallExpr);
    *moved = *IR(CallExpr, n);
    IrParenExpr *p = IR(ParenExpr, n);
    *p = (IrParenExpr){.n = moved->n, .x = IRN(moved)};
    p->n.op = OPAREN;
    p->n.flags = p->n.esc = 0;
    p->n.inits = NULL;
    vec_push(s->scratch, &s->parens, p);
    return false;
}

/* Takes the parentheses away. */
static void unparen(IrParenExpr *p) {
    _Static_assert(sizeof(IrInlinedCallExpr) <= sizeof(IrCallExpr), "replaces a call in place");
    IrNode *x = p->x;
    if (x->op == OINLCALL) *IR(InlinedCallExpr, p) = *IR(InlinedCallExpr, x);
    else *IR(CallExpr, p) = *IR(CallExpr, x);
}

static void func_state_init(FuncState *s, Inliner *in, IrFunc *fn, Map *use_counts, Arena *scratch) {
    *s = (FuncState){.in = in, .fn = fn, .use_counts = use_counts, .scratch = scratch};
    s->big_caller = in->flags->l != 0 && is_big_func(in, fn);
    if (s->big_caller && mlog_on(in->log, 2))
        say(in, ir_npos(fn), "function %s considered 'big'; reducing max cost of inlinees",
            sym_text(in, fn->nname));
    ir_note_body(in->pkg, fn); /* with its references */
    ir_do_children(IRN(fn), mark, s);
    s->refs_wanted = in->pkg->on_demand;
}

static void func_state_end(FuncState *s) {
    for (uint32_t i = 0; i < s->parens.n; i++) unparen(s->parens.v[i]);
}

/* The callee of call i and, in *count, how many calls of it are known; NULL when it is not known, or the call
 * is inlined already. */
static IrFunc *resolve(FuncState *s, DevirtState *devirt, uint32_t i, intptr_t *count) {
    *count = 0;
    if (i < s->resolved.n && s->resolved.v[i]) {
        *count = (intptr_t)map_get(s->use_counts, PKEY(s->resolved.v[i]));
        return s->resolved.v[i];
    }
    IrNode *n = s->parens.v[i]->x;
    if (ir_op_info[n->op].class_id != IC_CallExpr) return NULL;
    devirtualize_static_call(devirt, s->fn, IR(CallExpr, n));
    IrFunc *callee = inline_call_target(s->in, s->fn, IR(CallExpr, n));
    if (!callee) return NULL;
    if (s->refs_wanted) reach_note_func(s->fn, callee);
    while (s->resolved.n <= i) vec_push(s->scratch, &s->resolved, NULL);
    s->resolved.v[i] = callee;
    *count = (intptr_t)map_get(s->use_counts, PKEY(callee)) + 1;
    map_put(s->use_counts, PKEY(callee), (void *)*count);
    return callee;
}

/* Tries call i; true when it was inlined. */
static bool edit(FuncState *s, DevirtState *devirt, uint32_t i) {
    fault_poll();
    IrNode *n = s->parens.v[i]->x;
    if (ir_op_info[n->op].class_id != IC_CallExpr) return false;
    intptr_t count;
    IrFunc *callee = resolve(s, devirt, i, &count);
    if (count <= 0) return false;
    IrInlinedCallExpr *inlined =
        try_inline_call(s->in, s->fn, IR(CallExpr, n), s->big_caller, count == 1 && callee->closure_parent);
    if (!inlined) return false;
    s->fn->noted = false;
    s->parens.v[i]->x = IRN(inlined);
    ir_do_children(IRN(inlined), mark, s);
    devirt_inlined_call(devirt, s->fn, s->parens.v[i], inlined);
    return true;
}

static void resolve_all(Interleave *w, FuncState *s) {
    intptr_t count;
    for (uint32_t i = 0; i < s->parens.n; i++) resolve(s, &w->devirt, i, &count);
}

static void inline_into(Interleave *w, const FuncStates *states) {
    for (bool done = false; !done;) {
        done = true;
        for (uint32_t k = 0; k < states->n; k++) {
            FuncState *s = states->v[k];
            intptr_t count;
            for (uint32_t from = 0, to = s->parens.n;;) {
                for (uint32_t i = from; i < to; i++)
                    if (edit(s, &w->devirt, i)) done = false;
                from = to;
                to = s->parens.n;
                if (from == to) break;
                for (uint32_t i = from; i < to; i++) resolve(s, &w->devirt, i, &count);
            }
        }
    }
}

static void inline_group(void *ctx, IrFunc **fns, uint32_t n, bool recursive) {
    (void)recursive;
    Interleave *w = ctx;
    FuncStates states = {0};
    for (uint32_t k = 0; k < n; k++) {
        FuncState *s = map_get(&w->states, PKEY(fns[k]));
        if (s) vec_push(&w->scratch, &states, s); /* else an instance that was only needed for its cost */
    }
    inline_into(w, &states);
}

/* A group by itself: calls between functions of different groups do not depend on each other. */
static void inline_group_alone(Interleave *w, IrFunc **fns, uint32_t n) {
    FuncStates states = {0};
    for (uint32_t k = 0; k < n; k++) {
        if (!fns[k]->body.n) continue; /* as above */
        FuncState *s = NEW(&w->scratch, FuncState);
        func_state_init(s, &w->in, fns[k], &w->use_counts, &w->scratch);
        vec_push(&w->scratch, &states, s);
    }
    for (uint32_t k = 0; k < states.n; k++) resolve_all(w, states.v[k]);
    inline_into(w, &states);
    for (uint32_t k = 0; k < states.n; k++) func_state_end(states.v[k]);
}

static void inline_group_or_defer(void *ctx, IrFunc **fns, uint32_t n, bool recursive) {
    (void)recursive;
    Interleave *w = ctx;
    if (!defer_group(&w->deferral, fns, n)) inline_group_alone(w, fns, n);
}

static void interleave_init(Interleave *w, IrPackage *pkg, MLog *log) {
    *w = (Interleave){.in = {.pkg = pkg, .log = log, .flags = pkg->flags}};
    devirt_init(&w->devirt, &w->in);
    w->states.arena = w->use_counts.arena = &w->scratch;
}

static void interleave_release(Interleave *w) {
    devirt_release(&w->devirt);
    arena_release(&w->scratch);
}

void inline_package(IrPackage *pkg, MLog *log) {
    Interleave w;
    interleave_init(&w, pkg, log);
    gen_begin_inlining(pkg);
    can_inline_funcs(&w.in, pkg->funcs.v, pkg->funcs.n);
    uint32_t n = pkg->funcs.n; /* literals copied with inlined bodies come behind, and are left as they are */
    if (pkg->on_demand) {
        deferral_init(&w.deferral, &w.in, &w.scratch);
        visit_funcs_bottom_up(pkg, pkg->funcs.v, n, inline_group_or_defer, &w);
        deferral_release(&w.deferral);
    } else { /* in the order of the compiler's messages */
        FuncState *states = NEW_ARRAY(&w.scratch, FuncState, n);
        for (uint32_t i = 0; i < n; i++) {
            func_state_init(&states[i], &w.in, pkg->funcs.v[i], &w.use_counts, &w.scratch);
            map_put(&w.states, PKEY(pkg->funcs.v[i]), &states[i]);
            resolve_all(&w, &states[i]);
        }
        visit_funcs_bottom_up(pkg, pkg->funcs.v, n, inline_group, &w);
        for (uint32_t i = 0; i < n; i++) func_state_end(&states[i]);
    }
    interleave_release(&w);
}

void inline_deferred(IrPackage *pkg, MLog *log) {
    Interleave w;
    interleave_init(&w, pkg, log);
    for (uint32_t i = 0; i < pkg->deferred.n; i++) {
        IrFuncs group = pkg->deferred.v[i];
        if (!group.v[0]->wanted) continue;
        uint32_t literals = pkg->funcs.n;
        inline_group_alone(&w, group.v, group.n);
        for (uint32_t k = literals; k < pkg->funcs.n; k++) pkg->funcs.v[k]->wanted = true;
        for (uint32_t k = 0; k < group.n; k++)
            for (uint32_t m = 0; m < group.v[k]->refs.n; m++)
                if (!group.v[k]->refs.v[m]->wanted && reach_matters(group.v[k]->refs.v[m]))
                    BUG("%s: %s came in unnoticed", ir_func_name(group.v[k]),
                        ir_func_name(group.v[k]->refs.v[m]));
    }
    interleave_release(&w);
}

void inline_func(IrPackage *pkg, MLog *log, IrFunc *fn) {
    fault_poll();
    Inliner in = {.pkg = pkg, .log = log, .flags = pkg->flags};
    Arena scratch = {0};
    Map use_counts = {.arena = &scratch};
    DevirtState devirt;
    devirt_init(&devirt, &in);
    FuncState s;
    func_state_init(&s, &in, fn, &use_counts, &scratch);
    for (bool done = false; !done;) {
        done = true;
        for (uint32_t i = 0; i < s.parens.n; i++)
            if (edit(&s, &devirt, i)) done = false;
    }
    func_state_end(&s);
    devirt_release(&devirt);
    arena_release(&scratch);
}
