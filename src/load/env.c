/* Finding Go and the settings of a build, as cmd/go and internal/buildcfg do. GOROOT comes from the
 * environment, from where the go command in $PATH is installed (which is what `go env GOROOT` answers; when
 * that cannot be seen from the path, the command is asked once and the answer remembered), and then from the
 * usual places, highest version first. */
#include "load/env.h"
#include "base/spawn.h"
#include "cache/cache.h"
#include "load/load_int.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *process_env(const char *key) {
    const char *v = getenv(key);
    return v ? v : "";
}

static const char *config_file(Arena *a) {
    const char *v = process_env("GOENV");
    if (*v) return strcmp(v, "off") == 0 ? NULL : v;
    const char *x = process_env("XDG_CONFIG_HOME");
    if (*x) return path_join(a, x, "go/env");
    const char *home = process_env("HOME");
    return *home ? path_join(a, home, ".config/go/env") : NULL;
}

/* KEY=VALUE lines; the last one of a key counts. */
static const char *file_value(Arena *a, const char *file, const char *key) {
    Str text;
    const char *err;
    const char *found = NULL;
    if (!file || !read_file(a, file, &text, &err)) return NULL;
    size_t kn = strlen(key);
    for (size_t i = 0; i < text.n;) {
        const char *nl = memchr(text.p + i, '\n', text.n - i);
        size_t stop = nl ? (size_t)(nl - text.p) : text.n;
        size_t at = i, end = stop;
        i = stop + 1;
        while (at < end && isspace((unsigned char)text.p[at])) at++;
        while (end > at && isspace((unsigned char)text.p[end - 1])) end--;
        if (end - at > kn && memcmp(text.p + at, key, kn) == 0 && text.p[at + kn] == '=')
            found = arena_strndup(a, text.p + at + kn + 1, end - at - kn - 1);
    }
    return found;
}

const char *env_get(Arena *a, const char *key) {
    const char *v = process_env(key);
    if (*v) return v;
    if (strcmp(key, "GOENV") == 0) return "";
    v = file_value(a, config_file(a), key);
    return v ? v : "";
}

static const char *env_getwd(Arena *a) {
    char *real = getcwd(NULL, 0);
    if (!real) return NULL;
    const char *pwd = process_env("PWD");
    struct stat s1, s2;
    const char *out = NULL;
    if (path_is_abs(pwd) && stat(pwd, &s1) == 0 && stat(".", &s2) == 0 && s1.st_dev == s2.st_dev &&
        s1.st_ino == s2.st_ino)
        out = path_clean(a, pwd);
    if (!out) out = arena_strndup(a, real, strlen(real));
    libc_free(real);
    return out;
}

const char *env_check_compilers(Arena *a) {
    static const char *const vars[] = {"CC", "CXX", "FC"};
    for (size_t i = 0; i < COUNT_OF(vars); i++) {
        StrVec words = {0};
        const char *err = quoted_split(a, env_get(a, vars[i]), &words);
        if (err) return arena_printf(a, "%s environment variable could not be parsed: %s", vars[i], err);
        if (words.n && !path_is_abs(words.v[0]) && strchr(words.v[0], '/'))
            return arena_printf(a, "%s environment variable is relative; must be absolute path: %s", vars[i],
                                words.v[0]);
    }
    return NULL;
}

/* ---- GOROOT ---- */

static bool is_goroot(Arena *a, const char *dir) {
    return is_dir(path_join(a, dir, "src/runtime")) && is_dir(path_join(a, dir, "src/fmt"));
}

