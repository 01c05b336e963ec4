/* GET /api/inbox: 待办, 已办, 我发起, 抄送我, with the zones' names and states. */
#include "modules/zone/zone.h"

#include "modules/zone/zone_routes.h"

static void put_zone(JsonOut *o, const ZoneView *v)
{
    json_put_text(o, "zone", v->zone.name);
    json_put_text(o, "county_name", v->zone.county_name);
    json_put_int(o, "blocking", v->zone.blocking);
    json_put_bool(o, "edit", v->may.edit);
}

static Err put_item(Cx *cx, JsonOut *o, const InboxItem *row)
{
    ZoneView v;
    InboxItem item = *row;
    TRY(zone_view(cx, &v, item.noun_id));
    const Step *s = process_step(v.process, item.step);
    const End *end = process_end(v.process, item.step);
    item.step_zh = s ? s->zh : end->zh;
    item.step_en = s ? s->en : end->en;
    json_open(o, NULL, '{');
    field_write(cx, o, inbox_fields, &item, false);
    put_zone(o, &v);
    json_put_bool(o, "overdue", item.deadline != UNSET && cx_now(cx) > item.deadline);
    json_close(o, '}');
    return OK;
}

static Err put_box(Cx *cx, JsonOut *o, const char *key, InboxBox box)
{
    List list;
    TRY(process_inbox(cx, &list, "zone", box));
    const InboxItem *items = list.rows;
    json_open(o, key, '[');
    for (size_t i = 0; i < list.count; i++)
        TRY(put_item(cx, o, &items[i]));
    json_close(o, ']');
    return OK;
}

Err zone_inbox(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    TRY(put_box(cx, &o, "todo", INBOX_TODO));
    TRY(put_box(cx, &o, "done", INBOX_DONE));
    TRY(put_box(cx, &o, "started", INBOX_STARTED));
    TRY(put_box(cx, &o, "copied", INBOX_COPIED));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}
