#include "base/child.h"

#include "base/budget.h"
#include "tests/test.h"

#include <string.h>
#include <sys/stat.h>

/* A program that does this with its input. */
static const char *program(Cx *cx, const char *name, const char *does)
{
    const char *path = arena_format(cx->arena, "%s/%s", test_dir(cx), name);
    test_write(cx, path, arena_format(cx->arena, "#!/bin/sh\n%s\n", does));
    EXPECT_INT(chmod(path, 0700), 0);
    return path;
}

static Err result(Cx *cx, const char *path, const char *in, size_t length, const char **out,
                  size_t *got)
{
    Child *c;
    TRY(child_start(cx, &c, path, "work"));
    for (size_t at = 0; at < length; at += 100000)
        child_feed(c, in + at, length - at < 100000 ? length - at : 100000);
    return child_end(c, out, got, "没有做成", "not made");
}

CASE("what goes into a child comes out of it, more than any pipe holds")
{
    enum { LENGTH = 3000000 };
    size_t got;
    const char *out, *echo = program(cx, "echo", "exec cat");
    char *in = arena_alloc(cx->arena, LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        in[i] = (char)(i * 7 + i / 255);
    EXPECT_OK(result(cx, echo, in, LENGTH, &out, &got));
    EXPECT_INT((int64_t)got, LENGTH);
    EXPECT(memcmp(in, out, LENGTH) == 0);
}

CASE("a child that dies, gives nothing, reads nothing or cannot start is an error in its words")
{
    static const char *const DEATHS[] = { "kill -9 $$",      "kill -ABRT $$",
                                          "cat > /dev/null", "exit 1",
                                          "cat; exit 1",     "exec < /dev/null; kill $$",
                                          "head -c 1000" };
    size_t got;
    const char *out;
    char *in = arena_alloc(cx->arena, 1000000);
    for (size_t i = 0; i < COUNT(DEATHS) - 1; i++) {
        EXPECT_FAIL(result(cx, program(cx, "dies", DEATHS[i]), in, 1000000, &out, &got), INTERNAL,
                    "");
        EXPECT_TEXT(cx->failure.zh, "没有做成");
        EXPECT_TEXT(cx->failure.en, "not made");
    }
    EXPECT_OK(result(cx, program(cx, "enough", DEATHS[6]), in, 1000000, &out, &got));
    EXPECT_FAIL(result(cx, "/nonexistent", in, 1, &out, &got), INTERNAL, "");
    EXPECT_FAIL(result(cx, program(cx, "full", "exit 3"), in, 1, &out, &got), FULL, "");
}

CASE("a child ends when nobody waits for it any more")
{
    size_t got;
    const char *out;
    atomic_bool stop = true;
    Budget budget = budget_make(1000000, 10000);
    budget.stop = &stop;
    cx->budget = &budget;
    int64_t begun = budget_clock();
    EXPECT_FAIL(result(cx, program(cx, "sleeps", "exec sleep 20"), "x", 1, &out, &got), DOWN, "");
    EXPECT(budget_clock() - begun < 5000);
    cx->budget = NULL;
}
