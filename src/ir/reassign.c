/* Is a variable assigned after its definition, and what value does it always have?
 *
 * ir_static_value follows single-assignment locals to the expression that defines them; ir_reassigned walks
 * the whole function each time. The oracle answers the same questions after one walk: it collects the
 * candidates (parameters, and locals with a definition whose address is not taken) and strikes out those with
 * another assignment. Both ways must agree, and both are the compiler's (ir/expr.go, ir/reassignment.go). */
#include "ir/ir.h"
#include "ir/types.h"

static bool names_it(IrNode *x, IrName *name) {
    if (!x) return false;
    x = ir_outer_value(x);
    return x->op == ONAME && ir_canonical(IR(Name, x)) == name;
}

static bool reassigns(IrNode *n, void *p) {
    IrName *name = p;
    switch (OPOF(n)) {
    case OAS: return names_it(IR(AssignStmt, n)->x, name) && n != name->defn;
    case OPS_ASSIGN_LIST:
    case OSELRECV2: {
        IrNodes l = IR(AssignListStmt, n)->lhs;
        for (uint32_t i = 0; i < l.n; i++)
            if (names_it(l.v[i], name) && n != name->defn) return true;
        return false;
    }
    case OASOP: return names_it(IR(AssignOpStmt, n)->x, name);
    case OADDR:
        if (names_it(IR(AddrExpr, n)->x, name)) BUG("%s not marked addrtaken", name->sym->s);
        return false;
    case ORANGE: return names_it(IR(RangeStmt, n)->key, name) || names_it(IR(RangeStmt, n)->value, name);
    case OCLOSURE: return ir_any_list(IR(ClosureExpr, n)->func->body, reassigns, p);
    default: return false;
    }
}

static bool ir_reassigned(IrName *name) {
    if (!name->curfn) return true; /* a global: assume the worst */
    if (name->addrtaken) return true;
    return ir_any_list(name->curfn->body, reassigns, name);
}

/* The right-hand side of n's definition when that is a plain assignment, else NULL. */
static IrNode *defining_value(IrName *n) {
    IrNode *d = n->defn;
    if (n->name_class != PAUTO || !d) return NULL;
    if (d->op == OAS) {
        if (!IR(AssignStmt, d)->y) BUG("definition of %s without a value", n->sym->s);
        return IR(AssignStmt, d)->y;
    }
    if (d->op == OAS2) {
        IrAssignListStmt *s = IR(AssignListStmt, d);
        for (uint32_t i = 0; i < s->lhs.n; i++)
            if (s->lhs.v[i] == IRN(n)) return s->rhs.v[i];
        BUG("%s missing from its definition", n->sym->s);
    }
    return NULL;
}

IrNode *ir_static_value(IrPackage *pkg, IrNode *n) {
    for (;;) {
        if (n->op == OCONVNOP) {
            n = IR(ConvExpr, n)->x;
            continue;
        }
        if (n->op == OINLCALL) {
            n = ir_single_result(pkg, IR(InlinedCallExpr, n));
            continue;
        }
        if (n->op == OPAREN) {
            n = IR(ParenExpr, n)->x;
            continue;
        }
        if (n->op != ONAME) return n;
        IrName *nm = ir_canonical(IR(Name, n));
        IrNode *rhs = defining_value(nm);
        if (!rhs || ir_reassigned(nm)) return n;
        n = rhs;
    }
}

/* ---- the oracle ---- */

static bool find_locals(IrNode *n, void *p) {
    IrReassignOracle *ro = p;
    if (n->op == ONAME) {
        IrName *nm = IR(Name, n);
        if (nm->defn && !nm->addrtaken && nm->name_class == PAUTO)
            map_put(&ro->single_def, PKEY(nm), nm->defn);
    } else if (n->op == OCLOSURE) {
        ir_any_list(IR(ClosureExpr, n)->func->body, find_locals, ro);
    }
    return false;
}

static void prune(IrReassignOracle *ro, IrNode *x, IrNode *asn) {
    if (!x) return;
    x = ir_outer_value(x);
    if (x->op != ONAME) return;
    IrName *nm = ir_canonical(IR(Name, x));
    IrNode *defn = map_get(&ro->single_def, PKEY(nm));
    if (!defn) return;
    if (nm->name_class == PPARAM || (nm->name_class == PAUTO && asn != defn))
        map_put(&ro->single_def, PKEY(nm), NULL);
}

static bool prune_assigned(IrNode *n, void *p) {
    IrReassignOracle *ro = p;
    switch (OPOF(n)) {
    case OAS: prune(ro, IR(AssignStmt, n)->x, n); break;
    case OPS_ASSIGN_LIST:
    case OSELRECV2: {
        IrNodes l = IR(AssignListStmt, n)->lhs;
        for (uint32_t i = 0; i < l.n; i++) prune(ro, l.v[i], n);
        break;
    }
    case OASOP: prune(ro, IR(AssignOpStmt, n)->x, n); break;
    case ORANGE:
        prune(ro, IR(RangeStmt, n)->key, n);
        prune(ro, IR(RangeStmt, n)->value, n);
        break;
    case OCLOSURE: ir_any_list(IR(ClosureExpr, n)->func->body, prune_assigned, ro); break;
    default: break;
    }
    return false;
}

void ir_oracle_init(IrReassignOracle *ro, IrPackage *pkg, IrFunc *fn) {
    *ro = (IrReassignOracle){.fn = fn, .pkg = pkg};
    uint32_t n = fn->nrecv + fn->nparams;
    for (uint32_t i = 0; i < n && i < fn->dcl.n; i++)
        if (!ir_is_blank(IRN(fn->dcl.v[i]))) map_put(&ro->single_def, PKEY(fn->dcl.v[i]), fn);
    ir_any_list(fn->body, find_locals, ro);
    ir_any_list(fn->body, prune_assigned, ro);
}

void ir_oracle_release(IrReassignOracle *ro) { map_release(&ro->single_def); }

IrNode *ir_oracle_static_value(IrReassignOracle *ro, IrNode *n) {
    for (;;) {
        if (n->op == OCONVNOP) {
            n = IR(ConvExpr, n)->x;
            continue;
        }
        if (n->op == OINLCALL) {
            n = ir_single_result(ro->pkg, IR(InlinedCallExpr, n));
            continue;
        }
        if (n->op != ONAME) return n;
        IrName *nm = ir_canonical(IR(Name, n));
        IrNode *rhs = defining_value(nm);
        if (!rhs || !map_get(&ro->single_def, PKEY(nm))) return n;
        n = rhs;
    }
}
