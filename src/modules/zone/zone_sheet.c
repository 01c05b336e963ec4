/* Spreadsheets of a zone: templates, exports, and uploads that are checked first and then saved. */
#include "modules/zone/zone_sheet.h"

#include "modules/batch/batch.h"
#include "modules/zone/zone_export.h"
#include "modules/zone/zone_routes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A dossier has tens of villages and projects, no registers. */
static SheetLimits limits(void)
{
    SheetLimits l = SHEET_LIMITS;
    l.rows = 5000;
    l.faults = 500;
    return l;
}

static Err part_of(Cx *cx, const SheetPart **out, const char *key)
{
    *out = sheet_part(key);
    return *out ? OK
                : fail(cx, NOT_FOUND, "part", "申报材料没有“%s”这张表",
                       "the dossier has no list %s", key);
}

/* "烟台市莱州市 样例区 行政村情况表（样例）": of one sheet. */
static Err sheet_of(Cx *cx, Sheet *out, const SheetPart *part, const SheetWork *w,
                    SheetColumns which)
{
    Batch batch;
    const Zone *z = &w->view->zone;
    TRY(batch_get(cx, &batch, z->batch_id));
    *out = (Sheet){ .key = part->key, .zh = part->zh, .en = part->en };
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

static Err put_rows(Cx *cx, SheetOut *file, const Sheet *sheet, const Json *rows)
{
    TRY(sheet_begin(cx, file, sheet, false));
    for (size_t i = 0; i < rows->count; i++)
        TRY(sheet_put(cx, file, rows->items[i]));
    return OK;
}

static Err write_rows(Cx *cx, const char *path, const Sheet *sheet, const Json *rows)
{
    SheetOut *file;
    TRY(sheet_open(cx, &file, path));
    Err e = put_rows(cx, file, sheet, rows);
    Err closing = sheet_close(cx, file);
    return e != OK ? e : closing;
}

typedef struct Download {
    const char *path;
    const char *name;
    int64_t id;
    int64_t rows;
    bool template;
} Download;

/* key: of "/api/zones/7/villages.xlsx". */
static Err download_make(Cx *cx, Download *d, const Request *rq, int64_t id)
{
    ZoneView v;
    SheetWork w;
    Sheet sheet;
    const SheetPart *part;
    const Json *rows;
    const char *key = strrchr(request_path(rq), '/') + 1;
    TRY(part_of(cx, &part, arena_text_n(cx->arena, key, strcspn(key, "."))));
    TRY(zone_view(cx, &v, id));
    TRY(sheet_work(cx, &w, &v));
    *d = (Download){ .path = export_path(cx), .id = id };
    d->template = request_query(rq, "template") != NULL;
    d->name = arena_format(cx->arena, "%s-%s%s.xlsx", v.zone.name,
                           cx->lang == EN ? part->en : part->title_zh,
                           !d->template     ? ""
                           : cx->lang == EN ? " (form)"
                                            : "（模板）");
    TRY(sheet_of(cx, &sheet, part, &w, d->template ? COLUMNS_FORM : COLUMNS_HELD));
    if (d->template)
        return sheet_template(cx, d->path, &sheet, 1);
    TRY(rows_of(cx, &rows, part, &w, w.dossier, true));
    d->rows = (int64_t)rows->count;
    return write_rows(cx, d->path, &sheet, rows);
}

Err zone_sheet(Cx *cx, Request *rq, Reply *rp)
{
    Download d = { .path = NULL };
    export_language(cx, rq);
    TRY(store_begin(cx, false));
    Err e = download_make(cx, &d, rq, request_id(rq, "id"));
    if (e == OK)
        e = store_commit(cx);
    if (e == OK && !d.template)
        e = export_record(cx, d.id, d.name, d.rows);
    if (e != OK && d.path)
        unlink(d.path);
    return e != OK ? e : export_file(cx, rp, d.path, d.name);
}

/* --- in --- */

typedef struct Intake {
    SheetWork work;
    const SheetPart *part;
    Sheet sheet;
    SheetBook *book;
    SheetUse use;
} Intake;

static bool is_form(const Request *rq)
{
    const char *type = request_header(rq, "Content-Type");
    return type && strncmp(type, "multipart/form-data", 19) == 0;
}

static Err read_form(Cx *cx, Intake *in, const Request *rq)
{
    const Part *parts;
    size_t count;
    SheetLimits most = limits();
    TRY(request_parts(cx, rq, &parts, &count));
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].name, "file") == 0)
            return sheet_read(cx, &in->book, &in->sheet, 1, parts[i].bytes, parts[i].length, &most);
    return fail(cx, INVALID, "file", "没有收到文件", "no file came");
}

/* {"text": "…"}: a block copied from a spreadsheet. */
static Err read_pasted(Cx *cx, Intake *in, const Request *rq)
{
    const Json *body;
    SheetLimits most = limits();
    TRY(request_json(cx, &body, rq));
    const char *text = json_text(body, "text", NULL);
    if (text_blank(text))
        return fail(cx, INVALID, "/text", "没有粘贴的内容", "nothing was pasted");
    return sheet_read_text(cx, &in->book, &in->sheet, text, strlen(text), &most);
}

