/* Constant values: literals, arithmetic and printing against what Go's own constants give, and the limits of
 * a rope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "types/const.h"

typedef struct Case {
    const char *x, *op, *y, *text, *exact; /* exact: its first 60 bytes */
} Case;

static const Case cases[] = {
    {"1", "+", "2", "3", "3"},
    {"9223372036854775807", "+", "1", "9223372036854775808", "9223372036854775808"},
    {"9223372036854775808", "-", "1", "9223372036854775807", "9223372036854775807"},
    {"4294967296", "*", "4294967296", "18446744073709551616", "18446744073709551616"},
    {"7", "/", "2", "3.5", "7/2"},
    {"7", "div", "2", "3", "3"},
    {"7", "%", "3", "1", "1"},
    {"0xffffffffffffffffffffffff", "&^", "0xff", "79228162514264337593543950080",
     "79228162514264337593543950080"},
    {"0b1011", "^", "0o17", "4", "4"},
    {"1_000_000", "|", "0777", "1000447", "1000447"},
    {"0xffffffffffffffffffffffff", "&", "0x10000000000000001", "18446744073709551617",
     "18446744073709551617"},
    {"1.5", "+", "0.25", "1.75", "7/4"},
    {"0.1", "+", "0.2", "0.3", "3/10"},
    {"1e100", "*", "1e100", "1e+200", "100000000000000000000000000000000000000000000000000000000000"},
    {"1e1000", "*", "1e1000", "1e+2000", "0x.e7b64e4de2fc42514a729f6e4aafabe8f7d3c138c0b557e9ab8dce4bb"},
    {"1e4000", "*", "1e4000", "1e+8000", "0x.abd2120398c31ee18a960d18a484f4d5887d42afdf73d0661a5e2e784"},
    {"1.0", "/", "3.0", "0.333333", "1/3"},
    {"1e-2000", "/", "1e2000", "1e-4000", "0x.9c3d73864f3805c024b99688d11e41bcf95dc6f12034f381699bc7e3e"},
    {"6.02214076e23", "*", "1.380649e-23", "8.31446", "207861565453831/25000000000000"},
    {"0x1p-1074", "/", "2.0", "2.47033e-324", "1/4048045066146212367049906934378346140991132995282842367138"},
    {"0x1.fffffep127", "+", "0.0", "3.40282e+38", "340282346638528859811704183484516925440"},
    {"3i", "*", "3i", "(-9 + 0i)", "(-9 + 0i)"},
    {"1i", "/", "2i", "(0.5 + 0i)", "(1/2 + 0i)"},
    {"1.5", "+", "2.5i", "(1.5 + 2.5i)", "(3/2 + 5/2i)"},
    {"'a'", "+", "1", "98", "98"},
    {"'\\u00e9'", "-", "'\\x00'", "233", "233"},
    {"\"a\\tb\"", "+", "\"\\u00e9\"", "\"a\\tb\xc3\xa9\"", "\"a\\tb\xc3\xa9\""},
    {"`raw`", "+", "\"\\xff\"", "\"raw\\xff\"", "\"raw\\xff\""},
    {"123456.7", "+", "0.0", "123456.7", "1234567/10"},
    {"1e21", "+", "0.5", "1e+21", "2000000000000000000001/2"},
    {"123456789.25", "*", "1.0", "1.23457e+08", "493827157/4"},
    {"0.000001", "*", "0.1", "1e-07", "1/10000000"},
    {"1", "/", "3", "0.333333", "1/3"},
    {"340282346638528859811704183484516925440.0", "+", "0.0", "3.40282e+38",
     "340282346638528859811704183484516925440"},
    {"1e1000000", "*", "1.0", "1e+1000000", "0x.88b3a28a05eade3a491af84cc6ed472beec34f3c10ec25e0a887eeb43"},
    {"1e-1000000", "*", "1.0", "1e-1000000", "0x.efb4542cc8ca4189be2a4c6b1d35c418df0b3bfaf9e65a4b6f237ca9c"},
};

static const Const *literal(Arena *a, const char *s) {
    size_t n = strlen(s);
    bool hex = strncmp(s, "0x", 2) == 0;
    LitKind kind = LIT_INT;
    if (s[n - 1] == 'i') {
        kind = LIT_IMAG;
    } else if (s[0] == '"' || s[0] == '`') {
        kind = LIT_STRING;
    } else if (s[0] == '\'') {
        kind = LIT_RUNE;
    } else if (strpbrk(s, hex ? ".p" : ".e")) {
        kind = LIT_FLOAT;
    }
    return const_from_literal(a, (Str){s, n}, kind);
}

static Operator operator_of(const char *s) {
    if (strcmp(s, "div") == 0) return OP_DIV;
    if (strcmp(s, "&^") == 0) return OP_ANDNOT;
    switch (*s) {
    case '+': return OP_ADD;
    case '-': return OP_SUB;
    case '*': return OP_MUL;
    case '/': return OP_DIV;
    case '%': return OP_REM;
    case '&': return OP_AND;
    case '|': return OP_OR;
    default: return OP_XOR;
    }
}

