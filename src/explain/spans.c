/* spans.c: which stretch of source a node of the IR was made from.
 *
 * The lowering has noted what it made from what (ir/source.h), so there is nothing to search for: a node that
 * was inlined, or that belongs to an instance, is looked up where the code was lowered. Names have no note:
 * they stand where they are declared. Where a node ends, the tree says. */
#include "explain/explain_int.h"
#include "ir/source.h"

void spans_init(Spans *s, Session *session) {
    *s = (Spans){0};
    for (uint32_t i = 0; i < session->npkgs; i++) {
        LoadedPkg *p = session->pkgs[i];
        if (!p->syntax) continue;
        for (uint32_t k = 0; p->syntax[k]; k++) {
            SpanFile *f = NEW(&s->arena, SpanFile);
            f->file = p->syntax[k];
            f->pkg = p;
            vec_push(NULL, &s->all, f);
            map_put(&s->files, 1 + (uint64_t)posbase_get(f->file->base)->file, f);
        }
    }
}

void spans_release(Spans *s) {
    vec_free(&s->all);
    map_release(&s->files);
    arena_release(&s->arena);
}

/* ---- files ---- */

SpanFile *spans_file(const Spans *s, Pos pos) {
    if (pos == NO_POS) return NULL;
    return map_get(&s->files, 1 + (uint64_t)posbase_get(pos_base(pos))->file);
}

static void find_lines(Arena *a, SpanFile *f) {
    Str src = f->file->src;
    vec_push(a, &f->lines, 0);
    for (const char *p = src.p, *nl; (nl = memchr(p, '\n', (size_t)(src.p + src.n - p))); p = nl + 1)
        vec_push(a, &f->lines, (uint32_t)(nl + 1 - src.p));
}

static bool in_name(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c & 0x80;
}

uint32_t spans_name(Spans *s, Pos pos) {
    SpanFile *f = spans_file(s, pos);
    if (!f) return 0;
    if (!f->lines.n) find_lines(&s->arena, f);
    if (pos_line(pos) > f->lines.n) return 0;
    size_t at = (size_t)f->lines.v[pos_line(pos) - 1] + pos_col(pos) - 1, end = at;
    while (end < f->file->src.n && in_name(f->file->src.p[end])) end++;
    return (uint32_t)(end - at);
}

/* By line and column: bases within one file follow each other, and a node stands behind its base's directive.
 */
static uint64_t place_of(Pos p) { return (uint64_t)pos_line(p) << 20 | pos_col(p); }

/* The number of declarations of the file that begin no later than that place. */
static uint32_t begun(const File *f, uint64_t place) {
    uint32_t lo = 0, hi = f->ndecls;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (place_of(NPOS(f->decls[mid])) > place) hi = mid;
        else lo = mid + 1;
    }
    return lo;
}

FuncDecl *spans_func(const Spans *s, Pos pos) {
    const SpanFile *f = spans_file(s, pos);
    if (!f) return NULL;
    uint32_t i = begun(f->file, place_of(pos) | POS_COL_MAX);
    while (i && KIND(f->file->decls[i - 1]) != N_FUNC_DECL) i--;
    FuncDecl *d = i ? AS(FuncDecl, f->file->decls[i - 1]) : NULL;
    return d && d->body && pos_line(d->body->rbrace) >= pos_line(pos) ? d : NULL;
}

/* ---- which node ---- */

const void *spans_node(const Spans *s, const IrPackage *ir, Pos pos, const IrNode *n) {
    const SpanFile *f = spans_file(s, pos);
    if (!f || !f->pkg->ir) return NULL;
    IrOp op = n->op == OSTR2BYTESTMP ? OSTR2BYTES : OPOF(n); /* escape has changed it */
    const void *node = ir_source_find(f->pkg->ir, pos, op);
    if (!node && ir != f->pkg->ir) node = ir_source_find(ir, pos, op); /* an instance made here */
    const IrFunc *inlined = n->inl ? ir->inl_tree.v[n->inl - 1].func : NULL;
    if (!node && inlined && inlined->pkg) node = ir_source_find(inlined->pkg, pos, op);
    return node;
}

/* ---- where it ends ---- */

static Pos step_on(Pos p, uint32_t n) { return pos_make(pos_base(p), pos_line(p), pos_col(p) + n); }

/* One past the bracket that closes the node, when the parser has seen it. */
static Pos behind(Pos bracket, const void *n) { return bracket ? step_on(bracket, 1) : node_end(n); }

Pos spans_end(const void *n) {
    switch (KIND(n)) {
    case N_CALL: return behind(AS(CallExpr, n)->rparen, n);
    case N_INDEX: return behind(AS(IndexExpr, n)->rbrack, n);
    case N_SLICE: return behind(AS(SliceExpr, n)->rbrack, n);
    case N_ASSERT: return behind(AS(AssertExpr, n)->rparen, n);
    case N_COMPOSITE_LIT: return step_on(AS(CompositeLit, n)->rbrace, 1);
    case N_FUNC_LIT: return AS(FuncLit, n)->body ? step_on(AS(FuncLit, n)->body->rbrace, 1) : node_end(n);
    case N_BLOCK_STMT: return step_on(AS(BlockStmt, n)->rbrace, 1);
    case N_OPERATION: return spans_end(AS(Operation, n)->y ? AS(Operation, n)->y : AS(Operation, n)->x);
    case N_KEY_VALUE: return spans_end(AS(KeyValueExpr, n)->value);
    case N_ASSIGN_STMT:
        return AS(AssignStmt, n)->rhs ? spans_end(AS(AssignStmt, n)->rhs)
                                      : step_on(spans_end(AS(AssignStmt, n)->lhs), 2);
    case N_SEND_STMT: return spans_end(AS(SendStmt, n)->value);
    case N_RETURN_STMT:
        return AS(ReturnStmt, n)->results ? spans_end(AS(ReturnStmt, n)->results) : step_on(NPOS(n), 6);
    case N_LIST: {
        const ListExpr *l = n;
        return l->elems.n ? spans_end(l->elems.v[l->elems.n - 1]) : NPOS(n);
    }
    case N_EXPR_STMT: return spans_end(AS(ExprStmt, n)->x);
    case N_CALL_STMT: return spans_end(AS(CallStmt, n)->call);
    case N_RANGE_CLAUSE: return spans_end(AS(RangeClause, n)->x);
    case N_VAR_DECL: return AS(VarDecl, n)->values ? spans_end(AS(VarDecl, n)->values) : node_end(n);
    case N_FOR_STMT: {
        const Stmt *init = AS(ForStmt, n)->init;
        return init && KIND(init) == N_RANGE_CLAUSE ? spans_end(init) : step_on(NPOS(n), 3);
    }
    case N_FIELD: return spans_end(AS(Field, n)->type_expr); /* one without a name */
    default: return node_end(n);
    }
}
