/* Running `go tool cgo` with the flags that the go command gives it. Only the Go files that it writes matter
 * here: _cgo_gotypes.go and one x.cgo1.go for each file, whose //line directives lead diagnostics to the
 * original. */
#include "load/cgo.h"
#include "base/spawn.h"
#include "base/unicode.h"
#include "load/cgoflags.h"
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

static void add_first(Arena *a, const char *flag, StrVec *cflags, StrVec *ldflags) {
    StrVec *lists[] = {cflags, ldflags};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        vec_push(a, lists[i], flag);
        memmove(lists[i]->v + 1, lists[i]->v, (lists[i]->n - 1) * sizeof *lists[i]->v);
        lists[i]->v[0] = flag;
    }
}

static void add_all(Arena *a, StrVec *to, const StrVec *from) {
    for (uint32_t i = 0; i < from->n; i++) vec_push(a, to, from->v[i]);
}

/* What goes wrong before a command is run, in the go command's words. */
static bool refuse(LoadedPkg *p, const char **err, const char *why) {
    *err = why;
    p->cgo_refused = true;
    return false;
}

/* $CGO_name or its default, then what the package's files say, once it has been checked. */
static const char *flags_of(Arena *a, CgoList list, const char *name, const char *dflt, const StrVec *own,
                            StrVec *out) {
    const char *err = cgo_check_flags(a, list, name, arena_printf(a, "#cgo %s", name), own);
    if (err) return err;
    const char *var = arena_printf(a, "CGO_%s", name), *v = env_get(a, var);
    err = quoted_split(a, *v ? v : dflt, out);
    add_all(a, out, own);
    return err ? arena_printf(a, "%s: %s", var, err) : NULL;
}

const char *cgo_check_env(Arena *a) {
    static const char *const vars[] = {"CGO_CPPFLAGS", "CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS",
                                       "CGO_LDFLAGS"};
    for (size_t i = 0; i < COUNT_OF(vars); i++) {
        const char *v = env_get(a, vars[i]);
        StrVec words = {0};
        const char *err = quoted_split(a, v, &words);
        if (!err) continue;
        StrBuf sb = STRBUF_INIT;
        sb_printf(&sb, "could not parse environment variable %s with value ", vars[i]);
        sb_add_quoted(&sb, v, strlen(v));
        sb_printf(&sb, ": %s", err);
        return sb_arena(&sb, a);
    }
    return NULL;
}

/* All five lists are checked, those that are not used here, too. */
static const char *check_all(Arena *a, const LoadedPkg *p, StrVec *cppflags, StrVec *cflags,
                             StrVec *ldflags) {
    StrVec unused = {0};
    const char *err = flags_of(a, CGO_COMPILER, "CPPFLAGS", "", &p->cgo_cppflags, cppflags);
    if (!err) err = flags_of(a, CGO_COMPILER, "CFLAGS", "-O2 -g", &p->cgo_cflags, cflags);
    if (!err) err = flags_of(a, CGO_COMPILER, "CXXFLAGS", "-O2 -g", &p->cgo_cxxflags, &unused);
    if (!err) err = flags_of(a, CGO_COMPILER, "FFLAGS", "-O2 -g", &p->cgo_fflags, &unused);
    if (!err) err = flags_of(a, CGO_LINKER, "LDFLAGS", "-O2 -g", &p->cgo_ldflags, ldflags);
    return err;
}

/* No command gets a word that begins with '@': compilers would read more of their flags from a file. NULL, or
 * the error. */
static const char *check_words(Arena *a, const StrVec *argv) {
    const char *bad = NULL;
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < argv->n; i++) {
        const char *w = argv->v[i];
        if (*w == '@' && !bad) bad = w;
        StrBuf q = STRBUF_INIT;
        sb_add_quoted(&q, w, strlen(w));
        if (i) sb_addc(&sb, ' ');
        sb_adds(&sb, !*w || strpbrk(w, " ()>;") || q.n > strlen(w) + 2 ? sb_str(&q) : w);
        sb_release(&q);
    }
    const char *command = sb_arena(&sb, a);
    return bad ? arena_printf(a, "invalid command-line argument %s in command: %s", bad, command) : NULL;
}

