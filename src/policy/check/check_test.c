#include "policy/check/check.h"
#include "policy/check/golden.h"
#include "tests/test.h"

#define FOLDER "packs/lu-2022-26"

static const Pack *given_pack(Cx *cx)
{
    const Pack *pack;
    EXPECT_OK(pack_load(cx, &pack, FOLDER));
    return pack;
}

static Check checked(Cx *cx, const Pack *pack, const char *dossier, const char *tables)
{
    Check check;
    const Json *j;
    Tables batch = check_no_batch(cx, pack);
    EXPECT_OK(check_read_dossier(cx, &j, pack, dossier, strlen(dossier)));
    if (tables)
        EXPECT_OK(check_read_batch(cx, &batch, pack, tables, strlen(tables)));
    EXPECT_OK(check_dossier(cx, &check, pack, j, &batch));
    return check;
}

static const CheckResult *result(const Check *check, const char *id)
{
    for (size_t i = 0; i < check->count; i++)
        if (strcmp(check->results[i].rule->id, id) == 0)
            return &check->results[i];
    return NULL;
}

static const Json *answer(Cx *cx, const Check *check)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Json *j;
    check_write(cx, &o, NULL, check);
    EXPECT_OK(json_parse(cx, &j, buf_text(&b), b.length, &JSON_LIMITS));
    return j;
}

CASE("an explanation gives what the check gives, with the condition, the distance and the tree")
{
    const Pack *pack = given_pack(cx);
    const char *dossier =
        "{\"zone\":\"样例\",\"county\":\"370125\",\"villages\":["
        "{\"code\":\"370125001201\",\"name\":\"甲\",\"type\":\"cluster\"},"
        "{\"code\":\"370125001202\",\"name\":\"乙\",\"type\":\"suburban\"},"
        "{\"code\":\"370125001203\",\"name\":\"丙\"}],\"funds\":{\"transitional\":["
        "{\"amount\":\"4000\"}],\"integrated\":[{\"amount\":\"1999.99\"}]}}";
    Check check = checked(cx, pack, dossier, NULL);
    const Json *j;
    Tables batch = check_no_batch(cx, pack);
    EXPECT_OK(check_read_dossier(cx, &j, pack, dossier, strlen(dossier)));
    for (size_t i = 0; i < pack->rule_count; i++) {
        Explanation e;
        EXPECT_OK(check_explain(cx, &e, pack, &pack->rules[i], j, &batch));
        EXPECT_INT(e.result.status, check.results[i].status);
        EXPECT_TEXT(e.result.zh, check.results[i].zh);
        Buf b = BUF(cx);
        JsonOut o = json_out(&b);
        const Json *written, *condition;
        explanation_write(cx, &o, NULL, &e);
        EXPECT_OK(json_parse(cx, &written, buf_text(&b), b.length, &JSON_LIMITS));
        condition = json_at(written, "/conditions/0");
        EXPECT(!condition == (e.result.status == MET));
        if (strcmp(e.result.rule->id, "F5") == 0) {
            EXPECT_TEXT(json_text(condition, "actual", ""), "1999.99");
            EXPECT_TEXT(json_text(condition, "required", ""), "2000");
            EXPECT_TEXT(json_text(condition, "distance", ""), "0.01");
            EXPECT_TEXT(json_text(written, "clause", ""), "三.4");
        }
        if (strcmp(e.result.rule->id, "V2") == 0) {
            EXPECT_TEXT(json_text(condition, "at", ""), "/villages/1/type");
            EXPECT_TEXT(json_text(json_at(written, "/conditions/1"), "status", ""), "undetermined");
        }
        if (strcmp(e.result.rule->id, "V3") == 0)
            EXPECT_TEXT(json_at(written, "/missing/0/path/1")->text, "逐项");
        Buf lines = BUF(cx);
        explanation_print(cx, &lines, &e);
        EXPECT(strstr(buf_text(&lines), e.result.zh) != NULL);
    }
}

