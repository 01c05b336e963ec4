/* What people mean by a heading or a key, however it is written. */
#include "sheet/grid.h"

#include <ctype.h>
#include <string.h>

const char *label_tight(Cx *cx, const char *text)
{
    static const char *const OPENING[] = { "【", "〔", "［" }, *const CLOSING[] = { "】", "〕",
                                                                                    "］" };
    Buf b = BUF(cx);
    for (const char *p = text_fold(cx, text); *p; p++) {
        for (size_t i = 0; i < COUNT(OPENING); i++) {
            bool opens = strncmp(p, OPENING[i], strlen(OPENING[i])) == 0;
            if (opens || strncmp(p, CLOSING[i], strlen(CLOSING[i])) == 0) {
                buf_char(&b, opens ? '[' : ']');
                p += strlen(OPENING[i]);
                i = (size_t)-1;
            }
        }
        if (!*p)
            break;
        if (*p != ' ')
            buf_char(&b, (char)tolower((unsigned char)*p));
    }
    return buf_text(&b);
}

/* "* 金额（万元）" and "金额 (万元)" are both 金额. */
const char *label_fold(Cx *cx, const char *text)
{
    const char *tight = label_tight(cx, text);
    char *out = arena_alloc(cx->arena, strlen(tight) + 1);
    size_t n = 0;
    for (const char *p = tight; *p && *p != '(' && *p != '['; p++)
        if (*p != '*' && *p != '_')
            out[n++] = *p;
    out[n] = '\0';
    return n ? out : tight;
}
