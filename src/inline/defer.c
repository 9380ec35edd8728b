/* defer.c: inlining that can wait until somebody wants its result.
 *
 * Take a package that nobody asked about. Other packages can notice in two ways that something was inlined
 * into one of its functions. First, it changes what the function does with its parameters; that matters only
 * if the function is wanted (ir/reach.h), and it can be done later. Second, the first time that the package
 * inlines a certain function of another package, the body of that function is handed on to the importers
 * (ir/export.c), with the wrappers that its types need; that cannot wait.
 *
 * So a group of functions is put off when no new body can come in: each function that it mentions is never
 * inlined here, or was inlined in the package before, or is the package's own, and the same holds for all
 * that this one mentions. A call through an interface may become a call of anything: a group that has one, or
 * can get one by inlining, is not put off.
 *
 * What a function mentions was noted before anything was inlined (IrFunc.refs), and bodies that are copied
 * are pristine. So the decision does not depend on what was put off before. */
#include "inline/inline_int.h"

void deferral_init(Deferral *d, Inliner *in, Arena *scratch) {
    *d = (Deferral){.in = in, .inlined.arena = scratch, .settled.arena = scratch, .open.arena = scratch};
}

void deferral_release(Deferral *d) { vec_free(&d->todo); }

static void note_inlined(Deferral *d) {
    IrPackage *pkg = d->in->pkg;
    for (; d->seen < pkg->inl_tree.n; d->seen++) {
        IrFunc *fn = pkg->inl_tree.v[d->seen].func;
        if (fn && fn->pkg != pkg) map_put(&d->inlined, PKEY(fn), fn);
    }
}

/* Whether a call of fn brings in no body of another package that is new here. What it mentions in turn goes
 * to the list. */
static bool brings_nothing(Deferral *d, const IrFunc *fn) {
    IrPackage *pkg = d->in->pkg;
    if (!fn->closure_parent) {
        if (!fn->inl) return true;
        if (fn->pkg != pkg) {
            if (!ir_have_inline_body(pkg, fn)) return true;
            if (!map_has(&d->inlined, PKEY(fn))) return false;
        }
    }
    if (!fn->refs_noted || fn->iface_calls) return false;
    for (uint32_t i = 0; i < fn->refs.n; i++) {
        IrFunc *m = fn->refs.v[i];
        if (fn->pkg != pkg && (m->is_instance || m->env)) return false; /* here it is another instance */
        if (!map_has(&d->settled, PKEY(m))) vec_push(NULL, &d->todo, m);
    }
    return true;
}

/* The same of fn and all that it leads to. */
static bool is_settled(Deferral *d, IrFunc *fn) {
    void *version = (void *)(uintptr_t)(1 + d->seen); /* with more inlined, the answer may be another */
    if (map_has(&d->settled, PKEY(fn))) return true;
    if (map_get(&d->open, PKEY(fn)) == version) return false;
    Map met = {0};
    d->todo.n = 0;
    vec_push(NULL, &d->todo, fn);
    bool ok = true;
    for (uint32_t i = 0; i < d->todo.n && ok; i++) {
        IrFunc *m = d->todo.v[i];
        if (map_has(&met, PKEY(m))) continue;
        map_put(&met, PKEY(m), m);
        ok = map_get(&d->open, PKEY(m)) != version && brings_nothing(d, m);
        if (!ok) map_put(&d->open, PKEY(m), version);
    }
    if (!ok) map_put(&d->open, PKEY(fn), version);
    for (uint32_t i = 0; ok && i < d->todo.n; i++) map_put(&d->settled, PKEY(d->todo.v[i]), fn);
    map_release(&met);
    return ok;
}

bool defer_group(Deferral *d, IrFunc **fns, uint32_t n) {
    IrPackage *pkg = d->in->pkg;
    bool plain = true;
    for (uint32_t k = 0; k < n; k++) plain = plain && fns[k]->plain;
    if (plain) return true; /* nothing to be done, now or later */
    note_inlined(d);
    for (uint32_t k = 0; k < n; k++) {
        if (!fns[k]->refs_noted || fns[k]->iface_calls) return false;
        for (uint32_t i = 0; i < fns[k]->refs.n; i++)
            if (!is_settled(d, fns[k]->refs.v[i])) return false;
    }
    IrFuncs group = {0};
    for (uint32_t k = 0; k < n; k++) ir_append_func(pkg, &group, fns[k]);
    vec_push(pkg->arena, &pkg->deferred, group);
    return true;
}
