/* Declarations (spec, "Declarations and scope").
 *
 * An object's type is found when it is first asked for. Meanwhile the object is grey: it stands on the object
 * path. To meet a grey object again is a cycle. What lies on the cycle decides whether that is an error
 * (check_valid_cycle). Types may refer to each other if one of them is a type definition. Variables and
 * constants may not, but that is found when their initialisation is ordered. The environment (scope,
 * version, iota …) is saved and replaced for each object, so declarations can be checked in the middle of one
 * another. */
#include "types/check_int.h"
#include "types/const.h"

void check_declare(Checker *c, Scope *scope, NameExpr *id, Object *obj, Pos scope_pos) {
    if (!name_is(obj->name, "_")) { /* the blank identifier declares nothing */
        Object *alt = scope_insert(scope, obj);
        if (alt) {
            ErrorMsg err = {.c = c};
            error_addf(&err, obj->pos, "%n redeclared in this block", obj->name);
            error_add_alt_decl(&err, alt);
            error_report(&err);
            return;
        }
        obj->scope_pos = scope_pos;
    }
    if (id) check_record_def(c, id, obj);
}

/* ---- objects on demand ---- */

static void const_decl(Checker *c, ConstObj *obj, Expr *typ, Expr *init, bool inherited);
static void var_decl(Checker *c, Var *obj, Var **lhs, uint32_t nlhs, Expr *typ, Expr *init);
static void type_decl(Checker *c, TypeName *obj, TypeDecl *tdecl);
static void func_decl(Checker *c, Func *obj, DeclInfo *d);

/* obj is grey: judges the cycle and leaves a type in obj in any case. */
static void grey_object(Checker *c, Object *obj) {
    switch (obj->kind) {
    case OBJ_CONST:
    case OBJ_VAR:
        if (!check_valid_cycle(c, obj) || !obj->typ) obj->typ = Typ(INVALID);
        break;
    case OBJ_TYPENAME:
        if (!check_valid_cycle(c, obj)) obj->typ = Typ(INVALID);
        break;
    case OBJ_FUNC:
        check_valid_cycle(c, obj); /* keeps its (empty) signature: others count on there being one */
        break;
    default: BUG("object kind %d", obj->kind);
    }
    ASSERT(obj->typ);
}

void check_obj_decl(Checker *c, Object *obj) {
    if (check_obj_path_index(c, obj) >= 0) {
        grey_object(c, obj);
        return;
    }
    if (obj->typ) return;
    DeclInfo *d = check_obj_info(c, obj);
    if (!d) BUG("%s is not declared in this package", obj->name->s);
    check_push(c, obj);
    Environment saved = c->env;
    c->env = (Environment){.scope = d->file, .version = d->version};
    switch (obj->kind) {
    case OBJ_CONST:
        c->env.decl = d; /* its initialiser's dependencies are collected there */
        const_decl(c, obj, d->vtyp, d->init, d->inherited);
        break;
    case OBJ_VAR:
        c->env.decl = d;
        var_decl(c, obj, d->lhs, d->nlhs, d->vtyp, d->init);
        break;
    case OBJ_TYPENAME:
        type_decl(c, obj, d->tdecl);
        check_collect_methods(c, obj);
        break;
    case OBJ_FUNC: func_decl(c, obj, d); break;
    default: BUG("object kind %d", obj->kind);
    }
    map_release(&c->env.is_panic);
    c->env = saved;
    check_pop(c);
}

bool check_valid_cycle(Checker *c, Object *obj) {
    int start = check_obj_path_index(c, obj);
    ASSERT(start >= 0);
    Object **cycle = c->obj_path.v + start;
    int n = (int)c->obj_path.n - start;
    int nval = 0, ndef = 0; /* constants and variables; type definitions */
    for (int i = 0; i < n; i++) {
        Object *o = cycle[i];
        switch (o->kind) {
        case OBJ_CONST:
        case OBJ_VAR: nval++; break;
        case OBJ_TYPENAME:
            /* A cycle through a type parameter list is allowed. */
            if (c->env.in_tparam_list && o->typ && type_is_generic(o->typ)) return true;
            if (!typename_is_alias(o)) ndef++;
            break;
        case OBJ_FUNC: break;
        default: BUG("object kind %d on a cycle", o->kind);
        }
    }
    if (nval == n) return true;             /* reported with the order of initialisation */
    if (nval == 0 && ndef > 0) return true; /* types, with a definition among them */
    check_cycle_error(c, cycle, n, first_in_src(cycle, n));
    return false;
}

