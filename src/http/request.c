/* What handlers ask of a request whose head was read (head.c). */
#include "http/inside.h"

#include "http/multipart.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

Method request_method(const Request *rq)
{
    return rq->method;
}

const char *request_path(const Request *rq)
{
    return rq->path;
}

const char *request_query(const Request *rq, const char *key)
{
    for (size_t i = 0; i < rq->query_count; i++)
        if (strcmp(rq->query[i].key, key) == 0)
            return rq->query[i].value;
    return NULL;
}

bool request_query_at(const Request *rq, size_t i, const char **key, const char **value)
{
    if (i >= rq->query_count)
        return false;
    *key = rq->query[i].key;
    *value = rq->query[i].value;
    return true;
}

const char *request_header(const Request *rq, const char *name)
{
    const char *value = MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
    size_t length = value ? strlen(value) : 0, kept = length;
    while (kept > 0 && (value[kept - 1] == ' ' || value[kept - 1] == '\t'))
        kept--;
    return kept == length ? value : arena_text_n(rq->arena, value, kept);
}

const char *request_cookie(const Request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, name);
}

const char *request_address(const Request *rq)
{
    return rq->address;
}

bool request_secure(const Request *rq)
{
    const char *proto = request_header(rq, "X-Forwarded-Proto");
    return rq->http->config.trust_forwarded && proto && strcmp(proto, "https") == 0;
}

const atomic_bool *request_gone(const Request *rq)
{
    return &rq->peer->gone;
}

const atomic_bool *request_stop(const Request *rq)
{
    return &rq->http->hurry;
}

const char *request_body(const Request *rq, size_t *length)
{
    *length = rq->spool >= 0 ? 0 : rq->body_length;
    return *length > 0 ? rq->body : "";
}

int request_body_file(const Request *rq, int64_t *length)
{
    *length = rq->spool >= 0 ? rq->received : 0;
    return rq->spool;
}

/* A spooled body is mapped, not read: its pages are the file's and can be dropped at any time. */
static const char *body_whole(Request *rq, size_t *length)
{
    if (rq->spool < 0)
        return request_body(rq, length);
    *length = (size_t)rq->received;
    if (!rq->map) {
        void *map = mmap(NULL, *length, PROT_READ, MAP_PRIVATE, rq->spool, 0);
        rq->map = map == MAP_FAILED ? NULL : map;
    }
    return rq->map;
}

Err request_parts(Cx *cx, const Request *rq, const Part **out, size_t *count)
{
    size_t length;
    const char *bytes = body_whole((Request *)(uintptr_t)rq, &length);
    if (!bytes)
        return fail(cx, INTERNAL, NULL, "上传的内容读取失败", "the spooled body cannot be read");
    return multipart_parse(cx, out, count, request_header(rq, "Content-Type"), bytes, length);
}

void request_set_param(Request *rq, const char *key, const char *value)
{
    for (size_t i = 0; i < rq->param_count; i++)
        if (strcmp(rq->params[i].key, key) == 0)
            return; /* set when it was admitted */
    assert(rq->param_count < PARAM_LIMIT);
    rq->params[rq->param_count++] =
        (Pair){ arena_text(rq->arena, key), arena_text(rq->arena, value) };
}

const char *request_param(const Request *rq, const char *key)
{
    const char *value = NULL;
    for (size_t i = 0; i < rq->param_count && !value; i++)
        if (strcmp(rq->params[i].key, key) == 0)
            value = rq->params[i].value;
    assert(value);
    return value;
}

int64_t request_id(const Request *rq, const char *key)
{
    const char *text = request_param(rq, key);
    size_t length = strlen(text);
    if (length == 0 || length > 18 || strspn(text, "0123456789") != length)
        return 0;
    return strtoll(text, NULL, 10);
}
