/* Writes a memory profile of so many megabytes, always the same one: big_profile FILE MEGABYTES [gzip]
 *
 * It is shaped like that of a large program: functions in packages, each with a few callees and a few places
 * where it calls them, some of them inlined; stacks are walks down from a few roots, so that many share their
 * upper part. */
#include "profile/profile.h"
#include <stdlib.h>

static uint64_t state = 42;

static uint32_t below(uint32_t n) { /* xorshift64*; good enough here, and the same everywhere */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 2685821657736338717u) >> 33) % n;
}

enum { FUNCTIONS = 20000, CALLEES = 6, DEPTH = 40 };

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: big_profile FILE MEGABYTES [gzip]\n");
        return 2;
    }
    static const char *const types[4][2] = {{"alloc_objects", "count"},
                                            {"alloc_space", "bytes"},
                                            {"inuse_objects", "count"},
                                            {"inuse_space", "bytes"}};
    StrTab strs;
    Profile p;
    char text[128];
    strtab_init(&strs);
    profile_init(&p, &strs);
#define S(s) strtab_add(&strs, (s), strlen(s))
    for (int i = 0; i < 4; i++) vec_push(NULL, &p.sample_types, ((ProfType){S(types[i][0]), S(types[i][1])}));
    p.period_type = (ProfType){S("space"), S("bytes")};
    p.period = 524288;
    p.time_nanos = 1700000000000000000;
    vec_push(NULL, &p.mappings,
             ((ProfMapping){.id = 1,
                            .start = 0x400000,
                            .limit = 0x4000000,
                            .file = S("/usr/bin/server"),
                            .has_functions = true}));
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        ProfFunction f = {.id = i + 1, .start_line = 10 + below(2000)};
        snprintf(text, sizeof text, "example.com/team%u/service/pkg%u.(*Type%u).Method%u", i % 7, i / 50,
                 i / 10 % 5, i);
        f.name = f.system_name = S(text);
        snprintf(text, sizeof text, "/src/example.com/team%u/service/pkg%u/file%u.go", i % 7, i / 50, i / 10);
        f.file = S(text);
        vec_push(NULL, &p.functions, f);
    }
    /* Location f * CALLEES + k is where f calls its k-th callee; every fifth has the callee's callee inlined.
     */
    for (uint32_t i = 0; i < FUNCTIONS * CALLEES; i++) {
        uint32_t f = i / CALLEES;
        ProfLocation l = {
            .id = i + 1, .address = 0x400000 + (uint64_t)i * 37, .mapping = 0, .line = p.lines.n, .nline = 1};
        if (i % 5 == 0) {
            vec_push(NULL, &p.lines,
                     ((ProfLine){.function = (f * 7 + 13) % FUNCTIONS, .line = 20 + below(300)}));
            l.nline = 2;
        }
        vec_push(NULL, &p.lines,
                 ((ProfLine){.function = f, .line = p.functions.v[f].start_line + below(80)}));
        vec_push(NULL, &p.locations, l);
    }
    StrId bytes = S("bytes");
    for (uint64_t size = 3000000, want = strtoull(argv[2], NULL, 10) * 1000000; size < want;) {
        uint32_t walk[DEPTH], n = 0, f = below(40);
        for (uint32_t depth = 8 + below(DEPTH - 8); n < depth; n++) {
            uint32_t k = below(CALLEES) & below(CALLEES); /* some ways are trodden more */
            walk[n] = f * CALLEES + k;
            f = (f * 31 + k * 1009 + n * 7 + 1) % FUNCTIONS;
        }
        ProfSample s = {.frame = p.frames.n, .nframe = n, .label = p.labels.n, .nlabel = 1};
        for (uint32_t i = n; i-- > 0;) vec_push(NULL, &p.frames, walk[i]);
        int64_t each = 16 << below(8), count = 1 + below(100);
        vec_push(NULL, &p.labels, ((ProfLabel){.key = bytes, .is_num = true, .num = each}));
        vec_push(NULL, &p.samples, s);
        bool live = below(4) == 0;
        vec_push(NULL, &p.values, count);
        vec_push(NULL, &p.values, count * each);
        vec_push(NULL, &p.values, live ? count : 0);
        vec_push(NULL, &p.values, live ? count * each : 0);
        size += 20 + 3 * (uint64_t)n;
    }
    StrBuf plain = STRBUF_INIT, zipped = STRBUF_INIT;
    profile_write(&p, &plain);
    if (argc > 3) gzip_compress(&zipped, plain.buf, plain.n);
    const StrBuf *out = argc > 3 ? &zipped : &plain;
    FILE *f = fopen(argv[1], "w");
    bool good = f && fwrite(out->buf, 1, out->n, f) == out->n && fclose(f) == 0;
    sb_release(&plain);
    sb_release(&zipped);
    profile_release(&p);
    strtab_release(&strs);
    return good ? 0 : 1;
}
