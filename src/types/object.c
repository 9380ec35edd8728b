/* Objects, scopes and packages (spec, "Declarations and scope").
 *
 * A scope keeps its objects in the order of insertion and adds an index once a linear search would be slow:
 * most scopes hold a handful of names, a package's holds thousands. */
#include "types/check_int.h"
#include "base/unicode.h"
#include <stdlib.h>

Object *new_object(ObjKind kind, Pos pos, Package *pkg, const Name *name, Type *typ) {
    Object *o = NEW(types_arena(), Object);
    o->kind = (uint8_t)kind;
    o->pos = pos, o->pkg = pkg, o->typ = typ;
    o->name = name ? name : NAME_EMPTY;
    return o;
}

PkgName *new_pkg_name(Pos pos, Package *pkg, const Name *name, Package *imported) {
    Object *o = new_object(OBJ_PKGNAME, pos, pkg, name, Typ(INVALID));
    o->imported = imported;
    return o;
}

ConstObj *new_const_obj(Pos pos, Package *pkg, const Name *name, Type *typ, const Const *val) {
    Object *o = new_object(OBJ_CONST, pos, pkg, name, typ);
    o->val = val;
    return o;
}

TypeName *new_type_name(Pos pos, Package *pkg, const Name *name, Type *typ) {
    return new_object(OBJ_TYPENAME, pos, pkg, name, typ);
}

Var *new_var(VarKind kind, Pos pos, Package *pkg, const Name *name, Type *typ) {
    Object *o = new_object(OBJ_VAR, pos, pkg, name, typ);
    o->var_kind = (uint8_t)kind;
    return o;
}

Var *new_param(Pos pos, Package *pkg, const Name *name, Type *typ) {
    return new_var(VAR_PARAM, pos, pkg, name, typ);
}

Var *new_field(Pos pos, Package *pkg, const Name *name, Type *typ, bool embedded) {
    Object *o = new_var(VAR_FIELD, pos, pkg, name, typ);
    o->embedded = embedded;
    return o;
}

Func *new_func(Pos pos, Package *pkg, const Name *name, Signature *sig) {
    return new_object(OBJ_FUNC, pos, pkg, name, TYPE(sig));
}

bool object_exported(const Object *o) { return o->name->exported; }

bool pkg_same(const Package *a, const Package *b) {
    if (!a || !b) return a == b;
    return a->path == b->path;
}

static uint32_t fold_rune(uint32_t r) {
    if (r < 0x80) return r >= 'A' && r <= 'Z' ? r + 32 : r;
    if ((r >= 0xC0 && r <= 0xDE && r != 0xD7) || (r >= 0x391 && r <= 0x3A9) || (r >= 0x410 && r <= 0x42F))
        return r + 32;
    if (r >= 0x400 && r <= 0x40F) return r + 80;
    if ((r >= 0x100 && r <= 0x137) || (r >= 0x14A && r <= 0x177) || (r >= 0x460 && r <= 0x481)) return r | 1;
    if ((r >= 0x139 && r <= 0x148) || (r >= 0x179 && r <= 0x17E)) return r & 1 ? r + 1 : r;
    return r;
}

bool name_equal_fold(const Name *a, const Name *b) {
    if (a == b) return true;
    size_t i = 0, j = 0;
    while (i < a->n && j < b->n) {
        uint32_t ra, rb;
        i += (size_t)utf8_decode(a->s + i, a->n - i, &ra);
        j += (size_t)utf8_decode(b->s + j, b->n - j, &rb);
        if (fold_rune(ra) != fold_rune(rb)) return false;
    }
    return i == a->n && j == b->n;
}

bool object_same_id(const Object *o, const Package *pkg, const Name *name, bool fold_case) {
    if (o->name != name) return fold_case && name_equal_fold(o->name, name);
    return fold_case || o->name->exported || pkg_same(o->pkg, pkg);
}

int object_compare(const Object *a, const Object *b) {
    if (a == b) return 0;
    if (!a) return -1;
    if (!b) return 1;
    if (a->name->exported != b->name->exported) return a->name->exported ? -1 : 1;
    if (a->name != b->name) return strcmp(a->name->s, b->name->s);
    if (!a->name->exported) return strcmp(a->pkg ? a->pkg->path->s : "", b->pkg ? b->pkg->path->s : "");
    return 0;
}

bool typename_is_alias(const TypeName *o) {
    if (!o->typ) return false;
    switch (o->typ->kind) {
    case TK_BASIC:
        if (o->pkg == Unsafe) return false;
        return o->pkg || ((Basic *)o->typ)->name != o->name || o->typ == universe.byte_type ||
               o->typ == universe.rune_type;
    case TK_NAMED: return o != ((Named *)o->typ)->obj;
    case TK_TYPE_PARAM: return o != ((TypeParam *)o->typ)->obj;
    default: return true;
    }
}

Object *object_origin(Object *o) { return o->origin ? o->origin : o; }

static Signature no_signature = {.t = {.kind = TK_SIGNATURE}};

Signature *func_signature(const Func *f) { return f->typ ? as_signature(f->typ) : &no_signature; }

