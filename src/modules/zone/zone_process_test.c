#include "core/process/pack_store.h"
#include "core/process/process.h"
#include "modules/batch/batch.h"
#include "modules/server_testing.h"
#include "modules/zone/zone.h"
#include "modules/zone/zone_testing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char ACTS[] = "/api/zones/1/acts";

static const char *said(Cx *cx, const char *act, int64_t round, const char *more)
{
    return arena_format(cx->arena, "{\"act\":\"%s\",\"round\":%lld%s}", act, (long long)round,
                        more);
}

/* The zone as the engine alone sends it on: what a step needs is proved elsewhere. */
static void given_forward(Cx *cx, const char *who)
{
    ZoneView v;
    bool moved;
    server_as(cx, who);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(zone_view(cx, &v, 1));
    EXPECT_OK(process_act(cx, &moved, v.process, &v.run,
                          &(StepAct){ .act = "forward", .round = v.run.round }));
    EXPECT_OK(store_commit(cx));
}

static void given_confirm(Cx *cx)
{
    testing_zone(cx);
    given_forward(cx, "county");
}

/* At the form check of the province, as the city's recommendation would bring it there. */
static void given_form(Cx *cx)
{
    int64_t id;
    given_confirm(cx);
    given_forward(cx, "county-sign");
    given_forward(cx, "county-fin-sign");
    given_forward(cx, "county-gov");
    given_forward(cx, "city");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_FAIL(zone_pass(cx, 1, &(Pass){ .by = "recommendation", .by_id = 1 }), CONFLICT,
                "tables");
    store_rollback(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(batch_add_entry(cx, &id,
                              &(BatchEntry){ .batch_id = 1,
                                             .kind = "key_county",
                                             .code = "370124",
                                             .value = "",
                                             .document = "样例",
                                             .valid_from = UNSET,
                                             .valid_to = UNSET }));
    EXPECT_OK(zone_pass(cx, 1, &(Pass){ .by = "recommendation", .by_id = 1 }));
    EXPECT_OK(store_commit(cx));
}

static int64_t round_of(Cx *cx)
{
    int64_t round;
    EXPECT_OK(store_int(
        cx, &round, "SELECT round FROM process_run WHERE noun = 'zone' AND noun_id = 1", NO_ARGS));
    return round;
}

SERVER_CASE("a zone that another noun moves ends by its act alone, with clause and reason")
{
    Pass pass = { .by = "selection", .by_id = 1, .to = "disqualified", .clause = "四.3/s3" };
    given_form(cx);
    const char *body = said(cx, "reject", round_of(cx), ",\"reason\":\"样例\",\"clause\":\"四\"");
    server_table(cx, (const Ask[]){ { "POST", ACTS, body, "guest", 401 },
                                    { "POST", ACTS, body, "village", 403 },
                                    { "POST", ACTS, body, "other-county", 404 },
                                    { "POST", ACTS, body, "county", 409 },
                                    { "POST", ACTS, body, "city", 409 },
                                    { "POST", ACTS, body, "province", 409 },
                                    { NULL } });
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_FAIL(zone_pass(cx, 1, &pass), INVALID, "reason");
    pass.reason = "样例";
    EXPECT_OK(zone_pass(cx, 1, &pass));
    EXPECT_FAIL(zone_pass(cx, 1, &pass), CONFLICT, "step");
    EXPECT_OK(store_commit(cx));
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1", NULL);
    EXPECT_TEXT(json_at(a.json, "/flow/end/key")->text, "disqualified");
    EXPECT(!json_at(a.json, "/flow/end/good")->boolean);
    EXPECT_TEXT(json_at(a.json, "/flow/steps/5/state")->text, "done");
    EXPECT_TEXT(json_at(a.json, "/flow/steps/6/state")->text, "skipped");
    a = server_ask(cx, "county", "GET", "/api/zones/1/history", NULL);
    EXPECT_TEXT(json_at(a.json, "/history/0/clause")->text, "四.3/s3");
    a = server_ask(cx, "county-gov", "GET", "/api/inbox", NULL);
    EXPECT_INT(json_at(a.json, "/copied")->count, 1);
    a = server_ask(cx, "county-check", "GET", "/api/inbox", NULL);
    EXPECT_TEXT(json_at(a.json, "/copied/0/step_zh")->text, "取消资格");
}

SERVER_CASE("a desk is handed on over the wire, and urged by a superior once")
{
    given_confirm(cx);
    EXPECT_OK(
        store_run(cx, "UPDATE \"user\" SET organ_id = $1 WHERE id = $2",
                  ARGS(I(server_organ(cx, "county-sign")), I(server_user(cx, "county-check")))));
    const char *to =
        arena_format(cx->arena, ",\"user_id\":%lld", (long long)server_user(cx, "county-check"));
    const char *hand = said(cx, "delegate", 2, to), *urge = said(cx, "urge", 2, "");
    server_table(cx, (const Ask[]){ { "POST", ACTS, hand, "county", 409 },
                                    { "POST", ACTS, hand, "county-fin-sign", 422 },
                                    { "POST", ACTS, hand, "province", 409 },
                                    { "POST", ACTS, hand, "guest", 401 },
                                    { "POST", ACTS, urge, "county-sign", 409 },
                                    { "POST", ACTS, urge, "other-city", 404 },
                                    { NULL } });
    Answer a = server_ask(cx, "county-sign", "GET", "/api/zones/1", NULL);
    EXPECT(json_at(a.json, "/may/delegates")->count >= 2);
    server_sweep(cx, &(Ask){ "POST", ACTS, hand, "county-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", ACTS, urge, "city", 200 });
    server_table(
        cx, (const Ask[]){
                { "POST", ACTS, urge, "province", 409 },
                { "POST", ACTS, said(cx, "back", 2, ",\"reason\":\"样例\""), "county-sign", 409 },
                { "POST", ACTS, said(cx, "back", 2, ",\"reason\":\"样例\""), "county-check", 200 },
                { NULL } });
}

SERVER_CASE("who must act is reminded once before the deadline and once behind it, on record")
{
    int64_t n, entries;
    int64_t county = 0;
    testing_zone(cx);
    county = server_user(cx, "county");
    cx->core = server_core();
    cx->user = NULL;
    EXPECT_OK(process_remind(cx));
    EXPECT_OK(
        store_int(cx, &n, "SELECT count(*) FROM message WHERE user_id = $1", ARGS(I(county))));
    EXPECT_INT(n, 0);
    EXPECT_OK(store_int(cx, &entries, "SELECT count(*) FROM audit", NO_ARGS));
    static const int DAYS[] = { 13, 13, 20, 20, 1 }; /* the last: the clock is set back */
    static const int TOLD[] = { 1, 1, 2, 2, 2 };
    for (size_t i = 0; i < COUNT(DAYS); i++) {
        server_clock(TEST_NOW + DAYS[i] * DAY_MS);
        EXPECT_OK(process_remind(cx));
        EXPECT_OK(
            store_int(cx, &n, "SELECT count(*) FROM message WHERE user_id = $1", ARGS(I(county))));
        EXPECT_INT(n, TOLD[i]);
    }
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM audit", NO_ARGS));
    EXPECT_INT(n, entries + 2);
}

typedef struct Deciding {
    Cx cx;
    const char *as;
    const char *body;
    int status;
} Deciding;

static void *decide(void *data)
{
    Deciding *d = data;
    d->status = server_ask(&d->cx, d->as, "POST", ACTS, d->body).status;
    return NULL;
}

SERVER_CASE("two who decide one step at once: exactly one effect")
{
    int64_t n;
    pthread_t threads[4];
    Deciding d[4];
    int taken = 0;
    given_confirm(cx);
    for (int i = 0; i < 4; i++) {
        d[i] = (Deciding){ .cx = store_testing_another(cx),
                           .as = i % 2 ? "county-sign" : "county-fin-sign",
                           .body = said(cx, "back", 2, ",\"reason\":\"样例\"") };
        EXPECT_INT(pthread_create(&threads[i], NULL, decide, &d[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) {
        EXPECT(d[i].status == 200 || d[i].status == 409);
        taken += d[i].status == 200;
        store_testing_drop(&d[i].cx);
    }
    EXPECT_INT(taken, 1);
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM process_act WHERE act = 'back'", NO_ARGS));
    EXPECT_INT(n, 1);
    EXPECT_INT(round_of(cx), 3);
}

SERVER_CASE("a zone keeps the process of the pack it began with, when a later pack has another")
{
    int64_t batch;
    const char *old, *hash;
    const char *copy = arena_format(cx->arena, "%s/later", test_dir(cx));
    testing_zone(cx);
    EXPECT_INT(system(arena_format(cx->arena,
                                   "cp -r packs/lu-2022-26 '%s' && "
                                   "sed -i 's/县级填报/县级另报/' '%s/process.json'",
                                   copy, copy)),
               0);
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_text(cx, &old, "SELECT pack FROM zone WHERE id = 1", NO_ARGS));
    EXPECT_OK(pack_store_add(cx, &hash, copy));
    EXPECT(strcmp(old, hash) != 0);
    EXPECT_OK(store_run(cx,
                        "INSERT INTO batch(name, year, pack, state, deadline, sample, version) "
                        "SELECT '样例后批', year, $1, state, deadline, sample, 1 FROM batch",
                        ARGS(T(hash))));
    EXPECT_OK(store_int(cx, &batch, "SELECT id FROM batch WHERE pack = $1", ARGS(T(hash))));
    EXPECT_OK(store_commit(cx));
    Answer a = server_ask(
        cx, "county", "POST", "/api/zones",
        arena_format(cx->arena, "{\"name\":\"样例后区\",\"county\":\"370683\",\"batch_id\":%lld}",
                     (long long)batch));
    EXPECT_TEXT(json_at(a.json, "/flow/steps/0/zh")->text, "县级另报");
    a = server_ask(cx, "county", "GET", "/api/zones/1", NULL);
    EXPECT_TEXT(json_at(a.json, "/flow/steps/0/zh")->text, "县级填报");
    a = server_ask(cx, "county", "GET", "/api/inbox", NULL);
    EXPECT_INT(json_at(a.json, "/todo")->count, 2);
}

SERVER_CASE("holidays are kept by the province, and a day that follows the week is refused")
{
    const char *off = "{\"day\":\"2027-01-01\",\"work\":false,\"name\":\"元旦\",\"sure\":true}";
    const char *same = "{\"day\":\"2027-01-02\",\"work\":false,\"name\":\"元旦\",\"sure\":true}";
    server_table(cx, (const Ask[]){ { "POST", "/api/holidays", off, "guest", 401 },
                                    { "POST", "/api/holidays", off, "county", 403 },
                                    { "POST", "/api/holidays", off, "city", 403 },
                                    { "POST", "/api/holidays", same, "province", 422 },
                                    { "POST", "/api/holidays", "{}", "province", 422 },
                                    { "GET", "/api/holidays", NULL, "county", 200 },
                                    { "DELETE", "/api/holidays/999999", NULL, "province", 404 },
                                    { NULL } });
    server_sweep(cx, &(Ask){ "POST", "/api/holidays", off, "province", 200 });
    Answer a = server_ask(cx, "county", "GET", "/api/holidays?day=2027", NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 1);
    const char *path = arena_format(cx->arena, "/api/holidays/%lld",
                                    (long long)json_at(a.json, "/rows/0/id")->integer);
    server_table(cx, (const Ask[]){ { "DELETE", path, NULL, "county", 403 },
                                    { "DELETE", path, NULL, "province", 200 },
                                    { NULL } });
}
