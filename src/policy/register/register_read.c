/* A register's declaration: packs/<id>/registers/<noun>.json, its fields in the dictionary's form.
 *
 *     { "noun": "loan", "zh": "贷款", "en": "Loans", "clause": "四.1/s2", "place": "county",
 *       "actors": { "read": ["x.r", "x.f"], "write": ["c.r.h"], "check": ["c.f.k"] },
 *       "key": ["bank", "contract"], "name": "contract", "sort": "-lent_on", "sum": "amount",
 *       "list": ["bank", "contract", "borrower", "amount", "lent_on"],
 *       "fields": [ { "key": "bank", "zh": "放贷银行", "en": "Bank", "type": "text", … } ] }
 *
 * An actor is level.organ.seat: levels v t c y p, x = any; organs com gov r f d, * = any, d:water
 * the department with that duty; seats h k s, none = any. Everything is read before anything is
 * refused, so that the one who writes a pack sees all that is wrong at once.
 */
#include "policy/pack/dictionary.h"
#include "policy/pack/process_steps.h"
#include "policy/register/flow_read.h"
#include "policy/register/problem_role.h"
#include "policy/register/publish.h"
#include "store/dated.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

enum { ROW_SLOT = sizeof(int64_t), OWN_FIELDS = 28 };

/* A file that is being read. */
typedef struct RegisterReading {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const char *file;
    const Json *json;
    Register *r;
    Field *fields; /* of the row: ours before and behind the declared ones */
    size_t count;
} RegisterReading;

#define WRONG(q, at, ...) finding_add((q)->cx, (q)->findings, (q)->file, at, __VA_ARGS__)

static const Option ORIGINS[] = {
    { "typed", "录入", "Typed" },
    { "imported", "导入", "Imported" },
    { "generated", "生成", "Generated" },
    { .key = NULL },
};

/* --- actors --- */

static const char *const VERBS[REGISTER_VERBS] = { "read",   "write",  "check",
                                                   "decide", "reveal", "publish" };

static void read_actors(RegisterReading *q)
{
    const Json *all = json_get(q->json, "actors");
    for (size_t verb = 0; verb < REGISTER_VERBS; verb++) {
        const Json *list = json_get(all, VERBS[verb]);
        size_t count = list && list->type == J_ARRAY ? list->count : 0;
        Actor *actors = NEW_N(q->cx, Actor, count + 1);
        for (size_t i = 0; i < count; i++)
            if (!actor_read(&actors[i], text_or(list->items[i]->text, "")))
                WRONG(q, arena_format(q->cx->arena, "/actors/%s/%zu", VERBS[verb], i),
                      "没有“%s”这样的办理人：应为 级别.机构.岗位，如 c.r.h",
                      "“%s” is no actor; write level.organ.seat, as in c.r.h",
                      text_or(list->items[i]->text, ""));
        q->r->actors[verb] = (Actors){ actors, count };
    }
    for (size_t verb = REGISTER_READ; verb <= REGISTER_WRITE; verb++)
        if (!q->r->actors[verb].count)
            WRONG(q, "/actors", "没有写明谁可以 %s", "nobody may %s", VERBS[verb]);
    bool own = json_text(q->json, "process", NULL) != NULL;
    if (!own && q->r->actors[REGISTER_DECIDE].count && !q->r->actors[REGISTER_CHECK].count)
        WRONG(q, "/actors", "有批准而没有审核", "somebody decides what nobody checks");
}

/* --- fields --- */

/* Where the rows are: a label as people of that level say it. */
static const struct {
    const char *level, *zh, *en, *digits;
} PLACES[] = {
    { "province", "省", "Province", "digits:2" },
    { "city", "市", "City", "digits:4" },
    { "county", "县", "County", "digits:6" },
    { "township", "乡镇", "Township", "digits:9" },
    { "village", "村", "Village", "digits:9|12" },
    { "any", "所在地", "Place", "digits:2|4|6|9|12" },
};

static void add(RegisterReading *q, Field f)
{
    f.offset = q->count * ROW_SLOT;
    q->fields[q->count++] = f;
}

/* What is called beside what names it, as masked as the name is where it stands. */
static void add_called(RegisterReading *q, const Field *f)
{
    add(q, (Field){ .key = arena_format(q->cx->arena, "%s_called", f->key),
                    .type = FIELD_TEXT,
                    .zh = f->zh,
                    .en = f->en,
                    .flags = FIELD_VIRTUAL | FIELD_READONLY,
                    .of = f->key });
}

