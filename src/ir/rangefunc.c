/* Range-over-func loops become calls.
 *
 * A loop `for k, v := range f { body }` over a function value means the call f(func(k, v) bool { body; return
 * true }). Control flow that leaves the body (break and continue of outer loops, goto, return) cannot jump
 * out of the function that the body has become. So each such statement stores where it wants to go in a
 * variable declared beside the outermost loop, #next, and returns false (true for a plain continue); after
 * each call, checks on #next finish what is still to be done there, one loop nest level at a time:
 *
 *     #next == -1       return from the outermost function; its result variables were set before
 *     #next == 2*d      break out of the loop at depth d (the outermost has depth 1)
 *     #next == 2*d-1    continue the loop at depth d
 *     #next <= -4       break, continue or goto a label outside: three numbers a label
 *
 * A state variable for each loop (#stateN) makes the program panic when the iterator function calls the body
 * again after it has ended, or swallows its panic. defer statements in the body are attached to the outer
 * function by a token (#defers).
 *
 * The rewrite works on the checked syntax tree, before lowering, so that everything after it sees only calls
 * and function literals. The new nodes carry types as the checker would have left them. What opens the loop
 * has the position of the `for`, what closes it that of the closing brace of the body, and what replaces a
 * statement that of the statement. Declarations of helper variables inside the body function have no
 * position, as in the Go compiler. */
#include "ir/rangefunc.h"
#include "ir/source.h"

#include "types/const.h"
#include "types/types.h"

/* Values of the state variables, shared with the Go runtime. */
enum { RF_DONE, RF_READY, RF_PANIC, RF_EXHAUSTED, RF_MISSING_PANIC };

/* Each enclosing loop that a branch passes takes this much of #next. */
enum { PER_LOOP_STEP = 2 };

typedef struct Branch { /* a labelled branch */
    uint8_t tok;
    const Name *label;
} Branch;

typedef struct ForLoop ForLoop;
struct ForLoop { /* a range-over-func loop being converted */
    ForStmt *stmt;
    Object *state;
    VarDecl *state_decl;
    int depth; /* outermost: 1 */
    bool check_ret, check_break, check_continue;
    VEC(Branch) check_branch;
};

typedef struct LoopLabel {
    const Name *name;
    ForStmt *loop; /* innermost range-over-func loop around the label, or NULL */
    int first;     /* #next for break; +1 continue, +2 goto */
} LoopLabel;

typedef struct Rewriter {
    Arena *arena;
    Package *pkg;
    FuncType *outer;
    BlockStmt *body;
    Type *sig;
    VEC(ForLoop *) loops;
    VEC(LoopLabel) labels;
    bool have_labels;
    Map rewritten; /* ForStmt → the BlockStmt in its place */
    DeclStmt *decl_stmt;
    Object *next, *defers;
    int nstate, nbody;
} Rewriter;

static void rewrite_stmt(Rewriter *r, Stmt *s);

/* ---- nodes ---- */

static void *node_new(Rewriter *r, size_t size, NodeKind kind, Pos pos) {
    Node *n = arena_alloc(r->arena, size);
    n->kind = (uint8_t)kind;
    n->flags = NF_IMPLICIT;
    n->pos = pos;
    return n;
}
#define MAKE(r, T, kind, pos) ((T *)node_new((r), sizeof(T), (kind), (pos)))

static void set_value(Expr *e, Type *t) {
    e->type = t;
    e->n.info_flags = MODE_VALUE | EI_RECORDED;
}

static NameExpr *name_expr(Rewriter *r, Pos pos, const Name *name, Type *t) {
    NameExpr *n = MAKE(r, NameExpr, N_NAME, pos);
    n->name = name;
    set_value(&n->e, t);
    return n;
}

static Expr *use_obj(Rewriter *r, Pos pos, Object *o) {
    NameExpr *n = name_expr(r, pos, o->name, o->typ);
    n->use = o;
    return &n->e;
}

