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

#define HELD_LIMIT 64     /* bodies of full length held in memory at once */
#define PIECE_ROOM 262144 /* gathered before a worker writes them */

/* Makes room for n more bytes; false where too many bodies are held already. */
static bool memory_room(Request *rq, size_t n)
{
    Http *h = rq->http;
    if (rq->body_length + n <= rq->body_room)
        return true;
    size_t room = rq->body_room ? rq->body_room * 2 : 4096;
    while (room < rq->body_length + n)
        room *= 2;
    size_t more = room - rq->body_room;
    if (atomic_fetch_add(&h->held, more) + more > HELD_LIMIT * h->config.body_limit) {
        atomic_fetch_sub(&h->held, more);
        return false;
    }
    char *body = realloc(rq->body, room);
    if (!body) {
        atomic_fetch_sub(&h->held, more);
        return false;
    }
    rq->body = body;
    rq->body_room = room;
    return true;
}

static void memory_free(Request *rq)
{
    atomic_fetch_sub(&rq->http->held, rq->body_room);
    free(rq->body);
    rq->body = NULL;
    rq->body_length = rq->body_room = 0;
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
    if (!memory_room(rq, n))
        return MHD_NO;
    memcpy(rq->body + rq->body_length, bytes, n);
    rq->body_length += n;
    int64_t expected = rq->received > rq->announced ? rq->received : rq->announced;
    if (rq->stage == READING && expected <= (int64_t)config->body_limit)
        return MHD_YES;
    if (rq->stage == SPOOLING && rq->body_length < PIECE_ROOM)
        return MHD_YES;
    return request_park(rq, rq->stage == READING ? ADMITTING : SPOOLING);
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

static void drop(Request *rq)
{
    rq->stage = DROPPING;
    if (rq->spool >= 0)
        close(rq->spool);
    rq->spool = -1;
    memory_free(rq);
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
    if (spool_open(rq))
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
