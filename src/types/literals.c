/* Basic, function and composite literals (spec, "Basic literals", "Function literals",
 * "Composite literals"). */
#include "types/check_int.h"

/* Reports forms of number literals that the language version lacks. */
static void lang_compat(Checker *c, BasicLit *lit) {
    Str s = lit->text;
    if (s.n <= 2 || check_allow_version(c, GO1_13)) return;
    Pos at = AT(lit);
    if (memchr(s.p, '_', s.n)) {
        check_version_errorf(c, at, GO1_13, "underscore in numeric literal");
        return;
    }
    if (s.p[0] != '0') return;
    char radix = (char)(s.p[1] | 0x20);
    if (radix == 'b') {
        check_version_errorf(c, at, GO1_13, "binary literal");
    } else if (radix == 'o') {
        check_version_errorf(c, at, GO1_13, "0o/0O-style octal literal");
    } else if (radix == 'x' && lit->e.n.aux != LIT_INT) {
        check_version_errorf(c, at, GO1_13, "hexadecimal floating-point literal");
    }
}

void check_basic_lit(Checker *c, Operand *x, BasicLit *e) {
    LitKind kind = (LitKind)e->e.n.aux;
    if (kind == LIT_INT || kind == LIT_FLOAT || kind == LIT_IMAG) {
        lang_compat(c, e);
        enum { LIMIT = 10000 }; /* more digits mean nothing and cost much */
        if (e->text.n > LIMIT) {
            check_errorf(c, AT(e), "excessively long constant: %S... (%d chars)", (Str){e->text.p, 10},
                         (int)e->text.n);
            x->mode = MODE_INVALID;
            return;
        }
    }
    operand_set_const(c, x, kind, e->text);
    if (x->mode == MODE_INVALID) { /* the syntax is right, so it is out of any range */
        check_errorf(c, AT(e), "malformed constant: %S", e->text);
        return;
    }
    x->expr = &e->e;
    if (x->val->rep == CONST_REP_BIG) check_overflow(c, x);
}

typedef struct FuncLitBody {
    DeclInfo *decl;
    Signature *sig;
    BlockStmt *body;
    const Const *iota;
} FuncLitBody;

static void func_lit_body(Checker *c, void *data) {
    FuncLitBody *f = data;
    check_func_body(c, f->decl, "<function literal>", f->sig, f->body, f->iota);
}

void check_func_lit(Checker *c, Operand *x, FuncLit *e) {
    Signature *sig = as_signature(check_typ(c, &e->type_expr->e));
    if (!sig) {
        check_invalid_ast(c, AT(e), "invalid function literal %e", e);
        x->mode = MODE_INVALID;
        return;
    }
    if (sig->scope) {
        sig->scope->pos = e->e.n.pos;
        sig->scope->end = node_end(e);
    }
    if (!c->conf->ignore_func_bodies && e->body) {
        /* The body may use the type declaration that it is part of, so it waits; but no longer than until the
         * contents of the enclosing scope change. */
        FuncLitBody *f = NEW(c->arena, FuncLitBody);
        *f = (FuncLitBody){c->env.decl, sig, e->body, c->env.iota};
        check_later(c, func_lit_body, f);
    }
    x->mode = MODE_VALUE;
    x->typ = TYPE(sig);
}

