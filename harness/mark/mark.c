/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks: their names, and one run's.
 */
#include "harness/mark/mark-private.h"

G_STATIC_ASSERT(N_MARKS <= 64);

const MarkInfo mark_infos[] = {
#define MARK(identifier, name, sentence, first, last) { name, sentence, first, last },
#include "harness/mark/mark-rows.h"
#undef MARK
    { NULL, NULL, 0, 0 },
};

unsigned mark_count(void)
{
    return N_MARKS;
}

bool mark_can_be_reached(const MarkInfo *info, unsigned generation)
{
    return generation >= info->first_generation
        && (info->last_generation == 0 || generation <= info->last_generation);
}

Marks *marks_new(void)
{
    return g_new0(Marks, 1);
}

void marks_free(Marks *marks)
{
    g_free(marks->target);
    g_free(marks->bitmap);
    g_free(marks);
}

uint64_t marks_reached(const Marks *marks)
{
    return marks->reached;
}
