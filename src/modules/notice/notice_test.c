#include "modules/notice/notice.h"

#include "base/budget.h"
#include "base/digest.h"
#include "core/register/register.h"
#include "modules/register_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define AT       "/api/registers/stipend"

/* Rows of one kind, settled: entered by the village, checked by the township. */
static void given_rows(Cx *cx, const char *kind, int from, int count)
{
    for (int n = from; n < from + count; n++) {
        const char *body =
            arena_format(cx->arena,
                         "{\"territory\":\"370683100200\",\"number\":\"%d\",\"person\":\"王私密\","
                         "\"identity\":\"37068319900101123X\",\"kind\":\"%s\",\"amount\":\"300\","
                         "\"remark\":\"电话 13812345678\",\"illness\":\"私病\"}",
                         n, kind);
        Answer a = server_ask(cx, "village", "POST", AT, body);
        EXPECT_INT(a.status, 200);
        const char *acts =
            arena_format(cx->arena, AT "/%lld/acts", (long long)json_int(a.json, "id", 0));
        server_table(cx, (const Ask[]){
                             { "POST", acts, "{\"act\":\"send\",\"version\":1}", "village", 200 },
                             { "POST", acts, "{\"act\":\"pass\",\"version\":2}", "township", 200 },
                             { NULL } });
    }
}

static const char *body_of(Cx *cx, const char *profile, int from, int days)
{
    Day first = day_of_instant(cx_now(cx)) + from;
    return arena_format(cx->arena,
                        "{\"profile\":\"%s\",\"starts_on\":\"%s\",\"ends_on\":\"%s\","
                        "\"place\":\"村委会门口\"}",
                        profile, day_text(cx, first), day_text(cx, first + days));
}

static int64_t publish(Cx *cx, const char *profile, const char *query)
{
    const char *to = arena_format(cx->arena, AT "/publications%s", query);
    Answer a = server_ask(cx, "township", "POST", to, body_of(cx, profile, 0, 5));
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static Answer page_of(Cx *cx, int64_t id)
{
    const char *path = arena_format(cx->arena, "/public/publications/%lld", (long long)id);
    return server_ask(cx, "guest", "GET", path, NULL);
}

static bool says(Answer a, const char *text)
{
    return strstr(a.body, text) != NULL;
}

SERVER_CASE("a list shows surnames, a cut number, and nothing of what is sealed or sensitive")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    Answer a = page_of(cx, publish(cx, "Z3", ""));
    EXPECT_INT(a.status, 200);
    EXPECT(says(a, "王**") && says(a, "370683********123X") && says(a, "岗位"));
    EXPECT(!says(a, "私密") && !says(a, "19900101") && !says(a, "私病"));
    a = page_of(cx, publish(cx, "Z2", ""));
    EXPECT(says(a, "王**") && !says(a, "370683****"));
    EXPECT_INT(page_of(cx, publish(cx, "VB", "")).status, 404);
    a = server_ask(cx, "township", "GET", "/api/publications/3/paper.pdf", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(strncmp(a.body, "%PDF", 4) == 0);
    bool noted;
    EXPECT_OK(store_exists(cx, &noted,
                           "SELECT 1 FROM audit WHERE noun = 'publication' AND noun_id = 3 AND "
                           "user_id = $1 AND after LIKE '{\"文件\":%'",
                           ARGS(I(server_user(cx, "township")))));
    EXPECT(noted);
    server_table(
        cx, (const Ask[]){ { "GET", "/api/publications/3/paper.pdf", NULL, "guest", 401 },
                           { "GET", "/api/publications/3/paper.pdf", NULL, "other-county", 404 },
                           { "GET", "/public/publications/2/list.pdf", NULL, "guest", 404 },
                           { NULL } });
}

SERVER_CASE(
    "of one or two no more is said than that they are fewer than three, and no sum gives it away")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 3);
    given_rows(cx, "school", 11, 2);
    Answer a = page_of(cx, publish(cx, "Z1", ""));
    EXPECT(says(a, ">3<") && says(a, "&lt;3") && says(a, ">0<"));
    EXPECT(!says(a, ">5<") && !says(a, ">2<") && !says(a, "王"));
}

