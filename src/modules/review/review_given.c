/* What the experts gave, once it is sealed: sheets, their points, and whose and of what they are.
 *
 * Each table is read once, in an order that its index has, and joined here: 3,000 sheets with their
 * points and names are what a board of the province shows at once (docs/bench.md).
 */
#include "modules/review/review_inside.h"

#include <assert.h>
#include <stdlib.h>

static const Field GIVEN[] = {
    { "sheet", FIELD_INT, offsetof(Given, sheet), "评分表", "Sheet" },
    { "zone_id", FIELD_INT, offsetof(Given, zone_id), "推进区", "Zone" },
    { "expert_id", FIELD_INT, offsetof(Given, expert_id), "专家", "Expert" },
    { "note", FIELD_TEXT, offsetof(Given, note), "总体意见", "Note" },
    FIELDS_END,
};

static const Field GIVEN_ZONE[] = {
    { "id", FIELD_INT, offsetof(GivenZone, id), "推进区", "Zone" },
    { "name", FIELD_TEXT, offsetof(GivenZone, name), "名称", "Name" },
    { "county_name", FIELD_TEXT, offsetof(GivenZone, county_name), "县", "County" },
    { "alias", FIELD_TEXT, offsetof(GivenZone, alias), "评审件", "Alias" },
    FIELDS_END,
};

static const Field GIVEN_EXPERT[] = {
    { "id", FIELD_INT, offsetof(GivenExpert, id), "专家", "Expert" },
    { "number", FIELD_TEXT, offsetof(GivenExpert, number), "专家号", "Number" },
    { "name", FIELD_TEXT, offsetof(GivenExpert, name), "姓名", "Name" },
    FIELDS_END,
};

static Err read_sheets(Cx *cx, AllGiven *out, int64_t batch_id, const char *part)
{
    List list;
    TRY(store_list(cx, &list, GIVEN, sizeof(Given),
                   "SELECT id AS sheet, zone_id, expert_id, note FROM review_sheet "
                   "WHERE batch_id = $1 AND part = $2 AND state = 'submitted' ORDER BY id",
                   ARGS(I(batch_id), T(part))));
    out->sheets = list.rows;
    out->count = list.count;
    return OK;
}

static void add_item(Cx *cx, AllGiven *g, size_t *room, Given *sheet, const Rows *rows)
{
    if (g->item_count == *room) {
        size_t more = *room ? *room * 2 : 256;
        g->items =
            arena_grow(cx->arena, g->items, *room * sizeof(GivenItem), more * sizeof(GivenItem));
        *room = more;
    }
    if (sheet->item_count++ == 0)
        sheet->first_item = g->item_count;
    int64_t points = rows_int(rows, 2);
    sheet->total += points == UNSET ? 0 : points;
    g->items[g->item_count++] =
        (GivenItem){ rows_text(cx, rows, 1), points, rows_text(cx, rows, 3) };
}

/* Both in the order of the sheets. */
static Err read_items(Cx *cx, AllGiven *g, int64_t batch_id, const char *part)
{
    Rows rows;
    size_t room = 0, i = 0;
    TRY(rows_open(cx, &rows,
                  "SELECT s.id, c.item, c.points, c.reason FROM review_sheet s "
                  "JOIN review_score c ON c.sheet_id = s.id "
                  "WHERE s.batch_id = $1 AND s.part = $2 AND s.state = 'submitted' "
                  "ORDER BY s.id, c.item",
                  ARGS(I(batch_id), T(part))));
    while (rows.more) {
        while (i < g->count && g->sheets[i].sheet < rows_int(&rows, 0))
            i++;
        if (i < g->count && g->sheets[i].sheet == rows_int(&rows, 0))
            add_item(cx, g, &room, &g->sheets[i], &rows);
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b; /* the id stands first in each */
    return (*x > *y) - (*x < *y);
}

static int by_zone(const void *a, const void *b)
{
    const Given *x = a, *y = b;
    if (x->zone_id != y->zone_id)
        return x->zone_id < y->zone_id ? -1 : 1;
    return (x->sheet > y->sheet) - (x->sheet < y->sheet);
}

static Err name_all(Cx *cx, AllGiven *g, int64_t batch_id)
{
    List zones, experts;
    TRY(store_list(cx, &zones, GIVEN_ZONE, sizeof(GivenZone),
                   "SELECT z.id, z.name, q.name AS county_name, a.alias FROM review_alias a "
                   "JOIN zone z ON z.id = a.zone_id "
                   "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "
                   "WHERE a.batch_id = $1 ORDER BY z.id",
                   ARGS(I(batch_id))));
    TRY(store_list(cx, &experts, GIVEN_EXPERT, sizeof(GivenExpert),
                   "SELECT id, number, name FROM expert WHERE id IN "
                   "(SELECT expert_id FROM review_sheet WHERE batch_id = $1) ORDER BY id",
                   ARGS(I(batch_id))));
    g->experts = experts.rows;
    g->expert_count = experts.count;
    for (size_t i = 0; i < g->count; i++) {
        Given *s = &g->sheets[i];
        s->zone = bsearch(&s->zone_id, zones.rows, zones.count, sizeof(GivenZone), by_id);
        s->expert = bsearch(&s->expert_id, experts.rows, experts.count, sizeof(GivenExpert), by_id);
        assert(s->zone && s->expert && "a sheet of no zone or of nobody");
    }
    return OK;
}

Err review_given(Cx *cx, AllGiven *out, int64_t batch_id, const char *part)
{
    bool sealed;
    *out = (AllGiven){ 0 };
    TRY(review_sealed(cx, &sealed, batch_id, part));
    if (!sealed)
        return fail(cx, CONFLICT, "sealed", "评分还没有封存，封存前看不到分数",
                    "the round is not sealed; there are no scores before that");
    TRY(read_sheets(cx, out, batch_id, part));
    TRY(read_items(cx, out, batch_id, part));
    TRY(name_all(cx, out, batch_id));
    if (out->count)
        qsort(out->sheets, out->count, sizeof(Given), by_zone);
    return OK;
}
