/* Parsing files (spec, "Source file organization"), and what all parse functions stand on: errors, recovery,
 * lists, position bases.
 *
 * Recursive descent with one token of lookahead. After an error the parser skips to a token at which it can
 * go on: one that may follow what it was reading or, within functions, one that begins a statement. Nesting
 * is counted, and a file that nests too deeply ends with an error where it does, so that no later pass can
 * run out of stack. */
#include "base/fault.h"
#include "syntax/syntax_int.h"

static const ParseOptions ordinary;

/* ---- errors ---- */

static void report(Parser *p, Pos pos, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    ASSERT(n >= 0);
    char *msg = arena_alloc(p->diags->arena, (size_t)n + 1);
    vsnprintf(msg, (size_t)n + 1, fmt, again);
    va_end(again);
    diag_add(p->diags, (Diag){.pos = pos, .msg = msg, .syntax = strncmp(msg, "syntax error", 12) == 0});
}

void parse_report(Parser *p, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    report(p, pos, fmt, ap);
    va_end(ap);
}

void parse_error_at(Parser *p, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    report(p, pos, fmt, ap);
    va_end(ap);
    p->errors++;
}

const char *token_describe(Token t) {
    if (t == T_COMMA) return "comma";
    if (t == T_SEMI) return "semicolon or newline";
    return token_text[t];
}

static const char *starts_with_any(const char *msg) {
    static const char *const words[] = {"in ", "at ", "after "};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strncmp(msg, words[i], strlen(words[i])) == 0) return " ";
    return strncmp(msg, "expected ", 9) == 0 ? ", " : NULL;
}

