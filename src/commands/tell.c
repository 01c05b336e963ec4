/* What a command says, and in which language. */
#include "commands/command.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Lang lang_of_locale(void)
{
    static const char *const NAMES[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? ZH : EN;
    }
    return EN;
}

static void speak(FILE *to, const Cx *cx, const char *zh, const char *en, va_list args)
{
    vfprintf(to, cx->lang == EN ? en : zh, args);
    fputc('\n', to);
}

void say(const Cx *cx, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    speak(stdout, cx, zh, en, args);
    va_end(args);
}

void warn(const Cx *cx, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    fputs("tuijin: ", stderr);
    speak(stderr, cx, zh, en, args);
    va_end(args);
}

/* The words without the place that they begin with, where the field says it already. */
static const char *without_place(const char *words, const char *field)
{
    unsigned line, column;
    char place[64];
    if (sscanf(field, "%u:%u", &line, &column) != 2)
        return words;
    snprintf(place, sizeof place, "line %u, column %u: ", line, column);
    if (strncmp(words, place, strlen(place)) == 0)
        return words + strlen(place);
    snprintf(place, sizeof place, "第 %u 行第 %u 列：", line, column);
    return strncmp(words, place, strlen(place)) == 0 ? words + strlen(place) : words;
}

/* Control characters of a file's name or content must not move the cursor. */
int command_failed(const Cx *cx)
{
    const Failure *f = &cx->failure;
    Buf line = BUF(cx);
    if (*f->field == '/' || isdigit((unsigned char)*f->field)) /* a pointer, or line:column */
        buf_format(&line, "%s: ", f->field);
    buf_add(&line, without_place(cx->lang == EN ? f->en : f->zh, f->field));
    for (char *p = line.at; p && *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    fprintf(stderr, "tuijin: %s\n", buf_text(&line));
    return f->code == INVALID || f->code == NOT_FOUND ? 2 : 1;
}
