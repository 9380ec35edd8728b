/* story.c: from an event of the escape analysis to a story.
 *
 * An event is the path that the analysis found: edges, each with notes that name the expressions and
 * statements which make it. Every note becomes a step with its source and a phrase. Where the path ends the
 * story goes on in one of two ways: at an argument, with what the callee does with that parameter, which its
 * own package's facts tell; at a variable or allocation that is on the heap, with the event that put it
 * there, which happened before. So the stories that one refers to were complete before it, in time or in the
 * order of packages, and there is no circle; should one appear, it is cut. */
#include "explain/explain_int.h"

#define TELLING ((void *)(uintptr_t)UINT32_MAX)

/* The call in the tree that n was made from, or NULL. */
static const CallExpr *call_node(Explainer *e, const IrNode *n) {
    const void *node = spans_node(&e->spans, ir_innermost_pos(ir_npos(n)), n);
    return node && KIND(node) == N_CALL ? AS(CallExpr, node) : NULL;
}

/* What is called, when it can be said in a few words; else NULL. */
static const char *call_text(Explainer *e, const CallExpr *call) {
    if (!call) return NULL;
    if (KIND(call->fun) == N_FUNC_LIT) return "the function literal";
    StrBuf sb = STRBUF_INIT;
    expr_format(&sb, call->fun);
    const char *s = sb.n > 80 ? NULL : ex_intern(e, sb_str(&sb), sb.n);
    sb_release(&sb);
    return s;
}

static const char A_TEMPORARY[] = "a temporary";

/* What the compiler's own variable holds, by the assignment that defines it. */
static const char *temp_text(Explainer *e, const IrPackage *ir, const IrName *tmp) {
    tmp = ir_canonical((IrName *)(uintptr_t)tmp);
    const IrNode *d = tmp->defn;
    if (d && d->op == OAS && IR(AssignStmt, d)->y) return ex_source_text(e, ir, IR(AssignStmt, d)->y);
    if (d && (d->op == OAS2 || d->op == OAS2FUNC)) {
        const IrAssignListStmt *as = IR(AssignListStmt, d);
        for (uint32_t i = 0; i < as->lhs.n && as->rhs.n == as->lhs.n; i++)
            if (as->lhs.v[i] == &tmp->n) return ex_source_text(e, ir, as->rhs.v[i]);
        const char *callee = as->rhs.n == 1 ? call_text(e, call_node(e, as->rhs.v[0])) : NULL;
        if (callee) return ex_internf(e, "a result of %s", callee);
    }
    if (d && (d->op == OAS2DOTTYPE || d->op == OAS2MAPR || d->op == OAS2RECV))
        return ex_source_text(e, ir, IR(AssignListStmt, d)->rhs.v[0]);
    return d && d->op == OAS2FUNC ? "a result of the call" : A_TEMPORARY;
}

