/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: requests in flight, and random histories against a slow, obvious shadow.
 *
 * The shadow keeps a list of landings and asks, for each chunk and each landing, whether the
 * one touched the other.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "harness/check/fake-world-internal.h"
#include "harness/check/model.h"
#include "harness/check/words.h"

#define K (1ull << 10)
#define M (1ull << 20)

static int set_up(void **state)
{
    (void)state;
    fake_open(FAKE_NO_BUG);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_close();
    return 0;
}

static void backup(void)
{
    fake_setup("pbs", "drive-a", "b0");
    fake_copy("pbs");
    fake_teardown("pbs", true);
}

static void set_dirty(uint64_t start, uint64_t end, bool dirty)
{
    sim_rangemap_set(&fake_find_bitmap(&fake.drives[0], "b0")->dirty, start, end, dirty);
}

static void test_model__between_landing_and_marking_both_is_right(void **state)
{
    uint64_t number;

    (void)state;
    backup();
    fake_begin_step();
    number = fake_submit("drive-a", 0, 64 * K);
    fake_end_step();
    fake_land(number, 0);
    fake_end_step();
    set_dirty(0, 4 * M, true);
    fake_end_step();
    set_dirty(0, 4 * M, false);
    fake_end_step();
    assert_string_equal(fake_findings(), "");
    fake_complete(number);
    fake_end_step();
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_model__marking_before_landing_is_without_cause(void **state)
{
    (void)state;
    backup();
    fake_begin_step();
    fake_mark(fake_submit("drive-a", 0, 64 * K));
    fake_end_step();
    assert_string_equal(fake_findings(), "dirty-without-cause@drive-a");
}

static void test_model__failed_write_is_to_be_dirty(void **state)
{
    uint64_t number;

    (void)state;
    backup();
    fake_begin_step();
    number = fake_submit("drive-a", 0, 64 * K);
    fake_land(number, -EIO);
    fake_complete(number);
    fake_end_step();
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_model__failed_write_leaves_the_content(void **state)
{
    uint64_t number;

    (void)state;
    fake_write("drive-a", 0, 64 * K);
    backup();
    fake_begin_step();
    number = fake_submit("drive-a", 0, 64 * K);
    fake_land(number, -EIO);
    fake_mark(number);
    fake_complete(number);
    fake_end_step();
    backup();
    assert_string_equal(fake_findings(), "");
}

static void test_model__read_changes_nothing(void **state)
{
    (void)state;
    fake_write("drive-a", 0, 64 * K);
    backup();
    fake_read("drive-a", 0, 64 * K);
    backup();
    fake_run_dry();
    assert_string_equal(fake_findings(), "");
}

/* It landed before the point in time, but was marked after the bitmap was frozen. */
static void test_model__write_in_flight_at_the_freeze_is_lost(void **state)
{
    uint64_t number;

    (void)state;
    backup();
    fake_begin_step();
    number = fake_submit("drive-a", 0, 64 * K);
    fake_land(number, 0);
    fake_end_step();
    fake_setup("pbs", "drive-a", "b0");
    assert_string_equal(fake_findings(), "");
    fake_mark(number);
    fake_complete(number);
    fake_end_step();
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

/* While a command may be in the middle of its work nothing is judged, afterwards everything. */
static void test_model__commands_under_way_are_waited_for(void **state)
{
    SubjectSetup setup = { .target_id = "tape" };

    (void)state;
    backup();
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = "tape", .setup = &setup });
    fake_find_bitmap(&fake.drives[0], "b0")->view.enabled = false;
    fake_write("drive-a", 0, 64 * K);
    assert_string_equal(fake_findings(), "");
    fake_find_bitmap(&fake.drives[0], "b0")->view.enabled = true;
    fake.line--;
    fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .target_id = "tape", .setup = &setup,
                           .error = "no" });
    fake_end_step();
    assert_string_equal(fake_findings(), "lost-write@drive-a");
}

static void test_model__two_failed_setups_may_overlap(void **state)
{
    SubjectSetup setup = { .target_id = "tape" };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        fake_begin_step();
        fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = "tape", .setup = &setup });
    }
    fake_add_bitmap(&fake.drives[0], "of-the-other", 4 * M);
    for (unsigned i = 0; i < 2; i++, fake.line--) {
        fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .setup = &setup, .error = "no" });
    }
    assert_string_equal(fake_findings(), "");
}

static void hand_on(FakeBitmap *bitmap, const char *command)
{
    bitmap->view.busy = strcmp(command, "busy") == 0;
    fake_tell_deed((Deed){ .kind = DEED_BITMAP_COMMAND, .command = command, .device = "drive-a",
                           .bitmap_name = bitmap->view.name });
}

