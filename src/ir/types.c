/* The compiler's view of types: kinds, facts, layout, and types as its messages and symbol names write them.
 *
 * Printing follows cmd/compile/internal/types/fmt.go: in Go mode (messages) names of the package being
 * compiled are not qualified and those of others are qualified by package name; in type-id mode (symbol
 * names) every name is qualified by the escaped import path, so that the text identifies the type. */
#include "ir/types.h"
#include "base/unicode.h"
#include <stdlib.h>

const Sizes *ir_sizes(void) { return &types_store()->arch->sizes; }

IrKind ir_kind(Type *t) {
    static const uint8_t basic[BK_COUNT] = {
        [BK_BOOL] = TBOOL,
        [BK_INT] = TINT,
        [BK_INT8] = TINT8,
        [BK_INT16] = TINT16,
        [BK_INT32] = TINT32,
        [BK_INT64] = TINT64,
        [BK_UINT] = TUINT,
        [BK_UINT8] = TUINT8,
        [BK_UINT16] = TUINT16,
        [BK_UINT32] = TUINT32,
        [BK_UINT64] = TUINT64,
        [BK_UINTPTR] = TUINTPTR,
        [BK_FLOAT32] = TFLOAT32,
        [BK_FLOAT64] = TFLOAT64,
        [BK_COMPLEX64] = TCOMPLEX64,
        [BK_COMPLEX128] = TCOMPLEX128,
        [BK_STRING] = TSTRING,
        [BK_UNSAFE_POINTER] = TUNSAFEPTR,
        [BK_UNTYPED_BOOL] = TBOOL,
        [BK_UNTYPED_INT] = TIDEAL,
        [BK_UNTYPED_RUNE] = TIDEAL,
        [BK_UNTYPED_FLOAT] = TIDEAL,
        [BK_UNTYPED_COMPLEX] = TIDEAL,
        [BK_UNTYPED_STRING] = TSTRING,
        [BK_UNTYPED_NIL] = TNIL,
    };
    if (!t) return TXXX;
    if (t->kind == TK_NAMED || t->kind == TK_ALIAS) t = type_under(t);
    switch ((TypeKind)t->kind) {
    case TK_BASIC: return (IrKind)basic[as_basic(t)->bk];
    case TK_POINTER: return TPTR;
    case TK_SIGNATURE: return TFUNC;
    case TK_SLICE: return TSLICE;
    case TK_ARRAY: return TARRAY;
    case TK_STRUCT: return TSTRUCT;
    case TK_CHAN: return TCHAN;
    case TK_MAP: return TMAP;
    case TK_INTERFACE: return TINTER;
    case TK_TUPLE: return TTUPLE;
    case TK_TYPE_PARAM: BUG("type parameter %s in the IR", type_string(t, NULL));
    default: return TXXX;
    }
}

Type *ir_slice_elem(Type *t) {
    Type *core = type_core(t);
    Slice *s = core ? as_slice(core) : NULL;
    return s ? s->elem : NULL;
}

Type *ir_elem(Type *t) {
    Type *u = type_under(t);
    switch ((TypeKind)u->kind) {
    case TK_POINTER: return type_unalias(as_pointer(u)->base);
    case TK_SLICE: return type_unalias(as_slice(u)->elem);
    case TK_ARRAY: return type_unalias(as_array(u)->elem);
    case TK_CHAN: return type_unalias(as_chan(u)->elem);
    case TK_MAP: return type_unalias(as_map(u)->elem);
    default: BUG("element type of %s", type_string(t, NULL));
    }
}

Type *ir_key(Type *t) { return type_unalias(as_map(type_under(t))->key); }
int64_t ir_array_len(Type *t) { return as_array(type_under(t))->len; }
ChanDir ir_chan_dir(Type *t) { return as_chan(type_under(t))->dir; }

bool ir_is_empty_interface(Type *t) {
    Interface *i = t ? as_interface(type_under(t)) : NULL;
    return i && (i->nmethods == 0 && i->nembeddeds == 0 ? true : interface_type_set(i)->nmethods == 0);
}

static int basic_info(Type *t) {
    Basic *b = t ? as_basic(type_under(t)) : NULL;
    return b ? b->info : 0;
}
bool ir_is_integer(Type *t) { return (basic_info(t) & IS_INTEGER) != 0; }
bool ir_is_float(Type *t) { return (basic_info(t) & IS_FLOAT) != 0; }
bool ir_is_complex(Type *t) { return (basic_info(t) & IS_COMPLEX) != 0; }
bool ir_is_untyped(Type *t) { return (basic_info(t) & IS_UNTYPED) != 0; }

