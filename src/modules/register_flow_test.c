/* Rows on their way: a pack's own process with all that one can say, and rows from before there
 * were runs. */
#include "core/register/flow.h"
#include "core/register/register_install.h"
#include "modules/register_testing.h"
#include "store/store_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define LEAK     "/api/registers/leak"

REGISTER_CASES(INVENTED, "leak")

static int64_t given_leak(Cx *cx, const char *number, const char *organ)
{
    const char *body = arena_format(
        cx->arena,
        "{\"territory\":\"370683100200\",\"number\":\"%s\",\"found_on\":\"2022-11-01\","
        "\"organ\":%lld,\"due_on\":\"2099-12-31\"}",
        number, (long long)server_organ(cx, organ));
    Answer a = server_ask(cx, "township", "POST", LEAK, body);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static void acts(Cx *cx, int64_t id, const char *act, int version, const char *who, int status)
{
    const char *to = arena_format(cx->arena, LEAK "/%lld/acts", (long long)id);
    const char *body = arena_format(
        cx->arena, "{\"act\":\"%s\",\"version\":%d,\"reason\":\"样例理由\"}", act, version);
    server_table(cx, (const Ask[]){ { "POST", to, body, who, status }, { NULL } });
}

static void changes(Cx *cx, int64_t id, const char *body, const char *who, int status)
{
    const char *row = arena_format(cx->arena, LEAK "/%lld", (long long)id);
    server_table(cx, (const Ask[]){ { "PUT", row, body, who, status }, { NULL } });
}

static const char *told(Cx *cx, int64_t id, const char *key)
{
    const char *row = arena_format(cx->arena, LEAK "/%lld", (long long)id);
    return json_text(server_ask(cx, "township", "GET", row, NULL).json, key, "");
}

/* Does it wait for him? */
static bool waits(Cx *cx, const char *who, int64_t id)
{
    const Json *rows = json_get(server_ask(cx, who, "GET", "/api/inbox", NULL).json, "todo");
    bool found = false;
    for (size_t i = 0; rows && i < rows->count; i++)
        found |= strcmp(json_text(rows->items[i], "noun", ""), "leak") == 0 &&
                 json_int(rows->items[i], "noun_id", 0) == id;
    return found;
}

static void given_duty(Cx *cx, const char *who, const char *duty)
{
    EXPECT_OK(store_run(cx, "UPDATE organ SET kind = 'department', duty = $2 WHERE id = $1",
                        ARGS(I(server_organ(cx, who)), T(duty))));
}

/* What the desk offers of the row, as the page shows it. */
static bool offers(Cx *cx, const char *who, int64_t id, const char *act)
{
    const char *flow = arena_format(cx->arena, LEAK "/%lld/flow", (long long)id);
    Answer a = server_ask(cx, who, "GET", flow, NULL);
    return json_bool(json_get(a.json, "may"), act, false);
}

SERVER_CASE("a desk is a department's by its duty, and the term of its step ends on a day")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given_leak(cx, "1", "village");
    acts(cx, id, "forward", 1, "township", 200);
    EXPECT_TEXT(told(cx, id, "state"), "survey");
    EXPECT_TEXT(told(cx, id, "step_due"), day_text(cx, day_of_instant(cx_now(cx)) + 5));
    given_duty(cx, "county-fin", "housing");
    EXPECT(!waits(cx, "county-fin", id));
    acts(cx, id, "forward", 2, "county-fin", 403);
    int64_t colleague = server_join(cx, "water", "county");
    given_duty(cx, "county", "water"); /* both sit at that organ */
    EXPECT(waits(cx, "county", id) && waits(cx, "water", id) &&
           offers(cx, "county", id, "delegate"));
    const char *to = arena_format(cx->arena, LEAK "/%lld/acts", (long long)id);
    const char *hand_on = arena_format(cx->arena,
                                       "{\"act\":\"delegate\",\"version\":2,"
                                       "\"user_id\":%lld}",
                                       (long long)colleague);
    server_table(cx, (const Ask[]){ { "POST", to, hand_on, "township", 403 },
                                    { "POST", to, hand_on, "county", 200 },
                                    { NULL } });
    EXPECT(!waits(cx, "county", id) && waits(cx, "water", id));
    acts(cx, id, "forward", 2, "county", 403);
    acts(cx, id, "forward", 2, "water", 200);
    EXPECT_TEXT(told(cx, id, "step_due"), "2099-12-31");
}

SERVER_CASE("the organ that a row names acts on it: what its guard asks, in its own fields alone")
{
    register_testing_pack(cx, INVENTED);
    int64_t id = given_leak(cx, "1", "village");
    acts(cx, id, "forward", 1, "township", 200);
    acts(cx, id, "forward", 2, "county", 200);
    EXPECT(waits(cx, "village", id) && !waits(cx, "township", id));
    acts(cx, id, "forward", 3, "township", 403);
    acts(cx, id, "forward", 3, "village", 409);
    changes(cx, id, "{\"version\":3,\"number\":\"2\"}", "village", 409);
    changes(cx, id, "{\"version\":3,\"measure\":\"样例：换管\"}", "township", 403);
    changes(cx, id, "{\"version\":3,\"measure\":\"样例：换管\"}", "village", 200);
    acts(cx, id, "forward", 4, "village", 200);
    acts(cx, id, "forward", 5, "village", 403); /* who mended it verifies nothing */
    EXPECT(!offers(cx, "village", id, "forward") && offers(cx, "township", id, "forward"));
    acts(cx, id, "back", 5, "township", 200);
    acts(cx, id, "forward", 6, "village", 200);
    acts(cx, id, "forward", 7, "township", 200);
    EXPECT_TEXT(told(cx, id, "state"), "mended");
    EXPECT(offers(cx, "village", id, "reopen") && !offers(cx, "township", id, "reopen"));
    acts(cx, id, "reopen", 8, "township", 403);
    acts(cx, id, "reopen", 8, "village", 200);
    EXPECT_TEXT(told(cx, id, "state"), "mending");
}

