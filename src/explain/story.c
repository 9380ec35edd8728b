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
static const CallExpr *call_node(Explainer *e, const IrPackage *ir, const IrNode *n) {
    const void *node = spans_node(&e->spans, ir, ir_innermost_pos(ir_npos(n)), n);
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
        const char *callee = as->rhs.n == 1 ? call_text(e, call_node(e, ir, as->rhs.v[0])) : NULL;
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
        n->op == ONAME || (ir_implicit(n) && n->op != OCONVIFACE) ? NULL : spans_node(&e->spans, ir, pos, n);
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
    const char *s = call_text(e, call_node(e, ir, &c->n));
    return s ? s : ex_nice(e, NULL, node_text(e, ir, c->fun));
}

static const char *param_name(const IrFunc *fn, int32_t i) {
    if (i < 0 || (uint32_t)i >= fn->dcl.n) return "";
    const char *s = fn->dcl.v[i]->sym->s;
    return s[0] == '~' || s[0] == '.' ? "" : s;
}

/* One note of an edge, to be said in words. */
typedef struct Phrase {
    Explainer *e;
    const PkgFacts *pf;
    const EscStep *step;
    const EscNote *note;
    IrNode *n;       /* where it stands */
    const char *sub; /* what flows */
    bool last;       /* of the edge's notes */
    ExReason why;    /* the reason if this is where the value gets away */
} Phrase;

static const char *source_text(const Phrase *p, const IrNode *n) {
    return ex_source_text(p->e, p->pf->pkg->ir, n);
}

/* What goes and defers make of their calls. */
static const char *spilled(Phrase *p) {
    if (p->n->op == OCLOSURE && IR(ClosureExpr, p->n)->is_go_wrap) {
        p->why = EX_WHY_GO_STMT;
        return "the new goroutine holds it";
    }
    if (p->n->op == OCLOSURE && p->last && p->step->dst_end == ESC_END_HEAP) {
        p->why = EX_WHY_DEFER_LOOP;
        return "the deferred call holds it until the function returns";
    }
    return "";
}

/* An assignment by which the inliner passes an argument or a result. */
static const char *assigned_inlined(const Phrase *p, const IrName *lhs) {
    const CallExpr *call = call_node(p->e, p->pf->pkg->ir, p->n);
    const char *callee = call ? call_text(p->e, call) : NULL,
               *name = node_text(p->e, p->pf->pkg->ir, &lhs->n);
    if (!callee) callee = call ? "the function" : "the inlined function";
    if (!is_result(p->pf, lhs)) return ex_internf(p->e, "%s is passed to %s as %s", p->sub, callee, name);
    if (!call && lhs->sym->s[0] != '~')
        return ex_internf(p->e, "%s is assigned to the result %s", p->sub, name);
    return ex_internf(p->e, "%s is returned by %s", p->sub, callee);
}

static const char *assigned(Phrase *p) {
    IrNode *n = p->n;
    IrNode *lhs = n->op == OAS     ? IR(AssignStmt, n)->x
                  : n->op == OASOP ? IR(AssignOpStmt, n)->x
                                   : which_lhs(IR(AssignListStmt, n)->lhs, p->step);
    const IrName *name = lhs && lhs->op == ONAME ? IR(Name, lhs) : NULL;
    if (name && name->inl_formal) return assigned_inlined(p, name);
    if (name && !strncmp(name->sym->s, "#rv", 3)) {
        p->why = EX_WHY_RETURNED;
        return ex_internf(p->e, "%s is returned from within the loop", p->sub);
    }
    if (name && name->sym->s[0] == '#') return ""; /* told with what uses it */
    if (lhs && ir_is_autotmp(lhs)) return "";      /* what it holds has a name: temp_text */
    if (p->sub == A_TEMPORARY && lhs && is_plain_local(lhs)) return ""; /* a loop's variable; said before */
    const char *in = stored_in(p->e, p->pf, lhs, &p->why);
    if (p->why == EX_WHY_OTHER && p->step->dst_end == ESC_END_HEAP) p->why = EX_WHY_STORED;
    return ex_internf(p->e, "%s is %s", p->sub, in);
}

