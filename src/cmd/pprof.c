/* goesc tool pprof: flags as `go tool pprof` takes them, the profiles they name, and then one report or the
 * prompt. */
#include "base/limits.h"
#include "cmd/pprof.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include <stdlib.h>
#include <sys/stat.h>

typedef struct Flags {
    PprofConfig config;
    const char *choice[8]; /* of the choice flags that are set: sort and granularity */
    int nchoice;
    bool value_flags[7]; /* as in value_names */
    const char *base, *diff_base, *symbolize, *buildid, *add_comment, *http, *tools, *seconds, *timeout;
    bool no_browser;
    const char *reports[32]; /* by command: NULL, or its argument, "" where it takes none */
    const PprofCommand *cmd;
    const char *param;
} Flags;

static const struct {
    const char *flag, *type;
} value_names[] = {
    {"total_delay", "delay"},           {"mean_delay", "delay"},
    {"contentions", "contentions"},     {"inuse_space", "inuse_space"},
    {"inuse_objects", "inuse_objects"}, {"alloc_space", "alloc_space"},
    {"alloc_objects", "alloc_objects"},
};

static void usage(void) {
    fputs("usage:\n"
          "    goesc tool pprof <report> [options] [binary] <profile> ...\n"
          "    goesc tool pprof [options] [binary] <profile> ...\n"
          "\n"
          "The first form prints one report; the second asks for commands at a prompt.\n"
          "Several profiles are merged. What is printed is what 'go tool pprof' prints.\n"
          "\n",
          stderr);
    pprof_usage(stderr, true);
    fputs("\n"
          "  Profiles:\n"
          "    -base file       Subtract this profile\n"
          "    -diff_base file  Compare with this profile (percentages are of it)\n"
          "    -add_comment s   Add a comment\n"
          "    -buildid s       Build id of the main binary, where the profile has none\n"
          "\n"
          "  For -sample_index, shorter:\n"
          "    -inuse_space, -inuse_objects, -alloc_space, -alloc_objects, -contentions,\n"
          "    -total_delay, -mean_delay\n"
          "\n"
          "-seconds, -timeout, -symbolize and -tools are accepted: profiles are read from\n"
          "files, and their names are those that they hold.\n",
          stderr);
}

/* Go's words for a wrong command line. */
static int bad_flag(const char *message) {
    fprintf(stderr, "%s\n", message);
    usage();
    return 2;
}

static bool parse_bool(const char *s, bool *v) {
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        if (!strcmp(s, yes[i])) return *v = true, true;
        if (!strcmp(s, no[i])) return *v = false, true;
    }
    return false;
}

static const char **string_flag(Flags *f, const char *name) {
    const struct {
        const char *name;
        const char **at;
    } known[] = {{"base", &f->base},       {"diff_base", &f->diff_base},     {"symbolize", &f->symbolize},
                 {"buildid", &f->buildid}, {"add_comment", &f->add_comment}, {"http", &f->http},
                 {"tools", &f->tools},     {"seconds", &f->seconds},         {"timeout", &f->timeout}};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (!strcmp(known[i].name, name)) return known[i].at;
    return NULL;
}

