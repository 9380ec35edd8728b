/* What the generic declarations of a package ask of their dictionaries.
 *
 * A dictionary has four sections: the methods that the body calls on type parameters; the dictionaries of the
 * generic functions and types that it uses with type arguments made of its own; the run-time types; and the
 * interface tables. Each section is in the order in which the declaration first mentions the entries. So the
 * declaration is read here once, in the compiler's order of writing, and what it needs is noted. The
 * dictionary of a defined type serves all its methods.
 *
 * Entries are told apart by the identity of the checker's Type nodes, as in the compiler: two mentions of []T
 * are two entries. Statements that can never run ask for nothing. */
#include "ir/generics.h"
#include "types/check_expr.h"

/* What hangs on the TypeName (and, for functions, in ir_aux) of what a package declares. */
typedef struct DeclNote {
    TypeDeclInfo type;
    DictInfo *dict;
    ObjRefs decl, body; /* package-level objects (and types) that the declaration mentions, and the body of a
                           function that is not generic: see dict_note_body */
    bool body_read;
} DeclNote;

static DeclNote *note_of(Object *o, Arena *arena) {
    void **slot = o->kind == OBJ_TYPENAME ? &o->ir : &o->ir_aux;
    if (!*slot && arena) *slot = NEW(arena, DeclNote);
    return *slot;
}

const DictInfo *dict_info(Object *obj) {
    DeclNote *n = note_of(obj, NULL);
    return n ? n->dict : NULL;
}

const TypeDeclInfo *type_decl_info(Object *o) {
    if (o->kind != OBJ_TYPENAME) return NULL;
    DeclNote *n = note_of(o, NULL);
    return n && (n->type.gen || n->type.nimplicits) ? &n->type : NULL;
}

uint32_t ir_typegen(const Object *type_name) {
    const TypeDeclInfo *d = type_decl_info((Object *)(uintptr_t)type_name);
    return d ? d->gen : 0;
}

const ObjRefs *decl_refs(Object *o) {
    DeclNote *n = note_of(o, NULL);
    return n ? &n->decl : NULL;
}

const ObjRefs *body_refs(Object *fn) {
    DeclNote *n = note_of(fn, NULL);
    return n ? &n->body : NULL;
}

void dict_note_instance(Object *type_name, uint32_t gen, Arena *arena) {
    note_of(type_name, arena)->type.gen = gen;
}

uint32_t dict_words(const DictInfo *d) { return d->methods.n + d->subs.n + d->rtypes.n + d->itabs.n; }

/* ---- types ---- */

Type *strip_local_alias(Type *t) {
    Alias *a;
    while ((a = as_alias(t)) && !(a->obj->pkg && a->obj->parent == a->obj->pkg->scope) && a->obj->pkg)
        t = a->from_rhs;
    return t;
}

static bool tuple_is_derived(const Tuple *t) {
    for (uint32_t i = 0; t && i < t->n; i++)
        if (type_is_derived(t->vars[i]->typ)) return true;
    return false;
}

bool type_is_derived(Type *t) {
    if (!t) return false;
    switch ((TypeKind)t->kind) {
    case TK_TYPE_PARAM: return true;
    case TK_ALIAS: {
        Alias *a = as_alias(t);
        for (uint32_t i = 0; i < tlist_len(a->targs); i++)
            if (type_is_derived(a->targs->v[i])) return true;
        if (a->targs || !a->obj->pkg || a->obj->parent == a->obj->pkg->scope) return false;
        return type_is_derived(a->from_rhs);
    }
    case TK_NAMED: {
        Named *n = as_named_exact(t);
        const TypeDeclInfo *d = type_decl_info(named_obj(n));
        if (d && d->nimplicits) return true;
        const TypeList *l = named_type_args(n);
        for (uint32_t i = 0; i < tlist_len(l); i++)
            if (type_is_derived(l->v[i])) return true;
        return false;
    }
    case TK_SIGNATURE:
        return tuple_is_derived(as_signature(t)->params) || tuple_is_derived(as_signature(t)->results);
    case TK_INTERFACE: {
        Interface *it = as_interface(t);
        for (uint32_t i = 0; i < it->nmethods; i++)
            if (type_is_derived(it->methods[i]->typ)) return true;
        for (uint32_t i = 0; i < it->nembeddeds; i++)
            if (type_is_derived(it->embeddeds[i])) return true;
        return false;
    }
    case TK_STRUCT:
        for (uint32_t i = 0; i < as_struct(t)->nfields; i++)
            if (type_is_derived(as_struct(t)->fields[i]->typ)) return true;
        return false;
    case TK_TUPLE: return tuple_is_derived(as_tuple(t));
    case TK_UNION:
        for (uint32_t i = 0; i < as_union(t)->nterms; i++)
            if (type_is_derived(as_union(t)->terms[i]->typ)) return true;
        return false;
    case TK_MAP: return type_is_derived(as_map(t)->key) || type_is_derived(as_map(t)->elem);
    case TK_CHAN: return type_is_derived(as_chan(t)->elem);
    case TK_POINTER: return type_is_derived(as_pointer(t)->base);
    case TK_SLICE: return type_is_derived(as_slice(t)->elem);
    case TK_ARRAY: return type_is_derived(as_array(t)->elem);
    case TK_NONE:
    case TK_BASIC: return false;
    }
    return false;
}

