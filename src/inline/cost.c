/* Which functions can be inlined.
 *
 * A function's cost is roughly the number of nodes of its body. Each node costs one, calls cost more, and
 * forms that produce no code cost nothing. A body over the budget of 80 is "too hairy", and so is one with
 * something that cannot be inlined at all (recover, go, defer). A function literal has a larger budget,
 * since one that is called only once is better inlined whatever its size. The costs are kept: each call
 * compares them with what its caller can take. */
#include "inline/inline_int.h"
#include "ir/typecheck.h"
#include "ir/types.h"
#include "ir/visit.h"

typedef struct Hairy {
    Inliner *in;
    IrFunc *fn;
    int32_t budget, max_budget, extra_call_cost;
    const char *reason;
} Hairy;

static bool visit(IrNode *n, void *ctx);

static bool visit_list(Hairy *v, IrNodes list) {
    for (uint32_t i = 0; i < list.n; i++)
        if (list.v[i] && visit(list.v[i], v)) return true;
    return false;
}

static bool in_table(const char *name, const char *const *table, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, table[i]) == 0) return true;
    return false;
}

/* encoding/binary's methods and internal/byteorder's functions become single loads and stores on machines
 * with unaligned access (CanMergeLoads), which the budget does not see. */
static bool is_cheap_binary_method(const char *name) {
    static const char *const methods[] = {
        "littleEndian.Uint64",       "littleEndian.Uint32",       "littleEndian.Uint16",
        "bigEndian.Uint64",          "bigEndian.Uint32",          "bigEndian.Uint16",
        "littleEndian.PutUint64",    "littleEndian.PutUint32",    "littleEndian.PutUint16",
        "bigEndian.PutUint64",       "bigEndian.PutUint32",       "bigEndian.PutUint16",
        "littleEndian.AppendUint64", "littleEndian.AppendUint32", "littleEndian.AppendUint16",
        "bigEndian.AppendUint64",    "bigEndian.AppendUint32",    "bigEndian.AppendUint16",
    };
    return in_table(name, methods, COUNT_OF(methods));
}

static bool is_cheap_byteorder_func(const char *name) {
    static const char *const funcs[] = {
        "LEUint64",       "LEUint32",       "LEUint16",       "BEUint64",       "BEUint32",
        "BEUint16",       "LEPutUint64",    "LEPutUint32",    "LEPutUint16",    "BEPutUint64",
        "BEPutUint32",    "BEPutUint16",    "LEAppendUint64", "LEAppendUint32", "LEAppendUint16",
        "BEAppendUint64", "BEAppendUint32", "BEAppendUint16",
    };
    return in_table(name, funcs, COUNT_OF(funcs));
}

typedef enum CallKind { CALL_ORDINARY, CALL_CHEAP, CALL_THROW, CALL_HOPELESS } CallKind;

/* Calls that are special by the name of the function. */
static CallKind named_call(Hairy *v, const IrName *name) {
    const char *path = ir_name_path(name), *fn = name->sym->s;
    if (strcmp(path, "internal/abi") == 0) {
        if (strcmp(fn, "NoEscape") == 0 || strncmp(fn, "EscapeNonString[", 16) == 0) return CALL_CHEAP;
    } else if (strcmp(path, "internal/runtime/sys") == 0) {
        /* the caller's caller is meant, so that frame must stay */
        if (strcmp(fn, "GetCallerPC") == 0 || strcmp(fn, "GetCallerSP") == 0) {
            v->reason = arena_printf(v->in->pkg->arena, "call to %s", fn);
            return CALL_HOPELESS;
        }
    } else if (strcmp(path, "go.runtime") == 0) {
        if (strcmp(fn, "throw") == 0) return CALL_THROW;
        if (strcmp(fn, "panicrangestate") == 0) return CALL_CHEAP;
        if (strcmp(fn, "deferrangefunc") == 0) {
            v->reason = "defer call in range func";
            return CALL_HOPELESS;
        }
    } else if (strcmp(path, "internal/byteorder") == 0 && is_cheap_byteorder_func(fn)) {
        return CALL_CHEAP;
    }
    return CALL_ORDINARY;
}

