#include "modules/determination/determination.h"

#include "core/access/right.h"
#include "modules/determination/disqualification.h"
#include "modules/determination/ranking.h"

#include <string.h>

/* --- disqualification --- */

static Err disqualify(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    Disqualification d;
    int64_t id = request_id(rq, "id");
    TRY(store_lock(cx, "zone"));
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_row(cx, &d, disqualification_fields, rq));
    TRY(zone_disqualify(cx, &v, id, d.clause, d.reason));
    d.zone_id = id;
    d.batch_id = v.batch.id;
    d.step = v.run.step;
    d.user_id = cx->user->id;
    d.user_name = cx->user->name;
    d.at = cx_now(cx);
    return reply_row(cx, rp, disqualification_fields, &d);
}

/* --- ranking, determination, money --- */

static Err show_ranking(Cx *cx, Request *rq, Reply *rp)
{
    return selection_show(cx, rq, rp, ranking_put);
}

typedef struct VersionBody {
    int64_t version;
} VersionBody;

static const Field VERSION_BODY[] = {
    { "version", FIELD_INT, offsetof(VersionBody, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err make_ranking(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    VersionBody b;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, VERSION_BODY, rq));
    TRY(ranking_make(cx, &v, b.version));
    return selection_show(cx, rq, rp, ranking_put);
}

static Err show_determinations(Cx *cx, Request *rq, Reply *rp)
{
    return selection_show(cx, rq, rp, determination_put);
}

static Err propose(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    const Json *body;
    TRY(store_lock(cx, "zone"));
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(determination_propose(cx, &v, body));
    return selection_show(cx, rq, rp, determination_put);
}

static Err show_allotments(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    Money sum = 0;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(allotment_list(cx, &all, request_id(rq, "id")));
    const Allotment *rows = all.rows;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < all.count; i++) {
        json_open(&o, NULL, '{');
        field_write(cx, &o, allotment_fields, &rows[i], false);
        json_close(&o, '}');
        if (strcmp(rows[i].state, "draft") == 0)
            sum += rows[i].amount;
    }
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)all.count);
    json_put_text(&o, "sum", money_text(cx, sum));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Route ROUTES[] = {
    { POST, "/api/zones/:id/disqualify", "selection.decide", disqualify, "取消资格",
      "Disqualify a zone", disqualification_fields, disqualification_fields },
    { GET, "/api/batches/:id/ranking", "selection.read", show_ranking, "看综合排序",
      "Show the ranking" },
    { POST, "/api/batches/:id/ranking", "selection.write", make_ranking, "计算综合排序",
      "Make the ranking", VERSION_BODY },
    { GET, "/api/batches/:id/determinations", "selection.read", show_determinations, "看确定名单",
      "Show the determinations" },
    { POST, "/api/batches/:id/determinations", "selection.write", propose, "提出拟入选名单",
      "Propose the list", determination_proposal },
    { GET, "/api/batches/:id/allotments", "selection.read", show_allotments, "看资金安排（草案）",
      "Show the draft allotments", .out = allotment_fields, .flags = ROUTE_PAGE },
    ROUTES_END,
};

const Module determination_module = { .noun = "determination", .routes = ROUTES };
