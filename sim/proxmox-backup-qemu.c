/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library that speaks to a Proxmox Backup Server, and the server, in memory.
 *
 * Stands in for libproxmox-backup-qemu.  The real one works in threads of its own and
 * answers with a callback; here an answer is an event of the loop.
 */
#include "proxmox-backup-qemu.h"

#include "qemu/osdep.h"

#include "sim/archive.h"
#include "sim/block/block-private.h"
#include "sim/util/sim-context.h"

typedef enum OpKind {
    OP_CONNECT,
    OP_CONFIG,
    OP_REGISTER,
    OP_WRITE,
    OP_CLOSE,
    OP_FINISH,
} OpKind;

static const char *const fault_calls[] = {
    [OP_CONNECT] = "backup-connect",
    [OP_CONFIG] = "backup-config",
    [OP_REGISTER] = "backup-register",
    [OP_WRITE] = "backup-write",
    [OP_CLOSE] = "backup-close",
    [OP_FINISH] = "backup-finish",
};

/* What is under way; strings and data are the caller's, who waits. */
typedef struct Op {
    SimTask task;
    OpKind kind;
    ProxmoxBackupHandle *handle;
    int fault;
    const char *name;
    const uint8_t *data;
    uint64_t offset;
    uint64_t size;
    bool incremental;
    uint8_t dev_id;
    void (*callback)(void *);
    void *callback_data;
    int *result;
    char **error;
    struct Op *next;
} Op;

struct ProxmoxBackupHandle {
    SimArchive *archive;
    bool connected;
    char *abort_reason;             /* NULL: not aborted */
    Op *ops;
    ProxmoxBackupHandle *next;
};

static ProxmoxBackupHandle *all_handles;

const char *proxmox_backup_qemu_version(void)
{
    return "0.0.0 (simulated)";
}

void proxmox_backup_free_error(char *ptr)
{
    g_free(ptr);
}

/* ---- life ---------------------------------------------------------------------------- */

ProxmoxBackupHandle *proxmox_backup_new_ns(const char *repo, const char *backup_ns,
                                           const char *backup_id, uint64_t backup_time,
                                           uint64_t chunk_size,
                                           const char *password G_GNUC_UNUSED,
                                           const char *keyfile G_GNUC_UNUSED,
                                           const char *key_password G_GNUC_UNUSED,
                                           const char *master_keyfile G_GNUC_UNUSED,
                                           bool compress G_GNUC_UNUSED,
                                           bool encrypt G_GNUC_UNUSED,
                                           const char *fingerprint G_GNUC_UNUSED, char **error)
{
    g_autofree char *group = g_strdup_printf("%s:%s/%s", repo, backup_ns ? backup_ns : "",
                                             backup_id);
    g_autofree char *name = g_strdup_printf("%s/%" PRIu64, group, backup_time);
    int ret = sim_fault("backup-create", group, NULL);
    ProxmoxBackupHandle *handle;

    g_assert_cmpuint(chunk_size, ==, PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE);
    if (ret < 0) {
        *error = g_strdup(g_strerror(-ret));
        return NULL;
    }
    handle = g_new0(ProxmoxBackupHandle, 1);
    handle->archive = sim_archive_new(name, group);
    handle->next = all_handles;
    all_handles = handle;
    return handle;
}

static void free_op(Op *op)
{
    Op **link = &op->handle->ops;

    while (*link != op) {
        link = &(*link)->next;
    }
    *link = op->next;
    sim_loop_cancel(sim_main_loop, &op->task);
    g_free(op);
}

static void free_handle(ProxmoxBackupHandle *handle)
{
    ProxmoxBackupHandle **link = &all_handles;

    while (*link != handle) {
        link = &(*link)->next;
    }
    *link = handle->next;
    while (handle->ops) {
        free_op(handle->ops);
    }
    g_free(handle->abort_reason);
    g_free(handle);
}

void proxmox_backup_disconnect(ProxmoxBackupHandle *handle)
{
    handle->archive->handle_alive = false;
    if (handle->archive->state == SIM_ARCHIVE_OPEN) {
        handle->archive->state = SIM_ARCHIVE_INCOMPLETE;
    }
    free_handle(handle);
}