SERVER_CASE("what was published stays as it was, filtered as it was, whatever becomes of the rows")
{
    const char *before, *after;
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    given_rows(cx, "school", 2, 1);
    int64_t id = publish(cx, "Z2", "?kind=school");
    EXPECT(says(page_of(cx, id), "上学") && !says(page_of(cx, id), "岗位"));
    const char *hash;
    EXPECT_OK(
        store_text(cx, &before, "SELECT content FROM publication WHERE id = $1", ARGS(I(id))));
    EXPECT_OK(store_run(cx, "UPDATE stipend SET person = '李四', kind = 'other'", NO_ARGS));
    EXPECT_OK(store_text(cx, &after, "SELECT content FROM publication WHERE id = $1", ARGS(I(id))));
    EXPECT_OK(store_text(cx, &hash, "SELECT hash FROM publication WHERE id = $1", ARGS(I(id))));
    EXPECT_TEXT(hash, digest(cx, SHA256, after, strlen(after)));
    EXPECT_TEXT(after, before);
    EXPECT(says(page_of(cx, id), "王**"));
    EXPECT(store_run(cx, "UPDATE publication SET content = ''", NO_ARGS) != OK);
}

SERVER_CASE("rows of an import that is under way are in no list")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    EXPECT_OK(store_run(cx,
                        "INSERT INTO import(version, noun, territory, file, state, total, applied, "
                        "refused, job_id, made_by, made_at) VALUES(1, 'stipend', '370683100', "
                        "'样例.xlsx', 'applying', 2, 1, 0, 1, 1, 1)",
                        NO_ARGS));
    EXPECT_OK(store_run(cx, "UPDATE stipend SET import_id = 1", NO_ARGS));
    const char *to = AT "/publications", *body = body_of(cx, "Z1", 0, 5);
    server_table(cx, (const Ask[]){ { "POST", to, body, "township", 422 }, { NULL } });
    EXPECT_OK(store_run(cx, "UPDATE import SET state = 'done', ended_at = 2", NO_ARGS));
    server_table(cx, (const Ask[]){ { "POST", to, body, "township", 200 }, { NULL } });
}

SERVER_CASE("a term is kept: not too short, not too long, to the end of its last day, then no rows")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    const char *to = AT "/publications";
    server_table(cx, (const Ask[]){ { "POST", to, body_of(cx, "Z2", 0, 4), "township", 422 },
                                    { "POST", to, body_of(cx, "Z2", 0, 31), "township", 422 },
                                    { "POST", to, body_of(cx, "Z2", -1, 7), "township", 422 },
                                    { "POST", to, body_of(cx, "Z2", 1, 5), "township", 200 },
                                    { "POST", to, body_of(cx, "Z9", 0, 5), "township", 422 },
                                    { "POST", AT "/publications?kind=other",
                                      body_of(cx, "Z2", 0, 5), "township", 422 },
                                    { NULL } });
    EXPECT_INT(page_of(cx, 1).status, 404); /* it begins tomorrow */
    int64_t last = instant_of_day(day_of_instant(cx_now(cx)) + 7) - 1;
    server_clock(last);
    EXPECT(says(page_of(cx, 1), "王**"));
    server_clock(last + 1);
    EXPECT_INT(page_of(cx, 1).status, 200);
    EXPECT(!says(page_of(cx, 1), "王**"));
}

SERVER_CASE(
    "an objection is noted or sent, and answered where it was published; a list is withdrawn once")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    int64_t id = publish(cx, "Z2", "");
    const char *note =
        "{\"grounds\":\"样例：这一户不应当领取补助\",\"zone_id\":1,\"name\":\"样例\"}";
    const char *wrong = "{\"grounds\":\"样例：这一户不应当领取补助\",\"zone_id\":9}";
    const char *answer = "{\"answer\":\"样例：已核实\",\"upheld\":false,\"version\":1}";
    const char *why = "{\"reason\":\"样例：金额有误\"}";
    EXPECT_INT(id, 1);
    server_table(
        cx, (const Ask[]){ { "POST", "/api/publications/1/objections", note, "guest", 401 },
                           { "POST", "/api/publications/1/objections", note, "village", 403 },
                           { "POST", "/api/publications/1/objections", note, "other-county", 404 },
                           { "POST", "/api/publications/1/objections", wrong, "township", 422 },
                           { "POST", "/api/publications/1/objections", note, "township", 200 },
                           { "GET", "/public/publications/1/objection", NULL, "guest", 200 },
                           { "PUT", "/api/objections/1", answer, "other-county", 404 },
                           { "PUT", "/api/objections/1", answer, "village", 403 },
                           { "PUT", "/api/objections/1", answer, "township", 200 },
                           { "PUT", "/api/objections/1", answer, "township", 409 },
                           { "POST", "/api/publications/1/withdraw", why, "guest", 401 },
                           { "POST", "/api/publications/1/withdraw", why, "village", 403 },
                           { "POST", "/api/publications/1/withdraw", why, "other-county", 404 },
                           { NULL } });
    EXPECT(says(page_of(cx, 1), "已核实") && says(page_of(cx, 1), "1. 王**"));
    server_sweep(cx, &(Ask){ "POST", "/api/publications/1/withdraw", why, "township", 200 });
    server_table(cx,
                 (const Ask[]){ { "POST", "/api/publications/1/withdraw", why, "township", 409 },
                                { "POST", "/api/publications/1/objections", note, "township", 409 },
                                { NULL } });
    EXPECT(says(page_of(cx, 1), "金额有误") && !says(page_of(cx, 1), "补助对象"));
}

