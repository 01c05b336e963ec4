/* XML in and out, by expat: strict, namespace-aware, with limits.
 *
 * A document type declaration is refused, so there are no entities but the five of XML itself and
 * nothing outside the document is ever read. Names are resolved to (namespace, local name); the
 * prefix and the declarations are kept, so that a tree can be written back without loss.
 * xml_parse builds a tree in the arena; xml_scan streams, for what is too long for a tree (sheets).
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/text.h"

typedef struct XmlLimits {
    size_t bytes;
    int depth;
} XmlLimits;

extern const XmlLimits XML_LIMITS; /* 32 MiB, 128 deep */

typedef struct XmlAttribute {
    const char *ns; /* "" where none */
    const char *prefix;
    const char *name;
    const char *value;
} XmlAttribute;

/* A declaration xmlns:prefix="ns" on the element where it stands. */
typedef struct XmlBinding {
    const char *prefix; /* "" for the default namespace */
    const char *ns;
} XmlBinding;

/* Bytes [start, end) of an element, and [open, close) of what is between its tags; both are end
 * where it is written <so/>. */
typedef struct XmlSpan {
    size_t start;
    size_t open;
    size_t close;
    size_t end;
} XmlSpan;

typedef enum XmlKind { XML_ELEMENT, XML_TEXT, XML_COMMENT } XmlKind;

typedef struct Xml {
    XmlKind kind;
    int line; /* 1-based */
    const char *ns;
    const char *prefix;
    const char *name; /* of an element */
    const char *text; /* of text and comments */
    const XmlAttribute *attributes;
    size_t attribute_count;
    const XmlBinding *bindings;
    size_t binding_count;
    const struct Xml *parent;
    const struct Xml *first; /* child */
    const struct Xml *next;  /* sibling */
    XmlSpan span;            /* of an element: where it stands in the bytes that were parsed */
} Xml;

/* Fails INVALID with field "line:column". *out is the document element. */
Err xml_parse(Cx *cx, const Xml **out, const char *bytes, size_t length, const XmlLimits *limits);

/* The first element below parent with this local name; ns NULL = any namespace. */
const Xml *xml_child(const Xml *parent, const char *ns, const char *name);
/* The next element after node; ns and name NULL = any. */
const Xml *xml_next(const Xml *node, const char *ns, const char *name);
/* The value of an attribute without namespace, or NULL; xml_attribute_ns with one. */
const char *xml_attribute(const Xml *node, const char *name);
const char *xml_attribute_ns(const Xml *node, const char *ns, const char *name);
/* All text directly below node, as written. */
const char *xml_text(Cx *cx, const Xml *node);
/* The namespace that prefix stands for at node, or NULL. */
const char *xml_namespace(const Xml *node, const char *prefix);

#define XML_EACH(child, parent, ns, name)                                                          \
    for (const Xml *child = xml_child(parent, ns, name); child; child = xml_next(child, ns, name))

/* Writes the tree back: same elements, attributes, prefixes, comments and text. */
void xml_write(Buf *b, const Xml *node);
void xml_escape(Buf *b, const char *text);

/* Streaming: more fills buffer with up to room bytes and returns how many (0 = the end). The
 * callbacks may be NULL; each returns OK to go on. Names and values live only during the call. */
typedef struct XmlScan {
    void *data;
    Err (*more)(Cx *cx, void *data, char *buffer, size_t room, size_t *filled);
    Err (*open)(Cx *cx, void *data, const Xml *element);
    Err (*close)(Cx *cx, void *data);
    Err (*text)(Cx *cx, void *data, const char *bytes, size_t length);
    Err (*comment)(Cx *cx, void *data, const char *text);
    int line;        /* of the event at hand */
    size_t from, to; /* its bytes: a tag; none of the end of <so/> */
} XmlScan;

Err xml_scan(Cx *cx, XmlScan *scan, const XmlLimits *limits);

#endif
