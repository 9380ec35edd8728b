/* Calls (spec, "Calls", "Passing arguments to ... parameters", "Instantiations").
 *
 * A call is a conversion, a built-in's call or a call of a function value. For a generic function the type
 * arguments given and the types of the arguments, some of which may be generic functions themselves, go into
 * one inference together; then everything is instantiated and checked as an ordinary call. */
#include "types/check_int.h"

/* ---- instantiation ---- */

typedef struct VerifyLater {
    Pos pos;
    TypeParamList *tparams;
    TypeList *targs;
    ExprList xlist;
} VerifyLater;

static void verify_later(Checker *c, void *data) {
    VerifyLater *v = data;
    const char *cause = "";
    int i = check_verify(c, v->pos, v->tparams, v->targs, check_context(c), &cause);
    if (i >= 0) {
        Pos pos = (uint32_t)i < v->xlist.n ? node_start(v->xlist.v[i]) : v->pos;
        check_soft_errorf(c, pos, "%s", cause);
    } else {
        mono_record_instance(c, v->pos, v->tparams, v->targs, v->xlist.v, v->xlist.n);
    }
}

/* xlist: the expressions of the first type arguments, for positions. */
static Signature *instantiate_signature(Checker *c, Pos pos, Expr *expr, Signature *typ, TypeList *targs,
                                        ExprList xlist) {
    ASSERT(tlist_len(targs) == tplist_len(typ->tparams));
    Signature *inst = as_signature(check_instance(c, pos, TYPE(typ), targs, NULL, check_context(c)));
    ASSERT(inst && tplist_len(inst->tparams) == 0);
    check_record_instance(c, expr, targs, TYPE(inst));
    VerifyLater *v = NEW(c->arena, VerifyLater);
    *v = (VerifyLater){pos, typ->tparams, targs, xlist};
    check_later(c, verify_later, v);
    return inst;
}

/* err's parts in one text. */
static const char *error_text(Checker *c, const ErrorMsg *err) {
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < err->parts.n; i++) {
        if (i > 0) {
            sb_adds(&sb, "\n\t");
            if (err->parts.v[i].pos != NO_POS) {
                pos_format(&sb, err->parts.v[i].pos);
                sb_adds(&sb, ": ");
            }
        }
        sb_adds(&sb, err->parts.v[i].text);
    }
    return sb_arena(&sb, c->arena);
}

/* x is a generic function. inst, if any, gives some or all type arguments; T, if any, is what x is assigned
 * to. With infer, missing type arguments are inferred and x is instantiated. Without, x is instantiated if
 * all are there, and otherwise left alone and those that are there are returned. Errors make x invalid; the
 * result is NULL then. */
TypeList *check_func_inst(Checker *c, Target *T, Pos pos, Operand *x, IndexExpr *inst, bool infer) {
    ASSERT(T || inst);
    Pos inst_pos = inst ? inst->e.n.pos : pos;
    if (inst) x->expr = &inst->e;
    bool version_err = !check_verify_versionf(c, inst_pos, GO1_18, "function instantiation");

    TypeList *targs = NULL;
    ExprList xlist = {NULL, 0};
    if (inst) {
        xlist = unpack_list_expr(&inst->index);
        targs = check_type_list(c, xlist.v, xlist.n);
        if (!targs) {
            x->mode = MODE_INVALID;
            return NULL;
        }
    }
    Signature *sig = as_signature(x->typ);
    uint32_t got = tlist_len(targs), want = tplist_len(sig->tparams);
    if (got > want) {
        check_errorf(c, AT(xlist.v[got - 1]), "got %d type arguments but want %d", (int)got, (int)want);
        x->mode = MODE_INVALID;
        return NULL;
    }
    if (got < want) {
        if (!infer) return targs;
        /* var target T = x is inferred like a call g(target) of func g[x's type parameters](x's type) */
        Operand arg = {0}, *args = &arg;
        Tuple *params = NULL;
        uint32_t nargs = 0;
        bool reverse = false;
        if (T && sig->tparams) {
            if (!version_err && !check_allow_version(c, GO1_21)) {
                check_version_errorf(c, inst_pos, GO1_21, "%s",
                                     inst ? "partially instantiated function in assignment"
                                          : "implicitly instantiated function in assignment");
            }
            Signature *gsig = new_signature(NULL, NULL, NULL, sig->params, sig->results, sig->variadic);
            params = new_tuple_of(1, new_param(x->expr->n.pos, c->pkg, NULL, TYPE(gsig)));
            NameExpr *nm = NEW(c->arena, NameExpr);
            nm->e.n.kind = N_NAME;
            nm->e.n.pos = x->expr->n.pos;
            nm->name = name_of(T->desc);
            arg = (Operand){.mode = MODE_VALUE, .expr = &nm->e, .typ = TYPE(T->sig)};
            nargs = 1;
            reverse = true;
        }
        TypeParamList *tparams;
        Tuple *params2 = params;
        if (params) {
            params2 = as_tuple(check_rename_tparams(c, pos, sig->tparams, TYPE(params), &tparams));
        } else {
            check_rename_tparams(c, pos, sig->tparams, NULL, &tparams);
        }
        ErrorMsg err = {.c = c};
        targs = check_infer(c, pos, tparams, targs, params2, &args, nargs, reverse, &err);
        if (!targs) {
            if (err.parts.n) {
                error_report(&err);
            } else {
                error_discard(&err);
            }
            x->mode = MODE_INVALID;
            return NULL;
        }
        error_discard(&err);
    }
    x->typ = TYPE(instantiate_signature(c, x->expr->n.pos, x->expr, sig, targs, xlist));
    x->mode = MODE_VALUE;
    return NULL;
}

