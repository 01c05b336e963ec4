#include "policy/check/check.h"
#include "policy/check/check_message.h"
#include "rules/value.h"

static void write_value(Cx *cx, JsonOut *o, const char *key, const Value *v)
{
    switch (v->kind) {
    case VALUE_NULL:
    case VALUE_UNKNOWN: json_put_null(o, key); break;
    case VALUE_BOOLEAN: json_put_bool(o, key, v->boolean); break;
    case VALUE_NUMBER: json_put_text(o, key, decimal_text(cx, v->number)); break;
    case VALUE_LIST:
        json_open(o, key, '[');
        for (size_t i = 0; i < v->list.count; i++)
            write_value(cx, o, NULL, &v->list.items[i]);
        json_close(o, ']');
        break;
    default: json_put_text(o, key, value_string(cx, v));
    }
}

static void write_texts(JsonOut *o, const char *key, const char *const *texts)
{
    if (!texts[0])
        return;
    json_open(o, key, '[');
    for (; *texts; texts++)
        json_put_text(o, NULL, *texts);
    json_close(o, ']');
}

static void write_result(Cx *cx, JsonOut *o, const CheckResult *r)
{
    json_open(o, NULL, '{');
    json_put_text(o, "rule", r->rule->id);
    json_put_text(o, "clause", r->rule->clauses[0]);
    json_put_text(o, "modality", modality_key(r->rule->modality));
    json_put_text(o, "status", status_key(r->status));
    json_open(o, "missing", '[');
    for (const char *const *p = r->missing; *p; p++)
        json_put_text(o, NULL, *p);
    json_close(o, ']');
    json_open(o, "values", '{');
    for (size_t i = 0; i < r->values->count; i++)
        if (check_shows(r->values->entries[i].key))
            write_value(cx, o, r->values->entries[i].key, &r->values->entries[i].value);
    write_texts(o, "位置", r->places);
    write_texts(o, "所在", r->names);
    json_close(o, '}');
    json_open(o, "message", '{');
    json_put_text(o, "zh", r->zh);
    json_put_text(o, "en", r->en);
    json_close(o, '}');
    json_close(o, '}');
}

void check_write(Cx *cx, JsonOut *o, const char *key, const Check *check)
{
    json_open(o, key, '{');
    json_put_text(o, "zone", check->zone);
    json_put_bool(o, "submittable", check->submittable);
    json_open(o, "blocking", '[');
    for (size_t i = 0; i < check->count; i++)
        if (check->results[i].blocks)
            json_put_text(o, NULL, check->results[i].rule->id);
    json_close(o, ']');
    json_open(o, "needs_exception", '[');
    for (size_t i = 0; i < check->count; i++)
        if (check->results[i].needs_exception)
            json_put_text(o, NULL, check->results[i].rule->id);
    json_close(o, ']');
    json_open(o, "results", '[');
    for (size_t i = 0; i < check->count; i++)
        write_result(cx, o, &check->results[i]);
    json_close(o, ']');
    json_close(o, '}');
}

/* The groups in which people read a check, by the state's word. */
typedef struct ReadingGroup {
    const char *zh;
    const char *en;
    bool (*holds)(const CheckResult *r);
} ReadingGroup;

static bool strong(const CheckResult *r)
{
    return r->rule->modality == MUST || r->rule->modality == PRINCIPLE;
}

static bool is_bad(const CheckResult *r)
{
    return r->status == NOT_MET && r->rule->modality == MUST;
}

static bool is_open(const CheckResult *r)
{
    return r->status == UNDETERMINED && strong(r);
}

static bool is_exception(const CheckResult *r)
{
    return r->needs_exception;
}

static bool is_hint(const CheckResult *r)
{
    return !strong(r) && (r->status == NOT_MET || r->status == UNDETERMINED);
}

static bool is_met(const CheckResult *r)
{
    return r->status == MET;
}

static bool is_apart(const CheckResult *r)
{
    return r->status == NOT_APPLICABLE;
}

static const ReadingGroup GROUPS[] = {
    { "不符合", "Not met", is_bad },
    { "待补", "To be completed", is_open },
    { "原则例外", "Exception from a principle", is_exception },
    { "提示", "Hint", is_hint },
    { "符合", "Met", is_met },
    { "不适用", "Not applicable", is_apart },
};

static void print_group(Cx *cx, const Check *check, const ReadingGroup *group, bool zh, Buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < check->count; i++)
        n += group->holds(&check->results[i]);
    if (n == 0)
        return;
    buf_format(b, "\n%s %zu\n", zh ? group->zh : group->en, n);
    for (size_t i = 0; i < check->count; i++) {
        const CheckResult *r = &check->results[i];
        if (group->holds(r))
            buf_format(b, "  %-3s  %s  %s  %s\n", r->rule->id,
                       clause_cite(cx, r->rule->clauses[0], cx->lang),
                       zh ? modality_zh(r->rule->modality) : modality_key(r->rule->modality),
                       zh ? r->zh : r->en);
    }
}

void check_print(Cx *cx, Buf *b, const Check *check)
{
    bool zh = cx->lang == ZH;
    size_t blocking = 0;
    for (size_t i = 0; i < check->count; i++)
        blocking += check->results[i].blocks;
    if (check->submittable)
        buf_format(b, zh ? "%s：可以报送\n" : "%s: may be submitted\n", check->zone);
    else
        buf_format(b, zh ? "%s：不能报送，%zu 项阻断\n" : "%s: may not be submitted, %zu block\n",
                   check->zone, blocking);
    for (size_t i = 0; i < COUNT(GROUPS); i++)
        print_group(cx, check, &GROUPS[i], zh, b);
}
