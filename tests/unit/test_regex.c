/* base/regex.c: patterns with the bounds that Go's FindStringSubmatchIndex gives, and with its errors. All answers were
 * taken from regexp of Go 1.26.8. Unicode's less common classes and foldings are not here: we have some of them. */
#include "base/regex.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct {
    const char *pattern, *text; /* text NULL: the pattern is refused, and want is why */
    const char *want; /* "none", or begin:end of the match and of each group, "-" for one without part */
} table[] = {
    /* runes and concatenation */
    {"", "", "0:0"},
    {"", "abc", "0:0"},
    {"a", "xay", "1:2"},
    {"abc", "ababc", "2:5"},
    {"abc", "ab", "none"},
    {"é", "café", "3:5"},
    {"日本", "x日本y", "1:7"},
    {"a.c", "abc a\nc", "0:3"},
    {"a.c", "a\nc", "none"},
    {".", "\377", "0:1"},
    {".", "日", "0:3"},
    {"\\.", "a.b", "1:2"},
    {"x\\+y", "x+y", "0:3"},
    {"}", "a}", "1:2"},
    {"]", "a]", "1:2"},
    {"-", "a-", "1:2"},
    {"\\Qa.b\\E.", "a.bc", "0:4"},
    {"\\Qa+", "aa+", "1:3"},
    {"\\Q\\E", "x", "0:0"},
    {"\\Qa\\\\E", "a\\", "0:2"},
    {"\\Qab\\E+", "abb", "0:3"},
    {"\\Q", "x", "0:0"},
    {"(\\Q)\\E)", "a)", "1:2 1:2"},
    /* alternatives: the first that matches, not the longest */
    {"a|ab", "ab", "0:1"},
    {"ab|a", "ab", "0:2"},
    {"a|b|c", "xc", "1:2"},
    {"(a|ab)(c|bcd)", "abcd", "0:4 0:1 1:4"},
    {"|a", "a", "0:0"},
    {"a|", "xa", "0:0"},
    {"(|a)+", "aa", "0:0 0:0"},
    {"(a|)+", "aa", "0:2 1:2"},
    {"foo|foobar|bar", "xfoobar", "1:4"},
    {"a||b", "b", "0:0"},
    {"(?:a|b)c", "bc", "0:2"},
    {"x|", "y", "0:0"},
    /* repetition, greedy and not */
    {"a*", "aaab", "0:3"},
    {"a*", "baaa", "0:0"},
    {"a+", "baaa", "1:4"},
    {"a?", "aa", "0:1"},
    {"a*?", "aaa", "0:0"},
    {"a+?", "aaa", "0:1"},
    {"a?\?", "a", "0:0"},
    {"a*?b", "aaab", "0:4"},
    {".*b", "abab", "0:4"},
    {".*?b", "abab", "0:2"},
    {"a{2}", "aaaa", "0:2"},
    {"a{2,}", "aaaa", "0:4"},
    {"a{1,3}", "aaaa", "0:3"},
    {"a{1,3}?", "aaaa", "0:1"},
    {"a{2,}?", "aaaa", "0:2"},
    {"a{0}", "aa", "0:0"},
    {"a{0,1}", "aa", "0:1"},
    {"(ab){2}", "ababab", "0:4 2:4"},
    {"(a*)*", "aab", "0:2 0:2"},
    {"(a*)+", "b", "0:0 0:0"},
    {"(a+)(a+)", "aaaa", "0:4 0:3 3:4"},
    {"(a+?)(a+)", "aaaa", "0:4 0:1 1:4"},
    {"(a|b)*", "abba", "0:4 3:4"},
    {"(?:a?){3}a{3}", "aaa", "0:3"},
    {"a{,2}", "a{,2}", "0:5"},
    {"a{", "a{", "0:2"},
    {"a{1", "a{1", "0:3"},
    {"a{x}", "a{x}", "0:4"},
    {"a{01}", "a{01}", "0:5"},
    {"a{1,02}", "a{1,02}", "0:7"},
    {"{", "{", "0:1"},
    {"{1", "{1", "0:2"},
    {"(?U)a+", "aaa", "0:1"},
    {"(?U)a+?", "aaa", "0:3"},
    {"(a?)*?b", "aab", "0:3 1:2"},
    {"(a*?)*b", "aab", "0:3 0:2"},
    {"a{1000}", "a", "none"},
    {"((a{10}){10}){10}", "a", "none"},
    {"(a{0,2}){2}", "aaaaa", "0:4 2:4"},
    {"(|a)*", "aa", "0:0 0:0"},
    {"(a|b|)*c", "abc", "0:3 1:2"},
    /* groups */
    {"(a)(b)?", "a", "0:1 0:1 -"},
    {"(a)|(b)", "b", "0:1 - 0:1"},
    {"((a)(b))", "xab", "1:3 1:3 1:2 2:3"},
    {"(?P<n>a+)b", "aab", "0:3 0:2"},
    {"(?<n>a+)b", "aab", "0:3 0:2"},
    {"(?:a)(b)", "ab", "0:2 1:2"},
    {"(a)*", "aaa", "0:3 2:3"},
    {"((a)|b)*", "ab", "0:2 1:2 0:1"},
    {"()", "x", "0:0 0:0"},
    {"(.)(.)(.)", "日x\377", "0:5 0:3 3:4 4:5"},
    {"(a(b(c)))d?", "abcd", "0:4 0:3 1:3 2:3"},
    {"(?i:a)b", "Ab", "0:2"},
    {"(?i:a)b", "AB", "none"},
    /* assertions */
    {"^a", "ba", "none"},
    {"^a", "ab", "0:1"},
    {"a$", "ab a", "3:4"},
    {"a$", "a\n", "none"},
    {"(?m)^b$", "a\nb\nc", "2:3"},
    {"(?m)a$", "a\nb", "0:1"},
    {"\\Ab", "a\nb", "none"},
    {"(?m)\\Ab", "a\nb", "none"},
    {"(?m)a\\z", "a\na", "2:3"},
    {"^$", "", "0:0"},
    {"^$", "a", "none"},
    {"(?m)^$", "a\n\nb", "2:2"},
    {"\\bfoo\\b", "a foo.", "2:5"},
    {"\\bfoo\\b", "afoo", "none"},
    {"\\Boo", "foo", "1:3"},
    {"\\b", "é", "none"},
    {"\\b", " a", "1:1"},
    {"\\B", "", "0:0"},
    {"\\B", "ab", "1:1"},
    {"a^b", "a^b", "none"},
    {"(^a|b)c", "abc", "1:3 1:2"},
    {"^*a", "a", "0:1"},
    {"$a", "a", "none"},
    {"(^|\\.)x", "a.x", "1:3 1:2"},
    {"^^a", "a", "0:1"},
    {"a$$", "a", "0:1"},
    /* classes */
    {"[abc]+", "xcab", "1:4"},
    {"[a-c]+", "dcba", "1:4"},
    {"[^a-c]+", "abcd\n", "3:5"},
    {"[]a]+", "x]a", "1:3"},
    {"[^]a]+", "]xa", "1:2"},
    {"[a-]+", "x-a", "1:3"},
    {"[-a]+", "x-a", "1:3"},
    {"[a\\-z]+", "b-z", "1:3"},
    {"[\\]]", "]", "0:1"},
    {"[.]", "a.", "1:2"},
    {"[$^]+", "a^$", "1:3"},
    {"[^^]", "^a", "1:2"},
    {"\\d+", "a12", "1:3"},
    {"\\D+", "12a", "2:3"},
    {"\\s+", "a \t\n\014\015\013", "1:6"},
    {"\\S+", " ab ", "1:3"},
    {"\\w+", "-aZ_9é", "1:5"},
    {"\\W+", "aé b", "1:4"},
    {"[\\d_]+", "a1_", "1:3"},
    {"[^\\d]+", "12ab", "2:4"},
    {"[\\D]", "1a", "1:2"},
    {"[^\\W]+", " ab", "1:3"},
    {"[\\w.-]+", "@a.b-c ", "1:6"},
    {"[[:alpha:]]+", "1aZ2", "1:3"},
    {"[[:^alpha:]]+", "a12b", "1:3"},
    {"[[:digit:][:space:]]+", "a1 2b", "1:4"},
    {"[[:upper:]a]+", "xAaB", "1:4"},
    {"[[:word:]]+", "-a_1", "1:4"},
    {"[[:punct:]]+", "a!~b", "1:3"},
    {"[[:xdigit:]]+", "xaF09g", "1:5"},
    {"[[:blank:]]", "\n\t", "1:2"},
    {"[[:cntrl:]]", "a\177", "1:2"},
    {"[[:graph:]]+", " ab ", "1:3"},
    {"[[:print:]]+", "\tab ", "1:4"},
    {"[[:ascii:]]+", "éab", "2:4"},
    {"[[:alnum:]]+", ".a1.", "1:3"},
    {"[[:lower:]]+", "Aab", "1:3"},
    {"[[:space:]]+", "a\013 b", "1:3"},
    {"[[:alpha:]", NULL, "missing closing ]: `[[:alpha:]`"},
    {"[[:a]", ":", "0:1"},
    {"[[a]", "[", "0:1"},
    {"[:alpha:]", "x:", "1:2"},
    {"[é-ü]+", "aéû", "1:5"},
    {"[日-月]", "日", "0:3"},
    {"[^\\x00-\\x7f]+", "abé日", "2:7"},
    {"[a-a]", "a", "0:1"},
    {"[--/]+", "a./-", "1:4"},
    /* classes of Unicode */
    {"\\pL+", "12aé日", "2:8"},
    {"\\PL+", "a12é", "1:3"},
    {"\\p{Lu}+", "aÀB", "1:4"},
    {"\\p{Ll}+", "Aàb", "1:4"},
    {"\\p{Greek}+", "aλόγος", "1:11"},
    {"\\P{Greek}+", "λa", "2:3"},
    {"\\p{^Greek}+", "λa", "2:3"},
    {"\\P{^Greek}+", "aλ", "1:3"},
    {"\\p{Cyrillic}+", "aмир", "1:7"},
    {"\\p{Latin}+", "1aéñ2", "1:6"},
    {"\\p{Han}+", "a日本", "1:7"},
    {"\\p{Nd}+", "a1٣", "1:4"},
    {"\\p{Zs}", "a ", "1:3"},
    {"\\p{Z}", "a ", "1:4"},
    {"\\p{Cc}", "a\001", "1:2"},
    {"\\p{Any}", "x", "0:1"},
    {"[\\pL\\d]+", "-a1é", "1:5"},
    {"[^\\pL]+", "a12", "1:3"},
    {"[\\p{Lu}-]+", "aB-", "1:3"},
    /* case */
    {"(?i)abc", "xABc", "1:4"},
    {"(?i)ABC", "abc", "0:3"},
    {"(?i)[a-c]+", "xAbC", "1:4"},
    {"(?i)[^a]", "Ab", "1:2"},
    {"(?i)é", "É", "0:2"},
    {"(?i)σ", "Σ", "0:2"},
    {"(?i)д", "Д", "0:2"},
    {"(?i)k", "K", "0:3"},
    {"(?i)s", "ſ", "0:2"},
    {"(?i)K", "k", "0:1"},
    {"a(?i)b", "aB", "0:2"},
    {"a(?i)b", "AB", "none"},
    {"(?i)a(?-i)b", "AB", "none"},
    {"(?i)a(?-i)b", "Ab", "0:2"},
    {"(a(?i)b)c", "aBc", "0:3 0:2"},
    {"(a(?i)b)c", "aBC", "none"},
    {"(?i:a|b)c", "Bc", "0:2"},
    {"(?i)\\Qa.b", "A.B", "0:3"},
    {"(?i)[[:lower:]]+", "aB", "0:2"},
    {"(?i)[[:^lower:]]+", "aB1", "2:3"},
    {"(?i)\\x{e9}", "É", "0:2"},
    {"(?is)A.B", "a\nb", "0:3"},
    {"(?im)^b$", "a\nB", "2:3"},
    /* flags */
    {"(?s).+", "a\nb", "0:3"},
    {"(?s:.)\\n.", "a\nb", "0:3"},
    {"(?-s).+", "a\nb", "0:1"},
    {"(?s)a.(?-s:.)c", "a\n\nc", "none"},
    {"(?m-s)^.$", "ab\nc", "3:4"},
    {"(?i-i)a", "A", "none"},
    {"(?i)", "a", "0:0"},
    {"()(?i)a", "A", "0:1 0:0"},
    {"(?i)(?-i:a)", "A", "none"},
    {"a|(?i)b|c", "C", "0:1"},
    /* escapes */
    {"\\x41", "A", "0:1"},
    {"\\x{41}", "A", "0:1"},
    {"\\x{65E5}", "日", "0:3"},
    {"\\x{10FFFF}", "􏿿", "0:4"},
    {"\\0", "a", "none"},
    {"\\101", "A", "0:1"},
    {"\\07", "\007", "0:1"},
    {"\\1234", "S4", "0:2"},
    {"\\a\\f\\t\\n\\r\\v", "\007\014\t\n\015\013", "0:6"},
    {"\\/", "/", "0:1"},
    {"\\_", "_", "0:1"},
    {"\\é", NULL, "invalid escape sequence: `\\é`"},
    {"[\\x41-\\x43]+", "xABC", "1:4"},
    {"[\\n\\t]", "\t", "0:1"},
    {"\\-", "-", "0:1"},
    {"\\\"", "\"", "0:1"},
    {"\\ ", " ", "0:1"},
    {"\\x4g", NULL, "invalid escape sequence: `\\x4g`"},
    /* names in profiles */
    {"(?:^|\\.)Write$", "main.Write", "4:10"},
    {"^runtime\\.", "runtime.mallocgc", "0:8"},
    {"\\(\\*conn\\)\\.serve", "net/http.(*conn).serve", "9:22"},
    {"gc|sweep", "runtime.bgsweep", "10:15"},
    {"func\\d+", "main.main.func12", "10:16"},
    {"^(main|json)", "jsonx", "0:4 0:4"},
    {"json.*Encode", "encoding/json.(*Encoder).Encode", "9:31"},
    {"[^/]+$", "a/b/c.go", "4:8"},
    {".*\\.(\\w+)\\.func", "p.q.func1", "0:8 2:3"},
    /* refused */
    {"*", NULL, "missing argument to repetition operator: `*`"},
    {"+a", NULL, "missing argument to repetition operator: `+`"},
    {"?", NULL, "missing argument to repetition operator: `?`"},
    {"a|*", NULL, "missing argument to repetition operator: `*`"},
    {"(*)", NULL, "missing argument to repetition operator: `*`"},
    {"(+a)", NULL, "missing argument to repetition operator: `+`"},
    {"a**", NULL, "invalid nested repetition operator: `**`"},
    {"a+*", NULL, "invalid nested repetition operator: `+*`"},
    {"a*+", NULL, "invalid nested repetition operator: `*+`"},
    {"a?\?+", NULL, "invalid nested repetition operator: `?\?+`"},
    {"a{2}{3}", NULL, "invalid nested repetition operator: `{2}{3}`"},
    {"a{2}*", NULL, "invalid nested repetition operator: `{2}*`"},
    {"{1}", NULL, "missing argument to repetition operator: `{1}`"},
    {"{1,2}a", NULL, "missing argument to repetition operator: `{1,2}`"},
    {"(?i)*", NULL, "missing argument to repetition operator: `*`"},
    {"(?i){2}", NULL, "missing argument to repetition operator: `{2}`"},
    {"a**b**", NULL, "invalid nested repetition operator: `**`"},
    {"a*?*", NULL, "invalid nested repetition operator: `*?*`"},
    {"x{2}?\?", NULL, "invalid nested repetition operator: `{2}?\?`"},
    {"a{1001}", NULL, "invalid repeat count: `{1001}`"},
    {"a{2,1}", NULL, "invalid repeat count: `{2,1}`"},
    {"a{1,1001}", NULL, "invalid repeat count: `{1,1001}`"},
    {"a{1001,}", NULL, "invalid repeat count: `{1001,}`"},
    {"((a{100}){10}){10}", NULL, "invalid repeat count: `{10}`"},
    {"(a{2}){501}", NULL, "invalid repeat count: `{501}`"},
    {"(a{1000}){2}", NULL, "invalid repeat count: `{2}`"},
    {"a{99999999999}", NULL, "invalid repeat count: `{99999999999}`"},
    {"(a*){1001}?", NULL, "invalid repeat count: `{1001}`"},
    {"(", NULL, "missing closing ): `(`"},
    {")", NULL, "unexpected ): `)`"},
    {"(a", NULL, "missing closing ): `(a`"},
    {"a)", NULL, "unexpected ): `a)`"},
    {"a)b(", NULL, "unexpected ): `a)b(`"},
    {"((a)", NULL, "missing closing ): `((a)`"},
    {"(a))", NULL, "unexpected ): `(a))`"},
    {"a|(b", NULL, "missing closing ): `a|(b`"},
    {"(|", NULL, "missing closing ): `(|`"},
    {"[", NULL, "missing closing ]: `[`"},
    {"[a", NULL, "missing closing ]: `[a`"},
    {"[]", NULL, "missing closing ]: `[]`"},
    {"[^]", NULL, "missing closing ]: `[^]`"},
    {"[^", NULL, "missing closing ]: `[^`"},
    {"a[b", NULL, "missing closing ]: `[b`"},
    {"[z-a]", NULL, "invalid character class range: `z-a`"},
    {"[a-", NULL, "missing closing ]: `[a-`"},
    {"[a-\\d]", NULL, "invalid escape sequence: `\\d`"},
    {"[\\d-a]", "", "none"},
    {"[é-a]", NULL, "invalid character class range: `é-a`"},
    {"[[:foo:]]", NULL, "invalid character class range: `[:foo:]`"},
    {"[[:ALPHA:]]", NULL, "invalid character class range: `[:ALPHA:]`"},
    {"[[:^foo:]]", NULL, "invalid character class range: `[:^foo:]`"},
    {"[[::]]", NULL, "invalid character class range: `[::]`"},
    {"[a-[:digit:]]", NULL, "invalid character class range: `a-[`"},
    {"[b-a", NULL, "invalid character class range: `b-a`"},
    {"x[^z-a]y", NULL, "invalid character class range: `z-a`"},
    {"[a-b-c]", "", "none"},
    {"\\", NULL, "trailing backslash at end of expression: ``"},
    {"a\\", NULL, "trailing backslash at end of expression: ``"},
    {"[\\", NULL, "trailing backslash at end of expression: ``"},
    {"[a\\", NULL, "trailing backslash at end of expression: ``"},
    {"\\8", NULL, "invalid escape sequence: `\\8`"},
    {"\\1", NULL, "invalid escape sequence: `\\1`"},
    {"\\18", NULL, "invalid escape sequence: `\\1`"},
    {"\\y", NULL, "invalid escape sequence: `\\y`"},
    {"\\Z", NULL, "invalid escape sequence: `\\Z`"},
    {"\\G", NULL, "invalid escape sequence: `\\G`"},
    {"\\C", NULL, "invalid escape sequence: `\\C`"},
    {"\\E", NULL, "invalid escape sequence: `\\E`"},
    {"\\c", NULL, "invalid escape sequence: `\\c`"},
    {"\\u0041", NULL, "invalid escape sequence: `\\u`"},
    {"\\x", NULL, "invalid escape sequence: `\\x`"},
    {"\\x4", NULL, "invalid escape sequence: `\\x4`"},
    {"\\x{", NULL, "invalid escape sequence: `\\x{`"},
    {"\\x{}", NULL, "invalid escape sequence: `\\x{}`"},
    {"\\x{41", NULL, "invalid escape sequence: `\\x{41`"},
    {"\\x{110000}", NULL, "invalid escape sequence: `\\x{110000`"},
    {"\\x{4g}", NULL, "invalid escape sequence: `\\x{4g`"},
    {"[\\y]", NULL, "invalid escape sequence: `\\y`"},
    {"[\\8]", NULL, "invalid escape sequence: `\\8`"},
    {"\\e", NULL, "invalid escape sequence: `\\e`"},
    {"[\\b]", NULL, "invalid escape sequence: `\\b`"},
    {"\\pX", NULL, "invalid character class range: `\\pX`"},
    {"\\p{Foo}", NULL, "invalid character class range: `\\p{Foo}`"},
    {"\\p{Greek", NULL, "invalid character class range: `\\p{Greek`"},
    {"\\p", NULL, "invalid character class range: `\\p`"},
    {"\\p{}", NULL, "invalid character class range: `\\p{}`"},
    {"\\p{^}", NULL, "invalid character class range: `\\p{^}`"},
    {"[\\pX]", NULL, "invalid character class range: `\\pX`"},
    {"[\\p", NULL, "invalid character class range: `\\p`"},
    {"\\pZ\\pX", NULL, "invalid character class range: `\\pX`"},
    {"\\P{nope}x", NULL, "invalid character class range: `\\P{nope}`"},
    {"(?", NULL, "invalid or unsupported Perl syntax: `(?`"},
    {"(?a)", NULL, "invalid or unsupported Perl syntax: `(?a`"},
    {"(?P", NULL, "invalid or unsupported Perl syntax: `(?P`"},
    {"(?P<", NULL, "invalid or unsupported Perl syntax: `(?P`"},
    {"(?P<n", NULL, "invalid named capture: `(?P<n`"},
    {"(?P<n>", NULL, "missing closing ): `(?P<n>`"},
    {"(?P<>a)", NULL, "invalid named capture: `(?P<>`"},
    {"(?P<n n>a)", NULL, "invalid named capture: `(?P<n n>`"},
    {"(?P<é>a)", NULL, "invalid named capture: `(?P<é>`"},
    {"(?P=n)", NULL, "invalid or unsupported Perl syntax: `(?P`"},
    {"(?P>n)", NULL, "invalid or unsupported Perl syntax: `(?P`"},
    {"(?<n", NULL, "invalid named capture: `(?<n`"},
    {"(?<>a)", NULL, "invalid named capture: `(?<>`"},
    {"(?<=a)", NULL, "invalid named capture: `(?<=a)`"},
    {"(?<!a)b", NULL, "invalid named capture: `(?<!a)b`"},
    {"(?=a)", NULL, "invalid or unsupported Perl syntax: `(?=`"},
    {"(?!a)", NULL, "invalid or unsupported Perl syntax: `(?!`"},
    {"(?#c)", NULL, "invalid or unsupported Perl syntax: `(?#`"},
    {"(?>a)", NULL, "invalid or unsupported Perl syntax: `(?>`"},
    {"(?i", NULL, "invalid or unsupported Perl syntax: `(?i`"},
    {"(?i-", NULL, "invalid or unsupported Perl syntax: `(?i-`"},
    {"(?-)", NULL, "invalid or unsupported Perl syntax: `(?-)`"},
    {"(?i-)a", NULL, "invalid or unsupported Perl syntax: `(?i-)`"},
    {"(?--i)", NULL, "invalid or unsupported Perl syntax: `(?--`"},
    {"(?ix)", NULL, "invalid or unsupported Perl syntax: `(?ix`"},
    {"(?x)a", NULL, "invalid or unsupported Perl syntax: `(?x`"},
    {"(?P<a>x)(?P<a>y)", "", "none"},
    {"(?P<a>x)(?<a>y)", "", "none"},
    {"(?'n'a)", NULL, "invalid or unsupported Perl syntax: `(?'`"},
    {"(?:", NULL, "missing closing ): `(?:`"},
    {"(?i:a", NULL, "missing closing ): `(?i:a`"},
    {"\377", NULL, "invalid UTF-8: `\377`"},
    {"a\377b", NULL, "invalid UTF-8: `\377b`"},
    {"[\377]", NULL, "invalid UTF-8: `\377]`"},
    {"[a-\377]", NULL, "invalid UTF-8: `\377]`"},
    {"(?P<\377>a)", NULL, "invalid UTF-8: `\377`"},
    {"\\\377", NULL, "invalid UTF-8: `\377`"},
    {"\\p{\377}", NULL, "invalid UTF-8: `\377`"},
    {"\\Q\377", NULL, "invalid UTF-8: `\377`"},
    {"(\377", NULL, "invalid UTF-8: `\377`"},
    {"\377(", NULL, "invalid UTF-8: `\377(`"},
    {"[[:\377:]]", NULL, "invalid character class range: `[:\377:]`"},
    {"\\x{\377}", NULL, "invalid UTF-8: `\377}`"},
    {"(?\377)", NULL, "invalid UTF-8: `\377)`"},
    {"a{\377}", NULL, "invalid UTF-8: `\377}`"},
};

