/* Fields and methods: finding what x.f means (spec, "Selectors"), and whether a type has the methods of an
 * interface.
 *
 * The search goes breadth first through embedded fields. A type that was met at a smaller depth is not
 * searched again. What a type holds that is met twice at one depth is ambiguous. */
#include "types/check_int.h"
#include "types/typewriter.h"

static int *concat_index(const int *list, uint32_t n, int i) {
    int *v = NEW_ARRAY(types_arena(), int, n + 1);
    if (n) memcpy(v, list, n * sizeof *v);
    v[n] = i;
    return v;
}

int field_index(Var *const *fields, uint32_t n, const Package *pkg, const Name *name, bool fold_case) {
    if (name_is(name, "_")) return -1;
    for (uint32_t i = 0; i < n; i++)
        if (object_same_id(fields[i], pkg, name, fold_case)) return (int)i;
    return -1;
}

typedef struct Embedded {
    Type *typ;
    int *index;
    uint32_t nindex;
    bool indirect, multiples;
} Embedded;
typedef struct EmbeddedList {
    Embedded *v;
    uint32_t n, cap;
    Embedded buf[6];
} EmbeddedList;

static void embedded_push(EmbeddedList *l, Embedded e) {
    if (l->n == l->cap) {
        uint32_t cap = l->cap * 2;
        Embedded *v = xmalloc(cap * sizeof *v);
        memcpy(v, l->v, l->n * sizeof *v);
        if (l->v != l->buf) free_heap(l->v);
        l->v = v, l->cap = cap;
    }
    l->v[l->n++] = e;
}

static void embedded_init(EmbeddedList *l) { l->v = l->buf, l->n = 0, l->cap = COUNT_OF(l->buf); }
static void embedded_free(EmbeddedList *l) {
    if (l->v != l->buf) free_heap(l->v);
}

typedef struct SeenNamed {
    Named *buf[8];
    uint32_t n;
    VEC(Named *) more;
} SeenNamed;

static bool seen_lookup(const SeenNamed *s, Named *n) {
    for (uint32_t i = 0; i < s->n; i++)
        if (type_identical(&s->buf[i]->t, &n->t)) return true;
    for (uint32_t i = 0; i < s->more.n; i++)
        if (type_identical(&s->more.v[i]->t, &n->t)) return true;
    return false;
}

static void seen_add(SeenNamed *s, Named *n) {
    if (s->n < COUNT_OF(s->buf)) s->buf[s->n++] = n;
    else vec_push(NULL, &s->more, n);
}

/* Merges entries of one type; those merged are marked as occurring several times. */
static void consolidate(EmbeddedList *l) {
    if (l->n <= 1) return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t j = 0;
        while (j < n && !type_identical(l->v[j].typ, l->v[i].typ)) j++;
        if (j < n) l->v[j].multiples = true;
        else l->v[n++] = l->v[i];
    }
    l->n = n;
}

