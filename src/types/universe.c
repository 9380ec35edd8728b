/* The universe scope and package unsafe (spec, "Predeclared identifiers"): made once for the process. */
#include "base/heap.h"
#include "base/pool.h"
#include "types/check_int.h"
#include "types/const_int.h"
#include "types/const.h"
#include <gmp.h>
#include <pthread.h>

Basic basic_types[BK_COUNT] = {
#define B(k, i, nm) [BK_##k] = {.t = {.kind = TK_BASIC}, .bk = BK_##k, .info = (i)},
#define BASICS(B)                                                                                            \
    B(INVALID, 0, "invalid type")                                                                            \
    B(BOOL, IS_BOOLEAN, "bool")                                                                              \
    B(INT, IS_INTEGER, "int")                                                                                \
    B(INT8, IS_INTEGER, "int8")                                                                              \
    B(INT16, IS_INTEGER, "int16")                                                                            \
    B(INT32, IS_INTEGER, "int32")                                                                            \
    B(INT64, IS_INTEGER, "int64")                                                                            \
    B(UINT, IS_INTEGER | IS_UNSIGNED, "uint")                                                                \
    B(UINT8, IS_INTEGER | IS_UNSIGNED, "uint8")                                                              \
    B(UINT16, IS_INTEGER | IS_UNSIGNED, "uint16")                                                            \
    B(UINT32, IS_INTEGER | IS_UNSIGNED, "uint32")                                                            \
    B(UINT64, IS_INTEGER | IS_UNSIGNED, "uint64")                                                            \
    B(UINTPTR, IS_INTEGER | IS_UNSIGNED, "uintptr")                                                          \
    B(FLOAT32, IS_FLOAT, "float32")                                                                          \
    B(FLOAT64, IS_FLOAT, "float64")                                                                          \
    B(COMPLEX64, IS_COMPLEX, "complex64")                                                                    \
    B(COMPLEX128, IS_COMPLEX, "complex128")                                                                  \
    B(STRING, IS_STRING, "string")                                                                           \
    B(UNSAFE_POINTER, 0, "Pointer")                                                                          \
    B(UNTYPED_BOOL, IS_BOOLEAN | IS_UNTYPED, "untyped bool")                                                 \
    B(UNTYPED_INT, IS_INTEGER | IS_UNTYPED, "untyped int")                                                   \
    B(UNTYPED_RUNE, IS_INTEGER | IS_UNTYPED, "untyped rune")                                                 \
    B(UNTYPED_FLOAT, IS_FLOAT | IS_UNTYPED, "untyped float")                                                 \
    B(UNTYPED_COMPLEX, IS_COMPLEX | IS_UNTYPED, "untyped complex")                                           \
    B(UNTYPED_STRING, IS_STRING | IS_UNTYPED, "untyped string")                                              \
    B(UNTYPED_NIL, IS_UNTYPED, "untyped nil")
    BASICS(B)
#undef B
};

static const char *const basic_names[BK_COUNT] = {
#define B(k, i, nm) [BK_##k] = nm,
    BASICS(B)
#undef B
};

