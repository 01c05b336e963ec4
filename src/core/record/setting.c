#include "core/record/setting.h"
#include "core/access/right.h"

#include "core/request/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const Option POLICIES[] = {
    { "djbh3", "等保三级", "Multi-level protection, level 3" },
    { "asvs", "ASVS 5.0", "OWASP ASVS 5.0" },
    { NULL },
};

static const Option TOTP_WHO[] = {
    { "off", "不要求", "Nobody must" },
    { "staff", "管理员和省级人员", "Administrators and province staff" },
    { "all", "所有人", "Everybody" },
    { NULL },
};

const Setting SETTINGS[] = {
    { "password.policy", FIELD_ENUM, "djbh3", 0, 0, POLICIES, "口令策略", "Password policy",
      "等保三级：至少 10 位、四类字符取三、不与前 5 次相同、90 天更换；ASVS：至少 12 "
      "位，不强制组成和更换",
      "djbh3: 10 characters, 3 of 4 classes, none of the last 5, 90 days; asvs: 12 characters, "
      "neither composition nor rotation" },
    { "password.days", FIELD_INT, "90", 1, 365, NULL, "口令有效天数", "Days a password holds",
      "仅用于等保三级策略", "Under djbh3 only" },
    { "login.failures", FIELD_INT, "5", 1, 100, NULL, "账户失败次数上限",
      "Failures that lock an account", "连续失败达到此数即锁定", "In a row" },
    { "login.address_failures", FIELD_INT, "5", 1, 10000, NULL, "地址失败次数上限",
      "Failures that lock an address", "同一地址失败达到此数即锁定；整楼共用出口的单位可调高",
      "Raise it where a whole office shares one address" },
    { "login.lock_minutes", FIELD_INT, "15", 1, 1440, NULL, "锁定分钟数", "Minutes of a lock",
      "锁定与失败计数的时长", "How long a lock and the count of failures last" },
    { "login.dormant_days", FIELD_INT, "90", 1, 3650, NULL, "休眠锁定天数",
      "Days until a dormant account is locked", "未登录超过此天数的账户须由安全管理员解锁",
      "Then the security administrator must unlock it" },
    { "login.totp", FIELD_ENUM, "staff", 0, 0, TOTP_WHO, "动态口令", "Second factor",
      "须使用动态口令（RFC 6238）的人员", "Who must use one-time codes (RFC 6238)" },
    { "session.idle_minutes", FIELD_INT, "30", 1, 1440, NULL, "空闲退出分钟数",
      "Idle minutes that end a session", "对此后登录的会话生效", "For sessions begun from now on" },
    { "session.hours", FIELD_INT, "12", 1, 72, NULL, "会话最长小时数", "Hours a session lasts",
      "对此后登录的会话生效", "For sessions begun from now on" },
    { "admin.addresses", FIELD_TEXT, "", 0, 400, NULL, "管理员登录地址",
      "Addresses of administrators", "管理员只能从以这些前缀开头的地址登录，以空格分隔；空为不限",
      "Administrators log in only from addresses that begin so, separated by blanks; empty = any" },
    { "job.lease_seconds", FIELD_INT, "60", 5, 3600, NULL, "任务租约秒数",
      "Seconds of a job's lease", "执行者失联超过此时间，任务由他人接手",
      "After this silence another runner takes it over" },
    { "simulation.zones", FIELD_INT, "1000", 0, 100000, NULL, "立即试算的推进区数",
      "Zones simulated at once", "超过此数的试算作为任务进行",
      "A simulation of more runs as a job" },
    { "run.seconds", FIELD_INT, "30", 1, 300, NULL, "一次运行的秒数", "Seconds of one run",
      "打印、表格、试算和草案的证明各自最多用这么久",
      "Of a document, a workbook, a what-if, a proof" },
    { "run.million_steps", FIELD_INT, "1000", 1, 100000, NULL, "一次运行的百万步数",
      "Million steps of one run", "一次运行中全部规则合计的求值步数",
      "Of all rules evaluated in one run together" },
    { "run.job_minutes", FIELD_INT, "10", 1, 240, NULL, "一个任务的分钟数", "Minutes of one job",
      "超过即停止，任务记为失败", "A job that takes longer is stopped and has failed" },
    { "import.rows", FIELD_INT, "5000", 1, 5000, NULL, "整表导入的行数上限",
      "Rows that an import takes at once", "更多的行先整表核对，再分批入库，每批不超过 500 行",
      "A larger file is proved whole and applied in acts of at most 500 rows" },
    { "check.rows", FIELD_INT, "200000", 500, 10000000, NULL, "一夜检查的登记行数上限",
      "Rows checked in a night", "没有查完的，下一夜接着查",
      "What is left goes on the next night" },
    { "attachment.mebibytes", FIELD_INT, "2048", 1, 2048, NULL, "附件大小上限（MB）",
      "Largest attachment (MB)", "单个文件", "Of one file" },
    { "objection.per_hour", FIELD_INT, "5", 1, 10000, NULL, "每小时异议条数上限",
      "Objections an hour", "同一地址一小时内最多提交的异议；整楼共用出口的可调高",
      "From one address; raise it where many share one" },
    { NULL },
};

static const Setting *find(const char *key)
{
    for (const Setting *s = SETTINGS; s->key != NULL; s++)
        if (strcmp(s->key, key) == 0)
            return s;
    return NULL;
}

