#include "modules/batch/batch.h"

#include "core/process/pack_store.h"
#include "core/process/process.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

const Option BATCH_STATES[] = {
    { "open", "进行中", "Open" },
    { "closed", "已截止", "Closed" },
    { .key = NULL },
};

const Option ENTRY_KINDS[] = {
    { "key_county", "省乡村振兴重点帮扶县", "Key county" },
    { "yellow_river_county", "沿黄县", "Yellow River county" },
    { "region_class", "扶贫区域分类", "Region class" },
    { "arranged_area", "已安排区域", "Arranged area" },
    { "forbidden_use", "资金禁止用途", "Forbidden use" },
    { .key = NULL },
};

const Field batch_fields[] = {
    { "id", FIELD_INT, offsetof(Batch, id), "编号", "Number", .flags = FIELD_READONLY },
    { "name", FIELD_TEXT, offsetof(Batch, name), "批次", "Batch",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .min = 1, .max = 60 },
    { "year", FIELD_INT, offsetof(Batch, year), "年度", "Year",
      .flags = FIELD_REQUIRED | FIELD_SORT, .min = 2021, .max = 2100 },
    { "pack", FIELD_TEXT, offsetof(Batch, pack), "政策包版本", "Pack version",
      .flags = FIELD_REQUIRED },
    { "state", FIELD_ENUM, offsetof(Batch, state), "状态", "State",
      .flags = FIELD_REQUIRED | FIELD_FILTER, .options = BATCH_STATES },
    { "deadline", FIELD_INSTANT, offsetof(Batch, deadline), "报省截止", "Deadline",
      .flags = FIELD_REQUIRED | FIELD_SORT },
    { "sample", FIELD_BOOL, offsetof(Batch, sample), "样例", "Sample", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Batch, version), "版本", "Version" },
    FIELDS_END,
};

