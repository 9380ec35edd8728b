/* Collecting what a package declares (spec, "Declarations and scope", "Import declarations").
 *
 * Every package-level object is entered into the package scope with its syntax (DeclInfo) before any is
 * looked at, so that declarations may stand in any order. Imports go to the scope of their file. Methods are
 * set aside under the name of their receiver's base type, which is found by syntax alone: through aliases and
 * at most one pointer. */
#include "types/check_int.h"
#include "base/unicode.h"
#include "syntax/parse.h"

bool decl_info_has_initializer(const DeclInfo *d) { return d->init || (d->fdecl && d->fdecl->body); }

void decl_info_add_dep(DeclInfo *d, Object *to) {
    if (map_has(&d->deps_set, PKEY(to))) return;
    Arena *a = d->check->brief;
    d->deps_set.arena = a;
    map_put(&d->deps_set, PKEY(to), to);
    vec_push(a, &d->deps, to);
}

void check_arity(Checker *c, Pos pos, NameList names, ExprList inits, bool const_decl, bool inherited) {
    if (names.n < inits.n) {
        Expr *e = inits.v[names.n];
        if (inherited) check_errorf(c, pos, "extra init expr at %p", NPOS(e));
        else check_errorf(c, AT(e), "extra init expr %e", e);
    } else if (names.n > inits.n &&
               (const_decl || inits.n != 1)) { /* a single one may be a call with several results */
        NameExpr *name = names.v[inits.n];
        check_errorf(c, AT(name), "missing init expr for %n", name->name);
    }
}

/* ---- imports ---- */

/* The path of an import, or NULL with *why. */
static const Name *import_path(Checker *c, Str lit, const char **why) {
    StrBuf sb = STRBUF_INIT;
    if (!literal_unquote(&sb, lit)) {
        sb_release(&sb);
        *why = "invalid syntax";
        return NULL;
    }
    *why = sb.n == 0 ? "empty string" : NULL;
    for (size_t i = 0; i < sb.n;) {
        uint32_t r;
        i += (size_t)utf8_decode(sb.buf + i, sb.n - i, &r);
        bool illegal = r == RUNE_ERROR || (r < 128 && strchr("!\"#$%&'()*,:;<=>?[\\]^{|}`", (int)r));
        if (unicode_is_print(r) && r != ' ' && !illegal) continue;
        char utf8[5] = {0};
        utf8_encode(utf8, r);
        if (unicode_is_print(r)) *why = arena_printf(c->arena, "invalid character U+%04X '%s'", r, utf8);
        else *why = arena_printf(c->arena, "invalid character U+%04X", r);
        break;
    }
    const Name *path = name_intern(sb.n ? sb.buf : "", sb.n);
    sb_release(&sb);
    return *why ? NULL : path;
}

/* Why the compiler does not even look for a package with this path; NULL: it does. */
static const char *refused_path(Checker *c, const Name *path) {
    if (name_is(path, "main")) return "cannot import \"main\"";
    if (path == c->pkg->path) {
        StrBuf sb = STRBUF_INIT;
        check_format(c, &sb, "import %q while compiling that package (import cycle)", path->s);
        return sb_arena(&sb, c->arena);
    }
    if (path->s[0] == '/') return "import path cannot be absolute path";
    return NULL;
}

static Package *import_package(Checker *c, Pos pos, const Name *path) {
    Package *imp = map_get(&c->imp_map, PKEY(path));
    if (imp) return imp;
    if (name_is(path, "unsafe")) {
        imp = Unsafe;
    } else if (name_is(path, "C") && (c->conf->fake_import_c || c->conf->go115_uses_cgo)) {
        imp = new_package(c->arena, path, path);
        imp->fake = true; /* nothing is in its scope */
        imp->cgo = c->conf->go115_uses_cgo;
    } else {
        const char *err = c->conf->compiler ? refused_path(c, path) : NULL;
        if (err) imp = NULL;
        else if (c->conf->import) imp = c->conf->import(c->conf->import_ctx, path->s, &err);
        else err = "Config.Importer not installed";
        if (!imp && !err) err = "open : no such file or directory";
        if (err) {
            check_errorf(c, pos, "could not import %n (%s)", path, err);
            if (!imp) {
                size_t end = path->n;
                if (end > 0 && path->s[end - 1] == '/') end--;
                size_t start = end;
                while (start > 0 && path->s[start - 1] != '/') start--;
                imp = new_package(c->arena, path, name_intern(path->s + start, end - start));
            }
            imp->fake = true; /* its missing objects are no further errors */
        }
    }
    if (!imp->complete && !imp->fake) return NULL;
    map_put(&c->imp_map, PKEY(path), imp);
    if (c->have_pkg_path_map) check_mark_imports(c, imp);
    return imp;
}

