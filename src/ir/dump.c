/* A readable dump: one node a line, children indented, in the manner of the compiler's -W. */
#include "ir/ir.h"
#include "ir/types.h"
#include "types/const.h"

typedef struct DumpCtx {
    StrBuf *sb;
    const IrPackage *pkg;
    int depth;
} DumpCtx;

static void indent(StrBuf *sb, int depth) {
    sb_addc(sb, '\n');
    for (int i = 0; i < depth; i++) sb_adds(sb, ".   ");
}

static bool dump_child(IrNode *n, void *p) {
    DumpCtx *d = p;
    ir_dump(d->sb, d->pkg, n, d->depth);
    return false;
}

void ir_dump(StrBuf *sb, const IrPackage *pkg, const IrNode *n, int depth) {
    indent(sb, depth);
    if (!n) {
        sb_adds(sb, "nil");
        return;
    }
    sb_adds(sb, ir_op_info[n->op].name);
    if (n->op == OLITERAL) {
        sb_addc(sb, '-');
        const_format(sb, IR(BasicLit, n)->val);
    } else if (n->op == ONAME) {
        sb_addc(sb, '-');
        ir_print_sym(sb, pkg, (const IrName *)n);
        static const char *const classes[] = {"",      "extern",   "auto",      "autoheap",
                                              "param", "paramout", "typeparam", "func"};
        sb_printf(sb, " class:%s", classes[IR(Name, n)->name_class]);
        if (IR(Name, n)->addrtaken) sb_adds(sb, " addrtaken");
    } else if (n->op == OASOP) sb_printf(sb, "-%s", ir_op_info[IR(AssignOpStmt, n)->as_op].name);
    else if (ir_op_info[n->op].class_id == IC_SelectorExpr)
        sb_printf(sb, " .%s", IR(SelectorExpr, n)->sel->s);
    else if (n->op == OCLOSURE) sb_printf(sb, " func:%s", ir_func_name(IR(ClosureExpr, n)->func));
    else if (n->op == OSTRUCTKEY) sb_printf(sb, " .%s", IR(StructKeyExpr, n)->field->name->s);
    if (ir_implicit(n)) sb_adds(sb, " implicit");
    if (n->type) {
        sb_addc(sb, ' ');
        ir_print_type(sb, pkg, n->type);
    }
    if (n->p) {
        RelPos r = pos_rel(n->p);
        sb_printf(sb, " # %u:%u", r.line, r.col);
        if (n->inl) sb_printf(sb, " inl:%u", n->inl - 1);
    }
    if (depth > 40) {
        sb_adds(sb, " ...");
        return;
    }
    DumpCtx d = {sb, pkg, depth + 1};
    if (n->op != ONAME) ir_do_children((IrNode *)(uintptr_t)n, dump_child, &d);
}

void ir_dump_func(StrBuf *sb, const IrPackage *pkg, const IrFunc *fn) {
    sb_adds(sb, "func ");
    ir_print_sym(sb, pkg, fn->nname);
    sb_addc(sb, ' ');
    ir_print_type(sb, pkg, fn->nname->n.type);
    if (fn->dcl.n) {
        sb_adds(sb, "\n  dcl:");
        for (uint32_t i = 0; i < fn->dcl.n; i++) sb_printf(sb, " %s", fn->dcl.v[i]->sym->s);
    }
    if (fn->closure_vars.n) {
        sb_adds(sb, "\n  captures:");
        for (uint32_t i = 0; i < fn->closure_vars.n; i++) sb_printf(sb, " %s", fn->closure_vars.v[i]->sym->s);
    }
    for (uint32_t i = 0; i < fn->body.n; i++) ir_dump(sb, pkg, fn->body.v[i], 1);
    sb_addc(sb, '\n');
}

void ir_dump_package(StrBuf *sb, const IrPackage *pkg) {
    for (uint32_t i = 0; i < pkg->funcs.n; i++) ir_dump_func(sb, pkg, pkg->funcs.v[i]);
}

/* Not removed by the linker, though nobody calls them: they are for the one who sits at the debugger. */
#define FOR_DEBUGGER __attribute__((used, noinline))

FOR_DEBUGGER void ir_show(const IrFunc *fn) {
    StrBuf sb = STRBUF_INIT;
    ir_dump_func(&sb, fn->pkg, fn);
    fputs(sb_str(&sb), stderr);
    sb_release(&sb);
}

FOR_DEBUGGER void ir_show_node(const IrNode *n, const IrFunc *fn) {
    StrBuf sb = STRBUF_INIT;
    static const IrPackage nowhere; /* of which no name is: all are qualified */
    ir_dump(&sb, fn ? fn->pkg : &nowhere, n, 0);
    sb_addc(&sb, '\n');
    fputs(sb_str(&sb), stderr);
    sb_release(&sb);
}
