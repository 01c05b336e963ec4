/* What guests find on the first page: the publications that run, soonest to end first, found by
 * words. Each has a row for each of its words: "" stands for all, "noun:loan" for its subject, and
 * a number for each bigram of its title, its place, who published it, and the divisions that it
 * lies in. So each question is a range of one index in the order of the answer, however many there
 * are; what is withdrawn or hangs on a board alone has no words, and is found by nobody.
 */
#include "modules/publication/publication.h"

#include "modules/region/region.h"
#include "store/grams.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 20, WORDS_ASKED = 4 };

const Field publication_found_fields[] = {
    { "id", FIELD_INT, offsetof(PublicationFound, id), "编号", "Number" },
    { "subject", FIELD_TEXT, offsetof(PublicationFound, subject), "事项", "Subject" },
    { "profile", FIELD_TEXT, offsetof(PublicationFound, profile), "公示方式", "Profile" },
    { "title", FIELD_TEXT, offsetof(PublicationFound, title), "标题", "Title" },
    { "organ", FIELD_TEXT, offsetof(PublicationFound, organ), "公示单位", "Published by" },
    { "starts_on", FIELD_DATE, offsetof(PublicationFound, starts_on), "公示开始", "First day" },
    { "ends_on", FIELD_DATE, offsetof(PublicationFound, ends_on), "公示结束", "Last day" },
    FIELDS_END,
};

/* --- words --- */

static const char *subject_word(Cx *cx, const char *noun)
{
    return arena_format(cx->arena, "noun:%s", noun);
}

static const char *gram_word(Cx *cx, int64_t gram)
{
    return arena_format(cx->arena, "%" PRId64, gram);
}

static Err post(Cx *cx, const Publication *p, const char *word)
{
    return store_run(cx,
                     "INSERT INTO publication_word(word, ends_on, publication_id) "
                     "VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
                     ARGS(T(word), I(p->ends_on), I(p->id)));
}

/* Its title, place and organ, and the divisions above: who looks for a county finds its villages'.
 */
static Err words_of(Cx *cx, const char **out, const Publication *p)
{
    const char *name;
    const size_t digits[] = { 4, 6, 9, 12 };
    Buf b = BUF(cx);
    buf_format(&b, "%s\n%s\n%s", text_or(p->title, ""), text_or(p->organ, ""),
               text_or(p->place, ""));
    for (size_t i = 0; i < COUNT(digits) && digits[i] <= strlen(p->territory); i++) {
        TRY(region_name(cx, &name, arena_text_n(cx->arena, p->territory, digits[i])));
        buf_format(&b, "\n%s", name);
    }
    *out = buf_text(&b);
    return OK;
}

Err publication_post(Cx *cx, const Publication *p)
{
    const char *text;
    if (!p->profile || strcmp(p->profile, "VB") == 0)
        return OK;
    TRY(words_of(cx, &text, p));
    TRY(post(cx, p, ""));
    TRY(post(cx, p, subject_word(cx, p->subject)));
    Grams g = text_grams(cx, text);
    for (size_t i = 0; i < g.count; i++)
        TRY(post(cx, p, gram_word(cx, g.at[i])));
    return OK;
}

Err publication_unpost(Cx *cx, int64_t id)
{
    return store_run(cx, "DELETE FROM publication_word WHERE publication_id = $1", ARGS(I(id)));
}

/* --- asking --- */

typedef struct FindWords {
    const char *at[WORDS_ASKED]; /* "" = no more */
    size_t count;
} FindWords;

static void ask_word(FindWords *w, const char *word)
{
    if (w->count < WORDS_ASKED)
        w->at[w->count++] = word;
}

/* The first leads: a pair of characters is rarer than a subject. */
static FindWords words_asked(Cx *cx, const PublicationAsk *ask)
{
    FindWords w = { { "", "", "", "" }, 0 };
    Grams g = part_grams(cx, text_or(ask->text, ""));
    size_t kept = *text_or(ask->subject, "") ? WORDS_ASKED - 1 : WORDS_ASKED;
    for (size_t i = 0; i < g.count && i < kept; i++)
        ask_word(&w, gram_word(cx, g.at[i]));
    if (*text_or(ask->subject, ""))
        ask_word(&w, subject_word(cx, ask->subject));
    return w;
}