static LookupResult lookup_impl(Type *T, bool addressable, const Package *pkg, const Name *name, bool fold) {
    LookupResult r = {0};
    if (name_is(name, "_")) return r;
    bool is_ptr;
    Type *typ = type_deref(T, &is_ptr);
    /* *I has no methods, neither has *P for a type parameter P */
    if (is_ptr && as_interface(type_under(typ))) return r;

    EmbeddedList lists[2], *cur = &lists[0], *next = &lists[1];
    embedded_init(cur);
    embedded_init(next);
    embedded_push(cur, (Embedded){typ, NULL, 0, is_ptr, false});
    SeenNamed seen = {.n = 0};

    while (cur->n > 0) {
        next->n = 0;
        for (uint32_t k = 0; k < cur->n; k++) {
            Embedded e = cur->v[k];
            Named *named = type_as_named(e.typ);
            if (named) {
                /* declarations of the same type at a deeper level are hidden */
                if (seen_lookup(&seen, named)) continue;
                seen_add(&seen, named);
                int i;
                Func *m = named_lookup_method(named, pkg, name, fold, &i);
                if (m) {
                    r.index = concat_index(e.index, e.nindex, i);
                    r.nindex = e.nindex + 1;
                    if (r.obj || e.multiples) goto collision;
                    r.obj = m;
                    r.indirect = e.indirect;
                    continue; /* no field or interface method of that name then */
                }
            }
            Type *u = type_under(e.typ);
            Struct *s = as_struct(u);
            if (s) {
                for (uint32_t i = 0; i < s->nfields; i++) {
                    Var *f = s->fields[i];
                    if (object_same_id(f, pkg, name, fold)) {
                        r.index = concat_index(e.index, e.nindex, (int)i);
                        r.nindex = e.nindex + 1;
                        if (r.obj || e.multiples) goto collision;
                        r.obj = f;
                        r.indirect = e.indirect;
                        continue;
                    }
                    if (!r.obj && f->embedded) {
                        bool p;
                        Type *ft = type_deref(f->typ, &p);
                        if (ft->kind == TK_BASIC) continue; /* has nothing to find */
                        embedded_push(next, (Embedded){ft, concat_index(e.index, e.nindex, (int)i),
                                                       e.nindex + 1, e.indirect || p, e.multiples});
                    }
                }
                continue;
            }
            Interface *it = as_interface(u);
            if (it) {
                int i;
                Func *m = type_set_lookup_method(interface_type_set(it), pkg, name, fold, &i);
                if (m) {
                    r.index = concat_index(e.index, e.nindex, i);
                    r.nindex = e.nindex + 1;
                    if (r.obj || e.multiples) goto collision;
                    r.obj = m;
                    r.indirect = e.indirect;
                }
            }
        }
        if (r.obj) {
            if (r.obj->kind == OBJ_FUNC && func_has_ptr_recv(r.obj) && !r.indirect && !addressable)
                r = (LookupResult){.indirect = true}; /* pointer or addressable receiver required */
            goto done;
        }
        EmbeddedList *t = cur;
        cur = next;
        next = t;
        consolidate(cur);
    }
    r = (LookupResult){0};
    goto done;
collision:
    r.obj = NULL;
    r.indirect = false;
done:
    embedded_free(&lists[0]);
    embedded_free(&lists[1]);
    vec_free(&seen.more);
    return r;
}

LookupResult lookup_field_or_method_fold(Type *T, bool addressable, const Package *pkg, const Name *name,
                                         bool fold) {
    /* A defined pointer type has no methods, not even its base's. But the fields of its base can be selected. */
    Named *n = type_as_named(T);
    if (n) {
        Pointer *p = as_pointer(type_under(&n->t));
        if (p) {
            LookupResult r = lookup_impl(&p->t, false, pkg, name, fold);
            if (r.obj && r.obj->kind == OBJ_FUNC) return (LookupResult){0};
            return r;
        }
    }
    return lookup_impl(T, addressable, pkg, name, fold);
}

LookupResult lookup_field_or_method(Type *T, bool addressable, const Package *pkg, const Name *name) {
    return lookup_field_or_method_fold(T, addressable, pkg, name, false);
}

/* ---- missing methods ---- */

bool is_interface_ptr(Type *T) {
    Pointer *p = as_pointer(type_under(T));
    return p && type_is_interface(p->base);
}

const char *check_interface_ptr_error(Checker *c, Type *T) {
    Pointer *p = as_pointer(type_under(T));
    if (type_is_type_param(p->base))
        return check_sprintf(c, "type %t is pointer to type parameter, not type parameter", T);
    return check_sprintf(c, "type %t is pointer to interface, not interface", T);
}

static const char *check_func_string(Checker *c, Func *f, bool pkg_info) {
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, f->name->s);
    Qualifier qf = check_qf(pkg_info ? NULL : c);
    TypeWriter w = {.sb = &sb, .qf = &qf, .pkg_info = pkg_info, .no_param_names = true};
    typewriter_signature(&w, as_signature(f->typ));
    return sb_arena(&sb, types_arena());
}

