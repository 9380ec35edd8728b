/* Operands: how messages describe them, and assignability (spec, "Assignability").
 *
 * An operand is an expression with what is known of it: its mode (constant, variable, value …), its type and,
 * when constant, its value. */
#include "types/check_int.h"

void operands_init(Checker *c, OperandVec *l, uint32_t n) {
    l->n = n;
    if (n <= OPERANDS_INLINE) {
        l->v = l->ptrs;
        memset(l->ops, 0, n * sizeof l->ops[0]);
        for (uint32_t i = 0; i < n; i++) l->v[i] = &l->ops[i];
        return;
    }
    l->v = NEW_ARRAY(c->arena, Operand *, n);
    Operand *ops = NEW_ARRAY(c->arena, Operand, n);
    for (uint32_t i = 0; i < n; i++) l->v[i] = &ops[i];
}

static const char *const mode_text[] = {
    [MODE_INVALID] = "invalid operand",
    [MODE_NOVALUE] = "no value",
    [MODE_BUILTIN] = "built-in",
    [MODE_TYPE] = "type",
    [MODE_CONST] = "constant",
    [MODE_VARIABLE] = "variable",
    [MODE_MAPINDEX] = "map index expression",
    [MODE_VALUE] = "value",
    [MODE_NILVALUE] = "nil",
    [MODE_COMMAOK] = "comma, ok expression",
    [MODE_COMMAERR] = "comma, error expression",
    [MODE_CGOFUNC] = "cgo function",
};

/* " of <description>type <typ>", the structure of named types spelled out and constraints of type parameters
 * added. */
static void write_operand_type(StrBuf *sb, Type *typ, const Qualifier *qf) {
    if (!type_is_valid(typ)) {
        sb_adds(sb, " with invalid type");
        return;
    }
    sb_adds(sb, " of ");
    if (type_is_generic(typ)) sb_adds(sb, "generic ");
    TypeParam *tpar = as_type_param(type_unalias(typ));
    if (!tpar && (typ->kind == TK_ALIAS || typ->kind == TK_NAMED)) {
        const char *what = type_composite_kind(typ);
        if (!*what) {
            Basic *b = as_basic(type_under(typ));
            what = b ? b->name->s : "";
        }
        sb_adds(sb, what);
        sb_addc(sb, ' ');
    }
    sb_adds(sb, "type ");
    type_write(sb, typ, qf);
    if (tpar) {
        sb_adds(sb, " constrained by ");
        type_write(sb, tpar->bound, qf);
        if (type_has_empty_typeset(TYPE(tpar))) sb_adds(sb, " with empty type set");
    }
}

void operand_write(StrBuf *sb, const Operand *x, const Qualifier *qf) {
    if (x->mode == MODE_NILVALUE) {
        if (!x->typ || x->typ == Typ(INVALID)) {
            sb_adds(sb, "nil (with invalid type)");
        } else if (x->typ == Typ(UNTYPED_NIL)) {
            sb_adds(sb, "nil");
        } else {
            sb_adds(sb, "nil (of type ");
            type_write(sb, x->typ, qf);
            sb_addc(sb, ')');
        }
        return;
    }
    StrBuf expr = STRBUF_INIT, val = STRBUF_INIT;
    if (x->expr) {
        expr_format(&expr, x->expr);
    } else if (x->mode == MODE_BUILTIN) {
        sb_adds(&expr, predeclared_funcs[x->id].name);
    } else if (x->mode == MODE_TYPE) {
        type_write(&expr, x->typ, qf);
    } else if (x->mode == MODE_CONST) {
        const_format(&expr, x->val);
    }
    if (expr.n) {
        sb_add(sb, expr.buf, expr.n);
        sb_adds(sb, " (");
    }
    bool has_type = false;
    switch (x->mode) {
    case MODE_INVALID:
    case MODE_NOVALUE:
    case MODE_BUILTIN:
    case MODE_TYPE: break;
    default:
        if (x->typ && type_is_untyped(x->typ)) {
            sb_adds(sb, as_basic(type_unalias(x->typ))->name->s);
            sb_addc(sb, ' ');
        } else if (x->typ) {
            has_type = true;
        }
    }
    sb_adds(sb, mode_text[x->mode]);
    if (x->mode == MODE_CONST) {
        const_format(&val, x->val);
        if (val.n != expr.n || memcmp(val.buf, expr.buf, val.n) != 0) {
            sb_addc(sb, ' ');
            sb_add(sb, val.buf, val.n);
        }
    }
    if (has_type) write_operand_type(sb, x->typ, qf);
    if (expr.n) sb_addc(sb, ')');
    sb_release(&expr);
    sb_release(&val);
}

void operand_set_const(Checker *c, Operand *x, LitKind kind, Str lit) {
    static const BasicKind basic[] = {[LIT_INT] = BK_UNTYPED_INT,
                                      [LIT_FLOAT] = BK_UNTYPED_FLOAT,
                                      [LIT_IMAG] = BK_UNTYPED_COMPLEX,
                                      [LIT_RUNE] = BK_UNTYPED_RUNE,
                                      [LIT_STRING] = BK_UNTYPED_STRING};
    const Const *val = const_from_literal(c->arena, lit, kind);
    if (const_kind(val) == CONST_UNKNOWN) {
        x->mode = MODE_INVALID;
        x->typ = Typ(INVALID);
        return;
    }
    x->mode = MODE_CONST;
    x->typ = &basic_types[basic[kind]].t;
    x->val = val;
}

bool is_uintptr(Type *t) {
    Basic *b = as_basic(type_under(t));
    return b && b->bk == BK_UINTPTR;
}

