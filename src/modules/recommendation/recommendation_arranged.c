/* The register of arranged areas (Q5, 一.3): villages come in by workbook, one a row, checked first
 * and then saved; and where a zone touches it. A shared village fails Q5, a shared township warns.
 */
#include "modules/recommendation/recommendation_routes.h"

#include "core/process/pack_store.h"
#include "core/request/export.h"
#include "core/request/intake.h"
#include "modules/region/region.h"
#include "sheet/sheet.h"

#include <string.h>

static const Field ARRANGED[] = {
    { "county", FIELD_TEXT, NO_OFFSET, "县（市、区）", "County", .max = 60,
      .help_zh = "市名和县名连写；写明代码的可以不填", .help_en = "Not needed beside the code" },
    { "township", FIELD_TEXT, NO_OFFSET, "乡镇", "Township", .max = 60 },
    { "village", FIELD_TEXT, NO_OFFSET, "村", "Village", .max = 60 },
    { "code", FIELD_TEXT, NO_OFFSET, "村编码", "Village code", .pattern = "digits:12",
      .help_zh = "十二位村级代码；写明县、乡镇和村名的可以不填",
      .help_en = "Twelve digits; not needed beside county, township and village" },
    { "programme", FIELD_ENUM, NO_OFFSET, "已安排项目", "Programme", .flags = FIELD_REQUIRED },
    { "document", FIELD_TEXT, NO_OFFSET, "依据文号", "Document", .flags = FIELD_REQUIRED, .min = 1,
      .max = 120 },
    FIELDS_END,
};

/* With the programmes that the batch's pack knows. */
static Err sheet_of(Cx *cx, const Sheet **out, const Batch *batch)
{
    const Pack *pack;
    TRY(pack_store_get(cx, &pack, batch->pack));
    const Field *table = batch_former_table(pack, "arranged_area");
    const Field *programme = table ? field_find(table->fields, "programme") : NULL;
    if (!programme)
        return fail(cx, NOT_FOUND, "batch_id", "这个批次没有已安排区域表",
                    "this batch has no table of arranged areas");
    Field *fields = NEW_N(cx, Field, COUNT(ARRANGED));
    memcpy(fields, ARRANGED, sizeof ARRANGED);
    for (size_t i = 0; i < COUNT(ARRANGED); i++)
        if (fields[i].type == FIELD_ENUM)
            fields[i].options = programme->options;
    Sheet *sheet = NEW(cx, Sheet);
    *sheet = (Sheet){ "arranged", "已安排区域",       "Arranged areas",
                      fields,     "已安排区域登记表", "Register of arranged areas" };
    *out = sheet;
    return OK;
}

typedef struct Area {
    const char *code;
    const char *name;
    const char *path;
    const char *programme;
    const char *document;
    bool there; /* registered already */
} Area;

typedef struct ArrangedIntake {
    Batch batch;
    const Sheet *sheet;
    SheetBook *book;
    Area *areas;
    size_t count;
    size_t added;
} ArrangedIntake;

/* A county by code, name, or the city's name and its own; several share a name. */
static Err county_find(Cx *cx, const char **out, const char *typed)
{
    Rows rows;
    const char *name = text_fold(cx, text_or(typed, ""));
    int found = 0;
    *out = "";
    TRY(rows_open(cx, &rows,
                  "SELECT c.code FROM region c JOIN region p ON p.code = c.parent "
                  "AND p.valid_to IS NULL WHERE c.level = 'county' AND c.valid_to IS NULL "
                  "AND (c.code = $1 OR c.name = $1 OR p.name || c.name = $1 "
                  "OR p.name || ' ' || c.name = $1) ORDER BY c.code",
                  ARGS(T(name))));
    while (rows.more) {
        *out = rows_text(cx, &rows, 0);
        found++;
        TRY(rows_next(cx, &rows));
    }
    if (found == 1)
        return OK;
    return found ? fail(cx, INVALID, "county", "叫“%s”的县有 %d 个，请写市名和县名",
                        "%s names %d counties; write the city's name too", typed, found)
                 : fail(cx, INVALID, "county", "找不到县“%s”，请写市名和县名，或写村编码",
                        "no county is called %s; write city and county, or the village's code",
                        text_or(typed, ""));
}

/* Where a code stands beside names, they must mean the same village: the wrong one would be barred,
 * and the right one not. */
static Err area_agrees(Cx *cx, const Region *r, const Json *row, Day today)
{
    Region other = { .code = "" };
    const char *county, *village = json_text(row, "village", NULL);
    const char *named = json_text(row, "county", NULL), *township = json_text(row, "township", "");
    TRY(text_blank(named) ? OK : county_find(cx, &county, named));
    if (text_blank(named))
        county = arena_text_n(cx->arena, r->code, 6);
    if (strncmp(county, r->code, 6) != 0)
        return fail(cx, INVALID, "code", "代码 %s 是“%s %s”，与所写县“%s”不符",
                    "code %s is %s %s, not in %s", r->code, r->path, r->name, named);
    if (text_blank(village) && text_blank(township))
        return OK;
    if (text_blank(township))
        TRY(region_name(cx, &township, arena_text_n(cx->arena, r->code, 9)));
    Err e =
        region_match(cx, &other, county, township, text_blank(village) ? r->name : village, today);
    if (e == OK ? strcmp(other.code, r->code) != 0 : e == INVALID)
        return fail(cx, INVALID, "code", "代码 %s 是“%s %s”，与所写“%s %s”不符",
                    "code %s is %s %s, not %s %s", r->code, r->path, r->name, township,
                    text_or(village, ""));
    return e;
}

