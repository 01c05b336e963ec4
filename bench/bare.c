/* usage: build/bench/bare DATABASE
 *
 * The least that could answer the list of zones: one handler on libmicrohttpd's epoll thread with
 * the two statements that the list runs, prepared once. No session, no right, no header, no worker.
 * It prints its address as the server does and ends with its standard input.
 */
#include "base/json.h"

#include <microhttpd.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* modules/zone/zone.c, as core composes it for the province and 20 rows */
#define LIST                                                                                       \
    "(SELECT z.id, z.name, z.county, z.batch_id, z.pack, z.villages, z.projects, z.transitional, " \
    "z.integrated, z.not_met, z.undetermined, z.exceptions, z.hints, z.met, z.blocking, "          \
    "z.sent_at, z.created_at, z.created_by, z.version, b.name AS batch_name, "                     \
    "q.name AS county_name, c.name AS city_name, r.step, r.since, r.deadline "                     \
    "FROM zone z JOIN batch b ON b.id = z.batch_id "                                               \
    "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "                                  \
    "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "                              \
    "LEFT JOIN region c ON c.code = substr(z.county, 1, 4) AND c.valid_to IS NULL "                \
    "WHERE substr(z.county, 1, length($1)) = $1) AS page"

static const char PAGE[] = "SELECT * FROM " LIST " ORDER BY id ASC LIMIT 20 OFFSET 0";
static const char TOTAL[] = "SELECT count(*) FROM " LIST;

typedef struct Bare {
    sqlite3 *db;
    sqlite3_stmt *page, *total;
    Arena *arena;
} Bare;

static void must_be(bool fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "bare: %s\n", what);
    exit(1);
}

static void put_row(JsonOut *o, sqlite3_stmt *row)
{
    json_open(o, NULL, '{');
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *key = sqlite3_column_name(row, i);
        if (sqlite3_column_type(row, i) == SQLITE_INTEGER)
            json_put_int(o, key, sqlite3_column_int64(row, i));
        else
            json_put_text(o, key, (const char *)sqlite3_column_text(row, i));
    }
    json_close(o, '}');
}

static void put_list(Bare *b, Buf *body)
{
    JsonOut o = json_out(body);
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    while (sqlite3_step(b->page) == SQLITE_ROW)
        put_row(&o, b->page);
    sqlite3_reset(b->page);
    json_close(&o, ']');
    must_be(sqlite3_step(b->total) == SQLITE_ROW, "no total");
    json_put_int(&o, "total", sqlite3_column_int64(b->total, 0));
    sqlite3_reset(b->total);
    json_close(&o, '}');
}

static enum MHD_Result answer(void *app, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *length, void **state)
{
    static int begun; /* its address marks a request whose header is read; its answer comes next */
    Bare *b = app;
    (void)url, (void)method, (void)version, (void)data, (void)length;
    if (*state == NULL) {
        *state = &begun;
        return MHD_YES;
    }
    arena_reset(b->arena);
    Cx cx = cx_make(b->arena);
    Buf body = BUF(&cx);
    put_list(b, &body);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(body.length, body.at, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(r, "Content-Type", "application/json; charset=utf-8");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return result;
}

static sqlite3_stmt *prepare(Bare *b, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v3(b->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
    must_be(rc == SQLITE_OK, sqlite3_errmsg(b->db));
    sqlite3_bind_text(s, 1, "37", 2, SQLITE_STATIC);
    return s;
}

int main(int argc, char **argv)
{
    must_be(argc == 2, "usage: build/bench/bare DATABASE");
    Bare b = { .arena = arena_new(0) };
    must_be(sqlite3_open_v2(argv[1], &b.db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, argv[1]);
    b.page = prepare(&b, PAGE);
    b.total = prepare(&b, TOTAL);
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &b, MHD_OPTION_END);
    must_be(d != NULL, "the server does not start");
    printf("http://127.0.0.1:%u\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    char end;
    while (read(STDIN_FILENO, &end, 1) > 0)
        continue;
    MHD_stop_daemon(d);
    sqlite3_finalize(b.page);
    sqlite3_finalize(b.total);
    sqlite3_close(b.db);
    arena_free(b.arena);
    return 0;
}
