/* Benchmarks in the output of go test, and what they say about bytes an operation.
 *
 * The profile counts all that the program allocated, and a benchmark that goes by b.N runs more often than it
 * prints: once with b.N = 1, then with growing numbers until the time is filled; only the last number is
 * printed. So we divide by the number of operations only where all of them are known:
 *
 *   b.Loop             the printed number is all: one run, and what grows is the loop's own limit
 *   -benchtime Nx      the first run of 1 and one of N (for N = 1 only the first)
 *
 * for all lines of the benchmark's function together (its sub-benchmarks, -count, -cpu), since the profile
 * does not tell sub-benchmarks apart. What stands before or after the loop is told from it by the lines of
 * the loop in the benchmark's source, and is left out, as -benchmem does.
 *
 * With b.N and a time the number is not known. A function with one benchmark has its B/op, an average
 * over the last run, which the sites share as they share the bytes below the loop. With several
 * sub-benchmarks nothing is said. Objects are divided by the operations that follow from the bytes: several
 * values of less than 16 bytes without pointers share one block, which the profile counts once and
 * -benchmem as often as it is used. */
#include "join/join.h"
#include <ctype.h>
#include <stdlib.h>

void join_bench_line(Join *j, const char *line) {
    if (strncmp(line, "Benchmark", 9) != 0) return;
    size_t n = strcspn(line, " \t\r\n");
    const char *s = line + n;
    if (!s[strspn(s, " \t\r\n")]) return; /* -v: the name alone, before it runs */
    char *end;
    int64_t count = strtoll(s, &end, 10);
    JoinBench b = {.n = end == s || count <= 0 || !strstr(end, "ns/op") ? 0 : count,
                   .ns = -1,
                   .bytes = -1,
                   .allocs = -1};
    s = end;
    for (size_t i = n; i > 0 && isdigit((unsigned char)line[i - 1]); i--)
        if (i >= 2 && line[i - 2] == '-') {
            n = i - 2;
            break;
        }
    b.name = arena_strndup(&j->arena, line, n);
    while (b.n) {
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

static bool is_of(const JoinBench *b, const JoinRoot *root) {
    size_t n = strcspn(b->name, "/");
    return n == strlen(root->func) && !memcmp(b->name, root->func, n);
}

static void count_operations(Join *j, JoinRoot *root) {
    bool whole = true; /* every line could be read */
    double ops = 0, bytes = 0;
    const char *name = NULL;
    for (uint32_t k = 0; k < j->benches.n; k++) {
        const JoinBench *b = &j->benches.v[k];
        if (!is_of(b, root)) continue;
        whole = whole && b->n > 0;
        root->lines++;
        if (!name) root->names = 1;
        else if (strcmp(name, b->name) != 0) root->names = 2;
        name = b->name;
        ops += (double)b->n + (root->counts && b->n > 1);
        bytes = b->bytes < 0 || bytes < 0 ? -1 : bytes + b->bytes;
    }
    if (!root->lines || !whole) return;
    if (root->names == 1 && bytes >= 0) root->bytes_per_op = bytes / root->lines;
    if (root->loops != root->counts && (root->loops || j->benchtime > 0)) {
        root->ops = ops;
        root->how = OPS_COUNTED;
    } else if (root->bytes_per_op >= 0 && root->bytes > 0) {
        root->how = OPS_SHARED;
    }
}

void join_bench_apply(Join *j) {
    for (uint32_t i = 0; i < j->roots.n; i++) count_operations(j, &j->roots.v[i]);
    for (uint32_t i = 0; i < j->rows.n; i++) {
        JoinRow *r = j->rows.v[i];
        for (uint32_t k = 0; k < r->shares.n; k++) {
            JoinShare *s = &r->shares.v[k];
            const JoinRoot *root = &j->roots.v[s->root];
            double ops = root->how == OPS_COUNTED  ? root->ops
                         : root->how == OPS_SHARED ? (double)root->bytes / root->bytes_per_op
                                                   : 0;
            if (root->how == OPS_UNKNOWN) continue;
            s->per_op = ops > 0 ? (double)s->bytes / ops : 0;
            s->objects_per_op = ops > 0 ? (double)s->objects / ops : 0;
        }
        if (j->ops > 0) {
            r->per_op = (double)r->bytes / j->ops;
            r->objects_per_op = (double)r->objects / j->ops;
        } else if (r->shares.n == 1) {
            r->per_op = r->shares.v[0].per_op;
            r->objects_per_op = r->shares.v[0].objects_per_op;
        }
    }
}
