/* Labels and the jumps to them (spec, "Labeled statements", "Goto statements").
 *
 * In the compiler the parser does this (syntax.CheckBranches), with other messages. This is the type
 * checker's own way, for callers that do not set TypesConfig.ignore_branch_errors. A body is walked block
 * by block. A goto whose label is not in the block or one around it is a forward jump; it is handed to the
 * enclosing block until its label appears. A forward jump that waits when a variable is declared jumps over
 * the declaration. */
#include "types/check_int.h"

typedef struct JumpLabel {
    const Name *name;
    Pos pos;
    bool used;
    struct JumpLabel *next; /* in order of declaration */
} JumpLabel;

/* A block and the labels declared directly in it; lstmt: the labelled statement that the block belongs to. */
typedef struct Block {
    struct Block *parent;
    const LabeledStmt *lstmt;
    VEC(const LabeledStmt *) labels;
} Block;

typedef struct Jumps {
    VEC(const BranchStmt *) list;
} Jumps;

typedef struct LabelCheck {
    Checker *c;
    JumpLabel *all, **tail;
} LabelCheck;

/* What is kept while the statements of one block are walked. */
typedef struct BlockState {
    Block *b;
    Pos var_decl_pos; /* of the latest variable declaration */
    Jumps fwd;        /* jumps whose label has not been seen */
    Jumps bad;        /* those of them that were pending at var_decl_pos */
} BlockState;

static JumpLabel *find_label(LabelCheck *lc, const Name *name) {
    for (JumpLabel *l = lc->all; l; l = l->next)
        if (l->name == name) return l;
    return NULL;
}

static const LabeledStmt *goto_target(const Block *b, const Name *name) {
    for (; b; b = b->parent)
        for (uint32_t i = 0; i < b->labels.n; i++)
            if (b->labels.v[i]->label->name == name) return b->labels.v[i];
    return NULL;
}

static const LabeledStmt *enclosing_target(const Block *b, const Name *name) {
    for (; b; b = b->parent)
        if (b->lstmt && b->lstmt->label->name == name) return b->lstmt;
    return NULL;
}

static void block_branches(LabelCheck *lc, Block *parent, const LabeledStmt *lstmt, StmtList list,
                           Jumps *out);
static void stmt_branches(LabelCheck *lc, BlockState *st, const LabeledStmt *lstmt, const Stmt *s);

static void record_var_decl(BlockState *st, Pos pos) {
    st->var_decl_pos = pos;
    st->bad.list.n = 0;
    for (uint32_t i = 0; i < st->fwd.list.n; i++) vec_push(NULL, &st->bad.list, st->fwd.list.v[i]);
}

static bool jumps_over_var_decl(const BlockState *st, const BranchStmt *jmp) {
    for (uint32_t i = 0; st->var_decl_pos && i < st->bad.list.n; i++)
        if (st->bad.list.v[i] == jmp) return true;
    return false;
}

static void labeled_stmt(LabelCheck *lc, BlockState *st, const LabeledStmt *lstmt, const LabeledStmt *s) {
    const Name *name = s->label->name;
    if (!name_is(name, "_")) {
        Pos pos = NPOS(s->label);
        JumpLabel *alt = find_label(lc, name), *lbl = NEW(lc->c->arena, JumpLabel);
        *lbl = (JumpLabel){.name = name, .pos = pos};
        if (alt) {
            ErrorMsg *err = &(ErrorMsg){.c = lc->c, .soft = true};
            error_addf(err, pos, "label %n already declared", name);
            error_addf(err, alt->pos, "other declaration of %n", name);
            error_report(err);
        } else {
            *lc->tail = lbl;
            lc->tail = &lbl->next;
            vec_push(NULL, &st->b->labels, s);
        }
        uint32_t kept = 0;
        for (uint32_t i = 0; i < st->fwd.list.n; i++) {
            const BranchStmt *jmp = st->fwd.list.v[i];
            if (jmp->label->name != name) {
                st->fwd.list.v[kept++] = jmp;
                continue;
            }
            lbl->used = true;
            if (jumps_over_var_decl(st, jmp))
                check_soft_errorf(lc->c, AT(jmp->label), "goto %n jumps over variable declaration at line %u",
                                  name, pos_line(st->var_decl_pos));
        }
        st->fwd.list.n = kept;
        lstmt = s;
    }
    stmt_branches(lc, st, lstmt, s->stmt);
}

