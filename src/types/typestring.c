/* Types and objects as text, in the form error messages quote them.
 *
 * A writer remembers the types it is inside of, so that an invalid cyclic type ends as "<cycle to …>". */
#include "types/check_int.h"
#include "types/const.h"
#include "base/unicode.h"
#include "types/typewriter.h"

static void write_type(TypeWriter *w, Type *t);

static const char *package_of(const Package *pkg, const Qualifier *qf) {
    if (!pkg) return NULL;
    const char *s = qf && qf->fn ? qf->fn(pkg, qf->ctx) : pkg->path->s;
    return s && *s ? s : NULL;
}

static void write_type_name(TypeWriter *w, const TypeName *obj) {
    const char *p = package_of(obj->pkg, w->qf);
    if (p) {
        sb_adds(w->sb, p);
        sb_addc(w->sb, '.');
    }
    sb_adds(w->sb, obj->name->s);
}

static const char *go_type_name(Type *t) {
    static const char *const names[] = {
        [TK_NONE] = "nil",
        [TK_BASIC] = "*Basic",
        [TK_NAMED] = "*Named",
        [TK_TYPE_PARAM] = "*TypeParam",
        [TK_ALIAS] = "*Alias",
        [TK_SIGNATURE] = "*Signature",
        [TK_INTERFACE] = "*Interface",
        [TK_STRUCT] = "*Struct",
        [TK_TUPLE] = "*Tuple",
        [TK_UNION] = "*Union",
        [TK_MAP] = "*Map",
        [TK_CHAN] = "*Chan",
        [TK_POINTER] = "*Pointer",
        [TK_SLICE] = "*Slice",
        [TK_ARRAY] = "*Array",
    };
    return names[t->kind];
}

static void write_type_list(TypeWriter *w, const TypeList *l) {
    sb_addc(w->sb, '[');
    for (uint32_t i = 0; i < tlist_len(l); i++) {
        if (i > 0) sb_adds(w->sb, ", ");
        write_type(w, l->v[i]);
    }
    sb_addc(w->sb, ']');
}

static void write_tparams(TypeWriter *w, const TypeParamList *l) {
    sb_addc(w->sb, '[');
    Type *prev = NULL;
    for (uint32_t i = 0; i < l->n; i++) {
        TypeParam *p = l->v[i];
        if (!p) {
            sb_adds(w->sb, "<nil type parameter>");
            continue;
        }
        if (i > 0) {
            if (p->bound != prev) {
                sb_addc(w->sb, ' ');
                write_type(w, prev);
            }
            sb_adds(w->sb, ", ");
        }
        prev = p->bound;
        write_type(w, &p->t);
    }
    if (prev) {
        sb_addc(w->sb, ' ');
        write_type(w, prev);
    }
    sb_addc(w->sb, ']');
}

static void write_tuple(TypeWriter *w, const Tuple *t, bool variadic) {
    sb_addc(w->sb, '(');
    for (uint32_t i = 0; t && i < t->n; i++) {
        Var *v = t->vars[i];
        if (i > 0) sb_adds(w->sb, ", ");
        if (v->name->n && !w->no_param_names) {
            sb_adds(w->sb, v->name->s);
            sb_addc(w->sb, ' ');
        }
        if (variadic && i == t->n - 1) {
            Slice *s = as_slice(v->typ);
            if (s) {
                sb_adds(w->sb, "...");
                write_type(w, s->elem);
            } else {
                /* append([]byte, string...) is the one variadic parameter that is not a slice */
                write_type(w, v->typ);
                sb_adds(w->sb, "...");
            }
            continue;
        }
        write_type(w, v->typ);
    }
    sb_addc(w->sb, ')');
}

void typewriter_signature(TypeWriter *w, Signature *sig) {
    if (tplist_len(sig->tparams)) write_tparams(w, sig->tparams);
    write_tuple(w, sig->params, sig->variadic);
    if (!sig->results || sig->results->n == 0) return;
    sb_addc(w->sb, ' ');
    if (sig->results->n == 1 && sig->results->vars[0]->name->n == 0) {
        write_type(w, sig->results->vars[0]->typ);
        return;
    }
    write_tuple(w, sig->results, false);
}

static void write_struct(TypeWriter *w, Struct *s) {
    sb_adds(w->sb, "struct{");
    for (uint32_t i = 0; i < s->nfields; i++) {
        Var *f = s->fields[i];
        if (i > 0) sb_adds(w->sb, "; ");
        bool annotate = (!w->qf || !w->qf->fn) && w->pkg_info && !f->name->exported;
        if (annotate) w->pkg_info = false; /* once is enough */
        if (!f->embedded) {
            sb_adds(w->sb, f->name->s);
            sb_addc(w->sb, ' ');
        }
        write_type(w, f->typ);
        if (annotate) sb_printf(w->sb, " /* package %s */ ", f->pkg->path->s);
        if (s->tags && s->tags[i].n) {
            sb_addc(w->sb, ' ');
            sb_add_quoted(w->sb, s->tags[i].p, s->tags[i].n);
        }
    }
    sb_addc(w->sb, '}');
}

