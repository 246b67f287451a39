/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations of the archive that the last regular backup has written.
 */
#include <string.h>

#include "harness/actor/ranges.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

/* False: no backup has come so far. */
static bool find_last_archive(unsigned *ret_index, SimArchiveView *ret_view)
{
    SimArchiveView view;
    unsigned index = 0;

    for (; sim_world_archive_at(index, &view); index++) {
        *ret_view = view;
    }
    *ret_index = index - 1;
    return index > 0;
}

#define STATE_CHOICES "open|complete|incomplete|none"

static StepState run_archive(Stage *stage, const Step *step)
{
    /* In the order of STATE_CHOICES and of SimArchiveState. */
    static const char *const words[] = { "open", "complete", "incomplete", "none" };
    SimArchiveView view = { .state = SIM_ARCHIVE_REMOVED };
    unsigned index;

    find_last_archive(&index, &view);
    if (view.state != step->args[0].number) {
        stage_complain(stage, step, "expected the last archive: %s, it is: %s",
                       words[step->args[0].number], words[view.state]);
    }
    return STEP_DONE;
}

/* A format may end the name in a word of its own, behind a dot. */
static bool find_device(const char *device, SimArchiveDeviceView *ret_view)
{
    SimArchiveView archive;
    size_t length = strlen(device);
    unsigned index;

    if (!find_last_archive(&index, &archive)) {
        return false;
    }
    for (unsigned i = 0; sim_world_archive_device_at(index, i, ret_view); i++) {
        if (strncmp(ret_view->name, device, length) == 0 &&
            (ret_view->name[length] == 0 || ret_view->name[length] == '.')) {
            return true;
        }
    }
    return false;
}

static void compare_content(Stage *stage, const Step *step, const SimArchiveDeviceView *view,
                            uint64_t number)
{
    SimRangeMap wanted = { 0 }, found = { 0 };

    ranges_of_argument(&step->args[2], view->size_bytes, &wanted);
    ranges_of_value(view->content, number, 0, view->size_bytes, &found);
    if (!ranges_cover_same(&wanted, &found)) {
        g_autofree char *wanted_text = ranges_show(&wanted);
        g_autofree char *found_text = ranges_show(&found);

        stage_complain(stage, step, "expected '%s' in the archive of %s at: %s\nit is at: %s",
                       step->args[1].text, step->args[0].text, wanted_text, found_text);
    }
    sim_rangemap_clear(&wanted);
    sim_rangemap_clear(&found);
}

static StepState run_archive_sees(Stage *stage, const Step *step)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    SimArchiveDeviceView view;
    uint64_t number;

    if (!expect_find_write(stage, step, step->args[1].text, &number)) {
        return STEP_INVALID;
    }
    if (find_device(stage_device_name(step->args[0].text, device), &view)) {
        compare_content(stage, step, &view, number);
    } else {
        stage_complain(stage, step, "%s is not in the last archive", step->args[0].text);
    }
    return STEP_DONE;
}

const StepKind expect_archive_step_kinds[] = {
    {
        .words = "expect archive",
        .summary = "The state of the archive that the last regular backup made; none: there is "
                   "none, or it was removed.",
        .args = { { "state", ARG_WORD, STATE_CHOICES, false } },
        .run = run_archive,
    }, {
        .words = "expect archive-sees",
        .summary = "The last archive would restore to exactly these ranges of the drive what the "
                   "started write wrote; 'nothing' stands for what was never written.",
        .args = {
            { "drive", ARG_DRIVE, NULL, false },
            { "write", ARG_NAME, NULL, false },
            { "ranges", ARG_RANGES, NULL, false },
        },
        .run = run_archive_sees,
    },
    { .words = NULL },
};
