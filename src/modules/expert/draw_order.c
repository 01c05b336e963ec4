#include "modules/expert/draw_inside.h"

#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

const char *draw_hash(Cx *cx, const char *text)
{
    return digest(cx, SHA256, text, strlen(text));
}

const char *draw_seed_of(Cx *cx, const Draw *d)
{
    return draw_hash(
        cx, arena_format(cx->arena, "%s:%s:%s", d->pool_hash, d->value_rural, d->value_finance));
}

const char *draw_identity(Cx *cx, const char *nonce, const char *number, const char *name,
                          const char *organ)
{
    return draw_hash(cx, arena_format(cx->arena, "%s:%s:%s:%s", nonce, number, name, organ));
}

bool draw_is_hex(const char *text, size_t least, size_t most)
{
    size_t length = strlen(text);
    return length >= least && length <= most && strspn(text, "0123456789abcdef") == length;
}

typedef struct Lot {
    const char *hash;
    const char *key;
} Lot;

static int by_hash(const void *a, const void *b)
{
    const Lot *x = a, *y = b;
    int order = strcmp(x->hash, y->hash);
    return order != 0 ? order : strcmp(x->key, y->key);
}

void draw_order(Cx *cx, const char *seed, const char *label, const char **keys, size_t n)
{
    Lot *lots = NEW_N(cx, Lot, n + 1);
    for (size_t i = 0; i < n; i++)
        lots[i] = (Lot){ draw_hash(cx, arena_format(cx->arena, "%s:%s%s%s", seed, label,
                                                    *label ? ":" : "", keys[i])),
                         keys[i] };
    qsort(lots, n, sizeof *lots, by_hash);
    for (size_t i = 0; i < n; i++)
        keys[i] = lots[i].key;
}
