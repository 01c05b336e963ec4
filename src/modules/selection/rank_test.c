#include "modules/selection/rank.h"

#include "tests/test.h"

static const RubricPart WEIGHTS[] = { { "paper", "专家评审", "Paper", 60 },
                                      { "defence", "视频答辩", "Defence", 25 },
                                      { "site", "现场核查", "Site visit", 15 } };
static const char *const TIES[] = { "paper", "defence", "site", "lot", NULL };
static const RubricItem HUNDRED = { .key = "true", .part = "site", .max = 10000 };
static const RubricItem THIRTY = { .key = "true", .part = "site", .max = 3000 };

static Rubric given_rubric(void)
{
    return (Rubric){ .parts = WEIGHTS,
                     .part_count = COUNT(WEIGHTS),
                     .items = &HUNDRED,
                     .item_count = 1,
                     .ties = TIES };
}

static Rank given(int64_t zone, int64_t paper, int64_t defence, int64_t site, int64_t lot)
{
    return (Rank){ .zone_id = zone,
                   .scores = { paper * MICRO, defence * MICRO, site * MICRO },
                   .lot = lot };
}

CASE("numbers are rounded half to even, on both sides of nought")
{
    EXPECT_INT(round_half_even(5, 2), 2);
    EXPECT_INT(round_half_even(7, 2), 4);
    EXPECT_INT(round_half_even(8, 3), 3);
    EXPECT_INT(round_half_even(7, 3), 2);
    EXPECT_INT(round_half_even(-5, 2), -2);
    EXPECT_INT(round_half_even(-7, 2), -4);
    EXPECT_INT(round_half_even(0, 9), 0);
}

CASE("a total is the weighted mean of the parts, rounded once")
{
    Rubric t = given_rubric();
    Rank r[] = { given(1, 80, 90, 100, 1) };
    r[0].scores[0] = 68166667;
    rank_order(r, 1, &t);
    EXPECT_INT(r[0].total, 78400000); /* 0.6 × 68.166667 + 22.5 + 15 = 78.4000002 */
    EXPECT_INT(r[0].place, 1);
    EXPECT(r[0].tied_by == NULL);
}

CASE("the site's points come onto the scale of the other parts")
{
    Rubric t = given_rubric();
    EXPECT_INT(rank_site(&t, 9300), 93 * MICRO);
    t.items = &THIRTY;
    EXPECT_INT(rank_site(&t, 1000), 33333333);
    EXPECT_INT(rank_site(&t, 3000), 100 * MICRO);
}

CASE("equal totals are parted as the pack says, and it is said by what")
{
    Rubric t = given_rubric();
    Rank r[] = { given(1, 80, 80, 80, 4), given(2, 85, 68, 80, 3), given(3, 80, 80, 80, 2),
                 given(4, 90, 90, 90, 1), given(5, 80, 71, 95, 5) };
    rank_order(r, COUNT(r), &t);
    EXPECT_INT(r[0].zone_id, 4);
    EXPECT(r[0].tied_by == NULL);
    EXPECT_INT(r[1].zone_id, 2); /* paper */
    EXPECT_TEXT(r[1].tied_by, "paper");
    EXPECT_INT(r[2].zone_id, 3); /* by lot before 1 */
    EXPECT_TEXT(r[2].tied_by, "lot");
    EXPECT_INT(r[3].zone_id, 1);
    EXPECT_TEXT(r[3].tied_by, "lot");
    EXPECT_INT(r[4].zone_id, 5); /* defence */
    EXPECT_TEXT(r[4].tied_by, "defence");
    for (size_t i = 0; i < COUNT(r); i++)
        EXPECT_INT(r[i].place, i + 1);
}

CASE("the order in which zones are given changes nothing")
{
    Rubric t = given_rubric();
    Rank a[] = { given(1, 70, 70, 70, 1), given(2, 70, 70, 70, 2), given(3, 71, 70, 70, 3) };
    Rank b[] = { a[2], a[1], a[0] };
    rank_order(a, 3, &t);
    rank_order(b, 3, &t);
    for (size_t i = 0; i < 3; i++)
        EXPECT_INT(a[i].zone_id, b[i].zone_id);
}

CASE("the reckoning stands beside the total")
{
    Rubric t = given_rubric();
    Rank r[] = { given(7, 80, 80, 80, 1), given(9, 80, 80, 80, 2) };
    rank_order(r, 2, &t);
    r[0].sources[0] = "{\"count\":3}";
    const char *text = rank_arithmetic(cx, r, 2, 0, &t);
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    EXPECT_INT(json_at(j, "/parts/0/product")->integer, 4800 * MICRO);
    EXPECT_INT(json_at(j, "/parts/0/arithmetic/count")->integer, 3);
    EXPECT_INT(json_at(j, "/sum")->integer, 8000 * MICRO);
    EXPECT_INT(json_at(j, "/total")->integer, 80 * MICRO);
    EXPECT_INT(json_at(j, "/tie/with/0")->integer, 9);
    EXPECT_TEXT(json_at(j, "/tie/by")->text, "lot");
    EXPECT(json_at(j, "/parts/1/arithmetic")->type == J_NULL);
}
