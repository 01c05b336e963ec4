#include "policy/check/simulation.h"

#include "base/file.h"
#include "tests/test.h"

#include <string.h>

#define FOLDER "packs/lu-2022-26"

static const Json *given_json(Cx *cx, const char *text)
{
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    return j;
}

static const Json *given_file(Cx *cx, const char *path)
{
    const char *bytes;
    size_t length;
    EXPECT_OK(file_read(cx, &bytes, &length, path, JSON_LIMITS.bytes));
    return given_json(cx, bytes);
}

/* The dossier of the golden tests: all is met; integrated funds are 2000 of 4000. */
static Simulation *given_run(Cx *cx, const char *parameters)
{
    const Pack *before, *after;
    Simulation *s;
    EXPECT_OK(pack_load(cx, &before, FOLDER));
    EXPECT_OK(pack_with_parameters(cx, &after, before, given_json(cx, parameters)));
    EXPECT_OK(simulation_begin(cx, &s, before, after));
    EXPECT_OK(simulation_tables(cx, s, given_file(cx, FOLDER "/tests/batch.json")));
    const SimulatedZone subject = { .id = 7, .dossier = given_file(cx, FOLDER "/tests/base.json") };
    EXPECT_OK(simulation_add(cx, s, &subject));
    return s;
}

static const Json *written(Cx *cx, const Simulation *s)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    simulation_write(cx, &o, NULL, s);
    return given_json(cx, buf_text(&b));
}

CASE("a raised ratio fells a zone: by which rule, what it was, had to be and lacks")
{
    const Json *j = written(cx, given_run(cx, "{\"integration_ratio\":\"0.6\"}"));
    const Json *zone = json_at(j, "/zones/0");
    EXPECT_INT(json_int(zone, "id", 0), 7);
    EXPECT(json_bool(json_get(zone, "before"), "submittable", false));
    EXPECT(!json_bool(json_get(zone, "after"), "submittable", true));
    EXPECT_INT(json_get(zone, "changes")->count, 1);
    EXPECT_TEXT(json_at(zone, "/changes/0/rule")->text, "F5");
    EXPECT_TEXT(json_at(zone, "/changes/0/before/status")->text, "met");
    EXPECT_TEXT(json_at(zone, "/changes/0/after/status")->text, "not_met");
    EXPECT_TEXT(json_at(zone, "/changes/0/reasons_of")->text, "after");
    EXPECT_TEXT(json_at(zone, "/changes/0/reasons/0/actual")->text, "2000");
    EXPECT_TEXT(json_at(zone, "/changes/0/reasons/0/required")->text, "2400");
    EXPECT_TEXT(json_at(zone, "/changes/0/reasons/0/distance")->text, "400");
}

CASE("what no longer fails is explained by what failed before")
{
    const Pack *before, *after;
    Simulation *s;
    EXPECT_OK(pack_load(cx, &after, FOLDER));
    EXPECT_OK(pack_with_parameters(cx, &before, after,
                                   given_json(cx, "{\"integration_ratio\":\"0.6\"}")));
    EXPECT_OK(simulation_begin(cx, &s, before, after));
    const SimulatedZone subject = { .dossier = given_file(cx, FOLDER "/tests/base.json") };
    EXPECT_OK(simulation_add(cx, s, &subject));
    const Json *j = written(cx, s);
    EXPECT_TEXT(json_at(j, "/zones/0/changes/0/reasons_of")->text, "before");
    EXPECT_TEXT(json_at(j, "/zones/0/changes/0/reasons/0/distance")->text, "400");
    EXPECT(json_at(j, "/zones/0/id") == NULL);
}

