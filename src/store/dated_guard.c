/* What the table of dated rows refuses by itself, because a second program, a repair by hand or a
 * mistake of ours must not be able to rewrite what was answered.
 */
#include "store/dated.h"
#include "store/table_parts.h"

#include <string.h>

static Err add_key(Cx *cx, const Table *t, const char *name, const char *where)
{
    Buf b = BUF(cx);
    buf_add(&b, "CREATE UNIQUE INDEX IF NOT EXISTS ");
    buf_name(&b, arena_format(cx->arena, "%s_%s", t->name, name));
    buf_add(&b, " ON ");
    buf_name(&b, t->name);
    buf_char(&b, '(');
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (dated_lasts(f)) {
            buf_name(&b, f->key);
            buf_add(&b, ", ");
        }
    buf_format(&b, "valid_from) WHERE %s", where);
    return store_run(cx, buf_text(&b), NO_ARGS);
}

static Err refuse_on_sqlite(Cx *cx, const Table *t)
{
    static const char END[] = " BEGIN SELECT RAISE(ABORT, 'append_only'); END";
    Buf drop = BUF(cx), update = BUF(cx), gone = BUF(cx);
    const char *changed = arena_format(cx->arena, "%s_no_change", t->name);
    buf_add(&drop, "DROP TRIGGER IF EXISTS ");
    buf_name(&drop, changed);
    buf_add(&update, "CREATE TRIGGER ");
    buf_name(&update, changed);
    buf_add(&update, " BEFORE UPDATE ON ");
    buf_name(&update, t->name);
    buf_add(&update, " WHEN OLD.known_from IS NOT NULL AND NOT (OLD.known_to IS NULL AND "
                     "NEW.known_to IS NOT NULL");
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (!(f->flags & FIELD_VIRTUAL) && strcmp(f->key, "known_to") != 0) {
            buf_add(&update, " AND NEW.");
            buf_name(&update, f->key);
            buf_add(&update, " IS OLD.");
            buf_name(&update, f->key);
        }
    buf_format(&update, ")%s", END);
    buf_add(&gone, "CREATE TRIGGER IF NOT EXISTS ");
    buf_name(&gone, arena_format(cx->arena, "%s_no_delete", t->name));
    buf_add(&gone, " BEFORE DELETE ON ");
    buf_name(&gone, t->name);
    buf_format(&gone, " WHEN OLD.known_from IS NOT NULL%s", END);
    TRY(store_run(cx, buf_text(&drop), NO_ARGS));
    TRY(store_run(cx, buf_text(&update), NO_ARGS));
    return store_run(cx, buf_text(&gone), NO_ARGS);
}

/* As JSON a row has whatever columns it has grown by now; the county is reckoned behind the
 * trigger. */
static Err refuse_on_pg(Cx *cx, const Table *t)
{
    Buf b = BUF(cx), drop = BUF(cx);
    buf_add(&drop, "DROP TRIGGER IF EXISTS dated ON ");
    buf_name(&drop, t->name);
    buf_add(&b, "CREATE TRIGGER dated BEFORE UPDATE OR DELETE ON ");
    buf_name(&b, t->name);
    buf_add(&b, " FOR EACH ROW EXECUTE FUNCTION dated_rows()");
    TRY(store_run(
        cx,
        "CREATE OR REPLACE FUNCTION dated_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.known_from IS NULL THEN "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; "
        "IF TG_OP = 'UPDATE' AND OLD.known_to IS NULL AND NEW.known_to IS NOT NULL AND "
        "to_jsonb(OLD) - 'known_to' - '" COUNTY "' = to_jsonb(NEW) - 'known_to' - '" COUNTY
        "' THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'append_only' USING ERRCODE = '23000', CONSTRAINT = 'append_only'; "
        "END $$",
        NO_ARGS));
    TRY(store_run(cx, buf_text(&drop), NO_ARGS));
    return store_run(cx, buf_text(&b), NO_ARGS);
}

Err dated_guard(Cx *cx, const Table *t)
{
    TRY(add_key(cx, t, "known", "known_from IS NOT NULL AND known_to IS NULL"));
    TRY(add_key(cx, t, "drafted", "known_from IS NULL AND replaces IS NULL"));
    return store_is_pg(cx->store) ? refuse_on_pg(cx, t) : refuse_on_sqlite(cx, t);
}