Err setting_text(Cx *cx, const char **out, const char *key)
{
    const Setting *s = find(key);
    assert(s != NULL);
    Rows rows;
    TRY(rows_open(cx, &rows, "SELECT value FROM setting WHERE key = $1", ARGS(T(key))));
    *out = rows.more ? rows_text(cx, &rows, 0) : s->standard;
    rows_close(cx, &rows);
    return OK;
}

Err setting_int(Cx *cx, int64_t *out, const char *key)
{
    const char *text;
    TRY(setting_text(cx, &text, key));
    *out = strtoll(text, NULL, 10);
    return OK;
}

static Err refuse(Cx *cx, const Setting *s, const char *value)
{
    if (s->type == FIELD_ENUM)
        return fail(cx, INVALID, "value", "“%s”不是“%s”的可选值", "%s is no choice of %s", value,
                    s->key);
    if (s->type == FIELD_TEXT)
        return fail(cx, INVALID, "value", "“%s”只能写地址前缀，以空格分隔",
                    "%s has address prefixes and blanks only", s->key);
    return fail(cx, INVALID, "value", "“%s”应为 %s 至 %s 之间的整数", "%s must be from %s to %s",
                s->zh, arena_format(cx->arena, "%" PRId64, s->min),
                arena_format(cx->arena, "%" PRId64, s->max));
}

static bool fits(const Setting *s, const char *value)
{
    if (s->type == FIELD_TEXT)
        return strspn(value, "0123456789abcdefABCDEF.: ") == strlen(value) &&
               strlen(value) <= (size_t)s->max;
    if (s->type == FIELD_ENUM)
        return option_find(s->options, value) != NULL;
    char *end;
    int64_t i = strtoll(value, &end, 10);
    return *value != '\0' && *end == '\0' && i >= s->min && i <= s->max;
}

Err setting_set(Cx *cx, const char *key, const char *value)
{
    const Setting *s = find(key);
    if (s == NULL)
        return fail(cx, NOT_FOUND, "key", "没有设置项“%s”", "there is no setting %s", key);
    if (!fits(s, value))
        return refuse(cx, s, value);
    const char *before;
    TRY(setting_text(cx, &before, key));
    audit_note(cx, "setting", UNSET, arena_format(cx->arena, "{\"%s\":\"%s\"}", s->zh, before),
               arena_format(cx->arena, "{\"%s\":\"%s\"}", s->zh, value));
    return store_run(cx,
                     "INSERT INTO setting(key, value) VALUES($1, $2) "
                     "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                     ARGS(T(key), T(value)));
}

/* --- routes --- */

typedef struct ShownSetting {
    const char *key, *value, *standard, *zh, *en, *help_zh, *help_en;
    int64_t min, max;
} ShownSetting;

static const Field shown_fields[] = {
    { "key", FIELD_TEXT, offsetof(ShownSetting, key), "键", "Key", FIELD_READONLY },
    { "value", FIELD_TEXT, offsetof(ShownSetting, value), "值", "Value", FIELD_REQUIRED,
      .max = 400 },
    { "standard", FIELD_TEXT, offsetof(ShownSetting, standard), "默认值", "Default",
      FIELD_READONLY },
    { "zh", FIELD_TEXT, offsetof(ShownSetting, zh), "名称", "Name (Chinese)", FIELD_READONLY },
    { "en", FIELD_TEXT, offsetof(ShownSetting, en), "英文名称", "Name", FIELD_READONLY },
    { "help_zh", FIELD_TEXT, offsetof(ShownSetting, help_zh), "说明", "Help (Chinese)",
      FIELD_READONLY },
    { "help_en", FIELD_TEXT, offsetof(ShownSetting, help_en), "英文说明", "Help", FIELD_READONLY },
    { "min", FIELD_INT, offsetof(ShownSetting, min), "最小", "Least", FIELD_READONLY },
    { "max", FIELD_INT, offsetof(ShownSetting, max), "最大", "Most", FIELD_READONLY },
    FIELDS_END,
};

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    ShownSetting *rows = NEW_N(cx, ShownSetting, COUNT(SETTINGS));
    List all = { .rows = rows };
    for (const Setting *s = SETTINGS; s->key != NULL; s++) {
        ShownSetting *row = &rows[all.count++];
        *row = (ShownSetting){ s->key,
                               NULL,
                               s->standard,
                               s->zh,
                               s->en,
                               s->help_zh,
                               s->help_en,
                               s->type == FIELD_INT ? s->min : UNSET,
                               s->type == FIELD_INT ? s->max : UNSET };
        TRY(setting_text(cx, &row->value, s->key));
    }
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, shown_fields, sizeof(ShownSetting), &all);
}

static Err change(Cx *cx, Request *rq, Reply *rp)
{
    ShownSetting row;
    TRY(request_row(cx, &row, shown_fields, rq));
    TRY(setting_set(cx, request_param(rq, "key"), row.value));
    return reply_done(cx, rp);
}

static const Route ROUTES[] = {
    { GET, "/api/settings", "setting.read", list, "查看设置", "List the settings", NULL,
      shown_fields, ROUTE_PAGE },
    { PUT, "/api/settings/:key", "setting.write", change, "修改设置", "Change a setting",
      shown_fields, NULL, 0 },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "setting.read", "查看设置", "See settings", SYSTEM, ADMINISTRATION,
      SYSTEM_ADMIN | SECURITY_ADMIN },
    { "setting.write", "修改设置", "Change settings", SYSTEM, ADMINISTRATION, SECURITY_ADMIN },
    { .right = NULL },
};

const Module setting_module = { .noun = "setting", .routes = ROUTES, .rights = RIGHTS };
