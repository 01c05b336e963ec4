#include "base/child.h"

#include "base/budget.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 30000, LOOK_MS = 200, RESULT_MOST = 64 << 20, MEMORY_MOST = 1 << 30 };

struct Child {
    Cx *cx;
    pid_t pid;
    int in;  /* -1 once its input has ended */
    int out; /* not blocking, as in */
    int64_t until;
    Buf result;
    bool ended;  /* its output has */
    bool failed; /* it was too slow or too much, or nobody waits */
};

static Err unstarted(Cx *cx, int error)
{
    return fail(cx, INTERNAL, NULL, "无法启动子进程：%s", "cannot start a child: %s",
                strerror(error));
}

static int spawn(Child *c, const char *program, const char *command, int in, int out)
{
    char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)command, NULL };
    char *environment[] = { (char *)(uintptr_t) "PATH=/usr/bin:/bin",
                            (char *)(uintptr_t) "LC_ALL=C.UTF-8",
                            (char *)(uintptr_t) "XDG_CACHE_HOME=/tmp", NULL };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    int error = posix_spawn(&c->pid, program, &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

Err child_start(Cx *cx, Child **out, const char *program, const char *command)
{
    int to[2], from[2];
    Child *c = NEW(cx, Child);
    *out = c;
    if (pipe2(to, O_CLOEXEC) != 0)
        return unstarted(cx, errno);
    int error = pipe2(from, O_CLOEXEC) != 0 ? errno : 0;
    if (!error) {
        error = spawn(c, program ? program : "/proc/self/exe", command, to[0], from[1]);
        close(from[1]);
    }
    close(to[0]);
    if (error) {
        close(to[1]);
        return unstarted(cx, error);
    }
    fcntl(to[1], F_SETFL, O_NONBLOCK);
    c->cx = cx;
    c->in = to[1];
    c->out = from[0];
    c->until = budget_clock() + LIMIT_MS;
    c->result = BUF(cx);
    return OK;
}

static void input_end(Child *c)
{
    if (c->in >= 0)
        close(c->in);
    c->in = -1;
}

static void take(Child *c)
{
    char piece[65536];
    ssize_t n = read(c->out, piece, sizeof piece);
    c->ended = n <= 0;
    c->failed = n < 0 || c->result.length > RESULT_MOST;
    if (n > 0)
        buf_add_n(&c->result, piece, (size_t)n);
}

/* Gives it the bytes and takes what it has: until all are given, or until its output ends. */
static void talk(Child *c, const char *bytes, size_t length)
{
    while (!c->ended && !c->failed && (length > 0 || c->in < 0)) {
        struct pollfd fds[2] = { { c->out, POLLIN, 0 }, { c->in, POLLOUT, 0 } };
        c->failed =
            budget_clock() > c->until || !budget_lasts(c->cx->budget) || arena_full(c->cx->arena);
        if (c->failed || poll(fds, c->in >= 0 ? 2 : 1, LOOK_MS) <= 0)
            continue;
        if (fds[0].revents)
            take(c);
        if (c->in < 0 || !fds[1].revents)
            continue;
        ssize_t n = write(c->in, bytes, length);
        if (n < 0 && errno != EAGAIN)
            input_end(c); /* it reads no more: its end says why */
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
}

void child_feed(Child *c, const void *bytes, size_t length)
{
    if (c->in >= 0)
        talk(c, bytes, length);
}

Err child_end(Child *c, const char **bytes, size_t *length, const char *zh, const char *en)
{
    int status;
    Cx *cx = c->cx;
    input_end(c);
    talk(c, "", 0);
    close(c->out);
    if (c->failed)
        kill(c->pid, SIGKILL);
    waitpid(c->pid, &status, 0);
    TRY(budget_check(cx));
    if (arena_full(cx->arena))
        return fail(cx, TOO_LARGE, NULL, "请求所需内存超过限制",
                    "the request needs too much memory");
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_FULL)
        return fail(cx, FULL, NULL, "服务器存储空间不足，文件没有做成，请联系系统管理员",
                    "no room on the server's disk to make the file; ask the system administrator");
    if (c->failed || status != 0 || c->result.length == 0)
        return fail(cx, INTERNAL, NULL, "%s%.0s", "%.0s%s", zh, en);
    *bytes = c->result.at;
    *length = c->result.length;
    return OK;
}

/* --- in the child --- */

/* Of what is its own: fonts and libraries are mapped, and count for nothing. */
void child_bounds(void)
{
    const struct rlimit memory = { MEMORY_MOST, MEMORY_MOST };
    const struct rlimit seconds = { LIMIT_MS / 1000, LIMIT_MS / 1000 };
    const struct rlimit file = { 4 * (rlim_t)RESULT_MOST, 4 * (rlim_t)RESULT_MOST };
    setrlimit(RLIMIT_DATA, &memory);
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_FSIZE, &file);
    setrlimit(RLIMIT_CORE, &(const struct rlimit){ 0, 0 });
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int child_give(int out, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(out, bytes, length);
        if (n <= 0)
            return 1;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}
