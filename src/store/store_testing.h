/* A fresh store for every case, on every engine there is. Say once in a test file which schemas its
 * cases need (embedded noun.sql files, in the order of modules.def), then write
 *
 *     #include "store/store_testing.h"
 *     static const Schema SCHEMAS[] = { { "region", region_sql }, { "zone", zone_sql } };
 *     STORE_CASE("a zone is found by its code")
 *     {
 *         EXPECT_OK(zone_get(cx, …));
 *     }
 *
 * The block is run with cx->store open, migrated and outside a transaction: once on SQLite (files
 * in memory), and once more on PostgreSQL in a schema of its own where TUIJIN_TEST_PG holds a
 * connection string "host=… dbname=…" (tools/test-pg COMMAND starts one). Sealed fields go through
 * a toy seal ("sealed:" in front).
 */
#ifndef STORE_STORE_TESTING_H
#define STORE_STORE_TESTING_H

#include "store/store.h"

#include "tests/test.h"

/* The pool of the case, for further connections; and one more context with its own arena,
 * connection and the case's clock, for one thread. */
StorePool *store_testing_pool(void);
Cx store_testing_another(const Cx *cx);
void store_testing_drop(Cx *another);

/* Makes the n-th store call from now (begin, lock, statement, commit; on any connection of the
 * pool) fail with the code; 0 = no more. Whether it came to that is told by store_testing_failed.
 */
void store_testing_fail(int n, Err code);
bool store_testing_failed(void);
/* All rows of all tables but the one excepted, as text: equal texts, equal databases. */
const char *store_testing_dump(Cx *cx, const char *except);
const char *store_testing_digest(Cx *cx, const char *except); /* of the same, and cheaper */

/* Without schemas the caller makes the tables itself where store_testing_fresh says that there are
 * none, and then says store_testing_made: on SQLite all that is there by then is what later cases
 * without schemas begin with; on PostgreSQL the tables alone are. */
void store_testing_open(Cx *cx, bool pg, const Schema *schemas, size_t count);
bool store_testing_fresh(void);
void store_testing_made(Cx *cx);
void store_testing_close(Cx *cx);
bool store_testing_has_pg(void);

#define STORE_CASE(name)                                                                           \
    static void CASE_NAME(store_case_, __LINE__)(Cx * cx);                                         \
    static void CASE_NAME(on_sqlite_, __LINE__)(Cx * cx)                                           \
    {                                                                                              \
        store_testing_open(cx, false, SCHEMAS, COUNT(SCHEMAS));                                    \
        CASE_NAME(store_case_, __LINE__)(cx);                                                      \
        store_testing_close(cx);                                                                   \
    }                                                                                              \
    static void CASE_NAME(on_pg_, __LINE__)(Cx * cx)                                               \
    {                                                                                              \
        store_testing_open(cx, true, SCHEMAS, COUNT(SCHEMAS));                                     \
        CASE_NAME(store_case_, __LINE__)(cx);                                                      \
        store_testing_close(cx);                                                                   \
    }                                                                                              \
    __attribute__((constructor)) static void CASE_NAME(register_store_, __LINE__)(void)            \
    {                                                                                              \
        test_register(__FILE__, __LINE__, name, CASE_NAME(on_sqlite_, __LINE__));                  \
        if (store_testing_has_pg())                                                                \
            test_register(__FILE__, __LINE__, name " (PostgreSQL)", CASE_NAME(on_pg_, __LINE__));  \
    }                                                                                              \
    static void CASE_NAME(store_case_, __LINE__)(__attribute__((unused)) Cx * cx)

#endif
