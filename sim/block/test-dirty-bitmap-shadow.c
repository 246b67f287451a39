/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A byte for every chunk. */
#include "qemu/osdep.h"
#include "sim/block/test-dirty-bitmap-shadow.h"

static int64_t n_chunks(const Shadow *shadow)
{
    return DIV_ROUND_UP(shadow->size, shadow->granularity);
}

Shadow *shadow_new(int64_t size, int64_t granularity, bool enabled)
{
    Shadow *shadow = g_new0(Shadow, 1);

    *shadow = (Shadow){ .size = size, .granularity = granularity, .enabled = enabled };
    shadow->chunks = g_new0(bool, n_chunks(shadow));
    return shadow;
}

void shadow_free(Shadow *shadow)
{
    if (shadow) {
        g_free(shadow->chunks);
        g_free(shadow->backup);
        g_free(shadow);
    }
}

void shadow_set(Shadow *shadow, int64_t offset, int64_t bytes)
{
    int64_t end = DIV_ROUND_UP(offset + bytes, shadow->granularity);

    for (int64_t chunk = offset / shadow->granularity; bytes > 0 && chunk < end; chunk++) {
        shadow->chunks[chunk] = true;
    }
}

void shadow_reset(Shadow *shadow, int64_t offset, int64_t bytes)
{
    int64_t end = DIV_ROUND_UP(offset + bytes, shadow->granularity);

    for (int64_t chunk = DIV_ROUND_UP(offset, shadow->granularity); chunk < end; chunk++) {
        shadow->chunks[chunk] = false;
    }
}

void shadow_clear(Shadow *shadow)
{
    for (int64_t chunk = 0; chunk < n_chunks(shadow); chunk++) {
        shadow->chunks[chunk] = false;
    }
}

void shadow_merge(Shadow *shadow, const Shadow *source)
{
    for (int64_t chunk = 0; chunk < n_chunks(source); chunk++) {
        int64_t start = chunk * source->granularity;

        if (source->chunks[chunk]) {
            shadow_set(shadow, start, MIN(source->granularity, source->size - start));
        }
    }
}

void shadow_truncate(Shadow *shadow, int64_t size)
{
    int64_t n_before = n_chunks(shadow);

    shadow->size = size;
    shadow->chunks = g_renew(bool, shadow->chunks, n_chunks(shadow));
    for (int64_t chunk = n_before; chunk < n_chunks(shadow); chunk++) {
        shadow->chunks[chunk] = false;
    }
}

void shadow_keep_backup(Shadow *shadow)
{
    shadow_drop_backup(shadow);
    shadow->backup = g_new0(bool, n_chunks(shadow));
    for (int64_t chunk = 0; chunk < n_chunks(shadow); chunk++) {
        shadow->backup[chunk] = shadow->chunks[chunk];
    }
}

void shadow_restore_backup(Shadow *shadow)
{
    g_free(shadow->chunks);
    shadow->chunks = g_steal_pointer(&shadow->backup);
}

void shadow_drop_backup(Shadow *shadow)
{
    g_clear_pointer(&shadow->backup, g_free);
}

bool shadow_get(const Shadow *shadow, int64_t offset)
{
    return shadow->chunks[offset / shadow->granularity];
}

int64_t shadow_count(const Shadow *shadow)
{
    int64_t n_dirty = 0;

    for (int64_t chunk = 0; chunk < n_chunks(shadow); chunk++) {
        n_dirty += shadow->chunks[chunk];
    }
    return n_dirty * shadow->granularity;
}

int64_t shadow_next(const Shadow *shadow, int64_t offset, int64_t bytes, bool dirty)
{
    int64_t end = bytes > shadow->size - offset ? shadow->size : offset + bytes;

    for (int64_t at = offset; at < end; at = ROUND_DOWN(at, shadow->granularity) +
                                             shadow->granularity) {
        if (shadow_get(shadow, at) == dirty) {
            return at;
        }
    }
    return -1;
}
