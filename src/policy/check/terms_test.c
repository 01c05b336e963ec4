#include "policy/check/terms.h"

#include "base/money.h"
#include "policy/pack/pack_parts.h"
#include "policy/pack/role.h"
#include "tests/test.h"

#include <string.h>

#define FOLDER "packs/lu-2022-26"
#define TABLES                                                                                     \
    "{\"key_counties\":[\"370124\"],\"region_class\":{\"3701\":\"east\",\"3702\":\"west\","        \
    "\"370202\":\"middle\"}}"

static Terms given(Cx *cx, const Pack *pack, const char *tables, const char *county)
{
    Tables t;
    Terms terms;
    EXPECT_OK(check_read_batch(cx, &t, pack, tables, strlen(tables)));
    EXPECT_OK(terms_of(cx, &terms, pack, &t, county));
    return terms;
}

static void expect_terms(Cx *cx, const Pack *pack)
{
    Terms key = given(cx, pack, TABLES, "370124"), closed = given(cx, pack, TABLES, "370102");
    EXPECT_TEXT(key.area, "370124");
    EXPECT_INT(key.places, 1);
    EXPECT_INT(key.subsidy, 5000 * FEN_PER_WAN);
    EXPECT_TEXT(key.tier, "重点县");
    EXPECT(closed.area == NULL && closed.missing == NULL);
    EXPECT_INT(closed.subsidy, 2000 * FEN_PER_WAN);
    Terms open = given(cx, pack, TABLES, "370202"), west = given(cx, pack, TABLES, "370203");
    EXPECT_TEXT(open.area, "3702");
    EXPECT_TEXT(open.basis, "一.3");
    EXPECT_INT(open.subsidy, 2500 * FEN_PER_WAN);
    EXPECT_TEXT(west.tier, "西部");
    /* what the tables do not say is neither a place nor a sum */
    Terms none = given(cx, pack, "{}", "370202");
    EXPECT(none.area == NULL);
    EXPECT_INT(none.subsidy, UNSET);
    EXPECT_TEXT(none.missing, "batch:/key_counties");
}

CASE("whose places a county's zones use, how many, and the sum: by the decisions of the pack")
{
    const Pack *pack;
    EXPECT_OK(pack_load(cx, &pack, FOLDER));
    expect_terms(cx, pack);
    EXPECT_TEXT(given(cx, pack, TABLES, "370124").clause, "一.3/s1");
}

/* A version in force from before a pack could claim a role. */
CASE("a pack that claims no role of a rule says the same by its former names")
{
    const Pack *pack;
    PackFile files[2] = { { .path = "rules/rules.dmn" }, { .path = "pack.json" } };
    static const char *const SAID[] = { " role=\"quota.county\"", " role=\"quota.city\"",
                                        "<tj:decision role=\"subsidy\"/>",
                                        "\"role\": \"share.integrated\",",
                                        "\"role\": \"least.villages\"," };
    for (size_t i = 0; i < COUNT(files); i++) {
        char *text = arena_text(
            cx->arena, test_read(cx, arena_format(cx->arena, FOLDER "/%s", files[i].path), NULL));
        for (size_t k = 0; k < COUNT(SAID); k++) {
            char *at = strstr(text, SAID[k]);
            if (at)
                memset(at, ' ', strlen(SAID[k]));
        }
        files[i].bytes = text;
        files[i].length = strlen(text);
    }
    EXPECT_OK(pack_load_from(cx, &pack, &(PackSource){ FOLDER, files, COUNT(files) }));
    EXPECT(pack_claim(pack, "share.integrated"));
    expect_terms(cx, pack);
}
