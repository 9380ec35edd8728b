/* Construction of types, and the memory they live in.
 *
 * A thread that works on a package has entered the package's arena and the store of its run; what it makes
 * goes to the arena. Lazy expansion of finished generic instances happens on whatever thread asks first, so
 * what it makes must outlive that thread's package: under types_lock the arena is that of the store. A thread
 * may take the lock again while it holds it, since expanding one instance can require another. */
#include "types/check_int.h"
#include <stdlib.h>

static _Thread_local struct {
    TypeStore *store; /* NULL while the universe is made */
    Arena *arena;
    uint32_t locked; /* how often this thread holds the store's lock */
} here;

TypeStore *types_store_new(const char *goarch) {
    types_init();
    TypeStore *s = xcalloc(1, sizeof *s);
    s->arch = arch_for(goarch);
    if (!s->arch) s->arch = arch_for("amd64");
    pthread_mutex_init(&s->mutex, NULL);
    arena_init(&s->arena);
    postable_init(&s->positions);
    s->shapes.arena = &s->arena;
    return s;
}

void types_store_free(TypeStore *s) {
    if (!s) return;
    ASSERT(here.store != s);
    pthread_mutex_destroy(&s->mutex);
    arena_release(&s->arena);
    postable_release(&s->positions);
    free_heap(s);
}

static void restore(Guard *g) {
    const TypesScope *scope = (TypesScope *)g;
    here.store = scope->store;
    here.arena = scope->arena;
    here.locked = scope->locked;
}

void types_enter(TypesScope *scope, TypeStore *store, Arena *arena) {
    scope->store = here.store;
    scope->arena = here.arena;
    scope->locked = here.locked;
    if (store != here.store) here.locked = 0;
    here.store = store;
    here.arena = arena;
    guard_up(&scope->guard, restore);
}

void types_leave(TypesScope *scope) {
    guard_down(&scope->guard);
    restore(&scope->guard);
}

TypeStore *types_store(void) {
    if (!here.store) BUG("types_store: this thread has entered none");
    return here.store;
}

Arena *types_arena(void) {
    if (here.locked && here.store) return &here.store->arena;
    if (!here.arena) BUG("types_arena: this thread has entered none");
    return here.arena;
}

static void unlock(Guard *g) {
    (void)g;
    if (--here.locked == 0 && here.store) pthread_mutex_unlock(&here.store->mutex);
}

void types_lock(TypesLock *l) {
    if (here.locked++ == 0 && here.store) pthread_mutex_lock(&here.store->mutex);
    guard_up(&l->guard, unlock);
}

void types_unlock(TypesLock *l) {
    guard_down(&l->guard);
    unlock(&l->guard);
}

#define NEW_TYPE(T, k) ((T *)type_alloc(sizeof(T), k))
static Type *type_alloc(size_t n, TypeKind k) {
    Type *t = arena_alloc(types_arena(), n);
    t->kind = (uint8_t)k;
    return t;
}

Array *new_array(Type *elem, int64_t len) {
    Array *t = NEW_TYPE(Array, TK_ARRAY);
    t->elem = elem, t->len = len;
    return t;
}

Slice *new_slice(Type *elem) {
    Slice *t = NEW_TYPE(Slice, TK_SLICE);
    t->elem = elem;
    return t;
}

Pointer *new_pointer(Type *base) {
    Pointer *t = NEW_TYPE(Pointer, TK_POINTER);
    t->base = base;
    return t;
}

MapT *new_map(Type *key, Type *elem) {
    MapT *t = NEW_TYPE(MapT, TK_MAP);
    t->key = key, t->elem = elem;
    return t;
}

Chan *new_chan(ChanDir dir, Type *elem) {
    Chan *t = NEW_TYPE(Chan, TK_CHAN);
    t->dir = dir, t->elem = elem;
    return t;
}

Tuple *new_tuple(Var **vars, uint32_t n) {
    if (n == 0) return NULL;
    Tuple *t = NEW_TYPE(Tuple, TK_TUPLE);
    t->vars = vars, t->n = n;
    return t;
}

Tuple *new_tuple_of(uint32_t n, ...) {
    Var **v = NEW_ARRAY(types_arena(), Var *, n);
    va_list ap;
    va_start(ap, n);
    for (uint32_t i = 0; i < n; i++) v[i] = va_arg(ap, Var *);
    va_end(ap);
    return new_tuple(v, n);
}

Struct *new_struct(Var **fields, uint32_t n, Str *tags) {
    Struct *t = NEW_TYPE(Struct, TK_STRUCT);
    t->fields = fields, t->nfields = n, t->tags = tags;
    return t;
}

Union *new_union(Term **terms, uint32_t n) {
    Union *t = NEW_TYPE(Union, TK_UNION);
    t->terms = terms, t->nterms = n;
    return t;
}

