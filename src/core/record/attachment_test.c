#include "core/record/attachment.h"

#include "base/digest.h"
#include "core/access/right.h"
#include "core/access/seal.h"
#include "core/access/session.h"
#include "core/record/file_type.h"
#include "core/request/core.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <qpdf/qpdf-c.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern const char core_sql[];
extern const char attachment_sql[];
static const Schema SCHEMAS[] = { { "core", core_sql }, { "attachment", attachment_sql } };
#include "store/store_testing.h"

#define PDF     "%PDF-1.7\nsample"
#define PDF_LEN ((int64_t)sizeof PDF - 1)
#define A_DAY   86400000LL

/* Record 1 lies in 370683 and 2 in 371323; 3, in 370683, is closed. */
static Err place_reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    *territory = id == 2 ? "371323" : "370683";
    size_t n = strlen(cx->user->territory);
    if (id < 1 || id > 3 || strncmp(*territory, cx->user->territory, n) != 0)
        return fail(cx, NOT_FOUND, NULL, "没有", "none");
    return write && id == 3 ? fail(cx, CONFLICT, NULL, "已关闭", "closed") : OK;
}

/* The two tables that sessions are read with, as far as they are read. */
static const char PLACE_SQL[] =
    "-- version 1: users\n"
    "CREATE TABLE organ(id INTEGER PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL,\n"
    " kind TEXT NOT NULL, territory TEXT NOT NULL);\n"
    "CREATE TABLE \"user\"(id INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL,\n"
    " organ_id INTEGER NOT NULL, seat TEXT NOT NULL, must_change INTEGER NOT NULL,\n"
    " state TEXT NOT NULL);\n";

static const Module PLACE = { .noun = "place", .schema = PLACE_SQL, .reach = place_reach };
static const Module *const MODULES[] = { &PLACE, NULL };

#define USER(number, place)                                                                        \
    {                                                                                              \
        .id = number, .account = "sample", .name = "样例", .organ_name = "样例机构",               \
        .territory = place                                                                         \
    }
static const User COUNTY_1 = USER(1, "370683");
static const User COLLEAGUE = USER(4, "370683");
static const User COUNTY_2 = USER(2, "371323");
static const User CITY_USER = USER(3, "3706");
static const User ADMIN = USER(9, "");

static Core *given_core(Cx *cx)
{
    Core *core = NEW(cx, Core);
    core->config = (CoreConfig){ .data = test_dir(cx), .modules = MODULES };
    EXPECT_OK(keys_load(cx, &core->keys, core_path(cx, core, "keys")));
    cx->core = core;
    cx->user = &COUNTY_1;
    return core;
}

static Err begin(Cx *cx, Upload *u, const char *name, int64_t size, const char *digest)
{
    *u = (Upload){ .name = name, .size = size, .digest = digest, .noun = "place", .noun_id = 1 };
    TRY(store_begin(cx, true));
    Err e = upload_begin(cx, u);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static Attachment given_attachment(Cx *cx, const char *name, const char *bytes, int64_t length)
{
    Upload u;
    Attachment a;
    EXPECT_OK(begin(cx, &u, name, length, NULL));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, bytes, -1, length));
    EXPECT_OK(upload_finish(cx, &a, u.id));
    return a;
}

static bool exists(Cx *cx, const char *format, const char *digest)
{
    struct stat found;
    return stat(core_path(cx, cx->core, arena_format(cx->arena, format, digest)), &found) == 0;
}
#define exists_content(cx, a)                                                                      \
    exists(cx, arena_format((cx)->arena, "attachments/%.2s/%%s", (a).digest), (a).digest)

