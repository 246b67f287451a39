/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations of what is there: bitmaps of a drive, the block graph, the disk.
 */
#include <string.h>

#include "harness/actor/ranges.h"
#include "harness/actor/stage-private.h"
#include "harness/actor/tables.h"

/* The node with the bitmaps of the drive that the step names first; NULL: no medium. */
static const char *find_node(const Step *step)
{
    char device[STAGE_DEVICE_NAME_BYTES];
    SimDrive *drive = sim_world_find_drive(stage_device_name(step->args[0].text, device));

    return drive && sim_drive_is_inserted(drive) ? sim_drive_node_name(drive) : NULL;
}

/* Complains if the drive has no such bitmap. */
static bool find_bitmap(Stage *stage, const Step *step, SimBitmapView *ret_view)
{
    const char *node = find_node(step);

    if (node && sim_world_find_bitmap(node, step->args[1].text, ret_view)) {
        return true;
    }
    stage_complain(stage, step, "expected a bitmap '%s' on %s, there is none",
                   step->args[1].text, step->args[0].text);
    return false;
}

static StepState run_bitmap(Stage *stage, const Step *step)
{
    SimBitmapView view;
    SimRangeMap wanted = { 0 }, dirty = { 0 };

    if (!find_bitmap(stage, step, &view)) {
        return STEP_DONE;
    }
    ranges_of_argument(&step->args[2], view.size_bytes, &wanted);
    sim_world_bitmap_ranges(find_node(step), step->args[1].text, &dirty);
    if (!ranges_cover_same(&wanted, &dirty)) {
        g_autofree char *wanted_text = ranges_show(&wanted);
        g_autofree char *dirty_text = ranges_show(&dirty);

        stage_complain(stage, step, "expected dirty in bitmap '%s' of %s: %s\ndirty is: %s",
                       step->args[1].text, step->args[0].text, wanted_text, dirty_text);
    }
    sim_rangemap_clear(&wanted);
    sim_rangemap_clear(&dirty);
    return STEP_DONE;
}

static StepState run_no_bitmap(Stage *stage, const Step *step)
{
    SimBitmapView view;
    const char *node = find_node(step);

    if (node && sim_world_find_bitmap(node, step->args[1].text, &view)) {
        stage_complain(stage, step, "expected no bitmap '%s' on %s, there is one",
                       step->args[1].text, step->args[0].text);
    }
    return STEP_DONE;
}

static StepState run_bitmaps(Stage *stage, const Step *step)
{
    const char *node = find_node(step);
    g_autoptr(GString) names = g_string_new(NULL);
    SimBitmapView view;
    uint64_t n_named = 0;

    for (unsigned i = 0; node && sim_world_bitmap_at(node, i, &view); i++) {
        if (view.name) {
            g_string_append_printf(names, "%s'%s'", n_named > 0 ? ", " : "", view.name);
            n_named++;
        }
    }
    if (n_named != step->args[1].number) {
        stage_complain(stage, step, "expected %" G_GUINT64_FORMAT " bitmaps on %s, there are %"
                       G_GUINT64_FORMAT "%s%s", step->args[1].number, step->args[0].text,
                       n_named, n_named > 0 ? ": " : "", names->str);
    }
    return STEP_DONE;
}

#define FLAG_CHOICES "enabled|disabled|busy|idle|read-only|read-write|inconsistent|consistent|" \
                     "persistent|transient"

static StepState run_flag(Stage *stage, const Step *step)
{
    /* In the order of FLAG_CHOICES: each flag and its opposite. */
    static const char *const words[] = {
        "enabled", "disabled", "busy", "idle", "read-only", "read-write",
        "inconsistent", "consistent", "persistent", "transient",
    };
    uint64_t wanted = step->args[2].number;
    SimBitmapView view;
    bool is_set[5];

    if (!find_bitmap(stage, step, &view)) {
        return STEP_DONE;
    }
    is_set[0] = view.enabled;
    is_set[1] = view.busy;
    is_set[2] = view.read_only;
    is_set[3] = view.inconsistent;
    is_set[4] = view.persistent;
    if (is_set[wanted / 2] != (wanted % 2 == 0)) {
        stage_complain(stage, step, "expected bitmap '%s' of %s %s, it is %s",
                       step->args[1].text, step->args[0].text, words[wanted], words[wanted ^ 1]);
    }
    return STEP_DONE;
}

