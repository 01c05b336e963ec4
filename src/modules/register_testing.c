#include "modules/register_testing.h"

#include "base/file.h"
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/register/figure.h"
#include "core/register/flow.h"
#include "core/register/register.h"
#include "core/register/register_install.h"
#include "core/register/register_sheet.h"
#include "core/request/act.h"
#include "core/request/job.h"
#include "policy/register/publish.h"

#include <string.h>

enum { FILE_MOST = 1 << 20, PERSONAL = FIELD_MASKED | FIELD_SEALED | FIELD_SENSITIVE };
#define PROCESSES "process.json"
#define PRIVATE   "私样例" /* begins what no publication may show */

#define NAME(name, level, kind, seat, territory) name,
static const char *const CAST[] = { SERVER_CAST(NAME) };

/* The cast's own division at each level; the first of each is where rows are made. */
static const struct {
    const char *level, *code;
} HERE[] = { { "province", "37" },
             { "city", "3706" },
             { "county", "370683" },
             { "township", "370683100" },
             { "village", "370683100200" } };

static const char *here(const char *level)
{
    size_t i = 0;
    while (strcmp(HERE[i].level, text_or(level, "county")) != 0)
        i++;
    return HERE[i].code;
}

static void given_divisions(Cx *cx)
{
    for (size_t i = 0; i < COUNT(HERE); i++)
        EXPECT_OK(
            store_run(cx,
                      "INSERT INTO region(code, name, short, level, parent, functional, "
                      "source, version) VALUES($1, $2, $2, $3, '', 0, '样例', 1)",
                      ARGS(T(HERE[i].code), T(arena_format(cx->arena, "样例%s", HERE[i].code)),
                           T(HERE[i].level))));
}

Err register_testing_add(Cx *cx, const PackFile *files, size_t count)
{
    const char *hash;
    return pack_store_publish(cx, &hash, &(PackSource){ "packs/lu-2022-26", files, count });
}

/* Files of a pack, not of a register. */
static const Option WHOLE[] = {
    { .key = "facts.json" }, { .key = "quality.json" }, { .key = PROCESSES }, { .key = NULL }
};

/* A pack has one file of processes: those of the folder stand in it before the pack's own. */
static void add_processes(Cx *cx, PackFile *f, const char *pack)
{
    const char *own, *from = strchr(f->bytes, '['), *to = strrchr(f->bytes, ']');
    size_t length;
    EXPECT_OK(
        file_read(cx, &own, &length, arena_format(cx->arena, "%s/%s", pack, PROCESSES), FILE_MOST));
    const char *at = strstr(own, "\"processes\"");
    EXPECT(at && from && to);
    at = strchr(at, '[') + 1;
    f->bytes = arena_format(cx->arena, "%.*s%.*s,%s", (int)(at - own), own, (int)(to - from - 1),
                            from + 1, at);
    f->length = strlen(f->bytes);
}

static PackFile *files_of(Cx *cx, size_t *count, const char *pack, const char *folder)
{
    const char **names;
    EXPECT_OK(file_list(cx, &names, folder, ".json"));
    for (*count = 0; names[*count];)
        ++*count;
    PackFile *files = NEW_N(cx, PackFile, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        bool whole = option_find(WHOLE, names[i]) != NULL;
        files[i].path = whole ? names[i] : arena_format(cx->arena, "registers/%s", names[i]);
        EXPECT_OK(file_read(cx, &files[i].bytes, &files[i].length,
                            arena_format(cx->arena, "%s/%s", folder, names[i]), FILE_MOST));
        if (strcmp(names[i], PROCESSES) == 0)
            add_processes(cx, &files[i], pack);
    }
    return files;
}

void register_testing_pack(Cx *cx, const char *pack)
{
    const char *hash, *plus = strchr(pack, '+');
    size_t count = 0;
    const char *folder = plus ? arena_text_n(cx->arena, pack, (size_t)(plus - pack)) : pack;
    const PackFile *files = plus ? files_of(cx, &count, folder, plus + 1) : NULL;
    EXPECT_OK(pack_store_publish(cx, &hash, &(PackSource){ folder, files, count }));
    given_divisions(cx);
}

static const Register *find(Cx *cx, const char *noun)
{
    const Register *r;
    EXPECT_OK(register_find(cx, &r, noun));
    return r;
}