CASE("totals count those that may go up, by tier and city, and a tier without zones stands there")
{
    Simulation *s = given_run(cx, "{\"integration_ratio\":\"0.6\"}");
    const Json *j = written(cx, s);
    const Json *city = json_at(j, "/cities/0"), *tiers = json_get(j, "tiers");
    EXPECT_TEXT(json_at(j, "/amounts/1/key")->text, "transitional-total");
    EXPECT_INT(json_int(city, "zones", 0), 1);
    EXPECT_INT(json_int(city, "changed", 0), 1);
    EXPECT_INT(json_at(city, "/before/passing")->integer, 1);
    EXPECT_INT(json_at(city, "/after/passing")->integer, 0);
    EXPECT_TEXT(json_at(city, "/before/amounts/1")->text, "4000");
    EXPECT_TEXT(json_at(city, "/after/amounts/1")->text, "0");
    EXPECT_INT(tiers->count, 4);
    EXPECT_TEXT(json_text(tiers->items[1], "en", ""), "East");
    EXPECT_INT(json_int(json_get(j, "total"), "zones", 0), 1);
}

CASE("an unknown amount makes its total unknown; an unknown tier is one of its own")
{
    Simulation *s = given_run(cx, "{}");
    Outcome *o = &s->outcomes[0];
    EXPECT_INT(o->shift_count, 0);
    EXPECT_OK(simulation_tables(cx, s, NULL));
    const SimulatedZone subject = { .dossier = given_json(
                                        cx, "{\"zone\":\"样例乙\",\"county\":\"370125\"}") };
    EXPECT_OK(simulation_add(cx, s, &subject));
    EXPECT(s->outcomes[1].tier == NULL);
    EXPECT(s->outcomes[1].sums[BEFORE][0] == NULL);
    EXPECT_INT(s->tiers.count, 5);
    EXPECT_INT(s->tiers.at[4].zones, 1);
    EXPECT_INT(s->whole.zones, 2);
    EXPECT(!s->whole.open[BEFORE][0]); /* it may not go up and is not counted */
}

CASE("a fixed sum that rises shows in the total and in the rule that asks for it")
{
    const Json *j = written(cx, given_run(cx, "{\"tier_east\":2200}"));
    EXPECT_TEXT(json_at(j, "/zones/0/before/amounts/0")->text, "2000");
    EXPECT_TEXT(json_at(j, "/zones/0/after/amounts/0")->text, "2200");
    EXPECT_TEXT(json_at(j, "/zones/0/changes/0/rule")->text, "F3");
}

CASE("parameters are changed in a copy, each to a value of its kind")
{
    const Pack *pack, *other;
    EXPECT_OK(pack_load(cx, &pack, FOLDER));
    EXPECT_FAIL(pack_with_parameters(cx, &other, pack, given_json(cx, "{\"nothing\":1}")), INVALID,
                "parameters/nothing");
    EXPECT_FAIL(
        pack_with_parameters(cx, &other, pack, given_json(cx, "{\"village_floor\":\"ten\"}")),
        INVALID, "parameters/village_floor");
    EXPECT_OK(pack_with_parameters(cx, &other, pack, given_json(cx, "{\"village_floor\":12}")));
    EXPECT(other != pack && other->parameters != pack->parameters);
    EXPECT(other->parameter_values != pack->parameter_values);
}

CASE("a dossier of another shape is refused with its place, and counts nowhere")
{
    Simulation *s = given_run(cx, "{}");
    const SimulatedZone subject = { .dossier = given_json(cx, "{\"zone\":\"乙\",\"county\":5}") };
    s->same_shape = false;
    EXPECT_FAIL(simulation_add(cx, s, &subject), INVALID, "/county");
    EXPECT_INT(s->count, 1);
}

CASE("for people it names the rule, both states and the distance, in both languages")
{
    Simulation *s = given_run(cx, "{\"integration_ratio\":\"0.6\"}");
    Buf zh = BUF(cx), en = BUF(cx);
    simulation_print(cx, &zh, s);
    cx->lang = EN;
    simulation_print(cx, &en, s);
    EXPECT(strstr(buf_text(&zh), "F5  三、4  符合 → 不符合"));
    EXPECT(strstr(buf_text(&zh), "相差 400"));
    EXPECT(strstr(buf_text(&en), "may go up 1 → 0"));
    EXPECT(strstr(buf_text(&en), "400 apart"));
}
