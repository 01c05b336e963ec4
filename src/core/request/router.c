#include "core/access/right.h"
#include "core/request/dispatch.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A tree of path segments; a child whose segment begins with ':' takes any. */
typedef struct RouteNode {
    const char *segment;
    size_t length;
    const Route *routes[OTHER_METHOD];
    struct RouteNode *children;
    struct RouteNode *next;
} RouteNode;

struct Router {
    RouteNode root;
};

/* The next segment of *path, which moves behind it; false at the end. */
static bool segment_next(const char **path, const char **segment, size_t *length)
{
    while (**path == '/')
        ++*path;
    *segment = *path;
    *length = strcspn(*path, "/");
    *path += *length;
    return *length > 0;
}

static RouteNode *child_find(const RouteNode *parent, const char *segment, size_t length)
{
    for (RouteNode *n = parent->children; n != NULL; n = n->next)
        if (n->length == length && memcmp(n->segment, segment, length) == 0)
            return n;
    return NULL;
}

static RouteNode *child_wild(const RouteNode *parent)
{
    for (RouteNode *n = parent->children; n != NULL; n = n->next)
        if (*n->segment == ':')
            return n;
    return NULL;
}

static void route_add(Cx *cx, Router *router, const Route *route)
{
    assert(route->method < OTHER_METHOD && *route->path == '/');
    assert(*route->right == '\0' || right_signed_in(route->right) ||
           right_find(cx, route->right) != NULL);

    RouteNode *at = &router->root;
    const char *path = route->path, *segment;
    size_t length;
    while (segment_next(&path, &segment, &length)) {
        bool wild = *segment == ':';
        RouteNode *n = wild ? child_wild(at) : child_find(at, segment, length);
        if (n == NULL) {
            n = NEW(cx, RouteNode);
            *n = (RouteNode){ .segment = segment, .length = length, .next = at->children };
            at->children = n;
        }
        at = n;
    }
    assert(at->routes[route->method] == NULL);
    at->routes[route->method] = route;
}

Router *router_make(Cx *cx, const Module *const *modules)
{
    Router *router = NEW(cx, Router);
    for (; modules != NULL && *modules != NULL; modules++)
        for (const Route *r = (*modules)->routes; r != NULL && r->path != NULL; r++)
            route_add(cx, router, r);
    return router;
}

/* Plain segments win over parameters, also where only the latter lead to a route. */
static const RouteNode *node_find(const RouteNode *at, const char *path)
{
    const char *segment;
    size_t length;
    if (!segment_next(&path, &segment, &length))
        return at;
    const RouteNode *plain = child_find(at, segment, length);
    const RouteNode *found = plain == NULL ? NULL : node_find(plain, path);
    if (found != NULL &&
        (found->routes[GET] || found->routes[POST] || found->routes[PUT] || found->routes[DELETE]))
        return found;
    const RouteNode *wild = child_wild(at);
    return wild == NULL ? NULL : node_find(wild, path);
}

/* False where a parameter is longer than any of ours. */
static bool params_set(Request *rq, const Route *route)
{
    const char *pattern = route->path, *path = request_path(rq), *name, *value;
    size_t name_length, length;
    if (route->noun)
        request_set_param(rq, "noun", route->noun);
    while (segment_next(&pattern, &name, &name_length)) {
        segment_next(&path, &value, &length);
        char key[64], text[256];
        if (*name != ':')
            continue;
        assert(name_length <= sizeof key);
        if (length >= sizeof text)
            return false;
        snprintf(key, sizeof key, "%.*s", (int)name_length - 1, name + 1);
        snprintf(text, sizeof text, "%.*s", (int)length, value);
        request_set_param(rq, key, text);
    }
    return true;
}

static const Route *route_at(const RouteNode *n, const Request *rq)
{
    Method method = request_method(rq);
    return n == NULL || method >= OTHER_METHOD ? NULL : n->routes[method];
}

const Route *router_route(const Router *router, const Request *rq)
{
    return route_at(node_find(&router->root, request_path(rq)), rq);
}

const Route *router_find(const Router *router, Request *rq, bool *known)
{
    const RouteNode *n = node_find(&router->root, request_path(rq));
    const Route *route = route_at(n, rq);
    *known =
        n != NULL && (n->routes[GET] || n->routes[POST] || n->routes[PUT] || n->routes[DELETE]);
    return route != NULL && params_set(rq, route) ? route : NULL;
}
