/* Nothing leaves the server unseen: every route that may answer with a file, and every other. */
#include "core/request/export.h"

#include "base/log.h"
#include "core/access/right.h"
#include "modules/modules.h"
#include "modules/server_testing.h"
#include "modules/zone/zone_testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

typedef struct ExportedFile {
    const char *route;
    const char *path; /* NULL: asked where its world is, in the file named by as */
    const char *as;
    const char *noun;
} ExportedFile;

static const ExportedFile FILES[] = {
    { "/api/zones/:id/villages.xlsx", "/api/zones/1/villages.xlsx", "county", "zone" },
    { "/api/zones/:id/villages.xlsx", "/api/zones/1/villages.xlsx?template=1", "county", "zone" },
    { "/api/zones/:id/projects.xlsx", "/api/zones/1/projects.xlsx?lang=en", "city", "zone" },
    { "/api/zones/:id/funds.xlsx", "/api/zones/1/funds.xlsx", "county", "zone" },
    { "/api/zones/:id/sheets/:part", "/api/zones/1/sheets/industries", "county", "zone" },
    { "/api/zones/:id/:part/check", "/api/zones/1/villages/check?annotated=1", "county", "zone" },
    { "/api/zones/:id/declaration.pdf", "/api/zones/1/declaration.pdf", "county", "zone" },
    { "/api/zones.xlsx", "/api/zones.xlsx", "province", "zone" },
    { "/api/recommendations/:id/letter.pdf", "/api/recommendations/1/letter.pdf", "city",
      "recommendation" },
    { "/api/batches/:id/arranged.xlsx", "/api/batches/1/arranged.xlsx", "province", "batch" },
    { "/api/batches/:id/arranged/check", "/api/batches/1/arranged/check?annotated=1", "province",
      "batch" },
    { "/api/experts.xlsx", "/api/experts.xlsx", "province", "expert" },
    { "/api/experts/check", "/api/experts/check?annotated=1", "province", "expert" },
    { "/api/drafts/:id/file", "/api/drafts/1/file?path=rules/rules.dmn", "province", "draft" },
    { "/api/attachments/:id/content", "/api/attachments/1/content", "county", "attachment" },
    { "/api/registers/:noun/export.xlsx", "/api/registers/loan/export.xlsx", "county", "loan" },
    { "/api/registers/:noun/template.xlsx", "/api/registers/loan/template.xlsx", "county", "loan" },
    { "/api/registers/:noun/check", "/api/registers/loan/check?annotated=1", "county", "loan" },
    { "/api/review/sheets/:id/attachments/:n", NULL, "blind_zone_test.c", "review" },
    { "/api/user-papers", NULL, "user_paper_test.c", "user" },
    /* posted for everybody, so that no mark is on it; the entry is proved there */
    { "/api/publications/:id/paper.pdf", NULL, "notice_test.c", "publication" },
    { "/public/publications/:id/list.xlsx", NULL, "objection_test.c", NULL },
    { "/public/publications/:id/list.pdf", NULL, "objection_test.c", NULL },
};

static void given_attachment(Cx *cx)
{
    static const char PDF[] = "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";
    const char *begin = arena_format(cx->arena,
                                     "{\"name\":\"样例.pdf\",\"size\":%zu,\"noun\":\"zone\","
                                     "\"noun_id\":1}",
                                     strlen(PDF));
    EXPECT_INT(server_ask(cx, "county", "POST", "/api/uploads", begin).status, 200);
    EXPECT_INT(server_ask(cx, "county", "PUT", "/api/uploads/1?offset=0", PDF).status, 200);
    EXPECT_INT(server_ask(cx, "county", "POST", "/api/uploads/1/finish", NULL).status, 200);
}

static void given_world(Cx *cx)
{
    testing_zone(cx);
    testing_dossier(cx, 1);
    given_attachment(cx);
    Answer batch = server_ask(cx, "province", "GET", "/api/batches/1", NULL);
    const char *draft = arena_format(cx->arena, "{\"name\":\"样例草案\",\"pack\":\"%s\"}",
                                     json_text(batch.json, "pack", ""));
    EXPECT_INT(server_ask(cx, "province", "POST", "/api/drafts", draft).status, 200);
    EXPECT_INT(
        server_ask(cx, "city", "POST", "/api/batches/1/recommendations", "{\"city\":\"3706\"}")
            .status,
        200);
}

