#include "commands/command.h"

#include "base/log.h"
#include "commands/demo.h"
#include "http/embedded.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

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

static void announce(const Core *core)
{
    printf("推进 Tuijin: http://%s:%d\n", core->config.address ? core->config.address : "127.0.0.1",
           core_port(core));
    if (core->config.demo)
        demo_print_accounts();
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

int command_serve(Cx *cx, int argc, char **argv)
{
    Options o;
    Core *core;
    if (!options_read(&o, argc, argv))
        return 2;
    hold_signals();
    o.config.web = web;
    if (core_open(cx, &core, &o.config) != OK)
        return command_failed(cx);
    Err e = o.config.demo ? demo_make(cx, core, o.pack) : OK;
    if (e == OK)
        e = core_start(cx, core);
    if (e != OK) {
        core_close(core);
        return command_failed(cx);
    }
    announce(core);
    wait_for_end();
    core_stop(core);
    core_close(core);
    log_info("serve", "stopped");
    return 0;
}