bool is_unsafe_pointer(Type *t) {
    Basic *b = as_basic(type_under(t));
    return b && b->bk == BK_UNSAFE_POINTER;
}

bool is_pointer(Type *t) { return type_under(t)->kind == TK_POINTER; }

bool is_bytes_or_runes(Type *t) {
    Slice *s = as_slice(type_under(t));
    if (!s) return false;
    Basic *b = as_basic(type_under(s->elem));
    return b && (b->bk == BK_UINT8 || b->bk == BK_INT32);
}

Type *array_ptr_deref(Type *t) {
    Pointer *p = as_pointer(type_unalias(t));
    if (p) {
        Array *a = as_array(type_under(p->base));
        if (a) return TYPE(a);
    }
    return t;
}

bool under_is(Type *typ, bool (*f)(Type *u, void *ctx), void *ctx) {
    if (!as_type_param(type_unalias(typ))) return f(type_under(typ), ctx);
    TypesetSeq s;
    typeset_seq(&s, typ);
    for (uint32_t i = 0; i < s.n; i++) {
        if (!f(s.v[i].u, ctx)) return false;
    }
    return true;
}

/* Puts a line in front of *cause. */
static void add_cause(Checker *c, const char **cause, const char *msg) {
    if (!c || !cause) return;
    *cause = *cause && **cause ? check_sprintf(c, "%s\n\t%s", msg, *cause) : msg;
}

/* V, a type literal, assignable to each specific type of the type parameter Tp. */
static bool assignable_to_each(Operand *x, Checker *c, TypeParam *Tp, const char **cause) {
    bool ok = false;
    TermSeq s;
    tparam_term_seq(&s, Tp);
    for (uint32_t i = 0; i < s.n; i++) {
        Term *t = s.v[i];
        if (!t) return ok;
        ok = operand_assignable_to(x, c, t->typ, cause);
        if (!ok) {
            if (c && cause) {
                add_cause(c, cause,
                          check_sprintf(c, "cannot assign %t to %t (in %t)", x->typ, t->typ, TYPE(Tp)));
            }
            return false;
        }
    }
    return ok;
}

/* Values of each specific type of Vp, x's type, assignable to T. */
static bool each_assignable_to(Operand *x0, Checker *c, TypeParam *Vp, Type *T, Type *orig_T,
                               const char **cause) {
    Operand x = *x0;
    bool ok = false;
    TermSeq s;
    tparam_term_seq(&s, Vp);
    for (uint32_t i = 0; i < s.n; i++) {
        Term *v = s.v[i];
        if (!v) return ok;
        x.typ = v->typ;
        ok = operand_assignable_to(&x, c, T, cause);
        if (!ok) {
            if (c && cause) {
                add_cause(c, cause,
                          check_sprintf(c, "cannot assign %t (in %t) to %t", v->typ, TYPE(Vp), orig_T));
            }
            return false;
        }
    }
    return ok;
}

bool operand_assignable_to(Operand *x, Checker *c, Type *T, const char **cause) {
    if (x->mode == MODE_INVALID || !type_is_valid(T)) return true; /* reported before */
    if (x->typ == T) return true;
    Type *orig_T = T, *V = type_unalias(x->typ);
    T = type_unalias(T);
    if (type_identical(V, T)) return true;

    Type *Vu = type_under(V), *Tu = type_under(T);
    TypeParam *Vp = as_type_param(V), *Tp = as_type_param(T);

    /* an untyped value that T can represent */
    if (type_is_untyped(Vu)) {
        const Const *val;
        ConvCode code;
        if (Tp) {
            TermSeq s;
            tparam_term_seq(&s, Tp);
            for (uint32_t i = 0; i < s.n; i++) {
                if (!s.v[i] || !check_implicit_type_and_value(c, x, s.v[i]->typ, &val, &code)) return false;
            }
            return true;
        }
        return check_implicit_type_and_value(c, x, T, &val, &code) != NULL;
    }

    /* identical underlying types, at least one of them not named, no type parameters. Two interfaces are
     * compared in any case: their type sets are computed by it, V's first, which shows when they are in a
     * cycle. */
    bool one_unnamed = !type_has_name(V) || !type_has_name(T);
    if ((one_unnamed || (Vu->kind == TK_INTERFACE && Tu->kind == TK_INTERFACE)) && type_identical(Vu, Tu) &&
        one_unnamed && !Vp && !Tp) {
        return true;
    }

    /* T an interface (or, for the message, a pointer to one) that V implements */
    if ((Tu->kind == TK_INTERFACE && !Tp) || is_interface_ptr(Tu)) {
        if (check_implements(c, V, T, false, cause)) return true;
        if (!Vp) return false;
        if (cause) *cause = "";
    }

    /* V an interface that T implements: a type assertion is missing */
    if (Vu->kind == TK_INTERFACE && !Vp && check_implements(c, T, V, false, NULL)) {
        if (cause) *cause = "need type assertion";
        return false;
    }

    /* a bidirectional channel with identical element type */
    Chan *Vc = as_chan(Vu), *Tc = as_chan(Tu);
    if (Vc && Vc->dir == CHAN_BOTH && Tc && type_identical(Vc->elem, Tc->elem)) {
        return !type_has_name(V) || !type_has_name(T);
    }

    if (!Vp && !Tp) return false;
    if (!type_has_name(V) && Tp) return assignable_to_each(x, c, Tp, cause);
    if (Vp && !type_has_name(T)) return each_assignable_to(x, c, Vp, T, orig_T, cause);
    return false;
}
