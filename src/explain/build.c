/* build.c: the sites of a package.
 *
 * Most sites are places of the escape analysis: whatever has a line in -m. What is always allocated by the
 * run-time system is found by walking the functions: channels, goroutines, maps that may grow. For each the
 * stories behind it are told (story.c); what they need of other packages is copied into this package's
 * answer. The two kinds are looked for side by side, and what is found is put together (merge.c). */
#include "base/fault.h"
#include "base/pool.h"
#include "explain/explain_int.h"
#include "ir/gen_int.h"
#include "load/load_int.h"
#include "load/roots.h"
#include "types/types.h"
#include <stdlib.h>

const char *const ex_kind_json[] = {
#define EXKIND(id, json, words) json,
#include "explain/kinds.def"
#undef EXKIND
};
const char *const ex_kind_words[] = {
#define EXKIND(id, json, words) words,
#include "explain/kinds.def"
#undef EXKIND
};
const char *const ex_reason_json[] = {
#define REASON(id, json, because, advice) json,
#include "explain/reasons.def"
#undef REASON
};
const char *const ex_reason_because[] = {
#define REASON(id, json, because, advice) because,
#include "explain/reasons.def"
#undef REASON
};
const char *const ex_reason_advice[] = {
#define REASON(id, json, because, advice) advice,
#include "explain/reasons.def"
#undef REASON
};

/* ---- texts ---- */

const char *ex_intern(Explainer *e, const char *p, size_t n) {
    if (!n) return "";
    for (uint64_t seed = 0;; seed++) {
        uint64_t key = hash_bytes(p, n, seed) | 1;
        const char *s = map_get(&e->strings, key);
        if (s && strlen(s) == n && !memcmp(s, p, n)) return s;
        if (s) continue;
        s = arena_strndup(&e->x->arena, p, n);
        map_put(&e->strings, key, (void *)(uintptr_t)s);
        return s;
    }
}

const char *ex_internf(Explainer *e, const char *fmt, ...) {
    StrBuf sb = STRBUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(&sb, fmt, ap);
    va_end(ap);
    const char *s = ex_intern(e, sb_str(&sb), sb.n);
    sb_release(&sb);
    return s;
}

/* Shapes without the compiler's names for them. */
static const char *plain_shapes(Explainer *e, const char *s) {
    if (!strstr(s, "go.shape.")) return s;
    StrBuf sb = STRBUF_INIT;
    while (*s) {
        if (!strncmp(s, "go.shape.", 9)) s += 9;
        else sb_addc(&sb, *s++);
    }
    const char *r = ex_intern(e, sb_str(&sb), sb.n);
    sb_release(&sb);
    return r;
}

const char *ex_shorten(Explainer *e, StrBuf *sb, size_t max) {
    if (sb->n > max) {
        size_t n = max - 3;
        for (; n > 0 && ((unsigned char)sb->buf[n] & 0xc0) == 0x80;) n--;
        sb->n = n;
        sb_adds(sb, "...");
    }
    for (size_t i = 0; i < sb->n; i++)
        if (sb->buf[i] == '\n' || sb->buf[i] == '\t') sb->buf[i] = ' ';
    const char *r = ex_intern(e, sb_str(sb), sb->n);
    sb_release(sb);
    return r;
}

const char *ex_text(Explainer *e, const IrPackage *ir, const IrNode *n) {
    StrBuf sb = STRBUF_INIT;
    if (n->op == OAPPEND) sb_adds(&sb, "append");
    else ir_print(&sb, ir, n);
    return ex_shorten(e, &sb, EX_LONG);
}

const char *ex_type_text(Explainer *e, const IrPackage *ir, Type *t) {
    if (!t) return "";
    StrBuf sb = STRBUF_INIT;
    ir_print_type(&sb, ir, t);
    return plain_shapes(e, ex_shorten(e, &sb, EX_LONG));
}

/* Type arguments of a shaped function: what stands for each shape. */
typedef struct ShapeNames {
    uint32_t n;
    const char **shape, **name;
} ShapeNames;

static const IrFunc *outermost(const IrFunc *fn) {
    while (fn->closure_parent && !fn->closure_parent->is_package_init) fn = fn->closure_parent;
    return fn;
}

