/* Backups: a folder with a consistent copy of the database, the contents of all attachments, the
 * packs and a manifest. The keys go with it only where they are asked for: who holds both reads
 * everything. A running system may be backed up; files never change once they are there, so those
 * on the same file system are linked.
 *
 * Unfinished uploads are left out: after a restore they begin anew. Of a system on PostgreSQL only
 * the files are taken; its database is PostgreSQL's own to back up (pg_basebackup).
 */
#ifndef COMMANDS_BACKUP_H
#define COMMANDS_BACKUP_H

#include "commands/manifest.h"
#include "core/request/core.h"

/* Of the system that cx is in. CONFLICT where the folder is there and not empty. Leaves an entry in
 * the audit log that names the manifest. Not inside a transaction. */
Err backup_make(Cx *cx, Manifest *out, const char *folder, bool with_keys);

/* Proves a backup and lays its files in a new folder. keys: the key file where the backup has none,
 * else NULL. INVALID where a file is damaged or no keys are there; CONFLICT where data is there and
 * not empty. */
Err backup_lay(Cx *cx, Manifest *out, const char *folder, const char *data, const char *keys);

typedef struct BackupProof {
    int64_t audits, attachments, packs;
} BackupProof;
/* Of the system restored, which cx is in: the audit chain holds, every attachment and pack that the
 * database names is there. Gives up uploads that were under way. */
Err backup_prove(Cx *cx, BackupProof *out);

#endif
