/* Bodies for inlining.
 *
 * The compiler reads a function's body anew from its export data at every inlined call. Here the inliner
 * keeps a pristine copy of the body when it accepts a function (before anything is inlined into it; a body
 * without calls is its own), and every inlined call gets a copy of that. A copy has new names for everything
 * declared in it, new functions for its literals (numbered in the function they now stand in, appended to the
 * package's functions, in the order in which the reader would meet them), labels of its own, and positions
 * that remember the call; bodies of literals keep their own positions.
 *
 * A pristine body may belong to another package, which another thread may be reading too: nothing of it is
 * written, and its names of functions and globals are replaced by this package's. */
#include "ir/generics.h"
#include "ir/lower.h"
#include "ir/types.h"

typedef struct Cloner {
    IrPackage *pkg;
    IrFunc *fn;        /* where copied locals are declared */
    IrFunc *lit_outer; /* whom new literals are numbered in; NULL: pristine copy, literals stay unlisted */
    uint32_t inl;      /* for positions */
    enum { POS_INLINED, POS_KEPT, POS_CALL } pos; /* of statements and expressions */
    bool foreign;                                 /* the body was compiled by another package */
    bool relabel;
    Map *names; /* IrName → IrName */
    Map *defns; /* statements that may define names, old → new */
} Cloner;

static IrNode *clone_node(IrNode *n, void *p);

static IrName *clone_name_new(Cloner *c, const IrName *n) {
    IrName *m = NEW(c->pkg->arena, IrName);
    *m = *n;
    m->opt = NULL;
    m->n.inits = NULL;
    if (c->inl && m->n.p) m->n.inl = c->inl;
    if (c->foreign) gen_import_type(c->pkg, m->n.type);
    map_put(c->names, PKEY(n), m);
    return m;
}

static IrName *clone_name(Cloner *c, IrName *n) {
    IrName *m = map_get(c->names, PKEY(n));
    if (m) return m;
    if (n->name_class == PFUNC || n->name_class == PEXTERN) {
        if (!c->foreign) return n;
        m = n->sym_pkg && strcmp(n->sym_pkg, "go.runtime") == 0 ? ir_runtime_name(c->pkg, n->sym->s)
                                                                : gen_import_name(c->pkg, n);
        if (!m->n.type) m->n.type = n->n.type, m->n.typecheck = 1;
        map_put(c->names, PKEY(n), m);
        return m;
    }
    if (name_is(n->sym, "_") && !n->curfn) return ir_blank(c->pkg);
    if (!c->lit_outer) return n; /* pristine copy of a literal: a variable of a function around it */
    BUG("inlined body of %s mentions %s, which it does not declare", ir_func_name(c->fn), n->sym->s);
}

static void fix_defn(Cloner *c, IrName *old, IrName *n) {
    if (n->is_closure_var || !old->defn) return;
    IrNode *d = map_get(c->defns, PKEY(old->defn));
    if (d) {
        n->defn = d;
        return;
    }
    if (old->defn->op == OAS) { /* a definition that is not a statement of the body: see lower_temp_copy */
        IrAssignStmt *as = NEW(c->pkg->arena, IrAssignStmt);
        *as = *IR(AssignStmt, old->defn);
        as->x = IRN(n);
        n->defn = IRN(as);
        return;
    }
    n->defn = NULL;
}

