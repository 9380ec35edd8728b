/* Parsing expressions (spec, "Expressions"): binary ones by precedence climbing, primary ones by a loop over
 * suffixes.
 *
 * Types are parsed here too where an operand may be one. A "{" behind an operand that looks like a type
 * begins a composite literal; in the header of an if, for or switch (xnest < 0) it begins the block. */
#include "syntax/syntax_int.h"

Expr *parse_bad_expr(Parser *p) { return (Expr *)NODE(p, BadExpr, N_BAD_EXPR, parse_pos(p)); }

NameExpr *parse_new_name(Parser *p, Pos pos, const Name *name) {
    NameExpr *n = NODE(p, NameExpr, N_NAME, pos);
    n->name = name;
    return n;
}

NameExpr *parse_name(Parser *p) {
    if (p->tok == T_NAME) {
        NameExpr *n = parse_new_name(p, parse_pos(p), p->name);
        scan_next(p);
        return n;
    }
    NameExpr *n = parse_new_name(p, parse_pos(p), p->underscore);
    syntax_error(p, "expected name");
    parse_advance(p, 0);
    return n;
}

/* IdentifierList = identifier { "," identifier } . */
void parse_name_list(Parser *p, NameExpr *first, NameList *out) {
    uint32_t mark = p->stack.n;
    vec_push(NULL, &p->stack, first);
    while (parse_got(p, T_COMMA)) {
        NameExpr *n = parse_name(p);
        vec_push(NULL, &p->stack, n);
    }
    out->v = (NameExpr **)parse_take(p, mark, &out->n);
}

BasicLit *parse_literal(Parser *p) {
    if (p->tok != T_LITERAL) return NULL;
    BasicLit *b = NODE(p, BasicLit, N_BASIC_LIT, parse_pos(p));
    b->text = p->lit;
    b->e.n.aux = (uint8_t)p->kind;
    if (p->bad) b->e.n.flags |= NF_BAD;
    scan_next(p);
    return b;
}

static Expr *list_expr(Parser *p, uint32_t mark, Pos pos) {
    ListExpr *l = NODE(p, ListExpr, N_LIST, pos);
    l->elems.v = (Expr **)parse_take(p, mark, &l->elems.n);
    return (Expr *)l;
}

/* ExpressionList = Expression { "," Expression } . */
Expr *parse_expr_list(Parser *p) {
    Expr *x = parse_expr(p);
    if (p->tok != T_COMMA) return x;
    uint32_t mark = p->stack.n;
    vec_push(NULL, &p->stack, x);
    while (parse_got(p, T_COMMA)) {
        Expr *y = parse_expr(p);
        vec_push(NULL, &p->stack, y);
    }
    return list_expr(p, mark, NPOS(x));
}

Expr *parse_type_list(Parser *p, bool strict, bool *comma) {
    *comma = false;
    p->xnest++;
    Expr *x = strict ? parse_type(p) : parse_expr(p);
    if (parse_got(p, T_COMMA)) {
        *comma = true;
        Expr *t = parse_type_or_nil(p);
        if (t) {
            uint32_t mark = p->stack.n;
            vec_push(NULL, &p->stack, x);
            vec_push(NULL, &p->stack, t);
            while (parse_got(p, T_COMMA) && (t = parse_type_or_nil(p))) vec_push(NULL, &p->stack, t);
            x = list_expr(p, mark, NPOS(x));
        }
    }
    p->xnest--;
    return x;
}

/* ---- operators ---- */

static Operation *operation(Parser *p, Pos pos, Operator op, Expr *x) {
    Operation *o = NODE(p, Operation, N_OPERATION, pos);
    o->e.n.aux = (uint8_t)op;
    o->x = x;
    return o;
}

/* "<-" x, where x turned out to be a channel type: the arrow belongs to it. Arrows move inwards: <-(chan<- E)
 * is
 * (<-chan (<-E)). */
