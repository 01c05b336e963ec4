#include "modules/readable_testing.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const char *const NEVER[] = {
    "。，",   "，，", "。。", "，。",     "；；", "：：",
    "、、",   "。；", "（）", "“”",       "MiB",  "9223372036854775807",
    "(null)", "%s",   "%lld", "unknown(",
};

/* "（See zones）": words of the other language behind a Chinese one. */
static const char *leftover(const char *zh)
{
    for (const char *at = zh; (at = strstr(at, "（")) != NULL;) {
        at += strlen("（");
        size_t n = 0, blanks = 0;
        while (isalpha((unsigned char)at[n]) || at[n] == ' ')
            blanks += at[n++] == ' ';
        if (blanks && strncmp(at + n, "）", strlen("）")) == 0)
            return at;
    }
    return NULL;
}

const char *unreadable(const char *zh)
{
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        if (strstr(zh, NEVER[i]))
            return NEVER[i];
    return leftover(zh);
}
