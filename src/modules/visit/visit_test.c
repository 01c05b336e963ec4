#include "modules/visit/visit.h"

#include "modules/selection/selection_testing.h"

#include <string.h>

#define PLANNED "{\"state\":\"planned\",\"version\":0,\"day\":\"2022-11-22\"}"

SERVER_CASE("a site visit is saved in parts, done when whole, and final")
{
    testing_selection(cx);
    testing_act(cx, "province", "open", 200);
    server_table(
        cx,
        (const Ask[]){
            { "PUT", "/api/zones/2/visit", PLANNED, "guest", 401 },
            { "PUT", "/api/zones/2/visit", PLANNED, "county", 403 },
            { "PUT", "/api/zones/2/visit", PLANNED, "province", 200 },
            { "PUT", "/api/zones/2/visit", PLANNED, "province", 409 }, /* version 1 by now */
            { "PUT", "/api/zones/2/visit",
              "{\"state\":\"planned\",\"version\":1,\"findings\":[{\"item\":\"true\","
              "\"points\":6001}]}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit",
              "{\"state\":\"planned\",\"version\":1,\"findings\":[{\"item\":\"industry\","
              "\"points\":1}]}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit",
              "{\"state\":\"done\",\"version\":1,\"day\":\"2022-11-22\",\"team\":\"样例\"}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit", /* low, without a note */
              "{\"state\":\"done\",\"version\":1,\"day\":\"2022-11-22\",\"team\":\"样例\","
              "\"findings\":[{\"item\":\"true\",\"points\":3000},{\"item\":\"image\",\"points\":"
              "4000,\"note\":\"样例\"}]}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit", /* P10 wants its reason */
              "{\"state\":\"done\",\"version\":1,\"day\":\"2022-11-22\",\"team\":\"样例\","
              "\"findings\":[{\"item\":\"true\",\"points\":5000},{\"item\":\"image\",\"points\":"
              "4000}]}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit", /* a day that has not come */
              "{\"state\":\"done\",\"version\":1,\"day\":\"2022-12-22\",\"team\":\"样例\"}",
              "province", 422 },
            { "PUT", "/api/zones/2/visit",
              "{\"state\":\"done\",\"version\":1,\"day\":\"2022-11-22\",\"team\":\"样例\","
              "\"findings\":[{\"item\":\"true\",\"points\":5000},{\"item\":\"image\",\"points\":"
              "4000,\"note\":\"样例\"}]}",
              "province", 200 },
            { "PUT", "/api/zones/2/visit", "{\"state\":\"planned\",\"version\":2}", "province",
              409 },
            { NULL } });
    Answer a = testing_ok(cx, "province", "GET", "/api/zones/2/visit", NULL);
    EXPECT_INT(json_int(a.json, "score", 0), 90000000);
    EXPECT_TEXT(json_text(json_at(a.json, "/items/1"), "rule", ""), "P10");
    EXPECT(json_at(a.json, "/may/write")->boolean == false);
}

static int64_t given_photo(Cx *cx, int64_t visit)
{
    int64_t id;
    EXPECT_OK(store_run(cx,
                        "INSERT INTO attachment(digest, name, size, type, noun, noun_id, "
                        "territory, created_at, created_by) VALUES('00', 'a.jpg', 3, 'image/jpeg', "
                        "'selection', $1, '370681', 1, 1)",
                        ARGS(I(visit))));
    EXPECT_OK(store_int(cx, &id, "SELECT max(id) FROM attachment", NO_ARGS));
    return id;
}

static int add(Cx *cx, int64_t attachment, const char *rest)
{
    const char *body = arena_format(cx->arena, "{\"item\":\"true\",\"attachment_id\":%lld%s}",
                                    (long long)attachment, rest);
    return server_ask(cx, "province", "POST", "/api/visits/1/photos", body).status;
}

SERVER_CASE("a photo hangs on its visit and says where it was taken")
{
    testing_selection(cx);
    testing_act(cx, "province", "open", 200);
    testing_ok(cx, "province", "PUT", "/api/zones/2/visit", PLANNED);
    int64_t photo = given_photo(cx, 1), other = given_photo(cx, 99);
    static const char *const NOBODY[] = { "city", "county", "expert", "sysadmin", "auditadmin" };
    const char *body =
        arena_format(cx->arena, "{\"item\":\"true\",\"attachment_id\":%lld}", (long long)photo);
    const char *sent = "{\"noun\":\"selection\",\"noun_id\":1,\"name\":\"a.jpg\",\"size\":3}";
    const char *huge = "{\"noun\":\"selection\",\"noun_id\":1,\"name\":\"a.jpg\","
                       "\"size\":999999999999}";
    EXPECT_INT(server_ask(cx, "guest", "POST", "/api/visits/1/photos", body).status, 401);
    EXPECT_INT(server_ask(cx, "guest", "POST", "/api/uploads", sent).status, 401);
    for (size_t i = 0; i < COUNT(NOBODY); i++) {
        EXPECT_INT(server_ask(cx, NOBODY[i], "POST", "/api/visits/1/photos", body).status, 403);
        EXPECT_INT(server_ask(cx, NOBODY[i], "POST", "/api/uploads", sent).status / 100, 4);
    }
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/uploads", sent).status, 200);
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/uploads", huge).status / 100, 4);
    EXPECT_INT(add(cx, other, ""), 422);
    EXPECT_INT(add(cx, photo, ",\"longitude\":\"181\",\"latitude\":\"1\""), 422);
    EXPECT_INT(add(cx, photo, ",\"longitude\":\"120.12345678\",\"latitude\":\"1\""), 422);
    EXPECT_INT(add(cx, photo, ",\"longitude\":\"120.1\""), 422);
    EXPECT_INT(add(cx, photo,
                   ",\"longitude\":\"120.1234567\",\"latitude\":\"-37.5\","
                   "\"accuracy\":12,\"taken_at\":\"2022-11-22T10:00:00+08:00\""),
               200);
    EXPECT_INT(add(cx, photo, ""), 409);
    Answer a = testing_ok(cx, "province", "GET", "/api/zones/2/visit", NULL);
    const Json *p = json_at(a.json, "/items/0/photos/0");
    EXPECT_TEXT(json_text(p, "longitude", ""), "120.1234567");
    EXPECT_TEXT(json_text(p, "latitude", ""), "-37.5");
    EXPECT_INT(json_int(p, "accuracy", 0), 12);
    const char *path = arena_format(cx->arena, "/api/attachments/%lld", (long long)photo);
    EXPECT_INT(server_ask(cx, "county", "GET", path, NULL).status, 404);
    EXPECT_INT(server_ask(cx, "city", "GET", path, NULL).status, 404);
}
