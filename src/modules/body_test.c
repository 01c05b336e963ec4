/* No key of a body is lost in silence: every route that takes one, with a key that it does not
 * describe. */
#include "modules/modules.h"
#include "modules/zone/zone_testing.h"

#include <string.h>

static const char *const METHODS[] = {
    [GET] = "GET", [POST] = "POST", [PUT] = "PUT", [DELETE] = "DELETE"
};

static const char *const CAST[] = {
#define X(name, level, kind, seat, territory) name,
    SERVER_CAST(X)
#undef X
};

/* "/api/zones/:id/form" as "/api/zones/1/form". */
static const char *filled(Cx *cx, const char *path)
{
    Buf b = BUF(cx);
    for (; *path; path++) {
        buf_add_n(&b, path, 1);
        if (path[0] != '/' || path[1] != ':')
            continue;
        buf_add(&b, "1");
        path += strcspn(path + 1, "/");
    }
    return buf_text(&b);
}

static bool takes_fields(const Route *r)
{
    return r->in && !(r->flags & (ROUTE_READ | ROUTE_HTML)) &&
           (r->body == BODY_ROW || r->body == BODY_CHANGE);
}

/* Did somebody get so far that the key was named? Nobody may get further. */
static bool names_it(Cx *cx, const Route *r)
{
    bool named = false;
    for (size_t i = 0; i < COUNT(CAST) && !named; i++) {
        Answer a = server_ask(cx, CAST[i], METHODS[r->method], filled(cx, r->path),
                              "{\"version\":1,\"unheard\":1}");
        if (a.status < 300)
            print_error("%s %s took it as %s\n", METHODS[r->method], r->path, CAST[i]);
        EXPECT(a.status >= 400);
        named = strcmp(json_text(json_get(a.json, "error"), "field", ""), "/unheard") == 0;
    }
    return named;
}

SERVER_CASE("a key that a route does not describe is refused by its name, whichever route it is")
{
    int routes = 0, named = 0;
    testing_zone(cx);
    for (size_t m = 0; MODULES[m]; m++)
        for (const Route *r = MODULES[m]->routes; r && r->path; r++)
            if (takes_fields(r)) {
                routes++;
                named += names_it(cx, r);
            }
    EXPECT(routes > 50 && named >= 20); /* the others want a record first */
    EXPECT_INT(server_ask(cx, "county", "PUT", "/api/zones/1/dossier",
                          "{\"version\":1,\"dossier\":{},\"unheard\":1}")
                   .status,
               422);
}
