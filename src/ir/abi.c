/* abi.c: see abi.h.
 *
 * What assembly defines and refers to is read as the assembler's -gensymabis mode does: TEXT defines its
 * first operand, every other operand of the form name(SB) is a reference. Macros of the file are expanded
 * where they stand for statements; conditional parts are all read, and included files are not. */
#include "ir/abi.h"

#include "ir/gen_int.h"
#include "ir/types.h"
#include "load/load.h"
#include "syntax/pragma.h"

enum { ABI0 = 1, ABI_INTERNAL = 2 };

typedef struct Macro {
    Str name;
    VEC(Str) params;
    Str body;
} Macro;

typedef struct Symbols {
    Arena *arena;
    const Name *prefix; /* of this package's symbols */
    Map defs, refs;     /* full symbol name → set of ABIs */
    VEC(Macro) macros;  /* of the file at hand */
    int depth;
} Symbols;

static void add(Map *m, const Name *nm, uintptr_t abis) {
    smap_put(m, nm, (void *)((uintptr_t)smap_get(m, nm) | abis));
}

static const Name *full_name(Symbols *s, const char *name, size_t n) {
    StrBuf sb = STRBUF_INIT;
    sb_add(&sb, s->prefix->s, s->prefix->n);
    sb_addc(&sb, '.');
    sb_add(&sb, name, n);
    const Name *nm = name_intern(sb_str(&sb), sb.n);
    sb_release(&sb);
    return nm;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* An operand "·name(SB)" or "pkg·name(SB)", perhaps with $ in front and <ABIInternal> behind the name; or
 * NULL. */
static const Name *operand_symbol(Symbols *s, const char *p, const char *end, uintptr_t *abi) {
    while (p < end && is_space(*p)) p++;
    while (end > p && is_space(end[-1])) end--;
    if (p < end && (*p == '$' || *p == '*')) p++;
    if (end - p < 5 || memcmp(end - 4, "(SB)", 4) != 0) return NULL;
    end -= 4;
    *abi = ABI0;
    const char *lt = memchr(p, '<', (size_t)(end - p));
    if (lt) {
        if (end - lt == 13 && memcmp(lt, "<ABIInternal>", 13) == 0) *abi = ABI_INTERNAL;
        else if (!(end - lt == 6 && memcmp(lt, "<ABI0>", 6) == 0)) return NULL; /* of the file alone */
        end = lt;
    }
    static const char dot[] = "\xc2\xb7", slash[] = "\xe2\x88\x95";
    StrBuf sb = STRBUF_INIT;
    if (end - p > 2 && memcmp(p, dot, 2) == 0) sb_add(&sb, s->prefix->s, s->prefix->n);
    bool ok = p < end;
    while (p < end && ok) {
        if (end - p >= 2 && memcmp(p, dot, 2) == 0) {
            sb_addc(&sb, '.');
            p += 2;
        } else if (end - p >= 3 && memcmp(p, slash, 3) == 0) {
            sb_addc(&sb, '/');
            p += 3;
        } else {
            ok = is_word(*p) || *p == '.' || *p == '%';
            sb_addc(&sb, *p++);
        }
    }
    const Name *nm = ok ? name_intern(sb_str(&sb), sb.n) : NULL;
    sb_release(&sb);
    return nm;
}

static void scan_text(Symbols *s, const char *p, const char *end);

/* A statement that calls a macro: its body with the arguments in place is scanned. */
static bool expand(Symbols *s, Str word, const char *p, const char *end) {
    for (uint32_t i = 0; i < s->macros.n; i++) {
        Macro *m = &s->macros.v[i];
        if (!str_eq(m->name, word) || s->depth > 8) continue;
        Str args[16] = {{0}};
        uint32_t n = 0;
        while (p < end && *p != '(') p++;
        for (p++; p < end && *p != ')' && n < COUNT_OF(args); p++) {
            const char *b = p;
            int nest = 0;
            while (p < end && (nest || (*p != ',' && *p != ')'))) {
                if (*p == '(') nest++;
                if (*p == ')') nest--;
                p++;
            }
            while (b < p && is_space(*b)) b++;
            const char *e = p;
            while (e > b && is_space(e[-1])) e--;
            args[n++] = (Str){b, (size_t)(e - b)};
            if (p >= end || *p == ')') break;
        }
        StrBuf sb = STRBUF_INIT;
        for (const char *q = m->body.p, *e = q + m->body.n; q < e;) {
            if (!is_word(*q)) {
                sb_addc(&sb, *q++);
                continue;
            }
            const char *b = q;
            while (q < e && is_word(*q)) q++;
            Str w = {b, (size_t)(q - b)};
            for (uint32_t k = 0; k < m->params.n && k < n; k++) {
                if (str_eq(m->params.v[k], w)) {
                    w = args[k];
                    break;
                }
            }
            sb_add(&sb, w.p, w.n);
        }
        s->depth++;
        scan_text(s, sb_str(&sb), sb.buf + sb.n);
        s->depth--;
        sb_release(&sb);
        return true;
    }
    return false;
}

static void scan_statement(Symbols *s, const char *p, const char *end) {
    while (p < end && is_space(*p)) p++;
    const char *word = p;
    while (p < end && !is_space(*p) && *p != '(') p++;
    size_t n = (size_t)(p - word);
    if (!n) return;
    if (expand(s, (Str){word, n}, p, end)) return;
    if (word[n - 1] == ':') {
        scan_statement(s, p, end);
        return;
    }
    bool text = n == 4 && memcmp(word, "TEXT", 4) == 0;
    bool skip_first =
        (n == 4 && memcmp(word, "DATA", 4) == 0) || (n == 8 && memcmp(word, "FUNCDATA", 8) == 0);
    if ((n == 5 && memcmp(word, "GLOBL", 5) == 0) || (n == 6 && memcmp(word, "PCDATA", 6) == 0)) return;
    for (int i = 0; p < end; i++) {
        const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end;
        uintptr_t abi;
        const Name *nm = skip_first && i == 0 ? NULL : operand_symbol(s, p, stop, &abi);
        if (nm) add(text ? &s->defs : &s->refs, nm, abi);
        if (text) return;
        p = comma ? comma + 1 : end;
    }
}

/* Statements end with a line or a semicolon. */
static void scan_text(Symbols *s, const char *p, const char *end) {
    while (p < end) {
        const char *stop = p;
        while (stop < end && *stop != '\n' && *stop != ';' &&
               !(stop + 1 < end && stop[0] == '/' && stop[1] == '/'))
            stop++;
        scan_statement(s, p, stop);
        while (stop < end && *stop == '/' && *stop != '\n') {
            const char *nl = memchr(stop, '\n', (size_t)(end - stop));
            stop = nl ? nl : end;
        }
        p = stop < end ? stop + 1 : end;
    }
}

static void define(Symbols *s, const char *p, const char *end) {
    while (p < end && is_space(*p)) p++;
    const char *b = p;
    while (p < end && is_word(*p)) p++;
    Macro m = {.name = {b, (size_t)(p - b)}};
    if (p < end && *p == '(') {
        for (p++; p < end && *p != ')';) {
            while (p < end && (is_space(*p) || *p == ',')) p++;
            b = p;
            while (p < end && is_word(*p)) p++;
            if (p == b) break;
            vec_push(s->arena, &m.params, ((Str){b, (size_t)(p - b)}));
        }
        if (p < end && *p == ')') p++;
    }
    m.body = (Str){p, (size_t)(end - p)};
    vec_push(NULL, &s->macros, m);
}

static void scan_file(Symbols *s, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) return;
    StrBuf sb = STRBUF_INIT;
    char buf[8192];
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;) sb_add(&sb, buf, n);
    fclose(f);
    s->macros.n = 0;
    for (char *p = sb.n ? sb.buf : NULL, *end = p + sb.n; p && p < end;) {
        char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        if (*p == '#') {
            while (stop < end && stop > p &&
                   stop[-1] == '\\') { /* continued: the body's lines become statements */
                stop[-1] = ' ';
                char *nl = memchr(stop + 1, '\n', (size_t)(end - stop - 1));
                stop = nl ? nl : end;
            }
            if (stop - p > 8 && memcmp(p, "#define", 7) == 0) define(s, p + 7, stop);
        } else {
            scan_text(s, p, stop);
        }
        p = stop + 1;
    }
    sb_release(&sb);
}