/* ---- argument lists ---- */

/* Evaluates a list of arguments, among them perhaps generic functions not or only partially instantiated;
 * *targs (NULL, or one entry an operand) holds the type arguments of the latter. */
static void generic_expr_list(Checker *c, OperandVec *list, ExprList elist, TypeList ***targs) {
    *targs = NULL;
    bool infer =
        !(elist.n > 0 && check_allow_version(c, GO1_21)); /* before, functions must be instantiated here */
    operands_init(c, list, elist.n);
    for (uint32_t i = 0; i < elist.n; i++) {
        Expr *e = elist.v[i];
        Operand *x = list->v[i];
        if (KIND(e) == N_INDEX && check_index_expr(c, x, AS(IndexExpr, e))) {
            TypeList *t = check_func_inst(c, NULL, x->expr->n.pos, x, AS(IndexExpr, e), infer);
            if (t) {
                if (!*targs) *targs = NEW_ARRAY(c->arena, TypeList *, elist.n);
                (*targs)[i] = t;
                x->expr = e;
            } else {
                check_record(c, x);
            }
            continue;
        }
        if (KIND(e) == N_INDEX) { /* an ordinary index expression, evaluated already */
            x->expr = e;
            if (x->mode != MODE_INVALID && !check_finite_size(c, x->typ)) {
                x->mode = MODE_INVALID;
                x->typ = Typ(INVALID);
            }
            check_record(c, x);
        } else {
            check_raw_expr(c, NULL, x, e, NULL, true);
        }
        check_exclude(c, x, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE);
        if (elist.n > 1) {
            check_single_value(c, x);
            continue;
        }
        Tuple *t = x->mode != MODE_INVALID ? as_tuple(x->typ) : NULL;
        if (t) { /* f(g()) with several results of g */
            operands_init(c, list, t->n);
            for (uint32_t j = 0; j < t->n; j++) {
                *list->v[j] = (Operand){.mode = MODE_VALUE, .expr = e, .typ = t->vars[j]->typ};
            }
        }
    }
}

/* ---- calls ---- */

static void check_conversion_call(Checker *c, Operand *x, CallExpr *call) {
    Type *T = x->typ;
    x->mode = MODE_INVALID;
    uint32_t n = call->args.n;
    if (n == 0) {
        check_errorf(c, AT(call), "missing argument in conversion to %t", T);
        return;
    }
    if (n > 1) {
        check_use(c, call->args.v, n);
        check_errorf(c, AT(call->args.v[n - 1]), "too many arguments in conversion to %t", T);
        return;
    }
    check_expr(c, NULL, x, call->args.v[0]);
    if (x->mode == MODE_INVALID) return;
    Interface *t = as_interface(type_under(T));
    if (t && !type_is_type_param(T) && !type_set_is_method_set(interface_type_set(t))) {
        check_errorf(
            c, AT(call),
            "cannot use interface %t in conversion (contains specific type constraints or is comparable)", T);
        return;
    }
    if (call->e.n.flags & NF_HAS_DOTS) {
        check_errorf(c, AT(call->args.v[0]), "invalid use of ... in conversion to %t", T);
        return;
    }
    check_conversion(c, x, T);
}