/* Charges a static call; true when it makes the function impossible to inline. */
static bool charge_call(Hairy *v, IrCallExpr *call) {
    int32_t extra = v->extra_call_cost;
    if (call->fun->op == ONAME) {
        IrName *name = IR(Name, call->fun);
        if (name->name_class == PFUNC) {
            switch (named_call(v, name)) {
            case CALL_HOPELESS: return true;
            case CALL_THROW: v->budget -= EXTRA_THROW_COST; return false;
            case CALL_CHEAP: return false;
            case CALL_ORDINARY: break;
            }
        }
        if (name->name_class == PPARAM || (name->name_class == PAUTOHEAP && name->is_closure_var))
            extra = MIN(extra, PARAM_CALL_COST);
    } else if (call->fun->op == OMETHEXPR) {
        IrName *method = ir_method_expr_name(call->fun);
        if (method && method->func && strcmp(ir_name_path(method), "encoding/binary") == 0 &&
            is_cheap_binary_method(method->sym->s))
            return false;
    }
    if (ir_is_intrinsic_call(call)) return false;
    IrFunc *callee = inl_callee(v->in, v->fn, call->fun, false);
    if (callee && can_inline_call(v->in, v->fn, call, callee, is_big_func(v->in, v->fn), false, false)) {
        v->budget -= callee->inl->cost; /* its body is what will stand here */
        return false;
    }
    v->budget -= extra;
    return false;
}

static bool visit(IrNode *n, void *ctx) {
    Hairy *v = ctx;
    switch (OPOF(n)) {
    case OCALLFUNC:
        if (charge_call(v, IR(CallExpr, n))) return true;
        break;
    case OCALLMETH: BUG("method call not rewritten");
    case OCALL:
    case OCALLINTER: v->budget -= v->extra_call_cost; break;
    case OPANIC: {
        IrNode *x = IR(UnaryExpr, n)->x;
        if (x->op == OCONVIFACE && ir_implicit(x)) v->budget++;
        v->budget -= EXTRA_PANIC_COST;
        break;
    }
    case ORECOVER: v->reason = "call to recover"; return true;
    case OCLOSURE:
        if (v->in->flags->debug.inlfuncswithclosures == 0) {
            v->reason = "not inlining functions with closures";
            return true;
        }
        v->budget -= 15;
        break;
    case OGO:
    case ODEFER:
    case OTAILCALL:
        v->reason = arena_printf(v->in->pkg->arena, "unhandled op %s", ir_op_info[n->op].name);
        return true;
    case OADDR: {
        /* &s.f is free when f comes first in s */
        IrNode *x = IR(AddrExpr, n)->x;
        if ((x->op == ODOT || x->op == ODOTPTR) && IR(SelectorExpr, x)->x->op == ONAME &&
            ir_dot_offset(IR(SelectorExpr, x)) == 0)
            v->budget += 2;
        break;
    }
    case ODEREF: {
        IrNode *p = IR(StarExpr, n)->x;
        while (p->op == OCONVNOP) p = IR(ConvExpr, p)->x;
        if (p->op == OADDR) v->budget++; /* *(*X)(unsafe.Pointer(&x)) */
        break;
    }
    case OCONVNOP: v->budget++; break;
    case OFALL:
    case OTYPE: return false; /* no code */
    case OIF: {
        IrIfStmt *s = IR(IfStmt, n);
        bool taken;
        if (ir_const_bool(s->cond, &taken)) {
            if (visit_list(v, ir_init(n))) return true;
            return visit_list(v, taken ? s->body : s->els);
        }
        break;
    }
    case OBLOCK: v->budget++; break;
    case OMETHVALUE:
    case OSLICELIT: v->budget--; break;
    case OMETHEXPR: v->budget++; break;
    case OAS2: v->budget += ir_multi_assign_credit(n); break;
    case OSLICE:
    case OSLICEARR:
    case OSLICESTR:
    case OSLICE3:
    case OSLICE3ARR: {
        IrSliceExpr *s = IR(SliceExpr, n);
        int64_t low;
        if (s->low && ir_const_int64(s->low, &low) && low == 0) v->budget++;
        if (s->high && s->high->op == OLEN && IR(UnaryExpr, s->high)->x == s->x) v->budget += 2;
        break;
    }
    default: break;
    }
    v->budget--;
    if (v->budget < 0 && v->in->flags->m < 2) { /* with -m=2 the whole cost is wanted */
        v->reason = "too expensive";
        return true;
    }
    return ir_do_children(n, visit, v);
}

