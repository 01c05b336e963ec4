/* Edits are replacements of stretches of the file's own bytes, found by the spans that the XML
 * reader kept of each element. A tree that is written anew would lose what people set beside the
 * logic: comments, layout, vendors' elements, the diagram; and whoever compares two versions would
 * see all of the file changed for one cell. So nothing is ever written but what the edit means.
 *
 * Edits are collected first and applied once, in the order of places, so that none moves the span
 * of another. An element that is edited inside and moved as a whole is made as a text of its own
 * (an editor over the same bytes, `own` below) and put in as one edit.
 */
#include "rules/dmn_edit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Bytes [start, end) become text; start = end puts it in between. */
typedef struct DmnEdit {
    size_t start;
    size_t end;
    size_t order; /* of two at one place */
    const char *text;
} Edit;

DmnEditor dmn_editor(Cx *cx, const char *bytes, size_t length)
{
    return (DmnEditor){ .cx = cx, .bytes = bytes, .length = length };
}

static void edit(DmnEditor *e, size_t start, size_t end, const char *text)
{
    assert(start <= end && end <= e->length);
    if (e->count == e->room) {
        size_t room = e->room ? 2 * e->room : 16;
        e->edits = arena_grow(e->cx->arena, e->edits, e->room * sizeof(Edit), room * sizeof(Edit));
        e->room = room;
    }
    e->edits[e->count] = (Edit){ start, end, e->count, text };
    e->count++;
}

/* What is put in between comes before what is taken away, so that a new row that stands where an
 * old one went does not go with it. */