const PredeclaredFunc predeclared_funcs[BI_COUNT] = {
    [BI_APPEND] = {"append", 1, true, EK_EXPRESSION},
    [BI_CAP] = {"cap", 1, false, EK_EXPRESSION},
    [BI_CLEAR] = {"clear", 1, false, EK_STATEMENT},
    [BI_CLOSE] = {"close", 1, false, EK_STATEMENT},
    [BI_COMPLEX] = {"complex", 2, false, EK_EXPRESSION},
    [BI_COPY] = {"copy", 2, false, EK_STATEMENT},
    [BI_DELETE] = {"delete", 2, false, EK_STATEMENT},
    [BI_IMAG] = {"imag", 1, false, EK_EXPRESSION},
    [BI_LEN] = {"len", 1, false, EK_EXPRESSION},
    [BI_MAKE] = {"make", 1, true, EK_EXPRESSION},
    [BI_MAX] = {"max", 1, true, EK_EXPRESSION},
    [BI_MIN] = {"min", 1, true, EK_EXPRESSION},
    [BI_NEW] = {"new", 1, false, EK_EXPRESSION},
    [BI_PANIC] = {"panic", 1, false, EK_STATEMENT},
    [BI_PRINT] = {"print", 0, true, EK_STATEMENT},
    [BI_PRINTLN] = {"println", 0, true, EK_STATEMENT},
    [BI_REAL] = {"real", 1, false, EK_EXPRESSION},
    [BI_RECOVER] = {"recover", 0, false, EK_STATEMENT},
    [BI_ADD] = {"Add", 2, false, EK_EXPRESSION},
    [BI_ALIGNOF] = {"Alignof", 1, false, EK_EXPRESSION},
    [BI_OFFSETOF] = {"Offsetof", 1, false, EK_EXPRESSION},
    [BI_SIZEOF] = {"Sizeof", 1, false, EK_EXPRESSION},
    [BI_SLICE] = {"Slice", 2, false, EK_EXPRESSION},
    [BI_SLICEDATA] = {"SliceData", 1, false, EK_EXPRESSION},
    [BI_STRING] = {"String", 2, false, EK_EXPRESSION},
    [BI_STRINGDATA] = {"StringData", 1, false, EK_EXPRESSION},
    [BI_ASSERT] = {"assert", 1, false, EK_STATEMENT},
    [BI_TRACE] = {"trace", 0, true, EK_EXPRESSION},
};

UniverseObjs universe;
static const Name *empty_name;
const Name *const *types_empty_name = &empty_name;
static Scope *universe_scope;
static Package *unsafe_package;
Scope *const *types_universe = &universe_scope;
Package *const *types_unsafe = &unsafe_package;
static Arena universe_arena;
static Interface empty_interface;
static Basic byte_basic = {.t = {.kind = TK_BASIC}, .bk = BK_UINT8, .info = IS_INTEGER | IS_UNSIGNED};
static Basic rune_basic = {.t = {.kind = TK_BASIC}, .bk = BK_INT32, .info = IS_INTEGER};

Interface *types_empty_interface(void) { return &empty_interface; }

/* Declares obj: exported names belong to unsafe, names with a space are not declared at all. */
static void def(Object *obj) {
    if (strchr(obj->name->s, ' ')) return;
    Named *n = type_as_named(obj->typ);
    if (n) n->obj = obj;
    Scope *scope = universe_scope;
    if (obj->name->exported) {
        scope = unsafe_package->scope;
        obj->pkg = unsafe_package;
    }
    if (scope_insert(scope, obj)) BUG("double declaration of predeclared identifier %s", obj->name->s);
}

static TypeSet top_set;

static void init_interface(Interface *t, TypeSet *ts) {
    t->t.kind = TK_INTERFACE;
    t->complete = true;
    t->tset = ts;
    if (ts) atomic_store(&t->tset_done, true);
}

/* Big numbers live on the heap while they are computed with; what fails there fails as everywhere. */
static void *gmp_alloc(size_t n) {
    HeapScope none; /* MPFR keeps some of it for the thread */
    heap_enter(&none, NULL);
    void *p = xmalloc(n);
    heap_leave(&none);
    return p;
}
static void *gmp_realloc(void *p, size_t old, size_t n) {
    (void)old;
    HeapScope none;
    heap_enter(&none, NULL);
    p = xrealloc(p, n);
    heap_leave(&none);
    return p;
}
static void gmp_free(void *p, size_t n) {
    (void)n;
    free_heap(p);
}

