/* Arenas, strings, names, maps, vectors, positions and the report of diagnostics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/base.h"
#include "base/diag.h"
#include "base/fault.h"
#include "base/pos.h"
#include "base/unicode.h"

static void arenas(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t n = 1; n < 3000000; n = n * 3 + 1) {
        char *p = arena_alloc(&a, n);
        assert_int_equal((uintptr_t)p % 8, 0);
        assert_int_equal(p[0], 0);
        assert_int_equal(p[n - 1], 0);
        memset(p, 0xff, n);
    }
    assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    arena_release(&a);
    assert_int_equal(a.total, 0);
}

static void strings(void **state) {
    (void)state;
    StrBuf sb = STRBUF_INIT;
    assert_string_equal(sb_str(&sb), "");
    for (int i = 0; i < 1000; i++) sb_printf(&sb, "%d,", i);
    assert_int_equal(sb.n, 10 * 2 + 90 * 3 + 900 * 4);
    assert_memory_equal(sb_str(&sb), "0,1,2,", 6);
    sb_release(&sb);
    sb_add_quoted(&sb, "a\n\"\x00\xff\xc3\xa9", 7);
    assert_string_equal(sb_str(&sb), "\"a\\n\\\"\\x00\\xff\xc3\xa9\"");
    sb_release(&sb);
}

static void names(void **state) {
    (void)state;
    const Name *a = name_of("alpha");
    assert_ptr_equal(a, name_intern("alphabet", 5));
    assert_ptr_not_equal(a, name_of("Alpha"));
    assert_false(a->exported);
    assert_true(name_of("Alpha")->exported);
    assert_true(name_of("\xc3\x89t\xc3\xa9")->exported);
    assert_false(name_of("_x")->exported);
    assert_ptr_equal(name_of(""), name_intern(NULL, 0));
}

static void maps(void **state) {
    (void)state;
    Map m = {0};
    for (uint64_t k = 1; k <= 10000; k++) map_put(&m, k * k, (void *)(uintptr_t)k);
    assert_int_equal(m.n, 10000);
    for (uint64_t k = 1; k <= 10000; k++) assert_int_equal((uintptr_t)map_get(&m, k * k), k);
    assert_null(map_get(&m, 3));
    assert_false(map_has(&m, 3));
    map_put(&m, 4, NULL);
    assert_true(map_has(&m, 4));
    map_release(&m);
    assert_int_equal(m.n, 0);
}

static void vectors(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(&a, &v, i);
    assert_int_equal(v.n, 1000);
    assert_int_equal(vec_last(&v), 999);
    assert_int_equal(vec_pop(&v), 999);
    arena_release(&a);
    VEC(char *) h = {0};
    vec_push(NULL, &h, (char *)"x");
    assert_string_equal(h.v[0], "x");
    vec_free(&h);
}

static void positions(void **state) {
    (void)state;
    PosTable t;
    postable_init(&t);
    uint32_t file = posbase_new_file(&t, "a.go");
    Pos p = pos_make(file, 12, 7);
    StrBuf sb = STRBUF_INIT;
    pos_format(&sb, p);
    assert_string_equal(sb_str(&sb), "a.go:12:7");
    sb.n = 0;
    pos_format(&sb, pos_make(file, 12, 400)); /* the compiler keeps no column so large */
    assert_string_equal(sb_str(&sb), "a.go:12");
    sb.n = 0;
    uint32_t line = posbase_new_line(pos_make(file, 20, 1), "b.y", 100, 0);
    pos_format(&sb, pos_make(line, 22, 5));
    assert_string_equal(sb_str(&sb), "b.y:102");
    assert_true(pos_compare(p, pos_make(line, 22, 5)) < 0);
    assert_true(pos_compare(pos_make(file, 2, 1), p) < 0);
    sb_release(&sb);
    postable_release(&t);
}

/* Tables take what others have given back, so there is no end to the runs of a process. */
static void positions_come_back(void **state) {
    (void)state;
    uint32_t before = posbase_taken(), highest = 0;
    for (int run = 0; run < 3000; run++) {
        PosTable t;
        postable_init(&t);
        uint32_t last = 0;
        for (int i = 0; i < 1000; i++) {
            uint32_t b = posbase_new_file(&t, i % 2 ? "a.go" : "b.go");
            assert_true(b > last);
            last = b;
        }
        assert_string_equal(posbase_get(last)->filename, "a.go");
        highest = MAX(highest, last);
        postable_release(&t);
    }
    assert_int_equal(posbase_taken(), before);
    assert_true(highest < 100000);
}

static void diagnostics(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    DiagSink d;
    diag_init(&d, &a);
    PosTable t;
    postable_init(&t);
    uint32_t file = posbase_new_file(&t, "d.go");
    diag_error(&d, pos_make(file, 3, 1), "third");
    diag_error(&d, pos_make(file, 1, 1), "first");
    diag_error(&d, pos_make(file, 1, 1), "first");
    StrBuf sb = STRBUF_INIT;
    diag_format(&d, &sb, 10);
    assert_string_equal(sb_str(&sb), "d.go:1:1: first\nd.go:3:1: third\n");
    for (uint32_t i = 0; i < 20; i++) diag_error(&d, pos_make(file, 10 + i, 1), "more");
    sb.n = 0;
    diag_format(&d, &sb, 10);
    int lines = 0;
    for (const char *p = sb_str(&sb); *p; p++) lines += *p == '\n';
    assert_int_equal(lines, 11);
    assert_non_null(strstr(sb_str(&sb), "too many errors\n"));
    sb_release(&sb);
    arena_release(&a);
    postable_release(&t);
}

static void faults(void **state) {
    (void)state;
    Fault f;
    FAULT_ENTER(&f);
    volatile bool reached = false;
    if (setjmp(f.env) == 0) {
        BUG("number %d", 7);
    } else {
        reached = true;
        assert_non_null(strstr(f.msg, "number 7"));
    }
    assert_true(reached);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arenas),
        cmocka_unit_test(strings),
        cmocka_unit_test(names),
        cmocka_unit_test(maps),
        cmocka_unit_test(vectors),
        cmocka_unit_test(positions),
        cmocka_unit_test(positions_come_back),
        cmocka_unit_test(diagnostics),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
