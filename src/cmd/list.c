/* goesc list: the packages that patterns name, as `go list` writes them. -f knows the fields that tests
 * compare; templates in general are not interpreted. */
#include "cmd/cmd.h"
#include "base/json.h"
#include "load/load_int.h"

static void bracketed(StrBuf *sb, const StrVec *v) {
    sb_addc(sb, '[');
    for (uint32_t i = 0; i < v->n; i++) sb_printf(sb, "%s%s", i ? " " : "", v->v[i]);
    sb_addc(sb, ']');
}

typedef struct FieldDef {
    const char *name;
    size_t off;
    bool list;
} FieldDef;

static const FieldDef fields[] = {
    {"ImportPath", offsetof(LoadedPkg, import_path), false},
    {"Name", offsetof(LoadedPkg, name), false},
    {"Dir", offsetof(LoadedPkg, dir), false},
    {"Root", offsetof(LoadedPkg, root), false},
    {"GoFiles", offsetof(LoadedPkg, go_files), true},
    {"CgoFiles", offsetof(LoadedPkg, cgo_files), true},
    {"IgnoredGoFiles", offsetof(LoadedPkg, ignored_go_files), true},
    {"CFiles", offsetof(LoadedPkg, c_files), true},
    {"CXXFiles", offsetof(LoadedPkg, cxx_files), true},
    {"MFiles", offsetof(LoadedPkg, m_files), true},
    {"HFiles", offsetof(LoadedPkg, h_files), true},
    {"FFiles", offsetof(LoadedPkg, f_files), true},
    {"SFiles", offsetof(LoadedPkg, s_files), true},
    {"SysoFiles", offsetof(LoadedPkg, syso_files), true},
    {"TestGoFiles", offsetof(LoadedPkg, test_go_files), true},
    {"XTestGoFiles", offsetof(LoadedPkg, xtest_go_files), true},
    {"Imports", offsetof(LoadedPkg, imports_src), true},
    {"EmbedPatterns", offsetof(LoadedPkg, embed_patterns), true},
    {"EmbedFiles", offsetof(LoadedPkg, embed_files), true},
};

static const FieldDef *field(const char *s, size_t n) {
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (strlen(fields[i].name) == n && !memcmp(fields[i].name, s, n)) return &fields[i];
    return NULL;
}

/* {{.Field}} and \n, \t; false: something else was asked for. */
static bool format(StrBuf *sb, const char *f, const LoadedPkg *p) {
    for (; *f; f++) {
        if (f[0] == '\\' && (f[1] == 'n' || f[1] == 't')) {
            sb_addc(sb, f[1] == 'n' ? '\n' : '\t');
            f++;
        } else if (f[0] == '{' && f[1] == '{') {
            const char *end = strstr(f, "}}");
            if (!end || f[2] != '.') return false;
            const FieldDef *d = field(f + 3, (size_t)(end - f - 3));
            if (!d) {
                if (!strncmp(f + 3, "Standard}}", 10)) sb_adds(sb, p->standard ? "true" : "false");
                else return false;
            } else if (d->list) {
                bracketed(sb, (const StrVec *)(const void *)((const char *)p + d->off));
            } else {
                const char *v = *(const char *const *)(const void *)((const char *)p + d->off);
                sb_adds(sb, v ? v : "");
            }
            f = end + 1;
        } else {
            sb_addc(sb, *f);
        }
    }
    return true;
}

static void json(StrBuf *sb, const LoadedPkg *p) {
    Json j = json_begin(sb, JSON_GO);
    json_open(&j, '{');
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const void *at = (const char *)p + fields[i].off;
        if (fields[i].list) {
            const StrVec *v = at;
            if (!v->n) continue;
            json_key_open(&j, fields[i].name, '[');
            for (uint32_t k = 0; k < v->n; k++) json_str(&j, v->v[k]);
            json_close(&j, ']');
        } else {
            const char *v = *(const char *const *)at;
            if (v && *v) json_key_str(&j, fields[i].name, v);
        }
    }
    if (p->standard) json_key_bool(&j, "Standard", true);
    if (p->dep_only) json_key_bool(&j, "DepOnly", true);
    if (p->incomplete) json_key_bool(&j, "Incomplete", true);
    if (p->error) {
        StrBuf e = STRBUF_INIT;
        load_error_format(&e, p->error);
        json_key_open(&j, "Error", '{');
        json_key_str(&j, "Err", sb_str(&e));
        json_close(&j, '}');
        sb_release(&e);
    }
    json_close(&j, '}');
    sb_addc(sb, '\n');
}

int cmd_list(int argc, char **argv) {
    CmdLine c;
    if (!cmdline_parse(&c, "list", argc, argv)) {
        int bad = c.status;
        cmdline_release(&c);
        return bad;
    }
    if (c.m || c.test) {
        fprintf(stderr, "goesc: list %s is not supported\n", c.m ? "-m" : "-test");
        cmdline_release(&c);
        return 2;
    }
    Session s;
    int status = 0;
    if (!session_init(&s, &c.build) || !load_packages(&s, c.args, c.nargs, true)) {
        fputs(sb_str(&s.err), stderr);
        status = s.status;
    } else {
        StrBuf out = STRBUF_INIT;
        uint32_t n = c.deps ? s.npkgs : s.nroots;
        for (uint32_t i = 0; i < n; i++) {
            LoadedPkg *p = c.deps ? s.pkgs[i] : s.roots[i];
            if (p->error && !c.build.e) {
                StrBuf e = STRBUF_INIT;
                load_error_format(&e, p->error);
                sb_printf(&s.err, "%s\n", sb_str(&e));
                sb_release(&e);
                status = 1;
                if (!c.json) continue;
            }
            if (c.json) {
                json(&out, p);
            } else if (c.format) {
                if (!format(&out, c.format, p)) {
                    sb_printf(&s.err,
                              "goesc: list -f knows {{.Field}} for the plain fields of a package only\n");
                    status = 2;
                    break;
                }
                sb_addc(&out, '\n');
            } else {
                sb_printf(&out, "%s\n", p->import_path);
            }
        }
        fputs(sb_str(&s.err), stderr);
        if (status == 0 || c.json)
            fwrite(sb_str(&out), 1, out.n, stdout); /* the go command lists all or nothing */
        sb_release(&out);
    }
    session_release(&s);
    cmdline_release(&c);
    return status;
}
