/* cmd: the command line. One file a verb; flags.c reads what the verbs share, driver.c runs the passes.
 * Nothing below this folder exits: verbs return the exit status, 0 for success, 1 for errors found, 2 for
 * wrong usage. */
#ifndef GOESC_CMD_H
#define GOESC_CMD_H
#include "load/load.h"
#include "version.h" /* GOESC_VERSION: made from the file VERSION */

int cmd_build(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_env(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_tool(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_pprof(int argc, char **argv); /* goesc tool pprof */
int cmd_top(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_test_exec(int argc, char **argv); /* for goesc test alone */

/* ---- flags.c ---- */

typedef struct CmdLine {
    BuildFlags build;
    const char **args; /* what is left: patterns or files */
    uint32_t nargs;
    int status;         /* with which to exit when parsing failed: 2, or 1 where the go command has 1 */
    Arena arena;        /* owns strings made while parsing */
    const char *format; /* list -f */
    bool json, deps, find, test, m;
} CmdLine;

/* Reads build flags and, for list, its own; GOFLAGS first. -C has been applied when it returns. False: the
 * error was printed, exit with status 2. argv[0] is the verb. */
bool cmdline_parse(CmdLine *c, const char *verb, int argc, char **argv);
void cmdline_release(CmdLine *c);

/* ---- bounds.c: -timeout, -max-memory and -cgo, which the verbs share ---- */

/* Set what GOESC_TIMEOUT and GOESC_MAX_MEMORY say. False: an error was printed, the status is 2. */
bool bounds_time_from_env(void);
bool bounds_memory_from_env(void);
/* Whether name (without dashes) is one of these flags. All of them take a value. */
bool bounds_is_flag(const char *name);
/* Sets one of them. The value must stay valid. NULL, or what is wrong with the value. */
const char *bounds_set(const char *name, const char *val);
/* Takes these flags out of argv (only those in names, a list with NULL at its end), up to the word that ends
 * flags. Returns the number of words left; -1: an error was printed, the status is 2. */
int bounds_take(const char *verb, int argc, char **argv, const char *const *names);

/* ---- driver.c ---- */

/* Runs the passes over every package that is needed, dependencies first and in parallel, and writes what the
 * go command would write to out as packages are finished. Returns the exit status. */
int driver_run(Session *s, FILE *out);
/* Gives up what driver_run made beside the packages' own memory. Nobody may ask about types any more; before
 * session_release, and harmless where nothing was run. */
void driver_release(Session *s);

#endif
