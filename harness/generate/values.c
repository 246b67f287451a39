/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random values of arguments: by type, and where the name tells more, by name.
 *
 * Trouble lives where things meet: names are few, so that they collide; ranges begin and end
 * at the borders of chunks, in the same chunk again, in the last one that is cut short.
 */
#include <string.h>

#include "harness/generate/generate-private.h"
#include "harness/subject/subject.h"
#include "sim/core/fault.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S (1000 * NS_PER_MS)
#define SECTOR_BYTES 512
#define HUGE_BYTES (4096 * MIB + 64 * KIB)

/* As QEMU's block/dirty-bitmap.c has it; the background bitmap's name is shorter by far. */
#define MAX_BITMAP_NAME_BYTES 1023

bool happens(SimPrng *prng, unsigned percent)
{
    return sim_prng_below(prng, 100) < percent;
}

#define PICK(prng, array) ((array)[sim_prng_below(prng, G_N_ELEMENTS(array))])

void step_drop_arg(Step *step, unsigned index)
{
    g_free(step->args[index].text);
    step->args[index] = (StepArg) { .present = false };
}

/* @text may be the argument's own. */
void step_set_text(Step *step, unsigned index, const char *text)
{
    char *copy = g_strdup(text);

    g_free(step->args[index].text);
    step->args[index].text = copy;
    step->args[index].present = true;
}

void step_set_number(Step *step, unsigned index, uint64_t number)
{
    step->args[index].number = number;
    step->args[index].present = true;
}

/* ---- names ----------------------------------------------------------------- */

static const char *long_name(SimPrng *prng)
{
    static char longest[MAX_BITMAP_NAME_BYTES + 1], too_long[MAX_BITMAP_NAME_BYTES + 2];

    if (!longest[0]) {
        memset(longest, 'x', MAX_BITMAP_NAME_BYTES);
        memset(too_long, 'x', MAX_BITMAP_NAME_BYTES + 1);
    }
    return happens(prng, 60) ? longest : too_long;
}

/* One that is of the code under test, or that hardly anybody would choose. */
static const char *odd_name(SimPrng *prng)
{
    switch (sim_prng_below(prng, 8)) {
    case 0:
        return "";
    case 1:
    case 2:
        return SUBJECT_REGULAR_TARGET_NAME;
    case 3:
        return SUBJECT_REGULAR_BITMAP_NAME;
    case 4:
    case 5:
        return SUBJECT_BACKGROUND_BITMAP_NAME;
    default:
        return long_name(prng);
    }
}

/* The next backup of whom there was one is what comes most. */
static const char *pick_target(const Ledger *ledger, const Taste *taste, SimPrng *prng)
{
    static const char *const targets[] = { "t0", "t0", "t0", "t0", "t1", "t1", "t2" };

    if (happens(prng, taste->percent_odd_names)) {
        return odd_name(prng);
    }
    if (ledger->n_active && happens(prng, 70)) {
        return ledger->active_targets[sim_prng_below(prng, ledger->n_active)];
    }
    if (!ledger->n_active && ledger->last_target && happens(prng, 50)) {
        return ledger->last_target;
    }
    return happens(prng, taste->percent_loyal) ? targets[0] : PICK(prng, targets);
}

/* One of an access that there is, or one by chance. */
static const char *pick_bitmap(const Ledger *ledger, const Taste *taste, SimPrng *prng)
{
    static const char *const bitmaps[] = { "t0", "t0", "t1", "b0", "b0", "b1" };
    const char *active = ledger->n_active
        ? ledger->active_bitmaps[sim_prng_below(prng, ledger->n_active)] : NULL;

    if (happens(prng, taste->percent_odd_names)) {
        return odd_name(prng);
    }
    if (active && happens(prng, 60)) {
        return happens(prng, 20) ? SUBJECT_BACKGROUND_BITMAP_NAME : active;
    }
    if (!ledger->n_active && ledger->last_bitmap && happens(prng, 50)) {
        return ledger->last_bitmap;
    }
    return happens(prng, taste->percent_loyal) ? bitmaps[0] : PICK(prng, bitmaps);
}

