/* What tells of a zone: its divisions, organs, people and files, as people write them. Each name is
 * learned in several spellings, whole, without its kind (村, 镇, 有限公司), without the places
 * before it; how short a stem may be is a question of how rare it is, for a mask over common words
 * makes a dossier unreadable and hides nothing.
 *
 * The order matters: the first to learn a spelling keeps it. So the dossier's own villages come
 * first, then the county, then what lies around; names of people and files last.
 */
#include "modules/review/blind_zone.h"

#include "core/access/right.h"

#include <string.h>

enum { COUNTY_DIGITS = 6, CITY_DIGITS = 4, PROVINCE_DIGITS = 2, TOWNSHIP_DIGITS = 9 };

/* Kinds of a name, as people put them behind its stem. Longest first: 社区 must not leave a 社
 * behind. */
static const char *const VILLAGE_ENDS[] = { "村民委员会", "居民委员会", "村委会", "居委会",
                                            "自然村",     "社区",       "村",     NULL };
static const char *const OTHER_VILLAGE_ENDS[] = { "社区", "村", NULL };
static const char *const TOWNSHIP_ENDS[] = { "街道办事处", "办事处", "街道", "镇", "乡", NULL };
static const char *const COUNTY_ENDS[] = { "县", "市", "区", NULL };
static const char *const CITY_ENDS[] = { "地区", "市", NULL };
static const char *const COMPANY_ENDS[] = { "农民专业合作社联合社",
                                            "股份有限公司",
                                            "有限责任公司",
                                            "农民专业合作社",
                                            "专业合作社",
                                            "股份合作社",
                                            "集团有限公司",
                                            "有限公司",
                                            "合作社联合社",
                                            "联合社",
                                            "合作社",
                                            "家庭农场",
                                            "集团",
                                            "公司",
                                            "农场",
                                            "协会",
                                            "厂",
                                            NULL };
static const char *const OFFICE_ENDS[] = { "管理委员会", "工作委员会", "服务中心", "委员会",
                                           "管委会",     "办公室",     "中心",     "局",
                                           "委",         "办",         "厅",       "站",
                                           "所",         "院",         NULL };
static const char *const ZONE_ENDS[] = { "衔接乡村振兴集中推进区",
                                         "乡村振兴集中推进区",
                                         "衔接推进区",
                                         "集中推进区",
                                         "推进区",
                                         "示范区",
                                         "片区",
                                         "区",
                                         NULL };

/* A division and its thing, by code. */
typedef struct Known {
    const char *code;
    BlindThing *thing;
} Known;

typedef struct BlindMaking {
    Cx *cx;
    Blind *blind;
    const char *county;
    const Json *villages; /* of the dossier */
    Known *known;
    size_t count, room;
    const char **places; /* cities, counties and townships, as names begin with them */
    size_t place_count, place_room;
} BlindMaking;

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The text without the first ending that leaves at least least characters; NULL = none fits. */
static const char *without(Cx *cx, const char *text, const char *const *ends, size_t least)
{
    size_t length = strlen(text);
    for (; *ends; ends++) {
        size_t n = strlen(*ends);
        if (length <= n || strcmp(text + length - n, *ends) != 0)
            continue;
        const char *stem = arena_text_n(cx->arena, text, length - n);
        if (text_count(stem) >= least)
            return stem;
    }
    return NULL;
}

/* --- divisions --- */

/* The villages that the dossier itself is about. */
static bool is_own_village(const BlindMaking *m, const char *code)
{
    for (size_t i = 0; m->villages && i < m->villages->count; i++)
        if (text_same(json_text(m->villages->items[i], "code", NULL), code))
            return true;
    return false;
}

/* By the length of its code, as the national codes of divisions are made. */
static BlindKind kind_of(const BlindMaking *m, const char *code)
{
    switch (strlen(code)) {
    case CITY_DIGITS: return begins(m->county, code) ? BLIND_CITY : BLIND_CITIES;
    case COUNTY_DIGITS: return begins(m->county, code) ? BLIND_COUNTY : BLIND_COUNTIES;
    case TOWNSHIP_DIGITS: return BLIND_TOWNSHIP;
    default: return BLIND_VILLAGE;
    }
}

