/* What is kept beside a table's rows, in the transaction that writes them: counts by division and
 * state, and the postings of bigrams.
 *
 * Counting three million rows takes 150 ms and a sum 400; a sum kept by level costs a write six
 * small updates and a reader one look-up (docs/decisions/066). The counts of a division stand at
 * its own code, so that a county's are one row a state and not the sum of its villages'.
 */
#include "store/dated.h"
#include "store/table_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const size_t LEVEL_DIGITS[] = { 0, 2, 4, 6, 9, 12 };

enum { POSTED_AT_ONCE = 50000 };

/* One name, quoted, in a pattern with one %s. */
static const char *of_table(Cx *cx, const char *pattern, const char *name)
{
    Buf quoted = BUF(cx), b = BUF(cx);
    buf_name(&quoted, name);
    for (const char *mark; (mark = strstr(pattern, "%s")); pattern = mark + 2) {
        buf_add_n(&b, pattern, (size_t)(mark - pattern));
        buf_add(&b, buf_text(&quoted));
    }
    buf_add(&b, pattern);
    return buf_text(&b);
}

Err table_keep_create(Cx *cx, const Table *t)
{
    static const char COUNTS[] =
        "CREATE TABLE %s(territory TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL, "
        "known INTEGER NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (territory, state))";
    static const char GRAMS[] = "CREATE TABLE %s(gram INTEGER NOT NULL, territory TEXT NOT NULL, "
                                "row_id INTEGER NOT NULL, PRIMARY KEY (gram, territory, row_id))";
    static const char *const PATTERNS[] = { COUNTS, GRAMS };
    const char *const names[] = { table_counts(cx, t), table_grams(cx, t) };
    bool pg = store_is_pg(cx->store);
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *const *statements;
        const char *sql = of_table(cx, PATTERNS[i], names[i]);
        /* in the order of its key, without a second copy of it */
        sql = arena_format(cx->arena, "%s%s", sql, pg ? "" : " WITHOUT ROWID,");
        TRY(dialect_statements(cx, &statements, sql, pg));
        TRY(store_run(cx, statements[0], NO_ARGS));
    }
    return OK;
}

static bool same_fields(const Field *a, const Field *b)
{
    for (; a->type != FIELD_END; a++) {
        const Field *same = field_find(b, a->key);
        if (table_searches(a) && !(same && table_searches(same)))
            return false;
    }
    return true;
}

bool table_keeps_same(const Table *t, const Table *other)
{
    return text_same(t->sum, other->sum) && same_fields(t->fields, other->fields) &&
           same_fields(other->fields, t->fields) &&
           !field_find(t->fields, "state") == !field_find(other->fields, "state");
}

/* --- what is kept of one row --- */

typedef struct Kept {
    int64_t id;
    const char *territory; /* NULL = of no row */
    const char *state;
    int64_t sum;
    bool counted; /* of dated rows those alone that nothing replaced */
    Grams grams;  /* of all texts that are searched */
} Kept;

static const char *text_at(const Table *t, const char *key, const void *row)
{
    const Field *f = field_find(t->fields, key);
    return f ? *field_text(f, (void *)(uintptr_t)row) : NULL;
}

static Grams grams_of(Cx *cx, const Table *t, const void *row)
{
    size_t room = 1;
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (table_searches(f))
            room += strlen(text_or(text_at(t, f->key, row), ""));
    Grams g = { NEW_N(cx, int64_t, room), 0 };
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (table_searches(f))
            grams_add(&g, text_or(text_at(t, f->key, row), ""));
    grams_sort(&g);
    return g;
}

static Kept kept_of(Cx *cx, const Table *t, const void *row, int64_t id)
{
    const Field *sum = t->sum ? field_find(t->fields, t->sum) : NULL;
    return (Kept){ .id = id,
                   .territory = text_at(t, "territory", row),
                   .state = text_or(text_at(t, "state", row), ""),
                   .sum = sum ? *field_int(sum, (void *)(uintptr_t)row) : UNSET,
                   .counted = !dated_fields(t->fields) || !dated_closed(t, row),
                   .grams = grams_of(cx, t, row) };
}

/* The columns that are kept by, as a select. */
static void add_columns(Buf *b, const Table *t)
{
    buf_add(b, "SELECT id");
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (strcmp(f->key, "territory") == 0 || strcmp(f->key, "state") == 0 ||
            strcmp(f->key, "known_to") == 0 || text_same(f->key, t->sum) || table_searches(f)) {
            buf_add(b, ", ");
            buf_name(b, f->key);
        }
    buf_add(b, " FROM ");
    buf_name(b, t->name);
}

/* As it is kept now; of a row that is not there, nothing is. */
static Err kept_now(Cx *cx, const Table *t, Kept *out, int64_t id)
{
    Buf b = BUF(cx);
    void *row = arena_alloc(cx->arena, t->size);
    add_columns(&b, t);
    buf_add(&b, " WHERE id = $1");
    *out = (Kept){ .id = id };
    Err e = store_row(cx, row, t->fields, buf_text(&b), ARGS(I(id)));
    if (e == OK)
        *out = kept_of(cx, t, row, id);
    return e == NOT_FOUND ? OK : e;
}