PkgName *check_dot_import(Checker *c, Scope *file_scope, const Name *name) {
    const Map *m = map_get(&c->dot_import_map, PKEY(file_scope));
    return m ? map_get(m, PKEY(name)) : NULL;
}

/* import . "path": the exported objects enter the file scope. */
static void dot_import(Checker *c, Scope *file_scope, ImportDecl *s, Package *imp, PkgName *pkg_name) {
    Map *m = map_get(&c->dot_import_map, PKEY(file_scope));
    if (!m) {
        m = NEW(c->arena, Map);
        m->arena = c->arena;
        map_put(&c->dot_import_map, PKEY(file_scope), m);
    }
    for (uint32_t i = 0; i < imp->scope->objs.n; i++) {
        Object *obj = imp->scope->objs.v[i];
        const Name *name = imp->scope->names.v[i];
        if (!name->exported) continue;
        Object *alt = scope_lookup(file_scope, name);
        if (alt) {
            ErrorMsg err = {.c = c};
            error_addf(&err, AT(s->local), "%n redeclared in this block", alt->name);
            error_add_alt_decl(&err, alt);
            error_report(&err);
            continue;
        }
        scope_insert_as(file_scope, name, obj); /* obj keeps its own parent scope */
        map_put(m, PKEY(name), pkg_name);
    }
}

static void collect_import(Checker *c, Scope *file_scope, ImportDecl *s, Map *pkg_imports) {
    if (!s->path || (s->path->e.n.flags & NF_BAD)) return; /* reported by the parser */
    const char *why;
    const Name *path = import_path(c, s->path->text, &why);
    if (!path) {
        check_errorf(c, AT(s->path), "invalid import path (%s)", why);
        return;
    }
    Package *imp = import_package(c, NPOS(s->path), path);
    if (!imp) return;
    const Name *name = imp->name;
    if (s->local) {
        name = s->local->name;
        if (name_is(path, "C")) {
            check_errorf(c, AT(s->local), "cannot rename import \"C\"");
            return;
        }
    }
    if (name_is(name, "init")) {
        check_errorf(c, AT(s), "cannot import package as init - init must be a func");
        return;
    }
    if (!map_has(pkg_imports, PKEY(imp))) {
        map_put(pkg_imports, PKEY(imp), imp);
        vec_push(c->arena, &c->pkg->imports, imp);
    }
    PkgName *obj = new_pkg_name(NPOS(s), c->pkg, name, imp);
    obj->decl = s;
    if (s->local) check_record_def(c, s->local, obj);
    else check_record_implicit(c, s, obj);
    if (imp->fake) obj->used = true;
    vec_push(c->arena, &c->imports, obj);
    if (name_is(name, ".")) dot_import(c, file_scope, s, imp, obj);
    else check_declare(c, file_scope, NULL, obj, NO_POS);
}

/* ---- package-level objects ---- */

/* Enters obj among the objects to be checked; their order is that of the source. */
static void add_object(Checker *c, Object *obj, DeclInfo *d) {
    obj->info = d;
    vec_push(c->arena, &c->obj_list, obj);
    obj->order = c->obj_list.n;
}

static DeclInfo *new_decl_info(Checker *c, Scope *file_scope) {
    DeclInfo *d = NEW(c->arena, DeclInfo);
    d->check = c;
    d->file = file_scope;
    d->version = c->env.version;
    return d;
}

static void declare_pkg_obj(Checker *c, NameExpr *ident, Object *obj, DeclInfo *d) {
    if (name_is(ident->name, "init")) {
        check_errorf(c, AT(ident), "cannot declare init - must be func");
        return;
    }
    if (name_is(ident->name, "main") && name_is(c->pkg->name, "main")) {
        check_errorf(c, AT(ident), "cannot declare main - must be func");
        return;
    }
    check_declare(c, c->pkg->scope, ident, obj, NO_POS);
    add_object(c, obj, d);
}

