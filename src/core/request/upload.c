#include "base/digest.h"
#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/record/file_type.h"
#include "core/record/setting.h"
#include "core/request/act.h"
#include "core/request/audit.h"
#include "core/request/core.h"
#include "paper/pdf_lock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_LIMIT  50                   /* unfinished uploads of one user */
#define UPLOAD_MS   (3 * 24 * 3600000LL) /* an unfinished one is kept so long */
#define PIECE_BYTES 65536
#define NAME_LIMIT  200 /* characters */

const Field upload_fields[] = {
    { "id", FIELD_INT, offsetof(Upload, id), "编号", "Number", FIELD_READONLY },
    { "name", FIELD_TEXT, offsetof(Upload, name), "文件名", "File name", FIELD_REQUIRED, 1,
      NAME_LIMIT },
    { "size", FIELD_INT, offsetof(Upload, size), "大小", "Size", FIELD_REQUIRED, .unit = "字节" },
    { "digest", FIELD_TEXT, offsetof(Upload, digest), "摘要", "Digest", 0,
      .help_zh = "SHA-256，64 位十六进制小写；可不填",
      .help_en = "SHA-256 in 64 lower-case hexadecimal digits; optional" },
    { "noun", FIELD_TEXT, offsetof(Upload, noun), "对象", "Of", FIELD_REQUIRED, 1, 60 },
    { "noun_id", FIELD_INT, offsetof(Upload, noun_id), "对象编号", "Its number", FIELD_REQUIRED,
      .help_zh = "登记簿里还没有保存的一条写 0",
      .help_en = "0: a row of a register that is still to be saved" },
    { "received", FIELD_INT, offsetof(Upload, received), "已收到", "Received", FIELD_READONLY,
      .unit = "字节" },
    { "created_at", FIELD_INSTANT, offsetof(Upload, created_at), "开始时间", "Begun at",
      FIELD_READONLY },
    { "created_by", FIELD_INT, offsetof(Upload, created_by), "上传人", "Uploaded by",
      FIELD_READONLY },
    { "ends_at", FIELD_INSTANT, offsetof(Upload, ends_at), "失效时间", "Ends at", FIELD_READONLY },
    { "attachment_id", FIELD_INT, offsetof(Upload, attachment_id), "附件", "Attachment",
      FIELD_READONLY },
    FIELDS_END,
};

static Err disk_failed(Cx *cx, const char *path)
{
    int error = errno;
    if (error == ENOSPC || error == EDQUOT)
        return fail(cx, FULL, NULL, "服务器存储空间不足", "no room on the disk");
    return fail(cx, INTERNAL, NULL, "无法写入 %s：%s", "cannot write %s: %s", path,
                strerror(error));
}

/* --- beginning --- */

static Err name_check(Cx *cx, const char *name)
{
    bool sound = !text_blank(name) && name[0] != '.' && strpbrk(name, "/\\") == NULL;
    const char *next = name;
    for (uint32_t c;
         (c = text_next(&next)) != 0;) /* U+202E would let "gpj.exe" read as "exe.jpg" */
        sound = sound && c >= 0x20 && c != 0x7f && (c < 0x200E || c > 0x200F) &&
                (c < 0x202A || c > 0x202E) && (c < 0x2066 || c > 0x2069);
    if (!sound)
        return fail(cx, INVALID, "/name", "文件名“%s”不可用：不能含路径和控制字符",
                    "\"%s\" is no file name: no path and no control characters in it", name);
    if (!file_named(name))
        return fail(cx, INVALID, "/name", "“%s”不是可以上传的类型；可以上传：%s",
                    "%s is of no kind that may be attached; these may: %s", name, file_kinds(cx));
    return OK;
}

Err upload_begin(Cx *cx, Upload *u)
{
    assert(cx->user != NULL);
    int64_t most, open_now;
    const char *territory;
    TRY(name_check(cx, u->name));
    TRY(setting_int(cx, &most, "attachment.mebibytes"));
    if (u->size <= 0)
        return fail(cx, INVALID, "/size", "文件“%s”是空的，请检查后重新选择",
                    "the file %s is empty; choose another", u->name);
    if (u->size > most * 1048576)
        return fail(cx, TOO_LARGE, "/size", "文件超过 %lld MB", "the file is over %lld MB",
                    (long long)most);
    if (u->digest != NULL &&
        (strlen(u->digest) != 64 || strspn(u->digest, "0123456789abcdef") != 64))
        return fail(cx, INVALID, "/digest", "摘要应为 64 位十六进制小写",
                    "a digest is 64 lower-case hexadecimal digits");
    TRY(attachment_reach(cx, &territory, u->noun, u->noun_id, true));
    TRY(store_int(cx, &open_now,
                  "SELECT count(*) FROM upload WHERE created_by = $1 AND attachment_id IS NULL",
                  ARGS(I(cx->user->id))));
    if (open_now >= OPEN_LIMIT)
        return fail(cx, LIMITED, NULL, "未完成的上传已达 %d 个", "%d uploads are unfinished",
                    OPEN_LIMIT);
    u->received = 0;
    u->created_at = cx_now(cx);
    u->created_by = cx->user->id;
    u->ends_at = u->created_at + UPLOAD_MS;
    u->attachment_id = UNSET;
    TRY(store_insert(cx, &u->id, "upload", upload_fields, u));
    audit_change(cx, "upload", u->id, upload_fields, NULL, u);
    return OK;
}

