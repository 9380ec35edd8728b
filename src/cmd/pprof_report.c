/* The options of pprof, and how they make a report of a profile: label frames, total, filters, aggregation,
 * and then the report itself, in that order. */
#include "base/outfile.h"
#include "cmd/pprof.h"
#include "base/number.h"
#include "base/spawn.h"
#include "base/unicode.h"
#include "profile/measure.h"
#include "load/load_int.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define F(n) offsetof(PprofConfig, n)

const PprofField pprof_fields[] = {
    {"output", FIELD_STRING, F(output), {0}, "File to write the report to\nThe standard output if unset."},
    {"call_tree",
     FIELD_BOOL,
     F(call_tree),
     {0},
     "Keep paths apart: a tree instead of a graph\nA function is shown once for each way that leads to it."},
    {"relative_percentages",
     FIELD_BOOL,
     F(relative_percentages),
     {0},
     "Percentages of what filters leave\nOtherwise of the whole profile."},
    {"unit",
     FIELD_STRING,
     F(unit),
     {0},
     "Unit of the values\nTime: ns, us, ms, s, hrs. Memory: B, kB, MB, GB. 'auto' chooses for each "
     "value,\n'minimum' one for all."},
    {"compact_labels", FIELD_BOOL, F(compact_labels), {0}, "Short headings"},
    {"source_path", FIELD_STRING, F(source_path), {0}, "Where to look for source files (a:b:c)"},
    {"trim_path", FIELD_STRING, F(trim_path), {0}, "Prefixes to cut off source files' names (a:b:c)"},
    {"intel_syntax", FIELD_BOOL, F(intel_syntax), {0}, "Accepted: it concerns assembly listings only"},
    {"mean", FIELD_BOOL, F(mean), {0}, "Divide values by the first one (the count)"},
    {"sample_index",
     FIELD_STRING,
     F(sample_index),
     {0},
     "Which value of the samples to report: a name or a number from 0"},
    {"divide_by", FIELD_FLOAT, F(divide_by), {0}, "Divide all values by this number"},
    {"normalize", FIELD_BOOL, F(normalize), {0}, "Scale the profile to the base's total"},
    {"sort", FIELD_STRING, F(sort), {"cum", "flat"}, "Order of the entries"},
    {"tagroot",
     FIELD_STRING,
     F(tagroot),
     {0},
     "Labels (a,b,c) whose values become frames at the root of stacks"},
    {"tagleaf",
     FIELD_STRING,
     F(tagleaf),
     {0},
     "Labels (a,b,c) whose values become frames at the leaf of stacks"},
    {"drop_negative", FIELD_BOOL, F(drop_negative), {0}, "Leave out entries below zero"},
    {"nodecount", FIELD_INT, F(nodecount), {0}, "Entries to show at most"},
    {"nodefraction", FIELD_FLOAT, F(nodefraction), {0}, "Leave out entries below this share of the total"},
    {"edgefraction", FIELD_FLOAT, F(edgefraction), {0}, "Leave out edges below this share of the total"},
    {"trim", FIELD_BOOL, F(trim), {0}, "Honour nodecount, nodefraction and edgefraction"},
    {"focus",
     FIELD_STRING,
     F(focus),
     {0},
     "Only samples with a frame that matches\nFunction, file and binary names are matched."},
    {"ignore", FIELD_STRING, F(ignore), {0}, "No samples with a frame that matches"},
    {"prune_from", FIELD_STRING, F(prune_from), {0}, "Cut off what matching frames call"},
    {"hide", FIELD_STRING, F(hide), {0}, "Leave out matching frames"},
    {"show", FIELD_STRING, F(show), {0}, "Leave out all other frames"},
    {"show_from", FIELD_STRING, F(show_from), {0}, "Cut off what is above the highest matching frame"},
    {"tagfocus",
     FIELD_STRING,
     F(tagfocus),
     {0},
     "Only samples with a label that matches, or in a range\nlabel=regexp, regexp, 1kb, 1kb:10kb, :64kb, "
     "bytes=4mb:"},
    {"tagignore", FIELD_STRING, F(tagignore), {0}, "No samples with a label that matches, or in a range"},
    {"tagshow", FIELD_STRING, F(tagshow), {0}, "Only labels whose key matches"},
    {"taghide", FIELD_STRING, F(taghide), {0}, "No labels whose key matches"},
    {"noinlines", FIELD_BOOL, F(noinlines), {0}, "Count inlined calls for the function around them"},
    {"showcolumns", FIELD_BOOL, F(showcolumns), {0}, "Columns beside line numbers"},
    {"granularity",
     FIELD_STRING,
     F(granularity),
     {"addresses", "filefunctions", "files", "functions", "lines"},
     "What one entry stands for"},
};
const size_t pprof_nfields = COUNT_OF(pprof_fields);

