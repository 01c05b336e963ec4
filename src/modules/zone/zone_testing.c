#include "modules/zone/zone_testing.h"

#include "base/file.h"
#include "modules/batch/batch.h"
#include "modules/region/region.h"
#include "modules/renamed_testing.h"
#include "modules/server_testing.h"

#include <stdio.h>
#include <string.h>

static void given_region(Cx *cx, const char *code, const char *name)
{
    int64_t id;
    Region r = { .code = code, .name = name, .valid_from = UNSET, .source = "样例" };
    EXPECT_OK(region_add(cx, &id, &r));
}

/* Two townships that each have a 东街村, as townships have, and the one of the sample dossier. */
static void given_divisions(Cx *cx)
{
    static const char *const VILLAGES[] = { "甲", "乙", "丙", "丁", "戊",
                                            "己", "庚", "辛", "壬", "癸" };
    EXPECT_OK(store_run(cx,
                        "INSERT INTO region(code, name, short, level, parent, functional, source, "
                        "version) VALUES('37', '山东省', '山东', 'province', '', 0, '样例', 1)",
                        NO_ARGS));
    given_region(cx, "3706", "烟台市");
    given_region(cx, "370682", "莱阳市");
    given_region(cx, "370683", "莱州市");
    given_region(cx, "370683101", "沙河镇");
    given_region(cx, "370683102", "朱桥镇");
    given_region(cx, "370683103", "样例镇");
    given_region(cx, "370683101201", "东街村委会");
    given_region(cx, "370683102201", "东街村民委员会");
    given_region(cx, "370683102202", "交通村委会");
    for (size_t i = 0; i < COUNT(VILLAGES); i++)
        given_region(cx, arena_format(cx->arena, "370683103%zu", 201 + i),
                     arena_format(cx->arena, "样例%s村", VILLAGES[i]));
}

void testing_zone(Cx *cx)
{
    Batch b;
    int64_t id;
    const char *hash;
    server_as(cx, "province");
    EXPECT_OK(store_begin(cx, true));
    given_divisions(cx);
    EXPECT_OK(testing_pack_add(cx, &hash));
    field_clear(&b, batch_fields);
    b.name = "样例批次";
    b.year = 2022;
    b.pack = hash;
    b.state = "open";
    b.deadline = TEST_NOW + DAY_MS;
    b.sample = 1;
    EXPECT_OK(batch_add(cx, &id, &b));
    EXPECT_OK(store_commit(cx));
    const char *body = arena_format(
        cx->arena, "{\"name\":\"样例区\",\"county\":\"370683\",\"batch_id\":%lld}", (long long)id);
    Answer a = server_ask(cx, "county", "POST", "/api/zones", body);
    EXPECT_INT(a.status, 200);
    EXPECT_INT(json_int(a.json, "id", 0), 1);
}

void testing_dossier(Cx *cx, int version)
{
    testing_dossier_without(cx, version, NULL);
}

/* The document without one of its members. */
static const char *document_without(Cx *cx, const char *text, const char *part)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Json *j;
    EXPECT_OK(json_parse(cx, &j, text, strlen(text), &JSON_LIMITS));
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < j->count; i++)
        if (!part || strcmp(j->items[i]->key, part) != 0)
            json_put(&o, j->items[i]->key, j->items[i]);
    json_close(&o, '}');
    return buf_text(&b);
}

void testing_dossier_without(Cx *cx, int version, const char *part)
{
    char *text;
    const char *file;
    size_t length;
    EXPECT_OK(file_read(cx, &file, &length, "packs/lu-2022-26/tests/base.json", 1 << 20));
    text = arena_text(cx->arena, file);
    for (char *at = text; (at = strstr(at, "370124")) != NULL; at += 6)
        memcpy(at, "370683", 6);
    const char *body = arena_format(cx->arena, "{\"version\":%d,\"dossier\":%s}", version,
                                    document_without(cx, text, part));
    Answer a = server_ask(cx, "county", "PUT", "/api/zones/1/dossier", body);
    if (a.status != 200)
        print_error("%s\n", a.body);
    EXPECT_INT(a.status, 200);
}

const char *testing_poppler(Cx *cx, const Answer *pdf, const char *command)
{
    const char *path = arena_format(cx->arena, "%s/declaration.pdf", test_dir(cx));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(pdf->body, 1, pdf->length, f), pdf->length);
    fclose(f);
    Buf line = BUF(cx);
    for (const char *p = command; *p; p++)
        *p == '@' ? buf_add(&line, path) : buf_char(&line, *p);
    FILE *pipe = popen(buf_text(&line), "r");
    assert_non_null(pipe);
    char *text = arena_alloc(cx->arena, 1 << 20);
    size_t n = fread(text, 1, (1 << 20) - 1, pipe);
    text[n] = '\0';
    EXPECT_INT(pclose(pipe), 0);
    return text;
}

const char *testing_pdf_text(Cx *cx, const Answer *pdf)
{
    return testing_poppler(cx, pdf, "pdftotext -layout @ -");
}
