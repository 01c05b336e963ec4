#include "modules/register_testing.h"

#include <string.h>

REGISTER_CASES("packs/lu-2022-26", "loan_product")
REGISTER_CASES("packs/lu-2022-26", "loan")
