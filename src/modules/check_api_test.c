#include "core/process/pack_store.h"
#include "modules/server_testing.h"
#include "tests/test.h"

#define ZONE "{\"zone\":\"样例\",\"county\":\"370683\",\"contiguous\":true}"

static void given_pack(Cx *cx)
{
    const char *hash;
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(pack_store_add(cx, &hash, "packs/lu-2022-26"));
    EXPECT_OK(store_commit(cx));
}

SERVER_CASE("a check over HTTP speaks the contract, for whoever has signed in")
{
    server_table(cx, (const Ask[]){ { "POST", "/api/check", ZONE, "county", 404 }, { NULL } });
    given_pack(cx);
    server_table(
        cx,
        (const Ask[]){
            { "POST", "/api/check", ZONE, "guest", 401 },
            { "POST", "/api/check", ZONE, "county", 200 },
            { "POST", "/api/check", "{\"dossier\":" ZONE "}", "province", 200 },
            { "POST", "/api/check", "{\"zone\":\"z\"}", "county", 422 },
            { "POST", "/api/check", "{\"dossier\":" ZONE ",\"batch\":{\"x\":1}}", "county", 422 },
            { "POST", "/api/check", "{\"dossier\":" ZONE ",\"pack\":\"none\"}", "county", 404 },
            { NULL } });
}

SERVER_CASE("a check over HTTP is decided with the tables that it brings")
{
    given_pack(cx);
    Answer a = server_ask(cx, "county", "POST", "/api/check", "{\"dossier\":" ZONE "}");
    EXPECT_TEXT(json_at(a.json, "/results/0/missing/0")->text, "batch:/key_counties");
    EXPECT_TEXT(json_at(a.json, "/results/16/status")->text, "met");
    a = server_ask(cx, "county", "POST", "/api/check",
                   "{\"dossier\":" ZONE ",\"batch\":{\"key_counties\":[\"370682\"]}}");
    EXPECT_TEXT(json_at(a.json, "/results/2/status")->text, "not_met");
}
