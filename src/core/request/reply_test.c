#include "modules/server_testing.h"

/* A module whose rows have a blind field; total tells what the query asked for. */
typedef struct ReplySample {
    int64_t id;
    const char *county;
    const char *plan;
} ReplySample;

static const Field sample_fields[] = {
    { "id", FIELD_INT, offsetof(ReplySample, id), "编号", "Number", FIELD_SORT },
    { "county", FIELD_TEXT, offsetof(ReplySample, county), "县", "County",
      FIELD_BLIND | FIELD_FILTER | FIELD_SORT },
    { "plan", FIELD_TEXT, offsetof(ReplySample, plan), "规划", "Plan" },
    FIELDS_END,
};

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    return reply_row(cx, rp, sample_fields, &(ReplySample){ 1, "样例县", "样例规划" });
}

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    PageQuery query = request_page(cx, rq, sample_fields);
    List page = { .rows = &(ReplySample){ 1, "样例县", "样例规划" }, .count = 1 };
    page.total = (query.sort != NULL ? 100 : 0) + (query.filters[0] != NULL ? 1 : 0);
    return reply_page(cx, rp, sample_fields, sizeof(ReplySample), &page);
}

static const Route routes[] = {
    { GET, "/api/samples/:id", "session", show, "样例", "Sample", NULL, sample_fields, 0 },
    { GET, "/api/samples", "session", list, "样例", "Samples", NULL, sample_fields, ROUTE_PAGE },
    ROUTES_END,
};
static const Module SAMPLE = { .noun = "sample", .routes = routes };
static const Module *const SAMPLES[] = { &SAMPLE, NULL };

SERVER_CASE("a blind field neither reaches an expert nor serves him as filter or order")
{
    server_core()->router = router_make(cx, SAMPLES);
    static const char *const PATHS[] = { "/api/samples/1", "/api/samples" };
    for (size_t i = 0; i < COUNT(PATHS); i++) {
        Answer county = server_ask(cx, "county", "GET", PATHS[i], NULL);
        Answer expert = server_ask(cx, "expert", "GET", PATHS[i], NULL);
        EXPECT(strstr(county.body, "样例县") != NULL);
        EXPECT(strstr(expert.body, "样例县") == NULL);
        EXPECT(strstr(expert.body, "样例规划") != NULL);
    }
    const char *asked = "/api/samples?county=x&sort=county";
    EXPECT_INT(json_int(server_ask(cx, "county", "GET", asked, NULL).json, "total", -1), 101);
    EXPECT_INT(json_int(server_ask(cx, "expert", "GET", asked, NULL).json, "total", -1), 0);
}
