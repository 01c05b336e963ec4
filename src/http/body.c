/* The body: in memory while it is short, in a nameless file when it is long. The event thread only
 * copies; whatever touches the disk or asks the application happens on a worker.
 */
#include "http/inside.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PIECE_ROOM 262144 /* gathered before a worker writes them */
#define FREE_ROOM  4096   /* of a body, that no share is asked for */
#define PACE       8192   /* bytes a second, over each patience */

static size_t counted(size_t room)
{
    return room > FREE_ROOM ? room - FREE_ROOM : 0;
}

/* Makes room for n more bytes; false where the owner, or all, hold too much already. */
static bool memory_room(Request *rq, size_t n)
{
    if (rq->body_length + n <= rq->body_room)
        return true;
    size_t room = rq->body_room ? rq->body_room * 2 : FREE_ROOM;
    while (room < rq->body_length + n)
        room *= 2;
    size_t more = counted(room) - counted(rq->body_room);
    if (!owner_hold(rq, more))
        return false;
    char *body = realloc(rq->body, room);
    if (!body) {
        owner_release(rq, more);
        return false;
    }
    rq->body = body;
    rq->body_room = room;
    return true;
}

static void memory_free(Request *rq)
{
    owner_release(rq, counted(rq->body_room));
    free(rq->body);
    rq->body = NULL;
    rq->body_length = rq->body_room = 0;
}

static void drop(Request *rq)
{
    rq->stage = DROPPING;
    if (rq->spool >= 0)
        close(rq->spool);
    rq->spool = -1;
    memory_free(rq);
}

/* The rest of the body is read and forgotten, for a peer that is still sending hears no answer. */
static enum MHD_Result give_up(Request *rq, int status, const char *code, const char *zh,
                               const char *en)
{
    reply_clear(&rq->reply);
    reply_refuse(&rq->reply, status, code, zh, en);
    drop(rq);
    reply_finish(rq);
    return MHD_YES;
}

int64_t body_most(const Request *rq)
{
    const HttpConfig *config = &rq->http->config;
    if (rq->ticket.large || !config->ticket)
        return config->upload_limit;
    return (int64_t)(rq->ticket.body_limit ? rq->ticket.body_limit : config->body_limit);
}

enum MHD_Result body_too_large(Request *rq)
{
    enum { KIB = 1 << 10, MIB = 1 << 20 };
    int64_t most = body_most(rq);
    const char *unit = most < MIB ? "KB" : "MB";
    long long count = most / (most < MIB ? KIB : MIB);
    return give_up(
        rq, 413, "too_large",
        arena_format(rq->arena,
                     "内容超过上限 %lld %s；表格请删去其中的图片，仍超过的请分成几份上传", count,
                     unit),
        arena_format(rq->arena,
                     "the body is over the limit of %lld %s; take pictures out of a workbook, or "
                     "send it in parts",
                     count, unit));
}

bool body_paced(Request *rq, int64_t now)
{
    if (rq->received - rq->marked < (int64_t)rq->http->patience_ms * PACE / 1000)
        return false;
    rq->mark = now;
    rq->marked = rq->received;
    return true;
}

/* The library moves its buffer while a connection is suspended, so every piece is copied. */
enum MHD_Result body_take(Request *rq, const char *bytes, size_t *length)
{
    const HttpConfig *config = &rq->http->config;
    size_t n = *length;
    *length = 0;
    rq->received += (int64_t)n;
    if (rq->received > config->upload_limit)
        return MHD_NO;
    if (rq->stage == DROPPING)
        return MHD_YES;
    if (rq->received > body_most(rq))
        return body_too_large(rq);
    if (!memory_room(rq, n))
        return give_up(rq, 429, "limited", "同时上传的内容过多，请等其他上传完成后再试",
                       "too much is being uploaded at once; try again when the rest is done");
    memcpy(rq->body + rq->body_length, bytes, n);
    rq->body_length += n;
    int64_t expected = rq->received > rq->announced ? rq->received : rq->announced;
    if (rq->stage == READING && expected <= (int64_t)config->body_limit)
        return MHD_YES;
    if (rq->stage == SPOOLING && rq->body_length < PIECE_ROOM)
        return MHD_YES;
    if (request_park(rq, rq->stage == READING ? ADMITTING : SPOOLING))
        return MHD_YES;
    return give_up(rq, 503, "busy", "系统繁忙，请稍后再试", "too busy, try again later");
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return true;
}

/* The file loses its name at once, so nothing is left when the connection or the power is cut. */
static bool spool_open(Request *rq)
{
    const char *dir = rq->http->config.spool_dir;
    char *path = arena_format(rq->arena, "%s/body-XXXXXX", dir ? dir : ".");
    rq->spool = mkostemp(path, O_CLOEXEC);
    return rq->spool >= 0 && unlink(path) == 0;
}

static void spool_failed(Request *rq)
{
    log_error("http", "spool file in %s: %s", text_or(rq->http->config.spool_dir, "."),
              strerror(errno));
    reply_clear(&rq->reply);
    reply_refuse(&rq->reply, 507, "full", "服务器存储空间不足", "no room on the disk");
    drop(rq);
}

void body_admit(Request *rq, int worker)
{
    const HttpConfig *config = &rq->http->config;
    if (config->admit && !config->admit(config->app, worker, rq, &rq->reply)) {
        drop(rq);
        return;
    }
    reply_clear(&rq->reply);
    if (rq->received == 0) /* asked at the head: it comes in like any other */
        rq->stage = READING;
    else if (spool_open(rq))
        body_spool(rq);
    else
        spool_failed(rq);
}

void body_spool(Request *rq)
{
    rq->stage = SPOOLING;
    if (!write_all(rq->spool, rq->body, rq->body_length))
        spool_failed(rq);
    else if (rq->body_room > 2 * PIECE_ROOM)
        memory_free(rq);
    else
        rq->body_length = 0;
}

bool body_end(Request *rq)
{
    if (rq->spool < 0)
        return true;
    body_spool(rq);
    if (rq->stage == DROPPING)
        return false;
    rq->stage = HANDLING;
    lseek(rq->spool, 0, SEEK_SET);
    return true;
}

void body_free(Request *rq)
{
    if (rq->map)
        munmap(rq->map, (size_t)rq->received);
    if (rq->spool >= 0)
        close(rq->spool);
    memory_free(rq);
}
