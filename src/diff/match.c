/* match.c: which site of one side is which of the other.
 *
 * In rounds, from what is certain to what is likely; a site that has found its partner is out. In each round
 * the sites that are left are grouped by a key, and groups with the same key are paired.
 *
 *   1. the same function, value and cause, and the same text on the line: the same, whatever its line's
 * number
 *   2. the same without the text, then without what holds it
 *   3. the same function and value: the cause has changed
 *   4. functions that one side alone declares, when all that they allocate is equal: moved to another package
 *      (first those that kept their name) or renamed. Only where there is no choice. Of functions with three
 *      and more sites the expressions may differ.
 *   5. in one function values of the same kind, type, size and cause, as many on the one side as on the
 * other: moved (a variable was renamed, an expression rewritten)
 *
 * Several sites can have one key; they are paired in the order of the source. */
#include "diff/diff.h"
#include "load/load_int.h"

typedef struct Item {
    const char *key;
    uint32_t site; /* index */
} Item;
typedef VEC(Item) Items;

typedef struct Match {
    Diff *d;
    Arena a;
    uint32_t *partner[2]; /* by site: 1 + index of the partner on the other side */
    uint8_t *state[2];    /* DiffState */
    bool *skip[2];        /* by package: the other side could not be analysed there */
    Map has[2];           /* interned import path → 1 + index */
    Map declares[2];      /* interned "path function" → itself */
} Match;

static const DiffSide *side(const Match *m, int i) { return i ? m->d->new : m->d->old; }

static int by_key(const void *a, const void *b) {
    const Item *x = a, *y = b;
    int c = strcmp(x->key, y->key);
    return c ? c : x->site < y->site ? -1 : x->site > y->site;
}

static void pair(Match *m, uint32_t old, uint32_t new, DiffState state) {
    m->partner[0][old] = new + 1;
    m->partner[1][new] = old + 1;
    m->state[0][old] = m->state[1][new] = (uint8_t)state;
}

typedef const char *(*KeyFn)(Match *, const DiffSide *, const DiffSite *);

static Items left(Match *m, int i, KeyFn key) {
    const DiffSide *s = side(m, i);
    Items out = {0};
    for (uint32_t k = 0; k < s->sites.n; k++) {
        if (m->partner[i][k] || m->skip[i][s->sites.v[k].pkg]) continue;
        const char *text = key(m, s, &s->sites.v[k]);
        if (text) vec_push(&m->a, &out, ((Item){text, k}));
    }
    if (out.n) qsort(out.v, out.n, sizeof *out.v, by_key);
    return out;
}

static uint32_t run_end(const Items *v, uint32_t i) {
    uint32_t k = i;
    while (k < v->n && !strcmp(v->v[k].key, v->v[i].key)) k++;
    return k;
}

/* even: only where both sides have as many with the key. */
static void round_of(Match *m, KeyFn key, DiffState state, bool even) {
    Items o = left(m, 0, key), n = left(m, 1, key);
    for (uint32_t i = 0, k = 0; i < o.n && k < n.n;) {
        int c = strcmp(o.v[i].key, n.v[k].key);
        uint32_t oe = run_end(&o, i), ne = run_end(&n, k);
        if (!c && (!even || oe - i == ne - k))
            for (uint32_t q = 0; i + q < oe && k + q < ne; q++)
                pair(m, o.v[i + q].site, n.v[k + q].site, state);
        if (c <= 0) i = oe;
        if (c >= 0) k = ne;
    }
}

/* Parts of keys are separated by a byte that no text has. */
#define SEP "\x01"

static const char *value_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(&m->a, "%s" SEP "%s" SEP "%s" SEP "%s" SEP "%s", s->pkgs.v[d->pkg].path, d->func,
                        d->kind, d->what, d->via);
}

static const char *cause_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(&m->a, "%s" SEP "%s" SEP "%s" SEP "%s", value_key(m, s, d), d->reason,
                        d->first_reason, d->cause_func);
}

static const char *holder_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(&m->a, "%s" SEP "%s", cause_key(m, s, d), d->holder);
}

static const char *line_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(&m->a, "%s" SEP "%s", holder_key(m, s, d), d->source);
}

static const char *likely_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(
        &m->a, "%s" SEP "%s" SEP "%s" SEP "%s" SEP "%lld" SEP "%lld" SEP "%s" SEP "%s" SEP "%s" SEP "%s",
        s->pkgs.v[d->pkg].path, d->func, d->kind, d->type, (long long)d->size, (long long)d->elem_size,
        d->reason, d->first_reason, d->cause_func, d->via);
}

/* ---- functions ---- */

