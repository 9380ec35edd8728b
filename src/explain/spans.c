/* spans.c: which stretch of source a node of the IR was made from.
 *
 * The IR keeps positions only, as the compiler does: an operator, an opening parenthesis, the first letter of
 * a name. The syntax trees are still there, so the nodes of a declaration are sorted by position when
 * somebody first asks about it, and of those at the position the one is taken that fits the operation.
 * (Bodies may be gone or rewritten by then: the one that is asked about is parsed anew, and the checker's
 * list tells which calls are conversions.) Where a node ends is found in the tree, and in the text where the
 * tree does not say (closing parentheses). */
#include "explain/explain_int.h"
#include "syntax/parse.h"
#include <stdlib.h>

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

/* By line and column: bases within one file follow each other, and a node stands behind its base's directive.
 */
static uint64_t place_of(Pos p) { return (uint64_t)pos_line(p) << 20 | pos_col(p); }

/* ---- files ---- */

static SpanFile *file_of(const Spans *s, Pos pos) {
    return map_get(&s->files, 1 + (uint64_t)posbase_get(pos_base(pos))->file);
}

/* Gives each file of f's package the places of its conversions. */
static void note_conversions(Spans *s, const SpanFile *f) {
    for (uint32_t i = 0; i < f->pkg->types->conversions.n; i++) {
        Pos p = f->pkg->types->conversions.v[i];
        SpanFile *in = file_of(s, p);
        if (!in) continue;
        in->conversions.arena = &s->arena;
        map_put(&in->conversions, place_of(p), in);
    }
    for (uint32_t i = 0; i < s->all.n; i++)
        if (s->all.v[i]->pkg == f->pkg) s->all.v[i]->conversions_noted = true;
}

static void find_lines(Arena *a, SpanFile *f) {
    Str src = f->file->src;
    vec_push(a, &f->lines, 0);
    for (const char *p = src.p, *nl; (nl = memchr(p, '\n', (size_t)(src.p + src.n - p))); p = nl + 1)
        vec_push(a, &f->lines, (uint32_t)(nl + 1 - src.p));
}

SpanFile *spans_file(Spans *s, Pos pos) {
    if (pos == NO_POS) return NULL;
    SpanFile *f = file_of(s, pos);
    if (!f || f->ready) return f;
    f->ready = true;
    const File *file = f->file;
    f->decls = NEW_ARRAY(&s->arena, SpanDecl, file->ndecls);
    for (uint32_t i = 0; i < file->ndecls; i++) f->decls[i].decl = file->decls[i];
    find_lines(&s->arena, f);
    return f;
}

/* The number of declarations of the file that begin no later than that place. */
static uint32_t begun(const SpanFile *f, uint64_t place) {
    uint32_t lo = 0, hi = f->file->ndecls;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (place_of(NPOS(f->file->decls[mid])) > place) hi = mid;
        else lo = mid + 1;
    }
    return lo;
}

FuncDecl *spans_func(Spans *s, Pos pos) {
    SpanFile *f = spans_file(s, pos);
    if (!f) return NULL;
    uint32_t i = begun(f, place_of(pos) | POS_COL_MAX);
    while (i && KIND(f->file->decls[i - 1]) != N_FUNC_DECL) i--;
    FuncDecl *d = i ? AS(FuncDecl, f->file->decls[i - 1]) : NULL;
    return d && d->body && pos_line(d->body->rbrace) >= pos_line(pos) ? d : NULL;
}

/* ---- the nodes of a declaration ---- */

/* The declaration as the source has it: what it holds may be gone, or loops in it have become calls. */
static Decl *in_source(Spans *s, SpanFile *f, uint32_t i) {
    Decl *d = f->file->decls[i];
    ParseOptions po = {.no_branch_checks = true, .no_pragmas = true};
    DiagSink diags;
    diag_init(&diags, &s->arena);
    if (KIND(d) == N_FUNC_DECL) {
        if (!AS(FuncDecl, d)->body || !(d->n.flags & (NF_APART | NF_REWRITTEN))) return d;
        FuncDecl *whole = NEW(&s->arena, FuncDecl);
        *whole = *AS(FuncDecl, d);
        Pos lbrace = NPOS(whole->body);
        const char *line = f->file->src.p + f->lines.v[pos_line(lbrace) - 1];
        whole->body = parse_body(&s->arena, lbrace, line, f->file->src, &diags, &po);
        return &whole->d;
    }
    if (KIND(d) != N_VAR_DECL || !(f->file->apart || d->n.flags & NF_REWRITTEN)) return d;
    if (!f->again)
        f->again = parse_file_opts(&s->arena, f->file->base, f->file->path, f->file->src, &diags, &po);
    return f->again && i < f->again->ndecls ? f->again->decls[i] : d;
}

static bool is_conversion_call(const SpanFile *f, const CallExpr *call) {
    return call->args.n == 1 && map_has(&f->conversions, place_of(NPOS(call)));
}

typedef struct Collect {
    Arena *arena;
    const SpanFile *file;
    SpanDecl *decl;
} Collect;

static void add_node(Collect *c, Pos pos, void *node, bool conversion) {
    vec_push(c->arena, &c->decl->nodes, ((SpanEntry){place_of(pos), node, c->decl->nodes.n, conversion}));
}

static bool collect(void *node, void *ctx) {
    Collect *c = ctx;
    add_node(c, NPOS(node), node, false);
    const CallExpr *call = KIND(node) == N_CALL ? AS(CallExpr, node) : NULL;
    if (call && is_conversion_call(c->file, call)) add_node(c, NPOS(call->args.v[0]), node, true);
    return true;
}

static int by_place(const void *a, const void *b) {
    const SpanEntry *x = a, *y = b;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The declaration that the place is in, with its nodes at hand; NULL: it is in none. */
static SpanDecl *decl_at(Spans *s, SpanFile *f, uint64_t place) {
    uint32_t i = begun(f, place);
    if (!i) return NULL;
    SpanDecl *d = &f->decls[i - 1];
    if (d->ready) return d;
    d->ready = true;
    if (f->pkg->types) {
        if (!f->conversions_noted) note_conversions(s, f);
        d->decl = in_source(s, f, i - 1);
    }
    node_walk(d->decl, collect, &(Collect){&s->arena, f, d});
    qsort(d->nodes.v, d->nodes.n, sizeof *d->nodes.v, by_place);
    return d;
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
    uint64_t want = place_of(pos);
    const SpanDecl *d = f ? decl_at(s, f, want) : NULL;
    if (!d) return NULL;
    uint32_t lo = 0, hi = d->nodes.n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (d->nodes.v[mid].place < want) lo = mid + 1;
        else hi = mid;
    }
    void *best = NULL;
    int score = -1;
    for (; lo < d->nodes.n && d->nodes.v[lo].place == want; lo++) {
        if (KIND(d->nodes.v[lo].node) == N_FUNC_DECL) continue;
        int sc = fit(n, &d->nodes.v[lo]);
        if (sc > score) score = sc, best = d->nodes.v[lo].node;
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
    case N_FOR_STMT: {
        const Stmt *init = AS(ForStmt, n)->init;
        return init && KIND(init) == N_RANGE_CLAUSE ? spans_end(f, init) : step_on(NPOS(n), 3);
    }
    case N_FIELD: return AS(Field, n)->name ? node_end(AS(Field, n)->name) : node_end(n);
    default: return node_end(n);
    }
}
