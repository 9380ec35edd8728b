/* load/roots, base/outfile and the cache's directory: what is opened, and what is left when writing fails. */
#include "base/outfile.h"
#include "cache/cache.h"
#include "load/roots.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka needs those before it */
#include <cmocka.h>

static char work[] = "/tmp/goesc-unit-XXXXXX";

static void put(const char *name, const char *text) {
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void holds(const char *name, const char *want) {
    char buf[256] = {0};
    FILE *f = fopen(name, "r");
    assert_non_null(f);
    size_t n = fread(buf, 1, sizeof buf - 1, f);
    fclose(f);
    assert_int_equal(n, strlen(want));
    assert_string_equal(buf, want);
}

static int setup(void **state) {
    (void)state;
    return mkdtemp(work) && chdir(work) == 0 ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int teardown(void **state) {
    (void)state;
    return chdir("/") == 0 ? nftw(work, drop, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

static void test_roots(void **state) {
    (void)state;
    mkdir("in", 0755), mkdir("in/sub", 0755), mkdir("in2", 0755), mkdir("out", 0755);
    put("in/a", "a"), put("in/sub/b", "b"), put("in2/c", "c"), put("out/s", "secret");
    assert_int_equal(symlink("../out/s", "in/leaves"), 0);
    assert_int_equal(symlink("../out", "in/dir"), 0);
    assert_int_equal(symlink("../in/a", "out/enters"), 0);
    assert_int_equal(symlink("in", "alias"), 0);
    assert_int_equal(mkfifo("in/pipe", 0644), 0);
    static const struct {
        const char *name;
        int want; /* 1: opened, 0: outside, -1: another reason */
    } cases[] = {{"in/a", 1},        {"in/sub/b", 1},  {"in/../in/a", 1},  {"out/enters", 1}, {"alias/a", 1},
                 {"in2/c", 0},       {"out/s", 0},     {"in/../out/s", 0}, {"in/leaves", 0},  {"in/dir/s", 0},
                 {"/etc/passwd", 0}, {"/dev/zero", 0}, {"in/nothing", -1}, {"in/pipe", -1},   {"in/sub", -1},
                 {"in/a/x", -1},     {"", -1}};
    Roots r;
    roots_init(&r);
    roots_add(&r, "alias"); /* the real directory counts */
    roots_add(&r, "missing");
    roots_add(&r, "");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *err = "untouched";
        int fd = roots_open(&r, cases[i].name, &err);
        if ((fd >= 0) != (cases[i].want == 1) || (fd < 0 && !err != !cases[i].want))
            fail_msg("%s: %d %s", cases[i].name, fd, err ? err : "outside");
        if (fd >= 0) close(fd);
    }
    const char *err;
    assert_int_equal(roots_open(&r, "out/s", &err), -1);
    roots_add_list(&r, work, ":nowhere:out:");
    int fd = roots_open(&r, "out/s", &err);
    assert_true(fd >= 0);
    close(fd);
    roots_release(&r);
    Roots none = {0};
    assert_int_equal(roots_open(&none, "in/a", &err), -1);
    assert_null(err);
}

static void test_outfile(void **state) {
    (void)state;
    bool writing;
    assert_int_equal(outfile_write("f", STR_LIT("one"), &writing), 0);
    holds("f", "one");
    assert_int_equal(symlink("f", "l1"), 0);
    assert_int_equal(symlink("l1", "l2"), 0);
    assert_int_equal(outfile_write("l2", STR_LIT("two"), &writing), 0);
    holds("f", "two");
    struct stat st;
    assert_int_equal(lstat("l2", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_int_equal(outfile_write("loop", STR_LIT("x"), &writing), ELOOP);
    assert_int_equal(link("f", "other"), 0); /* both names see the change */
    assert_int_equal(outfile_write("f", STR_LIT("three"), &writing), 0);
    holds("other", "three");
    unlink("other");
    assert_int_equal(outfile_write_new("f", STR_LIT("x"), &writing), EEXIST);
    assert_false(writing);
    assert_int_equal(outfile_write("no/f", STR_LIT("x"), &writing), ENOENT);
    assert_false(writing);
    assert_int_equal(outfile_write("/dev/full", STR_LIT("x"), &writing), ENOSPC);
    assert_true(writing);
}

/* A disk that is full after 4 bytes: the old file stays, and nothing else is left. */
static void test_full(void **state) {
    (void)state;
    mkdir("full", 0755);
    put("full/f", "old");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){4, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool writing;
    int e = outfile_write("full/f", STR_LIT("much longer"), &writing);
    int n = outfile_write_new("full/new", STR_LIT("much longer"), &writing);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(e, EFBIG);
    assert_int_equal(n, EFBIG);
    holds("full/f", "old");
    unlink("full/f");
    assert_int_equal(rmdir("full"), 0);
}

static void test_cache(void **state) {
    (void)state;
    char dir[128], name[200];
    snprintf(dir, sizeof dir, "%s/cache", work);
    setenv("GOESC_CACHE", dir, 1);
    Arena a;
    arena_init(&a);
    Str got;
    CacheKey k = cache_hash("key", 3);
    cache_store(k, STR_LIT("content"));
    assert_true(cache_load(&a, k, &got));
    assert_string_equal(got.p, "content");
    snprintf(name, sizeof name, "%s/%016llx%016llx", dir, (unsigned long long)k.hi, (unsigned long long)k.lo);
    static const mode_t bad[] = {0620, 0602, 0666};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(chmod(name, bad[i]), 0);
        assert_false(cache_load(&a, k, &got));
    }
    assert_int_equal(chmod(name, 0600), 0);
    assert_true(cache_load(&a, k, &got));
    assert_int_equal(rename(name, "entry"), 0); /* a link is no entry */
    assert_int_equal(symlink("../entry", name), 0);
    assert_false(cache_load(&a, k, &got));
    cache_store(k, STR_LIT("again")); /* and is replaced, not followed */
    assert_true(cache_load(&a, k, &got));
    assert_int_equal(chmod(dir, 0775), 0);
    assert_false(cache_load(&a, k, &got));
    assert_int_equal(unlink(name), 0);
    cache_store(k, STR_LIT("content"));
    assert_int_equal(access(name, F_OK), -1);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_roots), cmocka_unit_test(test_outfile),
                                       cmocka_unit_test(test_full), cmocka_unit_test(test_cache)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
