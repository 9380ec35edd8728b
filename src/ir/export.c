/* Which function bodies the importers of a package see.
 *
 * A package's export data holds what its exported objects mention, transitively and across packages. For a
 * function in there that can be inlined, the body is added when the function is the package's own or was
 * inlined somewhere in the package; what the body mentions is then held too. A package can inline a function
 * of another one only when the export data of a package that it imports directly holds the body. So whether a
 * call is inlined may depend on what else was compiled, and this follows the compiler to the letter. */
#include "ir/gen_int.h"

typedef struct Export {
    IrPackage *pkg;
    Map *bodies;        /* Func objects */
    Map seen;           /* Object; heap */
    Map inlined;        /* functions of other packages inlined in this one; heap */
    VEC(Object *) todo; /* heap */
} Export;

static void reach(Export *x, Object *o) {
    if (map_has(&x->seen, PKEY(o))) return;
    map_put(&x->seen, PKEY(o), o);
    vec_push(NULL, &x->todo, o);
}

static void reach_all(Export *x, const ObjRefs *refs) {
    for (uint32_t i = 0; refs && i < refs->n; i++) reach(x, refs->v[i]);
}

static void export_body(Export *x, Object *f) {
    IrFunc *fn = f->ir;
    if (!fn || !fn->inl) return;
    if (f->pkg != x->pkg->types && !map_has(&x->inlined, PKEY(fn))) return;
    if (map_has(x->bodies, PKEY(f))) return;
    map_put(x->bodies, PKEY(f), f);
    if (f->pkg == x->pkg->types) dict_note_body(f, x->pkg->arena);
    reach_all(x, body_refs(f));
}

void export_bodies(IrPackage *pkg) {
    Gen *g = gen_of(pkg);
    Export x = {.pkg = pkg, .bodies = &g->exported_bodies};
    for (uint32_t i = 0; i < pkg->inl_tree.n; i++) {
        IrFunc *fn = pkg->inl_tree.v[i].func;
        if (fn && fn->pkg != pkg) map_put(&x.inlined, PKEY(fn), fn);
    }
    Scope *s = pkg->types->scope;
    for (uint32_t i = 0; i < s->objs.n; i++)
        if (s->objs.v[i]->name->exported) reach(&x, s->objs.v[i]);
    while (x.todo.n) {
        Object *o = vec_pop(&x.todo);
        reach_all(&x, decl_refs(o));
        if (o->kind == OBJ_FUNC) export_body(&x, o);
        if (o->kind != OBJ_TYPENAME || typename_is_alias(o)) continue;
        Named *n = as_named_exact(o->typ);
        if (!n || tplist_len(named_type_params(n)) || type_under(o->typ)->kind == TK_INTERFACE) continue;
        for (uint32_t i = 0; i < named_num_methods(n); i++) export_body(&x, named_method(n, i));
    }
    map_release(&x.seen);
    map_release(&x.inlined);
    vec_free(&x.todo);
}

bool ir_have_inline_body(IrPackage *pkg, const IrFunc *fn) {
    if (!fn || !fn->inl) return false;
    if (fn->pkg == pkg || !fn->obj) return true;
    for (uint32_t i = 0; i < pkg->types->imports.n; i++) {
        const IrPackage *d = pkg->types->imports.v[i]->ir;
        if (d && map_has(&d->gen->exported_bodies, PKEY(fn->obj))) return true;
    }
    return false;
}
