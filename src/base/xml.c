#include "base/xml.h"

#include <assert.h>
#include <expat.h>
#include <string.h>

/* From 2.9 on expat has these names, and calls the older ones deprecated; Debian 12 has 2.5. */
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
#define XML_GetCurrentLineNumber64   XML_GetCurrentLineNumber
#define XML_GetCurrentColumnNumber64 XML_GetCurrentColumnNumber
#define XML_GetCurrentByteIndex64    XML_GetCurrentByteIndex
#define XML_GetCurrentByteCount64    XML_GetCurrentByteCount
#endif

enum { CHUNK = 65536, MAX_ATTRIBUTES = 256, MAX_BINDINGS = 256, SCRATCH = 8192 };

#define SEPARATOR '\n' /* cannot stand in a namespace name after normalisation */

const XmlLimits XML_LIMITS = { .bytes = 32u << 20, .depth = 128 };

typedef struct XmlRun {
    Cx *cx;
    XmlScan *scan;
    const XmlLimits *limits;
    XML_Parser parser;
    int depth;
    Err err;
    XmlBinding bindings[MAX_BINDINGS]; /* declared before the next element opens */
    size_t binding_count;
    char scratch[SCRATCH]; /* the names of the element at hand: no growth while streaming */
    size_t scratch_used;
} XmlRun;

/* ---- streaming ------------------------------------------------------------------------------ */

static const char *place(XmlRun *run)
{
    return arena_format(run->cx->arena, "%lu:%lu",
                        (unsigned long)XML_GetCurrentLineNumber64(run->parser),
                        (unsigned long)XML_GetCurrentColumnNumber64(run->parser) + 1);
}

static void stop(XmlRun *run, Err err)
{
    if (err == OK || run->err != OK)
        return;
    run->err = err;
    XML_StopParser(run->parser, XML_FALSE);
}

#define REFUSE(run, zh, en) stop(run, fail((run)->cx, INVALID, place(run), zh, en))

static const char *scratch_text(XmlRun *run, const char *text, size_t length)
{
    if (length >= SCRATCH - run->scratch_used)
        return arena_text_n(run->cx->arena, text, length);
    char *copy = run->scratch + run->scratch_used;
    memcpy(copy, text, length);
    copy[length] = 0;
    run->scratch_used += length + 1;
    return copy;
}

/* expat gives "uri SEP local SEP prefix", "uri SEP local" or "local". */
static void split(XmlRun *run, const char *triplet, const char **ns, const char **name,
                  const char **prefix)
{
    *ns = *prefix = "";
    *name = triplet;
    const char *first = strchr(triplet, SEPARATOR);
    if (!first)
        return;
    *ns = scratch_text(run, triplet, (size_t)(first - triplet));
    *name = first + 1;
    const char *second = strchr(first + 1, SEPARATOR);
    if (!second)
        return;
    *name = scratch_text(run, first + 1, (size_t)(second - first - 1));
    *prefix = second + 1;
}

static void mark(XmlRun *run)
{
    run->scan->from = (size_t)XML_GetCurrentByteIndex64(run->parser);
    run->scan->to = run->scan->from + (size_t)XML_GetCurrentByteCount64(run->parser);
}

static void on_open(void *data, const XML_Char *name, const XML_Char **pairs)
{
    XmlRun *run = data;
    if (run->err != OK)
        return;
    if (++run->depth > run->limits->depth) {
        REFUSE(run, "XML 嵌套过深", "XML is nested too deeply");
        return;
    }
    XmlAttribute attributes[MAX_ATTRIBUTES];
    size_t n = 0;
    run->scratch_used = 0;
    for (; pairs[2 * n]; n++) {
        if (n == MAX_ATTRIBUTES) {
            REFUSE(run, "一个元素的属性过多", "an element has too many attributes");
            return;
        }
        XmlAttribute *a = &attributes[n];
        split(run, pairs[2 * n], &a->ns, &a->name, &a->prefix);
        a->value = pairs[2 * n + 1];
    }
    Xml element = { .kind = XML_ELEMENT,
                    .attributes = attributes,
                    .attribute_count = n,
                    .bindings = run->bindings,
                    .binding_count = run->binding_count };
    split(run, name, &element.ns, &element.name, &element.prefix);
    element.line = (int)XML_GetCurrentLineNumber64(run->parser);
    run->scan->line = element.line;
    mark(run);
    run->binding_count = 0;
    if (run->scan->open)
        stop(run, run->scan->open(run->cx, run->scan->data, &element));
}

