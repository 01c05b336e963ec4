/* Tests of routes: the real server, with all modules, over a fresh store, asked by real requests.
 *
 *     SERVER_CASE("organs are kept by the system administrator alone")
 *     {
 *         server_table(cx, (const Ask[]){
 *             { "POST", "/api/organs", ORGAN, "guest", 401 },
 *             { "POST", "/api/organs", ORGAN, "county", 403 },
 *             { "POST", "/api/organs", ORGAN, "sysadmin", 200 },
 *             { NULL } });
 *     }
 *
 * The case runs on SQLite, and on PostgreSQL as in store_testing.h. cx has a connection of its own
 * and, by server_as, a user. The cast below is there, signed in, its passwords "Cast-2022-NAME".
 */
#ifndef MODULES_SERVER_TESTING_H
#define MODULES_SERVER_TESTING_H

#include "core/request/core.h"
#include "store/store_testing.h"

/* name, level, kind, seat, territory; "guest" is nobody. */
#define SERVER_CAST(X)                                                                             \
    X("province", "province", "rural", "handler", "37")                                            \
    X("province-sign", "province", "rural", "signer", "37")                                        \
    X("province-fin", "province", "finance", "handler", "37")                                      \
    X("province-fin-sign", "province", "finance", "signer", "37")                                  \
    X("city", "city", "rural", "checker", "3706")                                                  \
    X("city-sign", "city", "rural", "signer", "3706")                                              \
    X("city-fin", "city", "finance", "checker", "3706")                                            \
    X("city-fin-sign", "city", "finance", "signer", "3706")                                        \
    X("other-city", "city", "rural", "checker", "3710")                                            \
    X("county", "county", "rural", "handler", "370683")                                            \
    X("county-check", "county", "rural", "checker", "370683")                                      \
    X("county-sign", "county", "rural", "signer", "370683")                                        \
    X("county-fin", "county", "finance", "checker", "370683")                                      \
    X("county-fin-sign", "county", "finance", "signer", "370683")                                  \
    X("county-gov", "county", "government", "signer", "370683")                                    \
    X("other-county", "county", "rural", "handler", "370682")                                      \
    X("township", "township", "government", "handler", "370683100")                                \
    X("village", "village", "committee", "handler", "370683100200")                                \
    X("expert", "expert", "experts", "handler", "37")                                              \
    X("sysadmin", "system", "administration", "system", "")                                        \
    X("secadmin", "system", "administration", "security", "")                                      \
    X("auditadmin", "system", "administration", "audit", "")

typedef struct Ask {
    const char *method;
    const char *path;
    const char *body; /* NULL = none */
    const char *as;   /* a name of the cast, or "guest" */
    int status;       /* expected */
} Ask;

typedef struct Answer {
    int status;
    const char *head; /* status line and headers */
    const char *body;
    size_t length;    /* of the body */
    const Json *json; /* NULL where it is none */
} Answer;

/* A write has a fresh Idempotency-Key. */
Answer server_ask(Cx *cx, const char *as, const char *method, const char *path, const char *body);
/* headers: whole lines, each with its end; NULL = none. */
Answer server_send(Cx *cx, const char *method, const char *path, const char *headers,
                   const char *body);
/* A form with the bytes as its part "file". */
Answer server_post_file(Cx *cx, const char *as, const char *path, const char *bytes, size_t length);
const char *server_cookie(Cx *cx, const char *as); /* the header line; "" of a guest */
/* Asks each row in turn and compares the status; ends with { NULL }. */
void server_table(Cx *cx, const Ask *asks);
/* For every n: the n-th store call of the request fails, the answer is 5xx and no row of any table
 * changed; at last it gets through with the row's status. */
void server_sweep(Cx *cx, const Ask *ask);
/* The same of server_post_file. */
void server_sweep_file(Cx *cx, const Ask *ask, const char *bytes, size_t length);

int64_t server_user(Cx *cx, const char *name); /* ids of the cast */
int64_t server_organ(Cx *cx, const char *name);
/* One more account, signed in, with the organ and seat of a member of the cast: its id. */
int64_t server_join(Cx *cx, const char *name, const char *as);
void server_as(Cx *cx, const char *name); /* sets cx->user; "guest" = none */
void server_clock(int64_t now);           /* moves the server's clock and the case's */
Core *server_core(void);

void server_testing_start(Cx *cx, bool pg);
void server_testing_stop(Cx *cx);

#define SERVER_CASE(name)                                                                          \
    static void CASE_NAME(server_case_, __LINE__)(Cx * cx);                                        \
    static void CASE_NAME(on_sqlite_, __LINE__)(Cx * cx)                                           \
    {                                                                                              \
        server_testing_start(cx, false);                                                           \
        CASE_NAME(server_case_, __LINE__)(cx);                                                     \
        server_testing_stop(cx);                                                                   \
    }                                                                                              \
    static void CASE_NAME(on_pg_, __LINE__)(Cx * cx)                                               \
    {                                                                                              \
        server_testing_start(cx, true);                                                            \
        CASE_NAME(server_case_, __LINE__)(cx);                                                     \
        server_testing_stop(cx);                                                                   \
    }                                                                                              \
    __attribute__((constructor)) static void CASE_NAME(register_server_, __LINE__)(void)           \
    {                                                                                              \
        test_register(__FILE__, __LINE__, name, CASE_NAME(on_sqlite_, __LINE__));                  \
        if (store_testing_has_pg())                                                                \
            test_register(__FILE__, __LINE__, name " (PostgreSQL)", CASE_NAME(on_pg_, __LINE__));  \
    }                                                                                              \
    static void CASE_NAME(server_case_, __LINE__)(__attribute__((unused)) Cx * cx)

#endif
