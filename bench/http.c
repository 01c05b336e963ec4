/* usage: build/bench/http
 *
 * Starts the server on a demo of its own, fills its list of zones to 20 rows, starts it again, and
 * measures: start-up, processor time for each request of that list beside the bare handler
 * (bare.c, same database, same client), and resident memory. Runs in the root of the tree.
 */
#include "bench/bench.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 32, REQUESTS = 3000, ROUNDS = 5, ANSWER_BYTES = 1 << 20, ROWS = 20 };

static void must_be(bool fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* --- a server as a child ------------------------------------------------------------------------
 */

typedef struct Child {
    pid_t pid;
    int in;
    FILE *out;
    int port;
    double started_s; /* until it announced its address */
} Child;

static Child child_start(char *const argv[])
{
    int in[2], out[2];
    char line[512];
    Child c = { 0 };
    must_be(pipe(in) == 0 && pipe(out) == 0, "no pipe");
    double start = seconds();
    c.pid = fork();
    if (c.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        close(out[0]);
        must_be(freopen("build/bench/server.log", "a", stderr) != NULL, "no log");
        execv(argv[0], argv);
        _exit(127);
    }
    must_be(c.pid > 0, "no child");
    close(in[0]);
    close(out[1]);
    c.in = in[1];
    c.out = fdopen(out[0], "r");
    while (c.port == 0 && fgets(line, sizeof line, c.out)) {
        const char *at = strstr(line, "http://127.0.0.1:");
        c.port = at ? atoi(at + strlen("http://127.0.0.1:")) : 0;
    }
    c.started_s = seconds() - start;
    must_be(c.port > 0, "the server did not start; see build/bench/server.log");
    return c;
}

static void child_stop(Child *c)
{
    close(c->in);
    kill(c->pid, SIGTERM);
    waitpid(c->pid, NULL, 0);
    fclose(c->out);
}

static double child_cpu_s(const Child *c)
{
    clockid_t clock;
    struct timespec t;
    must_be(clock_getcpuclockid(c->pid, &clock) == 0 && clock_gettime(clock, &t) == 0, "no clock");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double child_resident_mb(const Child *c)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)c->pid);
    FILE *f = fopen(path, "r");
    must_be(f != NULL, path);
    while (fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kb);
    fclose(f);
    return (double)kb / 1024;
}

/* --- the client ---------------------------------------------------------------------------------
 */

static int peer_open(const Child *c)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)c->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    must_be(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "no connection");
    return fd;
}

static void peer_send(int fd, const char *request)
{
    size_t length = strlen(request);
    must_be(send(fd, request, length, MSG_NOSIGNAL) == (ssize_t)length, "not sent");
}

/* The whole answer; the body's place in it. */
static const char *peer_receive(int fd, char *answer)
{
    size_t have = 0;
    for (;;) {
        ssize_t n = recv(fd, answer + have, ANSWER_BYTES - 1 - have, 0);
        must_be(n > 0, "the server hung up");
        have += (size_t)n;
        answer[have] = '\0';
        const char *end = strstr(answer, "\r\n\r\n");
        const char *length = end ? strcasestr(answer, "content-length:") : NULL;
        if (length && have >= (size_t)(end + 4 - answer) + strtoul(length + 15, NULL, 10))
            return end + 4;
    }
}

static const char *ask(const Child *c, char *answer, const char *request)
{
    int fd = peer_open(c);
    peer_send(fd, request);
    const char *body = peer_receive(fd, answer);
    must_be(strncmp(answer, "HTTP/1.1 2", 10) == 0, answer);
    close(fd);
    return body;
}