bool ir_is_direct_iface(Type *t) {
    switch (ir_kind(t)) {
    case TPTR: return !ir_not_in_heap(ir_elem(t));
    case TCHAN:
    case TMAP:
    case TFUNC:
    case TUNSAFEPTR: return true;
    case TARRAY:
    case TSTRUCT: /* one word, and that a pointer */
        return ir_size(t) == ir_sizes()->ptr_size && sizes_ptrdata(ir_sizes(), t) == ir_sizes()->ptr_size;
    default: return false;
    }
}

bool ir_has_nil(Type *t) {
    switch (ir_kind(t)) {
    case TCHAN:
    case TFUNC:
    case TINTER:
    case TMAP:
    case TNIL:
    case TPTR:
    case TSLICE:
    case TUNSAFEPTR: return true;
    default: return false;
    }
}

bool ir_has_sym(Type *t) {
    t = type_unalias(t);
    return t->kind == TK_NAMED || (t->kind == TK_BASIC && !(as_basic(t)->info & IS_UNTYPED)) ||
           t == type_unalias(universe.any_type);
}

bool ir_is_shape(Type *t) {
    Named *n = t ? type_as_named(t) : NULL;
    if (!n) return false;
    Package *p = named_obj(n)->pkg;
    return p && name_is(p->path, "go.shape");
}

bool ir_not_in_heap(Type *t) {
    if (!t) return false;
    t = type_unalias(t);
    if (t->kind == TK_NAMED) {
        TypeName *o = named_obj((Named *)t);
        if (name_is(o->name, "nih") && o->pkg && name_is(o->pkg->path, "internal/runtime/sys")) return true;
        t = type_under(t);
    }
    if (t->kind == TK_ARRAY) return ir_not_in_heap(as_array(t)->elem);
    if (t->kind == TK_STRUCT) {
        Struct *s = as_struct(t);
        for (uint32_t i = 0; i < s->nfields; i++) {
            Type *ft = type_unalias(s->fields[i]->typ);
            if (ft->kind != TK_NAMED && ft->kind != TK_STRUCT && ft->kind != TK_ARRAY) continue;
            if (ir_not_in_heap(ft)) return true;
        }
    }
    return false;
}

bool ir_is_tuple(Type *t) { return t && t->kind == TK_TUPLE; }

uint32_t ir_num_fields(Type *t) { return as_struct(type_under(t))->nfields; }
Var *ir_field(Type *t, uint32_t i) { return as_struct(type_under(t))->fields[i]; }

int64_t ir_field_offset(Type *t, uint32_t i) {
    Struct *s = as_struct(type_under(t));
    int64_t small[32], *off = s->nfields <= 32 ? small : xmalloc(s->nfields * sizeof *off);
    sizes_offsetsof(ir_sizes(), s->fields, s->nfields, off);
    int64_t r = off[i];
    if (off != small) free_heap(off);
    return r;
}

int64_t ir_dot_offset(IrSelectorExpr *n) {
    if (n->offset >= 0) return n->offset;
    Type *t = n->x->type;
    if (n->n.op == ODOTPTR) t = ir_elem(t);
    uint32_t nf = ir_num_fields(t);
    for (uint32_t i = 0; i < nf; i++)
        if (ir_field(t, i) == n->field) return n->offset = i == 0 ? 0 : ir_field_offset(t, i);
    for (uint32_t i = 0; i < nf; i++)
        if (ir_field(t, i)->name == n->sel) return n->offset = i == 0 ? 0 : ir_field_offset(t, i);
    BUG("%s has no field %s", type_string(t, NULL), n->sel->s);
}

uint32_t ir_tuple_len(Type *t) { return t ? ((Tuple *)t)->n : 0; }
Type *ir_tuple_at(Type *t, uint32_t i) { return type_unalias(((Tuple *)t)->vars[i]->typ); }
Signature *ir_sig(Type *t) { return t ? as_signature(type_under(t)) : NULL; }
uint32_t ir_num_params(Type *t) { return ir_tuple_len(TYPE(ir_sig(t)->params)); }
uint32_t ir_num_results(Type *t) { return ir_tuple_len(TYPE(ir_sig(t)->results)); }
Type *ir_param_type(Type *t, uint32_t i) { return ir_tuple_at(TYPE(ir_sig(t)->params), i); }
Type *ir_result_type(Type *t, uint32_t i) { return ir_tuple_at(TYPE(ir_sig(t)->results), i); }
bool ir_is_variadic(Type *t) { return ir_sig(t)->variadic; }

