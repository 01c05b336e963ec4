/* Who sees what after divisions were merged: random mergers, and a plain model beside them. */
#include "base/money.h"
#include "core/access/right.h"
#include "core/register/register.h"
#include "modules/region/region.h"
#include "modules/register_testing.h"

#include <string.h>

#define INVENTED "packs/lu-2022-26+tests/registers"

enum { ROWS = 60, MERGERS = 9, ROUNDS = 3, CODES_MOST = 80 };

/* Counties of two cities, each with two townships of three villages. */
static const char *const COUNTIES[] = { "370683", "370682", "371002" };

typedef struct MergedPlace {
    const char *from, *into;
    Day day;
} MergedPlace;

typedef struct ReachWorld {
    uint64_t random;
    Day today;
    const char *codes[CODES_MOST]; /* in force */
    size_t code_count;
    MergedPlace mergers[MERGERS];
    size_t merger_count;
    int64_t ids[ROWS];
    const char *at[ROWS]; /* of each row, the village */
    bool settled[ROWS];
    int64_t cost[ROWS]; /* UNSET = not known */
} ReachWorld;

static size_t pick(ReachWorld *w, size_t below)
{
    w->random = w->random * 6364136223846793005U + 1442695040888963407U;
    return (size_t)(w->random >> 33) % below;
}

static bool begins(const char *code, const char *prefix)
{
    return strncmp(code, prefix, strlen(prefix)) == 0;
}

/* --- the model --- */

/* Codes under the prefix, and under what was merged into any code that it sees, again and again. */
static bool model_sees(const ReachWorld *w, const char *prefix, const char *code, Day day)
{
    const char *seen[MERGERS + 1] = { prefix };
    size_t count = 1;
    for (size_t i = 0; i < count; i++) {
        if (begins(code, seen[i]))
            return true;
        for (size_t k = 0; k < w->merger_count; k++) {
            const MergedPlace *m = &w->mergers[k];
            bool known = false;
            for (size_t n = 0; n < count; n++)
                known |= strcmp(seen[n], m->from) == 0;
            if (m->day <= day && begins(m->into, seen[i]) && !known)
                seen[count++] = m->from;
        }
    }
    return false;
}

/* The code that stands for it among divisions of so many digits. */
static const char *model_heir(const ReachWorld *w, const char *code, size_t digits, Day day)
{
    for (bool moved = true; moved;) {
        const MergedPlace *best = NULL;
        moved = false;
        for (size_t k = 0; k < w->merger_count; k++) {
            const MergedPlace *m = &w->mergers[k];
            bool fits = m->day <= day && begins(code, m->from) && strlen(m->into) >= digits;
            if (fits && (!best || strlen(m->from) > strlen(best->from)))
                best = m;
        }
        if (best) {
            code = best->into;
            moved = true;
        }
    }
    return code;
}

/* --- the world --- */

static void add_code(Cx *cx, ReachWorld *w, const char *code)
{
    static const char REGION_SQL[] =
        "INSERT INTO region(code, name, short, level, parent, functional, source, version) "
        "VALUES($1, $2, $2, $3, '', 0, '样例', 1) ON CONFLICT (code, valid_from) DO NOTHING";
    static const char *const WORDS[] = { "county", "township", "village" };
    bool there;
    EXPECT(w->code_count < CODES_MOST);
    w->codes[w->code_count++] = code;
    EXPECT_OK(store_exists(cx, &there, "SELECT 1 FROM region WHERE code = $1", ARGS(T(code))));
    if (!there)
        EXPECT_OK(store_run(cx, REGION_SQL,
                            ARGS(T(code), T(arena_format(cx->arena, "样例%s", code)),
                                 T(WORDS[strlen(code) / 3 - 2]))));
}

static void given_codes(Cx *cx, ReachWorld *w)
{
    for (size_t c = 0; c < COUNT(COUNTIES); c++) {
        add_code(cx, w, COUNTIES[c]);
        for (int t = 100; t < 102; t++) {
            const char *town = arena_format(cx->arena, "%s%d", COUNTIES[c], t);
            add_code(cx, w, town);
            for (int v = 200; v < 203; v++)
                add_code(cx, w, arena_format(cx->arena, "%s%d", town, v));
        }
    }
}

static const char *a_village(ReachWorld *w)
{
    const char *code;
    do
        code = w->codes[pick(w, w->code_count)];
    while (strlen(code) != 12);
    return code;
}

