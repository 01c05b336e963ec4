#include "modules/zone/zone_lack.h"

#include "modules/batch/batch.h"

#include <string.h>

const Field lack_fields[] = {
    { "kind", FIELD_TEXT, offsetof(Lack, kind), "类别", "Kind" },
    { "key", FIELD_TEXT, offsetof(Lack, key), "编号", "Key" },
    { "pointer", FIELD_TEXT, offsetof(Lack, pointer), "位置", "Place" },
    { "zh", FIELD_TEXT, offsetof(Lack, zh), "内容", "Chinese" },
    { "en", FIELD_TEXT, offsetof(Lack, en), "英文内容", "English" },
    { "blocks", FIELD_BOOL, offsetof(Lack, blocks), "不能送出", "Blocks" },
    FIELDS_END,
};

static const Step *step_of(const ZoneView *v)
{
    return process_step(v->process, v->run.step);
}

bool zone_must_prove(const ZoneView *v)
{
    const Step *s = step_of(v);
    return s && (s->needs_rules || s->needs_attachments[0] || s->needs_minutes[0]);
}

static void add(List *out, Lack lack)
{
    ((Lack *)out->rows)[out->count++] = lack;
    out->total++;
}

static void add_rules(List *out, const Check *check)
{
    for (size_t i = 0; i < check->count; i++) {
        const CheckResult *r = &check->results[i];
        if (r->blocks)
            add(out, (Lack){ "rule", r->rule->id, NULL, r->zh, r->en, true });
    }
}

/* An item must be complete where the dossier claims what it proves ("all"), or outright. */
static bool needs(const Step *s, const Evidence *e)
{
    return (e->needed && word_in(s->needs_attachments, "all")) ||
           word_in(s->needs_attachments, e->item) || word_in(s->needs_minutes, e->item);
}

static void add_papers(Cx *cx, List *out, const Step *s, const List *papers)
{
    const Evidence *e = papers->rows;
    for (size_t i = 0; i < papers->count; i++) {
        if (!needs(s, &e[i]) || e[i].complete)
            continue;
        add(out, (Lack){ "evidence", e[i].item, json_pointer(cx, "/evidence", e[i].item),
                         arena_format(cx->arena, "%s：缺%s", e[i].zh, e[i].lack_zh),
                         arena_format(cx->arena, "%s: lacks %s", e[i].en, e[i].lack_en), true });
    }
}

/* Experts see of a paper its blind copy alone. The copies are kept by review, which stands above
 * this module: their table is asked, not their code. */
static Err add_copies(Cx *cx, List *out, const ZoneView *v, const List *papers)
{
    const Evidence *e = papers->rows;
    for (size_t i = 0; i < papers->count; i++) {
        bool there;
        if (!e[i].needed || e[i].attachment_id == UNSET)
            continue;
        TRY(store_exists(cx, &there, "SELECT 1 FROM review_copy WHERE zone_id = $1 AND item = $2",
                         ARGS(I(v->zone.id), T(e[i].item))));
        if (there)
            continue;
        add(out,
            (Lack){ "copy", e[i].item, json_pointer(cx, "/copies", e[i].item),
                    arena_format(cx->arena, "%s：没有隐名副本，专家看不到", e[i].zh),
                    arena_format(cx->arena, "%s: no blind copy, experts will not see it", e[i].en),
                    false });
    }
    return OK;
}

static void add_unanswered(List *out, const List *remarks)
{
    const Remark *rows = remarks->rows;
    for (size_t i = 0; i < remarks->count; i++) {
        const Remark *r = &rows[i];
        if (!r->answered)
            add(out, (Lack){ "remark", r->pointer, r->pointer, r->remark, r->remark, false });
    }
}

Err zone_lacks(Cx *cx, List *out, const ZoneView *v, const Check *check)
{
    List papers, remarks = { 0 };
    Return back;
    const Step *s = step_of(v);
    *out = (List){ 0 };
    if (!zone_must_prove(v))
        return OK;
    TRY(zone_evidence(cx, &papers, v));
    TRY(process_returned(cx, &back, &v->run));
    if (s->edits && back.standing)
        TRY(zone_remarks(cx, &remarks, v, &back));
    out->rows = NEW_N(cx, Lack, check->count + 2 * papers.count + remarks.count);
    if (s->needs_rules)
        add_rules(out, check);
    add_papers(cx, out, s, &papers);
    add_unanswered(out, &remarks);
    return s->edits ? add_copies(cx, out, v, &papers) : OK;
}

int64_t lacks_blocking(const List *lacks)
{
    int64_t n = 0;
    const Lack *rows = lacks->rows;
    for (size_t i = 0; i < lacks->count; i++)
        n += rows[i].blocks;
    return n;
}

/* The keys or texts of one kind, one behind the other; the count of them. */
static int named(Cx *cx, const List *lacks, const char *kind, const char **zh, const char **en)
{
    int count = 0;
    Buf a = BUF(cx), b = BUF(cx);
    const Lack *rows = lacks->rows;
    bool rule = strcmp(kind, "rule") == 0;
    for (size_t i = 0; i < lacks->count; i++) {
        if (strcmp(rows[i].kind, kind) != 0)
            continue;
        buf_format(&a, "%s%s", !count ? "" : rule ? "、" : "；", rule ? rows[i].key : rows[i].zh);
        buf_format(&b, "%s%s", !count ? "" : rule ? ", " : "; ", rule ? rows[i].key : rows[i].en);
        count++;
    }
    *zh = buf_text(&a);
    *en = buf_text(&b);
    return count;
}

Err lacks_refuse(Cx *cx, const List *lacks)
{
    const char *zh, *en;
    int count = named(cx, lacks, "rule", &zh, &en);
    if (count)
        return fail(cx, CONFLICT, "rules", "还有 %d 项规则不符合，不能送出：%s",
                    "%d rules still block it: %s", count, zh);
    count = named(cx, lacks, "evidence", &zh, &en);
    if (count)
        return fail(cx, CONFLICT, "evidence", "还有 %d 份材料不全：%s%.0s",
                    "%d papers are not complete: %.0s%s", count, zh, en);
    return OK;
}
