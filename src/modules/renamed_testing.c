#include "modules/renamed_testing.h"

#include "base/file.h"
#include "core/process/pack_store.h"
#include "tests/test.h"

#include <string.h>

#define PACK "packs/lu-2022-26"
#define MARK "k_"

/* The case that asked for it. */
static size_t renamed_in;
static size_t undefended_in;
static size_t own_parts_in;

void testing_rename(void)
{
    renamed_in = test_case();
}

void testing_undefended(void)
{
    undefended_in = test_case();
}

void testing_own_parts(void)
{
    own_parts_in = test_case();
}

const char *testing_key(Cx *cx, const char *key)
{
    return renamed_in == test_case() ? arena_format(cx->arena, MARK "%s", key) : key;
}

/* What stands before a name: from the first `from` of the file on, `before` opens one name, or with
 * list set each text up to the closing bracket. */
typedef struct NameSpot {
    const char *file;
    const char *from;
    const char *before;
    bool list;
} NameSpot;

static const NameSpot SPOTS[] = {
    { "process.json", "\"processes\"", "\"key\": \"", false },
    { "process.json", "\"processes\"", "\"forward\": \"", false },
    { "process.json", "\"processes\"", "\"back\": [", true },
    { "process.json", "\"processes\"", "\"reject\": [", true },
    { "process.json", "\"processes\"", "\"not_by\": [", true },
    { "process.json", "", "\"rule\": \"", false },
    { "pack.json", "", "\"rule\": \"", false },
    { "pack.json", "", "\"decision\": \"", false },
    { "pack.json", "\"simulation\"", "\"tier\": \"", false },
    { "rubric.json", "", "\"rules\": [", true },
    { "rules/rules.dmn", "", "<decision id=\"", false },
    { "rules/rules.dmn", "", "requiredDecision href=\"#", false },
};

static const char *mark_list(Buf *b, const char *at)
{
    const char *end = strchr(at, ']');
    bool opens = true;
    for (; at < end; at++) {
        buf_add_n(b, at, 1);
        if (*at == '"' && opens)
            buf_add(b, MARK);
        opens ^= *at == '"';
    }
    return end;
}

static const char *marked(Cx *cx, const char *text, const NameSpot *p)
{
    Buf b = BUF(cx);
    const char *rest = strstr(text, p->from), *at;
    EXPECT(rest);
    buf_add_n(&b, text, (size_t)(rest - text));
    while ((at = strstr(rest, p->before))) {
        at += strlen(p->before);
        buf_add_n(&b, rest, (size_t)(at - rest));
        rest = at;
        if (p->list)
            rest = mark_list(&b, at);
        else
            buf_add(&b, MARK);
    }
    buf_add(&b, rest);
    return buf_text(&b);
}

/* The texts of rules stand under their ids, one a line at this depth. */
static const char *texts_marked(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    const char *rest = strstr(text, "\"rules\""), *at;
    EXPECT(rest);
    buf_add_n(&b, text, (size_t)(rest - text));
    while ((at = strstr(rest, "\n  \""))) {
        at += 4;
        buf_add_n(&b, rest, (size_t)(at - rest));
        buf_add(&b, MARK);
        rest = at;
    }
    buf_add(&b, rest);
    return buf_text(&b);
}

PackSource testing_renamed(Cx *cx)
{
    static const char *const FILES[] = { "process.json", "pack.json", "rubric.json",
                                         "rules/rules.dmn", "texts/rules.json" };
    PackFile *files = NEW_N(cx, PackFile, COUNT(FILES));
    for (size_t i = 0; i < COUNT(FILES); i++) {
        const char *text = test_read(cx, arena_format(cx->arena, PACK "/%s", FILES[i]), NULL);
        for (size_t k = 0; k < COUNT(SPOTS); k++)
            if (strcmp(SPOTS[k].file, FILES[i]) == 0)
                text = marked(cx, text, &SPOTS[k]);
        if (strcmp(FILES[i], "texts/rules.json") == 0)
            text = texts_marked(cx, text);
        files[i] = (PackFile){ FILES[i], text, strlen(text) };
    }
    return (PackSource){ PACK, files, COUNT(FILES) };
}

/* The text without the object that holds the mark: from its opening bracket, the last one before
 * the mark at that depth, to its end, with the comma behind it or before it. */
static const char *without(Cx *cx, const char *text, const char *mark)
{
    const char *at = strstr(text, mark), *from = at, *to = at;
    EXPECT(at);
    for (int depth = 1; depth > 0;) {
        from--;
        depth += *from == '}' ? 1 : *from == '{' ? -1 : 0;
    }
    for (int depth = 1; depth > 0; to++)
        depth += *to == '{' ? 1 : *to == '}' ? -1 : 0;
    if (*to == ',')
        to++;
    else
        while (from[-1] == '\n' || from[-1] == ' ' || from[-1] == ',')
            from--;
    return arena_format(cx->arena, "%.*s%s", (int)(from - text), text, to);
}

