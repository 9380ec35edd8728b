/* Parsing statements (spec, "Statements"). */
#include "base/fault.h"
#include "syntax/syntax_int.h"

static Stmt *stmt_or_nil(Parser *p);

/* ---- simple statements ---- */

static Stmt *expr_stmt(Parser *p, Expr *x) {
    ExprStmt *s = NODE(p, ExprStmt, N_EXPR_STMT, NPOS(x));
    s->x = x;
    return &s->s;
}

static Stmt *assign_stmt(Parser *p, Pos pos, Operator op, Expr *lhs, Expr *rhs) {
    AssignStmt *s = NODE(p, AssignStmt, N_ASSIGN_STMT, pos);
    s->s.n.aux = (uint8_t)op;
    s->lhs = lhs;
    s->rhs = rhs;
    return &s->s;
}

static Stmt *range_clause(Parser *p, Expr *lhs, bool def) {
    RangeClause *r = NODE(p, RangeClause, N_RANGE_CLAUSE, parse_pos(p));
    scan_next(p);
    r->lhs = lhs;
    if (def) r->s.n.flags |= NF_DEF;
    r->x = parse_expr(p);
    return &r->s;
}

/* SimpleStmt = ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl ; lhs: when it has been
 * read. keyword: the statement in whose header this is; only there may be range clauses (for) and type switch
 * guards with a name (switch). */
static Stmt *simple_stmt(Parser *p, Expr *lhs, Token keyword) {
    if (keyword == T_FOR && p->tok == T_RANGE) return range_clause(p, NULL, false);
    if (!lhs) lhs = parse_expr_list(p);

    Pos pos = parse_pos(p);
    if (p->tok == T_ASSIGN || p->tok == T_DEFINE) {
        Operator op = p->tok == T_DEFINE ? OP_DEF : OP_NONE;
        scan_next(p);
        if (keyword == T_FOR && p->tok == T_RANGE) return range_clause(p, lhs, op == OP_DEF);
        Expr *rhs = parse_expr_list(p);
        if (KIND(rhs) == N_TYPE_SWITCH_GUARD && keyword == T_SWITCH && op == OP_DEF && KIND(lhs) == N_NAME) {
            AS(TypeSwitchGuard, rhs)->lhs = AS(NameExpr, lhs);
            return expr_stmt(p, rhs);
        }
        return assign_stmt(p, pos, op, lhs, rhs);
    }
    if (KIND(lhs) == N_LIST) {
        syntax_error(p, "expected := or = or comma");
        parse_advance(p, SET(T_SEMI) | SET(T_RBRACE));
        return expr_stmt(p, AS(ListExpr, lhs)->elems.v[0]);
    }
    Operator op = p->op;
    switch (p->tok) {
    case T_ASSIGN_OP: scan_next(p); return assign_stmt(p, pos, op, lhs, parse_expr(p));
    case T_INC_OP: scan_next(p); return assign_stmt(p, pos, op, lhs, NULL);
    case T_ARROW: {
        SendStmt *s = NODE(p, SendStmt, N_SEND_STMT, pos);
        scan_next(p);
        s->chan = lhs;
        s->value = parse_expr(p);
        return &s->s;
    }
    default: return expr_stmt(p, lhs);
    }
}

/* ---- blocks, labels, declarations ---- */

/* StatementList = { Statement ";" } , up to "}", case or default. */
static StmtList stmt_list(Parser *p) {
    uint32_t mark = p->stack.n;
    while (p->tok != T_EOF && p->tok != T_RBRACE && p->tok != T_CASE && p->tok != T_DEFAULT) {
        Stmt *s = stmt_or_nil(p);
        parse_clear_pragma(p);
        if (!s) break;
        vec_push(NULL, &p->stack, s);
        if (!parse_got(p, T_SEMI) && p->tok != T_RBRACE) {
            syntax_error(p, "at end of statement");
            parse_advance(p, SET(T_SEMI) | SET(T_RBRACE) | SET(T_CASE) | SET(T_DEFAULT));
            parse_got(p, T_SEMI);
        }
    }
    StmtList l;
    l.v = (Stmt **)parse_take(p, mark, &l.n);
    return l;
}