#define ENTRIES_USAGE " [n] [focus]... [-ignore]... [-cum] [>file]"
#define NOT_HERE "(not done here)"
#define PICTURE "A picture of the graph, by Graphviz's dot"

const PprofCommand pprof_commands[] = {
    {"callgrind", REPORT_CALLGRIND, false, true, false, "callgraph.out", "The graph for KCachegrind",
     "callgrind [n] [focus]... [-ignore]... [>file]"},
    {"comments", REPORT_COMMENTS, false, false, false, NULL, "The profile's comments", NULL},
    {"disasm", REPORT_TEXT, true, false, true, NULL, NOT_HERE, NULL},
    {"dot", REPORT_DOT, false, false, false, NULL, "The graph for Graphviz",
     "dot [n] [focus]... [-ignore]... [>file]"},
    {"eog", REPORT_DOT, false, false, true, NULL, NOT_HERE, NULL},
    {"evince", REPORT_DOT, false, false, true, NULL, NOT_HERE, NULL},
    {"gif", REPORT_DOT, false, true, false, "gif", PICTURE, "gif [n] [focus]... [-ignore]... [>file]"},
    {"gv", REPORT_DOT, false, false, true, NULL, NOT_HERE, NULL},
    {"kcachegrind", REPORT_CALLGRIND, false, false, true, NULL, NOT_HERE, NULL},
    {"list", REPORT_LIST, true, false, false, NULL,
     "The source of matching functions, and what each line costs",
     "list function [focus]... [-ignore]... [>file]"},
    {"pdf", REPORT_DOT, false, true, false, "pdf", PICTURE, "pdf [n] [focus]... [-ignore]... [>file]"},
    {"peek", REPORT_TREE, true, false, false, NULL, "Callers and callees of matching functions",
     "peek function [focus]... [-ignore]... [>file]"},
    {"png", REPORT_DOT, false, true, false, "png", PICTURE, "png [n] [focus]... [-ignore]... [>file]"},
    {"proto", REPORT_PROTO, false, true, false, "pb.gz", "The profile, compressed", NULL},
    {"ps", REPORT_DOT, false, true, false, "ps", PICTURE, "ps [n] [focus]... [-ignore]... [>file]"},
    {"raw", REPORT_RAW, false, false, false, NULL, "Everything that is in the profile", NULL},
    {"svg", REPORT_DOT, false, false, true, NULL, NOT_HERE, NULL},
    {"tags", REPORT_TAGS, false, false, false, NULL, "All labels, and what each value costs",
     "tags [tagfocus]... [-tagignore]... [>file]"},
    {"text", REPORT_TEXT, false, false, false, NULL, "The entries that cost most", "text" ENTRIES_USAGE},
    {"top", REPORT_TEXT, false, false, false, NULL, "The entries that cost most", "top" ENTRIES_USAGE},
    {"topproto", REPORT_TOPPROTO, false, true, false, "pb.gz",
     "The entries that cost most, as a compressed profile", NULL},
    {"traces", REPORT_TRACES, false, false, false, NULL, "All samples with their stacks", NULL},
    {"tree", REPORT_TREE, false, false, false, NULL, "Every entry with its callers and callees",
     "tree" ENTRIES_USAGE},
    {"web", REPORT_DOT, false, false, true, NULL, NOT_HERE, NULL},
    {"weblist", REPORT_LIST, true, false, true, NULL, NOT_HERE, NULL},
};
const size_t pprof_ncommands = COUNT_OF(pprof_commands);

