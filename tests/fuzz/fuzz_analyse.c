/* Any bytes through the whole analysis: a package without imports that has no errors is lowered, inlined into, and its
 * values are placed. What no test program looks like, a fuzzer finds. */
#include "escape/escape.h"
#include "fuzz.h"
#include "inline/inline.h"
#include "ir/generics.h"
#include "ir/ir.h"
#include "ir/staticinit.h"
#include "ir/wrappers.h"
#include "load/load_int.h"
#include "report/mlog.h"
#include "types/types.h"

static Package *no_import(void *ctx, const char *path, const char **err) {
    (void)ctx;
    *err = "no packages here";
    return strcmp(path, "unsafe") == 0 ? Unsafe : NULL;
}

static void analyse(FuzzInput *in, Str src) {
    StrVec words = {0};
    vec_push(&in->arena, &words, "-m=2");
    const char *err;
    CompilerFlags flags = {0};
    compiler_flags_parse(&in->arena, &flags, &words, &err);
    flags.complete = true;
    flags.lang = "go1.26";
    File *f = parse_file(&in->arena, in->base, "fuzz.go", src, &in->diags);
    if (!f || in->diags.diags.n) return;
    TypesConfig conf = {.go_version = flags.lang, .sizes = sizes_for_arch("amd64"), .ignore_branch_errors = true,
                        .compiler = true, .diags = &in->diags, .import = no_import};
    Package *pkg = types_check_package(&in->arena, "fuzz", &f, 1, &conf);
    if (in->diags.diags.n) return;
    CompilerRules rules = {.diags = &in->diags, .go_version = flags.lang, .complete = true};
    if (!types_check_compiler(pkg, &rules) || in->diags.diags.n) return;

    MLog log;
    mlog_init(&log, flags.m);
    IrPackage *ir = ir_build_package(&in->arena, pkg, &f, 1, &flags);
    sb_release(&ir->remarks);
    ir_verify_package(ir);
    inline_bloop(ir, &log);
    inline_package(ir, &log);
    ir_make_wrappers(ir, &log, inline_func);
    inline_loopvar(ir);
    ir_verify_package(ir);
    static_init_package(ir);
    deadlocals_package(ir);
    escape_package(ir, &log, NULL);
    slice_package(ir);
    bounds_package(ir, &log);
    sb_release(&log.text);
}

static void run(const char *p, size_t n) {
    FuzzInput in;
    fuzz_begin(&in);
    Arena *old = types_set_arena(&in.arena);
    analyse(&in, (Str){arena_strndup(&in.arena, p, n), n});
    types_set_arena(old);
    forget_shapes();
    types_forget_shared();
    fuzz_end(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool warm;
    if (!warm) { /* tables made once for the process */
        warm = true;
        types_init();
        static const char text[] = "package p; import _ \"unsafe\"; var V = F(nil); func F(p *int) any { return func() any { return p } }";
        FuzzInput in = {.base = posbase_new_file("warm.go")};
        arena_init(&in.arena);
        diag_init(&in.diags, &in.arena);
        Arena *old = types_set_arena(&in.arena);
        analyse(&in, (Str){text, sizeof text - 1});
        types_set_arena(old);
        forget_shapes();
        types_forget_shared();
        arena_release(&in.arena);
    }
    run((const char *)data, size);
    return 0;
}
