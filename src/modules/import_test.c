/* Imports of more rows than one act takes, and what a sheet lacks. */
#include "modules/register_testing.h"

#include "base/log.h"
#include "core/access/right.h"
#include "core/register/import.h"
#include "core/register/register_sheet.h"
#include "core/request/job.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"
#define PUMPS    "/api/registers/pump"

extern const Module import_module, register_module;

/* The one number of a literal select; UNSET where it fails. */
static int64_t number;
#define NUMBER(cx, sql) (number = UNSET, (void)store_int(cx, &number, "" sql, NO_ARGS), number)

static Answer import(Cx *cx, const SheetFile *f)
{
    return server_post_file(cx, "township", PUMPS "/import", f->bytes, f->length);
}

static int64_t figure(Cx *cx, const char *id)
{
    const char *path = arena_format(cx->arena, PUMPS "?size=200&figure=%s", id);
    Answer list = server_ask(cx, "county", "GET", path, NULL);
    Answer all = server_ask(cx, "county", "GET", PUMPS "/figures", NULL);
    const Json *rows = json_get(all.json, "rows");
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(json_text(rows->items[i], "id", ""), id) == 0)
            EXPECT_TEXT(
                json_text(rows->items[i], "value", ""),
                arena_format(cx->arena, "%lld", (long long)json_int(list.json, "total", -1)));
    return json_int(list.json, "total", -1);
}

static size_t exported(Cx *cx)
{
    SheetBook *book;
    const Register *r;
    server_as(cx, "county");
    EXPECT_OK(register_find(cx, &r, "pump"));
    Answer a = server_ask(cx, "county", "GET", PUMPS "/export.xlsx", NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_OK(sheet_read(cx, &book, register_sheet(cx, r), 1, a.body, a.length, NULL));
    return book->count ? book->tables->count : 0;
}

SERVER_CASE("rows of an import under way are told of, and taken by no figure and no export")
{
    register_testing_pack(cx, INVENTED);
    register_testing_at_once(cx, 2);
    SheetFile f = register_testing_book(cx, "pump", 4, 6);
    EXPECT_INT(import(cx, &f).status, 200);
    store_testing_fail(0, OK);
    EXPECT_INT(register_testing_jobs(cx), 1);
    EXPECT_INT(figure(cx, "pumps"), 6);
    EXPECT_INT(exported(cx), 6);
    EXPECT_OK(store_run(cx, "UPDATE import SET state = 'applying', ended_at = NULL", NO_ARGS));
    EXPECT_INT(figure(cx, "pumps"), 0);
    EXPECT_INT(exported(cx), 0);
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", PUMPS, NULL).json, "total", -1), 6);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM audit WHERE noun = 'import' AND after LIKE "
                          "'%登记条数%' AND after LIKE '%摘要%'"),
               3);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM audit WHERE noun = 'pump' AND noun_id > 0"), 0);
    Answer a = server_ask(cx, "county", "GET", PUMPS "/1/history", NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 1);
}

SERVER_CASE("of a large file one wrong row keeps all out, and a row changed meanwhile is not lost")
{
    register_testing_pack(cx, INVENTED);
    SheetFile f = register_testing_book(cx, "pump", 1, 4), wrong = f;
    EXPECT_INT(import(cx, &f).status, 200);
    register_testing_at_once(cx, 2);
    EXPECT_OK(store_run(cx, "UPDATE pump SET power = 9, version = 2", NO_ARGS));
    EXPECT_INT(import(cx, &f).status, 200);
    EXPECT_OK(store_run(cx, "UPDATE pump SET power = 77, version = 3 WHERE id = 3", NO_ARGS));
    EXPECT_INT(register_testing_jobs(cx), 1);
    EXPECT_INT(NUMBER(cx, "SELECT power FROM pump WHERE id = 3"), 77);
    EXPECT_INT(NUMBER(cx, "SELECT power FROM pump WHERE id = 4"), 4);
    const char *one = PUMPS "/imports/1", *acts = PUMPS "/imports/1/acts";
    Answer a = server_ask(cx, "township", "GET", one, NULL);
    EXPECT_TEXT(json_text(a.json, "state", ""), "held");
    EXPECT_INT(json_int(a.json, "applied", 0), 3);
    EXPECT_INT(json_int(a.json, "refused", 0), 1);
    a = server_ask(cx, "township", "GET", PUMPS "/imports/1/refusals", NULL);
    EXPECT_INT(json_int(json_get(a.json, "rows")->items[0], "line", 0) > 0, 1);
    EXPECT_INT(import(cx, &f).status, 409);
    EXPECT_INT(figure(cx, "pumps"), 1); /* the row that the import did not write */
    const char *end = arena_format(cx->arena, "{\"act\":\"end\",\"version\":%lld}",
                                   (long long)NUMBER(cx, "SELECT version FROM import"));
    const char *on = arena_format(cx->arena, "{\"act\":\"resume\",\"version\":%lld}",
                                  (long long)NUMBER(cx, "SELECT version FROM import"));
    server_table(
        cx, (const Ask[]){ { "GET", one, NULL, "guest", 401 },
                           { "GET", one, NULL, "other-county", 404 },
                           { "GET", PUMPS "/imports", NULL, "guest", 401 },
                           { "GET", PUMPS "/imports/1/refusals", NULL, "city", 403 },
                           { "POST", acts, end, "guest", 401 },
                           { "POST", acts, end, "county", 403 },
                           { "POST", acts, "{\"act\":\"end\",\"version\":1}", "township", 409 },
                           { "POST", acts, on, "township", 409 },
                           { "POST", acts, end, "township", 200 },
                           { "POST", acts, end, "township", 409 },
                           { NULL } });
    EXPECT_INT(figure(cx, "pumps"), 2);
    EXPECT_OK(store_run(cx, "UPDATE pump SET owner = 999999 WHERE id = 1", NO_ARGS));
    EXPECT_OK(store_run(cx, "DELETE FROM pump WHERE id > 2", NO_ARGS));
    wrong.length /= 2;
    int64_t before = NUMBER(cx, "SELECT count(*) FROM pump");
    EXPECT_INT(import(cx, &wrong).status, 422);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM pump"), before);
}

