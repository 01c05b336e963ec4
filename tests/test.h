/* The unit-test harness over cmocka. A file of cases needs no main and no list:
 *
 *     #include "tests/test.h"
 *     CASE("a fund can be committed up to its ceiling and no further")
 *     {
 *         EXPECT_OK(fund_commit(cx, …));
 *         EXPECT_FAIL(fund_commit(cx, …), CONFLICT, "amount");
 *     }
 *
 * In a case `cx` is a context with an arena of its own and the clock at TEST_NOW
 * (2022-11-23T10:00:00+08:00); test_clock moves it. Cases register themselves; the runner in
 * tests/test.c prints the failures and ends with "unit: N passed, N failed".
 * build/tuijin-test [part of a file or case name…] runs those that have all of them;
 * one behind a "!" must be missing.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include "base/cx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* after the four above, as cmocka asks */
#include <cmocka.h>
#undef fail /* ours is base/cx.h's */

#define TEST_NOW 1669168800000LL

typedef void (*CaseBody)(Cx *cx);
void test_register(const char *file, int line, const char *name, CaseBody body);
void test_clock(Cx *cx, int64_t now);
void test_expect_ok(Cx *cx, Err e, const char *call, const char *file, int line);
void test_expect_fail(Cx *cx, Err e, Err code, const char *field, const char *call,
                      const char *file, int line);
void test_expect_text(const char *a, const char *b, const char *file, int line);
/* "../shared/" + path where it exists, else NULL and the case is counted as skipped. */
const char *test_shared(Cx *cx, const char *path);
/* A new directory that is removed after the case. */
const char *test_dir(Cx *cx);
/* Of the case under way: no two of a process have one number, as they may have one address. */
size_t test_case(void);
/* The whole file as text; fails the case where it cannot be read. */
const char *test_read(Cx *cx, const char *path, size_t *length);
void test_write(Cx *cx, const char *path, const char *text);

#define CASE_NAME_(a, b) a##b
#define CASE_NAME(a, b)  CASE_NAME_(a, b)
#define CASE(name)                                                                                 \
    static void CASE_NAME(case_, __LINE__)(Cx * cx);                                               \
    __attribute__((constructor)) static void CASE_NAME(register_, __LINE__)(void)                  \
    {                                                                                              \
        test_register(__FILE__, __LINE__, name, CASE_NAME(case_, __LINE__));                       \
    }                                                                                              \
    static void CASE_NAME(case_, __LINE__)(__attribute__((unused)) Cx * cx)

#define EXPECT(condition) assert_true(condition)
#define EXPECT_INT(a, b)  assert_int_equal(a, b)
#define EXPECT_TEXT(a, b) test_expect_text(a, b, __FILE__, __LINE__)
#define EXPECT_OK(call)   test_expect_ok(cx, call, #call, __FILE__, __LINE__)
#define EXPECT_FAIL(call, code, field)                                                             \
    test_expect_fail(cx, call, code, field, #call, __FILE__, __LINE__)

#endif