const char *register_testing_who(Cx *cx, const char *noun, int verb, const char * not )
{
    const Register *r = find(cx, noun);
    for (size_t i = 0; i < COUNT(CAST); i++) {
        if (not &&strcmp(CAST[i], not ) == 0)
            continue;
        server_as(cx, CAST[i]);
        const char *own = cx->user->territory, *row = here(r->place);
        bool above = *own && strncmp(own, row, strlen(own)) == 0;
        if (above && register_allows(cx, r, (RegisterVerb)verb))
            return CAST[i];
    }
    return NULL;
}

/* Somebody of another place who may do the same; NULL where there is none in the cast. */
static const char *elsewhere(Cx *cx, const Register *r, RegisterVerb verb)
{
    for (size_t i = 0; i < COUNT(CAST); i++) {
        server_as(cx, CAST[i]);
        const char *own = cx->user->territory;
        bool other = *own && strncmp(own, here(r->place), strlen(own)) != 0;
        if (other && register_allows(cx, r, verb))
            return CAST[i];
    }
    return NULL;
}

static const char *nobody(Cx *cx, const Register *r, RegisterVerb verb)
{
    for (size_t i = 0; i < COUNT(CAST); i++) {
        server_as(cx, CAST[i]);
        if (!register_allows(cx, r, verb))
            return CAST[i];
    }
    return "guest";
}

/* --- sample rows --- */

static int64_t make(Cx *cx, const char *noun, int n)
{
    const char *at = arena_format(cx->arena, "/api/registers/%s", noun);
    const char *who = register_testing_who(cx, noun, REGISTER_WRITE, NULL);
    EXPECT(who != NULL);
    Answer a = server_ask(cx, who, "POST", at, register_testing_body(cx, noun, n));
    EXPECT_INT(a.status, 200);
    return json_int(a.json, "id", 0);
}

/* A row to link to: one that is there, else a new one. */
static int64_t given_row(Cx *cx, const char *noun)
{
    const char *list = arena_format(cx->arena, "/api/registers/%s?size=1", noun);
    const char *who = register_testing_who(cx, noun, REGISTER_READ, NULL);
    Answer a = server_ask(cx, who, "GET", list, NULL);
    EXPECT_INT(a.status, 200);
    const Json *rows = json_get(a.json, "rows");
    return rows->count ? json_int(rows->items[0], "id", 0) : make(cx, noun, 10);
}

/* The batch that rows of its tables belong to. */
static int64_t given_batch(Cx *cx)
{
    int64_t id;
    if (store_int(cx, &id, "SELECT min(id) FROM batch", NO_ARGS) == OK && id != UNSET)
        return id;
    EXPECT_OK(store_run(cx,
                        "INSERT INTO batch(name, year, pack, state, deadline, sample, version) "
                        "SELECT '样例批次', 2022, max(hash), 'open', 1700000000000, 1, 1 "
                        "FROM pack_version",
                        NO_ARGS));
    return given_batch(cx);
}

static const char *digits(Cx *cx, const Field *f, int n)
{
    int length = (f->pattern[7] - '0') * (f->pattern[8] >= '0' && f->pattern[8] <= '9' ? 10 : 1) +
                 (f->pattern[8] >= '0' && f->pattern[8] <= '9' ? f->pattern[8] - '0' : 0);
    return arena_format(cx->arena, "%0*d", length, n);
}

static void put_sample(Cx *cx, JsonOut *o, const Field *f, int n)
{
    int64_t least = f->min > n ? f->min : n;
    switch (f->type) {
    case FIELD_INT: json_put_int(o, f->key, f->max && least > f->max ? f->max : least); break;
    case FIELD_BOOL: json_put_bool(o, f->key, true); break;
    case FIELD_MONEY: json_put_text(o, f->key, arena_format(cx->arena, "%d.5", n)); break;
    case FIELD_DECIMAL: json_put_text(o, f->key, "3.45"); break;
    case FIELD_DATE: json_put_text(o, f->key, arena_format(cx->arena, "2022-11-%02d", n)); break;
    case FIELD_INSTANT: json_put_text(o, f->key, "2022-11-01T08:00:00+08:00"); break;
    case FIELD_ENUM: json_put_text(o, f->key, f->options->key); break;
    default:
        json_put_text(o, f->key,
                      f->pattern                ? digits(cx, f, n)
                      : f->flags & FIELD_SEALED ? arena_format(cx->arena, "139%08d", n)
                      : f->flags & PERSONAL     ? arena_format(cx->arena, PRIVATE "%d", n)
                                                : arena_format(cx->arena, "样例%d", n));
    }
}