/* A server that died: its job waits for the lease's end, and one that died too often for the tidy.
 */
static void pass_time(Cx *cx)
{
    server_clock(cx_now(cx) + 61000);
    EXPECT_OK(import_module.tidy(cx));
}

static void wholly_applied(Cx *cx, const Register *r)
{
    bool equal;
    const char *what;
    int64_t written = NUMBER(cx, "SELECT count(*) FROM pump WHERE import_id IS NOT NULL");
    int64_t applied = NUMBER(cx, "SELECT applied FROM import");
    int64_t waiting = NUMBER(cx, "SELECT coalesce(sum(count), 0) FROM import_part");
    int64_t total = NUMBER(cx, "SELECT total FROM import");
    EXPECT_INT(written, applied);
    EXPECT_INT(waiting, total - applied);
    EXPECT_OK(table_keep_proved(cx, &r->table, &equal, &what));
    EXPECT(equal);
}

SERVER_CASE("an import cut off at any call of the store goes on, with nothing doubled or lost")
{
    enum { ROWS = 4 };
    const Register *r;
    register_testing_pack(cx, INVENTED);
    register_testing_at_once(cx, 2);
    SheetFile f = register_testing_book(cx, "pump", 1, ROWS);
    server_sweep_file(cx, &(Ask){ "POST", PUMPS "/import", NULL, "township", 200 }, f.bytes,
                      f.length);
    EXPECT_OK(register_find(cx, &r, "pump"));
    cx->user = NULL;
    for (int n = 1; NUMBER(cx, "SELECT count(*) FROM import WHERE state = 'applying'"); n++) {
        bool ran;
        log_set_level(LOG_ERROR_ + 1);
        store_testing_fail(n, DOWN);
        (void)job_step(cx, &ran);
        store_testing_fail(0, OK);
        log_set_level(LOG_ERROR_);
        wholly_applied(cx, r);
        pass_time(cx);
        EXPECT(n < 2000);
    }
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM import WHERE state = 'done'"), 1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM pump"), ROWS);
}

SERVER_CASE(
    "kept sums that differ from a fresh count are told, put on record and mended, once a day")
{
    bool equal;
    const char *what;
    const Register *r;
    register_testing_pack(cx, INVENTED);
    SheetFile f = register_testing_book(cx, "pump", 1, 3);
    EXPECT_INT(import(cx, &f).status, 200);
    cx->user = NULL;
    EXPECT_OK(register_find(cx, &r, "pump"));
    EXPECT_OK(register_module.tidy(cx));
    EXPECT_INT(register_testing_jobs(cx), 1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM message"), 0);
    EXPECT_OK(store_run(cx, "UPDATE _count_pump SET n = n + 1 WHERE territory = '3706'", NO_ARGS));
    EXPECT_OK(register_module.tidy(cx));
    EXPECT_INT(register_testing_jobs(cx), 0);
    server_clock(cx_now(cx) + 86400001);
    EXPECT_OK(register_module.tidy(cx));
    log_set_level(LOG_ERROR_ + 1);
    EXPECT_INT(register_testing_jobs(cx), 1);
    log_set_level(LOG_ERROR_);
    EXPECT_OK(table_keep_proved(cx, &r->table, &equal, &what));
    EXPECT(equal);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM message"), 1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM audit WHERE act = '更正保存的合计'"), 1);
}

/* --- what a sheet lacks --- */

#define ROLL(absent)                                                                                 \
    "{\"noun\":\"roll\",\"zh\":\"样例名册\",\"en\":\"Sample rolls\",\"place\":\"township\","     \
    "\"actors\":{\"read\":[\"x.*\"],\"write\":[\"t.gov.h\"],\"check\":[\"c.r.h\"]},"                 \
    "\"key\":[\"name\",\"month\"],\"name\":\"name\",\"list\":[\"name\"],\"absent\":\"" absent        \
    "\",\"fields\":[{\"key\":\"name\",\"zh\":\"姓名\",\"en\":\"Name\",\"type\":\"text\",\"help\":" \
    "{\"zh\":\"样例\",\"en\":\"sample\"}},{\"key\":\"month\",\"zh\":\"月份\",\"en\":\"Month\","  \
    "\"type\":\"date\",\"help\":{\"zh\":\"样例\",\"en\":\"sample\"}},{\"key\":\"note\",\"zh\":"    \
    "\"备注\",\"en\":\"Note\",\"type\":\"text\",\"help\":{\"zh\":\"样例\",\"en\":\"sample\"}}]}"

