#include "core/record/message.h"

#include "modules/server_testing.h"

static void given_message(Cx *cx, const char *to)
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(
        message_send(cx, server_user(cx, to), "zone", 1, "推进区已退回", "the zone came back"));
    EXPECT_OK(store_commit(cx));
}

static int64_t unread(Cx *cx, const char *as)
{
    return json_int(server_ask(cx, as, "GET", "/api/messages/unread", NULL).json, "unread", -1);
}

SERVER_CASE("everybody reads his own messages and nobody else's")
{
    given_message(cx, "county");
    given_message(cx, "county");
    server_table(cx, (const Ask[]){ { "GET", "/api/messages", NULL, "guest", 401 },
                                    { "GET", "/api/messages/unread", NULL, "guest", 401 },
                                    { "POST", "/api/messages/1/read", NULL, "guest", 401 },
                                    { "POST", "/api/messages/1/read", NULL, "city", 404 },
                                    { "POST", "/api/messages/read", NULL, "guest", 401 },
                                    { NULL } });
    EXPECT_INT(json_int(server_ask(cx, "city", "GET", "/api/messages", NULL).json, "total", -1), 0);
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", "/api/messages", NULL).json, "total", -1),
               2);
    EXPECT_INT(unread(cx, "county"), 2);
    EXPECT_INT(server_ask(cx, "county", "POST", "/api/messages/1/read", NULL).status, 200);
    EXPECT_INT(unread(cx, "county"), 1);
    EXPECT_INT(server_ask(cx, "county", "POST", "/api/messages/read", NULL).status, 200);
    EXPECT_INT(unread(cx, "county"), 0);
}

SERVER_CASE("no fault leaves messages half read")
{
    given_message(cx, "county");
    server_sweep(cx, &(Ask){ "POST", "/api/messages/1/read", NULL, "county", 200 });
    server_sweep(cx, &(Ask){ "POST", "/api/messages/read", NULL, "county", 200 });
}
