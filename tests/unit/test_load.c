/* What the loader decides by text alone: paths, patterns, versions, quoted lists and build constraints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "load/load_int.h"

typedef struct Pair {
    const char *in, *want;
} Pair;

typedef struct Compared {
    const char *x, *y;
    int want; /* the sign */
} Compared;

static int sign(int n) { return (n > 0) - (n < 0); }

static void paths(void **state) {
    (void)state;
    static const Pair clean[] = {
        {"", "."},       {"/", "/"},         {"a//b/./c/", "a/b/c"}, {"a/../b", "b"}, {"../../a", "../../a"},
        {"/../a", "/a"}, {"a/b/../..", "."}, {"./a", "a"},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < COUNT_OF(clean); i++)
        assert_string_equal(path_clean(&a, clean[i].in), clean[i].want);
    assert_string_equal(path_join(&a, "/x/y", "../z"), "/x/z");
    assert_string_equal(path_join(&a, "", "z"), "z");
    assert_string_equal(path_dir(&a, "/a/b"), "/a");
    assert_string_equal(path_base("/a/b.go"), "b.go");
    assert_string_equal(path_abs(&a, "/w", "a/../b"), "/w/b");
    assert_string_equal(path_rel(&a, "/a/b", "/a/c/d"), "../c/d");
    assert_string_equal(path_rel(&a, "/a/b", "/a/b"), ".");
    assert_true(path_has_prefix("a/b", "a"));
    assert_true(path_has_prefix("a", "a"));
    assert_false(path_has_prefix("a/bb", "a/b"));
    arena_release(&a);
}

static void patterns(void **state) {
    (void)state;
    assert_true(pattern_match("a/...", "a"));
    assert_true(pattern_match("a/...", "a/b/c"));
    assert_false(pattern_match("a/...", "ab"));
    assert_true(pattern_match("...", "a/b"));
    assert_true(pattern_match("a/.../z", "a/b/c/z"));
    assert_false(pattern_match("a/.../z", "a/b/c"));
    assert_true(pattern_match("net...", "net/http"));
    assert_false(pattern_match("./...", "a/vendor/b"));
    assert_true(pattern_tree_can_match("a/b/...", "a"));
    assert_false(pattern_tree_can_match("a/b/...", "c"));
    assert_true(pattern_is_local("./x"));
    assert_true(pattern_is_local(".."));
    assert_false(pattern_is_local("x/..."));
    assert_true(pattern_is_meta("std"));
    assert_false(pattern_is_meta("fmt"));
}

static void versions(void **state) {
    (void)state;
    static const Compared semver[] = {
        {"v1.0.0", "v1.0.0", 0},
        {"v1.2.0", "v1.10.0", -1},
        {"v2.0.0", "v1.99.99", 1},
        {"v1.0.0-pre", "v1.0.0", -1},
        {"v1.0.0-a.2", "v1.0.0-a.10", -1},
        {"v1.0.0-1", "v1.0.0-a", -1},
        {"v1.0.0+meta", "v1.0.0", 0},
        {"v1", "v1.0.0", 0},
        {"bad", "v0.0.0", -1},
        {"v0.0.0-20200101000000-abcdefabcdef", "v0.0.0-20210101000000-abcdefabcdef", -1},
    };
    for (size_t i = 0; i < COUNT_OF(semver); i++) {
        assert_int_equal(sign(semver_compare(semver[i].x, semver[i].y)), semver[i].want);
        assert_int_equal(sign(semver_compare(semver[i].y, semver[i].x)), -semver[i].want);
    }
    static const Compared gover[] = {
        {"1.21", "1.21rc1", -1}, {"1.21rc1", "1.21.0", -1}, {"1.9", "1.21", -1},
        {"1.20", "1.20.0", 0},   {"1.26.8", "1.26.10", -1}, {"1.21rc2", "1.21rc10", -1},
    };
    for (size_t i = 0; i < COUNT_OF(gover); i++)
        assert_int_equal(sign(gover_compare(gover[i].x, gover[i].y)), gover[i].want);
    assert_true(semver_valid("v1.2.3-rc.1"));
    assert_false(semver_valid("1.2.3"));
    assert_false(semver_valid("v01.2.3"));
    assert_true(gover_valid("1.21rc1"));
    assert_false(gover_valid("go1.21"));
    assert_int_equal(sign(module_compare("m", "", "v9.0.0")), 1);
    assert_int_equal(sign(module_compare("go", "1.21rc1", "1.21.0")), -1);
    Arena a;
    arena_init(&a);
    assert_string_equal(gover_lang(&a, "1.21.3"), "1.21");
    assert_string_equal(module_escape(&a, "github.com/BurntSushi/toml"), "github.com/!burnt!sushi/toml");
    arena_release(&a);
}

static void quoted_lists(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    StrVec v = {0};
    assert_null(quoted_split(&a, " -m  '-d=a b' \"x'y\" ", &v));
    assert_int_equal(v.n, 3);
    assert_string_equal(v.v[0], "-m");
    assert_string_equal(v.v[1], "-d=a b");
    assert_string_equal(v.v[2], "x'y");
    StrVec bad = {0};
    assert_non_null(quoted_split(&a, "'open", &bad));
    arena_release(&a);
}

static bool builds(const BuildEnv *e, const char *text) {
    Arena a;
    arena_init(&a);
    const char *err = NULL;
    bool ok = should_build(&a, e, text, strlen(text), &err);
    assert_null(err);
    arena_release(&a);
    return ok;
}

static void constraints(void **state) {
    (void)state;
    BuildEnv e = {
        .goos = "linux", .goarch = "amd64", .gohostos = "linux", .gohostarch = "amd64", .go_minor = 26};
    static const char *const yes[] = {
        "",
        "//go:build linux\n\n",
        "//go:build linux && amd64\n\n",
        "//go:build unix && !windows\n\n",
        "//go:build (darwin || linux) && go1.21\n\n",
        "//go:build gc\n\n",
        "// +build linux,amd64 windows\n\n",
        "// words\n\n//go:build !ignore\n\n",
        "//go:build !(arm64 || !linux)\n\n",
        "//go:build go1.26\n\n",
    };
    static const char *const no[] = {
        "//go:build ignore\n\n", "//go:build windows || linux && arm64\n\n",
        "//go:build go1.27\n\n", "// +build linux\n// +build arm64\n\n",
        "//go:build !unix\n\n",  "//go:build cgo\n\n",
        "// +build !linux\n\n",
    };
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        if (!builds(&e, yes[i])) fail_msg("left out: %s", yes[i]);
    for (size_t i = 0; i < COUNT_OF(no); i++)
        if (builds(&e, no[i])) fail_msg("taken: %s", no[i]);
    static const char *const names[] = {"a.go",     "a_linux.go", "a_amd64.go", "a_linux_amd64_test.go",
                                        "linux.go", "a_unix.go"};
    for (size_t i = 0; i < COUNT_OF(names); i++) assert_true(os_arch_file_ok(&e, names[i]));
    assert_false(os_arch_file_ok(&e, "a_windows.go"));
    assert_false(os_arch_file_ok(&e, "a_linux_arm64.go"));
    assert_false(os_arch_file_ok(&e, "a_arm64_test.go"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),        cmocka_unit_test(patterns),    cmocka_unit_test(versions),
        cmocka_unit_test(quoted_lists), cmocka_unit_test(constraints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
