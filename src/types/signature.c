/* Function types, receivers and parameters (spec, "Function types", "Method declarations"). */
#include "types/check_int.h"

void check_func_type(Checker *c, Signature *sig, Field *recv_par, FieldList tparams, FuncType *ftyp) {
    check_open_scope(c, ftyp);
    c->env.scope->is_func = true;
    check_record_scope(c, ftyp, c->env.scope);
    sig->scope = c->env.scope;

    Var *recv = NULL;
    TypeParamList *rparams = NULL;
    /* all type parameters' scopes start at the signature */
    if (recv_par) rparams = check_collect_recv(c, recv_par, NPOS(ftyp), &recv);
    if (tparams.n) check_collect_type_params(c, &sig->tparams, tparams);

    NameExpr **pnames, **rnames;
    Var **params, **results;
    uint32_t np, nr;
    bool variadic, ignored;
    check_collect_params(c, VAR_PARAM, ftyp->params, &pnames, &params, &np, &variadic);
    check_collect_params(c, VAR_RESULT, ftyp->results, &rnames, &results, &nr, &ignored);

    Pos scope_pos = node_end(ftyp); /* and all parameters' after it */
    if (recv && recv->name->n) check_declare(c, c->env.scope, recv_par->name, recv, scope_pos);
    check_declare_params(c, pnames, params, np, scope_pos);
    check_declare_params(c, rnames, results, nr, scope_pos);

    sig->recv = recv;
    sig->rparams = rparams;
    sig->params = new_tuple(params, np);
    sig->results = new_tuple(results, nr);
    sig->variadic = variadic;
    check_close_scope(c);
}

static Type *unpointer(Type *t) {
    for (Pointer *p; (p = as_pointer(t));) t = p->base;
    return t;
}

/* (*T[P]) in parentheses: records the types of what is inside as well. */
static void record_parenthesized(Checker *c, Expr *e, Type *typ) {
    for (;;) {
        check_record_type_and_value(c, e, MODE_TYPE, typ, NULL);
        if (KIND(e) == N_PAREN) {
            e = AS(ParenExpr, e)->x;
        } else if (KIND(e) == N_OPERATION && e->n.aux == OP_MUL && !AS(Operation, e)->y) {
            e = AS(Operation, e)->x;
            Pointer *p = as_pointer(typ);
            if (!p) return;
            typ = p->base;
        } else {
            return;
        }
    }
}

typedef struct RecvCheck {
    Pos pos;
    Var *recv;
} RecvCheck;

static bool is_cgo_type_obj(const TypeName *obj) {
    if (strncmp(obj->name->s, "_Ctype_", 7) == 0) return true;
    if (obj->pos == NO_POS) return false;
    const PosBase *b = posbase_get(pos_base(obj->pos));
    if (!b->is_file) b = posbase_get(b->file);
    const char *slash = strrchr(b->filename, '/');
    return strncmp(slash ? slash + 1 : b->filename, "_cgo_", 5) == 0;
}

static void valid_recv_later(Checker *c, void *data) {
    RecvCheck *d = data;
    Type *rtyp = type_deref(d->recv->typ, NULL);
    Type *atyp = type_unalias(rtyp);
    if (!type_is_valid(atyp)) return;
    if (atyp->kind == TK_BASIC) {
        check_errorf(c, d->pos, "cannot define new methods on non-local type %t", rtyp);
        return;
    }
    if (atyp->kind != TK_NAMED) {
        check_errorf(c, d->pos, "invalid receiver type %t", d->recv->typ);
        return;
    }
    Named *T = (Named *)atyp;
    if (T->obj->pkg != c->pkg || is_cgo_type_obj(T->obj)) {
        check_errorf(c, d->pos, "cannot define new methods on non-local type %t", rtyp);
        return;
    }
    Type *u = type_under(atyp);
    const char *cause = NULL;
    if (u->kind == TK_BASIC && ((Basic *)u)->bk == BK_UNSAFE_POINTER) cause = "unsafe.Pointer";
    else if (u->kind == TK_POINTER || u->kind == TK_INTERFACE) cause = "pointer or interface type";
    if (cause) check_errorf(c, d->pos, "invalid receiver type %t (%s)", rtyp, cause);
}

/* The base type of a receiver with type parameters, or NULL after an error. */
static Named *generic_recv_base(Checker *c, Expr *rbase) {
    const char *cause = NULL;
    Type *t = check_generic_type(c, rbase, &cause);
    if (!type_is_valid(t)) {
        if (cause) check_errorf(c, AT(rbase), "%s", cause);
        return NULL;
    }
    if (t->kind == TK_ALIAS) {
        check_errorf(c, AT(rbase), "cannot define new methods on generic alias type %t", t);
        return NULL;
    }
    return as_named_exact(t);
}

