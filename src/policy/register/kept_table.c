/* What dictionary/batch.json says of the registers that keep its tables, and its proof. */
#include "policy/register/kept_table.h"

#include "policy/register/row_shape.h"

#include <string.h>

static const Json *declared(const Pack *pack, const char *key)
{
    const Json *fields = json_get(pack->batch.json, "fields");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (strcmp(json_text(fields->items[i], "key", ""), key) == 0)
            return fields->items[i];
    return NULL;
}

const Field *kept_table_link(const Register *r)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (text_same(f->link, "batch"))
            return f;
    return NULL;
}

bool kept_table_of(KeptTable *out, const Pack *pack, const Field *field)
{
    const Json *rows = json_get(declared(pack, field->key), "rows");
    if (!rows)
        return false;
    const char *noun = json_text(rows, "register", "");
    const Register *r = pack_register(pack, noun);
    const Field *link = r ? kept_table_link(r) : NULL;
    *out = (KeptTable){ .field = field,
                        .noun = noun,
                        .link = link ? link->key : NULL,
                        .code = json_text(rows, "code", NULL),
                        .value = json_text(rows, "value", NULL),
                        .known_when_empty = json_bool(rows, "empty", false) };
    return true;
}

const Field *kept_table_inner(const Field *table)
{
    for (const Field *f = table->fields; f && f->type != FIELD_END; f++)
        if (f->type == FIELD_LIST)
            return f;
    return NULL;
}

/* --- proof --- */

typedef struct TableProving {
    Cx *cx;
    Findings *findings;
    const Register *r;
    const char *at;
} TableProving;

#define WRONG(p, ...)                                                                              \
    finding_add((p)->cx, (p)->findings, "dictionary/batch.json", (p)->at, __VA_ARGS__)

static void prove_column(TableProving *p, const char *key, const char *what)
{
    if (!key)
        WRONG(p, "没有写明 rows.%s", "rows.%s is not said", what);
    else if (!field_find(p->r->table.fields, key))
        WRONG(p, "登记簿 %s 没有字段“%s”", "register %s has no field “%s”", p->r->noun, key);
}

static void prove_objects(TableProving *p, const Field *table)
{
    for (const Field *f = table->fields; f->type != FIELD_END; f++)
        if (!field_find(p->r->table.fields, f->key))
            WRONG(p, "登记簿 %s 没有字段“%s”", "register %s has no field “%s”", p->r->noun, f->key);
}

static void prove_table(TableProving *p, const KeptTable *t)
{
    const Field *f = t->field, *link = kept_table_link(p->r);
    bool list = f->type == FIELD_LIST, pairs = !list || kept_table_inner(f);
    if (!list && f->type != FIELD_OBJECT)
        WRONG(p, "由登记簿得来的只能是列表或对照表",
              "rows make a list, a map or an object of lists");
    if (!link)
        WRONG(p, "登记簿 %s 不联系批次（link: batch）", "register %s names no batch (link: batch)",
              p->r->noun);
    else if (!(link->flags & FIELD_FILTER))
        WRONG(p, "登记簿 %s 的批次字段应可筛选（filter）",
              "the batch of register %s must be one to filter by", p->r->noun);
    if (list && f->fields && !pairs) {
        prove_objects(p, f);
        return;
    }
    prove_column(p, t->code, "code");
    if (pairs)
        prove_column(p, t->value, "value");
}

bool kept_tables_said(const Pack *pack)
{
    KeptTable t;
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++)
        if (kept_table_of(&t, pack, f))
            return true;
    return false;
}

void kept_tables_prove(Cx *cx, Findings *findings, const Pack *pack)
{
    bool says = kept_tables_said(pack);
    for (const Field *f = pack->batch.fields; f->type != FIELD_END; f++) {
        KeptTable t;
        TableProving p = { cx, findings, NULL, json_pointer(cx, "", f->key) };
        bool kept = kept_table_of(&t, pack, f);
        if (!kept && says && strcmp(f->key, "recommended") != 0)
            WRONG(&p, "没有写明由哪本登记簿得来（rows）", "rows does not say what keeps it");
        p.r = kept ? pack_register(pack, t.noun) : NULL;
        if (kept && !p.r)
            WRONG(&p, "政策包没有登记簿“%s”", "the pack has no register “%s”", t.noun);
        if (p.r)
            prove_table(&p, &t);
    }
}
