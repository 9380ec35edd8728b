/* slice.c: slices that grow on the stack until they leave.
 *
 *     var s []int
 *     for ... { s = append(s, ...) }
 *     return s
 *
 * The buffer of s escapes, but only by the return; the ones that append makes on the way there are garbage.
 * While a slice variable is the only thing that refers to its buffer it is called exclusive, and an exclusive
 * slice can be moved to the heap at any moment without anyone noticing. So if every use of s is one that
 * keeps it exclusive (append to itself, slicing of itself, indexing, len, passing it where it does not
 * escape) but for one statement, not in a loop deeper than its declaration, we move s to the heap in front of
 * that statement, and its appends may use the stack. It is done when there is more than one append, or one in
 * a loop. Prints nothing. */
#include "base/fault.h"
#include "escape/escape_int.h"

typedef struct SliceVar {
    IrName *s;
    int32_t ok_uses, all_uses;
    IrNode *transition; /* statement where it stops being exclusive */
    VEC(IrCallExpr *) appends;
    int append_weight;
    int decl_depth;
    bool cap_used;
} SliceVar;

typedef struct Slices {
    IrPackage *pkg;
    VEC(SliceVar) vars;
    VEC(IrName *) named_results;
    int loop_depth;
} Slices;

static SliceVar *tracking(Slices *s, const IrNode *n) {
    if (!n || n->op != ONAME || !((const IrName *)n)->opt) return NULL;
    return &s->vars.v[(uintptr_t)((const IrName *)n)->opt - 1];
}

static void give_up(SliceVar *v) { v->s->opt = NULL; }

static void add_transition(Slices *s, SliceVar *v, IrNode *stmt) {
    if (v->transition || s->loop_depth > v->decl_depth) {
        give_up(v);
        return;
    }
    v->transition = stmt;
}

static void assign(Slices *s, IrNode *x, IrNode *y, IrNode *stmt) {
    SliceVar *v = tracking(s, x);
    if (v) {
        if (!y || y->op == ONIL) {
            v->ok_uses++;
        } else if (y->op == OSLICELIT) {
            v->ok_uses++;
            v->cap_used = true;
        } else if (y->op == OSLICE) {
            if (IR(SliceExpr, y)->x == &v->s->n) {
                v->ok_uses += 2;
                v->cap_used = true;
            }
        } else if (y->op == OAPPEND) {
            IrCallExpr *call = IR(CallExpr, y);
            if (call->args.v[0] == &v->s->n) {
                v->ok_uses += 2;
                vec_push(NULL, &v->appends, call);
                v->append_weight += 1 + (s->loop_depth - v->decl_depth);
            }
        }
    }
    v = tracking(s, y);
    if (v) {
        v->ok_uses++;
        add_transition(s, v, stmt);
    }
}

/* Whether argument idx of the call goes anywhere. */
static bool argument_leaks(Slices *s, IrCallExpr *call, uint32_t idx) {
    IrName *fn = ir_static_callee_name(ir_static_value(s->pkg, call->fun));
    if (!fn || !fn->func) return true;
    return leaks_any(escape_tag(fn->func, idx));
}

