#include "policy/check/golden.h"

#include <stdlib.h>
#include <string.h>

typedef struct Golden {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const char *file;
    int line;
    const Json *base;
    const Json *base_tables;
    Json *dossier; /* of the case; NULL before its first change or expectation */
    Json *tables;
    const Check *check; /* NULL until the case is checked */
    GoldenCases *cases;
} Golden;

static const Json NO_TABLES = { .type = J_OBJECT };

static const char *place(Golden *g)
{
    return arena_format(g->cx->arena, "%d", g->line);
}

static void cannot_read(Golden *g)
{
    finding_add(g->cx, g->findings, g->file, place(g), "这一行无法识别", "the line cannot be read");
}

static Json *copy(Cx *cx, const Json *from)
{
    Json *j = NEW(cx, Json);
    *j = *from;
    j->items = NEW_N(cx, Json *, from->count + 1);
    for (size_t i = 0; i < from->count; i++)
        j->items[i] = copy(cx, from->items[i]);
    return j;
}

/* The child that a token names; for an array one behind the end is the place of a new item. */
static size_t child_index(const Json *j, const char *token)
{
    if (j->type == J_ARRAY)
        return strtoul(token, NULL, 10);
    size_t i = 0;
    while (i < j->count && strcmp(j->items[i]->key, token) != 0)
        i++;
    return i;
}

/* Puts value at the pointer, or takes away what is there where value is NULL. */
static bool change(Cx *cx, Json *root, const char *pointer, const Json *value)
{
    Json *j = root;
    while (*pointer == '/') {
        size_t length = strcspn(++pointer, "/");
        const char *token = arena_text_n(cx->arena, pointer, length);
        pointer += length;
        size_t i = child_index(j, token);
        if (i > j->count || (j->type != J_ARRAY && j->type != J_OBJECT))
            return false;
        if (*pointer == '/') {
            if (i == j->count)
                return false;
            j = j->items[i];
        } else if (value) {
            if (i == j->count) {
                size_t size = (j->count + 1) * sizeof(Json *);
                j->items = arena_grow(cx->arena, j->items, j->count * sizeof(Json *), size);
                j->count++;
            }
            j->items[i] = copy(cx, value);
            j->items[i]->key = j->type == J_OBJECT ? token : NULL;
            return true;
        } else if (i < j->count) {
            for (j->count--; i < j->count; i++)
                j->items[i] = j->items[i + 1];
            return true;
        }
    }
    return false;
}

static void begin_case(Golden *g)
{
    g->dossier = g->base ? copy(g->cx, g->base) : NULL;
    g->tables = copy(g->cx, g->base_tables ? g->base_tables : &NO_TABLES);
    g->check = NULL;
}

static void change_line(Golden *g, const char *rest, bool with_value)
{
    const Json *value = NULL;
    size_t length = strcspn(rest, " ");
    const char *pointer = arena_text_n(g->cx->arena, rest, length);
    const char *text = rest + length;
    if (with_value && json_parse(g->cx, &value, text, strlen(text), &JSON_LIMITS) != OK) {
        cannot_read(g);
        return;
    }
    bool in_batch = strncmp(pointer, "batch:", 6) == 0;
    Json *root = in_batch ? g->tables : g->dossier;
    g->check = NULL;
    if (!root || !change(g->cx, root, in_batch ? pointer + 6 : pointer, value))
        cannot_read(g);
}

static bool run_check(Golden *g)
{
    Check *check = NEW(g->cx, Check);
    if (g->check)
        return true;
    if (!g->dossier)
        return false;
    if (field_check(g->cx, g->pack->dossier.fields, g->dossier) != OK ||
        field_check(g->cx, g->pack->batch.fields, g->tables) != OK) {
        finding_add(g->cx, g->findings, g->file, place(g), "%s：%s%.0s", "%s: %.0s%s",
                    g->cx->failure.field, g->cx->failure.zh, g->cx->failure.en);
        return false;
    }
    Tables batch = check_batch(g->cx, g->pack, g->tables);
    if (check_dossier(g->cx, check, g->pack, g->dossier, &batch) != OK) {
        finding_add_failure(g->cx, g->findings, g->file);
        return false;
    }
    g->check = check;
    return true;
}