static Func *check_missing_method(Checker *c, Type *V, Type *T, bool static_, TypeEquiv equiv, void *ctx,
                                  const char **cause, bool *wrong_type) {
    if (wrong_type) *wrong_type = false;
    TypeSet *tts = interface_type_set(as_interface(type_under(T)));
    if (tts->nmethods == 0) return NULL;
    enum { OK, NOT_FOUND, WRONG_NAME, UNEXPORTED, WRONG_SIG, AMBIG_SEL, PTR_RECV, FIELD } state = OK;
    Func *m = NULL, *f = NULL;
    Interface *u = as_interface(type_under(V));
    for (uint32_t i = 0; i < tts->nmethods && state == OK; i++) {
        m = tts->methods[i];
        if (u) {
            f = type_set_lookup_method(interface_type_set(u), m->pkg, m->name, false, NULL);
            if (!f) {
                if (static_) state = NOT_FOUND;
            } else if (!equiv(f->typ, m->typ, ctx)) {
                state = WRONG_SIG;
            }
            continue;
        }
        LookupResult r = lookup_impl(V, false, m->pkg, m->name, false);
        if (!r.obj) {
            if (r.index) {
                state = AMBIG_SEL;
            } else if (r.indirect) {
                state = PTR_RECV;
            } else {
                state = NOT_FOUND;
                if (!cause) continue; /* the rest only serves the explanation */
                r = lookup_impl(V, false, m->pkg, m->name, true);
                f = obj_is(r.obj, OBJ_FUNC);
                if (f) state = f->name == m->name ? UNEXPORTED : WRONG_NAME;
            }
            continue;
        }
        f = obj_is(r.obj, OBJ_FUNC);
        if (!f) {
            state = FIELD;
            continue;
        }
        if (c) check_obj_decl(c, f); /* methods may not have a type yet */
        if (!equiv(f->typ, m->typ, ctx)) state = WRONG_SIG;
    }
    if (state == OK) return NULL;
    if (wrong_type) *wrong_type = state == WRONG_SIG || state == PTR_RECV;
    if (!cause) return m;
    if (f && c) check_obj_decl(c, f);
    switch (state) {
    case NOT_FOUND:
        if (is_interface_ptr(V)) *cause = check_sprintf(c, "(%s)", check_interface_ptr_error(c, V));
        else if (is_interface_ptr(T)) *cause = check_sprintf(c, "(%s)", check_interface_ptr_error(c, T));
        else *cause = check_sprintf(c, "(missing method %n)", m->name);
        break;
    case WRONG_NAME:
        *cause = check_sprintf(c, "(missing method %n)\n\t\thave %s\n\t\twant %s", m->name,
                               check_func_string(c, f, false), check_func_string(c, m, false));
        break;
    case UNEXPORTED: *cause = check_sprintf(c, "(unexported method %n)", m->name); break;
    case WRONG_SIG: {
        const char *fs = check_func_string(c, f, false), *ms = check_func_string(c, m, false);
        if (strcmp(fs, ms) == 0) fs = check_func_string(c, f, true), ms = check_func_string(c, m, true);
        if (strcmp(fs, ms) == 0) *cause = check_sprintf(c, "(wrong type for method %n)", m->name);
        else
            *cause =
                check_sprintf(c, "(wrong type for method %n)\n\t\thave %s\n\t\twant %s", m->name, fs, ms);
        break;
    }
    case AMBIG_SEL: *cause = check_sprintf(c, "(ambiguous selector %t.%n)", V, m->name); break;
    case PTR_RECV: *cause = check_sprintf(c, "(method %n has pointer receiver)", m->name); break;
    case FIELD: *cause = check_sprintf(c, "(%t.%n is a field, not a method)", V, m->name); break;
    case OK: break;
    }
    return m;
}

