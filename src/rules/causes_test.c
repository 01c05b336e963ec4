#include "rules/value.h"
#include "tests/test.h"

CASE("causes stand in the order of their first appearance, each once")
{
    Value b = value_unknown(cx, "/b"), a = value_unknown(cx, "/a"), again = value_unknown(cx, "/b");
    Value ba = value_unknown_both(cx, &b, &a);
    Value all = value_unknown_both(cx, &ba, &again);
    size_t count;
    const char *const *list = causes_list(cx, all.causes, &count);
    EXPECT_INT(count, 2);
    EXPECT_TEXT(list[0], "/b");
    EXPECT_TEXT(list[1], "/a");
    EXPECT(list[2] == NULL);
    EXPECT_TEXT(value_literal(cx, &all), "unknown(/b, /a)");
}

CASE("a union of unions that share their halves is read in linear time")
{
    Value v = value_unknown(cx, "/x"), w = value_unknown(cx, "/y");
    for (int i = 0; i < 200; i++) {
        Value next = value_unknown_both(cx, &v, &w);
        w = value_unknown_both(cx, &w, &next);
        v = next;
    }
    size_t count;
    causes_list(cx, v.causes, &count);
    EXPECT_INT(count, 2);
}
