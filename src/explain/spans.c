/* spans.c: which stretch of source a node of the IR was made from.
 *
 * The IR keeps positions only, as the compiler does: an operator, an opening parenthesis, the first letter of
 * a name. The syntax trees are still there, so the nodes of a file are sorted by position when somebody first
 * asks about it, and of those at the position the one is taken that fits the operation. (Bodies may be gone
 * by then: the file is parsed anew, and the checker's list tells which calls are conversions.) Where a node
 * ends is found in the tree, and in the text where the tree does not say (closing parentheses). */
#include "explain/explain_int.h"
#include "syntax/parse.h"
#include <stdlib.h>

void spans_init(Spans *s, Session *session) {
    *s = (Spans){0};
    for (uint32_t i = 0; i < session->npkgs; i++) {
        LoadedPkg *p = session->pkgs[i];
        if (!p->syntax) continue;
        for (uint32_t k = 0; p->syntax[k]; k++) {
            SpanFile *f = xcalloc(1, sizeof *f);
            f->file = p->syntax[k];
            f->pkg = p;
            vec_push(NULL, &s->all, f);
            map_put(&s->files, 1 + (uint64_t)posbase_get(f->file->base)->file, f);
        }
    }
}

void spans_release(Spans *s) {
    for (uint32_t i = 0; i < s->all.n; i++) {
        vec_free(&s->all.v[i]->nodes);
        vec_free(&s->all.v[i]->funcs);
        vec_free(&s->all.v[i]->lines);
        map_release(&s->all.v[i]->conversions);
        free_heap(s->all.v[i]);
    }
    vec_free(&s->all);
    map_release(&s->files);
    arena_release(&s->arena);
}

/* By line and column: bases within one file follow each other, and a node stands behind its base's directive.
 */
static uint64_t place_of(Pos p) { return (uint64_t)pos_line(p) << 20 | pos_col(p); }

static bool is_conversion_call(const SpanFile *f, const CallExpr *call) {
    if (call->args.n != 1) return false;
    return f->apart ? map_has(&f->conversions, place_of(NPOS(call))) : EI_MODE(call->fun) == MODE_TYPE;
}

/* The tree as it was, when its bodies are gone. */
static void read_again(Spans *s, SpanFile *f) {
    ParseOptions po = {.no_branch_checks = true, .no_pragmas = true};
    DiagSink diags;
    diag_init(&diags, &s->arena);
    File *again = parse_file_opts(&s->arena, f->file->base, f->file->path, f->file->src, &diags, &po);
    if (!again) return;
    uint32_t base = posbase_get(f->file->base)->file;
    f->apart = true;
    for (uint32_t i = 0; i < f->pkg->types->conversions.n; i++) {
        Pos p = f->pkg->types->conversions.v[i];
        if (posbase_get(pos_base(p))->file == base) map_put(&f->conversions, place_of(p), f);
    }
    f->file = again;
}

static bool collect(void *node, void *ctx) {
    SpanFile *f = ctx;
    vec_push(NULL, &f->nodes, ((SpanEntry){NPOS(node), node, false}));
    const CallExpr *call = KIND(node) == N_CALL ? AS(CallExpr, node) : NULL;
    if (call && is_conversion_call(f, call))
        vec_push(NULL, &f->nodes, ((SpanEntry){NPOS(call->args.v[0]), node, true}));
    if (KIND(node) == N_FUNC_DECL) vec_push(NULL, &f->funcs, AS(FuncDecl, node));
    return true;
}

static int by_place(const void *a, const void *b) {
    const SpanEntry *x = a, *y = b;
    uint64_t p = place_of(x->pos), q = place_of(y->pos);
    return p < q ? -1 : p > q;
}

SpanFile *spans_file(Spans *s, Pos pos) {
    if (pos == NO_POS) return NULL;
    SpanFile *f = map_get(&s->files, 1 + (uint64_t)posbase_get(pos_base(pos))->file);
    if (!f || f->ready) return f;
    f->ready = true;
    if (f->file->apart && f->pkg->types) read_again(s, f);
    node_walk(f->file, collect, f);
    vec_push(NULL, &f->lines, 0);
    for (size_t i = 0; i < f->file->src.n; i++)
        if (f->file->src.p[i] == '\n') vec_push(NULL, &f->lines, (uint32_t)i + 1);
    qsort(f->nodes.v, f->nodes.n, sizeof *f->nodes.v, by_place);
    return f;
}

