/* Devirtualisation and inlining, taken in turns until nothing changes.
 *
 * First every function's cost is known (cost.c). Then every call is wrapped in a parenthesis of its own, so
 * that what replaces the call can be put in place whatever happens around it; a list of these per function is
 * the work to do. Functions are visited callees first. A call that is replaced brings new calls with it,
 * which join the list; all new calls are resolved before the next is inlined, so that a literal called from
 * two places is not taken for one that is called once. At the end the parentheses go. */
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
} FuncState;

typedef struct Interleave {
    Inliner in;
    DevirtState devirt;
    Map states; /* IrFunc → FuncState */
    Map use_counts;
    Arena scratch;
} Interleave;

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
    if (s->in->pkg->on_demand) reach_note(s->fn, n);
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
    ir_do_children(IRN(fn), mark, s);
    fn->refs_noted = in->pkg->on_demand;
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
    if (s->in->pkg->on_demand) reach_note_func(s->fn, callee);
    while (s->resolved.n <= i) vec_push(s->scratch, &s->resolved, NULL);
    s->resolved.v[i] = callee;
    *count = (intptr_t)map_get(s->use_counts, PKEY(callee)) + 1;
    map_put(s->use_counts, PKEY(callee), (void *)*count);
    return callee;
}

/* Tries call i; true when it was inlined. */
static bool edit(FuncState *s, DevirtState *devirt, uint32_t i) {
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

static void inline_group(void *ctx, IrFunc **fns, uint32_t n, bool recursive) {
    (void)recursive;
    Interleave *w = ctx;
    for (bool done = false; !done;) {
        done = true;
        for (uint32_t k = 0; k < n; k++) {
            FuncState *s = map_get(&w->states, PKEY(fns[k]));
            if (!s) continue; /* not of this package's list: an instance that was only needed for its cost */
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

void inline_package(IrPackage *pkg, MLog *log) {
    Interleave w = {.in = {.pkg = pkg, .log = log, .flags = pkg->flags}};
    gen_begin_inlining(pkg);
    devirt_init(&w.devirt, &w.in);
    can_inline_funcs(&w.in, pkg->funcs.v, pkg->funcs.n);
    w.states.arena = w.use_counts.arena = &w.scratch;
    uint32_t n = pkg->funcs.n; /* literals copied with inlined bodies come behind, and are left as they are */
    FuncState *states = NEW_ARRAY(&w.scratch, FuncState, n);
    for (uint32_t i = 0; i < n; i++) {
        func_state_init(&states[i], &w.in, pkg->funcs.v[i], &w.use_counts, &w.scratch);
        map_put(&w.states, PKEY(pkg->funcs.v[i]), &states[i]);
        intptr_t count;
        for (uint32_t k = 0; k < states[i].parens.n; k++) resolve(&states[i], &w.devirt, k, &count);
    }
    visit_funcs_bottom_up(pkg, pkg->funcs.v, n, inline_group, &w);
    for (uint32_t i = 0; i < n; i++) func_state_end(&states[i]);
    devirt_release(&w.devirt);
    arena_release(&w.scratch);
}

void inline_func(IrPackage *pkg, MLog *log, IrFunc *fn) {
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
