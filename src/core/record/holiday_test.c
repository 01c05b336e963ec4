#include "core/record/holiday.h"

#include "modules/server_testing.h"

#include <string.h>

#define AT     "/api/holidays"
#define FRIDAY "{\"day\":\"2027-10-01\",\"work\":false,\"name\":\"国庆节\",\"sure\":true}"
#define SATURDAY                                                                                   \
    "{\"day\":\"2027-10-09\",\"work\":true,\"name\":\"国庆节\",\"sure\":false,\"source\":"      \
    "\"样例\"}"

SERVER_CASE("the province keeps the public holidays; offices and administrators see them")
{
    server_table(cx, (const Ask[]){ { "GET", AT "?day=2026-", NULL, "guest", 401 },
                                    { "GET", AT "?day=2026-", NULL, "expert", 403 },
                                    { "GET", AT "?day=2026-", NULL, "auditadmin", 403 },
                                    { "GET", AT "?day=2026-", NULL, "sysadmin", 200 },
                                    { "GET", AT "?day=2026-", NULL, "village", 200 },
                                    { "POST", AT, FRIDAY, "sysadmin", 403 },
                                    { "POST", AT, FRIDAY, "city", 403 },
                                    { "POST", AT, FRIDAY, "province-fin", 200 },
                                    { "PUT", AT, "[" FRIDAY "," SATURDAY "]", "county", 403 },
                                    { "PUT", AT, "[" FRIDAY "," SATURDAY "]", "province", 200 },
                                    { "PUT", AT, FRIDAY, "province", 422 },
                                    { "DELETE", AT "/1", NULL, "city", 403 },
                                    { "DELETE", AT "/1", NULL, "province", 200 },
                                    { "DELETE", AT "/1", NULL, "province", 404 },
                                    { NULL } });
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM holiday WHERE day LIKE '2027-%'", NO_ARGS));
    EXPECT_INT(n, 2);
}

SERVER_CASE("a list of days is saved whole or not at all, and the fault is named by its place")
{
    Answer a = server_ask(cx, "province", "PUT", AT,
                          "[" FRIDAY ",{\"day\":\"2027-10-11\",\"work\":true,\"name\":\"国庆节\","
                          "\"sure\":true}]");
    EXPECT_INT(a.status, 422);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "/1/work");
    EXPECT(strstr(a.body, "2027-10-11") != NULL);
    EXPECT_INT(server_ask(cx, "province", "PUT", AT, "[{\"day\":\"2027-13-01\"}]").status, 422);
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM holiday WHERE day LIKE '2027-%'", NO_ARGS));
    EXPECT_INT(n, 0);
}

SERVER_CASE("no fault leaves half a list of days")
{
    server_sweep(cx, &(Ask){ "PUT", AT, "[" FRIDAY "," SATURDAY "]", "province", 200 });
}
