/* usage: build/bench/register [ROWS]
 *
 * The list of a register at 30,000, 300,000 and 3,000,000 rows (or up to ROWS), in one temporary
 * SQLite file: what a province's clerk, a county's and a village's wait for. Each figure is the
 * median of several calls, up and down, in processor time.
 */
#include "bench/bench.h"

#include "modules/region/region.h"
#include "store/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 9, GROWTH = 10, LEAST = 30000, MOST = 3000000 };

typedef struct Row {
    int64_t id, version;
    const char *territory, *state, *number, *name, *kind;
    int64_t cost, made_on;
} Row;

static const Option STATES[] = { { "draft", "草稿", "Draft" },
                                 { "sent", "待审核", "Sent" },
                                 { "settled", "已生效", "Settled" },
                                 { .key = NULL } };
static const Option KINDS[] = {
    { "a", "甲", "A" }, { "b", "乙", "B" }, { "rare", "少有", "Rare" }, { .key = NULL }
};

#define AT(member) offsetof(Row, member)
static const Field FIELDS[] = {
    { "id", FIELD_INT, AT(id), "编号", "Number", FIELD_KEY | FIELD_SORT },
    { "version", FIELD_INT, AT(version), "版本", "Version" },
    { "territory", FIELD_TEXT, AT(territory), "村", "Village", FIELD_FILTER | FIELD_SORT,
      .link = "region" },
    { "state", FIELD_ENUM, AT(state), "状态", "State", FIELD_FILTER | FIELD_SORT,
      .options = STATES },
    { "number", FIELD_TEXT, AT(number), "号", "No.", FIELD_KEY | FIELD_SORT },
    { "name", FIELD_TEXT, AT(name), "姓名", "Name", FIELD_NAME },
    { "kind", FIELD_ENUM, AT(kind), "类别", "Kind", FIELD_FILTER, .options = KINDS },
    { "cost", FIELD_MONEY, AT(cost), "金额", "Amount", FIELD_FILTER },
    { "made_on", FIELD_DATE, AT(made_on), "日期", "Day", FIELD_FILTER | FIELD_SORT },
    FIELDS_END,
};

static const TableLink NO_LINKS[] = { { .noun = NULL } };

/* 16 cities of 9 counties of 12 townships of 40 villages; a name of three of some hundred
 * characters; a rare kind, and days that some rows lack. */
static const char FILL_SQL[] =
    "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) "
    "INSERT INTO entry(version, territory, state, number, name, kind, cost, made_on) "
    "SELECT 1, printf('37%02d%02d%03d%03d', 1 + i % 16, 1 + i / 16 % 9, 100 + i / 144 % 12, "
    "200 + i / 1728 % 40), "
    "CASE WHEN i % 100 = 0 THEN 'sent' WHEN i % 7 = 0 THEN 'draft' ELSE 'settled' END, "
    "printf('%08d', i), "
    "char(19968 + i * 31 % 101, 20068 + i * 7919 % 307, 20468 + i / 11 * 104729 % 311), "
    "CASE WHEN i % 5000 = 1 THEN 'rare' WHEN i % 3 = 0 THEN 'a' ELSE 'b' END, "
    "i * 7 % 1000000, CASE WHEN i % 50 = 0 THEN NULL ELSE 16000 + i * 2654435761 % 3000 END "
    "FROM n";

typedef struct Asked {
    const char *name;
    const char *seen; /* whose territory */
    const char *sort;
    const char *key, *value; /* a filter */
    int64_t page;            /* 0 = the first; else behind so many by its number */
} Asked;

