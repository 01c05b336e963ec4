#include "modules/review/copy.h"

#include "modules/expert/expert_routes.h"
#include "modules/review/defence.h"
#include "modules/review/review_inside.h"

#include "core/access/right.h"
#include "core/request/export.h"

#include <string.h>

/* --- the expert --- */

static Err own_sheets(Cx *cx, Request *rq, Reply *rp)
{
    List list;
    (void)rq;
    TRY(review_sheet_list(cx, &list));
    list.total = (int64_t)list.count;
    return reply_page(cx, rp, review_sheet_fields, sizeof(ReviewSheet), &list);
}

static const Score *score_of(const List *scores, const char *item)
{
    const Score *rows = scores->rows;
    for (size_t i = 0; i < scores->count; i++)
        if (strcmp(rows[i].item, item) == 0)
            return &rows[i];
    return NULL;
}

static void put_words(JsonOut *o, const char *key, const char *const *words)
{
    json_open(o, key, '[');
    for (; *words; words++)
        json_put_text(o, NULL, *words);
    json_close(o, ']');
}

static void put_item(JsonOut *o, const RubricItem *item, const Score *score)
{
    json_open(o, NULL, '{');
    json_put_text(o, "key", item->key);
    json_put_text(o, "zh", item->zh);
    json_put_text(o, "en", item->en);
    json_put_text(o, "clause", item->clause);
    put_words(o, "rules", item->rules);
    json_put_int(o, "max", item->max);
    json_put_int(o, "low", item->low);
    json_put_int(o, "high", item->high);
    if (score && score->points != UNSET)
        json_put_int(o, "points", score->points);
    else
        json_put_null(o, "points");
    json_put_text(o, "reason", score ? score->reason : NULL);
    json_close(o, '}');
}

static Err put_rubric(Cx *cx, JsonOut *o, const ReviewSheet *s, const List *scores)
{
    const Rubric *r;
    TRY(review_rubric(cx, &r, s->batch_id));
    json_open(o, "sample", '{');
    json_put_text(o, "zh", r->sample_zh);
    json_put_text(o, "en", r->sample_en);
    json_close(o, '}');
    json_put_int(o, "max", r->total);
    json_put_int(o, "step", r->step);
    json_put_int(o, "reason_min", r->reason_min);
    json_open(o, "items", '[');
    for (size_t i = 0; i < r->item_count; i++)
        if (strcmp(r->items[i].part, s->part) == 0)
            put_item(o, &r->items[i], score_of(scores, r->items[i].key));
    json_close(o, ']');
    put_words(o, "lacks", review_sheet_lacks(cx, r, s, scores));
    return OK;
}

/* A sheet alone has its items where a list has their number. */
static const Field *fields_alone(Cx *cx)
{
    size_t n = 0, count = 1;
    while (review_sheet_fields[count - 1].type != FIELD_END)
        count++;
    Field *out = NEW_N(cx, Field, count);
    for (const Field *f = review_sheet_fields; f->type != FIELD_END; f++)
        if (strcmp(f->key, "items") != 0)
            out[n++] = *f;
    return out;
}

