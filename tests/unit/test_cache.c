/* cache/cache.c: what is stored is found again, and nothing else is believed. (The directory and its modes are in
 * test_files.c, too.) */
#include "cache/cache.h"
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka needs those before it */
#include <cmocka.h>

static char work[] = "/tmp/goesc-unit-XXXXXX";
static Arena arena;

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int setup(void **state) {
    (void)state;
    arena_init(&arena);
    if (!mkdtemp(work) || chdir(work) != 0) return -1;
    return setenv("GOESC_CACHE", arena_printf(&arena, "%s/cache", work), 1);
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return chdir("/") == 0 ? nftw(work, drop, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

static const char *path_of(CacheKey key) {
    return arena_printf(&arena, "cache/%016llx%016llx", (unsigned long long)key.hi,
                        (unsigned long long)key.lo);
}

static CacheKey key_of(const char *s) { return cache_hash(s, strlen(s)); }

static void put(const char *name, Str text) {
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    fclose(f);
}

static Str get(const char *name) {
    struct stat st;
    FILE *f = fopen(name, "r");
    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &st), 0);
    char *p = arena_alloc(&arena, (size_t)st.st_size + 1);
    assert_int_equal(fread(p, 1, (size_t)st.st_size, f), st.st_size);
    fclose(f);
    return (Str){p, (size_t)st.st_size};
}

static bool holds(CacheKey key, Str want) {
    Str got = {0};
    return cache_load(&arena, key, &got) && str_eq(got, want) && got.p[got.n] == 0;
}

static bool is_there(CacheKey key) {
    Str got;
    return cache_load(&arena, key, &got);
}

/* ---- entries ---- */

