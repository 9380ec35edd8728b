/* -gcflags: which values apply to a package, and what they say.
 *
 * Each value is "flags" (for the packages named on the command line) or "pattern=flags"; of the values that
 * match a package only the last one counts. The flags themselves are the compiler's. Those that change what
 * is analysed are kept in CompilerFlags, those that only concern code generation are accepted, and those that
 * we cannot honour are refused with one clear line rather than ignored. */
#include "load/load_int.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

typedef struct Value {   /* one -gcflags, taken apart */
    const char *pattern; /* NULL: packages named on the command line */
    StrVec flags;
    const char *err;
} Value;

static Value split(Arena *a, const char *text) {
    Value v = {0};
    while (isspace((unsigned char)*text)) text++;
    if (*text && *text != '-') {
        const char *eq = strchr(text, '=');
        if (!eq) return v.err = "missing =<value> in <pattern>=<value>", v;
        if (eq == text) return v.err = "missing <pattern> in <pattern>=<value>", v;
        if (*text == '\'' || *text == '"')
            return v.err = arena_printf(a, "parameter may not start with quote character %c", *text), v;
        size_t n = (size_t)(eq - text);
        while (n && isspace((unsigned char)text[n - 1])) n--;
        v.pattern = arena_strndup(a, text, n);
        text = eq + 1;
    }
    v.err = quoted_split(a, text, &v.flags);
    return v;
}

bool gcflags_check(Session *s) {
    for (uint32_t i = 0; i < s->flags.gcflags.n; i++) {
        Value v = split(&s->arena, s->flags.gcflags.v[i]);
        const char *err = v.err;
        if (err) {
            sb_printf(&s->err,
                      "invalid value \"%s\" for flag -gcflags: %s\nRun 'goesc help gcflags' for details.\n",
                      s->flags.gcflags.v[i], err);
            return false;
        }
        CompilerFlags f = {0};
        if (!compiler_flags_parse(&s->arena, &f, &v.flags, &err)) {
            sb_printf(&s->err, "goesc: -gcflags: %s\n", err);
            return false;
        }
    }
    return true;
}

static bool value_matches(Session *s, const char *pattern, const LoadedPkg *p) {
    Arena *a = &s->arena;
    if (!pattern) return p->named || p->command_line;
    if (has_prefix(pattern, "./") || has_prefix(pattern, "../") || !strcmp(pattern, ".") ||
        !strcmp(pattern, "..")) {
        const char *dots = strstr(pattern, "...");
        const char *dir = pattern, *rest = "";
        if (dots) {
            const char *slash = dots;
            while (slash > pattern && *slash != '/') slash--;
            dir = arena_strndup(a, pattern, (size_t)(slash - pattern));
            rest = slash + 1;
        }
        dir = path_join(a, s->env.cwd, dir);
        if (!*rest) return p->dir && strcmp(p->dir, dir) == 0;
        if (!p->dir) return false;
        const char *rel = path_rel(a, dir, p->dir);
        if (!strcmp(rel, "..") || has_prefix(rel, "../")) return false;
        return pattern_match(rest, rel);
    }
    if (!strcmp(pattern, "all")) return true;
    if (!strcmp(pattern, "std")) return p->standard;
    if (!strcmp(pattern, "cmd")) return p->standard && has_prefix(p->import_path, "cmd/");
    if (!strcmp(pattern, "work")) return p->module && p->module->main;
    return pattern_match(pattern, p->import_path);
}

bool load_is_runtime_package(const char *path) {
    static const char *const list[] = {
        "internal/abi",
        "internal/bytealg",
        "internal/byteorder",
        "internal/chacha8rand",
        "internal/coverage/rtcov",
        "internal/cpu",
        "internal/goarch",
        "internal/godebugs",
        "internal/goexperiment",
        "internal/goos",
        "internal/profilerecord",
        "internal/runtime/atomic",
        "internal/runtime/cgroup",
        "internal/runtime/exithook",
        "internal/runtime/gc",
        "internal/runtime/gc/scan",
        "internal/runtime/maps",
        "internal/runtime/math",
        "internal/runtime/sys",
        "internal/runtime/syscall/linux",
        "internal/runtime/syscall/windows",
        "internal/runtime/syscall",
        "internal/strconv",
        "internal/stringslite",
        "runtime",
        "runtime/internal/atomic",
        "runtime/internal/math",
        "runtime/internal/sys",
        "runtime/internal/syscall",
    };
    for (size_t i = 0; i < COUNT_OF(list); i++)
        if (strcmp(list[i], path) == 0) return true;
    return false;
}