enum { MAX_GROUPS = 16 };

static int groups_in(const char *want) {
    int n = 1;
    for (; *want; want++) n += *want == ' ';
    return n;
}

static void bounds(StrBuf *out, const int *at, int n) {
    for (int i = 0; i < n; i++) {
        if (i) sb_addc(out, ' ');
        if (at[2 * i] < 0) sb_addc(out, '-');
        else sb_printf(out, "%d:%d", at[2 * i], at[2 * i + 1]);
    }
}

static void test_find(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (!table[i].text) continue;
        Arena a;
        arena_init(&a);
        const char *error = NULL;
        Regex *re = regex_compile(&a, str_of(table[i].pattern), &error);
        StrBuf got = STRBUF_INIT;
        int at[2 * MAX_GROUPS];
        if (!re) sb_adds(&got, error);
        else if (!regex_find(re, str_of(table[i].text), at, groups_in(table[i].want))) sb_adds(&got, "none");
        else bounds(&got, at, groups_in(table[i].want));
        if (strcmp(sb_str(&got), table[i].want) != 0) {
            print_error("%s on \"%s\": %s, want %s\n", table[i].pattern, table[i].text, sb_str(&got),
                        table[i].want);
            wrong++;
        }
        sb_release(&got);
        arena_release(&a);
    }
    assert_int_equal(wrong, 0);
}