/* //go:cgo_export_… directives of the package's files: such functions are C's as they are. */
static void scan_exports(Map *exports, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) return;
    static const char *const directives[] = {"//go:cgo_export_static ", "//go:cgo_export_dynamic "};
    char line[1024];
    while (fgets(line, sizeof line, f)) {
        for (size_t i = 0; i < COUNT_OF(directives); i++) {
            size_t n = strlen(directives[i]);
            if (strncmp(line, directives[i], n) != 0) continue;
            size_t k = strcspn(line + n, " \t\r\n");
            if (k) add(exports, name_intern(line + n, k), 1);
        }
    }
    fclose(f);
}

static void make_wrapper(IrPackage *pkg, IrFunc *f, int abi) {
    IrPos pos = gen_autogenerated();
    Signature *s = ir_sig(f->nname->n.type);
    Type *sig = TYPE(new_signature(NULL, NULL, NULL, s->params, s->results, s->variadic));
    IrFunc *fn = ir_new_func(pkg, pos, pos, f->nname->sym, f->nname->pkg, sig);
    fn->abi_wrapper = fn->dupok = fn->has_body = fn->body_done = true;
    fn->pragma |= IRP_NOSPLIT;
    fn->nname->defn = IRN(fn);
    ir_declare_params(pkg, fn);
    ir_append_func(pkg, &pkg->funcs, fn);
    IrCtx c = {pkg, fn, pos};
    IrNodes args = {0};
    for (uint32_t i = 0; i < fn->nparams; i++) ir_append(pkg, &args, fn->dcl.v[i]);
    IrNode *call = tc_call(&c, pos, IRN(f->nname), args, s->variadic);
    if (!fn->nparams && !fn->nresults && abi != ABI_INTERNAL) {
        IrTailCallStmt *t = IR_NEW(pkg, pos, OTAILCALL, NULL, TailCallStmt);
        t->call = IR(CallExpr, call);
        t->n.typecheck = 1;
        ir_append(pkg, &fn->body, t);
    } else if (fn->nresults) {
        ir_append(pkg, &fn->body, tc_stmt(&c, ir_return(pkg, pos, ir_nodes1(pkg, call))));
    } else {
        ir_append(pkg, &fn->body, tc_stmt(&c, call));
    }
}