SERVER_CASE(
    "a withdrawn list leaves the first page, says so at its address, and its paper is marked")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    int64_t id = publish(cx, "Z2", "");
    const char *own = arena_format(cx->arena, "/public/publications/%lld\"", (long long)id);
    const char *link = arena_format(cx->arena, "/public/publications/%lld?", (long long)id);
    EXPECT(strstr(server_ask(cx, "guest", "GET", "/public", NULL).body, link) != NULL);
    Answer paper = server_ask(cx, "township", "GET", "/api/publications/1/paper.pdf", NULL);
    size_t length = paper.length;
    server_table(cx, (const Ask[]){ { "POST", "/api/publications/1/withdraw",
                                      "{\"reason\":\"样例：金额有误\"}", "township", 200 },
                                    { NULL } });
    Answer home = server_ask(cx, "guest", "GET", "/public", NULL);
    EXPECT(!strstr(home.body, link) && !strstr(home.body, own));
    Answer page = page_of(cx, id);
    EXPECT_INT(page.status, 200);
    EXPECT(says(page, "已撤回") && says(page, "样例：金额有误") && !says(page, "提交意见"));
    const char *organ = NULL;
    EXPECT_OK(store_text(cx, &organ, "SELECT name FROM organ WHERE id = $1",
                         ARGS(I(server_organ(cx, "township")))));
    EXPECT(says(page, organ));
    paper = server_ask(cx, "township", "GET", "/api/publications/1/paper.pdf", NULL);
    EXPECT_INT(paper.status, 200);
    EXPECT(paper.length > length); /* the mark on every page, and a line that says so */
}

/* 10,000 that run, one of them of another county and another subject: as many words as they have.
 */
static void given_many(Cx *cx)
{
    Day today = day_of_instant(cx_now(cx));
    EXPECT_OK(store_run(
        cx,
        "INSERT INTO publication(subject, kind, starts_on, ends_on, content, hash, published_at, "
        "profile, territory, title, organ, user_name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n WHERE i < 10000) SELECT 'stipend', 'list', $1, $1 + 1 + i % 30, '{}', "
        "'x', 1, 'Z2', '370683100', '关于样例补助的公示', '样例单位', '样例' FROM n",
        ARGS(I(today))));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO publication(subject, kind, starts_on, ends_on, content, hash, "
                        "published_at, profile, territory, title, organ, user_name) VALUES("
                        "'loan', 'list', $1, $1 + 20, '{}', 'x', 1, 'Z2', '370683100', "
                        "'关于稀见村贷款的公示', '样例单位', '样例')",
                        ARGS(I(today))));
    EXPECT_OK(publication_start(cx));
}

static void expect_ranges(Cx *cx)
{
    Rows rows;
    bool pg = store_is_pg(cx->store);
    if (pg)
        EXPECT_OK(store_run(cx, "SET enable_seqscan = off", NO_ARGS));
    EXPECT_OK(rows_open(cx, &rows,
                        pg ? "EXPLAIN " PUBLICATION_SEARCH PUBLICATION_PAGE
                           : "EXPLAIN QUERY PLAN " PUBLICATION_SEARCH PUBLICATION_PAGE,
                        ARGS(T("noun:stipend"), I(19000), I(7), I(20000), T("7"), T(""), T(""))));
    while (rows.more) {
        const char *step = rows_text(cx, &rows, pg ? 0 : 3);
        EXPECT(!strstr(step, "SCAN") && !strstr(step, "Seq Scan"));
        EXPECT(!strstr(step, "TEMP B-TREE"));
        EXPECT_OK(rows_next(cx, &rows));
    }
    if (pg)
        EXPECT_OK(store_run(cx, "RESET enable_seqscan", NO_ARGS));
}

