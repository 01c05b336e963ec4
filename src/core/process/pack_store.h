/* Versions of packs, immutable by hash. A pack folder that is added is copied to
 * DATA/packs/HASH and never changes; batches and zones name the hash. Loaded packs are kept for the
 * life of the process and shared by all threads, read only.
 */
#ifndef CORE_PROCESS_PACK_STORE_H
#define CORE_PROCESS_PACK_STORE_H

#include "base/date.h"
#include "core/request/dispatch.h"
#include "policy/pack/pack.h"

/* Loads the pack, copies it and records it; the same content twice is one version. INVALID with the
 * first finding. */
Err pack_store_add(Cx *cx, const char **hash, const char *dir);
/* The same from a folder with files that stand in place of its own. */
Err pack_store_publish(Cx *cx, const char **hash, const PackSource *source);
/* NOT_FOUND where no version has the hash. */
Err pack_store_find(Cx *cx, const char *hash);
/* As pack_store_find; CONFLICT where the version is valid from a later day only. */
Err pack_store_valid(Cx *cx, const char *hash, Day day);
/* Where the version's files stand. */
const char *pack_store_folder(Cx *cx, const char *hash);
/* The loaded pack; the first use loads it. */
Err pack_store_get(Cx *cx, const Pack **out, const char *hash);

/* The loaded packs of a Core: made when it opens, freed when it closes. */
typedef struct PackShelf PackShelf;
PackShelf *pack_shelf_new(Arena *arena);
void pack_shelf_free(PackShelf *shelf);

#endif
