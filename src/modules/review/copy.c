#include "modules/review/copy.h"

#include "core/access/right.h"
#include "core/record/file_type.h"
#include "core/request/audit.h"
#include "modules/review/blind_zone.h"

#include <string.h>
#include <unistd.h>

enum { COPY_MOST = 20 * 1024 * 1024 };

const Field copy_fields[] = {
    { "item", FIELD_TEXT, offsetof(Copy, item), "材料", "Item", .flags = FIELD_REQUIRED },
    { "zh", FIELD_TEXT, offsetof(Copy, zh), "名称", "Chinese name", .flags = FIELD_READONLY },
    { "en", FIELD_TEXT, offsetof(Copy, en), "英文名称", "English name", .flags = FIELD_READONLY },
    { "attachment_id", FIELD_INT, offsetof(Copy, attachment_id), "隐名副本", "Blind copy",
      .min = 1 },
    { "name", FIELD_TEXT, offsetof(Copy, name), "副本文件名", "Name of the copy",
      .flags = FIELD_READONLY },
    { "original", FIELD_TEXT, offsetof(Copy, original), "原件文件名", "Name of the original",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

const Field shown_fields[] = {
    { "n", FIELD_INT, offsetof(Shown, n), "序号", "Number" },
    { "item", FIELD_TEXT, offsetof(Shown, item), "材料", "Item" },
    { "zh", FIELD_TEXT, offsetof(Shown, zh), "名称", "Chinese name" },
    { "en", FIELD_TEXT, offsetof(Shown, en), "英文名称", "English name" },
    { "type", FIELD_TEXT, offsetof(Shown, type), "类型", "Type" },
    { "size", FIELD_INT, offsetof(Shown, size), "大小", "Size", .unit = "字节" },
    { "attachment_id", FIELD_INT, offsetof(Shown, attachment_id), "附件", "Attachment",
      .flags = FIELD_SECRET },
    FIELDS_END,
};

Err copy_may(Cx *cx, const Zone *zone)
{
    Round r;
    Err e = round_get(cx, &r, zone->batch_id, "paper");
    if (e == NOT_FOUND)
        return OK;
    TRY(e);
    if (r.sealed_at != UNSET || strcmp(cx->user->level, "province") != 0)
        return fail(cx, CONFLICT, "sealed", "专家评审已开始，县级不能再改；封存后省级也不能再改",
                    "the paper review has begun: the county changes nothing any more, and after "
                    "the seal nobody does");
    return OK;
}

/* --- for those who make them --- */

typedef struct Put {
    const char *item;
    int64_t attachment_id;
    const char *name;
} Put;

static const Field PUT_FIELDS[] = {
    { "item", FIELD_TEXT, offsetof(Put, item), "材料", "Item" },
    { "attachment_id", FIELD_INT, offsetof(Put, attachment_id), "附件", "Attachment" },
    { "name", FIELD_TEXT, offsetof(Put, name), "文件名", "File name" },
    FIELDS_END,
};

static Err stored(Cx *cx, List *out, int64_t zone_id)
{
    return store_list(cx, out, PUT_FIELDS, sizeof(Put),
                      "SELECT c.item, c.attachment_id, a.name FROM review_copy c "
                      "JOIN attachment a ON a.id = c.attachment_id AND a.removed_at IS NULL "
                      "WHERE c.zone_id = $1 ORDER BY c.item",
                      ARGS(I(zone_id)));
}

Err copy_list(Cx *cx, List *out, int64_t zone_id)
{
    ZoneView v;
    List evidence, copies;
    TRY(zone_view(cx, &v, zone_id));
    TRY(zone_evidence(cx, &evidence, &v));
    TRY(stored(cx, &copies, zone_id));
    const Evidence *items = evidence.rows;
    const Put *puts = copies.rows;
    Copy *rows = NEW_N(cx, Copy, evidence.count + 1);
    for (size_t i = 0; i < evidence.count; i++) {
        rows[i] =
            (Copy){ items[i].item, items[i].zh, items[i].en, UNSET, NULL, items[i].attachment };
        for (size_t k = 0; k < copies.count; k++)
            if (strcmp(puts[k].item, rows[i].item) == 0)
                rows[i].attachment_id = puts[k].attachment_id, rows[i].name = puts[k].name;
    }
    *out = (List){ rows, evidence.count, (int64_t)evidence.count };
    return OK;
}

static Err refuse(Cx *cx, const char *zh, const char *en)
{
    return fail(cx, INVALID, "attachment_id", "隐名副本%s%.0s", "%.0sthe blind copy %s", zh, en);
}

static Err read_all(Cx *cx, char **out, const Attachment *a)
{
    int fd;
    TRY(attachment_open(cx, &fd, a));
    char *bytes = arena_alloc(cx->arena, (size_t)a->size + 1);
    ssize_t got = 0;
    for (ssize_t n = 1; n > 0 && got < a->size; got += n)
        n = pread(fd, bytes + got, (size_t)(a->size - got), got);
    close(fd);
    *out = bytes;
    return got == a->size ? OK
                          : fail(cx, INTERNAL, NULL, "附件 %lld 读不完整",
                                 "attachment %lld cannot be read whole", (long long)a->id);
}

static bool has_position(const Attachment *a, const char *bytes)
{
    const char *mark = strcmp(a->type, "image/png") == 0 ? "eXIf" : "Exif";
    return strncmp(a->type, "image/", 6) == 0 &&
           memmem(bytes, (size_t)a->size, mark, strlen(mark)) != NULL;
}

static Err check_bytes(Cx *cx, const Attachment *a, const ZoneView *v)
{
    char *bytes;
    const char *what;
    Dossier d;
    Blind *blind;
    const Json *dossier;
    if (strcmp(a->type, "application/pdf") != 0 && strcmp(a->type, "image/png") != 0 &&
        strcmp(a->type, "image/jpeg") != 0)
        return refuse(cx, "应为 PDF、PNG 或 JPEG", "must be PDF, PNG or JPEG");
    if (a->size > COPY_MOST)
        return refuse(cx, "不能超过 20 MB", "must not exceed 20 MB");
    TRY(read_all(cx, &bytes, a));
    if (has_position(a, bytes))
        return refuse(cx, "含有拍摄信息（EXIF），请去除后上传",
                      "holds EXIF data; remove them and upload again");
    TRY(zone_dossier(cx, &d, v->zone.id));
    TRY(json_parse(cx, &dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    TRY(blind_of_zone(cx, &blind, v, dossier));
    if (blind_file_names(cx, blind, &what, bytes, (size_t)a->size))
        return fail(cx, INVALID, "attachment_id", "隐名副本中还有“%s”，请隐去后上传",
                    "the blind copy still names “%s”; take it out and upload again", what);
    return OK;
}

static const Evidence *item_of(const List *evidence, const char *item)
{
    const Evidence *rows = evidence->rows;
    for (size_t i = 0; i < evidence->count; i++)
        if (strcmp(rows[i].item, item) == 0)
            return &rows[i];
    return NULL;
}

Err copy_put(Cx *cx, int64_t zone_id, const Copy *copy)
{
    ZoneView v;
    List evidence;
    Attachment a;
    TRY(zone_view(cx, &v, zone_id));
    TRY(copy_may(cx, &v.zone));
    TRY(zone_evidence(cx, &evidence, &v));
    if (!item_of(&evidence, copy->item))
        return fail(cx, INVALID, "item", "没有材料“%s”", "there is no item %s", copy->item);
    TRY(store_run(cx, "DELETE FROM review_copy WHERE zone_id = $1 AND item = $2",
                  ARGS(I(zone_id), T(copy->item))));
    audit_note(cx, "review", zone_id, NULL, NULL);
    if (copy->attachment_id == UNSET)
        return OK;
    Err e = attachment_get(cx, &a, copy->attachment_id);
    if (e == NOT_FOUND || (e == OK && (strcmp(a.noun, "review") != 0 || a.noun_id != zone_id)))
        return refuse(cx, "应先上传到这个推进区的评审材料", "must be uploaded for this zone first");
    TRY(e);
    TRY(check_bytes(cx, &a, &v));
    return store_run(cx, "INSERT INTO review_copy(zone_id, item, attachment_id) VALUES($1, $2, $3)",
                     ARGS(I(zone_id), T(copy->item), I(a.id)));
}

/* --- for experts --- */

Err copy_shown(Cx *cx, List *out, const ReviewSheet *s)
{
    List copies;
    size_t n = 0;
    TRY(review_sheet_open(cx, s));
    TRY(copy_list(cx, &copies, s->zone_id));
    const Copy *rows = copies.rows;
    Shown *shown = NEW_N(cx, Shown, copies.count + 1);
    for (size_t i = 0; i < copies.count; i++) {
        Attachment a;
        if (rows[i].attachment_id == UNSET)
            continue;
        TRY(attachment_get(cx, &a, rows[i].attachment_id));
        shown[n] =
            (Shown){ (int64_t)n + 1, rows[i].item, rows[i].zh, rows[i].en, a.type, a.size, a.id };
        n++;
    }
    *out = (List){ shown, n, (int64_t)n };
    return OK;
}

Err copy_open(Cx *cx, Attachment *out, int *fd, const ReviewSheet *s, int64_t n)
{
    List list;
    TRY(copy_shown(cx, &list, s));
    if (n < 1 || n > (int64_t)list.count)
        return fail(cx, NOT_FOUND, "n", "没有这个附件", "there is no such attachment");
    const Shown *shown = (const Shown *)list.rows + (n - 1);
    TRY(attachment_get(cx, out, shown->attachment_id));
    const char *end = strrchr(out->type, '/') + 1;
    out->name = arena_format(cx->arena, "附件%lld.%s", (long long)n, end);
    return attachment_open(cx, fd, out);
}

Err review_sheet_put_dossier(Cx *cx, JsonOut *o, const ReviewSheet *s)
{
    ZoneView v;
    Dossier d;
    Check check;
    Blind *blind;
    const Json *dossier;
    TRY(review_sheet_open(cx, s));
    TRY(zone_view(cx, &v, s->zone_id));
    TRY(zone_dossier(cx, &d, s->zone_id));
    TRY(json_parse(cx, &dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    TRY(blind_of_zone(cx, &blind, &v, dossier));
    TRY(zone_check(cx, &check, &v));
    json_put_text(o, "alias", s->alias);
    json_put_text(o, "pack", v.pack->hash);
    blind_put_document(cx, o, "dossier", blind, v.pack->dossier.fields, dossier);
    json_open(o, "results", '[');
    for (size_t i = 0; i < check.count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "rule", check.results[i].rule->id);
        json_put_text(o, "status", status_key(check.results[i].status));
        json_close(o, '}');
    }
    json_close(o, ']');
    blind_put_chips(o, blind);
    return OK;
}