void gcflags_apply(Session *s, LoadedPkg *p) {
    Arena *a = &s->arena;
    CompilerFlags *f = &p->flags;
    StrVec flags = {0};
    for (uint32_t i = 0; i < s->flags.gcflags.n; i++) {
        Value v = split(a, s->flags.gcflags.v[i]);
        if (value_matches(s, v.pattern, p)) flags = v.flags;
    }
    const char *err;
    bool tool = s->compile_flags && p->command_line;
    if (tool) flags = *s->compile_flags;
    compiler_flags_parse(a, f, &flags, &err);
    f->std = f->std || p->standard;
    if (f->pkg_path) {
        p->pkg_path = f->pkg_path;
        p->path_name = name_of(p->pkg_path);
    }
    if (f->std && load_is_runtime_package(p->pkg_path)) f->compiling_runtime = true;
    f->race = f->race || s->flags.race;
    f->msan = f->msan || s->flags.msan;
    f->asan = f->asan || s->flags.asan;
    bool checked = f->race || f->msan || f->asan;
    bool detector = !strcmp(p->pkg_path, "runtime/race") || !strcmp(p->pkg_path, "runtime/msan") ||
                    !strcmp(p->pkg_path, "runtime/asan");
    if (detector || (load_is_runtime_package(p->pkg_path) && strcmp(p->pkg_path, "internal/bytealg") != 0))
        f->race = f->msan = f->asan = false;
    f->instrumenting = f->race || f->msan || f->asan;
    if (!f->lang) {
        const char *v = p->standard ? s->env.goversion + 2 : s->env.local_version;
        if (p->module) {
            const char *mv = p->module->go_version;
            if (!mv || !*mv) mv = "1.16";
            if (gover_compare(mv, v) <= 0) v = mv;
        }
        f->lang = arena_printf(a, "go%s", gover_lang(a, v));
    }
    uint32_t other = p->cgo_files.n + p->c_files.n + p->cxx_files.n + p->m_files.n + p->f_files.n +
                     p->s_files.n + p->syso_files.n + p->swig_files.n + p->swigcxx_files.n;
    if (p->standard) { /* functions supplied by the runtime behind the scenes */
        static const char *const forward[] = {"bytes",           "internal/poll", "net",           "os",
                                              "runtime/metrics", "runtime/pprof", "runtime/trace", "sync",
                                              "syscall",         "time"};
        for (size_t i = 0; i < COUNT_OF(forward); i++) other += strcmp(p->import_path, forward[i]) == 0;
    }
    if (!tool) f->complete = other == 0;
    if (f->compiling_runtime) f->n_flag = 0;
    if (f->debug.checkptr == -1) f->debug.checkptr = checked ? 1 : 0;
    if (f->compiling_runtime) f->debug.checkptr = 0;
}

/* ---- the compiler's flags ---- */

typedef enum FlagKind { COUNT, INT, STRING, BOOL } FlagKind;

enum { NO_EFFECT = -1, REFUSED = -2 };

