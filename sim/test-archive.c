/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives as their two writers make them: VMA files and Proxmox Backup Server.
 *
 * Zeroes are written here, because only backup jobs have data (see block/test-backup.c).
 * What is asserted was read in Proxmox VE's vma-writer.c and pve-backup.c.
 */
#include "sim/block/test-world.h"

#include "proxmox-backup-client.h"
#include "vma.h"

#include "sim/archive.h"
#include "sim/block/backup-dump.h"
#include "sim/files.h"

#define SIZE (VMA_CLUSTER_SIZE + 4096)
#define PBS_SIZE (PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE + 4096)

static char diary[1024];            /* what the coroutine under test has got, a word each */

static void note(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void note(const char *format, ...)
{
    size_t n = strlen(diary);
    va_list arguments;

    va_start(arguments, format);
    if (n) {
        diary[n++] = ' ';
    }
    vsnprintf(diary + n, sizeof(diary) - n, format, arguments);
    va_end(arguments);
}

static void run_coroutine(void **state, CoroutineEntry *entry)
{
    diary[0] = '\0';
    qemu_coroutine_enter(qemu_coroutine_create(entry, NULL));
    test_world_settle(*state);
}

static SimArchiveView view_of(unsigned index)
{
    SimArchiveView view;

    assert_true(sim_world_archive_at(index, &view));
    return view;
}

static void add_fault(const char *call, const char *who, uint32_t nth)
{
    assert_true(sim_faults_add(sim_world_faults(), sim_fault_find_call(call), who, nth, false,
                               EIO));
}

/* ---- VMA --------------------------------------------------------------------------- */

static VmaWriter *vma;

static VmaWriter *new_writer(const char *name, Error **errp)
{
    uuid_t uuid;

    uuid_generate(uuid);
    return vma_writer_create(name, uuid, errp);
}

static void coroutine_fn write_vma(void *opaque G_GNUC_UNUSED)
{
    Error *error = NULL;
    size_t zero_bytes;

    for (int cluster = 0; cluster < 2; cluster++) {
        note("%d", (int)vma_writer_write(vma, 1, cluster, NULL, &zero_bytes));
        note("%zu", zero_bytes);
    }
    note("%d", vma_writer_close_stream(vma, 1));
    note("%d", vma_writer_close(vma, &error));
    if (error) {
        note("'%s'", error_get_pretty(error));
        error_free(error);
    }
}

static void test_vma__whole_stream_is_complete(void **state)
{
    vma = new_writer("/x.vma", &error_abort);
    assert_int_equal(vma_writer_register_stream(vma, "drive-a", SIZE), 1);
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_OPEN);
    run_coroutine(state, write_vma);
    assert_string_equal(diary, "65536 65536 4096 65536 0 0");
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_COMPLETE);
    assert_true(view_of(0).handle_alive);
    vma_writer_destroy(vma);
    assert_false(view_of(0).handle_alive);
}

static void test_vma__write_error_stays(void **state)
{
    vma = new_writer("/x.vma", &error_abort);
    vma_writer_register_stream(vma, "drive-a", SIZE);
    add_fault("backup-write", "drive-a", 1);
    run_coroutine(state, write_vma);
    assert_string_equal(diary, "-1 0 -1 0 0 -1 'vma_queue_write: write error - "
                               "Input/output error'");
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_INCOMPLETE);
}

static void test_vma__open_stream_is_incomplete(void **state)
{
    vma = new_writer("/x.vma", &error_abort);
    vma_writer_register_stream(vma, "drive-a", SIZE);
    vma_writer_register_stream(vma, "drive-b", SIZE);
    run_coroutine(state, write_vma);
    assert_string_equal(diary, "65536 65536 4096 65536 1 -1 "
                               "'vma_writer_close: detected open stream 'drive-b''");
}

