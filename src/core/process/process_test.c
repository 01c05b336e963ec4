#include "core/process/inbox.h"
#include "core/process/process.h"

#include "core/access/right.h"
#include "core/record/holiday.h"
#include "store/store_testing.h"

extern const char core_sql[], process_sql[], holiday_sql[], organ_sql[], user_sql[];

static const Schema SCHEMAS[] = { { "core", core_sql },
                                  { "process", process_sql },
                                  { "holiday", holiday_sql },
                                  { "organ", organ_sql },
                                  { "user", user_sql } };

static const char PROCESS[] =
    "{\"steps\":["
    "{\"key\":\"fill\",\"zh\":\"填\",\"en\":\"Fill\",\"level\":\"county\",\"organs\":[\"rural\"],"
    "\"seat\":\"handler\",\"forward\":\"confirm\",\"back\":[],\"edits\":true,\"deadline_days\":5},"
    "{\"key\":\"confirm\",\"zh\":\"签\",\"en\":\"Sign\",\"level\":\"county\","
    "\"organs\":[\"rural\",\"finance\"],\"seat\":\"signer\",\"joint\":\"all\",\"forward\":\"city\","
    "\"back\":[\"fill\"]},"
    "{\"key\":\"city\",\"zh\":\"市\",\"en\":\"City\",\"level\":\"city\",\"organs\":[\"rural\"],"
    "\"seat\":\"checker\",\"forward\":\"end\",\"back\":[\"fill\",\"confirm\"]},"
    "{\"key\":\"end\",\"zh\":\"后\",\"en\":\"Later\",\"level\":\"city\",\"organs\":[\"rural\"],"
    "\"seat\":\"signer\",\"forward\":null,\"back\":[],\"later\":true}]}";

static const Process *given_process(Cx *cx)
{
    const Process *p;
    size_t count;
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, PROCESS, strlen(PROCESS), &JSON_LIMITS));
    EXPECT_OK(process_read(cx, &p, &count, j));
    return p;
}

static void as(Cx *cx, int64_t id, const char *level, const char *kind, const char *seat,
               const char *territory)
{
    User *u = NEW(cx, User);
    *u = (User){ .id = id,
                 .name = "样例",
                 .organ_name = "样例机构",
                 .level = level,
                 .organ_kind = kind,
                 .seat = seat,
                 .territory = territory };
    cx->user = u;
}

#define HANDLER_OF(cx) as(cx, 1, "county", "rural", "handler", "370683")
#define RURAL_OF(cx)   as(cx, 2, "county", "rural", "signer", "370683")
#define FINANCE_OF(cx) as(cx, 3, "county", "finance", "signer", "370683")
#define CITY_OF(cx)    as(cx, 4, "city", "rural", "checker", "3706")

/* Begins a run and sends it to both signers. */
static void given_sent(Cx *cx, const Process *p, ProcessRun *run)
{
    bool moved;
    HANDLER_OF(cx);
    EXPECT_OK(process_start(cx, p, &(Start){ "zone", 7, "370683", "样例区", NULL }));
    EXPECT_OK(process_run(cx, run, "zone", 7));
    EXPECT_OK(process_act(cx, &moved, p, run, &(StepAct){ .act = "forward", .round = 1 }));
    EXPECT(moved);
    EXPECT_TEXT(run->step, "confirm");
}

