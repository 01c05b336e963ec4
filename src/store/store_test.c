#include "store/store_testing.h"

static const char SQL[] = "-- version 1: a beginning\n"
                          "CREATE TABLE item(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,"
                          " amount INTEGER CONSTRAINT amount_range CHECK(amount >= 0), note TEXT,"
                          " data BLOB, version INTEGER NOT NULL DEFAULT 1);\n";
static const Schema SCHEMAS[] = { { "item", SQL } };

STORE_CASE("what was written is read again")
{
    EXPECT_OK(store_run(cx, "INSERT INTO item(code, amount) VALUES($1, $2)", ARGS(T("甲"), I(5))));
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT amount FROM item WHERE code = $1", ARGS(T("甲"))));
    EXPECT_INT(n, 5);
}
