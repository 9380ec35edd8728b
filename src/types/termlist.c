/* Lists of type terms: the algebra of unions and intersections (spec, "General interfaces").
 *
 * A term stands for a set of types: NULL for none, typ NULL for all, T for just T, ~T for all with underlying
 * type T. A list is the union of its terms; in normal form they do not overlap. Lists are immutable once
 * made. */
#include "types/check_int.h"

static Term all_term;
static Term *all_terms[] = {&all_term};
const TermList all_termlist = {all_terms, 1};

Term *new_term(bool tilde, Type *typ) {
    Term *t = NEW(types_arena(), Term);
    t->tilde = tilde, t->typ = typ;
    return t;
}

bool term_disjoint(const Term *x, const Term *y) {
    Type *ux = y->tilde ? type_under(x->typ) : x->typ;
    Type *uy = x->tilde ? type_under(y->typ) : y->typ;
    return !type_identical(ux, uy);
}

/* x ∪ y as one term, or as two when *second is set. */
static Term *term_union(Term *x, Term *y, Term **second) {
    *second = NULL;
    if (!x) return y;
    if (!y) return x;
    if (!x->typ) return x;
    if (!y->typ) return y;
    if (term_disjoint(x, y)) {
        *second = y;
        return x;
    }
    return x->tilde || !y->tilde ? x : y;
}

static Term *term_intersect(Term *x, Term *y) {
    if (!x || !y) return NULL;
    if (!x->typ) return y;
    if (!y->typ) return x;
    if (term_disjoint(x, y)) return NULL;
    return !x->tilde || y->tilde ? x : y;
}

bool term_includes(const Term *x, Type *t) {
    if (!x) return false;
    if (!x->typ) return true;
    return type_identical(x->typ, x->tilde ? type_under(t) : t);
}

static bool term_subset_of(const Term *x, const Term *y) {
    if (!x) return true;
    if (!y) return false;
    if (!y->typ) return true;
    if (!x->typ) return false;
    if (term_disjoint(x, y)) return false;
    return !x->tilde || y->tilde;
}

bool termlist_is_empty(TermList xl) {
    for (uint32_t i = 0; i < xl.n; i++)
        if (xl.v[i]) return false;
    return true;
}

bool termlist_is_all(TermList xl) {
    for (uint32_t i = 0; i < xl.n; i++)
        if (xl.v[i] && !xl.v[i]->typ) return true;
    return false;
}

/* Normal form of the n terms in v, which is overwritten. */
static TermList norm(Term **v, uint32_t n) {
    bool *used = NEW_ARRAY(types_arena(), bool, n + 1);
    Term **rl = NEW_ARRAY(types_arena(), Term *, n + 1);
    uint32_t rn = 0;
    for (uint32_t i = 0; i < n; i++) {
        Term *xi = v[i];
        if (!xi || used[i]) continue;
        for (uint32_t j = i + 1; j < n; j++) {
            if (!v[j] || used[j]) continue;
            Term *second, *u = term_union(xi, v[j], &second);
            if (second) continue;
            if (!u->typ) return all_termlist;
            xi = u;
            used[j] = true;
        }
        rl[rn++] = xi;
    }
    return (TermList){rl, rn};
}

TermList termlist_union(TermList xl, TermList yl) {
    Term **v = NEW_ARRAY(types_arena(), Term *, xl.n + yl.n + 1);
    for (uint32_t i = 0; i < xl.n; i++) v[i] = xl.v[i];
    for (uint32_t i = 0; i < yl.n; i++) v[xl.n + i] = yl.v[i];
    return norm(v, xl.n + yl.n);
}

TermList termlist_intersect(TermList xl, TermList yl) {
    if (termlist_is_empty(xl) || termlist_is_empty(yl)) return (TermList){0};
    if (xl.v == all_terms) return yl.v == all_terms ? yl : norm(yl.v, yl.n);
    Term **v = NEW_ARRAY(types_arena(), Term *, (size_t)xl.n * yl.n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < xl.n; i++) {
        for (uint32_t j = 0; j < yl.n; j++) {
            Term *r = term_intersect(xl.v[i], yl.v[j]);
            if (r) v[n++] = r;
        }
    }
    return norm(v, n);
}

bool termlist_subset_of(TermList xl, TermList yl) {
    if (termlist_is_empty(yl)) return termlist_is_empty(xl);
    for (uint32_t i = 0; i < xl.n; i++) {
        bool ok = false;
        for (uint32_t j = 0; j < yl.n && !ok; j++) ok = term_subset_of(xl.v[i], yl.v[j]);
        if (!ok) return false;
    }
    return true;
}

bool termlist_equal(TermList xl, TermList yl) {
    if (xl.v == yl.v && xl.n == yl.n) return true;
    return termlist_subset_of(xl, yl) && termlist_subset_of(yl, xl);
}

static void term_write(StrBuf *sb, const Term *x) {
    if (!x) {
        sb_adds(sb, "∅");
    } else if (!x->typ) {
        sb_adds(sb, "𝓤");
    } else {
        if (x->tilde) sb_addc(sb, '~');
        type_write(sb, x->typ, NULL);
    }
}

const char *term_string(const Term *x) {
    StrBuf sb = STRBUF_INIT;
    term_write(&sb, x);
    return sb_arena(&sb, types_arena());
}

const char *termlist_string(TermList xl) {
    if (xl.n == 0) return "∅";
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < xl.n; i++) {
        if (i > 0) sb_adds(&sb, " | ");
        term_write(&sb, xl.v[i]);
    }
    return sb_arena(&sb, types_arena());
}
