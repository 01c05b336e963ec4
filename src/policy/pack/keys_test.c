#include "policy/pack/keys.h"
#include "tests/test.h"

#include <string.h>

#define SLIP "requierd"

/* Where the pack chooses the keys. */
static bool is_map(const char *at)
{
    static const char *const MAPS[] = { "/rules", "/same", "/heads", "/paper/words" };
    size_t n = strlen(at);
    for (size_t i = 0; i < COUNT(MAPS); i++)
        if (n >= strlen(MAPS[i]) && strcmp(at + n - strlen(MAPS[i]), MAPS[i]) == 0)
            return true;
    return false;
}

static void plant(Cx *cx, Json *json)
{
    static Json slip = { .type = J_BOOL, .key = SLIP };
    for (size_t i = 0; i < json->count; i++)
        plant(cx, (Json *)(uintptr_t)json->items[i]);
    if (json->type != J_OBJECT)
        return;
    Json **items = NEW_N(cx, Json *, json->count + 1);
    for (size_t i = 0; i < json->count; i++)
        items[i] = (Json *)(uintptr_t)json->items[i];
    items[json->count] = &slip;
    json->items = items;
    json->count++;
}

static bool is_found(const Findings *f, const char *at)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->items[i].at, at) == 0 && strstr(f->items[i].zh, SLIP))
            return true;
    return false;
}

static int expect_all(Cx *cx, const Findings *f, const char *file, const Json *json, const char *at)
{
    int objects = json->type == J_OBJECT;
    const char *slip = json_pointer(cx, at, SLIP);
    if (objects && is_found(f, slip) == is_map(at))
        print_error("%s %s: not as it should be\n", file, at);
    EXPECT(!objects || is_found(f, slip) != is_map(at));
    for (size_t i = 0; i < json->count; i++)
        objects += expect_all(cx, f, file, json->items[i],
                              json->type == J_ARRAY ? json_pointer_at(cx, at, i)
                                                    : json_pointer(cx, at, json->items[i]->key));
    return objects;
}

static int sweep_file(Cx *cx, const PackSource *source, const char *file)
{
    const char *bytes;
    size_t length;
    const Json *json;
    Findings right = { 0 }, wrong = { 0 };
    EXPECT_OK(pack_file(cx, &bytes, &length, source, file));
    EXPECT_OK(json_parse(cx, &json, bytes, length, &JSON_LIMITS));
    pack_prove_keys_of(cx, &right, file, json);
    for (size_t i = 0; i < right.count; i++)
        print_error("%s %s: %s\n", right.items[i].file, right.items[i].at, right.items[i].en);
    EXPECT_INT(right.count, 0);
    plant(cx, (Json *)(uintptr_t)json);
    pack_prove_keys_of(cx, &wrong, file, json);
    return expect_all(cx, &wrong, file, json, "");
}

CASE("a misspelt key in any object of any file of a pack is found")
{
    static const char *const PACKS[] = { "packs/lu-2022-26", "tests/packs/cheng-2024" };
    static const char *const FOLDERS[] = { "", "registers", "dictionary", "texts" };
    int objects = 0;
    for (size_t p = 0; p < COUNT(PACKS); p++)
        for (size_t i = 0; i < COUNT(FOLDERS); i++) {
            const PackSource source = { .folder = PACKS[p] };
            const char **names;
            EXPECT_OK(pack_names(cx, &names, &source, FOLDERS[i], ".json"));
            for (; *names; names++)
                objects += sweep_file(
                    cx, &source,
                    *FOLDERS[i] ? arena_format(cx->arena, "%s/%s", FOLDERS[i], *names) : *names);
        }
    EXPECT(objects > 1000);
}
