/* A bounded cache of prepared statements, one for each connection. */
#include "store/driver.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t text_hash(const char *text, uint64_t salt)
{
    uint64_t h = 1469598103934665603ULL ^ salt;
    for (const char *p = text; *p != '\0'; p++)
        h = (h ^ (uint64_t)(unsigned char)*p) * 1099511628211ULL;
    return h ^ (h >> 32);
}

Prepared *cache_slot(Cache *cache, const char *sql, uint64_t salt, bool *hit)
{
    uint64_t hash = text_hash(sql, salt);
    Prepared *slot = &cache->slots[hash % CACHE_SLOTS];
    *hit = slot->sql != NULL && slot->hash == hash && strcmp(slot->sql, sql) == 0;
    return slot;
}

void cache_keep(Prepared *slot, const char *sql, uint64_t salt, void *handle)
{
    assert(slot->sql == NULL && !slot->busy);
    slot->hash = text_hash(sql, salt);
    slot->sql = memory_needed(strdup(sql));
    slot->handle = handle;
}

void cache_drop(Prepared *slot)
{
    assert(!slot->busy);
    free(slot->sql);
    *slot = (Prepared){ 0 };
}
