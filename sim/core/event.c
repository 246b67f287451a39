/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events: names, observers and the digest.
 *
 * The digest is 64 bits over everything that was emitted and mixed in, in order.
 * It is defined on numbers and on bytes read as little endian, so it is the same on
 * every machine.  It tells runs apart that differ by accident; it is no
 * cryptographic hash.  Nothing here allocates.
 *
 * What it is, exactly (all arithmetic modulo 2^64):
 *   digest := SEED at first
 *   absorb(x): digest := finish(digest * 3 + x)
 *   an event absorbs the sum of its fields, each times an odd constant of its own;
 *   a string counts as bytes_hash(), NULL as 0.
 */
#include "sim/core/event.h"

#include <glib.h>
#include <string.h>

#define SEED          UINT64_C(0x6a09e667f3bcc908)
#define FACTOR_KIND   UINT64_C(0x9e3779b97f4a7c15)
#define FACTOR_RET    UINT64_C(0xc2b2ae3d27d4eb4f)
#define FACTOR_TIME   UINT64_C(0x165667b19e3779f9)
#define FACTOR_WHO    UINT64_C(0xd6e8feb86659fd93)
#define FACTOR_OFFSET UINT64_C(0xa0761d6478bd642f)
#define FACTOR_BYTES  UINT64_C(0xe7037ed1a0b428db)
#define FACTOR_NUMBER UINT64_C(0x8ebc6af09c88c6e3)
#define FACTOR_TEXT   UINT64_C(0x589965cc75374cc3)

static const char *const kind_names[SIM_N_EVENT_KINDS] = {
    [SIM_EVENT_SUBMIT] = "submit",
    [SIM_EVENT_QUEUE] = "queue",
    [SIM_EVENT_COPY] = "copy",
    [SIM_EVENT_LAND] = "land",
    [SIM_EVENT_MARK] = "mark",
    [SIM_EVENT_COMPLETE] = "complete",
    [SIM_EVENT_HOLD] = "hold",
    [SIM_EVENT_RELEASE] = "release",
    [SIM_EVENT_READ] = "read",
    [SIM_EVENT_DRAIN_BEGIN] = "drain-begin",
    [SIM_EVENT_DRAINED] = "drained",
    [SIM_EVENT_DRAIN_END] = "drain-end",
    [SIM_EVENT_NODE_OPEN] = "node-open",
    [SIM_EVENT_NODE_CLOSE] = "node-close",
    [SIM_EVENT_SNAPSHOT] = "snapshot",
    [SIM_EVENT_SNAPSHOT_BREAK] = "snapshot-break",
    [SIM_EVENT_SNAPSHOT_END] = "snapshot-end",
    [SIM_EVENT_FAULT] = "fault",
    [SIM_EVENT_REPORT] = "report",
    [SIM_EVENT_COMMAND] = "command",
    [SIM_EVENT_ANSWER] = "answer",
    [SIM_EVENT_RESIZE] = "resize",
    [SIM_EVENT_UNPLUG] = "unplug",
    [SIM_EVENT_JOB_STATUS] = "job-status",
    [SIM_EVENT_BACKUP_BEGIN] = "backup-begin",
    [SIM_EVENT_BACKUP_COPY] = "backup-copy",
    [SIM_EVENT_BACKUP_END] = "backup-end",
};

const char *sim_event_kind_name(SimEventKind kind)
{
    g_assert(kind < SIM_N_EVENT_KINDS);
    return kind_names[kind];
}

static uint64_t finish(uint64_t x)
{
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ (x >> 32);
}

static uint64_t load_8(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return GUINT64_FROM_LE(word);
}

static uint64_t load_4(const uint8_t *bytes)
{
    uint32_t half;

    memcpy(&half, bytes, sizeof(half));
    return GUINT32_FROM_LE(half);
}

/* Less than 8 bytes, the rest zeroes: two halves that overlap, or at most three bytes. */
static uint64_t load_short_word(const uint8_t *bytes, size_t n_bytes)
{
    if (n_bytes >= 4) {
        return load_4(bytes) | load_4(bytes + n_bytes - 4) << (8 * (n_bytes - 4));
    }
    if (n_bytes == 0) {
        return 0;
    }
    return bytes[0] | (uint64_t)bytes[n_bytes / 2] << (8 * (n_bytes / 2)) |
           (uint64_t)bytes[n_bytes - 1] << (8 * (n_bytes - 1));
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * FACTOR_KIND;
    return hash ^ (hash >> 29);
}