static const char *pick_call(SimPrng *prng)
{
    static unsigned n_calls;

    while (sim_fault_calls[n_calls]) {
        n_calls++;
    }
    return sim_fault_calls[sim_prng_below(prng, n_calls)];
}

static const char *pick_label(const Ledger *ledger, SimPrng *prng)
{
    unsigned n = ledger->n_labels;

    if (n == 0) {
        return "none";
    }
    /* Mostly one of the last: what was begun long ago is over. */
    return ledger->labels[n - 1 - sim_prng_below(prng, happens(prng, 70) ? MIN(n, 3) : n)].name;
}

static const char *pick_drive(const Ledger *ledger, SimPrng *prng)
{
    return ledger->n_drives ? ledger->drives[sim_prng_below(prng, ledger->n_drives)].name
                            : "scsi0";
}

static const char *pick_name(const char *arg, const Ledger *ledger, const Taste *taste,
                             SimPrng *prng)
{
    static const char *const modes[] = { "new", "use", "use", "none", "new,use", "use,new",
                                         "none,use" };

    if (strcmp(arg, "target") == 0) {
        return pick_target(ledger, taste, prng);
    }
    if (strcmp(arg, "call") == 0) {
        return pick_call(prng);
    }
    if (strcmp(arg, "label") == 0) {
        return pick_label(ledger, prng);
    }
    return strcmp(arg, "mode") == 0 ? PICK(prng, modes) : pick_bitmap(ledger, taste, prng);
}

/* A list as no sane caller writes it: empty and repeated items, unknown ones, other separators. */
static void append_odd_list(const Ledger *ledger, SimPrng *prng, char *list, size_t n_bytes)
{
    static const char *const separators[] = { ",", ";", ":", ",,", ",;" };

    for (unsigned i = sim_prng_below(prng, 4); i-- > 0; ) {
        g_strlcat(list, happens(prng, 20) ? "scsi7" : pick_drive(ledger, prng), n_bytes);
        if (i > 0 || happens(prng, 20)) {
            g_strlcat(list, PICK(prng, separators), n_bytes);
        }
    }
}

static void set_drives(Step *step, unsigned index, const Ledger *ledger, SimPrng *prng)
{
    char list[GENERATE_MAX_DRIVES * 80] = "";

    if (happens(prng, 6)) {
        append_odd_list(ledger, prng, list, sizeof(list));
    } else if (happens(prng, 10)) {
        strcpy(list, "*");
    } else if (happens(prng, 40)) {
        g_strlcat(list, pick_drive(ledger, prng), sizeof(list));
    } else {
        for (unsigned i = 0; i < ledger->n_drives; i++) {
            g_strlcat(list, i > 0 ? "," : "", sizeof(list));
            g_strlcat(list, ledger->drives[i].name, sizeof(list));
        }
    }
    step_set_text(step, index, list);
}

/* ---- numbers --------------------------------------------------------------- */

static uint64_t pick_size(const char *arg, SimPrng *prng)
{
    static const uint64_t sizes[] = {
        SECTOR_BYTES, 64 * KIB, 64 * KIB + SECTOR_BYTES, 4 * MIB, 4 * MIB + SECTOR_BYTES,
        8 * MIB - SECTOR_BYTES, 8 * MIB + 64 * KIB, 16 * MIB, 16 * MIB + 512 * KIB, 64 * MIB,
    };
    static const uint64_t granularities[] = {
        SECTOR_BYTES, 4 * KIB, 64 * KIB, 64 * KIB, MIB, 4 * MIB, 3000, 256,
    };
    static const uint64_t speeds[] = { 0, 64 * KIB, MIB, 4 * MIB, 64 * MIB };
    if (strcmp(arg, "granularity") == 0) {
        return PICK(prng, granularities);
    }
    /* Real disks are huge, which makes numbers overflow; runs with one take ten times as long. */
    if (strcmp(arg, "size") == 0 && sim_prng_below(prng, 150) == 0) {
        return HUGE_BYTES;
    }
    return strcmp(arg, "speed") == 0 ? PICK(prng, speeds) : PICK(prng, sizes);
}

