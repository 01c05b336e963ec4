#include "core/request/export.h"

#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/request/act.h"
#include "core/request/audit.h"
#include "core/request/core.h"
#include "paper/paper.h"

#include <assert.h>
#include <string.h>

enum { JUST_NOW_MS = 600000 };

static void note(Cx *cx, const Export *e)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "文件", e->name);
    if (e->rows != UNSET)
        json_put_int(&o, "行数", e->rows);
    json_close(&o, '}');
    audit_note(cx, e->noun, e->id, NULL, buf_text(&b));
}

static void head(Cx *cx, Reply *rp, const Export *e)
{
    const Attachment file = { .name = e->name, .type = e->type };
    assert(e->noun == NULL || cx->user != NULL);
    reply_header(rp, "Content-Disposition", attachment_disposition(cx, &file, e->save));
    reply_header(rp, "Cache-Control", "private, no-store");
}

void export_bytes(Cx *cx, Reply *rp, const Export *e, const char *bytes, size_t length)
{
    reply_bytes(rp, e->type, bytes, length);
    head(cx, rp, e);
    if (e->noun != NULL)
        note(cx, e);
}

void export_sheet(Cx *cx, Reply *rp, const Export *e, const SheetFile *file)
{
    Export x = *e;
    x.type = TYPE_XLSX;
    x.save = true;
    export_bytes(cx, rp, &x, file->bytes, file->length);
}

/* Viewers read a large file piece by piece; who asks for the rest without its beginning is on
 * record all the same. */
static Err is_going_on(Cx *cx, bool *out, const Request *rq, const Export *e)
{
    const char *range = request_header(rq, "Range");
    *out = false;
    if (range == NULL || strncmp(range, "bytes=0-", 8) == 0)
        return OK;
    return store_exists(
        cx, out,
        "SELECT 1 FROM audit WHERE user_id = $1 AND at > $2 AND noun = $3 "
        "AND noun_id = $4 AND act = $5",
        ARGS(I(cx->user->id), I(cx_now(cx) - JUST_NOW_MS), T(e->noun), I(e->id), T(cx->act->zh)));
}

Err export_file(Cx *cx, const Request *rq, Reply *rp, const Export *e, int fd, int64_t length)
{
    bool going_on;
    reply_file(rp, e->type, fd, length); /* first: the reply closes it whatever fails */
    head(cx, rp, e);
    TRY(is_going_on(cx, &going_on, rq, e));
    if (!going_on)
        note(cx, e);
    return OK;
}

const char *export_mark(Cx *cx, Lang lang)
{
    const User *u = cx->user;
    assert(u != NULL);
    return arena_format(cx->arena, lang == EN ? "taken out by %s %s (%s), %s" : "%s %s（%s）%s导出",
                        u->account, u->name, u->organ_name, paper_moment(cx, cx_now(cx)));
}

SheetMaker export_maker(Cx *cx)
{
    return (SheetMaker){ .program = cx->core->config.setter, .mark = export_mark(cx, cx->lang) };
}

void export_language(Cx *cx, const Request *rq)
{
    const char *lang = request_query(rq, "lang");
    if (lang)
        cx->lang = strcmp(lang, "en") == 0 ? EN : ZH;
}
