/* Attachments over HTTP, through the whole dispatcher: guests, other counties, and what a reader
 * gets.
 */
#include "core/record/attachment.h"

#include "base/digest.h"
#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/request/core.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PDF "%PDF-1.7\nsample"

static Err place_reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    (void)write;
    *territory = "370683";
    return id == 1 ? OK : fail(cx, NOT_FOUND, NULL, "没有", "none");
}

/* The tables that sessions are read with, as far as they are read, and two counties. */
static const char PLACE_SQL[] =
    "-- version 1: users\n"
    "CREATE TABLE organ(id INTEGER PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL,\n"
    " kind TEXT NOT NULL, territory TEXT NOT NULL, duty TEXT);\n"
    "CREATE TABLE \"user\"(id INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL,\n"
    " organ_id INTEGER NOT NULL, seat TEXT NOT NULL, must_change INTEGER NOT NULL,\n"
    " state TEXT NOT NULL);\n"
    "CREATE TABLE region_merger(from_code TEXT NOT NULL, into_code TEXT NOT NULL, day INTEGER);\n"
    "INSERT INTO organ(name, level, kind, territory) VALUES('a', 'county', 'rural', '370683'),\n"
    " ('b', 'county', 'rural', '371323'), ('s', 'system', 'administration', '');\n"
    "INSERT INTO \"user\"(account, name, organ_id, seat, must_change, state) VALUES\n"
    " ('a', 'a', 1, 'handler', 0, 'active'), ('b', 'b', 2, 'handler', 0, 'active'),\n"
    " ('s', 's', 3, 'system', 0, 'active');\n";

static const Module PLACE = { .noun = "place", .schema = PLACE_SQL, .reach = place_reach };
#define MODULE(noun) extern const Module noun##_module;
#include "core/core.def"
#undef MODULE
static const Module *const MODULES[] = {
#define MODULE(noun) &noun##_module,
#include "core/core.def"
#undef MODULE
    &PLACE,
    NULL,
};

typedef struct AttachmentSite {
    Core *core;
    const char *cookies[4]; /* of no user, county a, county b, the administrator */
} AttachmentSite;

static const char *given_session(Cx *cx, const AttachmentSite *site, int64_t user)
{
    const char *token = random_hex(cx, 32);
    const char *mac = keys_mac(cx, site->core->keys, 't', token, strlen(token));
    int64_t now = cx_now(cx);
    EXPECT_OK(store_run(cx,
                        "INSERT INTO session(digest, user_id, address, made_at, seen_at, idle_ms, "
                        "ends_at, must_enrol) VALUES($1, $2, '', $3, $3, 3600000, $4, 0)",
                        ARGS(T(mac), I(user), I(now), I(now + 3600000))));
    return arena_format(cx->arena, "Cookie: " SESSION_COOKIE "=%s\r\n", token);
}

static void site_open(Cx *cx, AttachmentSite *site)
{
    Cx inner;
    CoreConfig config = { .data = test_dir(cx), .modules = MODULES };
    EXPECT_OK(core_open(cx, &site->core, &config));
    EXPECT_OK(core_start(cx, site->core));
    EXPECT_OK(core_enter(&inner, cx->arena, site->core));
    site->cookies[0] = "";
    for (int i = 1; i < 4; i++)
        site->cookies[i] = given_session(&inner, site, i);
    core_leave(&inner);
}

static void site_close(AttachmentSite *site)
{
    core_stop(site->core);
    core_close(site->core);
}

/* The whole reply; body NULL = none. */
static const char *ask(Cx *cx, const AttachmentSite *site, int who, const char *line,
                       const char *more, const char *body)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)core_port(site->core)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    const char *text =
        arena_format(cx->arena,
                     "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIdempotency-Key: %s\r\n%s%s"
                     "Content-Length: %zu\r\n\r\n%s",
                     line, random_hex(cx, 8), site->cookies[who], more, body ? strlen(body) : 0,
                     body ? body : "");
    EXPECT_INT(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    Buf reply = BUF(cx);
    char piece[4096];
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0;)
        buf_add_n(&reply, piece, (size_t)n);
    close(fd);
    return buf_text(&reply);
}

static int status(Cx *cx, const AttachmentSite *site, int who, const char *line, const char *body)
{
    const char *reply = ask(cx, site, who, line, "", body);
    return strlen(reply) > 12 ? atoi(reply + 9) : 0;
}

#define BEGIN "{\"name\":\"批复.pdf\",\"size\":15,\"noun\":\"place\",\"noun_id\":1}"

static const char *given_attachment(Cx *cx, const AttachmentSite *site)
{
    EXPECT_INT(status(cx, site, 1, "POST /api/uploads", BEGIN), 200);
    EXPECT_INT(status(cx, site, 1, "PUT /api/uploads/1?offset=0", PDF), 200);
    EXPECT_INT(status(cx, site, 1, "POST /api/uploads/1/finish", NULL), 200);
    return "/api/attachments/1";
}

