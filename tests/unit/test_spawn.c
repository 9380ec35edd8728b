/* Starting programs: where they are found, what they are given, and that they can be ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/goesc-spawn-XXXXXX";

static void program(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
    mkdir("bin", 0755);
    mkdir("dir", 0755);
    mkdir("bin/folder", 0755);
    program("here", "#!/bin/sh\necho here\n");
    program("both", "#!/bin/sh\necho tree\n");
    program("bin/both", "#!/bin/sh\necho bin\n");
    program("bin/show", "#!/bin/sh\necho \"$PATH|$NEW|$OLD|$*|$PWD\"\n");
    program("bin/tree", "#!/bin/sh\nboth\n");
    program("bin/plain", "#!/bin/sh\n");
    chmod("bin/plain", 0644);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const files[] = {"here", "both", "bin/both", "bin/show", "bin/tree", "bin/plain"};
    for (size_t i = 0; i < COUNT_OF(files); i++) unlink(files[i]);
    rmdir("bin/folder");
    rmdir("bin");
    rmdir("dir");
    return chdir("/") || rmdir(folder);
}

static void finding(void **state) {
    (void)state;
    static const struct {
        const char *path, *name, *found, *err; /* %: the folder */
    } rows[] = {
        {"%/bin", "both", "%/bin/both", NULL},
        {"%/bin:.", "here", NULL,
         "exec: \"here\": cannot run executable found relative to current directory"},
        {".:%/bin", "both", NULL,
         "exec: \"both\": cannot run executable found relative to current directory"},
        {"%/bin:", "here", NULL, "exec: \"here\": cannot run executable found relative to current directory"},
        {":%/bin", "both", NULL, "exec: \"both\": cannot run executable found relative to current directory"},
        {"dir::%/bin", "both", NULL,
         "exec: \"both\": cannot run executable found relative to current directory"},
        {"bin", "both", NULL, "exec: \"both\": cannot run executable found relative to current directory"},
        {"dir:%/bin", "both", "%/bin/both", NULL},
        {"%/bin", "here", NULL, "exec: \"here\": executable file not found in $PATH"},
        {"%/bin", "plain", NULL, "exec: \"plain\": executable file not found in $PATH"},
        {"%/bin", "folder", NULL, "exec: \"folder\": executable file not found in $PATH"},
        {"%/bin", "", NULL, "exec: \"\": executable file not found in $PATH"},
        {"%/bin", "..", NULL, "exec: \"..\": executable file not found in $PATH"},
        {"", "both", NULL, "exec: \"both\": executable file not found in $PATH"},
        {"%/bin", "./here", "%/./here", NULL},
        {"%/bin", "bin/plain", NULL, "exec: \"bin/plain\": permission denied"},
        {"%/bin", "bin/none", NULL, "exec: \"bin/none\": stat bin/none: no such file or directory"},
        {"%/bin", "bin/folder", NULL, "exec: \"bin/folder\": is a directory"},
    };
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *texts[] = {rows[i].path, rows[i].found};
        for (int k = 0; k < 2; k++) {
            const char *at = texts[k] ? strchr(texts[k], '%') : NULL;
            if (at) texts[k] = arena_printf(&a, "%.*s%s%s", (int)(at - texts[k]), texts[k], folder, at + 1);
        }
        setenv("PATH", texts[0], 1);
        const char *err = NULL, *got = spawn_find(&a, rows[i].name, &err);
        if (texts[1]) assert_string_equal(got, texts[1]);
        else assert_null(got);
        if (!texts[1]) assert_string_equal(err, rows[i].err);
    }
    unsetenv("PATH");
    const char *err = NULL;
    assert_null(spawn_find(&a, "here", &err));
    arena_release(&a);
}

static const char *run(Arena *a, const char *name, const StrVec *env, bool as_user, int *status) {
    StrVec args = {0};
    vec_push(a, &args, name);
    vec_push(a, &args, "$(touch x); `touch x`");
    Spawn s = {.path = arena_printf(a, "%s/bin/%s", folder, name),
               .args = &args,
               .dir = arena_printf(a, "%s/dir", folder),
               .env = env,
               .as_user = as_user};
    const char *out;
    *status = spawn_output(a, &s, &out);
    return out;
}

