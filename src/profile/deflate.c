/* gzip */
#include "profile/profile.h"
#include <zlib.h>

void gzip_compress(StrBuf *out, const char *data, size_t n) {
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    size_t bound = deflateBound(&z, n);
    char *buf = xmalloc(bound);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)buf;
    z.avail_out = (uInt)bound;
    deflate(&z, Z_FINISH);
    sb_add(out, buf, bound - z.avail_out);
    deflateEnd(&z);
    free_heap(buf);
}
