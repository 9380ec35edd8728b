/* Which calls the Go back end replaces by instructions: they cost the inliner one node, whatever their
 * bodies. */
#include "base/heap.h"
#include "ir/ir.h"
#include "ir/types.h"
#include <pthread.h>

static const struct {
    const char *pkg, *fn;
    unsigned archs;
} list[] = {
#define INTRINSIC(pkg, fn, archs) {pkg, fn, archs},
#include "ir/intrinsic.def"
#undef INTRINSIC
};

/* Made once, read-only afterwards: pair of interned names → index + 1. */
static Map table;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t pair_key(const Name *pkg, const Name *fn) { return PKEY(pkg) * 31 + PKEY(fn); }

static void init(void) {
    HeapScope none;
    heap_enter(&none, NULL);
    for (size_t i = 0; i < COUNT_OF(list); i++)
        map_put(&table, pair_key(name_of(list[i].pkg), name_of(list[i].fn)), (void *)(uintptr_t)(i + 1));
    heap_leave(&none);
}

bool ir_is_intrinsic_call(const IrCallExpr *n) {
    const IrName *f = NULL;
    if (!n->fun) return false;
    if (n->fun->op == ONAME) f = (const IrName *)n->fun;
    else if (n->fun->op == OMETHEXPR) {
        f = IR(SelectorExpr, n->fun)->method;
        if (!f || !f->func) return false;
        f = f->func->nname;
    }
    if (!f || !f->sym) return false;
    const Name *pkg = NULL;
    if (f->pkg) pkg = f->pkg->path;
    else if (f->sym_pkg && strcmp(f->sym_pkg, "go.runtime") == 0) pkg = name_of("runtime");
    if (!pkg) return false;
    pthread_once(&once, init);
    uintptr_t i = (uintptr_t)map_get(&table, pair_key(pkg, f->sym));
    if (!i || strcmp(list[i - 1].fn, f->sym->s) != 0 || strcmp(list[i - 1].pkg, pkg->s) != 0) return false;
    return (list[i - 1].archs & types_store()->arch->bit) != 0;
}
