/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes, bitmaps, jobs and archives that the code under test holds: which function of it took
 * each reference, and which of them nobody can give back any more.
 *
 * Each call does what its namesake does and keeps a note.  The notes are a list, newest last;
 * giving back takes the newest note of that object.  At the end of a run a note counts only
 * if its object is still in the world: whatever else may have become of it is not asked of
 * the code.
 */
#include "qemu/osdep.h"
#include "block/block_int-global-state.h"
#include "block/copy-before-write.h"
#include "block/dirty-bitmap-int.h"
#include "block/graph-lock.h"
#include "proxmox-backup-qemu.h"
#include "qemu/job.h"
#include "system/block-backend.h"
#include "vma.h"

#include "harness/subject/accounted-functions.h"
#include "harness/subject/accounting-private.h"
#include "harness/subject/function-name.h"

typedef enum NoteKind {
    NOTE_NODE,
    NOTE_BITMAP,
    NOTE_JOB,
    NOTE_ARCHIVE,               /* VmaWriter or ProxmoxBackupHandle */
} NoteKind;

typedef struct Note {
    const void *object;
    const void *site;
    NoteKind kind;
} Note;

static GArray *notes;

static Note *note_at(guint index)
{
    return &g_array_index(notes, Note, index);
}

static void *take(void *object, NoteKind kind, const void *site)
{
    Note note = { .object = object, .site = site, .kind = kind };

    if (object) {
        if (!notes) {
            notes = g_array_new(FALSE, FALSE, sizeof(Note));
        }
        g_array_append_val(notes, note);
    }
    return object;
}

/* Whatever is noted of this address was another object, which the block layer has freed. */
static void *take_new(void *object, NoteKind kind, const void *site)
{
    for (guint i = notes ? notes->len : 0; i-- > 0;) {
        if (note_at(i)->object == object) {
            g_array_remove_index(notes, i);
        }
    }
    return take(object, kind, site);
}

/* What the code never took is somebody else's mistake, or taken over from the block layer. */
static void give_back(const void *object)
{
    for (guint i = notes ? notes->len : 0; i-- > 0;) {
        if (note_at(i)->object == object) {
            g_array_remove_index(notes, i);
            return;
        }
    }
}

void accounting_graph_forget_all(void)
{
    if (notes) {
        g_array_set_size(notes, 0);
    }
}

/* ---- what the code calls ---------------------------------------------------- */

/* Who calls these in the code's place goes through its gates, too. */
#define PASSES(type, name, parameters, arguments) type sim_gate_##name parameters;
#define DOES(name, parameters, arguments) void sim_gate_##name parameters;
#define FAILS(type, name, parameters, arguments, who, answer) type sim_gate_##name parameters;
#include "sim/gate-rows.h"

void subject_account_bdrv_ref(BlockDriverState *bs)
{
    take(bs, NOTE_NODE, ACCOUNTING_SITE);
    sim_gate_bdrv_ref(bs);
}

void subject_account_bdrv_unref(BlockDriverState *bs)
{
    give_back(bs);
    sim_gate_bdrv_unref(bs);
}

void coroutine_fn subject_account_bdrv_co_unref(BlockDriverState *bs)
{
    give_back(bs);
    sim_gate_bdrv_co_unref(bs);
}

BlockDriverState *subject_account_bdrv_open(const char *filename, const char *reference,
                                            QDict *options, int flags, Error **errp)
{
    return take_new(sim_gate_bdrv_open(filename, reference, options, flags, errp), NOTE_NODE,
                ACCOUNTING_SITE);
}

BlockDriverState *subject_account_bdrv_insert_node(BlockDriverState *bs, QDict *options,
                                                   int flags, Error **errp)
{
    return take_new(sim_gate_bdrv_insert_node(bs, options, flags, errp), NOTE_NODE,
                    ACCOUNTING_SITE);
}

