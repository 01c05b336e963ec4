#include "modules/draft/draft_rules.h"

#include "policy/pack/pack_parts.h"
#include "rules/dmn_edit.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 5000, COLUMNS_MOST = 100, TEXT_MOST = 20000 };

/* A decision or knowledge model, and the model it stands in. */
typedef struct Found {
    const PackModel *model;
    const DmnNode *node; /* NULL where there is none */
} Found;

static bool editable(const DmnNode *node)
{
    return node->kind == DMN_DECISION || node->kind == DMN_KNOWLEDGE;
}

static Found find(const Pack *pack, const char *id)
{
    for (size_t i = 0; pack && i < pack->model_count; i++) {
        const DmnModel *main = pack->models[i].dmn ? dmn_main(pack->models[i].dmn) : NULL;
        for (size_t k = 0; main && k < main->node_count; k++)
            if (editable(&main->nodes[k]) && strcmp(main->nodes[k].id, id) == 0)
                return (Found){ &pack->models[i], &main->nodes[k] };
    }
    return (Found){ 0 };
}

static Err find_or_fail(Cx *cx, Found *out, const Pack *pack, const char *id)
{
    *out = find(pack, id);
    return out->node ? OK
                     : fail(cx, NOT_FOUND, "decision", "没有编号为 %s 的决策",
                            "there is no decision %s", id);
}

/* ---- shown ---------------------------------------------------------------------------------- */