/* Reads what was sent and lays it over the dossier as saved. */
static Err take(Cx *cx, Intake *in, ZoneView *v, Request *rq)
{
    export_language(cx, rq);
    TRY(part_of(cx, &in->part, request_param(rq, "part")));
    TRY(zone_view(cx, v, request_id(rq, "id")));
    TRY(sheet_work(cx, &in->work, v));
    bool form = is_form(rq);
    /* a pasted block without headings has the columns of the template */
    TRY(sheet_of(cx, &in->sheet, in->part, &in->work, form ? COLUMNS_ALL : COLUMNS_FORM));
    TRY(form ? read_form(cx, in, rq) : read_pasted(cx, in, rq));
    in->use = (SheetUse){ .dossier = in->work.dossier };
    if (in->book->count == 0)
        return OK; /* its faults say why */
    bool replace = request_query(rq, "replace") != NULL;
    return in->part->merge(cx, &in->use, &in->work, in->book->tables, replace);
}

static const char *column_name(Cx *cx, int64_t column)
{
    const char *rest = "";
    for (; column > 0; column = (column - 1) / 26)
        rest = arena_format(cx->arena, "%c%s", (char)('A' + (column - 1) % 26), rest);
    return rest;
}

static void put_fault(Cx *cx, JsonOut *o, const SheetFault *f)
{
    json_open(o, NULL, '{');
    json_put_text(o, "sheet", f->sheet);
    json_put_int(o, "row", f->row);
    json_put_text(o, "column", column_name(cx, f->column)); /* "" = the whole row */
    json_put_text(o, "field", f->field);
    json_put_text(o, "value", f->value);
    json_open(o, "message", '{');
    json_put_text(o, "zh", f->zh);
    json_put_text(o, "en", f->en);
    json_close(o, '}');
    json_close(o, '}');
}

/* What the upload holds and does; the rows are the list as it would stand. */
static Err put_intake(Cx *cx, JsonOut *o, const Intake *in)
{
    const SheetBook *book = in->book;
    size_t good = in->use.sum.added + in->use.sum.changed + in->use.sum.same;
    json_put_int(o, "count", (int64_t)good);
    json_put_int(o, "added", (int64_t)in->use.sum.added);
    json_put_int(o, "changed", (int64_t)in->use.sum.changed);
    json_put_int(o, "same", (int64_t)in->use.sum.same);
    json_put_int(o, "removed", (int64_t)in->use.removed);
    json_put_int(o, "error_count", (int64_t)book->fault_count);
    json_open(o, "errors", '[');
    for (size_t i = 0; i < book->fault_kept; i++)
        put_fault(cx, o, &book->faults[i]);
    json_close(o, ']');
    json_put_text(o, "ignored", book->count ? book->tables->ignored : "");
    json_open(o, "rows", '[');
    TRY(in->part->rows(cx, o, &in->work, in->use.dossier, false));
    json_close(o, ']');
    return OK;
}

/* The same workbook with its errors marked. */
static Err reply_annotated(Cx *cx, Reply *rp, const Intake *in)
{
    const char *path = export_path(cx);
    Err e = sheet_annotate(cx, path, in->book);
    if (e != OK)
        unlink(path);
    return e != OK ? e
                   : export_file(cx, rp, path,
                                 cx->lang == EN ? "Errors marked.xlsx" : "错误已标注.xlsx");
}

Err zone_sheet_check(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Intake in;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(take(cx, &in, &v, rq));
    if (request_query(rq, "annotated"))
        return reply_annotated(cx, rp, &in);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", in.work.version);
    TRY(put_intake(cx, &o, &in));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* All or nothing: what is half right would have to be looked for in the dossier. */
static Err refuse_faults(Cx *cx, const Intake *in)
{
    const SheetFault *first = in->book->faults;
    if (in->book->fault_count == 0)
        return OK;
    return fail(cx, INVALID, first->field, "表中有 %zu 处错误，没有保存；第 %lld 行：%s%.0s",
                "%zu errors in the sheet, nothing was saved; row %lld: %.0s%s",
                in->book->fault_count, (long long)first->row, first->zh, first->en);
}

Err zone_sheet_import(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Intake in;
    Check check;
    int64_t version;
    const char *from = request_query(rq, "version");
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (!from)
        return fail(cx, INVALID, "version", "缺少版本号：请给出核对时的版本",
                    "the version that was checked must be given");
    TRY(take(cx, &in, &v, rq));
    TRY(refuse_faults(cx, &in));
    TRY(zone_save(cx, &version, &check, &v, in.use.dossier, atoll(from)));
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", version);
    json_put_text(&o, "saved_at", instant_text(cx, cx_now(cx)));
    TRY(put_intake(cx, &o, &in));
    check_write(cx, &o, "check", &check);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}
