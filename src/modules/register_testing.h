/* The tests of any register, from its declaration alone.
 *
 *     REGISTER_CASES("packs/lu-2022-26", "loan")
 *
 * is the whole test of a register without hooks, on both engines: guest, wrong and right user,
 * another's territory, the second of a key, a stale version, every act of its states with two pairs
 * of eyes, a dated row that is corrected, what is masked and revealed, every fault of a write,
 * export → import = the same, and an import of more rows than one act takes.
 */
#ifndef MODULES_REGISTER_TESTING_H
#define MODULES_REGISTER_TESTING_H

#include "modules/server_testing.h"
#include "policy/pack/pack.h"
#include "sheet/sheet_out.h"

/* Adds the pack to the case's server: a folder, or "FOLDER+OTHER" with the registers of another
 * folder beside its own. */
void register_testing_pack(Cx *cx, const char *pack);
/* The same with these files in place of the pack's, or beside them. */
Err register_testing_add(Cx *cx, const PackFile *files, size_t count);
/* The body of a row as its writer may send it; n makes its key another. Rows that it names are
 * made. */
const char *register_testing_body(Cx *cx, const char *noun, int n);
/* A name of the cast who may, in the territory of the cast's county; NULL where nobody may. not: a
 * name that must be another, NULL = any. */
const char *register_testing_who(Cx *cx, const char *noun, int verb, const char * not );

/* A workbook of sample rows, from the n-th on. */
SheetFile register_testing_book(Cx *cx, const char *noun, int from, int count);
/* Runs all jobs that wait: how many. */
int register_testing_jobs(Cx *cx);
/* How many rows an import takes at once. */
void register_testing_at_once(Cx *cx, int rows);

void register_cases(Cx *cx, const char *pack, const char *noun);

#define REGISTER_CASES(pack, noun)                                                                 \
    SERVER_CASE(noun ": all that its declaration promises")                                        \
    {                                                                                              \
        register_cases(cx, pack, noun);                                                            \
    }

#endif
