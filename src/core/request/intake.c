#include "core/request/intake.h"

#include "base/digest.h"
#include "base/money.h"
#include "core/request/act.h"
#include "core/request/export.h"

#include <string.h>

enum { MOST_CHANGES = 1000 }; /* shown; the rest is only counted */

const SheetLimits INTAKE_LIMITS = {
    .bytes = 8 << 20, /* what a request may hold; the server refuses what is over it by name */
    .entries = 1000,
    .inflated = 256 << 20,
    .ratio = 200,
    .rows = 5020, /* 5,000 of data, and what stands around them */
    .columns = 256,
    .cells = 2000000,
    .faults = 500,
};

const SheetLimits INTAKE_LARGE = {
    .bytes = 8 << 20,
    .entries = 1000,
    .inflated = 256 << 20,
    .ratio = 200,
    .rows = 50020, /* as many as an export has */
    .columns = 256,
    .cells = 2000000,
    .faults = 500,
};

struct IntakeRead {
    SheetBook *book;
    SheetBook state; /* of the book when it was kept */
    SheetFault *faults;
};

void intake_keep(Cx *cx, SheetBook *book)
{
    struct IntakeRead *read = cx->act->read = NEW(cx, struct IntakeRead);
    read->book = book;
    read->state = *book;
    read->faults = NEW_N(cx, SheetFault, book->fault_kept + 1);
    if (book->fault_kept)
        memcpy(read->faults, book->faults, book->fault_kept * sizeof *book->faults);
}

SheetBook *intake_kept(const Cx *cx)
{
    const struct IntakeRead *read = cx->act->read;
    if (read == NULL)
        return NULL;
    *read->book = read->state;
    if (read->state.fault_kept)
        memcpy(read->book->faults, read->faults, read->state.fault_kept * sizeof *read->faults);
    return read->book;
}

static Err file_part(Cx *cx, const Part **out, const Request *rq)
{
    const Part *parts;
    size_t count;
    TRY(request_parts(cx, rq, &parts, &count));
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].name, "file") == 0) {
            *out = &parts[i];
            return OK;
        }
    return fail(cx, INVALID, "file", "没有收到文件", "no file came");
}

Err intake_file_within(Cx *cx, SheetBook **out, const Sheet *sheet, const Request *rq,
                       const SheetLimits *limits)
{
    const Part *file;
    *out = intake_kept(cx);
    if (*out)
        return OK;
    TRY(file_part(cx, &file, rq));
    return sheet_read(cx, out, sheet, 1, file->bytes, file->length, limits);
}

Err intake_file(Cx *cx, SheetBook **out, const Sheet *sheet, const Request *rq)
{
    return intake_file_within(cx, out, sheet, rq, &INTAKE_LIMITS);
}

Err intake_digest(Cx *cx, const char **hex, const Request *rq)
{
    const Part *file;
    TRY(file_part(cx, &file, rq));
    *hex = digest(cx, SM3, file->bytes, file->length);
    return OK;
}

/* --- what is wrong, what was left out --- */

static const char *column_name(Cx *cx, int64_t column)
{
    const char *rest = "";
    for (; column > 0; column = (column - 1) / 26)
        rest = arena_format(cx->arena, "%c%s", (char)('A' + (column - 1) % 26), rest);
    return rest;
}

static void put_said(JsonOut *o, const char *key, const char *zh, const char *en)
{
    json_open(o, key, '{');
    json_put_text(o, "zh", zh);
    json_put_text(o, "en", en);
    json_close(o, '}');
}

static void put_fault(Cx *cx, JsonOut *o, const SheetFault *f)
{
    json_open(o, NULL, '{');
    json_put_text(o, "sheet", f->sheet);
    json_put_int(o, "row", f->row);
    json_put_text(o, "column", column_name(cx, f->column)); /* "" = the whole row */
    json_put_text(o, "heading", f->heading);
    json_put_text(o, "field", f->field);
    json_put_text(o, "value", f->value);
    put_said(o, "message", f->zh, f->en);
    json_close(o, '}');
}

