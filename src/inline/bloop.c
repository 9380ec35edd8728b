/* Benchmarks written as `for b.Loop() { … }` (package testing): what the loop's statements compute is kept
 * alive, so that the compiler cannot drop the work being measured.
 *
 * Each statement of such a loop is followed by runtime.KeepAlive of the variables that it assigns; results
 * that nobody takes go to temporaries first, and so do arguments of calls without results. The calls are
 * marked so that escape analysis treats them as no use at all. */
#include "base/fault.h"
#include "inline/inline_int.h"
#include "ir/typecheck.h"
#include "ir/types.h"

typedef struct Bloop {
    IrCtx c;
    MLog *log;
    bool inside;
} Bloop;

static IrName *addressable_name(IrNode *n) {
    while (n) {
        switch (OPOF(n)) {
        case ONAME: return ir_is_addressable(n) ? IR(Name, n) : NULL;
        case OSLICE:
        case OSLICE3: n = IR(SliceExpr, n)->x; break;
        case ODOT:
        case ODOTPTR: n = IR(SelectorExpr, n)->x; break;
        case OCONV:
        case OCONVIFACE:
        case OCONVNOP: n = IR(ConvExpr, n)->x; break;
        case OADDR: n = IR(AddrExpr, n)->x; break;
        case OINDEX:
        case OINDEXMAP: n = IR(IndexExpr, n)->x; break;
        default: return NULL;
        }
    }
    return NULL;
}

PRINTF_LIKE(3, 4) static void remark(Bloop *b, IrPos pos, const char *fmt, ...) {
    if (!mlog_on(b->log, 2)) return;
    StrBuf text = STRBUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(&text, fmt, ap);
    va_end(ap);
    mlog_at(b->log, ir_outermost_pos(b->c.pkg, pos), "%s", sb_str(&text));
    sb_release(&text);
}

/* Variables go by their link symbols here, local ones too. */
static void remark_name(Bloop *b, IrName *n, IrPos pos) {
    const char *path = n->pkg == b->c.pkg->types ? b->c.pkg->path : ir_name_path(n);
    StrBuf sb = STRBUF_INIT;
    ir_path_to_prefix(&sb, path);
    remark(b, pos, "%s.%s will be kept alive", sb_str(&sb), n->sym->s);
    sb_release(&sb);
}

/* { n; KeepAlive(&keep…) } */
static IrNode *keep_alive(Bloop *b, IrNodes keep, IrNode *n) {
    if (!keep.n) return n;
    IrPackage *pkg = b->c.pkg;
    IrPos pos = ir_npos(n);
    IrNodes list = ir_nodes1(pkg, n);
    for (uint32_t i = 0; i < keep.n; i++) {
        IrNode *x = keep.v[i];
        if (x->op != ONAME || ir_is_blank(x)) continue;
        IrConvExpr *arg = IR(ConvExpr, ir_conv(pkg, pos, OCONV, Typ(UNSAFE_POINTER), ir_addr(pkg, pos, x)));
        IrName *fun = ir_runtime_name(pkg, "KeepAlive");
        IrCallExpr *call = IR(CallExpr, tc_call(&b->c, pos, IRN(fun), ir_nodes1(pkg, arg), false));
        call->is_compiler_var_live = true;
        call->no_inline = true;
        ir_append(pkg, &list, call);
    }
    return ir_block(pkg, pos, list);
}

/* `tmp := x`, declared in place. */
static IrName *spill(Bloop *b, IrPos pos, IrNode *x, IrNodes *out) {
    IrPackage *pkg = b->c.pkg;
    IrName *tmp = ir_temp_at(pkg, b->c.fn, pos, x->type);
    IrAssignStmt *as = IR(AssignStmt, ir_as(pkg, pos, IRN(tmp), x));
    as->def = true;
    tmp->defn = IRN(as);
    ir_append(pkg, ir_inits(pkg, as), tc_stmt(&b->c, ir_dcl(pkg, pos, tmp)));
    ir_append(pkg, out, tc_stmt(&b->c, IRN(as)));
    return tmp;
}

