#include "modules/expert/avoid.h"

#include <stdlib.h>
#include <string.h>

static const Field ZONE_FIELDS[] = {
    { "id", FIELD_INT, offsetof(AvoidZone, id), "编号", "Id" },
    { "county", FIELD_TEXT, offsetof(AvoidZone, county), "县", "County" },
    { "dossier", FIELD_TEXT, offsetof(AvoidZone, dossier), "申报材料", "Dossier" },
    FIELDS_END,
};

Err avoid_zones(Cx *cx, List *out, int64_t batch_id)
{
    return store_list(cx, out, ZONE_FIELDS, sizeof(AvoidZone),
                      "SELECT z.id, z.county, d.dossier FROM zone z "
                      "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "
                      "JOIN zone_dossier d ON d.zone_id = z.id "
                      "WHERE z.batch_id = $1 AND r.role = 'zone.review' ORDER BY z.id",
                      ARGS(I(batch_id)));
}

Err avoid_zone(Cx *cx, AvoidZone *out, int64_t zone_id)
{
    return store_row(cx, out, ZONE_FIELDS,
                     "SELECT z.id, z.county, d.dossier FROM zone z "
                     "JOIN zone_dossier d ON d.zone_id = z.id WHERE z.id = $1",
                     ARGS(I(zone_id)));
}

/* Territories of cities, counties and below whose organ has this name. */
static Err places_of(Cx *cx, const char *const **out, const char *organ)
{
    enum { PLACES_MOST = 64 };
    const char **places = NEW_N(cx, const char *, PLACES_MOST + 1);
    size_t count = 0;
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT DISTINCT territory FROM organ WHERE name = $1 AND length(territory) >= 4 "
                  "ORDER BY territory",
                  ARGS(T(organ))));
    while (rows.more && count < PLACES_MOST) {
        places[count++] = rows_text(cx, &rows, 0);
        TRY(rows_next(cx, &rows));
    }
    rows_close(cx, &rows);
    *out = places;
    return OK;
}

Err avoid_expert(Cx *cx, AvoidExpert *out, int64_t expert_id)
{
    List interests;
    TRY(expert_get(cx, &out->expert, expert_id));
    TRY(expert_interests(cx, &interests, expert_id));
    out->interests = interests.rows;
    out->interest_count = interests.count;
    return places_of(cx, &out->places, text_fold(cx, out->expert.organ));
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_of(const char *const *places, const char *county)
{
    for (; *places; places++)
        if (begins(county, *places) || begins(*places, county))
            return true;
    return false;
}

/* A short name ("水利局") is everybody's and says nothing. */
static bool named_in(const char *dossier, const char *organ)
{
    enum { NAME_LEAST = 5 };
    return text_count(organ) >= NAME_LEAST && strstr(dossier, organ) != NULL;
}

static Err concerns(Cx *cx, bool *out, const Interest *i, const AvoidZone *zone)
{
    const char *const *places;
    if (strcmp(i->kind, "county") == 0)
        *out = begins(zone->county, i->code);
    else if (strcmp(i->kind, "zone") == 0)
        *out = strtoll(i->code, NULL, 10) == zone->id;
    else {
        const char *organ = text_fold(cx, i->code);
        TRY(places_of(cx, &places, organ));
        *out = is_of(places, zone->county) || named_in(zone->dossier, organ);
    }
    return OK;
}

Err avoid_rule(Cx *cx, const char **rule, const AvoidExpert *expert, const AvoidZone *zone)
{
    const Expert *e = &expert->expert;
    *rule = NULL;
    if (strlen(e->region) >= 6 && begins(e->region, zone->county))
        *rule = "county";
    else if (is_of(expert->places, zone->county) ||
             named_in(zone->dossier, text_fold(cx, e->organ)))
        *rule = "organ";
    for (size_t i = 0; *rule == NULL && i < expert->interest_count; i++) {
        bool concerned;
        TRY(concerns(cx, &concerned, &expert->interests[i], zone));
        if (concerned)
            *rule = "interest";
    }
    return OK;
}
