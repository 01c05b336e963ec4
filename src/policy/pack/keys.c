#include "policy/pack/keys.h"

#include <string.h>

#define FIELD_KEYS                                                                                 \
    "key zh en type unit min max pattern options link of fields help expects many absent long "    \
    "required unique given known mask blind seal filter sort sensitive search retired words rows " \
    "part"
#define STEP_KEYS                                                                                  \
    "key zh en role stage level organ organs seat who back reject forward clause by deadline "     \
    "deadline_days term remind_days joint not_by needs later edits does returns cc act guard"
#define CLAUSE_KEYS "id kind zh en systems children"

/* By file (a name that ends with / : those in the folder) and place: "/" begins at the top of the
 * file, "~" stands anywhere; # is an item of a list, * a key that the pack chooses. "*" as keys:
 * any. The first that fits holds. */
static const struct {
    const char *file, *at, *keys;
} SHAPES[] = {
    { "pack.json", "",
      "id version continues valid_from valid_to zh en language document issuers parameters rules "
      "simulation comparison" },
    { "pack.json", "/issuers/#", "zh en" },
    { "pack.json", "/parameters/#", "key zh en value unit clause role note" },
    { "pack.json", "/simulation", "amounts tier tiers" },
    { "pack.json", "/simulation/amounts/#", "decision zh en unit" },
    { "pack.json", "/simulation/tiers/#", "value zh en" },
    { "pack.json", "/comparison/#", "rule figure" },
    { "clauses.json", "", "clauses" },
    { "clauses.json", "~/clauses/#", CLAUSE_KEYS },
    { "clauses.json", "~/children/#", CLAUSE_KEYS },
    { "process.json", "", "levels organs seats stages attachments processes" },
    { "process.json", "/attachments/#", "key zh en number behind date rule" },
    { "process.json", "/levels/#", "key zh en" },
    { "process.json", "/organs/#", "key zh en" },
    { "process.json", "/seats/#", "key zh en" },
    { "process.json", "/stages/#", "key zh en" },
    { "process.json", "/processes/#", "subject rows facts steps ends" },
    { "process.json", "/processes/#/facts/#", "name type" },
    { "process.json", "/processes/#/steps/#", STEP_KEYS },
    { "process.json", "/processes/#/steps/#/act", "forward back" },
    { "process.json", "/processes/#/steps/#/act/forward", "zh en" },
    { "process.json", "/processes/#/steps/#/act/back", "zh en" },
    { "process.json", "/processes/#/steps/#/guard/#", "feel zh en" },
    { "process.json", "/processes/#/steps/#/needs", "rules attachments minutes" },
    { "process.json", "/processes/#/steps/#/term", "days months from extend" },
    { "process.json", "/processes/#/ends/#", "key zh en role who back good cc" },
    { "process.json", "~/cc/#", "level organs" },
    { "process.json", "~/does", "zh en" },
    { "process.json", "~/returns", "zh en" },
    { "rubric.json", "",
      "site total parts items extreme aggregate ranking defence panel outlier determination "
      "publication objection form sample step" },
    { "rubric.json", "/aggregate", "method trim least" },
    { "rubric.json", "/defence", "present answer" },
    { "rubric.json", "/determination", "budget places" },
    { "rubric.json", "/extreme", "high low reason_min zh en" },
    { "rubric.json", "/form/#", "key zh en clause" },
    { "rubric.json", "/items/#", "key zh en part max rules clause" },
    { "rubric.json", "/objection", "answer_days" },
    { "rubric.json", "/outlier", "expert sheet" },
    { "rubric.json", "/panel", "size fields substitutes reveal_hours" },
    { "rubric.json", "/panel/fields/#", "key zh en" },
    { "rubric.json", "/parts/#", "key zh en weight" },
    { "rubric.json", "/publication", "days working" },
    { "rubric.json", "/ranking", "ties" },
    { "rubric.json", "/site", "note_below" },
    { "indicators.json", "", "sample total items" },
    { "indicators.json", "/items/#", "key zh en weight better unit clause" },
    { "texts/", "", "rules undetermined mend" },
    { "texts/", "~/undetermined", "zh en" },
    { "texts/", "~/mend", "zh en" },
    { "texts/", "~/met", "zh en" },
    { "texts/", "~/not_met", "zh en" },
    { "texts/", "~/not_applicable", "zh en" },
    { "texts/", "/rules", "*" },
    { "texts/", "/rules/*", "zh en met not_met not_applicable undetermined mend at" },
    { "facts.json", "", "about facts" },
    { "facts.json", "/facts/#", "id register kind of over per month feel unit zh en basis" },
    { "facts.json", "/facts/#/unit", "zh en" },
    { "quality.json", "", "about checks" },
    { "quality.json", "/checks/#", "id register effect known field feel counts zh en basis" },
    { "quality.json", "/checks/#/counts/#", "name register same feel" },
    { "quality.json", "/checks/#/counts/#/same", "*" },
    { "registers/", "",
      "about noun zh en clause section place role actors process key name sort sum list fields "
      "publish attachments dated shared absent" },
    { "registers/", "/actors", "read write check decide reveal publish" },
    { "registers/", "/publish/#", "profile zh en fields person identity days most" },
    { "dictionary/", "", "document name zh en fields parts paper" },
    { "dictionary/", "/parts/#", "key zh en" },
    { "dictionary/", "/paper", "annexes omit report words" },
    { "dictionary/", "/paper/annexes/#", "zh of heads" },
    { "dictionary/", "/paper/annexes/#/heads", "*" },
    { "dictionary/", "/paper/report/#", "heading zh" },
    { "dictionary/", "/paper/words", "*" },
    { "dictionary/", "/paper/words/*", "said sentence open yes no of" },
    { "", "~/fields/#", FIELD_KEYS },
    { "", "~/expects", "field digits" },
    { "", "~/rows", "register code value batch" },
    { "", "~/options/#", "key zh en retired" },
    { "", "~/words/#", "key zh en" },
    { "", "~/help", "zh en" },
    { "", "~/note", "zh en" },
    { "", "~/sample", "zh en" },
};

