/* An act as a request says it; the routes are those of the nouns. */
#include "core/process/process.h"

#include <assert.h>
#include <string.h>

/* Remarks on single fields: [{ "pointer": "/villages/3/plan", "remark": "…" }]. */
typedef struct RemarkBody {
    const char *pointer;
    const char *remark;
} RemarkBody;

static const Field MARK[] = {
    { "pointer", FIELD_TEXT, offsetof(RemarkBody, pointer), "字段", "Field",
      .flags = FIELD_REQUIRED, .min = 1, .max = 200 },
    { "remark", FIELD_TEXT, offsetof(RemarkBody, remark), "意见", "Remark", .flags = FIELD_REQUIRED,
      .min = 1, .max = 500 },
    FIELDS_END,
};

#define ACT_FIELDS                                                                                 \
    { "act",                                                                                       \
      FIELD_ENUM,                                                                                  \
      offsetof(StepAct, act),                                                                      \
      "办理",                                                                                      \
      "Act",                                                                                       \
      .flags = FIELD_REQUIRED,                                                                     \
      .options = PROCESS_ACTS },                                                                   \
        { "to",                                                                                    \
          FIELD_TEXT,                                                                              \
          offsetof(StepAct, to),                                                                   \
          "去向",                                                                                  \
          "To",                                                                                    \
          .max = 60,                                                                               \
          .help_zh = "退回到的步骤，或否决的结局",                                                 \
          .help_en = "The step to return to, or the end" },                                        \
        { "reason", FIELD_TEXT, offsetof(StepAct, reason), "意见", "Reason", .max = 2000 },        \
        { "clause",                                                                                \
          FIELD_TEXT,                                                                              \
          offsetof(StepAct, clause),                                                               \
          "条款",                                                                                  \
          "Clause",                                                                                \
          .max = 60,                                                                               \
          .help_zh = "否决所依据的条款",                                                           \
          .help_en = "That a rejection is based on" },                                             \
        { "user_id", FIELD_INT, offsetof(StepAct, user_id), "代办人", "Delegate" },                \
    {                                                                                              \
        "round", FIELD_INT, offsetof(StepAct, round), "轮次", "Round", .flags = FIELD_REQUIRED     \
    }

/* What the row of an act holds, and with it the marks that its body may carry. */
static const Field ACT[] = { ACT_FIELDS, FIELDS_END };
const Field process_act_fields[] = {
    ACT_FIELDS,
    { "marks", FIELD_LIST, NO_OFFSET, "逐项意见", "Marks", .fields = MARK },
    FIELDS_END,
};

static Err read_marks(Cx *cx, StepAct *act, const Json *marks)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (json_missing(marks))
        return OK;
    const Field list[] = {
        { "marks", FIELD_LIST, NO_OFFSET, "逐项意见", "Marks", .fields = MARK },
        FIELDS_END
    };
    Json *items[] = { (Json *)(uintptr_t)marks };
    TRY(field_check(cx, list, &(Json){ .type = J_OBJECT, .count = 1, .items = items }));
    json_put(&o, NULL, marks);
    act->marks = buf_text(&b);
    return OK;
}

static const Json *without_marks(Cx *cx, const Json *body)
{
    Json *rest = NEW(cx, Json);
    *rest = *body;
    rest->count = 0;
    rest->items = NEW_N(cx, Json *, body->count);
    for (size_t i = 0; i < body->count; i++)
        if (strcmp(body->items[i]->key, "marks") != 0)
            rest->items[rest->count++] = body->items[i];
    return rest;
}

Err process_read_act(Cx *cx, StepAct *out, Request *rq)
{
    const Json *body;
    TRY(request_json(cx, &body, rq));
    *out = (StepAct){ 0 };
    field_clear(out, ACT);
    if (body->type == J_OBJECT)
        TRY(read_marks(cx, out, json_get(body, "marks")));
    return field_read_new(cx, out, ACT, body->type == J_OBJECT ? without_marks(cx, body) : body,
                          "");
}
