#include "core/access/right.h"
#include "core/process/inbox.h"
#include "store/store_testing.h"

#include <string.h>

extern const char core_sql[], process_sql[], organ_sql[], user_sql[];

static const Schema SCHEMAS[] = { { "core", core_sql },
                                  { "organ", organ_sql },
                                  { "user", user_sql } };

/* The schema up to before that version, or whole. */
static void migrate(Cx *cx, const char *version)
{
    const char *end = version ? strstr(process_sql, version) : NULL;
    const char *text =
        end ? arena_text_n(cx->arena, process_sql, (size_t)(end - process_sql)) : process_sql;
    const Schema all[] = { SCHEMAS[0], SCHEMAS[1], SCHEMAS[2], { "process", text } };
    EXPECT(!version || end);
    EXPECT_OK(store_migrate(cx, all, COUNT(all)));
}

static void given_desk(Cx *cx, int64_t run, const char *kind, int64_t user, int64_t delegate,
                       int64_t signed_at)
{
    EXPECT_OK(store_run(cx,
                        "INSERT INTO process_desk(run_id, level, organ_kind, seat, user_id, "
                        "delegate_id, signed_at) VALUES($1, 'county', $2, 'handler', $3, $4, $5)",
                        ARGS(I(run), T(kind), I(user), I(delegate), I(signed_at))));
}

static size_t waiting(Cx *cx, int64_t user, const char *kind)
{
    List list;
    User u = { .id = user,
               .name = "样例",
               .level = "county",
               .organ_kind = kind,
               .seat = "handler",
               .territory = "370683",
               .organ_id = 1 };
    cx->user = &u;
    EXPECT_OK(process_inbox(cx, &list, "", INBOX_TODO));
    cx->user = NULL;
    return list.count;
}

STORE_CASE("desks of version 3 stand on whose they were in version 4: signed, handed on or open")
{
    int64_t n;
    migrate(cx, "-- version 4:");
    EXPECT_OK(
        store_run(cx,
                  "INSERT INTO process_run(id, noun, noun_id, territory, title, step, round, "
                  "since, started_by) VALUES(5, 'zone', 1, '370683', '样例', 'fill', 2, 7, 1)",
                  NO_ARGS));
    EXPECT_OK(store_run(cx,
                        "INSERT INTO process_act(run_id, round, step, act, user_id, user_name, "
                        "organ, organ_kind, seat, at) VALUES(5, 1, 'fill', 'start', 1, '样例', "
                        "'样例', 'rural', 'handler', 7)",
                        NO_ARGS));
    given_desk(cx, 5, "rural", 0, UNSET, UNSET);
    given_desk(cx, 5, "finance", 0, UNSET, 8);
    given_desk(cx, 5, "government", 0, 3, UNSET);
    given_desk(cx, 5, "experts", 4, UNSET, UNSET);
    for (int again = 0; again < 2; again++)
        migrate(cx, NULL);
    EXPECT_OK(store_int(
        cx, &n, "SELECT count(*) FROM process_desk WHERE duty = '' AND organ_id = 0", NO_ARGS));
    EXPECT_INT(n, 4);
    EXPECT_INT(waiting(cx, 2, "rural"), 1);
    EXPECT_INT(waiting(cx, 2, "finance"), 0);
    EXPECT_INT(waiting(cx, 2, "government"), 0);
    EXPECT_INT(waiting(cx, 3, "government"), 1);
    EXPECT_INT(waiting(cx, 2, "experts"), 0);
    EXPECT_INT(waiting(cx, 4, "experts"), 1);
}
