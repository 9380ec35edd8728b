/* join/sizeclass.c and join/interval.c: the blocks that Go's allocator gives, and how sure a sampled number is. */
#include "join/join.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct Block {
    int64_t n, block;
} Block;

/* Taken from Go 1.26.8: what append allocates for so many bytes. */
static const Block bytes[] = {
    {1, 8},
    {7, 8},
    {8, 8},
    {9, 16},
    {15, 16},
    {16, 16},
    {17, 24},
    {24, 24},
    {25, 32},
    {32, 32},
    {33, 48},
    {48, 48},
    {49, 64},
    {64, 64},
    {65, 80},
    {112, 112},
    {113, 128},
    {256, 256},
    {257, 288},
    {288, 288},
    {289, 320},
    {512, 512},
    {513, 576},
    {576, 576},
    {577, 640},
    {1023, 1024},
    {1024, 1024},
    {1025, 1152},
    {1152, 1152},
    {1153, 1280},
    {2048, 2048},
    {2049, 2304},
    {3072, 3072},
    {3073, 3200},
    {3200, 3200},
    {3201, 3456},
    {6784, 6784},
    {6785, 6912},
    {6912, 6912},
    {6913, 8192},
    {8192, 8192},
    {8193, 9472},
    {10880, 10880},
    {10881, 12288},
    {16384, 16384},
    {16385, 18432},
    {19072, 19072},
    {19073, 20480},
    {27264, 27264},
    {27265, 28672},
    {28672, 28672},
    {28673, 32768},
    {32767, 32768},
    {32768, 32768},
    {32769, 40960},
    {40960, 40960},
    {40961, 49152},
    {1048576, 1048576},
    {1048577, 1056768},
};
/* The same of pointers, with the word in front that blocks of more than 512 bytes have. */
static const Block pointers[] = {
    {8, 8},         {16, 16},       {24, 24},       {32, 32},       {40, 48},
    {504, 512},     {512, 512},     {520, 576},     {568, 576},     {576, 640},
    {1016, 1024},   {1024, 1152},   {1032, 1152},   {8184, 8192},   {8192, 9472},
    {32752, 32768}, {32760, 32768}, {32768, 32768}, {32776, 40960}, {40960, 40960},
};

static uint32_t fnv(uint32_t h, int64_t v) {
    for (int i = 0; i < 4; i++) h = (h ^ (uint32_t)(v >> 8 * i & 255)) * 16777619;
    return h;
}

static void test_class(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bytes); i++) {
        assert_int_equal(size_class(bytes[i].n), bytes[i].block);
        assert_int_equal(size_class(bytes[i].block), bytes[i].block); /* a block fits into itself */
    }
    uint32_t h = 2166136261;
    for (int64_t n = 1; n <= 100000; n++) {
        int64_t c = size_class(n);
        h = fnv(h, c);
        assert_true(c >= n && c >= size_class(n - 1));
    }
    assert_int_equal(h, 0x1ca22445u); /* of Go's answers for all of these */
    assert_int_equal(size_class(0), 0);
    assert_int_equal(size_class(-1), 0);
    assert_int_equal(size_class(INT64_MIN), 0);
    assert_true(size_class(INT64_MAX) == INT64_MAX);
    assert_true(size_class(INT64_MAX - 8192) == INT64_MAX - 8191);
}

static void test_fits(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bytes); i++) assert_true(size_fits(bytes[i].n, bytes[i].block));
    for (size_t i = 0; i < COUNT_OF(pointers); i++) assert_true(size_fits(pointers[i].n, pointers[i].block));
    static const struct {
        int64_t n, block;
        bool fits;
    } table[] = {{24, 48, false},     {24, 32, false},      {25, 24, false},
                 {1, 16, true}, /* tiny values share a block */
                 {8, 16, true},       {15, 16, true},       {15, 8, false},
                 {16, 24, false},     {17, 16, false},      {512, 576, false}, /* a header only above 512 */
                 {520, 528, false},   {576, 576, true},     {576, 640, true},
                 {576, 704, false},   {1024, 1024, true},   {1024, 1152, true},
                 {1024, 1280, false}, {40000, 40960, true}, {40000, 40000, false},
                 {0, 8, false},       {0, 0, false}, /* nothing is allocated for nothing */
                 {-1, 64, true},      {8, 0, true},         {8, -1, true}}; /* sizes that are not known */
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (size_fits(table[i].n, table[i].block) != table[i].fits)
            fail_msg("%lld in a block of %lld", (long long)table[i].n, (long long)table[i].block);
}

/* The exact limits: the means for which k or more, and k or fewer, are seen with a chance of 0.025. They were computed
 * with 60 digits from the sums of the Poisson distribution. */
static const struct {
    double k, low, high;
} interval[] = {
    {0, 0, 3.688879454},
    {1, 0.025317808, 5.571643391},
    {2, 0.242209279, 7.224687668},
    {3, 0.618672123, 8.767273070},
    {4, 1.089865374, 10.241588675},
    {5, 1.623486390, 11.668332079},
    {7, 2.814363052, 14.422675362},
    {10, 4.795388696, 18.390356042},
    {15, 8.395386133, 24.740218871},
    {20, 12.216519585, 30.888377903},
    {30, 20.240874021, 42.826865395},
    {50, 37.110963737, 65.918766664},
    {75, 58.992257701, 94.013149449},
    {100, 81.363991251, 121.626793792},
    {200, 173.240882681, 229.721981665},
    {500, 457.128576900, 545.809268565},
    {1000, 938.973018408, 1063.952136016},
    {3000, 2893.598620985, 3109.313530472},
};

static void test_interval(void **state) {
    (void)state;
    double low, high, before_low = 0, before_high = 0;
    for (size_t i = 0; i < COUNT_OF(interval); i++) {
        poisson_interval(interval[i].k, &low, &high);
        if (fabs(low - interval[i].low) > 1e-7 * (1 + low) || fabs(high - interval[i].high) > 1e-7 * high)
            fail_msg("%g: %.9f %.9f", interval[i].k, low, high);
    }
    /* Also between whole numbers it grows, holds the count, and is wider for more; no step where the formula changes. */
    for (double k = 0.1; k < 3e6; k *= 1.07) {
        poisson_interval(k, &low, &high);
        if (!(low >= 0 && low < k && k < high && low >= before_low && high > before_high))
            fail_msg("%g: %g %g", k, low, high);
        before_low = low, before_high = high;
    }
    double below, above, rest;
    poisson_interval(1e6, &below, &rest);
    poisson_interval(1e6 + 1, &above, &rest);
    assert_true(fabs(above - below) < 5);
}

static void test_scale(void **state) {
    (void)state;
    assert_true(sample_scale(64, 1) == 1);
    assert_true(sample_scale(64, 0) == 1);
    assert_true(sample_scale(0, 512 << 10) == 1);
    assert_true(sample_scale(-8, 512 << 10) == 1);
    assert_true(fabs(sample_scale(512 << 10, 512 << 10) - 1.5819767068693265) < 1e-12);
    assert_true(fabs(sample_scale(16, 512 << 10) - 32768.50000254) < 1e-6);
    assert_true(fabs(sample_scale(1 << 30, 512 << 10) - 1) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_class), cmocka_unit_test(test_fits),
                                       cmocka_unit_test(test_interval), cmocka_unit_test(test_scale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
