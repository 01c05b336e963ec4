#include "modules/server_testing.h"

#include "base/digest.h"
#include "base/log.h"
#include "core/access/password.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/process/pack_store.h"
#include "modules/modules.h"
#include "modules/organ/organ.h"
#include "modules/readable_testing.h"
#include "modules/user/user.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct TestMember {
    const char *name, *level, *kind, *seat, *territory;
} TestMember;

static const TestMember CAST[] = {
#define X(name, level, kind, seat, territory) { name, level, kind, seat, territory },
    SERVER_CAST(X)
#undef X
};

enum { JOINED_MOST = 64 };

static struct {
    Core core;
    _Atomic int64_t clock;
    int64_t users[COUNT(CAST)];
    int64_t organs[COUNT(CAST)];
    char joined[JOINED_MOST][16]; /* names beside the cast */
    size_t joined_count;
    char keys[4096]; /* the file that belongs to the SQLite database kept by store_testing */
} now;

/* --- start --- */

static int64_t clock_read(void *data)
{
    (void)data;
    return now.clock;
}

void server_clock(int64_t at)
{
    now.clock = at;
}

Core *server_core(void)
{
    return &now.core;
}

static const char *token_of(Cx *cx, const char *name)
{
    return digest(cx, SM3, name, strlen(name));
}

/* Hashing a password takes long, so the cast is signed in by rows; log-in has its own tests. */
static void sign_in(Cx *cx, int64_t user, const char *name)
{
    const char *token = token_of(cx, name);
    const char *digest = keys_mac(cx, now.core.keys, 't', token, strlen(token));
    EXPECT_OK(
        store_run(cx,
                  "INSERT INTO session(digest, user_id, address, made_at, seen_at, idle_ms, "
                  "ends_at, must_enrol) VALUES($1, $2, '', $3, $3, $4, $5, 0)",
                  ARGS(T(digest), I(user), I(cx_now(cx)), I(1800000), I(cx_now(cx) + 43200000))));
}

static void given_member(Cx *cx, size_t i)
{
    const TestMember *m = &CAST[i];
    Organ organ = { .name = m->name,
                    .level = m->level,
                    .kind = m->kind,
                    .territory = m->territory,
                    .parent_id = UNSET };
    EXPECT_OK(organ_create(cx, &now.organs[i], &organ));
    UserRow user = { .account = m->name,
                     .name = m->name,
                     .organ_id = now.organs[i],
                     .seat = m->seat,
                     .phone = "13800000000",
                     .state = "active",
                     .seen_at = cx_now(cx),
                     .made_at = cx_now(cx) };
    EXPECT_OK(store_insert(cx, &now.users[i], "user", user_fields, &user));
    sign_in(cx, now.users[i], m->name);
}

static void given_cast(Cx *cx)
{
    EXPECT_OK(store_begin(cx, true));
    for (size_t i = 0; i < COUNT(CAST); i++)
        given_member(cx, i);
    EXPECT_OK(store_commit(cx));
}

static const Schema NO_SCHEMAS[1];

void server_testing_start(Cx *cx, bool pg)
{
    if (now.core.server != NULL) { /* left by a case that failed */
        core_stop(&now.core);
        pack_shelf_free(now.core.packs);
        arena_free(now.core.arena);
    }
    now.joined_count = 0;
    now.clock = cx_now(cx);
    cx->clock = (Clock){ clock_read, NULL };
    store_testing_open(cx, pg, NO_SCHEMAS, 0);
    log_set_level(LOG_ERROR_);
    password_testing_light(true);
    now.core = (Core){ .config = { .data = test_dir(cx),
                                   .workers = 3,
                                   .idle = true,
                                   .setter = "build/tuijin",
                                   .modules = MODULES },
                       .pool = store_testing_pool(),
                       .clock = cx->clock,
                       .arena = arena_new(0) };
    const char *keys = core_path(cx, &now.core, "keys");
    if (!store_testing_fresh()) {
        test_write(cx, keys, now.keys);
        EXPECT_INT(chmod(keys, 0600), 0);
    }
    EXPECT_OK(core_prepare(cx, &now.core));
    cx->core = &now.core;
    if (store_testing_fresh())
        given_cast(cx);
    store_testing_made(cx);
    if (!pg)
        snprintf(now.keys, sizeof now.keys, "%s", test_read(cx, keys, NULL));
    EXPECT_OK(core_start(cx, &now.core));
}