typedef struct KeyProof {
    Cx *cx;
    Findings *findings;
    const char *file;
} KeyProof;

static bool fits_file(const char *shape, const char *file)
{
    size_t n = strlen(shape);
    bool folder = !n || shape[n - 1] == '/';
    return folder ? strncmp(shape, file, n) == 0 : strcmp(shape, file) == 0;
}

static bool fits_place(const char *shape, const char *place)
{
    if (*shape != '~')
        return strcmp(shape, place) == 0;
    size_t n = strlen(shape + 1), whole = strlen(place);
    return n <= whole && strcmp(shape + 1, place + whole - n) == 0;
}

/* NULL where the table has no such object. */
static const char *keys_at(const char *file, const char *place)
{
    for (size_t i = 0; i < COUNT(SHAPES); i++)
        if (fits_file(SHAPES[i].file, file) && fits_place(SHAPES[i].at, place))
            return SHAPES[i].keys;
    return NULL;
}

static bool is_among(const char *keys, const char *key)
{
    size_t n = strlen(key);
    for (const char *at = keys; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == n && strncmp(at, key, n) == 0)
            return true;
        at += word;
    }
    return false;
}

/* at: the pointer in this file; place: the same as the table writes it. */
static void prove(const KeyProof *p, const Json *json, const char *at, const char *place)
{
    Arena *a = p->cx->arena;
    if (json->type == J_ARRAY)
        for (size_t i = 0; i < json->count; i++)
            prove(p, json->items[i], json_pointer_at(p->cx, at, i), arena_format(a, "%s/#", place));
    if (json->type != J_OBJECT)
        return;
    const char *keys = keys_at(p->file, place);
    bool any = keys && strcmp(keys, "*") == 0;
    if (!keys)
        finding_add(p->cx, p->findings, p->file, at, "这里不应是对象%s", "no object stands here%s",
                    "");
    for (size_t i = 0; keys && i < json->count; i++) {
        const Json *below = json->items[i];
        const char *to = json_pointer(p->cx, at, below->key);
        if (!any && !is_among(keys, below->key))
            finding_add(p->cx, p->findings, p->file, to, "没有“%s”这个键；可用的有：%s",
                        "there is no key “%s”; there are: %s", below->key, keys);
        else
            prove(p, below, to, arena_format(a, "%s/%s", place, any ? "*" : below->key));
    }
}

void pack_prove_keys_of(Cx *cx, Findings *findings, const char *file, const Json *json)
{
    const KeyProof p = { cx, findings, file };
    prove(&p, json, "", "");
}

static void prove_file(Cx *cx, Findings *findings, const PackSource *source, const char *file)
{
    const char *bytes;
    size_t length;
    const Json *json;
    if (pack_file(cx, &bytes, &length, source, file) == OK &&
        json_parse(cx, &json, bytes, length, &JSON_LIMITS) == OK)
        pack_prove_keys_of(cx, findings, file, json);
}

void pack_prove_keys(Cx *cx, Findings *findings, const PackSource *source)
{
    static const char *const FOLDERS[] = { "", "registers", "dictionary", "texts" };
    for (size_t i = 0; i < COUNT(FOLDERS); i++) {
        const char **names;
        if (pack_names(cx, &names, source, FOLDERS[i], ".json") != OK)
            continue;
        for (; *names; names++)
            prove_file(cx, findings, source,
                       *FOLDERS[i] ? arena_format(cx->arena, "%s/%s", FOLDERS[i], *names) : *names);
    }
}
