#include "commands/backup.h"

#include "base/digest.h"
#include "core/process/pack_store.h"
#include "core/record/attachment.h"
#include "core/request/audit.h"
#include "modules/batch/batch.h"
#include "modules/modules.h"
#include "tests/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITERS = 4 };
static const char CONTENT[] = "%PDF-1.7\nsample";

/* --- a small system: a pack, a batch, a zone, an attachment, an upload under way --- */

typedef struct System {
    const char *root; /* of all the folders of the case */
    Core *core;
    Cx cx; /* inside it */
} System;

static const char *in(Cx *cx, const System *s, const char *name)
{
    return arena_format(cx->arena, "%s/%s", s->root, name);
}

static void system_open(Cx *cx, System *s, const char *data)
{
    CoreConfig config = { .data = in(cx, s, data), .modules = MODULES };
    EXPECT_OK(core_open(cx, &s->core, &config));
    EXPECT_OK(core_enter(&s->cx, cx->arena, s->core));
}

static void system_close(System *s)
{
    core_leave(&s->cx);
    core_close(s->core);
}

static Err attach(Cx *cx)
{
    const char *path, *name = digest(cx, SHA256, CONTENT, strlen(CONTENT));
    TRY(attachment_path(cx, &path, name));
    test_write(cx, path, CONTENT);
    TRY(store_run(cx,
                  "INSERT INTO attachment(digest, name, size, type, noun, noun_id, territory, "
                  "created_at, created_by) VALUES($1, '样例.pdf', $2, 'application/pdf', 'zone', "
                  "1, '370683', 1, 1)",
                  ARGS(T(name), I((int64_t)strlen(CONTENT)))));
    return store_run(cx,
                     "INSERT INTO upload(name, size, noun, noun_id, received, created_at, "
                     "created_by, ends_at) VALUES('半份.pdf', 9, 'zone', 1, 4, 1, 1, $1)",
                     ARGS(I(TEST_NOW * 2)));
}

static Err fill(Cx *cx, void *data)
{
    Batch b;
    int64_t id;
    (void)data;
    field_clear(&b, batch_fields);
    TRY(pack_store_add(cx, &b.pack, "packs/lu-2022-26"));
    b.name = "样例批次";
    b.year = 2022;
    b.state = "open";
    b.deadline = TEST_NOW;
    b.sample = 1;
    TRY(batch_add(cx, &id, &b));
    TRY(store_run(cx,
                  "INSERT INTO zone(id, name, county, batch_id, pack, not_met, undetermined, "
                  "exceptions, hints, met, blocking, created_at, created_by, version) "
                  "VALUES(1, '样例区', '370683', $1, $2, 0, 0, 0, 0, 0, 0, 1, 1, 1)",
                  ARGS(I(id), T(b.pack))));
    TRY(store_run(cx,
                  "INSERT INTO zone_dossier(zone_id, version, dossier, saved_at, saved_by, "
                  "saved_name) VALUES(1, 1, '{\"zone\":\"样例区\"}', 1, 1, '样例')",
                  NO_ARGS));
    return attach(cx);
}

static void given_system(Cx *cx, System *s)
{
    *s = (System){ .root = test_dir(cx) };
    system_open(cx, s, "data");
    EXPECT_OK(act_run(&s->cx, "样例", "Sample", fill, NULL));
}

/* Zones, dossiers and the first entries of the audit log, in one digest. */
static const char *state(Cx *cx, int64_t audits)
{
    Buf b = BUF(cx);
    Rows rows;
    EXPECT_OK(rows_open(cx, &rows,
                        "SELECT z.id, z.name, z.version, d.version, d.dossier FROM zone z "
                        "JOIN zone_dossier d ON d.zone_id = z.id ORDER BY z.id",
                        NO_ARGS));
    for (; rows.more; EXPECT_OK(rows_next(cx, &rows)))
        for (int i = 0; i < rows_columns(&rows); i++)
            buf_format(&b, "%s|", text_or(rows_text(cx, &rows, i), "-"));
    EXPECT_OK(rows_open(cx, &rows, "SELECT mac FROM audit WHERE number <= $1 ORDER BY number",
                        ARGS(I(audits))));
    for (; rows.more; EXPECT_OK(rows_next(cx, &rows)))
        buf_add(&b, rows_text(cx, &rows, 0));
    return digest(cx, SM3, buf_text(&b), b.length);
}