static BlindThing *known(const BlindMaking *m, const char *code)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->known[i].code, code) == 0)
            return m->known[i].thing;
    return NULL;
}

/* The thing of a code, with the code as its first spelling where the code tells something. The code
 * of another division is masked where it stands alone: four digits inside of a figure are no city.
 */
static BlindThing *learn(BlindMaking *m, const char *code)
{
    BlindThing *thing = known(m, code);
    if (thing)
        return thing;
    thing = blind_thing(m->cx, m->blind, kind_of(m, code));
    if (m->count == m->room) {
        size_t room = m->room ? m->room * 2 : 256;
        m->known =
            arena_grow(m->cx->arena, m->known, sizeof(Known) * m->room, sizeof(Known) * room);
        m->room = room;
    }
    m->known[m->count++] = (Known){ code, thing };
    if (begins(code, m->county))
        blind_spell(m->cx, m->blind, thing, code);
    else
        blind_spell_alone(m->cx, m->blind, thing, code);
    return thing;
}

/* One character is no place: 区 or 市 would be taken off every name. */
static void learn_place(BlindMaking *m, const char *name)
{
    if (text_count(name) < 2)
        return;
    if (m->place_count == m->place_room) {
        size_t room = m->place_room ? m->place_room * 2 : 256;
        m->places = arena_grow(m->cx->arena, m->places, sizeof(char *) * m->place_room,
                               sizeof(char *) * room);
        m->place_room = room;
    }
    m->places[m->place_count++] = name;
}

/* People write 张家村, 张家社区 and 张家 of one village: the stem takes every ending of its kind.
 */
static void spell_with(BlindMaking *m, BlindThing *thing, const char *stem, const char *const *ends)
{
    for (; *ends; ends++)
        blind_spell(m->cx, m->blind, thing, arena_format(m->cx->arena, "%s%s", stem, *ends));
}

/* A stem of two characters is hidden where it names a place of the county or a city; elsewhere,
 * among a thousand villages and counties, it is too often a common word. */
static void spell_division(BlindMaking *m, BlindThing *thing, const char *code, const char *name)
{
    enum { RARE = 3 };
    size_t digits = strlen(code);
    bool own_village = digits > TOWNSHIP_DIGITS && is_own_village(m, code);
    bool near = own_village || digits == TOWNSHIP_DIGITS || digits == CITY_DIGITS ||
                (digits == COUNTY_DIGITS && strncmp(code, m->county, CITY_DIGITS) == 0);
    const char *const *ends = digits == CITY_DIGITS       ? CITY_ENDS
                              : digits == COUNTY_DIGITS   ? COUNTY_ENDS
                              : digits == TOWNSHIP_DIGITS ? TOWNSHIP_ENDS
                              : own_village               ? VILLAGE_ENDS
                                                          : OTHER_VILLAGE_ENDS;
    const char *stem =
        without(m->cx, text_fold(m->cx, name), digits > TOWNSHIP_DIGITS ? VILLAGE_ENDS : ends, 1);
    blind_spell(m->cx, m->blind, thing, name);
    if (!stem)
        stem = text_fold(m->cx, name);
    if (digits <= TOWNSHIP_DIGITS) {
        learn_place(m, text_fold(m->cx, name));
        learn_place(m, stem);
    }
    spell_with(m, thing, stem, ends);
    if (near || text_count(stem) >= RARE)
        blind_spell(m->cx, m->blind, thing, stem);
}

/* First the dossier's own villages, so that a name two villages share is theirs. */
static void learn_villages(BlindMaking *m)
{
    for (size_t i = 0; m->villages && i < m->villages->count; i++) {
        const char *code = json_text(m->villages->items[i], "code", NULL);
        const char *name = json_text(m->villages->items[i], "name", NULL);
        if (!code)
            continue;
        BlindThing *thing = learn(m, code);
        if (!text_blank(name))
            spell_division(m, thing, code, name);
    }
}