const char *register_testing_body(Cx *cx, const char *noun, int n)
{
    const Register *r = find(cx, noun);
    const char *who = register_testing_who(cx, noun, REGISTER_WRITE, NULL);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        if (f->flags & (FIELD_READONLY | FIELD_VIRTUAL) || strcmp(f->key, "version") == 0 ||
            f->flags & FIELD_FILE)
            continue;
        if (strcmp(f->key, "territory") == 0)
            json_put_text(&o, f->key, here(r->place));
        else if (!f->link)
            put_sample(cx, &o, f, n);
        else if (f->flags & FIELD_REQUIRED || strcmp(f->link, "organ") == 0)
            json_put_int(&o, f->key,
                         strcmp(f->link, "organ") == 0   ? server_organ(cx, who)
                         : strcmp(f->link, "batch") == 0 ? given_batch(cx)
                                                         : given_row(cx, f->link));
    }
    json_close(&o, '}');
    return buf_text(&b);
}

/* --- the cases --- */

static const char *at(Cx *cx, const char *noun, const char *rest)
{
    return arena_format(cx->arena, "/api/registers/%s%s", noun, rest);
}

static const char *at_row(Cx *cx, const char *noun, int64_t id, const char *rest)
{
    return arena_format(cx->arena, "/api/registers/%s/%lld%s", noun, (long long)id, rest);
}

static void rights(Cx *cx, const Register *r)
{
    const char *body = register_testing_body(cx, r->noun, 1), *path = at(cx, r->noun, "");
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    const char *stranger = nobody(cx, r, REGISTER_READ), *reader = nobody(cx, r, REGISTER_WRITE);
    const char *away = elsewhere(cx, r, REGISTER_WRITE), *beyond = elsewhere(cx, r, REGISTER_READ);
    EXPECT(writer != NULL);
    server_table(cx, (const Ask[]){ { "POST", path, body, "guest", 401 },
                                    { "POST", path, body, reader, 403 },
                                    { "POST", path, body, writer, 200 },
                                    { "GET", path, NULL, "guest", 401 },
                                    { "GET", path, NULL, stranger, 403 },
                                    { "GET", path, NULL, writer, 200 },
                                    { "GET", at(cx, r->noun, "/form"), NULL, stranger, 403 },
                                    { "GET", at(cx, r->noun, "/form"), NULL, writer, 200 },
                                    { "GET", at(cx, r->noun, "/tally"), NULL, writer, 200 },
                                    { "GET", at(cx, r->noun, "/1"), NULL, "guest", 401 },
                                    { "GET", at(cx, r->noun, "/1"), NULL, stranger, 403 },
                                    { "GET", at(cx, r->noun, "/1"), NULL, writer, 200 },
                                    { "GET", at(cx, r->noun, "/1/history"), NULL, writer, 200 },
                                    { "GET", at(cx, r->noun, "/99"), NULL, writer, 404 },
                                    { "GET", "/api/registers/nothing", NULL, writer, 404 },
                                    { NULL } });
    if (away)
        server_table(cx, (const Ask[]){ { "POST", path, body, away, 403 }, { NULL } });
    if (beyond)
        server_table(cx, (const Ask[]){
                             { "GET", at(cx, r->noun, "/1"), NULL, beyond, r->shared ? 200 : 404 },
                             { NULL } });
}

