#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_CASES = 4096 };

typedef struct Case {
    const char *file;
    const char *name;
    int line;
    CaseBody body;
} Case;

static Case cases[MOST_CASES];
static size_t case_count;
static int skipped;

void test_register(const char *file, int line, const char *name, CaseBody body)
{
    if (case_count == MOST_CASES)
        abort();
    cases[case_count++] = (Case){ file, name, line, body };
}

static int64_t fixed_now(void *data)
{
    return *(int64_t *)data;
}

void test_clock(Cx *cx, int64_t now)
{
    int64_t *at = NEW(cx, int64_t);
    *at = now;
    cx->clock = (Clock){ fixed_now, at };
}

void test_expect_ok(Cx *cx, Err e, const char *call, const char *file, int line)
{
    if (e == OK)
        return;
    print_error("%s failed: %s %s: %s\n", call, err_key(e), cx->failure.field, cx->failure.en);
    _fail(file, line);
}

void test_expect_fail(Cx *cx, Err e, Err code, const char *field, const char *call,
                      const char *file, int line)
{
    if (e == code && strcmp(cx->failure.field, field) == 0)
        return;
    if (e == OK)
        print_error("%s succeeded, expected %s %s\n", call, err_key(code), field);
    else
        print_error("%s gave %s \"%s\" (%s), expected %s \"%s\"\n", call, err_key(e),
                    cx->failure.field, cx->failure.en, err_key(code), field);
    _fail(file, line);
}

void test_expect_text(const char *a, const char *b, const char *file, int line)
{
    if (a && b && strcmp(a, b) == 0)
        return;
    print_error("\"%s\"\nis not\n\"%s\"\n", a ? a : "(null)", b ? b : "(null)");
    _fail(file, line);
}

const char *test_shared(Cx *cx, const char *path)
{
    const char *whole = arena_format(cx->arena, "../shared/%s", path);
    if (access(whole, R_OK) == 0)
        return whole;
    fprintf(stderr, "skipped: %s is not there\n", whole);
    skipped++;
    return NULL;
}

static const char *case_dir;

const char *test_dir(Cx *cx)
{
    if (!case_dir) {
        char *name = arena_text(cx->arena, "/tmp/tuijin-test-XXXXXX");
        case_dir = mkdtemp(name);
        assert_non_null(case_dir);
    }
    return case_dir;
}

const char *test_read(Cx *cx, const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        print_error("cannot read %s\n", path);
    assert_non_null(f);
    struct stat s;
    assert_int_equal(fstat(fileno(f), &s), 0);
    char *text = arena_alloc(cx->arena, (size_t)s.st_size + 1);
    size_t n = fread(text, 1, (size_t)s.st_size, f);
    assert_int_equal(n, s.st_size);
    fclose(f);
    if (length)
        *length = n;
    return text;
}

void test_write(Cx *cx, const char *path, const char *text)
{
    (void)cx;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fputs(text, f) >= 0, 1);
    assert_int_equal(fclose(f), 0);
}

/* cmocka hands the case over as initial state; the arena is made in the setup so that a failing
 * case, which jumps out, leaks nothing. */
static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static void remove_dir(void)
{
    if (!case_dir)
        return;
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", case_dir);
    if (system(command) != 0)
        fprintf(stderr, "%s stays\n", case_dir);
    case_dir = NULL;
}

static int teardown(void **state)
{
    (void)state;
    remove_dir();
    arena_free(arena);
    return 0;
}

static void run_case(void **state)
{
    const Case *c = *state;
    Cx cx = cx_make(arena);
    test_clock(&cx, TEST_NOW);
    c->body(&cx);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[MOST_CASES];
    signal(SIGPIPE, SIG_IGN); /* as core_open does */
    size_t count = 0;
    for (size_t i = 0; i < case_count; i++) {
        Case *c = &cases[i];
        if (argc > 1 && !strstr(c->file, argv[1]) && !strstr(c->name, argv[1]))
            continue;
        tests[count++] = (struct CMUnitTest){ c->name, run_case, setup, teardown, c };
    }
    int failed = _cmocka_run_group_tests("unit", tests, count, NULL, NULL);
    printf("unit: %zu passed, %d failed, %d skipped\n", count - (size_t)failed - (size_t)skipped,
           failed, skipped);
    return failed != 0 || count == 0;
}
