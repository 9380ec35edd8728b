/* Selectors: qualified identifiers, fields, methods, method values and expressions (spec, "Selectors",
 * "Method expressions", "Method values", "Qualified identifiers"); and evaluating expressions merely to use
 * what they name. */
#include "base/unicode.h"
#include "types/check_int.h"

/* cgo declares C.x as one of these in the package itself. */
static const char *const cgo_prefixes[] = {
    "_Ciconst_", "_Cfconst_", "_Csconst_", "_Ctype_", "_Cvar_", "_Cfpvar_fp_", "_Cfunc_", "_Cmacro_",
};

static const Name *joined_name(Checker *c, const char *prefix, const Name *sel) {
    return name_of(arena_printf(c->arena, "%s%s", prefix, sel->s));
}

/* Whether n is an identifier, not something that stands for one that is missing. */
static bool is_valid_name(const Name *n) {
    uint32_t r;
    for (size_t i = 0; i < n->n;) {
        int len = utf8_decode(n->s + i, n->n - i, &r);
        if (!unicode_is_letter(r) && r != '_' && !(i > 0 && unicode_is_digit(r))) return false;
        i += (size_t)len;
    }
    return true;
}

static bool has_prefix(const Name *n, const char *p) { return strncmp(n->s, p, strlen(p)) == 0; }

/* C.sel; NULL when reported. */
static Object *cgo_object(Checker *c, SelectorExpr *e, ExprMode *func_mode) {
    const Name *sel = e->sel->name;
    if (name_is(sel, "malloc")) {
        sel = name_of("_CMalloc");
    } else {
        *func_mode = MODE_CGOFUNC;
    }
    for (size_t i = 0; i < COUNT_OF(cgo_prefixes); i++) {
        Object *o = check_lookup(c, joined_name(c, cgo_prefixes[i], sel));
        if (o) {
            check_obj_decl(c, o);
            return o;
        }
    }
    if (is_valid_name(sel)) check_errorf(c, AT(e->sel), "undefined: %e", e);
    return NULL;
}

static Object *imported_object(Checker *c, SelectorExpr *e, Package *pkg) {
    const Name *sel = e->sel->name;
    Object *o = scope_lookup(pkg->scope, sel);
    if (o && c->conf->compiler && pkg != Unsafe && !check_visible_to_importers(o)) o = NULL;
    if (!o) {
        if (!pkg->fake && is_valid_name(sel)) {
            uint32_t n;
            Object **alts = scope_lookup_ignoring_case(pkg->scope, sel, true, &n);
            if (n > 0) {
                check_errorf(c, AT(e->sel), "undefined: %e (but have %n)", e, alts[0]->name);
            } else {
                check_errorf(c, AT(e->sel), "undefined: %e", e);
            }
        }
        return NULL;
    }
    if (!object_exported(o))
        check_errorf(c, AT(e->sel), "name %n not exported by package %n", sel, pkg->name);
    return o;
}

/* pkg.Name. */
static void check_qualified(Checker *c, Operand *x, SelectorExpr *e, PkgName *pname) {
    check_record_use(c, AS(NameExpr, e->x), pname);
    pname->used = true;
    Package *pkg = pname->imported;
    ExprMode func_mode = MODE_VALUE;
    Object *o = pkg->cgo ? cgo_object(c, e, &func_mode) : imported_object(c, e, pkg);
    if (!o) {
        x->mode = MODE_INVALID;
        x->typ = Typ(INVALID);
        return;
    }
    check_record_use(c, e->sel, o);
    x->typ = o->typ;
    switch ((ObjKind)o->kind) {
    case OBJ_CONST:
        x->mode = MODE_CONST;
        x->val = o->val;
        break;
    case OBJ_TYPENAME: x->mode = MODE_TYPE; break;
    case OBJ_VAR:
        x->mode = MODE_VARIABLE;
        if (pkg->cgo && has_prefix(o->name, "_Cvar_")) x->typ = as_pointer(x->typ)->base;
        break;
    case OBJ_FUNC:
        x->mode = func_mode;
        if (pkg->cgo && has_prefix(o->name, "_Cmacro_")) {
            x->mode = MODE_VALUE;
            x->typ = as_signature(x->typ)->results->vars[0]->typ;
        }
        break;
    case OBJ_BUILTIN:
        x->mode = MODE_BUILTIN;
        x->id = o->builtin;
        break;
    default: BUG("%s: object of kind %d in a package", o->name->s, o->kind);
    }
}

static void report_missing(Checker *c, Operand *x, SelectorExpr *e, const LookupResult *r) {
    const Name *sel = e->sel->name;
    if (!type_is_valid(type_under(x->typ))) return;
    Pos at = AT(e->sel);
    if (r->index) {
        check_errorf(c, at, "ambiguous selector %e.%n", x->expr, sel);
        return;
    }
    if (r->indirect) {
        if (x->mode == MODE_TYPE) {
            check_errorf(c, at, "invalid method expression %t.%n (needs pointer receiver (*%t).%n)", x->typ,
                         sel, x->typ, sel);
        } else {
            check_errorf(c, at, "cannot call pointer method %n on %t", sel, x->typ);
        }
        return;
    }
    const char *why;
    if (is_interface_ptr(x->typ)) {
        why = check_interface_ptr_error(c, x->typ);
    } else {
        LookupResult alt = lookup_field_or_method_fold(x->typ, x->mode == MODE_VARIABLE, c->pkg, sel, true);
        why = check_lookup_error(c, x->typ, sel, alt.obj, false);
    }
    check_errorf(c, at, "%e.%n undefined (%s)", x->expr, sel, why);
}

