#include "core/record/attachment.h"

#include "base/digest.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/record/file_type.h"
#include "core/request/audit.h"
#include "core/request/core.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX "0123456789abcdef"

const Field attachment_fields[] = {
    { "id", FIELD_INT, offsetof(Attachment, id), "编号", "Number", FIELD_READONLY },
    { "digest", FIELD_TEXT, offsetof(Attachment, digest), "摘要", "Digest", FIELD_READONLY },
    { "name", FIELD_TEXT, offsetof(Attachment, name), "文件名", "File name", FIELD_READONLY },
    { "size", FIELD_INT, offsetof(Attachment, size), "大小", "Size", FIELD_READONLY,
      .unit = "字节" },
    { "type", FIELD_TEXT, offsetof(Attachment, type), "类型", "Type", FIELD_READONLY },
    { "noun", FIELD_TEXT, offsetof(Attachment, noun), "对象", "Of", FIELD_READONLY },
    { "noun_id", FIELD_INT, offsetof(Attachment, noun_id), "对象编号", "Its number",
      FIELD_READONLY },
    { "territory", FIELD_TEXT, offsetof(Attachment, territory), "区划", "Division",
      FIELD_READONLY },
    { "created_at", FIELD_INSTANT, offsetof(Attachment, created_at), "上传时间", "Uploaded at",
      FIELD_READONLY },
    { "created_by", FIELD_INT, offsetof(Attachment, created_by), "上传人", "Uploaded by",
      FIELD_READONLY },
    { "removed_at", FIELD_INSTANT, offsetof(Attachment, removed_at), "删除时间", "Removed at",
      FIELD_READONLY },
    FIELDS_END,
};

/* --- places --- */

static Err folder_make(Cx *cx, const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fail(cx, errno == ENOSPC ? FULL : INTERNAL, NULL, "无法建立目录 %s：%s",
                    "cannot make the folder %s: %s", path, strerror(errno));
    return OK;
}

Err folder_sync(Cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (!done)
        return fail(cx, error == ENOSPC ? FULL : INTERNAL, NULL, "无法写入目录 %s：%s",
                    "cannot write the folder %s: %s", path, strerror(error));
    return OK;
}

static bool digest_sound(const char *digest)
{
    return strlen(digest) == 64 && strspn(digest, HEX) == 64;
}

Err attachment_path(Cx *cx, const char **out, const char *digest)
{
    assert(digest_sound(digest));
    const char *root = core_path(cx, cx->core, "attachments");
    const char *folder = arena_format(cx->arena, "%s/%.2s", root, digest);
    TRY(folder_make(cx, root));
    TRY(folder_make(cx, folder));
    *out = arena_format(cx->arena, "%s/%s", folder, digest);
    return OK;
}

Err upload_path(Cx *cx, const char **out, int64_t id)
{
    assert(id > 0);
    const char *root = core_path(cx, cx->core, "attachments");
    TRY(folder_make(cx, root));
    TRY(folder_make(cx, arena_format(cx->arena, "%s/uploads", root)));
    *out = arena_format(cx->arena, "%s/uploads/%lld", root, (long long)id);
    return OK;
}

/* --- rows --- */

Err attachment_reach(Cx *cx, const char **territory, const char *noun, int64_t id, bool write)
{
    const Module *const *m = cx->core->config.modules;
    for (; m != NULL && *m != NULL; m++)
        if ((*m)->reach != NULL && strcmp((*m)->noun, noun) == 0)
            return (*m)->reach(cx, territory, id, write);
    for (m = cx->core->config.modules; m != NULL && *m != NULL; m++)
        if ((*m)->reach_row != NULL)
            return (*m)->reach_row(cx, territory, noun, id, write);
    return fail(cx, INVALID, "noun", "“%s”不能有附件", "nothing can be attached to %s", noun);
}

Err attachment_get(Cx *cx, Attachment *out, int64_t id)
{
    assert(cx->user != NULL);
    const char *territory;
    Err e = store_row(cx, out, attachment_fields,
                      "SELECT id, digest, name, size, type, noun, noun_id, territory, created_at, "
                      "created_by, removed_at FROM attachment WHERE id = $1 AND removed_at IS NULL "
                      "AND length($2) > 0 AND " WITHIN("territory", 2),
                      ARGS(I(id), user_reach(cx->user)));
    if (e == OK)
        e = attachment_reach(cx, &territory, out->noun, out->noun_id, false);
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, NULL, "没有这个附件", "there is no such attachment");
    return e;
}

Err attachment_list(Cx *cx, List *out, const char *noun, int64_t noun_id)
{
    assert(cx->user != NULL);
    const char *territory;
    TRY(attachment_reach(cx, &territory, noun, noun_id, false));
    return store_list(cx, out, attachment_fields, sizeof(Attachment),
                      "SELECT id, digest, name, size, type, noun, noun_id, territory, created_at, "
                      "created_by, removed_at FROM attachment WHERE noun = $1 AND noun_id = $2 "
                      "AND removed_at IS NULL AND length($3) > 0 "
                      "AND " WITHIN("territory", 3) " ORDER BY id",
                      ARGS(T(noun), I(noun_id), user_reach(cx->user)));
}

