/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The archive that a regular backup writes: a VMA file with one stream per drive.
 */
#include "qemu/osdep.h"
#include "harness/subject/reference/regular-archive.h"
#include "block/block_int-global-state.h"
#include "qapi/error.h"

#include <unistd.h>

typedef struct RegularStream {
    VmaWriter *writer;
    int number;
} RegularStream;

struct RegularArchive {
    VmaWriter *writer;
    size_t n_streams;
    RegularStream streams[];        /* dump targets point here, so it does not grow */
};

RegularArchive *regular_archive_new(const char *file, uuid_t uuid, size_t n_max_drives,
                                    Error **errp)
{
    VmaWriter *writer = vma_writer_create(file, uuid, errp);
    RegularArchive *archive = NULL;

    if (writer) {
        archive = g_malloc0(sizeof(*archive) + n_max_drives * sizeof(archive->streams[0]));
        archive->writer = writer;
    }
    return archive;
}

/* A job's chunk has one cluster of the archive or several. */
static int coroutine_fn regular_dump(void *opaque, uint64_t offset, uint64_t bytes,
                                     const void *buf)
{
    RegularStream *stream = opaque;
    const unsigned char *data = buf;
    uint64_t done = 0;
    size_t zero_bytes;

    while (done < bytes) {
        int64_t written = vma_writer_write(stream->writer, stream->number,
                                           (offset + done) / VMA_CLUSTER_SIZE,
                                           data ? data + done : NULL, &zero_bytes);

        if (written <= 0) {
            return -EIO;
        }
        done += written;
    }
    return bytes;
}

BlockDriverState *coroutine_fn regular_archive_co_add(RegularArchive *archive,
                                                      const char *device, int64_t size_bytes,
                                                      Error **errp)
{
    RegularStream *stream = &archive->streams[archive->n_streams++];

    stream->writer = archive->writer;
    stream->number = vma_writer_register_stream(archive->writer, device, size_bytes);
    if (stream->number < 0) {
        vma_writer_error_propagate(archive->writer, errp);
        return NULL;
    }
    return bdrv_co_backup_dump_create(VMA_CLUSTER_SIZE, size_bytes, regular_dump, stream, errp);
}

void regular_archive_fail(RegularArchive *archive, const char *reason)
{
    vma_writer_set_error(archive->writer, "%s", reason);
}

char *coroutine_fn regular_archive_co_close(RegularArchive *archive)
{
    Error *error = NULL;
    char *failure = NULL;
    size_t i;

    for (i = 0; i < archive->n_streams; i++) {
        vma_writer_close_stream(archive->writer, archive->streams[i].number);
    }
    if (vma_writer_close(archive->writer, &error) < 0) {
        failure = g_strdup(error_get_pretty(error));
        error_free(error);
    }
    vma_writer_destroy(archive->writer);
    g_free(archive);
    return failure;
}

void regular_archive_remove(RegularArchive *archive, const char *file)
{
    if (archive) {
        vma_writer_destroy(archive->writer);
        unlink(file);
        g_free(archive);
    }
}
