/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated QEMU, seen from outside: its life, its loop, and its requests.
 */
#include "sim/world.h"

#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "qemu/job.h"
#include "qemu/module.h"
#include "system/block-backend.h"
#include "uuid/uuid.h"

#include "sim/archive.h"
#include "sim/block/backup-dump.h"
#include "sim/block/block-private.h"
#include "sim/block/request.h"
#include "sim/files.h"
#include "sim/qobject/sim-qdict.h"
#include "sim/util/sim-context.h"
#include "sim/util/sim-error.h"

/* Virtual time begins at 2020-01-01 00:00 UTC, for whoever asks time(). */
#define EPOCH_SECONDS 1577836800

static struct {
    bool is_open;
    SimLoop *loop;
    SimEvents events;
    SimFaults faults;
    SimStandstillFunc *standstill;
    void *standstill_opaque;
    const char *poll_why;           /* what the innermost nested loop waits for; NULL: none */
    const char *poll_who;
    GString *explanation;
} world;

/* ---- life ------------------------------------------------------------------------ */

static unsigned count_holds(void)
{
    unsigned n = 0;

    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        n += request->held;
    }
    return n;
}

/* First-come lets the oldest go. */
static bool release_a_hold(void *opaque G_GNUC_UNUSED)
{
    unsigned n_holds = count_holds(), index;

    if (n_holds == 0) {
        return false;
    }
    index = sim_choices_choose(sim_choices, SIM_CHOICE_HOLD, n_holds);
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        if (request->held && index-- == 0) {
            return sim_world_release_request(request->number);
        }
    }
    g_assert_not_reached();
}

void sim_world_open(SimChoices *choices)
{
    g_assert(!world.is_open);
    world.is_open = true;
    world.loop = sim_loop_new(choices);
    sim_loop_set_stuck(world.loop, release_a_hold, NULL);
    sim_events_init(&world.events, world.loop);
    if (!world.explanation) {
        world.explanation = g_string_new(NULL);
    }
    sim_main_loop = world.loop;
    sim_choices = choices;
    choices->clock = &world.events.n_emitted;
    sim_events = &world.events;
    sim_faults = &world.faults;
}

void sim_world_close(void)
{
    g_assert(world.is_open);
    sim_context_reset();
    sim_errors_reset();
    sim_qdicts_reset();
    sim_requests_reset();
    sim_node_reads_reset();
    sim_proxmox_backup_reset();
    sim_vma_writers_reset();
    sim_archives_reset();
    sim_backup_dump_reset();
    sim_jobs_reset();
    sim_uuid_reset();
    sim_bdrv_reset();
    sim_block_backends_reset();
    sim_exports_reset();
    sim_io_reset();
    sim_drives_reset();
    sim_faults_clear(&world.faults);
    sim_faults_count(&world.faults, NULL);
    sim_work_reset();
    sim_loop_free(world.loop);
    sim_main_loop = NULL;
    sim_choices->clock = NULL;
    sim_choices = NULL;
    sim_events = NULL;
    sim_faults = NULL;
    world.standstill = NULL;
    world.poll_why = NULL;
    world.is_open = false;
}

SimChoices *sim_world_choices(void)
{
    return sim_choices;
}

SimLoop *sim_world_loop(void)
{
    return world.loop;
}

SimEvents *sim_world_events(void)
{
    return &world.events;
}

SimFaults *sim_world_faults(void)
{
    return &world.faults;
}

time_t sim_time(time_t *ret_time)
{
    time_t now = EPOCH_SECONDS + sim_loop_now_ns(world.loop) / 1000000000;

    if (ret_time) {
        *ret_time = now;
    }
    return now;
}

/* ---- waiting ----------------------------------------------------------------------- */

void sim_world_set_standstill(SimStandstillFunc *standstill, void *opaque)
{
    world.standstill = standstill;
    world.standstill_opaque = opaque;
}

