#include "modules/selection/rank.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *const RANK_PARTS[PARTS] = { "paper", "defence", "site" };

int64_t round_half_even(int64_t n, int64_t d)
{
    assert(d > 0);
    int64_t q = n / d, r = n % d;
    if (r < 0) {
        r += d;
        q--;
    }
    if (2 * r > d || (2 * r == d && q % 2 != 0))
        q++;
    return q;
}

/* 0 of a part that the pack does not score. */
static int64_t weight(const Rubric *rubric, size_t k)
{
    const RubricPart *part = rubric_part(rubric, RANK_PARTS[k]);
    return part ? part->weight : 0;
}

static int64_t divisor(const Rubric *rubric)
{
    int64_t sum = 0;
    for (size_t k = 0; k < PARTS; k++)
        sum += weight(rubric, k);
    assert(sum > 0);
    return sum;
}

int64_t rank_site(const Rubric *rubric, int64_t points)
{
    int64_t most = 0;
    for (size_t i = 0; i < rubric->item_count; i++)
        if (strcmp(rubric->items[i].part, "site") == 0)
            most += rubric->items[i].max;
    assert(points >= 0 && points <= most);
    return round_half_even(points * 100 * MICRO, most);
}

static int64_t weighted(const Rank *r, const Rubric *rubric)
{
    int64_t sum = 0;
    for (size_t k = 0; k < PARTS; k++) {
        assert(r->scores[k] >= 0 && r->scores[k] <= 100 * MICRO);
        sum += weight(rubric, k) * r->scores[k];
    }
    return sum;
}

static int order_by(const Rank *a, const Rank *b, const char *tie)
{
    if (strcmp(tie, "lot") == 0)
        return (a->lot > b->lot) - (a->lot < b->lot);
    for (size_t k = 0; k < PARTS; k++)
        if (strcmp(RANK_PARTS[k], tie) == 0)
            return (b->scores[k] > a->scores[k]) - (b->scores[k] < a->scores[k]);
    return 0;
}

/* Before, after or level by the totals and then by the pack's ties; *tie is what decided. */
static int compare(const Rank *a, const Rank *b, const Rubric *rubric, size_t *tie)
{
    *tie = 0;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    for (; rubric->ties[*tie] != NULL; ++*tie) {
        int order = order_by(a, b, rubric->ties[*tie]);
        if (order != 0)
            return order;
    }
    return 0;
}

static int by_place(const void *a, const void *b, void *rubric)
{
    size_t tie;
    return compare(a, b, rubric, &tie);
}

/* What parts a row from its neighbour of the same total: the later of the two reasons. */
static void say_tie(Rank *ranks, size_t count, size_t i, const Rubric *rubric)
{
    size_t last = 0;
    ranks[i].tied_by = NULL;
    for (size_t side = 0; side < 2; side++) {
        size_t tie, other = side == 0 ? i - 1 : i + 1;
        if (other >= count || ranks[other].total != ranks[i].total)
            continue;
        int order = compare(&ranks[i], &ranks[other], rubric, &tie);
        assert(order != 0 && rubric->ties[tie] != NULL);
        if (ranks[i].tied_by == NULL || tie > last) {
            last = tie;
            ranks[i].tied_by = rubric->ties[tie];
        }
    }
}

void rank_order(Rank *ranks, size_t count, const Rubric *rubric)
{
    for (size_t i = 0; i < count; i++)
        ranks[i].total = round_half_even(weighted(&ranks[i], rubric), divisor(rubric));
    if (count > 1)
        qsort_r(ranks, count, sizeof *ranks, by_place, (void *)(uintptr_t)rubric);
    for (size_t i = 0; i < count; i++) {
        ranks[i].place = (int64_t)i + 1;
        say_tie(ranks, count, i, rubric);
    }
}

static void put_tie(JsonOut *o, const Rank *ranks, size_t count, size_t i)
{
    if (ranks[i].tied_by == NULL) {
        json_put_null(o, "tie");
        return;
    }
    json_open(o, "tie", '{');
    json_open(o, "with", '[');
    for (size_t k = 0; k < count; k++)
        if (k != i && ranks[k].total == ranks[i].total)
            json_put_int(o, NULL, ranks[k].zone_id);
    json_close(o, ']');
    json_put_text(o, "by", ranks[i].tied_by);
    json_close(o, '}');
}

const char *rank_arithmetic(Cx *cx, const Rank *ranks, size_t count, size_t i, const Rubric *rubric)
{
    const Rank *r = &ranks[i];
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    json_open(&o, "parts", '[');
    for (size_t k = 0; k < PARTS; k++) {
        if (!rubric_part(rubric, RANK_PARTS[k]))
            continue;
        json_open(&o, NULL, '{');
        json_put_text(&o, "part", RANK_PARTS[k]);
        json_put_int(&o, "weight", weight(rubric, k));
        json_put_int(&o, "score", r->scores[k]);
        json_put_int(&o, "product", weight(rubric, k) * r->scores[k]);
        json_put_raw(&o, "arithmetic", text_or(r->sources[k], "null"));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_int(&o, "sum", weighted(r, rubric));
    json_put_int(&o, "divisor", divisor(rubric));
    json_put_int(&o, "total", r->total);
    put_tie(&o, ranks, count, i);
    json_close(&o, '}');
    return buf_text(&b);
}