FuncDecl *spans_func(Spans *s, Pos pos) {
    SpanFile *f = spans_file(s, pos);
    if (!f) return NULL;
    uint32_t lo = 0, hi = f->funcs.n; /* those before lo begin no later */
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (pos_line(NPOS(f->funcs.v[mid])) > pos_line(pos)) hi = mid;
        else lo = mid + 1;
    }
    FuncDecl *d = lo ? f->funcs.v[lo - 1] : NULL;
    return d && d->body && pos_line(d->body->rbrace) >= pos_line(pos) ? d : NULL;
}

/* ---- which node ---- */

/* The IR has conversions at the position of what they convert. */
static bool is_conversion(const IrNode *n) {
    switch (n->op) {
    case OSTR2BYTES:
    case OSTR2BYTESTMP:
    case OBYTES2STR:
    case OBYTES2STRTMP:
    case OSTR2RUNES:
    case ORUNES2STR:
    case ORUNESTR:
    case OCONV:
    case OCONVNOP:
    case OCONVIFACE: return !ir_implicit(n);
    default: return false;
    }
}

/* How well a node of the tree fits one of the IR that has its position; -1 not at all. */
static int fit(const IrNode *n, const SpanEntry *at) {
    const void *node = at->node;
    NodeKind k = KIND(node);
    if (at->conversion) return is_conversion(n) ? 5 : -1;
    bool statement = k >= N_EMPTY_STMT;
    switch (n->op) {
    case ONAME: return k == N_NAME ? 3 : k == N_FIELD ? 2 : 0;
    case OCALLFUNC:
    case OCALLINTER:
    case OCALLMETH:
    case OINLCALL:
    case OAPPEND:
    case OCOPY:
    case ONEW:
    case OMAKESLICE:
    case OMAKEMAP:
    case OMAKECHAN:
    case OSTR2BYTES:
    case OSTR2BYTESTMP:
    case OBYTES2STR:
    case OSTR2RUNES:
    case ORUNES2STR:
    case ORUNESTR:
    case OPANIC:
    case OCONV:
    case OCONVNOP: return k == N_CALL ? 4 : !statement && k != N_LIST && k != N_FIELD ? 2 : 1;
    case OSLICELIT: return k == N_COMPOSITE_LIT ? 4 : k == N_CALL ? 3 : 1;
    case OSTRUCTLIT:
    case OARRAYLIT:
    case OMAPLIT: return k == N_COMPOSITE_LIT ? 4 : 1;
    case OPTRLIT:
    case OADDR: return k == N_OPERATION ? 4 : k == N_COMPOSITE_LIT ? 3 : 1;
    case ODOT:
    case ODOTPTR:
    case OMETHVALUE:
    case ODOTMETH:
    case ODOTINTER:
    case OMETHEXPR: return k == N_SELECTOR ? 4 : 1;
    case OINDEX:
    case OINDEXMAP: return k == N_INDEX ? 4 : 1;
    case OSLICE:
    case OSLICEARR:
    case OSLICESTR:
    case OSLICE3:
    case OSLICE3ARR: return k == N_SLICE ? 4 : 1;
    case OCLOSURE: return k == N_FUNC_LIT ? 5 : k == N_CALL_STMT ? 4 : k == N_CALL ? 3 : 1;
    case OAS:
    case OPS_ASSIGN_LIST:
    case OASOP:
        return k == N_ASSIGN_STMT                                         ? 5
               : k == N_VAR_DECL                                          ? 4
               : k == N_RETURN_STMT || k == N_RANGE_CLAUSE || k == N_CALL ? 3
               : statement                                                ? 2
                                                                          : 1;
    case ORETURN: return k == N_RETURN_STMT ? 5 : statement ? 2 : 1;
    case OSEND: return k == N_SEND_STMT ? 5 : 1;
    case OGO:
    case ODEFER: return k == N_CALL_STMT ? 5 : 1;
    case ORANGE: return k == N_RANGE_CLAUSE ? 5 : k == N_FOR_STMT ? 4 : 1;
    case OADDSTR: return k == N_OPERATION ? 4 : 1;
    default: return statement || k == N_LIST || k == N_FIELD ? 1 : k == N_KEY_VALUE ? 2 : 3;
    }
}

void *spans_node(Spans *s, Pos pos, const IrNode *n) {
    SpanFile *f = spans_file(s, pos);
    if (!f) return NULL;
    uint64_t want = place_of(pos);
    uint32_t lo = 0, hi = f->nodes.n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (place_of(f->nodes.v[mid].pos) < want) lo = mid + 1;
        else hi = mid;
    }
    void *best = NULL;
    int score = -1;
    for (; lo < f->nodes.n && place_of(f->nodes.v[lo].pos) == want; lo++) {
        void *node = f->nodes.v[lo].node;
        if (KIND(node) == N_FILE || KIND(node) == N_FUNC_DECL) continue;
        int sc = fit(n, &f->nodes.v[lo]);
        if (sc > score) score = sc, best = node;
    }
    return best;
}

