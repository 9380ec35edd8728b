/* Parsing types (spec, "Types"), parameter lists and constraints. */
#include "syntax/syntax_int.h"

Expr *parse_type(Parser *p) {
    Expr *t = parse_type_or_nil(p);
    if (!t) {
        t = parse_bad_expr(p);
        syntax_error(p, "expected type");
        parse_advance(p, SET(T_COMMA) | SET(T_COLON) | SET(T_SEMI) | SET(T_RPAREN) | SET(T_RBRACK) |
                             SET(T_RBRACE));
    }
    return t;
}

static Expr *indirect(Parser *p, Pos pos, Expr *x) {
    Operation *o = NODE(p, Operation, N_OPERATION, pos);
    o->e.n.aux = OP_MUL;
    o->x = x;
    return (Expr *)o;
}

/* "[" has been read, and len too when it is given. */
Expr *parse_array_type(Parser *p, Pos pos, Expr *len) {
    if (!len && !parse_got(p, T_DOTDOTDOT)) {
        p->xnest++;
        len = parse_expr(p);
        p->xnest--;
    }
    if (p->tok == T_COMMA) { /* fine in type parameter lists, not here */
        syntax_error(p, "unexpected comma; expected ]");
        scan_next(p);
    }
    parse_want(p, T_RBRACK);
    ArrayType *t = NODE(p, ArrayType, N_ARRAY_TYPE, pos);
    t->len = len;
    t->elem = parse_type(p);
    return (Expr *)t;
}

/* "[" "]" have been read. */
Expr *parse_slice_type(Parser *p, Pos pos) {
    SliceType *t = NODE(p, SliceType, N_SLICE_TYPE, pos);
    t->elem = parse_type(p);
    return (Expr *)t;
}

static Expr *chan_elem(Parser *p) {
    Expr *t = parse_type_or_nil(p);
    if (!t) {
        t = parse_bad_expr(p);
        syntax_error(p, "missing channel element type");
    }
    return t;
}

static Expr *chan_type(Parser *p, Pos pos, ChanDir dir) {
    ChanType *t = NODE(p, ChanType, N_CHAN_TYPE, pos);
    if (dir == CHAN_BOTH && parse_got(p, T_ARROW)) dir = CHAN_SEND;
    t->e.n.aux = (uint8_t)dir;
    t->elem = chan_elem(p);
    return (Expr *)t;
}

static Expr *type_instance(Parser *p, Expr *x) {
    IndexExpr *t = NODE(p, IndexExpr, N_INDEX, parse_pos(p));
    parse_want(p, T_LBRACK);
    t->x = x;
    if (p->tok == T_RBRACK) {
        syntax_error(p, "expected type argument list");
        t->index = parse_bad_expr(p);
    } else {
        bool comma;
        t->index = parse_type_list(p, true, &comma);
    }
    parse_want(p, T_RBRACK);
    return (Expr *)t;
}

/* TypeName [ TypeArgs ]; name: the identifier when it has been read already. */
static Expr *parse_qualified_name(Parser *p, NameExpr *name) {
    Expr *x = (Expr *)name;
    if (!x && p->tok == T_NAME) {
        x = (Expr *)parse_name(p);
    } else if (!x) {
        x = (Expr *)parse_new_name(p, parse_pos(p), p->underscore);
        syntax_error(p, "expected name");
        parse_advance(p, SET(T_DOT) | SET(T_SEMI) | SET(T_RBRACE));
    }
    if (p->tok == T_DOT) {
        SelectorExpr *s = NODE(p, SelectorExpr, N_SELECTOR, parse_pos(p));
        scan_next(p);
        s->x = x;
        s->sel = parse_name(p);
        x = (Expr *)s;
    }
    if (p->tok == T_LBRACK) x = type_instance(p, x);
    return x;
}

static Expr *struct_type(Parser *p);
static Expr *interface_type(Parser *p);