static void expect_example(Cx *cx, const Pack *pack, const char *batch, int n)
{
    size_t length;
    const char *base = arena_format(cx->arena, "examples/zone-%d", n);
    const char *path = test_shared(cx, arena_format(cx->arena, "%s.json", base));
    const char *expected = test_shared(cx, arena_format(cx->arena, "%s.expected.json", base));
    if (!path || !expected)
        return;
    Check check = checked(cx, pack, test_read(cx, path, &length), batch);
    const Json *got = answer(cx, &check), *want;
    const char *text = test_read(cx, expected, &length);
    EXPECT_OK(json_parse(cx, &want, text, length, &JSON_LIMITS));
    EXPECT(json_same(json_get(got, "zone"), json_get(want, "zone")));
    EXPECT(json_same(json_get(got, "submittable"), json_get(want, "submittable")));
    EXPECT(json_same(json_get(got, "blocking"), json_get(want, "blocking")));
    EXPECT(json_same(json_get(got, "needs_exception"), json_get(want, "needs_exception")));
    const Json *results = json_get(got, "results"), *status = json_get(want, "status");
    EXPECT_INT(results->count, status->count);
    for (size_t i = 0; i < status->count; i++) {
        EXPECT_TEXT(json_text(results->items[i], "rule", ""), status->items[i]->key);
        EXPECT_TEXT(json_text(results->items[i], "status", ""), status->items[i]->text);
    }
}

CASE("the examples of the contract are answered as it says")
{
    size_t length;
    const Pack *pack = given_pack(cx);
    const char *batch = test_shared(cx, "examples/batch.json");
    if (!batch)
        return;
    batch = test_read(cx, batch, &length);
    for (int n = 1; n <= 3; n++)
        expect_example(cx, pack, batch, n);
}

CASE("the golden tests of the pack hold")
{
    Findings f = { 0 };
    GoldenCases cases = { 0 };
    golden_run(cx, &f, &cases, given_pack(cx));
    for (size_t i = 0; i < f.count; i++)
        print_message("%s:%s: %s\n", f.items[i].file, f.items[i].at, f.items[i].en);
    EXPECT_INT(f.count, 0);
    EXPECT(cases.count >= 50);
}

CASE("an empty dossier has every rule once, met by nothing that is missing")
{
    Check check = checked(cx, given_pack(cx), "{\"zone\":\"样例\",\"county\":\"370124\"}", NULL);
    EXPECT_INT(check.count, 35);
    EXPECT(!check.submittable);
    for (size_t i = 0; i < check.count; i++) {
        EXPECT_INT(check.results[i].status, UNDETERMINED);
        EXPECT(check.results[i].missing[0] != NULL);
        EXPECT(*check.results[i].zh && *check.results[i].en);
    }
    EXPECT_TEXT(result(&check, "F3")->missing[0], "batch:/key_counties");
    EXPECT(result(&check, "F3")->places[0] == NULL);
    EXPECT_TEXT(result(&check, "P3")->zh, "规划未填，无法判断。");
}

CASE("a failing item is named with its place and its state, in both languages")
{
    const Pack *pack = given_pack(cx);
    Check check = checked(cx, pack,
                          "{\"zone\":\"样例\",\"county\":\"370124\",\"villages\":["
                          "{\"code\":\"370124103201\",\"name\":\"甲村\",\"type\":\"cluster\"},"
                          "{\"code\":\"370124103202\",\"name\":\"乙村\",\"type\":\"suburban\","
                          "\"plan\":false},"
                          "{\"code\":\"370124103203\",\"type\":null}]}",
                          NULL);
    const CheckResult *v2 = result(&check, "V2"), *v3 = result(&check, "V3");
    EXPECT_TEXT(v2->zh, "乙村是城郊融合类，不能列入。");
    EXPECT_TEXT(v2->en, "乙村: Suburban, may not be in.");
    EXPECT_TEXT(v2->places[0], "/villages/1/type");
    EXPECT(v2->places[1] == NULL);
    EXPECT_TEXT(v3->names[0], "乙村");
    EXPECT_TEXT(result(&check, "V1")->zh, "覆盖 3 个行政村，原则上应有 10 个。");
}

CASE("what is missing is named by its label and its item")
{
    const Pack *pack = given_pack(cx);
    Check check = checked(cx, pack,
                          "{\"zone\":\"样例\",\"county\":\"370124\",\"villages\":["
                          "{\"code\":\"370124103201\",\"name\":\"甲村\",\"plan\":true},"
                          "{\"code\":\"370124103202\"},{\"code\":\"370124103203\"}]}",
                          NULL);
    EXPECT_TEXT(result(&check, "V2")->zh, "甲村的类型、370124103202的类型等 3 项未填，无法判断。");
    EXPECT_TEXT(result(&check, "V2")->en,
                "甲村: Type, 370124103202: Type and 1 more not filled in.");
    EXPECT_TEXT(result(&check, "V3")->places[1], "/villages/2/plan");
}