static Err remove_in(Cx *cx, int64_t id)
{
    TRY(store_begin(cx, true));
    Err e = attachment_remove(cx, id);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

STORE_CASE("an upload in pieces becomes an attachment")
{
    Upload u;
    Attachment a, again;
    given_core(cx);
    EXPECT_OK(begin(cx, &u, "批复 1.pdf", PDF_LEN,
                    "0000000000000000000000000000000000000000000000000000000000000000"));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, PDF, -1, 5));
    EXPECT_INT(u.received, 5);
    EXPECT_FAIL(upload_finish(cx, &a, u.id), CONFLICT, "received");
    EXPECT_OK(upload_fill(cx, &u, u.id, 5, &PDF[5], -1, PDF_LEN - 5));
    EXPECT_FAIL(upload_finish(cx, &a, u.id), INVALID, "digest");

    EXPECT_OK(begin(cx, &u, "批复 1.pdf", PDF_LEN, digest(cx, SHA256, PDF, (size_t)PDF_LEN)));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, PDF, -1, PDF_LEN));
    EXPECT_OK(upload_finish(cx, &a, u.id));
    EXPECT_TEXT(a.digest, digest(cx, SHA256, PDF, (size_t)PDF_LEN));
    EXPECT_TEXT(a.type, "application/pdf");
    EXPECT_TEXT(a.territory, "370683");
    EXPECT_OK(upload_finish(cx, &again, u.id));
    EXPECT_INT(again.id, a.id);
    EXPECT(exists_content(cx, a));
    EXPECT_FAIL(upload_fill(cx, &u, u.id, PDF_LEN, "x", -1, 1), CONFLICT, "offset");

    int fd;
    char bytes[64];
    EXPECT_OK(attachment_open(cx, &fd, &a));
    EXPECT_INT(read(fd, bytes, sizeof bytes), PDF_LEN);
    EXPECT(memcmp(bytes, PDF, (size_t)PDF_LEN) == 0);
    close(fd);
}

STORE_CASE("a piece that does not follow on is refused and changes nothing")
{
    Upload u;
    Attachment a;
    given_core(cx);
    EXPECT_OK(begin(cx, &u, "a.txt", 6, NULL));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, "abc", -1, 3));
    EXPECT_FAIL(upload_fill(cx, &u, u.id, 0, "XYZ", -1, 3), CONFLICT, "offset");
    EXPECT_FAIL(upload_fill(cx, &u, u.id, 4, "e", -1, 1), CONFLICT, "offset");
    EXPECT_FAIL(upload_fill(cx, &u, u.id, -1, "e", -1, 1), CONFLICT, "offset");
    EXPECT_FAIL(upload_fill(cx, &u, u.id, 3, "defg", -1, 4), INVALID, "offset");
    EXPECT_FAIL(upload_fill(cx, &u, u.id, 3, "", -1, 0), INVALID, "offset");
    test_write(cx, core_path(cx, cx->core, "piece"), "def");
    int fd = open(core_path(cx, cx->core, "piece"), O_RDONLY);
    EXPECT_OK(upload_fill(cx, &u, u.id, 3, NULL, fd, 3));
    close(fd);
    EXPECT_OK(upload_finish(cx, &a, u.id));
    EXPECT_TEXT(a.digest, digest(cx, SHA256, "abcdef", 6));
}

STORE_CASE("bytes that a crash left behind the last acknowledged one do no harm")
{
    Upload u;
    Attachment a;
    const char *path;
    given_core(cx);
    EXPECT_OK(begin(cx, &u, "a.txt", 6, NULL));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, "abc", -1, 3));
    EXPECT_OK(upload_path(cx, &path, u.id));
    int fd = open(path, O_WRONLY | O_APPEND);
    EXPECT_INT(write(fd, "???", 3), 3);
    close(fd);
    EXPECT_OK(upload_get(cx, &u, u.id));
    EXPECT_INT(u.received, 3);
    EXPECT_FAIL(upload_finish(cx, &a, u.id), CONFLICT, "received");
    EXPECT_OK(upload_fill(cx, &u, u.id, 3, "def", -1, 3));
    EXPECT_OK(upload_finish(cx, &a, u.id));
    EXPECT_TEXT(a.digest, digest(cx, SHA256, "abcdef", 6));
}

STORE_CASE("one content stands once and goes with its last row")
{
    given_core(cx);
    Attachment a = given_attachment(cx, "a.pdf", PDF, PDF_LEN);
    Attachment b = given_attachment(cx, "b.pdf", PDF, PDF_LEN);
    EXPECT(a.id != b.id);
    EXPECT_TEXT(a.digest, b.digest);
    EXPECT_OK(remove_in(cx, a.id));
    EXPECT_FAIL(attachment_get(cx, &a, a.id), NOT_FOUND, "");
    EXPECT_OK(attachment_sweep(cx));
    EXPECT(exists_content(cx, b));
    EXPECT_OK(remove_in(cx, b.id));
    EXPECT_OK(attachment_sweep(cx));
    EXPECT(!exists_content(cx, b));
    Attachment c = given_attachment(cx, "c.pdf", PDF, PDF_LEN);
    EXPECT_OK(attachment_sweep(cx));
    EXPECT(exists_content(cx, c));
}