void sim_proxmox_backup_reset(void)
{
    while (all_handles) {
        free_handle(all_handles);
    }
}

void proxmox_backup_abort(ProxmoxBackupHandle *handle, const char *reason)
{
    if (handle->abort_reason) {
        return;
    }
    handle->abort_reason = g_strdup(reason);
    /* What would still take its time fails now. */
    for (Op *op = handle->ops; op; op = op->next) {
        sim_loop_cancel(sim_main_loop, &op->task);
        sim_loop_post(sim_main_loop, &op->task);
    }
}

/* ---- what is under way ------------------------------------------------------------------ */

/* 0 or more: the result; else *@ret_error is set. */
static int do_op(const Op *op, char **ret_error);

static void answer(void *opaque)
{
    Op *op = opaque;
    void (*callback)(void *) = op->callback;
    void *callback_data = op->callback_data;
    char *error = NULL;
    int result = -1;

    if (op->handle->abort_reason) {
        error = g_strdup(op->handle->abort_reason);
    } else if (op->fault < 0) {
        error = g_strdup(g_strerror(-op->fault));
    } else {
        result = do_op(op, &error);
    }
    *op->result = result;
    if (error) {
        *op->error = error;
    }
    free_op(op);
    callback(callback_data);
}

/* @options: the fields that say what to do and whom to tell. */
static void begin_op(ProxmoxBackupHandle *handle, const char *who, const Op *options)
{
    Op *op = g_new(Op, 1);
    uint64_t delay_ns = 0;

    *op = *options;
    op->handle = handle;
    op->fault = sim_fault(fault_calls[op->kind], who, &delay_ns);
    op->task = (SimTask){ .run = answer, .opaque = op, .what = "proxmox-backup" };
    op->next = handle->ops;
    handle->ops = op;
    sim_loop_post_after(sim_main_loop, &op->task, delay_ns + sim_io_time_ns());
}

#define WHOM_TO_TELL                                                        \
    .callback = callback, .callback_data = callback_data, .result = result, \
    .error = error

static const char *device_name(const ProxmoxBackupHandle *handle, uint8_t dev_id)
{
    const SimArchiveDevice *device = sim_archive_device(handle->archive, dev_id);

    return device ? device->name : "";
}

void proxmox_backup_connect_async(ProxmoxBackupHandle *handle, void (*callback)(void *),
                                  void *callback_data, int *result, char **error)
{
    begin_op(handle, handle->archive->name, &(Op){ .kind = OP_CONNECT, WHOM_TO_TELL });
}

void proxmox_backup_add_config_async(ProxmoxBackupHandle *handle, const char *name,
                                     const uint8_t *data, uint64_t size,
                                     void (*callback)(void *), void *callback_data,
                                     int *result, char **error)
{
    begin_op(handle, name, &(Op){
        .kind = OP_CONFIG, .name = name, .data = data, .size = size, WHOM_TO_TELL,
    });
}

void proxmox_backup_register_image_async(ProxmoxBackupHandle *handle, const char *device_name,
                                         uint64_t size, bool incremental,
                                         void (*callback)(void *), void *callback_data,
                                         int *result, char **error)
{
    begin_op(handle, device_name, &(Op){
        .kind = OP_REGISTER, .name = device_name, .size = size, .incremental = incremental,
        WHOM_TO_TELL,
    });
}

void proxmox_backup_write_data_async(ProxmoxBackupHandle *handle, uint8_t dev_id,
                                     const uint8_t *data, uint64_t offset, uint64_t size,
                                     void (*callback)(void *), void *callback_data,
                                     int *result, char **error)
{
    begin_op(handle, device_name(handle, dev_id), &(Op){
        .kind = OP_WRITE, .dev_id = dev_id, .data = data, .offset = offset, .size = size,
        WHOM_TO_TELL,
    });
}

void proxmox_backup_close_image_async(ProxmoxBackupHandle *handle, uint8_t dev_id,
                                      void (*callback)(void *), void *callback_data,
                                      int *result, char **error)
{
    begin_op(handle, device_name(handle, dev_id), &(Op){
        .kind = OP_CLOSE, .dev_id = dev_id, WHOM_TO_TELL,
    });
}

