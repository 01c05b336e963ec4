#include "commands/backup.h"

#include "base/digest.h"
#include "base/file.h"
#include "commands/system.h"
#include "core/process/pack_store.h"
#include "core/record/attachment.h"
#include "core/request/audit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char DATABASE[] = "tuijin.db";
static const char KEYS[] = "keys";

static const char *below(Cx *cx, const char *folder, const char *name)
{
    return arena_format(cx->arena, "%s/%s", folder, name);
}

static Err cannot(Cx *cx, const char *path)
{
    return fail(cx, errno == ENOSPC ? FULL : INTERNAL, "folder", "不能写入 %s：%s",
                "cannot write %s: %s", path, strerror(errno));
}

/* --- folders --- */

/* Closed to others. CONFLICT where something is in it. */
static Err folder_new(Cx *cx, const char *path)
{
    if (mkdir(path, 0700) == 0)
        return OK;
    if (errno != EEXIST)
        return cannot(cx, path);
    DIR *dir = opendir(path);
    if (!dir)
        return cannot(cx, path);
    bool empty = true;
    for (struct dirent *d; empty && (d = readdir(dir));)
        empty = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
    closedir(dir);
    return empty ? OK
                 : fail(cx, CONFLICT, "folder", "目录 %s 不是空的，请换一个",
                        "the folder %s is not empty; choose another", path);
}

/* On the disk, names included. */
static Err folder_flush(Cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && syncfs(fd) == 0;
    Err e = done ? OK : cannot(cx, path);
    if (fd >= 0)
        close(fd);
    return e;
}

static Err file_take(Cx *cx, const char *from, const char *to)
{
    if (link(from, to) == 0 || errno == EEXIST)
        return OK;
    if (errno == ENOENT) /* swept meanwhile: nothing names it */
        return OK;
    Err e = file_copy(cx, from, to);
    return e == CONFLICT ? OK : e;
}

/* What is there already stays: a second time takes what came meanwhile. */
static Err folder_take(Cx *cx, const char *from, const char *to)
{
    DIR *dir = opendir(from);
    if (!dir)
        return errno == ENOENT ? OK : cannot(cx, from);
    Err e = mkdir(to, 0700) == 0 || errno == EEXIST ? OK : cannot(cx, to);
    for (struct dirent *d; e == OK && (d = readdir(dir));) {
        const char *a = below(cx, from, d->d_name), *b = below(cx, to, d->d_name);
        struct stat s;
        if (d->d_name[0] == '.' || strcmp(d->d_name, "uploads") == 0 || lstat(a, &s) != 0)
            continue;
        e = S_ISDIR(s.st_mode) ? folder_take(cx, a, b) : file_take(cx, a, b);
    }
    closedir(dir);
    return e;
}

/* --- making --- */

static Err files_take(Cx *cx, const char *folder)
{
    TRY(folder_take(cx, core_path(cx, cx->core, "packs"), below(cx, folder, "packs")));
    return folder_take(cx, core_path(cx, cx->core, "attachments"),
                       below(cx, folder, "attachments"));
}

static Err note(Cx *cx, void *data)
{
    const Manifest *m = data;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "清单 SM3", m->digest);
    json_put_int(&o, "文件", (int64_t)m->count);
    json_close(&o, '}');
    audit_note(cx, "backup", UNSET, NULL, buf_text(&b));
    return OK;
}

/* Files before and after the database: what it names was there at one of the two moments. */
Err backup_make(Cx *cx, Manifest *out, const char *folder, bool with_keys)
{
    mode_t mask = umask(077);
    Err e = folder_new(cx, folder);
    if (e == OK)
        e = files_take(cx, folder);
    if (e == OK && !store_is_pg(cx->store))
        e = store_backup(cx, below(cx, folder, DATABASE));
    if (e == OK)
        e = files_take(cx, folder);
    if (e == OK && with_keys)
        e = file_copy(cx, core_path(cx, cx->core, KEYS), below(cx, folder, KEYS));
    if (e == OK)
        e = folder_flush(cx, folder);
    if (e == OK)
        e = manifest_write(cx, out, folder);
    if (e == OK)
        e = folder_flush(cx, folder);
    umask(mask);
    return e == OK ? act_run(cx, "备份系统", "Back up the system", note, out) : e;
}

/* --- restoring --- */

static Err lay(Cx *cx, const char *from, const char *data, const char *path)
{
    char *to = arena_format(cx->arena, "%s/%s", data, path);
    for (char *slash = to + strlen(data) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        if (mkdir(to, 0700) != 0 && errno != EEXIST)
            return cannot(cx, to);
    }
    return file_copy(cx, from, to);
}

/* Two different key files: which is meant nobody can tell for the user. */
static Err keys_agree(Cx *cx, const char *own, const char *given)
{
    const char *a, *b;
    int64_t size;
    TRY(digest_file(cx, &a, &size, SM3, own));
    TRY(digest_file(cx, &b, &size, SM3, given));
    if (strcmp(a, b) == 0)
        return OK;
    return fail(
        cx, INVALID, "keys", "备份自带的密钥与 --keys %s 不同；去掉 --keys，就用备份自带的密钥",
        "the backup holds other keys than --keys %s; leave --keys out to use its own", given);
}

