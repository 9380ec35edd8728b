/* Conversions T(x) (spec, "Conversions"). */
#include "base/unicode.h"
#include "types/check_int.h"

/* Whether the constant x converts to the basic type T as a constant; val may be NULL, else it gets the
 * result. */
static bool const_convertible_to(Checker *c, Operand *x, Type *T, const Const **val) {
    Basic *t = as_basic(type_under(T));
    if (!t) return false;
    if (representable_const(x->val, c, TYPE(t), val)) return true;
    if (is_integer(x->typ) && t->info & IS_STRING) {
        if (val) {
            bool exact;
            uint64_t i = const_uint64_val(x->val, &exact);
            char buf[4];
            int n = utf8_encode(buf, exact && i <= RUNE_MAX ? (uint32_t)i : RUNE_ERROR);
            *val = const_string(c->arena, (Str){arena_strndup(c->arena, buf, (size_t)n), (size_t)n});
        }
        return true;
    }
    return false;
}

/* The constant x converts to each specific type of the type parameter T. */
static bool const_convertible_to_each(Checker *c, Operand *x, Type *T, const char **cause) {
    TypesetSeq s;
    typeset_seq(&s, T);
    for (uint32_t i = 0; i < s.n; i++) {
        Type *u = s.v[i].u;
        if (!u) {
            *cause = check_sprintf(c, "%t does not contain specific types", T);
            return false;
        }
        if (is_string(x->typ) && is_bytes_or_runes(u)) continue;
        if (const_convertible_to(c, x, u, NULL)) continue;
        if (is_integer(x->typ) && is_integer(u)) {
            *cause = check_sprintf(c, "constant %v overflows %t (in %t)", x->val, u, T);
        } else {
            *cause = check_sprintf(c, "cannot convert %x to type %t (in %t)", x, u, T);
        }
        return false;
    }
    return true;
}

void check_conversion(Checker *c, Operand *x, Type *T) {
    bool const_arg = x->mode == MODE_CONST, ok = false;
    const char *cause = "";
    if (const_arg && is_const_type(T)) {
        ok = const_convertible_to(c, x, T, &x->val);
        if (!ok && is_integer(x->typ) && is_integer(T)) {
            check_errorf(c, AT_OPERAND(x), "constant %v overflows %t", x->val, T);
            x->mode = MODE_INVALID;
            return;
        }
    } else if (const_arg && type_is_type_param(T)) {
        ok = const_convertible_to_each(c, x, T, &cause);
        x->mode = MODE_VALUE; /* type parameters are no constants */
    } else if (operand_convertible_to(x, c, T, &cause)) {
        ok = true;
        x->mode = MODE_VALUE;
    }
    if (!ok) {
        if (cause && *cause) {
            check_errorf(c, AT_OPERAND(x), "cannot convert %x to type %t: %s", x, T, cause);
        } else {
            check_errorf(c, AT_OPERAND(x), "cannot convert %x to type %t", x, T);
        }
        x->mode = MODE_INVALID;
        return;
    }

    /* The argument's type is final now; what it is depends on the target. */
    if (type_is_untyped(x->typ)) {
        Type *final = T;
        if (x->typ == Typ(UNTYPED_NIL)) {
            /* nil takes the type */
        } else if (type_is_non_tparam_interface(T) || (const_arg && !is_const_type(T))) {
            final = type_default(x->typ);
        } else if (x->mode == MODE_CONST && is_integer(x->typ) && all_string(T)) {
            final = x->typ;
        }
        check_update_expr_type(c, x->expr, final, true);
    }
    x->typ = T;
}

static void add_cause(Checker *c, const char **cause, const char *msg) {
    *cause = *cause && **cause ? check_sprintf(c, "%s\n\t%s", msg, *cause) : msg;
}