/* ---- entries ---- */

int dict_method_index(const DictInfo *d, int tparam, Object *method) {
    for (uint32_t i = 0; i < d->methods.n; i++) {
        const DictMethod *m = &d->methods.v[i];
        if (m->tparam == tparam && m->sel == method->name && m->pkg == method->pkg) return (int)i;
    }
    return -1;
}

int dict_sub_index(const DictInfo *d, Object *obj, Type **targs, uint32_t n) {
    for (uint32_t i = 0; i < d->subs.n; i++) {
        const DictSub *s = &d->subs.v[i];
        if (s->obj != obj || s->n != n) continue;
        bool same = true;
        for (uint32_t j = 0; j < n; j++) same &= s->targs[j] == strip_local_alias(targs[j]);
        if (same) return (int)i;
    }
    return -1;
}

int dict_rtype_index(const DictInfo *d, Type *t) {
    t = strip_local_alias(t);
    for (uint32_t i = 0; i < d->rtypes.n; i++)
        if (d->rtypes.v[i] == t) return (int)i;
    return -1;
}

int dict_itab_index(const DictInfo *d, Type *typ, Type *iface) {
    typ = strip_local_alias(typ);
    iface = strip_local_alias(iface);
    for (uint32_t i = 0; i < d->itabs.n; i++)
        if (d->itabs.v[i].typ == typ && d->itabs.v[i].iface == iface) return (int)i;
    return -1;
}

/* ---- reading a declaration ---- */

typedef struct Reader { /* of one declaration */
    Arena *arena;
    DictInfo *d; /* NULL: not generic */
    ObjRefs *refs;
    Map seen; /* types and objects already in refs; heap */
    Signature *sig;
} Reader;

static void read_expr(Reader *r, Expr *e);
static void read_stmts(Reader *r, StmtList list);
static void read_stmt(Reader *r, Stmt *s);

static void ref_obj(Reader *r, Object *o) {
    if (!o || !o->pkg || o->pkg == Unsafe) return;
    if (map_has(&r->seen, PKEY(o))) return;
    map_put(&r->seen, PKEY(o), o);
    vec_push(r->arena, r->refs, o);
}

static void ref_type(Reader *r, Type *t);

static void ref_tuple(Reader *r, const Tuple *t) {
    for (uint32_t i = 0; t && i < t->n; i++) ref_type(r, t->vars[i]->typ);
}

static void ref_list(Reader *r, const TypeList *l) {
    for (uint32_t i = 0; i < tlist_len(l); i++) ref_type(r, l->v[i]);
}

/* The defined types and aliases that t mentions. */
static void ref_type(Reader *r, Type *t) {
    t = t ? strip_local_alias(t) : NULL;
    if (!t || t->kind == TK_BASIC || t->kind == TK_TYPE_PARAM || map_has(&r->seen, PKEY(t))) return;
    map_put(&r->seen, PKEY(t), t);
    switch ((TypeKind)t->kind) {
    case TK_ALIAS:
        ref_obj(r, as_alias(t)->orig->obj);
        ref_list(r, as_alias(t)->targs);
        break;
    case TK_NAMED:
        ref_obj(r, named_obj(as_named_exact(t)));
        ref_list(r, named_type_args(as_named_exact(t)));
        break;
    case TK_SIGNATURE:
        ref_tuple(r, as_signature(t)->params);
        ref_tuple(r, as_signature(t)->results);
        break;
    case TK_INTERFACE: {
        Interface *it = as_interface(t);
        for (uint32_t i = 0; i < it->nmethods; i++) ref_type(r, it->methods[i]->typ);
        for (uint32_t i = 0; i < it->nembeddeds; i++) ref_type(r, it->embeddeds[i]);
        break;
    }
    case TK_STRUCT:
        for (uint32_t i = 0; i < as_struct(t)->nfields; i++) ref_type(r, as_struct(t)->fields[i]->typ);
        break;
    case TK_TUPLE: ref_tuple(r, as_tuple(t)); break;
    case TK_UNION:
        for (uint32_t i = 0; i < as_union(t)->nterms; i++) ref_type(r, as_union(t)->terms[i]->typ);
        break;
    case TK_MAP:
        ref_type(r, as_map(t)->key);
        ref_type(r, as_map(t)->elem);
        break;
    case TK_CHAN: ref_type(r, as_chan(t)->elem); break;
    case TK_POINTER: ref_type(r, as_pointer(t)->base); break;
    case TK_SLICE: ref_type(r, as_slice(t)->elem); break;
    case TK_ARRAY: ref_type(r, as_array(t)->elem); break;
    default: break;
    }
}

static void need_rtype(Reader *r, Type *t) {
    t = strip_local_alias(type_default(t));
    ref_type(r, t);
    if (r->d && type_is_derived(t) && dict_rtype_index(r->d, t) < 0) vec_push(r->arena, &r->d->rtypes, t);
}

