#include "modules/expert/draw_inside.h"

#include "modules/expert/expert_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char *at(Cx *cx, int64_t draw, const char *rest)
{
    return arena_format(cx->arena, "/api/draws/%lld%s", (long long)draw, rest);
}

static const char *public_at(Cx *cx, int64_t draw)
{
    return arena_format(cx->arena, "/public/draws/%lld.json", (long long)draw);
}

static const char *commitment(Cx *cx, const char *value)
{
    return arena_format(cx->arena, "{\"commitment\":\"%s\"}", draw_hash(cx, value));
}

static const char *revealed(Cx *cx, const char *value)
{
    return arena_format(cx->arena, "{\"value\":\"%s\"}", value);
}

static const Json *record(Cx *cx, int64_t draw)
{
    Answer a = server_ask(cx, "guest", "GET", public_at(cx, draw), NULL);
    EXPECT_INT(a.status, 200);
    EXPECT(a.json != NULL);
    return a.json;
}

static int64_t frozen(Cx *cx)
{
    testing_zone(cx);
    testing_experts(cx, 12);
    testing_review_step(cx);
    Answer a = server_ask(cx, "province", "POST", "/api/batches/1/draws", NULL);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static int64_t committed(Cx *cx)
{
    int64_t id = frozen(cx);
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/commit"), commitment(cx, TESTING_RURAL),
                                      "province-sign", 200 },
                                    { "POST", at(cx, id, "/commit"),
                                      commitment(cx, TESTING_FINANCE), "province-fin-sign", 200 },
                                    { NULL } });
    return id;
}

SERVER_CASE("a draw seats a panel of the pack's size in the order that its seed gives")
{
    testing_zone(cx);
    int64_t id = testing_panel(cx);
    List panel, scorers;
    Draw d;
    const char *wrong;
    EXPECT_OK(draw_get(cx, &d, id));
    EXPECT_TEXT(d.state, "revealed");
    EXPECT_OK(expert_panel(cx, &panel, 1));
    EXPECT_INT(panel.count, 8);
    EXPECT_OK(expert_assigned(cx, &scorers, 1, 1));
    EXPECT_INT(scorers.count, 5);
    const PanelMember *m = panel.rows;
    for (size_t i = 0; i < panel.count; i++) {
        EXPECT_TEXT(m[i].role, i < 5 ? "panel" : "substitute");
        EXPECT_INT(m[i].zones, i < 5);
    }
    EXPECT_OK(draw_prove(cx, &wrong, 1));
    EXPECT(wrong == NULL);
}

/* --- who may --- */

#define REASON "{\"reason\":\"样例理由\"}"