Err upload_get(Cx *cx, Upload *out, int64_t id)
{
    assert(cx->user != NULL);
    Err e = store_row(cx, out, upload_fields,
                      "SELECT id, name, size, digest, noun, noun_id, received, created_at, "
                      "created_by, ends_at, attachment_id FROM upload "
                      "WHERE id = $1 AND created_by = $2 AND ends_at >= $3",
                      ARGS(I(id), I(cx->user->id), I(cx_now(cx))));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, NULL, "没有这个上传，或已失效",
                    "there is no such upload, or it has ended");
    return e;
}

Err upload_drop(Cx *cx, int64_t id)
{
    Upload u;
    TRY(upload_get(cx, &u, id));
    TRY(store_run(cx, "UPDATE upload SET ends_at = 0 WHERE id = $1", ARGS(I(id))));
    audit_change(cx, "upload", id, upload_fields, &u, NULL);
    return OK; /* the sweep takes the row and its pieces */
}

/* --- filling --- */

/* Opens the pieces and holds them: one writer at a time. */
static Err pieces_open(Cx *cx, int *fd, const char *path)
{
    *fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*fd < 0)
        return disk_failed(cx, path);
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    close(*fd);
    return fail(cx, CONFLICT, "offset", "这个上传正在写入", "this upload is being written");
}

static bool write_at(int fd, const char *bytes, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t n = pwrite(fd, bytes, length, at);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
            at += n;
        }
    }
    return true;
}

static bool copy_at(Cx *cx, int to, int from, int64_t length, off_t at)
{
    char *piece = arena_alloc(cx->arena, PIECE_BYTES);
    for (int64_t done = 0; done < length;) {
        size_t want = length - done < PIECE_BYTES ? (size_t)(length - done) : PIECE_BYTES;
        ssize_t n = pread(from, piece, want, done);
        if (n <= 0 || !write_at(to, piece, (size_t)n, at + done))
            return false;
        done += n;
    }
    return true;
}

static Err offset_check(Cx *cx, const Upload *u, int64_t offset, int64_t length)
{
    if (u->attachment_id != UNSET)
        return fail(cx, CONFLICT, "offset", "这个上传已完成", "this upload is finished");
    if (offset != u->received)
        return fail(cx, CONFLICT, "offset", "应从 %lld 处续传", "go on from offset %lld",
                    (long long)u->received);
    if (length <= 0 || length > u->size - offset)
        return fail(cx, INVALID, "offset", "这一段应为 1 至 %lld 字节",
                    "this piece may have 1 to %lld bytes", (long long)(u->size - offset));
    return OK;
}

/* On the disk first, then acknowledged. The row is read again under the lock, so that no late
 * repetition overwrites what was acknowledged meanwhile. */
static Err piece_keep(Cx *cx, Upload *u, const char *path, int to, int64_t offset,
                      const void *bytes, int from, int64_t length)
{
    TRY(upload_get(cx, u, u->id));
    TRY(offset_check(cx, u, offset, length));
    bool written = bytes != NULL ? write_at(to, bytes, (size_t)length, offset)
                                 : copy_at(cx, to, from, length, offset);
    if (!written || fdatasync(to) != 0)
        return disk_failed(cx, path);
    if (offset == 0)
        TRY(folder_sync(cx, core_path(cx, cx->core, "attachments/uploads")));
    u->received = offset + length;
    u->ends_at = cx_now(cx) + UPLOAD_MS;
    return store_run(cx, "UPDATE upload SET received = $2, ends_at = $3 WHERE id = $1",
                     ARGS(I(u->id), I(u->received), I(u->ends_at)));
}

Err upload_fill(Cx *cx, Upload *out, int64_t id, int64_t offset, const void *bytes, int fd,
                int64_t length)
{
    assert(!store_in_transaction(cx) || act_is_whole(cx));
    const char *path;
    int to;
    TRY(upload_get(cx, out, id));
    TRY(offset_check(cx, out, offset, length));
    TRY(upload_path(cx, &path, id));
    TRY(pieces_open(cx, &to, path));
    Err e = piece_keep(cx, out, path, to, offset, bytes, fd, length);
    close(to);
    return e;
}

