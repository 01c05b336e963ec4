#include "core/access/right.h"
#include "core/process/inbox.h"
#include "core/process/process_parts.h"
#include "core/record/holiday.h"
#include "store/store_testing.h"

extern const char core_sql[], process_sql[], holiday_sql[], organ_sql[], user_sql[];

static const Schema SCHEMAS[] = { { "core", core_sql },
                                  { "process", process_sql },
                                  { "holiday", holiday_sql },
                                  { "organ", organ_sql },
                                  { "user", user_sql } };

static const char PROCESS[] =
    "{\"processes\":[{\"subject\":\"zone\",\"facts\":[{\"name\":\"名额\",\"type\":\"number\"},"
    "{\"name\":\"截止\",\"type\":\"instant\"}],"
    "\"ends\":[{\"key\":\"in\",\"zh\":\"入选\",\"en\":\"Selected\",\"good\":true},"
    "{\"key\":\"out\",\"zh\":\"取消资格\",\"en\":\"Disqualified\",\"cc\":[{\"level\":\"county\","
    "\"organs\":[\"finance\"]}]}],\"steps\":["
    "{\"key\":\"fill\",\"zh\":\"填\",\"en\":\"Fill\",\"level\":\"county\",\"organs\":[\"rural\"],"
    "\"seat\":\"signer\",\"forward\":\"choose\",\"back\":[],\"deadline_days\":5,"
    "\"guard\":[{\"feel\":\"名额 >= 1\",\"zh\":\"没有名额\",\"en\":\"no place is left\"}]},"
    "{\"key\":\"choose\",\"zh\":\"选\",\"en\":\"Choose\",\"level\":\"city\",\"organs\":[\"rural\"],"
    "\"seat\":\"signer\",\"by\":\"recommendation\",\"forward\":\"form\",\"back\":[\"fill\"],"
    "\"reject\":[\"out\"],\"deadline\":\"截止\"},"
    "{\"key\":\"form\",\"zh\":\"审\",\"en\":\"Check\",\"level\":\"province\",\"organs\":[\"rural\"]"
    ","
    "\"seat\":\"handler\",\"forward\":\"score\",\"back\":[\"fill\"],\"reject\":[\"out\"],"
    "\"term\":{\"from\":\"截止\",\"days\":15}},"
    "{\"key\":\"score\",\"zh\":\"评\",\"en\":\"Score\",\"level\":\"expert\",\"organs\":["
    "\"experts\"],"
    "\"seat\":\"handler\",\"joint\":\"each\",\"forward\":\"in\",\"back\":[]}]}]}";

static const Fact ONE[] = { { "名额", 1 }, { "截止", TEST_NOW + DAY_MS }, { NULL, 0 } };
static const Fact NONE[] = { { "名额", 0 }, { NULL, 0 } };

static const Process *given_process(Cx *cx)
{
    const Process *p;
    size_t count;
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, PROCESS, strlen(PROCESS), &JSON_LIMITS));
    EXPECT_OK(process_read(cx, &p, &count, j));
    EXPECT_INT(count, 1);
    return p;
}

static void given_organ(Cx *cx, int64_t id, const char *level, const char *kind,
                        const char *territory)
{
    EXPECT_OK(store_run(cx,
                        "INSERT INTO organ(id, version, name, level, kind, territory) "
                        "VALUES($1, 1, $2, $3, $4, $5)",
                        ARGS(I(id), T(arena_format(cx->arena, "样例机构%d", (int)id)), T(level),
                             T(kind), T(territory))));
}

static void given_user(Cx *cx, int64_t id, int64_t organ, const char *seat)
{
    const char *account = arena_format(cx->arena, "u%d", (int)id);
    EXPECT_OK(store_run(cx,
                        "INSERT INTO \"user\"(id, version, account, name, organ_id, seat, state, "
                        "must_change, seen_at, made_at) VALUES($1, 1, $2, $2, $3, $4, 'active', 0, "
                        "0, 0)",
                        ARGS(I(id), T(account), I(organ), T(seat))));
}

/* Acts as a user of the store. */
static void as(Cx *cx, int64_t id)
{
    static const Field USER[] = {
        { "id", FIELD_INT, offsetof(User, id), "", "" },
        { "name", FIELD_TEXT, offsetof(User, name), "", "" },
        { "organ_id", FIELD_INT, offsetof(User, organ_id), "", "" },
        { "organ_name", FIELD_TEXT, offsetof(User, organ_name), "", "" },
        { "level", FIELD_TEXT, offsetof(User, level), "", "" },
        { "organ_kind", FIELD_TEXT, offsetof(User, organ_kind), "", "" },
        { "seat", FIELD_TEXT, offsetof(User, seat), "", "" },
        { "territory", FIELD_TEXT, offsetof(User, territory), "", "" },
        FIELDS_END,
    };
    User *u = NEW(cx, User);
    *u = (User){ 0 };
    EXPECT_OK(store_row(cx, u, USER,
                        "SELECT u.id, u.name, u.organ_id, o.name AS organ_name, o.level, "
                        "o.kind AS organ_kind, u.seat, o.territory FROM \"user\" u "
                        "JOIN organ o ON o.id = u.organ_id WHERE u.id = $1",
                        ARGS(I(id))));
    cx->user = u;
}