TypeParamList *check_collect_recv(Checker *c, Field *rparam, Pos scope_pos, Var **out) {
    Expr *rbase;
    NameList rtparams = {0};
    bool rptr = check_unpack_recv(c, rparam->type_expr, &rbase, &rtparams);
    Type *recv_type = Typ(INVALID);
    TypeParamList *recv_tparams = NULL;
    if (rtparams.n == 0) {
        recv_type = check_var_type(c, rparam->type_expr);
        /* an alias must not stand for an instance, however many aliases and pointers are between */
        for (Alias *a = as_alias(unpointer(recv_type)); a;) {
            Type *base = unpointer(a->from_rhs);
            if (base && type_params_of(base)) {
                check_errorf(c, AT(rbase), "cannot define new methods on instantiated type %t", base);
                recv_type = Typ(INVALID);
                break;
            }
            a = as_alias(base);
        }
    } else {
        Named *base = generic_recv_base(c, rbase);
        /* The receiver declares type parameters of its own, with the constraints of the base type's. */
        uint32_t n = rtparams.n;
        TypeParam **tps = NEW_ARRAY(types_arena(), TypeParam *, n);
        for (uint32_t i = 0; i < n; i++) {
            tps[i] = check_declare_type_param(c, rtparams.v[i], scope_pos);
            check_record_use(c, rtparams.v[i], tps[i]->obj);
            check_record_type_and_value(c, &rtparams.v[i]->e, MODE_TYPE, &tps[i]->t, NULL);
        }
        recv_tparams = bind_tparams(tps, n);
        if (base) {
            TypeParamList *btps = named_type_params(base);
            if (tplist_len(btps) == n) {
                TypeList to = {(Type **)(void *)tps, n};
                SubstMap smap = make_subst_map(btps, &to);
                for (uint32_t i = 0; i < n; i++) {
                    mono_record_canon(c, tps[i], btps->v[i]);
                    tps[i]->bound =
                        check_subst(c, tps[i]->obj->pos, btps->v[i]->bound, smap, NULL, check_context(c));
                }
            } else {
                check_errorf(c, AT(rbase),
                             "receiver declares %d type parameter%s, but receiver base type declares %d",
                             (int)n, n == 1 ? "" : "s", (int)tplist_len(btps));
            }
            check_verify_versionf(c, AT(rbase), GO1_18, "type instantiation");
            Type **v = NEW_ARRAY(types_arena(), Type *, n);
            for (uint32_t i = 0; i < n; i++) v[i] = &tps[i]->t;
            TypeList *targs = new_type_list(v, n);
            recv_type = check_instance(c, NPOS(rparam->type_expr), &base->t, targs, NULL, check_context(c));
            check_record_instance(c, rbase, targs, recv_type);
            if (rptr && type_is_valid(recv_type)) recv_type = &new_pointer(recv_type)->t;
            record_parenthesized(c, rparam->type_expr, recv_type);
        }
    }
    Var *recv;
    if (rparam->name && rparam->name->name->n)
        recv = new_var(VAR_RECV, NPOS(rparam->name), c->pkg, rparam->name->name, recv_type);
    else recv = new_var(VAR_RECV, NPOS(rparam), c->pkg, NULL, recv_type);
    recv->decl = rparam;
    RecvCheck *d = NEW(types_arena(), RecvCheck);
    *d = (RecvCheck){AT(rbase), recv};
    check_later(c, valid_recv_later, d);
    *out = recv;
    return recv_tparams;
}

void check_collect_params(Checker *c, VarKind kind, FieldList list, NameExpr ***names, Var ***params,
                          uint32_t *n, bool *variadic) {
    *names = NULL;
    *params = NULL;
    *n = 0;
    *variadic = false;
    if (list.n == 0) return;
    NameExpr **nv = NEW_ARRAY(types_arena(), NameExpr *, list.n);
    Var **pv = NEW_ARRAY(types_arena(), Var *, list.n);
    bool named = false, anonymous = false;
    Type *typ = NULL;
    Expr *prev = NULL;
    for (uint32_t i = 0; i < list.n; i++) {
        Field *f = list.v[i];
        Expr *ftype = f->type_expr;
        if (ftype != prev) {
            prev = ftype;
            if (KIND(ftype) == N_DOTS_TYPE) {
                if (kind == VAR_PARAM && i == list.n - 1) *variadic = true;
                else check_invalid_ast(c, AT(ftype), "invalid use of ...");
                ftype = AS(DotsType, ftype)->elem;
            }
            typ = check_var_type(c, ftype);
        }
        nv[i] = f->name;
        if (f->name) {
            if (f->name->name->n == 0) check_invalid_ast(c, AT(f->name), "anonymous parameter");
            pv[i] = new_var(kind, NPOS(f->name), c->pkg, f->name->name, typ);
            named = true; /* declared later: parameters are not visible in each other's types */
        } else {
            pv[i] = new_var(kind, NPOS(f), c->pkg, NULL, typ);
            anonymous = true;
        }
        pv[i]->decl = f;
    }
    if (named && anonymous)
        check_invalid_ast(c, AT(list.v[0]), "list contains both named and anonymous parameters");
    if (*variadic) {
        Var *last = pv[list.n - 1];
        last->typ = TYPE(new_slice(last->typ));
        check_record_type_and_value(c, list.v[list.n - 1]->type_expr, MODE_TYPE, last->typ, NULL);
    }
    *names = nv;
    *params = pv;
    *n = list.n;
}

void check_declare_params(Checker *c, NameExpr **names, Var **params, uint32_t n, Pos scope_pos) {
    for (uint32_t i = 0; i < n; i++)
        if (names[i] && names[i]->name->n) check_declare(c, c->env.scope, names[i], params[i], scope_pos);
}
