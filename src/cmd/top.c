/* goesc top: the sites that a memory profile counts, ranked, and why each is on the heap. joined_report is
 * also what goesc test ends with. */
#include "base/outfile.h"
#include "cmd/joined.h"
#include "escape/escape.h"
#include "join/join.h"
#include "load/load_int.h"
#include "report/html.h"
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- flags ---- */

typedef enum OwnKind { OWN_STR, OWN_LIST, OWN_NUM, OWN_BOOL, OWN_ROWS, OWN_INDEX, OWN_METRIC } OwnKind;

static const struct {
    const char *name;
    OwnKind kind;
    size_t off;
    bool in_test; /* goesc test has it too; the others would be taken from go test */
} own[] = {
    {"profile", OWN_LIST, offsetof(JoinedFlags, profiles), false},
    {"html", OWN_STR, offsetof(JoinedFlags, html), true},
    {"jsonfile", OWN_STR, offsetof(JoinedFlags, json_file), true},
    {"binary", OWN_STR, offsetof(JoinedFlags, binary), false},
    {"source_path", OWN_STR, offsetof(JoinedFlags, source_path), true},
    {"n", OWN_NUM, offsetof(JoinedFlags, ops), false},
    {"rows", OWN_ROWS, offsetof(JoinedFlags, rows), true},
    {"json", OWN_BOOL, offsetof(JoinedFlags, json), false},
    {"objects", OWN_BOOL, offsetof(JoinedFlags, objects), true},
    {"inuse", OWN_BOOL, offsetof(JoinedFlags, inuse), true},
    {"nodecount", OWN_ROWS, offsetof(JoinedFlags, rows), true}, /* the names of go tool pprof */
    {"sample_index", OWN_INDEX, 0, true},
    {"alloc_space", OWN_METRIC, 0, true},
    {"alloc_objects", OWN_METRIC, 0, true},
    {"inuse_space", OWN_METRIC, 0, true},
    {"inuse_objects", OWN_METRIC, 0, true},
};

/* Build flags whose value may be the next word. */
static bool takes_word(const char *name) {
    static const char *const names[] = {"C",      "p",        "d",          "o",         "gcflags",
                                        "tags",   "mod",      "modfile",    "buildmode", "compiler",
                                        "pgo",    "asmflags", "ldflags",    "overlay",   "installsuffix",
                                        "pkgdir", "timeout",  "max-memory", "cgo"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

static bool take_metric(JoinedFlags *f, const char *name) {
    static const char *const names[] = {"alloc_space", "alloc_objects", "inuse_space", "inuse_objects"};
    for (unsigned i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) != 0) continue;
        f->inuse = i >= 2;
        f->objects = i % 2;
        return true;
    }
    return false;
}

static int bad(const char *verb, const char *what, const char *arg) {
    fprintf(stderr, "goesc %s: %s%s\nRun 'goesc help %s' for usage.\n", verb, what, arg, verb);
    return -1;
}

int joined_own_flags(Arena *a, const char *verb, int argc, char **argv, bool of_test, JoinedFlags *f) {
    VEC(char *) flags = {0}, rest = {0};
    int i = 1;
    for (; i < argc; i++) {
        char *arg = argv[i];
        if (of_test && (!strcmp(arg, "-args") || !strcmp(arg, "--args"))) break;
        if (arg[0] != '-' || !arg[1]) {
            vec_push(a, &rest, arg);
            continue;
        }
        const char *name = arg + (arg[1] == '-' ? 2 : 1), *eq = strchr(name, '=');
        const char *bare = eq ? arena_strndup(a, name, (size_t)(eq - name)) : name;
        size_t k = 0;
        while (k < COUNT_OF(own) && (strcmp(own[k].name, bare) != 0 || (of_test && !own[k].in_test))) k++;
        if (k == COUNT_OF(own)) {
            if (of_test) { /* order matters to go test: leave it */
                vec_push(a, &rest, arg);
            } else {
                vec_push(a, &flags, arg);
                if (!eq && takes_word(bare) && i + 1 < argc) vec_push(a, &flags, argv[++i]);
            }
            continue;
        }
        void *to = (char *)f + own[k].off;
        if (own[k].kind == OWN_BOOL) {
            *(bool *)to = !eq || !strcmp(eq + 1, "true") || !strcmp(eq + 1, "1");
            continue;
        }
        if (own[k].kind == OWN_METRIC) {
            if (!eq || !strcmp(eq + 1, "true") || !strcmp(eq + 1, "1")) take_metric(f, bare);
            continue;
        }
        if (!eq && i + 1 >= argc) return bad(verb, "flag needs an argument: -", bare);
        const char *val = eq ? eq + 1 : argv[++i];
        char *end;
        switch (own[k].kind) {
        case OWN_STR: *(const char **)to = val; break;
        case OWN_LIST: vec_push(a, (StrVec *)to, val); break;
        case OWN_INDEX:
            if (!take_metric(f, val))
                return bad(verb, "not one of alloc_space, alloc_objects, inuse_space, inuse_objects: ", val);
            break;
        case OWN_NUM:
            *(double *)to = strtod(val, &end);
            if (end == val || *end || !(*(double *)to > 0)) return bad(verb, "not a positive number: ", val);
            break;
        case OWN_ROWS: {
            long n = strtol(val, &end, 10);
            if (end == val || *end || n <= 0 || n > 1000000) return bad(verb, "not a number of rows: ", val);
            *(uint32_t *)to = (uint32_t)n;
            break;
        }
        case OWN_BOOL:
        case OWN_METRIC: break;
        }
    }
    int n = 1;
    for (uint32_t k = 0; k < flags.n; k++) argv[n++] = flags.v[k];
    for (uint32_t k = 0; k < rest.n; k++) argv[n++] = rest.v[k];
    for (; i < argc; i++) argv[n++] = argv[i];
    return n;
}