static ShapeNames *shape_names(Explainer *e, const IrFunc *fn) {
    fn = outermost(fn);
    ShapeNames *s = map_get(&e->shapes, PKEY(fn));
    if (s) return s;
    s = NEW(&e->x->arena, ShapeNames);
    map_put(&e->shapes, PKEY(fn), s);
    const LowerEnv *env = fn->env;
    if (!env || !env->shaped || !fn->pkg || !fn->pkg->gen) return s;
    const Map *all = &fn->pkg->gen->generic;
    s->n = env->ntargs;
    s->shape = NEW_ARRAY(&e->x->arena, const char *, s->n + 1);
    s->name = NEW_ARRAY(&e->x->arena, const char *, s->n + 1);
    for (uint32_t i = 0; i < s->n; i++) {
        StrBuf sb = STRBUF_INIT;
        ir_print_type(&sb, fn->pkg, env->targs[i]);
        s->shape[i] = ex_intern(e, sb_str(&sb), sb.n);
        sb_release(&sb);
        const char *name = NULL;
        for (uint32_t k = 0; k < all->cap; k++) {
            const GenObj *g = all->slots[k].key ? all->slots[k].val : NULL;
            const LowerEnv *real = g ? g->env : NULL;
            if (!real || real->shaped || real->obj != env->obj || i >= real->ntargs) continue;
            if (!real->shaped_obj || real->shaped_obj->env != env) continue;
            const char *t = ex_type_text(e, fn->pkg, real->targs[i]);
            if (name && name != t) {
                name = NULL; /* several types share this body: it goes by the parameter's name */
                Signature *sig = env->obj->typ ? as_signature(type_under(env->obj->typ)) : NULL;
                TypeParamList *tps = sig ? (sig->tparams ? sig->tparams : sig->rparams) : NULL;
                if (tps && i >= env->nimplicits && i - env->nimplicits < tps->n)
                    name = tps->v[i - env->nimplicits]->obj->name->s;
                break;
            }
            name = t;
        }
        s->name[i] = name ? name : plain_shapes(e, s->shape[i]);
    }
    return s;
}

const char *ex_nice(Explainer *e, const IrFunc *fn, const char *text) {
    if (!strstr(text, "go.shape.")) return text;
    const ShapeNames *s = fn ? shape_names(e, fn) : NULL;
    StrBuf sb = STRBUF_INIT;
    for (const char *p = text; *p;) {
        bool done = false;
        for (uint32_t i = 0; s && i < s->n && !done; i++) {
            size_t n = strlen(s->shape[i]);
            if (n && !strncmp(p, s->shape[i], n)) {
                sb_adds(&sb, s->name[i]);
                p += n;
                done = true;
            }
        }
        if (!done) sb_addc(&sb, *p++);
    }
    const char *r = plain_shapes(e, ex_intern(e, sb_str(&sb), sb.n));
    sb_release(&sb);
    return r;
}

/* As profiles name it. */
static const char *func_symbol(Explainer *e, const IrFunc *fn) {
    StrBuf sb = STRBUF_INIT, out = STRBUF_INIT;
    ir_print_pkg_func_name(&sb, fn);
    int depth = 0; /* profiles show type arguments as [...] */
    for (size_t i = 0; i < sb.n; i++) {
        char c = sb.buf[i];
        if (c == '[' && depth++ == 0) sb_adds(&out, "[...");
        if (c == ']' && --depth == 0) sb_addc(&out, ']');
        else if (depth == 0) sb_addc(&out, c);
    }
    const char *r = ex_intern(e, sb_str(&out), out.n);
    sb_release(&sb);
    sb_release(&out);
    return r;
}

const char *ex_func_title(Explainer *e, const IrFunc *fn) {
    StrBuf sb = STRBUF_INIT;
    ir_print_pkg_func_name(&sb, fn);
    const char *r = ex_nice(e, fn, ex_intern(e, sb_str(&sb), sb.n));
    sb_release(&sb);
    return r;
}

/* ---- places ---- */

static uint32_t file_index(Explainer *e, SpanFile *f) {
    if (f->index) return f->index - 1;
    ExPackage *x = e->x;
    const char *shown = posbase_get(f->file->base)->filename;
    const LoadedPkg *p = f->pkg;
    bool user = p->named || (!p->standard && (!p->module || p->module->main));
    const char *path = f->file->path; /* what cgo wrote is gone again, and has no directory for people */
    if (p->cgo_done && shown[0] != '/') path = shown;
    vec_push(NULL, &x->files,
             ((ExFile){ex_intern(e, path, strlen(path)), ex_intern(e, shown, strlen(shown)),
                       ex_intern(e, p->import_path, strlen(p->import_path)), user}));
    f->index = x->files.n;
    return f->index - 1;
}