Type *ir_method_type(Type *t, Type *recv) {
    Signature *s = ir_sig(t);
    uint32_t n = ir_tuple_len(TYPE(s->params)), k = recv ? 1 : 0;
    Arena *a = types_arena();
    Var **v = n + k ? NEW_ARRAY(a, Var *, n + k) : NULL;
    if (recv) v[0] = new_param(NO_POS, NULL, NULL, recv);
    for (uint32_t i = 0; i < n; i++) v[i + k] = new_param(NO_POS, NULL, NULL, s->params->vars[i]->typ);
    return TYPE(new_signature(NULL, NULL, NULL, new_tuple(v, n + k), s->results, s->variadic));
}

int64_t ir_size(Type *t) { return sizes_sizeof(ir_sizes(), t); }
int64_t ir_alignment(Type *t) { return sizes_alignof(ir_sizes(), t); }
Type *ir_ptr_to(Type *t) { return TYPE(new_pointer(t)); }
Type *ir_slice_of(Type *t) { return TYPE(new_slice(t)); }

/* ---- printing ---- */

void ir_path_to_prefix(StrBuf *sb, const char *path) {
    if (strcmp(path, "go.shape") == 0) { /* never escaped */
        sb_adds(sb, path);
        return;
    }
    const char *slash = strrchr(path, '/');
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool dot = c == '.' && (!slash || p > slash);
        if (c <= ' ' || dot || c == '%' || c == '"' || c >= 0x7f) sb_printf(sb, "%%%02x", c);
        else sb_addc(sb, (char)c);
    }
}

/* The package qualifier of a name in the given mode; nothing when it has none. */
static void qual_write(StrBuf *sb, const Package *pkg, int verb, IrTypeFmt mode, const Package *local) {
    if (!pkg || verb == 'S') return;
    if (mode == IR_FMT_GO) {
        if (pkg == local) return;
        sb_adds(sb, pkg->name->s);
    } else if (mode == IR_FMT_TYPE_ID_NAME) {
        sb_adds(sb, pkg->name->s);
    } else {
        if (name_is(pkg->name, "main") && !local) sb_adds(sb, "main");
        else ir_path_to_prefix(sb, pkg->path->s);
    }
    sb_addc(sb, '.');
}

/* The defined type's symbol name as mangled: "T", "T[int]", "T·1" (a local type; ir_typegen has the
 * number). */
static void ir_named_sym_write(StrBuf *sb, Named *n, bool with_vargen) {
    TypeName *o = named_obj(n);
    TypeList *targs = named_type_args(n);
    const char *nm = o->name->s;
    size_t len = o->name->n, base = len;
    while (base > 0 && nm[base - 1] >= '0' && nm[base - 1] <= '9') base--;
    if (base >= 2 && base < len && memcmp(nm + base - 2, "·", 2) == 0) base -= 2;
    else base = len;
    sb_add(sb, nm, base);
    if (tlist_len(targs)) {
        sb_addc(sb, '[');
        for (uint32_t i = 0; i < targs->n; i++) {
            if (i) sb_addc(sb, ',');
            ir_type_write(sb, targs->v[i], 0, IR_FMT_TYPE_ID, NULL);
        }
        sb_addc(sb, ']');
    }
    if (!with_vargen) return;
    if (base < len) sb_add(sb, nm + base, len - base);
    else {
        uint32_t g = ir_typegen(o);
        if (g) sb_printf(sb, "·%u", g);
    }
}

static void params_write(StrBuf *sb, Tuple *t, bool variadic, IrTypeFmt mode, const Package *local) {
    sb_addc(sb, '(');
    for (uint32_t i = 0; t && i < t->n; i++) {
        if (i) sb_adds(sb, ", ");
        Type *p = t->vars[i]->typ;
        if (variadic && i + 1 == t->n) {
            sb_adds(sb, "...");
            Slice *s = as_slice(type_under(p));
            ir_type_write(sb, s ? s->elem : p, 0, mode, local);
        } else ir_type_write(sb, p, 0, mode, local);
    }
    sb_addc(sb, ')');
}