static const char *ask_go(Arena *a, const char *go) {
    struct stat st;
    if (stat(go, &st) != 0) return NULL;
    const char *key =
        arena_printf(a, "go env GOROOT: %s %lld %lld\n", go, (long long)st.st_mtime, (long long)st.st_size);
    CacheKey memo = cache_hash(key, strlen(key));
    Str text;
    if (cache_load(a, memo, &text) && strlen(text.p) == text.n && is_goroot(a, text.p)) return text.p;
    /* in the root folder, where no go.mod can send it to another release */
    StrVec args = {0}, env = {0};
    vec_push(a, &args, go);
    vec_push(a, &args, "env");
    vec_push(a, &args, "GOROOT");
    vec_push(a, &env, "GOTOOLCHAIN=local");
    vec_push(a, &env, "PWD=/");
    const char *out;
    Spawn ask = {.program = PROGRAM_GO_ENV, .path = go, .args = &args, .dir = "/", .env = &env};
    if (spawn_output(a, &ask, &out) != 0 || !strchr(out, '\n')) return NULL;
    const char *root = arena_strndup(a, out, strcspn(out, "\n"));
    if (!is_goroot(a, root)) return NULL;
    cache_store(memo, str_of(root));
    return root;
}

/* "go1.26.8" of a GOROOT: its VERSION file, or what its sources say. */
static const char *goroot_version(Arena *a, const char *root, int *minor) {
    Str text;
    const char *err;
    *minor = 0;
    if (read_file(a, path_join(a, root, "VERSION"), &text, &err)) {
        const char *v = arena_strndup(a, text.p, strcspn(text.p, " \t\r\n"));
        if (has_prefix(v, "go1.")) {
            *minor = atoi(v + 4);
            return v;
        }
    }
    if (read_file(a, path_join(a, root, "src/internal/goversion/goversion.go"), &text, &err)) {
        const char *p = strstr(text.p, "const Version = ");
        if (p) {
            *minor = atoi(p + strlen("const Version = "));
            return arena_printf(a, "go1.%d", *minor);
        }
    }
    return "";
}

static const char *usual_places(Arena *a) {
    static const char *const fixed[] = {"/usr/local/go", "/usr/lib/go", "/usr/share/go"};
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        if (is_goroot(a, fixed[i])) return fixed[i];
    static const char *const parents[] = {"/usr/lib", "/usr/share"};
    const char *best = NULL;
    int best_minor = -1;
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        DIR *d = opendir(parents[i]);
        if (!d) continue;
        struct dirent *e;
        while ((e = readdir(d))) {
            if (!has_prefix(e->d_name, "go-1.")) continue;
            int minor = atoi(e->d_name + 5);
            const char *dir = path_join(a, parents[i], e->d_name);
            if (minor > best_minor && is_goroot(a, dir)) {
                best = dir;
                best_minor = minor;
            }
        }
        closedir(d);
    }
    return best;
}

static const char *find_goroot(Arena *a, const char *go) {
    const char *v = env_get(a, "GOROOT");
    if (*v) return path_clean(a, v);
    if (go) {
        const char *dir = path_dir(a, path_dir(a, go));
        if (is_goroot(a, dir) && is_dir(path_join(a, dir, "pkg"))) return dir;
        dir = path_dir(a, path_dir(a, path_real(a, go)));
        if (is_goroot(a, dir) && is_dir(path_join(a, dir, "pkg"))) return dir;
        dir = ask_go(a, go);
        if (dir) return dir;
    }
    return usual_places(a);
}

/* ---- experiments ---- */

/* What is on by default, by the minor version from which it is; a GOROOT that does not know a name drops it.
 */
static const struct {
    const char *name;
    int from, until;
    bool regabi; /* only where the register ABI exists */
} default_experiments[] = {
    {"regabiwrappers", 17, 99, true},    {"regabiargs", 17, 99, true},
    {"regabig", 17, 17, true},           {"regabireflect", 17, 17, true},
    {"pacerredesign", 18, 18, false},    {"unified", 20, 99, false},
    {"coverageredesign", 20, 99, false}, {"allocheaders", 22, 99, false},
    {"exectracer2", 22, 99, false},      {"aliastypeparams", 24, 99, false},
    {"swissmap", 24, 99, false},         {"spinbitmutex", 24, 99, false},
    {"synchashtriemap", 24, 99, false},  {"dwarf5", 25, 99, false},
    {"greenteagc", 26, 99, false},       {"randomizedheapbase64", 26, 99, false},
};