static TypeError *callable_cond(Type *t, Type *u, void *ctx) {
    (void)ctx;
    if (u && u->kind != TK_SIGNATURE) return type_errorf("%t is not a function", t, NULL, NULL, NULL);
    return NULL;
}

static ExprKind invalid_call(Operand *x, CallExpr *call) {
    x->mode = MODE_INVALID;
    x->expr = &call->e;
    return EK_STATEMENT;
}

ExprKind check_call_expr(Checker *c, Operand *x, CallExpr *call) {
    IndexExpr *inst = NULL;
    if (KIND(call->fun) == N_INDEX) {
        IndexExpr *ie = AS(IndexExpr, call->fun);
        if (check_index_expr(c, x, ie)) inst = ie; /* instantiated together with the arguments */
        x->expr = &ie->e;
        check_record(c, x);
    } else {
        check_expr_or_type(c, x, call->fun, true);
    }

    switch (x->mode) {
    case MODE_INVALID:
        check_use(c, call->args.v, call->args.n);
        x->expr = &call->e;
        return EK_STATEMENT;
    case MODE_TYPE:
        check_non_generic(c, NULL, x);
        if (x->mode == MODE_INVALID) return EK_CONVERSION;
        check_conversion_call(c, x, call);
        x->expr = &call->e;
        return EK_CONVERSION;
    case MODE_BUILTIN: {
        BuiltinId id = x->id;
        if (!check_builtin(c, x, call, id)) x->mode = MODE_INVALID;
        x->expr = &call->e;
        if (x->mode != MODE_INVALID && x->mode != MODE_CONST) c->env.has_call_or_recv = true;
        return predeclared_funcs[id].kind;
    }
    default: break;
    }

    bool cgocall = x->mode == MODE_CGOFUNC;
    TypeError *terr = NULL;
    Type *u = x->typ->kind == TK_SIGNATURE ? x->typ : common_under(x->typ, callable_cond, NULL, &terr);
    if (!u) {
        check_errorf(c, AT_OPERAND(x), INVALID_OP "cannot call %x: %s", x, type_error_format(terr, c));
        return invalid_call(x, call);
    }
    Signature *sig = as_signature(u);
    bool was_generic = tplist_len(sig->tparams) > 0;

    TypeList *targs = NULL;
    ExprList xlist = {NULL, 0};
    if (inst) {
        xlist = unpack_list_expr(&inst->index);
        targs = check_type_list(c, xlist.v, xlist.n);
        if (!targs) {
            check_use(c, call->args.v, call->args.n);
            return invalid_call(x, call);
        }
        uint32_t got = tlist_len(targs), want = tplist_len(sig->tparams);
        if (got > want) {
            check_errorf(c, AT(xlist.v[want]), "got %d type arguments but want %d", (int)got, (int)want);
            check_use(c, call->args.v, call->args.n);
            return invalid_call(x, call);
        }
        if (got == want &&
            want > 0) { /* all given: instantiate now, so that it is known whatever the arguments are */
            check_verify_versionf(c, AT(inst), GO1_18, "function instantiation");
            sig = instantiate_signature(c, inst->e.n.pos, &inst->e, sig, targs, xlist);
            targs = NULL;
            xlist = (ExprList){NULL, 0};
        }
    }

    OperandVec args;
    TypeList **atargs;
    generic_expr_list(c, &args, call->args, &atargs);
    sig = check_arguments(c, call, sig, targs, xlist, &args, atargs);

    if (was_generic && tplist_len(sig->tparams) == 0) {
        check_record_type_and_value(c, call->fun, MODE_VALUE, TYPE(sig), NULL);
    }
    if (!sig->results) {
        x->mode = MODE_NOVALUE;
    } else if (sig->results->n == 1) {
        x->mode = cgocall ? MODE_COMMAERR : MODE_VALUE;
        x->typ = sig->results->vars[0]->typ;
    } else {
        x->mode = MODE_VALUE;
        x->typ = TYPE(sig->results);
    }
    x->expr = &call->e;
    c->env.has_call_or_recv = true;
    /* inference failed: no operand may have a parameterized type */
    if (x->mode == MODE_VALUE && tplist_len(sig->tparams) > 0 && is_parameterized(sig->tparams, x->typ)) {
        x->mode = MODE_INVALID;
    }
    return EK_STATEMENT;
}

