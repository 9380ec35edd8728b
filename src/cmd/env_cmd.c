/* goesc env: the settings in force, as `go env` writes them. */
#include "cmd/cmd.h"
#include "load/env.h"
#include "load/load_int.h"

int cmd_env(int argc, char **argv) {
    Session s;
    BuildFlags none = {0};
    if (!session_init(&s, &none)) {
        fputs(sb_str(&s.err), stderr);
        session_release(&s);
        return 2;
    }
    if (!modules_init(s.loader)) { /* GOMOD and GOWORK are worth showing all the same */
        s.loader->fatal = NULL;
    }
    EnvVars v = {0};
    env_list(&s, &v);
    int first = 1;
    bool json = argc > 1 && !strcmp(argv[1], "-json");
    if (json) {
        first = 2;
        printf("{\n");
    }
    uint32_t shown = 0;
    for (uint32_t i = 0; i < v.n; i++) {
        bool want = argc <= first;
        for (int k = first; k < argc; k++) want = want || !strcmp(argv[k], v.v[i].name);
        if (!want) continue;
        if (json) printf("%s\t\"%s\": \"%s\"", shown ? ",\n" : "", v.v[i].name, v.v[i].value);
        else if (argc <= first) printf("%s='%s'\n", v.v[i].name, v.v[i].value);
        shown++;
    }
    if (json) printf("\n}\n");
    for (int k = first; k < argc && !json; k++) {
        const char *val = "";
        for (uint32_t i = 0; i < v.n; i++)
            if (!strcmp(argv[k], v.v[i].name)) val = v.v[i].value;
        if (!*val) val = env_get(&s.arena, argv[k]);
        printf("%s\n", val);
    }
    session_release(&s);
    return 0;
}