/* What the compiler's variables for a loop over a function are for (ir/rangefunc.c). */
static const char *loop_text(const char *name) {
    static const char *const table[][2] = {{"#yield", "the loop's body"},
                                           {"#state", "the loop's state"},
                                           {"#next", "the way on behind it"},
                                           {"#defers", "the list of deferred calls"},
                                           {"#rv", "the result"},
                                           {"#p", "the value of the loop"}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (!strncmp(name, table[i][0], strlen(table[i][0]))) return table[i][1];
    return A_TEMPORARY;
}

/* Names as the source has them, without the package of inlined code and the compiler's numbers. */
static const char *node_text(Explainer *e, const IrPackage *ir, const IrNode *n) {
    if (n->op == ONAME && IR(Name, n)->name_class != PEXTERN && IR(Name, n)->name_class != PFUNC) {
        const Name *sym = IR(Name, n)->sym;
        if (sym->s[0] == '~') return sym->s[1] == 'r' ? "the result" : "the parameter";
        if (sym->s[0] == '#') return loop_text(sym->s);
        if (sym->s[0] == '.') return temp_text(e, ir, IR(Name, n));
        return ex_intern(e, sym->s, sym->n);
    }
    return ex_text(e, ir, n);
}

const char *ex_source_text(Explainer *e, const IrPackage *ir, const IrNode *n) {
    Pos pos = ir_innermost_pos(ir_npos(n));
    const void *node =
        n->op == ONAME || (ir_implicit(n) && n->op != OCONVIFACE) ? NULL : spans_node(&e->spans, pos, n);
    if (!node || KIND(node) >= N_FIELD || KIND(node) == N_LIST || KIND(node) == N_KEY_VALUE)
        return node_text(e, ir, n);
    StrBuf sb = STRBUF_INIT, dots = STRBUF_INIT;
    expr_format(&sb, node);
    for (size_t i = 0; i < sb.n; i++) { /* {...}, as -m writes it */
        if (strncmp(sb.buf + i, "…", 3) == 0) sb_adds(&dots, "..."), i += 2;
        else sb_addc(&dots, sb.buf[i]);
    }
    sb_release(&sb);
    return ex_shorten(e, &dots, 80);
}

/* ---- phrases ---- */

static const char *pointer_word(const IrNode *n) {
    switch (n->op) {
    case OMAKESLICE:
    case OSLICELIT: return "the slice";
    case OSTR2BYTES:
    case OSTR2BYTESTMP:
    case OSTR2RUNES: return "the converted slice";
    case OMAKEMAP:
    case OMAPLIT: return "the map";
    case OCLOSURE: return "the function value";
    case OMETHVALUE: return "the method value";
    case OCONVIFACE: return "the interface value";
    case OADDSTR:
    case OBYTES2STR:
    case ORUNES2STR:
    case ORUNESTR: return "the string";
    case OAPPEND: return "the slice that append returns";
    default: return "the pointer";
    }
}

/* Who holds it. */
static const char *holder_word(Explainer *e, const PkgFacts *pf, const IrNode *n) {
    switch (n->op) {
    case OCLOSURE:
        if (IR(ClosureExpr, n)->func->wrapper)
            return IR(ClosureExpr, n)->is_go_wrap ? "the call of the new goroutine" : "the deferred call";
        return "the function literal";
    case OCONVIFACE: return "what the interface points to";
    case OAPPEND: return "the array of the slice";
    case OSLICELIT:
        return ir_implicit(n) ? "the array of variadic arguments" : "the array of the slice literal";
    case OMETHVALUE: return "the method value";
    case OPTRLIT:
    case ONEW: return ex_internf(e, "what %s points to", ex_source_text(e, pf->pkg->ir, n));
    default: return ex_source_text(e, pf->pkg->ir, n);
    }
}

/* Whether the inliner made n from a result of the inlined function, rather than from a parameter. */
static bool is_result(const PkgFacts *pf, const IrName *n) {
    const IrFunc *fn = n->n.inl ? pf->pkg->ir->inl_tree.v[n->n.inl - 1].func : NULL;
    if (n->sym->s[0] == '~') return n->sym->s[1] == 'r';
    for (uint32_t i = 0; fn && i < fn->nresults; i++)
        if (fn->dcl.v[fn->nrecv + fn->nparams + i]->sym == n->sym) return true;
    return false;
}

/* What flows along the edge, as the beginning of a sentence. */
static const char *subject(Explainer *e, const PkgFacts *pf, const EscStep *s) {
    if (s->src_end != ESC_END_NODE) return "it";
    const IrNode *n = s->src;
    if (n->op != ONAME) return s->derefs < 0 ? pointer_word(n) : "what is stored in it";
    bool result = IR(Name, n)->inl_formal && is_result(pf, IR(Name, n));
    const char *name = result ? "the result" : node_text(e, pf->pkg->ir, n);
    if (s->derefs < 0) return ex_internf(e, "the address of %s", name);
    if (s->derefs == 0) return name;
    return ex_internf(e, "what %s points to", name);
}

/* What an assignment to lhs means. */
static const char *stored_in(Explainer *e, const PkgFacts *pf, IrNode *lhs, ExReason *why) {
    if (!lhs || ir_is_blank(lhs)) return "assigned";
    const char *text = ex_source_text(e, pf->pkg->ir, lhs);
    for (IrNode *n = lhs;;) {
        switch (n->op) {
        case ONAME:
            if (IR(Name, n)->name_class == PEXTERN) {
                *why = EX_WHY_GLOBAL;
                return n == lhs ? ex_internf(e, "stored in the package-level variable %s", text)
                                : ex_internf(e, "stored in %s, a part of a package-level variable", text);
            }
            if (IR(Name, n)->is_closure_var)
                return ex_internf(e, "assigned to %s, declared outside of the literal", text);
            if (IR(Name, n)->name_class == PPARAMOUT && IR(Name, n)->sym->s[0] != '~')
                return ex_internf(e, "assigned to the result %s", text);
            return ex_internf(e, "assigned to %s", text);
        case ODOT: n = IR(SelectorExpr, n)->x; continue;
        case OINDEX:
            if (ir_is_array(IR(IndexExpr, n)->x->type)) {
                n = IR(IndexExpr, n)->x;
                continue;
            }
            *why = EX_WHY_STORED;
            return ex_internf(e, "stored in %s, an element of a slice", text);
        case OINDEXMAP:
            *why = EX_WHY_MAP;
            return ex_internf(e, "stored in the map %s", ex_source_text(e, pf->pkg->ir, IR(IndexExpr, n)->x));
        case ODEREF:
            *why = EX_WHY_STORED;
            return ex_internf(e, "stored where %s points",
                              ex_source_text(e, pf->pkg->ir, IR(StarExpr, n)->x));
        case ODOTPTR:
            *why = EX_WHY_STORED;
            return ex_internf(e, "stored in %s, through the pointer %s", text,
                              ex_source_text(e, pf->pkg->ir, IR(SelectorExpr, n)->x));
        default: *why = EX_WHY_STORED; return ex_internf(e, "assigned to %s", text);
        }
    }
}

static bool is_plain_local(const IrNode *n) {
    while (n->op == ODOT) n = IR(SelectorExpr, n)->x;
    return n->op == ONAME && IR(Name, n)->name_class != PEXTERN;
}

/* The left side of an assignment of several values that the edge is about. */
static IrNode *which_lhs(IrNodes lhs, const EscStep *s) {
    IrNode *far = NULL;
    for (uint32_t i = 0; i < lhs.n; i++) {
        if (lhs.v[i] == s->dst) return lhs.v[i];
        if (!ir_is_blank(lhs.v[i]) && !is_plain_local(lhs.v[i])) far = lhs.v[i];
    }
    return s->dst_end == ESC_END_HEAP ? far : s->dst && s->dst->op == ONAME ? s->dst : far;
}

static const char *callee_text(Explainer *e, const IrPackage *ir, const IrCallExpr *c) {
    if (!c->fun) return "";
    if (c->fun->op == OCLOSURE) return "the function literal";
    const char *s = call_text(e, call_node(e, &c->n));
    return s ? s : ex_nice(e, NULL, node_text(e, ir, c->fun));
}

static const char *param_name(const IrFunc *fn, int32_t i) {
    if (i < 0 || (uint32_t)i >= fn->dcl.n) return "";
    const char *s = fn->dcl.v[i]->sym->s;
    return s[0] == '~' || s[0] == '.' ? "" : s;
}

/* The phrase for a note, and the reason if this is where the value gets away. */
static const char *phrase(Explainer *e, const PkgFacts *pf, const EscStep *s, const EscNote *nt, bool last,
                          ExReason *why) {
    const char *w = nt->why;
    IrNode *n = nt->where;
    const char *sub = subject(e, pf, s);
    *why = EX_WHY_OTHER;
    if (!strcmp(w, "spill")) {
        if (n->op == OCLOSURE && IR(ClosureExpr, n)->is_go_wrap) {
            *why = EX_WHY_GO_STMT;
            return "the new goroutine holds it";
        }
        if (n->op == OCLOSURE && last && s->dst_end == ESC_END_HEAP) {
            *why = EX_WHY_DEFER_LOOP;
            return "the deferred call holds it until the function returns";
        }
        return "";
    }
    if (!strcmp(w, "address-of"))
        return ex_internf(e, "the address of %s is taken",
                          ex_source_text(e, pf->pkg->ir, IR(AddrExpr, n)->x));
    if (!strncmp(w, "assign", 6)) {
        IrNode *lhs = n->op == OAS     ? IR(AssignStmt, n)->x
                      : n->op == OASOP ? IR(AssignOpStmt, n)->x
                                       : which_lhs(IR(AssignListStmt, n)->lhs, s);
        if (lhs && lhs->op == ONAME && (IR(Name, lhs)->inl_formal)) {
            const CallExpr *call = call_node(e, n);
            const char *callee = call ? call_text(e, call) : NULL, *name = node_text(e, pf->pkg->ir, lhs);
            if (call && !callee) callee = "the function";
            if (!is_result(pf, IR(Name, lhs)))
                return ex_internf(e, "%s is passed to %s as %s", sub, call ? callee : "the inlined function",
                                  name);
            if (!call && IR(Name, lhs)->sym->s[0] != '~')
                return ex_internf(e, "%s is assigned to the result %s", sub, name);
            return ex_internf(e, "%s is returned by %s", sub, call ? callee : "the inlined function");
        }
        if (lhs && lhs->op == ONAME && !strncmp(IR(Name, lhs)->sym->s, "#rv", 3)) {
            *why = EX_WHY_RETURNED;
            return ex_internf(e, "%s is returned from within the loop", sub);
        }
        if (lhs && lhs->op == ONAME && IR(Name, lhs)->sym->s[0] == '#')
            return "";                            /* told with what uses it */
        if (lhs && ir_is_autotmp(lhs)) return ""; /* what it holds has a name of its own: temp_text */
        if (sub == A_TEMPORARY && lhs && is_plain_local(lhs)) return ""; /* a loop's variable; said before */
        const char *in = stored_in(e, pf, lhs, why);
        if (*why == EX_WHY_OTHER && s->dst_end == ESC_END_HEAP) *why = EX_WHY_STORED;
        return ex_internf(e, "%s is %s", sub, in);
    }
    if (!strcmp(w, "return")) {
        *why = EX_WHY_RETURNED;
        return ex_internf(e, "%s is returned", sub == A_TEMPORARY ? "the result" : sub);
    }
    if (!strcmp(w, "send")) {
        *why = EX_WHY_SENT;
        return ex_internf(e, "%s is sent on the channel %s", sub,
                          ex_source_text(e, pf->pkg->ir, IR(SendStmt, n)->chan));
    }
    if (!strcmp(w, "call parameter")) {
        switch (n->op) {
        case OAPPEND: *why = EX_WHY_APPENDED; return ex_internf(e, "%s is appended", sub);
        case OPANIC: *why = EX_WHY_PANIC; return ex_internf(e, "%s is passed to panic", sub);
        case OCALLINTER:
            *why = EX_WHY_INTERFACE_CALL;
            return ex_internf(e, "%s is passed to the method %s of an interface", sub,
                              callee_text(e, pf->pkg->ir, IR(CallExpr, n)));
        case OCALLFUNC: {
            const IrCallExpr *c = IR(CallExpr, n);
            if (nt->callee) {
                const char *pn = nt->callee->func ? param_name(nt->callee->func, nt->param) : "";
                bool recv =
                    nt->callee->func && nt->param >= 0 && (uint32_t)nt->param < nt->callee->func->nrecv;
                *why = EX_WHY_CALL;
                if (!nt->callee->func || !nt->callee->func->has_body) *why = EX_WHY_ASSEMBLY;
                if (recv)
                    return ex_internf(e, "%s is the receiver of %s", sub, callee_text(e, pf->pkg->ir, c));
                return ex_internf(e, *pn ? "%s is passed to %s as %s" : "%s is passed to %s%s", sub,
                                  callee_text(e, pf->pkg->ir, c), pn);
            }
            *why = EX_WHY_UNKNOWN_CALL;
            return ex_internf(e, "%s is passed to the function value %s", sub,
                              callee_text(e, pf->pkg->ir, c));
        }
        default: {
            const char *callee = call_text(e, call_node(e, n));
            return ex_internf(e, "%s is an argument%s%s", sub, callee ? " of " : "", callee ? callee : "");
        }
        }
    }
    if (!strcmp(w, "captured by a closure") || !strcmp(w, "reference")) {
        const char *what = s->src_end == ESC_END_NODE ? node_text(e, pf->pkg->ir, s->src) : "it";
        const IrNode *lit = s->dst_end == ESC_END_NODE && s->dst->op == OCLOSURE ? s->dst : NULL;
        if (lit && IR(ClosureExpr, lit)->func->wrapper) /* made for a go or defer statement */
            return ex_internf(e, "%s is kept for %s", what,
                              IR(ClosureExpr, lit)->is_go_wrap ? "the new goroutine" : "the deferred call");
        return ex_internf(e, "%s is captured by the function literal%s", what,
                          w[0] == 'r' || s->derefs < 0 ? ", by reference" : "");
    }
    if (!strcmp(w, "interface-converted"))
        return ex_internf(e, "%s is converted to %s", sub, ex_type_text(e, pf->pkg->ir, n->type));
    if (!strcmp(w, "slice-literal-element"))
        return ex_internf(e,
                          ir_implicit(n) ? "%s is one of the variadic arguments"
                                         : "%s is an element of the slice literal",
                          sub);
    if (!strcmp(w, "array literal element"))
        return ex_internf(e, "%s is an element of the array literal", sub);
    if (!strcmp(w, "struct literal element"))
        return ex_internf(e, "%s is a field of the struct literal", sub);
    if (!strcmp(w, "map literal key") || !strcmp(w, "map literal value")) {
        *why = EX_WHY_MAP;
        return ex_internf(e, "%s is a %s of the map literal", sub, w + 12);
    }
    if (!strcmp(w, "key of map put")) {
        *why = EX_WHY_MAP;
        return ex_internf(e, "%s becomes a key of the map", sub);
    }
    if (!strcmp(w, "appendee slice") || !strcmp(w, "appended slice...")) {
        *why = EX_WHY_APPENDED;
        return !strcmp(w, "appendee slice") ? "append copies the elements to a new array when the slice grows"
                                            : "the elements are appended to another slice";
    }
    if (!strcmp(w, "copied slice")) {
        *why = EX_WHY_COPIED;
        return "copy copies the elements to another slice";
    }
    if (!strcmp(w, "range")) return ex_internf(e, "%s is iterated over", sub);
    if (!strcmp(w, "range-deref")) return "the loop variable receives an element";
    if (!strcmp(w, "switch case")) return "the variable of the type switch receives it";
    if (!strcmp(w, "indirection")) return ex_internf(e, "%s is read", ex_source_text(e, pf->pkg->ir, n));
    if (!strncmp(w, "dot", 3) &&
        (n->op == ODOTTYPE || n->op == ODOTTYPE2 || n->op == ODYNAMICDOTTYPE || n->op == ODYNAMICDOTTYPE2))
        return ex_internf(e, "the type assertion takes a value out of %s", sub);
    if (!strcmp(w, "dot") || !strcmp(w, "dot of pointer") || !strcmp(w, "fixed-array-index-of"))
        return ex_internf(e, "%s is a part of it", ex_source_text(e, pf->pkg->ir, n));
    if (!strcmp(w, "slice")) return "a slice of it is made";
    if (!strcmp(w, "slice-to-array")) return "the elements are copied to an array";
    if (!strcmp(w, "too large for stack")) {
        *why = EX_WHY_TOO_LARGE;
        return "it is too large for the stack";
    }
    if (!strcmp(w, "too aligned for stack")) {
        *why = EX_WHY_TOO_ALIGNED;
        return "the stack cannot align it";
    }
    if (!strcmp(w, "zero-sized element") || !strcmp(w, "non-constant size")) {
        *why = EX_WHY_NONCONST_SIZE;
        return w[0] == 'z' ? "its elements have no size" : "its size is not known when compiling";
    }
    if (!strcmp(w, "//go:uintptrescapes")) {
        *why = EX_WHY_UINTPTR;
        return "the function is marked //go:uintptrescapes";
    }
    if (!strcmp(w, "callee operand")) return "it is called";
    return w;
}

/* ---- stories ---- */

/* Which sink of the callee's parameter the edge number i of the event goes through: -1 unknown, or its flow
 * is part of the graph. */
static int sink_of(const EscFacts *f, const EscEvent *ev, uint32_t i, const EscNote *nt) {
    const IrFunc *fn = nt->callee ? nt->callee->func : NULL;
    if (!fn || nt->param < 0) return -1;
    const EscStep *s = &f->steps.v[ev->step + i];
    for (uint32_t k = 0; k < fn->dcl.n; k++)
        if (s->dst && s->dst == &fn->dcl.v[k]->n) return -1;
    Leaks l = escape_tag(fn, (uint32_t)nt->param);
    int heap = leaks_get(l, LEAK_HEAP);
    if (heap >= 0) {
        if (s->dst_end == ESC_END_HEAP) return LEAK_HEAP;
        if (s->dst_end == ESC_END_TEMP && i + 1 < ev->nsteps && s[1].dst_end == ESC_END_HEAP && !s[1].nnotes)
            return LEAK_HEAP;
    }
    for (int k = 0; k < LEAK_RESULTS; k++)
        if (leaks_get(l, LEAK_RESULT0 + k) >= 0) return LEAK_RESULT0 + k;
    return heap >= 0 ? LEAK_HEAP : -1;
}

static const char *end_text(Explainer *e, const PkgFacts *pf, uint8_t end, const IrNode *n) {
    return end == ESC_END_HEAP ? "{heap}" : end == ESC_END_TEMP ? "{temp}" : node_text(e, pf->pkg->ir, n);
}

static const char *where_func(Explainer *e, Pos pos) {
    FuncDecl *d = spans_func(&e->spans, pos);
    SpanFile *f = spans_file(&e->spans, pos);
    if (!d) return f ? ex_internf(e, "%s", f->pkg->pkg_path) : "";
    StrBuf sb = STRBUF_INIT;
    if (d->recv && d->recv->type_expr) {
        bool ptr = KIND(d->recv->type_expr) == N_OPERATION;
        if (ptr) sb_addc(&sb, '(');
        expr_format(&sb, d->recv->type_expr);
        sb_adds(&sb, ptr ? ")." : ".");
    }
    const char *s = ex_internf(e, "%s.%s%s", f->pkg->pkg_path, sb_str(&sb), d->name->name->s);
    sb_release(&sb);
    return s;
}

typedef struct Draft {
    VEC(ExStep) steps;
    ExReason reason;
    uint32_t on; /* story in which it goes on to its end */
} Draft;

static uint32_t finish(Explainer *e, Draft *d, ExStory st) {
    ExPackage *x = e->x;
    st.step = x->steps.n;
    st.nsteps = d->steps.n;
    st.reason = (uint8_t)d->reason;
    st.on = d->on;
    if (d->on) {
        st.reason = x->stories.v[d->on - 1].reason;
    } else {
        uint32_t best = d->steps.n; /* the last step that can be shown; without any, what can be said */
        for (uint32_t i = d->steps.n; i-- > 0 && best == d->steps.n;)
            if (d->steps.v[i].at.line && *d->steps.v[i].label) best = i;
        for (uint32_t i = d->steps.n; i-- > 0 && best == d->steps.n;)
            if (*d->steps.v[i].label) best = i;
        if (best == d->steps.n && best) best--;
        if (best < d->steps.n) d->steps.v[best].decisive = true;
    }
    for (uint32_t i = 0; i < d->steps.n; i++) vec_push(NULL, &x->steps, d->steps.v[i]);
    vec_free(&d->steps);
    vec_push(NULL, &x->stories, st);
    return x->stories.n;
}

static const char *why_reflect(const char *func) {
    return !strncmp(func, "internal/abi.Escape", 19) || !strncmp(func, "reflect.", 8) ? func : NULL;
}

/* The receiver of a method value flows to the heap by an edge without notes, through a temporary. */
static void method_value(Explainer *e, PkgFacts *pf, const EscEvent *ev, Draft *d) {
    const EscFacts *f = pf->pkg->facts;
    const EscStep *last = &f->steps.v[ev->step + ev->nsteps - 1];
    if (ev->nsteps < 2 || last->src_end != ESC_END_TEMP || last->nnotes) return;
    if (last[-1].nnotes && last[-1].src->op == ONAME) return; /* else the note says where it was made */
    d->reason = EX_WHY_METHOD_VALUE;
    const IrNode *recv = last[-1].src;
    for (uint32_t i = 0; i < f->places.n; i++) {
        const IrNode *n = f->places.v[i].n;
        if (n->op != OMETHVALUE || IR(SelectorExpr, n)->x != recv) continue;
        IrPos pos = ir_npos(n);
        ExStep *st = &d->steps.v[d->steps.n - 2];
        st->at = ex_span(e, ir_innermost_pos(pos), n);
        st->nframes = ex_frames(e, pf->pkg->ir, pos, &st->frame);
        st->func = where_func(e, ir_innermost_pos(pos));
        st->label = ex_internf(e, "%s is the receiver of a method value", node_text(e, pf->pkg->ir, recv));
        st->code = node_text(e, pf->pkg->ir, n);
        return;
    }
}

/* An assignment to a captured variable ends with the capture; the assignment is what matters. */
static void assigned_outside(Draft *d) {
    uint32_t n = d->steps.n;
    while (n && (!strcmp(d->steps.v[n - 1].why, "reference") ||
                 !strcmp(d->steps.v[n - 1].why, "captured by a closure")))
        n--;
    uint32_t told = n;
    while (told && !*d->steps.v[told - 1].label) told--;
    for (uint32_t i = n; told && i < d->steps.n; i++) d->steps.v[i].label = "";
}

typedef struct Started { /* looking for the go or defer statement that calls a function value */
    const IrNode *fun;
    IrNode *stmt;
} Started;

static bool starts(IrNode *n, void *ctx) {
    Started *s = ctx;
    if (n->op != OGO && n->op != ODEFER) return false;
    const IrNode *call = IR(GoDeferStmt, n)->call;
    if (call->op != OCALLFUNC || IR(CallExpr, call)->fun != s->fun) return false;
    s->stmt = n;
    return true;
}

/* `go f()` and `defer f()` in a loop hold the function value f by an edge without notes. */
static void go_value(Explainer *e, PkgFacts *pf, const EscEvent *ev, Draft *d) {
    const EscStep *last = &pf->pkg->facts->steps.v[ev->step + ev->nsteps - 1];
    const IrPackage *ir = pf->pkg->ir;
    if (last->nnotes || last->src_end != ESC_END_NODE || last->src->op != ONAME) return;
    Started s = {.fun = last->src};
    for (uint32_t i = 0; i < ir->funcs.n && !s.stmt; i++) ir_any_list(ir->funcs.v[i]->body, starts, &s);
    if (!s.stmt) return;
    bool go = s.stmt->op == OGO;
    IrPos pos = ir_npos(s.stmt);
    ExStep *st = &d->steps.v[d->steps.n - 1];
    st->at = ex_span(e, ir_innermost_pos(pos), s.stmt);
    st->nframes = ex_frames(e, ir, pos, &st->frame);
    st->func = where_func(e, ir_innermost_pos(pos));
    st->label = ex_internf(
        e, go ? "the new goroutine runs %s" : "the deferred call holds %s until the function returns",
        node_text(e, ir, last->src));
    d->reason = go ? EX_WHY_GO_STMT : EX_WHY_DEFER_LOOP;
}

uint32_t ex_story(Explainer *e, PkgFacts *pf, uint32_t event) {
    uint64_t key = ((uint64_t)(pf->pkg->index + 1) << 32) + event;
    void *got = map_get(&e->stories, key);
    if (got == TELLING) return 0;
    if (got) return (uint32_t)(uintptr_t)got;
    map_put(&e->stories, key, TELLING);

    const EscFacts *f = pf->pkg->facts;
    const IrPackage *ir = pf->pkg->ir;
    const EscEvent *ev = &f->events.v[event];
    Draft d = {.reason = EX_WHY_OTHER};
    const char *func = "";
    for (uint32_t i = 0; i < ev->nsteps; i++) {
        const EscStep *s = &f->steps.v[ev->step + i];
        ExStep base = {.why = "",
                       .label = "",
                       .code = "",
                       .func = func,
                       .dst = end_text(e, pf, s->dst_end, s->dst),
                       .src = end_text(e, pf, s->src_end, s->src),
                       .derefs = s->derefs,
                       .edge = i};
        if (!s->nnotes) vec_push(NULL, &d.steps, base);
        for (uint32_t j = 0; j < s->nnotes; j++) {
            const EscNote *nt = &f->notes.v[s->note + j];
            ExStep st = base;
            ExReason why;
            IrPos pos = ir_npos(nt->where);
            st.at = ex_span(e, ir_innermost_pos(pos), nt->where);
            st.nframes = ex_frames(e, ir, pos, &st.frame);
            st.why = ex_intern(e, nt->why, strlen(nt->why));
            st.label = phrase(e, pf, s, nt, j + 1 == s->nnotes, &why);
            st.code = node_text(e, pf->pkg->ir, nt->where);
            st.func = func = where_func(e, ir_innermost_pos(pos));
            int sink = sink_of(f, ev, i, nt);
            if (sink >= 0) {
                st.story = ex_param_story(e, nt->callee->func, (uint32_t)nt->param, sink);
                if (st.story) st.into = EX_INTO_CALLEE;
                if (sink == LEAK_HEAP && st.story) d.on = st.story;
            }
            if (why != EX_WHY_OTHER) d.reason = why;
            vec_push(NULL, &d.steps, st);
        }
    }
    switch ((EscBy)ev->by) {
    case ESC_BY_HEAP:
        if (d.reason == EX_WHY_OTHER || !f->steps.v[ev->step + ev->nsteps - 1].nnotes)
            method_value(e, pf, ev, &d);
        if (d.reason == EX_WHY_OTHER) go_value(e, pf, ev, &d);
        if (d.reason == EX_WHY_GLOBAL && why_reflect(func)) d.reason = EX_WHY_REFLECT;
        break;
    case ESC_BY_RESULT: d.reason = EX_WHY_RETURNED; break;
    case ESC_BY_LOOP: d.reason = EX_WHY_LOOP; break;
    case ESC_BY_OUTER: d.reason = EX_WHY_OUTER; break;
    case ESC_BY_HOLDER: {
        d.on = 0;
        d.reason = ev->root->op == OCLOSURE ? EX_WHY_CAPTURED : EX_WHY_HOLDER;
        uintptr_t root = (uintptr_t)map_get(&pf->escapes, PKEY(ev->root));
        uint32_t story = root ? ex_story(e, pf, (uint32_t)root - 1) : 0;
        if (!story) break;
        ExStep st = {.why = "",
                     .code = "",
                     .func = func,
                     .dst = "",
                     .src = end_text(e, pf, ev->root_end, ev->root),
                     .edge = ev->nsteps,
                     .story = story,
                     .into = EX_INTO_HOLDER};
        st.label = ex_internf(
            e, "%s is on the heap itself",
            ev->root_end == ESC_END_NODE && ev->root->op != ONAME ? holder_word(e, pf, ev->root) : st.src);
        vec_push(NULL, &d.steps, st);
        d.on = story;
        break;
    }
    }
    if (ev->by != ESC_BY_HEAP && ev->by != ESC_BY_HOLDER) d.on = 0;
    if (ev->by == ESC_BY_OUTER) assigned_outside(&d);
    if (ev->truncated && d.reason == EX_WHY_OTHER) d.reason = EX_WHY_CYCLE;

    IrPos at = ir_npos(ev->n);
    ExStory st = {.func = where_func(e, ir_innermost_pos(at)),
                  .at = ex_span(e, ir_innermost_pos(at), ev->n),
                  .truncated = ev->truncated};
    st.subject = node_text(e, pf->pkg->ir, ev->n);
    uint32_t id = finish(e, &d, st);
    map_put(&e->stories, key, (void *)(uintptr_t)id);
    return id;
}

static bool own_result(const IrFunc *fn, const IrNode *root, int *k) {
    for (uint32_t i = 0; i < fn->nresults; i++) {
        if (root != &fn->dcl.v[fn->nrecv + fn->nparams + i]->n) continue;
        *k = LEAK_RESULT0 + (int)i;
        return true;
    }
    return false;
}

/* The function is not there to be read. */
static uint32_t bodyless_story(Explainer *e, const IrFunc *fn, const IrNode *param) {
    uint64_t key = PKEY(fn);
    void *got = map_get(&e->stories, key);
    if (got) return (uint32_t)(uintptr_t)got;
    bool c = name_is(fn->nname->sym, "_Cgo_use"); /* stands for what C does with the arguments of a call */
    Draft d = {.reason = c ? EX_WHY_CGO : EX_WHY_ASSEMBLY};
    Pos pos = ir_innermost_pos(ir_npos(fn->nname));
    ExStep st = {.at = ex_span(e, pos, &fn->nname->n),
                 .why = "",
                 .code = "",
                 .dst = "{heap}",
                 .src = node_text(e, fn->pkg, param)};
    st.func = ex_func_title(e, fn);
    st.label = c ? "nothing is known about what C does with it"
                 : ex_internf(e, "%s has no body in Go, so nothing is known about it", fn->nname->sym->s);
    vec_push(NULL, &d.steps, st);
    uint32_t id = finish(e, &d, (ExStory){.func = st.func, .at = st.at, .subject = st.src});
    map_put(&e->stories, key, (void *)(uintptr_t)id);
    return id;
}

uint32_t ex_param_story(Explainer *e, const IrFunc *fn, uint32_t i, int sink) {
    PkgFacts *pf = ex_facts(e, fn->pkg);
    if (!pf || i >= fn->dcl.n) return 0;
    const IrNode *param = &fn->dcl.v[i]->n;
    if (!fn->body.n) return sink == LEAK_HEAP ? bodyless_story(e, fn, param) : 0;
    const EscFacts *f = pf->pkg->facts;
    int want = leaks_get(escape_tag(fn, i), sink);
    uint32_t found = 0;
    for (uint32_t ev = (uint32_t)(uintptr_t)map_get(&pf->leaks, PKEY(param)); ev; ev = pf->next[ev - 1]) {
        const EscEvent *x = &f->events.v[ev - 1];
        int k = LEAK_HEAP;
        if (x->by == ESC_BY_RESULT) own_result(fn, x->root, &k);
        if (k != sink) continue;
        if (x->derefs == want) return ex_story(e, pf, ev - 1);
        if (!found) found = ev;
    }
    if (!found && sink == LEAK_HEAP) found = (uint32_t)(uintptr_t)map_get(&pf->escapes, PKEY(param));
    return found ? ex_story(e, pf, found - 1) : 0;
}
