/* A real server on a free port, spoken to over raw sockets. */
#include "http/inside.h"
#include "http/multipart.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#define BODY_LIMIT (1 << 20)
#define MIB        (1024 * 1024)

typedef struct HttpSite {
    Http *http;
    const char *dir;
    int file; /* what /file serves */
    unsigned char gzip[512];
    size_t gzip_length;
    atomic_int handled;
    atomic_int slow; /* handlers inside /slow */
} HttpSite;

static void say(Reply *rp, const char *text)
{
    reply_bytes(rp, "text/plain; charset=utf-8", text, strlen(text));
}

static void echo_body(Cx *cx, Request *rq, Reply *rp)
{
    size_t length;
    int64_t spooled;
    const char *body = request_body(rq, &length);
    int fd = request_body_file(rq, &spooled);
    const char *kept = fd >= 0 ? "file" : "memory";
    uint64_t sum = 0;
    char piece[65536];
    for (ssize_t n; fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            sum = sum * 31 + (unsigned char)piece[i];
    for (size_t i = 0; i < length; i++)
        sum = sum * 31 + (unsigned char)body[i];
    say(rp,
        arena_format(cx->arena, "%s %lld %llu", kept,
                     (long long)(fd >= 0 ? spooled : (int64_t)length), (unsigned long long)sum));
}

static void echo_parts(Cx *cx, Request *rq, Reply *rp)
{
    const Part *parts;
    size_t count;
    Buf text = BUF(cx);
    if (request_parts(cx, rq, &parts, &count) != OK) {
        reply_status(rp, 422);
        return;
    }
    for (size_t i = 0; i < count; i++)
        buf_format(&text, "%s|%s|%zu;", parts[i].name, text_or(parts[i].filename, "-"),
                   parts[i].length);
    say(rp, buf_text(&text));
}

static void site_get(Cx *cx, HttpSite *site, Request *rq, Reply *rp, const char *path)
{
    if (strcmp(path, "/file") == 0) {
        reply_header(rp, "ETag", "\"abc\"");
        reply_file(rp, "application/octet-stream", dup(site->file), 26);
    } else if (strcmp(path, "/static") == 0) {
        reply_static(rp, "text/plain", site->gzip, site->gzip_length, "\"v1\"");
    } else if (strcmp(path, "/api/events") == 0) {
        reply_events(rp, "news");
    } else if (strcmp(path, "/cookie") == 0) {
        reply_cookie(rp, "sid", text_or(request_cookie(rq, "sid"), "none"), 60, true);
    } else if (strcmp(path, "/sandbox") == 0) {
        reply_header(rp, "Content-Security-Policy", "sandbox");
    } else if (strcmp(path, "/slow") == 0) {
        atomic_fetch_add(&site->slow, 1);
        usleep(300000);
        say(rp, "slow");
    } else if (strcmp(path, "/run") == 0) { /* until nobody waits for it */
        atomic_fetch_add(&site->slow, 1);
        while (!atomic_load(request_gone(rq)) && !atomic_load(request_stop(rq)))
            usleep(1000);
        atomic_fetch_sub(&site->slow, 1);
        reply_status(rp, 503);
        say(rp, "ended");
    } else if (strcmp(path, "/who") == 0) {
        say(rp, arena_format(cx->arena, "%s %d", request_address(rq), request_secure(rq)));
    } else {
        say(rp, arena_format(cx->arena, "%s q=%s", path, text_or(request_query(rq, "q"), "-")));
    }
}

static void site_handle(void *app, int worker, Request *rq, Reply *rp)
{
    (void)worker;
    HttpSite *site = app;
    atomic_fetch_add(&site->handled, 1);
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    const char *path = request_path(rq);
    if (request_method(rq) == OTHER_METHOD) {
        reply_status(rp, 405);
        say(rp, "no");
    } else if (strcmp(path, "/parts") == 0) {
        echo_parts(&cx, rq, rp);
    } else if (request_method(rq) != GET) {
        echo_body(&cx, rq, rp);
    } else {
        site_get(&cx, site, rq, rp, path);
    }
    arena_free(arena);
}

static bool site_admit(void *app, int worker, Request *rq, Reply *rp)
{
    (void)app;
    (void)worker;
    if (request_header(rq, "X-Guest") == NULL)
        return true;
    reply_status(rp, 401);
    say(rp, "guest");
    return false;
}

/* X-Person says who it is; what they wait for stands in the path. */
static void site_ticket(void *app, const Request *rq, Ticket *out)
{
    (void)app;
    const char *path = request_path(rq);
    *out = (Ticket){ .person = atoi(text_or(request_header(rq, "X-Person"), "0")) };
    out->lane = strcmp(path, "/entry") == 0                               ? LANE_ENTRY
                : strcmp(path, "/slow") == 0 || strcmp(path, "/run") == 0 ? LANE_HEAVY
                                                                          : LANE_COMMON;
    out->ask = strcmp(path, "/member") == 0 && out->person == 0;
}

static void site_open_with(Cx *cx, HttpSite *site, int patience, bool trust, bool ticket)
{
    *site = (HttpSite){ .dir = test_dir(cx) };
    test_write(cx, arena_format(cx->arena, "%s/file", site->dir), "abcdefghijklmnopqrstuvwxyz");
    site->file = open(arena_format(cx->arena, "%s/file", site->dir), O_RDONLY);
    unlink(arena_format(cx->arena, "%s/file", site->dir));
    z_stream z = { .next_in = (z_const Bytef *)(uintptr_t) "plain text, plain text",
                   .avail_in = 22,
                   .next_out = site->gzip,
                   .avail_out = sizeof site->gzip };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    site->gzip_length = z.total_out;
    deflateEnd(&z);
    EXPECT_OK(http_start(cx, &site->http,
                         &(HttpConfig){ .address = "127.0.0.1",
                                        .workers = { 4, ticket ? 1 : 0, ticket ? 2 : 0 },
                                        .ticket = ticket ? site_ticket : NULL,
                                        .body_limit = BODY_LIMIT,
                                        .upload_limit = 300LL * MIB,
                                        .spool_dir = site->dir,
                                        .trust_forwarded = trust,
                                        .patience_s = patience,
                                        .handle = site_handle,
                                        .admit = site_admit,
                                        .app = site }));
}

static void site_open(Cx *cx, HttpSite *site, int patience, bool trust)
{
    site_open_with(cx, site, patience, trust, false);
}

static void site_close(HttpSite *site)
{
    http_stop(site->http);
    close(site->file);
}

static int dial(const HttpSite *site)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)http_port(site->http)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 20 },
               sizeof(struct timeval));
    return fd;
}

