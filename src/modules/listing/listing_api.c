#include "modules/listing/listing.h"

#include "core/access/right.h"
#include "modules/objection/objection.h"

#include <string.h>

static Err put_publication(Cx *cx, JsonOut *o, const Publication *p)
{
    bool open;
    Publication next;
    TRY(publication_open(cx, &open, p));
    TRY(publication_successor(cx, &next, p));
    json_open(o, NULL, '{');
    json_put_int(o, "id", p->id);
    json_put_text(o, "kind", p->kind);
    json_put_text(o, "starts_on", day_text(cx, p->starts_on));
    json_put_text(o, "ends_on", day_text(cx, p->ends_on));
    json_put_text(o, "hash", p->hash);
    json_put_text(o, "published_at", instant_text(cx, p->published_at));
    json_put_text(o, "state",
                  next.id != UNSET && strcmp(next.kind, "correction") == 0 ? "superseded"
                  : open                                                   ? "running"
                                                                           : "over");
    json_put_int(o, "days", p->ends_on - p->starts_on + 1);
    json_put_int(o, "objections", p->objections == UNSET ? 0 : p->objections);
    json_put_text(o, "url", arena_format(cx->arena, "/public/publications/%lld", (long long)p->id));
    json_close(o, '}');
    return OK;
}

static Err show_publications(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(publication_list(cx, &all, "selection", request_id(rq, "id")));
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < all.count; i++)
        TRY(put_publication(cx, &o, (const Publication *)all.rows + i));
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)all.count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err publish(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    Publication asked, made;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &asked, publication_fields, rq));
    TRY(selection_at(cx, &v, "selection.publish selection.final"));
    if (strcmp(asked.kind, "final") == 0)
        return fail(cx, CONFLICT, "kind", "结果公告在公示结束、进入下一步时自动发布",
                    "the final notice is published when the selection goes on");
    TRY(listing_publish(cx, &made, &v, asked.kind, asked.starts_on, asked.ends_on));
    TRY(put_publication(cx, &o, &made));
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_objections(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    SelectionView v;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(objection_list(cx, &all, "selection", v.batch.id, request_query(rq, "state"),
                       v.rubric->objection_days));
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, objection_fields, sizeof(Objection), &all);
}

static const Route ROUTES[] = {
    { GET, "/api/batches/:id/publications", "selection.read", show_publications, "看公示",
      "Show the publications" },
    { POST, "/api/batches/:id/publications", "selection.write", publish, "发布公示", "Publish",
      publication_fields },
    { GET, "/api/batches/:id/objections", "selection.read", show_objections, "看异议",
      "List the objections", .out = objection_fields, .flags = ROUTE_PAGE, .query = "state" },
    { GET, "/public/batches/:id", "", listing_batch, "公开批次", "A batch, for the public",
      .flags = ROUTE_HTML },
    { GET, "/public/publications/:id/ranking", "", listing_ranking, "综合排序说明", "The ranking",
      .flags = ROUTE_HTML },
    { GET, "/public/publications/:id/list.xlsx", "", listing_sheet, "下载公示名单",
      "A published list as a workbook", .flags = ROUTE_HTML | ROUTE_FILE },
    { GET, "/public/publications/:id/list.pdf", "", listing_paper, "下载公示公文",
      "A published list as a document", .flags = ROUTE_HTML | ROUTE_FILE },
    ROUTES_END,
};

static Err may(Cx *cx, const Publication *p, bool write)
{
    (void)p;
    if (right_allows(cx, write ? "selection.write" : "selection.read"))
        return OK;
    return fail(cx, FORBIDDEN, NULL, "竞争立项的公示由省乡村振兴部门办理",
                "the province's rural bureau keeps what a selection publishes");
}

static const char *title(Cx *cx, const Publication *p, Lang lang)
{
    (void)cx;
    const Option *kind = option_find(PUBLICATION_KINDS, p->kind);
    return lang == EN ? kind->en : kind->zh;
}

static Err items(Cx *cx, List *out, const Json *content)
{
    const Json *zones = json_get(content, "zones");
    size_t count = zones ? zones->count : 0;
    Item *all = NEW_N(cx, Item, count + 1);
    for (size_t i = 0; i < count; i++)
        all[i] = (Item){ json_int(zones->items[i], "zone_id", 0),
                         json_text(zones->items[i], "name", "") };
    *out = (List){ .rows = all, .count = count };
    return OK;
}

static const Subject LIST = { "selection", may,    listing_page, title,       items,
                              "推进区",    "zone", true,         listing_home };

const Module listing_module = { .noun = "listing", .routes = ROUTES, .publishes = &LIST };
