/* Two analyses in one process: one after the other, where the second may meet nothing of the first; and both
 * at once, for different architectures. */
#include "runs.h"

static char root[] = "/tmp/goesc-two-XXXXXX";

/* Generic code that asks its dictionary for run-time types, and a slice whose size decides where it lives. */
static const char program[] = "package p\n\nimport \"fmt\"\n\n"
                              "type T struct{ a, b int }\n\n"
                              "func (t T) String() string { return \"t\" }\n\n"
                              "func Box[V any](v V) any { return v }\n\n"
                              "func Add[V any](s []V, v V) []V { return append(s, v) }\n\n"
                              "func Use(l *fmt.List[T]) any {\n"
                              "\tx := make([]int, 10000)\n\tx[1] = len(fmt.Join(l.All))\n"
                              "\treturn Box(Add([]T{{x[1], 2}}, T{3, 4}))\n}\n";

static char *dir_of(const char *name) {
    static char dirs[2][64];
    char *d = dirs[name[0] == 'b'];
    snprintf(d, sizeof dirs[0], "%s/%s", root, name);
    return d;
}

static void one_after_the_other(void **state) {
    (void)state;
    char *first = NULL;
    for (int i = 0; i < 3; i++) {
        Analysis r = {0};
        analysis_begin(&r, dir_of(i % 2 ? "b" : "a"), "amd64", ".", true);
        assert_int_equal(r.fault, FAULT_NONE);
        assert_int_equal(r.status, 0);
        assert_true(r.sites > 2);
        assert_non_null(strstr(r.text, "make([]int, 10000) escapes to heap"));
        if (i == 0) first = strdup(r.text);
        else if (i == 2) assert_string_equal(r.text, first);
        analysis_end(&r);
        assert_int_equal(r.left, 0);
    }
    libc_free(first);
}

static void side_by_side(void **state) {
    (void)state;
    Analysis large = {0}, small = {0};
    analysis_begin(&large, dir_of("a"), "amd64", ".", true);
    analysis_begin(&small, dir_of("a"), "386", ".", true);
    assert_non_null(strstr(large.text, "make([]int, 10000) escapes to heap"));
    assert_non_null(strstr(small.text, "make([]int, 10000) does not escape"));
    analysis_end(&large);
    ExPackage *x = explain_build(&small.session, small.session.roots[0]); /* the other is gone */
    assert_int_equal(x->sites.n, small.sites);
    explain_release(x);
    analysis_end(&small);
    assert_int_equal(posbase_taken(), 0);
}

int main(void) {
    assert_non_null(mkdtemp(root));
    char goroot[64];
    snprintf(goroot, sizeof goroot, "%s/go", root);
    write_goroot(goroot);
    use_goroot(goroot);
    for (const char *const *d = (const char *const[]){"a", "b", NULL}; *d; d++) {
        write_text(dir_of(*d), "go.mod", "module m\n\ngo 1.26\n");
        write_text(dir_of(*d), "p.go", program);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_after_the_other), cmocka_unit_test(side_by_side)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder(root);
    return failed;
}
