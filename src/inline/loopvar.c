/* Loop variables that live for one iteration (spec, "For statements"; from language version 1.22).
 *
 * Lowering marks loops whose variables are distinct for each iteration. Most need nothing: the variable is
 * not seen after its iteration. Where one is captured by a literal or has its address taken (other than in a
 * return statement, which leaves the loop), the loop is rewritten. A range loop gets a hidden variable and
 * begins its body with `v := hidden`. A three-clause loop
 *
 *     for z := 0; z < n; z++ { body }
 *
 * becomes
 *
 *     for z', first := 0, true; ; {
 *         z := z'
 *         if first { first = false } else { z++ }
 *         if !(z < n) { break }
 *         body, with `continue` as `goto next`
 *     next:
 *         z' = z
 *     } */
#include "base/fault.h"
#include "inline/inline_int.h"
#include "ir/typecheck.h"

typedef struct LoopVars {
    IrCtx c;
    Map candidates; /* IrName → one of the two marks below */
    Map fixups;     /* IrName → the OAS that declares it now: its ODCL moves there */
    int depth, return_depth;
    int label_seq;
    bool transformed;
    Arena scratch;
} LoopVars;

static char not_leaked, leaked; /* values in candidates */

static bool scan(IrNode *n, void *ctx);

static void note_candidate(LoopVars *v, IrNode *x) {
    if (x && x->op == ONAME && !ir_is_blank(x)) map_put(&v->candidates, PKEY(x), &not_leaked);
}

static void note_leak(LoopVars *v, IrName *n) {
    if (map_has(&v->candidates, PKEY(n))) map_put(&v->candidates, PKEY(n), &leaked);
}

static bool is_leaked(LoopVars *v, IrNode *n) {
    return n && n->op == ONAME && map_get(&v->candidates, PKEY(n)) == &leaked;
}

static IrName *temp(LoopVars *v, Type *t) {
    IrName *n = ir_temp_at(v->c.pkg, v->c.fn, v->c.pos, t);
    n->n.typecheck = 1;
    return n;
}

/* `to := from` or `to = from` at pos. */
static IrAssignStmt *assign(LoopVars *v, IrPos pos, IrName *to, IrName *from, bool def) {
    IrAssignStmt *as = IR(AssignStmt, ir_as(v->c.pkg, pos, IRN(to), IRN(from)));
    as->def = def;
    as->n.typecheck = 1;
    return as;
}

/* The range variable as the loop assigns it from now on. */
static IrNode *unshare_range_var(LoopVars *v, IrNode *var, IrRangeStmt *r) {
    if (!is_leaked(v, var)) return var;
    IrName *n = IR(Name, var), *hidden = temp(v, n->n.type);
    IrAssignStmt *as = assign(v, ir_npos(r), n, hidden, true);
    ir_prepend_list(v->c.pkg, &r->body, ir_nodes1(v->c.pkg, as));
    map_put(&v->fixups, PKEY(n), as);
    v->transformed = true;
    return IRN(hidden);
}

typedef void (*InitVarFn)(LoopVars *v, IrNode **var, void *ctx);

/* fn for each variable that the loop's init statements define. */
static void for_init_vars(LoopVars *v, IrForStmt *f, InitVarFn fn, void *ctx) {
    for (uint32_t i = 0; i < ir_init(f).n; i++) {
        IrNode *s = ir_init(f).v[i];
        IrClassId class_id = ir_op_info[s->op].class_id;
        if (class_id == IC_AssignListStmt && IR(AssignListStmt, s)->def) {
            IrNodes lhs = IR(AssignListStmt, s)->lhs;
            for (uint32_t k = 0; k < lhs.n; k++) fn(v, &lhs.v[k], ctx);
        } else if (class_id == IC_AssignStmt && IR(AssignStmt, s)->def) {
            fn(v, &IR(AssignStmt, s)->x, ctx);
        }
    }
}

static void note_init_var(LoopVars *v, IrNode **var, void *ctx) {
    (void)ctx;
    note_candidate(v, *var);
}

static void collect_leaked(LoopVars *v, IrNode **var, void *ctx) {
    IrNames *list = ctx;
    if (is_leaked(v, *var)) ir_append_name(v->c.pkg, list, IR(Name, *var));
}