STORE_CASE("unfinished uploads end, and what a crash left over is swept")
{
    Upload u, kept;
    const char *path,
        *digest_of = "ab00000000000000000000000000000000000000000000000000000000000000";
    given_core(cx);
    EXPECT_OK(begin(cx, &u, "a.txt", 6, NULL));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, "abc", -1, 3));
    test_clock(cx, TEST_NOW + 2 * A_DAY);
    EXPECT_OK(begin(cx, &kept, "b.txt", 6, NULL));
    EXPECT_OK(upload_fill(cx, &kept, kept.id, 0, "abc", -1, 3));
    EXPECT_OK(attachment_path(cx, &path, digest_of));
    test_write(cx, path, "linked, then the power went");
    test_clock(cx, TEST_NOW + 4 * A_DAY);
    EXPECT_FAIL(upload_fill(cx, &u, u.id, 3, "def", -1, 3), NOT_FOUND, "");
    test_write(cx, core_path(cx, cx->core, "attachments/uploads/999"), "its row is gone");
    EXPECT_OK(attachment_sweep(cx));
    EXPECT(!exists(cx, "attachments/ab/%s", digest_of));
    EXPECT(!exists(cx, "attachments/uploads/%s", "999"));
    EXPECT(!exists(cx, "attachments/uploads/%s", arena_format(cx->arena, "%d", (int)u.id)));
    EXPECT(exists(cx, "attachments/uploads/%s", arena_format(cx->arena, "%d", (int)kept.id)));
    EXPECT_OK(upload_fill(cx, &kept, kept.id, 3, "def", -1, 3));
}

STORE_CASE("nobody reaches beyond the territory, the record or the own uploads")
{
    Upload u;
    List list;
    given_core(cx);
    Attachment a = given_attachment(cx, "a.pdf", PDF, PDF_LEN);
    EXPECT_OK(begin(cx, &u, "b.txt", 3, NULL));
    const struct {
        const User *user;
        bool reads;
    } WHO[] = { { &COUNTY_1, true },
                { &COLLEAGUE, true },
                { &CITY_USER, true },
                { &COUNTY_2, false },
                { &ADMIN, false } };
    for (size_t i = 0; i < COUNT(WHO); i++) {
        Attachment got;
        cx->user = WHO[i].user;
        if (WHO[i].reads) {
            EXPECT_OK(attachment_get(cx, &got, a.id));
            EXPECT_OK(attachment_list(cx, &list, "place", 1));
            EXPECT_INT(list.count, 1);
        } else {
            EXPECT_FAIL(attachment_get(cx, &got, a.id), NOT_FOUND, "");
            EXPECT_FAIL(remove_in(cx, a.id), NOT_FOUND, "");
        }
        if (WHO[i].user != &COUNTY_1) {
            EXPECT_FAIL(upload_get(cx, &u, u.id), NOT_FOUND, "");
            EXPECT_FAIL(upload_fill(cx, &u, u.id, 0, "abc", -1, 3), NOT_FOUND, "");
            EXPECT_FAIL(upload_finish(cx, &got, u.id), NOT_FOUND, "");
        }
    }
    cx->user = &COUNTY_2;
    EXPECT_FAIL(attachment_list(cx, &list, "place", 1), NOT_FOUND, "");
    EXPECT_FAIL(begin(cx, &u, "b.txt", 3, NULL), NOT_FOUND, "");
}

