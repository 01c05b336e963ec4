/* The list at scale against the plain one: whichever way it finds its rows, walking or gathering,
 * they are those that store_page reads from the select, in the same order. */
#include "store/store_testing.h"
#include "store/table_parts.h"

#include <string.h>

static const char SQL[] =
    "-- version 1: another\nCREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT);\n";
static const Schema SCHEMAS[] = { { "other", SQL } };

typedef struct ListedRow {
    int64_t id, version;
    const char *territory, *state, *name, *note, *kind;
    int64_t cost, made_on;
} ListedRow;

static const Option STATES[] = { { "draft", "草稿", "Draft" },
                                 { "sent", "待审核", "Sent" },
                                 { .key = NULL } };
static const Option KINDS[] = { { "a", "甲", "A" }, { "b", "乙", "B" }, { .key = NULL } };

#define AT(member) offsetof(ListedRow, member)
static const Field FIELDS[] = {
    { "id", FIELD_INT, AT(id), "编号", "Number", FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, AT(version), "版本", "Version" },
    { "territory", FIELD_TEXT, AT(territory), "村", "Village", FIELD_FILTER | FIELD_SORT,
      .link = "region" },
    { "state", FIELD_ENUM, AT(state), "状态", "State", FIELD_FILTER | FIELD_SORT,
      .options = STATES },
    { "name", FIELD_TEXT, AT(name), "姓名", "Name", FIELD_NAME | FIELD_SORT | FIELD_MASKED },
    { "note", FIELD_TEXT, AT(note), "备注", "Note", FIELD_FILTER },
    { "kind", FIELD_ENUM, AT(kind), "类别", "Kind", FIELD_FILTER, .options = KINDS },
    { "cost", FIELD_MONEY, AT(cost), "金额", "Amount", FIELD_FILTER },
    { "made_on", FIELD_DATE, AT(made_on), "日期", "Day", FIELD_FILTER | FIELD_SORT },
    FIELDS_END,
};

static Table entries(Cx *cx)
{
    static const TableLink NO_LINKS[] = { { .noun = NULL } };
    return (Table){ "entry",           FIELDS,
                    sizeof(ListedRow), table_select(cx, "entry", FIELDS, NO_LINKS),
                    .kept = true,      .sum = "cost",
                    .sort = "-made_on" };
}

