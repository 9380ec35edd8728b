/* goesc: where a verb is chosen, and the barrier that turns our own mistakes into a message and status 3. */
#include "base/fault.h"
#include "cmd/cmd.h"
#include <signal.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {
    {"build", cmd_build},     {"explain", cmd_explain},     {"list", cmd_list}, {"env", cmd_env},
    {"version", cmd_version}, {"tool", cmd_tool},           {"test", cmd_test}, {"top", cmd_top},
    {"help", cmd_help},       {"test-exec", cmd_test_exec},
};

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        cmd_help(0, NULL);
        return 2;
    }
    const char *name = argv[1];
    if (!strcmp(name, "-h") || !strcmp(name, "-help") || !strcmp(name, "--help")) name = "help";
    if (!strcmp(name, "--version") || !strcmp(name, "-version") || !strcmp(name, "-V")) name = "version";
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        if (strcmp(verbs[i].name, name) != 0) continue;
        Fault f;
        int status = 3;
        FAULT_ENTER(&f);
        if (setjmp(f.env) == 0) status = verbs[i].run(argc - 1, argv + 1);
        else fprintf(stderr, "goesc: internal error: %s\n", f.msg);
        fault_leave(&f);
        return status;
    }
    fprintf(stderr, "goesc %s: unknown command\nRun 'goesc help' for usage.\n", name);
    return 2;
}