/* An object's name, qualified when it is imported. */
static const char *cycle_name(Checker *c, const Object *obj) {
    const char *q = obj->pkg ? check_qualifier(c, obj->pkg) : "";
    return check_sprintf(c, q[0] ? "%s.%n" : "%s%n", q, obj->name);
}

void check_cycle_error(Checker *c, Object **cycle, int n, int start) {
    Object *obj = cycle[start];
    bool is_type = obj->kind == OBJ_TYPENAME;
    if (is_type) {
        Alias *a = as_alias(obj->typ);
        if (a) a->from_rhs = Typ(INVALID); /* no further errors because of it */
    }
    if (n == 1) {
        check_errorf(c, obj->pos,
                     is_type ? "invalid recursive type: %s refers to itself"
                             : "invalid cycle in declaration: %s refers to itself",
                     cycle_name(c, obj));
        return;
    }
    ErrorMsg err = {.c = c};
    error_addf(&err, obj->pos, is_type ? "invalid recursive type %s" : "invalid cycle in declaration of %s",
               cycle_name(c, obj));
    for (int i = 0; i < n; i++) {
        Object *next = cycle[(start + i + 1) % n];
        error_addf(&err, obj->pos, "%s refers to %s", cycle_name(c, obj), cycle_name(c, next));
        obj = next;
    }
    error_report(&err);
}

int first_in_src(Object **path, int n) {
    int first = 0;
    for (int i = 1; i < n; i++)
        if (pos_compare(path[i]->pos, path[first]->pos) < 0) first = i;
    return first;
}

/* ---- constants and variables ---- */

static void const_decl_in(Checker *c, ConstObj *obj, Expr *typ, Expr *init, bool inherited) {
    if (typ) {
        Type *t = check_typ(c, typ);
        if (!is_const_type(t)) {
            if (type_is_valid(type_under(t))) check_errorf(c, AT(typ), "invalid constant type %t", t);
            obj->typ = Typ(INVALID);
            return;
        }
        obj->typ = t;
    }
    Operand x = {0};
    if (init) {
        /* An inherited expression's errors are those of the constant that inherits it. */
        if (inherited) c->env.errpos = obj->pos;
        check_expr(c, NULL, &x, init);
    }
    check_init_const(c, obj, &x);
}

static void const_decl(Checker *c, ConstObj *obj, Expr *typ, Expr *init, bool inherited) {
    ASSERT(!obj->typ);
    const Const *iota = c->env.iota;
    Pos errpos = c->env.errpos;
    c->env.iota = obj->val;
    c->env.errpos = NO_POS;
    obj->val = const_unknown(); /* a value in all circumstances */
    const_decl_in(c, obj, typ, init, inherited);
    const_freeze(obj->val);
    c->env.iota = iota;
    c->env.errpos = errpos;
}

static void var_decl(Checker *c, Var *obj, Var **lhs, uint32_t nlhs, Expr *typ, Expr *init) {
    ASSERT(!obj->typ);
    if (typ) obj->typ = check_var_type(c, typ);
    if (!init) {
        if (!typ) obj->typ = Typ(INVALID); /* reported by check_arity */
        return;
    }
    if (!lhs || nlhs == 1) {
        Operand x = {0};
        Target target;
        check_expr(c, new_target(&target, obj->typ, obj->name->s), &x, init);
        check_init_var(c, obj, &x, "variable declaration");
        return;
    }
    /* Several variables with one initialiser: all have the given type, if there is one. */
    if (typ)
        for (uint32_t i = 0; i < nlhs; i++) lhs[i]->typ = obj->typ;
    check_init_vars(c, lhs, nlhs, (ExprList){&init, 1}, NULL);
}

/* ---- types ---- */

static bool is_imported_constraint(Checker *c, Type *t) {
    Named *n = t ? type_as_named(t) : NULL;
    if (!n || n->obj->pkg == c->pkg || !n->obj->pkg) return false;
    Interface *u = as_interface(type_under(TYPE(n)));
    return u && !type_set_is_method_set(interface_type_set(u));
}