static void put(int fd, const char *text)
{
    assert_true(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

/* Reads until the peer closes; NULL where nothing came. */
static const char *drain(Cx *cx, int fd)
{
    Buf text = BUF(cx);
    char piece[4096];
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0;)
        buf_add_n(&text, piece, (size_t)n);
    close(fd);
    return text.length > 0 ? buf_text(&text) : NULL;
}

/* Reads until the text has come. */
static const char *await(Cx *cx, int fd, const char *text)
{
    Buf got = BUF(cx);
    char piece[4096];
    while (!strstr(buf_text(&got), text)) {
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        assert_true(n > 0);
        buf_add_n(&got, piece, (size_t)n);
    }
    return buf_text(&got);
}

/* One request and its whole reply. head: request line and headers but for the last empty line. */
static const char *ask(Cx *cx, const HttpSite *site, const char *head, const char *body)
{
    int fd = dial(site);
    const char *length =
        body ? arena_format(cx->arena, "Content-Length: %zu\r\n", strlen(body)) : "";
    const char *text = arena_format(cx->arena, "%s\r\nHost: x\r\nConnection: close\r\n%s\r\n%s",
                                    head, length, text_or(body, ""));
    send(fd, text, strlen(text), MSG_NOSIGNAL); /* a refusal may come before all is sent */
    return text_or(drain(cx, fd), "");
}

static int status_of(const char *reply)
{
    return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

static const char *body_of(const char *reply)
{
    const char *end = strstr(reply, "\r\n\r\n");
    return end ? end + 4 : "";
}

static int spool_files(const HttpSite *site)
{
    int count = 0;
    DIR *dir = opendir(site->dir);
    for (struct dirent *e; (e = readdir(dir));)
        count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

static long resident_kib(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = atol(line + 6);
    fclose(f);
    return kib;
}

CASE("a request is answered with path and query decoded")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *reply = ask(cx, &site, "GET /a%20b/%E4%B8%AD?x=1&q=%E5%8E%BF+b HTTP/1.1", NULL);
    EXPECT_INT(status_of(reply), 200);
    EXPECT_TEXT(body_of(reply), "/a b/中 q=县 b");
    EXPECT_TEXT(body_of(ask(cx, &site, "HEAD /a HTTP/1.1", NULL)), "");
    EXPECT_INT(status_of(ask(cx, &site, "PATCH /a HTTP/1.1", NULL)), 405);
    site_close(&site);
}

CASE("every reply carries the security headers, refusals too")
{
    static const char *const HEADERS[] = {
        "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: same-origin\r\n",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
    };
    static const char *const ASKED[] = {
        "GET /api/a HTTP/1.1",  "GET /file HTTP/1.1",
        "GET /static HTTP/1.1", "GET /%00 HTTP/1.1",
        "DELETE /x HTTP/1.1",   "GET /static HTTP/1.1\r\nIf-None-Match: \"v1-plain\"",
    };
    HttpSite site;
    site_open(cx, &site, 0, false);
    for (size_t i = 0; i < COUNT(ASKED); i++)
        for (size_t j = 0; j < COUNT(HEADERS); j++)
            EXPECT(strstr(ask(cx, &site, ASKED[i], NULL), HEADERS[j]));
    EXPECT(strstr(ask(cx, &site, ASKED[0], NULL), "Cache-Control: no-store\r\n"));
    const char *sandbox = ask(cx, &site, "GET /sandbox HTTP/1.1", NULL);
    EXPECT(strstr(sandbox, "Content-Security-Policy: sandbox\r\n"));
    EXPECT(!strstr(sandbox, "default-src"));
    site_close(&site);
}

CASE("bad paths, queries and headers never reach the handler")
{
    static const struct {
        const char *head;
        int status;
    } BAD[] = {
        { "GET /../etc/passwd HTTP/1.1", 400 },
        { "GET /a/%2e%2e/b HTTP/1.1", 400 },
        { "GET /a/. HTTP/1.1", 400 },
        { "GET /a%2fb HTTP/1.1", 400 },
        { "GET /a%5cb HTTP/1.1", 400 },
        { "GET /a%00b HTTP/1.1", 400 },
        { "GET /a%0ab HTTP/1.1", 400 },
        { "GET /%ff HTTP/1.1", 400 },
        { "GET /%c0%ae%c0%ae/ HTTP/1.1", 400 },
        { "GET /%e HTTP/1.1", 400 },
        { "GET /a?q=%ff HTTP/1.1", 400 },
        { "GET /a?q=%0 HTTP/1.1", 400 },
        { "GET http://x/a HTTP/1.1", 400 },
        { "GET /a HTTP/1.1\r\nX-Bad: \xff\xfe", 400 },
        { "POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", 400 },
        { "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", 400 },
        { "POST /a HTTP/1.1\r\nContent-Length: 400000000", 413 },
        { "POST /a HTTP/1.1\r\nContent-Length : 44", 400 },
        { "GET /a HTTP/1.1\r\nX Y: 1", 400 },
        { "GET /a HTTP/1.1\r\nHost: y", 400 }, /* the second */
        { "GET /a HTTP/1.1\r\nX-A: 1\r\n folded: 1", 400 },
        { "GET /a HTTP/1.1\r\nX-A:  \t1\t \r\nX-B:2\r\nX-C:   ", 200 }, /* legal */
        { "GET /static HTTP/1.1\r\nIf-None-Match: \t \"v1-plain\" \t", 304 },
    };
    HttpSite site;
    site_open(cx, &site, 0, false);
    for (size_t i = 0; i < COUNT(BAD); i++)
        EXPECT_INT(status_of(ask(cx, &site, BAD[i].head, NULL)), BAD[i].status);
    int fd = dial(&site);
    static const char NUL[] =
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: a\0bc\r\n\r\n";
    EXPECT(send(fd, NUL, sizeof NUL - 1, 0) > 0);
    EXPECT_INT(status_of(text_or(drain(cx, fd), "")), 400);
    EXPECT_INT(site.handled, 2);
    site_close(&site);
}

static const char *repeated(Cx *cx, const char *text, int times)
{
    Buf buf = BUF(cx);
    for (int i = 0; i < times; i++)
        buf_add(&buf, text);
    return buf_text(&buf);
}

CASE("long addresses, many query parts and many headers are refused")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *head = arena_format(cx->arena, "GET /%s HTTP/1.1", repeated(cx, "a", 9000));
    EXPECT_INT(status_of(ask(cx, &site, head, NULL)), 414);
    head = arena_format(cx->arena, "GET /?%s HTTP/1.1", repeated(cx, "a=1&", 65));
    EXPECT_INT(status_of(ask(cx, &site, head, NULL)), 400);
    int64_t begun = http_clock();
    head = arena_format(cx->arena, "GET /?%s HTTP/1.1", repeated(cx, "a&", 4000));
    EXPECT_INT(status_of(ask(cx, &site, head, NULL)), 400);
    EXPECT(http_clock() - begun < 2000);
    head = arena_format(cx->arena, "GET /a HTTP/1.1%s", repeated(cx, "\r\nX-A: 1", 70));
    EXPECT_INT(status_of(ask(cx, &site, head, NULL)), 431);
    head = arena_format(cx->arena, "GET /a HTTP/1.1\r\nX-A: %s", repeated(cx, "a", 20000));
    EXPECT_INT(status_of(ask(cx, &site, head, NULL)), 431);
    head = arena_format(cx->arena, "GET /a HTTP/1.1\r\nX-A: %s", repeated(cx, "a", 100000));
    int status = status_of(ask(cx, &site, head, NULL));
    EXPECT(status == 431 || status == 0); /* cut while it still sends, the reply may be lost */
    EXPECT_INT(site.handled, 0);
    site_close(&site);
}

CASE("a short body is held in memory, a chunked one too")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *reply = ask(cx, &site, "POST /a HTTP/1.1", "abc");
    EXPECT_TEXT(body_of(reply), "memory 3 96354");
    int fd = dial(&site);
    put(fd, "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n");
    EXPECT_TEXT(body_of(text_or(drain(cx, fd), "")), "memory 3 96354");
    EXPECT_TEXT(body_of(ask(cx, &site, "PUT /a HTTP/1.1", "")), "memory 0 0");
    site_close(&site);
}