static Expr *int_const(Rewriter *r, Pos pos, int v) {
    BasicLit *lit = MAKE(r, BasicLit, N_BASIC_LIT, pos);
    lit->e.n.aux = LIT_INT;
    char *text = arena_printf(r->arena, "%d", v);
    lit->text = str_of(text);
    set_value(&lit->e, Typ(INT));
    lit->e.n.info_flags = MODE_CONST | EI_RECORDED;
    lit->e.val = const_int64(r->arena, v);
    return &lit->e;
}

static Expr *bool_const(Rewriter *r, Pos pos, bool v) {
    Object *o = scope_lookup(Universe, name_of(v ? "true" : "false"));
    NameExpr *n = name_expr(r, pos, o->name, o->typ);
    n->use = o;
    n->e.val = const_bool(v);
    n->e.n.info_flags = MODE_CONST | EI_RECORDED;
    return &n->e;
}

static Expr *cond_expr(Rewriter *r, Pos pos, Operator op, Expr *x, Expr *y) {
    Operation *o = MAKE(r, Operation, N_OPERATION, pos);
    o->e.n.aux = (uint8_t)op;
    o->x = x;
    o->y = y;
    set_value(&o->e, Typ(BOOL));
    return &o->e;
}

static Stmt *assign(Rewriter *r, Pos pos, Expr *lhs, Expr *rhs) {
    AssignStmt *as = MAKE(r, AssignStmt, N_ASSIGN_STMT, pos);
    as->lhs = lhs;
    as->rhs = rhs;
    return &as->s;
}

static Stmt *return_stmt(Rewriter *r, Pos pos, Expr *results) {
    ReturnStmt *ret = MAKE(r, ReturnStmt, N_RETURN_STMT, pos);
    ret->results = results;
    return &ret->s;
}

static void list_add(Rewriter *r, StmtList *l, Stmt *s) {
    Stmt **v = NEW_ARRAY(r->arena, Stmt *, l->n + 1);
    if (l->n) memcpy(v, l->v, l->n * sizeof *v);
    v[l->n] = s;
    l->v = v;
    l->n++;
}

static BlockStmt *block(Rewriter *r, Pos pos) {
    BlockStmt *b = MAKE(r, BlockStmt, N_BLOCK_STMT, pos);
    b->rbrace = pos;
    return b;
}

/* A variable of the function under way, declared by the name expression returned in *n. */
static Object *declare_var(Rewriter *r, Pos obj_pos, Pos name_pos, const char *name, Type *t, NameExpr **n) {
    Object *o = new_var(VAR_LOCAL, obj_pos, r->pkg, name_of(name), t);
    *n = name_expr(r, name_pos, o->name, t);
    (*n)->def = o;
    return o;
}

static VarDecl *var_decl(Rewriter *r, Pos pos, NameExpr *n, Expr *value) {
    VarDecl *d = MAKE(r, VarDecl, N_VAR_DECL, pos);
    d->names.v = NEW_ARRAY(r->arena, NameExpr *, 1);
    d->names.v[0] = n;
    d->names.n = 1;
    d->values = value;
    return d;
}

static void decl_add(Rewriter *r, DeclStmt *s, VarDecl *d) {
    Decl **v = NEW_ARRAY(r->arena, Decl *, s->ndecls + 1);
    if (s->ndecls) memcpy(v, s->decls, s->ndecls * sizeof *v);
    v[s->ndecls++] = &d->d;
    s->decls = v;
}

/* var name = value, on its own. */
static Stmt *decl_single(Rewriter *r, Pos pos, const char *name, Type *t, Expr *value, Object **var) {
    DeclStmt *s = MAKE(r, DeclStmt, N_DECL_STMT, pos);
    NameExpr *n;
    *var = declare_var(r, NO_POS, pos, name, t, &n);
    decl_add(r, s, var_decl(r, pos, n, value));
    return &s->s;
}