/* Behind a //line directive, as in what cgo writes, the file that it names is what people have. */
static bool line_directive(Explainer *e, SpanFile *f, ExSpan *sp, Pos pos) {
    const PosBase *base = posbase_get(pos_base(pos));
    if (base->is_file || !base->col) return false;
    RelPos r = pos_rel(pos);
    sp->line = r.line, sp->col = r.col, sp->end_line = r.line, sp->end_col = r.col + 1;
    ExPackage *x = e->x;
    const LoadedPkg *p = f->pkg;
    const char *path = r.filename; /* below the directory, unless it is one of cgo's names for what it made */
    if (path[0] != '/' && !p->cgo_done && *p->dir) path = path_join(&e->spans.arena, p->dir, path);
    for (uint32_t i = 0; i < x->files.n; i++) {
        if (strcmp(x->files.v[i].path, path) != 0) continue;
        sp->file = i;
        return true;
    }
    ExFile nf = x->files.v[file_index(e, f)];
    nf.path = ex_intern(e, path, strlen(path));
    nf.shown = ex_intern(e, r.filename, strlen(r.filename));
    vec_push(NULL, &x->files, nf);
    sp->file = x->files.n - 1;
    return true;
}

ExSpan ex_span(Explainer *e, const IrPackage *ir, Pos pos, const IrNode *n) {
    SpanFile *f = spans_file(&e->spans, pos);
    if (!f) return (ExSpan){0};
    ExSpan sp = {.line = pos_line(pos), .col = pos_col(pos)};
    if (line_directive(e, f, &sp, pos)) return sp;
    sp.file = file_index(e, f);
    const void *node = n ? spans_node(&e->spans, ir, pos, n) : NULL;
    bool named = n && (!node || (n->op == ONAME && KIND(node) == N_VAR_DECL));
    uint32_t name = named ? spans_name(&e->spans, pos) : 0;
    if (name) {
        sp.end_line = sp.line, sp.end_col = sp.col + name;
    } else if (node) {
        Pos start = node_start(node), end = spans_end(node);
        sp.line = pos_line(start), sp.col = pos_col(start);
        sp.end_line = pos_line(end), sp.end_col = pos_col(end);
    }
    if (sp.end_line < sp.line || (sp.end_line == sp.line && sp.end_col <= sp.col))
        sp.end_line = sp.line, sp.end_col = sp.col + 1;
    return sp;
}

uint32_t ex_frames(Explainer *e, const IrPackage *ir, IrPos pos, uint32_t *first) {
    *first = e->x->frames.n;
    uint32_t n = 0;
    for (; pos.inl && n < 64; n++) {
        const IrInlCall *c = &ir->inl_tree.v[pos.inl - 1];
        ExFrame fr = {.call = ex_span(e, ir, ir_innermost_pos(c->pos), NULL),
                      .func = c->func ? func_symbol(e, c->func) : c->name};
        fr.pkg = c->func && c->func->nname->pkg
                     ? ex_intern(e, c->func->nname->pkg->path->s, c->func->nname->pkg->path->n)
                     : "";
        vec_push(NULL, &e->x->frames, fr);
        pos = c->pos;
    }
    return n;
}

/* ---- facts of packages ---- */

PkgFacts *ex_facts(Explainer *e, const IrPackage *ir) {
    PkgFacts *pf = map_get(&e->by_ir, PKEY(ir));
    if (!pf || pf->ready) return pf;
    pf->ready = true;
    const EscFacts *f = pf->pkg->facts;
    pf->next = xcalloc(f->events.n + 1, sizeof *pf->next);
    for (uint32_t i = f->events.n; i-- > 0;) { /* backwards, so that the first stays */
        const EscEvent *ev = &f->events.v[i];
        uint64_t key = PKEY(ev->n);
        if (ev->leak) {
            pf->next[i] = (uint32_t)(uintptr_t)map_get(&pf->leaks, key);
            map_put(&pf->leaks, key, (void *)(uintptr_t)(i + 1));
        } else {
            map_put(&pf->escapes, key, (void *)(uintptr_t)(i + 1));
        }
    }
    return pf;
}

/* ---- sites ---- */

static ExKind kind_of_node(const IrNode *n) {
    switch (n->op) {
    case ONAME:
        return IR(Name, n)->name_class == PPARAM || IR(Name, n)->name_class == PPARAMOUT ? EX_PARAM : EX_VAR;
    case ONEW: return EX_NEW;
    case OPTRLIT: return EX_PTRLIT;
    case OMAKESLICE: return EX_MAKESLICE;
    case OMAKEMAP: return EX_MAKEMAP;
    case OMAKECHAN: return EX_MAKECHAN;
    case OSLICELIT: return ir_implicit(n) ? EX_VARIADIC : EX_SLICELIT;
    case OMAPLIT: return EX_MAPLIT;
    case OCLOSURE: return EX_CLOSURE;
    case OMETHVALUE: return EX_METHVALUE;
    case OCONVIFACE: return EX_IFACE;
    case OADDSTR: return EX_CONCAT;
    case OSTR2BYTES:
    case OSTR2BYTESTMP: return EX_STR2BYTES;
    case OBYTES2STR:
    case OBYTES2STRTMP: return EX_BYTES2STR;
    case OSTR2RUNES: return EX_STR2RUNES;
    case ORUNES2STR: return EX_RUNES2STR;
    case ORUNESTR: return EX_RUNE2STR;
    case OAPPEND: return EX_APPEND;
    default: return EX_OTHER;
    }
}

