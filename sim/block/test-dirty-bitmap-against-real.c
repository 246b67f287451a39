/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The builtin dirty bitmaps against QEMU's own files, operation by operation.
 *
 * Random operations on both at once, with every answer compared, and every misuse
 * that is an assertion in QEMU, which must be one in ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-run.h"

#define N_OPERATIONS 3000000
#define N_STEPS_PER_RUN 1000

void run_disagree(const char *message)
{
    fail_msg("%s", message);
    abort();
}

static void test_dirty_bitmap__random_operations_match_qemu(void **state)
{
    bool fixed = run_status_is_fixed();
    unsigned n_done = 0;
    const char *rarest;
    Run run;
    (void)state;

    for (uint64_t seed = 1; n_done < N_OPERATIONS; seed++) {
        run_init(&run, seed, false, fixed);
        for (unsigned i = 0; i < N_STEPS_PER_RUN; i++) {
            n_done += run_step(&run);
        }
        run_finish(&run);
    }
    if (run_n_rarest(&rarest) < N_OPERATIONS / 3000) {
        fail_msg("%s was done only %u times", rarest, run_n_rarest(&rarest));
    }
}

static void test_dirty_bitmap_status__is_fixed_since_8_0(void **state)
{
    (void)state;

    if (BAX_QEMU_VERSION_MAJOR >= 8) {
        assert_true(run_status_is_fixed());
    }
}

/* ---- misuse -------------------------------------------------------------- */

/* What a misuse starts from: a node of 10000 bytes, a named bitmap, an anonymous one. */
typedef struct Scene {
    const Side *side;
    TestNode node;
    BdrvDirtyBitmap *bitmap;
    BdrvDirtyBitmap *other;
} Scene;

static void misuse_none(Scene *scene)
{
    scene->side->bdrv_release_dirty_bitmap(scene->bitmap);
}

static void misuse_granularity_too_small(Scene *scene)
{
    scene->side->bdrv_create_dirty_bitmap(&scene->node.bs, 256, NULL, NULL);
}

static void misuse_granularity_no_power_of_two(Scene *scene)
{
    scene->side->bdrv_create_dirty_bitmap(&scene->node.bs, 1536, NULL, NULL);
}

static void misuse_granularity_zero(Scene *scene)
{
    scene->side->bdrv_create_dirty_bitmap(&scene->node.bs, 0, NULL, NULL);
}

static void misuse_find_without_name(Scene *scene)
{
    scene->side->bdrv_find_dirty_bitmap(&scene->node.bs, NULL);
}

static void misuse_create_while_locked(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_lock(scene->bitmap);
    scene->side->bdrv_create_dirty_bitmap(&scene->node.bs, 512, "b", NULL);
}

static void misuse_set_while_locked(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_lock(scene->other);
    scene->side->bdrv_set_dirty_bitmap(scene->bitmap, 0, 1);
}

static void misuse_release_busy(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_busy(scene->bitmap, true);
    scene->side->bdrv_release_dirty_bitmap(scene->bitmap);
}

static void misuse_release_named_busy(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_busy(scene->bitmap, true);
    scene->side->bdrv_release_named_dirty_bitmaps(&scene->node.bs);
}

static void misuse_release_with_successor(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_create_successor(scene->bitmap, NULL);
    scene->side->bdrv_dirty_bitmap_set_busy(scene->bitmap, false);
    scene->side->bdrv_release_dirty_bitmap(scene->bitmap);
}

static void misuse_release_while_iterating(Scene *scene)
{
    scene->side->bdrv_dirty_iter_new(scene->bitmap);
    scene->side->bdrv_release_dirty_bitmap(scene->bitmap);
}

static void misuse_truncate_busy(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_busy(scene->other, true);
    scene->side->bdrv_dirty_bitmap_truncate(&scene->node.bs, 5);
}

static void misuse_truncate_with_successor(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_create_successor(scene->bitmap, NULL);
    scene->side->bdrv_dirty_bitmap_set_busy(scene->bitmap, false);
    scene->side->bdrv_dirty_bitmap_truncate(&scene->node.bs, 5);
}

static void misuse_truncate_while_iterating(Scene *scene)
{
    scene->side->bdrv_dirty_iter_new(scene->bitmap);
    scene->side->bdrv_dirty_bitmap_truncate(&scene->node.bs, 5);
}

static void misuse_truncate_below_zero(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_truncate(&scene->node.bs, -1);
}

static void misuse_set_readonly(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_set_dirty_bitmap(scene->bitmap, 0, 1);
}

static void misuse_reset_readonly(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_reset_dirty_bitmap(scene->bitmap, 0, 512);
}

static void misuse_clear_readonly(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_clear_dirty_bitmap(scene->bitmap, NULL);
}

static void misuse_restore_readonly(Scene *scene)
{
    HBitmap *backup;

    scene->side->bdrv_clear_dirty_bitmap(scene->bitmap, &backup);
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_restore_dirty_bitmap(scene->bitmap, backup);
}

static void misuse_write_with_enabled_readonly(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_set_dirty(&scene->node.bs, 0, 1);
}

static void misuse_inconsistent_but_not_persistent(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_inconsistent(scene->bitmap);
}

static void misuse_merge_internal_into_readonly(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_readonly(scene->bitmap, true);
    scene->side->bdrv_dirty_bitmap_merge_internal(scene->bitmap, scene->other, NULL, true);
}

