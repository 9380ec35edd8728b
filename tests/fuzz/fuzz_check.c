/* Any bytes through the type checker: what parses is checked as a package without imports, errors in the
 * syntax or not, as an editor would. */
#include "fuzz.h"
#include "types/types.h"

static Package *no_import(void *ctx, const char *path, const char **err) {
    (void)ctx;
    (void)path;
    *err = "no packages here";
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    TypeStore *store = types_store_new("amd64");
    FuzzInput in;
    fuzz_begin(&in);
    Str src = {arena_strndup(&in.arena, (const char *)data, size), size};
    File *f = parse_file(&in.arena, in.base, "fuzz.go", src, &in.diags);
    if (f && f->pkg_name) {
        TypesScope scope;
        types_enter(&scope, store, &in.arena);
        TypesConfig conf = {
            .store = store, .diags = &in.diags, .import = no_import, .ignore_branch_errors = true};
        Package *pkg = types_check_package(&in.arena, "fuzz", &f, 1, &conf);
        if (pkg && in.diags.diags.n == 0) types_check_compiler(pkg, &(CompilerRules){.diags = &in.diags});
        types_leave(&scope);
    }
    types_store_free(store);
    fuzz_end(&in);
    return 0;
}
