/* goesc build: check and analyse packages, and print what the compiler would print. */
#include "cmd/cmd.h"

int cmd_build(int argc, char **argv) {
    CmdLine c;
    int status = 2;
    if (!cmdline_parse(&c, "build", argc, argv)) {
        status = c.status;
        cmdline_release(&c);
        return status;
    }
    if (c.build.o && strcmp(c.build.o, "/dev/null") != 0) {
        fprintf(stderr,
                "goesc: -o %s: goesc build writes no output file yet; only -o /dev/null is accepted\n",
                c.build.o);
        cmdline_release(&c);
        return 1;
    }
    Session s;
    if (!session_init(&s, &c.build)) {
        fputs(sb_str(&s.err), stderr);
        status = s.status;
    } else if (!load_packages(&s, c.args, c.nargs, false)) {
        fputs(sb_str(&s.err), stderr);
        status = s.status;
    } else {
        fputs(sb_str(&s.err), stderr);
        status = driver_run(&s, stderr);
    }
    driver_release(&s);
    session_release(&s);
    cmdline_release(&c);
    return status;
}