SERVER_CASE(
    "the province draws: bureaus see and freeze, signers commit, everybody reads the record")
{
    int64_t id = frozen(cx);
    const char *hash = commitment(cx, TESTING_RURAL), *path = at(cx, id, "/commit");
    static const char *const WRONG[] = { "city",   "city-sign",    "county",   "county-gov",
                                         "expert", "other-county", "township", "village",
                                         "e02",    "sysadmin",     "secadmin", "auditadmin" };
    for (size_t i = 0; i < COUNT(WRONG); i++)
        server_table(cx, (const Ask[]){ { "GET", at(cx, id, ""), NULL, WRONG[i], 403 },
                                        { "GET", "/api/batches/1/draws", NULL, WRONG[i], 403 },
                                        { "POST", "/api/batches/1/draws", NULL, WRONG[i], 403 },
                                        { "GET", "/api/batches/1/panel", NULL, WRONG[i], 403 },
                                        { "POST", path, hash, WRONG[i], 403 },
                                        { "POST", at(cx, id, "/void"), REASON, WRONG[i], 403 },
                                        { "GET", public_at(cx, id), NULL, WRONG[i], 200 },
                                        { NULL } });
    server_table(
        cx,
        (const Ask[]){
            { "GET", at(cx, id, ""), NULL, "guest", 401 },
            { "POST", "/api/batches/1/draws", NULL, "guest", 401 },
            { "GET", "/api/batches/1/panel", NULL, "guest", 401 },
            { "POST", path, hash, "guest", 401 },
            { "GET", public_at(cx, id), NULL, "guest", 200 },
            { "GET", "/public/draws/99.json", NULL, "guest", 404 },
            { "GET", "/public/draws/1", NULL, "guest", 404 },
            { "GET", at(cx, id, ""), NULL, "province-fin", 200 },
            { "GET", "/api/batches/1/panel", NULL, "province", 200 },
            { "POST", path, hash, "province", 403 },
            { "POST", path, hash, "province-fin", 403 },
            { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL), "province", 403 },
            { "POST", at(cx, id, "/void"), REASON, "province", 403 },
            { "POST", at(cx, id, "/disclose"), NULL, "province", 403 },
            { "POST", "/api/batches/1/panel/recusals", "{\"expert_id\":1,\"reason\":\"样例\"}",
              "province", 403 },
            { "POST", "/api/batches/1/draws", NULL, "province", 409 },
            { "POST", "/api/batches/9/draws", NULL, "province", 404 },
            { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL), "province-sign", 409 },
            { "POST", path, "{\"commitment\":\"abc\"}", "province-sign", 422 },
            { "POST", path, hash, "province-sign", 200 },
            { "POST", path, hash, "province-sign", 409 },
            { "POST", path, hash, "province-fin-sign", 409 },
            { "POST", path, commitment(cx, TESTING_FINANCE), "province-fin-sign", 200 },
            { NULL } });
}

/* --- repeated by others --- */

/* What tools/draw.py says of the public record, a line an expert. */
static const char *repeated(Cx *cx, int64_t draw, int *status)
{
    Answer a = server_ask(cx, "guest", "GET", public_at(cx, draw), NULL);
    const char *path = arena_format(cx->arena, "%s/record.json", test_dir(cx));
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fputs(a.body, file);
    fclose(file);
    FILE *said = popen(arena_format(cx->arena, "python3 tools/draw.py %s 2>&1", path), "r");
    EXPECT(said != NULL);
    Buf b = BUF(cx);
    char some[512];
    while (fgets(some, sizeof some, said))
        buf_add(&b, some);
    *status = pclose(said);
    return buf_text(&b);
}

SERVER_CASE("the script in another language gives the same order from the public record alone")
{
    testing_zone(cx);
    int64_t id = testing_panel(cx);
    int status;
    const char *said = repeated(cx, id, &status);
    EXPECT_INT(status, 0);
    const Json *order = json_get(record(cx, id), "order");
    EXPECT_INT(order->count, 12);
    Buf b = BUF(cx);
    for (size_t i = 0; i < order->count; i++)
        buf_format(&b, "%s %s \n", order->items[i]->text, i < 5 ? "panel" : "next");
    EXPECT_TEXT(said, buf_text(&b));
}

SERVER_CASE("names come out after the review began, and are those that were bound to the numbers")
{
    testing_zone(cx);
    int64_t id = testing_panel(cx);
    int status;
    server_as(cx, "province-sign");
    EXPECT(json_missing(json_get(record(cx, id), "names")));
    EXPECT_FAIL(draw_disclose(cx, id), CONFLICT, "state");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(expert_panel_use(cx, 1));
    EXPECT_OK(expert_panel_use(cx, 1));
    EXPECT_OK(draw_disclose(cx, id));
    EXPECT_OK(store_commit(cx));
    EXPECT_FAIL(draw_disclose(cx, id), CONFLICT, "state");
    EXPECT_FAIL(draw_void(cx, id, "样例"), CONFLICT, "state");
    EXPECT_INT(json_get(record(cx, id), "names")->count, 8);
    const char *said = repeated(cx, id, &status);
    EXPECT_INT(status, 0);
    EXPECT(strstr(said, "样例专家") != NULL);
    EXPECT_OK(
        store_run(cx, "UPDATE draw SET roster = replace(roster, '样例专家', '样例某人')", NO_ARGS));
    said = repeated(cx, id, &status);
    EXPECT(status != 0 && strstr(said, "is somebody else") != NULL);
}

