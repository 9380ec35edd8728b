/* goesc env: the settings in force, as `go env` writes them. */
#include "cmd/cmd.h"
#include "base/json.h"
#include "load/env.h"
#include "load/load_int.h"

/* As a shell reads it. */
static void print_setting(const char *name, const char *value) {
    printf("%s='", name);
    for (; *value; value++) {
        if (*value == '\'') fputs("'\\''", stdout);
        else putchar(*value);
    }
    printf("'\n");
}

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
    bool json = argc > 1 && !strcmp(argv[1], "-json");
    int first = json ? 2 : 1;
    StrBuf out = STRBUF_INIT;
    Json j = json_begin(&out, JSON_GO);
    if (json) json_open(&j, '{');
    for (uint32_t i = 0; i < v.n; i++) {
        bool want = argc <= first;
        for (int k = first; k < argc; k++) want = want || !strcmp(argv[k], v.v[i].name);
        if (!want) continue;
        if (json) json_key_str(&j, v.v[i].name, v.v[i].value);
        else if (argc <= first) print_setting(v.v[i].name, v.v[i].value);
    }
    if (json) {
        json_close(&j, '}');
        printf("%s\n", sb_str(&out));
    }
    sb_release(&out);
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