/* Sets one flag. value: NULL when the flag stands alone. *took: the value was the next argument. */
static const char *set_flag(Flags *f, Arena *a, const char *name, const char *value, const char *next,
                            bool *took) {
    const PprofField *field = pprof_field(name);
    const PprofCommand *cmd = pprof_command(name);
    bool choice = field && strcmp(field->name, name) != 0, on = true, *flag = NULL;
    if (field && !choice && field->choices[0])
        field = NULL; /* -sort and -granularity are no flags, their choices are */
    if (choice || (cmd && !cmd->has_param)) flag = &on;
    if (!strcmp(name, "no_browser")) flag = &f->no_browser;
    for (size_t i = 0; i < COUNT_OF(value_names); i++)
        if (!strcmp(value_names[i].flag, name)) flag = &f->value_flags[i];
    if (field && !choice && field->kind == FIELD_BOOL) flag = (bool *)((char *)&f->config + field->offset);
    if (flag) {
        *flag = true;
        if (value && !parse_bool(value, flag))
            return arena_printf(a, "invalid boolean value %s for -%s: parse error", pprof_quoted(a, value),
                                name);
        if (choice) {
            int k = 0;
            while (k < f->nchoice && strcmp(f->choice[k], name) != 0) k++;
            if (on && k == f->nchoice) f->choice[f->nchoice++] = name;
            if (!on && k < f->nchoice) f->choice[k] = f->choice[--f->nchoice];
        } else if (cmd) {
            f->reports[cmd - pprof_commands] = on ? "" : NULL;
        }
        return NULL;
    }
    const char **text = string_flag(f, name), *given = value ? value : next;
    int64_t ns;
    bool bound = bounds_is_flag(name) && given &&
                 (!text || (number_int(given, 0, 64, &ns) != NUMBER_OK && limits_parse_duration(given, &ns)));
    if (bound) { /* -timeout: pprof's own is a number of seconds, ours has a unit */
        *took = !value;
        const char *wrong = bounds_set(name, given);
        return wrong
                   ? arena_printf(a, "invalid value %s for flag -%s: %s", pprof_quoted(a, given), name, wrong)
                   : NULL;
    }
    if (!text && !cmd && !field) return arena_printf(a, "flag provided but not defined: -%s", name);
    if (!value) {
        if (!next) return arena_printf(a, "flag needs an argument: -%s", name);
        value = next;
        *took = true;
    }
    if (cmd) {
        f->reports[cmd - pprof_commands] = *value ? value : NULL;
        return NULL;
    }
    bool number =
        !strcmp(name, "seconds") || !strcmp(name, "timeout") || (field && field->kind != FIELD_STRING);
    if (text) *text = value;
    if (number) {
        static const char *const why[] = {"", "parse error", "value out of range"};
        bool real = field && field->kind == FIELD_FLOAT;
        double d = 0;
        int64_t n = 0;
        NumberError wrong = real ? number_float(value, &d) : number_int(value, 0, 64, &n);
        if (wrong)
            return arena_printf(a, "invalid value %s for flag -%s: %s", pprof_quoted(a, value), name,
                                why[wrong]);
        if (field && real) *(double *)((char *)&f->config + field->offset) = d;
        else if (field) *(int64_t *)((char *)&f->config + field->offset) = n;
        return NULL;
    }
    if (field) *(const char **)((char *)&f->config + field->offset) = value;
    return NULL;
}

/* An executable, object or archive that Go's tools know: told by its first bytes. */
static bool is_binary(const char *path) {
    static const char *const magic[] = {
        "\177ELF",          "MZ",        "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe",
        "\xcf\xfa\xed\xfe", "!<arch>\n", "go object"};
    char head[16] = {0};
    FILE *f = fopen(path, "r");
    if (!f) return false;
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    for (size_t i = 0; i < COUNT_OF(magic); i++)
        if (n >= strlen(magic[i]) && !memcmp(head, magic[i], strlen(magic[i]))) return true;
    return false;
}

/* http://x, host:port and host:port/path. */
static bool looks_remote(const char *s) {
    struct stat st;
    if (stat(s, &st) == 0) return false;
    if (strstr(s, "://")) return true;
    const char *colon = strchr(s, ':');
    if (!colon || colon == s || memchr(s, '/', (size_t)(colon - s))) return false;
    size_t digits = strspn(colon + 1, "0123456789");
    return digits && (!colon[1 + digits] || colon[1 + digits] == '/');
}

/* What the command line says about the main binary. Without mappings one is made, as pprof does to find
 * names. */
static void adjust_mappings(Profile *p, const char *exec, const char *buildid) {
    if (p->mappings.n == 0) {
        vec_push(NULL, &p->mappings, ((ProfMapping){.id = 1}));
        for (uint32_t i = 0; i < p->locations.n; i++) p->locations.v[i].mapping = 0;
    }
    ProfMapping *m = &p->mappings.v[0];
    if (exec) m->file = strtab_add(p->strs, exec, strlen(exec));
    if (buildid && *buildid && !m->build_id) m->build_id = strtab_add(p->strs, buildid, strlen(buildid));
}

