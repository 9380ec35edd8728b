/* Any bytes through the type checker: what parses is checked as a package without imports, errors in the syntax or
 * not, as an editor would. */
#include "syntax/parse.h"
#include "types/types.h"

static Package *no_import(void *ctx, const char *path, const char **err) {
    (void)ctx;
    (void)path;
    *err = "no packages here";
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint32_t base;
    if (!base) base = posbase_new_file("fuzz.go");
    types_init();
    Arena arena;
    arena_init(&arena);
    DiagSink diags;
    diag_init(&diags, &arena);
    Str src = {arena_strndup(&arena, (const char *)data, size), size};
    File *f = parse_file(&arena, base, "fuzz.go", src, &diags);
    if (f && f->pkg_name) {
        Arena *old = types_set_arena(&arena);
        TypesConfig conf = {.sizes = sizes_for_arch("amd64"), .diags = &diags, .import = no_import, .ignore_branch_errors = true};
        types_check_package(&arena, "fuzz", &f, 1, &conf);
        types_set_arena(old);
    }
    StrBuf sb = STRBUF_INIT;
    diag_format(&diags, &sb, 10);
    sb_release(&sb);
    arena_release(&arena);
    return 0;
}
