/* Replies. reply_finish is the one place where a response is made, and so the one place of the
 * security headers, of caching, conditions and ranges.
 */
#include "http/inside.h"

#include "http/grammar.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* On every reply, unless the handler said otherwise under the same name. */
static const Pair STANDARD_HEADERS[] = {
    { "Content-Security-Policy",
      "default-src 'self'; script-src 'self'; style-src 'self'; "
      "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
      "base-uri 'none'; frame-ancestors 'none'; form-action 'self'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
};

static const char *header_of(const Reply *rp, const char *name)
{
    for (size_t i = 0; i < rp->header_count; i++)
        if (strcasecmp(rp->headers[i].key, name) == 0)
            return rp->headers[i].value;
    return NULL;
}

static void header_append(Reply *rp, const char *name, const char *value)
{
    assert(rp->header_count < REPLY_HEADER_LIMIT);
    rp->headers[rp->header_count++] = (Pair){ name, value };
}

static void header_default(Reply *rp, const char *name, const char *value)
{
    if (!header_of(rp, name))
        header_append(rp, name, value);
}

void reply_clear(Reply *rp)
{
    if (rp->content == CONTENT_FILE && rp->fd >= 0)
        close(rp->fd);
    *rp = (Reply){ .rq = rp->rq, .fd = -1 };
}

void reply_status(Reply *rp, int status)
{
    assert(status >= 200 && status <= 599);
    rp->status = status;
}

void reply_header(Reply *rp, const char *name, const char *value)
{
    for (const char *p = value; *p; p++)
        assert((unsigned char)*p >= 0x20 && *p != 0x7f);
    Arena *arena = rp->rq->arena;
    for (size_t i = 0; i < rp->header_count; i++)
        if (strcasecmp(rp->headers[i].key, name) == 0) {
            rp->headers[i].value = arena_text(arena, value);
            return;
        }
    header_append(rp, arena_text(arena, name), arena_text(arena, value));
}

void reply_cookie(Reply *rp, const char *name, const char *value, int64_t max_age_s, bool secure)
{
    assert(value[strcspn(value, "; ,\"\\")] == '\0');
    header_append(rp, "Set-Cookie",
                  arena_format(rp->rq->arena,
                               "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", name,
                               value, (long long)max_age_s, secure ? "; Secure" : ""));
}

static void content_set(Reply *rp, Content content, const char *type)
{
    if (rp->content == CONTENT_FILE && rp->fd >= 0)
        close(rp->fd);
    rp->fd = -1;
    rp->content = content;
    rp->type = arena_text(rp->rq->arena, type);
}

void reply_bytes(Reply *rp, const char *type, const void *bytes, size_t length)
{
    content_set(rp, CONTENT_BYTES, type);
    rp->bytes = length > 0 ? arena_text_n(rp->rq->arena, bytes, length) : "";
    rp->length = (int64_t)length;
}

void reply_file(Reply *rp, const char *type, int fd, int64_t length)
{
    assert(fd >= 0 && length >= 0);
    content_set(rp, CONTENT_FILE, type);
    rp->fd = fd;
    rp->length = length;
}

void reply_static(Reply *rp, const char *type, const void *gzip, size_t length, const char *etag)
{
    assert(length > 18 && etag[0] == '"');
    content_set(rp, CONTENT_STATIC, type);
    rp->bytes = gzip;
    rp->length = (int64_t)length;
    reply_header(rp, "ETag", etag);
}

void reply_events(Reply *rp, const char *channel)
{
    content_set(rp, CONTENT_EVENTS, "text/event-stream");
    rp->channel = arena_text(rp->rq->arena, channel);
}

void reply_refuse(Reply *rp, int status, const char *code, const char *zh, const char *en)
{
    const char *json = arena_format(rp->rq->arena,
                                    "{\"error\":{\"code\":\"%s\",\"field\":\"\",\"message\":"
                                    "{\"zh\":\"%s\",\"en\":\"%s\"}}}",
                                    code, zh, en);
    reply_status(rp, status);
    if (status == 429 || status == 503)
        reply_header(rp, "Retry-After", "5");
    reply_bytes(rp, "application/json", json, strlen(json));
}

/* For the few clients that take no gzip. The data are our own, so their stated size is true. */
static bool inflate_static(Reply *rp)
{
    const unsigned char *gzip = rp->bytes;
    const unsigned char *tail = gzip + rp->length - 4;
    uint32_t size = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 |
                    (uint32_t)tail[3] << 24;
    unsigned char *plain = arena_alloc(rp->rq->arena, (size_t)size + 1);
    z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)gzip,
                   .avail_in = (uInt)rp->length,
                   .next_out = plain,
                   .avail_out = size };
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return false;
    int end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    rp->bytes = plain;
    rp->length = (int64_t)size;
    return end == Z_STREAM_END;
}