void pprof_config_init(PprofConfig *c) {
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < pprof_nfields; i++)
        if (pprof_fields[i].kind == FIELD_STRING) *(const char **)((char *)c + pprof_fields[i].offset) = "";
    c->unit = "minimum";
    c->nodecount = -1;
    c->nodefraction = 0.005;
    c->edgefraction = 0.001;
    c->trim = true;
    c->divide_by = 1;
    c->sort = "flat";
}

const PprofCommand *pprof_command(const char *name) {
    for (size_t i = 0; i < pprof_ncommands; i++)
        if (!strcmp(pprof_commands[i].name, name)) return &pprof_commands[i];
    return NULL;
}

const PprofField *pprof_field(const char *name) {
    for (size_t i = 0; i < pprof_nfields; i++) {
        const PprofField *f = &pprof_fields[i];
        if (!strcmp(f->name, name)) return f;
        for (size_t k = 0; k < COUNT_OF(f->choices) && f->choices[k]; k++)
            if (!strcmp(f->choices[k], name)) return f;
    }
    return NULL;
}

const char *pprof_choice_help(const char *choice) {
    static const char *const help[][2] = {
        {"cum", "By cumulative value"},
        {"flat", "By own value"},
        {"functions", "A function"},
        {"filefunctions", "A function in a file"},
        {"files", "A file"},
        {"lines", "A line"},
        {"addresses", "An address"},
    };
    for (size_t i = 0; i < COUNT_OF(help); i++)
        if (!strcmp(help[i][0], choice)) return help[i][1];
    return NULL;
}

const char *pprof_quoted(Arena *a, const char *s) {
    StrBuf sb = STRBUF_INIT;
    sb_add_quoted(&sb, s, strlen(s));
    return sb_arena(&sb, a);
}

/* As strconv words it. */
static const char *number_message(Arena *a, const char *function, const char *value, NumberError wrong) {
    return arena_printf(a, "strconv.%s: parsing %s: %s", function, pprof_quoted(a, value),
                        wrong == NUMBER_SYNTAX ? "invalid syntax" : "value out of range");
}

const char *pprof_set(PprofConfig *c, const PprofField *f, const char *value, Arena *a) {
    void *at = (char *)c + f->offset;
    switch (f->kind) {
    case FIELD_STRING:
        for (size_t k = 0; f->choices[0]; k++) {
            if (k == COUNT_OF(f->choices) || !f->choices[k])
                return arena_printf(a, "invalid \"%s\" value %s", f->name, pprof_quoted(a, value));
            if (!strcmp(f->choices[k], value)) break;
        }
        *(const char **)at = arena_strndup(a, value, strlen(value));
        return NULL;
    case FIELD_BOOL: {
        static const char *const words[] = {"true", "t", "yes", "y", "1", "", "false", "f", "no", "n", "0"};
        for (size_t i = 0; i < COUNT_OF(words); i++) {
            if (strcasecmp(words[i], value) != 0) continue;
            *(bool *)at = i < 6;
            return NULL;
        }
        return arena_printf(a, "illegal value \"%s\" for bool variable", value);
    }
    case FIELD_INT: {
        int64_t v;
        NumberError wrong = number_int(value, 10, 64, &v);
        if (wrong) return number_message(a, "Atoi", value, wrong);
        *(int64_t *)at = v;
        return NULL;
    }
    default: {
        double v;
        NumberError wrong = number_float(value, &v);
        if (wrong) return number_message(a, "ParseFloat", value, wrong);
        *(double *)at = v;
        return NULL;
    }
    }
}