static void need_itab(Reader *r, Type *typ, Type *iface) {
    typ = strip_local_alias(type_default(typ));
    iface = strip_local_alias(type_default(iface));
    need_rtype(r, typ);
    need_rtype(r, iface);
    if (r->d && (type_is_derived(typ) || type_is_derived(iface)) && dict_itab_index(r->d, typ, iface) < 0)
        vec_push(r->arena, &r->d->itabs, ((DictItab){typ, iface}));
}

static bool any_derived(const TypeList *l) {
    for (uint32_t i = 0; i < tlist_len(l); i++)
        if (type_is_derived(l->v[i])) return true;
    return false;
}

static void need_sub(Reader *r, Object *obj, const TypeList *l) {
    uint32_t n = tlist_len(l);
    Type **v = NEW_ARRAY(r->arena, Type *, n ? n : 1);
    for (uint32_t i = 0; i < n; i++) v[i] = strip_local_alias(l->v[i]);
    if (dict_sub_index(r->d, obj, v, n) < 0) vec_push(r->arena, &r->d->subs, ((DictSub){obj, v, n}));
}

static void add_local(Reader *r, const Var *v) { need_rtype(r, v->typ); }

static void add_params(Reader *r, const Signature *sig) {
    if (sig->recv) add_local(r, sig->recv);
    for (uint32_t i = 0; sig->params && i < sig->params->n; i++) add_local(r, sig->params->vars[i]);
    for (uint32_t i = 0; sig->results && i < sig->results->n; i++) add_local(r, sig->results->vars[i]);
}

static void read_body(Reader *r, Signature *sig, BlockStmt *body) {
    Signature *old = r->sig;
    r->sig = sig;
    add_params(r, sig);
    if (body) read_stmts(r, body->list);
    r->sig = old;
}

/* ---- expressions ---- */

static Type *type_of(Expr *e) {
    if (KIND(e) == N_NAME) {
        NameExpr *n = (NameExpr *)e;
        if (n->inst && n->inst->type) return n->inst->type;
    }
    return e->type;
}

typedef struct Exprs {
    Expr **v;
    uint32_t n;
    Expr *one[1];
} Exprs;

static void unpack(Exprs *l, Expr *e) {
    l->n = 0;
    l->v = l->one;
    if (!e) return;
    if (KIND(e) == N_LIST) {
        l->v = ((ListExpr *)e)->elems.v;
        l->n = ((ListExpr *)e)->elems.n;
        return;
    }
    l->one[0] = e;
    l->n = 1;
}

static bool is_pkg_qualified(const SelectorExpr *s) {
    return KIND(s->x) == N_NAME && ((NameExpr *)s->x)->use && ((NameExpr *)s->x)->use->kind == OBJ_PKGNAME;
}

/* The object that e names, and how it is instantiated. */
static Object *lookup_obj(Expr *e, Instance **inst) {
    *inst = NULL;
    if (KIND(e) == N_INDEX) {
        IndexExpr *x = (IndexExpr *)e;
        if (KIND(x->index) != N_LIST && EI_MODE(x->index) != MODE_TYPE) return NULL;
        e = x->x;
    }
    if (KIND(e) == N_SELECTOR) {
        if (!is_pkg_qualified((SelectorExpr *)e)) return NULL;
        e = &((SelectorExpr *)e)->sel->e;
    }
    if (KIND(e) != N_NAME) return NULL;
    *inst = ((NameExpr *)e)->inst;
    return ((NameExpr *)e)->use;
}

static void read_conv(Reader *r, Type *dst, Expr *e, bool implicit) {
    Type *src = type_of(e);
    ref_type(r, dst);
    if (implicit && (!dst || type_identical(src, dst))) {
        read_expr(r, e);
        return;
    }
    need_itab(r, src, dst);
    read_expr(r, e);
}

typedef struct DstTypes { /* of a list of values: one of these */
    const Tuple *tuple;
    const Signature *call; /* parameters of a call */
    bool dots;
    Expr **lhs;
    uint32_t nlhs;
} DstTypes;

static Type *lhs_type(Expr *dst) {
    dst = expr_unparen(dst);
    if (KIND(dst) == N_NAME) {
        NameExpr *n = (NameExpr *)dst;
        if (name_is(n->name, "_")) return NULL;
        if (n->def) return n->def->typ;
        if (n->use) return n->use->typ;
    }
    return type_of(dst);
}

static Type *dst_type(const DstTypes *d, uint32_t i) {
    if (d->lhs) return i < d->nlhs ? lhs_type(d->lhs[i]) : NULL;
    if (d->call) {
        const Tuple *p = d->call->params;
        if (d->call->variadic && !d->dots && i + 1 >= p->n) {
            Slice *s = as_slice(type_under(p->vars[p->n - 1]->typ));
            return s ? s->elem : NULL;
        }
        return p && i < p->n ? p->vars[i]->typ : NULL;
    }
    return d->tuple && i < d->tuple->n ? d->tuple->vars[i]->typ : NULL;
}

static void read_multi(Reader *r, const DstTypes *d, Expr **v, uint32_t n) {
    if (n == 1) {
        Tuple *t = as_tuple(type_of(v[0]));
        if (t) {
            read_expr(r, v[0]);
            for (uint32_t i = 0; i < t->n; i++) {
                Type *src = t->vars[i]->typ, *dst = dst_type(d, i);
                if (dst && !type_identical(src, dst)) need_itab(r, src, dst);
            }
            return;
        }
    }
    for (uint32_t i = 0; i < n; i++) read_conv(r, dst_type(d, i), v[i], true);
}

