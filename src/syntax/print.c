/* Expressions and simple statements as Go source on one line, as error messages quote them: bodies of
 * functions and composite literals shortened to {…}, one space around binary operators, parentheses only
 * where the tree has them. */
#include "syntax/syntax_int.h"

static void print(StrBuf *sb, const void *node);

static void print_list(StrBuf *sb, ExprList list) {
    for (uint32_t i = 0; i < list.n; i++) {
        if (i) sb_adds(sb, ", ");
        print(sb, list.v[i]);
    }
}

static void print_params(StrBuf *sb, FieldList list) {
    sb_addc(sb, '(');
    for (uint32_t i = 0; i < list.n; i++) {
        const Field *f = list.v[i];
        if (i) sb_adds(sb, ", ");
        if (f->name) {
            print(sb, f->name);
            if (i + 1 < list.n && list.v[i + 1]->name && list.v[i + 1]->type_expr == f->type_expr) continue;
            sb_addc(sb, ' ');
        }
        print(sb, f->type_expr);
    }
    sb_addc(sb, ')');
}

static void print_signature(StrBuf *sb, const FuncType *t) {
    print_params(sb, t->params);
    if (!t->results.n) return;
    sb_addc(sb, ' ');
    if (t->results.n == 1 && !t->results.v[0]->name) print(sb, t->results.v[0]->type_expr);
    else print_params(sb, t->results);
}

/* Fields that share their type stand together. */
static void print_fields(StrBuf *sb, const StructType *t) {
    for (uint32_t i = 0; i < t->fields.n;) {
        uint32_t first = i;
        if (i) sb_adds(sb, "; ");
        const Field *f = t->fields.v[i++];
        if (f->name) {
            print(sb, f->name);
            while (i < t->fields.n && t->fields.v[i]->name && t->fields.v[i]->type_expr == f->type_expr) {
                sb_adds(sb, ", ");
                print(sb, t->fields.v[i++]->name);
            }
            sb_addc(sb, ' ');
        }
        print(sb, f->type_expr);
        if (t->tags && t->tags[first]) {
            sb_addc(sb, ' ');
            print(sb, t->tags[first]);
        }
    }
}

static void print_chan(StrBuf *sb, const ChanType *t) {
    ChanDir dir = (ChanDir)t->e.n.aux;
    sb_adds(sb, dir == CHAN_RECV ? "<-chan " : dir == CHAN_SEND ? "chan<- " : "chan ");
    bool parens = dir == CHAN_BOTH && KIND(t->elem) == N_CHAN_TYPE && t->elem->n.aux == CHAN_RECV;
    if (parens) sb_addc(sb, '(');
    print(sb, t->elem);
    if (parens) sb_addc(sb, ')');
}