static void write_interface(TypeWriter *w, Interface *t) {
    if (&t->t == type_under(universe.any_type)) {
        sb_adds(w->sb, "any");
        return;
    }
    if (&t->t == ((Named *)universe.comparable->typ)->underlying) {
        sb_adds(w->sb, "interface{comparable}");
        return;
    }
    if (t->implicit) {
        if (t->nmethods == 0 && t->nembeddeds == 1) {
            write_type(w, t->embeddeds[0]);
            return;
        }
        sb_adds(w->sb, "/* implicit */ ");
    }
    sb_adds(w->sb, "interface{");
    bool first = true;
    for (uint32_t i = 0; i < t->nmethods; i++) {
        if (!first) sb_adds(w->sb, "; ");
        first = false;
        sb_adds(w->sb, t->methods[i]->name->s);
        typewriter_signature(w, as_signature(t->methods[i]->typ));
    }
    for (uint32_t i = 0; i < t->nembeddeds; i++) {
        if (!first) sb_adds(w->sb, "; ");
        first = false;
        write_type(w, t->embeddeds[i]);
    }
    sb_addc(w->sb, '}');
}

static void write_type1(TypeWriter *w, Type *t) {
    StrBuf *sb = w->sb;
    switch ((TypeKind)t->kind) {
    case TK_BASIC: {
        Basic *b = (Basic *)t;
        Object *o = b->name->exported ? scope_lookup(Unsafe->scope, b->name) : NULL;
        if (o && o->kind == OBJ_TYPENAME) write_type_name(w, o);
        else sb_adds(sb, b->name->s);
        break;
    }
    case TK_ARRAY:
        sb_printf(sb, "[%lld]", (long long)((Array *)t)->len);
        write_type(w, ((Array *)t)->elem);
        break;
    case TK_SLICE:
        sb_adds(sb, "[]");
        write_type(w, ((Slice *)t)->elem);
        break;
    case TK_STRUCT: write_struct(w, (Struct *)t); break;
    case TK_POINTER:
        sb_addc(sb, '*');
        write_type(w, ((Pointer *)t)->base);
        break;
    case TK_TUPLE: write_tuple(w, (Tuple *)t, false); break;
    case TK_SIGNATURE:
        sb_adds(sb, "func");
        typewriter_signature(w, (Signature *)t);
        break;
    case TK_UNION: {
        Union *u = (Union *)t;
        if (u->nterms == 0) sb_adds(sb, "<empty union>");
        for (uint32_t i = 0; i < u->nterms; i++) {
            if (i > 0) sb_adds(sb, " | ");
            if (u->terms[i]->tilde) sb_addc(sb, '~');
            write_type(w, u->terms[i]->typ);
        }
        break;
    }
    case TK_INTERFACE: write_interface(w, (Interface *)t); break;
    case TK_MAP:
        sb_adds(sb, "map[");
        write_type(w, ((MapT *)t)->key);
        sb_addc(sb, ']');
        write_type(w, ((MapT *)t)->elem);
        break;
    case TK_CHAN: {
        Chan *c = (Chan *)t;
        Chan *e = as_chan(c->elem);
        bool parens = c->dir == CHAN_BOTH && e && e->dir == CHAN_RECV;
        sb_adds(sb, c->dir == CHAN_BOTH ? "chan " : c->dir == CHAN_SEND ? "chan<- " : "<-chan ");
        if (parens) sb_addc(sb, '(');
        write_type(w, c->elem);
        if (parens) sb_addc(sb, ')');
        break;
    }
    case TK_NAMED: {
        Named *n = (Named *)t;
        write_type_name(w, n->obj);
        if (n->inst) write_type_list(w, n->inst->targs);
        else if (tplist_len(named_type_params(n))) write_tparams(w, named_type_params(n));
        break;
    }
    case TK_TYPE_PARAM: {
        TypeParam *p = (TypeParam *)t;
        if (!p->obj) {
            sb_adds(sb, "<unnamed type parameter>");
            break;
        }
        sb_adds(sb, p->obj->name->s);
        if (scope_lookup(Universe, p->obj->name)) {
            sb_printf(sb, " /* with %s declared at ", p->obj->name->s);
            pos_format(sb, p->obj->pos);
            sb_adds(sb, " */");
        }
        break;
    }
    case TK_ALIAS: {
        Alias *a = (Alias *)t;
        write_type_name(w, a->obj);
        if (tlist_len(a->targs)) write_type_list(w, a->targs);
        else if (tplist_len(a->tparams)) write_tparams(w, a->tparams);
        break;
    }
    default: BUG("write_type: kind %d", t->kind);
    }
}

