/* Error reporting of the checker, and the formatting of its messages.
 *
 * A message is formatted at once, because types may change while the check goes on. Types, objects and
 * operands are written relative to the package being checked. The first time a message names another package,
 * the import graph is walked to see which package names are ambiguous; those are written as quoted paths. */
#include "types/check_int.h"
#include "base/unicode.h"
#include "types/const.h"
#include <stdlib.h>

/* ---- package names ---- */

void check_mark_imports(Checker *c, const Package *pkg) {
    if (map_has(&c->seen_pkg_map, PKEY(pkg))) return;
    map_put(&c->seen_pkg_map, PKEY(pkg), c);
    Map *paths = map_get(&c->pkg_path_map, PKEY(pkg->name));
    if (!paths) {
        paths = NEW(c->arena, Map);
        paths->arena = c->arena;
        map_put(&c->pkg_path_map, PKEY(pkg->name), paths);
    }
    map_put(paths, PKEY(pkg->path), c);
    for (uint32_t i = 0; i < pkg->imports.n; i++) check_mark_imports(c, pkg->imports.v[i]);
}

const char *check_qualifier(Checker *c, const Package *pkg) {
    if (pkg == c->pkg) return "";
    if (!c->have_pkg_path_map) {
        c->have_pkg_path_map = true;
        c->pkg_path_map.arena = c->seen_pkg_map.arena = c->arena;
        check_mark_imports(c, c->pkg);
    }
    const Map *paths = map_get(&c->pkg_path_map, PKEY(pkg->name));
    if (!paths || paths->n <= 1) return pkg->name->s;
    StrBuf sb = STRBUF_INIT;
    sb_add_quoted(&sb, pkg->path->s, pkg->path->n);
    return sb_arena(&sb, c->arena);
}

static const char *qualify(const Package *pkg, void *c) { return check_qualifier(c, pkg); }

Qualifier check_qf(Checker *c) { return (Qualifier){c ? qualify : NULL, c}; }

/* ---- formatting ---- */

/* Positions in the standard library, when it is imported, are those of a library without a place:
 * $GOROOT/src/…. */
static const char *shown_file(Checker *c, Pos p, const char *name) {
    const char *root = c && c->conf && c->conf->compiler ? c->conf->goroot : NULL;
    size_t n = root ? strlen(root) : 0;
    if (n == 0 || strncmp(name, root, n) != 0 || name[n] != '/') return name;
    for (uint32_t i = 0; i < c->nfiles; i++)
        if (c->files[i]->base == posbase_get(pos_base(p))->file) return name;
    return arena_printf(c->arena, "$GOROOT%s", name + n);
}

static void format_pos(Checker *c, StrBuf *sb, Pos p) {
    RelPos r = pos_rel(p);
    if (!pos_base(p) || r.line == 0) {
        sb_adds(sb, r.filename && r.filename[0] ? r.filename : "<unknown position>");
        return;
    }
    sb_printf(sb, "%s:%u", shown_file(c, p, r.filename), r.line);
    if (r.col > 0) sb_printf(sb, ":%u", r.col);
    /* Behind a //line directive the place in the real file follows. */
    const PosBase *b = posbase_get(pos_base(p)), *file = posbase_get(b->file);
    if (b->is_file) return;
    if (strcmp(r.filename, file->filename) != 0 || r.line != pos_line(p) || r.col != pos_col(p))
        sb_printf(sb, "[%s:%u:%u]", file->filename, pos_line(p), pos_col(p));
}

static void format_type(StrBuf *sb, Type *t, const Qualifier *qf) {
    if (t) type_write(sb, t, qf);
    else sb_adds(sb, "<nil>");
}