static void given_rows(Cx *cx, ReachWorld *w, const Register *r)
{
    EXPECT_OK(store_begin(cx, true));
    for (int i = 0; i < ROWS; i++) {
        void *row = register_row(cx, r);
        w->at[i] = a_village(w);
        w->settled[i] = pick(w, 3) > 0;
        w->cost[i] = pick(w, 4) ? (int64_t)pick(w, 1000) : UNSET;
        *field_text(field_find(r->table.fields, "territory"), row) = w->at[i];
        *field_text(field_find(r->table.fields, "number"), row) =
            arena_format(cx->arena, "%d", i + 1);
        *field_text(field_find(r->table.fields, "kind"), row) = "dug";
        *field_text(field_find(r->table.fields, "state"), row) =
            w->settled[i] ? "settled" : "draft";
        *field_int(field_find(r->table.fields, "cost"), row) = w->cost[i];
        *field_int(field_find(r->table.fields, "dug_on"), row) = 19000 + i % 7;
        *field_int(field_find(r->table.fields, "keeper"), row) = server_organ(cx, "village");
        EXPECT_OK(table_insert(cx, &r->table, &w->ids[i], row));
    }
    EXPECT_OK(store_commit(cx));
}

/* What is kept of them follows. */
static void change_rows(Cx *cx, ReachWorld *w, const Register *r)
{
    EXPECT_OK(store_begin(cx, true));
    for (int n = 0; n < ROWS / 4; n++) {
        size_t i = pick(w, ROWS);
        void *row = register_row(cx, r);
        EXPECT_OK(table_get(cx, row, &r->table, range_of(cx, ""), w->ids[i]));
        w->settled[i] = !w->settled[i];
        w->cost[i] = pick(w, 3) ? (int64_t)pick(w, 1000) : UNSET;
        *field_text(field_find(r->table.fields, "state"), row) =
            w->settled[i] ? "settled" : "returned";
        *field_int(field_find(r->table.fields, "cost"), row) = w->cost[i];
        EXPECT_OK(table_update(cx, &r->table, row, w->ids[i], register_int(r, row, "version")));
    }
    EXPECT_OK(store_commit(cx));
}

/* One division ends in another of its level, both still in force; some only tomorrow. */
static void merge_one(Cx *cx, ReachWorld *w)
{
    size_t from = pick(w, w->code_count), into = pick(w, w->code_count);
    const char *gone = w->codes[from], *heir = w->codes[into];
    if (from == into || strlen(gone) != strlen(heir) ||
        (strlen(gone) == 6 && w->merger_count % 4 != 3))
        return;
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_merge(cx, gone, heir, w->today, "样例文号"));
    EXPECT_OK(store_commit(cx));
    w->mergers[w->merger_count++] = (MergedPlace){ gone, heir, w->today };
    w->codes[from] = w->codes[--w->code_count];
}

/* --- what is seen --- */

typedef struct Told {
    int64_t rows, settled, sum, undecided;
} Told;

static Told model_told(const ReachWorld *w, const char *own, const char *asked)
{
    Told t = { 0 };
    for (int i = 0; i < ROWS; i++) {
        if (!model_sees(w, own, w->at[i], w->today) || !model_sees(w, asked, w->at[i], w->today))
            continue;
        t.rows++;
        t.settled += w->settled[i];
        t.sum += w->settled[i] && w->cost[i] != UNSET ? w->cost[i] : 0;
        t.undecided += w->settled[i] && w->cost[i] == UNSET;
    }
    return t;
}

static const Json *ask(Cx *cx, const char *who, const char *path)
{
    Answer a =
        server_ask(cx, who, "GET", arena_format(cx->arena, "/api/registers/well%s", path), NULL);
    EXPECT_INT(a.status, 200);
    return a.json;
}

static int64_t tally_of(const Json *rows)
{
    int64_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += json_int(rows->items[i], "count", 0);
    return count;
}

static void expect_told(Cx *cx, const ReachWorld *w, const char *who, const char *own,
                        const char *asked)
{
    Told t = model_told(w, own, asked);
    const char *query = *asked ? arena_format(cx->arena, "?territory=%s", asked) : "";
    const char *more = *asked ? arena_format(cx->arena, "&territory=%s", asked) : "";
    const Json *page = ask(cx, who, arena_format(cx->arena, "?size=200%s", more));
    EXPECT_INT(json_int(page, "total", -1), t.rows);
    EXPECT_INT(json_get(page, "rows")->count, t.rows);
    EXPECT_INT(tally_of(json_get(ask(cx, who, arena_format(cx->arena, "/tally%s", query)), "rows")),
               t.rows);
    page = ask(cx, who, arena_format(cx->arena, "?figure=wells&size=200%s", more));
    EXPECT_INT(json_get(page, "rows")->count, t.settled);
    const Json *figures =
        json_get(ask(cx, who, arena_format(cx->arena, "/figures%s", query)), "rows");
    for (size_t i = 0; i < figures->count; i++) {
        const char *id = json_text(figures->items[i], "id", "");
        if (strcmp(id, "wells") == 0)
            EXPECT_TEXT(json_text(figures->items[i], "value", ""),
                        arena_format(cx->arena, "%lld", (long long)t.settled));
        if (strcmp(id, "well_cost") != 0)
            continue;
        EXPECT_TEXT(json_text(figures->items[i], "value", ""), money_text_in(cx, t.sum, "万元"));
        EXPECT_INT(json_int(figures->items[i], "undecided", -1), t.undecided);
    }
}

