#include "policy/prove/pack_prove.h"

#include "base/file.h"
#include "policy/pack/process_steps.h"
#include "tests/test.h"

#define FOLDER "packs/lu-2022-26"

static const char *const PARTS[] = {
    "pack.json",        "clauses.json",          "process.json",
    "rubric.json",      "indicators.json",       "dictionary/dossier.json",
    "texts/rules.json", "dictionary/batch.json", "rules/rules.dmn",
    "tests/base.json",  "tests/batch.json",      "tests/rules.test",
};

/* A copy of the pack in which the first `from` of one part is `to`. */
static const char *broken_pack(Cx *cx, const char *part, const char *from, const char *to)
{
    const char *folder = test_dir(cx);
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        size_t length;
        const char *text = test_read(cx, arena_format(cx->arena, FOLDER "/%s", PARTS[i]), &length);
        Buf b = BUF(cx);
        const char *at = strcmp(PARTS[i], part) == 0 ? strstr(text, from) : NULL;
        EXPECT(at || strcmp(PARTS[i], part) != 0);
        buf_add_n(&b, text, at ? (size_t)(at - text) : length);
        if (at)
            buf_format(&b, "%s%s", to, at + strlen(from));
        EXPECT_OK(file_write(cx, arena_format(cx->arena, "%s/%s", folder, PARTS[i]), buf_text(&b),
                             b.length));
    }
    return folder;
}

/* The proof of the broken copy has a finding in this part, at this place, with
 * these words. */
static void expect_finding(Cx *cx, const char *part, const char *from, const char *to,
                           const char *at, const char *words)
{
    Proof proof;
    bool found = false;
    EXPECT_OK(pack_prove(cx, &proof, &(PackSource){ .folder = broken_pack(cx, part, from, to) }));
    const Findings f = proof.findings;
    for (size_t i = 0; i < f.count; i++) {
        const Finding *x = &f.items[i];
        found = found || (strstr(x->at, at) && strstr(x->en, words) && *x->zh);
    }
    if (!found)
        for (size_t i = 0; i < f.count; i++)
            print_message("%s %s: %s\n", f.items[i].file, f.items[i].at, f.items[i].en);
    EXPECT(found);
}

CASE("the pack is proved: no finding, and its golden tests ran")
{
    Proof proof;
    EXPECT_OK(pack_prove(cx, &proof, &(PackSource){ .folder = FOLDER }));
    const Findings f = proof.findings;
    for (size_t i = 0; i < f.count; i++)
        print_message("%s %s: %s\n", f.items[i].file, f.items[i].at, f.items[i].en);
    EXPECT_INT(f.count, 0);
    EXPECT(proof.cases.count >= 50);
    EXPECT_FAIL(pack_prove(cx, &proof, &(PackSource){ .folder = "packs/none" }), NOT_FOUND, "pack");
}

CASE("a name that no dictionary knows is found")
{
    expect_finding(cx, "rules/rules.dmn", "v.村庄规划", "v.村规划", "V3", "村规划");
    expect_finding(cx, "rules/rules.dmn", "参数.规划期", "参数.规划年", "P1", "规划年");
    expect_finding(cx, "rules/rules.dmn", "<text>集中连片</text>", "<text>集中</text>", "V4",
                   "集中");
}

CASE("a rule that gives no yes or no is found")
{
    expect_finding(cx, "rules/rules.dmn", "<text>社会资本 &gt; 0</text>",
                   "<text>社会资本 + 1</text>", "F7", "true or false");
    expect_finding(cx, "rules/rules.dmn", "name=\"符合\"", "name=\"符 合\"", "Q1", "missing");
}

CASE("a rule without a clause, or with one that does not exist, is found")
{
    expect_finding(cx, "rules/rules.dmn",
                   "<authorityRequirement><requiredAuthority href=\"#clause-3.0\"/>"
                   "</authorityRequirement>",
                   "", "V1", "names no clause");
    expect_finding(cx, "rules/rules.dmn", "name=\"三.0\"", "name=\"三.9\"", "V1", "does not exist");
}

CASE("a clause without a rule is a statement, names its system, or is found")
{
    expect_finding(cx, "clauses.json", "\"二.3\",\n     \"kind\": \"system\"",
                   "\"二.3\",\n     \"kind\": \"rule\"", "二.3", "no rule");
    expect_finding(cx, "clauses.json", "\"id\": \"二.3\"", "\"id\": \"二.4\"", "二.4", "twice");
}