static int64_t entries(Cx *cx)
{
    int64_t count;
    EXPECT_OK(store_int(cx, &count, "SELECT count(*) FROM audit", NO_ARGS));
    return count;
}

static bool is_file(const Answer *a)
{
    return a->status == 200 && strstr(a->head, "Content-Disposition:") != NULL;
}

/* --- the mark --- */

static const char *part(Cx *cx, const Answer *a, const char *name)
{
    zip_source_t *source = zip_source_buffer_create(a->body, a->length, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
    zip_stat_t s;
    EXPECT(zip && zip_stat(zip, name, 0, &s) == 0);
    char *text = arena_alloc(cx->arena, s.size + 1);
    zip_file_t *f = zip_fopen(zip, name, 0);
    EXPECT_INT(zip_fread(f, text, s.size), s.size);
    zip_fclose(f);
    zip_discard(zip);
    return text;
}

static const char *pdf_text(Cx *cx, const Answer *a)
{
    const char *path = arena_format(cx->arena, "%s/file.pdf", test_dir(cx));
    FILE *f = fopen(path, "wb");
    EXPECT(f && fwrite(a->body, 1, a->length, f) == a->length && fclose(f) == 0);
    FILE *p = popen(arena_format(cx->arena, "pdftotext -l 1 %s -", path), "r");
    char *text = arena_alloc(cx->arena, 1 << 20);
    EXPECT(p && fread(text, 1, (1 << 20) - 1, p) > 0);
    EXPECT_INT(pclose(p), 0);
    return text;
}

/* What the program made says who took it out: on paper, in the properties, on the page's foot. */
static void expect_mark(Cx *cx, const Answer *a, const char *account)
{
    if (strstr(a->head, "spreadsheetml")) {
        EXPECT(strstr(part(cx, a, "docProps/core.xml"), account));
        const char *foot = strstr(part(cx, a, "xl/worksheets/sheet1.xml"), "<oddFooter>");
        EXPECT(foot && strstr(foot, account));
    }
    if (strstr(a->head, "application/pdf") && !strstr(a->head, "ETag"))
        EXPECT(strstr(pdf_text(cx, a), account));
}

/* --- the sweep --- */

/* An answer with marks is asked for with the list's own form. */
static Answer fetch(Cx *cx, const ExportedFile *f, int64_t *before)
{
    const char *check = strstr(f->path, "/check?");
    Answer form = { 0 };
    if (check)
        form = server_ask(
            cx, f->as, "GET",
            arena_format(cx->arena, "%.*s%s", (int)(check - f->path), f->path,
                         strstr(f->path, "/registers/") ? "/template.xlsx" : ".xlsx?template=1"),
            NULL);
    *before = entries(cx);
    return check ? server_post_file(cx, f->as, f->path, form.body, form.length)
                 : server_ask(cx, f->as, "GET", f->path, NULL);
}

static void expect_entry(Cx *cx, const ExportedFile *f)
{
    bool stands;
    server_as(cx, f->as);
    EXPECT_OK(store_exists(cx, &stands,
                           "SELECT 1 FROM audit WHERE number = (SELECT max(number) FROM audit) "
                           "AND user_id = $1 AND noun = $2 AND act <> '' AND act_en <> '' "
                           "AND after LIKE '{\"文件\":\"_%' AND result = 'ok'",
                           ARGS(I(cx->user->id), T(f->noun))));
    if (!stands)
        print_error("%s has no entry in words\n", f->path);
    EXPECT(stands);
}

static void expect_recorded(Cx *cx, const ExportedFile *f)
{
    int64_t before;
    Answer a = fetch(cx, f, &before);
    if (!is_file(&a))
        print_error("%s as %s: %d %s\n", f->path, f->as, a.status, a.body);
    EXPECT(is_file(&a));
    EXPECT_INT(entries(cx), before + 1);
    expect_entry(cx, f);
    expect_mark(cx, &a, f->as);
}

static const char *who_may(Cx *cx, const Route *r)
{
#define X(name, ...) name,
    static const char *const NAMES[] = { SERVER_CAST(X) };
#undef X
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        server_as(cx, NAMES[i]);
        if (*r->right == '\0' || strcmp(r->right, "self") == 0 || right_signed_in(r->right) ||
            right_of(cx, cx->user, r->right))
            return NAMES[i];
    }
    return "guest";
}