static void collect_const(Checker *c, Scope *file_scope, ConstDecl *s, ConstDecl *last, int64_t index,
                          bool inherited) {
    const Const *iota = const_int64(c->arena, index);
    ExprList values = last ? unpack_list_expr(&last->values) : (ExprList){NULL, 0};
    for (uint32_t i = 0; i < s->names.n; i++) {
        NameExpr *name = s->names.v[i];
        ConstObj *obj = new_const_obj(NPOS(name), c->pkg, name->name, NULL, iota);
        obj->decl = s;
        DeclInfo *d = new_decl_info(c, file_scope);
        d->vtyp = last ? last->type_expr : NULL;
        d->init = i < values.n ? values.v[i] : NULL;
        d->inherited = inherited;
        declare_pkg_obj(c, name, obj, d);
    }
    check_arity(c, NPOS(s), s->names, values, true, inherited);
}

static void collect_var(Checker *c, Scope *file_scope, VarDecl *s) {
    Var **lhs = NEW_ARRAY(c->arena, Var *, s->names.n + 1);
    ExprList values = unpack_list_expr(&s->values);
    DeclInfo *shared = NULL; /* one initialiser (or none) for all: they depend on the same */
    if (!s->values || KIND(s->values) != N_LIST) {
        shared = new_decl_info(c, file_scope);
        shared->lhs = lhs;
        shared->nlhs = s->names.n;
        shared->vtyp = s->type_expr;
        shared->init = s->values;
    }
    for (uint32_t i = 0; i < s->names.n; i++) {
        NameExpr *name = s->names.v[i];
        Var *obj = new_var(VAR_PACKAGE, NPOS(name), c->pkg, name->name, NULL);
        obj->decl = s;
        lhs[i] = obj;
        DeclInfo *d = shared;
        if (!d) {
            d = new_decl_info(c, file_scope);
            d->vtyp = s->type_expr;
            d->init = i < values.n ? values.v[i] : NULL;
        }
        declare_pkg_obj(c, name, obj, d);
    }
    if (!s->type_expr || values.n > 0) check_arity(c, NPOS(s), s->names, values, false, false);
}

typedef struct MethodInfo {
    Func *obj;
    bool ptr;
    NameExpr *recv;
} MethodInfo;
typedef VEC(MethodInfo) MethodVec;

static void collect_func(Checker *c, Scope *file_scope, FuncDecl *s, MethodVec *methods) {
    const Name *name = s->name->name;
    Func *obj = new_func(NPOS(s->name), c->pkg, name, NULL);
    obj->decl = s;
    bool tparam_error = false;
    if (!s->recv) {
        bool init = name_is(name, "init");
        if (init || (name_is(name, "main") && name_is(c->pkg->name, "main"))) {
            if (s->tparams.n > 0) {
                check_soft_errorf(c, AT(s->tparams.v[0]), "func %n must have no type parameters", name);
                tparam_error = true;
            }
            if (s->type_expr->params.n > 0 || s->type_expr->results.n > 0)
                check_soft_errorf(c, AT(s->name), "func %n must have no arguments and no return values",
                                  name);
        }
        if (init) { /* not visible */
            obj->parent = c->pkg->scope;
            check_record_def(c, s->name, obj);
            if (!s->body) check_soft_errorf(c, obj->pos, "func init must have a body");
        } else {
            check_declare(c, c->pkg->scope, s->name, obj, NO_POS);
        }
    } else {
        Expr *base;
        bool ptr = check_unpack_recv(c, s->recv->type_expr, &base, NULL);
        if (KIND(base) == N_NAME && !name_is(name, "_"))
            vec_push(c->arena, methods, ((MethodInfo){obj, ptr, AS(NameExpr, base)}));
        check_record_def(c, s->name, obj);
    }
    if (s->tparams.n > 0 && !tparam_error)
        check_verify_versionf(c, AT(s->tparams.v[0]), GO1_18, "type parameter");
    DeclInfo *d = new_decl_info(c, file_scope);
    d->fdecl = s;
    add_object(c, obj, d);
}