/* An argument of a function: one that is known, or a function value. */
static const char *passed_to_func(Phrase *p) {
    const EscNote *nt = p->note;
    const char *called = callee_text(p->e, p->pf->pkg->ir, IR(CallExpr, p->n));
    if (!nt->callee) {
        p->why = EX_WHY_UNKNOWN_CALL;
        return ex_internf(p->e, "%s is passed to the function value %s", p->sub, called);
    }
    const IrFunc *fn = nt->callee->func;
    p->why = fn && fn->has_body ? EX_WHY_CALL : EX_WHY_ASSEMBLY;
    if (fn && nt->param >= 0 && (uint32_t)nt->param < fn->nrecv)
        return ex_internf(p->e, "%s is the receiver of %s", p->sub, called);
    const char *param = fn ? param_name(fn, nt->param) : "";
    return ex_internf(p->e, *param ? "%s is passed to %s as %s" : "%s is passed to %s%s", p->sub, called,
                      param);
}

static const char *passed(Phrase *p) {
    switch (p->n->op) {
    case OAPPEND: p->why = EX_WHY_APPENDED; return ex_internf(p->e, "%s is appended", p->sub);
    case OPANIC: p->why = EX_WHY_PANIC; return ex_internf(p->e, "%s is passed to panic", p->sub);
    case OCALLINTER:
        p->why = EX_WHY_INTERFACE_CALL;
        return ex_internf(p->e, "%s is passed to the method %s of an interface", p->sub,
                          callee_text(p->e, p->pf->pkg->ir, IR(CallExpr, p->n)));
    case OCALLFUNC: return passed_to_func(p);
    default: {
        const char *callee = call_text(p->e, call_node(p->e, p->pf->pkg->ir, p->n));
        return ex_internf(p->e, "%s is an argument%s%s", p->sub, callee ? " of " : "", callee ? callee : "");
    }
    }
}

static const char *captured(const Phrase *p) {
    const EscStep *s = p->step;
    const char *what = s->src_end == ESC_END_NODE ? node_text(p->e, p->pf->pkg->ir, s->src) : "it";
    const IrNode *lit = s->dst_end == ESC_END_NODE && s->dst->op == OCLOSURE ? s->dst : NULL;
    if (lit && IR(ClosureExpr, lit)->func->wrapper) /* made for a go or defer statement */
        return ex_internf(p->e, "%s is kept for %s", what,
                          IR(ClosureExpr, lit)->is_go_wrap ? "the new goroutine" : "the deferred call");
    bool by_reference = p->note->flow == FLOW_REFERENCE || s->derefs < 0;
    return ex_internf(p->e, "%s is captured by the function literal%s", what,
                      by_reference ? ", by reference" : "");
}

static const char *because(Phrase *p, ExReason why, const char *text) {
    p->why = why;
    return text;
}

