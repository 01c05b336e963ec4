#include "core/register/register.h"

#include "core/access/right.h"
#include "core/register/flow.h"
#include "core/register/quality.h"
#include "core/register/register_files.h"
#include "core/register/register_install.h"
#include "core/register/register_intake.h"
#include "core/register/register_parts.h"
#include "core/request/audit.h"
#include "policy/register/problem_role.h"
#include "sheet/merge.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* --- who --- */

static const struct {
    const char *word;
    RegisterVerb verb;
} VERBS[] = {
    { "read", REGISTER_READ },     { "write", REGISTER_WRITE },   { "check", REGISTER_CHECK },
    { "decide", REGISTER_DECIDE }, { "reveal", REGISTER_REVEAL }, { "publish", REGISTER_PUBLISH },
};

/* A noun of C has its rights in its module's table. */
static bool coded_allows(const Cx *cx, const Register *r, RegisterVerb verb)
{
    char right[64];
    snprintf(right, sizeof right, "%s.%s", r->noun, VERBS[verb].word);
    return right_find(cx, right) && right_allows(cx, right);
}

bool register_allows(const Cx *cx, const Register *r, RegisterVerb verb)
{
    const User *u = cx->user;
    if (!r->pack)
        return (verb == REGISTER_READ || !r->listed) && coded_allows(cx, r, verb);
    return u && actors_have(r->actors[verb], u->level, u->organ_kind, u->organ_duty, u->seat);
}

/* "act" is whoever has a part in it; which one is asked where the act is known. */
static bool allows_word(const Cx *cx, const Register *r, const char *word)
{
    for (size_t i = 0; i < COUNT(VERBS); i++) {
        bool asked = strcmp(VERBS[i].word, word) == 0;
        bool acts = strcmp(word, "act") == 0 && VERBS[i].verb != REGISTER_READ &&
                    VERBS[i].verb != REGISTER_REVEAL && VERBS[i].verb != REGISTER_PUBLISH;
        if ((asked || acts) && register_allows(cx, r, VERBS[i].verb))
            return true;
    }
    return strcmp(word, "act") == 0 && flow_concerns(cx, r);
}

Err register_right(Cx *cx, const char *noun, const char *verb)
{
    const Register *r;
    TRY(register_find(cx, &r, noun));
    if (allows_word(cx, r, verb))
        return OK;
    return fail(cx, FORBIDDEN, NULL, "您没有办理“%s”的这项权限%.0s",
                "you may not do this with “%.0s%s”", r->zh, r->en);
}

Err register_options(Cx *cx, const Option **out, const Register *r, const Field *f)
{
    *out = f->options;
    return *out || !r->options ? OK : r->options(cx, out, f->key);
}

Reach register_reach(Cx *cx)
{
    return cx->user ? user_range(cx, cx->user) : range_of(cx, ""); /* the command line sees all */
}

Reach register_sight(Cx *cx, const Register *r)
{
    return r->shared ? range_of(cx, "") : register_reach(cx);
}

/* --- fields of a row --- */

static const Field *own(const Register *r, const char *key)
{
    const Field *f = field_find(r->table.fields, key);
    assert(f && "no such field");
    return f;
}

const char **register_text_at(const Register *r, void *row, const char *key)
{
    return field_text(own(r, key), row);
}

int64_t *register_int_at(const Register *r, void *row, const char *key)
{
    return field_int(own(r, key), row);
}

const char *register_text(const Register *r, const void *row, const char *key)
{
    return *register_text_at(r, (void *)(uintptr_t)row, key);
}

int64_t register_int(const Register *r, const void *row, const char *key)
{
    return *register_int_at(r, (void *)(uintptr_t)row, key);
}

const char *register_called(Cx *cx, const Register *r, const void *row)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_NAME) {
            const char *name = text_or(register_text(r, row, f->key), "");
            return f->flags & FIELD_MASKED ? mask_text(cx, name) : name;
        }
    return "";
}

