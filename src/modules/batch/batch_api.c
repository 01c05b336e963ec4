#include "modules/batch/batch.h"
#include "modules/batch/kept_rows.h"

#include "core/access/right.h"
#include "core/process/pack_store.h"

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    PageQuery query = request_page(cx, rq, batch_fields);
    TRY(batch_list(cx, &found, &query));
    return reply_page(cx, rp, batch_fields, sizeof(Batch), &found);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    Batch b;
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    return reply_row(cx, rp, batch_fields, &b);
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    Batch b;
    TRY(request_row(cx, &b, batch_fields, rq));
    b.sample = 0;
    TRY(batch_add(cx, &b.id, &b));
    TRY(batch_get(cx, &b, b.id));
    return reply_row(cx, rp, batch_fields, &b);
}

static Err update(Cx *cx, Request *rq, Reply *rp)
{
    Batch b;
    const Json *body;
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(field_read(cx, &b, batch_fields, body, ""));
    TRY(batch_update(cx, &b));
    TRY(batch_get(cx, &b, b.id));
    return reply_row(cx, rp, batch_fields, &b);
}

static Err document(Cx *cx, Request *rq, Reply *rp)
{
    const Json *tables;
    Batch b;
    Buf buf = BUF(cx);
    JsonOut o = json_out(&buf);
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    TRY(batch_document(cx, &tables, b.id, day_of_instant(cx_now(cx))));
    json_put(&o, NULL, tables);
    return reply_json(cx, rp, buf_text(&buf));
}

static Err entries(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    PageQuery query = request_page(cx, rq, entry_fields);
    TRY(batch_entries(cx, &found, request_id(rq, "id"), &query));
    return reply_page(cx, rp, entry_fields, sizeof(BatchEntry), &found);
}

static Err add_entry(Cx *cx, Request *rq, Reply *rp)
{
    BatchEntry e;
    Batch b;
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    TRY(request_row(cx, &e, entry_fields, rq));
    e.batch_id = b.id;
    TRY(batch_add_entry(cx, &e.id, &e));
    return reply_row(cx, rp, entry_fields, &e);
}

typedef struct BatchEnd {
    Day day;
    int64_t version;
} BatchEnd;

static const Field END[] = {
    { "day", FIELD_DATE, offsetof(BatchEnd, day), "失效日期", "Valid to", .flags = FIELD_REQUIRED },
    { "version", FIELD_INT, offsetof(BatchEnd, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err end_entry(Cx *cx, Request *rq, Reply *rp)
{
    BatchEnd end;
    TRY(request_row(cx, &end, END, rq));
    TRY(batch_end_entry(cx, request_id(rq, "entry"), end.version, end.day));
    return reply_row(cx, rp, END, &end);
}

typedef struct TableLine {
    const char *noun; /* of the register */
    const char *zh;
    const char *en;
    int64_t count; /* of the rows that hold today */
} TableLine;

static const Field TABLE_LINE[] = {
    { "noun", FIELD_TEXT, offsetof(TableLine, noun), "登记簿", "Register" },
    { "zh", FIELD_TEXT, offsetof(TableLine, zh), "中文名称", "Chinese name" },
    { "en", FIELD_TEXT, offsetof(TableLine, en), "英文名称", "English name" },
    { "count", FIELD_INT, offsetof(TableLine, count), "今天有效", "Hold today" },
    FIELDS_END,
};

/* The registers of the pack that keep its tables; none where the tables are entries. */
static Err tables(Cx *cx, Request *rq, Reply *rp)
{
    Batch b;
    const Pack *pack;
    List all = { 0 };
    TRY(batch_get(cx, &b, request_id(rq, "id")));
    TRY(pack_store_get(cx, &pack, b.pack));
    while (pack->batch.fields[all.count].type != FIELD_END)
        all.count++;
    TableLine *lines = NEW_N(cx, TableLine, all.count + 1);
    all = (List){ .rows = lines };
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++) {
        KeptTable t;
        KeptRows rows;
        if (!kept_table_of(&t, pack, f))
            continue;
        TRY(kept_table_rows(cx, &rows, &t, b.id, day_of_instant(cx_now(cx))));
        lines[all.count++] = (TableLine){ t.noun, f->zh, f->en, (int64_t)rows.count };
    }
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, TABLE_LINE, sizeof(TableLine), &all);
}

static const Route ROUTES[] = {
    { GET, "/api/batches", "batch.read", list, "看批次", "List batches", .out = batch_fields,
      .flags = ROUTE_PAGE },
    { POST, "/api/batches", "batch.write", create, "新建批次", "Open a batch", batch_fields,
      batch_fields },
    { GET, "/api/batches/:id", "batch.read", show, "看批次", "Show a batch", .out = batch_fields },
    { PUT, "/api/batches/:id", "batch.write", update, "修改批次", "Change a batch", batch_fields,
      batch_fields, .body = BODY_CHANGE },
    { GET, "/api/batches/:id/document", "batch.read", document, "看批次基础表（契约格式）",
      "Show the batch's tables in the shape of check" },
    { GET, "/api/batches/:id/tables", "batch.read", tables, "看批次的登记簿",
      "List the registers that keep the batch's tables", .out = TABLE_LINE, .flags = ROUTE_PAGE },
    { GET, "/api/batches/:id/entries", "batch.read", entries, "看批次基础表",
      "List the batch's tables", .out = entry_fields, .flags = ROUTE_PAGE },
    { POST, "/api/batches/:id/entries", "batch.write", add_entry, "登记批次基础表",
      "Add to the batch's tables", entry_fields, entry_fields },
    { POST, "/api/batches/:id/entries/:entry/end", "batch.write", end_entry, "停用基础表一条",
      "End an entry of the batch's tables", END, END },
    ROUTES_END,
};

extern const char batch_sql[];

static const Right RIGHTS[] = {
    { "batch.read", "查看批次", "See batches", OFFICES, ANY_KIND, DESKS },
    { "batch.write", "维护批次与基础表", "Keep batches and their tables", PROVINCE, BUREAUS,
      DESKS },
    { .right = NULL },
};

const Module batch_module = { .noun = "batch",
                              .schema = batch_sql,
                              .routes = ROUTES,
                              .rights = RIGHTS,
                              .fields = batch_fields,
                              .link =
                                  "SELECT id AS key, name AS called, '' AS territory FROM batch",
                              .link_shared = true };
