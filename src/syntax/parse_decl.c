/* Parsing declarations (spec, "Declarations and scope"). */
#include "syntax/syntax_int.h"

static void decl_begin(Parser *p, Decl *d, uint32_t group) {
    d->group = group;
    d->pragma = parse_take_pragma(p);
    p->declares += d->pragma || d->n.kind == N_TYPE_DECL;
}

/* ImportSpec = [ "." | PackageName ] ImportPath . */
Decl *parse_import_decl(Parser *p, uint32_t group) {
    ImportDecl *d = NODE(p, ImportDecl, N_IMPORT_DECL, parse_pos(p));
    decl_begin(p, &d->d, group);
    if (p->tok == T_NAME) {
        d->local = parse_name(p);
    } else if (p->tok == T_DOT) {
        d->local = parse_new_name(p, parse_pos(p), name_of("."));
        scan_next(p);
    }
    d->path = parse_literal(p);
    if (!d->path) {
        syntax_error(p, "missing import path");
        parse_advance(p, SET(T_SEMI) | SET(T_RPAREN));
        return &d->d;
    }
    if (!(d->path->e.n.flags & NF_BAD) && d->path->e.n.aux != LIT_STRING) {
        syntax_error_at(p, NPOS(d->path), "import path must be a string");
        d->path->e.n.flags |= NF_BAD;
    }
    return &d->d;
}

/* ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] . */
Decl *parse_const_decl(Parser *p, uint32_t group) {
    ConstDecl *d = NODE(p, ConstDecl, N_CONST_DECL, parse_pos(p));
    decl_begin(p, &d->d, group);
    parse_name_list(p, parse_name(p), &d->names);
    if (p->tok != T_EOF && p->tok != T_SEMI && p->tok != T_RPAREN) {
        d->type_expr = parse_type_or_nil(p);
        if (parse_got_assign(p)) d->values = parse_expr_list(p);
    }
    return &d->d;
}

/* VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) . */
static Expr *var_values(Parser *p) {
    if (p->fnest || !p->opts->bodies) return parse_expr_list(p);
    p->nodes = p->opts->bodies;
    Expr *values = parse_expr_list(p);
    p->nodes = p->arena;
    return values;
}

Decl *parse_var_decl(Parser *p, uint32_t group) {
    VarDecl *d = NODE(p, VarDecl, N_VAR_DECL, parse_pos(p));
    uint32_t declares = p->declares;
    decl_begin(p, &d->d, group);
    parse_name_list(p, parse_name(p), &d->names);
    if (parse_got_assign(p)) {
        d->values = var_values(p);
    } else {
        d->type_expr = parse_type(p);
        if (parse_got_assign(p)) d->values = var_values(p);
    }
    if (p->declares > declares) d->d.n.flags |= NF_DECLARES;
    return &d->d;
}

/* ---- type declarations ---- */

/* Whether x can only be a constraint element, not a value. */
static bool is_type_element(Expr *x) {
    for (;;) switch (KIND(x)) {
        case N_ARRAY_TYPE:
        case N_STRUCT_TYPE:
        case N_FUNC_TYPE:
        case N_INTERFACE_TYPE:
        case N_SLICE_TYPE:
        case N_MAP_TYPE:
        case N_CHAN_TYPE: return true;
        case N_OPERATION: {
            Operation *op = AS(Operation, x);
            if (op->e.n.aux == OP_TILDE || (op->y && is_type_element(op->y))) return true;
            x = op->x;
            continue;
        }
        case N_PAREN: x = AS(ParenExpr, x)->x; continue;
        default: return false;
        }
}

static Operation *copy_operation(Parser *p, const Operation *x) {
    Operation *op = NEW(p->nodes, Operation);
    *op = *x;
    return op;
}

/* Reads x, parsed as an expression, as a type parameter's name and constraint: P *E was parsed as a product,
 * P (E) as a call. The split is made when the constraint can be nothing but one, or when force is set (a
 * comma follows). Returns the name, or NULL when x is no such thing; *type is NULL when x is just a name. */
static NameExpr *extract_name(Parser *p, Expr *x, bool force, Expr **type) {
    *type = NULL;
    switch (KIND(x)) {
    case N_NAME: return AS(NameExpr, x);
    case N_OPERATION: {
        Operation *op = AS(Operation, x);
        if (!op->y) return NULL;
        if (op->e.n.aux == OP_MUL) {
            if (KIND(op->x) != N_NAME || !(force || is_type_element(op->y))) return NULL;
            Operation *star = copy_operation(p, op);
            star->x = op->y;
            star->y = NULL;
            *type = (Expr *)star;
            return AS(NameExpr, op->x);
        }
        if (op->e.n.aux == OP_OR) {
            Expr *lhs;
            NameExpr *name = extract_name(p, op->x, force || is_type_element(op->y), &lhs);
            if (!name || !lhs) return NULL;
            Operation *either = copy_operation(p, op);
            either->x = lhs;
            *type = (Expr *)either;
            return name;
        }
        return NULL;
    }
    case N_CALL: {
        CallExpr *call = AS(CallExpr, x);
        if (KIND(call->fun) != N_NAME || call->args.n != 1 || call->e.n.flags & NF_HAS_DOTS) return NULL;
        if (!force && !is_type_element(call->args.v[0])) return NULL;
        *type = expr_unparen(call->args.v[0]);
        return AS(NameExpr, call->fun);
    }
    default: return NULL;
    }
}