/* T.m: a function whose first parameter is the receiver. */
static bool check_method_expr(Checker *c, Operand *x, SelectorExpr *e, const LookupResult *r) {
    Func *m = obj_is(r->obj, OBJ_FUNC);
    if (!m) {
        check_errorf(c, AT(e->sel), "%e.%n undefined (type %t has no method %n)", x->expr, e->sel->name,
                     x->typ, e->sel->name);
        return false;
    }
    check_record_selection(c, e, SEL_METHOD_EXPR, x->typ, m, r->index, r->nindex, r->indirect);
    Signature *sig = as_signature(m->typ);
    if (!sig || !sig->recv) {
        check_errorf(c, AT(e), "illegal cycle in method declaration");
        return false;
    }
    uint32_t n = sig->params ? sig->params->n : 0;
    const Name *name = NULL; /* named if the other parameters are */
    if (n > 0 && sig->params->vars[0]->name && sig->params->vars[0]->name->n > 0) {
        name = sig->recv->name;
        if (!name || name->n == 0) name = name_of("_");
    }
    Var **params = NEW_ARRAY(c->arena, Var *, n + 1);
    params[0] = new_param(sig->recv->pos, sig->recv->pkg, name, x->typ);
    for (uint32_t i = 0; i < n; i++) params[i + 1] = sig->params->vars[i];
    Signature *s = new_signature(NULL, NULL, NULL, new_tuple(params, n + 1), sig->results, sig->variadic);
    s->tparams = sig->tparams;
    x->mode = MODE_VALUE;
    x->typ = TYPE(s);
    check_add_decl_dep(c, m);
    return true;
}

static bool check_select(Checker *c, Operand *x, SelectorExpr *e, bool want_type) {
    check_expr_or_type(c, x, e->x, false);
    if (x->mode == MODE_BUILTIN) {
        check_errorf(c, e->e.n.pos, "invalid use of %x in selector expression", x);
        return false;
    }
    if (x->mode == MODE_INVALID) return false;
    if (want_type) { /* nothing below is a type; and x.typ may be incomplete */
        check_errorf(c, AT(e->sel), "%e is not a type", e);
        return false;
    }
    LookupResult r =
        lookup_field_or_method_fold(x->typ, x->mode == MODE_VARIABLE, c->pkg, e->sel->name, false);
    if (!r.obj) {
        report_missing(c, x, e, &r);
        return false;
    }
    if (r.obj->kind == OBJ_FUNC) check_obj_decl(c, r.obj); /* its signature may not be there yet */
    if (x->mode == MODE_TYPE) return check_method_expr(c, x, e, &r);

    if (r.obj->kind == OBJ_VAR) {
        check_record_selection(c, e, SEL_FIELD_VAL, x->typ, r.obj, r.index, r.nindex, r.indirect);
        x->mode = x->mode == MODE_VARIABLE || r.indirect ? MODE_VARIABLE : MODE_VALUE;
        x->typ = r.obj->typ;
        return true;
    }
    check_record_selection(c, e, SEL_METHOD_VAL, x->typ, r.obj, r.index, r.nindex, r.indirect);
    x->mode = MODE_VALUE;
    Signature *sig = NEW(c->arena, Signature);
    *sig = *as_signature(r.obj->typ);
    sig->recv = NULL;
    x->typ = TYPE(sig);
    check_add_decl_dep(c, r.obj);
    return true;
}

void check_selector(Checker *c, Operand *x, SelectorExpr *e, bool want_type) {
    if (KIND(e->x) == N_NAME) {
        Object *o = check_lookup(c, AS(NameExpr, e->x)->name);
        if (obj_is(o, OBJ_PKGNAME)) {
            check_qualified(c, x, e, o);
            x->expr = &e->e;
            return;
        }
    }
    if (!check_select(c, x, e, want_type)) {
        x->mode = MODE_INVALID;
        x->typ = Typ(INVALID);
    }
    x->expr = &e->e;
}

/* ---- use ---- */

/* The variable of this package that the name denotes, or NULL. */
static Var *own_var(Checker *c, const Name *name) {
    Object *o = check_lookup(c, name);
    return o && o->kind == OBJ_VAR && o->pkg == c->pkg ? o : NULL;
}

static bool use_one(Checker *c, Expr *e, bool lhs) {
    if (!e) return true;
    Operand x = {.mode = MODE_VALUE};
    Expr *n = expr_unparen(e);
    switch (KIND(n)) {
    case N_NAME: {
        const Name *name = AS(NameExpr, n)->name;
        if (name_is(name, "_")) return true;
        Var *v = lhs ? own_var(c, name) : NULL; /* being assigned to is no use */
        bool used = v && v->used;
        check_expr_or_type(c, &x, n, true);
        if (v) v->used = used;
        break;
    }
    case N_LIST: {
        ExprList l = AS(ListExpr, n)->elems;
        return lhs ? check_use_lhs(c, l.v, l.n) : check_use(c, l.v, l.n);
    }
    default: check_raw_expr(c, NULL, &x, e, NULL, true); break;
    }
    return x.mode != MODE_INVALID;
}

bool check_use(Checker *c, Expr *const *v, uint32_t n) {
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) ok &= use_one(c, v[i], false);
    return ok;
}

bool check_use_lhs(Checker *c, Expr *const *v, uint32_t n) {
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) ok &= use_one(c, v[i], true);
    return ok;
}
