#include "modules/publication/public.h"

static const Route ROUTES[] = {
    { GET, "/public/style.css", "", public_style, "公开页样式", "Style of the public pages",
      .flags = ROUTE_HTML },
    { GET, "/public", "", public_home, "信息公开", "Public information", .flags = ROUTE_HTML },
    { GET, "/public/publications/:id", "", public_show, "公示页", "A publication",
      .flags = ROUTE_HTML },
    ROUTES_END,
};

extern const char publication_sql[];

const Module publication_module = { .noun = "publication",
                                    .schema = publication_sql,
                                    .routes = ROUTES,
                                    .fields = publication_fields,
                                    .start = publication_start,
                                    .tidy = publication_tidy };
