/* profile/deflate.c and what reads it again: the bytes that Go's compress/gzip writes, round trips, each kind of block,
 * input that ends too early or was changed. The lengths and sums in the table were taken from Go 1.26.8. */
#include "profile/profile.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <zlib.h>

enum { STORED, FIXED, DYNAMIC };

/* Data made by a simple rule, which depends on nothing: z zeros, r random bytes, a of these few, t words; p repeats
 * itself after exactly the window's size, and f one byte further, where no match may reach. */
static char *generate(char kind, size_t n) {
    static const char *const words[] = {"main.", "runtime.", "func1 ", "encoding/json",
                                        "(*T).", "Write\n",  "  ",     "0x4f"};
    char *b = xmalloc(n + 16);
    uint32_t x = 1;
    for (size_t i = 0; i < n;) {
        x = x * 1664525 + 1013904223;
        switch (kind) {
        case 'z': b[i++] = 0; break;
        case 'r': b[i++] = (char)(x >> 24); break;
        case 'a': b[i++] = (char)(x >> 28); break;
        case 'p': b[i] = i < 32768 ? (char)(x >> 24) : b[i - 32768], i++; break;
        case 'f': b[i] = i < 40000 ? (char)(x >> 24) : b[i - 32769], i++; break;
        default:
            for (const char *w = words[x >> 29]; *w; w++) b[i++] = *w;
            break;
        }
    }
    return b;
}

static const struct {
    char kind;
    size_t n;
    int block;     /* how the first block is coded */
    size_t zipped; /* length and CRC-32 of what Go writes */
    uint32_t sum;
} table[] = {
    {'z', 0, STORED, 23, 0xa5e050f2u},
    {'z', 1, FIXED, 25, 0x207fb5eau},
    {'z', 2, FIXED, 26, 0x4ee08e2du},
    {'z', 3, FIXED, 27, 0xb4925bb0u},
    {'z', 4, FIXED, 28, 0x9a61d795u},
    {'z', 5, FIXED, 27, 0xb68e7de9u},
    {'z', 258, FIXED, 27, 0xe00d8474u},
    {'z', 259, FIXED, 27, 0xcb8db38cu},
    {'z', 260, FIXED, 28, 0x1f25af7bu},
    {'z', 261, FIXED, 29, 0x36b4dbadu},
    {'z', 262, FIXED, 30, 0x76f8bb66u},
    {'z', 263, FIXED, 28, 0xd80a30fau},
    {'z', 32767, DYNAMIC, 68, 0x1b326cbcu},
    {'z', 32768, DYNAMIC, 68, 0xd8f64191u},
    {'z', 32769, DYNAMIC, 68, 0x410d8833u},
    {'z', 65535, DYNAMIC, 100, 0xddf8a206u},
    {'z', 65536, DYNAMIC, 100, 0x5b6df6bau},
    {'z', 65537, DYNAMIC, 101, 0x8e450153u},
    {'z', 98304, DYNAMIC, 134, 0x5024698du},
    {'z', 98305, DYNAMIC, 134, 0x7036e523u},
    {'z', 200000, DYNAMIC, 232, 0xb8993f28u},
    {'z', 4300000, DYNAMIC, 4218, 0xcb91f33cu},
    {'r', 1, FIXED, 25, 0xb56b73d3u},
    {'r', 2, FIXED, 26, 0x14b1d403u},
    {'r', 3, FIXED, 27, 0xcf1550b5u},
    {'r', 4, FIXED, 28, 0xc985d53bu},
    {'r', 100, STORED, 128, 0x5838c7aau},
    {'r', 1000, STORED, 1028, 0x21eb2791u},
    {'r', 16383, STORED, 16411, 0x0112072bu},
    {'r', 16384, STORED, 16412, 0x41dd1b52u},
    {'r', 16385, STORED, 16414, 0xa6a82030u},
    {'r', 32768, STORED, 32801, 0x427269f1u},
    {'r', 65535, STORED, 65578, 0xe8e1c271u},
    {'r', 65536, STORED, 65579, 0x0bc7ba2du},
    {'r', 65537, STORED, 65581, 0xf6bf14bcu},
    {'r', 100000, STORED, 100058, 0xfd267601u},
    {'r', 300000, STORED, 300118, 0xcbd4fe27u},
    {'a', 10, FIXED, 34, 0x5e247549u},
    {'a', 1000, DYNAMIC, 547, 0x807e2487u},
    {'a', 16384, DYNAMIC, 8518, 0x388618d4u},
    {'a', 16385, DYNAMIC, 8519, 0x4d41ec2bu},
    {'a', 65536, DYNAMIC, 34337, 0x8cfa37cau},
    {'a', 65537, DYNAMIC, 34338, 0xa982395cu},
    {'a', 65794, DYNAMIC, 34473, 0xac971c29u},
    {'a', 65795, DYNAMIC, 34473, 0xf9f9badeu},
    {'a', 300000, DYNAMIC, 157520, 0x0f87bc93u},
    {'t', 5, FIXED, 29, 0x075f4e77u},
    {'t', 10, FIXED, 34, 0xaf91d1c7u},
    {'t', 20, FIXED, 44, 0x1d0888f4u},
    {'t', 40, FIXED, 59, 0x9a582cc7u},
    {'t', 100, FIXED, 91, 0x6f33a83du},
    {'t', 1000, DYNAMIC, 251, 0x004c209eu},
    {'t', 10000, DYNAMIC, 1381, 0x5a61fcbbu},
    {'t', 65536, DYNAMIC, 7791, 0x65c6efbdu},
    {'t', 100000, DYNAMIC, 11685, 0x5d5bbda1u},
    {'t', 300000, DYNAMIC, 34385, 0xe59d55b2u},
    {'t', 1000000, DYNAMIC, 114200, 0xc5982837u},
    {'p', 32772, STORED, 32806, 0x1e980acfu},
    {'p', 40000, STORED, 32870, 0xcce4ce98u},
    {'p', 65536, STORED, 33056, 0xcca27813u},
    {'p', 98304, STORED, 33627, 0x71aa88c5u},
    {'p', 200000, STORED, 35432, 0x8749ae2au},
    {'f', 65536, STORED, 65579, 0x7f223ad7u},
    {'f', 98304, STORED, 98357, 0x28e43110u},
    {'f', 200000, STORED, 200088, 0xf0b68216u},
};

