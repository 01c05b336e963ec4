#include "modules/user/user_paper.h"

#include "base/budget.h"
#include "core/access/password.h"
#include "core/access/right.h"
#include "core/request/core.h"
#include "core/request/export.h"
#include "modules/region/region.h"
#include "paper/paper.h"
#include "store/table.h"

#include <string.h>

enum { TOWNSHIP_DIGITS = 9 };

const Field paper_place_fields[] = {
    { "territory", FIELD_TEXT, offsetof(PaperPlace, territory), "辖区代码", "Territory" },
    { "called", FIELD_TEXT, offsetof(PaperPlace, called), "地方", "Place" },
    { "waiting", FIELD_INT, offsetof(PaperPlace, waiting), "待印发", "Waiting for a password" },
    { "printed", FIELD_INT, offsetof(PaperPlace, printed), "已印发、未登录",
      "Printed, not logged in yet" },
    FIELDS_END,
};

const Field paper_ask_fields[] = {
    { "territory", FIELD_TEXT, offsetof(PaperAsk, territory), "辖区代码", "Territory",
      FIELD_REQUIRED, .pattern = "digits:2|4|6|9" },
    { "again", FIELD_BOOL, offsetof(PaperAsk, again), "重新印发", "Print anew" },
    FIELDS_END,
};

static const Field paper_user_fields[] = {
    { "id", FIELD_INT, offsetof(PaperUser, id), "编号", "Number" },
    { "version", FIELD_INT, offsetof(PaperUser, version), "版本", "Version" },
    { "account", FIELD_TEXT, offsetof(PaperUser, account), "账户", "Account" },
    { "name", FIELD_TEXT, offsetof(PaperUser, name), "姓名", "Name" },
    { "organ", FIELD_TEXT, offsetof(PaperUser, organ), "机构", "Organ" },
    { "seat", FIELD_ENUM, offsetof(PaperUser, seat), "岗位", "Seat", .options = SEATS },
    FIELDS_END,
};

/* In use, and nobody has logged in to it yet. */
#define UNOPENED                                                                                   \
    "FROM \"user\" u JOIN organ o ON o.id = u.organ_id WHERE u.state = 'active' "                  \
    "AND u.logged_at IS NULL AND u.must_change = 1 AND u.seat NOT IN " GUARDED_SEATS " "           \
    "AND o.territory <> '' "
#define GIVEN "EXISTS (SELECT 1 FROM password w WHERE w.user_id = u.id)"

Err user_paper_places(Cx *cx, List *out)
{
    return store_list(cx, out, paper_place_fields, sizeof(PaperPlace),
                      "SELECT g.territory, r.name AS called, g.waiting, g.printed FROM ("
                      "SELECT substr(o.territory, 1, 9) AS territory, "
                      "sum(CASE WHEN " GIVEN " THEN 0 ELSE 1 END) AS waiting, "
                      "sum(CASE WHEN " GIVEN " THEN 1 ELSE 0 END) AS printed " UNOPENED
                      "GROUP BY substr(o.territory, 1, 9)) g "
                      "LEFT JOIN region r ON r.code = g.territory AND r.valid_to IS NULL "
                      "ORDER BY g.territory",
                      NO_ARGS);
}

/* A township with its villages; any other division without those below it. */
static Reach range_of_place(Cx *cx, const char *code)
{
    Reach r = range_of(cx, code);
    if (strlen(code) < TOWNSHIP_DIGITS)
        r.to = arena_format(cx->arena, "%s0", code); /* a code that goes on is no less than that */
    return r;
}

static Err list_users(Cx *cx, List *users, const PaperAsk *ask)
{
    Reach r = range_of_place(cx, ask->territory);
    return store_list(cx, users, paper_user_fields, sizeof(PaperUser),
                      "SELECT u.id, u.version, u.account, u.name, o.name AS organ, u.seat " UNOPENED
                      "AND o.territory >= $1 AND o.territory < $2 "
                      "AND CASE WHEN " GIVEN " THEN 1 ELSE 0 END = $3 "
                      "ORDER BY o.territory, o.id, u.account LIMIT $4",
                      ARGS(T(r.from), T(r.to), I(ask->again == 1), I(USER_PAPER_MOST)));
}

Err user_paper_prepare(Cx *cx, List *users, const PaperAsk *ask)
{
    TRY(list_users(cx, users, ask));
    if (users->count == 0)
        return fail(cx, CONFLICT, "territory", "%s 没有要印发口令的账户",
                    "no account of %s waits for a password", ask->territory);
    PaperUser *all = users->rows;
    for (size_t i = 0; i < users->count; i++) {
        if (!budget_spend(cx->budget, 1))
            return budget_check(cx);
        all[i].password = password_random(cx);
        TRY(password_hash(cx, &all[i].hash, all[i].password));
    }
    return OK;
}

static Err issue_one(Cx *cx, const PaperUser *u)
{
    UserRow before;
    TRY(user_not_oneself(cx, u->id));
    TRY(user_get(cx, &before, u->id));
    if (before.version != u->version || before.logged_at != UNSET)
        return fail(cx, STALE, "version", "账户“%s”刚有变动，请重新印发",
                    "the account %s has just changed; print the list again", u->account);
    UserRow after = before;
    return user_renew(cx, &before, &after, u->hash, false);
}

Err user_paper_issue(Cx *cx, const List *users)
{
    const PaperUser *all = users->rows;
    for (size_t i = 0; i < users->count; i++)
        TRY(issue_one(cx, &all[i]));
    return OK;
}

/* --- the paper, in Chinese only --- */

static const PaperColumn COLUMNS[] = {
    { "序号", 7, 'r' }, { "机构", 25, 'l' },       { "姓名", 13, 'l' }, { "账户", 17, 'l' },
    { "岗位", 8, 'l' }, { "一次性口令", 20, 'l' }, { "签收", 10, 'l' },
};

static void put_users(Paper *p, const List *users)
{
    const PaperUser *all = users->rows;
    paper_table(p, NULL, NULL, COLUMNS, COUNT(COLUMNS));
    for (size_t i = 0; i < users->count; i++) {
        const PaperUser *u = &all[i];
        const char *cells[COUNT(COLUMNS)] = {
            arena_format(p->cx->arena, "%zu", i + 1), u->organ,    u->name, u->account,
            option_find(SEATS, u->seat)->zh,          u->password, "",
        };
        paper_row(p, cells, COUNT(COLUMNS), false);
    }
    paper_table_end(p);
}

Err user_paper_set(Cx *cx, const char **pdf, size_t *length, const PaperAsk *ask, const List *users)
{
    Paper p;
    const char *place;
    TRY(region_name(cx, &place, ask->territory));
    const char *title = arena_format(cx->arena, "%s账户口令清单", place);
    paper_begin(cx, &p, title, export_mark(cx, ZH));
    paper_title(&p, title);
    paper_text(&p, "口令只印在这张清单上，系统中不留存。请逐人当面交付并签收；首次登录必须改口令。"
                   "遗失的，由安全管理员重新印发，旧口令随即作废。交付完毕后请销毁口令一栏。");
    put_users(&p, users);
    paper_sign(&p, &cx->user->organ_name, 1, paper_day(cx, day_of_instant(cx_now(cx))));
    return paper_end(&p, pdf, length, cx->core->config.setter);
}