static const struct {
    const char *name;
    FlagKind kind;
    int off; /* into CompilerFlags, or NO_EFFECT on the analysis, or REFUSED */
} known_flags[] = {
    {"m", COUNT, offsetof(CompilerFlags, m)},
    {"l", COUNT, offsetof(CompilerFlags, l)},
    {"N", COUNT, offsetof(CompilerFlags, n_flag)},
    {"e", COUNT, offsetof(CompilerFlags, e_flag)},
    {"lang", STRING, offsetof(CompilerFlags, lang)},
    {"+", BOOL, offsetof(CompilerFlags, compiling_runtime)},
    {"std", BOOL, offsetof(CompilerFlags, std)},
    {"complete", BOOL, offsetof(CompilerFlags, complete)},
    {"race", BOOL, offsetof(CompilerFlags, race)},
    {"msan", BOOL, offsetof(CompilerFlags, msan)},
    {"asan", BOOL, offsetof(CompilerFlags, asan)},
    {"smallframes", BOOL, offsetof(CompilerFlags, small_frames)},
    {"dynlink", BOOL, offsetof(CompilerFlags, dynlink)},
    {"shared", BOOL, offsetof(CompilerFlags, shared)},
    {"linkshared", BOOL, offsetof(CompilerFlags, linkshared)},
    {"w", COUNT, offsetof(CompilerFlags, w)},
    {"%", COUNT, offsetof(CompilerFlags, percent)},
    {"C", COUNT, offsetof(CompilerFlags, no_columns)},
    {"p", STRING, offsetof(CompilerFlags, pkg_path)},
    {"B", COUNT, NO_EFFECT},
    {"c", INT, NO_EFFECT},
    {"dwarf", BOOL, NO_EFFECT},
    {"dwarfbasentries", BOOL, NO_EFFECT},
    {"dwarflocationlists", BOOL, NO_EFFECT},
    {"gendwarfinl", INT, NO_EFFECT},
    {"wb", BOOL, NO_EFFECT},
    {"trimpath", STRING, NO_EFFECT},
    {"D", STRING, NO_EFFECT},
    {"I", STRING, NO_EFFECT},
    {"buildid", STRING, NO_EFFECT},
    {"goversion", STRING, NO_EFFECT},
    {"installsuffix", STRING, NO_EFFECT},
    {"nolocalimports", BOOL, NO_EFFECT},
    {"pack", BOOL, NO_EFFECT},
    {"spectre", STRING, NO_EFFECT},
    {"errorurl", BOOL, NO_EFFECT},
    {"v", BOOL, NO_EFFECT},
    {"clobberdead", BOOL, NO_EFFECT},
    {"clobberdeadreg", BOOL, NO_EFFECT},
    {"h", COUNT, NO_EFFECT},
    {"r", COUNT, NO_EFFECT},
    {"L", COUNT, REFUSED},
    {"live", COUNT, REFUSED},
    {"json", STRING, REFUSED},
    {"S", COUNT, REFUSED},
    {"E", COUNT, REFUSED},
    {"K", COUNT, REFUSED},
    {"W", COUNT, REFUSED},
    {"j", COUNT, REFUSED},
    {"t", BOOL, REFUSED},
    {"V", STRING, REFUSED},
    {"o", STRING, REFUSED},
    {"asmhdr", STRING, REFUSED},
    {"bench", STRING, REFUSED},
    {"blockprofile", STRING, REFUSED},
    {"cpuprofile", STRING, REFUSED},
    {"memprofile", STRING, REFUSED},
    {"memprofilerate", INT, REFUSED},
    {"mutexprofile", STRING, REFUSED},
    {"traceprofile", STRING, REFUSED},
    {"linkobj", STRING, REFUSED},
    {"embedcfg", STRING, REFUSED},
    {"importcfg", STRING, REFUSED},
    {"coveragecfg", STRING, REFUSED},
    {"symabis", STRING, REFUSED},
    {"pgoprofile", STRING, REFUSED},
    {"env", STRING, REFUSED},
};

static bool parse_int(const char *s, int *out) {
    char *end;
    errno = 0;
    long v = strtol(s, &end, 0);
    if (end == s || *end || errno || v > INT_MAX || v < INT_MIN) return false;
    *out = (int)v;
    return true;
}

