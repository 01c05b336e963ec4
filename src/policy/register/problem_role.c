#include "policy/register/problem_role.h"

#include "policy/pack/role.h"

#include <string.h>

enum { NAME_LEAST = 100, NUMBER_LEAST = 80 };

const Field PROBLEM_KEPT[] = {
    { .key = "check_id",
      .type = FIELD_TEXT,
      .zh = "检查",
      .en = "Check",
      .flags = FIELD_READONLY | FIELD_FILTER },
    { .key = "basis", .type = FIELD_TEXT, .zh = "依据", .en = "Basis", .flags = FIELD_READONLY },
    { .key = "about",
      .type = FIELD_TEXT,
      .zh = "所查登记簿",
      .en = "Register checked",
      .flags = FIELD_READONLY | FIELD_FILTER },
    { .key = "about_id",
      .type = FIELD_INT,
      .zh = "所查登记编号",
      .en = "Row checked",
      .flags = FIELD_READONLY },
    { .key = "system_note",
      .type = FIELD_TEXT,
      .zh = "系统销号说明",
      .en = "Why the program closed it",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

bool problem_role(const Register *r)
{
    return r->role && strcmp(r->role, "problem") == 0;
}

const Register *problem_register(const Pack *pack)
{
    for (size_t i = 0; i < pack->register_count; i++)
        if (problem_role(pack->registers[i]))
            return pack->registers[i];
    return NULL;
}

const End *problem_end(const Register *r)
{
    for (size_t i = 0; r->process && i < r->process->end_count; i++)
        if (r->process->ends[i].good)
            return &r->process->ends[i];
    return NULL;
}

/* --- proof --- */

typedef struct RoleProving {
    Cx *cx;
    Findings *findings;
    const char *file;
    const Register *r;
} RoleProving;

#define WRONG(q, at, ...) finding_add((q)->cx, (q)->findings, (q)->file, at, __VA_ARGS__)

static const Field *needed(RoleProving *q, const char *key, FieldType type)
{
    const Field *f = field_find(q->r->table.fields, key);
    if (!f || f->type != type || f->link)
        WRONG(q, "/fields", "担任“%s”的登记簿要有字段“%s”，类型须合",
              "a register in the role %s has a field “%s” of the role's type", q->r->role, key);
    return f && f->type == type ? f : NULL;
}

static void prove_source(RoleProving *q)
{
    const Field *f = needed(q, PROBLEM_SOURCE, FIELD_ENUM);
    const Option *o = f ? option_find(f->options, PROBLEM_SYSTEM) : NULL;
    if (f && (!o || o->retired))
        WRONG(q, PROBLEM_SOURCE, "“%s”要有选项“%s”，由程序填写",
              "“%s” has an option “%s”, which the program fills in", f->key, PROBLEM_SYSTEM);
}

/* The program makes the number, so that no other key could be filled in. */
static void prove_key(RoleProving *q)
{
    const Field *number = needed(q, PROBLEM_NUMBER, FIELD_TEXT);
    for (const Field *f = q->r->table.fields; f->type != FIELD_END; f++) {
        bool own = strcmp(f->key, "id") == 0 || strcmp(f->key, "territory") == 0 || f == number;
        if (f->flags & FIELD_KEY && !own)
            WRONG(q, "/key", "“%s”不能作关键字：程序写的行没有它",
                  "“%s” is no part of the key, as rows of the program lack it", f->key);
        if (f->flags & FIELD_NAME && f != number && f->max < NAME_LEAST)
            WRONG(q, "/name", "名称“%s”至少要能写 %d 字",
                  "the name %s takes at least %d characters", f->key, NAME_LEAST);
    }
    if (number &&
        (number->flags & FIELD_NAME || !(number->flags & FIELD_KEY) || number->max < NUMBER_LEAST))
        WRONG(q, PROBLEM_NUMBER, "“%s”应是关键字而不是名称，至少 %d 字",
              "“%s” is of the key and not the name, and takes at least %d characters", number->key,
              NUMBER_LEAST);
}

/* Verified by another than who replied: some step before the good end says whose work it is not. */
static void prove_way(RoleProving *q)
{
    bool verified = false;
    const End *end = problem_end(q->r);
    const Process *p = q->r->process;
    for (size_t i = 0; end && i < p->count; i++)
        verified |= text_same(p->steps[i].forward, end->key) && p->steps[i].not_by[0] != NULL;
    if (!verified)
        WRONG(q, "/process", "担任“%s”的登记簿要有流程，由他人（not_by）核实后办结（good）%s",
              "a register in the role %s has a process whose good end another verifies (not_by)%s",
              q->r->role, "");
    if (p && !process_step(p, text_or(p->steps[0].forward, "")))
        WRONG(q, "/process", "担任“%s”的登记簿，流程第一步之后还要有一步：程序写的行从那里开始%s",
              "a register in the role %s has a step behind its first, where rows of the program "
              "begin%s",
              q->r->role, "");
    if (q->r->place || q->r->dated || q->r->shared)
        WRONG(q, "/place", "担任“%s”的登记簿按所查的行记所在地（any），没有起止，不共用%s",
              "a register in the role %s has the place of what it is about (any), no dates, and "
              "is not shared%s",
              q->r->role, "");
}

void problem_role_prove(Cx *cx, Findings *findings, const char *file, const Register *r)
{
    RoleProving q = { cx, findings, file, r };
    const Role *role = role_find(r->role);
    if (!r->role)
        return;
    if (!role || role->kind != ROLE_REGISTER) {
        WRONG(&q, "/role", "角色“%s”不存在，或不能由它担任%s",
              "the role %s does not exist or is not for it%s", r->role, "");
        return;
    }
    needed(&q, PROBLEM_DAY, FIELD_DATE);
    prove_source(&q);
    prove_key(&q);
    prove_way(&q);
}

void problem_role_prove_once(Cx *cx, Findings *findings, const Pack *pack)
{
    const Register *first = problem_register(pack);
    for (size_t i = 0; i < pack->register_count; i++)
        if (pack->registers[i] != first && problem_role(pack->registers[i]))
            finding_add(cx, findings,
                        arena_format(cx->arena, "registers/%s.json", pack->registers[i]->noun),
                        "/role", "角色“%s”已由“%s”担任", "the role %s is claimed by %s already",
                        first->role, first->noun);
}
