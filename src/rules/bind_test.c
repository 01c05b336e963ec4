#include "rules/bind.h"
#include "tests/test.h"

static const Option KINDS[] = { { "a", "甲", "A" }, { "b", "乙", "B" }, { NULL } };
static const Field LINE[] = { { .key = "amount", .type = FIELD_MONEY, .zh = "金额" },
                              { .key = "kind", .type = FIELD_ENUM, .zh = "种类", .options = KINDS },
                              FIELDS_END };
static const Field PLAN[] = { { .key = "start", .type = FIELD_DATE, .zh = "开始" },
                              { .key = "done", .type = FIELD_BOOL, .zh = "完成" },
                              FIELDS_END };
static const Field DOCUMENT[] = {
    { .key = "lines", .type = FIELD_LIST, .zh = "明细", .fields = LINE },
    { .key = "plan", .type = FIELD_OBJECT, .zh = "规划", .fields = PLAN },
    { .key = "class", .type = FIELD_OBJECT, .zh = "分类", .options = KINDS },
    { .key = "words", .type = FIELD_LIST, .zh = "词", .flags = FIELD_EMPTY },
    FIELDS_END
};

static Value bound(Cx *cx, const char *json, const char *prefix)
{
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, json, strlen(json), &JSON_LIMITS));
    EXPECT_OK(field_check(cx, DOCUMENT, j));
    return bind_document(cx, DOCUMENT, j, prefix);
}

CASE("a document becomes a context by labels, exact to the fen")
{
    Value v = bound(cx,
                    "{\"lines\":[{\"amount\":\"1999.999999\",\"kind\":\"b\"},{\"amount\":0.1}],"
                    "\"plan\":{\"start\":\"2023-01-31\",\"done\":false},\"class\":{\"x\":\"a\"}}",
                    "");
    EXPECT_TEXT(value_literal(cx, &v),
                "{明细: [{金额: 1999.999999, 种类: \"乙\"}, "
                "{金额: 0.1, 种类: unknown(/lines/1/kind)}], "
                "规划: {开始: @\"2023-01-31\", 完成: false}, 分类: {x: \"甲\"}, 词: []}");
}

CASE("what is absent or null is unknown at the outermost place")
{
    Value v = bound(cx, "{\"lines\":null,\"plan\":{\"done\":null}}", "batch:");
    EXPECT_TEXT(value_literal(cx, &v),
                "{明细: unknown(batch:/lines), 规划: {开始: unknown(batch:/plan/start), "
                "完成: unknown(batch:/plan/done)}, 分类: unknown(batch:/class), 词: []}");
}

CASE("known values keep their pointer")
{
    Value v = bound(cx, "{\"lines\":[{},{\"amount\":1}]}", "");
    const Value *lines = context_get(v.context, "明细");
    EXPECT_TEXT(lines->at, "/lines");
    EXPECT_TEXT(lines->list.items[1].at, "/lines/1");
    EXPECT_TEXT(context_get(lines->list.items[1].context, "金额")->at, "/lines/1/amount");
}

CASE("an expected key that a map lacks is unknown, one that it has stays")
{
    Value v = bound(cx, "{\"class\":{\"x\":\"a\"}}", "batch:");
    const Value *map = context_get(v.context, "分类");
    Value more = bind_expected(cx, map, "y");
    EXPECT_TEXT(value_literal(cx, &more), "{x: \"甲\", y: unknown(batch:/class/y)}");
    more = bind_expected(cx, map, "x");
    EXPECT_TEXT(value_literal(cx, &more), "{x: \"甲\"}");
    Value whole = bind_replace(cx, &v, "分类", value_null());
    EXPECT(value_is_null(context_get(whole.context, "分类")));
}