static void one_of_a_key(Cx *cx, const Register *r)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    const char *row = at(cx, r->noun, "/1"), *path = at(cx, r->noun, "");
    const char *body = register_testing_body(cx, r->noun, 1);
    const char *old = "{\"version\":7}", *now = "{\"version\":1}";
    server_table(cx, (const Ask[]){ { "POST", path, body, writer, 409 },
                                    { "POST", path, "{}", writer, 422 },
                                    { "POST", path, "{\"nothing\":1}", writer, 422 },
                                    { "PUT", row, "{}", writer, 422 },
                                    { "PUT", row, old, writer, 409 },
                                    { "PUT", row, now, writer, 200 },
                                    { "PUT", row, now, writer, 409 },
                                    { NULL } });
    if (!register_has_states(r))
        return;
    const char *draft = at_row(cx, r->noun, make(cx, r->noun, 7), "");
    server_table(cx, (const Ask[]){ { "DELETE", draft, now, "guest", 401 },
                                    { "DELETE", draft, now, nobody(cx, r, REGISTER_WRITE), 403 },
                                    { "DELETE", draft, old, writer, 409 },
                                    { "DELETE", draft, now, writer, 200 },
                                    { "DELETE", draft, now, writer, 404 },
                                    { NULL } });
}

static const char *act(Cx *cx, const char *name, int version)
{
    return arena_format(cx->arena, "{\"act\":\"%s\",\"version\":%d,\"reason\":\"样例理由\"}", name,
                        version);
}

/* Somebody whose step it is; of a step of the organ that the row names, one of the writer's. */
static const char *hand(Cx *cx, const Register *r, const Step *s, const char * not )
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    int64_t organ = server_organ(cx, writer);
    for (size_t i = 0; i < COUNT(CAST); i++) {
        if (not &&strcmp(CAST[i], not ) == 0)
            continue;
        server_as(cx, CAST[i]);
        const User *u = cx->user;
        bool above =
            *u->territory && strncmp(u->territory, here(r->place), strlen(u->territory)) == 0;
        bool named = s->hands.organ && u->organ_id == organ && strcmp(u->seat, s->seat) == 0;
        if (above &&
            (named || actors_have(s->hands.who, u->level, u->organ_kind, u->organ_duty, u->seat)))
            return CAST[i];
    }
    return NULL;
}

static void takes(Cx *cx, const char *to, const char *body, const char *who, int status)
{
    server_table(cx, (const Ask[]){ { "POST", to, body, who, status }, { NULL } });
}

/* Stale, not by the writer where another pair of eyes is asked for, and then sent on. */
static void onward(Cx *cx, const Register *r, int64_t id, int *version, const Step *s)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    const char *row = at_row(cx, r->noun, id, ""), *to = at_row(cx, r->noun, id, "/acts");
    const char *who = hand(cx, r, s, s->not_by[0] ? writer : NULL);
    EXPECT(who != NULL);
    takes(cx, to, act(cx, "forward", *version), "guest", 401);
    takes(cx, to, act(cx, "forward", *version + 7), who, 409);
    if (s->not_by[0])
        takes(cx, to, act(cx, "forward", *version), writer, 403);
    const char *change = arena_format(cx->arena, "{\"version\":%d}", *version);
    server_table(
        cx, (const Ask[]){ { "PUT", row, change, s->edits ? who : writer, s->edits ? 200 : 409 },
                           { NULL } });
    *version += s->edits;
    takes(cx, to, act(cx, "forward", *version), who, 200);
    ++*version;
}

/* From step to step: at each its own hand alone, back once and on again, to the good end. */
static void acts(Cx *cx, const Register *r)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    int64_t id = make(cx, r->noun, 2);
    const char *row = at_row(cx, r->noun, id, ""), *to = at_row(cx, r->noun, id, "/acts");
    const char *flow = at_row(cx, r->noun, id, "/flow");
    if (!register_has_states(r)) {
        takes(cx, to, act(cx, "forward", 1), writer, 409);
        server_table(cx, (const Ask[]){ { "GET", flow, NULL, writer, 404 }, { NULL } });
        return;
    }
    int version = 1;
    const Step *s = r->process->steps, *returned = NULL;
    while (s) {
        const char *who = hand(cx, r, s, s->not_by[0] ? writer : NULL);
        server_table(cx, (const Ask[]){ { "GET", flow, NULL, "guest", 401 },
                                        { "GET", flow, NULL, who, 200 },
                                        { NULL } });
        if (s->back[0] && !returned) {
            returned = s;
            takes(cx, to, act(cx, "back", version), who, 200);
            version++;
            s = process_step(r->process, s->back[0]);
            continue;
        }
        onward(cx, r, id, &version, s);
        s = process_step(r->process, s->forward);
    }
    Answer a = server_ask(cx, writer, "GET", row, NULL);
    EXPECT(process_end(r->process, json_text(a.json, "state", ""))->good);
}

