#include "policy/pack/rubric.h"

#include "policy/prove/pack_prove.h"
#include "tests/test.h"

static const Rubric *given_rubric(Cx *cx)
{
    const Pack *pack;
    const Rubric *r;
    EXPECT_OK(pack_load(cx, &pack, "packs/lu-2022-26"));
    EXPECT_OK(rubric_read(cx, &r, pack->rubric));
    return r;
}

/* The findings of the pack with the first `from` of its rubric changed; the reader's failure too.
 */
static Findings findings_with(Cx *cx, const char *from, const char *to)
{
    size_t length;
    const Pack *pack;
    const Json *json;
    Findings found = { 0 };
    EXPECT_OK(pack_load(cx, &pack, "packs/lu-2022-26"));
    const char *text = test_read(cx, "packs/lu-2022-26/rubric.json", &length);
    const char *at = strstr(text, from);
    EXPECT(at != NULL);
    const char *changed =
        arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    EXPECT_OK(json_parse(cx, &json, changed, strlen(changed), &JSON_LIMITS));
    Pack copy = *pack;
    copy.rubric = json;
    rubric_prove(cx, &found, &copy);
    return found;
}

static void expect_finding(Cx *cx, const char *from, const char *to, const char *at)
{
    Findings f = findings_with(cx, from, to);
    bool found = false;
    for (size_t i = 0; i < f.count; i++)
        found = found || (strstr(f.items[i].at, at) && *f.items[i].zh && *f.items[i].en);
    if (!found)
        print_error("no finding at %s for %s\n", at, to);
    EXPECT(found);
}

CASE("the rubric is read in hundredths of a point, its limits exact")
{
    const Rubric *r = given_rubric(cx);
    EXPECT_INT(r->total, 10000);
    EXPECT_INT(r->step, 50);
    EXPECT(r->trimmed);
    EXPECT_INT(r->trim, 1);
    const RubricItem *item = rubric_item(r, "paper", "industry");
    EXPECT_INT(item->max, 2500);
    EXPECT_INT(item->low, 1000);
    EXPECT_INT(item->high, 2375);
    EXPECT_TEXT(item->rules[0], "I1");
    EXPECT(rubric_item(r, "defence", "industry") == NULL);
    EXPECT_INT(r->budget, 136000 * FEN_PER_WAN);
    EXPECT_TEXT(r->ties[3], "lot");
    EXPECT(*r->sample_zh);
}

CASE("a rubric whose sums, clauses, rules or limits do not fit is found out")
{
    expect_finding(cx, "\"weight\": 60", "\"weight\": 61", "/parts");
    expect_finding(cx, "\"max\": 25", "\"max\": 24", "paper");
    expect_finding(cx, "\"part\": \"site\"", "\"part\": \"moon\"", "true");
    expect_finding(cx, "\"三.1\"", "\"三.99\"", "industry");
    expect_finding(cx, "\"I2\"", "\"I9\"", "industry");
    expect_finding(cx, "\"key\": \"layout\"", "\"key\": \"industry\"", "industry");
    expect_finding(cx, "\"trim\": 1", "\"trim\": 3", "/aggregate/trim");
    expect_finding(cx, "\"least\": 3", "\"least\": 6", "/aggregate/least");
    expect_finding(cx, "\"low\": \"0.4\"", "\"low\": \"0.95\"", "industry");
    expect_finding(cx, "[\"paper\", \"defence\"", "[\"moon\", \"defence\"", "/ranking/ties");
    EXPECT_INT(findings_with(cx, "\"size\": 5", "\"size\": 5").count, 0);
}

CASE("a rubric without a key or with another type is refused with its pointer")
{
    expect_finding(cx, "\"high\": \"0.95\"", "\"high\": 0.95", "/extreme/high");
    expect_finding(cx, "\"step\": \"0.5\"", "\"step\": \"0.005\"", "/step");
    expect_finding(cx, "\"trimmed_mean\"", "\"median\"", "/aggregate/method");
    expect_finding(cx, "\"reveal_hours\": 24", "\"reveal_hours\": -1", "/panel/reveal_hours");
    expect_finding(cx, "\"en\": \"Planning\"", "\"en\": \" \"", "/panel/fields/1/en");
    expect_finding(cx, "\"136000\"", "\"1e5\"", "/determination/budget");
    expect_finding(cx, "\"present\": 15", "\"present\": \"15\"", "/defence/present");
}
