#include "modules/simulation/simulation.h"

#include "modules/batch/batch.h"

#include <string.h>

#define BATCH_ZONES "FROM zone z WHERE z.batch_id = $1 AND substr(z.county, 1, length($2)) = $2"

/* The failure of a zone, in words that outlive its scratch arena. */
static Err named(Cx *cx, const Cx *own, const char *zone)
{
    const Failure *f = &own->failure;
    return fail(cx, f->code, arena_text(cx->arena, f->field), "%s：%s%.0s%.0s", "%.0s%.0s%s: %s",
                zone, f->zh, zone, f->en);
}

static Err add_zone(Cx *own, Simulation *s, const Rows *rows)
{
    const char *text = rows_text(own, rows, 4);
    Subject subject = { .id = rows_int(rows, 0),
                        .county_name = rows_text(own, rows, 2),
                        .city_name = rows_text(own, rows, 3) };
    TRY(json_parse(own, &subject.dossier, text, strlen(text), &JSON_LIMITS));
    return simulation_add(own, s, &subject);
}

static Err add_zones(Cx *cx, Cx *own, Simulation *s, int64_t batch_id, const char *territory,
                     const Progress *progress)
{
    Rows rows;
    int64_t total, done = 0;
    TRY(store_int(cx, &total, "SELECT count(*) " BATCH_ZONES, ARGS(I(batch_id), T(territory))));
    TRY(rows_open(cx, &rows,
                  "SELECT z.id, z.name, "
                  "(SELECT q.name FROM region q WHERE q.code = z.county AND q.valid_to IS NULL), "
                  "(SELECT c.name FROM region c WHERE c.code = substr(z.county, 1, 4) "
                  "AND c.valid_to IS NULL), "
                  "(SELECT d.dossier FROM zone_dossier d WHERE d.zone_id = z.id) " BATCH_ZONES
                  " ORDER BY z.county, z.name",
                  ARGS(I(batch_id), T(territory))));
    while (rows.more) {
        arena_reset(own->arena);
        if (add_zone(own, s, &rows) != OK)
            return named(cx, own, rows_text(cx, &rows, 1));
        if (progress)
            TRY(progress->tell(cx, progress->data, ++done, total));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err simulation_add_batch(Cx *cx, Simulation *s, int64_t batch_id, const char *territory,
                         const Progress *progress)
{
    const Json *tables;
    TRY(batch_document(cx, &tables, batch_id, day_of_instant(cx_now(cx))));
    TRY(simulation_tables(cx, s, tables));
    Cx own = *cx;
    own.arena = arena_new(0);
    Err e = add_zones(cx, &own, s, batch_id, territory, progress);
    arena_free(own.arena);
    return e;
}
