/* usage: build/bench/selection [keep]   (keep: leaves the data and prints its folder)
 *
 * A whole selection of 200 zones, 30 experts and 3,000 sheets: what its lists cost, what replaying
 * it costs, and how many times the board that is.
 */
#include "bench/bench.h"

#include "base/digest.h"
#include "base/log.h"
#include "core/access/right.h"
#include "core/process/pack_store.h"
#include "core/request/core.h"
#include "modules/expert/draw.h"
#include "modules/expert/expert.h"
#include "modules/modules.h"
#include "modules/selection/publication.h"
#include "modules/selection/ranking.h"
#include "modules/selection/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES = 200, EXPERTS_ALL = 30, SHEETS = 15 };

static const User RURAL_SIGNER = { .id = 1,
                                   .account = "a",
                                   .name = "样例",
                                   .organ_id = 1,
                                   .organ_name = "样例",
                                   .level = "province",
                                   .organ_kind = "rural",
                                   .seat = "signer",
                                   .territory = "37" };
static User finance_signer;

static void run(Cx *cx, const char *what, Err e)
{
    must(cx, e, what);
}

#define SQL(text) run(cx, text, store_run(cx, text, NO_ARGS))

/* --- the record --- */

static void given_zones(Cx *cx, const char *pack)
{
    must(cx,
         store_run(cx,
                   "INSERT INTO batch(name, year, pack, state, deadline, sample, version) "
                   "VALUES('样例', 2022, $1, 'open', 1, 1, 1)",
                   ARGS(T(pack))),
         "batch");
    SQL("INSERT INTO zone(name, county, batch_id, pack, villages, transitional, not_met, "
        "undetermined, exceptions, hints, met, blocking, created_at, created_by, version) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "SELECT '样例' || i, cast(370100 + i AS TEXT), 1, (SELECT pack FROM batch), 12, "
        "5000000000, 0, 0, 0, 0, 38, 0, 1, 1, 1 FROM n");
    SQL("INSERT INTO zone_dossier(zone_id, version, dossier, saved_at, saved_by, saved_name) "
        "SELECT id, 1, '{}', 1, 1, '样例' FROM zone");
    SQL("INSERT INTO process_run(noun, noun_id, territory, step, round, since, started_by) "
        "SELECT 'zone', id, county, 'review', 1, 1, 1 FROM zone");
    SQL("INSERT INTO batch_entry(batch_id, kind, code, value, document, version) "
        "SELECT 1, 'key_county', county, '', '样例', 1 FROM zone");
}

static void given_experts(Cx *cx)
{
    SQL("INSERT INTO organ(name, level, kind, territory, version) "
        "VALUES('样例专家组', 'expert', 'experts', '37', 1)");
    for (int i = 1; i <= EXPERTS_ALL; i++) {
        Expert e;
        int64_t id;
        field_clear(&e, expert_fields);
        e.number = arena_format(cx->arena, "E%02d", i);
        e.name = e.organ = e.number;
        e.field = "产业";
        e.region = "360102";
        e.account = arena_format(cx->arena, "e%02d", i);
        must(cx,
             store_run(
                 cx,
                 "INSERT INTO \"user\"(account, name, organ_id, seat, state, must_change, "
                 "seen_at, made_at, version) VALUES($1, $1, 1, 'handler', 'active', 0, 1, 1, 1)",
                 ARGS(T(e.account))),
             "user");
        must(cx, expert_add(cx, &id, &e), "expert");
    }
}

static void draw(Cx *cx)
{
    int64_t id;
    const char *values[] = { random_hex(cx, 32), random_hex(cx, 32) };
    const User *signers[] = { &RURAL_SIGNER, &finance_signer };
    must(cx, draw_freeze(cx, &id, 1), "freeze");
    for (int i = 0; i < 2; i++) {
        cx->user = signers[i];
        must(cx, draw_commit(cx, id, digest(cx, SHA256, values[i], strlen(values[i]))), "commit");
    }
    for (int i = 0; i < 2; i++) {
        cx->user = signers[i];
        must(cx, draw_reveal(cx, id, values[i]), "reveal");
    }
    cx->user = &RURAL_SIGNER;
}

static void given_scores(Cx *cx)
{
    SQL("INSERT INTO review_round(batch_id, part, opens_at, deadline, sealed_at) "
        "VALUES(1, 'paper', 1, 2, 3), (1, 'defence', 1, 2, 3)");
    SQL("INSERT INTO review_alias(zone_id, batch_id, alias) SELECT id, 1, 'B-' || id FROM zone");
    for (int k = 0; k < SHEETS; k++)
        must(cx,
             store_run(cx,
                       "INSERT INTO review_sheet(batch_id, zone_id, expert_id, part, state, "
                       "submitted_at, version) SELECT 1, id, (id * 7 + $1) % 30 + 1, $2, "
                       "'submitted', 1, 2 FROM zone",
                       ARGS(I(k), T(k < 8 ? "paper" : "defence"))),
             "sheets");
    SQL("INSERT INTO review_score(sheet_id, item, points) "
        "WITH item(part, key, base) AS (VALUES('paper', 'industry', 1500), "
        "('paper', 'layout', 1200), ('paper', 'will', 900), ('paper', 'guarantee', 1200), "
        "('paper', 'content', 1200), ('defence', 'clarity', 3000), ('defence', 'answers', 2000)) "
        "SELECT s.id, item.key, item.base + s.id * 37 % 400 FROM review_sheet s "
        "JOIN item ON item.part = s.part");
    SQL("INSERT INTO site_visit(zone_id, day, team, state, version) "
        "SELECT id, 1, '样例', 'done', 1 FROM zone");
    SQL("INSERT INTO site_finding(visit_id, item, points, note) "
        "SELECT id, 'true', 4000 + id * 13 % 2000, '样例' FROM site_visit UNION ALL "
        "SELECT id, 'image', 3000 + id * 7 % 1000, '样例' FROM site_visit");
}