typedef struct TypeDeclCheck {
    TypeName *obj;
    TypeDecl *tdecl;
    Type *rhs;
    bool version_err; /* a version error was reported already */
} TypeDeclCheck;

static void type_decl_later(Checker *c, void *data) {
    TypeDeclCheck *d = data;
    Named *n = type_as_named(d->obj->typ);
    if (n) check_valid_type(c, n);
    if (!d->version_err && is_imported_constraint(c, d->rhs))
        check_verify_versionf(c, AT(d->tdecl->type_expr), GO1_18, "using type constraint %t", d->rhs);
}

static void alias_decl(Checker *c, TypeName *obj, TypeDecl *tdecl, TypeDeclCheck *d) {
    Field *tparam0 = tdecl->tparams.n > 0 ? tdecl->tparams.v[0] : NULL;
    /* The highest version first: one change of -lang then repairs both. */
    if (tparam0 && !check_verify_versionf(c, AT(tparam0), GO1_23, "generic type alias"))
        d->version_err = true;
    if (!d->version_err && !check_verify_versionf(c, AT(tdecl), GO1_9, "type alias")) d->version_err = true;
    Alias *alias = check_new_alias(c, obj, NULL);
    if (tparam0) {
        check_open_scope(c, tdecl);
        check_collect_type_params(c, &alias->tparams, tdecl->tparams);
    }
    d->rhs = check_declared_type(c, tdecl->type_expr, obj);
    alias->from_rhs = d->rhs;
    for (uint32_t i = 0; i < tplist_len(alias->tparams); i++) {
        if (TYPE(alias->tparams->v[i]) != d->rhs) continue;
        check_errorf(c, AT(tdecl->type_expr),
                     "cannot use type parameter declared in alias declaration as RHS");
        alias->from_rhs = Typ(INVALID);
        break;
    }
    if (tparam0) check_close_scope(c);
}

static void type_decl(Checker *c, TypeName *obj, TypeDecl *tdecl) {
    ASSERT(!obj->typ);
    TypeDeclCheck *d = NEW(c->arena, TypeDeclCheck);
    *d = (TypeDeclCheck){.obj = obj, .tdecl = tdecl};
    check_later(c, type_decl_later, d);
    if (tdecl->d.n.flags & NF_ALIAS) {
        alias_decl(c, obj, tdecl, d);
        return;
    }
    bool generic = tdecl->tparams.n > 0;
    if (generic && !check_verify_versionf(c, AT(tdecl->tparams.v[0]), GO1_18, "type parameter"))
        d->version_err = true;
    Named *named = check_new_named(c, obj, NULL);
    if (generic) {
        check_open_scope(c, tdecl);
        check_collect_type_params(c, &named->tparams, tdecl->tparams);
    }
    d->rhs = check_declared_type(c, tdecl->type_expr, obj);
    named->from_rhs = d->rhs;
    if (type_is_type_param(d->rhs)) {
        check_errorf(c, AT(tdecl->type_expr), "cannot use a type parameter as RHS in type declaration");
        named->from_rhs = Typ(INVALID);
    }
    if (generic) check_close_scope(c);
}

/* ---- type parameters ---- */

TypeParam *check_declare_type_param(Checker *c, NameExpr *name, Pos scope_pos) {
    TypeName *tname = new_type_name(NPOS(name), c->pkg, name->name, NULL);
    TypeParam *tp =
        check_new_type_param(c, tname, Typ(INVALID)); /* a constraint, until the real one is known */
    check_declare(c, c->env.scope, name, tname, scope_pos);
    return tp;
}

static Type *check_bound(Checker *c, Expr *x) {
    /* ~T and A|B stand for interface{~T} and interface{A|B}. */
    if (KIND(x) == N_OPERATION && (x->n.aux == OP_TILDE || x->n.aux == OP_OR)) {
        Field *f = NEW(c->arena, Field);
        f->n = (Node){.kind = N_FIELD, .flags = NF_IMPLICIT, .pos = NPOS(x)};
        f->type_expr = x;
        InterfaceType *it = NEW(c->arena, InterfaceType);
        it->e.n = (Node){.kind = N_INTERFACE_TYPE, .flags = NF_IMPLICIT};
        it->methods.v = NEW_ARRAY(c->arena, Field *, 1);
        it->methods.v[0] = f;
        it->methods.n = 1;
        Type *t = check_typ(c, &it->e);
        Interface *i = as_interface(t);
        if (i) i->implicit = true;
        return t;
    }
    return check_typ(c, x);
}

