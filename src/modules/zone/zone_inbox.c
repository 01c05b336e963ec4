/* GET /api/inbox: 待办, 已办, 我发起, 抄送我. A zone comes with its name and state; what else runs
 * through a process, with its title. */
#include "modules/zone/zone.h"

#include "core/process/inbox.h"

#include "modules/zone/zone_lack.h"
#include "modules/zone/zone_routes.h"

#include <string.h>

static Err put_lacks(Cx *cx, JsonOut *o, const ZoneView *v)
{
    Check check;
    List lacks;
    if (!zone_must_prove(v) || !v->may.forward)
        return OK;
    TRY(zone_check(cx, &check, v));
    TRY(zone_lacks(cx, &lacks, v, &check));
    json_put_int(o, "lacks", lacks_blocking(&lacks));
    json_put_int(o, "warnings", (int64_t)lacks.count - lacks_blocking(&lacks));
    return OK;
}

/* Runs that began before steps were kept in words take them from their process. */
static Err put_zone(Cx *cx, JsonOut *o, InboxItem *item)
{
    ZoneView v;
    TRY(zone_view(cx, &v, item->noun_id));
    const Step *s = process_step(v.process, item->step);
    const End *end = process_end(v.process, item->step);
    item->step_zh = s ? s->zh : end->zh;
    item->step_en = s ? s->en : end->en;
    json_put_text(o, "zone", v.zone.name);
    json_put_text(o, "county_name", v.zone.county_name);
    json_put_bool(o, "edit", v.may.edit);
    TRY(put_lacks(cx, o, &v));
    return item->returned ? zone_put_returned(cx, o, "last_return", &v) : OK;
}

static Err put_item(Cx *cx, JsonOut *o, const InboxItem *row)
{
    InboxItem item = *row;
    json_open(o, NULL, '{');
    if (strcmp(item.noun, "zone") == 0) {
        TRY(put_zone(cx, o, &item));
    } else {
        json_put_text(o, "zone", item.title);
        json_put_text(o, "county_name", NULL);
        json_put_bool(o, "edit", false);
    }
    field_write(cx, o, inbox_fields, &item, false);
    json_put_bool(o, "overdue", item.deadline != UNSET && cx_now(cx) > item.deadline);
    json_close(o, '}');
    return OK;
}

static Err put_box(Cx *cx, JsonOut *o, const char *key, InboxBox box)
{
    List list;
    TRY(process_inbox(cx, &list, "", box));
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