static Err count_in(Cx *cx, const Table *t, const Kept *k, int64_t sign)
{
    static const char ADD[] =
        "INSERT INTO %s AS c(territory, state, n, known, total) VALUES($1, $2, $3, $4, $5) "
        "ON CONFLICT (territory, state) DO UPDATE SET n = c.n + $3, known = c.known + $4, "
        "total = c.total + $5";
    if (!k->territory || !k->counted)
        return OK;
    const char *sql = of_table(cx, ADD, table_counts(cx, t));
    size_t length = strlen(k->territory);
    bool known = k->sum != UNSET;
    for (size_t i = 0; i < COUNT(LEVEL_DIGITS) && LEVEL_DIGITS[i] <= length; i++)
        TRY(store_run(cx, sql,
                      ARGS(T(arena_text_n(cx->arena, k->territory, LEVEL_DIGITS[i])), T(k->state),
                           I(sign), I(known ? sign : 0), I(known ? sign * k->sum : 0))));
    return OK;
}

static bool counted_alike(const Kept *a, const Kept *b)
{
    return text_same(a->territory, b->territory) && text_same(a->state, b->state) &&
           a->sum == b->sum && a->counted == b->counted;
}

static bool has_gram(const Kept *k, const Kept *other, int64_t gram)
{
    return text_same(k->territory, other->territory) && grams_have(&k->grams, gram);
}

/* Runs it for each gram of the one that the other does not have at the same place. */
static Err post(Cx *cx, const Table *t, const char *pattern, const Kept *of, const Kept *without)
{
    const char *sql = of_table(cx, pattern, table_grams(cx, t));
    for (size_t i = 0; of->territory && i < of->grams.count; i++)
        if (!has_gram(without, of, of->grams.at[i]))
            TRY(store_run(cx, sql, ARGS(I(of->grams.at[i]), T(of->territory), I(of->id))));
    return OK;
}

#define POST "INSERT INTO %s(gram, territory, row_id) VALUES($1, $2, $3)"

static Err keep(Cx *cx, const Table *t, const Kept *before, const Kept *after)
{
    if (!counted_alike(before, after)) {
        TRY(count_in(cx, t, before, -1));
        TRY(count_in(cx, t, after, 1));
    }
    TRY(post(cx, t, "DELETE FROM %s WHERE gram = $1 AND territory = $2 AND row_id = $3", before,
             after));
    return post(cx, t, POST, after, before);
}

/* --- writing rows --- */

Err table_insert(Cx *cx, const Table *t, int64_t *id, const void *row)
{
    assert(store_in_transaction(cx) || !t->kept);
    const Kept none = { .territory = NULL };
    if (!t->kept)
        return store_insert(cx, id, t->name, t->fields, row);
    TRY(store_insert(cx, id, t->name, t->fields, row));
    Kept now = kept_of(cx, t, row, *id);
    return keep(cx, t, &none, &now);
}

Err table_update(Cx *cx, const Table *t, const void *row, int64_t id, int64_t version)
{
    assert(store_in_transaction(cx) || !t->kept);
    if (!t->kept)
        return store_update(cx, t->name, t->fields, row, id, version);
    Kept before, now = kept_of(cx, t, row, id);
    TRY(kept_now(cx, t, &before, id));
    TRY(store_update(cx, t->name, t->fields, row, id, version));
    return keep(cx, t, &before, &now);
}

Err table_delete(Cx *cx, const Table *t, int64_t id, int64_t version)
{
    assert(store_in_transaction(cx));
    Kept before = { .territory = NULL }, none = before;
    if (t->kept)
        TRY(kept_now(cx, t, &before, id));
    TRY(store_run(cx, of_table(cx, "DELETE FROM %s WHERE id = $1 AND version = $2", t->name),
                  ARGS(I(id), I(version))));
    if (store_changes(cx) != 1)
        return row_stale(cx, t->name, id);
    return keep(cx, t, &before, &none);
}

Err table_follow(Cx *cx, const Table *t, int64_t id, const char *sql, Args args)
{
    Kept before, now;
    TRY(kept_now(cx, t, &before, id));
    TRY(store_run(cx, sql, args));
    TRY(kept_now(cx, t, &now, id));
    return keep(cx, t, &before, &now);
}

/* --- all of it, afresh --- */

/* A select of what one level's counts would be. */
static void add_fresh(Cx *cx, Buf *b, const Table *t, size_t digits)
{
    buf_format(b, "SELECT substr(territory, 1, %zu) AS territory, %s AS state, count(*) AS n, ",
               digits, field_find(t->fields, "state") ? "coalesce(state, '')" : "''");
    if (t->sum) {
        const char *sums = "count(%s) AS known, CAST(coalesce(sum(%s), 0) AS BIGINT) AS total";
        buf_add(b, of_table(cx, sums, t->sum));
    } else
        buf_add(b, "0 AS known, CAST(0 AS BIGINT) AS total");
    buf_add(b, of_table(cx, " FROM %s WHERE ", t->name));
    if (dated_fields(t->fields))
        buf_add(b, "known_to IS NULL AND ");
    buf_format(b, "length(territory) >= %zu GROUP BY 1, 2", digits);
}

