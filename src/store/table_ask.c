#include "store/table_ask.h"

#include "store/dated.h"

#include <assert.h>
#include <string.h>

/* --- where: the ranges that are seen and asked --- */

static const Reach *meet(Cx *cx, const Reach *a, const Reach *b)
{
    Reach *r = NEW(cx, Reach);
    r->from = strcmp(a->from, b->from) >= 0 ? a->from : b->from;
    r->to = strcmp(a->to, b->to) <= 0 ? a->to : b->to;
    return strcmp(r->from, r->to) < 0 ? r : NULL;
}

/* Neither side overlaps itself, so that what they share does not either. */
static const Reach *meet_all(Cx *cx, const Reach *seen, const Reach *asked)
{
    Reach *first = NULL;
    for (; asked; asked = asked->more)
        for (const Reach *r = seen; r; r = r->more) {
            Reach *both = (Reach *)(uintptr_t)meet(cx, r, asked);
            if (!both)
                continue;
            both->more = first;
            first = both;
        }
    return first;
}

static bool is_division(const Table *t, const char *key)
{
    const Field *f = field_find(t->fields, key);
    return strcmp(key, "territory") == 0 && f->flags & FIELD_FILTER;
}

/* A division's filter narrows the ranges, the others are conditions. */
static Err read_filters(Asking *a, Reach seen)
{
    Cx *cx = a->cx;
    size_t count = 0;
    Reach *own = NEW(cx, Reach);
    *own = seen;
    a->ranges = a->query->within ? meet_all(cx, own, a->query->within) : own;
    for (const char *const *at = a->query->filters; at && *at; at += 2)
        count += 2;
    const char **kept = NEW_N(cx, const char *, count + 1);
    for (const char *const *at = a->query->filters; at && *at; at += 2) {
        Composer proof = composer(cx, NO_ARGS, NULL);
        TRY(composer_filter(cx, &proof, a->t->fields, at[0], at[1]));
        if (a->dated && strcmp(at[0], DATED_KNOWN) == 0 && strcmp(at[1], KNOWN_OPEN) == 0) {
            a->open = true;
            continue;
        }
        if (is_division(a->t, at[0])) {
            Reach asked = range_of(cx, at[1]);
            a->ranges = meet_all(cx, a->ranges, &asked);
            continue;
        }
        if (strcmp(at[0], "state") == 0)
            a->state = at[1];
        kept[a->filter_count++] = at[0];
        kept[a->filter_count++] = at[1];
    }
    a->filters = kept;
    return OK;
}

Err asking_read(Asking *a, Cx *cx, const Table *t, Reach seen, const PageQuery *query)
{
    *a = (Asking){ .cx = cx, .t = t, .query = query, .dated = dated_fields(t->fields) };
    TRY(composer_check(cx, query));
    TRY(composer_sort(cx, &a->sort, t->fields, query));
    return read_filters(a, seen);
}

/* --- counts that are kept --- */

int64_t range_level(const Reach *r)
{
    static const int64_t LEVELS_OF[] = { 0, 2, 4, 6, 9, 12 };
    int64_t length = (int64_t)strlen(r->from);
    size_t level = 0;
    while (level < COUNT(LEVELS_OF) - 1 && LEVELS_OF[level] < length)
        level++;
    return LEVELS_OF[level];
}

/* Of each state in the range: its own row, where it is one division. */
Err asking_counts(Asking *a, List *out, const Reach *r)
{
    int64_t digits = range_level(r);
    Buf b = BUF(a->cx);
    buf_add(&b, "SELECT state AS value, CAST(sum(n) AS BIGINT) AS count, CASE WHEN sum(known) > 0 "
                "THEN CAST(sum(total) AS BIGINT) END AS sum FROM ");
    buf_name(&b, table_counts(a->cx, a->t));
    bool one = digits == (int64_t)strlen(r->from);
    buf_add(&b, one ? " WHERE territory = $1"
                    : " WHERE territory >= $1 AND territory < $2 AND length(territory) = $3");
    buf_add(&b, " GROUP BY state HAVING sum(n) > 0 ORDER BY state");
    return store_list(a->cx, out, tally_fields, sizeof(Tally), buf_text(&b),
                      one ? ARGS(T(r->from)) : ARGS(T(r->from), T(r->to), I(digits)));
}

