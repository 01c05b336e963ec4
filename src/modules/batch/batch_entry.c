/* Entries of a batch's tables, where the pack has no registers for them. */
#include "modules/batch/batch.h"

#include "core/process/pack_store.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

const Option ENTRY_KINDS[] = {
    { "key_county", "省乡村振兴重点帮扶县", "Key county" },
    { "yellow_river_county", "沿黄县", "Yellow River county" },
    { "region_class", "扶贫区域分类", "Region class" },
    { "arranged_area", "已安排区域", "Arranged area" },
    { "forbidden_use", "资金禁止用途", "Forbidden use" },
    { .key = NULL },
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