/* $1 = the county, $2 = the province: all of the county, and cities and counties beside it */
#define NEAR "(" WITHIN("code", 1) " OR length(code) IN (4, 6) AND " WITHIN("code", 2) ")"

/* Rows of code and name; aliases have the code of the division whose other name they are. */
static Err learn_rows(BlindMaking *m, Rows *rows)
{
    while (rows->more) {
        const char *code = rows_text(m->cx, rows, 0);
        spell_division(m, learn(m, code), code, rows_text(m->cx, rows, 1));
        TRY(rows_next(m->cx, rows));
    }
    return OK;
}

/* What was merged into a division bears its chip: the old name of a village tells as much as the
 * new. */
static Err learn_mergers(BlindMaking *m)
{
    Rows rows;
    TRY(rows_open(m->cx, &rows,
                  "SELECT g.into_code, r.name, g.from_code FROM region_merger g "
                  "JOIN region r ON r.code = g.from_code WHERE " WITHIN("g.into_code",
                                                                        1) " "
                                                                           "ORDER BY g.id, r.id",
                  ARGS(T(m->county))));
    while (rows.more) {
        const char *into = rows_text(m->cx, &rows, 0);
        BlindThing *thing = learn(m, into);
        spell_division(m, thing, into, rows_text(m->cx, &rows, 1));
        blind_spell(m->cx, m->blind, thing, rows_text(m->cx, &rows, 2));
        TRY(rows_next(m->cx, &rows));
    }
    return OK;
}

/* Ordered by the length of codes, cities before counties before villages: a name that a city shares
 * with a far village is the city's. Former names are rows as well, with an end. */
static Err learn_divisions(BlindMaking *m)
{
    const char *province = arena_text_n(m->cx->arena, m->county, PROVINCE_DIGITS);
    Rows rows;
    learn(m, m->county);
    learn_villages(m);
    TRY(learn_mergers(m));
    TRY(rows_open(m->cx, &rows,
                  "SELECT code, name FROM region WHERE " NEAR " ORDER BY length(code), code, id",
                  ARGS(T(m->county), T(province))));
    TRY(learn_rows(m, &rows));
    TRY(rows_open(m->cx, &rows,
                  "SELECT code, name FROM region_alias WHERE " NEAR
                  " ORDER BY length(code), code, id",
                  ARGS(T(m->county), T(province))));
    return learn_rows(m, &rows);
}

/* --- organs, people, files, the zone itself --- */

/* The name without the places before it, where two characters are left. */
static const char *without_places(const BlindMaking *m, const char *name)
{
    for (size_t longest = 1; longest;) {
        longest = 0;
        for (size_t i = 0; i < m->place_count; i++) {
            size_t n = strlen(m->places[i]);
            if (n > longest && begins(name, m->places[i]) && text_count(name + n) >= 2)
                longest = n;
        }
        name += longest;
    }
    return name;
}

/* A firm is known by its bare name; an office's, like 农业农村, is a common word unless it is long.
 */
static void spell_organ(BlindMaking *m, const char *name)
{
    enum { RARE = 5 };
    BlindThing *thing = blind_thing(m->cx, m->blind, BLIND_ORGAN);
    const char *bare = without_places(m, text_fold(m->cx, name));
    const char *stem = without(m->cx, bare, COMPANY_ENDS, 2);
    blind_spell(m->cx, m->blind, thing, name);
    if (stem)
        blind_spell(m->cx, m->blind, thing, bare);
    else
        stem = without(m->cx, bare, OFFICE_ENDS, RARE);
    if (stem)
        blind_spell(m->cx, m->blind, thing, stem);
}

