/* The prompt of goesc tool pprof: one command a line, `option=value` sets an option for the commands that
 * follow.
 *
 * On a terminal lines are edited with libedit, with history and completion of commands, options and
 * functions. From a pipe they are read as they come, with the prompt on the standard output, as pprof does;
 * everything that is no report goes to the standard error. Each report works on a copy of the profile, which
 * filters may change. */
#include "cmd/pprof.h"
#include "base/number.h"
#include "base/unicode.h"
#include <editline/readline.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

typedef struct Shell {
    Profile *p;
    PprofConfig *c;
    Arena *arena; /* of options */
    bool terminal;
} Shell;

static void complain(const Shell *sh, const char *message) {
    StrBuf text = STRBUF_INIT;
    TermSpans styles = {0};
    term_add(&text, sh->terminal && term_color(stderr) ? &styles : NULL, TERM_ERROR, message);
    sb_addc(&text, '\n');
    term_print(stderr, &text, &styles);
    sb_release(&text);
    vec_free(&styles);
}

/* The length of the white space that s begins with, 0 for none; as Go has it, in Unicode. */
static size_t space_at(const char *s) {
    uint32_t r;
    size_t n = *s ? (size_t)utf8_decode(s, strnlen(s, 4), &r) : 0;
    return n && unicode_is_space(r) ? n : 0;
}

static char *trimmed(char *s) {
    size_t n, end = 0;
    while ((n = space_at(s))) s += n;
    for (size_t i = 0; s[i];) {
        uint32_t r;
        n = space_at(s + i);
        i += n ? n : (size_t)utf8_decode(s + i, strnlen(s + i, 4), &r);
        if (!n) end = i;
    }
    s[end] = 0;
    return s;
}

/* ---- completion ---- */

static const Shell *completing; /* libedit calls back without an argument; there is one prompt in a process */
static VEC(char *) candidates;  /* found when Tab is pressed; handed to libedit one by one */
static uint32_t candidates_taken;

static char *next_candidate(const char *text, int state) {
    (void)text, (void)state;
    return candidates_taken < candidates.n ? candidates.v[candidates_taken++] : NULL;
}

/* libedit writes what is offered to the terminal itself: nothing else may be. */
static bool is_plain(const char *s, size_t n) {
    return term_is_clean((Str){s, n}) && !memchr(s, '\n', n) && !memchr(s, '\t', n);
}

static void offer(const char *name, const char *prefix) {
    if (!is_plain(name, strlen(name))) return;
    if (strncasecmp(name, prefix, strlen(prefix)) != 0) return;
    for (uint32_t i = 0; i < candidates.n; i++)
        if (!strcmp(candidates.v[i], name)) return;
    vec_push(NULL, &candidates, strdup(name));
}

static void offer_sample_types(const char *prefix) {
    const Profile *p = completing->p;
    for (uint32_t i = 0; i < p->sample_types.n; i++) {
        Str t = profile_str(p, p->sample_types.v[i].type);
        char *name = strndup(t.p, t.n);
        offer(name, prefix);
        libc_free(name);
    }
}

static void offer_commands(const char *prefix, bool help) {
    static const char *const words[] = {"exit", "help", "options", "quit"};
    for (size_t i = 0; i < pprof_ncommands; i++)
        if (!pprof_commands[i].refused) offer(pprof_commands[i].name, prefix);
    for (size_t i = 0; i < pprof_nfields; i++) {
        const PprofField *f = &pprof_fields[i];
        offer(f->name, prefix);
        for (size_t k = 0; k < COUNT_OF(f->choices) && f->choices[k]; k++) offer(f->choices[k], prefix);
    }
    if (help) return;
    for (size_t i = 0; i < COUNT_OF(words); i++) offer(words[i], prefix);
    if (*prefix) offer_sample_types(prefix);
}

/* Adds a name as an expression for it: what is more than a letter there gets a backslash, and what a terminal
 * would not show as it is gets its number, or a dot where it is no character. */
static void add_expression(StrBuf *sb, Str name) {
    for (size_t k = 0; k < name.n;) {
        uint32_t rune;
        size_t n = (size_t)utf8_decode(name.p + k, name.n - k, &rune);
        bool shown = is_plain(name.p + k, n);
        if (!shown && rune == RUNE_ERROR) sb_addc(sb, '.');
        else if (!shown) sb_printf(sb, "\\x{%x}", rune);
        else if (strchr("()[]{}*+?|^$\\", name.p[k])) sb_printf(sb, "\\%c", name.p[k]);
        else sb_add(sb, name.p + k, n);
        k += n;
    }
}