static int by_place(const void *a, const void *b)
{
    const Edit *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    bool p = x->start == x->end, q = y->start == y->end;
    if (p != q)
        return p ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* The bytes [start, end) with the edits, all of which lie inside. */
static const char *apply(const DmnEditor *e, size_t start, size_t end, size_t *length)
{
    Buf b = BUF(e->cx);
    Edit *edits = NEW_N(e->cx, Edit, e->count + 1);
    for (size_t i = 0; i < e->count; i++)
        edits[i] = e->edits[i];
    qsort(edits, e->count, sizeof *edits, by_place);
    for (size_t i = 0; i < e->count; i++) {
        assert(edits[i].start >= start && edits[i].end <= end); /* none lies over another */
        buf_add_n(&b, e->bytes + start, edits[i].start - start);
        buf_add(&b, edits[i].text);
        start = edits[i].end;
    }
    buf_add_n(&b, e->bytes + start, end - start);
    *length = b.length;
    return buf_text(&b);
}

const char *dmn_edited(const DmnEditor *e, size_t *length)
{
    return apply(e, 0, e->length, length);
}

/* ---- pieces of XML -------------------------------------------------------------------------- */

/* A carriage return is left out: the reader would make a line feed of it, and the text would differ
 * from what was typed at the next reading. */
static const char *escaped(Cx *cx, const char *text, bool attribute)
{
    Buf b = BUF(cx);
    for (const char *p = text; *p; p++) {
        if (*p == '&')
            buf_add(&b, "&amp;");
        else if (*p == '<')
            buf_add(&b, "&lt;");
        else if (*p == '>')
            buf_add(&b, "&gt;");
        else if (*p == '"' && attribute)
            buf_add(&b, "&quot;");
        else if (*p == '\'' && attribute)
            buf_add(&b, "&apos;");
        else if (*p == '\n' && attribute)
            buf_add(&b, "&#10;");
        else if (*p != '\r')
            buf_char(&b, *p);
    }
    return buf_text(&b);
}

/* "dmn:text" beside an element that is written "dmn:rule": new elements take the prefix of their
 * neighbours, whatever the file calls the namespace. */
static const char *tag(Cx *cx, const Xml *beside, const char *name)
{
    return *beside->prefix ? arena_format(cx->arena, "%s:%s", beside->prefix, name) : name;
}

static const char *element(Cx *cx, const Xml *beside, const char *name, const char *inside)
{
    const char *t = tag(cx, beside, name);
    return arena_format(cx->arena, "<%s>%s</%s>", t, inside, t);
}

/* <name><text>…</text></name> */
static const char *text_element(Cx *cx, const Xml *beside, const char *name, const char *text)
{
    return element(cx, beside, name, element(cx, beside, "text", escaped(cx, text, false)));
}

/* The white space before an element. */
static size_t blank_before(const DmnEditor *e, size_t at)
{
    size_t n = 0;
    while (n < at && strchr(" \t\r\n", e->bytes[at - n - 1]))
        n++;
    return n;
}

static const char *indent_of(const DmnEditor *e, const Xml *x)
{
    size_t n = blank_before(e, x->span.start);
    return arena_text_n(e->cx->arena, e->bytes + x->span.start - n, n);
}

/* With the blank before it: so an element that was added with an indent leaves nothing behind. */
static void remove_element(DmnEditor *e, const Xml *x)
{
    assert(x->kind == XML_ELEMENT && x->span.start < x->span.end);
    edit(e, x->span.start - blank_before(e, x->span.start), x->span.end, "");
}

/* Puts text into holder behind the child, or first where that is NULL. */
static void insert(DmnEditor *e, const Xml *holder, const Xml *behind, const char *text)
{
    assert(!behind || behind->parent == holder);
    XmlSpan s = holder->span;
    if (behind)
        edit(e, behind->span.end, behind->span.end, text);
    else if (s.open < s.end)
        edit(e, s.open, s.open, text);
    else /* <so/> */
        edit(e, s.end - 2, s.end,
             arena_format(e->cx->arena, ">%s</%s>", text, tag(e->cx, holder, holder->name)));
}

/* The last child that has one of the names between bars. DMN's schema is a sequence: an element has
 * its place behind certain others, whether or not they are there. */
static const Xml *last_of(const Xml *holder, const char *names)
{
    const Xml *last = NULL;
    XML_EACH(x, holder, holder->ns, NULL)
    {
        const char *at = strstr(names, x->name);
        size_t n = strlen(x->name);
        if (at && at > names && at[-1] == '|' && at[n] == '|')
            last = x;
    }
    return last;
}

/* An element that is missing and one that is empty say the same: nothing. */
static const char *text_in(Cx *cx, const Xml *holder)
{
    const Xml *text = holder ? xml_child(holder, holder->ns, "text") : NULL;
    return text ? xml_text(cx, text) : "";
}

/* Sets <holder><text>. */
static void set_text(DmnEditor *e, const Xml *holder, const char *text)
{
    assert(holder && text);
    const Xml *old = xml_child(holder, holder->ns, "text");
    if (strcmp(text_in(e->cx, holder), text) == 0)
        return;
    const char *whole = element(e->cx, holder, "text", escaped(e->cx, text, false));
    if (!old)
        insert(e, holder, last_of(holder, "|description|extensionElements|"), whole);
    else if (old->span.open == old->span.end)
        edit(e, old->span.start, old->span.end, whole);
    else
        edit(e, old->span.open, old->span.close, escaped(e->cx, text, false));
}

/* Sets <holder><name><text>, which comes behind the children of `behind`; "" takes it away. */
static void set_child_text(DmnEditor *e, const Xml *holder, const char *name, const char *behind,
                           const char *text)
{
    const Xml *old = xml_child(holder, holder->ns, name);
    if (strcmp(text_in(e->cx, old), text) == 0)
        return;
    if (old && *text)
        set_text(e, old, text);
    else if (old)
        remove_element(e, old);
    else
        insert(e, holder, last_of(holder, behind), text_element(e->cx, holder, name, text));
}

/* The reader keeps no spans of attributes, so the tag is gone through once more. It is well-formed,
 * or it would not have been read.
 * Where the attribute stands in its tag: [*start, *end) with its blank, and its value. */
static bool find_attribute(const DmnEditor *e, const Xml *x, const char *name, XmlSpan *out)
{
    const char *p = e->bytes + x->span.start + strcspn(e->bytes + x->span.start, " \t\r\n/>");
    for (;;) {
        const char *blank = p;
        p += strspn(p, " \t\r\n");
        size_t length = strcspn(p, " \t\r\n=/>");
        if (length == 0)
            return false;
        bool same = length == strlen(name) && strncmp(p, name, length) == 0;
        p += length;
        p += strcspn(p, "\"'");
        const char *value = p + 1;
        p = strchr(value, *p);
        assert(p); /* the tag was parsed */
        p++;
        if (same) {
            *out = (XmlSpan){ (size_t)(blank - e->bytes), (size_t)(value - e->bytes),
                              (size_t)(p - 1 - e->bytes), (size_t)(p - e->bytes) };
            return true;
        }
    }
}

void dmn_edit_attribute(DmnEditor *e, const Xml *x, const char *name, const char *value)
{
    assert(x->kind == XML_ELEMENT && *name && value);
    XmlSpan s;
    bool there = find_attribute(e, x, name, &s);
    if (strcmp(text_or(xml_attribute(x, name), ""), value) == 0)
        return;
    if (there && *value) {
        edit(e, s.open, s.close, escaped(e->cx, value, true));
    } else if (there) {
        edit(e, s.start, s.end, "");
    } else {
        size_t at = x->span.start + strcspn(e->bytes + x->span.start, " \t\r\n/>");
        edit(e, at, at,
             arena_format(e->cx->arena, " %s=\"%s\"", name, escaped(e->cx, value, true)));
    }
}

void dmn_edit_text(DmnEditor *e, const DmnBox *literal, const char *text)
{
    assert(literal->kind == BOX_LITERAL && literal->xml);
    set_text(e, literal->xml, text);
}

/* ---- pieces of a decision ------------------------------------------------------------------- */

typedef struct Lister {
    Cx *cx;
    DmnPiece *at;
    size_t count;
    size_t room;
} Lister;

static void list_box(Lister *l, const DmnBox *box, const char *name);

/* Names are paths that people read ("甲 / then"), and stay the same while the piece's place does:
 * the pages send them back to say which piece was edited. */
static void list_part(Lister *l, const DmnBox *box, const char *above, size_t i)
{
    static const char *const STEPS[] = { [BOX_IF] = "if then else",
                                         [BOX_FILTER] = "in match",
                                         [BOX_FOR] = "in return",
                                         [BOX_SOME] = "in satisfies",
                                         [BOX_EVERY] = "in satisfies" };
    const DmnPart *part = &box->parts[i];
    const char *name = part->name;
    const char *steps = box->kind < COUNT(STEPS) ? STEPS[box->kind] : NULL;
    for (size_t k = 0; steps && k <= i; k++) {
        size_t n = strcspn(steps, " ");
        name = arena_text_n(l->cx->arena, steps, n);
        steps += n + (steps[n] == ' ');
    }
    if (!name)
        name = box->kind == BOX_CONTEXT ? "=" : arena_format(l->cx->arena, "%zu", i + 1);
    list_box(l, part->box, *above ? arena_format(l->cx->arena, "%s / %s", above, name) : name);
}

static void list_box(Lister *l, const DmnBox *box, const char *name)
{
    if (!box)
        return;
    if (box->xml && (box->kind == BOX_LITERAL || box->kind == BOX_TABLE)) {
        if (l->count == l->room) {
            size_t size = sizeof(DmnPiece), room = l->room ? 2 * l->room : 8;
            l->at = arena_grow(l->cx->arena, l->at, l->room * size, room * size);
            l->room = room;
        }
        l->at[l->count++] = (DmnPiece){ name, box };
        return;
    }
    list_box(l, box->body, name);
    for (size_t i = 0; i < box->part_count; i++)
        list_part(l, box, name, i);
}

DmnPieces dmn_pieces(Cx *cx, const DmnNode *node)
{
    Lister l = { .cx = cx };
    list_box(&l, node->box, "");
    return (DmnPieces){ l.at, l.count };
}

/* ---- tables --------------------------------------------------------------------------------- */

typedef struct Elements {
    const Xml **at;
    size_t count;
} Elements;

static Elements elements(Cx *cx, const Xml *parent, const char *name)
{
    Elements all = { 0 };
    XML_EACH(x, parent, parent->ns, name)
    all.count++;
    all.at = NEW_N(cx, const Xml *, all.count + 1);
    size_t n = 0;
    XML_EACH(x, parent, parent->ns, name)
    all.at[n++] = x;
    return all;
}

static const char *const COLUMN_NAMES[] = { "input", "output", "annotation" };
static const char *const ENTRY_NAMES[] = { "inputEntry", "outputEntry", "annotationEntry" };

static const char *child_text(Cx *cx, const Xml *x, const char *name)
{
    return text_in(cx, xml_child(x, x->ns, name));
}

/* Inputs have a label for people and an expression, outputs a name that rules read, notes a name
 * alone: one row of the table for all three, so that the pages have one grid. */
static DmnColumn column_of(Cx *cx, const Xml *x, int kind, size_t i)
{
    const char *name = text_or(xml_attribute(x, kind == 0 ? "label" : "name"), "");
    return (DmnColumn){ .from = (int64_t)i,
                        .name = name,
                        .text = kind == 0   ? child_text(cx, x, "inputExpression")
                                : kind == 1 ? child_text(cx, x, "defaultOutputEntry")
                                            : "",
                        .values = kind == 0   ? child_text(cx, x, "inputValues")
                                  : kind == 1 ? child_text(cx, x, "outputValues")
                                              : "" };
}

/* A file may leave the names of its notes out: a row then has more notes than there are columns,
 * and none of them may be lost by an edit. */
static size_t most_notes(Cx *cx, Elements rules, size_t named)
{
    for (size_t i = 0; i < rules.count; i++) {
        size_t n = elements(cx, rules.at[i], ENTRY_NAMES[2]).count;
        named = n > named ? n : named;
    }
    return named;
}

/* A row may have fewer entries than there are columns; what is not there is shown empty. */
static void row_text(Cx *cx, DmnRow *row, const Xml *rule, const size_t counts[3])
{
    const char **cells = NEW_N(cx, const char *, counts[0] + counts[1] + counts[2] + 1);
    size_t n = 0;
    for (int kind = 0; kind < 3; kind++) {
        Elements entries = elements(cx, rule, ENTRY_NAMES[kind]);
        for (size_t i = 0; i < counts[kind]; i++)
            cells[n++] = i < entries.count ? text_in(cx, entries.at[i]) : "";
    }
    row->cells = cells;
}

void dmn_table_text(Cx *cx, DmnTableText *out, const DmnBox *table)
{
    assert(table->kind == BOX_TABLE && table->xml);
    const Xml *x = table->xml;
    Elements rules = elements(cx, x, "rule");
    size_t counts[3], n = 0;
    for (int kind = 0; kind < 3; kind++)
        counts[kind] = elements(cx, x, COLUMN_NAMES[kind]).count;
    counts[2] = most_notes(cx, rules, counts[2]);
    DmnColumn *columns = NEW_N(cx, DmnColumn, counts[0] + counts[1] + counts[2] + 1);
    for (int kind = 0; kind < 3; kind++) {
        Elements of = elements(cx, x, COLUMN_NAMES[kind]);
        for (size_t i = 0; i < counts[kind]; i++)
            columns[n++] = i < of.count ? column_of(cx, of.at[i], kind, i)
                                        : (DmnColumn){ (int64_t)i, "", "", "" };
    }
    DmnRow *rows = NEW_N(cx, DmnRow, rules.count + 1);
    for (size_t i = 0; i < rules.count; i++) {
        rows[i].from = (int64_t)i;
        row_text(cx, &rows[i], rules.at[i], counts);
    }
    *out = (DmnTableText){ .policy = text_or(xml_attribute(x, "hitPolicy"), "UNIQUE"),
                           .aggregation = text_or(xml_attribute(x, "aggregation"), ""),
                           .columns = columns,
                           .input_count = counts[0],
                           .output_count = counts[1],
                           .note_count = counts[2],
                           .rows = rows,
                           .row_count = rules.count };
}

/* One element of a list as it shall be: where it comes from, and its whole text. Whoever edits says
 * which old element each one is, so that ids and notes of a row go with it when it moves. */
typedef struct EditItem {
    int64_t from;
    const char *text;
} EditItem;

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* What stays keeps its places, in the new order; what is new comes behind what precedes it. Where
 * nothing precedes, at `lead`, which lies behind whatever comes before the list. */
static void put_list(DmnEditor *e, Elements old, const EditItem *items, size_t count, size_t lead,
                     const char *indent)
{
    int64_t *places = NEW_N(e->cx, int64_t, count + 1);
    bool *stays = NEW_N(e->cx, bool, old.count + 1);
    size_t kept = 0, k = 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].from != DMN_NEW) {
            assert((size_t)items[i].from < old.count && !stays[items[i].from]);
            stays[items[i].from] = true;
            places[kept++] = items[i].from;
        }
    qsort(places, kept, sizeof *places, by_number);
    for (size_t i = 0; i < old.count; i++)
        if (!stays[i])
            remove_element(e, old.at[i]);
    for (size_t i = 0; i < count; i++) {
        if (items[i].from == DMN_NEW) {
            edit(e, lead, lead, arena_format(e->cx->arena, "%s%s", indent, items[i].text));
            continue;
        }
        XmlSpan place = old.at[places[k++]]->span;
        size_t length = place.end - place.start;
        if (strlen(items[i].text) != length ||
            memcmp(e->bytes + place.start, items[i].text, length) != 0)
            edit(e, place.start, place.end, items[i].text);
        lead = place.end;
    }
}

