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

/* The photo of the posted paper. */
static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    Publication p;
    TRY(publication_get(cx, &p, id));
    if (!p.profile)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    TRY(publication_may(cx, &p, write));
    *territory = p.territory;
    return OK;
}

static const Subject ROWS = { NULL,   may,   notice_show, title,      notice_items,
                              "条目", "row", false,       notice_home };

const Module notice_module = {
    .noun = "notice", .routes = ROUTES, .rights = RIGHTS, .reach = reach, .publishes = &ROWS
};
