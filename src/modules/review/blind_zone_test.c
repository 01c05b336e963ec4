/* Whatever an expert can fetch is searched, byte for byte, for what would tell him whose it is. */
#include "modules/review/review_inside.h"

#include "core/access/right.h"
#include "modules/expert/expert_testing.h"
#include "modules/modules.h"
#include "modules/organ/organ.h"
#include "modules/region/region.h"
#include "modules/review/review_testing.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <ctype.h>

/* The zone, its divisions, aliases, codes, organs, people and files, as texts may write them. */
static const char *const TELLING[] = {
    "样例一：沙河苹果推进区",
    "沙河苹果推进区",
    "沙河苹果",
    "沙 河 苹 果",
    "莱州市",
    "莱州",
    "莱 州 市",
    "莱　州",
    "莱-州",
    "掖县",
    "烟台市",
    "烟台",
    "莱阳",
    "沙河镇",
    "沙河",
    "朱桥镇",
    "朱桥",
    "样例镇",
    "样例甲村",
    "样例甲",
    "样例甲村民委员会",
    "东街村委会",
    "东街村",
    "东 街 村",
    "老样庄",
    "370683103201",
    "370683103",
    "370683",
    "370 683 103 202",
    "３７０６８３",
    "3706",
    "莱州市农业农村局",
    "莱州农业农村局",
    "莱州市金果果业有限公司",
    "金果果业",
    "金果 果业 有限公司",
    "沙河镇人民政府",
    "张样例",
    "莱政发〔2022〕12号",
    "莱州实施规划.pdf",
    "莱州实施规划",
    "0535-2211000",
    "138 0013 8000",
    "laizhou.gov.cn",
    "119.94235",
    "37068319000101123X",
};

static const char *telling_text(Cx *cx)
{
    Buf b = BUF(cx);
    buf_add(&b, "种植果树");
    for (size_t i = 0; i < COUNT(TELLING); i++)
        buf_format(&b, "，见%s等", TELLING[i]);
    buf_add(&b, "，连成一片。");
    return buf_text(&b);
}

/* The text in every free text of a dossier, names in every blind field. */
static const char *telling_dossier(Cx *cx)
{
    const char *t = telling_text(cx);
    return arena_format(
        cx->arena,
        "{\"version\":1,\"dossier\":{\"zone\":\"样例一：沙河苹果推进区\",\"county\":\"370683\","
        "\"villages\":[{\"code\":\"370683103201\",\"name\":\"样例甲村\",\"type\":\"cluster\"},"
        "{\"code\":\"370683101201\",\"name\":\"东街村委会\",\"plan\":true}],"
        "\"industries\":[{\"name\":\"%s\",\"in_county_plan\":true}],"
        "\"plan\":{\"positioning\":\"%s\",\"sustainability\":\"%s\",\"projects\":[{\"id\":"
        "\"莱州1\","
        "\"name\":\"%s\",\"content\":\"%s\",\"department\":\"莱州市金果果业有限公司\","
        "\"land_quota\":\"%s\",\"uses\":[\"%s\"],\"benefit\":{\"mode\":\"%s\"},"
        "\"serves\":\"莱州1\",\"gap\":{\"village\":\"370683103201\",\"item\":\"water\"}}]},"
        "\"funds\":{\"transitional\":[{\"level\":\"county\",\"document\":\"莱政发〔2022〕12号\","
        "\"department\":\"莱州市农业农村局\",\"amount\":\"100\"}]},"
        "\"exceptions\":{\"V1\":\"%s\"}}}",
        t, t, t, t, t, t, t, t, t);
}

static void given_organ(Cx *cx, const char *name, const char *level, const char *territory)
{
    int64_t id;
    Organ o = { .name = name,
                .level = level,
                .kind = "government",
                .territory = territory,
                .parent_id = UNSET };
    EXPECT_OK(organ_create(cx, &id, &o));
}

static void given_names(Cx *cx)
{
    int64_t id;
    Region old = {
        .code = "370683103299", .name = "老样庄村", .valid_from = UNSET, .source = "样例"
    };
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_add(cx, &id, &old));
    EXPECT_OK(region_add_alias(cx, "370683", "掖县", "former", "样例"));
    EXPECT_OK(region_merge(cx, "370683103299", "370683103201", day_of_instant(cx_now(cx)), "样例"));
    server_as(cx, "sysadmin");
    given_organ(cx, "莱州市农业农村局", "county", "370683");
    given_organ(cx, "沙河镇人民政府", "township", "370683101");
    EXPECT_OK(store_commit(cx));
    server_join(cx, "张样例", "county");
}