static const char *set_experiments(Arena *a, BuildEnv *e) {
    StrVec known = {0};
    DIR *d = opendir(path_join(a, e->goroot, "src/internal/goexperiment"));
    if (d) {
        struct dirent *x;
        while ((x = readdir(d)))
            if (has_prefix(x->d_name, "exp_") && has_suffix(x->d_name, "_on.go"))
                vec_push(a, &known, arena_strndup(a, x->d_name + 4, strlen(x->d_name) - 10));
        closedir(d);
    }
    strvec_sort(&known);
    bool *on = NEW_ARRAY(a, bool, known.n + 1);
    static const char *const regabi_archs[] = {"amd64",   "arm64",   "loong64", "ppc64",
                                               "ppc64le", "riscv64", "s390x"};
    bool regabi = false;
    for (size_t i = 0; i < COUNT_OF(regabi_archs); i++)
        regabi = regabi || strcmp(e->goarch, regabi_archs[i]) == 0;
    bool mac = !strcmp(e->goos, "darwin") || !strcmp(e->goos, "ios") || !strcmp(e->goos, "aix");
    for (size_t i = 0; i < COUNT_OF(default_experiments); i++) {
        if (e->go_minor < default_experiments[i].from || e->go_minor > default_experiments[i].until) continue;
        if (default_experiments[i].regabi && !regabi) continue;
        if (mac && strcmp(default_experiments[i].name, "dwarf5") == 0) continue;
        for (uint32_t k = 0; k < known.n; k++)
            if (strcmp(known.v[k], default_experiments[i].name) == 0) on[k] = true;
    }
    for (const char *p = e->goexperiment; *p;) {
        size_t n = strcspn(p, ",");
        const char *name = arena_strndup(a, p, n), *full = name;
        p += n;
        if (*p == ',') p++;
        if (!*name) continue;
        if (strcmp(name, "none") == 0) {
            memset(on, 0, known.n);
            continue;
        }
        bool val = true, found = false;
        if (has_prefix(name, "no")) {
            name += 2;
            val = false;
        }
        for (uint32_t k = 0; k < known.n; k++) {
            bool hit = strcmp(known.v[k], name) == 0;
            if (strcmp(name, "regabi") == 0)
                hit = !strcmp(known.v[k], "regabiwrappers") || !strcmp(known.v[k], "regabiargs");
            if (hit) {
                on[k] = val;
                found = true;
            }
        }
        if (!found) return arena_printf(a, "unknown GOEXPERIMENT %s", full + (val ? 0 : 2));
    }
    for (uint32_t k = 0; k < known.n; k++) {
        bool must = regabi && strcmp(e->goarch, "s390x") != 0 && e->go_minor >= 18 &&
                    (!strcmp(known.v[k], "regabiwrappers") || !strcmp(known.v[k], "regabiargs"));
        if (!on[k] && !must) continue;
        vec_push(a, &e->experiments, known.v[k]);
        vec_push(a, &e->tool_tags, arena_printf(a, "goexperiment.%s", known.v[k]));
    }
    return NULL;
}

bool env_experiment(const BuildEnv *e, const char *name) { return strvec_has(&e->experiments, name); }

static const char *or_else(const char *v, const char *dflt) { return *v ? v : dflt; }

