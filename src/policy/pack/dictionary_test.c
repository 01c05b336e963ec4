#include "policy/pack/dictionary.h"
#include "policy/pack/dossier.h"
#include "tests/test.h"

#include <string.h>

#define PACK "packs/lu-2022-26"

static Dictionary read_file(Cx *cx, const char *path)
{
    Dictionary d;
    size_t length;
    const char *bytes = test_read(cx, path, &length);
    EXPECT_OK(dictionary_read(cx, &d, bytes, length));
    return d;
}

static Err read_text(Cx *cx, const char *json)
{
    Dictionary d;
    return dictionary_read(cx, &d, json, strlen(json));
}

/* The document is of the contract, or fails with this pointer. */
static void expect_document(Cx *cx, const Dictionary *d, const char *json, const char *pointer)
{
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, json, strlen(json), &JSON_LIMITS));
    if (pointer)
        EXPECT_FAIL(field_check(cx, d->fields, j), INVALID, pointer);
    else
        EXPECT_OK(field_check(cx, d->fields, j));
}

CASE("the dictionary of the pack has the program's shape and all its texts")
{
    Findings f = { 0 };
    Dictionary dossier = read_file(cx, PACK "/dictionary/dossier.json");
    Dictionary batch = read_file(cx, PACK "/dictionary/batch.json");
    dossier_prove(cx, &f, &dossier);
    dictionary_prove(cx, &f, "batch", &batch, BATCH_FIELDS);
    for (size_t i = 0; i < f.count; i++)
        print_message("%s %s: %s\n", f.items[i].file, f.items[i].at, f.items[i].en);
    EXPECT_INT(f.count, 0);
}

CASE("a dictionary that differs from the program is found out")
{
    Findings f = { 0 };
    Dictionary d;
    const char *json =
        "{\"fields\":[{\"key\":\"zone\",\"type\":\"text\",\"zh\":\"推进区\",\"en\":\"\","
        "\"required\":true,\"min\":1,\"max\":99}]}";
    EXPECT_OK(dictionary_read(cx, &d, json, strlen(json)));
    dictionary_prove(cx, &f, "d", &d, DOSSIER_COMMON);
    EXPECT_TEXT(f.items[0].at, "/zone");
    EXPECT(strstr(f.items[0].zh, "限值") != NULL);
    EXPECT_TEXT(f.items[1].at, "/county");
    EXPECT_TEXT(f.items[f.count - 3].en, "the label lacks English");
}

CASE("what a dictionary cannot say is refused with its place")
{
    EXPECT_FAIL(read_text(cx, "{}"), INVALID, "/fields");
    EXPECT_FAIL(read_text(cx, "{\"fields\":[{\"type\":\"text\"}]}"), INVALID, "/fields/0/key");
    EXPECT_FAIL(read_text(cx, "{\"fields\":[{\"key\":\"a\",\"type\":\"blob\"}]}"), INVALID,
                "/fields/0/type");
    EXPECT_FAIL(read_text(cx, "{\"fields\":[{\"key\":\"a\",\"type\":\"enum\"}]}"), INVALID,
                "/fields/0");
    EXPECT_FAIL(
        read_text(cx, "{\"fields\":[{\"key\":\"a\",\"type\":\"text\",\"pattern\":\"[a-z]\"}]}"),
        INVALID, "/fields/0/pattern");
}

CASE("a dossier is of the contract or is refused with its pointer")
{
    Dictionary d = read_file(cx, PACK "/dictionary/dossier.json");
#define ZONE "\"zone\":\"z\",\"county\":\"370124\""
    expect_document(cx, &d, "{" ZONE "}", NULL);
    expect_document(cx, &d, "{\"zone\":\"z\"}", "/county");
    expect_document(cx, &d, "{\"zone\":\"\",\"county\":\"370124\"}", "/zone");
    expect_document(cx, &d, "{\"zone\":\"z\",\"county\":\"37012\"}", "/county");
    expect_document(cx, &d, "{" ZONE ",\"extra\":1}", "/extra");
    expect_document(cx, &d, "{" ZONE ",\"villages\":[{}]}", "/villages/0/code");
    expect_document(cx, &d,
                    "{" ZONE ",\"villages\":[{\"code\":\"370124103201\"},"
                    "{\"code\":\"370124103201\"}]}",
                    "/villages/1/code");
    expect_document(cx, &d, "{" ZONE ",\"contiguous\":null}", NULL);
    expect_document(cx, &d, "{" ZONE ",\"contiguous\":1}", "/contiguous");
    expect_document(cx, &d, "{" ZONE ",\"organisation\":{\"stationed_villages\":7.0}}",
                    "/organisation/stationed_villages");
    expect_document(cx, &d, "{" ZONE ",\"plan\":{\"start\":\"2023-02-29\"}}", "/plan/start");
    expect_document(cx, &d, "{" ZONE ",\"plan\":{\"start\":\"1899-12-31\"}}", "/plan/start");
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{}]}}", "/funds/social/0/amount");
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":null}]}}", NULL);
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":\"-1\"}]}}",
                    "/funds/social/0/amount");
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":0.1234567}]}}",
                    "/funds/social/0/amount");
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":1e3}]}}", NULL);
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":1e12}]}}", NULL);
    expect_document(cx, &d, "{" ZONE ",\"funds\":{\"social\":[{\"amount\":1.0000001e12}]}}",
                    "/funds/social/0/amount");
    expect_document(cx, &d, "{" ZONE ",\"exceptions\":{\"V1\":null}}", "/exceptions/V1");
    expect_document(cx, &d, "{" ZONE ",\"exceptions\":{\"V1\":\"因为\"}}", NULL);
    expect_document(cx, &d, "[]", "");