static void replace_init_var(LoopVars *v, IrNode **var, void *ctx) {
    (void)v;
    IrName *hidden = (*var)->op == ONAME ? map_get(ctx, PKEY(*var)) : NULL;
    if (hidden) *var = IRN(hidden);
}

typedef struct Continues {
    const Name *loop_label, *next;
    int depth;
} Continues;

/* `continue` of the loop being rewritten becomes `goto next`. */
static bool edit_continue(IrNode *n, void *ctx) {
    Continues *c = ctx;
    if (n->op == OCONTINUE) {
        IrBranchStmt *b = IR(BranchStmt, n);
        if ((c->depth == 0 && !b->label) || (c->loop_label && b->label == c->loop_label)) {
            b->label = c->next;
            n->op = OGOTO;
        }
    } else if (n->op == ORANGE || n->op == OFOR) {
        c->depth++;
        ir_do_children(n, edit_continue, c);
        c->depth--;
        return false;
    }
    ir_do_children(n, edit_continue, c);
    return false;
}

static void unshare_for_vars(LoopVars *v, IrForStmt *f) {
    IrPackage *pkg = v->c.pkg;
    IrPos pos = ir_npos(f);
    IrNames vars = {0};
    for_init_vars(v, f, collect_leaked, &vars);
    if (!vars.n) return;
    v->transformed = true;

    IrNodes body = {0}, after = {0};
    Map hidden = {.arena = &v->scratch};
    for (uint32_t i = 0; i < vars.n; i++) {
        IrName *z = vars.v[i], *tz = temp(v, z->n.type);
        map_put(&hidden, PKEY(z), tz);
        IrAssignStmt *as = assign(v, pos, z, tz, true);
        z->defn = IRN(as);
        ir_append(pkg, &body, as);
        map_put(&v->fixups, PKEY(z), as);
        ir_append(pkg, &after, assign(v, pos, tz, z, false));
    }

    char text[32];
    snprintf(text, sizeof text, ".3clNext_%d", v->label_seq++);
    const Name *next = name_of(text);
    IrNode *label = ir_label(pkg, pos, next);
    label->typecheck = 1;
    Continues c = {.loop_label = f->label, .next = next};
    for (uint32_t i = 0; i < f->body.n; i++) edit_continue(f->body.v[i], &c);
    for_init_vars(v, f, replace_init_var, &hidden);

    if (f->post) {
        IrName *first = temp(v, Typ(BOOL));
        IrNode *first_true = tc_stmt(&v->c, ir_as(pkg, pos, IRN(first), ir_bool(pkg, v->c.pos, NULL, true)));
        IrNode *first_false =
            tc_stmt(&v->c, ir_as(pkg, pos, IRN(first), ir_bool(pkg, v->c.pos, NULL, false)));
        IrNode *step = ir_if(pkg, pos, IRN(first), ir_nodes1(pkg, first_false), ir_nodes1(pkg, f->post));
        ir_append(pkg, ir_inits(pkg, step), tc_stmt(&v->c, ir_dcl(pkg, v->c.pos, first)));
        ir_append(pkg, &body, tc_stmt(&v->c, step));
        ir_append(pkg, ir_inits(pkg, f), first_true);
    }
    if (f->cond) {
        IrNode *not_cond = ir_unary(pkg, ir_npos(f->cond), ONOT, f->cond->type, f->cond);
        not_cond->typecheck = 1;
        IrNode *leave = ir_branch(pkg, pos, OBREAK, NULL);
        leave->typecheck = 1;
        IrNode *test = ir_if(pkg, pos, not_cond, ir_nodes1(pkg, leave), (IrNodes){0});
        test->typecheck = 1;
        ir_append(pkg, &body, test);
    }
    ir_append_list(pkg, &body, f->body);
    ir_append(pkg, &body, label);
    ir_append_list(pkg, &body, after);
    f->body = body;
    f->cond = f->post = NULL;
}

static void scan_loop(LoopVars *v, IrNode *n) {
    v->depth++;
    ir_do_children(n, scan, v);
    v->depth--;
}