static void print(StrBuf *sb, const void *node) {
    if (!node) return;
    switch (KIND(node)) {
    case N_BAD_EXPR: sb_adds(sb, "<bad expr>"); break;
    case N_NAME: sb_add(sb, AS(NameExpr, node)->name->s, AS(NameExpr, node)->name->n); break;
    case N_BASIC_LIT: sb_add(sb, AS(BasicLit, node)->text.p, AS(BasicLit, node)->text.n); break;
    case N_FUNC_LIT:
        print(sb, AS(FuncLit, node)->type_expr);
        sb_adds(sb, AS(FuncLit, node)->body->list.n ? " {…}" : " {}");
        break;
    case N_COMPOSITE_LIT:
        print(sb, AS(CompositeLit, node)->type_expr);
        sb_adds(sb, AS(CompositeLit, node)->elems.n ? "{…}" : "{}");
        break;
    case N_PAREN:
        sb_addc(sb, '(');
        print(sb, AS(ParenExpr, node)->x);
        sb_addc(sb, ')');
        break;
    case N_SELECTOR:
        print(sb, AS(SelectorExpr, node)->x);
        sb_addc(sb, '.');
        print(sb, AS(SelectorExpr, node)->sel);
        break;
    case N_INDEX:
        print(sb, AS(IndexExpr, node)->x);
        sb_addc(sb, '[');
        print(sb, AS(IndexExpr, node)->index);
        sb_addc(sb, ']');
        break;
    case N_SLICE: {
        const SliceExpr *s = node;
        print(sb, s->x);
        sb_addc(sb, '[');
        print(sb, s->index[0]);
        sb_addc(sb, ':');
        print(sb, s->index[1]);
        if (s->index[2]) sb_addc(sb, ':');
        print(sb, s->index[2]);
        sb_addc(sb, ']');
        break;
    }
    case N_ASSERT:
        print(sb, AS(AssertExpr, node)->x);
        sb_adds(sb, ".(");
        print(sb, AS(AssertExpr, node)->type_expr);
        sb_addc(sb, ')');
        break;
    case N_TYPE_SWITCH_GUARD:
        if (AS(TypeSwitchGuard, node)->lhs) {
            print(sb, AS(TypeSwitchGuard, node)->lhs);
            sb_adds(sb, " := ");
        }
        print(sb, AS(TypeSwitchGuard, node)->x);
        sb_adds(sb, ".(type)");
        break;
    case N_CALL:
        print(sb, AS(CallExpr, node)->fun);
        sb_addc(sb, '(');
        print_list(sb, AS(CallExpr, node)->args);
        sb_adds(sb, AS(CallExpr, node)->e.n.flags & NF_HAS_DOTS ? "...)" : ")");
        break;
    case N_OPERATION: {
        const Operation *o = node;
        const char *op = operator_text[o->e.n.aux];
        if (o->y) {
            print(sb, o->x);
            sb_printf(sb, " %s ", op);
            print(sb, o->y);
        } else {
            sb_adds(sb, op);
            print(sb, o->x);
        }
        break;
    }
    case N_KEY_VALUE:
        print(sb, AS(KeyValueExpr, node)->key);
        sb_adds(sb, ": ");
        print(sb, AS(KeyValueExpr, node)->value);
        break;
    case N_LIST: print_list(sb, AS(ListExpr, node)->elems); break;
    case N_ARRAY_TYPE:
        sb_addc(sb, '[');
        if (AS(ArrayType, node)->len) print(sb, AS(ArrayType, node)->len);
        else sb_adds(sb, "...");
        sb_addc(sb, ']');
        print(sb, AS(ArrayType, node)->elem);
        break;
    case N_SLICE_TYPE:
        sb_adds(sb, "[]");
        print(sb, AS(SliceType, node)->elem);
        break;
    case N_DOTS_TYPE:
        sb_adds(sb, "...");
        print(sb, AS(DotsType, node)->elem);
        break;
    case N_STRUCT_TYPE:
        sb_adds(sb, "struct{");
        print_fields(sb, node);
        sb_addc(sb, '}');
        break;
    case N_FUNC_TYPE:
        sb_adds(sb, "func");
        print_signature(sb, node);
        break;
    case N_INTERFACE_TYPE: {
        const InterfaceType *t = node;
        sb_adds(sb, "interface{");
        for (uint32_t i = 0; i < t->methods.n; i++) {
            const Field *f = t->methods.v[i];
            if (i) sb_adds(sb, "; ");
            print(sb, f->name);
            if (f->name) print_signature(sb, AS(FuncType, f->type_expr));
            else print(sb, f->type_expr);
        }
        sb_addc(sb, '}');
        break;
    }
    case N_MAP_TYPE:
        sb_adds(sb, "map[");
        print(sb, AS(MapType, node)->key);
        sb_addc(sb, ']');
        print(sb, AS(MapType, node)->value);
        break;
    case N_CHAN_TYPE: print_chan(sb, node); break;

    case N_EMPTY_STMT: break;
    case N_EXPR_STMT: print(sb, AS(ExprStmt, node)->x); break;
    case N_SEND_STMT:
        print(sb, AS(SendStmt, node)->chan);
        sb_adds(sb, " <- ");
        print(sb, AS(SendStmt, node)->value);
        break;
    case N_ASSIGN_STMT: {
        const AssignStmt *s = node;
        const char *op = operator_text[s->s.n.aux];
        print(sb, s->lhs);
        if (s->rhs) {
            sb_printf(sb, " %s= ", op);
            print(sb, s->rhs);
        } else {
            sb_printf(sb, "%s%s", op, op);
        }
        break;
    }
    case N_CALL_STMT:
        sb_adds(sb, AS(CallStmt, node)->s.n.flags & NF_GO ? "go " : "defer ");
        print(sb, AS(CallStmt, node)->call);
        break;
    case N_RETURN_STMT:
        sb_adds(sb, AS(ReturnStmt, node)->results ? "return " : "return");
        print(sb, AS(ReturnStmt, node)->results);
        break;
    case N_BRANCH_STMT: {
        static const char *const words[] = {"break", "continue", "fallthrough", "goto"};
        const BranchStmt *s = node;
        sb_adds(sb, words[s->s.n.aux]);
        if (s->label) sb_addc(sb, ' ');
        print(sb, s->label);
        break;
    }
    case N_RANGE_CLAUSE: {
        const RangeClause *r = node;
        print(sb, r->lhs);
        if (r->lhs) sb_adds(sb, r->s.n.flags & NF_DEF ? " := " : " = ");
        sb_adds(sb, "range ");
        print(sb, r->x);
        break;
    }
    default: BUG("no short form for node kind %d", KIND(node));
    }
}

void expr_format(StrBuf *sb, const Expr *e) { print(sb, e); }

char *node_string(Arena *a, const void *node) {
    StrBuf sb = STRBUF_INIT;
    print(&sb, node);
    return sb_arena(&sb, a);
}
