#include "policy/pack/role_former.h"

#include <stddef.h>

const FormerRole FORMER_ROLES[] = {
    { "quota.county", "Q1" },
    { "quota.city", "Q2" },
    { "subsidy", "fixed-sum" },
    { "least.villages", "village_floor" },
    { "share.integrated", "integration_ratio" },
    { NULL, NULL },
};
