#include "core/request/core.h"

#include "core/request/audit.h"
#include "modules/modules.h"
#include "modules/server_testing.h"

#include <sys/stat.h>
#include <unistd.h>

static CoreConfig given_config(Cx *cx)
{
    return (CoreConfig){ .data = arena_format(cx->arena, "%s/data", test_dir(cx)),
                         .modules = MODULES };
}

CASE("a data folder is made with its keys, closed to others, and opens again")
{
    CoreConfig config = given_config(cx);
    Core *core;
    struct stat folder, keys;
    EXPECT_OK(core_open(cx, &core, &config));
    EXPECT_INT(stat(core_path(cx, core, "keys"), &keys), 0);
    EXPECT_INT(stat(config.data, &folder), 0);
    EXPECT_INT(keys.st_mode & 0777, 0600);
    EXPECT_INT(folder.st_mode & 0777, 0700);
    core_close(core);
    EXPECT_OK(core_open(cx, &core, &config));
    core_close(core);
}

CASE("a database is refused with keys that are not its own")
{
    CoreConfig config = given_config(cx);
    Core *core;
    EXPECT_OK(core_open(cx, &core, &config));
    EXPECT_INT(unlink(core_path(cx, core, "keys")), 0);
    core_close(core);
    EXPECT_FAIL(core_open(cx, &core, &config), INVALID, "keys");
}

static Err nothing(Cx *cx, void *data)
{
    (void)data;
    audit_note(cx, "sample", 1, NULL, "{}");
    audit_note(cx, "sample", 2, NULL, "{}");
    return OK;
}

CASE("the command line acts and verifies without a server")
{
    CoreConfig config = given_config(cx);
    Core *core;
    Cx inner;
    AuditReport report;
    EXPECT_OK(core_open(cx, &core, &config));
    EXPECT_OK(core_enter(&inner, cx->arena, core));
    EXPECT_OK(act_run(&inner, "样例", "Sample", nothing, NULL));
    EXPECT_OK(audit_verify(&inner, &report));
    EXPECT_INT(report.count, 2);
    EXPECT_INT(report.broken, 0);
    core_leave(&inner);
    core_close(core);
}