/* The same numbers every time, so that what fails once fails again. */
static uint32_t drawn(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* Few characters, so that parts of texts meet; some of them LIKE's own signs, and both cases. */
static const char *a_text(Cx *cx, uint32_t *seed, uint32_t most)
{
    static const char *const PIECES[] = { "东", "西", "村", "王", "A", "a", "%",
                                          "_",  "\\", " ",  "（", "(", "Ａ" };
    Buf b = BUF(cx);
    for (uint32_t n = drawn(seed, most + 1); n > 0; n--)
        buf_add(&b, PIECES[drawn(seed, COUNT(PIECES))]);
    return buf_text(&b);
}

static const char *const PLACES[] = { "370601100200", "370601100201", "370601101200",
                                      "370602100200", "370702100200", "370703100200" };

static ListedRow drawn_entry(Cx *cx, uint32_t *seed)
{
    uint32_t place = drawn(seed, 3 * COUNT(PLACES)); /* most of them lie in the first village */
    return (ListedRow){ .id = UNSET,
                        .version = UNSET,
                        .territory = PLACES[place < COUNT(PLACES) ? place : 0],
                        .state = STATES[drawn(seed, 8) == 0].key,
                        .name = a_text(cx, seed, 4),
                        .note = drawn(seed, 4) ? a_text(cx, seed, 6) : NULL,
                        .kind = drawn(seed, 5) ? KINDS[drawn(seed, 50) == 0].key : NULL,
                        .cost = drawn(seed, 6) ? drawn(seed, 100) * 1000000 : UNSET,
                        .made_on = drawn(seed, 6) ? 19000 + drawn(seed, 40) : UNSET };
}

static void given_entries(Cx *cx, const Table *t, int count)
{
    uint32_t seed = 7;
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(table_create(cx, t));
    for (int i = 0; i < count; i++) {
        int64_t id;
        ListedRow e = drawn_entry(cx, &seed);
        EXPECT_OK(table_insert(cx, t, &id, &e));
    }
    EXPECT_OK(store_commit(cx));
}

static void expect_kept(Cx *cx, const Table *t)
{
    bool equal;
    const char *what;
    EXPECT_OK(table_keep_proved(cx, t, &equal, &what));
    EXPECT(equal);
}

static const int64_t *ids_of(Cx *cx, const List *page)
{
    int64_t *ids = NEW_N(cx, int64_t, page->count + 1);
    for (size_t i = 0; i < page->count; i++)
        ids[i] = ((const ListedRow *)page->rows)[i].id;
    return ids;
}

/* The plain list whole, by its page numbers. */
static size_t plain(Cx *cx, const Table *t, Reach seen, PageQuery query, int64_t *ids, size_t room)
{
    size_t count = 0;
    query.size = 200;
    for (query.page = 1;; query.page++) {
        List page;
        EXPECT_OK(store_page(cx, &page, t->fields, t->size, t->select,
                             ARGS(T(seen.from), T(seen.to)), &query));
        EXPECT(count + page.count <= room);
        memcpy(ids + count, ids_of(cx, &page), page.count * sizeof *ids);
        count += page.count;
        if (page.count < 200)
            return count;
    }
}

enum { ENTRIES = 1800, A_PAGE = 170 };

/* All pages forward and then all back again are the plain list, and its total is told. */
static void expect_same(Cx *cx, const Table *t, const char *prefix, PageQuery query)
{
    int64_t *expected = NEW_N(cx, int64_t, ENTRIES);
    Reach seen = range_of(cx, prefix);
    size_t count = plain(cx, t, seen, query, expected, ENTRIES), at = 0;
    List page;
    query.size = A_PAGE;
    for (;; query.after = page.after) {
        EXPECT_OK(table_page(cx, &page, t, seen, &query));
        EXPECT_INT(page.total, (int64_t)count);
        EXPECT(!page.more && at + page.count <= count);
        EXPECT(memcmp(ids_of(cx, &page), expected + at, page.count * sizeof *expected) == 0);
        EXPECT((page.before != NULL) == (at > 0));
        at += page.count;
        if (!page.after)
            break;
    }
    EXPECT_INT((int64_t)at, (int64_t)count);
    at -= page.count;
    while (page.before) {
        query.after = NULL;
        query.before = page.before;
        EXPECT_OK(table_page(cx, &page, t, seen, &query));
        at -= page.count;
        EXPECT(memcmp(ids_of(cx, &page), expected + at, page.count * sizeof *expected) == 0);
        EXPECT(page.after != NULL);
    }
    EXPECT_INT((int64_t)at, 0);
}

static const char *const SEEN[] = { "", "37", "3706", "370601", "370601100", "370601100200", "36" };

STORE_CASE("every page of a long list, forward and back, is that of the plain one")
{
    static const char *const FILTERS[][5] = { { NULL },
                                              { "kind", "a", NULL },
                                              { "kind", "b", NULL },
                                              { "state", "sent", NULL },
                                              { "made_on", "2022-01-10..2022-01-12", NULL },
                                              { "cost", "5000..", NULL },
                                              { "territory", "370602", NULL },
                                              { "kind", "a", "state", "draft", NULL },
                                              { "territory", "3707", "note", "东", NULL } };
    static const char *const SORTS[] = { NULL, "territory", "state", "name", "made_on" };
    Table t = entries(cx);
    given_entries(cx, &t, ENTRIES);
    expect_kept(cx, &t);
    Arena *whole = cx->arena;
    for (size_t i = 0; i < COUNT(SEEN) * COUNT(FILTERS); i++) {
        PageQuery query = { .sort = SORTS[i % COUNT(SORTS)],
                            .descending = i / 5 % 2,
                            .filters = FILTERS[i % COUNT(FILTERS)] };
        Arena *one = cx->arena = arena_new(0);
        expect_same(cx, &t, SEEN[i % COUNT(SEEN)], query);
        cx->arena = whole;
        arena_free(one);
    }
}

static int64_t measured(Cx *cx, const Table *t, Reach seen, const char *distinct)
{
    List found;
    const Measure m = { .distinct = distinct };
    EXPECT_OK(table_measure(cx, &found, t, seen, &(PageQuery){ 0 }, &m));
    return ((const Measured *)found.rows)->value;
}

STORE_CASE("of several ranges all rows are counted, and a value that stands in two of them once")
{
    Table t = entries(cx);
    given_entries(cx, &t, 100);
    Reach one = range_of(cx, "370601"), other = range_of(cx, "3707"), both = one;
    both.more = &other;
    int64_t apart = measured(cx, &t, one, NULL) + measured(cx, &t, other, NULL);
    EXPECT_INT(measured(cx, &t, both, NULL), apart);
    EXPECT(measured(cx, &t, other, NULL) > 0 && apart < 100);
    EXPECT_INT(measured(cx, &t, both, "kind"), COUNT(KINDS) - 1);
}

STORE_CASE("a search by bigrams finds what LIKE finds, in any texts")
{
    uint32_t seed = 11;
    Table t = entries(cx);
    given_entries(cx, &t, 700);
    for (int i = 0; i < 120; i++) {
        const char *filters[] = { i % 3 ? "q" : "note", a_text(cx, &seed, 4), NULL };
        expect_same(cx, &t, SEEN[drawn(&seed, COUNT(SEEN))],
                    (PageQuery){ .sort = "made_on", .filters = filters });
    }
}

/* Other postings, another number. */
static int64_t postings(Cx *cx)
{
    int64_t sum;
    EXPECT_OK(store_int(cx, &sum,
                        "SELECT CAST(sum((gram * 31 + row_id * 7919) % 1000003) AS BIGINT) FROM "
                        "\"_gram_entry\" WHERE territory <> ''",
                        NO_ARGS));
    return sum;
}

/* Up to fifty, by name; without a text by division. */
STORE_CASE("a picker finds by bigrams what LIKE finds among the names")
{
    uint32_t seed = 11;
    Table t = entries(cx);
    given_entries(cx, &t, 300);
    const TableLink plain = { "entry", table_link_select(cx, &t, "name"), false, NULL };
    TableLink link = plain;
    link.grams = table_link_grams(cx, &t, "name");
    EXPECT(link.grams && !table_link_grams(cx, &t, "kind"));
    Reach far = range_of(cx, "3707"), seen = range_of(cx, "370602");
    seen.more = &far;
    for (int i = 0; i < 120; i++) {
        List found, all;
        const char *text = a_text(cx, &seed, 3);
        Reach where = i % 3 ? range_of(cx, i % 2 ? "37" : "370601") : seen;
        EXPECT_OK(table_link_search(cx, &all, &plain, where, text, i % 4 ? 12 : 0));
        EXPECT_OK(table_link_search(cx, &found, &link, where, text, i % 4 ? 12 : 0));
        EXPECT_INT((int64_t)found.count, (int64_t)all.count);
        const LinkRow *a = all.rows, *b = found.rows;
        for (size_t k = 0; *text && k < found.count; k++)
            EXPECT_TEXT(b[k].called, a[k].called);
    }
}

STORE_CASE("counts and postings follow every change, and made afresh they are the same")
{
    uint32_t seed = 23;
    Table t = entries(cx);
    given_entries(cx, &t, 60);
    EXPECT_OK(store_begin(cx, true));
    for (int64_t id = 1; id <= 60; id++) {
        ListedRow e = drawn_entry(cx, &seed);
        if (id % 5 == 0)
            EXPECT_OK(table_delete(cx, &t, id, 1));
        else
            EXPECT_OK(table_update(cx, &t, &e, id, 1));
    }
    EXPECT_FAIL(table_delete(cx, &t, 1, 1), STALE, "version");
    store_rollback(cx);
    EXPECT_OK(store_begin(cx, true));
    for (int64_t id = 1; id <= 60; id++) {
        ListedRow e = drawn_entry(cx, &seed);
        EXPECT_OK(id % 5 ? table_update(cx, &t, &e, id, 1) : table_delete(cx, &t, id, 1));
    }
    EXPECT_OK(store_commit(cx));
    expect_kept(cx, &t);
    int64_t before = postings(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(table_keep_all(cx, &t));
    EXPECT_OK(store_commit(cx));
    EXPECT_INT(postings(cx), before);
    expect_kept(cx, &t);
    EXPECT_OK(
        store_run(cx, "UPDATE \"_count_entry\" SET n = n + 1 WHERE territory = '3706'", NO_ARGS));
    bool equal;
    const char *what;
    EXPECT_OK(table_keep_proved(cx, &t, &equal, &what));
    EXPECT(!equal);
    EXPECT_TEXT(what, "3706");
}

STORE_CASE("a cursor says no personal value, and none of another order is taken")
{
    List page;
    Table t = entries(cx);
    given_entries(cx, &t, 50);
    PageQuery query = { .sort = "name", .size = 10 };
    EXPECT_OK(table_page(cx, &page, &t, range_of(cx, ""), &query));
    const ListedRow *last = (const ListedRow *)page.rows + 9;
    Buf hex = BUF(cx);
    for (const char *p = last->name; *p; p++)
        buf_format(&hex, "%02x", (unsigned char)*p);
    EXPECT(hex.length == 0 || !strstr(page.after, buf_text(&hex)));
    const char *bad[] = { page.after, "zz", "", "6e616d652b", "00" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        query = (PageQuery){ .sort = "made_on", .after = bad[i] };
        EXPECT_FAIL(table_page(cx, &page, &t, range_of(cx, ""), &query), INVALID, "after");
    }
}

/* --- what people write --- */

static const Field ORDERED[] = {
    { "id", FIELD_INT, AT(id), "编号", "Number", FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, AT(version), "版本", "Version" },
    { "territory", FIELD_TEXT, AT(territory), "村", "Village", FIELD_FILTER | FIELD_SORT,
      .link = "region" },
    { "name", FIELD_TEXT, AT(name), "名称", "Name", FIELD_NAME | FIELD_SORT | FIELD_ORDERED },
    FIELDS_END,
};

static Table places(Cx *cx, const Field *fields)
{
    static const TableLink NO_LINKS[] = { { .noun = NULL } };
    return (Table){ "entry", fields, sizeof(ListedRow), table_select(cx, "entry", fields, NO_LINKS),
                    .kept = true };
}

/* In the order in which they are looked for. */
static const char *const NAMES[] = { "（样例）", "2号井", "a组",  "B组",  "艾山村",     "北王村",
                                     "李家",     "李屋",  "〇井", "沙河", "王（样例）", "张村" };

static void expect_names(Cx *cx, const Table *t, bool descending)
{
    List page;
    PageQuery query = { .sort = "name", .descending = descending, .size = 5 };
    for (size_t i = 0; i < COUNT(NAMES); query.after = page.after) {
        EXPECT_OK(table_page(cx, &page, t, range_of(cx, "37"), &query));
        EXPECT(page.count > 0);
        for (size_t k = 0; k < page.count; k++, i++)
            EXPECT_TEXT(((const ListedRow *)page.rows)[k].name,
                        NAMES[descending ? COUNT(NAMES) - 1 - i : i]);
    }
}

STORE_CASE("names stand in the order of pinyin, those too that an older program kept")
{
    Field plain[COUNT(ORDERED)];
    memcpy(plain, ORDERED, sizeof plain);
    plain[3].flags &= ~(unsigned)FIELD_ORDERED;
    Table before = places(cx, plain), t = places(cx, ORDERED);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(table_create(cx, &before));
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        int64_t id;
        ListedRow e = { .territory = PLACES[i % COUNT(PLACES)],
                        .name = NAMES[i * 5 % COUNT(NAMES)] };
        EXPECT_OK(table_insert(cx, &before, &id, &e));
    }
    bool kept;
    EXPECT_OK(table_is_kept(cx, &kept, &t));
    EXPECT(!kept);
    EXPECT_OK(table_grow(cx, &t, &before));
    EXPECT_OK(table_is_kept(cx, &kept, &t));
    EXPECT(kept);
    EXPECT_OK(store_commit(cx));
    expect_names(cx, &t, false);
    expect_names(cx, &t, true);
    EXPECT_OK(store_begin(cx, true)); /* and they follow a change */
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        ListedRow e = { .territory = PLACES[0], .name = NAMES[i] };
        EXPECT_OK(table_update(cx, &t, &e, (int64_t)i + 1, 1));
    }
    EXPECT_OK(store_commit(cx));
    expect_names(cx, &t, false);
}

