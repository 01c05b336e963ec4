#include "rules/value.h"

#include <string.h>

/* Halves may be shared by many unions, so a walk remembers where it was: a set of addresses and a
 * set of texts, each an open table that doubles before it is half full. */
typedef struct Set {
    const void **slots;
    size_t room; /* a power of two */
    size_t count;
    bool texts; /* compared as text, not as address */
} Set;

static size_t hash(const Set *s, const void *key)
{
    uint64_t h = 14695981039346656037u;
    if (!s->texts)
        return (size_t)(((uintptr_t)key >> 4) * 11400714819323198485u >> 20);
    for (const char *p = key; *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    return (size_t)(h >> 7);
}

static size_t slot_of(const Set *s, const void *key)
{
    size_t i = hash(s, key) & (s->room - 1);
    while (s->slots[i] && s->slots[i] != key && !(s->texts && strcmp(s->slots[i], key) == 0))
        i = (i + 1) & (s->room - 1);
    return i;
}

/* True where the key is new. */
static bool set_add(Cx *cx, Set *s, const void *key)
{
    if (2 * (s->count + 1) > s->room) {
        Set larger = { .room = s->room ? 2 * s->room : 16, .texts = s->texts };
        larger.slots = NEW_N(cx, const void *, larger.room);
        for (size_t i = 0; i < s->room; i++)
            if (s->slots[i])
                larger.slots[slot_of(&larger, s->slots[i])] = s->slots[i];
        larger.count = s->count;
        *s = larger;
    }
    size_t i = slot_of(s, key);
    if (s->slots[i])
        return false;
    s->slots[i] = key;
    s->count++;
    return true;
}

typedef struct Stack {
    const void **at;
    size_t count;
    size_t room;
} Stack;

static void push(Cx *cx, Stack *s, const void *item)
{
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 16;
        s->at = arena_grow(cx->arena, s->at, s->room * sizeof *s->at, room * sizeof *s->at);
        s->room = room;
    }
    s->at[s->count++] = item;
}

const char *const *causes_list(Cx *cx, const Causes *causes, size_t *count)
{
    Set seen = { 0 }, texts = { .texts = true };
    Stack open = { 0 }, out = { 0 };
    push(cx, &open, causes);
    while (open.count > 0) {
        const Causes *c = open.at[--open.count];
        if (c->pointer) {
            if (set_add(cx, &texts, c->pointer))
                push(cx, &out, c->pointer);
        } else if (set_add(cx, &seen, c)) {
            push(cx, &open, c->right);
            push(cx, &open, c->left);
        }
    }
    if (count)
        *count = out.count;
    push(cx, &out, NULL);
    return (const char *const *)out.at;
}