/* Each group says what the model puts there, and all together the whole. */
static void expect_groups(Cx *cx, const ReachWorld *w, const char *who, const char *own,
                          const char *level, size_t digits)
{
    int64_t all = 0;
    const Json *rows =
        json_get(ask(cx, who, arena_format(cx->arena, "/figures/wells?by=%s", level)), "rows");
    for (size_t g = 0; g < rows->count; g++) {
        int64_t expected = 0;
        const char *group = json_text(rows->items[g], "group", "");
        for (int i = 0; i < ROWS; i++)
            expected += w->settled[i] && model_sees(w, own, w->at[i], w->today) &&
                        strncmp(model_heir(w, w->at[i], digits, w->today), group, digits) == 0;
        const char *told = arena_format(cx->arena, "%lld", (long long)expected);
        EXPECT_TEXT(json_text(rows->items[g], "value", ""), told);
        all += expected;
    }
    EXPECT_INT(all, model_told(w, own, "").settled);
}

/* A literal with WITHIN, and the selects of tables that nothing is kept of. */
static void expect_literals(Cx *cx, const ReachWorld *w, const char *who, const char *own)
{
    int64_t count;
    List page;
    server_as(cx, who);
    User u = *cx->user;
    EXPECT_OK(user_set_reach(cx, &u));
    EXPECT_OK(store_int(cx, &count,
                        "SELECT count(*) FROM well w WHERE w.id > $2 AND " WITHIN(
                            "w.territory", 1) " AND w.id < $3",
                        ARGS(user_reach(&u), I(0), I(1000000))));
    EXPECT_INT(count, model_told(w, own, "").rows);
    static const Field FIELDS[] = {
        { "id", FIELD_INT, 0, "编号", "Number", FIELD_SORT },
        FIELDS_END,
    };
    const Table plain = { "well", FIELDS, sizeof(int64_t),
                          "SELECT w.id FROM well w WHERE w.territory >= $1 AND w.territory < $2",
                          .sort = "id" };
    EXPECT_OK(table_page(cx, &page, &plain, user_range(cx, &u), &(PageQuery){ .size = 200 }));
    EXPECT_INT(page.total, count);
}

static void expect_all(Cx *cx, const ReachWorld *w)
{
    static const char *const WHO[] = { "province",     "city",     "other-city", "county",
                                       "other-county", "township", "village" };
    static const char *const OWN[] = { "37",     "3706",      "3710",        "370683",
                                       "370682", "370683100", "370683100200" };
    for (size_t i = 0; i < COUNT(WHO); i++) {
        expect_told(cx, w, WHO[i], OWN[i], "");
        expect_told(cx, w, WHO[i], OWN[i], w->codes[i * 3 % w->code_count]);
        expect_literals(cx, w, WHO[i], OWN[i]);
        expect_groups(cx, w, WHO[i], OWN[i], "village", 12);
        expect_groups(cx, w, WHO[i], OWN[i], "township", 9);
        expect_groups(cx, w, WHO[i], OWN[i], "county", 6);
    }
}

SERVER_CASE("whatever was merged into whatever, everybody sees what a plain model says")
{
    const Register *r;
    ReachWorld *w = NEW(cx, ReachWorld);
    *w = (ReachWorld){ .random = 20260708, .today = day_of_instant(cx_now(cx)) };
    register_testing_pack(cx, INVENTED);
    EXPECT_OK(register_find(cx, &r, "well"));
    given_codes(cx, w);
    given_rows(cx, w, r);
    expect_all(cx, w);
    for (int round = 0; round < ROUNDS; round++) {
        size_t until = w->merger_count + MERGERS / ROUNDS;
        while (w->merger_count < until)
            merge_one(cx, w);
        change_rows(cx, w, r);
        expect_all(cx, w);
    }
}

/* P17 of the traps. */
SERVER_CASE(
    "a village merged on a day counts as itself the day before and as its heir from then on")
{
    Reach before, after;
    const Moved *moved;
    Day day;
    ReachWorld *w = NEW(cx, ReachWorld);
    register_testing_pack(cx, INVENTED);
    given_codes(cx, w);
    EXPECT(day_parse("2022-07-01", &day));
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(region_merge(cx, "371002100201", "370683100200", day, "样例文号"));
    EXPECT_OK(store_commit(cx));
    EXPECT_OK(reach_of(cx, &before, "370683100", day - 1));
    EXPECT(!before.more);
    EXPECT_OK(reach_of(cx, &after, "370683100", day));
    EXPECT(range_has(after, "371002100201") && !range_has(after, "371002100202"));
    EXPECT_OK(reach_moves(cx, &moved, range_of(cx, "37"), 12, day - 1));
    EXPECT(!moved);
    EXPECT_OK(reach_moves(cx, &moved, range_of(cx, "37"), 12, day));
    EXPECT(moved && !moved->next);
    EXPECT_TEXT(moved->into, "370683100200");
}
