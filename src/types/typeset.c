/* Type sets of interfaces and unions (spec, "Interface types").
 *
 * An interface's type set is the intersection of the sets of its elements; its methods are the declared ones
 * and those of embedded interfaces. It is computed when it is first needed, or at the end of the check. While
 * it is being computed a provisional set (everything) stands in for it, which ends recursion through invalid
 * cycles. An interface that belongs to no running check is completed under the shared lock. */
#include "types/check_int.h"
#include <stdlib.h>

enum { MAX_TERM_COUNT = 100 };

bool type_set_is_empty(const TypeSet *s) { return termlist_is_empty(s->terms); }
bool type_set_is_method_set(const TypeSet *s) { return !s->comparable && termlist_is_all(s->terms); }
bool type_set_is_all(const TypeSet *s) { return type_set_is_method_set(s) && s->nmethods == 0; }
bool type_set_has_terms(const TypeSet *s) {
    return !termlist_is_empty(s->terms) && !termlist_is_all(s->terms);
}

static int compare_methods(const void *a, const void *b) {
    return object_compare(*(Func *const *)a, *(Func *const *)b);
}

void sort_methods(Func **list, uint32_t n) {
    if (n > 1) qsort(list, n, sizeof *list, compare_methods);
}

static Func *method_index(Func **methods, uint32_t n, const Package *pkg, const Name *name, bool fold_case,
                          int *index) {
    if (!name_is(name, "_")) {
        for (uint32_t i = 0; i < n; i++) {
            if (object_same_id(methods[i], pkg, name, fold_case)) {
                if (index) *index = (int)i;
                return methods[i];
            }
        }
    }
    if (index) *index = -1;
    return NULL;
}

Func *type_set_lookup_method(TypeSet *s, const Package *pkg, const Name *name, bool fold_case, int *index) {
    return method_index(s->methods, s->nmethods, pkg, name, fold_case, index);
}

TypeSet *interface_type_set(Interface *t) {
    if (atomic_load_explicit(&t->tset_done, memory_order_acquire)) return t->tset;
    return compute_interface_type_set(t->check, NO_POS, t);
}

bool interface_empty(Interface *t) { return type_set_is_all(interface_type_set(t)); }

static TypeSet top_type_set(void) { return (TypeSet){.terms = all_termlist}; }

static TypeSet invalid_type_set;

static TypeSet *compute_union_type_set(Checker *c, Map *sets, Pos pos, Union *u) {
    TypeSet *ts = map_get(sets, PKEY(u));
    if (ts) return ts;
    ts = NEW(types_arena(), TypeSet);
    map_put(sets, PKEY(u), ts);
    TermList all = {0};
    for (uint32_t i = 0; i < u->nterms; i++) {
        Term *t = u->terms[i];
        TermList terms;
        Term *one[1];
        Type *tu = type_under(t->typ);
        Interface *ui = as_interface(tu);
        if (ui) {
            terms = compute_interface_type_set(c, pos, ui)->terms;
        } else if (!type_is_valid(tu)) {
            continue;
        } else {
            if (t->tilde && !type_identical(t->typ, tu)) t = NULL; /* no type has it as underlying type */
            one[0] = t;
            terms = (TermList){one, 1};
        }
        all = termlist_union(all, terms);
        if (all.n > MAX_TERM_COUNT) {
            if (c) {
                check_errorf(c, pos, "cannot handle more than %d union terms (implementation limitation)",
                             MAX_TERM_COUNT);
            }
            map_put(sets, PKEY(u), &invalid_type_set);
            return &invalid_type_set;
        }
    }
    ts->terms = all;
    return ts;
}

TermList union_terms(Union *u) {
    Map sets = {.arena = types_arena()};
    return compute_union_type_set(NULL, &sets, NO_POS, u)->terms;
}

static TermList intersect_term_lists(TermList xt, bool xcomp, TermList yt, bool ycomp, bool *comp) {
    TermList terms = termlist_intersect(xt, yt);
    *comp = xcomp || ycomp;
    if (*comp && !termlist_is_all(terms)) {
        /* only strictly comparable terms remain */
        TermList res = {NEW_ARRAY(types_arena(), Term *, terms.n + 1), 0};
        for (uint32_t i = 0; i < terms.n; i++)
            if (!comparable_type(terms.v[i]->typ, false)) res.v[res.n++] = terms.v[i];
        terms = res;
        if (!termlist_is_all(terms)) *comp = false;
    }
    return terms;
}

/* ---- methods of an interface ---- */

typedef struct MethodPos {
    Func *m;
    Pos pos;
} MethodPos;
typedef struct Collect {
    Checker *c;
    ObjSet seen;
    VEC(Func *) methods;
    VEC(MethodPos) mpos;
} Collect;

