/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is no event but must be equal in equal runs: answers and bitmaps.
 *
 * Goes into the digest of the world's events, so that two builds with the same
 * digest agree in these too (QEMU's own bitmaps and ours, for example).
 */
#include <string.h>

#include "harness/actor/stage-private.h"

static void mix_number(uint64_t number)
{
    sim_events_mix_number(sim_world_events(), number);
}

static void mix_text(const char *text)
{
    if (text) {
        sim_events_mix(sim_world_events(), text, strlen(text));
    } else {
        mix_number(0);
    }
}

void digest_mix_accesses(const BackupAccessInfoList *accesses)
{
    for (const BackupAccessInfoList *at = accesses; at; at = at->next) {
        const BackupAccessInfo *info = at->value;

        mix_text(info->node_name);
        mix_text(info->device);
        mix_number(info->size);
        mix_text(info->bitmap_node_name);
        mix_text(info->bitmap_name);
        mix_number(info->has_bitmap_action ? info->bitmap_action : UINT64_MAX);
    }
}

void digest_mix_query(const BackupStatus *status, const PBSBitmapInfoList *bitmap_infos)
{
    if (status) {
        mix_text(status->status);
        mix_text(status->errmsg);
        mix_number(status->has_total ? status->total : -1);
        mix_number(status->has_dirty ? status->dirty : -1);
        mix_number(status->has_transferred ? status->transferred : -1);
        mix_number(status->has_reused ? status->reused : -1);
    }
    for (const PBSBitmapInfoList *at = bitmap_infos; at; at = at->next) {
        mix_text(at->value->drive);
        mix_number(at->value->action);
        mix_number(at->value->size);
        mix_number(at->value->dirty);
    }
}

static void mix_bitmap(const SimBitmapView *view, const SimRangeMap *ranges,
                       void *opaque G_GNUC_UNUSED)
{
    mix_text(view->name);
    mix_number(view->granularity);
    mix_number(view->size_bytes << 5 | (uint64_t)view->enabled << 4 |
               (uint64_t)view->busy << 3 | (uint64_t)view->read_only << 2 |
               (uint64_t)view->inconsistent << 1 | view->persistent);
    for (uint32_t i = 0; view->name && i < sim_rangemap_count(ranges); i++) {
        mix_number(sim_rangemap_at(ranges, i)->start);
        mix_number(sim_rangemap_at(ranges, i)->end);
    }
}

void digest_mix_bitmaps(void)
{
    for (unsigned i = 0; sim_world_events()->is_digested && i < sim_world_n_drives(); i++) {
        const SimDrive *drive = sim_world_drive_at(i);

        if (sim_drive_is_inserted(drive)) {
            sim_drive_visit_bitmaps(drive, mix_bitmap, NULL);
        }
    }
}