static uint64_t pick_offset(const Ledger *ledger, uint64_t size_bytes, SimPrng *prng)
{
    static const int64_t shifts[] = { 0, 0, 0, SECTOR_BYTES, -SECTOR_BYTES, 64 * KIB, 2 * MIB };
    unsigned n_recent = MIN(ledger->n_recent, MAX_RECENT);
    uint64_t last_chunk = (size_bytes - 1) / (4 * MIB);
    uint64_t chunk = sim_prng_below(prng, MIN(last_chunk, 4) + 1);
    int64_t offset;

    if (n_recent && happens(prng, 35)) {
        return ledger->recent_offsets[sim_prng_below(prng, n_recent)];
    }
    if (happens(prng, 15)) {
        chunk = last_chunk;
    }
    offset = (int64_t) (chunk * 4 * MIB) + PICK(prng, shifts);
    if (happens(prng, 5)) {
        offset = (int64_t) (size_bytes - SECTOR_BYTES);
    }
    return CLAMP(offset, 0, (int64_t) (size_bytes - SECTOR_BYTES));
}

static uint64_t pick_bytes(uint64_t offset, uint64_t size_bytes, SimPrng *prng)
{
    static const uint64_t lengths[] = {
        SECTOR_BYTES, SECTOR_BYTES, 4 * KIB, 64 * KIB, 64 * KIB, MIB, 4 * MIB,
        4 * MIB + SECTOR_BYTES,
    };
    uint64_t bytes = PICK(prng, lengths);

    return happens(prng, 4) ? size_bytes - offset : MIN(bytes, size_bytes - offset);
}

static uint64_t pick_duration(SimPrng *prng)
{
    static const uint64_t durations[] = {
        1, 1000, NS_PER_MS, NS_PER_MS, 20 * NS_PER_MS, 20 * NS_PER_MS, NS_PER_S, 44 * NS_PER_S,
        45 * NS_PER_S, 46 * NS_PER_S, 100 * NS_PER_S,
    };

    return PICK(prng, durations);
}

static uint64_t pick_number(const char *arg, SimPrng *prng)
{
    static const uint64_t numbers[] = { 1, 1, 1, 2, 2, 3, 4, 7 };

    if (strcmp(arg, "seed") == 0) {
        return sim_prng_below(prng, UINT32_MAX);
    }
    if (strcmp(arg, "length") == 0) {
        return UINT64_C(10) << sim_prng_below(prng, 8);
    }
    return PICK(prng, numbers);
}

/* ---- arguments ------------------------------------------------------------- */

static uint64_t size_of(const Step *step, const KindFacts *facts, const Ledger *ledger)
{
    const char *name = facts->drive_at != NO_ARG ? step->args[facts->drive_at].text : NULL;

    for (unsigned i = 0; name && i < ledger->n_drives; i++) {
        if (strcmp(ledger->drives[i].name, name) == 0) {
            return ledger->drives[i].size_bytes;
        }
    }
    return 64 * MIB;
}

static void set_size(Step *step, const KindFacts *facts, unsigned index, const Ledger *ledger,
                     SimPrng *prng)
{
    uint64_t size_bytes = size_of(step, facts, ledger);

    if (index == facts->offset_at) {
        step_set_number(step, index, pick_offset(ledger, size_bytes, prng));
    } else if (index == facts->bytes_at && facts->offset_at != NO_ARG) {
        uint64_t offset = MIN(step->args[facts->offset_at].number, size_bytes - SECTOR_BYTES);

        step_set_number(step, index, pick_bytes(offset, size_bytes, prng));
    } else {
        step_set_number(step, index, pick_size(facts->kind->args[index].name, prng));
    }
}

