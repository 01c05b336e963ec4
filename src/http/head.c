/* The head of a request: decoded, and checked against every limit. */
#include "http/inside.h"

#include "http/grammar.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_COUNT_LIMIT 64
#define HEADER_BYTES_LIMIT 16384

/* An escaped slash would make one segment two, so the raw path must not hold one. */
static bool path_read(Request *rq)
{
    size_t length = strcspn(rq->uri, "?#");
    for (size_t i = 0; i + 2 < length; i++)
        if (rq->uri[i] == '%' && rq->uri[i + 1] == '2' && (rq->uri[i + 2] | 0x20) == 'f')
            return false;
    rq->path = url_decode(rq->arena, rq->uri, length, false);
    return rq->path && path_sound(rq->path);
}

static bool query_read(Request *rq)
{
    const char *p = rq->uri + strcspn(rq->uri, "?");
    while (*p) {
        p++;
        size_t length = strcspn(p, "&");
        size_t key = strcspn(p, "=&");
        if (length > 0) {
            if (rq->query_count == QUERY_LIMIT)
                return false;
            Pair *pair = &rq->query[rq->query_count++];
            pair->key = url_decode(rq->arena, p, key, true);
            pair->value =
                key == length ? "" : url_decode(rq->arena, p + key + 1, length - key - 1, true);
            if (!pair->key || !pair->value)
                return false;
        }
        p += length;
    }
    return true;
}

typedef struct HeaderCheck {
    size_t count;
    size_t bytes;
    int lengths;   /* Content-Length headers */
    int encodings; /* Transfer-Encoding headers */
    int hosts;
    ptrdiff_t blanks; /* around values, beyond the usual one */
    bool bad;
} HeaderCheck;

/* RFC 9110, 5.6.2. The library takes "Content-Length " with its blank for a header of its own and
 * the body for a second request. */
static bool is_token(const char *name)
{
    size_t length = strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length > 0 && name[length] == '\0';
}

/* RFC 9110, 5.5: blanks around a value are no part of it. The library shows name and value where
 * they stand in its buffer, so that those before and behind the value can be counted there: how
 * many more than the usual one. */
static ptrdiff_t blanks_around(const char *key, const char *value, size_t length)
{
    const char *before = key + strlen(key) + 1;
    ptrdiff_t gap = value - before;
    bool beside = gap >= 0 && gap < CONNECTION_BYTES && (ptrdiff_t)strspn(before, " \t") == gap;
    return (beside ? gap - 1 : 0) + (ptrdiff_t)strspn(value + length + 1, " \t");
}

static enum MHD_Result header_check(void *data, enum MHD_ValueKind kind, const char *key,
                                    const char *value)
{
    (void)kind;
    HeaderCheck *check = data;
    size_t length = value ? strlen(value) : 0;
    check->count++;
    check->blanks += value ? blanks_around(key, value, length) : 0;
    check->bytes += strlen(key) + length;
    check->lengths += strcasecmp(key, "Content-Length") == 0;
    check->encodings += strcasecmp(key, "Transfer-Encoding") == 0;
    check->hosts += strcasecmp(key, "Host") == 0;
    if (!is_token(key) || (value && !text_valid(value, length)))
        check->bad = true;
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
            check->bad = true;
    return MHD_YES;
}

/* The announced length of the body: -1 where chunked, -2 where the header is no number. */
static int64_t length_read(const Request *rq)
{
    const char *text = request_header(rq, "Content-Length");
    if (!text)
        return request_header(rq, "Transfer-Encoding") ? -1 : 0;
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 18)
        return -2;
    char *end;
    long long length = strtoll(text, &end, 10);
    return *end == '\0' ? length : -2;
}

static Method method_read(const char *method)
{
    static const struct {
        const char *name;
        Method method;
    } METHODS[] = {
        { "GET", GET }, { "HEAD", GET }, { "POST", POST }, { "PUT", PUT }, { "DELETE", DELETE },
    };
    for (size_t i = 0; i < COUNT(METHODS); i++)
        if (strcmp(method, METHODS[i].name) == 0)
            return METHODS[i].method;
    return OTHER_METHOD;
}

/* The last address a gateway of ours added; a forged one in front of it does not count. */
static const char *address_forwarded(Request *rq)
{
    const char *list = request_header(rq, "X-Forwarded-For");
    if (!list)
        return NULL;
    const char *last = strrchr(list, ',');
    last = last ? last + 1 : list;
    last += strspn(last, " \t");
    const char *text = arena_text_n(rq->arena, last, strcspn(last, " \t"));
    unsigned char bytes[16];
    bool valid = inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
    return valid ? text : NULL;
}

static const char *address_read(Request *rq)
{
    const char *forwarded = rq->http->config.trust_forwarded ? address_forwarded(rq) : NULL;
    if (forwarded)
        return forwarded;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char *text = arena_alloc(rq->arena, INET6_ADDRSTRLEN);
    const struct sockaddr *peer = info ? info->client_addr : NULL;
    if (peer && peer->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, text,
                  INET6_ADDRSTRLEN);
    if (peer && peer->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, text,
                  INET6_ADDRSTRLEN);
    return text;
}

/* Are there bytes in the head that the library did not show: behind a NUL, on a folded line? Each
 * header takes ": " and an end of line besides its name and value. */
static bool head_hides(const Request *rq, const char *method, size_t shown)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t line = strlen(method) + strlen(rq->uri) + strlen("  HTTP/1.1\r\n\r\n");
    return info && info->header_size > line + shown;
}

static bool refuse(Request *rq, int status, const char *code, const char *zh, const char *en)
{
    reply_refuse(&rq->reply, status, code, zh, en);
    return false;
}

bool request_head(Request *rq, const char *method)
{
    HeaderCheck check = { 0 };
    MHD_get_connection_values(rq->connection, MHD_HEADER_KIND, header_check, &check);
    rq->method = method_read(method);
    rq->address = address_read(rq);
    rq->announced = length_read(rq);
    if (atomic_load(&rq->http->stopping))
        return refuse(rq, 503, "busy", "系统正在停止，请稍后再试", "the server is stopping");
    if (!rq->uri)
        return refuse(rq, 414, "too_large", "网址过长", "the address is too long");
    if (check.count > HEADER_COUNT_LIMIT || check.bytes > HEADER_BYTES_LIMIT)
        return refuse(rq, 431, "too_large", "请求头过多或过长", "too many or too long headers");
    if (check.bad || check.lengths + check.encodings > 1 || check.hosts > 1 ||
        rq->announced == -2 ||
        head_hides(rq, method, check.bytes + check.count * 4 + (size_t)check.blanks))
        return refuse(rq, 400, "invalid", "请求头有误", "a header is malformed");
    if (!path_read(rq))
        return refuse(rq, 400, "invalid", "网址路径有误", "the path is malformed");
    if (!query_read(rq))
        return refuse(rq, 400, "invalid", "查询参数有误或过多",
                      "the query is malformed or has too many parts");
    if (rq->announced > rq->http->config.upload_limit)
        return refuse(rq, 413, "too_large", "内容超过上限", "the body is over the limit");
    return true;
}
