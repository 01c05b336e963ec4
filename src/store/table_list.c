/* The list of a table at three million rows: every page costs what its rows cost.
 *
 * Two ways lead to the first rows of an order. *Walking* an index that stands in that order sees
 * rows until enough of them fit; *gathering* finds all that a condition's own index knows and sorts
 * them. With N rows, of which c fit, a page of n is walked in n * N / c steps and gathered in c, so
 * gathering pays where c * c <= n * N, whatever the engine's statistics say; and what has to be
 * known for it, c, is counted anyhow, up to COUNTED_MOST. A county's rows stand in one index in
 * each order (_county), a city's list is merged from its counties', and below a county rows are
 * few.
 *
 * Rows without a value stand last either way and are asked apart, since the two engines keep them
 * at different ends of an index. What neither way can answer within WALKED_MOST rows is refused
 * above a county, with words: it would keep everybody waiting.
 */
#include "store/table_ask.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    WALKED_MOST = 8000,  /* rows seen by one walk above a county */
    WALKED_STEP = 20,    /* … and a twentieth of them at first */
    FEW = 500,           /* rows that are gathered without a thought */
    LEGS_MOST = 40,      /* counties that are merged; more are walked as one */
    TURNED_MOST = 50000, /* rows that a page by its number may skip */
    COUNTY_OF_CITY = 4,
};

/* Rows that stand in one index in the order of the list. */
typedef struct Leg {
    const char *county; /* NULL: all rows are walked, and the range is asked of each */
    const Reach *range; /* NULL: it holds all rows that there are */
} Leg;

/* --- keys: the numbers of the page's rows, in order --- */

typedef struct RowKeys {
    Place *at;
    size_t count, room;
} RowKeys;

static bool descends(const Asking *a)
{
    return a->query->descending != a->back;
}

static void add_key(Asking *a, RowKeys *keys, const Rows *rows)
{
    if (keys->count == keys->room) {
        size_t more = keys->room ? 2 * keys->room : 64;
        keys->at = arena_grow(a->cx->arena, keys->at, keys->room * sizeof *keys->at,
                              more * sizeof *keys->at);
        keys->room = more;
    }
    Place *p = &keys->at[keys->count++];
    *p = (Place){ .id = rows_int(rows, 0), .integer = UNSET };
    if (a->sort && field_is_text(a->sort))
        p->text = rows_text(a->cx, rows, 1);
    else if (a->sort)
        p->integer = rows_int(rows, 1);
}

static Err read_keys(Asking *a, RowKeys *keys, const char *sql, const Composer *c)
{
    Rows rows;
    TRY(rows_open(a->cx, &rows, sql, (Args){ c->args, c->count }));
    while (rows.more) {
        add_key(a, keys, &rows);
        TRY(rows_next(a->cx, &rows));
    }
    return OK;
}

/* "id" or "id, made_on". */
static void add_key_columns(const Asking *a, Buf *b)
{
    buf_add(b, "id");
    if (!a->sort)
        return;
    buf_add(b, ", ");
    buf_order(b, a->sort);
}

/* Where rows of this segment begin: those with a value, or those without. */
static void add_segment(Asking *a, Composer *c, bool known)
{
    const char *operator= descends(a) ? "<" : ">";
    if (a->sort) {
        composer_and(c);
        buf_order(&c->where, a->sort);
        buf_add(&c->where, known ? " IS NOT NULL" : " IS NULL");
    }
    bool has = a->place.text || a->place.integer != UNSET;
    if (!a->placed || (a->sort && has != known))
        return;
    composer_and(c);
    if (a->sort && known) {
        bool text = field_is_text(a->sort);
        size_t value = composer_arg(c, text ? arg_text(a->place.text) : arg_int(a->place.integer));
        buf_char(&c->where, '(');
        buf_order(&c->where, a->sort);
        buf_format(&c->where, ", id) %s ($%zu, $%zu)", operator, value,
                   composer_arg(c, arg_int(a->place.id)));
    } else
        buf_format(&c->where, "id %s $%zu", operator, composer_arg(c, arg_int(a->place.id)));
}