static void quote_tag(StrBuf *sb, Str tag) {
    sb_addc(sb, ' ');
    sb_add_quoted(sb, tag.p, tag.n);
}

static void struct_write(StrBuf *sb, Struct *s, IrTypeFmt mode, const Package *local) {
    sb_adds(sb, "struct {");
    for (uint32_t i = 0; i < s->nfields; i++) {
        Var *f = s->fields[i];
        sb_adds(sb, i ? "; " : " ");
        const Name *nm = f->name;
        const char *sep = " ";
        if (f->embedded) {
            if (mode == IR_FMT_TYPE_ID) {
                sep = " = ";
                Type *ft = type_unalias(f->typ);
                if (ft->kind == TK_POINTER) ft = type_unalias(as_pointer(ft)->base);
                const Name *tn = ft->kind == TK_NAMED   ? named_obj((Named *)ft)->name
                                 : ft->kind == TK_BASIC ? as_basic(ft)->name
                                                        : NULL;
                const Named *nt = ft->kind == TK_NAMED ? (Named *)ft : NULL;
                bool same_pkg = tn && tn == nm && (nm->exported || (nt && named_obj(nt)->pkg == f->pkg));
                if (same_pkg && !(nt && (named_type_args(nt) || ir_typegen(named_obj(nt))))) nm = NULL;
            } else nm = NULL;
        }
        if (nm && nm->n) {
            if (!nm->exported && mode != IR_FMT_TYPE_ID_NAME) qual_write(sb, f->pkg, 0, mode, local);
            sb_add(sb, nm->s, nm->n);
            sb_adds(sb, sep);
        }
        ir_type_write(sb, f->typ, 0, mode, local);
        if (s->tags && s->tags[i].n) quote_tag(sb, s->tags[i]);
    }
    if (s->nfields) sb_addc(sb, ' ');
    sb_addc(sb, '}');
}

static void interface_write(StrBuf *sb, Interface *it, IrTypeFmt mode, const Package *local) {
    TypeSet *ts = interface_type_set(it);
    if (ts->nmethods == 0) {
        sb_adds(sb, "interface {}");
        return;
    }
    sb_adds(sb, "interface {");
    /* the compiler lists exported methods first, each group by name */
    for (uint32_t i = 0; i < ts->nmethods; i++) {
        Func *m = ts->methods[i];
        sb_adds(sb, i ? "; " : " ");
        if (!object_exported(m)) {
            if (mode != IR_FMT_TYPE_ID_NAME) mode = IR_FMT_TYPE_ID;
            qual_write(sb, m->pkg, 'v', mode, local);
        }
        sb_add(sb, m->name->s, m->name->n);
        ir_type_write(sb, TYPE(func_signature(m)), 'S', mode, local);
    }
    sb_adds(sb, " }");
}