/* Sends length bytes of a known pattern; gives their sum as echo_body reckons it. */
static uint64_t put_pattern(int fd, int64_t length, bool chunked)
{
    static char piece[65536];
    uint64_t sum = 0;
    for (int64_t sent = 0; sent < length;) {
        size_t n = length - sent < (int64_t)sizeof piece ? (size_t)(length - sent) : sizeof piece;
        char head[32];
        for (size_t i = 0; i < n; i++) {
            piece[i] = (char)((sent + (int64_t)i) * 7 >> 3);
            sum = sum * 31 + (unsigned char)piece[i];
        }
        snprintf(head, sizeof head, "%zx\r\n", n);
        if (chunked)
            put(fd, head);
        for (size_t at = 0; at < n;) {
            ssize_t m = send(fd, piece + at, n - at, MSG_NOSIGNAL);
            assert_true(m > 0);
            at += (size_t)m;
        }
        if (chunked)
            put(fd, "\r\n");
        sent += (int64_t)n;
    }
    if (chunked)
        put(fd, "0\r\n\r\n");
    return sum;
}

CASE("a long body is spooled at flat memory and leaves no file")
{
    const int64_t length = 200LL * MIB;
    HttpSite site;
    site_open(cx, &site, 0, false);
    long before = resident_kib();
    int fd = dial(&site);
    put(fd, "PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 209715200\r\n\r\n");
    uint64_t sum = put_pattern(fd, length, false);
    const char *reply = text_or(drain(cx, fd), "");
    EXPECT_TEXT(body_of(reply),
                arena_format(cx->arena, "file 209715200 %llu", (unsigned long long)sum));
    EXPECT(resident_kib() - before < 20 * 1024);
    EXPECT_INT(spool_files(&site), 0);
    site_close(&site);
}

