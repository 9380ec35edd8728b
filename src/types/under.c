/* Underlying types, and what all types of a type set have in common (spec, "Underlying types",
 * "Type sets"). */
#include "types/check_int.h"

Type *type_unalias_slow(Type *t) {
    Alias *a0 = as_alias(t);
    if (!a0) return t;
    Type *actual = atomic_load_explicit(&a0->actual, memory_order_acquire);
    if (actual) return actual;
    Type *u = t;
    for (Alias *a = a0; a; a = as_alias(u)) u = a->from_rhs;
    if (u) atomic_store_explicit(&a0->actual, u, memory_order_release);
    return u;
}

Named *type_as_named(Type *t) { return as_named_exact(type_unalias(t)); }

Type *type_deref(Type *t, bool *is_ptr) {
    Pointer *p = as_pointer(type_unalias(t));
    if (is_ptr) *is_ptr = p != NULL;
    if (!p) return t;
    return p->base ? p->base : Typ(INVALID);
}

Type *deref_struct_ptr(Type *t) {
    Pointer *p = as_pointer(type_under(t));
    return p && as_struct(type_under(p->base)) ? p->base : t;
}

void type_set_term_seq(TermSeq *s, TypeSet *ts) {
    if (!type_set_has_terms(ts)) {
        s->none[0] = NULL;
        s->v = s->none;
        s->n = 1;
        return;
    }
    s->v = ts->terms.v;
    s->n = ts->terms.n;
}

void tparam_term_seq(TermSeq *s, TypeParam *tp) {
    type_set_term_seq(s, interface_type_set(tparam_iface(tp)));
}

void typeset_seq(TypesetSeq *s, Type *t) {
    s->v = s->buf;
    s->n = 1;
    TypeParam *p = as_type_param(type_unalias(t));
    if (!p) {
        s->buf[0] = (TypesetPair){t, type_under(t)};
        return;
    }
    TypeSet *ts = interface_type_set(tparam_iface(p));
    if (!type_set_has_terms(ts)) {
        s->buf[0] = (TypesetPair){NULL, NULL};
        return;
    }
    s->n = 0;
    if (ts->terms.n > COUNT_OF(s->buf)) s->v = NEW_ARRAY(types_arena(), TypesetPair, ts->terms.n);
    for (uint32_t i = 0; i < ts->terms.n; i++) {
        Term *term = ts->terms.v[i];
        if (!term) continue;
        Type *u = type_unalias(term->typ);
        if (!term->tilde) u = type_under(u);
        s->v[s->n++] = (TypesetPair){term->typ, u};
    }
}

TypeError *type_errorf(const char *fmt, const void *a, const void *b, const void *c, const void *d) {
    TypeError *e = NEW(types_arena(), TypeError);
    e->fmt = fmt;
    e->args[0] = a, e->args[1] = b, e->args[2] = c, e->args[3] = d;
    return e;
}

const char *type_error_format(const TypeError *e, Checker *c) {
    return check_sprintf(c, e->fmt, e->args[0], e->args[1], e->args[2], e->args[3]);
}

static Type *common_err(TypeError **err, const char *fmt, Type *a, Type *b) {
    if (err) *err = type_errorf(fmt, a, b, NULL, NULL);
    return NULL;
}

Type *common_under(Type *t, UnderCond cond, void *ctx, TypeError **err) {
    if (err) *err = NULL;
    Type *ct = NULL, *cu = NULL;
    TypesetSeq s;
    typeset_seq(&s, t);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *ti = s.v[i].t, *u = s.v[i].u;
        if (cond) {
            TypeError *e = cond(ti, u, ctx);
            if (e) {
                if (err) *err = e;
                return NULL;
            }
        }
        if (!u) return common_err(err, "no specific type", NULL, NULL);
        if (!cu) {
            ct = ti, cu = u;
            continue;
        }
        Chan *chu = as_chan(cu), *ch = as_chan(u);
        if (chu && ch) {
            if (!type_identical(chu->elem, ch->elem))
                return common_err(err, "channels %t and %t have different element types", ct, ti);
            if (chu->dir == ch->dir) {
                /* nothing to do */
            } else if (chu->dir == CHAN_BOTH) {
                ct = ti, cu = u; /* the restricted one */
            } else if (ch->dir != CHAN_BOTH) {
                return common_err(err, "channels %t and %t have conflicting directions", ct, ti);
            }
            continue;
        }
        if (!type_identical(cu, u))
            return common_err(err, "%t and %t have different underlying types", ct, ti);
    }
    return cu;
}

Type *type_core(Type *t) { return common_under(t, NULL, NULL, NULL); }