static const char *post(Cx *cx, const char *path, const char *session, int key, const char *body)
{
    return arena_format(cx->arena,
                        "POST %s HTTP/1.1\r\nHost: bench\r\nCookie: tuijin=%s\r\n"
                        "Idempotency-Key: bench-%d\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        path, session, key, strlen(body), body);
}

static const char *log_in(Cx *cx, const Child *c, char *answer, const char *account)
{
    const char *body =
        arena_format(cx->arena, "{\"account\":\"%s\",\"password\":\"Tuijin-2022\"}", account);
    ask(c, answer, post(cx, "/api/session", "", 0, body));
    const char *cookie = strcasestr(answer, "set-cookie: tuijin=");
    must_be(cookie != NULL, "no session");
    cookie += strlen("set-cookie: tuijin=");
    return arena_text_n(cx->arena, cookie, strcspn(cookie, ";"));
}

static long total_of(const char *body)
{
    const char *at = strstr(body, "\"total\":");
    must_be(at != NULL, "no list");
    return strtol(at + strlen("\"total\":"), NULL, 10);
}

/* --- the figures --------------------------------------------------------------------------------
 */

/* `count` requests over `connections`: each sends one, then each takes its answer, in turn. */
static void drive(const int *fds, int connections, int count, const char *request, char *answer)
{
    for (int done = 0; done < count; done += connections) {
        for (int i = 0; i < connections; i++)
            peer_send(fds[i], request);
        for (int i = 0; i < connections; i++)
            peer_receive(fds[i], answer);
    }
}

/* Microseconds of the server's processor time for a request: the best of the rounds. */
static double cpu_us(const Child *c, int connections, const char *request, char *answer)
{
    int fds[CONNECTIONS];
    double best = 0;
    for (int i = 0; i < connections; i++)
        fds[i] = peer_open(c);
    drive(fds, connections, 200, request, answer);
    for (int round = 0; round < ROUNDS; round++) {
        double before = child_cpu_s(c);
        drive(fds, connections, REQUESTS, request, answer);
        double used = (child_cpu_s(c) - before) / REQUESTS * 1e6;
        best = round == 0 || used < best ? used : best;
    }
    for (int i = 0; i < connections; i++)
        close(fds[i]);
    return best;
}

static void fill(Cx *cx, const Child *c, const char *session, const char *list, char *answer)
{
    const char *county = log_in(cx, c, answer, "370683-rural-handler");
    (void)session;
    for (int i = 1; total_of(ask(c, answer, list)) < ROWS; i++) {
        const char *body = arena_format(
            cx->arena, "{\"name\":\"样例 %d\",\"county\":\"370683\",\"batch_id\":1}", i);
        ask(c, answer, post(cx, "/api/zones", county, i, body));
    }
}

static const char *list_request(Cx *cx, const char *session)
{
    return arena_format(cx->arena,
                        "GET /api/zones?size=20 HTTP/1.1\r\nHost: bench\r\n"
                        "Cookie: tuijin=%s\r\n\r\n",
                        session);
}

static void measure_bare(const char *database, const char *list, char *answer)
{
    Child bare =
        child_start((char *const[]){ "build/bench/bare", (char *)(uintptr_t)database, NULL });
    must_be(total_of(ask(&bare, answer, list)) == ROWS, "the bare handler has other rows");
    figure("list.bare.1", cpu_us(&bare, 1, list, answer));
    figure("list.bare.16", cpu_us(&bare, 16, list, answer));
    child_stop(&bare);
}

/* All connections open, each having asked: what they hold together. */
static double resident_under_load(const Child *c, const char *list, char *answer)
{
    int fds[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = peer_open(c);
    drive(fds, CONNECTIONS, 50 * CONNECTIONS, list, answer);
    double mb = child_resident_mb(c);
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    return mb;
}

/* Milliseconds of the slowest of some log-ins while everything heavy prints. */
static double login_beside_load(Cx *cx, const Child *c, const char *session, char *answer)
{
    enum { PRINTS = 12, LOGINS = 8 };
    int fds[PRINTS];
    double worst = 0;
    for (int i = 0; i < PRINTS; i++) {
        fds[i] = peer_open(c);
        peer_send(fds[i], arena_format(cx->arena,
                                       "GET /api/zones/1/declaration.pdf HTTP/1.1\r\n"
                                       "Host: bench\r\nCookie: tuijin=%s\r\n\r\n",
                                       session));
    }
    for (int i = 0; i < LOGINS; i++) {
        double start = seconds();
        log_in(cx, c, answer, "37-finance-handler");
        double took = seconds() - start;
        worst = took > worst ? took : worst;
    }
    for (int i = 0; i < PRINTS; i++)
        close(fds[i]);
    return worst * 1e3;
}

int main(void)
{
    Cx cx = cx_make(arena_new(0));
    char folder[] = "build/bench/demo-XXXXXX";
    must_be(mkdtemp(folder) != NULL, folder);
    char *answer = arena_alloc(cx.arena, ANSWER_BYTES);
    char *argv[] = { "build/tuijin", "serve", "--demo", "--data", folder, "--port", "0", NULL };

    Child server = child_start(argv);
    const char *session = log_in(&cx, &server, answer, "37-rural-handler");
    const char *list = list_request(&cx, session);
    fill(&cx, &server, session, list, answer);
    child_stop(&server);

    double best = 0;
    for (int i = 0; i < ROUNDS; i++) {
        server = child_start(argv);
        best = i == 0 || server.started_s < best ? server.started_s : best;
        if (i + 1 < ROUNDS)
            child_stop(&server);
    }
    figure("start.ms", best * 1e3);
    usleep(500000);
    figure("resident.idle", child_resident_mb(&server));
    session = log_in(&cx, &server, answer, "37-rural-handler");
    figure("login.load.ms", login_beside_load(&cx, &server, session, answer));
    figure("list.tuijin.1", cpu_us(&server, 1, list, answer));
    figure("list.tuijin.16", cpu_us(&server, 16, list, answer));
    figure("resident.32", resident_under_load(&server, list, answer));
    measure_bare(arena_format(cx.arena, "%s/tuijin.db", folder), list, answer);
    child_stop(&server);

    int gone = system(arena_format(cx.arena, "rm -rf '%s'", folder));
    arena_free(cx.arena);
    return gone;
}
