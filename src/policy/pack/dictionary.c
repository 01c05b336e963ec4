#include "policy/pack/dictionary.h"

#include "rules/bind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct TypeName {
    const char *name;
    FieldType type;
} TYPE_NAMES[] = {
    { "text", FIELD_TEXT },       { "int", FIELD_INT },         { "bool", FIELD_BOOL },
    { "money", FIELD_MONEY },     { "date", FIELD_DATE },       { "instant", FIELD_INSTANT },
    { "enum", FIELD_ENUM },       { "decimal", FIELD_DECIMAL }, { "object", FIELD_OBJECT },
    { "map", FIELD_OBJECT },      { "list", FIELD_LIST },       { "link", FIELD_INT },
    { "attachment", FIELD_TEXT },
};

static const struct FlagName {
    const char *name;
    unsigned flag;
} FLAG_NAMES[] = {
    { "required", FIELD_REQUIRED },   { "unique", FIELD_KEY },    { "given", FIELD_PRESENT },
    { "known", FIELD_NOT_NULL },      { "mask", FIELD_MASKED },   { "blind", FIELD_BLIND },
    { "seal", FIELD_SEALED },         { "filter", FIELD_FILTER }, { "sort", FIELD_SORT },
    { "sensitive", FIELD_SENSITIVE }, { "search", FIELD_SEARCH }, { "retired", FIELD_RETIRED },
};

typedef struct DictionaryReader {
    Expect *expects;
    size_t expect_count;
} DictionaryReader;

static Err read_fields(Cx *cx, DictionaryReader *r, const Field **out, const Json *list,
                       const char *at);

static Err read_type(Cx *cx, FieldType *out, const Json *j, const char *at)
{
    const char *name = json_text(j, "type", "");
    for (size_t i = 0; i < COUNT(TYPE_NAMES); i++)
        if (strcmp(TYPE_NAMES[i].name, name) == 0) {
            *out = TYPE_NAMES[i].type;
            return OK;
        }
    return fail(cx, INVALID, json_pointer(cx, at, "type"), "没有“%s”这种类型", "“%s” is no type",
                name);
}

static unsigned read_flags(const Json *j)
{
    unsigned flags = 0;
    for (size_t i = 0; i < COUNT(FLAG_NAMES); i++)
        if (json_bool(j, FLAG_NAMES[i].name, false))
            flags |= FLAG_NAMES[i].flag;
    if (strcmp(json_text(j, "type", ""), "attachment") == 0)
        flags |= FIELD_FILE | (json_bool(j, "many", false) ? FIELD_FILES : 0);
    if (strcmp(json_text(j, "absent", ""), "empty") == 0)
        flags |= FIELD_EMPTY;
    return flags;
}

/* What is retired says so wherever it is shown, on the page, in a workbook and in the log. */
static const char *retired_zh(Cx *cx, const Json *j)
{
    const char *zh = json_text(j, "zh", "");
    return json_bool(j, "retired", false) && *zh ? arena_format(cx->arena, "%s（停用）", zh) : zh;
}

static const char *retired_en(Cx *cx, const Json *j)
{
    const char *en = json_text(j, "en", "");
    return json_bool(j, "retired", false) && *en ? arena_format(cx->arena, "%s (retired)", en) : en;
}

static const Option *read_options(Cx *cx, const Json *list)
{
    if (!list)
        return NULL;
    Option *options = NEW_N(cx, Option, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const Json *j = list->items[i];
        bool retired = json_bool(j, "retired", false);
        options[i] =
            (Option){ json_text(j, "key", ""), retired_zh(cx, j), retired_en(cx, j), retired };
    }
    return options;
}

static Err read_pattern(Cx *cx, const char **out, const Json *j, const char *at)
{
    *out = json_text(j, "pattern", NULL);
    if (*out && strncmp(*out, "digits:", 7) != 0)
        return fail(cx, INVALID, json_pointer(cx, at, "pattern"), "没有“%s”这种格式",
                    "“%s” is no pattern", *out);
    return OK;
}

