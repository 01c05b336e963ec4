/* The report of the printed declaration, in the words of the pack.
 *
 * A text holds names in braces. {zone}, {city}, {county}, {kind} and the counts of the check are
 * the program's; {count:/villages} is how many rows a table has, {annex:/villages} the number of
 * the enclosure that holds it. {/plan/start} is a field in its words: "words" of the pack says how
 * it is spoken of ("said", with {} for the value; of a yes or no "yes" and "no") and what is said
 * while it is not filled in ("open"). A word of several fields names them under "of" and is open
 * while all of them are. So a half-filled dossier reads as what it is, never as a claim.
 */
#include "modules/zone/zone_paper.h"

#include "core/access/right.h"
#include "policy/pack/dossier.h"

#include <stdlib.h>
#include <string.h>

/* Words may be made of words; deeper than any pack goes, and an end to one that names itself. */
enum { DEEPEST = 6 };

static const char *expand(Cx *cx, const Print *p, const char *text, const char *value, int depth);

/* How a county, a city of that level or a district speaks of itself. */
static const char *own_kind(const Print *p)
{
    return text_ends(p->county, "市") ? "市" : text_ends(p->county, "区") ? "区" : "县";
}

/* --- what a field says --- */

static const char *names_zh(Cx *cx, const Field *table, const Json *rows)
{
    Buf b = BUF(cx);
    for (size_t i = 0; i < json_count(rows); i++)
        buf_format(&b, "%s%s", i ? "、" : "",
                   text_or(dictionary_item_name(table, rows->items[i]), "未填"));
    return b.length ? buf_text(&b) : NULL;
}

/* The value in words; NULL while it is open. Lines of funds are their sum, other rows their names,
 * an object is there where anything in it is. */
static const char *said_value(Cx *cx, const Print *p, const char *pointer)
{
    PointerPlace place;
    const Json *j = json_at(p->dossier, pointer);
    if (!dictionary_place(cx, &place, p->fields, p->dossier, pointer) || json_missing(j))
        return NULL;
    const Field *f = place.field;
    if (dossier_is_table(f))
        return field_find(f->fields, "amount") ? amounts_zh(cx, j) : names_zh(cx, f, j);
    if (f->type != FIELD_OBJECT)
        return json_zh(cx, f, j);
    for (const Field *below = f->fields; below && below->type != FIELD_END; below++)
        if (!json_missing(json_get(j, below->key)))
            return "";
    return NULL;
}

/* The value of a word, of which at least one field must be filled in. */
static const char *word_value(Cx *cx, const Print *p, const char *name, const Json *of)
{
    const char *value = NULL;
    if (json_missing(of))
        return said_value(cx, p, name);
    for (size_t i = 0; !value && i < of->count; i++)
        value = of->items[i]->type == J_TEXT ? said_value(cx, p, of->items[i]->text) : NULL;
    return value;
}

/* As a sentence: with one full stop. */
static const char *sentence(Cx *cx, const char *text)
{
    static const char *const ENDS[] = { "。", "！", "？", "；", "." };
    for (size_t i = 0; i < COUNT(ENDS); i++)
        if (text_ends(text, ENDS[i]))
            return text;
    return arena_format(cx->arena, "%s。", text);
}

static const char *word(Cx *cx, const Print *p, const char *name, int depth)
{
    const Json *how = json_get(json_get(p->how, "words"), name);
    const Json *j = *name == '/' ? json_at(p->dossier, name) : NULL;
    const char *value = word_value(cx, p, name, json_get(how, "of"));
    const char *text = json_text(how, value ? "said" : "open", value ? "{}" : "未填");
    if (value && !json_missing(j) && j->type == J_BOOL)
        text = json_text(how, j->boolean ? "yes" : "no", text);
    text = expand(cx, p, text, text_or(value, ""), depth + 1);
    return json_bool(how, "sentence", false) ? sentence(cx, text) : text;
}

/* --- the program's own names --- */

static const char *number_zh(Cx *cx, int64_t n)
{
    return arena_format(cx->arena, "%lld", (long long)n);
}

static const char *own_name(Cx *cx, const Print *p, const char *name)
{
    const Zone *z = &p->view->zone;
    const struct {
        const char *name, *text;
    } OWN[] = {
        { "zone", z->name },
        { "city", p->city },
        { "county", p->county },
        { "kind", own_kind(p) },
        { "programme", p->view->pack->zh },
        { "document", p->view->pack->document },
        { "met", number_zh(cx, z->met) },
        { "not_met", number_zh(cx, z->not_met) },
        { "undetermined", number_zh(cx, z->undetermined) },
        { "exceptions", number_zh(cx, z->exceptions) },
    };
    for (size_t i = 0; i < COUNT(OWN); i++)
        if (strcmp(OWN[i].name, name) == 0)
            return OWN[i].text;
    return NULL;
}