/* Adds what lhs stores to, or remarks that nothing is known of it. */
static void keep_target(Bloop *b, IrNodes *keep, IrNode *lhs, IrPos pos) {
    IrName *name = addressable_name(lhs);
    if (name) {
        remark_name(b, name, pos);
        ir_append(b->c.pkg, keep, name);
    } else if (lhs->op == ODEREF) {
        ir_append(b->c.pkg, keep, lhs);
        remark(b, pos, "dereference will be kept alive");
    } else {
        remark(b, pos, "expr is unknown to bloop pass");
    }
}

static IrNode *preserve_assign(Bloop *b, IrAssignStmt *as) {
    IrPackage *pkg = b->c.pkg;
    if (ir_is_blank(as->x)) {
        IrName *tmp = ir_temp_at(pkg, b->c.fn, ir_npos(as), as->y->type);
        as->x = IRN(tmp);
        as->def = true;
        tmp->defn = IRN(as);
        ir_append(pkg, ir_inits(pkg, as), tc_stmt(&b->c, ir_dcl(pkg, ir_npos(as), tmp)));
    }
    IrNodes keep = {0};
    keep_target(b, &keep, as->x, ir_npos(as));
    return keep_alive(b, keep, IRN(as));
}

static IrNode *preserve_assign_list(Bloop *b, IrAssignListStmt *as) {
    IrPackage *pkg = b->c.pkg;
    IrNodes keep = {0};
    for (uint32_t i = 0; i < as->lhs.n; i++) {
        if (ir_is_blank(as->lhs.v[i])) {
            Type *t = NULL;
            const Tuple *tuple = as->rhs.n == 1 ? as_tuple(as->rhs.v[0]->type) : NULL;
            if (tuple && tuple->n == as->lhs.n) t = tuple->vars[i]->typ;
            else if (as->rhs.n == as->lhs.n) t = as->rhs.v[i]->type;
            if (!t) {
                if (mlog_on(b->log, 0))
                    mlog_at(b->log, ir_outermost_pos(pkg, ir_npos(as)),
                            "unrecognized shape for assign list stmt for blank assignment");
                continue;
            }
            IrName *tmp = ir_temp_at(pkg, b->c.fn, ir_npos(as), t);
            as->lhs.v[i] = IRN(tmp);
            as->def = true;
            tmp->defn = IRN(as);
            ir_append(pkg, ir_inits(pkg, as), tc_stmt(&b->c, ir_dcl(pkg, ir_npos(as), tmp)));
        }
        keep_target(b, &keep, as->lhs.v[i], ir_npos(as));
    }
    return keep_alive(b, keep, IRN(as));
}

static IrNode *preserve_call(Bloop *b, IrCallExpr *call) {
    IrPackage *pkg = b->c.pkg;
    IrPos pos = ir_npos(call);
    const Signature *sig = call->fun ? as_signature(type_under(call->fun->type)) : NULL;
    if (sig && sig->results && sig->results->n) {
        IrNodes lhs = {0}, dcls = {0};
        for (uint32_t i = 0; i < sig->results->n; i++) {
            IrName *tmp = ir_temp_at(pkg, b->c.fn, pos, sig->results->vars[i]->typ);
            ir_append(pkg, &lhs, tmp);
            ir_append(pkg, &dcls, tc_stmt(&b->c, ir_dcl(pkg, pos, tmp)));
        }
        IrNodes keep = {0};
        ir_append_list(pkg, &keep, lhs);
        IrAssignListStmt *as = ir_as2(pkg, pos, OAS2, lhs, ir_nodes1(pkg, call));
        as->def = true;
        as = IR(AssignListStmt, tc_stmt(&b->c, IRN(as)));
        ir_append_list(pkg, ir_inits(pkg, as), dcls);
        remark(b, pos, "function result%s will be kept alive", lhs.n > 1 ? "s" : "");
        return keep_alive(b, keep, IRN(as));
    }
    IrNodes spilled = {0}, keep = {0};
    for (uint32_t i = 0; i < call->args.n; i++) {
        IrNode *a = call->args.v[i];
        IrName *name = addressable_name(a);
        if (name) {
            remark_name(b, name, pos);
            ir_append(pkg, &keep, name);
        } else if (a->op == OSLICELIT) { /* variadic arguments */
            IrNodes list = IR(CompLitExpr, a)->list, names = {0};
            for (uint32_t k = 0; k < list.n; k++) {
                IrName *elem = addressable_name(list.v[k]);
                if (elem) {
                    remark_name(b, elem, pos);
                    ir_append(pkg, &names, elem);
                } else {
                    IrName *tmp = spill(b, ir_npos(list.v[k]), list.v[k], &spilled);
                    ir_append(pkg, &keep, tmp);
                    list.v[k] = IRN(tmp);
                    remark(b, pos, "function arg will be kept alive");
                }
            }
            ir_append_list(pkg, &keep, names);
        } else {
            IrName *tmp = spill(b, pos, a, &spilled);
            ir_append(pkg, &keep, tmp);
            call->args.v[i] = IRN(tmp);
            remark(b, pos, "function arg will be kept alive");
        }
    }
    IrNode *n = IRN(call);
    if (spilled.n) {
        ir_append(pkg, &spilled, call);
        n = ir_block(pkg, pos, spilled);
    }
    return keep_alive(b, keep, n);
}

