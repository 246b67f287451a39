/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Injected faults: overlays on a pristine world.
 *
 * A fault names a call ("bdrv_create_dirty_bitmap", "cbw-write", "guest-write"),
 * a device or node (or any), and which occurrence fails, once or from then on.
 * The simulated block layer asks before each such call.
 */
#ifndef SIM_CORE_FAULT_H
#define SIM_CORE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct SimFault {
    const char *call;           /* static: a row of sim_fault_calls */
    char *who;                  /* owned; NULL: any */
    uint32_t nth;               /* 1: the next such call fails */
    bool from_then_on;
    int error;                  /* positive errno; 0: it only takes its time */
    uint64_t delay_ns;          /* virtual time that the call takes more */
    uint32_t n_seen;
} SimFault;

#define SIM_MAX_FAULTS 32

typedef struct SimFaults {
    SimFault faults[SIM_MAX_FAULTS];
    uint32_t n_faults;
    uint32_t *counts;           /* borrowed; NULL: calls are not counted */
} SimFaults;

/* NULL-terminated; every call that can be made to fail. */
extern const char *const sim_fault_calls[];
#define SIM_N_FAULT_CALLS 27

/* The row of sim_fault_calls that equals @call, or NULL. */
const char *sim_fault_find_call(const char *call);
/* Whether @call can be made to take its time instead; the others are answered on the spot. */
bool sim_fault_takes_time(const char *call);
/*
 * From now on @counts, one for each row of sim_fault_calls and borrowed until the end, grow with
 * every call that could have failed.  NULL: no more.
 */
void sim_faults_count(SimFaults *faults, uint32_t *counts);
/* Whether it makes a difference to ask, for callers to whom the asking is dear. */
static inline bool sim_faults_are_asked(const SimFaults *faults)
{
    return faults->n_faults || faults->counts;
}
/* @call from sim_fault_find_call(); @who copied, may be NULL.  False: too many faults. */
bool sim_faults_add(SimFaults *faults, const char *call, const char *who, uint32_t nth,
                    bool from_then_on, int error);
/* As above, but the call succeeds and takes @delay_ns of virtual time. */
bool sim_faults_add_delay(SimFaults *faults, const char *call, const char *who, uint32_t nth,
                          bool from_then_on, uint64_t delay_ns);
/* All faults stop. */
void sim_faults_clear(SimFaults *faults);
/*
 * Asked by the block layer before each such call: 0, or -errno if this one is to
 * fail.  @call must equal a row of sim_fault_calls.  Every fault that fits counts the
 * call; if several fire at once, the one that was added first gives the error.
 */
int sim_faults_check(SimFaults *faults, const char *call, const char *who);
/* The same, for calls that can take time: *@ret_delay_ns grows by it. */
int sim_faults_check_delay(SimFaults *faults, const char *call, const char *who,
                           uint64_t *ret_delay_ns);

#endif
