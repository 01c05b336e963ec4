#include "modules/expert/expert_testing.h"

#include "modules/expert/draw_inside.h"
#include "modules/server_testing.h"
#include "modules/zone/zone.h"

const char TESTING_RURAL[] = "3f9a1c5e7b2d4860a1c3e5f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b";
const char TESTING_FINANCE[] = "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef";

void testing_experts(Cx *cx, int count)
{
    server_as(cx, "province");
    for (int i = 1; i <= count; i++) {
        Expert e;
        int64_t id;
        field_clear(&e, expert_fields);
        e.number = arena_format(cx->arena, "E%02d", i);
        e.name = arena_format(cx->arena, "样例专家%02d", i);
        e.field = "产业";
        e.organ = arena_format(cx->arena, "样例大学第%d学院", i);
        e.region = "370102";
        e.phone = "13900000000";
        e.account = arena_format(cx->arena, "e%02d", i);
        server_join(cx, e.account, "expert");
        EXPECT_OK(expert_add(cx, &id, &e));
    }
}

void testing_review_step(Cx *cx)
{
    EXPECT_OK(store_run(
        cx, "UPDATE process_run SET step = 'review', role = 'zone.review' WHERE noun = 'zone'",
        NO_ARGS));
}

int64_t testing_review_zone(Cx *cx, const char *name, const char *county)
{
    int64_t id;
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(zone_add(cx, &id, name, county, 1));
    EXPECT_OK(store_commit(cx));
    testing_review_step(cx);
    return id;
}

static void step(Cx *cx, const char *as, int64_t draw, const char *act, const char *key,
                 const char *word)
{
    Answer a = server_ask(cx, as, "POST",
                          arena_format(cx->arena, "/api/draws/%lld/%s", (long long)draw, act),
                          arena_format(cx->arena, "{\"%s\":\"%s\"}", key, word));
    if (a.status != 200)
        print_error("%s as %s: %s\n", act, as, a.body);
    EXPECT_INT(a.status, 200);
}

int64_t testing_draw(Cx *cx)
{
    Answer a = server_ask(cx, "province", "POST", "/api/batches/1/draws", NULL);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    int64_t draw = json_int(a.json, "id", 0);
    step(cx, "province-sign", draw, "commit", "commitment", draw_hash(cx, TESTING_RURAL));
    step(cx, "province-fin-sign", draw, "commit", "commitment", draw_hash(cx, TESTING_FINANCE));
    step(cx, "province-sign", draw, "reveal", "value", TESTING_RURAL);
    step(cx, "province-fin-sign", draw, "reveal", "value", TESTING_FINANCE);
    return draw;
}

int64_t testing_panel(Cx *cx)
{
    testing_experts(cx, 12);
    testing_review_step(cx);
    return testing_draw(cx);
}