/* Also without 推进区, and what stands before a colon and behind it alone. */
static void spell_zone(BlindMaking *m, const char *name)
{
    enum { RARE = 3 };
    BlindThing *thing = blind_common(m->blind, BLIND_ZONE);
    const char *bare = text_fold(m->cx, name);
    blind_spell(m->cx, m->blind, thing, bare);
    const char *colon = strchr(bare, ':');
    if (colon) {
        const char *before = arena_text_n(m->cx->arena, bare, (size_t)(colon - bare));
        if (text_count(before) >= RARE)
            blind_spell(m->cx, m->blind, thing, before);
        bare = colon + 1;
    }
    blind_spell(m->cx, m->blind, thing, bare);
    const char *stem = without(m->cx, bare, ZONE_ENDS, RARE);
    if (stem)
        blind_spell(m->cx, m->blind, thing, stem);
    bare = without_places(m, bare);
    stem = without(m->cx, bare, ZONE_ENDS, RARE);
    if (stem)
        blind_spell(m->cx, m->blind, thing, stem);
}

static void spell_person(BlindMaking *m, const char *name)
{
    blind_spell(m->cx, m->blind, blind_thing(m->cx, m->blind, BLIND_PERSON), name);
}

/* A file is spoken of without its ending, too; a short one like 附件 is a common word. */
static void spell_file(BlindMaking *m, const char *name)
{
    enum { RARE = 4 };
    BlindThing *thing = blind_thing(m->cx, m->blind, BLIND_FILE);
    const char *dot = strrchr(name, '.');
    const char *bare = dot ? arena_text_n(m->cx->arena, name, (size_t)(dot - name)) : name;
    blind_spell(m->cx, m->blind, thing, name);
    if (text_count(bare) >= RARE)
        blind_spell(m->cx, m->blind, thing, bare);
}

/* Each name of the rows, spelled in the way of its kind. */
static Err each_name(BlindMaking *m, void (*spell)(BlindMaking *, const char *), Rows *rows)
{
    while (rows->more) {
        spell(m, rows_text(m->cx, rows, 0));
        TRY(rows_next(m->cx, rows));
    }
    return OK;
}

/* Organs of the county and of its city alone, and people of the county: those of the province act
 * on all zones alike and tell of none. */
static Err learn_names(BlindMaking *m, int64_t zone_id)
{
    const char *city = arena_text_n(m->cx->arena, m->county, CITY_DIGITS);
    Rows rows;
    TRY(rows_open(m->cx, &rows,
                  "SELECT name FROM organ WHERE " WITHIN("territory", 1) " OR territory = $2 "
                                                                         "ORDER BY id",
                  ARGS(T(m->county), T(city))));
    TRY(each_name(m, spell_organ, &rows));
    TRY(rows_open(m->cx, &rows,
                  "SELECT u.name FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "WHERE " WITHIN("o.territory", 1) " ORDER BY u.id",
                  ARGS(T(m->county))));
    TRY(each_name(m, spell_person, &rows));
    TRY(rows_open(m->cx, &rows,
                  "SELECT name FROM attachment WHERE noun IN ('zone', 'review') "
                  "AND noun_id = $1 ORDER BY id",
                  ARGS(I(zone_id))));
    return each_name(m, spell_file, &rows);
}

/* --- blind fields --- */

static const struct BlindField {
    const char *key;
    BlindKind kind;
} BLIND_FIELDS[] = {
    { "department", BLIND_ORGAN },
    { "document", BLIND_DOCUMENT },
};

/* Fields of divisions and the zone's name are known already: the first spelling stays. */
static void learn_field(BlindMaking *m, const Field *f, const char *text)
{
    BlindKind kind = BLIND_HIDDEN;
    for (size_t i = 0; i < COUNT(BLIND_FIELDS); i++)
        if (strcmp(BLIND_FIELDS[i].key, f->key) == 0)
            kind = BLIND_FIELDS[i].kind;
    if (kind == BLIND_ORGAN)
        spell_organ(m, text);
    else
        blind_spell(m->cx, m->blind, blind_common(m->blind, kind), text);
}

/* What the dictionary marks as blind is hidden in its own field; its text is learned, too, for it
 * may be said again in any other. */
static void learn_fields(BlindMaking *m, const Field *fields, const Json *object)
{
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const Json *j = json_get(object, f->key);
        if (json_missing(j))
            continue;
        if (f->flags & FIELD_BLIND && j->type == J_TEXT && !f->pattern)
            learn_field(m, f, j->text);
        if (f->fields && j->type == J_OBJECT)
            learn_fields(m, f->fields, j);
        for (size_t i = 0; f->fields && j->type == J_ARRAY && i < j->count; i++)
            learn_fields(m, f->fields, j->items[i]);
    }
}