void *register_row(Cx *cx, const Register *r)
{
    void *row = arena_alloc(cx->arena, r->table.size);
    field_clear(row, r->table.fields);
    return row;
}

int64_t register_digits(const Register *r)
{
    static const int64_t DIGITS[] = { 2, 4, 6, 9, 12 }; /* of LEVELS, from the province down */
    size_t i = 0;
    if (!r->place)
        return 0;
    while (strcmp(LEVELS[i].key, r->place) != 0)
        i++;
    assert(i < COUNT(DIGITS));
    return DIGITS[i];
}

static bool in_state(const Register *r, const void *row, const char *state)
{
    return strcmp(text_or(register_text(r, row, "state"), ""), state) == 0;
}

/* --- proof --- */

/* The row's own division: of the level that the register is kept at, and in one's territory. */
Err register_prove_place(Cx *cx, const Register *r, const void *row)
{
    const Field *f = field_find(r->table.fields, "territory");
    if (!f)
        return OK; /* kept by whoever has the right, for all */
    const char *code = register_text(r, row, "territory");
    if (!code && f->flags & FIELD_VIRTUAL)
        return OK; /* a new row: it will be that of a row that it names, which is proved as a link
                    */
    if (!code)
        return fail(cx, INVALID, "territory", "请填写%s%.0s", "%.0s%s is required", f->zh, f->en);
    if (!range_has(register_reach(cx), code))
        return fail(cx, FORBIDDEN, "territory", "%s 不在您的辖区 %s",
                    "%s is not in your territory %s", code, cx->user->territory);
    return OK;
}

static bool is_as_it_was(const Field *f, const void *row, const void *before)
{
    void *now = (void *)(uintptr_t)row, *then = (void *)(uintptr_t)before;
    return field_is_text(f) ? text_same(*field_text(f, now), *field_text(f, then))
                            : *field_int(f, now) == *field_int(f, then);
}

/* Every link that the caller sets names a row that he may see: one that another set stays, though
 * he may not. What it is called is kept beside it, so that a list of changes can say so. */
static Err prove_links(Cx *cx, const Register *r, void *row, const void *before)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        const Field *from = f->of ? own(r, f->of) : NULL;
        if (!from)
            continue;
        TableLink link;
        const char **called = field_text(f, row);
        *called = NULL;
        Arg key =
            field_is_text(from) ? arg_text(*field_text(from, row)) : arg_int(*field_int(from, row));
        if (key.type == ARG_NULL)
            continue;
        TRY(register_link(cx, &link, from->link));
        bool kept = before && is_as_it_was(from, row, before);
        Reach sight = kept ? range_of(cx, "") : register_link_sight(cx, &link);
        Err e = table_link_called(cx, called, &link, sight, key);
        if (e == NOT_FOUND)
            return fail(cx, INVALID, from->key, "%s%.0s", "%.0s%s", cx->failure.zh, cx->failure.en);
        TRY(e);
    }
    return OK;
}

void register_clean(Cx *cx, const Register *r, void *row)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        if (f->type != FIELD_TEXT || f->flags & (FIELD_READONLY | FIELD_VIRTUAL))
            continue;
        const char **text = field_text(f, row);
        if (text_blank(*text))
            *text = NULL;
        else if (f->flags & (FIELD_KEY | FIELD_NAME) && !f->link)
            *text = sheet_key(cx, *text);
        if (*text && !**text)
            *text = NULL;
    }
}

const Field *register_typed(Cx *cx, const Register *r)
{
    size_t count = 0;
    while (r->table.fields[count].type != FIELD_END)
        count++;
    Field *fields = NEW_N(cx, Field, count + 1);
    memcpy(fields, r->table.fields, (count + 1) * sizeof *fields);
    for (size_t i = 0; i < count; i++)
        if (register_has_states(r) && !(fields[i].flags & FIELD_KEY))
            fields[i].flags &= ~(unsigned)FIELD_REQUIRED;
    return fields;
}

