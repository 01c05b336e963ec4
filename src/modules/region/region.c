#include "modules/region/region.h"

#include "base/log.h"
#include "core/access/right.h"
#include "core/request/audit.h"
#include "modules/region/divisions.h"
#include "store/grams.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const Field region_fields[] = {
    { "id", FIELD_INT, offsetof(Region, id), "编号", "Number", .flags = FIELD_READONLY },
    { "code", FIELD_TEXT, offsetof(Region, code), "区划代码", "Code",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .pattern = "digits:2|4|6|9|12" },
    { "name", FIELD_TEXT, offsetof(Region, name), "名称", "Name",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .min = 1, .max = 60 },
    { "level", FIELD_ENUM, offsetof(Region, level), "级别", "Level",
      .flags = FIELD_READONLY | FIELD_FILTER, .options = LEVELS },
    { "parent", FIELD_TEXT, offsetof(Region, parent), "上级代码", "Parent",
      .flags = FIELD_READONLY },
    { "functional", FIELD_BOOL, offsetof(Region, functional), "功能区", "Functional area",
      .flags = FIELD_READONLY },
    { "valid_from", FIELD_DATE, offsetof(Region, valid_from), "启用日期", "Valid from" },
    { "valid_to", FIELD_DATE, offsetof(Region, valid_to), "停用日期", "Valid to",
      .flags = FIELD_READONLY },
    { "source", FIELD_TEXT, offsetof(Region, source), "依据", "Source", .flags = FIELD_REQUIRED,
      .min = 1, .max = 120, .help_zh = "文号或出处", .help_en = "document number or origin" },
    { "path", FIELD_TEXT, offsetof(Region, path), "所属", "Path", .flags = FIELD_VIRTUAL },
    { "alias", FIELD_TEXT, offsetof(Region, alias), "别名", "Alias", .flags = FIELD_VIRTUAL },
    { "version", FIELD_INT, offsetof(Region, version), "版本", "Version", .flags = FIELD_READONLY },
    FIELDS_END,
};

static const char *level_of(const char *code)
{
    switch (strlen(code)) {
    case 2: return "province";
    case 4: return "city";
    case 6: return "county";
    case 9: return "township";
    default: return "village";
    }
}

static size_t parent_length(const char *code)
{
    switch (strlen(code)) {
    case 2: return 0;
    case 4: return 2;
    case 6: return 4;
    case 9: return 6;
    default: return 9;
    }
}

/* Areas of county rank that are no county have codes ending in 71–79 (statistical codes). */
static bool is_functional(const char *code)
{
    return strlen(code) == 6 && code[4] == '7' && code[5] != '0';
}

/* Cuts the first ending that fits, where at least least characters stay. */
static void cut(char *name, const char *const *endings, size_t least)
{
    size_t length = strlen(name);
    for (; *endings; endings++) {
        size_t n = strlen(*endings);
        if (length <= n || strcmp(name + length - n, *endings) != 0)
            continue;
        name[length - n] = '\0';
        if (text_count(name) >= least)
            return;
        name[length - n] = **endings;
    }
}

/* The name without the words for its kind, so that 东街村, 东街村委会 and 东街 are one. */
static const char *short_name(Cx *cx, const char *name, const char *level)
{
    static const char *const COMMITTEES[] = { "村民委员会", "居民委员会", "村委会", "居委会",
                                              NULL };
    static const char *const VILLAGES[] = { "社区", "村", NULL };
    static const char *const TOWNSHIPS[] = { "街道办事处", "办事处", "街道", "镇", "乡", NULL };
    static const char *const COUNTIES[] = { "县", "市", "区", NULL };
    char *text = arena_text(cx->arena, text_fold(cx, name));
    if (strcmp(level, "village") == 0) {
        cut(text, COMMITTEES, 1);
        cut(text, VILLAGES, 1);
    } else if (strcmp(level, "township") == 0) {
        cut(text, TOWNSHIPS, 1);
    } else {
        cut(text, COUNTIES, 2);
    }
    return text;
}

#define REGION_SELECT                                                                              \
    "SELECT r.id, r.code, r.name, r.level, r.parent, r.functional, r.valid_from, r.valid_to, "     \
    "r.source, r.version, NULL AS alias, "                                                         \
    "coalesce(c.name, '') || coalesce(' / ' || q.name, '') || coalesce(' / ' || t.name, '') "      \
    "AS path FROM region r "                                                                       \
    "LEFT JOIN region c ON c.code = substr(r.code, 1, 4) AND length(r.code) > 4 "                  \
    "AND c.valid_to IS NULL "                                                                      \
    "LEFT JOIN region q ON q.code = substr(r.code, 1, 6) AND length(r.code) > 6 "                  \
    "AND q.valid_to IS NULL "                                                                      \
    "LEFT JOIN region t ON t.code = substr(r.code, 1, 9) AND length(r.code) > 9 "                  \
    "AND t.valid_to IS NULL "

