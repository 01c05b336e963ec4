#include "store/store_testing.h"

static const char SQL[] =
    "-- version 1: animals\n"
    "CREATE TABLE animal(id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,\n"
    " price INTEGER, born INTEGER, tame INTEGER, phone TEXT, version INTEGER NOT NULL);\n";
static const Schema SCHEMAS[] = { { "animal", SQL } };

typedef struct Animal {
    int64_t id;
    const char *name;
    const char *kind;
    int64_t price;
    int64_t born;
    int64_t tame;
    const char *phone;
    const char *shout;
    int64_t version;
} Animal;

static const Option KINDS[] = { { "cat", "猫", "cat" }, { "dog", "狗", "dog" }, { NULL } };

#define AT(member) .offset = offsetof(Animal, member)
static const Field FIELDS[] = {
    { .key = "id", .type = FIELD_INT, AT(id), .flags = FIELD_READONLY | FIELD_SORT },
    { .key = "name", .type = FIELD_TEXT, AT(name), .flags = FIELD_FILTER | FIELD_SORT },
    { .key = "kind", .type = FIELD_ENUM, AT(kind), .flags = FIELD_FILTER, .options = KINDS },
    { .key = "price", .type = FIELD_MONEY, AT(price), .flags = FIELD_FILTER | FIELD_SORT },
    { .key = "born", .type = FIELD_DATE, AT(born), .flags = FIELD_FILTER },
    { .key = "tame", .type = FIELD_BOOL, AT(tame), .flags = FIELD_FILTER },
    { .key = "phone", .type = FIELD_TEXT, AT(phone), .flags = FIELD_SEALED },
    { .key = "shout", .type = FIELD_TEXT, AT(shout), .flags = FIELD_VIRTUAL },
    { .key = "version", .type = FIELD_INT, AT(version), .flags = FIELD_READONLY },
    FIELDS_END,
};

static const char SELECT_ONE[] = "SELECT * FROM animal WHERE id = $1";

static int64_t given(Cx *cx, const char *name, const char *kind, int64_t price)
{
    Animal a;
    int64_t id = 0;
    field_clear(&a, FIELDS);
    a.name = name;
    a.kind = kind;
    a.price = price;
    EXPECT_OK(store_insert(cx, &id, "animal", FIELDS, &a));
    return id;
}

STORE_CASE("a row goes in and out by its field table")
{
    Animal a, b;
    int64_t id;
    field_clear(&a, FIELDS);
    a.name = "阿黄";
    a.kind = "dog";
    a.price = 1234567;
    a.tame = 1;
    a.id = 999; /* the store gives ids */
    EXPECT_OK(store_insert(cx, &id, "animal", FIELDS, &a));
    EXPECT_OK(store_row(cx, &b, FIELDS, SELECT_ONE, ARGS(I(id))));
    EXPECT_INT(b.id, id);
    EXPECT_TEXT(b.name, "阿黄");
    EXPECT_INT(b.price, 1234567);
    EXPECT_INT(b.tame, 1);
    EXPECT_INT(b.version, 1);
    EXPECT(b.born == UNSET);
    EXPECT(!b.phone && !b.shout);
    EXPECT_FAIL(store_row(cx, &b, FIELDS, SELECT_ONE, ARGS(I(id + 1))), NOT_FOUND, "");
}

STORE_CASE("a virtual field is read from the select and never written")
{
    Animal a;
    int64_t id = given(cx, "Tom", "cat", 5);
    EXPECT_OK(store_row(cx, &a, FIELDS, "SELECT id, name || '!' AS shout FROM animal WHERE id = $1",
                        ARGS(I(id))));
    EXPECT_TEXT(a.shout, "Tom!");
    EXPECT(!a.name && a.price == UNSET);
}

STORE_CASE("a sealed text is opaque in its column and plain in its row")
{
    Animal a;
    int64_t id = given(cx, "Tom", "cat", 5);
    EXPECT_OK(store_row(cx, &a, FIELDS, SELECT_ONE, ARGS(I(id))));
    a.phone = "样例";
    EXPECT_OK(store_update(cx, "animal", FIELDS, &a, id, 1));
    const char *column;
    EXPECT_OK(store_text(cx, &column, "SELECT phone FROM animal", NO_ARGS));
    EXPECT_TEXT(column, "sealed:样例");
    EXPECT_OK(store_row(cx, &a, FIELDS, SELECT_ONE, ARGS(I(id))));
    EXPECT_TEXT(a.phone, "样例");
}

