/* load: from what the user names to packages with their files chosen and their imports resolved.
 *
 * A Session is one request: an environment (GOROOT, GOOS, build tags, module graph), the packages that it
 * loaded and a work pool. It lives as long as the request and owns everything below it; each package owns the
 * arena in which its syntax, types, IR and results are made. What a Session says after load_packages is
 * read-only, except for the results that the passes hang on their own package.
 *
 * The rules are those of the go command (cmd/go, "go help packages", "go help buildconstraint", the modules
 * reference): nothing is ever downloaded, and a package that cannot be found is an error in its LoadedPkg. */
#ifndef GOESC_LOAD_H
#define GOESC_LOAD_H
#include "base/base.h"
#include "base/diag.h"

typedef struct Session Session;
typedef struct LoadedPkg LoadedPkg;
struct Package;
struct IrPackage;
struct File;

/* ---- the compiler's flags (-gcflags), parsed; one per package ---- */

typedef struct DebugFlags { /* -d=name=value, see compiler_flags.def */
#define DEBUG_INT(name, dflt) int name;
#define DEBUG_STR(name) const char *name;
#include "load/compiler_flags.def"
#undef DEBUG_INT
#undef DEBUG_STR
} DebugFlags;

typedef struct CompilerFlags {
    int m;          /* -m: 0 none, 1 decisions, 2 and more reasons */
    int l;          /* inlining level as the compiler keeps it: 1 on (default), 0 off (-l), n>1 (-l -l…) */
    int n_flag;     /* -N: no optimisation */
    int e_flag;     /* -e: no limit on errors */
    int live;       /* -live (accepted) */
    int w, percent; /* debugging, accepted */
    const char *pkg_path; /* -p: overrides the package path, or NULL */
    int no_columns;       /* -C: positions without columns */
    const char *lang; /* "go1.26": language version in force for the package (-lang given or from go.mod) */
    bool std;         /* -std: package of the standard library */
    bool compiling_runtime; /* -+ or a runtime package: no heap allocation allowed, //go:systemstack etc. */
    bool complete;          /* -complete: no assembly or C, so a function without body is an error */
    bool race, msan, asan, instrumenting;
    bool small_frames; /* -smallframes */
    bool dynlink, shared, linkshared;
    bool no_write_barrier; /* -wb=false */
    const char *symabis;   /* informational */
    const char *json;      /* -json=0,DIR or NULL */
    DebugFlags debug;
} CompilerFlags;

/* The packages which may not allocate: the runtime and what it stands on, under the names of every release.
 */
bool load_is_runtime_package(const char *path);

/* ---- packages ---- */

typedef struct LoadedImport {
    const char *path; /* as written in the source */
    LoadedPkg *pkg;   /* resolved (vendoring applied); NULL: "unsafe" or "C" */
} LoadedImport;

typedef struct SourceFile {
    const char *name; /* base name */
    const char *path; /* absolute path that is read */
    const char *text; /* stands in for a file that the tree lacks; NULL: read path */
    const char
        *shown; /* file name for positions (PosBase filename); equal to path, other for cgo and -overlay */
} SourceFile;

typedef struct LoadError { /* why a package cannot be built; load_error_format makes the go command's text of
                              it */
    const char *where;     /* "file.go:3:8" already shortened, or NULL */
    const char *msg;
    const char **stack;      /* import paths that lead here, outermost first */
    const char **stack_from; /* the file with each import, or NULL entries */
    uint32_t nstack;
    bool is_cycle;     /* import cycle: the stack names files too */
    bool always_stack; /* print the stack although there is a place */
} LoadError;
void load_error_format(StrBuf *sb, const LoadError *e);

typedef struct Module {
    const char *path, *version; /* version NULL: main module */
    const char *dir;            /* absolute; NULL: not in the module cache */
    const char *gomod;          /* absolute path of its go.mod or NULL */
    const char *go_version;     /* go line, "1.21", NULL when there is none */
    struct Module *replace;     /* what stands in for it, or NULL */
    bool main, indirect;
} Module;

struct LoadedPkg {
    const char *import_path; /* what `# …` shows: "fmt", "vendor/golang.org/x/…", "command-line-arguments" */
    const char *pkg_path;    /* the compiler's -p: import_path, or "main" for a command */
    const Name *path_name; /* pkg_path interned */
    const char *name;      /* package clause */
    const char *dir;       /* absolute */
    const char *root;      /* GOROOT, module root or NULL */
    Module *module;        /* NULL: standard library or files without module */
    bool standard;         /* in GOROOT */
    bool command_line;     /* package made of files named on the command line */
    bool named;            /* named by a pattern: output wanted, -gcflags without pattern applies */
    bool literal;          /* named by a pattern without wildcards */
    bool dep_only;         /* only a dependency */
    bool uses_cgo;         /* has files importing "C" which are compiled */
    bool cgo_done;         /* go tool cgo has run: `files` are complete */
    bool under_test;       /* its test files belong to it: see BuildFlags.tested */
    bool fake_cgo;         /* files that import "C" were left out: cgo is off or there is no go tool cgo */
    bool incomplete;       /* it or a dependency has an error */
    bool loading;          /* loader's: its imports are being followed */
    bool implicit;         /* nothing that is built imports it: linked in only (runtime, for a command) */

    SourceFile *files; /* what the compiler is given, in its order */
    uint32_t nfiles;
    StrVec go_files, cgo_files, ignored_go_files, ignored_other_files, c_files, cxx_files, m_files, h_files,
        f_files, s_files, swig_files, swigcxx_files, syso_files, embed_patterns, embed_files, test_go_files,
        xtest_go_files;
    StrVec imports_src; /* paths as go list prints them in Imports (resolved, sorted, unique) */

