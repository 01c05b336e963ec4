/* Kept sums are compared with a fresh count once a day. They are written in the transaction of each
 * row, so that a difference is a mistake of ours or a repair by hand: it is told to the
 * administrator, put on record and mended, and never only logged.
 */
#include "base/log.h"
#include "core/record/message.h"
#include "core/register/register_install.h"
#include "core/request/act.h"
#include "core/request/audit.h"

typedef struct Mending {
    const Register *r;
    const char *where; /* the first division that differs; "" = the whole */
} Mending;

static Err tell_administrators(Cx *cx, const char *zh, const char *en)
{
    typedef struct Person {
        int64_t id;
    } Person;
    static const Field PERSON[] = {
        { "id", FIELD_INT, offsetof(Person, id), "编号", "Number" },
        FIELDS_END
    };
    List all;
    TRY(store_list(cx, &all, PERSON, sizeof(Person),
                   "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id WHERE o.level = "
                   "'system' AND u.seat = 'system'",
                   NO_ARGS));
    const Person *people = all.rows;
    for (size_t i = 0; i < all.count; i++)
        TRY(message_send(cx, people[i].id, "register", UNSET, zh, en));
    return OK;
}

static Err mend(Cx *cx, void *data)
{
    const Mending *m = data;
    const char *zh =
        arena_format(cx->arena, "登记簿“%s”保存的合计与重新清点不符（区划 %s），已更正", m->r->zh,
                     *m->where ? m->where : "全部");
    const char *en = arena_format(
        cx->arena, "kept sums of register %s differed from a fresh count (division %s): mended",
        m->r->noun, *m->where ? m->where : "all");
    TRY(table_recount(cx, &m->r->table));
    TRY(tell_administrators(cx, zh, en));
    audit_act(cx, "register", UNSET, "更正保存的合计", "Mend kept sums",
              arena_format(cx->arena, "{\"登记簿\":\"%s\",\"区划\":\"%s\"}", m->r->noun, m->where));
    return OK;
}

static Err prove_one(Cx *cx, const Register *r, int64_t *mended)
{
    bool equal;
    Mending m = { .r = r };
    TRY(table_keep_proved(cx, &r->table, &equal, &m.where));
    if (equal)
        return OK;
    log_error("register", "kept sums of %s differ from a fresh count, first at “%s”", r->noun,
              m.where);
    ++*mended;
    return act_run(cx, "清点登记簿", "Count registers", mend, &m);
}

static Err run(Cx *cx, const char **result, const Job *job)
{
    List all;
    int64_t mended = 0;
    TRY(register_all(cx, &all));
    const Register *registers = all.rows;
    for (size_t i = 0; i < all.count; i++) {
        TRY(prove_one(cx, &registers[i], &mended));
        TRY(job_progress(cx, job, (int)(i * 100 / all.count)));
    }
    *result = arena_format(cx->arena, "{\"registers\":%zu,\"mended\":%lld}", all.count,
                           (long long)mended);
    return OK;
}

const JobKind REGISTER_JOBS[] = { { "register_keep", "清点登记簿", "Count registers", run },
                                  { .kind = NULL } };

Err register_keep_tidy(Cx *cx)
{
    int64_t job;
    bool recent;
    TRY(store_exists(cx, &recent, "SELECT 1 FROM job WHERE kind = 'register_keep' AND made_at > $1",
                     ARGS(I(cx_now(cx) - DAY_MS))));
    if (recent)
        return OK;
    TRY(store_begin(cx, true));
    Err e = job_start(cx, &job, "register_keep", "{}");
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}