Err attachment_open(Cx *cx, int *fd, const Attachment *a)
{
    const char *path;
    struct stat found;
    TRY(attachment_path(cx, &path, a->digest));
    *fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd >= 0 && fstat(*fd, &found) == 0 && found.st_size == a->size)
        return OK;
    if (*fd >= 0)
        close(*fd);
    return fail(cx, INTERNAL, NULL, "附件 %lld 的内容缺失或损坏",
                "the content of attachment %lld is missing or damaged", (long long)a->id);
}

static Err spare(Cx *cx, const Attachment *a)
{
    const Module *const *m = cx->core->config.modules;
    for (; m != NULL && *m != NULL; m++)
        if ((*m)->spare != NULL)
            TRY((*m)->spare(cx, a->noun, a->noun_id, a->id));
    return OK;
}

Err attachment_remove(Cx *cx, int64_t id)
{
    Attachment before;
    const char *territory;
    TRY(attachment_get(cx, &before, id));
    TRY(attachment_reach(cx, &territory, before.noun, before.noun_id, true));
    TRY(spare(cx, &before));
    TRY(store_run(cx, "UPDATE attachment SET removed_at = $2 WHERE id = $1",
                  ARGS(I(id), I(cx_now(cx)))));
    audit_change(cx, "attachment", id, attachment_fields, &before, NULL);
    return OK;
}

/* --- the name in a header --- */

const char *attachment_disposition(Cx *cx, const Attachment *a, bool save)
{
    const FileType *type = file_type_find(a->type);
    Buf b = BUF(cx);
    buf_add(&b, type != NULL && type->shown && !save ? "inline" : "attachment");
    buf_add(&b, "; filename=\"");
    for (const char *p = a->name; *p != '\0';) {
        uint32_t c = text_next(&p);
        buf_char(&b, c >= 0x20 && c < 0x7f && !strchr("\"\\%", (int)c) ? (char)c : '_');
    }
    buf_add(&b, "\"; filename*=UTF-8''");
    buf_percent(&b, a->name);
    return buf_text(&b);
}

/* --- the sweep --- */

static Err uploads_sweep(Cx *cx)
{
    Rows rows;
    size_t count = 0;
    int64_t ids[64];
    TRY(rows_open(cx, &rows, "SELECT id FROM upload WHERE ends_at < $1 ORDER BY id LIMIT 64",
                  ARGS(I(cx_now(cx)))));
    while (rows.more && count < COUNT(ids)) {
        ids[count++] = rows_int(&rows, 0);
        TRY(rows_next(cx, &rows));
    }
    rows_close(cx, &rows);
    for (size_t i = 0; i < count; i++) {
        const char *path;
        TRY(upload_path(cx, &path, ids[i]));
        TRY(store_run(cx, "DELETE FROM upload WHERE id = $1 AND ends_at < $2",
                      ARGS(I(ids[i]), I(cx_now(cx)))));
        if (store_changes(cx) > 0 && unlink(path) != 0 && errno != ENOENT)
            log_error("attachment", "upload %lld stays: %s", (long long)ids[i], strerror(errno));
    }
    return OK;
}

/* Pieces whose row is gone or finished: left by a death between the commit and the unlink. */
static Err leftover_sweep(Cx *cx, const char *path, const char *name)
{
    bool needed;
    char *end;
    int64_t id = strtoll(name, &end, 10);
    if (id <= 0 || *end != '\0')
        return OK;
    TRY(store_exists(cx, &needed, "SELECT 1 FROM upload WHERE id = $1 AND attachment_id IS NULL",
                     ARGS(I(id))));
    if (!needed)
        unlink(path);
    return OK;
}

/* Under the lock that upload_finish holds from its link to its commit. */
static Err content_sweep(Cx *cx, const char *path, const char *digest)
{
    bool named;
    if (!digest_sound(digest))
        return OK;
    TRY(store_exists(cx, &named,
                     "SELECT 1 FROM attachment WHERE digest = $1 AND removed_at IS NULL",
                     ARGS(T(digest))));
    if (named)
        return OK;
    TRY(store_begin(cx, true));
    Err e = store_lock(cx, "attachment");
    if (e == OK)
        e = store_exists(cx, &named,
                         "SELECT 1 FROM attachment WHERE digest = $1 AND removed_at IS NULL",
                         ARGS(T(digest)));
    if (e == OK && !named)
        unlink(path);
    store_rollback(cx); /* nothing was written: it was only for the lock */
    return e;
}

static Err folder_sweep(Cx *cx, const char *folder,
                        Err (*sweep)(Cx *cx, const char *path, const char *name))
{
    DIR *dir = opendir(folder);
    Err e = OK;
    for (struct dirent *d; dir != NULL && e == OK && (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.')
            e = sweep(cx, arena_format(cx->arena, "%s/%s", folder, d->d_name),
                      arena_text(cx->arena, d->d_name));
    if (dir != NULL)
        closedir(dir);
    return e;
}

Err attachment_sweep(Cx *cx)
{
    assert(!store_in_transaction(cx));
    const char *root = core_path(cx, cx->core, "attachments");
    TRY(uploads_sweep(cx));
    TRY(folder_sweep(cx, arena_format(cx->arena, "%s/uploads", root), leftover_sweep));
    for (int i = 0; i < 256; i++)
        TRY(folder_sweep(cx, arena_format(cx->arena, "%s/%02x", root, (unsigned)i), content_sweep));
    return OK;
}