static void read_expr_type(Reader *r, Type *iface, Expr *type) {
    Interface *it = iface ? as_interface(type_under(iface)) : NULL;
    if (it && !interface_empty(it)) need_itab(r, type->type, iface);
    else need_rtype(r, type->type);
}

static void read_func_inst(Reader *r, Object *fn, const TypeList *targs) {
    ref_obj(r, fn);
    ref_list(r, targs);
    if (any_derived(targs)) need_sub(r, fn, targs);
}

static int tparam_index(const DictInfo *d, const TypeParam *t) {
    for (uint32_t i = 0; i < d->nimplicits; i++)
        if (d->implicits[i] == t) return (int)i;
    return (int)d->nimplicits + t->index;
}

int dict_tparam_index(const DictInfo *d, const TypeParam *t) { return tparam_index(d, t); }

static Type *deref2(Type *t) {
    Pointer *p = as_pointer(type_unalias(t));
    return p ? p->base : t;
}

static bool is_ptr_to(Type *from, Type *to) {
    Pointer *p = as_pointer(type_unalias(from));
    return p && type_identical(p->base, to);
}

static void read_method_expr(Reader *r, Type *recv, Object *method) {
    ref_type(r, recv);
    ref_type(r, method->typ);
    TypeParam *tp = as_type_param(type_unalias(recv));
    if (tp) {
        int i = tparam_index(r->d, tp);
        if (dict_method_index(r->d, i, method) < 0)
            vec_push(r->arena, &r->d->methods, ((DictMethod){i, method->name, method->pkg}));
        return;
    }
    if (as_interface(type_under(recv))) return;
    Named *n = as_named_exact(type_unalias(deref2(recv)));
    if (!n) return;
    TypeName *o = named_obj(n);
    const TypeDeclInfo *info = type_decl_info(o);
    if ((info && info->nimplicits) || any_derived(named_type_args(n))) need_sub(r, o, named_type_args(n));
}

/* The receiver's type after implicit fields, address and dereference. */
static Type *recv_type(Type *t, const Selection *sel) {
    for (uint32_t i = 0; i + 1 < sel->nindex; i++)
        t = as_struct(type_under(deref2(t)))->fields[sel->index[i]]->typ;
    Type *recv = func_signature(sel->obj)->recv->typ;
    if (is_ptr_to(t, recv) || is_ptr_to(recv, t)) t = recv;
    return t;
}

static void read_complit(Reader *r, CompositeLit *lit) {
    Type *typ = type_of(&lit->e);
    Pointer *p = as_pointer(type_core(typ));
    if (p) typ = p->base;
    Type *core = type_core(typ);
    Type *key = NULL, *elem = NULL;
    Struct *st = NULL;
    switch ((TypeKind)core->kind) {
    case TK_ARRAY: elem = as_array(core)->elem; break;
    case TK_SLICE: elem = as_slice(core)->elem; break;
    case TK_MAP:
        need_rtype(r, typ);
        key = as_map(core)->key;
        elem = as_map(core)->elem;
        break;
    default: st = as_struct(core); break;
    }
    for (uint32_t i = 0; i < lit->elems.n; i++) {
        Expr *e = lit->elems.v[i];
        Type *et = elem;
        KeyValueExpr *kv = KIND(e) == N_KEY_VALUE ? (KeyValueExpr *)e : NULL;
        if (st) {
            uint32_t fi = i;
            if (kv) {
                Object *f = ((NameExpr *)kv->key)->use;
                for (fi = 0; fi < st->nfields && st->fields[fi] != f; fi++)
                    ;
                if (fi == st->nfields) /* the field of another instance: by name */
                    for (fi = 0; fi < st->nfields && st->fields[fi]->name != ((NameExpr *)kv->key)->name;
                         fi++)
                        ;
                e = kv->value;
            }
            et = st->fields[fi]->typ;
        } else if (kv) {
            read_conv(r, key, kv->key, true);
            e = kv->value;
        }
        read_conv(r, et, e, true);
    }
}

static Type *first_of(Type *t) {
    Tuple *tu = as_tuple(t);
    return tu ? tu->vars[0]->typ : t;
}