STORE_CASE("a sign is found however wide it was typed")
{
    static const char *const TYPED[] = { "(样", "（样", "（样例）", "(样例)", "（样例)" };
    Table t = places(cx, ORDERED);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(table_create(cx, &t));
    for (size_t i = 0; i < 2; i++) {
        int64_t id;
        ListedRow e = { .territory = PLACES[i], .name = i ? "王(样例)" : "王（样例）" };
        EXPECT_OK(table_insert(cx, &t, &id, &e));
    }
    EXPECT_OK(store_commit(cx));
    for (size_t i = 0; i < COUNT(TYPED); i++) {
        List page;
        const char *filters[] = { "q", TYPED[i], NULL };
        EXPECT_OK(table_page(cx, &page, &t, range_of(cx, ""), &(PageQuery){ .filters = filters }));
        EXPECT_INT((int64_t)page.count, 2);
        EXPECT_INT(page.total, 2);
    }
}

/* --- what the engines would do --- */

/* Tables that hold a row for each of millions: none of them is ever read whole. By the names, too,
 * that the statements call them by. */
static const char *const LARGE[] = { "entry", "t", "g", "o", "_gram_entry", "_count_entry" };

enum { STATEMENTS = 4000 };
static struct {
    const char *sql[STATEMENTS];
    size_t args[STATEMENTS];
    size_t count;
    Cx *cx;
} watched;