/* Just behind what precedes the list. */
static size_t lead_of(const DmnEditor *e, Elements old, const Xml *before, const Xml *parent)
{
    if (old.count)
        return old.at[0]->span.start - blank_before(e, old.at[0]->span.start);
    return before ? before->span.end : parent->span.open;
}

/* The element with its own editor's edits. */
static const char *piece_of(const DmnEditor *own, const Xml *x)
{
    size_t length;
    return apply(own, x->span.start, x->span.end, &length);
}

/* An old entry keeps its id and whatever else stands in it; only its text is set. */
static const char *entry_text(const DmnEditor *e, const Xml *old, const Xml *rule, int kind,
                              const char *text)
{
    if (!old)
        return text_element(e->cx, rule, ENTRY_NAMES[kind], text);
    DmnEditor own = dmn_editor(e->cx, e->bytes, e->length);
    set_text(&own, old, text);
    return piece_of(&own, old);
}

/* The cells of one kind in a row that was there before. Cells have no names: the i-th belongs to
 * the i-th column, so they are moved as the columns were. */
static void put_cells(DmnEditor *e, const Xml *rule, int kind, const DmnColumn *columns,
                      const char *const *cells, size_t count)
{
    Elements old = elements(e->cx, rule, ENTRY_NAMES[kind]);
    EditItem *items = NEW_N(e->cx, EditItem, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool there = columns[i].from != DMN_NEW && (size_t)columns[i].from < old.count;
        const Xml *was = there ? old.at[columns[i].from] : NULL;
        items[i] = (EditItem){ there ? columns[i].from : DMN_NEW,
                               entry_text(e, was, rule, kind, cells[i]) };
    }
    /* notes at the end that nobody wrote need no element */
    while (kind == 2 && count && items[count - 1].from == DMN_NEW && !*cells[count - 1])
        count--;
    const Xml *before =
        last_of(rule, kind == 2 ? "|outputEntry|inputEntry|description|extensionElements|"
                                : "|inputEntry|description|extensionElements|");
    put_list(e, old, items, count, lead_of(e, old, before, rule),
             old.count ? indent_of(e, old.at[old.count - 1])
             : before  ? indent_of(e, before)
                       : "");
}

