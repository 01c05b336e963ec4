/* A pack whose dossier has parts of its own and lacks one of ours, through all that a dossier goes
 * through. Nothing here is known to the program by name. */
#include "base/money.h"
#include "modules/renamed_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"
#include "policy/pack/schema.h"
#include "policy/prove/pack_prove.h"

#include <stdio.h>
#include <string.h>

#define ZONE "\"zone\":\"样例区\",\"county\":\"370683\""

static const Json *parsed(Cx *cx, const char *text)
{
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    return j;
}

static Answer save(Cx *cx, int version, const char *rest)
{
    const char *body =
        arena_format(cx->arena, "{\"version\":%d,\"dossier\":{" ZONE "%s}}", version, rest);
    return server_ask(cx, "county", "PUT", "/api/zones/1/dossier", body);
}

static const Json *saved(Cx *cx, int version, const char *rest)
{
    Answer a = save(cx, version, rest);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    return a.json;
}

static const Json *member(Cx *cx, const char *key)
{
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/dossier", NULL);
    return json_get(json_get(a.json, "dossier"), key);
}

static void expect_member(Cx *cx, const char *key, const char *json)
{
    const Json *j = member(cx, key);
    EXPECT(j && json_same(j, parsed(cx, json)));
}

static const char *status_of(const Json *saved, const char *rule)
{
    const Json *results = json_at(saved, "/check/results");
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(json_text(results->items[i], "rule", ""), rule) == 0)
            return json_text(results->items[i], "status", "");
    return "(none)";
}

CASE("a pack with parts of its own and without one of ours is proved with no finding")
{
    Proof proof;
    PackSource source = testing_own_source(cx);
    EXPECT_OK(pack_prove_rules(cx, &proof, &source));
    for (size_t i = 0; i < proof.findings.count; i++)
        print_error("%s %s: %s\n", proof.findings.items[i].file, proof.findings.items[i].at,
                    proof.findings.items[i].en);
    EXPECT_INT(proof.findings.count, 0);
}

#define TRAINING "{\"days\":12,\"began_on\":\"2022-12-01\",\"budget\":\"3.5\",\"free\":true}"
#define TRAINERS                                                                                   \
    "[{\"number\":\"T1\",\"name\":\"样例甲\",\"level\":\"senior\",\"since\":\"2022-11-01\","    \
    "\"hours\":20,\"fee\":\"1200.5\",\"local\":true,\"topics\":[\"farm\",\"sale\"]},"              \
    "{\"number\":\"T2\"}]"

SERVER_CASE("parts of a pack are saved whole, checked by type and limit, and read by its rules")
{
    testing_own_parts();
    testing_zone(cx);
    const Json *first = saved(cx, 1, ",\"training\":" TRAINING ",\"trainers\":" TRAINERS);
    EXPECT_TEXT(status_of(first, "X1"), "met");
    expect_member(cx, "training", TRAINING);
    expect_member(cx, "trainers", TRAINERS);
    EXPECT_TEXT(status_of(saved(cx, 2, ",\"training\":{\"days\":4}"), "X1"), "not_met");
    EXPECT_TEXT(status_of(saved(cx, 3, ",\"training\":{\"days\":9}"), "X1"), "undetermined");
    static const struct {
        const char *rest, *pointer;
    } WRONG[] = {
        { ",\"training\":{\"days\":0}", "/training/days" },
        { ",\"training\":{\"days\":366}", "/training/days" },
        { ",\"training\":{\"days\":\"9\"}", "/training/days" },
        { ",\"training\":{\"moon\":1}", "/training/moon" },
        { ",\"training\":[]", "/training" },
        { ",\"training\":{\"began_on\":\"2022-02-30\"}", "/training/began_on" },
        { ",\"training\":{\"budget\":\"-1\"}", "/training/budget" },
        { ",\"trainers\":[{}]", "/trainers/0/number" },
        { ",\"trainers\":[{\"number\":\"a\"},{\"number\":\"a\"}]", "/trainers/1/number" },
        { ",\"trainers\":[{\"number\":\"a\",\"level\":\"x\"}]", "/trainers/0/level" },
        { ",\"trainers\":[{\"number\":\"a\",\"topics\":[\"x\"]}]", "/trainers/0/topics/0" },
        { ",\"trainers\":[{\"number\":\"a\",\"fee\":\"1.001\"}]", "/trainers/0/fee" },
        { ",\"opinions\":{\"meetings\":1}", "/opinions" },
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Answer a = save(cx, 4, WRONG[i].rest);
        EXPECT_INT(a.status, 422);
        const char *field = json_text(json_get(a.json, "error"), "field", "");
        if (!text_ends(field, WRONG[i].pointer))
            print_error("%s: %s\n", WRONG[i].rest, a.body);
        EXPECT(text_ends(field, WRONG[i].pointer));
    }
}