static void add_order(const Asking *a, Buf *b, bool known, int64_t most)
{
    const char *way = descends(a) ? "DESC" : "ASC";
    buf_add(b, " ORDER BY ");
    if (a->sort && known) {
        buf_order(b, a->sort);
        buf_format(b, " %s, ", way);
    }
    buf_format(b, "id %s LIMIT %lld", way, (long long)most);
}

/* Rows of a source, sorted. hit stands first and is made once, so that the order of work is ours.
 */
static Err gather(Asking *a, RowKeys *keys, const Source *s, const Reach *r, bool known,
                  int64_t most)
{
    const char *select;
    Composer c = composer(a->cx, NO_ARGS, a->query);
    Buf b = BUF(a->cx);
    TRY(source_select(a, &select, &c, s, r));
    composer_and(&c);
    buf_add(&c.where, "id = hit_id");
    TRY(asking_filters(a, &c, a->t->name));
    asking_range(&c, r);
    add_segment(a, &c, known);
    buf_format(&b, "WITH hit(hit_id) AS MATERIALIZED (%s) SELECT ", select);
    add_key_columns(a, &b);
    buf_add(&b, " FROM hit CROSS JOIN ");
    buf_name(&b, a->t->name);
    buf_add(&b, buf_text(&c.where));
    add_order(a, &b, known, most);
    return read_keys(a, keys, buf_text(&b), &c);
}

/* --- walking --- */

static bool state_leads(const Asking *a, const Leg *leg)
{
    return a->state && !leg->county && a->sort && table_indexed(a->t, a->sort, OF_STATE);
}

static void add_walked(Asking *a, Buf *b, const Leg *leg)
{
    const Field *f = a->sort ? a->sort : field_find(a->t->fields, "id");
    asking_table(a, b, f, leg->county ? IN_COUNTY : state_leads(a, leg) ? OF_STATE : BY_VALUE);
}

/* A range of the very values that the list stands in the order of: the walk begins and ends with
 * it, and every row that it sees fits. */
static bool sort_leads(const Asking *a, const char *key)
{
    return a->sort && table_ranges(a->sort) && strcmp(a->sort->key, key) == 0;
}

static Err add_sort_range(Asking *a, Composer *c)
{
    for (size_t i = 0; i < a->filter_count; i += 2)
        if (sort_leads(a, a->filters[i]))
            TRY(composer_filter(a->cx, c, a->t->fields, a->filters[i], a->filters[i + 1]));
    return OK;
}

static Err add_leg(Asking *a, Composer *c, const Leg *leg, bool known)
{
    if (leg->county)
        asking_county(c, leg->county);
    if (leg->range && (!leg->county || strlen(leg->range->from) > COUNTY_DIGITS))
        asking_range(c, leg->range);
    if (state_leads(a, leg))
        TRY(composer_filter(a->cx, c, a->t->fields, "state", a->state));
    TRY(add_sort_range(a, c));
    add_segment(a, c, known);
    return OK;
}

/* What the filters of the outer select may name. */
static void add_asked_columns(const Asking *a, Buf *b)
{
    buf_add(b, "id");
    for (const Field *f = a->t->fields; f->type != FIELD_END; f++)
        if (table_keeps(f) && strcmp(f->key, "id") != 0) {
            buf_add(b, ", ");
            buf_name(b, f->key);
        }
    if (a->sort && a->sort->flags & FIELD_ORDERED) {
        buf_add(b, ", ");
        buf_order(b, a->sort);
    }
}