STORE_CASE("what is closed, too large, too much or no record takes no attachment")
{
    Upload u = { .name = "a.txt", .size = 3, .noun = "place", .noun_id = 3 };
    given_core(cx);
    EXPECT_OK(store_begin(cx, true));
    EXPECT_FAIL(upload_begin(cx, &u), CONFLICT, "");
    u.noun = "user";
    EXPECT_FAIL(upload_begin(cx, &u), INVALID, "noun");
    store_rollback(cx);
    EXPECT_FAIL(begin(cx, &u, "a.txt", 2048LL * 1048576 + 1, NULL), TOO_LARGE, "/size");
    EXPECT_FAIL(begin(cx, &u, "a.txt", 3, "ABC"), INVALID, "/digest");
    static const char *const NAMES[] = { "../a.txt", "/etc/passwd", "a\\b.txt", ".",
                                         "..",       ".x",          " ",        "a\nb.txt" };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        EXPECT_FAIL(begin(cx, &u, NAMES[i], 3, NULL), INVALID, "/name");
    for (int i = 0; i < 50; i++)
        EXPECT_OK(begin(cx, &u, "a.txt", 3, NULL));
    EXPECT_FAIL(begin(cx, &u, "a.txt", 3, NULL), LIMITED, "");
}

/* --- kinds --- */

static const FileType *kind(Cx *cx, const char *name, const void *bytes, size_t length)
{
    const char *path = arena_format(cx->arena, "%s/kind", test_dir(cx));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT_INT(write(fd, bytes, length), (ssize_t)length);
    const FileType *t = file_type(fd, name);
    close(fd);
    return t;
}

CASE("the bytes say what a file is, and its name may not say otherwise")
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t length;
        const char *type;
    } FILES[] = {
        { "a.pdf", PDF, 15, "application/pdf" },
        { "A.PDF", PDF, 15, "application/pdf" },
        { "a.jpg", PDF, 15, NULL },
        { "a", PDF, 15, NULL },
        { "a.exe", "MZ\x90\0\3\0\0\0", 8, NULL },
        { "a.pdf", "MZ\x90\0\3\0\0\0", 8, NULL },
        { "a.jpeg", "\xff\xd8\xff\xe0xx", 6, "image/jpeg" },
        { "a.png", "\x89PNG\r\n\x1a\nx", 9, "image/png" },
        { "a.webp", "RIFF\1\2\3\4WEBPVP8 ", 16, "image/webp" },
        { "a.heic",
          "\0\0\0\x18"
          "ftypheic\0\0\0\0",
          16, "image/heic" },
        { "a.mp4",
          "\0\0\0\x18"
          "ftypisom\0\0\0\0",
          16, "video/mp4" },
        { "a.html", "<html><script>", 14, NULL },
        { "a.txt", "<html><script>", 14, NULL },
        { "a.svg", "<svg onload=x>", 14, NULL },
        { "a.txt", "\xe6\x9d\x91\n", 4, "text/plain" },
        { "a.txt", "a\0b", 3, NULL },
        { "a.txt", "", 0, NULL },
        { "a.docx", "PK\3\4not an archive", 18, NULL },
        { "a.pdf", "\xef\xbb\xbf\r\n%PDF-1.4", 13, "application/pdf" },
        { "a.pdf", "see %PDF-1.4", 12, NULL },
        { "a.txt", "\xff\xfe\x51\x67", 4, "text/plain" },
        { "a.tif", "II*\0", 4, "image/tiff" },
        { "a.tiff", "MM\0*", 4, "image/tiff" },
        { "a.bmp", "BM\0\0", 4, "image/bmp" },
        { "a.gif", "GIF89a", 6, "image/gif" },
        { "a.mov",
          "\0\0\0\x14"
          "ftypqt  \0\0\0\0",
          16, "video/mp4" },
    };
    for (size_t i = 0; i < COUNT(FILES); i++) {
        const FileType *t = kind(cx, FILES[i].name, FILES[i].bytes, FILES[i].length);
        EXPECT_TEXT(text_or(t ? t->type : NULL, FILES[i].name),
                    text_or(FILES[i].type, FILES[i].name));
    }
}

/* An archive of one stored member without content. */
static size_t archive(unsigned char *out, const char *member)
{
    size_t n = strlen(member), at = 0;
    unsigned char local[30] = { 'P', 'K', 3, 4, 20 }, central[46] = { 'P', 'K', 1, 2, 20, 0, 20 };
    unsigned char end[22] = { 'P', 'K', 5, 6, 0, 0, 0, 0, 1, 0, 1 };
    local[26] = central[28] = (unsigned char)n;
    end[12] = (unsigned char)(46 + n);
    end[16] = (unsigned char)(30 + n);
    memcpy(out, local, 30);
    memcpy(out + 30, member, n);
    at = 30 + n;
    memcpy(out + at, central, 46);
    memcpy(out + at + 46, member, n);
    at += 46 + n;
    memcpy(out + at, end, 22);
    return at + 22;
}