STORE_CASE("a joint step moves when the last organ has signed, and nobody signs twice")
{
    ProcessRun run;
    bool moved;
    const Process *p = given_process(cx);
    EXPECT_OK(store_begin(cx, true));
    given_sent(cx, p, &run);
    RURAL_OF(cx);
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 2 }));
    EXPECT(!moved);
    EXPECT_FAIL(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 2 }),
                CONFLICT, "act");
    FINANCE_OF(cx);
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 2 }));
    EXPECT(moved);
    EXPECT_TEXT(run.step, "city");
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("a return wants a reason and a step that it may go to, and is at that desk then")
{
    ProcessRun run;
    bool moved;
    May may;
    const Process *p = given_process(cx);
    EXPECT_OK(store_begin(cx, true));
    given_sent(cx, p, &run);
    FINANCE_OF(cx);
    EXPECT_FAIL(process_act(cx, &moved, p, &run, &(StepAct){ .act = "back", .round = 2 }), INVALID,
                "reason");
    EXPECT_FAIL(
        process_act(cx, &moved, p, &run,
                    &(StepAct){ .act = "back", .to = "city", .reason = "样例", .round = 2 }),
        INVALID, "to");
    EXPECT_OK(process_act(cx, &moved, p, &run,
                          &(StepAct){ .act = "back", .reason = "资金不符", .round = 2 }));
    EXPECT_TEXT(run.step, "fill");
    HANDLER_OF(cx);
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(may.forward && may.edit && !may.back && !may.withdraw);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("who sent it may withdraw until the next desk acts")
{
    ProcessRun run;
    bool moved;
    const Process *p = given_process(cx);
    EXPECT_OK(store_begin(cx, true));
    given_sent(cx, p, &run);
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "withdraw", .round = 2 }));
    EXPECT_TEXT(run.step, "fill");
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 3 }));
    RURAL_OF(cx);
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 4 }));
    HANDLER_OF(cx);
    EXPECT_FAIL(process_act(cx, &moved, p, &run, &(StepAct){ .act = "withdraw", .round = 4 }),
                CONFLICT, "act");
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("an act on a round that has passed is stale; another desk or territory cannot act")
{
    ProcessRun run;
    bool moved;
    May may;
    const Process *p = given_process(cx);
    EXPECT_OK(store_begin(cx, true));
    given_sent(cx, p, &run);
    RURAL_OF(cx);
    EXPECT_FAIL(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 1 }), STALE,
                "round");
    CITY_OF(cx);
    EXPECT_FAIL(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = 2 }),
                CONFLICT, "act");
    as(cx, 9, "county", "rural", "signer", "370112");
    EXPECT_FAIL(process_run(cx, &run, "zone", 7), NOT_FOUND, "");
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(!may.forward && !may.back);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("the inbox shows what waits for this desk, what was done and what was begun")
{
    ProcessRun run;
    List box;
    const Process *p = given_process(cx);
    EXPECT_OK(store_begin(cx, true));
    given_sent(cx, p, &run);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_TODO));
    EXPECT_INT(box.count, 0);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_DONE));
    EXPECT_INT(box.count, 1);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_STARTED));
    EXPECT_INT(box.count, 1);
    FINANCE_OF(cx);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_TODO));
    EXPECT_INT(box.count, 1);
    CITY_OF(cx);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_TODO));
    EXPECT_INT(box.count, 0);
    EXPECT_OK(store_commit(cx));
}

CASE("a process with an unknown step, seat or organ is refused with the place")
{
    static const struct {
        const char *text;
        const char *at;
    } ROWS[] = {
        { "{\"steps\":[]}", "/steps" },
        { "{\"steps\":[{\"key\":\"a\",\"level\":\"moon\",\"organs\":[\"rural\"],"
          "\"seat\":\"signer\"}]}",
          "/steps/0" },
        { "{\"steps\":[{\"key\":\"a\",\"level\":\"city\",\"organs\":[],\"seat\":\"signer\"}]}",
          "/steps/0" },
        { "{\"steps\":[{\"key\":\"a\",\"level\":\"city\",\"organs\":[\"rural\"],"
          "\"seat\":\"signer\",\"forward\":\"b\"}]}",
          "/steps/0" },
        { "{\"steps\":[{\"key\":\"a\",\"level\":\"city\",\"organs\":[\"rural\"],"
          "\"seat\":\"signer\",\"deadline_days\":3,\"term\":{\"days\":3}}]}",
          "/steps/0" },
        { "{\"steps\":[{\"key\":\"a\",\"level\":\"city\",\"organs\":[\"rural\"],"
          "\"seat\":\"signer\",\"term\":{\"from\":\"截止\"}}]}",
          "/steps/0" },
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const Process *p;
        size_t count;
        const Json *j;
        EXPECT_OK(json_parse(cx, &j, ROWS[i].text, strlen(ROWS[i].text), &JSON_LIMITS));
        EXPECT_FAIL(process_read(cx, &p, &count, j), INVALID, ROWS[i].at);
    }
}