static bool scan(IrNode *n, void *ctx) {
    LoopVars *v = ctx;
    int saved = v->return_depth;
    switch (OPOF(n)) {
    case OCLOSURE: {
        if (v->return_depth >= v->depth) break; /* part of a return: leaves the loops around it */
        IrFunc *fn = IR(ClosureExpr, n)->func;
        for (uint32_t i = 0; i < fn->closure_vars.n; i++) note_leak(v, ir_canonical(fn->closure_vars.v[i]));
        break;
    }
    case OADDR:
    case OPTRLIT: {
        if (v->return_depth >= v->depth) break;
        IrNode *y = ir_outer_value(IR(AddrExpr, n)->x);
        if (y->op == ONAME) {
            IrClass k = IR(Name, y)->name_class;
            if (k == PAUTO || k == PPARAM || k == PPARAMOUT || k == PAUTOHEAP) note_leak(v, IR(Name, y));
        }
        break;
    }
    case ORETURN: v->return_depth = v->depth; break;
    case ORANGE: {
        IrRangeStmt *r = IR(RangeStmt, n);
        bool distinct = r->def && r->distinct_vars;
        r->distinct_vars = false;
        if (!distinct) break;
        note_candidate(v, r->key);
        note_candidate(v, r->value);
        scan_loop(v, n);
        r->key = unshare_range_var(v, r->key, r);
        r->value = unshare_range_var(v, r->value, r);
        return false;
    }
    case OFOR: {
        IrForStmt *f = IR(ForStmt, n);
        if (!f->distinct_vars) break;
        f->distinct_vars = false;
        for_init_vars(v, f, note_init_var, NULL);
        scan_loop(v, n);
        unshare_for_vars(v, f);
        return false;
    }
    default: break;
    }
    ir_do_children(n, scan, v);
    v->return_depth = saved;
    return false;
}

/* Moves the ODCL of a rewritten variable from its list to the assignment that declares it now. */
static void move_dcls(LoopVars *v, IrNodes *list) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->n; i++) {
        IrNode *n = list->v[i];
        if (n->op == ODCL) {
            IrNode *as = map_get(&v->fixups, PKEY(IR(Decl, n)->x));
            if (as) {
                map_put(&v->fixups, PKEY(IR(Decl, n)->x), NULL);
                ir_prepend_list(v->c.pkg, ir_inits(v->c.pkg, as), ir_nodes1(v->c.pkg, n));
                continue;
            }
        }
        list->v[kept++] = n;
    }
    list->n = kept;
}

static bool move_all_dcls(IrNode *n, void *ctx) {
    LoopVars *v = ctx;
    if (n->inits) move_dcls(v, n->inits);
    switch (OPOF(n)) {
    case ODCLFUNC: move_dcls(v, &IR(Func, n)->body); break;
    case OINLCALL: move_dcls(v, &IR(InlinedCallExpr, n)->body); break;
    case OCASE: move_dcls(v, &IR(CaseClause, n)->body); break;
    case OBLOCK: move_dcls(v, &IR(BlockStmt, n)->list); break;
    case OFOR: move_dcls(v, &IR(ForStmt, n)->body); break;
    case ORANGE: move_dcls(v, &IR(RangeStmt, n)->body); break;
    case OIF:
        move_dcls(v, &IR(IfStmt, n)->body);
        move_dcls(v, &IR(IfStmt, n)->els);
        break;
    default: break;
    }
    ir_do_children(n, move_all_dcls, v);
    return false;
}

void inline_loopvar(IrPackage *pkg) {
    for (uint32_t i = 0; i < pkg->funcs.n; i++) {
        fault_poll();
        IrFunc *fn = pkg->funcs.v[i];
        if (!fn->loop_vars || (pkg->on_demand && !fn->wanted)) continue;
        LoopVars v = {.c = {.pkg = pkg, .fn = fn, .pos = ir_npos(fn)}, .label_seq = 1};
        v.candidates.arena = v.fixups.arena = &v.scratch;
        ir_do_children(IRN(fn), scan, &v);
        if (v.transformed) {
            move_all_dcls(IRN(fn), &v);
            fn->noted = false;
        }
        arena_release(&v.scratch);
    }
}
