/* profile: profile.proto in memory, in columns.
 *
 * Everything refers to everything else by index, and strings are numbers in a table that all profiles of a
 * run share: two strings are equal exactly when their numbers are, and 0 is "". A sample is a range of
 * `frames` (indices of locations, the leaf first), a row of `values` and a range of `labels`; a location has
 * a range of `lines`, the innermost inlined call first. Filters shorten ranges and compact them in place;
 * nothing points into the middle of anything.
 *
 * Labels of a sample are sorted: text labels by key, then numbers by key. Those of one key keep their
 * order. */
#ifndef GOESC_PROFILE_H
#define GOESC_PROFILE_H
#include "base/base.h"
#include "base/regex.h"

typedef uint32_t StrId;

/* The strings of all profiles of a run. */
typedef struct StrTab {
    Arena arena;
    VEC(Str) strs;
    uint32_t *slots, nslots;
} StrTab;

void strtab_init(StrTab *t);
void strtab_release(StrTab *t);
StrId strtab_add(StrTab *t, const char *p, size_t n);
static inline Str strtab_get(const StrTab *t, StrId id) { return t->strs.v[id]; }
int str_cmp(Str a, Str b); /* as Go compares strings */

#define NO_INDEX UINT32_MAX

typedef struct ProfType {
    StrId type, unit;
} ProfType;

typedef struct ProfLabel {
    StrId key, str, unit; /* str: of text labels; unit: of numbers, 0 for none */
    bool is_num;
    int64_t num;
} ProfLabel;

typedef struct ProfSample {
    uint32_t frame, nframe; /* in frames */
    uint32_t label, nlabel; /* in labels */
} ProfSample;

typedef struct ProfLine {
    uint32_t function;
    int64_t line, column;
} ProfLine;

typedef struct ProfLocation {
    uint64_t id, address;
    uint32_t mapping; /* NO_INDEX: none */
    uint32_t line, nline;
    bool folded;
} ProfLocation;

typedef struct ProfFunction {
    uint64_t id;
    StrId name, system_name, file;
    int64_t start_line;
} ProfFunction;

typedef struct ProfMapping {
    uint64_t id, start, limit, offset;
    StrId file, build_id;
    bool has_functions, has_filenames, has_line_numbers, has_inline_frames;
} ProfMapping;

typedef struct Profile {
    StrTab *strs;
    uint64_t size; /* of what was read, unzipped */
    VEC(ProfType) sample_types;
    VEC(ProfSample) samples;
    VEC(int64_t) values; /* sample_types.n for each sample */
    VEC(uint32_t) frames;
    VEC(ProfLabel) labels;
    VEC(ProfMapping) mappings;
    VEC(ProfLocation) locations;
    VEC(ProfLine) lines;
    VEC(ProfFunction) functions;
    VEC(StrId) comments;
    StrId default_sample_type, drop_frames, keep_frames, doc_url;
    int64_t time_nanos, duration_nanos, period;
    ProfType period_type;
} Profile;

static inline Str profile_str(const Profile *p, StrId id) { return strtab_get(p->strs, id); }
static inline int64_t *sample_values(const Profile *p, uint32_t sample) {
    return p->values.v + (size_t)sample * p->sample_types.n;
}

void profile_init(Profile *p, StrTab *strs);
void profile_release(Profile *p);
void profile_copy(Profile *to, const Profile *from); /* to: not yet initialised */

/* ---- read.c ---- */

/* Reads a profile (gzipped or plain) and checks it. False: *error says why (in the arena), and p is released.
 * The memory taken is bounded by the size of what is read. */
bool profile_read_file(Profile *p, StrTab *strs, const char *path, Arena *a, const char **error);
bool profile_read_bytes(Profile *p, StrTab *strs, const void *data, size_t n, Arena *a, const char **error);

/* ---- write.c, deflate.c ---- */

void profile_write(const Profile *p, StrBuf *out);           /* as profile.proto, not compressed */
void gzip_compress(StrBuf *out, const char *data, size_t n); /* byte for byte as Go's compress/gzip */

/* ---- merge.c ---- */

/* Brings profiles to common sample types and units, and merges them into *to (when n is 1 the profile itself
 * moves). The sources are released. False: they can't be merged, and *error says why. */
bool profile_combine(Profile *to, Profile *from, uint32_t n, Arena *a, const char **error);
void profile_scale(Profile *p,
                   const double *ratios); /* one for each sample type; samples that become zero go */
bool profile_normalize(Profile *p, const Profile *base, Arena *a, const char **error); /* to base's totals */
void profile_set_label(Profile *p, const char *key, const char *value);                /* on every sample */

/* ---- filter.c ---- */

typedef struct FilterMatches {
    bool focus, ignore, hide, show;
} FilterMatches;

FilterMatches profile_filter_names(Profile *p, Regex *focus, Regex *ignore, Regex *hide, Regex *show);
bool profile_show_from(Profile *p, Regex *from);
void profile_filter_tag_names(Profile *p, Regex *show, Regex *hide, bool *shown, bool *hidden);
void profile_prune(Profile *p, Regex *drop, Regex *keep);
void profile_prune_from(Profile *p, Regex *from);
/* Keeps the samples whose flag is set. */
void profile_keep_samples(Profile *p, const bool *keep);
void profile_aggregate(Profile *p, bool inlines, bool function, bool file, bool line, bool column,
                       bool address);
/* Adds frames made of labels at the root and at the leaf of every stack. */
void profile_add_label_frames(Profile *p, const StrId *root, uint32_t nroot, const StrId *leaf,
                              uint32_t nleaf, Str unit, bool *root_matched, bool *leaf_matched);

typedef struct LabelUnits {
    VEC(StrId) keys;
    VEC(StrId) units; /* by key */
    Map index;        /* of a key, plus one */
} LabelUnits;

/* The unit of each numeric label; conflicts are reported to err, a line each. */
void profile_label_units(const Profile *p, LabelUnits *out, StrBuf *err);
void label_units_release(LabelUnits *u);
Str label_unit(const Profile *p, const LabelUnits *u, StrId key); /* "" for an unknown key */

/* The index of the sample type that a name or number chooses, -1 with *error when there is none such. */
int profile_sample_index(const Profile *p, Str name, Arena *a, const char **error);

#endif