const Field entry_fields[] = {
    { "id", FIELD_INT, offsetof(BatchEntry, id), "编号", "Number", .flags = FIELD_READONLY },
    { "batch_id", FIELD_INT, offsetof(BatchEntry, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "kind", FIELD_ENUM, offsetof(BatchEntry, kind), "表", "Table",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .options = ENTRY_KINDS },
    { "code", FIELD_TEXT, offsetof(BatchEntry, code), "代码", "Code",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .min = 1, .max = 40,
      .help_zh = "区划代码；禁止用途填资金来源",
      .help_en = "division code; of a forbidden use the source" },
    { "value", FIELD_TEXT, offsetof(BatchEntry, value), "内容", "Value",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .max = 80,
      .help_zh = "分类、项目类别或禁止用途", .help_en = "class, programme or forbidden use" },
    { "document", FIELD_TEXT, offsetof(BatchEntry, document), "依据文号", "Document",
      .flags = FIELD_REQUIRED, .min = 1, .max = 120 },
    { "valid_from", FIELD_DATE, offsetof(BatchEntry, valid_from), "生效日期", "Valid from" },
    { "valid_to", FIELD_DATE, offsetof(BatchEntry, valid_to), "失效日期", "Valid to" },
    { "name", FIELD_TEXT, offsetof(BatchEntry, name), "名称", "Name", .flags = FIELD_VIRTUAL },
    { "version", FIELD_INT, offsetof(BatchEntry, version), "版本", "Version",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

#define BATCH_SELECT "SELECT id, name, year, pack, state, deadline, sample, version FROM batch "

Err batch_get(Cx *cx, Batch *out, int64_t id)
{
    Err e = store_row(cx, out, batch_fields, BATCH_SELECT "WHERE id = $1", ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "batch_id", "没有编号为 %lld 的批次", "there is no batch %lld",
                    (long long)id);
    return e;
}

Err batch_list(Cx *cx, List *out, const PageQuery *query)
{
    return store_page(cx, out, batch_fields, sizeof(Batch), BATCH_SELECT, NO_ARGS, query);
}

Err batch_add(Cx *cx, int64_t *id, const Batch *row)
{
    TRY(pack_store_valid(cx, row->pack, day_of_instant(cx_now(cx))));
    TRY(store_insert(cx, id, "batch", batch_fields, row));
    audit_change(cx, "batch", *id, batch_fields, NULL, row);
    return OK;
}

static Err follow_deadline(Cx *cx, const Batch *b, const Pack *pack, const char *noun, int64_t id)
{
    Run run;
    const Process *p;
    TRY(process_run(cx, &run, noun, id));
    TRY(process_of(cx, &p, pack, noun));
    return process_follow(cx, p, &run,
                          (const Fact[]){ { "报省截止", b->deadline }, { .name = NULL } });
}

/* The steps of zones and recommendations whose deadline is the batch's keep to the moved one. */
static Err move_deadline(Cx *cx, const Batch *b)
{
    Rows rows;
    const Pack *pack;
    TRY(pack_store_get(cx, &pack, b->pack));
    TRY(rows_open(cx, &rows,
                  "SELECT r.noun, r.noun_id FROM process_run r WHERE r.deadline IS NOT NULL "
                  "AND (r.noun = 'zone' AND r.noun_id IN (SELECT id FROM zone WHERE batch_id = $1) "
                  "OR r.noun = 'recommendation' AND r.noun_id IN (SELECT id FROM recommendation "
                  "WHERE batch_id = $1)) ORDER BY r.id",
                  ARGS(I(b->id))));
    while (rows.more) {
        TRY(follow_deadline(cx, b, pack, rows_text(cx, &rows, 0), rows_int(&rows, 1)));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err batch_update(Cx *cx, const Batch *row)
{
    Batch before;
    TRY(batch_get(cx, &before, row->id));
    if (strcmp(before.pack, row->pack) != 0)
        return fail(cx, CONFLICT, "pack", "批次已绑定政策包版本 %.12s，不能更换；请另建批次",
                    "the batch is bound to pack version %.12s; open another batch instead",
                    before.pack);
    TRY(store_update(cx, "batch", batch_fields, row, row->id, row->version));
    audit_change(cx, "batch", row->id, batch_fields, &before, row);
    return row->deadline == before.deadline ? OK : move_deadline(cx, row);
}

Err batch_entries(Cx *cx, List *out, int64_t batch_id, const PageQuery *query)
{
    return store_page(cx, out, entry_fields, sizeof(BatchEntry),
                      "SELECT e.id, e.batch_id, e.kind, e.code, e.value, e.document, "
                      "e.valid_from, e.valid_to, e.version, "
                      "(SELECT r.name FROM region r WHERE r.code = e.code AND r.valid_to IS NULL) "
                      "AS name FROM batch_entry e WHERE e.batch_id = $1",
                      ARGS(I(batch_id)), query);
}

static Err wrong_code(Cx *cx, const BatchEntry *row)
{
    return fail(cx, INVALID, "code", "“%s”不是这张表要的代码",
                "%s is no code that this table takes", row->code);
}

/* Digits as a pattern of the dictionary asks for them. */
static Err check_code(Cx *cx, const BatchEntry *row, const char *pattern)
{
    const Field code[] = {
        { "code", FIELD_TEXT, NO_OFFSET, "代码", "Code", .pattern = pattern },
        FIELDS_END
    };
    Json value = { .type = J_TEXT, .key = "code", .text = row->code };
    Json *items[] = { &value };
    Err e = field_check(cx, code, &(Json){ .type = J_OBJECT, .items = items, .count = 1 });
    return e == INVALID ? wrong_code(cx, row) : e;
}

static Err check_value(Cx *cx, const BatchEntry *row, const Option *options)
{
    Buf all = BUF(cx);
    if (options ? option_find(options, row->value) != NULL : !*row->value)
        return OK;
    if (!options)
        return fail(cx, INVALID, "value", "这张表只填代码，不填“%s”",
                    "this table has codes alone, and no %s", row->value);
    for (const Option *o = options; o->key; o++)
        buf_format(&all, "%s%s", all.length ? "、" : "", o->key);
    return fail(cx, INVALID, "value", "“%s”不在可选值 %s 之内", "%s is not one of %s", row->value,
                buf_text(&all));
}

/* A list of groups: codes in its inner list, the value in the field beside it. */
static Err check_group(Cx *cx, const BatchEntry *row, const Field *fields)
{
    for (const Field *f = fields; f->type != FIELD_END; f++)
        TRY(f->type == FIELD_LIST ? check_code(cx, row, f->pattern)
                                  : check_value(cx, row, f->options));
    return OK;
}

/* What code and value may be says the dictionary of the batch's pack. */
static Err check_entry(Cx *cx, const BatchEntry *row)
{
    Batch batch;
    const Pack *pack;
    TRY(batch_get(cx, &batch, row->batch_id));
    TRY(pack_store_get(cx, &pack, batch.pack));
    const Field *table = batch_former_table(pack, row->kind);
    if (!table)
        return fail(cx, INVALID, "kind", "这个批次没有表“%s”", "this batch has no table %s",
                    row->kind);
    if (table->type == FIELD_OBJECT && table->fields) {
        if (!field_find(table->fields, row->code))
            return wrong_code(cx, row);
        return text_blank(row->value)
                   ? fail(cx, INVALID, "value", "请填写禁止的用途", "write the forbidden use")
                   : OK;
    }
    if (table->fields)
        return check_group(cx, row, table->fields);
    TRY(check_code(cx, row, table->pattern));
    return check_value(cx, row, table->options);
}

Err batch_add_entry(Cx *cx, int64_t *id, const BatchEntry *row)
{
    TRY(check_entry(cx, row));
    TRY(store_insert(cx, id, "batch_entry", entry_fields, row));
    audit_change(cx, "batch_entry", *id, entry_fields, NULL, row);
    return OK;
}

Err batch_end_entry(Cx *cx, int64_t id, int64_t version, Day day)
{
    BatchEntry before, after;
    TRY(store_row(cx, &before, entry_fields,
                  "SELECT id, batch_id, kind, code, value, document, valid_from, valid_to, version "
                  "FROM batch_entry WHERE id = $1",
                  ARGS(I(id))));
    after = before;
    after.valid_to = day;
    TRY(store_update(cx, "batch_entry", entry_fields, &after, id, version));
    audit_change(cx, "batch_entry", id, entry_fields, &before, &after);
    return OK;
}
