/* escape.c: the pass over a package, batch by batch, and what is said and kept of each.
 *
 * A batch is built by walking its functions (a literal is walked where it stands), then closures' captured
 * variables are connected: only now is it known which are assigned once and can be captured by value. Then
 * sizes force some things to the heap, the graph is solved, and the results are written to the nodes and into
 * the functions' tags. */
#include "escape/escape_int.h"
#include "ir/visit.h"

const uint64_t esc_planned[1], esc_started[1];
static const uint64_t tags_none[1]; /* of functions without parameters */

Leaks escape_tag(const IrFunc *fn, uint32_t i) {
    return esc_tagged(fn) ? leaks_decode(((const uint64_t *)fn->esc_tags)[i]) : LEAKS_UNKNOWN;
}

bool esc_in_mutual_batch(const Batch *b, const IrName *name) {
    IrFunc *fn = ir_local_func(b->pkg, name);
    if (!fn || esc_tagged(fn) || (b->pkg->on_demand && !fn->wanted)) return false;
    if (!fn->esc_tags) BUG("escape: %s is called before it was planned", ir_func_name(fn));
    return true;
}

static void init_func(Batch *b, IrFunc *fn) {
    if (fn->esc_tags) BUG("escape: %s is analysed twice", ir_func_name(fn));
    Escape e = {.b = b, .fn = fn, .loop_depth = 1};
    fn->esc_tags = (void *)(uintptr_t)esc_planned;
    for (uint32_t i = 0; i < fn->dcl.n; i++) esc_new_loc(&e, &fn->dcl.v[i]->n, true);
    if (!fn->oclosure) { /* hidden parameters, such as the receiver in a method value's wrapper */
        for (uint32_t i = 0; i < fn->closure_vars.n; i++) {
            esc_new_loc(&e, &ir_canonical(fn->closure_vars.v[i])->n, true);
        }
    }
    for (uint32_t i = 0; i < fn->nresults; i++)
        b->locs.v[esc_old_loc(func_result(fn, i))].result_index = 1 + i;
}

/* Variables that are assigned once, whose address is not taken and that are small are captured by value. */
static void flow_closure(Batch *b, Hole to, IrClosureExpr *clo) {
    IrNames vars = clo->func->closure_vars;
    for (uint32_t i = 0; i < vars.n; i++) {
        IrName *cv = vars.v[i], *n = ir_canonical(cv);
        LocId id = esc_old_loc(cv);
        Loc *l = &b->locs.v[id];
        if (!l->captured) BUG("escape: closure variable %s is never captured", cv->sym->s);
        int64_t width = sizes_sizeof(&b->sizes, n->n.type);
        n->byval = !l->addrtaken && !l->reassigned && width <= 128 && width >= 0;
        if (!n->byval) n->addrtaken = true;
        if (b->level > 1) {
            StrBuf *sb = esc_line(b, n);
            ir_print_sym(sb, b->pkg, n->curfn->nname);
            sb_printf(sb, " capturing by %s: ", n->byval ? "value" : "ref");
            ir_print(sb, b->pkg, &n->n);
            sb_printf(sb, " (addr=%s assign=%s width=%lld)", l->addrtaken ? "true" : "false",
                      l->reassigned ? "true" : "false", (long long)width);
            mlog_end(b->log);
        }
        Hole k = to;
        if (!n->byval) k = hole_addr(b, k, &cv->n, FLOW_REFERENCE);
        esc_flow(b, hole_note(b, k, &cv->n, FLOW_CAPTURED), id);
    }
}

/* ---- tags ---- */

