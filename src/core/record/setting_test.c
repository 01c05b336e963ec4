#include "core/record/setting.h"

#include "modules/server_testing.h"

#include <stdlib.h>

#define IDLE "/api/settings/session.idle_minutes"

SERVER_CASE("settings are changed by the security administrator, within their range")
{
    server_table(
        cx, (const Ask[]){
                { "GET", "/api/settings", NULL, "guest", 401 },
                { "GET", "/api/settings", NULL, "county", 403 },
                { "GET", "/api/settings", NULL, "sysadmin", 200 },
                { "PUT", IDLE, "{\"value\":\"20\"}", "guest", 401 },
                { "PUT", IDLE, "{\"value\":\"20\"}", "sysadmin", 403 },
                { "PUT", IDLE, "{\"value\":\"20\"}", "secadmin", 200 },
                { "PUT", IDLE, "{\"value\":\"0\"}", "secadmin", 422 },
                { "PUT", IDLE, "{\"value\":\"many\"}", "secadmin", 422 },
                { "PUT", IDLE, "{\"value\":\"\"}", "secadmin", 422 },
                { "PUT", "/api/settings/keys.word", "{\"value\":\"1\"}", "secadmin", 404 },
                { "PUT", "/api/settings/password.policy", "{\"value\":\"none\"}", "secadmin", 422 },
                { NULL } });
    int64_t minutes;
    EXPECT_OK(setting_int(cx, &minutes, "session.idle_minutes"));
    EXPECT_INT(minutes, 20);
    const char *before;
    EXPECT_OK(store_text(cx, &before, "SELECT before FROM audit WHERE result = 'ok'", NO_ARGS));
    EXPECT_TEXT(before, "{\"空闲退出分钟数\":\"30\"}");
}

SERVER_CASE("no fault leaves a setting half changed")
{
    server_sweep(cx, &(Ask){ "PUT", IDLE, "{\"value\":\"20\"}", "secadmin", 200 });
}

CASE("every setting's default is within its own range and explained in both languages")
{
    for (const Setting *s = SETTINGS; s->key != NULL; s++) {
        EXPECT(s->zh && s->en && s->help_zh && s->help_en);
        if (s->type == FIELD_ENUM)
            EXPECT(option_find(s->options, s->standard) != NULL);
        else
            EXPECT(atoll(s->standard) >= s->min && atoll(s->standard) <= s->max);
    }
}
