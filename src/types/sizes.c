/* Sizes, alignments and pointer maps as the gc compiler lays types out (spec, "Size and alignment
 * guarantees").
 *
 * Size and alignment of a type are found in one recursion, since a struct needs both of each field. A
 * negative size says that the type is larger than any address space. */
#include "types/check_int.h"

const Arch *arch_for(const char *goarch) {
    static const Arch table[] = {
        {"386", {4, 4}, 1 << 2},       {"amd64", {8, 8}, 1 << 0},   {"amd64p32", {4, 8}, 0},
        {"arm", {4, 4}, 1 << 3},       {"arm64", {8, 8}, 1 << 1},   {"loong64", {8, 8}, 1 << 4},
        {"mips", {4, 4}, 1 << 5},      {"mipsle", {4, 4}, 1 << 12}, {"mips64", {8, 8}, 1 << 6},
        {"mips64le", {8, 8}, 1 << 13}, {"ppc64", {8, 8}, 1 << 7},   {"ppc64le", {8, 8}, 1 << 8},
        {"riscv64", {8, 8}, 1 << 9},   {"s390x", {8, 8}, 1 << 10},  {"sparc64", {8, 8}, 0},
        {"wasm", {8, 8}, 1 << 11},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (strcmp(table[i].goarch, goarch) == 0) return &table[i];
    return NULL;
}

typedef struct Layout {
    int64_t size, align;
} Layout;

static int64_t align_up(int64_t x, int64_t a) {
    return (int64_t)(((uint64_t)x + (uint64_t)a - 1) & ~((uint64_t)a - 1));
}

static bool is_atomic_align64(Type *t) {
    Named *n = type_as_named(t);
    if (!n) return false;
    TypeName *o = named_obj(n);
    return o->pkg && name_is(o->name, "align64") &&
           (name_is(o->pkg->path, "sync/atomic") || name_is(o->pkg->path, "internal/runtime/atomic"));
}

static Layout layout(const Sizes *s, Type *T) {
    Type *u = type_under(T);
    int64_t w = s->ptr_size;
    Layout l = {w, 0}; /* align 0: from the size */
    switch ((TypeKind)u->kind) {
    case TK_BASIC: {
        static const uint8_t sizes[BK_COUNT] = {
            [BK_BOOL] = 1,    [BK_INT8] = 1,      [BK_INT16] = 2,       [BK_INT32] = 4,  [BK_INT64] = 8,
            [BK_UINT8] = 1,   [BK_UINT16] = 2,    [BK_UINT32] = 4,      [BK_UINT64] = 8, [BK_FLOAT32] = 4,
            [BK_FLOAT64] = 8, [BK_COMPLEX64] = 8, [BK_COMPLEX128] = 16,
        };
        Basic *b = (Basic *)u;
        if (sizes[b->bk]) l.size = sizes[b->bk];
        if (b->info & IS_STRING) {
            l.size = 2 * w;
            l.align = w;
        } else if (b->info & IS_COMPLEX) {
            l.align = MIN(l.size / 2, s->max_align);
        }
        break;
    }
    case TK_ARRAY: {
        Array *a = (Array *)u;
        Layout e = layout(s, a->elem);
        l.align = e.align;
        if (a->len <= 0 || e.size == 0) l.size = 0;
        else if (e.size < 0 || e.size > INT64_MAX / a->len) l.size = -1;
        else l.size = e.size * a->len;
        break;
    }
    case TK_SLICE: l = (Layout){3 * w, w}; break;
    case TK_INTERFACE: l = (Layout){2 * w, w}; break;
    case TK_STRUCT: {
        Struct *st = (Struct *)u;
        if (st->nfields == 0) {
            l = (Layout){0, is_atomic_align64(T) ? 8 : 1};
            break;
        }
        int64_t max = 1, offs = 0, last = 0;
        for (uint32_t i = 0; i < st->nfields; i++) {
            Layout f = layout(s, st->fields[i]->typ);
            max = MAX(max, f.align);
            if (offs >= 0) {
                offs = align_up(offs, f.align);
                if (i == st->nfields - 1 && offs > 0 && f.size == 0) f.size = 1; /* no pointer past the end */
                offs = offs < 0 || f.size < 0 ? -1 : (int64_t)((uint64_t)offs + (uint64_t)f.size);
            }
            last = f.size;
        }
        l.align = max;
        l.size = offs < 0 || last < 0 ? -1 : align_up(offs, max);
        break;
    }
    case TK_TYPE_PARAM:
    case TK_UNION: BUG("layout of a type parameter or union");
    default: break;
    }
    if (l.align == 0) l.align = l.size < 1 ? 1 : MIN(l.size, s->max_align);
    return l;
}

int64_t sizes_alignof(const Sizes *s, Type *t) { return layout(s, t).align; }
int64_t sizes_sizeof(const Sizes *s, Type *t) { return layout(s, t).size; }

void sizes_offsetsof(const Sizes *s, Var *const *fields, uint32_t n, int64_t *offsets) {
    int64_t offs = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (offs < 0) {
            offsets[i] = -1;
            continue;
        }
        Layout f = layout(s, fields[i]->typ);
        offs = align_up(offs, f.align);
        offsets[i] = offs;
        offs = f.size >= 0 && offs >= 0 ? (int64_t)((uint64_t)offs + (uint64_t)f.size) : -1;
    }
}