CASE("a chunked body moves to a file when it outgrows the memory")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    int fd = dial(&site);
    put(fd,
        "PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    uint64_t sum = put_pattern(fd, 3 * MIB + 17, true);
    EXPECT_TEXT(body_of(text_or(drain(cx, fd), "")),
                arena_format(cx->arena, "file 3145745 %llu", (unsigned long long)sum));
    site_close(&site);
}

CASE("a long body that is not admitted is thrown away and answered")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    int fd = dial(&site);
    put(fd, "PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Guest: 1\r\n"
            "Content-Length: 4194304\r\n\r\n");
    put_pattern(fd, 4 * MIB, false);
    const char *reply = text_or(drain(cx, fd), "");
    EXPECT_INT(status_of(reply), 401);
    EXPECT_TEXT(body_of(reply), "guest");
    EXPECT_INT(site.handled, 0);
    site_close(&site);
}

CASE("a connection cut inside the body leaves nothing behind")
{
    HttpSite site;
    site_open(cx, &site, 1, false); /* a cut may be noticed by its silence alone */
    for (int i = 0; i < 4; i++) {
        int fd = dial(&site);
        put(fd, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 8388608\r\n\r\n");
        put_pattern(fd, i * MIB, false);
        close(fd);
    }
    for (int i = 0; i < 500 && atomic_load(&site.http->open) > 0; i++)
        usleep(10000);
    EXPECT_INT(atomic_load(&site.http->open), 0);
    EXPECT_INT(site.http->held, 0);
    EXPECT_INT(spool_files(&site), 0);
    EXPECT_INT(site.handled, 0);
    site_close(&site);
}

CASE("a file is read in ranges")
{
    static const struct {
        const char *range;
        int status;
        const char *header;
        const char *body;
    } RANGES[] = {
        { "bytes=0-2", 206, "Content-Range: bytes 0-2/26\r\n", "abc" },
        { "bytes=23-", 206, "Content-Range: bytes 23-25/26\r\n", "xyz" },
        { "bytes=-2", 206, "Content-Range: bytes 24-25/26\r\n", "yz" },
        { "bytes=-99", 206, "Content-Range: bytes 0-25/26\r\n", "abcdefghijklmnopqrstuvwxyz" },
        { "bytes=24-99", 206, "Content-Range: bytes 24-25/26\r\n", "yz" },
        { "bytes=26-", 416, "Content-Range: bytes */26\r\n", "" },
        { "bytes=-0", 416, "Content-Range: bytes */26\r\n", "" },
        { "bytes=3-1", 200, "Accept-Ranges: bytes\r\n", "abcdefghijklmnopqrstuvwxyz" },
        { "bytes=0-1,3-4", 200, "Accept-Ranges: bytes\r\n", "abcdefghijklmnopqrstuvwxyz" },
        { "bytes=99999999999999999999-", 200, "", "abcdefghijklmnopqrstuvwxyz" },
        { "bytes=a-b", 200, "", "abcdefghijklmnopqrstuvwxyz" },
        { "bytes=0-2\r\nIf-Range: \"abc\"", 206, "", "abc" },
        { "bytes=0-2\r\nIf-Range: \"old\"", 200, "", "abcdefghijklmnopqrstuvwxyz" },
    };
    HttpSite site;
    site_open(cx, &site, 0, false);
    for (size_t i = 0; i < COUNT(RANGES); i++) {
        const char *head =
            arena_format(cx->arena, "GET /file HTTP/1.1\r\nRange: %s", RANGES[i].range);
        const char *reply = ask(cx, &site, head, NULL);
        EXPECT_INT(status_of(reply), RANGES[i].status);
        EXPECT(strstr(reply, RANGES[i].header));
        EXPECT_TEXT(body_of(reply), RANGES[i].body);
    }
    const char *head = ask(cx, &site, "HEAD /file HTTP/1.1\r\nRange: bytes=0-2", NULL);
    EXPECT_INT(status_of(head), 206);
    EXPECT(strstr(head, "Content-Length: 3\r\n"));
    EXPECT_INT(status_of(ask(cx, &site, "GET /file HTTP/1.1\r\nIf-None-Match: W/\"abc\"", NULL)),
               304);
    site_close(&site);
}

CASE("static data go out as gzip, or plain to who takes none, each with its tag")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *gzip = ask(cx, &site, "GET /static HTTP/1.1\r\nAccept-Encoding: br, gzip", NULL);
    EXPECT(strstr(gzip, "Content-Encoding: gzip\r\n") && strstr(gzip, "ETag: \"v1\"\r\n"));
    EXPECT(strstr(gzip, "Vary: Accept-Encoding\r\n"));
    const char *plain = ask(cx, &site, "GET /static HTTP/1.1\r\nAccept-Encoding: gzip;q=0", NULL);
    EXPECT(!strstr(plain, "Content-Encoding") && strstr(plain, "ETag: \"v1-plain\"\r\n"));
    EXPECT_TEXT(body_of(plain), "plain text, plain text");
    EXPECT_INT(status_of(ask(cx, &site,
                             "GET /static HTTP/1.1\r\nAccept-Encoding: gzip\r\n"
                             "If-None-Match: \"x\", \"v1\"",
                             NULL)),
               304);
    EXPECT_INT(status_of(ask(cx, &site, "GET /static HTTP/1.1\r\nIf-None-Match: \"v1\"", NULL)),
               200);
    site_close(&site);
}