static void misuse_merge_internal_from_inconsistent(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_set_persistence(scene->other, true);
    scene->side->bdrv_dirty_bitmap_set_inconsistent(scene->other);
    scene->side->bdrv_dirty_bitmap_merge_internal(scene->bitmap, scene->other, NULL, true);
}

static void misuse_merge_internal_of_other_size(Scene *scene)
{
    TestNode node;

    test_node_init(&node, 20000);
    scene->other = scene->side->bdrv_create_dirty_bitmap(&node.bs, 512, NULL, NULL);
    scene->side->bdrv_set_dirty_bitmap(scene->other, 0, 1);
    scene->side->bdrv_dirty_bitmap_merge_internal(scene->bitmap, scene->other, NULL, true);
}

static void misuse_set_beyond_last_chunk(Scene *scene)
{
    scene->side->bdrv_set_dirty_bitmap(scene->bitmap, 0, 10241);
}

static void misuse_reset_unaligned_start(Scene *scene)
{
    scene->side->bdrv_reset_dirty_bitmap(scene->bitmap, 1, 511);
}

static void misuse_reset_unaligned_end(Scene *scene)
{
    scene->side->bdrv_reset_dirty_bitmap(scene->bitmap, 0, 9999);
}

static void misuse_get_beyond_last_chunk(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_get(scene->bitmap, 10240);
}

static void misuse_iterate_from_beyond_last_chunk(Scene *scene)
{
    scene->side->bdrv_set_dirty_iter(scene->side->bdrv_dirty_iter_new(scene->bitmap), 10240);
}

static void misuse_iterate_nothing(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_truncate(&scene->node.bs, 0);
    scene->side->bdrv_dirty_iter_new(scene->bitmap);
}

static void misuse_next_dirty_below_zero(Scene *scene)
{
    scene->side->bdrv_dirty_bitmap_next_dirty(scene->bitmap, -1, 5);
}

static void misuse_area_of_nothing(Scene *scene)
{
    int64_t start, count;

    scene->side->bdrv_dirty_bitmap_next_dirty_area(scene->bitmap, 0, 5, 0, &start, &count);
}

static void misuse_status_beyond_size(Scene *scene)
{
    int64_t count;

    scene->side->bdrv_dirty_bitmap_status(scene->bitmap, 0, 10001, &count);
}

static void misuse_status_of_nothing(Scene *scene)
{
    int64_t count;

    scene->side->bdrv_dirty_bitmap_status(scene->bitmap, 0, 0, &count);
}

#define MISUSE(name) { #name, misuse_##name }

static const struct {
    const char *name;
    void (*function)(Scene *scene);
} misuses[] = {
    MISUSE(none),               /* the one that must not abort */
    MISUSE(granularity_too_small), MISUSE(granularity_no_power_of_two), MISUSE(granularity_zero),
    MISUSE(find_without_name), MISUSE(create_while_locked), MISUSE(set_while_locked),
    MISUSE(release_busy), MISUSE(release_named_busy), MISUSE(release_with_successor),
    MISUSE(release_while_iterating), MISUSE(truncate_busy), MISUSE(truncate_with_successor),
    MISUSE(truncate_while_iterating), MISUSE(truncate_below_zero), MISUSE(set_readonly),
    MISUSE(reset_readonly), MISUSE(clear_readonly), MISUSE(restore_readonly),
    MISUSE(write_with_enabled_readonly), MISUSE(inconsistent_but_not_persistent),
    MISUSE(merge_internal_into_readonly), MISUSE(merge_internal_from_inconsistent),
    MISUSE(merge_internal_of_other_size), MISUSE(set_beyond_last_chunk),
    MISUSE(reset_unaligned_start), MISUSE(reset_unaligned_end), MISUSE(get_beyond_last_chunk),
    MISUSE(iterate_from_beyond_last_chunk), MISUSE(iterate_nothing),
    MISUSE(next_dirty_below_zero), MISUSE(area_of_nothing), MISUSE(status_beyond_size),
    MISUSE(status_of_nothing),
};

/* In a process of its own, without its last words. */
static bool aborts(const Side *side, void (*misuse)(Scene *scene))
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        Scene scene = { .side = side };
        int nowhere = open("/dev/null", O_WRONLY);

        test_node_init(&scene.node, 10000);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        scene.bitmap = side->bdrv_create_dirty_bitmap(&scene.node.bs, 512, "a", NULL);
        scene.other = side->bdrv_create_dirty_bitmap(&scene.node.bs, 1024, NULL, NULL);
        side->bdrv_set_dirty_bitmap(scene.other, 0, 1);
        misuse(&scene);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

static void test_dirty_bitmap__misuse_aborts_as_in_qemu(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_SIZE(misuses); i++) {
        for (int s = 0; s < N_SIDES; s++) {
            bool aborted = aborts(&sides[s], misuses[i].function);

            if (aborted != (i > 0)) {
                fail_msg("%s: %s %s", misuses[i].name, sides[s].name,
                         aborted ? "aborted" : "went on");
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dirty_bitmap__misuse_aborts_as_in_qemu),
        cmocka_unit_test(test_dirty_bitmap_status__is_fixed_since_8_0),
        cmocka_unit_test(test_dirty_bitmap__random_operations_match_qemu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
