/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is new about a run: features from its events, deeds, marks and counters.
 */
#include "harness/campaign/features.h"

#include <string.h>

#include "harness/campaign/edges.h"
#include "harness/mark/mark.h"

#define CHUNK_BYTES (UINT64_C(4) << 20)
#define N_DRIVES 64             /* places in a table; two drives in one place do no harm */
#define MAX_WORD_BYTES 24
#define MAX_TEXT_BYTES 200

/* Where a feature comes from: no two kinds of feature share a hash but by chance. */
typedef enum Source {
    SOURCE_FOLLOWS = 1,         /* two events in a row, on the same drive or not */
    SOURCE_FOLLOWS_ON_DRIVE,    /* two events of one drive or node in a row */
    SOURCE_RANGE,
    SOURCE_DEEDS,               /* two deeds in a row */
    SOURCE_COMMANDS,            /* two steps in a row, and whether the first was refused */
    SOURCE_COUNT,
    SOURCE_MARK,
    SOURCE_MARKS,
    SOURCE_EDGE,
} Source;

struct Features {
    uint8_t *seen;
    bool sees_edges;
    uint32_t run;                       /* its number, for @stamps; never 0 */
    uint32_t *stamps;                   /* the run that had each feature last, until it was seen */
    uint32_t *found;                    /* of this run, each once: what had not been seen */
    unsigned n_found;
    uint16_t *edge_classes;             /* by edge, a bit for each class of counts that it had */
    Marks *marks;
    unsigned last_event;                /* of these no more than the kind, and whether it failed */
    uint64_t last_who;
    unsigned last_on_drive[N_DRIVES];
    unsigned last_deed;
    uint64_t last_command;              /* its words, and whether it was refused */
    uint32_t counts[SIM_N_EVENT_KINDS];
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = (a ^ (b + UINT64_C(0x9e3779b97f4a7c15) + (a << 6) + (a >> 2)))
        * UINT64_C(0xbf58476d1ce4e5b9);

    return x ^ x >> 29;
}

static void add(Features *features, Source source, uint64_t a, uint64_t b)
{
    uint32_t index = mix(mix(source, a), b) >> (64 - FEATURES_BITS);

    if (!features->seen[index] && features->stamps[index] != features->run) {
        features->stamps[index] = features->run;
        features->found[features->n_found++] = index;
    }
}

/* 0, 1, 2, 3, 4 for up to 7, 5 for up to 15, ... */
static unsigned size_class(uint32_t count)
{
    return count < 4 ? count : 34 - (unsigned) __builtin_clz(count) - 1;
}

static bool is_telling(const char *word, size_t length)
{
    if (length > MAX_WORD_BYTES) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (g_ascii_isdigit(word[i]) || word[i] == '\'' || word[i] == '"') {
            return false;
        }
    }
    return true;
}

uint64_t features_hash_words(const char *text)
{
    const char *end;
    uint64_t hash = 1;

    if (!text) {
        return 0;
    }
    end = text + strnlen(text, MAX_TEXT_BYTES);
    while (text < end) {
        size_t length = strcspn(text, " :\n");

        length = MIN(length, (size_t) (end - text));
        if (is_telling(text, length)) {
            for (size_t i = 0; i < length; i++) {
                hash = (hash ^ (uint8_t) text[i]) * UINT64_C(0x100000001b3);
            }
        }
        hash = (hash ^ ' ') * UINT64_C(0x100000001b3);
        text += length + 1;
    }
    return hash;
}

/* ---- events ---------------------------------------------------------------- */

#define KINDS_WITH_TEXT \
    (SIM_EVENTS_OF(SIM_EVENT_SUBMIT) | SIM_EVENTS_OF(SIM_EVENT_HOLD) \
     | SIM_EVENTS_OF(SIM_EVENT_FAULT) | SIM_EVENTS_OF(SIM_EVENT_REPORT) \
     | SIM_EVENTS_OF(SIM_EVENT_COMMAND) | SIM_EVENTS_OF(SIM_EVENT_ANSWER) \
     | SIM_EVENTS_OF(SIM_EVENT_JOB_STATUS) | SIM_EVENTS_OF(SIM_EVENT_NODE_OPEN))
#define KINDS_WITH_RANGE \
    (SIM_EVENTS_OF(SIM_EVENT_SUBMIT) | SIM_EVENTS_OF(SIM_EVENT_COPY) \
     | SIM_EVENTS_OF(SIM_EVENT_READ) | SIM_EVENTS_OF(SIM_EVENT_BACKUP_COPY))

/* Where a range lies in its chunks. */
static unsigned range_class(uint64_t offset, uint64_t bytes)
{
    uint64_t end = offset + bytes;

    return (offset % CHUNK_BYTES == 0) | (end % CHUNK_BYTES == 0) << 1
        | (bytes && offset / CHUNK_BYTES != (end - 1) / CHUNK_BYTES) << 2;
}

static uint64_t event_token(const SimEvent *event)
{
    uint64_t token = mix(event->kind + 1, (uint32_t) event->ret);

    if (SIM_EVENTS_OF(event->kind) & KINDS_WITH_TEXT) {
        token = mix(token, features_hash_words(event->text));
    }
    return token;
}

