/* Analyses for test programs: a folder with a Go installation that is as small as one can be, a module beside
 * it, and a run from its session to its output that leaves nothing behind, however it ends. */
#ifndef GOESC_TEST_RUNS_H
#define GOESC_TEST_RUNS_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/heap.h"
#include "cmd/cmd.h"
#include "explain/explain.h"
#include "types/types.h"
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static inline void write_text(const char *dir, const char *name, const char *text) {
    Arena a;
    arena_init(&a);
    char *path = arena_printf(&a, "%s/%s", dir, name);
    for (char *p = path + 1; (p = strchr(p, '/')); p++) {
        *p = 0;
        mkdir(path, 0777);
        *p = '/';
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    arena_release(&a);
}

/* A Go installation of a few lines. */
static inline void write_goroot(const char *dir) {
    write_text(dir, "VERSION", "go1.26.0\n");
    write_text(dir, "src/go.mod", "module std\n\ngo 1.26\n");
    write_text(dir, "src/unsafe/unsafe.go", "package unsafe\n\ntype Pointer *int\n");
    write_text(
        dir, "src/runtime/runtime.go",
        "package runtime\n\nimport \"unsafe\"\n\n"
        "type Error interface {\n\terror\n\tRuntimeError()\n}\n\n"
        "func add(p unsafe.Pointer, x uintptr) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + x) }\n");
    write_text(dir, "src/iter/iter.go", "package iter\n\ntype Seq[V any] func(yield func(V) bool)\n");
    write_text(dir, "src/fmt/print.go",
               "package fmt\n\nimport \"iter\"\n\n"
               "type Stringer interface{ String() string }\n\n"
               "func Sprint(a ...any) (s string) {\n\tfor _, x := range a {\n\t\tswitch x := x.(type) {\n"
               "\t\tcase string:\n\t\t\ts += x\n\t\tcase Stringer:\n\t\t\ts += "
               "x.String()\n\t\t}\n\t}\n\treturn\n}\n\n"
               "func Join[T Stringer](seq iter.Seq[T]) (s string) {\n"
               "\tfor x := range seq {\n\t\ts += x.String()\n\t}\n\treturn\n}\n\n"
               "type List[T any] struct {\n\tnext *List[T]\n\tv    T\n}\n\n"
               "func (l *List[T]) All(yield func(T) bool) {\n\tfor ; l != nil && yield(l.v); l = l.next "
               "{\n\t}\n}\n");
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *where) {
    (void)st, (void)type, (void)where;
    return remove(path);
}
static inline void remove_folder(const char *dir) { nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* Variables of the process that decide what is loaded. */
static inline void use_goroot(const char *goroot) {
    setenv("GOROOT", goroot, 1);
    setenv("GOENV", "off", 1);
    setenv("GOFLAGS", "", 1);
    setenv("GOWORK", "off", 1);
    setenv("CGO_ENABLED", "0", 1);
    setenv("GOESC_CACHE", "off", 1);
    setenv("GOPATH", "/nonexistent", 1);
}

typedef struct Analysis {
    Heap *heap;
    Stop stop;
    Session session;
    FaultKind fault; /* how it ended early, or FAULT_NONE */
    char msg[512];
    int status;     /* of driver_run */
    uint32_t sites; /* explained, in all roots */
    char *text;     /* of libc_free */
    size_t n, left; /* left: pieces that nobody had freed when the run was over */
} Analysis;

/* From the beginning to the end, in the thread that calls. */
static inline void analysis_begin(Analysis *r, const char *dir, const char *goarch, const char *pattern,
                                  bool explain) {
    HeapScope heap;
    StopScope stop;
    Fault f;
    r->heap = heap_new();
    FILE *out = open_memstream(&r->text, &r->n);
    heap_enter(&heap, r->heap);
    stop_enter(&stop, &r->stop);
    FAULT_ENTER(&f);
    if (setjmp(f.env) == 0) {
        static const char *const m[] = {"-m"};
        BuildFlags flags = {.cwd = dir, .goarch = goarch, .p = 2};
        flags.gcflags.v = (const char **)(uintptr_t)m;
        flags.gcflags.n = flags.gcflags.cap = 1;
        Session *s = &r->session;
        bool good = session_init(s, &flags);
        s->want_facts = explain;
        if (good && load_packages(s, &pattern, 1, false)) {
            r->status = driver_run(s, out);
            for (uint32_t i = 0; explain && i < s->nroots; i++) {
                ExPackage *x = s->roots[i]->failed ? NULL : explain_build(s, s->roots[i]);
                if (x) r->sites += x->sites.n;
                explain_release(x);
            }
        } else {
            fputs(sb_str(&s->err), out);
            r->status = 2;
        }
    }
    fault_leave(&f);
    r->fault = f.kind;
    memcpy(r->msg, f.msg, sizeof r->msg);
    stop_leave(&stop);
    heap_leave(&heap);
    fclose(out);
}

static inline void analysis_end(Analysis *r) {
    driver_release(&r->session);
    session_release(&r->session);
    r->left = heap_left(r->heap);
    heap_release(r->heap);
    libc_free(r->text);
    r->text = NULL;
}

#endif
