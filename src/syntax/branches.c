/* Labels and branches of one function body (spec, "Labeled statements" to "Goto statements"): break,
 * continue, fallthrough and goto where they may stand, labels defined once and used, no goto over a variable
 * declaration or into a block. Sets BranchStmt.target.
 *
 * One walk over the statements. A goto whose label has not been met yet waits in a list. A block hands its
 * list to the block around it, and a label takes its gotos from the list. A variable declaration marks the
 * gotos that wait in its block: one that still waits when its label comes jumps over the declaration. */
#include "syntax/syntax_int.h"

typedef struct Block Block;
struct Block {
    Block *parent; /* NULL: the function body */
    Pos start;
    LabeledStmt *lstmt; /* the label of the statement whose block this is, or NULL */
    uint32_t id;        /* from 1; labels outlive their blocks */
};

typedef struct Label {
    uint32_t block; /* id of the block that contains it */
    Pos block_start;
    LabeledStmt *lstmt;
    bool used;
} Label;

typedef VEC(BranchStmt *) GotoList;

typedef struct Branches {
    Parser *p;
    VEC(Label) labels; /* in order of declaration */
    Map by_name;       /* Name → index in labels + 1 */
    uint32_t blocks;
} Branches;

/* What break and continue mean here. */
typedef struct Targets {
    Stmt *breaks;       /* for, switch, select or NULL */
    ForStmt *continues; /* or NULL */
    int64_t clause;     /* index of the case directly around, or -1 */
} Targets;

static Label *label_find(Branches *b, const Name *name) {
    uint64_t i = b->labels.n ? (uint64_t)(uintptr_t)map_get(&b->by_name, PKEY(name)) : 0;
    return i ? &b->labels.v[i - 1] : NULL;
}

/* A position within a message: as written by directives, with the real one in brackets when it differs. */
static char *pos_string(Arena *a, Pos pos) {
    StrBuf sb = STRBUF_INIT;
    const PosBase *base = posbase_get(pos_base(pos));
    RelPos rel = pos_rel(pos);
    sb_printf(&sb, "%s:%u", rel.filename, rel.line);
    if (rel.col) sb_printf(&sb, ":%u", rel.col);
    const char *file = posbase_get(base->file)->filename;
    if (strcmp(file, rel.filename) != 0 || rel.line != pos_line(pos) || rel.col != pos_col(pos))
        sb_printf(&sb, "[%s:%u:%u]", file, pos_line(pos), pos_col(pos));
    return sb_arena(&sb, a);
}

static void declare(Branches *b, const Block *block, LabeledStmt *s) {
    const Name *name = s->label->name;
    const Label *l = label_find(b, name);
    if (l) {
        parse_report(b->p, NPOS(s->label), "label %s already defined at %s", name->s,
                     pos_string(b->p->arena, NPOS(l->lstmt->label)));
        return;
    }
    vec_push(NULL, &b->labels, ((Label){block->id, block->start, s, false}));
    map_put(&b->by_name, PKEY(name), (void *)(uintptr_t)b->labels.n);
}

/* The label when a goto in block may jump back to it, else NULL. */
static LabeledStmt *goto_target(Branches *b, const Block *block, const Name *name) {
    Label *l = label_find(b, name);
    if (!l) return NULL;
    l->used = true;
    for (; block; block = block->parent)
        if (block->id == l->block) return l->lstmt;
    return NULL;
}

/* The label when it labels a statement around block; *defined says whether there is such a label at all. */
static LabeledStmt *enclosing_target(Branches *b, const Block *block, const Name *name, bool *defined) {
    Label *l = label_find(b, name);
    *defined = l != NULL;
    if (!l) return NULL;
    l->used = true;
    for (; block; block = block->parent)
        if (block->lstmt == l->lstmt) return l->lstmt;
    return NULL;
}

