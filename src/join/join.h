/* join: what a memory profile counted, beside what the escape analysis says of the same code.
 *
 * A profile knows stacks of calls with lines; the analysis knows values with columns, kinds and reasons. The
 * two meet at the leaf of a stack: the innermost function that is not the run-time system, its line, and the
 * chain of calls that were inlined there, all of which the analysis has too. Where several values stand on
 * that line, the size of the block tells them apart, as far as it can: the allocator rounds sizes up to its
 * classes (sizeclass.c), and a value of 24 bytes is never a block of 48. What still can't be told apart is
 * reported as one row with all its sites.
 *
 * Samples with the same leaf and the same sites are one row. A row knows how many blocks were really seen,
 * and from that how far its numbers can be off (interval.c). */
#ifndef GOESC_JOIN_H
#define GOESC_JOIN_H
#include "explain/library.h"
#include "load/roots.h"
#include "profile/profile.h"

typedef enum JoinState {
#define STATE(id, json, words) JOIN_##id,
#include "join/states.def"
#undef STATE
    JOIN_NSTATES
} JoinState;

extern const char *const join_state_json[], *const join_state_words[];

typedef struct JoinFrame {
    const char *func, *file; /* as the profile has them (without the escapes in symbols) */
    int64_t line, start;     /* start: where the function began, 0 unknown */
    const char *pkg;         /* import path, from the function's name */
    bool user;               /* the user's own code */
} JoinFrame;

typedef struct JoinHelper { /* a function of the run-time system that packages call by another name */
    const char *func, *what, *why;
} JoinHelper;

typedef struct JoinSite { /* a value of the analysis that may be what the row counts */
    const ExPackage *pkg;
    const ExSite *site;
} JoinSite;

typedef struct JoinShare { /* what a row counted below one benchmark function */
    uint32_t root;         /* in Join.roots */
    int64_t bytes, objects;
    int64_t loose_bytes, loose_objects; /* of these, in stacks that go through no function with the loop */
    double per_op, objects_per_op;      /* negative: not known */
} JoinShare;

typedef struct JoinRow {
    uint64_t key;
    uint32_t number;   /* from 1, in Join.rows */
    JoinFrame *frames; /* the leaf: innermost first, those inlined into the last */
    uint32_t nframes;
    JoinFrame
        nearest;  /* the user's nearest line: of the leaf itself or further up; func "" when there is none */
    bool is_user; /* the row's own code is the user's */
    VEC(JoinSite) sites;          /* one, or those that can't be told apart */
    const JoinHelper *helper;     /* JOIN_RUNTIME: or NULL */
    uint8_t state;                /* JoinState */
    bool in_runtime;              /* the leaf is the run-time system's; the frames after it are callers */
    bool moved;                   /* its function began at another line when the profile was made */
    bool by_line;                 /* the inlined frames differ: found by file, line and function alone */
    int64_t objects, bytes;       /* scaled */
    int64_t block_min, block_max; /* sizes of the blocks */
    double seen, seen_var;        /* blocks sampled; sum of squared weights, for the interval */
    double low, high;             /* of bytes, 95 % */
    int64_t outside;              /* bytes counted below a benchmark, but before or after its loop */
    VEC(JoinShare) shares;        /* by benchmark function */
    double per_op;                /* bytes an operation, when there is one benchmark; negative: not known */
    double objects_per_op;
} JoinRow;

typedef struct JoinNode { /* of the flame graph: callers above callees */
    const char *name, *pkg;
    int64_t bytes, objects;
    uint32_t parent;
    uint32_t child, next; /* lists; 0 ends them (node 0 is the root) */
    uint32_t row;         /* 1 + row, of the blocks below functions */
} JoinNode;

typedef struct JoinBench {    /* a benchmark's line in the output of go test */
    const char *name;         /* with its sub-benchmarks, without -N */
    int64_t n;                /* operations in the last run; 0: the line could not be read */
    double ns, bytes, allocs; /* an operation; negative: not printed */
} JoinBench;

typedef enum JoinOps { OPS_UNKNOWN, OPS_COUNTED, OPS_SHARED } JoinOps;

