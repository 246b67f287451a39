/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Injected faults.
 *
 * Every fault counts the calls that it fits, whether or not another fault made one
 * of them fail: so each means the same with and without the others, and a
 * shrinker can take them away one by one.
 */
#include "sim/core/fault.h"

#include <glib.h>
#include <string.h>

const char *const sim_fault_calls[] = {
    "backup-close",
    "backup-config",
    "backup-connect",
    "backup-create",
    "backup-finish",
    "backup-read",
    "backup-register",
    "backup-write",
    "backup_job_create",
    "bdrv_co_backup_dump_create",
    "bdrv_co_is_inserted",
    "bdrv_create_dirty_bitmap",
    "bdrv_dirty_bitmap_create_successor",
    "bdrv_get_info",
    "bdrv_getlength",
    "bdrv_insert_node",
    "bdrv_op_is_blocked",
    "bdrv_open",
    "cbw-read",
    "cbw-write",
    "g_file_get_contents",
    "guest-discard",
    "guest-flush",
    "guest-read",
    "guest-write",
    "guest-write-zeroes",
    "snapshot-read",
    NULL
};

G_STATIC_ASSERT(G_N_ELEMENTS(sim_fault_calls) == SIM_N_FAULT_CALLS + 1);

static const char *const slow_calls[] = {
    "backup-config",
    "backup-connect",
    "backup-close",
    "backup-finish",
    "backup-read",
    "backup-register",
    "backup-write",
    "cbw-read",
    "cbw-write",
    "snapshot-read",
    NULL
};

static const char *find(const char *const *calls, const char *call)
{
    /* The linker keeps one of equal literals, so that mostly no text is compared. */
    for (unsigned i = 0; calls[i]; i++) {
        if (calls[i] == call) {
            return call;
        }
    }
    for (unsigned i = 0; calls[i]; i++) {
        if (!strcmp(calls[i], call)) {
            return calls[i];
        }
    }
    return NULL;
}

const char *sim_fault_find_call(const char *call)
{
    return find(sim_fault_calls, call);
}

bool sim_fault_takes_time(const char *call)
{
    return find(slow_calls, call) != NULL;
}

static bool add(SimFaults *faults, const SimFault *fault)
{
    g_assert(fault->call == sim_fault_find_call(fault->call));
    g_assert(fault->nth >= 1);

    if (faults->n_faults == SIM_MAX_FAULTS) {
        return false;
    }
    faults->faults[faults->n_faults] = *fault;
    faults->faults[faults->n_faults++].who = g_strdup(fault->who);
    return true;
}

bool sim_faults_add(SimFaults *faults, const char *call, const char *who, uint32_t nth,
                    bool from_then_on, int error)
{
    g_assert(error > 0);
    return add(faults, &(SimFault){
        .call = call,
        .who = (char *)who,
        .nth = nth,
        .from_then_on = from_then_on,
        .error = error,
    });
}

bool sim_faults_add_delay(SimFaults *faults, const char *call, const char *who, uint32_t nth,
                          bool from_then_on, uint64_t delay_ns)
{
    return add(faults, &(SimFault){
        .call = call,
        .who = (char *)who,
        .nth = nth,
        .from_then_on = from_then_on,
        .delay_ns = delay_ns,
    });
}

void sim_faults_clear(SimFaults *faults)
{
    for (uint32_t i = 0; i < faults->n_faults; i++) {
        g_free(faults->faults[i].who);
    }
    faults->n_faults = 0;
}

void sim_faults_count(SimFaults *faults, uint32_t *counts)
{
    faults->counts = counts;
}

/* @call is a row of sim_fault_calls, as that of a fault is: no text is compared. */
static void count(SimFaults *faults, const char *call)
{
    for (unsigned i = 0; i < SIM_N_FAULT_CALLS; i++) {
        faults->counts[i] += sim_fault_calls[i] == call;
    }
}

/* The same. */
static bool fits(const SimFault *fault, const char *call, const char *who)
{
    return fault->call == call && (!fault->who || (who && !strcmp(fault->who, who)));
}

static bool fires(SimFault *fault)
{
    if (fault->n_seen < UINT32_MAX) {
        fault->n_seen++;
    }
    return fault->n_seen == fault->nth || (fault->from_then_on && fault->n_seen > fault->nth);
}

int sim_faults_check_delay(SimFaults *faults, const char *call, const char *who,
                           uint64_t *ret_delay_ns)
{
    int error = 0;

    if (!sim_faults_are_asked(faults)) {
        return 0;
    }
    call = sim_fault_find_call(call);
    /* A call that nobody can name would be a fault that never fires. */
    g_assert(call);
    if (faults->counts) {
        count(faults, call);
    }

    for (uint32_t i = 0; i < faults->n_faults; i++) {
        SimFault *fault = &faults->faults[i];

        if (fits(fault, call, who) && fires(fault)) {
            error = error ? error : fault->error;
            *ret_delay_ns += fault->delay_ns;
        }
    }
    return -error;
}

int sim_faults_check(SimFaults *faults, const char *call, const char *who)
{
    uint64_t delay_ns = 0;

    return sim_faults_check_delay(faults, call, who, &delay_ns);
}