/* ---- pointers ---- */

/* contains internal/runtime/sys.NotInHeap */
static bool type_not_in_heap(Type *t) {
    Named *n = type_as_named(t);
    if (n) {
        TypeName *o = named_obj(n);
        if (o->pkg && name_is(o->name, "nih") && name_is(o->pkg->path, "internal/runtime/sys")) return true;
    }
    Type *u = type_under(t);
    if (u->kind == TK_ARRAY) return type_not_in_heap(((Array *)u)->elem);
    if (u->kind != TK_STRUCT) return false;
    Struct *s = (Struct *)u;
    for (uint32_t i = 0; i < s->nfields; i++)
        if (type_not_in_heap(s->fields[i]->typ)) return true;
    return false;
}

bool type_has_pointers(Type *t) {
    Type *u = type_under(t);
    switch ((TypeKind)u->kind) {
    case TK_BASIC: {
        BasicKind k = ((Basic *)u)->bk;
        return k == BK_STRING || k == BK_UNSAFE_POINTER || k == BK_UNTYPED_STRING || k == BK_UNTYPED_NIL;
    }
    case TK_POINTER: return !type_not_in_heap(((Pointer *)u)->base);
    case TK_SLICE: return !type_not_in_heap(((Slice *)u)->elem);
    case TK_ARRAY: return ((Array *)u)->len > 0 && type_has_pointers(((Array *)u)->elem);
    case TK_STRUCT: {
        Struct *s = (Struct *)u;
        for (uint32_t i = 0; i < s->nfields; i++)
            if (type_has_pointers(s->fields[i]->typ)) return true;
        return false;
    }
    case TK_TUPLE: {
        Tuple *tu = (Tuple *)u;
        for (uint32_t i = 0; i < tu->n; i++)
            if (type_has_pointers(tu->vars[i]->typ)) return true;
        return false;
    }
    default: return true;
    }
}

int64_t sizes_ptrdata(const Sizes *s, Type *t) {
    if (!type_has_pointers(t)) return 0;
    Type *u = type_under(t);
    switch ((TypeKind)u->kind) {
    case TK_INTERFACE: return 2 * s->ptr_size;
    case TK_ARRAY: {
        Array *a = (Array *)u;
        return sizes_sizeof(s, a->elem) * (a->len - 1) + sizes_ptrdata(s, a->elem);
    }
    case TK_STRUCT: {
        Struct *st = (Struct *)u;
        int64_t *offs = xcalloc(st->nfields, sizeof *offs), r = 0;
        sizes_offsetsof(s, st->fields, st->nfields, offs);
        for (uint32_t i = st->nfields; i-- > 0 && !r;) {
            int64_t p = sizes_ptrdata(s, st->fields[i]->typ);
            if (p > 0) r = offs[i] + p;
        }
        free_heap(offs);
        return r;
    }
    default: return s->ptr_size;
    }
}

/* ---- within a check ---- */

static const Sizes *conf_sizes(const Checker *c) { return &c->conf->store->arch->sizes; }

int64_t check_sizeof(Checker *c, Type *t) { return sizes_sizeof(conf_sizes(c), t); }
int64_t check_alignof(Checker *c, Type *t) { return sizes_alignof(conf_sizes(c), t); }

int64_t check_offsetof(Checker *c, Type *t, const int *index, uint32_t n) {
    int64_t offs = 0;
    for (uint32_t i = 0; i < n; i++) {
        Struct *s = as_struct(type_under(t));
        int64_t *o = NEW_ARRAY(types_arena(), int64_t, s->nfields);
        sizes_offsetsof(conf_sizes(c), s->fields, s->nfields, o);
        if (o[index[i]] < 0) return -1;
        offs = (int64_t)((uint64_t)offs + (uint64_t)o[index[i]]);
        if (offs < 0) return -1;
        t = s->fields[index[i]]->typ;
    }
    return offs;
}