/* seen: how many rows it may look at; 0 = all. */
static Err walk(Asking *a, RowKeys *keys, const Leg *leg, bool known, int64_t most, int64_t seen)
{
    Composer c = composer(a->cx, NO_ARGS, a->query);
    Buf b = BUF(a->cx);
    TRY(add_leg(a, &c, leg, known));
    buf_add(&b, "SELECT ");
    add_key_columns(a, &b);
    buf_add(&b, " FROM ");
    if (seen) {
        buf_add(&b, "(SELECT ");
        add_asked_columns(a, &b);
        buf_add(&b, " FROM ");
        add_walked(a, &b, leg);
        buf_add(&b, buf_text(&c.where));
        add_order(a, &b, known, seen);
        buf_add(&b, ") AS near");
        c.where = BUF(a->cx);
        TRY(asking_filters(a, &c, "near"));
    } else {
        add_walked(a, &b, leg);
        TRY(asking_filters(a, &c, a->t->name));
    }
    buf_add(&b, buf_text(&c.where));
    add_order(a, &b, known, most);
    return read_keys(a, keys, buf_text(&b), &c);
}

/* Whether a walk that saw so many rows saw them all. */
static Err walked_out(Asking *a, bool *out, const Leg *leg, bool known, int64_t seen)
{
    int64_t count;
    Composer c = composer(a->cx, NO_ARGS, a->query);
    Buf b = BUF(a->cx);
    TRY(add_leg(a, &c, leg, known));
    buf_add(&b, "SELECT count(*) FROM (SELECT 1 FROM ");
    add_walked(a, &b, leg);
    buf_format(&b, "%s LIMIT %lld) AS n", buf_text(&c.where), (long long)seen);
    TRY(store_int(a->cx, &count, buf_text(&b), (Args){ c.args, c.count }));
    *out = count < seen;
    return OK;
}

static Err add_counties(Asking *a, Leg *legs, size_t *count, const Reach *r)
{
    Rows rows;
    Buf b = BUF(a->cx);
    buf_add(&b, "SELECT DISTINCT territory FROM ");
    buf_name(&b, table_counts(a->cx, a->t));
    buf_format(&b,
               " WHERE territory >= $1 AND territory < $2 AND length(territory) = %d AND n > 0 "
               "ORDER BY territory LIMIT %d",
               COUNTY_DIGITS, LEGS_MOST + 1);
    TRY(rows_open(a->cx, &rows, buf_text(&b), ARGS(T(r->from), T(r->to))));
    while (rows.more) {
        legs[*count] = (Leg){ .county = rows_text(a->cx, &rows, 0) };
        *count += 1;
        TRY(rows_next(a->cx, &rows));
    }
    return OK;
}

/* The indexes in which the range's rows stand in order: a county's own, a city's counties'. */
static Err legs_of(Asking *a, Leg *legs, size_t *count, const Reach *r)
{
    size_t length = strlen(r->from);
    const Field *f = a->sort ? a->sort : field_find(a->t->fields, "id");
    bool counties = table_indexed(a->t, f, IN_COUNTY);
    *count = 0;
    if (counties && length >= COUNTY_DIGITS)
        legs[(*count)++] = (Leg){ range_county(a->cx, r), r };
    else if (counties && length >= COUNTY_OF_CITY)
        TRY(add_counties(a, legs, count, r));
    for (size_t i = 0; i < *count; i++)
        legs[i].range = r;
    if (*count > 0 && *count <= LEGS_MOST)
        return OK;
    int64_t all, inside;
    const Reach everywhere = range_of(a->cx, "");
    TRY(asking_count(a, &all, &everywhere, NULL));
    TRY(asking_count(a, &inside, r, NULL));
    legs[0] = (Leg){ NULL, all == inside && !a->dated ? NULL : r };
    *count = 1;
    return OK;
}

/* A few rows are mostly enough; where they are not, as many as may be. */
static Err walk_leg(Asking *a, RowKeys *keys, const Leg *leg, bool known, int64_t most,
                    int64_t limit, bool *whole)
{
    size_t before = keys->count;
    for (int64_t seen = limit / WALKED_STEP;; seen *= WALKED_STEP) {
        keys->count = before;
        TRY(walk(a, keys, leg, known, most, seen + most));
        *whole = (int64_t)(keys->count - before) >= most;
        if (!*whole)
            TRY(walked_out(a, whole, leg, known, seen + most));
        if (*whole || seen * WALKED_STEP > limit)
            return OK;
    }
}