static void read_call(Reader *r, CallExpr *c) {
    Instance *inst;
    Type *rtype = NULL;
    if (EI_MODE(c->fun) == MODE_TYPE) {
        read_conv(r, c->fun->type, c->args.v[0], false);
        return;
    }
    Expr *fun = expr_unparen(c->fun);
    if (EI_MODE(c->fun) == MODE_BUILTIN) {
        Object *b = lookup_obj(fun, &inst);
        switch (b->builtin) {
        case BI_MAKE: {
            read_expr_type(r, NULL, c->args.v[0]);
            for (uint32_t i = 1; i < c->args.n; i++) read_expr(r, c->args.v[i]);
            Type *t = type_of(&c->e);
            Slice *s = as_slice(type_core(t));
            need_rtype(r, s ? s->elem : t);
            return;
        }
        case BI_NEW:
            if (EI_MODE(c->args.v[0]) == MODE_TYPE) read_expr_type(r, NULL, c->args.v[0]);
            else read_expr(r, c->args.v[0]);
            return;
        case BI_SIZEOF:
        case BI_ALIGNOF:
        case BI_OFFSETOF: return;
        case BI_APPEND:
        case BI_SLICE: rtype = ir_slice_elem(type_of(&c->e)); break;
        case BI_COPY: rtype = ir_slice_elem(first_of(type_of(c->args.v[0]))); break;
        case BI_DELETE: rtype = first_of(type_of(c->args.v[0])); break;
        default: break;
        }
    }
    SelectorExpr *sel = KIND(fun) == N_SELECTOR ? (SelectorExpr *)fun : NULL;
    if (sel && sel->selection && sel->selection->kind == SEL_METHOD_VAL) {
        read_expr(r, sel->x);
        read_method_expr(r, recv_type(type_of(sel->x), sel->selection), sel->selection->obj);
    } else {
        Object *o = lookup_obj(fun, &inst);
        if (o && inst && tlist_len(inst->targs)) read_func_inst(r, o, inst->targs);
        else read_expr(r, fun);
    }
    Signature *sig = c->fun->type || KIND(c->fun) == N_NAME ? as_signature(type_core(type_of(c->fun))) : NULL;
    DstTypes d = {.call = sig, .dots = (c->e.n.flags & NF_HAS_DOTS) != 0};
    read_multi(r, &d, c->args.v, c->args.n);
    if (rtype) need_rtype(r, rtype);
}

static bool assignable(Type *from, Type *to) {
    Operand x = {.mode = MODE_VALUE, .typ = from};
    return operand_assignable_to(&x, NULL, to, NULL);
}

static void read_expr(Reader *r, Expr *e) {
    e = expr_unparen(e);
    Instance *inst;
    Object *obj = lookup_obj(e, &inst);
    if (type_of(e)) {
        if (e->n.info_flags & EI_IS_RUNTIME_HELPER) return;
        ref_type(r, type_of(e));
        if (e->val) return;
        if (obj && obj->kind == OBJ_NIL) return;
    }
    if (obj) {
        if (inst && tlist_len(inst->targs)) read_func_inst(r, obj, inst->targs);
        else if (obj->pkg && obj->parent == obj->pkg->scope) ref_obj(r, obj);
        return;
    }
    switch (KIND(e)) {
    case N_COMPOSITE_LIT: read_complit(r, (CompositeLit *)e); break;
    case N_FUNC_LIT: {
        FuncLit *lit = (FuncLit *)e;
        read_body(r, as_signature(type_under(e->type)), lit->body);
        break;
    }
    case N_SELECTOR: {
        SelectorExpr *s = (SelectorExpr *)e;
        const Selection *sel = s->selection;
        if (sel->kind == SEL_METHOD_EXPR) {
            read_method_expr(r, recv_type(s->x->type, sel), sel->obj);
            break;
        }
        read_expr(r, s->x);
        if (sel->kind == SEL_METHOD_VAL) read_method_expr(r, recv_type(type_of(s->x), sel), sel->obj);
        break;
    }
    case N_INDEX: {
        IndexExpr *x = (IndexExpr *)e;
        Type *xt = type_of(x->x);
        MapT *m = as_map(type_core(xt));
        read_expr(r, x->x);
        read_conv(r, m ? m->key : NULL, x->index, true);
        if (m) need_rtype(r, xt);
        break;
    }
    case N_SLICE: {
        SliceExpr *s = (SliceExpr *)e;
        read_expr(r, s->x);
        for (int i = 0; i < 3; i++)
            if (s->index[i]) read_expr(r, s->index[i]);
        break;
    }
    case N_ASSERT: {
        AssertExpr *a = (AssertExpr *)e;
        Type *iface = type_of(a->x);
        read_expr(r, a->x);
        read_expr_type(r, iface, a->type_expr);
        need_rtype(r, iface);
        break;
    }
    case N_OPERATION: {
        Operation *o = (Operation *)e;
        if (!o->y) {
            read_expr(r, o->x);
            break;
        }
        Type *common = NULL;
        if (e->n.aux != OP_SHL && e->n.aux != OP_SHR) {
            Type *xt = type_of(o->x), *yt = type_of(o->y);
            common = assignable(xt, yt) ? yt : xt;
        }
        read_conv(r, common, o->x, true);
        read_conv(r, common, o->y, true);
        break;
    }
    case N_CALL: read_call(r, (CallExpr *)e); break;
    default: break;
    }
}

/* ---- statements ---- */

static void read_stmts(Reader *r, StmtList list) {
    bool dead = false;
    int last_label = -1;
    for (uint32_t i = 0; i < list.n; i++)
        if (KIND(list.v[i]) == N_LABELED_STMT) last_label = (int)i;
    for (uint32_t i = 0; i < list.n; i++) {
        if (dead && (int)i > last_label && KIND(list.v[i]) != N_LABELED_STMT) continue;
        read_stmt(r, list.v[i]);
        dead = lower_terminates(r->arena, list.v[i]);
    }
}

