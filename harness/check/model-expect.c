/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: what a bitmap must hold, from landings and points in time alone.
 *
 * Nothing is built for the comparison: both questions walk the landings and the dirty
 * ranges side by side, so that they cost what was written and not what the drive holds.
 */
#include "harness/check/model-internal.h"

/* Frozen during an access: what landed up to its point in time. */
static const SimRangeMap *landings_of(const ModelTrack *track)
{
    const ModelDrive *drive = track->drive;

    return track->is_active ? &drive->picture.landings : &drive->landings;
}

/* Between landing and marking a chunk may be either. */
static bool is_still_to_mark(const Model *model, uint64_t landing)
{
    for (unsigned i = 0; i < model->requests->len; i++) {
        const ModelRequest *request = &g_array_index(model->requests, ModelRequest, i);

        if (request->landing == landing) {
            return !request->is_marked;
        }
    }
    return false;
}

static bool find_lost_landing(const Model *model, const ModelTrack *track,
                              const SimRangeMap *dirty, uint64_t from, ModelGap *ret_gap)
{
    const SimRangeMap *landings = landings_of(track);
    SimRange hole;

    for (uint32_t i = sim_rangemap_find(landings, from); i < sim_rangemap_count(landings); i++) {
        const SimRange *landed = sim_rangemap_at(landings, i);

        if (landed->value > track->base &&
            sim_rangemap_next_hole(dirty, MAX(landed->start, from), landed->end, &hole) &&
            !is_still_to_mark(model, landed->value)) {
            *ret_gap = (ModelGap){ hole.start, hole.end, landed->value };
            return true;
        }
    }
    return false;
}

bool model_find_lost(const Model *model, const ModelTrack *track, const SimRangeMap *dirty,
                     uint64_t from, ModelGap *ret_gap)
{
    SimRange hole;

    if (from < track->full_bytes &&
        sim_rangemap_next_hole(dirty, from, track->full_bytes, &hole)) {
        SimRange landed = sim_rangemap_run(landings_of(track), hole.start, hole.end);

        *ret_gap = (ModelGap){ hole.start, hole.end, landed.value };
        return true;
    }
    return find_lost_landing(model, track, dirty, from, ret_gap);
}

/* First byte from @from on that a landing after the base or somebody's command has touched. */
static bool next_cause(const ModelTrack *track, uint64_t from, uint64_t end, SimRange *ret_cause)
{
    const SimRangeMap *landings = landings_of(track);
    SimRange landed, allowed;
    bool has_landed = false;

    for (uint64_t at = from; sim_rangemap_next(landings, at, end, &landed); at = landed.end) {
        if (landed.value > track->base) {
            has_landed = true;
            break;
        }
    }
    if (sim_rangemap_next(&track->may, from, end, &allowed) &&
        (!has_landed || allowed.start < landed.start)) {
        *ret_cause = allowed;
        return true;
    }
    *ret_cause = landed;
    return has_landed;
}

static bool find_uncaused_in(const ModelTrack *track, const SimRange *dirty, uint64_t granularity,
                             ModelGap *ret_gap)
{
    uint64_t at = model_align_down(dirty->start, granularity);
    uint64_t end = model_align_up(dirty->end, granularity);
    uint64_t full_end = model_align_up(track->full_bytes, granularity);
    SimRange cause;

    if (at < full_end) {
        at = full_end;
    }
    while (at < end) {
        bool has_cause = next_cause(track, at, end, &cause);
        uint64_t caused_from = has_cause ? model_align_down(cause.start, granularity) : end;

        if (caused_from > at) {
            *ret_gap = (ModelGap){ at, MIN(caused_from, dirty->end), 0 };
            return true;
        }
        at = model_align_up(cause.end, granularity);
    }
    return false;
}

bool model_find_uncaused(const ModelTrack *track, const SimRangeMap *dirty, uint64_t granularity,
                         ModelGap *ret_gap)
{
    for (uint32_t i = 0; i < sim_rangemap_count(dirty); i++) {
        if (find_uncaused_in(track, sim_rangemap_at(dirty, i), granularity, ret_gap)) {
            return true;
        }
    }
    return false;
}

/* As sim_rangemap_run() for one who walks upwards; *@index: no range before it ends above @start. */
static SimRange run_from(const SimRangeMap *map, uint32_t *index, uint64_t start, uint64_t end)
{
    SimRange run = { start, end, 0 };
    const SimRange *range;

    while (*index < sim_rangemap_count(map) && sim_rangemap_at(map, *index)->end <= start) {
        (*index)++;
    }
    if (*index == sim_rangemap_count(map)) {
        return run;
    }
    range = sim_rangemap_at(map, *index);
    if (range->start <= start) {
        run.end = MIN(range->end, end);
        run.value = range->value;
    } else {
        run.end = MIN(range->start, end);
    }
    return run;
}

bool model_find_difference(const SimRangeMap *a, const SimRangeMap *b, uint64_t start,
                           uint64_t end, SimRange *ret_a, SimRange *ret_b)
{
    uint32_t index_a = sim_rangemap_find(a, start);
    uint32_t index_b = sim_rangemap_find(b, start);

    while (start < end) {
        SimRange run_a = run_from(a, &index_a, start, end);
        SimRange run_b = run_from(b, &index_b, start, end);
        uint64_t run_end = MIN(run_a.end, run_b.end);

        if (run_a.value != run_b.value) {
            run_a.end = run_b.end = run_end;
            *ret_a = run_a;
            *ret_b = run_b;
            return true;
        }
        start = run_end;
    }
    return false;
}
