/* Reports: what pprof prints of a profile, byte for byte.
 *
 * A report is made of a profile that is already filtered and aggregated, options, and the total that
 * percentages refer to. Graph reports (top, tree, peek, dot, callgrind) build a Graph, trim it and print it;
 * the others walk the samples. Text goes to a StrBuf, since a report that fails prints nothing. */
#ifndef GOESC_PROFILE_REPORT_H
#define GOESC_PROFILE_REPORT_H
#include "load/roots.h"
#include "profile/profile.h"

typedef enum ReportFormat {
    REPORT_COMMENTS,
    REPORT_DOT,
    REPORT_LIST,
    REPORT_PROTO,
    REPORT_RAW,
    REPORT_TAGS,
    REPORT_TEXT,
    REPORT_TRACES,
    REPORT_TREE,
    REPORT_CALLGRIND,
    REPORT_TOPPROTO
} ReportFormat;

typedef struct ReportOptions {
    ReportFormat format;
    bool cum_sort, call_tree, drop_negative, compact_labels;
    double ratio; /* values are multiplied by it */
    Str title;
    const char **filters; /* name=value */
    uint32_t nfilters;
    const LabelUnits *label_units;
    int64_t node_count;
    double node_fraction, edge_fraction;
    uint32_t sample_index;
    bool mean; /* divide by the first value */
    Str sample_type, sample_unit, output_unit;
    Regex *symbol; /* of list and peek */
    Str source_path, trim_path;
    const Roots *roots; /* of a list: what it may show; not the report's own */
} ReportOptions;

/* What tells nodes apart. */
typedef struct NodeInfo {
    StrId name, file, object, pad;
    uint64_t address;
    int64_t start_line, line, column;
} NodeInfo;

typedef struct GraphTag {
    bool numeric;
    StrId group, name, unit; /* group: of a number, the text labels beside it */
    int64_t value, flat, flat_div, cum, cum_div;
    uint32_t next;
    bool dropped;
} GraphTag;

typedef struct GraphNode {
    uint32_t info, seen; /* seen: the last sample that went through */
    uint32_t function;   /* nodes of one function have the same */
    int64_t flat, flat_div, cum, cum_div, score;
    uint32_t in, out, tags; /* lists; NO_INDEX ends them */
    bool kept;
} GraphNode;

typedef struct GraphEdge {
    uint32_t src, dest, next_in, next_out, seen;
    int64_t weight, weight_div;
    bool residual, inlined, dead;
} GraphEdge;

typedef struct Graph {
    VEC(GraphNode) nodes;
    VEC(GraphEdge) edges;
    VEC(GraphTag) tags;
    VEC(uint32_t) order; /* the nodes that the report shows */
    uint64_t *edge_keys; /* hash of edges by ends */
    uint32_t *edge_vals, nslots;
    Map tag_index;
} Graph;

typedef struct ProfReport {
    Profile *p;
    ReportOptions o;
    int64_t total;
    StrBuf *out;
    Arena arena;
    const char *error;
    /* the infos of the profile's lines, numbered */
    VEC(NodeInfo) infos;
    VEC(Str) names;    /* printable, made when asked for */
    Map escaped;       /* the same for Graphviz: by info, plus one, to a Str */
    Map short_names;   /* by the function's name: what a box shows */
    Regex *shorten[4]; /* expressions for that, NULL until needed */
    uint32_t *info_slots, ninfo_slots;
    uint32_t *line_info, *location_info;
    uint32_t nodes_origin, nodes_dropped, edges_dropped; /* of trimming */
} ProfReport;

/* The report takes its total from p as it is now; filters may follow before report_print. */
void report_init(ProfReport *r, Profile *p, const ReportOptions *o, StrBuf *out);
bool report_print(ProfReport *r); /* false: r->error */
void report_release(ProfReport *r);
void report_profile_labels(ProfReport *r,
                           StrBuf *out); /* File:, Type:, Time: … a line each, without the last newline */

/* ---- shared by the files of this folder ---- */

size_t report_limit(const ProfReport *r); /* bytes of a report, far beyond what any program's profile needs */
/* Whether the report has become too large for a profile of this size; it then has an error, and the caller
 * stops. */
bool report_overflows(ProfReport *r);
Str report_value(ProfReport *r, int64_t v); /* formatted, in the report's arena */
Str report_percentage(ProfReport *r, int64_t v, int64_t total);
void report_graph_labels(ProfReport *r, const Graph *g, bool full, StrBuf *out);
int64_t report_sample_value(const ProfReport *r, uint32_t sample);
int64_t report_sample_divisor(const ProfReport *r, uint32_t sample); /* 0 when not dividing */
void report_source(ProfReport *r);                                   /* source.c */
void report_dot(ProfReport *r);                                      /* dot.c */
void report_callgrind(ProfReport *r);                                /* dot.c */

/* ---- graph.c ---- */

void graph_build(ProfReport *r, Graph *g, const bool *kept_infos); /* kept_infos: by info, NULL for all */
void graph_release(Graph *g);
void graph_trimmed(ProfReport *r, Graph *g); /* built, cut down and sorted as the options say */
void graph_select_unit(ProfReport *r, const Graph *g);
void report_index_infos(ProfReport *r, bool objects);
Str info_printable(ProfReport *r, uint32_t info);
Str node_name(ProfReport *r, const Graph *g, uint32_t node);
int64_t node_flat(const GraphNode *n);
int64_t node_cum(const GraphNode *n);
int64_t edge_value(const GraphEdge *e);
int info_compare_text(ProfReport *r, uint32_t a,
                      uint32_t b); /* as Go compares the structures' default texts */
/* The living edges into a node or out of it, heaviest first; in the report's arena. */
uint32_t *graph_edges_of(ProfReport *r, const Graph *g, uint32_t node, bool in, uint32_t *n);
void graph_sort_edges(ProfReport *r, const Graph *g, uint32_t *edges, uint32_t n);
void graph_sort_tags(ProfReport *r, const Graph *g, uint32_t *tags, uint32_t n, bool flat);

/* ---- paths, as Go's path/filepath has them ---- */

Str srcpath_clean(Arena *a, Str path);
Str srcpath_base(Arena *a, Str path);
Str srcpath_join(Arena *a, Str dir, Str rest);
Str srcpath_dir(Arena *a, Str path);
Str srcpath_trim(Arena *a, Str path, Str trim, Str search); /* without configured or usual prefixes */

#endif
