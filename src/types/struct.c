/* Struct types (spec, "Struct types"). */
#include "types/check_int.h"

static bool check_declare_in_set(Checker *c, ObjSet *s, Pos pos, Object *obj) {
    Object *alt = objset_insert(s, obj);
    if (!alt) return true;
    ErrorMsg err = {.c = c};
    error_addf(&err, pos, "%n redeclared", obj->name);
    error_add_alt_decl(&err, alt);
    error_report(&err);
    return false;
}

static Expr *ptr_base(Expr *x) {
    return KIND(x) == N_OPERATION && x->n.aux == OP_MUL && !AS(Operation, x)->y ? AS(Operation, x)->x : NULL;
}

/* The name that an embedded field of type e has; NULL: e cannot be embedded. */
static NameExpr *embedded_field_ident(Expr *e) {
    switch (KIND(e)) {
    case N_NAME: return AS(NameExpr, e);
    case N_OPERATION: {
        Expr *base = ptr_base(e);
        return base && !ptr_base(base) ? embedded_field_ident(base) : NULL; /* **T is not valid */
    }
    case N_SELECTOR: return AS(SelectorExpr, e)->sel;
    case N_INDEX: return embedded_field_ident(AS(IndexExpr, e)->x);
    default: return NULL;
    }
}

static Str field_tag(Checker *c, BasicLit *t) {
    if (!t || (t->e.n.flags & NF_BAD)) return (Str){"", 0};
    if (t->e.n.aux == LIT_STRING) {
        const Const *v = const_from_literal(types_arena(), t->text, LIT_STRING);
        if (const_kind(v) == CONST_STRING) return const_string_val(v);
    }
    StrBuf sb = STRBUF_INIT;
    sb_add(&sb, t->text.p, t->text.n);
    check_invalid_ast(c, AT(t), "incorrect tag syntax: %q", sb_arena(&sb, types_arena()));
    return (Str){"", 0};
}

typedef struct EmbeddedCheck {
    Type *typ;
    Pos pos;
} EmbeddedCheck;

static void embedded_later(Checker *c, void *data) {
    EmbeddedCheck *d = data;
    bool is_ptr;
    Type *t = type_deref(d->typ, &is_ptr);
    Type *u = type_under(t);
    switch (u ? (TypeKind)u->kind : TK_NONE) {
    case TK_BASIC:
        if (!type_is_valid(t)) return;
        if (((Basic *)u)->bk == BK_UNSAFE_POINTER)
            check_errorf(c, d->pos, "embedded field type cannot be unsafe.Pointer");
        break;
    case TK_POINTER: check_errorf(c, d->pos, "embedded field type cannot be a pointer"); break;
    case TK_INTERFACE:
        if (type_is_type_param(t))
            check_errorf(c, d->pos, "embedded field type cannot be a (pointer to a) type parameter");
        else if (is_ptr) check_errorf(c, d->pos, "embedded field type cannot be a pointer to an interface");
        break;
    default: break;
    }
}

typedef struct FieldAdder {
    Checker *c;
    Var **fields;
    Str *tags;
    uint32_t n, max;
    ObjSet set;
} FieldAdder;

static void add_field(FieldAdder *fa, NameExpr *ident, Type *typ, Str tag, bool embedded, Field *decl) {
    Checker *c = fa->c;
    Var *fld = new_field(NPOS(ident), c->pkg, ident->name, typ, embedded);
    fld->decl = decl;
    if (!name_is(ident->name, "_") && !check_declare_in_set(c, &fa->set, fld->pos, fld)) return;
    if (tag.n && !fa->tags) fa->tags = NEW_ARRAY(types_arena(), Str, fa->max);
    if (fa->tags) fa->tags[fa->n] = tag;
    fa->fields[fa->n++] = fld;
    check_record_def(c, ident, fld);
}

void check_struct_type(Checker *c, Struct *styp, StructType *e) {
    uint32_t n = e->fields.n;
    if (n == 0) return;
    FieldAdder fa = {.c = c, .fields = NEW_ARRAY(types_arena(), Var *, n), .max = n};
    Type *typ = NULL;
    Expr *prev = NULL;
    for (uint32_t i = 0; i < n; i++) {
        Field *f = e->fields.v[i];
        /* fields declared together share the type expression, which is checked once */
        if (i == 0 || f->type_expr != prev) {
            typ = check_var_type(c, f->type_expr);
            prev = f->type_expr;
        }
        Str tag = e->tags ? field_tag(c, e->tags[i]) : (Str){"", 0};
        if (f->name) {
            add_field(&fa, f->name, typ, tag, false, f);
            continue;
        }
        Pos pos = AT(f->type_expr);
        NameExpr *name = embedded_field_ident(f->type_expr);
        if (!name) {
            check_invalid_ast(c, pos, "invalid embedded field type %e", f->type_expr);
            name = NEW(types_arena(), NameExpr);
            name->e.n = (Node){.kind = N_NAME, .flags = NF_IMPLICIT, .pos = pos};
            name->name = name_of("_");
            typ = Typ(INVALID);
            add_field(&fa, name, typ, (Str){"", 0}, true, f);
            continue;
        }
        add_field(&fa, name, typ, tag, true, f);
        /* Whether the type may be embedded is seen once all types are set up. */
        EmbeddedCheck *d = NEW(types_arena(), EmbeddedCheck);
        *d = (EmbeddedCheck){typ, pos};
        check_later(c, embedded_later, d);
    }
    styp->fields = fa.fields;
    styp->nfields = fa.n;
    styp->tags = fa.tags;
}
