/* Nothing stalls the server: the worst input of every route, driven beside a watchdog that logs in.
 *
 * What is heavy stands in WORST with its own input, and a new heavy route that does not stand there
 * fails the case; every other route gets a body and a query that are as bad as its limits allow.
 */
#include "base/budget.h"
#include "base/date.h"
#include "core/access/password.h"
#include "core/access/right.h"
#include "core/record/setting.h"
#include "modules/modules.h"
#include "modules/server_testing.h"
#include "modules/user/user_paper.h"
#include "modules/zone/zone_testing.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LOGIN_MOST_MS = 10000,
    PROJECTS = 400,
    DEEP = 60,
    VILLAGES = 60000,
    LISTED = 300,
    TRIES_MOST = 200,
    PAUSE_US = 50000
};

#define FOREVER  "some i in 1..2000000000 satisfies i < 0"
#define PASSWORD "Yin-He-2022"

/* --- the inputs --- */

static const char *endless_piece(Cx *cx)
{
    return arena_format(cx->arena,
                        "{\"version\":%d,\"pieces\":[{\"index\":0,\"text\":\"" FOREVER "\"}]}", 2);
}

static const char *first_piece(Cx *cx)
{
    return arena_format(cx->arena,
                        "{\"version\":%d,\"pieces\":[{\"index\":0,\"text\":\"" FOREVER "\"}]}", 1);
}

static const char *endless_file(Cx *cx)
{
    Answer a = server_ask(cx, "province", "GET", "/api/drafts/1/file?path=rules/rules.dmn", NULL);
    EXPECT(strstr(a.body, FOREVER) || strstr(a.body, "i &lt; 0"));
    return arena_format(cx->arena, "%s\n", a.body);
}

static const char *of_draft(Cx *cx)
{
    (void)cx;
    return "{\"draft\":1}";
}

static const char *sending(Cx *cx)
{
    (void)cx;
    return "{\"version\":2,\"valid_from\":\"2099-01-01\",\"reason\":\"样例\"}";
}

static const char *version_three(Cx *cx)
{
    (void)cx;
    return "{\"version\":3}";
}

static const char *of_township(Cx *cx)
{
    (void)cx;
    return "{\"territory\":\"370683100\"}";
}

static const char *counted(Cx *cx)
{
    (void)cx;
    return "{\"profile\":\"Z1\",\"place\":\"样例公示栏\"}";
}

/* A workbook of all the projects, as bytes of a form. */
static const char *workbook(Cx *cx)
{
    (void)cx;
    return NULL;
}

typedef struct Worst {
    const char *route; /* of the table of routes */
    const char *method, *path, *as;
    const char *(*body)(Cx *cx);
    bool form;    /* the body is the exported workbook */
    bool endless; /* it would run for ever: ended by its budget, or each evaluation by its own */
    bool any;     /* it may be refused, once its input is read: other rows change the same thing */
} Worst;

