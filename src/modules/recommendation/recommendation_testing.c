#include "modules/recommendation/recommendation_testing.h"

#include "base/file.h"
#include "core/access/right.h"
#include "modules/recommendation/recommendation.h"
#include "modules/region/region.h"
#include "modules/renamed_testing.h"
#include "modules/server_testing.h"

#include <string.h>

static void given_region(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = UNSET, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

static void given_entry(Cx *cx, int64_t batch, const char *kind, const char *code,
                        const char *value)
{
    int64_t id;
    BatchEntry e = { .batch_id = batch,
                     .kind = kind,
                     .code = code,
                     .value = value,
                     .document = "样例",
                     .valid_from = UNSET,
                     .valid_to = UNSET };
    EXPECT_OK(batch_add_entry(cx, &id, &e));
}

int64_t testing_batch(Cx *cx)
{
    Batch b;
    int64_t id;
    const char *hash;
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO region(code, name, short, level, parent, functional, source, "
                        "version) VALUES('37', '山东省', '山东', 'province', '', 0, '样例', 1)",
                        NO_ARGS));
    given_region(cx, "3706", "烟台市");
    given_region(cx, "3710", "威海市");
    given_region(cx, "370682", "莱阳市");
    given_region(cx, "370683", "莱州市");
    given_region(cx, "371082", "荣成市");
    EXPECT_OK(testing_pack_add(cx, &hash));
    field_clear(&b, batch_fields);
    b.name = "样例批次";
    b.year = 2022;
    b.pack = hash;
    b.state = "open";
    b.deadline = TEST_DEADLINE;
    b.sample = 1;
    EXPECT_OK(batch_add(cx, &id, &b));
    given_entry(cx, id, "key_county", "371082", "");
    given_entry(cx, id, "yellow_river_county", "370683", "");
    given_entry(cx, id, "region_class", "3706", "east");
    given_entry(cx, id, "region_class", "3710", "east");
    given_entry(cx, id, "arranged_area", "370724113259", "old_area_lottery_zone");
    given_entry(cx, id, "forbidden_use", "transitional", "vehicles");
    EXPECT_OK(store_commit(cx));
    return id;
}

/* The pack's sample in another county and under another name. */
static const Json *dossier_of(Cx *cx, const char *county, const char *name)
{
    const char *file;
    size_t length;
    const Json *parsed;
    EXPECT_OK(file_read(cx, &file, &length, "packs/lu-2022-26/tests/base.json", 1 << 20));
    char *text = arena_text(cx->arena, file);
    for (char *at = text; (at = strstr(at, "370124")) != NULL; at += 6)
        memcpy(at, county, 6);
    EXPECT_OK(json_parse(cx, &parsed, text, strlen(text), &JSON_LIMITS));
    for (size_t i = 0; i < parsed->count; i++)
        if (strcmp(parsed->items[i]->key, "zone") == 0)
            parsed->items[i]->text = name;
    return parsed;
}

static void as_county(Cx *cx, const char *county)
{
    server_as(cx, "county");
    User *u = NEW(cx, User);
    *u = *cx->user;
    u->territory = arena_text(cx->arena, county);
    cx->user = u;
}

int64_t testing_candidate(Cx *cx, int64_t batch, const char *county, const char *name)
{
    int64_t id, version;
    ZoneView v;
    Check check;
    as_county(cx, county);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(zone_add(cx, &id, name, county, batch));
    EXPECT_OK(zone_view(cx, &v, id));
    EXPECT_OK(zone_save(cx, &version, &check, &v, dossier_of(cx, county, name), 1));
    EXPECT_OK(batch_place_take(cx, batch, county, 1, id));
    EXPECT_OK(
        store_run(cx, "UPDATE zone SET sent_at = $2 WHERE id = $1", ARGS(I(id), I(cx_now(cx)))));
    EXPECT_OK(store_run(cx,
                        "DELETE FROM process_desk WHERE run_id = (SELECT id FROM process_run "
                        "WHERE noun = 'zone' AND noun_id = $1)",
                        ARGS(I(id))));
    EXPECT_OK(store_run(cx, "UPDATE process_run SET step = $2 WHERE noun = 'zone' AND noun_id = $1",
                        ARGS(I(id), T(testing_key(cx, "choose")))));
    EXPECT_OK(store_commit(cx));
    return id;
}

void testing_agree(Cx *cx, int64_t zone)
{
    ZoneView v;
    Check check;
    const Json *list;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    server_as(cx, "city");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(zone_view(cx, &v, zone));
    EXPECT_OK(zone_check(cx, &check, &v));
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < check.count; i++) {
        json_open(&o, NULL, '{');
        json_put_text(&o, "rule", check.results[i].rule->id);
        json_put_text(&o, "verdict", "agree");
        json_close(&o, '}');
    }
    json_close(&o, ']');
    EXPECT_OK(json_parse(cx, &list, b.at, b.length, &JSON_LIMITS));
    EXPECT_OK(finding_save(cx, &v, list));
    EXPECT_OK(store_commit(cx));
}