#define REGION_VALID                                                                               \
    "(r.valid_from IS NULL OR r.valid_from <= $1) AND (r.valid_to IS NULL OR r.valid_to > $1) "

/* LIKE's own signs in what people type stand for themselves. */
static const char *like(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    buf_char(&b, '%');
    for (; *text; text++) {
        if (*text == '%' || *text == '_' || *text == '\\')
            buf_char(&b, '\\');
        buf_char(&b, *text);
    }
    buf_char(&b, '%');
    return buf_text(&b);
}

/* Says by which alias a division was found whose own name does not hold the text. */
static Err name_aliases(Cx *cx, List *list, const char *text)
{
    Region *rows = list->rows;
    for (size_t i = 0; i < list->count; i++) {
        if (strstr(rows[i].name, text) || strncmp(rows[i].code, text, strlen(text)) == 0)
            continue;
        Err e = store_text(cx, &rows[i].alias,
                           "SELECT name FROM region_alias WHERE code = $1 AND name LIKE $2 "
                           "ESCAPE '\\' ORDER BY name LIMIT 1",
                           ARGS(T(rows[i].code), T(like(cx, text))));
        if (e != OK && e != NOT_FOUND)
            return e;
    }
    return OK;
}

/* Codes of the divisions, or of the parts of an alias, that have all bigrams of the text: what LIKE
 * then proves are some dozens and not 62,000. One character is a range of bigrams; of a longer text
 * three are enough, since each narrows what the one before left. */
#define FOUND                                                                                      \
    "SELECT g.code FROM region_gram g WHERE g.gram >= $7 AND g.gram <= $8 AND " WITHIN(            \
        "g.code", 2) " AND ($9 < 0 OR EXISTS (SELECT 1 FROM region_gram h WHERE h.gram = $9 "      \
                     "AND h.code = g.code)) AND ($10 < 0 OR EXISTS (SELECT 1 FROM "                \
                     "region_gram i WHERE i.gram = $10 AND i.code = g.code)) "
#define BEHIND                                                                                     \
    " AND r.code <> $2 AND ($3 = '' OR r.level = $3) ORDER BY length(r.code), r.code LIMIT $6"

/* Inside a parent the range of codes alone is short. */
static Err search_all(Cx *cx, List *out, const RegionSearch *s, const char *parent, int64_t size)
{
    return store_list(cx, out, region_fields, sizeof(Region),
                      REGION_SELECT "WHERE " REGION_VALID
                                    "AND " WITHIN("r.code", 2) " AND $4 = '' AND $5 = ''" BEHIND,
                      ARGS(I(s->at), T(parent), T(text_or(s->level, "")), T(""), T(""), I(size)));
}

static Err search_text(Cx *cx, List *out, const RegionSearch *s, const char *parent,
                       const char *text, int64_t size)
{
    const char *rest = text;
    Grams g = part_grams(cx, text);
    uint32_t first = text_next(&rest);
    return store_list(
        cx, out, region_fields, sizeof(Region),
        REGION_SELECT
        "WHERE r.id IN (SELECT r.id FROM region r JOIN (" FOUND
        "UNION SELECT k.code FROM region k WHERE k.code >= $4 AND k.code < $4 || ':' AND " WITHIN(
            "k.code",
            2) ") AS f ON f.code = r.code WHERE " REGION_VALID
               "AND (r.name LIKE $5 ESCAPE '\\' OR " WITHIN(
                   "r.code",
                   4) " OR EXISTS (SELECT 1 FROM "
                      "region_alias a WHERE a.code = r.code AND a.name LIKE $5 ESCAPE '\\'))" BEHIND
                      ") ORDER BY length(r.code), r.code",
        ARGS(I(s->at), T(parent), T(text_or(s->level, "")), T(text), T(like(cx, text)), I(size),
             I(g.count ? g.at[0] : gram_first(first)), I(g.count ? g.at[0] : gram_last(first)),
             I(g.count > 1 ? g.at[1] : -1), I(g.count > 2 ? g.at[2] : -1)));
}

