/* usage: build/bench/register [ROWS [keep]]   (keep: the file stays)
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
    bool next;               /* the page behind that one, by the row that it ends with */
} Asked;

static const Asked ASKED[] = {
    { "first page, province", "37", "made_on", NULL, NULL, 0 },
    { "first page, city", "3706", "made_on", NULL, NULL, 0 },
    { "first page, county", "370603", "made_on", NULL, NULL, 0 },
    { "first page, township", "370603104", "made_on", NULL, NULL, 0 },
    { "first page, village", "370603104210", "made_on", NULL, NULL, 0 },
    { "by name of the field, county", "370603", "number", NULL, NULL, 0 },
    { "page 500 by its number, province", "37", "made_on", NULL, NULL, 500 },
    { "page 501 behind it, province", "37", "made_on", NULL, NULL, 500, true },
    { "page 501 behind it, city", "3706", "made_on", NULL, NULL, 500, true },
    { "page 501 behind it, county", "370603", "made_on", NULL, NULL, 500, true },
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

/* Other work of the machine, and of the thread that carries the log into the file, is no part of
 * it. */
static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double median(double *used)
{
    qsort(used, TRIES, sizeof *used, compare);
    return used[TRIES / 2] * 1e9;
}

static double ask(const Bench *b, const Asked *a)
{
    double used[TRIES];
    for (int i = 0; i < TRIES; i++) {
        List page;
        const char *filters[] = { a->key, a->value, NULL };
        Reach seen = range_of(b->cx, a->seen);
        PageQuery query = {
            .sort = a->sort, .descending = i % 2, .page = a->page, .filters = filters
        };
        if (a->next) {
            must(b->cx, table_page(b->cx, &page, b->table, seen, &query), a->name);
            query.page = 0;
            query.after = page.after;
        }
        double start = processor_seconds();
        must(b->cx, table_page(b->cx, &page, b->table, seen, &query), a->name);
        used[i] = processor_seconds() - start;
        arena_reset(b->cx->arena);
    }
    return median(used);
}

/* As few as twenty rows can cost: those behind a number, nothing counted, nothing chosen. */
static Err bare_rows(Cx *cx, const Table *t)
{
    List rows;
    return store_list(cx, &rows, t->fields, t->size,
                      "SELECT id, version, territory, state, number, name, kind, cost, made_on "
                      "FROM entry WHERE id > $1 ORDER BY id LIMIT 20",
                      ARGS(I(20000)));
}

static Err province_tally(Cx *cx, const Table *t)
{
    List found;
    return table_tally(cx, &found, t, range_of(cx, "37"), &(PageQuery){ 0 });
}

static Err figure_by_county(Cx *cx, const Table *t)
{
    List found;
    return table_measure_kept(cx, &found, t, range_of(cx, "37"), &(PageQuery){ 0 }, "settled",
                              &(Measure){ .by = "territory", .digits = 6 });
}

/* The same from the rows, as a figure with a condition is told. */
static Err figure_afresh(Cx *cx, const Table *t)
{
    List found;
    return table_measure(cx, &found, t, range_of(cx, "370603"), &(PageQuery){ 0 },
                         &(Measure){ .by = "territory", .digits = 9, .sum = "cost" });
}

static const struct {
    const char *name;
    Err (*work)(Cx *cx, const Table *t);
} WORKS[] = {
    { "twenty rows, bare", bare_rows },
    { "counts and sums of each state, province", province_tally },
    { "a figure by county from the kept counts, province", figure_by_county },
    { "a figure by township from the rows, county", figure_afresh },
};

static double work(const Bench *b, size_t at)
{
    double used[TRIES];
    for (int i = 0; i < TRIES; i++) {
        double start = processor_seconds();
        must(b->cx, WORKS[at].work(b->cx, b->table), WORKS[at].name);
        used[i] = processor_seconds() - start;
        arena_reset(b->cx->arena);
    }
    return median(used);
}

static void measure(const Bench *b)
{
    for (size_t i = 0; i < COUNT(WORKS); i++) {
        char name[120];
        snprintf(name, sizeof name, "register.%lld.%s", (long long)b->rows, WORKS[i].name);
        figure(name, work(b, i));
    }
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char name[120];
        snprintf(name, sizeof name, "register.%lld.%s", (long long)b->rows, ASKED[i].name);
        figure(name, ask(b, &ASKED[i]));
    }
}

static void run(Bench *b, const char *sql)
{
    must(b->cx, store_run(b->cx, sql, NO_ARGS), sql);
}

/* Fifteen indexes that grow row by row in another order than the rows come take most of the time:
 * they go first, and are sorted whole behind the rows. */
static List take_indexes(Bench *b)
{
    List all;
    static const Field FOUND[] = {
        { "name", FIELD_TEXT, 0, "名称", "Name" },
        { "sql", FIELD_TEXT, sizeof(char *), "语句", "SQL" },
        FIELDS_END
    };
    must(b->cx,
         store_list(b->cx, &all, FOUND, 2 * sizeof(char *),
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND "
                    "tbl_name = 'entry' AND sql IS NOT NULL",
                    NO_ARGS),
         "indexes");
    const char **at = all.rows;
    for (size_t i = 0; i < all.count; i++)
        run(b, arena_format(b->cx->arena, "DROP INDEX %s", at[2 * i]));
    return all;
}

/* Filled at once, as no program fills; what is kept beside the rows is made by the program. */
static void grow(Bench *b, int64_t to)
{
    double start = processor_seconds();
    run(b, "PRAGMA cache_size = -1000000");
    must(b->cx, store_begin(b->cx, true), "begin");
    List indexes = take_indexes(b);
    must(b->cx, store_run(b->cx, FILL_SQL, ARGS(I(b->rows + 1), I(to))), "fill");
    for (size_t i = 0; i < indexes.count; i++)
        run(b, ((const char **)indexes.rows)[2 * i + 1]);
    must(b->cx, store_commit(b->cx), "commit");
    must(b->cx, store_begin(b->cx, true), "begin");
    must(b->cx, table_keep_all(b->cx, b->table), "keep");
    must(b->cx, store_commit(b->cx), "commit");
    run(b, "PRAGMA cache_size = -2000"); /* as the server has it */
    b->rows = to;
    char name[80];
    snprintf(name, sizeof name, "register.%lld.filled, with its indexes and what is kept",
             (long long)to);
    figure(name, (processor_seconds() - start) * 1e9);
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
    return argc > 2 ? 0 : system(gone);
}
