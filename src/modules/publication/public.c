#include "modules/publication/public.h"

#include "base/embed.h"

#include <string.h>

EMBED(public_css, "src/modules/publication/public.css");

Err public_style(Cx *cx, Request *rq, Reply *rp)
{
    (void)cx, (void)rq;
    reply_header(rp, "Cache-Control", "max-age=3600");
    reply_bytes(rp, "text/css; charset=utf-8", public_css, EMBED_LENGTH(public_css));
    return OK;
}

const char *public_long_title(Cx *cx, const Request *rq, const Publication *p, const char *batch)
{
    bool list = strcmp(p->kind, "list") == 0, final = strcmp(p->kind, "final") == 0;
    const char *zh = list    ? "关于%s拟确定名单的公示"
                     : final ? "关于%s入选名单的公告"
                             : "关于%s拟确定名单的更正公告";
    const char *en = list    ? "%s: publication of the proposed list"
                     : final ? "%s: the zones selected"
                             : "%s: correction of the proposed list";
    return arena_format(cx->arena, rq ? request_word(cx, rq, zh, en) : zh, batch);
}

const char *public_title(const Cx *cx, const Request *rq, const Publication *p)
{
    const Option *kind = option_find(PUBLICATION_KINDS, p->kind);
    return request_word(cx, rq, kind->zh, kind->en);
}

/* Guests see what has begun. */
Err public_publication(Cx *cx, Publication *out, const Json **content, int64_t id)
{
    TRY(publication_get(cx, out, id));
    if (out->starts_on > day_of_instant(cx_now(cx)))
        return fail(cx, NOT_FOUND, "id", "没有编号为 %lld 的公示", "there is no publication %lld",
                    (long long)id);
    return json_parse(cx, content, out->content, strlen(out->content), &JSON_LIMITS);
}