static void on_close(void *data, const XML_Char *name)
{
    XmlRun *run = data;
    (void)name;
    run->depth--;
    mark(run);
    if (run->err == OK && run->scan->close)
        stop(run, run->scan->close(run->cx, run->scan->data));
}

static void on_text(void *data, const XML_Char *bytes, int length)
{
    XmlRun *run = data;
    run->scan->line = (int)XML_GetCurrentLineNumber64(run->parser);
    if (run->err == OK && run->scan->text)
        stop(run, run->scan->text(run->cx, run->scan->data, bytes, (size_t)length));
}

static void on_comment(void *data, const XML_Char *text)
{
    XmlRun *run = data;
    run->scan->line = (int)XML_GetCurrentLineNumber64(run->parser);
    if (run->err == OK && run->scan->comment)
        stop(run, run->scan->comment(run->cx, run->scan->data, text));
}

static void on_binding(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    XmlRun *run = data;
    if (run->binding_count == MAX_BINDINGS) {
        REFUSE(run, "一个元素的命名空间过多", "an element declares too many namespaces");
        return;
    }
    Arena *arena = run->cx->arena;
    run->bindings[run->binding_count++] = (XmlBinding){
        arena_text(arena, prefix ? prefix : ""),
        arena_text(arena, uri ? uri : ""),
    };
}

static void on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public_id, int internal)
{
    XmlRun *run = data;
    (void)name, (void)system, (void)public_id, (void)internal;
    REFUSE(run, "不接受带文档类型声明 (DOCTYPE) 的 XML",
           "XML with a document type declaration (DOCTYPE) is refused");
}

static Err broken(XmlRun *run)
{
    return fail(run->cx, INVALID, place(run), "不是合格的 XML：%s", "not well-formed XML: %s",
                XML_ErrorString(XML_GetErrorCode(run->parser)));
}

static Err feed(XmlRun *run)
{
    size_t total = 0;
    for (size_t filled = 1; filled > 0;) {
        void *buffer = XML_GetBuffer(run->parser, CHUNK);
        if (!buffer)
            return broken(run);
        TRY(run->scan->more(run->cx, run->scan->data, buffer, CHUNK, &filled));
        total += filled;
        if (total > run->limits->bytes)
            return fail(run->cx, TOO_LARGE, NULL, "XML 超过 %zu 字节", "XML exceeds %zu bytes",
                        run->limits->bytes);
        enum XML_Status status = XML_ParseBuffer(run->parser, (int)filled, filled == 0);
        if (run->err != OK)
            return run->err;
        if (status != XML_STATUS_OK)
            return broken(run);
        if (arena_full(run->cx->arena))
            return fail(run->cx, TOO_LARGE, NULL, "XML 占用内存过多", "XML needs too much memory");
    }
    return OK;
}

Err xml_scan(Cx *cx, XmlScan *scan, const XmlLimits *limits)
{
    assert(scan->more);
    XmlRun run = { .cx = cx, .scan = scan, .limits = limits ? limits : &XML_LIMITS, .err = OK };
    run.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (!run.parser)
        return fail(cx, INTERNAL, NULL, "内存不足", "out of memory");
    XML_SetReturnNSTriplet(run.parser, 1);
    XML_SetUserData(run.parser, &run);
    XML_SetElementHandler(run.parser, on_open, on_close);
    XML_SetCharacterDataHandler(run.parser, on_text);
    XML_SetCommentHandler(run.parser, on_comment);
    XML_SetStartNamespaceDeclHandler(run.parser, on_binding);
    XML_SetStartDoctypeDeclHandler(run.parser, on_doctype);
    Err err = feed(&run);
    XML_ParserFree(run.parser);
    return err;
}

/* ---- the tree ------------------------------------------------------------------------------- */