static void environment_of_programs(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    int status;
    StrVec env = {0};
    vec_push(&a, &env, "NEW=new=1");
    vec_push(&a, &env, "PWD=/elsewhere");
    setenv("OLD", "old", 1);
    setenv("NEW", "replaced", 1);
    setenv("PATH", ".:/usr/bin::../bin:/bin:", 1);
    const char *out = run(&a, "show", &env, false, &status);
    assert_int_equal(status, 0);
    assert_string_equal(out,
                        arena_printf(&a, "/usr/bin:/bin|new=1|old|$(touch x); `touch x`|%s/dir\n", folder));
    out = run(&a, "show", NULL, true, &status);
    assert_true(strncmp(out, ".:/usr/bin::../bin:/bin:|replaced|", 34) == 0);
    /* what a program looks for is not found where it works */
    program("dir/both", "#!/bin/sh\necho tree\n");
    out = run(&a, "tree", NULL, false, &status);
    assert_int_equal(status, 127);
    assert_null(strstr(out, "tree\n"));
    unlink("dir/both");
    /* not there at all */
    StrVec args = {0};
    vec_push(&a, &args, "none");
    Spawn s = {.path = "/nonexistent/none", .args = &args};
    assert_int_equal(spawn_output(&a, &s, &out), -1);
    assert_int_equal(errno, ENOENT);
    arena_release(&a);
}

static void descriptors(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    setenv("PATH", "/usr/bin:/bin", 1);
    for (int i = 3; i < 1024; i++) fcntl(i, F_SETFD, FD_CLOEXEC); /* those of whoever runs the test */
    int fd = open(".", O_RDONLY | O_CLOEXEC);
    StrVec args = {0};
    vec_push(&a, &args, "sh");
    vec_push(&a, &args, "-c");
    vec_push(&a, &args, "read x; echo \"[$x]\"; ls /proc/self/fd; exit 7");
    Spawn s = {.path = "/bin/sh", .args = &args};
    const char *out;
    assert_int_equal(spawn_output(&a, &s, &out), 7);
    assert_string_equal(out, "[]\n0\n1\n2\n3\n"); /* 3 is what ls reads the folder by */
    close(fd);
    args.v[2] = "kill -TERM $$";
    assert_int_equal(spawn_output(&a, &s, &out), 128 + SIGTERM);
    arena_release(&a);
}

/* The last: nothing can be started afterwards. */
static void ending(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    StrVec args = {0};
    vec_push(&a, &args, "sh");
    vec_push(&a, &args, "-c");
    vec_push(&a, &args, "trap '' TERM INT; sleep 1000 & echo started; wait");
    Spawn s = {.path = "/bin/sh", .args = &args, .in = -1, .out = fds[1], .err = 2};
    for (int i = 0; i < 4; i++) assert_true(spawn_start(&s) > 0);
    close(fds[1]);
    char buf[64];
    for (size_t n = 0; n < 4 * strlen("started\n");) {
        ssize_t k = read(fds[0], buf, sizeof buf);
        assert_true(k > 0);
        n += (size_t)k;
    }
    spawn_kill_all();
    assert_int_equal(read(fds[0], buf, sizeof buf), 0); /* what they started is gone, too */
    close(fds[0]);
    arena_release(&a);
}

static void memory(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    StrVec args = {0};
    vec_push(&a, &args, "sh");
    vec_push(&a, &args, "-c");
    vec_push(&a, &args, "sleep 0.2; x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}");
    Spawn s = {.path = "/bin/sh", .args = &args};
    const char *out;
    assert_int_equal(spawn_output(&a, &s, &out), 0);
    assert_string_equal(out, "100000000\n");
    spawn_limit_memory(50000000);
    assert_int_not_equal(spawn_output(&a, &s, &out), 0);
    spawn_limit_memory(0);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finding),     cmocka_unit_test(environment_of_programs),
        cmocka_unit_test(descriptors), cmocka_unit_test(memory),
        cmocka_unit_test(ending),
    };
    return cmocka_run_group_tests_name("spawn", tests, make_folder, remove_folder);
}