void server_testing_stop(Cx *cx)
{
    core_stop(&now.core);
    store_testing_close(cx);
    pack_shelf_free(now.core.packs);
    arena_free(now.core.arena);
    now.core = (Core){ 0 };
}

/* --- the cast --- */

static size_t member(const char *name)
{
    for (size_t i = 0; i < COUNT(CAST); i++)
        if (strcmp(CAST[i].name, name) == 0)
            return i;
    print_error("nobody in the cast is called %s\n", name);
    EXPECT(false);
    return 0;
}

int64_t server_user(Cx *cx, const char *name)
{
    (void)cx;
    return now.users[member(name)];
}

int64_t server_organ(Cx *cx, const char *name)
{
    (void)cx;
    return now.organs[member(name)];
}

void server_as(Cx *cx, const char *name)
{
    cx->user = NULL;
    if (strcmp(name, "guest") == 0)
        return;
    size_t i = member(name);
    User *u = NEW(cx, User);
    *u = (User){ .id = now.users[i],
                 .account = CAST[i].name,
                 .name = CAST[i].name,
                 .organ_id = now.organs[i],
                 .organ_name = CAST[i].name,
                 .level = CAST[i].level,
                 .organ_kind = CAST[i].kind,
                 .seat = CAST[i].seat,
                 .territory = CAST[i].territory };
    cx->user = u;
}

int64_t server_join(Cx *cx, const char *name, const char *as)
{
    const TestMember *m = &CAST[member(as)];
    int64_t id;
    UserRow user = { .account = name,
                     .name = name,
                     .organ_id = server_organ(cx, as),
                     .seat = m->seat,
                     .state = "active",
                     .seen_at = cx_now(cx),
                     .made_at = cx_now(cx) };
    EXPECT(now.joined_count < JOINED_MOST && strlen(name) < sizeof now.joined[0]);
    EXPECT_OK(store_insert(cx, &id, "user", user_fields, &user));
    sign_in(cx, id, name);
    snprintf(now.joined[now.joined_count++], sizeof now.joined[0], "%s", name);
    return id;
}

static bool is_joined(const char *name)
{
    for (size_t i = 0; i < now.joined_count; i++)
        if (strcmp(now.joined[i], name) == 0)
            return true;
    return false;
}

const char *server_cookie(Cx *cx, const char *as)
{
    if (strcmp(as, "guest") == 0)
        return "";
    if (!is_joined(as))
        member(as);
    return arena_format(cx->arena, "Cookie: " SESSION_COOKIE "=%s\r\n", token_of(cx, as));
}

/* --- asking --- */

static int dial(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)core_port(&now.core)),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(fd >= 0);
    EXPECT_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static Buf exchange(Cx *cx, const char *request, size_t length)
{
    int fd = dial();
    EXPECT_INT(send(fd, request, length, MSG_NOSIGNAL), (ssize_t)length);
    Buf b = BUF(cx);
    char some[4096];
    for (ssize_t n; (n = recv(fd, some, sizeof some, 0)) > 0;)
        buf_add_n(&b, some, (size_t)n);
    close(fd);
    return b;
}