/* No access ends by it, and so nothing has to stay with its users. */
static void test_model__refused_teardown_leaves_no_bitmap_to_its_users(void **state)
{
    SubjectSetup setup = { .target_id = "pbs" };
    FakeBitmap *bitmap;

    (void)state;
    backup();
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_SETUP_BEGINS, .target_id = "pbs", .setup = &setup });
    bitmap = fake_add_bitmap(&fake.drives[0], "b1", 4 * M);
    hand_on(bitmap, "busy");
    fake_teardown("tape", true);
    fake.line--;
    hand_on(bitmap, "unbusy");
    fake_tell_deed((Deed){ .kind = DEED_SETUP_ANSWERED, .setup = &setup, .error = "no" });
    assert_string_equal(fake_findings(), "");
    fake_run_dry();
    assert_string_equal(fake_findings(), "leaked-bitmap@drive-a");
}

/* As an export that is open at teardown: its node is nobody's leak as long as it is read. */
static void test_model__reader_may_keep_its_node_for_a_while(void **state)
{
    (void)state;
    fake.bug = FAKE_KEEPS_NODE;
    backup();
    fake.bug = FAKE_NO_BUG;
    fake_write("drive-a", 0, 64 * K);
    fake_setup("pbs", "drive-b", "b0");
    fake_close_node("drive-a");
    fake_teardown("pbs", false);
    fake_run_dry();
    assert_string_equal(fake_findings(), "");
    fake.bug = FAKE_KEEPS_REFERENCE;
    backup();
    assert_string_equal(fake_findings(), "leaked-node@pbs");
}

/* ---- random histories ------------------------------------------------------------- */

#define SHADOW_LANDINGS 40

typedef struct Shadow {
    uint64_t starts[SHADOW_LANDINGS];
    uint64_t ends[SHADOW_LANDINGS];
    unsigned n_landings;
} Shadow;

static bool shadow_has_cause(const Shadow *shadow, const ModelTrack *track, uint64_t start,
                             uint64_t end)
{
    for (unsigned i = track->base; i < shadow->n_landings; i++) {
        if (shadow->starts[i] < end && start < shadow->ends[i]) {
            return true;
        }
    }
    return start < track->full_bytes;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* A drive of 16 chunks of 4 sectors, the last one cut; the truth, then one chunk flipped. */
static void compare_once(uint32_t seed)
{
    enum { SECTOR = 512, CHUNK = 4 * SECTOR, CHUNKS = 16, SIZE = CHUNKS * CHUNK - SECTOR };
    Model *model = model_new(1);
    ModelDrive drive = { .size_bytes = SIZE };
    ModelTrack track = { .drive = &drive };
    Shadow shadow = { .n_landings = next_random(&seed) % SHADOW_LANDINGS };
    SimRangeMap dirty = { 0 };
    ModelGap gap;
    unsigned flipped = next_random(&seed) % CHUNKS;
    bool was_dirty;

    for (unsigned i = 0; i < shadow.n_landings; i++) {
        shadow.starts[i] = next_random(&seed) % (SIZE / SECTOR) * SECTOR;
        shadow.ends[i] = shadow.starts[i] + (1 + next_random(&seed) % 6) * SECTOR;
        shadow.ends[i] = MIN(SIZE, shadow.ends[i]);
        sim_rangemap_set(&drive.landings, shadow.starts[i], shadow.ends[i], i + 1);
    }
    track.base = shadow.n_landings ? next_random(&seed) % shadow.n_landings : 0;
    if (next_random(&seed) % 4 == 0) {
        track.full_bytes = next_random(&seed) % (SIZE / SECTOR) * SECTOR;
    }
    for (unsigned i = 0; i < CHUNKS; i++) {
        bool has_cause = shadow_has_cause(&shadow, &track, i * CHUNK, (i + 1) * CHUNK);

        sim_rangemap_set(&dirty, i * CHUNK, MIN(SIZE, (i + 1) * CHUNK), has_cause);
    }
    assert_false(model_find_lost(model, &track, &dirty, 0, &gap));
    assert_false(model_find_uncaused(&track, &dirty, CHUNK, &gap));

    was_dirty = sim_rangemap_get(&dirty, flipped * CHUNK);
    sim_rangemap_set(&dirty, flipped * CHUNK, MIN(SIZE, (flipped + 1) * CHUNK), !was_dirty);
    assert_int_equal(model_find_lost(model, &track, &dirty, 0, &gap), was_dirty);
    if (was_dirty) {
        assert_int_equal(gap.start / CHUNK, flipped);
    }
    assert_int_equal(model_find_uncaused(&track, &dirty, CHUNK, &gap), !was_dirty);
    if (!was_dirty) {
        assert_int_equal(gap.start, flipped * CHUNK);
    }
    sim_rangemap_clear(&dirty);
    sim_rangemap_clear(&drive.landings);
    model_free(model);
}

/* ---- the graph ----------------------------------------------------------------- */

#define GRAPH_BEFORE "backend drive-a root=#a quiesced=0\nnode #a driver=raw quiesced=0\n"
#define GRAPH_BACKENDS "backend drive-a root=#a quiesced=0\n" \
                       "backend drive-b root=#block102 quiesced=0\n" \
                       "backend drive-b-fleecing root=#f quiesced=0\n"
#define GRAPH_NODES "node #a driver=raw quiesced=0\nnode #block102 driver=raw quiesced=0\n" \
                    "node #f driver=raw quiesced=0\n"

/* Of a graph that was taken when drive-a was the only one. */
static bool is_again(const char *before, const char *now, bool has_sections)
{
    ModelGraph old = { .text = g_string_new(before) };
    ModelGraph new = { .text = g_string_new(now), .has_sections = has_sections };
    bool is_same = model_graph_is_again(checks_model(fake_checks()), &old, 1, &new);

    model_graph_clear(&old);
    model_graph_clear(&new);
    return is_same;
}

static void test_model__graph_with_a_later_drive_is_the_old_one(void **state)
{
    (void)state;
    assert_true(is_again(GRAPH_BEFORE, GRAPH_BEFORE, false));
    assert_true(is_again(GRAPH_BEFORE, GRAPH_BACKENDS GRAPH_NODES, false));
    assert_false(is_again(GRAPH_BEFORE, GRAPH_BACKENDS GRAPH_NODES "node #s driver=x\n", false));
    assert_false(is_again(GRAPH_BEFORE "node #s driver=x\n", GRAPH_BACKENDS GRAPH_NODES, false));
    assert_false(is_again(GRAPH_BEFORE, GRAPH_BACKENDS, false));
}

static void test_model__graph_may_be_drained_while_somebody_waits(void **state)
{
    static const char drained[] =
        "backend drive-a root=#a quiesced=1\nnode #a driver=raw quiesced=12\n";

    (void)state;
    assert_false(is_again(GRAPH_BEFORE, drained, false));
    assert_true(is_again(GRAPH_BEFORE, drained, true));
    assert_false(is_again(GRAPH_BEFORE, "backend drive-a root=#s quiesced=1\n"
                          "node #a driver=raw quiesced=1\n", true));
}

static void test_model__random_histories_agree_with_the_shadow(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 20000; seed++) {
        compare_once(seed);
    }
}