/* A variable beside the outermost loop. Its nodes get the position where that loop ends. */
static Object *decl_outer(Rewriter *r, const char *name, Type *t, Expr *value) {
    Pos start = NPOS(r->loops.v[0]->stmt);
    if (!r->decl_stmt) r->decl_stmt = MAKE(r, DeclStmt, N_DECL_STMT, start);
    NameExpr *n;
    Object *o = declare_var(r, NO_POS, start, name, t, &n);
    decl_add(r, r->decl_stmt, var_decl(r, start, n, value));
    return o;
}

static Expr *use_next(Rewriter *r, Pos pos) {
    if (!r->next) r->next = decl_outer(r, "#next", Typ(INT), NULL);
    return use_obj(r, pos, r->next);
}

/* A call of a function of the runtime that programs cannot name. */
static CallExpr *runtime_call(Rewriter *r, Pos pos, const char *name, Expr *arg) {
    Type *any = universe.any_type;
    Tuple *params = arg ? new_tuple_of(1, new_param(NO_POS, NULL, name_of("state"), Typ(INT))) : NULL;
    Tuple *results = arg ? NULL : new_tuple_of(1, new_param(NO_POS, NULL, name_of("extra"), any));
    Signature *sig = new_signature(NULL, NULL, NULL, params, results, false);
    NameExpr *fun = name_expr(r, pos, name_of(name), TYPE(sig));
    fun->e.n.info_flags |= EI_IS_RUNTIME_HELPER;
    CallExpr *call = MAKE(r, CallExpr, N_CALL, pos);
    call->fun = &fun->e;
    if (arg) {
        call->args.v = NEW_ARRAY(r->arena, Expr *, 1);
        call->args.v[0] = arg;
        call->args.n = 1;
    } else {
        set_value(&call->e, any);
    }
    return call;
}

static Stmt *call_panic(Rewriter *r, Pos pos, Expr *state) {
    ExprStmt *s = MAKE(r, ExprStmt, N_EXPR_STMT, pos);
    s->x = &runtime_call(r, pos, "panicrangestate", state)->e;
    return &s->s;
}

static Stmt *set_state_at(Rewriter *r, Pos pos, uint32_t loop, int state) {
    return assign(r, pos, use_obj(r, pos, r->loops.v[loop]->state), int_const(r, pos, state));
}

static Stmt *set_state(Rewriter *r, Pos pos, int state) {
    return set_state_at(r, pos, r->loops.n - 1, state);
}

/* if cond { then } */
static IfStmt *if_stmt(Rewriter *r, Pos pos, Expr *cond) {
    IfStmt *s = MAKE(r, IfStmt, N_IF_STMT, pos);
    s->cond = cond;
    s->then = block(r, pos);
    return s;
}

/* if #next op c { [#next = 0] … } */
static IfStmt *if_next(Rewriter *r, Pos pos, Operator op, int c, bool zero) {
    IfStmt *s = if_stmt(r, pos, NULL);
    if (zero) list_add(r, &s->then->list, assign(r, pos, use_next(r, pos), int_const(r, pos, 0)));
    s->cond = cond_expr(r, pos, op, use_next(r, pos), int_const(r, pos, c));
    return s;
}

/* ---- which loops are meant ---- */

static bool is_range_func(Node *n) {
    if (n->kind != N_FOR_STMT) return false;
    ForStmt *f = (ForStmt *)n;
    if (!f->init || KIND(f->init) != N_RANGE_CLAUSE) return false;
    Expr *x = ((RangeClause *)f->init)->x;
    Type *core = x->type ? type_core(x->type) : NULL;
    return as_signature(core) != NULL;
}

/* ---- labels ---- */

/* Collects the labels of the function body in source order, with the loop each one stands in. Function
 * literals are entered too: their labels take numbers as well. */
typedef struct LabelWalk {
    Rewriter *r;
    ForStmt *loop;
} LabelWalk;