static void add_place(RegisterReading *q)
{
    const char *level = json_text(q->json, "place", "");
    size_t i = 0;
    while (i < COUNT(PLACES) && strcmp(PLACES[i].level, level) != 0)
        i++;
    if (i == COUNT(PLACES)) {
        WRONG(q, "/place", "“%s”不是一级区划", "“%s” is no level of divisions", level);
        i = 0;
    }
    q->r->place = strcmp(level, "any") == 0 ? NULL : PLACES[i].level;
    Field f = { .key = "territory",
                .type = FIELD_TEXT,
                .zh = PLACES[i].zh,
                .en = PLACES[i].en,
                .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT,
                .pattern = PLACES[i].digits,
                .link = "region" };
    add(q, f);
    add_called(q, &f);
}

static void add_declared(RegisterReading *q, const Field *declared)
{
    for (const Field *f = declared; f->type != FIELD_END; f++) {
        Field own = *f;
        if (own.flags & FIELD_RETIRED)
            own.flags = (own.flags & ~(unsigned)FIELD_REQUIRED) | FIELD_READONLY;
        if (own.flags & FIELD_SEALED)
            own.place = arena_format(q->cx->arena, "%s.%s", q->r->noun, own.key);
        add(q, own);
        if (f->link)
            add_called(q, f);
    }
}

/* When it holds: what a person says of it. When it was known: what the system says. */
static void add_dates(RegisterReading *q)
{
    if (!q->r->dated)
        return;
    add(q, (Field){ .key = "valid_from",
                    .type = FIELD_DATE,
                    .zh = "起",
                    .en = "From",
                    .flags = FIELD_KEY | FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT,
                    .help_zh = "从哪天起是这样",
                    .help_en = "the first day on which it holds" });
    add(q, (Field){ .key = "valid_to",
                    .type = FIELD_DATE,
                    .zh = "止",
                    .en = "To",
                    .flags = FIELD_FILTER | FIELD_SORT,
                    .help_zh = "到哪天为止（含当天）；至今如此的不填",
                    .help_en = "the last day on which it holds; blank where it holds still" });
    add(q, (Field){ .key = "known_from",
                    .type = FIELD_INSTANT,
                    .zh = "生效记入",
                    .en = "Known since",
                    .flags = FIELD_READONLY | FIELD_SORT });
    add(q, (Field){ .key = "known_to",
                    .type = FIELD_INSTANT,
                    .zh = "被更正",
                    .en = "Corrected at",
                    .flags = FIELD_READONLY });
    add(q, (Field){ .key = "replaces",
                    .type = FIELD_INT,
                    .zh = "更正的编号",
                    .en = "Corrects number",
                    .flags = FIELD_READONLY });
}

static void add_own(RegisterReading *q)
{
    if (q->r->process && flow_has_terms(q->r->process))
        add(q, (Field){ .key = "step_due",
                        .type = FIELD_DATE,
                        .zh = "办理期限",
                        .en = "Due",
                        .flags = FIELD_READONLY | FIELD_FILTER | FIELD_SORT });
    for (const Field *f = PROBLEM_KEPT; problem_role(q->r) && f->type != FIELD_END; f++)
        add(q, *f);
    add(q, (Field){ .key = "made_by",
                    .type = FIELD_INT,
                    .zh = "登记人编号",
                    .en = "Entered by",
                    .flags = FIELD_READONLY });
    add(q, (Field){ .key = "sent_by",
                    .type = FIELD_INT,
                    .zh = "报送人编号",
                    .en = "Sent by",
                    .flags = FIELD_READONLY });
    if (q->r->process)
        add(q, (Field){ .key = "return_reason",
                        .type = FIELD_TEXT,
                        .zh = "退回理由",
                        .en = "Why it was returned",
                        .flags = FIELD_READONLY });
    add(q, (Field){ .key = "made_at",
                    .type = FIELD_INSTANT,
                    .zh = "登记时间",
                    .en = "Entered at",
                    .flags = FIELD_READONLY | FIELD_SORT });
    add(q, (Field){ .key = "changed_at",
                    .type = FIELD_INSTANT,
                    .zh = "最近修改",
                    .en = "Changed at",
                    .flags = FIELD_READONLY | FIELD_SORT | FIELD_FILTER });
    add(q, (Field){ .key = "origin",
                    .type = FIELD_ENUM,
                    .zh = "登记方式",
                    .en = "Entered how",
                    .flags = FIELD_READONLY | FIELD_FILTER,
                    .options = ORIGINS });
    add(q, (Field){ .key = "import_id",
                    .type = FIELD_INT,
                    .zh = "导入编号",
                    .en = "Import",
                    .flags = FIELD_READONLY | FIELD_SECRET });
}