static const char *new_row(const DmnEditor *e, const Xml *table, const DmnTableText *t,
                           const DmnRow *row)
{
    Buf b = BUF(e->cx);
    size_t counts[] = { t->input_count, t->output_count, t->note_count }, n = 0;
    for (int kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < counts[kind]; i++)
            buf_add(&b, text_element(e->cx, table, ENTRY_NAMES[kind], row->cells[n++]));
    return element(e->cx, table, "rule", buf_text(&b));
}

/* Inputs, outputs and notes are three lists of the row, each with places of its own. */
static const char *old_row(const DmnEditor *e, const Xml *rule, const DmnTableText *t,
                           const DmnRow *row)
{
    DmnEditor own = dmn_editor(e->cx, e->bytes, e->length);
    size_t counts[] = { t->input_count, t->output_count, t->note_count }, n = 0;
    for (int kind = 0; kind < 3; kind++) {
        put_cells(&own, rule, kind, t->columns + n, row->cells + n, counts[kind]);
        n += counts[kind];
    }
    return piece_of(&own, rule);
}

/* Children in the order of the schema: expression before values, values before the default. */
static const char *new_column(const DmnEditor *e, const Xml *table, int kind, const DmnColumn *c)
{
    Cx *cx = e->cx;
    const char *name = escaped(cx, c->name, true), *t = tag(cx, table, COLUMN_NAMES[kind]);
    const char *label =
        !*name ? "" : arena_format(cx->arena, " %s=\"%s\"", kind == 0 ? "label" : "name", name);
    const char *values =
        !*c->values
            ? ""
            : text_element(cx, table, kind == 0 ? "inputValues" : "outputValues", c->values);
    if (kind == 0)
        return arena_format(cx->arena, "<%s%s>%s%s</%s>", t, label,
                            text_element(cx, table, "inputExpression", c->text), values, t);
    const char *otherwise = *c->text ? text_element(cx, table, "defaultOutputEntry", c->text) : "";
    return arena_format(cx->arena, "<%s%s>%s%s</%s>", t, label, values, otherwise, t);
}