static int64_t number(Cx *cx, const char *of)
{
    int64_t n = -1;
    if (strcmp(of, "audits") == 0)
        EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM audit", NO_ARGS));
    else if (strcmp(of, "uploads") == 0)
        EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM upload WHERE ends_at > 0", NO_ARGS));
    else
        EXPECT_OK(store_int(cx, &n,
                            "SELECT count(*) FROM zone z JOIN zone_dossier d ON d.zone_id = z.id "
                            "WHERE z.version <> d.version",
                            NO_ARGS));
    return n;
}

CASE("a restored system has the same zones and audit chain, and what hangs on them")
{
    System s;
    Manifest made, laid;
    BackupProof proof;
    given_system(cx, &s);
    int64_t audits = number(&s.cx, "audits");
    const char *before = state(&s.cx, audits);
    EXPECT_OK(backup_make(&s.cx, &made, in(cx, &s, "copy"), true));
    EXPECT_INT(number(&s.cx, "audits"), audits + 1);
    system_close(&s);

    EXPECT_OK(backup_lay(cx, &laid, in(cx, &s, "copy"), in(cx, &s, "back"), NULL));
    EXPECT_TEXT(laid.digest, made.digest);
    EXPECT_INT(laid.bytes, made.bytes);
    system_open(cx, &s, "back");
    EXPECT_INT(number(&s.cx, "uploads"), 1);
    EXPECT_TEXT(state(&s.cx, audits), before);
    EXPECT_OK(backup_prove(&s.cx, &proof));
    EXPECT_INT(proof.audits, audits);
    EXPECT_INT(proof.attachments, 1);
    EXPECT_INT(proof.packs, 1);
    EXPECT_INT(number(&s.cx, "uploads"), 0);
    system_close(&s);
}

CASE("neither a backup nor a restore replaces anything")
{
    System s;
    Manifest m;
    given_system(cx, &s);
    EXPECT_OK(backup_make(&s.cx, &m, in(cx, &s, "copy"), true));
    Err again = backup_make(&s.cx, &m, in(cx, &s, "copy"), true);
    system_close(&s);
    EXPECT_INT(again, CONFLICT);
    EXPECT_FAIL(backup_lay(cx, &m, in(cx, &s, "copy"), in(cx, &s, "data"), NULL), CONFLICT,
                "folder");
}

CASE("keys go with a backup only where they are asked for, and a restore wants them")
{
    System s;
    Manifest m;
    struct stat keys;
    given_system(cx, &s);
    EXPECT_OK(backup_make(&s.cx, &m, in(cx, &s, "bare"), false));
    EXPECT_INT(manifest_has(&m, "keys"), false);
    EXPECT_OK(backup_make(&s.cx, &m, in(cx, &s, "whole"), true));
    EXPECT_INT(manifest_has(&m, "keys"), true);
    system_close(&s);
    EXPECT_INT(stat(in(cx, &s, "whole/keys"), &keys), 0);
    EXPECT_INT(keys.st_mode & 0777, 0600);

    EXPECT_FAIL(backup_lay(cx, &m, in(cx, &s, "bare"), in(cx, &s, "r"), NULL), INVALID, "keys");
    EXPECT_OK(backup_lay(cx, &m, in(cx, &s, "bare"), in(cx, &s, "r"), in(cx, &s, "data/keys")));
    system_open(cx, &s, "r");
    system_close(&s);
}

/* --- damage --- */

static void flip(Cx *cx, const char *path)
{
    unsigned char byte = 0;
    struct stat s;
    int fd = open(path, O_RDWR);
    if (fd < 0)
        print_error("%s\n", path);
    EXPECT(fd >= 0 && fstat(fd, &s) == 0 && pread(fd, &byte, 1, s.st_size / 2) == 1);
    byte ^= 1;
    EXPECT_INT(pwrite(fd, &byte, 1, s.st_size / 2), 1);
    close(fd);
    (void)cx;
}

/* The first file whose path begins so. */
static const char *listed(const Manifest *m, const char *beginning)
{
    for (size_t i = 0; i < m->count; i++)
        if (strncmp(m->files[i].path, beginning, strlen(beginning)) == 0)
            return m->files[i].path;
    return NULL;
}

