/* Functions: parameters, bodies, and the variables that literals capture.
 *
 * A local object becomes an IrName when it is declared; each function has its own map of them. A literal that
 * mentions a variable of an enclosing function gets a closure variable for it, and so does every literal in
 * between; they are made at the first use, so their order is that of first uses. In shaped code a literal
 * also captures the dictionary, always and last. */
#include "ir/lower_int.h"
#include "load/load.h"
#include "types/errors.h"

void lower_begin(Lower *l, IrPackage *pkg, IrFunc *fn, LowerEnv *env) {
    *l = (Lower){.c = {pkg, fn, ir_npos(fn)}, .env = env};
    l->src_pkg = fn->obj && fn->obj->pkg ? fn->obj->pkg : pkg->types;
    l->distinct_vars = true;
}

void lower_end(Lower *l) { map_release(&l->locals); }

/* Whether loop variables are per iteration in the file around pos: by its language version, or since the
 * package is compiled with -d=loopvar. */
static bool distinct_vars(const Package *p, Pos pos) {
    uint32_t base = pos_base(pos);
    const PosBase *pb = posbase_get(base);
    if (pb) base = pb->file;
    GoVersion have = (GoVersion)(intptr_t)map_get(&p->file_versions, base);
    if (have == 0 && p->go_version) have = go_version_parse(p->go_version);
    const IrPackage *owner = p->ir;
    const CompilerFlags *flags = owner ? owner->flags : NULL;
    int forced = flags ? flags->debug.loopvar : 0; /* 3 only logs */
    return have == 0 || have >= go_version_parse("go1.22") || (forced > 0 && forced != 3);
}

static void map_local(Lower *l, Var *obj, IrName *n) {
    map_put(&l->locals, PKEY(obj), n);
    if (l->env && lower_type_derived(l, obj->typ)) n->dict_index = 1;
}

/* fn->dcl, and l->locals for sig's parameter objects */
static void lower_declare_params(Lower *l, Type *checked) {
    IrFunc *fn = l->c.fn;
    ir_declare_params(l->c.pkg, fn);
    Signature *s = as_signature(type_under(checked));
    uint32_t i = 0, np = s->params ? s->params->n : 0, nr = s->results ? s->results->n : 0;
    const Name *dict = name_of(".dict");
    IrName **d = fn->dcl.v;
    uint32_t n = fn->dcl.n;
#define NEXT_PARAM(v)                                                                                        \
    do {                                                                                                     \
        if (i < n && d[i]->sym == dict) l->dict_param = d[i++];                                              \
        if (i >= n) BUG("%s: parameters do not match its declaration", ir_func_name(fn));                    \
        d[i]->obj = (v);                                                                                     \
        map_local(l, (v), d[i++]);                                                                           \
    } while (0)
    if (s->recv) NEXT_PARAM(s->recv);
    for (uint32_t k = 0; k < np; k++) NEXT_PARAM(s->params->vars[k]);
    if (i < n && d[i]->sym == dict) l->dict_param = d[i++];
    for (uint32_t k = 0; k < nr; k++) NEXT_PARAM(s->results->vars[k]);
#undef NEXT_PARAM
}

IrName *lower_use_local(Lower *l, Pos pos, Object *obj) {
    IrName *n = map_get(&l->locals, PKEY(obj));
    if (n) return n;
    if (!l->outer) BUG("%s: variable %s is not declared", ir_func_name(l->c.fn), obj->name->s);
    IrName *outer = lower_use_local(l->outer, pos, obj);
    n = ir_new_closure_var(l->c.pkg, l->c.fn, at(pos), outer);
    map_put(&l->locals, PKEY(obj), n);
    return n;
}

static void lower_block_body(Lower *l, BlockStmt *body) {
    IrFunc *fn = l->c.fn;
    IrNodes out = {0};
    lower_stmts(l, body->list, &out);
    if (!out.n) {
        IrNode *b = ir_block(l->c.pkg, ir_npos(fn), (IrNodes){0});
        b->typecheck = 1;
        ir_append(l->c.pkg, &out, b);
    }
    fn->body = out;
    fn->noted = false;
    fn->endlineno = at(body->rbrace);
    fn->has_body = true;
}

void lower_func_body(IrPackage *pkg, IrFunc *fn, LowerEnv *env) {
    if (fn->body_done) return;
    fn->body_done = true;
    if (!fn->decl) BUG("%s has no declaration to lower", ir_func_name(fn));
    Lower l;
    lower_begin(&l, pkg, fn, env);
    Object *obj = fn->decl->name->def ? fn->decl->name->def : fn->obj;
    if (obj && obj->pkg) l.src_pkg = obj->pkg;
    l.distinct_vars = distinct_vars(l.src_pkg, fn->decl->d.n.pos);
    Signature *sig = func_signature(obj);
    l.sig = TYPE(sig);
    lower_declare_params(&l, l.sig);
    if (fn->decl->body) lower_block_body(&l, fn->decl->body);
    lower_end(&l);
}

IrNode *lower_func_lit(Lower *l, FuncLit *e) {
    IrPackage *pkg = l->c.pkg;
    Type *sig = lower_type_of(l, &e->e);
    enum { RANGE_BODY = 128 }; /* NF_RANGE_BODY of rangefunc.h */
    IrOp why = e->e.n.flags & RANGE_BODY ? ORANGE : OCLOSURE;
    IrFunc *fn = ir_new_closure_func(pkg, at(NPOS(e)), at(NPOS(e)), why, sig, l->c.fn);
    fn->lit = e;
    fn->env = (struct LowerEnv *)l->env;
    fn->body_done = true;
    Lower in;
    lower_begin(&in, pkg, fn, l->env);
    in.outer = l;
    in.src_pkg = l->src_pkg;
    in.distinct_vars = l->distinct_vars;
    in.sig = e->e.type;
    IrName *dict = NULL;
    if (l->dict_param) { /* made now, listed last */
        dict = ir_new_closure_var(pkg, fn, ir_npos(l->dict_param), l->dict_param);
        fn->closure_vars.n = 0;
        in.dict_param = dict;
    }
    lower_declare_params(&in, in.sig);
    if (dict) in.dict_param = dict;
    lower_block_body(&in, e->body);
    if (dict) ir_append_name(pkg, &fn->closure_vars, dict);
    lower_end(&in);
    return IRN(fn->oclosure);
}

IrNode *lower_dict_word(Lower *l, IrPos pos, int idx) {
    if (!l->dict_param) BUG("%s has no dictionary", ir_func_name(l->c.fn));
    return tc_index(&l->c, pos, IRN(l->dict_param), ir_int(l->c.pkg, pos, NULL, idx));
}

IrName *lower_temp_copy(Lower *l, IrPos pos, IrNode *expr, IrNodes *init) {
    IrPackage *pkg = l->c.pkg;
    IrName *tmp = ir_temp_at(pkg, l->c.fn, pos, expr->type);
    ir_append(pkg, init, ir_dcl(pkg, pos, tmp));
    IrNode *as = ir_as(pkg, pos, IRN(tmp), expr);
    ir_append(pkg, init, tc_stmt(&l->c, as));
    /* in the compiler the definition is not the same node as the statement, so the variable counts as
     * reassigned */
    IrNode *defn = ir_as(pkg, pos, IRN(tmp), expr);
    IR(AssignStmt, defn)->def = true;
    tmp->defn = defn;
    return tmp;
}

IrNode *lower_implicit_field(Lower *l, IrPos pos, IrNode *x, int ix) {
    IrNode *n = tc_dot_field(&l->c, pos, x, ix);
    n->flags |= IRF_IMPLICIT;
    return n;
}