/* Reads and merges profiles; those that can't be read are named. 0: none could, -1: they can't be merged. */
static int grab(StrTab *strs, const char **paths, uint32_t n, const char *exec, const char *buildid, Arena *a,
                Profile *to, const char **error) {
    Profile *ps = xcalloc((size_t)n + 1, sizeof *ps);
    uint32_t got = 0;
    for (uint32_t i = 0; i < n; i++) {
        const char *why = NULL;
        if (looks_remote(paths[i]))
            why = "goesc reads profiles from files only: fetch it first (curl -o mem.out URL)";
        else if (!profile_read_file(&ps[got], strs, paths[i], a, &why) && !why) why = "unreadable";
        if (why) {
            fprintf(stderr, "%s: %s\n", paths[i], why);
            continue;
        }
        adjust_mappings(&ps[got++], exec, buildid);
    }
    bool good = got == 0 || profile_combine(to, ps, got, a, error);
    free_heap(ps);
    return good ? (int)got : -1;
}

/* Names that look like C++'s lose their argument lists and template arguments; [...] is Go's and stays. */
static Str without_nested(Arena *a, Str s, char open, char close) {
    char *t = arena_strndup(a, s.p, s.n);
    size_t n = s.n;
    int64_t depth = 0;
    for (int64_t i = 0, first = 0; i < (int64_t)n; i++) {
        if (t[i] == open && depth++ == 0) first = i;
        if (t[i] != close) continue;
        if (--depth < 0) break;
        if (depth > 0) continue;
        memmove(t + first, t + i + 1, n - (size_t)i - 1);
        n -= (size_t)(i + 1 - first);
        i = first - 1;
    }
    return (Str){t, n};
}

static bool contains(Str s, const char *what) { return s.n && memmem(s.p, s.n, what, strlen(what)); }

/* What -symbolize=local:force:demangle=full asks for, as far as names in the profile are concerned. */
typedef struct Symbolize {
    bool off, local, force;
    bool no_params, no_templates, untouched; /* what names lose, or that they stay as they are */
} Symbolize;

static Symbolize symbolize_mode(const char *mode, Arena *a) {
    Symbolize z = {.local = true, .no_params = true, .no_templates = true};
    char *text = arena_strndup(a, mode, strlen(mode)), *next = text;
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c |= 32;
    for (char *o; (o = strsep(&next, ":"));) {
        const char *d = strncmp(o, "demangle=", 9) == 0 ? o + 9 : o;
        bool full = !strcmp(d, "full"), none = !strcmp(d, "none"), templates = !strcmp(d, "templates");
        if (!strcmp(o, "none") || !strcmp(o, "no")) {
            z.off = true;
            return z;
        }
        if (!strcmp(o, "local") || !strcmp(o, "fastlocal")) {
            z.local = true;
        } else if (!strcmp(o, "remote")) {
            z.local = false;
        } else if (!strcmp(o, "force")) {
            z.force = true;
        } else if (full || none || templates) {
            z.force = true;
            z.untouched = none;
            z.no_params = templates;
            z.no_templates = false;
        } else if (*o && strcmp(d, "default") != 0) {
            fprintf(
                stderr,
                "ignoring unrecognized symbolization option: %s\nexpecting "
                "-symbolize=[local|fastlocal|remote|none][:force][:demangle=[none|full|templates|default]\n",
                mode);
        }
    }
    return z;
}

static void simplify_names(Profile *p, const Symbolize *z, Arena *a) {
    for (uint32_t i = 0; i < p->functions.n; i++) {
        ProfFunction *f = &p->functions.v[i];
        if (z->force && f->name && f->system_name) f->name = f->system_name;
        if (z->untouched || (f->name && f->system_name != f->name)) continue;
        Str s = profile_str(p, f->system_name);
        if (!contains(s, ".<") && !contains(s, "]).") &&
            (contains(s, "<") || contains(s, ">") || contains(s, "[") || contains(s, "]") ||
             contains(s, "::"))) {
            if (z->no_params) s = without_nested(a, s, '(', ')');
            if (z->no_templates) s = without_nested(a, s, '<', '>');
        }
        f->name = strtab_add(p->strs, s.p, s.n);
    }
}