static void break_or_continue(Branches *b, const Block *block, const Targets *t, BranchStmt *s) {
    bool is_break = s->s.n.aux == BRANCH_BREAK;
    if (!s->label) {
        s->target = is_break ? t->breaks : (Stmt *)t->continues;
        if (s->target) return;
        parse_report(b->p, NPOS(s), "%s",
                     is_break ? "break is not in a loop, switch, or select" : "continue is not in a loop");
        return;
    }
    bool defined;
    const char *what = is_break ? "break" : "continue", *name = s->label->name->s;
    LabeledStmt *l = enclosing_target(b, block, s->label->name, &defined);
    if (!defined) {
        parse_report(b->p, NPOS(s->label), "%s label not defined: %s", what, name);
        return;
    }
    NodeKind k = l ? KIND(l->stmt) : N_NONE;
    if (k == N_FOR_STMT || (is_break && (k == N_SWITCH_STMT || k == N_SELECT_STMT))) s->target = l->stmt;
    else parse_report(b->p, NPOS(s->label), "invalid %s label %s", what, name);
}

/* last: no statement but empty ones follows in its list. */
static void fallthrough(Branches *b, const Targets *t, BranchStmt *s, bool last) {
    const char *msg = "fallthrough statement out of place";
    if (t->breaks && KIND(t->breaks) == N_SWITCH_STMT) {
        SwitchStmt *sw = AS(SwitchStmt, t->breaks);
        if (sw->tag && KIND(sw->tag) == N_TYPE_SWITCH_GUARD) msg = "cannot fallthrough in type switch";
        else if (t->clause >= 0 && last) {
            if (t->clause + 1 != sw->nclauses) return;
            msg = "cannot fallthrough final case in switch";
        }
    }
    parse_report(b->p, NPOS(s), "%s", msg);
}

/* A label takes the gotos that wait for it. */
static void resolve(Branches *b, LabeledStmt *s, GotoList *fwd, const GotoList *bad, Pos var_pos,
                    Expr *var_name) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < fwd->n; i++) {
        BranchStmt *g = fwd->v[i];
        if (g->label->name != s->label->name) {
            fwd->v[kept++] = g;
            continue;
        }
        g->target = &s->s;
        label_find(b, s->label->name)->used = true;
        if (!var_pos) continue;
        for (uint32_t j = 0; j < bad->n; j++) {
            if (bad->v[j] != g) continue;
            parse_report(b->p, NPOS(g->label), "goto %s jumps over declaration of %s at %s",
                         g->label->name->s, node_string(b->p->arena, var_name),
                         pos_string(b->p->arena, var_pos));
            break;
        }
    }
    fwd->n = kept;
}

