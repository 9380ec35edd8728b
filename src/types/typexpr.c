/* Identifiers and type expressions (spec, "Types", "Declarations and scope").
 *
 * What cannot be decided while types are still being declared — whether a map key is comparable, whether type
 * arguments satisfy their constraints — is delayed until all of them are. */
#include "types/check_int.h"
#include "base/unicode.h"

static bool is_valid_name(const Name *name) {
    for (size_t i = 0; i < name->n;) {
        uint32_t r;
        size_t at = i;
        i += (size_t)utf8_decode(name->s + i, name->n - i, &r);
        if (!(unicode_is_letter(r) || r == '_' || (at > 0 && unicode_is_digit(r)))) return false;
    }
    return true;
}

void check_ident(Checker *c, Operand *x, NameExpr *e, bool want_type) {
    x->mode = MODE_INVALID;
    x->expr = &e->e;
    Scope *scope;
    Object *obj = check_lookup_scope(c, e->name, &scope);
    Pos at = NPOS(e);
    if (!obj) {
        if (name_is(e->name, "_")) check_errorf(c, at, "cannot use _ as value or type");
        else if (is_valid_name(e->name)) check_errorf(c, at, "undefined: %n", e->name);
        return;
    }
    if ((obj == universe.comparable || obj == universe.any) &&
        !check_verify_versionf(c, at, GO1_18, "predeclared %n", e->name))
        return;
    check_record_use(c, e, obj);

    bool got_type = obj->kind == OBJ_TYPENAME;
    if (!got_type && want_type) {
        check_errorf(c, at, "%n (%s) is not a type", obj->name, object_kind_string(obj));
        if (obj->kind == OBJ_VAR && obj->pkg == c->pkg) obj->used = true; /* no second error */
        return;
    }
    /* A type that is being declared is looked at again to find cycles, even when it has a type already. */
    if (!obj->typ || (got_type && want_type && obj->pkg == c->pkg)) check_obj_decl(c, obj);
    Type *typ = obj->typ;
    ASSERT(typ);

    /* the object may have come through a dot import: that one is used then */
    PkgName *dot = check_dot_import(c, scope, obj->name);
    if (dot) dot->used = true;

    switch ((ObjKind)obj->kind) {
    case OBJ_PKGNAME: check_errorf(c, at, "use of package %n not in selector", obj->name); return;
    case OBJ_CONST:
        check_add_decl_dep(c, obj);
        if (!type_is_valid(typ)) return;
        if (obj == universe.iota) {
            if (!c->env.iota) {
                check_errorf(c, at, "cannot use iota outside constant declaration");
                return;
            }
            x->val = c->env.iota;
        } else {
            x->val = obj->val;
        }
        x->mode = MODE_CONST;
        break;
    case OBJ_TYPENAME: x->mode = MODE_TYPE; break;
    case OBJ_VAR:
        if (obj->pkg == c->pkg) obj->used = true;
        check_add_decl_dep(c, obj);
        if (!type_is_valid(typ)) return;
        x->mode = MODE_VARIABLE;
        break;
    case OBJ_FUNC:
        check_add_decl_dep(c, obj);
        x->mode = MODE_VALUE;
        break;
    case OBJ_BUILTIN:
        x->id = obj->builtin;
        x->mode = MODE_BUILTIN;
        break;
    case OBJ_NIL: x->mode = MODE_NILVALUE; break;
    default: BUG("check_ident: object kind %d", obj->kind);
    }
    x->typ = typ;
}

Type *check_typ(Checker *c, Expr *e) { return check_declared_type(c, e, NULL); }

Type *check_var_type(Checker *c, Expr *e) {
    Type *t = check_declared_type(c, e, NULL);
    check_valid_var_type(c, e, t);
    return t;
}

typedef struct ExprAndType {
    Expr *e;
    Type *typ;
} ExprAndType;

static void valid_var_type_later(Checker *c, void *data) {
    ExprAndType *d = data;
    Interface *t = as_interface(type_under(d->typ));
    if (!t) return;
    Pos pos = AT(d->e);
    TypeSet *ts = compute_interface_type_set(c, pos, t);
    if (type_set_is_method_set(ts)) return;
    check_soft_errorf(c, pos, "cannot use type %t outside a type constraint: interface %s", d->typ,
                      ts->comparable ? "is (or embeds) comparable" : "contains type constraints");
}

void check_valid_var_type(Checker *c, Expr *e, Type *typ) {
    /* only these can be constraint interfaces */
    if (typ->kind != TK_NAMED && typ->kind != TK_ALIAS && typ->kind != TK_INTERFACE) return;
    if (type_is_type_param(typ)) return;
    ExprAndType *d = NEW(types_arena(), ExprAndType);
    *d = (ExprAndType){e, typ};
    check_later(c, valid_var_type_later, d);
}