/* A row that is known stays: what corrects it is another, by the same way, and closes it then. */
static void dates(Cx *cx, const Register *r)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    const char *checker = register_testing_who(cx, r->noun, REGISTER_CHECK, writer);
    int64_t id = make(cx, r->noun, 4);
    const char *row = at_row(cx, r->noun, id, ""), *to = at_row(cx, r->noun, id, "/acts");
    const char *line = at_row(cx, r->noun, id, "/timeline");
    if (!r->dated) {
        server_table(cx, (const Ask[]){ { "GET", line, NULL, writer, 404 }, { NULL } });
        return;
    }
    EXPECT(!register_has_states(r) || checker);
    if (register_has_states(r))
        server_table(cx, (const Ask[]){ { "POST", to, act(cx, "forward", 1), writer, 200 },
                                        { "POST", to, act(cx, "forward", 2), checker, 200 },
                                        { "POST", to, act(cx, "reopen", 3), checker, 409 },
                                        { NULL } });
    int now = register_has_states(r) ? 3 : 1;
    int64_t said = json_int(server_ask(cx, writer, "GET", line, NULL).json, "total", 0);
    const char *fix = arena_format(cx->arena, "{\"version\":%d}", now);
    Answer a = server_ask(cx, writer, "PUT", row, fix);
    EXPECT_INT(a.status, 200);
    int64_t other = json_int(a.json, "id", 0);
    EXPECT(other > id);
    to = at_row(cx, r->noun, other, "/acts");
    if (register_has_states(r)) {
        a = server_ask(cx, writer, "GET", row, NULL);
        EXPECT(json_missing(json_get(a.json, "known_to")));
        server_table(cx, (const Ask[]){ { "POST", to, act(cx, "forward", 1), writer, 200 },
                                        { "POST", to, act(cx, "forward", 2), checker, 200 },
                                        { NULL } });
    }
    a = server_ask(cx, writer, "GET", row, NULL);
    EXPECT(!json_missing(json_get(a.json, "known_to")));
    EXPECT_INT(server_ask(cx, writer, "PUT", row, fix).status, 409);
    EXPECT_INT(json_int(server_ask(cx, writer, "GET", line, NULL).json, "total", 0), said + 1);
}

static bool is_masked(const Field *f)
{
    return f->flags & FIELD_MASKED && !(f->flags & FIELD_VIRTUAL);
}

static void masks(Cx *cx, const Register *r)
{
    int64_t id = make(cx, r->noun, 3);
    const char *who = register_testing_who(cx, r->noun, REGISTER_REVEAL, NULL);
    const char *reader = register_testing_who(cx, r->noun, REGISTER_READ, NULL);
    const char *to = at_row(cx, r->noun, id, "/reveal");
    Answer plain = server_ask(cx, reader, "GET", at_row(cx, r->noun, id, ""), NULL);
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        if (!is_masked(f))
            continue;
        EXPECT(strchr(json_text(plain.json, f->key, "*"), '*') != NULL);
        EXPECT(who != NULL);
        const char *ask =
            arena_format(cx->arena, "{\"field\":\"%s\",\"reason\":\"样例：核对\"}", f->key);
        server_table(cx, (const Ask[]){ { "POST", to, ask, "guest", 401 },
                                        { "POST", to, ask, nobody(cx, r, REGISTER_REVEAL), 403 },
                                        { NULL } });
        Answer a = server_ask(cx, who, "POST", to, ask);
        EXPECT_INT(a.status, 200);
        EXPECT(strchr(json_text(a.json, "value", "*"), '*') == NULL);
    }
}

/* --- publishing --- */

static const char *notice(Cx *cx, const Publish *p)
{
    Day today = day_of_instant(cx_now(cx));
    return arena_format(cx->arena, "{\"profile\":\"%s\",\"starts_on\":\"%s\",\"ends_on\":\"%s\"}",
                        p->profile, day_text(cx, today), day_text(cx, today + p->days));
}