static const Worst WORST[] = {
    { "/api/drafts/:id/tests", "POST", "/api/drafts/1/tests", "province", NULL, .endless = true },
    { "/api/drafts/:id/tests", "POST", "/api/drafts/1/tests", "province-fin", NULL,
      .endless = true },
    { "/api/drafts/:id/tests", "POST", "/api/drafts/1/tests", "province-sign", NULL,
      .endless = true },
    { "/api/batches/:id/simulation", "POST", "/api/batches/1/simulation", "province-fin", of_draft,
      .endless = true },
    { "/api/drafts/:id/decisions/:decision/check", "POST", "/api/drafts/1/decisions/Q1/check",
      "province", endless_piece },
    { "/api/drafts/:id/decisions/:decision", "PUT", "/api/drafts/1/decisions/Q1", "province",
      endless_piece, .any = true },
    { "/api/drafts/:id/file", "PUT", "/api/drafts/1/file?path=rules/rules.dmn&version=2",
      "province", endless_file, .any = true },
    { "/api/drafts/:id/send", "POST", "/api/drafts/2/send", "province", sending, .endless = true },
    { "/api/drafts/:id/approve", "POST", "/api/drafts/3/approve", "province-sign", version_three,
      .endless = true },
    { "/api/zones/:id/villages.xlsx", "GET", "/api/zones/1/villages.xlsx?template=1", "county" },
    { "/api/zones/:id/projects.xlsx", "GET", "/api/zones/1/projects.xlsx?template=1", "county" },
    { "/api/zones/:id/funds.xlsx", "GET", "/api/zones/1/funds.xlsx", "county" },
    { "/api/zones/:id/sheets/:part", "GET", "/api/zones/1/sheets/industries", "county" },
    { "/api/zones/:id/:part/check", "POST", "/api/zones/1/projects/check?annotated=1", "county",
      workbook, .form = true },
    { "/api/zones/:id/:part/import", "POST", "/api/zones/1/projects/import?version=3", "county",
      workbook, .form = true },
    { "/api/zones/:id/declaration.pdf", "GET", "/api/zones/1/declaration.pdf", "county" },
    { "/api/zones.xlsx", "GET", "/api/zones.xlsx", "province" },
    { "/api/recommendations/:id/letter.pdf", "GET", "/api/recommendations/1/letter.pdf", "city" },
    { "/api/batches/:id/arranged.xlsx", "GET", "/api/batches/1/arranged.xlsx", "province" },
    { "/api/batches/:id/arranged/check", "POST", "/api/batches/1/arranged/check?annotated=1",
      "province", workbook, .form = true, .any = true },
    { "/api/batches/:id/arranged/import", "POST", "/api/batches/1/arranged/import", "province",
      workbook, .form = true, .any = true },
    { "/api/registers/:noun/export.xlsx", "GET", "/api/registers/loan/export.xlsx", "county",
      .any = true },
    { "/api/registers/:noun/template.xlsx", "GET", "/api/registers/loan/template.xlsx", "county",
      .any = true },
    { "/api/registers/:noun/check", "POST", "/api/registers/loan/check?annotated=1", "county",
      workbook, .form = true, .any = true },
    { "/api/registers/:noun/import", "POST", "/api/registers/loan/import", "county", workbook,
      .form = true, .any = true },
    { "/api/experts.xlsx", "GET", "/api/experts.xlsx?template=1", "province" },
    { "/api/experts/check", "POST", "/api/experts/check?annotated=1", "province", workbook,
      .form = true, .any = true },
    { "/api/experts/import", "POST", "/api/experts/import", "province", workbook, .form = true,
      .any = true },
    { "/api/registers/:noun/publications/preview", "POST",
      "/api/registers/loan/publications/preview", "county", counted, .any = true },
    { "/api/publications/:id/paper.pdf", "GET", "/api/publications/1/paper.pdf", "province",
      .any = true },
    { "/api/user-papers", "POST", "/api/user-papers", "secadmin", of_township, .any = true },
    { "/public/publications/:id/list.xlsx", "GET", "/public/publications/1/list.xlsx", "guest" },
    { "/public/publications/:id/list.pdf", "GET", "/public/publications/1/list.pdf", "guest" },
};

/* Any route's: deep, long, and of no table. */
static const char *bad_body(Cx *cx)
{
    Buf b = BUF(cx);
    buf_add(&b, "{\"version\":1,\"name\":\"");
    for (int i = 0; i < VILLAGES; i++)
        buf_add(&b, "村");
    buf_add(&b, "\",\"other\":");
    for (int i = 0; i < DEEP; i++)
        buf_char(&b, '[');
    for (int i = 0; i < DEEP; i++)
        buf_char(&b, ']');
    buf_add(&b, "}");
    return buf_text(&b);
}

static const char *bad_path(Cx *cx, const char *route)
{
    Buf b = BUF(cx);
    /* nobody who is needed here loses his session by a reset */
    int64_t id = strncmp(route, "/api/users/", 11) == 0 ? server_user(cx, "village") : 1;
    for (const char *at = route; *at;) {
        size_t n = strcspn(at, ":");
        buf_add_n(&b, at, n);
        at += n;
        if (*at != ':')
            continue;
        at += 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
        buf_format(&b, "%lld", (long long)id);
    }
    for (int i = 0; i < 60; i++)
        buf_format(&b, "%ckey%d=%%E6%%9D%%91%%25%%27%d", i ? '&' : '?', i, i);
    return buf_text(&b);
}

/* --- what is driven --- */

static const char *const METHODS[] = { "GET", "POST", "PUT", "DELETE" };

typedef struct Drive {
    pthread_t thread;
    const Worst *worst; /* NULL: all routes that are not heavy */
    const char *book;
    size_t book_length;
    int64_t took;
    int status;
    atomic_bool done;
} Drive;

static const char *who_may(Cx *cx, const Route *r)
{
#define X(name, ...) name,
    static const char *const NAMES[] = { SERVER_CAST(X) };
#undef X
    for (size_t i = 0; *r->right && strcmp(r->right, "session") != 0 && i < COUNT(NAMES); i++) {
        server_as(cx, NAMES[i]);
        if (right_of(cx, cx->user, r->right))
            return NAMES[i];
    }
    return *r->right ? "province" : "guest";
}

/* The session of the one who asks must stay. */
static bool is_left_out(const Route *r)
{
    return strncmp(r->path, "/api/session", 12) == 0 && r->method == DELETE;
}