BlockDriverState *subject_account_bdrv_cbw_append(BlockDriverState *source,
                                                  BlockDriverState *target,
                                                  const char *filter_node_name,
                                                  bool discard_source,
                                                  uint64_t min_cluster_size, Error **errp)
{
    return take_new(bdrv_cbw_append(source, target, filter_node_name, discard_source,
                                min_cluster_size, errp), NOTE_NODE, ACCOUNTING_SITE);
}

/* Gives the reference back, too. */
void subject_account_bdrv_cbw_drop(BlockDriverState *bs)
{
    give_back(bs);
    sim_gate_bdrv_cbw_drop(bs);
}

BlockDriverState *coroutine_fn subject_account_bdrv_co_backup_dump_create(
    int dump_cb_block_size, uint64_t byte_size, BackupDumpFunc *dump_cb, void *dump_cb_data,
    Error **errp)
{
    return take_new(sim_gate_bdrv_co_backup_dump_create(dump_cb_block_size, byte_size, dump_cb,
                                                        dump_cb_data, errp),
                    NOTE_NODE, ACCOUNTING_SITE);
}

BdrvDirtyBitmap *subject_account_bdrv_create_dirty_bitmap(BlockDriverState *bs,
                                                          uint32_t granularity,
                                                          const char *name, Error **errp)
{
    return take_new(sim_gate_bdrv_create_dirty_bitmap(bs, granularity, name, errp), NOTE_BITMAP,
                ACCOUNTING_SITE);
}

void subject_account_bdrv_release_dirty_bitmap(BdrvDirtyBitmap *bitmap)
{
    give_back(bitmap);
    sim_gate_bdrv_release_dirty_bitmap(bitmap);
}

void subject_account_job_ref_locked(Job *job)
{
    take(job, NOTE_JOB, ACCOUNTING_SITE);
    job_ref_locked(job);
}

void subject_account_job_unref_locked(Job *job)
{
    give_back(job);
    job_unref_locked(job);
}

/* Closing alone does not free it. */
VmaWriter *subject_account_vma_writer_create(const char *filename, uuid_t uuid, Error **errp)
{
    return take_new(vma_writer_create(filename, uuid, errp), NOTE_ARCHIVE, ACCOUNTING_SITE);
}

void subject_account_vma_writer_destroy(VmaWriter *vmaw)
{
    give_back(vmaw);
    vma_writer_destroy(vmaw);
}

ProxmoxBackupHandle *subject_account_proxmox_backup_new_ns(
    const char *repo, const char *backup_ns, const char *backup_id, uint64_t backup_time,
    uint64_t chunk_size, const char *password, const char *keyfile, const char *key_password,
    const char *master_keyfile, bool compress, bool encrypt, const char *fingerprint, char **error)
{
    return take_new(proxmox_backup_new_ns(repo, backup_ns, backup_id, backup_time, chunk_size,
                                          password, keyfile, key_password, master_keyfile,
                                          compress, encrypt, fingerprint, error),
                    NOTE_ARCHIVE, ACCOUNTING_SITE);
}

void subject_account_proxmox_backup_disconnect(ProxmoxBackupHandle *handle)
{
    give_back(handle);
    proxmox_backup_disconnect(handle);
}

/* ---- what is still there ------------------------------------------------------ */

static bool is_node_there(const BlockDriverState *wanted)
{
    const BlockDriverState *bs = sim_bdrv_first_node();

    while (bs && bs != wanted) {
        bs = bs->next_node;
    }
    return bs != NULL;
}

static bool is_job_there(const Job *wanted)
{
    const Job *job = job_next_locked(NULL);

    while (job && job != wanted) {
        job = job_next_locked((Job *)job);
    }
    return job != NULL;
}

/* The node that has the bitmap; NULL: it is gone. */
static BlockDriverState *node_of_bitmap(const BdrvDirtyBitmap *wanted)
{
    BdrvDirtyBitmap *bitmap;

    for (BlockDriverState *bs = sim_bdrv_first_node(); bs; bs = bs->next_node) {
        FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
            if (bitmap == wanted) {
                return bs;
            }
        }
    }
    return NULL;
}

