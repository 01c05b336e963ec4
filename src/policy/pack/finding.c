#include "policy/pack/finding.h"

#include <stdarg.h>
#include <stdio.h>

static const char *format(Cx *cx, const char *text, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, text, again);
    va_end(again);
    char *out = arena_alloc(cx->arena, (size_t)length + 1);
    vsnprintf(out, (size_t)length + 1, text, args);
    return out;
}

static void add(Cx *cx, Findings *f, Finding finding)
{
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 16;
        f->items = arena_grow(cx->arena, f->items, f->room * sizeof finding, room * sizeof finding);
        f->room = room;
    }
    f->items[f->count++] = finding;
}

void finding_add(Cx *cx, Findings *f, const char *file, const char *at, const char *zh,
                 const char *en, ...)
{
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    const char *chinese = format(cx, zh, args);
    const char *english = format(cx, en, again);
    va_end(again);
    va_end(args);
    add(cx, f, (Finding){ file, text_or(at, ""), chinese, english });
}

void finding_add_failure(Cx *cx, Findings *f, const char *file)
{
    const Failure *why = &cx->failure;
    add(cx, f, (Finding){ file, text_or(why->field, ""), why->zh, why->en });
}