/* t itself, or the type of the only field or element there is in it. */
static Type *sole_component(Type *t) {
    for (;;) {
        if (ir_is_struct(t) && ir_num_fields(t) == 1) t = ir_field(t, 0)->typ;
        else if (ir_is_array(t) && ir_array_len(t) == 1) t = ir_elem(t);
        else return t;
    }
}

/* Taken from a table of the run-time system, or without size. */
static bool small_value(Type *t) {
    int64_t size = sizes_sizeof(ir_sizes(), t);
    Type *sole = sole_component(t);
    return size == 0 || ir_is_boolean(sole) || (size == 1 && ir_is_integer(sole));
}

/* A constant, or an array or struct of such: it can be read-only data. */
static bool constant_value(const IrNode *n) {
    switch (n->op) {
    case OLITERAL:
    case ONIL: return true;
    case OARRAYLIT:
    case OSTRUCTLIT: {
        IrNodes list = IR(CompLitExpr, n)->list;
        for (uint32_t i = 0; i < list.n; i++) {
            const IrNode *v = list.v[i];
            v = v->op == OKEY ? IR(KeyExpr, v)->value : v->op == OSTRUCTKEY ? IR(StructKeyExpr, v)->value : v;
            if (!v || !constant_value(v)) return false;
        }
        return true;
    }
    case OCONVIFACE:
        return !type_is_interface(IR(ConvExpr, n)->x->type) && constant_value(IR(ConvExpr, n)->x);
    case ONAME: return IR(Name, n)->name_class == PEXTERN && IR(Name, n)->readonly;
    default: return false;
    }
}

/* It does not escape, but the compiler has no room for it on the stack. */
static void no_room(ExSite *s, ExReason why) {
    s->place = EX_HEAP;
    s->reason = s->first_reason = (uint8_t)why;
    s->cause = s->at;
    s->cause_func = s->func;
}

/* Size, element size, type, and for what -m calls escaping whether anything is allocated at all. */
static void measure(Explainer *e, const IrPackage *ir, const IrFunc *fn, IrNode *n, ExSite *s) {
    const Sizes *sz = ir_sizes();
    Type *t = n->type, *what = t;
    int64_t len;
    s->size = s->elem_size = -1;
    const CompilerFlags *flags = ir->flags;
    int64_t small = flags ? flags->debug.variablemakethreshold : 32;
    bool heap = s->escapes;
    s->place = heap ? EX_HEAP : EX_STACK;
    switch (n->op) {
    case ONAME: s->size = sizes_sizeof(sz, t); break;
    case ONEW:
    case OPTRLIT:
        what = ir_elem(t);
        s->size = sizes_sizeof(sz, what);
        if (heap && s->size == 0) s->place = EX_STATIC;
        break;
    case OMAKESLICE: {
        IrMakeExpr *m = IR(MakeExpr, n);
        s->elem_size = sizes_sizeof(sz, ir_elem(t));
        if (ir_const_int64(m->capx ? m->capx : m->len, &len)) {
            s->size = s->elem_size && len > INT64_MAX / s->elem_size ? -1 : len * s->elem_size;
            if (heap && s->size == 0) s->place = EX_STATIC;
        } else if (!heap && s->elem_size > small) {
            no_room(s, EX_WHY_NONCONST_SIZE);
        } else if (!heap) {
            s->place = EX_STACK_SMALL;
            s->limit = small;
        }
        break;
    }
    case OSLICELIT:
        s->elem_size = sizes_sizeof(sz, ir_elem(t));
        s->size = IR(CompLitExpr, n)->len * s->elem_size;
        if (heap && s->size == 0) s->place = EX_STATIC;
        break;
    case OCLOSURE: {
        const IrFunc *lit = IR(ClosureExpr, n)->func;
        s->size = ir_closure_size(lit);
        if (heap && !lit->closure_vars.n) s->place = EX_STATIC, s->size = 0;
        break;
    }
    case OMETHVALUE: s->size = sz->ptr_size + sizes_sizeof(sz, IR(SelectorExpr, n)->x->type); break;
    case OCONVIFACE: {
        IrNode *v = IR(ConvExpr, n)->x;
        what = v->type;
        s->size = sizes_sizeof(sz, what);
        if (small_value(what) || constant_value(v)) {
            if (heap) s->place = EX_STATIC, s->size = 0;
        } else if (!heap && s->size > 1024) {
            no_room(s, EX_WHY_TOO_LARGE);
        }
        break;
    }
    case OAPPEND:
        s->elem_size = sizes_sizeof(sz, ir_elem(t));
        if (!heap && (s->elem_size > small || s->elem_size == 0)) no_room(s, EX_WHY_ALWAYS);
        else if (!heap) s->place = EX_STACK_SMALL, s->limit = small;
        break;
    case OADDSTR:
    case OBYTES2STR:
    case ORUNES2STR:
        if (!heap) s->place = EX_STACK_SMALL, s->limit = 32;
        break;
    case OSTR2BYTES:
    case OSTR2BYTESTMP: /* add_place corrects the place of these */
        if (IR(ConvExpr, n)->x->op == OLITERAL) break;
        if (!heap) s->place = EX_STACK_SMALL, s->limit = 32;
        break;
    case OSTR2RUNES:
        s->elem_size = 4;
        if (!heap) s->place = EX_STACK_SMALL, s->limit = 128;
        break;
    case OMAKEMAP:
    case OMAPLIT:
        if (!heap) s->place = EX_STACK_SMALL, s->limit = -1;
        break;
    case OMAKECHAN:
        if (IR(MakeExpr, n)->len && ir_const_int64(IR(MakeExpr, n)->len, &len)) {
            int64_t es = sizes_sizeof(sz, ir_elem(t));
            if (len >= 0 && len < (int64_t)1 << 40 && es < 1 << 20) s->size = 96 + len * es;
        }
        break;
    default: break;
    }
    const IrFunc *inner = n->inl ? ir->inl_tree.v[n->inl - 1].func : NULL;
    StrBuf sb = STRBUF_INIT;
    ir_print_type(&sb, ir, what);
    if (inner && strstr(sb_str(&sb), "struct {")) { /* its fields under their own names */
        sb.n = 0;
        ir_print_type(&sb, inner->pkg, what);
    }
    s->type = ex_nice(e, inner ? inner : fn, ex_shorten(e, &sb, EX_LONG));
}

