/* Expressions and types as messages quote them: a file is parsed and checked, then its declarations are
 * printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "syntax/parse.h"
#include "types/types.h"

static PosTable positions;

static File *parsed(Arena *a, DiagSink *diags, const char *text) {
    diag_init(diags, a);
    File *f = parse_file(a, posbase_new_file(&positions, "x.go"), "x.go", (Str){text, strlen(text)}, diags);
    assert_int_equal(diags->diags.n, 0);
    return f;
}

static void expressions(void **state) {
    (void)state;
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"a+b*c", "a + b * c"},
        {"(a+b)*c", "(a + b) * c"},
        {"f( x,y... )", "f(x, y...)"},
        {"func(x int) string { return \"\" }", "func(x int) string {…}"},
        {"x.(T)", "x.(T)"},
        {"s[1:2:3]", "s[1:2:3]"},
        {"&T{ 1,2 }", "&T{…}"},
        {"map[string]*[4]int(nil)", "map[string]*[4]int(nil)"},
        {"<-c", "<-c"},
        {"m[K,V](x)", "m[K, V](x)"},
        {"-x", "-x"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Arena a;
        DiagSink diags;
        arena_init(&a);
        File *f = parsed(&a, &diags, arena_printf(&a, "package p\nvar _ = %s\n", cases[i].in));
        StrBuf sb = STRBUF_INIT;
        expr_format(&sb, ((VarDecl *)f->decls[0])->values);
        assert_string_equal(sb_str(&sb), cases[i].want);
        sb_release(&sb);
        arena_release(&a);
    }
}

static void types(void **state) {
    (void)state;
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"[]byte", "[]byte"},
        {"*[2+1]rune", "*[3]rune"},
        {"struct{A,b int; N `k:\"v\"`}", "struct{A int; b int; p.N \"k:\\\"v\\\"\"}"},
        {"chan (<-chan int)", "chan (<-chan int)"},
        {"<-chan chan<- int", "<-chan chan<- int"},
        {"func(a int, b ...string) (x, y error)", "func(a int, b ...string) (x error, y error)"},
        {"interface{ M(); error }", "interface{M(); error}"},
        {"any", "any"},
        {"G[int, N]", "p.G[int, p.N]"},
        {"map[N]func()", "map[p.N]func()"},
    };
    types_init();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Arena a;
        DiagSink diags;
        arena_init(&a);
        File *f = parsed(
            &a, &diags,
            arena_printf(&a, "package p\ntype N int\ntype G[K, V any] struct{}\nvar v %s\n", cases[i].in));
        TypeStore *store = types_store_new("amd64");
        TypesScope scope;
        types_enter(&scope, store, &a);
        TypesConfig conf = {.store = store, .diags = &diags, .ignore_branch_errors = true};
        Package *pkg = types_check_package(&a, "p", &f, 1, &conf);
        assert_int_equal(diags.diags.n, 0);
        assert_string_equal(type_string(scope_lookup(pkg->scope, name_of("v"))->typ, NULL), cases[i].want);
        types_leave(&scope);
        types_store_free(store);
        arena_release(&a);
    }
}

int main(void) {
    postable_init(&positions);
    const struct CMUnitTest tests[] = {cmocka_unit_test(expressions), cmocka_unit_test(types)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    postable_release(&positions);
    return failed;
}