void abi_wrappers(IrPackage *pkg, const LoadedPkg *lp) {
    const CompilerFlags *flags = pkg->flags;
    if (!flags || flags->m < 2) return;
    TypesScope scope;
    types_enter(&scope, pkg->store, pkg->arena);
    StrBuf prefix = STRBUF_INIT;
    ir_path_to_prefix(&prefix, pkg->path);
    Symbols s = {.arena = pkg->arena, .prefix = name_intern(sb_str(&prefix), prefix.n)};
    sb_release(&prefix);
    Map linknames = {0}, exports = {0};
    for (uint32_t i = 0; i < lp->s_files.n; i++) {
        const char *file = lp->s_files.v[i];
        scan_file(&s, file[0] == '/' ? file : arena_printf(pkg->arena, "%s/%s", lp->dir, file));
    }
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        for (uint32_t k = 0; k < pkg->files[i]->nlinknames; k++) {
            Linkname *ln = &pkg->files[i]->linknames[k];
            smap_put(&linknames, ln->local, (void *)(uintptr_t)name_intern(ln->remote.p, ln->remote.n));
        }
    }
    if (linknames.n) {
        for (uint32_t i = 0; i < lp->nfiles; i++) scan_exports(&exports, lp->files[i].path);
    }
    uint32_t n = pkg->funcs.n; /* wrappers have no wrappers */
    for (uint32_t i = 0; i < n; i++) {
        IrFunc *fn = pkg->funcs.v[i];
        if (!fn->obj || fn->nrecv || fn->is_instance || fn->oclosure || fn->nname->pkg != pkg->types)
            continue;
        const Name *nm = fn->nname->sym, *link = smap_get(&linknames, nm);
        if (name_is(nm, "_")) continue;
        const Name *sym = link ? link : full_name(&s, nm->s, nm->n);
        uintptr_t def = (uintptr_t)smap_get(&s.defs, sym),
                  refs = (uintptr_t)smap_get(&s.refs, sym) | ABI_INTERNAL;
        uintptr_t abi = def && !fn->has_body ? def : ABI_INTERNAL;
        if (fn->pragma & IRP_CGO_UNSAFE_ARGS) abi = ABI0;
        if (link && (fn->has_body || def) && !smap_get(&exports, sym)) refs |= ABI0 | ABI_INTERNAL;
        refs &= ~abi;
        if (smap_get(&exports, sym)) continue;
        if (refs & ABI0) make_wrapper(pkg, fn, ABI0);
        if (refs & ABI_INTERNAL) make_wrapper(pkg, fn, ABI_INTERNAL);
    }
    map_release(&s.defs);
    map_release(&s.refs);
    vec_free(&s.macros);
    map_release(&linknames);
    map_release(&exports);
    types_leave(&scope);
}