/* Tags such as amd64.v1, which say what the processor is known to have. */
static const char *feature_tags(Arena *a, BuildEnv *e) {
    const char *arch = e->goarch;
    e->goamd64 = "";
    if (strcmp(arch, "amd64") == 0) {
        const char *v = or_else(env_get(a, "GOAMD64"), "v1");
        if (strlen(v) != 2 || v[0] != 'v' || v[1] < '1' || v[1] > '4')
            return "invalid GOAMD64: must be v1, v2, v3, v4";
        e->goamd64 = v;
        for (int i = 1; i <= v[1] - '0'; i++) vec_push(a, &e->tool_tags, arena_printf(a, "amd64.v%d", i));
    } else if (strcmp(arch, "386") == 0) {
        vec_push(a, &e->tool_tags, arena_printf(a, "386.%s", or_else(env_get(a, "GO386"), "sse2")));
    } else if (strcmp(arch, "arm") == 0) {
        int v = atoi(or_else(env_get(a, "GOARM"), "7"));
        for (int i = 5; i <= v; i++) vec_push(a, &e->tool_tags, arena_printf(a, "arm.%d", i));
    } else if (strcmp(arch, "arm64") == 0) {
        const char *v = or_else(env_get(a, "GOARM64"), "v8.0");
        int major = v[0] == 'v' ? atoi(v + 1) : 8, minor = strchr(v, '.') ? atoi(strchr(v, '.') + 1) : 0;
        if (major == 9)
            for (int i = 0; i <= minor; i++) vec_push(a, &e->tool_tags, arena_printf(a, "arm64.v9.%d", i));
        int m8 = major == 9 ? MIN(minor + 5, 9) : minor;
        for (int i = 0; i <= m8; i++) vec_push(a, &e->tool_tags, arena_printf(a, "arm64.v8.%d", i));
    } else if (has_prefix(arch, "mips64")) {
        vec_push(a, &e->tool_tags,
                 arena_printf(a, "%s.%s", arch, or_else(env_get(a, "GOMIPS64"), "hardfloat")));
    } else if (has_prefix(arch, "mips")) {
        vec_push(a, &e->tool_tags,
                 arena_printf(a, "%s.%s", arch, or_else(env_get(a, "GOMIPS"), "hardfloat")));
    } else if (has_prefix(arch, "ppc64")) {
        int v = atoi(or_else(env_get(a, "GOPPC64"), "power8") + 5);
        for (int i = 8; i <= v; i++) vec_push(a, &e->tool_tags, arena_printf(a, "%s.power%d", arch, i));
    } else if (strcmp(arch, "riscv64") == 0) {
        const char *v = or_else(env_get(a, "GORISCV64"), "rva20u64");
        vec_push(a, &e->tool_tags, "riscv64.rva20u64");
        if (!strcmp(v, "rva22u64") || !strcmp(v, "rva23u64")) vec_push(a, &e->tool_tags, "riscv64.rva22u64");
        if (!strcmp(v, "rva23u64")) vec_push(a, &e->tool_tags, "riscv64.rva23u64");
    }
    return NULL;
}

