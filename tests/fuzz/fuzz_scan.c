/* Any bytes where an expression is expected: the parser rarely gets past a bad package clause, and the
 * scanner has more states than that shows. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char head[] = "package p; func f() { _ = ";
    FuzzInput in;
    fuzz_begin(&in);
    size_t n = sizeof head - 1;
    char *text = arena_alloc(&in.arena, n + size + 1);
    memcpy(text, head, n);
    if (size) memcpy(text + n, data, size);
    parse_file(&in.arena, in.base, "fuzz.go", (Str){text, n + size}, &in.diags);
    fuzz_end(&in);
    return 0;
}
