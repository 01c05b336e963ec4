#include "commands/system.h"

#include "base/file.h"
#include "base/log.h"
#include "commands/demo.h"
#include "http/embedded.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Files of the web by their path; pages of the application are all its index. */
static Err web(Cx *cx, Request *rq, Reply *rp, bool *found)
{
    (void)cx;
    const char *path = request_path(rq);
    const Embedded *index = NULL;
    for (const Embedded *f = WEB_FILES; f->path; f++) {
        if (strcmp(f->path, "/index.html") == 0)
            index = f;
        if (strcmp(f->path, path) == 0) {
            index = f;
            break;
        }
    }
    bool page = !strchr(strrchr(path, '/'), '.');
    if (!index || (strcmp(index->path, path) != 0 && !page))
        return OK;
    *found = true;
    reply_static(rp, index->type, index->gzip, index->length, index->etag);
    return OK;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void announce(Cx *cx, const Core *core)
{
    printf("推进 Tuijin: http://%s:%d\n", core->config.address ? core->config.address : "127.0.0.1",
           core_port(core));
    if (core->config.demo && system_inside(cx, core, demo_print_accounts, NULL) != OK)
        command_failed(cx);
    if (core->config.demo && core->config.address && !is_loopback(core->config.address))
        warn(cx, "注意：口令公开的样例正在 %s 上对网络开放",
             "beware: a demo with public passwords is open to the network on %s",
             core->config.address);
    fflush(stdout);
}

static void wait_for_end(void)
{
    sigset_t set;
    int signal;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &signal);
}

static void end_now(int signal)
{
    (void)signal;
    static const char WORDS[] = "tuijin: what still ran was cut off\n";
    ssize_t told = write(STDERR_FILENO, WORDS, sizeof WORDS - 1);
    (void)told;
    _exit(0);
}

/* Requests and jobs end when they are told to; should one not, the process does all the same, and
 * what it had not committed is undone as after a power cut. */
static void end_soon(void)
{
    enum { SECONDS = 9 };
    signal(SIGALRM, end_now);
    alarm(SECONDS);
}

/* Blocked before any thread is made, so that wait_for_end alone hears them. */
static void hold_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* 0, or why nothing can listen there: errno, EINVAL where it is no address. */
static int listen_try(const char *address, int port)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    char service[8];
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return EINVAL;
    int on = 1, fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool done = fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0;
    int error = done ? 0 : errno;
    freeaddrinfo(found);
    if (fd >= 0)
        close(fd);
    return error;
}

/* Said before anything is made: a busy port is no reason to wait for a demo. */
static Err port_check(Cx *cx, const CoreConfig *c)
{
    const char *address = text_or(c->address, "127.0.0.1");
    int error = listen_try(address, c->port);
    switch (error) {
    case 0: return OK;
    case EADDRINUSE:
        return fail(
            cx, CONFLICT, "port",
            "端口 %d 已被占用，也许另一个 tuijin 在运行；先停止它，或用 --port 另选",
            "port %d is taken, perhaps by another tuijin; stop that, or choose another --port",
            c->port);
    case EACCES:
        return fail(
            cx, FORBIDDEN, "port", "没有使用端口 %d 的权限；请用 1024 以上的 --port，前面放网关",
            "no right to port %d; take a --port above 1024, with a gateway in front", c->port);
    default:
        return fail(cx, INVALID, "address",
                    "不能在地址 %s 上监听：%s；--address 应为本机的 IP 地址",
                    "cannot listen on %s: %s; --address is an IP address of this machine", address,
                    strerror(error));
    }
}

/* A demo serves as one whatever was asked; what init made is never touched by --demo. */
static Err kind_check(Cx *cx, SystemKind kind, CoreConfig *c)
{
    if (kind == SYSTEM_REAL && c->demo)
        return fail(cx, CONFLICT, "demo",
                    "%s 中是正式系统，不能当作样例；去掉 --demo，或用 --data 另选目录",
                    "%s holds a real system, which is no demo; leave --demo out, or choose another "
                    "--data",
                    c->data);
    if (kind == SYSTEM_DEMO)
        c->demo = true;
    return OK;
}

static Err demo_open(Cx *cx, Core **out, const CoreConfig *c, const Options *o)
{
    DemoOf of = { .divisions = o->divisions };
    TRY(options_pack(cx, &of.pack, o->pack));
    TRY(system_open_new(cx, out, c));
    warn(cx, "正在建立样例，需要几秒钟", "making the demo, this takes some seconds");
    Err e = system_inside(cx, *out, demo_make, &of);
    if (e != OK)
        core_close(*out);
    return e;
}

static Err open_either(Cx *cx, Core **out, CoreConfig *c, const Options *o)
{
    SystemKind kind;
    TRY(port_check(cx, c));
    if (c->demo || file_exists(c->data))
        TRY(system_hold(cx, c->data));
    TRY(system_look(cx, &kind, c));
    TRY(kind_check(cx, kind, c));
    return kind == SYSTEM_NONE && c->demo ? demo_open(cx, out, c, o) : system_open(cx, out, c);
}

int command_serve(Cx *cx, const Options *o)
{
    Core *core;
    CoreConfig config = o->config;
    hold_signals();
    config.web = web;
    if (open_either(cx, &core, &config, o) != OK)
        return command_failed(cx);
    if (core_start(cx, core) != OK) {
        core_close(core);
        return command_failed(cx);
    }
    announce(cx, core);
    wait_for_end();
    end_soon();
    core_stop(core);
    core_close(core);
    log_info("serve", "stopped");
    return 0;
}
