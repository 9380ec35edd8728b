/* Compiler directives: what a //go: comment means, and who may use it. */
#include "syntax/syntax_int.h"

static bool has_prefix(Str s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static Str cut(Str s, size_t from, size_t to) { return (Str){s.p + from, to - from}; }

typedef VEC(Str) StrList;

/* ---- words ---- */

/* The words of s between white space. */
static void fields(Arena *a, Str s, StrList *out) {
    size_t start = 0, i = 0;
    bool in_word = false;
    while (i < s.n) {
        uint32_t r;
        size_t n = (size_t)utf8_decode(s.p + i, s.n - i, &r);
        bool space = unicode_is_space(r);
        if (in_word && space) vec_push(a, out, cut(s, start, i));
        if (!in_word && !space) start = i;
        in_word = !space;
        i += n;
    }
    if (in_word) vec_push(a, out, cut(s, start, s.n));
}

/* The same, where "quoted text" is a word of its own. What follows an unclosed quote is dropped. */
static void quoted_fields(Arena *a, Str s, StrList *out) {
    enum { NOWHERE = -1 };
    int64_t start = NOWHERE;
    bool in_quote = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            if (start >= 0) vec_push(a, out, cut(s, (size_t)start, in_quote ? i + 1 : i));
            start = in_quote ? NOWHERE : (int64_t)i;
            in_quote = !in_quote;
        } else if (!in_quote && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            if (start >= 0) vec_push(a, out, cut(s, (size_t)start, i));
            start = NOWHERE;
        } else if (start < 0) {
            start = (int64_t)i;
        }
    }
    if (!in_quote && start >= 0) vec_push(a, out, cut(s, (size_t)start, s.n));
}

