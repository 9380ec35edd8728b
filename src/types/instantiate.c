/* Instances of generic types and functions, and whether type arguments satisfy their constraints (spec,
 * "Instantiations", "Satisfying a type constraint", "Implementing an interface"). */
#include "types/check_int.h"

/* ---- contexts ---- */

typedef struct CtxtEntry {
    Type *orig;
    TypeList *targs;
    Type *instance;
    struct CtxtEntry *next;
} CtxtEntry;

struct Context {
    Map entries; /* hash → CtxtEntry* */
};

Context *new_context(void) {
    Context *c = NEW(types_arena(), Context);
    c->entries.arena = types_arena();
    return c;
}

uint64_t context_hash(Type *orig, TypeList *targs) {
    uint64_t h = type_hash(orig);
    for (uint32_t i = 0; i < tlist_len(targs); i++)
        h = (h ^ type_hash(targs->v[i])) * 0x9e3779b97f4a7c15ull + i;
    return h | 1;
}

static Type *context_lookup(Context *ctxt, uint64_t h, Type *orig, TypeList *targs) {
    for (CtxtEntry *e = map_get(&ctxt->entries, h); e; e = e->next)
        if (identical_instance(orig, targs, e->orig, e->targs)) return e->instance;
    return NULL;
}

Type *context_update(Context *ctxt, uint64_t h, Type *orig, TypeList *targs, Type *inst) {
    CtxtEntry *first = map_get(&ctxt->entries, h);
    for (CtxtEntry *e = first; e; e = e->next)
        if (type_identical(inst, e->instance)) return e->instance;
    CtxtEntry *e = NEW(ctxt->entries.arena, CtxtEntry);
    *e = (CtxtEntry){orig, targs, inst, first};
    map_put(&ctxt->entries, h, e);
    return inst;
}

/* ---- instantiation ---- */

Type *check_new_alias_instance(Checker *c, Pos pos, Alias *orig, TypeList *targs, Named *expanding,
                               Context *ctxt) {
    ASSERT(tlist_len(targs) > 0);
    TypeName *obj = new_type_name(pos, orig->obj->pkg, orig->obj->name, NULL);
    Type *rhs = check_subst(c, pos, orig->from_rhs, make_subst_map(orig->tparams, targs), expanding, ctxt);
    Alias *a = check_new_alias(c, obj, rhs);
    a->orig = orig;
    a->tparams = orig->tparams;
    a->targs = targs;
    return &a->t;
}

bool check_validate_targ_len(Checker *c, Pos pos, const char *name, int want, int got) {
    if (got == want) return true;
    const char *qual = got < want ? "not enough" : "too many";
    if (!c) BUG("%s type arguments for type %s: have %d, want %d", qual, name, got, want);
    check_errorf(c, pos, "%s type arguments for type %s: have %d, want %d", qual, name, got, want);
    return false;
}

Type *check_instance(Checker *c, Pos pos, Type *orig, TypeList *targs, Named *expanding, Context *ctxt) {
    /* the local context of an expansion first, then that of the check */
    Context *ctxts[2];
    uint32_t n = 0;
    if (expanding && expanding->inst->ctxt) ctxts[n++] = expanding->inst->ctxt;
    if (ctxt && (n == 0 || ctxts[0] != ctxt)) ctxts[n++] = ctxt;
    ASSERT(n > 0);
    uint64_t h = context_hash(orig, targs);
    Type *res = NULL;
    for (uint32_t i = 0; i < n && !res; i++) res = context_lookup(ctxts[i], h, orig, targs);
    if (!res) {
        switch ((TypeKind)orig->kind) {
        case TK_NAMED: res = &check_new_named_instance(c, pos, (Named *)orig, targs, expanding)->t; break;
        case TK_ALIAS: {
            Alias *a = (Alias *)orig;
            uint32_t np = tplist_len(a->tparams);
            if (!check_validate_targ_len(c, pos, a->obj->name->s, (int)np, (int)tlist_len(targs)))
                return Typ(INVALID);
            if (np == 0) return orig;
            res = check_new_alias_instance(c, pos, a, targs, expanding, ctxt);
            break;
        }
        case TK_SIGNATURE: {
            ASSERT(!expanding);
            Signature *g = (Signature *)orig;
            uint32_t np = tplist_len(g->tparams);
            if (np != tlist_len(targs) &&
                !check_validate_targ_len(c, pos, type_string(orig, NULL), (int)np, (int)tlist_len(targs)))
                return Typ(INVALID);
            if (np == 0) return orig;
            Signature *sig =
                as_signature(check_subst(c, pos, orig, make_subst_map(g->tparams, targs), NULL, ctxt));
            if (sig == g) {
                sig = NEW(types_arena(), Signature);
                *sig = *g;
                sig->t.ir = NULL;
            }
            sig->tparams = NULL;
            res = &sig->t;
            break;
        }
        default: BUG("check_instance: not a generic type (kind %d)", orig->kind);
        }
    }
    for (uint32_t i = n; i-- > 0;) res = context_update(ctxts[i], h, orig, targs, res);
    return res;
}