STORE_CASE("a sealed text that does not open ends no list and is not written over")
{
    Animal a;
    List list;
    const char *column;
    int64_t id = given(cx, "Tom", "cat", 5);
    given(cx, "Kater", "cat", 6);
    EXPECT_OK(store_run(cx, "UPDATE animal SET phone = 'damaged' WHERE id = $1", ARGS(I(id))));
    EXPECT_OK(store_list(cx, &list, FIELDS, sizeof(Animal), "SELECT * FROM animal", NO_ARGS));
    EXPECT_INT(list.count, 2);
    EXPECT_OK(store_row(cx, &a, FIELDS, SELECT_ONE, ARGS(I(id))));
    EXPECT(a.phone == FIELD_DAMAGED);
    EXPECT_TEXT(mask_text(cx, a.phone), FIELD_DAMAGED);
    a.price = 7;
    EXPECT_OK(store_update(cx, "animal", FIELDS, &a, id, 1));
    EXPECT_OK(store_text(cx, &column, "SELECT phone FROM animal WHERE id = $1", ARGS(I(id))));
    EXPECT_TEXT(column, "damaged");
    a.phone = "样例";
    EXPECT_OK(store_update(cx, "animal", FIELDS, &a, id, 2));
    EXPECT_OK(store_text(cx, &column, "SELECT phone FROM animal WHERE id = $1", ARGS(I(id))));
    EXPECT_TEXT(column, "sealed:样例");
}

STORE_CASE("an update needs the version that was read")
{
    Animal a;
    int64_t id = given(cx, "Tom", "cat", 5);
    EXPECT_OK(store_row(cx, &a, FIELDS, SELECT_ONE, ARGS(I(id))));
    a.price = 6;
    EXPECT_OK(store_update(cx, "animal", FIELDS, &a, id, a.version));
    a.price = 7;
    EXPECT_FAIL(store_update(cx, "animal", FIELDS, &a, id, a.version), STALE, "version");
    EXPECT_FAIL(store_update(cx, "animal", FIELDS, &a, id + 1, 1), NOT_FOUND, "");
    EXPECT_OK(store_row(cx, &a, FIELDS, SELECT_ONE, ARGS(I(id))));
    EXPECT_INT(a.price, 6);
    EXPECT_INT(a.version, 2);
}

STORE_CASE("a list holds all rows in the select's order")
{
    for (int i = 0; i < 100; i++)
        given(cx, arena_format(cx->arena, "%03d", i), "cat", i);
    List list;
    EXPECT_OK(store_list(cx, &list, FIELDS, sizeof(Animal),
                         "SELECT * FROM animal WHERE price >= $1 ORDER BY name DESC", ARGS(I(10))));
    const Animal *rows = list.rows;
    EXPECT_INT(list.count, 90);
    EXPECT_INT(list.total, 90);
    EXPECT_TEXT(rows[0].name, "099");
    EXPECT_TEXT(rows[89].name, "010");
    EXPECT_OK(store_list(cx, &list, FIELDS, sizeof(Animal), SELECT_ONE, ARGS(I(0))));
    EXPECT_INT(list.count, 0);
}

/* --- pages --- */

/* The territory of these cases: prices under $1. */
static const char UNDER[] = "SELECT id, name, kind, price, born, tame FROM animal WHERE price < $1";

static Err page(Cx *cx, List *list, const char *sort, bool descending, const char *const *filters)
{
    PageQuery query = { .sort = sort, .descending = descending, .filters = filters };
    return store_page(cx, list, FIELDS, sizeof(Animal), UNDER, ARGS(I(1000000000)), &query);
}

/* The names of the page's rows, with blanks between. */
static const char *names(Cx *cx, const List *list)
{
    Buf b = BUF(cx);
    for (size_t i = 0; i < list->count; i++)
        buf_format(&b, "%s%s", i ? " " : "", ((const Animal *)list->rows)[i].name);
    return buf_text(&b);
}

#define FILTERS(...) ((const char *const[]){ __VA_ARGS__, NULL })