bool func_has_ptr_recv(const Func *f) {
    Signature *sig = as_signature(f->typ);
    if (sig && sig->recv) {
        bool is_ptr;
        type_deref(sig->recv->typ, &is_ptr);
        return is_ptr;
    }
    return f->has_ptr_recv;
}

const char *object_kind_string(const Object *o) {
    switch ((ObjKind)o->kind) {
    case OBJ_PKGNAME: return "package name";
    case OBJ_CONST: return "constant";
    case OBJ_TYPENAME:
        if (typename_is_alias(o)) return "type alias";
        return as_type_param(o->typ) ? "type parameter" : "defined type";
    case OBJ_VAR:
        switch ((VarKind)o->var_kind) {
        case VAR_PACKAGE: return "package-level variable";
        case VAR_LOCAL: return "local variable";
        case VAR_RECV: return "receiver";
        case VAR_PARAM: return "parameter";
        case VAR_RESULT: return "result variable";
        case VAR_FIELD: return "struct field";
        case VAR_NONE: break;
        }
        break;
    case OBJ_FUNC: return func_signature(o)->recv ? "method" : "function";
    case OBJ_LABEL: return "label";
    case OBJ_BUILTIN: return "built-in function";
    case OBJ_NIL: return "untyped nil";
    case OBJ_NONE: break;
    }
    return "unknown symbol";
}

/* ---- object sets ---- */

/* Objects with one name and, when that is not exported, one package path are the same member. */
static uint64_t object_id_key(const Object *o) {
    if (o->name->exported) return PKEY(o->name);
    uint64_t k[2] = {PKEY(o->name), PKEY(o->pkg ? o->pkg->path : NULL)};
    return hash_bytes(k, sizeof k, 0) | 1;
}

Object *objset_insert(ObjSet *s, Object *obj) {
    if (!s->m.arena) s->m.arena = types_arena();
    /* chains of a 64-bit hash: one more probe tells a true equal from a collision */
    for (uint64_t key = object_id_key(obj);; key += 2) {
        Object *alt = map_get(&s->m, key);
        if (!alt) {
            map_put(&s->m, key, obj);
            return NULL;
        }
        if (object_same_id(alt, obj->pkg, obj->name, false)) return alt;
    }
}

/* ---- scopes ---- */

enum { SCOPE_LINEAR = 8 };

Scope *new_scope(Arena *a, Scope *parent, Pos pos, Pos end) {
    Scope *s = NEW(a, Scope);
    s->arena = a;
    s->parent = parent, s->pos = pos, s->end = end;
    s->index.arena = a;
    if (parent && parent != Universe) {
        vec_push(a, &parent->children, s);
        s->number = parent->children.n;
    }
    return s;
}

Object *scope_lookup(const Scope *s, const Name *name) {
    if (s->names.n > SCOPE_LINEAR) return smap_get(&s->index, name);
    for (uint32_t i = 0; i < s->names.n; i++)
        if (s->names.v[i] == name) return s->objs.v[i];
    return NULL;
}

void scope_insert_as(Scope *s, const Name *name, Object *obj) {
    if (s->names.n > SCOPE_LINEAR && smap_get(&s->index, name)) {
        smap_put(&s->index, name, obj);
        for (uint32_t i = 0; i < s->names.n; i++)
            if (s->names.v[i] == name) s->objs.v[i] = obj;
        return;
    }
    vec_push(s->arena, &s->names, name);
    vec_push(s->arena, &s->objs, obj);
    if (s->names.n == SCOPE_LINEAR + 1) {
        for (uint32_t i = 0; i < s->names.n; i++) smap_put(&s->index, s->names.v[i], s->objs.v[i]);
    } else if (s->names.n > SCOPE_LINEAR) {
        smap_put(&s->index, name, obj);
    }
}

Object *scope_insert(Scope *s, Object *obj) {
    Object *alt = scope_lookup(s, obj->name);
    if (alt) return alt;
    scope_insert_as(s, obj->name, obj);
    if (!obj->parent) obj->parent = s;
    return NULL;
}

static int compare_names(const void *a, const void *b) {
    return strcmp((*(const Name *const *)a)->s, (*(const Name *const *)b)->s);
}

/* sorted bytewise; in types_arena() */
static const Name **scope_names(const Scope *s, uint32_t *n) {
    *n = s->names.n;
    const Name **v = NEW_ARRAY(types_arena(), const Name *, *n + 1);
    if (*n) memcpy(v, s->names.v, *n * sizeof *v);
    qsort(v, *n, sizeof *v, compare_names);
    return v;
}

Object **scope_lookup_ignoring_case(const Scope *s, const Name *name, bool exported, uint32_t *n) {
    uint32_t all;
    const Name **names = scope_names(s, &all);
    VEC(Object *) res = {0};
    for (uint32_t i = 0; i < all; i++)
        if ((!exported || names[i]->exported) && name_equal_fold(names[i], name))
            vec_push(types_arena(), &res, scope_lookup(s, names[i]));
    *n = res.n;
    return res.v;
}

Package *new_package(Arena *arena, const Name *path, const Name *name) {
    Package *p = NEW(arena, Package);
    p->path = path, p->name = name, p->arena = arena;
    p->scope = new_scope(arena, Universe, NO_POS, NO_POS);
    p->file_versions.arena = arena;
    return p;
}