/* The functions that contain the text, as expressions. Text that has backslashes already is meant without. A
 * dash before the text, which stands for "not", stays. */
static void offer_functions(const char *text) {
    const Profile *p = completing->p;
    StrBuf want = STRBUF_INIT, name = STRBUF_INIT;
    bool dash = *text == '-', *seen = xcalloc((size_t)p->strs->strs.n + 1, 1);
    for (const char *t = text + dash; *t; t++)
        if (*t != '\\') sb_addc(&want, *t);
    for (uint32_t i = 0; i < p->functions.n; i++) {
        StrId id = p->functions.v[i].name;
        Str s = profile_str(p, id);
        if (!s.n || seen[id] || memchr(s.p, 0, s.n) || (want.n && !memmem(s.p, s.n, want.buf, want.n)))
            continue;
        seen[id] = true;
        name.n = 0;
        if (dash) sb_addc(&name, '-');
        add_expression(&name, s);
        vec_push(NULL, &candidates, strdup(sb_str(&name)));
    }
    sb_release(&want);
    sb_release(&name);
    free_heap(seen);
}

/* What may stand behind "name=". */
static void offer_values(const PprofField *f, const char *text, bool *functions, bool *files) {
    static const char *const expressions[] = {"focus", "ignore", "prune_from", "hide", "show", "show_from"};
    if (!f) return;
    for (size_t k = 0; k < COUNT_OF(f->choices) && f->choices[k]; k++) offer(f->choices[k], text);
    if (f->kind == FIELD_BOOL) offer("true", text), offer("false", text);
    if (!strcmp(f->name, "sample_index")) offer_sample_types(text);
    for (size_t k = 0; k < COUNT_OF(expressions); k++) *functions |= !strcmp(f->name, expressions[k]);
    if (*functions) offer_functions(text);
    *files = !strcmp(f->name, "output") || strstr(f->name, "_path");
}

static char *next_file(const char *text, int state) {
    char *name = rl_filename_completion_function(text, state);
    while (name && !is_plain(name, strlen(name))) {
        libc_free(name);
        name = rl_filename_completion_function(text, 1);
    }
    return name;
}

/* The candidates for libedit. Several functions need not begin alike, nor with the text: it stays unless what
 * they have in common says more. */
static char **finish(const char *text, bool functions) {
    char **all = rl_completion_matches(text, next_candidate);
    if (functions && all && all[1] && all[2] && !strstr(all[0], text)) {
        libc_free(all[0]);
        all[0] = strdup(text);
    }
    return all;
}

static char **complete(const char *text, int start, int end) {
    (void)end;
    char *before = strndup(rl_line_buffer, (size_t)start), *line = trimmed(before), **all;
    size_t n = strlen(line);
    bool help = !strcmp(line, "help"), functions = false, files = false;
    candidates.n = candidates_taken = 0;
    rl_completion_append_character = ' ';
    if (n && line[n - 1] == '=') {
        line[n - 1] = 0;
        offer_values(pprof_field(trimmed(line)), text, &functions, &files);
    } else if (n && line[n - 1] == '>') {
        files = true;
    } else if (!n || help) {
        offer_commands(text, help);
        const PprofField *f = candidates.n == 1 ? pprof_field(candidates.v[0]) : NULL;
        if (f && !help && !strcmp(f->name, candidates.v[0])) rl_completion_append_character = '=';
    } else {
        line[strcspn(line, " \t0123456789")] = 0;
        const PprofCommand *cmd = pprof_command(line);
        if (cmd && strcmp(cmd->name, "tags") != 0) offer_functions(text);
        functions = true;
    }
    all = files ? rl_completion_matches(text, next_file) : finish(text, functions);
    rl_attempted_completion_over = 1; /* nothing found is no reason to offer files */
    libc_free(before);
    while (candidates_taken < candidates.n) libc_free(candidates.v[candidates_taken++]);
    return all;
}

/* ---- commands ---- */

