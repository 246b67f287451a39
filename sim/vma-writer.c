/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing VMA archives, in memory.
 *
 * Stands in for Proxmox VE's vma-writer.c: what it refuses, which numbers it gives and
 * returns, when a writer waits for the disk.  The first error stays and fails all that
 * comes after it.
 */
#include "vma.h"

#include "sim/archive.h"
#include "sim/block/backup-dump.h"
#include "sim/block/block-private.h"

#define BLOCK_BYTES 4096
/* Clusters that the real writer gathers before it waits for its file. */
#define CLUSTERS_PER_EXTENT 58


struct VmaWriter {
    SimArchive *archive;
    bool failed;
    char *message;
    uint64_t transferred[256];      /* bytes, by stream */
    unsigned n_gathered;
    CoMutex flush_lock;
    QemuCoSleep sleep;              /* of whoever waits for the file */
    VmaWriter *next;
};

static VmaWriter *all_writers;

/* ---- errors ---------------------------------------------------------------------- */

void vma_writer_set_error(VmaWriter *vmaw, const char *fmt, ...)
{
    va_list arguments;

    if (!vmaw->failed) {
        va_start(arguments, fmt);
        vmaw->message = g_strdup_vprintf(fmt, arguments);
        va_end(arguments);
        vmaw->failed = true;
    }
    qemu_co_sleep_wake(&vmaw->sleep);
}

void vma_writer_error_propagate(VmaWriter *vmaw, Error **errp)
{
    if (vmaw->failed && !*errp) {
        error_setg(errp, "%s", vmaw->message);
    }
}

/* ---- life -------------------------------------------------------------------------- */

VmaWriter *vma_writer_create(const char *filename, uuid_t uuid G_GNUC_UNUSED, Error **errp)
{
    int ret = sim_fault("backup-create", filename, NULL);
    VmaWriter *vmaw;

    if (!ret && sim_archive_find(filename)) {
        ret = -EEXIST;
    }
    if (ret < 0) {
        error_setg_errno(errp, -ret, "Could not create '%s'", filename);
        return NULL;
    }
    vmaw = g_new0(VmaWriter, 1);
    vmaw->archive = sim_archive_new(filename, NULL);
    qemu_co_mutex_init(&vmaw->flush_lock);
    vmaw->next = all_writers;
    all_writers = vmaw;
    return vmaw;
}

static void free_writer(VmaWriter *vmaw)
{
    VmaWriter **link = &all_writers;

    while (*link != vmaw) {
        link = &(*link)->next;
    }
    *link = vmaw->next;
    g_free(vmaw->message);
    g_free(vmaw);
}

void vma_writer_destroy(VmaWriter *vmaw)
{
    vmaw->archive->handle_alive = false;
    free_writer(vmaw);
}

void sim_vma_writers_reset(void)
{
    while (all_writers) {
        free_writer(all_writers);
    }
}

int vma_writer_add_config(VmaWriter *vmaw, const char *name, gpointer data, size_t len)
{
    g_assert(data);
    /* The archive's header has two bytes for the length. */
    if (sim_fault("backup-config", name, NULL) < 0 || len > UINT16_MAX) {
        return -1;
    }
    sim_archive_add_config(vmaw->archive, name);
    return 0;
}

/* ---- streams ------------------------------------------------------------------------- */

int vma_writer_register_stream(VmaWriter *vmaw, const char *devname, size_t size)
{
    g_assert(!vmaw->failed);
    if (sim_fault("backup-register", devname, NULL) < 0 || size == 0 ||
        vmaw->archive->devices->len == 254) {
        vma_writer_set_error(vmaw, "vma_writer_register_stream: '%s' is refused", devname);
        return -1;
    }
    return sim_archive_add_device(vmaw->archive, devname, size, NULL) + 1;
}

static SimArchiveDevice *find_open_stream(VmaWriter *vmaw, const char *function, uint8_t dev_id)
{
    SimArchiveDevice *device = dev_id ? sim_archive_device(vmaw->archive, dev_id - 1) : NULL;

    if (!device) {
        vma_writer_set_error(vmaw, "%s: no such stream %d", function, dev_id);
    } else if (device->closed) {
        vma_writer_set_error(vmaw, "%s: stream already closed %d", function, dev_id);
        device = NULL;
    }
    return device;
}

/* Waits for the file; an error that is set meanwhile ends that. */
static int coroutine_fn flush(VmaWriter *vmaw, uint64_t delay_ns)
{
    qemu_co_mutex_lock(&vmaw->flush_lock);
    if (!vmaw->failed) {
        vmaw->n_gathered = 0;
        qemu_co_sleep_ns_wakeable(&vmaw->sleep, QEMU_CLOCK_REALTIME, delay_ns);
    }
    qemu_co_mutex_unlock(&vmaw->flush_lock);
    return vmaw->failed ? -1 : 0;
}

