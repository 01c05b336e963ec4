/* The way of a draft: sent, back, published, dropped. */
#include "modules/draft/draft.h"

#include "core/access/right.h"
#include "core/record/message.h"
#include "core/request/act.h"
#include "modules/draft/draft_rules.h"
#include "policy/prove/pack_prove.h"

#include <string.h>

/* Proved without a finding; else INVALID with the first. What the route's prepare has proved is
 * not proved again inside the write. */
static Err prove(Cx *cx, Proof *proof, const PackSource *source)
{
    TRY(pack_load_from(cx, &proof->pack, source));
    if (text_same(cx->act->proved, proof->pack->hash))
        return OK;
    TRY(pack_prove(cx, proof, source));
    const Finding *f = proof->findings.items;
    if (proof->findings.count == 0) {
        cx->act->proved = proof->pack->hash;
        return OK;
    }
    return fail(cx, INVALID, f->file, "还有 %zu 处问题：%s %s%.0s",
                "%zu findings are open: %s %.0s%s", proof->findings.count, f->at, f->zh, f->en);
}

Err draft_prove(Cx *cx, const Draft *draft)
{
    Proof proof;
    PackSource source;
    TRY(draft_source(cx, &source, draft));
    return prove(cx, &proof, &source);
}

static Err check_day(Cx *cx, Day day)
{
    Day today = day_of_instant(cx_now(cx));
    if (day != UNSET && day >= today)
        return OK;
    return fail(cx, INVALID, "valid_from", "生效日期不能早于今天（%s）；已办结的事项仍按原版本",
                "a version is valid from today (%s) or later: what is decided stays as it was",
                day_text(cx, today));
}

typedef struct DraftReader {
    int64_t id;
} DraftReader;

static const Field READER[] = {
    { "id", FIELD_INT, offsetof(DraftReader, id), "用户", "User" },
    FIELDS_END,
};

static Err tell_signers(Cx *cx, const Draft *draft)
{
    List users;
    TRY(store_list(cx, &users, READER, sizeof(DraftReader),
                   "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                   "WHERE u.state = 'active' AND u.seat = 'signer' AND o.level = 'province' "
                   "AND o.kind IN ('rural', 'finance') AND o.territory = $1 AND u.id <> $2",
                   ARGS(T(draft->territory), I(cx->user->id))));
    for (size_t i = 0; i < users.count; i++)
        TRY(message_send(cx, ((const DraftReader *)users.rows)[i].id, "draft", draft->id,
                         arena_format(cx->arena, "政策包草案“%s”待批准", draft->name),
                         arena_format(cx->arena, "Draft %s awaits approval", draft->name)));
    return OK;
}

Err draft_send(Cx *cx, Draft *draft, int64_t version, Day valid_from, const char *reason)
{
    Proof proof;
    PackSource source;
    PackFile file;
    const Pack *pack;
    int64_t versions;
    TRY(check_day(cx, valid_from));
    TRY(draft_source(cx, &source, draft));
    TRY(prove(cx, &proof, &source));
    if (strcmp(proof.pack->hash, draft->base) == 0)
        return fail(cx, INVALID, "draft", "草案与原版本没有差别", "nothing was changed");
    TRY(store_int(cx, &versions, "SELECT COUNT(*) FROM pack_version WHERE pack = $1",
                  ARGS(T(proof.pack->id))));
    TRY(draft_edit_version(cx, &file, proof.pack, day_text(cx, valid_from),
                           arena_format(cx->arena, "%lld", (long long)versions + 1)));
    TRY(draft_keep(cx, &pack, draft, &file));
    draft->hash = pack->hash;
    draft->valid_from = valid_from;
    draft->reason = reason;
    draft->sent_at = cx_now(cx);
    draft->sent_by = cx->user->id;
    draft->sent_name = cx->user->name;
    draft->sent_organ_id = cx->user->organ_id;
    draft->sent_seat = cx->user->seat;
    TRY(draft_move(cx, draft, version, "editing", "sent",
                   &(DraftEdit){ .kind = "sent", .what = reason }));
    return tell_signers(cx, draft);
}

Err draft_back(Cx *cx, Draft *draft, int64_t version, const char *reason)
{
    DraftMay may;
    TRY(draft_may(cx, &may, draft));
    if (strcmp(draft->state, "sent") == 0 && !may.back)
        return fail(cx, FORBIDDEN, NULL, "起草或批准的人才能退回",
                    "only who drafts or approves may give it back");
    int64_t sender = draft->sent_by;
    TRY(draft_move(cx, draft, version, "sent", "editing",
                   &(DraftEdit){ .kind = "back", .what = reason }));
    if (sender == cx->user->id)
        return OK;
    return message_send(cx, sender, "draft", draft->id,
                        arena_format(cx->arena, "政策包草案“%s”被退回：%s", draft->name, reason),
                        arena_format(cx->arena, "Draft %s was returned: %s", draft->name, reason));
}

/* Four eyes: another person than all who edited or sent it, in another organ or seat. */
static Err check_eyes(Cx *cx, const Draft *draft)
{
    bool own;
    TRY(draft_is_editor(cx, &own, draft, cx->user->id));
    bool beside =
        draft->sent_organ_id == cx->user->organ_id && strcmp(draft->sent_seat, cx->user->seat) == 0;
    if (own || beside)
        return fail(cx, FORBIDDEN, NULL, "起草、修改或送批的人不能批准，须由另一机构或岗位的人批准",
                    "who drafted, changed or sent it cannot approve it; another person in another "
                    "organ or seat must");
    return OK;
}

Err draft_approve(Cx *cx, Draft *draft, int64_t version)
{
    Proof proof;
    PackSource source;
    const char *hash;
    if (strcmp(draft->state, "sent") == 0) {
        TRY(check_eyes(cx, draft));
        TRY(check_day(cx, draft->valid_from));
        TRY(draft_source(cx, &source, draft));
        TRY(prove(cx, &proof, &source));
        if (strcmp(proof.pack->hash, draft->hash) != 0)
            return fail(cx, INTERNAL, "hash", "草案与送批时不同", "the draft is not what was sent");
        TRY(pack_store_publish(cx, &hash, &source));
    }
    draft->approved_at = cx_now(cx);
    draft->approved_by = cx->user->id;
    draft->approved_name = cx->user->name;
    int64_t sender = draft->sent_by;
    TRY(draft_move(cx, draft, version, "sent", "published",
                   &(DraftEdit){ .kind = "published", .what = text_or(draft->hash, "") }));
    return message_send(cx, sender, "draft", draft->id,
                        arena_format(cx->arena, "政策包草案“%s”已发布", draft->name),
                        arena_format(cx->arena, "Draft %s is published", draft->name));
}

Err draft_drop(Cx *cx, Draft *draft, int64_t version)
{
    return draft_move(cx, draft, version, "editing", "dropped",
                      &(DraftEdit){ .kind = "dropped", .what = "" });
}