static bool is_quoted(Str s) { return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"'; }

static Str trim_quotes(Str s) {
    while (s.n && s.p[0] == '"') s.p++, s.n--;
    while (s.n && s.p[s.n - 1] == '"') s.n--;
    return s;
}

/* ---- verbs ---- */

static uint32_t verb_flags(const Parser *p, Str verb) {
    static const struct {
        const char *verb;
        uint32_t flags;
    } table[] = {
        {"go:build", PRAGMA_GO_BUILD},
        {"go:noescape", PRAGMA_NOESCAPE},
        {"go:norace", PRAGMA_NORACE},
        {"go:nosplit", PRAGMA_NOSPLIT | PRAGMA_NOCHECKPTR},
        {"go:noinline", PRAGMA_NOINLINE},
        {"go:nocheckptr", PRAGMA_NOCHECKPTR},
        {"go:systemstack", PRAGMA_SYSTEMSTACK},
        {"go:nowritebarrier", PRAGMA_NOWRITEBARRIER},
        {"go:nowritebarrierrec", PRAGMA_NOWRITEBARRIERREC | PRAGMA_NOWRITEBARRIER},
        {"go:yeswritebarrierrec", PRAGMA_YESWRITEBARRIERREC},
        {"go:cgo_unsafe_args", PRAGMA_CGO_UNSAFE_ARGS | PRAGMA_NOCHECKPTR},
        {"go:uintptrkeepalive", PRAGMA_UINTPTR_KEEPALIVE},
        {"go:uintptrescapes", PRAGMA_UINTPTR_ESCAPES | PRAGMA_UINTPTR_KEEPALIVE},
        {"go:registerparams", PRAGMA_REGISTER_PARAMS},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (str_is(verb, table[i].verb)) return table[i].flags;
    if (p->opts->field_track && str_is(verb, "go:nointerface")) return PRAGMA_NOINTERFACE;
    return 0;
}

/* Verbs that mean nothing here and that the standard library uses all the same. */
static bool allowed_in_std(Str verb) {
    static const char *const verbs[] = {
        "go:cgo_export_static",
        "go:cgo_export_dynamic",
        "go:cgo_import_static",
        "go:cgo_import_dynamic",
        "go:cgo_ldflag",
        "go:cgo_dynamic_linker",
        "go:embed",
        "go:fix",
        "go:generate",
    };
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (str_is(verb, verbs[i])) return true;
    return false;
}

/* ---- cgo ---- */

/* Files named _cgo_… are made by cgo, and only they may hold its directives. */
static bool is_cgo_generated(const Parser *p) {
    const char *name = posbase_get(p->file_base)->filename;
    const char *slash = strrchr(name, '/');
    return strncmp(slash ? slash + 1 : name, "_cgo_", 5) == 0;
}

/* Whether a library's name can't be taken for an option. */
static bool is_safe_argument(Str s) {
    if (!s.n) return false;
    unsigned char c = (unsigned char)s.p[0];
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '_' ||
           c == '/' || c >= 0x80;
}

/* lib.a/object.o or lib.a/libname.so.N, as AIX names libraries. */
static bool is_aix_library(Str s) {
    const char *slash = memchr(s.p, '/', s.n);
    if (!slash) return false;
    Str dir = {s.p, (size_t)(slash - s.p)}, file = {slash + 1, s.n - (size_t)(slash - s.p) - 1};
    if (memchr(file.p, '/', file.n) || dir.n < 2 || memcmp(dir.p + dir.n - 2, ".a", 2) != 0) return false;
    return (file.n >= 2 && memcmp(file.p + file.n - 2, ".o", 2) == 0) || memmem(file.p, file.n, ".so.", 4);
}

/* Checks the form of a cgo directive; what it tells the linker is of no use here. */
static void check_cgo(Parser *p, Pos pos, Str text) {
    StrList f = {0};
    quoted_fields(p->arena, text, &f);
    if (!f.n) return;
    Str verb = f.v[0];
    if (has_prefix(verb, "go:")) verb.p += 3, verb.n -= 3;
    bool q1 = f.n > 1 && is_quoted(f.v[1]), q2 = f.n > 2 && is_quoted(f.v[2]),
         q3 = f.n > 3 && is_quoted(f.v[3]);
    bool names = (f.n == 2 && !q1) || (f.n == 3 && !q1 && !q2);
    if (str_is(verb, "cgo_export_static") || str_is(verb, "cgo_export_dynamic")) {
        if (!names) parse_report(p, pos, "usage: //go:%.*s local [remote]", (int)verb.n, verb.p);
    } else if (str_is(verb, "cgo_import_dynamic")) {
        if (names) return;
        if (f.n != 4 || q1 || q2 || !q3) {
            parse_report(p, pos, "usage: //go:cgo_import_dynamic local [remote [\"library\"]]");
        } else if (p->opts->aix) {
            Str lib = trim_quotes(f.v[3]);
            if (lib.n && !is_aix_library(lib))
                parse_report(p, pos, "usage: //go:cgo_import_dynamic local [remote [\"lib.a/object.o\"]]");
        }
    } else if (str_is(verb, "cgo_import_static")) {
        if (f.n != 2 || q1) parse_report(p, pos, "usage: //go:cgo_import_static local");
    } else if (str_is(verb, "cgo_dynamic_linker")) {
        if (f.n != 2 || !q1) parse_report(p, pos, "usage: //go:cgo_dynamic_linker \"path\"");
    } else if (str_is(verb, "cgo_ldflag")) {
        if (f.n != 2 || !q1) parse_report(p, pos, "usage: //go:cgo_ldflag \"arg\"");
    }
}

/* ---- directives with arguments ---- */

static size_t space_at(Str s) { /* length of the white space that s begins with: one character, or 0 */
    uint32_t r;
    if (!s.n) return 0;
    size_t n = (size_t)utf8_decode(s.p, s.n, &r);
    return unicode_is_space(r) ? n : 0;
}

/* The patterns behind go:embed: words, or Go strings. What is malformed is reported, and *out left empty. */
static void embed_patterns(Parser *p, Pos pos, Str s, StrList *out) {
    s = text_trim(s);
    for (;;) {
        for (size_t n; (n = space_at(s)) > 0;) s.p += n, s.n -= n;
        if (!s.n) return;
        Str whole = s, path;
        size_t used = 0;
        if (s.p[0] == '`') {
            const char *close = memchr(s.p + 1, '`', s.n - 1);
            if (!close) goto invalid;
            used = (size_t)(close - s.p) + 1;
            path = cut(s, 1, used - 1);
        } else if (s.p[0] == '"') {
            size_t i = 1;
            while (i < s.n && s.p[i] != '"') i += s.p[i] == '\\' ? 2 : 1;
            if (i >= s.n) goto invalid;
            used = i + 1;
            StrBuf sb = STRBUF_INIT;
            bool ok = literal_unquote(&sb, cut(s, 0, used));
            path.n = sb.n;
            path.p = sb_arena(&sb, p->arena);
            if (!ok) {
                whole = cut(s, 0, used);
                goto invalid;
            }
        } else {
            while (used < s.n) {
                uint32_t r;
                size_t n = (size_t)utf8_decode(s.p + used, s.n - used, &r);
                if (unicode_is_space(r)) break;
                used += n;
            }
            path = cut(s, 0, used);
        }
        s = cut(s, used, s.n);
        if (s.n && !space_at(s)) {
            whole = s;
            goto invalid;
        }
        vec_push(p->arena, out, path);
        continue;
    invalid:
        out->n = 0;
        parse_report(p, pos, "invalid quoted string in //go:embed: %.*s", (int)whole.n, whole.p);
        return;
    }
}

/* The import path as it begins symbol names: dots behind the last slash and unusual bytes are written %xx. */
static Str symbol_prefix_name(Arena *a, const char *pkg_path, Str name) {
    StrBuf sb = STRBUF_INIT;
    const char *slash = strrchr(pkg_path, '/');
    for (const char *s = pkg_path; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c <= ' ' || (c == '.' && (!slash || s > slash)) || c == '%' || c == '"' || c >= 0x7f)
            sb_printf(&sb, "%%%02x", c);
        else sb_addc(&sb, (char)c);
    }
    sb_addc(&sb, '.');
    sb_add(&sb, name.p, name.n);
    size_t n = sb.n;
    return (Str){sb_arena(&sb, a), n};
}

static void linkname(Parser *p, Pos pos, Str text) {
    StrList f = {0};
    fields(p->arena, text, &f);
    if (f.n < 2 || f.n > 3) {
        parse_report(p, pos, "usage: //go:linkname localname [linkname]");
        return;
    }
    const char *pkg = p->opts->pkg_path ? p->opts->pkg_path : "main";
    Str remote = f.n == 3 ? f.v[2] : symbol_prefix_name(p->arena, pkg, f.v[1]);
    vec_push(p->arena, &p->linknames, ((Linkname){pos, name_intern(f.v[1].p, f.v[1].n), remote}));
}

static void flag_directive(Parser *p, Pos pos, Str text, Pragma *pragma) {
    const char *space = memchr(text.p, ' ', text.n);
    Str verb = space ? cut(text, 0, (size_t)(space - text.p)) : text;
    uint32_t flag = verb_flags(p, verb);
    const uint32_t runtime =
        PRAGMA_SYSTEMSTACK | PRAGMA_NOWRITEBARRIER | PRAGMA_NOWRITEBARRIERREC | PRAGMA_YESWRITEBARRIERREC;
    if (!p->opts->compiling_runtime && flag & runtime)
        parse_report(p, pos, "//%.*s only allowed in runtime", (int)verb.n, verb.p);
    if (flag == PRAGMA_UINTPTR_KEEPALIVE && !p->opts->std)
        parse_report(p, pos, "//%.*s is only allowed in the standard library", (int)verb.n, verb.p);
    if (!flag && p->opts->std && !p->opts->old_library && !allowed_in_std(verb))
        parse_report(p, pos, "//%.*s is not allowed in the standard library", (int)verb.n, verb.p);
    pragma->flags |= flag;
    vec_push(p->arena, &pragma->pos, ((PragmaPos){flag, pos}));
}

/* One directive: text is the comment without "//", at pos. blank: it has its line for itself. pragma gathers
 * what stands above one declaration; NULL: text is the first. */
Pragma *pragma_directive(Parser *p, Pos pos, bool blank, Str text, Pragma *pragma) {
    if (!pragma) pragma = NEW(p->arena, Pragma);
    if (!blank) {
        parse_report(p, pos, "misplaced compiler directive");
        return pragma;
    }
    if (has_prefix(text, "go:wasmimport ") || has_prefix(text, "go:wasmexport ")) {
        bool import = text.p[7] == 'i';
        StrList f = {0};
        fields(p->arena, text, &f);
        if (f.n != (import ? 3 : 2)) {
            parse_report(p, pos, "usage: //go:%s",
                         import ? "wasmimport importmodule importname" : "wasmexport exportname");
        } else if (p->opts->wasm && import) {
            pragma->wasm_import_pos = pos;
            pragma->wasm_module = f.v[1];
            pragma->wasm_name = f.v[2];
        } else if (p->opts->wasm) {
            pragma->wasm_export_pos = pos;
            pragma->wasm_export = f.v[1];
        }
        return pragma;
    }
    if (has_prefix(text, "go:linkname ")) {
        linkname(p, pos, text);
        return pragma;
    }
    if (str_is(text, "go:embed") || has_prefix(text, "go:embed ")) {
        StrList args = {0};
        embed_patterns(p, pos, cut(text, 8, text.n), &args);
        if (args.n) vec_push(p->arena, &pragma->embeds, ((PragmaEmbed){pos, args.v, args.n}));
        else parse_report(p, pos, "usage: //go:embed pattern...");
        return pragma;
    }
    if (has_prefix(text, "go:cgo_import_dynamic ")) { /* in use outside cgo, on some systems */
        StrList f = {0};
        quoted_fields(p->arena, text, &f);
        if (f.n >= 4) {
            Str lib = trim_quotes(f.v[3]);
            if (lib.n && !is_safe_argument(lib) && !is_cgo_generated(p)) {
                StrBuf sb = STRBUF_INIT;
                sb_add_quoted(&sb, lib.p, lib.n);
                parse_report(p, pos, "invalid library name %s in cgo_import_dynamic directive", sb_str(&sb));
                sb_release(&sb);
            }
            check_cgo(p, pos, text);
            return pragma;
        }
    }
    if (has_prefix(text, "go:cgo_")) {
        if (!is_cgo_generated(p) && !p->opts->std)
            parse_report(p, pos, "//%.*s only allowed in cgo-generated code", (int)text.n, text.p);
        check_cgo(p, pos, text);
    }
    flag_directive(p, pos, text, pragma);
    return pragma;
}

/* ---- directives that nothing takes ---- */

static const char misplaced[] = "misplaced compiler directive",
                  misplaced_embed[] = "misplaced go:embed directive";

/* No declaration follows. */
void pragma_unused(Parser *p, Pragma *pragma) {
    for (uint32_t i = 0; i < pragma->pos.n; i++)
        if (pragma->pos.v[i].flag & pragma->flags) parse_report(p, pragma->pos.v[i].pos, "%s", misplaced);
    for (uint32_t i = 0; i < pragma->embeds.n; i++)
        parse_report(p, pragma->embeds.v[i].pos, "%s", misplaced_embed);
    if (pragma->wasm_import_pos)
        parse_report(p, pragma->wasm_import_pos, "misplaced go:wasmimport directive");
    if (pragma->wasm_export_pos)
        parse_report(p, pragma->wasm_export_pos, "misplaced go:wasmexport directive");
}

void pragma_check(const Pragma *p, uint32_t allowed, bool embed_ok, DiagSink *diags) {
    if (!p) return;
    for (uint32_t i = 0; i < p->pos.n; i++)
        if (p->pos.v[i].flag & ~allowed) diag_error(diags, p->pos.v[i].pos, "%s", misplaced);
    for (uint32_t i = 0; i < p->embeds.n && !embed_ok; i++)
        diag_error(diags, p->embeds.v[i].pos, "%s", misplaced_embed);
}