static void see_command(Features *features, const SimEvent *event, uint64_t token)
{
    if (event->kind == SIM_EVENT_COMMAND) {
        add(features, SOURCE_COMMANDS, features->last_command, token);
        features->last_command = token & ~UINT64_C(1);
    } else if (event->kind == SIM_EVENT_ANSWER && event->text) {
        features->last_command |= 1;
    }
}

void features_see_event(const SimEvent *event, void *opaque)
{
    Features *features = opaque;
    uint64_t token = event_token(event);
    uint64_t who = event->who_hash ? event->who_hash : sim_event_hash(event->who);
    unsigned brief = (event->kind + 1) << 1 | (event->ret < 0);
    unsigned *on_drive = &features->last_on_drive[who % N_DRIVES];

    add(features, SOURCE_FOLLOWS, features->last_event << 1 | (who == features->last_who), token);
    add(features, SOURCE_FOLLOWS_ON_DRIVE, *on_drive, token);
    if (SIM_EVENTS_OF(event->kind) & KINDS_WITH_RANGE) {
        add(features, SOURCE_RANGE, range_class(event->offset, event->bytes), token);
    }
    see_command(features, event, token);
    features->counts[event->kind]++;
    features->last_event = brief;
    features->last_who = who;
    *on_drive = brief;
    marks_see_event(event, features->marks);
}

/* ---- deeds ----------------------------------------------------------------- */

static uint64_t mix_answers(uint64_t token, const Deed *deed)
{
    unsigned place = 0;

    for (const BackupAccessInfoList *item = deed->accesses; item; item = item->next) {
        token = mix(token, item->value->has_bitmap_action ? item->value->bitmap_action + 1u : 0);
        place++;
    }
    token = mix(token, MIN(place, 3));
    for (const PBSBitmapInfoList *item = deed->bitmap_infos; item; item = item->next) {
        token = mix(token, item->value->action + 100u);
    }
    return token;
}

void features_see_deed(const Deed *deed, void *opaque)
{
    Features *features = opaque;
    uint64_t token = mix(deed->kind + 1, deed->success | deed->is_copy << 1);

    marks_see_deed(deed, features->marks);
    if (deed->kind == DEED_STEP_DONE || deed->kind == DEED_RUN_DRY) {
        return;
    }
    token = mix(token, features_hash_words(deed->error));
    token = mix(token, features_hash_words(deed->command));
    token = mix_answers(mix(token, (uint32_t) deed->ret), deed);
    add(features, SOURCE_DEEDS, features->last_deed, token);
    features->last_deed = (deed->kind + 1u) << 1 | (deed->error || deed->ret < 0);
}

/* ---- a run ----------------------------------------------------------------- */

Features *features_new(uint8_t *seen, bool sees_edges)
{
    Features *features = g_new0(Features, 1);

    features->seen = seen;
    features->sees_edges = sees_edges;
    features->stamps = g_new0(uint32_t, FEATURES_MAX);
    features->found = g_new(uint32_t, FEATURES_MAX);
    features->edge_classes = g_new0(uint16_t, edges_count() + 1);
    return features;
}

void features_free(Features *features)
{
    g_clear_pointer(&features->marks, marks_free);
    g_free(features->stamps);
    g_free(features->found);
    g_free(features->edge_classes);
    g_free(features);
}

void features_begin(Features *features)
{
    features->run++;
    features->n_found = 0;
    g_clear_pointer(&features->marks, marks_free);
    features->marks = marks_new();
    features->last_event = features->last_deed = 0;
    features->last_who = features->last_command = 0;
    memset(features->last_on_drive, 0, sizeof(features->last_on_drive));
    memset(features->counts, 0, sizeof(features->counts));
    if (features->sees_edges) {
        edges_clear();
    }
}

static void add_marks(Features *features)
{
    uint64_t reached = marks_reached(features->marks);

    for (uint64_t left = reached; left; left &= left - 1) {
        unsigned mark = (unsigned) __builtin_ctzll(left);

        add(features, SOURCE_MARK, mark, 0);
        for (uint64_t others = left & (left - 1); others; others &= others - 1) {
            add(features, SOURCE_MARKS, mark, (unsigned) __builtin_ctzll(others));
        }
    }
}

/* A run passes thousands of edges, hardly one in a new way: whatever was added before is seen. */
static void add_edge(size_t edge, uint8_t count, void *opaque)
{
    Features *features = opaque;
    unsigned class = size_class(count);

    if (!(features->edge_classes[edge] >> class & 1)) {
        features->edge_classes[edge] |= 1u << class;
        add(features, SOURCE_EDGE, edge, class);
    }
}

unsigned features_end(Features *features)
{
    unsigned n_new = 0;

    if (features->sees_edges) {
        edges_each(add_edge, features);
    }
    for (unsigned i = 0; i < SIM_N_EVENT_KINDS; i++) {
        add(features, SOURCE_COUNT, i, size_class(features->counts[i]));
    }
    add_marks(features);
    for (unsigned i = 0; i < features->n_found; i++) {
        uint8_t *seen = &features->seen[features->found[i]];

        n_new += !*seen;
        *seen = 1;
    }
    return n_new;
}