SERVER_CASE("a row names an organ of its place, and is rejected by the register's own clause")
{
    const char *clause;
    register_testing_pack(cx, INVENTED);
    int64_t id = given_leak(cx, "1", "village"), other = given_leak(cx, "2", "village");
    acts(cx, id, "forward", 1, "township", 200);
    EXPECT(offers(cx, "county", id, "reject"));
    acts(cx, id, "reject", 2, "township", 403);
    acts(cx, id, "reject", 2, "county", 200);
    EXPECT_TEXT(told(cx, id, "state"), "dropped");
    EXPECT_OK(
        store_text(cx, &clause, "SELECT clause FROM process_act WHERE act = 'reject'", NO_ARGS));
    EXPECT_TEXT(clause, "二.2");
    acts(cx, id, "reopen", 3, "county", 409);
    acts(cx, other, "forward", 1, "township", 200);
    EXPECT_OK(store_run(cx, "UPDATE leak SET organ = $1 WHERE id = $2",
                        ARGS(I(server_organ(cx, "other-county")), I(other))));
    acts(cx, other, "forward", 2, "county", 422);
    EXPECT_TEXT(told(cx, other, "state"), "survey");
}

/* --- rows from before there were runs --- */

typedef struct Laid {
    int64_t runs, desks, acts;
} Laid;

static Laid laid(Cx *cx)
{
    Laid n;
    EXPECT_OK(store_int(cx, &n.runs, "SELECT count(*) FROM process_run", NO_ARGS));
    EXPECT_OK(store_int(cx, &n.desks, "SELECT count(*) FROM process_desk", NO_ARGS));
    EXPECT_OK(store_int(cx, &n.acts, "SELECT count(*) FROM process_act", NO_ARGS));
    return n;
}

/* As an older program left them: at their step, with who sent them, and on nobody's desk. */
static void given_older(Cx *cx)
{
    static const char *const STATES[] = { "draft", "returned", "sent", "checked", "settled" };
    for (int n = 1; n <= (int)COUNT(STATES); n++) {
        Answer a = server_ask(cx, "village", "POST", "/api/registers/well",
                              register_testing_body(cx, "well", n));
        EXPECT_INT(a.status, 200);
        EXPECT_OK(store_run(cx, "UPDATE well SET state = $2, sent_by = $3 WHERE id = $1",
                            ARGS(I(json_int(a.json, "id", 0)), T(STATES[n - 1]),
                                 I(n == 1 ? UNSET : server_user(cx, "village")))));
    }
    EXPECT_OK(store_run(cx, "UPDATE register SET adopted = 0", NO_ARGS));
}

SERVER_CASE("rows that an older program left on their way are laid on desks at the start, once")
{
    register_testing_pack(cx, INVENTED);
    given_older(cx);
    cx->user = NULL;
    EXPECT_OK(register_keep_all(cx));
    EXPECT_INT(laid(cx).runs, 3); /* returned, sent, checked */
    EXPECT_INT(laid(cx).desks, 3);
    int64_t taken = laid(cx).acts;
    for (int again = 0; again < 2; again++) { /* a second start, and one that was cut short */
        EXPECT_OK(register_keep_all(cx));
        EXPECT_INT(laid(cx).runs, 3);
        EXPECT_INT(laid(cx).desks, 3);
        EXPECT_INT(laid(cx).acts, taken);
        EXPECT_OK(store_run(cx, "UPDATE register SET adopted = 0", NO_ARGS));
    }
    static const char AT[] = "/api/registers/well/%d/acts";
    const char *on = "{\"act\":\"forward\",\"version\":1}";
    const char *back = "{\"act\":\"withdraw\",\"version\":1}";
    const char *row[6];
    for (int n = 1; n < 6; n++)
        row[n] = arena_format(cx->arena, AT, n);
    server_table(cx, (const Ask[]){ { "POST", row[1], on, "village", 200 },
                                    { "POST", row[2], back, "village", 403 },
                                    { "POST", row[2], on, "village", 200 },
                                    { "POST", row[3], on, "village", 403 },
                                    { "POST", row[3], on, "township", 200 },
                                    { "POST", row[4], on, "township", 403 },
                                    { "POST", row[4], back, "village", 403 },
                                    { "POST", row[5], on, "village", 409 },
                                    { NULL } });
}

SERVER_CASE("no fault of the start leaves a row half laid on its desk")
{
    register_testing_pack(cx, INVENTED);
    given_older(cx);
    cx->user = NULL;
    for (int n = 1;; n++) {
        store_testing_fail(n, INTERNAL);
        Err e = register_keep_all(cx);
        bool through = !store_testing_failed();
        store_testing_fail(0, OK);
        if (through)
            break;
        EXPECT(e != OK);
        EXPECT_INT(laid(cx).runs, laid(cx).desks);
    }
    EXPECT_INT(laid(cx).runs, 3);
}