static Pos method_pos(const Collect *cl, const Func *m) {
    for (uint32_t i = 0; i < cl->mpos.n; i++)
        if (cl->mpos.v[i].m == m) return cl->mpos.v[i].pos;
    return NO_POS;
}

typedef struct DupMethod {
    Pos pos, other_pos;
    Func *m, *other;
} DupMethod;

static void report_dup_method(Checker *c, const DupMethod *d) {
    ErrorMsg err = {.c = c};
    error_addf(&err, d->pos, "duplicate method %n", d->m->name);
    error_addf(&err, d->other_pos, "other declaration of method %n", d->m->name);
    error_report(&err);
}

static void dup_method_later(Checker *c, void *data) {
    DupMethod *d = data;
    if ((d->pos != NO_POS && !check_allow_version(c, GO1_14)) || !type_identical(d->m->typ, d->other->typ))
        report_dup_method(c, d);
}

static void add_method(Collect *cl, Pos pos, Func *m, bool explicit_) {
    Arena *a = types_arena();
    Func *other = objset_insert(&cl->seen, m);
    if (!other) {
        vec_push(a, &cl->methods, m);
        vec_push(a, &cl->mpos, ((MethodPos){m, pos}));
        return;
    }
    if (!cl->c) return;
    DupMethod *d = NEW(a, DupMethod);
    *d = (DupMethod){pos, method_pos(cl, other), m, other};
    if (explicit_) report_dup_method(cl->c, d);
    else check_later(cl->c, dup_method_later, d); /* types may not be set up yet */
}

static bool is_imported_constraint(Checker *c, Type *typ) {
    Named *n = type_as_named(typ);
    if (!n || n->obj->pkg == c->pkg || !n->obj->pkg) return false;
    Interface *u = as_interface(type_under(&n->t));
    return u && !type_set_is_method_set(interface_type_set(u));
}

static TypeSet *compute(Checker *c, Interface *ityp) {
    if (ityp->tset) return ityp->tset;
    if (!ityp->complete) {
        TypeSet *top = NEW(types_arena(), TypeSet);
        *top = top_type_set();
        return top;
    }
    TypeSet *ts = NEW(types_arena(), TypeSet);
    *ts = top_type_set();
    ityp->tset = ts;

    Map local = {.arena = types_arena()};
    Map *sets = c ? &c->union_type_sets : &local;
    if (!sets->arena) sets->arena = c->arena;
    Collect cl = {.c = c};
    for (uint32_t i = 0; i < ityp->nmethods; i++)
        add_method(&cl, ityp->methods[i]->pos, ityp->methods[i], true);

    TermList all = all_termlist;
    bool all_comparable = false;
    for (uint32_t i = 0; i < ityp->nembeddeds; i++) {
        Type *typ = ityp->embeddeds[i];
        Pos pos = ityp->embed_pos ? ityp->embed_pos[i] : NO_POS;
        bool comparable = false;
        TermList terms;
        Term *one[1];
        Type *u = type_under(typ);
        if (as_interface(u)) {
            TypeSet *es = compute_interface_type_set(c, pos, (Interface *)u);
            if (pos != NO_POS && c && is_imported_constraint(c, typ) &&
                !check_verify_versionf(c, pos, GO1_18, "embedding constraint interface %t", typ))
                continue;
            comparable = es->comparable;
            for (uint32_t k = 0; k < es->nmethods; k++) add_method(&cl, pos, es->methods[k], false);
            terms = es->terms;
        } else if (as_union(u)) {
            if (pos != NO_POS && c &&
                !check_verify_versionf(c, pos, GO1_18, "embedding interface element %t", u))
                continue;
            TypeSet *us = compute_union_type_set(c, sets, pos, (Union *)u);
            if (us == &invalid_type_set) continue;
            terms = us->terms;
        } else {
            if (!type_is_valid(u)) continue;
            if (pos != NO_POS && c &&
                !check_verify_versionf(c, pos, GO1_18, "embedding non-interface type %t", typ))
                continue;
            one[0] = new_term(false, typ);
            terms = (TermList){one, 1};
        }
        all = intersect_term_lists(all, all_comparable, terms, comparable, &all_comparable);
    }
    ts->comparable = all_comparable;
    if (cl.methods.n) {
        sort_methods(cl.methods.v, cl.methods.n);
        ts->methods = cl.methods.v;
        ts->nmethods = cl.methods.n;
    }
    ts->terms = all;
    atomic_store_explicit(&ityp->tset_done, true, memory_order_release);
    return ts;
}

TypeSet *compute_interface_type_set(Checker *c, Pos pos, Interface *ityp) {
    (void)pos;
    if (atomic_load_explicit(&ityp->tset_done, memory_order_acquire)) return ityp->tset;
    if (c && ityp->check == c) return compute(c, ityp);
    TypesLock lock;
    types_lock(&lock);
    TypeSet *ts = compute(c, ityp);
    types_unlock(&lock);
    return ts;
}
