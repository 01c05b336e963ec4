#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_BLOCK = 16 * 1024,
    KEPT_BLOCK = 512 * 1024,
    LARGEST_BLOCK = 4 * 1024 * 1024,
    ALIGN = 16
};

typedef struct Block {
    struct Block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(ALIGN) char data[];
} Block;

struct Arena {
    Block *block; /* the newest */
    size_t limit;
    size_t total; /* bytes of all blocks */
    ArenaPool *pool;
    int full;
};

void *memory_needed(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

static Block *block_new(size_t size)
{
    Block *b = memory_needed(malloc(sizeof(Block) + size));
    b->next = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

/* Books the change of the arena's size; true where the pool is over its limit. */
static int pool_book(const Arena *a, size_t more, size_t less)
{
    if (!a->pool)
        return 0;
    size_t used = atomic_fetch_add(&a->pool->used, more - less) + more - less;
    return more && used > a->pool->limit;
}

Arena *arena_new_in(ArenaPool *pool, size_t limit)
{
    Arena *a = memory_needed(malloc(sizeof *a));
    *a = (Arena){
        .block = block_new(FIRST_BLOCK), .limit = limit, .total = FIRST_BLOCK, .pool = pool
    };
    pool_book(a, FIRST_BLOCK, 0);
    return a;
}

Arena *arena_new(size_t limit)
{
    return arena_new_in(NULL, limit);
}

Arena *arena_like(const Arena *a)
{
    return arena_new_in(a->pool, a->limit);
}

static void free_blocks(Block *b)
{
    while (b) {
        Block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_free(Arena *a)
{
    if (!a)
        return;
    free_blocks(a->block);
    pool_book(a, 0, a->total);
    free(a);
}

/* The largest block that is not too large to sit idle; the first never is. */
static Block *block_kept(const Arena *a)
{
    Block *kept = a->block;
    for (Block *b = kept; b; b = b->next)
        if (kept->size > KEPT_BLOCK || (b->size > kept->size && b->size <= KEPT_BLOCK))
            kept = b;
    return kept;
}

void arena_reset(Arena *a)
{
    Block *kept = block_kept(a);
    for (Block *b = a->block; b;) {
        Block *next = b->next;
        if (b != kept)
            free(b);
        b = next;
    }
    kept->next = NULL;
    kept->used = 0;
    a->block = kept;
    pool_book(a, 0, a->total - kept->size);
    a->total = kept->size;
    a->full = 0;
}

int arena_full(const Arena *a)
{
    return a->full;
}

size_t arena_used(const Arena *a)
{
    return a->total;
}

/* Adds a block that holds at least size bytes. Past the limit the arena goes on, flagged full: the
 * caller still gets memory of its own, and the loops that ask arena_full stop soon. */
static void add_block(Arena *a, size_t size)
{
    size_t want = a->block->size * 2;
    if (want > LARGEST_BLOCK)
        want = LARGEST_BLOCK;
    if (want < size)
        want = size;
    if (a->limit && a->total + want > a->limit) {
        a->full = 1;
        want = size;
    }
    Block *b = block_new(want);
    b->next = a->block;
    a->block = b;
    a->total += want;
    a->full |= pool_book(a, want, 0);
}

/* Memory as it was left: for what writes all of it itself. */
static void *take(Arena *a, size_t size)
{
    assert(size < SIZE_MAX / 4);
    size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (need == 0)
        need = ALIGN;
    if (a->block->used + need > a->block->size)
        add_block(a, need);
    void *p = a->block->data + a->block->used;
    a->block->used += need;
    return p;
}

void *arena_alloc(Arena *a, size_t size)
{
    return memset(take(a, size), 0, size);
}

char *arena_text_n(Arena *a, const char *text, size_t length)
{
    char *copy = take(a, length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_text(Arena *a, const char *text)
{
    return text ? arena_text_n(a, text, strlen(text)) : NULL;
}

char *arena_format(Arena *a, const char *format, ...)
{
    char few[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(few, sizeof few, format, args);
    va_end(args);
    assert(length >= 0);
    char *text = take(a, (size_t)length + 1);
    if ((size_t)length < sizeof few)
        memcpy(text, few, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void *arena_grow(Arena *a, const void *old, size_t old_size, size_t new_size)
{
    assert(new_size >= old_size);
    Block *b = a->block;
    size_t held = (old_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    size_t need = (new_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    int last = old && old_size && (const char *)old + held == b->data + b->used;
    if (last && b->used - held + need <= b->size) {
        b->used = b->used - held + need;
        memset((char *)(uintptr_t)old + old_size, 0, new_size - old_size);
        return (void *)(uintptr_t)old;
    }
    char *grown = take(a, new_size);
    if (old_size)
        memcpy(grown, old, old_size);
    memset(grown + old_size, 0, new_size - old_size);
    return grown;
}