static bool label_visit(void *node, void *ctx) {
    LabelWalk *w = ctx;
    Node *n = node;
    if (n->kind == N_LABELED_STMT)
        vec_push(w->r->arena, &w->r->labels, ((LoopLabel){((LabeledStmt *)n)->label->name, w->loop, 0}));
    if (is_range_func(n) && (ForStmt *)n != w->loop) {
        LabelWalk inner = {w->r, (ForStmt *)n};
        node_walk(n, label_visit, &inner);
        return false;
    }
    return true;
}

static void compute_labels(Rewriter *r) {
    if (r->have_labels) return;
    r->have_labels = true;
    LabelWalk w = {r, NULL};
    node_walk(r->body, label_visit, &w);
    int used = -1;
    for (uint32_t i = 0; i < r->labels.n; i++) {
        used -= 3;
        r->labels.v[i].first = used;
    }
}

/* A label may occur several times when function literals repeat it: the last occurrence counts. */
static const LoopLabel *find_label(const Rewriter *r, const Name *name) {
    for (uint32_t i = r->labels.n; i-- > 0;)
        if (r->labels.v[i].name == name) return &r->labels.v[i];
    BUG("label %s not found", name->s);
}

static int branch_number(const Rewriter *r, Branch b) {
    const LoopLabel *l = find_label(r, b.label);
    return l->first + (b.tok == BRANCH_BREAK ? 0 : b.tok == BRANCH_CONTINUE ? 1 : 2);
}

/* ---- statements that leave the body ---- */

static Stmt *edit_defer(Rewriter *r, CallStmt *s) {
    if (!r->defers) {
        Pos start = NPOS(r->loops.v[0]->stmt);
        CallExpr *init = runtime_call(r, start, "deferrangefunc", NULL);
        r->defers = decl_outer(r, "#defers", init->e.type, &init->e);
    }
    s->defer_at = use_obj(r, NPOS(s), r->defers);
    return &s->s;
}

/* Gives the unnamed or blank result i of the outer function a name, so that the body can assign to it. */
static void name_result(Rewriter *r, uint32_t i) {
    Field *f = r->outer->results.v[i];
    ir_source_note_at(r->pkg->ir, ONAME, f);
    Object *o = as_signature(r->sig)->results->vars[i];
    o->name = name_of(arena_printf(r->arena, "#rv%u", i + 1));
    NameExpr *n = name_expr(r, NPOS(f), o->name, f->type_expr->type);
    n->def = o;
    f->name = n;
}

static Stmt *edit_return(Rewriter *r, ReturnStmt *s) {
    Pos pos = NPOS(s);
    ir_source_note_at(r->pkg->ir, ORETURN, s);
    BlockStmt *bl = block(r, pos);
    if (s->results) {
        FieldList *res = &r->outer->results;
        ListExpr *list = MAKE(r, ListExpr, N_LIST, pos);
        list->elems.v = NEW_ARRAY(r->arena, Expr *, res->n);
        list->elems.n = res->n;
        for (uint32_t i = 0; i < res->n; i++)
            if (!res->v[i]->name || name_is(res->v[i]->name->name, "_")) name_result(r, i);
        for (uint32_t i = 0; i < res->n; i++) list->elems.v[i] = use_obj(r, pos, res->v[i]->name->def);
        Expr *lhs = res->n == 1 ? list->elems.v[0] : &list->e;
        list_add(r, &bl->list, assign(r, pos, lhs, s->results));
    }
    for (uint32_t i = 0; i < r->loops.n; i++) r->loops.v[i]->check_ret = true;
    list_add(r, &bl->list, assign(r, pos, use_next(r, pos), int_const(r, pos, -1)));
    list_add(r, &bl->list, set_state(r, pos, RF_DONE));
    list_add(r, &bl->list, return_stmt(r, pos, bool_const(r, pos, false)));
    return &bl->s;
}

