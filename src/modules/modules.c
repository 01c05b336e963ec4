#include "modules/modules.h"

/* core's own nouns, then the folders beside this file, each in the order of its file: a schema may
 * name the tables of those before it. */
#define MODULE(noun) extern const Module noun##_module;
#include "core/core.def"
#include "modules/modules.def"
#undef MODULE

const Module *const MODULES[] = {
#define MODULE(noun) &noun##_module,
#include "core/core.def"
#include "modules/modules.def"
#undef MODULE
    NULL,
};