void proxmox_backup_finish_async(ProxmoxBackupHandle *handle, void (*callback)(void *),
                                 void *callback_data, int *result, char **error)
{
    begin_op(handle, handle->archive->name, &(Op){ .kind = OP_FINISH, WHOM_TO_TELL });
}

/* ---- what the server does ------------------------------------------------------------------ */

/*
 * The library remembers in the process what it closed last for every device, and takes that
 * as a base if it is what the server's last complete backup holds.
 */
static const SimArchiveDevice *find_base(const ProxmoxBackupHandle *handle, const char *name,
                                         uint64_t size)
{
    SimArchive *last = sim_archive_last_complete(handle->archive->group);
    const SimArchiveDevice *base = last ? sim_archive_find_device(last, name) : NULL;

    if (!base || base->size_bytes != size) {
        return NULL;
    }
    for (SimArchive *archive = sim_archives_first(); archive; archive = archive->next) {
        const SimArchiveDevice *other = archive->group ? sim_archive_find_device(archive, name)
                                                       : NULL;

        if (other && other->closed_number > base->closed_number) {
            return NULL;
        }
    }
    return base;
}

int proxmox_backup_check_incremental(ProxmoxBackupHandle *handle, const char *device_name,
                                     uint64_t size)
{
    return find_base(handle, device_name, size) ? 1 : 0;
}

static int fail(char **ret_error, const char *message)
{
    *ret_error = g_strdup(message);
    return -1;
}

static int register_image(const Op *op, char **ret_error)
{
    const SimArchiveDevice *base = op->incremental ? find_base(op->handle, op->name, op->size)
                                                   : NULL;

    if (op->incremental && !base) {
        return fail(ret_error, "no base for an incremental backup");
    }
    if (sim_archive_find_device(op->handle->archive, op->name)) {
        return fail(ret_error, "image is registered already");
    }
    return sim_archive_add_device(op->handle->archive, op->name, op->size, base);
}

static int write_data(SimArchiveDevice *device, const Op *op, char **ret_error)
{
    uint64_t end = op->offset + op->size;

    if (op->offset % PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE || end > device->size_bytes ||
        (op->size != PROXMOX_BACKUP_DEFAULT_CHUNK_SIZE && end != device->size_bytes)) {
        return fail(ret_error, "got data that is no chunk");
    }
    return sim_archive_write(device, op->offset, op->size, op->data) ? 0 : (int)op->size;
}

static int close_image(SimArchiveDevice *device, char **ret_error)
{
    if (!sim_archive_is_full(device)) {
        return fail(ret_error, "unexpected number of chunks");
    }
    sim_archive_close_device(device);
    return 0;
}

static int finish_backup(SimArchive *archive, char **ret_error)
{
    for (unsigned i = 0; i < archive->devices->len; i++) {
        if (!sim_archive_device(archive, i)->closed) {
            return fail(ret_error, "an image is still open");
        }
    }
    archive->state = SIM_ARCHIVE_COMPLETE;
    return 0;
}

static int do_op(const Op *op, char **ret_error)
{
    ProxmoxBackupHandle *handle = op->handle;
    SimArchiveDevice *device = sim_archive_device(handle->archive, op->dev_id);

    if (op->kind == OP_CONNECT) {
        handle->connected = true;
        return 0;
    }
    if (!handle->connected || handle->archive->state != SIM_ARCHIVE_OPEN) {
        return fail(ret_error, "not connected");
    }
    switch (op->kind) {
    case OP_CONFIG:
        sim_archive_add_config(handle->archive, op->name);
        return 0;
    case OP_REGISTER:
        return register_image(op, ret_error);
    case OP_WRITE:
    case OP_CLOSE:
        if (!device || device->closed) {
            return fail(ret_error, "no such image");
        }
        return op->kind == OP_WRITE ? write_data(device, op, ret_error)
                                    : close_image(device, ret_error);
    case OP_FINISH:
        return finish_backup(handle->archive, ret_error);
    case OP_CONNECT:
        break;
    }
    g_assert_not_reached();
}