Interface *check_new_interface(Checker *c) {
    Interface *t = NEW_TYPE(Interface, TK_INTERFACE);
    t->check = c;
    if (c) check_needs_cleanup(c, &t->t);
    return t;
}

Interface *new_interface_type(Func **methods, uint32_t nm, Type **embeddeds, uint32_t ne) {
    if (nm == 0 && ne == 0) return types_empty_interface();
    Interface *t = check_new_interface(NULL);
    for (uint32_t i = 0; i < nm; i++) {
        Signature *sig = as_signature(methods[i]->typ);
        if (!sig->recv) sig->recv = new_var(VAR_RECV, methods[i]->pos, methods[i]->pkg, NULL, &t->t);
    }
    sort_methods(methods, nm);
    t->methods = methods, t->nmethods = nm;
    t->embeddeds = embeddeds, t->nembeddeds = ne;
    t->complete = true;
    return t;
}

Signature *new_signature(Var *recv, TypeParamList *rparams, TypeParamList *tparams, Tuple *params,
                         Tuple *results, bool variadic) {
    Signature *t = NEW_TYPE(Signature, TK_SIGNATURE);
    t->recv = recv, t->rparams = rparams, t->tparams = tparams;
    t->params = params, t->results = results;
    t->variadic = variadic;
    return t;
}

TypeList *new_type_list(Type **v, uint32_t n) {
    if (n == 0) return NULL;
    TypeList *l = NEW(types_arena(), TypeList);
    l->v = v, l->n = n;
    return l;
}

TypeParamList *bind_tparams(TypeParam **v, uint32_t n) {
    if (n == 0) return NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (v[i]->index >= 0) BUG("type parameter %s bound more than once", v[i]->obj->name->s);
        v[i]->index = (int)i;
    }
    TypeParamList *l = NEW(types_arena(), TypeParamList);
    l->v = v, l->n = n;
    return l;
}

Named *check_new_named(Checker *c, TypeName *obj, Type *from_rhs) {
    Named *t = NEW_TYPE(Named, TK_NAMED);
    t->check = c, t->obj = obj, t->from_rhs = from_rhs;
    if (!obj->typ) obj->typ = &t->t;
    if (c) check_needs_cleanup(c, &t->t);
    return t;
}

Named *new_named(TypeName *obj, Type *underlying) {
    ASSERT(!type_as_named(underlying));
    Named *t = check_new_named(NULL, obj, NULL);
    if (underlying) named_set_underlying(t, underlying);
    else t->allow_nil_underlying = true;
    return t;
}

Alias *check_new_alias(Checker *c, TypeName *obj, Type *rhs) {
    Alias *a = NEW_TYPE(Alias, TK_ALIAS);
    a->obj = obj, a->orig = a, a->from_rhs = rhs;
    if (!obj->typ) obj->typ = &a->t;
    if (c) check_needs_cleanup(c, &a->t);
    return a;
}

TypeParam *check_new_type_param(Checker *c, TypeName *obj, Type *constraint) {
    TypeParam *t = NEW_TYPE(TypeParam, TK_TYPE_PARAM);
    t->t.id = c ? (uint32_t)++c->next_id : ++types_store()->last_tparam_id;
    t->check = c, t->obj = obj, t->index = -1, t->bound = constraint;
    if (!obj->typ) obj->typ = &t->t;
    if (c) check_needs_cleanup(c, &t->t);
    else if (constraint) tparam_iface(t);
    return t;
}

TypeParam *new_type_param(TypeName *obj, Type *constraint) {
    return check_new_type_param(NULL, obj, constraint);
}

TypeParamList *type_params_of(Type *t) {
    if (!t) return NULL;
    switch (t->kind) {
    case TK_NAMED: return named_type_params((Named *)t);
    case TK_ALIAS: return ((Alias *)t)->tparams;
    case TK_SIGNATURE: return ((Signature *)t)->tparams;
    default: return NULL;
    }
}

void type_cleanup(Type *t) {
    switch (t->kind) {
    case TK_NAMED: {
        Named *n = (Named *)t;
        /* instances may stay unexpanded; everything else has an underlying type from here on */
        if (!n->inst) type_under(t);
        n->check = NULL;
        break;
    }
    case TK_INTERFACE: {
        Interface *i = (Interface *)t;
        interface_type_set(i);
        i->check = NULL;
        i->embed_pos = NULL;
        break;
    }
    case TK_TYPE_PARAM: {
        TypeParam *p = (TypeParam *)t;
        tparam_iface(p);
        p->check = NULL;
        break;
    }
    case TK_ALIAS: type_unalias(t); break;
    default: BUG("type_cleanup: kind %d", t->kind);
    }
}
