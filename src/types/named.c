/* Defined types and instances of generic types.
 *
 * What a name stands for (object, type arguments) is known at once. The right-hand side (type parameters,
 * underlying type, methods) may come later: while a declared type is being checked it is not there yet, and
 * an instance is expanded by substitution when somebody first asks. state says how far a type has come; its
 * bits are only ever set. During the check of its package (n->check set) an instance is visible to one
 * thread only; afterwards it is expanded under the shared lock. */
#include "types/check_int.h"

static bool state_has(const Named *n, uint32_t m) {
    return (atomic_load_explicit(&((Named *)(uintptr_t)n)->state, memory_order_acquire) & m) != 0;
}

static void set_state(Named *n, uint32_t m) { atomic_fetch_or_explicit(&n->state, m, memory_order_release); }

static void lock(Named *n, TypesLock *l) {
    if (!n->check) types_lock(l);
}

static void unlock(TypesLock *l, const Checker *was) {
    if (!was) types_unlock(l);
}

TypeName *named_obj(const Named *n) { return n->inst ? n->inst->orig->obj : n->obj; }
Named *named_origin(Named *n) { return n->inst ? n->inst->orig : n; }

Named *check_new_named_instance(Checker *c, Pos pos, Named *orig, TypeList *targs, Named *expanding) {
    ASSERT(tlist_len(targs) > 0);
    TypeName *obj = new_type_name(pos, orig->obj->pkg, orig->obj->name, NULL);
    NamedInst *inst = NEW(types_arena(), NamedInst);
    inst->orig = orig;
    inst->targs = targs;
    /* Cycles stay within one package, so only there the expansions share a context. */
    if (expanding && named_obj(expanding)->pkg == obj->pkg) inst->ctxt = expanding->inst->ctxt;
    Named *n = check_new_named(c, obj, NULL);
    n->inst = inst;
    obj->typ = &n->t;
    return n;
}

/* Methods whose receiver has type old, with receivers of type new_; NULL when there are none. */
Func **replace_recv_type(Func **in, uint32_t n, Type *old, Type *new_) {
    Func **out = NULL;
    for (uint32_t i = 0; i < n; i++) {
        Signature *sig = func_signature(in[i]);
        if (!sig->recv || sig->recv->typ != old) continue;
        if (!out) {
            out = NEW_ARRAY(types_arena(), Func *, n);
            memcpy(out, in, n * sizeof *out);
        }
        Signature *copy = NEW(types_arena(), Signature);
        *copy = *sig;
        copy->t.ir = NULL;
        copy->recv = clone_var(sig->recv, new_);
        out[i] = clone_func(in[i], &copy->t);
    }
    return out;
}

static Type *expand_rhs(Named *n) {
    Checker *c = n->check;
    Named *orig = n->inst->orig;
    TypeList *targs = n->inst->targs;
    if (!n->inst->ctxt) n->inst->ctxt = new_context();
    Context *ctxt = n->inst->ctxt;
    if (tlist_len(targs) != tplist_len(orig->tparams)) return Typ(INVALID); /* reported elsewhere */
    context_update(ctxt, context_hash(&orig->t, targs), &orig->t, targs, &n->t);
    SubstMap m = make_subst_map(orig->tparams, targs);
    if (c) ctxt = check_context(c);
    Type *rhs = check_subst(c, n->obj->pos, named_rhs(orig), m, n, ctxt);

    /* methods of an interface have the defined type as receiver: let them have the instance */
    Interface *iface = as_interface(rhs);
    if (iface) {
        Func **methods = replace_recv_type(iface->methods, iface->nmethods, &orig->t, &n->t);
        if (methods) {
            uint32_t nm = iface->nmethods;
            if (rhs == named_rhs(orig)) {
                Interface *copy = check_new_interface(c);
                copy->complete = true;
                copy->embeddeds = iface->embeddeds;
                copy->nembeddeds = iface->nembeddeds;
                iface = copy;
            }
            iface->methods = methods;
            iface->nmethods = nm;
            iface->tset = NULL;
            atomic_store(&iface->tset_done, false);
            if (!c) interface_type_set(iface);
            return &iface->t;
        }
    }
    return rhs;
}

