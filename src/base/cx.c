#include "base/cx.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static const struct {
    int status;
    const char *key;
} CODES[] = {
#define X(code, status, key) [code] = { status, key },
    ERR_CODES(X)
#undef X
};

int err_status(Err e)
{
    assert((size_t)e < COUNT(CODES));
    return CODES[e].status;
}

const char *err_key(Err e)
{
    assert((size_t)e < COUNT(CODES));
    return CODES[e].key;
}

static int64_t real_now(void *data)
{
    (void)data;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

Cx cx_make(Arena *arena)
{
    return (Cx){ .arena = arena, .clock = { real_now, NULL } };
}

int64_t cx_now(const Cx *cx)
{
    return cx->clock.now(cx->clock.data);
}

static const char *message(Arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    assert(length >= 0);
    char *text = arena_alloc(a, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

Err fail(Cx *cx, Err code, const char *field, const char *zh, const char *en, ...)
{
    assert(code != OK);
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    cx->failure.code = code;
    cx->failure.field = field ? arena_text(cx->arena, field) : "";
    cx->failure.zh = message(cx->arena, zh, args);
    cx->failure.en = message(cx->arena, en, again);
    va_end(again);
    va_end(args);
    return code;
}

Err cx_apart(Cx *cx, Err (*work)(Cx *cx, void *data), void *data)
{
    Arena *whole = cx->arena;
    Arena *own = cx->arena = arena_like(whole);
    Err e = work(cx, data);
    cx->arena = whole;
    const Failure f = cx->failure;
    if (e != OK)
        fail(cx, e, arena_text(whole, f.field), "%s%.0s", "%.0s%s", f.zh, f.en);
    arena_free(own);
    return e;
}