/* The end of the site's story: its decisive line, and the last line in the user's code. */
static void follow(Explainer *e, ExSite *s) {
    const ExPackage *x = e->x;
    s->cause = s->at;
    s->cause_func = s->func;
    bool left = false;
    if (x->files.n && s->at.line && x->files.v[s->at.file].user) s->user = s->at;
    uint32_t id = s->story;
    for (int guard = 0; id && guard < 1000; guard++) {
        const ExStory *st = &x->stories.v[id - 1];
        for (uint32_t i = 0; i < st->nsteps; i++) {
            const ExStep *p = &x->steps.v[st->step + i];
            if (p->at.line && *p->label) {
                bool user = x->files.v[p->at.file].user;
                if (user && !left) s->user = p->at;
                if (!user) left = true;
                s->cause = p->at;
                s->cause_func = p->func;
            }
        }
        id = st->on;
    }
    s->cause_is_user = s->cause.line && x->files.v[s->cause.file].user;
}

static ExReason first_reason(const Explainer *e, const ExStory *st) {
    if (!st->nsteps || !st->on) return (ExReason)st->reason;
    const ExStep *last = &e->x->steps.v[st->step + st->nsteps - 1];
    if (last->into == EX_INTO_HOLDER) {
        for (uint32_t i = 0; i < st->nsteps; i++)
            if (e->x->steps.v[st->step + i].flow == FLOW_CAPTURED) return EX_WHY_CAPTURED;
        return EX_WHY_HOLDER;
    }
    return EX_WHY_CALL;
}

/* What stands between the brackets of an instance's name. */
static const char *instance_of(Explainer *e, const IrFunc *fn) {
    StrBuf sb = STRBUF_INIT;
    ir_print_pkg_func_name(&sb, fn);
    const char *open = strchr(sb_str(&sb), '['), *r = "";
    int depth = 0;
    for (const char *p = open; p && *p; p++) {
        depth += *p == '[' ? 1 : *p == ']' ? -1 : 0;
        if (depth) continue;
        r = ex_intern(e, open + 1, (size_t)(p - open - 1));
        break;
    }
    sb_release(&sb);
    return r;
}