/* context: what the block belongs to, for the error when there is none. */
BlockStmt *parse_block(Parser *p, const char *context) {
    BlockStmt *s = NODE(p, BlockStmt, N_BLOCK_STMT, parse_pos(p));
    if (!parse_got(p, T_LBRACE)) {
        syntax_error(p, "expected { after %s", context);
        parse_advance(p, SET(T_NAME) | SET(T_RBRACE));
        s->rbrace = parse_pos(p);
        if (parse_got(p, T_RBRACE)) return s;
    }
    s->list = stmt_list(p);
    s->rbrace = parse_pos(p);
    parse_want(p, T_RBRACE);
    return s;
}

static Stmt *decl_stmt(Parser *p, DeclParser *f) {
    DeclStmt *s = NODE(p, DeclStmt, N_DECL_STMT, parse_pos(p));
    uint32_t mark = p->stack.n;
    scan_next(p);
    parse_group(p, f);
    s->decls = (Decl **)parse_take(p, mark, &s->ndecls);
    return &s->s;
}

/* Behind a label, at the colon. NULL: no statement follows, reported. */
static Stmt *labeled_stmt(Parser *p, NameExpr *label) {
    LabeledStmt *s = NODE(p, LabeledStmt, N_LABELED_STMT, parse_pos(p));
    s->label = label;
    parse_want(p, T_COLON);
    if (p->tok == T_RBRACE) { /* an empty statement whose semicolon is left out */
        EmptyStmt *e = NODE(p, EmptyStmt, N_EMPTY_STMT, parse_pos(p));
        s->stmt = &e->s;
        return &s->s;
    }
    s->stmt = stmt_or_nil(p);
    if (s->stmt) return &s->s;
    syntax_error_at(p, s->s.n.pos, "missing statement after label");
    return NULL;
}

/* ---- if, for, switch, select ---- */

/* x as in an error about it: binary expressions in parentheses, so that the = beside them stands out. */
static const char *emphasize(Parser *p, Expr *x) {
    const char *s = node_string(p->arena, x);
    if (KIND(x) == N_OPERATION && AS(Operation, x)->y) return arena_printf(p->arena, "(%s)", s);
    return s;
}

typedef struct Header {
    Stmt *init;
    Expr *cond;
    Stmt *post;
} Header;

/* The condition that a simple statement in its place stands for. semi: the semicolon before, when there was
 * one. */
static Expr *header_condition(Parser *p, Token keyword, Stmt *s, Pos semi, const char *semi_lit) {
    if (!s) {
        if (keyword != T_IF) return NULL;
        if (!semi) return parse_bad_expr(p); /* reported before */
        if (strcmp(semi_lit, "semicolon") != 0)
            syntax_error_at(p, semi, "unexpected %s, expected { after if clause", semi_lit);
        else syntax_error_at(p, semi, "missing condition in if statement");
        Expr *bad = parse_bad_expr(p);
        bad->n.pos = semi;
        return bad;
    }
    if (KIND(s) == N_EXPR_STMT) return AS(ExprStmt, s)->x;
    if (KIND(s) == N_ASSIGN_STMT && s->n.aux == OP_NONE) { /* = written for == */
        AssignStmt *a = AS(AssignStmt, s);
        const char *lhs = emphasize(p, a->lhs);
        syntax_error_at(p, NPOS(s), "cannot use assignment %s = %s as value", lhs, emphasize(p, a->rhs));
    } else {
        syntax_error_at(p, NPOS(s), "cannot use %s as value", node_string(p->arena, s));
    }
    return parse_bad_expr(p);
}