/* The environment of what runs in a package's folder. */
static StrVec *env_for(Arena *a, const LoadedPkg *p, const char *work_dir) {
    StrVec *env = NEW(a, StrVec);
    vec_push(a, env, arena_printf(a, "TMPDIR=%s", work_dir)); /* what is left there goes with it */
    vec_push(a, env, arena_printf(a, "PWD=%s", p->dir));
    return env;
}

/* Asks pkg-config with mode, which is --cflags or --libs, and checks what it answers. */
static bool ask_pkg_config(Arena *a, LoadedPkg *p, const char *work_dir, const char *command,
                           const char *mode, const StrVec *flags, const StrVec *names, StrVec *out,
                           const char **err) {
    StrVec argv = {0};
    vec_push(a, &argv, command);
    vec_push(a, &argv, mode);
    add_all(a, &argv, flags);
    vec_push(a, &argv, "--");
    add_all(a, &argv, names);
    if ((*err = check_words(a, &argv))) return refuse(p, err, *err);
    const char *program = spawn_find(a, command, err), *text;
    if (!program) return refuse(p, err, *err);
    argv.v[0] = program;
    Spawn ask = {.program = PROGRAM_PKG_CONFIG,
                 .path = program,
                 .args = &argv,
                 .dir = p->dir,
                 .env = env_for(a, p, work_dir)};
    int status = spawn_output(a, &ask, &text);
    if (status != 0 && !*text) {
        if (status > 0) return refuse(p, err, arena_printf(a, "%s: exit status %d", command, status));
        return refuse(p, err, arena_printf(a, "%s: cannot be run", command));
    }
    if (status != 0) {
        StrBuf sb = STRBUF_INIT; /* spaces as the go command has them, also where there are no flags */
        sb_printf(&sb, "%s %s ", command, mode);
        for (uint32_t i = 0; i < flags->n; i++) sb_printf(&sb, "%s%s", i ? " " : "", flags->v[i]);
        sb_adds(&sb, " -- ");
        for (uint32_t i = 0; i < names->n; i++) sb_printf(&sb, "%s%s", i ? " " : "", names->v[i]);
        p->cgo_command = sb_arena(&sb, a);
        *err = text;
        return false;
    }
    bool libs = !strcmp(mode, "--libs");
    const char *bad = cgo_split_output(a, unicode_trim(str_of(text)), out);
    if (!bad && *text)
        bad = cgo_check_flags(a, libs ? CGO_LINKER : CGO_COMPILER, libs ? "LDFLAGS" : "CFLAGS",
                              arena_printf(a, "pkg-config %s", mode), out);
    return bad ? refuse(p, err, bad) : true;
}

static bool pkg_config(Arena *a, const Session *s, LoadedPkg *p, const char *work_dir, StrVec *cflags,
                       StrVec *ldflags, const char **err) {
    if (!p->cgo_pkgconfig.n) return true;
    StrVec flags = {0}, names = {0}, command = {0};
    for (uint32_t i = 0; i < p->cgo_pkgconfig.n; i++) { /* "--" is ours to write */
        const char *w = p->cgo_pkgconfig.v[i];
        if (!has_prefix(w, "--")) vec_push(a, &names, w);
        else if (w[2]) vec_push(a, &flags, w);
    }
    for (uint32_t i = 0; i < names.n; i++)
        if (!cgo_safe_argument(names.v[i]))
            return refuse(p, err, arena_printf(a, "invalid pkg-config package name: %s", names.v[i]));
    if ((*err = cgo_check_flags(a, CGO_PKG_CONFIG, NULL, "pkg-config", &flags))) return refuse(p, err, *err);
    if (s->flags.n) return true;
    const char *var = env_get(a, "PKG_CONFIG");
    if ((*err = quoted_split(a, *var ? var : "pkg-config", &command)))
        return refuse(p, err, arena_printf(a, "PKG_CONFIG: %s", *err));
    const char *name = command.n ? command.v[0] : "";
    return ask_pkg_config(a, p, work_dir, name, "--cflags", &flags, &names, cflags, err) &&
           ask_pkg_config(a, p, work_dir, name, "--libs", &flags, &names, ldflags, err);
}

