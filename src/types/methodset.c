/* Selections and method sets (spec, "Method sets"): for the passes behind the checker. */
#include "types/check_int.h"
#include <stdlib.h>

typedef struct NameSet {
    VEC(const Object *) v; /* one for each name (and package) */
    ObjSet set;
    Map seen; /* types already visited */
} NameSet;

static void add_name(NameSet *ns, Object *m) {
    if (!objset_insert(&ns->set, m)) vec_push(NULL, &ns->v, m);
}

/* Names of all methods that T or a type embedded in it declares. */
static void collect_names(NameSet *ns, Type *t) {
    t = type_deref(t, NULL);
    Named *n = type_as_named(t);
    if (n) {
        if (map_has(&ns->seen, PKEY(n))) return;
        map_put(&ns->seen, PKEY(n), n);
        Named *orig = named_origin(n);
        uint32_t nm = named_num_methods(orig);
        for (uint32_t i = 0; i < nm; i++) add_name(ns, orig->methods.v[i]);
    }
    Type *u = type_under(t);
    Struct *s = as_struct(u);
    Interface *it = as_interface(u);
    if (s) {
        for (uint32_t i = 0; i < s->nfields; i++)
            if (s->fields[i]->embedded) collect_names(ns, s->fields[i]->typ);
    } else if (it) {
        TypeSet *ts = interface_type_set(it);
        for (uint32_t i = 0; i < ts->nmethods; i++) add_name(ns, ts->methods[i]);
    }
}

static int compare_objects(const void *a, const void *b) {
    const Object *x = *(const Object *const *)a, *y = *(const Object *const *)b;
    int d = strcmp(x->name->s, y->name->s);
    if (d) return d;
    return strcmp(x->pkg ? x->pkg->path->s : "", y->pkg ? y->pkg->path->s : "");
}

MethodSet type_method_set(Type *t) {
    NameSet ns = {.v = {0}};
    ns.seen.arena = types_arena();
    /* a pointer to an interface, or a defined pointer type, has no methods */
    bool is_ptr;
    Type *base = type_deref(t, &is_ptr);
    if (!(is_ptr && type_is_interface(base))) collect_names(&ns, t);
    if (ns.v.n > 1) qsort(ns.v.v, ns.v.n, sizeof *ns.v.v, compare_objects);
    MethodSet ms = {NEW_ARRAY(types_arena(), Selection *, ns.v.n + 1), 0};
    for (uint32_t i = 0; i < ns.v.n; i++) {
        LookupResult r = lookup_field_or_method(t, false, ns.v.v[i]->pkg, ns.v.v[i]->name);
        if (!obj_is(r.obj, OBJ_FUNC)) continue;
        Selection *s = NEW(types_arena(), Selection);
        *s = (Selection){SEL_METHOD_VAL, t, r.obj, r.index, r.nindex, r.indirect};
        ms.v[ms.n++] = s;
    }
    vec_free(&ns.v);
    return ms;
}