static ExSite *new_site(Explainer *e, const IrPackage *ir, const IrFunc *fn, IrNode *n, ExKind kind) {
    ExPackage *x = e->x;
    IrPos pos = ir_npos(n);
    ExSite s = {.kind = (uint8_t)kind, .cause_func = "", .limit = -1};
    Pos inner = ir_innermost_pos(pos), outer = ir_outermost_pos(ir, pos);
    s.at = ex_span(e, ir, inner, n);
    s.mark = ex_span(e, ir, inner, NULL);
    s.shown = pos.inl ? ex_span(e, ir, outer, NULL) : s.at;
    StrBuf sb = STRBUF_INIT;
    if (outer != NO_POS) pos_format(&sb, outer);
    s.pos = ex_intern(e, sb_str(&sb), sb.n);
    sb.n = 0;
    s.func = fn ? func_symbol(e, fn) : "";
    s.title = fn ? ex_func_title(e, fn) : "";
    s.instance = fn ? instance_of(e, fn) : "";
    s.what = ex_text(e, ir, n);
    const IrFunc *callee = pos.inl ? ir->inl_tree.v[pos.inl - 1].func : NULL;
    s.name = ex_nice(e, callee ? callee : fn, s.what);
    if (kind == EX_CLOSURE && IR(ClosureExpr, n)->func->wrapper) {
        s.name = IR(ClosureExpr, n)->is_go_wrap ? "closure for the go statement"
                                                : "closure for the defer statement";
    } else if (kind == EX_CLOSURE && IR(ClosureExpr, n)->func->lit_why == ORANGE) {
        s.name = "the loop's body";
    } else if (s.what[0] == '#' || strchr(s.what, '~') || strstr(s.what, ".autotmp") ||
               kind == EX_STR2BYTES || kind == EX_STR2RUNES ||
               (pos.inl && kind != EX_CLOSURE && kind != EX_VARIADIC && kind != EX_APPEND)) {
        /* a result has no name, but the call has; -m writes inlined code as its caller would have to */
        s.name = ex_nice(e, callee ? callee : fn, ex_source_text(e, ir, n));
    }
    s.nframes = ex_frames(e, ir, pos, &s.frame);
    s.is_user = s.at.line && x->files.v[s.at.file].user;
    sb_release(&sb);
    vec_push(NULL, &x->sites, s);
    return &vec_last(&x->sites);
}

/* append comes behind what it appends. */
static void note_dots(Explainer *e, const IrNode *n) {
    if (n->op == OMAKESLICE) map_put(&e->makes, PKEY(n), (void *)(uintptr_t)e->x->sites.n);
    if (n->op != OAPPEND || !IR(CallExpr, n)->is_ddd) return;
    uint32_t make = (uint32_t)(uintptr_t)map_get(&e->makes, PKEY(IR(CallExpr, n)->args.v[1]));
    if (make) e->x->sites.v[make - 1].has_dots = true;
}

static void add_place(Explainer *e, PkgFacts *pf, const EscPlace *p) {
    fault_poll();
    const IrPackage *ir = pf->pkg->ir;
    if (p->kind == ESC_PLACE_ZERO_COPY) { /* said of a conversion that was said not to escape just before */
        if (e->x->sites.n) vec_last(&e->x->sites).place = EX_STACK;
        return;
    }
    uint32_t event = p->event;
    ExSite *s = new_site(e, ir, p->fn, p->n, kind_of_node(p->n));
    note_dots(e, p->n);
    s->escapes = p->kind != ESC_PLACE_STACK;
    s->in_m = !(p->n->op == OCLOSURE && IR(ClosureExpr, p->n)->func->wrapper);
    measure(e, ir, p->fn, p->n, s);
    if (!s->escapes) return;
    size_t at = e->x->sites.n - 1;
    uint32_t story = event ? ex_story(e, pf, event - 1) : 0;
    s = &e->x->sites.v[at];
    s->story = story;
    if (story) {
        s->reason = e->x->stories.v[story - 1].reason;
        s->first_reason = (uint8_t)first_reason(e, &e->x->stories.v[story - 1]);
    }
    follow(e, s);
}

/* ---- what the run-time system allocates anyway ---- */

typedef struct Walk {
    Explainer *e;
    const IrPackage *ir;
    const IrFunc *fn;
    int loops;
} Walk;

static void always(Walk *w, IrNode *n, ExKind kind, const char *what, const char *name) {
    ExSite *s = new_site(w->e, w->ir, w->fn, n, kind);
    s->escapes = true;
    s->reason = s->first_reason = EX_WHY_ALWAYS;
    measure(w->e, w->ir, w->fn, n, s);
    if (kind == EX_CONCAT) s->type = "string"; /* += is a statement and has no type of its own */
    s->place = EX_HEAP;
    if (what) s->what = what, s->name = name;
    follow(w->e, s);
}

static bool look(IrNode *n, void *ctx) {
    Walk *w = ctx;
    bool loop = n->op == OFOR || n->op == ORANGE;
    if (n->op == OMAKECHAN) always(w, n, EX_MAKECHAN, NULL, NULL);
    else if (n->op == OGO) always(w, n, EX_GO, "go statement", "new goroutine");
    else if (n->op == OASOP && IR(AssignOpStmt, n)->as_op == OADD &&
             ir_is_string(IR(AssignOpStmt, n)->x->type))
        always(w, n, EX_CONCAT, ex_text(w->e, w->ir, n), ex_source_text(w->e, w->ir, n));
    else if (n->op == OINDEXMAP && IR(IndexExpr, n)->assigned)
        always(w, n, EX_MAPASSIGN, ex_internf(w->e, "assignment to %s", ex_text(w->e, w->ir, n)),
               ex_internf(w->e, "assignment to %s", ex_source_text(w->e, w->ir, n)));
    w->loops += loop;
    ir_do_children(n, look, w);
    w->loops -= loop;
    return false;
}