/* The plain text of a static file is another representation, so it has another strong tag. */
static void static_choose(Reply *rp)
{
    Arena *arena = rp->rq->arena;
    reply_header(rp, "Vary", "Accept-Encoding");
    if (gzip_accepted(request_header(rp->rq, "Accept-Encoding"))) {
        reply_header(rp, "Content-Encoding", "gzip");
        return;
    }
    const char *tag = header_of(rp, "ETag");
    reply_header(rp, "ETag", arena_format(arena, "%.*s-plain\"", (int)strlen(tag) - 1, tag));
    if (!etag_listed(request_header(rp->rq, "If-None-Match"), header_of(rp, "ETag")) &&
        !inflate_static(rp)) {
        reply_clear(rp);
        reply_refuse(rp, 500, "internal", "内部错误", "internal error");
    }
}

/* 304 where the client has the same; the part asked for where it asked for one of a file. */
static void conditions_apply(Reply *rp, int64_t *from, int64_t *length)
{
    *from = 0;
    *length = rp->length;
    if (rp->status != 200 || rp->rq->method != GET || rp->content == CONTENT_EVENTS)
        return;
    const char *etag = header_of(rp, "ETag");
    if (etag_listed(request_header(rp->rq, "If-None-Match"), etag)) {
        rp->status = 304;
        *length = 0;
        return;
    }
    if (rp->content != CONTENT_FILE)
        return;
    reply_header(rp, "Accept-Ranges", "bytes");
    const char *condition = request_header(rp->rq, "If-Range");
    if (condition && (!etag || strcmp(condition, etag) != 0))
        return;
    int64_t to;
    Arena *arena = rp->rq->arena;
    switch (range_parse(request_header(rp->rq, "Range"), rp->length, from, &to)) {
    case RANGE_NONE: *from = 0; break;
    case RANGE_PART:
        rp->status = 206;
        *length = to - *from + 1;
        reply_header(rp, "Content-Range",
                     arena_format(arena, "bytes %lld-%lld/%lld", (long long)*from, (long long)to,
                                  (long long)rp->length));
        break;
    case RANGE_OUTSIDE:
        rp->status = 416;
        *from = *length = 0;
        reply_header(rp, "Content-Range",
                     arena_format(arena, "bytes */%lld", (long long)rp->length));
        break;
    }
}

static struct MHD_Response *response_make(Request *rq, int64_t from, int64_t length)
{
    Reply *rp = &rq->reply;
    if (rp->content == CONTENT_EVENTS && rp->status == 200)
        return stream_response(rq, rp->channel);
    if (length == 0)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (rp->content == CONTENT_FILE) {
        struct MHD_Response *response =
            MHD_create_response_from_fd_at_offset64((uint64_t)length, rp->fd, (uint64_t)from);
        if (response)
            rp->fd = -1; /* the response closes it */
        return response;
    }
    return MHD_create_response_from_buffer((size_t)length, (void *)(uintptr_t)rp->bytes,
                                           MHD_RESPMEM_PERSISTENT);
}

static void standard_headers(Reply *rp)
{
    for (size_t i = 0; i < COUNT(STANDARD_HEADERS); i++)
        header_default(rp, STANDARD_HEADERS[i].key, STANDARD_HEADERS[i].value);
    bool api = rp->rq->path && strncmp(rp->rq->path, "/api/", 5) == 0;
    header_default(rp, "Cache-Control", api || !rp->rq->path ? "no-store" : "no-cache");
    if (request_secure(rp->rq))
        header_default(rp, "Strict-Transport-Security", "max-age=31536000");
    if (rp->content == CONTENT_EVENTS)
        header_default(rp, "X-Accel-Buffering", "no"); /* or a gateway holds events back */
    if (rp->type && rp->status != 304)
        header_default(rp, "Content-Type", rp->type);
}

void reply_finish(Request *rq)
{
    Reply *rp = &rq->reply;
    int64_t from, length;
    if (rp->status == 0)
        rp->status = 200;
    if (rp->content == CONTENT_STATIC)
        static_choose(rp);
    conditions_apply(rp, &from, &length);
    standard_headers(rp);
    rq->status = rp->status;
    rq->response = response_make(rq, from, length);
    if (!rq->response)
        return; /* out of memory: the connection is closed */
    for (size_t i = 0; i < rp->header_count; i++)
        MHD_add_response_header(rq->response, rp->headers[i].key, rp->headers[i].value);
    if (rp->content == CONTENT_FILE && rp->fd >= 0) { /* nothing of it was needed */
        close(rp->fd);
        rp->fd = -1;
    }
}