static void watch(const char *sql, size_t args)
{
    for (size_t i = 0; i < watched.count; i++)
        if (strcmp(watched.sql[i], sql) == 0)
            return;
    EXPECT(watched.count < STATEMENTS);
    watched.sql[watched.count] = arena_text(watched.cx->arena, sql);
    watched.args[watched.count++] = args;
}

/* Rows one after another in an index's order, until a page is full, are no table read whole. */
static bool reads_whole(const char *sql, const char *step)
{
    bool large = false;
    for (size_t i = 0; i < COUNT(LARGE); i++) {
        size_t n = strlen(LARGE[i]);
        large |= strncmp(step, "SCAN ", 5) == 0 && strncmp(step + 5, LARGE[i], n) == 0 &&
                 (step[5 + n] == ' ' || step[5 + n] == '\0');
    }
    return large && !strstr(sql, "LIMIT");
}

static void expect_plan(Cx *cx, const char *sql, size_t count)
{
    Rows rows;
    int64_t scanned = UNSET, sorted = UNSET; /* inside which step of the plan */
    Arg *args = NEW_N(cx, Arg, count + 1);
    for (size_t i = 0; i < count; i++)
        args[i] = arg_int(1);
    EXPECT_OK(rows_open(cx, &rows, arena_format(cx->arena, "EXPLAIN QUERY PLAN %s", sql),
                        (Args){ args, count }));
    while (rows.more) {
        const char *step = rows_text(cx, &rows, 3);
        EXPECT(!reads_whole(sql, step));
        if (reads_whole("", step))
            scanned = rows_int(&rows, 1);
        if (strstr(step, "TEMP B-TREE FOR ORDER BY"))
            sorted = rows_int(&rows, 1);
        /* all of it, to find the first of another order */
        EXPECT(scanned == UNSET || scanned != sorted);
        EXPECT_OK(rows_next(cx, &rows));
    }
}