void syntax_error_at(Parser *p, Pos pos, const char *fmt, ...) {
    if (p->tok == T_EOF && p->errors) return; /* nothing that means anything can follow */
    va_list ap;
    va_start(ap, fmt);
    char msg[1024];
    char *big = NULL;
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    if ((size_t)n >= sizeof msg) {
        big = xmalloc((size_t)n + 1);
        vsnprintf(big, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    const char *m = big ? big : msg;
    const char *joint = starts_with_any(m);
    if (!joint) {
        parse_error_at(p, pos, "syntax error: %s", m);
    } else {
        const char *op = operator_text[p->op];
        switch (p->tok) {
        case T_NAME:
            parse_error_at(p, pos, "syntax error: unexpected name %s%s%s", p->name->s, joint, m);
            break;
        case T_SEMI: parse_error_at(p, pos, "syntax error: unexpected %s%s%s", p->semi, joint, m); break;
        case T_LITERAL:
            parse_error_at(p, pos, "syntax error: unexpected literal %.*s%s%s", (int)p->lit.n, p->lit.p,
                           joint, m);
            break;
        case T_OPERATOR: parse_error_at(p, pos, "syntax error: unexpected %s%s%s", op, joint, m); break;
        case T_ASSIGN_OP: parse_error_at(p, pos, "syntax error: unexpected %s=%s%s", op, joint, m); break;
        case T_INC_OP: parse_error_at(p, pos, "syntax error: unexpected %s%s%s%s", op, op, joint, m); break;
        default:
            parse_error_at(p, pos, "syntax error: unexpected %s%s%s%s", IS_KEYWORD(p->tok) ? "keyword " : "",
                           token_describe(p->tok), joint, m);
        }
    }
    free_heap(big);
}

/* Tokens that begin a statement: good places to go on within a function. */
static const uint64_t statement_set = SET(T_BREAK) | SET(T_CONST) | SET(T_CONTINUE) | SET(T_DEFER) |
                                      SET(T_FALLTHROUGH) | SET(T_FOR) | SET(T_GO) | SET(T_GOTO) | SET(T_IF) |
                                      SET(T_RETURN) | SET(T_SELECT) | SET(T_SWITCH) | SET(T_TYPE) |
                                      SET(T_VAR);

/* Skips to a token of follow (or of a statement, in functions); with an empty set, exactly one token. */
void parse_advance(Parser *p, uint64_t follow) {
    if (!follow) {
        if (p->tok != T_EOF) scan_next(p);
        return;
    }
    follow |= SET(T_EOF);
    if (p->fnest > 0) follow |= statement_set;
    while (!HAS(follow, p->tok)) scan_next(p);
}

void parse_want(Parser *p, Token t) {
    if (parse_got(p, t)) return;
    syntax_error(p, "expected %s%s", IS_KEYWORD(t) ? "keyword " : "", token_describe(t));
    parse_advance(p, 0);
}

/* Like parse_got(p, T_ASSIGN), but takes := too, with an error. */
bool parse_got_assign(Parser *p) {
    if (p->tok == T_DEFINE) syntax_error(p, "expected =");
    else if (p->tok != T_ASSIGN) return false;
    scan_next(p);
    return true;
}

static void too_deep(Parser *p) {
    if (p->tok != T_EOF || !p->errors) parse_error_at(p, parse_pos(p), "nesting too deep");
    scan_stop(p);
}

bool parse_enter(Parser *p) {
    if (++p->depth <= MAX_NESTING) return true;
    too_deep(p);
    return false;
}

bool parse_chain(Parser *p, int *length) {
    if (++*length <= MAX_CHAIN) return true;
    too_deep(p);
    return false;
}

/* ---- nodes and lists ---- */

void *parse_node_size(Parser *p, size_t size, NodeKind kind, Pos pos) {
    Node *n = arena_alloc(p->nodes, size);
    n->kind = (uint8_t)kind;
    n->pos = pos;
    return n;
}

void **parse_take(Parser *p, uint32_t mark, uint32_t *n) {
    *n = p->stack.n - mark;
    void **v = NULL;
    if (*n) {
        v = NEW_ARRAY(p->nodes, void *, *n);
        memcpy(v, p->stack.v + mark, *n * sizeof *v);
    }
    p->stack.n = mark;
    return v;
}

Pos parse_list(Parser *p, const char *context, Token sep, Token close, bool (*element)(Parser *, void *),
               void *arg) {
    bool done = false;
    while (p->tok != T_EOF && p->tok != close && !done) {
        fault_poll();
        done = element(p, arg);
        if (!parse_got(p, sep) && p->tok != close) {
            syntax_error(p, "in %s; possibly missing %s or %s", context, token_describe(sep),
                         token_describe(close));
            parse_advance(p, SET(T_RPAREN) | SET(T_RBRACK) | SET(T_RBRACE));
            if (p->tok != close) return parse_pos(p);
        }
    }
    Pos pos = parse_pos(p);
    parse_want(p, close);
    return pos;
}

/* ---- comments that direct us ---- */

static bool has_prefix(Str s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static Str str_from(Str s, size_t i) { return (Str){s.p + i, s.n - i}; }
static Str str_to(Str s, size_t i) { return (Str){s.p, i}; }

/* Splits "text:123" at its last colon: *at is the offset behind the colon (0: no colon), *n the number. */
static bool trailing_digits(Str text, size_t *at, uint64_t *n) {
    size_t i = text.n;
    while (i > 0 && text.p[i - 1] != ':') i--;
    *at = i;
    *n = 0;
    if (i == 0 || i == text.n) return false;
    for (; i < text.n; i++) {
        unsigned d = (unsigned char)text.p[i] - '0';
        if (d >= 10 || *n > (UINT64_MAX - d) / 10) return false;
        *n = *n * 10 + d;
    }
    return true;
}

enum { DIRECTIVE_MAX = 1 << 30 }; /* largest line or column a directive may set */

/* A line directive: text is what follows "line ", at column tcol; pos is where the comment has ended. */
static void line_directive(Parser *p, Pos pos, uint32_t tcol, Str text) {
    size_t i, i2;
    uint64_t n, n2;
    bool ok = trailing_digits(text, &i, &n);
    if (i == 0) return; /* no directive after all */
    Pos at = parse_pos_at(p, p->line, tcol + (uint32_t)i);
    Str bad = str_from(text, i);
    if (!ok) {
        parse_error_at(p, at, "invalid line number: %.*s", (int)bad.n, bad.p);
        return;
    }
    uint64_t line = n, col = 0;
    bool has_col = trailing_digits(str_to(text, i - 1), &i2, &n2);
    if (has_col) {
        line = n2;
        col = n;
        if (col == 0 || col > DIRECTIVE_MAX) {
            parse_error_at(p, at, "invalid column number: %.*s", (int)bad.n, bad.p);
            return;
        }
        text = str_to(text, i - 1);
        i = i2;
    }
    if (line == 0 || line > DIRECTIVE_MAX) {
        bad = str_from(text, i);
        parse_error_at(p, parse_pos_at(p, p->line, tcol + (uint32_t)i), "invalid line number: %.*s",
                       (int)bad.n, bad.p);
        return;
    }
    Str name = str_to(text, i - 1);
    const char *filename = arena_strndup(p->arena, name.p, name.n);
    if (name.n == 0 && has_col) filename = posbase_get(p->base)->filename;
    p->base = posbase_new_line(pos, filename, (uint32_t)line, (uint32_t)col);
}

void parse_comment(Parser *p, Str whole) {
    bool general = whole.p[1] == '*';
    Str text = {whole.p + 2, whole.n - (general ? 4 : 2)};
    if (!general && whole.p[whole.n - 1] == '\r') text.n--;
    if ((p->col == 1 || general) && has_prefix(text, "line ")) {
        Pos pos = general ? pos_make(p->file_base, p->line, p->col + (uint32_t)whole.n)
                          : pos_make(p->file_base, p->line + 1, 1); /* the newline belongs to the comment */
        line_directive(p, pos, p->col + 2 + 5, str_from(text, 5));
        return;
    }
    if (!has_prefix(text, "go:")) return;
    if (p->top && has_prefix(whole, "//go:build")) {
        bool is_constraint;
        const char *v = build_line_version(p->arena, whole, &is_constraint);
        if (is_constraint) p->go_version = v;
    }
    if (p->opts->no_pragmas) return;
    p->pragma = pragma_directive(p, parse_pos_at(p, p->line, p->col + 2), p->blank, text, p->pragma);
}

Pragma *parse_take_pragma(Parser *p) {
    Pragma *pragma = p->pragma;
    p->pragma = NULL;
    return pragma;
}

/* Behind something that takes no directives: those read are misplaced. */
void parse_clear_pragma(Parser *p) {
    if (!p->pragma) return;
    pragma_unused(p, p->pragma);
    p->pragma = NULL;
}

/* ---- files ---- */

typedef struct GroupArg {
    DeclParser *f;
    uint32_t group;
} GroupArg;

static bool group_element(Parser *p, void *arg) {
    GroupArg *g = arg;
    Decl *d = g->f(p, g->group);
    if (d) vec_push(NULL, &p->stack, d);
    return false;
}

/* f | "(" { f ";" } ")" */
void parse_group(Parser *p, DeclParser *f) {
    GroupArg g = {f, 0};
    if (p->tok != T_LPAREN) {
        group_element(p, &g);
        return;
    }
    g.group = ++p->groups;
    parse_clear_pragma(p); /* before (, behind which directives belong to the first element */
    scan_next(p);
    parse_list(p, "grouped declaration", T_SEMI, T_RPAREN, group_element, &g);
}

static const uint64_t declaration_set = SET(T_IMPORT) | SET(T_CONST) | SET(T_TYPE) | SET(T_VAR) | SET(T_FUNC);

static bool last_is_func_without_body(Parser *p, uint32_t mark) {
    if (p->stack.n == mark) return false;
    Decl *d = vec_last(&p->stack);
    return KIND(d) == N_FUNC_DECL && !AS(FuncDecl, d)->body;
}

/* SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } . */
static File *file_or_nil(Parser *p) {
    File *f = NODE(p, File, N_FILE, parse_pos(p));
    f->base = p->file_base;
    f->go_version = p->go_version;
    p->top = false;
    if (!parse_got(p, T_PACKAGE)) {
        syntax_error(p, "package statement must be first");
        return NULL;
    }
    f->pragma = parse_take_pragma(p);
    f->pkg_name = parse_name(p);
    parse_want(p, T_SEMI);
    if (p->errors) return NULL;

    uint32_t mark = p->stack.n;
    Token prev = T_IMPORT;
    while (p->tok != T_EOF) {
        fault_poll();
        if (p->tok == T_IMPORT && prev != T_IMPORT)
            syntax_error(p, "imports must appear before other declarations");
        prev = p->tok;
        switch (p->tok) {
        case T_IMPORT:
            scan_next(p);
            parse_group(p, parse_import_decl);
            break;
        case T_CONST:
            scan_next(p);
            parse_group(p, parse_const_decl);
            break;
        case T_TYPE:
            scan_next(p);
            parse_group(p, parse_type_decl);
            break;
        case T_VAR:
            scan_next(p);
            parse_group(p, parse_var_decl);
            break;
        case T_FUNC: {
            scan_next(p);
            FuncDecl *d = parse_func_decl(p);
            if (d) vec_push(NULL, &p->stack, d);
            break;
        }
        default:
            if (p->tok == T_LBRACE && last_is_func_without_body(p, mark))
                syntax_error(p, "unexpected semicolon or newline before {");
            else syntax_error(p, "non-declaration statement outside function body");
            parse_advance(p, declaration_set);
            continue;
        }
        parse_clear_pragma(
            p); /* before the semicolon, behind which directives belong to the next declaration */
        if (p->tok != T_EOF && !parse_got(p, T_SEMI)) {
            syntax_error(p, "after top level declaration");
            parse_advance(p, declaration_set);
        }
    }
    parse_clear_pragma(p);
    f->eof = parse_pos(p);
    f->decls = (Decl **)parse_take(p, mark, &f->ndecls);
    return f;
}

static Parser new_parser(Arena *arena, uint32_t base, DiagSink *diags, const ParseOptions *opts) {
    return (Parser){
        .arena = arena,
        .nodes = arena,
        .diags = diags,
        .opts = opts ? opts : &ordinary,
        .file_base = posbase_get(base)->file,
        .base = base,
        .underscore = name_of("_"),
    };
}

File *parse_file_opts(Arena *arena, uint32_t base, const char *path, Str src, DiagSink *diags,
                      const ParseOptions *opts) {
    Parser p = new_parser(arena, base, diags, opts);
    p.top = true;
    scan_init(&p, src);
    scan_next(&p);
    File *f = file_or_nil(&p);
    if (f) {
        f->path = path;
        f->src = src;
        f->bodies = p.opts->bodies;
        f->nlinknames = p.linknames.n;
        f->linknames = p.linknames.v;
    }
    vec_free(&p.stack);
    return f;
}

File *parse_file(Arena *arena, uint32_t pos_base, const char *path, Str src, DiagSink *diags) {
    return parse_file_opts(arena, pos_base, path, src, diags, NULL);
}