void check_collect_type_params(Checker *c, TypeParamList **dst, FieldList list) {
    TypeParam **tparams = NEW_ARRAY(c->arena, TypeParam *, list.n + 1);
    /* All are declared before the first constraint is looked at: constraints may refer to each other. */
    Pos scope_pos = list.n > 0 ? NPOS(list.v[0]) : NO_POS;
    for (uint32_t i = 0; i < list.n; i++)
        tparams[i] = check_declare_type_param(c, list.v[i]->name, scope_pos);
    *dst = bind_tparams(tparams, list.n);
    ASSERT(!c->env.in_tparam_list);
    c->env.in_tparam_list = true;
    Type *bound = NULL;
    for (uint32_t i = 0; i < list.n; i++) {
        Field *f = list.v[i];
        if (i == 0 || f->type_expr != list.v[i - 1]->type_expr) {
            bound = check_bound(c, f->type_expr);
            if (type_is_type_param(bound)) {
                check_errorf(c, AT(f->type_expr), "cannot use a type parameter as constraint");
                bound = Typ(INVALID);
            }
        }
        tparams[i]->bound = bound;
    }
    c->env.in_tparam_list = false;
}

/* ---- methods ---- */

static void check_field_uniqueness(Checker *c, void *data) {
    Named *base = data;
    Struct *st = as_struct(type_under(TYPE(base)));
    if (!st) return;
    ObjSet mset = {0};
    for (uint32_t i = 0, n = named_num_methods(base); i < n; i++) objset_insert(&mset, named_method(base, i));
    for (uint32_t i = 0; i < st->nfields; i++) {
        Var *fld = st->fields[i];
        if (name_is(fld->name, "_")) continue;
        Object *alt = objset_insert(&mset, fld);
        if (!alt) continue;
        /* A method: fields have been found to differ from each other. */
        ErrorMsg err = {.c = c};
        error_addf(&err, alt->pos, "field and method with the same name %n", fld->name);
        error_add_alt_decl(&err, fld);
        error_report(&err);
    }
    map_release(&mset.m);
}

typedef VEC(Func *) FuncVec;

void check_collect_methods(Checker *c, TypeName *obj) {
    FuncVec *methods = map_get(&c->methods, PKEY(obj));
    if (!methods || methods->n == 0) return;
    map_put(&c->methods, PKEY(obj), NULL);
    ObjSet mset = {0};
    Named *base = type_as_named(obj->typ);
    if (base) check_later(c, check_field_uniqueness, base);
    for (uint32_t i = 0; i < methods->n; i++) {
        Func *m = methods->v[i];
        Object *alt = objset_insert(&mset, m);
        if (alt) {
            if (alt->pos)
                check_errorf(c, m->pos, "method %n.%n already declared at %p", obj->name, m->name, alt->pos);
            else check_errorf(c, m->pos, "method %n.%n already declared", obj->name, m->name);
            continue;
        }
        if (base) named_add_method(base, m);
    }
    map_release(&mset.m);
}

/* ---- functions ---- */

typedef struct FuncBodyCheck {
    DeclInfo *decl;
    Func *obj;
    Signature *sig;
} FuncBodyCheck;

static void func_body_later(Checker *c, void *data) {
    FuncBodyCheck *b = data;
    check_func_body(c, b->decl, b->obj->name->s, b->sig, b->decl->fdecl->body, NULL);
}

static void func_decl(Checker *c, Func *obj, DeclInfo *d) {
    ASSERT(!obj->typ && !c->env.iota);
    Signature *sig = NEW(c->arena, Signature);
    sig->t.kind = TK_SIGNATURE;
    obj->typ = TYPE(sig); /* so that a cycle finds one */
    FuncDecl *f = d->fdecl;
    check_func_type(c, sig, f->recv, f->tparams, f->type_expr);
    sig->scope->pos = NPOS(f);
    sig->scope->end = node_end(f);
    if (f->tparams.n > 0 && !f->body)
        check_soft_errorf(c, AT(f), "generic function is missing function body");
    if (c->conf->ignore_func_bodies || !f->body) return;
    FuncBodyCheck *b = NEW(c->arena, FuncBodyCheck);
    *b = (FuncBodyCheck){d, obj, sig};
    check_later(c, func_body_later, b);
}

