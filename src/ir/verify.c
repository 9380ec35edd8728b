/* Checks that a function's IR is what every pass may rely on: typed expressions, names declared where they
 * are used, closure variables that lead to their variable, definitions that stand in the function. */
#include "ir/ir.h"
#include "ir/types.h"

typedef struct VerifyCtx {
    const IrPackage *pkg;
    const IrFunc *fn;
} VerifyCtx;

NORETURN static void bad(VerifyCtx *v, IrNode *n, const char *what) {
    StrBuf sb = STRBUF_INIT;
    ir_format_pos(&sb, v->pkg, ir_npos(n));
    sb_adds(&sb, ": ");
    ir_print(&sb, v->pkg, n);
    BUG("ir of %s: %s: %s: %s", ir_func_name(v->fn), ir_op_info[n->op].name, what, sb_str(&sb));
}

static bool verify_node(IrNode *n, void *p) {
    VerifyCtx *v = p;
    if (n->op == OXXX || n->op >= OEND) BUG("ir of %s: node of op %d", ir_func_name(v->fn), n->op);
    switch (OPOF(n)) {
    case ONAME: {
        IrName *nm = IR(Name, n);
        if (nm->name_class == PFUNC || nm->name_class == PEXTERN || nm->builtin_op || ir_is_blank(n)) break;
        if (!n->type) bad(v, n, "variable without type");
        if (!nm->curfn) bad(v, n, "local variable without function");
        if (nm->curfn != v->fn) bad(v, n, "variable of another function");
        if (nm->is_closure_var && !nm->outer) bad(v, n, "closure variable without outer variable");
        break;
    }
    case OPS_ARITHMETIC:
    case OLSH:
    case ORSH:
    case OPS_COMPARISON:
    case OINDEX:
    case OINDEXMAP:
    case ODOT:
    case ODOTPTR:
    case OADDR:
    case OPTRLIT:
    case ODEREF:
    case OCONV:
    case OCONVNOP:
    case OCONVIFACE:
    case OLITERAL:
    case ONIL:
    case OLEN:
    case OCAP:
    case OADDSTR:
    case OSLICELIT:
    case OARRAYLIT:
    case OSTRUCTLIT:
    case OMAPLIT:
    case OMAKESLICE:
    case OMAKEMAP:
    case OMAKECHAN:
    case ONEW:
    case OCLOSURE:
        if (!n->type) bad(v, n, "expression without type");
        break;
    case OCALLFUNC:
    case OCALLINTER:
        if (!IR(CallExpr, n)->fun || !IR(CallExpr, n)->fun->type) bad(v, n, "call of something without type");
        break;
    case OCOMPLIT:
    case OXDOT:
    case OMAKE:
    case OCALL:
    case OCALLMETH: bad(v, n, "form not resolved");
    default: break;
    }
    return ir_do_children(n, verify_node, v);
}

void ir_verify(const IrPackage *pkg, const IrFunc *fn) {
    VerifyCtx v = {pkg, fn};
    for (uint32_t i = 0; i < fn->body.n; i++) verify_node(fn->body.v[i], &v);
    for (uint32_t i = 0; i < fn->closure_vars.n; i++) {
        IrName *cv = fn->closure_vars.v[i];
        if (!cv->is_closure_var || cv->curfn != fn)
            bad(&v, IRN(cv), "not a closure variable of this function");
        if (cv->outer && cv->outer->name_class != PFUNC && ir_canonical(cv->outer) != ir_canonical(cv))
            bad(&v, IRN(cv), "closure variable leads elsewhere");
    }
}

void ir_verify_package(const IrPackage *pkg) {
    for (uint32_t i = 0; i < pkg->funcs.n; i++) ir_verify(pkg, pkg->funcs.v[i]);
}
