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
    ProcessRun run;
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