static void print_options(const Shell *sh) {
    Arena a;
    VEC(const char *) lines = {0};
    const Profile *p = sh->p;
    arena_init(&a);
    for (size_t i = 0; i < pprof_nfields; i++) {
        const PprofField *f = &pprof_fields[i];
        StrBuf value = STRBUF_INIT, comment = STRBUF_INIT;
        pprof_field_text(sh->c, f, &value);
        if (f->choices[0]) {
            sb_addc(&comment, '[');
            for (size_t k = 0; k < COUNT_OF(f->choices) && f->choices[k]; k++)
                sb_printf(&comment, "%s%s", k ? " | " : "", f->choices[k]);
            sb_addc(&comment, ']');
        } else if (!strcmp(f->name, "sample_index")) {
            sb_addc(&comment, '[');
            for (uint32_t k = 0; k < p->sample_types.n; k++) {
                Str t = profile_str(p, p->sample_types.v[k].type);
                sb_printf(&comment, "%s%.*s", k ? " | " : "", (int)t.n, t.p);
                if (k + 1 == p->sample_types.n && value.n == 0) sb_add(&value, t.p, t.n);
            }
            sb_addc(&comment, ']');
        } else if (!strcmp(f->name, "source_path")) {
            sb_release(&value);
            continue;
        } else if (!strcmp(f->name, "nodecount") && !strcmp(sb_str(&value), "-1")) {
            sb_adds(&comment, "default");
        } else if (value.n == 0) {
            sb_adds(&value, "\"\"");
        }
        if (!strcmp(f->name, "granularity") && value.n == 0) sb_adds(&value, "(default)");
        vec_push(&a, &lines,
                 arena_printf(&a, "  %-25s = %-20s %s%s\n", f->name, sb_str(&value), comment.n ? "//: " : "",
                              sb_str(&comment)));
        sb_release(&value);
        sb_release(&comment);
    }
    for (uint32_t i = 1; i < lines.n; i++) /* few, and nearly in order */
        for (uint32_t k = i; k > 0 && strcmp(lines.v[k - 1], lines.v[k]) > 0; k--) {
            const char *t = lines.v[k];
            lines.v[k] = lines.v[k - 1], lines.v[k - 1] = t;
        }
    for (uint32_t i = 0; i < lines.n; i++) fputs(lines.v[i], stderr);
    arena_release(&a);
}

static void print_help(const Shell *sh, const char *topic) {
    if (!*topic) {
        pprof_usage(stderr, false);
        fputs("\n  :   Clear focus, ignore, hide, tagfocus and tagignore\n\n  help <command or option> says "
              "more.\n",
              stderr);
        return;
    }
    const PprofCommand *cmd = pprof_command(topic);
    const PprofField *f = pprof_field(topic);
    if (cmd) {
        fprintf(stderr, "%s\n", cmd->help);
        if (cmd->usage) fprintf(stderr, "  Usage:\n    %s\n", cmd->usage);
    } else if (f) {
        fprintf(stderr, "%s\n", strcmp(f->name, topic) != 0 ? pprof_choice_help(topic) : f->help);
        if (!strcmp(topic, "sample_index")) {
            fputs("Names here:", stderr);
            for (uint32_t k = 0; k < sh->p->sample_types.n; k++) {
                Str t = profile_str(sh->p, sh->p->sample_types.v[k].type);
                fprintf(stderr, " %.*s", (int)t.n, t.p);
            }
            fputs("\n", stderr);
        }
    } else {
        StrBuf text = STRBUF_INIT;
        sb_printf(&text, "Unknown command: %s", topic);
        complain(sh, sb_str(&text));
        sb_release(&text);
    }
}

