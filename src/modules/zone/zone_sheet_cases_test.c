/* The workbooks that were once taken wrongly, each with what may become of it: the right values
 * and nothing else, or a fault. Driven from the list beside them. */
#include "base/file.h"
#include "base/money.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <stdio.h>
#include <string.h>

static const char FOLDER[] = "faults/sheets";

static bool listed(const Json *list, const char *word)
{
    for (size_t i = 0; !json_missing(list) && i < list->count; i++)
        if (strcmp(list->items[i]->text, word) == 0)
            return true;
    return false;
}

static const Json *row_of(const Json *answer, const char *id)
{
    const Json *rows = json_get(answer, "rows");
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(json_text(rows->items[i], "id", ""), id) == 0)
            return rows->items[i];
    return NULL;
}

/* "funds.social_": a member of a member. */
static const Json *value_at(const Json *row, const char *path)
{
    const char *dot = strchr(path, '.');
    char home[40];
    if (!row || !dot)
        return row ? json_get(row, path) : NULL;
    snprintf(home, sizeof home, "%.*s", (int)(dot - path), path);
    return json_get(json_get(row, home), dot + 1);
}

static bool is_right(const Json *value, const Json *wanted)
{
    Money a, b;
    return value && (json_same(value, wanted) ||
                     (wanted->type == J_TEXT && value->type == J_TEXT &&
                      money_parse(value->text, &a) && money_parse(wanted->text, &b) && a == b));
}

static bool rows_right(const Json *answer, const Json *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const Json *row = row_of(answer, wanted->items[i]->key);
        for (size_t k = 0; k < wanted->items[i]->count; k++) {
            const Json *value = wanted->items[i]->items[k];
            if (!is_right(value_at(row, value->key), value))
                return false;
        }
    }
    return true;
}

/* Only the projects that may be new are. */
static bool none_else(const Json *answer, const Json *before, const Json *ids)
{
    const Json *rows = json_get(answer, "rows");
    for (size_t i = 0; i < rows->count; i++) {
        const char *id = json_text(rows->items[i], "id", "");
        if (!row_of(before, id) && !json_missing(ids) && !listed(ids, id))
            return false;
    }
    return true;
}

static const char *part_of(Cx *cx, const char *part)
{
    return strcmp(part, "arranged") == 0 ? "/api/batches/1/arranged"
                                         : arena_format(cx->arena, "/api/zones/1/%s", part);
}

static void try_case(Cx *cx, const Json *c, const Json *before)
{
    const char *name = json_text(c, "file", ""), *part = json_text(c, "part", "");
    const char *as = strcmp(part, "arranged") == 0 ? "province" : "county", *bytes;
    size_t length;
    const char *path = test_shared(cx, arena_format(cx->arena, "%s/%s", FOLDER, name));
    EXPECT_OK(file_read(cx, &bytes, &length, path, 1 << 20));
    Answer a = server_post_file(cx, as, arena_format(cx->arena, "%s/check", part_of(cx, part)),
                                bytes, length);
    bool fault = a.status == 422 || json_int(a.json, "error_count", 0) > 0;
    bool right = !fault && a.status == 200 && rows_right(a.json, json_get(c, "right")) &&
                 none_else(a.json, before, json_get(c, "ids"));
    const Json *ok = json_get(c, "ok");
    if (fault ? !listed(ok, "error") : !(right && listed(ok, "right"))) {
        print_error("%s: %s\n%.1500s\n", name, fault ? "refused" : "taken wrongly", a.body);
        EXPECT(!"an outcome that the list does not allow");
    }
}

SERVER_CASE("workbooks that were taken wrongly are taken right, or refused by name")
{
    const char *path = test_shared(cx, "faults/sheets/cases.json"), *text;
    const Json *cases;
    size_t length;
    if (!path)
        return;
    testing_zone(cx);
    testing_dossier(cx, 1);
    EXPECT_OK(file_read(cx, &text, &length, path, 1 << 20));
    EXPECT_OK(json_parse(cx, &cases, text, length, &JSON_LIMITS));
    EXPECT(cases->count >= 22);
    Answer none = server_ask(cx, "county", "POST", "/api/zones/1/projects/check",
                             "{\"text\":\"编号\\t名称\\n\"}");
    EXPECT_INT(none.status, 200);
    for (size_t i = 0; i < cases->count; i++)
        try_case(cx, cases->items[i], none.json);
}
