/* The one composer of filtered and sorted lists. Into the SQL go only the caller's literal select,
 * names from the field table and numbers of arguments; every value of the request is an argument.
 */
#include "store/table_parts.h"

#include "base/date.h"
#include "base/money.h"
#include "base/text.h"
#include "store/dated.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_SIZE = 20,
    PAGE_SIZE_MAX = 200,
    FILTERS_MAX = 32,
    ARGS_MOST = 5 * FILTERS_MAX, /* of filters, ranges and a place to go on */
};

/* "code, name": what the request may name. */
static const char *allowed(Cx *cx, const Field *fields, unsigned flag)
{
    Buf keys = BUF(cx);
    for (const Field *f = fields; f->type != FIELD_END; f++)
        if (f->flags & flag)
            buf_format(&keys, "%s%s", keys.length ? ", " : "", f->key);
    return buf_text(&keys);
}

static const Field *find(const Field *fields, const char *key, unsigned flag)
{
    const Field *f = field_find(fields, key);
    if (!f || !(f->flags & flag))
        return NULL;
    assert(!(f->flags & FIELD_SEALED) && "sealed columns cannot be compared");
    return f;
}

Composer composer(Cx *cx, Args args, const PageQuery *query)
{
    size_t room = ARGS_MOST + (query && query->condition ? where_values(query->condition) : 0);
    for (const Reach *r = query ? query->within : NULL; r; r = r->more)
        room += 2;
    Composer c = { BUF(cx), NEW_N(cx, Arg, args.count + room), args.count };
    if (args.count)
        memcpy(c.args, args.at, args.count * sizeof *args.at);
    return c;
}

void composer_and(Composer *c)
{
    buf_add(&c->where, c->where.length ? " AND " : " WHERE ");
}

size_t composer_arg(Composer *c, Arg value)
{
    c->args[c->count++] = value;
    return c->count;
}

void composer_condition(Composer *c, const PageQuery *query, const char *row)
{
    if (!query->condition)
        return;
    composer_and(c);
    where_add(&c->where, c->args, &c->count, query->condition, row);
}

/* One more condition: AND "key" op $n. */
static void add(Composer *c, const Field *f, const char *operator, Arg value)
{
    composer_and(c);
    buf_name(&c->where, f->key);
    buf_format(&c->where, " %s $%zu", operator, composer_arg(c, value));
}

/* A text holds a part however the signs of either are written: names are kept as their sheets spell
 * them, （样例） or (样例), and whoever looks for one types what his keyboard gives. */
typedef struct Spellings {
    size_t args[4]; /* numbers of the patterns */
    size_t count;
} Spellings;

static Spellings spellings(Cx *cx, Composer *c, const char *part)
{
    const char *const forms[] = { part, text_narrowed(cx, part), text_chinese(cx, part),
                                  text_widened(cx, part) };
    Spellings s = { .count = 0 };
    for (size_t i = 0; i < COUNT(forms); i++) {
        size_t same = 0;
        while (same < i && strcmp(forms[same], forms[i]) != 0)
            same++;
        if (same == i)
            s.args[s.count++] = composer_arg(c, arg_text(page_pattern(cx, forms[i])));
    }
    return s;
}

static void add_holds(Buf *b, const Field *f, const Spellings *s)
{
    for (size_t i = 0; i < s->count; i++) {
        buf_add(b, i ? " OR lower(" : "lower(");
        buf_name(b, f->key);
        buf_format(b, ") LIKE lower($%zu) ESCAPE '\\'", s->args[i]);
    }
}

static void add_part(Cx *cx, Composer *c, const Field *f, const char *part)
{
    Spellings s = spellings(cx, c, part);
    composer_and(c);
    buf_char(&c->where, '(');
    add_holds(&c->where, f, &s);
    buf_char(&c->where, ')');
}

static Err bad_value(Cx *cx, const Field *f, const char *value)
{
    return fail(cx, INVALID, f->key, "筛选值“%s”不合要求", "“%s” is no value to filter by", value);
}