static int64_t given_file(Cx *cx, const char *as, const char *noun, const char *name,
                          const char *bytes)
{
    const char *begin =
        arena_format(cx->arena, "{\"name\":\"%s\",\"size\":%zu,\"noun\":\"%s\",\"noun_id\":1}",
                     name, strlen(bytes), noun);
    Answer a = server_ask(cx, as, "POST", "/api/uploads", begin);
    EXPECT_INT(a.status, 200);
    long long id = (long long)json_int(a.json, "id", 0);
    a = server_ask(cx, as, "PUT", arena_format(cx->arena, "/api/uploads/%lld?offset=0", id), bytes);
    EXPECT_INT(a.status, 200);
    a = server_ask(cx, as, "POST", arena_format(cx->arena, "/api/uploads/%lld/finish", id), NULL);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

static const char *copy_body(Cx *cx, const char *item, int64_t attachment)
{
    return arena_format(cx->arena, "{\"item\":\"%s\",\"attachment_id\":%lld}", item,
                        (long long)attachment);
}

#define CLEAN "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"

static void given_telling_zone(Cx *cx)
{
    testing_zone(cx);
    given_names(cx);
    given_file(cx, "county", "zone", "莱州实施规划.pdf", CLEAN);
    Answer a = server_ask(cx, "county", "PUT", "/api/zones/1/dossier", telling_dossier(cx));
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
    testing_review_step(cx);
    int64_t copy = given_file(cx, "county", "review", "莱州规划隐名.pdf", CLEAN);
    EXPECT_INT(server_ask(cx, "county", "PUT", "/api/zones/1/blind-copies",
                          copy_body(cx, "implementation_plan", copy))
                   .status,
               200);
    testing_round(cx);
}

/* Digits stand in hashes and lengths by chance, so they must stand alone there. */
static bool holds(const char *bytes, size_t length, const char *word)
{
    size_t n = strlen(word);
    bool digits = strspn(word, "0123456789") == n;
    for (const char *at = bytes; (at = memmem(at, length - (size_t)(at - bytes), word, n)); at++) {
        bool before = at > bytes && isalnum((unsigned char)at[-1]);
        bool behind = at + n < bytes + length && isalnum((unsigned char)at[n]);
        if (!digits || !(before || (behind && n < 6)))
            return true;
    }
    return false;
}

static void search(Cx *cx, const char *as, const char *path, int *found)
{
    Answer a = server_ask(cx, as, "GET", path, NULL);
    *found += a.status == 200;
    for (size_t i = 0; i < COUNT(TELLING); i++) {
        bool told = holds(a.body, a.length, TELLING[i]) ||
                    (strcmp(TELLING[i], "3706") != 0 && holds(a.head, strlen(a.head), TELLING[i]));
        if (told)
            print_error("%s tells %s: %s\n", path, TELLING[i], a.body);
        EXPECT(!told);
    }
}

/* The path with each of its parameters as n, or as the word that fits. */
static const char *filled(Cx *cx, const char *path, int n)
{
    Buf b = BUF(cx);
    while (*path) {
        size_t length = *path == ':' ? strcspn(path, "/.") : 0;
        if (length && strncmp(path, ":part", length) == 0)
            buf_add(&b, "paper");
        else if (length)
            buf_format(&b, "%d", n);
        else
            buf_char(&b, *path);
        path += length ? length : 1;
    }
    return buf_text(&b);
}

/* The register of divisions is the same for every zone and says nothing of any. */
static bool is_register(const char *path)
{
    return strncmp(path, "/api/regions", strlen("/api/regions")) == 0;
}

static int search_routes(Cx *cx, const char *as, const Route *routes)
{
    int fetched = 0;
    for (const Route *r = routes; r && r->path; r++)
        for (int n = 1; r->method == GET && !is_register(r->path) && n <= 6; n++) {
            search(cx, as, filled(cx, r->path, n), &fetched);
            if (!strchr(r->path, ':'))
                break;
        }
    return fetched;
}

SERVER_CASE("no byte that an expert can fetch tells him whose dossier he reads")
{
    const char *me;
    int fetched = 0;
    given_telling_zone(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    for (const Module *const *m = MODULES; *m; m++)
        fetched += search_routes(cx, me, (*m)->routes);
    EXPECT(fetched > 10);
    Answer open = server_ask(cx, "county", "GET", "/api/zones/1/dossier", NULL);
    for (size_t i = 0; i < COUNT(TELLING); i++)
        EXPECT(holds(open.body, open.length, TELLING[i]));
    const char *sheet = arena_format(cx->arena, "/api/review/sheets/%lld", (long long)id);
    fetched = 0;
    search(cx, me, sheet, &fetched);
    search(cx, me, arena_format(cx->arena, "%s/dossier", sheet), &fetched);
    search(cx, me, arena_format(cx->arena, "%s/attachments", sheet), &fetched);
    search(cx, me, arena_format(cx->arena, "%s/attachments/1", sheet), &fetched);
    EXPECT_INT(fetched, 4);
}

SERVER_CASE("a blind dossier still reads: chips are stable, figures stay")
{
    const char *me;
    given_telling_zone(cx);
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    Answer a =
        server_ask(cx, me, "GET",
                   arena_format(cx->arena, "/api/review/sheets/%lld/dossier", (long long)id), NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_TEXT(json_at(a.json, "/dossier/zone")->text, "⟦本推进区⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/county")->text, "⟦本县⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/villages/0/name")->text, "⟦村 甲⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/villages/0/code")->text, "⟦村 甲⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/villages/1/name")->text, "⟦村 乙⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/plan/projects/0/gap/village")->text, "⟦村 甲⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/plan/projects/0/serves")->text,
                json_at(a.json, "/dossier/plan/projects/0/id")->text);
    EXPECT_TEXT(json_at(a.json, "/dossier/funds/transitional/0/document")->text, "⟦文号⟧");
    EXPECT_TEXT(json_at(a.json, "/dossier/funds/transitional/0/amount")->text, "100");
    EXPECT_TEXT(json_at(a.json, "/dossier/villages/0/type")->text, "cluster");
    const char *text = json_at(a.json, "/dossier/plan/positioning")->text;
    EXPECT(strncmp(text, "种植果树，见⟦本推进区⟧：⟦本推进区⟧等",
                   strlen("种植果树，见⟦本推进区⟧：⟦本推进区⟧等")) == 0);
    EXPECT(strstr(text, "连成一片。"));
    EXPECT(json_get(a.json, "results")->count > 30);
    EXPECT(json_get(a.json, "chips")->count > 5);
}

