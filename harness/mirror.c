/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a run in memory that parent and child share.
 *
 * The child may have written anything there while it died, so that nothing in it is relied
 * upon: what makes no sense ends as a scenario that cannot be read.
 */
#define _GNU_SOURCE     /* MAP_ANONYMOUS */

#include "harness/mirror.h"

#include <glib.h>
#include <sys/mman.h>

#include "harness/scenario/schedule.h"

/* The size lies before the record, where no child writes. */
typedef struct Mirror {
    size_t n_bytes;
    uint32_t n_answers_max;
    SimRecord record;
} Mirror;

static Mirror *mirror_of(const SimRecord *record)
{
    return (Mirror *)((char *)record - offsetof(Mirror, record));
}

SimRecord *mirror_new(uint32_t n_answers_max)
{
    size_t n_bytes = sizeof(Mirror) + n_answers_max * sizeof(SimAnswer);
    Mirror *mirror = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                          0);

    g_assert(mirror != MAP_FAILED);
    mirror->n_bytes = n_bytes;
    mirror->n_answers_max = n_answers_max;
    mirror->record.n_allocated = n_answers_max;
    return &mirror->record;
}

void mirror_free(SimRecord *record)
{
    if (record) {
        munmap(mirror_of(record), mirror_of(record)->n_bytes);
    }
}

char *mirror_print(const SimRecord *record)
{
    if (record->n_answers > mirror_of(record)->n_answers_max) {
        return NULL;
    }
    for (uint32_t i = 0; i < record->n_answers; i++) {
        if (record->answers[i].purpose >= SIM_N_PURPOSES) {
            return NULL;
        }
    }
    return schedule_print(record->asks_io_times, record->answers, record->n_answers);
}
