/* Shared inside load/: paths, files, build constraints, module files, and the Loader that ties them together.
 */
#ifndef GOESC_LOAD_INT_H
#define GOESC_LOAD_INT_H
#include "load/load.h"
#include <pthread.h>

/* ---- paths (path.c): slash-separated, as Go's path/filepath has them on Unix ---- */

char *path_clean(Arena *a, const char *p);
char *path_join(Arena *a, const char *x, const char *y); /* cleaned; an empty part is left out */
char *path_dir(Arena *a, const char *p);
const char *path_base(const char *p); /* after the last slash */
bool path_is_abs(const char *p);
char *path_abs(Arena *a, const char *cwd, const char *p);
/* Relative path from base to target (both absolute and clean). */
char *path_rel(Arena *a, const char *base, const char *target);
bool path_has_prefix(const char *p,
                     const char *prefix); /* whole elements: a/b has prefix a, not a/ or a/bb */
const char *path_short(Arena *a, const char *cwd, const char *p); /* relative when that is shorter */
bool is_dir(const char *p);
bool is_file(const char *p);
bool has_prefix(const char *s, const char *prefix);
bool has_suffix(const char *s, const char *suffix);
/* The real directory behind symbolic links, or p itself. */
const char *path_real(Arena *a, const char *p);
/* dir's path below root ("." for root itself), or NULL; tries real paths too. */
const char *path_in_dir(Arena *a, const char *p, const char *root);

/* Whole file into a (NUL-terminated). False: *err is strerror text. */
bool read_file(Arena *a, const char *path, Str *out, const char **err);
/* The same of an open file, which it closes. */
bool read_fd(Arena *a, int fd, Str *out, const char **err);
/* Opens for reading; -1 with *err set. What could block for ever or never end (a pipe, a device) is refused
 * unless it is named under /dev. */
int open_file(const char *path, const char **err);

int strvec_cmp(const void *a, const void *b);
void strvec_sort(StrVec *v);
void strvec_sort_unique(StrVec *v);
bool strvec_has(const StrVec *v, const char *s);

/* go's quoted.Split: fields separated by spaces, with '…' and "…" quoting whole fields. NULL or an error
 * text. */
const char *quoted_split(Arena *a, const char *s, StrVec *out);

/* ---- versions (version.c) ---- */

int semver_compare(const char *v, const char *w);
bool semver_valid(const char *v);
int gover_compare(const char *x, const char *y); /* "1.21", "1.21rc1", "1.21.3" */
bool gover_valid(const char *x);
char *gover_lang(Arena *a, const char *x);    /* "1.21.3" -> "1.21" */
char *module_escape(Arena *a, const char *s); /* upper-case letters become !lower */
int module_compare(const char *path, const char *v,
                   const char *w); /* versions of module path; "" is the highest */

/* ---- build constraints (constraint.c) ---- */

bool tag_match(const BuildEnv *e, const char *tag, size_t n);
bool os_arch_file_ok(const BuildEnv *e, const char *name);
bool known_os(const char *s, size_t n);
bool known_arch(const char *s, size_t n);
/* Whether a file with this leading text belongs to the build. *err: message of a malformed //go:build line,
 * or NULL. */
bool should_build(Arena *a, const BuildEnv *e, const char *text, size_t n, const char **err);
/* A #cgo condition, in either syntax. */
bool match_auto(Arena *a, const BuildEnv *e, const char *text);

/* ---- file headers (header.c) ---- */

typedef struct HeaderImport {
    const char *path;
    uint32_t line, col; /* of the import spec (its name, if it has one) */
    Str doc;            /* comment group right above (import "C" only): raw source text, or empty */
} HeaderImport;

typedef struct HeaderEmbed {
    const char *pattern;
    uint32_t line, col;
} HeaderEmbed;

typedef struct FileHeader {
    const char *pkg;     /* package clause name or NULL */
    uint32_t header_end; /* bytes up to the end of the imports */
    VEC(HeaderImport) imports;
    VEC(HeaderEmbed) embeds;
    const char *read_err;  /* NUL byte… : the file cannot be used at all */
    const char *parse_err; /* first syntax error of the header */
    bool bad_path;         /* parse_err is about an import path, not about syntax */
    uint32_t err_line, err_col;
    bool need_more; /* the buffer ended before the header did */
} FileHeader;

