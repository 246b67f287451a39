/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of a random run, each on both sides.
 *
 * An operation that would break a rule right now does nothing and returns false.
 * While an iterator is on a bitmap nothing is set in it: what QEMU's iterator then
 * still sees depends on how its words are laid out.
 */
#ifndef SIM_BLOCK_TEST_DIRTY_BITMAP_OPS_H
#define SIM_BLOCK_TEST_DIRTY_BITMAP_OPS_H

#include "sim/block/test-dirty-bitmap-run.h"

/* May bits be set? */
bool is_writable(const Tracked *tracked);
/* May it be released, but for being somebody's successor? */
bool is_releasable(const Tracked *tracked);

/* test-dirty-bitmap-ops-life.c */
bool op_create(Run *run);
bool op_find(Run *run);
bool op_release(Run *run);
bool op_release_named(Run *run);
bool op_truncate(Run *run);
bool op_cluster_size(Run *run);
bool op_create_successor(Run *run);
bool op_enable_successor(Run *run);
bool op_abdicate(Run *run);
bool op_reclaim(Run *run);
bool op_flags(Run *run);
bool op_check(Run *run);

/* test-dirty-bitmap-ops-content.c */
bool op_set(Run *run);
bool op_reset(Run *run);
bool op_set_dirty(Run *run);
bool op_clear(Run *run);
bool op_restore(Run *run);
bool op_merge(Run *run);
bool op_merge_internal(Run *run);
bool op_iterate(Run *run);

#endif