enum {
    SIGNER_1 = 1,
    HANDLER_1 = 2,
    FINANCE_1 = 3,
    CITY_1 = 4,
    PROVINCE_1 = 5,
    EXPERT_1 = 6,
    EXPERT_2 = 7,
    EXPERT_3 = 8
};

/* A zone at its first step, begun by the county's signer. */
static void given_run(Cx *cx, const Process *p, ProcessRun *run)
{
    EXPECT_OK(store_begin(cx, true));
    given_organ(cx, 1, "county", "rural", "370683");
    given_organ(cx, 2, "county", "finance", "370683");
    given_organ(cx, 3, "city", "rural", "3706");
    given_organ(cx, 4, "province", "rural", "37");
    given_organ(cx, 5, "expert", "experts", "37");
    given_user(cx, SIGNER_1, 1, "signer");
    given_user(cx, HANDLER_1, 1, "handler");
    given_user(cx, FINANCE_1, 2, "signer");
    given_user(cx, CITY_1, 3, "signer");
    given_user(cx, PROVINCE_1, 4, "handler");
    for (int64_t id = EXPERT_1; id <= EXPERT_3; id++)
        given_user(cx, id, 5, "handler");
    as(cx, SIGNER_1);
    EXPECT_OK(process_start(cx, p, &(Start){ "zone", 7, "370683", "样例区", NULL }));
    EXPECT_OK(process_run(cx, run, "zone", 7));
}

static Err act(Cx *cx, const Process *p, ProcessRun *run, StepAct a)
{
    bool moved;
    a.round = run->round;
    return process_act(cx, &moved, p, run, &a);
}

static void given_chosen(Cx *cx, const Process *p, ProcessRun *run)
{
    given_run(cx, p, run);
    EXPECT_OK(act(cx, p, run, (StepAct){ .act = "forward", .facts = ONE }));
}

static int64_t messages(Cx *cx, int64_t user)
{
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM message WHERE user_id = $1", ARGS(I(user))));
    return n;
}

