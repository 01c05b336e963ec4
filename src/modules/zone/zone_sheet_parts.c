/* The parts with a workbook of their own, and the villages. */
#include "modules/zone/zone_sheet.h"

#include "modules/region/region.h"

#include <assert.h>
#include <string.h>

static const SheetPart *const PARTS[] = { &VILLAGE_PART, &PROJECT_PART, &FUND_PART };

const SheetPart *sheet_part(const char *key)
{
    for (size_t i = 0; i < COUNT(PARTS); i++)
        if (strcmp(PARTS[i]->key, key) == 0)
            return PARTS[i];
    return NULL;
}

/* --- villages --- */

static const Field TOWNSHIP_COLUMN = { "township",
                                       FIELD_TEXT,
                                       NO_OFFSET,
                                       "乡镇",
                                       "Township",
                                       .max = 60,
                                       .help_zh = "乡镇（街道）名称；同县有同名村时必填",
                                       .help_en =
                                           "Needed where two villages of the county share a name" };

/* Nobody knows codes by heart: a village is found by township and name as well. */
static Err village_fields(Cx *cx, const Field **out, const SheetWork *w, SheetColumns which)
{
    (void)which;
    const Field *own = sheet_list_fields(w, "villages");
    size_t count = 0;
    while (own[count].type != FIELD_END)
        count++;
    Field *fields = NEW_N(cx, Field, count + 2), *to = fields;
    for (const Field *f = own; f->type != FIELD_END; f++) {
        *to = *f;
        to->flags &= ~(unsigned)(FIELD_KEY | FIELD_REQUIRED);
        if (f->flags & FIELD_KEY) {
            to->help_zh = "十二位村级代码；写明乡镇和村名的可以不填";
            to->help_en = "Twelve digits; not needed beside township and name";
            *++to = TOWNSHIP_COLUMN;
        }
        to++;
    }
    *to = (Field)FIELDS_END;
    *out = fields;
    return OK;
}

static const char *township_code(Cx *cx, const char *code)
{
    return strlen(code) < 9 ? code : arena_text_n(cx->arena, code, 9);
}

static Err village_rows(Cx *cx, JsonOut *o, const SheetWork *w, const Json *dossier, bool total)
{
    (void)w, (void)total;
    const Json *list = json_get(dossier, "villages");
    for (size_t i = 0; !json_missing(list) && i < list->count; i++) {
        const Json *item = list->items[i];
        const char *township;
        TRY(region_name(cx, &township, township_code(cx, json_text(item, "code", ""))));
        json_open(o, NULL, '{');
        json_put_text(o, "township", township);
        for (size_t k = 0; k < item->count; k++)
            json_put(o, item->items[k]->key, item->items[k]);
        json_close(o, '}');
    }
    return OK;
}

/* Where the code stands beside a name, both must mean the same village. */
static Err village_agrees(Cx *cx, const Region *r, const char *county, const char *township,
                          const char *name, Day at)
{
    Region other = { .code = "" };
    if (text_blank(township))
        TRY(region_name(cx, &township, township_code(cx, r->code)));
    Err e = region_match(cx, &other, county, township, name, at);
    if (e == OK ? strcmp(other.code, r->code) != 0 : e == INVALID)
        return fail(cx, INVALID, "code", "代码 %s 是“%s %s”，与所写村名“%s”不符",
                    "code %s is %s %s, not %s", r->code, r->path, r->name, name);
    return e;
}

static Err village_find(Cx *cx, Region *r, const SheetWork *w, const Json *row)
{
    const char *county = w->view->zone.county;
    const char *code = json_text(row, "code", NULL), *name = json_text(row, "name", NULL);
    const char *township = json_text(row, "township", "");
    Day today = day_of_instant(cx_now(cx));
    if (text_blank(code) && text_blank(name))
        return fail(cx, INVALID, "name", "请写村名或十二位代码",
                    "write the village's name or code");
    TRY(region_match(cx, r, county, township, text_blank(code) ? name : code, today));
    return text_blank(code) || text_blank(name)
               ? OK
               : village_agrees(cx, r, county, township, name, today);
}

static Err village_once(Cx *cx, const SheetTable *found, const Region *r)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->rows[i].key, r->code) == 0)
            return fail(cx, INVALID, "code", "“%s”（%s）与第 %lld 行重复",
                        "%s (%s) stands in row %lld already", r->name, r->code,
                        (long long)found->rows[i].at);
    return OK;
}

static void put_village(JsonOut *o, const Region *r, const Json *row)
{
    json_open(o, NULL, '{');
    json_put_text(o, "code", r->code);
    json_put_text(o, "name", r->name);
    for (size_t k = 0; k < row->count; k++) {
        const char *key = row->items[k]->key;
        if (strcmp(key, "code") != 0 && strcmp(key, "name") != 0 &&
            strcmp(key, TOWNSHIP_COLUMN.key) != 0)
            json_put(o, key, row->items[k]);
    }
    json_close(o, '}');
}

static Err village_merge(Cx *cx, SheetUse *out, const SheetWork *w, const SheetTable *t,
                         bool replace)
{
    SheetTable found = *t;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Json *objects;
    found.rows = NEW_N(cx, SheetRow, t->count + 1);
    found.count = 0;
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < t->count; i++) {
        const SheetRow *row = &t->rows[i];
        Region r;
        Err e = village_find(cx, &r, w, row->object);
        if (e == OK)
            e = village_once(cx, &found, &r);
        if (e != OK && e != INVALID)
            return e;
        if (e != OK) {
            const char *code = json_text(row->object, "code", NULL);
            sheet_fault(cx, row, text_blank(code) ? "name" : "code");
            continue;
        }
        put_village(&o, &r, row->object);
        found.rows[found.count++] = (SheetRow){ row->at, r.code, NULL };
    }
    json_close(&o, ']');
    TRY(json_again(cx, &objects, &b));
    sheet_lay(cx, out, found, sheet_list_fields(w, "villages"), objects,
              json_get(w->dossier, "villages"), replace);
    out->dossier = json_with(cx, w->dossier, "villages", out->sum.result);
    return OK;
}

const SheetPart VILLAGE_PART = {
    .key = "villages",
    .zh = "行政村",
    .en = "Villages",
    .title_zh = "行政村情况表",
    .title_en = "Villages of the zone",
    .fields = village_fields,
    .rows = village_rows,
    .merge = village_merge,
    .told = { .keys = (const char *const[]){ "code", NULL },
              .names = (const char *const[]){ "township", "name", NULL } },
    .also = (const SheetAlso[]){ { "name", "村名" },
                                 { "name", "行政村" },
                                 { "name", "村名称" },
                                 { "code", "村编码" },
                                 { "code", "村代码" },
                                 { "township", "乡镇（街道）" },
                                 { "township", "所在乡镇" },
                                 { NULL, NULL } },
};