static void branch_stmt(LabelCheck *lc, BlockState *st, const BranchStmt *s) {
    if (!s->label) return; /* checked with the statement */
    const Name *name = s->label->name;
    const LabeledStmt *t;
    NodeKind k;
    switch (s->s.n.aux) {
    case BRANCH_BREAK:
        t = enclosing_target(st->b, name);
        k = t ? KIND(t->stmt) : N_NONE;
        if (k != N_SWITCH_STMT && k != N_SELECT_STMT && k != N_FOR_STMT) {
            check_errorf(lc->c, AT(s->label), "invalid break label %n", name);
            return;
        }
        break;
    case BRANCH_CONTINUE:
        t = enclosing_target(st->b, name);
        if (!t || KIND(t->stmt) != N_FOR_STMT) {
            check_errorf(lc->c, AT(s->label), "invalid continue label %n", name);
            return;
        }
        break;
    case BRANCH_GOTO:
        if (!goto_target(st->b, name)) {
            vec_push(NULL, &st->fwd.list, s);
            return;
        }
        break;
    default: check_invalid_ast(lc->c, AT(s), "branch statement: fallthrough %n", name); return;
    }
    find_label(lc, name)->used = true;
}

static void stmt_branches(LabelCheck *lc, BlockState *st, const LabeledStmt *lstmt, const Stmt *s) {
    switch (KIND(s)) {
    case N_DECL_STMT: {
        const DeclStmt *d = AS(DeclStmt, s);
        for (uint32_t i = 0; i < d->ndecls; i++)
            if (KIND(d->decls[i]) == N_VAR_DECL) record_var_decl(st, NPOS(d->decls[i]));
        break;
    }
    case N_LABELED_STMT: labeled_stmt(lc, st, lstmt, AS(LabeledStmt, s)); break;
    case N_BRANCH_STMT: branch_stmt(lc, st, AS(BranchStmt, s)); break;
    case N_ASSIGN_STMT:
        if (s->n.aux == OP_DEF) record_var_decl(st, NPOS(s));
        break;
    case N_BLOCK_STMT: block_branches(lc, st->b, lstmt, AS(BlockStmt, s)->list, &st->fwd); break;
    case N_IF_STMT:
        stmt_branches(lc, st, lstmt, &AS(IfStmt, s)->then->s);
        if (AS(IfStmt, s)->els) stmt_branches(lc, st, lstmt, AS(IfStmt, s)->els);
        break;
    case N_SWITCH_STMT: {
        Block b = {.parent = st->b, .lstmt = lstmt};
        const SwitchStmt *sw = AS(SwitchStmt, s);
        for (uint32_t i = 0; i < sw->nclauses; i++)
            block_branches(lc, &b, NULL, sw->clauses[i]->body, &st->fwd);
        break;
    }
    case N_SELECT_STMT: {
        Block b = {.parent = st->b, .lstmt = lstmt};
        const SelectStmt *sel = AS(SelectStmt, s);
        for (uint32_t i = 0; i < sel->nclauses; i++)
            block_branches(lc, &b, NULL, sel->clauses[i]->body, &st->fwd);
        break;
    }
    case N_FOR_STMT: stmt_branches(lc, st, lstmt, &AS(ForStmt, s)->body->s); break;
    default: break;
    }
}

/* Walks a block; its outgoing forward jumps are appended to *out. */
static void block_branches(LabelCheck *lc, Block *parent, const LabeledStmt *lstmt, StmtList list,
                           Jumps *out) {
    Block b = {.parent = parent, .lstmt = lstmt};
    BlockState st = {.b = &b};
    for (uint32_t i = 0; i < list.n; i++) stmt_branches(lc, &st, NULL, list.v[i]);
    for (uint32_t i = 0; i < st.fwd.list.n; i++) vec_push(NULL, &out->list, st.fwd.list.v[i]);
    vec_free(&b.labels);
    vec_free(&st.fwd.list);
    vec_free(&st.bad.list);
}

void check_labels(Checker *c, const BlockStmt *body) {
    LabelCheck lc = {.c = c};
    lc.tail = &lc.all;
    Jumps fwd = {0};
    block_branches(&lc, NULL, NULL, body->list, &fwd);
    /* A jump that found no label: the label does not exist, or is inside a block. */
    for (uint32_t i = 0; i < fwd.list.n; i++) {
        const NameExpr *label = fwd.list.v[i]->label;
        JumpLabel *alt = find_label(&lc, label->name);
        if (alt) alt->used = true;
        check_errorf(c, AT(label), alt ? "goto %n jumps into block" : "label %n not declared", label->name);
    }
    for (JumpLabel *l = lc.all; l; l = l->next)
        if (!l->used) check_soft_errorf(c, l->pos, "label %n declared and not used", l->name);
    vec_free(&fwd.list);
}
