#include "core/record/licence.h"

#include <string.h>

const Option LICENCE_PARTS[] = {
    { "pages", "网页所用的软件包", "What the pages are built from" },
    { "linked", "动态链接的库", "Libraries linked at run time" },
    { "held", "编入程序的库", "Libraries inside the program" },
    { "data", "编入程序的数据", "Data inside the program" },
    { "font", "另行安装的字体", "Fonts, installed beside it" },
    { NULL },
};

/* --- to be read --- */

static void put_one(Buf *b, const Licence *l)
{
    buf_format(b, "%s %s\n  %s\n  %s\n", l->name, l->version, l->licence, l->home);
    for (const char *p = l->text; p && *p;) {
        size_t length = strcspn(p, "\n");
        buf_add(b, length > 0 ? "    " : "");
        buf_add_n(b, p, length);
        buf_char(b, '\n');
        p += length + (p[length] == '\n');
    }
}

void licence_notice(Cx *cx, Buf *b)
{
    const char *part = "";
    for (const Licence *l = LICENCES; l->part; l++) {
        if (strcmp(l->part, part) != 0) {
            const Option *o = option_find(LICENCE_PARTS, l->part);
            buf_format(b, "%s== %s ==\n", *part ? "\n" : "", cx->lang == EN ? o->en : o->zh);
        }
        part = l->part;
        buf_char(b, '\n');
        put_one(b, l);
    }
}

/* --- CycloneDX (https://cyclonedx.org/docs/1.6/json) --- */

/* An expression of more than one licence has no place for its text there. */
static void put_licence(JsonOut *o, const Licence *l)
{
    json_open(o, "licenses", '[');
    json_open(o, NULL, '{');
    if (strchr(l->licence, ' ')) {
        json_put_text(o, "expression", l->licence);
    } else {
        json_open(o, "license", '{');
        json_put_text(o, "id", l->licence);
        if (l->text) {
            json_open(o, "text", '{');
            json_put_text(o, "contentType", "text/plain");
            json_put_text(o, "content", l->text);
            json_close(o, '}');
        }
        json_close(o, '}');
    }
    json_close(o, '}');
    json_close(o, ']');
}

/* The package URL of an npm package; its scope's @ is percent-encoded. */
static void put_purl(JsonOut *o, Cx *cx, const Licence *l)
{
    bool scope = l->name[0] == '@';
    json_put_text(o, "purl",
                  arena_format(cx->arena, "pkg:npm/%s%s@%s", scope ? "%40" : "", l->name + scope,
                               l->version));
}

static bool is_thing(const Licence *l)
{
    return strcmp(l->part, "data") == 0 || strcmp(l->part, "font") == 0;
}

static void put_component(JsonOut *o, Cx *cx, const Licence *l)
{
    json_open(o, NULL, '{');
    json_put_text(o, "type", is_thing(l) ? "data" : "library");
    json_put_text(o, "name", l->name);
    if (*l->version)
        json_put_text(o, "version", l->version);
    put_licence(o, l);
    if (strcmp(l->part, "pages") == 0)
        put_purl(o, cx, l);
    json_open(o, "externalReferences", '[');
    json_open(o, NULL, '{');
    json_put_text(o, "type", "website");
    json_put_text(o, "url", l->home);
    json_close(o, '}');
    json_close(o, ']');
    json_close(o, '}');
}

void licence_bill(Cx *cx, Buf *b, const char *version)
{
    JsonOut o = json_out(b);
    o.pretty = true;
    json_open(&o, NULL, '{');
    json_put_text(&o, "bomFormat", "CycloneDX");
    json_put_text(&o, "specVersion", "1.6");
    json_put_int(&o, "version", 1);
    json_open(&o, "metadata", '{');
    json_open(&o, "component", '{');
    json_put_text(&o, "type", "application");
    json_put_text(&o, "name", "tuijin");
    json_put_text(&o, "version", version);
    json_close(&o, '}');
    json_close(&o, '}');
    json_open(&o, "components", '[');
    for (const Licence *l = LICENCES; l->part; l++)
        put_component(&o, cx, l);
    json_close(&o, ']');
    json_close(&o, '}');
}

/* --- routes --- */

static const Field licence_fields[] = {
    { "part", FIELD_ENUM, offsetof(Licence, part), "类别", "Part", FIELD_READONLY,
      .options = LICENCE_PARTS },
    { "name", FIELD_TEXT, offsetof(Licence, name), "名称", "Name", FIELD_READONLY },
    { "version", FIELD_TEXT, offsetof(Licence, version), "版本", "Version", FIELD_READONLY },
    { "licence", FIELD_TEXT, offsetof(Licence, licence), "许可", "Licence", FIELD_READONLY },
    { "home", FIELD_TEXT, offsetof(Licence, home), "主页", "Home", FIELD_READONLY },
    { "text", FIELD_TEXT, offsetof(Licence, text), "许可原文", "Text", FIELD_READONLY },
    FIELDS_END,
};

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List all = { .rows = (void *)(uintptr_t)LICENCES };
    while (LICENCES[all.count].part)
        all.count++;
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, licence_fields, sizeof(Licence), &all);
}

static const Route ROUTES[] = {
    { GET, "/api/licences", "", list, "查看所含软件的许可", "List the licences of what it holds",
      NULL, licence_fields, ROUTE_PAGE },
    ROUTES_END,
};

const Module licence_module = { .noun = "licence", .routes = ROUTES };