/* DATA/restoring stands as long as it is under way; cut, it keeps every command out. */
Err backup_lay(Cx *cx, Manifest *out, const char *folder, const char *data, const char *keys)
{
    TRY(manifest_prove(cx, out, folder));
    bool own = manifest_has(out, KEYS);
    if (own && keys)
        TRY(keys_agree(cx, below(cx, folder, KEYS), keys));
    if (!own && !keys)
        return fail(cx, INVALID, "keys", "备份里没有密钥，请用 --keys 指明另存的密钥文件",
                    "the backup holds no keys; name the file kept apart with --keys");
    const char *mark = system_restoring(cx, data);
    if (file_exists(mark))
        return fail(
            cx, CONFLICT, "folder", "上次恢复到 %s 没有完成；请删除这个目录，再恢复一次",
            "an earlier restore into %s was not finished; delete the folder and restore again",
            data);
    TRY(folder_new(cx, data));
    TRY(file_write(cx, mark, "", 0));
    for (size_t i = 0; i < out->count; i++) {
        const char *path = out->files[i].path;
        TRY(lay(cx, below(cx, folder, path), data, path));
    }
    if (!own)
        TRY(lay(cx, keys, data, KEYS));
    TRY(folder_flush(cx, data));
    return unlink(mark) == 0 ? OK : cannot(cx, mark);
}

static Err uploads_end(Cx *cx, void *data)
{
    (void)data;
    return store_run(cx, "UPDATE upload SET ends_at = 0 WHERE attachment_id IS NULL", NO_ARGS);
}

static Err attachments_prove(Cx *cx, int64_t *count)
{
    Rows rows;
    TRY(rows_open(cx, &rows, "SELECT DISTINCT digest FROM attachment WHERE removed_at IS NULL",
                  NO_ARGS));
    for (; rows.more; (*count)++) {
        const char *path, *name = rows_text(cx, &rows, 0);
        TRY(attachment_path(cx, &path, name));
        if (!file_exists(path))
            return fail(cx, INVALID, "attachment", "缺少附件 %s", "attachment %s is missing", name);
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static Err packs_prove(Cx *cx, int64_t *count)
{
    List hashes = { 0 };
    static const Field HASH[] = {
        { "hash", FIELD_TEXT, 0, "版本", "Version" },
        FIELDS_END,
    };
    TRY(store_list(cx, &hashes, HASH, sizeof(char *), "SELECT hash FROM pack_version", NO_ARGS));
    for (size_t i = 0; i < hashes.count; i++, (*count)++) {
        const Pack *pack;
        TRY(pack_store_get(cx, &pack, ((const char **)hashes.rows)[i]));
    }
    return OK;
}

Err backup_prove(Cx *cx, BackupProof *out)
{
    AuditReport report;
    *out = (BackupProof){ 0 };
    TRY(audit_verify(cx, &report));
    if (report.broken)
        return fail(cx, INVALID, "audit", "第 %lld 条审计记录被破坏：%s",
                    "entry %lld of the audit log is broken: %s", (long long)report.broken,
                    cx->lang == EN ? report.en : report.zh);
    out->audits = report.count;
    TRY(attachments_prove(cx, &out->attachments));
    TRY(packs_prove(cx, &out->packs));
    return act_run(cx, "恢复系统", "Restore the system", uploads_end, NULL);
}

/* --- the commands --- */

static Err make(Cx *cx, void *data)
{
    const Options *o = data;
    Manifest m;
    TRY(backup_make(cx, &m, o->operands[0], o->with_keys));
    say(cx, "已备份 %zu 个文件，%lld 字节；清单 SM3 %s",
        "%zu files, %lld bytes backed up; SM3 of the manifest %s", m.count, (long long)m.bytes,
        m.digest);
    if (store_is_pg(cx->store))
        say(cx,
            "数据库在 PostgreSQL 中，不在这份备份里：请先用 pg_basebackup 备份数据库，再备份文件",
            "the database is PostgreSQL's and not in it: take that with pg_basebackup first, then "
            "the files");
    if (!o->with_keys)
        say(cx, "密钥不在备份中，请另行妥善保存，没有它无法恢复：%s",
            "keep the keys apart, no restore goes without them: %s", core_path(cx, cx->core, KEYS));
    return OK;
}

static Err prove(Cx *cx, void *data)
{
    BackupProof p;
    (void)data;
    TRY(backup_prove(cx, &p));
    say(cx, "审计链 %lld 条完好，附件 %lld 个、政策包 %lld 个齐全",
        "%lld audit entries hold, %lld attachments and %lld packs are there", (long long)p.audits,
        (long long)p.attachments, (long long)p.packs);
    return OK;
}

int command_backup(Cx *cx, const Options *o)
{
    Options own = *o;
    return system_run(cx, &o->config, make, &own) == OK ? 0 : command_failed(cx);
}

static Err lay_down(Cx *cx, Manifest *m, const Options *o)
{
    const char *data = o->config.data;
    TRY(backup_lay(cx, m, o->operands[0], data, o->keys));
    say(cx, "清单中 %zu 个文件的 SM3 和大小一致，已放入 %s",
        "SM3 and size of all %zu files agree; laid in %s", m->count, data);
    return OK;
}

int command_restore(Cx *cx, const Options *o)
{
    Manifest m;
    if (lay_down(cx, &m, o) != OK)
        return command_failed(cx);
    if (!o->config.where && !manifest_has(&m, DATABASE)) {
        say(cx,
            "备份中没有数据库：先恢复 PostgreSQL，再用 tuijin audit verify --data %s --store … "
            "核验",
            "no database in it: restore PostgreSQL, then run tuijin audit verify --data %s --store "
            "…",
            o->config.data);
        return 0;
    }
    return system_run(cx, &o->config, prove, NULL) == OK ? 0 : command_failed(cx);
}