typedef struct JoinRoot { /* a benchmark's function in the profile */
    const char *func;     /* "BenchmarkEncode" */
    int64_t bytes, objects;
    bool loops, counts;    /* with b.Loop, with b.N: what the functions below it do */
    bool known;            /* the lines of such a loop are known */
    uint32_t lines, names; /* benchmarks printed; different ones of them */
    double ops;            /* of all runs, when how is OPS_COUNTED */
    double bytes_per_op;   /* as printed, the mean of the lines; negative: not printed */
    uint8_t how;           /* JoinOps */
} JoinRoot;

typedef struct Join {
    Arena arena;
    ExLibrary *library;
    const Profile *profile;
    const char *profile_path;
    const char *metric; /* "alloc" or "inuse" */
    bool by_objects;
    Roots shown; /* whose files may be read to be shown: the session's, and more that the caller adds */
    VEC(const ExPackage *) packages; /* those that were explained for it */
    Map explained;                   /* ExEntry → ExPackage, or NULL */
    VEC(JoinRow *) rows;             /* largest first */
    VEC(JoinNode) nodes;
    VEC(JoinBench) benches;
    VEC(JoinRoot) roots;
    double ops;             /* -n: operations, 0 unknown */
    int64_t benchtime;      /* -benchtime Nx, else 0 */
    int64_t bytes, objects; /* total */
    int64_t rate;           /* bytes a sample */
    int64_t state_bytes[JOIN_NSTATES];
    const char *binary, *build_id;       /* from the profile */
    const char *found_binary, *found_id; /* a program at hand and its build id, or NULL */
    bool chosen_binary;                  /* somebody said that it is the one */
    int64_t found_time;                  /* when that was written */
    const char *stale;                   /* why the profile may be of other code, a sentence; or NULL */
    bool stale_sure;                     /* it is of other code */
} Join;

/* ---- join.c ---- */

/* Prepares; false: *error says why not. Library and profile stay the caller's and outlive j. */
bool join_init(Join *j, ExLibrary *l, const Profile *p, const char *metric, const char **error);
void join_release(Join *j);
void join_run(Join *j);
/* The package whose tests made the profile ("encoding/json"), from the files of its functions; NULL when they
 * do not say. *is_test: tests made it. */
const char *join_tested(const Profile *p, Arena *a, bool *is_test);
/* Import path of a function's package, from its name in a profile. */
const char *join_func_pkg(Arena *a, const char *func);
/* A place for people: relative to where we are, or after the package's import path. */
const char *join_place(Join *j, const ExPackage *x, ExSpan at);
const char *join_frame_place(Join *j, const JoinFrame *f);
const char *
join_reason_key(const JoinRow *r); /* what the row is coloured by: a reason in JSON's words, or a state */
bool join_is_user(Join *j, const char *pkg); /* the user's own */
/* Its explanations; NULL: it could not be analysed. */
const ExPackage *join_explain(Join *j, ExEntry *e);

/* ---- stale.c ---- */

/* Is the source that was analysed the one that was profiled? Fills stale, stale_sure, and the rows' moved. */
void join_check_source(Join *j);

/* ---- match.c ---- */

void join_match(Join *j, JoinRow *r, int64_t block);

/* ---- sizeclass.c ---- */

/* The block in which the allocator puts n bytes. */
int64_t size_class(int64_t n);
/* Can a value of n bytes be in a block of this size? (with or without pointers) */
bool size_fits(int64_t n, int64_t block);

/* ---- interval.c ---- */

/* Of a count of events k: the 95 % interval of what was to be expected (Garwood). k need not be whole. */
void poisson_interval(double k, double *low, double *high);
/* By how much a sampled count is multiplied: blocks of this size at this rate. */
double sample_scale(double size, int64_t rate);

/* ---- bench.c ---- */

/* Takes a line of go test's output: benchmarks are remembered. */
void join_bench_line(Join *j, const char *line);
void join_bench_apply(Join *j);

/* ---- text.c, json.c ---- */

typedef struct JoinOptions {
    uint32_t rows;     /* how many are shown */
    bool slivers;      /* those below a thousandth too */
    TermSpans *styles; /* of the text; NULL: without */
} JoinOptions;
/* What a value is, and why it is on the heap, in words. */
void join_kind_words(const ExSite *s, StrBuf *out);
void join_reason_words(Join *j, const JoinSite *js, StrBuf *out);
void join_text(Join *j, const JoinOptions *o, StrBuf *out);
void join_json(Join *j, StrBuf *out);

#endif