CASE("a figure of the comparison that names no rule, or stands twice, is found")
{
    expect_finding(cx, "pack.json", "\"figure\": \"social\", \"rule\": \"F7\"",
                   "\"figure\": \"social\", \"rule\": \"F9\"", "social", "no rule");
    expect_finding(cx, "pack.json", "\"figure\": \"social\"", "\"figure\": \"ratio\"", "ratio",
                   "twice");
}

CASE("a gap or an overlap in a table is found with a counter-example")
{
    expect_finding(cx, "rules/rules.dmn", "<inputEntry><text>\"西部\"</text></inputEntry>",
                   "<inputEntry><text>\"南部\"</text></inputEntry>", "档次定额", "西部");
    expect_finding(cx, "rules/rules.dmn", "<inputEntry><text>\"西部\"</text></inputEntry>",
                   "<inputEntry><text>\"西部\", \"东部\"</text></inputEntry>", "档次定额",
                   "rows 1 and 3");
}

CASE("types that cannot fit, and inputs that nothing reads, are found")
{
    expect_finding(cx, "rules/rules.dmn", "<text>驻村数 &gt;= 要求</text>",
                   "<text>驻村数 &gt;= \"要求\"</text>", "Q6", "number and string do not fit");
    expect_finding(cx, "rules/rules.dmn", "<text>substring(县, 1, 4)</text>",
                   "<text>substring(\"3701\", 1, 4)</text>", "市", "“县” is required and not used");
    expect_finding(cx, "rules/rules.dmn", "<knowledgeSource id=\"clause-1.2.b\"",
                   "<inputData id=\"in-exceptions\" name=\"例外\"/>"
                   "<knowledgeSource id=\"clause-1.2.b\"",
                   "例外", "no decision uses");
}

CASE("an if on what may be absent is a note, and no finding")
{
    Proof proof;
    bool found = false;
    EXPECT_OK(pack_prove(cx, &proof, &(PackSource){ .folder = FOLDER }));
    for (size_t i = 0; i < proof.notes.count; i++)
        found = found || (strstr(proof.notes.items[i].at, "区域类别") &&
                          strstr(proof.notes.items[i].en, "批次.区域类别 is absent"));
    EXPECT(found);
}

CASE("a dictionary that differs, and a text that lacks a language, are found")
{
    expect_finding(cx, "dictionary/dossier.json", "\"digits:6\"", "\"digits:7\"", "/county",
                   "limit");
    expect_finding(cx, "dictionary/batch.json", "\"Key counties\"", "\"\"", "/key_counties",
                   "English");
    expect_finding(cx, "texts/rules.json", "The villages lie together.", " ", "V4 met", "English");
    expect_finding(cx, "texts/rules.json", "{差额}", "{差值}", "F2", "unknown name");
}

CASE("a golden test that fails, and a file that cannot be read, are found")
{
    expect_finding(cx, "tests/rules.test", "expect F5 met", "expect F5 not_met", "", "F5");
    expect_finding(cx, "tests/rules.test", "set /", "put /", "", "cannot be read");
    expect_finding(cx, "process.json", "{", "[", "2:", "JSON");
    expect_finding(cx, "pack.json", "rules/rules.dmn", "rules/none.dmn", "", "cannot be read");
}

CASE("what a simulation counts must be decisions of the pack")
{
    expect_finding(cx, "pack.json", "\"decision\": \"fixed-sum\"", "\"decision\": \"nowhere\"",
                   "pack.json", "does not exist");
}

CASE("processes are proved: ways, ends, actors, guards, movers, each with its counter-example")
{
    static const struct {
        const char *from;
        const char *to;
        const char *at;
        const char *words;
    } ROWS[] = {
        { "\"forward\": \"submit\"", "\"forward\": \"city\"", "zone/submit",
          "fill → confirm → city" },
        { "\"forward\": \"confirm\"", "\"forward\": \"fill\"", "zone/fill", "fill → fill" },
        { "\"en\": \"Selected\", \"good\": true", "\"en\": \"Selected\"", "zone/fill", "not good" },
        { "\"back\": [\"fill\", \"confirm\"]", "\"back\": [\"fill\", \"site\"]", "zone/city",
          "returns to site" },
        { "\"reject\": [\"not_chosen\"]", "\"reject\": [\"not_selected\"]", "zone/not_chosen",
          "nothing leads to end" },
        { "\"level\": \"expert\"", "\"level\": \"village\"", "zone/review",
          "village · experts · handler" },
        { "\"by\": \"recommendation\"", "\"by\": \"nobody\"", "zone/choose", "moved by nobody" },
        { "\"clause\": \"四.3/s1\"", "\"clause\": \"九.9\"", "zone/confirm", "九.9" },
        { "\"minutes\": [\"meeting_minutes\"]", "\"minutes\": [\"moon\"]", "zone/submit",
          "needs moon" },
        { "\"feel\": \"已排序\"", "\"feel\": \"1 + 1\"", "selection/rank", "no yes or no" },
        { "\"feel\": \"已排序\"", "\"feel\": \"已拍序\"", "/processes/2/steps/5/guard/0",
          "guard of step rank" },
        { "\"feel\": \"已排序\"", "\"feel\": \"true\"", "selection/已排序", "nothing" },
        { "\"organs\": [\"government\"]", "\"organs\": []", "/processes/0/steps/2",
          "no organ that acts" },
        { "\"en\": \"County fills in\"", "\"en\": \"\"", "zone/fill", "lacks Chinese or English" },
    };
    for (size_t i = 0; i < COUNT(ROWS); i++)
        expect_finding(cx, "process.json", ROWS[i].from, ROWS[i].to, ROWS[i].at,
                       strcmp(ROWS[i].words, "nothing") == 0 ? "reads fact" : ROWS[i].words);
}