static const char *with_ones(Cx *cx, const char *route)
{
    Buf b = BUF(cx);
    for (const char *at = route; *at; at++) {
        buf_char(&b, *at == ':' ? '1' : *at);
        if (*at == ':')
            at += strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
    }
    return buf_text(&b);
}

static bool stands_in_files(const Route *r)
{
    for (size_t i = 0; i < COUNT(FILES); i++)
        if (strcmp(FILES[i].route, r->path) == 0)
            return true;
    return false;
}

/* Flagged and in the table, or it gives no file. */
static void expect_known(Cx *cx, const Route *r)
{
    for (; r && r->path; r++) {
        bool flagged = r->flags & ROUTE_FILE;
        bool file = flagged;
        if (r->method == GET && !flagged && !strstr(r->path, "events")) {
            Answer a = server_ask(cx, who_may(cx, r), "GET", with_ones(cx, r->path), NULL);
            file = is_file(&a);
        }
        if (file != (flagged && stands_in_files(r)))
            print_error("%s gives a file: ROUTE_FILE and a row here, please\n", r->path);
        EXPECT(file == (flagged && stands_in_files(r)));
    }
}

CASE("every file that leaves has an entry in words and says who took it out")
{
    server_testing_start(cx, false);
    given_world(cx);
    for (size_t i = 0; MODULES[i]; i++)
        expect_known(cx, MODULES[i]->routes);
    for (size_t i = 0; i < COUNT(FILES); i++)
        if (FILES[i].path)
            expect_recorded(cx, &FILES[i]);
    server_testing_stop(cx);
}

SERVER_CASE("a file read in pieces is one entry, but no piece of it comes without")
{
    testing_zone(cx);
    given_attachment(cx);
    const char *cookie = server_cookie(cx, "county"), *path = "/api/attachments/1/content";
    static const char *const RANGES[] = { "4-", "0-3", "8-9", "10-" };
    static const int LEFT[] = { 1, 1, 0, 0 };
    for (size_t i = 0; i < COUNT(RANGES); i++) {
        int64_t before = entries(cx);
        const char *headers = arena_format(cx->arena, "%sRange: bytes=%s\r\n", cookie, RANGES[i]);
        EXPECT_INT(server_send(cx, "GET", path, headers, NULL).status, 206);
        EXPECT_INT(entries(cx) - before, LEFT[i]);
    }
}

SERVER_CASE("no file leaves where its entry cannot be written")
{
    testing_zone(cx);
    given_attachment(cx);
    server_sweep(cx, &(Ask){ "GET", "/api/attachments/1/content", NULL, "county", 200 });
    server_sweep(cx, &(Ask){ "GET", "/api/batches/1/arranged.xlsx", NULL, "province", 200 });
}

SERVER_CASE("a child that dies over a workbook or a document costs one request")
{
    static const char *const PATHS[] = { "/api/zones/1/villages.xlsx", "/api/zones.xlsx",
                                         "/api/zones/1/declaration.pdf" };
    const char *good = server_core()->config.setter;
    const char *dies = arena_format(cx->arena, "%s/dies", test_dir(cx));
    test_write(cx, dies, "#!/bin/sh\nhead -c 64 > /dev/null\nkill -ABRT $$\n");
    EXPECT_INT(chmod(dies, 0700), 0);
    testing_zone(cx);
    for (size_t i = 0; i < COUNT(PATHS); i++) {
        int64_t before = entries(cx);
        server_core()->config.setter = dies;
        log_set_level(LOG_ERROR_ + 1);
        Answer a = server_ask(cx, "county", "GET", PATHS[i], NULL);
        log_set_level(LOG_ERROR_);
        EXPECT_INT(a.status, 500);
        EXPECT(strstr(a.body, "请重试"));
        EXPECT_INT(entries(cx), before);
        server_core()->config.setter = good;
        EXPECT_INT(server_ask(cx, "county", "GET", PATHS[i], NULL).status, 200);
    }
}
