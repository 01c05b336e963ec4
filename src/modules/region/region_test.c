#include "modules/region/region.h"

#include "base/file.h"
#include "modules/region/divisions.h"
#include "store/store_testing.h"

#include <stdlib.h>
#include <string.h>

extern const char region_sql[];

static const Schema SCHEMAS[] = { { "region", region_sql } };

static const Day TODAY = 19319; /* 2022-11-23 */

static void given(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = TODAY - 100, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

/* Two townships that each have a 东街村, as townships have. */
static void given_county(Cx *cx)
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO region(code, name, short, level, parent, functional, source, "
                        "version) VALUES('37', '山东省', '山东', 'province', '', 0, '样例', 1)",
                        NO_ARGS));
    given(cx, "3706", "烟台市");
    given(cx, "370683", "莱州市");
    given(cx, "370683101", "沙河镇");
    given(cx, "370683102", "朱桥镇");
    given(cx, "370683101201", "东街村委会");
    given(cx, "370683102201", "东街村民委员会");
    given(cx, "370683102202", "交通村委会");
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("a village is matched by county, township and village, however its kind is written")
{
    Region r;
    given_county(cx);
    EXPECT_OK(region_match(cx, &r, "370683", "沙河镇", "东街", TODAY));
    EXPECT_TEXT(r.code, "370683101201");
    EXPECT_TEXT(r.path, "烟台市 / 莱州市 / 沙河镇");
    EXPECT_OK(region_match(cx, &r, "370683", "朱桥", "　东街村 ", TODAY));
    EXPECT_TEXT(r.code, "370683102201");
    EXPECT_OK(region_match(cx, &r, "370683", "", "交通村", TODAY));
    EXPECT_OK(region_match(cx, &r, "370683", "", "３７０６８３１０２２０２", TODAY));
    EXPECT_TEXT(r.name, "交通村委会");
}

STORE_CASE("a name that fits several villages, or none, is refused with what to write instead")
{
    Region r;
    given_county(cx);
    EXPECT_FAIL(region_match(cx, &r, "370683", "", "东街村", TODAY), INVALID, "village");
    EXPECT(strstr(cx->failure.zh, "沙河镇"));
    EXPECT_FAIL(region_match(cx, &r, "370683", "沙河镇", "西街村", TODAY), INVALID, "village");
    EXPECT_FAIL(region_match(cx, &r, "370112", "", "370683102202", TODAY), INVALID, "village");
    EXPECT_FAIL(region_match(cx, &r, "370683", "", "370683999999", TODAY), INVALID, "village");
}

STORE_CASE("a merged village is found under its heir from that day on, and itself before")
{
    Region r;
    List found;
    given_county(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_merge(cx, "370683102202", "370683102201", TODAY, "样例文号"));
    EXPECT_FAIL(region_merge(cx, "370683102201", "370683102201", TODAY, "样例"), INVALID, "into");
    EXPECT_OK(store_commit(cx));
    EXPECT_OK(region_match(cx, &r, "370683", "朱桥镇", "交通村", TODAY));
    EXPECT_TEXT(r.code, "370683102201");
    EXPECT_FAIL(region_get(cx, &r, "370683102202", TODAY), NOT_FOUND, "code");
    EXPECT_OK(region_get(cx, &r, "370683102202", TODAY - 1));
    EXPECT_OK(region_search(cx, &found,
                            &(RegionSearch){ .text = "交通", .parent = "370683", .at = TODAY }));
    EXPECT_INT(found.count, 1);
    EXPECT_TEXT(((Region *)found.rows)->alias, "交通村委会");
}