static Type *typ_internal(Checker *c, Expr *e0, TypeName *def);

Type *check_declared_type(Checker *c, Expr *e, TypeName *def) {
    Type *t = typ_internal(c, e, def);
    ASSERT(type_is_typed(t));
    if (type_is_generic(t)) {
        check_errorf(c, AT(e), "cannot use generic type %t without instantiation", t);
        t = Typ(INVALID);
    }
    check_record_type_and_value(c, e, MODE_TYPE, t, NULL);
    return t;
}

Type *check_generic_type(Checker *c, Expr *e, const char **cause) {
    Type *t = typ_internal(c, e, NULL);
    ASSERT(type_is_typed(t));
    if (type_is_valid(t) && !type_is_generic(t)) {
        if (cause) *cause = check_sprintf(c, "%t is not a generic type", t);
        t = Typ(INVALID);
    }
    check_record_type_and_value(c, e, MODE_TYPE, t, NULL);
    return t;
}

/* The type that a name or qualified name denotes, or NULL after an error. */
static Type *operand_type(Checker *c, Operand *x) {
    switch (x->mode) {
    case MODE_TYPE: return x->typ;
    case MODE_INVALID: return NULL;
    case MODE_NOVALUE: check_errorf(c, at_operand(x), "%x used as type", x); return NULL;
    default: check_errorf(c, at_operand(x), "%x is not a type", x); return NULL;
    }
}

typedef struct MapKey {
    MapT *m;
    Expr *key;
} MapKey;

static void map_key_later(Checker *c, void *data) {
    MapKey *d = data;
    if (type_comparable(d->m->key)) return;
    check_errorf(c, AT(d->key), "invalid map key type %t%s", d->m->key,
                 type_is_type_param(d->m->key) ? " (missing comparable constraint)" : "");
}

static Type *typ_internal(Checker *c, Expr *e0, TypeName *def) {
    Type *t;
    switch (KIND(e0)) {
    case N_BAD_EXPR: break;
    case N_NAME: {
        Operand x = {0};
        check_ident(c, &x, AS(NameExpr, e0), true);
        if ((t = operand_type(c, &x))) return t;
        break;
    }
    case N_SELECTOR: {
        Operand x = {0};
        check_selector(c, &x, AS(SelectorExpr, e0), true);
        if ((t = operand_type(c, &x))) return t;
        break;
    }
    case N_INDEX: {
        IndexExpr *e = AS(IndexExpr, e0);
        check_verify_versionf(c, AT(e), GO1_18, "type instantiation");
        ExprList l = unpack_list_expr(&e->index);
        return check_instantiated_type(c, e->x, l.v, l.n);
    }
    case N_PAREN: return check_declared_type(c, AS(ParenExpr, e0)->x, def);
    case N_ARRAY_TYPE: {
        ArrayType *e = AS(ArrayType, e0);
        Array *a = new_array(NULL, -1);
        if (e->len) a->len = check_array_length(c, e->len);
        else check_errorf(c, AT(e), "invalid use of [...] array (outside a composite literal)");
        a->elem = check_var_type(c, e->elem);
        if (a->len >= 0) return &a->t;
        break;
    }
    case N_SLICE_TYPE: {
        Slice *s = new_slice(NULL);
        s->elem = check_var_type(c, AS(SliceType, e0)->elem);
        return &s->t;
    }
    case N_DOTS_TYPE: check_invalid_ast(c, AT(e0), "invalid use of ..."); break;
    case N_STRUCT_TYPE: {
        Struct *s = new_struct(NULL, 0, NULL);
        check_struct_type(c, s, AS(StructType, e0));
        return &s->t;
    }
    case N_OPERATION: {
        Operation *e = AS(Operation, e0);
        if (e->e.n.aux == OP_MUL && !e->y) {
            Pointer *p = new_pointer(Typ(INVALID)); /* never NULL, even in an invalid cycle */
            p->base = check_var_type(c, e->x);
            if (!type_is_valid(p->base)) return Typ(INVALID);
            return &p->t;
        }
        check_errorf(c, AT(e0), "%e is not a type", e0);
        check_use1(c, e0);
        break;
    }
    case N_FUNC_TYPE: {
        Signature *s = new_signature(NULL, NULL, NULL, NULL, NULL, false);
        check_func_type(c, s, NULL, (FieldList){0}, AS(FuncType, e0));
        return &s->t;
    }
    case N_INTERFACE_TYPE: {
        Interface *it = check_new_interface(c);
        check_interface_type(c, it, AS(InterfaceType, e0), def);
        return &it->t;
    }
    case N_MAP_TYPE: {
        MapType *e = AS(MapType, e0);
        MapT *m = new_map(NULL, NULL);
        m->key = check_var_type(c, e->key);
        m->elem = check_var_type(c, e->value);
        MapKey *d = NEW(types_arena(), MapKey);
        *d = (MapKey){m, e->key};
        check_later(c, map_key_later, d);
        return &m->t;
    }
    case N_CHAN_TYPE: {
        Chan *ch = new_chan((ChanDir)e0->n.aux, NULL);
        ch->elem = check_var_type(c, AS(ChanType, e0)->elem);
        return &ch->t;
    }
    default:
        check_errorf(c, AT(e0), "%e is not a type", e0);
        check_use1(c, e0);
        break;
    }
    return Typ(INVALID);
}

