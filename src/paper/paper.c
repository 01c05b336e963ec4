#include "paper/paper.h"

#include "base/budget.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 30000, LOOK_MS = 200, PDF_MOST = 64 * 1024 * 1024 };

void paper_begin(Cx *cx, Paper *p, const char *title, const char *watermark)
{
    p->cx = cx;
    p->buf = BUF(cx);
    p->out = json_out(&p->buf);
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "title", title);
    json_put_text(&p->out, "watermark", watermark);
    json_open(&p->out, "blocks", '[');
}

static void block(Paper *p, const char *kind, const char *text)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", kind);
    json_put_text(&p->out, "text", text);
    json_close(&p->out, '}');
}

void paper_title(Paper *p, const char *text)
{
    block(p, "title", text);
}

void paper_number(Paper *p, const char *text)
{
    block(p, "number", text);
}

void paper_to(Paper *p, const char *text)
{
    block(p, "to", text);
}

void paper_heading(Paper *p, int level, const char *text)
{
    assert(level == 1 || level == 2);
    block(p, level == 1 ? "heading" : "subheading", text);
}

void paper_text(Paper *p, const char *text)
{
    block(p, "text", text);
}

static void list(Paper *p, const char *key, const char *const *texts, size_t count)
{
    json_open(&p->out, key, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(&p->out, NULL, texts[i] ? texts[i] : "");
    json_close(&p->out, ']');
}

void paper_enclosures(Paper *p, const char *const *names, size_t count)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "enclosures");
    list(p, "names", names, count);
    json_close(&p->out, '}');
}

void paper_sign(Paper *p, const char *const *organs, size_t count, const char *date)
{
    assert(count > 0);
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "sign");
    list(p, "organs", organs, count);
    json_put_text(&p->out, "date", date);
    json_close(&p->out, '}');
}

void paper_annex(Paper *p, const char *number, const char *title)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "annex");
    json_put_text(&p->out, "number", number);
    json_put_text(&p->out, "text", title);
    json_close(&p->out, '}');
}

void paper_table(Paper *p, const char *caption, const char *unit, const PaperColumn *columns,
                 size_t count)
{
    json_open(&p->out, NULL, '{');
    json_put_text(&p->out, "kind", "table");
    json_put_text(&p->out, "text", caption);
    json_put_text(&p->out, "unit", unit);
    json_open(&p->out, "columns", '[');
    for (size_t i = 0; i < count; i++) {
        char align[2] = { columns[i].align, '\0' };
        json_open(&p->out, NULL, '{');
        json_put_text(&p->out, "name", columns[i].name);
        json_put_int(&p->out, "width", columns[i].width);
        json_put_text(&p->out, "align", align);
        json_close(&p->out, '}');
    }
    json_close(&p->out, ']');
    json_open(&p->out, "rows", '[');
}

void paper_row(Paper *p, const char *const *cells, size_t count, bool total)
{
    json_open(&p->out, NULL, '{');
    json_put_bool(&p->out, "total", total);
    list(p, "cells", cells, count);
    json_close(&p->out, '}');
}

void paper_table_end(Paper *p)
{
    json_close(&p->out, ']');
    json_close(&p->out, '}');
}

const char *paper_day(Cx *cx, Day day)
{
    Civil c = civil_from_day(day);
    return arena_format(cx->arena, "%lld年%d月%d日", (long long)c.year, c.month, c.day);
}

const char *paper_moment(Cx *cx, int64_t instant)
{
    Day day = day_of_instant(instant);
    int64_t minutes = (instant - instant_of_day(day)) / 60000;
    return arena_format(cx->arena, "%s%02d时%02d分", paper_day(cx, day), (int)(minutes / 60),
                        (int)(minutes % 60));
}

/* A child with its standard input and output on pipes. */
typedef struct Child {
    pid_t pid;
    int in;
    int out;
} Child;

static Err start(Cx *cx, Child *c, const char *program)
{
    int in[2] = { -1, -1 }, out[2] = { -1, -1 };
    char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t) "paper", NULL };
    char *environment[] = { (char *)(uintptr_t) "PATH=/usr/bin:/bin",
                            (char *)(uintptr_t) "LC_ALL=C.UTF-8",
                            (char *)(uintptr_t) "XDG_CACHE_HOME=/tmp", NULL };
    posix_spawn_file_actions_t actions;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        return fail(cx, INTERNAL, NULL, "无法建立管道：%s", "cannot make a pipe: %s",
                    strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    int error = posix_spawn(&c->pid, program, &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    c->in = in[1];
    c->out = out[0];
    if (!error)
        return OK;
    close(c->in);
    close(c->out);
    return fail(cx, INTERNAL, NULL, "无法启动排版程序：%s", "cannot start the type setter: %s",
                strerror(error));
}

/* Feeds the document and collects the PDF until the child ends its output, or nobody waits for it
 * any more. */
static bool talk(Cx *cx, Child *c, Buf *pdf, const char *text, size_t length)
{
    int64_t end = budget_clock() + LIMIT_MS;
    char piece[65536];
    while (pdf->length < PDF_MOST) {
        struct pollfd fds[2] = { { c->out, POLLIN, 0 }, { c->in, POLLOUT, 0 } };
        if (budget_clock() > end || !budget_lasts(cx->budget) || arena_full(cx->arena))
            return false;
        if (poll(fds, c->in >= 0 ? 2 : 1, LOOK_MS) <= 0)
            continue;
        if (c->in >= 0 && fds[1].revents) {
            ssize_t n = write(c->in, text, length);
            text += n > 0 ? n : 0;
            length -= n > 0 ? (size_t)n : 0;
            if (n < 0 || length == 0) {
                close(c->in);
                c->in = -1;
            }
        }
        if (fds[0].revents) {
            ssize_t n = read(c->out, piece, sizeof piece);
            if (n <= 0)
                return n == 0;
            buf_add_n(pdf, piece, (size_t)n);
        }
    }
    return false;
}

Err paper_end(Paper *p, const char **pdf, size_t *length, const char *program)
{
    Child c;
    int status;
    Cx *cx = p->cx;
    Buf whole = BUF(cx);
    json_close(&p->out, ']');
    json_close(&p->out, '}');
    TRY(start(cx, &c, program ? program : "/proc/self/exe"));
    fcntl(c.in, F_SETFL, O_NONBLOCK);
    bool good = talk(cx, &c, &whole, p->buf.at, p->buf.length);
    close(c.out);
    if (c.in >= 0)
        close(c.in);
    if (!good)
        kill(c.pid, SIGKILL);
    waitpid(c.pid, &status, 0);
    TRY(budget_check(cx));
    if (!good || status != 0 || whole.length < 5 || memcmp(whole.at, "%PDF-", 5) != 0)
        return fail(cx, INTERNAL, NULL, "排版没有完成，请重试",
                    "the document could not be set; try again");
    *pdf = whole.at;
    *length = whole.length;
    return OK;
}