static void put_table(JsonOut *o, const char *key, const DmnTableText *t)
{
    static const char *const KINDS[] = { "input", "output", "note" };
    size_t counts[] = { t->input_count, t->output_count, t->note_count }, n = 0;
    json_open(o, key, '{');
    json_put_text(o, "policy", t->policy);
    json_put_text(o, "aggregation", t->aggregation);
    json_open(o, "columns", '[');
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < counts[kind]; i++, n++) {
            const DmnColumn *c = &t->columns[n];
            json_open(o, NULL, '{');
            json_put_text(o, "kind", KINDS[kind]);
            json_put_int(o, "from", c->from);
            json_put_text(o, "name", c->name);
            json_put_text(o, "text", c->text);
            json_put_text(o, "values", c->values);
            json_close(o, '}');
        }
    json_close(o, ']');
    json_open(o, "rows", '[');
    for (size_t r = 0; r < t->row_count; r++) {
        json_open(o, NULL, '{');
        json_put_int(o, "from", t->rows[r].from);
        json_open(o, "cells", '[');
        for (size_t i = 0; i < n; i++)
            json_put_text(o, NULL, t->rows[r].cells[i]);
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

static void put_piece_of(Cx *cx, JsonOut *o, const char *text_key, const char *table_key,
                         const DmnBox *box)
{
    DmnTableText t;
    if (box->kind == BOX_LITERAL) {
        json_put_text(o, text_key, text_or(box->text, ""));
        return;
    }
    dmn_table_text(cx, &t, box);
    put_table(o, table_key, &t);
}

static void put_pieces(Cx *cx, JsonOut *o, const DmnNode *node, const DmnNode *base)
{
    DmnPieces own = dmn_pieces(cx, node), old = { 0 };
    if (base)
        old = dmn_pieces(cx, base);
    json_open(o, "pieces", '[');
    for (size_t i = 0; i < own.count; i++) {
        const DmnPiece *p = &own.at[i];
        json_open(o, NULL, '{');
        json_put_int(o, "index", (int64_t)i);
        json_put_text(o, "name", p->name);
        put_piece_of(cx, o, "text", "table", p->box);
        if (i < old.count && old.at[i].box->kind == p->box->kind)
            put_piece_of(cx, o, "base", "base_table", old.at[i].box);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* The element as it stands in its file. */
static const char *element_text(Cx *cx, const Pack *pack, Found p)
{
    size_t length;
    const char *bytes;
    XmlSpan s = p.node->xml->span;
    if (pack_file(cx, &bytes, &length, &pack->source, p.model->file) != OK)
        return "";
    return arena_text_n(cx->arena, bytes + s.start, s.end - s.start);
}

static bool changed(Cx *cx, const Pack *pack, const Pack *base, Found now)
{
    Found was = find(base, now.node->id);
    return !was.node || strcmp(element_text(cx, pack, now), element_text(cx, base, was)) != 0;
}

static void put_head(Cx *cx, JsonOut *o, const Pack *pack, const Pack *base, Found p)
{
    const PackRule *rule = pack_rule(pack, p.node->id);
    json_put_text(o, "id", p.node->id);
    json_put_text(o, "name", p.node->name);
    json_put_text(o, "file", p.model->file);
    json_put_text(o, "description", p.node->description);
    json_put_text(o, "kind",
                  rule                            ? "rule"
                  : p.node->kind == DMN_KNOWLEDGE ? "knowledge"
                                                  : "decision");
    json_put_text(o, "zh", rule ? rule->zh : p.node->name);
    json_put_text(o, "en", rule ? rule->en : p.node->name);
    json_put_text(o, "modality", rule ? modality_key(rule->modality) : NULL);
    DmnNodes sources = dmn_authorities(p.model->dmn, p.node);
    json_open(o, "clauses", '[');
    for (size_t i = 0; i < sources.count; i++)
        json_put_text(o, NULL, sources.at[i]->name);
    json_close(o, ']');
    json_put_bool(o, "changed", changed(cx, pack, base, p));
}

Err draft_put_rules(Cx *cx, JsonOut *o, const Pack *pack, const Pack *base)
{
    for (size_t i = 0; i < pack->model_count; i++) {
        const DmnModel *main = dmn_main(pack->models[i].dmn);
        for (size_t k = 0; k < main->node_count; k++) {
            if (!editable(&main->nodes[k]))
                continue;
            json_open(o, NULL, '{');
            put_head(cx, o, pack, base, (Found){ &pack->models[i], &main->nodes[k] });
            json_close(o, '}');
        }
    }
    return OK;
}

static void put_requires(JsonOut *o, Found p)
{
    DmnNodes required = dmn_information(p.model->dmn, p.node);
    json_open(o, "requires", '[');
    for (size_t i = 0; i < required.count; i++)
        json_put_text(o, NULL, required.at[i]->name);
    json_close(o, ']');
}

Err draft_put_decision(Cx *cx, JsonOut *o, const Pack *pack, const Pack *base, const char *id)
{
    Found p;
    TRY(find_or_fail(cx, &p, pack, id));
    put_head(cx, o, pack, base, p);
    put_requires(o, p);
    put_pieces(cx, o, p.node, find(base, id).node);
    return OK;
}

/* ---- read ----------------------------------------------------------------------------------- */

#define NOWHERE .offset = NO_OFFSET

static const Option COLUMN_KINDS[] = {
    { "input", "条件", "Input" },
    { "output", "结果", "Output" },
    { "note", "备注", "Note" },
    { .key = NULL },
};

static const Field COLUMN[] = {
    { "kind", FIELD_ENUM, NOWHERE, "类别", "Kind", .flags = FIELD_PRESENT | FIELD_NOT_NULL,
      .options = COLUMN_KINDS },
    { "from", FIELD_INT, NOWHERE, "原列", "Was", .flags = FIELD_PRESENT, .min = DMN_NEW },
    { "name", FIELD_TEXT, NOWHERE, "名称", "Name", .max = 200 },
    { "text", FIELD_TEXT, NOWHERE, "表达式", "Expression", .max = TEXT_MOST },
    { "values", FIELD_TEXT, NOWHERE, "可选值", "Values", .max = TEXT_MOST },
    FIELDS_END,
};

static const Field ROW[] = {
    { "from", FIELD_INT, NOWHERE, "原行", "Was", .flags = FIELD_PRESENT, .min = DMN_NEW },
    { "cells", FIELD_LIST, NOWHERE, "单元格", "Cells", .flags = FIELD_PRESENT | FIELD_NOT_NULL },
    FIELDS_END,
};

static const Field TABLE[] = {
    { "policy", FIELD_TEXT, NOWHERE, "命中策略", "Hit policy",
      .flags = FIELD_PRESENT | FIELD_NOT_NULL, .max = 20 },
    { "aggregation", FIELD_TEXT, NOWHERE, "汇总", "Aggregation", .max = 20 },
    { "columns", FIELD_LIST, NOWHERE, "列", "Columns", .flags = FIELD_PRESENT | FIELD_NOT_NULL,
      .fields = COLUMN },
    { "rows", FIELD_LIST, NOWHERE, "行", "Rows", .flags = FIELD_PRESENT | FIELD_NOT_NULL,
      .fields = ROW },
    FIELDS_END,
};

static const Field PIECE[] = {
    { "index", FIELD_INT, NOWHERE, "序号", "Index", .flags = FIELD_PRESENT | FIELD_NOT_NULL },
    { "text", FIELD_TEXT, NOWHERE, "表达式", "Expression", .max = TEXT_MOST },
    { "table", FIELD_OBJECT, NOWHERE, "决策表", "Table", .fields = TABLE },
    FIELDS_END,
};

static const Field PIECES[] = {
    { "pieces", FIELD_LIST, NOWHERE, "各部分", "Pieces", .fields = PIECE },
    FIELDS_END,
};

static const Field PARAMETER[] = {
    { "key", FIELD_TEXT, NOWHERE, "参数", "Parameter", .flags = FIELD_PRESENT | FIELD_NOT_NULL },
    { "value", FIELD_TEXT, NOWHERE, "值", "Value", .flags = FIELD_PRESENT | FIELD_NOT_NULL,
      .max = 200 },
    FIELDS_END,
};

static const Field PARAMETERS[] = {
    { "parameters", FIELD_LIST, NOWHERE, "参数", "Parameters", .fields = PARAMETER },
    FIELDS_END,
};

#define VERSION_SEEN                                                                               \
    {                                                                                              \
        "version", FIELD_INT, NOWHERE, "版本", "Version", .flags = FIELD_REQUIRED                  \
    }

const Field draft_pieces_body[] = {
    { "pieces", FIELD_LIST, NOWHERE, "各部分", "Pieces", .flags = FIELD_REQUIRED, .fields = PIECE },
    FIELDS_END,
};

const Field draft_decision_body[] = {
    VERSION_SEEN,
    { "pieces", FIELD_LIST, NOWHERE, "各部分", "Pieces", .flags = FIELD_REQUIRED, .fields = PIECE },
    FIELDS_END,
};

const Field draft_parameters_body[] = {
    VERSION_SEEN,
    { "parameters", FIELD_LIST, NOWHERE, "参数", "Parameters", .flags = FIELD_REQUIRED,
      .fields = PARAMETER },
    FIELDS_END,
};

static Err check_shape(Cx *cx, const Field *fields, const Json *list)
{
    if (!list || list->type != J_ARRAY)
        return fail(cx, INVALID, fields->key, "缺少%s%.0s", "%.0s%s are missing", fields->zh,
                    fields->key);
    Json *items[] = { (Json *)(uintptr_t)list };
    return field_check(cx, fields, &(Json){ .type = J_OBJECT, .count = 1, .items = items });
}

static Err misfit(Cx *cx, size_t piece, const char *zh, const char *en)
{
    return fail(cx, INVALID, arena_format(cx->arena, "/pieces/%zu", piece), "%s%.0s", "%.0s%s", zh,
                en);
}

/* Every from below the count of what was there, and none twice. */
static bool fits(Cx *cx, const Json *list, const char *kind, size_t count)
{
    bool *taken = NEW_N(cx, bool, count + 1);
    for (size_t i = 0; i < list->count; i++) {
        if (kind && strcmp(json_text(list->items[i], "kind", ""), kind) != 0)
            continue;
        int64_t from = json_int(list->items[i], "from", DMN_NEW);
        if (from == DMN_NEW)
            continue;
        if ((size_t)from >= count || taken[from])
            return false;
        taken[from] = true;
    }
    return true;
}

/* How many columns are of the kind, where those of a kind stand together in this order. */
static bool count_columns(const Json *columns, size_t counts[3])
{
    size_t kind = 0;
    counts[0] = counts[1] = counts[2] = 0;
    for (size_t i = 0; i < columns->count; i++) {
        const char *key = json_text(columns->items[i], "kind", "");
        while (kind < 3 && strcmp(COLUMN_KINDS[kind].key, key) != 0)
            kind++;
        if (kind == 3)
            return false;
        counts[kind]++;
    }
    return counts[1] > 0 && columns->count <= COLUMNS_MOST;
}

static const char **read_cells(Cx *cx, const Json *cells)
{
    const char **out = NEW_N(cx, const char *, cells->count + 1);
    for (size_t i = 0; i < cells->count; i++)
        out[i] = text_or(cells->items[i]->text, "");
    return out;
}

static Err read_table(Cx *cx, DmnTableText *out, size_t piece, const Json *table,
                      const DmnTableText *was)
{
    const Json *columns = json_get(table, "columns"), *rows = json_get(table, "rows");
    size_t counts[3];
    if (!count_columns(columns, counts))
        return misfit(cx, piece, "列应依次为条件、结果、备注，至少一列结果",
                      "columns are inputs, then outputs, then notes, with one output at least");
    if (!fits(cx, columns, "input", was->input_count) ||
        !fits(cx, columns, "output", was->output_count) ||
        !fits(cx, columns, "note", was->note_count) || !fits(cx, rows, NULL, was->row_count) ||
        rows->count > ROWS_MOST)
        return misfit(cx, piece, "行列与原表对不上", "rows or columns are not those of the table");
    DmnColumn *c = NEW_N(cx, DmnColumn, columns->count + 1);
    for (size_t i = 0; i < columns->count; i++)
        c[i] = (DmnColumn){ json_int(columns->items[i], "from", DMN_NEW),
                            json_text(columns->items[i], "name", ""),
                            json_text(columns->items[i], "text", ""),
                            json_text(columns->items[i], "values", "") };
    DmnRow *r = NEW_N(cx, DmnRow, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++) {
        const Json *cells = json_get(rows->items[i], "cells");
        if (cells->count != columns->count)
            return misfit(cx, piece, "单元格数与列数不符", "a row has not a cell for each column");
        r[i] = (DmnRow){ json_int(rows->items[i], "from", DMN_NEW), read_cells(cx, cells) };
    }
    *out = (DmnTableText){ .policy = json_text(table, "policy", "UNIQUE"),
                           .aggregation = json_text(table, "aggregation", ""),
                           .columns = c,
                           .input_count = counts[0],
                           .output_count = counts[1],
                           .note_count = counts[2],
                           .rows = r,
                           .row_count = rows->count };
    return OK;
}

/* ---- written -------------------------------------------------------------------------------- */

/* One change of a decision under way. */
typedef struct RuleChange {
    Cx *cx;
    Found place;
    const Json *pieces;
    Buf text; /* of what is put in, to look for names */
    Buf before;
    Buf after;
} RuleChange;

static void tell_table(Buf *b, const char *name, const DmnTableText *t)
{
    size_t n = t->input_count + t->output_count + t->note_count;
    buf_format(b, "%s%s%s\n", name, *name ? " " : "", t->policy);
    for (size_t i = 0; i < n; i++)
        buf_format(b, "%s%s", i ? " | " : "",
                   i < t->input_count ? t->columns[i].text : t->columns[i].name);
    for (size_t r = 0; r < t->row_count; r++)
        for (size_t i = 0; i < n; i++)
            buf_format(b, "%s%s", i ? " | " : "\n", t->rows[r].cells[i]);
    buf_char(b, '\n');
}

static void tell(Buf *to, const DmnPiece *p, const char *text, const DmnTableText *table)
{
    if (table)
        tell_table(to, p->name, table);
    else
        buf_format(to, "%s%s%s\n", p->name, *p->name ? ": " : "", text);
}

static Err put_piece(RuleChange *c, DmnEditor *e, size_t at, const DmnPieces *pieces)
{
    Cx *cx = c->cx;
    const Json *j = c->pieces->items[at], *table = json_get(j, "table");
    size_t index = (size_t)json_int(j, "index", 0);
    if (index >= pieces->count)
        return misfit(cx, at, "没有这一部分", "there is no such piece");
    const DmnPiece *p = &pieces->at[index];
    if (p->box->kind == BOX_LITERAL) {
        const char *text = json_text(j, "text", NULL), *was = text_or(p->box->text, "");
        if (!text)
            return misfit(cx, at, "这一部分是表达式", "this piece is an expression");
        if (strcmp(text, was) == 0)
            return OK;
        dmn_edit_text(e, p->box, text);
        buf_format(&c->text, "%s\n", text);
        tell(&c->before, p, was, NULL);
        tell(&c->after, p, text, NULL);
        return OK;
    }
    DmnTableText old, new;
    if (json_missing(table))
        return misfit(cx, at, "这一部分是决策表", "this piece is a table");
    dmn_table_text(cx, &old, p->box);
    TRY(read_table(cx, &new, at, table, &old));
    size_t edits = e->count;
    dmn_edit_table(e, p->box, &new);
    if (e->count == edits)
        return OK;
    tell(&c->before, p, NULL, &old);
    tell(&c->after, p, NULL, &new);
    tell_table(&c->text, p->name, &new);
    return OK;
}

static bool listed(DmnNodes nodes, const DmnNode *node)
{
    for (size_t i = 0; i < nodes.count; i++)
        if (nodes.at[i] == node)
            return true;
    return false;
}

/* Does one stand, at any distance, on the other? seen: of the nodes of the model. */
static bool stands_on(const Dmn *dmn, const DmnNode *one, const DmnNode *other, bool *seen)
{
    DmnNodes required = dmn_information(dmn, one);
    const DmnModel *main = dmn_main(dmn);
    if (one == other)
        return true;
    if (one->model != main || seen[one - main->nodes])
        return false;
    seen[one - main->nodes] = true;
    for (size_t i = 0; i < required.count; i++)
        if (stands_on(dmn, required.at[i], other, seen))
            return true;
    return false;
}

/* What the new text may read and the decision does not require yet. */
static bool may_read(const RuleChange *c, const DmnNode *other)
{
    Found p = c->place;
    bool named = c->text.at && strstr(c->text.at, other->name);
    bool has = listed(dmn_information(p.model->dmn, p.node), other);
    bool *seen = NEW_N(c->cx, bool, dmn_main(p.model->dmn)->node_count + 1);
    return named && !has && other->kind != DMN_SOURCE && other->kind != DMN_SERVICE &&
           !stands_on(p.model->dmn, other, p.node, seen);
}

/* Writes the pieces, and lets the node require what `wanted` says of each node of the model. */
static Err write(RuleChange *c, PackFile *out, const Pack *pack, const int *wanted)
{
    const char *bytes;
    size_t length;
    Found p = c->place;
    const DmnModel *main = dmn_main(p.model->dmn);
    TRY(pack_file(c->cx, &bytes, &length, &pack->source, p.model->file));
    DmnEditor e = dmn_editor(c->cx, bytes, length);
    DmnPieces pieces = dmn_pieces(c->cx, p.node);
    c->text = c->before = c->after = BUF(c->cx);
    for (size_t i = 0; i < c->pieces->count; i++)
        TRY(put_piece(c, &e, i, &pieces));
    for (int knowledge = 0; knowledge < 2; knowledge++)
        for (size_t i = 0; i < main->node_count; i++)
            if ((main->nodes[i].kind == DMN_KNOWLEDGE) == knowledge && wanted[i])
                dmn_edit_require(&e, p.node, &main->nodes[i], wanted[i] > 0);
    *out = (PackFile){ .path = p.model->file };
    out->bytes = dmn_edited(&e, &out->length);
    return OK;
}

/* The pack with this file in place, as far as it can be read. */
static const Pack *pack_with(Cx *cx, const Pack *pack, const PackFile *file)
{
    Findings findings = { 0 };
    const Pack *out;
    PackSource source = pack_source_with(cx, &pack->source, file);
    return pack_read(cx, &out, &findings, &source) == OK ? out : NULL;
}

static bool has_problem(Found p)
{
    const DmnProblem *problem;
    for (size_t i = 0; (problem = dmn_problem(p.model->dmn, i)); i++)
        if (problem->node == p.node)
            return true;
    return false;
}

/* What is required and no longer read, or named and not read after all: wanted is set so. */
static void settle(RuleChange *c, int *wanted, Found after)
{
    Found p = c->place;
    const DmnModel *main = dmn_main(p.model->dmn), *now = dmn_main(after.model->dmn);
    for (size_t i = 0; i < main->node_count && i < now->node_count; i++) {
        const DmnNode *other = &main->nodes[i];
        bool reads = dmn_reads(after.model->dmn, after.node, &now->nodes[i]);
        if (wanted[i] > 0 && !reads)
            wanted[i] = 0;
        else if (!reads && dmn_reads(p.model->dmn, p.node, other))
            wanted[i] = -1;
    }
}

Err draft_edit_decision(Cx *cx, PackFile *out, const char **before, const char **after,
                        const Pack *pack, const char *id, const Json *pieces)
{
    RuleChange c = { .cx = cx, .pieces = pieces };
    TRY(find_or_fail(cx, &c.place, pack, id));
    TRY(check_shape(cx, PIECES, pieces));
    const DmnModel *main = dmn_main(c.place.model->dmn);
    int *wanted = NEW_N(cx, int, main->node_count + 1);
    TRY(write(&c, out, pack, wanted));
    for (size_t i = 0; i < main->node_count; i++)
        wanted[i] = may_read(&c, &main->nodes[i]);
    TRY(write(&c, out, pack, wanted));
    const Pack *trial = pack_with(cx, pack, out);
    Found now = find(trial, id);
    if (now.node && !has_problem(now)) {
        settle(&c, wanted, now);
        TRY(write(&c, out, pack, wanted));
    }
    *before = buf_text(&c.before);
    *after = buf_text(&c.after);
    return OK;
}

/* ---- checked -------------------------------------------------------------------------------- */

/* Where in the pieces a text of the model stands. Rows and cells count from 0; -1 = none. */
typedef struct RuleSpot {
    int64_t index;
    int64_t row;
    int64_t cell;
} RuleSpot;

static bool in_table(RuleSpot *spot, const DmnTable *t, const char *text)
{
    for (size_t i = 0; i < t->input_count + t->output_count; i++) {
        const DmnClause *c = i < t->input_count ? &t->inputs[i] : &t->outputs[i - t->input_count];
        if (c->text == text || c->allowed == text) {
            spot->cell = (int64_t)i;
            return true;
        }
    }
    for (size_t r = 0; r < t->rule_count; r++)
        for (size_t i = 0; i < t->input_count + t->output_count; i++)
            if (text == (i < t->input_count ? t->rules[r].tests[i]
                                            : t->rules[r].values[i - t->input_count])) {
                spot->row = (int64_t)r;
                spot->cell = (int64_t)i;
                return true;
            }
    return false;
}

static RuleSpot spot_of(Cx *cx, const DmnNode *node, const char *text)
{
    DmnPieces pieces = dmn_pieces(cx, node);
    for (size_t i = 0; text && i < pieces.count; i++) {
        const DmnBox *box = pieces.at[i].box;
        RuleSpot spot = { (int64_t)i, -1, -1 };
        if (box->kind == BOX_LITERAL ? box->text == text : in_table(&spot, box->table, text))
            return spot;
    }
    return (RuleSpot){ -1, -1, -1 };
}

void draft_put_problems(Cx *cx, JsonOut *o, size_t *count, const Pack *pack, const char *id)
{
    const DmnProblem *problem;
    Found p = find(pack, id);
    *count = 0;
    for (size_t i = 0; p.node && (problem = dmn_problem(p.model->dmn, i)); i++) {
        if (problem->node != p.node)
            continue;
        RuleSpot spot = spot_of(cx, p.node, problem->text);
        const char *at = text_or(problem->at, "");
        const char *colon = strchr(at, ':');
        json_open(o, NULL, '{');
        json_put_int(o, "index", spot.index);
        json_put_int(o, "row", spot.row);
        json_put_int(o, "cell", spot.cell);
        json_put_int(o, "line", atoi(at));
        json_put_int(o, "column", colon ? atoi(colon + 1) : 0);
        json_put_text(o, "zh", problem->zh);
        json_put_text(o, "en", problem->en);
        json_close(o, '}');
        ++*count;
    }
}

void draft_put_findings(JsonOut *o, const char *key, const Findings *findings)
{
    json_open(o, key, '[');
    for (size_t i = 0; i < findings->count; i++) {
        const Finding *f = &findings->items[i];
        json_open(o, NULL, '{');
        json_put_text(o, "file", f->file);
        json_put_text(o, "at", f->at);
        json_put_text(o, "zh", f->zh);
        json_put_text(o, "en", f->en);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* ---- pack.json ------------------------------------------------------------------------------ */

enum { SPARE = 2 }; /* members that are set and may not be there yet */

static Json *copy(Cx *cx, const Json *from)
{
    Json *j = NEW(cx, Json);
    *j = *from;
    j->items = NEW_N(cx, Json *, from->count + SPARE);
    for (size_t i = 0; i < from->count; i++)
        j->items[i] = copy(cx, from->items[i]);
    return j;
}

static void set_text(Cx *cx, Json *object, const char *key, const char *text)
{
    Json *j = NEW(cx, Json);
    *j = (Json){ .type = J_TEXT, .text = text, .key = key };
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->items[i]->key, key) == 0) {
            object->items[i] = j;
            return;
        }
    object->items[object->count++] = j; /* copy() leaves room */
}

static void write_json(Cx *cx, PackFile *out, const Json *json)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    o.pretty = true;
    json_put(&o, NULL, json);
    buf_char(&b, '\n');
    *out = (PackFile){ "pack.json", buf_text(&b), b.length };
}

/* A whole number stays one; everything else is text, which is exact. */
static void set_figure(Cx *cx, Json *parameter, const char *text)
{
    size_t sign = *text == '-';
    size_t digits = strspn(text + sign, "0123456789");
    bool whole = digits > 0 && digits <= 15 && !text[sign + digits];
    for (size_t i = 0; i < parameter->count; i++) {
        if (strcmp(parameter->items[i]->key, "value") != 0)
            continue;
        bool was = parameter->items[i]->type == J_INT;
        set_text(cx, parameter, "value", text);
        if (whole && was) {
            parameter->items[i]->type = J_INT;
            parameter->items[i]->integer = strtoll(text, NULL, 10);
            parameter->items[i]->real = (double)parameter->items[i]->integer;
        }
    }
}

static size_t parameter_index(const Pack *pack, const char *key)
{
    size_t i = 0;
    while (i < pack->parameter_count && strcmp(pack->parameters[i].key, key) != 0)
        i++;
    return i;
}

static const char *figure_text(Cx *cx, const Json *parameter)
{
    const Json *value = json_get(parameter, "value");
    return value && value->type == J_INT
               ? arena_format(cx->arena, "%lld", (long long)value->integer)
               : json_text(parameter, "value", "");
}

/* The kind of a figure does not change: a rule compares numbers with numbers. */
static Err check_kinds(Cx *cx, const Pack *pack, const PackFile *file)
{
    const Pack *now = pack_with(cx, pack, file);
    for (size_t i = 0; now && i < pack->parameter_count; i++) {
        const Parameter *p = &pack->parameters[i];
        if (now->parameters[i].value->kind != p->value->kind)
            return fail(cx, INVALID, p->key, "“%s%.0s”要写成%s%.0s", "“%.0s%s” must be %.0s%s",
                        p->zh, p->en, p->value->kind == VALUE_NUMBER ? "数值" : "带时区的日期时间",
                        p->value->kind == VALUE_NUMBER ? "a number"
                                                       : "a date and time with its zone");
    }
    return OK;
}

Err draft_edit_parameters(Cx *cx, PackFile *out, const char **before, const char **after,
                          const Pack *pack, const Json *parameters)
{
    Buf was = BUF(cx), now = BUF(cx);
    Json *json = copy(cx, pack->json);
    const Json *list = json_get(json, "parameters");
    TRY(check_shape(cx, PARAMETERS, parameters));
    for (size_t i = 0; i < parameters->count; i++) {
        const char *key = json_text(parameters->items[i], "key", "");
        const char *value = text_fold(cx, json_text(parameters->items[i], "value", ""));
        size_t at = parameter_index(pack, key);
        if (at == pack->parameter_count)
            return fail(cx, INVALID, key, "没有参数 %s", "there is no parameter %s", key);
        const char *old = figure_text(cx, list->items[at]);
        if (strcmp(old, value) == 0)
            continue;
        buf_format(&was, "%s: %s\n", pack->parameters[at].zh, old);
        buf_format(&now, "%s: %s\n", pack->parameters[at].zh, value);
        set_figure(cx, list->items[at], value);
    }
    write_json(cx, out, json);
    *before = buf_text(&was);
    *after = buf_text(&now);
    return check_kinds(cx, pack, out);
}

Err draft_edit_version(Cx *cx, PackFile *out, const Pack *pack, const char *valid_from,
                       const char *label)
{
    Json *json = copy(cx, pack->json);
    set_text(cx, json, "valid_from", valid_from);
    set_text(cx, json, "version", label);
    write_json(cx, out, json);
    return OK;
}