static Stmt *edit_branch(Rewriter *r, BranchStmt *s) {
    BranchTok tok = (BranchTok)s->s.n.aux;
    if (tok == BRANCH_FALLTHROUGH) return &s->s;
    Pos pos = NPOS(s);
    Stmt *target = s->target;
    int i = (int)r->loops.n - 1;
    if (!s->label && &r->loops.v[i]->stmt->s != target) return &s->s; /* of an ordinary statement inside */
    while (i >= 0 && &r->loops.v[i]->stmt->s != target) i--;
    int exit_from = i + 1;
    int next;
    if (tok == BRANCH_GOTO || i < 0) {
        /* To a label outside the innermost loop: or inside, and then it stays as it is. */
        compute_labels(r);
        ForStmt *inner = vec_last(&r->loops)->stmt;
        ForStmt *loop = find_label(r, s->label->name)->loop;
        if (inner == loop) return &s->s;
        Branch br = {(uint8_t)tok, s->label->name};
        next = branch_number(r, br);
        i = (int)r->loops.n - 1;
        while (i >= 0 && r->loops.v[i]->stmt != loop) i--;
        exit_from = i + 1;
        vec_push(r->arena, &r->loops.v[exit_from]->check_branch, br);
        for (uint32_t j = (uint32_t)exit_from + 1; j < r->loops.n; j++) r->loops.v[j]->check_ret = true;
    } else {
        if (exit_from == (int)r->loops.n) { /* plain break or continue of the innermost loop */
            bool more = tok == BRANCH_CONTINUE;
            BlockStmt *bl = block(r, pos);
            list_add(r, &bl->list, set_state(r, pos, more ? RF_READY : RF_DONE));
            list_add(r, &bl->list, return_stmt(r, pos, bool_const(r, pos, more)));
            return &bl->s;
        }
        if (tok == BRANCH_CONTINUE) {
            r->loops.v[exit_from]->check_continue = true;
        } else {
            exit_from = i;
            r->loops.v[exit_from]->check_break = true;
        }
        for (uint32_t j = (uint32_t)exit_from + 1; j < r->loops.n; j++) r->loops.v[j]->check_break = true;
        next = PER_LOOP_STEP * (i + 1);
        if (tok == BRANCH_CONTINUE) next--;
    }
    BlockStmt *bl = block(r, pos);
    list_add(r, &bl->list, assign(r, pos, use_next(r, pos), int_const(r, pos, next)));
    list_add(r, &bl->list, set_state(r, pos, RF_DONE));
    list_add(r, &bl->list, return_stmt(r, pos, bool_const(r, pos, false)));
    return &bl->s;
}

static Stmt *edit_stmt(Rewriter *r, Stmt *s) {
    if (!s) return s;
    if (KIND(s) == N_FOR_STMT) {
        Stmt *b = map_get(&r->rewritten, PKEY(s));
        if (b) return b;
    }
    if (r->loops.n == 0) return s;
    switch (KIND(s)) {
    case N_BRANCH_STMT: return edit_branch(r, (BranchStmt *)s);
    case N_CALL_STMT: return s->n.flags & NF_GO ? s : edit_defer(r, (CallStmt *)s);
    case N_RETURN_STMT: return edit_return(r, (ReturnStmt *)s);
    default: return s;
    }
}

/* ---- the end of a loop ---- */