static Expr *type_or_nil(Parser *p) {
    Pos pos = parse_pos(p);
    switch (p->tok) {
    case T_STAR: scan_next(p); return indirect(p, pos, parse_type(p));
    case T_ARROW:
        scan_next(p);
        parse_want(p, T_CHAN);
        return chan_type(p, pos, CHAN_RECV);
    case T_FUNC: scan_next(p); return (Expr *)parse_func_type(p, "function type", NULL);
    case T_LBRACK:
        scan_next(p);
        if (parse_got(p, T_RBRACK)) return parse_slice_type(p, pos);
        return parse_array_type(p, pos, NULL);
    case T_CHAN: scan_next(p); return chan_type(p, pos, CHAN_BOTH);
    case T_MAP: {
        scan_next(p);
        parse_want(p, T_LBRACK);
        MapType *t = NODE(p, MapType, N_MAP_TYPE, pos);
        t->key = parse_type(p);
        parse_want(p, T_RBRACK);
        t->value = parse_type(p);
        return (Expr *)t;
    }
    case T_STRUCT: return struct_type(p);
    case T_INTERFACE: return interface_type(p);
    case T_NAME: return parse_qualified_name(p, NULL);
    case T_LPAREN: {
        scan_next(p);
        Expr *t = parse_type(p);
        parse_want(p, T_RPAREN);
        return t;
    }
    default: return NULL;
    }
}

/* A type, or NULL when none begins here. */
Expr *parse_type_or_nil(Parser *p) {
    Expr *t = parse_enter(p) ? type_or_nil(p) : NULL;
    parse_leave(p);
    return t;
}

/* ---- functions ---- */

/* Result = Parameters | Type . */
static FieldList result(Parser *p) {
    if (parse_got(p, T_LPAREN)) return parse_param_list(p, NULL, NULL, T_RPAREN, false, false);
    Pos pos = parse_pos(p);
    Expr *t = parse_type_or_nil(p);
    if (!t) return (FieldList){0};
    Field *f = NODE(p, Field, N_FIELD, pos);
    f->type_expr = t;
    Field **v = NEW_ARRAY(p->nodes, Field *, 1);
    v[0] = f;
    return (FieldList){v, 1};
}

FuncType *parse_func_type(Parser *p, const char *context, FieldList *tparams) {
    FuncType *t = NODE(p, FuncType, N_FUNC_TYPE, parse_pos(p));
    if (parse_got(p, T_LBRACK)) {
        if (context) syntax_error_at(p, NPOS(t), "%s must have no type parameters", context);
        if (p->tok == T_RBRACK) {
            syntax_error(p, "empty type parameter list");
            scan_next(p);
        } else {
            FieldList list = parse_param_list(p, NULL, NULL, T_RBRACK, true, false);
            if (tparams) *tparams = list;
        }
    }
    parse_want(p, T_LPAREN);
    t->params = parse_param_list(p, NULL, NULL, T_RPAREN, false, true);
    t->results = result(p);
    return t;
}

/* ---- arrays or instances ---- */

/* Behind a name: "[]E", "[n]E" (an array or slice type, of a field or parameter of that name), or "[T]",
 * "[T,]",
 * "[T1, T2]" (type arguments of the name: an IndexExpr whose x the caller sets). */
static Expr *array_or_type_args(Parser *p) {
    Pos pos = parse_pos(p);
    parse_want(p, T_LBRACK);
    if (parse_got(p, T_RBRACK)) return parse_slice_type(p, pos);
    bool comma;
    Expr *n = parse_type_list(p, false, &comma);
    parse_want(p, T_RBRACK);
    if (!comma) {
        Expr *elem = parse_type_or_nil(p);
        if (elem) {
            ArrayType *t = NODE(p, ArrayType, N_ARRAY_TYPE, pos);
            t->len = n;
            t->elem = elem;
            return (Expr *)t;
        }
    }
    IndexExpr *t = NODE(p, IndexExpr, N_INDEX, pos);
    t->index = n;
    return (Expr *)t;
}