static Err read_field(Cx *cx, DictionaryReader *r, Field *f, const Json *j, const char *at)
{
    const Json *help = json_get(j, "help");
    *f = (Field){ .key = json_text(j, "key", ""),
                  .offset = NO_OFFSET,
                  .zh = retired_zh(cx, j),
                  .en = retired_en(cx, j),
                  .flags = read_flags(j),
                  .min = json_int(j, "min", 0),
                  .max = json_int(j, "max", 0),
                  .unit = json_text(j, "unit", NULL),
                  .options = read_options(cx, json_get(j, "options")),
                  .link = json_text(j, "link", NULL),
                  .of = json_text(j, "of", NULL),
                  .help_zh = json_text(help, "zh", ""),
                  .help_en = json_text(help, "en", "") };
    if (!*f->key)
        return fail(cx, INVALID, json_pointer(cx, at, "key"), "字段没有键名", "a field has no key");
    TRY(read_type(cx, &f->type, j, at));
    TRY(read_pattern(cx, &f->pattern, j, at));
    if (f->type == FIELD_MONEY && f->unit && strcmp(f->unit, "元") != 0 &&
        strcmp(f->unit, "万元") != 0)
        return fail(cx, INVALID, json_pointer(cx, at, "unit"), "金额的单位只能是元或万元，不是“%s”",
                    "an amount is in 元 or 万元, not in “%s”", f->unit);
    if (f->of && !(strcmp(json_text(j, "type", ""), "map") == 0 && text_same(f->of, FIELD_OF_INT)))
        return fail(cx, INVALID, json_pointer(cx, at, "of"), "of 只能在 map 中写 int，不是“%s”",
                    "of says int of a map, not “%s”", f->of);
    if (f->type == FIELD_ENUM && !f->options)
        return fail(cx, INVALID, at, "枚举没有选项", "an enumeration has no options");
    const Json *expects = json_get(j, "expects");
    if (expects)
        r->expects[r->expect_count++] =
            (Expect){ f, json_text(expects, "field", ""), (size_t)json_int(expects, "digits", 0) };
    const Json *below = json_get(j, "fields");
    return below ? read_fields(cx, r, &f->fields, below, json_pointer(cx, at, "fields")) : OK;
}

static Err read_fields(Cx *cx, DictionaryReader *r, const Field **out, const Json *list,
                       const char *at)
{
    if (!list || list->type != J_ARRAY)
        return fail(cx, INVALID, at, "应为字段列表", "must be a list of fields");
    Field *fields = NEW_N(cx, Field, list->count + 1);
    for (size_t i = 0; i < list->count; i++)
        TRY(read_field(cx, r, &fields[i], list->items[i], json_pointer_at(cx, at, i)));
    *out = fields;
    return OK;
}

static size_t count_nodes(const Json *j)
{
    size_t n = 1;
    for (size_t i = 0; i < j->count; i++)
        n += count_nodes(j->items[i]);
    return n;
}

Err dictionary_fields(Cx *cx, const Field **out, const Json *list, const char *at)
{
    DictionaryReader r = { .expects = NEW_N(cx, Expect, list ? count_nodes(list) : 1) };
    return read_fields(cx, &r, out, list, at);
}

Err dictionary_read(Cx *cx, Dictionary *out, const char *bytes, size_t length)
{
    const Json *json;
    TRY(json_parse(cx, &json, bytes, length, &JSON_LIMITS));
    DictionaryReader r = { .expects = NEW_N(cx, Expect, count_nodes(json)) };
    *out = (Dictionary){ .document = json_text(json, "document", ""),
                         .name = json_text(json, "name", NULL),
                         .json = json };
    TRY(read_fields(cx, &r, &out->fields, json_get(json, "fields"), "/fields"));
    out->expects = r.expects;
    out->expect_count = r.expect_count;
    return OK;
}

/* Where findings about one document go. */
typedef struct DocumentProof {
    Cx *cx;
    Findings *findings;
    const char *file;
} DocumentProof;

static void differs(DocumentProof *p, const char *at, const char *zh, const char *en)
{
    finding_add(p->cx, p->findings, p->file, at, "%s与程序中的字段表不同%.0s",
                "%.0s%s differs from the program's table", zh, en);
}

static void prove_same(DocumentProof *p, const Field *f, const Field *shape, const char *at)
{
    const unsigned need = FIELD_REQUIRED | FIELD_KEY | FIELD_PRESENT | FIELD_NOT_NULL;
    if (f->type != shape->type)
        differs(p, at, "类型", "type");
    if (!text_same(f->unit, shape->unit))
        differs(p, at, "单位", "unit");
    if (f->min != shape->min || f->max != shape->max || !text_same(f->pattern, shape->pattern))
        differs(p, at, "限值", "limit");
    if ((f->flags & need) != (shape->flags & need))
        differs(p, at, "必填", "need");
    if (!f->fields != !shape->fields)
        differs(p, at, "下级字段", "fields");
}