static void collect_file(Checker *c, File *file, Scope *file_scope, Map *pkg_imports, MethodVec *methods) {
    int64_t first = -1;     /* index of the first constant of the group */
    ConstDecl *last = NULL; /* the latest one with a type or values */
    for (uint32_t i = 0; i < file->ndecls; i++) {
        Decl *d = file->decls[i];
        if (d->n.kind != N_CONST_DECL) first = -1;
        switch (d->n.kind) {
        case N_IMPORT_DECL: collect_import(c, file_scope, AS(ImportDecl, d), pkg_imports); break;
        case N_CONST_DECL: {
            ConstDecl *s = AS(ConstDecl, d);
            if (first < 0 || d->group == 0 || file->decls[i - 1]->group != d->group) {
                first = i;
                last = NULL;
            }
            bool inherited = !s->type_expr && !s->values && last;
            if (s->type_expr || s->values) last = s;
            collect_const(c, file_scope, s, last, (int64_t)i - first, inherited);
            break;
        }
        case N_VAR_DECL: collect_var(c, file_scope, AS(VarDecl, d)); break;
        case N_TYPE_DECL: {
            TypeDecl *s = AS(TypeDecl, d);
            TypeName *obj = new_type_name(NPOS(s->name), c->pkg, s->name->name, NULL);
            obj->decl = s;
            DeclInfo *info = new_decl_info(c, file_scope);
            info->tdecl = s;
            declare_pkg_obj(c, s->name, obj, info);
            break;
        }
        case N_FUNC_DECL: collect_func(c, file_scope, AS(FuncDecl, d), methods); break;
        default: check_invalid_ast(c, AT(d), "unknown declaration"); break;
        }
    }
}

/* ---- receivers ---- */

bool check_unpack_recv(Checker *c, Expr *rtyp, Expr **base, NameList *tparams) {
    bool ptr = false;
    Expr *b = expr_unparen(rtyp);
    if (KIND(b) == N_OPERATION && b->n.aux == OP_MUL && !AS(Operation, b)->y) {
        ptr = true;
        b = expr_unparen(AS(Operation, b)->x);
    }
    if (tparams) *tparams = (NameList){NULL, 0};
    if (KIND(b) == N_INDEX) {
        IndexExpr *ix = AS(IndexExpr, b);
        b = ix->x;
        ExprList args = unpack_list_expr(&ix->index);
        if (tparams) tparams->v = NEW_ARRAY(c->arena, NameExpr *, args.n + 1);
        for (uint32_t i = 0; tparams && i < args.n; i++) {
            Expr *arg = args.v[i];
            NameExpr *par = NULL;
            if (KIND(arg) == N_NAME) par = AS(NameExpr, arg);
            else if (KIND(arg) != N_BAD_EXPR)
                check_errorf(c, AT(arg), "receiver type parameter %e must be an identifier", arg);
            if (!par) {
                par = NEW(c->arena, NameExpr);
                par->e.n = (Node){.kind = N_NAME, .flags = NF_IMPLICIT, .pos = NPOS(arg)};
                par->name = name_of("_");
            }
            tparams->v[tparams->n++] = par;
        }
    }
    *base = b;
    return ptr;
}

/* The type name that a receiver called name belongs to, following alias declarations and at most one pointer
 * (*ptr: seen). NULL: none in this package. */
static TypeName *resolve_base_type_name(Checker *c, bool *ptr, NameExpr *name) {
    VEC(Object *) seen = {0};
    TypeName *base = NULL;
    while (name) {
        Object *tname = obj_is(scope_lookup(c->pkg->scope, name->name), OBJ_TYPENAME);
        if (!tname) break;
        bool again = false;
        for (uint32_t i = 0; i < seen.n; i++) again |= seen.v[i] == tname;
        if (again) break;
        TypeDecl *tdecl = check_obj_info(c, tname)->tdecl;
        if (!(tdecl->d.n.flags & NF_ALIAS)) {
            base = tname;
            break;
        }
        if (tdecl->tparams.n > 0) break; /* not through generic aliases */
        vec_push(NULL, &seen, tname);
        Expr *typ = expr_unparen(tdecl->type_expr);
        if (KIND(typ) == N_OPERATION && typ->n.aux == OP_MUL && !AS(Operation, typ)->y) {
            if (*ptr) break;
            *ptr = true;
            typ = expr_unparen(AS(Operation, typ)->x);
        }
        name = KIND(typ) == N_NAME ? AS(NameExpr, typ) : NULL;
    }
    vec_free(&seen);
    return base;
}

