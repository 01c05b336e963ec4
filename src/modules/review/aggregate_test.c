#include "modules/review/aggregate.h"

#include "tests/test.h"

static const Rubric TRIMMED = { .trimmed = true, .trim = 1 };
static const Rubric PLAIN = { .trimmed = false };

CASE("the trimmed mean leaves out one at each end, of equal totals the lower and the higher sheet")
{
    Mark m[] = { { 1, "E1", 7000, false },
                 { 2, "E2", 6650, false },
                 { 3, "E3", 6800, false },
                 { 4, "E4", 5500, false },
                 { 5, "E5", 8000, false } };
    Aggregate a = aggregate(&TRIMMED, m, COUNT(m));
    EXPECT(a.trimmed);
    EXPECT_INT(a.sum, 20450);
    EXPECT_INT(a.count, 3);
    EXPECT_INT(a.score, 68166667);
    EXPECT(strstr(aggregate_text(cx, &TRIMMED, &a, m, COUNT(m)),
                  "\"text\":\"(66.5 + 68 + 70) ÷ 3 = 68.166667\""));
    Mark tie[] = { { 9, "E1", 7000, false }, { 4, "E2", 7000, false }, { 6, "E3", 7000, false } };
    a = aggregate(&TRIMMED, tie, COUNT(tie));
    EXPECT_INT(a.count, 1);
    EXPECT_INT(a.score, 70000000);
    EXPECT_INT(tie[0].sheet, 4);
    EXPECT(!tie[0].used && tie[1].used && !tie[2].used);
    EXPECT_INT(tie[1].sheet, 6);
}

CASE("with too few sheets for trimming it is the plain mean, and says so")
{
    Mark two[] = { { 1, "E1", 7000, false }, { 2, "E2", 7001, false } };
    Aggregate a = aggregate(&TRIMMED, two, 2);
    EXPECT(!a.trimmed);
    EXPECT_INT(a.score, 70005000);
    EXPECT(strstr(aggregate_text(cx, &TRIMMED, &a, two, 2), "\"method\":\"mean\",\"trim\":0"));
    a = aggregate(&TRIMMED, two, 1);
    EXPECT_INT(a.score, 70000000);
    Mark five[] = { { 1, "", 0, false }, { 2, "", 10000, false }, { 3, "", 100, false } };
    a = aggregate(&PLAIN, five, 3);
    EXPECT_INT(a.score, 33666667);
}

CASE("division rounds half to even, once")
{
    EXPECT_INT(divide_even(5, 2), 2);
    EXPECT_INT(divide_even(7, 2), 4);
    EXPECT_INT(divide_even(6, 4), 2);
    EXPECT_INT(divide_even(10, 4), 2);
    EXPECT_INT(divide_even(-5, 2), -2);
    EXPECT_INT(divide_even(-7, 2), -4);
    EXPECT_INT(divide_even(20000, 3), 6667);
    EXPECT_INT(divide_even(0, 7), 0);
}

CASE("the spread of the sheets of a zone is exact where it is rational")
{
    Mark m[] = { { 1, "", 6000, false }, { 2, "", 8000, false } };
    EXPECT_INT(mark_mean(m, 2), 70000000);
    EXPECT_INT(mark_deviation(m, 2), 10000000);
    EXPECT_INT(mark_deviation(m, 1), 0);
}