/* ---- structs ---- */

static void add_field(Parser *p, bool *has_tags, Pos pos, NameExpr *name, Expr *type, BasicLit *tag) {
    Field *f = NODE(p, Field, N_FIELD, pos);
    f->name = name;
    f->type_expr = type;
    vec_push(NULL, &p->stack, f);
    vec_push(NULL, &p->stack, tag);
    if (tag) *has_tags = true;
}

static void parenthesized_embedded(Parser *p) {
    syntax_error(p, "cannot parenthesize embedded type");
    scan_next(p);
}

/* FieldDecl = (IdentifierList Type | EmbeddedField) [ Tag ] . */
static bool field_decl(Parser *p, void *arg) {
    bool *has_tags = arg;
    Pos pos = parse_pos(p);
    switch (p->tok) {
    case T_NAME: {
        NameExpr *name = parse_name(p);
        if (p->tok == T_DOT || p->tok == T_LITERAL || p->tok == T_SEMI || p->tok == T_RBRACE) {
            Expr *t = parse_qualified_name(p, name);
            add_field(p, has_tags, pos, NULL, t, parse_literal(p));
            break;
        }
        NameList names;
        parse_name_list(p, name, &names);
        Expr *t;
        if (names.n == 1 && p->tok == T_LBRACK) {
            t = array_or_type_args(p);
            if (KIND(t) == N_INDEX) { /* embedded T[P1, P2] */
                AS(IndexExpr, t)->x = (Expr *)name;
                add_field(p, has_tags, pos, NULL, t, parse_literal(p));
                break;
            }
        } else {
            t = parse_type(p);
        }
        BasicLit *tag = parse_literal(p);
        for (uint32_t i = 0; i < names.n; i++) add_field(p, has_tags, NPOS(names.v[i]), names.v[i], t, tag);
        break;
    }
    case T_STAR: {
        scan_next(p);
        Expr *t;
        if (p->tok == T_LPAREN) {
            parenthesized_embedded(p);
            t = parse_qualified_name(p, NULL);
            parse_got(p, T_RPAREN);
        } else {
            t = parse_qualified_name(p, NULL);
        }
        BasicLit *tag = parse_literal(p);
        add_field(p, has_tags, pos, NULL, indirect(p, pos, t), tag);
        break;
    }
    case T_LPAREN: {
        parenthesized_embedded(p);
        Expr *t;
        if (p->tok == T_STAR) {
            Pos star = parse_pos(p);
            scan_next(p);
            t = indirect(p, star, parse_qualified_name(p, NULL));
        } else {
            t = parse_qualified_name(p, NULL);
        }
        parse_got(p, T_RPAREN);
        add_field(p, has_tags, pos, NULL, t, parse_literal(p));
        break;
    }
    default:
        syntax_error(p, "expected field name or embedded type");
        parse_advance(p, SET(T_SEMI) | SET(T_RBRACE));
    }
    return false;
}

/* StructType = "struct" "{" { FieldDecl ";" } "}" . */
static Expr *struct_type(Parser *p) {
    StructType *t = NODE(p, StructType, N_STRUCT_TYPE, parse_pos(p));
    uint32_t mark = p->stack.n;
    bool has_tags = false;
    parse_want(p, T_STRUCT);
    parse_want(p, T_LBRACE);
    parse_list(p, "struct type", T_SEMI, T_RBRACE, field_decl, &has_tags);

    uint32_t n = (p->stack.n - mark) / 2; /* field, tag, field, tag, … */
    t->fields.n = n;
    t->fields.v = n ? NEW_ARRAY(p->nodes, Field *, n) : NULL;
    t->tags = has_tags ? NEW_ARRAY(p->nodes, BasicLit *, n) : NULL;
    for (uint32_t i = 0; i < n; i++) {
        t->fields.v[i] = p->stack.v[mark + 2 * i];
        if (has_tags) t->tags[i] = p->stack.v[mark + 2 * i + 1];
    }
    p->stack.n = mark;
    return (Expr *)t;
}