/* Without its key and the name that it is called by nobody finds a row again, draft or not. */
static Err prove_key(Cx *cx, const Register *r, const void *row)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        void *at = (void *)(uintptr_t)row;
        bool needed = f->flags & (FIELD_KEY | FIELD_NAME) && strcmp(f->key, "id") != 0;
        if (needed && (field_is_text(f) ? !*field_text(f, at) : *field_int(f, at) == UNSET))
            return fail(cx, INVALID, f->key, "请填写%s%.0s", "%.0s%s is required", f->zh, f->en);
    }
    return OK;
}

/* A workbook's masked cells may hold stars, so that their form is proved here, once they are whole.
 */
static Err prove_form(Cx *cx, const Register *r, const void *row)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        if (f->type != FIELD_TEXT || f->flags & (FIELD_READONLY | FIELD_VIRTUAL))
            continue;
        const Field one[] = { *f, FIELDS_END };
        const char *text = *field_text(f, (void *)(uintptr_t)row);
        Json value = { .type = J_TEXT, .key = f->key, .text = text };
        Json *items[] = { &value };
        if (text && text != FIELD_DAMAGED)
            TRY(field_check(cx, one, &(Json){ .type = J_OBJECT, .items = items, .count = 1 }));
    }
    return OK;
}

/* What is required may lack while the row is a draft; all that does is named at once. */
static Err prove_whole(Cx *cx, const Register *r, const void *row)
{
    Buf zh = BUF(cx), en = BUF(cx);
    const char *first = NULL;
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        void *at = (void *)(uintptr_t)row;
        bool needed = f->flags & FIELD_REQUIRED && !(f->flags & (FIELD_READONLY | FIELD_VIRTUAL));
        if (!needed || (field_is_text(f) ? *field_text(f, at) != NULL : *field_int(f, at) != UNSET))
            continue;
        buf_format(&zh, "%s%s", first ? "、" : "", f->zh);
        buf_format(&en, "%s%s", first ? ", " : "", f->en);
        first = first ? first : f->key;
    }
    return first ? fail(cx, INVALID, first, "请填写%s%.0s", "%.0splease fill in: %s", buf_text(&zh),
                        buf_text(&en))
                 : OK;
}

/* Beside the others of its key, as it would become known; a draft is told in time. */
static Err prove_dates(Cx *cx, const Register *r, void *row, const void *before)
{
    int64_t ended;
    if (!r->dated)
        return OK;
    if (before && dated_closed(&r->table, before))
        return fail(cx, STALE, "version", "这一条已被更正，请看最新的再改",
                    "this row was corrected; look at the newest first");
    if (before && dated_known(&r->table, before))
        *register_int_at(r, row, "replaces") = register_int(r, before, "id");
    return dated_prove(cx, &ended, &r->table, row);
}

/* What others rely upon stays as it was when the row was made. */
static Err prove_once(Cx *cx, const Register *r, const void *row, const void *before)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_ONCE && !is_as_it_was(f, row, before))
            return fail(cx, CONFLICT, f->key, "%s%.0s定后不能修改，请另建一条",
                        "%.0sthe %s stays as it was made; make another one", f->zh, f->en);
    return OK;
}

/* Where no step says whose a change is, it is theirs who enter rows. */
static Err prove_writer(Cx *cx, const Register *r)
{
    if (!r->pack || !cx->user || register_allows(cx, r, REGISTER_WRITE))
        return OK;
    return fail(cx, FORBIDDEN, NULL, "您没有修改“%s%.0s”的权限", "you may not change “%.0s%s”",
                r->zh, r->en);
}

/* What the program found it alone says it found. */
static Err prove_source(Cx *cx, const Register *r, const void *row, const void *before)
{
    if (!cx->user || !problem_role(r) ||
        !text_same(register_text(r, row, PROBLEM_SOURCE), PROBLEM_SYSTEM) ||
        (before && text_same(register_text(r, before, PROBLEM_SOURCE), PROBLEM_SYSTEM)))
        return OK;
    return fail(cx, INVALID, PROBLEM_SOURCE, "来源“系统”由程序填写，请选别的",
                "the program alone says that it found something; choose another source");
}