/* The other two ways to ask agree with the first, when there is a match and when not, also when asked again. */
static void test_match(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (!table[i].text) continue;
        Arena a;
        arena_init(&a);
        const char *error = NULL;
        Regex *re = regex_compile(&a, str_of(table[i].pattern), &error);
        assert_non_null(re);
        Str text = str_of(table[i].text);
        bool want = strcmp(table[i].want, "none") != 0;
        for (int times = 0; times < 2; times++) {
            if (regex_match(re, text) != want) fail_msg("%s: match", table[i].pattern);
            long begin = regex_match_at_start(re, text);
            if (want && !strncmp(table[i].want, "0:", 2) && begin != atol(table[i].want + 2))
                fail_msg("%s: %ld at the start, want %s", table[i].pattern, begin, table[i].want);
            if (!want && begin != -1) fail_msg("%s: %ld at the start", table[i].pattern, begin);
        }
        assert_true(str_eq(regex_source(re), str_of(table[i].pattern)));
        arena_release(&a);
    }
}

static void test_refused(void **state) {
    (void)state;
    int wrong = 0;
    static const char prefix[] = "error parsing regexp: ";
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (table[i].text) continue;
        Arena a;
        arena_init(&a);
        const char *error = "accepted";
        Regex *re = regex_compile(&a, str_of(table[i].pattern), &error);
        size_t n = sizeof prefix - 1;
        if (re || strncmp(error, prefix, n) != 0 || strcmp(error + n, table[i].want) != 0) {
            print_error("%s: %s, want %s\n", table[i].pattern, error, table[i].want);
            wrong++;
        }
        arena_release(&a);
    }
    assert_int_equal(wrong, 0);
}

