#include "modules/expert/draw.h"
#include "modules/expert/expert_routes.h"

#include "core/access/right.h"
#include "core/register/register.h"

typedef struct ExpertReveal {
    const char *reason;
    const char *phone;
} ExpertReveal;

static const Field REVEAL[] = {
    { "reason", FIELD_TEXT, offsetof(ExpertReveal, reason), "查看理由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "phone", FIELD_TEXT, offsetof(ExpertReveal, phone), "手机", "Phone", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal(Cx *cx, Request *rq, Reply *rp)
{
    ExpertReveal r;
    TRY(request_row(cx, &r, REVEAL, rq));
    TRY(expert_reveal(cx, &r.phone, request_id(rq, "id"), r.reason));
    return reply_row(cx, rp, REVEAL, &r);
}

/* --- interests --- */

static Err interests(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    Expert expert;
    TRY(expert_get(cx, &expert, request_id(rq, "id")));
    TRY(expert_interests(cx, &found, expert.id));
    return reply_page(cx, rp, interest_fields, sizeof(Interest), &found);
}

static Err declare_for(Cx *cx, Request *rq, Reply *rp, int64_t expert_id)
{
    Interest row;
    int64_t id;
    TRY(request_row(cx, &row, interest_fields, rq));
    row.expert_id = expert_id;
    TRY(expert_declare(cx, &id, &row));
    return reply_id(cx, rp, id);
}

static Err declare(Cx *cx, Request *rq, Reply *rp)
{
    return declare_for(cx, rq, rp, request_id(rq, "id"));
}

static Err withdraw(Cx *cx, Request *rq, Reply *rp)
{
    TRY(expert_withdraw(cx, request_id(rq, "id"), request_id(rq, "interest")));
    return reply_done(cx, rp);
}

/* --- the expert himself --- */

static Err declare_own(Cx *cx, Request *rq, Reply *rp)
{
    int64_t id;
    TRY(expert_of_user(cx, &id, cx->user->id));
    return declare_for(cx, rq, rp, id);
}

/* An account that belongs to nobody in the pool sees an empty record, not an error. */
static Err own(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Expert expert;
    List seats, found;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    int64_t id = 0;
    Err e = expert_of_user(cx, &id, cx->user->id);
    if (e != OK && e != NOT_FOUND)
        return e;
    TRY(expert_interests(cx, &found, id));
    TRY(expert_seats(cx, &seats, id));
    json_open(&o, NULL, '{');
    if (e == OK) {
        TRY(expert_get(cx, &expert, id));
        json_open(&o, "expert", '{');
        field_write(cx, &o, expert_fields, &expert, false);
        json_close(&o, '}');
    } else
        json_put_null(&o, "expert");
    reply_put_rows(cx, &o, "interests", interest_fields, sizeof(Interest), &found);
    reply_put_rows(cx, &o, "seats", expert_seat_fields, sizeof(ExpertSeat), &seats);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

#define OF_POOL .noun = "expert"

static const Route ROUTES[] = {
    { GET, "/api/experts", "expert.read", register_list_handler, "看专家库", "List the experts",
      .out = expert_fields, .flags = ROUTE_PAGE, OF_POOL },
    { POST, "/api/experts", "expert.write", register_create_handler, "登记专家", "Add an expert",
      expert_fields, OF_POOL },
    { GET, "/api/experts.xlsx", "expert.read", register_export_handler,
      "导出专家库（?template=1 模板，?lang=en）", "Export the pool (?template=1, ?lang=en)",
      .flags = ROUTE_FILE, .query = "template lang", OF_POOL },
    { POST, "/api/experts/check", "expert.write", register_check_handler,
      "核对上传的专家库（?annotated=1 标注错误）",
      "Check an upload (?annotated=1 marks its errors)",
      .flags = ROUTE_READ | ROUTE_HEAVY | ROUTE_FILE, .body = BODY_SHEET, .query = "annotated",
      OF_POOL },
    { POST, "/api/experts/import", "expert.write", register_import_handler, "导入专家库",
      "Import the pool", .flags = ROUTE_HEAVY, .prepare = register_prepare_handler,
      .body = BODY_SHEET, OF_POOL },
    { GET, "/api/experts/:id", "expert.read", register_show_handler, "看专家", "Show an expert",
      .out = expert_fields, OF_POOL },
    { PUT, "/api/experts/:id", "expert.write", register_update_handler, "修改专家",
      "Change an expert", expert_fields, .body = BODY_CHANGE, OF_POOL },
    { POST, "/api/experts/:id/reveal", "expert.reveal", reveal, "查看专家手机号",
      "Reveal an expert's phone", REVEAL, REVEAL, ROUTE_READ | ROUTE_AUDIT },
    { GET, "/api/experts/:id/interests", "expert.read", interests, "看专家利害关系",
      "List an expert's interests", NULL, interest_fields, ROUTE_PAGE },
    { POST, "/api/experts/:id/interests", "expert.write", declare, "登记利害关系",
      "Record an interest", interest_fields, NULL },
    { DELETE, "/api/experts/:id/interests/:interest", "expert.write", withdraw, "撤销利害关系",
      "Take back an interest" },
    { GET, "/api/expert", "expert.self", own, "看本人的专家信息", "Show one's own record" },
    { POST, "/api/expert/interests", "expert.self", declare_own, "申报利害关系",
      "Declare an interest", interest_fields, NULL },

    { GET, "/api/batches/:id/draws", "draw.read", draw_list_handler, "看专家抽取", "List the draws",
      NULL, draw_fields, ROUTE_PAGE },
    { POST, "/api/batches/:id/draws", "draw.freeze", draw_freeze_handler, "冻结专家名单",
      "Freeze the pool for a draw" },
    { GET, "/api/draws/:id", "draw.read", draw_show_handler, "看一次抽取", "Show a draw" },
    { POST, "/api/draws/:id/commit", "draw.act", draw_commit_handler, "提交抽取承诺",
      "Commit to a value", draw_commit_fields, NULL },
    { POST, "/api/draws/:id/reveal", "draw.act", draw_reveal_handler, "公开抽取的数",
      "Reveal a value", draw_reveal_fields, NULL },
    { POST, "/api/draws/:id/void", "draw.act", draw_void_handler, "作废抽取", "Undo a draw",
      draw_void_fields, NULL },
    { POST, "/api/draws/:id/disclose", "draw.act", draw_disclose_handler, "公布评审专家姓名",
      "Publish the names" },
    { GET, "/api/batches/:id/panel", "draw.read", panel_show_handler, "看评审组",
      "Show the panel" },
    { GET, "/public/draws/:file", "", draw_public_handler, "公开的抽取记录（编号.json）",
      "The public record of a draw (number.json)" },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "expert.read", "查看专家库", "See the pool of experts", PROVINCE, BUREAUS, DESKS },
    { "expert.write", "维护专家库", "Keep the pool of experts", PROVINCE, RURAL, DESKS },
    { "expert.reveal", "查看专家手机号", "Reveal an expert's phone", PROVINCE, RURAL, DESKS },
    { "expert.self", "申报利害关系与回避", "Declare interests and recuse oneself", EXPERT, EXPERTS,
      DESKS },
    { "draw.read", "查看专家抽取与评审组", "See draws and panels", PROVINCE, BUREAUS, DESKS },
    { "draw.freeze", "冻结专家名单", "Freeze the pool for a draw", PROVINCE, BUREAUS, DESKS },
    { "draw.act", "承诺、公开、作废抽取", "Commit to, reveal and undo a draw", PROVINCE, BUREAUS,
      SIGNER },
    { .right = NULL },
};

extern const char expert_sql[];
const Module expert_module = { .noun = "expert",
                               .schema = expert_sql,
                               .routes = ROUTES,
                               .rights = RIGHTS,
                               .fields = expert_fields,
                               .keeps = &expert_register };
