/* Benchmarks in the output of go test, and what they say about bytes an operation.
 *
 * A benchmark runs several times with growing numbers of operations, and the profile counts all of them, so
 * the printed number of operations is too small to divide by. What -benchmem prints is an average over the
 * last run, and sites share it as they share the bytes below the benchmark's function: that needs no count.
 * Where a function has one benchmark line this is sound; where several sub-benchmarks run inside one function
 * it is not known, and nothing is said. Objects are divided by the operations that follow from the bytes:
 * several values of less than 16 bytes without pointers share one block, which the profile counts once and
 * -benchmem as often as it is used. */
#include "join/join.h"
#include <ctype.h>
#include <stdlib.h>

void join_bench_line(Join *j, const char *line) {
    if (strncmp(line, "Benchmark", 9) != 0) return;
    size_t n = strcspn(line, " \t");
    const char *s = line + n;
    char *end;
    int64_t count = strtoll(s, &end, 10);
    if (end == s || count <= 0) return;
    s = end;
    JoinBench b = {.n = count, .ns = -1, .bytes = -1, .allocs = -1};
    for (size_t i = n; i > 0 && isdigit((unsigned char)line[i - 1]); i--)
        if (i >= 2 && line[i - 2] == '-') {
            n = i - 2;
            break;
        }
    b.name = arena_strndup(&j->arena, line, n);
    for (;;) {
        double v = strtod(s, &end);
        if (end == s) break;
        s = end + strspn(end, " \t");
        size_t u = strcspn(s, " \t\r\n");
        if (u == 5 && !strncmp(s, "ns/op", u)) b.ns = v;
        if (u == 4 && !strncmp(s, "B/op", u)) b.bytes = v;
        if (u == 9 && !strncmp(s, "allocs/op", u)) b.allocs = v;
        s += u;
        if (!u) break;
    }
    vec_push(&j->arena, &j->benches, b);
}

void join_bench_apply(Join *j) {
    if (j->ops > 0) {
        for (uint32_t i = 0; i < j->rows.n; i++) {
            j->rows.v[i]->per_op = (double)j->rows.v[i]->bytes / j->ops;
            j->rows.v[i]->objects_per_op = (double)j->rows.v[i]->objects / j->ops;
        }
        return;
    }
    for (uint32_t i = 0; i < j->rows.n; i++) {
        JoinRow *r = j->rows.v[i];
        if (!r->bench || !*r->bench) continue;
        const JoinBench *b = NULL;
        uint32_t found = 0;
        for (uint32_t k = 0; k < j->benches.n; k++) {
            const char *name = j->benches.v[k].name;
            size_t n = strcspn(name, "/");
            if (n != strlen(r->bench) || strncmp(name, r->bench, n) != 0) continue;
            b = &j->benches.v[k];
            found++;
        }
        if (found != 1 || b->bytes < 0) continue;
        for (uint32_t k = 0; k < j->roots.n; k++) {
            const JoinRoot *root = &j->roots.v[k];
            if (strcmp(root->func, r->bench) != 0) continue;
            if (root->bytes > 0) r->per_op = b->bytes * (double)r->bench_bytes / (double)root->bytes;
            if (root->bytes > 0)
                r->objects_per_op = b->bytes * (double)r->bench_objects / (double)root->bytes;
        }
    }
}
