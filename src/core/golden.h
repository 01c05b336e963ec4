/* A pack's golden tests: tests/<name>.test, lines of text that an official can read.
 *
 *     dossier base.json                      start from this dossier (a file beside the test)
 *     batch batch.json                       and from these tables; without it there are none
 *     case one 分 below half                 each case begins anew from them
 *     set /funds/integrated/0/amount "1999.999999"
 *     set batch:/recommended []
 *     remove /villages/3/type
 *     expect F5 not_met
 *     expect V2 undetermined /villages/3/type
 *     expect blocking F5 V2                  exactly these, in the pack's order
 *
 * "#" begins a remark.
 */
#ifndef CORE_GOLDEN_H
#define CORE_GOLDEN_H

#include "core/check.h"

/* Runs every test of the pack; a difference or a line that cannot be read is a finding. */
void golden_run(Cx *cx, Findings *findings, const Pack *pack, size_t *cases);

#endif
