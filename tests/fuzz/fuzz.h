/* What the fuzzers share: a deep stack, and a process that forgets each input when it is done with it. */
#ifndef GOESC_FUZZ_H
#define GOESC_FUZZ_H
#define GOESC_STARTS_PROGRAMS /* banned.h: itself, once more */
#include "syntax/parse.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* goesc's own threads have 512 MiB of stack; the fuzzer runs on the main thread, whose limit counts from the
 * start of a program: it is started again. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    const rlim_t want = (rlim_t)1 << 30;
    struct rlimit lim;
    if (getrlimit(RLIMIT_STACK, &lim) != 0 || (lim.rlim_cur != RLIM_INFINITY && lim.rlim_cur < want)) {
        if (lim.rlim_max != RLIM_INFINITY && lim.rlim_max < want) return 0;
        lim.rlim_cur = want;
        if (setrlimit(RLIMIT_STACK, &lim) == 0) execv("/proc/self/exe", *argv);
    }
    return 0;
}

typedef struct FuzzInput {
    Arena arena;
    DiagSink diags;
    PosTable positions;
    uint32_t base;
} FuzzInput;

/* Everything that is made once for the process must have been made before the first call. */
static inline void fuzz_begin(FuzzInput *in) {
    static bool marked;
    if (!marked) {
        marked = true;
        name_of("fuzz.go");
        names_mark();
    }
    postable_init(&in->positions);
    in->base = posbase_new_file(&in->positions, "fuzz.go");
    arena_init(&in->arena);
    diag_init(&in->diags, &in->arena);
}

/* The errors are put into words, as at the end of every run. */
static inline void fuzz_end(FuzzInput *in) {
    StrBuf sb = STRBUF_INIT;
    diag_format(&in->diags, &sb, 10);
    sb_release(&sb);
    arena_release(&in->arena);
    postable_release(&in->positions);
    names_rewind();
}

#endif