/* Its steps and its ends, which grow as all options do: none that rows may stand at goes. */
static const Option *states(RegisterReading *q)
{
    const Process *p = q->r->process;
    Option *all = NEW_N(q->cx, Option, p->count + p->end_count + 1), *to = all;
    for (size_t i = 0; i < p->count; i++)
        *to++ = (Option){ .key = p->steps[i].key, .zh = p->steps[i].zh, .en = p->steps[i].en };
    for (size_t i = 0; i < p->end_count; i++)
        *to++ = (Option){ .key = p->ends[i].key, .zh = p->ends[i].zh, .en = p->ends[i].en };
    return all;
}

/* The way of its rows, and where one of its steps has a term, the day that ends it. */
static void read_process(RegisterReading *q)
{
    if (flow_bind(q->cx, &q->r->process, q->pack, q->r, json_text(q->json, "process", NULL)) != OK)
        WRONG(q, "/process", "%s%.0s", "%.0s%s", q->cx->failure.zh, q->cx->failure.en);
}

static void make_fields(RegisterReading *q, const Field *declared)
{
    size_t count = OWN_FIELDS;
    for (const Field *f = declared; f->type != FIELD_END; f++)
        count += 2;
    q->fields = NEW_N(q->cx, Field, count);
    add(q, (Field){ .key = "id",
                    .type = FIELD_INT,
                    .zh = "编号",
                    .en = "Number",
                    .flags = FIELD_READONLY | FIELD_KEY | FIELD_SORT });
    add(q, (Field){ .key = "version", .type = FIELD_INT, .zh = "版本", .en = "Version" });
    add_place(q);
    if (q->r->process)
        add(q, (Field){ .key = "state",
                        .type = FIELD_ENUM,
                        .zh = "状态",
                        .en = "State",
                        .flags = FIELD_READONLY | FIELD_FILTER | FIELD_SORT,
                        .options = states(q) });
    add_declared(q, declared);
    add_dates(q);
    add_own(q);
    q->fields[q->count] = (Field)FIELDS_END;
    q->r->table.fields = q->fields;
    q->r->table.size = q->count * ROW_SLOT;
}

/* --- names of fields --- */

static Field *named(RegisterReading *q, const char *at, const char *key)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->fields[i].key, key) == 0)
            return &q->fields[i];
    WRONG(q, at, "没有字段“%s”", "there is no field “%s”", key);
    return NULL;
}

static void read_key(RegisterReading *q)
{
    const Json *list = json_get(q->json, "key");
    for (size_t i = 0; list && i < list->count; i++) {
        Field *f = named(q, "/key", text_or(list->items[i]->text, ""));
        if (f && f->flags & FIELD_RETIRED)
            WRONG(q, "/key", "停用的字段“%s”不能作关键字", "the retired field “%s” cannot be a key",
                  f->key);
        if (f)
            f->flags |= FIELD_KEY | FIELD_REQUIRED;
        if (f && f->flags & FIELD_SEALED)
            WRONG(q, "/key", "加密的字段“%s”不能作关键字", "the sealed field “%s” cannot be a key",
                  f->key);
    }
    Field *name = named(q, "/name", json_text(q->json, "name", ""));
    if (name && (name->type != FIELD_TEXT || name->flags & FIELD_SEALED))
        WRONG(q, "/name", "“%s”不能作名称", "rows cannot be called by “%s”", name->key);
    if (name)
        name->flags |= FIELD_NAME;
}

/* Codes and numbers stand in the order of their bytes; what people write, in that of pinyin. */
static bool is_ordered(const Field *f)
{
    return f->type == FIELD_TEXT && f->flags & FIELD_SORT && !f->link && !f->pattern &&
           !(f->flags & (FIELD_VIRTUAL | FIELD_SEALED));
}