static Answer send_bytes(Cx *cx, const char *method, const char *path, const char *headers,
                         const char *body, size_t length)
{
    Buf request = BUF(cx);
    buf_format(&request, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s", method, path,
               headers);
    buf_format(&request, "Content-Length: %zu\r\n\r\n", length);
    buf_add_n(&request, body, length);
    Buf got = exchange(cx, request.at, request.length);
    const char *raw = buf_text(&got);
    const char *gap = strstr(raw, "\r\n\r\n");
    EXPECT(gap != NULL && strncmp(raw, "HTTP/1.1 ", 9) == 0);
    Answer a = { .status = atoi(raw + 9),
                 .head = arena_text_n(cx->arena, raw, (size_t)(gap - raw)),
                 .body = gap + 4,
                 .length = got.length - (size_t)(gap + 4 - raw) };
    if (strstr(a.head, "application/json") != NULL)
        EXPECT_OK(json_parse(cx, &a.json, a.body, strlen(a.body), &JSON_LIMITS));
    return a;
}

Answer server_send(Cx *cx, const char *method, const char *path, const char *headers,
                   const char *body)
{
    body = text_or(body, "");
    return send_bytes(cx, method, path, text_or(headers, ""), body, strlen(body));
}

static const char *headers_of(Cx *cx, const char *as)
{
    return arena_format(cx->arena, "%sIdempotency-Key: %s\r\n", server_cookie(cx, as),
                        random_hex(cx, 8));
}

Answer server_ask(Cx *cx, const char *as, const char *method, const char *path, const char *body)
{
    return server_send(cx, method, path, headers_of(cx, as), body);
}

Answer server_post_file(Cx *cx, const char *as, const char *path, const char *bytes, size_t length)
{
    Buf form = BUF(cx);
    buf_add(&form, "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
                   "\r\n");
    buf_add_n(&form, bytes, length);
    buf_add(&form, "\r\n--part--\r\n");
    const char *headers = arena_format(
        cx->arena, "%sContent-Type: multipart/form-data; boundary=part\r\n", headers_of(cx, as));
    return send_bytes(cx, "POST", path, headers, form.at, form.length);
}

static Answer ask_row(Cx *cx, const Ask *a)
{
    return server_ask(cx, a->as, a->method, a->path, a->body);
}

void server_table(Cx *cx, const Ask *asks)
{
    for (const Ask *a = asks; a->method != NULL; a++) {
        Answer got = ask_row(cx, a);
        if (got.status != a->status)
            print_error("%s %s as %s gave %d, expected %d: %s\n", a->method, a->path, a->as,
                        got.status, a->status, got.body);
        EXPECT_INT(got.status, a->status);
        const char *odd = unreadable(json_text(json_at(got.json, "/error/message"), "zh", ""));
        if (odd)
            print_error("%s %s: %s in %s\n", a->method, a->path, odd, got.body);
        EXPECT(odd == NULL);
    }
}

/* --- faults --- */

enum { CALLS_MOST = 200 };

/* The rows are read once after each attempt: what one left is what the next one begins with. */
static void sweep(Cx *cx, const Ask *ask, const char *bytes, size_t length)
{
    const char *before = store_testing_digest(cx, "attempt");
    bool through = false;
    for (int n = 1; n < CALLS_MOST && !through; n++) {
        store_testing_fail(n, INTERNAL);
        log_set_level(LOG_ERROR_ + 1);
        Answer got =
            bytes ? server_post_file(cx, ask->as, ask->path, bytes, length) : ask_row(cx, ask);
        log_set_level(LOG_ERROR_);
        through = !store_testing_failed();
        store_testing_fail(0, OK);
        const char *after = through ? before : store_testing_digest(cx, "attempt");
        bool same = strcmp(before, after) == 0;
        if (through ? got.status != ask->status : got.status < 500 || !same)
            print_error("%s %s, call %d fails: %d, %s\n%s\n", ask->method, ask->path, n, got.status,
                        same ? "nothing changed" : "something changed", got.body);
        EXPECT(through ? got.status == ask->status : got.status >= 500 && same);
    }
    EXPECT(through);
}

void server_sweep(Cx *cx, const Ask *ask)
{
    sweep(cx, ask, NULL, 0);
}

void server_sweep_file(Cx *cx, const Ask *ask, const char *bytes, size_t length)
{
    sweep(cx, ask, bytes, length);
}
