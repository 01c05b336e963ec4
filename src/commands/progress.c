#include "commands/progress.h"

#include "base/arena.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, TERMINAL_MS = 500, LOG_MS = 5000 };

typedef struct Teller {
    const char *zh, *en;
    bool terminal;
    int64_t next; /* milliseconds */
    bool told;
} Teller;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A server holds its signals back for the end of its service; what goes before asks for them. */
static bool is_asked_to_end(void)
{
    sigset_t set;
    return sigpending(&set) == 0 && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM));
}

/* On a terminal the line is written over, and ended with the work. */
static Err tell(Cx *cx, void *data, int64_t done, int64_t total)
{
    Teller *t = data;
    int64_t now = now_ms();
    bool last = done == total && t->told;
    if (now >= t->next && is_asked_to_end())
        return fail(cx, CONFLICT, "", "已中断，什么也没有留下；可以重新开始",
                    "interrupted; nothing is left of it, begin again");
    if (now < t->next && !last)
        return OK;
    t->next = now + (t->terminal ? TERMINAL_MS : LOG_MS);
    t->told = !last;
    fprintf(stderr, "%s%s %lld / %lld%s", t->terminal ? "\r" : "", cx->lang == EN ? t->en : t->zh,
            (long long)done, (long long)total, t->terminal && !last ? "" : "\n");
    return OK;
}

Progress progress_on_terminal(Cx *cx, const char *zh, const char *en)
{
    Teller *t = NEW(cx, Teller);
    *t = (Teller){ .zh = zh, .en = en, .terminal = isatty(2), .next = now_ms() + PATIENCE_MS };
    return (Progress){ tell, t };
}