CASE("one changed bit in a file of any kind is found, and the file is named")
{
    static const char *const KINDS[] = { "tuijin.db", "attachments/", "packs/", "keys" };
    System s;
    Manifest m, found;
    given_system(cx, &s);
    EXPECT_OK(backup_make(&s.cx, &m, in(cx, &s, "copy"), true));
    system_close(&s);
    const char *copy = in(cx, &s, "copy");
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        const char *path = listed(&m, KINDS[i]);
        EXPECT(path != NULL);
        flip(cx, arena_format(cx->arena, "%s/%s", copy, path));
        EXPECT_FAIL(manifest_prove(cx, &found, copy), INVALID, path);
        flip(cx, arena_format(cx->arena, "%s/%s", copy, path));
        EXPECT_OK(manifest_prove(cx, &found, copy));
    }
    flip(cx, in(cx, &s, "copy/manifest"));
    EXPECT_FAIL(backup_lay(cx, &found, copy, in(cx, &s, "r"), NULL), INVALID, "manifest");
    EXPECT_INT(access(in(cx, &s, "r"), F_OK), -1);
}

CASE("a file that is cut off or missing is found, and the file is named")
{
    System s;
    Manifest m, found;
    given_system(cx, &s);
    EXPECT_OK(backup_make(&s.cx, &m, in(cx, &s, "copy"), true));
    system_close(&s);
    const char *copy = in(cx, &s, "copy"), *pack = listed(&m, "packs/");
    EXPECT_INT(unlink(arena_format(cx->arena, "%s/%s", copy, pack)), 0);
    EXPECT_FAIL(manifest_prove(cx, &found, copy), INVALID, pack);
    EXPECT_INT(truncate(arena_format(cx->arena, "%s/%s", copy, listed(&m, "attachments/")), 3), 0);
    EXPECT_FAIL(manifest_prove(cx, &found, copy), INVALID, listed(&m, "attachments/"));
    EXPECT_INT(truncate(in(cx, &s, "copy/manifest"), 200), 0);
    EXPECT_FAIL(manifest_prove(cx, &found, copy), INVALID, "manifest");
    EXPECT_INT(unlink(in(cx, &s, "copy/manifest")), 0);
    EXPECT_FAIL(manifest_prove(cx, &found, copy), INVALID, "manifest");
}

CASE("a manifest that leads out of its folder is refused")
{
    Manifest m;
    const char *folder = test_dir(cx);
    const char *body = arena_format(cx->arena, "tuijin backup 1\n%s 1 ../../etc/passwd\n",
                                    digest(cx, SM3, "x", 1));
    test_write(cx, arena_format(cx->arena, "%s/manifest", folder),
               arena_format(cx->arena, "%s%s\n", body, digest(cx, SM3, body, strlen(body))));
    EXPECT_FAIL(manifest_prove(cx, &m, folder), INVALID, "manifest");
}

/* --- beside writers --- */

typedef struct BackupWriter {
    const Core *core;
    atomic_bool *stop;
    int acts;
    Err end;
} BackupWriter;

static Err save(Cx *cx, void *data)
{
    (void)data;
    TRY(store_run(cx, "UPDATE zone SET version = version + 1 WHERE id = 1", NO_ARGS));
    audit_note(cx, "zone", 1, NULL, "{}");
    return store_run(cx, "UPDATE zone_dossier SET version = version + 1 WHERE zone_id = 1",
                     NO_ARGS);
}

static void *keep_saving(void *data)
{
    BackupWriter *w = data;
    Cx cx;
    Arena *arena = arena_new(0);
    w->end = core_enter(&cx, arena, w->core);
    while (w->end == OK && !atomic_load(w->stop)) {
        w->end = act_run(&cx, "样例保存", "Sample save", save, NULL);
        w->acts++;
    }
    core_leave(&cx);
    arena_free(arena);
    return NULL;
}

CASE("a backup beside four writers is of one moment")
{
    System s;
    Manifest m;
    BackupProof proof;
    pthread_t threads[WRITERS];
    BackupWriter writers[WRITERS];
    atomic_bool stop = false;
    given_system(cx, &s);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (BackupWriter){ .core = s.core, .stop = &stop };
        pthread_create(&threads[i], NULL, keep_saving, &writers[i]);
    }
    usleep(50000);
    Err made = backup_make(&s.cx, &m, in(cx, &s, "copy"), true);
    atomic_store(&stop, true);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_INT(writers[i].end, OK);
        EXPECT(writers[i].acts > 0);
    }
    int64_t all = number(&s.cx, "audits");
    system_close(&s);
    EXPECT_INT(made, OK);

    EXPECT_OK(backup_lay(cx, &m, in(cx, &s, "copy"), in(cx, &s, "back"), NULL));
    system_open(cx, &s, "back");
    EXPECT_OK(backup_prove(&s.cx, &proof));
    EXPECT(proof.audits > 0 && proof.audits < all);
    EXPECT_INT(number(&s.cx, "torn"), 0);
    system_close(&s);
}