CASE("office files are known by what is inside them")
{
    static const char *const MEMBERS[][3] = {
        { "a.docx", "word/document.xml",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "a.xlsx", "xl/workbook.xml",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "a.ofd", "OFD.xml", "application/ofd" },
        { "a.zip", "else", "application/zip" },
        { "a.docx", "else", NULL },
        { "a.zip", "word/document.xml", NULL },
        { "a.docx", "word/document2.xml", /* as Word online names it */
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "a.pptx", "ppt/presentation.xml",
          "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    };
    for (size_t i = 0; i < COUNT(MEMBERS); i++) {
        unsigned char bytes[256];
        const FileType *t = kind(cx, MEMBERS[i][0], bytes, archive(bytes, MEMBERS[i][1]));
        EXPECT(text_same(t ? t->type : NULL, MEMBERS[i][2]));
    }
    static const char *const STREAMS[][3] = {
        { "a.doc", "WordDocument", "application/msword" },
        { "a.wps", "WordDocument", "application/msword" },
        { "a.et", "Workbook", "application/vnd.ms-excel" },
        { "a.doc", "Workbook", NULL },
        { "a.doc", "Else", NULL },
        { "a.doc", "WORDDOCUMENT", "application/msword" },
        { "a.ppt", "PowerPoint Document", "application/vnd.ms-powerpoint" },
        { "a.docx", "EncryptedPackage", NULL },
    };
    for (size_t i = 0; i < COUNT(STREAMS); i++) {
        unsigned char ole[2560] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
        ole[30] = 9;
        ole[48] = 1; /* the directory is sector 1, then, by the table in sector 0, 3 */
        ole[512 + 4 * 1] = 3;
        memcpy(ole + 512 + 4 * 3, "\xfe\xff\xff\xff", 4);
        for (size_t j = 0; STREAMS[i][1][j]; j++)
            ole[2048 + 128 + 2 * j] = (unsigned char)STREAMS[i][1][j];
        const FileType *t = kind(cx, STREAMS[i][0], ole, sizeof ole);
        EXPECT(text_same(t ? t->type : NULL, STREAMS[i][2]));
    }
}

/* A PDF of no page; NULL = no password of the kind. */
static const char *pdf_under(Cx *cx, size_t *length, const char *opens, const char *owns)
{
    qpdf_data q = qpdf_init();
    EXPECT_INT(qpdf_empty_pdf(q), QPDF_SUCCESS);
    EXPECT_INT(qpdf_init_write_memory(q), QPDF_SUCCESS);
    if (owns)
        qpdf_set_r6_encryption_parameters2(q, text_or(opens, ""), owns, QPDF_TRUE, QPDF_TRUE,
                                           QPDF_TRUE, QPDF_TRUE, QPDF_TRUE, QPDF_TRUE,
                                           qpdf_r3p_full, QPDF_TRUE);
    EXPECT_INT(qpdf_write(q), QPDF_SUCCESS);
    *length = qpdf_get_buffer_length(q);
    char *bytes = arena_alloc(cx->arena, *length);
    memcpy(bytes, qpdf_get_buffer(q), *length);
    qpdf_cleanup(&q);
    return bytes;
}

static Err finish_file(Cx *cx, const char *name, const char *bytes, size_t length)
{
    Upload u;
    Attachment a;
    EXPECT_OK(begin(cx, &u, name, (int64_t)length, NULL));
    EXPECT_OK(upload_fill(cx, &u, u.id, 0, bytes, -1, (int64_t)length));
    return upload_finish(cx, &a, u.id);
}

STORE_CASE("what opens with a password only is refused by name; what it merely guards is taken")
{
    size_t length;
    given_core(cx)->config.setter = "build/tuijin";
    const char *bytes = pdf_under(cx, &length, NULL, NULL);
    EXPECT_OK(finish_file(cx, "a.pdf", bytes, length));
    bytes = pdf_under(cx, &length, NULL, "owner");
    EXPECT_OK(finish_file(cx, "b.pdf", bytes, length));
    bytes = pdf_under(cx, &length, "opens", "owner");
    EXPECT_FAIL(finish_file(cx, "c.pdf", bytes, length), INVALID, "type");
    EXPECT(strstr(cx->failure.zh, "“c.pdf”有打开密码") != NULL);
    EXPECT_OK(finish_file(cx, "d.pdf", "%PDF-1.7\n/Encrypt", 17)); /* broken, not locked */
    static char mark[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    unsigned char office[2048] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
    office[30] = 9;
    memcpy(office + 512, mark, sizeof mark);
    EXPECT_FAIL(finish_file(cx, "e.docx", (const char *)office, sizeof office), INVALID, "type");
    EXPECT(strstr(cx->failure.zh, "“e.docx”有打开密码") != NULL);
}

CASE("a Chinese name goes into the header in both forms")
{
    Attachment a = { .name = "县 \"批复\".pdf", .type = "application/pdf" };
    EXPECT_TEXT(attachment_disposition(cx, &a, false),
                "inline; filename=\"_ ____.pdf\"; "
                "filename*=UTF-8''%E5%8E%BF%20%22%E6%89%B9%E5%A4%8D%22.pdf");
    a = (Attachment){ .name = "a.docx", .type = "application/msword" };
    EXPECT(strncmp(attachment_disposition(cx, &a, false), "attachment; ", 12) == 0);
}

/* --- a program that is killed --- */

static void write_until_killed(const char *data, int acknowledge)
{
    Cx cx = cx_make(arena_new(0));
    Core core = { .config = { .data = data, .modules = MODULES } };
    StorePool *pool;
    Upload u = { .name = "a.txt", .size = 1 << 30, .noun = "place", .noun_id = 1 };
    char piece[5000];
    cx.core = &core;
    cx.user = &COUNTY_1;
    bool fine = keys_load(&cx, &core.keys, core_path(&cx, &core, "keys")) == OK &&
                store_pool_open(&cx, &pool, arena_format(cx.arena, "file:%s/db", data)) == OK &&
                store_open(&cx, &cx.store, pool) == OK &&
                store_migrate(&cx, SCHEMAS, COUNT(SCHEMAS)) == OK &&
                begin(&cx, &u, "a.txt", 1 << 30, NULL) == OK;
    while (fine) {
        for (size_t i = 0; i < sizeof piece; i++)
            piece[i] = (char)('a' + (u.received + (int64_t)i) % 26);
        fine = upload_fill(&cx, &u, u.id, u.received, piece, -1, sizeof piece) == OK &&
               write(acknowledge, &u.received, sizeof u.received) == sizeof u.received;
    }
    _exit(1);
}

CASE("what was acknowledged is there after kill -9")
{
    const char *data = test_dir(cx);
    int pipes[2];
    int64_t acknowledged = 0;
    EXPECT_INT(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        write_until_killed(data, pipes[1]);
    for (int i = 0; i < 20; i++)
        EXPECT_INT(read(pipes[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(pipes[1]);
    while (read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged)
        ;
    close(pipes[0]);

    StorePool *pool;
    Upload u;
    const char *path;
    size_t length;
    Core core = { .config = { .data = data, .modules = MODULES } };
    cx->core = &core;
    cx->user = &COUNTY_1;
    EXPECT_OK(store_pool_open(cx, &pool, arena_format(cx->arena, "file:%s/db", data)));
    EXPECT_OK(store_open(cx, &cx->store, pool));
    EXPECT_OK(upload_get(cx, &u, 1));
    EXPECT(u.received >= acknowledged && acknowledged >= 20 * 5000);
    EXPECT_OK(upload_path(cx, &path, 1));
    const char *bytes = test_read(cx, path, &length);
    EXPECT((int64_t)length >= u.received);
    for (int64_t i = 0; i < u.received; i++)
        EXPECT(bytes[i] == (char)('a' + i % 26));
    EXPECT_OK(upload_fill(cx, &u, 1, u.received, "x", -1, 1));
    store_close(cx->store);
    store_pool_close(pool);
}
