/* The printed declaration: the county's report to the city in the layout of GB/T 9704, and all
 * tables of the dossier behind it. It is set outside any transaction, and each print is on record.
 */
#include "modules/zone/zone_paper.h"

#include "core/request/core.h"
#include "core/request/export.h"
#include "modules/batch/batch.h"
#include "modules/zone/zone_routes.h"
#include "policy/pack/dossier.h"

#include <string.h>

static Err read_print(Cx *cx, Print *p, ZoneView *v, int64_t id)
{
    Batch batch;
    Dossier d;
    List evidence;
    TRY(zone_view(cx, v, id));
    TRY(batch_get(cx, &batch, v->zone.batch_id));
    TRY(zone_dossier(cx, &d, id));
    TRY(json_parse(cx, &p->dossier, d.dossier, strlen(d.dossier), &JSON_LIMITS));
    TRY(zone_check(cx, &p->check, v));
    TRY(zone_evidence(cx, &evidence, v));
    zone_count(&v->zone, &p->check); /* as of today, like the table behind */
    p->view = v;
    p->fields = v->pack->dossier.fields;
    TRY(dossier_paper(cx, &p->how, &v->pack->dossier));
    p->sample = batch.sample != 0;
    p->city = text_or(v->zone.city_name, "");
    p->county = text_or(v->zone.county_name, v->zone.county);
    p->evidence = evidence.rows;
    p->evidence_count = evidence.count;
    annexes_find(cx, p);
    return OK;
}

Err zone_declaration(Cx *cx, Request *rq, Reply *rp)
{
    Print p;
    ZoneView v;
    Paper paper;
    const char *pdf;
    size_t length;
    TRY(store_begin(cx, false));
    TRY(read_print(cx, &p, &v, request_id(rq, "id")));
    const char *name = arena_format(cx->arena, "%s-申报材料.pdf", v.zone.name);
    const char *mark = p.sample ? "　样例" : "";
    mark = arena_format(cx->arena, "%s%s", export_mark(cx, ZH), mark);
    paper_begin(cx, &paper, name, mark);
    p.paper = &paper;
    print_report(cx, &p);
    TRY(print_tables(cx, &p));
    TRY(store_commit(cx));
    TRY(paper_end(&paper, &pdf, &length, cx->core->config.setter));
    const Export print = {
        .noun = "zone", .id = v.zone.id, .type = TYPE_PDF, .name = name, .rows = UNSET
    };
    export_bytes(cx, rp, &print, pdf, length);
    return OK;
}