/* ---- build ids ---- */

/* The GNU build id among the notes in a stretch of the file, or NULL. */
static const char *note_build_id(Arena *a, Str b, uint64_t off, uint64_t size) {
    if (off > b.n || size > b.n - off) return NULL;
    for (size_t at = off, end = off + size; end - at >= sizeof(Elf64_Nhdr);) {
        Elf64_Nhdr nh;
        memcpy(&nh, b.p + at, sizeof nh);
        at += sizeof nh;
        size_t name = ((size_t)nh.n_namesz + 3) & ~(size_t)3, desc = ((size_t)nh.n_descsz + 3) & ~(size_t)3;
        if (name > end - at || desc > end - at - name) break;
        if (nh.n_type == NT_GNU_BUILD_ID && nh.n_namesz == 4 && !memcmp(b.p + at, "GNU", 4)) {
            StrBuf sb = STRBUF_INIT;
            for (size_t k = 0; k < nh.n_descsz; k++)
                sb_printf(&sb, "%02x", (unsigned char)b.p[at + name + k]);
            return sb_arena(&sb, a);
        }
        at += name + desc;
    }
    return NULL;
}

/* The GNU build id of an ELF program in hexadecimal, or NULL. Go's linker lists it as a section only, in no
 * program header. */
static const char *elf_build_id(Arena *a, Str b) {
    if (b.n < sizeof(Elf64_Ehdr) || memcmp(b.p, ELFMAG, SELFMAG) != 0) return NULL;
    if (b.p[EI_CLASS] != ELFCLASS64 || b.p[EI_DATA] != ELFDATA2LSB) return NULL;
    Elf64_Ehdr h;
    memcpy(&h, b.p, sizeof h);
    const char *id = NULL;
    for (unsigned i = 0; i < h.e_shnum && !id; i++) {
        Elf64_Shdr sh;
        if (h.e_shoff > b.n || (b.n - h.e_shoff) / sizeof sh <= i) return NULL;
        memcpy(&sh, b.p + h.e_shoff + i * sizeof sh, sizeof sh);
        if (sh.sh_type == SHT_NOTE) id = note_build_id(a, b, sh.sh_offset, sh.sh_size);
    }
    return id;
}

/* The program that made the profile: the one named, or one where go test leaves it (beside the profile, or
 * here) under the profile's name for it. That name is the profile's word: what it leads to must be below
 * these directories or the module. */