SERVER_CASE("the workbook of a part goes out and comes in for whom it may, by its own address")
{
    testing_own_parts();
    testing_zone(cx);
    const char *rows = "{\"text\":\"工号\\t姓名\\t课时\\nT7\\t样例庚\\t8\"}";
    server_table(
        cx, (const Ask[]){
                { "GET", "/api/zones/1/sheets/trainers", NULL, "guest", 401 },
                { "GET", "/api/zones/1/sheets/trainers", NULL, "auditadmin", 403 },
                { "GET", "/api/zones/1/sheets/trainers", NULL, "other-county", 404 },
                { "GET", "/api/zones/1/sheets/trainers", NULL, "city", 200 },
                { "GET", "/api/zones/1/sheets/training?template=1&lang=en", NULL, "county", 200 },
                { "GET", "/api/zones/1/sheets/opinions", NULL, "county", 404 },
                { "GET", "/api/zones/1/sheets/plan", NULL, "county", 404 },
                { "POST", "/api/zones/1/trainers/check", rows, "guest", 401 },
                { "POST", "/api/zones/1/trainers/check", rows, "city", 403 },
                { "POST", "/api/zones/1/trainers/check", rows, "other-county", 404 },
                { "POST", "/api/zones/1/trainers/check", rows, "county", 200 },
                { "POST", "/api/zones/1/trainers/import", rows, "county", 422 },
                { "POST", "/api/zones/1/trainers/import?version=1", rows, "county", 200 },
                { "POST", "/api/zones/1/trainers/import?version=1", rows, "county", 409 },
                { NULL } });
    expect_member(cx, "trainers", "[{\"number\":\"T7\",\"name\":\"样例庚\",\"hours\":8}]");
    Answer a = server_ask(cx, "county", "POST", "/api/zones/1/trainers/check?annotated=1",
                          "{\"text\":\"工号\\t课时\\nT8\\t很多\"}");
    EXPECT_INT(a.status, 200);
    EXPECT(strstr(a.head, "spreadsheet"));
}

SERVER_CASE(
    "an object is one row of its workbook: what a cell leaves out stays, a second row is refused")
{
    testing_own_parts();
    testing_zone(cx);
    saved(cx, 1, ",\"training\":{\"days\":12,\"free\":true}");
    Answer a = server_ask(cx, "county", "POST", "/api/zones/1/training/import?version=2",
                          "{\"text\":\"天数\\t预算\\n15\\t2.5\"}");
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "changed", 0), 1);
    expect_member(cx, "training", "{\"days\":15,\"free\":true,\"budget\":\"2.5\"}");
    a = server_ask(cx, "county", "POST", "/api/zones/1/training/check",
                   "{\"text\":\"天数\\n15\\n16\"}");
    EXPECT_INT(json_int(a.json, "error_count", 0), 1);
    a = server_ask(cx, "county", "POST", "/api/zones/1/training/check",
                   "{\"text\":\"天数\\n999\"}");
    EXPECT_INT(json_int(a.json, "error_count", 0), 1);
}