/* A division's code stands for all below it. */
static Err add_division(Cx *cx, Composer *c, const Field *f, const char *value)
{
    if (strspn(value, "0123456789") != strlen(value))
        return bad_value(cx, f, value);
    Reach r = range_of(cx, value);
    add(c, f, ">=", arg_text(r.from));
    add(c, f, "<", arg_text(r.to));
    return OK;
}

/* "q": a part of any of the texts by which the list may be filtered, or of what rows are called. */
static void add_search(Cx *cx, Composer *c, const Field *fields, const char *value)
{
    Spellings s = spellings(cx, c, value);
    size_t said = 0;
    composer_and(c);
    buf_char(&c->where, '(');
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!table_searches(f))
            continue;
        buf_add(&c->where, said++ ? " OR " : "");
        add_holds(&c->where, f, &s);
    }
    buf_add(&c->where, said ? ")" : "1 = 1)");
}

static bool read_int(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long i = strtoll(text, &end, 10);
    *out = i;
    return errno == 0 && end != text && *end == '\0' && i != UNSET;
}

static bool read_value(const Field *f, const char *text, int64_t *out)
{
    switch (f->type) {
    case FIELD_INT: return read_int(text, out);
    case FIELD_MONEY: return money_parse_in(text, f->unit, out);
    case FIELD_DATE: return day_parse(text, out);
    case FIELD_INSTANT: return instant_parse(text, out);
    case FIELD_BOOL:
        *out = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
        return *out || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
    default: assert(false && "no such filter"); return false;
    }
}

static Err add_number(Cx *cx, Composer *c, const Field *f, const char *value)
{
    int64_t i;
    const char *dots = strstr(value, "..");
    if (!dots) {
        if (!read_value(f, value, &i))
            return bad_value(cx, f, value);
        add(c, f, "=", arg_int(i));
        return OK;
    }
    const char *from = arena_text_n(cx->arena, value, (size_t)(dots - value)), *to = dots + 2;
    if (*from) {
        if (!read_value(f, from, &i))
            return bad_value(cx, f, value);
        add(c, f, ">=", arg_int(i));
    }
    if (*to) {
        if (!read_value(f, to, &i))
            return bad_value(cx, f, value);
        add(c, f, "<=", arg_int(i));
    }
    return OK;
}

/* --- of dated rows: on a day, and as it was known --- */

/* Unknown counts as for ever. */
static void add_until(Composer *c, const char *key, const char *operator, int64_t value)
{
    buf_add(&c->where, " AND (");
    buf_name(&c->where, key);
    buf_add(&c->where, " IS NULL OR ");
    buf_name(&c->where, key);
    buf_format(&c->where, " %s $%zu)", operator, composer_arg(c, arg_int(value)));
}

static Err add_on(Cx *cx, Composer *c, const Field *fields, const char *value)
{
    Day day;
    const Field *from = field_find(fields, "valid_from");
    if (!day_parse(value, &day))
        return bad_value(cx, from, value);
    add(c, from, "<=", arg_int(day));
    add_until(c, "valid_to", ">=", day);
    buf_add(&c->where, " AND known_from IS NOT NULL");
    return OK;
}

static Err add_known(Cx *cx, Composer *c, const Field *fields, const char *value)
{
    Day day;
    int64_t at;
    const Field *from = field_find(fields, "known_from");
    if (strcmp(value, KNOWN_OPEN) == 0) {
        composer_and(c);
        buf_add(&c->where, "known_to IS NULL");
        return OK;
    }
    if (day_parse(value, &day))
        at = instant_of_day(day + 1) - 1;
    else if (!instant_parse(value, &at))
        return bad_value(cx, from, value);
    add(c, from, "<=", arg_int(at));
    add_until(c, "known_to", ">", at);
    return OK;
}