static void find_program(Arena *a, Join *j, const JoinedFlags *f) {
    const char *base = strrchr(j->binary, '/'), *slash = strrchr(f->profiles.v[0], '/');
    base = base ? base + 1 : j->binary;
    const char *beside =
        slash ? arena_printf(a, "%.*s/%s", (int)(slash - f->profiles.v[0]), f->profiles.v[0], base) : base;
    const char *const places[] = {f->binary, j->binary, beside, base};
    Roots near;
    roots_init(&near);
    for (uint32_t i = 0; i < j->shown.dirs.n; i++) roots_add(&near, j->shown.dirs.v[i]);
    roots_add(&near, ".");
    roots_add(&near, path_dir(a, f->profiles.v[0]));
    if (f->binary) roots_add(&near, f->binary);
    for (size_t i = 0; i < (f->binary ? 1 : COUNT_OF(places)) && !j->found_id; i++) {
        struct stat st;
        Str b;
        const char *err;
        if (!places[i] || !*places[i] || !roots_allow(&near, places[i]) || stat(places[i], &st) != 0)
            continue;
        j->found_id = roots_read(&near, a, places[i], &b, &err) ? elf_build_id(a, b) : NULL;
        j->found_binary = places[i];
        j->found_time = st.st_mtime;
        j->chosen_binary = places[i] == f->binary;
    }
    roots_release(&near);
    if (f->binary && !j->found_id)
        fprintf(stderr, "goesc: %s has no GNU build id to compare with that of the profile\n", f->binary);
}

/* ---- the report ---- */

static bool write_stream(const char *verb, FILE *f, const StrBuf *text, const TermSpans *styles) {
    if (term_print(f, text, styles)) return true;
    fprintf(stderr, "goesc %s: cannot write the report: %s\n", verb, errno_text(errno));
    return false;
}

static bool write_file(const char *verb, const char *path, const StrBuf *text) {
    if (!strcmp(path, "-")) return write_stream(verb, stdout, text, NULL);
    bool writing;
    int e = outfile_write(path, (Str){text->n ? text->buf : "", text->n}, &writing);
    if (e) fprintf(stderr, "goesc %s: cannot write %s: %s\n", verb, path, errno_text(e));
    return !e;
}

/* The import path of the first package that the patterns name, or NULL. */
static const char *first_root(CmdLine *c, const char **patterns, uint32_t n) {
    Session s;
    const char *path = NULL;
    if (session_init(&s, &c->build)) {
        load_packages(&s, patterns, n, true);
        if (s.nroots) path = arena_printf(&c->arena, "%s", s.roots[0]->import_path);
    }
    session_release(&s);
    return path;
}

/* Loads with the tests of the package that made the profile, without them where they can't be analysed. */
static bool analyse(Session *s, CmdLine *c, const char *verb, const char *tested, bool is_test,
                    bool *failed) {
    const char *dot = ".";
    if (!tested && is_test) tested = first_root(c, c->nargs ? c->args : &dot, c->nargs ? c->nargs : 1);
    c->build.tested = tested;
    if (!session_init(s, &c->build)) {
        fputs(sb_str(&s->err), stderr);
        return false;
    }
    s->want_facts = s->whole = true;
    const char *pattern = tested ? tested : ".";
    StrVec patterns = {0};
    for (uint32_t i = 0; i < c->nargs; i++) vec_push(&c->arena, &patterns, c->args[i]);
    if (!c->nargs) vec_push(&c->arena, &patterns, pattern);
    static const char deps[] = "testing/internal/testdeps"; /* what the go command's test program imports */
    bool with_deps =
        is_test && s->env.goroot && is_dir(arena_printf(&c->arena, "%s/src/%s", s->env.goroot, deps));
    for (uint32_t i = 0; i < patterns.n; i++) with_deps = with_deps && !has_suffix(patterns.v[i], ".go");
    if (with_deps) vec_push(&c->arena, &patterns, deps);
    if (!load_packages(s, patterns.v, patterns.n, false)) {
        fputs(sb_str(&s->err), stderr);
        return false;
    }
    LoadedPkg *p = with_deps ? session_find(s, deps) : NULL;
    if (p) p->named = false; /* nobody's own code */
    for (uint32_t i = 0; i < s->npkgs; i++) s->pkgs[i]->flags.m = 0;
    FILE *sink = tmpfile();
    *failed = driver_run(s, sink ? sink : stderr) != 0;
    if (sink && *failed) {
        rewind(sink);
        char line[1024];
        for (int k = 0; k < 20 && fgets(line, sizeof line, sink); k++) fputs(line, stderr);
    }
    if (sink) fclose(sink);
    if (*failed)
        fprintf(stderr, "goesc %s: these packages have errors; what depends on them is not explained\n",
                verb);
    return true;
}

/* The profiles added up; false: the error was printed. */
static bool read_profiles(const char *verb, const JoinedFlags *f, Profile *out, StrTab *strs, Arena *a) {
    uint32_t n = f->profiles.n;
    Profile *all = NEW_ARRAY(a, Profile, n);
    const char *err = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (profile_read_file(&all[i], strs, f->profiles.v[i], a, &err)) continue;
        fprintf(stderr, "goesc %s: %s: %s\n", verb, f->profiles.v[i], err);
        while (i > 0) profile_release(&all[--i]);
        return false;
    }
    if (profile_combine(out, all, n, a, &err)) return true;
    fprintf(stderr, "goesc %s: these profiles can't be added up: %s\n", verb, err);
    return false;
}

