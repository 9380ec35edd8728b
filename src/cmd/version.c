/* goesc version: ours, and the Go whose rules and library are used. */
#include "cmd/cmd.h"

int cmd_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    Session s;
    BuildFlags none = {0};
    bool ok = session_init(&s, &none);
    printf("goesc version %s (compiler rules of go1.26) %s/%s\n", GOESC_VERSION, ok ? s.env.goos : "linux",
           ok ? s.env.goarch : "amd64");
    if (ok && *s.env.goroot) printf("GOROOT %s, %s\n", s.env.goroot, s.env.goversion);
    session_release(&s);
    return 0;
}