static Header header(Parser *p, Token keyword) {
    Header h = {0};
    parse_want(p, keyword);
    if (p->tok == T_LBRACE) {
        if (keyword == T_IF) {
            syntax_error(p, "missing condition in if statement");
            h.cond = parse_bad_expr(p);
        }
        return h;
    }
    int outer = p->xnest;
    p->xnest = -1;

    if (p->tok != T_SEMI) {
        if (parse_got(p, T_VAR))
            syntax_error(p, "var declaration not allowed in %s initializer", token_text[keyword]);
        h.init = simple_stmt(p, NULL, keyword);
        if (KIND(h.init) == N_RANGE_CLAUSE) {
            p->xnest = outer;
            return h;
        }
    }

    Stmt *cond = NULL;
    Pos semi = NO_POS;
    const char *semi_lit = NULL;
    if (p->tok == T_LBRACE) {
        cond = h.init;
        h.init = NULL;
    } else {
        if (p->tok == T_SEMI) {
            semi = parse_pos(p);
            semi_lit = p->semi;
            scan_next(p);
        } else {
            parse_want(p, T_LBRACE); /* the more helpful of the two complaints */
            if (p->tok != T_LBRACE) parse_advance(p, SET(T_LBRACE) | SET(T_RBRACE));
        }
        if (keyword == T_FOR) {
            bool missing = p->tok == T_LBRACE;
            if (missing) {
                syntax_error(p, "expected for loop condition");
            } else {
                if (p->tok != T_SEMI) cond = simple_stmt(p, NULL, T_NONE);
                parse_want(p, T_SEMI);
                if (p->tok != T_LBRACE) {
                    h.post = simple_stmt(p, NULL, T_NONE);
                    if (KIND(h.post) == N_ASSIGN_STMT && h.post->n.aux == OP_DEF)
                        syntax_error_at(p, NPOS(h.post), "cannot declare in post statement of for loop");
                }
            }
        } else if (p->tok != T_LBRACE) {
            cond = simple_stmt(p, NULL, keyword);
        }
    }
    h.cond = header_condition(p, keyword, cond, semi, semi_lit);
    p->xnest = outer;
    return h;
}

static Stmt *if_stmt(Parser *p) {
    IfStmt *s = NODE(p, IfStmt, N_IF_STMT, parse_pos(p));
    Header h = header(p, T_IF);
    s->init = h.init;
    s->cond = h.cond;
    s->then = parse_block(p, "if clause");
    if (parse_got(p, T_ELSE)) {
        if (p->tok == T_IF) {
            if (parse_enter(p)) s->els = if_stmt(p);
            parse_leave(p);
        } else if (p->tok == T_LBRACE) {
            s->els = &parse_block(p, "")->s;
        } else {
            syntax_error(p, "else must be followed by if or statement block");
            parse_advance(p, SET(T_NAME) | SET(T_RBRACE));
        }
    }
    return &s->s;
}

static Stmt *for_stmt(Parser *p) {
    ForStmt *s = NODE(p, ForStmt, N_FOR_STMT, parse_pos(p));
    Header h = header(p, T_FOR);
    s->init = h.init;
    s->cond = h.cond;
    s->post = h.post;
    s->body = parse_block(p, "for clause");
    return &s->s;
}

/* At something that is neither case nor default. */
static void not_a_clause(Parser *p) {
    syntax_error(p, "expected case or default or }");
    parse_advance(p, SET(T_COLON) | SET(T_CASE) | SET(T_DEFAULT) | SET(T_RBRACE));
}

static CaseClause *case_clause(Parser *p) {
    CaseClause *c = NODE(p, CaseClause, N_CASE_CLAUSE, parse_pos(p));
    if (parse_got(p, T_CASE)) c->cases = parse_expr_list(p);
    else if (!parse_got(p, T_DEFAULT)) not_a_clause(p);
    c->colon = parse_pos(p);
    parse_want(p, T_COLON);
    c->body = stmt_list(p);
    return c;
}

static CommClause *comm_clause(Parser *p) {
    CommClause *c = NODE(p, CommClause, N_COMM_CLAUSE, parse_pos(p));
    if (parse_got(p, T_CASE)) c->comm = simple_stmt(p, NULL, T_NONE);
    else if (!parse_got(p, T_DEFAULT)) not_a_clause(p);
    c->colon = parse_pos(p);
    parse_want(p, T_COLON);
    c->body = stmt_list(p);
    return c;
}

/* The { of a switch or select. */
static void clauses_begin(Parser *p, const char *context) {
    if (parse_got(p, T_LBRACE)) return;
    syntax_error(p, "missing { after %s clause", context);
    parse_advance(p, SET(T_CASE) | SET(T_DEFAULT) | SET(T_RBRACE));
}

static Stmt *switch_stmt(Parser *p) {
    SwitchStmt *s = NODE(p, SwitchStmt, N_SWITCH_STMT, parse_pos(p));
    Header h = header(p, T_SWITCH);
    s->init = h.init;
    s->tag = h.cond;
    clauses_begin(p, "switch");
    uint32_t mark = p->stack.n;
    while (p->tok != T_EOF && p->tok != T_RBRACE) {
        CaseClause *c = case_clause(p);
        vec_push(NULL, &p->stack, c);
    }
    s->clauses = (CaseClause **)parse_take(p, mark, &s->nclauses);
    s->rbrace = parse_pos(p);
    parse_want(p, T_RBRACE);
    return &s->s;
}