typedef struct Func {             /* with all sites that nobody has claimed */
    const char *name, *signature; /* signature: all that it allocates */
    const char *loose;            /* the same without the expressions */
    uint32_t site, nsites;        /* in Funcs.order */
} Func;
typedef struct Funcs {
    Items order; /* keys: path and declared function */
    VEC(Func) v;
} Funcs;

/* The declared function around a site: without literals in it. */
static size_t declared(const char *func) {
    size_t n = strlen(func);
    static const char *const inner[] = {".func", ".gowrap", ".deferwrap", "-range", "-fm"};
    for (size_t i = 0; i < COUNT_OF(inner); i++) {
        const char *p = strstr(func, inner[i]);
        char next = p ? p[strlen(inner[i])] : 0;
        if (p && (!next || next == '.' || next == '-')) n = MIN(n, (size_t)(p - func));
    }
    return n;
}

/* "(*T[...]).M" as declarations are listed: "T.M". */
static const char *plain_name(Arena *a, const char *s, size_t n) {
    StrBuf sb = STRBUF_INIT;
    for (size_t i = 0, depth = 0; i < n; i++) {
        if (s[i] == '[') depth++;
        else if (s[i] == ']') depth -= depth > 0;
        else if (!depth && !strchr("(*)", s[i])) sb_addc(&sb, s[i]);
    }
    return sb_arena(&sb, a);
}

static const char *func_key(Match *m, const DiffSide *s, const DiffSite *d) {
    return arena_printf(&m->a, "%s %.*s", s->pkgs.v[d->pkg].path, (int)declared(d->func), d->func);
}

/* Whether one side alone has the function. */
static bool only_here(Match *m, int i, const DiffSite *d) {
    const char *path = side(m, i)->pkgs.v[d->pkg].path;
    if (!smap_get(&m->has[!i], name_of(path))) return true;
    const char *name = plain_name(&m->a, d->func, declared(d->func));
    return !smap_get(&m->declares[!i], name_of(arena_printf(&m->a, "%s %s", path, name)));
}

/* The functions of which a site has found a partner. */
static void touched(Match *m, int i, Map *out) {
    const DiffSide *s = side(m, i);
    for (uint32_t k = 0; k < s->sites.n; k++)
        if (m->partner[i][k]) smap_put(out, name_of(func_key(m, s, &s->sites.v[k])), m);
}

static Funcs functions(Match *m, int i) {
    Funcs fs = {.order = left(m, i, func_key)};
    const DiffSide *s = side(m, i);
    Map stay = {.arena = &m->a};
    touched(m, i, &stay);
    for (uint32_t k = 0, end; k < fs.order.n; k = end) {
        end = run_end(&fs.order, k);
        const DiffSite *first = &s->sites.v[fs.order.v[k].site];
        size_t base = declared(first->func);
        if (!only_here(m, i, first) || smap_get(&stay, name_of(fs.order.v[k].key))) continue;
        StrBuf sb = STRBUF_INIT, loose = STRBUF_INIT;
        for (uint32_t q = k; q < end; q++) {
            const DiffSite *d = &s->sites.v[fs.order.v[q].site];
            sb_printf(&loose, "%s" SEP "%s" SEP "%s" SEP "%lld" SEP "%s" SEP "%s\n", d->func + base, d->kind,
                      d->type, (long long)d->size, d->via, d->reason);
            sb_printf(&sb, "%s" SEP "%s" SEP "%s" SEP "%s" SEP "%s" SEP "%s" SEP "%s\n", d->func + base,
                      d->kind, d->what, d->via, d->reason, d->first_reason, d->cause_func);
        }
        Func f = {.signature = sb_arena(&sb, &m->a),
                  .loose = sb_arena(&loose, &m->a),
                  .site = k,
                  .nsites = end - k};
        f.name = arena_strndup(&m->a, first->func, base);
        vec_push(&m->a, &fs.v, f);
    }
    return fs;
}

typedef enum Alike { ALIKE_LOOSELY, ALIKE, ALIKE_AND_NAMED } Alike;

static bool like(const Func *x, const Func *y, Alike how) {
    if (how == ALIKE_LOOSELY) return x->nsites >= 3 && !strcmp(x->loose, y->loose);
    return !strcmp(x->signature, y->signature) && (how == ALIKE || !strcmp(x->name, y->name));
}

/* The only one that is like f; f itself must be alone in its kind, too. */
static Func *only_one(Funcs *in, const Funcs *own, const Func *f, Alike how) {
    Func *found = NULL;
    for (uint32_t i = 0; i < own->v.n; i++)
        if (&own->v.v[i] != f && own->v.v[i].nsites && like(&own->v.v[i], f, how)) return NULL;
    for (uint32_t i = 0; i < in->v.n; i++) {
        if (!in->v.v[i].nsites || !like(&in->v.v[i], f, how)) continue;
        if (found) return NULL;
        found = &in->v.v[i];
    }
    return found;
}