Err region_search(Cx *cx, List *out, const RegionSearch *search)
{
    const char *text = search->text ? text_fold(cx, search->text) : "";
    const char *parent = search->parent ? search->parent : "";
    int64_t size = search->size > 0 && search->size <= 500 ? search->size : 50;
    if (!*text)
        return search_all(cx, out, search, parent, size);
    TRY(search_text(cx, out, search, parent, text, size));
    return name_aliases(cx, out, text);
}

Err region_get(Cx *cx, Region *out, const char *code, Day at)
{
    Err e = store_row(cx, out, region_fields, REGION_SELECT "WHERE " REGION_VALID "AND r.code = $2",
                      ARGS(I(at), T(code)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "code", "没有代码为 %s 的有效区划",
                    "no valid division has code %s", code);
    return e;
}

Err region_name(Cx *cx, const char **out, const char *code)
{
    Err e = store_text(cx, out,
                       "SELECT name FROM region WHERE code = $1 ORDER BY valid_to IS NOT NULL, "
                       "valid_to DESC LIMIT 1",
                       ARGS(T(code)));
    if (e == NOT_FOUND)
        *out = "";
    return e == NOT_FOUND ? OK : e;
}

static Err match_code(Cx *cx, Region *out, const char *county, const char *code, Day at)
{
    Err e = region_get(cx, out, code, at);
    if (e == OK && strncmp(code, county, strlen(county)) != 0)
        return fail(cx, INVALID, "village", "%s（%s）不在本县", "%s (%s) is not in this county",
                    code, out->name);
    if (e == NOT_FOUND)
        return fail(cx, INVALID, "village", "没有代码为 %s 的村，请核对代码",
                    "no village has code %s; check the code", code);
    return e;
}

static Err several(Cx *cx, const List *found, const char *village)
{
    Buf paths = BUF(cx);
    const Region *rows = found->rows;
    for (size_t i = 0; i < found->count && i < 5; i++)
        buf_format(&paths, "%s%s %s", i ? "；" : "", rows[i].path, rows[i].name);
    return fail(cx, INVALID, "village", "“%s”有多个，请写明乡镇：%s",
                "%s stands for several villages; write the township too: %s", village,
                buf_text(&paths));
}

Err region_match(Cx *cx, Region *out, const char *county, const char *township, const char *village,
                 Day at)
{
    const char *typed = text_fold(cx, village);
    if (strlen(typed) == 12 && strspn(typed, "0123456789") == 12)
        return match_code(cx, out, county, typed, at);
    const char *town = text_blank(township) ? "" : short_name(cx, township, "township");
    List found;
    TRY(store_list(
        cx, &found, region_fields, sizeof(Region),
        REGION_SELECT "WHERE " REGION_VALID "AND " WITHIN(
            "r.code",
            2) " AND r.level = 'village' "
               "AND ($3 = '' OR t.short = $3) AND (r.short = $4 OR r.code IN "
               "(SELECT a.code FROM region_alias a WHERE a.short = $4)) ORDER BY r.code LIMIT 6",
        ARGS(I(at), T(county), T(town), T(short_name(cx, typed, "village")))));
    if (found.count > 1)
        return several(cx, &found, village);
    if (found.count == 0)
        return fail(cx, INVALID, "village", "本县%s找不到“%s”，请从区划中选取或写 12 位代码",
                    "no village in this county%s is called %s; pick it from the divisions or write "
                    "its 12-digit code",
                    *town ? arena_format(cx->arena, "（%s）", township) : "", village);
    *out = *(Region *)found.rows;
    return OK;
}

static const char POST_SQL[] = "INSERT INTO region_gram(gram, code) VALUES($1, $2) "
                               "ON CONFLICT (gram, code) DO NOTHING";

/* A part of the name finds the code; a name that it had once still does. */
static Err post(Cx *cx, const char *code, const char *name)
{
    Grams g = text_grams(cx, name);
    for (size_t i = 0; i < g.count; i++)
        TRY(store_run(cx, POST_SQL, ARGS(I(g.at[i]), T(code))));
    return OK;
}

/* Inserts with what follows from the code. */
static Err insert(Cx *cx, Region *r)
{
    r->level = level_of(r->code);
    r->parent = arena_text_n(cx->arena, r->code, parent_length(r->code));
    r->functional = is_functional(r->code);
    return store_run(cx,
                     "INSERT INTO region(code, name, short, level, parent, functional, valid_from, "
                     "valid_to, source, version) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
                     ARGS(T(r->code), T(r->name), T(short_name(cx, r->name, r->level)), T(r->level),
                          T(r->parent), I(r->functional), I(r->valid_from), I(r->valid_to),
                          T(r->source)));
}

Err region_add(Cx *cx, int64_t *id, Region *row)
{
    Region parent;
    Day from = row->valid_from == UNSET ? day_of_instant(cx_now(cx)) : row->valid_from;
    row->valid_from = from;
    row->valid_to = UNSET;
    TRY(region_get(cx, &parent, arena_text_n(cx->arena, row->code, parent_length(row->code)),
                   from));
    TRY(store_run(cx, "UPDATE region SET valid_to = $2 WHERE code = $1 AND valid_to IS NULL",
                  ARGS(T(row->code), I(from))));
    TRY(insert(cx, row));
    TRY(post(cx, row->code, row->name));
    TRY(store_int(cx, id, "SELECT max(id) FROM region WHERE code = $1", ARGS(T(row->code))));
    audit_change(cx, "region", *id, region_fields, NULL, row);
    return OK;
}

Err region_add_alias(Cx *cx, const char *code, const char *name, const char *kind,
                     const char *document)
{
    TRY(post(cx, code, name));
    return store_run(
        cx,
        "INSERT INTO region_alias(code, name, short, kind, document) "
        "VALUES($1, $2, $3, $4, $5) ON CONFLICT (code, name) DO NOTHING",
        ARGS(T(code), T(name), T(short_name(cx, name, level_of(code))), T(kind), T(document)));
}

Err region_merge(Cx *cx, const char *from, const char *into, Day day, const char *document)
{
    Region old, heir;
    TRY(region_get(cx, &old, from, day));
    TRY(region_get(cx, &heir, into, day));
    if (strcmp(from, into) == 0)
        return fail(cx, INVALID, "into", "不能并入自己（%s）", "%s cannot be merged into itself",
                    from);
    TRY(store_run(cx, "UPDATE region SET valid_to = $2, version = version + 1 WHERE id = $1",
                  ARGS(I(old.id), I(day))));
    TRY(store_run(cx,
                  "INSERT INTO region_merger(from_code, into_code, day, document) "
                  "VALUES($1, $2, $3, $4)",
                  ARGS(T(from), T(into), I(day), T(document))));
    TRY(region_add_alias(cx, into, old.name, "former", document));
    Region after = old;
    after.valid_to = day;
    audit_change(cx, "region", old.id, region_fields, &old, &after);
    return OK;
}

typedef struct Named {
    const char *code, *name;
} Named;

static const Field named_fields[] = {
    { "code", FIELD_TEXT, offsetof(Named, code), "代码", "Code" },
    { "name", FIELD_TEXT, offsetof(Named, name), "名称", "Name" },
    FIELDS_END,
};

typedef struct NamePosting {
    int64_t gram;
    const char *code;
} NamePosting;

static int compare_postings(const void *a, const void *b)
{
    const NamePosting *x = a, *y = b;
    int c = (x->gram > y->gram) - (x->gram < y->gram);
    return c ? c : strcmp(x->code, y->code);
}

/* All names, in the order of their bigrams: so each goes behind the one before, and 400,000 of them
 * are written in a third of the time. */
static Err post_all(Cx *cx)
{
    List all;
    size_t count = 0, room = 0;
    TRY(store_list(cx, &all, named_fields, sizeof(Named),
                   "SELECT code, name FROM region UNION SELECT code, name FROM region_alias",
                   NO_ARGS));
    const Named *rows = all.rows;
    for (size_t i = 0; i < all.count; i++)
        room += strlen(rows[i].name);
    NamePosting *postings = NEW_N(cx, NamePosting, room + 1);
    for (size_t i = 0; i < all.count; i++) {
        Grams g = text_grams(cx, rows[i].name);
        for (size_t k = 0; k < g.count; k++)
            postings[count++] = (NamePosting){ g.at[k], rows[i].code };
    }
    qsort(postings, count, sizeof *postings, compare_postings);
    for (size_t i = 0; i < count; i++)
        TRY(store_run(cx, POST_SQL, ARGS(I(postings[i].gram), T(postings[i].code))));
    return OK;
}

/* --- what an installation begins with --- */

static int64_t lines_of(const char *text)
{
    int64_t count = 0;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

/* What "# …" lines say is the source of all that stands below. */
static Err load_line(Cx *cx, const char *const columns[3], const char **source, Arena *whole)
{
    if (*columns[0] == '#')
        *source = arena_text(whole, columns[0] + 1 + strspn(columns[0] + 1, " "));
    if (*columns[0] == '#' || !*columns[0])
        return OK;
    Region r = { .code = columns[0],
                 .name = columns[1],
                 .valid_from = UNSET,
                 .valid_to = UNSET,
                 .source = *source };
    return insert(cx, &r);
}

/* Each line in an arena of its own: a province has tens of thousands. */
static Err load_list(Cx *cx, const char *text, const Progress *progress)
{
    const char *source = "建立系统时的区划", *columns[3];
    int64_t count = 0, total = lines_of(text);
    Arena *whole = cx->arena, *line = arena_new(0);
    Err e = OK;
    cx->arena = line;
    while (e == OK && divisions_next(cx, &text, columns)) {
        e = load_line(cx, columns, &source, whole);
        arena_reset(line);
        cx->arena = whole;
        if (e == OK && progress)
            e = progress->tell(cx, progress->data, ++count, total);
        cx->arena = line;
    }
    cx->arena = whole;
    arena_free(line);
    return e;
}

static Err load_former(Cx *cx, const char *text)
{
    const char *columns[3];
    while (divisions_next(cx, &text, columns))
        if (*columns[0] && *columns[0] != '#')
            TRY(region_add_alias(cx, columns[0], columns[1], "former", "建立系统时的区划"));
    return OK;
}

static bool is_cell(const char *text)
{
    return *text && strlen(text) <= 2 && strspn(text, "0123456789") == strlen(text);
}

/* Of a division that is there: an installation of another province has no use for our tiles. */
static Err load_tile(Cx *cx, const char *code, const char *across, const char *down)
{
    bool there;
    TRY(store_exists(cx, &there, "SELECT 1 FROM region WHERE code = $1", ARGS(T(code))));
    return there
               ? store_run(cx,
                           "INSERT INTO region_tile(code, across, down) VALUES($1, $2, $3) "
                           "ON CONFLICT (code) DO NOTHING",
                           ARGS(T(code), I(strtoll(across, NULL, 10)), I(strtoll(down, NULL, 10))))
               : OK;
}

static Err load_tiles(Cx *cx, const char *text)
{
    const char *columns[3];
    while (divisions_next(cx, &text, columns)) {
        if (!*columns[0] || *columns[0] == '#')
            continue;
        if (!is_cell(columns[1]) || !is_cell(columns[2]))
            return fail(cx, INVALID, "divisions", "tiles.tsv 中 %s 的列和行应为 0 至 99 的数字",
                        "tiles.tsv: column and row of %s are numbers from 0 to 99", columns[0]);
        TRY(load_tile(cx, columns[0], columns[1], columns[2]));
    }
    return OK;
}

Err region_load(Cx *cx, const char *folder, const Progress *progress)
{
    bool filled;
    Divisions d;
    TRY(store_exists(cx, &filled, "SELECT 1 FROM region LIMIT 1", NO_ARGS));
    if (filled)
        return OK;
    TRY(divisions_read(cx, &d, folder));
    TRY(load_list(cx, d.list, progress));
    TRY(load_former(cx, d.former));
    TRY(load_tiles(cx, d.tiles));
    log_info("region", "%lld divisions loaded", (long long)lines_of(d.list));
    return post_all(cx);
}

/* An installation that was made before tiles were data has those of the program. */
static Err start_tiles(Cx *cx)
{
    bool tiled;
    Divisions d;
    TRY(store_exists(cx, &tiled, "SELECT 1 FROM region_tile LIMIT 1", NO_ARGS));
    if (tiled)
        return OK;
    TRY(divisions_read(cx, &d, NULL));
    return load_tiles(cx, d.tiles);
}

static Err fill_up(Cx *cx, bool posted)
{
    TRY(posted ? OK : post_all(cx));
    return start_tiles(cx);
}

Err region_start(Cx *cx)
{
    bool posted, filled, tiled;
    TRY(store_exists(cx, &posted, "SELECT 1 FROM region_gram LIMIT 1", NO_ARGS));
    TRY(store_exists(cx, &filled, "SELECT 1 FROM region LIMIT 1", NO_ARGS));
    TRY(store_exists(cx, &tiled, "SELECT 1 FROM region_tile LIMIT 1", NO_ARGS));
    if (!filled || (posted && tiled))
        return OK;
    TRY(store_begin(cx, true));
    Err e = fill_up(cx, posted);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}