static void read_assign_lhs(Reader *r, Expr *lhs) {
    lhs = expr_unparen(lhs);
    if (KIND(lhs) == N_NAME) {
        NameExpr *n = (NameExpr *)lhs;
        if (name_is(n->name, "_")) return;
        if (n->def) {
            add_local(r, n->def);
            return;
        }
    }
    read_expr(r, lhs);
}

static void read_assign(Reader *r, Expr **lhs, uint32_t nlhs, Expr *rhs) {
    for (uint32_t i = 0; i < nlhs; i++) read_assign_lhs(r, lhs[i]);
    Exprs v;
    unpack(&v, rhs);
    DstTypes d = {.lhs = lhs, .nlhs = nlhs};
    read_multi(r, &d, v.v, v.n);
}

static void read_for(Reader *r, ForStmt *f) {
    if (f->init && KIND(f->init) == N_RANGE_CLAUSE) {
        RangeClause *rc = (RangeClause *)f->init;
        Exprs lhs;
        unpack(&lhs, rc->lhs);
        for (uint32_t i = 0; i < lhs.n; i++) read_assign_lhs(r, lhs.v[i]);
        read_expr(r, rc->x);
        Type *xt = type_of(rc->x);
        if (as_map(type_core(xt))) need_rtype(r, xt);
        Type *kv[2] = {NULL, NULL};
        range_key_val(NULL, xt, &kv[0], &kv[1], NULL);
        for (uint32_t i = 0; i < 2 && i < lhs.n; i++) {
            Expr *dst = expr_unparen(lhs.v[i]);
            if (KIND(dst) == N_NAME && name_is(((NameExpr *)dst)->name, "_")) continue;
            Type *dt = rc->s.n.flags & NF_DEF ? ((NameExpr *)dst)->def->typ : type_of(dst);
            if (kv[i]) need_itab(r, kv[i], dt);
        }
        read_stmt(r, &f->body->s);
        return;
    }
    Expr *cond = f->cond;
    bool never = cond && lower_static_bool(r->arena, &cond) < 0;
    read_stmt(r, f->init);
    if (cond) read_expr(r, cond);
    if (never) return;
    read_stmt(r, f->post);
    read_stmt(r, &f->body->s);
}

static void read_switch(Reader *r, SwitchStmt *s) {
    read_stmt(r, s->init);
    TypeSwitchGuard *guard = s->tag && KIND(s->tag) == N_TYPE_SWITCH_GUARD ? (TypeSwitchGuard *)s->tag : NULL;
    Type *iface = NULL, *tag_type = NULL;
    bool tag_is_chan = false, decided = false;
    CaseClause *target = NULL;
    if (guard) {
        iface = type_of(guard->x);
        read_expr(r, guard->x);
    } else {
        const Const *val = s->tag ? s->tag->val : const_bool(true);
        tag_type = s->tag ? type_of(s->tag) : Typ(BOOL);
        tag_is_chan = s->tag && as_chan(type_under(tag_type));
        decided = val && lower_static_clause(r->arena, s, val, &target);
        if (decided) tag_type = Typ(BOOL);
        for (uint32_t i = 0; !decided && !tag_is_chan && i < s->nclauses; i++) {
            Exprs cases;
            unpack(&cases, s->clauses[i]->cases);
            for (uint32_t j = 0; j < cases.n; j++) {
                Type *ct = type_of(cases.v[j]);
                if (!assignable(ct, tag_type) && (type_is_interface(ct) || type_is_interface(tag_type))) {
                    tag_type = TYPE(types_empty_interface());
                    i = s->nclauses - 1;
                    break;
                }
            }
        }
        if (s->tag && !decided) read_conv(r, tag_type, s->tag, true);
    }
    for (uint32_t i = 0; i < s->nclauses; i++) {
        CaseClause *c = s->clauses[i];
        if (decided && c != target) continue;
        if (!decided) {
            Exprs cases;
            unpack(&cases, c->cases);
            for (uint32_t j = 0; j < cases.n; j++) {
                if (!guard) read_conv(r, tag_is_chan ? NULL : tag_type, cases.v[j], true);
                else if (EI_MODE(cases.v[j]) != MODE_NILVALUE) read_expr_type(r, iface, cases.v[j]);
            }
        }
        if (c->implicit) add_local(r, c->implicit);
        read_stmts(r, c->body);
    }
}

