/* Any bytes through scanner and parser: the tree is walked and every expression printed afterwards, so that a node the
 * parser left half made is noticed. */
#include "syntax/parse.h"
#include "syntax/ast.h"

static bool visit(void *node, void *ctx) {
    StrBuf *sb = ctx;
    sb->n = 0;
    if (KIND(node) > N_NONE && KIND(node) < N_FIELD) expr_format(sb, node);
    (void)node_start(node);
    (void)node_end(node);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint32_t base;
    if (!base) base = posbase_new_file("fuzz.go");
    Arena arena;
    arena_init(&arena);
    DiagSink diags;
    diag_init(&diags, &arena);
    Str src = {arena_strndup(&arena, (const char *)data, size), size};
    File *f = parse_file(&arena, base, "fuzz.go", src, &diags);
    StrBuf sb = STRBUF_INIT;
    if (f && size < 1024) node_walk(f, visit, &sb);
    sb.n = 0;
    diag_format(&diags, &sb, 10);
    sb_release(&sb);
    arena_release(&arena);
    return 0;
}