static void warn_param(Batch *b, IrName *param, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void warn_param(Batch *b, IrName *param, const char *fmt, ...) {
    StrBuf *sb = esc_line(b, param);
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(sb, fmt, ap);
    va_end(ap);
    mlog_end(b->log);
}

static void report_leaks(Batch *b, IrFunc *fn, IrName *param, Leaks l) {
    const char *name = param->sym->s;
    bool warned = false;
    int x = leaks_get(l, LEAK_HEAP);
    if (x >= 0) {
        warn_param(b, param, x == 0 ? "leaking param: %s" : "leaking param content: %s", name);
        warned = true;
    }
    for (int i = 0; i < LEAK_RESULTS; i++) {
        x = leaks_get(l, LEAK_RESULT0 + i);
        if (x < 0) continue;
        warn_param(b, param, "leaking param: %s to result %s level=%d", name,
                   func_result(fn, (uint32_t)i)->sym->s, x);
        warned = true;
    }
    if (b->mutations_calls <= 0) {
        if (!warned) warn_param(b, param, "%s does not escape", name);
        return;
    }
    if ((x = leaks_get(l, LEAK_MUTATOR)) >= 0) {
        warn_param(b, param, "mutates param: %s derefs=%d", name, x);
        warned = true;
    }
    if ((x = leaks_get(l, LEAK_CALLEE)) >= 0) {
        warn_param(b, param, "calls param: %s derefs=%d", name, x);
        warned = true;
    }
    if (!warned) warn_param(b, param, "%s does not escape, mutate, or call", name);
}

/* Parameters without a name of their own, or with the blank one, got one when they were declared. */
static bool unnamed_or_blank(const IrName *param) {
    return param->sym->s[0] == '~' && param->sym->s[1] == 'p';
}

static bool unnamed(const IrName *param) {
    return unnamed_or_blank(param) && !(param->obj && param->obj->name && param->obj->name->n);
}

static Leaks param_tag(Batch *b, IrFunc *fn, uint32_t i) {
    IrName *param = func_param(fn, i);
    Type *t = param->n.type;
    const char *name = param->sym->s;
    bool diagnose = b->level >= 1 && !fn->wrapper && !fn->dupok;
    Leaks l = {{0}};
    if (fn->body.n == 0) {
        /* Assembly: numbers may be pointers in use until it returns. */
        fn->pragma |= IRP_UINTPTR_KEEP_ALIVE;
        if (is_uintptr(t)) {
            if (diagnose) warn_param(b, param, "assuming %s is unsafe uintptr", name);
            return LEAKS_UNKNOWN;
        }
        if (!has_pointers(t)) return LEAKS_UNKNOWN;
        if (fn->pragma & IRP_NOESCAPE) {
            if (diagnose && !unnamed(param)) warn_param(b, param, "%s does not escape", name);
            leaks_add(&l, LEAK_MUTATOR, 0);
            leaks_add(&l, LEAK_CALLEE, 0);
        } else {
            if (diagnose && !unnamed(param)) warn_param(b, param, "leaking param: %s", name);
            leaks_add(&l, LEAK_HEAP, 0);
        }
        return l;
    }
    if (fn->pragma & IRP_UINTPTR_ESCAPES) {
        if (is_uintptr(t)) {
            if (diagnose) warn_param(b, param, "marking %s as escaping uintptr", name);
            return LEAKS_UNKNOWN;
        }
        Signature *sig = as_signature(type_under(fn->nname->n.type));
        if (sig && sig->variadic && i + 1 == func_nparams(fn) && is_uintptr(ir_slice_elem(t))) {
            if (diagnose) warn_param(b, param, "marking %s as escaping ...uintptr", name);
            return LEAKS_UNKNOWN;
        }
    }
    if (!has_pointers(t)) return LEAKS_UNKNOWN;
    if (unnamed_or_blank(param)) return l; /* unused, so it goes nowhere */
    Loc *loc = &b->locs.v[esc_old_loc(param)];
    l = loc->leaks;
    leaks_optimize(&l);
    if (diagnose && !(loc->attrs & ATTR_ESCAPES)) report_leaks(b, fn, param, l);
    return l;
}

/* ---- results ---- */

static void place(Batch *b, LocId id, EscPlaceKind kind) {
    if (!b->facts) return;
    Loc *l = &b->locs.v[id];
    uint32_t event = id < b->event_of.n ? b->event_of.v[id] : 0;
    vec_push(NULL, &b->facts->places, ((EscPlace){l->n, l->curfn, kind, event}));
}

/* The line of -m about what an expression allocates. */
static void say_of_value(Batch *b, const IrNode *n, const char *verdict) {
    StrBuf *sb = esc_line(b, n);
    if (n->op == OAPPEND) {
        sb_adds(sb, "append");
    } else {
        ir_print(sb, b->pkg, n);
    }
    sb_adds(sb, verdict);
    mlog_end(b->log);
}

static void finish_loc(Batch *b, LocId id) {
    Loc *l = &b->locs.v[id];
    IrNode *n = l->n;
    if (!n) return;
    if (n->op == ONAME) IR(Name, n)->opt = NULL;
    /* Literals made for go and defer statements are not talked about. */
    bool silent = b->level < 1 || (n->op == OCLOSURE && IR(ClosureExpr, n)->func->wrapper);
    if (l->attrs & ATTR_ESCAPES) {
        if (n->op != ONAME) {
            if (!silent) say_of_value(b, n, " escapes to heap");
            place(b, id, ESC_PLACE_HEAP);
        } else {
            if (!silent) {
                StrBuf *sb = esc_line(b, n);
                sb_adds(sb, "moved to heap: ");
                ir_print(sb, b->pkg, n);
                mlog_end(b->log);
            }
            place(b, id, ESC_PLACE_MOVED);
        }
        n->esc = ESC_HEAP;
    } else {
        if (n->op != ONAME) {
            if (!silent) say_of_value(b, n, " does not escape");
            place(b, id, ESC_PLACE_STACK);
        }
        n->esc = ESC_NONE;
        if (!(l->attrs & ATTR_PERSISTS) && (n->op == OCLOSURE || n->op == OMETHVALUE || n->op == OSLICELIT)) {
            n->flags |= IRF_TRANSIENT;
        }
    }
    if (b->zero_copy && n->op == OSTR2BYTES && !(l->attrs & ATTR_MUTATES)) {
        if (b->level >= 1) {
            StrBuf *sb = esc_line(b, n);
            sb_adds(sb, "zero-copy string->[]byte conversion");
            mlog_end(b->log);
        }
        place(b, id, ESC_PLACE_ZERO_COPY);
        n->op = OSTR2BYTESTMP;
    }
}

static void esc_finish(Batch *b) {
    for (uint32_t f = 0; f < b->nfns; f++) {
        IrFunc *fn = b->fns[f];
        uint32_t n = func_nparams(fn);
        uint64_t *tags = n ? NEW_ARRAY(b->pkg->arena, uint64_t, n) : NULL;
        for (uint32_t i = 0; i < n; i++) {
            Leaks l = param_tag(b, fn, i);
            tags[i] = leaks_encode(l);
            if (b->facts) vec_push(NULL, &b->facts->params, ((EscParam){fn, i, l}));
        }
        fn->esc_tags = n ? (void *)tags : (void *)(uintptr_t)tags_none;
    }
    for (LocId i = LOC_FIRST; i < b->locs.n; i++) finish_loc(b, i);
}

/* ---- the pass ---- */

static void batch(void *ctx, IrFunc **fns, uint32_t n, bool recursive) {
    (void)recursive;
    Batch *b = ctx;
    b->fns = fns;
    b->nfns = n;
    esc_batch_begin(b);
    for (uint32_t i = 0; i < n; i++) init_func(b, fns[i]);
    for (uint32_t i = 0; i < n; i++) {
        if (!ir_is_closure(fns[i])) esc_walk_func(b, fns[i]);
    }
    for (uint32_t i = 0; i < b->closures.n; i++) {
        flow_closure(b, b->closures.v[i].k, IR(ClosureExpr, b->closures.v[i].clo));
    }
    for (LocId i = LOC_FIRST; i < b->locs.n; i++) {
        IrNode *node = b->locs.v[i].n;
        if (!node) continue;
        esc_rewrite_with_literals(b, node, b->locs.v[i].curfn);
        FlowId why = esc_heap_alloc_reason(b, node);
        if (why != FLOW_NONE) esc_flow(b, hole_addr(b, HEAP_HOLE, node, why), i);
    }
    esc_solve(b);
    esc_finish(b);
}

void escape_package(IrPackage *pkg, MLog *log, EscFacts *facts) {
    const CompilerFlags *flags = pkg->flags;
    Batch b = {.pkg = pkg, .log = log, .facts = facts, .sizes = *ir_sizes(), .level = log ? log->level : 0};
    b.notes_on = b.level >= 2 || facts;
    b.zero_copy = !flags || flags->debug.zerocopy != 0;
    b.mutations_calls = flags ? flags->debug.escapemutationscalls : 0;
    if (pkg->on_demand) visit_wanted_bottom_up(pkg, batch, &b);
    else visit_funcs_bottom_up(pkg, pkg->funcs.v, pkg->funcs.n, batch, &b);
    /* Two functions may share an oracle: the outermost one owns it. */
    for (uint32_t i = 0; i < b.oracles.cap;
         i++) { /* first the slots that only share, while the owner can be asked */
        MapSlot *s = &b.oracles.slots[i];
        IrReassignOracle *ro = s->key ? s->val : NULL;
        if (ro && (uint64_t)(uintptr_t)ro->fn != s->key) s->val = NULL;
    }
    for (uint32_t i = 0; i < b.oracles.cap; i++) {
        IrReassignOracle *ro = b.oracles.slots[i].key ? b.oracles.slots[i].val : NULL;
        if (!ro) continue;
        ir_oracle_release(ro);
        free_heap(ro);
    }
    map_release(&b.oracles);
    esc_batch_release(&b);
}
