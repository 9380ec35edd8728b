/* Inference of type arguments (spec, "Type inference").
 *
 * First, typed arguments are unified with their parameters. Then the core types and methods of constraints
 * add what they know, again and again while that brings something new. Then untyped constants supply their
 * default types. An inferred type may still mention other type parameters; these are substituted until
 * nothing changes. */
#include "types/check_int.h"
#include "types/unify.h"

/* ---- which types mention which type parameters ---- */

typedef struct Walker {
    const TypeParamList *tparams; /* NULL: any */
    Map seen;                     /* Type* → 1 no (or not known yet), 2 yes */
} Walker;

static bool mentions_tparam(Walker *w, Type *t);

static bool vars_mention(Walker *w, Var *const *v, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (mentions_tparam(w, v[i]->typ)) return true;
    return false;
}

static bool tuple_mentions(Walker *w, const Tuple *t) { return t && vars_mention(w, t->vars, t->n); }

static bool mentions1(Walker *w, Type *t) {
    switch ((TypeKind)t->kind) {
    case TK_BASIC: return false;
    case TK_ALIAS: return mentions_tparam(w, type_unalias(t));
    case TK_ARRAY: return mentions_tparam(w, ((Array *)t)->elem);
    case TK_SLICE: return mentions_tparam(w, ((Slice *)t)->elem);
    case TK_STRUCT: return vars_mention(w, ((Struct *)t)->fields, ((Struct *)t)->nfields);
    case TK_POINTER: return mentions_tparam(w, ((Pointer *)t)->base);
    case TK_TUPLE: return tuple_mentions(w, (Tuple *)t);
    case TK_SIGNATURE:
        return tuple_mentions(w, ((Signature *)t)->params) || tuple_mentions(w, ((Signature *)t)->results);
    case TK_INTERFACE: {
        TypeSet *ts = interface_type_set((Interface *)t);
        for (uint32_t i = 0; i < ts->nmethods; i++)
            if (mentions_tparam(w, ts->methods[i]->typ)) return true;
        TermSeq s;
        type_set_term_seq(&s, ts);
        for (uint32_t i = 0; i < s.n; i++)
            if (!s.v[i] || !mentions_tparam(w, s.v[i]->typ)) return false;
        return true;
    }
    case TK_MAP: return mentions_tparam(w, ((MapT *)t)->key) || mentions_tparam(w, ((MapT *)t)->elem);
    case TK_CHAN: return mentions_tparam(w, ((Chan *)t)->elem);
    case TK_NAMED: {
        TypeList *l = named_type_args((Named *)t);
        for (uint32_t i = 0; i < tlist_len(l); i++)
            if (mentions_tparam(w, l->v[i])) return true;
        return false;
    }
    case TK_TYPE_PARAM:
        if (!w->tparams) return true;
        for (uint32_t i = 0; i < w->tparams->n; i++)
            if (&w->tparams->v[i]->t == t) return true;
        return false;
    default: BUG("is_parameterized: kind %d", t->kind);
    }
}

static bool mentions_tparam(Walker *w, Type *t) {
    if (!t || t->kind == TK_BASIC) return false;
    if (t->kind == TK_TYPE_PARAM) return mentions1(w, t);
    uintptr_t known = (uintptr_t)map_get(&w->seen, PKEY(t));
    if (known) return known == 2;
    map_put(&w->seen, PKEY(t), (void *)1);
    bool r = mentions1(w, t);
    if (r) map_put(&w->seen, PKEY(t), (void *)2);
    return r;
}

bool is_parameterized(const TypeParamList *tparams, Type *typ) {
    if (tplist_len(tparams) == 0) return false;
    Walker w = {.tparams = tparams};
    bool r = mentions_tparam(&w, typ);
    map_release(&w.seen);
    return r;
}

static const char *type_params_string(const TypeParamList *l) {
    uint32_t n = tplist_len(l);
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) sb_adds(&sb, n == 2 ? " and " : i == n - 1 ? ", and " : ", ");
        sb_adds(&sb, l->v[i]->obj->name->s);
    }
    sb_str(&sb);
    return sb_arena(&sb, types_arena());
}