/* The function literal that the body becomes. */
static FuncLit *body_func(Rewriter *r, StmtList body, Expr *lhs_expr, bool def, Signature *ftyp, Pos start,
                          Pos end) {
    Type *boolean = Typ(BOOL);
    FuncLit *lit = MAKE(r, FuncLit, N_FUNC_LIT, start);
    lit->e.n.flags |= NF_RANGE_BODY;
    lit->type_expr = MAKE(r, FuncType, N_FUNC_TYPE, start);
    lit->body = block(r, start);
    lit->body->rbrace = end;
    StmtList *list = &lit->body->list;

    Expr *single[1] = {lhs_expr};
    Expr **lhs = single;
    uint32_t nlhs = lhs_expr ? 1 : 0;
    if (lhs_expr && KIND(lhs_expr) == N_LIST) {
        lhs = ((ListExpr *)lhs_expr)->elems.v;
        nlhs = ((ListExpr *)lhs_expr)->elems.n;
    }
    const Tuple *fparams = ftyp->params;
    uint32_t np = fparams ? fparams->n : 0;
    Object **params = NEW_ARRAY(r->arena, Object *, np ? np : 1);
    for (uint32_t i = 0; i < np; i++) {
        if (i < nlhs && def) {
            params[i] = ((NameExpr *)lhs[i])->def;
            continue;
        }
        params[i] = new_var(VAR_PARAM, start, r->pkg, name_of(arena_printf(r->arena, "#p%u", i + 1)),
                            fparams->vars[i]->typ);
        if (i < nlhs) {
            Pos p = NPOS(lhs[i]);
            list_add(r, list, assign(r, p, lhs[i], use_obj(r, p, params[i])));
        }
    }
    Var *result = new_var(VAR_RESULT, start, NULL, name_of("#r"), boolean);
    set_value(&lit->e,
              TYPE(new_signature(NULL, NULL, NULL, new_tuple(params, np), new_tuple_of(1, result), false)));

    /* #tmpState := #stateN; #stateN = panic; if #tmpState != ready { panic } */
    ForLoop *loop = vec_last(&r->loops);
    Object *tmp;
    list_add(r, list, decl_single(r, NO_POS, "#tmpState", Typ(INT), use_obj(r, NO_POS, loop->state), &tmp));
    list_add(r, list, set_state(r, start, RF_PANIC));
    IfStmt *check =
        if_stmt(r, start, cond_expr(r, start, OP_NEQ, use_obj(r, start, tmp), int_const(r, start, RF_READY)));
    list_add(r, &check->then->list, call_panic(r, start, use_obj(r, start, tmp)));
    list_add(r, list, &check->s);

    for (uint32_t i = 0; i < body.n; i++) list_add(r, list, body.v[i]);
    list_add(r, list, set_state(r, end, RF_READY));
    list_add(r, list, return_stmt(r, end, bool_const(r, NO_POS, true)));
    return lit;
}

/* What is left to do after the call: continue the branches that left the body. */
static void add_checks(Rewriter *r, ForLoop *loop, Pos pos, StmtList *list) {
    for (uint32_t i = 0; i < loop->check_branch.n; i++) {
        Branch br = loop->check_branch.v[i];
        bool seen = false;
        for (uint32_t j = 0; j < i; j++)
            seen |= loop->check_branch.v[j].tok == br.tok && loop->check_branch.v[j].label == br.label;
        if (seen) continue;
        BranchStmt *b = MAKE(r, BranchStmt, N_BRANCH_STMT, pos);
        b->s.n.aux = br.tok;
        b->label = MAKE(r, NameExpr, N_NAME, pos);
        b->label->name = br.label;
        IfStmt *s = if_next(r, pos, OP_EQL, branch_number(r, br), true);
        list_add(r, &s->then->list, &b->s);
        list_add(r, list, &s->s);
    }
    if (r->loops.n == 1) {
        if (loop->check_ret) {
            IfStmt *s = if_next(r, pos, OP_EQL, -1, false);
            list_add(r, &s->then->list, return_stmt(r, pos, NULL));
            list_add(r, list, &s->s);
        }
        return;
    }
    int outer = loop->depth - 1; /* depth of the loop whose body we are in now */
    uint32_t outer_index = (uint32_t)outer - 1;
    int step = PER_LOOP_STEP * outer;
    struct {
        bool wanted;
        Operator op;
        int c;
        bool zero;
        int state;
        bool more;
    } checks[] = {
        {loop->check_ret, OP_LSS, 0, false, RF_DONE, false},
        {true, OP_GTR, step, false, -1, false},
        {loop->check_continue, OP_EQL, step - 1, true, RF_READY, true},
        {loop->check_break, OP_EQL, step, true, RF_DONE, false},
        {loop->check_continue || loop->check_break, OP_GTR, 0, false, RF_DONE, false},
    };
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        if (!checks[i].wanted) continue;
        IfStmt *s = if_next(r, pos, checks[i].op, checks[i].c, checks[i].zero);
        if (checks[i].state < 0) {
            list_add(r, &s->then->list, call_panic(r, pos, int_const(r, pos, RF_DONE)));
        } else {
            list_add(r, &s->then->list, set_state_at(r, pos, outer_index, checks[i].state));
            list_add(r, &s->then->list, return_stmt(r, pos, bool_const(r, pos, checks[i].more)));
        }
        list_add(r, list, &s->s);
    }
}

