#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/request/export.h"

#include <stdlib.h>
#include <string.h>

static int64_t number_of(const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    if (length == 0 || length > 18 || strspn(text, "0123456789") != length)
        return -1;
    return strtoll(text, NULL, 10);
}

static Err begin(Cx *cx, Request *rq, Reply *rp)
{
    Upload u;
    TRY(request_row(cx, &u, upload_fields, rq));
    TRY(upload_begin(cx, &u));
    return reply_row(cx, rp, upload_fields, &u);
}

static Err progress(Cx *cx, Request *rq, Reply *rp)
{
    Upload u;
    TRY(upload_get(cx, &u, request_id(rq, "id")));
    return reply_row(cx, rp, upload_fields, &u);
}

static Err fill(Cx *cx, Request *rq, Reply *rp)
{
    Upload u;
    size_t held;
    int64_t length;
    int64_t offset = number_of(request_query(rq, "offset"));
    const char *bytes = request_body(rq, &held);
    int fd = request_body_file(rq, &length);
    if (fd < 0)
        length = (int64_t)held;
    TRY(upload_fill(cx, &u, request_id(rq, "id"), offset, fd < 0 ? bytes : NULL, fd, length));
    return reply_row(cx, rp, upload_fields, &u);
}

static Err finish(Cx *cx, Request *rq, Reply *rp)
{
    Attachment a;
    TRY(upload_finish(cx, &a, request_id(rq, "id")));
    return reply_row(cx, rp, attachment_fields, &a);
}

static Err drop(Cx *cx, Request *rq, Reply *rp)
{
    TRY(upload_drop(cx, request_id(rq, "id")));
    return reply_done(cx, rp);
}

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    const char *noun = request_query(rq, "noun");
    TRY(attachment_list(cx, &found, text_or(noun, ""), number_of(request_query(rq, "noun_id"))));
    return reply_page(cx, rp, attachment_fields, sizeof(Attachment), &found);
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    Attachment a;
    TRY(attachment_get(cx, &a, request_id(rq, "id")));
    return reply_row(cx, rp, attachment_fields, &a);
}

/* What others made is shown where it can do nothing: no script, no plug-in, no origin of ours. */
static Err content(Cx *cx, Request *rq, Reply *rp)
{
    Attachment a;
    int fd;
    TRY(attachment_get(cx, &a, request_id(rq, "id")));
    TRY(attachment_open(cx, &fd, &a));
    const Export e = { .noun = "attachment",
                       .id = a.id,
                       .type = a.type,
                       .name = a.name,
                       .rows = UNSET,
                       .save = request_query(rq, "save") != NULL };
    TRY(export_file(cx, rq, rp, &e, fd, a.size));
    reply_header(rp, "ETag", arena_format(cx->arena, "\"%s\"", a.digest));
    reply_header(rp, "Cache-Control", "private, no-cache");
    reply_header(rp, "Content-Security-Policy",
                 "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; "
                 "style-src 'unsafe-inline'; frame-ancestors 'self'");
    return OK;
}

static Err remove_one(Cx *cx, Request *rq, Reply *rp)
{
    TRY(attachment_remove(cx, request_id(rq, "id")));
    return reply_done(cx, rp);
}

static const Route ROUTES[] = {
    { POST, "/api/uploads", "attachment.write", begin, "开始上传", "Begin an upload", upload_fields,
      upload_fields, 0 },
    { GET, "/api/uploads/:id", "attachment.write", progress, "查看上传进度",
      "See how far an upload is", NULL, upload_fields, 0 },
    { PUT, "/api/uploads/:id", "attachment.write", fill, "续传一段（?offset=）",
      "Add a piece to an upload (?offset=)", NULL, upload_fields, ROUTE_STREAM | ROUTE_LARGE,
      .body = BODY_BYTES, .query = "offset" },
    { POST, "/api/uploads/:id/finish", "attachment.write", finish, "完成上传", "Finish an upload",
      NULL, attachment_fields, ROUTE_STREAM },
    { DELETE, "/api/uploads/:id", "attachment.write", drop, "放弃上传", "Give an upload up", NULL,
      NULL, 0 },
    { GET, "/api/attachments", "attachment.read", list, "列出附件（?noun=&noun_id=）",
      "List attachments (?noun=&noun_id=)", NULL, attachment_fields, ROUTE_PAGE,
      .query = "noun noun_id" },
    { GET, "/api/attachments/:id", "attachment.read", show, "查看附件", "See an attachment", NULL,
      attachment_fields, 0 },
    { GET, "/api/attachments/:id/content", "attachment.read", content, "下载附件（?save）",
      "Read an attachment's content (?save)", NULL, NULL, ROUTE_FILE, .query = "save" },
    { DELETE, "/api/attachments/:id", "attachment.write", remove_one, "删除附件",
      "Remove an attachment", NULL, NULL, 0 },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "attachment.read", "查看附件", "See attachments", OFFICES, ANY_KIND, DESKS },
    { "attachment.write", "上传附件", "Upload attachments", OFFICES, ANY_KIND, DESKS },
    { .right = NULL },
};

extern const char attachment_sql[];

const Module attachment_module = { .noun = "attachment",
                                   .schema = attachment_sql,
                                   .routes = ROUTES,
                                   .rights = RIGHTS,
                                   .tidy = attachment_sweep };