void ir_type_write(StrBuf *sb, Type *t, int verb, IrTypeFmt mode, const Package *local) {
    if (!t) {
        sb_adds(sb, "<T>");
        return;
    }
    t = type_unalias(t);
    if (t == type_unalias(universe.any_type)) {
        if (mode == IR_FMT_GO) sb_adds(sb, "any");
        else sb_adds(sb, "interface {}");
        return;
    }
    switch ((TypeKind)t->kind) {
    case TK_BASIC: {
        Basic *b = as_basic(t);
        if (b->bk == BK_UNSAFE_POINTER) sb_adds(sb, "unsafe.Pointer");
        else if (b->bk == BK_UNTYPED_NIL) sb_adds(sb, "nil");
        else if (mode != IR_FMT_GO) sb_adds(sb, basic_types[b->bk].name->s); /* byte is uint8, rune int32 */
        else sb_adds(sb, b->name->s);
        return;
    }
    case TK_NAMED: {
        Named *n = (Named *)t;
        if (verb != 'L' || true) {
            if (verb != 'S') verb = 'v';
            qual_write(sb, named_obj(n)->pkg, verb, mode, local);
            ir_named_sym_write(sb, n, mode == IR_FMT_TYPE_ID);
        }
        return;
    }
    case TK_POINTER:
        sb_addc(sb, '*');
        ir_type_write(sb, as_pointer(t)->base, mode != IR_FMT_GO && verb == 'S' ? 'S' : 'v', mode, local);
        return;
    case TK_ARRAY:
        sb_printf(sb, "[%lld]", (long long)as_array(t)->len);
        ir_type_write(sb, as_array(t)->elem, 0, mode, local);
        return;
    case TK_SLICE:
        sb_adds(sb, "[]");
        ir_type_write(sb, as_slice(t)->elem, 0, mode, local);
        return;
    case TK_CHAN: {
        Chan *c = as_chan(t);
        Type *e = type_unalias(c->elem);
        sb_adds(sb, c->dir == CHAN_RECV ? "<-chan " : c->dir == CHAN_SEND ? "chan<- " : "chan ");
        bool paren = c->dir == CHAN_BOTH && e->kind == TK_CHAN && as_chan(e)->dir == CHAN_RECV;
        if (paren) sb_addc(sb, '(');
        ir_type_write(sb, e, 0, mode, local);
        if (paren) sb_addc(sb, ')');
        return;
    }
    case TK_MAP:
        sb_adds(sb, "map[");
        ir_type_write(sb, as_map(t)->key, 0, mode, local);
        sb_addc(sb, ']');
        ir_type_write(sb, as_map(t)->elem, 0, mode, local);
        return;
    case TK_INTERFACE: interface_write(sb, as_interface(t), mode, local); return;
    case TK_SIGNATURE: {
        Signature *s = as_signature(t);
        if (verb != 'S') {
            if (s->recv) {
                sb_adds(sb, "method(");
                ir_type_write(sb, s->recv->typ, 0, mode, local);
                sb_adds(sb, ") ");
            }
            sb_adds(sb, "func");
        }
        params_write(sb, s->params, s->variadic, mode, local);
        uint32_t n = s->results ? s->results->n : 0;
        if (n == 1) {
            sb_addc(sb, ' ');
            ir_type_write(sb, s->results->vars[0]->typ, 0, mode, local);
        } else if (n > 1) {
            sb_addc(sb, ' ');
            params_write(sb, s->results, false, mode, local);
        }
        return;
    }
    case TK_STRUCT: struct_write(sb, as_struct(t), mode, local); return;
    case TK_TUPLE: {
        Tuple *tu = (Tuple *)t;
        sb_adds(sb, "struct {");
        for (uint32_t i = 0; i < tu->n; i++) {
            sb_adds(sb, i ? "; " : " ");
            ir_type_write(sb, tu->vars[i]->typ, 0, mode, local);
        }
        sb_adds(sb, " }");
        return;
    }
    case TK_TYPE_PARAM: sb_adds(sb, ((TypeParam *)t)->obj->name->s); return;
    default: sb_adds(sb, type_string(t, NULL));
    }
}

const Name *ir_link_string(Type *t) {
    StrBuf sb = STRBUF_INIT;
    ir_type_write(&sb, t, 0, IR_FMT_TYPE_ID, NULL);
    const Name *n = name_intern(sb_str(&sb), sb.n);
    sb_release(&sb);
    return n;
}

const Name *ir_method_sym_name(Type *recv, const Package *mpkg, const Name *name) {
    StrBuf sb = STRBUF_INIT;
    recv = type_unalias(recv);
    bool ptr = recv->kind == TK_POINTER;
    Type *base = ptr ? type_unalias(as_pointer(recv)->base) : recv;
    const Package *rpkg = base->kind == TK_NAMED ? named_obj((Named *)base)->pkg : NULL;
    if (ptr) sb_addc(&sb, '(');
    ir_type_write(&sb, recv, 'S', IR_FMT_TYPE_ID, NULL);
    if (ptr) sb_addc(&sb, ')');
    if (!name->exported && mpkg && mpkg != rpkg) {
        sb_addc(&sb, '.');
        ir_path_to_prefix(&sb, mpkg->path->s);
    }
    sb_addc(&sb, '.');
    sb_add(&sb, name->s, name->n);
    const Name *r = name_intern(sb_str(&sb), sb.n);
    sb_release(&sb);
    return r;
}

int64_t ir_closure_size(const IrFunc *fn) {
    const Sizes *s = ir_sizes();
    int64_t off = s->ptr_size, align = s->ptr_size;
    for (uint32_t i = 0; i < fn->closure_vars.n; i++) {
        IrName *v = fn->closure_vars.v[i];
        int64_t size = s->ptr_size, a = s->ptr_size;
        if (ir_byval(v)) {
            size = sizes_sizeof(s, v->n.type);
            a = MAX(sizes_alignof(s, v->n.type), 1);
        }
        off = (off + a - 1) / a * a + size;
        align = MAX(align, a);
    }
    return (off + align - 1) / align * align;
}
