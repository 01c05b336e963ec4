#include "modules/publication/public.h"

static const Route ROUTES[] = {
    { GET, "/public/style.css", "", public_style, "公开页样式", "Style of the public pages",
      .flags = ROUTE_HTML },
    ROUTES_END,
};

const Module publication_module = { .noun = "publication", .routes = ROUTES };