static uint32_t sum_of(const char *p, size_t n) { return (uint32_t)crc32_z(0, (const Bytef *)p, n); }

/* Inflates all of it; the length, or -1 for what zlib does not take. */
static long gunzip(const char *p, size_t n, char *to, size_t room) {
    z_stream z = {.next_in = (Bytef *)(uintptr_t)p,
                  .avail_in = (uInt)n,
                  .next_out = (Bytef *)to,
                  .avail_out = (uInt)room};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    return whole ? (long)z.total_out : -1;
}

static void test_as_go(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        size_t n = table[i].n;
        char *data = generate(table[i].kind, n), *back = xmalloc(n + 1);
        StrBuf out = STRBUF_INIT;
        gzip_compress(&out, data, n);
        if (gunzip(out.buf, out.n, back, n + 1) != (long)n || memcmp(back, data, n) != 0)
            fail_msg("%c %zu: does not come back", table[i].kind, n);
        if ((out.buf[10] >> 1 & 3) != table[i].block)
            fail_msg("%c %zu: block %d", table[i].kind, n, out.buf[10] >> 1 & 3);
        if (out.n != table[i].zipped || sum_of(out.buf, out.n) != table[i].sum)
            fail_msg("%c %zu: %u bytes, sum %08x", table[i].kind, n, (unsigned)out.n, sum_of(out.buf, out.n));
        sb_release(&out);
        free_heap(data);
        free_heap(back);
    }
}

/* All small sizes, and those around each limit of the format and of the window. */
static void test_sizes(void **state) {
    (void)state;
    static const size_t around[] = {258, 4096, 16384, 32768, 65535, 65536, 98304, 131072};
    enum { ROOM = 140000 };
    char *back = xmalloc(ROOM);
    for (const char *kind = "zrat"; *kind; kind++) {
        char *data = generate(*kind, ROOM);
        for (size_t i = 0; i < 300 + 9 * COUNT_OF(around); i++) {
            size_t n = i < 300 ? i : around[(i - 300) / 9] + (i - 300) % 9 - 4;
            StrBuf out = STRBUF_INIT;
            gzip_compress(&out, data, n);
            if (gunzip(out.buf, out.n, back, ROOM) != (long)n || memcmp(back, data, n) != 0)
                fail_msg("%c %zu: does not come back", *kind, n);
            sb_release(&out);
        }
        free_heap(data);
    }
    free_heap(back);
}

/* ---- reading ---- */

/* A profile with n comments, so many bytes that it does not fit into one piece of input. */
static void make_profile(StrBuf *out, int n) {
    static const char head[] = "\x0a\x04\x08\x01\x10\x02\x32\x00\x32\x07samples\x32\x05"
                               "count";
    sb_add(out, head, 6);
    sb_add(out, head + 6, 2);
    sb_add(out, head + 8, sizeof head - 9);
    for (int i = 0; i < n; i++) {
        char text[16];
        snprintf(text, sizeof text, "n%d", i * 7919 % 100);
        sb_addc(out, 0x32);
        sb_addc(out, (char)strlen(text));
        sb_adds(out, text);
        sb_addc(out, 0x68);
        sb_addc(out, 3);
    }
}