/* ---- interfaces and constraints ---- */

/* EmbeddedTerm = [ "~" ] Type . */
static Expr *embedded_term(Parser *p) {
    if (p->tok == T_OPERATOR && p->op == OP_TILDE) {
        Operation *t = NODE(p, Operation, N_OPERATION, parse_pos(p));
        t->e.n.aux = OP_TILDE;
        scan_next(p);
        t->x = parse_type(p);
        return (Expr *)t;
    }
    Expr *t = parse_type_or_nil(p);
    if (!t) {
        t = parse_bad_expr(p);
        syntax_error(p, "expected ~ term or type");
        parse_advance(p, SET(T_OPERATOR) | SET(T_SEMI) | SET(T_RPAREN) | SET(T_RBRACK) | SET(T_RBRACE));
    }
    return t;
}

/* EmbeddedElem = EmbeddedTerm { "|" EmbeddedTerm } ; f: when it holds the first term already. */
static Field *embedded_elem(Parser *p, Field *f) {
    if (!f) {
        f = NODE(p, Field, N_FIELD, parse_pos(p));
        f->type_expr = embedded_term(p);
    }
    int length = 0;
    while (p->tok == T_OPERATOR && p->op == OP_OR && parse_chain(p, &length)) {
        Operation *t = NODE(p, Operation, N_OPERATION, parse_pos(p));
        t->e.n.aux = OP_OR;
        scan_next(p);
        t->x = f->type_expr;
        t->y = embedded_term(p);
        f->type_expr = (Expr *)t;
    }
    return f;
}

static const char method_context[] = "interface method";

/* Behind "name [": a generic method, which there is not but which is understood, or an embedded instance. */
static void method_or_instance(Parser *p, Field *f, NameExpr *name) {
    Pos pos = parse_pos(p);
    scan_next(p);
    if (p->tok == T_RBRACK) { /* read as if [] were absent */
        Pos close = parse_pos(p);
        scan_next(p);
        if (p->tok == T_LPAREN) {
            parse_error_at(p, close, "empty type parameter list");
            f->name = name;
            f->type_expr = (Expr *)parse_func_type(p, method_context, NULL);
        } else {
            parse_error_at(p, close, "empty type argument list");
            f->type_expr = (Expr *)name;
        }
        return;
    }
    /* type arguments look like parameters without names */
    FieldList list = parse_param_list(p, NULL, NULL, T_RBRACK, false, false);
    if (list.n == 0) {
        if (p->tok == T_LPAREN) {
            f->name = name;
            f->type_expr = (Expr *)parse_func_type(p, method_context, NULL);
        } else {
            f->type_expr = (Expr *)name;
        }
        return;
    }
    if (list.v[0]->name) {
        f->name = name;
        f->type_expr = (Expr *)parse_func_type(p, method_context, NULL);
        parse_error_at(p, pos, "interface method must have no type parameters");
        return;
    }
    IndexExpr *t = NODE(p, IndexExpr, N_INDEX, pos);
    t->x = (Expr *)name;
    if (list.n == 1) {
        t->index = list.v[0]->type_expr;
    } else {
        ListExpr *l = NODE(p, ListExpr, N_LIST, NPOS(list.v[0]));
        l->elems.n = list.n;
        l->elems.v = NEW_ARRAY(p->nodes, Expr *, list.n);
        for (uint32_t i = 0; i < list.n; i++) l->elems.v[i] = list.v[i]->type_expr;
        t->index = (Expr *)l;
    }
    f->type_expr = (Expr *)t;
}