/* "… Scan … on entry e" of one of the large tables. */
static bool scans_large(const char *step, const char *scan)
{
    const char *at = strstr(step, scan), *on = at ? strstr(at, " on ") : NULL;
    for (size_t i = 0; on && i < COUNT(LARGE); i++) {
        size_t n = strlen(LARGE[i]);
        if (strncmp(on + 4, LARGE[i], n) == 0 && on[4 + n] == ' ')
            return true;
    }
    return false;
}

/* PostgreSQL chooses by how many rows there are, and here are few. So it is told that a scan is
 * dear, and to plan for any values: then it scans what no index of ours serves, whatever it knows.
 * An index read without a condition is a scan, too, but where a page of it is enough. */
static void expect_pg_plan(Cx *cx, const char *sql, size_t count)
{
    Rows rows;
    Buf execute = BUF(cx);
    bool whole = false;
    buf_add(&execute, "EXPLAIN EXECUTE planned");
    for (size_t i = 0; i < count; i++)
        buf_add(&execute, i ? ", NULL" : "(NULL");
    buf_add(&execute, count ? ")" : "");
    EXPECT_OK(store_run(cx, arena_format(cx->arena, "PREPARE planned AS %s", sql), NO_ARGS));
    EXPECT_OK(rows_open(cx, &rows, buf_text(&execute), NO_ARGS));
    while (rows.more) {
        const char *step = rows_text(cx, &rows, 0);
        EXPECT(!scans_large(step, "Seq Scan"));
        EXPECT(!whole || strstr(step, "Index Cond") || strstr(sql, "LIMIT"));
        whole = scans_large(step, "Index Scan") || scans_large(step, "Index Only Scan");
        EXPECT_OK(rows_next(cx, &rows));
    }
    EXPECT(!whole || strstr(sql, "LIMIT"));
    EXPECT_OK(store_run(cx, "DEALLOCATE planned", NO_ARGS));
}