typedef struct XmlBuilder {
    const char *at;
    size_t left;
    XmlScan *scan;
    Xml *root;
    Xml *open;
    Xml *last; /* child of open, so that the next one is appended in one step */
    Buf text;
    int text_line;
} XmlBuilder;

static Err builder_more(Cx *cx, void *data, char *buffer, size_t room, size_t *filled)
{
    (void)cx;
    XmlBuilder *b = data;
    *filled = b->left < room ? b->left : room;
    memcpy(buffer, b->at, *filled);
    b->at += *filled;
    b->left -= *filled;
    return OK;
}

static Xml *append(Cx *cx, XmlBuilder *b, XmlKind kind, int line)
{
    Xml *node = NEW(cx, Xml);
    node->kind = kind;
    node->line = line;
    node->ns = node->prefix = node->name = node->text = "";
    node->parent = b->open;
    if (b->last)
        b->last->next = node;
    else if (b->open)
        b->open->first = node;
    b->last = node;
    return node;
}

static void flush(Cx *cx, XmlBuilder *b)
{
    if (b->text.length == 0)
        return;
    append(cx, b, XML_TEXT, b->text_line)->text = buf_text(&b->text);
    b->text = BUF(cx);
}

static const XmlAttribute *copy_attributes(Cx *cx, const Xml *from)
{
    XmlAttribute *copy = NEW_N(cx, XmlAttribute, from->attribute_count + 1);
    for (size_t i = 0; i < from->attribute_count; i++) {
        const XmlAttribute *a = &from->attributes[i];
        copy[i] = (XmlAttribute){ arena_text(cx->arena, a->ns), arena_text(cx->arena, a->prefix),
                                  arena_text(cx->arena, a->name), arena_text(cx->arena, a->value) };
    }
    return copy;
}

static Err builder_open(Cx *cx, void *data, const Xml *element)
{
    XmlBuilder *b = data;
    flush(cx, b);
    Xml *node = append(cx, b, XML_ELEMENT, element->line);
    node->ns = arena_text(cx->arena, element->ns);
    node->prefix = arena_text(cx->arena, element->prefix);
    node->name = arena_text(cx->arena, element->name);
    node->attributes = copy_attributes(cx, element);
    node->attribute_count = element->attribute_count;
    node->span.start = b->scan->from;
    node->span.open = b->scan->to;
    if (element->binding_count > 0) {
        XmlBinding *bindings = NEW_N(cx, XmlBinding, element->binding_count);
        memcpy(bindings, element->bindings, element->binding_count * sizeof(XmlBinding));
        node->bindings = bindings;
        node->binding_count = element->binding_count;
    }
    if (!b->root)
        b->root = node;
    b->open = node;
    b->last = NULL;
    return OK;
}

static Err builder_close(Cx *cx, void *data)
{
    XmlBuilder *b = data;
    flush(cx, b);
    b->last = b->open;
    XmlSpan *span = &b->open->span;
    span->close = b->scan->from;
    span->end = b->scan->to;
    if (span->close == span->end)
        span->open = span->end;
    /* the parent of the open element is one of our own nodes: the tree is const to readers only */
    b->open = (Xml *)(uintptr_t)b->open->parent;
    return OK;
}

static Err builder_text(Cx *cx, void *data, const char *bytes, size_t length)
{
    XmlBuilder *b = data;
    if (b->text.length == 0) {
        b->text = BUF(cx);
        b->text_line = b->scan->line;
    }
    buf_add_n(&b->text, bytes, length);
    return OK;
}

static Err builder_comment(Cx *cx, void *data, const char *text)
{
    XmlBuilder *b = data;
    if (!b->open) /* before or after the document element */
        return OK;
    flush(cx, b);
    append(cx, b, XML_COMMENT, b->scan->line)->text = arena_text(cx->arena, text);
    return OK;
}

Err xml_parse(Cx *cx, const Xml **out, const char *bytes, size_t length, const XmlLimits *limits)
{
    XmlBuilder b = { .at = bytes, .left = length };
    XmlScan scan = { .data = &b,
                     .more = builder_more,
                     .open = builder_open,
                     .close = builder_close,
                     .text = builder_text,
                     .comment = builder_comment };
    b.scan = &scan;
    TRY(xml_scan(cx, &scan, limits));
    assert(b.root && !b.open);
    *out = b.root;
    return OK;
}