static const char *old_column(const DmnEditor *e, const Xml *x, int kind, const DmnColumn *c)
{
    DmnEditor own = dmn_editor(e->cx, e->bytes, e->length);
    dmn_edit_attribute(&own, x, kind == 0 ? "label" : "name", c->name);
    if (kind == 0) {
        set_child_text(&own, x, "inputExpression", "|description|extensionElements|", c->text);
        set_child_text(&own, x, "inputValues", "|inputExpression|", c->values);
    } else if (kind == 1) {
        set_child_text(&own, x, "outputValues", "|description|extensionElements|", c->values);
        set_child_text(&own, x, "defaultOutputEntry",
                       "|description|extensionElements|outputValues|", c->text);
    }
    return piece_of(&own, x);
}

/* A column is an element of the table and a cell in each row; this sets the element. */
static void put_columns(DmnEditor *e, const Xml *table, int kind, const DmnColumn *columns,
                        size_t count)
{
    static const char *const BEFORE[] = { "|description|extensionElements|",
                                          "|input|description|extensionElements|", "|output|" };
    Elements old = elements(e->cx, table, COLUMN_NAMES[kind]);
    EditItem *items = NEW_N(e->cx, EditItem, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool there = columns[i].from != DMN_NEW && (size_t)columns[i].from < old.count;
        items[i].from = there ? columns[i].from : DMN_NEW;
        items[i].text = there ? old_column(e, old.at[columns[i].from], kind, &columns[i])
                              : new_column(e, table, kind, &columns[i]);
    }
    /* columns of notes that the file never named stay without name */
    while (kind == 2 && count && items[count - 1].from == DMN_NEW && !*columns[count - 1].name)
        count--;
    const Xml *before = last_of(table, BEFORE[kind]);
    const Xml *like = old.count ? old.at[old.count - 1] : before;
    put_list(e, old, items, count, lead_of(e, old, before, table), like ? indent_of(e, like) : "");
}