/* ---- core terms ---- */

/* The single term of tp's constraint (*single), or one made from its common underlying type; false: there is
 * none. */
static bool core_term(TypeParam *tp, Term *core, bool *single) {
    TermSeq s;
    tparam_term_seq(&s, tp);
    bool tilde = false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s.n && s.v[i]; i++) {
        n++;
        if (s.v[i]->tilde) tilde = true;
    }
    *single = n == 1;
    if (n == 1) {
        *core = *s.v[0];
        return true;
    }
    Type *t = type_core(&tp->t);
    if (!t) return false;
    *core = (Term){tilde, t};
    return true;
}

/* ---- cycles among inferred types ---- */

typedef struct CycleFinder {
    TypeParamList *tparams;
    Type **inferred;
    VEC(Type *) path;
} CycleFinder;

static void find_cycles(CycleFinder *w, Type *t);

static void find_cycles_vars(CycleFinder *w, Var *const *v, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) find_cycles(w, v[i]->typ);
}

static int tparam_index(const TypeParamList *l, const Type *t) {
    for (uint32_t i = 0; i < l->n; i++)
        if (&l->v[i]->t == t) return (int)i;
    return -1;
}

static void find_cycles(CycleFinder *w, Type *t) {
    t = type_unalias(t);
    if (!t || t->kind == TK_BASIC) return;
    for (uint32_t i = 0; i < w->path.n; i++) {
        if (w->path.v[i] != t) continue;
        int k = tparam_index(w->tparams, t);
        if (k >= 0) w->inferred[k] = NULL; /* depends on itself: not inferred */
        return;
    }
    vec_push(NULL, &w->path, t);
    switch ((TypeKind)t->kind) {
    case TK_ARRAY: find_cycles(w, ((Array *)t)->elem); break;
    case TK_SLICE: find_cycles(w, ((Slice *)t)->elem); break;
    case TK_STRUCT: find_cycles_vars(w, ((Struct *)t)->fields, ((Struct *)t)->nfields); break;
    case TK_POINTER: find_cycles(w, ((Pointer *)t)->base); break;
    case TK_SIGNATURE: {
        Signature *s = (Signature *)t;
        if (s->params) find_cycles_vars(w, s->params->vars, s->params->n);
        if (s->results) find_cycles_vars(w, s->results->vars, s->results->n);
        break;
    }
    case TK_UNION:
        for (uint32_t i = 0; i < ((Union *)t)->nterms; i++) find_cycles(w, ((Union *)t)->terms[i]->typ);
        break;
    case TK_INTERFACE: {
        Interface *it = (Interface *)t;
        for (uint32_t i = 0; i < it->nmethods; i++) find_cycles(w, it->methods[i]->typ);
        for (uint32_t i = 0; i < it->nembeddeds; i++) find_cycles(w, it->embeddeds[i]);
        break;
    }
    case TK_MAP:
        find_cycles(w, ((MapT *)t)->key);
        find_cycles(w, ((MapT *)t)->elem);
        break;
    case TK_CHAN: find_cycles(w, ((Chan *)t)->elem); break;
    case TK_NAMED: {
        TypeList *l = named_type_args((Named *)t);
        for (uint32_t i = 0; i < tlist_len(l); i++) find_cycles(w, l->v[i]);
        break;
    }
    case TK_TYPE_PARAM: {
        int i = tparam_index(w->tparams, t);
        if (i >= 0 && w->inferred[i]) find_cycles(w, w->inferred[i]);
        break;
    }
    default: break;
    }
    w->path.n--;
}

/* ---- inference ---- */

typedef struct Infer {
    Checker *c;
    Unifier *u;
    TypeParamList *tparams;
    bool reverse;
    ErrorMsg *err;
} Infer;

static Type **inferred_types(Infer *in) {
    Type **v = NEW_ARRAY(types_arena(), Type *, in->tparams->n);
    for (uint32_t i = 0; i < in->tparams->n; i++) v[i] = unifier_at(in->u, in->tparams->v[i]);
    return v;
}