void named_unpack(Named *n) {
    if (state_has(n, NS_LAZY_LOADED | NS_UNPACKED)) return;
    Checker *was = n->check;
    TypesLock l;
    lock(n, &l);
    if (state_has(n, NS_LAZY_LOADED | NS_UNPACKED)) {
        unlock(&l, was);
        return;
    }
    if (n->inst) {
        Named *orig = n->inst->orig;
        named_unpack(orig);
        n->from_rhs = expand_rhs(n);
        n->tparams = orig->tparams;
        if (orig->methods.n == 0) {
            n->inst->ctxt = NULL;
            set_state(n, NS_LAZY_LOADED | NS_UNPACKED | NS_HAS_METHODS);
        } else {
            set_state(n, NS_LAZY_LOADED | NS_UNPACKED);
        }
    } else {
        set_state(n, NS_LAZY_LOADED | NS_UNPACKED | NS_HAS_METHODS);
    }
    unlock(&l, was);
}

TypeParamList *named_type_params(Named *n) {
    named_unpack(n);
    return n->tparams;
}

uint32_t named_num_methods(Named *n) {
    Named *orig = named_origin(n);
    named_unpack(orig);
    return orig->methods.n;
}

static Func *expand_method(Named *n, uint32_t i) {
    Func *origm = named_method(n->inst->orig, i);
    Checker *c = n->check;
    if (c) check_obj_decl(c, origm); /* its signature may not be known yet */
    Signature *orig_sig = as_signature(origm->typ);
    Type *rbase = type_deref(orig_sig->recv->typ, NULL);
    if (rbase == &n->t) return origm; /* n is the receiver type T[P] itself */

    Signature *sig = orig_sig;
    if (tplist_len(orig_sig->rparams) == tlist_len(n->inst->targs)) {
        SubstMap smap = make_subst_map(orig_sig->rparams, n->inst->targs);
        sig = as_signature(check_subst(c, origm->pos, &orig_sig->t, smap, n, c ? check_context(c) : NULL));
    }
    if (sig == orig_sig) {
        sig = NEW(types_arena(), Signature);
        *sig = *orig_sig;
        sig->t.ir = NULL;
    }
    Type *rtyp = func_has_ptr_recv(origm) ? &new_pointer(&n->t)->t : &n->t;
    sig->recv = clone_var(orig_sig->recv, rtyp);
    return clone_func(origm, &sig->t);
}

Func *named_method(Named *n, uint32_t i) {
    named_unpack(n);
    if (state_has(n, NS_HAS_METHODS)) return n->methods.v[i];
    ASSERT(n->inst);
    Named *orig = n->inst->orig;
    Checker *was = n->check;
    TypesLock l;
    lock(n, &l);
    if (n->methods.n != orig->methods.n) {
        n->methods.v = NEW_ARRAY(types_arena(), Func *, orig->methods.n);
        n->methods.n = n->methods.cap = orig->methods.n;
    }
    if (!n->methods.v[i]) {
        Func *m = expand_method(n, i);
        n->methods.v[i] = m;
        if (++n->inst->expanded_methods == orig->methods.n) {
            n->inst->ctxt = NULL;
            set_state(n, NS_HAS_METHODS);
        }
    }
    Func *m = n->methods.v[i];
    unlock(&l, was);
    return m;
}

void named_set_underlying(Named *n, Type *u) {
    ASSERT(!n->inst && u && !type_as_named(u));
    n->from_rhs = u;
    set_state(n, NS_LAZY_LOADED | NS_UNPACKED | NS_HAS_METHODS);
    n->underlying = u;
    n->allow_nil_underlying = false;
    set_state(n, NS_HAS_UNDER);
}

/* in the origin's list; -1: none */
static int named_method_index(Named *n, const Name *name, bool fold_case) {
    n = named_origin(n);
    if (name_is(name, "_")) return -1;
    for (uint32_t i = 0; i < n->methods.n; i++)
        if (n->methods.v[i]->name == name || (fold_case && name_equal_fold(n->methods.v[i]->name, name)))
            return (int)i;
    return -1;
}