SERVER_CASE("a blind copy is the zone's own, clean, and put there in time by who may")
{
    const char *me, *path = "/api/zones/1/blind-copies";
    testing_review(cx);
    int64_t clean = given_file(cx, "county", "review", "a.pdf", CLEAN);
    int64_t told = given_file(cx, "province", "review", "b.pdf", CLEAN "(样例丙村)");
    int64_t png = given_file(cx, "county", "review", "c.txt", "样例文本");
    const char *ok = copy_body(cx, "implementation_plan", clean);
    server_table(
        cx,
        (const Ask[]){ { "GET", path, NULL, "guest", 401 },
                       { "GET", path, NULL, "expert", 403 },
                       { "GET", path, NULL, "city", 403 },
                       { "GET", path, NULL, "other-county", 404 },
                       { "GET", path, NULL, "county", 200 },
                       { "PUT", path, ok, "expert", 403 },
                       { "PUT", path, ok, "other-county", 404 },
                       { "PUT", path, copy_body(cx, "moon", clean), "county", 422 },
                       { "PUT", path, copy_body(cx, "implementation_plan", 999), "county", 422 },
                       { "PUT", path, copy_body(cx, "implementation_plan", told), "province", 422 },
                       { "PUT", path, copy_body(cx, "implementation_plan", png), "county", 422 },
                       { "PUT", path, ok, "county", 200 },
                       { "PUT", path, "{\"item\":\"implementation_plan\"}", "county", 200 },
                       { "PUT", path, ok, "county", 200 },
                       { NULL } });
    server_sweep(cx, &(Ask){ "PUT", path, ok, "county", 200 });
    testing_round(cx);
    server_table(cx, (const Ask[]){ { "PUT", path, ok, "county", 409 },
                                    { "PUT", path, ok, "province", 200 },
                                    { NULL } });
    int64_t id = testing_sheet(cx, "paper", 1, 0, &me);
    Answer a = server_ask(
        cx, me, "GET",
        arena_format(cx->arena, "/api/review/sheets/%lld/attachments/1", (long long)id), NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_TEXT(a.body, CLEAN);
    EXPECT(!strstr(a.head, "ETag"));
    int64_t opened;
    EXPECT_OK(store_int(cx, &opened,
                        "SELECT count(*) FROM audit WHERE noun = 'review' AND noun_id = $1 "
                        "AND after LIKE '{\"文件\":%'",
                        ARGS(I(id))));
    EXPECT_INT(opened, 1);
    testing_seal(cx, "paper");
    server_table(cx, (const Ask[]){ { "PUT", path, ok, "province", 409 }, { NULL } });
}