/* A cancelled backup must not wait for a disk that takes its time. */
static void test_vma__error_wakes_a_writer(void **state)
{
    TestWorld *test = *state;

    vma = new_writer("/x.vma", &error_abort);
    vma_writer_register_stream(vma, "drive-a", SIZE);
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("backup-write"), NULL, 1, false,
                         1000000000);
    diary[0] = '\0';
    qemu_coroutine_enter(qemu_coroutine_create(write_vma, NULL));
    vma_writer_set_error(vma, "backup canceled");
    test_world_settle(test);
    assert_string_equal(diary, "-1 0 -1 0 0 -1 'backup canceled'");
    assert_int_equal(sim_loop_now_ns(sim_world_loop()), 0);
}

static void test_vma__file_is_never_overwritten(void **state G_GNUC_UNUSED)
{
    g_autoptr(Error) error = NULL;

    new_writer("/x.vma", &error_abort);
    assert_null(new_writer("/x.vma", &error));
    assert_string_equal(error_get_pretty(error), "Could not create '/x.vma': File exists");
    assert_int_equal(sim_unlink("/x.vma"), 0);
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_REMOVED);
    assert_non_null(new_writer("/x.vma", &error_abort));
    errno = 0;
    assert_int_equal(sim_unlink("/y.vma"), -1);
    assert_int_equal(errno, ENOENT);
}

/* ---- VMA: what a dump gives ----------------------------------------------------------- */

#define BLOCK 4096
/* Where in its source the dump begins: no number of the source is one of the archive. */
#define SOURCE (16 * VMA_CLUSTER_SIZE)

static int coroutine_fn dump_to_vma(void *opaque G_GNUC_UNUSED, uint64_t offset, uint64_t bytes,
                                    const void *buf)
{
    const unsigned char *at = buf;
    size_t zero_bytes;

    assert_int_equal(offset, SOURCE);
    for (unsigned cluster = 0; cluster * VMA_CLUSTER_SIZE < bytes; cluster++) {
        vma_writer_write(vma, 1, cluster, at + cluster * VMA_CLUSTER_SIZE, &zero_bytes);
        note("%zu", VMA_CLUSTER_SIZE - zero_bytes);
    }
    return bytes;
}

static void dump_done(int ret, void *opaque G_GNUC_UNUSED)
{
    assert_int_equal(ret, 0);
}

/* In diary, of each cluster: the bytes that are not taken for zeroes. */
static void dump(void **state, const SimRangeMap *content, uint64_t device_bytes,
                 uint64_t dump_bytes)
{
    BlockDriverState *bs = bdrv_co_backup_dump_create(VMA_CLUSTER_SIZE, SOURCE + dump_bytes,
                                                      dump_to_vma, NULL, &error_abort);

    vma = new_writer("/x.vma", &error_abort);
    vma_writer_register_stream(vma, "drive-a", device_bytes);
    diary[0] = '\0';
    sim_backup_dump_write(bs, SOURCE, dump_bytes, content, dump_done, NULL);
    test_world_settle(*state);
    bdrv_unref(bs);
    vma_writer_destroy(vma);
    assert_int_equal(sim_unlink("/x.vma"), 0);
}

static void test_vma__blocks_with_data_are_counted(void **state)
{
    SimRangeMap content = { 0 };
    uint64_t second = SOURCE + VMA_CLUSTER_SIZE;

    sim_rangemap_set(&content, SOURCE, SOURCE + BLOCK, 1);
    sim_rangemap_set(&content, SOURCE + 2 * BLOCK + 512, SOURCE + 2 * BLOCK + 1024, 2);
    sim_rangemap_set(&content, SOURCE + 4 * BLOCK, SOURCE + 4 * BLOCK + 512, 3);
    sim_rangemap_set(&content, SOURCE + 4 * BLOCK + 1024, SOURCE + 4 * BLOCK + 1536, 4);
    sim_rangemap_set(&content, SOURCE + 7 * BLOCK - 512, SOURCE + 7 * BLOCK + 512, 5);
    sim_rangemap_set(&content, second + BLOCK, second + 3 * BLOCK, 6);
    dump(state, &content, VMA_CLUSTER_SIZE + BLOCK + 512, 2 * VMA_CLUSTER_SIZE);
    assert_string_equal(diary, "20480 4096");
    dump(state, &content, 2 * VMA_CLUSTER_SIZE, VMA_CLUSTER_SIZE + 2 * BLOCK);
    assert_string_equal(diary, "20480 4096");
    dump(state, &content, 2 * VMA_CLUSTER_SIZE, 2 * VMA_CLUSTER_SIZE);
    assert_string_equal(diary, "20480 8192");
    sim_rangemap_clear(&content);
}