/* --- any rows, out and in --- */

static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

/* A value of the field that its dictionary takes, or nothing. */
static void put_any(Cx *cx, JsonOut *o, const Field *f, unsigned *seed, int row)
{
    static const char *const TEXTS[] = {
        "甲 乙", "a|b", "00012", "=1+1", "2022-11-01", "样例、乙"
    };
    if (f->flags & FIELD_KEY) {
        json_put_text(o, f->key, arena_format(cx->arena, "T-%d", row));
        return;
    }
    if (next(seed, 4) == 0)
        return;
    size_t options = 0;
    while (f->options && f->options[options].key)
        options++;
    switch (f->type) {
    case FIELD_TEXT: json_put_text(o, f->key, TEXTS[next(seed, COUNT(TEXTS))]); break;
    case FIELD_INT: json_put_int(o, f->key, f->min + (int64_t)next(seed, 300)); break;
    case FIELD_BOOL: json_put_bool(o, f->key, next(seed, 2)); break;
    case FIELD_ENUM: json_put_text(o, f->key, f->options[next(seed, (unsigned)options)].key); break;
    case FIELD_DATE:
        json_put_text(o, f->key,
                      arena_format(cx->arena, "20%02u-0%u-1%u", 10 + next(seed, 80),
                                   1 + next(seed, 9), next(seed, 10)));
        break;
    case FIELD_MONEY:
        json_put_text(o, f->key, money_text_in(cx, (Money)next(seed, 32768) * 7919 + 1, f->unit));
        break;
    default:
        json_open(o, f->key, '[');
        for (size_t i = next(seed, 2); i < options; i++)
            json_put_text(o, NULL, f->options[i].key);
        json_close(o, ']');
    }
}

static void put_row(Cx *cx, JsonOut *o, const char *key, const Field *fields, unsigned *seed,
                    int row)
{
    json_open(o, key, '{');
    for (const Field *f = fields; f->type != FIELD_END; f++)
        put_any(cx, o, f, seed, row);
    json_close(o, '}');
}

static const char *any_parts(Cx *cx, const Pack *pack, unsigned *seed)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    put_row(cx, &o, "training", field_find(pack->dossier.fields, "training")->fields, seed, 0);
    json_open(&o, "trainers", '[');
    for (int i = 0; i < 12; i++)
        put_row(cx, &o, NULL, field_find(pack->dossier.fields, "trainers")->fields, seed, i);
    json_close(&o, ']');
    json_close(&o, '}');
    return arena_format(cx->arena, ",%.*s", (int)b.length - 2, buf_text(&b) + 1);
}

/* The workbook of a part is laid over what it came from, in a language, and changes nothing; laid
 * over nothing it makes the part again. */
static void round_trip(Cx *cx, const char *part, const char *lang, int *version)
{
    const Json *before = member(cx, part);
    const char *out = arena_format(cx->arena, "/api/zones/1/sheets/%s?lang=%s", part, lang);
    const char *in = arena_format(cx->arena, "/api/zones/1/%s/check?lang=%s", part, lang);
    Answer file = server_ask(cx, "county", "GET", out, NULL);
    Answer a = server_post_file(cx, "county", in, file.body, file.length);
    EXPECT_INT(json_int(a.json, "error_count", -1), 0);
    EXPECT_INT(json_int(a.json, "changed", -1) + json_int(a.json, "added", -1), 0);
    saved(cx, (*version)++, "");
    in = arena_format(cx->arena, "/api/zones/1/%s/import?lang=%s&version=%d", part, lang,
                      (*version)++);
    a = server_post_file(cx, "county", in, file.body, file.length);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    const Json *after = member(cx, part);
    if (!after || !json_same(before, after))
        print_error("%s %s\n", part,
                    server_ask(cx, "county", "GET", "/api/zones/1/dossier", NULL).body);
    EXPECT(after && json_same(before, after));
}

