/* Nouns that are kept elsewhere and listed on the block: read there by whom they are for, and
 * written by nobody. */
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <string.h>

static int64_t total(Cx *cx, const char *who, const char *path)
{
    Answer a = server_ask(cx, who, "GET", path, NULL);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "total", -1);
}

/* Of the form's field: how many options it has. */
static size_t options(Cx *cx, const char *who, const char *noun, const char *key)
{
    Answer a =
        server_ask(cx, who, "GET", arena_format(cx->arena, "/api/registers/%s/form", noun), NULL);
    const Json *fields = json_get(a.json, "fields");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (strcmp(json_text(fields->items[i], "key", ""), key) == 0)
            return json_get(fields->items[i], "options")->count;
    return 0;
}

SERVER_CASE("zones are listed, filtered, summed and exported on the block, and written elsewhere")
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    server_table(cx, (const Ask[]){
                         { "GET", "/api/registers/zone", NULL, "guest", 401 },
                         { "GET", "/api/registers/zone", NULL, "sysadmin", 403 },
                         { "GET", "/api/registers/zone?moon=1", NULL, "county", 422 },
                         { "GET", "/api/registers/zone/1/history", NULL, "other-county", 404 },
                         { "POST", "/api/registers/zone", "{\"name\":\"x\"}", "county", 403 },
                         { "PUT", "/api/registers/zone/1", "{\"version\":1}", "county", 403 },
                         { "GET", "/api/registers/zone/template.xlsx", NULL, "county", 403 },
                         { "POST", "/api/registers/zone/views",
                           "{\"name\":\"x\",\"query\":\"county=3706&sort=name\",\"shared\":false}",
                           "county", 200 },
                         { NULL } });
    EXPECT_INT(total(cx, "province", "/api/registers/zone?county=3706&sort=-deadline"), 1);
    EXPECT_INT(total(cx, "province", "/api/registers/zone?county=3701"), 0);
    Answer one = server_ask(cx, "county", "GET", "/api/zones", NULL);
    const char *step = json_text(json_get(one.json, "rows")->items[0], "step", "");
    EXPECT_INT(total(cx, "county", arena_format(cx->arena, "/api/registers/zone?step=%s", step)),
               1);
    EXPECT_INT(total(cx, "county", arena_format(cx->arena, "/api/registers/zone?step=%.2s", step)),
               0);
    EXPECT_INT(total(cx, "county", "/api/zones?q=%E6%A0%B7%E4%BE%8B"), 1);
    EXPECT_INT(total(cx, "other-county", "/api/registers/zone"), 0);
    EXPECT(options(cx, "county", "zone", "step") > 5);
    EXPECT_INT(options(cx, "county", "zone", "batch_id"), 1);
    Answer a = server_ask(cx, "county", "GET", "/api/registers/zone/tally", NULL);
    EXPECT(!json_missing(json_get(json_get(a.json, "rows")->items[0], "sum")));
}

SERVER_CASE(
    "the audit log is listed by nouns and acts that the program names, for its reader alone")
{
    testing_zone(cx);
    server_table(cx, (const Ask[]){ { "GET", "/api/registers/audit", NULL, "guest", 401 },
                                    { "GET", "/api/registers/audit", NULL, "sysadmin", 403 },
                                    { "GET", "/api/registers/audit/form", NULL, "county", 403 },
                                    { "GET", "/api/registers/audit/export.xlsx?noun=zone", NULL,
                                      "auditadmin", 200 },
                                    { "POST", "/api/registers/audit", "{}", "auditadmin", 403 },
                                    { NULL } });
    EXPECT(total(cx, "auditadmin", "/api/registers/audit?noun=zone&sort=-at") > 0);
    EXPECT_INT(total(cx, "auditadmin", "/api/registers/audit?noun=zon"), 0);
    EXPECT(total(cx, "auditadmin",
                 "/api/registers/audit?q=370683&at=2000-01-01T00:00:00%2B08:00..") >= 0);
    EXPECT(options(cx, "auditadmin", "audit", "noun") > 25);
    EXPECT(options(cx, "auditadmin", "audit", "act") > 50);
}