static size_t links(Answer a)
{
    size_t n = 0;
    for (const char *at = a.body; (at = strstr(at, "/public/publications/")); at++)
        n++;
    return n;
}

SERVER_CASE(
    "of ten thousand lists guests find one by a part of a name or by its subject, by ranges")
{
    register_testing_pack(cx, INVENTED);
    given_many(cx);
    expect_ranges(cx);
    Answer a = server_ask(cx, "guest", "GET", "/public?lang=en", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_INT((int64_t)links(a), 20);
    EXPECT(says(a, "Sample stipends") && says(a, "Next page"));
    const char *next = strstr(a.body, "after=");
    EXPECT(next != NULL);
    const char *to = arena_format(cx->arena, "/public?lang=en&after=%.*s",
                                  (int)strcspn(next + 6, "\"&"), next + 6);
    Answer b = server_ask(cx, "guest", "GET", to, NULL);
    EXPECT_INT((int64_t)links(b), 20);
    EXPECT(strstr(b.body, "/public/publications/") != NULL && !strstr(b.body, next));
    a = server_ask(cx, "guest", "GET", "/public?q=%E7%A8%80%E8%A7%81%E6%9D%91", NULL);
    EXPECT_INT((int64_t)links(a), 1);
    EXPECT(says(a, "稀见村"));
    a = server_ask(cx, "guest", "GET", "/public?subject=loan", NULL);
    EXPECT_INT((int64_t)links(a), 1);
    a = server_ask(cx, "guest", "GET", "/public?subject=stipend&q=%E7%A8%80%E8%A7%81", NULL);
    EXPECT_INT((int64_t)links(a), 0);
    EXPECT(says(a, "没有找到"));
    EXPECT_INT(server_ask(cx, "guest", "GET", "/public?after=x", NULL).status, 422);
    int64_t began = budget_clock();
    for (int i = 0; i < 10; i++)
        EXPECT_INT(server_ask(cx, "guest", "GET", "/public?subject=stipend", NULL).status, 200);
    EXPECT(budget_clock() - began < 5000);
}

#define KIND_SCHOOL "?kind=school"

SERVER_CASE("a part of the rows is published as a part: its filter in words, and of how many")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 2);
    given_rows(cx, "school", 11, 1);
    Answer page = page_of(cx, publish(cx, "Z2", KIND_SCHOOL));
    EXPECT(says(page, "类别：上学") && says(page, "1 条（共 3 条"));
    page = page_of(cx, publish(cx, "Z2", ""));
    EXPECT(!says(page, "公示范围") && says(page, "<dd>3</dd>"));
    page = page_of(cx, publish(cx, "Z2", "?territory=370683100200"));
    EXPECT(says(page, "公示范围"));
    page = page_of(cx, publish(cx, "Z2", "?state=settled"));
    EXPECT(!says(page, "公示范围"));
    page = page_of(cx, publish(cx, "Z1", "?kind=post")); /* no sum: it would tell of few */
    EXPECT(says(page, "类别：岗位") && !says(page, "共 3 条"));
    const char *to = AT "/publications?q=%E7%8E%8B";
    server_table(
        cx, (const Ask[]){ { "POST", to, body_of(cx, "Z2", 0, 5), "township", 422 }, { NULL } });
}

SERVER_CASE(
    "what would be published is seen before: the masked rows, how many, the term, and no more")
{
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 2);
    given_rows(cx, "school", 11, 1);
    const char *to = AT "/publications/preview" KIND_SCHOOL, *body = body_of(cx, "Z2", 0, 5);
    server_table(cx, (const Ask[]){ { "POST", to, body, "guest", 401 },
                                    { "POST", to, body, "village", 403 },
                                    { "POST", to, body_of(cx, "Z2", 0, 4), "township", 422 },
                                    { NULL } });
    Answer a = server_ask(cx, "township", "POST", to, body);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "count", 0), 1);
    EXPECT_INT(json_int(a.json, "of", 0), 3);
    EXPECT_INT(json_int(a.json, "most", 0), NOTICE_ROWS_MOST);
    EXPECT_TEXT(json_text(a.json, "filter_zh", ""), "类别：上学");
    EXPECT(says(a, "王**") && !says(a, "私密") && !says(a, "私病"));
    int64_t count = 0;
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM publication", NO_ARGS));
    EXPECT_INT(count, 0);
}

