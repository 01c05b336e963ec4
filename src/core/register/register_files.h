/* Attachments of a register's rows: in fields of the type attachment, and, where the declaration
 * says `attachments`, beside the row. They are uploaded as all others are (attachment.h), and lie
 * in the territory of their row.
 *
 * A field's value is "name [number]; name [number]", so that the list, the history and an export
 * say what the files are called. A file is uploaded before its row is saved: it hangs on the noun
 * and the number 0 then, and on the row from the save that names it. What a saved version of a row
 * named is kept, whatever the row names later; what no row took within a week goes.
 */
#ifndef CORE_REGISTER_REGISTER_FILES_H
#define CORE_REGISTER_REGISTER_FILES_H

#include "core/register/register.h"

/* The numbers of the row's fields are of files that this user uploaded for it, or that it had
 * (before; NULL = a new row); names are set as the files have them. INVALID. */
Err register_files_prove(Cx *cx, const Register *r, void *row, const void *before);
/* The row is saved: its files hang on it, in its territory. */
Err register_files_keep(Cx *cx, const Register *r, int64_t id, const void *row);

/* Module.reach_row, .spare and .tidy. */
Err register_files_reach(Cx *cx, const char **territory, const char *noun, int64_t id, bool write);
Err register_files_spare(Cx *cx, const char *noun, int64_t id, int64_t attachment);
Err register_files_tidy(Cx *cx);

#endif
