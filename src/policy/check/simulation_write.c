#include "policy/check/simulation.h"

static const char *const SIDE_KEYS[] = { "before", "after" };

static void write_sums(JsonOut *o, const char *const *sums, size_t count)
{
    json_open(o, "amounts", '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(o, NULL, sums[i]);
    json_close(o, ']');
}

static const char *sum_of(Cx *cx, const SimulationGroup *g, int side, size_t i)
{
    return g->open[side][i] ? NULL : decimal_text(cx, g->sums[side][i]);
}

static void write_group(Cx *cx, JsonOut *o, const char *key, const Simulation *s,
                        const SimulationGroup *g)
{
    const char **sums = NEW_N(cx, const char *, s->amount_count + 1);
    json_open(o, key, '{');
    json_put_text(o, "key", g->key);
    json_put_text(o, "zh", g->zh);
    json_put_text(o, "en", g->en);
    json_put_int(o, "zones", g->zones);
    json_put_int(o, "changed", g->changed);
    for (int side = 0; side < SIDES; side++) {
        json_open(o, SIDE_KEYS[side], '{');
        json_put_int(o, "passing", g->passing[side]);
        for (size_t i = 0; i < s->amount_count; i++)
            sums[i] = sum_of(cx, g, side, i);
        write_sums(o, sums, s->amount_count);
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void write_groups(Cx *cx, JsonOut *o, const char *key, const Simulation *s,
                         const Groups *groups)
{
    json_open(o, key, '[');
    for (size_t i = 0; i < groups->count; i++)
        write_group(cx, o, NULL, s, &groups->at[i]);
    json_close(o, ']');
}

static void write_shift(JsonOut *o, const Shift *f)
{
    const PackRule *rule = f->rules[f->rules[AFTER] ? AFTER : BEFORE];
    json_open(o, NULL, '{');
    json_put_text(o, "rule", rule->id);
    json_put_text(o, "clause", rule->clauses[0]);
    json_put_text(o, "modality", modality_key(rule->modality));
    json_put_text(o, "zh", rule->zh);
    json_put_text(o, "en", rule->en);
    for (int side = 0; side < SIDES; side++) {
        json_open(o, SIDE_KEYS[side], '{');
        json_put_text(o, "status", f->rules[side] ? status_key(f->states[side]) : NULL);
        json_put_bool(o, "blocks", f->blocks[side]);
        json_close(o, '}');
    }
    json_open(o, "message", '{');
    json_put_text(o, "zh", f->zh);
    json_put_text(o, "en", f->en);
    json_close(o, '}');
    json_put_text(o, "reasons_of", SIDE_KEYS[f->from_before ? BEFORE : AFTER]);
    json_open(o, "reasons", '[');
    for (size_t i = 0; i < f->reasons.count; i++)
        reason_write(o, &f->reasons.at[i]);
    json_close(o, ']');
    json_open(o, "missing", '[');
    for (const char *const *p = f->missing; *p; p++)
        json_put_text(o, NULL, *p);
    json_close(o, ']');
    json_close(o, '}');
}

static void write_outcome(JsonOut *o, const Simulation *s, const Outcome *z)
{
    json_open(o, NULL, '{');
    if (z->id)
        json_put_int(o, "id", z->id);
    json_put_text(o, "zone", z->zone);
    json_put_text(o, "county", z->county);
    json_put_text(o, "county_name", z->county_name);
    json_put_text(o, "tier", z->tier);
    for (int side = 0; side < SIDES; side++) {
        json_open(o, SIDE_KEYS[side], '{');
        json_put_bool(o, "submittable", z->submittable[side]);
        json_put_int(o, "blocking", (int64_t)z->blocking[side]);
        write_sums(o, z->sums[side], s->amount_count);
        json_close(o, '}');
    }
    json_open(o, "changes", '[');
    for (size_t i = 0; i < z->shift_count; i++)
        write_shift(o, &z->shifts[i]);
    json_close(o, ']');
    json_close(o, '}');
}

void simulation_write(Cx *cx, JsonOut *o, const char *key, const Simulation *s)
{
    json_open(o, key, '{');
    for (int side = 0; side < SIDES; side++) {
        json_open(o, side == BEFORE ? "pack_before" : "pack_after", '{');
        json_put_text(o, "id", s->packs[side]->id);
        json_put_text(o, "hash", s->packs[side]->hash);
        json_close(o, '}');
    }
    json_open(o, "amounts", '[');
    for (size_t i = 0; i < s->amount_count; i++) {
        json_open(o, NULL, '{');
        json_put_text(o, "key", s->amounts[i].id);
        json_put_text(o, "zh", s->amounts[i].zh);
        json_put_text(o, "en", s->amounts[i].en);
        json_put_text(o, "unit", s->amounts[i].unit);
        json_close(o, '}');
    }
    json_close(o, ']');
    write_group(cx, o, "total", s, &s->whole);
    write_groups(cx, o, "tiers", s, &s->tiers);
    write_groups(cx, o, "cities", s, &s->cities);
    json_open(o, "zones", '[');
    for (size_t i = 0; i < s->count; i++)
        write_outcome(o, s, &s->outcomes[i]);
    json_close(o, ']');
    json_close(o, '}');
}

/* --- for people --- */

static const char *verdict(const Outcome *z, int side, bool zh)
{
    if (z->submittable[side])
        return zh ? "可以报送" : "may go up";
    return zh ? "不能报送" : "may not go up";
}

static const char *state(const Shift *f, int side, bool zh)
{
    static const char *const ZH_STATES[] = { "符合", "不符合", "待补", "不适用" };
    if (!f->rules[side])
        return zh ? "没有这条规则" : "no such rule";
    return zh ? ZH_STATES[f->states[side]] : status_key(f->states[side]);
}

static void print_outcome(Cx *cx, Buf *b, const Outcome *z, Lang lang)
{
    bool zh = lang == ZH;
    buf_format(b, "\n%s  %s  %s → %s\n", z->zone, text_or(z->county_name, z->county),
               verdict(z, BEFORE, zh), verdict(z, AFTER, zh));
    for (size_t i = 0; i < z->shift_count; i++) {
        const Shift *f = &z->shifts[i];
        const PackRule *rule = f->rules[f->rules[AFTER] ? AFTER : BEFORE];
        buf_format(b, " %s  %s  %s → %s  %s\n", rule->id, clause_cite(cx, rule->clauses[0], lang),
                   state(f, BEFORE, zh), state(f, AFTER, zh), zh ? f->zh : f->en);
        for (size_t k = 0; k < f->reasons.count; k++)
            reason_print(b, &f->reasons.at[k], lang);
    }
}

static void print_group(Cx *cx, Buf *b, const Simulation *s, const SimulationGroup *g)
{
    bool zh = cx->lang == ZH;
    buf_format(b,
               zh ? "%s：%lld 个，%lld 个有变化，可报送 %lld → %lld"
                  : "%s: %lld zones, %lld "
                    "change, may go up %lld → %lld",
               zh ? g->zh : g->en, (long long)g->zones, (long long)g->changed,
               (long long)g->passing[BEFORE], (long long)g->passing[AFTER]);
    for (size_t i = 0; i < s->amount_count; i++)
        buf_format(b, zh ? "；%s %s → %s" : "; %s %s → %s",
                   zh ? s->amounts[i].zh : s->amounts[i].en, text_or(sum_of(cx, g, BEFORE, i), "?"),
                   text_or(sum_of(cx, g, AFTER, i), "?"));
    buf_char(b, '\n');
}

static void print_groups(Cx *cx, Buf *b, const Simulation *s, const Groups *groups,
                         const char *title)
{
    if (groups->count)
        buf_format(b, "\n%s\n", title);
    for (size_t i = 0; i < groups->count; i++)
        if (groups->at[i].zones) {
            buf_add(b, "  ");
            print_group(cx, b, s, &groups->at[i]);
        }
}

void simulation_print(Cx *cx, Buf *b, const Simulation *s)
{
    bool zh = cx->lang == ZH;
    print_group(cx, b, s, &s->whole);
    print_groups(cx, b, s, &s->tiers, zh ? "按档次" : "By tier");
    print_groups(cx, b, s, &s->cities, zh ? "按市" : "By city");
    for (size_t i = 0; i < s->count; i++)
        if (s->outcomes[i].shift_count)
            print_outcome(cx, b, &s->outcomes[i], cx->lang);
}