/*
 * Words of 8 bytes; what is left over counts as the last 8 bytes, which overlaps the
 * word before, and if there are no 8, as one word filled up with zeroes.
 */
static uint64_t bytes_hash(const uint8_t *bytes, size_t n_bytes)
{
    uint64_t hash = (SEED + n_bytes) * FACTOR_KIND;
    size_t at;

    if (n_bytes < 8) {
        return hash_word(hash, load_short_word(bytes, n_bytes));
    }
    for (at = 0; at + 8 <= n_bytes; at += 8) {
        hash = hash_word(hash, load_8(bytes + at));
    }
    return at == n_bytes ? hash : hash_word(hash, load_8(bytes + n_bytes - 8));
}

uint64_t sim_event_hash(const char *string)
{
    return bytes_hash((const uint8_t *)string, strlen(string));
}

/* How QEMU words something differs from version to version: that it was said counts. */
static uint64_t text_hash(const SimEvent *event)
{
    bool is_wording = event->kind == SIM_EVENT_ANSWER || event->kind == SIM_EVENT_REPORT;

    if (!event->text) {
        return 0;
    }
    return sim_event_hash(is_wording ? "" : event->text);
}

static void absorb(SimEvents *events, uint64_t x)
{
    events->digest = finish(events->digest * 3 + x);
}

void sim_events_init(SimEvents *events, const SimLoop *loop)
{
    memset(events, 0, sizeof(*events));
    events->loop = loop;
    events->is_digested = true;
    events->digest = SEED;
}

void sim_events_end_digest(SimEvents *events)
{
    events->is_digested = false;
}

void sim_events_observe(SimEvents *events, uint64_t kinds, SimObserverFunc *notify,
                        void *opaque)
{
    g_assert(events->n_observers < SIM_MAX_OBSERVERS);
    events->observers[events->n_observers].kinds = kinds;
    events->observers[events->n_observers].notify = notify;
    events->observers[events->n_observers].opaque = opaque;
    events->n_observers++;
    events->kinds |= kinds;
}

static void notify(const SimEvents *events, const SimEvent *event, uint64_t time_ns)
{
    SimEvent stamped = *event;

    stamped.time_ns = time_ns;
    for (unsigned i = 0; i < events->n_observers; i++) {
        if (events->observers[i].kinds & SIM_EVENTS_OF(event->kind)) {
            events->observers[i].notify(&stamped, events->observers[i].opaque);
        }
    }
}

/* As the digest takes it. */
static uint64_t number_of(const SimEvents *events, const SimEvent *event)
{
    bool is_line = event->kind == SIM_EVENT_COMMAND || event->kind == SIM_EVENT_ANSWER;

    return is_line ? event->number - events->n_lines_skipped : event->number;
}

static void digest_event(SimEvents *events, const SimEvent *event, uint64_t time_ns)
{
    uint64_t who_hash = event->who_hash ? event->who_hash : sim_event_hash(event->who);

    absorb(events, (uint64_t)event->kind * FACTOR_KIND +
                   (uint64_t)(int64_t)event->ret * FACTOR_RET +
                   time_ns * FACTOR_TIME +
                   who_hash * FACTOR_WHO +
                   event->offset * FACTOR_OFFSET +
                   event->bytes * FACTOR_BYTES +
                   number_of(events, event) * FACTOR_NUMBER +
                   text_hash(event) * FACTOR_TEXT);
}

void sim_events_emit(SimEvents *events, const SimEvent *event)
{
    uint64_t time_ns = events->loop ? sim_loop_now_ns(events->loop) : 0;

    g_assert(event->kind < SIM_N_EVENT_KINDS);
    g_assert(event->who);

    if (events->is_digested) {
        digest_event(events, event, time_ns);
    }
    events->n_emitted++;
    if (events->kinds & SIM_EVENTS_OF(event->kind)) {
        notify(events, event, time_ns);
    }
}

void sim_events_skip_line(SimEvents *events)
{
    events->n_lines_skipped++;
}

void sim_events_mix(SimEvents *events, const void *data, uint32_t n_bytes)
{
    if (events->is_digested) {
        absorb(events, bytes_hash(data, n_bytes));
    }
}

void sim_events_mix_number(SimEvents *events, uint64_t number)
{
    if (events->is_digested) {
        absorb(events, hash_word((SEED + sizeof(number)) * FACTOR_KIND, number));
    }
}
