/* escape: where values live.
 *
 * For every variable and every allocating expression of a package's functions: may it be on the stack of the
 * function that makes it, or must it be on the heap because its address may be in use longer than that? The
 * answer, and the -m lines that tell it, are those of the Go compiler (cmd/compile/internal/escape); graph.c
 * says how it is found.
 *
 * What the package keeps: IrNode.esc (ESC_NONE, ESC_HEAP) on names and expressions, IRF_TRANSIENT,
 * OSTR2BYTESTMP for conversions that need no copy, and fn->esc_tags: per parameter what the function does
 * with it, which callers of this and of other packages use. Read tags with escape_tag.
 *
 * For people, escape_package also fills EscFacts when it is given one: each decision, and each flow that
 * forced one, as data. The explainer (explain/) makes text of it; under -m=2 the pass itself does. */
#ifndef GOESC_ESCAPE_H
#define GOESC_ESCAPE_H
#include "escape/flow.h"
#include "escape/leaks.h"
#include "ir/ir.h"
#include "report/mlog.h"
#include "types/types.h"

/* ---- facts ---- */

typedef enum EscPlaceKind {
    ESC_PLACE_MOVED,     /* a variable, moved to the heap */
    ESC_PLACE_HEAP,      /* an expression that allocates on the heap */
    ESC_PLACE_STACK,     /* an expression that would allocate but needs not: "does not escape" */
    ESC_PLACE_ZERO_COPY, /* string to []byte without a copy */
} EscPlaceKind;

typedef struct EscPlace {
    IrNode *n;
    IrFunc *fn;
    EscPlaceKind kind;
    uint32_t event; /* 1 + index of the event that forced it; 0: none kept */
} EscPlace;

typedef struct EscParam { /* what a function does with one of its parameters */
    IrFunc *fn;
    uint32_t index; /* receiver first */
    Leaks leaks;
} EscParam;

typedef enum EscEnd { ESC_END_NODE, ESC_END_HEAP, ESC_END_TEMP } EscEnd; /* what one end of a flow is */

typedef struct EscNote { /* why an assignment is there */
    IrNode *where;
    IrName *callee; /* FLOW_CALL_PARAM: the function called, when it is known */
    int32_t param;  /* and which of its parameters, receiver first; -1: none */
    uint8_t flow;   /* FlowId */
} EscNote;

typedef struct EscStep { /* dst ← (* or & as derefs says) src */
    IrNode *dst, *src;
    uint8_t dst_end, src_end; /* EscEnd */
    int32_t derefs;
    uint32_t note, nnotes;
} EscStep;

typedef enum EscBy {                /* why the root outlives what flows there */
                     ESC_BY_HEAP,   /* it is the heap */
                     ESC_BY_HOLDER, /* it is itself on the heap: an earlier event says why */
                     ESC_BY_RESULT, /* it is a result */
                     ESC_BY_LOOP,  /* it is declared outside of a loop that makes a value in each iteration */
                     ESC_BY_OUTER, /* it belongs to a function around the one that makes the value */
} EscBy;

typedef struct EscEvent { /* n escapes, or the parameter n leaks to the root */
    IrNode *n;
    IrFunc *fn;
    IrNode *root;
    uint8_t root_end; /* EscEnd */
    uint8_t by;       /* EscBy */
    bool leak;        /* a parameter's value flows to root after `derefs` */
    bool truncated;   /* the path comes back to itself and was cut */
    int32_t derefs;
    uint32_t step, nsteps;
} EscEvent;

typedef struct EscEdge { /* as EscStep, of the whole graph: what steps are checked against */
    IrNode *dst, *src;
    uint8_t dst_end, src_end;
    int32_t derefs;
} EscEdge;

typedef struct EscFacts { /* all lists on the heap; escape_facts_release */
    bool keep_edges;      /* set by who asks */
    VEC(EscEdge) edges;
    VEC(EscPlace) places;
    VEC(EscParam) params;
    VEC(EscEvent) events;
    VEC(EscStep) steps;
    VEC(EscNote) notes;
} EscFacts;
void escape_facts_release(EscFacts *f);

/* ---- the passes, in the order in which they run ---- */

/* Drops assignments to local variables that are never used, so that what was assigned is not analysed. */
void deadlocals_package(IrPackage *pkg);
/* Analyses all functions of the package, bottom up. log: where -m goes, or NULL; facts: to be filled, or
 * NULL. */
void escape_package(IrPackage *pkg, MLog *log, EscFacts *facts);
/* Finds local slices whose buffers can grow on the stack until the slice leaves the function. */
void slice_package(IrPackage *pkg);
/* Says which array elements need no check of their index. */
void bounds_package(IrPackage *pkg, MLog *log);

/* ---- results ---- */

/* What fn does with parameter i (receiver first, a dictionary counts); everything when fn was not analysed.
 */
Leaks escape_tag(const IrFunc *fn, uint32_t i);

#endif
