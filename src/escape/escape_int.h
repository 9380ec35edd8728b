/* escape_int.h: the location graph, shared by the files of this folder.
 *
 * A batch is what is solved at once: the functions of one strongly connected component of the call graph with
 * all their closures. Its locations (variables and allocating expressions) live in one array and are named by
 * 32-bit ids, its edges in another, its notes (why an edge is there) in a third. While the graph is built the
 * edges that enter a location form a list in order of creation; before solving they are laid out side by
 * side. Everything of a batch is scratch memory and is reused by the next batch of the package. */
#ifndef GOESC_ESCAPE_INT_H
#define GOESC_ESCAPE_INT_H
#include "escape/escape.h"
#include "ir/types.h"
#include "load/load.h"
#include "types/const.h"

typedef uint32_t LocId;
enum { LOC_HEAP = 0, LOC_MUTATOR, LOC_CALLEE, LOC_BLANK, LOC_FIRST };
#define NO_EDGE UINT32_MAX

enum {                    /* LocAttr */
       ATTR_ESCAPES = 1,  /* must be allocated on the heap */
       ATTR_PERSISTS = 2, /* outlives the statement that makes it: its storage cannot be reused at once */
       ATTR_MUTATES = 4,  /* memory reachable from it may be written */
       ATTR_CALLS = 8, /* closures reachable from it may be called without anyone following their results */
       ATTR_ALL = 15
};

typedef struct Loc {
    /* what the walks touch */
    int32_t derefs; /* from the walk's root, at least -1; valid when walkgen is the walk's */
    uint32_t walkgen;
    uint32_t queued_one; /* walk for which it is in the inner queue, 0: none */
    LocId dst;           /* next step towards the root */
    uint32_t dst_edge;   /* and the edge that makes it */
    uint32_t edge_head;  /* building: first edge of the list; solving: first edge in the packed array */
    uint32_t edge_tail;  /* building: last edge; solving: end of the range */
    uint8_t attrs;
    bool queued_all;
    bool param, param_out;
    bool captured, reassigned, addrtaken;
    uint8_t pad;
    /* the rest */
    int32_t loop_depth;
    uint32_t result_index; /* from 1, for result parameters */
    IrFunc *curfn;
    IrNode *n;   /* NULL: a temporary of the analysis */
    Leaks leaks; /* of a parameter */
} Loc;

typedef struct Edge {
    LocId src;
    int32_t derefs; /* at least -1 */
    uint32_t next;  /* building: next edge into the same location, NO_EDGE at the end */
    uint32_t note;  /* 0: none */
} Edge;

typedef struct Note {
    IrNode *where;
    IrName *callee;
    uint32_t next; /* 0: none */
    int32_t param; /* an argument: of which parameter, else -1 */
    uint8_t flow;  /* FlowId */
} Note;

/* Where a value goes: into location dst after `derefs` indirections (-1: its address goes there). */
typedef struct Hole {
    LocId dst;
    int32_t derefs;
    uint32_t note;
    bool addrtaken; /* the address is taken here, whether or not it is stored */
} Hole;

typedef struct ClosureUse {
    Hole k;
    IrNode *clo;
} ClosureUse;

typedef struct LabelInfo {
    const void *label;
    bool looping;
} LabelInfo;

typedef struct Deque {
    LocId *v;
    uint32_t cap, head, n; /* cap: a power of two */
} Deque;

typedef struct Batch {
    IrPackage *pkg;
    MLog *log;
    EscFacts *facts;  /* NULL when nobody asks for explanations */
    EscFacts scratch; /* of one event, when it is only printed */
    Sizes sizes;
    bool notes_on;       /* keep reasons */
    bool zero_copy;      /* -d=zerocopy */
    int mutations_calls; /* -d=escapemutationscalls */
    int level;           /* of -m */
    IrPos cur;           /* the compiler's idea of the current position; kept for -m=3 only */
    IrFunc **fns;
    uint32_t nfns;
    VEC(Loc) locs;
    VEC(Edge) edges;
    VEC(Edge) packed;
    VEC(Note) notes; /* notes[0] is unused */
    VEC(ClosureUse) closures;
    VEC(uint64_t) seen;     /* scratch of event paths: a bit set */
    VEC(uint32_t) event_of; /* with facts: location → 1 + event that made it escape */
    Deque todo, inner;
    Map oracles; /* IrFunc → IrReassignOracle, for the whole package */
} Batch;

/* State of one function being walked. */
typedef struct Escape {
    Batch *b;
    IrFunc *fn;
    int32_t loop_depth; /* 1 at the top of the function */
    VEC(LabelInfo) labels;
} Escape;

/* ---- states of a function: while it is not tagged, esc_tags points to one of these ---- */
extern const uint64_t esc_planned[], esc_started[];
static inline bool esc_tagged(const IrFunc *fn) {
    return fn->esc_tags && fn->esc_tags != esc_planned && fn->esc_tags != esc_started;
}
/* Whether name is a function of the batch being analysed, so that its parameters are locations of the graph.
 */
bool esc_in_mutual_batch(const Batch *b, const IrName *name);