STORE_CASE("a guard lets nobody on until it is true, and says why not")
{
    ProcessRun run;
    const Process *p = given_process(cx);
    given_run(cx, p, &run);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward" }), CONFLICT, "guard");
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward", .facts = NONE }), CONFLICT, "guard");
    EXPECT(strstr(cx->failure.zh, "没有名额") && strstr(cx->failure.en, "no place is left"));
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "forward", .facts = ONE }));
    EXPECT_TEXT(run.step, "choose");
    EXPECT_INT(run.deadline, TEST_NOW + DAY_MS);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("a calendar term counts from the day of its fact, and moves with it")
{
    ProcessRun run;
    int64_t end;
    const Process *p = given_process(cx);
    given_run(cx, p, &run);
    EXPECT_OK(process_move(cx, p, &run, "form", NONE));
    EXPECT_INT(run.deadline, UNSET);
    EXPECT_OK(process_follow(cx, p, &run, ONE));
    EXPECT_OK(calendar_days_after(cx, &end, TEST_NOW + DAY_MS, 15, false));
    EXPECT_INT(run.deadline, end);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("a step that another noun moves has no desk, and moves by that noun alone")
{
    ProcessRun run;
    May may;
    const Process *p = given_process(cx);
    given_chosen(cx, p, &run);
    as(cx, CITY_1);
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(!may.forward && !may.back && !may.reject && !may.delegate && !may.urge);
    EXPECT_FAIL(process_pass(cx, p, &run, &(Pass){ .by = "selection" }), CONFLICT, "step");
    EXPECT_FAIL(process_pass(cx, p, &run, &(Pass){ .by = "recommendation", .to = "score" }),
                INVALID, "to");
    EXPECT_FAIL(process_pass(cx, p, &run, &(Pass){ .by = "recommendation", .to = "out" }), INVALID,
                "reason");
    EXPECT_OK(process_pass(cx, p, &run, &(Pass){ .by = "recommendation", .by_id = 3 }));
    EXPECT_TEXT(run.step, "form");
    EXPECT_FAIL(process_pass(cx, p, &run, &(Pass){ .by = "recommendation" }), CONFLICT, "step");
    EXPECT_INT(messages(cx, PROVINCE_1), 1);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE(
    "a rejection wants reason and clause, ends the way, tells who began it and who is copied")
{
    ProcessRun run;
    May may;
    List box;
    const Process *p = given_process(cx);
    given_chosen(cx, p, &run);
    EXPECT_OK(process_pass(cx, p, &run, &(Pass){ .by = "recommendation" }));
    as(cx, PROVINCE_1);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "reject", .clause = "四.3" }), INVALID,
                "reason");
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "reject", .reason = "样例" }), INVALID,
                "clause");
    EXPECT_FAIL(act(cx, p, &run,
                    (StepAct){ .act = "reject", .to = "in", .reason = "样例", .clause = "四.3" }),
                INVALID, "to");
    int64_t before = messages(cx, SIGNER_1);
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "reject", .reason = "样例", .clause = "四.3" }));
    EXPECT_TEXT(run.step, "out");
    EXPECT_INT(messages(cx, SIGNER_1), before + 1);
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(!may.forward && !may.back && !may.reject && !may.withdraw && !may.urge);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward" }), CONFLICT, "act");
    as(cx, FINANCE_1);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_COPIED));
    EXPECT_INT(box.count, 1);
    as(cx, SIGNER_1);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_COPIED));
    EXPECT_INT(box.count, 0);
    EXPECT_FAIL(process_reopen(cx, p, &run, &(Pass){ .by = "recommendation", .to = "choose" }),
                INVALID, "reason");
    EXPECT_OK(process_reopen(cx, p, &run,
                             &(Pass){ .by = "recommendation", .to = "choose", .reason = "样例" }));
    EXPECT_TEXT(run.step, "choose");
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("each named user acts at his own desk, nobody else, and the last one moves it")
{
    ProcessRun run;
    bool moved;
    const Process *p = given_process(cx);
    given_chosen(cx, p, &run);
    EXPECT_OK(process_pass(cx, p, &run, &(Pass){ .by = "recommendation" }));
    as(cx, PROVINCE_1);
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "forward" }));
    as(cx, EXPERT_1);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward" }), CONFLICT, "act");
    EXPECT_OK(process_set_desks(cx, p, &run, (const int64_t[]){ EXPERT_1, EXPERT_2 }, 2));
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = run.round }));
    EXPECT(!moved);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward" }), CONFLICT, "act");
    as(cx, EXPERT_3);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward" }), CONFLICT, "act");
    EXPECT_OK(process_set_desks(cx, p, &run, (const int64_t[]){ EXPERT_1, EXPERT_3 }, 2));
    EXPECT_OK(process_act(cx, &moved, p, &run, &(StepAct){ .act = "forward", .round = run.round }));
    EXPECT(moved);
    EXPECT_TEXT(run.step, "in");
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("a desk is handed to a colleague of the same seat or below, and can be taken back")
{
    ProcessRun run;
    May may;
    List box;
    const Process *p = given_process(cx);
    given_run(cx, p, &run);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "delegate", .user_id = FINANCE_1 }), INVALID,
                "user_id");
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "delegate", .user_id = HANDLER_1 }));
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(!may.forward && may.delegate);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_TODO));
    EXPECT_INT(box.count, 0);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "forward", .facts = ONE }), CONFLICT, "act");
    as(cx, HANDLER_1);
    EXPECT_INT(messages(cx, HANDLER_1), 1);
    EXPECT_OK(process_inbox(cx, &box, "zone", INBOX_TODO));
    EXPECT_INT(box.count, 1);
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(may.forward && !may.delegate);
    as(cx, SIGNER_1);
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "delegate", .user_id = SIGNER_1 }));
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "delegate", .user_id = HANDLER_1 }));
    as(cx, HANDLER_1);
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "forward", .facts = ONE }));
    EXPECT_OK(process_pass(cx, p, &run,
                           &(Pass){ .by = "recommendation", .to = "fill", .reason = "样例" }));
    EXPECT_OK(process_may(cx, &may, p, &run));
    EXPECT(!may.forward); /* it ended with the step */
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("nobody signs, in a signer's name, what he wrote or sent up himself")
{
    ProcessRun run;
    const Process *p = given_process(cx);
    given_run(cx, p, &run);
    EXPECT_OK(
        store_run(cx,
                  "INSERT INTO process_act(run_id, round, step, to_step, act, user_id, "
                  "user_name, organ, organ_kind, seat, at) "
                  "VALUES($1, 1, 'before', 'in', 'forward', $2, 'x', 'x', 'rural', 'handler', 0)",
                  ARGS(I(run.id), I(HANDLER_1))));
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "delegate", .user_id = HANDLER_1 }), CONFLICT,
                "user_id");
    EXPECT_OK(store_commit(cx));
}