/* Policy and aggregation are written only where they change: a default that the file leaves out
 * stays left out. */
void dmn_edit_table(DmnEditor *e, const DmnBox *box, const DmnTableText *t)
{
    assert(box->kind == BOX_TABLE && box->xml);
    const Xml *table = box->xml;
    Elements rules = elements(e->cx, table, "rule");
    size_t counts[] = { t->input_count, t->output_count, t->note_count }, n = 0;
    const char *was = text_or(xml_attribute(table, "hitPolicy"), "UNIQUE");
    if (strcmp(was, t->policy) != 0)
        dmn_edit_attribute(e, table, "hitPolicy", t->policy);
    dmn_edit_attribute(e, table, "aggregation", t->aggregation);
    for (int kind = 0; kind < 3; kind++) {
        put_columns(e, table, kind, t->columns + n, counts[kind]);
        n += counts[kind];
    }
    EditItem *items = NEW_N(e->cx, EditItem, t->row_count + 1);
    for (size_t i = 0; i < t->row_count; i++) {
        const DmnRow *row = &t->rows[i];
        items[i].from = row->from;
        items[i].text = row->from == DMN_NEW ? new_row(e, table, t, row)
                                             : old_row(e, rules.at[row->from], t, row);
    }
    const Xml *before = last_of(table, "|annotation|output|");
    put_list(e, rules, items, t->row_count, lead_of(e, rules, before, table),
             indent_of(e, rules.count ? rules.at[rules.count - 1] : before));
}