const char *joined_package(CmdLine *c, const char *dir) { return first_root(c, &dir, 1); }

const char *joined_tested(Arena *a, const char *profile) {
    StrTab strs;
    strtab_init(&strs);
    Profile prof;
    const char *err, *pkg = NULL;
    bool is_test;
    if (profile_read_file(&prof, &strs, profile, a, &err)) {
        pkg = join_tested(&prof, a, &is_test);
        profile_release(&prof);
    }
    strtab_release(&strs);
    return pkg;
}

int joined_report(const char *verb, CmdLine *c, JoinedFlags *f) {
    Arena *a = &c->arena;
    StrTab strs;
    strtab_init(&strs);
    Profile prof;
    if (!read_profiles(verb, f, &prof, &strs, a)) {
        strtab_release(&strs);
        return 1;
    }
    const char *err, *first = f->profiles.v[0];
    int status = 1;
    Session s;
    bool failed = false;
    bool is_test;
    const char *tested = join_tested(&prof, a, &is_test);
    is_test = is_test || f->is_test;
    if (!tested && f->dir && !c->nargs) c->args = &f->dir, c->nargs = 1;
    if (analyse(&s, c, verb, tested, is_test, &failed)) {
        Join j;
        ExLibrary library;
        TypesScope scope;
        types_enter(&scope, s.types, NULL);
        library_init(&library, &s);
        if (!join_init(&j, &library, &prof, f->inuse ? "inuse" : "alloc", &err)) {
            fprintf(stderr, "goesc %s: %s: %s\n", verb, first, err);
        } else {
            j.profile_path = f->title             ? f->title
                             : f->profiles.n == 1 ? first
                                                  : arena_printf(a, "%u profiles", f->profiles.n);
            j.by_objects = f->objects;
            j.ops = f->ops;
            for (uint32_t i = 0; i < f->bench_lines.n; i++) {
                const BenchLine *l = &f->bench_lines.v[i];
                if (!f->dir || !l->pkg || !tested || !strcmp(l->pkg, tested)) join_bench_line(&j, l->text);
            }
            j.benchtime = f->benchtime;
            if (f->source_path) roots_add_list(&j.shown, s.env.cwd, f->source_path);
            find_program(a, &j, f);
            join_run(&j);
            join_bench_apply(&j);
            StrBuf out = STRBUF_INIT;
            TermSpans styles = {0};
            FILE *stream = f->to_stderr ? stderr : stdout;
            status = 0;
            if (f->html) {
                join_html(&j, &out);
                if (!write_file(verb, f->html, &out)) status = 1;
                out.n = 0;
            }
            if (f->json_file) {
                join_json(&j, &out);
                if (!write_file(verb, f->json_file, &out)) status = 1;
                out.n = 0;
            }
            if (f->json) {
                join_json(&j, &out);
            } else {
                JoinOptions o = {.rows = f->rows ? f->rows : 20,
                                 .slivers = f->rows > 0,
                                 .styles = term_color(stream) ? &styles : NULL};
                join_text(&j, &o, &out);
            }
            if (!(f->html && !strcmp(f->html, "-")) && !(f->json_file && !strcmp(f->json_file, "-")))
                status |= !write_stream(verb, stream, &out, &styles);
            sb_release(&out);
            vec_free(&styles);
        }
        join_release(&j);
        library_release(&library);
        types_leave(&scope);
    }
    driver_release(&s);
    session_release(&s);
    profile_release(&prof);
    strtab_release(&strs);
    return status;
}

int cmd_top(int argc, char **argv) {
    Arena a;
    arena_init(&a);
    JoinedFlags f = {0};
    CmdLine c;
    int status = 2;
    argc = joined_own_flags(&a, "top", argc, argv, false, &f);
    if (argc > 0 && !f.profiles.n) {
        bad("top", "which profile? -profile FILE, as go test -memprofile FILE writes it", "");
    } else if (argc > 0) {
        if (cmdline_parse(&c, "top", argc, argv)) status = joined_report("top", &c, &f);
        else status = c.status;
        cmdline_release(&c);
    }
    arena_release(&a);
    return status;
}