/* All of the range, or those of one state. */
Err asking_count(Asking *a, int64_t *out, const Reach *r, const char *state)
{
    List list;
    *out = 0;
    TRY(asking_counts(a, &list, r));
    const Tally *tallies = list.rows;
    for (size_t i = 0; i < list.count; i++)
        if (!state || strcmp(tallies[i].value, state) == 0)
            *out += tallies[i].count;
    return OK;
}

/* --- sources: what an index knows of one condition --- */

void asking_range(Composer *c, const Reach *r)
{
    composer_and(c);
    size_t from = composer_arg(c, arg_text(r->from)), to = composer_arg(c, arg_text(r->to));
    buf_format(&c->where, "territory >= $%zu AND territory < $%zu", from, to);
}

void asking_county(Composer *c, const char *county)
{
    composer_and(c);
    buf_format(&c->where, COUNTY " = $%zu", composer_arg(c, arg_text(county)));
}

/* All conditions but the territory's. row: how the select calls the row. */
Err asking_filters(Asking *a, Composer *c, const char *row)
{
    if (a->open) {
        composer_and(c);
        buf_add(&c->where, "known_to IS NULL");
    }
    composer_condition(c, a->query, row);
    for (size_t i = 0; i < a->filter_count; i += 2)
        TRY(composer_filter(a->cx, c, a->t->fields, a->filters[i], a->filters[i + 1]));
    return OK;
}

bool range_below_city(const Reach *r)
{
    return strlen(r->from) >= COUNTY_DIGITS;
}

const char *range_county(Cx *cx, const Reach *r)
{
    return arena_text_n(cx->arena, r->from, COUNTY_DIGITS);
}

/* The index is named for SQLite, whose planner knows nothing of how many rows have a value;
 * PostgreSQL keeps statistics of its own. */
void asking_table(Asking *a, Buf *b, const Field *f, TableIndex index)
{
    buf_name(b, a->t->name);
    if (store_is_pg(a->cx->store) || !f || !table_indexed(a->t, f, index))
        return;
    buf_add(b, " INDEXED BY ");
    buf_name(b, table_index_name(a->cx, a->t, f, index));
}

/* Rows that have every bigram, by the index of postings: the first one leads. */
static const char *gram_select(Asking *a, Composer *c, const Source *s, const Reach *r)
{
    Buf b = BUF(a->cx);
    buf_format(&b, "SELECT %srow_id FROM ", s->grams.count ? "" : "DISTINCT ");
    buf_name(&b, table_grams(a->cx, a->t));
    buf_add(&b, " AS g");
    composer_and(c);
    if (s->grams.count)
        buf_format(&c->where, "g.gram = $%zu", composer_arg(c, arg_int(s->grams.at[0])));
    else {
        size_t first = composer_arg(c, arg_int(gram_first(s->character)));
        size_t last = composer_arg(c, arg_int(gram_last(s->character)));
        buf_format(&c->where, "g.gram >= $%zu AND g.gram <= $%zu", first, last);
    }
    composer_and(c);
    size_t from = composer_arg(c, arg_text(r->from)), to = composer_arg(c, arg_text(r->to));
    buf_format(&c->where, "g.territory >= $%zu AND g.territory < $%zu", from, to);
    for (size_t i = 1; i < s->grams.count; i++) {
        buf_add(&c->where, " AND EXISTS (SELECT 1 FROM ");
        buf_name(&c->where, table_grams(a->cx, a->t));
        buf_format(&c->where,
                   " AS o WHERE o.gram = $%zu AND o.territory = g.territory AND o.row_id = "
                   "g.row_id)",
                   composer_arg(c, arg_int(s->grams.at[i])));
    }
    buf_add(&b, buf_text(&c->where));
    c->where = BUF(a->cx);
    return buf_text(&b);
}