static void read_list(RegisterReading *q)
{
    const Json *list = json_get(q->json, "list");
    size_t count = list && list->type == J_ARRAY ? list->count : 0;
    const char **keys = NEW_N(q->cx, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        keys[i] = text_or(list->items[i]->text, "");
        named(q, "/list", keys[i]);
    }
    if (!count)
        WRONG(q, "/list", "没有写明列表有哪些列", "the list has no columns");
    q->r->list = keys;
    q->r->sort = json_text(q->json, "sort", "-id");
    Field *f = named(q, "/sort", q->r->sort + (*q->r->sort == '-'));
    if (f && strcmp(f->key, "id") != 0)
        f->flags |= FIELD_SORT;
    q->r->sum = json_text(q->json, "sum", NULL);
    f = q->r->sum ? named(q, "/sum", q->r->sum) : NULL;
    if (f && f->type != FIELD_MONEY)
        WRONG(q, "/sum", "“%s”不是金额", "“%s” is no amount", f->key);
    for (Field *of = q->fields; of->type != FIELD_END; of++)
        if (is_ordered(of))
            of->flags |= FIELD_ORDERED;
    q->r->table.kept = true;
    q->r->table.sum = q->r->sum;
    q->r->table.sort = q->r->sort;
}

/* --- what a sheet lacks --- */

/* What others hang on is ended by an act and never by a line that somebody forgot (registers.md).
 */
static bool is_lasting(const char *noun)
{
    static const char *const NOUNS[] = { "person", "household", "asset", "project" };
    for (size_t i = 0; i < COUNT(NOUNS); i++)
        if (strcmp(NOUNS[i], noun) == 0)
            return true;
    return false;
}

/* "keep", or "remove within KEY": a sheet is then whole for each value of that field that it has.
 */
static void read_absent(RegisterReading *q)
{
    static const char REMOVE[] = "remove within ";
    const char *said = json_text(q->json, "absent", "keep");
    if (strcmp(said, "keep") == 0)
        return;
    if (strncmp(said, REMOVE, strlen(REMOVE)) != 0) {
        WRONG(q, "/absent", "“%s”应为 keep 或 remove within 字段名",
              "“%s” is neither keep nor remove within KEY", said);
        return;
    }
    Field *f = named(q, "/absent", said + strlen(REMOVE));
    if (f && !(f->flags & FIELD_KEY && f->flags & FIELD_REQUIRED))
        WRONG(q, "/absent", "“%s”不是关键字之一，说不清表里缺了哪些行",
              "“%s” is no part of the key, so that nobody could say which rows a sheet lacks",
              f->key);
    if (f)
        f->flags |= FIELD_FILTER; /* found by it */
    if (is_lasting(q->r->noun))
        WRONG(q, "/absent", "%s 的行不能由表移除", "a %s is never removed by a sheet", q->r->noun);
    if (q->r->dated)
        WRONG(q, "/absent", "有起止的登记簿只能更正，不能由表移除",
              "rows that hold from a day to a day are corrected and never removed");
    q->r->absent = f ? f->key : NULL;
}

/* --- proof --- */

bool register_is_name(const char *text)
{
    bool fine = islower((unsigned char)*text) && strlen(text) <= 30;
    for (const char *p = text; *p; p++)
        fine &= islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_';
    return fine;
}

/* Words of a list's address (?sort=, ?figure=…): a field of that name could not be filtered by. */
static bool is_taken(const char *key)
{
    static const char *const WORDS[] = { "q",   "page",  "size",    "sort",      "after",  "before",
                                         "on",  "known", "figure",  "undecided", "by",     "lang",
                                         "row", "new",   "version", "view",      "columns" };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i], key) == 0)
            return true;
    return false;
}

/* Kinds that a column cannot hold, and seals on what is no text. */
static void prove_field(RegisterReading *q, const Field *f)
{
    bool text = f->type == FIELD_TEXT;
    if (!register_is_name(f->key))
        WRONG(q, "/fields", "“%s”不能作字段名：小写字母、数字和下划线",
              "“%s” is no name of a field: lower case, digits and _", f->key);
    if (q->r->dated && (strcmp(f->key, DATED_ON) == 0 || strcmp(f->key, DATED_KNOWN) == 0))
        WRONG(q, f->key, "“%s”是按时点查看的条件，不能作字段名",
              "“%s” asks for a moment, and names no field", f->key);
    if (is_taken(f->key))
        WRONG(q, f->key, "“%s”是列表地址里的词，不能作字段名",
              "“%s” is a word of the list's address and no name of a field", f->key);
    if (f->type == FIELD_OBJECT || f->type == FIELD_LIST)
        WRONG(q, f->key, "登记簿的字段只能是单个的值", "a register's field holds one value");
    if (f->link && f->type != FIELD_INT)
        WRONG(q, f->key, "联系其他登记的字段应为 link", "a field with a link is of type link");
    if (f->flags & (FIELD_MASKED | FIELD_SEALED) && !text)
        WRONG(q, f->key, "只有文字可以遮蔽或加密", "only a text can be masked or sealed");
    if (f->flags & FIELD_FILE && f->flags & (FIELD_KEY | FIELD_NAME | FIELD_FILTER | FIELD_SORT |
                                             FIELD_SEALED | FIELD_MASKED | FIELD_SEARCH))
        WRONG(q, f->key, "附件字段不能作关键字和名称，不能筛选、排序、遮蔽、加密",
              "an attachment is neither key nor name, and not filtered, sorted, masked or sealed");
    if (f->flags & FIELD_SEALED && f->flags & (FIELD_FILTER | FIELD_SORT))
        WRONG(q, f->key, "加密的字段不能筛选和排序",
              "a sealed field can be neither filtered nor sorted");
}