static bool is(const Xml *node, const char *ns, const char *name)
{
    return node->kind == XML_ELEMENT && (!ns || strcmp(node->ns, ns) == 0) &&
           (!name || strcmp(node->name, name) == 0);
}

const Xml *xml_child(const Xml *parent, const char *ns, const char *name)
{
    if (!parent || !parent->first)
        return NULL;
    return is(parent->first, ns, name) ? parent->first : xml_next(parent->first, ns, name);
}

const Xml *xml_next(const Xml *node, const char *ns, const char *name)
{
    const Xml *n = node->next;
    while (n && !is(n, ns, name))
        n = n->next;
    return n;
}

const char *xml_attribute_ns(const Xml *node, const char *ns, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++) {
        const XmlAttribute *a = &node->attributes[i];
        if (strcmp(a->ns, ns) == 0 && strcmp(a->name, name) == 0)
            return a->value;
    }
    return NULL;
}

const char *xml_attribute(const Xml *node, const char *name)
{
    return xml_attribute_ns(node, "", name);
}

const char *xml_text(Cx *cx, const Xml *node)
{
    const Xml *only = node->first;
    if (only && only->kind == XML_TEXT && !only->next)
        return only->text;
    Buf b = BUF(cx);
    for (const Xml *n = node->first; n; n = n->next) {
        if (n->kind == XML_TEXT)
            buf_add(&b, n->text);
    }
    return buf_text(&b);
}

const char *xml_namespace(const Xml *node, const char *prefix)
{
    for (const Xml *n = node; n; n = n->parent) {
        for (size_t i = 0; i < n->binding_count; i++) {
            if (strcmp(n->bindings[i].prefix, prefix) == 0)
                return n->bindings[i].ns;
        }
    }
    return NULL;
}

/* ---- writing -------------------------------------------------------------------------------- */

void xml_escape(Buf *b, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '<': buf_add(b, "&lt;"); break;
        case '>': buf_add(b, "&gt;"); break;
        case '&': buf_add(b, "&amp;"); break;
        case '"': buf_add(b, "&quot;"); break;
        case '\r': buf_add(b, "&#13;"); break;
        default: buf_char(b, *p);
        }
    }
}

/* In attributes a reader would turn line ends and tabs into blanks. */
static void write_value(Buf *b, const char *text)
{
    buf_char(b, '"');
    for (const char *p = text; *p; p++) {
        char one[2] = { *p, 0 };
        if (*p == '\n')
            buf_add(b, "&#10;");
        else if (*p == '\t')
            buf_add(b, "&#9;");
        else
            xml_escape(b, one);
    }
    buf_char(b, '"');
}

static void write_name(Buf *b, const char *prefix, const char *name)
{
    if (*prefix) {
        buf_add(b, prefix);
        buf_char(b, ':');
    }
    buf_add(b, name);
}

static void write_tag(Buf *b, const Xml *node)
{
    buf_char(b, '<');
    write_name(b, node->prefix, node->name);
    for (size_t i = 0; i < node->binding_count; i++) {
        const XmlBinding *n = &node->bindings[i];
        buf_add(b, *n->prefix ? " xmlns:" : " xmlns");
        buf_add(b, n->prefix);
        buf_char(b, '=');
        write_value(b, n->ns);
    }
    for (size_t i = 0; i < node->attribute_count; i++) {
        const XmlAttribute *a = &node->attributes[i];
        buf_char(b, ' ');
        write_name(b, a->prefix, a->name);
        buf_char(b, '=');
        write_value(b, a->value);
    }
    buf_add(b, node->first ? ">" : "/>");
}

void xml_write(Buf *b, const Xml *node)
{
    if (node->kind == XML_TEXT) {
        xml_escape(b, node->text);
    } else if (node->kind == XML_COMMENT) {
        buf_add(b, "<!--");
        buf_add(b, node->text);
        buf_add(b, "-->");
    } else {
        write_tag(b, node);
        for (const Xml *n = node->first; n; n = n->next)
            xml_write(b, n);
        if (node->first) {
            buf_add(b, "</");
            write_name(b, node->prefix, node->name);
            buf_char(b, '>');
        }
    }
}
