/* Dated rows: what is answered for (on, known) is what a model says that keeps nothing but a map
 * from days to values after each act.
 */
#include "base/date.h"
#include "core/register/register.h"
#include "modules/register_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"

REGISTER_CASES(INVENTED, "keeper")
REGISTER_CASES(INVENTED, "tariff")

enum { KINDS = 3, DAYS = 24, ACTS = 90, ASKED = 4, FREE = 0, STILL = DAYS };

/* --- the model: rows that are known now, and the map that was true after each act --- */

typedef struct Piece {
    int kind, from, to, price; /* to: STILL = without end */
    int64_t id;
} Piece;

typedef struct DatedWorld {
    Piece pieces[ACTS * 2];
    size_t count;
    int map[ACTS + 1][KINDS][DAYS];
    int64_t at[ACTS + 1];
    uint32_t seed;
} DatedWorld;

static int random_below(DatedWorld *w, int n)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (int)((w->seed >> 8) % (uint32_t)n);
}

static void map_now(const DatedWorld *w, int map[KINDS][DAYS])
{
    memset(map, FREE, sizeof(int[KINDS][DAYS]));
    for (size_t i = 0; i < w->count; i++)
        for (int d = w->pieces[i].from; d < DAYS && d <= w->pieces[i].to; d++) {
            EXPECT_INT(map[w->pieces[i].kind][d], FREE);
            map[w->pieces[i].kind][d] = w->pieces[i].price;
        }
}

/* Whether the piece fits beside the others but one; what it would bring to its end; -1 = none. */
static bool fits(const DatedWorld *w, const Piece *p, int but, int *ended)
{
    *ended = -1;
    if (p->to < p->from)
        return false;
    for (int i = 0; i < (int)w->count; i++) {
        const Piece *o = &w->pieces[i];
        if (i == but || o->kind != p->kind || o->to < p->from || o->from > p->to)
            continue;
        if (!(o->to == STILL && p->to == STILL && o->from < p->from) || *ended >= 0)
            return false;
        *ended = i;
    }
    return true;
}

static Piece some_piece(DatedWorld *w, int price)
{
    Piece p = { random_below(w, KINDS), random_below(w, DAYS), STILL, price, 0 };
    if (random_below(w, 2))
        p.to = random_below(w, DAYS - 1);
    return p;
}

/* --- the register --- */

static int64_t instant_now;

static int64_t fixed_now(void *data)
{
    (void)data;
    return instant_now;
}

static const char *const NAMES[KINDS] = { "居民", "农业", "其他" };

static Day first_day(void)
{
    Day day = 0;
    EXPECT(day_parse("2022-11-01", &day));
    return day;
}

static void put(const Register *r, void *row, const Piece *p)
{
    const Field *fields = r->table.fields;
    *field_text(field_find(fields, "territory"), row) = "370683100";
    *field_text(field_find(fields, "kind"), row) = NAMES[p->kind];
    *field_int(field_find(fields, "price"), row) = p->price;
    *field_int(field_find(fields, "valid_from"), row) = first_day() + p->from;
    *field_int(field_find(fields, "valid_to"), row) = p->to == STILL ? UNSET : first_day() + p->to;
}

static Err write_piece(Cx *cx, const Register *r, Piece *p, const Piece *old)
{
    EXPECT_OK(store_begin(cx, true));
    void *row = register_row(cx, r);
    if (old)
        EXPECT_OK(register_get(cx, r, row, old->id));
    put(r, row, p);
    Err e = old ? register_update(cx, r, &p->id, row) : register_create(cx, r, &p->id, row);
    if (e == OK)
        EXPECT_OK(store_commit(cx));
    else
        store_rollback(cx);
    return e;
}

/* What the register says for the day, as it knew it then; price of each kind. */
static void told(Cx *cx, const Register *r, int day, int64_t known, int price[KINDS])
{
    List page;
    const char *const filters[] = { "on", day_text(cx, first_day() + day), "known",
                                    instant_text(cx, known), NULL };
    EXPECT_OK(table_page(cx, &page, &r->table, register_sight(cx, r),
                         &(PageQuery){ .filters = filters, .size = 200 }));
    memset(price, FREE, sizeof(int[KINDS]));
    for (size_t i = 0; i < page.count; i++) {
        const void *row = (const char *)page.rows + i * r->table.size;
        for (int k = 0; k < KINDS; k++)
            if (strcmp(register_text(r, row, "kind"), NAMES[k]) == 0) {
                EXPECT_INT(price[k], FREE);
                price[k] = (int)register_int(r, row, "price");
            }
    }
}

/* The id of the row that says so now. */
static int64_t id_of(Cx *cx, const Register *r, const Piece *p)
{
    void *row = register_row(cx, r), *found = register_row(cx, r);
    put(r, row, p);
    EXPECT_OK(table_find(cx, found, &r->table, register_sight(cx, r), row));
    return register_int(r, found, "id");
}