/* ---- Proxmox Backup Server ------------------------------------------------------------ */

static ProxmoxBackupHandle *pbs;
static bool is_incremental;
static bool skips_a_chunk;

static ProxmoxBackupHandle *new_handle(uint64_t backup_time)
{
    char *error = NULL;

    return proxmox_backup_new_ns("repo", NULL, "vm/100", backup_time,
                                 PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE, "password", NULL, NULL, NULL,
                                 false, false, NULL, &error);
}

static void note_result(int ret, Error **error)
{
    note("%d", ret);
    if (*error) {
        note("'%s'", error_get_pretty(*error));
        error_free(*error);
        *error = NULL;
    }
}

static void coroutine_fn back_up(void *opaque G_GNUC_UNUSED)
{
    const uint64_t chunk = PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE;
    Error *error = NULL;

    note_result(proxmox_backup_co_connect(pbs, &error), &error);
    note_result(proxmox_backup_co_register_image(pbs, "drive-a", PBS_SIZE, is_incremental,
                                                 &error), &error);
    note_result(proxmox_backup_co_write_data(pbs, 0, NULL, 0, chunk, &error), &error);
    if (!skips_a_chunk) {
        note_result(proxmox_backup_co_write_data(pbs, 0, NULL, chunk, 4096, &error), &error);
    }
    note_result(proxmox_backup_co_close_image(pbs, 0, &error), &error);
    note_result(proxmox_backup_co_finish(pbs, &error), &error);
}

static void back_up_now(void **state, uint64_t backup_time, bool incremental, bool skip)
{
    pbs = new_handle(backup_time);
    is_incremental = incremental;
    skips_a_chunk = skip;
    run_coroutine(state, back_up);
    proxmox_backup_disconnect(pbs);
}

static void test_pbs__whole_image_is_complete(void **state)
{
    back_up_now(state, 1, false, false);
    assert_string_equal(diary, "0 0 4194304 4096 0 0");
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_COMPLETE);
    assert_string_equal(view_of(0).name, "repo:/vm/100/1");
    assert_false(view_of(0).handle_alive);
}

static void test_pbs__image_with_holes_is_refused(void **state)
{
    back_up_now(state, 1, false, true);
    assert_string_equal(diary, "0 0 4194304 -1 'backup close image failed: unexpected number "
                               "of chunks' -1 'backup finish failed: an image is still open'");
    assert_int_equal(view_of(0).state, SIM_ARCHIVE_INCOMPLETE);
}

static void test_pbs__incremental_needs_only_what_changed(void **state)
{
    back_up_now(state, 1, false, false);
    back_up_now(state, 2, true, true);
    /* The chunk that was written is the one that the server has already. */
    assert_string_equal(diary, "0 0 0 0 0");
    assert_int_equal(view_of(1).state, SIM_ARCHIVE_COMPLETE);
}

static int check_incremental(uint64_t size)
{
    ProxmoxBackupHandle *handle = new_handle(9);
    int ret = proxmox_backup_check_incremental(handle, "drive-a", size);

    proxmox_backup_disconnect(handle);
    return ret;
}

/* An image that was closed in a backup that then failed is nobody's base. */
static void test_pbs__base_is_the_last_image_closed(void **state)
{
    assert_int_equal(check_incremental(PBS_SIZE), 0);
    back_up_now(state, 1, false, false);
    assert_int_equal(check_incremental(PBS_SIZE), 1);
    assert_int_equal(check_incremental(2 * PBS_SIZE), 0);
    add_fault("backup-finish", NULL, 1);
    back_up_now(state, 2, false, false);
    assert_int_equal(view_of(3).state, SIM_ARCHIVE_INCOMPLETE);
    assert_int_equal(check_incremental(PBS_SIZE), 0);
}