CASE("a role that nothing claims, two claim or nobody knows is refused by its name")
{
    expect_finding(cx, "process.json", "\"role\": \"selection.site\",", "", "selection.site",
                   "no step or end claims the role selection.site");
    expect_finding(cx, "process.json", "\"role\": \"zone.selected\",", "", "zone.selected",
                   "no step or end claims the role");
    expect_finding(cx, "process.json", "\"role\": \"selection.site\",",
                   "\"role\": \"selection.paper\",", "site", "claimed twice");
    expect_finding(cx, "process.json", "\"role\": \"selection.site\",",
                   "\"role\": \"selection.sight\",", "site", "does not exist");
    expect_finding(cx, "process.json", "\"role\": \"selection.site\",", "\"role\": \"zone.site\",",
                   "site", "is not for it");
    /* optional, but then nothing may be scored there */
    expect_finding(cx, "process.json", "\"role\": \"selection.defence\",", "", "defence",
                   "no step gives the scores of defence");
}

/* As packs were written before there were roles. */
CASE("a process that names no role claims them by its keys")
{
    const Process *processes;
    size_t count;
    const Json *json;
    Buf b = BUF(cx);
    const char *text = test_read(cx, FOLDER "/process.json", NULL), *at;
    while ((at = strstr(text, "\"role\": \""))) {
        buf_add_n(&b, text, (size_t)(at - text));
        text = strchr(at, ',') + 1;
    }
    buf_add(&b, text);
    EXPECT_OK(json_parse(cx, &json, b.at, b.length, &JSON_LIMITS));
    EXPECT_OK(process_read(cx, &processes, &count, json));
    EXPECT(count >= 3);
    for (const Role *r = PACK_ROLES; r->key; r++)
        if (r->kind <= ROLE_END)
            for (size_t i = 0; i < count; i++)
                if (role_of_subject(r, processes[i].subject))
                    EXPECT_TEXT(process_key(&processes[i], r->key), strchr(r->key, '.') + 1);
}

CASE("a fact that nobody gives is refused by its name, with those that are given")
{
    static const char FILE_NAME[] = "process.json";
    expect_finding(
        cx, FILE_NAME, "{\"name\": \"推荐数\", \"type\": \"number\"}",
        "{\"name\": \"推荐数\", \"type\": \"number\"}, {\"name\": \"月相\", \"type\": \"number\"}",
        "recommendation/月相", "未说明理由");
    expect_finding(cx, FILE_NAME, "{\"name\": \"推荐数\", \"type\": \"number\"}",
                   "{\"name\": \"推荐数\", \"type\": \"boolean\"}", "recommendation/推荐数",
                   "number");
    expect_finding(cx, FILE_NAME, "\"feel\": \"推荐数", "\"feel\": \"月相 + 推荐数", "",
                   "未说明理由、已截止");
}

CASE("the facts of the document are those of the program, each in its row")
{
    const char *text = test_read(cx, "docs/add-a-programme.md", NULL);
    size_t rows = 0, count = 0;
    for (const GivenFact *g = GIVEN_FACTS; g->subject; g++, count++) {
        const char *row = arena_format(cx->arena, "\n| %s | %s | %s | %s |", g->subject,
                                       g->fact.name, g->fact.type, g->en);
        if (!strstr(text, row))
            print_error("not in docs/add-a-programme.md:%s\n", row);
        EXPECT(strstr(text, row));
    }
    const char *at = strstr(text, "| Process | Fact |");
    const char *end = strstr(at, "\n\n");
    for (; at && at < end; at = strchr(at + 1, '\n'))
        rows++;
    EXPECT_INT(rows, count + 2); /* with the heading and the line below it */
}