#undef ZONE
}

CASE("the tables of a batch are of the contract or are refused with their pointer")
{
    Dictionary d = read_file(cx, PACK "/dictionary/batch.json");
    expect_document(cx, &d, "{}", NULL);
    expect_document(cx, &d, "{\"region_class\":{\"3701\":\"east\",\"370124\":\"west\"}}", NULL);
    expect_document(cx, &d, "{\"region_class\":{\"37012\":\"east\"}}", "/region_class/37012");
    expect_document(cx, &d, "{\"region_class\":{\"3701\":\"north\"}}", "/region_class/3701");
    expect_document(cx, &d, "{\"region_class\":{\"3701\":null}}", "/region_class/3701");
    expect_document(cx, &d, "{\"key_counties\":[null]}", "/key_counties/0");
    expect_document(cx, &d, "{\"forbidden_uses\":{\"social\":null}}", "/forbidden_uses/social");
    expect_document(cx, &d, "{\"forbidden_uses\":null}", NULL);
    expect_document(cx, &d, "{\"recommended\":[{\"zone\":\"\",\"county\":\"370124\"}]}", NULL);
    expect_document(cx, &d, "{\"arranged_areas\":[{\"programme\":\"pastoral_complex\"}]}",
                    "/arranged_areas/0/villages");
}

CASE("a pointer leads to its field and to the item that has a name")
{
    Dictionary d = read_file(cx, PACK "/dictionary/dossier.json");
    const char *json = "{\"plan\":{\"projects\":[{\"id\":\"P1\",\"name\":\" \"},"
                       "{\"id\":\"P2\",\"name\":\"基地\",\"funds\":[{}]}]}}";
    const Json *j;
    PointerPlace place;
    EXPECT_OK(json_parse(cx, &j, json, strlen(json), &JSON_LIMITS));
    EXPECT(dictionary_place(cx, &place, d.fields, j, "/plan/projects/1/funds/0/level"));
    EXPECT_TEXT(place.field->zh, "级次");
    EXPECT_TEXT(dictionary_item_name(place.list, place.item), "基地");
    EXPECT(dictionary_place(cx, &place, d.fields, j, "/plan/projects/0/area"));
    EXPECT_TEXT(dictionary_item_name(place.list, place.item), "P1");
    EXPECT(dictionary_place(cx, &place, d.fields, NULL, "/plan/meeting"));
    EXPECT_TEXT(place.field->en, "Executive meeting");
    EXPECT(!dictionary_place(cx, &place, d.fields, j, "/plan/projets"));
}

/* What dossier_prove says of the pack's dictionary with one text in it replaced. */
static const char *said_of(Cx *cx, const char *from, const char *to, const char **at)
{
    Findings f = { 0 };
    Dictionary d;
    const char *text = test_read(cx, PACK "/dictionary/dossier.json", NULL);
    const char *spot = strstr(text, from);
    EXPECT(spot);
    text = arena_format(cx->arena, "%.*s%s%s", (int)(spot - text), text, to, spot + strlen(from));
    EXPECT_OK(dictionary_read(cx, &d, text, strlen(text)));
    dossier_prove(cx, &f, &d);
    *at = f.count ? f.items[0].at : "";
    return f.count ? f.items[0].en : "nothing";
}

#define FIELD(key, type, more)                                                                     \
    "{\"key\":\"" key "\",\"type\":\"" type "\",\"zh\":\"" key "\",\"en\":\"" key "\","            \
    "\"help\":{\"zh\":\"x\",\"en\":\"x\"}" more "}"
#define EXCEPTIONS "{\n   \"key\": \"exceptions\""
#define PART       ",\"part\":\"basic\""

