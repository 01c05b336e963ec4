#include "modules/expert/avoid.h"
#include "modules/expert/draw_inside.h"

#include "modules/expert/expert_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <string.h>

#define OWN_RECUSAL "{\"batch_id\":1,\"zone_id\":1,\"reason\":\"样例：亲属任职\"}"

/* The panel's member at a place, from 0. */
static PanelMember member(Cx *cx, size_t i)
{
    List panel;
    EXPECT_OK(expert_panel(cx, &panel, 1));
    EXPECT(i < panel.count);
    return ((const PanelMember *)panel.rows)[i];
}

static const char *account(Cx *cx, const PanelMember *m)
{
    return arena_format(cx->arena, "e%s", m->number + 1);
}

/* "E03 E07 …" of those who score. */
static const char *scorers(Cx *cx, int64_t zone)
{
    List list;
    Buf b = BUF(cx);
    EXPECT_OK(expert_assigned(cx, &list, 1, zone));
    for (size_t i = 0; i < list.count; i++)
        buf_format(&b, "%s%s", i ? " " : "", ((const PanelZone *)list.rows)[i].number);
    return buf_text(&b);
}

static const char *numbers(Cx *cx, int from, int to, int without)
{
    Buf b = BUF(cx);
    for (int i = from; i < to; i++)
        if (i != without)
            buf_format(&b, "%s%s", b.length ? " " : "", member(cx, (size_t)i).number);
    return buf_text(&b);
}

static void prove(Cx *cx)
{
    const char *wrong;
    EXPECT_OK(draw_prove(cx, &wrong, 1));
    EXPECT(wrong == NULL);
}

SERVER_CASE("an expert recuses himself from a zone: the first substitute scores it, on record")
{
    testing_zone(cx);
    testing_panel(cx);
    const char *before = numbers(cx, 0, 5, -1), *after = numbers(cx, 0, 6, 2);
    PanelMember m = member(cx, 2);
    EXPECT_TEXT(scorers(cx, 1), before);
    server_table(cx, (const Ask[]){
                         { "POST", "/api/expert/recusals", OWN_RECUSAL, "guest", 401 },
                         { "POST", "/api/expert/recusals", OWN_RECUSAL, "province-sign", 403 },
                         { "POST", "/api/expert/recusals", OWN_RECUSAL, "expert", 404 },
                         { "POST", "/api/expert/recusals",
                           "{\"batch_id\":1,\"zone_id\":1,\"reason\":\"\"}", account(cx, &m), 422 },
                         { "POST", "/api/expert/recusals", OWN_RECUSAL, account(cx, &m), 200 },
                         { "POST", "/api/expert/recusals", OWN_RECUSAL, account(cx, &m), 409 },
                         { NULL } });
    EXPECT_TEXT(scorers(cx, 1), after);
    EXPECT_FAIL(expert_must_score(cx, 1, 1, m.expert_id), FORBIDDEN, "zone_id");
    EXPECT_OK(expert_must_score(cx, 1, 1, member(cx, 5).expert_id));
    EXPECT_TEXT(member(cx, 2).state, "active");
    prove(cx);
    Answer a = server_ask(cx, "guest", "GET", "/public/draws/1.json", NULL);
    EXPECT(strstr(a.body, "\"recuse\"") != NULL && strstr(a.body, "亲属") == NULL);
}

SERVER_CASE("an expert who leaves wholly is followed over all his zones; a later one is not his")
{
    testing_zone(cx);
    testing_experts(cx, 12);
    testing_review_step(cx);
    testing_review_zone(cx, "样例二区", "370682");
    testing_draw(cx);
    PanelMember m = member(cx, 0), next = member(cx, 5);
    const char *after = numbers(cx, 1, 7, 5);
    server_as(cx, "province-sign");
    server_table(cx, (const Ask[]){
                         { "POST", "/api/batches/1/panel/recusals",
                           arena_format(cx->arena, "{\"expert_id\":%lld,\"reason\":\"样例：生病\"}",
                                        (long long)next.expert_id),
                           "province-fin-sign", 200 },
                         { "POST", "/api/expert/recusals",
                           "{\"batch_id\":1,\"reason\":\"样例：出差\"}", account(cx, &m), 200 },
                         { NULL } });
    EXPECT_TEXT(scorers(cx, 1), after);
    EXPECT_TEXT(scorers(cx, 2), after);
    EXPECT_TEXT(member(cx, 0).state, "recused");
    EXPECT_TEXT(member(cx, 5).state, "replaced");
    prove(cx);
}

SERVER_CASE("when substitutes are used up the drawn order goes on; at its end fewer score")
{
    testing_zone(cx);
    testing_experts(cx, 9);
    testing_review_step(cx);
    testing_draw(cx);
    server_as(cx, "province-sign");
    EXPECT_OK(store_begin(cx, true));
    for (size_t i = 0; i < 5; i++)
        EXPECT_OK(expert_recuse(cx, 1, member(cx, i).expert_id, 0, "样例理由"));
    EXPECT_OK(store_commit(cx));
    EXPECT_TEXT(scorers(cx, 1), numbers(cx, 5, 9, -1));
    EXPECT_TEXT(member(cx, 8).role, "reserve");
    prove(cx);
}