static void arithmetic(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Case *t = &cases[i];
        const Const *z = const_binary(&a, literal(&a, t->x), operator_of(t->op), literal(&a, t->y),
                                      strcmp(t->op, "div") == 0);
        StrBuf text = STRBUF_INIT, exact = STRBUF_INIT;
        const_format(&text, z);
        const_format_exact(&exact, z);
        assert_string_equal(sb_str(&text), t->text);
        sb_str(&exact);
        if (exact.n > 60) exact.buf[60] = 0;
        /* a cut may fall within a character */
        if (strlen(t->exact) <= 60) assert_memory_equal(exact.buf, t->exact, strlen(t->exact));
        sb_release(&text);
        sb_release(&exact);
    }
    arena_release(&a);
}

static void integers(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    bool exact;
    const Const *max = const_uint64(&a, UINT64_MAX), *min = const_int64(&a, INT64_MIN);
    assert_int_equal(const_uint64_val(max, &exact), UINT64_MAX);
    assert_true(exact);
    const_int64_val(max, &exact);
    assert_false(exact);
    assert_int_equal(const_bit_len(max), 64);
    assert_int_equal(const_sign(const_unary(&a, OP_SUB, min, 0)), 1);
    assert_int_equal(const_bit_len(const_unary(&a, OP_SUB, min, 0)), 64);
    assert_int_equal(const_uint64_val(const_unary(&a, OP_XOR, const_int64(&a, 1), 8), NULL), 254);
    assert_int_equal(const_int64_val(const_unary(&a, OP_XOR, const_int64(&a, 1), 0), NULL), -2);
    const Const *big = const_shift(&a, const_int64(&a, -3), OP_SHL, 700);
    assert_int_equal(const_bit_len(big), 702);
    assert_int_equal(const_int64_val(const_shift(&a, big, OP_SHR, 700), &exact), -3);
    assert_true(exact);
    assert_int_equal(const_int64_val(const_shift(&a, const_int64(&a, -1), OP_SHR, 999), NULL), -1);
    /* an overflowing machine division stays what the compiler makes of it */
    assert_int_equal(const_int64_val(const_binary(&a, min, OP_DIV, const_int64(&a, -1), true), NULL),
                     INT64_MIN);
    arena_release(&a);
}

static void conversions(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    bool exact;
    assert_true(const_float64_val(literal(&a, "0.1"), &exact) == 0.1);
    assert_false(exact);
    assert_true(const_float64_val(literal(&a, "0.5"), &exact) == 0.5);
    assert_true(exact);
    assert_true(const_float64_val(literal(&a, "4.9e-324"), NULL) > 0);
    assert_true(const_float64_val(literal(&a, "1e-400"), NULL) == 0);
    assert_true(const_float64_val(literal(&a, "1.8e308"), NULL) > 1.7976931348623157e308);
    assert_true(const_float32_val(literal(&a, "16777217"), NULL) == 16777216.0f);
    assert_int_equal(const_kind(const_to_int(&a, literal(&a, "1e3"))), CONST_INT);
    assert_int_equal(const_kind(const_to_int(&a, literal(&a, "1.5"))), CONST_UNKNOWN);
    assert_int_equal(const_kind(const_to_float(&a, literal(&a, "2i"))), CONST_UNKNOWN);
    assert_int_equal(const_kind(literal(&a, "1e99999999999")), CONST_UNKNOWN);
    assert_int_equal(const_sign(literal(&a, "1e-200000000")), 1);
    assert_true(const_compare(&a, literal(&a, "1"), OP_EQL, literal(&a, "1.0")));
    assert_true(const_compare(&a, literal(&a, "0xffffffffffffffffff"), OP_GTR, literal(&a, "1e20")));
    ConstKey one = const_key(&a, literal(&a, "1")), also = const_key(&a, literal(&a, "1.0"));
    assert_true(const_key_eq(&one, &also));
    assert_true(const_key_hash(&one) == const_key_hash(&also));
    arena_release(&a);
}

/* A sum of 200,000 strings is joined in one go, without deep recursion to the left. */
static void ropes(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const Const *piece = const_string(&a, STR_LIT("ab")), *sum = const_string(&a, STR_LIT(""));
    enum { N = 200000 };
    for (int i = 0; i < N; i++) sum = const_binary(&a, sum, OP_ADD, piece, false);
    assert_int_equal(const_string_len(sum), 2 * N);
    const_freeze(sum);
    Str s = const_string_val(sum);
    assert_int_equal(s.n, 2 * N);
    assert_memory_equal(s.p, "ababab", 6);
    assert_memory_equal(s.p + s.n - 4, "abab", 4);
    StrBuf sb = STRBUF_INIT;
    const_format(&sb, sum);
    assert_int_equal(sb.n, 72); /* 69 characters and the dots */
    sb_release(&sb);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(integers),
        cmocka_unit_test(conversions),
        cmocka_unit_test(ropes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
