/* Spreadsheets of a zone: templates, exports, and uploads that are checked first and then saved. */
#include "modules/zone/zone_sheet.h"

#include "base/money.h"
#include "core/request/export.h"
#include "modules/batch/batch.h"
#include "modules/zone/zone_routes.h"

#include <stdlib.h>
#include <string.h>

/* The part of this key, common or the pack's own, and the dossier to work on. */
static Err part_of(Cx *cx, const SheetPart **out, SheetWork *w, const ZoneView *v, const char *key)
{
    TRY(sheet_work(cx, w, v));
    *out = sheet_part(key);
    if (*out)
        return OK;
    w->own = sheet_own_field(v->pack, key);
    if (!w->own)
        return fail(cx, NOT_FOUND, "part", "申报材料没有“%s”这张表", "the dossier has no list %s",
                    key);
    *out = sheet_own_part(cx, w->own);
    return OK;
}

/* "烟台市莱州市 样例区 行政村情况表（样例）": of one sheet. */
static Err sheet_of(Cx *cx, Sheet *out, const SheetPart *part, const SheetWork *w,
                    SheetColumns which)
{
    Batch batch;
    const Zone *z = &w->view->zone;
    TRY(batch_get(cx, &batch, z->batch_id));
    *out = (Sheet){
        .key = part->key, .zh = part->zh, .en = part->en, .also = part->also, .words = part->open
    };
    out->title_zh = arena_format(cx->arena, "%s%s %s %s%s", text_or(z->city_name, ""),
                                 text_or(z->county_name, ""), z->name, part->title_zh,
                                 batch.sample ? "（样例）" : "");
    out->title_en = arena_format(cx->arena, "%s: %s%s", part->title_en, z->name,
                                 batch.sample ? " (sample)" : "");
    return part->fields(cx, &out->fields, w, which);
}

/* --- out --- */

static Err rows_of(Cx *cx, const Json **out, const SheetPart *part, const SheetWork *w,
                   const Json *dossier, bool total)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '[');
    TRY(part->rows(cx, &o, w, dossier, total));
    json_close(&o, ']');
    return json_again(cx, out, &b);
}

static Err put_rows(Cx *cx, SheetOut *out, const Sheet *sheet, const Json *rows)
{
    sheet_begin(cx, out, sheet, false);
    for (size_t i = 0; i < rows->count; i++)
        TRY(sheet_put(cx, out, rows->items[i]));
    return OK;
}

static Err write_rows(Cx *cx, SheetFile *file, const Sheet *sheet, const Json *rows)
{
    SheetOut *out;
    const SheetMaker maker = export_maker(cx);
    TRY(sheet_open(cx, &out, &maker));
    Err e = put_rows(cx, out, sheet, rows);
    Err closing = sheet_close(cx, out, file);
    return e != OK ? e : closing;
}

static Err download_make(Cx *cx, SheetFile *file, Export *e, const SheetPart *part,
                         const SheetWork *w, bool form)
{
    Sheet sheet;
    const Json *rows;
    const SheetMaker maker = export_maker(cx);
    TRY(sheet_of(cx, &sheet, part, w, form ? COLUMNS_FORM : COLUMNS_HELD));
    if (form)
        return sheet_template(cx, file, &maker, &sheet, 1);
    TRY(rows_of(cx, &rows, part, w, w->dossier, true));
    e->rows = (int64_t)rows->count;
    return write_rows(cx, file, &sheet, rows);
}

/* The key of "/api/zones/7/villages.xlsx", or of ".../sheets/training". */
static const char *key_of(Cx *cx, const Request *rq)
{
    const char *last = strrchr(request_path(rq), '/') + 1;
    return arena_text_n(cx->arena, last, strcspn(last, "."));
}

Err zone_sheet(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    SheetWork w;
    SheetFile file;
    const SheetPart *part;
    bool form = request_query(rq, "template") != NULL;
    export_language(cx, rq);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(part_of(cx, &part, &w, &v, key_of(cx, rq)));
    Export e = { .noun = "zone", .id = v.zone.id, .rows = UNSET };
    e.name = arena_format(cx->arena, "%s-%s%s.xlsx", v.zone.name,
                          cx->lang == EN ? part->en : part->title_zh,
                          !form            ? ""
                          : cx->lang == EN ? " (form)"
                                           : "（模板）");
    TRY(download_make(cx, &file, &e, part, &w, form));
    export_sheet(cx, rp, &e, &file);
    return OK;
}

/* --- in --- */

typedef struct SheetIntake {
    SheetWork work;
    const SheetPart *part;
    Sheet sheet;
    SheetBook *book;
    SheetUse use;
} SheetIntake;

static bool is_form(const Request *rq)
{
    const char *type = request_header(rq, "Content-Type");
    return type && strncmp(type, "multipart/form-data", 19) == 0;
}