static Stmt *select_stmt(Parser *p) {
    SelectStmt *s = NODE(p, SelectStmt, N_SELECT_STMT, parse_pos(p));
    parse_want(p, T_SELECT);
    clauses_begin(p, "select");
    uint32_t mark = p->stack.n;
    while (p->tok != T_EOF && p->tok != T_RBRACE) {
        CommClause *c = comm_clause(p);
        vec_push(NULL, &p->stack, c);
    }
    s->clauses = (CommClause **)parse_take(p, mark, &s->nclauses);
    s->rbrace = parse_pos(p);
    parse_want(p, T_RBRACE);
    return &s->s;
}

/* ---- the rest ---- */

/* go or defer, with a call (the type checker sees to that). */
static Stmt *call_stmt(Parser *p) {
    CallStmt *s = NODE(p, CallStmt, N_CALL_STMT, parse_pos(p));
    Token keyword = p->tok;
    if (keyword == T_GO) s->s.n.flags |= NF_GO;
    scan_next(p);
    Expr *x = parse_primary(p, NULL, p->tok == T_LPAREN);
    Expr *t = expr_unparen(x);
    if (t != x) parse_error_at(p, NPOS(x), "expression in %s must not be parenthesized", token_text[keyword]);
    s->call = t;
    return &s->s;
}

static Stmt *branch_stmt(Parser *p, BranchTok tok) {
    BranchStmt *s = NODE(p, BranchStmt, N_BRANCH_STMT, parse_pos(p));
    s->s.n.aux = (uint8_t)tok;
    scan_next(p);
    if (tok == BRANCH_GOTO || (tok != BRANCH_FALLTHROUGH && p->tok == T_NAME)) s->label = parse_name(p);
    return &s->s;
}

static Stmt *statement(Parser *p) {
    if (p->tok == T_NAME) { /* the most frequent beginning */
        parse_clear_pragma(p);
        Expr *lhs = parse_expr_list(p);
        if (p->tok == T_COLON && KIND(lhs) == N_NAME) return labeled_stmt(p, AS(NameExpr, lhs));
        return simple_stmt(p, lhs, T_NONE);
    }
    switch (p->tok) {
    case T_VAR: return decl_stmt(p, parse_var_decl);
    case T_CONST: return decl_stmt(p, parse_const_decl);
    case T_TYPE: return decl_stmt(p, parse_type_decl);
    default: break;
    }
    parse_clear_pragma(p);
    switch (p->tok) {
    case T_LBRACE: return &parse_block(p, "")->s;
    case T_OPERATOR:
    case T_STAR:
        switch (p->op) {
        case OP_ADD:
        case OP_SUB:
        case OP_MUL:
        case OP_AND:
        case OP_XOR:
        case OP_NOT: return simple_stmt(p, NULL, T_NONE);
        default: return NULL;
        }
    case T_LITERAL:
    case T_FUNC:
    case T_LPAREN:
    case T_LBRACK:
    case T_STRUCT:
    case T_MAP:
    case T_CHAN:
    case T_INTERFACE:
    case T_ARROW: return simple_stmt(p, NULL, T_NONE);
    case T_FOR: return for_stmt(p);
    case T_SWITCH: return switch_stmt(p);
    case T_SELECT: return select_stmt(p);
    case T_IF: return if_stmt(p);
    case T_FALLTHROUGH: return branch_stmt(p, BRANCH_FALLTHROUGH);
    case T_BREAK: return branch_stmt(p, BRANCH_BREAK);
    case T_CONTINUE: return branch_stmt(p, BRANCH_CONTINUE);
    case T_GOTO: return branch_stmt(p, BRANCH_GOTO);
    case T_GO:
    case T_DEFER: return call_stmt(p);
    case T_RETURN: {
        ReturnStmt *s = NODE(p, ReturnStmt, N_RETURN_STMT, parse_pos(p));
        scan_next(p);
        if (p->tok != T_SEMI && p->tok != T_RBRACE) s->results = parse_expr_list(p);
        return &s->s;
    }
    case T_SEMI: return (Stmt *)NODE(p, EmptyStmt, N_EMPTY_STMT, parse_pos(p));
    default: return NULL;
    }
}

/* A statement, or NULL when none begins here. */
static Stmt *stmt_or_nil(Parser *p) {
    fault_poll();
    Stmt *s = parse_enter(p) ? statement(p) : NULL;
    parse_leave(p);
    return s;
}
