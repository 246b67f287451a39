/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest goes on: no request of it fails or waits for ever because of a backup.
 *
 * A standstill while the run goes on is reported by who plays it, since only the loop knows
 * that nothing can run any more; here is what the guest itself would notice.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/check/all-checks.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

/*
 * Without a fleecing image QEMU's filter of a backup job fails the guest's write rather than the
 * backup (block/backup.c: on-cbw-error is break-guest-write): no code above can help it.
 */
static bool may_backup_fail_it(const Model *model, const ModelRequest *request)
{
    return request->is_write && model->has_backup_failed && request->drive->n_backup_filters > 0;
}

static void on_event(Checks *checks, const SimEvent *event)
{
    const Model *model = checks_model(checks);
    const ModelRequest *request = &model->completed;

    if (event->ret >= 0 || !request->number || request->land_ret < 0 ||
        may_backup_fail_it(model, request) ||
        request->offset + request->bytes > request->drive->size_bytes) {
        return;
    }
    checks_report(checks, "guest-error", request->drive->name,
                  "request #%" PRIu64 " of the guest at %s failed (%s), but its disk did not "
                  "refuse it", request->number,
                  words_range(request->offset, request->offset + request->bytes).text,
                  strerror(-event->ret));
}

static void on_deed(Checks *checks, const Deed *deed G_GNUC_UNUSED)
{
    const Model *model = checks_model(checks);

    for (unsigned i = 0; i < model->requests->len; i++) {
        const ModelRequest *request = &g_array_index(model->requests, ModelRequest, i);

        if (!request->is_held) {
            checks_report(checks, "guest-stuck", request->drive->name,
                          "nothing is left to happen, but request #%" PRIu64 " of the guest at %s "
                          "%s and was never answered", request->number,
                          words_range(request->offset, request->offset + request->bytes).text,
                          request->landing ? "reached the disk" : "did not reach the disk");
        }
    }
}

const Check check_guest_goes_on = {
    .name = "guest-goes-on",
    .promise = "No guest request fails or waits for ever because of a backup.",
    .events = SIM_EVENTS_OF(SIM_EVENT_COMPLETE),
    .on_event = on_event,
    .deeds = DEEDS_OF(DEED_RUN_DRY),
    .on_deed = on_deed,
};