static bool has_invalid_embedded(Type *T, Map *seen) {
    Struct *s = as_struct(type_under(deref_struct_ptr(T)));
    if (!s || map_has(seen, PKEY(s))) return false;
    map_put(seen, PKEY(s), s);
    for (uint32_t i = 0; i < s->nfields; i++) {
        Var *f = s->fields[i];
        if (f->embedded && (!type_is_valid(f->typ) || has_invalid_embedded(f->typ, seen))) return true;
    }
    return false;
}

bool check_has_all_methods(Checker *c, Type *V, Type *T, bool static_, TypeEquiv equiv, void *ctx,
                           const char **cause) {
    if (!type_is_valid(V)) return true; /* nothing is known of it */
    if (!check_missing_method(c, V, T, static_, equiv, ctx, cause, NULL)) return true;
    Map seen = {.arena = types_arena()};
    return has_invalid_embedded(V, &seen);
}

bool check_assertable_to(Checker *c, Type *V, Type *T, const char **cause) {
    if (type_is_interface(T)) return true; /* no static check possible */
    return check_has_all_methods(c, T, V, false, equiv_identical, NULL, cause);
}

Func *type_missing_method(Type *V, Interface *T, bool static_, bool *wrong_type) {
    return check_missing_method(NULL, V, &T->t, static_, equiv_identical, NULL, NULL, wrong_type);
}

bool type_implements(Type *V, Interface *T) {
    if (!type_is_valid(V) || !type_is_valid(&T->t)) return false;
    return check_implements(NULL, V, &T->t, false, NULL);
}

/* ---- why a selector is wrong ---- */

static const char *tail(const char *s) {
    if (!*s) return s;
    s++;
    while ((*s & 0xC0) == 0x80) s++;
    return s;
}

const char *check_lookup_error(Checker *c, Type *typ, const Name *sel, Object *obj, bool struct_lit) {
    enum { MISSING, MISSPELLED, NOT_EXPORTED, INACCESSIBLE } e = MISSING;
    const Name *alt = NULL;
    if (obj) {
        alt = obj->name;
        if (obj->pkg == c->pkg) {
            e = MISSPELLED;
        } else if (sel->exported) {
            if (alt->exported) e = MISSPELLED;
            else if (strcmp(tail(sel->s), tail(alt->s)) == 0) e = NOT_EXPORTED;
        } else if (alt->exported) {
            if (strcmp(tail(sel->s), tail(alt->s)) == 0) e = MISSPELLED;
        } else if (sel == alt) {
            e = INACCESSIBLE;
        }
    }
    if (struct_lit) {
        switch (e) {
        case MISSING: return check_sprintf(c, "unknown field %n in struct literal of type %t", sel, typ);
        case MISSPELLED:
            return check_sprintf(c, "unknown field %n in struct literal of type %t, but does have %n", sel,
                                 typ, alt);
        case NOT_EXPORTED:
            return check_sprintf(c,
                                 "unknown field %n in struct literal of type %t, but does have unexported %n",
                                 sel, typ, alt);
        case INACCESSIBLE:
            return check_sprintf(c, "cannot refer to unexported field %n in struct literal of type %t", alt,
                                 typ);
        }
    }
    const char *what = obj_is(obj, OBJ_VAR) ? "field" : obj_is(obj, OBJ_FUNC) ? "method" : "object";
    switch (e) {
    case MISSING: return check_sprintf(c, "type %t has no field or method %n", typ, sel);
    case MISSPELLED:
        return check_sprintf(c, "type %t has no field or method %n, but does have %s %n", typ, sel, what,
                             alt);
    case NOT_EXPORTED:
        return check_sprintf(c, "type %t has no field or method %n, but does have unexported %s %n", typ, sel,
                             what, alt);
    case INACCESSIBLE: return check_sprintf(c, "cannot refer to unexported %s %n", what, alt);
    }
    return "";
}