static Err add_roll(Cx *cx, const char *text, const char *noun)
{
    const PackFile file = { arena_format(cx->arena, "registers/%s.json", noun), text,
                            strlen(text) };
    return register_testing_add(cx, &file, 1);
}

/* Names of one month, blanks between them. */
static SheetFile roll(Cx *cx, const char *month, const char *names)
{
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    SheetOut *out;
    SheetFile file;
    const Register *r;
    server_as(cx, "township");
    EXPECT_OK(register_find(cx, &r, "roll"));
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, register_sheet(cx, r), true);
    for (const char *p = names; *p; p++) {
        const Json *row;
        const char *text = arena_format(
            cx->arena, "{\"territory\":\"370683100\",\"name\":\"样例%c\",\"month\":\"%s\"}", *p,
            month);
        EXPECT_OK(json_parse(cx, &row, text, strlen(text), &JSON_LIMITS));
        EXPECT_OK(sheet_put(cx, out, row));
    }
    EXPECT_OK(sheet_close(cx, out, &file));
    return file;
}

static Answer post(Cx *cx, const char *rest, const SheetFile *f)
{
    const char *path = arena_format(cx->arena, "/api/registers/roll/%s", rest);
    return server_post_file(cx, "township", path, f->bytes, f->length);
}

static void removes(Cx *cx)
{
    SheetFile october = roll(cx, "2022-10-01", "ABC"), less = roll(cx, "2022-10-01", "A");
    SheetFile november = roll(cx, "2022-11-01", "BC");
    EXPECT_INT(post(cx, "import", &november).status, 200);
    EXPECT_INT(post(cx, "import", &october).status, 200);
    register_testing_jobs(cx);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll"), 5);
    Answer a = post(cx, "check", &less);
    EXPECT_INT(json_int(a.json, "removed", 0), 2);
    EXPECT_INT(json_int(a.json, "change_count", 0), 2);
    const Json *first = json_get(a.json, "changes")->items[0];
    EXPECT_TEXT(json_text(first, "kind", ""), "removed");
    EXPECT(strstr(json_text(first, "name", ""), "样例") != NULL);
    EXPECT_INT(post(cx, "import", &less).status, 409);
    EXPECT_INT(post(cx, "import?remove=1", &less).status, 409);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll"), 5);
    EXPECT_OK(store_run(cx, "UPDATE roll SET state = 'sent' WHERE name = '样例C'", NO_ARGS));
    EXPECT_INT(post(cx, "check", &less).status, 409);
    EXPECT_OK(store_run(cx, "UPDATE roll SET state = 'draft' WHERE name = '样例C'", NO_ARGS));
    EXPECT_INT(post(cx, "import?remove=2", &less).status, 200);
    register_testing_jobs(cx);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll"), 3);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll WHERE name = '样例A'"), 1);
}

SERVER_CASE(
    "a month's sheet removes what it lacks of that month, seen and confirmed; small or large")
{
    EXPECT_OK(add_roll(cx, ROLL("remove within month"), "roll"));
    register_testing_pack(cx, "packs/lu-2022-26");
    removes(cx);
    EXPECT_OK(store_run(cx, "UPDATE roll SET month = month - 700", NO_ARGS));
    register_testing_at_once(cx, 1);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll"), 3);
    EXPECT_OK(store_run(cx, "DELETE FROM roll", NO_ARGS));
    SheetFile f = roll(cx, "2022-10-01", "ABC"), two = roll(cx, "2022-10-01", "AB");
    EXPECT_INT(post(cx, "import", &f).status, 200);
    register_testing_jobs(cx);
    EXPECT_INT(post(cx, "import?remove=1", &two).status, 200);
    register_testing_jobs(cx);
    EXPECT_INT(NUMBER(cx, "SELECT count(*) FROM roll"), 2);
}

SERVER_CASE("a pack says what a sheet may remove, and nothing that others hang on")
{
    EXPECT_OK(add_roll(cx, ROLL("keep"), "roll"));
    EXPECT(add_roll(cx, ROLL("remove"), "roll") == INVALID);
    EXPECT(add_roll(cx, ROLL("remove within nothing"), "roll") == INVALID);
    EXPECT(add_roll(cx, ROLL("remove within note"), "roll") == INVALID);
    static const char *const NOUNS[] = { "person", "household", "asset", "project" };
    for (size_t i = 0; i < COUNT(NOUNS); i++) {
        const char *text = ROLL("remove within month"), *at = strstr(text, "roll");
        text = arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, NOUNS[i], at + 4);
        EXPECT(add_roll(cx, text, NOUNS[i]) == INVALID);
    }
}
