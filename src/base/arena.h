/* Memory by lifetime: an arena belongs to one request, job or evaluation and is freed at once.
 *
 * Invariant: what arena_alloc returns is zeroed, aligned for any type, and lives until
 * arena_reset or arena_free. Nothing is freed alone. An arena is used by one thread at a time.
 * It never returns NULL: out of memory ends the process; over its limit it goes on and says so by
 * arena_full.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct Arena Arena;

/* What an allocation gave. Without any there is nothing sensible to go on with: the process ends,
 * and its log says why. */
void *memory_needed(void *memory);

/* What several arenas may take together, each within a limit of its own. */
typedef struct ArenaPool {
    size_t limit;
    atomic_size_t used;
} ArenaPool;

/* limit: bytes the arena may grow to; 0 = no limit. */
Arena *arena_new(size_t limit);
Arena *arena_new_in(ArenaPool *pool, size_t limit);
/* One more with the limit and the pool of another. */
Arena *arena_like(const Arena *a);
void arena_free(Arena *a);

/* Empties the arena and keeps one block, of at most half a MiB, for the next use. */
void arena_reset(Arena *a);

/* True once the arena grew over its limit, or its pool did: every loop over outside input asks this
 * and stops. */
int arena_full(const Arena *a);
size_t arena_used(const Arena *a);

void *arena_alloc(Arena *a, size_t size);
char *arena_text(Arena *a, const char *text);
char *arena_text_n(Arena *a, const char *text, size_t length);
char *arena_format(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Grows an array inside the arena; the old block is left behind until the arena goes. */
void *arena_grow(Arena *a, const void *old, size_t old_size, size_t new_size);

#define NEW(cx, Type)      ((Type *)arena_alloc((cx)->arena, sizeof(Type)))
#define NEW_N(cx, Type, n) ((Type *)arena_alloc((cx)->arena, sizeof(Type) * (size_t)(n)))

#endif
