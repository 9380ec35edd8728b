/* What the files of the inliner share. */
#ifndef GOESC_INLINE_INT_H
#define GOESC_INLINE_INT_H
#include "inline/inline.h"
#include "load/load.h"
#include "types/types.h"

typedef struct Inliner {
    IrPackage *pkg;
    MLog *log;
    const CompilerFlags *flags;
} Inliner;

enum {
    MAX_BUDGET = 80,      /* of an inlinable function */
    EXTRA_CALL_COST = 57, /* a call that is not inlined itself */
    PARAM_CALL_COST = 17, /* a call of a parameter: a literal may be inlined there */
    EXTRA_PANIC_COST = 1,
    EXTRA_THROW_COST = MAX_BUDGET,
    BIG_FUNCTION_NODES = 5000,  /* a caller of so many nodes is big … */
    BIG_FUNCTION_MAX_COST = 20, /* … and takes only what costs at most this */
    CLOSURE_CALLED_ONCE_COST = 10 * MAX_BUDGET,
};

/* cost.c */
void can_inline(Inliner *in, IrFunc *fn);
void can_inline_funcs(Inliner *in, IrFunc **funcs, uint32_t n);
bool is_big_func(Inliner *in, IrFunc *fn);

/* call.c */
/* The function that fun is statically known to be, or NULL. resolve_only: a literal's cost is not computed.
 */
IrFunc *inl_callee(Inliner *in, IrFunc *caller, IrNode *fun, bool resolve_only);
bool can_inline_call(Inliner *in, IrFunc *caller, IrCallExpr *call, IrFunc *callee, bool big_caller,
                     bool called_once, bool log);
IrFunc *inline_call_target(Inliner *in, IrFunc *caller, IrCallExpr *call);
IrInlinedCallExpr *try_inline_call(Inliner *in, IrFunc *caller, IrCallExpr *call, bool big_caller,
                                   bool called_once);
/* "pos: " of a node's outermost position and the message, as one line. */
PRINTF_LIKE(3, 4) void say(Inliner *in, IrPos pos, const char *fmt, ...);
const char *sym_text(Inliner *in, const IrName *n); /* in the package's arena */

/* defer.c */
typedef struct Deferral {
    Inliner *in;
    uint32_t seen; /* of the inline tree */
    Map inlined;   /* functions of other packages, there */
    Map settled;   /* functions whose calls bring nothing new, for good */
    Map open;      /* functions whose calls may, → 1 + seen when that was found */
    VEC(IrFunc *) todo;
} Deferral;
void deferral_init(Deferral *d, Inliner *in, Arena *scratch);
void deferral_release(Deferral *d);
/* Whether inlining into the functions can wait. If so, and if there are calls to look at, they are noted in
 * the package. */
bool defer_group(Deferral *d, IrFunc **fns, uint32_t n);

/* devirtualize.c */
typedef struct DevirtState {
    Inliner *in;
    Map assigns;   /* IrName → Assigns: what is assigned to an interface variable */
    Map call_refs; /* call (see note_call) → CallRefs: where the interface results of a call went */
    Map analyzed;  /* IrFunc: whose bodies have been read */
    Arena scratch;
} DevirtState;
void devirt_init(DevirtState *s, Inliner *in);
void devirt_release(DevirtState *s);
void devirtualize_static_call(DevirtState *s, IrFunc *fn, IrCallExpr *call);
/* The call in the parentheses at place became inlined. */
void devirt_inlined_call(DevirtState *s, IrFunc *fn, IrParenExpr *place, IrInlinedCallExpr *inlined);

#endif