static void warn_unsymbolized(const Profile *p) {
    const ProfMapping *m = &p->mappings.v[0];
    bool used = false;
    if (m->has_functions || m->has_filenames || m->has_line_numbers) return;
    for (uint32_t i = 0; i < p->locations.n && !used; i++) used = p->locations.v[i].mapping == 0;
    if (!used) return;
    if (!m->file) fprintf(stderr, "Main binary filename not available.\n");
    else
        fprintf(stderr,
                "The profile holds no names for addresses, and goesc does not read them from the binary.\n");
}

/* An absolute URL as a mapping's file says where a profile came from, not what ran. */
static void forget_urls(Profile *p) {
    for (uint32_t i = 0; i < p->mappings.n; i++) {
        Str s = profile_str(p, p->mappings.v[i].file);
        size_t n = 0;
        while (n < s.n &&
               (((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'z') || (n && strchr("0123456789+-.", s.p[n]))))
            n++;
        if (!p->mappings.v[i].build_id && n && n < s.n && s.p[n] == ':') p->mappings.v[i].file = 0;
    }
}

static const char *prune_uninteresting(Profile *p, Arena *a) {
    const char *error = NULL;
    Regex *drop, *keep = NULL;
    Str d = profile_str(p, p->drop_frames), k = profile_str(p, p->keep_frames);
    if (!d.n) return NULL;
    drop = regex_compile(a, str_of(arena_printf(a, "^(%.*s)$", (int)d.n, d.p)), &error);
    if (drop && k.n) keep = regex_compile(a, str_of(arena_printf(a, "^(%.*s)$", (int)k.n, k.p)), &error);
    if (drop && (keep || !k.n)) profile_prune(p, drop, keep);
    return NULL; /* pprof says nothing of a wrong expression here */
}

static const char *fetch(const Flags *f, StrTab *strs, const char **sources, uint32_t nsources,
                         const char *exec, Arena *a, Profile *p) {
    const char *error = NULL, *base_error = NULL, *base = *f->base ? f->base : f->diff_base;
    Profile pb;
    int n = grab(strs, sources, nsources, exec, f->buildid, a, p, &error);
    int nb = *base ? grab(strs, &base, 1, exec, f->buildid, a, &pb, &base_error) : 0;
    if (n < 0) error = arena_printf(a, "problem fetching source profiles: %s", error);
    else if (nb < 0) error = arena_printf(a, "problem fetching base profiles: %s,", base_error);
    else if (n == 0) error = "failed to fetch any source profiles";
    else if (nb == 0 && *base) error = "failed to fetch any base profiles";
    if (!error && (uint32_t)n != nsources)
        fprintf(stderr, "Fetched %d source profiles out of %u\n", n, nsources);
    if (!error && nb) {
        double *minus = NEW_ARRAY(a, double, pb.sample_types.n);
        for (uint32_t i = 0; i < pb.sample_types.n; i++) minus[i] = -1;
        if (*f->diff_base) profile_set_label(&pb, "pprof::base", "true");
        if (f->config.normalize && !profile_normalize(p, &pb, a, &error)) nb = 0;
        if (nb) {
            profile_scale(&pb, minus);
            Profile both[2] = {*p, pb};
            if (!profile_combine(p, both, 2, a, &error)) {
                profile_init(p, strs);
                return error;
            }
        } else {
            profile_release(&pb);
        }
        nb = 0;
    }
    if (error) {
        if (nb > 0) profile_release(&pb);
        if (n > 0) profile_release(p);
        profile_init(p, strs);
        return error;
    }
    Symbolize z = symbolize_mode(f->symbolize, a);
    if (p->mappings.n && z.local && !z.off) warn_unsymbolized(p);
    if (!z.off) simplify_names(p, &z, a);
    prune_uninteresting(p, a);
    forget_urls(p);
    if (*f->add_comment)
        vec_push(NULL, &p->comments, strtab_add(strs, f->add_comment, strlen(f->add_comment)));
    return NULL;
}

/* The flags' meanings together; an error message or NULL. */
static const char *settle(Flags *f, Arena *a) {
    const char *sort = NULL, *granularity = NULL;
    for (int i = 0; i < f->nchoice; i++) {
        bool is_sort = !strcmp(pprof_field(f->choice[i])->name, "sort");
        const char **at = is_sort ? &sort : &granularity;
        if (*at) return arena_printf(a, "conflicting options set: [%s %s]", *at, f->choice[i]);
        *at = f->choice[i];
    }
    if (sort) f->config.sort = sort;
    if (granularity) f->config.granularity = granularity;
    for (size_t i = 0; i < pprof_ncommands; i++) {
        if (!f->reports[i]) continue;
        if (f->cmd) return "must set at most one output format";
        f->cmd = &pprof_commands[i];
        f->param = f->cmd->has_param ? f->reports[i] : NULL;
    }
    if (f->cmd && *f->http) return "-http is not compatible with an output format on the command line";
    if (f->no_browser && !*f->http) return "-no_browser only makes sense with -http";
    for (size_t i = 0; i < COUNT_OF(value_names); i++) {
        if (!f->value_flags[i]) continue;
        if (*f->config.sample_index)
            fprintf(stderr, "Multiple value selections, ignoring -%s\n", value_names[i].flag);
        else f->config.sample_index = value_names[i].type;
    }
    if (f->value_flags[1]) f->config.mean = true;
    if (*f->base && *f->diff_base) return "-base and -diff_base flags cannot both be specified";
    if (f->config.normalize && !*f->base && !*f->diff_base) return "must have base profile to normalize by";
    if (*f->http) return "-http is not served by goesc: use a report, or go tool pprof";
    return NULL;
}

static int run(int argc, char **argv, Arena *a, StrTab *strs) {
    Flags f = {.base = "",
               .diff_base = "",
               .symbolize = "",
               .buildid = "",
               .add_comment = "",
               .http = "",
               .tools = "",
               .seconds = "",
               .timeout = ""};
    Profile p;
    int i = 1;
    pprof_config_init(&f.config);
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *name = argv[i] + 1, *eq;
        bool took = false;
        if (*name == '-' && !*++name) {
            i++;
            break;
        }
        if (!*name || *name == '-' || *name == '=')
            return bad_flag(arena_printf(a, "bad flag syntax: %s", argv[i]));
        eq = strchr(name, '=');
        if (eq) name = arena_strndup(a, name, (size_t)(eq - name));
        if (!strcmp(name, "h") || !strcmp(name, "help")) {
            usage();
            return 0;
        }
        const char *error =
            set_flag(&f, a, name, eq ? eq + 1 : NULL, i + 1 < argc ? argv[i + 1] : NULL, &took);
        if (error) return bad_flag(error);
        i += took;
    }
    if (i >= argc) {
        usage();
        fprintf(stderr, "no profile source specified\n");
        return 2;
    }
    const char *exec = argc - i > 1 && is_binary(argv[i]) ? argv[i++] : NULL;
    const char *error = settle(&f, a);
    if (!error) error = fetch(&f, strs, (const char **)(void *)(argv + i), (uint32_t)(argc - i), exec, a, &p);
    else profile_init(&p, strs);
    int status = 0;
    if (!error && f.cmd) error = pprof_report(&p, f.cmd, f.param, f.config, false, a);
    else if (!error) status = pprof_shell(&p, &f.config, a);
    profile_release(&p);
    if (!error) return status;
    fprintf(stderr, "%s\n", error);
    return 2;
}

int cmd_pprof(int argc, char **argv) {
    Arena a;
    StrTab strs;
    arena_init(&a);
    strtab_init(&strs);
    int status = run(argc, argv, &a, &strs);
    strtab_release(&strs);
    arena_release(&a);
    return status;
}