static void prove_shape(DocumentProof *p, const Field *fields, const Field *shape, const char *at)
{
    for (; shape->type != FIELD_END; shape++) {
        const char *below = json_pointer(p->cx, at, shape->key);
        const Field *f = field_find(fields, shape->key);
        if (!f) {
            finding_add(p->cx, p->findings, p->file, below, "缺少这个字段", "the field is missing");
            continue;
        }
        prove_same(p, f, shape, below);
        if (f->fields && shape->fields)
            prove_shape(p, f->fields, shape->fields, below);
    }
}

static void prove_text(DocumentProof *p, const char *at, const char *zh, const char *en,
                       const char *what, const char *what_en)
{
    if (text_blank(zh))
        finding_add(p->cx, p->findings, p->file, at, "%s缺中文%.0s", "%.0s%s lacks Chinese", what,
                    what_en);
    if (text_blank(en))
        finding_add(p->cx, p->findings, p->file, at, "%s缺英文%.0s", "%.0s%s lacks English", what,
                    what_en);
}

static void prove_options(DocumentProof *p, const Option *options, const char *at)
{
    for (const Option *o = options; o && o->key; o++) {
        prove_text(p, at, o->zh, o->en, "选项", "an option");
        for (const Option *before = options; before < o; before++)
            if (text_same(before->key, o->key) || text_same(before->zh, o->zh))
                finding_add(p->cx, p->findings, p->file, at, "选项“%s”重复",
                            "option “%s” stands twice", o->key);
    }
}

static void prove_texts(DocumentProof *p, const Field *fields, const char *at)
{
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const char *below = json_pointer(p->cx, at, f->key);
        prove_text(p, below, f->zh, f->en, "名称", "the label");
        prove_text(p, below, f->help_zh, f->help_en, "说明", "the help");
        prove_options(p, f->options, below);
        for (const Field *before = fields; before < f; before++)
            if (text_same(before->key, f->key) || text_same(before->zh, f->zh))
                finding_add(p->cx, p->findings, p->file, below, "与字段“%s”同名",
                            "has the name of field “%s”", before->key);
        if (f->fields)
            prove_texts(p, f->fields, below);
    }
}

void dictionary_prove_texts(Cx *cx, Findings *f, const char *file, const Field *fields)
{
    DocumentProof p = { cx, f, file };
    prove_texts(&p, fields, "");
}

void dictionary_prove(Cx *cx, Findings *f, const char *file, const Dictionary *d,
                      const Field *shape)
{
    DocumentProof p = { cx, f, file };
    prove_shape(&p, d->fields, shape, "");
    prove_texts(&p, d->fields, "");
}

void dictionary_prove_shape(Cx *cx, Findings *f, const char *file, const Field *fields,
                            const Field *shape, const char *at)
{
    DocumentProof p = { cx, f, file };
    prove_shape(&p, fields, shape, at);
}

const char *dictionary_item_name(const Field *list, const Json *item)
{
    const char *name = json_text(item, "name", NULL);
    if (!text_blank(name))
        return name;
    for (const Field *f = list->fields; f && f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY)
            return json_text(item, f->key, NULL);
    return NULL;
}

bool dictionary_place(Cx *cx, PointerPlace *out, const Field *fields, const Json *document,
                      const char *pointer)
{
    *out = (PointerPlace){ NULL, NULL, NULL };
    const Json *j = document;
    while (*pointer == '/') {
        size_t length = strcspn(++pointer, "/");
        const char *token = arena_text_n(cx->arena, pointer, length);
        pointer += length;
        if (out->field && out->field->type == FIELD_LIST && j && j->type == J_ARRAY) {
            size_t index = strtoul(token, NULL, 10);
            j = index < j->count ? j->items[index] : NULL;
            if (j && out->field->fields && dictionary_item_name(out->field, j)) {
                out->list = out->field;
                out->item = j;
            }
            continue;
        }
        if (out->field && out->field->type == FIELD_OBJECT && !out->field->fields)
            return true;
        const Field *f = fields ? field_find(fields, token) : NULL;
        if (!f)
            return false;
        out->field = f;
        fields = f->fields;
        j = json_get(j, token);
    }
    return out->field != NULL;
}
