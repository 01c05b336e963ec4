#include "modules/notice/notice.h"

#include "core/access/right.h"
#include "core/register/register_sheet.h"
#include "core/request/act.h"
#include "core/request/export.h"

#include <string.h>

static Err open_register(Cx *cx, const Register **out, const Request *rq)
{
    return register_find(cx, out, request_param(rq, "noun"));
}

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(publication_within(cx, &all, r->noun, cx->user));
    Publication *rows = all.rows;
    for (size_t i = 0; i < all.count; i++)
        rows[i].content = NULL; /* the page has it */
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, publication_fields, sizeof(Publication), &all);
}

static Err publish(Cx *cx, Request *rq, Reply *rp)
{
    Notice n;
    Publication made;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_row(cx, &n, notice_fields, rq));
    TRY(notice_publish(cx, &made, r, &n, register_asked(cx, r, rq)));
    return reply_id(cx, rp, made.id);
}

/* --- what publishing would show --- */

enum { SHOWN_MOST = 200 };

static const Field CELLS[] = {
    { "cells", FIELD_LIST, NO_OFFSET, "各列", "Cells", .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static const Field HEADS[] = {
    { "zh", FIELD_TEXT, NO_OFFSET, "名称", "Label", .flags = FIELD_REQUIRED },
    { "en", FIELD_TEXT, NO_OFFSET, "英文名称", "English label", .flags = FIELD_REQUIRED },
    { "number", FIELD_BOOL, NO_OFFSET, "是数字", "A number", .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static const Field DRAFTED[] = {
    { "title", FIELD_TEXT, NO_OFFSET, "标题", "Title", .flags = FIELD_REQUIRED },
    { "clause", FIELD_TEXT, NO_OFFSET, "条款", "Clause" },
    { "organ", FIELD_TEXT, NO_OFFSET, "公示单位", "Published by", .flags = FIELD_REQUIRED },
    { "place", FIELD_TEXT, NO_OFFSET, "张贴地点", "Where it hangs" },
    { "starts_on", FIELD_DATE, NO_OFFSET, "公示开始", "First day", .flags = FIELD_REQUIRED },
    { "ends_on", FIELD_DATE, NO_OFFSET, "公示结束", "Last day", .flags = FIELD_REQUIRED },
    { "filter_zh", FIELD_TEXT, NO_OFFSET, "公示范围", "What is listed" },
    { "filter_en", FIELD_TEXT, NO_OFFSET, "公示范围（英文）", "What is listed, in English" },
    { "count", FIELD_INT, NO_OFFSET, "条数", "Rows" },
    { "of", FIELD_INT, NO_OFFSET, "共有", "Rows in all" },
    { "most", FIELD_INT, NO_OFFSET, "最多条数", "Most rows", .flags = FIELD_REQUIRED },
    { "columns", FIELD_LIST, NO_OFFSET, "列", "Columns", .flags = FIELD_REQUIRED, .fields = HEADS },
    { "rows", FIELD_LIST, NO_OFFSET, "行", "Rows shown", .flags = FIELD_REQUIRED, .fields = CELLS },
    FIELDS_END,
};

static void put_heads(JsonOut *o, const Json *columns)
{
    json_open(o, "columns", '[');
    for (size_t i = 0; columns && i < columns->count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "zh", json_text(columns->items[i], "zh", ""));
        json_put_text(o, "en", json_text(columns->items[i], "en", ""));
        json_put_bool(o, "number", json_bool(columns->items[i], "number", false));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_cells(Cx *cx, JsonOut *o, const Json *columns, const Json *rows)
{
    json_open(o, "rows", '[');
    for (size_t i = 0; rows && i < rows->count && i < SHOWN_MOST; i++) {
        json_open(o, NULL, '{');
        json_open(o, "cells", '[');
        for (size_t k = 0; k < columns->count; k++)
            json_put_text(o, NULL,
                          notice_cell(cx, columns->items[k], rows->items[i]->items[k], cx->lang));
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static Err reply_draft(Cx *cx, Reply *rp, const Publication *p, const Register *r)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Json *c = NULL;
    if (p->content)
        TRY(json_parse(cx, &c, p->content, strlen(p->content), &JSON_LIMITS));
    json_open(&o, NULL, '{');
    json_put_text(&o, "title", p->title);
    json_put_text(&o, "clause", r->clause);
    json_put_text(&o, "organ", p->organ);
    json_put_text(&o, "place", p->place);
    json_put_text(&o, "starts_on", day_text(cx, p->starts_on));
    json_put_text(&o, "ends_on", day_text(cx, p->ends_on));
    json_put_text(&o, "filter_zh", json_text(c, "filter_zh", NULL));
    json_put_text(&o, "filter_en", json_text(c, "filter_en", NULL));
    if (p->row_count != UNSET) {
        json_put_int(&o, "count", p->row_count);
        json_put_int(&o, "of", json_int(c, "of", p->row_count));
    }
    json_put_int(&o, "most", NOTICE_ROWS_MOST);
    put_heads(&o, json_get(c, "columns"));
    put_cells(cx, &o, json_get(c, "columns"), json_get(c, "rows"));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err preview(Cx *cx, Request *rq, Reply *rp)
{
    Notice n;
    int64_t count;
    Publication drafted;
    const Register *r;
    TRY(open_register(cx, &r, rq));
    TRY(request_row(cx, &n, notice_fields, rq));
    TRY(notice_draft(cx, &drafted, &count, r, &n, register_asked(cx, r, rq)));
    return reply_draft(cx, rp, &drafted, r);
}

/* One whose subject lets the user read or write it. */
static Err find(Cx *cx, Publication *out, const Request *rq, bool write)
{
    TRY(publication_get(cx, out, request_id(rq, "id")));
    return publication_may(cx, out, write);
}

typedef struct Withdrawal {
    const char *reason;
} Withdrawal;

static const Field WITHDRAWAL[] = {
    { "reason", FIELD_TEXT, offsetof(Withdrawal, reason), "理由", "Reason", FIELD_REQUIRED, 2,
      500 },
    FIELDS_END,
};

static Err withdraw(Cx *cx, Request *rq, Reply *rp)
{
    Withdrawal w;
    Publication p;
    TRY(find(cx, &p, rq, true));
    TRY(request_row(cx, &w, WITHDRAWAL, rq));
    TRY(publication_withdraw(cx, &p, w.reason));
    return reply_done(cx, rp);
}

static Err paper(Cx *cx, Request *rq, Reply *rp)
{
    Publication p;
    size_t length;
    const char *pdf;
    TRY(find(cx, &p, rq, false));
    if (!p.profile)
        return fail(cx, NOT_FOUND, "id", "编号为 %lld 的公示不是登记簿的名单",
                    "publication %lld is no list of a register", (long long)p.id);
    TRY(notice_paper(cx, &pdf, &length, &p));
    const Export e = { .noun = "publication",
                       .id = p.id,
                       .type = TYPE_PDF,
                       .name = arena_format(cx->arena, "%s.pdf", p.title),
                       .rows = p.row_count };
    export_bytes(cx, rp, &e, pdf, length);
    return OK;
}

static const Route ROUTES[] = {
    { GET, "/api/registers/:noun/publications", "register.read", list, "看登记簿的公示",
      "List what was published of a register", .out = publication_fields, .flags = ROUTE_PAGE },
    { POST, "/api/registers/:noun/publications", "register.publish", publish, "公示登记",
      "Publish rows of a register", notice_fields, .query = "q figure undecided *" },
    { POST, "/api/registers/:noun/publications/preview", "register.publish", preview, "预览公示",
      "See what would be published of a register", notice_fields, DRAFTED,
      .flags = ROUTE_READ | ROUTE_HEAVY, .query = "q figure undecided *" },
    { POST, "/api/publications/:id/withdraw", "objection.write", withdraw, "撤回公示",
      "Withdraw a publication", WITHDRAWAL },
    { GET, "/api/publications/:id/paper.pdf", "objection.read", paper, "打印公示",
      "Print a publication for the board", .flags = ROUTE_FILE },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "register.publish", "公示登记", "Publish rows of a register", OFFICES, ANY_KIND, DESKS,
      register_right },
    { .right = NULL },
};

/* Somebody else's territory is not found, as its rows are not; a village reads what its township or
 * county published, to hang it. */
static Err may(Cx *cx, const Publication *p, bool write)
{
    bool below = range_has(register_reach(cx), p->territory);
    bool above = strncmp(cx->user->territory, p->territory, strlen(p->territory)) == 0;
    if (!below && !above)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)p->id);
    if (write && !below)
        return fail(cx, FORBIDDEN, NULL, "这次公示由%s办理%.0s", "%.0sit is %s that keeps it",
                    p->organ, p->organ);
    return register_right(cx, p->subject, write ? "publish" : "read");
}

static const char *title(Cx *cx, const Publication *p, Lang lang)
{
    const Json *content;
    if (lang != EN || json_parse(cx, &content, p->content, strlen(p->content), &JSON_LIMITS) != OK)
        return p->title;
    return json_text(content, "en", p->title);
}

/* The photo of the posted paper is laid by who published it, or by who hung it below. */
static Err may_hang(Cx *cx, const Publication *p)
{
    if (publication_may(cx, p, true) == OK)
        return OK;
    TRY(publication_may(cx, p, false));
    return register_right(cx, p->subject, "write");
}

static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    Publication p;
    TRY(publication_get(cx, &p, id));
    if (!p.profile)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    TRY(write ? may_hang(cx, &p) : publication_may(cx, &p, false));
    *territory = p.territory;
    return OK;
}

static const Subject ROWS = { NULL,   may,   notice_show, title,      notice_items,
                              "条目", "row", false,       notice_home };

const Module notice_module = {
    .noun = "notice", .routes = ROUTES, .rights = RIGHTS, .reach = reach, .publishes = &ROWS
};