/* Nothing personal is in what is kept, or on what anybody sees: but a name, on the board alone. */
static void expect_nothing_personal(Cx *cx, const Publish *p, int64_t id)
{
    const char *content;
    bool board = strcmp(p->profile, "VB") == 0;
    EXPECT_OK(
        store_text(cx, &content, "SELECT content FROM publication WHERE id = $1", ARGS(I(id))));
    const char *page = arena_format(cx->arena, "/public/publications/%lld", (long long)id);
    Answer a = server_ask(cx, "guest", "GET", page, NULL);
    EXPECT_INT(a.status, board ? 404 : 200);
    EXPECT(strstr(a.body, PRIVATE) == NULL && strstr(a.body, "1390000") == NULL);
    EXPECT(strstr(content, "1390000") == NULL);
    EXPECT(board && p->person ? strstr(content, PRIVATE) != NULL : !strstr(content, PRIVATE));
}

static void publications(Cx *cx, const Register *r)
{
    const char *to = at(cx, r->noun, "/publications");
    const char *who = register_testing_who(cx, r->noun, REGISTER_PUBLISH, NULL);
    const char *away = elsewhere(cx, r, REGISTER_READ);
    const char *none =
        "{\"profile\":\"VB\",\"starts_on\":\"2022-01-01\",\"ends_on\":\"2022-02-01\"}";
    EXPECT(!r->publish == !who);
    if (!who) {
        server_table(cx, (const Ask[]){ { "POST", to, none, nobody(cx, r, REGISTER_PUBLISH), 403 },
                                        { NULL } });
        return;
    }
    for (const Publish *p = r->publish; p->profile; p++) {
        const char *body = notice(cx, p);
        server_table(cx, (const Ask[]){ { "POST", to, body, "guest", 401 },
                                        { "POST", to, body, nobody(cx, r, REGISTER_PUBLISH), 403 },
                                        { "POST", to, none, who, 422 },
                                        { NULL } });
        server_sweep(cx, &(Ask){ "POST", to, body, who, 200 });
        Answer a = server_ask(cx, who, "GET", to, NULL);
        int64_t id = json_int(json_get(a.json, "rows")->items[0], "id", 0);
        expect_nothing_personal(cx, p, id);
        const char *own =
            arena_format(cx->arena, "/api/publications/%lld/objections", (long long)id);
        server_table(cx, (const Ask[]){ { "GET", own, NULL, "guest", 401 },
                                        { "GET", own, NULL, who, 200 },
                                        { NULL } });
        if (away)
            server_table(cx, (const Ask[]){ { "GET", own, NULL, away, 404 }, { NULL } });
    }
}

static void sheet(Cx *cx, const Register *r)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    Answer a = server_ask(cx, writer, "GET", at(cx, r->noun, "/export.xlsx"), NULL);
    EXPECT_INT(a.status, 200);
    Answer b = server_post_file(cx, writer, at(cx, r->noun, "/check"), a.body, a.length);
    EXPECT_INT(b.status, 200);
    EXPECT_INT(json_int(b.json, "error_count", -1), 0);
    EXPECT_INT(json_int(b.json, "changed", -1), 0);
    EXPECT_INT(json_int(b.json, "added", -1), 0);
    EXPECT(json_int(b.json, "same", 0) >= 3);
    b = server_post_file(cx, writer, at(cx, r->noun, "/import"), a.body, a.length);
    EXPECT_INT(b.status, 200);
    a = server_ask(cx, writer, "GET", at(cx, r->noun, "/template.xlsx"), NULL);
    EXPECT_INT(a.status, 200);
}

/* As a sheet has it: links by what they are called. */
static const Json *cells_of(Cx *cx, const Register *r, int n)
{
    const Json *body;
    const char *text = register_testing_body(cx, r->noun, n);
    EXPECT_OK(json_parse(cx, &body, text, strlen(text), &JSON_LIMITS));
    for (size_t i = 0; i < body->count; i++) {
        Json *j = body->items[i];
        const char *noun = field_find(r->table.fields, j->key)->link;
        if (noun && j->type == J_INT) {
            TableLink link;
            j->type = J_TEXT;
            EXPECT_OK(register_link(cx, &link, noun));
            EXPECT_OK(
                table_link_called(cx, &j->text, &link, range_of(cx, ""), arg_int(j->integer)));
        }
    }
    return body;
}