static void drive_one(Cx *cx, Drive *d, const Route *r)
{
    int64_t begun = budget_clock();
    const char *body = r->method == GET ? NULL : bad_body(cx);
    Answer a = server_ask(cx, who_may(cx, r), METHODS[r->method], bad_path(cx, r->path), body);
    int64_t took = budget_clock() - begun;
    bool fine = a.status >= 200 && a.status < 500 && took < LOGIN_MOST_MS;
    if (!fine)
        print_error("%s %s: %d after %lld ms\n", METHODS[r->method], r->path, a.status,
                    (long long)took);
    d->status = fine ? d->status : a.status;
}

static void drive_table(Cx *cx, Drive *d, const Route *r)
{
    for (; r && r->path; r++)
        if (!route_is_heavy(r) && !is_left_out(r)) {
            drive_one(cx, d, r);
            arena_reset(cx->arena);
        }
}

/* It was driven, not refused at the door. */
static bool fits(const Worst *w, int status)
{
    return w->endless ? status == 429 || status == 422 : w->any ? status < 500 : status == 200;
}

static void drive_worst(Cx *cx, Drive *d)
{
    const Worst *w = d->worst;
    const char *body = w->body ? w->body(cx) : NULL;
    Answer a = { 0 };
    for (int tries = 0; tries < TRIES_MOST; tries++) {
        int64_t begun = budget_clock();
        a = w->form ? server_post_file(cx, w->as, w->path, d->book, d->book_length)
                    : server_ask(cx, w->as, w->method, w->path, body);
        d->took = budget_clock() - begun;
        if (w->endless || a.status != 429)
            break;
        usleep(300000); /* one's share is full of one's other rows: again, as the answer says */
    }
    d->status = a.status;
    if (!fits(w, a.status))
        print_error("%s %s: %d %s\n", w->method, w->path, a.status, a.body);
}

static void *drive(void *data)
{
    Drive *d = data;
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    cx.clock = server_core()->clock;
    cx.core = server_core();
    if (d->worst)
        drive_worst(&cx, d);
    for (size_t i = 0; !d->worst && MODULES[i]; i++)
        drive_table(&cx, d, MODULES[i]->routes);
    arena_free(arena);
    atomic_store(&d->done, true);
    return NULL;
}

/* --- the watchdog --- */

static bool all_done(const Drive *drives, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!atomic_load(&drives[i].done))
            return false;
    return true;
}

static bool some_endless_done(const Drive *drives, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (drives[i].worst && drives[i].worst->endless && atomic_load(&drives[i].done))
            return true;
    return false;
}

/* Starts them all and logs in until they have ended; how often before the first of the endless
 * ones had. */
static int watch(Cx *cx, Drive *drives, size_t count)
{
    int before = 0;
    for (size_t i = 0; i < count; i++)
        EXPECT_INT(pthread_create(&drives[i].thread, NULL, drive, &drives[i]), 0);
    do {
        int64_t begun = budget_clock();
        Answer a = server_ask(cx, "guest", "POST", "/api/session",
                              "{\"account\":\"county\",\"password\":\"" PASSWORD "\"}");
        EXPECT_INT(a.status, 200);
        EXPECT(budget_clock() - begun < LOGIN_MOST_MS);
        before += !some_endless_done(drives, count);
        usleep(PAUSE_US);
    } while (!all_done(drives, count));
    for (size_t i = 0; i < count; i++)
        pthread_join(drives[i].thread, NULL);
    return before;
}

/* --- the world --- */

static void given_setting(Cx *cx, const char *key, const char *value)
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(setting_set(cx, key, value));
    EXPECT_OK(store_commit(cx));
}

static Json *with_code(Cx *cx, const Json *project, size_t i)
{
    Json *copy = NEW(cx, Json);
    *copy = *project;
    copy->items = NEW_N(cx, Json *, project->count);
    for (size_t k = 0; k < project->count; k++) {
        copy->items[k] = project->items[k];
        if (strcmp(project->items[k]->key, "id") == 0) {
            copy->items[k] = NEW(cx, Json);
            *copy->items[k] = *project->items[k];
            copy->items[k]->text = arena_format(cx->arena, "P%zu", i + 1);
        }
    }
    return copy;
}

/* The sample dossier with far more projects than any has. */
static void given_projects(Cx *cx)
{
    Answer a = server_ask(cx, "county", "GET", "/api/zones/1/dossier", NULL);
    Json *projects = (Json *)(uintptr_t)json_at(a.json, "/dossier/plan/projects");
    Json **many = NEW_N(cx, Json *, PROJECTS);
    for (size_t i = 0; i < PROJECTS; i++)
        many[i] = with_code(cx, projects->items[i % projects->count], i);
    projects->items = many;
    projects->count = PROJECTS;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", json_int(a.json, "version", 0));
    json_put(&o, "dossier", json_get(a.json, "dossier"));
    json_close(&o, '}');
    Answer saved = server_ask(cx, "county", "PUT", "/api/zones/1/dossier", buf_text(&b));
    if (saved.status != 200)
        print_error("%s\n", saved.body);
    EXPECT_INT(saved.status, 200);
}

