/* POST /api/check: the contract of `check` over HTTP. The body is a dossier, or an object with the
 * dossier, the batch's tables and the hash of a pack; without a hash the version in force counts.
 */
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "policy/check/check.h"

static Err find_pack(Cx *cx, const Pack **out, const char *hash)
{
    if (!hash && store_text(cx, &hash,
                            "SELECT hash FROM pack_version WHERE COALESCE(valid_from, 0) <= $1 "
                            "ORDER BY COALESCE(valid_from, 0) DESC, added_at DESC, hash LIMIT 1",
                            ARGS(I(day_of_instant(cx_now(cx))))) != OK)
        return fail(cx, NOT_FOUND, "pack", "还没有政策包", "there is no pack yet");
    return pack_store_get(cx, out, hash);
}

static Err read_tables(Cx *cx, Tables *out, const Pack *pack, const Json *tables)
{
    *out = check_no_batch(cx, pack);
    if (json_missing(tables))
        return OK;
    Err e = field_check(cx, pack->batch.fields, tables);
    if (e != OK)
        cx->failure.field = arena_format(cx->arena, "batch:%s", text_or(cx->failure.field, ""));
    else
        *out = check_batch(cx, pack, tables);
    return e;
}

static const Field BODY[] = {
    { "dossier", FIELD_OBJECT, NO_OFFSET, "申报材料", "Dossier", .help_zh = "或整个正文就是它",
      .help_en = "or the whole body is one" },
    { "batch", FIELD_OBJECT, NO_OFFSET, "批次基础表", "Tables of the batch" },
    { "pack", FIELD_TEXT, NO_OFFSET, "政策包", "Pack", .max = 64 },
    FIELDS_END,
};

static Err answer(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    const Pack *pack;
    Tables tables;
    Check check;
    TRY(request_json(cx, &body, rq));
    const Json *dossier = json_get(body, "dossier");
    TRY(find_pack(cx, &pack, dossier ? json_text(body, "pack", NULL) : NULL));
    TRY(field_check(cx, pack->dossier.fields, dossier ? dossier : body));
    TRY(read_tables(cx, &tables, pack, dossier ? json_get(body, "batch") : NULL));
    TRY(check_dossier(cx, &check, pack, dossier ? dossier : body, &tables));
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    check_write(cx, &o, NULL, &check);
    return reply_json(cx, rp, buf_text(&b));
}

static const Route ROUTES[] = { { POST, "/api/check", "session", answer, "对照检查",
                                  "Check a dossier against a pack", BODY, NULL, ROUTE_READ },
                                ROUTES_END };

static const Right RIGHTS[] = {
    { "check.run", "对照检查", "Check against the policy", OFFICES, ANY_KIND, DESKS },
    { .right = NULL },
};

const Module check_module = { .noun = "check", .routes = ROUTES, .rights = RIGHTS };