static Err area_find(Cx *cx, Region *r, const Json *row)
{
    Day today = day_of_instant(cx_now(cx));
    const char *county, *code = json_text(row, "code", NULL);
    const char *village = json_text(row, "village", NULL);
    if (!text_blank(code)) {
        TRY(region_match(cx, r, arena_text_n(cx->arena, code, 6), "", code, today));
        return area_agrees(cx, r, row, today);
    }
    if (text_blank(village))
        return fail(cx, INVALID, "village", "请写村名或十二位代码",
                    "write the village's name or code");
    TRY(county_find(cx, &county, json_text(row, "county", NULL)));
    return region_match(cx, r, county, json_text(row, "township", ""), village, today);
}

static Err area_once(Cx *cx, const ArrangedIntake *in, const Area *a)
{
    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->areas[i].code, a->code) == 0 &&
            strcmp(in->areas[i].programme, a->programme) == 0)
            return fail(cx, INVALID, "village", "“%s”（%s）重复",
                        "%s (%s) stands in the sheet already", a->name, a->code);
    return OK;
}

static Err read_row(Cx *cx, ArrangedIntake *in, Area *a, const Json *row)
{
    Region r;
    TRY(area_find(cx, &r, row));
    *a = (Area){ .code = r.code,
                 .name = r.name,
                 .path = r.path,
                 .programme = json_text(row, "programme", ""),
                 .document = json_text(row, "document", "") };
    TRY(area_once(cx, in, a));
    return store_exists(cx, &a->there,
                        "SELECT 1 FROM batch_entry WHERE batch_id = $1 AND kind = 'arranged_area' "
                        "AND code = $2 AND value = $3",
                        ARGS(I(in->batch.id), T(a->code), T(a->programme)));
}

static Err read_rows(Cx *cx, ArrangedIntake *in)
{
    const SheetTable *t = in->book->tables;
    in->areas = NEW_N(cx, Area, t->count + 1);
    for (size_t i = 0; i < t->count; i++) {
        Err e = read_row(cx, in, &in->areas[in->count], t->rows[i].object);
        if (e == INVALID) {
            sheet_fault(cx, &t->rows[i], cx->failure.field);
            continue;
        }
        TRY(e);
        in->added += !in->areas[in->count++].there;
    }
    return OK;
}

static Err take(Cx *cx, ArrangedIntake *in, Request *rq)
{
    *in = (ArrangedIntake){ .count = 0 };
    export_language(cx, rq);
    TRY(batch_get(cx, &in->batch, request_id(rq, "id")));
    TRY(sheet_of(cx, &in->sheet, &in->batch));
    TRY(intake_file(cx, &in->book, in->sheet, rq));
    return in->book->count ? read_rows(cx, in) : OK; /* its faults say why */
}

static void put_area(JsonOut *o, const Area *a)
{
    json_open(o, NULL, '{');
    json_put_text(o, "code", a->code);
    json_put_text(o, "name", a->name);
    json_put_text(o, "path", a->path);
    json_put_text(o, "programme", a->programme);
    json_put_text(o, "document", a->document);
    json_put_bool(o, "new", !a->there);
    json_close(o, '}');
}

/* The rows that are new, with the names that the codes stand for. */
static Err new_rows(Cx *cx, const Json **out, const ArrangedIntake *in)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < in->count; i++) {
        const Area *a = &in->areas[i];
        if (a->there)
            continue;
        json_open(&o, NULL, '{');
        json_put_text(&o, "village", arena_format(cx->arena, "%s %s", a->path, a->name));
        json_put_text(&o, "code", a->code);
        json_put_text(&o, "programme", a->programme);
        json_put_text(&o, "document", a->document);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return json_parse(cx, out, buf_text(&b), b.length, &JSON_LIMITS);
}

