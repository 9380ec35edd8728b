/* Running `go tool cgo` with the flags that the go command gives it. Only the Go files that it writes matter
 * here: _cgo_gotypes.go and one x.cgo1.go for each file, whose //line directives lead diagnostics to the
 * original. */
#include "load/cgo.h"
#include "base/spawn.h"
#include "load/env.h"
#include "load/load_int.h"
#include <sys/stat.h>
#include <unistd.h>

static const char *cgo_tool(Arena *a, const BuildEnv *e) {
    const char *t = arena_printf(a, "%s/pkg/tool/%s_%s/cgo", e->goroot, e->gohostos, e->gohostarch);
    return access(t, X_OK) == 0 ? t : NULL;
}

bool cgo_available(const BuildEnv *e) {
    Arena a;
    arena_init(&a);
    bool ok = e->go_command != NULL || cgo_tool(&a, e) != NULL;
    arena_release(&a);
    return ok;
}

static void add_all(Arena *a, StrVec *to, const StrVec *from) {
    for (uint32_t i = 0; i < from->n; i++) vec_push(a, to, from->v[i]);
}

/* $CGO_name or its default, then what the package's files say. */
static const char *flags_of(Arena *a, const char *name, const char *dflt, const StrVec *own, StrVec *out) {
    const char *v = env_get(a, name);
    const char *err = quoted_split(a, *v ? v : dflt, out);
    add_all(a, out, own);
    return err ? arena_printf(a, "%s: %s", name, err) : NULL;
}

static const char *quote(Arena *a, const char *s) {
    StrBuf sb = STRBUF_INIT;
    sb_addc(&sb, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') sb_addc(&sb, '\\');
        sb_addc(&sb, *s);
    }
    sb_addc(&sb, '"');
    return sb_arena(&sb, a);
}

/* The environment of what runs in a package's folder. */
static StrVec *env_for(Arena *a, const LoadedPkg *p, const char *work_dir) {
    StrVec *env = NEW(a, StrVec);
    vec_push(a, env, arena_printf(a, "TMPDIR=%s", work_dir)); /* what is left there goes with it */
    vec_push(a, env, arena_printf(a, "PWD=%s", p->dir));
    return env;
}

static bool pkg_config(Arena *a, LoadedPkg *p, const char *work_dir, StrVec *cflags, StrVec *ldflags,
                       const char **err) {
    if (!p->cgo_pkgconfig.n) return true;
    const char *prog = env_get(a, "PKG_CONFIG");
    prog = spawn_find(a, *prog ? prog : "pkg-config", err);
    if (!prog) return false;
    for (int libs = 0; libs < 2; libs++) {
        StrVec argv = {0};
        vec_push(a, &argv, prog);
        vec_push(a, &argv, libs ? "--libs" : "--cflags");
        vec_push(a, &argv, "--");
        add_all(a, &argv, &p->cgo_pkgconfig);
        const char *out;
        Spawn ask = {.program = PROGRAM_PKG_CONFIG,
                     .path = prog,
                     .args = &argv,
                     .dir = p->dir,
                     .env = env_for(a, p, work_dir)};
        if (spawn_output(a, &ask, &out) != 0) {
            *err = arena_printf(a, "pkg-config: %s", out);
            return false;
        }
        quoted_split(a, out, libs ? ldflags : cflags);
    }
    return true;
}