static Err reply_sheet(Cx *cx, Reply *rp, int64_t id)
{
    ReviewSheet s;
    List scores;
    int64_t now;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(review_sheet_get(cx, &s, id));
    TRY(review_sheet_scores(cx, &scores, id));
    TRY(review_now(cx, &now));
    bool open = strcmp(s.state, "open") == 0 && !s.sealed && now <= s.deadline;
    json_open(&o, NULL, '{');
    field_write(cx, &o, fields_alone(cx), &s, false);
    TRY(put_rubric(cx, &o, &s, &scores));
    json_open(&o, "may", '{');
    json_put_bool(&o, "write", open);
    json_put_bool(&o, "submit", open);
    json_put_bool(&o, "recuse", open);
    json_close(&o, '}');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_sheet(Cx *cx, Request *rq, Reply *rp)
{
    return reply_sheet(cx, rp, request_id(rq, "id"));
}

static Err save_sheet(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    const Json *body;
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(review_sheet_save(cx, &s, body));
    return reply_sheet(cx, rp, s.id);
}

typedef struct Versioned {
    int64_t version;
} Versioned;

static const Field VERSIONED[] = {
    { "version", FIELD_INT, offsetof(Versioned, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err submit_sheet(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    Versioned v;
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    TRY(request_row(cx, &v, VERSIONED, rq));
    TRY(review_sheet_submit(cx, &s, v.version));
    return reply_sheet(cx, rp, s.id);
}

typedef struct Reasoned {
    const char *reason;
} Reasoned;

static const Field REASONED[] = {
    { "reason", FIELD_TEXT, offsetof(Reasoned, reason), "理由", "Reason", .flags = FIELD_REQUIRED,
      .min = 1, .max = 500 },
    FIELDS_END,
};

/* Whoever takes a place on the panel has his sheets in the same act. */
static Err recuse_own(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    TRY(panel_recuse_own_handler(cx, rq, rp));
    TRY(request_json(cx, &body, rq));
    return review_panel_changed(cx, json_int(body, "batch_id", 0));
}

static Err recuse_member(Cx *cx, Request *rq, Reply *rp)
{
    TRY(panel_recuse_handler(cx, rq, rp));
    return review_panel_changed(cx, request_id(rq, "id"));
}

static Err recuse_sheet(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    Reasoned r;
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    TRY(request_row(cx, &r, REASONED, rq));
    TRY(review_sheet_recuse(cx, &s, r.reason));
    return reply_done(cx, rp);
}

static Err show_dossier(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    json_open(&o, NULL, '{');
    TRY(review_sheet_put_dossier(cx, &o, &s));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_copies(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    List list;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    TRY(copy_shown(cx, &list, &s));
    const Shown *rows = list.rows;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(&o, NULL, '{');
        field_write(cx, &o, shown_fields, &rows[i], false);
        json_put_text(&o, "url",
                      arena_format(cx->arena, "/api/review/sheets/%lld/attachments/%lld",
                                   (long long)s.id, (long long)rows[i].n));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)list.count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* No digest in the headers: who has the original of a copy would know it. */
static Err send_copy(Cx *cx, Request *rq, Reply *rp)
{
    ReviewSheet s;
    Attachment a;
    int fd;
    TRY(review_sheet_get(cx, &s, request_id(rq, "id")));
    TRY(copy_open(cx, &a, &fd, &s, request_id(rq, "n")));
    const Export e = {
        .noun = "review", .id = s.id, .type = a.type, .name = a.name, .rows = UNSET
    };
    TRY(export_file(cx, rq, rp, &e, fd, a.size));
    reply_header(rp, "Content-Security-Policy",
                 "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
                 "frame-ancestors 'self'");
    return OK;
}

/* --- rounds --- */

static Err reply_progress(Cx *cx, Reply *rp, int64_t batch_id, const char *part)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    TRY(review_put_progress(cx, &o, batch_id, part));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_progress(Cx *cx, Request *rq, Reply *rp)
{
    return reply_progress(cx, rp, request_id(rq, "id"), request_param(rq, "part"));
}

static Err open_round(Cx *cx, Request *rq, Reply *rp)
{
    Round r;
    int64_t batch_id = request_id(rq, "id");
    const char *part = request_param(rq, "part");
    TRY(request_row(cx, &r, round_fields, rq));
    TRY(round_open(cx, batch_id, part, r.deadline));
    return reply_progress(cx, rp, batch_id, part);
}

static Err seal_round(Cx *cx, Request *rq, Reply *rp)
{
    int64_t batch_id = request_id(rq, "id");
    const char *part = request_param(rq, "part");
    TRY(round_seal(cx, batch_id, part));
    return reply_progress(cx, rp, batch_id, part);
}

static Err show_result(Cx *cx, Request *rq, Reply *rp)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    TRY(review_put_result(cx, &o, request_id(rq, "id"), request_param(rq, "part")));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* --- blind copies --- */

static Err reply_copies(Cx *cx, Reply *rp, int64_t zone_id)
{
    List list;
    Zone zone;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_get(cx, &zone, zone_id));
    TRY(copy_list(cx, &list, zone_id));
    bool may = copy_may(cx, &zone) == OK;
    const Copy *rows = list.rows;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(&o, NULL, '{');
        field_write(cx, &o, copy_fields, &rows[i], false);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)list.count);
    json_open(&o, "may", '{');
    json_put_bool(&o, "write", may);
    json_close(&o, '}');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err list_copies(Cx *cx, Request *rq, Reply *rp)
{
    return reply_copies(cx, rp, request_id(rq, "id"));
}

static Err put_copy(Cx *cx, Request *rq, Reply *rp)
{
    Copy copy;
    int64_t id = request_id(rq, "id");
    TRY(request_row(cx, &copy, copy_fields, rq));
    TRY(copy_put(cx, id, &copy));
    return reply_copies(cx, rp, id);
}

/* --- defence --- */

static Err reply_sessions(Cx *cx, Reply *rp, int64_t batch_id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    TRY(defence_put(cx, &o, batch_id));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err list_sessions(Cx *cx, Request *rq, Reply *rp)
{
    return reply_sessions(cx, rp, request_id(rq, "id"));
}

static Err create_session(Cx *cx, Request *rq, Reply *rp)
{
    Session s;
    int64_t id;
    TRY(request_row(cx, &s, session_fields, rq));
    s.batch_id = request_id(rq, "id");
    TRY(session_add(cx, &id, &s));
    return reply_id(cx, rp, id);
}

static const Field ZONES[] = {
    { "zones", FIELD_LIST, NO_OFFSET, "推进区", "Zones" },
    FIELDS_END,
};

static Err order_session(Cx *cx, Request *rq, Reply *rp)
{
    Session s;
    const Json *body;
    TRY(session_get(cx, &s, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    const Json *zones = json_get(body, "zones");
    if (!json_missing(zones) && zones->type != J_ARRAY)
        return fail(cx, INVALID, "/zones", "应为推进区编号的列表", "must be a list of zone ids");
    TRY(session_order(cx, s.id, zones));
    return reply_sessions(cx, rp, s.batch_id);
}

static Err reply_slot(Cx *cx, Reply *rp, int64_t id)
{
    Slot slot;
    TRY(slot_get(cx, &slot, id));
    return reply_row(cx, rp, slot_fields, &slot);
}

static Err start_slot(Cx *cx, Request *rq, Reply *rp)
{
    Versioned v;
    TRY(request_row(cx, &v, VERSIONED, rq));
    TRY(slot_start(cx, request_id(rq, "id"), v.version));
    return reply_slot(cx, rp, request_id(rq, "id"));
}

static Err end_slot(Cx *cx, Request *rq, Reply *rp)
{
    Versioned v;
    TRY(request_row(cx, &v, VERSIONED, rq));
    TRY(slot_end(cx, request_id(rq, "id"), v.version));
    return reply_slot(cx, rp, request_id(rq, "id"));
}

static Err update_slot(Cx *cx, Request *rq, Reply *rp)
{
    Slot slot;
    TRY(slot_get(cx, &slot, request_id(rq, "id")));
    TRY(request_change(cx, &slot, slot_fields, rq));
    TRY(slot_update(cx, &slot));
    return reply_slot(cx, rp, slot.id);
}

static const Route ROUTES[] = {
    { GET, "/api/review/sheets", "review.score", own_sheets, "看我的评分表", "List my sheets",
      .out = review_sheet_fields, .flags = ROUTE_PAGE },
    { GET, "/api/review/sheets/:id", "review.score", show_sheet, "看评分表", "Show a sheet",
      .out = review_sheet_fields },
    { PUT, "/api/review/sheets/:id", "review.score", save_sheet, "保存评分表", "Save a sheet",
      review_saving, review_sheet_fields },
    { POST, "/api/review/sheets/:id/submit", "review.score", submit_sheet, "提交评分表",
      "Submit a sheet", VERSIONED, review_sheet_fields },
    { POST, "/api/review/sheets/:id/recuse", "review.score", recuse_sheet, "申请回避",
      "Recuse oneself", REASONED },
    { POST, "/api/expert/recusals", "expert.self", recuse_own, "申报回避", "Recuse oneself",
      recusal_fields },
    { POST, "/api/batches/:id/panel/recusals", "draw.act", recuse_member, "更换评审专家",
      "Replace an expert", recusal_fields },
    { GET, "/api/review/sheets/:id/dossier", "review.score", show_dossier, "看隐名申报材料",
      "Show the blind dossier" },
    { GET, "/api/review/sheets/:id/attachments", "review.score", show_copies, "看隐名副本",
      "List the blind copies", .out = shown_fields, .flags = ROUTE_PAGE },
    { GET, "/api/review/sheets/:id/attachments/:n", "review.score", send_copy, "打开隐名副本",
      "Read a blind copy", .flags = ROUTE_FILE },
    { GET, "/api/batches/:id/review/:part", "review.read", show_progress, "看评审进度",
      "Show how far a round is" },
    { POST, "/api/batches/:id/review/:part/open", "review.run", open_round,
      "开始评分或推后截止时间", "Open a round or put its deadline off", round_fields },
    { POST, "/api/batches/:id/review/:part/seal", "review.run", seal_round, "封存评分",
      "Seal a round" },
    { GET, "/api/batches/:id/review/:part/result", "review.read", show_result, "看评审结果和偏离",
      "Show results and deviations" },
    { GET, "/api/zones/:id/blind-copies", "review.copy", list_copies, "看隐名副本",
      "List blind copies", .out = copy_fields },
    { PUT, "/api/zones/:id/blind-copies", "review.copy", put_copy, "放入隐名副本",
      "Put a blind copy", copy_fields, copy_fields },
    { GET, "/api/batches/:id/sessions", "defence.read", list_sessions, "看答辩场次",
      "List defence sessions", .out = session_fields },
    { POST, "/api/batches/:id/sessions", "review.run", create_session, "安排答辩场次",
      "Plan a defence session", session_fields },
    { POST, "/api/sessions/:id/order", "review.run", order_session, "排定答辩顺序",
      "Order a session by the draw", ZONES, session_fields },
    { POST, "/api/slots/:id/start", "review.run", start_slot, "答辩开始", "Start a defence",
      VERSIONED, slot_fields },
    { POST, "/api/slots/:id/end", "review.run", end_slot, "答辩结束", "End a defence", VERSIONED,
      slot_fields },
    { PUT, "/api/slots/:id", "review.run", update_slot, "记录答辩", "Note on a defence",
      slot_fields, slot_fields, .body = BODY_CHANGE },
    ROUTES_END,
};

/* Blind copies and recordings hang on a zone's review. */
static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    Zone zone;
    TRY(zone_get(cx, &zone, id));
    if (write && strcmp(cx->user->level, "province") != 0)
        TRY(copy_may(cx, &zone));
    *territory = zone.county;
    return OK;
}

extern const char review_sql[];

static const Right RIGHTS[] = {
    { "review.score", "评分", "Score", EXPERT, EXPERTS, DESKS },
    { "review.read", "查看评审进度和结果", "See rounds and results", PROVINCE, BUREAUS, DESKS },
    { "review.run", "组织评审和答辩", "Run rounds and defences", PROVINCE, RURAL, DESKS },
    { "review.copy", "放入隐名副本", "Put blind copies", PROVINCE | COUNTY, RURAL, DESKS },
    { "defence.read", "查看答辩安排", "See the defence sessions", STAFF, BUREAUS | GOVERNMENT,
      DESKS },
    { .right = NULL },
};

const Module review_module = { .noun = "review",
                               .schema = review_sql,
                               .routes = ROUTES,
                               .rights = RIGHTS,
                               .fields = review_sheet_fields,
                               .reach = reach };