/* Parses package clause and imports of src; complete says that src is the whole file. */
void header_parse(Arena *a, FileHeader *h, const char *src, size_t n, bool complete);

/* ---- directories (dir.c) ---- */

typedef struct DirImport { /* an import path used in a directory, with its first place */
    const char *path;
    const char *file;
    uint32_t line, col;
} DirImport;
typedef VEC(DirImport) DirImports;

typedef enum DirErr { DIR_OK, DIR_NO_GO, DIR_SCAN, DIR_OTHER } DirErr;

typedef struct DirInfo {
    const char *dir;
    const char *name; /* package name */
    StrVec go_files, cgo_files, ignored_go_files, ignored_other_files, test_go_files, xtest_go_files, c_files,
        cxx_files, m_files, h_files, f_files, s_files, swig_files, swigcxx_files, syso_files,
        invalid_go_files;
    DirImports imports, test_imports, xtest_imports; /* sorted by path, one entry a path */
    DirImports embeds;                               /* patterns of go_files, sorted */
    StrVec cgo_cflags, cgo_cppflags, cgo_cxxflags, cgo_fflags, cgo_ldflags, cgo_pkgconfig;
    DirErr err;
    const char *err_file; /* DIR_SCAN: where */
    uint32_t err_line, err_col;
    const char *err_msg;
    bool cgo_ignored; /* files that import "C" were left out */
} DirInfo;

/* Reads the directory (or only the named files when names is not NULL, ignoring build constraints). */
DirInfo *dir_scan(Arena *a, const BuildEnv *e, const char *dir, const StrVec *names);
/* What modload's scan asks: are there Go files which some build could use, ignoring GOOS and GOARCH? */
bool dir_has_go_files(const char *dir);

/* Adds what the #cgo lines of a comment above import "C" in file path ask for to d's lists. doc: the comment
 * as it stands in the source; from_index: see cgo_lines.c. NULL, or what is wrong. */
const char *cgo_lines_read(Arena *a, const BuildEnv *e, DirInfo *d, const char *path, bool from_index,
                           Str doc);

/* generated.c */
const SourceFile *generated_file(Arena *a, const BuildEnv *e, const char *import_path, const DirInfo *d,
                                 const char **import);

/* ---- module files (modfile.c) ---- */

typedef struct ModVer {
    const char *path, *version; /* version "": unversioned (main module, local replacement) */
} ModVer;
typedef struct ModReq {
    ModVer m;
    bool indirect;
    uint32_t line;
} ModReq;
typedef struct ModReplace {
    ModVer old, new; /* old.version "": all; new.version "": a directory */
    uint32_t line;
} ModReplace;
typedef struct ModFile {
    const char *file; /* path */
    const char *module, *go_version, *toolchain;
    VEC(ModReq) require;
    VEC(ModReplace) replace;
    VEC(ModVer) exclude;
    StrVec tools, ignores, uses;
} ModFile;
/* file: as messages name it; full: absolute. Parses go.mod text (or go.work with is_work). Strict: unknown
 * directives are errors. NULL, or messages "file:line: …". */
const char *modfile_parse(Arena *a, ModFile *mf, const char *file, const char *full, Str text, bool strict,
                          bool is_work);

/* ---- the loader ---- */

typedef struct Resolved { /* where an import path leads */
    const char *path;     /* resolved import path (vendor/… for GOROOT's vendored packages) */
    const char *dir;      /* NULL: none */
    Module *module;       /* NULL: standard library */
    const char *err;      /* message, or NULL */
    const char *err_path; /* the import path that the message names (ImportPathError), or NULL */
    bool standard;
    bool main; /* standard, and the main module is std or cmd itself */
} Resolved;

typedef struct MainModule {
    ModFile mf;
    const char *root;   /* directory */
    const char *prefix; /* import path of the root: module path, "" for std */
    Module *mod;
    bool in_goroot_src;
} MainModule;

typedef struct Selected {
    const char *path, *version;
} Selected;

typedef struct VendorModule {
    ModVer mod;
    const char *go_version;
    bool explicit_;
    bool has_replacement;
    bool has_package; /* one of its packages is vendored */
} VendorModule;