/*
 * A bitmap with a name on a drive can be found again by that name, and whether it may stay is
 * for the checks to say.  One without a name, or on a filter, is found by nobody.
 */
static bool is_bitmap_hidden(const BdrvDirtyBitmap *bitmap)
{
    const BlockDriverState *bs = node_of_bitmap(bitmap);

    return bs && (!bdrv_dirty_bitmap_name(bitmap) || bs->file);
}

static bool counts(const Note *note)
{
    switch (note->kind) {
    case NOTE_NODE:
        return is_node_there(note->object);
    case NOTE_BITMAP:
        return is_bitmap_hidden(note->object);
    case NOTE_JOB:
        return is_job_there(note->object);
    case NOTE_ARCHIVE:
        return true;            /* nobody else could have freed it */
    }
    g_assert_not_reached();
}

void accounting_graph_begin_search(void)
{
    for (guint i = 0; notes && i < notes->len; i++) {
        if (counts(note_at(i)) && !accounting_find(note_at(i)->object)) {
            accounting_add((void *)note_at(i)->object, 0, ACCOUNTED_REFERENCE, NULL);
        }
    }
}

void accounting_graph_end_search(void)
{
    for (guint i = 0; notes && i < notes->len; i++) {
        const AccountedBlock *block = accounting_find(note_at(i)->object);

        if (block && block->kind == ACCOUNTED_REFERENCE) {
            accounting_forget(note_at(i)->object);
        }
    }
}

static void report(const Note *note, SubjectLeakFunc *found, void *opaque)
{
    static const char *const names[] = { "leaked-node", "leaked-bitmap", "leaked-job",
                                         "leaked-archive" };
    const char *function = function_name_at(note->site);
    g_autofree char *what = NULL;
    g_autofree char *message = NULL;

    if (note->kind == NOTE_NODE) {
        const BlockDriverState *bs = note->object;

        what = g_strdup_printf("a reference to node %s (%s)", bdrv_get_node_name(bs),
                               bs->drv ? bs->drv->format_name : "nothing inserted");
    } else if (note->kind == NOTE_BITMAP) {
        const char *name = bdrv_dirty_bitmap_name(note->object);

        what = g_strdup_printf("bitmap %s of node %s", name ? name : "(without a name)",
                               bdrv_get_node_name(node_of_bitmap(note->object)));
    } else if (note->kind == NOTE_JOB) {
        what = g_strdup_printf("a reference to job %s", ((const Job *)note->object)->id);
    } else {
        what = g_strdup("an archive to write to");
    }
    message = g_strdup_printf("%s() took %s that was not given back, and nothing points to it "
                              "any more", function, what);
    found(names[note->kind], function, message, opaque);
}

void accounting_graph_report(SubjectLeakFunc *found, void *opaque)
{
    for (guint i = 0; notes && i < notes->len; i++) {
        const AccountedBlock *block = accounting_find(note_at(i)->object);

        if (block && block->kind == ACCOUNTED_REFERENCE && !block->is_reached) {
            report(note_at(i), found, opaque);
        }
    }
}

const char *accounting_maker_of_bitmap(const char *node_name, const char *bitmap_name)
{
    BlockDriverState *bs = bdrv_find_node(node_name);
    BdrvDirtyBitmap *bitmap;

    if (bs && notes) {
        FOR_EACH_DIRTY_BITMAP(bs, bitmap) {
            if (g_strcmp0(bdrv_dirty_bitmap_name(bitmap), bitmap_name)) {
                continue;
            }
            for (guint i = notes->len; i-- > 0;) {
                if (note_at(i)->object == bitmap) {
                    return function_name_at(note_at(i)->site);
                }
            }
        }
    }
    return NULL;
}
