/* The figures that one may see, their values in one's own territory, and in groups. */
#include "core/register/figure.h"

typedef struct FigureRow {
    const char *id;
    const char *noun;
    const char *register_zh;
    const char *register_en;
    const char *kind;
    const char *zh;
    const char *en;
    const char *unit_zh;
    const char *unit_en;
    const char *basis;
    const char *month;
    const char *zone;
    const char *value;
    const char *over;
    const char *per;
    const char *over_id;
    const char *per_id;
    int64_t undecided;
} FigureRow;

#define TEXT(member, zh, en)                                                                       \
    {                                                                                              \
#member, FIELD_TEXT, offsetof(FigureRow, member), zh, en                                   \
    }

static const Field figure_fields[] = {
    TEXT(id, "编号", "Id"),
    TEXT(noun, "登记簿", "Register"),
    TEXT(register_zh, "登记簿名称", "Register's name"),
    TEXT(register_en, "登记簿名称（英文）", "Register's name (English)"),
    { "kind", FIELD_ENUM, offsetof(FigureRow, kind), "种类", "Kind", .options = FIGURE_KINDS },
    TEXT(zh, "名称", "Name"),
    TEXT(en, "名称（英文）", "Name (English)"),
    TEXT(unit_zh, "单位", "Unit"),
    TEXT(unit_en, "单位（英文）", "Unit (English)"),
    TEXT(basis, "依据", "Basis"),
    TEXT(month, "按月分组的日期", "Day of its month"),
    TEXT(zone, "按推进区分组的字段", "Link to its zone"),
    TEXT(value, "数值", "Value"),
    TEXT(over, "分子", "Over"),
    TEXT(per, "分母", "Per"),
    TEXT(over_id, "分子的编号", "Figure over the line"),
    TEXT(per_id, "分母的编号", "Figure below the line"),
    { "undecided", FIELD_INT, offsetof(FigureRow, undecided), "待定行数", "Undecided rows" },
    FIELDS_END,
};

static FigureRow row_of(const Register *r, const Figure *f)
{
    bool ratio = f->kind == FIGURE_RATIO;
    return (FigureRow){ .id = f->id,
                        .noun = f->noun,
                        .register_zh = r->zh,
                        .register_en = r->en,
                        .kind = FIGURE_KINDS[f->kind].key,
                        .zh = f->zh,
                        .en = f->en,
                        .unit_zh = f->unit_zh,
                        .unit_en = f->unit_en,
                        .basis = f->basis,
                        .month = f->month,
                        .zone = f->zone,
                        .over_id = ratio ? f->over->id : NULL,
                        .per_id = ratio ? f->per->id : NULL,
                        .undecided = UNSET };
}

static void add_value(Cx *cx, FigureRow *row, const Figure *f, const FigureValue *v)
{
    row->value = figure_text(cx, f, v->value);
    row->undecided = v->undecided;
    if (f->kind == FIGURE_RATIO) {
        row->over = figure_text(cx, f->over, v->over);
        row->per = figure_text(cx, f->per, v->per);
    }
}

/* --- all --- */

static Err all(Cx *cx, Request *rq, Reply *rp)
{
    (void)rq;
    List registers, out = { 0 };
    FigureRow *rows = NULL;
    TRY(register_all(cx, &registers));
    const Register *r = registers.rows;
    for (size_t i = 0; i < registers.count; i++) {
        Figures own;
        if (!register_allows(cx, &r[i], REGISTER_READ))
            continue;
        TRY(figures_of(cx, &own, &r[i]));
        rows = arena_grow(cx->arena, rows, out.count * sizeof *rows,
                          (out.count + own.count + 1) * sizeof *rows);
        for (size_t k = 0; k < own.count; k++)
            rows[out.count++] = row_of(&r[i], &own.at[k]);
    }
    out.rows = rows;
    out.total = (int64_t)out.count;
    return reply_page(cx, rp, figure_fields, sizeof *rows, &out);
}

/* --- of one register --- */

/* Of which rows: those of a division, on a day, as known on another. */
static const char *const *asked(Cx *cx, const Request *rq)
{
    static const char *const KEYS[] = { "territory", DATED_ON, DATED_KNOWN };
    const char **filters = NEW_N(cx, const char *, 2 * COUNT(KEYS) + 1);
    for (size_t i = 0, n = 0; i < COUNT(KEYS); i++)
        if (request_query(rq, KEYS[i])) {
            filters[n++] = KEYS[i];
            filters[n++] = request_query(rq, KEYS[i]);
        }
    return filters;
}

static Err values(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    Figures own;
    TRY(register_find(cx, &r, request_param(rq, "noun")));
    TRY(figures_of(cx, &own, r));
    FigureRow *rows = NEW_N(cx, FigureRow, own.count + 1);
    for (size_t i = 0; i < own.count; i++) {
        List one;
        TRY(figure_value(cx, &one, r, &own.at[i], asked(cx, rq), ""));
        rows[i] = row_of(r, &own.at[i]);
        add_value(cx, &rows[i], &own.at[i], one.rows);
    }
    const List list = { rows, own.count, (int64_t)own.count };
    return reply_page(cx, rp, figure_fields, sizeof *rows, &list);
}

typedef struct GroupRow {
    const char *group;
    const char *called;
    FigureRow of;
} GroupRow;

#define OF(member, zh, en)                                                                         \
    {                                                                                              \
#member, FIELD_TEXT, offsetof(GroupRow, of) + offsetof(FigureRow, member), zh, en          \
    }

static const Field group_fields[] = {
    { "group", FIELD_TEXT, offsetof(GroupRow, group), "分组", "Group" },
    { "called", FIELD_TEXT, offsetof(GroupRow, called), "名称", "Name" },
    OF(value, "数值", "Value"),
    OF(over, "分子", "Over"),
    OF(per, "分母", "Per"),
    { "undecided", FIELD_INT, offsetof(GroupRow, of) + offsetof(FigureRow, undecided), "待定行数",
      "Undecided rows" },
    FIELDS_END,
};

static Err groups(Cx *cx, Request *rq, Reply *rp)
{
    const Register *r;
    const Figure *f;
    List found;
    TRY(register_find(cx, &r, request_param(rq, "noun")));
    TRY(figure_find(cx, &f, r, request_param(rq, "id")));
    TRY(figure_value(cx, &found, r, f, asked(cx, rq), text_or(request_query(rq, "by"), "")));
    const FigureValue *values_of = found.rows;
    GroupRow *rows = NEW_N(cx, GroupRow, found.count + 1);
    for (size_t i = 0; i < found.count; i++) {
        rows[i] = (GroupRow){ values_of[i].group, values_of[i].called, { 0 } };
        add_value(cx, &rows[i].of, f, &values_of[i]);
    }
    found.rows = rows;
    return reply_page(cx, rp, group_fields, sizeof *rows, &found);
}

#define AT "/api/registers/:noun/figures"

static const Route ROUTES[] = {
    { GET, "/api/figures", "session", all, "查看数字目录", "List the figures", .out = figure_fields,
      .flags = ROUTE_PAGE },
    { GET, AT, "register.read", values, "查看登记簿的数字", "Show a register's figures",
      .out = figure_fields, .flags = ROUTE_PAGE, .query = "territory on known" },
    { GET, AT "/:id", "register.read", groups, "按分组查看数字", "Show a figure in groups",
      .out = group_fields, .flags = ROUTE_PAGE, .query = "territory by on known" },
    ROUTES_END,
};

const Module figure_module = { .noun = "figure", .routes = ROUTES };
