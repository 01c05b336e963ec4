#include "modules/review/defence.h"

#include "base/date.h"
#include "modules/expert/draw.h"
#include "modules/expert/expert_testing.h"
#include "modules/review/review_testing.h"
#include "modules/server_testing.h"

#define SESSIONS "/api/batches/1/sessions"

static const char *session_body(Cx *cx, int64_t ms)
{
    return arena_format(cx->arena, "{\"starts_at\":\"%s\",\"place\":\"样例会场\"}",
                        instant_text(cx, cx_now(cx) + ms));
}

/* Two zones at step defence, their panel drawn. */
static void given_defence(Cx *cx)
{
    testing_review(cx);
    testing_review_zone(cx, "样例二区", "370682");
    testing_panel(cx);
    EXPECT_OK(store_run(
        cx, "UPDATE process_run SET step = 'defence', role = 'zone.defence' WHERE noun = 'zone'",
        NO_ARGS));
}

SERVER_CASE("sessions are planned by the province and seen in one's territory")
{
    const char *body = session_body(cx, DAY_MS);
    given_defence(cx);
    server_table(cx, (const Ask[]){
                         { "POST", SESSIONS, body, "guest", 401 },
                         { "POST", SESSIONS, body, "expert", 403 },
                         { "POST", SESSIONS, body, "county", 403 },
                         { "POST", SESSIONS, body, "province-fin", 403 },
                         { "POST", SESSIONS, session_body(cx, -1), "province", 422 },
                         { "POST", SESSIONS, "{}", "province", 422 },
                         { "POST", SESSIONS, body, "province", 200 },
                         { "POST", "/api/sessions/1/order", "{}", "county", 403 },
                         { "POST", "/api/sessions/9/order", "{}", "province", 404 },
                         { "POST", "/api/sessions/1/order", "{\"zones\":[1,1]}", "province", 422 },
                         { "POST", "/api/sessions/1/order", "{\"zones\":[9]}", "province", 422 },
                         { "POST", "/api/sessions/1/order", "{}", "province", 200 },
                         { "POST", "/api/sessions/1/order", "{}", "province", 409 },
                         { "GET", SESSIONS, NULL, "guest", 401 },
                         { "GET", SESSIONS, NULL, "expert", 403 },
                         { NULL } });
    Answer all = server_ask(cx, "province", "GET", SESSIONS, NULL);
    Answer own = server_ask(cx, "county", "GET", SESSIONS, NULL);
    EXPECT_INT(json_at(all.json, "/rows/0/slots")->count, 2);
    EXPECT_INT(json_at(own.json, "/rows/0/slots")->count, 1);
    EXPECT_INT(json_at(own.json, "/rows/0/slots/0/zone_id")->integer, 1);
    EXPECT_INT(json_at(all.json, "/rows/0/minutes")->integer, 25);
}

SERVER_CASE("the order is that of the draw's seed, which anybody can repeat")
{
    const char *seed;
    given_defence(cx);
    server_ask(cx, "province", "POST", SESSIONS, session_body(cx, DAY_MS));
    Answer a = server_ask(cx, "province", "POST", "/api/sessions/1/order", "{}");
    EXPECT_OK(draw_seed(cx, &seed, 1));
    const char *keys[] = { "1", "2" };
    draw_order(cx, seed, "defence", keys, 2);
    EXPECT_INT(json_at(a.json, "/rows/0/slots/0/zone_id")->integer, *keys[0] - '0');
    EXPECT_INT(json_at(a.json, "/rows/0/slots/1/zone_id")->integer, *keys[1] - '0');
}

