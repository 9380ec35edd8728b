/* Any bytes where an expression is expected: the parser rarely gets past a bad package clause, and the scanner has more
 * states than that shows. */
#include "syntax/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint32_t base;
    if (!base) base = posbase_new_file("fuzz.go");
    static const char head[] = "package p; func f() { _ = ";
    Arena arena;
    arena_init(&arena);
    DiagSink diags;
    diag_init(&diags, &arena);
    size_t n = sizeof head - 1;
    char *text = arena_alloc(&arena, n + size + 1);
    memcpy(text, head, n);
    if (size) memcpy(text + n, data, size);
    parse_file(&arena, base, "fuzz.go", (Str){text, n + size}, &diags);
    arena_release(&arena);
    return 0;
}
