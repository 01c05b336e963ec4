#include "modules/batch/batch.h"

#include "core/access/right.h"

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

typedef struct End {
    Day day;
    int64_t version;
} End;

static const Field END[] = {
    { "day", FIELD_DATE, offsetof(End, day), "失效日期", "Valid to", .flags = FIELD_REQUIRED },
    { "version", FIELD_INT, offsetof(End, version), "版本", "Version", .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err end_entry(Cx *cx, Request *rq, Reply *rp)
{
    End end;
    TRY(request_row(cx, &end, END, rq));
    TRY(batch_end_entry(cx, request_id(rq, "entry"), end.version, end.day));
    return reply_row(cx, rp, END, &end);
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