void pprof_field_text(const PprofConfig *c, const PprofField *f, StrBuf *out) {
    const void *at = (const char *)c + f->offset;
    switch (f->kind) {
    case FIELD_STRING: sb_adds(out, *(const char *const *)at); break;
    case FIELD_BOOL: sb_adds(out, *(const bool *)at ? "true" : "false"); break;
    case FIELD_INT: sb_printf(out, "%lld", (long long)*(const int64_t *)at); break;
    case FIELD_FLOAT: number_format(out, *(const double *)at); break;
    }
}

static int by_line(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void pprof_usage(FILE *out, bool flags) {
    Arena a;
    VEC(const char *) v = {0};
    const char *dash = flags ? "-" : "";
    arena_init(&a);
    fputs(flags ? "  Reports (one at most):\n" : "  Commands:\n", out);
    for (size_t i = 0; i < pprof_ncommands; i++)
        if (!pprof_commands[i].refused)
            fprintf(out, "    %s%-16s %s\n", dash, pprof_commands[i].name, pprof_commands[i].help);
    if (!flags) fputs("    o/options        List the options\n    q/quit/exit/^D   Leave\n", out);
    fputs("\n  Options:\n", out);
    for (size_t i = 0; i < pprof_nfields; i++) {
        const PprofField *f = &pprof_fields[i];
        if (!f->choices[0])
            vec_push(
                &a, &v,
                arena_printf(&a, "    %s%-16s %.*s\n", dash, f->name, (int)strcspn(f->help, "\n"), f->help));
    }
    qsort(v.v, v.n, sizeof *v.v, by_line);
    for (uint32_t i = 0; i < v.n; i++) fputs(v.v[i], out);
    fputs("\n  Options of which one of a group is in force:\n", out);
    for (size_t i = 0; i < pprof_nfields; i++) {
        const PprofField *f = &pprof_fields[i];
        if (!f->choices[0]) continue;
        fprintf(out, "    %s: %s\n", f->name, f->help);
        for (size_t k = 0; k < COUNT_OF(f->choices) && f->choices[k]; k++)
            fprintf(out, "      %s%-14s %s\n", dash, f->choices[k], pprof_choice_help(f->choices[k]));
    }
    arena_release(&a);
}

/* ---- filters ---- */

static const char *compile_option(const char *name, const char *value, Arena *a, Regex **re) {
    const char *error;
    *re = NULL;
    if (!*value) return NULL;
    *re = regex_compile(a, str_of(value), &error);
    return *re ? NULL : arena_printf(a, "parsing %s regexp: %s", name, error);
}

/* A filter of samples by labels: a range of numbers, or expressions. */
typedef struct TagFilter {
    bool set, is_range, has_low, has_high, exact;
    StrId key; /* NO_INDEX: any */
    double low, high;
    Str unit;
    VEC(Regex *) res;
} TagFilter;

/* [+-]digits and letters at s; the length, 0 for none. */
static size_t quantity(const char *s, int64_t *v, Str *unit, bool *overflow) {
    const char *p = s + (*s == '+' || *s == '-');
    if (*p < '0' || *p > '9') return 0;
    errno = 0;
    char *end;
    *v = strtoll(s, &end, 10);
    *overflow = errno != 0;
    p = end;
    while ((*p | 32) >= 'a' && (*p | 32) <= 'z') p++;
    *unit = (Str){end, (size_t)(p - end)};
    return (size_t)(p - s);
}

/* 32kb, :64kb, 4mb: and 12kb:64mb; false when the text is none of them. */
static bool parse_range(TagFilter *f, const char *s, Arena *a, const char **error) {
    int64_t v, w;
    Str unit, unit2;
    bool big = false, big2 = false;
    const char *p = s;
    if (*p == ':') p++;
    size_t n = quantity(p, &v, &unit, &big), m = 0;
    if (!n) return false;
    p += n;
    if (*p == ':' && *s != ':') {
        p++;
        m = quantity(p, &w, &unit2, &big2);
        p += m;
    }
    if (*p) return false;
    if (big || big2) {
        *error = arena_printf(a, "failed to parse int in %s: value out of range", s);
        return true;
    }
    f->low = f->high = measure_scale(v, unit, unit, &f->unit);
    if (m) {
        Str u;
        f->high = measure_scale(w, unit2, f->unit, &u);
        if (!str_eq(u, f->unit)) return false;
    }
    bool open_low = *s == ':', open_high = !m && s[strlen(s) - 1] == ':';
    f->has_low = !open_low;
    f->has_high = !open_high;
    f->is_range = true;
    return true;
}

static const char *compile_tag_filter(Profile *p, const char *name, const char *value, Arena *a,
                                      TagFilter *f) {
    const char *error = NULL, *eq = strchr(value, '=');
    memset(f, 0, sizeof *f);
    f->key = NO_INDEX;
    if (!*value) return NULL;
    f->set = true;
    if (eq) {
        f->key = eq > value ? strtab_add(p->strs, value, (size_t)(eq - value)) : NO_INDEX;
        value = eq + 1;
    }
    if (parse_range(f, value, a, &error)) {
        if (!error) fprintf(stderr, "%s:Interpreted '%s' as range, not regexp\n", name, value);
        return error;
    }
    for (const char *s = value;; s++) {
        size_t n = strcspn(s, ",");
        Regex *re = regex_compile(a, (Str){s, n}, &error);
        if (!re) return arena_printf(a, "parsing %s regexp: %s", name, error);
        vec_push(a, &f->res, re);
        s += n;
        if (!*s) return NULL;
    }
}

static bool tag_filter_matches(const Profile *p, const LabelUnits *units, const TagFilter *f,
                               const ProfSample *s, StrBuf *whole) {
    const ProfLabel *l = s->nlabel ? p->labels.v + s->label : NULL;
    if (f->is_range) {
        for (uint32_t i = 0; i < s->nlabel; i++) {
            if (!l[i].is_num || (f->key != NO_INDEX && l[i].key != f->key)) continue;
            Str unit;
            double v = measure_scale(l[i].num, label_unit(p, units, l[i].key), f->unit, &unit);
            if (str_eq(unit, f->unit) && (!f->has_low || v >= f->low) && (!f->has_high || v <= f->high))
                return true;
        }
        return false;
    }
    for (uint32_t k = 0; k < f->res.n; k++) {
        bool found = false;
        for (uint32_t i = 0; i < s->nlabel && !found; i++) {
            if (l[i].is_num || (f->key != NO_INDEX && l[i].key != f->key)) continue;
            Str key = profile_str(p, l[i].key), text = profile_str(p, l[i].str);
            if (f->key == NO_INDEX) {
                whole->n = 0;
                sb_add(whole, key.p, key.n);
                sb_addc(whole, ':');
                sb_add(whole, text.p, text.n);
                text = (Str){sb_str(whole), whole->n};
            }
            found = regex_match(f->res.v[k], text);
        }
        if (f->key != NO_INDEX && found) return true;
        if (f->key == NO_INDEX && !found) return false;
    }
    return f->key == NO_INDEX;
}

static void warn(bool set, bool matched, const char *what) {
    if (set && !matched) fprintf(stderr, "%s expression matched no samples\n", what);
}

static void filter_tags(Profile *p, const LabelUnits *units, const TagFilter *focus, const TagFilter *ignore,
                        bool *focused, bool *ignored) {
    StrBuf scratch = STRBUF_INIT;
    bool *keep = xcalloc((size_t)p->samples.n + 1, 1);
    *focused = *ignored = false;
    for (uint32_t i = 0; i < p->samples.n; i++) {
        bool f = !focus->set || tag_filter_matches(p, units, focus, &p->samples.v[i], &scratch);
        bool g = ignore->set && tag_filter_matches(p, units, ignore, &p->samples.v[i], &scratch);
        *focused |= f;
        *ignored |= g;
        keep[i] = f && !g;
    }
    profile_keep_samples(p, keep);
    free_heap(keep);
    sb_release(&scratch);
}

static const char *apply_focus(Profile *p, const PprofConfig *c, const LabelUnits *units, Arena *a) {
    Regex *focus, *ignore, *hide, *show, *from, *prune, *tagshow, *taghide;
    TagFilter tf, ti;
    const char *e = compile_option("focus", c->focus, a, &focus);
    if (!e) e = compile_option("ignore", c->ignore, a, &ignore);
    if (!e) e = compile_option("hide", c->hide, a, &hide);
    if (!e) e = compile_option("show", c->show, a, &show);
    if (!e) e = compile_option("show_from", c->show_from, a, &from);
    if (!e) e = compile_tag_filter(p, "tagfocus", c->tagfocus, a, &tf);
    if (!e) e = compile_tag_filter(p, "tagignore", c->tagignore, a, &ti);
    if (!e) e = compile_option("prune_from", c->prune_from, a, &prune);
    if (e) return e;
    FilterMatches m = profile_filter_names(p, focus, ignore, hide, show);
    warn(focus, m.focus, "Focus");
    warn(ignore, m.ignore, "Ignore");
    warn(hide, m.hide, "Hide");
    warn(show, m.show, "Show");
    warn(from, profile_show_from(p, from), "ShowFrom");
    bool x, y;
    if (tf.set || ti.set) {
        filter_tags(p, units, &tf, &ti, &x, &y);
        warn(tf.set, x, "TagFocus");
        warn(ti.set, y, "TagIgnore");
    }
    taghide = NULL;
    e = compile_option("tagshow", c->tagshow, a, &tagshow);
    if (!e) e = compile_option("taghide", c->taghide, a, &taghide);
    if (tagshow || taghide) {
        profile_filter_tag_names(p, tagshow, taghide, &x, &y);
        warn(tagshow, x, "TagShow");
        warn(taghide, y, "TagHide");
    }
    if (prune) profile_prune_from(p, prune);
    return e;
}

/* ---- reports ---- */

const char *pprof_report_options(Profile *p, const PprofConfig *c, const LabelUnits *units, Arena *a,
                                 ReportOptions *o) {
    const char *error = NULL;
    if (p->sample_types.n == 0) return "profile has no samples";
    int index = profile_sample_index(p, str_of(c->sample_index), a, &error);
    if (index < 0) return error;
    if (c->divide_by == 0) return "zero divisor specified";
    memset(o, 0, sizeof *o);
    Str type = profile_str(p, p->sample_types.v[index].type);
    o->sample_type = c->mean ? str_of(arena_printf(a, "mean_%.*s", (int)type.n, type.p)) : type;
    o->sample_unit = profile_str(p, p->sample_types.v[index].unit);
    o->sample_index = (uint32_t)index;
    o->mean = c->mean;
    static const char *const names[] = {"focus",    "ignore",    "hide",    "show",   "show_from",
                                        "tagfocus", "tagignore", "tagshow", "taghide"};
    o->filters = NEW_ARRAY(a, const char *, COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *v = *(const char *const *)((const char *)c + pprof_field(names[i])->offset);
        if (*v) o->filters[o->nfilters++] = arena_printf(a, "%s=%s", names[i], v);
    }
    o->cum_sort = !strcmp(c->sort, "cum");
    o->call_tree = c->call_tree;
    o->drop_negative = c->drop_negative;
    o->compact_labels = c->compact_labels;
    o->ratio = 1 / c->divide_by;
    o->label_units = units;
    o->node_count = c->nodecount;
    o->node_fraction = c->nodefraction;
    o->edge_fraction = c->edgefraction;
    o->output_unit = str_of(c->unit);
    o->source_path = str_of(c->source_path);
    o->trim_path = str_of(c->trim_path);
    if (p->mappings.n && p->mappings.v[0].file)
        o->title = srcpath_base(a, profile_str(p, p->mappings.v[0].file));
    return NULL;
}

/* What a report needs whatever the options say: a listing is by lines, a raw dump by addresses, neither is
 * trimmed. */
static void override_options(const PprofCommand *cmd, PprofConfig *c) {
    bool trim = c->trim,
         entries = !strcmp(cmd->name, "text") || !strcmp(cmd->name, "top") || !strcmp(cmd->name, "topproto");
    if (!strcmp(cmd->name, "peek") || !strcmp(cmd->name, "list")) trim = false;
    else if (c->nodecount == -1) c->nodecount = entries ? 0 : 80;
    if (cmd->format == REPORT_LIST) c->granularity = "lines";
    if (cmd->format == REPORT_PROTO || cmd->format == REPORT_RAW || cmd->format == REPORT_CALLGRIND) {
        trim = false;
        c->granularity = "addresses";
    }
    if (trim) return;
    c->nodecount = 0;
    c->nodefraction = c->edgefraction = 0;
}

static void aggregate(Profile *p, const PprofConfig *c) {
    const char *g = c->granularity;
    bool addresses = !strcmp(g, "addresses"), lines = addresses || !strcmp(g, "lines"),
         files = !strcmp(g, "files");
    if (addresses && !c->noinlines) return;
    profile_aggregate(p, !c->noinlines, !files, lines || files || !strcmp(g, "filefunctions"), lines,
                      c->showcolumns, addresses);
}

static uint32_t label_keys(Profile *p, const char *list, Arena *a, StrId **keys) {
    VEC(StrId) v = {0};
    for (const char *s = list; *s;) {
        size_t n = strcspn(s, ",");
        if (n) vec_push(a, &v, strtab_add(p->strs, s, n));
        s += n + (s[n] == ',');
    }
    *keys = v.v;
    return v.n;
}

/* Has Graphviz's dot draw the graph in *text, which its picture replaces. */
static const char *draw(const char *format, StrBuf *text, Arena *a) {
    StrVec args = {0};
    const char *why = NULL, *dot = spawn_find(a, "dot", &why);
    vec_push(a, &args, "dot");
    vec_push(a, &args, arena_printf(a, "-T%s", format));
    FILE *in = tmpfile(), *out = tmpfile(), *complaints = tmpfile();
    if (!dot) {
        /* why says it */
    } else if (!in || !out || !complaints || fwrite(sb_str(text), 1, text->n, in) != text->n || fflush(in) ||
               fseek(in, 0, SEEK_SET)) {
        why = errno_text(errno);
    } else {
        Spawn s = {.program = PROGRAM_DOT,
                   .path = dot,
                   .args = &args,
                   .in = fileno(in),
                   .out = fileno(out),
                   .err = fileno(complaints)};
        pid_t pid = spawn_start(&s);
        int status = pid < 0 ? 0 : spawn_wait(pid);
        if (pid < 0) why = errno_text(errno);
        else if (status > 128) why = arena_printf(a, "signal %d", status - 128);
        else if (status) why = arena_printf(a, "exit status %d", status);
    }
    text->n = 0;
    char buf[1 << 14];
    if (complaints) { /* they name functions */
        rewind(complaints);
        for (size_t n; (n = fread(buf, 1, sizeof buf, complaints)) > 0;) fwrite(buf, 1, n, stderr);
        fclose(complaints);
    }
    if (!why) {
        rewind(out);
        for (size_t n; (n = fread(buf, 1, sizeof buf, out)) > 0;) sb_add(text, buf, n);
    }
    if (in) fclose(in);
    if (out) fclose(out);
    return why ? arena_printf(a, "failed to execute dot. Is Graphviz installed? Error: %s", why) : NULL;
}

static const char *write_out(const PprofCommand *cmd, const PprofConfig *c, bool interactive,
                             const StrBuf *out, Arena *a) {
    const char *path = c->output;
    Str text = {out->n ? out->buf : "", out->n};
    bool writing = true;
    int e = 0;
    if (!*path && cmd->binary && (interactive || isatty(1))) {
        for (int i = 1;; i++) { /* a binary file is no use on a terminal */
            path = arena_printf(a, "profile%03d.%s", i, cmd->suffix);
            e = outfile_write_new(path, text, &writing);
            if (e != EEXIST || i == 9999) break;
        }
        fprintf(stderr, "Generating report in %s\n", path);
    } else if (*path) {
        fprintf(stderr, "Generating report in %s\n", path);
        e = outfile_write(path, text, &writing);
    } else {
        path = "/dev/stdout";
        if (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0) e = errno;
    }
    return e ? arena_printf(a, "%s %s: %s", writing ? "write" : "open", path, errno_text(e)) : NULL;
}

/* Whose sources a list may show. */
static void allow_sources(Roots *r, const PprofConfig *c) {
    roots_init(r);
    char *cwd = getcwd(NULL, 0);
    roots_add(r, ".");
    roots_add_list(r, cwd ? cwd : "/", c->source_path);
    libc_free(cwd);
    roots_add_here(r);
}

const char *pprof_report(Profile *p, const PprofCommand *cmd, const char *param, PprofConfig c,
                         bool interactive, Arena *a) {
    LabelUnits units;
    StrBuf warnings = STRBUF_INIT, out = STRBUF_INIT;
    ReportOptions o;
    ProfReport r;
    StrId *root, *leaf;
    if (cmd->refused)
        return arena_printf(a, "%s is not done by goesc: use %s, or go tool pprof", cmd->name,
                            cmd->has_param                    ? "list"
                            : cmd->format == REPORT_CALLGRIND ? "callgrind"
                                                              : "pdf, png or dot");
    profile_label_units(p, &units, &warnings);
    fputs(sb_str(&warnings), stderr);
    sb_release(&warnings);
    override_options(cmd, &c);
    uint32_t nroot = label_keys(p, c.tagroot, a, &root), nleaf = label_keys(p, c.tagleaf, a, &leaf);
    bool root_matched, leaf_matched;
    profile_add_label_frames(p, root, nroot, leaf, nleaf, str_of(c.unit), &root_matched, &leaf_matched);
    warn(*c.tagroot, root_matched, "TagRoot");
    warn(*c.tagleaf, leaf_matched, "TagLeaf");
    const char *error = c.relative_percentages ? apply_focus(p, &c, &units, a) : NULL;
    if (!error) error = pprof_report_options(p, &c, &units, a, &o);
    if (!error && param) {
        o.symbol = regex_compile(a, str_of(param), &error);
        if (o.symbol) error = NULL;
        else error = arena_printf(a, "parsing argument regexp %s: %s", param, error);
    }
    if (!error) {
        o.format = cmd->format;
        report_init(&r, p, &o, &out);
        if (!c.relative_percentages) error = apply_focus(p, &c, &units, a);
        Roots roots = {0};
        if (cmd->format == REPORT_LIST) allow_sources(&roots, &c);
        r.o.roots = &roots;
        if (!error) {
            aggregate(p, &c);
            if (!report_print(&r)) error = arena_strndup(a, r.error, strlen(r.error));
        }
        if (!error && cmd->format == REPORT_DOT && cmd->suffix) error = draw(cmd->suffix, &out, a);
        if (!error) error = write_out(cmd, &c, interactive, &out, a);
        report_release(&r);
        roots_release(&roots);
    }
    sb_release(&out);
    label_units_release(&units);
    return error;
}
