/* explain: every value of a package, where it lives, and why, as data.
 *
 * An ExPackage is a package's answer to all such questions: its sites (variables moved to the heap and
 * expressions that allocate or could) and the stories behind them. A story is a list of steps from the value
 * towards the place that forces it to the heap; each step is one edge of the escape graph with the source
 * that makes it. A step can lead into another story: the callee's, when the value goes there as an argument,
 * or that of the variable or allocation which holds the value and is on the heap itself. Stories are shared,
 * and the references between them have no cycle. They go through packages: all that a site needs is in its
 * ExPackage, with the file names and texts.
 *
 * Made by explain_build from the facts that the escape analysis left (EscFacts) for the package and its
 * dependencies; written and read by cache.c, so that the second question needs no analysis; told by text.c
 * and json.c.
 *
 * Everything of an ExPackage lives in its arena and is read-only once made. Strings are never NULL (""
 * instead). */
#ifndef GOESC_EXPLAIN_H
#define GOESC_EXPLAIN_H
#include "base/base.h"
#include "escape/flow.h"
#include "load/load.h"

typedef enum ExKind {
#define EXKIND(id, json, words) EX_##id,
#include "explain/kinds.def"
#undef EXKIND
    EX_NKINDS
} ExKind;

typedef enum ExReason {
#define REASON(id, json, because, advice) EX_WHY_##id,
#include "explain/reasons.def"
#undef REASON
    EX_NREASONS
} ExReason;

extern const char *const ex_kind_json[], *const ex_kind_words[];
extern const char *const ex_reason_json[], *const ex_reason_because[], *const ex_reason_advice[];

typedef enum ExPlace {
    EX_STACK, /* never allocated on the heap */
    EX_HEAP,
    EX_STACK_SMALL, /* a small buffer on the stack serves while it suffices (`limit` bytes); else the heap */
    EX_STATIC, /* read-only data or the like: -m says "escapes to heap", but nothing is allocated at run time
                */
} ExPlace;

/* A stretch of source: real lines of the file, columns in bytes from 1, the end exclusive. line 0: unknown.
 */
typedef struct ExSpan {
    uint32_t file; /* into ExPackage.files */
    uint32_t line, col, end_line, end_col;
} ExSpan;

typedef struct ExFrame { /* one level of inlining: `func` was inlined at `call` */
    ExSpan call;         /* in the function that is the next frame, or at last the site's `func` */
    const char *func;    /* as profiles name it: "bytes.(*Buffer).grow" */
    const char *pkg;     /* its import path */
} ExFrame;

typedef enum ExInto { EX_INTO_NONE, EX_INTO_CALLEE, EX_INTO_HOLDER } ExInto;

typedef struct ExStep {
    ExSpan at;
    const char *label;       /* ours, a phrase: "its address is sent on ch" */
    const char *code;        /* the expression or statement, as -m=2 prints it */
    const char *func;        /* function in whose body this stands (the innermost, when inlined) */
    const char *dst, *src;   /* ends of the edge: names, or expressions that allocate; "{heap}", "{temp}" */
    int32_t derefs;          /* of the edge: -1 address taken */
    uint32_t edge;           /* number of the edge within the story: steps of one edge have the same */
    uint32_t story;          /* 0, or 1 + index of the story in which it goes on */
    uint8_t flow;            /* FlowId; its text is the compiler's word for it: "assign", "send" */
    uint8_t into;            /* ExInto: what that story is about */
    bool decisive;           /* the step that forces the heap, when it is in this story */
    uint32_t frame, nframes; /* inlining of the code here: ExPackage.frames, innermost first */
} ExStep;

typedef struct ExStory {
    const char *subject; /* "x", "parameter p of fmt.Println" */
    const char *func;
    ExSpan at;             /* where the subject is declared or made */
    uint32_t step, nsteps; /* ExPackage.steps */
    uint32_t on;    /* 0: it ends here, in a decisive step; else 1 + index of the story in which it goes on */
    uint8_t reason; /* ExReason: of the last step; for stories that go on elsewhere that of the end */
    bool truncated; /* the compiler's own path runs in a circle and is cut */
} ExStory;