SERVER_CASE("a defence begins and ends once, one at a time, and its time is taken")
{
    given_defence(cx);
    server_ask(cx, "province", "POST", SESSIONS, session_body(cx, DAY_MS));
    server_ask(cx, "province", "POST", "/api/sessions/1/order", "{}");
    server_table(
        cx, (const Ask[]){ { "POST", "/api/slots/1/end", "{\"version\":1}", "province", 409 },
                           { "POST", "/api/slots/1/start", "{\"version\":1}", "county", 403 },
                           { "POST", "/api/slots/1/start", "{\"version\":7}", "province", 409 },
                           { "POST", "/api/slots/1/start", "{\"version\":1}", "province", 200 },
                           { "POST", "/api/slots/1/start", "{\"version\":2}", "province", 409 },
                           { "POST", "/api/slots/2/start", "{\"version\":1}", "province", 409 },
                           { NULL } });
    server_clock(cx_now(cx) + 25 * 60000 + 20000);
    Answer a = server_ask(cx, "province", "POST", "/api/slots/1/end", "{\"version\":2}");
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "seconds", 0), 1520);
    EXPECT_INT(json_int(a.json, "over", 0), 20);
    server_table(
        cx, (const Ask[]){
                { "PUT", "/api/slots/1", "{\"version\":3,\"note\":\"样例记录\"}", "province", 200 },
                { "PUT", "/api/slots/1", "{\"version\":3,\"note\":\"样例记录\"}", "province", 409 },
                { "PUT", "/api/slots/1", "{\"version\":4,\"recording_id\":77}", "province", 422 },
                { "PUT", "/api/slots/1", "{\"version\":4}", "county", 403 },
                { "POST", "/api/slots/2/start", "{\"version\":1}", "province", 200 },
                { "POST", "/api/slots/2/end", "{\"version\":2}", "province", 200 },
                { NULL } });
    a = server_ask(cx, "province", "GET", SESSIONS, NULL);
    EXPECT_TEXT(json_at(a.json, "/rows/0/state")->text, "done");
}

SERVER_CASE("the panel scores the defence in sheets of its own, sealed as the paper")
{
    const char *me;
    given_defence(cx);
    server_ask(cx, "province", "POST", SESSIONS, session_body(cx, DAY_MS));
    server_ask(cx, "province", "POST", "/api/sessions/1/order", "{}");
    Answer a = server_ask(
        cx, "province", "POST", "/api/batches/1/review/defence/open",
        arena_format(cx->arena, "{\"deadline\":\"%s\"}", instant_text(cx, cx_now(cx) + DAY_MS)));
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "assigned", 0), 10);
    testing_sheet(cx, "defence", 1, 0, &me);
    a = server_ask(cx, me, "GET", "/api/review/sheets", NULL);
    EXPECT(json_at(a.json, "/rows/0/position")->integer >= 1);
    EXPECT(json_at(a.json, "/rows/0/planned_at")->text);
    testing_seal(cx, "defence");
    a = server_ask(cx, "province", "GET", "/api/batches/1/review/defence/result", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_get(a.json, "zones")->count, 2);
}

SERVER_CASE("no fault leaves a session half ordered or a defence half begun")
{
    given_defence(cx);
    server_sweep(cx, &(Ask){ "POST", SESSIONS, session_body(cx, DAY_MS), "province", 200 });
    int64_t id;
    EXPECT_OK(store_int(cx, &id, "SELECT max(id) FROM defence_session", NO_ARGS));
    server_sweep(cx,
                 &(Ask){ "POST", arena_format(cx->arena, "/api/sessions/%lld/order", (long long)id),
                         "{}", "province", 200 });
    EXPECT_OK(store_int(cx, &id, "SELECT min(id) FROM defence_slot", NO_ARGS));
    const char *slot = arena_format(cx->arena, "/api/slots/%lld", (long long)id);
    server_sweep(cx, &(Ask){ "POST", arena_format(cx->arena, "%s/start", slot), "{\"version\":1}",
                             "province", 200 });
    server_sweep(cx, &(Ask){ "POST", arena_format(cx->arena, "%s/end", slot), "{\"version\":2}",
                             "province", 200 });
    server_sweep(cx, &(Ask){ "PUT", slot, "{\"version\":3,\"note\":\"样例\"}", "province", 200 });
}