static void put_tab(JsonOut *o, const SheetTab *t)
{
    json_open(o, NULL, '{');
    json_put_text(o, "name", t->name);
    json_put_bool(o, "hidden", t->hidden);
    json_put_bool(o, "read", t->read);
    json_put_int(o, "rows", (int64_t)t->rows);
    json_put_int(o, "hidden_rows", (int64_t)t->hidden_rows);
    json_put_text(o, "ignored", t->ignored);
    json_put_text(o, "units", t->units);
    json_open(o, "skipped", '[');
    for (size_t i = 0; i < t->skip_count; i++) {
        json_open(o, NULL, '{');
        json_put_int(o, "row", t->skips[i].at);
        json_put_text(o, "text", t->skips[i].text);
        put_said(o, "why", t->skips[i].zh, t->skips[i].en);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

void intake_put_book(Cx *cx, JsonOut *o, const SheetBook *book)
{
    Buf ignored = BUF(cx);
    json_put_int(o, "error_count", (int64_t)book->fault_count);
    json_open(o, "errors", '[');
    for (size_t i = 0; i < book->fault_kept; i++)
        put_fault(cx, o, &book->faults[i]);
    json_close(o, ']');
    json_open(o, "tabs", '[');
    for (size_t i = 0; i < book->tab_count; i++) {
        const SheetTab *t = &book->tabs[i];
        put_tab(o, t);
        if (*t->ignored)
            buf_format(&ignored, "%s%s", ignored.length ? "、" : "", t->ignored);
    }
    json_close(o, ']');
    json_put_text(o, "ignored", buf_text(&ignored));
}

/* --- what would change --- */

/* A value as people read it; NULL where there is none. */
static const char *shown(Cx *cx, const Field *f, const Json *j, Lang lang)
{
    if (json_missing(j))
        return NULL;
    if (j->type == J_ARRAY) {
        Buf b = BUF(cx);
        for (size_t i = 0; i < j->count; i++)
            buf_format(&b, "%s%s", i ? "、" : "", text_or(shown(cx, f, j->items[i], lang), ""));
        return j->count ? buf_text(&b) : NULL;
    }
    int64_t fen;
    if (f->type == FIELD_MONEY && field_amount(f, j, &fen))
        return money_show_in(cx, fen, f->unit);
    if (j->type == J_INT)
        return arena_format(cx->arena, "%lld", (long long)j->integer);
    if (j->type == J_BOOL)
        return lang == EN ? j->boolean ? "yes" : "no" : j->boolean ? "是" : "否";
    const Option *option = f->options && j->text ? option_find(f->options, j->text) : NULL;
    return !option ? j->text : lang == EN ? text_or(option->en, option->key) : option->zh;
}

static void put_shown(Cx *cx, JsonOut *o, const char *key, const Field *f, const Json *j)
{
    const char *zh = shown(cx, f, j, ZH);
    if (text_blank(zh))
        json_put_null(o, key);
    else
        put_said(o, key, zh, shown(cx, f, j, EN));
}

static void put_field(Cx *cx, JsonOut *o, const Field *parent, const Field *f, const Json *before,
                      const Json *after)
{
    if (text_same(text_or(shown(cx, f, before, ZH), ""), text_or(shown(cx, f, after, ZH), "")))
        return;
    json_open(o, NULL, '{');
    json_put_text(o, "zh", parent ? arena_format(cx->arena, "%s·%s", parent->zh, f->zh) : f->zh);
    json_put_text(o, "en", parent ? arena_format(cx->arena, "%s: %s", parent->en, f->en) : f->en);
    json_put_text(o, "unit", f->unit);
    put_shown(cx, o, "before", f, before);
    put_shown(cx, o, "after", f, after);
    json_close(o, '}');
}

static const Json *member(const Json *object, const char *key)
{
    return !object || json_missing(object) || object->type != J_OBJECT ? NULL
                                                                       : json_get(object, key);
}

static void put_fields(Cx *cx, JsonOut *o, const Field *fields, const Json *before,
                       const Json *after)
{
    json_open(o, "fields", '[');
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        const Json *old = member(before, f->key), *new = member(after, f->key);
        if (f->type == FIELD_OBJECT && f->fields)
            for (const Field *in = f->fields; in->type != FIELD_END; in++)
                put_field(cx, o, f, in, member(old, in->key), member(new, in->key));
        else if (!(f->type == FIELD_LIST && f->fields))
            put_field(cx, o, NULL, f, old, new);
    }
    json_close(o, ']');
}

/* What the row adds to the sum: 0 where there is no row, no text where it has no amounts. */
static const char *money_of(Cx *cx, const IntakeRows *r, const Json *row)
{
    const Field *f = r->money ? field_find(r->fields, r->money) : NULL;
    const Json *home = f ? member(row, f->key) : NULL;
    int64_t sum = 0, fen;
    if (!f)
        return NULL;
    for (const Field *in = f->fields; in && in->type != FIELD_END; in++)
        if (in->type == FIELD_MONEY && !json_missing(member(home, in->key)) &&
            field_amount(in, member(home, in->key), &fen))
            money_add(sum, fen, &sum);
    if (f->type == FIELD_MONEY && !json_missing(home) && field_amount(f, home, &fen))
        sum = fen;
    return money_text_in(cx, sum, f->unit);
}

static const char *words_of(Cx *cx, const IntakeRows *r, const char *const *fields, const Json *row,
                            bool labels)
{
    Buf b = BUF(cx);
    for (; *fields; fields++) {
        const Field *f = field_find(r->fields, *fields);
        const Json *j = f ? member(row, *fields) : NULL;
        const char *text = labels ? shown(cx, f, j, cx->lang)
                           : f    ? json_text(row, *fields, "")
                                  : "";
        if (!labels)
            buf_format(&b, "%s|", sheet_key(cx, text));
        else if (!text_blank(text))
            buf_format(&b, "%s%s", b.length ? " " : "", text);
    }
    return buf_text(&b);
}

static void put_change(Cx *cx, JsonOut *o, const IntakeRows *r, const char *kind,
                       const Json *before, const Json *after)
{
    json_open(o, NULL, '{');
    json_put_text(o, "kind", kind);
    json_put_text(o, "name", words_of(cx, r, r->names, after ? after : before, true));
    json_put_text(o, "money_before", money_of(cx, r, before));
    json_put_text(o, "money_after", money_of(cx, r, after));
    put_fields(cx, o, r->fields, before, after);
    json_close(o, '}');
}

/* The row that stands before: the first of that key that no other has taken. */
static size_t row_find(const char *const *keys, bool *used, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (!used[i] && strcmp(keys[i], key) == 0) {
            used[i] = true;
            return i;
        }
    return count;
}

void intake_put_changes(Cx *cx, JsonOut *o, const IntakeRows *r, const Json *before,
                        const Json *after)
{
    size_t count = 0, olds = json_missing(before) ? 0 : before->count;
    const char **keys = NEW_N(cx, const char *, olds + 1);
    bool *used = NEW_N(cx, bool, olds + 1);
    for (size_t i = 0; i < olds; i++)
        keys[i] = words_of(cx, r, r->keys, before->items[i], false);
    json_open(o, "changes", '[');
    for (size_t i = 0; !json_missing(after) && i < after->count; i++) {
        const Json *row = after->items[i];
        size_t old = row_find(keys, used, olds, words_of(cx, r, r->keys, row, false));
        if (old < olds && json_same(before->items[old], row))
            continue;
        if (count++ < MOST_CHANGES)
            put_change(cx, o, r, old < olds ? "changed" : "added",
                       old < olds ? before->items[old] : NULL, row);
    }
    for (size_t i = 0; i < olds; i++)
        if (!used[i] && count++ < MOST_CHANGES)
            put_change(cx, o, r, "removed", before->items[i], NULL);
    json_close(o, ']');
    json_put_int(o, "change_count", (int64_t)(count + r->more));
}

/* --- the other answers --- */

Err intake_refuse(Cx *cx, const SheetBook *book)
{
    const SheetFault *first = book->faults;
    if (book->fault_count == 0)
        return OK;
    return fail(cx, INVALID, first->field, "表中有 %zu 处错误，没有保存；第 %lld 行：%s%.0s",
                "%zu errors in the sheet, nothing was saved; row %lld: %.0s%s", book->fault_count,
                (long long)first->row, first->zh, first->en);
}

Err intake_annotated(Cx *cx, Reply *rp, const char *noun, int64_t id, const SheetBook *book)
{
    SheetFile file;
    const SheetMaker maker = export_maker(cx);
    Export e = { .noun = noun, .id = id, .rows = UNSET };
    e.name = cx->lang == EN ? "Errors marked.xlsx" : "错误已标注.xlsx";
    TRY(sheet_annotate(cx, &file, &maker, book));
    export_sheet(cx, rp, &e, &file);
    return OK;
}