/* Blocks of [offset, end) in the archive that @source gives more than zeroes. */
static unsigned count_used_blocks(const SimDumpSource *source, uint64_t offset, uint64_t end)
{
    uint64_t shift = source->offset - offset;
    unsigned n_used = 0;
    SimRange range;

    while (offset < end &&
           sim_rangemap_next(source->content, offset + shift, end + shift, &range)) {
        uint64_t first = (range.start - shift) / BLOCK_BYTES;
        uint64_t behind = (range.end - shift + BLOCK_BYTES - 1) / BLOCK_BYTES;

        n_used += behind - first;
        offset = behind * BLOCK_BYTES;
    }
    return n_used;
}

static size_t count_zero_bytes(const SimArchiveDevice *device, uint64_t offset,
                               const unsigned char *buf)
{
    uint64_t end = MIN(offset + VMA_CLUSTER_SIZE, device->size_bytes);
    SimDumpSource source;
    bool is_of_dump;

    if (!buf) {
        return VMA_CLUSTER_SIZE;
    }
    /* As sim_archive_write(): there is no other source of data in this world. */
    is_of_dump = sim_backup_dump_find(buf, &source);
    g_assert(is_of_dump);
    end = MIN(end, offset + (source.end - source.offset));
    return VMA_CLUSTER_SIZE - count_used_blocks(&source, offset, end) * BLOCK_BYTES;
}

int64_t vma_writer_write(VmaWriter *vmaw, uint8_t dev_id, int64_t cluster_num,
                         const unsigned char *buf, size_t *zero_bytes)
{
    uint64_t offset = (uint64_t)cluster_num * VMA_CLUSTER_SIZE;
    uint64_t bytes;
    uint64_t delay_ns = 0;
    SimArchiveDevice *device;
    int ret;

    *zero_bytes = 0;
    if (vmaw->failed) {
        return -1;
    }
    device = find_open_stream(vmaw, __func__, dev_id);
    if (!device) {
        return -1;
    }
    if (cluster_num < 0 || offset >= device->size_bytes) {
        vma_writer_set_error(vmaw, "%s: cluster number too big", __func__);
        return -1;
    }
    ret = sim_fault("backup-write", device->name, &delay_ns);
    if (ret < 0) {
        vma_writer_set_error(vmaw, "vma_queue_write: write error - %s", g_strerror(-ret));
        return -1;
    }
    if ((delay_ns || ++vmaw->n_gathered > CLUSTERS_PER_EXTENT) && flush(vmaw, delay_ns) < 0) {
        return -1;
    }
    bytes = MIN(VMA_CLUSTER_SIZE, device->size_bytes - offset);
    *zero_bytes = count_zero_bytes(device, offset, buf);
    sim_archive_write(device, offset, bytes, buf);
    vmaw->transferred[dev_id] += bytes;
    return bytes;
}

int vma_writer_close_stream(VmaWriter *vmaw, uint8_t dev_id)
{
    SimArchiveDevice *device = find_open_stream(vmaw, __func__, dev_id);
    int n_open = 0;

    if (!device) {
        return -1;
    }
    sim_archive_close_device(device);
    for (unsigned i = 0; i < vmaw->archive->devices->len; i++) {
        n_open += !sim_archive_device(vmaw->archive, i)->closed;
    }
    if (!n_open) {
        flush(vmaw, 0);
    }
    return n_open;
}

static void check_stream(VmaWriter *vmaw, unsigned dev_id)
{
    const SimArchiveDevice *device = sim_archive_device(vmaw->archive, dev_id - 1);

    if (!device->closed) {
        vma_writer_set_error(vmaw, "vma_writer_close: detected open stream '%s'", device->name);
    } else if (vmaw->transferred[dev_id] != device->size_bytes) {
        vma_writer_set_error(vmaw, "vma_writer_close: incomplete stream '%s' "
                             "(%" PRIu64 " != %" PRIu64 ")", device->name,
                             vmaw->transferred[dev_id], device->size_bytes);
    }
}

int vma_writer_close(VmaWriter *vmaw, Error **errp)
{
    SimArchive *archive = vmaw->archive;
    uint64_t delay_ns = 0;
    int ret;

    qemu_co_mutex_lock(&vmaw->flush_lock);
    ret = sim_fault("backup-close", archive->name, &delay_ns);
    if (delay_ns) {
        qemu_co_sleep_ns_wakeable(&vmaw->sleep, QEMU_CLOCK_REALTIME, delay_ns);
    }
    if (ret < 0) {
        vma_writer_set_error(vmaw, "vma_writer_close: close failed - %s", g_strerror(-ret));
    }
    for (unsigned i = 0; i < archive->devices->len; i++) {
        check_stream(vmaw, i + 1);
        sim_archive_device(archive, i)->closed = true;
    }
    archive->state = vmaw->failed ? SIM_ARCHIVE_INCOMPLETE : SIM_ARCHIVE_COMPLETE;
    /* Made here, as in the real file: whoever loses it is told this function's name. */
    if (vmaw->failed && !*errp) {
        error_setg(errp, "%s", vmaw->message);
    }
    qemu_co_mutex_unlock(&vmaw->flush_lock);
    return vmaw->failed ? -1 : 0;
}
