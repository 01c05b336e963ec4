#include "core/record/message.h"

#include "core/access/right.h"

const Field message_fields[] = {
    { "id", FIELD_INT, offsetof(Message, id), "编号", "Number", FIELD_READONLY | FIELD_SORT },
    { "user_id", FIELD_INT, offsetof(Message, user_id), "收件人", "To", FIELD_READONLY },
    { "noun", FIELD_TEXT, offsetof(Message, noun), "对象", "About", FIELD_READONLY | FIELD_FILTER },
    { "noun_id", FIELD_INT, offsetof(Message, noun_id), "对象编号", "Its number", FIELD_READONLY },
    { "zh", FIELD_TEXT, offsetof(Message, zh), "内容", "Text (Chinese)", FIELD_READONLY },
    { "en", FIELD_TEXT, offsetof(Message, en), "英文内容", "Text", FIELD_READONLY },
    { "made_at", FIELD_INSTANT, offsetof(Message, made_at), "时间", "Time",
      FIELD_READONLY | FIELD_SORT },
    { "read_at", FIELD_INSTANT, offsetof(Message, read_at), "已读时间", "Read at", FIELD_READONLY },
    FIELDS_END,
};

Err message_send(Cx *cx, int64_t user_id, const char *noun, int64_t noun_id, const char *zh,
                 const char *en)
{
    Message m = { .user_id = user_id,
                  .noun = noun,
                  .noun_id = noun_id,
                  .zh = zh,
                  .en = en,
                  .made_at = cx_now(cx),
                  .read_at = UNSET };
    return store_insert(cx, &m.id, "message", message_fields, &m);
}

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List page;
    PageQuery query = request_page(cx, rq, message_fields);
    if (query.sort == NULL)
        query.sort = "id", query.descending = true;
    TRY(store_page(cx, &page, message_fields, sizeof(Message),
                   "SELECT id, user_id, noun, noun_id, zh, en, made_at, read_at FROM message "
                   "WHERE user_id = $1",
                   ARGS(I(cx->user->id)), &query));
    return reply_page(cx, rp, message_fields, sizeof(Message), &page);
}

static Err count(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    int64_t unread;
    TRY(store_int(cx, &unread,
                  "SELECT count(*) FROM message WHERE user_id = $1 AND read_at IS NULL",
                  ARGS(I(cx->user->id))));
    return reply_json(cx, rp, arena_format(cx->arena, "{\"unread\":%lld}", (long long)unread));
}

static Err open_one(Cx *cx, Request *rq, Reply *rp)
{
    bool mine;
    int64_t id = request_id(rq, "id");
    TRY(store_exists(cx, &mine, "SELECT 1 FROM message WHERE id = $1 AND user_id = $2",
                     ARGS(I(id), I(cx->user->id))));
    if (!mine)
        return fail(cx, NOT_FOUND, "id", "没有这条消息", "there is no such message");
    TRY(store_run(cx, "UPDATE message SET read_at = $1 WHERE id = $2 AND read_at IS NULL",
                  ARGS(I(cx_now(cx)), I(id))));
    return reply_done(cx, rp);
}

static Err open_all(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    TRY(store_run(cx, "UPDATE message SET read_at = $1 WHERE user_id = $2 AND read_at IS NULL",
                  ARGS(I(cx_now(cx)), I(cx->user->id))));
    return reply_done(cx, rp);
}

static const Route ROUTES[] = {
    { GET, "/api/messages", "session", list, "查看消息", "List my messages", NULL, message_fields,
      ROUTE_PAGE },
    { GET, "/api/messages/unread", "session", count, "未读消息数", "Count my unread messages", NULL,
      NULL, 0 },
    { POST, "/api/messages/:id/read", "session", open_one, "读消息", "Mark a message as read", NULL,
      NULL, 0 },
    { POST, "/api/messages/read", "session", open_all, "全部标为已读", "Mark all messages as read",
      NULL, NULL, 0 },
    ROUTES_END,
};

const Module message_module = { .noun = "message", .routes = ROUTES };