/* ---- declarations in functions ---- */

static void const_decl_stmt(Checker *c, ConstDecl *s, ConstDecl *last, int64_t index, bool inherited) {
    uint32_t top = c->delayed.n;
    const Const *iota = const_int64(c->arena, index);
    ConstObj **lhs = NEW_ARRAY(c->arena, ConstObj *, s->names.n + 1);
    ExprList values = last ? unpack_list_expr(&last->values) : (ExprList){NULL, 0};
    for (uint32_t i = 0; i < s->names.n; i++) {
        NameExpr *name = s->names.v[i];
        lhs[i] = new_const_obj(NPOS(name), c->pkg, name->name, NULL, iota);
        lhs[i]->decl = s;
        const_decl(c, lhs[i], last ? last->type_expr : NULL, i < values.n ? values.v[i] : NULL, inherited);
    }
    check_arity(c, NPOS(s), s->names, values, true, inherited);
    check_process_delayed(c, top); /* function literals do not see the new names */
    Pos scope_pos = node_end(s);
    for (uint32_t i = 0; i < s->names.n; i++)
        check_declare(c, c->env.scope, s->names.v[i], lhs[i], scope_pos);
}

static void var_decl_stmt(Checker *c, VarDecl *s) {
    uint32_t top = c->delayed.n, n = s->names.n;
    Var **lhs = NEW_ARRAY(c->arena, Var *, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        lhs[i] = new_var(VAR_LOCAL, NPOS(s->names.v[i]), c->pkg, s->names.v[i]->name, NULL);
        lhs[i]->decl = s;
    }
    ExprList values = unpack_list_expr(&s->values);
    for (uint32_t i = 0; i < n; i++) {
        Expr *init = NULL;
        bool all = false; /* one initialiser for all variables */
        if (values.n == n) init = values.v[i];
        else if (values.n == 1) {
            all = true;
            init = values.v[0];
        } else if (i < values.n) init = values.v[i];
        var_decl(c, lhs[i], all ? lhs : NULL, all ? n : 0, s->type_expr, init);
        if (values.n == 1) break; /* which gave all of them their types */
    }
    if (!s->type_expr || values.n > 0) check_arity(c, NPOS(s), s->names, values, false, false);
    check_process_delayed(c, top);
    Pos scope_pos = node_end(s);
    for (uint32_t i = 0; i < n; i++) check_declare(c, c->env.scope, s->names.v[i], lhs[i], scope_pos);
}

void check_decl_stmt(Checker *c, Decl **list, uint32_t n) {
    int64_t first = -1;     /* index of the first constant declaration of the group */
    ConstDecl *last = NULL; /* the latest one with a type or values */
    for (uint32_t i = 0; i < n; i++) {
        Decl *d = list[i];
        if (d->n.kind != N_CONST_DECL) first = -1;
        switch (d->n.kind) {
        case N_CONST_DECL: {
            ConstDecl *s = AS(ConstDecl, d);
            if (first < 0 || d->group == 0 || list[i - 1]->group != d->group) {
                first = i;
                last = NULL;
            }
            bool inherited = !s->type_expr && !s->values && last;
            if (s->type_expr || s->values) last = s;
            const_decl_stmt(c, s, last, (int64_t)i - first, inherited);
            break;
        }
        case N_VAR_DECL: var_decl_stmt(c, AS(VarDecl, d)); break;
        case N_TYPE_DECL: {
            TypeDecl *s = AS(TypeDecl, d);
            TypeName *obj = new_type_name(NPOS(s->name), c->pkg, s->name->name, NULL);
            obj->decl = s;
            check_declare(c, c->env.scope, s->name, obj, NPOS(s->name));
            check_push(c, obj);
            type_decl(c, obj, s);
            check_pop(c);
            break;
        }
        default: check_invalid_ast(c, AT(d), "unknown declaration"); break;
        }
    }
}