static const char *operand_types(Checker *c, OperandVec *l, bool has_dots) {
    Type **t = NEW_ARRAY(c->arena, Type *, l->n + 1);
    for (uint32_t i = 0; i < l->n; i++) t[i] = l->v[i]->typ;
    return check_types_summary(c, t, l->n, false, has_dots);
}

static const char *param_types(Checker *c, Tuple *params, bool variadic) {
    uint32_t n = params ? params->n : 0;
    Type **t = NEW_ARRAY(c->arena, Type *, n + 1);
    for (uint32_t i = 0; i < n; i++) t[i] = params->vars[i]->typ;
    return check_types_summary(c, t, n, variadic, false);
}

/* params for nargs arguments: the last one, of slice type, becomes as many of its element type as are
 * needed. */
static Tuple *adjust_variadic(Checker *c, Tuple *params, uint32_t nargs) {
    uint32_t np = params->n;
    Var **vars = NEW_ARRAY(c->arena, Var *, nargs + 1);
    Var *last = params->vars[np - 1];
    Type *elem = as_slice(last->typ)->elem;
    for (uint32_t i = 0; i < np - 1; i++) vars[i] = params->vars[i];
    for (uint32_t i = np - 1; i < nargs; i++) vars[i] = new_param(last->pos, last->pkg, last->name, elem);
    return new_tuple(vars, nargs);
}

/* A type argument list of n entries, the given ones first and the others NULL. */
static TypeList *extend_targs(Checker *c, TypeList *targs, uint32_t n) {
    TypeList *l = NEW(c->arena, TypeList);
    l->v = NEW_ARRAY(c->arena, Type *, n);
    l->n = n;
    for (uint32_t i = 0; i < tlist_len(targs); i++) l->v[i] = targs->v[i];
    return l;
}

static TypeList *sub_targs(Checker *c, TypeList *targs, uint32_t from, uint32_t to) {
    Type **v = NEW_ARRAY(c->arena, Type *, to - from + 1);
    for (uint32_t i = from; i < to; i++) v[i - from] = targs->v[i];
    return new_type_list(v, to - from);
}

/* Infers and instantiates for a call with type parameters in the callee or in generic arguments. params:
 * adjusted for variadic calls. False when an error was reported; else *sig and *params are instantiated. */
static bool infer_call(Checker *c, CallExpr *call, Signature **psig, Tuple **pparams, bool adjusted,
                       TypeList *targs, ExprList xlist, OperandVec *args, TypeList **atargs) {
    Signature *sig = *psig;
    Tuple *params = *pparams;
    uint32_t n = tplist_len(sig->tparams);
    VEC(TypeParam *) tparams = {0};
    VEC(Type *) ta = {0};
    VEC(uint32_t) generic_args = {0};
    Arena *a = c->arena;

    if (n > 0) {
        if (!check_allow_version(c, GO1_18)) {
            if (KIND(call->fun) == N_INDEX) {
                check_version_errorf(c, AT(call->fun), GO1_18, "function instantiation");
            } else {
                check_version_errorf(c, AT(call), GO1_18, "implicit function instantiation");
            }
        }
        TypeParamList *renamed;
        params = as_tuple(check_rename_tparams(c, call->e.n.pos, sig->tparams, TYPE(params), &renamed));
        for (uint32_t i = 0; i < n; i++) {
            vec_push(a, &tparams, renamed->v[i]);
            vec_push(a, &ta, i < tlist_len(targs) ? targs->v[i] : NULL);
        }
    }
    for (uint32_t i = 0; i < args->n; i++) {
        Operand *arg = args->v[i];
        Signature *asig = as_signature(arg->typ);
        if (!asig || tplist_len(asig->tparams) == 0) continue;
        /* a copy with type parameters of its own, so that f(g, g) has two and g stays as declared */
        Signature *copy = NEW(a, Signature);
        *copy = *asig;
        TypeParamList *renamed;
        asig = as_signature(check_rename_tparams(c, call->e.n.pos, asig->tparams, TYPE(copy), &renamed));
        asig->tparams = renamed;
        arg->typ = TYPE(asig);
        for (uint32_t j = 0; j < renamed->n; j++) {
            vec_push(a, &tparams, renamed->v[j]);
            TypeList *given = atargs ? atargs[i] : NULL;
            vec_push(a, &ta, j < tlist_len(given) ? given->v[j] : NULL);
        }
        vec_push(a, &generic_args, i);
    }
    if (generic_args.n) {
        check_verify_versionf(c, AT_OPERAND(args->v[generic_args.v[0]]), GO1_21,
                              "implicitly instantiated function as argument");
    }
    if (!tparams.n) return true;

    TypeParamList *all = NEW(a, TypeParamList);
    *all = (TypeParamList){tparams.v, tparams.n};
    TypeList given = {ta.v, ta.n};
    ErrorMsg err = {.c = c};
    TypeList *res = check_infer(c, call->e.n.pos, all, extend_targs(c, &given, ta.n), params, args->v,
                                args->n, false, &err);
    if (!res) {
        if (err.parts.n) {
            check_errorf(c, err.parts.v[0].pos, "in call to %e, %s", call->fun, error_text(c, &err));
        }
        error_discard(&err);
        return false;
    }
    error_discard(&err);

    if (n > 0) {
        TypeList *own = sub_targs(c, res, 0, n);
        Signature *rsig = instantiate_signature(c, call->e.n.pos, call->fun, sig, own, xlist);
        if (adjusted) {
            SubstMap smap = {tparams.v, own->v, n};
            params = as_tuple(check_subst(c, call->e.n.pos, TYPE(params), smap, NULL, check_context(c)));
        } else {
            params = rsig->params;
        }
        *psig = rsig;
    }
    uint32_t j = n;
    for (uint32_t k = 0; k < generic_args.n; k++) {
        Operand *arg = args->v[generic_args.v[k]];
        Signature *asig = as_signature(arg->typ);
        uint32_t end = j + tplist_len(asig->tparams);
        arg->typ = TYPE(instantiate_signature(c, call->e.n.pos, arg->expr, asig, sub_targs(c, res, j, end),
                                              (ExprList){NULL, 0}));
        check_record(c, arg);
        j = end;
    }
    *pparams = params;
    return true;
}