static void test_pbs__faults_are_answers(void **state)
{
    static const struct {
        const char *call;
        const char *diary;
    } cases[] = {
        { "backup-connect", "-1 'backup connect failed: Input/output error' -1 'backup register "
                            "image failed: not connected' -1 'backup write data failed: not "
                            "connected' -1 'backup write data failed: not connected' -1 'backup "
                            "close image failed: not connected' -1 'backup finish failed: not "
                            "connected'" },
        { "backup-write", "0 0 -1 'backup write data failed: Input/output error' 4096 -1 'backup "
                          "close image failed: unexpected number of chunks' -1 'backup finish "
                          "failed: an image is still open'" },
        { "backup-close", "0 0 4194304 4096 -1 'backup close image failed: Input/output error' "
                          "-1 'backup finish failed: an image is still open'" },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        add_fault(cases[i].call, NULL, 1);
        back_up_now(state, i, false, false);
        assert_string_equal(diary, cases[i].diary);
        sim_faults_clear(sim_world_faults());
    }
}

static void test_pbs__abort_fails_what_is_under_way(void **state)
{
    sim_faults_add_delay(sim_world_faults(), sim_fault_find_call("backup-write"), NULL, 1, false,
                         1000000000);
    pbs = new_handle(1);
    is_incremental = false;
    skips_a_chunk = true;
    diary[0] = '\0';
    qemu_coroutine_enter(qemu_coroutine_create(back_up, NULL));
    while (strcmp(diary, "0 0")) {
        assert_true(sim_loop_step(sim_world_loop()));
    }
    proxmox_backup_abort(pbs, "enough");
    test_world_settle(*state);
    assert_string_equal(diary, "0 0 -1 'backup write data failed: enough' -1 'backup close image "
                               "failed: enough' -1 'backup finish failed: enough'");
    assert_int_equal(sim_loop_now_ns(sim_world_loop()), 0);
    proxmox_backup_disconnect(pbs);
}

/* ---- what else is virtual ---------------------------------------------------------------- */

static void test_uuid__is_the_same_in_every_world(void **state)
{
    uuid_t uuid;
    char text[37];

    for (unsigned i = 0; i < 2; i++) {
        uuid_generate(uuid);
        uuid_unparse_lower(uuid, text);
        assert_string_equal(text, "00000000-0000-4000-8000-000000000001");
        uuid_generate(uuid);
        uuid_unparse_lower(uuid, text);
        assert_string_equal(text, "00000000-0000-4000-8000-000000000002");
        test_world_teardown(state);
        test_world_setup(state);
    }
}

static void test_files__are_there_unless_a_fault_says_no(void **state G_GNUC_UNUSED)
{
    g_autofree char *contents = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    assert_true(sim_g_file_get_contents("/etc/vm.conf", &contents, &length, NULL));
    assert_int_equal(length, strlen(contents));
    add_fault("g_file_get_contents", "/etc/vm.conf", 1);
    assert_false(sim_g_file_get_contents("/etc/vm.conf", &contents, &length, &error));
    assert_string_equal(error->message,
                        "Failed to open file \"/etc/vm.conf\": Input/output error");
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, test_world_setup, test_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_vma__whole_stream_is_complete),
        TEST(test_vma__write_error_stays),
        TEST(test_vma__open_stream_is_incomplete),
        TEST(test_vma__error_wakes_a_writer),
        TEST(test_vma__file_is_never_overwritten),
        TEST(test_vma__blocks_with_data_are_counted),
        TEST(test_pbs__whole_image_is_complete),
        TEST(test_pbs__image_with_holes_is_refused),
        TEST(test_pbs__incremental_needs_only_what_changed),
        TEST(test_pbs__base_is_the_last_image_closed),
        TEST(test_pbs__faults_are_answers),
        TEST(test_pbs__abort_fails_what_is_under_way),
        TEST(test_uuid__is_the_same_in_every_world),
        TEST(test_files__are_there_unless_a_fault_says_no),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
