/* All modules, in the order of modules.def: the order of permission (a module includes only those
 * above it), of schema creation and of tests.
 */
#ifndef MODULES_MODULES_H
#define MODULES_MODULES_H

#include "core/request/dispatch.h"

extern const Module *const MODULES[]; /* ends with NULL */

#endif
