/* Server-sent events. A stream with nothing to say is a suspended connection and a few hundred
 * bytes; http_event and the keeper's heartbeat fill its buffer and resume it.
 *
 * Lock order: streams_lock, then the library's own locks (suspend and resume take them).
 */
#include "http/inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_LIMIT   4096   /* event streams open at once */
#define STREAM_BACKLOG 262144 /* bytes a stream may lag behind before it is cut */

struct Stream {
    Stream *next;
    Stream *before;
    Http *http;
    struct MHD_Connection *connection;
    char *channel;
    char *data;
    size_t length;
    size_t room;
    bool waiting; /* suspended until there is data */
    bool cut;     /* lagged too far behind */
};

/* With the lock held. */
static void stream_add(Stream *s, const char *text, size_t length)
{
    if (s->length + length > s->room) {
        size_t room = s->length + length + 256;
        char *data = room <= STREAM_BACKLOG ? realloc(s->data, room) : NULL;
        if (data) {
            s->data = data;
            s->room = room;
        } else {
            s->cut = true;
        }
    }
    if (!s->cut) {
        memcpy(s->data + s->length, text, length);
        s->length += length;
    }
}

/* With the lock held. */
static void stream_wake(Stream *s)
{
    if (s->waiting) {
        s->waiting = false;
        MHD_resume_connection(s->connection);
    }
}

static ssize_t stream_read(void *data, uint64_t position, char *out, size_t max)
{
    (void)position;
    Stream *s = data;
    ssize_t result = 0;
    pthread_mutex_lock(&s->http->streams_lock);
    if (s->cut) {
        result = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (s->length > 0) {
        size_t n = s->length < max ? s->length : max;
        memcpy(out, s->data, n);
        memmove(s->data, s->data + n, s->length - n);
        s->length -= n;
        if (s->length == 0) { /* idle streams hold no buffer */
            free(s->data);
            s->data = NULL;
            s->room = 0;
        }
        result = (ssize_t)n;
    } else if (s->http->streams_end) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        s->waiting = true;
        MHD_suspend_connection(s->connection);
    }
    pthread_mutex_unlock(&s->http->streams_lock);
    return result;
}

static void stream_free(void *data)
{
    Stream *s = data;
    Http *h = s->http;
    pthread_mutex_lock(&h->streams_lock);
    if (s->next)
        s->next->before = s->before;
    if (s->before)
        s->before->next = s->next;
    else
        h->streams = s->next;
    h->stream_count--;
    pthread_mutex_unlock(&h->streams_lock);
    free(s->data);
    free(s->channel);
    free(s);
}

static Stream *stream_new(Request *rq, const char *channel)
{
    Stream *s = calloc(1, sizeof *s);
    if (s)
        s->channel = strdup(channel);
    if (!s || !s->channel) {
        free(s);
        return NULL;
    }
    s->http = rq->http;
    s->connection = rq->connection;
    return s;
}

struct MHD_Response *stream_response(Request *rq, const char *channel)
{
    static const char HELLO[] = "retry: 3000\n\n"; /* so that headers and stream begin at once */
    Http *h = rq->http;
    Stream *s = stream_new(rq, channel);
    if (!s)
        return NULL;
    pthread_mutex_lock(&h->streams_lock);
    s->next = h->streams;
    if (s->next)
        s->next->before = s;
    h->streams = s;
    s->cut = ++h->stream_count > STREAM_LIMIT;
    stream_add(s, HELLO, sizeof HELLO - 1);
    pthread_mutex_unlock(&h->streams_lock);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, stream_read, s, stream_free);
    if (!response)
        stream_free(s);
    return response;
}

void http_event(Http *h, const char *channel, const char *event, const char *data)
{
    assert(event[strcspn(event, "\r\n")] == '\0');
    size_t lines = 1;
    for (const char *p = data; *p; p++)
        lines += *p == '\n';
    char *text = malloc(strlen(event) + strlen(data) + lines * 6 + 16);
    if (!text)
        return; /* a lost event is no harm: pages ask again when they reconnect */
    char *p = text + sprintf(text, "event: %s\ndata: ", event);
    for (const char *d = data; *d; d++) {
        if (*d != '\r')
            *p++ = *d;
        if (*d == '\n')
            p = stpcpy(p, "data: ");
    }
    p = stpcpy(p, "\n\n");
    pthread_mutex_lock(&h->streams_lock);
    for (Stream *s = h->streams; s; s = s->next)
        if (strcmp(s->channel, channel) == 0) {
            stream_add(s, text, (size_t)(p - text));
            stream_wake(s);
        }
    pthread_mutex_unlock(&h->streams_lock);
    free(text);
}

/* A peer that went away is noticed when it is written to. */
void streams_beat(Http *h)
{
    pthread_mutex_lock(&h->streams_lock);
    for (Stream *s = h->streams; s; s = s->next)
        if (s->length == 0) {
            stream_add(s, ":\n\n", 3);
            stream_wake(s);
        }
    pthread_mutex_unlock(&h->streams_lock);
}

void streams_end(Http *h)
{
    pthread_mutex_lock(&h->streams_lock);
    h->streams_end = true;
    for (Stream *s = h->streams; s; s = s->next)
        stream_wake(s);
    pthread_mutex_unlock(&h->streams_lock);
}