/* An assignment, or an option that is switched on by its name; false when the line is neither. */
static bool assign(Shell *sh, const char *line, Arena *a) {
    char *name = arena_strndup(a, line, strlen(line)), *value = strchr(name, '=');
    const char *error = NULL;
    if (value) {
        *value++ = 0;
        for (char *c = value, *next; (next = strstr(c, "//:"));
             c = next + 1) /* the last comment is none of the value */
            if (!strstr(next + 1, "//:")) {
                *next = 0;
                break;
            }
        value = trimmed(value);
    }
    name = trimmed(name);
    const PprofField *f = pprof_field(name);
    if (!f) return false;
    bool choice = strcmp(f->name, name) != 0;
    if (!value && !choice && f->kind != FIELD_BOOL) {
        complain(sh, arena_printf(a, "please specify a value, e.g. %s=<val>", name));
        return true;
    }
    if (!value) value = arena_strndup(a, "", 0);
    if (!strcmp(name, "sample_index")) {
        int i = profile_sample_index(sh->p, str_of(value), a, &error);
        if (i >= 0) {
            Str t = profile_str(sh->p, sh->p->sample_types.v[i].type);
            value = arena_strndup(a, t.p, t.n);
        }
    }
    if (!error && choice) {
        static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
        bool on = false;
        for (size_t i = 0; i < COUNT_OF(yes); i++) on |= !strcmp(yes[i], value);
        if (on) error = pprof_set(sh->c, f, name, sh->arena);
        else error = arena_printf(a, "unknown config field \"%s\"", name);
    } else if (!error) {
        error = pprof_set(sh->c, f, value, sh->arena);
    }
    if (error) complain(sh, error);
    return true;
}

static const char *join_regex(Arena *a, const char *x, const char *y) {
    return arena_printf(a, "%s%s%s", x, *x && *y ? "|" : "", y);
}

/* A report command with its arguments. */
static const char *report_command(Shell *sh, char **word, uint32_t n, Arena *a) {
    const char *name = word[0], *focus = "", *ignore = "", *param = NULL, *value = NULL;
    const PprofCommand *cmd = pprof_command(name);
    PprofConfig c = *sh->c; /* what the line says holds for the line */
    size_t len = strlen(name), digits = len;
    uint32_t i = 1;
    int64_t v;
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') digits--;
    if (!cmd && digits < len && digits > 0) { /* top10 */
        const char *count = name + digits;
        name = arena_strndup(a, name, digits);
        cmd = pprof_command(name);
        value = count;
        if (cmd && cmd->has_param) param = count;
        else if (!number_int(count, 10, 32, &v)) c.nodecount = v;
        else focus = count;
    }
    if (!cmd) {
        const PprofField *f = pprof_field(name);
        if (!value) value = n > 1 ? word[1] : "<val>";
        if (f && (!f->choices[0] || strcmp(f->name, name) != 0))
            return arena_printf(a, "did you mean: %s=%s", name, value);
        return arena_printf(a, "unrecognized command: %s", pprof_quoted(a, name));
    }
    if (cmd->has_param && !param) {
        if (i >= n) return arena_printf(a, "command %s requires an argument", name);
        param = word[i++];
    }
    for (; i < n; i++) {
        char *t = word[i];
        if (!number_int(t, 10, 32, &v)) {
            c.nodecount = v;
            continue;
        }
        if (*t == '>') {
            if (!t[1] && ++i >= n) return "unexpected end of line after >";
            c.output = t[1] ? t + 1 : word[i];
        } else if (!strcmp(t, "-cum") || !strcmp(t, "--cum")) {
            c.sort = "cum";
        } else if (*t == '-') {
            ignore = join_regex(a, ignore, t + 1);
        } else {
            focus = join_regex(a, focus, t);
        }
    }
    bool tags = !strcmp(name, "tags");
    if (*focus) *(tags ? &c.tagfocus : &c.focus) = focus;
    if (*ignore) *(tags ? &c.tagignore : &c.ignore) = ignore;
    if (c.nodecount == -1 && (!strcmp(name, "text") || !strcmp(name, "top"))) c.nodecount = 10;
    Profile copy;
    profile_copy(&copy, sh->p);
    const char *error = pprof_report(&copy, cmd, param, c, true, a);
    profile_release(&copy);
    return error;
}

/* One command; false when it was the last. */
static bool execute(Shell *sh, const char *line, Arena *a) {
    VEC(char *) words = {0};
    if (assign(sh, line, a)) return true;
    char *text = arena_strndup(a, line, strlen(line));
    for (char *s = text; *s;) {
        size_t n;
        while ((n = space_at(s))) s += n;
        if (!*s) break;
        vec_push(a, &words, s);
        while (*s && !(n = space_at(s))) s++;
        if (*s) *s = 0, s += n;
    }
    if (words.n == 0) return true;
    const char *w = words.v[0];
    if (!strcmp(w, "exit") || !strcmp(w, "quit") || !strcmp(w, "q")) return false;
    if (!strcmp(w, "o") || !strcmp(w, "options")) {
        print_options(sh);
    } else if (!strcmp(w, "help")) {
        StrBuf topic = STRBUF_INIT;
        for (uint32_t i = 1; i < words.n; i++) sb_printf(&topic, "%s%s", i > 1 ? " " : "", words.v[i]);
        print_help(sh, sb_str(&topic));
        sb_release(&topic);
    } else {
        const char *error = report_command(sh, words.v, words.n, a);
        if (error) complain(sh, error);
    }
    return true;
}

