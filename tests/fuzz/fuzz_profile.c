/* Any bytes as a profile: plain, and inside a gzip wrapper that is correct, so that the wire reader is
 * reached. What is accepted goes through filters, merging and every report; the first byte chooses among
 * options. */
#include "profile/report.h"
#include <stdlib.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reports(Profile *p, Arena *a, uint8_t options) {
    LabelUnits units;
    StrBuf out = STRBUF_INIT, warnings = STRBUF_INIT;
    const char *error;
    profile_label_units(p, &units, &warnings);
    for (int f = REPORT_COMMENTS; f <= REPORT_TOPPROTO; f++) {
        Profile copy;
        ProfReport r;
        Regex *symbol = regex_compile(a, STR_LIT("."), &error);
        ReportOptions o = {.format = (ReportFormat)f,
                           .cum_sort = options & 1,
                           .call_tree = options & 2,
                           .drop_negative = options & 4,
                           .ratio = options & 8 ? 0.37 : 1,
                           .label_units = &units,
                           .node_count = options & 16 ? 3 : 80,
                           .node_fraction = 0.005,
                           .edge_fraction = 0.001,
                           .mean = options & 32,
                           .sample_index = p->sample_types.n - 1,
                           .output_unit = STR_LIT("minimum"),
                           .source_path = STR_LIT("/nowhere")};
        if (f == REPORT_LIST || (f == REPORT_TREE && options & 64)) o.symbol = symbol;
        o.sample_type = profile_str(p, p->sample_types.v[o.sample_index].type);
        o.sample_unit = profile_str(p, p->sample_types.v[o.sample_index].unit);
        profile_copy(&copy, p);
        report_init(&r, &copy, &o, &out);
        if (options & 128)
            profile_aggregate(&copy, options & 1, options & 2, options & 4, options & 8, options & 16,
                              options & 32);
        report_print(&r);
        report_release(&r);
        profile_release(&copy);
        out.n = 0;
    }
    vec_free(&units.keys);
    vec_free(&units.units);
    sb_release(&out);
    sb_release(&warnings);
}

static void filters(Profile *p, Arena *a, uint8_t options) {
    const char *error;
    Regex *re = regex_compile(a, options & 1 ? STR_LIT("a|e") : STR_LIT("^.?[m-z]"), &error);
    bool x, y;
    Profile c;
    profile_copy(&c, p);
    profile_filter_names(&c, options & 2 ? re : NULL, options & 4 ? re : NULL, options & 8 ? re : NULL,
                         options & 16 ? re : NULL);
    if (options & 32) profile_show_from(&c, re);
    if (options & 64) profile_prune(&c, re, NULL);
    if (options & 128) profile_prune_from(&c, re);
    profile_filter_tag_names(&c, re, NULL, &x, &y);
    StrId keys[2] = {strtab_add(p->strs, "bytes", 5), strtab_add(p->strs, "k", 1)};
    profile_add_label_frames(&c, keys, 2, keys, 1, STR_LIT("auto"), &x, &y);
    if (p->sample_types.n) reports(&c, a, options);
    profile_release(&c);
}

static void one(const uint8_t *data, size_t size, uint8_t options) {
    Arena a;
    StrTab strs;
    Profile p, both[2], merged;
    const char *error;
    arena_init(&a);
    strtab_init(&strs);
    if (profile_read_bytes(&p, &strs, data, size, &a, &error)) {
        if (p.sample_types.n) reports(&p, &a, options);
        filters(&p, &a, options);
        profile_copy(&both[0], &p);
        both[1] = p;
        profile_set_label(&both[1], "pprof::base", "true");
        if (profile_combine(&merged, both, 2, &a, &error)) {
            StrBuf out = STRBUF_INIT, back = STRBUF_INIT;
            profile_write(&merged, &out);
            Profile again;
            if (!profile_read_bytes(&again, &strs, out.buf, out.n, &a, &error))
                __builtin_trap(); /* what we write we read */
            profile_write(&again, &back);
            if (back.n != out.n || memcmp(back.buf, out.buf, out.n) != 0) __builtin_trap();
            profile_release(&again);
            profile_release(&merged);
            sb_release(&out);
            sb_release(&back);
        }
    } else if (!error || strchr(error, '\n')) {
        __builtin_trap();
    }
    strtab_release(&strs);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t options = size ? data[size - 1] : 0;
    one(data, size, options);
    if (size > 2 && data[0] == 0x1f && data[1] == 0x8b) return 0;
    StrBuf zipped = STRBUF_INIT;
    gzip_compress(&zipped, size ? (const char *)data : "", size);
    Arena a;
    StrTab strs;
    Profile p;
    const char *error;
    arena_init(&a);
    strtab_init(&strs);
    if (profile_read_bytes(&p, &strs, zipped.buf, zipped.n, &a, &error)) profile_release(&p);
    strtab_release(&strs);
    arena_release(&a);
    const char *regex_error; /* and as an expression */
    arena_init(&a);
    Regex *re = regex_compile(&a, (Str){(const char *)data, MIN(size, (size_t)200)}, &regex_error);
    if (re) regex_match(re, (Str){(const char *)data, MIN(size, (size_t)300)});
    arena_release(&a);
    /* What gzip_compress writes, zlib reads. */
    uLongf n = size + 64;
    char *plain = xmalloc(n);
    z_stream z = {0};
    inflateInit2(&z, 15 + 16);
    z.next_in = (Bytef *)zipped.buf;
    z.avail_in = (uInt)zipped.n;
    z.next_out = (Bytef *)plain;
    z.avail_out = (uInt)n;
    if (inflate(&z, Z_FINISH) != Z_STREAM_END || z.total_out != size ||
        (size && memcmp(plain, data, size) != 0))
        __builtin_trap();
    inflateEnd(&z);
    free_heap(plain);
    sb_release(&zipped);
    return 0;
}