static void test_words__sizes_are_written_as_in_scenarios(void **state)
{
    (void)state;
    assert_string_equal(words_size(0).text, "0");
    assert_string_equal(words_size(512).text, "512");
    assert_string_equal(words_size(8 * M + 64 * K).text, "8M+64K");
    assert_string_equal(words_size((1ull << 40) + 512).text, "1T+512");
    assert_string_equal(words_range(8 * M, 12 * M).text, "8M..12M");
    assert_string_equal(words_chunk(9 * M, 4 * M, 10 * M).text, "chunk 2 (8M+2M)");
    assert_string_equal(words_request(0).text, "the beginning");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_model__##name, set_up, tear_down)

/* Its snapshot is none of an access, and what the queries answer from then on is about it. */
static void test_model__regular_backup_is_no_access(void **state)
{
    Model *model = checks_model(fake_checks());

    (void)state;
    backup();
    fake_begin_step();
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_BEGINS });
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SNAPSHOT, .who = "drive-a" });
    fake_tell_deed((Deed){ .kind = DEED_BACKUP_ANSWERED });
    fake_end_step();
    assert_false(model_has_active_access(model));
    assert_false(model->has_setup);
    fake_write("drive-a", 0, 64 * K);
    fake_tell_event(&(SimEvent){ .kind = SIM_EVENT_SNAPSHOT_END, .who = "drive-a" });
    fake.bug = FAKE_STAYS_ACTIVE;
    fake_query();
    assert_string_equal(fake_findings(), "");

    fake.bug = FAKE_NO_BUG;
    backup();
    assert_true(model->has_setup);
    fake.bug = FAKE_STAYS_ACTIVE;
    fake_query();
    assert_string_not_equal(fake_findings(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(between_landing_and_marking_both_is_right),
        TEST(marking_before_landing_is_without_cause),
        TEST(failed_write_is_to_be_dirty),
        TEST(failed_write_leaves_the_content),
        TEST(read_changes_nothing),
        TEST(write_in_flight_at_the_freeze_is_lost),
        TEST(commands_under_way_are_waited_for),
        TEST(two_failed_setups_may_overlap),
        TEST(refused_teardown_leaves_no_bitmap_to_its_users),
        TEST(reader_may_keep_its_node_for_a_while),
        TEST(regular_backup_is_no_access),
        TEST(graph_with_a_later_drive_is_the_old_one),
        TEST(graph_may_be_drained_while_somebody_waits),
        TEST(random_histories_agree_with_the_shadow),
        cmocka_unit_test(test_words__sizes_are_written_as_in_scenarios),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
