/* base/json.c: valid JSON of any bytes, and Go's form of it. */
#include "base/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <math.h>

static void strings(void **state) {
    (void)state;
    static const struct {
        const char *in, *ours, *go; /* go: as encoding/json of Go 1.26 writes it */
    } table[] = {
        {"", "\"\"", "\"\""},
        {"a\"\\/b", "\"a\\\"\\\\/b\"", "\"a\\\"\\\\/b\""},
        {"\b\t\n\v\f\r\x1b", "\"\\b\\t\\n\\u000b\\f\\r\\u001b\"", "\"\\b\\t\\n\\u000b\\f\\r\\u001b\""},
        {"<b>&", "\"\\u003cb\\u003e\\u0026\"", "\"\\u003cb\\u003e\\u0026\""},
        {"\x7f\xc2\x9b", "\"\\u007f\\u009b\"", "\"\x7f\xc2\x9b\""},
        {"\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"", "\"\\u2028\\u2029\""},
        {"\xe2\x80\xae\xef\xbb\xbf", "\"\\u202e\\ufeff\"", "\"\xe2\x80\xae\xef\xbb\xbf\""},
        {"\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"", "\"\xf3\xa0\x81\x81\""},
        {"\xff\xc3\xed\xa0\x80z", "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffdz\"",
         "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffdz\""},
        {"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\xef\xbf\xbd",
         "\"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\xef\xbf\xbd\"",
         "\"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        for (int form = JSON_OURS; form <= JSON_GO; form++) {
            StrBuf out = STRBUF_INIT;
            Json j = json_begin(&out, (JsonForm)form);
            json_str(&j, table[i].in);
            assert_string_equal(sb_str(&out), form == JSON_GO ? table[i].go : table[i].ours);
            sb_release(&out);
        }
}

static void document(Json *j) {
    json_open(j, '{');
    json_key_str(j, "a", "x");
    json_key_open(j, "list", '[');
    for (int i = 0; i < 2; i++) {
        json_line(j);
        json_open(j, '{');
        json_key_int(j, "n", -i);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_line(j);
    json_key_open(j, "none", '[');
    json_close(j, ']');
    json_key_double(j, "r", 0.5);
    json_key_double(j, "nan", NAN);
    json_key_bool(j, "b", true);
    json_close(j, '}');
}

static void layout(void **state) {
    (void)state;
    StrBuf out = STRBUF_INIT;
    Json j = json_begin(&out, JSON_OURS);
    document(&j);
    assert_string_equal(sb_str(&out),
                        "{\"a\":\"x\",\"list\":[\n{\"n\":0},\n{\"n\":-1}],\n\"none\":[],\"r\":0.5,"
                        "\"nan\":0,\"b\":true}");
    out.n = 0;
    j = json_begin(&out, JSON_GO);
    document(&j);
    assert_string_equal(
        sb_str(&out),
        "{\n\t\"a\": \"x\",\n\t\"list\": [\n\t\t{\n\t\t\t\"n\": 0\n\t\t},\n\t\t{\n\t\t\t\"n\": -1\n"
        "\t\t}\n\t],\n\t\"none\": [],\n\t\"r\": 0.5,\n\t\"nan\": 0,\n\t\"b\": true\n}");
    sb_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(strings), cmocka_unit_test(layout)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