CASE("values are decimals as text, and an unknown one is null")
{
    const Pack *pack = given_pack(cx);
    Check check = checked(cx, pack,
                          "{\"zone\":\"样例\",\"county\":\"370124\",\"funds\":{"
                          "\"transitional\":[{\"amount\":\"0.1\"},{\"amount\":0.2}],"
                          "\"integrated\":[{\"amount\":null}]}}",
                          NULL);
    const Json *results = json_get(answer(cx, &check), "results");
    const Json *values = json_get(results->items[10], "values");
    EXPECT_TEXT(json_text(results->items[10], "rule", ""), "F5");
    EXPECT_TEXT(json_text(values, "衔接资金", ""), "0.3");
    EXPECT_TEXT(json_text(values, "要求", ""), "0.15");
    EXPECT(json_missing(json_get(values, "整合行业资金")));
    EXPECT_TEXT(json_get(values, "位置")->items[0]->text, "/funds/integrated/0/amount");
}

CASE("a check for people begins with what keeps the dossier back")
{
    const Pack *pack = given_pack(cx);
    Check check =
        checked(cx, pack, "{\"zone\":\"样例\",\"county\":\"370124\",\"contiguous\":false}", NULL);
    Buf b = BUF(cx);
    check_print(cx, &b, &check);
    EXPECT(strncmp(buf_text(&b), "样例：不能报送，", strlen("样例：不能报送，")) == 0);
    EXPECT(strstr(b.at, "不符合 1\n  V4   一、2（2）  应  各村没有集中连片。\n") != NULL);
    cx->lang = EN;
    b = BUF(cx);
    check_print(cx, &b, &check);
    EXPECT(strstr(buf_text(&b), "Not met 1\n  V4   一.2.b  must  The villages") != NULL);
}

CASE("no id of a clause stands in what people read in Chinese: each is cited as the notice counts")
{
    const Pack *pack = given_pack(cx);
    const char *dossier = "{\"zone\":\"样例\",\"county\":\"370124\"}";
    const Json *j;
    Check check = checked(cx, pack, dossier, NULL);
    Tables batch = check_no_batch(cx, pack);
    Buf b = BUF(cx);
    check_print(cx, &b, &check);
    EXPECT_OK(check_read_dossier(cx, &j, pack, dossier, strlen(dossier)));
    for (size_t i = 0; i < pack->rule_count; i++) {
        Explanation e;
        EXPECT_OK(check_explain(cx, &e, pack, &pack->rules[i], j, &batch));
        explanation_print(cx, &b, &e);
    }
    for (size_t i = 0; i < pack->clause_count; i++) {
        const char *id = pack->clauses[i].id, *cite = clause_cite(cx, id, ZH);
        EXPECT(strpbrk(cite, "./") == NULL && *cite != '\0');
        EXPECT_TEXT(clause_cite(cx, id, EN), id);
        if (strchr(id, '.'))
            EXPECT(strstr(buf_text(&b), id) == NULL);
    }
    EXPECT_TEXT(clause_cite(cx, "一.2.d/s1", ZH), "一、2（4）");
    EXPECT_TEXT(clause_cite(cx, "三.0", ZH), "三");
}

CASE("input that is not of the contract is refused with its place")
{
    const Pack *pack = given_pack(cx);
    const Json *j;
    Tables tables;
#define REFUSED(text, field)                                                                       \
    EXPECT_FAIL(check_read_dossier(cx, &j, pack, text, strlen(text)), INVALID, field)
    REFUSED("{\"zone\":\"z\",\"county\":\"37012a\"}", "/county");
    REFUSED("{\"zone\":\"z\",\n\"zone\":\"y\"}", "2:1");
    REFUSED("\xEF\xBB\xBF{}", "1:1");
    EXPECT_FAIL(check_read_batch(cx, &tables, pack, "{\"key_counties\":1}", 18), INVALID,
                "/key_counties");
#undef REFUSED
}

CASE("thousands of unknown facts are listed once each, in order")
{
    const Pack *pack = given_pack(cx);
    Buf b = BUF(cx);
    buf_add(&b, "{\"zone\":\"样例\",\"county\":\"370124\",\"villages\":[");
    for (int i = 0; i < 3000; i++)
        buf_format(&b, "%s{\"code\":\"370124%06d\"}", i ? "," : "", i);
    buf_add(&b, "]}");
    Check check = checked(cx, pack, b.at, NULL);
    const char *const *missing = result(&check, "V3")->missing;
    EXPECT_TEXT(missing[2999], "/villages/2999/plan");
    EXPECT(missing[3000] == NULL);
}