static const char *impossible(Inliner *in, const IrFunc *fn) {
    if (!fn->nname) return "no name";
    if (fn->pragma & IRP_NOINLINE) return "marked go:noinline";
    if (in->flags->race && (fn->pragma & IRP_NORACE)) return "marked go:norace with -race compilation";
    if (in->flags->debug.checkptr > 0 && (fn->pragma & IRP_NOCHECKPTR)) return "marked go:nocheckptr";
    if (fn->pragma & IRP_CGO_UNSAFE_ARGS) return "marked go:cgo_unsafe_args";
    if (fn->pragma & IRP_UINTPTR_KEEP_ALIVE) return "marked as having a keep-alive uintptr argument";
    if (fn->pragma & IRP_UINTPTR_ESCAPES) return "marked as having an escaping uintptr argument";
    if (fn->pragma & IRP_YESWRITEBARRIERREC) return "marked go:yeswritebarrierrec";
    if (!fn->has_body) return "no function body";
    return NULL;
}

static void count_return(IrNode *n, void *ctx) {
    int *returns = ctx;
    if (n->op == ORETURN) *returns += IR(ReturnStmt, n)->results.n ? 1 : 2;
}

/* Result variables need not exist before the return statement: there is exactly one, with operands, and the
 * results have no names. */
static bool can_delay_results(const IrFunc *fn) {
    int returns = 0;
    ir_visit_list(fn->body, count_return, &returns);
    if (returns != 1) return false;
    const Tuple *results = as_signature(fn->nname->n.type)->results;
    for (uint32_t i = 0; results && i < results->n; i++) {
        const Name *name = results->vars[i]->name;
        if (name && name->n && !name_is(name, "_")) return false;
    }
    return true;
}

void can_inline(Inliner *in, IrFunc *fn) {
    const char *reason = impossible(in, fn);
    if (!reason) {
        if (fn->inlinability_checked) return;
        fn->inlinability_checked = true;
        int32_t budget = fn->closure_parent ? CLOSURE_CALLED_ONCE_COST : MAX_BUDGET;
        Hairy v = {.in = in,
                   .fn = fn,
                   .budget = budget,
                   .max_budget = budget,
                   .extra_call_cost = in->flags->l == 4 ? 1 : EXTRA_CALL_COST};
        if (ir_do_children(IRN(fn), visit, &v)) {
            reason = v.reason;
        } else if (v.budget < 0) {
            reason = arena_printf(in->pkg->arena, "function too complex: cost %d exceeds budget %d",
                                  v.max_budget - v.budget, v.max_budget);
        } else {
            fn->inl = ir_make_inline(in->pkg, fn);
            fn->inl->cost = budget - v.budget;
            fn->inl->can_delay_results = can_delay_results(fn);
            if (mlog_on(in->log, 2)) {
                StrBuf sb = STRBUF_INIT;
                ir_print_type(&sb, in->pkg, fn->nname->n.type);
                sb_adds(&sb, " { ");
                ir_print_nodes(&sb, in->pkg, fn->body, "; ");
                sb_adds(&sb, " }");
                say(in, ir_npos(fn), "can inline %s with cost %d as: %s", sym_text(in, fn->nname),
                    fn->inl->cost, sb_str(&sb));
                sb_release(&sb);
            } else if (mlog_on(in->log, 1)) {
                say(in, ir_npos(fn), "can inline %s", sym_text(in, fn->nname));
            }
        }
    }
    if (reason && mlog_on(in->log, 2))
        say(in, ir_npos(fn), "cannot inline %s: %s", sym_text(in, fn->nname), reason);
}

static void can_inline_group(void *ctx, IrFunc **fns, uint32_t n, bool recursive) {
    (void)recursive;
    for (uint32_t i = 0; i < n; i++) can_inline(ctx, fns[i]);
}

void can_inline_funcs(Inliner *in, IrFunc **funcs, uint32_t n) {
    if (in->flags->l == 0) return;
    visit_funcs_bottom_up(in->pkg, funcs, n, can_inline_group, in);
}

bool is_big_func(Inliner *in, IrFunc *fn) {
    ir_note_body(in->pkg, fn);
    return 1 + fn->weight >= BIG_FUNCTION_NODES;
}