void named_add_method(Named *n, Func *m) {
    ASSERT(!n->inst && pkg_same(n->obj->pkg, m->pkg));
    named_unpack(n);
    if (named_method_index(n, m->name, false) < 0) vec_push(types_arena(), &n->methods, m);
}

Func *named_lookup_method(Named *n, const Package *pkg, const Name *name, bool fold_case, int *index) {
    named_unpack(n);
    int i = -1;
    /* unexported methods are only seen from their own package */
    if (name->exported || fold_case || pkg_same(n->obj->pkg, pkg)) i = named_method_index(n, name, fold_case);
    if (index) *index = i;
    return i >= 0 ? named_method(n, (uint32_t)i) : NULL;
}

Type *named_rhs(Named *n) { return n->from_rhs; }

/* Follows right-hand sides to a type that is no name, and gives all names on the way that underlying type. */
static void resolve_underlying(Named *n) {
    Named *buf[8], **path = buf;
    uint32_t np = 0, cap = COUNT_OF(buf);
    Type *rhs = &n->t, *u = NULL;
    while (!u) {
        if (!rhs) {
            u = Typ(INVALID); /* a cycle */
        } else if (rhs->kind == TK_ALIAS) {
            rhs = type_unalias(rhs);
        } else if (rhs->kind == TK_NAMED) {
            Named *t = (Named *)rhs;
            if (state_has(t, NS_HAS_UNDER)) {
                u = t->underlying;
                break;
            }
            if (np == cap) {
                Named **v = NEW_ARRAY(types_arena(), Named *, cap * 2);
                memcpy(v, path, np * sizeof *v);
                path = v, cap *= 2;
            }
            path[np++] = t;
            named_unpack(t);
            rhs = t->from_rhs;
        } else {
            u = rhs;
        }
    }
    for (uint32_t i = 0; i < np; i++) {
        Named *t = path[i];
        Checker *was = t->check;
        TypesLock l;
        lock(t, &l);
        if (!state_has(t, NS_HAS_UNDER)) {
            t->underlying = u;
            set_state(t, NS_HAS_UNDER);
        }
        unlock(&l, was);
    }
}

Type *type_under_slow(Type *t) {
    if (!t) return NULL;
    switch ((TypeKind)t->kind) {
    case TK_ALIAS: return type_under(type_unalias(t));
    case TK_TYPE_PARAM: return &tparam_iface((TypeParam *)t)->t;
    case TK_NAMED: {
        Named *n = (Named *)t;
        if (state_has(n, NS_HAS_UNDER)) return n->underlying;
        named_unpack(n);
        if (!n->from_rhs && n->allow_nil_underlying) return NULL;
        resolve_underlying(n);
        return n->underlying;
    }
    default: return t;
    }
}

/* The underlying type as far as known, without computing anything; may be NULL. */
Type *safe_underlying(Type *t) {
    Named *n = type_as_named(t);
    return n ? n->underlying : type_under(t);
}

Context *check_context(Checker *c) {
    if (!c->ctxt) c->ctxt = new_context();
    return c->ctxt;
}

Interface *tparam_iface(TypeParam *t) {
    Type *bound = t->bound;
    Interface *ityp = NULL;
    Type *u = type_under(bound);
    if (u && u->kind == TK_BASIC) {
        if (!type_is_valid(u)) return types_empty_interface();
    } else if (u && u->kind == TK_INTERFACE) {
        if (type_is_type_param(bound)) return types_empty_interface(); /* reported elsewhere */
        ityp = (Interface *)u;
    }
    if (!ityp) {
        Type **e = NEW_ARRAY(types_arena(), Type *, 1);
        e[0] = bound;
        ityp = new_interface_type(NULL, 0, e, 1);
        ityp->check = t->check;
        ityp->implicit = true;
        t->bound = &ityp->t;
    }
    if (!ityp->tset) {
        Named *n = type_as_named(bound);
        compute_interface_type_set(t->check, n ? n->obj->pos : t->obj->pos, ityp);
    }
    return ityp;
}
