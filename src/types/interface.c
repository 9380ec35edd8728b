/* Interface types and unions of terms (spec, "Interface types"). */
#include "types/check_int.h"

static void type_set_later(Checker *c, void *data) { compute_interface_type_set(c, NO_POS, data); }

void check_interface_type(Checker *c, Interface *ityp, InterfaceType *e, TypeName *def) {
    Arena *a = types_arena();
    uint32_t n = e->methods.n;
    ityp->methods = NEW_ARRAY(a, Func *, n + 1);
    ityp->embeddeds = NEW_ARRAY(a, Type *, n + 1);
    ityp->embed_pos = NEW_ARRAY(a, Pos, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        Field *f = e->methods.v[i];
        if (!f->name) {
            Type *t = check_parse_union(c, f->type_expr);
            ityp->embed_pos[ityp->nembeddeds] = AT(f->type_expr);
            ityp->embeddeds[ityp->nembeddeds++] = t;
            continue;
        }
        if (name_is(f->name->name, "_")) {
            check_errorf(c, NPOS(f->name), "methods must have a unique non-blank name");
            continue;
        }
        Type *t = check_typ(c, f->type_expr);
        Signature *sig = as_signature(t);
        if (!sig) {
            if (type_is_valid(t)) check_invalid_ast(c, AT(f->type_expr), "%t is not a method signature", t);
            continue;
        }
        /* the receiver is the defined type, if the interface is the whole of its declaration */
        Type *recv = &ityp->t;
        Named *named = def ? type_as_named(def->typ) : NULL;
        if (named) recv = &named->t;
        sig->recv = new_var(VAR_RECV, NPOS(f->name), c->pkg, NULL, recv);
        Func *m = new_func(NPOS(f->name), c->pkg, f->name->name, sig);
        m->decl = f;
        check_record_def(c, f->name, m);
        ityp->methods[ityp->nmethods++] = m;
    }
    ityp->complete = true;
    if (ityp->nmethods == 0 && ityp->nembeddeds == 0) {
        ityp->tset = interface_type_set(types_empty_interface());
        atomic_store(&ityp->tset_done, true);
        return;
    }
    sort_methods(ityp->methods, ityp->nmethods);
    check_later(c, type_set_later, ityp);
}

/* ---- unions ---- */

enum { MAX_TERM_COUNT = 100 };

typedef struct UnionCheck {
    Term **terms;
    uint32_t n;
    Expr **exprs;
} UnionCheck;

/* The first of n terms that has types in common with y; -1: none. Interfaces are exempt. */
static int overlapping_term(Term **terms, uint32_t n, Term *y) {
    for (uint32_t i = 0; i < n; i++)
        if (!type_is_interface(terms[i]->typ) && !term_disjoint(terms[i], y)) return (int)i;
    return -1;
}

static void union_later(Checker *c, void *data) {
    UnionCheck *d = data;
    for (uint32_t i = 0; i < d->n; i++) {
        Term *t = d->terms[i];
        if (!type_is_valid(t->typ)) continue;
        Pos at = AT(d->exprs[i]);
        Type *u = type_under(t->typ);
        Interface *it = as_interface(u);
        if (t->tilde) {
            if (it) {
                check_errorf(c, at, "invalid use of ~ (%t is an interface)", t->typ);
                continue;
            }
            if (!type_identical(u, t->typ)) {
                check_errorf(c, at, "invalid use of ~ (underlying type of %t is %t)", t->typ, u);
                continue;
            }
        }
        if (it) {
            TypeSet *ts = interface_type_set(it);
            const char *text = term_string(t);
            if (ts->nmethods) check_errorf(c, at, "cannot use %s in union (%s contains methods)", text, text);
            else if (t->typ == universe.comparable->typ)
                check_errorf(c, at, "cannot use comparable in union");
            else if (ts->comparable)
                check_errorf(c, at, "cannot use %s in union (%s embeds comparable)", text, text);
            continue;
        }
        int j = overlapping_term(d->terms, i, t);
        if (j >= 0)
            check_soft_errorf(c, at, "overlapping terms %s and %s", term_string(t), term_string(d->terms[j]));
    }
}

static Term *parse_tilde(Checker *c, Expr *tx) {
    Expr *x = tx;
    bool tilde = false;
    if (KIND(x) == N_OPERATION && x->n.aux == OP_TILDE) {
        x = AS(Operation, x)->x;
        tilde = true;
    }
    Type *t = check_typ(c, x);
    /* embedding type parameters is not permitted (yet) */
    if (type_is_type_param(t)) {
        if (tilde) check_errorf(c, AT(x), "type in term %e cannot be a type parameter", tx);
        else check_errorf(c, AT(x), "term cannot be a type parameter");
        t = Typ(INVALID);
    }
    Term *term = new_term(tilde, t);
    if (tilde) {
        Term **one = NEW_ARRAY(types_arena(), Term *, 1);
        one[0] = term;
        check_record_type_and_value(c, tx, MODE_TYPE, TYPE(new_union(one, 1)), NULL);
    }
    return term;
}

Type *check_parse_union(Checker *c, Expr *uexpr) {
    /* a | b | c is ((a | b) | c): the terms, and the operation each but the first ends */
    uint32_t n = 1;
    for (Expr *x = uexpr; KIND(x) == N_OPERATION && x->n.aux == OP_OR; x = AS(Operation, x)->x) n++;
    Arena *a = types_arena();
    Expr **tlist = NEW_ARRAY(a, Expr *, n), **blist = NEW_ARRAY(a, Expr *, n);
    Expr *rest = uexpr;
    for (uint32_t i = n; i-- > 1;) {
        tlist[i] = AS(Operation, rest)->y;
        blist[i - 1] = rest;
        rest = AS(Operation, rest)->x;
    }
    tlist[0] = rest;

    Term **terms = NEW_ARRAY(a, Term *, n);
    uint32_t nt = 0;
    Type *u = NULL;
    for (uint32_t i = 0; i < n; i++) {
        Term *term = parse_tilde(c, tlist[i]);
        if (n == 1 && !term->tilde) return term->typ; /* a single type is no union */
        if (nt >= MAX_TERM_COUNT) {
            if (type_is_valid(u)) {
                check_errorf(c, AT(tlist[i]),
                             "cannot handle more than %d union terms (implementation limitation)",
                             MAX_TERM_COUNT);
                u = Typ(INVALID);
            }
        } else {
            terms[nt++] = term;
            u = TYPE(new_union(terms, nt));
        }
        if (i > 0) check_record_type_and_value(c, blist[i - 1], MODE_TYPE, u, NULL);
    }
    if (!type_is_valid(u)) return u;
    UnionCheck *d = NEW(a, UnionCheck);
    *d = (UnionCheck){terms, nt, tlist};
    check_later(c, union_later, d);
    return u;
}