/* {"text": "…"}: a block copied from a spreadsheet. */
static Err read_pasted(Cx *cx, SheetIntake *in, const Request *rq)
{
    const Json *body;
    in->book = intake_kept(cx);
    if (in->book)
        return OK;
    TRY(request_json(cx, &body, rq));
    const char *text = json_text(body, "text", NULL);
    if (text_blank(text))
        return fail(cx, INVALID, "/text", "没有粘贴的内容", "nothing was pasted");
    return sheet_read_text(cx, &in->book, &in->sheet, text, strlen(text), &INTAKE_LIMITS);
}

/* Reads what was sent. */
static Err read_sent(Cx *cx, SheetIntake *in, ZoneView *v, Request *rq)
{
    export_language(cx, rq);
    TRY(zone_view(cx, v, request_id(rq, "id")));
    TRY(part_of(cx, &in->part, &in->work, v, request_param(rq, "part")));
    bool form = is_form(rq);
    /* a pasted block without headings has the columns of the template */
    TRY(sheet_of(cx, &in->sheet, in->part, &in->work, form ? COLUMNS_ALL : COLUMNS_FORM));
    return form ? intake_file(cx, &in->book, &in->sheet, rq) : read_pasted(cx, in, rq);
}

/* And lays it over the dossier as saved. */
static Err take(Cx *cx, SheetIntake *in, ZoneView *v, Request *rq)
{
    TRY(read_sent(cx, in, v, rq));
    in->use = (SheetUse){ .dossier = in->work.dossier };
    if (in->book->count == 0)
        return OK; /* its faults say why */
    bool replace = request_query(rq, "replace") != NULL;
    return in->part->merge(cx, &in->use, &in->work, in->book->tables, replace);
}

/* Before the write's transaction; what is read lives as long as the request. */
Err zone_sheet_prepare(Cx *cx, Request *rq, Reply *rp)
{
    (void)rp;
    SheetIntake *in = NEW(cx, SheetIntake);
    TRY(read_sent(cx, in, NEW(cx, ZoneView), rq));
    intake_keep(cx, in->book);
    return OK;
}

/* Before and after, and what lies between; null where an amount is unknown. */
static void put_money(Cx *cx, JsonOut *o, const char *key, const SheetIntake *in,
                      const Json *dossier)
{
    Money sum = 0;
    json_put_text(o, key, in->part->money(&sum, dossier) ? money_text(cx, sum) : NULL);
}

/* What the upload holds and does; the rows are the list as it would stand. */
static Err put_intake(Cx *cx, JsonOut *o, const SheetIntake *in)
{
    const Json *before, *after;
    const SheetUse *use = &in->use;
    IntakeRows told = in->part->told;
    TRY(in->part->fields(cx, &told.fields, &in->work, COLUMNS_ALL));
    TRY(rows_of(cx, &before, in->part, &in->work, in->work.dossier, false));
    TRY(rows_of(cx, &after, in->part, &in->work, use->dossier, false));
    json_put_int(o, "count", (int64_t)(use->sum.added + use->sum.changed + use->sum.same));
    json_put_int(o, "added", (int64_t)use->sum.added);
    json_put_int(o, "changed", (int64_t)use->sum.changed);
    json_put_int(o, "same", (int64_t)use->sum.same);
    json_put_int(o, "removed", (int64_t)use->removed);
    intake_put_book(cx, o, in->book);
    intake_put_changes(cx, o, &told, before, after);
    if (in->part->money) {
        json_open(o, "money", '{');
        put_money(cx, o, "before", in, in->work.dossier);
        put_money(cx, o, "after", in, use->dossier);
        json_close(o, '}');
    }
    json_put(o, "rows", after);
    return OK;
}

Err zone_sheet_check(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    SheetIntake in;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(take(cx, &in, &v, rq));
    if (request_query(rq, "annotated"))
        return intake_annotated(cx, rp, "zone", in.work.view->zone.id, in.book);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", in.work.version);
    TRY(put_intake(cx, &o, &in));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

Err zone_sheet_import(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    SheetIntake in;
    Check check;
    int64_t version;
    const char *from = request_query(rq, "version");
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (!from)
        return fail(cx, INVALID, "version", "缺少版本号：请给出核对时的版本",
                    "the version that was checked must be given");
    TRY(take(cx, &in, &v, rq));
    TRY(intake_refuse(cx, in.book));
    TRY(zone_save(cx, &version, &check, &v, in.use.dossier, atoll(from)));
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", version);
    json_put_text(&o, "saved_at", instant_text(cx, cx_now(cx)));
    TRY(put_intake(cx, &o, &in));
    check_write(cx, &o, "check", &check);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}