/* NULL: it is a profile with so many comments; else why not. */
static const char *read_it(Arena *a, const char *p, size_t n, uint32_t comments) {
    StrTab strs;
    strtab_init(&strs);
    Profile prof;
    const char *error = NULL;
    if (profile_read_bytes(&prof, &strs, p, n, a, &error)) {
        if (prof.comments.n != comments || prof.sample_types.n != 1) error = "something else";
        profile_release(&prof);
    } else if (!error) {
        error = "no error";
    }
    strtab_release(&strs);
    return error;
}

static void test_blocks(void **state) {
    (void)state;
    static const struct {
        int level, strategy, block;
    } how[] = {{0, Z_DEFAULT_STRATEGY, STORED},
               {6, Z_FIXED, FIXED},
               {9, Z_DEFAULT_STRATEGY, DYNAMIC},
               {6, Z_HUFFMAN_ONLY, DYNAMIC},
               {6, Z_RLE, DYNAMIC}};
    Arena a;
    arena_init(&a);
    StrBuf plain = STRBUF_INIT;
    make_profile(&plain, 30000);
    char *zipped = xmalloc(2 * plain.n + 1000);
    for (size_t i = 0; i < COUNT_OF(how); i++) {
        z_stream z = {.next_in = (Bytef *)plain.buf,
                      .avail_in = (uInt)plain.n,
                      .next_out = (Bytef *)zipped,
                      .avail_out = (uInt)(2 * plain.n + 1000)};
        assert_int_equal(deflateInit2(&z, how[i].level, Z_DEFLATED, 15 + 16, 8, how[i].strategy), Z_OK);
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        size_t n = z.total_out;
        deflateEnd(&z);
        assert_int_equal(zipped[10] >> 1 & 3, how[i].block);
        const char *error = read_it(&a, zipped, n, 30000);
        if (error) fail_msg("level %d strategy %d: %s", how[i].level, how[i].strategy, error);
    }
    free_heap(zipped);
    assert_null(read_it(&a, plain.buf, plain.n, 30000)); /* and not zipped at all */
    sb_release(&plain);
    arena_release(&a);
}

/* Members that follow one another are one file. */
static void test_members(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    StrBuf plain = STRBUF_INIT, zipped = STRBUF_INIT;
    make_profile(&plain, 1000);
    for (size_t cut = 0; cut <= plain.n; cut += plain.n / 7) {
        zipped.n = 0;
        gzip_compress(&zipped, plain.buf, cut);
        gzip_compress(&zipped, plain.buf + cut, plain.n - cut);
        gzip_compress(&zipped, "", 0);
        const char *error = read_it(&a, zipped.buf, zipped.n, 1000);
        if (error) fail_msg("cut at %zu: %s", cut, error);
    }
    sb_adds(&zipped, "trailing");
    assert_string_equal(read_it(&a, zipped.buf, zipped.n, 1000),
                        "decompressing profile: gzip: invalid header");
    sb_release(&plain);
    sb_release(&zipped);
    arena_release(&a);
}

/* Each length that is too short is an error. */
static void test_truncated(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    StrBuf plain = STRBUF_INIT, zipped = STRBUF_INIT;
    make_profile(&plain, 200);
    gzip_compress(&zipped, plain.buf, plain.n);
    assert_null(read_it(&a, zipped.buf, zipped.n, 200));
    for (size_t n = 2; n < zipped.n; n++) {
        const char *error = read_it(&a, zipped.buf, n, 200);
        if (!error || strcmp(error, "decompressing profile: unexpected EOF") != 0)
            fail_msg("%zu of %u bytes: %s", n, (unsigned)zipped.n, error ? error : "read");
    }
    sb_release(&plain);
    sb_release(&zipped);
    arena_release(&a);
}

/* Each bit changed alone: an error, unless it is one of the header that says nothing about the content. */
static void test_changed(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    StrBuf plain = STRBUF_INIT, zipped = STRBUF_INIT;
    make_profile(&plain, 200);
    gzip_compress(&zipped, plain.buf, plain.n);
    int filling = 0;
    for (size_t i = 0; i < zipped.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            zipped.buf[i] = (char)(zipped.buf[i] ^ 1 << bit);
            const char *error = read_it(&a, zipped.buf, zipped.n, 200);
            bool idle =
                (i >= 4 && i < 10) || (i == 3 && bit == 0); /* time, flags of the writer, system; "is text" */
            /* The last block is stored and empty: before its two lengths are bits that fill up a byte. */
            bool fills = i == zipped.n - 8 - 4 - 1 && !error;
            if (fills) filling++;
            else if (idle ? error != NULL : !error || !strncmp(error, "something", 9))
                fail_msg("byte %zu bit %d: %s", i, bit, error ? error : "read");
            zipped.buf[i] = (char)(zipped.buf[i] ^ 1 << bit);
        }
    assert_true(filling < 8);
    sb_release(&plain);
    sb_release(&zipped);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_go),     cmocka_unit_test(test_sizes),
                                       cmocka_unit_test(test_blocks),    cmocka_unit_test(test_members),
                                       cmocka_unit_test(test_truncated), cmocka_unit_test(test_changed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