Type *type_instantiate(Context *ctxt, Type *orig, TypeList *targs) {
    if (ctxt) return check_instance(NULL, NO_POS, orig, targs, NULL, ctxt);
    TypeStore *s = types_store();
    TypesLock lock;
    types_lock(&lock);
    if (!s->instances) s->instances = new_context();
    Type *t = check_instance(NULL, NO_POS, orig, targs, NULL, s->instances);
    types_unlock(&lock);
    return t;
}

/* ---- constraints ---- */

int check_verify(Checker *c, Pos pos, const TypeParamList *tparams, const TypeList *targs, Context *ctxt,
                 const char **cause) {
    SubstMap smap = make_subst_map(tparams, targs);
    for (uint32_t i = 0; i < tplist_len(tparams); i++) {
        TypeParam *tp = tparams->v[i];
        tparam_iface(tp); /* the bound may be a non-interface still */
        Type *bound = check_subst(c, pos, tp->bound, smap, NULL, ctxt);
        const char *why = NULL;
        if (!check_implements(c, targs->v[i], bound, true, &why)) {
            if (cause) *cause = why;
            return (int)i;
        }
    }
    return -1;
}

/* Whether t or an element of it is identical to typ. */
static bool mentions(Type *t, Type *typ) {
    if (t->kind == TK_INTERFACE) {
        Interface *i = (Interface *)t;
        for (uint32_t k = 0; k < i->nembeddeds; k++)
            if (mentions(i->embeddeds[k], typ)) return true;
        return false;
    }
    if (t->kind == TK_UNION) {
        Union *u = (Union *)t;
        for (uint32_t k = 0; k < u->nterms; k++)
            if (mentions(u->terms[k]->typ, typ)) return true;
        return false;
    }
    return type_identical(t, typ);
}

static bool satisfies_comparable(Checker *c, Type *V, Interface *Ti, bool constraint, const char *verb,
                                 const char **cause) {
    if (!interface_is_comparable(Ti)) return true;
    if (!comparable_type(V, false)) return true;
    /* from go1.20 types whose comparison may panic satisfy comparable as well */
    if (constraint && !comparable_type(V, true)) {
        if (!c || check_allow_version(c, GO1_20)) return true;
        if (cause) *cause = check_sprintf(c, "%t to %s comparable requires go1.20 or later", V, verb);
        return false;
    }
    if (cause) *cause = check_sprintf(c, "%t does not %s comparable", V, verb);
    return false;
}

bool check_implements(Checker *c, Type *V, Type *T, bool constraint, const char **cause) {
    Type *Vu = type_under(V), *Tu = type_under(T);
    if (!type_is_valid(Vu) || !type_is_valid(Tu)) return true; /* reported before */
    Pointer *p = as_pointer(Vu);
    if (p && !type_is_valid(type_under(p->base))) return true;
    const char *verb = constraint ? "satisfy" : "implement";

    Interface *Ti = as_interface(Tu);
    if (!Ti) {
        if (cause) {
            const char *detail = is_interface_ptr(Tu)
                                     ? check_sprintf(c, "type %t is pointer to interface, not interface", T)
                                     : check_sprintf(c, "%t is not an interface", T);
            *cause = check_sprintf(c, "%t does not %s %t (%s)", V, verb, T, detail);
        }
        return false;
    }
    TypeSet *ts = interface_type_set(Ti);
    if (type_set_is_all(ts)) return true;
    Interface *Vi = as_interface(Vu);
    if (Vi && type_set_is_empty(interface_type_set(Vi))) return true;
    if (type_set_is_empty(ts)) {
        if (cause) *cause = check_sprintf(c, "cannot %s %t (empty type set)", verb, T);
        return false;
    }
    if (!check_has_all_methods(c, V, T, true, equiv_identical, NULL, cause)) {
        if (cause) *cause = check_sprintf(c, "%t does not %s %t %s", V, verb, T, *cause ? *cause : "");
        return false;
    }
    if (!type_set_has_terms(ts)) return satisfies_comparable(c, V, Ti, constraint, verb, cause);
    if (Vi) {
        if (!termlist_subset_of(interface_type_set(Vi)->terms, ts->terms)) {
            if (cause) *cause = check_sprintf(c, "%t does not %s %t", V, verb, T);
            return false;
        }
        return satisfies_comparable(c, V, Ti, constraint, verb, cause);
    }

    bool included = false;
    Type *alt = NULL;
    for (uint32_t i = 0; i < ts->terms.n && !included; i++) {
        Term *t = ts->terms.v[i];
        included = term_includes(t, V);
        if (!included && t && !alt && !t->tilde && type_identical(t->typ, type_under(t->typ))) {
            Term tt = {true, t->typ};
            if (term_includes(&tt, V)) alt = t->typ;
        }
    }
    if (!included) {
        if (cause) {
            const char *detail;
            if (alt) detail = check_sprintf(c, "possibly missing ~ for %t in %t", alt, T);
            else if (mentions(&Ti->t, V))
                detail = check_sprintf(c, "%t mentions %t, but %t is not in the type set of %t", T, V, V, T);
            else detail = check_sprintf(c, "%t missing in %s", V, termlist_string(ts->terms));
            *cause = check_sprintf(c, "%t does not %s %t (%s)", V, verb, T, detail);
        }
        return false;
    }
    return satisfies_comparable(c, V, Ti, constraint, verb, cause);
}