STORE_CASE(
    "working days leave out weekends and public holidays, and count the days swapped for them")
{
    static const struct {
        const char *from;
        int64_t days;
        const char *after;
    } ROWS[] = {
        { "2022-11-23T10:00:00+08:00", 3, "2022-11-28T18:00:00+08:00" },
        { "2022-11-23T10:00:00+08:00", 0, "2022-11-23T18:00:00+08:00" },
        { "2022-09-30T10:00:00+08:00", 1, "2022-10-08T18:00:00+08:00" }, /* a worked Saturday */
        { "2022-09-30T10:00:00+08:00", 3, "2022-10-10T18:00:00+08:00" },
        { "2023-01-20T23:59:59+08:00", 2, "2023-01-29T18:00:00+08:00" },
        { "2024-12-31T10:00:00+08:00", 1, "2025-01-02T18:00:00+08:00" },
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t from, after, between, before;
        EXPECT(instant_parse(ROWS[i].from, &from));
        EXPECT_OK(working_days_after(cx, &after, from, ROWS[i].days));
        EXPECT_TEXT(instant_text(cx, after), ROWS[i].after);
        EXPECT_OK(working_days_between(cx, &between, from, after));
        EXPECT_INT(between, ROWS[i].days);
        EXPECT_OK(working_days_before(cx, &before, after, ROWS[i].days));
        EXPECT_INT(day_of_instant(before), day_of_instant(from));
        EXPECT_OK(working_days_between(cx, &between, after, from));
        EXPECT_INT(between, 0);
    }
}

STORE_CASE(
    "a calendar term counts from the day after, ends at midnight, rest day or not, and by months")
{
    enum { DAYS = 0, MONTHS = 1 };
    static const struct {
        const char *from;
        int64_t count;
        int unit;
        bool extend;
        const char *after;
    } ROWS[] = {
        { "2022-11-01T08:00:00+08:00", 15, DAYS, false, "2022-11-16T23:59:59+08:00" },
        { "2022-11-01T23:59:59+08:00", 1, DAYS, false, "2022-11-02T23:59:59+08:00" },
        { "2022-11-02T00:00:00+08:00", 1, DAYS, false, "2022-11-03T23:59:59+08:00" },
        { "2022-11-01T16:00:00Z", 1, DAYS, false, "2022-11-03T23:59:59+08:00" },
        { "2022-09-21T10:00:00+08:00", 10, DAYS, false, "2022-10-01T23:59:59+08:00" },
        { "2022-09-21T10:00:00+08:00", 10, DAYS, true, "2022-10-08T23:59:59+08:00" },
        { "2022-11-01T10:00:00+08:00", 4, DAYS, true, "2022-11-07T23:59:59+08:00" },
        { "2022-11-01T10:00:00+08:00", 3, DAYS, true, "2022-11-04T23:59:59+08:00" },
        { "2022-11-30T10:00:00+08:00", 1, MONTHS, false, "2022-12-30T23:59:59+08:00" },
        { "2023-01-31T10:00:00+08:00", 1, MONTHS, false, "2023-02-28T23:59:59+08:00" },
        { "2024-01-31T10:00:00+08:00", 1, MONTHS, false, "2024-02-29T23:59:59+08:00" },
        { "2023-02-28T10:00:00+08:00", 1, MONTHS, false, "2023-03-28T23:59:59+08:00" },
        { "2022-08-31T10:00:00+08:00", 6, MONTHS, false, "2023-02-28T23:59:59+08:00" },
        { "2022-12-15T10:00:00+08:00", 12, MONTHS, false, "2023-12-15T23:59:59+08:00" },
        { "2022-09-01T10:00:00+08:00", 1, MONTHS, true, "2022-10-08T23:59:59+08:00" },
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t from, after;
        EXPECT(instant_parse(ROWS[i].from, &from));
        EXPECT_OK((ROWS[i].unit == DAYS ? calendar_days_after : calendar_months_after)(
            cx, &after, from, ROWS[i].count, ROWS[i].extend));
        EXPECT_TEXT(instant_text(cx, after), ROWS[i].after);
        EXPECT_INT(day_of_instant(after + 1), day_of_instant(after) + 1);
    }
}