static void check_vformat(Checker *c, StrBuf *sb, const char *fmt, va_list ap) {
    Qualifier q = check_qf(c), *qf = c ? &q : NULL;
    for (const char *p = fmt; *p; p++) {
        if (*p != '%') {
            const char *end = strchr(p, '%');
            size_t n = end ? (size_t)(end - p) : strlen(p);
            sb_add(sb, p, n);
            p += n - 1;
            continue;
        }
        switch (*++p) {
        case 's': {
            const char *s = va_arg(ap, const char *);
            sb_adds(sb, s ? s : "<nil>");
            break;
        }
        case 'd': sb_printf(sb, "%d", va_arg(ap, int)); break;
        case 'u': sb_printf(sb, "%u", va_arg(ap, unsigned)); break;
        case 'D': sb_printf(sb, "%lld", (long long)va_arg(ap, int64_t)); break;
        case 'c': sb_addc(sb, (char)va_arg(ap, int)); break;
        case 'n': {
            const Name *nm = va_arg(ap, const Name *);
            if (nm) sb_add(sb, nm->s, nm->n);
            break;
        }
        case 'q': {
            const char *s = va_arg(ap, const char *);
            sb_add_quoted(sb, s, strlen(s));
            break;
        }
        case 'S': {
            Str s = va_arg(ap, Str);
            sb_add(sb, s.p, s.n);
            break;
        }
        case 't': format_type(sb, va_arg(ap, Type *), qf); break;
        case 'T': {
            const TypeList *l = va_arg(ap, const TypeList *);
            sb_addc(sb, '[');
            for (uint32_t i = 0; i < tlist_len(l); i++) {
                if (i > 0) sb_adds(sb, ", ");
                format_type(sb, l->v[i], qf);
            }
            sb_addc(sb, ']');
            break;
        }
        case 'o': {
            Object *o = va_arg(ap, Object *);
            if (o) object_write(sb, o, qf);
            else sb_adds(sb, "<nil>");
            break;
        }
        case 'p': format_pos(c, sb, va_arg(ap, Pos)); break;
        case 'e': {
            const Expr *e = va_arg(ap, const Expr *);
            if (e) expr_format(sb, e);
            else sb_adds(sb, "<nil>");
            break;
        }
        case 'E': {
            const ExprList *l = va_arg(ap, const ExprList *);
            sb_addc(sb, '[');
            for (uint32_t i = 0; i < l->n; i++) {
                if (i > 0) sb_adds(sb, ", ");
                expr_format(sb, l->v[i]);
            }
            sb_addc(sb, ']');
            break;
        }
        case 'x': operand_write(sb, va_arg(ap, const Operand *), qf); break;
        case 'v': const_format(sb, va_arg(ap, const Const *)); break;
        case 'k': sb_adds(sb, operator_text[va_arg(ap, int)]); break;
        case 'g': {
            GoVersion v = va_arg(ap, GoVersion);
            if (v > 0) sb_printf(sb, "go%d.%d", 1 + v / 1000, v % 1000);
            else sb_adds(sb, v < 0 ? "go1" : "");
            break;
        }
        case '%': sb_addc(sb, '%'); break;
        default: BUG("bad format %%%c in \"%s\"", *p, fmt);
        }
    }
}

void check_format(Checker *c, StrBuf *sb, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    check_vformat(c, sb, fmt, ap);
    va_end(ap);
}

char *check_sprintf(Checker *c, const char *fmt, ...) {
    StrBuf sb = STRBUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    check_vformat(c, &sb, fmt, ap);
    va_end(ap);
    return sb_arena(&sb, types_arena());
}

Pos at_operand(const Operand *x) { return x->expr ? node_start(x->expr) : NO_POS; }

/* ---- errors in parts ---- */

static void add_part(ErrorMsg *err, Pos at, StrBuf *sb) {
    sb_str(sb);
    if (!sb->buf) sb_add(sb, "", 0);
    ErrorPart part = {.pos = at, .text = xmalloc(sb->n + 1)};
    memcpy(part.text, sb_str(sb), sb->n + 1);
    vec_push(NULL, &err->parts, part);
    sb_release(sb);
}

static void add_partv(ErrorMsg *err, Pos at, const char *fmt, va_list ap) {
    StrBuf sb = STRBUF_INIT;
    check_vformat(err->c, &sb, fmt, ap);
    add_part(err, at, &sb);
}

void error_addf(ErrorMsg *err, Pos at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_partv(err, at, fmt, ap);
    va_end(ap);
}

void error_add_alt_decl(ErrorMsg *err, const Object *obj) {
    if (obj->pos) error_addf(err, obj->pos, "other declaration of %n", obj->name);
}

void error_discard(ErrorMsg *err) {
    for (uint32_t i = 0; i < err->parts.n; i++) free_heap(err->parts.v[i].text);
    vec_free(&err->parts);
}

/* Whether text holds word past its beginning. */
static bool mentions(const char *text, const char *word) {
    const char *at = strstr(text, word);
    return at && at > text;
}

/* Drops the subscript digits that set type parameters of one name apart. */
static void strip_subscripts(StrBuf *sb) {
    size_t to = 0;
    for (size_t i = 0; i < sb->n;) {
        const unsigned char *p = (const unsigned char *)sb->buf + i;
        if (i + 2 < sb->n && p[0] == 0xe2 && p[1] == 0x82 && p[2] >= 0x80 && p[2] <= 0x89) i += 3;
        else sb->buf[to++] = sb->buf[i++];
    }
    sb->n = to;
    if (sb->buf) sb->buf[to] = 0;
}

/* "requires go1.N or later" anywhere in the message. */
static bool is_version_error(const char *msg) {
    for (const char *p = msg; (p = strstr(p, "requires go")); p++) {
        const char *q = p + strlen("requires go"), *start = q;
        while (*q >= '0' && *q <= '9') q++;
        if (q == start || *q != '.') continue;
        start = ++q;
        while (*q >= '0' && *q <= '9') q++;
        if (q > start && strncmp(q, " or later", 9) == 0) return true;
    }
    return false;
}

