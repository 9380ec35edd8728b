/* base/term.c: what a terminal is sent, and how characters survive being written in pieces. */
#include "base/base.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <locale.h>

static const struct {
    const char *in, *want;
} table[] = {
    {"plain\ttext\n", "plain\ttext\n"},
    {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
    {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
    {"over\rwritten\x7f\b", "over\\x0dwritten\\x7f\\x08"},
    {"\x9b"
     "31m",
     "\\x9b31m"},
    {"\xc2\x9b"
     "31m",
     "\\u009b31m"},
    {"\xc2\xa0gr\xc3\xbc\xc3\x9f", "\xc2\xa0gr\xc3\xbc\xc3\x9f"},
    {"a\xe2\x80\xae"
     "b\xe2\x81\xa9",
     "a\\u202eb\\u2069"},
    {"\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf\xc2\xad", "\\u200b\\u200d\\ufeff\\u00ad"},
    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
    {"\xf3\xa0\x81\x81\xf3\xa0\x84\x80", "\\U000e0041\\U000e0100"},
    {"\xe3\x85\xa4", "\\u3164"},
    {"\xe6\x97\xa5\xf0\x9f\x98\x80", "\xe6\x97\xa5\xf0\x9f\x98\x80"},
    {"\xc0\x9b\xed\xa0\x80\xf5\x80",
     "\\xc0\\x9b\\xed\\xa0\\x80\\xf5\\x80"}, /* overlong, surrogate, too large */
    {"\xe6\x97X\xf0\x9f\x98Y", "\\xe6\\x97X\\xf0\\x9f\\x98Y"},
    {"\xe6\xe6\x97\xa5", "\\xe6\xe6\x97\xa5"},
    {"end\xf0\x9f\x98", "end\\xf0\\x9f\\x98"},
    {"end\xc3", "end\\xc3"},
};

/* Writes in pieces of at most `piece` bytes and ends the stream. */
static void in_pieces(const char *in, size_t n, size_t piece, StrBuf *out) {
    TermFilter t = {0};
    for (size_t i = 0; i < n; i += piece) {
        char buf[4 * (64 + 3)];
        size_t m = MIN(piece, n - i), got = term_filter(&t, in + i, m, buf);
        assert_true(got <= 4 * (m + 3));
        sb_add(out, buf, got);
    }
    char last[12];
    sb_add(out, last, term_filter_end(&t, last));
}

static void filter(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        for (size_t piece = 1; piece < 40; piece++) {
            StrBuf out = STRBUF_INIT;
            in_pieces(table[i].in, strlen(table[i].in), piece, &out);
            assert_string_equal(sb_str(&out), table[i].want);
            sb_release(&out);
        }
}

/* Every pair of bytes: nothing that a terminal obeys comes out, however it was cut. */
static void nothing_raw(void **state) {
    (void)state;
    for (unsigned a = 1; a < 256; a++)
        for (unsigned b = 1; b < 256; b++) {
            char in[2] = {(char)a, (char)b};
            StrBuf one = STRBUF_INIT, two = STRBUF_INIT;
            in_pieces(in, 2, 1, &one);
            in_pieces(in, 2, 2, &two);
            assert_string_equal(sb_str(&one), sb_str(&two));
            for (size_t i = 0; i < one.n; i++) {
                unsigned char c = (unsigned char)one.buf[i];
                assert_true(c >= 0x20 || c == '\n' || c == '\t');
                assert_true(c != 0x7f && (c < 0x80 || one.n == 2)); /* whole characters only */
            }
            sb_release(&one);
            sb_release(&two);
        }
}

static void characters(void **state) {
    (void)state;
    static const struct {
        const char *in;
        unsigned bytes, columns;
    } want[] = {{"a", 1, 1},
                {"\x1b[", 1, 4},
                {"\x9b", 1, 4},
                {"\xc3\xbc", 2, 1},
                {"\xe6\x97\xa5", 3, 2},
                {"\xcc\x81", 2, 0},
                {"\xe2\x80\xae", 3, 6},
                {"\xf0\x9f\x98\x80", 4, 2},
                {"\xf3\xa0\x81\x81", 4, 10}};
    if (!setlocale(LC_CTYPE, "C.UTF-8")) skip();
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        TermChar c = term_char(want[i].in, strlen(want[i].in));
        assert_int_equal(c.bytes, want[i].bytes);
        assert_int_equal(c.columns, want[i].columns);
    }
    assert_true(term_is_clean(STR_LIT("gr\xc3\xbc\xc3\x9f(*T).F\t")));
    assert_false(term_is_clean(STR_LIT("a\x1b")));
    assert_false(term_is_clean(STR_LIT("a\xe2\x80\x8f")));
    assert_false(term_is_clean(STR_LIT("a\xff")));
}

/* Without a terminal the streams are C's own, and styles are left out. */
static void no_terminal(void **state) {
    (void)state;
    FILE *f = tmpfile();
    StrBuf text = STRBUF_INIT;
    TermSpans spans = {0};
    char got[32] = {0};
    sb_adds(&text, "a ");
    term_add(&text, &spans, TERM_RED, "b\x1b");
    term_add(&text, NULL, TERM_RED, " c");
    assert_int_equal(spans.n, 1);
    assert_int_equal(spans.v[0].from, 2);
    assert_int_equal(spans.v[0].to, 4);
    assert_true(term_print(f, &text, &spans));
    rewind(f);
    assert_int_equal(fread(got, 1, sizeof got, f), 6);
    assert_string_equal(got, "a b\x1b c");
    assert_false(term_is_screen(f) || term_color(f));
    fclose(f);
    sb_release(&text);
    vec_free(&spans);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(filter), cmocka_unit_test(nothing_raw),
                                       cmocka_unit_test(characters), cmocka_unit_test(no_terminal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