/* --- finishing --- */

static Err pieces_digest(Cx *cx, char hex[65], int fd, int64_t size)
{
    char *piece = arena_alloc(cx->arena, PIECE_BYTES);
    Digest *d = digest_begin(SHA256);
    int64_t done = 0;
    for (ssize_t n; done < size && (n = pread(fd, piece, PIECE_BYTES, done)) > 0; done += n)
        digest_add(d, piece, (size_t)n);
    digest_end(d, hex);
    if (done != size)
        return fail(cx, INTERNAL, NULL, "已收到的内容读取失败", "the pieces cannot be read");
    return OK;
}

/* What a finished upload is known by: its row, its pieces, and what their bytes say. */
typedef struct Finish {
    Upload upload;
    const char *path;
    char digest[65];
    const FileType *type;
    Attachment *out;
} Finish;

static Err finish_read(Cx *cx, Finish *f, int fd)
{
    struct stat found;
    const Upload *u = &f->upload;
    if (u->received != u->size || fstat(fd, &found) != 0 || found.st_size != u->size)
        return fail(cx, CONFLICT, "received", "还差 %lld 字节", "%lld bytes are missing",
                    (long long)(u->size - u->received));
    TRY(pieces_digest(cx, f->digest, fd, u->size));
    if (u->digest != NULL && strcmp(u->digest, f->digest) != 0)
        return fail(cx, INVALID, "digest", "内容与摘要不符，请重新上传",
                    "the content is not what the digest says: upload it again");
    f->type = file_type(fd, u->name);
    bool locked = f->type == NULL && file_locked(fd);
    if (f->type != NULL && strcmp(f->type->type, "application/pdf") == 0)
        TRY(pdf_locked(cx, &locked, f->path, cx->core->config.setter));
    if (locked)
        return fail(cx, INVALID, "type", "文件“%s”有打开密码，审阅的人打不开；请去掉密码再上传",
                    "%s has a password, so that nobody could read it; remove it and upload again",
                    u->name);
    if (f->type == NULL)
        return fail(cx, INVALID, "type",
                    "文件“%s”的内容与扩展名不符，或不是可以上传的类型；可以上传：%s",
                    "the content of %s is not what its extension says, or of no kind that may be "
                    "attached; these may: %s",
                    u->name, file_kinds(cx));
    return OK;
}

/* The content gets its name, and the name is on the disk, before any row speaks of it. */
static Err content_link(Cx *cx, const Finish *f)
{
    const char *path;
    TRY(attachment_path(cx, &path, f->digest));
    if (link(f->path, path) != 0 && errno != EEXIST)
        return disk_failed(cx, path);
    chmod(path, 0400);
    const char *root = core_path(cx, cx->core, "attachments");
    TRY(folder_sync(cx, arena_format(cx->arena, "%s/%.2s", root, f->digest)));
    return folder_sync(cx, root);
}

static Err finish_commit(Cx *cx, void *data)
{
    Finish *f = data;
    Upload *u = &f->upload;
    Attachment *a = f->out;
    TRY(store_lock(cx, "attachment"));
    TRY(upload_get(cx, u, u->id));
    if (u->attachment_id != UNSET)
        return attachment_get(cx, a, u->attachment_id);
    *a = (Attachment){ .digest = arena_text(cx->arena, f->digest),
                       .name = u->name,
                       .size = u->size,
                       .type = f->type->type,
                       .noun = u->noun,
                       .noun_id = u->noun_id,
                       .created_at = cx_now(cx),
                       .created_by = cx->user->id,
                       .removed_at = UNSET };
    TRY(attachment_reach(cx, &a->territory, a->noun, a->noun_id, true));
    TRY(content_link(cx, f));
    TRY(store_insert(cx, &a->id, "attachment", attachment_fields, a));
    TRY(store_run(cx, "UPDATE upload SET attachment_id = $2 WHERE id = $1",
                  ARGS(I(u->id), I(a->id))));
    audit_change(cx, "attachment", a->id, attachment_fields, NULL, a);
    return OK;
}

Err upload_finish(Cx *cx, Attachment *out, int64_t id)
{
    assert(!store_in_transaction(cx) || act_is_whole(cx));
    Finish f = { .out = out };
    TRY(upload_get(cx, &f.upload, id));
    if (f.upload.attachment_id != UNSET)
        return attachment_get(cx, out, f.upload.attachment_id);
    int fd;
    TRY(upload_path(cx, &f.path, id));
    TRY(pieces_open(cx, &fd, f.path));
    Err e = upload_get(cx, &f.upload, id);
    if (e == OK)
        e = finish_read(cx, &f, fd);
    if (e == OK)
        e = act_run(cx, "上传附件", "Upload an attachment", finish_commit, &f);
    if (e == OK)
        unlink(f.path);
    close(fd);
    return e;
}