CASE("cookies are HttpOnly, strict and secure when asked")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *reply = ask(cx, &site, "GET /cookie HTTP/1.1\r\nCookie: a=b; sid=0af3", NULL);
    EXPECT(strstr(reply, "Set-Cookie: sid=0af3; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; "
                         "Secure\r\n"));
    site_close(&site);
}

CASE("the gateway's word on the peer counts only where one is configured")
{
    static const char ASKED[] = "GET /who HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, 10.1.2.3\r\n"
                                "X-Forwarded-Proto: https";
    HttpSite site;
    site_open(cx, &site, 0, false);
    EXPECT_TEXT(body_of(ask(cx, &site, ASKED, NULL)), "127.0.0.1 0");
    site_close(&site);
    site_open(cx, &site, 0, true);
    const char *reply = ask(cx, &site, ASKED, NULL);
    EXPECT_TEXT(body_of(reply), "10.1.2.3 1");
    EXPECT(strstr(reply, "Strict-Transport-Security: max-age=31536000\r\n"));
    reply = ask(cx, &site, "GET /who HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, <b>", NULL);
    EXPECT_TEXT(body_of(reply), "127.0.0.1 0");
    site_close(&site);
}

CASE("multipart forms are read from memory and from a spooled body")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    const char *small = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
    const char *head = "POST /parts HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b";
    EXPECT_TEXT(body_of(ask(cx, &site, head, small)), "a|-|1;");
    const char *large = arena_format(cx->arena,
                                     "--b\r\nContent-Disposition: form-data; name=\"f\"; "
                                     "filename=\"../村.xlsx\"\r\n\r\n%s\r\n--b--",
                                     repeated(cx, "0123456789abcdef", BODY_LIMIT / 8));
    EXPECT_TEXT(body_of(ask(cx, &site, head, large)), "f|村.xlsx|2097152;");
    EXPECT_INT(status_of(ask(cx, &site, head, "--b\r\n")), 422);
    site_close(&site);
}