/* ---- where it ends ---- */

/* The offset of a position in the text; the text's length when it is not there. */
static size_t offset_of(const SpanFile *f, Pos pos) {
    if (pos_line(pos) == 0 || pos_line(pos) > f->lines.n) return f->file->src.n;
    size_t off = f->lines.v[pos_line(pos) - 1] + pos_col(pos) - 1;
    return MIN(off, f->file->src.n);
}

/* One past the bracket that closes the one at pos (or the first one behind it). */
static Pos match_close(const SpanFile *f, Pos pos) {
    size_t i = offset_of(f, pos), n = f->file->src.n;
    const char *s = f->file->src.p;
    uint32_t line = pos_line(pos), col = pos_col(pos);
    int depth = 0;
    for (; i < n; i++) {
        char c = s[i];
        size_t from = i;
        if (c == '"' || c == '\'') {
            for (i++; i < n && s[i] != c && s[i] != '\n'; i++) i += s[i] == '\\';
        } else if (c == '`') {
            for (i++; i < n && s[i] != '`'; i++) {}
        } else if (c == '/' && i + 1 < n && s[i + 1] == '/') {
            while (i + 1 < n && s[i + 1] != '\n') i++;
        } else if (c == '/' && i + 1 < n && s[i + 1] == '*') {
            for (i += 2; i + 1 < n && !(s[i] == '*' && s[i + 1] == '/'); i++) {}
            i++;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (c == ')' || c == ']' || c == '}') {
            if (--depth <= 0) return pos_make(pos_base(pos), line, col + 1);
        }
        for (size_t k = from; k <= i && k < n; k++) {
            if (s[k] == '\n') line++, col = 1;
            else col++;
        }
    }
    return pos_make(pos_base(pos), pos_line(pos), pos_col(pos) + 1);
}

static Pos step_on(Pos p, uint32_t n) { return pos_make(pos_base(p), pos_line(p), pos_col(p) + n); }

Pos spans_end(const SpanFile *f, const void *n) {
    switch (KIND(n)) {
    case N_CALL:
    case N_INDEX:
    case N_SLICE: return match_close(f, NPOS(n));
    case N_ASSERT: return match_close(f, NPOS(n));
    case N_COMPOSITE_LIT: return step_on(AS(CompositeLit, n)->rbrace, 1);
    case N_FUNC_LIT: return AS(FuncLit, n)->body ? step_on(AS(FuncLit, n)->body->rbrace, 1) : node_end(n);
    case N_BLOCK_STMT: return step_on(AS(BlockStmt, n)->rbrace, 1);
    case N_OPERATION: return spans_end(f, AS(Operation, n)->y ? AS(Operation, n)->y : AS(Operation, n)->x);
    case N_KEY_VALUE: return spans_end(f, AS(KeyValueExpr, n)->value);
    case N_ASSIGN_STMT:
        return AS(AssignStmt, n)->rhs ? spans_end(f, AS(AssignStmt, n)->rhs)
                                      : step_on(spans_end(f, AS(AssignStmt, n)->lhs), 2);
    case N_SEND_STMT: return spans_end(f, AS(SendStmt, n)->value);
    case N_RETURN_STMT:
        return AS(ReturnStmt, n)->results ? spans_end(f, AS(ReturnStmt, n)->results) : step_on(NPOS(n), 6);
    case N_LIST: {
        const ListExpr *l = n;
        return l->elems.n ? spans_end(f, l->elems.v[l->elems.n - 1]) : NPOS(n);
    }
    case N_EXPR_STMT: return spans_end(f, AS(ExprStmt, n)->x);
    case N_CALL_STMT: return spans_end(f, AS(CallStmt, n)->call);
    case N_RANGE_CLAUSE: return spans_end(f, AS(RangeClause, n)->x);
    case N_VAR_DECL: return AS(VarDecl, n)->values ? spans_end(f, AS(VarDecl, n)->values) : node_end(n);
    case N_FOR_STMT: return step_on(NPOS(n), 3);
    case N_FIELD: return AS(Field, n)->name ? node_end(AS(Field, n)->name) : node_end(n);
    default: return node_end(n);
    }
}