static void write_type(TypeWriter *w, Type *t) {
    if (!t) {
        sb_adds(w->sb, "<nil>");
        return;
    }
    for (const TypeWriterFrame *f = w->inside; f; f = f->outer) {
        if (f->t == t) {
            sb_printf(w->sb, "<cycle to %s>", go_type_name(t));
            return;
        }
    }
    TypeWriterFrame frame = {t, w->inside};
    w->inside = &frame;
    write_type1(w, t);
    w->inside = frame.outer;
}

void type_write(StrBuf *sb, Type *t, const Qualifier *qf) {
    TypeWriter w = {.sb = sb, .qf = qf};
    write_type(&w, t);
}

void signature_write(StrBuf *sb, Signature *sig, const Qualifier *qf) {
    TypeWriter w = {.sb = sb, .qf = qf};
    typewriter_signature(&w, sig);
}

const char *type_string(Type *t, const Qualifier *qf) {
    StrBuf sb = STRBUF_INIT;
    type_write(&sb, t, qf);
    sb_str(&sb);
    return sb_arena(&sb, types_arena());
}

/* ---- objects ---- */

static void write_func_name(StrBuf *sb, Func *f, const Qualifier *qf) {
    if (f->typ) {
        Signature *sig = as_signature(f->typ);
        if (sig && sig->recv) {
            sb_addc(sb, '(');
            if (as_interface(sig->recv->typ)) sb_adds(sb, "interface");
            else type_write(sb, sig->recv->typ, qf);
            sb_adds(sb, ").");
        } else {
            const char *p = package_of(f->pkg, qf);
            if (p) sb_adds(sb, p), sb_addc(sb, '.');
        }
    }
    sb_adds(sb, f->name->s);
}

void object_write(StrBuf *sb, Object *o, const Qualifier *qf) {
    TypeName *tname = NULL;
    Type *typ = o->typ;
    switch ((ObjKind)o->kind) {
    case OBJ_PKGNAME:
        sb_printf(sb, "package %s", o->name->s);
        if (o->imported && o->imported->path->n && o->imported->path != o->name) {
            sb_adds(sb, " (");
            sb_add_quoted(sb, o->imported->path->s, o->imported->path->n);
            sb_addc(sb, ')');
        }
        return;
    case OBJ_CONST: sb_adds(sb, "const"); break;
    case OBJ_TYPENAME:
        tname = o;
        sb_adds(sb, "type");
        if (typ && type_is_type_param(typ)) sb_adds(sb, " parameter");
        break;
    case OBJ_VAR: sb_adds(sb, var_is_field(o) ? "field" : "var"); break;
    case OBJ_FUNC:
        sb_adds(sb, "func ");
        write_func_name(sb, o, qf);
        if (typ) signature_write(sb, as_signature(typ), qf);
        return;
    case OBJ_LABEL:
        sb_adds(sb, "label");
        typ = NULL;
        break;
    case OBJ_BUILTIN:
        sb_adds(sb, "builtin");
        typ = NULL;
        break;
    case OBJ_NIL: sb_adds(sb, "nil"); return;
    case OBJ_NONE: BUG("object_write: no kind");
    }
    sb_addc(sb, ' ');
    if (o->pkg && scope_lookup(o->pkg->scope, o->name) == o) {
        const char *p = package_of(o->pkg, qf);
        if (p) sb_adds(sb, p), sb_addc(sb, '.');
    }
    sb_adds(sb, o->name->s);
    if (!typ) return;
    if (tname) {
        if (typ->kind == TK_BASIC) return;
        TypeWriter w = {.sb = sb, .qf = qf};
        TypeParamList *tps = type_params_of(typ);
        if (tplist_len(tps)) write_tparams(&w, tps);
        if (typename_is_alias(tname)) {
            sb_adds(sb, " =");
            if (typ->kind == TK_ALIAS) typ = ((Alias *)typ)->from_rhs;
        } else if (typ->kind == TK_TYPE_PARAM) {
            typ = ((TypeParam *)typ)->bound;
        } else {
            typ = type_under(typ);
        }
    }
    if (o->parent == Universe && name_is(o->name, "any")) typ = &types_empty_interface()->t;
    sb_addc(sb, ' ');
    type_write(sb, typ, qf);
}
