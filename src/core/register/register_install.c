#include "core/register/register_install.h"

#include "base/log.h"
#include "core/process/pack_store.h"
#include "core/register/flow.h"
#include "core/request/core.h"

#include <string.h>

typedef struct Installed {
    const char *noun;
    struct Installed *next;
} Installed;

/* --- growth --- */

static Err refuse(Cx *cx, const Register *r, const Field *f, const char *zh, const char *en)
{
    return fail(cx, INVALID, f->key, "登记簿“%s”的字段“%s”%s%.0s%.0s%.0s",
                "%.0s%.0s%.0sregister %s: the field “%s” %s", r->zh, f->zh, zh, r->noun, f->en, en);
}

/* What is retired stays so: its name would mean two things in old rows and in new ones. */
static Err option_returns(Cx *cx, const Register *r, const Field *now, const Field *before)
{
    for (const Option *o = before->options; o && o->key; o++)
        if (o->retired && !option_find(now->options, o->key)->retired)
            return refuse(cx, r, before,
                          arena_format(cx->arena, "把停用的选项“%s”又启用了，请另起一个", o->key),
                          arena_format(cx->arena,
                                       "takes its retired option %s up again; name "
                                       "another",
                                       o->key));
    return OK;
}

/* Values that are there must still be values. A limit of 0 is none. */
static bool is_narrower(const Field *now, const Field *before)
{
    bool max = now->max && (!before->max || now->max < before->max);
    return max || now->min > before->min || !text_same(now->pattern, before->pattern);
}

static Err option_goes(Cx *cx, const Register *r, const Field *now, const Field *before)
{
    for (const Option *o = before->options; o && o->key; o++)
        if (!now->options || !option_find(now->options, o->key))
            return refuse(
                cx, r, before, arena_format(cx->arena, "少了选项“%s”，已有的行还在用", o->zh),
                arena_format(cx->arena, "lost its option %s, which rows still have", o->key));
    return OK;
}

static Err field_grows(Cx *cx, const Register *r, const Field *now, const Field *before)
{
    const unsigned fixed = FIELD_KEY | FIELD_SEALED | FIELD_VIRTUAL | FIELD_FILE | FIELD_FILES;
    if (now->type != before->type || !text_same(now->unit, before->unit))
        return refuse(cx, r, before, "换了类型或单位，已有的值读不出来",
                      "has another type or unit, and its values could not be read");
    if ((now->flags & fixed) != (before->flags & fixed))
        return refuse(cx, r, before, "改了关键字或加密", "changed its key or its seal");
    if (!text_same(now->link, before->link))
        return refuse(cx, r, before, "改了所联系的登记", "names rows of something else");
    if (is_narrower(now, before))
        return refuse(cx, r, before, "的长度、大小或格式收窄了，已有的值会不合要求",
                      "became narrower, and values that are there would not fit");
    if (before->flags & FIELD_RETIRED && !(now->flags & FIELD_RETIRED))
        return refuse(cx, r, before, "已经停用，名称不能再用，请另起一个",
                      "is retired, and its name is not used again; name another");
    TRY(option_goes(cx, r, now, before));
    return option_returns(cx, r, now, before);
}

Err register_grows(Cx *cx, const Register *now, const Register *before)
{
    if (!text_same(now->place, before->place))
        return fail(cx, INVALID, "place", "登记簿“%s”换了所在的级别%.0s",
                    "%.0sregister %s is kept at another level", before->zh, before->noun);
    for (const Field *f = before->table.fields; f->type != FIELD_END; f++) {
        const Field *same = field_find(now->table.fields, f->key);
        if (!same)
            return refuse(cx, before, f, "不见了，已有的行还有它的值",
                          "is gone, and rows have values of it");
        TRY(field_grows(cx, before, same, f));
    }
    if (now->dated != before->dated)
        return fail(cx, INVALID, "dated", "登记簿“%s”的行要么一直有起止，要么一直没有%.0s",
                    "%.0sthe rows of register %s have dates, or have none, from the beginning",
                    before->zh, before->noun);
    return OK;
}

/* --- installing --- */

static const Register *of_pack(const Pack *pack, const char *noun)
{
    for (size_t i = 0; i < pack->register_count; i++)
        if (strcmp(pack->registers[i]->noun, noun) == 0)
            return pack->registers[i];
    return NULL;
}

/* The version in charge of the noun, and (of may be NULL) its pack; NULL where there is none yet.
 */