typedef struct Instantiation {
    Expr *x, **xlist;
    uint32_t nx;
    TypeList *targs;
    Type *inst;
} Instantiation;

static void instantiation_later(Checker *c, void *data) {
    Instantiation *d = data;
    Pos pos = NPOS(d->x);
    check_record_instance(c, d->x, d->targs, d->inst);
    Alias *a = as_alias(d->inst);
    const Name *name = a ? a->orig->obj->name : named_obj((Named *)d->inst)->name;
    TypeParamList *tparams = type_params_of(d->inst);
    if (!check_validate_targ_len(c, pos, name->s, (int)tplist_len(tparams), (int)tlist_len(d->targs))) return;
    const char *cause = NULL;
    int i = check_verify(c, pos, tparams, d->targs, check_context(c), &cause);
    if (i >= 0) check_soft_errorf(c, (uint32_t)i < d->nx ? AT(d->xlist[i]) : pos, "%s", cause);
    else mono_record_instance(c, pos, tparams, d->targs, d->xlist, d->nx);
}

Type *check_instantiated_type(Checker *c, Expr *x, Expr **xlist, uint32_t nx) {
    const char *cause = NULL;
    Type *gtyp = check_generic_type(c, x, &cause);
    if (cause) {
        ExprList l = {xlist, nx};
        check_errorf(c, AT(x), INVALID_OP "%e%E (%s)", x, &l, cause);
    }
    if (!type_is_valid(gtyp)) return gtyp;
    TypeList *targs = check_type_list(c, xlist, nx);
    if (!targs) return Typ(INVALID);
    Type *inst = check_instance(c, NPOS(x), gtyp, targs, NULL, check_context(c));
    if (inst->kind != TK_NAMED && inst->kind != TK_ALIAS) return Typ(INVALID);
    Instantiation *d = NEW(types_arena(), Instantiation);
    *d = (Instantiation){x, xlist, nx, targs, inst};
    check_later(c, instantiation_later, d);
    return inst;
}

int64_t check_array_length(Checker *c, Expr *e) {
    /* A name that is not declared could be meant as a type parameter: say so. */
    if (KIND(e) == N_NAME) {
        const Name *name = AS(NameExpr, e)->name;
        Object *obj = check_lookup(c, name);
        if (!obj) {
            check_errorf(c, NPOS(e), "undefined array length %n or missing type constraint", name);
            return -1;
        }
        if (obj->kind != OBJ_CONST) {
            check_errorf(c, NPOS(e), "invalid array length %n", name);
            return -1;
        }
    }
    Operand x = {0};
    check_expr(c, NULL, &x, e);
    if (x.mode != MODE_CONST) {
        if (x.mode != MODE_INVALID) check_errorf(c, at_operand(&x), "array length %x must be constant", &x);
        return -1;
    }
    if (type_is_untyped(x.typ) || is_integer(x.typ)) {
        const Const *val = const_to_int(types_arena(), x.val);
        if (const_kind(val) == CONST_INT && representable_const(val, c, Typ(INT), NULL)) {
            bool exact;
            int64_t n = const_int64_val(val, &exact);
            if (exact && n >= 0) return n;
        }
    }
    if (is_integer(x.typ)) check_errorf(c, at_operand(&x), "invalid array length %x", &x);
    else check_errorf(c, at_operand(&x), "array length %x must be integer", &x);
    return -1;
}

TypeList *check_type_list(Checker *c, Expr **list, uint32_t n) {
    Type **v = NEW_ARRAY(types_arena(), Type *, n + 1);
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        v[i] = check_var_type(c, list[i]);
        if (!type_is_valid(v[i])) ok = false;
    }
    if (!ok) return NULL;
    TypeList *l = NEW(types_arena(), TypeList);
    l->v = v, l->n = n;
    return l;
}