Err register_prove_onward(Cx *cx, const Register *r, void *row)
{
    TRY(prove_whole(cx, r, row));
    TRY(prove_dates(cx, r, row, NULL));
    return quality_hold(cx, r, row, true);
}

Err register_prove(Cx *cx, const Register *r, void *row, const void *before)
{
    bool corrects = before && r->dated && dated_known(&r->table, before);
    if (r->before)
        TRY(r->before(cx, row, before));
    if (before)
        TRY(register_prove_place(cx, r,
                                 before)); /* what all may read is still another's to change */
    TRY(register_prove_place(cx, r, row));
    TRY(prove_key(cx, r, row));
    TRY(prove_form(cx, r, row));
    TRY(prove_dates(cx, r, row, before));
    if (before && (corrects || !register_has_states(r)))
        TRY(prove_writer(cx, r));
    else if (before)
        TRY(flow_prove_change(cx, r, row, before));
    if (before)
        TRY(prove_once(cx, r, row, before));
    TRY(prove_source(cx, r, row, before));
    TRY(prove_links(cx, r, row, before));
    TRY(register_files_prove(cx, r, row, before));
    TRY(register_has_states(r) ? OK : prove_whole(cx, r, row));
    TRY(register_has_states(r) ? OK : quality_hold(cx, r, row, false));
    return r->check ? r->check(cx, row, before) : OK;
}

/* --- rows --- */

Err register_get(Cx *cx, const Register *r, void *row, int64_t id)
{
    return table_get(cx, row, &r->table, register_sight(cx, r), id);
}

/* Somebody else's row may have the key, and that one is no secret: the key itself is what was
 * typed. */
static Err key_taken(Cx *cx, const Register *r, Err e)
{
    if (e != CONFLICT)
        return e;
    Buf zh = BUF(cx), en = BUF(cx);
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_KEY && strcmp(f->key, "id") != 0) {
            buf_format(&zh, "%s%s", zh.length ? "、" : "", f->zh);
            buf_format(&en, "%s%s", en.length ? ", " : "", f->en);
        }
    return fail(cx, CONFLICT, cx->failure.field, "%s相同的已经登记过一条%.0s",
                "%.0sone with the same %s is recorded already", buf_text(&zh), buf_text(&en));
}

Err register_key_free(Cx *cx, const Register *r, const void *row)
{
    void *other = register_row(cx, r);
    Err e = table_find(cx, other, &r->table, range_of(cx, ""), row);
    if (e != OK)
        return e == NOT_FOUND ? OK : e;
    const Field *first = r->table.fields;
    while (!(first->flags & FIELD_KEY) || strcmp(first->key, "id") == 0)
        first++;
    return key_taken(cx, r, fail(cx, CONFLICT, first->key, "已登记过", "recorded already"));
}

/* Who entered a row, and how; nouns of C say it in columns of their own, or not at all. */
static void sign_row(Cx *cx, const Register *r, void *row)
{
    *register_int_at(r, row, "made_by") = cx->user ? cx->user->id : UNSET;
    *register_int_at(r, row, "made_at") = cx_now(cx);
    *register_int_at(r, row, "changed_at") = cx_now(cx);
    if (!register_text(r, row, "origin"))
        *register_text_at(r, row, "origin") = "typed";
}

static Err insert(Cx *cx, const Register *r, int64_t *id, void *row)
{
    if (r->pack)
        sign_row(cx, r, row);
    if (register_has_states(r))
        *register_text_at(r, row, "state") = r->process->steps[0].key;
    TRY(key_taken(cx, r, table_insert(cx, &r->table, id, row)));
    return register_files_keep(cx, r, *id, row);
}

