/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A search on disk: to go on with, and to be put together with those of other shards.
 *
 * The file is written anew each time and takes the place of the old one as a whole, so that
 * whoever is killed loses what was done since then and nothing else.  It is for the machine and
 * the build that wrote it: a header, the arrays as they are in memory, a checksum.
 */
#include <string.h>

#include "harness/explore/explore.h"

#define MAGIC UINT64_C(0x316572706c786162)      /* "baxlpre1" */

typedef struct Header {
    uint64_t magic;
    uint64_t bound_hash;
    uint64_t n_node_bytes;
    uint32_t shard;
    uint32_t n_shards;
    uint64_t n_keys;
    uint64_t n_level;
    uint64_t n_next_level;
    uint64_t n_done;
    uint32_t n_steps;
    uint32_t is_split;
    uint64_t end;
    ExploreCounts counts;
    ExploreNode found;
    uint64_t n_level_sizes[EXPLORE_MAX_DEPTH + 1];
} Header;

GQuark explore_error_quark(void)
{
    return g_quark_from_static_string("bax-explore-error");
}

static uint64_t checksum(const char *data, size_t n_bytes)
{
    uint64_t sum = n_bytes, word;

    for (size_t i = 0; i + sizeof(word) <= n_bytes; i += sizeof(word)) {
        memcpy(&word, data + i, sizeof(word));
        sum = explore_mix(sum, word);
    }
    return sum;
}

/* ---- writing -------------------------------------------------------------------- */

static void append_set(GByteArray *bytes, const ExploreSet *set)
{
    for (uint64_t i = 0; i < set->n_slots; i++) {
        if (set->keys[i]) {
            uint64_t entry[2] = { set->keys[i], set->n_used[i] };

            g_byte_array_append(bytes, (const guint8 *) entry, sizeof(entry));
        }
    }
}

static void append_level(GByteArray *bytes, const ExploreLevel *level)
{
    g_byte_array_append(bytes, (const guint8 *) level->nodes, level->len * sizeof(ExploreNode));
}

bool explore_save(const Explore *explore, const char *path, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Header header;
    uint64_t sum;

    memset(&header, 0, sizeof(header));
    header.magic = MAGIC;
    header.bound_hash = explore_bound_hash(explore);
    header.n_node_bytes = sizeof(ExploreNode);
    header.shard = explore->shard;
    header.n_shards = explore->n_shards;
    header.n_keys = explore->set.n_keys;
    header.n_level = explore->level.len;
    header.n_next_level = explore->next_level.len;
    header.n_done = explore->n_done;
    header.n_steps = explore->n_steps;
    header.is_split = explore->is_split;
    header.end = explore->end;
    header.counts = explore->counts;
    header.found = explore->found;
    memcpy(header.n_level_sizes, explore->n_level_sizes, sizeof(header.n_level_sizes));
    g_byte_array_append(bytes, (const guint8 *) &header, sizeof(header));
    append_set(bytes, &explore->set);
    append_level(bytes, &explore->level);
    append_level(bytes, &explore->next_level);
    sum = checksum((const char *) bytes->data, bytes->len);
    g_byte_array_append(bytes, (const guint8 *) &sum, sizeof(sum));
    return g_file_set_contents_full(path, (const char *) bytes->data, bytes->len,
                                    G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

/* ---- reading --------------------------------------------------------------------- */

static bool refuse(const char *path, const char *why, GError **error)
{
    g_set_error(error, EXPLORE_ERROR, 0, "%s: %s", path, why);
    return false;
}

static bool is_sound(const Header *header, const char *data, gsize n_bytes)
{
    uint64_t sum, n_left = n_bytes - sizeof(*header) - sizeof(sum);

    if (header->n_keys > n_left || header->n_level > n_left || header->n_next_level > n_left ||
        header->n_keys * 16 + (header->n_level + header->n_next_level) * sizeof(ExploreNode)
        != n_left) {
        return false;
    }
    memcpy(&sum, data + n_bytes - sizeof(sum), sizeof(sum));
    return sum == checksum(data, n_bytes - sizeof(sum));
}

/* The whole file, the caller's; NULL: it is no such file, or of another search. */
static char *read_file(const Explore *explore, const char *path, Header *ret_header,
                       GError **error)
{
    g_autofree char *data = NULL;
    gsize n_bytes;

    if (!g_file_get_contents(path, &data, &n_bytes, error)) {
        return NULL;
    }
    if (n_bytes >= sizeof(*ret_header) + 8) {
        memcpy(ret_header, data, sizeof(*ret_header));
    }
    if (n_bytes < sizeof(*ret_header) + 8 || ret_header->magic != MAGIC ||
        ret_header->n_node_bytes != sizeof(ExploreNode) || !is_sound(ret_header, data, n_bytes)) {
        refuse(path, "this is no file of an exploration, or of another version of bax", error);
        return NULL;
    }
    if (ret_header->bound_hash != explore_bound_hash(explore)) {
        refuse(path, "this exploration has another bound or another code under test", error);
        return NULL;
    }
    return g_steal_pointer(&data);
}

static const char *take_set(Explore *explore, const char *at, uint64_t n_keys)
{
    for (uint64_t i = 0; i < n_keys; i++) {
        uint64_t entry[2];

        memcpy(entry, at, sizeof(entry));
        explore_set_add(&explore->set, entry[0], entry[1]);
        at += sizeof(entry);
    }
    return at;
}

static const char *take_level(ExploreLevel *level, const char *at, uint64_t n)
{
    level->len = 0;
    explore_level_append(level, (const ExploreNode *) at, n);
    return at + n * sizeof(ExploreNode);
}

bool explore_load(Explore *explore, const char *path, GError **error)
{
    Header header;
    g_autofree char *data = read_file(explore, path, &header, error);
    const char *at;

    if (!data) {
        return false;
    }
    if (header.shard != explore->shard || header.n_shards != explore->n_shards) {
        return refuse(path, "this is another shard of the exploration", error);
    }
    at = take_set(explore, data + sizeof(header), header.n_keys);
    at = take_level(&explore->level, at, header.n_level);
    take_level(&explore->next_level, at, header.n_next_level);
    explore->n_done = header.n_done;
    explore->n_steps = header.n_steps;
    explore->is_split = header.is_split;
    explore->end = header.end;
    explore->counts = header.counts;
    explore->found = header.found;
    memcpy(explore->n_level_sizes, header.n_level_sizes, sizeof(header.n_level_sizes));
    return true;
}

static bool is_shorter(const ExploreNode *a, const ExploreNode *b)
{
    return a->n_steps < b->n_steps;
}

bool explore_merge(Explore *explore, const char *path, GError **error)
{
    Header header;
    g_autofree char *data = read_file(explore, path, &header, error);

    if (!data) {
        return false;
    }
    if (header.n_shards != explore->n_shards) {
        return refuse(path, "this exploration was split into another number of shards", error);
    }
    if (header.end == EXPLORE_UNFINISHED) {
        return refuse(path, "this shard has not come to its end", error);
    }
    take_set(explore, data + sizeof(header), header.n_keys);
    if (header.end == EXPLORE_FOUND &&
        (explore->end != EXPLORE_FOUND || is_shorter(&header.found, &explore->found))) {
        explore->end = EXPLORE_FOUND;
        explore->found = header.found;
    }
    explore->counts.n_sequences += header.counts.n_sequences;
    explore->counts.n_schedules += header.counts.n_schedules;
    explore->counts.n_runs += header.counts.n_runs;
    explore->shard = header.shard;
    return true;
}