static void mismatch(Infer *in, Type *tpar, Type *targ, Operand *arg) {
    uint32_t n = in->tparams->n;
    TypeList targs = {inferred_types(in), n};
    Pos at = at_operand(arg);
    bool any = false;
    for (uint32_t i = 0; i < n; i++) any |= targs.v[i] != NULL;
    if (!any) {
        error_addf(in->err, at, "type %t of %e does not match %t (cannot infer %s)", targ, arg->expr, tpar,
                   type_params_string(in->tparams));
        return;
    }
    Type *inferred = check_subst(in->c, arg->expr ? NPOS(arg->expr) : NO_POS, tpar,
                                 make_subst_map(in->tparams, &targs), NULL, check_context(in->c));
    if (inferred == tpar) error_addf(in->err, at, "type %t of %e does not match %t", targ, arg->expr, tpar);
    else if (in->reverse)
        error_addf(in->err, at, "inferred type %t for %t does not match type %t of %e", inferred, tpar, targ,
                   arg->expr);
    else
        error_addf(in->err, at, "type %t of %e does not match inferred type %t for %t", targ, arg->expr,
                   inferred, tpar);
}

static bool unify_exact(Type *x, Type *y, void *u) { return unifier_unify(u, x, y, UNIFY_EXACT); }

/* One round over all constraints; false: one cannot be satisfied. */
static bool use_constraints(Infer *in, Pos pos) {
    for (uint32_t i = 0; i < in->tparams->n; i++) {
        TypeParam *tp = in->tparams->v[i];
        Type *tx = unifier_at(in->u, tp);
        Term core;
        bool single;
        if (core_term(tp, &core, &single)) {
            if (tx) {
                if (!unifier_unify(in->u, tx, core.typ, 0)) {
                    error_addf(in->err, pos, "%t (type %t) does not satisfy %t", TYPE(tp), tx, tp->bound);
                    return false;
                }
            } else if (single && !core.tilde) {
                unifier_set(in->u, tp, core.typ);
            }
        }
        if (tx && !is_parameterized(in->tparams, tx)) {
            const char *cause = NULL;
            if (!check_has_all_methods(in->c, tx, &tparam_iface(tp)->t, true, unify_exact, in->u, &cause)) {
                error_addf(in->err, pos, "%t (type %t) does not satisfy %t %s", TYPE(tp), tx, tp->bound,
                           cause ? cause : "");
                return false;
            }
        }
    }
    return true;
}