/* What of the one is otherwise in the other; when each was known the rows themselves say. */
static void audit_correction(Cx *cx, const Register *r, int64_t id, void *before, const void *row)
{
    static const char *const KEPT[] = { "known_from", "known_to", "replaces",  "made_by",
                                        "made_at",    "sent_by",  "changed_at" };
    for (size_t i = 0; i < COUNT(KEPT); i++)
        *register_int_at(r, before, KEPT[i]) = register_int(r, row, KEPT[i]);
    audit_change(cx, r->noun, id, r->table.fields, before, row);
}

/* And what it ends is on record as ended. */
Err register_become_known(Cx *cx, const Register *r, int64_t id, const void *row)
{
    DatedTurn turn;
    if (!r->dated)
        return OK;
    TRY(dated_take(cx, &turn, &r->table, row, id));
    if (!turn.ended)
        return OK;
    void *before = register_row(cx, r), *after = register_row(cx, r);
    Reach all = range_of(cx, "");
    TRY(table_get(cx, before, &r->table, all, turn.before));
    TRY(table_get(cx, after, &r->table, all, turn.ended));
    audit_correction(cx, r, turn.ended, before, after);
    return OK;
}

Err register_create(Cx *cx, const Register *r, int64_t *id, void *row)
{
    register_clean(cx, r, row);
    TRY(register_prove(cx, r, row, NULL));
    TRY(insert(cx, r, id, row));
    audit_change(cx, r->noun, *id, r->table.fields, NULL, row);
    if (!register_has_states(r))
        TRY(register_become_known(cx, r, *id, row));
    return r->after ? r->after(cx, row, NULL) : OK;
}

/* What is known stays as it is; beside it stands what replaces it. */
static Err correct(Cx *cx, const Register *r, int64_t *id, void *row, void *before)
{
    if (register_int(r, row, "version") != register_int(r, before, "version"))
        return fail(cx, STALE, "version", "他人已保存较新的版本，请比较后再保存",
                    "somebody else saved a newer version; compare and save again");
    *register_text_at(r, row, "origin") = "typed";
    *register_int_at(r, row, "sent_by") = UNSET;
    *register_int_at(r, row, "known_from") = UNSET;
    TRY(insert(cx, r, id, row));
    audit_correction(cx, r, *id, before, row);
    return register_has_states(r) ? OK : register_become_known(cx, r, *id, row);
}

Err register_write(Cx *cx, const Register *r, void *row)
{
    if (r->pack)
        *register_int_at(r, row, "changed_at") = cx_now(cx);
    return table_update(cx, &r->table, row, register_int(r, row, "id"),
                        register_int(r, row, "version"));
}

Err register_update(Cx *cx, const Register *r, int64_t *to, void *row)
{
    void *before = register_row(cx, r);
    int64_t id = register_int(r, row, "id");
    TRY(register_get(cx, r, before, id));
    register_clean(cx, r, row);
    TRY(register_prove(cx, r, row, before));
    if (r->dated && dated_known(&r->table, before))
        return correct(cx, r, to, row, before);
    *to = id;
    TRY(flow_follow(cx, r, row));
    TRY(key_taken(cx, r, register_write(cx, r, row)));
    TRY(register_files_keep(cx, r, id, row));
    audit_change(cx, r->noun, id, r->table.fields, before, row);
    return r->after ? r->after(cx, row, before) : OK;
}

/* --- which rows name another: what one of them names is not removed --- */

enum { NAMED_MOST = 3 };

/* What is said of the rows that name it: those that the caller may see by name. */
typedef struct Naming {
    const Register *to;
    int64_t id;
    int64_t count;
    int64_t hidden;
    Buf zh, en;
} Naming;

static void put_named(Cx *cx, Naming *n, const Register *r, const void *row)
{
    const Field *place = field_find(r->table.fields, "territory");
    const char *code = place ? register_text(r, row, "territory") : NULL;
    if (!register_allows(cx, r, REGISTER_READ) ||
        (code && !range_has(register_sight(cx, r), code))) {
        n->hidden++;
        return;
    }
    const char *name = register_called(cx, r, row);
    buf_format(&n->zh, "%s%s“%s”", n->zh.length ? "、" : "", r->zh, name);
    buf_format(&n->en, "%s%s “%s”", n->en.length ? ", " : "", r->en, name);
}

