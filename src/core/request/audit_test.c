#include "core/request/audit.h"

#include "core/access/password.h"
#include "core/record/message.h"
#include "modules/server_testing.h"

#include <pthread.h>

#define ORGAN                                                                                      \
    "{\"name\":\"样例局%d\",\"level\":\"county\",\"kind\":\"rural\",\"territory\":\"370681\"}"

static void given_acts(Cx *cx, int count)
{
    for (int i = 0; i < count; i++)
        EXPECT_INT(
            server_ask(cx, "sysadmin", "POST", "/api/organs", arena_format(cx->arena, ORGAN, i))
                .status,
            200);
}

/* What only somebody with the database's own password can do. */
static void given_access(Cx *cx)
{
    if (store_is_pg(cx->store)) {
        EXPECT_OK(store_run(cx, "ALTER TABLE audit DISABLE TRIGGER USER", NO_ARGS));
    } else {
        EXPECT_OK(store_run(cx, "DROP TRIGGER audit_no_update", NO_ARGS));
        EXPECT_OK(store_run(cx, "DROP TRIGGER audit_no_delete", NO_ARGS));
    }
}

static int64_t first_broken(Cx *cx)
{
    AuditReport report;
    EXPECT_OK(audit_verify(cx, &report));
    EXPECT((report.broken == 0) == (report.zh == NULL));
    return report.broken;
}

SERVER_CASE("the log can be added to, not changed")
{
    given_acts(cx, 1);
    EXPECT_FAIL(store_run(cx, "UPDATE audit SET act = 'x'", NO_ARGS), CONFLICT, "append_only");
    EXPECT_FAIL(store_run(cx, "DELETE FROM audit", NO_ARGS), CONFLICT, "append_only");
    EXPECT_INT(first_broken(cx), 0);
}

SERVER_CASE("the verifier names the entry that was changed")
{
    given_acts(cx, 5);
    given_access(cx);
    EXPECT_INT(first_broken(cx), 0);
    EXPECT_OK(store_run(cx, "UPDATE audit SET after = '{}' WHERE number = 3", NO_ARGS));
    EXPECT_INT(first_broken(cx), 3);
}

SERVER_CASE("the verifier names the entry that is missing, in the middle and at the end")
{
    given_acts(cx, 5);
    given_access(cx);
    EXPECT_OK(store_run(cx, "DELETE FROM audit WHERE number = 5", NO_ARGS));
    EXPECT_INT(first_broken(cx), 5);
    EXPECT_OK(store_run(cx, "DELETE FROM audit WHERE number = 2", NO_ARGS));
    EXPECT_INT(first_broken(cx), 2);
}

SERVER_CASE("an entry moved, or a head that was turned back by hand, is found")
{
    given_acts(cx, 4);
    given_access(cx);
    EXPECT_OK(store_run(cx, "DELETE FROM audit WHERE number = 4", NO_ARGS));
    EXPECT_OK(store_run(cx,
                        "UPDATE audit_head SET number = 3, "
                        "chain = (SELECT mac FROM audit WHERE number = 3)",
                        NO_ARGS));
    EXPECT_INT(first_broken(cx), 3);
    EXPECT_OK(store_run(cx, "UPDATE audit SET number = 9 WHERE number = 1", NO_ARGS));
    EXPECT_INT(first_broken(cx), 1);
}

static Err many_notes(Cx *cx, void *data)
{
    (void)data;
    for (int i = 0; i < 1100; i++)
        audit_note(cx, "sample", i, NULL, "{}");
    return OK;
}

SERVER_CASE("the chain holds over more entries than the verifier reads at once")
{
    AuditReport report;
    server_as(cx, "sysadmin");
    EXPECT_OK(act_run(cx, "样例", "Sample", many_notes, NULL));
    EXPECT_OK(audit_verify(cx, &report));
    EXPECT_INT(report.count, 1100);
    EXPECT_INT(report.broken, 0);
}

