#include "modules/modules.h"

#define MODULE(noun) extern const Module noun##_module;
#include "modules/modules.def"
#undef MODULE

const Module *const MODULES[] = {
#define MODULE(noun) &noun##_module,
#include "modules/modules.def"
#undef MODULE
    NULL,
};