/* Words that stand for several commands: ":" clears filters, a sample type chooses it. */
static bool execute_line(Shell *sh, char *line, Arena *a) {
    static const char *const clear[] = {"focus=", "ignore=", "hide=", "tagfocus=", "tagignore="};
    line = trimmed(line);
    if (!strcmp(line, ":")) {
        for (size_t i = 0; i < COUNT_OF(clear); i++) execute(sh, clear[i], a);
        return true;
    }
    for (uint32_t i = 0; i < sh->p->sample_types.n; i++) {
        Str t = profile_str(sh->p, sh->p->sample_types.v[i].type);
        const char *type = arena_strndup(a, t.p, t.n), *rest = line;
        bool total = !strncmp(line, "total_", 6), mean = !strncmp(line, "mean_", 5);
        if (strcmp(line, type) != 0) {
            if (!total && !mean) continue;
            rest = line + (total ? 6 : 5);
            if (strcmp(rest, type) != 0) continue;
            execute(sh, total ? "mean=0" : "mean=1", a);
        }
        return execute(sh, arena_printf(a, "sample_index=%s", type), a);
    }
    return execute(sh, line, a);
}

static void greet(Shell *sh, Arena *a) {
    LabelUnits units;
    StrBuf text = STRBUF_INIT;
    ReportOptions o;
    ProfReport r;
    profile_label_units(sh->p, &units, &text);
    if (!pprof_report_options(sh->p, sh->c, &units, a, &o)) {
        report_init(&r, sh->p, &o, &text);
        report_profile_labels(&r, &text);
        sb_addc(&text, '\n');
        if (r.total == 0 && sh->p->sample_types.n > 1)
            sb_adds(&text, "No samples were found with the default sample value type.\n"
                           "Try \"sample_index\" command to analyze different sample values.\n\n");
        report_release(&r);
    }
    label_units_release(&units);
    fputs(sb_str(&text), stderr);
    fputs("Entering interactive mode (type \"help\" for commands, \"o\" for options)\n", stderr);
    sb_release(&text);
}

/* The next line, without its end; NULL at the end of the input. */
static char *next_line(Shell *sh, char **buf, size_t *cap) {
    if (sh->terminal) {
        libc_free(*buf);
        fflush(stdout);
        *buf = readline("(pprof) ");
        if (*buf && **buf && is_plain(*buf, strlen(*buf))) add_history(*buf);
        return *buf;
    }
    fputs("(pprof) ", stdout);
    fflush(stdout);
    ssize_t n = getline(buf, cap, stdin);
    return n <= 0 ? NULL : *buf;
}

static char breaks[] = " \t\n=>"; /* what separates words; libedit wants it writable */

int pprof_shell(Profile *p, PprofConfig *c, Arena *a) {
    const char *term = getenv("TERM");
    Shell sh = {
        .p = p, .c = c, .arena = a, .terminal = isatty(0) && term && *term && strcasecmp(term, "dumb") != 0};
    char *buf = NULL, *line;
    size_t cap = 0;
    c->compact_labels = true;
    if (sh.terminal) {
        completing = &sh;
        rl_readline_name = "pprof";
        rl_attempted_completion_function = complete;
        rl_completer_word_break_characters = breaks;
        /* Names may hold any letter, and libedit reads what the locale knows. */
        if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
            setlocale(LC_CTYPE, "C.UTF-8");
        rl_initialize();
        rl_parse_and_bind("settc bl '\033[m'"); /* libedit rings whenever it completes */
        using_history();
    }
    greet(&sh, a);
    for (bool more = true; more && (line = next_line(&sh, &buf, &cap));) {
        Arena scratch;
        arena_init(&scratch);
        more = execute_line(&sh, line, &scratch);
        arena_release(&scratch);
    }
    libc_free(buf);
    vec_free(&candidates);
    completing = NULL;
    return 0;
}