static void set_arg(Step *step, const KindFacts *facts, unsigned index, const Ledger *ledger,
                    const Taste *taste, SimPrng *prng)
{
    const ArgSpec *spec = &facts->kind->args[index];

    switch (spec->type) {
    case ARG_DRIVE:
        step_set_text(step, index, pick_drive(ledger, prng));
        break;
    case ARG_DRIVES:
        set_drives(step, index, ledger, prng);
        break;
    case ARG_SIZE:
        set_size(step, facts, index, ledger, prng);
        break;
    case ARG_NUMBER:
        step_set_number(step, index, pick_number(spec->name, prng));
        break;
    case ARG_DURATION:
        step_set_number(step, index, pick_duration(prng));
        break;
    case ARG_NAME:
    case ARG_TEXT:
        step_set_text(step, index, pick_name(spec->name, ledger, taste, prng));
        break;
    case ARG_WORD:
        step_set_number(step, index, sim_prng_below(prng, count_choices(spec)));
        break;
    case ARG_ANSWERS:
        break;      /* only runs make them */
    case ARG_RANGES:
        step->args[index].present = true;
        step->args[index].all = happens(prng, 50);
        break;
    }
}

/* How often an argument that may be left out is there. */
static unsigned percent_present(const KindFacts *facts, unsigned index, const Taste *taste)
{
    const char *name = facts->kind->args[index].name;

    if (facts->role == ROLE_FAULT) {
        return index == facts->delay_at ? 15 : 35;
    }
    if (index == facts->hold_at) {
        return taste->percent_held;
    }
    if (index == facts->error_at) {
        return taste->percent_errors;
    }
    if (index == facts->delay_at) {
        return taste->percent_delays;
    }
    if (facts->role == ROLE_SCHEDULER) {
        return strcmp(name, "io-times") == 0 ? 25 : 100;
    }
    if (facts->role == ROLE_DRIVE) {
        return strcmp(name, "iothread") == 0 ? taste->percent_iothreads : 4;
    }
    return facts->role == ROLE_SETUP && strcmp(name, "bitmap") == 0 ? 92 : 25;
}

void step_change_arg(Step *step, unsigned index, const Ledger *ledger, const Taste *taste,
                     SimPrng *prng)
{
    const KindFacts *facts = kind_facts(step->kind);
    bool is_present = step->args[index].present;

    if (facts->kind->args[index].optional
        && happens(prng, is_present ? 40 : 100 - percent_present(facts, index, taste))) {
        step_drop_arg(step, index);
    } else {
        set_arg(step, facts, index, ledger, taste, prng);
    }
}

/* ---- steps ----------------------------------------------------------------- */

void step_set_label(Step *step, const Ledger *ledger)
{
    char label[] = "a000";
    unsigned number = ledger->n_labels;

    label[1] = '0' + number / 100 % 10;
    label[2] = '0' + number / 10 % 10;
    label[3] = '0' + number % 10;
    g_free(step->label);
    step->label = g_strdup(label);
}

void step_generate_of(Step *step, const KindFacts *facts, const Ledger *ledger,
                      const Taste *taste, SimPrng *prng)
{
    *step = (Step) { .kind = facts->kind };
    if (facts->kind->can_start && happens(prng, taste->percent_started)) {
        step_set_label(step, ledger);
    }
    for (unsigned i = 0; i < facts->n_args; i++) {
        if (!facts->kind->args[i].optional || happens(prng, percent_present(facts, i, taste))) {
            set_arg(step, facts, i, ledger, taste, prng);
        }
    }
    if (facts->role == ROLE_TEARDOWN && facts->n_args > 1 && happens(prng, 50)) {
        step->args[1].number = 0;
    }
    if (facts->role == ROLE_DRIVE && happens(prng, 80)) {
        step->args[kind_find_arg(facts->kind, "iothread")].number = 0;      /* yes */
    }
}

static const KindFacts *pick_kind(const Taste *taste, SimPrng *prng)
{
    unsigned n, which = 0;
    const KindFacts *facts = kinds_all(&n);
    unsigned at = sim_prng_below(prng, taste->total_weight);

    while (at >= taste->weights[which]) {
        at -= taste->weights[which++];
    }
    return &facts[which];
}

/* A second setup is refused, and a second teardown has nothing to do: that is soon known. */
void step_generate(Step *step, const Ledger *ledger, const Taste *taste, SimPrng *prng)
{
    KindRole unwanted = ledger->n_active ? ROLE_SETUP : ROLE_TEARDOWN;
    const KindFacts *facts = pick_kind(taste, prng);

    if (facts->role == unwanted && happens(prng, 75)) {
        facts = pick_kind(taste, prng);
    }
    step_generate_of(step, facts, ledger, taste, prng);
}