    LoadedImport *imports; /* sorted by path; what the source may import */
    uint32_t nimports;
    CompilerFlags flags;

    LoadError *error;      /* first error that makes the package unusable, or NULL */
    VEC(LoadedPkg *) deps; /* every package loaded for it, in the go command's order; implicit ones, too */
    StrVec cgo_cflags, cgo_cppflags, cgo_cxxflags, cgo_fflags, cgo_ldflags, cgo_pkgconfig;
    VEC(const char *) match; /* command-line patterns that name it */

    uint32_t index; /* place in Session.pkgs: dependencies come before dependants */

    /* ---- filled by the driver and the passes ---- */
    Arena arena;             /* package lifetime */
    Arena bodies;            /* syntax that nobody needs once the package is lowered (File.bodies) */
    DiagSink diags;          /* errors of the user's program, all passes */
    struct File **syntax;    /* parsed files, same order as `files` */
    struct Package *types;   /* after the checker */
    struct IrPackage *ir;    /* after ir_build */
    StrBuf out;              /* compiler output with absolute file names, as `compile` would write it */
    const char *cgo_error;   /* why cgo failed, or NULL */
    const char *cgo_command; /* the command that wrote cgo_error, when it was not cgo itself */
    bool cgo_refused;        /* no command wrote cgo_error: it says why none was run */
    bool cgo_skipped;        /* -n: for it or what it imports cgo would have to run, so it is not analysed */
    bool prepared;           /* driver's: bodies have been changed as nobody may see who inlines them */
    bool failed;             /* errors were reported, or a dependency failed */
    struct EscFacts *facts;  /* with Session.want_facts: why things escape, see escape/escape.h */
};

/* The package that `path`, written in a file of pkg, denotes; NULL when there is none ("unsafe", "C", not
 * loaded). */
LoadedPkg *load_import(const LoadedPkg *pkg, const char *path, size_t n);
/* The package with this resolved import path ("runtime", "internal/abi"), or NULL when the session did not
 * load it. */
LoadedPkg *session_find(const Session *s, const char *import_path);

/* ---- environment ---- */

typedef struct BuildEnv {
    const char *cwd; /* absolute, no symlinks resolved beyond $PWD's rule */
    const char *goroot, *gopath, *gomodcache, *goenv_file;
    const char *goos, *goarch, *gohostos, *gohostarch;
    const char *goamd64;      /* "v1" or the arch's variable */
    const char *goexperiment; /* as given */
    const char *goflags;
    const char *gowork;        /* "", "off" or path of go.work */
    const char *gomod;         /* path of the main module's go.mod, "/dev/null" or "" */
    const char *goversion;     /* "go1.26.8", from GOROOT/VERSION */
    int go_minor;              /* 26 */
    const char *local_version; /* "1.26.8": the newest language we take; that of our rules when the library is
                                  older */
    bool cgo_enabled;
    const char *go_command; /* path of a go command, or NULL */
    StrVec tags;            /* -tags */
    StrVec tool_tags;       /* goexperiment.x, amd64.v1, … */
    StrVec experiments;     /* enabled, lower case, without prefix */
} BuildEnv;

/* Whether GOEXPERIMENT name ("aliastypeparams", lower case) is on. */
bool env_experiment(const BuildEnv *e, const char *name);

/* ---- sessions ---- */

typedef struct BuildFlags {
    const char *chdir; /* -C */
    int p;             /* -p */
    bool v, n, x, a, work, trimpath, race, msan, asan, json, i, deps, e, cover, linkshared;
    const char *o, *mod, *modfile, *overlay, *buildmode, *compiler, *pgo, *pkgdir, *installsuffix, *toolexec;
    const char *tested;        /* import path of the package that is compiled with its test files, and has its
                                  external tests as one more root; NULL: none */
    const char *cwd;           /* absolute: where the session works; NULL: where the process does */
    const char *goos, *goarch; /* instead of $GOOS and $GOARCH, or NULL */
    const char *gowork;        /* instead of $GOWORK, or NULL */
    const char *dump;          /* -d: stop after a pass or write what it made; see help debug */
    StrVec gcflags;            /* each -gcflags value, in order */
    StrVec tags;
} BuildFlags;

struct Session {
    Arena arena;
    BuildEnv env;
    BuildFlags flags;
    LoadedPkg **pkgs; /* everything loaded, dependencies first, deterministic */
    uint32_t npkgs;
    LoadedPkg **roots; /* what the patterns name, in the go command's order */
    uint32_t nroots;
    Map by_path; /* interned import path -> LoadedPkg* */
    StrBuf err;  /* messages for stderr found while loading (warnings, errors) */
    int status;  /* exit status so far */
    const StrVec
        *compile_flags; /* goesc tool compile: the flags of the command-line package, nothing else applies */
    bool want_facts;    /* keep the reasons of the escape analysis for every package (explain) */
    bool keep_edges;    /* and its whole graph */
    bool whole;         /* analyse all of the packages that nobody asks about, not just what others need */
    bool no_cgo_tool;   /* cgo is wanted but there is no tool for it: cgo_enabled was turned off */
    struct TypeStore *types; /* the driver's, from driver_run to driver_release */
    const char *within; /* relative paths of go.mod and go.work lead nowhere but below it; NULL: anywhere */
    struct Loader *loader;
};

/* Fills s->env from the process environment, the GOENV file and s->flags. False: s->err says why. */
bool session_init(Session *s, const BuildFlags *flags);
void session_release(Session *s);
/* Loads what the patterns name and all they import. False: nothing can be compiled (s->err, s->status).
 * Packages with errors are kept, with .error set, when keep_errors; otherwise they are reported as go build
 * does. */
bool load_packages(Session *s, const char **patterns, uint32_t n, bool keep_errors);

#endif