static void given_endless_draft(Cx *cx, int id, const char *pack)
{
    const char *draft = arena_format(cx->arena, "{\"name\":\"样例草案\",\"pack\":\"%s\"}", pack);
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/drafts", draft).status, 200);
    const char *rule = arena_format(cx->arena, "/api/drafts/%d/decisions/Q1", id);
    EXPECT_INT(server_ask(cx, "province", "PUT", rule, first_piece(cx)).status, 200);
}

/* A list longer than the province has counties. */
static void given_publication(Cx *cx)
{
    Buf b = BUF(cx);
    Day today = day_of_instant(cx_now(cx));
    buf_add(&b, "{\"batch\":\"样例批次\",\"sample\":true,\"organs\":[{\"zh\":\"样例局\"}],"
                "\"zones\":[");
    for (int i = 1; i <= LISTED; i++)
        buf_format(&b,
                   "%s{\"id\":%d,\"place\":%d,\"name\":\"样例推进区%d\",\"city_name\":\"样例市\","
                   "\"county_name\":\"样例县\",\"villages\":12,\"transitional\":1,\"amount\":1,"
                   "\"outcome\":\"selected\"}",
                   i > 1 ? "," : "", i, i, i);
    buf_add(&b, "]}");
    EXPECT_OK(store_run(cx,
                        "INSERT INTO publication(subject_id, kind, starts_on, ends_on, content, "
                        "hash, published_at) VALUES(1, 'list', $1, $2, $3, 'sample', $4)",
                        ARGS(I(today), I(today + 7), T(buf_text(&b)), I(cx_now(cx)))));
}

/* As many as one paper takes: their hashing is what costs. */
static void given_waiting_users(Cx *cx)
{
    for (int i = 0; i < USER_PAPER_MOST; i++)
        EXPECT_OK(store_run(
            cx,
            "INSERT INTO \"user\"(version, account, name, organ_id, seat, state, "
            "must_change, seen_at, made_at) "
            "VALUES(1, $1, '样例', $2, 'handler', 'active', 1, 0, 0)",
            ARGS(T(arena_format(cx->arena, "waiting-%d", i)), I(server_organ(cx, "village")))));
}

static void given_world(Cx *cx)
{
    const char *hash;
    testing_zone(cx);
    testing_dossier(cx, 1);
    given_projects(cx);
    EXPECT_OK(password_hash(cx, &hash, PASSWORD));
    EXPECT_OK(password_save(cx, server_user(cx, "county"), hash));
    given_setting(cx, "run.seconds", "6"); /* a log-in beside forty others on a busy machine */
    given_setting(cx, "login.failures", "100");
    given_setting(cx, "login.address_failures", "10000");
    Answer batch = server_ask(cx, "province", "GET", "/api/batches/1", NULL);
    for (int i = 1; i <= 3; i++)
        given_endless_draft(cx, i, json_text(batch.json, "pack", ""));
    EXPECT_INT(
        server_ask(cx, "city", "POST", "/api/batches/1/recommendations", "{\"city\":\"3706\"}")
            .status,
        200);
    given_publication(cx);
    given_waiting_users(cx);
}

static bool stands_in_worst(const Route *r)
{
    for (size_t i = 0; i < COUNT(WORST); i++)
        if (strcmp(WORST[i].route, r->path) == 0 &&
            strcmp(WORST[i].method, METHODS[r->method]) == 0)
            return true;
    print_error("%s %s is heavy and has no worst input here\n", METHODS[r->method], r->path);
    return false;
}

static void expect_named(const Route *r)
{
    for (; r && r->path; r++)
        EXPECT(!route_is_heavy(r) || stands_in_worst(r));
}

CASE("no route's worst input keeps anybody from logging in")
{
    server_testing_start(cx, false);
    password_testing_light(false);
    for (size_t i = 0; MODULES[i]; i++)
        expect_named(MODULES[i]->routes);
    given_world(cx);
    Answer book = server_ask(cx, "county", "GET", "/api/zones/1/projects.xlsx", NULL);
    EXPECT_INT(book.status, 200);
    Drive drives[COUNT(WORST) + 1] = { 0 };
    for (size_t i = 0; i < COUNT(WORST); i++)
        drives[i] = (Drive){ .worst = &WORST[i], .book = book.body, .book_length = book.length };
    EXPECT(watch(cx, drives, COUNT(drives)) >= 1);
    EXPECT_INT(drives[COUNT(WORST)].status, 0);
    for (size_t i = 0; i < COUNT(WORST); i++)
        EXPECT(fits(&WORST[i], drives[i].status));
    server_testing_stop(cx);
}