/* The sentence for a note; "" when there is nothing to say. Sets p->why. */
static const char *phrase(Phrase *p) {
    Explainer *e = p->e;
    const char *sub = p->sub;
    p->why = EX_WHY_OTHER;
    switch ((FlowId)p->note->flow) {
    case FLOW_ASSIGN:
    case FLOW_ASSIGN_PAIR:
    case FLOW_ASSIGN_DOT_TYPE:
    case FLOW_ASSIGN_MAP_READ:
    case FLOW_ASSIGN_RECEIVE: return assigned(p);
    case FLOW_RETURN:
        p->why = EX_WHY_RETURNED;
        return ex_internf(e, "%s is returned", sub == A_TEMPORARY ? "the result" : sub);
    case FLOW_SEND:
        p->why = EX_WHY_SENT;
        return ex_internf(e, "%s is sent on the channel %s", sub, source_text(p, IR(SendStmt, p->n)->chan));
    case FLOW_RANGE: return ex_internf(e, "%s is iterated over", sub);
    case FLOW_RANGE_ELEM: return "the loop variable receives an element";
    case FLOW_SWITCH_CASE: return "the variable of the type switch receives it";

    case FLOW_ADDRESS:
        return ex_internf(e, "the address of %s is taken", source_text(p, IR(AddrExpr, p->n)->x));
    case FLOW_INDIRECTION: return ex_internf(e, "%s is read", source_text(p, p->n));
    case FLOW_DOT:
    case FLOW_DOT_POINTER:
    case FLOW_SLICE_INDEX:
    case FLOW_ARRAY_INDEX: return ex_internf(e, "%s is a part of it", source_text(p, p->n));
    case FLOW_ASSERTION: return ex_internf(e, "the type assertion takes a value out of %s", sub);
    case FLOW_SLICE: return "a slice of it is made";
    case FLOW_SLICE_TO_ARRAY: return "the elements are copied to an array";
    case FLOW_CONVERTED:
        return ex_internf(e, "%s is converted to %s", sub, ex_type_text(e, p->pf->pkg->ir, p->n->type));
    case FLOW_HEADER_DATA: return flow_text[FLOW_HEADER_DATA];

    case FLOW_SPILL: return spilled(p);
    case FLOW_ARRAY_ELEM: return ex_internf(e, "%s is an element of the array literal", sub);
    case FLOW_SLICE_ELEM:
        return ex_internf(e,
                          ir_implicit(p->n) ? "%s is one of the variadic arguments"
                                            : "%s is an element of the slice literal",
                          sub);
    case FLOW_STRUCT_FIELD: return ex_internf(e, "%s is a field of the struct literal", sub);
    case FLOW_MAP_LIT_KEY:
        return because(p, EX_WHY_MAP, ex_internf(e, "%s is a key of the map literal", sub));
    case FLOW_MAP_LIT_VALUE:
        return because(p, EX_WHY_MAP, ex_internf(e, "%s is a value of the map literal", sub));
    case FLOW_MAP_PUT_KEY: return because(p, EX_WHY_MAP, ex_internf(e, "%s becomes a key of the map", sub));
    case FLOW_REFERENCE:
    case FLOW_CAPTURED: return captured(p);

    case FLOW_CALL_PARAM: return passed(p);
    case FLOW_CALLEE: return "it is called";
    case FLOW_APPENDEE:
        return because(p, EX_WHY_APPENDED, "append copies the elements to a new array when the slice grows");
    case FLOW_APPENDED: return because(p, EX_WHY_APPENDED, "the elements are appended to another slice");
    case FLOW_COPIED: return because(p, EX_WHY_COPIED, "copy copies the elements to another slice");
    case FLOW_UINTPTR: return because(p, EX_WHY_UINTPTR, "the function is marked //go:uintptrescapes");

    case FLOW_TOO_LARGE: return because(p, EX_WHY_TOO_LARGE, "it is too large for the stack");
    case FLOW_TOO_ALIGNED: return because(p, EX_WHY_TOO_ALIGNED, "the stack cannot align it");
    case FLOW_NO_SIZE: return because(p, EX_WHY_NONCONST_SIZE, "its elements have no size");

    case FLOW_NONE:
    case NFLOWS: break;
    }
    return "";
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
        st->at = ex_span(e, pf->pkg->ir, ir_innermost_pos(pos), n);
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
    while (n && (d->steps.v[n - 1].flow == FLOW_REFERENCE || d->steps.v[n - 1].flow == FLOW_CAPTURED)) n--;
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
    st->at = ex_span(e, ir, ir_innermost_pos(pos), s.stmt);
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
        ExStep base = {.label = "",
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
            Phrase p = {.e = e, .pf = pf, .step = s, .note = nt, .n = nt->where, .last = j + 1 == s->nnotes};
            IrPos pos = ir_npos(nt->where);
            st.at = ex_span(e, ir, ir_innermost_pos(pos), nt->where);
            st.nframes = ex_frames(e, ir, pos, &st.frame);
            st.flow = nt->flow;
            p.sub = subject(e, pf, s);
            st.label = phrase(&p);
            st.code = node_text(e, pf->pkg->ir, nt->where);
            st.func = func = where_func(e, ir_innermost_pos(pos));
            int sink = sink_of(f, ev, i, nt);
            if (sink >= 0) {
                st.story = ex_param_story(e, nt->callee->func, (uint32_t)nt->param, sink);
                if (st.story) st.into = EX_INTO_CALLEE;
                if (sink == LEAK_HEAP && st.story) d.on = st.story;
            }
            if (p.why != EX_WHY_OTHER) d.reason = p.why;
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
        ExStep st = {.code = "",
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
                  .at = ex_span(e, ir, ir_innermost_pos(at), ev->n),
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
    ExStep st = {.at = ex_span(e, fn->pkg, pos, &fn->nname->n),
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
