#include "rules/lint.h"
#include "tests/test.h"

/* What is said of the expression, faults and notes, each with its place. */
static const char *said(Cx *cx, const char *text)
{
    static const char *const always[] = { "参数", NULL };
    const TypeField fields[] = { { "金额", type_simple(TYPE_NUMBER) },
                                 { "名称", type_simple(TYPE_STRING) } };
    const Type village = { .kind = TYPE_CONTEXT, .closed = true, .fields = fields, .count = 2 };
    const Name names[] = { { "村", type_list(cx, &village) },
                           { "参数", &village },
                           { "开始", type_simple(TYPE_DATE) },
                           { "连片", type_simple(TYPE_BOOLEAN) } };
    const Scope scope = { .names = names, .count = COUNT(names) };
    const Feel *feel;
    EXPECT_OK(feel_compile(cx, &feel, text, &scope));
    Lints lints = feel_lint(cx, feel, always);
    Buf b = BUF(cx);
    for (size_t i = 0; i < lints.count; i++) {
        const Lint *l = &lints.at[i];
        EXPECT(*l->zh != 0);
        buf_format(&b, "%s%u:%u %s", i ? "; " : "", l->span.line, l->span.column,
                   l->note ? l->en : strchr(l->en, ':') + 2);
    }
    return buf_text(&b);
}

CASE("operands that can never fit are faults, with their types")
{
    static const char *const rows[][2] = {
        { "参数.金额 + 1", "" },
        { "参数.金额 + 参数.名称", "1:1 number and string do not fit, the result is always null" },
        { "1 + 参数.名称 * 2", "1:5 string and number do not fit, the result is always null" },
        { "参数.金额 > \"5000\"", "1:1 number and string do not fit, the result is always null" },
        { "开始 = 参数.名称", "1:1 date and string do not fit, the result is always null" },
        { "开始 + @\"P1Y\" < @\"2024-01-01\"", "" },
        { "连片 and 参数.金额", "1:1 boolean and number do not fit, the result is always null" },
        { "连片 > true", "1:1 boolean and boolean do not fit, the result is always null" },
        { "string length(参数.金额)", "1:1 number does not fit, the result is always null" },
        { "every v in [1] satisfies v + 1", "1:1 number does not fit, the result is always null" },
        { "if 参数.金额 then 1 else 2", "1:1 number does not fit, the result is always null" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        EXPECT_TEXT(said(cx, rows[i][0]), rows[i][1]);
}

CASE("an absent fact below an if, every or some is a note that names it")
{
    static const char *const rows[][2] = {
        { "if 连片 then 1 else 2",
          "1:1 the condition may be unknown: where 连片 is absent, the whole if is" },
        { "if 参数.金额 > 1 then 1 else 2", "" },
        { "if is unknown(连片) then 1 else 2", "" },
        { "every v in 村 satisfies v.金额 > 1",
          "1:1 the list may be absent: where 村 is, the result is unknown" },
        { "for v in [1] return if v > 0 and 开始 > @\"2022-01-01\" then 1 else 2",
          "1:21 the condition may be unknown: where 开始 is absent, the whole if is" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        EXPECT_TEXT(said(cx, rows[i][0]), rows[i][1]);
}