Err blind_of_zone(Cx *cx, Blind **out, const ZoneView *v, const Json *dossier)
{
    const char *province = arena_text_n(cx->arena, v->zone.county, PROVINCE_DIGITS);
    BlindMaking m = { .cx = cx,
                      .blind = blind_new(cx, province),
                      .county = v->zone.county,
                      .villages = json_get(dossier, "villages") };
    TRY(learn_divisions(&m));
    spell_zone(&m, v->zone.name);
    spell_zone(&m, json_text(dossier, "zone", v->zone.name));
    TRY(learn_names(&m, v->zone.id));
    learn_fields(&m, v->pack->dossier.fields, dossier);
    *out = m.blind;
    return OK;
}

/* --- the document --- */

/* A document being put under the mask. */
typedef struct Veil {
    Cx *cx;
    JsonOut *o;
    Blind *blind;
} Veil;

static void put_fields(Veil *v, const char *key, const Field *fields, const Json *object);

/* A blind field shows the chip of what stands in it where that is known, so that an expert sees
 * that two fields speak of one thing. */
static void put_hidden(Veil *v, const char *key, const Json *j)
{
    BlindThing *thing = j->type == J_TEXT ? blind_find(v->cx, v->blind, j->text) : NULL;
    if (!thing)
        thing = blind_common(v->blind, BLIND_HIDDEN);
    json_put_text(v->o, key, blind_chip(v->cx, v->blind, thing));
}

static void put_text(Veil *v, const char *key, const Json *j)
{
    if (j->type == J_TEXT)
        json_put_text(v->o, key, blind_text(v->cx, v->blind, j->text));
    else
        json_put_null(v->o, key);
}

static void put_list(Veil *v, const char *key, const Field *f, const Json *list)
{
    json_open(v->o, key, '[');
    for (size_t i = 0; i < list->count; i++)
        if (f->fields)
            put_fields(v, NULL, f->fields, list->items[i]);
        else
            put_text(v, NULL, list->items[i]);
    json_close(v->o, ']');
}

/* Its keys are words too. */
static void put_map(Veil *v, const char *key, const Json *map)
{
    json_open(v->o, key, '{');
    for (size_t i = 0; i < map->count; i++)
        put_text(v, blind_text(v->cx, v->blind, map->items[i]->key), map->items[i]);
    json_close(v->o, '}');
}

/* A value whose type leaves no room for a name goes as it is; all the rest is masked. What the
 * dictionary does not know is not written at all (put_fields goes by the fields). */
static void put_value(Veil *v, const Field *f, const Json *j)
{
    bool word = j->type == J_TEXT && f->type != FIELD_ENUM && f->type != FIELD_MONEY &&
                f->type != FIELD_DATE && f->type != FIELD_INSTANT && f->type != FIELD_DECIMAL;
    if (f->flags & FIELD_BLIND)
        put_hidden(v, f->key, j);
    else if (j->type == J_ARRAY)
        put_list(v, f->key, f, j);
    else if (j->type == J_OBJECT && f->fields)
        put_fields(v, f->key, f->fields, j);
    else if (j->type == J_OBJECT)
        put_map(v, f->key, j);
    else if (word)
        put_text(v, f->key, j);
    else
        json_put(v->o, f->key, j);
}

static void put_fields(Veil *v, const char *key, const Field *fields, const Json *object)
{
    json_open(v->o, key, '{');
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const Json *j = json_get(object, f->key);
        if (j && j->type == J_NULL)
            json_put_null(v->o, f->key);
        else if (j)
            put_value(v, f, j);
    }
    json_close(v->o, '}');
}

void blind_put_document(Cx *cx, JsonOut *o, const char *key, Blind *b, const Field *fields,
                        const Json *document)
{
    Veil v = { cx, o, b };
    put_fields(&v, key, fields, document);
}