/* What the compiler adds to a version error: where the version came from. */
static void explain_version(Checker *c, Pos pos, StrBuf *sb) {
    uint32_t base = posbase_get(pos_base(pos))->file;
    for (uint32_t i = 0; i < c->nfiles; i++) {
        const File *f = c->files[i];
        if (f->base != base) continue;
        GoVersion v = (GoVersion)(intptr_t)map_get(&c->versions, (uint64_t)base + 1);
        if (f->go_version && go_version_parse(f->go_version) == v && v)
            sb_printf(sb, " (file declares //go:build %s)", f->go_version);
        else
            sb_printf(sb, " (-lang was set to %s; check go.mod)",
                      c->conf->go_version ? c->conf->go_version : "");
        return;
    }
}

void error_report(ErrorMsg *err) {
    Checker *c = err->c;
    if (err->parts.n == 0) BUG("no error");
    const char *first = err->parts.v[0].text;
    if (c->have_first_err && (mentions(first, "invalid operand") || mentions(first, "invalid type"))) {
        error_discard(err);
        return;
    }
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < err->parts.n; i++) {
        const ErrorPart *p = &err->parts.v[i];
        if (i > 0) {
            sb_adds(&sb, "\n\t");
            if (p->pos) {
                format_pos(c, &sb, p->pos);
                sb_adds(&sb, ": ");
            }
        }
        sb_adds(&sb, p->text);
    }
    strip_subscripts(&sb);
    /* In an inherited constant expression all errors stand at the constant being declared. */
    Pos pos = c->env.errpos ? c->env.errpos : err->parts.v[0].pos;
    if (c->conf->compiler && is_version_error(sb_str(&sb))) explain_version(c, pos, &sb);
    c->have_first_err = true;
    c->pkg->had_errors = true;
    DiagSink *sink = c->conf->diags;
    diag_add(sink, (Diag){.pos = pos, .msg = sb_arena(&sb, sink->arena), .soft = err->soft});
    error_discard(err);
}

static void reportv(Checker *c, Pos at, bool soft, const char *prefix, const char *fmt, va_list ap) {
    ErrorMsg err = {.c = c, .soft = soft};
    StrBuf sb = STRBUF_INIT;
    sb_adds(&sb, prefix);
    check_vformat(c, &sb, fmt, ap);
    add_part(&err, at, &sb);
    error_report(&err);
}

void check_errorf(Checker *c, Pos at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    reportv(c, at, false, "", fmt, ap);
    va_end(ap);
}

void check_soft_errorf(Checker *c, Pos at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    reportv(c, at, true, "", fmt, ap);
    va_end(ap);
}

void check_invalid_ast(Checker *c, Pos at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    reportv(c, at, false, "invalid syntax tree: ", fmt, ap);
    va_end(ap);
}

/* ---- language versions ---- */

/* Reads a number without leading zeros; -1 when there is none. */
static int version_number(const char **p) {
    if (**p < '0' || **p > '9') return -1;
    if (**p == '0' && (*p)[1] >= '0' && (*p)[1] <= '9') return -1;
    int n = 0;
    for (; **p >= '0' && **p <= '9'; ++*p) n = MIN(n * 10 + (**p - '0'), 999);
    return n;
}

GoVersion go_version_parse(const char *s) {
    if (!s || strncmp(s, "go", 2) != 0) return 0;
    s += 2;
    int major = version_number(&s);
    if (major < 1) return 0;
    if (*s == 0 || *s == '-') return major == 1 ? -1 : (major - 1) * 1000;
    if (*s++ != '.') return 0;
    int minor = version_number(&s);
    if (minor < 0) return 0;
    if (*s == '.') {
        s++;
        if (version_number(&s) < 0) return 0;
    } else if (*s && *s != '-') { /* a pre-release: rc1, beta2 */
        const char *word = s;
        while (*s >= 'a' && *s <= 'z') s++;
        if (s == word || version_number(&s) < 0) return 0;
    }
    if (*s && *s != '-') return 0;
    if (major == 1 && minor == 0) return -1;
    return (major - 1) * 1000 + minor;
}

bool check_allow_version(Checker *c, GoVersion want) { return c->env.version == 0 || c->env.version >= want; }

static void version_errorv(Checker *c, Pos at, GoVersion want, const char *fmt, va_list ap) {
    ErrorMsg err = {.c = c};
    StrBuf sb = STRBUF_INIT;
    check_vformat(c, &sb, fmt, ap);
    check_format(c, &sb, " requires %g or later", want);
    add_part(&err, at, &sb);
    error_report(&err);
}

void check_version_errorf(Checker *c, Pos at, GoVersion want, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    version_errorv(c, at, want, fmt, ap);
    va_end(ap);
}

bool check_verify_versionf(Checker *c, Pos at, GoVersion want, const char *fmt, ...) {
    if (check_allow_version(c, want)) return true;
    va_list ap;
    va_start(ap, fmt);
    version_errorv(c, at, want, fmt, ap);
    va_end(ap);
    return false;
}