static void start_loop(Rewriter *r, ForStmt *f) {
    ForLoop *loop = NEW(r->arena, ForLoop);
    loop->stmt = f;
    loop->depth = 1 + (int)r->loops.n;
    vec_push(r->arena, &r->loops, loop);
    Pos pos = NPOS(f);
    ir_source_note_at(r->pkg->ir, OFOR, f);
    ir_source_note_at(r->pkg->ir, ORANGE, f->init);
    NameExpr *n;
    loop->state = declare_var(r, pos, pos, arena_printf(r->arena, "#state%d", ++r->nstate), Typ(INT), &n);
    loop->state_decl = var_decl(r, pos, n, int_const(r, pos, RF_READY));
}

static void end_loop(Rewriter *r) {
    ForLoop *loop = vec_last(&r->loops);
    ForStmt *f = loop->stmt;
    Pos start = NPOS(f), end = f->body->rbrace;
    RangeClause *rc = (RangeClause *)f->init;
    Signature *rfunc = as_signature(type_core(rc->x->type));
    Signature *ftyp = as_signature(type_core(rfunc->params->vars[0]->typ));

    r->nbody++;
    FuncLit *lit = body_func(r, f->body->list, rc->lhs, rc->s.n.flags & NF_DEF, ftyp, start, end);
    Object *yield;
    Stmt *lit_decl =
        decl_single(r, start, arena_printf(r->arena, "#yield%d", r->nbody), lit->e.type, &lit->e, &yield);

    ExprStmt *call_stmt = MAKE(r, ExprStmt, N_EXPR_STMT, start);
    CallExpr *call = MAKE(r, CallExpr, N_CALL, start);
    call->fun = rc->x;
    call->args.v = NEW_ARRAY(r->arena, Expr *, 1);
    call->args.v[0] = use_obj(r, start, yield);
    call->args.n = 1;
    call_stmt->x = &call->e;

    StmtList checks = {0};
    add_checks(r, loop, end, &checks);

    BlockStmt *b = block(r, start);
    b->rbrace = end;
    if (r->loops.n == 1 && r->decl_stmt) list_add(r, &b->list, &r->decl_stmt->s);
    DeclStmt *state = MAKE(r, DeclStmt, N_DECL_STMT, start);
    decl_add(r, state, loop->state_decl);
    list_add(r, &b->list, &state->s);
    list_add(r, &b->list, lit_decl);
    list_add(r, &b->list, &call_stmt->s);
    IfStmt *swallowed =
        if_stmt(r, end, cond_expr(r, end, OP_EQL, use_obj(r, end, loop->state), int_const(r, end, RF_PANIC)));
    list_add(r, &swallowed->then->list, call_panic(r, end, int_const(r, end, RF_MISSING_PANIC)));
    list_add(r, &b->list, &swallowed->s);
    list_add(r, &b->list, set_state(r, end, RF_EXHAUSTED));
    for (uint32_t i = 0; i < checks.n; i++) list_add(r, &b->list, checks.v[i]);

    if (r->loops.n == 1) {
        r->decl_stmt = NULL;
        r->next = r->defers = NULL;
    }
    map_put(&r->rewritten, PKEY(f), b);
    (void)vec_pop(&r->loops);
}

/* ---- the walk ---- */

static void rewrite_func(Arena *arena, Package *pkg, FuncType *type, BlockStmt *body, Type *sig) {
    if (!body) return;
    Rewriter r = {.arena = arena, .pkg = pkg, .outer = type, .body = body, .sig = sig};
    r.rewritten.arena = arena;
    rewrite_stmt(&r, &body->s);
}