/* The numbers of the rows that the source knows in the range; leaves c without conditions. */
Err source_select(Asking *a, const char **out, Composer *c, const Source *s, const Reach *r)
{
    Buf b = BUF(a->cx);
    if (s->key && !s->field) {
        *out = gram_select(a, c, s, r);
        return OK;
    }
    bool ranged = s->field && table_ranges(s->field) && range_below_city(r);
    if (s->field)
        TRY(composer_filter(a->cx, c, a->t->fields, s->key, s->value));
    if (ranged)
        asking_county(c, range_county(a->cx, r));
    if (!ranged || strlen(r->from) > COUNTY_DIGITS)
        asking_range(c, r);
    buf_add(&b, "SELECT id FROM ");
    asking_table(a, &b, s->field ? s->field : field_find(a->t->fields, "territory"),
                 !s->field ? BY_VALUE
                 : ranged  ? IN_COUNTY
                           : AT_PLACE);
    buf_add(&b, buf_text(&c->where));
    c->where = BUF(a->cx);
    *out = buf_text(&b);
    return OK;
}

/* Whether the counts that are kept are of rows that this list may show. */
bool asking_counts_fit(const Asking *a)
{
    return !a->dated || a->open;
}

static Err source_count(Asking *a, Source *s, const Reach *r)
{
    if (asking_counts_fit(a) && (!s->key || strcmp(s->key, "state") == 0))
        return asking_count(a, &s->count, r, s->key ? s->value : NULL);
    const char *select;
    Composer c = composer(a->cx, NO_ARGS, a->query);
    TRY(source_select(a, &select, &c, s, r));
    return store_int(a->cx, &s->count,
                     arena_format(a->cx->arena,
                                  "SELECT count(*) FROM (SELECT 1 FROM (%s) AS s LIMIT %d) AS n",
                                  select, COUNTED_MOST + 1),
                     (Args){ c.args, c.count });
}

enum { GRAMS_USED = 4 }; /* more of them hardly narrow what these leave */

/* By which index the filter is found: false where none knows it, as of an empty text. */
static bool source_of(Asking *a, Source *s, const char *key, const char *value)
{
    const Field *f = field_find(a->t->fields, key);
    *s = (Source){ .key = key, .value = value };
    if (f && table_compares(f)) {
        s->field = f;
        s->exact = true;
        return true;
    }
    if (f ? !table_searches(f) : strcmp(key, "q") != 0)
        return false;
    const char *rest = value;
    s->grams = part_grams(a->cx, value);
    s->character = text_next(&rest);
    /* what is written in both widths has the same bigrams */
    bool one = strcmp(text_narrowed(a->cx, value), text_widened(a->cx, value)) == 0;
    s->exact = !f && s->grams.count <= 1 && text_count(value) <= 2 && one;
    if (s->grams.count > GRAMS_USED)
        s->grams.count = GRAMS_USED;
    return s->character != 0;
}

/* The one that knows the fewest rows of the range; the territory alone where there is no other. */
Err source_choose(Asking *a, Source *out, const Reach *r)
{
    *out = (Source){ .exact = true };
    TRY(source_count(a, out, r));
    for (size_t i = 0; i < a->filter_count; i += 2) {
        Source s;
        if (!source_of(a, &s, a->filters[i], a->filters[i + 1]))
            continue;
        TRY(source_count(a, &s, r));
        if (s.count < out->count)
            *out = s;
    }
    bool alone = out->key ? a->filter_count == 2 : a->filter_count == 0;
    out->exact = out->exact && alone && !a->dated && !a->query->condition;
    return OK;
}

/* --- tallies --- */

const Field tally_fields[] = {
    { "value", FIELD_TEXT, offsetof(Tally, value), "值", "Value" },
    { "count", FIELD_INT, offsetof(Tally, count), "行数", "Rows" },
    { "sum", FIELD_INT, offsetof(Tally, sum), "合计", "Sum" },
    FIELDS_END,
};