static const char *name_zh(Cx *cx, const Print *p, const char *name, const char *value, int depth)
{
    const char *own = own_name(cx, p, name);
    if (!*name)
        return value;
    if (own)
        return own;
    if (strncmp(name, "count:", 6) == 0)
        return number_zh(cx, (int64_t)json_count(json_at(p->dossier, name + 6)));
    if (strncmp(name, "annex:", 6) == 0)
        return number_zh(cx, (int64_t)annex_of(p, name + 6));
    return depth > DEEPEST ? "" : word(cx, p, name, depth);
}

/* The text with every name in braces filled in; {} is the value. */
static const char *expand(Cx *cx, const Print *p, const char *text, const char *value, int depth)
{
    Buf b = BUF(cx);
    while (*text) {
        size_t plain = strcspn(text, "{"), name = strcspn(text + plain, "}");
        buf_add_n(&b, text, plain);
        text += plain;
        if (!*text)
            break;
        buf_add(&b, name_zh(cx, p, arena_text_n(cx->arena, text + 1, name - 1), value, depth));
        text += text[name] ? name + 1 : name;
    }
    return buf_text(&b);
}

/* --- the report --- */

/* What a pack says that says nothing: where things stand, and how the check came out. */
static const char STANDARD[] =
    "[{\"heading\":1,\"zh\":\"一、基本情况\"},"
    "{\"zh\":\"{zone}位于{city}{county}，覆盖行政村{count:/villages}个，安排项目"
    "{count:/plan/projects}个（见附件{annex:/villages}、附件{annex:/plan/projects}）。\"},"
    "{\"heading\":1,\"zh\":\"二、资金安排\"},{\"zh\":\"资金来源见附件{annex:/funds}。\"},"
    "{\"heading\":1,\"zh\":\"三、政策核对\"},"
    "{\"zh\":\"按{document}逐条核对，符合{met}条，不符合{not_met}条，待补{undetermined}条，原则例外"
    "{exceptions}条（佐证材料见附件{annex:evidence}，逐条结果见附件{annex:check}）。\"}]";

static const Json *paragraphs_of(Cx *cx, const Print *p)
{
    const Json *said = json_get(p->how, "report");
    if (json_missing(said) && json_parse(cx, &said, STANDARD, sizeof STANDARD - 1, &JSON_LIMITS))
        abort(); /* the text above is JSON */
    return said;
}

static void put_paragraphs(Cx *cx, const Print *p)
{
    const Json *all = paragraphs_of(cx, p);
    for (size_t i = 0; i < all->count; i++) {
        const char *text = expand(cx, p, json_text(all->items[i], "zh", ""), "", 0);
        int64_t level = json_int(all->items[i], "heading", 0);
        if (level == 1 || level == 2)
            paper_heading(p->paper, (int)level, text);
        else
            paper_text(p->paper, text);
    }
}

void print_report(Cx *cx, const Print *p)
{
    const Zone *z = &p->view->zone;
    const char *mark = p->sample ? "（样例）" : "";
    const char *county = arena_format(cx->arena, "%s人民政府", p->county);
    const char **titles = NEW_N(cx, const char *, p->annex_count);
    for (size_t i = 0; i < p->annex_count; i++)
        titles[i] = p->annexes[i].title;
    paper_title(p->paper, arena_format(cx->arena, "%s\u200B关于申报\u200B%s\u200B的请示%s", county,
                                       p->view->pack->zh, mark));
    if (z->sent_at == UNSET)
        paper_number(p->paper, "（草稿，尚未报送）");
    paper_to(p->paper, arena_format(cx->arena, "%s乡村振兴局、财政局：", p->city));
    paper_text(
        p->paper,
        expand(cx, p,
               "按照{document}要求，我{kind}组织编制了{zone}申报材料，现将有关情况报告如下。", "",
               0));
    put_paragraphs(cx, p);
    paper_text(p->paper, "妥否，请批示。");
    paper_enclosures(p->paper, titles, p->annex_count);
    int64_t at = z->sent_at == UNSET ? cx_now(cx) : z->sent_at;
    paper_sign(p->paper, &county, 1, paper_day(cx, day_of_instant(at)));
}
