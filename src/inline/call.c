/* Which calls are inlined, and what takes their place.
 *
 * A call whose callee is statically known and cheap enough for its caller becomes an OINLCALL: its init list
 * declares variables for the parameters and assigns the arguments, its body is a fresh copy of the callee's
 * pristine body in which `return x` is `result = x; goto end`, and its values are the result variables. In a
 * cycle of recursive calls each function is inlined once: the inline tree tells from which functions a
 * position already comes. */
#include "inline/inline_int.h"
#include "ir/typecheck.h"

const char *sym_text(Inliner *in, const IrName *n) {
    StrBuf sb = STRBUF_INIT;
    ir_print_sym(&sb, in->pkg, n);
    return sb_arena(&sb, in->pkg->arena);
}

void say(Inliner *in, IrPos pos, const char *fmt, ...) {
    StrBuf *sb = mlog_begin(in->log, ir_outermost_pos(in->pkg, pos));
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *text = xmalloc((size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    sb_add(sb, text, (size_t)n);
    free_heap(text);
    mlog_end(in->log);
}

/* Whether the call might be inlined, going by its form alone. */
static bool might_inline(Inliner *in, IrCallExpr *call) {
    if (in->flags->l == 0 || call->n.op != OCALLFUNC || call->go_defer || call->no_inline) return false;
    if (in->flags->debug.checkptr > 0 && call->fun->op == OMETHEXPR) {
        IrName *m = ir_method_expr_name(call->fun);
        if (m && strcmp(ir_name_path(m), "reflect") == 0 &&
            (name_is(m->sym, "Value.UnsafeAddr") || name_is(m->sym, "Value.Pointer")))
            return false;
    }
    if (ir_is_escape_non_string(ir_static_callee_name(call->fun)))
        return false; /* the escape analysis knows it */
    return !ir_is_intrinsic_call(call);
}

IrFunc *inl_callee(Inliner *in, IrFunc *caller, IrNode *fun, bool resolve_only) {
    fun = ir_static_value(in->pkg, fun);
    switch (OPOF(fun)) {
    case OMETHEXPR: {
        IrName *n = ir_method_expr_name(fun);
        if (!n) return NULL;
        const Signature *sig = as_signature(n->n.type);
        IrNode *x = IR(SelectorExpr, fun)->x;
        if (!sig || !sig->recv || !type_identical(sig->recv->typ, x->type)) return NULL;
        return n->func;
    }
    case ONAME: return IR(Name, fun)->name_class == PFUNC ? IR(Name, fun)->func : NULL;
    case OCLOSURE: {
        IrFunc *c = IR(ClosureExpr, fun)->func;
        if (c->closure_vars.n && c->closure_vars.v[0]->outer->curfn != caller)
            return NULL; /* another frame's variables */
        if (!resolve_only) can_inline(in, c);
        return c;
    }
    default: return NULL;
    }
}

static bool cost_ok(const IrFunc *callee, bool big_caller, bool called_once) {
    int32_t max = big_caller ? BIG_FUNCTION_MAX_COST : MAX_BUDGET;
    if (callee->closure_parent) {
        max *= 2;
        if (called_once) max = MAX(max, CLOSURE_CALLED_ONCE_COST);
    }
    return callee->inl->cost <= max;
}

static bool same_place(Pos a, Pos b) {
    enum { COL_MAX = 255 }; /* the compiler's positions keep no larger column */
    return pos_line(a) == pos_line(b) && MIN(pos_col(a), COL_MAX) == MIN(pos_col(b), COL_MAX) &&
           posbase_get(pos_base(a))->file == posbase_get(pos_base(b))->file;
}

static bool is_one_of(const char *path, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(path, list[i]) == 0) return true;
    return false;
}

/* Whether functions of the package at path stay calls: code that is not instrumented may not move into code
 * that is. */
static bool kept_apart(const CompilerFlags *f, const char *path) {
    static const char *const detectors[] = {"runtime/race", "runtime/msan", "runtime/asan"};
    static const char *const atomics[] = {"sync", "sync/atomic", "internal/sync", "internal/runtime/atomic"};
    bool runtime = (f->instrumenting || f->debug.checkptr > 0) && load_is_runtime_package(path);
    if (runtime && (f->debug.checkptr > 0 || strcmp(path, "internal/bytealg") != 0)) return true;
    if (f->instrumenting && is_one_of(path, detectors, COUNT_OF(detectors))) return true;
    return f->race && is_one_of(path, atomics, COUNT_OF(atomics));
}

bool can_inline_call(Inliner *in, IrFunc *caller, IrCallExpr *call, IrFunc *callee, bool big_caller,
                     bool called_once, bool log) {
    if (!ir_have_inline_body(in->pkg, callee) || !cost_ok(callee, big_caller, called_once)) return false;
    for (uint32_t i = call->n.inl; i; i = in->pkg->inl_tree.v[i - 1].pos.inl)
        if (same_place(in->pkg->inl_tree.v[i - 1].pos.p, call->n.p))
            return false; /* this very call, inlined */
    if (kept_apart(in->flags, ir_name_path(callee->nname))) return false;
    for (uint32_t i = call->n.inl; i; i = in->pkg->inl_tree.v[i - 1].pos.inl) {
        if (in->pkg->inl_tree.v[i - 1].func != callee) continue;
        if (log && mlog_on(in->log, 2))
            say(in, ir_npos(call), "cannot inline %s into %s: repeated recursive cycle",
                sym_text(in, callee->nname), ir_func_name(caller));
        return false;
    }
    return true;
}

IrFunc *inline_call_target(Inliner *in, IrFunc *caller, IrCallExpr *call) {
    return might_inline(in, call) ? inl_callee(in, caller, call->fun, true) : NULL;
}

/* What evaluating the callee expression does besides naming the function goes to init. */
static void callee_effects(IrPackage *pkg, IrNodes *init, IrNode *callee) {
    for (;;) {
        ir_append_list(pkg, init, ir_take_init(callee));
        switch (OPOF(callee)) {
        case ONAME:
        case OCLOSURE:
        case OMETHEXPR: return;
        case OCONVNOP: callee = IR(ConvExpr, callee)->x; break;
        case OPAREN: callee = IR(ParenExpr, callee)->x; break;
        case OINLCALL: {
            IrInlinedCallExpr *ic = IR(InlinedCallExpr, callee);
            ir_append_list(pkg, init, ic->body);
            ic->body = (IrNodes){0};
            callee = ir_single_result(pkg, ic);
            break;
        }
        default: BUG("callee expression %s", ir_op_info[callee->op].name);
        }
    }
}

typedef struct Returns {
    IrCtx *c;
    IrPos pos; /* of the call */
    IrNames results;
    const Name *label;
    bool delay;
} Returns;

static IrNodes names_as_nodes(IrPackage *pkg, IrNames names) {
    IrNodes list = ir_nodes_for(pkg, names.n);
    for (uint32_t i = 0; i < names.n; i++) ir_append(pkg, &list, names.v[i]);
    return list;
}

/* `return x` becomes { results = x; goto label }. */
static IrNode *edit_return(IrNode *n, void *ctx) {
    Returns *r = ctx;
    IrPackage *pkg = r->c->pkg;
    if (n->op == ORETURN) {
        IrNodes before = ir_take_init(n), values = IR(ReturnStmt, n)->results;
        IrNodes block = ir_nodes_for(pkg, before.n + 2 + (r->delay && values.n ? r->results.n : 0));
        ir_append_list(pkg, &block, before);
        if (values.n) {
            IrAssignListStmt *as2 = ir_as2(pkg, r->pos, OAS2, names_as_nodes(pkg, r->results), values);
            for (uint32_t i = 0; r->delay && i < r->results.n; i++) {
                ir_append(pkg, &block, ir_dcl(pkg, r->pos, r->results.v[i]));
                r->results.v[i]->defn = IRN(as2);
            }
            ir_append(pkg, &block, as2);
        }
        ir_append(pkg, &block, ir_branch(pkg, r->pos, OGOTO, r->label));
        n = tc_stmt(r->c, ir_block(pkg, r->pos, block));
    }
    ir_edit_children(n, edit_return, r);
    return n;
}

/* The inlined call; inl is its index in the inline tree. */
static IrInlinedCallExpr *expand(Inliner *in, IrFunc *caller, IrCallExpr *call, IrFunc *callee,
                                 uint32_t inl) {
    IrPackage *pkg = in->pkg;
    IrPos pos = ir_npos(call);
    IrCtx c = {.pkg = pkg, .fn = caller, .pos = pos};

    IrNames captured = {0};
    for (uint32_t i = 0; i < callee->closure_vars.n; i++) {
        IrName *outer = callee->closure_vars.v[i]->outer;
        if (outer->curfn != caller) BUG("inlining a literal across frames");
        ir_append_name(pkg, &captured, outer);
    }
    IrInlinedBody b = ir_inline_body(pkg, caller, callee, captured, inl);

    bool delay = callee->inl->can_delay_results;
    IrNodes before = ir_take_init(IRN(call));
    IrNodes init = ir_nodes_for(pkg, before.n + 2 + (delay ? 0 : 2 * b.results.n));
    ir_append_list(pkg, &init, before);
    callee_effects(pkg, &init, call->fun);

    IrNodes args = ir_nodes_for(pkg, call->args.n);
    ir_append_list(pkg, &args, call->args);
    IrAssignListStmt *as2 = ir_as2(pkg, pos, OAS2, names_as_nodes(pkg, b.params), args);
    as2->def = true;
    IrNodes dcls = ir_nodes_for(pkg, b.params.n);
    for (uint32_t i = 0; i < b.params.n; i++) {
        IrName *p = b.params.v[i];
        if (ir_is_blank(IRN(p))) continue;
        ir_append(pkg, &dcls, ir_dcl(pkg, pos, p));
        p->defn = IRN(as2);
    }
    ir_set_init(pkg, as2, dcls);
    ir_append(pkg, &init, tc_stmt(&c, IRN(as2)));

    for (uint32_t i = 0; !delay && i < b.results.n; i++) {
        ir_append(pkg, &init, ir_dcl(pkg, pos, b.results.v[i]));
        ir_append(pkg, &init, tc_stmt(&c, ir_as(pkg, pos, IRN(b.results.v[i]), NULL)));
    }
    ir_append(pkg, &init, ir_inl_mark(pkg, pos, inl - 1));

    char label[32];
    snprintf(label, sizeof label, ".i%d", caller->label_gen++);
    Returns r = {.c = &c, .pos = pos, .results = b.results, .label = name_of(label), .delay = delay};
    for (uint32_t i = 0; i < b.body.n; i++) b.body.v[i] = edit_return(b.body.v[i], &r);
    ir_append(pkg, &b.body, ir_label(pkg, pos, r.label));

    IrInlinedCallExpr *res = ir_inlined_call(pkg, pos, call->n.type, b.body, names_as_nodes(pkg, b.results));
    ir_set_init(pkg, res, init);
    res->n.typecheck = 1;
    return res;
}

/* Instances of generic functions first met in an inlined body were compiled where the body comes from: only
 * their costs are wanted here, and nothing is printed again. */
static void take_fresh_instances(Inliner *in) {
    IrFuncs fresh = in->pkg->fresh_instances;
    if (!fresh.n) return;
    in->pkg->fresh_instances = (IrFuncs){0};
    mlog_mute(in->log);
    can_inline_funcs(in, fresh.v, fresh.n);
    mlog_unmute(in->log);
    for (uint32_t i = 0; i < fresh.n; i++) fresh.v[i]->body = (IrNodes){0}, fresh.v[i]->noted = false;
}

IrInlinedCallExpr *try_inline_call(Inliner *in, IrFunc *caller, IrCallExpr *call, bool big_caller,
                                   bool called_once) {
    if (!might_inline(in, call)) return NULL;
    IrFunc *callee = inl_callee(in, caller, call->fun, false);
    if (!callee || !can_inline_call(in, caller, call, callee, big_caller, called_once, true)) return NULL;
    uint32_t inl = ir_add_inl_call(in->pkg, ir_npos(call), callee, ir_func_name(callee));
    if (mlog_on(in->log, 1)) say(in, ir_npos(call), "inlining call to %s", sym_text(in, callee->nname));
    IrInlinedCallExpr *res = expand(in, caller, call, callee, inl);
    take_fresh_instances(in);
    return res;
}