/* Walks a block and appends the gotos that no label in it took to *out. */
static void walk(Branches *b, Block *parent, Targets t, LabeledStmt *lstmt, Pos start, StmtList body,
                 GotoList *out) {
    Block block = {parent, start, lstmt, ++b->blocks};
    GotoList fwd = {0}, bad = {0};
    Pos var_pos = NO_POS;
    Expr *var_name = NULL;

    uint32_t n = body.n; /* trailing empty statements don't count: a fallthrough before them is last */
    while (n > 0 && KIND(body.v[n - 1]) == N_EMPTY_STMT) n--;
    for (uint32_t i = 0; i < n; i++) {
        Stmt *stmt = body.v[i];
        Pos declared = NO_POS;
        lstmt = NULL;
        while (KIND(stmt) == N_LABELED_STMT) {
            LabeledStmt *s = AS(LabeledStmt, stmt);
            if (s->label->name != b->p->underscore) {
                declare(b, &block, s);
                resolve(b, s, &fwd, &bad, var_pos, var_name);
                lstmt = s;
            }
            stmt = s->stmt;
        }
        Targets inner = {t.breaks, t.continues, -1};
        switch (KIND(stmt)) {
        case N_DECL_STMT: {
            DeclStmt *s = AS(DeclStmt, stmt);
            for (uint32_t j = 0; j < s->ndecls && !declared; j++) {
                if (KIND(s->decls[j]) != N_VAR_DECL) continue;
                declared = NPOS(s->decls[j]);
                var_name = (Expr *)AS(VarDecl, s->decls[j])->names.v[0];
            }
            break;
        }
        case N_ASSIGN_STMT:
            if (stmt->n.aux != OP_DEF) break;
            declared = NPOS(stmt);
            var_name = AS(AssignStmt, stmt)->lhs;
            break;
        case N_BRANCH_STMT: {
            BranchStmt *s = AS(BranchStmt, stmt);
            switch ((BranchTok)s->s.n.aux) {
            case BRANCH_BREAK:
            case BRANCH_CONTINUE: break_or_continue(b, &block, &t, s); break;
            case BRANCH_FALLTHROUGH: fallthrough(b, &t, s, i + 1 == n); break;
            case BRANCH_GOTO: {
                LabeledStmt *l = goto_target(b, &block, s->label->name);
                if (l) s->target = &l->s;
                else vec_push(NULL, &fwd, s);
            }
            }
            break;
        }
        case N_BLOCK_STMT: walk(b, &block, inner, lstmt, NPOS(stmt), AS(BlockStmt, stmt)->list, &fwd); break;
        case N_IF_STMT: {
            IfStmt *s = AS(IfStmt, stmt);
            walk(b, &block, inner, lstmt, NPOS(s->then), s->then->list, &fwd);
            if (s->els) walk(b, &block, inner, lstmt, NPOS(s->els), (StmtList){&s->els, 1}, &fwd);
            break;
        }
        case N_FOR_STMT: {
            ForStmt *s = AS(ForStmt, stmt);
            inner.breaks = stmt;
            inner.continues = s;
            walk(b, &block, inner, lstmt, NPOS(s->body), s->body->list, &fwd);
            break;
        }
        case N_SWITCH_STMT: {
            SwitchStmt *s = AS(SwitchStmt, stmt);
            inner.breaks = stmt;
            for (uint32_t j = 0; j < s->nclauses; j++) {
                inner.clause = j;
                walk(b, &block, inner, lstmt, NPOS(s->clauses[j]), s->clauses[j]->body, &fwd);
            }
            break;
        }
        case N_SELECT_STMT: {
            SelectStmt *s = AS(SelectStmt, stmt);
            inner.breaks = stmt;
            for (uint32_t j = 0; j < s->nclauses; j++)
                walk(b, &block, inner, lstmt, NPOS(s->clauses[j]), s->clauses[j]->body, &fwd);
            break;
        }
        default: break;
        }
        if (declared) { /* the gotos that wait now jump over it, unless they leave the block */
            var_pos = declared;
            bad.n = 0;
            for (uint32_t j = 0; j < fwd.n; j++) vec_push(NULL, &bad, fwd.v[j]);
        }
    }
    for (uint32_t j = 0; j < fwd.n; j++) vec_push(NULL, out, fwd.v[j]);
    vec_free(&fwd);
    vec_free(&bad);
}

void check_branches(Parser *p, BlockStmt *body) {
    Branches b = {.p = p};
    GotoList fwd = {0};
    walk(&b, NULL, (Targets){0}, NULL, NPOS(body), body->list, &fwd);

    for (uint32_t i = 0; i < fwd.n; i++) {
        const NameExpr *label = fwd.v[i]->label;
        Label *l = label_find(&b, label->name);
        if (!l) {
            parse_report(p, NPOS(label), "label %s not defined", label->name->s);
            continue;
        }
        l->used = true;
        parse_report(p, NPOS(label), "goto %s jumps into block starting at %s", label->name->s,
                     pos_string(p->arena, l->block_start));
    }
    for (uint32_t i = 0; i < b.labels.n; i++) {
        const NameExpr *label = b.labels.v[i].lstmt->label;
        if (!b.labels.v[i].used)
            parse_report(p, NPOS(label), "label %s defined and not used", label->name->s);
    }
    vec_free(&fwd);
    vec_free(&b.labels);
    map_release(&b.by_name);
}