/* ---- diagrams (DMNDI) ------------------------------------------------------------------------ */

/* A requirement is drawn as an edge that refers to its id, between the shapes of two nodes. An edge
 * whose requirement is gone makes other modelers refuse the file, and a requirement without edge is
 * one that nobody sees: so both go and come together. Shapes stay where the modeler put them. */

#define DI_NS "http://www.omg.org/spec/DMN/20180521/DI/"

typedef struct Rect {
    double x, y, width, height;
} Rect;

/* What draws the element of this id in the diagram: a "DMNShape" or a "DMNEdge". */
static const Xml *figure_of(const Xml *diagram, const char *kind, const char *id)
{
    XML_EACH(x, diagram, diagram->ns, kind)
    if (text_same(xml_attribute(x, "dmnElementRef"), id))
        return x;
    return NULL;
}

static const Xml *root_of(const Xml *x)
{
    while (x->parent)
        x = x->parent;
    return x;
}

/* The next diagram of the file behind `last`, or the first; NULL where there is none. */
static const Xml *next_diagram(const Xml *root, const Xml *last)
{
    bool behind = last == NULL;
    for (const Xml *k = root->first; k; k = k->next) {
        if (k->kind != XML_ELEMENT || strcmp(k->name, "DMNDI") != 0)
            continue;
        XML_EACH(x, k, k->ns, "DMNDiagram")
        {
            if (behind)
                return x;
            behind = x == last;
        }
    }
    return NULL;
}

/* Bounds are in the namespace DC, which has one version for each of DMN's: the name alone is asked.
 */
static bool bounds_of(const Xml *shape, Rect *out)
{
    for (const Xml *x = shape ? shape->first : NULL; x; x = x->next) {
        if (x->kind != XML_ELEMENT || strcmp(x->name, "Bounds") != 0)
            continue;
        *out = (Rect){ strtod(text_or(xml_attribute(x, "x"), "0"), NULL),
                       strtod(text_or(xml_attribute(x, "y"), "0"), NULL),
                       strtod(text_or(xml_attribute(x, "width"), "0"), NULL),
                       strtod(text_or(xml_attribute(x, "height"), "0"), NULL) };
        return true;
    }
    return false;
}

static bool both_drawn(const Xml *diagram, const DmnNode *from, const DmnNode *to, Rect rects[2])
{
    return bounds_of(figure_of(diagram, "DMNShape", from->id), &rects[0]) &&
           bounds_of(figure_of(diagram, "DMNShape", to->id), &rects[1]);
}

/* In the middle of the side that looks towards the other: requirements run upwards or downwards in
 * almost every diagram, and people move the line where they want it. The prefix is declared on the
 * spot, for a diagram without edges need not have one for DI. */
static const char *waypoint(Cx *cx, Rect at, Rect other)
{
    double middle = at.y + at.height / 2, there = other.y + other.height / 2;
    return arena_format(cx->arena, "<di:waypoint xmlns:di=\"" DI_NS "\" x=\"%.10g\" y=\"%.10g\"/>",
                        at.x + at.width / 2, there > middle ? at.y + at.height : at.y);
}

