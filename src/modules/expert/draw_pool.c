/* The pool of a draw: who may be drawn and whom each avoids, written down once. */
#include "modules/expert/draw_inside.h"

#include "base/digest.h"
#include "modules/expert/avoid.h"

#include <string.h>

typedef struct DrawCandidate {
    AvoidExpert who;
    const char **rules; /* by zone; NULL = may judge it */
    size_t avoided;
    const char *nonce;
} DrawCandidate;

typedef struct Pool {
    const AvoidZone *zones;
    size_t zone_count;
    DrawCandidate *at;
    size_t count;
} Pool;

static Err ids_of_pool(Cx *cx, int64_t **ids, size_t *count)
{
    Rows rows;
    int64_t total;
    *count = 0;
    TRY(store_int(cx, &total, "SELECT count(*) FROM expert", NO_ARGS));
    *ids = NEW_N(cx, int64_t, (size_t)total + 1);
    TRY(rows_open(cx, &rows,
                  "SELECT e.id FROM expert e JOIN \"user\" u ON u.id = e.user_id "
                  "WHERE e.state = 'active' AND u.state = 'active' ORDER BY e.number",
                  NO_ARGS));
    while (rows.more) {
        (*ids)[(*count)++] = rows_int(&rows, 0);
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static Err candidate_read(Cx *cx, DrawCandidate *c, const Pool *p, int64_t expert_id)
{
    TRY(avoid_expert(cx, &c->who, expert_id));
    c->rules = NEW_N(cx, const char *, p->zone_count);
    c->nonce = random_hex(cx, 16);
    c->avoided = 0;
    for (size_t i = 0; i < p->zone_count; i++) {
        TRY(avoid_rule(cx, &c->rules[i], &c->who, &p->zones[i]));
        c->avoided += c->rules[i] != NULL;
    }
    return OK;
}

static Err pool_read(Cx *cx, Pool *p, int64_t batch_id)
{
    List zones;
    int64_t *ids;
    size_t count;
    TRY(avoid_zones(cx, &zones, batch_id));
    if (zones.count == 0)
        return fail(cx, CONFLICT, "batch_id", "还没有推进区进入专家评审，不能抽取",
                    "no zone has reached the expert review yet");
    TRY(ids_of_pool(cx, &ids, &count));
    *p = (Pool){ zones.rows, zones.count, NEW_N(cx, DrawCandidate, count + 1), 0 };
    for (size_t i = 0; i < count; i++) {
        DrawCandidate *c = &p->at[p->count];
        TRY(candidate_read(cx, c, p, ids[i]));
        p->count += c->avoided < p->zone_count;
    }
    return OK;
}

static Err pool_prove(Cx *cx, const Pool *p, const Draw *d)
{
    int64_t count = (int64_t)p->count, need = d->seats + d->substitutes;
    if (count < need)
        return fail(cx, CONFLICT, "pool", "可抽取的专家只有 %lld 人，需要 %lld 人（%lld 人加候补）",
                    "only %lld experts may be drawn, %lld are needed (%lld and substitutes)",
                    (long long)count, (long long)need, (long long)d->seats);
    for (size_t z = 0; z < p->zone_count; z++) {
        int64_t free = 0;
        for (size_t i = 0; i < p->count; i++)
            free += p->at[i].rules[z] == NULL;
        if (free < d->seats)
            return fail(cx, CONFLICT, "zone_id",
                        "推进区 %lld 只有 %lld 位专家不须回避，需要 %lld 位",
                        "zone %lld: only %lld experts need not avoid it; %lld are needed",
                        (long long)p->zones[z].id, (long long)free, (long long)d->seats);
    }
    return OK;
}

/* Keys in order and no blanks, so that the text is the canonical form of its value. */
static void put_candidate(Cx *cx, JsonOut *o, const Pool *p, const DrawCandidate *c)
{
    const Expert *e = &c->who.expert;
    json_open(o, NULL, '{');
    json_open(o, "avoid", '[');
    for (size_t z = 0; z < p->zone_count; z++)
        if (c->rules[z])
            json_put_int(o, NULL, p->zones[z].id);
    json_close(o, ']');
    json_put_text(o, "identity", draw_identity(cx, c->nonce, e->number, e->name, e->organ));
    json_put_text(o, "number", e->number);
    json_close(o, '}');
}

static const char *pool_text(Cx *cx, const Pool *p, const Draw *d)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "batch", d->batch_id);
    json_put_int(&o, "draw", d->number);
    json_open(&o, "experts", '[');
    for (size_t i = 0; i < p->count; i++)
        put_candidate(cx, &o, p, &p->at[i]);
    json_close(&o, ']');
    json_put_int(&o, "seats", d->seats);
    json_put_int(&o, "substitutes", d->substitutes);
    json_open(&o, "zones", '[');
    for (size_t z = 0; z < p->zone_count; z++)
        json_put_int(&o, NULL, p->zones[z].id);
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_text(&b);
}

static void put_entry(JsonOut *o, const Pool *p, const DrawCandidate *c)
{
    const Expert *e = &c->who.expert;
    json_open(o, NULL, '{');
    json_put_text(o, "number", e->number);
    json_put_int(o, "expert_id", e->id);
    json_put_text(o, "name", e->name);
    json_put_text(o, "organ", e->organ);
    json_put_text(o, "field", e->field);
    json_put_text(o, "nonce", c->nonce);
    json_open(o, "avoid", '[');
    for (size_t z = 0; z < p->zone_count; z++) {
        if (!c->rules[z])
            continue;
        json_open(o, NULL, '{');
        json_put_int(o, "zone", p->zones[z].id);
        json_put_text(o, "rule", c->rules[z]);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

static const char *roster_text(Cx *cx, const Pool *p)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < p->count; i++)
        put_entry(&o, p, &p->at[i]);
    json_close(&o, ']');
    return buf_text(&b);
}

Err draw_pool_make(Cx *cx, Draw *d)
{
    Pool p = { 0 };
    TRY(pool_read(cx, &p, d->batch_id));
    TRY(pool_prove(cx, &p, d));
    d->pool = pool_text(cx, &p, d);
    d->pool_hash = draw_hash(cx, d->pool);
    d->roster = roster_text(cx, &p);
    return OK;
}

Err draw_pool(Cx *cx, const Json **out, const Draw *d)
{
    return json_parse(cx, out, d->pool, strlen(d->pool), &JSON_LIMITS);
}

const Json *draw_entry(const Json *roster, const char *number)
{
    for (size_t i = 0; i < roster->count; i++)
        if (strcmp(json_text(roster->items[i], "number", ""), number) == 0)
            return roster->items[i];
    return NULL;
}

const char *draw_avoids(const Json *entry, int64_t zone_id)
{
    const Json *avoid = json_get(entry, "avoid");
    for (size_t i = 0; avoid && i < avoid->count; i++)
        if (json_int(avoid->items[i], "zone", 0) == zone_id)
            return json_text(avoid->items[i], "rule", "");
    return NULL;
}
