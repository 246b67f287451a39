/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing VMA archives.
 *
 * Stands in for Proxmox VE's vma.h; sim/vma-writer.c keeps the archives in memory.
 * Streams have numbers from 1 on.  pve-backup.c includes this before qemu/osdep.h, so it
 * stands alone.
 */
#ifndef BACKUP_VMA_H
#define BACKUP_VMA_H

#include "qemu/osdep.h"

#include <uuid/uuid.h>

#include "qapi/error.h"
#include "qemu/coroutine.h"

#define VMA_CLUSTER_BITS (12 + 4)
#define VMA_CLUSTER_SIZE (1 << VMA_CLUSTER_BITS)

typedef struct VmaWriter VmaWriter;

/* NULL with *@errp set: @filename is there already, or cannot be made. */
VmaWriter *vma_writer_create(const char *filename, uuid_t uuid, Error **errp);
/* Number of the stream, or -1. */
int vma_writer_register_stream(VmaWriter *vmaw, const char *devname, size_t size);
/* 0 or -1. */
int vma_writer_add_config(VmaWriter *vmaw, const char *name, gpointer data, size_t len);

/*
 * Writes one cluster (@buf NULL: zeroes).  Returns the bytes of it that lie within the
 * device, or a negative number; *@zero_bytes says how many of the cluster were zeroes.
 */
int64_t coroutine_fn vma_writer_write(VmaWriter *vmaw, uint8_t dev_id, int64_t cluster_num,
                                      const unsigned char *buf, size_t *zero_bytes);
/* Number of streams that are still open, or -1. */
int coroutine_fn vma_writer_close_stream(VmaWriter *vmaw, uint8_t dev_id);
/* In a coroutine.  Negative with *@errp set: the archive is not complete. */
int vma_writer_close(VmaWriter *vmaw, Error **errp);
void vma_writer_destroy(VmaWriter *vmaw);

/* The first error stays.  Whoever waits in a write is woken. */
void vma_writer_set_error(VmaWriter *vmaw, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* Sets *@errp if there is an error and *@errp is NULL. */
void vma_writer_error_propagate(VmaWriter *vmaw, Error **errp);

#endif
