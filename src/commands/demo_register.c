/* Sample rows of the registers that the demo's pack declares, each entered, sent, returned and
 * passed by the account whose hand it is. */
#include "commands/demo.h"
#include "core/register/register.h"
#include "modules/user/user.h"

#include <string.h>

typedef struct Filling {
    const Json *list; /* {"noun", "writer", other accounts, "reason", "rows"} */
    const Json *item; /* {"row", "acts"} */
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

/* One act, "forward writer": which, and which of the list's accounts takes it. */
static Err take(Cx *cx, Filling *f, const char *text)
{
    const char *who = strchr(text, ' ');
    f->act = who ? arena_text_n(cx->arena, text, (size_t)(who - text)) : text;
    TRY(user_become(cx, json_text(f->list, who ? who + 1 : "writer", "")));
    TRY(act_run(cx, "办理样例台账", "Act on a sample register", take_act, f));
    f->version++;
    return OK;
}

static Err fill_row(Cx *cx, Filling *f)
{
    const Json *acts = json_get(f->item, "acts");
    TRY(user_become(cx, json_text(f->list, "writer", "")));
    TRY(act_run(cx, "登记样例台账", "Fill a sample register", add_row, f));
    f->version = 1;
    for (size_t i = 0; acts && i < acts->count; i++)
        TRY(take(cx, f, acts->items[i]->text));
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