static void check_keyed_struct(Checker *c, Operand *x, CompositeLit *lit, Struct *st, Type *base) {
    bool small[64] = {0},
         *visited = st->nfields <= COUNT_OF(small) ? small : NEW_ARRAY(c->arena, bool, st->nfields);
    for (uint32_t i = 0; i < lit->elems.n; i++) {
        Expr *e = lit->elems.v[i];
        if (KIND(e) != N_KEY_VALUE) {
            check_errorf(c, AT(e), "mixture of field:value and value elements in struct literal");
            continue;
        }
        KeyValueExpr *kv = AS(KeyValueExpr, e);
        check_expr(c, NULL, x, kv->value);
        if (KIND(kv->key) != N_NAME) {
            check_errorf(c, AT(kv), "invalid field name %e in struct literal", kv->key);
            continue;
        }
        NameExpr *key = AS(NameExpr, kv->key);
        int f = field_index(st->fields, st->nfields, c->pkg, key->name, false);
        if (f < 0) {
            int alt = field_index(st->fields, st->nfields, c->pkg, key->name, true);
            check_errorf(c, AT(kv->key), "%s",
                         check_lookup_error(c, base, key->name, alt >= 0 ? st->fields[alt] : NULL, true));
            continue;
        }
        Var *fld = st->fields[f];
        check_record_use(c, key, fld);
        check_assignment(c, x, fld->typ, "struct literal");
        if (visited[f]) check_errorf(c, AT(kv), "duplicate field name %n in struct literal", key->name);
        visited[f] = true;
    }
}

static void check_positional_struct(Checker *c, Operand *x, CompositeLit *lit, Struct *st, Type *base) {
    for (uint32_t i = 0; i < lit->elems.n; i++) {
        Expr *e = lit->elems.v[i];
        if (KIND(e) == N_KEY_VALUE) {
            check_errorf(c, AT(e), "mixture of field:value and value elements in struct literal");
            continue;
        }
        check_expr(c, NULL, x, e);
        if (i >= st->nfields) {
            check_errorf(c, AT_OPERAND(x), "too many values in struct literal of type %t", base);
            break;
        }
        Var *fld = st->fields[i];
        if (!object_exported(fld) && fld->pkg != c->pkg) {
            check_errorf(c, AT_OPERAND(x),
                         "implicit assignment to unexported field %n in struct literal of type %t", fld->name,
                         base);
            continue;
        }
        check_assignment(c, x, fld->typ, "struct literal");
    }
    if (lit->elems.n < st->nfields) {
        check_errorf(c, lit->rbrace, "too few values in struct literal of type %t", base);
    }
}

/* The elements of an array or slice literal with element type typ and, if known (>= 0), length; the literal's
 * length. */
static int64_t check_indexed_elts(Checker *c, CompositeLit *lit, Type *typ, int64_t length) {
    Map visited = {0}; /* index + 1; only needed when there are keys, else indices just count up */
    bool keyed = lit->nkeys > 0;
    int64_t index = 0, max = 0;
    for (uint32_t i = 0; i < lit->elems.n; i++) {
        Expr *e = lit->elems.v[i], *eval = e;
        bool valid = false;
        if (KIND(e) == N_KEY_VALUE) {
            KeyValueExpr *kv = AS(KeyValueExpr, e);
            int64_t v;
            Type *t = check_index(c, kv->key, length, &v);
            if (type_is_valid(t)) {
                if (v >= 0) {
                    index = v;
                    valid = true;
                } else {
                    check_errorf(c, AT(e), "index %e must be integer constant", kv->key);
                }
            }
            eval = kv->value;
        } else if (length >= 0 && index >= length) {
            check_errorf(c, AT(e), "index %D is out of bounds (>= %D)", index, length);
        } else {
            valid = true;
        }
        if (valid && keyed) {
            if (map_has(&visited, (uint64_t)index + 1)) {
                check_errorf(c, AT(e), "duplicate index %D in array or slice literal", index);
            }
            map_put(&visited, (uint64_t)index + 1, &visited);
        }
        if (index < INT64_MAX) index++;
        if (index > max) max = index;
        Operand x = {0};
        check_expr_with_hint(c, &x, eval, typ);
        check_assignment(c, &x, typ, "array or slice literal");
    }
    map_release(&visited);
    return max;
}

typedef struct SeenKey {
    ConstKey key;
    Type *typ;
    struct SeenKey *next; /* of the same hash */
} SeenKey;

/* Adds x to the keys seen; true when it was there. by_type: keys of different types differ. */
static bool duplicate_key(Checker *c, Map *seen, Arena *scratch, Operand *x, bool by_type) {
    ConstKey k = const_key(c->arena, x->val);
    uint64_t h = const_key_hash(&k);
    SeenKey *head = map_get(seen, h);
    for (SeenKey *s = head; s; s = s->next) {
        if (const_key_eq(&s->key, &k) && (!by_type || type_identical(s->typ, x->typ))) return true;
    }
    SeenKey *s = NEW(scratch, SeenKey);
    *s = (SeenKey){k, x->typ, head};
    map_put(seen, h, s);
    return false;
}