static void reassociate_arrow(Parser *p, Expr *x) {
    ChanDir dir = CHAN_SEND;
    Expr *t = x;
    while (dir == CHAN_SEND && KIND(t) == N_CHAN_TYPE) {
        ChanType *c = AS(ChanType, t);
        dir = (ChanDir)c->e.n.aux;
        if (dir == CHAN_RECV) syntax_error(p, "unexpected <-, expected chan");
        c->e.n.aux = CHAN_RECV;
        t = c->elem;
    }
    if (dir == CHAN_SEND) syntax_error(p, "unexpected %s, expected chan", node_string(p->arena, t));
}

/* UnaryExpr = PrimaryExpr | unary_op UnaryExpr . */
static Expr *unary(Parser *p) {
    if (!parse_enter(p)) {
        parse_leave(p);
        return parse_bad_expr(p);
    }
    Expr *x;
    Pos pos = parse_pos(p);
    if (p->tok == T_STAR || (p->tok == T_OPERATOR && (p->op == OP_ADD || p->op == OP_SUB || p->op == OP_NOT ||
                                                      p->op == OP_XOR || p->op == OP_TILDE))) {
        Operator op = p->op;
        scan_next(p);
        Operation *o = operation(p, pos, op, NULL);
        o->x = unary(p);
        x = (Expr *)o;
    } else if (p->tok == T_OPERATOR && p->op == OP_AND) {
        scan_next(p);
        Operation *o = operation(p, pos, OP_AND, NULL);
        o->x = expr_unparen(unary(p)); /* operand() keeps parentheses of composite literals */
        x = (Expr *)o;
    } else if (p->tok == T_ARROW) {
        /* <-x or <-chan E: known when the operand is read */
        scan_next(p);
        x = unary(p);
        if (KIND(x) == N_CHAN_TYPE) reassociate_arrow(p, x);
        else x = (Expr *)operation(p, pos, OP_RECV, x);
    } else {
        x = parse_primary(p, NULL, true);
    }
    parse_leave(p);
    return x;
}

/* Expression = UnaryExpr | Expression binary_op Expression . */
Expr *parse_binary(Parser *p, Expr *x, int prec) {
    if (!x) x = unary(p);
    int length = 0;
    while ((p->tok == T_OPERATOR || p->tok == T_STAR) && p->prec > prec) {
        Operation *o = operation(p, parse_pos(p), p->op, x);
        int inner = p->prec;
        scan_next(p);
        o->y = parse_binary(p, NULL, inner);
        x = (Expr *)o;
        if (!parse_chain(p, &length)) break;
    }
    return x;
}

Expr *parse_expr(Parser *p) { return parse_binary(p, NULL, 0); }

/* ---- operands ---- */

static void not_an_operand(Parser *p) {
    syntax_error(p, "expected expression");
    parse_advance(p, SET(T_RPAREN) | SET(T_RBRACK) | SET(T_RBRACE));
}

/* Operand = Literal | OperandName | "(" Expression ")" . Composite literals are read by parse_primary. */
static Expr *operand(Parser *p, bool keep_parens) {
    Pos pos = parse_pos(p);
    switch (p->tok) {
    case T_NAME: return (Expr *)parse_name(p);
    case T_LITERAL: return (Expr *)parse_literal(p);
    case T_LPAREN: {
        scan_next(p);
        p->xnest++;
        Expr *x = parse_expr(p);
        p->xnest--;
        parse_want(p, T_RPAREN);
        /* Kept where errors depend on them: (T){} is no composite literal, go (f()) no go statement. */
        if (!keep_parens && p->tok != T_LBRACE) return x;
        ParenExpr *paren = NODE(p, ParenExpr, N_PAREN, pos);
        paren->x = x;
        return (Expr *)paren;
    }
    case T_FUNC: {
        scan_next(p);
        FuncType *type = parse_func_type(p, "function type", NULL);
        if (p->tok != T_LBRACE) return (Expr *)type;
        p->xnest++;
        FuncLit *f = NODE(p, FuncLit, N_FUNC_LIT, pos);
        f->type_expr = type;
        f->body = parse_func_body(p);
        p->xnest--;
        return (Expr *)f;
    }
    case T_LBRACK:
    case T_CHAN:
    case T_MAP:
    case T_STRUCT:
    case T_INTERFACE: return parse_type(p);
    default: {
        Expr *x = parse_bad_expr(p);
        not_an_operand(p);
        return x;
    }
    }
}

