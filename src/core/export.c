#include "core/export.h"

#include "base/digest.h"
#include "base/file.h"
#include "core/attachment.h"
#include "core/audit.h"
#include "core/core.h"

#include <string.h>
#include <unistd.h>

enum { FILE_MOST = 64 * 1024 * 1024 };

const char *export_path(Cx *cx)
{
    return core_path(cx, cx->core, arena_format(cx->arena, "spool/%s.xlsx", random_hex(cx, 12)));
}

Err export_file(Cx *cx, Reply *rp, const char *path, const char *name)
{
    const char *bytes;
    size_t length;
    Err e = file_read(cx, &bytes, &length, path, FILE_MOST);
    unlink(path);
    TRY(e);
    return export_bytes(cx, rp, TYPE_XLSX, name, bytes, length);
}

Err export_bytes(Cx *cx, Reply *rp, const char *type, const char *name, const char *bytes,
                 size_t length)
{
    Attachment file = { .name = name, .type = type };
    reply_bytes(rp, type, bytes, length);
    reply_header(rp, "Content-Disposition",
                 attachment_disposition(cx, &file, strcmp(type, TYPE_PDF) != 0));
    reply_header(rp, "Cache-Control", "private, no-store");
    return OK;
}

typedef struct Record {
    const char *noun;
    int64_t id;
    const char *after;
} Record;

static Err note(Cx *cx, void *data)
{
    const Record *r = data;
    audit_note(cx, r->noun, r->id, NULL, r->after);
    return OK;
}

Err export_record(Cx *cx, const char *noun, int64_t id, const char *name, int64_t rows)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "导出", name);
    json_put_int(&o, "行数", rows);
    json_close(&o, '}');
    Record r = { noun, id, buf_text(&b) };
    return act_run(cx, NULL, NULL, note, &r);
}

void export_language(Cx *cx, const Request *rq)
{
    const char *lang = request_query(rq, "lang");
    if (lang)
        cx->lang = strcmp(lang, "en") == 0 ? EN : ZH;
}