static bool look(IrNode *n, void *ctx) {
    Slices *s = ctx;
    SliceVar *v;
    switch (n->op) {
    case ONAME:
        if ((v = tracking(s, n))) v->all_uses++;
        break;
    case ODCL:
        if ((v = tracking(s, IRN(IR(Decl, n)->x)))) {
            v->ok_uses++;
            v->decl_depth = s->loop_depth;
        }
        break;
    case OINDEX:
        if ((v = tracking(s, IR(IndexExpr, n)->x))) v->ok_uses++;
        break;
    case OLEN:
        if ((v = tracking(s, IR(UnaryExpr, n)->x))) v->ok_uses++;
        break;
    case OCAP:
        if ((v = tracking(s, IR(UnaryExpr, n)->x))) {
            v->ok_uses++;
            v->cap_used = true;
        }
        break;
    case OADDR: {
        IrNode *x = IR(AddrExpr, n)->x;
        if (x->op == OINDEX && (v = tracking(s, IR(IndexExpr, x)->x))) give_up(v);
        break;
    }
    case ORETURN: {
        IrNodes results = IR(ReturnStmt, n)->results;
        for (uint32_t i = 0; i < results.n; i++) {
            if (!(v = tracking(s, results.v[i]))) continue;
            v->ok_uses++;
            add_transition(s, v, n);
        }
        if (!results.n) {
            for (uint32_t i = 0; i < s->named_results.n; i++) {
                if ((v = tracking(s, &s->named_results.v[i]->n))) add_transition(s, v, n);
            }
        }
        break;
    }
    case OCALLFUNC: {
        IrCallExpr *call = IR(CallExpr, n);
        for (uint32_t i = 0; i < call->args.n; i++) {
            if (!(v = tracking(s, call->args.v[i])) || argument_leaks(s, call, i)) continue;
            v->ok_uses++;
            v->cap_used = true;
        }
        break;
    }
    case ORANGE:
        if ((v = tracking(s, IR(RangeStmt, n)->x))) v->ok_uses++;
        break;
    case OAS: assign(s, IR(AssignStmt, n)->x, IR(AssignStmt, n)->y, n); break;
    case OAS2: {
        IrAssignListStmt *as = IR(AssignListStmt, n);
        for (uint32_t i = 0; i < as->lhs.n; i++) assign(s, as->lhs.v[i], as->rhs.v[i], n);
        break;
    }
    case OCLOSURE: {
        IrFunc *fn = IR(ClosureExpr, n)->func;
        for (uint32_t i = 0; i < fn->closure_vars.n; i++) {
            if (fn->closure_vars.v[i]->outer) look(&fn->closure_vars.v[i]->outer->n, s);
        }
        break;
    }
    default: break;
    }
    bool loop = n->op == OFOR || n->op == ORANGE;
    s->loop_depth += loop;
    ir_do_children(n, look, s);
    s->loop_depth -= loop;
    return false;
}

static void analyze(Slices *s, IrFunc *fn, const Sizes *sizes, int64_t max_elem) {
    s->vars.n = s->named_results.n = 0;
    s->loop_depth = 0;
    for (uint32_t i = 0; i < fn->dcl.n; i++) {
        IrName *name = fn->dcl.v[i];
        Type *elem = name->n.type ? ir_slice_elem(name->n.type) : NULL;
        if (!elem || sizes_sizeof(sizes, elem) > max_elem) continue;
        vec_push(NULL, &s->vars, ((SliceVar){.s = name}));
        name->opt = (void *)(uintptr_t)s->vars.n;
        if (name->name_class == PPARAMOUT) vec_push(NULL, &s->named_results, name);
    }
    if (!s->vars.n) return;
    for (uint32_t i = 0; i < fn->body.n; i++) look(fn->body.v[i], s);

    for (uint32_t i = 0; i < s->vars.n; i++) {
        SliceVar *v = &s->vars.v[i];
        bool tracked = v->s->opt != NULL;
        v->s->opt = NULL;
        if (tracked && v->ok_uses == v->all_uses && v->transition && v->append_weight >= 2) {
            IrPos pos = ir_npos(v->transition);
            IrMoveToHeapExpr *move = IR_NEW(s->pkg, pos, OMOVE2HEAP, v->s->n.type, MoveToHeapExpr);
            move->slice = &v->s->n;
            move->preserve_capacity = v->cap_used;
            ir_prepend_list(s->pkg, ir_inits(s->pkg, v->transition),
                            ir_nodes1(s->pkg, ir_as(s->pkg, pos, &v->s->n, &move->n)));
            for (uint32_t j = 0; j < v->appends.n; j++) {
                v->appends.v[j]->n.esc = ESC_NONE;
                if (v->cap_used) v->appends.v[j]->use_buf = true;
            }
        }
        vec_free(&v->appends);
    }
}

void slice_package(IrPackage *pkg) {
    const CompilerFlags *flags = pkg->flags;
    if (flags && flags->n_flag) return;
    int64_t max_elem = flags ? flags->debug.variablemakethreshold : 32;
    Slices s = {.pkg = pkg};
    for (uint32_t i = 0; i < pkg->funcs.n; i++) {
        fault_poll();
        analyze(&s, pkg->funcs.v[i], ir_sizes(), max_elem);
    }
    vec_free(&s.vars);
    vec_free(&s.named_results);
}
