/* goesc: where a verb is chosen, and the barrier that turns our own mistakes into a message and status 3. */
#include "base/spawn.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/tempdir.h"
#include "cmd/cmd.h"
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    bool bounded; /* GOESC_TIMEOUT and GOESC_MAX_MEMORY count; for test, from the end of the tests */
} verbs[] = {
    {"build", cmd_build, true},      {"explain", cmd_explain, true},
    {"list", cmd_list, true},        {"env", cmd_env, false},
    {"tool", cmd_tool, true},        {"test", cmd_test, false},
    {"version", cmd_version, false}, {"top", cmd_top, true},
    {"help", cmd_help, false},       {"test-exec", cmd_test_exec, false},
    {"diff", cmd_diff, true},
};

static int run(int (*verb)(int argc, char **argv), int argc, char **argv) {
    Fault f;
    volatile int status = 3;
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) status = verb(argc, argv);
    fault_leave(&f);
    char line[sizeof f.msg + 80];
    fault_line(&f, line, sizeof line);
    fputs(line, stderr);
    if (f.kind == FAULT_MEMORY) limits_exit(1); /* what is half written to stdout stays unsaid */
    return status;
}

/* What could not be written is no success, but for a reader who has seen enough. */
static int finish(int status) {
    int e = fflush(stdout) != 0 ? errno : ferror(stdout) ? EIO : 0;
    struct stat st;
    if (!e || status || (fstat(1, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))) return status;
    fprintf(stderr, "goesc: cannot write the output: %s\n", errno_text(e));
    return 1;
}

/* Who closes a standard stream (`>&-`) frees its number, and what is opened next would get it: a pipe or a file
 * of ours, into which messages then go. Something that can be read and not written stands in, so that lost
 * output is noticed. */
static bool streams_are_there(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd) return false;
    return true;
}

int main(int argc, char **argv) {
    if (!streams_are_there()) return 1; /* nowhere to say so */
    limits_start();
    limits_on_exit(spawn_kill_all); /* first: what runs would write into the folders again */
    limits_on_exit(tempdir_remove_all);
    term_init();
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
        int status = verbs[i].bounded && !(bounds_time_from_env() && bounds_memory_from_env())
                         ? 2
                         : run(verbs[i].run, argc - 1, argv + 1);
        status = finish(status);
        limits_finish();
        return status;
    }
    fprintf(stderr, "goesc %s: unknown command\nRun 'goesc help' for usage.\n", name);
    return 2;
}