SERVER_CASE(
    "a term is of calendar days: the day of posting not counted, over month ends and rest days")
{
    static const struct {
        const char *first, *early, *last;
    } TERMS[] = {
        { "2023-01-27", "2023-01-31", "2023-02-01" }, /* over a month's end, from a Friday */
        { "2023-02-24", "2023-02-28", "2023-03-01" }, /* over the shortest month's */
        { "2024-02-25", "2024-02-29", "2024-03-01" }, /* and of a leap year */
        { "2023-04-24", "2023-04-28", "2023-04-29" }, /* ends on a rest day, and there */
        { "2023-12-28", "2024-01-01", "2024-01-02" }, /* over the year's end */
    };
    register_testing_pack(cx, INVENTED);
    given_rows(cx, "post", 1, 1);
    for (size_t i = 0; i < COUNT(TERMS); i++) {
        Day first, last;
        const char *how = "{\"profile\":\"Z2\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}";
        EXPECT(day_parse(TERMS[i].first, &first));
        EXPECT(day_parse(TERMS[i].last, &last));
        server_clock(instant_of_day(first) + 1);
        EXPECT_OK(store_run(cx, "UPDATE session SET seen_at = $1, ends_at = $1 + 43200000",
                            ARGS(I(cx_now(cx)))));
        const char *body = arena_format(cx->arena, how, TERMS[i].first, TERMS[i].early);
        server_table(
            cx, (const Ask[]){ { "POST", AT "/publications", body, "township", 422 }, { NULL } });
        body = arena_format(cx->arena, how, TERMS[i].first, TERMS[i].last);
        Answer a = server_ask(cx, "township", "POST", AT "/publications", body);
        EXPECT_INT(a.status, 200);
        int64_t id = json_int(a.json, "id", 0);
        server_clock(instant_of_day(last + 1) - 1);
        EXPECT(says(page_of(cx, id), "王**"));
        server_clock(instant_of_day(last + 1));
        EXPECT(!says(page_of(cx, id), "王**"));
    }
}

static Err add(Cx *cx, const char *text)
{
    const PackFile file = { "registers/secret.json", text, strlen(text) };
    return register_testing_add(cx, &file, 1);
}

/* A register whose field `key` is as the flag says, published so. */
static const char *declared(Cx *cx, const char *flag, const char *publish)
{
    return arena_format(
        cx->arena,
        "{\"noun\":\"secret\",\"zh\":\"样例\",\"en\":\"Sample\",\"place\":\"village\",\"actors\":{"
        "\"read\":[\"x.*\"],\"write\":[\"v.com.h\"],\"publish\":[\"v.com.h\"]},\"key\":[\"number\"]"
        ","
        "\"name\":\"number\",\"list\":[\"number\"],\"publish\":[%s],\"fields\":["
        "{\"key\":\"number\",\"zh\":\"编号\",\"en\":\"Number\",\"type\":\"text\",\"max\":20,"
        "\"help\":{\"zh\":\"编号\",\"en\":\"number\"}},"
        "{\"key\":\"told\",\"zh\":\"内容\",\"en\":\"Told\",\"type\":\"text\",\"max\":20,%s"
        "\"help\":{\"zh\":\"内容\",\"en\":\"what\"}}]}",
        publish, flag);
}

SERVER_CASE("no pack is taken whose publications would show what is personal")
{
    static const char *const FLAGS[] = { "\"mask\":true,", "\"mask\":true,\"seal\":true,",
                                         "\"sensitive\":true," };
    static const char *const PROFILES[] = { "Z2", "Z3", "VB" };
    register_testing_pack(cx, "packs/lu-2022-26");
    for (size_t i = 0; i < COUNT(FLAGS); i++)
        for (size_t k = 0; k < COUNT(PROFILES); k++) {
            const char *how =
                arena_format(cx->arena, "{\"profile\":\"%s\",\"fields\":[\"told\"]}", PROFILES[k]);
            EXPECT_FAIL(add(cx, declared(cx, FLAGS[i], how)), INVALID, "registers/secret.json");
        }
    EXPECT_FAIL(add(cx, declared(cx, FLAGS[2],
                                 "{\"profile\":\"VB\",\"person\":\"told\","
                                 "\"fields\":[\"number\"]}")),
                INVALID, "registers/secret.json");
    EXPECT_FAIL(add(cx, declared(cx, FLAGS[1],
                                 "{\"profile\":\"Z2\",\"identity\":\"told\","
                                 "\"fields\":[\"number\"]}")),
                INVALID, "registers/secret.json");
    EXPECT_OK(add(cx, declared(cx, FLAGS[0],
                               "{\"profile\":\"Z2\",\"person\":\"told\","
                               "\"fields\":[\"number\"]}")));
}