/* "19700.12": behind the one of that last day and number. */
static Err read_after(Cx *cx, const char *after, Day *day, int64_t *id)
{
    char *end, *last;
    *day = day_of_instant(cx_now(cx));
    *id = 0;
    if (!after)
        return OK;
    long long d = strtoll(after, &end, 10);
    long long n = *end == '.' ? strtoll(end + 1, &last, 10) : 0;
    if (end == after || *end != '.' || last == end + 1 || *last || d < *day)
        return fail(cx, INVALID, "after", "页码不对，请从第一页查看",
                    "there is no such page; begin with the first");
    *day = d;
    *id = n;
    return OK;
}

Err publication_search(Cx *cx, List *out, const char **after, const PublicationAsk *ask)
{
    Day day, today = day_of_instant(cx_now(cx));
    int64_t id;
    FindWords w = words_asked(cx, ask);
    TRY(read_after(cx, ask->after, &day, &id));
    TRY(store_list(cx, out, publication_found_fields, sizeof(PublicationFound),
                   PUBLICATION_SEARCH "" PUBLICATION_PAGE,
                   ARGS(T(w.at[0]), I(day), I(id), I(today), T(w.at[1]), T(w.at[2]), T(w.at[3]))));
    const PublicationFound *rows = out->rows;
    bool more = out->count > PAGE;
    out->count = more ? PAGE : out->count;
    *after = more ? arena_format(cx->arena, "%lld.%lld", (long long)rows[PAGE - 1].ends_on,
                                 (long long)rows[PAGE - 1].id)
                  : NULL;
    return OK;
}

/* --- upkeep --- */

static Err in_transaction(Cx *cx, Err (*work)(Cx *cx))
{
    TRY(store_begin(cx, true));
    Err e = work(cx);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

/* What its words are made of. */
static const Field worded_fields[] = {
    { "id", FIELD_INT, offsetof(Publication, id), "编号", "Number" },
    { "subject", FIELD_TEXT, offsetof(Publication, subject), "事项", "Subject" },
    { "profile", FIELD_TEXT, offsetof(Publication, profile), "公示方式", "Profile" },
    { "ends_on", FIELD_DATE, offsetof(Publication, ends_on), "公示结束", "Last day" },
    { "territory", FIELD_TEXT, offsetof(Publication, territory), "区划代码", "Division code" },
    { "title", FIELD_TEXT, offsetof(Publication, title), "标题", "Title" },
    { "place", FIELD_TEXT, offsetof(Publication, place), "张贴地点", "Where it hangs" },
    { "organ", FIELD_TEXT, offsetof(Publication, organ), "公示单位", "Published by" },
    FIELDS_END,
};

/* On the web, still running, not withdrawn, and without words. */
static Err wordless(Cx *cx, List *out)
{
    return store_list(
        cx, out, worded_fields, sizeof(Publication),
        "SELECT p.id, p.subject, p.profile, p.ends_on, p.territory, p.title, p.place, "
        "p.organ FROM publication p WHERE p.ends_on >= $1 AND p.profile IN ('Z1', "
        "'Z2', 'Z3') AND NOT EXISTS (SELECT 1 FROM publication_end e WHERE "
        "e.publication_id = p.id) AND NOT EXISTS (SELECT 1 FROM publication_word w "
        "WHERE w.word = '' AND w.ends_on = p.ends_on AND w.publication_id = p.id)",
        ARGS(I(day_of_instant(cx_now(cx)))));
}

/* Those that ran before there were words. */
static Err post_missing(Cx *cx)
{
    List all;
    TRY(wordless(cx, &all));
    const Publication *rows = all.rows;
    for (size_t i = 0; i < all.count; i++)
        TRY(publication_post(cx, &rows[i]));
    return OK;
}

Err publication_start(Cx *cx)
{
    List all;
    TRY(wordless(cx, &all));
    return all.count ? in_transaction(cx, post_missing) : OK;
}

static Err forget_over(Cx *cx)
{
    return store_run(
        cx,
        "DELETE FROM publication_word WHERE publication_id IN (SELECT o.publication_id "
        "FROM publication_word o WHERE o.word = '' AND o.ends_on < $1 "
        "ORDER BY o.ends_on LIMIT 200)",
        ARGS(I(day_of_instant(cx_now(cx)))));
}

Err publication_tidy(Cx *cx)
{
    return in_transaction(cx, forget_over);
}
