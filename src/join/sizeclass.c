/* The sizes of the allocator's blocks, as its source gives them (internal/runtime/gc/sizeclasses.go). Larger
 * values take whole pages. A value with pointers of more than 512 bytes has a word in front that says where
 * they are, and values below 16 bytes without pointers share blocks of 16. */
#include "join/join.h"

static const uint16_t classes[] = {
    8,     16,    24,    32,    48,    64,    80,    96,    112,   128,   144,   160,   176,   192,
    208,   224,   240,   256,   288,   320,   352,   384,   416,   448,   480,   512,   576,   640,
    704,   768,   896,   1024,  1152,  1280,  1408,  1536,  1792,  2048,  2304,  2688,  3072,  3200,
    3456,  4096,  4864,  5376,  6144,  6528,  6784,  6912,  8192,  9472,  9728,  10240, 10880, 12288,
    13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
};

enum { PAGE = 8192, WORD = 8, HEADER_ABOVE = 512, TINY = 16 };

int64_t size_class(int64_t n) {
    if (n <= 0) return 0;
    if (n > classes[COUNT_OF(classes) - 1]) return n > INT64_MAX - PAGE ? n : (n + PAGE - 1) / PAGE * PAGE;
    size_t lo = 0, hi = COUNT_OF(classes) - 1;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (classes[mid] < n) lo = mid + 1;
        else hi = mid;
    }
    return classes[lo];
}

bool size_fits(int64_t n, int64_t block) {
    if (n <= 0 || block <= 0) return n != 0; /* unknown; but nothing is allocated for nothing */
    if (n < TINY && block == TINY) return true;
    return size_class(n) == block || (n > HEADER_ABOVE && size_class(n + WORD) == block);
}