static const Asked ASKED[] = {
    { "first page, province", "37", "made_on", NULL, NULL, 0 },
    { "first page, city", "3706", "made_on", NULL, NULL, 0 },
    { "first page, county", "370603", "made_on", NULL, NULL, 0 },
    { "first page, township", "370603104", "made_on", NULL, NULL, 0 },
    { "first page, village", "370603104210", "made_on", NULL, NULL, 0 },
    { "by name of the field, county", "370603", "number", NULL, NULL, 0 },
    { "page 500 by its number, province", "37", "made_on", NULL, NULL, 500 },
    { "frequent value, province", "37", "made_on", "kind", "a", 0 },
    { "rare value, province", "37", "made_on", "kind", "rare", 0 },
    { "rare value, county", "370603", "made_on", "kind", "rare", 0 },
    { "state, province", "37", "made_on", "state", "sent", 0 },
    { "range of days, city", "3706", "made_on", "made_on", "2014-01-01..2014-01-31", 0 },
    { "range of amounts, county", "370603", "made_on", "cost", "1..2", 0 },
    { "filtered by city", "37", "made_on", "territory", "3706", 0 },
    { "filtered by village", "37", "made_on", "territory", "370603104210", 0 },
    { "search by two characters, province", "37", "made_on", "q", "丁优", 0 },
    { "search by two characters, county", "370603", "made_on", "q", "丁优", 0 },
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct Bench {
    Cx *cx;
    const Table *table;
    int64_t rows;
} Bench;

/* Other work of the machine is no part of it. */
static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double ask(const Bench *b, const Asked *a)
{
    double used[TRIES];
    for (int i = 0; i < TRIES; i++) {
        List page;
        const char *filters[] = { a->key, a->value, NULL };
        PageQuery query = {
            .sort = a->sort, .descending = i % 2, .page = a->page, .filters = filters
        };
        double start = processor_seconds();
        must(b->cx, table_page(b->cx, &page, b->table, range_of(b->cx, a->seen), &query), a->name);
        used[i] = processor_seconds() - start;
        arena_reset(b->cx->arena);
    }
    qsort(used, TRIES, sizeof *used, compare);
    return used[TRIES / 2] * 1e9;
}

static void measure(const Bench *b)
{
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char name[120];
        snprintf(name, sizeof name, "register.%lld.%s", (long long)b->rows, ASKED[i].name);
        figure(name, ask(b, &ASKED[i]));
    }
}

static void grow(Bench *b, int64_t to)
{
    must(b->cx, store_begin(b->cx, true), "begin");
    must(b->cx, store_run(b->cx, "PRAGMA cache_size = -2000000", NO_ARGS), "cache of the filling");
    must(b->cx, store_run(b->cx, FILL_SQL, ARGS(I(b->rows + 1), I(to))), "fill");
    must(b->cx, table_keep_all(b->cx, b->table), "keep");
    must(b->cx, store_commit(b->cx), "commit");
    b->rows = to;
}

extern const char region_sql[];

static void search_region(void *data)
{
    List found;
    Cx *cx = data;
    RegionSearch two = { .text = "东街", .parent = "37", .at = 19319 };
    must(cx, region_search(cx, &found, &two), "search");
    arena_reset(cx->arena);
}

/* Two characters among the 62,000 divisions that come with the program. */
static void measure_region(Cx *cx)
{
    const Schema schema = { "region", region_sql };
    must(cx, store_migrate(cx, &schema, 1), "schema");
    must(cx, store_begin(cx, true), "begin");
    must(cx, region_load(cx, NULL, NULL), "divisions");
    must(cx, store_commit(cx), "commit");
    figure("region.search by two characters", cost(search_region, cx));
}

int main(int argc, char **argv)
{
    long most = argc > 1 ? strtol(argv[1], NULL, 10) : MOST;
    Cx cx = cx_make(arena_new(0));
    StorePool *pool;
    char folder[] = "build/bench/register-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    char path[120], gone[120];
    snprintf(path, sizeof path, "file:%s/bench.db", folder);
    snprintf(gone, sizeof gone, "rm -rf '%s'", folder);
    must(&cx, store_pool_open(&cx, &pool, path), "pool");
    must(&cx, store_open(&cx, &cx.store, pool), "open");
    Cx lasting = cx_make(arena_new(0));
    Table table = { "entry",           FIELDS,
                    sizeof(Row),       table_select(&lasting, "entry", FIELDS, NO_LINKS),
                    .kept = true,      .sum = "cost",
                    .sort = "-made_on" };
    must(&cx, store_begin(&cx, true), "begin");
    must(&cx, table_create(&cx, &table), "table");
    must(&cx, store_commit(&cx), "commit");
    measure_region(&cx);
    Bench b = { &cx, &table, 0 };
    for (int64_t rows = LEAST; rows <= most; rows *= GROWTH) {
        grow(&b, rows);
        measure(&b);
    }
    store_close(cx.store);
    store_pool_close(pool);
    arena_free(lasting.arena);
    arena_free(cx.arena);
    return system(gone);
}
