/* Nodes as the compiler's messages write them.
 *
 * An expression is written with the precedences of op.def; conversions, address-of and dereferences that the
 * compiler put in itself are left out; what has no short form is named ("func literal", "... argument", "for
 * loop"). Every oddity here (a double space, "<node RECOVER>", statements cut short) is the compiler's and is
 * kept. */
#include "ir/ir.h"
#include "ir/types.h"
#include "base/unicode.h"
#include "types/const.h"

static void expr_print(StrBuf *sb, const IrPackage *pkg, const IrNode *n, int prec);

static void type_v(StrBuf *sb, const IrPackage *pkg, Type *t) {
    ir_type_write(sb, t, 'v', IR_FMT_GO, pkg ? pkg->types : NULL);
}

void ir_print_type(StrBuf *sb, const IrPackage *pkg, Type *t) { type_v(sb, pkg, t); }

void ir_print_sym(StrBuf *sb, const IrPackage *pkg, const IrName *n) {
    if (n->sym_pkg && strcmp(n->sym_pkg, "go") == 0) {
        /* methods of unnamed types: a package without name */
    } else if (n->sym_pkg) { /* "go.runtime" is the path of a package named runtime */
        sb_adds(sb, strcmp(n->sym_pkg, "go.runtime") == 0 ? "runtime" : n->sym_pkg);
        sb_addc(sb, '.');
    } else if (n->pkg && n->pkg != pkg->types) {
        sb_add(sb, n->pkg->name->s, n->pkg->name->n);
        sb_addc(sb, '.');
    }
    sb_add(sb, n->sym->s, n->sym->n);
}

void ir_print_pkg_func_name(StrBuf *sb, const IrFunc *fn) {
    if (!fn || !fn->nname) {
        sb_adds(sb, "<nil>");
        return;
    }
    const IrName *n = fn->nname;
    sb_adds(sb, n->sym_pkg ? n->sym_pkg : n->pkg ? n->pkg->path->s : "");
    sb_addc(sb, '.');
    sb_add(sb, n->sym->s, n->sym->n);
}

