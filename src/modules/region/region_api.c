#include "modules/region/region.h"

#include "core/access/right.h"

#include <string.h>

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    RegionSearch search = { .text = request_query(rq, "q"),
                            .parent = request_query(rq, "parent"),
                            .level = request_query(rq, "level"),
                            .at = day_of_instant(cx_now(cx)) };
    const char *at = request_query(rq, "at");
    if (at && !day_parse(at, &search.at))
        return fail(cx, INVALID, "at", "“%s”不是日期 YYYY-MM-DD", "%s is not a day YYYY-MM-DD", at);
    List found;
    TRY(region_search(cx, &found, &search));
    return reply_page(cx, rp, region_fields, sizeof(Region), &found);
}

static Err add(Cx *cx, Request *rq, Reply *rp)
{
    Region r;
    TRY(request_row(cx, &r, region_fields, rq));
    TRY(region_add(cx, &r.id, &r));
    return reply_row(cx, rp, region_fields, &r);
}

typedef struct Alias {
    const char *code;
    const char *name;
    const char *kind;
    const char *document;
} Alias;

static const Option ALIAS_KINDS[] = {
    { "former", "原村名", "Former name" },
    { "natural", "自然村", "Natural village" },
    { "common", "俗称", "Common name" },
    { .key = NULL },
};

static const Field ALIAS[] = {
    { "code", FIELD_TEXT, offsetof(Alias, code), "区划代码", "Code", .flags = FIELD_REQUIRED,
      .pattern = "digits:6|9|12" },
    { "name", FIELD_TEXT, offsetof(Alias, name), "别名", "Alias", .flags = FIELD_REQUIRED, .min = 1,
      .max = 60 },
    { "kind", FIELD_ENUM, offsetof(Alias, kind), "类别", "Kind", .flags = FIELD_REQUIRED,
      .options = ALIAS_KINDS },
    { "document", FIELD_TEXT, offsetof(Alias, document), "依据", "Source", .flags = FIELD_REQUIRED,
      .min = 1, .max = 120 },
    FIELDS_END,
};

static Err add_alias(Cx *cx, Request *rq, Reply *rp)
{
    Alias a;
    Region r;
    TRY(request_row(cx, &a, ALIAS, rq));
    TRY(region_get(cx, &r, a.code, day_of_instant(cx_now(cx))));
    TRY(region_add_alias(cx, a.code, a.name, a.kind, a.document));
    return reply_row(cx, rp, ALIAS, &a);
}

typedef struct Merger {
    const char *from;
    const char *into;
    Day day;
    const char *document;
} Merger;

static const Field MERGER[] = {
    { "from", FIELD_TEXT, offsetof(Merger, from), "被撤并的区划", "Merged division",
      .flags = FIELD_REQUIRED, .pattern = "digits:9|12" },
    { "into", FIELD_TEXT, offsetof(Merger, into), "并入的区划", "Merged into",
      .flags = FIELD_REQUIRED, .pattern = "digits:9|12" },
    { "day", FIELD_DATE, offsetof(Merger, day), "撤并日期", "Day", .flags = FIELD_REQUIRED },
    { "document", FIELD_TEXT, offsetof(Merger, document), "依据文号", "Document",
      .flags = FIELD_REQUIRED, .min = 1, .max = 120 },
    FIELDS_END,
};

static Err merge(Cx *cx, Request *rq, Reply *rp)
{
    Merger m;
    TRY(request_row(cx, &m, MERGER, rq));
    TRY(region_merge(cx, m.from, m.into, m.day, m.document));
    return reply_row(cx, rp, MERGER, &m);
}

static const Route ROUTES[] = {
    { GET, "/api/regions", "region.read", list, "查区划", "Search the divisions",
      .out = region_fields, .flags = ROUTE_PAGE, .query = "q parent at" },
    { POST, "/api/regions", "region.write", add, "新增区划", "Add a division", region_fields,
      region_fields },
    { POST, "/api/regions/aliases", "region.write", add_alias, "登记区划别名",
      "Record an alias of a division", ALIAS, ALIAS },
    { POST, "/api/regions/mergers", "region.write", merge, "登记区划撤并", "Record a merger",
      MERGER, MERGER },
    ROUTES_END,
};

extern const char region_sql[];

static const Right RIGHTS[] = {
    { "region.read", "查看区划", "See divisions", OFFICES | EXPERT, ANY_KIND, DESKS },
    { "region.write", "维护区划", "Keep divisions", PROVINCE, RURAL, DESKS },
    { .right = NULL },
};

const Module region_module = {
    .noun = "region",
    .schema = region_sql,
    .routes = ROUTES,
    .rights = RIGHTS,
    .fields = region_fields,
    .start = region_start,
    .link = "SELECT code AS key, name AS called, code AS territory FROM region "
            "WHERE valid_to IS NULL",
    .link_grams = "SELECT gram, code AS territory, code AS key FROM region_gram",
};