SheetFile register_testing_book(Cx *cx, const char *noun, int from, int count)
{
    static const SheetMaker MAKER = { .program = "build/tuijin" };
    SheetOut *out;
    SheetFile file;
    const Register *r = find(cx, noun);
    server_as(cx, register_testing_who(cx, noun, REGISTER_WRITE, NULL));
    EXPECT_OK(sheet_open(cx, &out, &MAKER));
    sheet_begin(cx, out, register_sheet(cx, r), true);
    for (int n = from; n < from + count; n++)
        EXPECT_OK(sheet_put(cx, out, cells_of(cx, r, n)));
    EXPECT_OK(sheet_close(cx, out, &file));
    return file;
}

int register_testing_jobs(Cx *cx)
{
    int jobs = 0;
    for (bool ran = true; ran; jobs += ran)
        EXPECT_OK(job_step(cx, &ran));
    return jobs;
}

void register_testing_at_once(Cx *cx, int rows)
{
    EXPECT_OK(store_run(cx,
                        "INSERT INTO setting(key, value) VALUES('import.rows', $1) "
                        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                        ARGS(T(arena_format(cx->arena, "%d", rows)))));
}

static int64_t rows_there(Cx *cx, const char *who, const Register *r)
{
    return json_int(server_ask(cx, who, "GET", at(cx, r->noun, ""), NULL).json, "total", -1);
}

static const Json *last_import(Cx *cx, const char *who, const Register *r)
{
    Answer a = server_ask(cx, who, "GET", at(cx, r->noun, "/imports"), NULL);
    EXPECT_INT(a.status, 200);
    return json_get(a.json, "rows")->items[0];
}

/* More rows than one act takes: put aside, applied by a job, told how far it is, and once only. A
 * row that the sheet lacks stays. */
static void large(Cx *cx, const Register *r)
{
    enum { ROWS = 5 };
    bool equal;
    const char *what, *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    SheetFile f = register_testing_book(cx, r->noun, 12, ROWS);
    int64_t before = rows_there(cx, writer, r);
    register_testing_at_once(cx, 2);
    Answer a = server_post_file(cx, writer, at(cx, r->noun, "/import"), f.bytes, f.length);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "added", -1), ROWS);
    EXPECT_INT(json_int(a.json, "removed", -1), 0);
    EXPECT(json_int(a.json, "import", 0) > 0);
    a = server_post_file(cx, writer, at(cx, r->noun, "/import"), f.bytes, f.length);
    EXPECT_INT(a.status, 409);
    EXPECT_INT(rows_there(cx, writer, r), before);
    EXPECT_TEXT(json_text(last_import(cx, writer, r), "state", ""), "applying");
    EXPECT_INT(register_testing_jobs(cx), 1);
    EXPECT_TEXT(json_text(last_import(cx, writer, r), "state", ""), "done");
    EXPECT_INT(json_int(last_import(cx, writer, r), "applied", 0), ROWS);
    EXPECT_INT(rows_there(cx, writer, r), before + ROWS);
    EXPECT_OK(table_keep_proved(cx, &r->table, &equal, &what));
    EXPECT(equal);
    a = server_post_file(cx, writer, at(cx, r->noun, "/import"), f.bytes, f.length);
    EXPECT_INT(json_int(a.json, "same", 0), ROWS);
    EXPECT_INT(json_int(a.json, "import", 0), 0);
    register_testing_at_once(cx, 5000);
}

/* --- figures --- */

/* What a figure says, worked out from the rows of the list that it opens. */
static const char *counted_afresh(Cx *cx, const Json *figure, const Register *r, const Json *rows)
{
    const Figure *f;
    int64_t sum = 0;
    size_t different = 0;
    EXPECT_OK(figure_find(cx, &f, r, json_text(figure, "id", "")));
    if (f->kind == FIGURE_COUNT)
        return arena_format(cx->arena, "%zu", rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const Json *value = json_get(rows->items[i], f->of->key);
        int64_t fen = 0;
        bool again = false;
        EXPECT(!json_missing(value));
        for (size_t k = 0; k < i && !again; k++) {
            const Json *other = json_get(rows->items[k], f->of->key);
            again = value->type == J_TEXT ? strcmp(value->text, other->text) == 0
                                          : value->integer == other->integer;
        }
        different += !again;
        if (f->of->type == FIELD_MONEY)
            EXPECT(field_amount(f->of, value, &fen));
        sum += f->of->type == FIELD_MONEY ? fen : value->integer;
    }
    return figure_text(cx, f, f->kind == FIGURE_SUM ? sum : (int64_t)different);
}