static int64_t test_time;

static int64_t tell_time(void *data)
{
    (void)data;
    return test_time;
}

STORE_CASE("a superior or the sender urges once on a working day, whatever the clock does")
{
    ProcessRun run;
    const Process *p = given_process(cx);
    given_run(cx, p, &run);
    cx->clock = (Clock){ .now = tell_time };
    test_time = TEST_NOW;                                                       /* a Wednesday */
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "urge" }), CONFLICT, "act"); /* his own desk */
    as(cx, FINANCE_1);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "urge" }), CONFLICT, "act");
    as(cx, CITY_1);
    int64_t before = messages(cx, SIGNER_1);
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "urge", .reason = "样例" }));
    EXPECT_INT(messages(cx, SIGNER_1), before + 1);
    as(cx, PROVINCE_1);
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "urge" }), CONFLICT, "urge");
    test_time = TEST_NOW - 30 * DAY_MS;
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "urge" }), CONFLICT, "urge");
    test_time = TEST_NOW + 2 * DAY_MS;
    EXPECT_OK(act(cx, p, &run, (StepAct){ .act = "urge" }));
    test_time = TEST_NOW + 4 * DAY_MS; /* a Sunday */
    EXPECT_FAIL(act(cx, p, &run, (StepAct){ .act = "urge" }), CONFLICT, "urge");
    EXPECT_INT(messages(cx, SIGNER_1), before + 2);
    EXPECT_OK(store_commit(cx));
}

/* The schemas with the first version of the process alone, or with all of it. */
static Err migrate(Cx *cx, bool first)
{
    Schema all[COUNT(SCHEMAS)];
    const char *next = strstr(process_sql, "-- version 2");
    EXPECT(next != NULL);
    memcpy(all, SCHEMAS, sizeof all);
    if (first)
        all[1].sql = arena_text_n(cx->arena, process_sql, (size_t)(next - process_sql));
    return store_migrate(cx, all, COUNT(all));
}

STORE_CASE("acts and desks of the first version of the schema are kept by the second")
{
    int64_t n;
    const char *reason;
    EXPECT_OK(store_run(cx, "DROP TABLE process_run", NO_ARGS));
    EXPECT_OK(store_run(cx, "DROP TABLE process_desk", NO_ARGS));
    EXPECT_OK(store_run(cx, "DROP TABLE process_act", NO_ARGS));
    EXPECT_OK(store_run(cx, "DROP TABLE process_copy", NO_ARGS));
    EXPECT_OK(store_run(cx, "DROP TABLE process_notice", NO_ARGS));
    EXPECT_OK(store_run(cx, "DELETE FROM schema_version WHERE module = 'process'", NO_ARGS));
    EXPECT_OK(migrate(cx, true));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO process_act(run_id, round, step, act, user_id, user_name, "
                        "organ, organ_kind, seat, reason, at) VALUES(1, 1, 'fill', 'back', 1, 'a', "
                        "'b', 'rural', 'signer', '样例', 5)",
                        NO_ARGS));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO process_desk(run_id, level, organ_kind, seat) "
                        "VALUES(1, 'county', 'rural', 'signer')",
                        NO_ARGS));
    EXPECT_OK(migrate(cx, false));
    EXPECT_OK(store_text(cx, &reason, "SELECT reason FROM process_act WHERE id = 1", NO_ARGS));
    EXPECT_TEXT(reason, "样例");
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM process_desk WHERE user_id = 0", NO_ARGS));
    EXPECT_INT(n, 1);
    EXPECT_FAIL(store_run(cx, "UPDATE process_act SET reason = NULL", NO_ARGS), CONFLICT,
                "append_only");
    EXPECT_FAIL(store_run(cx, "DELETE FROM process_act", NO_ARGS), CONFLICT, "append_only");
    EXPECT_OK(store_run(cx,
                        "INSERT INTO process_act(run_id, round, step, act, user_id, user_name, "
                        "organ, organ_kind, seat, at) VALUES(1, 1, 'fill', 'urge', 1, 'a', 'b', "
                        "'rural', 'signer', 5)",
                        NO_ARGS));
    EXPECT_FAIL(store_run(cx,
                          "INSERT INTO process_act(run_id, round, step, act, user_id, user_name, "
                          "organ, organ_kind, seat, at) VALUES(1, 1, 'fill', 'back', 1, 'a', 'b', "
                          "'rural', 'signer', 5)",
                          NO_ARGS),
                CONFLICT, "desk");
}