/* MethodSpec = MethodName Signature ; or an embedded type that begins with a name. */
static Field *method_decl(Parser *p) {
    Field *f = NODE(p, Field, N_FIELD, parse_pos(p));
    NameExpr *name = parse_name(p);
    if (p->tok == T_LPAREN) {
        f->name = name;
        f->type_expr = (Expr *)parse_func_type(p, method_context, NULL);
    } else if (p->tok == T_LBRACK) {
        method_or_instance(p, f, name);
    } else {
        f->type_expr = parse_qualified_name(p, name);
    }
    return f;
}

static bool interface_elem(Parser *p, void *arg) {
    (void)arg;
    Field *f = p->tok == T_NAME ? method_decl(p) : NULL;
    if (!f || !f->name) f = embedded_elem(p, f);
    vec_push(NULL, &p->stack, f);
    return false;
}

/* InterfaceType = "interface" "{" { ( MethodSpec | EmbeddedElem ) ";" } "}" . */
static Expr *interface_type(Parser *p) {
    InterfaceType *t = NODE(p, InterfaceType, N_INTERFACE_TYPE, parse_pos(p));
    uint32_t mark = p->stack.n;
    parse_want(p, T_INTERFACE);
    parse_want(p, T_LBRACE);
    parse_list(p, "interface type", T_SEMI, T_RBRACE, interface_elem, NULL);
    t->methods.v = (Field **)parse_take(p, mark, &t->methods.n);
    p->declares += t->methods.n > 0;
    return (Expr *)t;
}

/* ---- parameters ---- */

static bool at_operator(Parser *p, Operator op) { return p->tok == T_OPERATOR && p->op == op; }

/* ParameterDecl = [ identifier ] [ "..." ] Type ; a name alone may be a name or a type: the list decides.
 * Type parameters (follow is "]") may have constraint elements for types. NULL: nothing here, reported. */
static Field *param_decl(Parser *p, NameExpr *name, Token follow) {
    bool constraints = follow == T_RBRACK;
    Pos pos = name ? NPOS(name) : parse_pos(p);
    if (!name && constraints && at_operator(p, OP_TILDE)) return embedded_elem(p, NULL);

    Field *f = NODE(p, Field, N_FIELD, pos);
    if (p->tok == T_NAME || name) {
        if (!name) name = parse_name(p);
        if (p->tok == T_LBRACK) {
            f->type_expr = array_or_type_args(p);
            if (KIND(f->type_expr) == N_INDEX) AS(IndexExpr, f->type_expr)->x = (Expr *)name;
            else f->name = name;
            if (constraints && at_operator(p, OP_OR)) f = embedded_elem(p, f);
            return f;
        }
        if (p->tok == T_DOT) {
            f->type_expr = parse_qualified_name(p, name);
            if (constraints && at_operator(p, OP_OR)) f = embedded_elem(p, f);
            return f;
        }
        if (constraints && at_operator(p, OP_OR)) {
            f->type_expr = (Expr *)name;
            return embedded_elem(p, f);
        }
        f->name = name;
    }
    if (p->tok == T_DOTDOTDOT) {
        DotsType *t = NODE(p, DotsType, N_DOTS_TYPE, parse_pos(p));
        scan_next(p);
        t->elem = parse_type_or_nil(p);
        f->type_expr = (Expr *)t;
        if (!t->elem) {
            f->type_expr = parse_bad_expr(p);
            syntax_error(p, "... is missing type");
        }
        return f;
    }
    if (constraints && at_operator(p, OP_TILDE)) {
        f->type_expr = embedded_elem(p, NULL)->type_expr;
        return f;
    }
    f->type_expr = parse_type_or_nil(p);
    if (constraints && at_operator(p, OP_OR) && f->type_expr) f = embedded_elem(p, f);
    if (f->name || f->type_expr) return f;
    syntax_error(p, "expected %s", token_describe(follow));
    parse_advance(p, SET(T_COMMA) | SET(follow));
    return NULL;
}

