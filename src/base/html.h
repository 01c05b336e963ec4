/* Pages as HTML: the one writer, which escapes whatever is put into it.
 *
 * The format is a literal of ours, the page's own markup; every %s is text of others and comes out
 * escaped, fit for content and for attribute values in double quotes. So no page needs to think of
 * it, and none can forget it. Text that is not UTF-8, and control characters, become U+FFFD.
 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/text.h"

/* Knows %s (NULL is ""), %lld and %%, nothing else (assert). */
void html_add(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads "a=1&b=%E4%BD%A0+x", as a form without script posts it. INVALID where the encoding is
 * broken, is not UTF-8 or holds NUL, or where there are more than 32 pairs. */
typedef struct Form {
    const char *keys[32];
    const char *values[32];
    size_t count;
} Form;
Err form_read(Cx *cx, Form *out, const char *body, size_t length);
const char *form_get(const Form *form, const char *key); /* the first of that name; "" = none */

#endif