SERVER_CASE("whatever of the record is changed afterwards, the proof and the script say so")
{
    testing_zone(cx);
    int64_t id = testing_panel(cx);
    int status;
    const char *wrong;
    EXPECT_OK(store_run(cx, "UPDATE draw SET seats = 4", NO_ARGS));
    EXPECT_OK(draw_prove(cx, &wrong, 1));
    EXPECT_TEXT(wrong, "order");
    EXPECT_OK(store_run(cx, "UPDATE draw SET seats = 5, seed = pool_hash", NO_ARGS));
    EXPECT_OK(draw_prove(cx, &wrong, 1));
    EXPECT_TEXT(wrong, "seed");
    EXPECT_OK(store_run(cx, "UPDATE draw SET commit_rural = pool_hash", NO_ARGS));
    EXPECT_OK(draw_prove(cx, &wrong, 1));
    EXPECT_TEXT(wrong, "commitment");
    EXPECT(strstr(repeated(cx, id, &status), "does not fit its commitment") != NULL);
    EXPECT_OK(store_run(cx, "UPDATE draw SET pool = replace(pool, 'E01', 'E99')", NO_ARGS));
    EXPECT(strstr(repeated(cx, id, &status), "not the pool that was published") != NULL);
    EXPECT(status != 0);
}

/* --- nobody steers --- */

SERVER_CASE("the first value stays sealed until the second is there")
{
    int64_t id = committed(cx);
    const char *sealed;
    EXPECT_INT(
        server_ask(cx, "province-sign", "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL))
            .status,
        200);
    EXPECT_OK(store_text(cx, &sealed, "SELECT value_rural FROM draw", NO_ARGS));
    EXPECT(strstr(sealed, TESTING_RURAL) == NULL);
    static const char *const READERS[] = { "guest", "province-fin-sign", "province-sign" };
    for (size_t i = 0; i < COUNT(READERS); i++) {
        const char *path = i == 0 ? public_at(cx, id) : at(cx, id, "");
        EXPECT(strstr(server_ask(cx, READERS[i], "GET", path, NULL).body, TESTING_RURAL) == NULL);
    }
    const Json *rural = json_at(record(cx, id), "/commitments/rural");
    EXPECT(json_bool(rural, "revealed", false));
    EXPECT(json_missing(json_get(rural, "value")));
    EXPECT(strstr(store_testing_dump(cx, "attempt"), TESTING_RURAL) == NULL);
    EXPECT_INT(server_ask(cx, "province-fin-sign", "POST", at(cx, id, "/reveal"),
                          revealed(cx, TESTING_FINANCE))
                   .status,
               200);
    EXPECT_TEXT(json_text(json_at(record(cx, id), "/commitments/rural"), "value", ""),
                TESTING_RURAL);
}

SERVER_CASE("a value that does not fit its commitment, or is too simple, is refused")
{
    int64_t id = committed(cx);
    const char *path = at(cx, id, "/reveal");
    server_table(
        cx, (const Ask[]){ { "POST", path, revealed(cx, TESTING_FINANCE), "province-sign", 422 },
                           { "POST", path, revealed(cx, "3f9a"), "province-sign", 422 },
                           { "POST", path, revealed(cx, "不是十六进制数"), "province-sign", 422 },
                           { "POST", path, revealed(cx, TESTING_RURAL), "province-sign", 200 },
                           { "POST", path, revealed(cx, TESTING_RURAL), "province-sign", 409 },
                           { NULL } });
    EXPECT(json_missing(json_get(record(cx, id), "seed")));

    const char simple[] = "00000000000000001111111111111111";
    EXPECT_OK(store_run(cx, "UPDATE draw SET commit_finance = $1", ARGS(T(draw_hash(cx, simple)))));
    Answer a = server_ask(cx, "province-fin-sign", "POST", path, revealed(cx, simple));
    EXPECT_INT(a.status, 422);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "/value");
}