/* ---- composite literals ---- */

static Expr *literal_value(Parser *p);

static Expr *element(Parser *p) { return p->tok == T_LBRACE ? literal_value(p) : parse_expr(p); }

static bool keyed_element(Parser *p, void *arg) {
    CompositeLit *x = arg;
    Expr *e = element(p);
    if (p->tok == T_COLON) {
        KeyValueExpr *kv = NODE(p, KeyValueExpr, N_KEY_VALUE, parse_pos(p));
        scan_next(p);
        kv->key = e;
        kv->value = element(p);
        e = (Expr *)kv;
        x->nkeys++;
    }
    vec_push(NULL, &p->stack, e);
    return false;
}

/* LiteralValue = "{" [ ElementList [ "," ] ] "}" . */
static Expr *literal_value(Parser *p) {
    CompositeLit *x = NODE(p, CompositeLit, N_COMPOSITE_LIT, parse_pos(p));
    if (parse_enter(p)) {
        uint32_t mark = p->stack.n;
        p->xnest++;
        parse_want(p, T_LBRACE);
        x->rbrace = parse_list(p, "composite literal", T_COMMA, T_RBRACE, keyed_element, x);
        p->xnest--;
        x->elems.v = (Expr **)parse_take(p, mark, &x->elems.n);
    }
    parse_leave(p);
    return (Expr *)x;
}

/* Whether x can't be a type. */
static bool is_value(Expr *x) {
    for (;;) switch (KIND(x)) {
        case N_BASIC_LIT:
        case N_COMPOSITE_LIT:
        case N_FUNC_LIT:
        case N_SLICE:
        case N_ASSERT:
        case N_TYPE_SWITCH_GUARD:
        case N_CALL: return true;
        case N_OPERATION: return x->n.aux != OP_MUL || AS(Operation, x)->y;
        case N_PAREN: x = AS(ParenExpr, x)->x; continue;
        case N_INDEX:
            if (is_value(AS(IndexExpr, x)->index)) return true;
            x = AS(IndexExpr, x)->x;
            continue;
        default: return false;
        }
}

static bool may_be_literal_type(Parser *p, Expr *t) {
    switch (KIND(t)) {
    case N_NAME:
    case N_SELECTOR: return p->xnest >= 0;
    case N_INDEX: return p->xnest >= 0 && !is_value(t);
    case N_ARRAY_TYPE:
    case N_SLICE_TYPE:
    case N_STRUCT_TYPE:
    case N_MAP_TYPE: return true;
    default: return false;
    }
}

/* ---- suffixes ---- */

static bool argument(Parser *p, void *arg) {
    bool *has_dots = arg;
    Expr *x = parse_expr(p);
    vec_push(NULL, &p->stack, x);
    return *has_dots = parse_got(p, T_DOTDOTDOT);
}

/* Arguments = "(" [ args [ "..." ] [ "," ] ] ")" . */
static Expr *call(Parser *p, Expr *fun, Pos pos) {
    CallExpr *c = NODE(p, CallExpr, N_CALL, pos);
    scan_next(p);
    c->fun = fun;
    uint32_t mark = p->stack.n;
    bool has_dots = false;
    p->xnest++;
    c->rparen = parse_list(p, "argument list", T_COMMA, T_RPAREN, argument, &has_dots);
    p->xnest--;
    c->args.v = (Expr **)parse_take(p, mark, &c->args.n);
    if (has_dots) c->e.n.flags |= NF_HAS_DOTS;
    return (Expr *)c;
}

