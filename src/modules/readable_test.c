#include "modules/readable_testing.h"

#include "base/text.h"
#include "modules/modules.h"
#include "tests/test.h"

#include <string.h>

CASE("what no official should read is seen")
{
    EXPECT(unreadable("您没有“查看推进区”（See zones）的权限") != NULL);
    EXPECT(unreadable("0 不在 1 至 9223372036854775807 之间") != NULL);
    EXPECT(unreadable("数据前后不一致，请核对。，请县级填报") != NULL);
    EXPECT(unreadable("承诺（SHA-256）应为 64 位；请用 PDF（不超过 20 MB）。") == NULL);
    EXPECT_TEXT(text_phrase(cx, "村庄类型不符。 "), "村庄类型不符");
    EXPECT_TEXT(text_phrase(cx, "。，"), "");
    EXPECT_TEXT(text_phrase(cx, "a.b"), "a.b");
}

static void expect_limit_told(Cx *cx, const Field *f, int64_t value)
{
    Field one[] = { *f, FIELDS_END };
    Json number = { .type = J_INT, .key = f->key, .integer = value };
    Json *items[] = { &number };
    one[0].flags &= ~(unsigned)(FIELD_READONLY | FIELD_VIRTUAL);
    Err e = field_check(cx, one, &(Json){ .type = J_OBJECT, .count = 1, .items = items });
    EXPECT_INT(e, INVALID);
    if (unreadable(cx->failure.zh))
        print_error("%s: %s\n", f->key, cx->failure.zh);
    EXPECT(unreadable(cx->failure.zh) == NULL);
}

CASE("no field of any module tells a limit that it does not have")
{
    int told = 0;
    for (size_t m = 0; MODULES[m]; m++)
        for (const Field *f = MODULES[m]->fields; f && f->type != FIELD_END; f++) {
            if (f->type != FIELD_INT)
                continue;
            told++;
            expect_limit_told(cx, f, f->min - 1);
            if (f->max)
                expect_limit_told(cx, f, f->max + 1);
        }
    EXPECT(told > 10);
}