/* One range walked; *whole where the keys are all that were asked for. */
static Err walk_range(Asking *a, RowKeys *keys, const Reach *r, bool known, int64_t most,
                      bool *whole)
{
    Leg legs[LEGS_MOST + 1];
    size_t count;
    *whole = true;
    TRY(legs_of(a, legs, &count, r));
    bool stated = a->filter_count == 2 && state_leads(a, &legs[0]);
    bool free = !a->query->condition && asking_counts_fit(a) && (stated || a->filter_count == 0);
    bool limited = !free && !range_below_city(r);
    for (size_t i = 0; i < count && *whole; i++)
        TRY(limited ? walk_leg(a, keys, &legs[i], known, most, WALKED_MOST / (int64_t)count, whole)
                    : walk(a, keys, &legs[i], known, most, 0));
    return OK;
}

static Err too_wide(Cx *cx, const Asking *a)
{
    return fail(cx, INVALID, a->filter_count ? a->filters[0] : NULL,
                "符合条件的太分散，一时找不全：请先选县，或再加一个条件",
                "what fits lies too far apart to be found at once: choose a county first, or add "
                "a filter");
}

/* --- one segment of the list --- */

typedef struct SegmentWay {
    const Reach *range;
    Source source;
    bool gathers;
} SegmentWay;

/* The rule at the head of this file. A place below a county is walked in its county. */
static Err choose_way(Asking *a, SegmentWay *w, const Reach *r, int64_t most)
{
    int64_t rows;
    w->range = r;
    TRY(source_choose(a, &w->source, r));
    bool below = strlen(r->from) > COUNTY_DIGITS;
    Reach county = below ? range_of(a->cx, range_county(a->cx, r)) : *r;
    TRY(asking_count(a, &rows, &county, NULL));
    int64_t found = w->source.count;
    bool counted = found <= COUNTED_MOST || (below && !w->source.key);
    bool leads = w->source.key && sort_leads(a, w->source.key);
    w->gathers = found <= FEW || (counted && !leads && found <= most * rows / found);
    return OK;
}

static Err segment_of(Asking *a, RowKeys *keys, const SegmentWay *w, bool known, int64_t most)
{
    bool whole;
    size_t before = keys->count;
    if (w->gathers)
        return gather(a, keys, &w->source, w->range, known, most);
    TRY(walk_range(a, keys, w->range, known, most, &whole));
    if (whole)
        return OK;
    keys->count = before;
    if (w->source.count > COUNTED_MOST)
        return too_wide(a->cx, a);
    return gather(a, keys, &w->source, w->range, known, most);
}

static int compare_keys(const void *x, const void *y)
{
    const Place *a = x, *b = y;
    int c = a->text && b->text ? strcmp(a->text, b->text)
                               : (a->integer > b->integer) - (a->integer < b->integer);
    return c ? c : (a->id > b->id) - (a->id < b->id);
}

static void turn_keys(Place *at, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        Place p = at[i];
        at[i] = at[count - 1 - i];
        at[count - 1 - i] = p;
    }
}

/* The first `most` of the order, from all ranges; they are merged here, since each has its own. */
static Err find_segment(Asking *a, RowKeys *keys, const SegmentWay *ways, size_t count, bool known,
                        int64_t most)
{
    size_t before = keys->count;
    for (size_t i = 0; i < count; i++)
        TRY(segment_of(a, keys, &ways[i], known, most));
    Place *at = keys->at + before;
    size_t found = keys->count - before;
    if (found == 0)
        return OK;
    qsort(at, found, sizeof *at, compare_keys);
    if (descends(a))
        turn_keys(at, found);
    if (found > (size_t)most)
        keys->count = before + (size_t)most;
    return OK;
}