static Err installed(Cx *cx, const Register **out, const Pack **of, const char *noun)
{
    const char *hash;
    const Pack *pack;
    *out = NULL;
    Err e = store_text(cx, &hash, "SELECT pack FROM register WHERE noun = $1", ARGS(T(noun)));
    if (e == NOT_FOUND)
        return OK;
    TRY(e);
    TRY(pack_store_get(cx, &pack, hash));
    if (of)
        *of = pack;
    *out = of_pack(pack, noun);
    return *out ? OK
                : fail(cx, INTERNAL, noun, "政策包里没有登记簿 %s", "the pack lacks register %s",
                       noun);
}

/* Rows that an older program kept get the columns and the runs of this one, once. */
static Err adopt(Cx *cx, const Register *r)
{
    bool adopted;
    TRY(store_exists(cx, &adopted, "SELECT 1 FROM register WHERE noun = $1 AND adopted = 1",
                     ARGS(T(r->noun))));
    if (adopted)
        return OK;
    log_info("register", "%s: rows on their way are laid on desks", r->noun);
    TRY(table_grow(cx, &r->table, &r->table));
    const Register *found;
    TRY(register_find(cx, &found, r->noun));
    TRY(flow_adopt(cx, found));
    return store_run(cx, "UPDATE register SET adopted = 1 WHERE noun = $1", ARGS(T(r->noun)));
}

/* One noun is one programme's: another that happens to use the word would change who may read its
 * rows, which checks they pass and what its figures count. The programme that follows says so. */
static Err prove_heir(Cx *cx, const Register *r, const Pack *pack, const Pack *before)
{
    if (strcmp(pack->id, before->id) == 0 || text_same(pack->continues, before->id))
        return OK;
    return fail(
        cx, CONFLICT, r->noun,
        "登记簿“%s”属于政策包“%s”（%s）；接续它的政策包，请在 pack.json 写明 \"continues\": "
        "\"%s\"，"
        "否则请另起名称%.0s%.0s",
        "%.0s%.0s%.0s%.0sthe register %s belongs to the pack %s: a pack that follows it says "
        "\"continues\" in pack.json; else call the register otherwise",
        r->zh, before->zh, before->id, before->id, r->noun, before->id);
}

static Err install_one(Cx *cx, const Register *r, const Pack *pack)
{
    const Register *before;
    const Pack *of;
    const char *hash = pack->hash;
    TRY(installed(cx, &before, &of, r->noun));
    if (before) {
        TRY(prove_heir(cx, r, pack, of));
        TRY(adopt(cx, before));
        TRY(register_grows(cx, r, before));
        TRY(table_grow(cx, &r->table, &before->table));
        return store_run(cx, "UPDATE register SET pack = $1 WHERE noun = $2",
                         ARGS(T(hash), T(r->noun)));
    }
    TRY(table_create(cx, &r->table));
    log_info("register", "%s made", r->noun);
    return store_run(cx, "INSERT INTO register(noun, pack, made_at, adopted) VALUES($1, $2, $3, 1)",
                     ARGS(T(r->noun), T(hash), I(cx_now(cx))));
}

static const Module *module_link(const Cx *cx, const char *noun)
{
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        if ((*m)->link && strcmp((*m)->noun, noun) == 0)
            return *m;
    return NULL;
}

static Err prove_links(Cx *cx, const Pack *pack, const Register *r)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->link && !module_link(cx, f->link) && !of_pack(pack, f->link)) {
            TableLink link;
            TRY(register_link(cx, &link, f->link));
        }
    return OK;
}

Err register_install(Cx *cx, const Pack *pack)
{
    for (size_t i = 0; i < pack->register_count; i++)
        TRY(install_one(cx, pack->registers[i], pack));
    for (size_t i = 0; i < pack->register_count; i++)
        TRY(prove_links(cx, pack, pack->registers[i]));
    return OK;
}