static void moved_functions(Match *m) {
    Funcs o = functions(m, 0), n = functions(m, 1);
    for (int how = ALIKE_AND_NAMED; how >= ALIKE_LOOSELY; how--) {
        for (uint32_t i = 0; i < o.v.n; i++) {
            Func *f = &o.v.v[i], *g = f->nsites ? only_one(&n, &o, f, (Alike)how) : NULL;
            for (uint32_t k = 0; g && k < f->nsites; k++)
                pair(m, o.order.v[f->site + k].site, n.order.v[g->site + k].site, DIFF_MOVED);
            if (g) f->nsites = g->nsites = 0;
        }
    }
}

/* ---- all ---- */

static void note_package(Match *m, int i, const char *path) {
    Diff *d = m->d;
    if (!strvec_has(&d->left_out, path)) vec_push(&d->arena, &d->left_out, path);
    for (uint32_t k = 0; k < side(m, i)->pkgs.n; k++)
        if (!strcmp(side(m, i)->pkgs.v[k].path, path)) m->skip[i][k] = true;
}

static void prepare(Match *m, int i) {
    const DiffSide *s = side(m, i);
    m->partner[i] = NEW_ARRAY(&m->a, uint32_t, s->sites.n + 1);
    m->state[i] = NEW_ARRAY(&m->a, uint8_t, s->sites.n + 1);
    m->skip[i] = NEW_ARRAY(&m->a, bool, s->pkgs.n + 1);
    for (uint32_t k = 0; k < s->pkgs.n; k++) {
        const DiffPkg *p = &s->pkgs.v[k];
        smap_put(&m->has[i], name_of(p->path), (void *)(uintptr_t)(k + 1));
        for (uint32_t q = 0; q < p->funcs.n; q++) {
            const char *fn = plain_name(&m->a, p->funcs.v[q], strlen(p->funcs.v[q]));
            const Name *nm = name_of(arena_printf(&m->a, "%s %s", p->path, fn));
            smap_put(&m->declares[i], nm, m);
        }
    }
}

static void add_pair(Diff *d, DiffState state, const DiffSite *old, const DiffSite *new) {
    vec_push(&d->arena, &d->pairs, ((DiffPair){state, old, new}));
    d->count[state]++;
}

static void result(Match *m) {
    Diff *d = m->d;
    for (uint32_t i = 0; i < d->new->sites.n; i++) {
        const DiffSite *s = &d->new->sites.v[i];
        if (m->skip[1][s->pkg]) continue;
        uint32_t p = m->partner[1][i];
        add_pair(d, p ? m->state[1][i] : DIFF_NEW, p ? &d->old->sites.v[p - 1] : NULL, s);
    }
    for (uint32_t i = 0; i < d->old->sites.n; i++)
        if (!m->skip[0][d->old->sites.v[i].pkg] && !m->partner[0][i])
            add_pair(d, DIFF_GONE, &d->old->sites.v[i], NULL);
    for (uint32_t i = 0; i < d->new->pkgs.n; i++) d->packages += !m->skip[1][i];
    for (uint32_t i = 0; i < d->old->pkgs.n; i++)
        d->packages += !m->skip[0][i] && !smap_get(&m->has[1], name_of(d->old->pkgs.v[i].path));
}

void diff_compare(Diff *d, const DiffSide *old, const DiffSide *new) {
    *d = (Diff){.old = old, .new = new};
    arena_init(&d->arena);
    Match m = {.d = d};
    arena_init(&m.a);
    prepare(&m, 0);
    prepare(&m, 1);
    for (int i = 0; i < 2; i++)
        for (uint32_t k = 0; k < side(&m, i)->left_out.n; k++)
            for (int q = 0; q < 2; q++) note_package(&m, q, side(&m, i)->left_out.v[k]);
    strvec_sort(&d->left_out);
    round_of(&m, line_key, DIFF_SAME, false);
    round_of(&m, holder_key, DIFF_SAME, false);
    round_of(&m, cause_key, DIFF_SAME, false);
    round_of(&m, value_key, DIFF_CHANGED, false);
    moved_functions(&m);
    round_of(&m, likely_key, DIFF_MOVED, true);
    result(&m);
    for (int i = 0; i < 2; i++) {
        map_release(&m.has[i]);
        map_release(&m.declares[i]);
    }
    arena_release(&m.a);
}

void diff_release(Diff *d) { arena_release(&d->arena); }