typedef struct ExSite {
    ExSpan at;            /* where the code stands: innermost, when inlined */
    ExSpan mark;          /* the same place as the compiler counts: -m's line and column */
    ExSpan shown;         /* outermost position: where -m prints the line (real file and line) */
    const char *pos;      /* "file:line:col" of that as -m prints it, //line applied, file name absolute */
    uint8_t kind;         /* ExKind */
    uint8_t place;        /* ExPlace */
    bool has_dots;        /* a make of which append takes all: append(x, make([]T, n)...) */
    bool escapes;         /* -m says "escapes to heap" or "moved to heap" */
    bool in_m;            /* -m has a line for it */
    uint8_t reason;       /* ExReason, when escapes: the final one, at the end of the story */
    uint8_t first_reason; /* the reason within this function: EX_WHY_CALL where a callee is to blame */
    bool cause_is_user;   /* the cause stands in the main module (or outside the standard library and
                             dependencies) */
    bool is_user;         /* the site's own code does */
    const char *what;     /* as -m prints it: "make([]byte, n)", "x" */
    const char *name;     /* the same for people: type arguments instead of shapes */
    const char *type;     /* type of the value allocated: "[]byte", "T" */
    int64_t size;         /* bytes, -1: not constant */
    int64_t elem_size;    /* slices, append: of one element; else -1 */
    int64_t limit;        /* EX_STACK_SMALL: bytes that fit on the stack */
    const char *func;     /* the outermost function, as profiles name it ("main.F.func1", "pkg.G[...]") */
    const char *title;    /* the same for people */
    const char *instance; /* of a generic function: "go.shape.int", what profiles have in the brackets; "" */
    uint32_t frame, nframes; /* inlining, innermost first: ExPackage.frames */
    uint32_t story;          /* 0, or 1 + index; 0 exactly when !escapes or always on the heap */
    ExSpan cause; /* the decisive line at the end of the story; where the value first leaves user code: see
                     user */
    const char *cause_func;
    ExSpan user; /* the last step in the user's code before the story leaves it; unknown when there is none */
} ExSite;

typedef struct ExFile {
    const char *path;  /* absolute, what is read; without a directory: cgo wrote it, and it is gone */
    const char *shown; /* as positions name it */
    const char *pkg;   /* import path */
    bool user;         /* main module, work space or command line */
} ExFile;

typedef struct ExParam { /* what a function does with a parameter */
    const char *func, *name;
    ExSpan at;
    int16_t heap, results[5]; /* dereferences before it leaves, -1: does not */
    uint32_t story;           /* to the heap: 0 or 1 + index */
} ExParam;

typedef struct ExFunc { /* a function declared in the package */
    const char *name;   /* "F", "T.M" */
    ExSpan at;
    uint32_t end_line; /* of its body; 0: it has none */
    bool generic;      /* it, or its receiver, has type parameters: analysed where it is used */
} ExFunc;

typedef struct ExRoot { /* files below it may be shown: load/roots.h */
    const char *dir;
} ExRoot;

/* ---- code: what a profile can ask about functions ---- */

typedef enum ExWorkId {
#define WORK(id, rank, what, why) EX_WORK_##id,
#include "explain/work.def"
#undef WORK
    EX_NWORKS
} ExWorkId;

extern const char *const ex_work_what[], *const ex_work_why[];
extern const uint8_t ex_work_rank[];

typedef struct ExLine { /* as profiles have it, //line applied */
    const char *file;   /* without its directory */
    uint32_t line;      /* 0: unknown */
} ExLine;

typedef struct ExWork { /* the run-time system works for this line */
    ExLine at;
    const char *callee; /* EX_WORK_CALLED: its function */
    uint8_t id;         /* ExWorkId */
} ExWork;

typedef struct ExCall { /* the line calls a function by name */
    ExLine at;
    const char *callee; /* "pkg.F" */
} ExCall;

typedef struct ExLoop { /* lines of a loop that counts the operations of a benchmark */
    uint32_t line, end;
} ExLoop;

typedef struct ExCode { /* a function as it was compiled, in the package or for it */
    const char *name;   /* as profiles have it, with type arguments, without the escapes of symbols */
    ExLine at;          /* where it begins */
    uint32_t loop, nloops, work, nwork, call, ncalls; /* ExPackage.loops, .work, .calls */
    bool loops, counts;                               /* calls b.Loop; uses b.N or pb.Next */
} ExCode;

typedef struct ExPackage {
    Arena arena;
    const char *path, *dir; /* import path; directory */
    VEC(ExFile) files;
    VEC(ExSite) sites; /* by position (file, line, column) */
    VEC(ExStory) stories;
    VEC(ExStep) steps;
    VEC(ExFrame) frames;
    VEC(ExParam) params;
    VEC(ExFunc) funcs;
    VEC(ExRoot) roots; /* of the session */
    VEC(ExCode) code;
    VEC(ExLoop) loops;
    VEC(ExWork) work;
    VEC(ExCall) calls;
} ExPackage;

/* The explanations of p. The session has been run with want_facts (which makes the analysis keep its
 * reasons), and p did not fail. Release with explain_release. cmd/explain_run.h has the way through the
 * cache. */
ExPackage *explain_build(Session *s, LoadedPkg *p);
void explain_release(ExPackage *x);
/* "gopkg.in/yaml%2ev3.F" → "gopkg.in/yaml.v3.F", in place: symbols escape some characters of the path. */
char *ex_unescape(char *symbol);

#endif