typedef struct LitWalk {
    Arena *arena;
    Package *pkg;
} LitWalk;

static bool lit_visit(void *node, void *ctx) {
    LitWalk *w = ctx;
    if (KIND(node) == N_FUNC_DECL) {
        FuncDecl *d = node;
        rewrite_func(w->arena, w->pkg, d->type_expr, d->body, d->name->def ? d->name->def->typ : NULL);
        return false;
    }
    if (KIND(node) != N_FUNC_LIT) return true;
    FuncLit *lit = node;
    rewrite_func(w->arena, w->pkg, lit->type_expr, lit->body, lit->e.type);
    return false;
}

/* Function literals within an expression or declaration are functions of their own. */
static void rewrite_lits(Rewriter *r, void *node) {
    if (!node) return;
    LitWalk w = {r->arena, r->pkg};
    node_walk(node, lit_visit, &w);
}

static void rewrite_list(Rewriter *r, StmtList *l) {
    for (uint32_t i = 0; i < l->n; i++) rewrite_stmt(r, l->v[i]);
}

static void edit_list(Rewriter *r, StmtList *l) {
    for (uint32_t i = 0; i < l->n; i++) l->v[i] = edit_stmt(r, l->v[i]);
}

static void rewrite_stmt(Rewriter *r, Stmt *s) {
    if (!s) return;
    switch (KIND(s)) {
    case N_BLOCK_STMT: {
        BlockStmt *b = (BlockStmt *)s;
        rewrite_list(r, &b->list);
        edit_list(r, &b->list);
        break;
    }
    case N_LABELED_STMT: {
        LabeledStmt *l = (LabeledStmt *)s;
        rewrite_stmt(r, l->stmt);
        l->stmt = edit_stmt(r, l->stmt);
        break;
    }
    case N_IF_STMT: {
        IfStmt *f = (IfStmt *)s;
        rewrite_stmt(r, f->init);
        rewrite_lits(r, f->cond);
        rewrite_stmt(r, &f->then->s);
        rewrite_stmt(r, f->els);
        break;
    }
    case N_FOR_STMT: {
        ForStmt *f = (ForStmt *)s;
        bool range_func = is_range_func(&s->n);
        if (range_func) start_loop(r, f);
        if (f->init && KIND(f->init) == N_RANGE_CLAUSE) rewrite_lits(r, f->init);
        else rewrite_stmt(r, f->init);
        rewrite_lits(r, f->cond);
        rewrite_stmt(r, f->post);
        rewrite_stmt(r, &f->body->s);
        if (range_func) end_loop(r);
        break;
    }
    case N_SWITCH_STMT: {
        SwitchStmt *sw = (SwitchStmt *)s;
        rewrite_stmt(r, sw->init);
        rewrite_lits(r, sw->tag);
        for (uint32_t i = 0; i < sw->nclauses; i++) {
            rewrite_lits(r, sw->clauses[i]->cases);
            rewrite_list(r, &sw->clauses[i]->body);
            edit_list(r, &sw->clauses[i]->body);
        }
        break;
    }
    case N_SELECT_STMT: {
        SelectStmt *sel = (SelectStmt *)s;
        for (uint32_t i = 0; i < sel->nclauses; i++) {
            rewrite_stmt(r, sel->clauses[i]->comm);
            rewrite_list(r, &sel->clauses[i]->body);
            edit_list(r, &sel->clauses[i]->body);
        }
        break;
    }
    default: rewrite_lits(r, s); break;
    }
}

void rangefunc_rewrite(Arena *arena, Package *pkg, File **files, uint32_t nfiles) {
    if (!pkg->ranges_over_funcs) return;
    TypesScope scope;
    types_enter(&scope, pkg->store, arena);
    for (uint32_t i = 0; i < nfiles; i++) {
        for (uint32_t j = 0; j < files[i]->ndecls; j++) {
            LitWalk w = {arena, pkg};
            node_walk(files[i]->decls[j], lit_visit, &w);
        }
    }
    types_leave(&scope);
}