/* Variables that stay where they are. */
static void add_locals(Explainer *e, const IrPackage *ir, const IrFunc *fn) {
    if (fn->wrapper || fn->is_package_init) return;
    for (uint32_t i = 0; i < fn->dcl.n; i++) {
        IrName *n = fn->dcl.v[i];
        const char *name = n->sym->s;
        if (n->name_class != PAUTO || n->n.esc == ESC_HEAP || n->n.inl || n->n.p == NO_POS || n->autotemp)
            continue;
        if (strchr(".~#", name[0]) || !strcmp(name, "_") || n->inl_formal || n->inl_local) continue;
        measure(e, ir, fn, &n->n, new_site(e, ir, fn, &n->n, EX_VAR));
    }
}

static int by_position(const void *a, const void *b) {
    const ExSite *x = a, *y = b;
    if (x->shown.file != y->shown.file) return x->shown.file < y->shown.file ? -1 : 1;
    if (x->shown.line != y->shown.line) return x->shown.line < y->shown.line ? -1 : 1;
    if (x->shown.col != y->shown.col) return x->shown.col < y->shown.col ? -1 : 1;
    return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static void add_params(Explainer *e, PkgFacts *pf) {
    ExPackage *x = e->x;
    const EscFacts *f = pf->pkg->facts;
    for (uint32_t i = 0; i < f->params.n; i++) {
        const EscParam *p = &f->params.v[i];
        const IrNode *n = &p->fn->dcl.v[p->index]->n;
        if (p->fn->wrapper || !p->fn->body.n || !ir_pos_known(ir_npos(n)) || !leaks_any(p->leaks)) continue;
        if (!type_has_pointers(n->type) || strchr(".~", p->fn->dcl.v[p->index]->sym->s[0])) continue;
        ExParam ep = {.func = func_symbol(e, p->fn),
                      .name = ex_source_text(e, pf->pkg->ir, n),
                      .at = ex_span(e, pf->pkg->ir, ir_innermost_pos(ir_npos(n)), n),
                      .heap = (int16_t)leaks_get(p->leaks, LEAK_HEAP)};
        for (int k = 0; k < LEAK_RESULTS; k++) ep.results[k] = (int16_t)leaks_get(p->leaks, LEAK_RESULT0 + k);
        if (ep.heap >= 0) ep.story = ex_param_story(e, p->fn, p->index, LEAK_HEAP);
        vec_push(NULL, &x->params, ep);
    }
}

/* T of the receiver's type *T, T[K] and so on. */
static const Name *receiver_name(const Expr *t) {
    for (;;) {
        switch (KIND(t)) {
        case N_NAME: return AS(NameExpr, t)->name;
        case N_OPERATION: t = AS(Operation, t)->x; break;
        case N_INDEX: t = AS(IndexExpr, t)->x; break;
        case N_PAREN: t = AS(ParenExpr, t)->x; break;
        default: return NULL;
        }
    }
}

/* Whether the receiver's type is written with type parameters: T[K], *T[K]. */
static bool has_params(const Expr *t) {
    for (;;) {
        switch (KIND(t)) {
        case N_OPERATION: t = AS(Operation, t)->x; break;
        case N_PAREN: t = AS(ParenExpr, t)->x; break;
        default: return KIND(t) == N_INDEX;
        }
    }
}

static void add_funcs(Explainer *e, const LoadedPkg *p) {
    for (uint32_t i = 0; p->syntax && p->syntax[i]; i++) {
        for (uint32_t k = 0; k < p->syntax[i]->ndecls; k++) {
            if (KIND(p->syntax[i]->decls[k]) != N_FUNC_DECL) continue;
            const FuncDecl *d = AS(FuncDecl, p->syntax[i]->decls[k]);
            const Name *recv = d->recv && d->recv->type_expr ? receiver_name(d->recv->type_expr) : NULL;
            const char *name = recv ? ex_internf(e, "%s.%s", recv->s, d->name->name->s)
                                    : ex_intern(e, d->name->name->s, d->name->name->n);
            ExFunc f = {.name = name, .at = ex_span(e, p->ir, NPOS(d->name), NULL)};
            f.end_line = d->body ? pos_line(d->body->rbrace) : 0;
            f.generic = d->tparams.n || (recv && has_params(d->recv->type_expr));
            vec_push(NULL, &e->x->funcs, f);
        }
    }
}

void *ex_settle(Arena *a, void *v, size_t bytes) {
    void *p = arena_alloc(a, bytes);
    if (bytes) memcpy(p, v, bytes);
    free_heap(v);
    return p;
}

static void explainer_init(Explainer *e, Session *session, LoadedPkg *p) {
    ExPackage *x = xcalloc(1, sizeof *x);
    arena_init(&x->arena);
    *e = (Explainer){.s = session, .pkg = p, .x = x};
    spans_init(&e->spans, session);
    for (uint32_t i = 0; i < session->npkgs; i++) {
        LoadedPkg *q = session->pkgs[i];
        if (!q->ir || !q->facts) continue;
        PkgFacts *pf = NEW(&e->spans.arena, PkgFacts);
        pf->pkg = q;
        map_put(&e->by_ir, PKEY(q->ir), pf);
    }
    for (uint32_t i = 0; i < e->spans.all.n; i++) /* the package's own files first, in order */
        if (e->spans.all.v[i]->pkg == p) file_index(e, e->spans.all.v[i]);
}

/* But for what has been found. */
static void explainer_release(Explainer *e) {
    for (uint32_t i = 0; i < e->by_ir.cap; i++) {
        PkgFacts *pf = e->by_ir.slots[i].key ? e->by_ir.slots[i].val : NULL;
        if (!pf) continue;
        map_release(&pf->escapes);
        map_release(&pf->leaks);
        free_heap(pf->next);
    }
    map_release(&e->by_ir);
    map_release(&e->strings);
    map_release(&e->stories);
    map_release(&e->shapes);
    map_release(&e->makes);
    spans_release(&e->spans);
}

/* Values that the escape analysis had to decide about. */
static void find_places(Explainer *e) {
    const EscFacts *f = e->pkg->facts;
    PkgFacts *pf = ex_facts(e, e->pkg->ir);
    for (uint32_t i = 0; i < f->places.n; i++) add_place(e, pf, &f->places.v[i]);
}

/* All others, and what functions do with their parameters. */
static void find_others(Explainer *e) {
    const IrPackage *ir = e->pkg->ir;
    for (uint32_t i = 0; i < ir->funcs.n; i++) {
        fault_poll();
        Walk w = {.e = e, .ir = ir, .fn = ir->funcs.v[i]};
        for (uint32_t k = 0; k < w.fn->body.n; k++) look(w.fn->body.v[k], &w);
        add_locals(e, ir, w.fn);
    }
    add_params(e, ex_facts(e, ir));
    add_funcs(e, e->pkg);
}

enum { STACK_MIB = 512 }; /* as deep as the passes have it */

typedef struct Others {
    Explainer e;
} Others;

static void others_task(void *arg, int worker) {
    (void)worker;
    Others *o = *(Others **)arg;
    TypesScope scope;
    types_enter(&scope, o->e.s->types, NULL);
    find_others(&o->e);
    types_leave(&scope);
}

ExPackage *explain_build(Session *session, LoadedPkg *p) {
    if (!p->ir || !p->facts) return NULL;
    Explainer e;
    Others others = {0};
    explainer_init(&e, session, p);
    explainer_init(&others.e, session, p);
    ExPackage *x = e.x;
    x->path = ex_intern(&e, p->import_path, strlen(p->import_path));
    x->dir = ex_intern(&e, p->dir, strlen(p->dir));
    StrVec roots = {0};
    session_roots(session, &x->arena, &roots);
    for (uint32_t i = 0; i < roots.n; i++)
        vec_push(NULL, &x->roots, ((ExRoot){ex_intern(&e, roots.v[i], strlen(roots.v[i]))}));
    TypesScope scope;
    types_enter(&scope, session->types, NULL);
    Pool *pool = pool_new(1, (size_t)STACK_MIB << 20);
    Others *o = &others;
    pool_add(pool, 0, others_task, &o, sizeof o);
    find_places(&e);
    pool_free(pool);
    ex_merge(&e, &others.e);
    if (x->sites.n) qsort(x->sites.v, x->sites.n, sizeof *x->sites.v, by_position);

    EX_SETTLE(x, files);
    EX_SETTLE(x, sites);
    EX_SETTLE(x, stories);
    EX_SETTLE(x, steps);
    EX_SETTLE(x, frames);
    EX_SETTLE(x, params);
    EX_SETTLE(x, funcs);
    EX_SETTLE(x, roots);
    explain_code(x, p->ir, true);
    explainer_release(&e);
    explainer_release(&others.e);
    types_leave(&scope);
    return x;
}

void explain_release(ExPackage *x) {
    if (!x) return;
    Arena a = x->arena;
    free_heap(x);
    arena_release(&a);
}