SERVER_CASE("whatever a part holds goes through its workbook and back unchanged, in both languages")
{
    const Pack *pack;
    unsigned seed = 26;
    int version = 1;
    PackSource source = testing_own_source(cx);
    testing_own_parts();
    testing_zone(cx);
    EXPECT_OK(pack_load_from(cx, &pack, &source));
    for (int i = 0; i < 6; i++) {
        const char *parts = any_parts(cx, pack, &seed);
        saved(cx, version++, parts);
        round_trip(cx, "trainers", i % 2 ? "en" : "zh", &version);
        saved(cx, version++, parts);
        round_trip(cx, "training", i % 2 ? "en" : "zh", &version);
    }
}

SERVER_CASE(
    "parts stand in the comparison, on paper and among what must be proved, in both languages")
{
    testing_own_parts();
    testing_zone(cx);
    testing_dossier_without(cx, 1, "opinions");
    const Json *was = server_ask(cx, "county", "GET", "/api/zones/1/dossier", NULL).json;
    EXPECT_OK(store_run(cx,
                        "INSERT INTO zone_snapshot(zone_id, version, act, step, dossier, result, "
                        "at) SELECT zone_id, version, 'back', 'x', dossier, '{}', 0 "
                        "FROM zone_dossier",
                        NO_ARGS));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", 2);
    json_open(&o, "dossier", '{');
    const Json *dossier = json_get(was, "dossier");
    for (size_t i = 0; i < dossier->count; i++)
        json_put(&o, dossier->items[i]->key, dossier->items[i]);
    json_put_raw(&o, "training", TRAINING);
    json_put_raw(&o, "trainers", TRAINERS);
    json_close(&o, '}');
    json_close(&o, '}');
    Answer a = server_ask(cx, "county", "PUT", "/api/zones/1/dossier", buf_text(&b));
    EXPECT_INT(a.status, 200);
    a = server_ask(cx, "county", "GET", "/api/zones/1/diff", NULL);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    EXPECT(strstr(a.body,
                  "\"pointer\":\"/trainers/0\",\"zh\":\"师资 样例甲\",\"en\":\"Trainers 样例甲\""));
    EXPECT(strstr(
        a.body, "\"pointer\":\"/training/days\",\"zh\":\"培训 / 天数\",\"en\":\"Training / Days\","
                "\"unit\":\"天\""));
    a = server_ask(cx, "county", "GET", "/api/zones/1/evidence", NULL);
    EXPECT(strstr(a.body, "\"item\":\"training_plan\",\"zh\":\"培训方案\""));
    EXPECT(strstr(a.body, "\"behind\":\"/training\",\"needed\":true"));
    a = server_ask(cx, "county", "GET", "/api/zones/1/declaration.pdf", NULL);
    EXPECT_INT(a.status, 200);
    const char *text = testing_pdf_text(cx, &a);
    static const char *const WORDS[] = { "培训表",        "师资表",     "开班日期",
                                         "2022年12月1日", "高级",       "样例甲",
                                         "1,200.50",      "种养、电商", "组织领导和群众意见表" };
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        if (!strstr(text, WORDS[i]))
            print_error("%s is not in\n%s\n", WORDS[i], text);
        EXPECT(strstr(text, WORDS[i]));
    }
    EXPECT(!strstr(text, "{"));
}

CASE("the schema of a pack knows its own parts")
{
    const Pack *pack;
    PackSource source = testing_own_source(cx);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    EXPECT_OK(pack_load_from(cx, &pack, &source));
    schema_write(&o, &pack->dossier);
    const Json *schema = parsed(cx, buf_text(&b));
    EXPECT_INT(json_int(json_at(schema, "/properties/training/properties/days"), "maximum", 0),
               365);
    EXPECT_TEXT(json_at(schema, "/properties/trainers/items/required/0")->text, "number");
    EXPECT(!json_at(schema, "/properties/opinions"));
}