TypeList *check_infer(Checker *c, Pos pos, TypeParamList *tparams, TypeList *targs, Tuple *params,
                      Operand **args, uint32_t nargs, bool reverse, ErrorMsg *err) {
    Arena *a = types_arena();
    uint32_t n = tplist_len(tparams);
    ASSERT(n > 0 && tlist_len(targs) <= n && (params ? params->n : 0) == nargs);
    if (tlist_len(targs) == n) {
        bool all = true;
        for (uint32_t i = 0; i < n; i++) all &= targs->v[i] != NULL;
        if (all) return targs;
    }
    for (uint32_t i = 0; i < nargs; i++)
        if (args[i]->mode == MODE_INVALID) return NULL;
    if (tlist_len(targs) < n) {
        Type **v = NEW_ARRAY(a, Type *, n);
        for (uint32_t i = 0; i < tlist_len(targs); i++) v[i] = targs->v[i];
        targs = new_type_list(v, n);
    }
    /* known type arguments make parameter types more precise */
    if (params)
        params = as_tuple(
            check_subst(c, NO_POS, &params->t, make_subst_map(tparams, targs), NULL, check_context(c)));

    Infer in = {c, new_unifier(tparams, targs, check_allow_version(c, GO1_21)), tparams, reverse, err};
    Unifier *u = in.u;

    uint32_t *untyped = NEW_ARRAY(a, uint32_t, nargs + 1), nuntyped = 0;
    for (uint32_t i = 0; i < nargs; i++) {
        Operand *arg = args[i];
        Type *par = params->vars[i]->typ;
        if (!is_parameterized(tparams, par) && !is_parameterized(tparams, arg->typ)) continue;
        if (type_is_typed(arg->typ)) {
            if (!unifier_unify(u, par, arg->typ, UNIFY_ASSIGN)) {
                mismatch(&in, par, arg->typ, arg);
                return NULL;
            }
        } else if (as_type_param(par) && arg->mode != MODE_NILVALUE) {
            untyped[nuntyped++] = i; /* for later: typed arguments come first */
        }
    }

    for (;;) {
        uint32_t unknown = unifier_unknowns(u);
        if (!use_constraints(&in, pos)) return NULL;
        if (unifier_unknowns(u) == unknown) break;
    }

    /* the largest kind among a parameter's untyped arguments decides */
    Type **max = NEW_ARRAY(a, Type *, n);
    for (uint32_t i = 0; i < nuntyped; i++) {
        TypeParam *tp = as_type_param(params->vars[untyped[i]]->typ);
        if (unifier_at(u, tp)) continue;
        Operand *arg = args[untyped[i]];
        int k = tparam_index(tparams, &tp->t);
        if (!max[k]) {
            max[k] = arg->typ;
            continue;
        }
        Type *m = type_max(max[k], arg->typ);
        if (!m) {
            error_addf(err, at_operand(arg), "mismatched types %t and %t (cannot infer %t)", max[k], arg->typ,
                       TYPE(tp));
            return NULL;
        }
        max[k] = m;
    }
    for (uint32_t k = 0; k < n; k++)
        if (max[k]) unifier_set(u, tparams->v[k], type_default(max[k]));

    Type **inferred = inferred_types(&in);
    CycleFinder w = {.tparams = tparams, .inferred = inferred};
    for (uint32_t i = 0; i < n; i++) find_cycles(&w, &tparams->v[i]->t);
    vec_free(&w.path);

    uint32_t *dirty = NEW_ARRAY(a, uint32_t, n), nd = 0;
    for (uint32_t i = 0; i < n; i++)
        if (inferred[i] && !targs->v[i]) dirty[nd++] = i;
    while (nd > 0) {
        TypeList cur = {NEW_ARRAY(a, Type *, n), n};
        memcpy(cur.v, inferred, n * sizeof *inferred);
        /* a round substitutes what the one before has found */
        SubstMap smap = {tparams->v, cur.v, n};
        uint32_t k = 0;
        for (uint32_t i = 0; i < nd; i++) {
            Type *t0 = inferred[dirty[i]];
            Type *t1 = check_subst(c, NO_POS, t0, smap, NULL, check_context(c));
            if (t1 == t0) continue;
            Signature *sig = as_signature(t1);
            /* a generic function argument of which nothing generic is left */
            if (sig && tplist_len(sig->tparams) && !is_parameterized(tparams, t1)) sig->tparams = NULL;
            inferred[dirty[i]] = t1;
            dirty[k++] = dirty[i];
        }
        nd = k;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (inferred[i] && !is_parameterized(tparams, inferred[i])) continue;
        TypeName *obj = tparams->v[i]->obj;
        error_addf(err, pos, "cannot infer %n (declared at %p)", obj->name, obj->pos);
        return NULL;
    }
    return new_type_list(inferred, n);
}

Type *check_rename_tparams(Checker *c, Pos pos, TypeParamList *tparams, Type *typ, TypeParamList **renamed) {
    uint32_t n = tplist_len(tparams);
    *renamed = NULL;
    if (n == 0) return typ;
    Arena *a = types_arena();
    TypeParam **v = NEW_ARRAY(a, TypeParam *, n);
    for (uint32_t i = 0; i < n; i++) {
        TypeName *o = tparams->v[i]->obj;
        v[i] = new_type_param(new_type_name(o->pos, o->pkg, o->name, NULL), NULL);
        v[i]->index = tparams->v[i]->index;
    }
    TypeParamList *l = NEW(a, TypeParamList);
    *l = (TypeParamList){v, n};
    SubstMap m = {tparams->v, (Type *const *)(void *)v, n};
    for (uint32_t i = 0; i < n; i++)
        v[i]->bound = check_subst(c, pos, tparams->v[i]->bound, m, NULL, check_context(c));
    *renamed = l;
    return check_subst(c, pos, typ, m, NULL, check_context(c));
}