static IrFunc *clone_literal(Cloner *c, IrClosureExpr *clo, IrPos cpos) {
    IrFunc *old = clo->func, *fn;
    IrPackage *pkg = c->pkg;
    if (c->lit_outer) {
        fn = ir_new_closure_func(pkg, ir_npos(old), cpos, (IrOp)old->lit_why, old->nname->n.type,
                                 c->lit_outer);
        fn->dupok = c->lit_outer->dupok;
    } else {
        fn = NEW(pkg->arena, IrFunc);
        *fn = *old;
        fn->oclosure = NULL;
    }
    IrClosureExpr *nc = fn->oclosure;
    if (!nc) {
        nc = NEW(pkg->arena, IrClosureExpr);
        *nc = *clo;
        fn->oclosure = nc;
        nc->func = fn;
        ir_set_pos(nc, cpos);
    }
    nc->n.flags = clo->n.flags;
    nc->is_go_wrap = clo->is_go_wrap;
    fn->lit = old->lit;
    fn->obj = old->obj;
    fn->env = old->env;
    fn->lit_why = old->lit_why;
    fn->wrapper = old->wrapper;
    fn->needctxt = old->needctxt;
    fn->pragma = old->pragma;
    fn->body_done = true;
    fn->endlineno = old->endlineno;
    fn->nrecv = old->nrecv;
    fn->nparams = old->nparams;
    fn->nresults = old->nresults;
    fn->has_defer = old->has_defer;
    fn->inl = NULL;
    fn->esc_tags = NULL;
    fn->dcl = fn->closure_vars = (IrNames){0};
    fn->body = (IrNodes){0};
    fn->calls = (IrFuncs){0};
    fn->noted = false;
    if (c->lit_outer == NULL) fn->closure_parent = c->fn;

    Cloner in = {pkg, fn, c->lit_outer ? fn : NULL, 0, POS_INLINED, c->foreign, false, c->names, c->defns};
    for (uint32_t i = 0; i < old->closure_vars.n; i++) {
        IrName *cv = old->closure_vars.v[i];
        IrName *m = clone_name_new(&in, cv);
        /* a literal that supplies a dictionary captures at its own place */
        m->n.inl = m->n.p && (fn->lit || fn->lit_why != OCLOSURE) ? c->inl : 0;
        m->curfn = fn;
        m->outer = clone_name(c, cv->outer);
        m->defn = IRN(ir_canonical(m->outer));
        ir_append_name(pkg, &fn->closure_vars, m);
    }
    for (uint32_t i = 0; i < old->dcl.n; i++) {
        IrName *m = clone_name_new(&in, old->dcl.v[i]);
        m->curfn = fn;
        if (c->lit_outer && m->autotemp) m->pkg = pkg->types;
        else if (c->lit_outer && m->sym->s[0] == '~') m->pkg = fn->nname->pkg;
        ir_append_name(pkg, &fn->dcl, m);
    }
    for (uint32_t i = 0; i < old->body.n; i++) ir_append(pkg, &fn->body, clone_node(old->body.v[i], &in));
    for (uint32_t i = 0; i < old->closure_vars.n; i++)
        fix_defn(&in, old->closure_vars.v[i], fn->closure_vars.v[i]);
    for (uint32_t i = 0; i < old->dcl.n; i++) fix_defn(&in, old->dcl.v[i], fn->dcl.v[i]);
    return fn;
}

static const Name *clone_label(Cloner *c, const Name *l) {
    if (!l || !c->relabel || name_is(l, "_")) return l;
    char buf[128];
    int n = snprintf(buf, sizeof buf, "~%.80s·%u", l->s, c->inl);
    return name_intern(buf, (size_t)n);
}

static IrNode *clone_node(IrNode *n, void *p) {
    Cloner *c = p;
    if (n->op == ONAME) return IRN(clone_name(c, IR(Name, n)));
    if (n->op == OCLOSURE) {
        IrPos pos = {n->p, c->inl};
        IrNodes init = {0};
        for (uint32_t i = 0; i < ir_init(n).n; i++) ir_append(c->pkg, &init, clone_node(ir_init(n).v[i], c));
        IrNode *m = IRN(clone_literal(c, IR(ClosureExpr, n), pos)->oclosure);
        ir_set_init(c->pkg, m, init);
        return m;
    }
    IrNode *m = ir_copy(c->pkg, n);
    if (c->pos == POS_CALL) ir_set_pos(m, c->pkg->inl_tree.v[c->inl - 1].pos);
    else if (c->pos == POS_INLINED && c->inl && m->p) m->inl = c->inl;
    if (c->foreign && m->type && !ir_is_tuple(m->type)) gen_import_type(c->pkg, m->type);
    switch (OPOF(n)) {
    case OAS:
    case OPS_ASSIGN_LIST:
    case OSELRECV2:
    case ORANGE:
    case OTYPESW: map_put(c->defns, PKEY(n), m); break;
    case ODOTMETH:
    case OMETHEXPR:
    case OMETHVALUE: {
        IrSelectorExpr *s = IR(SelectorExpr, m);
        if (s->method) s->method = clone_name(c, s->method);
        break;
    }
    case OBREAK:
    case OCONTINUE:
    case OGOTO:
    case OFALL: IR(BranchStmt, m)->label = clone_label(c, IR(BranchStmt, m)->label); break;
    case OLABEL: IR(LabelStmt, m)->label = clone_label(c, IR(LabelStmt, m)->label); break;
    case OADDR:
    case OPTRLIT:
    case ONEW:
        if (c->lit_outer && !gen_pointer_is_unique(c->pkg, ir_elem(m->type)))
            m->type = ir_ptr_to(ir_elem(m->type));
        break;
    default: break;
    }
    switch (OPOF(n)) {
    case ORANGE:
        IR(RangeStmt, m)->label = clone_label(c, IR(RangeStmt, m)->label);
        c->fn->loop_vars |= IR(RangeStmt, m)->distinct_vars;
        break;
    case OFOR:
        IR(ForStmt, m)->label = clone_label(c, IR(ForStmt, m)->label);
        c->fn->loop_vars |= IR(ForStmt, m)->distinct_vars;
        break;
    case OSELECT: IR(SelectStmt, m)->label = clone_label(c, IR(SelectStmt, m)->label); break;
    case OSWITCH: IR(SwitchStmt, m)->label = clone_label(c, IR(SwitchStmt, m)->label); break;
    default: break;
    }
    ir_edit_children_hidden(m, clone_node, c);
    return m;
}

