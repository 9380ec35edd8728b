/* explain_run.h: from packages' names to their explanations, through the cache. */
#ifndef GOESC_EXPLAIN_RUN_H
#define GOESC_EXPLAIN_RUN_H
#include "cmd/cmd.h"
#include "explain/explain.h"

/* The explanations of the package that `pattern` names (an import path, a directory, a .go file), seen from
 * the current directory; from the cache when nothing that it depends on has changed, else analysed and stored
 * there. NULL: *status is the exit status, and the errors were printed to stderr unless quiet. */
ExPackage *explain_get(const BuildFlags *flags, const char *pattern, bool quiet, int *status);
/* The same for the package, or its external tests, that a test file in the current directory belongs to. */
ExPackage *explain_get_test(const BuildFlags *flags, const char *file, int *status);

/* explain_check.c: the explanations of the packages that c names, held against the graph and the lines of -m.
 * Prints what does not hold, and sums. Returns the exit status. */
int explain_check(CmdLine *c);

#endif