/* Rows without a value are the last, so that they come first on the way back. */
static Err find_keys(Asking *a, RowKeys *keys, const SegmentWay *ways, size_t count, int64_t most)
{
    bool has = a->place.text || a->place.integer != UNSET;
    for (int i = 0; i < 2; i++) {
        bool known = a->back ? i == 1 : i == 0;
        bool gone = a->placed && (a->back ? has && !known : !has && known);
        int64_t left = most - (int64_t)keys->count;
        if (left > 0 && !(a->sort && gone) && (a->sort || known))
            TRY(find_segment(a, keys, ways, count, known, left));
    }
    return OK;
}

/* --- the page --- */

static Err add_rows(Asking *a, List *out, const Reach *r, const RowKeys *keys)
{
    List found;
    Buf b = BUF(a->cx);
    Arg *args = NEW_N(a->cx, Arg, keys->count + 2);
    args[0] = arg_text(r->from);
    args[1] = arg_text(r->to);
    buf_format(&b, "SELECT * FROM (%s) AS one WHERE id IN (", a->t->select);
    for (size_t i = 0; i < keys->count; i++) {
        args[i + 2] = arg_int(keys->at[i].id);
        buf_format(&b, "%s$%zu", i ? ", " : "", i + 3);
    }
    buf_char(&b, ')');
    TRY(store_list(a->cx, &found, a->t->fields, a->t->size, buf_text(&b),
                   (Args){ args, keys->count + 2 }));
    if (found.count)
        memcpy((char *)out->rows + out->count * a->t->size, found.rows, found.count * a->t->size);
    out->count += found.count;
    return OK;
}

static int64_t id_at(const Asking *a, const void *rows, size_t i)
{
    return *field_int(field_find(a->t->fields, "id"), (char *)(uintptr_t)rows + i * a->t->size);
}

/* The rows in the order of their keys. */
static Err read_rows(Asking *a, List *out, const RowKeys *keys)
{
    List found = { .rows = arena_alloc(a->cx->arena, (keys->count + 1) * a->t->size) };
    char *ordered = arena_alloc(a->cx->arena, (keys->count + 1) * a->t->size);
    for (const Reach *r = a->ranges; r && keys->count; r = r->more)
        TRY(add_rows(a, &found, r, keys));
    for (size_t i = 0; i < keys->count; i++)
        for (size_t k = 0; k < found.count; k++)
            if (id_at(a, found.rows, k) == keys->at[i].id)
                memcpy(ordered + out->count++ * a->t->size, (char *)found.rows + k * a->t->size,
                       a->t->size);
    out->rows = ordered;
    return OK;
}

/* The value that a cursor of a personal field does not say. */
static Err read_place(Asking *a)
{
    bool whole;
    a->back = a->query->before != NULL;
    const char *cursor = a->back ? a->query->before : a->query->after;
    a->placed = cursor != NULL;
    a->place = (Place){ .integer = UNSET };
    if (!cursor)
        return OK;
    TRY(place_read(a->cx, &a->place, &whole, a->sort, a->query, cursor));
    if (whole)
        return OK;
    RowKeys keys = { 0 };
    Buf b = BUF(a->cx);
    Composer c = composer(a->cx, ARGS(I(a->place.id)), NULL);
    buf_add(&b, "SELECT ");
    add_key_columns(a, &b);
    buf_add(&b, " FROM ");
    buf_name(&b, a->t->name);
    buf_add(&b, " WHERE id = $1");
    TRY(read_keys(a, &keys, buf_text(&b), &c));
    if (keys.count == 0)
        return fail(a->cx, STALE, "after", "这一页的登记有变动，请从第一页看起",
                    "the rows of this page have changed; begin at the first page");
    a->place = keys.at[0];
    return OK;
}

static const char *cursor_at(const Asking *a, const RowKeys *keys, size_t i)
{
    return place_write(a->cx, a->sort, a->query, &keys->at[i]);
}

