/* usage: build/bench/review
 *
 * 210 zones, 210 experts of 15 zones each. Ten experts score one after another, then 200 at once:
 * each saves and submits his 15 sheets over a connection of his own. Measures the server's
 * processor time for an act in both cases, and wall time; then looks that every sheet and every
 * point is there, seals, and measures the progress and the result. Fails where one sheet is lost.
 */
#include "bench/bench.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/process/pack_store.h"
#include "core/request/core.h"
#include "modules/modules.h"
#include "modules/region/region.h"
#include "modules/review/review.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ALONE = 10, AT_ONCE = 200, PEOPLE = ALONE + AT_ONCE, EACH = 15, ITEMS = 5, POINTS = 1000 };

static void must_be(bool fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* --- what they score --- */

static void run(Cx *cx, const char *what, Err e)
{
    must(cx, e, what);
}

static const char *token_of(Cx *cx, int expert)
{
    return digest(cx, SM3, &expert, sizeof expert);
}

static void given_expert(Cx *cx, const Core *core, int n)
{
    const char *token = token_of(cx, n);
    const char *name = arena_format(cx->arena, "样例专家%03d", n);
    run(cx, "user",
        store_run(
            cx,
            "INSERT INTO \"user\"(version, account, name, organ_id, seat, state, must_change, "
            "seen_at, made_at) SELECT 1, $1, $2, max(id), 'handler', 'active', 0, $3, $3 "
            "FROM organ",
            ARGS(T(arena_format(cx->arena, "e%03d", n)), T(name), I(cx_now(cx)))));
    run(cx, "session",
        store_run(
            cx,
            "INSERT INTO session(digest, user_id, address, made_at, seen_at, idle_ms, ends_at, "
            "must_enrol) SELECT $1, max(id), '', $2, $2, 3600000, $2 + 3600000, 0 "
            "FROM \"user\"",
            ARGS(T(keys_mac(cx, core->keys, 't', token, strlen(token))), I(cx_now(cx)))));
    run(cx, "expert",
        store_run(cx,
                  "INSERT INTO expert(version, number, name, field, organ, region, user_id, state) "
                  "SELECT 1, $1, $2, '样例', '样例', '370102', max(id), 'active' FROM \"user\"",
                  ARGS(T(arena_format(cx->arena, "E%03d", n)), T(name))));
    run(cx, "pick",
        store_run(cx,
                  "INSERT INTO draw_pick(draw_id, position, expert_id, role) "
                  "SELECT 1, $1, max(id), 'panel' FROM expert",
                  ARGS(I(n + 1))));
}

static void given_zones(Cx *cx)
{
    int64_t id;
    for (int i = 0; i < PEOPLE; i++)
        run(cx, "zone", zone_add(cx, &id, arena_format(cx->arena, "样例%03d区", i), "370683", 1));
    run(cx, "step",
        store_run(cx, "UPDATE process_run SET step = 'review', role = 'zone.review'", NO_ARGS));
    for (int i = 0; i < PEOPLE; i++)
        for (int k = 0; k < EACH; k++)
            run(cx, "panel",
                store_run(cx,
                          "INSERT INTO panel_zone(draw_id, zone_id, expert_id, state) "
                          "VALUES(1, $1, $2, 'assigned')",
                          ARGS(I((i + k) % PEOPLE + 1), I(i + 1))));
}

static void given_batch(Cx *cx, const char *pack)
{
    run(cx, "batch",
        store_run(cx,
                  "INSERT INTO batch(name, year, pack, state, deadline, sample, version) "
                  "VALUES('样例', 2022, $1, 'open', $2, 1, 1)",
                  ARGS(T(pack), I(cx_now(cx) + DAY_MS))));
    run(cx, "organ",
        store_run(cx,
                  "INSERT INTO organ(version, name, level, kind, territory) "
                  "VALUES(1, '样例专家库', 'expert', 'experts', '37')",
                  NO_ARGS));
    run(cx, "draw",
        store_run(
            cx,
            "INSERT INTO draw(version, batch_id, number, state, pool, pool_hash, roster, seats, "
            "substitutes, frozen_at, made_at, seed) "
            "VALUES(1, 1, 1, 'revealed', '{}', '', '{}', 5, 3, $1, $1, '')",
            ARGS(I(cx_now(cx)))));
}

static const User PROVINCE_USER = { .id = 1,
                                    .account = "bench",
                                    .name = "样例",
                                    .organ_id = 1,
                                    .organ_name = "样例",
                                    .level = "province",
                                    .organ_kind = "rural",
                                    .seat = "handler",
                                    .territory = "37" };

static void given_review(Cx *cx, const Core *core)
{
    const char *pack;
    run(cx, "begin", store_begin(cx, true));
    run(cx, "regions", region_load(cx, NULL, NULL));
    run(cx, "pack", pack_store_add(cx, &pack, "packs/lu-2022-26"));
    given_batch(cx, pack);
    for (int i = 0; i < PEOPLE; i++)
        given_expert(cx, core, i);
    cx->user = &PROVINCE_USER;
    given_zones(cx);
    run(cx, "round", round_open(cx, 1, "paper", cx_now(cx) + DAY_MS));
    run(cx, "commit", store_commit(cx));
}

/* --- the server, as a child --- */

typedef struct Child {
    pid_t pid;
    int port;
} Child;

static CoreConfig config_of(const char *folder)
{
    return (CoreConfig){ .data = folder, .idle = true, .modules = MODULES };
}

static void serve(const char *folder, int out)
{
    Cx cx = cx_make(arena_new(0));
    Core *core;
    CoreConfig config = config_of(folder);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it never outlives the bench */
    run(&cx, "open", core_open(&cx, &core, &config));
    run(&cx, "start", core_start(&cx, core));
    int port = core_port(core);
    must_be(write(out, &port, sizeof port) == (ssize_t)sizeof port, "no pipe");
    for (;;)
        pause();
}

static Child child_start(const char *folder)
{
    int out[2];
    Child c;
    must_be(pipe(out) == 0, "no pipe");
    c.pid = fork();
    if (c.pid == 0)
        serve(folder, out[1]);
    must_be(read(out[0], &c.port, sizeof c.port) == (ssize_t)sizeof c.port, "no server");
    return c;
}

static double child_cpu_s(const Child *c)
{
    clockid_t clock;
    struct timespec t;
    must_be(clock_getcpuclockid(c->pid, &clock) == 0 && clock_gettime(clock, &t) == 0, "no clock");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- an expert, as a thread --- */

typedef struct Scorer {
    pthread_t thread;
    int port;
    int expert;
    int64_t sheets[EACH];
    int acts; /* that were answered by 200 */
} Scorer;

static int dial(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    must_be(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "no connection");
    return fd;
}

static int answered(const char *answer, const char *body)
{
    int status = atoi(answer + strlen("HTTP/1.1 "));
    if (status != 200)
        fprintf(stderr, "bench: %d %s\n", status, body);
    return status;
}

/* The status of one write. */
static int ask(Cx *cx, int fd, const Scorer *s, const char *method, const char *path,
               const char *body)
{
    char answer[16384];
    size_t have = 0;
    const char *request =
        arena_format(cx->arena,
                     "%s %s HTTP/1.1\r\nHost: bench\r\nCookie: " SESSION_COOKIE
                     "=%s\r\nIdempotency-Key: %s%s\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     method, path, token_of(cx, s->expert), method, path, strlen(body), body);
    size_t length = strlen(request);
    must_be(send(fd, request, length, MSG_NOSIGNAL) == (ssize_t)length, "not sent");
    for (;;) {
        ssize_t n = recv(fd, answer + have, sizeof answer - 1 - have, 0);
        must_be(n > 0, "the server hung up");
        have += (size_t)n;
        answer[have] = '\0';
        const char *end = strstr(answer, "\r\n\r\n");
        const char *size = end ? strcasestr(answer, "content-length:") : NULL;
        if (size && have >= (size_t)(end + 4 - answer) + strtoul(size + 15, NULL, 10))
            return answered(answer, end + 4);
    }
}

static void *score(void *data)
{
    static const char BODY[] = "{\"version\":1,\"scores\":["
                               "{\"item\":\"industry\",\"points\":1050},"
                               "{\"item\":\"layout\",\"points\":1000},"
                               "{\"item\":\"will\",\"points\":950},"
                               "{\"item\":\"guarantee\",\"points\":1000},"
                               "{\"item\":\"content\",\"points\":1000}]}";
    Scorer *s = data;
    Cx cx = cx_make(arena_new(0));
    int fd = dial(s->port);
    for (int i = 0; i < EACH; i++) {
        const char *path =
            arena_format(cx.arena, "/api/review/sheets/%lld", (long long)s->sheets[i]);
        s->acts += ask(&cx, fd, s, "PUT", path, BODY) == 200;
        s->acts += ask(&cx, fd, s, "POST", arena_format(cx.arena, "%s/submit", path),
                       "{\"version\":2}") == 200;
    }
    close(fd);
    arena_free(cx.arena);
    return NULL;
}

static void find_sheets(Cx *cx, Scorer *scorers, int port)
{
    Rows rows;
    int count[PEOPLE] = { 0 };
    run(cx, "sheets",
        rows_open(cx, &rows, "SELECT id, expert_id FROM review_sheet ORDER BY id", NO_ARGS));
    while (rows.more) {
        int i = (int)rows_int(&rows, 1) - 1;
        must_be(i < PEOPLE && count[i] < EACH, "other sheets than expected");
        scorers[i].sheets[count[i]++] = rows_int(&rows, 0);
        run(cx, "sheets", rows_next(cx, &rows));
    }
    for (int i = 0; i < PEOPLE; i++)
        scorers[i].port = port, scorers[i].expert = i;
}

static void measure(const Child *c, Scorer *scorers, int n, bool at_once, const char *name)
{
    char key[64];
    double cpu = child_cpu_s(c), wall = seconds();
    for (int i = 0; i < n; i++) {
        must_be(pthread_create(&scorers[i].thread, NULL, score, &scorers[i]) == 0, "no thread");
        if (!at_once)
            pthread_join(scorers[i].thread, NULL);
    }
    for (int i = 0; at_once && i < n; i++)
        pthread_join(scorers[i].thread, NULL);
    for (int i = 0; i < n; i++)
        must_be(scorers[i].acts == 2 * EACH, "an act was refused");
    snprintf(key, sizeof key, "review.%s.us", name);
    figure(key, (child_cpu_s(c) - cpu) / (n * EACH * 2) * 1e6);
    snprintf(key, sizeof key, "review.%s.wall", name);
    figure(key, n * EACH * 2 / (seconds() - wall));
}

/* --- what is there afterwards --- */

static void expect(Cx *cx, const char *sql, int64_t value)
{
    int64_t got;
    run(cx, sql, store_int(cx, &got, sql, NO_ARGS));
    if (got != value)
        fprintf(stderr, "bench: %s gives %lld, not %lld\n", sql, (long long)got, (long long)value);
    must_be(got == value, "a sheet was lost");
}

static void put(Cx *cx, Err (*what)(Cx *, JsonOut *, int64_t, const char *))
{
    Arena *outer = cx->arena;
    cx->arena = arena_new(0);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    run(cx, "report", what(cx, &o, 1, "paper"));
    json_close(&o, '}');
    arena_free(cx->arena);
    cx->arena = outer;
}

static void progress(void *data)
{
    put(data, review_put_progress);
}

static void result(void *data)
{
    put(data, review_put_result);
}

/* Closed again before the server begins: a fork must not share an open database. */
static void fill(const char *folder)
{
    Cx cx = cx_make(arena_new(0));
    Core *core;
    CoreConfig config = config_of(folder);
    run(&cx, "open", core_open(&cx, &core, &config));
    run(&cx, "enter", core_enter(&cx, cx.arena, core));
    given_review(&cx, core);
    core_leave(&cx);
    core_close(core);
    arena_free(cx.arena);
}

int main(void)
{
    static Scorer scorers[PEOPLE];
    Cx cx = cx_make(arena_new(0));
    Core *core;
    char folder[] = "build/bench/review-XXXXXX";
    must_be(mkdtemp(folder) != NULL, folder);
    CoreConfig config = config_of(folder);
    fill(folder);
    Child server = child_start(folder);
    run(&cx, "open", core_open(&cx, &core, &config));
    run(&cx, "enter", core_enter(&cx, cx.arena, core));
    find_sheets(&cx, scorers, server.port);
    measure(&server, scorers, ALONE, false, "alone");
    measure(&server, scorers + ALONE, AT_ONCE, true, "at_once");
    kill(server.pid, SIGKILL);
    waitpid(server.pid, NULL, 0);

    cx.user = &PROVINCE_USER;
    expect(&cx, "SELECT count(*) FROM review_sheet WHERE state = 'submitted'", PEOPLE * EACH);
    expect(&cx, "SELECT CAST(sum(points) AS BIGINT) FROM review_score",
           (int64_t)PEOPLE * EACH * ITEMS * POINTS);
    figure("review.progress", cost(progress, &cx));
    run(&cx, "begin", store_begin(&cx, true));
    run(&cx, "seal", round_seal(&cx, 1, "paper"));
    run(&cx, "commit", store_commit(&cx));
    figure("review.result", cost(result, &cx));
    core_leave(&cx);
    core_close(core);
    int gone = system(arena_format(cx.arena, "rm -rf '%s'", folder));
    arena_free(cx.arena);
    return gone;
}