/* A file may have several diagrams, and a node may stand in some of them: the edge is drawn where
 * both ends are. Behind the other figures, for which the schema has no order. */
static void draw_edges(DmnEditor *e, const DmnNode *from, const DmnNode *to, const char *id)
{
    const Xml *root = root_of(to->xml);
    Rect r[2];
    for (const Xml *d = NULL; (d = next_diagram(root, d));) {
        if (!both_drawn(d, from, to, r))
            continue;
        const Xml *last = last_of(d, "|DMNShape|DMNEdge|");
        const char *t = tag(e->cx, d, "DMNEdge");
        insert(e, d, last,
               arena_format(e->cx->arena, "%s<%s dmnElementRef=\"%s\">%s%s</%s>",
                            indent_of(e, last), t, id, waypoint(e->cx, r[0], r[1]),
                            waypoint(e->cx, r[1], r[0]), t));
    }
}

static void erase_edges(DmnEditor *e, const Xml *requirement)
{
    const Xml *root = root_of(requirement);
    const char *id = xml_attribute(requirement, "id");
    for (const Xml *d = NULL; id && (d = next_diagram(root, d));) {
        const Xml *edge = figure_of(d, "DMNEdge", id);
        if (edge)
            remove_element(e, edge);
    }
}

/* The id of a new requirement where a diagram shall refer to it; else NULL, it needs none. */
static const char *drawn_id(Cx *cx, const DmnNode *from, const DmnNode *to)
{
    const Xml *root = root_of(to->xml);
    Rect r[2];
    for (const Xml *d = NULL; (d = next_diagram(root, d));)
        if (both_drawn(d, from, to, r))
            return escaped(cx, arena_format(cx->arena, "requires_%s_%s", to->id, from->id), true);
    return NULL;
}

/* ---- requirements --------------------------------------------------------------------------- */

/* Only references within the file: one into an import names another file's node, which nobody edits
 * from here. */
static const Xml *requirement_of(const DmnNode *node, const DmnNode *other)
{
    XML_EACH(x, node->xml, node->xml->ns, NULL)
    {
        bool requires = strcmp(x->name, "informationRequirement") == 0 ||
                        strcmp(x->name, "knowledgeRequirement") == 0;
        const Xml *to = requires ? xml_child(x, x->ns, NULL) : NULL;
        const char *href = to ? xml_attribute(to, "href") : NULL;
        if (href && *href == '#' && strcmp(href + 1, other->id) == 0)
            return x;
    }
    return NULL;
}

/* A requirement stands behind all others of its kind, where the schema wants it; knowledge comes
 * after information. */
void dmn_edit_require(DmnEditor *e, const DmnNode *node, const DmnNode *other, bool require)
{
    static const char HEAD[] = "|description|extensionElements|question|allowedAnswers|variable|"
                               "encapsulatedLogic|informationRequirement|";
    const Xml *x = node->xml, *old = requirement_of(node, other);
    assert(other->model == node->model && !other->implied);
    if (!require && old) {
        erase_edges(e, old);
        remove_element(e, old);
    }
    if (!require || old)
        return;
    const char *id = drawn_id(e->cx, other, node);
    bool knowledge = other->kind == DMN_KNOWLEDGE || other->kind == DMN_SERVICE;
    const char *to = knowledge                  ? "requiredKnowledge"
                     : other->kind == DMN_INPUT ? "requiredInput"
                                                : "requiredDecision";
    const char *t = tag(e->cx, x, knowledge ? "knowledgeRequirement" : "informationRequirement");
    const char *whole = arena_format(e->cx->arena, "<%s%s><%s href=\"#%s\"/></%s>", t,
                                     id ? arena_format(e->cx->arena, " id=\"%s\"", id) : "",
                                     tag(e->cx, x, to), escaped(e->cx, other->id, true), t);
    const Xml *behind = knowledge ? last_of(x, "|knowledgeRequirement|") : NULL;
    behind = behind ? behind : last_of(x, HEAD);
    insert(e, x, behind,
           arena_format(e->cx->arena, "%s%s", behind ? indent_of(e, behind) : "", whole));
    if (id)
        draw_edges(e, other, node, id);
}