static void step_to(Cx *cx, SelectionView *v, const char *step)
{
    must(cx,
         store_run(cx, "UPDATE process_run SET step = $1 WHERE noun = 'selection'", ARGS(T(step))),
         "step");
    must(cx, selection_view(cx, v, 1), "view");
}

static void determine(Cx *cx, SelectionView *v)
{
    Rows rows;
    Buf b = BUF(cx);
    const Json *body;
    Determination d;
    Publication p;
    Day today = day_of_instant(cx_now(cx));
    step_to(cx, v, "rank");
    must(cx, ranking_make(cx, v, v->row.version), "rank");
    step_to(cx, v, "determine");
    buf_format(&b, "{\"version\":%lld,\"zones\":[", (long long)v->row.version);
    must(cx, rows_open(cx, &rows, "SELECT zone_id, place FROM ranking ORDER BY place", NO_ARGS),
         "places");
    while (rows.more) {
        buf_format(&b, "%s{\"zone_id\":%lld,\"outcome\":\"%s\"}", rows_int(&rows, 1) > 1 ? "," : "",
                   (long long)rows_int(&rows, 0),
                   rows_int(&rows, 1) <= v->row.places && rows_int(&rows, 1) <= 27
                       ? "selected"
                       : "not_selected");
        must(cx, rows_next(cx, &rows), "places");
    }
    buf_add(&b, "]}");
    must(cx, json_parse(cx, &body, b.at, b.length, &JSON_LIMITS), "proposal");
    must(cx, determination_propose(cx, v, body), "propose");
    must(cx, determination_current(cx, &d, 1), "proposal");
    must(cx, determination_hold(cx, &d), "hold");
    step_to(cx, v, "publish");
    must(cx, publication_make(cx, &p, v, "list", today, today + 6), "publish");
}

static void given_record(Cx *cx)
{
    const char *hash;
    SelectionView v;
    must(cx, store_begin(cx, true), "begin");
    must(cx, pack_store_add(cx, &hash, "packs/lu-2022-26"), "pack");
    given_zones(cx, hash);
    given_experts(cx);
    draw(cx);
    given_scores(cx);
    SQL("UPDATE process_run SET step = 'province', role = 'zone.province'");
    must(cx, selection_view(cx, &v, 1), "view");
    must(cx, selection_open(cx, &v), "open");
    SQL("UPDATE process_run SET step = 'determine', role = 'zone.determine' WHERE noun = 'zone'");
    determine(cx, &v);
    must(cx, store_commit(cx), "commit");
}

/* --- what is measured --- */

typedef struct Bench {
    Cx *cx;
    Arena *arena;
} Bench;

static Cx fresh(Bench *b)
{
    Cx cx = *b->cx;
    arena_reset(b->arena);
    cx.arena = b->arena;
    return cx;
}

static void replay(void *data)
{
    Cx cx = fresh(data);
    Replay r;
    must(&cx, selection_replay(&cx, &r, 1), "replay");
    if (r.zh != NULL) {
        fprintf(stderr, "replay differs: %s\n", r.en);
        exit(1);
    }
}

static void put(Bench *b, Err (*write)(Cx *, JsonOut *, const SelectionView *))
{
    Cx cx = fresh(b);
    SelectionView v;
    Buf out = BUF(&cx);
    JsonOut o = json_out(&out);
    must(&cx, selection_view(&cx, &v, 1), "view");
    must(&cx, write(&cx, &o, &v), "list");
}

static void board(void *data)
{
    put(data, selection_put);
}

static void form(void *data)
{
    put(data, form_put);
}

static void ranking(void *data)
{
    put(data, ranking_put);
}

static void determinations(void *data)
{
    put(data, determination_put);
}

int main(int argc, char **argv)
{
    char folder[] = "build/bench/selection-XXXXXX";
    (void)argv;
    Core *core;
    Cx cx, own = cx_make(arena_new(0));
    if (mkdtemp(folder) == NULL)
        return 1;
    finance_signer = RURAL_SIGNER;
    finance_signer.id = 2;
    finance_signer.organ_kind = "finance";
    log_set_level(LOG_WARN_);
    must(&own, core_open(&own, &core, &(CoreConfig){ .data = folder, .modules = MODULES }), "open");
    must(&own, core_enter(&cx, arena_new(0), core), "enter");
    cx.user = &RURAL_SIGNER;
    given_record(&cx);
    Bench b = { &cx, arena_new(0) };
    const double all = cost(replay, &b), list = cost(board, &b);
    figure("selection.replay", all);
    figure("selection.board", list);
    figure("selection.form", cost(form, &b));
    figure("selection.ranking", cost(ranking, &b));
    figure("selection.determinations", cost(determinations, &b));
    figure("selection.replay.boards", all / list);
    core_leave(&cx);
    core_close(core);
    if (argc > 1) {
        printf("%s\n", folder);
        return 0;
    }
    return system(arena_format(own.arena, "rm -rf '%s'", folder));
}