Err table_recount(Cx *cx, const Table *t)
{
    const char *counts = table_counts(cx, t);
    TRY(store_run(cx, of_table(cx, "DELETE FROM %s", counts), NO_ARGS));
    for (size_t i = 0; i < COUNT(LEVEL_DIGITS); i++) {
        Buf b = BUF(cx);
        buf_add(&b, of_table(cx, "INSERT INTO %s(territory, state, n, known, total) ", counts));
        add_fresh(cx, &b, t, LEVEL_DIGITS[i]);
        TRY(store_run(cx, buf_text(&b), NO_ARGS));
    }
    return OK;
}

typedef struct RowPosting {
    int64_t gram;
    const char *territory;
    int64_t row;
} RowPosting;

static int compare_posting(const void *a, const void *b)
{
    const RowPosting *x = a, *y = b;
    int c = (x->gram > y->gram) - (x->gram < y->gram);
    if (c == 0)
        c = strcmp(x->territory, y->territory);
    return c ? c : (x->row > y->row) - (x->row < y->row);
}

/* Postings in the order of their key lie beside each other on the disk: in the order of the rows
 * each would be a page of its own. */
static Err post_rows(Cx *cx, const Table *t, const List *rows)
{
    size_t count = 0, room = 0;
    Kept *kept = NEW_N(cx, Kept, rows->count);
    const Field *id = field_find(t->fields, "id");
    for (size_t i = 0; i < rows->count; i++) {
        char *row = (char *)rows->rows + i * t->size;
        kept[i] = kept_of(cx, t, row, *field_int(id, row));
        room += kept[i].grams.count;
    }
    RowPosting *postings = NEW_N(cx, RowPosting, room + 1);
    for (size_t i = 0; i < rows->count; i++)
        for (size_t k = 0; k < kept[i].grams.count; k++)
            postings[count++] = (RowPosting){ kept[i].grams.at[k], kept[i].territory, kept[i].id };
    qsort(postings, count, sizeof *postings, compare_posting);
    const char *sql = of_table(cx, POST, table_grams(cx, t));
    for (size_t i = 0; i < count; i++)
        TRY(store_run(cx, sql,
                      ARGS(I(postings[i].gram), T(postings[i].territory), I(postings[i].row))));
    return OK;
}

/* Some rows behind *last; *done where there are no more. */
static Err post_some(Cx *cx, const Table *t, int64_t *last, bool *done)
{
    List rows;
    Buf b = BUF(cx);
    add_columns(&b, t);
    buf_format(&b, " WHERE id > $1 ORDER BY id LIMIT %d", POSTED_AT_ONCE);
    TRY(store_list(cx, &rows, t->fields, t->size, buf_text(&b), ARGS(I(*last))));
    *done = rows.count == 0;
    if (*done)
        return OK;
    char *end = (char *)rows.rows + (rows.count - 1) * t->size;
    *last = *field_int(field_find(t->fields, "id"), end);
    return post_rows(cx, t, &rows);
}

/* In arenas of their own: there may be millions of rows. */
static Err post_all(Cx *cx, const Table *t)
{
    int64_t last = INT64_MIN + 1;
    Err e = store_run(cx, of_table(cx, "DELETE FROM %s", table_grams(cx, t)), NO_ARGS);
    Arena *whole = cx->arena;
    for (bool done = false; e == OK && !done;) {
        Arena *part = cx->arena = arena_new(0);
        e = post_some(cx, t, &last, &done);
        cx->arena = whole;
        if (e == OK) /* what failed is said in it */
            arena_free(part);
    }
    return e;
}

Err table_keep_all(Cx *cx, const Table *t)
{
    TRY(table_recount(cx, t));
    return post_all(cx, t);
}

Err table_keep_proved(Cx *cx, const Table *t, bool *equal, const char **what)
{
    Buf fresh = BUF(cx);
    for (size_t i = 0; i < COUNT(LEVEL_DIGITS); i++) {
        buf_add(&fresh, i ? " UNION ALL SELECT * FROM (" : "SELECT * FROM (");
        add_fresh(cx, &fresh, t, LEVEL_DIGITS[i]);
        buf_format(&fresh, ") AS level_%zu", i);
    }
    const char *kept = of_table(cx, "SELECT territory, state, n, known, total FROM %s WHERE n <> 0",
                                table_counts(cx, t));
    Err e = store_text(cx, what,
                       arena_format(cx->arena,
                                    "SELECT territory FROM (SELECT * FROM (%s) AS a EXCEPT SELECT "
                                    "* FROM (%s) AS b) AS gone UNION ALL SELECT territory FROM "
                                    "(SELECT * FROM (%s) AS c EXCEPT SELECT * FROM (%s) AS d) AS "
                                    "lacking LIMIT 1",
                                    kept, buf_text(&fresh), buf_text(&fresh), kept),
                       NO_ARGS);
    *equal = e == NOT_FOUND;
    return e == NOT_FOUND ? OK : e;
}
