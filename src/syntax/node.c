/* The first and last positions of nodes, and walking over trees. */
#include "syntax/ast.h"

Expr *expr_unparen(Expr *e) {
    while (KIND(e) == N_PAREN) e = AS(ParenExpr, e)->x;
    return e;
}

Pos node_start(const void *node) {
    const void *n = node, *next;
    for (;; n = next) {
        next = NULL;
        switch (KIND(n)) {
        case N_FILE: return pos_make(pos_base(NPOS(n)), 1, 1);
        case N_COMPOSITE_LIT: next = AS(CompositeLit, n)->type_expr; break;
        case N_KEY_VALUE: next = AS(KeyValueExpr, n)->key; break;
        case N_SELECTOR: next = AS(SelectorExpr, n)->x; break;
        case N_INDEX: next = AS(IndexExpr, n)->x; break;
        case N_ASSERT: next = AS(AssertExpr, n)->x; break;
        case N_TYPE_SWITCH_GUARD: {
            const TypeSwitchGuard *g = n;
            next = g->lhs ? (const void *)g->lhs : g->x;
            break;
        }
        case N_OPERATION:
            if (AS(Operation, n)->y) next = AS(Operation, n)->x;
            break;
        case N_CALL: next = AS(CallExpr, n)->fun; break;
        case N_LIST:
            if (AS(ListExpr, n)->elems.n) next = AS(ListExpr, n)->elems.v[0];
            break;
        case N_SEND_STMT: next = AS(SendStmt, n)->chan; break;
        case N_ASSIGN_STMT: next = AS(AssignStmt, n)->lhs; break;
        case N_RANGE_CLAUSE: {
            const RangeClause *r = n;
            next = r->lhs ? r->lhs : r->x;
            break;
        }
        default: break;
        }
        if (!next) return NPOS(n);
    }
}

static Pos behind(Pos p, size_t n) { return pos_make(pos_base(p), pos_line(p), pos_col(p) + (uint32_t)n); }
#define LAST(list) ((list).n ? (const void *)(list).v[(list).n - 1] : NULL)

static const void *first_of(const void *a, const void *b, const void *c) { return a ? a : b ? b : c; }

Pos node_end(const void *node) {
    const void *n = node, *next;
    for (;; n = next) {
        next = NULL;
        switch (KIND(n)) {
        case N_FILE: return AS(File, n)->eof;
        case N_IMPORT_DECL: next = AS(ImportDecl, n)->path; break;
        case N_CONST_DECL: {
            const ConstDecl *d = n;
            next = first_of(d->values, d->type_expr, LAST(d->names));
            break;
        }
        case N_VAR_DECL: {
            const VarDecl *d = n;
            next = first_of(d->values, d->type_expr, LAST(d->names));
            break;
        }
        case N_TYPE_DECL: next = AS(TypeDecl, n)->type_expr; break;
        case N_FUNC_DECL: next = first_of(AS(FuncDecl, n)->body, AS(FuncDecl, n)->type_expr, NULL); break;
        case N_NAME: return behind(NPOS(n), AS(NameExpr, n)->name->n);
        case N_BASIC_LIT: return behind(NPOS(n), AS(BasicLit, n)->text.n);
        case N_COMPOSITE_LIT: return AS(CompositeLit, n)->rbrace;
        case N_KEY_VALUE: next = AS(KeyValueExpr, n)->value; break;
        case N_FUNC_LIT: next = AS(FuncLit, n)->body; break;
        case N_PAREN: next = AS(ParenExpr, n)->x; break;
        case N_SELECTOR: next = AS(SelectorExpr, n)->sel; break;
        case N_INDEX: next = AS(IndexExpr, n)->index; break;
        case N_SLICE: next = AS(SliceExpr, n)->x; break; /* as the compiler has it */
        case N_ASSERT: next = AS(AssertExpr, n)->type_expr; break;
        case N_TYPE_SWITCH_GUARD: next = AS(TypeSwitchGuard, n)->x; break;
        case N_OPERATION: next = first_of(AS(Operation, n)->y, AS(Operation, n)->x, NULL); break;
        case N_CALL: next = first_of(LAST(AS(CallExpr, n)->args), AS(CallExpr, n)->fun, NULL); break;
        case N_LIST: next = LAST(AS(ListExpr, n)->elems); break;
        case N_ARRAY_TYPE: next = AS(ArrayType, n)->elem; break;
        case N_SLICE_TYPE: next = AS(SliceType, n)->elem; break;
        case N_DOTS_TYPE: next = AS(DotsType, n)->elem; break;
        case N_STRUCT_TYPE: next = LAST(AS(StructType, n)->fields); break;
        case N_FIELD: next = first_of(AS(Field, n)->type_expr, AS(Field, n)->name, NULL); break;
        case N_INTERFACE_TYPE: next = LAST(AS(InterfaceType, n)->methods); break;
        case N_FUNC_TYPE:
            next = first_of(LAST(AS(FuncType, n)->results), LAST(AS(FuncType, n)->params), NULL);
            break;
        case N_MAP_TYPE: next = AS(MapType, n)->value; break;
        case N_CHAN_TYPE: next = AS(ChanType, n)->elem; break;
        case N_LABELED_STMT: next = AS(LabeledStmt, n)->stmt; break;
        case N_BLOCK_STMT: return AS(BlockStmt, n)->rbrace;
        case N_EXPR_STMT: next = AS(ExprStmt, n)->x; break;
        case N_SEND_STMT: next = AS(SendStmt, n)->value; break;
        case N_DECL_STMT:
            if (AS(DeclStmt, n)->ndecls) next = AS(DeclStmt, n)->decls[AS(DeclStmt, n)->ndecls - 1];
            break;
        case N_ASSIGN_STMT:
            if (!AS(AssignStmt, n)->rhs) return behind(node_end(AS(AssignStmt, n)->lhs), 2);
            next = AS(AssignStmt, n)->rhs;
            break;
        case N_BRANCH_STMT: next = AS(BranchStmt, n)->label; break;
        case N_CALL_STMT: next = AS(CallStmt, n)->call; break;
        case N_RETURN_STMT: next = AS(ReturnStmt, n)->results; break;
        case N_IF_STMT: next = first_of(AS(IfStmt, n)->els, AS(IfStmt, n)->then, NULL); break;
        case N_FOR_STMT: next = AS(ForStmt, n)->body; break;
        case N_SWITCH_STMT: return AS(SwitchStmt, n)->rbrace;
        case N_SELECT_STMT: return AS(SelectStmt, n)->rbrace;
        case N_RANGE_CLAUSE: next = AS(RangeClause, n)->x; break;
        case N_CASE_CLAUSE:
            if (!AS(CaseClause, n)->body.n) return AS(CaseClause, n)->colon;
            next = LAST(AS(CaseClause, n)->body);
            break;
        case N_COMM_CLAUSE:
            if (!AS(CommClause, n)->body.n) return AS(CommClause, n)->colon;
            next = LAST(AS(CommClause, n)->body);
            break;
        default: break;
        }
        if (!next) return NPOS(n);
    }
}