SERVER_CASE("what changes in the pool after freezing changes nothing in the draw")
{
    int64_t id = committed(cx), more;
    const char *hash = json_text(record(cx, id), "pool_hash", "");
    server_as(cx, "province");
    Expert e, first;
    EXPECT_OK(expert_get(cx, &e, 1));
    first = e;
    e.name = "样例某人";
    EXPECT_FAIL(expert_update(cx, &e), CONFLICT, "/name");
    e = first;
    e.account = NULL;
    EXPECT_FAIL(expert_update(cx, &e), CONFLICT, "/name");
    e = first;
    e.state = "stopped";
    EXPECT_OK(expert_update(cx, &e));
    e = first;
    e.number = "A00";
    e.account = NULL;
    EXPECT_OK(expert_add(cx, &more, &e));
    EXPECT_OK(expert_declare(cx, &more,
                             &(Interest){ .expert_id = 2, .kind = "county", .code = "370683" }));
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL),
                                      "province-sign", 200 },
                                    { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_FINANCE),
                                      "province-fin-sign", 200 },
                                    { NULL } });
    const Json *now = record(cx, id);
    EXPECT_TEXT(json_text(now, "pool_hash", ""), hash);
    EXPECT_INT(json_get(now, "order")->count, 12);
}

SERVER_CASE("a commitment of an earlier draw cannot be used again")
{
    int64_t id = frozen(cx);
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/commit"), commitment(cx, TESTING_RURAL),
                                      "province-sign", 200 },
                                    { "POST", at(cx, id, "/void"), REASON, "province-sign", 200 },
                                    { "POST", "/api/batches/1/draws", NULL, "province", 200 },
                                    { "POST", at(cx, id + 1, "/commit"),
                                      commitment(cx, TESTING_RURAL), "province-sign", 409 },
                                    { "POST", at(cx, id + 1, "/commit"),
                                      commitment(cx, TESTING_FINANCE), "province-sign", 200 },
                                    { NULL } });
}

/* --- undone, on record --- */

SERVER_CASE("who does not reveal stands on the public record, beside the draw that follows")
{
    int64_t id = committed(cx);
    const char *path = at(cx, id, "/void");
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL),
                                      "province-sign", 200 },
                                    { "POST", path, "{\"reason\":\" \"}", "province-sign", 422 },
                                    { NULL } });
    server_clock(cx_now(cx) + 25 * 3600000LL);
    EXPECT_OK(store_run(cx, "UPDATE session SET seen_at = $1, ends_at = $1 + 3600000",
                        ARGS(I(cx_now(cx)))));
    server_table(cx, (const Ask[]){ { "POST", path, REASON, "province-sign", 200 },
                                    { "POST", path, REASON, "province-sign", 409 },
                                    { "POST", "/api/batches/1/draws", NULL, "province", 200 },
                                    { NULL } });
    const Json *draws = json_get(record(cx, id + 1), "draws");
    EXPECT_INT(draws->count, 2);
    EXPECT_TEXT(json_text(draws->items[0], "state", ""), "void");
    EXPECT_TEXT(json_text(draws->items[0], "withheld", ""), "finance");
    EXPECT_TEXT(json_text(draws->items[0], "reason", ""), "样例理由");
    EXPECT_TEXT(json_text(draws->items[1], "state", ""), "frozen");
}

SERVER_CASE("before the time is over, and after the draw, both organs must want it undone")
{
    int64_t id = committed(cx);
    const char *path = at(cx, id, "/void");
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL),
                                      "province-sign", 200 },
                                    { "POST", path, REASON, "province-fin-sign", 200 },
                                    { "POST", path, REASON, "province-fin-sign", 409 },
                                    { NULL } });
    Draw d;
    EXPECT_OK(draw_get(cx, &d, id));
    EXPECT_TEXT(d.state, "committed");
    server_table(cx, (const Ask[]){ { "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_FINANCE),
                                      "province-fin-sign", 200 },
                                    { "POST", path, REASON, "province-sign", 200 },
                                    { NULL } });
    EXPECT_OK(draw_get(cx, &d, id));
    EXPECT_TEXT(d.state, "void");
    EXPECT(d.withheld == NULL);
    EXPECT_FAIL(draw_seed(cx, &d.seed, 1), CONFLICT, "draw");
}