static const char *found(Golden *g, const char *what)
{
    Buf b = BUF(g->cx);
    for (size_t i = 0; i < g->check->count; i++) {
        const CheckResult *r = &g->check->results[i];
        if (strcmp(what, "blocking") == 0 ? r->blocks : r->needs_exception)
            buf_format(&b, "%s%s", b.length ? " " : "", r->rule->id);
        if (strcmp(what, r->rule->id) != 0)
            continue;
        Buf own = BUF(g->cx);
        buf_add(&own, status_key(r->status));
        for (const char *const *p = r->missing; *p; p++)
            buf_format(&own, " %s", *p);
        return buf_text(&own);
    }
    return buf_text(&b);
}

static void expect_line(Golden *g, const char *rest)
{
    if (!run_check(g)) {
        cannot_read(g);
        return;
    }
    size_t length = strcspn(rest, " ");
    const char *what = arena_text_n(g->cx->arena, rest, length);
    const char *wanted = rest + length + strspn(rest + length, " ");
    const char *got = found(g, what);
    bool known = pack_rule(g->pack, what) || strcmp(what, "blocking") == 0 ||
                 strcmp(what, "needs_exception") == 0;
    if (!known)
        cannot_read(g);
    else if (strcmp(got, wanted) != 0)
        finding_add(g->cx, g->findings, g->file, place(g), "%s 应为“%s”，实为“%s”",
                    "%s should be “%s” and is “%s”", what, wanted, got);
}

static void load_line(Golden *g, const Json **out, const char *name, const Field *fields)
{
    const char *path = arena_format(g->cx->arena, "tests/%s", name);
    const char *bytes;
    size_t length;
    if (pack_file(g->cx, &bytes, &length, &g->pack->source, path) != OK ||
        json_parse(g->cx, out, bytes, length, &JSON_LIMITS) != OK ||
        field_check(g->cx, fields, *out) != OK) {
        *out = NULL;
        finding_add_failure(g->cx, g->findings, name);
    }
}

static void end_case(Golden *g)
{
    GoldenCase *last = g->cases->count ? &g->cases->at[g->cases->count - 1] : NULL;
    if (last && last->file == g->file)
        last->count = g->findings->count - last->first;
}

static void add_case(Golden *g, const char *name)
{
    GoldenCases *c = g->cases;
    end_case(g);
    if (c->count == c->room) {
        size_t size = sizeof(GoldenCase), room = c->room ? 2 * c->room : 64;
        c->at = arena_grow(g->cx->arena, c->at, c->room * size, room * size);
        c->room = room;
    }
    c->at[c->count++] = (GoldenCase){ g->file, g->line, name, g->findings->count, 0 };
}

static void run_line(Golden *g, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *word = arena_text_n(g->cx->arena, line, length);
    const char *rest = line + length + strspn(line + length, " ");
    if (strcmp(word, "dossier") == 0)
        load_line(g, &g->base, rest, g->pack->dossier.fields);
    else if (strcmp(word, "batch") == 0)
        load_line(g, &g->base_tables, rest, g->pack->batch.fields);
    else if (strcmp(word, "set") == 0 || strcmp(word, "remove") == 0)
        change_line(g, rest, word[0] == 's');
    else if (strcmp(word, "expect") == 0)
        expect_line(g, rest);
    else if (strcmp(word, "case") == 0)
        add_case(g, rest);
    else
        cannot_read(g);
    if (strcmp(word, "case") == 0 || !g->dossier)
        begin_case(g);
}

static void run_file(Golden *g, const char *name)
{
    const char *bytes;
    size_t length;
    g->file = arena_format(g->cx->arena, "tests/%s", name);
    g->line = 0;
    g->base = g->base_tables = NULL;
    g->dossier = NULL;
    if (pack_file(g->cx, &bytes, &length, &g->pack->source, g->file) != OK) {
        finding_add_failure(g->cx, g->findings, g->file);
        return;
    }
    while (*bytes) {
        size_t n = strcspn(bytes, "\n");
        const char *line = arena_text_n(g->cx->arena, bytes, n);
        line += strspn(line, " ");
        g->line++;
        if (*line && *line != '#')
            run_line(g, line);
        bytes += n + (bytes[n] == '\n');
    }
}

void golden_run(Cx *cx, Findings *findings, GoldenCases *cases, const Pack *pack)
{
    Golden g = { .cx = cx, .findings = findings, .cases = cases, .pack = pack };
    const char **names;
    if (pack_names(cx, &names, &pack->source, "tests", ".test") != OK || !names[0])
        finding_add(cx, findings, "tests", NULL, "没有测试", "there are no tests");
    else
        for (; *names; names++) {
            run_file(&g, *names);
            end_case(&g);
        }
}
