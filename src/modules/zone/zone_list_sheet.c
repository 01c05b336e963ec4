/* The list of zones as a workbook: what the filter of the screen shows, in the user's territory. */
#include "core/request/export.h"
#include "modules/zone/zone_routes.h"

#include "modules/zone/zone.h"
#include "sheet/sheet.h"

#include <string.h>

static const Field COLUMNS[] = {
    { "city_name", FIELD_TEXT, offsetof(Zone, city_name), "市", "City", .max = 20 },
    { "county_name", FIELD_TEXT, offsetof(Zone, county_name), "县（市、区）", "County", .max = 20 },
    { "name", FIELD_TEXT, offsetof(Zone, name), "推进区", "Zone" },
    { "batch_name", FIELD_TEXT, offsetof(Zone, batch_name), "批次", "Batch", .max = 20 },
    { "step", FIELD_TEXT, offsetof(Zone, step), "当前步骤", "Step" },
    { "villages", FIELD_INT, offsetof(Zone, villages), "村数", "Villages", .unit = "个" },
    { "projects", FIELD_INT, offsetof(Zone, projects), "项目数", "Projects", .unit = "个" },
    { "transitional", FIELD_MONEY, offsetof(Zone, transitional), "衔接资金", "Transitional funds",
      .unit = "万元" },
    { "integrated", FIELD_MONEY, offsetof(Zone, integrated), "整合行业资金", "Integrated funds",
      .unit = "万元" },
    { "met", FIELD_INT, offsetof(Zone, met), "符合", "Met" },
    { "not_met", FIELD_INT, offsetof(Zone, not_met), "不符合", "Not met" },
    { "undetermined", FIELD_INT, offsetof(Zone, undetermined), "待补", "Undetermined" },
    { "exceptions", FIELD_INT, offsetof(Zone, exceptions), "原则例外", "Exceptions" },
    { "blocking", FIELD_INT, offsetof(Zone, blocking), "阻断", "Blocking", .unit = "项" },
    FIELDS_END,
};

static const Sheet SHEET = { "zones", "推进区",           "Zones",
                             COLUMNS, "推进区申报情况表", "Declarations of zones" };

enum { PAGE = 200, ROWS_MOST = 20000 };

/* Sums over all rows; a column with an unknown in it has none (never a partial sum). */
typedef struct Totals {
    int64_t sum[COUNT(COLUMNS)];
    bool unknown[COUNT(COLUMNS)];
} Totals;

static void totals_add(Totals *t, const Zone *z)
{
    for (size_t i = 0; COLUMNS[i].type != FIELD_END; i++) {
        if (COLUMNS[i].type == FIELD_TEXT)
            continue;
        int64_t value = *(const int64_t *)(const void *)((const char *)z + COLUMNS[i].offset);
        t->unknown[i] |= value == UNSET;
        t->sum[i] += value == UNSET ? 0 : value;
    }
}

static Err put_totals(Cx *cx, SheetOut *out, const Totals *t)
{
    const Json *row;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "city_name", cx->lang == EN ? "Total" : "合计");
    for (size_t i = 0; COLUMNS[i].type != FIELD_END; i++) {
        if (COLUMNS[i].type == FIELD_TEXT)
            continue;
        if (t->unknown[i])
            json_put_text(&o, COLUMNS[i].key, "?");
        else if (COLUMNS[i].type == FIELD_MONEY)
            json_put_text(&o, COLUMNS[i].key, money_text(cx, t->sum[i]));
        else
            json_put_int(&o, COLUMNS[i].key, t->sum[i]);
    }
    json_close(&o, '}');
    TRY(json_parse(cx, &row, b.at, b.length, &JSON_LIMITS));
    return sheet_put(cx, out, row);
}

/* The step in words of the zone's own process; the last one read is kept. */
typedef struct Steps {
    const char *pack;
    const Process *process;
} Steps;

static Err name_step(Cx *cx, Steps *steps, Zone *z)
{
    const Pack *pack;
    if (!steps->pack || strcmp(steps->pack, z->pack) != 0) {
        TRY(pack_store_get(cx, &pack, z->pack));
        TRY(process_of(cx, &steps->process, pack, "zone"));
        steps->pack = z->pack;
    }
    const Step *step = process_step(steps->process, z->step);
    z->step = !step ? z->step : cx->lang == EN ? step->en : step->zh;
    return OK;
}

/* ?lang= is no filter. */
static PageQuery query_of(Cx *cx, const Request *rq)
{
    PageQuery q = request_page(cx, rq, zone_fields);
    size_t count = 0, kept = 0;
    while (q.filters[count])
        count += 2;
    const char **filters = NEW_N(cx, const char *, count + 1);
    for (size_t i = 0; i < count; i += 2) {
        if (strcmp(q.filters[i], "lang") == 0)
            continue;
        filters[kept++] = q.filters[i];
        filters[kept++] = q.filters[i + 1];
    }
    q.filters = filters;
    q.size = PAGE;
    return q;
}

static Err put_all(Cx *cx, SheetOut *out, PageQuery *q, int64_t *rows)
{
    List page;
    Totals totals = { .sum = { 0 } };
    Steps steps = { .pack = NULL };
    *rows = 0;
    sheet_begin(cx, out, &SHEET, false);
    for (q->page = 1;; q->page++) {
        TRY(zone_list(cx, &page, q));
        Zone *zones = page.rows;
        for (size_t i = 0; i < page.count; i++) {
            TRY(name_step(cx, &steps, &zones[i]));
            TRY(sheet_put_row(cx, out, &zones[i]));
            totals_add(&totals, &zones[i]);
        }
        *rows += (int64_t)page.count;
        if (page.count < PAGE || *rows >= ROWS_MOST)
            break;
    }
    return put_totals(cx, out, &totals);
}

static Err write_all(Cx *cx, SheetFile *file, const Request *rq, int64_t *rows)
{
    SheetOut *out;
    PageQuery q = query_of(cx, rq);
    const SheetMaker maker = export_maker(cx);
    TRY(sheet_open(cx, &out, &maker));
    Err e = put_all(cx, out, &q, rows);
    Err closing = sheet_close(cx, out, file);
    return e != OK ? e : closing;
}

Err zone_list_sheet(Cx *cx, Request *rq, Reply *rp)
{
    SheetFile file;
    Export e = { .noun = "zone", .id = UNSET };
    export_language(cx, rq);
    e.name = cx->lang == EN ? "Zones.xlsx" : "推进区申报情况表.xlsx";
    TRY(write_all(cx, &file, rq, &e.rows));
    export_sheet(cx, rp, &e, &file);
    return OK;
}
