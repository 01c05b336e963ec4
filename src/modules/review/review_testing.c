#include "modules/review/review_testing.h"

#include "modules/expert/expert_testing.h"
#include "modules/review/review_inside.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#define REASON "样例理由：材料齐全，数据可核对，措施可行，依据充分，结论明确。"

void testing_review(Cx *cx)
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    testing_review_step(cx);
}

static Answer expect_ok(Cx *cx, const char *as, const char *path, const char *body)
{
    Answer a = server_ask(cx, as, "POST", path, body);
    if (a.status != 200)
        print_error("%s as %s: %s\n", path, as, a.body);
    EXPECT_INT(a.status, 200);
    return a;
}

void testing_round(Cx *cx)
{
    testing_panel(cx);
    expect_ok(cx, "province", "/api/batches/1/review/paper/open",
              arena_format(cx->arena, "{\"deadline\":\"%s\"}",
                           instant_text(cx, cx_now(cx) + TESTING_ROUND_MS)));
}

int64_t testing_sheet(Cx *cx, const char *part, int64_t zone_id, int n, const char **account)
{
    Rows rows;
    int64_t id = 0;
    EXPECT_OK(rows_open(cx, &rows,
                        "SELECT s.id, u.account FROM review_sheet s "
                        "JOIN expert e ON e.id = s.expert_id JOIN \"user\" u ON u.id = e.user_id "
                        "WHERE s.part = $1 AND ($2 = 0 OR s.zone_id = $2) "
                        "AND s.state <> 'recused' ORDER BY s.id",
                        ARGS(T(part), I(zone_id))));
    for (int i = 0; rows.more; i++) {
        if (i == n) {
            id = rows_int(&rows, 0);
            *account = rows_text(cx, &rows, 1);
        }
        EXPECT_OK(rows_next(cx, &rows));
    }
    return id;
}

int testing_score(Cx *cx, const char *account, int64_t sheet, int percent)
{
    const char *path = arena_format(cx->arena, "/api/review/sheets/%lld", (long long)sheet);
    Answer a = server_ask(cx, account, "GET", path, NULL);
    EXPECT_INT(a.status, 200);
    Buf b = BUF(cx);
    const Json *items = json_get(a.json, "items");
    buf_format(&b, "{\"version\":%lld,\"scores\":[", (long long)json_int(a.json, "version", 0));
    for (size_t i = 0; i < items->count; i++) {
        int64_t points = json_int(items->items[i], "max", 0) * percent / 100;
        buf_format(&b, "%s{\"item\":\"%s\",\"points\":%lld,\"reason\":\"" REASON "\"}",
                   i ? "," : "", json_text(items->items[i], "key", ""),
                   (long long)(points - points % json_int(a.json, "step", 1)));
    }
    buf_add(&b, "]}");
    a = server_ask(cx, account, "PUT", path, buf_text(&b));
    if (a.status != 200)
        return a.status;
    return server_ask(cx, account, "POST", arena_format(cx->arena, "%s/submit", path),
                      arena_format(cx->arena, "{\"version\":%lld}",
                                   (long long)json_int(a.json, "version", 0)))
        .status;
}

void testing_seal(Cx *cx, const char *part)
{
    const char *account;
    int64_t id;
    for (int n = 0; (id = testing_sheet(cx, part, 0, n, &account)) != 0; n++)
        EXPECT_INT(testing_score(cx, account, id, 60 + n % 5 * 6), 200);
    expect_ok(cx, "province", arena_format(cx->arena, "/api/batches/1/review/%s/seal", part), "{}");
}