CASE("a hundred clients are served at once, and pipelined requests in order")
{
    enum { CLIENTS = 100 };
    int fds[CLIENTS];
    HttpSite site;
    site_open(cx, &site, 0, false);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = dial(&site);
        put(fds[i], arena_format(cx->arena,
                                 "GET /%d HTTP/1.1\r\nHost: x\r\n\r\nGET /%d-b HTTP/1.1\r\n"
                                 "Host: x\r\nConnection: close\r\n\r\n",
                                 i, i));
    }
    for (int i = 0; i < CLIENTS; i++) {
        const char *reply = text_or(drain(cx, fds[i]), "");
        const char *first = strstr(reply, arena_format(cx->arena, "\r\n\r\n/%d q=-", i));
        EXPECT(first && strstr(first + 4, arena_format(cx->arena, "\r\n\r\n/%d-b q=-", i)));
    }
    EXPECT_INT(site.handled, 2 * CLIENTS);
    site_close(&site);
}

CASE("a thousand idle event streams are cheap and each hears its channel")
{
    enum { STREAMS = 1000 };
    static int fds[STREAMS];
    HttpSite site;
    site_open(cx, &site, 0, false);
    long before = resident_kib();
    for (int i = 0; i < STREAMS; i++) {
        fds[i] = dial(&site);
        put(fds[i], "GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (int i = 0; i < STREAMS; i++)
        EXPECT(strstr(await(cx, fds[i], "retry: 3000\n\n"), "text/event-stream"));
#ifndef __SANITIZE_ADDRESS__ /* freed memory stays resident there */
    EXPECT(resident_kib() - before < 32 * 1024);
#endif
    (void)before;
    EXPECT_INT(status_of(ask(cx, &site, "GET /a HTTP/1.1", NULL)), 200);
    http_event(site.http, "other", "x", "no");
    http_event(site.http, "news", "row", "{\"id\":1}\n2");
    for (int i = 0; i < STREAMS; i++) {
        const char *got = await(cx, fds[i], "data: 2\n\n");
        EXPECT(strstr(got, "event: row\ndata: {\"id\":1}\ndata: 2\n\n"));
        EXPECT(!strstr(got, "event: x"));
    }
    for (int i = 0; i < STREAMS; i += 2)
        close(fds[i]);
    streams_beat(site.http);
    streams_beat(site.http);
    for (int i = 0; i < 200 && site.http->stream_count > STREAMS / 2; i++) {
        usleep(20000);
        streams_beat(site.http);
    }
    EXPECT_INT(site.http->stream_count, STREAMS / 2);
    http_stop(site.http); /* ends the streams that are left */
    close(site.file);
    for (int i = 1; i < STREAMS; i += 2)
        drain(cx, fds[i]);
}

CASE("a silent and a dripping connection are cut")
{
    HttpSite site;
    site_open(cx, &site, 1, false);
    int silent = dial(&site), drip = dial(&site), body = dial(&site);
    put(drip, "GET /a HT");
    put(body, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    int64_t begin = http_clock();
    while (http_clock() - begin < 4000) { /* each within the patience, never done */
        send(drip, "T", 1, MSG_NOSIGNAL);
        send(body, "b", 1, MSG_NOSIGNAL);
        usleep(200000);
    }
    char byte;
    EXPECT(recv(silent, &byte, 1, MSG_DONTWAIT) == 0);
    EXPECT(send(drip, "T", 1, MSG_NOSIGNAL) < 0);
    EXPECT(send(body, "b", 1, MSG_NOSIGNAL) < 0);
    close(silent);
    close(drip);
    close(body);
    EXPECT_INT(site.handled, 0);
    site_close(&site);
}

/* Bodies that never end, from one address: what is asked beside them. */
CASE("the slow bodies of guests hold nobody up, and no more than their share")
{
    enum { SLOW = 64, HALF = BODY_LIMIT / 2 };
    int fds[SLOW];
    HttpSite site;
    site_open_with(cx, &site, 0, false, true);
    for (int i = 0; i < SLOW; i++) {
        fds[i] = dial(&site);
        put(fds[i], "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1048000\r\n\r\n");
        put_pattern(fds[i], HALF, false);
    }
    for (size_t was = 0; was == 0 || was != site.http->held_by_guests; usleep(200000))
        was = site.http->held_by_guests; /* what was sent has come in */
    int64_t begun = http_clock();
    EXPECT_INT(status_of(ask(cx, &site, "POST /entry HTTP/1.1", repeated(cx, "x", 4000))), 200);
    EXPECT_INT(status_of(ask(cx, &site, "PUT /a HTTP/1.1", repeated(cx, "x", 9000))), 429);
    const char *own = "PUT /a HTTP/1.1\r\nX-Person: 7";
    EXPECT_INT(status_of(ask(cx, &site, own, repeated(cx, "x", BODY_LIMIT))), 200);
    EXPECT(http_clock() - begun < 2000);
    EXPECT(site.http->held_by_guests <= BODY_LIMIT);
    for (int i = 0; i < SLOW; i++)
        close(fds[i]);
    site_close(&site);
}

CASE("of a body for those who are signed in nothing is kept before one is")
{
    HttpSite site;
    site_open_with(cx, &site, 0, false, true);
    int fd = dial(&site);
    put(fd, "POST /member HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Guest: 1\r\n"
            "Content-Length: 900000\r\n\r\n");
    put_pattern(fd, 800000, false);
    usleep(100000);
    EXPECT_INT(site.http->held, 0);
    put_pattern(fd, 100000, false);
    EXPECT_INT(status_of(text_or(drain(cx, fd), "")), 401);
    EXPECT_INT(site.handled, 0);
    EXPECT_INT(status_of(ask(cx, &site, "POST /member HTTP/1.1", repeated(cx, "x", 90000))), 200);
    EXPECT_INT(status_of(ask(cx, &site, "POST /member HTTP/1.1", "")), 200);
    site_close(&site);
}

CASE("one person's heavy work waits for itself: others, and other work, go before it")
{
    enum { PRINTS = 12 };
    int fds[PRINTS], refused = 0;
    HttpSite site;
    site_open_with(cx, &site, 0, false, true);
    for (int i = 0; i < PRINTS; i++) {
        fds[i] = dial(&site);
        put(fds[i], "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Person: 7\r\n\r\n");
    }
    while (atomic_load(&site.slow) == 0)
        usleep(1000);
    int64_t begun = http_clock();
    EXPECT_INT(status_of(ask(cx, &site, "GET /a HTTP/1.1\r\nX-Person: 8", NULL)), 200);
    EXPECT_INT(status_of(ask(cx, &site, "GET /entry HTTP/1.1", NULL)), 200);
    EXPECT(http_clock() - begun < 250);
    EXPECT_INT(status_of(ask(cx, &site, "GET /slow HTTP/1.1\r\nX-Person: 8", NULL)), 200);
    EXPECT(http_clock() - begun < 900);
    for (int i = 0; i < PRINTS; i++) {
        const char *reply = text_or(drain(cx, fds[i]), "");
        refused += status_of(reply) == 429 && strstr(reply, "Retry-After: ");
    }
    EXPECT(refused == 3 || refused == 4); /* one ran, eight waited */
    site_close(&site);
}

CASE("a run ends when its client goes, and when the server stops")
{
    HttpSite site;
    site_open_with(cx, &site, 0, false, true);
    for (int stop = 0; stop < 2; stop++) {
        int fd = dial(&site);
        put(fd, "GET /run HTTP/1.1\r\nHost: x\r\n\r\n");
        while (atomic_load(&site.slow) == 0)
            usleep(1000);
        int64_t begun = http_clock();
        if (stop) {
            site_close(&site);
            EXPECT(strstr(text_or(drain(cx, fd), ""), "ended"));
        } else {
            close(fd);
            while (atomic_load(&site.slow) > 0)
                usleep(1000);
        }
        EXPECT(http_clock() - begun < (stop ? 6000 : 1500));
    }
}

CASE("stopping finishes the requests under way")
{
    enum { CLIENTS = 6 }; /* more than workers: some wait in the queue */
    int fds[CLIENTS];
    HttpSite site;
    site_open(cx, &site, 0, false);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = dial(&site);
        put(fds[i], "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    while (atomic_load(&site.slow) < 4 || atomic_load(&site.http->open) < CLIENTS)
        usleep(1000);
    http_stop(site.http);
    close(site.file);
    for (int i = 0; i < CLIENTS; i++)
        EXPECT_TEXT(body_of(text_or(drain(cx, fds[i]), "")), "slow");
}

CASE("an address that is taken or none is refused")
{
    HttpSite site;
    site_open(cx, &site, 0, false);
    HttpConfig config = site.http->config;
    Http *second;
    config.port = http_port(site.http);
    EXPECT_FAIL(http_start(cx, &second, &config), CONFLICT, "address");
    config.address = "nowhere";
    EXPECT_FAIL(http_start(cx, &second, &config), INVALID, "address");
    site_close(&site);
}