/* What SWIG would be given is checked, but it is not run. */
static bool check_swig(Arena *a, const Session *s, LoadedPkg *p, const char **err) {
    if (!p->swig_files.n && !p->swigcxx_files.n) return true;
    if (!s->flags.n && !spawn_find(a, "swig", err)) return refuse(p, err, *err);
    const StrVec *lists[] = {&p->swig_files, s->env.go_minor > 26 ? &p->swigcxx_files : NULL};
    for (size_t k = 0; k < COUNT_OF(lists); k++)
        for (uint32_t i = 0; lists[k] && i < lists[k]->n; i++)
            if (has_prefix(lists[k]->v[i], "cgo"))
                return refuse(p, err, "SWIG file must not use prefix 'cgo'");
    return true;
}

/* The linker flags in what cgo wrote: those that it was given, and others that must be harmless. */
static const char *check_written_flags(Arena *a, const char *file, const StrVec *given) {
    Str text;
    const char *err;
    StrVec flags = {0}, rest = {0};
    if (!read_file(a, file, &text, &err)) return arena_printf(a, "open %s: %s", file, err);
    cgo_ldflags_of(a, text, &flags);
    bool taken = false;
    for (uint32_t i = 0; i < flags.n;) {
        uint32_t k = 0;
        while (k < given->n && i + k < flags.n && !strcmp(flags.v[i + k], given->v[k])) k++;
        if (!taken && k && k == given->n) {
            taken = true;
            i += k;
        } else {
            vec_push(a, &rest, flags.v[i++]);
        }
    }
    return cgo_check_flags(a, CGO_LINKER, "LDFLAGS", "go:cgo_ldflag", &rest);
}

bool cgo_translate(Session *s, LoadedPkg *p, const char *work_dir, const char **err) {
    Arena *a = &p->arena; /* several packages may be translated at once */
    BuildEnv *e = &s->env;
    StrVec pc_cflags = {0}, pc_ldflags = {0}, cppflags = {0}, cflags = {0}, ldflags = {0};
    if (!pkg_config(a, s, p, work_dir, &pc_cflags, &pc_ldflags, err) || !check_swig(a, s, p, err))
        return false;
    if ((*err = check_all(a, p, &cppflags, &cflags, &ldflags))) return refuse(p, err, *err);
    if (s->flags.n) {
        p->cgo_skipped = true;
        return true;
    }
    if (p->swig_files.n + p->swigcxx_files.n)
        return refuse(p, err, "files for SWIG cannot be translated here");
    const char *objdir = arena_printf(a, "%s/b%03u/", work_dir, p->index + 1);
    mkdir(objdir, 0700);
    add_all(a, &cppflags, &pc_cflags);
    add_all(a, &ldflags, &pc_ldflags);
    if (p->m_files.n) vec_push(a, &ldflags, "-lobjc");
    const char *fortran = env_get(a, "FC");
    if (p->f_files.n && (!*fortran || strstr(fortran, "gfortran"))) vec_push(a, &ldflags, "-lgfortran");
    if (s->flags.msan) add_first(a, "-fsanitize=memory", &cflags, &ldflags);
    if (s->flags.asan) add_first(a, "-fsanitize=address", &cflags, &ldflags);
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
        for (uint32_t i = 0; i < ldflags.n; i++) {
            if (i) sb_addc(&sb, ' ');
            sb_add_quoted(&sb, ldflags.v[i], strlen(ldflags.v[i]));
        }
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

    if ((*err = check_words(a, &argv))) return refuse(p, err, *err);
    const char *cc = env_get(a, "CC"); /* the go command's own settings count as well */
    if (*cc) vec_push(a, env, arena_printf(a, "CC=%s", cc));
    const char *out;
    Spawn cgo = {.program = PROGRAM_CGO, .path = argv.v[0], .args = &argv, .dir = p->dir, .env = env};
    int status = spawn_output(a, &cgo, &out);
    if (status != 0) {
        if (!*out) return refuse(p, err, arena_printf(a, "%s: exit status %d", argv.v[0], status));
        *err = out;
        return false;
    }
    SourceFile *files = NEW_ARRAY(a, SourceFile, p->nfiles + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i + p->cgo_files.n < p->nfiles; i++) files[n++] = p->files[i];
    const char *gotypes = arena_printf(a, "%s_cgo_gotypes.go", objdir);
    files[n++] = (SourceFile){.name = "_cgo_gotypes.go",
                              .path = gotypes,
                              .shown = "_cgo_gotypes.go"}; /* the object directory is trimmed away */
    if ((*err = check_written_flags(a, gotypes, &ldflags))) return refuse(p, err, *err);
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
