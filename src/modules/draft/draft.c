#include "modules/draft/draft.h"

#include "core/access/right.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

const Option DRAFT_STATES[] = {
    { "editing", "编辑中", "Editing" },
    { "sent", "待批准", "Awaiting approval" },
    { "published", "已发布", "Published" },
    { "dropped", "已放弃", "Dropped" },
    { .key = NULL },
};

#define SET .flags = FIELD_READONLY

const Field draft_fields[] = {
    { "id", FIELD_INT, offsetof(Draft, id), "编号", "Number",
      .flags = FIELD_READONLY | FIELD_SORT },
    { "name", FIELD_TEXT, offsetof(Draft, name), "草案", "Draft",
      .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT, .min = 1, .max = 80 },
    { "territory", FIELD_TEXT, offsetof(Draft, territory), "辖区", "Territory", SET },
    { "base", FIELD_TEXT, offsetof(Draft, base), "原版本", "Base version", SET },
    { "state", FIELD_ENUM, offsetof(Draft, state), "状态", "State",
      .flags = FIELD_READONLY | FIELD_FILTER | FIELD_SORT, .options = DRAFT_STATES },
    { "hash", FIELD_TEXT, offsetof(Draft, hash), "新版本", "New version", SET },
    { "valid_from", FIELD_DATE, offsetof(Draft, valid_from), "生效日期", "Valid from", SET },
    { "reason", FIELD_TEXT, offsetof(Draft, reason), "说明", "Reason", SET },
    { "author_id", FIELD_INT, offsetof(Draft, author_id), "起草人编号", "Author's number", SET },
    { "author_name", FIELD_TEXT, offsetof(Draft, author_name), "起草人", "Author", SET },
    { "made_at", FIELD_INSTANT, offsetof(Draft, made_at), "建立时间", "Made at",
      .flags = FIELD_READONLY | FIELD_SORT },
    { "changed_at", FIELD_INSTANT, offsetof(Draft, changed_at), "修改时间", "Changed at",
      .flags = FIELD_READONLY | FIELD_SORT },
    { "sent_at", FIELD_INSTANT, offsetof(Draft, sent_at), "送批时间", "Sent at", SET },
    { "sent_by", FIELD_INT, offsetof(Draft, sent_by), "送批人编号", "Sender's number", SET },
    { "sent_name", FIELD_TEXT, offsetof(Draft, sent_name), "送批人", "Sent by", SET },
    { "sent_organ_id", FIELD_INT, offsetof(Draft, sent_organ_id), "送批机构", "Sender's organ",
      SET },
    { "sent_seat", FIELD_TEXT, offsetof(Draft, sent_seat), "送批岗位", "Sender's seat", SET },
    { "approved_at", FIELD_INSTANT, offsetof(Draft, approved_at), "批准时间", "Approved at", SET },
    { "approved_by", FIELD_INT, offsetof(Draft, approved_by), "批准人编号", "Approver's number",
      SET },
    { "approved_name", FIELD_TEXT, offsetof(Draft, approved_name), "批准人", "Approved by", SET },
    { "version", FIELD_INT, offsetof(Draft, version), "版本", "Version", SET },
    { "base_label", FIELD_TEXT, offsetof(Draft, base_label), "原版次", "Base label",
      .flags = FIELD_VIRTUAL },
    { "pack_zh", FIELD_TEXT, offsetof(Draft, pack_zh), "政策包", "Pack", .flags = FIELD_VIRTUAL },
    { "pack_en", FIELD_TEXT, offsetof(Draft, pack_en), "政策包英文名", "Pack in English",
      .flags = FIELD_VIRTUAL },
    FIELDS_END,
};

const Field draft_edit_fields[] = {
    { "id", FIELD_INT, offsetof(DraftEdit, id), "编号", "Number", SET },
    { "draft_id", FIELD_INT, offsetof(DraftEdit, draft_id), "草案", "Draft", SET },
    { "at", FIELD_INSTANT, offsetof(DraftEdit, at), "时间", "At", SET },
    { "user_id", FIELD_INT, offsetof(DraftEdit, user_id), "用户编号", "User's number", SET },
    { "user_name", FIELD_TEXT, offsetof(DraftEdit, user_name), "用户", "User", SET },
    { "kind", FIELD_TEXT, offsetof(DraftEdit, kind), "类别", "Kind", SET },
    { "what", FIELD_TEXT, offsetof(DraftEdit, what), "内容", "What", SET },
    { "before", FIELD_TEXT, offsetof(DraftEdit, before), "改前", "Before", SET },
    { "after", FIELD_TEXT, offsetof(DraftEdit, after), "改后", "After", SET },
    FIELDS_END,
};