static void test_store(void **state) {
    (void)state;
    CacheKey a = key_of("a"), b = key_of("b");
    assert_false(is_there(a)); /* there is no directory yet */
    cache_store(a, STR_LIT("one"));
    assert_true(holds(a, STR_LIT("one")));
    assert_false(is_there(b));
    cache_store(b, STR_LIT("zero\0byte"));
    cache_store(a, STR_LIT("two"));
    assert_true(holds(a, STR_LIT("two")));
    assert_true(holds(b, STR_LIT("zero\0byte")));
    cache_store(a, STR_LIT(""));
    assert_true(holds(a, STR_LIT("")));
    size_t n = 3 << 20;
    char *large = arena_alloc(&arena, n);
    memset(large, 'x', n);
    cache_store(a, (Str){large, n});
    assert_true(holds(a, (Str){large, n}));
    struct stat st;
    assert_int_equal(stat("cache", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(stat(path_of(a), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

/* The hash goes into files, so it may not change; these are XXH3's. */
static void test_hash(void **state) {
    (void)state;
    CacheKey k = cache_hash("", 0), a = key_of("a");
    assert_true(k.lo == 0x6001c324468d497fu && k.hi == 0x99aa06d3014798d8u);
    assert_true(a.lo != k.lo && a.hi != k.hi && a.lo != a.hi);
}

/* An entry under another's name, or of another program. */
static void test_foreign(void **state) {
    (void)state;
    CacheKey a = key_of("a"), b = key_of("b");
    cache_store(a, STR_LIT("content"));
    unlink(path_of(b));
    assert_int_equal(link(path_of(a), path_of(b)), 0);
    assert_true(is_there(a));
    assert_false(is_there(b));
    unlink(path_of(b));
    put(path_of(b), STR_LIT("a text that somebody wrote, and that is longer than the header of an entry is"));
    assert_int_equal(chmod(path_of(b), 0600), 0);
    assert_false(is_there(b));
    unlink(path_of(b));
    assert_int_equal(mkdir(path_of(b), 0700), 0);
    assert_false(is_there(b));
    assert_int_equal(rmdir(path_of(b)), 0);
    assert_int_equal(mkfifo(path_of(b), 0600), 0); /* and nobody waits for it */
    assert_false(is_there(b));
    unlink(path_of(b));
}

static void test_damaged(void **state) {
    (void)state;
    CacheKey a = key_of("a");
    cache_store(a, STR_LIT("what was stored"));
    Str good = get(path_of(a));
    char *bad = arena_strndup(&arena, good.p, good.n + 1);
    for (size_t n = 0; n < good.n; n++) { /* too short */
        put(path_of(a), (Str){bad, n});
        if (is_there(a)) fail_msg("%zu of %zu bytes", n, good.n);
    }
    for (size_t i = 0; i < good.n; i++) /* changed */
        for (int bit = 0; bit < 8; bit++) {
            bad[i] = (char)(good.p[i] ^ 1 << bit);
            put(path_of(a), (Str){bad, good.n});
            if (is_there(a)) fail_msg("byte %zu bit %d", i, bit);
            bad[i] = good.p[i];
        }
    put(path_of(a), (Str){bad, good.n + 1}); /* too long */
    assert_false(is_there(a));
    put(path_of(a), (Str){bad, good.n});
    assert_true(holds(a, STR_LIT("what was stored")));
    put(path_of(a), STR_LIT("damaged"));
    cache_store(a, STR_LIT("new")); /* is put in its place */
    assert_true(holds(a, STR_LIT("new")));
}

static void test_owner(void **state) {
    (void)state;
    CacheKey a = key_of("a");
    cache_store(a, STR_LIT("content"));
    static const struct {
        mode_t mode;
        bool good;
    } modes[] = {{0600, true},  {0644, true},  {0640, true}, {0620, false},
                 {0602, false}, {0666, false}, {0777, false}};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        assert_int_equal(chmod(path_of(a), modes[i].mode), 0);
        if (is_there(a) != modes[i].good) fail_msg("an entry with mode %o", (unsigned)modes[i].mode);
    }
    assert_int_equal(chmod(path_of(a), 0600), 0);
    static const struct {
        mode_t mode;
        bool good;
    } folders[] = {{0700, true}, {0755, true}, {0770, false}, {0702, false}, {0777, false}, {01777, false}};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        assert_int_equal(chmod("cache", folders[i].mode), 0);
        if (is_there(a) != folders[i].good) fail_msg("a folder with mode %o", (unsigned)folders[i].mode);
    }
    assert_int_equal(chmod("cache", 0700), 0);
    assert_true(is_there(a));
    if (geteuid() != 0) return; /* only root can give files away */
    assert_int_equal(chown(path_of(a), 1, (gid_t)-1), 0);
    assert_false(is_there(a));
    assert_int_equal(chown(path_of(a), 0, (gid_t)-1), 0);
    assert_true(is_there(a));
    assert_int_equal(chown("cache", 1, (gid_t)-1), 0);
    assert_false(is_there(a));
    cache_store(key_of("theirs"), STR_LIT("x"));
    assert_int_equal(access(path_of(key_of("theirs")), F_OK), -1);
    assert_int_equal(chown("cache", 0, (gid_t)-1), 0);
    assert_int_equal(symlink("cache", "link"), 0);
    setenv("GOESC_CACHE", arena_printf(&arena, "%s/link", work), 1);
    assert_true(is_there(a)); /* a link of our own */
    assert_int_equal(lchown("link", 1, (gid_t)-1), 0);
    assert_false(is_there(a));
    setenv("GOESC_CACHE", arena_printf(&arena, "%s/cache", work), 1);
}

/* Where the cache is, by the environment; NULL leaves a variable out, %s stands for our folder. */
static void test_place(void **state) {
    (void)state;
    static const struct {
        const char *cache, *xdg, *home, *want; /* want: below our folder; NULL: nowhere */
    } table[] = {{"%s/p1", "%s/x", "%s/h", "p1"},
                 {"", "%s/p2", "%s/h", "p2/goesc"},
                 {NULL, "%s/p3", NULL, "p3/goesc"},
                 {NULL, NULL, "%s/p4", "p4/.cache/goesc"},
                 {NULL, "relative", "%s/p5", "p5/.cache/goesc"},
                 {NULL, "", "%s/p6", "p6/.cache/goesc"},
                 {"off", "%s/p7", "%s/p7", NULL},
                 {"relative", "%s/p8", "%s/p8", NULL},
                 {NULL, NULL, NULL, NULL},
                 {NULL, NULL, "relative", NULL},
                 {"%s/p9/a/b/c", NULL, NULL, "p9/a/b/c"}};
    const char *before[] = {getenv("GOESC_CACHE"), getenv("XDG_CACHE_HOME"), getenv("HOME")};
    static const char *const names[] = {"GOESC_CACHE", "XDG_CACHE_HOME", "HOME"};
    for (int i = 0; i < 3; i++)
        before[i] = before[i] ? arena_strndup(&arena, before[i], strlen(before[i])) : NULL;
    CacheKey k = key_of("place");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const char *values[] = {table[i].cache, table[i].xdg, table[i].home};
        for (int j = 0; j < 3; j++) {
            const char *v = values[j];
            if (!v) unsetenv(names[j]);
            else setenv(names[j], v[0] == '%' ? arena_printf(&arena, "%s%s", work, v + 2) : v, 1);
        }
        cache_store(k, STR_LIT("x"));
        if (is_there(k) != (table[i].want != NULL)) fail_msg("row %zu", i);
        if (table[i].want) {
            const char *name = strchr(path_of(k), '/');
            if (access(arena_printf(&arena, "%s%s", table[i].want, name), F_OK) != 0)
                fail_msg("row %zu: elsewhere", i);
        }
    }
    for (int i = 0; i < 3; i++) {
        if (before[i]) setenv(names[i], before[i], 1);
        else unsetenv(names[i]);
    }
}

/* ---- stamps ---- */

static bool hold(const StrBuf *stamps) {
    Str in = {stamps->buf, stamps->n};
    return stamps_hold(&in);
}

static void set_time(const char *name, time_t sec) {
    const struct timespec t[2] = {{.tv_sec = sec}, {.tv_sec = sec}};
    assert_int_equal(utimensat(AT_FDCWD, name, t, 0), 0);
}

static void test_stamps(void **state) {
    (void)state;
    put("f", STR_LIT("text"));
    set_time("f", 1000);
    StrBuf sb = STRBUF_INIT;
    stamp_add(&sb, "f", (Str){NULL, 0});
    stamp_end(&sb);
    sb_adds(&sb, "what follows");
    Str in = {sb.buf, sb.n};
    assert_true(stamps_hold(&in));
    assert_true(str_is(in, "what follows")); /* the stamps were taken off */
    set_time("f", 2000);
    assert_true(hold(&sb)); /* another time, the same content */
    put("f", STR_LIT("test"));
    set_time("f", 2000);
    assert_false(hold(&sb)); /* the same size, another content */
    set_time("f", 1000);
    assert_false(hold(&sb)); /* nor are time and size believed: anybody can set a time */
    put("f", STR_LIT("longer"));
    set_time("f", 1000);
    assert_false(hold(&sb));
    unlink("f");
    assert_false(hold(&sb));
    assert_int_equal(mkdir("f", 0700), 0);
    assert_false(hold(&sb));
    rmdir("f");
    put("f", STR_LIT("text"));
    assert_true(hold(&sb));
    unlink("f");
    sb_release(&sb);
}

/* The caller's text is taken for the file's, if it has the file's size; else the file is read. */
static void test_stamp_text(void **state) {
    (void)state;
    put("g", STR_LIT("text"));
    static const struct {
        const char *text;
        bool good;
    } table[] = {{"text", true}, {"teXt", false}, {"texts", true}, {"", true}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        StrBuf sb = STRBUF_INIT;
        set_time("g", 1000);
        stamp_add(&sb, "g", str_of(table[i].text));
        stamp_end(&sb);
        set_time("g", 2000); /* so that the content is asked for */
        if (hold(&sb) != table[i].good) fail_msg("with the text %s", table[i].text);
        sb_release(&sb);
    }
    unlink("g");
}

static void test_stamp_folder(void **state) {
    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    put("d/a", STR_LIT("x"));
    put("d/b", STR_LIT("x"));
    set_time("d", 1000);
    StrBuf sb = STRBUF_INIT;
    stamp_add(&sb, "d", (Str){NULL, 0});
    stamp_end(&sb);
    put("d/a", STR_LIT("another content does not matter"));
    set_time("d", 2000);
    assert_true(hold(&sb));
    put("d/c", STR_LIT("x"));
    set_time("d", 2000);
    assert_false(hold(&sb)); /* a new name does */
    unlink("d/c");
    set_time("d", 3000);
    assert_true(hold(&sb));
    assert_int_equal(rename("d/b", "d/B"), 0);
    set_time("d", 3000);
    assert_false(hold(&sb));
    unlink("d/a"), unlink("d/B");
    assert_int_equal(rmdir("d"), 0);
    assert_false(hold(&sb));
    put("d", STR_LIT("x"));
    assert_false(hold(&sb));
    unlink("d");
    sb_release(&sb);
}

/* That a file is not there can be stamped, too. And of many stamps each must hold. */
static void test_stamp_many(void **state) {
    (void)state;
    static const char *const names[] = {"m1",     "m22",     "m333",     "m4444",
                                        "m55555", "m666666", "m7777777", "m88888888"};
    StrBuf sb = STRBUF_INIT;
    for (size_t i = 0; i < COUNT_OF(names); i++) { /* every second is there; names of every length modulo 8 */
        if (i % 2) put(names[i], str_of(names[i]));
        stamp_add(&sb, names[i], (Str){NULL, 0});
    }
    stamp_end(&sb);
    assert_true(hold(&sb));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (i % 2) unlink(names[i]);
        else put(names[i], STR_LIT("x"));
        if (hold(&sb)) fail_msg("%s", names[i]);
        if (i % 2) put(names[i], str_of(names[i]));
        else unlink(names[i]);
    }
    assert_true(hold(&sb));
    for (size_t n = 0; n < sb.n; n++) { /* not well formed */
        Str in = {arena_strndup(&arena, sb.buf, n), n};
        if (stamps_hold(&in)) fail_msg("%zu of %u bytes", n, (unsigned)sb.n);
    }
    for (size_t i = 1; i < COUNT_OF(names); i += 2) unlink(names[i]);
    sb_release(&sb);
    stamp_end(&sb); /* of no file */
    assert_true(hold(&sb));
    sb_release(&sb);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store),        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_foreign),      cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_owner),        cmocka_unit_test(test_place),
        cmocka_unit_test(test_stamps),       cmocka_unit_test(test_stamp_text),
        cmocka_unit_test(test_stamp_folder), cmocka_unit_test(test_stamp_many)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
