#include "core/record/licence.h"

#include "modules/server_testing.h"

#include <string.h>

SERVER_CASE("the licences are for everybody")
{
    server_table(cx, (const Ask[]){ { "GET", "/api/licences", NULL, "guest", 200 },
                                    { "GET", "/api/licences", NULL, "county", 200 },
                                    { NULL } });
}

CASE("whatever the program holds or links is owned up to, whole and in both ways")
{
    size_t count = 0, held = 0, npm = 0;
    Buf notice = BUF(cx), bill = BUF(cx);
    licence_notice(cx, &notice);
    licence_bill(cx, &bill, "1");
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, buf_text(&bill), bill.length, &JSON_LIMITS));
    const Json *components = json_get(j, "components");
    for (const Licence *l = LICENCES; l->part; l++, count++) {
        EXPECT(option_find(LICENCE_PARTS, l->part) != NULL);
        EXPECT(*l->name && *l->licence && strncmp(l->home, "https://", 8) == 0);
        EXPECT(strstr(buf_text(&notice), l->home) != NULL);
        EXPECT_TEXT(json_text(components->items[count], "name", NULL), l->name);
        held += strcmp(l->part, "held") == 0 && l->text != NULL;
        npm += strcmp(l->part, "pages") == 0;
    }
    EXPECT_INT((int64_t)components->count, (int64_t)count);
    EXPECT(held > 0 && npm > 3);
}