/* ---- walking ---- */

typedef bool Visit(void *node, void *ctx);

#define W(child) node_walk((void *)(child), fn, ctx)
#define W_LIST(list)                                                                                         \
    for (uint32_t i_ = 0; i_ < (list).n; i_++) W((list).v[i_])

void node_walk(void *n, Visit *fn, void *ctx) {
    if (!n || !fn(n, ctx)) return;
    switch (KIND(n)) {
    case N_NONE:
    case N_BAD_EXPR:
    case N_NAME:
    case N_BASIC_LIT:
    case N_EMPTY_STMT: break;
    case N_COMPOSITE_LIT:
        W(AS(CompositeLit, n)->type_expr);
        W_LIST(AS(CompositeLit, n)->elems);
        break;
    case N_KEY_VALUE:
        W(AS(KeyValueExpr, n)->key);
        W(AS(KeyValueExpr, n)->value);
        break;
    case N_FUNC_LIT:
        W(AS(FuncLit, n)->type_expr);
        W(AS(FuncLit, n)->body);
        break;
    case N_PAREN: W(AS(ParenExpr, n)->x); break;
    case N_SELECTOR:
        W(AS(SelectorExpr, n)->x);
        W(AS(SelectorExpr, n)->sel);
        break;
    case N_INDEX:
        W(AS(IndexExpr, n)->x);
        W(AS(IndexExpr, n)->index);
        break;
    case N_SLICE:
        W(AS(SliceExpr, n)->x);
        for (int i = 0; i < 3; i++) W(AS(SliceExpr, n)->index[i]);
        break;
    case N_ASSERT:
        W(AS(AssertExpr, n)->x);
        W(AS(AssertExpr, n)->type_expr);
        break;
    case N_TYPE_SWITCH_GUARD:
        W(AS(TypeSwitchGuard, n)->lhs);
        W(AS(TypeSwitchGuard, n)->x);
        break;
    case N_OPERATION:
        W(AS(Operation, n)->x);
        W(AS(Operation, n)->y);
        break;
    case N_CALL:
        W(AS(CallExpr, n)->fun);
        W_LIST(AS(CallExpr, n)->args);
        break;
    case N_LIST: W_LIST(AS(ListExpr, n)->elems); break;
    case N_ARRAY_TYPE:
        W(AS(ArrayType, n)->len);
        W(AS(ArrayType, n)->elem);
        break;
    case N_SLICE_TYPE: W(AS(SliceType, n)->elem); break;
    case N_DOTS_TYPE: W(AS(DotsType, n)->elem); break;
    case N_STRUCT_TYPE: {
        StructType *t = AS(StructType, n);
        W_LIST(t->fields);
        for (uint32_t i = 0; t->tags && i < t->fields.n; i++) W(t->tags[i]);
        break;
    }
    case N_INTERFACE_TYPE: W_LIST(AS(InterfaceType, n)->methods); break;
    case N_FUNC_TYPE:
        W_LIST(AS(FuncType, n)->params);
        W_LIST(AS(FuncType, n)->results);
        break;
    case N_MAP_TYPE:
        W(AS(MapType, n)->key);
        W(AS(MapType, n)->value);
        break;
    case N_CHAN_TYPE: W(AS(ChanType, n)->elem); break;
    case N_FIELD:
        W(AS(Field, n)->name);
        W(AS(Field, n)->type_expr);
        break;
    case N_LABELED_STMT:
        W(AS(LabeledStmt, n)->label);
        W(AS(LabeledStmt, n)->stmt);
        break;
    case N_BLOCK_STMT: W_LIST(AS(BlockStmt, n)->list); break;
    case N_EXPR_STMT: W(AS(ExprStmt, n)->x); break;
    case N_SEND_STMT:
        W(AS(SendStmt, n)->chan);
        W(AS(SendStmt, n)->value);
        break;
    case N_DECL_STMT:
        for (uint32_t i = 0; i < AS(DeclStmt, n)->ndecls; i++) W(AS(DeclStmt, n)->decls[i]);
        break;
    case N_ASSIGN_STMT:
        W(AS(AssignStmt, n)->lhs);
        W(AS(AssignStmt, n)->rhs);
        break;
    case N_BRANCH_STMT: W(AS(BranchStmt, n)->label); break; /* the target stands elsewhere in the tree */
    case N_CALL_STMT: W(AS(CallStmt, n)->call); break;
    case N_RETURN_STMT: W(AS(ReturnStmt, n)->results); break;
    case N_IF_STMT:
        W(AS(IfStmt, n)->init);
        W(AS(IfStmt, n)->cond);
        W(AS(IfStmt, n)->then);
        W(AS(IfStmt, n)->els);
        break;
    case N_FOR_STMT:
        W(AS(ForStmt, n)->init);
        W(AS(ForStmt, n)->cond);
        W(AS(ForStmt, n)->post);
        W(AS(ForStmt, n)->body);
        break;
    case N_SWITCH_STMT:
        W(AS(SwitchStmt, n)->init);
        W(AS(SwitchStmt, n)->tag);
        for (uint32_t i = 0; i < AS(SwitchStmt, n)->nclauses; i++) W(AS(SwitchStmt, n)->clauses[i]);
        break;
    case N_SELECT_STMT:
        for (uint32_t i = 0; i < AS(SelectStmt, n)->nclauses; i++) W(AS(SelectStmt, n)->clauses[i]);
        break;
    case N_RANGE_CLAUSE:
        W(AS(RangeClause, n)->lhs);
        W(AS(RangeClause, n)->x);
        break;
    case N_CASE_CLAUSE:
        W(AS(CaseClause, n)->cases);
        W_LIST(AS(CaseClause, n)->body);
        break;
    case N_COMM_CLAUSE:
        W(AS(CommClause, n)->comm);
        W_LIST(AS(CommClause, n)->body);
        break;
    case N_IMPORT_DECL:
        W(AS(ImportDecl, n)->local);
        W(AS(ImportDecl, n)->path);
        break;
    case N_CONST_DECL:
        W_LIST(AS(ConstDecl, n)->names);
        W(AS(ConstDecl, n)->type_expr);
        W(AS(ConstDecl, n)->values);
        break;
    case N_TYPE_DECL:
        W(AS(TypeDecl, n)->name);
        W_LIST(AS(TypeDecl, n)->tparams);
        W(AS(TypeDecl, n)->type_expr);
        break;
    case N_VAR_DECL:
        W_LIST(AS(VarDecl, n)->names);
        W(AS(VarDecl, n)->type_expr);
        W(AS(VarDecl, n)->values);
        break;
    case N_FUNC_DECL:
        W(AS(FuncDecl, n)->recv);
        W(AS(FuncDecl, n)->name);
        W_LIST(AS(FuncDecl, n)->tparams);
        W(AS(FuncDecl, n)->type_expr);
        W(AS(FuncDecl, n)->body);
        break;
    case N_FILE:
        W(AS(File, n)->pkg_name);
        for (uint32_t i = 0; i < AS(File, n)->ndecls; i++) W(AS(File, n)->decls[i]);
        break;
    }
}