/* Behind a dot: a selector, a type assertion or a type switch guard. */
static Expr *selector(Parser *p, Expr *x, Pos pos) {
    scan_next(p);
    if (p->tok == T_NAME) {
        SelectorExpr *s = NODE(p, SelectorExpr, N_SELECTOR, pos);
        s->x = x;
        s->sel = parse_name(p);
        return (Expr *)s;
    }
    if (!parse_got(p, T_LPAREN)) {
        syntax_error(p, "expected name or (");
        parse_advance(p, SET(T_SEMI) | SET(T_RPAREN));
        return x;
    }
    Expr *r;
    if (parse_got(p, T_TYPE)) {
        TypeSwitchGuard *g = NODE(p, TypeSwitchGuard, N_TYPE_SWITCH_GUARD, pos);
        g->x = x; /* lhs: set by the statement */
        r = (Expr *)g;
    } else {
        AssertExpr *a = NODE(p, AssertExpr, N_ASSERT, pos);
        a->x = x;
        a->type_expr = parse_type(p);
        a->rparen = parse_pos(p);
        r = (Expr *)a;
    }
    parse_want(p, T_RPAREN);
    return r;
}

/* Index = "[" Expression "]" ; also type arguments. Slice = "[" [ x ] ":" [ x ] [ ":" x ] "]" . */
static Expr *index_or_slice(Parser *p, Expr *x, Pos pos) {
    scan_next(p);
    Expr *i = NULL;
    if (p->tok != T_COLON) {
        bool comma = false;
        if (p->tok == T_RBRACK) {
            syntax_error(p, "expected operand");
            i = parse_bad_expr(p);
        } else {
            i = parse_type_list(p, false, &comma);
        }
        if (comma || p->tok == T_RBRACK) {
            Pos rbrack = parse_pos(p);
            parse_want(p, T_RBRACK);
            IndexExpr *ix = NODE(p, IndexExpr, N_INDEX, pos);
            ix->rbrack = rbrack;
            ix->x = x;
            ix->index = i;
            return (Expr *)ix;
        }
    }
    if (!parse_got(p, T_COLON)) {
        syntax_error(p, "expected comma, : or ]");
        parse_advance(p, SET(T_COMMA) | SET(T_COLON) | SET(T_RBRACK));
    }
    p->xnest++;
    SliceExpr *s = NODE(p, SliceExpr, N_SLICE, pos);
    s->x = x;
    s->index[0] = i;
    if (p->tok != T_COLON && p->tok != T_RBRACK) s->index[1] = parse_expr(p);
    if (p->tok == T_COLON) {
        s->e.n.flags |= NF_FULL;
        if (!s->index[1]) {
            parse_error_at(p, parse_pos(p), "middle index required in 3-index slice");
            s->index[1] = parse_bad_expr(p);
        }
        scan_next(p);
        if (p->tok != T_RBRACK) {
            s->index[2] = parse_expr(p);
        } else {
            parse_error_at(p, parse_pos(p), "final index required in 3-index slice");
            s->index[2] = parse_bad_expr(p);
        }
    }
    p->xnest--;
    s->rbrack = parse_pos(p);
    parse_want(p, T_RBRACK);
    return (Expr *)s;
}

/* PrimaryExpr = Operand | PrimaryExpr Selector | PrimaryExpr Index | PrimaryExpr Slice | PrimaryExpr
 * TypeAssertion | PrimaryExpr Arguments ; and Operand LiteralValue. */
Expr *parse_primary(Parser *p, Expr *x, bool keep_parens) {
    if (!x) x = operand(p, keep_parens);
    int length = 0;
    for (;;) {
        Pos pos = parse_pos(p);
        switch (p->tok) {
        case T_DOT: x = selector(p, x, pos); break;
        case T_LBRACK: x = index_or_slice(p, x, pos); break;
        case T_LPAREN: x = call(p, x, pos); break;
        case T_LBRACE: {
            Expr *t = expr_unparen(x);
            if (!may_be_literal_type(p, t)) return x;
            if (t != x) syntax_error(p, "cannot parenthesize type in composite literal");
            CompositeLit *c = AS(CompositeLit, literal_value(p));
            c->type_expr = x;
            x = (Expr *)c;
            break;
        }
        default: return x;
        }
        if (!parse_chain(p, &length)) return x;
    }
}