IrInline *ir_make_inline(IrPackage *pkg, IrFunc *fn) {
    IrInline *inl = NEW(pkg->arena, IrInline);
    if (fn->noted && fn->plain) { /* what stays pristine needs no copy */
        inl->closure_vars = fn->closure_vars;
        inl->dcl = fn->dcl;
        inl->body = fn->body;
        return inl;
    }
    Map names = {0}, defns = {0};
    Cloner c = {pkg, fn, NULL, 0, POS_INLINED, false, false, &names, &defns};
    inl->closure_vars = ir_names_for(pkg, fn->closure_vars.n);
    inl->dcl = ir_names_for(pkg, fn->dcl.n);
    inl->body = ir_nodes_for(pkg, fn->body.n);
    for (uint32_t i = 0; i < fn->closure_vars.n; i++)
        ir_append_name(pkg, &inl->closure_vars, clone_name_new(&c, fn->closure_vars.v[i]));
    for (uint32_t i = 0; i < fn->dcl.n; i++) ir_append_name(pkg, &inl->dcl, clone_name_new(&c, fn->dcl.v[i]));
    for (uint32_t i = 0; i < fn->body.n; i++) ir_append(pkg, &inl->body, clone_node(fn->body.v[i], &c));
    for (uint32_t i = 0; i < fn->dcl.n; i++) fix_defn(&c, fn->dcl.v[i], inl->dcl.v[i]);
    map_release(&names);
    map_release(&defns);
    return inl;
}

IrInlinedBody ir_inline_body(IrPackage *pkg, IrFunc *caller, IrFunc *callee, IrNames captured, uint32_t inl) {
    IrInlinedBody r = {0};
    IrInline *src = callee->inl;
    if (captured.n != src->closure_vars.n)
        BUG("%s captures %u variables, %u given", ir_func_name(callee), src->closure_vars.n, captured.n);
    Map names = {0}, defns = {0};
    Cloner c = {pkg, caller, caller, inl, POS_INLINED, callee->pkg != pkg, true, &names, &defns};
    /* What has no source: an instance that calls its shaped function is made anew at the call; a literal that
     * supplies a dictionary keeps the place of what it stands for. */
    if (callee->env && !callee->env->shaped && !callee->oclosure) c.pos = POS_CALL;
    else if (callee->oclosure && !callee->lit && callee->lit_why == OCLOSURE) c.pos = POS_KEPT;
    for (uint32_t i = 0; i < captured.n; i++) map_put(&names, PKEY(src->closure_vars.v[i]), captured.v[i]);
    uint32_t np = callee->nrecv + callee->nparams, nr = callee->nresults;
    IrNames dcl = ir_names_for(pkg, src->dcl.n);
    r.params = ir_names_for(pkg, np);
    r.results = ir_names_for(pkg, nr);
    r.body = ir_nodes_for(pkg, src->body.n + 1); /* and a label */
    for (uint32_t i = 0; i < src->dcl.n; i++) {
        IrName *old = src->dcl.v[i], *m = clone_name_new(&c, old);
        m->curfn = caller;
        if (old->autotemp) m->pkg = pkg->types;
        else if (old->sym->s[0] == '~') m->pkg = caller->nname->pkg;
        if (m->name_class != PAUTO) {
            m->inl_formal = true;
            m->name_class = PAUTO;
        } else m->inl_local = true;
        ir_append_name(pkg, &dcl, m);
        if (i < np) ir_append_name(pkg, &r.params, m);
        else if (i < np + nr) ir_append_name(pkg, &r.results, m);
    }
    for (uint32_t i = 0; i < src->body.n; i++) ir_append(pkg, &r.body, clone_node(src->body.v[i], &c));
    for (uint32_t i = 0; i < src->dcl.n; i++) fix_defn(&c, src->dcl.v[i], dcl.v[i]);
    for (uint32_t i = 0; i < dcl.n; i++) ir_append_name(pkg, &caller->dcl, dcl.v[i]);
    gen_read_bodies(pkg, true);
    map_release(&names);
    map_release(&defns);
    return r;
}