CASE("a dictionary without a common field, or with what no page can show, is refused by name")
{
    static const struct {
        const char *from, *to, *at, *en;
    } TABLE[] = {
        { "\"key\": \"county\"", "\"key\": \"district\"", "/county", "the field is missing" },
        { "\"key\": \"code\"", "\"key\": \"codex\"", "/villages/code", "the field is missing" },
        { "\"key\": \"source\"", "\"key\": \"origin\"", "/plan/projects/funds/source",
          "the field is missing" },
        { "\"key\": \"integrated\",\n", "\"key\": \"merged\",\n", "/funds/integrated",
          "the field is missing" },
        { EXCEPTIONS, FIELD("m", "map", PART) "," EXCEPTIONS, "/m", "no fields of the types" },
        { EXCEPTIONS, FIELD("l", "link", PART) "," EXCEPTIONS, "/l", "no fields of the types" },
        { EXCEPTIONS, FIELD("i", "instant", PART) "," EXCEPTIONS, "/i", "no fields of the types" },
        { EXCEPTIONS,
          FIELD("t", "list", PART ",\"fields\":[" FIELD("n", "text", "") "]") "," EXCEPTIONS, "/t",
          "unique and required" },
        { EXCEPTIONS,
          FIELD("o", "object",
                PART ",\"fields\":[" FIELD(
                    "t", "list",
                    ",\"fields\":[" FIELD(
                        "n", "text", ",\"unique\":true,\"required\":true") "]") "]") "," EXCEPTIONS,
          "/o/t", "at the top" },
        { EXCEPTIONS, FIELD("n", "text", "") "," EXCEPTIONS, "/n", "names no part" },
        { EXCEPTIONS, FIELD("n", "text", ",\"part\":\"moon\"") "," EXCEPTIONS, "/n",
          "there is no part moon" },
        { "\"parts\": [", "\"parts\": [{\"key\":\"moon\",\"zh\":\"月\",\"en\":\"Moon\"},",
          "/parts/0", "no field stands in the part" },
        { "\"en\": \"Basics\"", "\"en\": \"\"", "/parts/0", "lacks its name" },
        { "{count:/villages}", "{count:/moons}", "/paper", "/moons is not in the dictionary" },
        { "{term}", "{moon}", "/paper", "there is no name {moon}" },
        { "\"parts\": [", "\"pages\": [", "/parts", "are missing" },
    };
    for (size_t i = 0; i < COUNT(TABLE); i++) {
        const char *at, *en = said_of(cx, TABLE[i].from, TABLE[i].to, &at);
        if (strcmp(at, TABLE[i].at) != 0 || !strstr(en, TABLE[i].en))
            print_error("%zu: %s: %s\n", i, at, en);
        EXPECT_TEXT(at, TABLE[i].at);
        EXPECT(strstr(en, TABLE[i].en) != NULL);
    }
}

/* The pack's own dictionary as it was before packs said what is printed. */
static Dictionary former(Cx *cx, const char *instead_of, const char *with)
{
    Dictionary d;
    const char *text = test_read(cx, PACK "/dictionary/dossier.json", NULL);
    const char *parts = strstr(text, " \"parts\": ["), *fields = strstr(text, " \"fields\": [");
    EXPECT(parts && fields && parts < fields);
    text = arena_format(cx->arena, "%.*s%s", (int)(parts - text), text, fields);
    const char *spot = strstr(text, instead_of);
    EXPECT(spot);
    text = arena_format(cx->arena, "%.*s%s%s", (int)(spot - text), text, with,
                        spot + strlen(instead_of));
    EXPECT_OK(dictionary_read(cx, &d, text, strlen(text)));
    return d;
}

CASE("a pack in force before packs said what is printed prints what was printed then")
{
    const Json *paper;
    Dictionary d = former(cx, "", "");
    EXPECT_OK(dossier_paper(cx, &paper, &d));
    EXPECT(paper && json_get(paper, "annexes")->count == 5);
    EXPECT(json_get(paper, "report")->count > 10);
    /* one that lacks what is spoken of, and one that says parts and no paper, print plainly */
    d = former(cx, "\"key\": \"sustainability\"", "\"key\": \"lasting\"");
    EXPECT_OK(dossier_paper(cx, &paper, &d));
    EXPECT(paper == NULL);
    d = former(cx, " \"fields\": [", " \"parts\": [], \"fields\": [");
    EXPECT_OK(dossier_paper(cx, &paper, &d));
    EXPECT(paper == NULL);
    d = read_file(cx, PACK "/dictionary/dossier.json");
    EXPECT_OK(dossier_paper(cx, &paper, &d));
    EXPECT(paper == json_get(d.json, "paper"));
}