static const char *instead(Cx *cx, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    EXPECT(at);
    return arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static PackSource undefended(Cx *cx)
{
    PackFile *files = NEW_N(cx, PackFile, 2);
    const char *process = test_read(cx, PACK "/process.json", NULL);
    process = without(cx, process, "\"role\": \"zone.defence\"");
    process = without(cx, process, "\"role\": \"selection.defence\"");
    process = without(cx, process, "\"name\": \"答辩已封存\"");
    process = instead(cx, process, "\"forward\": \"defence\"", "\"forward\": \"site\"");
    process = instead(cx, process, "\"forward\": \"defence\"", "\"forward\": \"site\"");
    const char *rubric = test_read(cx, PACK "/rubric.json", NULL);
    rubric = without(cx, rubric, "\"key\": \"defence\"");
    rubric = without(cx, rubric, "\"part\": \"defence\"");
    rubric = without(cx, rubric, "\"part\": \"defence\"");
    rubric = instead(cx, rubric, "\"weight\": 60", "\"weight\": 85");
    rubric = instead(cx, rubric, "\"paper\", \"defence\", \"site\"", "\"paper\", \"site\"");
    files[0] = (PackFile){ "process.json", process, strlen(process) };
    files[1] = (PackFile){ "rubric.json", rubric, strlen(rubric) };
    return (PackSource){ PACK, files, 2 };
}

/* --- parts of the pack's own --- */

#define HELP "\"help\":{\"zh\":\"样例\",\"en\":\"Sample\"}"

static const char OWN_PARTS[] =
    ",\n  {\"key\":\"training\",\"zh\":\"培训安排\",\"en\":\"Training\"},"
    "{\"key\":\"trainers\",\"zh\":\"师资\",\"en\":\"Trainers\"}";

static const char OWN_FIELDS[] =
    "{\"key\":\"training\",\"type\":\"object\",\"zh\":\"培训\",\"en\":\"Training\","
    "\"part\":\"training\"," HELP ",\"fields\":["
    "{\"key\":\"days\",\"type\":\"int\",\"zh\":\"天数\",\"en\":\"Days\",\"unit\":\"天\",\"min\":1,"
    "\"max\":365," HELP "},"
    "{\"key\":\"began_on\",\"type\":\"date\",\"zh\":\"开班日期\",\"en\":\"Began on\"," HELP "},"
    "{\"key\":\"budget\",\"type\":\"money\",\"zh\":\"预算\",\"en\":\"Budget\",\"unit\":"
    "\"万元\"," HELP "},"
    "{\"key\":\"free\",\"type\":\"bool\",\"zh\":\"免费\",\"en\":\"Free\"," HELP "},"
    "{\"key\":\"summary\",\"type\":\"text\",\"zh\":\"概述\",\"en\":\"Summary\",\"max\":40," HELP
    "}]},\n"
    "{\"key\":\"trainers\",\"type\":\"list\",\"zh\":\"师资\",\"en\":\"Trainers\","
    "\"part\":\"trainers\"," HELP ",\"fields\":["
    "{\"key\":\"number\",\"type\":\"text\",\"zh\":\"工号\",\"en\":\"Number\",\"required\":true,"
    "\"unique\":true,\"min\":1,\"max\":20," HELP "},"
    "{\"key\":\"name\",\"type\":\"text\",\"zh\":\"姓名\",\"en\":\"Name\",\"max\":40," HELP "},"
    "{\"key\":\"level\",\"type\":\"enum\",\"zh\":\"职称\",\"en\":\"Level\",\"options\":["
    "{\"key\":\"senior\",\"zh\":\"高级\",\"en\":\"Senior\"},{\"key\":\"middle\",\"zh\":\"中级\","
    "\"en\":\"Middle\"}]," HELP "},"
    "{\"key\":\"since\",\"type\":\"date\",\"zh\":\"聘任日期\",\"en\":\"Since\"," HELP "},"
    "{\"key\":\"hours\",\"type\":\"int\",\"zh\":\"课时\",\"en\":\"Hours\",\"min\":0,\"max\":"
    "9999," HELP "},"
    "{\"key\":\"fee\",\"type\":\"money\",\"zh\":\"课酬\",\"en\":\"Fee\",\"unit\":\"元\"," HELP "},"
    "{\"key\":\"local\",\"type\":\"bool\",\"zh\":\"本地\",\"en\":\"Local\"," HELP "},"
    "{\"key\":\"topics\",\"type\":\"list\",\"zh\":\"内容\",\"en\":\"Topics\",\"options\":["
    "{\"key\":\"farm\",\"zh\":\"种养\",\"en\":\"Farming\"},{\"key\":\"sale\",\"zh\":\"电商\","
    "\"en\":\"Online sale\"}]," HELP "}]},\n";

static const char OWN_RULE[] =
    "<decision id=\"X1\" name=\"X1 培训天数\">\n"
    "<extensionElements><tj:rule modality=\"must\" at=\"/training/days\"/></extensionElements>\n"
    "<variable name=\"X1 培训天数\"/>\n"
    "<informationRequirement><requiredInput href=\"#in-training\"/></informationRequirement>\n"
    "<informationRequirement><requiredInput href=\"#in-trainers\"/></informationRequirement>\n"
    "<authorityRequirement><requiredAuthority href=\"#clause-1.2.e\"/></authorityRequirement>\n"
    "<context><contextEntry><variable name=\"符合\"/><literalExpression><text>"
    "培训.天数 &gt;= 5 and (some t in 师资 satisfies t.课时 &gt;= 10)"
    "</text></literalExpression></contextEntry></context></decision>\n</definitions>\n";

static const char OWN_INPUTS[] = "<inputData id=\"in-training\" name=\"培训\"><variable "
                                 "name=\"培训\" typeRef=\"培训\"/></inputData>\n"
                                 "<inputData id=\"in-trainers\" name=\"师资\"><variable "
                                 "name=\"师资\" typeRef=\"师资\"/></inputData>\n";

static const char OWN_TEXTS[] = "\n  \"X1\": {\"zh\": \"培训天数\", \"en\": \"Days of training\","
                                " \"met\": {\"zh\": \"够\", \"en\": \"Enough\"}, \"not_met\": "
                                "{\"zh\": \"不够\", \"en\": \"Too few\"},"
                                " \"undetermined\": {\"zh\": \"未填\", \"en\": \"Open\"}}\n }\n}\n";

/* What stands from the mark to the end, replaced. */
static const char *ended(Cx *cx, const char *text, const char *from, const char *end)
{
    const char *at = strstr(text, from);
    EXPECT(at);
    return arena_format(cx->arena, "%.*s%s", (int)(at - text), text, end);
}

static const char *own_dictionary(Cx *cx)
{
    const char *text = test_read(cx, PACK "/dictionary/dossier.json", NULL);
    text = without(cx, text, "\"key\": \"opinions\", \"zh\"");
    text = without(cx, text, "\"key\": \"opinions\",\n");
    text = instead(cx, text, "\"/organisation\", \"/opinions\"", "\"/organisation\"");
    text = instead(cx, text, "{/opinions/meetings}，{/opinions/surveyed}（", "{/training}（");
    text = instead(cx, text, "\"/opinions/meetings\"", "\"/training/days\"");
    text = instead(cx, text, "\"/opinions/surveyed\"", "\"/training\"");
    text = instead(cx, text, "\n ],\n \"paper\"",
                   arena_format(cx->arena, "%s\n ],\n \"paper\"", OWN_PARTS));
    return instead(cx, text, "{\n   \"key\": \"exceptions\"",
                   arena_format(cx->arena, "%s{\n   \"key\": \"exceptions\"", OWN_FIELDS));
}

PackSource testing_own_source(Cx *cx)
{
    PackFile *files = NEW_N(cx, PackFile, 4);
    const char *rules = test_read(cx, PACK "/rules/rules.dmn", NULL);
    rules = instead(cx, rules,
                    "  <inputData id=\"in-opinions\" name=\"意见\"><variable name=\"意见\" "
                    "typeRef=\"意见\"/></inputData>\n",
                    OWN_INPUTS);
    rules = ended(cx, rules, "<decision id=\"P11\"", OWN_RULE);
    const char *texts =
        ended(cx, test_read(cx, PACK "/texts/rules.json", NULL), "\n  \"P11\"", OWN_TEXTS);
    const char *process =
        without(cx, test_read(cx, PACK "/process.json", NULL), "\"rule\": \"P11\"");
    process = instead(cx, process, "\"attachments\": [",
                      "\"attachments\": [{\"key\": \"training_plan\", \"zh\": \"培训方案\", "
                      "\"en\": \"Training plan\","
                      " \"behind\": \"/training\", \"rule\": \"X1\", \"date\": true},");
    const char *all[] = { "dictionary/dossier.json",
                          own_dictionary(cx),
                          "rules/rules.dmn",
                          rules,
                          "texts/rules.json",
                          texts,
                          "process.json",
                          process };
    for (size_t i = 0; i < 4; i++)
        files[i] = (PackFile){ all[2 * i], all[2 * i + 1], strlen(all[2 * i + 1]) };
    return (PackSource){ PACK, files, 4 };
}

Err testing_pack_add(Cx *cx, const char **hash)
{
    if (renamed_in != test_case() && undefended_in != test_case() && own_parts_in != test_case())
        return pack_store_add(cx, hash, PACK);
    PackSource source = renamed_in == test_case()     ? testing_renamed(cx)
                        : own_parts_in == test_case() ? testing_own_source(cx)
                                                      : undefended(cx);
    return pack_store_publish(cx, hash, &source);
}