/* Behind "Name [ name": an array's length or a type parameter list. A value can't be told from a constraint
 * before it is read, so it is read as an expression; only a "[" behind the name must begin a constraint (P
 * []E), since nothing indexed is a constant. */
static void array_or_type_params(Parser *p, TypeDecl *d, Pos lbrack) {
    Expr *x = (Expr *)parse_name(p);
    if (p->tok != T_LBRACK) {
        p->xnest++;
        x = parse_binary(p, parse_primary(p, x, false), 0);
        p->xnest--;
    }
    Expr *type;
    NameExpr *name = extract_name(p, x, p->tok == T_COMMA, &type);
    if (name && (type || p->tok != T_RBRACK)) {
        d->tparams = parse_param_list(p, name, type, T_RBRACK, true, false);
        if (parse_got_assign(p)) d->d.n.flags |= NF_ALIAS;
        d->type_expr = parse_type_or_nil(p);
    } else {
        d->type_expr = parse_array_type(p, lbrack, x);
    }
}

/* TypeSpec = identifier [ TypeParams ] [ "=" ] Type . */
Decl *parse_type_decl(Parser *p, uint32_t group) {
    TypeDecl *d = NODE(p, TypeDecl, N_TYPE_DECL, parse_pos(p));
    decl_begin(p, &d->d, group);
    d->name = parse_name(p);
    if (p->tok == T_LBRACK) {
        Pos pos = parse_pos(p);
        scan_next(p);
        if (p->tok == T_NAME) {
            array_or_type_params(p, d, pos);
        } else if (parse_got(p, T_RBRACK)) {
            d->type_expr = parse_slice_type(p, pos);
        } else {
            d->type_expr = parse_array_type(p, pos, NULL);
        }
    } else {
        if (parse_got_assign(p)) d->d.n.flags |= NF_ALIAS;
        d->type_expr = parse_type_or_nil(p);
    }
    if (!d->type_expr) {
        d->type_expr = parse_bad_expr(p);
        syntax_error(p, "in type declaration");
        parse_advance(p, SET(T_SEMI) | SET(T_RPAREN));
    }
    return &d->d;
}

/* ---- functions ---- */

BlockStmt *parse_func_body(Parser *p) {
    p->fnest++;
    uint32_t errors = p->errors;
    BlockStmt *body = parse_block(p, "");
    p->fnest--;
    if (errors == p->errors && !p->opts->no_branch_checks)
        check_branches(p, body); /* a broken body would bring complaints of no use */
    return body;
}

/* Whether the method's receiver may have type parameters. */
static bool is_generic_receiver(const Field *recv) {
    const Expr *t = recv ? recv->type_expr : NULL;
    while (t && KIND(t) != N_NAME) {
        if (KIND(t) == N_PAREN) t = ((const ParenExpr *)t)->x;
        else if (KIND(t) == N_OPERATION && !((const Operation *)t)->y) t = ((const Operation *)t)->x;
        else return true;
    }
    return false;
}

/* FunctionDecl = "func" FunctionName [ TypeParams ] Signature [ FunctionBody ] .
 * MethodDecl   = "func" Receiver MethodName Signature [ FunctionBody ] . */
FuncDecl *parse_func_decl(Parser *p) {
    FuncDecl *f = NODE(p, FuncDecl, N_FUNC_DECL, parse_pos(p));
    f->d.pragma = parse_take_pragma(p);
    const char *context = NULL;
    if (parse_got(p, T_LPAREN)) {
        context = "method";
        FieldList recv = parse_param_list(p, NULL, NULL, T_RPAREN, false, false);
        if (recv.n == 0) parse_error_at(p, parse_pos(p), "method has no receiver");
        if (recv.n > 1) parse_error_at(p, parse_pos(p), "method has multiple receivers");
        if (recv.n) f->recv = recv.v[0];
    }
    if (p->tok == T_NAME) {
        f->name = parse_name(p);
        f->type_expr = parse_func_type(p, context, &f->tparams);
    } else {
        f->name = parse_new_name(p, parse_pos(p), p->underscore);
        f->type_expr = NODE(p, FuncType, N_FUNC_TYPE, parse_pos(p));
        syntax_error(p, "%s", context ? "expected name" : "expected name or (");
        parse_advance(p, SET(T_LBRACE) | SET(T_SEMI));
    }
    uint32_t declares = p->declares;
    if (p->tok == T_LBRACE) {
        bool apart = p->opts->bodies && !f->tparams.n && !is_generic_receiver(f->recv);
        if (apart) p->nodes = p->opts->bodies;
        BlockStmt *body = parse_func_body(p);
        p->nodes = p->arena;
        f->body = body;
        if (apart && body) {
            f->body = NEW(p->arena, BlockStmt);
            *f->body = *body;
            f->d.n.flags |= NF_APART;
        }
    }
    if (p->declares > declares) f->d.n.flags |= NF_DECLARES;
    return f;
}