typedef VEC(Func *) FuncVec;

void check_collect_objects(Checker *c) {
    Package *pkg = c->pkg;
    Map pkg_imports = {0};
    MethodVec methods = {0};
    Scope **file_scopes = NEW_ARRAY(c->arena, Scope *, c->nfiles + 1);
    c->imp_map.arena = c->dot_import_map.arena = c->methods.arena = c->arena;
    for (uint32_t i = 0; i < c->nfiles; i++) {
        File *file = c->files[i];
        c->env.version = (GoVersion)(intptr_t)map_get(&c->versions, (uint64_t)file->base + 1);
        check_record_def(c, file->pkg_name, NULL);
        file_scopes[i] = new_scope(c->brief, pkg->scope, node_start(file), node_end(file));
        check_record_scope(c, file, file_scopes[i]);
        collect_file(c, file, file_scopes[i], &pkg_imports, &methods);
    }
    map_release(&pkg_imports);

    /* A name is declared in the package or in a file, not both. */
    for (uint32_t i = 0; i < c->nfiles; i++) {
        for (uint32_t j = 0; j < file_scopes[i]->objs.n; j++) {
            Object *obj = file_scopes[i]->objs.v[j];
            Object *alt = scope_lookup(pkg->scope, file_scopes[i]->names.v[j]);
            if (!alt) continue;
            ErrorMsg err = {.c = c};
            /* Types2 writes the imported package as "package p (path)". */
            if (obj->kind == OBJ_PKGNAME)
                error_addf(&err, alt->pos, "%n already declared through import of package %n (%q)", alt->name,
                           obj->imported->name, obj->imported->path->s);
            else
                error_addf(&err, alt->pos, "%n already declared through dot-import of package %n (%q)",
                           alt->name, obj->pkg->name, obj->pkg->path->s);
            error_add_alt_decl(&err, obj);
            error_report(&err);
        }
    }

    for (uint32_t i = 0; i < methods.n; i++) {
        MethodInfo *m = &methods.v[i];
        bool ptr = m->ptr;
        TypeName *base = resolve_base_type_name(c, &ptr, m->recv);
        if (!base) continue;
        m->obj->has_ptr_recv = ptr;
        FuncVec *list = map_get(&c->methods, PKEY(base));
        if (!list) {
            list = NEW(c->arena, FuncVec);
            map_put(&c->methods, PKEY(base), list);
        }
        vec_push(c->arena, list, m->obj);
    }
}

void check_package_objects(Checker *c) {
    /* Type definitions first, then aliases, then all others: so an alias's type is mostly known when it is
     * needed. */
    for (int phase = 1; phase <= 3; phase++) {
        for (uint32_t i = 0; i < c->obj_list.n; i++) {
            fault_poll();
            Object *obj = c->obj_list.v[i];
            int p = 3;
            if (obj->kind == OBJ_TYPENAME) p = check_obj_info(c, obj)->tdecl->d.n.flags & NF_ALIAS ? 2 : 1;
            if (p == phase) check_obj_decl(c, obj);
        }
    }
    c->methods = (Map){0}; /* what is left has no receiver type: reported */
}

void check_unused_imports(Checker *c) {
    if (c->conf->ignore_func_bodies) return;
    for (uint32_t i = 0; i < c->imports.n; i++) {
        PkgName *obj = c->imports.v[i];
        if (obj->used || name_is(obj->name, "_")) continue;
        const char *path = obj->imported->path->s, *slash = strrchr(path, '/');
        const char *elem = slash ? slash + 1 : path;
        /* A name other than the path's last element is told. */
        if (obj->name->n == 0 || name_is(obj->name, ".") || name_is(obj->name, elem))
            check_soft_errorf(c, obj->pos, "%q imported and not used", path);
        else check_soft_errorf(c, obj->pos, "%q imported as %n and not used", path, obj->name);
    }
}
