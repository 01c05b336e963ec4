#include "modules/simulation/simulation.h"

#include "core/access/right.h"

#include "modules/batch/batch.h"

#include <string.h>

/* The failure of a zone, in words that outlive its scratch arena. */
static Err named(Cx *cx, const Cx *own, const char *zone)
{
    const Failure *f = &own->failure;
    return fail(cx, f->code, arena_text(cx->arena, f->field), "%s：%s%.0s%.0s", "%.0s%.0s%s: %s",
                zone, f->zh, zone, f->en);
}

/* One row of the batch; the dossier is read when its turn comes. */
typedef struct BatchMember {
    int64_t id;
    const char *name;
    const char *county_name;
    const char *city_name;
} BatchMember;

static const Field MEMBER[] = {
    { "id", FIELD_INT, offsetof(BatchMember, id), "编号", "Number" },
    { "name", FIELD_TEXT, offsetof(BatchMember, name), "推进区", "Zone" },
    { "county_name", FIELD_TEXT, offsetof(BatchMember, county_name), "县", "County" },
    { "city_name", FIELD_TEXT, offsetof(BatchMember, city_name), "市", "City" },
    FIELDS_END,
};

static Err add_member(Cx *own, Simulation *s, const BatchMember *m)
{
    const char *text;
    SimulatedZone subject = { m->id, m->county_name, m->city_name, NULL };
    TRY(store_text(own, &text, "SELECT dossier FROM zone_dossier WHERE zone_id = $1",
                   ARGS(I(m->id))));
    TRY(json_parse(own, &subject.dossier, text, strlen(text), &JSON_LIMITS));
    return simulation_add(own, s, &subject);
}

static Err add_members(Cx *cx, Cx *own, Simulation *s, const List *members,
                       const Progress *progress)
{
    const BatchMember *all = members->rows;
    for (size_t i = 0; i < members->count; i++) {
        arena_reset(own->arena);
        if (add_member(own, s, &all[i]) != OK)
            return named(cx, own, all[i].name);
        if (progress)
            TRY(progress->tell(cx, progress->data, (int64_t)i + 1, (int64_t)members->count));
    }
    return OK;
}

Err simulation_size(Cx *cx, int64_t *zones, int64_t batch_id, Arg territory)
{
    return store_int(cx, zones,
                     "SELECT count(*) FROM zone WHERE batch_id = $1 "
                     "AND " WITHIN("county", 2),
                     ARGS(I(batch_id), territory));
}

Err simulation_add_batch(Cx *cx, Simulation *s, int64_t batch_id, Arg territory,
                         const Progress *progress)
{
    List members;
    const Json *tables;
    TRY(store_list(
        cx, &members, MEMBER, sizeof(BatchMember),
        "SELECT z.id, z.name, "
        "(SELECT q.name FROM region q WHERE q.code = z.county AND q.valid_to IS NULL) "
        "AS county_name, "
        "(SELECT c.name FROM region c WHERE c.code = substr(z.county, 1, 4) "
        "AND c.valid_to IS NULL) AS city_name "
        "FROM zone z WHERE z.batch_id = $1 AND " WITHIN("z.county", 2) " "
                                                                       "ORDER BY z.county, z.name",
        ARGS(I(batch_id), territory)));
    TRY(batch_document(cx, &tables, batch_id, day_of_instant(cx_now(cx))));
    TRY(simulation_tables(cx, s, tables));
    Cx own = *cx;
    own.arena = arena_like(cx->arena);
    Err e = add_members(cx, &own, s, &members, progress);
    arena_free(own.arena);
    return e;
}