STORE_CASE("a page is a part of the whole, and its total counts the whole")
{
    for (int i = 0; i < 45; i++)
        given(cx, arena_format(cx->arena, "%02d", i), "cat", i % 3);
    List list;
    PageQuery query = { .page = 3, .sort = "price" };
    EXPECT_OK(store_page(cx, &list, FIELDS, sizeof(Animal), UNDER, ARGS(I(2)), &query));
    EXPECT_INT(list.total, 30);
    EXPECT_INT(list.count, 0);
    query.page = 2;
    EXPECT_OK(store_page(cx, &list, FIELDS, sizeof(Animal), UNDER, ARGS(I(2)), &query));
    EXPECT_INT(list.count, 10);
    EXPECT_TEXT(names(cx, &list), "16 19 22 25 28 31 34 37 40 43");
    query = (PageQuery){ .size = 2 };
    EXPECT_OK(store_page(cx, &list, FIELDS, sizeof(Animal), UNDER, ARGS(I(2)), &query));
    EXPECT_TEXT(names(cx, &list), "00 01");
}

STORE_CASE("filters match parts of texts, options, amounts, dates and ranges")
{
    given(cx, "Tom 100%", "cat", 2000000);
    given(cx, "tomato", "dog", 3000000);
    given(cx, "a_b", "dog", 4000000);
    EXPECT_OK(
        store_run(cx, "UPDATE animal SET born = $1, tame = 1 WHERE name = 'a_b'", ARGS(I(18000))));
    List list;
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("name", "TOM")));
    EXPECT_TEXT(names(cx, &list), "Tom 100% tomato");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("name", "%")));
    EXPECT_TEXT(names(cx, &list), "Tom 100%");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("name", "_")));
    EXPECT_TEXT(names(cx, &list), "a_b");
    EXPECT_OK(page(cx, &list, "name", true, FILTERS("kind", "dog")));
    EXPECT_TEXT(names(cx, &list), "tomato a_b");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("price", "3")));
    EXPECT_TEXT(names(cx, &list), "tomato");
    EXPECT_OK(page(cx, &list, "price", true, FILTERS("price", "2.5..")));
    EXPECT_TEXT(names(cx, &list), "a_b tomato");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("born", "2019-01-01..2019-12-31")));
    EXPECT_TEXT(names(cx, &list), "a_b");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("tame", "true", "kind", "cat")));
    EXPECT_TEXT(names(cx, &list), "");
}

STORE_CASE("unknown values come last whichever way a page is sorted")
{
    given(cx, "b", "cat", 2);
    given(cx, "none", "cat", 0);
    given(cx, "a", "cat", 1);
    EXPECT_OK(store_run(cx, "UPDATE animal SET price = NULL WHERE name = 'none'", NO_ARGS));
    List list;
    static const char ALL[] = "SELECT id, name, price FROM animal";
    PageQuery query = { .sort = "price" };
    EXPECT_OK(store_page(cx, &list, FIELDS, sizeof(Animal), ALL, NO_ARGS, &query));
    EXPECT_TEXT(names(cx, &list), "a b none");
    query.descending = true;
    EXPECT_OK(store_page(cx, &list, FIELDS, sizeof(Animal), ALL, NO_ARGS, &query));
    EXPECT_TEXT(names(cx, &list), "b a none");
}

STORE_CASE("what the request may not name is refused, and nothing of it reaches the SQL")
{
    given(cx, "a", "cat", 1);
    List list;
    EXPECT_FAIL(page(cx, &list, "name; DROP TABLE animal", false, NULL), INVALID, "sort");
    EXPECT_FAIL(page(cx, &list, "kind", false, NULL), INVALID, "sort");
    EXPECT_TEXT(cx->failure.en, "cannot sort by “kind”; use one of: id, name, price");
    EXPECT_FAIL(page(cx, &list, NULL, false, FILTERS("phone", "1")), INVALID, "phone");
    EXPECT_TEXT(cx->failure.en,
                "cannot filter by “phone”; use one of: name, kind, price, born, tame");
    EXPECT_FAIL(page(cx, &list, NULL, false, FILTERS("kind", "bird")), INVALID, "kind");
    EXPECT_FAIL(page(cx, &list, NULL, false, FILTERS("price", "cheap")), INVALID, "price");
    EXPECT_FAIL(page(cx, &list, NULL, false, FILTERS("born", "2022-02-30..")), INVALID, "born");
    EXPECT_OK(page(cx, &list, NULL, false, FILTERS("name", "' OR 1=1 --")));
    EXPECT_INT(list.total, 0);
    PageQuery query = { .size = 201 };
    EXPECT_FAIL(store_page(cx, &list, FIELDS, sizeof(Animal), UNDER, ARGS(I(1)), &query), INVALID,
                "size");
    query = (PageQuery){ .page = -1 };
    EXPECT_FAIL(store_page(cx, &list, FIELDS, sizeof(Animal), UNDER, ARGS(I(1)), &query), INVALID,
                "page");
}