typedef struct StackEntry {
    const char *path;
    const DirImport *pos; /* NULL: named on the command line */
} StackEntry;

typedef struct Loader {
    Session *s;
    Arena *a;
    pthread_mutex_t lock; /* guards everything below while directories are read in parallel */
    VEC(MainModule *) mains;
    bool workspace;
    ModFile work;
    const char *work_file, *work_dir;
    const char *mod_mode; /* "readonly", "mod", "vendor" */
    bool mod_explicit;
    const char *mod_reason;
    const char *vendor_dir;
    bool pruned;
    Map roots;    /* module path -> Selected* : versions required by the main modules */
    Map selected; /* module path -> Selected* : the whole graph, once graph_loaded */
    VEC(Selected *) build_list;
    bool graph_loaded;
    const char *graph_err;
    Map modules;     /* interned path@version -> Module* */
    Map summaries;   /* interned path@version -> ModFile* */
    Map resolved;    /* interned import path -> Resolved* */
    Map dirs;        /* interned dir -> DirInfo* */
    Map dir_has_go;  /* interned dir -> (void *)1 or 2 */
    Map gomod_here;  /* interned dir -> 1 or 2 */
    Map vendor_pkgs; /* interned package path -> VendorModule* */
    VEC(VendorModule *) vendor_mods;
    bool vendor_read;
    Map pkgs; /* interned import path -> LoadedPkg* */
    Map fold; /* lower-case import path -> import path */
    VEC(LoadedPkg *) order;
    struct Pool *pool;
    Arena *worker_arenas;
    int nworkers;
    VEC(StackEntry) stack; /* import path being followed */
    const char *fatal;     /* an error that stops everything, with its "go: " */
} Loader;

bool is_standard_import_path(const char *path); /* no dot in the first element */
bool is_local_import(const char *path);

/* module.c */
bool file_elem_ok(const char *elem); /* whether a module may hold a file of that name */
bool modules_init(Loader *l);        /* finds and reads go.mod / go.work; false: l->fatal */
bool module_graph(Loader *l);        /* full graph; false: l->graph_err */
Resolved *resolve_import(Loader *l, const char *path, const char *parent_path, bool parent_std);
const char *resolve_local_dir(Loader *l, const char *abs_dir, const char *shown, const char **err);
const char *module_fetch(Loader *l, ModVer m, bool *is_local, const char **err); /* directory of a module */
DirInfo *load_dir(Loader *l, const char *dir);                                   /* cached dir_scan */
bool module_is_main(const Loader *l, const char *path);
const char *std_vendor(Loader *l, const char *parent, const char *path);

/* pattern.c */
typedef struct PatternMatch {
    const char *pattern;
    StrVec dirs, pkgs;
    StrVec errs;
} PatternMatch;
bool pattern_is_meta(const char *p);
bool pattern_is_local(const char *p);
bool pattern_is_literal(const char *p);
bool pattern_match(const char *pattern, const char *name); /* with "..." */
bool pattern_tree_can_match(const char *pattern, const char *name);
const char *pattern_clean(Arena *a, const char *p);
void pattern_expand(Loader *l, PatternMatch *m);

/* package.c */
LoadedPkg *package_load(Loader *l, const char *path, LoadedPkg *parent, const DirImport *pos,
                        LoadError **perr);
LoadedPkg *package_from_files(Loader *l, const char **files, uint32_t n);
/* The package of p's external tests (p_test), or NULL when it has none. */
LoadedPkg *package_load_xtest(Loader *l, LoadedPkg *p);
void package_preload(Loader *l, const StrVec *paths); /* reads directories in parallel, following imports */
void load_dirs(Loader *l, const StrVec *dirs);        /* load_dir of each, in parallel */
LoadError *load_error_new(Loader *l, const char *msg);

/* embed.c: resolves patterns to files; NULL or a message about *bad_pattern */
const char *embed_resolve(Arena *a, const char *dir, const DirImports *patterns, StrVec *files,
                          const DirImport **bad);

/* gcflags.c */
bool gcflags_check(Session *s); /* syntax of every -gcflags value; false: s->err */
void gcflags_apply(Session *s, LoadedPkg *p);
bool compiler_flags_parse(Arena *a, CompilerFlags *f, const StrVec *flags, const char **err);

#endif