static StepState run_granularity(Stage *stage, const Step *step)
{
    SimBitmapView view;

    if (find_bitmap(stage, step, &view) && view.granularity != step->args[2].number) {
        stage_complain(stage, step, "expected granularity %" G_GUINT64_FORMAT " of bitmap '%s' of "
                       "%s, it is %" G_GUINT64_FORMAT, step->args[2].number, step->args[1].text,
                       step->args[0].text, view.granularity);
    }
    return STEP_DONE;
}

static StepState run_graph(Stage *stage, const Step *step)
{
    g_autoptr(GString) graph = g_string_new(NULL);
    bool is_filtered;

    sim_world_print_graph(graph);
    is_filtered = strstr(graph->str, "copy-before-write") || strstr(graph->str, "snapshot-access");
    if (is_filtered != (step->args[0].number == 1)) {
        stage_complain(stage, step, "expected %s; the graph is:\n%s",
                       is_filtered ? "neither a filter nor a snapshot node"
                                   : "a filter or a snapshot node",
                       g_strchomp(graph->str));
    }
    return STEP_DONE;
}

/* The number of the write that a label names, 0 for "nothing"; false: the step is refused. */
bool expect_find_write(Stage *stage, const Step *step, const char *name, uint64_t *ret_number)
{
    StageEntry *entry = stage_find_entry(stage, name);

    *ret_number = entry ? entry->outcome.request_number : 0;
    if (*ret_number == 0 && strcmp(name, "nothing") != 0) {
        stage_refuse_step(stage, step, "no guest request was started as '%s'", name);
        return false;
    }
    return true;
}

static StepState run_content(Stage *stage, const Step *step)
{
    SimDrive *drive = stage_find_drive(stage, step, step->args[0].text);
    SimRangeMap wanted = { 0 }, found = { 0 };
    uint64_t number;

    if (!drive || !expect_find_write(stage, step, step->args[1].text, &number)) {
        return STEP_INVALID;
    }
    ranges_of_argument(&step->args[2], sim_drive_size_bytes(drive), &wanted);
    ranges_of_value(sim_drive_content(drive), number, 0, sim_drive_size_bytes(drive), &found);
    if (!ranges_cover_same(&wanted, &found)) {
        g_autofree char *wanted_text = ranges_show(&wanted);
        g_autofree char *found_text = ranges_show(&found);

        stage_complain(stage, step, "expected '%s' on the disk of %s at: %s\nit is at: %s",
                       step->args[1].text, step->args[0].text, wanted_text, found_text);
    }
    sim_rangemap_clear(&wanted);
    sim_rangemap_clear(&found);
    return STEP_DONE;
}

#define DRIVE_ARG { "drive", ARG_DRIVE, NULL, false }
#define NAME_ARG { "name", ARG_NAME, NULL, false }

const StepKind expect_bitmap_step_kinds[] = {
    {
        .words = "expect bitmap",
        .summary = "The drive has the bitmap, and exactly these ranges are dirty in it.",
        .args = { DRIVE_ARG, NAME_ARG, { "ranges", ARG_RANGES, NULL, false } },
        .run = run_bitmap,
    }, {
        .words = "expect no-bitmap",
        .summary = "The drive has no bitmap of this name.",
        .args = { DRIVE_ARG, NAME_ARG },
        .run = run_no_bitmap,
    }, {
        .words = "expect bitmaps",
        .summary = "The drive has so many bitmaps with a name.",
        .args = { DRIVE_ARG, { "count", ARG_NUMBER, NULL, false } },
        .run = run_bitmaps,
    }, {
        .words = "expect flag",
        .summary = "The bitmap is in this state.",
        .args = { DRIVE_ARG, NAME_ARG, { "state", ARG_WORD, FLAG_CHOICES, false } },
        .run = run_flag,
    }, {
        .words = "expect granularity",
        .summary = "The bitmap has chunks of this size.",
        .args = { DRIVE_ARG, NAME_ARG, { "size", ARG_SIZE, NULL, false } },
        .run = run_granularity,
    }, {
        .words = "expect graph",
        .summary = "The block graph is clean (no filter and no snapshot node in it) or filtered.",
        .args = { { "state", ARG_WORD, "clean|filtered", false } },
        .run = run_graph,
    }, {
        .words = "expect content",
        .summary = "Exactly these ranges of the disk hold what the started write wrote; 'nothing' "
                   "stands for what was never written.",
        .args = {
            DRIVE_ARG,
            { "write", ARG_NAME, NULL, false },
            { "ranges", ARG_RANGES, NULL, false },
        },
        .run = run_content,
    },
    { .words = NULL },
};