STORE_CASE("a division wants its parent; signs of LIKE in a search stand for themselves")
{
    int64_t id;
    List found;
    Region lost = {
        .code = "370999101201", .name = "样例村", .valid_from = UNSET, .source = "样例"
    };
    given_county(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_FAIL(region_add(cx, &id, &lost), NOT_FOUND, "code");
    store_rollback(cx);
    EXPECT_OK(region_search(cx, &found, &(RegionSearch){ .text = "%", .at = TODAY }));
    EXPECT_INT(found.count, 0);
    EXPECT_OK(region_search(cx, &found, &(RegionSearch){ .text = "沙河", .at = TODAY }));
    EXPECT_INT(found.count, 1);
    EXPECT_OK(region_search(
        cx, &found, &(RegionSearch){ .parent = "370683", .level = "village", .at = TODAY }));
    EXPECT_INT(found.count, 3);
}

CASE("the embedded list has 16 cities, 136 counties, 1,853 townships and 62,074 villages")
{
    Divisions d;
    const char *columns[3];
    int count[13] = { 0 }, functional = 0;
    EXPECT_OK(divisions_read(cx, &d, NULL));
    while (divisions_next(cx, &d.list, columns)) {
        size_t digits = strlen(columns[0]);
        EXPECT(digits <= 12 || *columns[0] == '#');
        count[*columns[0] == '#' ? 0 : digits]++;
        functional += digits == 6 && columns[0][4] == '7';
    }
    EXPECT_INT(count[0], 1);
    EXPECT_INT(count[2], 1);
    EXPECT_INT(count[4], 16);
    EXPECT_INT(count[6] - functional, 136);
    EXPECT_INT(count[9], 1853);
    EXPECT_INT(count[12], 62074);
}

static const char *folder_with(Cx *cx, const char *list)
{
    char path[] = "/tmp/tuijin-divisions-XXXXXX";
    const char *folder = arena_text(cx->arena, mkdtemp(path));
    EXPECT_OK(
        file_write(cx, arena_format(cx->arena, "%s/divisions.tsv", folder), list, strlen(list)));
    return folder;
}

STORE_CASE("an installation's own divisions are read from a folder, and a wrong line is named")
{
    static const struct {
        const char *list, *line;
    } WRONG[] = {
        { "51\t样例省\n510\t样例\n", "2" },    { "51\t样例省\n510101\t样例县\n", "2" },
        { "51\t样例省\n5101\t\n", "2" },       { "# 样例\n51\t样例省\n51\t样例省\n", "3" },
        { "51\t样例省\n5x01\t样例市\n", "2" },
    };
    Divisions d;
    Region r;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        EXPECT_FAIL(divisions_read(cx, &d, folder_with(cx, WRONG[i].list)), INVALID, "divisions");
        EXPECT(strstr(cx->failure.en, arena_format(cx->arena, "line %s:", WRONG[i].line)));
    }
    EXPECT_FAIL(divisions_read(cx, &d, "/tmp"), NOT_FOUND, "divisions");
    const char *folder = folder_with(cx, "# 样例区划\n51\t样例省\n5101\t样例市\r\n510101\t样例县");
    EXPECT_OK(region_load(cx, folder, NULL));
    EXPECT_OK(region_get(cx, &r, "510101", TODAY));
    EXPECT_TEXT(r.name, "样例县");
    EXPECT_TEXT(r.path, "样例市");
    EXPECT_TEXT(r.source, "样例区划");
}

/* What LIKE finds among all names and aliases, as the search did before there were bigrams. */
static int64_t liked(Cx *cx, const char *part)
{
    int64_t count;
    EXPECT_OK(store_int(cx, &count,
                        "SELECT count(*) FROM region r WHERE r.code <> '37' AND "
                        "(r.name LIKE '%' || $1 || '%' OR r.code LIKE $1 || '%' OR r.code IN "
                        "(SELECT a.code FROM region_alias a WHERE a.name LIKE '%' || $1 || '%'))",
                        ARGS(T(part))));
    return count;
}

STORE_CASE("a part of a name or of an alias finds by bigrams what LIKE finds")
{
    static const char *const PARTS[] = {
        "东",   "东街", "街村",    "街村委会", "村民委员会", "镇",
        "旧街", "旧",   "3706831", "交通村",   "街东",       "无此"
    };
    given_county(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_add_alias(cx, "370683102202", "旧街村", "former", "样例"));
    EXPECT_OK(store_commit(cx));
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        List found;
        EXPECT_OK(region_search(cx, &found,
                                &(RegionSearch){ .text = PARTS[i], .parent = "37", .at = TODAY }));
        EXPECT_INT((int64_t)found.count, liked(cx, PARTS[i]));
    }
    EXPECT_OK(store_run(cx, "DELETE FROM region_gram", NO_ARGS));
    EXPECT_OK(region_start(cx)); /* as of a list that was filled before */
    List found;
    EXPECT_OK(region_search(cx, &found, &(RegionSearch){ .text = "旧街", .at = TODAY }));
    EXPECT_INT((int64_t)found.count, 1);
}