CASE("a file goes up in pieces and comes down whole and in ranges, shut in its sandbox")
{
    AttachmentSite site;
    site_open(cx, &site);
    EXPECT_INT(status(cx, &site, 1, "POST /api/uploads", BEGIN), 200);
    EXPECT_INT(status(cx, &site, 1, "PUT /api/uploads/1?offset=0", "%PDF-1.7"), 200);
    EXPECT(strstr(ask(cx, &site, 1, "GET /api/uploads/1", "", NULL), "\"received\":8"));
    EXPECT_INT(status(cx, &site, 1, "PUT /api/uploads/1?offset=0", "%PDF-1.7"), 409);
    EXPECT_INT(status(cx, &site, 1, "POST /api/uploads/1/finish", NULL), 409);
    EXPECT_INT(status(cx, &site, 1, "PUT /api/uploads/1?offset=8", "\nsample"), 200);
    EXPECT_INT(status(cx, &site, 1, "POST /api/uploads/1/finish", NULL), 200);
    const char *reply = ask(cx, &site, 1, "GET /api/attachments/1/content", "", NULL);
    EXPECT(strstr(reply, "\r\n\r\n" PDF));
    EXPECT(strstr(reply, "Content-Type: application/pdf\r\n"));
    EXPECT(strstr(reply, "X-Content-Type-Options: nosniff\r\n"));
    EXPECT(strstr(reply, "Content-Security-Policy: sandbox; default-src 'none'"));
    EXPECT(strstr(reply, "Content-Disposition: inline; filename=\"__.pdf\"; "
                         "filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf\r\n"));
    reply = ask(cx, &site, 1, "GET /api/attachments/1/content?save", "Range: bytes=1-3\r\n", NULL);
    EXPECT(strncmp(reply, "HTTP/1.1 206", 12) == 0 && strstr(reply, "\r\n\r\nPDF"));
    EXPECT(strstr(reply, "Content-Disposition: attachment; "));
    EXPECT(strstr(ask(cx, &site, 1, "GET /api/attachments?noun=place&noun_id=1", "", NULL),
                  "\"批复.pdf\""));
    site_close(&site);
}

CASE("guests, other counties and administrators reach no attachment and no upload")
{
    static const char *const LINES[] = {
        "GET /api/attachments/1",     "GET /api/attachments/1/content",
        "DELETE /api/attachments/1",  "GET /api/attachments?noun=place&noun_id=1",
        "GET /api/uploads/1",         "PUT /api/uploads/1?offset=0",
        "POST /api/uploads/1/finish", "DELETE /api/uploads/1",
        "POST /api/uploads",
    };
    AttachmentSite site;
    site_open(cx, &site);
    given_attachment(cx, &site);
    for (size_t i = 0; i < COUNT(LINES); i++) {
        const char *body = strncmp(LINES[i], "P", 1) == 0 ? PDF : NULL;
        EXPECT_INT(status(cx, &site, 0, LINES[i], body), 401);
        EXPECT_INT(status(cx, &site, 3, LINES[i], body), 403);
        int other = status(cx, &site, 2, LINES[i], body);
        const char *list = ask(cx, &site, 2, LINES[3], "", NULL);
        EXPECT(i == 3 ? strstr(list, "\"total\":0") != NULL : other == (i == 8 ? 422 : 404));
    }
    EXPECT_INT(status(cx, &site, 1, "GET /api/attachments/1/content", NULL), 200);
    site_close(&site);
}

CASE("a guest's long body is refused before it fills the disk")
{
    AttachmentSite site;
    site_open(cx, &site);
    size_t length = 9u << 20;
    char *body = arena_alloc(cx->arena, length + 1);
    memset(body, 'a', length);
    EXPECT_INT(status(cx, &site, 0, "PUT /api/uploads/1?offset=0", body), 401);
    const char *refused = ask(cx, &site, 1, "POST /api/uploads", "", body);
    EXPECT(strstr(refused, " 413 ") && strstr(refused, "上限 8 MB"));
    site_close(&site);
}

CASE("no path leads out of the attachments' folder")
{
    static const char *const LINES[] = {
        "GET /api/attachments/..%2f..%2fkeys",
        "GET /api/attachments/../keys",
        "GET /api/attachments/..%2f..%2fkeys/content",
        "GET /api/attachments/%2e%2e/content",
        "GET /api/attachments/-1/content",
        "GET /api/attachments/1e3/content",
        "GET /api/attachments/99999999999999999999/content",
        "DELETE /api/attachments/0",
    };
    AttachmentSite site;
    site_open(cx, &site);
    for (size_t i = 0; i < COUNT(LINES); i++) {
        int s = status(cx, &site, 1, LINES[i], NULL);
        EXPECT(s == 400 || s == 404);
    }
    EXPECT_INT(status(cx, &site, 1, "POST /api/uploads",
                      "{\"name\":\"../keys\",\"size\":1,\"noun\":\"place\",\"noun_id\":1}"),
               422);
    site_close(&site);
}
