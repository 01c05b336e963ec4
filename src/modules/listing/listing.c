#include "modules/listing/listing.h"

#include "core/access/right.h"
#include "core/record/holiday.h"
#include "modules/determination/determination.h"
#include "modules/expert/draw.h"
#include "modules/organ/organ.h"
#include "modules/selection/rank.h"

#include <string.h>

/* --- content --- */

static void put_organs(JsonOut *o, const Pack *pack)
{
    const Json *issuers = json_get(pack->json, "issuers");
    json_open(o, "organs", '[');
    for (size_t i = 0; issuers != NULL && i < issuers->count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "zh", json_text(issuers->items[i], "zh", ""));
        json_put_text(o, "en", json_text(issuers->items[i], "en", ""));
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* As they stood when it was published; the page shows those of today. */
static Err put_contacts(Cx *cx, JsonOut *o)
{
    List list;
    TRY(organ_contacts(cx, &list, "province"));
    const Organ *rows = list.rows;
    json_open(o, "contacts", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "organ", rows[i].name);
        json_put_text(o, "contact", rows[i].contact);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static void put_head(Cx *cx, JsonOut *o, const SelectionView *v, const Publication *p,
                     const Determination *d)
{
    json_put_text(o, "kind", p->kind);
    json_put_text(o, "batch", v->batch.name);
    json_put_int(o, "year", v->batch.year);
    json_put_bool(o, "sample", v->batch.sample == 1);
    json_put_text(o, "document", v->pack->document);
    put_organs(o, v->pack);
    json_put_text(o, "starts_on", day_text(cx, p->starts_on));
    json_put_text(o, "ends_on", day_text(cx, p->ends_on));
    json_open(o, "determination", '{');
    json_put_int(o, "number", d->number);
    json_put_text(o, "hash", d->hash);
    json_close(o, '}');
}

static const Award *award_of(const List *awards, int64_t zone_id)
{
    const Award *rows = awards->rows;
    for (size_t i = 0; i < awards->count; i++)
        if (rows[i].zone_id == zone_id)
            return &rows[i];
    return NULL;
}

static void put_zone(Cx *cx, JsonOut *o, const Candidate *c, const Award *a)
{
    bool in = candidate_in(c);
    json_open(o, NULL, '{');
    json_put_int(o, "zone_id", c->zone_id);
    json_put_int(o, "place", a->place);
    json_put_text(o, "name", c->name);
    json_put_text(o, "county", c->county);
    json_put_text(o, "county_name", c->county_name);
    json_put_text(o, "city_name", c->city_name);
    json_put_int(o, "villages", c->villages == UNSET ? 0 : c->villages);
    json_put_int(o, "transitional", c->transitional == UNSET ? 0 : c->transitional);
    json_put_int(o, "amount", in ? a->amount : 0);
    json_put_text(o, "outcome", in ? "selected" : "disqualified");
    json_put_text(o, "clause", in ? a->clause : c->clause);
    json_put_text(o, "reason", in ? NULL : text_public(cx, c->reason));
    json_close(o, '}');
}

/* Those that the determination chose, by place. */
static void put_zones(Cx *cx, JsonOut *o, const List *awards, const List *all)
{
    const Candidate *rows = all->rows;
    const Award *order = awards->rows;
    json_open(o, "zones", '[');
    for (size_t i = 0; i < awards->count; i++)
        for (size_t k = 0; k < all->count; k++)
            if (rows[k].zone_id == order[i].zone_id && strcmp(order[i].outcome, "selected") == 0)
                put_zone(cx, o, &rows[k], &order[i]);
    json_close(o, ']');
}

static void put_ranking(JsonOut *o, const SelectionView *v, const List *all, const List *awards)
{
    const Candidate *rows = all->rows;
    json_open(o, "weights", '{');
    for (size_t k = 0; k < PARTS; k++)
        if (rubric_part(v->rubric, RANK_PARTS[k]))
            json_put_int(o, RANK_PARTS[k], rubric_part(v->rubric, RANK_PARTS[k])->weight);
    json_close(o, '}');
    json_open(o, "ranking", '[');
    for (int64_t place = 1; place <= (int64_t)all->count; place++)
        for (size_t i = 0; i < all->count; i++) {
            const Candidate *c = &rows[i];
            if (c->place != place)
                continue;
            const Award *a = award_of(awards, c->zone_id);
            json_open(o, NULL, '{');
            json_put_int(o, "zone_id", c->zone_id);
            json_put_int(o, "place", c->place);
            json_put_text(o, "name", c->name);
            json_put_text(o, "county_name", c->county_name);
            json_put_int(o, "paper", c->paper);
            json_put_int(o, "defence", c->defence);
            json_put_int(o, "site", c->site);
            json_put_int(o, "total", c->total);
            json_put_text(o, "outcome", !candidate_in(c) ? "disqualified" : a ? a->outcome : NULL);
            json_close(o, '}');
        }
    json_close(o, ']');
}

static Err put_draw(Cx *cx, JsonOut *o, int64_t batch_id)
{
    Draw draw;
    TRY(draw_current(cx, &draw, batch_id));
    json_open(o, "draw", '{');
    json_put_int(o, "id", draw.id);
    json_put_text(o, "pool_hash", draw.pool_hash);
    json_put_text(o, "seed", draw.seed);
    json_close(o, '}');
    return OK;
}

static Err write_content(Cx *cx, Publication *p, const SelectionView *v)
{
    Determination d;
    List awards, all;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(determination_current(cx, &d, v->batch.id));
    TRY(determination_zones(cx, &awards, d.id));
    TRY(selection_candidates(cx, &all, v->batch.id, 0));
    json_open(&o, NULL, '{');
    put_head(cx, &o, v, p, &d);
    TRY(put_contacts(cx, &o));
    put_zones(cx, &o, &awards, &all);
    put_ranking(&o, v, &all, &awards);
    TRY(put_draw(cx, &o, v->batch.id));
    json_close(&o, '}');
    p->content = buf_text(&b);
    return OK;
}

/* --- making --- */

/* The last day of n days, the first included. */
static Err least_end(Cx *cx, Day *out, const Rubric *rubric, Day starts_on)
{
    int64_t end;
    *out = starts_on + rubric->publication_days - 1;
    if (!rubric->publication_working)
        return OK;
    TRY(working_days_after(cx, &end, instant_of_day(starts_on - 1), rubric->publication_days));
    *out = day_of_instant(end);
    return OK;
}

static Err check_period(Cx *cx, const SelectionView *v, const char *kind, Day starts_on,
                        Day ends_on)
{
    Day least;
    TRY(least_end(cx, &least, v->rubric, starts_on));
    if (starts_on < day_of_instant(cx_now(cx)))
        return fail(cx, INVALID, "/starts_on", "公示开始日 %s 已经过去",
                    "the first day, %s, has passed", day_text(cx, starts_on));
    if (ends_on < starts_on)
        return fail(cx, INVALID, "/ends_on", "公示结束日早于开始日",
                    "the last day is before the first");
    if (strcmp(kind, "list") == 0 && ends_on < least)
        return fail(cx, INVALID, "/ends_on", "公示不少于 %lld %s，最早到 %s%.0s",
                    "it must be public for %lld%.0s days, until %s at the earliest (%s)",
                    (long long)v->rubric->publication_days,
                    v->rubric->publication_working ? "个工作日" : "天", day_text(cx, least),
                    v->rubric->publication_working ? "working days" : "calendar days");
    return OK;
}

static Err check_kind(Cx *cx, const SelectionView *v, const char *kind)
{
    Publication list;
    TRY(publication_of_list(cx, &list, v->batch.id));
    if (strcmp(kind, "list") == 0 && list.id != UNSET)
        return fail(cx, CONFLICT, "kind", "名单已经公示；有变化请发更正公告",
                    "the list is published already; publish a correction");
    if (strcmp(kind, "list") != 0 && list.id == UNSET)
        return fail(cx, CONFLICT, "kind", "名单还没有公示", "the list is not published yet");
    return OK;
}

Err listing_publish(Cx *cx, Publication *out, const SelectionView *v, const char *kind,
                    Day starts_on, Day ends_on)
{
    TRY(check_period(cx, v, kind, starts_on, ends_on));
    TRY(check_kind(cx, v, kind));
    field_clear(out, publication_fields);
    out->subject = "selection";
    out->subject_id = v->batch.id;
    out->kind = kind;
    out->starts_on = starts_on;
    out->ends_on = ends_on;
    out->territory = cx->user ? cx->user->territory : "";
    TRY(write_content(cx, out, v));
    return publication_add(cx, out);
}