static void read_stmt(Reader *r, Stmt *s) {
    if (!s) return;
    switch (KIND(s)) {
    case N_ASSIGN_STMT: {
        AssignStmt *a = (AssignStmt *)s;
        if (!a->rhs) {
            read_expr(r, a->lhs);
        } else if (s->n.aux != OP_NONE && s->n.aux != OP_DEF) {
            read_expr(r, a->lhs);
            read_conv(r, s->n.aux == OP_SHL || s->n.aux == OP_SHR ? NULL : type_of(a->lhs), a->rhs, true);
        } else {
            Exprs lhs;
            unpack(&lhs, a->lhs);
            read_assign(r, lhs.v, lhs.n, a->rhs);
        }
        break;
    }
    case N_BLOCK_STMT: read_stmts(r, ((BlockStmt *)s)->list); break;
    case N_CALL_STMT:
        read_expr(r, ((CallStmt *)s)->call);
        if (((CallStmt *)s)->defer_at) read_expr(r, ((CallStmt *)s)->defer_at);
        break;
    case N_DECL_STMT: {
        DeclStmt *d = (DeclStmt *)s;
        for (uint32_t i = 0; i < d->ndecls; i++) {
            if (KIND(d->decls[i]) != N_VAR_DECL) continue;
            VarDecl *v = (VarDecl *)d->decls[i];
            read_assign(r, (Expr **)v->names.v, v->names.n, v->values);
        }
        break;
    }
    case N_EXPR_STMT: read_expr(r, ((ExprStmt *)s)->x); break;
    case N_FOR_STMT: read_for(r, (ForStmt *)s); break;
    case N_IF_STMT: {
        IfStmt *f = (IfStmt *)s;
        Expr *cond = f->cond;
        int v = lower_static_bool(r->arena, &cond);
        read_stmt(r, f->init);
        read_expr(r, cond);
        if (v >= 0) read_stmt(r, &f->then->s);
        if (v <= 0) read_stmt(r, f->els);
        break;
    }
    case N_LABELED_STMT: read_stmt(r, ((LabeledStmt *)s)->stmt); break;
    case N_RETURN_STMT: {
        Exprs v;
        unpack(&v, ((ReturnStmt *)s)->results);
        DstTypes d = {.tuple = r->sig->results};
        read_multi(r, &d, v.v, v.n);
        break;
    }
    case N_SELECT_STMT: {
        SelectStmt *sel = (SelectStmt *)s;
        for (uint32_t i = 0; i < sel->nclauses; i++) {
            read_stmt(r, sel->clauses[i]->comm);
            read_stmts(r, sel->clauses[i]->body);
        }
        break;
    }
    case N_SEND_STMT: {
        SendStmt *send = (SendStmt *)s;
        Chan *c = as_chan(type_core(type_of(send->chan)));
        read_expr(r, send->chan);
        read_conv(r, c ? c->elem : NULL, send->value, true);
        break;
    }
    case N_SWITCH_STMT: read_switch(r, (SwitchStmt *)s); break;
    default: break;
    }
}

/* ---- declarations of a package ---- */

typedef struct Collector {
    Arena *arena;
    uint32_t *typegen;
    TypeParam **implicits;
    uint32_t nimplicits;
} Collector;

static bool collect_local(void *node, void *ctx) {
    Collector *c = ctx;
    if (KIND(node) != N_TYPE_DECL) return true;
    TypeDecl *d = node;
    Object *o = d->name->def;
    if (!o) return true;
    DeclNote *n = note_of(o, c->arena);
    n->type.implicits = c->implicits;
    n->type.nimplicits = c->nimplicits;
    if (!(d->d.n.flags & NF_ALIAS)) n->type.gen = ++*c->typegen;
    return true;
}

/* Functions and variables with type declarations in their bodies and values. */
static bool declares(const Decl *d) { return d->n.flags & NF_DECLARES; }
static void *local_scope(Decl *d) { return KIND(d) == N_FUNC_DECL ? (void *)((FuncDecl *)d)->body : d; }

static void collect_within(Collector *c, void *body, const TypeParamList *tparams) {
    if (!body) return;
    Collector in = *c;
    in.implicits = tparams ? tparams->v : NULL;
    in.nimplicits = tplist_len(tparams);
    node_walk(body, collect_local, &in);
}

static bool constraint_is_basic(TypeParam *t) {
    return type_set_is_method_set(interface_type_set(tparam_iface(t)));
}

static DictInfo *dict_new(Arena *arena, Object *obj, TypeParam **implicits, uint32_t nimplicits,
                          const TypeParamList *l) {
    DictInfo *d = NEW(arena, DictInfo);
    d->obj = obj;
    d->implicits = implicits;
    d->nimplicits = nimplicits;
    d->nexplicits = tplist_len(l);
    d->basic = NEW_ARRAY(arena, bool, nimplicits + d->nexplicits + 1);
    for (uint32_t i = 0; i < nimplicits; i++) d->basic[i] = constraint_is_basic(implicits[i]);
    for (uint32_t i = 0; i < d->nexplicits; i++) d->basic[nimplicits + i] = constraint_is_basic(l->v[i]);
    return d;
}

static bool make_local_dict(void *node, void *ctx) {
    Arena *arena = ctx;
    if (KIND(node) != N_TYPE_DECL) return true;
    Object *o = ((TypeDecl *)node)->name->def;
    DeclNote *n = o ? note_of(o, NULL) : NULL;
    if (!n || typename_is_alias(o)) return true;
    const TypeParamList *l = named_type_params(as_named_exact(o->typ));
    if (n->type.nimplicits || tplist_len(l))
        n->dict = dict_new(arena, o, n->type.implicits, n->type.nimplicits, l);
    return true;
}

static void read_begin(Reader *r, Arena *arena, DictInfo *d, ObjRefs *refs) {
    *r = (Reader){.arena = arena, .d = d, .refs = refs};
}

static void read_end(Reader *r) { map_release(&r->seen); }