const char *env_init(Arena *a, BuildEnv *e, const BuildFlags *flags) {
    *e = (BuildEnv){0};
    e->cwd = flags->cwd ? flags->cwd : env_getwd(a);
    if (!e->cwd) return arena_printf(a, "cannot find the current directory: %s", errno_text(errno));
    struct utsname u;
    uname(&u);
    e->gohostos = "linux";
    e->gohostarch = strcmp(u.machine, "aarch64") == 0  ? "arm64"
                    : strcmp(u.machine, "x86_64") == 0 ? "amd64"
                                                       : arena_strndup(a, u.machine, strlen(u.machine));
    e->goos = flags->goos ? flags->goos : or_else(env_get(a, "GOOS"), e->gohostos);
    e->goarch = flags->goarch ? flags->goarch : or_else(env_get(a, "GOARCH"), e->gohostarch);
    if (!known_os(e->goos, strlen(e->goos)) || !known_arch(e->goarch, strlen(e->goarch)))
        return arena_printf(a, "unsupported GOOS/GOARCH pair %s/%s", e->goos, e->goarch);
    const char *cf = config_file(a);
    e->goenv_file = cf ? cf : "off";
    const char *why, *go = spawn_find(a, "go", &why);
    e->goroot = find_goroot(a, go);
    if (!e->goroot) { /* files without imports still work */
        e->goroot = "";
        e->goversion = "go1.26";
        e->go_minor = 26;
    } else {
        if (!is_goroot(a, e->goroot))
            return arena_printf(a, "cannot find GOROOT directory: %s",
                                is_dir(e->goroot) ? arena_printf(a, "%s has no src/runtime", e->goroot)
                                                  : e->goroot);
        e->goversion = goroot_version(a, e->goroot, &e->go_minor);
        if (!e->go_minor) return arena_printf(a, "cannot find the version of Go in %s", e->goroot);
    }
    e->local_version = e->go_minor < 26 ? "1.26" : e->goversion + 2;
    const char *own = path_join(a, *e->goroot ? e->goroot : "/", "bin/go");
    e->go_command = access(own, X_OK) == 0 ? own : go;
    const char *home = process_env("HOME");
    e->gopath = or_else(env_get(a, "GOPATH"), *home ? path_join(a, home, "go") : "");
    const char *mc = env_get(a, "GOMODCACHE");
    const char *first = arena_strndup(a, e->gopath, strcspn(e->gopath, ":"));
    e->gomodcache = *mc ? path_clean(a, mc) : *first ? path_join(a, first, "pkg/mod") : "";
    e->goexperiment = env_get(a, "GOEXPERIMENT");
    e->goflags = env_get(a, "GOFLAGS");
    e->gowork = flags->gowork ? flags->gowork : env_get(a, "GOWORK");
    e->gomod = "";
    const char *cgo = env_get(a, "CGO_ENABLED");
    bool native = !strcmp(e->goos, e->gohostos) && !strcmp(e->goarch, e->gohostarch);
    e->cgo_enabled = strcmp(cgo, "1") == 0 || (strcmp(cgo, "0") != 0 && native);
    if (!*e->goroot) e->cgo_enabled = false;
    if (!*cgo && e->cgo_enabled && !*env_get(a, "CC") && !spawn_find(a, "gcc", &why) &&
        !spawn_find(a, "clang", &why))
        e->cgo_enabled = false;
    for (uint32_t i = 0; i < flags->tags.n; i++) vec_push(a, &e->tags, flags->tags.v[i]);
    if (flags->race) vec_push(a, &e->tags, "race");
    if (flags->msan) vec_push(a, &e->tags, "msan");
    if (flags->asan) vec_push(a, &e->tags, "asan");
    const char *err = feature_tags(a, e);
    return err ? err : set_experiments(a, e);
}

void env_list(Session *s, EnvVars *out) {
    Arena *a = &s->arena;
    BuildEnv *e = &s->env;
#define VAR(n, v) vec_push(a, out, ((EnvVar){n, v}))
    VAR("CC", or_else(env_get(a, "CC"), "gcc"));
    VAR("CGO_CFLAGS", or_else(env_get(a, "CGO_CFLAGS"), "-O2 -g"));
    VAR("CGO_CPPFLAGS", env_get(a, "CGO_CPPFLAGS"));
    VAR("CGO_CXXFLAGS", or_else(env_get(a, "CGO_CXXFLAGS"), "-O2 -g"));
    VAR("CGO_ENABLED", e->cgo_enabled ? "1" : "0");
    VAR("CGO_FFLAGS", or_else(env_get(a, "CGO_FFLAGS"), "-O2 -g"));
    VAR("CGO_LDFLAGS", or_else(env_get(a, "CGO_LDFLAGS"), "-O2 -g"));
    if (!strcmp(e->goarch, "amd64")) VAR("GOAMD64", e->goamd64);
    VAR("GOARCH", e->goarch);
    VAR("GOENV", e->goenv_file);
    VAR("GOEXPERIMENT", e->goexperiment);
    VAR("GOFLAGS", e->goflags);
    VAR("GOHOSTARCH", e->gohostarch);
    VAR("GOHOSTOS", e->gohostos);
    VAR("GOMOD", e->gomod);
    VAR("GOMODCACHE", e->gomodcache);
    VAR("GOOS", e->goos);
    VAR("GOPATH", e->gopath);
    VAR("GOROOT", e->goroot);
    VAR("GOVERSION", e->goversion);
    VAR("GOWORK", e->gowork);
#undef VAR
}