SERVER_CASE("too few experts for the panel, or over one zone, cannot be frozen")
{
    testing_zone(cx);
    Answer a = server_ask(cx, "province", "POST", "/api/batches/1/draws", NULL);
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "batch_id");
    testing_experts(cx, 8);
    testing_review_step(cx);
    testing_review_zone(cx, "样例二区", "370682");
    server_as(cx, "province");
    int64_t id;
    for (int64_t i = 1; i <= 4; i++)
        EXPECT_OK(expert_declare(
            cx, &id, &(Interest){ .expert_id = i, .kind = "county", .code = "370682" }));
    a = server_ask(cx, "province", "POST", "/api/batches/1/draws", NULL);
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "zone_id");
    EXPECT_OK(
        expert_declare(cx, &id, &(Interest){ .expert_id = 1, .kind = "county", .code = "370683" }));
    a = server_ask(cx, "province", "POST", "/api/batches/1/draws", NULL);
    EXPECT_INT(a.status, 409);
    EXPECT_TEXT(json_text(json_get(a.json, "error"), "field", ""), "pool");
}

/* --- at once, and broken off --- */

typedef struct Revealing {
    Cx cx;
    const char *as;
    const char *path;
    const char *body;
    int status;
} Revealing;

static void *reveal(void *data)
{
    Revealing *r = data;
    r->status = server_ask(&r->cx, r->as, "POST", r->path, r->body).status;
    return NULL;
}

SERVER_CASE("two reveals at once, each sent twice: one draw, one panel, each value taken once")
{
    int64_t id = committed(cx), seats;
    pthread_t threads[4];
    Revealing r[4];
    int taken = 0;
    for (int i = 0; i < 4; i++) {
        r[i] = (Revealing){ .cx = store_testing_another(cx), .path = at(cx, id, "/reveal") };
        r[i].as = i % 2 ? "province-sign" : "province-fin-sign";
        r[i].body = revealed(cx, i % 2 ? TESTING_RURAL : TESTING_FINANCE);
        EXPECT_INT(pthread_create(&threads[i], NULL, reveal, &r[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) {
        EXPECT(r[i].status == 200 || r[i].status == 409);
        taken += r[i].status == 200;
        store_testing_drop(&r[i].cx);
    }
    EXPECT_INT(taken, 2);
    EXPECT_TEXT(json_text(record(cx, id), "state", ""), "revealed");
    EXPECT_OK(store_int(cx, &seats, "SELECT count(*) FROM panel", NO_ARGS));
    EXPECT_INT(seats, 8);
}

SERVER_CASE("no fault leaves a draw half made: freezing, committing, revealing, undoing")
{
    testing_zone(cx);
    testing_experts(cx, 8);
    testing_review_step(cx);
    server_sweep(cx, &(Ask){ "POST", "/api/batches/1/draws", NULL, "province", 200 });
    int64_t id; /* not the first where the engine spends numbers on what it rolls back */
    EXPECT_OK(store_int(cx, &id, "SELECT id FROM draw", NO_ARGS));
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/commit"), commitment(cx, TESTING_RURAL),
                             "province-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/commit"), commitment(cx, TESTING_FINANCE),
                             "province-fin-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_RURAL),
                             "province-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/reveal"), revealed(cx, TESTING_FINANCE),
                             "province-fin-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/void"), REASON, "province-sign", 200 });
    server_sweep(cx, &(Ask){ "POST", at(cx, id, "/void"), REASON, "province-fin-sign", 200 });
}
