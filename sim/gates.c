/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gates: what stands between the code under test and the block layer.
 *
 * The build leads every call of bdrv_open() in the code's object file to sim_gate_bdrv_open(), and
 * so on for each row of sim/gate-rows.h (cmake/prepare-subject); calls within the simulation stay
 * as they are.  So a fault counts just what the code under test asks for, and nothing of the
 * simulation has to know of it.
 *
 * Before the call, drives in an iothread may go on, as if at the same time.  Drained sections need
 * no word here: who is drained has nothing in flight, and what comes then waits in its backend.
 *
 * Without faults and iothreads a gate costs a call and some comparisons.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "block/dirty-bitmap-int.h"
#include "block/graph-lock.h"
#include "qapi/error.h"
#include "qobject/qdict.h"
#include "system/block-backend.h"

#include "sim/block/block-private.h"
#include "sim/util/sim-context.h"

/* ---- how a call fails ------------------------------------------------------------- */

/*
 * Errors bear the name of the call that failed, as if it had made them itself: whoever loses one is
 * told of that.  As in block.c, @options are taken even so.
 */
static BlockDriverState *not_opened(QDict *options, int ret, const char *call, const char *what,
                                    Error **errp)
{
    error_setg_errno_internal(errp, __FILE__, __LINE__, call, -ret, "%s", what);
    qobject_unref(options);
    return NULL;
}

static BdrvDirtyBitmap *no_bitmap(int ret, Error **errp)
{
    error_setg_errno_internal(errp, __FILE__, __LINE__, "bdrv_create_dirty_bitmap", -ret,
                              "could not get length of device");
    return NULL;
}

static int no_successor(int ret, Error **errp)
{
    error_setg_errno_internal(errp, __FILE__, __LINE__, "bdrv_dirty_bitmap_create_successor", -ret,
                              "could not get length of device");
    return ret;
}

static bool blocked(BlockDriverState *bs, Error **errp)
{
    error_setg_internal(errp, __FILE__, __LINE__, "bdrv_op_is_blocked", "Node '%s' is busy",
                        bdrv_get_device_or_node_name(bs));
    return true;
}

/* ---- for which device ------------------------------------------------------------- */

static const char *file_device(const QDict *options)
{
    const char *file = qdict_get_try_str(options, "file");
    BlockDriverState *bs = file ? bdrv_find_node(file) : NULL;

    return bs ? bdrv_get_device_or_node_name(bs) : "";
}

static const char *bitmap_device(const BdrvDirtyBitmap *bitmap)
{
    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        BdrvDirtyBitmap *other;

        FOR_EACH_DIRTY_BITMAP(bs, other) {
            if (other == bitmap) {
                return bdrv_get_device_or_node_name(bs);
            }
        }
    }
    return "";
}

/* ---- the gates -------------------------------------------------------------------- */

#define PASSES(type, name, parameters, arguments)                                   \
    type sim_gate_##name parameters;                                                \
    type sim_gate_##name parameters                                                 \
    {                                                                               \
        sim_loop_run_iothreads(sim_main_loop);                                      \
        return name arguments;                                                      \
    }

#define DOES(name, parameters, arguments)                                           \
    void sim_gate_##name parameters;                                                \
    void sim_gate_##name parameters                                                 \
    {                                                                               \
        sim_loop_run_iothreads(sim_main_loop);                                      \
        name arguments;                                                             \
    }

#define FAILS(type, name, parameters, arguments, who, answer)                       \
    type sim_gate_##name parameters;                                                \
    type sim_gate_##name parameters                                                 \
    {                                                                               \
        sim_loop_run_iothreads(sim_main_loop);                                      \
        if (sim_faults_are_asked(sim_faults)) {                                     \
            int ret = sim_fault(#name, who, NULL);                                  \
                                                                                    \
            if (ret < 0) {                                                          \
                return answer;                                                      \
            }                                                                       \
        }                                                                           \
        return name arguments;                                                      \
    }

#include "sim/gate-rows.h"
