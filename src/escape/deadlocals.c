/* deadlocals.c: assignments to local variables that nobody reads.
 *
 * One walk over a function and its literals. An assignment to a local variable of something without effects
 * is put aside, unvisited, under the variable; the first use of the variable brings back what was put aside,
 * and from then on its assignments are ordinary. What is still aside at the end becomes `_ = 0`, so that,
 * say, a literal assigned to an unused variable is no longer part of the program when escape analysis runs.
 */
#include "escape/escape_int.h"

typedef struct Aside {
    IrNode **lhs, **rhs;
} Aside;

typedef struct Local { /* hangs on IrNode.opt of the variable */
    IrName *name;
    bool used;
    VEC(Aside) aside;
} Local;

typedef struct Dead {
    IrPackage *pkg;
    VEC(Local *) locals;
    VEC(Local *) spare;
    VEC(IrFunc *) literals; /* met in the function at hand */
} Dead;

static void node(Dead *d, IrNode *n);

static void nodes(Dead *d, IrNodes l) {
    for (uint32_t i = 0; i < l.n; i++) node(d, l.v[i]);
}

static bool child(IrNode *n, void *ctx) {
    node(ctx, n);
    return false;
}

static Local *local_of(Dead *d, IrName *name) {
    if (!name->opt) {
        Local *l = d->spare.n ? vec_pop(&d->spare) : xcalloc(1, sizeof *l);
        l->name = name;
        l->used = false;
        l->aside.n = 0;
        vec_push(NULL, &d->locals, l);
        name->opt = l;
    }
    return name->opt;
}

/* An assignment to _ alone is a use of what is assigned; among others it only throws a value away. */
static bool is_local(IrName *n, bool blank_is_not_use) {
    if (ir_is_blank(&n->n)) return blank_is_not_use;
    return n->name_class == PAUTO || n->name_class == PPARAM;
}

static bool has_effects(const IrNode *n) {
    if (!n) return false;
    if (ir_init(n).n) return true;
    return n->op != ONAME && n->op != OLITERAL && n->op != ONIL && n->op != OCLOSURE;
}

static void assign(Dead *d, IrNode **lhs, IrNode **rhs, bool blank_is_not_use) {
    if (!*lhs || (*lhs)->op != ONAME) {
        node(d, *lhs);
        node(d, *rhs);
        return;
    }
    IrName *name = ir_canonical(IR(Name, *lhs));
    if (is_local(name, blank_is_not_use) && !has_effects(*rhs)) {
        Local *l = local_of(d, name);
        if (!l->used) {
            vec_push(NULL, &l->aside, ((Aside){lhs, rhs}));
            return; /* the right-hand side is visited if the variable turns out to be used */
        }
    }
    node(d, *rhs);
}

static void node(Dead *d, IrNode *n) {
    if (!n) return;
    switch (n->op) {
    case OCLOSURE: {
        IrFunc *fn = IR(ClosureExpr, n)->func;
        vec_push(NULL, &d->literals, fn);
        nodes(d, ir_init(n));
        for (uint32_t i = 0; i < fn->closure_vars.n; i++) node(d, &fn->closure_vars.v[i]->n);
        nodes(d, fn->body);
        break;
    }
    case ODCL: break;
    case ONAME: {
        IrName *name = ir_canonical(IR(Name, n));
        if (!is_local(name, false)) break;
        Local *l = local_of(d, name);
        uint32_t count = l->used ? 0 : l->aside.n;
        l->used = true;
        for (uint32_t i = 0; i < count; i++) node(d, *l->aside.v[i].rhs);
        break;
    }
    case OAS: assign(d, &IR(AssignStmt, n)->x, &IR(AssignStmt, n)->y, false); break;
    case OAS2: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        bool some = false;
        for (uint32_t i = 0; i < as->lhs.n; i++) some = some || !ir_is_blank(as->lhs.v[i]);
        for (uint32_t i = 0; i < as->lhs.n; i++) assign(d, &as->lhs.v[i], &as->rhs.v[i], some);
        break;
    }
    default: ir_do_children_hidden(n, child, d); break;
    }
}

void deadlocals_package(IrPackage *pkg) {
    const CompilerFlags *flags = pkg->flags;
    if (flags && (flags->n_flag || flags->debug.nodeadlocals)) return;
    Dead d = {.pkg = pkg};
    IrName *blank = ir_new_name(pkg, ir_pos(NO_POS), name_of("_"), NULL, NULL);
    IrNode *zero = ir_int(pkg, ir_pos(NO_POS), Typ(INT), 0);
    for (uint32_t f = 0; f < pkg->funcs.n; f++) {
        if (ir_is_closure(pkg->funcs.v[f]) || (pkg->on_demand && !pkg->funcs.v[f]->wanted)) continue;
        bool changed = false;
        nodes(&d, pkg->funcs.v[f]->body);
        for (uint32_t i = 0; i < d.locals.n; i++) {
            Local *l = d.locals.v[i];
            l->name->opt = NULL;
            if (!l->used) {
                for (uint32_t j = 0; j < l->aside.n; j++) {
                    *l->aside.v[j].lhs = &blank->n;
                    *l->aside.v[j].rhs = zero;
                }
                if (l->aside.n) {
                    l->name->defn = NULL; /* it may be one of those */
                    changed = true;
                }
            }
            vec_push(NULL, &d.spare, l);
        }
        d.locals.n = 0;
        if (changed) pkg->funcs.v[f]->noted = false;
        for (uint32_t i = 0; changed && i < d.literals.n; i++) d.literals.v[i]->noted = false;
        d.literals.n = 0;
    }
    for (uint32_t i = 0; i < d.spare.n; i++) {
        vec_free(&d.spare.v[i]->aside);
        free_heap(d.spare.v[i]);
    }
    vec_free(&d.spare);
    vec_free(&d.locals);
    vec_free(&d.literals);
}