static void check_map_lit(Checker *c, Operand *x, CompositeLit *lit, MapT *m) {
    bool by_type = type_is_non_tparam_interface(m->key);
    Map seen = {0};
    Arena scratch;
    arena_init(&scratch);
    for (uint32_t i = 0; i < lit->elems.n; i++) {
        Expr *e = lit->elems.v[i];
        if (KIND(e) != N_KEY_VALUE) {
            check_errorf(c, AT(e), "missing key in map literal");
            continue;
        }
        KeyValueExpr *kv = AS(KeyValueExpr, e);
        check_expr_with_hint(c, x, kv->key, m->key);
        check_assignment(c, x, m->key, "map literal");
        if (x->mode == MODE_INVALID) continue;
        if (x->mode == MODE_CONST && duplicate_key(c, &seen, &scratch, x, by_type)) {
            check_errorf(c, AT_OPERAND(x), "duplicate key %v in map literal", x->val);
            continue;
        }
        check_expr_with_hint(c, x, kv->value, m->elem);
        check_assignment(c, x, m->elem, "map literal");
    }
    map_release(&seen);
    arena_release(&scratch);
}

void check_composite_lit(Checker *c, Operand *x, CompositeLit *e, Type *hint) {
    Type *typ, *base;
    bool is_elem = false; /* of an enclosing literal, with its type left out */
    if (e->type_expr) {
        if (KIND(e->type_expr) == N_ARRAY_TYPE && !AS(ArrayType, e->type_expr)->len) {
            typ = TYPE(new_array(check_var_type(c, AS(ArrayType, e->type_expr)->elem), -1));
        } else {
            typ = check_typ(c, e->type_expr);
        }
        base = typ;
    } else if (hint) {
        typ = base = hint;
        Type *u = common_under(base, NULL, NULL, NULL);
        Pointer *p = u ? as_pointer(type_unalias(u)) : NULL;
        if (p) base = p->base; /* *T stands for &T{} */
        is_elem = true;
    } else {
        check_errorf(c, AT(e), "missing type in composite literal");
        typ = base = Typ(INVALID);
    }

    Type *u = common_under(base, NULL, NULL, NULL);
    switch (u ? (TypeKind)u->kind : TK_NONE) {
    case TK_STRUCT:
        if (e->elems.n == 0) break;
        if (KIND(e->elems.v[0]) == N_KEY_VALUE) {
            check_keyed_struct(c, x, e, as_struct(u), base);
        } else {
            check_positional_struct(c, x, e, as_struct(u), base);
        }
        break;
    case TK_ARRAY: {
        Array *a = as_array(u);
        int64_t n = check_indexed_elts(c, e, a->elem, a->len);
        if (a->len < 0) { /* [...]T, or an invalid length: take what is there */
            a->len = n;
            if (e->type_expr) check_record_type_and_value(c, e->type_expr, MODE_TYPE, u, NULL);
        }
        break;
    }
    case TK_SLICE: check_indexed_elts(c, e, as_slice(u)->elem, -1); break;
    case TK_MAP: check_map_lit(c, x, e, as_map(u)); break;
    default:
        for (uint32_t i = 0; i < e->elems.n; i++) {
            Expr *el = e->elems.v[i];
            check_use1(c, KIND(el) == N_KEY_VALUE ? AS(KeyValueExpr, el)->value : el);
        }
        if (!u || type_is_valid(u)) {
            check_errorf(c, AT(e), "invalid composite literal%s type %t%s", is_elem ? " element" : "", typ,
                         u ? "" : " (no common underlying type)");
            x->mode = MODE_INVALID;
            return;
        }
        break;
    }
    x->mode = MODE_VALUE;
    x->typ = typ;
}