/* Checks the arguments of a call of sig. targs and xlist: the callee's type arguments given; atargs: those of
 * generic function arguments. The result is the signature, instantiated if it was generic; sig itself after
 * an error. */
Signature *check_arguments(Checker *c, CallExpr *call, Signature *sig, TypeList *targs, ExprList xlist,
                           OperandVec *args, TypeList **atargs) {
    uint32_t nargs = args->n, npars = sig->params ? sig->params->n : 0;
    bool ddd = (call->e.n.flags & NF_HAS_DOTS) != 0, adjusted = false;
    if (sig->variadic) {
        if (ddd) {
            if (call->args.n == 1 && nargs > 1) {
                check_errorf(c, AT(call), "cannot use ... with %d-valued %e", (int)nargs, call->args.v[0]);
                return sig;
            }
        } else if (nargs + 1 >= npars) {
            adjusted = true; /* one parameter for each argument */
            npars = nargs;
        } else {
            npars--;
        }
    } else if (ddd) {
        check_errorf(c, AT(call), "cannot use ... in call to non-variadic %e", call->fun);
        return sig;
    }

    if (nargs != npars) {
        Pos at = AT(call);
        const char *qualifier = "not enough";
        if (nargs > npars) {
            at = AT(args->v[npars]->expr);
            qualifier = "too many";
        } else if (nargs > 0) {
            at = AT(args->v[nargs - 1]->expr);
        }
        ErrorMsg err = {.c = c};
        error_addf(&err, at, "%s arguments in call to %e", qualifier, call->fun);
        error_addf(&err, NO_POS, "have %s", operand_types(c, args, ddd));
        error_addf(&err, NO_POS, "want %s", param_types(c, sig->params, sig->variadic));
        error_report(&err);
        return sig;
    }

    Signature *rsig = sig;
    Tuple *params = sig->params;
    bool generic = tplist_len(sig->tparams) > 0;
    for (uint32_t i = 0; i < nargs && !generic; i++) {
        Signature *asig = as_signature(args->v[i]->typ);
        generic = asig && tplist_len(asig->tparams) > 0;
    }
    if (generic) {
        if (adjusted) params = adjust_variadic(c, params, nargs);
        if (!infer_call(c, call, &rsig, &params, adjusted, targs, xlist, args, atargs)) return sig;
        adjusted = false;
    }

    for (uint32_t i = 0; i < nargs; i++) {
        Type *t;
        if (adjusted && i >= params->n - 1) {
            t = as_slice(params->vars[params->n - 1]->typ)->elem;
        } else {
            t = params->vars[i]->typ;
        }
        check_argument(c, args->v[i], t, call->fun);
    }
    return rsig;
}