static IrNode *preserve(Bloop *b, IrNode *n) {
    switch ((IrClassId)ir_op_info[n->op].class_id) {
    case IC_AssignStmt: return preserve_assign(b, IR(AssignStmt, n));
    case IC_AssignListStmt: return preserve_assign_list(b, IR(AssignListStmt, n));
    case IC_AssignOpStmt: {
        IrNodes keep = {0};
        keep_target(b, &keep, IR(AssignOpStmt, n)->x, ir_npos(n));
        return keep_alive(b, keep, n);
    }
    case IC_CallExpr: return preserve_call(b, IR(CallExpr, n));
    default: return n;
    }
}

static void preserve_list(Bloop *b, IrNodes list) {
    for (uint32_t i = 0; i < list.n; i++) list.v[i] = preserve(b, list.v[i]);
}

static bool is_b_loop(IrNode *n) {
    if (n->op != OFOR || !IR(ForStmt, n)->cond || IR(ForStmt, n)->cond->op != OCALLFUNC) return false;
    IrNode *fun = IR(CallExpr, IR(ForStmt, n)->cond)->fun;
    if (!fun || fun->op != OMETHEXPR) return false;
    IrName *m = ir_method_expr_name(fun);
    return m && m->name_class == PFUNC && name_is(m->sym, "(*B).Loop") &&
           strcmp(ir_name_path(m), "testing") == 0;
}

static IrNode *edit(IrNode *n, void *ctx) {
    Bloop b = *(Bloop *)ctx;
    b.inside = b.inside || is_b_loop(n);
    ir_edit_children(n, edit, &b);
    if (!b.inside) return n;
    switch (OPOF(n)) {
    case OFOR: preserve_list(&b, IR(ForStmt, n)->body); break;
    case OIF:
        preserve_list(&b, IR(IfStmt, n)->body);
        preserve_list(&b, IR(IfStmt, n)->els);
        break;
    case OBLOCK: preserve_list(&b, IR(BlockStmt, n)->list); break;
    case OCASE:
        if (!(n->flags & IRF_COMM)) preserve_list(&b, IR(CaseClause, n)->list);
        preserve_list(&b, IR(CaseClause, n)->body);
        break;
    case ORANGE: preserve_list(&b, IR(RangeStmt, n)->body); break;
    default: break;
    }
    return n;
}

void inline_bloop(IrPackage *pkg, MLog *log) {
    bool testing = false;
    for (uint32_t i = 0; i < pkg->types->imports.n; i++)
        testing |= name_is(pkg->types->imports.v[i]->path, "testing");
    if (!testing) return;
    for (uint32_t i = 0; i < pkg->funcs.n; i++) {
        fault_poll();
        IrFunc *fn = pkg->funcs.v[i];
        Bloop b = {.c = {.pkg = pkg, .fn = fn, .pos = ir_npos(fn)}, .log = log};
        ir_edit_children(IRN(fn), edit, &b);
    }
}