/* A function's signature and body; the body of generic code belongs to its declaration. */
static void read_func(Reader *r, Object *fn) {
    FuncDecl *decl = fn->decl;
    Signature *sig = func_signature(fn);
    ref_tuple(r, sig->params);
    ref_tuple(r, sig->results);
    if (sig->recv) ref_type(r, sig->recv->typ);
    if (decl && r->d) read_body(r, sig, decl->body);
}

void dict_note_body(Object *fn, Arena *arena) {
    Signature *sig = func_signature(fn);
    FuncDecl *decl = fn->decl;
    DeclNote *n = note_of(fn, arena);
    if (!decl || n->body_read || tplist_len(sig->tparams) || tplist_len(sig->rparams)) return;
    n->body_read = true;
    Reader r;
    read_begin(&r, arena, NULL, &n->body);
    read_body(&r, sig, decl->body);
    read_end(&r);
}

static void read_tparams(Reader *r, const TypeParamList *l) {
    for (uint32_t i = 0; i < tplist_len(l); i++) ref_type(r, l->v[i]->bound);
}

static void read_type_decl(Arena *arena, Object *o) {
    DeclNote *n = note_of(o, arena);
    Named *named = typename_is_alias(o) ? NULL : as_named_exact(o->typ);
    Reader r;
    if (!named) {
        read_begin(&r, arena, NULL, &n->decl);
        ref_type(&r, as_alias(o->typ) ? as_alias(o->typ)->from_rhs : o->typ);
        read_end(&r);
        return;
    }
    const TypeParamList *l = named_type_params(named);
    if (tplist_len(l)) n->dict = dict_new(arena, o, NULL, 0, l);
    read_begin(&r, arena, n->dict, &n->decl);
    read_tparams(&r, l);
    ref_type(&r, type_under(o->typ));
    for (uint32_t k = 0; k < named_num_methods(named); k++) read_func(&r, named_method(named, k));
    read_end(&r);
}

static bool read_local_type(void *node, void *ctx) {
    if (KIND(node) != N_TYPE_DECL) return true;
    Object *o = ((TypeDecl *)node)->name->def;
    if (!o || typename_is_alias(o)) return true;
    DeclNote *n = note_of(o, ctx);
    Reader r;
    read_begin(&r, ctx, NULL, &n->decl);
    ref_type(&r, type_under(o->typ));
    read_end(&r);
    return true;
}

static void read_names(Arena *arena, NameList names) {
    for (uint32_t i = 0; i < names.n; i++) {
        Object *o = names.v[i]->def;
        if (!o) continue;
        Reader r;
        read_begin(&r, arena, NULL, &note_of(o, arena)->decl);
        ref_type(&r, o->typ);
        read_end(&r);
    }
}

static void read_decl(Arena *arena, Decl *decl) {
    switch (KIND(decl)) {
    case N_CONST_DECL: read_names(arena, ((ConstDecl *)decl)->names); break;
    case N_VAR_DECL:
        read_names(arena, ((VarDecl *)decl)->names);
        if (declares(decl)) node_walk(decl, read_local_type, arena);
        break;
    case N_TYPE_DECL:
        if (((TypeDecl *)decl)->name->def) read_type_decl(arena, ((TypeDecl *)decl)->name->def);
        break;
    case N_FUNC_DECL: {
        FuncDecl *f = (FuncDecl *)decl;
        Object *o = f->name->def;
        if (!o) break;
        if (declares(decl)) node_walk(f->body, read_local_type, arena);
        Signature *sig = func_signature(o);
        if (sig->recv) break; /* with its type */
        DeclNote *n = note_of(o, arena);
        if (tplist_len(sig->tparams)) n->dict = dict_new(arena, o, NULL, 0, sig->tparams);
        Reader r;
        read_begin(&r, arena, n->dict, &n->decl);
        read_tparams(&r, sig->tparams);
        read_func(&r, o);
        read_end(&r);
        break;
    }
    default: break;
    }
}

void dict_collect(IrPackage *pkg) {
    Arena *arena = pkg->arena;
    uint32_t typegen = 0;
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        for (uint32_t j = 0; j < pkg->files[i]->ndecls; j++) {
            Decl *decl = pkg->files[i]->decls[j];
            Collector c = {.arena = arena, .typegen = &typegen};
            if (KIND(decl) == N_FUNC_DECL) {
                FuncDecl *f = (FuncDecl *)decl;
                Object *o = f->name->def;
                Signature *sig = o ? func_signature(o) : NULL;
                if (declares(decl))
                    collect_within(&c, f->body, sig ? (sig->recv ? sig->rparams : sig->tparams) : NULL);
            } else if (declares(decl)) {
                collect_within(&c, decl, NULL);
            }
        }
    }
    /* Local types first: whether a type is derived depends on them. */
    for (uint32_t i = 0; i < pkg->nfiles; i++)
        for (uint32_t j = 0; j < pkg->files[i]->ndecls; j++)
            if (declares(pkg->files[i]->decls[j]))
                node_walk(local_scope(pkg->files[i]->decls[j]), make_local_dict, arena);
    for (uint32_t i = 0; i < pkg->nfiles; i++)
        for (uint32_t j = 0; j < pkg->files[i]->ndecls; j++) read_decl(arena, pkg->files[i]->decls[j]);
}
