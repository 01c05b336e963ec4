/* A register as a workbook: out as the list is filtered, its personal columns masked; in as rows
 * that are added or brought up to date by their key. Up to
 * as many rows as one act takes, a file is taken whole or not at all; a larger one is proved whole,
 * put aside and applied in acts (import.h).
 *
 * A column that names another row holds what that row is called; where several are called so, its
 * number or code. A blank cell leaves what is there, and so does one with stars.
 */
#ifndef CORE_REGISTER_REGISTER_SHEET_H
#define CORE_REGISTER_REGISTER_SHEET_H

#include "core/register/register.h"
#include "sheet/sheet.h"

/* The columns that people fill in. */
const Sheet *register_sheet(Cx *cx, const Register *r);

Err register_export(Cx *cx, const Register *r, Request *rq, Reply *rp);
Err register_template(Cx *cx, const Register *r, Request *rq, Reply *rp);

/* What the file would do, or the file with its errors marked (?annotated=1); writes nothing. */
Err register_sheet_check(Cx *cx, const Register *r, Request *rq, Reply *rp);
/* Reads the file, before the write of the import begins. */
Err register_sheet_prepare(Cx *cx, const Register *r, Request *rq);
/* INVALID where one cell is wrong; CONFLICT while another import of the same rows goes on, and
 * where rows would go that nobody confirmed (?remove=COUNT). */
Err register_sheet_import(Cx *cx, const Register *r, Request *rq, Reply *rp);

#endif
