#include "core/register/register_files.h"

#include "core/access/right.h"
#include "core/record/attachment.h"
#include "core/register/flow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MOST = 20 };
static const int64_t WEEK_MS = (int64_t)7 * 86400000;

typedef struct FileList {
    int64_t ids[FILES_MOST];
    size_t count;
} FileList;

static bool is_held(const FileList *l, int64_t id)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->ids[i] == id)
            return true;
    return false;
}

/* "name [12]; name [15]", or the bare numbers "12; 15". */
static Err files_read(Cx *cx, FileList *out, const Field *f, const char *text)
{
    size_t most = f->flags & FIELD_FILES ? FILES_MOST : 1;
    out->count = 0;
    for (const char *at = text; at && *at;) {
        const char *end = strstr(at, "; ");
        const char *part = arena_text_n(cx->arena, at, end ? (size_t)(end - at) : strlen(at));
        const char *open = strrchr(part, '[');
        char *rest;
        int64_t id = strtoll(open ? open + 1 : part, &rest, 10);
        if (id <= 0 || strcmp(rest, open ? "]" : "") != 0)
            return fail(cx, INVALID, f->key, "“%s”不是上传的附件", "“%s” is no uploaded file",
                        part);
        if (out->count == most)
            return fail(cx, INVALID, f->key, "%s%.0s最多 %zu 个附件",
                        "%.0s%s: at most %zu attachments", f->zh, f->en, most);
        if (!is_held(out, id))
            out->ids[out->count++] = id;
        at = end ? end + 2 : "";
    }
    return OK;
}

static const char *file_text(const Field *f, const void *row)
{
    return row ? *field_text(f, (void *)(uintptr_t)row) : NULL;
}

/* Brackets and semicolons part the names from each other. */
static void add_name(Buf *b, const char *name, int64_t id)
{
    buf_add(b, b->length ? "; " : "");
    for (const char *p = name; *p; p++)
        buf_char(b, *p == '[' || *p == ']' || *p == ';' ? '_' : *p);
    buf_format(b, " [%" PRId64 "]", id);
}

/* Of this row already, or uploaded by the user for a row that is still to be saved. */
static Err file_name(Cx *cx, const char **name, const Register *r, const Field *f, int64_t id,
                     bool had)
{
    Err e = store_text(cx, name,
                       "SELECT name FROM attachment WHERE id = $1 AND noun = $2 AND removed_at IS "
                       "NULL AND ($3 = 1 OR (noun_id = 0 AND created_by = $4))",
                       ARGS(I(id), T(r->noun), I(had), I(cx->user->id)));
    if (e == NOT_FOUND)
        return fail(cx, INVALID, f->key, "附件 %lld 不是为这一条上传的，请重新上传",
                    "attachment %lld was not uploaded for this row; upload it again",
                    (long long)id);
    return e;
}

static Err prove_field(Cx *cx, const Register *r, const Field *f, void *row, const void *before)
{
    FileList now, then;
    Buf b = BUF(cx);
    TRY(files_read(cx, &now, f, file_text(f, row)));
    TRY(files_read(cx, &then, f, file_text(f, before)));
    for (size_t i = 0; i < now.count; i++) {
        const char *name;
        TRY(file_name(cx, &name, r, f, now.ids[i], is_held(&then, now.ids[i])));
        add_name(&b, name, now.ids[i]);
    }
    *field_text(f, row) = now.count ? buf_text(&b) : NULL;
    return OK;
}

Err register_files_prove(Cx *cx, const Register *r, void *row, const void *before)
{
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_FILE && !text_same(file_text(f, row), file_text(f, before)))
            TRY(prove_field(cx, r, f, row, before));
    return OK;
}

static bool has_files(const Register *r)
{
    bool any = r->attachments;
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++)
        any |= (f->flags & FIELD_FILE) != 0;
    return r->pack && any;
}

Err register_files_keep(Cx *cx, const Register *r, int64_t id, const void *row)
{
    if (!has_files(r))
        return OK;
    const char *territory = register_text(r, row, "territory");
    for (const Field *f = r->table.fields; f->type != FIELD_END; f++) {
        FileList now = { .count = 0 };
        if (f->flags & FIELD_FILE)
            TRY(files_read(cx, &now, f, file_text(f, row)));
        for (size_t i = 0; i < now.count; i++)
            TRY(store_run(cx,
                          "UPDATE attachment SET noun_id = $1 WHERE id = $2 AND noun = $3 "
                          "AND noun_id = 0",
                          ARGS(I(id), I(now.ids[i]), T(r->noun))));
    }
    return store_run(cx,
                     "UPDATE attachment SET territory = $1 WHERE noun = $2 AND noun_id = $3 "
                     "AND territory <> $1",
                     ARGS(T(territory), T(r->noun), I(id)));
}

/* --- as a module's --- */

/* Who enters rows, and whose step of them it may be. */
static bool may_fill(const Cx *cx, const Register *r)
{
    return register_allows(cx, r, REGISTER_WRITE) || flow_concerns(cx, r);
}

/* At a step that changes the row, by whose step it is; of what others rely upon nothing is added or
 * taken. */
static Err may_change(Cx *cx, const Register *r, const void *row)
{
    bool here = range_has(register_reach(cx), register_text(r, row, "territory"));
    if (!here || !may_fill(cx, r))
        return fail(cx, FORBIDDEN, NULL, "这一条的附件不由您增减",
                    "the attachments of this row are not yours to change");
    return r->process ? flow_prove_hands(cx, r, row) : OK;
}

Err register_files_reach(Cx *cx, const char **territory, const char *noun, int64_t id, bool write)
{
    const Register *r;
    Err e = register_find(cx, &r, noun);
    if (e == NOT_FOUND || (e == OK && !has_files(r)))
        return fail(cx, INVALID, "noun", "“%s”不能有附件", "nothing can be attached to %s", noun);
    TRY(e);
    if (!(id ? register_allows(cx, r, REGISTER_READ) : may_fill(cx, r)))
        return fail(cx, id ? NOT_FOUND : FORBIDDEN, NULL, "您不能查看或填写“%s%.0s”",
                    "“%.0s%s” is not yours to see or fill in", r->zh, r->en);
    *territory = cx->user->territory;
    if (!id)
        return OK;
    void *row = register_row(cx, r);
    TRY(register_get(cx, r, row, id));
    *territory = register_text(r, row, "territory");
    return write ? may_change(cx, r, row) : OK;
}

Err register_files_spare(Cx *cx, const char *noun, int64_t id, int64_t attachment)
{
    bool named;
    const Register *r;
    Err e = register_find(cx, &r, noun);
    if (e == NOT_FOUND || (e == OK && !has_files(r)))
        return OK; /* not a register's */
    TRY(e);
    const char *mark = arena_format(cx->arena, "%%[%" PRId64 "]%%", attachment);
    TRY(store_exists(cx, &named,
                     "SELECT 1 FROM audit WHERE noun = $1 AND noun_id = $2 "
                     "AND (before LIKE $3 OR after LIKE $3)",
                     ARGS(T(noun), I(id), T(mark))));
    if (!named)
        return OK;
    return fail(cx, CONFLICT, NULL, "保存过的内容用到这份附件，历史要看得到，不能删除",
                "a saved version names this file; history keeps it");
}

Err register_files_tidy(Cx *cx)
{
    return store_run(cx,
                     "UPDATE attachment SET removed_at = $1 WHERE noun_id = 0 "
                     "AND removed_at IS NULL AND created_at < $2",
                     ARGS(I(cx_now(cx)), I(cx_now(cx) - WEEK_MS)));
}