typedef struct ParamArg {
    NameExpr *name; /* of the first parameter, when it has been read */
    Expr *type;     /* same */
    Token close;
    uint32_t named, typed; /* parameters with a name and a type; with a type */
} ParamArg;

static Field *new_field(Parser *p, NameExpr *name, Expr *type) {
    Field *f = NODE(p, Field, N_FIELD, NPOS(name));
    f->name = name;
    f->type_expr = type;
    return f;
}

static bool param_element(Parser *p, void *arg) {
    ParamArg *a = arg;
    Field *f = a->type ? new_field(p, a->name, a->type) : param_decl(p, a->name, a->close);
    a->name = NULL;
    a->type = NULL;
    if (!f) return false;
    if (f->name && f->type_expr) a->named++;
    if (f->type_expr) a->typed++;
    vec_push(NULL, &p->stack, f);
    return false;
}

/* Gives every parameter a name and a type, types going leftwards; reports what is missing. */
static void distribute(Parser *p, FieldList list, const ParamArg *a, Pos end, bool require_names) {
    Pos error = NO_POS; /* the leftmost */
    Expr *type = NULL;
    for (uint32_t i = list.n; i-- > 0;) {
        Field *f = list.v[i];
        if (f->type_expr) {
            type = f->type_expr;
            if (!f->name) {
                error = node_start(type);
                f->name = parse_new_name(p, error, p->underscore);
            }
        } else if (type) {
            f->type_expr = type;
        } else {
            error = NPOS(f->name);
            f->type_expr = parse_bad_expr(p);
            f->type_expr->n.pos = error;
        }
    }
    if (!error) return;
    if (a->named == a->typed) { /* names without types, at the end of the list */
        syntax_error_at(p, end, "%s", require_names ? "missing type constraint" : "missing parameter type");
    } else if (require_names) {
        syntax_error_at(p, error, "missing type parameter name%s",
                        list.n == 1 ? " or invalid array length" : "");
    } else {
        syntax_error_at(p, error, "missing parameter name");
    }
}

/* ParameterList = ParameterDecl { "," ParameterDecl } [ "," ] , up to and with close. In the result all
 * fields have a name or none has. name and type: the first parameter, as far as it has been read.
 * require_names: these are type parameters. */
FieldList parse_param_list(Parser *p, NameExpr *name, Expr *type, Token close, bool require_names,
                           bool dots_ok) {
    FieldList list;
    uint32_t mark = p->stack.n;
    if (name && type && p->tok == close) {
        scan_next(p);
        Field *f = new_field(p, name, type);
        vec_push(NULL, &p->stack, f);
        list.v = (Field **)parse_take(p, mark, &list.n);
        return list;
    }
    ParamArg a = {.name = name, .type = type, .close = close};
    Pos end = parse_list(p, "parameter list", T_COMMA, close, param_element, &a);
    list.v = (Field **)parse_take(p, mark, &list.n);
    if (list.n == 0) return list;

    if (a.named == 0 && !require_names) { /* no name has a type: they are types */
        for (uint32_t i = 0; i < list.n; i++) {
            Field *f = list.v[i];
            if (!f->name) continue;
            f->type_expr = (Expr *)f->name;
            f->name = NULL;
        }
    } else if (a.named != list.n) {
        distribute(p, list, &a, end, require_names);
    }

    bool reported = false;
    for (uint32_t i = 0; i < list.n; i++) {
        Field *f = list.v[i];
        if (KIND(f->type_expr) != N_DOTS_TYPE || (dots_ok && i + 1 == list.n)) continue;
        if (!reported)
            parse_error_at(p, NPOS(f->type_expr), "%s",
                           dots_ok ? "can only use ... with final parameter" : "invalid use of ...");
        reported = true;
        f->type_expr = AS(DotsType, f->type_expr)->elem;
    }
    return list;
}