static void init_universe(void) {
    HeapScope none; /* what is made here lives as long as the process */
    heap_enter(&none, NULL);
    mp_set_memory_functions(gmp_alloc, gmp_realloc, gmp_free);
    pool_at_thread_end(mpfr_free_cache);
    empty_name = name_of("");
    arena_init(&universe_arena);
    TypesScope scope;
    types_enter(&scope, NULL, &universe_arena);
    Arena *a = &universe_arena;
    top_set.terms = all_termlist;
    init_interface(&empty_interface, &top_set);
    universe_scope = new_scope(types_arena(), NULL, NO_POS, NO_POS);
    unsafe_package = new_package(a, name_of("unsafe"), name_of("unsafe"));
    unsafe_package->complete = true;

    for (int k = 0; k < BK_COUNT; k++) {
        basic_types[k].name = name_of(basic_names[k]);
        def(new_type_name(NO_POS, NULL, basic_types[k].name, &basic_types[k].t));
    }
    byte_basic.name = name_of("byte");
    rune_basic.name = name_of("rune");
    universe.byte_type = &byte_basic.t;
    universe.rune_type = &rune_basic.t;
    universe.bool_type = Typ(BOOL);
    def(new_type_name(NO_POS, NULL, byte_basic.name, &byte_basic.t));
    def(new_type_name(NO_POS, NULL, rune_basic.name, &rune_basic.t));

    { /* type any = interface{} */
        Interface *it = NEW(a, Interface);
        init_interface(it, &top_set);
        universe.any = new_type_name(NO_POS, NULL, name_of("any"), NULL);
        Alias *al = check_new_alias(NULL, universe.any, &it->t);
        type_unalias(&al->t);
        universe.any_type = &al->t;
        def(universe.any);
    }
    { /* type error interface{ Error() string } */
        Object *obj = new_type_name(NO_POS, NULL, name_of("error"), NULL);
        Named *typ = check_new_named(NULL, obj, NULL);
        Var *recv = new_var(VAR_RECV, NO_POS, NULL, NULL, &typ->t);
        Var *res = new_var(VAR_RESULT, NO_POS, NULL, NULL, Typ(STRING));
        Signature *sig = new_signature(recv, NULL, NULL, NULL, new_tuple_of(1, res), false);
        Interface *it = NEW(a, Interface);
        it->t.kind = TK_INTERFACE;
        it->methods = NEW_ARRAY(a, Func *, 1);
        it->methods[0] = new_func(NO_POS, NULL, name_of("Error"), sig);
        it->nmethods = 1;
        it->complete = true;
        TypeSet *ts = NEW(a, TypeSet);
        ts->methods = it->methods, ts->nmethods = 1, ts->terms = all_termlist;
        init_interface(it, ts);
        typ->from_rhs = &it->t;
        type_under(&typ->t);
        universe.error_type = &typ->t;
        def(obj);
    }
    { /* comparable */
        Object *obj = new_type_name(NO_POS, NULL, name_of("comparable"), NULL);
        Named *typ = check_new_named(NULL, obj, NULL);
        Interface *it = NEW(a, Interface);
        TypeSet *ts = NEW(a, TypeSet);
        ts->terms = all_termlist, ts->comparable = true;
        init_interface(it, ts);
        typ->from_rhs = &it->t;
        type_under(&typ->t);
        universe.comparable = obj;
        def(obj);
    }
    def(new_const_obj(NO_POS, NULL, name_of("true"), Typ(UNTYPED_BOOL), const_bool(true)));
    def(new_const_obj(NO_POS, NULL, name_of("false"), Typ(UNTYPED_BOOL), const_bool(false)));
    universe.iota = new_const_obj(NO_POS, NULL, name_of("iota"), Typ(UNTYPED_INT), const_int64(a, 0));
    def(universe.iota);
    def(new_object(OBJ_NIL, NO_POS, NULL, name_of("nil"), Typ(UNTYPED_NIL)));
    for (int i = 0; i < BI_ASSERT; i++) {
        Object *o = new_object(OBJ_BUILTIN, NO_POS, NULL, name_of(predeclared_funcs[i].name), Typ(INVALID));
        o->builtin = (BuiltinId)i;
        def(o);
    }
    types_leave(&scope);
    heap_leave(&none);
}

void types_init(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_universe);
}