/* Of what a source finds; the conditions are asked of each row. */
static Err tally_fitting(Asking *a, List *out, const Source *s, const Reach *r)
{
    const char *select;
    Composer c = composer(a->cx, NO_ARGS, a->query);
    Buf b = BUF(a->cx);
    TRY(source_select(a, &select, &c, s, r));
    composer_and(&c);
    buf_add(&c.where, "id = hit_id");
    TRY(asking_filters(a, &c, a->t->name));
    buf_format(&b, "WITH hit(hit_id) AS MATERIALIZED (%s) SELECT %s AS value, count(*) AS count, ",
               select, field_find(a->t->fields, "state") ? "coalesce(state, '')" : "''");
    if (a->t->sum) {
        buf_add(&b, "CAST(sum(");
        buf_name(&b, a->t->sum);
        buf_add(&b, ") AS BIGINT)");
    } else
        buf_add(&b, "CAST(NULL AS BIGINT)");
    buf_add(&b, " AS sum FROM hit CROSS JOIN ");
    buf_name(&b, a->t->name);
    buf_format(&b, "%s GROUP BY 1 ORDER BY 1", buf_text(&c.where));
    return store_list(a->cx, out, tally_fields, sizeof(Tally), buf_text(&b),
                      (Args){ c.args, c.count });
}

static Tally *tally_of(List *out, const char *value)
{
    Tally *tallies = out->rows;
    for (size_t i = 0; i < out->count; i++)
        if (text_same(tallies[i].value, value))
            return &tallies[i];
    tallies[out->count] = (Tally){ value, 0, UNSET };
    return &tallies[out->count++];
}

enum { TALLIES_MOST = 64 }; /* states that an enumeration of a table has */

static void add_tallies(List *out, const List *part)
{
    const Tally *tallies = part->rows;
    for (size_t i = 0; i < part->count; i++) {
        const char *value = *tallies[i].value ? tallies[i].value : NULL;
        assert(out->count < TALLIES_MOST);
        Tally *sum = tally_of(out, value);
        sum->count += tallies[i].count;
        if (tallies[i].sum != UNSET)
            sum->sum = (sum->sum == UNSET ? 0 : sum->sum) + tallies[i].sum;
    }
}

/* Of a table that nothing is kept of: each row is counted. */
static Err tally_plain(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query)
{
    Args all, ranges;
    const char *where, *select = range_sql(cx, t->select, &ranges, seen);
    Buf sql = BUF(cx);
    TRY(page_where(cx, &where, &all, t->fields, ranges, query));
    buf_add(&sql, "SELECT CAST(NULL AS TEXT) AS value, count(*) AS count, CAST(");
    if (t->sum) {
        buf_add(&sql, "sum(");
        buf_name(&sql, t->sum);
        buf_add(&sql, ")");
    } else
        buf_add(&sql, "NULL");
    buf_format(&sql, " AS BIGINT) AS sum FROM (%s) AS page%s", select, where);
    return store_list(cx, out, tally_fields, sizeof(Tally), buf_text(&sql), all);
}

Err table_tally(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query)
{
    if (!t->kept)
        return tally_plain(cx, out, t, seen, query);
    Asking a;
    *out = (List){ .rows = NEW_N(cx, Tally, TALLIES_MOST) };
    TRY(asking_read(&a, cx, t, seen, query));
    for (const Reach *r = a.ranges; r; r = r->more) {
        List part;
        Source s;
        if (a.filter_count || a.query->condition || !asking_counts_fit(&a)) {
            TRY(source_choose(&a, &s, r));
            if (s.count > COUNTED_MOST) {
                *out = (List){ .more = true };
                return OK;
            }
            TRY(tally_fitting(&a, &part, &s, r));
        } else
            TRY(asking_counts(&a, &part, r));
        add_tallies(out, &part);
    }
    out->total = (int64_t)out->count;
    return OK;
}