static const Json *rows_of(Cx *cx, const char *who, const Register *r, const char *key,
                           const char *id)
{
    const char *path =
        arena_format(cx->arena, "/api/registers/%s?size=200&%s=%s", r->noun, key, id);
    Answer a = server_ask(cx, who, "GET", path, NULL);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "total", -1), (int64_t)json_get(a.json, "rows")->count);
    return json_get(a.json, "rows");
}

/* Every figure is the list that it opens, counted; and its groups have all of it. */
static void figures(Cx *cx, const Register *r)
{
    const char *who = register_testing_who(cx, r->noun, REGISTER_READ, NULL);
    const char *path = arena_format(cx->arena, "/api/registers/%s/figures", r->noun);
    server_table(cx, (const Ask[]){ { "GET", path, NULL, "guest", 401 },
                                    { "GET", path, NULL, nobody(cx, r, REGISTER_READ), 403 },
                                    { NULL } });
    Answer a = server_ask(cx, who, "GET", path, NULL);
    EXPECT_INT(a.status, 200);
    const Json *all = json_get(a.json, "rows");
    for (size_t i = 0; i < all->count; i++) {
        const Json *f = all->items[i];
        const char *id = json_text(f, "id", "");
        const char *over = json_text(f, "over_id", NULL);
        const Json *rows = rows_of(cx, who, r, "figure", id);
        if (!over)
            EXPECT_TEXT(json_text(f, "value", ""), counted_afresh(cx, f, r, rows));
        else
            EXPECT_INT(rows->count, rows_of(cx, who, r, "figure", over)->count);
        EXPECT_INT(json_int(f, "undecided", -1), rows_of(cx, who, r, "undecided", id)->count);
    }
}

/* --- checks --- */

/* Each check has an answer of every row, and none of those that block is wrong of a row that
 * passed.
 */
static void quality(Cx *cx, const Register *r)
{
    const char *who = register_testing_who(cx, r->noun, REGISTER_READ, NULL);
    Answer list = server_ask(cx, who, "GET", at(cx, r->noun, "?size=200"), NULL);
    const Json *rows = json_get(list.json, "rows");
    for (size_t i = 0; i < rows->count; i++) {
        const char *path = at_row(cx, r->noun, json_int(rows->items[i], "id", 0), "/checks");
        const char *state = json_text(rows->items[i], "state", "");
        const End *end = r->process ? process_end(r->process, state) : NULL;
        Answer a = server_ask(cx, who, "GET", path, NULL);
        const Json *checks = json_get(a.json, "rows");
        EXPECT_INT(a.status, 200);
        for (size_t k = 0; k < checks->count; k++) {
            const char *answer = json_text(checks->items[k], "answer", "");
            bool blocks = strcmp(json_text(checks->items[k], "effect", ""), "blocks") == 0;
            bool open = strcmp(answer, "open") == 0;
            EXPECT(open || strcmp(answer, "right") == 0 || strcmp(answer, "wrong") == 0);
            EXPECT(!open || *json_text(checks->items[k], "missing_zh", ""));
            EXPECT(!end || !end->good || !blocks || strcmp(answer, "wrong") != 0);
        }
        server_table(cx, (const Ask[]){ { "GET", path, NULL, "guest", 401 }, { NULL } });
    }
}

static void faults(Cx *cx, const Register *r)
{
    const char *writer = register_testing_who(cx, r->noun, REGISTER_WRITE, NULL);
    const char *body = register_testing_body(cx, r->noun, 9);
    server_sweep(cx, &(Ask){ "POST", at(cx, r->noun, ""), body, writer, 200 });
    if (!register_has_states(r))
        return;
    const char *to = at_row(cx, r->noun, make(cx, r->noun, 8), "/acts");
    server_sweep(cx, &(Ask){ "POST", to, act(cx, "forward", 1), writer, 200 });
}

void register_cases(Cx *cx, const char *pack, const char *noun)
{
    register_testing_pack(cx, pack);
    const Register *r = find(cx, noun);
    rights(cx, r);
    one_of_a_key(cx, r);
    acts(cx, r);
    dates(cx, r);
    masks(cx, r);
    publications(cx, r);
    sheet(cx, r);
    large(cx, r);
    figures(cx, r);
    quality(cx, r);
    faults(cx, r);
}
