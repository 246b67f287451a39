/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of both sides, in one table each. */
#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-sides.h"

#ifdef BAX_TEST_ONE_SIDE

const Side sides[N_SIDES] = {
    [BUILTIN] = {
        .name = "builtin",
#define FUNCTION(f) .f = f,
        DIRTY_BITMAP_API(FUNCTION)
#undef FUNCTION
    },
};

#else

#define FUNCTION(f) extern __typeof__(f) builtin_##f;
DIRTY_BITMAP_API(FUNCTION)
#undef FUNCTION

const Side sides[N_SIDES] = {
    [REAL] = {
        .name = "real",
#define FUNCTION(f) .f = f,
        DIRTY_BITMAP_API(FUNCTION)
#undef FUNCTION
    },
    [BUILTIN] = {
        .name = "builtin",
#define FUNCTION(f) .f = builtin_##f,
        DIRTY_BITMAP_API(FUNCTION)
#undef FUNCTION
    },
};

#endif