static void prove_fields(RegisterReading *q, const Field *declared)
{
    dictionary_prove_texts(q->cx, q->findings, q->file, declared);
    for (size_t i = 0; i < q->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(q->fields[i].key, q->fields[k].key) == 0)
                WRONG(q, "/fields", "字段“%s”由程序保管，不能再声明",
                      "the program keeps a field “%s” itself", q->fields[i].key);
    for (const Field *f = declared; f->type != FIELD_END; f++)
        prove_field(q, f);
}

static void prove_texts(RegisterReading *q)
{
    if (!register_is_name(q->r->noun))
        WRONG(q, "/noun", "“%s”不能作名称：小写字母、数字和下划线",
              "“%s” is no noun: lower case, digits and _", q->r->noun);
    const char *expected = arena_format(q->cx->arena, "registers/%s.json", q->r->noun);
    if (strcmp(expected, q->file) != 0)
        WRONG(q, "/noun", "文件应名为 %s", "the file's name must be %s", expected);
    if (text_blank(q->r->zh) || text_blank(q->r->en))
        WRONG(q, "", "缺中文或英文名称", "its name lacks a language");
}

const Register *register_read(Cx *cx, Findings *findings, const Pack *pack, const char *file,
                              const Json *json)
{
    const Field *declared;
    Register *r = NEW(cx, Register);
    size_t before = findings->count;
    RegisterReading q = { cx, findings, pack, file, json, .r = r };
    r->noun = json_text(json, "noun", "");
    r->zh = json_text(json, "zh", "");
    r->en = json_text(json, "en", "");
    r->role = json_text(json, "role", NULL);
    r->clause = json_text(json, "clause", NULL);
    r->section = json_text(json, "section", NULL);
    r->shared = json_bool(json, "shared", false);
    r->dated = json_bool(json, "dated", false);
    r->attachments = json_bool(json, "attachments", false);
    r->table.name = r->noun;
    if (dictionary_fields(cx, &declared, json_get(json, "fields"), "/fields") != OK) {
        finding_add_failure(cx, findings, file);
        return NULL;
    }
    read_actors(&q);
    read_process(&q);
    make_fields(&q, declared);
    read_key(&q);
    read_list(&q);
    read_absent(&q);
    prove_texts(&q);
    prove_fields(&q, declared);
    problem_role_prove(cx, findings, file, r);
    publish_read(cx, findings, file, json, r);
    return findings->count == before ? r : NULL;
}

/* A row that rows of another register name does not go by a sheet that lacks it. */
static void prove_named(Cx *cx, Findings *findings, const Register *r, const Register *by)
{
    for (const Field *f = by->table.fields; r->absent && f->type != FIELD_END; f++)
        if (f->link && strcmp(f->link, r->noun) == 0)
            finding_add(cx, findings, arena_format(cx->arena, "registers/%s.json", r->noun),
                        "/absent", "%s 的“%s”指着它的行，不能由表移除%.0s",
                        "%s names its rows (%.0s%s), which a sheet therefore never removes",
                        by->noun, f->zh, f->en);
}

void register_prove_removals(Cx *cx, Findings *findings, const Pack *pack)
{
    for (size_t i = 0; i < pack->register_count; i++)
        for (size_t k = 0; k < pack->register_count; k++)
            prove_named(cx, findings, pack->registers[i], pack->registers[k]);
}

bool register_has_states(const Register *r)
{
    return r->process != NULL;
}