static void expect_pg_plans(Cx *cx)
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, "SET LOCAL enable_seqscan = off", NO_ARGS));
    EXPECT_OK(store_run(cx, "SET LOCAL plan_cache_mode = force_generic_plan", NO_ARGS));
    for (size_t i = 0; i < watched.count; i++)
        expect_pg_plan(cx, watched.sql[i], watched.args[i]);
    EXPECT_OK(store_commit(cx));
}

STORE_CASE("no statement of a list reads a large table whole")
{
    static const char *const FILTERS[][5] = { { NULL },
                                              { "kind", "a", NULL },
                                              { "state", "sent", NULL },
                                              { "made_on", "2022-01-10..2022-01-12", NULL },
                                              { "cost", "5000..", NULL },
                                              { "q", "东西", NULL },
                                              { "q", "东", NULL },
                                              { "note", "东西村", NULL },
                                              { "territory", "370602", NULL },
                                              { "kind", "a", "state", "draft", NULL } };
    static const char *const SORTS[] = { NULL, "territory", "state", "name", "made_on" };
    static const char *const PARTS[] = { "", "东", "东西", "东西村王" };
    Table t = entries(cx);
    const TableLink link = { "entry", table_link_select(cx, &t, "name"), false,
                             table_link_grams(cx, &t, "name") };
    given_entries(cx, &t, 1200);
    watched.count = 0;
    watched.cx = cx;
    store_testing_pool()->watch = watch;
    for (size_t i = 0; i < COUNT(SEEN) * COUNT(FILTERS) * COUNT(SORTS); i++) {
        List page;
        Reach seen = range_of(cx, SEEN[i % COUNT(SEEN)]);
        PageQuery query = { .sort = SORTS[i / COUNT(SEEN) % COUNT(SORTS)],
                            .descending = i % 2,
                            .filters = FILTERS[i / COUNT(SEEN) / COUNT(SORTS)] };
        EXPECT_OK(table_page(cx, &page, &t, seen, &query));
        query.after = page.after;
        EXPECT_OK(table_page(cx, &page, &t, seen, &query));
        EXPECT_OK(table_tally(cx, &page, &t, seen, &query));
    }
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        List found;
        EXPECT_OK(table_link_search(cx, &found, &link, range_of(cx, "37"), PARTS[i], 0));
        EXPECT_OK(table_measure_kept(cx, &found, &t, range_of(cx, "37"), &(PageQuery){ 0 },
                                     i % 2 ? "sent" : NULL,
                                     &(Measure){ .by = "territory", .digits = i < 2 ? 6 : 0 }));
    }
    store_testing_pool()->watch = NULL;
    EXPECT(watched.count > 50);
    if (store_is_pg(cx->store)) {
        expect_pg_plans(cx);
        return;
    }
    for (size_t i = 0; i < watched.count; i++)
        expect_plan(cx, watched.sql[i], watched.args[i]);
}