static Err reply_intake(Cx *cx, Reply *rp, const ArrangedIntake *in)
{
    const IntakeRows TOLD = { .fields = in->sheet->fields,
                              .keys = (const char *const[]){ "code", "programme", NULL },
                              .names = (const char *const[]){ "village", NULL } };
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Json *after;
    TRY(new_rows(cx, &after, in));
    json_open(&o, NULL, '{');
    json_put_int(&o, "count", (int64_t)in->count);
    json_put_int(&o, "added", (int64_t)in->added);
    json_put_int(&o, "changed", 0);
    json_put_int(&o, "same", (int64_t)(in->count - in->added));
    json_put_int(&o, "removed", 0);
    intake_put_book(cx, &o, in->book);
    intake_put_changes(cx, &o, &TOLD, NULL, after);
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < in->count; i++)
        put_area(&o, &in->areas[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err arranged_check(Cx *cx, Request *rq, Reply *rp)
{
    ArrangedIntake in;
    TRY(take(cx, &in, rq));
    return request_query(rq, "annotated") ? intake_annotated(cx, rp, "batch", in.batch.id, in.book)
                                          : reply_intake(cx, rp, &in);
}

Err arranged_prepare(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    Batch batch;
    SheetBook *book;
    const Sheet *sheet;
    export_language(cx, rq);
    TRY(batch_get(cx, &batch, request_id(rq, "id")));
    TRY(sheet_of(cx, &sheet, &batch));
    TRY(intake_file(cx, &book, sheet, rq));
    intake_keep(cx, book);
    return OK;
}

/* All or nothing, as the sheets of a zone are; villages that are there already stay as they are. */
Err arranged_import(Cx *cx, Request *rq, Reply *rp)
{
    ArrangedIntake in;
    TRY(take(cx, &in, rq));
    TRY(intake_refuse(cx, in.book));
    for (size_t i = 0; i < in.count; i++) {
        int64_t id;
        BatchEntry row = { .batch_id = in.batch.id,
                           .kind = "arranged_area",
                           .code = in.areas[i].code,
                           .value = in.areas[i].programme,
                           .document = in.areas[i].document,
                           .valid_from = UNSET,
                           .valid_to = UNSET };
        if (!in.areas[i].there)
            TRY(batch_add_entry(cx, &id, &row));
    }
    return reply_intake(cx, rp, &in);
}

Err arranged_template(Cx *cx, Request *rq, Reply *rp)
{
    Batch batch;
    SheetFile file;
    const Sheet *sheet;
    TRY(batch_get(cx, &batch, request_id(rq, "id")));
    TRY(sheet_of(cx, &sheet, &batch));
    Export e = { .noun = "batch", .id = batch.id, .rows = UNSET };
    export_language(cx, rq);
    const SheetMaker maker = export_maker(cx);
    e.name = cx->lang == EN ? "Arranged areas (form).xlsx" : "已安排区域（模板）.xlsx";
    TRY(sheet_template(cx, &file, &maker, sheet, 1));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

/* --- where a zone touches the register --- */

typedef struct Overlap {
    const char *kind; /* village, township */
    const char *code;
    const char *name;
    const char *programme;
    const char *document;
} Overlap;

const Field overlap_fields[] = {
    { "kind", FIELD_TEXT, offsetof(Overlap, kind), "程度", "Extent" },
    { "code", FIELD_TEXT, offsetof(Overlap, code), "区划代码", "Code" },
    { "name", FIELD_TEXT, offsetof(Overlap, name), "名称", "Name" },
    { "programme", FIELD_TEXT, offsetof(Overlap, programme), "已安排项目", "Programme" },
    { "document", FIELD_TEXT, offsetof(Overlap, document), "依据文号", "Document" },
    FIELDS_END,
};

static Err list_overlaps(Cx *cx, List *out, const Zone *z)
{
    return store_list(
        cx, out, overlap_fields, sizeof(Overlap),
        "SELECT t.kind, t.code, t.programme, t.document, "
        "(SELECT r.name FROM region r WHERE r.code = t.code AND r.valid_to IS NULL) AS name FROM ("
        "SELECT 'village' AS kind, e.code, e.value AS programme, e.document FROM batch_entry e "
        "JOIN zone_village v ON v.code = e.code AND v.zone_id = $1 "
        "WHERE e.kind = 'arranged_area' AND e.batch_id = $2 "
        "AND (e.valid_from IS NULL OR e.valid_from <= $3) "
        "AND (e.valid_to IS NULL OR e.valid_to > $3) UNION "
        "SELECT 'township', substr(e.code, 1, 9), e.value, min(e.document) FROM batch_entry e "
        "WHERE e.kind = 'arranged_area' AND e.batch_id = $2 "
        "AND (e.valid_from IS NULL OR e.valid_from <= $3) "
        "AND (e.valid_to IS NULL OR e.valid_to > $3) "
        "AND substr(e.code, 1, 9) IN (SELECT substr(v.code, 1, 9) FROM zone_village v "
        "WHERE v.zone_id = $1) GROUP BY substr(e.code, 1, 9), e.value) AS t "
        "ORDER BY t.kind DESC, t.code, t.programme",
        ARGS(I(z->id), I(z->batch_id), I(day_of_instant(cx_now(cx)))));
}

Err zone_overlaps(Cx *cx, Request *rq, Reply *rp)
{
    Zone z;
    List all;
    TRY(zone_get(cx, &z, request_id(rq, "id")));
    TRY(list_overlaps(cx, &all, &z));
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, overlap_fields, sizeof(Overlap), &all);
}
