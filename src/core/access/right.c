#include "core/access/right.h"

#include "core/request/core.h"

#include <assert.h>
#include <string.h>

Err user_set_reach(Cx *cx, User *user)
{
    Reach seen = { .more = NULL };
    if (*user->territory)
        TRY(reach_of(cx, &seen, user->territory, day_of_instant(cx_now(cx))));
    user->merged = seen.more;
    return OK;
}

Reach user_range(Cx *cx, const User *user)
{
    Reach seen = range_of(cx, user->territory);
    seen.more = user->merged;
    return seen;
}

Arg user_reach(const User *user)
{
    return arg_reach(user->territory, user->merged);
}

const Right *right_find(const Cx *cx, const char *right)
{
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        for (const Right *r = (*m)->rights; r && r->right; r++)
            if (strcmp(r->right, right) == 0)
                return r;
    return NULL;
}

const Right *const *right_all(Cx *cx, size_t *count)
{
    size_t most = 0;
    *count = 0;
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        for (const Right *r = (*m)->rights; r && r->right; r++)
            most++;
    const Right **all = NEW_N(cx, const Right *, most + 1);
    for (const Module *const *m = cx->core->config.modules; m && *m; m++)
        for (const Right *r = (*m)->rights; r && r->right; r++)
            all[(*count)++] = r;
    return all;
}

bool right_signed_in(const char *right)
{
    return strcmp(right, "session") == 0 || strcmp(right, "self") == 0;
}

bool right_of(const Cx *cx, const User *user, const char *right)
{
    if (*right == '\0')
        return true;
    if (user == NULL)
        return false;
    if (right_signed_in(right))
        return true;
    const Right *r = right_find(cx, right);
    assert(r != NULL);
    return (r->levels & option_bit(LEVELS, user->level)) &&
           (r->kinds & option_bit(ORGAN_KINDS, user->organ_kind)) &&
           (r->seats & option_bit(SEATS, user->seat));
}

bool right_allows(const Cx *cx, const char *right)
{
    return right_of(cx, cx->user, right);
}
