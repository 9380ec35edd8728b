/* Any bytes through scanner and parser: the tree is walked and every expression printed afterwards, so that a
 * node the parser left half made is noticed. */
#include "fuzz.h"

static bool visit(void *node, void *ctx) {
    StrBuf *sb = ctx;
    sb->n = 0;
    if (KIND(node) > N_NONE && KIND(node) < N_FIELD) expr_format(sb, node);
    (void)node_start(node);
    (void)node_end(node);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    FuzzInput in;
    fuzz_begin(&in);
    Str src = {arena_strndup(&in.arena, (const char *)data, size), size};
    File *f = parse_file(&in.arena, in.base, "fuzz.go", src, &in.diags);
    StrBuf sb = STRBUF_INIT;
    if (f && size < 1024) node_walk(f, visit, &sb); /* printing each level of an expression is quadratic */
    sb_release(&sb);
    fuzz_end(&in);
    return 0;
}