/* -d=name,name=value,…; the text is the compiler's own for what is not known. */
static bool debug_flag(Arena *a, CompilerFlags *f, const char *text, const char **err) {
    while (*text) {
        size_t n = strcspn(text, ",");
        char *item = arena_strndup(a, text, n);
        text += n;
        if (*text == ',') text++;
        if (!*item) continue;
        if (!strcmp(item, "help") || !strcmp(item, "ssa/help")) {
            *err = "-d=help is not supported; see 'goesc help gcflags'";
            return false;
        }
        if (has_prefix(item, "ssa/")) continue; /* the back end's */
        char *eq = strchr(item, '=');
        const char *val = NULL;
        if (!eq) eq = strchr(item, ':');
        if (eq) {
            *eq = 0;
            val = eq + 1;
        }
        int iv = 1;
        bool have_int = !val || parse_int(val, &iv), found = false;
#define DEBUG_INT(name, dflt)                                                                                \
    if (!found && strcmp(item, #name) == 0) {                                                                \
        found = true;                                                                                        \
        if (!have_int) {                                                                                     \
            *err = arena_printf(a, "invalid debug value %s", item);                                          \
            return false;                                                                                    \
        }                                                                                                    \
        f->debug.name = iv;                                                                                  \
    }
#define DEBUG_STR(name)                                                                                      \
    if (!found && strcmp(item, #name) == 0) {                                                                \
        found = true;                                                                                        \
        f->debug.name = val ? val : "1";                                                                     \
    }
#include "load/compiler_flags.def"
#undef DEBUG_INT
#undef DEBUG_STR
        if (!found) {
            *err = arena_printf(a, "unknown debug key %s", item);
            return false;
        }
    }
    return true;
}

bool compiler_flags_parse(Arena *a, CompilerFlags *f, const StrVec *flags, const char **err) {
    *f = (CompilerFlags){0};
#define DEBUG_INT(name, dflt) f->debug.name = dflt;
#define DEBUG_STR(name) f->debug.name = "";
#include "load/compiler_flags.def"
#undef DEBUG_INT
#undef DEBUG_STR
    for (uint32_t i = 0; i < flags->n; i++) {
        const char *arg = flags->v[i];
        if (arg[0] != '-' || !arg[1]) {
            *err = arena_printf(a, "%s is not a flag of the compiler", arg);
            return false;
        }
        const char *name = arg + 1;
        if (*name == '-' && name[1]) name++;
        const char *val = NULL, *eq = strchr(name, '=');
        if (eq) {
            val = eq + 1;
            name = arena_strndup(a, name, (size_t)(eq - name));
        }
        if (strcmp(name, "d") == 0) {
            if (!val) {
                if (i + 1 >= flags->n) {
                    *err = "flag needs an argument: -d";
                    return false;
                }
                val = flags->v[++i];
            }
            if (!debug_flag(a, f, val, err)) return false;
            continue;
        }
        size_t k = 0;
        while (k < COUNT_OF(known_flags) && strcmp(known_flags[k].name, name) != 0) k++;
        if (k == COUNT_OF(known_flags)) {
            *err = arena_printf(a, "flag provided but not defined: -%s", name);
            return false;
        }
        FlagKind kind = known_flags[k].kind;
        if (known_flags[k].off == REFUSED) {
            *err = arena_printf(a, "the compiler flag -%s is not supported", name);
            return false;
        }
        void *to = known_flags[k].off >= 0 ? (char *)f + known_flags[k].off : NULL;
        if ((kind == INT || kind == STRING) && !val) {
            if (i + 1 >= flags->n) {
                *err = arena_printf(a, "flag needs an argument: -%s", name);
                return false;
            }
            val = flags->v[++i];
        }
        if (kind == STRING) {
            if (to) *(const char **)to = val;
        } else if (kind == INT) {
            int v;
            if (!parse_int(val, &v)) {
                *err = arena_printf(a, "invalid value \"%s\" for flag -%s: parse error", val, name);
                return false;
            }
            if (to) *(int *)to = v;
        } else if (kind == BOOL) {
            bool on = !val || !strcmp(val, "true") || !strcmp(val, "1") || !strcmp(val, "t") ||
                      !strcmp(val, "T") || !strcmp(val, "TRUE") || !strcmp(val, "True");
            bool off = val && (!strcmp(val, "false") || !strcmp(val, "0") || !strcmp(val, "f") ||
                               !strcmp(val, "F") || !strcmp(val, "FALSE") || !strcmp(val, "False"));
            if (!on && !off) {
                *err = arena_printf(a, "invalid boolean value \"%s\" for -%s: parse error", val, name);
                return false;
            }
            if (to) *(bool *)to = on;
            if (!strcmp(name, "wb")) f->no_write_barrier = off;
        } else if (to) {
            /* a count: -m adds one, -m=N sets it, -m=false clears it */
            int v;
            if (!val || !strcmp(val, "true")) ++*(int *)to;
            else if (!strcmp(val, "false")) *(int *)to = 0;
            else if (parse_int(val, &v)) *(int *)to = v;
            else {
                *err = arena_printf(a, "invalid value \"%s\" for flag -%s: parse error", val, name);
                return false;
            }
        }
    }
    if (f->lang && (!has_prefix(f->lang, "go1") || !gover_valid(f->lang + 2))) {
        *err =
            arena_printf(a, "invalid value \"%s\" for -lang: should be something like \"go1.12\"", f->lang);
        return false;
    }
    if (f->l <= 1) f->l = 1 - f->l; /* 0 → on, -l → off; more is a level */
    if (f->debug.loopvarhash && *f->debug.loopvarhash && f->debug.loopvar < 11) f->debug.loopvar = 1;
    return true;
}
