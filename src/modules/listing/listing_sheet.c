/* A published list as a workbook, for anybody. */
#include "modules/listing/listing.h"

#include "core/request/core.h"
#include "core/request/export.h"
#include "sheet/sheet.h"

#include <string.h>

typedef struct Listed {
    int64_t place;
    const char *name;
    const char *city_name;
    const char *county_name;
    int64_t villages;
    Money transitional;
    Money amount;
    const char *outcome;
} Listed;

static const Option OUTCOMES[] = {
    { "selected", "入选", "Selected" },
    { "disqualified", "取消资格", "Disqualified" },
    { .key = NULL },
};

static const Field COLUMNS[] = {
    { "place", FIELD_INT, offsetof(Listed, place), "名次", "Place" },
    { "name", FIELD_TEXT, offsetof(Listed, name), "推进区", "Zone" },
    { "city_name", FIELD_TEXT, offsetof(Listed, city_name), "市", "City", .max = 20 },
    { "county_name", FIELD_TEXT, offsetof(Listed, county_name), "县（市、区）", "County",
      .max = 20 },
    { "villages", FIELD_INT, offsetof(Listed, villages), "行政村", "Villages", .unit = "个" },
    { "transitional", FIELD_MONEY, offsetof(Listed, transitional), "衔接资金合计",
      "Transitional funds", .unit = "万元" },
    { "amount", FIELD_MONEY, offsetof(Listed, amount), "其中省级以上", "From province and above",
      .unit = "万元" },
    { "outcome", FIELD_ENUM, offsetof(Listed, outcome), "结果", "Outcome", .options = OUTCOMES },
    FIELDS_END,
};

static Err write_rows(Cx *cx, SheetOut *out, const Json *content, const char *title)
{
    const Sheet sheet = { .key = "list",
                          .zh = "名单",
                          .en = "List",
                          .fields = COLUMNS,
                          .title_zh = title,
                          .title_en = title,
                          .open = true };
    const Json *zones = json_get(content, "zones");
    sheet_begin(cx, out, &sheet, false);
    Listed sum = { .place = UNSET, .name = cx->lang == EN ? "Total" : "合计" };
    for (size_t i = 0; zones != NULL && i < zones->count; i++) {
        const Json *z = zones->items[i];
        bool in = strcmp(json_text(z, "outcome", ""), "selected") == 0;
        Listed row = { json_int(z, "place", UNSET),     json_text(z, "name", NULL),
                       json_text(z, "city_name", NULL), json_text(z, "county_name", NULL),
                       json_int(z, "villages", 0),      json_int(z, "transitional", 0),
                       json_int(z, "amount", 0),        json_text(z, "outcome", NULL) };
        if (!in) /* it gets nothing, and a column that is added up must say so */
            row.villages = row.transitional = row.amount = UNSET;
        TRY(sheet_put_row(cx, out, &row));
        sum.villages += in ? row.villages : 0;
        sum.transitional += in ? row.transitional : 0;
        sum.amount += in ? row.amount : 0;
    }
    return sheet_put_row(cx, out, &sum);
}

static Err write_sheet(Cx *cx, SheetFile *file, const Json *content, const char *title)
{
    SheetOut *out;
    const SheetMaker maker = { .program = cx->core->config.setter };
    TRY(sheet_open(cx, &out, &maker));
    Err e = write_rows(cx, out, content, title);
    Err closed = sheet_close(cx, out, file);
    return e == OK ? closed : e;
}

static Err list(Cx *cx, const Request *rq, Reply *rp)
{
    SheetFile file;
    Publication pub;
    const Json *content;
    TRY(listing_find(cx, &pub, &content, request_id(rq, "id")));
    export_language(cx, rq);
    const char *title = listing_long_title(cx, rq, &pub, json_text(content, "batch", ""));
    TRY(write_sheet(cx, &file, content, title));
    export_sheet(cx, rp, &(Export){ .name = arena_format(cx->arena, "%s.xlsx", title) }, &file);
    return OK;
}

Err listing_sheet(Cx *cx, Request *rq, Reply *rp)
{
    Err e = list(cx, rq, rp);
    return e == OK || e == BUSY ? e : page_failure(cx, rq, rp, e);
}
