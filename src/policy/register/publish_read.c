#include "policy/register/publish.h"

#include <string.h>

const Option PUBLISH_PROFILES[] = {
    { "Z1", "只公开数量", "Numbers only" },
    { "Z2", "公开名单（姓名遮蔽）", "A list, names masked" },
    { "Z3", "公开名单（姓名、证件号码遮蔽）", "A list, names and identity numbers masked" },
    { "VB", "村务公开栏张贴", "Paper for the village board" },
    { .key = NULL },
};

enum { PERSONAL = FIELD_MASKED | FIELD_SEALED | FIELD_SENSITIVE | FIELD_SECRET };

/* One profile that is being read. */
typedef struct ProfileReading {
    Cx *cx;
    Findings *findings;
    const char *file;
    const char *at; /* "/publish/0" */
    const Register *r;
    Publish *p;
} ProfileReading;

#define WRONG(q, ...) finding_add((q)->cx, (q)->findings, (q)->file, (q)->at, __VA_ARGS__)

static const Field *named(const ProfileReading *q, const char *key)
{
    const Field *f = field_find(q->r->table.fields, key);
    if (!f)
        WRONG(q, "没有字段“%s”", "there is no field “%s”", key);
    return f;
}

/* Rows are counted by what has few values. */
static bool counts_by(const Field *f)
{
    return f->type == FIELD_ENUM || f->type == FIELD_BOOL || f->link;
}

bool publish_is_personal(const Field *f)
{
    return (f->flags & PERSONAL) != 0;
}

static void prove_column(const ProfileReading *q, const Field *f)
{
    if (publish_is_personal(f))
        WRONG(q, "“%s”是个人信息，不能公示", "“%s” is personal and cannot be published", f->key);
    if (f->flags & FIELD_VIRTUAL)
        WRONG(q, "“%s”是联系的名称，请写联系本身", "“%s” is what a link is called; name the link",
              f->key);
    if (strcmp(q->p->profile, "Z1") == 0 && !counts_by(f))
        WRONG(q, "“%s”不能用来分组计数", "rows cannot be counted by “%s”", f->key);
}

static void read_columns(const ProfileReading *q, const Json *list)
{
    size_t count = list && list->type == J_ARRAY ? list->count : 0;
    const char **keys = NEW_N(q->cx, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        keys[i] = text_or(list->items[i]->text, "");
        const Field *f = named(q, keys[i]);
        if (f)
            prove_column(q, f);
    }
    q->p->fields = keys;
    if (!count || (strcmp(q->p->profile, "Z1") == 0 && count > 1))
        WRONG(q, "请写明公示哪些列；只公开数量的，写一个分组的字段",
              "name the columns; of numbers alone the one field that they are counted by");
}

static void prove_person(const ProfileReading *q)
{
    const Field *f = q->p->person ? named(q, q->p->person) : NULL;
    if (f && (f->type != FIELD_TEXT || f->flags & (PERSONAL & ~(unsigned)FIELD_MASKED)))
        WRONG(q, "“%s”不能作姓名", "“%s” cannot be a person's name", f->key);
    if (q->p->person && strcmp(q->p->profile, "Z1") == 0)
        WRONG(q, "只公开数量的，不能有姓名", "numbers alone have no names");
}

static void prove_identity(const ProfileReading *q)
{
    const Field *f = q->p->identity ? named(q, q->p->identity) : NULL;
    if (q->p->identity && strcmp(q->p->profile, "Z3") != 0)
        WRONG(q, "只有 Z3 可以有证件号码", "only Z3 shows identity numbers");
    if (f && (f->type != FIELD_TEXT || f->flags & (FIELD_SENSITIVE | FIELD_SECRET)))
        WRONG(q, "“%s”不能作证件号码", "“%s” cannot be an identity number", f->key);
}

static void read_one(const ProfileReading *q, const Json *json)
{
    Publish *p = q->p;
    *p = (Publish){ .profile = json_text(json, "profile", ""),
                    .zh = json_text(json, "zh", q->r->zh),
                    .en = json_text(json, "en", q->r->en),
                    .person = json_text(json, "person", NULL),
                    .identity = json_text(json, "identity", NULL),
                    .days = json_int(json, "days", 1),
                    .most = json_int(json, "most", 0) };
    if (!option_find(PUBLISH_PROFILES, p->profile))
        WRONG(q, "没有“%s”这种公示方式：Z1、Z2、Z3、VB", "“%s” is no profile: Z1, Z2, Z3, VB",
              p->profile);
    if (p->days < 1 || (p->most && p->most < p->days))
        WRONG(q, "公示天数不对", "the days of publication do not fit");
    read_columns(q, json_get(json, "fields"));
    prove_person(q);
    prove_identity(q);
}

void publish_read(Cx *cx, Findings *findings, const char *file, const Json *json, Register *r)
{
    const Json *list = json_get(json, "publish");
    size_t count = list && list->type == J_ARRAY ? list->count : 0;
    Publish *all = NEW_N(cx, Publish, count + 1);
    for (size_t i = 0; i < count; i++) {
        const ProfileReading q = { cx, findings, file, arena_format(cx->arena, "/publish/%zu", i),
                                   r,  &all[i] };
        read_one(&q, list->items[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(all[k].profile, all[i].profile) == 0)
                WRONG(&q, "公示方式“%s”写了两次", "profile “%s” stands twice", all[i].profile);
    }
    r->publish = count ? all : NULL;
    if (!count != !r->actors[REGISTER_PUBLISH].count)
        finding_add(cx, findings, file, "/publish", "公示要写明方式和由谁公示",
                    "publishing needs profiles, and somebody who may publish");
}

const Publish *publish_find(const Register *r, const char *profile)
{
    for (const Publish *p = r->publish; p && p->profile; p++)
        if (strcmp(p->profile, profile) == 0)
            return p;
    return NULL;
}

/* --- links: what the linked row is called may be somebody's name --- */

/* Divisions, organs and zones have no person's name; a register of the pack says so itself. */
bool publish_calls_plainly(const char *noun, const Register *r)
{
    static const char *const PLAIN[] = { "region", "organ", "zone" };
    for (size_t i = 0; i < COUNT(PLAIN); i++)
        if (strcmp(PLAIN[i], noun) == 0)
            return true;
    for (const Field *f = r ? r->table.fields : NULL; f && f->type != FIELD_END; f++)
        if (f->flags & FIELD_NAME)
            return !publish_is_personal(f);
    return false;
}

static bool is_called_plainly(const Pack *pack, const char *noun)
{
    const Register *r = NULL;
    for (size_t i = 0; i < pack->register_count; i++)
        if (strcmp(pack->registers[i]->noun, noun) == 0)
            r = pack->registers[i];
    return publish_calls_plainly(noun, r);
}

void publish_prove_links(Cx *cx, Findings *findings, const Pack *pack)
{
    for (size_t i = 0; i < pack->register_count; i++) {
        const Register *r = pack->registers[i];
        for (const Publish *p = r->publish; p && p->profile; p++)
            for (size_t k = 0; p->fields[k]; k++) {
                const Field *f = field_find(r->table.fields, p->fields[k]);
                if (f && f->link && !is_called_plainly(pack, f->link))
                    finding_add(cx, findings, arena_format(cx->arena, "registers/%s.json", r->noun),
                                "/publish", "“%s”联系的是人，名称是个人信息，不能公示",
                                "“%s” names a person and cannot be published", f->key);
            }
    }
}