static void utf8_add(StrBuf *sb, uint32_t c) {
    if (c < 0x80) sb_addc(sb, (char)c);
    else if (c < 0x800) {
        sb_addc(sb, (char)(0xc0 | c >> 6));
        sb_addc(sb, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        sb_addc(sb, (char)(0xe0 | c >> 12));
        sb_addc(sb, (char)(0x80 | (c >> 6 & 0x3f)));
        sb_addc(sb, (char)(0x80 | (c & 0x3f)));
    } else {
        sb_addc(sb, (char)(0xf0 | c >> 18));
        sb_addc(sb, (char)(0x80 | (c >> 12 & 0x3f)));
        sb_addc(sb, (char)(0x80 | (c >> 6 & 0x3f)));
        sb_addc(sb, (char)(0x80 | (c & 0x3f)));
    }
}

/* %q of a rune: through the quoting of strings, with the quotes changed. */
static void rune_quote(StrBuf *sb, uint32_t r) {
    if (r == '\'') {
        sb_adds(sb, "'\\''");
        return;
    }
    if (r == '"') {
        sb_adds(sb, "'\"'");
        return;
    }
    if (r >= 0xd800 && r < 0xe000) r = 0xfffd;
    StrBuf c = STRBUF_INIT, q = STRBUF_INIT;
    utf8_add(&c, r);
    sb_add_quoted(&q, c.buf, c.n);
    sb_addc(sb, '\'');
    sb_add(sb, q.buf + 1, q.n - 2);
    sb_addc(sb, '\'');
    sb_release(&c);
    sb_release(&q);
}

static void literal_print(StrBuf *sb, const IrPackage *pkg, const IrBasicLit *n) {
    if (n->sym) {
        sb_adds(sb, n->sym->s);
        return;
    }
    Type *t = n->n.type ? type_unalias(n->n.type) : NULL;
    if (t == universe.rune_type || t == Typ(UNTYPED_RUNE)) {
        bool exact;
        const Const *v = n->val;
        if (const_kind(v) == CONST_INT) {
            uint64_t x = const_uint64_val(v, &exact);
            if (exact && x <= 0x10ffff) {
                rune_quote(sb, (uint32_t)x);
                return;
            }
        }
    }
    Type *def = NULL, *untyped = NULL;
    switch (const_kind(n->val)) {
    case CONST_BOOL: def = Typ(BOOL), untyped = Typ(UNTYPED_BOOL); break;
    case CONST_STRING: def = Typ(STRING), untyped = Typ(UNTYPED_STRING); break;
    case CONST_INT: def = Typ(INT), untyped = Typ(UNTYPED_INT); break;
    case CONST_FLOAT: def = Typ(FLOAT64), untyped = Typ(UNTYPED_FLOAT); break;
    case CONST_COMPLEX: def = Typ(COMPLEX128), untyped = Typ(UNTYPED_COMPLEX); break;
    default: break;
    }
    if (t == def || t == untyped) {
        const_format(sb, n->val);
        return;
    }
    type_v(sb, pkg, t);
    sb_addc(sb, '(');
    const_format(sb, n->val);
    sb_addc(sb, ')');
}

void ir_print_nodes(StrBuf *sb, const IrPackage *pkg, IrNodes list, const char *sep) {
    for (uint32_t i = 0; i < list.n; i++) {
        if (i) sb_adds(sb, sep);
        ir_print(sb, pkg, list.v[i]);
    }
}

static void stmt_print(StrBuf *sb, const IrPackage *pkg, const IrNode *n) {
    bool simple_init = ir_init(n).n == 1 && ir_init(ir_init(n).v[0]).n == 0 &&
                       (n->op == OIF || n->op == OFOR || n->op == OSWITCH);
    switch (OPOF(n)) {
    case ODCL:
        sb_adds(sb, "var ");
        ir_print_sym(sb, pkg, IR(Decl, n)->x);
        sb_addc(sb, ' ');
        type_v(sb, pkg, IR(Decl, n)->x->n.type);
        break;
    case OAS: {
        const IrAssignStmt *s = (const IrAssignStmt *)n;
        ir_print(sb, pkg, s->x);
        sb_adds(sb, s->def ? " := " : " = ");
        ir_print(sb, pkg, s->y);
        break;
    }
    case OASOP: {
        const IrAssignOpStmt *s = (const IrAssignOpStmt *)n;
        ir_print(sb, pkg, s->x);
        if (s->inc_dec) {
            sb_adds(sb, s->as_op == OADD ? "++" : "--");
            break;
        }
        sb_printf(sb, " %s= ", ir_op_text((IrOp)s->as_op));
        ir_print(sb, pkg, s->y);
        break;
    }
    case OPS_ASSIGN_LIST: {
        const IrAssignListStmt *s = (const IrAssignListStmt *)n;
        ir_print_nodes(sb, pkg, s->lhs, ", ");
        sb_adds(sb, s->def ? " := " : " = ");
        ir_print_nodes(sb, pkg, s->rhs, ", ");
        break;
    }
    case OBLOCK: ir_print_nodes(sb, pkg, IR(BlockStmt, n)->list, "; "); break;
    case ORETURN:
        sb_adds(sb, "return ");
        ir_print_nodes(sb, pkg, IR(ReturnStmt, n)->results, ", ");
        break;
    case OTAILCALL:
        sb_adds(sb, "tailcall ");
        ir_print(sb, pkg, IRN(IR(TailCallStmt, n)->call));
        break;
    case OINLMARK: sb_printf(sb, "inlmark %lld", (long long)IR(InlineMarkStmt, n)->index); break;
    case OGO:
    case ODEFER:
        sb_adds(sb, n->op == OGO ? "go " : "defer ");
        ir_print(sb, pkg, IR(GoDeferStmt, n)->call);
        break;
    case OIF: {
        const IrIfStmt *s = (const IrIfStmt *)n;
        sb_adds(sb, "if ");
        if (simple_init) {
            ir_print(sb, pkg, ir_init(n).v[0]);
            sb_adds(sb, "; ");
        }
        ir_print(sb, pkg, s->cond);
        sb_adds(sb, " { ");
        ir_print_nodes(sb, pkg, s->body, "; ");
        sb_adds(sb, " }");
        if (s->els.n) {
            sb_adds(sb, " else { ");
            ir_print_nodes(sb, pkg, s->els, "; ");
            sb_adds(sb, " }");
        }
        break;
    }
    case OFOR:
    case ORANGE: sb_adds(sb, "for loop"); break;
    case OSELECT:
    case OSWITCH: sb_printf(sb, "%s statement", ir_op_text(OPOF(n))); break;
    case OCASE: {
        const IrCaseClause *s = (const IrCaseClause *)n;
        if (s->list.n) {
            sb_adds(sb, "case ");
            ir_print_nodes(sb, pkg, s->list, ", ");
        } else sb_adds(sb, "default");
        sb_adds(sb, ": ");
        ir_print_nodes(sb, pkg, s->body, "; ");
        break;
    }
    case OBREAK:
    case OCONTINUE:
    case OGOTO:
    case OFALL:
        sb_adds(sb, ir_op_text(OPOF(n)));
        if (IR(BranchStmt, n)->label) sb_printf(sb, " %s", IR(BranchStmt, n)->label->s);
        break;
    case OLABEL: sb_printf(sb, "%s: ", IR(LabelStmt, n)->label->s); break;
    default: break;
    }
}

void ir_print(StrBuf *sb, const IrPackage *pkg, const IrNode *n) {
    if (!n) {
        sb_adds(sb, "<nil>");
        return;
    }
    if (ir_op_info[n->op].prec < 0) stmt_print(sb, pkg, n);
    else expr_print(sb, pkg, n, 0);
}

void ir_print_long(StrBuf *sb, const IrPackage *pkg, const IrNode *n) {
    if (!n || !n->type) {
        ir_print(sb, pkg, n);
        return;
    }
    if (ir_kind(n->type) == TNIL) sb_adds(sb, "nil");
    else if (ir_is_autotmp(n)) {
        type_v(sb, pkg, n->type);
        sb_adds(sb, " value");
    } else {
        ir_print(sb, pkg, n);
        sb_adds(sb, " (type ");
        type_v(sb, pkg, n->type);
        sb_addc(sb, ')');
    }
}

static void two_args(StrBuf *sb, const IrPackage *pkg, const IrBinaryExpr *n) {
    sb_printf(sb, "%s(", ir_op_text(OPOF(n)));
    ir_print(sb, pkg, n->x);
    sb_adds(sb, ", ");
    ir_print(sb, pkg, n->y);
    sb_addc(sb, ')');
}

static void args_print(StrBuf *sb, const IrPackage *pkg, const IrCallExpr *n) {
    sb_addc(sb, '(');
    ir_print_nodes(sb, pkg, n->args, ", ");
    sb_adds(sb, n->is_ddd ? "...)" : ")");
}

static void infix(StrBuf *sb, const IrPackage *pkg, IrOp op, const IrNode *x, const IrNode *y, int prec) {
    expr_print(sb, pkg, x, prec);
    sb_printf(sb, " %s ", ir_op_text(op));
    expr_print(sb, pkg, y, prec + 1);
}

static void expr_print(StrBuf *sb, const IrPackage *pkg, const IrNode *n, int prec) {
    for (;;) {
        if (!n) {
            sb_adds(sb, "<nil>");
            return;
        }
        if (!ir_implicit(n)) break;
        if (n->op == OADDR) n = IR(AddrExpr, n)->x;
        else if (n->op == ODEREF) n = IR(StarExpr, n)->x;
        else if (n->op == OCONV || n->op == OCONVNOP || n->op == OCONVIFACE) n = IR(ConvExpr, n)->x;
        else break;
    }
    int nprec = ir_op_info[n->op].prec;
    if (n->op == OTYPE && n->type && type_unalias(n->type)->kind == TK_POINTER)
        nprec = ir_op_info[ODEREF].prec;
    if (prec > nprec) {
        sb_addc(sb, '(');
        ir_print(sb, pkg, n);
        sb_addc(sb, ')');
        return;
    }
    IrOp op = OPOF(n);
    switch (op) {
    case OPAREN:
        sb_addc(sb, '(');
        ir_print(sb, pkg, IR(ParenExpr, n)->x);
        sb_addc(sb, ')');
        break;
    case ONIL: sb_adds(sb, "nil"); break;
    case OLITERAL: literal_print(sb, pkg, (const IrBasicLit *)n); break;
    case ODCLFUNC: ir_print_sym(sb, pkg, IR(Func, n)->nname); break;
    case ONAME: {
        const IrName *nm = (const IrName *)n;
        if (nm->sym->s[0] == '~' && nm->sym->s[1] == 'b') sb_addc(sb, '_');
        else ir_print_sym(sb, pkg, nm);
        break;
    }
    case ONONAME: sb_adds(sb, IR(Ident, n)->sym->s); break;
    case OLINKSYMOFFSET:
        sb_addc(sb, '(');
        type_v(sb, pkg, n->type);
        sb_printf(sb, ")(%s@%lld)", IR(LinksymOffsetExpr, n)->linksym,
                  (long long)IR(LinksymOffsetExpr, n)->offset);
        break;
    case OTYPE: type_v(sb, pkg, n->type); break;
    case OCLOSURE: sb_adds(sb, "func literal"); break;
    case OPTRLIT:
        sb_addc(sb, '&');
        ir_print(sb, pkg, IR(AddrExpr, n)->x);
        break;
    case OCOMPLIT:
    case OSTRUCTLIT:
    case OARRAYLIT:
    case OSLICELIT:
    case OMAPLIT:
        if (ir_implicit(n)) {
            sb_adds(sb, "... argument");
            break;
        }
        type_v(sb, pkg, n->type);
        sb_adds(sb, IR(CompLitExpr, n)->list.n ? "{...}" : "{}");
        break;
    case OKEY: {
        const IrKeyExpr *k = (const IrKeyExpr *)n;
        if (k->key) ir_print(sb, pkg, k->key);
        sb_addc(sb, ':');
        if (k->value) ir_print(sb, pkg, k->value);
        break;
    }
    case OSTRUCTKEY: /* the field prints as a Go struct value; only its name is of use */
        sb_adds(sb, IR(StructKeyExpr, n)->field->name->s);
        sb_addc(sb, ':');
        ir_print(sb, pkg, IR(StructKeyExpr, n)->value);
        break;
    case OXDOT:
    case ODOT:
    case ODOTPTR:
    case ODOTINTER:
    case ODOTMETH:
    case OMETHVALUE:
    case OMETHEXPR:
        expr_print(sb, pkg, IR(SelectorExpr, n)->x, nprec);
        sb_printf(sb, ".%s", IR(SelectorExpr, n)->sel->s);
        break;
    case ODOTTYPE:
    case ODOTTYPE2:
        expr_print(sb, pkg, IR(TypeAssertExpr, n)->x, nprec);
        sb_adds(sb, ".(");
        type_v(sb, pkg, n->type);
        sb_addc(sb, ')');
        break;
    case OINDEX:
    case OINDEXMAP:
        expr_print(sb, pkg, IR(IndexExpr, n)->x, nprec);
        sb_addc(sb, '[');
        ir_print(sb, pkg, IR(IndexExpr, n)->index);
        sb_addc(sb, ']');
        break;
    case OSLICE:
    case OSLICESTR:
    case OSLICEARR:
    case OSLICE3:
    case OSLICE3ARR: {
        const IrSliceExpr *s = (const IrSliceExpr *)n;
        expr_print(sb, pkg, s->x, nprec);
        sb_addc(sb, '[');
        if (s->low) ir_print(sb, pkg, s->low);
        sb_addc(sb, ':');
        if (s->high) ir_print(sb, pkg, s->high);
        if (ir_is_slice3(op)) {
            sb_addc(sb, ':');
            if (s->max) ir_print(sb, pkg, s->max);
        }
        sb_addc(sb, ']');
        break;
    }
    case OSLICEHEADER: {
        const IrSliceHeaderExpr *s = (const IrSliceHeaderExpr *)n;
        sb_adds(sb, "sliceheader{");
        ir_print(sb, pkg, s->ptr);
        sb_addc(sb, ',');
        ir_print(sb, pkg, s->len);
        sb_addc(sb, ',');
        ir_print(sb, pkg, s->capx);
        sb_addc(sb, '}');
        break;
    }
    case OCOMPLEX:
    case OCOPY:
    case OUNSAFEADD:
    case OUNSAFESLICE: two_args(sb, pkg, (const IrBinaryExpr *)n); break;
    case OCONV:
    case OCONVIFACE:
    case OCONVNOP:
    case OBYTES2STR:
    case ORUNES2STR:
    case OSTR2BYTES:
    case OSTR2BYTESTMP: /* only found to be one when -m has spoken: explanations alone print it */
    case OSTR2RUNES:
    case ORUNESTR:
    case OSLICE2ARR:
    case OSLICE2ARRPTR: {
        bool paren = !n->type || !ir_has_sym(n->type);
        if (paren) sb_addc(sb, '(');
        type_v(sb, pkg, n->type);
        if (paren) sb_addc(sb, ')');
        sb_addc(sb, '(');
        ir_print(sb, pkg, IR(ConvExpr, n)->x);
        sb_addc(sb, ')');
        break;
    }
    case OREAL:
    case OIMAG:
    case OCAP:
    case OCLEAR:
    case OCLOSE:
    case OLEN:
    case ONEW:
    case OPANIC:
        sb_printf(sb, "%s(", ir_op_text(op));
        ir_print(sb, pkg, IR(UnaryExpr, n)->x);
        sb_addc(sb, ')');
        break;
    case OAPPEND:
    case ODELETE:
    case OMAKE:
    case OMAX:
    case OMIN:
    case ORECOVER:
    case OPRINT:
    case OPRINTLN:
        sb_adds(sb, ir_op_text(op));
        args_print(sb, pkg, (const IrCallExpr *)n);
        break;
    case OCALL:
    case OCALLFUNC:
    case OCALLINTER:
    case OCALLMETH:
    case OGETG:
        expr_print(sb, pkg, IR(CallExpr, n)->fun, nprec);
        args_print(sb, pkg, (const IrCallExpr *)n);
        break;
    case OINLCALL: {
        IrNodes rv = IR(InlinedCallExpr, n)->return_vars;
        if (rv.n == 1) ir_print(sb, pkg, rv.v[0]);
        else {
            sb_adds(sb, "(.");
            ir_print_nodes(sb, pkg, rv, "; ");
            sb_addc(sb, ')');
        }
        break;
    }
    case OMAKEMAP:
    case OMAKECHAN:
    case OMAKESLICE: {
        const IrMakeExpr *m = (const IrMakeExpr *)n;
        sb_adds(sb, "make(");
        type_v(sb, pkg, n->type);
        if (m->capx) {
            sb_adds(sb, ", ");
            ir_print(sb, pkg, m->len);
            sb_adds(sb, ", ");
            ir_print(sb, pkg, m->capx);
        } else if (m->len && (op == OMAKESLICE || !ir_is_untyped(m->len->type))) {
            sb_adds(sb, ", ");
            ir_print(sb, pkg, m->len);
        }
        sb_addc(sb, ')');
        break;
    }
    case OMAKESLICECOPY: {
        const IrMakeExpr *m = (const IrMakeExpr *)n;
        sb_adds(sb, "makeslicecopy(");
        type_v(sb, pkg, n->type);
        sb_adds(sb, ", ");
        ir_print(sb, pkg, m->len);
        sb_adds(sb, ", ");
        ir_print(sb, pkg, m->capx);
        sb_addc(sb, ')');
        break;
    }
    case OPLUS:
    case ONEG:
    case OBITNOT:
    case ONOT:
    case ORECV:
    case OADDR: {
        const IrNode *x = op == OADDR ? IR(AddrExpr, n)->x : IR(UnaryExpr, n)->x;
        sb_adds(sb, ir_op_text(op));
        if (x && x->op == n->op) sb_addc(sb, ' ');
        expr_print(sb, pkg, x, nprec + 1);
        break;
    }
    case ODEREF:
        sb_addc(sb, '*');
        expr_print(sb, pkg, IR(StarExpr, n)->x, nprec + 1);
        break;
    case OPS_ARITHMETIC:
    case OPS_COMPARISON:
    case OLSH:
    case ORSH: infix(sb, pkg, op, IR(BinaryExpr, n)->x, IR(BinaryExpr, n)->y, nprec); break;
    case OANDAND:
    case OOROR: infix(sb, pkg, op, IR(LogicalExpr, n)->x, IR(LogicalExpr, n)->y, nprec); break;
    case OSEND: infix(sb, pkg, op, IR(SendStmt, n)->chan, IR(SendStmt, n)->value, nprec); break;
    case OADDSTR: {
        IrNodes l = IR(AddStringExpr, n)->list;
        for (uint32_t i = 0; i < l.n; i++) {
            if (i) sb_adds(sb, " + ");
            expr_print(sb, pkg, l.v[i], nprec);
        }
        break;
    }
    default: sb_printf(sb, "<node %s>", ir_op_text(op)); break;
    }
}