/* Conversions that involve type parameters: each specific type must convert. */
static bool generic_convertible_to(Operand *x0, Checker *c, TypeParam *Vp, TypeParam *Tp, Type *T,
                                   Type *orig_T, const char **cause) {
    Operand x = *x0;
    bool tell = c && cause;
    TermSeq vs, ts;
    if (Vp && Tp) {
        tparam_term_seq(&vs, Vp);
        tparam_term_seq(&ts, Tp);
        for (uint32_t i = 0; i < vs.n; i++) {
            if (!vs.v[i]) return false;
            x.typ = vs.v[i]->typ;
            for (uint32_t j = 0; j < ts.n; j++) {
                Term *t = ts.v[j];
                if (!t) return false;
                if (operand_convertible_to(&x, c, t->typ, cause)) continue;
                if (tell) {
                    add_cause(c, cause,
                              check_sprintf(c, "cannot convert %t (in %t) to type %t (in %t)", x.typ,
                                            TYPE(Vp), t->typ, TYPE(Tp)));
                }
                return false;
            }
        }
        return true;
    }
    if (Vp) {
        tparam_term_seq(&vs, Vp);
        for (uint32_t i = 0; i < vs.n; i++) {
            if (!vs.v[i]) return false;
            x.typ = vs.v[i]->typ;
            if (operand_convertible_to(&x, c, T, cause)) continue;
            if (tell) {
                add_cause(c, cause,
                          check_sprintf(c, "cannot convert %t (in %t) to type %t", x.typ, TYPE(Vp), orig_T));
            }
            return false;
        }
        return true;
    }
    tparam_term_seq(&ts, Tp);
    for (uint32_t j = 0; j < ts.n; j++) {
        Term *t = ts.v[j];
        if (!t) return false;
        if (operand_convertible_to(&x, c, t->typ, cause)) continue;
        if (tell) {
            add_cause(c, cause,
                      check_sprintf(c, "cannot convert %t to type %t (in %t)", x.typ, t->typ, TYPE(Tp)));
        }
        return false;
    }
    return true;
}

/* A slice to an array or a pointer to an array of the same element type. 1: yes, 0: no, -1: not in this
 * version. */
static int slice_to_array(Checker *c, Slice *s, Type *Tu, const char **cause) {
    Array *a = as_array(Tu);
    if (a) {
        if (!type_identical(s->elem, a->elem)) return 0;
        if (!c || check_allow_version(c, GO1_20)) return 1;
        if (cause) *cause = "conversion of slice to array requires go1.20 or later";
        return -1;
    }
    Pointer *p = as_pointer(Tu);
    a = p ? as_array(type_under(p->base)) : NULL;
    if (!a || !type_identical(s->elem, a->elem)) return 0;
    if (!c || check_allow_version(c, GO1_17)) return 1;
    if (cause) *cause = "conversion of slice to array pointer requires go1.17 or later";
    return -1;
}

bool operand_convertible_to(Operand *x, Checker *c, Type *T, const char **cause) {
    if (operand_assignable_to(x, c, T, cause)) return true;
    Type *orig_T = T, *V = type_unalias(x->typ);
    T = type_unalias(T);
    Type *Vu = type_under(V), *Tu = type_under(T);
    TypeParam *Vp = as_type_param(V), *Tp = as_type_param(T);

    if (!Vp && !Tp && type_identical_ignore_tags(Vu, Tu)) return true;
    Pointer *pv = as_pointer(V), *pt = as_pointer(T);
    if (pv && pt && type_identical_ignore_tags(type_under(pv->base), type_under(pt->base)) &&
        !type_is_type_param(pv->base) && !type_is_type_param(pt->base)) {
        return true;
    }
    if (is_integer_or_float(Vu) && is_integer_or_float(Tu)) return true;
    if (is_complex(Vu) && is_complex(Tu)) return true;
    if ((is_integer(Vu) || is_bytes_or_runes(Vu)) && is_string(Tu)) return true;
    if (is_string(Vu) && is_bytes_or_runes(Tu)) return true;
    if ((is_pointer(Vu) || is_uintptr(Vu)) && is_unsafe_pointer(Tu)) return true;
    if (is_unsafe_pointer(Vu) && (is_pointer(Tu) || is_uintptr(Tu))) return true;
    Slice *s = as_slice(Vu);
    if (s) {
        int r = slice_to_array(c, s, Tu, cause);
        if (r) return r > 0;
    }
    if (!Vp && !Tp) return false;
    return generic_convertible_to(x, c, Vp, Tp, T, orig_T, cause);
}