static Err keep_one(Cx *cx, const char *noun)
{
    bool whole, adopted;
    const Register *r;
    TRY(installed(cx, &r, NULL, noun));
    TRY(table_is_whole(cx, &whole, &r->table));
    TRY(store_exists(cx, &adopted, "SELECT 1 FROM register WHERE noun = $1 AND adopted = 1",
                     ARGS(T(noun))));
    if (whole && adopted)
        return OK;
    log_info("register", "%s grows with the program", noun);
    TRY(store_begin(cx, true));
    Err e = adopted ? table_grow(cx, &r->table, &r->table) : adopt(cx, r);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

Err register_keep_all(Cx *cx)
{
    Rows rows;
    Installed *known = NULL;
    TRY(rows_open(cx, &rows, "SELECT noun FROM register ORDER BY noun", NO_ARGS));
    while (rows.more) {
        Installed *k = NEW(cx, Installed);
        *k = (Installed){ rows_text(cx, &rows, 0), known };
        known = k;
        TRY(rows_next(cx, &rows));
    }
    for (; known; known = known->next)
        TRY(keep_one(cx, known->noun));
    return OK;
}

/* Names of C's nouns that an older program wrote, or a migration. */
static Err order_nouns(Cx *cx, const Core *core)
{
    for (const Module *const *m = core->config.modules; m && *m; m++)
        if ((*m)->keeps)
            TRY(table_order_missing(cx, &(*m)->keeps->table));
    return OK;
}

Err register_order_all(Cx *cx)
{
    TRY(store_begin(cx, true));
    Err e = order_nouns(cx, cx->core);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

/* --- finding --- */

static const Field *name_of(const Register *r)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_NAME)
            return f;
    return NULL;
}

Err register_link(Cx *cx, TableLink *out, const char *noun)
{
    const Register *r;
    const Module *m = module_link(cx, noun);
    *out = (TableLink){ noun, m ? m->link : NULL, m && m->link_shared, m ? m->link_grams : NULL };
    if (m)
        return OK;
    TRY(installed(cx, &r, NULL, noun));
    if (!r)
        return fail(cx, INVALID, noun, "没有“%s”这样的登记可以联系", "there is no “%s” to link to",
                    noun);
    out->select = table_link_select(cx, &r->table, name_of(r)->key);
    out->grams = table_link_grams(cx, &r->table, name_of(r)->key);
    out->shared = r->shared;
    return OK;
}

Reach register_link_sight(Cx *cx, const TableLink *link)
{
    return link->shared ? range_of(cx, "") : register_reach(cx);
}

/* Names that are masked where they stand are masked where they are called, too. */
static Err link_fields(Cx *cx, Register *r)
{
    size_t count = 0, links = 0;
    while (r->table.fields[count].type != FIELD_END)
        count++;
    Field *fields = NEW_N(cx, Field, count + 1);
    TableLink *table = NEW_N(cx, TableLink, count + 1);
    memcpy(fields, r->table.fields, (count + 1) * sizeof *fields);
    for (size_t i = 0; i < count; i++) {
        const Register *to = NULL;
        if (!fields[i].link)
            continue;
        TRY(register_link(cx, &table[links++], fields[i].link));
        if (!module_link(cx, fields[i].link))
            TRY(installed(cx, &to, NULL, fields[i].link));
        for (size_t k = 0; k < count; k++)
            if (to && fields[k].of && strcmp(fields[k].of, fields[i].key) == 0)
                fields[k].flags |= name_of(to)->flags & (FIELD_MASKED | FIELD_SENSITIVE);
    }
    r->table.fields = fields;
    r->table.select = table_select(cx, r->table.name, fields, table);
    return OK;
}

static Err open_one(Cx *cx, Register *out, const Register *declared, const char *hash)
{
    *out = *declared;
    out->pack = hash;
    return link_fields(cx, out);
}

Err register_find(Cx *cx, const Register **out, const char *noun)
{
    const Register *declared;
    const char *hash;
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        if ((*m)->keeps && strcmp((*m)->noun, noun) == 0) {
            *out = (*m)->keeps;
            return OK;
        }
    TRY(installed(cx, &declared, NULL, noun));
    if (!declared)
        return fail(cx, NOT_FOUND, NULL, "没有登记簿“%s”", "there is no register “%s”", noun);
    TRY(store_text(cx, &hash, "SELECT pack FROM register WHERE noun = $1", ARGS(T(noun))));
    Register *r = NEW(cx, Register);
    *out = r;
    return open_one(cx, r, declared, hash);
}

Err register_all(Cx *cx, List *out)
{
    Rows rows;
    size_t room = 0;
    Register *all = NULL;
    *out = (List){ 0 };
    TRY(rows_open(cx, &rows, "SELECT noun FROM register ORDER BY noun", NO_ARGS));
    while (rows.more) {
        const Register *r;
        TRY(register_find(cx, &r, rows_text(cx, &rows, 0)));
        if (out->count == room) {
            size_t more = room ? 2 * room : 16;
            all = arena_grow(cx->arena, all, room * sizeof *all, more * sizeof *all);
            room = more;
        }
        all[out->count++] = *r;
        TRY(rows_next(cx, &rows));
    }
    out->rows = all;
    out->total = (int64_t)out->count;
    return OK;
}