Err composer_filter(Cx *cx, Composer *c, const Field *fields, const char *key, const char *value)
{
    const Field *f = find(fields, key, FIELD_FILTER);
    if (!f && strcmp(key, "q") == 0) {
        add_search(cx, c, fields, value);
        return OK;
    }
    if (!f && strcmp(key, DATED_ON) == 0 && dated_fields(fields))
        return add_on(cx, c, fields, value);
    if (!f && strcmp(key, DATED_KNOWN) == 0 && dated_fields(fields))
        return add_known(cx, c, fields, value);
    if (!f)
        return fail(cx, INVALID, key, "不能按“%s”筛选，可用：%s",
                    "cannot filter by “%s”; use one of: %s", key,
                    allowed(cx, fields, FIELD_FILTER));
    switch (f->type) {
    case FIELD_TEXT:
        if (f->link)
            return add_division(cx, c, f, value);
        add_part(cx, c, f, value);
        return OK;
    case FIELD_DECIMAL: add(c, f, "=", arg_text(value)); return OK;
    case FIELD_ENUM:
        if (f->options && !option_find(f->options, value))
            return bad_value(cx, f, value);
        add(c, f, "=", arg_text(value));
        return OK;
    default: return add_number(cx, c, f, value);
    }
}

static Err add_filters(Cx *cx, Composer *c, const Field *fields, const char *const *filters)
{
    if (!filters)
        return OK;
    size_t count = 0;
    for (const char *const *at = filters; at[0]; at += 2) {
        assert(at[1] && "filters are key, value, key, value, …, NULL");
        if (++count > FILTERS_MAX)
            return fail(cx, INVALID, at[0], "筛选条件最多 %d 个", "at most %d filters",
                        FILTERS_MAX);
        TRY(composer_filter(cx, c, fields, at[0], at[1]));
    }
    return OK;
}

Err composer_check(Cx *cx, const PageQuery *query)
{
    if (query->page < 0 || query->page > INT32_MAX)
        return fail(cx, INVALID, "page", "页码 %lld 无效", "there is no page %lld",
                    (long long)query->page);
    if (query->size < 0 || query->size > PAGE_SIZE_MAX)
        return fail(cx, INVALID, "size", "每页 %lld 行，应为 1 至 %d 行",
                    "%lld rows a page; ask for 1 to %d", (long long)query->size, PAGE_SIZE_MAX);
    return OK;
}

int64_t composer_size(const PageQuery *query)
{
    return query->size ? query->size : PAGE_SIZE;
}

Err composer_sort(Cx *cx, const Field **out, const Field *fields, const PageQuery *query)
{
    *out = NULL;
    assert(field_find(fields, "id"));
    if (!query->sort || strcmp(query->sort, "id") == 0)
        return OK;
    *out = find(fields, query->sort, FIELD_SORT);
    return *out ? OK
                : fail(cx, INVALID, "sort", "不能按“%s”排序，可用：%s",
                       "cannot sort by “%s”; use one of: %s", query->sort,
                       allowed(cx, fields, FIELD_SORT));
}

/* --- going on behind or before a row --- */

/* Two characters a byte: a cursor stands in an address, and nobody is to read anything in it. */
static const char *hex_of(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    for (; *text; text++)
        buf_format(&b, "%02x", (unsigned char)*text);
    return buf_text(&b);
}

static const char *hex_text(Cx *cx, const char *hex)
{
    static const char DIGITS[] = "0123456789abcdef";
    Buf b = BUF(cx);
    for (; hex[0] && hex[1]; hex += 2) {
        const char *high = strchr(DIGITS, hex[0]), *low = strchr(DIGITS, hex[1]);
        if (!high || !low || (high == DIGITS && low == DIGITS))
            return NULL;
        buf_char(&b, (char)((high - DIGITS) << 4 | (low - DIGITS)));
    }
    return *hex || !text_valid(buf_text(&b), b.length) ? NULL : buf_text(&b);
}

/* "made_on-": a cursor of one order says nothing in another. */
static const char *order_of(Cx *cx, const Field *sort, const PageQuery *query)
{
    return arena_format(cx->arena, "%s%c", sort ? sort->key : "id", query->descending ? '-' : '+');
}

const char *place_write(Cx *cx, const Field *sort, const PageQuery *query, const Place *at)
{
    const char *order = order_of(cx, sort, query);
    long long id = at->id;
    if (sort && sort->flags & (FIELD_MASKED | FIELD_SENSITIVE))
        return hex_of(cx, arena_format(cx->arena, "%s%lld?", order, id));
    bool text = sort && field_is_text(sort);
    if (!sort || (text ? !at->text : at->integer == UNSET))
        return hex_of(cx, arena_format(cx->arena, "%s%lld", order, id));
    return hex_of(cx,
                  text ? arena_format(cx->arena, "%s%lld=%s", order, id, at->text)
                       : arena_format(cx->arena, "%s%lld=%lld", order, id, (long long)at->integer));
}

