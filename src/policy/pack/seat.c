#include "policy/pack/seat.h"

#include <string.h>

const Option LEVELS[] = {
    { "province", "省", "Province" },
    { "city", "市", "City" },
    { "county", "县", "County" },
    { "township", "乡镇", "Township" },
    { "village", "村", "Village" },
    { "expert", "专家", "Expert" },
    { "system", "系统管理", "Administration" },
    { .key = NULL },
};

const Option ORGAN_KINDS[] = {
    { "rural", "乡村振兴部门", "Rural revitalisation bureau" },
    { "finance", "财政部门", "Finance department" },
    { "government", "党委政府", "Party committee and government" },
    { "department", "行业部门", "Department that carries projects" },
    { "committee", "村两委", "Village two committees" },
    { "experts", "专家库", "Pool of experts" },
    { "administration", "系统管理机构", "Administration of the system" },
    { .key = NULL },
};

/* What a department answers for, whatever it is called where it stands. */
const Option ORGAN_DUTIES[] = {
    { "civil", "民政", "Civil affairs" },
    { "education", "教育", "Education" },
    { "labour", "人社", "Human resources and social security" },
    { "insurance", "医保", "Medical insurance" },
    { "health", "卫健", "Health" },
    { "housing", "住建", "Housing" },
    { "water", "水利", "Water" },
    { "disabled", "残联", "Disabled persons" },
    { "police", "公安", "Public security" },
    { "farming", "农业农村", "Agriculture and rural affairs" },
    { "party", "组织", "Party organisation" },
    { "women", "妇联", "Women" },
    { "justice", "司法", "Justice" },
    { "bank", "银行", "Bank" },
    { .key = NULL },
};

const Option SEATS[] = {
    { "handler", "经办", "Handler" },
    { "checker", "审核", "Checker" },
    { "signer", "签批", "Signer" },
    { "system", "系统管理员", "System administrator" },
    { "security", "安全管理员", "Security administrator" },
    { "audit", "审计管理员", "Audit administrator" },
    { .key = NULL },
};

/* Digits of the division code that a level's territory has; 0 = none at all. */
static size_t digits(unsigned level)
{
    switch (level) {
    case PROVINCE: return 2;
    case CITY: return 4;
    case COUNTY: return 6;
    case TOWNSHIP: return 9;
    case VILLAGE: return 12;
    case EXPERT: return 2;
    default: return 0;
    }
}

/* The kinds of organ that a level may have. */
static unsigned kinds(unsigned level)
{
    switch (level) {
    case EXPERT: return EXPERTS;
    case SYSTEM: return ADMINISTRATION;
    case VILLAGE: return COMMITTEE;
    default: return RURAL | FINANCE | GOVERNMENT | DEPARTMENT;
    }
}

Err place_check(Cx *cx, const char *level, const char *kind, const char *territory)
{
    unsigned l = option_bit(LEVELS, level);
    const char *code = territory == NULL ? "" : territory;
    if (!(kinds(l) & option_bit(ORGAN_KINDS, kind)))
        return fail(cx, INVALID, "kind", "机构类别“%s”不属于级别“%s”",
                    "kind %s is not one of level %s", kind, level);
    if (strlen(code) != digits(l) || strspn(code, "0123456789") != strlen(code))
        return fail(cx, INVALID, "territory", "级别“%s”的辖区代码应为 %zu 位数字，现为“%s”",
                    "the territory of level %s has %zu digits, not \"%s\"", level, digits(l), code);
    return OK;
}

Err seat_check(Cx *cx, const char *level, const char *seat)
{
    bool administrator = option_bit(SEATS, seat) & ADMINS;
    if (administrator != (option_bit(LEVELS, level) == SYSTEM))
        return fail(cx, INVALID, "seat", "岗位“%s”不能设在级别“%s”的机构",
                    "seat %s does not exist in an organ of level %s", seat, level);
    return OK;
}

/* --- actors --- */

typedef struct LevelLetter {
    const char *word;
    unsigned bits;
} LevelLetter;

static const LevelLetter ACTOR_LEVELS[] = { { "v", VILLAGE }, { "t", TOWNSHIP }, { "c", COUNTY },
                                            { "y", CITY },    { "p", PROVINCE }, { "x", OFFICES } };
static const LevelLetter ACTOR_ORGANS[] = { { "com", COMMITTEE }, { "gov", GOVERNMENT },
                                            { "r", RURAL },       { "f", FINANCE },
                                            { "d", DEPARTMENT },  { "*", ANY_KIND } };
static const LevelLetter ACTOR_SEATS[] = { { "h", HANDLER }, { "k", CHECKER }, { "s", SIGNER } };

static unsigned letter(const LevelLetter *table, size_t count, const char *word, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(table[i].word) == length && strncmp(table[i].word, word, length) == 0)
            return table[i].bits;
    return 0;
}

/* "d:water" or "d:水利": of the departments the one with that duty. */
static unsigned read_duty(const char *word, size_t length)
{
    for (unsigned i = 0; ORGAN_DUTIES[i].key; i++)
        for (unsigned k = 0; k < 2; k++) {
            const char *name = k ? ORGAN_DUTIES[i].zh : ORGAN_DUTIES[i].key;
            if (strlen(name) == length && strncmp(name, word, length) == 0)
                return 1u << i;
        }
    return 0;
}

bool actor_read(Actor *out, const char *text)
{
    size_t level = strcspn(text, ".");
    if (!text[level])
        return false;
    const char *organ = text + level + 1, *seat = organ + strcspn(organ, ".");
    out->levels = letter(ACTOR_LEVELS, COUNT(ACTOR_LEVELS), text, level);
    size_t kind = strcspn(organ, ".:");
    bool duty = organ[kind] == ':';
    out->kinds = letter(ACTOR_ORGANS, COUNT(ACTOR_ORGANS), organ, kind);
    out->duties = duty ? read_duty(organ + kind + 1, (size_t)(seat - organ) - kind - 1) : ANY_DUTY;
    if (duty && (out->kinds != DEPARTMENT || !out->duties))
        return false;
    out->seats =
        *seat ? letter(ACTOR_SEATS, COUNT(ACTOR_SEATS), seat + 1, strlen(seat + 1)) : DESKS;
    return out->levels && out->kinds && out->seats;
}

bool actors_have(Actors who, const char *level, const char *kind, const char *duty,
                 const char *seat)
{
    for (size_t i = 0; i < who.count; i++) {
        const Actor *a = &who.at[i];
        if (a->levels & option_bit(LEVELS, level) && a->kinds & option_bit(ORGAN_KINDS, kind) &&
            (a->duties == ANY_DUTY || a->duties & option_bit(ORGAN_DUTIES, duty)) &&
            a->seats & option_bit(SEATS, seat))
            return true;
    }
    return false;
}