static Err ask_link(Cx *cx, Naming *n, const Register *r, const Field *f)
{
    List found;
    TRY(table_naming(cx, &found, &r->table, f, n->id, NAMED_MOST + 1));
    for (size_t i = 0; i < found.count; i++) {
        const char *row = (const char *)found.rows + i * r->table.size;
        bool itself = strcmp(r->noun, n->to->noun) == 0 && register_int(r, row, "id") == n->id;
        if (!itself && n->count++ < NAMED_MOST)
            put_named(cx, n, r, row);
    }
    return OK;
}

/* Rows of other places are said to be there, and no more. */
static Err refuse_named(Cx *cx, Naming *n)
{
    if (n->hidden) {
        buf_add(&n->zh, n->zh.length ? "和其他单位的登记" : "其他单位的登记");
        buf_add(&n->en, n->en.length ? " and rows of others" : "rows of others");
    }
    return fail(cx, CONFLICT, "links", "%s%s联系着这一条，请先改掉再删除%.0s%.0s",
                "%.0s%.0s%s%s name this row; change them first", buf_text(&n->zh),
                n->count > NAMED_MOST ? "等" : "", buf_text(&n->en),
                n->count > NAMED_MOST ? " and more" : "");
}

static Err unnamed(Cx *cx, const Register *to, int64_t id)
{
    List all;
    Naming n = { .to = to, .id = id, .zh = BUF(cx), .en = BUF(cx) };
    TRY(register_all(cx, &all));
    const Register *registers = all.rows;
    for (size_t i = 0; i < all.count; i++)
        for (const Field *f = registers[i].table.fields; f->type != FIELD_END; f++)
            if (f->type == FIELD_INT && !(f->flags & FIELD_VIRTUAL) && text_same(f->link, to->noun))
                TRY(ask_link(cx, &n, &registers[i], f));
    return n.count ? refuse_named(cx, &n) : OK;
}

/* --- removing --- */

/* Nobody but its writer has seen it, and no figure counts it: what is on record is that it went. */
Err register_remove(Cx *cx, const Register *r, int64_t id, int64_t version)
{
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, id));
    if (!register_has_states(r) || !in_state(r, row, r->process->steps[0].key) ||
        register_int(r, row, "sent_by") != UNSET)
        return fail(cx, CONFLICT, "state", "只有没报送过的草稿可以删除",
                    "only a draft that was never sent can be removed");
    TRY(register_prove_place(cx, r, row));
    TRY(unnamed(cx, r, id));
    TRY(table_delete(cx, &r->table, id, version));
    audit_change(cx, r->noun, id, r->table.fields, row, NULL);
    return OK;
}

Err register_may_go(Cx *cx, const Register *r, const void *row)
{
    TRY(register_prove_place(cx, r, row));
    const Step *s = r->process ? process_step(r->process, register_text(r, row, "state")) : NULL;
    if (!r->process || (s && s->edits))
        return unnamed(cx, r, register_int(r, row, "id"));
    const char *name = register_called(cx, r, row);
    return fail(cx, CONFLICT, "state",
                "表里没有“%s”，而它已经报送，不能由表移除：请补进表里，或先退回",
                "the sheet lacks “%s”, which was sent and cannot go by a sheet: put it in, or have "
                "it returned first",
                name);
}

Err register_withdraw(Cx *cx, const Register *r, const void *row)
{
    int64_t id = register_int(r, row, "id");
    TRY(register_may_go(cx, r, row));
    TRY(table_delete(cx, &r->table, id, register_int(r, row, "version")));
    audit_change(cx, r->noun, id, r->table.fields, row, NULL);
    return OK;
}
