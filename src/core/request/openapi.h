/* The HTTP API described from the route and field tables: OpenAPI 3.1, served at
 * /api/openapi.json, and the TypeScript types of the same rows for the front end.
 */
#ifndef CORE_REQUEST_OPENAPI_H
#define CORE_REQUEST_OPENAPI_H

#include "core/request/dispatch.h"

/* The whole document as one object. Rows are named after their noun: "Zone", "BatchEntry".
 * registers: array of Register, each described with paths of its own, which stand before those with
 * {noun}; NULL = none, as no pack is known. */
void openapi_put(Cx *cx, JsonOut *o, const Module *const *modules, const List *registers);
/* "export interface Zone { … }" for each row that a route takes or gives. */
void openapi_types(Cx *cx, Buf *b, const Module *const *modules);

#endif
