/* Sample rows of the registers that the demo's pack declares, each entered, sent, returned and
 * passed by the account whose hand it is. */
#include "commands/demo.h"
#include "core/register/register.h"
#include "modules/user/user.h"

#include <string.h>

typedef struct Filling {
    const Json *list; /* {"noun", "writer", "checker", "reason", "rows"} */
    const Json *item; /* {"row", "state"} */
    int64_t id;
    const char *act;
    int64_t version;
} Filling;

static Err add_row(Cx *cx, void *data)
{
    Filling *f = data;
    const Register *r;
    TRY(register_find(cx, &r, json_text(f->list, "noun", "")));
    void *row = register_row(cx, r);
    TRY(field_read(cx, row, r->table.fields, json_get(f->item, "row"), ""));
    return register_create(cx, r, &f->id, row);
}

static Err take_act(Cx *cx, void *data)
{
    const Filling *f = data;
    const Register *r;
    TRY(register_find(cx, &r, json_text(f->list, "noun", "")));
    return register_act(cx, r,
                        &(RegisterAct){ .act = f->act,
                                        .id = f->id,
                                        .version = f->version,
                                        .reason = json_text(f->list, "reason", NULL) });
}

/* The acts that lead to the state, in their order, with the one who takes each. */
static const struct Way {
    const char *state, *act, *who;
    int64_t version;
} WAYS[] = {
    { "sent", "send", "writer", 1 },     { "returned", "send", "writer", 1 },
    { "settled", "send", "writer", 1 },  { "returned", "return", "checker", 2 },
    { "settled", "pass", "checker", 2 },
};

static Err fill_row(Cx *cx, Filling *f)
{
    const char *state = json_text(f->item, "state", "draft");
    TRY(user_become(cx, json_text(f->list, "writer", "")));
    TRY(act_run(cx, "登记样例台账", "Fill a sample register", add_row, f));
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        if (strcmp(WAYS[i].state, state) != 0)
            continue;
        f->act = WAYS[i].act;
        f->version = WAYS[i].version;
        TRY(user_become(cx, json_text(f->list, WAYS[i].who, "")));
        TRY(act_run(cx, "办理样例台账", "Act on a sample register", take_act, f));
    }
    return OK;
}

Err demo_registers(Cx *cx, const Json *demo)
{
    const Json *lists = json_get(demo, "registers");
    for (size_t i = 0; lists && i < lists->count; i++) {
        Filling f = { .list = lists->items[i] };
        const Json *rows = json_get(f.list, "rows");
        for (size_t k = 0; k < rows->count; k++) {
            f.item = rows->items[k];
            TRY(fill_row(cx, &f));
        }
    }
    return OK;
}