/* Cuts the one key too many, which says that there is more, and the rows skipped by a number. */
static void cut_page(Asking *a, List *out, RowKeys *keys, int64_t size, int64_t skipped)
{
    size_t first = (size_t)skipped < keys->count ? (size_t)skipped : keys->count;
    keys->at += first;
    keys->count -= first;
    bool more = keys->count > (size_t)size;
    if (more)
        keys->count = (size_t)size;
    if (a->back)
        turn_keys(keys->at, keys->count);
    if (keys->count == 0)
        return;
    if (a->back ? more : a->placed || skipped)
        out->before = cursor_at(a, keys, 0);
    if (a->back || more)
        out->after = cursor_at(a, keys, keys->count - 1);
}

static Err choose_ways(Asking *a, SegmentWay **ways, size_t *count, int64_t most)
{
    *count = 0;
    for (const Reach *r = a->ranges; r; r = r->more)
        ++*count;
    *ways = NEW_N(a->cx, SegmentWay, *count + 1);
    size_t i = 0;
    for (const Reach *r = a->ranges; r; r = r->more)
        TRY(choose_way(a, &(*ways)[i++], r, most));
    return OK;
}

/* --- how many there are --- */

/* Of what a source finds, as far as it is counted: the rows that fit the other conditions too. */
static Err count_fitting(Asking *a, int64_t *out, const SegmentWay *w)
{
    const char *select;
    Composer c = composer(a->cx, NO_ARGS, a->query);
    Buf b = BUF(a->cx);
    TRY(source_select(a, &select, &c, &w->source, w->range));
    composer_and(&c);
    buf_add(&c.where, "id = hit_id");
    TRY(asking_filters(a, &c, a->t->name));
    buf_format(
        &b,
        "WITH hit(hit_id) AS MATERIALIZED (SELECT * FROM (%s) AS s LIMIT %d) SELECT count(*) "
        "FROM hit CROSS JOIN ",
        select, COUNTED_MOST);
    buf_name(&b, a->t->name);
    buf_add(&b, buf_text(&c.where));
    return store_int(a->cx, out, buf_text(&b), (Args){ c.args, c.count });
}

static bool is_kept_count(const Asking *a)
{
    return asking_counts_fit(a) && !a->query->condition &&
           (a->filter_count == 0 || (a->filter_count == 2 && a->state));
}

static Err count_way(Asking *a, List *out, const SegmentWay *w)
{
    int64_t count = w->source.count;
    if (is_kept_count(a)) {
        TRY(asking_count(a, &count, w->range, a->state));
        out->total += count;
        return OK;
    }
    if (!w->source.exact)
        TRY(count_fitting(a, &count, w));
    out->more |= w->source.count > COUNTED_MOST;
    out->total += count;
    return OK;
}

static Err count_all(Asking *a, List *out, const SegmentWay *ways, size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(count_way(a, out, &ways[i]));
    if (!is_kept_count(a) && out->total > COUNTED_MOST) {
        out->total = COUNTED_MOST;
        out->more = true;
    }
    return OK;
}

Err table_page(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query)
{
    if (!t->kept) {
        Args args;
        const char *select = range_sql(cx, t->select, &args, seen);
        return store_page(cx, out, t->fields, t->size, select, args, query);
    }
    Asking a;
    SegmentWay *ways;
    RowKeys keys = { 0 };
    size_t count;
    *out = (List){ 0 };
    TRY(asking_read(&a, cx, t, seen, query));
    TRY(read_place(&a));
    int64_t size = composer_size(query);
    int64_t skipped = a.placed || !query->page ? 0 : (query->page - 1) * size;
    if (skipped > TURNED_MOST)
        return fail(cx, INVALID, "page", "第 %lld 页太远：请逐页翻看，或先筛选",
                    "page %lld is too far: go on page by page, or filter first",
                    (long long)query->page);
    TRY(choose_ways(&a, &ways, &count, skipped + size + 1));
    TRY(find_keys(&a, &keys, ways, count, skipped + size + 1));
    cut_page(&a, out, &keys, size, skipped);
    TRY(read_rows(&a, out, &keys));
    return count_all(&a, out, ways, count);
}