/* --- avoidance by rule --- */

static const char *rule_of(Cx *cx, int64_t expert, int64_t zone_id)
{
    AvoidExpert e;
    AvoidZone zone;
    const char *rule;
    EXPECT_OK(avoid_expert(cx, &e, expert));
    EXPECT_OK(avoid_zone(cx, &zone, zone_id));
    EXPECT_OK(avoid_rule(cx, &rule, &e, &zone));
    return rule;
}

static void given_work(Cx *cx, int64_t id, const char *organ, const char *region)
{
    Expert e;
    EXPECT_OK(expert_get(cx, &e, id));
    e.organ = organ;
    e.region = region;
    EXPECT_OK(expert_update(cx, &e));
}

SERVER_CASE("same county, same organ, an organ of the dossier and declared interests keep away")
{
    int64_t id;
    testing_zone(cx);
    testing_dossier(cx, 1);
    testing_experts(cx, 8);
    server_as(cx, "province");
    EXPECT(rule_of(cx, 1, 1) == NULL);
    given_work(cx, 1, "样例研究院", "370683101");
    given_work(cx, 2, "city-fin", "37"); /* the name of the city's finance bureau in the cast */
    given_work(cx, 3, "county-gov", "37");
    given_work(cx, 4, "other-county", "37");
    EXPECT_TEXT(rule_of(cx, 1, 1), "county");
    EXPECT_TEXT(rule_of(cx, 2, 1), "organ");
    EXPECT_TEXT(rule_of(cx, 3, 1), "organ");
    EXPECT(rule_of(cx, 4, 1) == NULL);
    EXPECT_OK(store_run(cx,
                        "UPDATE zone_dossier SET dossier = replace(dossier, '\"zone\"', "
                        "'\"note\":\"样例规划设计院编制\",\"zone\"')",
                        NO_ARGS));
    given_work(cx, 5, "样例规划设计院", "37");
    EXPECT_TEXT(rule_of(cx, 5, 1), "organ");
    EXPECT_OK(
        expert_declare(cx, &id, &(Interest){ .expert_id = 6, .kind = "county", .code = "3706" }));
    EXPECT_OK(expert_declare(
        cx, &id, &(Interest){ .expert_id = 7, .kind = "organ", .code = "样例规划设计院" }));
    EXPECT_OK(expert_declare(cx, &id, &(Interest){ .expert_id = 8, .kind = "zone", .code = "1" }));
    for (int64_t i = 6; i <= 8; i++)
        EXPECT_TEXT(rule_of(cx, i, 1), "interest");
}

SERVER_CASE("who avoids a zone does not score it, and is not drawn where he avoids them all")
{
    int64_t id;
    List zones;
    testing_zone(cx);
    testing_experts(cx, 12);
    testing_review_zone(cx, "样例二区", "370682");
    server_as(cx, "province");
    for (int64_t i = 1; i <= 6; i++)
        EXPECT_OK(expert_declare(
            cx, &id, &(Interest){ .expert_id = i, .kind = "county", .code = "370682" }));
    EXPECT_OK(
        expert_declare(cx, &id, &(Interest){ .expert_id = 1, .kind = "county", .code = "370683" }));
    testing_draw(cx);
    EXPECT_OK(expert_assigned(cx, &zones, 1, 0));
    const PanelZone *z = zones.rows;
    EXPECT_INT(zones.count, 10);
    for (size_t i = 0; i < zones.count; i++)
        EXPECT(z[i].expert_id != 1 && (z[i].zone_id == 1 || z[i].expert_id > 6));
    prove(cx);
}

SERVER_CASE("no fault leaves a recusal half done")
{
    testing_zone(cx);
    testing_panel(cx);
    PanelMember m = member(cx, 0);
    server_sweep(cx, &(Ask){ "POST", "/api/expert/recusals", OWN_RECUSAL, account(cx, &m), 200 });
}

SERVER_CASE("a key puts things in an order that nobody chose, the same every time")
{
    const char *a[] = { "1", "2", "3", "4", "5" }, *b[] = { "5", "3", "1", "2", "4" };
    const char *c[] = { "1", "2", "3", "4", "5" };
    const char *seed = draw_hash(cx, "样例");
    draw_order(cx, seed, "defence", a, 5);
    draw_order(cx, seed, "defence", b, 5);
    draw_order(cx, seed, "site", c, 5);
    bool same = true, other = true;
    for (int i = 0; i < 5; i++) {
        same &= strcmp(a[i], b[i]) == 0;
        other &= strcmp(a[i], c[i]) == 0;
    }
    EXPECT(same && !other);
}
