/* goesc tool pprof: what the command line (pprof.c), the options and reports (pprof_report.c) and the prompt
 * (pprof_shell.c) share. */
#ifndef GOESC_CMD_PPROF_H
#define GOESC_CMD_PPROF_H
#include "profile/report.h"

/* The options in force. Names and help are in the table of pprof_report.c. */
typedef struct PprofConfig {
    const char *output, *unit, *source_path, *trim_path, *sample_index, *sort, *granularity;
    const char *tagroot, *tagleaf, *focus, *ignore, *prune_from, *hide, *show, *show_from, *tagfocus,
        *tagignore, *tagshow, *taghide;
    bool call_tree, relative_percentages, compact_labels, intel_syntax, mean, normalize, drop_negative, trim,
        noinlines, showcolumns;
    double divide_by, nodefraction, edgefraction;
    int64_t nodecount;
} PprofConfig;

typedef enum FieldKind { FIELD_STRING, FIELD_BOOL, FIELD_INT, FIELD_FLOAT } FieldKind;

typedef struct PprofField {
    const char *name;
    FieldKind kind;
    size_t offset;
    const char *choices[6]; /* names that are values of this field; sorted */
    const char *help;       /* the first line is the summary */
} PprofField;

typedef struct PprofCommand {
    const char *name;
    ReportFormat format;
    bool has_param, binary; /* binary: kept off the terminal */
    bool refused;           /* known, and not done here */
    const char *suffix;     /* of the file that keeps it off */
    const char *help, *usage;
} PprofCommand;

extern const PprofField pprof_fields[];
extern const size_t pprof_nfields;
extern const PprofCommand pprof_commands[];
extern const size_t pprof_ncommands;

void pprof_config_init(PprofConfig *c);
const PprofCommand *pprof_command(const char *name);
/* The field of this name or with this choice. */
const PprofField *pprof_field(const char *name);
const char *pprof_choice_help(const char *choice);
/* Sets a field from text; what stays is copied to the arena. An error message, or NULL. */
const char *pprof_set(PprofConfig *c, const PprofField *f, const char *value, Arena *a);
const char *pprof_quoted(Arena *a, const char *s); /* as %q */
void pprof_field_text(const PprofConfig *c, const PprofField *f, StrBuf *out);

/* Filters p and prints one report of it (p is changed). An error message in the arena, or NULL. */
const char *pprof_report(Profile *p, const PprofCommand *cmd, const char *param, PprofConfig c,
                         bool interactive, Arena *a);
/* The options for a report, before filters. */
const char *pprof_report_options(Profile *p, const PprofConfig *c, const LabelUnits *units, Arena *a,
                                 ReportOptions *o);

void pprof_usage(FILE *out, bool flags); /* commands and options, a line each */
int pprof_shell(Profile *p, PprofConfig *c, Arena *a);

#endif
