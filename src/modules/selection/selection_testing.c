#include "modules/selection/selection_testing.h"

#include "base/file.h"
#include "modules/batch/batch.h"
#include "modules/expert/expert_testing.h"
#include "modules/region/region.h"
#include "modules/renamed_testing.h"
#include "modules/zone/zone.h"
#include "modules/zone/zone_testing.h"

#include <stdio.h>
#include <string.h>

static const char *const COUNTIES[TESTING_ZONES] = { "370683", "370681", "370682", "370684",
                                                     "370685", "370686", "371002", "371102" };

Answer testing_ok(Cx *cx, const char *as, const char *method, const char *path, const char *body)
{
    Answer a = server_ask(cx, as, method, path, body);
    if (a.status != 200)
        print_error("%s %s as %s gave %d: %s\n", method, path, as, a.status, a.body);
    EXPECT_INT(a.status, 200);
    return a;
}

static void given_region(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = UNSET, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

static void given_entry(Cx *cx, const char *kind, const char *code, const char *value)
{
    int64_t id;
    BatchEntry e = { .batch_id = 1,
                     .kind = kind,
                     .code = code,
                     .value = value,
                     .document = "样例〔2022〕1号",
                     .valid_from = UNSET,
                     .valid_to = UNSET };
    EXPECT_OK(batch_add_entry(cx, &id, &e));
}

static void given_tables(Cx *cx)
{
    given_region(cx, "3710", "威海市");
    given_region(cx, "3711", "日照市");
    given_region(cx, "370681", "龙口市");
    given_region(cx, "370684", "蓬莱区");
    given_region(cx, "370685", "招远市");
    given_region(cx, "370686", "栖霞市");
    given_region(cx, "371002", "环翠区");
    given_region(cx, "371102", "东港区");
    for (size_t i = 0; i < TESTING_ZONES; i++)
        if (strncmp(COUNTIES[i], "3706", 4) == 0)
            given_entry(cx, "key_county", COUNTIES[i], "");
    given_entry(cx, "region_class", "3710", "east");
    given_entry(cx, "region_class", "3711", "west");
}

/* The sample dossier with a term of another length and the county's reason. */
static const char *dossier_with_exception(Cx *cx)
{
    const char *file;
    size_t length;
    EXPECT_OK(file_read(cx, &file, &length, "packs/lu-2022-26/tests/base.json", 1 << 20));
    char *text = arena_text(cx->arena, file);
    char *end = strstr(text, "\"2024-12-31\"");
    char *first = strchr(text, '{');
    EXPECT(end != NULL && first != NULL);
    memcpy(end + 1, "2025-12-31", 10);
    return arena_format(cx->arena, "{\"exceptions\":{\"%s\":\"样例理由：跨年度工程\"},%s",
                        testing_key(cx, "P1"), first + 1);
}

void testing_selection(Cx *cx)
{
    int64_t id;
    testing_zone(cx);
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    given_tables(cx);
    for (size_t i = 1; i < TESTING_ZONES; i++)
        EXPECT_OK(zone_add(cx, &id, arena_format(cx->arena, "样例%zu区", i + 1), COUNTIES[i], 1));
    EXPECT_OK(store_run(
        cx, "UPDATE process_run SET step = $1, role = 'zone.province' WHERE noun = 'zone'",
        ARGS(T(testing_key(cx, "province")))));
    EXPECT_OK(store_run(cx, "DELETE FROM process_desk", NO_ARGS));
    EXPECT_OK(store_run(cx,
                        "UPDATE zone SET villages = 10 + id, transitional = 5000000000, "
                        "exceptions = CASE WHEN id = 3 THEN 1 ELSE 0 END",
                        NO_ARGS));
    EXPECT_OK(store_run(cx, "UPDATE zone_dossier SET dossier = $1 WHERE zone_id = 3",
                        ARGS(T(dossier_with_exception(cx)))));
    EXPECT_OK(store_run(cx, "UPDATE session SET idle_ms = 90000000000, ends_at = 9000000000000",
                        NO_ARGS));
    EXPECT_OK(store_commit(cx));
}

void testing_days_later(Cx *cx, int days)
{
    server_clock(cx_now(cx) + days * DAY_MS);
}

int64_t testing_version(Cx *cx)
{
    int64_t version;
    EXPECT_OK(store_int(cx, &version, "SELECT version FROM selection WHERE batch_id = 1", NO_ARGS));
    return version;
}

Answer testing_act(Cx *cx, const char *as, const char *act, int status)
{
    int64_t round = 0;
    const char *hash = "";
    if (strcmp(act, "open") != 0)
        EXPECT_OK(store_int(cx, &round, "SELECT round FROM process_run WHERE noun = 'selection'",
                            NO_ARGS));
    if (store_text(cx, &hash, "SELECT hash FROM determination WHERE state = 'proposed'", NO_ARGS) !=
        OK)
        hash = "";
    const char *body = arena_format(cx->arena,
                                    "{\"act\":\"%s\",\"round\":%lld,\"hash\":\"%s\","
                                    "\"reason\":\"样例意见\"}",
                                    act, (long long)round, hash);
    Answer a = server_ask(cx, as, "POST", "/api/batches/1/selection/acts", body);
    if (a.status != status)
        print_error("%s as %s gave %d: %s\n", act, as, a.status, a.body);
    EXPECT_INT(a.status, status);
    return a;
}

/* --- the steps --- */

void testing_to_draw(Cx *cx)
{
    testing_act(cx, "province", "open", 200);
    for (int zone = 1; zone <= TESTING_ZONES; zone++)
        testing_ok(cx, "province", "PUT", arena_format(cx->arena, "/api/zones/%d/form", zone),
                   "{\"version\":0,\"checks\":[{\"item\":\"county_letter\",\"ok\":true},"
                   "{\"item\":\"city_letter\",\"ok\":true},{\"item\":\"plan\",\"ok\":true},"
                   "{\"item\":\"evidence\",\"ok\":true}]}");
    testing_ok(cx, "province-sign", "PUT",
               arena_format(cx->arena, "/api/zones/3/exceptions/%s", testing_key(cx, "P1")),
               "{\"granted\":true,\"reason\":\"样例：同意跨年度\"}");
    testing_act(cx, "province", "forward", 200);
}

void testing_to_paper(Cx *cx)
{
    testing_experts(cx, 12);
    EXPECT_OK(store_run(cx, "UPDATE session SET idle_ms = 90000000000, ends_at = 9000000000000",
                        NO_ARGS));
    testing_draw(cx);
    testing_act(cx, "province", "forward", 200);
}

static void given_score(Cx *cx, const char *part, const char *item, int64_t base)
{
    EXPECT_OK(store_run(cx,
                        "INSERT INTO review_score(sheet_id, item, points) "
                        "SELECT id, $2, $3 + zone_id * 20 + expert_id * 5 FROM review_sheet "
                        "WHERE part = $1 AND state = 'open'",
                        ARGS(T(part), T(item), I(base))));
}

/* Every sheet is in: scores by rows, as experts' saving has its own tests. */
static void score(Cx *cx, const char *part)
{
    const char *path = arena_format(cx->arena, "/api/batches/1/review/%s", part);
    const char *deadline = instant_text(cx, cx_now(cx) + 5 * DAY_MS);
    testing_ok(cx, "province", "POST", arena_format(cx->arena, "%s/open", path),
               arena_format(cx->arena, "{\"deadline\":\"%s\"}", deadline));
    if (strcmp(part, "paper") == 0) {
        given_score(cx, part, "industry", 1500);
        given_score(cx, part, "layout", 1200);
        given_score(cx, part, "will", 900);
        given_score(cx, part, "guarantee", 1200);
        given_score(cx, part, "content", 1200);
    } else {
        given_score(cx, part, "clarity", 4000);
        given_score(cx, part, "answers", 3000);
    }
    EXPECT_OK(store_run(cx,
                        "UPDATE review_sheet SET state = 'submitted', submitted_at = $2 "
                        "WHERE part = $1 AND state = 'open'",
                        ARGS(T(part), I(cx_now(cx)))));
    testing_ok(cx, "province", "POST", arena_format(cx->arena, "%s/seal", path), "{}");
}

void testing_to_defence(Cx *cx)
{
    score(cx, "paper");
    testing_act(cx, "province", "forward", 200);
}

void testing_to_site(Cx *cx)
{
    score(cx, "defence");
    testing_act(cx, "province", "forward", 200);
}

static void visit(Cx *cx, int zone)
{
    const char *body = arena_format(
        cx->arena,
        "{\"day\":\"2022-11-22\",\"team\":\"样例核查组\",\"state\":\"done\",\"version\":0,"
        "\"findings\":[{\"item\":\"true\",\"points\":%d,\"note\":\"样例：与材料相符\"},"
        "{\"item\":\"image\",\"points\":3500,\"note\":\"样例：没有形象工程\"}]}",
        4000 + zone * 200);
    testing_ok(cx, "province", "PUT", arena_format(cx->arena, "/api/zones/%d/visit", zone), body);
}

void testing_to_rank(Cx *cx)
{
    for (int zone = 1; zone <= TESTING_ZONES; zone++)
        visit(cx, zone);
    testing_act(cx, "province", "forward", 200);
}

void testing_to_determine(Cx *cx)
{
    testing_ok(cx, "province", "POST", "/api/batches/1/ranking",
               arena_format(cx->arena, "{\"version\":%lld}", (long long)testing_version(cx)));
    testing_act(cx, "province", "forward", 200);
}

static bool named(const int *zones, int64_t zone)
{
    for (; *zones != 0; zones++)
        if (*zones == zone)
            return true;
    return false;
}

Answer testing_propose(Cx *cx, const int *zones)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    Rows rows;
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", testing_version(cx));
    json_open(&o, "zones", '[');
    EXPECT_OK(rows_open(cx, &rows,
                        "SELECT g.zone_id FROM ranking g WHERE NOT EXISTS (SELECT 1 FROM "
                        "disqualification d WHERE d.zone_id = g.zone_id) ORDER BY g.place",
                        NO_ARGS));
    while (rows.more) {
        int64_t zone = rows_int(&rows, 0);
        json_open(&o, NULL, '{');
        json_put_int(&o, "zone_id", zone);
        json_put_text(&o, "outcome", named(zones, zone) ? "selected" : "not_selected");
        json_close(&o, '}');
        EXPECT_OK(rows_next(cx, &rows));
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return server_ask(cx, "province", "POST", "/api/batches/1/determinations", buf_text(&b));
}

void testing_to_publish(Cx *cx)
{
    const char *body =
        arena_format(cx->arena, "{\"places\":4,\"budget\":\"16000\",\"version\":%lld}",
                     (long long)testing_version(cx));
    testing_ok(cx, "province", "PUT", "/api/batches/1/selection", body);
    Answer a = testing_propose(cx, (const int[]){ 8, 7, 6, 5, 0 });
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    testing_act(cx, "province-sign", "forward", 200);
    testing_act(cx, "province-fin-sign", "forward", 200);
}

int64_t testing_published(Cx *cx)
{
    Day today = day_of_instant(cx_now(cx));
    Answer a = testing_ok(
        cx, "province", "POST", "/api/batches/1/publications",
        arena_format(cx->arena, "{\"kind\":\"list\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                     day_text(cx, today), day_text(cx, today + 6)));
    return json_int(a.json, "id", 0);
}