bool cgo_translate(Session *s, LoadedPkg *p, const char *work_dir, const char **err) {
    Arena *a = &p->arena; /* several packages may be translated at once */
    BuildEnv *e = &s->env;
    const char *objdir = arena_printf(a, "%s/b%03u/", work_dir, p->index + 1);
    mkdir(objdir, 0700);
    StrVec pc_cflags = {0}, pc_ldflags = {0}, cppflags = {0}, cflags = {0}, ldflags = {0};
    if (!pkg_config(a, p, work_dir, &pc_cflags, &pc_ldflags, err)) return false;
    if ((*err = flags_of(a, "CGO_CPPFLAGS", "", &p->cgo_cppflags, &cppflags))) return false;
    if ((*err = flags_of(a, "CGO_CFLAGS", "-O2 -g", &p->cgo_cflags, &cflags))) return false;
    if ((*err = flags_of(a, "CGO_LDFLAGS", "-O2 -g", &p->cgo_ldflags, &ldflags))) return false;
    add_all(a, &cppflags, &pc_cflags);
    add_all(a, &ldflags, &pc_ldflags);
    if (p->m_files.n) vec_push(a, &ldflags, "-lobjc");
    vec_push(a, &cppflags, "-I");
    vec_push(a, &cppflags, objdir);
    StrVec argv = {0}, *env = env_for(a, p, work_dir);
    const char *tool = cgo_tool(a, e);
    if (tool) {
        vec_push(a, &argv, tool);
    } else {
        vec_push(a, &argv, e->go_command);
        vec_push(a, &argv, "tool");
        vec_push(a, &argv, "cgo");
        /* the tool of this go command, whatever a go.mod there asks for */
        vec_push(a, env, "GOTOOLCHAIN=local");
        vec_push(a, env, "GO111MODULE=off");
        vec_push(a, env, "GOFLAGS=");
    }
    vec_push(a, &argv, "-objdir");
    vec_push(a, &argv, objdir);
    vec_push(a, &argv, "-importpath");
    vec_push(a, &argv, p->import_path);
    bool rt = p->standard && !strcmp(p->import_path, "runtime/cgo");
    if (rt) vec_push(a, &argv, "-import_runtime_cgo=false");
    if (p->standard && (rt || !strcmp(p->import_path, "runtime/race") ||
                        !strcmp(p->import_path, "runtime/msan") || !strcmp(p->import_path, "runtime/asan")))
        vec_push(a, &argv, "-import_syscall=false");
    if (ldflags.n) {
        StrBuf sb = STRBUF_INIT;
        sb_adds(&sb, "-ldflags=");
        for (uint32_t i = 0; i < ldflags.n; i++) sb_printf(&sb, "%s%s", i ? " " : "", quote(a, ldflags.v[i]));
        vec_push(a, &argv, sb_arena(&sb, a));
        vec_push(a, env, "CGO_LDFLAGS=");
    }
    vec_push(a, &argv, "--");
    add_all(a, &argv, &cppflags);
    add_all(a, &argv, &cflags);
    for (uint32_t i = 0; i < p->cgo_files.n; i++) vec_push(a, &argv, path_join(a, p->dir, p->cgo_files.v[i]));
    vec_push(a, env, "TERM=dumb");
    vec_push(a, env, arena_printf(a, "GOOS=%s", e->goos));
    vec_push(a, env, arena_printf(a, "GOARCH=%s", e->goarch));
    vec_push(a, env, arena_printf(a, "GOROOT=%s", e->goroot));
    const char *cc = env_get(a, "CC"); /* the go command's own settings count as well */
    if (*cc) vec_push(a, env, arena_printf(a, "CC=%s", cc));
    const char *out;
    Spawn cgo = {.program = PROGRAM_CGO, .path = argv.v[0], .args = &argv, .dir = p->dir, .env = env};
    int status = spawn_output(a, &cgo, &out);
    if (status != 0) {
        *err = *out ? out : arena_printf(a, "go tool cgo failed with status %d", status);
        return false;
    }
    SourceFile *files = NEW_ARRAY(a, SourceFile, p->nfiles + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i + p->cgo_files.n < p->nfiles; i++) files[n++] = p->files[i];
    const char *gotypes = arena_printf(a, "%s_cgo_gotypes.go", objdir);
    files[n++] = (SourceFile){.name = "_cgo_gotypes.go",
                              .path = gotypes,
                              .shown = "_cgo_gotypes.go"}; /* the object directory is trimmed away */
    for (uint32_t i = 0; i < p->cgo_files.n; i++) {
        const char *base = p->cgo_files.v[i];
        const char *f = arena_printf(a, "%s%.*s.cgo1.go", objdir, (int)strlen(base) - 3, base);
        files[n++] = (SourceFile){.name = base, .path = f, .shown = path_base(f)};
    }
    p->files = files;
    p->nfiles = n;
    p->cgo_done = true;
    return true;
}