SERVER_CASE("a log that was emptied, its head too, is broken for good")
{
    server_as(cx, "sysadmin");
    given_acts(cx, 2);
    EXPECT_OK(password_save(cx, server_user(cx, "sysadmin"), "x"));
    given_access(cx);
    EXPECT_INT(first_broken(cx), 0);
    EXPECT_OK(store_run(cx, "DELETE FROM audit", NO_ARGS));
    EXPECT_OK(store_run(cx, "DELETE FROM audit_head", NO_ARGS));
    EXPECT_INT(first_broken(cx), 1);
    EXPECT_OK(act_run(cx, "样例", "Sample", many_notes, NULL));
    EXPECT_INT(first_broken(cx), 1);
}

enum { THREADS = 4, ACTS = 25 };

static Err one_act(Cx *cx, void *data)
{
    (void)data;
    audit_note(cx, "sample", 1, NULL, "{}");
    return message_send(cx, 1, NULL, UNSET, "样例", "sample");
}

static void *act_often(void *data)
{
    Cx *own = data;
    for (int i = 0; i < ACTS; i++)
        if (act_run(own, "样例", "Sample", one_act, NULL) != OK)
            return data;
    return NULL;
}

SERVER_CASE("many acts at once grow one chain without gap, and none fails")
{
    Cx own[THREADS];
    pthread_t threads[THREADS];
    AuditReport report;
    int64_t messages;
    for (int i = 0; i < THREADS; i++) {
        own[i] = store_testing_another(cx);
        own[i].core = cx->core;
        EXPECT_INT(pthread_create(&threads[i], NULL, act_often, &own[i]), 0);
    }
    int failed = 0;
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        failed += result != NULL;
        store_testing_drop(&own[i]);
    }
    EXPECT_INT(failed, 0);
    EXPECT_OK(audit_verify(cx, &report));
    EXPECT_INT(report.count, THREADS * ACTS);
    EXPECT_INT(report.broken, 0);
    EXPECT_OK(store_int(cx, &messages, "SELECT count(*) FROM message", NO_ARGS));
    EXPECT_INT(messages, THREADS * ACTS);
}

SERVER_CASE("the audit administrator alone reads the log, and the export is on record")
{
    server_table(cx, (const Ask[]){ { "GET", "/api/audits", NULL, "guest", 401 },
                                    { "GET", "/api/audits", NULL, "sysadmin", 403 },
                                    { "GET", "/api/audits", NULL, "secadmin", 403 },
                                    { "GET", "/api/audits", NULL, "province", 403 },
                                    { "GET", "/api/audits", NULL, "auditadmin", 200 },
                                    { "POST", "/api/audits/verify", NULL, "secadmin", 403 },
                                    { "POST", "/api/audits/verify", NULL, "auditadmin", 200 },
                                    { "GET", "/api/audits/export", NULL, "guest", 401 },
                                    { "GET", "/api/audits/export", NULL, "county", 403 },
                                    { "GET", "/api/audits/export", NULL, "auditadmin", 200 },
                                    { NULL } });
    Answer a = server_ask(cx, "auditadmin", "GET", "/api/audits?act=%E5%AF%BC%E5%87%BA", NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 1);
}

SERVER_CASE("an entry says on what by name, and choices in words")
{
    const char *after;
    const char *path =
        arena_format(cx->arena, "/api/users/%lld/seat", (long long)server_user(cx, "county"));
    EXPECT_INT(server_ask(cx, "secadmin", "PUT", path, "{\"seat\":\"checker\"}").status, 200);
    EXPECT_OK(store_text(cx, &after, "SELECT after FROM audit", NO_ARGS));
    EXPECT_TEXT(after, "{\"账户\":\"county\",\"姓名\":\"county\",\"岗位\":\"审核\"}");
}

SERVER_CASE("the log names fields in words, and of personal data only that they changed")
{
    const char *after;
    const char *body = arena_format(cx->arena,
                                    "{\"account\":\"lisi\",\"name\":\"样例甲\",\"organ_id\":%lld,"
                                    "\"phone\":\"13912345678\"}",
                                    (long long)server_organ(cx, "county"));
    EXPECT_INT(server_ask(cx, "sysadmin", "POST", "/api/users", body).status, 200);
    EXPECT_OK(store_text(cx, &after, "SELECT after FROM audit", NO_ARGS));
    EXPECT(strstr(after, "\"账户\":\"lisi\"") != NULL);
    EXPECT(strstr(after, "内容不记") != NULL);
    EXPECT(strstr(after, "139") == NULL);
}