const char *sim_world_explain_standstill(void)
{
    GString *text = world.explanation;

    g_string_truncate(text, 0);
    if (world.poll_why) {
        g_string_append_printf(text, "%s (%s)", world.poll_why, world.poll_who);
    }
    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        g_string_append_printf(text, "%srequest #%" PRIu64 " (%s of %s) waits for %s",
                               text->len ? "; " : "", request->number,
                               sim_request_type_name(request->options.type), blk_name(request->blk),
                               request->queued ? "the drained section of its drive to end"
                               : request->waits_for ? request->waits_for : "its turn");
    }
    if (!text->len) {
        g_string_append(text, "nothing is under way in the block layer");
    }
    return text->str;
}

void sim_poll(const char *why, const char *who)
{
    const char *outer_why = world.poll_why;
    const char *outer_who = world.poll_who;

    world.poll_why = why;
    world.poll_who = who;
    if (!sim_loop_step(world.loop)) {
        g_assert(world.standstill);
        world.standstill(sim_world_explain_standstill(), world.standstill_opaque);
        g_assert_not_reached();
    }
    world.poll_why = outer_why;
    world.poll_who = outer_who;
}

const char *sim_world_poll_reason(const char **ret_who)
{
    *ret_who = world.poll_who;
    return world.poll_why;
}

bool sim_world_is_polling(void)
{
    return world.poll_why || sim_drives_are_changing();
}

/* QEMU looks whether it may go on after each turn of the loop, and a turn may do more. */
bool sim_poll_goes_on(bool has_polled)
{
    bool goes_on = has_polled && sim_loop_is_anything_ready(world.loop) &&
                   sim_choices_choose(sim_choices, SIM_CHOICE_POLL, 2);

    if (has_polled && !goes_on) {
        sim_work_wait_is_over();
    }
    return goes_on;
}

bool aio_poll(AioContext *ctx G_GNUC_UNUSED, bool blocking)
{
    if (!blocking && !sim_loop_is_busy(world.loop)) {
        return false;
    }
    sim_poll("the main loop is polled", "main loop");
    sim_work_wait_is_over();
    return true;
}

int sim_fault(const char *call, const char *who, uint64_t *ret_delay_ns)
{
    uint64_t delay_ns = 0;
    int ret;

    if (!sim_faults_are_asked(&world.faults)) {
        return 0;
    }
    ret = sim_faults_check_delay(&world.faults, call, who, &delay_ns);
    if (ret || delay_ns) {
        sim_events_emit(&world.events, &(SimEvent){
            .kind = SIM_EVENT_FAULT, .who = who, .text = call, .ret = ret,
        });
    }
    if (ret_delay_ns) {
        *ret_delay_ns += delay_ns;
    }
    return ret;
}

/* ---- guest requests --------------------------------------------------------------------- */

const char *sim_phase_name(SimPhase phase)
{
    static const char *const names[SIM_N_PHASES] = {
        [SIM_PHASE_SUBMIT] = "submit",
        [SIM_PHASE_COPY] = "copy",
        [SIM_PHASE_LAND] = "land",
        [SIM_PHASE_MARK] = "mark",
        [SIM_PHASE_COMPLETE] = "complete",
    };

    g_assert((unsigned)phase < SIM_N_PHASES);
    return names[phase];
}

static SimRequest *find_request(uint64_t number)
{
    SimRequest *request = sim_requests_first();

    while (request && request->number != number) {
        request = request->next;
    }
    return request;
}

bool sim_world_release_request(uint64_t number)
{
    SimRequest *request = find_request(number);

    if (!request || !request->held) {
        return false;
    }
    request->held = false;
    request->options.hold_before = SIM_PHASE_SUBMIT;
    sim_request_emit(request, SIM_EVENT_RELEASE, NULL);
    sim_request_enter(request, request->phase);
    return true;
}

bool sim_world_is_held(uint64_t number)
{
    SimRequest *request = find_request(number);

    return request && request->held;
}

unsigned sim_world_n_in_flight(void)
{
    unsigned n = 0;

    for (SimRequest *request = sim_requests_first(); request; request = request->next) {
        n++;
    }
    return n;
}
