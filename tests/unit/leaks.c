/* Parameter tags: the eight bytes and what is dropped from them. */
#include "escape/leaks.h"
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

static void keeps_the_shortest_flow(void **state) {
    (void)state;
    Leaks l = {{0}};
    assert_int_equal(leaks_get(l, LEAK_HEAP), -1);
    leaks_add(&l, LEAK_HEAP, 2);
    leaks_add(&l, LEAK_HEAP, 1);
    leaks_add(&l, LEAK_HEAP, 3);
    assert_int_equal(leaks_get(l, LEAK_HEAP), 1);
    leaks_add(&l, LEAK_RESULT0 + 4, 1000);
    assert_int_equal(leaks_get(l, LEAK_RESULT0 + 4), 254);
}

static void drops_flows_behind_the_heap(void **state) {
    (void)state;
    Leaks l = {{0}};
    leaks_add(&l, LEAK_HEAP, 1);
    leaks_add(&l, LEAK_MUTATOR, 0);
    leaks_add(&l, LEAK_RESULT0, 0);
    leaks_add(&l, LEAK_RESULT0 + 1, 1);
    leaks_optimize(&l);
    assert_int_equal(leaks_get(l, LEAK_MUTATOR), 0);
    assert_int_equal(leaks_get(l, LEAK_RESULT0), 0);
    assert_int_equal(leaks_get(l, LEAK_RESULT0 + 1), -1);
}

static void a_tag_comes_back(void **state) {
    (void)state;
    static const struct {
        int sink, derefs, sink2, derefs2;
    } rows[] = {{LEAK_HEAP, 1, LEAK_RESULT0, 0},
                {LEAK_CALLEE, 2, LEAK_MUTATOR, 3},
                {LEAK_RESULT0 + 2, 7, LEAK_CALLEE, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        Leaks l = {{0}};
        leaks_add(&l, rows[i].sink, rows[i].derefs);
        leaks_add(&l, rows[i].sink2, rows[i].derefs2);
        Leaks back = leaks_decode(leaks_encode(l));
        assert_memory_equal(&l, &back, sizeof l);
        assert_true(leaks_any(back));
    }
}

static void a_leaking_parameter_is_followed_nowhere_else(void **state) {
    (void)state;
    Leaks l = {{0}};
    assert_false(leaks_any(l));
    leaks_add(&l, LEAK_RESULT0, 0);
    leaks_add(&l, LEAK_HEAP, 0);
    Leaks back = leaks_decode(leaks_encode(l)), unknown = LEAKS_UNKNOWN;
    assert_memory_equal(&back, &unknown, sizeof back);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_shortest_flow),
        cmocka_unit_test(drops_flows_behind_the_heap),
        cmocka_unit_test(a_tag_comes_back),
        cmocka_unit_test(a_leaking_parameter_is_followed_nowhere_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