/* What makes a backtracking matcher run for ages, patterns of many parts, and nesting. */
static void test_bounds(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const char *error = NULL;
    StrBuf text = STRBUF_INIT, deep = STRBUF_INIT;
    for (int i = 0; i < 20000; i++) sb_addc(&text, 'a');
    static const char *const slow[] = {"(a+)+$|b",   "(a*)*b",        "(a|a)*b",
                                       "(a?){500}b", "(.*)(.*)(.*)b", "(a|aa)+b"};
    for (size_t i = 0; i < COUNT_OF(slow); i++) {
        Regex *re = regex_compile(&a, str_of(slow[i]), &error);
        assert_non_null(re);
        assert_int_equal(regex_match(re, (Str){text.buf, text.n}), i == 0);
    }
    for (int i = 0; i < 1000; i++) sb_addc(&deep, '(');
    for (int i = 0; i < 1000; i++) sb_addc(&deep, ')');
    assert_non_null(regex_compile(&a, (Str){deep.buf, deep.n}, &error));
    deep.n = 0;
    for (int i = 0; i < 1001; i++) sb_addc(&deep, '(');
    for (int i = 0; i < 1001; i++) sb_addc(&deep, ')');
    assert_null(regex_compile(&a, (Str){deep.buf, deep.n}, &error));
    assert_non_null(strstr(error, "error parsing regexp: expression nests too deeply: `(((("));
    sb_release(&text);
    sb_release(&deep);
    arena_release(&a);
}

/* A pattern with a zero byte in it is a pattern like others. */
static void test_zero(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const char *error = NULL;
    Regex *re = regex_compile(&a, STR_LIT("a\0+b"), &error);
    assert_non_null(re);
    int at[2];
    assert_true(regex_find(re, STR_LIT("\0xa\0\0b"), at, 1));
    assert_int_equal(at[0], 2);
    assert_int_equal(at[1], 6);
    assert_false(regex_match(re, STR_LIT("ab")));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_match),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_bounds),
                                       cmocka_unit_test(test_zero)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
