/* Two states of a zone's dossier, compared. */
#include "modules/zone/zone.h"

#include <string.h>

/* A snapshot's dossier; 0 = the newest one made by a return, else the first. */
static Err snapshot(Cx *cx, const char **text, int64_t zone_id, int64_t id)
{
    Err e = store_text(cx, text,
                       "SELECT dossier FROM zone_snapshot WHERE zone_id = $1 "
                       "AND ($2 = 0 OR id = $2) ORDER BY act <> 'back', id DESC LIMIT 1",
                       ARGS(I(zone_id), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "from", "还没有可以比较的版本",
                    "there is no state to compare with yet");
    return e;
}

Err zone_put_diff(Cx *cx, JsonOut *o, const ZoneView *v, int64_t from, int64_t to)
{
    const char *first, *second;
    const Json *before, *after;
    Dossier d;
    TRY(snapshot(cx, &first, v->zone.id, from));
    TRY(zone_dossier(cx, &d, v->zone.id));
    second = d.dossier;
    if (to)
        TRY(snapshot(cx, &second, v->zone.id, to));
    TRY(json_parse(cx, &before, first, strlen(first), &JSON_LIMITS));
    TRY(json_parse(cx, &after, second, strlen(second), &JSON_LIMITS));
    dossier_put_diff(cx, o, v->pack->dossier.fields, before, after);
    return OK;
}