static void act(Cx *cx, const Register *r, DatedWorld *w, int n)
{
    int ended, but = w->count && random_below(w, 2) ? random_below(w, (int)w->count) : -1;
    Piece p = some_piece(w, n + 1), *old = but < 0 ? NULL : &w->pieces[but];
    bool fine = fits(w, &p, but, &ended);
    Err e = write_piece(cx, r, &p, old);
    EXPECT(fine ? e == OK : e == CONFLICT || e == INVALID);
    if (fine && ended >= 0) {
        w->pieces[ended].to = p.from - 1;
        w->pieces[ended].id = id_of(cx, r, &w->pieces[ended]);
    }
    if (fine)
        w->pieces[old ? (size_t)but : w->count++] = p;
    map_now(w, w->map[n]);
    w->at[n] = instant_now;
}

SERVER_CASE("of random acts the list on a day, as known at a time, is what a plain map says")
{
    const Register *r;
    DatedWorld *w = NEW(cx, DatedWorld);
    w->seed = 7;
    register_testing_pack(cx, INVENTED);
    server_as(cx, "township");
    EXPECT_OK(register_find(cx, &r, "tariff"));
    instant_now = instant_of_day(first_day());
    cx->clock = (Clock){ fixed_now, NULL };
    for (int n = 0; n < ACTS; n++) {
        instant_now += 1000 * random_below(w, 3); /* often two acts in the same second */
        act(cx, r, w, n);
    }
    for (int i = 0; i < ASKED * ACTS; i++) {
        int price[KINDS], day = random_below(w, DAYS), n = random_below(w, ACTS);
        while (n + 1 < ACTS && w->at[n + 1] == w->at[n])
            n++;
        told(cx, r, day, w->at[n], price);
        for (int k = 0; k < KINDS; k++)
            EXPECT_INT(price[k], w->map[n][k][day]);
    }
}

/* --- what the table and the routes keep to --- */

#define TARIFF "{\"territory\":\"370683100\",\"kind\":\"居民\","

SERVER_CASE("what is known of a dated row is refused by the table to whoever would change it")
{
    register_testing_pack(cx, INVENTED);
    const char *body = TARIFF "\"price\":\"2.5\",\"valid_from\":\"2022-01-01\"}";
    server_table(
        cx, (const Ask[]){ { "POST", "/api/registers/tariff", body, "township", 200 }, { 0 } });
    EXPECT_FAIL(store_run(cx, "UPDATE tariff SET price = 1", NO_ARGS), CONFLICT, "append_only");
    EXPECT_FAIL(store_run(cx, "UPDATE tariff SET known_from = NULL", NO_ARGS), CONFLICT,
                "append_only");
    EXPECT_FAIL(store_run(cx, "UPDATE tariff SET known_to = 5, price = 1", NO_ARGS), CONFLICT,
                "append_only");
    EXPECT_FAIL(store_run(cx, "DELETE FROM tariff", NO_ARGS), CONFLICT, "append_only");
    EXPECT_OK(store_run(cx, "UPDATE tariff SET known_to = 5", NO_ARGS));
    EXPECT_FAIL(store_run(cx, "UPDATE tariff SET known_to = 6", NO_ARGS), CONFLICT, "append_only");
}

static int64_t total(Cx *cx, const char *query)
{
    const char *path = arena_format(cx->arena, "/api/registers/tariff%s", query);
    return json_int(server_ask(cx, "county", "GET", path, NULL).json, "total", -1);
}

SERVER_CASE("a correction is another row, a later one ends what held still, and both are told")
{
    register_testing_pack(cx, INVENTED);
    const char *at = "/api/registers/tariff", *first = "/api/registers/tariff/1";
    const char *fix = "{\"version\":1,\"price\":\"2.6\"}", *none = "{\"version\":1}";
    server_table(
        cx,
        (const Ask[]){
            { "POST", at, TARIFF "\"price\":\"2.5\",\"valid_from\":\"2022-01-01\"}", "township",
              200 },
            { "POST", at, TARIFF "\"price\":\"3\",\"valid_from\":\"2022-07-01\"}", "township",
              200 },
            { "POST", at,
              TARIFF "\"price\":\"4\",\"valid_from\":\"2022-08-01\",\"valid_to\":\"2022-08-09\"}",
              "township", 409 },
            { "PUT", first, none, "township", 409 }, /* it was ended by the second */
            { "GET", "/api/registers/tariff?on=2022-13-01", NULL, "county", 422 },
            { "GET", "/api/registers/tariff?known=once", NULL, "county", 422 },
            { NULL } });
    EXPECT_INT(total(cx, ""), 2);
    EXPECT_INT(total(cx, "?on=2022-06-30"), 1);
    EXPECT_INT(total(cx, "?on=2022-07-01"), 1);
    EXPECT_INT(total(cx, "?on=2021-12-31"), 0);
    EXPECT_INT(total(cx, "?known=2001-01-01"), 0);
    const char *ended = "/api/registers/tariff/3";
    Answer a = server_ask(cx, "township", "GET", ended, NULL);
    EXPECT_TEXT(json_text(a.json, "valid_to", ""), "2022-06-30");
    a = server_ask(cx, "township", "PUT", ended, fix);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "id", 0), 4);
    a = server_ask(cx, "county", "GET", "/api/registers/tariff/4/timeline", NULL);
    EXPECT_INT(json_int(a.json, "total", 0), 4);
    EXPECT_INT(total(cx, ""), 2);
    EXPECT_INT(total(cx, "?known=2200-01-01"), 2);
}