static inline uint32_t func_nparams(const IrFunc *fn) {
    return fn->nrecv + fn->nparams;
} /* with the receiver */
static inline IrName *func_param(const IrFunc *fn, uint32_t i) { return fn->dcl.v[i]; }
static inline IrName *func_result(const IrFunc *fn, uint32_t i) { return fn->dcl.v[func_nparams(fn) + i]; }

/* ---- types, as the passes ask ---- */
static inline bool has_pointers(Type *t) {
    switch (t->kind) {
    case TK_SLICE:
    case TK_MAP:
    case TK_CHAN:
    case TK_SIGNATURE:
    case TK_INTERFACE: return true;
    default: return type_has_pointers(t);
    }
}
static inline TypeKind kind_of(Type *t) { return (TypeKind)type_under(t)->kind; }
static inline bool is_basic_kind(Type *t, BasicKind k) {
    Basic *b = as_basic(type_under(t));
    return b && b->bk == k;
}
static inline bool is_uintptr(Type *t) { return is_basic_kind(t, BK_UINTPTR); }
static inline bool is_unsafe_pointer(Type *t) { return is_basic_kind(t, BK_UNSAFE_POINTER); }
static inline bool is_untyped(Type *t) { return t->kind == TK_BASIC && (((Basic *)t)->info & IS_UNTYPED); }

/* ---- graph.c ---- */
LocId esc_new_loc(Escape *e, IrNode *n, bool persists);
LocId esc_old_loc(IrName *name);
static inline bool esc_has_loc(const IrName *n) { return n->opt != NULL; }
void esc_flow(Batch *b, Hole k, LocId src);
Hole hole_note(Batch *b, Hole k, IrNode *where, FlowId flow);
Hole hole_shift(Hole k, int delta);
Hole hole_deref(Batch *b, Hole k, IrNode *where, FlowId flow);
Hole hole_addr(Batch *b, Hole k, IrNode *where, FlowId flow);
Hole hole_dot_type(Batch *b, Hole k, Type *t, IrNode *where, FlowId flow);
static inline Hole hole_of(LocId l) { return (Hole){.dst = l}; }
#define HEAP_HOLE hole_of(LOC_HEAP)
#define MUTATOR_HOLE hole_of(LOC_MUTATOR)
#define CALLEE_HOLE hole_of(LOC_CALLEE)
#define DISCARD_HOLE hole_of(LOC_BLANK)
Hole esc_tee_hole(Escape *e, const Hole *ks, uint32_t n);
Hole esc_later(Escape *e, Hole k);
void esc_batch_begin(Batch *b);
void esc_batch_release(Batch *b);

/* ---- solve.c ---- */
void esc_solve(Batch *b);

/* ---- explain.c ---- */
/* src's address reaches the escaping dst over an edge just made, not yet in the graph. */
void esc_explain_direct(Batch *b, LocId dst, LocId src, int derefs, uint32_t notes);
/* src reaches root along the path that the walk left in the locations. */
void esc_explain_walk(Batch *b, LocId root, LocId src, bool leak, int derefs);
/* Keeps an edge for the facts. */
void esc_explain_edge(Batch *b, LocId dst, LocId src, int derefs);
static inline bool esc_explains(const Batch *b) { return b->notes_on; }
StrBuf *esc_line(Batch *b, const void *node); /* mlog_begin at the node's outermost position */

/* ---- stmt.c, expr.c, call.c, assign.c ---- */
void esc_stmts(Escape *e, IrNodes l);
void esc_walk_func(Batch *b, IrFunc *fn);
void esc_expr(Escape *e, Hole k, IrNode *n);
void esc_expr_skip_init(Escape *e, Hole k, IrNode *n);
void esc_unsafe_value(Escape *e, Hole k, IrNode *n);
void esc_discard(Escape *e, IrNode *n);
void esc_discards(Escape *e, IrNodes l);
Hole esc_spill(Escape *e, Hole k, IrNode *n);
/* ks: where the results flow; NULL: nowhere (a statement). */
void esc_call(Escape *e, const Hole *ks, uint32_t nks, IrNode *call);
void esc_go_defer(Escape *e, IrNode *n);
Hole esc_tag_hole(Escape *e, const Hole *ks, uint32_t nks, IrName *fn, uint32_t param);
Hole esc_addr(Escape *e, IrNode *n);
void esc_assign_heap(Escape *e, IrNode *src, FlowId flow, IrNode *where);
void esc_assign_list(Escape *e, IrNode **dsts, uint32_t ndsts, IrNode **srcs, uint32_t nsrcs, FlowId flow,
                     IrNode *where);
void esc_reassigned(Escape *e, const Hole *ks, uint32_t nks, IrNode *where);

/* ---- utils.c, escape.c ---- */
bool esc_is_self_assign(IrNode *dst, IrNode *src);
/* Why n must be on the heap whatever its flows are; FLOW_NONE: nothing says so. */
FlowId esc_heap_alloc_reason(const Batch *b, IrNode *n);
void esc_rewrite_with_literals(Batch *b, IrNode *n, IrFunc *fn);

#endif