Err place_read(Cx *cx, Place *out, bool *whole, const Field *sort, const PageQuery *query,
               const char *cursor)
{
    const char *order = order_of(cx, sort, query), *text = hex_text(cx, cursor);
    char *end = NULL;
    bool fits = text && strncmp(text, order, strlen(order)) == 0;
    *out = (Place){ .integer = UNSET };
    if (fits)
        out->id = strtoll(text + strlen(order), &end, 10);
    fits = fits && end != text + strlen(order);
    *whole = fits && *end != '?';
    if (fits && *end == '=' && sort && field_is_text(sort))
        out->text = end + 1;
    else if (fits && *end == '=')
        fits = read_int(end + 1, &out->integer);
    else
        fits = fits && (!*end || strcmp(end, "?") == 0);
    return fits ? OK
                : fail(cx, INVALID, "after", "翻页位置与现在的排序不符，请从第一页看起",
                       "this place is of another order; begin at the first page");
}

/* --- lists of any select --- */

static void add_bound(Composer *c, const char *key, const char *operator, const char * code)
{
    buf_add(&c->where, "page.");
    buf_name(&c->where, key);
    buf_format(&c->where, " %s $%zu", operator, composer_arg(c, arg_text(code)));
}

static void add_within(Composer *c, const PageQuery *query)
{
    const char *key = query->within_of ? query->within_of : "territory";
    composer_and(c);
    for (const Reach *r = query->within; r; r = r->more) {
        buf_add(&c->where, r == query->within ? "(" : " OR ");
        add_bound(c, key, ">=", r->from);
        buf_add(&c->where, " AND ");
        add_bound(c, key, "<", r->to);
    }
    buf_char(&c->where, ')');
}

static Err compose(Cx *cx, Composer *c, const Field *fields, Args args, const PageQuery *query)
{
    *c = composer(cx, args, query);
    composer_condition(c, query, "page");
    if (query->within)
        add_within(c, query);
    return add_filters(cx, c, fields, query->filters);
}

Err page_where(Cx *cx, const char **where, Args *out, const Field *fields, Args args,
               const PageQuery *query)
{
    Composer c;
    TRY(compose(cx, &c, fields, args, query));
    *where = buf_text(&c.where);
    *out = (Args){ c.args, c.count };
    return OK;
}

/* Ties are broken by id, so that pages neither repeat nor skip. */
static Err add_order(Cx *cx, Buf *sql, const Field *fields, const PageQuery *query)
{
    const Field *f;
    const char *way = query->descending ? "DESC" : "ASC";
    TRY(composer_sort(cx, &f, fields, query));
    buf_add(sql, " ORDER BY ");
    if (f) {
        buf_order(sql, f); /* beside the text, in the select */
        buf_format(sql, " %s NULLS LAST, ", way);
    }
    buf_format(sql, "id %s", way);
    return OK;
}

Err store_page(Cx *cx, List *out, const Field *fields, size_t row_size, const char *select,
               Args args, const PageQuery *query)
{
    TRY(composer_check(cx, query));
    int64_t size = composer_size(query);
    int64_t page = query->page ? query->page : 1;

    Composer c;
    TRY(compose(cx, &c, fields, args, query));

    Buf sql = BUF(cx);
    buf_format(&sql, "SELECT * FROM (%s) AS page%s", select, buf_text(&c.where));
    TRY(add_order(cx, &sql, fields, query));
    buf_format(&sql, " LIMIT $%zu OFFSET $%zu", c.count + 1, c.count + 2);
    Args all = { c.args, c.count };
    c.args[c.count++] = arg_int(size);
    c.args[c.count++] = arg_int((page - 1) * size);

    int64_t total;
    const char *count =
        arena_format(cx->arena, "SELECT count(*) FROM (%s) AS page%s", select, buf_text(&c.where));
    TRY(store_int(cx, &total, count, all));
    TRY(store_list(cx, out, fields, row_size, buf_text(&sql), (Args){ c.args, c.count }));
    out->total = total;
    return OK;
}