/* $1 = the user's territory */
#define DRAFT_SELECT                                                                               \
    "SELECT d.id, d.name, d.territory, d.base, d.state, d.hash, d.valid_from, d.reason, "          \
    "d.author_id, d.author_name, d.made_at, d.changed_at, d.sent_at, d.sent_by, d.sent_name, "     \
    "d.sent_organ_id, d.sent_seat, d.approved_at, d.approved_by, d.approved_name, d.version, "     \
    "v.label AS base_label, v.zh AS pack_zh, v.en AS pack_en "                                     \
    "FROM draft d JOIN pack_version v ON v.hash = d.base "                                         \
    "WHERE " WITHIN("d.territory", 1) " "

Err draft_get(Cx *cx, Draft *out, int64_t id)
{
    Err e = store_row(cx, out, draft_fields, DRAFT_SELECT "AND d.id = $2",
                      ARGS(user_reach(cx->user), I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的草案，或不在您的辖区",
                    "there is no draft %lld in your territory", (long long)id);
    return e;
}

Err draft_list(Cx *cx, List *out, const PageQuery *query)
{
    return store_page(cx, out, draft_fields, sizeof(Draft), DRAFT_SELECT,
                      ARGS(user_reach(cx->user)), query);
}

Err draft_edits(Cx *cx, List *out, int64_t id)
{
    return store_list(cx, out, draft_edit_fields, sizeof(DraftEdit),
                      "SELECT id, draft_id, at, user_id, user_name, kind, what, before, after "
                      "FROM draft_edit WHERE draft_id = $1 ORDER BY id",
                      ARGS(I(id)));
}

Err draft_is_editor(Cx *cx, bool *out, const Draft *draft, int64_t user_id)
{
    return store_exists(cx, out,
                        "SELECT 1 FROM draft_edit WHERE draft_id = $1 AND user_id = $2 AND kind IN "
                        "('made', 'parameter', 'decision', 'file', 'sent')",
                        ARGS(I(draft->id), I(user_id)));
}

Err draft_may(Cx *cx, DraftMay *out, const Draft *draft)
{
    bool own, editing = strcmp(draft->state, "editing") == 0;
    bool sent = strcmp(draft->state, "sent") == 0, write = right_allows(cx, "pack.draft");
    bool publish = right_allows(cx, "pack.publish");
    TRY(draft_is_editor(cx, &own, draft, cx->user->id));
    *out = (DraftMay){ .edit = editing && write,
                       .send = editing && write,
                       .back = sent && (write || publish),
                       .approve = sent && publish && !own,
                       .drop = editing && write };
    return OK;
}

static Err add_edit(Cx *cx, const Draft *draft, const DraftEdit *edit)
{
    int64_t id;
    DraftEdit row = *edit;
    row.draft_id = draft->id;
    row.at = cx_now(cx);
    row.user_id = cx->user->id;
    row.user_name = cx->user->name;
    return store_insert(cx, &id, "draft_edit", draft_edit_fields, &row);
}

Err draft_add(Cx *cx, int64_t *id, const char *name, const char *pack)
{
    Draft row;
    TRY(pack_store_find(cx, pack));
    field_clear(&row, draft_fields);
    row.name = name;
    row.territory = cx->user->territory;
    row.base = pack;
    row.state = "editing";
    row.author_id = cx->user->id;
    row.author_name = cx->user->name;
    row.made_at = row.changed_at = cx_now(cx);
    TRY(store_insert(cx, id, "draft", draft_fields, &row));
    row.id = *id;
    audit_change(cx, "draft", *id, draft_fields, NULL, &row);
    return add_edit(cx, &row, &(DraftEdit){ .kind = "made", .what = name });
}

/* --- files --- */

typedef struct FileRow {
    const char *path;
    const char *content;
} FileRow;

static const Field FILE_ROW[] = {
    { "path", FIELD_TEXT, offsetof(FileRow, path), "文件", "File" },
    { "content", FIELD_TEXT, offsetof(FileRow, content), "内容", "Content" },
    FIELDS_END,
};

Err draft_source(Cx *cx, PackSource *out, const Draft *draft)
{
    List rows;
    TRY(store_list(cx, &rows, FILE_ROW, sizeof(FileRow),
                   "SELECT path, content FROM draft_file WHERE draft_id = $1 ORDER BY path",
                   ARGS(I(draft->id))));
    PackFile *files = NEW_N(cx, PackFile, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        const FileRow *row = &((const FileRow *)rows.rows)[i];
        files[i] = (PackFile){ row->path, row->content, strlen(row->content) };
    }
    *out = (PackSource){ pack_store_folder(cx, draft->base), files, rows.count };
    return OK;
}

Err draft_pack(Cx *cx, const Pack **out, int64_t id)
{
    Draft draft;
    PackSource source;
    TRY(draft_get(cx, &draft, id));
    TRY(draft_source(cx, &source, &draft));
    return pack_load_from(cx, out, &source);
}

static Err keep_file(Cx *cx, const Draft *draft, const PackFile *file)
{
    const char *was;
    size_t length;
    PackSource base = { .folder = pack_store_folder(cx, draft->base) };
    TRY(store_run(cx, "DELETE FROM draft_file WHERE draft_id = $1 AND path = $2",
                  ARGS(I(draft->id), T(file->path))));
    if (pack_file(cx, &was, &length, &base, file->path) == OK && length == file->length &&
        memcmp(was, file->bytes, length) == 0)
        return OK;
    return store_run(cx, "INSERT INTO draft_file(draft_id, path, content) VALUES($1, $2, $3)",
                     ARGS(I(draft->id), T(file->path), T(file->bytes)));
}

static Err check_state(Cx *cx, const Draft *draft, int64_t version, const char *state)
{
    if (strcmp(draft->state, state) != 0)
        return fail(cx, CONFLICT, "state", "草案“%s”%s%.0s，不能这样办理",
                    "draft %s is %.0s%s: this cannot be done now", draft->name,
                    option_find(DRAFT_STATES, draft->state)->zh, draft->state);
    if (draft->version != version)
        return fail(cx, STALE, "version", "草案已由他人修改，请重新载入",
                    "somebody else changed the draft; load it again");
    return OK;
}

Err draft_move(Cx *cx, Draft *draft, int64_t version, const char *from, const char *to,
               const DraftEdit *edit)
{
    Draft before;
    TRY(check_state(cx, draft, version, from));
    TRY(draft_get(cx, &before, draft->id));
    draft->state = to;
    draft->changed_at = cx_now(cx);
    TRY(store_update(cx, "draft", draft_fields, draft, draft->id, version));
    TRY(add_edit(cx, draft, edit));
    audit_change(cx, "draft", draft->id, draft_fields, &before, draft);
    return draft_get(cx, draft, draft->id);
}

Err draft_keep(Cx *cx, const Pack **out, const Draft *draft, const PackFile *file)
{
    PackSource source;
    assert(file->bytes[file->length] == '\0');
    TRY(draft_source(cx, &source, draft));
    source = pack_source_with(cx, &source, file);
    TRY(pack_load_from(cx, out, &source));
    return keep_file(cx, draft, file);
}

/* One label with its text, for the audit log. */
static const char *noted(Cx *cx, const DraftEdit *edit, const char *text)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    if (!text)
        return NULL;
    json_open(&o, NULL, '{');
    json_put_text(&o, edit->what, text);
    json_close(&o, '}');
    return buf_text(&b);
}

Err draft_put(Cx *cx, Draft *draft, int64_t version, const PackFile *file, const DraftEdit *edit)
{
    const Pack *pack;
    TRY(check_state(cx, draft, version, "editing"));
    TRY(draft_keep(cx, &pack, draft, file));
    draft->changed_at = cx_now(cx);
    TRY(store_update(cx, "draft", draft_fields, draft, draft->id, version));
    TRY(add_edit(cx, draft, edit));
    audit_note(cx, "draft", draft->id, noted(cx, edit, edit->before), noted(cx, edit, edit->after));
    return draft_get(cx, draft, draft->id);
}
